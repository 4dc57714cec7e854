//! The built-in rulebook: in order, whole, and safe.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod support;

use std::collections::BTreeSet;
use std::fs;

use jiff::civil::{Date, date};
use proptest::test_runner::{RngAlgorithm, TestRng};
use rand::Rng;
use shinrai::answers::{Answers, Truth, given};
use shinrai::builtin;
use shinrai::cases;
use shinrai::diagnosis::{Diagnosis, Line, diagnose};
use shinrai::interview::Interview;
use shinrai::proof::check;
use shinrai::report::rules;
use shinrai::rulebook::NoteKind::{Mindset, Outlook, Story};
use shinrai::rulebook::condition::Options;
use shinrai::rulebook::{Answer, Pick, Rulebook, read};
use support::{here, shinrai};

const TODAY: Date = date(2026, 11, 22);

fn rulebook() -> Rulebook {
    let reading = read::read(vec![builtin::files()]);
    let (reading, _) = check(reading, TODAY);
    assert_eq!(reading.findings, [], "the built-in rulebook is clean");
    reading.rulebook.expect("the built-in rulebook has no errors")
}

#[test]
fn what_the_build_worked_out_is_what_is_read() {
    let read = rulebook();
    assert_eq!(format!("{:?}", builtin::rulebook()), format!("{read:?}"));
}

#[test]
fn it_is_clean_and_its_cases_come_out_as_expected() {
    let rulebook = rulebook();
    for (id, case) in rulebook.cases.iter() {
        let outcome = cases::run(&rulebook, case, TODAY);
        assert_eq!(outcome.mismatches, [], "{}", rulebook.cases.name(id));
    }
}

#[test]
fn it_carries_the_article() {
    let rulebook = rulebook();
    let kinds = |wanted| rulebook.notes.iter().filter(|(_, note)| note.kind == wanted).count();
    assert!(kinds(Mindset) >= 5 && kinds(Story) >= 3 && kinds(Outlook) >= 5);
    let text = fs::read_to_string(here("docs/coverage.md")).unwrap();
    let mut named = BTreeSet::new();
    for name in text.split('`').skip(1).step_by(2) {
        let is_entry = name.split_once('.').is_some_and(|(kind, _)| shinrai::rulebook::Kind::from_name(kind).is_some());
        if is_entry {
            assert!(!rules::named(&rulebook, name).is_empty(), "docs/coverage.md names `{name}`, which does not exist");
            named.insert(name.to_owned());
        }
    }
    let missing: Vec<&str> =
        rulebook.actions.names().filter(|name| !named.contains(&format!("action.{name}"))).collect();
    assert_eq!(missing, Vec::<&str>::new(), "actions that docs/coverage.md does not name");
}

/// Random situations: complete answers without contradiction.
fn situations(rulebook: &Rulebook, number: usize) -> impl Iterator<Item = Answers> {
    let mut random = TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]);
    let answers = std::iter::repeat_with(move || {
        let mut answers = Answers::none(rulebook);
        for (id, question) in rulebook.questions.iter() {
            let options = match question.pick {
                Pick::One => Options::one(random.next_u32() as usize % question.options.len()),
                Pick::Any => (0..question.options.len()).filter(|_| random.next_u32().is_multiple_of(3)).collect(),
            };
            answers.set(id, Some(Answer::Chosen(options)));
        }
        answers
    });
    answers.filter(|answers| given::contradictions(rulebook, answers, TODAY).is_empty()).take(number)
}

#[test]
fn nobody_leaves_with_an_empty_page() {
    let rulebook = rulebook();
    for answers in situations(&rulebook, 5_000) {
        require_an_answer(&rulebook, &diagnose(&rulebook, &answers, TODAY));
    }
}

/// Nobody leaves with an empty page, and nobody is told what a gate bars.
fn require_an_answer(rulebook: &Rulebook, diagnosis: &Diagnosis) {
    let says_something = !diagnosis.checklist.is_empty() || diagnosis.stopped_by.is_some();
    assert!(says_something, "{:?}", diagnosis.answers);
    for action in diagnosis.checklist.iter().filter_map(Line::action) {
        for (id, gate) in rulebook.gates().filter(|(id, _)| diagnosis.truth(rulebook, *id) == Truth::True) {
            assert!(!gate.bars_action(&rulebook.actions[action]), "{}", rulebook.conclusions.name(id));
        }
    }
}

