//! The engine against the naive oracle, and the promises that hold for every rulebook, on random ones.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod oracle;

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner};
use rand::SeedableRng as _;
use rand::rngs::StdRng;
use shinrai::answers::given::{contradicted, parse_flag, resolve};
use shinrai::answers::{Answers, Details, Truth, Truths};
use shinrai::builtin;
use shinrai::diagnosis::batch::{self, Batch};
use shinrai::diagnosis::brief::{Brief, Entry};
use shinrai::diagnosis::live::{are_settled, live, live_details};
use shinrai::diagnosis::order::{Line, steps};
use shinrai::diagnosis::{Diagnosis, diagnose};
use shinrai::interview::{FIRST_LINES, Interview, Next};
use shinrai::report::written;
use shinrai::rulebook::condition::{NodeId, Options};
use shinrai::rulebook::insert::insert;
use shinrai::rulebook::read::{Reading, read};
use shinrai::rulebook::source::File;
use shinrai::rulebook::{Action, Answer, Id, Kind, Pick, Question, Rulebook};

use oracle::{Choices, Outcome, Spec};

/// A random rulebook, as the oracle and as the engine know it, with random answers and a day.
struct Sample {
    spec: Spec,
    rulebook: Rulebook,
    given: oracle::Answers,
    today: oracle::Date,
    choices: Choices,
}

impl Sample {
    fn new(bytes: &[u8]) -> Self {
        let mut choices = Choices::from_bytes(bytes);
        let spec = Spec::random(&mut choices);
        let given = oracle::random_answers(&spec, &mut choices);
        let today = oracle::random_today(&mut choices);
        let rulebook = rulebook_of(&spec);
        Self { spec, rulebook, given, today, choices }
    }

    fn today(&self) -> civil::Date {
        let oracle::Date { year, month, day } = self.today;
        civil::date(i16::try_from(year).unwrap(), i8::try_from(month).unwrap(), i8::try_from(day).unwrap())
    }

    fn answers(&self, given: &oracle::Answers) -> Answers {
        answers_of(&self.rulebook, &self.spec, given)
    }

    fn diagnosis(&self) -> Diagnosis {
        diagnose(&self.rulebook, &self.answers(&self.given), self.today())
    }
}

fn rulebook_of(spec: &Spec) -> Rulebook {
    let text = oracle::to_toml(spec);
    let reading = read(vec![vec![File { name: "random.toml".into(), bytes: text.clone().into_bytes() }]]);
    reading.rulebook.unwrap_or_else(|| panic!("a random rulebook is valid: {:#?}\n{text}", reading.findings))
}

fn answers_of(rulebook: &Rulebook, spec: &Spec, given: &oracle::Answers) -> Answers {
    let flags = oracle::answer_flags(spec, given);
    resolve(rulebook, flags.iter().map(|flag| parse_flag(flag).unwrap())).unwrap()
}

/// Tries a promise on many random byte strings; a failure is shrunk to a small rulebook.
fn for_all(seed: u8, cases: u32, promise: impl Fn(Sample) -> Result<(), TestCaseError>) {
    let config = Config { cases, failure_persistence: None, max_shrink_iters: 20_000, ..Config::default() };
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[seed; 32]);
    let bytes = prop::collection::vec(any::<u8>(), 0..1500);
    let outcome = TestRunner::new_with_rng(config, rng).run(&bytes, |bytes| promise(Sample::new(&bytes)));
    if let Err(proptest::test_runner::TestError::Fail(reason, bytes)) = outcome {
        let sample = Sample::new(&bytes);
        let flags = oracle::answer_flags(&sample.spec, &sample.given).join(" ");
        panic!("{reason}\n{}\nanswers: {flags}\ntoday: {:?}", oracle::to_toml(&sample.spec), sample.today);
    }
}

fn truth(truth: Truth) -> oracle::Truth {
    match truth {
        Truth::True => oracle::Truth::True,
        Truth::False => oracle::Truth::False,
        Truth::Open => oracle::Truth::Open,
    }
}

