//! Cases: examples with their expected outcome. Whether they can be answered, and whether they come out as expected.

use indexmap::{IndexMap, IndexSet};
use jiff::civil::Date;

use crate::answers::{Answers, Details, Truth, Truths, given};
use crate::diagnosis::live::live;
use crate::diagnosis::{Diagnosis, Line, Step, diagnose};
use crate::rulebook::source::Span;
use crate::rulebook::{
    Action, Answer, Case, Code, Conclusion, Expectation, Finding, Id, Kind, Named, Note, Question, Rulebook, Variant,
};
use crate::words;
use crate::words::ticked;

/// The answers of a case.
pub fn answers_of(rulebook: &Rulebook, case: &Case) -> Answers {
    let mut answers = Answers::none(rulebook);
    answers.extend(case.answers.iter().copied());
    answers
}

/// What is wrong with the cases themselves, and with contacts nobody checked for a year. Cases that lack the same answers
/// are one finding: it is one question that they do not know yet.
pub fn check(rulebook: &Rulebook, today: Date) -> Vec<Finding> {
    let mut incomplete: IndexMap<Vec<Id<Question>>, Vec<Place>> = IndexMap::new();
    let mut findings = Vec::new();
    for (id, case) in own(rulebook) {
        let (answers, today) = (answers_of(rulebook, case), case.today.unwrap_or(today));
        let of_case = contradictory(rulebook, case, &answers, today)
            .chain(too_many_questions(rulebook, case, &answers, today))
            .map(|finding| finding.about(entry_name(rulebook, id)));
        findings.extend(of_case);
        let truths = Truths::of(rulebook, &answers, Details::Assumed, today);
        let open = live(rulebook, &answers, &truths).unanswered;
        if !open.is_empty() && !case.partial {
            incomplete.entry(open).or_default().push((id, case.span));
        }
    }
    findings.extend(incomplete.into_iter().map(|(open, cases)| unanswered(rulebook, &open, &cases)));
    findings.extend(stale_contacts(rulebook, today));
    findings
}

/// A case and where it is.
type Place = (Id<Case>, Span);

fn entry_name(rulebook: &Rulebook, id: Id<Case>) -> String {
    format!("{}.{}", Kind::Case.name(), rulebook.cases.name(id))
}

/// The cases of the rulebook itself, without those of the layers below it.
pub fn own(rulebook: &Rulebook) -> impl Iterator<Item = (Id<Case>, &Case)> {
    rulebook.cases.iter().filter(|(_, case)| !case.inherited)
}

fn contradictory(
    rulebook: &Rulebook,
    case: &Case,
    answers: &Answers,
    today: Date,
) -> impl Iterator<Item = Finding> + use<> {
    let span = case.span;
    given::contradictions(rulebook, answers, today).into_iter().map(move |contradiction| {
        let words::Words { ja, en } = contradiction.message;
        let message = words!(ja: "この答えは両立しません: {ja}", en: "these answers cannot all be true: {en}");
        Finding::new(Code::CaseContradiction, message).at(span)
    })
}

/// Cases that leave the same questions open, with a line for each answer that is missing.
fn unanswered(rulebook: &Rulebook, open: &[Id<Question>], cases: &[Place]) -> Finding {
    let list = ticked(open.iter().map(|&question| rulebook.questions.name(question)));
    let (ja, en) = (list.ja, list.en);
    let message = match cases {
        [_] => words!(ja: "この事例には {ja} の答えがありません", en: "the case does not answer {en}"),
        _ => {
            let number = cases.len();
            words!(ja: "{number}件の事例に {ja} の答えがありません", en: "{number} cases do not answer {en}")
        }
    };
    let first = |id: Id<Question>| {
        let option = rulebook.questions[id].options.names().next().unwrap_or_default();
        format!("{} = \"{option}\"", rulebook.questions.name(id))
    };
    let examples = open.iter().map(|&id| first(id)).collect::<Vec<_>>().join(", ");
    let others = open.iter().filter_map(|&id| {
        let others: Vec<&str> = rulebook.questions[id].options.names().skip(1).collect();
        (!others.is_empty()).then(|| others.join(", "))
    });
    let others = others.collect::<Vec<_>>().join("; ");
    let mut finding = Finding::new(Code::CaseIncomplete, message).help(words!(
        ja: "`answers` の `{{ }}` の中に `{examples}` のように加えてください（ほかの選択肢: {others}）。答えのない質問があってよい例なら、`partial = true` と書きます",
        en: "add it inside the braces of `answers`, such as `{examples}` (or {others}); if questions may stay open, write `partial = true`",
    ));
    for &(_, span) in cases {
        finding = finding.at(span);
    }
    match cases {
        [(only, _)] => finding.about(entry_name(rulebook, *only)),
        _ => finding,
    }
}

fn too_many_questions(rulebook: &Rulebook, case: &Case, answers: &Answers, today: Date) -> Option<Finding> {
    let most = rulebook.at_most_questions?;
    let asked = asked(rulebook, answers, today).len();
    (asked > most).then(|| {
        Finding::new(
            Code::TooManyQuestions,
            words!(
                ja: "この事例では{asked}問を尋ねます（`at_most_questions` は{most}）",
                en: "the case takes {asked} questions (`at_most_questions` is {most})",
            ),
        )
        .at(case.span)
    })
}

