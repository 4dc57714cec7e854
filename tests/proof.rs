//! Proofs against brute force: on small random rulebooks every situation is tried with the engine, and what the proofs say
//! must be exactly what comes out.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod oracle;
mod situations;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use jiff::civil::Date;
use oracle::{Choices, Spec};
use shinrai::answers::given::{contradictions, parse_flag, resolve};
use shinrai::answers::{Answers, Details, Truth, Truths};
use shinrai::cases;
use shinrai::diagnosis::diagnose;
use shinrai::diagnosis::live::live_details;
use shinrai::diagnosis::order::{Step, steps};
use shinrai::proof::difference::{What, compare};
use shinrai::proof::flip::{Flip, flip};
use shinrai::proof::prove;
use shinrai::rulebook::calendar::Due;
use shinrai::rulebook::condition::{NodeId, Options, Test};
use shinrai::rulebook::finding::{Finding, Replay};
use shinrai::rulebook::read::read;
use shinrai::rulebook::source::File;
use shinrai::rulebook::{Action, Answer, Code, Id, Kind, Pick, Rulebook, Tone};
use situations::{TODAY, days, situations};

/// A small rulebook with everything that can happen in it.
struct Small {
    text: String,
    rulebook: Rulebook,
    situations: Vec<(Answers, Date)>,
    truths: Vec<Truths>,
}

impl Small {
    fn random(seed: u64) -> Option<Self> {
        let mut choices = Choices::from_seed(seed);
        let spec = Spec::random(&mut choices);
        let mut text = oracle::to_toml(&spec);
        claims(&spec, &mut choices, &mut text);
        Self::of(text)
    }

    fn of(text: String) -> Option<Self> {
        let rulebook = parse(&text)?;
        let situations = situations(&rulebook)?;
        let truths =
            situations.iter().map(|(answers, today)| Truths::of(&rulebook, answers, Details::Open, *today)).collect();
        Some(Self { text, rulebook, situations, truths })
    }

    fn can_be(&self, claim: &[(NodeId, bool)]) -> bool {
        let all = |truths: &Truths| claim.iter().all(|&(node, holds)| truths.get(node) == Truth::from(holds));
        self.truths.iter().any(all)
    }
}

fn parse(text: &str) -> Option<Rulebook> {
    let file = File { name: "random.toml".into(), bytes: text.as_bytes().to_vec() };
    let reading = read(vec![vec![file]]);
    assert!(reading.rulebook.is_some(), "{:#?}\n{text}", reading.findings);
    reading.rulebook
}

/// Adds contradictions and properties, which the oracle does not know.
fn claims(spec: &Spec, choices: &mut Choices, text: &mut String) {
    let entry = |choices: &mut Choices| {
        let question = choices.pick(&spec.questions).clone();
        format!("{} = \"o{}\"", question.name, choices.below(question.options))
    };
    for number in 0..choices.below(3) {
        let (one, other) = (entry(choices), entry(choices));
        let both = if one.split(' ').next() == other.split(' ').next() { one } else { format!("{one}, {other}") };
        writeln!(text, "[contradiction.c{number}]\nsay = \"no\"\nwhen = {{ {both} }}").unwrap();
    }
    for number in 0..choices.below(4) {
        let when = entry(choices);
        let actions: Vec<String> = spec.actions.iter().map(|action| format!("\"{}\"", action.name)).collect();
        if actions.is_empty() {
            return;
        }
        let actions = choices.one_or_more_of(&actions, 30).join(", ");
        let claim = *choices.pick(&["never", "always", "always_any"]);
        writeln!(text, "[property.p{number}]\nwhen = {{ {when} }}\n{claim} = [{actions}]").unwrap();
    }
}

/// The answers of an example, as the command line takes them, with the day.
fn replayed(rulebook: &Rulebook, example: &Replay) -> (Answers, Date) {
    let written = example.answers.iter().map(|flag| parse_flag(flag).unwrap());
    (resolve(rulebook, written).unwrap(), example.today.unwrap_or(TODAY))
}

/// What a finding claims of an example.
type Shows<'a> = dyn Fn(&Truths) -> bool + 'a;