fn line(rulebook: &Rulebook, line: &Line) -> oracle::Line {
    match line {
        Line::Action(step) => oracle::Line::Action(rulebook.actions.name(step.action).to_owned()),
        Line::FindOut(question, _) => oracle::Line::FindOut(rulebook.questions.name(*question).to_owned()),
    }
}

/// What the engine says, in the oracle's terms. Strengths are compared apart.
fn outcome(rulebook: &Rulebook, diagnosis: &Diagnosis) -> Outcome {
    let conclusions = &rulebook.conclusions;
    let actions = &rulebook.actions;
    let steps = steps(rulebook, &diagnosis.truths);
    let questions = |ids: &[Id<_>]| ids.iter().map(|&id| rulebook.questions.name(id).to_owned()).collect::<Vec<_>>();
    let variants = actions.iter().map(|(id, action)| {
        let applied = action.variants.iter().filter(|(_, variant)| diagnosis.truths.get(variant.node) == Truth::True);
        (actions.name(id).to_owned(), applied.map(|(name, _)| name.to_owned()).collect())
    });
    let notes = rulebook.notes.iter().filter(|(_, note)| diagnosis.truths.get(note.node) == Truth::True);
    Outcome {
        conclusions: conclusions
            .iter()
            .map(|(id, entry)| (conclusions.name(id).to_owned(), truth(diagnosis.truths.get(entry.node))))
            .collect(),
        strengths: BTreeMap::new(),
        actions: actions.ids().map(|id| (actions.name(id).to_owned(), truth(diagnosis.action(rulebook, id)))).collect(),
        variants: variants.collect(),
        order: steps.iter().map(|step| actions.name(step.action).to_owned()).collect(),
        shown: steps
            .iter()
            .map(|step| {
                let shown = oracle::naive::Shown {
                    due_hours: step.place.due.hours(),
                    borrowed_from: step.borrowed_from.map(|id| actions.name(id).to_owned()),
                };
                (actions.name(step.action).to_owned(), shown)
            })
            .collect(),
        lines: diagnosis.checklist.iter().map(|entry| line(rulebook, entry)).collect(),
        left_out: diagnosis.left_out.iter().map(|entry| line(rulebook, entry)).collect(),
        stopped_by: diagnosis.stopped_by.map(|id| conclusions.name(id).to_owned()),
        headline: diagnosis.headline.map(|id| conclusions.name(id).to_owned()),
        live: questions(&diagnosis.live.unanswered).into_iter().collect(),
        first_live: questions(&diagnosis.live.unanswered).into_iter().next(),
        notes: notes.map(|(id, _)| rulebook.notes.name(id).to_owned()).collect(),
        contacts: diagnosis.contacts(rulebook).into_iter().map(|id| rulebook.contacts.name(id).to_owned()).collect(),
        holds_back: rulebook
            .gates()
            .map(|(id, _)| {
                let held = diagnosis.held_back_by(rulebook, id);
                (conclusions.name(id).to_owned(), held.iter().map(|&id| actions.name(id).to_owned()).collect())
            })
            .collect(),
    }
}

fn agrees(sample: &Sample) -> Result<(), TestCaseError> {
    let mut expected = oracle::diagnose(&sample.spec, &sample.given, sample.today);
    let diagnosis = sample.diagnosis();
    let strengths = std::mem::take(&mut expected.strengths);
    prop_assert_eq!(&outcome(&sample.rulebook, &diagnosis), &expected);
    for (name, strength) in strengths {
        let id = sample.rulebook.conclusions.find(&name).unwrap();
        let bounds = diagnosis.strength(&sample.rulebook, id).unwrap();
        for (ours, theirs) in [(bounds.lower, strength.lower), (bounds.upper, strength.upper)] {
            let hundredths = u32::try_from(theirs.numerator * 100 / theirs.denominator).unwrap();
            prop_assert_eq!(ours.hundredths(), hundredths);
            prop_assert_eq!(ours.is_found(), theirs.numerator * 5 >= theirs.denominator);
        }
    }
    Ok(())
}

#[test]
fn the_oracle_agrees_on_fifty_thousand_rulebooks() {
    for_all(1, 50_000, |sample| agrees(&sample));
}