/// The questions that an interview with these answers asks. What they leave out is answered with "don't know".
pub fn asked(rulebook: &Rulebook, answers: &Answers, today: Date) -> Vec<Id<Question>> {
    asked_at_most(rulebook, answers, today, usize::MAX).0
}

/// The first so many of them, and whether these are all.
pub fn asked_at_most(rulebook: &Rulebook, answers: &Answers, today: Date, most: usize) -> (Vec<Id<Question>>, bool) {
    let mut so_far = Answers::none(rulebook);
    let mut asked = Vec::new();
    loop {
        if asked.len() == most {
            return (asked, false);
        }
        let truths = Truths::of(rulebook, &so_far, Details::Assumed, today);
        let next = live(rulebook, &so_far, &truths).unanswered.into_iter().next();
        let Some(question) = next else { return (asked, true) };
        asked.push(question);
        so_far.set(question, Some(answers.get(question).unwrap_or(Answer::Unknown)));
    }
}

fn stale_contacts(rulebook: &Rulebook, today: Date) -> impl Iterator<Item = Finding> {
    rulebook.contacts.iter().filter_map(move |(id, contact)| {
        let year = jiff::Span::new().years(1);
        if contact.checked.is_some_and(|checked| checked.saturating_add(year) >= today) {
            return None;
        }
        let name = format!("{}.{}", Kind::Contact.name(), rulebook.contacts.name(id));
        let message = match contact.checked {
            Some(checked) => words!(
                ja: "`{name}` は {checked} から1年以上確認されていません",
                en: "`{name}` was last checked on {checked}, over a year ago",
            ),
            None => words!(ja: "`{name}` に確認した日がありません", en: "`{name}` does not say when it was checked"),
        };
        let mut finding = Finding::new(Code::StaleContact, message).at(contact.span).help(words!(
            ja: "連絡先を確かめて `checked` に日付を書いてください",
            en: "make sure it is still right, then write the day as `checked`",
        ));
        finding.entry = Some(name);
        Some(finding)
    })
}

/// A difference between what a case expects and what came out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mismatch {
    /// The key of `expect`.
    pub what: &'static str,
    /// What was expected.
    pub expected: Vec<String>,
    /// What came out.
    pub actual: Vec<String>,
    /// The action it is about, if it is about one.
    pub action: Option<Id<Action>>,
}

/// What came of a case.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The differences; none: it passed.
    pub mismatches: Vec<Mismatch>,
    /// How many questions an interview asks.
    pub questions: usize,
}

/// Runs a case.
pub fn run(rulebook: &Rulebook, case: &Case, today: Date) -> Outcome {
    let (answers, today) = (answers_of(rulebook, case), case.today.unwrap_or(today));
    Outcome {
        mismatches: mismatches(rulebook, &case.expect, &answers, today),
        questions: asked(rulebook, &answers, today).len(),
    }
}

/// What comes out otherwise than expected.
pub fn mismatches(rulebook: &Rulebook, expect: &Expectation, answers: &Answers, today: Date) -> Vec<Mismatch> {
    let diagnosis = diagnose(rulebook, answers, today);
    Comparison { rulebook, diagnosis: &diagnosis }.mismatches(expect)
}

/// How much of a diagnosis is expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strictness {
    /// What is found and how the list begins: what an author wants to keep.
    Outline,
    /// All that a case can expect.
    Everything,
}

/// How many lines of the list an outline expects.
const OUTLINE: usize = 3;

/// A diagnosis as an expectation.
pub fn expectation(rulebook: &Rulebook, diagnosis: &Diagnosis, strictness: Strictness) -> Expectation {
    let found = |kind| Some(found(rulebook, diagnosis, kind));
    let steps: Vec<&Step> = diagnosis.checklist.iter().filter_map(Line::step).collect();
    let first = steps.iter().map(|step| step.action);
    let outline = Expectation {
        causes: found(Kind::Cause),
        obstacles: found(Kind::Obstacle),
        gates: found(Kind::Gate),
        first: first.clone().take(OUTLINE).collect(),
        ..Expectation::default()
    };
    match strictness {
        Strictness::Outline => outline,
        Strictness::Everything => Expectation {
            first: first.collect(),
            at_most: Some(diagnosis.checklist.len()),
            variants: steps.iter().map(|step| (step.action, step.variants.clone())).collect(),
            due: steps.iter().map(|step| (step.action, step.place.due)).collect(),
            notes: Some(diagnosis.notes(rulebook)),
            ..outline
        },
    }
}

/// The conclusions of a kind that hold.
fn found(rulebook: &Rulebook, diagnosis: &Diagnosis, kind: Kind) -> Vec<Id<Conclusion>> {
    let conclusions = rulebook.conclusions.iter().filter(|(_, conclusion)| conclusion.kind() == kind);
    conclusions.map(|(id, _)| id).filter(|&id| diagnosis.truth(rulebook, id) == Truth::True).collect()
}

