//! What leads to what in a rulebook: as a tree for a terminal, and as a flowchart in Mermaid, which editors and wikis draw.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use crate::report::wrap;
use crate::rulebook::{Action, Conclusion, Id, Kind, Rulebook};
use crate::word;
use crate::words::Language;

/// The conclusions with the questions that decide them, and the actions that answer them.
struct Branch<'a> {
    kind: &'static str,
    name: &'a str,
    text: &'a str,
    questions: Vec<&'a str>,
    actions: Vec<Id<Action>>,
}

fn branches<'a>(rulebook: &'a Rulebook, language: Language, only: &[String]) -> Vec<Branch<'a>> {
    let is_wanted = |kind: &str, name: &str| {
        only.is_empty() || only.iter().any(|wanted| wanted == name || *wanted == format!("{kind}.{name}"))
    };
    let of = |kind: Kind| rulebook.conclusions.iter().filter(move |(_, conclusion)| conclusion.kind() == kind);
    let all = [Kind::Gate, Kind::Cause, Kind::Obstacle].into_iter().flat_map(of);
    let all = all.map(|(id, conclusion)| Branch {
        kind: conclusion.kind().name(),
        name: rulebook.conclusions.name(id),
        text: conclusion.name.get(language),
        questions: questions(rulebook, id),
        actions: answering(rulebook, id),
    });
    let by_action = |branch: &Branch<'_>| {
        branch.actions.iter().any(|&action| {
            only.iter().any(|name| {
                let action = rulebook.actions.name(action);
                name == action || *name == format!("action.{action}")
            })
        })
    };
    let by_question =
        |branch: &Branch<'_>| branch.questions.iter().any(|question| only.iter().any(|name| name == question));
    all.filter(|branch| is_wanted(branch.kind, branch.name) || by_action(branch) || by_question(branch)).collect()
}

fn questions(rulebook: &Rulebook, id: Id<Conclusion>) -> Vec<&str> {
    let below = rulebook.graph.questions_below(rulebook.conclusions[id].node);
    below.into_iter().map(|question| rulebook.questions.name(question)).collect()
}

fn answering(rulebook: &Rulebook, id: Id<Conclusion>) -> Vec<Id<Action>> {
    let actions = rulebook.actions.iter().filter(|(_, action)| action.answers.contains(&id));
    actions.map(|(action, _)| action).collect()
}

/// The actions that are for no cause, obstacle or gate in particular.
fn for_everyone(rulebook: &Rulebook) -> Vec<Id<Action>> {
    rulebook.actions.iter().filter(|(_, action)| action.answers.is_empty()).map(|(id, _)| id).collect()
}

/// As a tree of lines: each gate, cause and obstacle with what is asked for it and what is advised because of it.
pub fn tree(rulebook: &Rulebook, language: Language, only: &[String], width: usize) -> String {
    let mut out = String::new();
    let actions = |out: &mut String, actions: &[Id<Action>]| {
        for (number, &action) in actions.iter().enumerate() {
            let mark = if number + 1 == actions.len() { "`-- " } else { "|-- " };
            let task = rulebook.actions[action].advice.task.get(language);
            out.push_str(&wrap::hanging(mark, &format!("{}: {task}", rulebook.actions.name(action)), width));
        }
    };
    for branch in branches(rulebook, language, only) {
        if !out.is_empty() {
            out.push('\n');
        }
        out.push_str(&wrap::hanging("", &format!("{}.{}: {}", branch.kind, branch.name, branch.text), width));
        let label = word!(language, ja: "質問", en: "asks");
        let asked = branch.questions.join(", ");
        out.push_str(&wrap::hanging(
            if branch.actions.is_empty() { "`-- " } else { "|-- " },
            &format!("{label}: {asked}"),
            width,
        ));
        actions(&mut out, &branch.actions);
    }
    if only.is_empty() {
        let everyone = for_everyone(rulebook);
        if !everyone.is_empty() {
            let heading = word!(language, ja: "どの原因にも限らない行動", en: "for no cause in particular");
            let _ = writeln!(out, "\n{heading}");
            actions(&mut out, &everyone);
        }
    }
    out
}

/// As a flowchart: questions, what follows from them, what is advised.
pub fn mermaid(rulebook: &Rulebook, language: Language, only: &[String]) -> String {
    let mut out = "flowchart LR\n".to_owned();
    let (mut questions, mut actions) = (BTreeSet::new(), BTreeSet::new());
    let branches = branches(rulebook, language, only);
    for branch in &branches {
        let shape = if branch.kind == "gate" { ["{{", "}}"] } else { ["([", "])"] };
        let _ = writeln!(out, "  {}_{}{}{}{}", branch.kind, branch.name, shape[0], label(branch.text), shape[1]);
        questions.extend(&branch.questions);
        actions.extend(&branch.actions);
    }
    for &question in &questions {
        let text = rulebook.questions.find(question).map_or("", |id| rulebook.questions[id].ask.get(language));
        let _ = writeln!(out, "  question_{question}[/{}/]", label(text));
    }
    for &action in &actions {
        let _ = writeln!(
            out,
            "  action_{}[{}]",
            rulebook.actions.name(action),
            label(rulebook.actions[action].advice.task.get(language))
        );
    }
    for branch in &branches {
        for question in &branch.questions {
            let _ = writeln!(out, "  question_{question} --> {}_{}", branch.kind, branch.name);
        }
        for &action in &branch.actions {
            let _ = writeln!(out, "  {}_{} --> action_{}", branch.kind, branch.name, rulebook.actions.name(action));
        }
    }
    for &action in &actions {
        for earlier in rulebook.actions[action].after.iter().filter(|earlier| actions.contains(earlier)) {
            let (earlier, action) = (rulebook.actions.name(*earlier), rulebook.actions.name(action));
            let _ = writeln!(out, "  action_{earlier} -.-> action_{action}");
        }
    }
    out
}

/// A text in quotes, as Mermaid takes it: its own quotes and brackets as entities.
fn label(text: &str) -> String {
    let mut quoted = String::from('"');
    for character in text.chars() {
        match character {
            '\n' => quoted.push(' '),
            '"' | '\'' | '#' | '%' | '<' | '>' | '&' | ';' | '`' | '\\' => {
                let _ = write!(quoted, "#{};", u32::from(character));
            }
            character => quoted.push(character),
        }
    }
    quoted + "\""
}