#[test]
fn the_oracle_agrees_on_fifty_thousand_other_rulebooks() {
    for_all(2, 50_000, |sample| agrees(&sample));
}

/// The truth of everything that has a name or is listed.
fn settled(rulebook: &Rulebook, truths: &Truths) -> Vec<(NodeId, Truth)> {
    let conclusions = rulebook.conclusions.iter().map(|(_, entry)| entry.node);
    let actions = rulebook.actions.iter().map(|(_, entry)| entry.node);
    let notes = rulebook.notes.iter().map(|(_, entry)| entry.node);
    conclusions.chain(actions).chain(notes).map(|node| (node, truths.get(node))).collect()
}

fn never_reversed(before: &[(NodeId, Truth)], later: &Truths) -> Result<(), TestCaseError> {
    for &(node, truth) in before {
        prop_assert!(truth == Truth::Open || later.get(node) == truth, "{node:?} was {truth:?}");
    }
    Ok(())
}

#[test]
fn learning_more_never_reverses_a_conclusion_and_live_questions_only_become_fewer() {
    for_all(3, 10_000, |mut sample| {
        let today = sample.today();
        let mut given = sample.given.clone();
        let mut truths = Truths::of(&sample.rulebook, &sample.answers(&given), Details::Assumed, today);
        let mut open = live(&sample.rulebook, &sample.answers(&given), &truths).unanswered;
        while let Some(next) = oracle::random_step(&sample.spec, &given, &mut sample.choices) {
            let answers = sample.answers(&next);
            let later = Truths::of(&sample.rulebook, &answers, Details::Assumed, today);
            never_reversed(&settled(&sample.rulebook, &truths), &later)?;
            let still = live(&sample.rulebook, &answers, &later).unanswered;
            prop_assert!(still.iter().all(|question| open.contains(question)), "{open:?} became {still:?}");
            (given, truths, open) = (next, later, still);
        }
        Ok(())
    });
}

#[test]
fn partial_answers_are_right_about_every_completion() {
    for_all(4, 10_000, |mut sample| {
        let today = sample.today();
        let before = Truths::of(&sample.rulebook, &sample.answers(&sample.given), Details::Assumed, today);
        for _ in 0..3 {
            let whole = oracle::random_completion(&sample.spec, &sample.given, &mut sample.choices);
            let later = Truths::of(&sample.rulebook, &sample.answers(&whole), Details::Assumed, today);
            never_reversed(&settled(&sample.rulebook, &before), &later)?;
            let open = settled(&sample.rulebook, &later).into_iter().find(|&(_, truth)| truth == Truth::Open);
            prop_assert_eq!(open, None, "complete answers leave nothing open");
        }
        Ok(())
    });
}

/// Whether something stops, the lines that are shown, and for each action its deadline in hours and its variants.
type Page = (bool, Vec<oracle::Line>, Vec<(u32, Vec<usize>)>);

/// What questions that are not live cannot change.
fn page(rulebook: &Rulebook, diagnosis: &Diagnosis) -> Page {
    let steps = diagnosis.checklist.iter().filter_map(|line| match line {
        Line::Action(step) => Some((step.place.due.hours(), step.variants.clone())),
        Line::FindOut(..) => None,
    });
    let lines = diagnosis.checklist.iter().map(|entry| line(rulebook, entry));
    (diagnosis.stopped_by.is_some(), lines.collect(), steps.collect())
}

#[test]
fn questions_that_were_not_asked_change_nothing_that_is_shown() {
    for_all(5, 20_000, |mut sample| {
        let (rulebook, today) = (&sample.rulebook, sample.today());
        let whole = oracle::random_completion(&sample.spec, &sample.given, &mut sample.choices);
        let all = answers_of(rulebook, &sample.spec, &whole);
        let mut asked = answers_of(rulebook, &sample.spec, &sample.given);
        loop {
            let truths = Truths::of(rulebook, &asked, Details::Assumed, today);
            let Some(&question) = live(rulebook, &asked, &truths).unanswered.first() else { break };
            asked.set(question, all.get(question));
        }
        let before = diagnose(rulebook, &asked, today);
        let mut volunteered = asked.clone();
        for (question, answer) in all.given() {
            if asked.get(question).is_none() {
                volunteered.set(question, Some(answer));
            }
        }
        let after = diagnose(rulebook, &volunteered, today);
        prop_assert_eq!(page(rulebook, &before), page(rulebook, &after));
        Ok(())
    });
}

