//! A rulebook as written: TOML as a tree in which every key and value knows its place.
//!
//! One layer is one file or the files of one folder, put together here; layers are laid on top of each other in
//! [`layer`](crate::rulebook::layer). What the entries mean is decided in [`read`](crate::rulebook::read).

use indexmap::IndexMap;
use jiff::civil::Date;
use toml::de::{DeTable, DeValue};

use crate::rulebook::finding::{Code, Finding, Findings};
use crate::rulebook::kind::Kind;
use crate::rulebook::source::{Source, Span};
use crate::rulebook::syntax;
use crate::words;
use crate::words::{is_unprintable, visible};

/// A value and its place.
#[derive(Clone, Debug)]
pub struct Node {
    /// Where it stands.
    pub span: Span,
    /// What it is.
    pub value: Value,
}

/// A TOML value.
#[derive(Clone, Debug)]
pub enum Value {
    /// A string.
    String(String),
    /// An integer; `None` when it does not fit 64 bits.
    Integer(Option<i64>),
    /// A number with a fraction.
    Float(f64),
    /// `true` or `false`.
    Boolean(bool),
    /// A date without a time; `None` when there is a time, or no such day.
    Date(Option<Date>),
    /// An array.
    Array(Vec<Node>),
    /// A table.
    Table(Table),
}

/// The entries of a table in the author's order.
pub type Table = IndexMap<String, Entry>;

/// What stands behind a key.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Where the key stands.
    pub key: Span,
    /// Its value.
    pub node: Node,
}

impl Node {
    /// The value as a table.
    pub const fn table(&self) -> Option<&Table> {
        match &self.value {
            Value::Table(table) => Some(table),
            _ => None,
        }
    }

    /// The value as a string.
    pub fn string(&self) -> Option<&str> {
        match &self.value {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// The value as `true` or `false`.
    pub const fn boolean(&self) -> Option<bool> {
        match self.value {
            Value::Boolean(value) => Some(value),
            _ => None,
        }
    }
}

/// Reads one source. Everything that is wrong with it becomes a finding; what could be read is returned.
pub fn parse(number: u32, source: &Source, findings: &mut Findings) -> Table {
    let (document, mut errors) = DeTable::parse_recoverable(&source.text);
    errors.sort_by_key(|error| error.span().map(|span| span.start));
    let broken = !errors.is_empty();
    errors.dedup_by_key(|error| error.span().map(|span| source.line(span.start)));
    findings.extend(syntax::findings(number, source, &errors, MOST_SYNTAX_FAULTS));
    if broken {
        return Table::new(); // what was recovered would only lead to follow-ups
    }
    let mut reader = Reader { number, source, findings };
    if source.text.starts_with(BYTE_ORDER_MARK) {
        reader.require_printable(&BYTE_ORDER_MARK.to_string(), Span::new(number, &(0..BYTE_ORDER_MARK.len_utf8())));
    }
    reader.table(document.get_ref())
}

/// One at the start of a file is taken away when that is read; the parser would overlook a second one.
const BYTE_ORDER_MARK: char = '\u{FEFF}';

/// The most faults of syntax that are reported of one file, one a line: a fault often leads to many.
const MOST_SYNTAX_FAULTS: usize = 10;

struct Reader<'a> {
    number: u32,
    source: &'a Source,
    findings: &'a mut Findings,
}

impl Reader<'_> {
    fn table(&mut self, table: &DeTable<'_>) -> Table {
        let entries = table.iter().map(|(key, value)| {
            let key_span = Span::new(self.number, &key.span());
            self.require_printable(key.get_ref(), key_span);
            (key.get_ref().to_string(), Entry { key: key_span, node: self.node(value) })
        });
        entries.collect()
    }

    fn node(&mut self, value: &toml::Spanned<DeValue<'_>>) -> Node {
        let span = Span::new(self.number, &value.span());
        let value = match value.get_ref() {
            DeValue::String(text) => {
                self.require_printable(text, span);
                if let Some(escape) = syntax::newer_escape(&self.source.text[span.range()]) {
                    self.newer_toml(span, words!(ja: "`{escape}` という書き方", en: "the escape `{escape}`"));
                }
                Value::String(text.to_string())
            }
            DeValue::Integer(number) => Value::Integer(i64::from_str_radix(number.as_str(), number.radix()).ok()),
            DeValue::Float(number) => Value::Float(number.as_str().parse().unwrap_or(f64::NAN)),
            DeValue::Boolean(value) => Value::Boolean(*value),
            DeValue::Datetime(moment) => {
                let date = moment.date.filter(|_| moment.time.is_none() && moment.offset.is_none());
                Value::Date(date.and_then(|date| civil_date(date.year, date.month, date.day)))
            }
            DeValue::Array(items) => Value::Array(items.iter().map(|item| self.node(item)).collect()),
            DeValue::Table(table) => {
                let table = self.table(table);
                self.require_one_line(span, &table);
                Value::Table(table)
            }
        };
        Node { span, value }
    }

