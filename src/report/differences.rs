//! What differs between two rulebooks, for people and for programs.

use std::collections::{BTreeSet, HashMap, HashSet};

use indexmap::IndexMap;
use jiff::civil::Date;
use serde_json::{Value, json};

use crate::answers::{Answers, given};
use crate::proof::difference::{Both, CaseDifference, Difference, Differences, Setting, Shown, What};
use crate::report::command::{CommandLine, RulebookAt};
use crate::report::{phrases, wrap};
use crate::rulebook::compare::Changed;
use crate::rulebook::document::Node;
use crate::rulebook::finding::Replay;
use crate::rulebook::{Answer, Rulebook};
use crate::words::Language;
use crate::{say, word};

/// How many entries that could not be finished people are told; programs are told all.
const MOST_NAMED: usize = 20;

/// Two rulebooks and what differs between them.
#[derive(Clone, Copy)]
pub struct Comparison<'a> {
    /// The old rulebook, as commands name it.
    pub old: (&'a Rulebook, Option<&'a RulebookAt>),
    /// The new one.
    pub new: (&'a Rulebook, Option<&'a RulebookAt>),
    /// What follows differently.
    pub differences: &'a Differences,
    /// What is written differently.
    pub changes: &'a [Changed],
    /// The day from which we look.
    pub today: Date,
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
            && self.changes.iter().all(|change| !change.is_text && !is_visible(change))
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
        let rules = self.changes.iter().filter(|change| !change.is_text && !change.entry.starts_with("case."));
        let rules = rules.filter(|change| !is_of_itself(change));
        rules.map(|change| format!("{} ({})", change.entry, change.key)).collect()
    }

    fn effects(&self, page: &mut Page) {
        let language = page.language;
        let mut last = None;
        let edited: HashSet<&str> = self.changes.iter().map(|change| change.entry.as_str()).collect();
        let removed: HashSet<&str> = self.differences.removed.iter().map(String::as_str).collect();
        let mut differences: Vec<&Difference> = self.differences.differences.iter().collect();
        let mut first = HashMap::new();
        for (position, difference) in differences.iter().enumerate() {
            first.entry(difference.entry.as_str()).or_insert(position);
        }
        // first what was edited, then what follows; one entry after the other
        differences.sort_by_key(|difference| (!edited.contains(&*difference.entry), first[&*difference.entry]));
        for difference in differences {
            if last.is_none() {
                page.heading(word!(language, ja: "結果の違い", en: "What comes out differently"));
            }
            if last != Some(&difference.entry) {
                page.line("  ", &difference.entry);
                last = Some(&difference.entry);
            }
            page.line("    - ", &what(&difference.what, language));
            if let Some(both) = &difference.example {
                for reason in self.answers(both, language) {
                    page.line("      ", &reason);
                }
                let is_gone = removed.contains(&*difference.entry);
                let command = self.replaying(both, if is_gone { Which::Old } else { Which::New });
                page.out.push_str(&say!(language, ja: "      例: {command}\n", en: "      example: {command}\n"));
            }
        }
    }

    /// The answers of an example in words: those to the new rulebook, and what only the old one asks.
    fn answers(&self, both: &Both, language: Language) -> Vec<String> {
        let words = |rulebook: &Rulebook, id, answer| match answer {
            Answer::Chosen(options) => phrases::reason(rulebook, id, options, language),
            Answer::Unknown => given::as_flag(rulebook, id, answer),
        };
        let of_new = both.new.given().map(|(id, answer)| words(self.new.0, id, answer));
        let is_gone = |id| self.new.0.questions.find(self.old.0.questions.name(id)).is_none();
        let of_old = both.old.given().filter(|(id, _)| is_gone(*id)).map(|(id, answer)| words(self.old.0, id, answer));
        of_new.chain(of_old).collect()
    }

    fn wording(&self, page: &mut Page) {
        let language = page.language;
        let mut texts = self.changes.iter().filter(|change| change.is_text).peekable();
        if texts.peek().is_some() {
            page.heading(word!(language, ja: "文言の違い", en: "Wording"));
        }
        for change in texts {
            page.line("  ", &format!("{}.{}", change.entry, change.key));
            let mut shown = Vec::new();
            for tag in Language::ALL {
                let text = |node: &Option<_>| node.as_ref().map(|node: &Node| node.as_text(tag));
                let (old, new) = (text(&change.old), text(&change.new));
                if old != new && !shown.contains(&(old.clone(), new.clone())) {
                    shown.push((old.clone(), new.clone())); // a text of one language is the same in both
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
        let mut alike: IndexMap<Vec<String>, Vec<&str>> = IndexMap::new();
        for case in &self.differences.cases {
            alike.entry(case_lines(case, language)).or_default().push(&case.name);
        }
        for (lines, names) in alike {
            page.line("  ", &names.join(", "));
            for line in lines {
                page.line("    ", &line);
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
            let more = if found.unfinished.len() > MOST_NAMED { ", …" } else { "" };
            let named = found.unfinished.iter().take(MOST_NAMED).map(String::as_str).collect::<Vec<_>>();
            let entries = named.join(", ") + more;
            return say!(
                language,
                ja: "確かめ終えていないもの: {entries}",
                en: "Not finished: {entries}"
            );
        }
        match (found.differences.is_empty(), self.is_same()) {
            (true, true) if self.rewritten().is_empty() => word!(
                language,
                ja: "どの答え方でも、結果は同じです（証明済み）。",
                en: "Nothing is different, in any situation (proved).",
            ),
            (true, true) => word!(
                language,
                ja: "書き換えはありますが、当てはまること、一覧、期限、順序、質問は、どの答え方でも同じです（証明済み）。",
                en: "Rewritten, but what is found, listed, due, asked and in which order is the same in every situation (proved).",
            ),
            (true, false) => word!(
                language,
                ja: "両方にある項目の結果は同じです。両方にある質問と選択肢の、すべての答え方を調べました（証明済み）。",
                en: "What both have comes out the same: every way to answer with the questions and options of both was covered (proved).",
            ),
            (false, _) => word!(
                language,
                ja: "ほかに違いはありません。両方にある質問と選択肢の、すべての答え方を調べました（証明済み）。",
                en: "Nothing else is different: every way to answer with the questions and options of both was covered (proved).",
            ),
        }
        .to_owned()
    }

    fn replaying(&self, both: &Both, which: Which) -> CommandLine {
        let ((rulebook, path), answers) = match which {
            Which::Old => (self.old, &both.old),
            Which::New => (self.new, &both.new),
        };
        CommandLine::replaying(
            &Replay { answers: flags(rulebook, answers), today: (both.today != self.today).then_some(both.today) },
            path,
        )
    }

    /// For programs.
    pub fn json(&self) -> Value {
        let found = self.differences;
        let differences: Vec<Value> = found.differences.iter().map(|difference| self.difference(difference)).collect();
        let texts = self.changes.iter().filter(|change| change.is_text).map(|change| {
            let text = |node: &Option<Node>| {
                let of = |language| node.as_ref().map(|node| node.as_text(language));
                json!({ "ja": of(Language::Ja), "en": of(Language::En) })
            };
            json!({ "entry": change.entry, "key": change.key, "old": text(&change.old), "new": text(&change.new) })
        });
        let rewritten = self.changes.iter().filter(|change| !change.is_text && !is_of_itself(change));
        let rewritten = rewritten.map(|change| json!({ "entry": change.entry, "key": change.key }));
        let shown = |shown: &[Shown]| -> Vec<Value> {
            shown
                .iter()
                .map(|shown| json!({ "entry": shown.entry, "due": shown.due.map(|due| due.to_string()) }))
                .collect()
        };
        let cases =
            found.cases.iter().map(|case| json!({ "id": case.name, "old": shown(&case.old), "new": shown(&case.new) }));
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
            What::Effect(settings) => {
                let values = |value: fn(&Setting) -> &String| -> Value {
                    settings.iter().map(|setting| (setting.key.to_owned(), json!(value(setting)))).collect()
                };
                ("effect", values(|setting| &setting.old), values(|setting| &setting.new))
            }
            What::Headline { old } => ("headline", json!(old), json!(!old)),
            What::Spared { old } => ("spared", json!(old), json!(!old)),
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

/// What a case shows no more, shows now, or shows in another order.
fn case_lines(case: &CaseDifference, language: Language) -> Vec<String> {
    let words = |shown: &Shown| match shown.due {
        Some(due) => {
            let due = phrases::length(due, language);
            let entry = &shown.entry;
            say!(language, ja: "{entry}（{due}）", en: "{entry} ({due})")
        }
        None => shown.entry.clone(),
    };
    let [old, new] = [&case.old, &case.new].map(|shown| shown.iter().collect::<BTreeSet<_>>());
    let lost = case.old.iter().filter(|line| !new.contains(line)).map(|line| format!("- {}", words(line)));
    let gained = case.new.iter().filter(|line| !old.contains(line)).map(|line| format!("+ {}", words(line)));
    let mut lines: Vec<String> = lost.chain(gained).collect();
    if lines.is_empty() {
        let moved = case.old.iter().zip(&case.new).filter(|(old, new)| old != new).map(|(_, new)| new.entry.as_str());
        let moved = moved.collect::<Vec<_>>().join(", ");
        lines.push(say!(language, ja: "順序が変わった: {moved}", en: "in another order: {moved}"));
    }
    lines
}

/// Whether people see what a key says, although nothing is concluded from it.
fn is_visible(change: &Changed) -> bool {
    let last = change.key.rsplit('.').next().unwrap_or_default();
    matches!(last, "certainty" | "every" | "emergency" | "kind" | "sources" | "refer" | "share" | "checked" | "order")
}

/// Whether a key tells only which rulebook it is.
fn is_of_itself(change: &Changed) -> bool {
    change.entry == "rulebook" && matches!(change.key.as_str(), "id" | "version" | "extends" | "allow")
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
            say!(language, ja: "場合別のやり方: {old} → {new}", en: "variants: {old} → {new}")
        }
        What::Order { other, old } => match old {
            true => say!(language, ja: "`{other}` より後になった", en: "stands after `{other}` now, was before it"),
            false => say!(language, ja: "`{other}` より先になった", en: "stands before `{other}` now, was after it"),
        },
        What::Effect(settings) => {
            let settings = settings.iter().map(|Setting { key, old, new }| format!("{key}: {old} → {new}"));
            settings.collect::<Vec<_>>().join(word!(language, ja: "、", en: ", "))
        }
        What::Spared { old } => yes_no(
            *old,
            ("一覧を絞っても残るようになった", "一覧を絞ると残らなくなった"),
            ("stays on a list that is cut now, did not", "no longer stays on a list that is cut"),
        ),
        What::Headline { old } => yes_no(
            *old,
            ("最初に伝える安全確認になった", "最初に伝える安全確認ではなくなった"),
            ("is the headline now, was not", "is no longer the headline"),
        ),
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