#[test]
fn the_order_of_entries_that_has_no_meaning_changes_nothing() {
    for_all(6, 10_000, |mut sample| {
        let permuted = oracle::permuted(&sample.spec, &mut sample.choices);
        let rulebook = rulebook_of(&permuted);
        let answers = answers_of(&rulebook, &permuted, &sample.given);
        let ours = outcome(&sample.rulebook, &sample.diagnosis()).contacts_sorted();
        let theirs = outcome(&rulebook, &diagnose(&rulebook, &answers, sample.today())).contacts_sorted();
        prop_assert_eq!(ours, theirs);
        Ok(())
    });
}

#[test]
fn no_gate_that_is_not_ruled_out_bars_a_listed_action() {
    for_all(7, 10_000, |sample| {
        let (rulebook, diagnosis) = (&sample.rulebook, sample.diagnosis());
        let lines = diagnosis.checklist.iter().chain(&diagnosis.left_out);
        for action in lines.filter_map(Line::action) {
            for (id, gate) in rulebook.gates().filter(|(id, _)| diagnosis.truth(rulebook, *id) != Truth::False) {
                let barred = gate.bars_action(&rulebook.actions[action]);
                prop_assert!(!barred, "{} bars {}", rulebook.conclusions.name(id), rulebook.actions.name(action));
            }
        }
        Ok(())
    });
}

#[test]
fn no_action_stands_before_one_it_comes_after() {
    for_all(8, 10_000, |sample| {
        let rulebook = &sample.rulebook;
        let steps = steps(rulebook, &sample.diagnosis().truths);
        prop_assert!(steps.is_sorted_by_key(|step| step.place.due));
        for (position, step) in steps.iter().enumerate() {
            let waits_for = everything_before(rulebook, step.action);
            let misplaced = steps[position..].iter().any(|later| waits_for.contains(&later.action));
            prop_assert!(!misplaced, "{}", rulebook.actions.name(step.action));
        }
        Ok(())
    });
}

fn everything_before(rulebook: &Rulebook, action: Id<Action>) -> BTreeSet<Id<Action>> {
    let mut before = BTreeSet::new();
    let mut waiting = vec![action];
    while let Some(next) = waiting.pop() {
        waiting.extend(rulebook.actions[next].after.iter().filter(|&&earlier| before.insert(earlier)));
    }
    before
}

/// A trace suffices: with its answers alone, everything else unknown, the conclusion is the same.
#[test]
fn every_settled_conclusion_and_listed_action_has_a_trace_that_suffices() {
    for_all(9, 10_000, |sample| {
        let (rulebook, diagnosis) = (&sample.rulebook, sample.diagnosis());
        let conclusions = rulebook.conclusions.iter().map(|(_, entry)| entry.node);
        let actions = rulebook.actions.iter().map(|(_, entry)| entry.node);
        for node in conclusions.chain(actions).filter(|&node| diagnosis.truths.get(node) != Truth::Open) {
            let mut alone = Answers::none(rulebook);
            for (question, _) in diagnosis.trace(&sample.rulebook, node).answers {
                let usual = rulebook.questions[question].usually.map(Options::one);
                let usual = usual.map(Answer::Chosen);
                alone.set(question, diagnosis.answers.get(question).or(usual));
            }
            let truths = Truths::of(rulebook, &alone, Details::Open, diagnosis.today);
            prop_assert_eq!(truths.get(node), diagnosis.truths.get(node));
        }
        Ok(())
    });
}

