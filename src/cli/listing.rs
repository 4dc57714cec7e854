//! `shinrai questions` and `shinrai contacts`: what can be answered, and where to turn.

use std::process::ExitCode;

use serde_json::{Value, json};

use crate::cli::args::{Listing, Plain};
use crate::cli::rulebooks;
use crate::cli::world::{self, World};
use crate::report::page::{contact_line, when_checked};
use crate::report::wrap;
use crate::rulebook::{Pick, Question, Rulebook};
use crate::word;
use crate::words::Language;

/// Lists the questions in the order of asking.
pub fn questions(flags: &Listing, world: &World) -> anyhow::Result<ExitCode> {
    let rulebook = rulebooks::open(world)?;
    let text = match flags.format.unwrap_or(Plain::Text) {
        Plain::Json => questions_json(&rulebook, world.language),
        Plain::Text => {
            let questions = rulebook.questions.iter().map(|(id, question)| {
                question_text(rulebook.questions.name(id), question, world.language, world.stdout.width)
            });
            questions.collect::<Vec<_>>().join("\n")
        }
    };
    world::print(&text)?;
    Ok(ExitCode::SUCCESS)
}

fn question_text(name: &str, question: &Question, language: Language, width: usize) -> String {
    let mut text = wrap::hanging(&format!("{name}: "), question.ask.get(language), width);
    let remarks = [
        (question.pick == Pick::Any, word!(language, ja: "いくつでも選べます", en: "any number of these")),
        (question.is_detail(), word!(language, ja: "はじめは尋ねません", en: "not asked at first")),
    ];
    for (_, remark) in remarks.into_iter().filter(|(holds, _)| *holds) {
        text.push_str(&wrap::hanging("  ", &format!("({remark})"), width));
    }
    for (position, (option, words)) in question.options.iter().enumerate() {
        let mark = if question.unknown == Some(position) { " (= ?)" } else { "" };
        text.push_str(&wrap::hanging(&format!("  {name}={option}{mark}  "), words.get(language), width));
    }
    text
}

fn questions_json(rulebook: &Rulebook, language: Language) -> String {
    let question = |(id, question): (_, &Question)| {
        let options: Vec<Value> =
            question.options.iter().map(|(option, text)| json!({ "id": option, "text": text.get(language) })).collect();
        json!({
            "id": rulebook.questions.name(id),
            "ask": question.ask.get(language),
            "hint": question.hint.as_ref().map(|hint| hint.get(language)),
            "pick": if question.pick == Pick::Any { "any" } else { "one" },
            "unknown": question.unknown.map(|option| question.option_name(option)),
            "usually": question.usually.map(|option| question.option_name(option)),
            "options": options,
        })
    };
    let questions: Vec<Value> = rulebook.questions.iter().map(question).collect();
    format!("{:#}\n", json!({ "schema": 1, "questions": questions }))
}

/// Lists the contacts that are in force, whomever they are for.
pub fn contacts(flags: &Listing, world: &World) -> anyhow::Result<ExitCode> {
    let rulebook = rulebooks::open(world)?;
    let in_force = rulebook.contacts.iter().filter(|(_, contact)| contact.window.contains(world.today));
    let text = match flags.format.unwrap_or(Plain::Text) {
        Plain::Json => {
            let contacts: Vec<Value> = in_force
                .map(|(id, contact)| {
                    json!({
                        "id": rulebook.contacts.name(id),
                        "name": contact.name.get(world.language),
                        "for": contact.purpose.as_ref().map(|purpose| purpose.get(world.language)),
                        "reach": contact.reach.get(world.language),
                        "emergency": rulebook.emergency.contains(&id),
                        "checked": contact.checked.map(|date| date.to_string()),
                    })
                })
                .collect();
            format!("{:#}\n", json!({ "schema": 1, "contacts": contacts }))
        }
        Plain::Text => {
            let mut contacts: Vec<_> = in_force.collect();
            contacts.sort_by_key(|(id, _)| !rulebook.emergency.contains(id));
            let width = world.stdout.width;
            let checked = when_checked(contacts.iter().map(|(_, contact)| *contact), world.language);
            let blocks = contacts.into_iter().map(|(_, contact)| {
                let purpose = contact.purpose.as_ref().map(|purpose| purpose.get(world.language));
                let purpose = purpose.map(|purpose| wrap::hanging("  ", purpose, width)).unwrap_or_default();
                wrap::hanging("", &contact_line(contact, world.language), width) + &purpose
            });
            let checked = checked.map(|checked| wrap::hanging("", &checked, width));
            let blocks: Vec<String> = blocks.chain(checked).collect();
            blocks.join("\n")
        }
    };
    world::print(&text)?;
    Ok(ExitCode::SUCCESS)
}
