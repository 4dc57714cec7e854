//! A diagnosis as a `[case]` that an author can keep, and its answers as a file.

use std::fmt::Write as _;

use crate::answers::given;
use crate::cases::{Strictness, expectation};
use crate::diagnosis::Diagnosis;
use crate::rulebook::{Answer, Conclusion, Expectation, Id, Rulebook};

/// A case with the answers of a diagnosis, which expects what comes out now. `comment` stands above it.
pub fn toml(rulebook: &Rulebook, diagnosis: &Diagnosis, strictness: Strictness, name: &str, comment: &str) -> String {
    let mut text = String::new();
    for line in comment.lines() {
        let _ = writeln!(text, "# {line}");
    }
    let _ = writeln!(text, "[case.{name}]\ntoday = {}", diagnosis.today);
    if !diagnosis.live.unanswered.is_empty() {
        text.push_str("partial = true\n");
    }
    text.push_str(&given_answers(rulebook, diagnosis, "answers."));
    text + &expected(rulebook, &expectation(rulebook, diagnosis, strictness))
}

/// The answers of a diagnosis with its day, what is done and the rulebook, as a file that `--answers` and `--since` read.
pub fn answers(rulebook: &Rulebook, diagnosis: &Diagnosis) -> String {
    let done = diagnosis.answers.done.iter().map(|&action| rulebook.actions.name(action));
    let (today, done) = (diagnosis.today, list(done));
    let (id, fingerprint) = (quoted(&rulebook.id), quoted(&rulebook.fingerprint));
    let head = format!("today = {today}\ndone = {done}\nrulebook = {{ id = {id}, fingerprint = {fingerprint} }}\n");
    format!("{head}\n[answers]\n{}", given_answers(rulebook, diagnosis, ""))
}

/// An answer on each line.
fn given_answers(rulebook: &Rulebook, diagnosis: &Diagnosis, before: &str) -> String {
    let mut text = String::new();
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
        let _ = writeln!(text, "{before}{question} = {value}");
    }
    text
}

/// What a case expects.
fn expected(rulebook: &Rulebook, expect: &Expectation) -> String {
    let mut text = String::new();
    let conclusions = |ids: &[Id<Conclusion>]| list(ids.iter().map(|&id| rulebook.conclusions.name(id)));
    for (key, found) in [("causes", &expect.causes), ("obstacles", &expect.obstacles), ("gates", &expect.gates)] {
        if let Some(found) = found {
            let _ = writeln!(text, "expect.{key} = {}", conclusions(found));
        }
    }
    if !expect.first.is_empty() {
        let first = expect.first.iter().map(|&action| rulebook.actions.name(action));
        let _ = writeln!(text, "expect.first = {}", list(first));
    }
    if let Some(most) = expect.at_most {
        let _ = writeln!(text, "expect.at_most = {most}");
    }
    for (action, variants) in &expect.variants {
        let all = &rulebook.actions[*action].variants;
        if !all.is_empty() {
            let names = variants.iter().filter_map(|&variant| all.names().nth(variant));
            let _ = writeln!(text, "expect.variants.{} = {}", rulebook.actions.name(*action), list(names));
        }
    }
    for (action, due) in &expect.due {
        let _ = writeln!(text, "expect.due.{} = {}", rulebook.actions.name(*action), quoted(&due.written()));
    }
    if let Some(notes) = &expect.notes {
        let _ = writeln!(text, "expect.notes = {}", list(notes.iter().map(|&note| rulebook.notes.name(note))));
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