/// An example shows what it is there for, and shows it no more without any one of its answers.
fn check_example(small: &Small, finding: &Finding, shows: &Shows<'_>) {
    let rulebook = &small.rulebook;
    let example = finding.example.as_ref().unwrap_or_else(|| panic!("no example: {finding:#?}"));
    let (answers, today) = replayed(rulebook, example);
    let holds = |answers: &Answers| shows(&Truths::of(rulebook, answers, Details::Assumed, today));
    assert!(holds(&answers), "{finding:#?}\n{}", small.text);
    let extends = |(whole, day): &(Answers, Date)| {
        let given = answers.given().all(|(id, answer)| whole.get(id) == Some(answer));
        let usual = rulebook.questions.iter().all(|(id, question)| match (answers.get(id), question.usually) {
            (None, Some(usual)) => whole.get(id) == Some(Answer::Chosen(Options::one(usual))),
            _ => true,
        });
        *day == today && given && usual
    };
    assert!(
        !days(rulebook).contains(&today) || small.situations.iter().any(extends),
        "no situation goes with the example\n{finding:#?}\n{}",
        small.text
    );
    for (id, _) in answers.given() {
        let mut fewer = answers.clone();
        fewer.set(id, None);
        let still = holds(&fewer) && {
            let usual = rulebook.questions[id].usually;
            usual.is_none_or(|usual| {
                small.situations.iter().any(|(whole, _)| whole.get(id) == Some(Answer::Chosen(Options::one(usual))))
            })
        };
        let is_needed = !still || rulebook.questions[id].usually.is_some();
        assert!(is_needed, "`{}` is not needed\n{finding:#?}\n{}", rulebook.questions.name(id), small.text);
    }
}

/// The entries that findings of these codes are about, or name as a consequence.
fn reported(findings: &[Finding], codes: &[Code]) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for finding in findings {
        names.extend(finding.entry.clone().filter(|_| codes.contains(&finding.code)));
        for words in finding.labels.iter().filter_map(|label| label.words.as_ref()) {
            if let Some((_, rest)) = words.en.split_once("therefore `")
                && rest.contains("never")
            {
                names.insert(rest.split('`').next().unwrap().to_owned());
            }
        }
    }
    names
}

fn for_random_rulebooks(seeds: std::ops::Range<u64>, at_least: usize, check: impl Fn(&Small, &[Finding])) {
    let mut tried = 0;
    for seed in seeds {
        let Some(small) = Small::random(seed) else { continue };
        if small.situations.is_empty() {
            let proof = prove(&small.rulebook, TODAY);
            assert_eq!(proof.findings.iter().map(|finding| finding.code).collect::<Vec<_>>(), [Code::NoSituation]);
            continue;
        }
        tried += 1;
        let findings = prove(&small.rulebook, TODAY).findings;
        assert!(!findings.iter().any(|finding| finding.code == Code::NotFinished), "{seed}\n{}", small.text);
        check(&small, &findings);
    }
    assert!(tried >= at_least, "{tried}");
}

#[test]
fn what_never_occurs_is_reported_and_nothing_else() {
    for_random_rulebooks(0..600, 150, |small, findings| {
        let rulebook = &small.rulebook;
        let never = reported(findings, &[Code::NeverOccurs, Code::NeverTrue]);
        let mut expected = BTreeMap::new();
        let mut add = |kind: Kind, name: &str, claim: &[(NodeId, bool)]| {
            expected.insert(format!("{}.{name}", kind.name()), !small.can_be(claim));
        };
        for (id, term) in rulebook.terms.iter() {
            add(Kind::Term, rulebook.terms.name(id), &[(term.node, true)]);
        }
        for (id, conclusion) in rulebook.conclusions.iter() {
            add(conclusion.kind(), rulebook.conclusions.name(id), &[(conclusion.node, true)]);
        }
        for (id, action) in rulebook.actions.iter() {
            add(Kind::Action, rulebook.actions.name(id), &[(action.node, true)]);
            let can_be_listed = small.can_be(&[(action.node, true)]);
            for (name, variant) in action.variants.iter().filter(|_| can_be_listed) {
                let name = format!("{}.variant.{name}", rulebook.actions.name(id));
                add(Kind::Action, &name, &[(variant.node, true), (action.node, true)]);
            }
        }
        for (id, note) in rulebook.notes.iter() {
            add(Kind::Note, rulebook.notes.name(id), &[(note.node, true)]);
        }
        for (name, is_never) in expected {
            let parts = format!("{name}.");
            // a part of an entry, such as an item of `any`, is reported under its entry
            let of_part = findings.iter().any(|finding| finding.entry.as_deref() == Some(name.as_str()));
            let said = never.contains(&name);
            assert!(said == is_never || of_part && said, "{name} {parts}: {is_never}\n{findings:#?}\n{}", small.text);
        }
    });
}