/// What is done already is as if it could never be listed, and a short list is shorter by it: the rest of the list, and what
/// is asked, follow from that.
#[test]
fn what_is_done_is_as_if_it_were_never_listed() {
    for_all(10, 10_000, |mut sample| {
        let names: Vec<String> = sample.spec.actions.iter().map(|action| action.name.clone()).collect();
        let done = sample.choices.some_of(&names, 30);
        let mut without = sample.spec.clone();
        for action in without.actions.iter_mut().filter(|action| done.contains(&action.name)) {
            action.dates.until = Some(oracle::Date { year: 1999, month: 1, day: 1 });
        }
        for most in without.gates.iter_mut().filter_map(|gate| gate.at_most.as_mut()) {
            *most = most.saturating_sub(done.len());
        }
        let mut answers = sample.answers(&sample.given);
        answers.done = done.iter().map(|name| sample.rulebook.actions.find(name).unwrap()).collect();
        let mut ours = outcome(&sample.rulebook, &diagnose(&sample.rulebook, &answers, sample.today()));
        let mut theirs = oracle::diagnose(&without, &sample.given, sample.today);
        theirs.strengths.clear();
        for name in &done {
            ours.actions.insert(name.clone(), oracle::Truth::False);
            for variants in [&mut ours.variants, &mut theirs.variants] {
                variants.remove(name);
            }
        }
        prop_assert_eq!(ours, theirs);
        Ok(())
    });
}

/// The first lines, with all that is said about each: which it is, until when, done in which way.
fn first_lines(rulebook: &Rulebook, answers: &Answers, today: civil::Date) -> Vec<(oracle::Line, u32, Vec<usize>)> {
    let diagnosis = diagnose(rulebook, answers, today);
    let lines = diagnosis.checklist.iter().take(FIRST_LINES).map(|entry| {
        let variants = entry.step().map_or_else(Vec::new, |step| step.variants.clone());
        (line(rulebook, entry), entry.place().due.hours(), variants)
    });
    lines.collect()
}

#[test]
fn first_lines_that_are_settled_stay_whatever_is_answered() {
    let settled = std::cell::Cell::new(0);
    for_all(11, 30_000, |mut sample| {
        let (rulebook, today) = (&sample.rulebook, sample.today());
        let before = sample.answers(&sample.given);
        let truths = Truths::of(rulebook, &before, Details::Assumed, today);
        if live(rulebook, &before, &truths).unanswered.is_empty()
            || !are_settled(rulebook, &before, &truths, &live(rulebook, &before, &truths), FIRST_LINES)
        {
            return Ok(());
        }
        settled.set(settled.get() + 1);
        let lines = first_lines(rulebook, &before, today);
        prop_assert_eq!(lines.len(), FIRST_LINES);
        let mut given = sample.given.clone();
        for (position, question) in sample.spec.questions.iter().enumerate() {
            if given.0[position] == oracle::Answer::Unanswered && !question.is_detail() {
                let unknown = sample.choices.chance(20);
                let choice = oracle::random_choice(question, &mut sample.choices);
                given = given.with(position, if unknown { oracle::Answer::Unknown } else { choice });
                let answers = answers_of(rulebook, &sample.spec, &given);
                prop_assert_eq!(&first_lines(rulebook, &answers, today), &lines);
            }
        }
        Ok(())
    });
    assert!(settled.get() > 100, "only {} samples say something", settled.get());
}

/// A random walk through an interview: answers, back, changes, stopping and going on.
struct Walk<'a> {
    sample: &'a mut Sample,
    /// The last answer to every question.
    said: BTreeMap<Id<Question>, Answer>,
}