struct Comparison<'a> {
    rulebook: &'a Rulebook,
    diagnosis: &'a Diagnosis,
}

impl Comparison<'_> {
    fn mismatches(&self, expect: &Expectation) -> Vec<Mismatch> {
        let found = [
            self.exactly("causes", Kind::Cause, expect.causes.as_deref()),
            self.exactly("obstacles", Kind::Obstacle, expect.obstacles.as_deref()),
            self.exactly("gates", Kind::Gate, expect.gates.as_deref()),
        ];
        let all = found.into_iter().chain(self.of_list(expect)).chain(self.of_actions(expect));
        all.chain([self.of_notes(expect)]).flatten().collect()
    }

    /// What differs about the list as a whole.
    fn of_list(&self, expect: &Expectation) -> Vec<Option<Mismatch>> {
        let names = |ids: &[Id<Action>]| -> Vec<String> {
            ids.iter().map(|&id| self.rulebook.actions.name(id).to_owned()).collect()
        };
        let shown: Vec<Id<Action>> = self.diagnosis.checklist.iter().filter_map(Line::action).collect();
        let beginning = &shown[..expect.first.len().min(shown.len())];
        let missing: IndexSet<_> =
            expect.actions_shown().into_iter().filter(|action| !shown.contains(action)).collect();
        let unwanted: Vec<_> = expect.excludes.iter().copied().filter(|action| shown.contains(action)).collect();
        let wrongly = |what, actions: &[Id<Action>]| {
            let (expected, actual) = (names(actions), names(&shown));
            (!actions.is_empty()).then_some(Mismatch { what, expected, actual, action: None })
        };
        let lines = self.diagnosis.checklist.len();
        let too_long = expect.at_most.filter(|&most| lines > most);
        vec![
            differ("first", names(&expect.first), names(beginning)),
            wrongly("includes", &missing.into_iter().collect::<Vec<_>>()),
            wrongly("excludes", &unwanted),
            too_long.and_then(|most| differ("at_most", vec![most.to_string()], vec![lines.to_string()])),
        ]
    }

    /// What differs about single actions.
    fn of_actions(&self, expect: &Expectation) -> Vec<Option<Mismatch>> {
        let conclusions = &self.rulebook.conclusions;
        let names = |ids: &[Id<Conclusion>]| ids.iter().map(|&id| conclusions.name(id).to_owned()).collect::<Vec<_>>();
        let because = expect.because.iter().map(|(action, reasons)| {
            let (expected, actual) = (names(reasons), names(&self.diagnosis.answered_by(self.rulebook, *action)));
            let explained = expected.iter().all(|reason| actual.contains(reason));
            (!explained).then_some(Mismatch { what: "because", expected, actual, action: Some(*action) })
        });
        let variants = self.of_steps("variants", &expect.variants, |step, expected| {
            let all = &self.rulebook.actions[step.action].variants;
            let names = |positions: &[usize]| positions.iter().map(|&variant| variant_name(all, variant)).collect();
            (names(expected), names(&step.variants))
        });
        let due = self
            .of_steps("due", &expect.due, |step, expected| (vec![expected.written()], vec![step.place.due.written()]));
        because.chain(variants).chain(due).collect()
    }

    fn of_notes(&self, expect: &Expectation) -> Option<Mismatch> {
        let names = |notes: &[Id<Note>]| {
            let mut names: Vec<String> = notes.iter().map(|&id| self.rulebook.notes.name(id).to_owned()).collect();
            names.sort();
            names
        };
        differ("notes", names(expect.notes.as_deref()?), names(&self.diagnosis.notes(self.rulebook)))
    }

    /// What differs about actions that are shown; `compared` gives what was expected of one, and what came out.
    fn of_steps<T>(
        &self,
        what: &'static str,
        expected: &[(Id<Action>, T)],
        compared: impl Fn(&Step, &T) -> (Vec<String>, Vec<String>),
    ) -> Vec<Option<Mismatch>> {
        let step = |action| self.diagnosis.checklist.iter().filter_map(Line::step).find(|step| step.action == action);
        let mismatch = |&(action, ref expected): &(Id<Action>, T)| {
            let (expected, actual) = compared(step(action)?, expected);
            differ(what, expected, actual).map(|mismatch| Mismatch { action: Some(action), ..mismatch })
        };
        expected.iter().map(mismatch).collect()
    }

    fn exactly(&self, what: &'static str, kind: Kind, expected: Option<&[Id<Conclusion>]>) -> Option<Mismatch> {
        let names = |ids: &[Id<Conclusion>]| {
            let mut names: Vec<String> = ids.iter().map(|&id| self.rulebook.conclusions.name(id).to_owned()).collect();
            names.sort();
            names
        };
        differ(what, names(expected?), names(&found(self.rulebook, self.diagnosis, kind)))
    }
}

fn variant_name(variants: &Named<Variant>, position: usize) -> String {
    variants.names().nth(position).unwrap_or_default().to_owned()
}

fn differ(what: &'static str, expected: Vec<String>, actual: Vec<String>) -> Option<Mismatch> {
    (expected != actual).then_some(Mismatch { what, expected, actual, action: None })
}