#[test]
fn gaps_are_found_with_an_example_and_only_where_they_are() {
    for_random_rulebooks(1_000..1_600, 150, |small, findings| {
        let rulebook = &small.rulebook;
        let calm = rulebook.gates().filter(|(_, gate)| gate.tone == Tone::Alert);
        let calm: Vec<(NodeId, bool)> = calm.map(|(id, _)| (rulebook.conclusions[id].node, false)).collect();
        let of = |code| findings.iter().filter(move |finding: &&Finding| finding.code == code);
        let claim = |more: Vec<(NodeId, bool)>| [calm.clone(), more].concat();
        let shows = |claim: Vec<(NodeId, bool)>| {
            move |truths: &Truths| claim.iter().all(|&(node, holds)| truths.get(node) == Truth::from(holds))
        };
        let causes = rulebook.conclusions.iter().filter(|(_, conclusion)| conclusion.kind() == Kind::Cause);
        let no_cause = claim(causes.map(|(_, cause)| (cause.node, false)).collect());
        let has_causes = no_cause.len() > calm.len();
        assert_eq!(of(Code::NoCause).count() == 1, has_causes && small.can_be(&no_cause), "{}", small.text);
        of(Code::NoCause).for_each(|finding| check_example(small, finding, &shows(no_cause.clone())));
        let no_action = claim(rulebook.actions.iter().map(|(_, action)| (action.node, false)).collect());
        let expected = !rulebook.actions.is_empty() && small.can_be(&no_action);
        assert_eq!(of(Code::NoAction).count() == 1, expected, "{}", small.text);
        of(Code::NoAction).for_each(|finding| check_example(small, finding, &shows(no_action.clone())));
        for (id, obstacle) in rulebook.conclusions.iter().filter(|(_, entry)| entry.kind() == Kind::Obstacle) {
            let answering = rulebook.actions.iter().filter(|(_, action)| action.answers.contains(&id));
            let mut unanswered = claim(answering.map(|(_, action)| (action.node, false)).collect());
            unanswered.push((obstacle.node, true));
            let name = format!("obstacle.{}", rulebook.conclusions.name(id));
            let found = of(Code::UnansweredObstacle).find(|finding| finding.entry.as_ref() == Some(&name));
            assert_eq!(found.is_some(), small.can_be(&unanswered), "{name}\n{}", small.text);
            if let Some(finding) = found {
                check_example(small, finding, &shows(unanswered));
            }
        }
    });
}

#[test]
fn properties_are_proved_or_refuted() {
    for_random_rulebooks(2_000..2_800, 200, |small, findings| {
        let rulebook = &small.rulebook;
        for (id, property) in rulebook.properties.iter() {
            let listed = |truths: &Truths, action: Id<Action>| truths.get(rulebook.actions[action].node) == Truth::True;
            let refutes = |truths: &Truths| {
                truths.get(property.node) == Truth::True
                    && (property.never.iter().any(|&action| listed(truths, action))
                        || property.always.iter().any(|&action| !listed(truths, action))
                        || !property.always_any.is_empty()
                            && property.always_any.iter().all(|&action| !listed(truths, action)))
            };
            let name = format!("property.{}", rulebook.properties.name(id));
            let is_about =
                |finding: &&Finding| finding.code == Code::PropertyFails && finding.entry.as_ref() == Some(&name);
            let expected = small.truths.iter().any(refutes);
            assert_eq!(findings.iter().any(|finding| is_about(&finding)), expected, "{name}\n{}", small.text);
            findings.iter().filter(is_about).for_each(|finding| {
                let example = finding.example.as_ref().unwrap();
                let (answers, today) = replayed(rulebook, example);
                let truths = Truths::of(rulebook, &answers, Details::Assumed, today);
                assert!(refutes(&truths), "{finding:#?}\n{}", small.text);
            });
        }
    });
}