impl Walk<'_> {
    fn answer(&mut self, interview: &mut Interview<'_>, question: Id<Question>) {
        let entry = &self.sample.spec.questions[question.index()];
        let unknown = self.sample.choices.chance(15);
        let answer =
            if unknown { oracle::Answer::Unknown } else { oracle::random_choice(entry, &mut self.sample.choices) };
        let alone = oracle::Answers::none(&self.sample.spec).with(question.index(), answer);
        let answer = self.sample.answers(&alone).get(question).unwrap();
        interview.answer(answer).unwrap();
        self.said.insert(question, answer);
    }

    fn go(&mut self, interview: &mut Interview<'_>) {
        match interview.next() {
            Next::Ask(asked) => match self.sample.choices.below(10) {
                0 | 1 if asked.can_go_back => interview.back(),
                2 if asked.may_stop.is_some() => interview.stop_asking(),
                _ => self.answer(interview, asked.question),
            },
            Next::Review(review) => match self.sample.choices.below(4) {
                0 => interview.back(),
                1 if !review.answers.is_empty() => {
                    interview.change(self.sample.choices.pick(&review.answers).0);
                }
                _ => interview.ask_more(),
            },
            Next::Stopped => interview.back(),
        }
    }

    /// Answers whatever is still asked.
    fn finish(&mut self, interview: &mut Interview<'_>) {
        loop {
            match interview.next() {
                Next::Ask(asked) => self.answer(interview, asked.question),
                Next::Review(review) if review.more > 0 => interview.ask_more(),
                Next::Review(_) | Next::Stopped => return,
            }
        }
    }
}

/// Whichever way a person takes through the questions, and however often they change their mind: what they are told to do
/// is what the same answers give as flags, and what a straight interview gives.
#[test]
fn every_way_through_an_interview_comes_to_what_its_last_answers_say() {
    for_all(12, 10_000, |mut sample| {
        let (rulebook, today) = (sample.rulebook.clone(), sample.today());
        let given = sample.answers(&sample.given);
        let mut interview = Interview::new(&rulebook, given.clone(), today);
        let said = given.given().collect();
        let moves = sample.choices.below(25);
        let mut walk = Walk { sample: &mut sample, said };
        (0..moves).for_each(|_| walk.go(&mut interview));
        walk.finish(&mut interview);
        let said = walk.said;

        let mut flags = Answers::none(&rulebook);
        flags.extend(said.iter().map(|(&question, &answer)| (question, answer)));
        let (ours, theirs) = (diagnose(&rulebook, &interview.answers(), today), diagnose(&rulebook, &flags, today));
        prop_assert_eq!(page(&rulebook, &ours), page(&rulebook, &theirs));

        let mut given = given;
        let beforehand: Vec<Id<Question>> = given.given().map(|(question, _)| question).collect();
        for question in beforehand {
            given.set(question, said.get(&question).copied());
        }
        let mut straight = Interview::new(&rulebook, given, today);
        loop {
            match straight.next() {
                Next::Ask(asked) => straight.answer(said[&asked.question]).unwrap(),
                Next::Review(review) if review.more > 0 => straight.ask_more(),
                Next::Review(_) | Next::Stopped => break,
            }
        }
        prop_assert_eq!(straight.answers(), interview.answers());
        Ok(())
    });
}

#[test]
fn an_interview_never_asks_more_than_it_says() {
    for_all(13, 10_000, |mut sample| {
        let (rulebook, today) = (sample.rulebook.clone(), sample.today());
        let given = sample.answers(&sample.given);
        let mut interview = Interview::new(&rulebook, given, today);
        let moves = sample.choices.below(12);
        let mut walk = Walk { sample: &mut sample, said: BTreeMap::new() };
        (0..moves).for_each(|_| walk.go(&mut interview));
        let mut most = None;
        while let Next::Ask(asked) = interview.next() {
            prop_assert!(most.is_none_or(|most| asked.at_most_more < most), "{:?} of {:?}", asked, most);
            most = Some(asked.at_most_more);
            walk.answer(&mut interview, asked.question);
        }
        Ok(())
    });
}

