//! What differs between two rulebooks, for people and for programs.

use serde_json::{Value, json};

use crate::answers::{Answers, given};
use crate::proof::difference::{Both, Difference, Differences, What};
use crate::report::command::CommandLine;
use crate::report::{phrases, wrap};
use crate::rulebook::Rulebook;
use crate::rulebook::compare::Changed;
use crate::rulebook::finding::Replay;
use crate::words::Language;
use crate::{say, word};

/// Two rulebooks and what differs between them.
#[derive(Clone, Copy)]
pub struct Comparison<'a> {
    /// The old rulebook, with the path that commands name.
    pub old: (&'a Rulebook, Option<&'a str>),
    /// The new one.
    pub new: (&'a Rulebook, Option<&'a str>),
    /// What follows differently.
    pub differences: &'a Differences,
    /// What is written differently.
    pub changes: &'a [Changed],
}

impl Comparison<'_> {
    /// Whether nothing is different for anybody: neither what follows, nor what is there, nor what people read.
    pub fn is_same(&self) -> bool {
        let found = self.differences;
        found.added.is_empty()
            && found.removed.is_empty()
            && found.differences.is_empty()
            && found.cases.is_empty()
            && !found.nothing_in_common
            && self.changes.iter().all(|change| !change.is_text)
    }

    /// For people.
    pub fn text(&self, language: Language, width: usize) -> String {
        let mut page = Page { language, width, out: String::new() };
        let found = self.differences;
        page.list(word!(language, ja: "加わったもの", en: "Added"), &found.added);
        page.list(word!(language, ja: "なくなったもの", en: "Removed"), &found.removed);
        page.list(word!(language, ja: "書き換えられたもの", en: "Rewritten"), &self.rewritten());
        self.effects(&mut page);
        self.wording(&mut page);
        self.cases(&mut page);
        page.paragraph(&self.verdict(language));
        page.out
    }

    /// Entries with the keys of their rules that are written differently.
    fn rewritten(&self) -> Vec<String> {
        let of_itself = |change: &Changed| {
            change.entry == "rulebook" && matches!(change.key.as_str(), "id" | "version" | "extends" | "allow")
        };
        let rules = self.changes.iter().filter(|change| !change.is_text && !change.entry.starts_with("case."));
        let rules = rules.filter(|change| !of_itself(change));
        rules.map(|change| format!("{} ({})", change.entry, change.key)).collect()
    }

    fn effects(&self, page: &mut Page) {
        let language = page.language;
        let mut last = None;
        for difference in &self.differences.differences {
            if last.is_none() {
                page.heading(word!(language, ja: "結果の違い", en: "What comes out differently"));
            }
            if last != Some(&difference.entry) {
                page.line("  ", &difference.entry);
                last = Some(&difference.entry);
            }
            page.line("    - ", &what(&difference.what, language));
            if let Some(both) = &difference.example {
                let command = self.replaying(both, Which::New);
                page.out.push_str(&say!(language, ja: "      例: {command}\n", en: "      example: {command}\n"));
            }
        }
    }

    fn wording(&self, page: &mut Page) {
        let language = page.language;
        let mut texts = self.changes.iter().filter(|change| change.is_text).peekable();
        if texts.peek().is_some() {
            page.heading(word!(language, ja: "文言の違い", en: "Wording"));
        }
        for change in texts {
            page.line("  ", &format!("{}.{}", change.entry, change.key));
            for tag in Language::ALL {
                let text =
                    |node: &Option<_>| node.as_ref().map(|node: &crate::rulebook::document::Node| node.as_text(tag));
                let (old, new) = (text(&change.old), text(&change.new));
                if old != new {
                    page.line("    - ", old.as_deref().unwrap_or("—"));
                    page.line("    + ", new.as_deref().unwrap_or("—"));
                }
            }
        }
    }

    fn cases(&self, page: &mut Page) {
        let language = page.language;
        if self.differences.cases.is_empty() {
            return;
        }
        page.heading(word!(language, ja: "事例の違い", en: "Cases"));
        for case in &self.differences.cases {
            page.line("  ", &case.name);
            let lost = case.old.iter().filter(|line| !case.new.contains(line));
            lost.for_each(|line| page.line("    - ", line));
            let gained = case.new.iter().filter(|line| !case.old.contains(line));
            gained.for_each(|line| page.line("    + ", line));
            let is_order_alone =
                case.old.iter().all(|line| case.new.contains(line)) && case.old.len() == case.new.len();
            if is_order_alone {
                let order = case.new.iter().map(|line| line.split(' ').next().unwrap_or_default());
                let order = order.collect::<Vec<_>>().join(", ");
                page.line("    ", &say!(language, ja: "順序: {order}", en: "order: {order}"));
            }
        }
    }

    fn verdict(&self, language: Language) -> String {
        let found = self.differences;
        if found.nothing_in_common {
            return word!(
                language,
                ja: "両方のルールブックに通じる答え方がないため、比べられるものがありません。",
                en: "No answers suit both rulebooks, so there is nothing to compare.",
            )
            .to_owned();
        }
        if !found.unfinished.is_empty() {
            let entries = found.unfinished.join(", ");
            return say!(
                language,
                ja: "確かめ終えていないもの: {entries}",
                en: "Not finished: {entries}"
            );
        }
        match (found.differences.is_empty(), self.is_same()) {
            (true, true) => word!(
                language,
                ja: "どの答え方でも、結果は同じです（証明済み）。",
                en: "Nothing is different, in any situation (proved).",
            ),
            (true, false) => word!(
                language,
                ja: "両方にある項目の結果は、どの答え方でも同じです（証明済み）。",
                en: "What both have comes out the same in every situation (proved).",
            ),
            (false, _) => word!(
                language,
                ja: "ほかに違いはありません（両方に通じるすべての答え方で証明済み）。",
                en: "Nothing else is different (proved for all answers that both know).",
            ),
        }
        .to_owned()
    }

    fn replaying(&self, both: &Both, which: Which) -> CommandLine {
        let ((rulebook, path), answers) = match which {
            Which::Old => (self.old, &both.old),
            Which::New => (self.new, &both.new),
        };
        CommandLine::replaying(&Replay { answers: flags(rulebook, answers), today: Some(both.today) }, path)
    }

    /// For programs.
    pub fn json(&self, language: Language) -> Value {
        let found = self.differences;
        let differences: Vec<Value> = found.differences.iter().map(|difference| self.difference(difference)).collect();
        let texts = self.changes.iter().filter(|change| change.is_text).map(|change| {
            let text =
                |node: &Option<crate::rulebook::document::Node>| node.as_ref().map(|node| node.as_text(language));
            json!({ "entry": change.entry, "key": change.key, "old": text(&change.old), "new": text(&change.new) })
        });
        let rewritten = self.changes.iter().filter(|change| !change.is_text);
        let rewritten = rewritten.map(|change| json!({ "entry": change.entry, "key": change.key }));
        let cases = found.cases.iter().map(|case| json!({ "id": case.name, "old": case.old, "new": case.new }));
        json!({
            "schema": 1,
            "same": self.is_same(),
            "finished": found.unfinished.is_empty(),
            "comparable": !found.nothing_in_common,
            "added": found.added,
            "removed": found.removed,
            "rewritten": rewritten.collect::<Vec<_>>(),
            "differences": differences,
            "wording": texts.collect::<Vec<_>>(),
            "cases": cases.collect::<Vec<_>>(),
            "unfinished": found.unfinished,
        })
    }

    fn difference(&self, difference: &Difference) -> Value {
        let (kind, old, new) = match &difference.what {
            What::Holds { old } => ("holds", json!(old), json!(!old)),
            What::Listed { old } => ("listed", json!(old), json!(!old)),
            What::Deadline { old, new } => ("deadline", json!(old.to_string()), json!(new.to_string())),
            What::Variants { old, new } => ("variants", json!(old), json!(new)),
            What::Order { other, old } => (if *old { "after" } else { "before" }, json!(null), json!(other)),
            What::Asked { old } => ("asked", json!(old), json!(!old)),
            What::Effect(keys) => ("effect", json!(null), json!(keys)),
        };
        let example = difference.example.as_ref().map(|both| {
            json!({
                "answers": flags(self.new.0, &both.new),
                "today": both.today.to_string(),
                "old": self.replaying(both, Which::Old).to_string(),
                "new": self.replaying(both, Which::New).to_string(),
            })
        });
        json!({ "entry": difference.entry, "kind": kind, "old": old, "new": new, "example": example })
    }
}