#[test]
fn deadlines_that_come_forward_are_found() {
    for_random_rulebooks(3_000..3_600, 150, |small, findings| {
        let rulebook = &small.rulebook;
        let day = Due::parse("1d").unwrap();
        let early = |truths: &Truths, step: &Step| {
            let own = own_due(rulebook, truths, step.action);
            let place = step.place.due;
            own > day && 4 * place.hours() < own.hours()
        };
        for (id, action) in rulebook.actions.iter() {
            let name = format!("action.{}", rulebook.actions.name(id));
            let pulled =
                |truths: &Truths| steps(rulebook, truths).iter().any(|step| step.action == id && early(truths, step));
            let expected = small.truths.iter().any(pulled);
            let found = findings
                .iter()
                .find(|finding| finding.code == Code::PulledForward && finding.entry.as_ref() == Some(&name));
            assert_eq!(found.is_some(), expected, "{name}\n{}", small.text);
            if let Some(finding) = found {
                let (answers, today) = replayed(rulebook, finding.example.as_ref().unwrap());
                let truths = Truths::of(rulebook, &answers, Details::Assumed, today);
                assert!(pulled(&truths), "{finding:#?}\n{}", small.text);
            }
            for (earlier, span) in action.after.spanned() {
                let both = [(action.node, true), (rulebook.actions[earlier].node, true)];
                let each = both.map(|one| small.can_be(&[one])) == [true; 2];
                let said = findings
                    .iter()
                    .any(|finding| finding.code == Code::NeverTogether && finding.labels[0].span == span);
                let is_link = !rulebook.actions[earlier].after.is_empty()
                    || rulebook.actions.iter().any(|(_, third)| third.after.contains(&id));
                assert_eq!(said, each && !is_link && !small.can_be(&both), "{name}\n{}", small.text);
            }
        }
    });
}

fn own_due(rulebook: &Rulebook, truths: &Truths, id: Id<Action>) -> Due {
    let action = &rulebook.actions[id];
    let applied: Vec<_> = action.variants.values().filter(|variant| truths.get(variant.node) == Truth::True).collect();
    let due = applied.iter().rev().find_map(|variant| variant.due).or(action.due);
    let stage = applied.iter().rev().find_map(|variant| variant.stage).or(action.stage);
    due.or_else(|| Some(rulebook.stages[stage?].due)).unwrap_or(Due::TODAY)
}

/// Every interview there can be, "don't know" included, held with the engine.
#[test]
fn questions_are_asked_in_some_interview_or_reported() {
    for_random_rulebooks(4_000..4_500, 100, |small, findings| {
        let rulebook = &small.rulebook;
        let mut asked = BTreeSet::new();
        let mut longest = 0;
        for today in days(rulebook) {
            interviews(rulebook, today, &Answers::none(rulebook), 0, &mut |answers, questions, complete| {
                asked.extend(answers.given().map(|(id, _)| id));
                asked.extend(live_details(rulebook, answers, today));
                if complete {
                    longest = longest.max(questions);
                }
            });
        }
        for id in rulebook.questions.ids() {
            let name = format!("question.{}", rulebook.questions.name(id));
            let said = findings.iter().any(|finding| {
                matches!(finding.code, Code::NeverAsked | Code::UnreadQuestion) && finding.entry.as_ref() == Some(&name)
            });
            let unread = findings
                .iter()
                .any(|finding| finding.code == Code::UnreadQuestion && finding.entry.as_ref() == Some(&name));
            assert!(said != asked.contains(&id) || unread, "{name}: {said}\n{}", small.text);
        }
        let found = prove(rulebook, TODAY).longest.unwrap();
        assert!(!found.is_proved || found.questions == longest, "{found:?} {longest}\n{}", small.text);
        let (answers, today) = replayed(rulebook, &found.example);
        assert_eq!(cases::asked(rulebook, &answers, today).len(), found.questions, "{}", small.text);
    });
}

