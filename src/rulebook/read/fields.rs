//! The keys of one entry: each is asked for once, and what nobody asked for is unknown.

use std::cell::RefCell;
use std::ops::RangeInclusive;

use jiff::civil::Date;

use super::Reader;
use crate::rulebook::calendar::{Due, Window};
use crate::rulebook::condition::Condition;
use crate::rulebook::document::{Entry, Node, Table, Value};
use crate::rulebook::finding::{Code, Finding};
use crate::rulebook::list::{Id, Names};
use crate::rulebook::source::Span;
use crate::rulebook::{Kind, Text};
use crate::words;
use crate::words::{Language, did_you_mean, ticked, visible};

/// An entry while it is read.
pub struct Fields<'a> {
    pub reader: &'a Reader<'a>,
    /// Its name in messages, such as `action.acknowledge`.
    pub name: String,
    /// Where its id stands.
    pub span: Span,
    table: &'a Table,
    known: RefCell<Vec<&'static str>>,
}

impl<'a> Fields<'a> {
    /// The keys of an entry; a finding, and no keys, when it is not a table.
    pub fn new(reader: &'a Reader<'a>, name: String, entry: &'a Entry) -> Self {
        let fields = Self { reader, name, span: entry.key, table: reader.no_table(), known: RefCell::default() };
        match entry.node.table() {
            Some(table) => Self { table, ..fields },
            None => {
                fields.wrong_type(&entry.node, &words!(ja: "表", en: "a table"));
                fields
            }
        }
    }