#[derive(Clone, Copy)]
enum Which {
    Old,
    New,
}

fn flags(rulebook: &Rulebook, answers: &Answers) -> Vec<String> {
    answers.given().map(|(question, answer)| given::as_flag(rulebook, question, answer)).collect()
}

fn what(what: &What, language: Language) -> String {
    let yes_no = |old: bool, ja: (&str, &str), en: (&str, &str)| {
        let (ja, en) = if old { (ja.1, en.1) } else { (ja.0, en.0) };
        say!(language, ja: "{ja}", en: "{en}")
    };
    match what {
        What::Holds { old } => {
            yes_no(*old, ("当てはまるようになった", "当てはまらなくなった"), ("holds now, did not", "no longer holds"))
        }
        What::Listed { old } => yes_no(
            *old,
            ("一覧に出るようになった", "一覧に出なくなった"),
            ("is listed now, was not", "is no longer listed"),
        ),
        What::Asked { old } => {
            yes_no(*old, ("尋ねるようになった", "尋ねなくなった"), ("is asked now, was not", "is no longer asked"))
        }
        What::Deadline { old, new } => {
            let (old, new) = (phrases::length(*old, language), phrases::length(*new, language));
            say!(language, ja: "期限: {old} → {new}", en: "due: {old} → {new}")
        }
        What::Variants { old, new } => {
            let list = |names: &[String]| if names.is_empty() { "—".to_owned() } else { names.join(", ") };
            let (old, new) = (list(old), list(new));
            say!(language, ja: "変化形: {old} → {new}", en: "variants: {old} → {new}")
        }
        What::Order { other, old } => match old {
            true => say!(language, ja: "`{other}` より後になった", en: "stands after `{other}` now, was before it"),
            false => say!(language, ja: "`{other}` より先になった", en: "stands before `{other}` now, was after it"),
        },
        What::Effect(keys) => {
            let keys = keys.join(", ");
            say!(language, ja: "安全確認の働き: {keys}", en: "does something else when true: {keys}")
        }
    }
}

struct Page {
    language: Language,
    width: usize,
    out: String,
}

impl Page {
    fn line(&mut self, first: &str, text: &str) {
        self.out.push_str(&wrap::hanging(first, text, self.width));
    }

    fn heading(&mut self, text: &str) {
        self.paragraph(text);
    }

    fn paragraph(&mut self, text: &str) {
        if !self.out.is_empty() {
            self.out.push('\n');
        }
        self.line("", text);
    }

    fn list(&mut self, label: &str, items: &[String]) {
        if !items.is_empty() {
            self.heading(label);
            for item in items {
                self.line("  ", item);
            }
        }
    }
}