fn interviews(
    rulebook: &Rulebook,
    today: Date,
    answers: &Answers,
    asked: usize,
    seen: &mut impl FnMut(&Answers, usize, bool),
) {
    let truths = Truths::of(rulebook, answers, Details::Assumed, today);
    let live = shinrai::diagnosis::live::live(rulebook, answers, &truths).unanswered;
    let Some(&next) = live.first() else { return seen(answers, asked, true) };
    let question = &rulebook.questions[next];
    let count = question.options.len();
    let mut possible: Vec<Answer> = match question.pick {
        Pick::One => (0..count).map(|option| Answer::Chosen(Options::one(option))).collect(),
        Pick::Any => (0..1_usize << count)
            .map(|set| Answer::Chosen((0..count).filter(|option| set >> option & 1 == 1).collect()))
            .collect(),
    };
    if question.unknown.is_none() {
        possible.push(Answer::Unknown);
    }
    let mut any = false;
    for answer in possible {
        let next = answers.clone().with(next, answer);
        if contradictions(rulebook, &next, today).is_empty() {
            any = true;
            interviews(rulebook, today, &next, asked + 1, seen);
        }
    }
    assert!(any || !rulebook.contradictions.is_empty());
}

/// A part that is reported can be taken out of the text, and no situation is any different.
#[test]
fn what_is_redundant_can_go() {
    let (mut tried, mut compared) = (0, 0);
    for seed in 5_000..5_600 {
        let Some(small) = Small::random(seed).filter(|small| !small.situations.is_empty()) else { continue };
        tried += 1;
        for finding in prove(&small.rulebook, TODAY).findings {
            let is_part = matches!(finding.code, Code::Redundant | Code::AlwaysTrue | Code::NeverTrue);
            let spans: Vec<_> = finding.labels.iter().map(|label| label.span.range()).collect();
            let texts: Vec<&str> = spans.iter().map(|span| &small.text[span.clone()]).collect();
            if !is_part || !texts.iter().all(|text| text.contains('=') || text.starts_with('"')) {
                continue;
            }
            compared += 1;
            for (span, text) in spans.iter().zip(texts) {
                let changed = Small::of(without(&small.text, span.clone(), text, &finding)).unwrap();
                assert_same_outcomes(&small, &changed, &finding);
            }
        }
    }
    assert!(tried > 150 && compared > 100, "{tried} {compared}");
}

/// Where a condition of an action or a gate could go, something is said about that entry.
#[test]
fn what_can_go_is_reported() {
    let mut could_go = 0;
    for seed in 6_000..6_400 {
        let Some(small) = Small::random(seed).filter(|small| !small.situations.is_empty()) else { continue };
        let findings = prove(&small.rulebook, TODAY).findings;
        let rulebook = &small.rulebook;
        let gates = rulebook.gates().map(|(id, gate)| (format!("gate.{}", rulebook.conclusions.name(id)), &*gate.when));
        let actions = rulebook.actions.iter().filter_map(|(id, action)| {
            Some((format!("action.{}", rulebook.actions.name(id)), action.advice.when.as_ref()?))
        });
        for (name, when) in gates.chain(actions) {
            let Test::All(entries) = &when.test else { continue };
            for entry in entries {
                let span = entry.span.range();
                let part = &small.text[span.clone()];
                let mut text = small.text.clone();
                let neutral = if part.starts_with('{') { "{ x_always = true }" } else { "x_always = true" };
                text.replace_range(span, neutral);
                let changed = Small::of(text + "\n[term.x_always]\nwhen = {}\n").unwrap();
                if !same_outcomes(&small, &changed) {
                    continue;
                }
                could_go += 1;
                let key = part.split([' ', '=']).next().unwrap();
                let is_only_reader = small.text.matches(&format!("{key} = ")).count() <= 1;
                let said = findings.iter().any(|finding| {
                    let name_of = |name: &String| part.contains(name.rsplit('.').next().unwrap());
                    finding.entry.as_ref().is_some_and(|entry| *entry == name || name_of(entry))
                        || finding.labels.iter().any(|label| {
                            label.words.as_ref().is_some_and(|words| {
                                words.en.contains(&format!("`{name}`")) || words.en.contains(&format!(".{key}`"))
                            })
                        })
                });
                assert!(said || is_only_reader, "{name}: {part}\n{}", small.text);
            }
        }
    }
    assert!(could_go > 100, "{could_go}");
}