/// A follow-up: what was answered earlier is only offered, but a detail counts until it is asked, and is asked when it
/// matters; no other detail is.
#[test]
fn a_follow_up_asks_again_what_was_answered_and_matters() {
    for_all(14, 10_000, |mut sample| {
        let (rulebook, today) = (sample.rulebook.clone(), sample.today());
        let earlier = sample.answers(&sample.given);
        let mut interview = Interview::new(&rulebook, Answers::none(&rulebook), today).remembering(earlier.clone());
        let is_detail = |question: Id<Question>| rulebook.questions[question].is_detail();
        let mut walk = Walk { sample: &mut sample, said: BTreeMap::new() };
        let mut most = None;
        while let Next::Ask(asked) = interview.next() {
            prop_assert!(most.is_none_or(|most| asked.at_most_more < most), "{:?} of {:?}", asked, most);
            prop_assert!(!is_detail(asked.question) || earlier.get(asked.question).is_some());
            prop_assert_eq!(asked.before, earlier.get(asked.question));
            most = Some(asked.at_most_more);
            match asked.before.filter(|_| walk.sample.choices.chance(70)) {
                Some(answer) => {
                    interview.answer(answer).unwrap();
                    walk.said.insert(asked.question, answer);
                }
                None => walk.answer(&mut interview, asked.question),
            }
        }
        let mut flags = Answers::none(&rulebook);
        flags.extend(earlier.given().filter(|&(question, _)| is_detail(question)));
        flags.extend(walk.said.iter().map(|(&question, &answer)| (question, answer)));
        prop_assert_eq!(&interview.answers(), &flags);
        let unasked = flags.given().filter(|(question, _)| !walk.said.contains_key(question));
        for (question, _) in unasked.collect::<Vec<_>>() {
            let mut without = flags.clone();
            without.set(question, None);
            prop_assert!(!live_details(&rulebook, &without, today).contains(&question), "not asked");
        }
        Ok(())
    });
}

fn reading_of(bytes: Vec<u8>) -> Reading {
    read(vec![vec![File { name: "random.toml".into(), bytes }]])
}

#[test]
fn a_rulebook_that_is_shown_reads_back_to_itself() {
    for_all(15, 10_000, |sample| {
        let reading = reading_of(oracle::to_toml(&sample.spec).into_bytes());
        let shown = written::toml(&reading, &written::Extent::default());
        let again = reading_of(shown.clone().into_bytes());
        let fingerprint = |reading: &Reading| reading.rulebook.as_ref().map(|rulebook| rulebook.fingerprint.clone());
        prop_assert_eq!(fingerprint(&again), fingerprint(&reading));
        prop_assert_eq!(written::toml(&again, &written::Extent::default()), shown);
        Ok(())
    });
}

/// Whatever stands in a file, in whichever encoding: one more entry leaves it as it is.
#[test]
fn an_entry_that_is_put_in_leaves_everything_else_as_it_is() {
    const ENTRY: &str = "# \u{884c}\n[term.one_more]\nwhen = {} # all\n";
    for_all(16, 10_000, |mut sample| {
        let mut text = oracle::to_toml(&sample.spec);
        if sample.choices.chance(50) {
            text = text.replace("\n[", "\n# \u{4fe1}\u{983c}\n\n[");
        }
        if sample.choices.chance(50) {
            text = text.replace('\n', "\r\n");
        }
        if sample.choices.chance(20) {
            text.truncate(text.trim_end().len());
        }
        let wide = |order: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(order).collect::<Vec<u8>>();
        let file = match sample.choices.below(5) {
            0 => [b"\xEF\xBB\xBF", text.as_bytes()].concat(),
            1 => [vec![0xFF, 0xFE], wide(u16::to_le_bytes)].concat(),
            2 => [vec![0xFE, 0xFF], wide(u16::to_be_bytes)].concat(),
            3 => encoding_rs::SHIFT_JIS.encode(&text).0.into_owned(),
            _ => text.into_bytes(),
        };
        let new = insert(&file, Kind::Term, "one_more", ENTRY).unwrap();
        let start = file.iter().zip(&new).take_while(|(one, other)| one == other).count();
        prop_assert!(new.len() > file.len() && new.ends_with(&file[start..]));
        let (old, new) = (reading_of(file), reading_of(new));
        prop_assert!(new.rulebook.is_some());
        let without: String =
            written::toml(&new, &written::Extent::default()).replace("[term.one_more]\nwhen = {}\n", "");
        let squeezed = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        prop_assert_eq!(squeezed(&without), squeezed(&written::toml(&old, &written::Extent::default())));
        Ok(())
    });
}