    /// What stands behind a key.
    pub fn get(&self, key: &'static str) -> Option<&'a Entry> {
        self.known.borrow_mut().push(key);
        self.table.get(key)
    }

    /// What stands behind a key, with a finding when nothing does.
    pub fn require(&self, key: &'static str) -> Option<&'a Entry> {
        let found = self.get(key);
        let is_misspelt = || self.table.keys().any(|other| self.reader.nearest(other, [key]).is_some());
        if found.is_none() && !is_misspelt() {
            let name = &self.name;
            self.report(
                Finding::new(
                    Code::MissingKey,
                    words!(ja: "`{name}` に `{key}` がありません", en: "`{name}` has no `{key}`"),
                )
                .at(self.span)
                .help(words!(ja: "`{key} = …` を加えてください", en: "add `{key} = …`")),
            );
        }
        found
    }

    /// A text in the rulebook's languages.
    pub fn text(&self, key: &'static str) -> Option<Text> {
        self.get(key).map(|entry| self.text_of(&entry.node, false))
    }

    /// A text that has to be there.
    pub fn required_text(&self, key: &'static str) -> Text {
        self.require(key).map_or_else(|| Text::plain(String::new()), |entry| self.text_of(&entry.node, false))
    }

    /// A text that may be the same string in every language.
    pub fn plain_text(&self, key: &'static str) -> Option<Text> {
        self.get(key).map(|entry| self.text_of(&entry.node, true))
    }

    /// A list of texts.
    pub fn texts(&self, key: &'static str) -> Vec<Text> {
        self.items(key).iter().map(|node| self.text_of(node, false)).collect()
    }

    /// A node as a string.
    pub fn string_of(&self, node: &'a Node) -> Option<&'a str> {
        node.string().or_else(|| {
            self.wrong_type(node, &words!(ja: "文字列", en: "a string"));
            None
        })
    }

    /// `true` or `false`; `false` when the key is missing.
    pub fn flag(&self, key: &'static str) -> bool {
        self.get(key).is_some_and(|entry| {
            entry.node.boolean().unwrap_or_else(|| {
                self.wrong_type(&entry.node, &words!(ja: "`true` か `false`", en: "`true` or `false`"));
                false
            })
        })
    }

    /// A whole number in a range.
    pub fn number(&self, key: &'static str, range: RangeInclusive<i64>) -> Option<i64> {
        let node = &self.get(key)?.node;
        match node.value {
            Value::Integer(Some(number)) if range.contains(&number) => return Some(number),
            Value::Integer(_) => {
                let (low, high) = (range.start(), range.end());
                self.report(
                    Finding::new(
                        Code::BadValue,
                        words!(
                            ja: "`{key}` は{low}から{high}までの整数です",
                            en: "`{key}` is a whole number from {low} to {high}",
                        ),
                    )
                    .at(node.span),
                );
            }
            _ => self.wrong_type(node, &words!(ja: "整数", en: "a whole number")),
        }
        None
    }

    /// A deadline.
    pub fn due(&self, key: &'static str) -> Option<Due> {
        self.due_of(&self.get(key)?.node)
    }

    /// A node as a deadline.
    pub fn due_of(&self, node: &'a Node) -> Option<Due> {
        let text = self.string_of(node)?;
        let due = Due::parse(text);
        if due.is_none() {
            let shown = visible(text);
            let finding = Finding::new(
                Code::BadValue,
                words!(ja: "`{shown}` は期限として読めません", en: "`{shown}` is not a deadline"),
            )
            .at(node.span);
            self.report(finding.help(match text.strip_suffix('m') {
                Some(number) => {
                    let number = visible(number);
                    words!(
                        ja: "月なら `{number}mo`、時間なら `{number}h` と書きます",
                        en: "write `{number}mo` for months or `{number}h` for hours",
                    )
                }
                None => words!(
                    ja: "`0d`（今日）、`2h`、`1d`、`1w`、`1mo` のように書きます",
                    en: "write it as `0d` (today), `2h`, `1d`, `1w` or `1mo`",
                ),
            }));
        }
        due
    }

    /// A date.
    pub fn date(&self, key: &'static str) -> Option<Date> {
        let node = &self.get(key)?.node;
        match node.value {
            Value::Date(Some(date)) => return Some(date),
            Value::Date(None) => self.report(
                Finding::new(
                    Code::BadValue,
                    words!(ja: "`{key}` は時刻のない日付です", en: "`{key}` is a date without a time"),
                )
                .at(node.span)
                .help(words!(
                    ja: "`2026-12-01` のように、実在する日付を書いてください",
                    en: "write a day that exists, such as `2026-12-01`",
                )),
            ),
            _ => self.wrong_type(
                node,
                &words!(
                    ja: "日付（`2026-12-01` のように引用符なし）",
                    en: "a date (such as `2026-12-01`, without quotes)",
                ),
            ),
        }
        None
    }

    /// `from` and `until`.
    pub fn window(&self) -> Window {
        let window = Window { from: self.date("from"), until: self.date("until") };
        if let (Some(from), Some(until)) = (window.from, window.until)
            && until < from
        {
            self.report(
                Finding::new(
                    Code::BadValue,
                    words!(ja: "`until` が `from` より前です", en: "`until` is before `from`"),
                )
                .at(self.table["until"].node.span),
            );
        }
        window
    }

    /// One of some words.
    pub fn one_of<T: Copy>(&self, key: &'static str, choices: &[(&'static str, T)]) -> Option<T> {
        let node = &self.get(key)?.node;
        let text = self.string_of(node)?;
        let found = choices.iter().find(|(name, _)| *name == text).map(|&(_, value)| value);
        if found.is_none() {
            let shown = visible(text);
            let names = ticked(choices.iter().map(|(name, _)| name));
            let (ja, en) = (names.ja, names.en);
            self.report(
                Finding::new(
                    Code::BadValue,
                    words!(
                        ja: "`{key}` に `{shown}` という値はありません",
                        en: "`{shown}` is not a value of `{key}`",
                    ),
                )
                .at(node.span)
                .help(words!(ja: "{ja} のどれかです", en: "it is one of {en}")),
            );
        }
        found
    }

    /// The nodes of a list.
    pub fn items(&self, key: &'static str) -> &'a [Node] {
        self.get(key).map_or(&[], |entry| self.items_of(&entry.node))
    }

    /// A node as a list.
    pub fn items_of(&self, node: &'a Node) -> &'a [Node] {
        if let Value::Array(items) = &node.value {
            items
        } else {
            self.wrong_type(node, &words!(ja: "`[ … ]` のリスト", en: "a list `[ … ]`"));
            &[]
        }
    }

    /// The entries of a table.
    pub fn entries(&self, key: &'static str) -> impl Iterator<Item = (&'a String, &'a Entry)> + use<'a> {
        let table = self.get(key).and_then(|entry| {
            let table = entry.node.table();
            if table.is_none() {
                self.wrong_type(&entry.node, &words!(ja: "表", en: "a table"));
            }
            table
        });
        table.into_iter().flatten()
    }

    /// The entry that a key names.
    pub fn name<T>(&self, key: &'static str, kind: Kind) -> Option<Id<T>> {
        self.name_of(&self.get(key)?.node, kind)
    }

    /// The entries that a list names.
    pub fn names<T>(&self, key: &'static str, kind: Kind) -> Vec<Id<T>> {
        self.items(key).iter().filter_map(|node| self.name_of(node, kind)).collect()
    }

    /// The entries that a list names, each with its place.
    pub fn spanned_names<T>(&self, key: &'static str, kind: Kind) -> Names<T> {
        self.items(key).iter().filter_map(|node| Some((self.name_of(node, kind)?, node.span))).collect()
    }

    /// The entry that a node names.
    pub fn name_of<T>(&self, node: &'a Node, kind: Kind) -> Option<Id<T>> {
        let text = self.string_of(node)?;
        let found = self.reader.position(kind, text).map(Id::new);
        if found.is_none() && !self.was_dropped(text, node) {
            self.unknown_name(text, node.span, &[kind]);
        }
        found
    }

    /// The entries of several kinds that a list names, counted through in the order of `kinds`.
    pub fn names_among<T>(&self, key: &'static str, kinds: &[Kind]) -> Names<T> {
        let name_of = |node: &'a Node| {
            let text = self.string_of(node)?;
            let found = self.reader.position_among(kinds, text).map(Id::new);
            if found.is_none() && !self.was_dropped(text, node) {
                self.unknown_name(text, node.span, kinds);
            }
            Some((found?, node.span))
        };
        self.items(key).iter().filter_map(name_of).collect()
    }

    /// Whether a list of a lower layer names what a higher one drops.
    pub fn was_dropped(&self, name: &str, node: &Node) -> bool {
        self.reader.is_inherited(node.span) && self.reader.dropped.contains(name)
    }

    /// Says that a name is not declared, with the nearest that is.
    pub fn unknown_name(&self, name: &str, span: Span, kinds: &[Kind]) {
        if self.reader.misplaced.contains(name) {
            return;
        }
        let shown = visible(name);
        let known = kinds.iter().flat_map(|&kind| self.reader.names(kind));
        let list = ticked(kinds.iter().map(|kind| kind.name()));
        let (ja, en) = (list.ja, list.en.replace(" and ", " or "));
        let finding = Finding::new(
            Code::UnknownName,
            words!(ja: "`{shown}` という {ja} はありません", en: "there is no {en} named `{shown}`"),
        )
        .at(span);
        self.report(self.suggesting(finding, name, &known.collect::<Vec<_>>()));
    }

    /// A condition.
    pub fn condition(&self, key: &'static str) -> Option<Condition> {
        let entry = self.get(key)?;
        Some(super::condition::read(self, &entry.node, entry.key))
    }

    /// A condition that has to be there.
    pub fn required_condition(&self, key: &'static str) -> Condition {
        match self.require(key) {
            Some(entry) => super::condition::read(self, &entry.node, entry.key),
            None => super::condition::always(self.span),
        }
    }

    /// Says that a value is of another kind than its key takes.
    pub fn wrong_type(&self, node: &Node, expected: &words::Words) {
        let words::Words { ja, en } = expected;
        let (found_ja, found_en) = type_name(&node.value);
        self.report(
            Finding::new(
                Code::WrongType,
                words!(
                    ja: "{ja}が必要ですが、{found_ja}になっています",
                    en: "expected {en}, found {found_en}",
                ),
            )
            .at(node.span),
        );
    }

    /// Adds a finding about this entry.
    pub fn report(&self, mut finding: Finding) {
        finding.entry = Some(self.name.clone());
        self.reader.findings.borrow_mut().push(finding);
    }

    /// Reports the keys that nobody asked for.
    pub fn finish(self) {
        let mut known = self.known.take();
        known.sort_unstable();
        known.dedup();
        for (key, entry) in self.table.iter().filter(|(key, _)| !known.contains(&key.as_str())) {
            if self.reader.is_hopeless() {
                break;
            }
            let (shown, name) = (visible(key), &self.name);
            let finding = Finding::new(
                Code::UnknownKey,
                words!(ja: "`{name}` に `{shown}` というキーはありません", en: "`{name}` takes no `{shown}`"),
            )
            .at(entry.key);
            self.report(match (self.reader.nearest(key, known.iter().copied()), home_of(key)) {
                (Some(near), _) => finding.help(did_you_mean(near)),
                (None, Some(home)) => finding.help(words!(
                    ja: "`{shown}` は `{home}` に書くキーです",
                    en: "`{shown}` belongs into `{home}`",
                )),
                (None, None) => {
                    let list = ticked(&known);
                    let (ja, en) = (list.ja, list.en);
                    finding.help(words!(ja: "使えるキーは {ja} です", en: "it takes {en}"))
                }
            });
        }
    }

    /// A node as a text.
    pub fn text_of(&self, node: &Node, plain: bool) -> Text {
        let languages = &self.reader.languages;
        match &node.value {
            Value::String(text) if plain || languages.len() == 1 => {
                self.require_some_text(text, node.span);
                Text::plain(text.clone())
            }
            Value::Table(table) => self.text_of_languages(table, node.span),
            _ => {
                let example = languages
                    .iter()
                    .map(|language| format!("{} = \"…\"", language.tag()))
                    .collect::<Vec<_>>()
                    .join(", ");
                self.wrong_type(
                    node,
                    &words!(
                        ja: "各言語の文（`{{ {example} }}`）",
                        en: "a text in each language (`{{ {example} }}`)",
                    ),
                );
                Text::plain(String::new())
            }
        }
    }

    fn text_of_languages(&self, table: &Table, span: Span) -> Text {
        let mut texts = [None, None];
        for (tag, entry) in table {
            match (Language::from_tag(tag), entry.node.string()) {
                (Some(language), Some(text)) => {
                    self.require_some_text(text, entry.node.span);
                    texts[language as usize] = Some(text.to_owned());
                }
                (Some(_), None) => self.wrong_type(&entry.node, &words!(ja: "文字列", en: "a string")),
                (None, _) => self.unknown_language(tag, entry.key),
            }
        }
        let missing = self.reader.languages.iter().filter(|&&language| texts[language as usize].is_none());
        for language in missing {
            self.missing_language(*language, span);
        }
        let first = self.reader.languages.first().copied().unwrap_or(Language::Ja);
        let fallback = texts[first as usize].clone().unwrap_or_default();
        let [ja, en] = texts;
        Text::new(ja, en, fallback)
    }

    fn missing_language(&self, language: Language, span: Span) {
        let is_first = self.reader.languages.first() == Some(&language);
        let code = if is_first { Code::MissingText } else { Code::MissingTranslation };
        let tag = language.tag();
        self.report(
            Finding::new(code, words!(ja: "`{tag}` の文がありません", en: "the text in `{tag}` is missing"))
                .at(span)
                .help(words!(ja: "`{tag} = \"…\"` を加えてください", en: "add `{tag} = \"…\"`")),
        );
    }

    fn unknown_language(&self, tag: &str, span: Span) {
        let shown = visible(tag);
        let known = ticked(Language::ALL.map(Language::tag));
        let (ja, en) = (known.ja, known.en);
        self.report(
            Finding::new(
                Code::UnknownKey,
                words!(ja: "`{shown}` という言語は使えません", en: "`{shown}` is not a language of rulebooks"),
            )
            .at(span)
            .help(words!(ja: "使える言語は {ja} です", en: "the languages are {en}")),
        );
    }

    /// The finding with the nearest name that there is; where none is near, with all of them if they are few.
    pub fn suggesting<S: AsRef<str>>(&self, finding: Finding, name: &str, known: &[S]) -> Finding {
        const FEW: usize = 12;
        match self.reader.nearest(name, known.iter().map(AsRef::as_ref)) {
            Some(near) => finding.help(did_you_mean(near)),
            None if (1..=FEW).contains(&known.len()) => {
                let list = ticked(known.iter().map(AsRef::as_ref));
                let (ja, en) = (list.ja, list.en);
                finding.help(words!(ja: "使えるのは {ja} です", en: "there are {en}"))
            }
            None => finding,
        }
    }

    fn require_some_text(&self, text: &str, span: Span) {
        if text.trim().is_empty() {
            self.report(Finding::new(Code::BadValue, words!(ja: "文が空です", en: "the text is empty")).at(span));
        }
    }
}

/// Where a key belongs that only one table has.
fn home_of(key: &str) -> Option<&'static str> {
    const HOMES: [(&str, &[&str]); 9] = [
        ("[rulebook]", &["format", "version", "languages", "extends", "emergency", "footer", "at_most_questions"]),
        ("[question.…]", &["ask", "hint", "pick", "options", "ordered", "unknown", "usually", "find_out", "lasting"]),
        ("sign.… = { … }", &["certainty"]),
        ("[cause.…]", &["sign", "about"]),
        ("[gate.…]", &["say", "bars", "only", "stops", "at_most", "tone"]),
        ("[action.…]", &["do", "how", "done", "avoid", "involves", "impact", "effort", "share", "variant", "after"]),
        ("[source.…]", &["cite", "strength"]),
        ("[contact.…]", &["reach", "checked"]),
        ("[case.…]", &["answers", "expect", "like", "partial"]),
    ];
    HOMES.iter().find(|(_, keys)| keys.contains(&key)).map(|&(home, _)| home)
}

const fn type_name(value: &Value) -> (&'static str, &'static str) {
    match value {
        Value::String(_) => ("文字列", "a string"),
        Value::Integer(_) => ("整数", "a whole number"),
        Value::Float(_) => ("小数", "a number with a fraction"),
        Value::Boolean(_) => ("真偽値", "`true` or `false`"),
        Value::Date(_) => ("日付", "a date"),
        Value::Array(_) => ("リスト", "a list"),
        Value::Table(_) => ("表", "a table"),
    }
}