/// The rulebook without a part: what stands in its place never matters.
fn without(text: &str, span: std::ops::Range<usize>, part: &str, finding: &Finding) -> String {
    let mut changed = text.to_owned();
    if part.starts_with('"') {
        let rest = text[span.end..].trim_start().strip_prefix(',').map(|rest| text.len() - rest.len());
        let before = text[..span.start].trim_end().strip_suffix(',').map(str::len);
        match (rest, before) {
            (Some(end), _) => changed.replace_range(span.start..end, ""),
            (None, Some(start)) => changed.replace_range(start..span.end, ""),
            (None, None) => changed.replace_range(span, ""),
        }
        return changed;
    }
    // an item of `any` is its whole table, or the only entry of it
    let before = text[..span.start].trim_end();
    let is_table = part.starts_with('{');
    let opening = if is_table { Some(before) } else { before.strip_suffix('{').map(str::trim_end) };
    let is_item = opening.is_some_and(|before| before.ends_with('[') || before.ends_with(','))
        && (is_table || text[span.end..].trim_start().starts_with('}'));
    let neutral = match finding.code {
        Code::NeverTrue => "x_never = true",
        Code::AlwaysTrue => "x_always = true",
        _ if is_item && within_any(text, span.start) => "x_never = true",
        _ => "x_always = true",
    };
    let neutral = if is_table { format!("{{ {neutral} }}") } else { neutral.to_owned() };
    changed.replace_range(span, &neutral);
    changed + "\n[term.x_always]\nwhen = {}\n[term.x_never]\nwhen = { not = {} }\n"
}

/// Whether the list in which a place stands directly belongs to `any`.
fn within_any(text: &str, place: usize) -> bool {
    let mut depth = 0;
    for (at, character) in text[..place].char_indices().rev() {
        match character {
            ']' => depth += 1,
            '[' if depth > 0 => depth -= 1,
            '[' => return text[..at].trim_end().trim_end_matches('=').trim_end().ends_with("any"),
            _ => {}
        }
    }
    false
}

fn assert_same_outcomes(one: &Small, other: &Small, finding: &Finding) {
    assert!(same_outcomes(one, other), "{finding:#?}\n{}\n----\n{}", one.text, other.text);
}

fn same_outcomes(one: &Small, other: &Small) -> bool {
    one.situations.len() == other.situations.len()
        && one
            .truths
            .iter()
            .zip(&other.truths)
            .all(|(truths, changed)| outcome(&one.rulebook, truths) == outcome(&other.rulebook, changed))
}

/// What is found, noted and listed, and how.
fn outcome(rulebook: &Rulebook, truths: &Truths) -> BTreeMap<String, Truth> {
    let mut outcome = BTreeMap::new();
    for (id, conclusion) in rulebook.conclusions.iter() {
        outcome.insert(rulebook.conclusions.name(id).to_owned(), truths.get(conclusion.node));
    }
    for (id, note) in rulebook.notes.iter() {
        outcome.insert(format!("note {}", rulebook.notes.name(id)), truths.get(note.node));
    }
    for step in steps(rulebook, truths) {
        let name = rulebook.actions.name(step.action);
        outcome.insert(format!("{name} {:?}", step.variants), Truth::True);
    }
    outcome
}

/// An edit as a person might make it, somewhere in the text.
fn edited(text: &str, choices: &mut Choices) -> Option<String> {
    let edits: [(&str, &str, &str); 10] = [
        ("tone = ", "", ""),
        ("stops = ", "", ""),
        ("when = ", "\"o0\"", "\"o1\""),
        ("when = ", "\"o1\"", "\"o0\""),
        ("when = ", "= true", "= false"),
        ("due = ", "", "due = \"2d\""),
        ("impact = ", "", "impact = 5"),
        ("certainty = ", "", "certainty = 0.15"),
        ("after = ", "", ""),
        ("bars = ", "", ""),
    ];
    let &(start, from, to) = choices.pick(&edits);
    let lines: Vec<&str> = text.lines().collect();
    let fitting: Vec<usize> =
        (0..lines.len()).filter(|&line| lines[line].starts_with(start) && lines[line].contains(from)).collect();
    if fitting.is_empty() {
        return None;
    }
    let chosen = *choices.pick(&fitting);
    let changed = if from.is_empty() { to.to_owned() } else { lines[chosen].replacen(from, to, 1) };
    let mut lines: Vec<String> = lines.into_iter().map(str::to_owned).collect();
    lines[chosen] = changed;
    Some(lines.join("\n") + "\n")
}