/// What a whole diagnosis says, in names alone; or that the answers contradict each other.
fn brief(rulebook: &Rulebook, answers: &Answers, today: civil::Date) -> Option<Brief> {
    if !contradicted(rulebook, answers, today).is_empty() {
        return None;
    }
    let diagnosis = diagnose(rulebook, answers, today);
    let conclusions = |wanted| {
        let all = rulebook.conclusions.ids().filter(|&id| diagnosis.truth(rulebook, id) == wanted);
        all.collect::<Vec<_>>()
    };
    let entries = |lines: &[Line]| lines.iter().map(Entry::from).collect::<Vec<_>>();
    let is_stopped = diagnosis.stopped_by.is_some();
    Some(Brief {
        stopped_by: diagnosis.stopped_by,
        headline: diagnosis.headline,
        found: conclusions(Truth::True),
        undecided: conclusions(Truth::Open),
        checklist: entries(&diagnosis.checklist),
        left_out: entries(&diagnosis.left_out),
        open: if is_stopped { Vec::new() } else { diagnosis.open_actions(rulebook) },
        unanswered: diagnosis.live.unanswered.clone(),
    })
}

/// Diagnoses all situations in blocks, and compares each with what comes out of it alone.
fn compare_with_single(rulebook: &Rulebook, situations: &[(civil::Date, Answers)]) -> Result<(), TestCaseError> {
    let mut batch = Batch::new(rulebook);
    for block in situations.chunks(batch::MOST) {
        for (today, answers) in block {
            let given: Vec<(Id<Question>, Answer)> = answers.given().collect();
            batch.add(*today, &given, answers.done.clone());
        }
        let mut came = Vec::new();
        batch.diagnose(|today, outcome| {
            let outcome = match outcome {
                batch::Outcome::Brief(brief) => Ok(brief.clone()),
                batch::Outcome::Contradicted(answers) => Err(answers),
            };
            came.push((today, outcome));
        });
        prop_assert_eq!(came.len(), block.len());
        for ((day, outcome), (today, answers)) in came.into_iter().zip(block) {
            prop_assert_eq!(day, *today);
            match outcome {
                Ok(outcome) => prop_assert_eq!(Some(outcome), brief(rulebook, answers, *today)),
                Err(contradicting) => {
                    prop_assert_eq!(&contradicting, answers);
                    prop_assert_eq!(None, brief(rulebook, answers, *today));
                }
            }
        }
    }
    Ok(())
}

#[test]
fn many_at_once_come_out_as_each_alone() {
    for_all(17, 10_000, |mut sample| {
        let mut situations = Vec::new();
        for _ in 0..5 {
            let given = oracle::random_answers(&sample.spec, &mut sample.choices);
            let mut answers = sample.answers(&given);
            if sample.choices.chance(20) {
                let done = sample.rulebook.actions.ids().filter(|_| sample.choices.chance(30));
                answers.done = done.collect();
            }
            situations.push((sample.today(), answers));
            sample.today = oracle::random_today(&mut sample.choices);
        }
        compare_with_single(&sample.rulebook, &situations)
    });
}

#[test]
fn a_company_at_once_comes_out_as_each_person_alone() {
    let rulebook = read(vec![builtin::files()]).rulebook.unwrap();
    let mut random = StdRng::seed_from_u64(18);
    let situations: Vec<(civil::Date, Answers)> = (0..100_000)
        .map(|_| {
            let mut answers = Answers::none(&rulebook);
            for (id, question) in rulebook.questions.iter() {
                match random.random_range(0..10) {
                    0 => {}
                    1 => answers.set(id, Some(question.dont_know())),
                    _ => {
                        let picked = match question.pick {
                            Pick::One => Options::one(random.random_range(0..question.options.len())),
                            Pick::Any => (0..question.options.len()).filter(|_| random.random_bool(0.3)).collect(),
                        };
                        answers.set(id, Some(Answer::Chosen(picked)));
                    }
                }
            }
            (civil::date(2026, random.random_range(11..=12), 1), answers)
        })
        .collect();
    compare_with_single(&rulebook, &situations).unwrap();
}