/// The article's three stories, from flags alone: the right cause, a fitting first action, nothing that a gate forbids.
#[test]
fn the_three_stories_of_the_article_are_diagnosed() {
    let common = "-a state=fine -a formal=none -a pressure=none -a mind=make_good -a country=jp --no-input -f json";
    for (story, answers, cause, first) in [
        (
            "a late project",
            "-a event=promise -a part=slip -a data=none -a told=full -a harm=cost -a so_far=nothing -a audience=client",
            "mistake",
            &["company_lead", "acknowledge"][..],
        ),
        (
            "a leak",
            "-a event=data -a part=slip -a data=sensitive -a told=nothing -a harm=not_sure -a so_far=nothing -a audience=client",
            "breach",
            &["contain_leak", "report_leak", "keep_evidence"],
        ),
        (
            "a silent team",
            "-a event=silence -a part=slip -a data=none -a told=full -a harm=small -a so_far=nothing -a audience=team",
            "communication",
            &["acknowledge", "light_word", "listen", "ask_their_view", "light_fix"],
        ),
    ] {
        let found = shinrai(&format!("{answers} {common} --today 2026-11-22")).json();
        let causes: Vec<&str> = found["causes"]
            .as_array()
            .unwrap_or_else(|| panic!("{story}: {found}"))
            .iter()
            .filter(|entry| entry["status"] == "found")
            .map(|entry| entry["id"].as_str().unwrap())
            .collect();
        assert!(causes.contains(&cause), "{story}: {causes:?}");
        let line = found["checklist"][0]["id"].as_str().unwrap();
        assert!(first.contains(&line), "{story}: {line}");
        let listed: Vec<&serde_json::Value> =
            found["checklist"].as_array().unwrap().iter().map(|line| &line["id"]).collect();
        for gate in found["gates"].as_array().unwrap().iter().filter(|gate| gate["status"] != "ruled_out") {
            let held = gate["holds_back"].as_array().unwrap();
            assert!(held.iter().all(|action| !listed.contains(&action)), "{story}: {}", gate["id"]);
        }
    }
}

/// Whoever is in danger is shown where to turn, wherever they are and whether they say it or not, and nothing to do.
#[test]
fn in_danger_there_is_always_somewhere_to_turn() {
    let rulebook = rulebook();
    let (state, country) = (rulebook.questions.find("state").unwrap(), rulebook.questions.find("country").unwrap());
    let unsafe_state = rulebook.questions[state].answer(vec!["unsafe"]).unwrap();
    let names = |answers: &Answers| -> Vec<String> {
        let diagnosis = diagnose(&rulebook, answers, TODAY);
        assert_eq!((diagnosis.checklist.len(), diagnosis.left_out.len()), (0, 0));
        diagnosis.contacts(&rulebook).into_iter().map(|id| rulebook.contacts.name(id).to_owned()).collect()
    };
    let silent = Answers::none(&rulebook).with(state, unsafe_state);
    for option in rulebook.questions[country].options.names() {
        let answer = rulebook.questions[country].answer(vec![option]).unwrap();
        assert!(!names(&silent.clone().with(country, answer)).is_empty(), "{option}");
    }
    let help_now = |option: &str| -> Vec<String> {
        let answer = rulebook.questions[country].answer(vec![option]).unwrap();
        let interview = Interview::new(&rulebook, Answers::none(&rulebook).with(country, answer), TODAY);
        interview.emergency().into_iter().map(|id| rulebook.contacts.name(id).to_owned()).collect()
    };
    for option in ["us", "uk", "eu", "other"] {
        assert_eq!(help_now(option), ["crisis_abroad"], "{option}");
    }
    assert_eq!(help_now("jp").len(), rulebook.emergency.len());
    let would_rather_not_say = rulebook.questions[country].answer(vec!["not_say"]).unwrap();
    for answers in [silent.clone(), silent.with(country, would_rather_not_say)] {
        let names = names(&answers);
        for line in ["emergency_number", "yorisoi", "us_988", "samaritans", "eu_116123", "emergency_elsewhere"] {
            assert!(names.iter().any(|name| name == line), "{line} is missing among {names:?}");
        }
    }
}