/// What differs about entries of both, found by trying every situation.
fn differences_by_force(old: &Small, new: &Small) -> BTreeSet<(String, &'static str)> {
    let mut found = BTreeSet::new();
    let both = |situation: &&(Answers, Date)| new.situations.contains(situation);
    for (answers, today) in old.situations.iter().filter(both) {
        let truths = |small: &Small| Truths::of(&small.rulebook, answers, Details::Open, *today);
        let (one, other) = (truths(old), truths(new));
        let (before, after) = (&old.rulebook, &new.rulebook);
        for (id, conclusion) in after.conclusions.iter() {
            let name = format!("{}.{}", conclusion.kind().name(), after.conclusions.name(id));
            if one.get(before.conclusions[id].node) != other.get(conclusion.node) {
                found.insert((name, "holds"));
            }
        }
        let gates = |rulebook: &Rulebook, truths: &Truths| -> Vec<Truth> {
            rulebook.gates().map(|(id, _)| truths.get(rulebook.conclusions[id].node)).collect()
        };
        let headline = |rulebook: &Rulebook| diagnose(rulebook, answers, *today).headline;
        let (first, second) = (headline(before), headline(after));
        if gates(before, &one) == gates(after, &other) && first != second {
            for id in [first, second].into_iter().flatten() {
                found.insert((format!("gate.{}", after.conclusions.name(id)), "headline"));
            }
        }
        for (id, note) in after.notes.iter() {
            if one.get(before.notes[id].node) != other.get(note.node) {
                found.insert((format!("note.{}", after.notes.name(id)), "holds"));
            }
        }
        for (id, contact) in after.contacts.iter() {
            if one.get(before.contacts[id].node) != other.get(contact.node) {
                found.insert((format!("contact.{}", after.contacts.name(id)), "holds"));
            }
        }
        let (first, second) = (steps(before, &one), steps(after, &other));
        for (id, action) in after.actions.iter() {
            let name = format!("action.{}", after.actions.name(id));
            if one.get(before.actions[id].node) != other.get(action.node) {
                found.insert((name.clone(), "listed"));
            }
            let step = |steps: &[Step]| steps.iter().find(|step| step.action == id).cloned();
            if let (Some(old), Some(new)) = (step(&first), step(&second)) {
                if old.place.due != new.place.due {
                    found.insert((name.clone(), "deadline"));
                }
                if old.variants != new.variants {
                    found.insert((name.clone(), "variants"));
                }
                let others = |steps: &[Step]| -> BTreeSet<Id<Action>> {
                    steps.iter().take_while(|step| step.action != id).map(|step| step.action).collect()
                };
                let listed = |steps: &[Step]| steps.iter().map(|step| step.action).collect::<BTreeSet<_>>();
                let common: BTreeSet<_> = listed(&first).intersection(&listed(&second)).copied().collect();
                let in_front = |steps: &[Step]| others(steps).intersection(&common).copied().collect::<BTreeSet<_>>();
                if in_front(&first) != in_front(&second) {
                    found.insert((name, "order"));
                }
            }
        }
        let asked = |rulebook: &Rulebook| cases::asked(rulebook, answers, *today);
        let (first, second) = (asked(before), asked(after));
        for id in after.questions.ids().filter(|&id| first.contains(&id) != second.contains(&id)) {
            if !after.questions[id].is_detail() {
                found.insert((format!("question.{}", after.questions.name(id)), "asked"));
            }
        }
    }
    found
}