    fn require_printable(&mut self, text: &str, span: Span) {
        let Some(character) = text.chars().find(|&character| character != '\n' && is_unprintable(character)) else {
            return;
        };
        let written = self.source.text.get(span.range()).and_then(|written| written.find(character));
        let span = written.map_or(span, |place| {
            let start = span.range().start + place;
            Span::new(self.number, &(start..start + character.len_utf8()))
        });
        let shown = visible(&character.to_string());
        let finding = Finding::new(
            Code::Unprintable,
            words!(
                ja: "画面に出せない文字 `{shown}` が含まれています",
                en: "the text contains the unprintable character `{shown}`",
            ),
        );
        self.findings.push(finding.at(span).help(words!(
            ja: "この文字を消してください",
            en: "remove the character",
        )));
    }

    /// TOML 1.0 wants an inline table on one line, though a value inside it may span lines.
    fn require_one_line(&mut self, span: Span, table: &Table) {
        let text = &self.source.text;
        if !text[span.range()].starts_with('{') {
            return;
        }
        let mut position = span.range().start;
        let mut gap_before = |end: usize| {
            let gap = text.get(position..end).unwrap_or_default();
            position = position.max(end);
            gap
        };
        let mut newer = false;
        for entry in table.values() {
            newer |= gap_before(entry.key.range().start).contains('\n');
            gap_before(end_of(&entry.node));
        }
        let end = gap_before(span.range().end);
        if newer || end.contains('\n') || end.contains(',') {
            self.newer_toml(
                span,
                words!(
                    ja: "複数行の `{{ … }}` や、最後の項目の後のコンマ",
                    en: "`{{ … }}` over several lines or with a comma at its end",
                ),
            );
        }
    }

    fn newer_toml(&mut self, span: Span, what: words::Words) {
        let words::Words { ja, en } = what;
        let finding = Finding::new(
            Code::NewerToml,
            words!(
                ja: "{ja}は TOML 1.1 の書き方で、多くのエディターでは読めません",
                en: "{en} is TOML 1.1, which most editors refuse",
            ),
        );
        self.findings.push(finding.at(span).help(words!(
            ja: "`{{ … }}` は1行に収めるか、`[表.名前]` の形で書いてください",
            en: "keep `{{ … }}` on one line, or write it as a `[table.name]`",
        )));
    }
}

/// Where a value ends; the span of a table that dotted keys make covers its first key only.
fn end_of(node: &Node) -> usize {
    let inside = node.table().into_iter().flat_map(Table::values).map(|entry| end_of(&entry.node));
    inside.max().unwrap_or(0).max(node.span.range().end)
}

fn civil_date(year: u16, month: u8, day: u8) -> Option<Date> {
    Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

/// Puts the files of one layer together. An entry that two files have is a finding.
pub fn join(parts: Vec<Table>, findings: &mut Findings) -> Table {
    let mut whole = Table::new();
    for (name, entry) in parts.into_iter().flatten() {
        match whole.get_mut(&name) {
            None => {
                whole.insert(name, entry);
            }
            Some(earlier) => match (&mut earlier.node.value, entry.node.value) {
                (Value::Table(into), Value::Table(more)) if Kind::from_name(&name).is_some() => {
                    extend(into, more, &name, findings);
                }
                _ => findings.push(declared_twice(&visible(&name), earlier.key, entry.key)),
            },
        }
    }
    whole
}

fn extend(into: &mut Table, more: Table, table: &str, findings: &mut Findings) {
    for (id, entry) in more {
        match into.get(&id) {
            None => {
                into.insert(id, entry);
            }
            Some(earlier) => {
                findings.push(declared_twice(&format!("{table}.{}", visible(&id)), earlier.key, entry.key));
            }
        }
    }
}

fn declared_twice(name: &str, first: Span, second: Span) -> Finding {
    let (code, help) = if name == "rulebook" {
        (
            Code::RulebookTable,
            words!(
                ja: "`[rulebook]` は1つのファイルだけに書いてください",
                en: "keep `[rulebook]` in one of the files",
            ),
        )
    } else {
        (Code::DuplicateId, words!(ja: "どちらかの名前を変えてください", en: "rename one of them"))
    };
    Finding::new(code, words!(ja: "`{name}` が二度定義されています", en: "`{name}` is defined twice"))
        .at(second)
        .at_with(first, words!(ja: "最初の定義", en: "first defined here"))
        .help(help)
}
