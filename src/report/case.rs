//! A diagnosis as a `[case]` that an author can keep.

use std::fmt::Write as _;

use crate::answers::{Truth, given};
use crate::diagnosis::{Diagnosis, Line};
use crate::rulebook::{Answer, Kind, Rulebook};

/// How many lines of the checklist a new case expects.
const FIRST: usize = 3;

/// A case with the answers of a diagnosis, which expects what comes out now. `comment` stands above it.
pub fn toml(rulebook: &Rulebook, diagnosis: &Diagnosis, name: &str, comment: &str) -> String {
    let mut text = String::new();
    for line in comment.lines() {
        let _ = writeln!(text, "# {line}");
    }
    let _ = writeln!(text, "[case.{name}]\ntoday = {}", diagnosis.today);
    if !diagnosis.live.unanswered.is_empty() {
        text.push_str("partial = true\n");
    }
    for (id, answer) in diagnosis.answers.given() {
        let question = rulebook.questions.name(id);
        let value = match answer {
            Answer::Unknown => "\"?\"".to_owned(),
            Answer::Chosen(_) => {
                let flag = given::as_flag(rulebook, id, answer);
                let options = flag.split_once('=').map_or("", |(_, options)| options);
                let options: Vec<&str> = options.split(',').filter(|option| !option.is_empty()).collect();
                if let [only] = options[..] { quoted(only) } else { list(options.into_iter()) }
            }
        };
        let _ = writeln!(text, "answers.{question} = {value}");
    }
    for (kind, key) in [(Kind::Cause, "causes"), (Kind::Obstacle, "obstacles"), (Kind::Gate, "gates")] {
        let found = rulebook
            .conclusions
            .iter()
            .filter(|(id, conclusion)| conclusion.kind() == kind && diagnosis.truth(rulebook, *id) == Truth::True);
        let found: Vec<&str> = found.map(|(id, _)| rulebook.conclusions.name(id)).collect();
        let _ = writeln!(text, "expect.{key} = {}", list(found.into_iter()));
    }
    let first = diagnosis.checklist.iter().filter_map(Line::action).take(FIRST);
    let first: Vec<&str> = first.map(|action| rulebook.actions.name(action)).collect();
    if !first.is_empty() {
        let _ = writeln!(text, "expect.first = {}", list(first.into_iter()));
    }
    text
}

fn list<'a>(items: impl Iterator<Item = &'a str>) -> String {
    format!("[{}]", items.map(quoted).collect::<Vec<_>>().join(", "))
}

/// Ids need no escapes.
fn quoted(id: &str) -> String {
    format!("\"{id}\"")
}