#[test]
fn differences_are_those_that_every_situation_shows() {
    let (mut compared, mut different) = (0, 0);
    for seed in 7_000..7_700 {
        let Some(old) = Small::random(seed).filter(|small| !small.situations.is_empty()) else { continue };
        let mut choices = Choices::from_seed(seed + 100_000);
        let Some(text) = edited(&old.text, &mut choices) else { continue };
        let file = File { name: "random.toml".into(), bytes: text.as_bytes().to_vec() };
        if read(vec![vec![file]]).rulebook.is_none() {
            continue; // the edit made it invalid
        }
        let Some(new) = Small::of(text).filter(|small| !small.situations.is_empty()) else { continue };
        compared += 1;
        let found = compare(&old.rulebook, &new.rulebook, TODAY);
        assert_eq!(found.unfinished, Vec::<String>::new(), "{seed}\n{}\n----\n{}", old.text, new.text);
        let said: BTreeSet<(String, &str)> = found
            .differences
            .iter()
            .filter_map(|difference| {
                let what = match &difference.what {
                    What::Holds { .. } => "holds",
                    What::Listed { .. } => "listed",
                    What::Deadline { .. } => "deadline",
                    What::Variants { .. } => "variants",
                    What::Order { .. } => "order",
                    What::Asked { .. } => "asked",
                    What::Headline { .. } => "headline",
                    What::Effect(_) | What::Spared { .. } => return None,
                };
                let is_contradiction = difference.entry.starts_with("contradiction");
                (!is_contradiction).then(|| (difference.entry.clone(), what))
            })
            .collect();
        let expected = differences_by_force(&old, &new);
        different += usize::from(!expected.is_empty());
        let without_order = |set: &BTreeSet<(String, &'static str)>| -> BTreeSet<(String, &str)> {
            set.iter().filter(|(_, what)| *what != "order").cloned().collect()
        };
        assert_eq!(
            without_order(&said.iter().map(|(name, what)| (name.clone(), *what)).collect()),
            without_order(&expected),
            "{seed}\n{}\n----\n{}",
            old.text,
            new.text
        );
        let order = |set: &BTreeSet<(String, &'static str)>| set.iter().any(|(_, what)| *what == "order");
        assert!(said.is_subset(&expected), "{seed}: {said:?} {expected:?}\n{}\n----\n{}", old.text, new.text);
        let is_about_order = order(&expected) && without_order(&expected).is_empty();
        assert!(!is_about_order || order(&said), "{seed}\n{}\n----\n{}", old.text, new.text);
    }
    assert!(compared > 150 && different > 60, "{compared} {different}");
}

/// The fewest answers that differ in any situation of the opposite truth.
#[test]
fn the_smallest_change_is_the_smallest() {
    let mut compared = [0; 5];
    for seed in 8_000..8_250 {
        let Some(small) = Small::random(seed).filter(|small| !small.situations.is_empty()) else { continue };
        let rulebook = &small.rulebook;
        let mut choices = Choices::from_seed(seed + 100_000);
        let position = choices.below(256) * small.situations.len() / 256;
        let (answers, today) = &small.situations[position];
        let conclusions = rulebook.conclusions.iter().map(|(_, conclusion)| conclusion.node);
        for node in conclusions.chain(rulebook.actions.iter().map(|(_, action)| action.node)) {
            let now = small.truths[position].get(node);
            let opposite = small
                .situations
                .iter()
                .zip(&small.truths)
                .filter(|((_, day), truths)| day == today && truths.get(node) == !now);
            let distance = opposite
                .map(|((other, _), _)| rulebook.questions.ids().filter(|&id| other.get(id) != answers.get(id)).count())
                .min();
            let found = flip(rulebook, answers, *today, node);
            let expected = distance.filter(|&distance| distance <= 3);
            match &found {
                Flip::Change(change) => {
                    assert_eq!(Some(change.len()), expected, "{found:?}\n{}", small.text);
                    let mut changed = answers.clone();
                    changed.extend(change.iter().copied());
                    let truths = Truths::of(rulebook, &changed, Details::Assumed, *today);
                    assert_eq!(truths.get(node), !now, "{found:?}\n{}", small.text);
                }
                Flip::TooFar => assert_eq!(expected, None, "{}", small.text),
                Flip::Open | Flip::Unfinished => panic!("{found:?}\n{}", small.text),
            }
            compared[distance.unwrap_or(4).min(4)] += 1;
        }
    }
    assert!(compared[1] > 100 && compared[2] > 20, "{compared:?}");
}
