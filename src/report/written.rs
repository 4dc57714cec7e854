//! A rulebook as TOML: all layers in one file that reads back to the same rulebook.
//!
//! Every entry is a table of its own; what stands inside it is written on one line, as TOML 1.0 wants inline tables.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use crate::rulebook::document::{Entry, Node, Table, Value};
use crate::rulebook::kind::Kind;
use crate::rulebook::read::Reading;
use crate::rulebook::source::{Source, Span};

/// What to write.
#[derive(Clone, Debug, Default)]
pub struct Extent {
    /// Only these entries; all of them and the head of the rulebook when there are none.
    pub only: Vec<(Kind, String)>,
    /// Whether to say where each entry is defined.
    pub origin: bool,
}

/// The rulebook as it holds, with all its layers.
pub fn toml(reading: &Reading, extent: &Extent) -> String {
    let mut page = Page { sources: &reading.sources, origin: extent.origin, out: String::new() };
    let mut whole = reading.written().clone();
    if !reading.dropped().is_empty() {
        forget(&mut whole, reading.dropped());
    }
    if extent.only.is_empty()
        && let Some(head) = whole.get("rulebook")
    {
        page.entry("rulebook", head, &["extends"]);
    }
    for kind in Kind::ALL {
        let Some(entries) = whole.get(kind.name()).and_then(|entry| entry.node.table()) else { continue };
        for (id, entry) in entries {
            let is_wanted = |(other, name): &(Kind, String)| *other == kind && name == id;
            if extent.only.is_empty() || extent.only.iter().any(is_wanted) {
                page.entry(&format!("{}.{}", kind.name(), key(id)), entry, &[]);
            }
        }
    }
    page.out
}

/// Takes the names of what a layer dropped out of the lists that name entries; the layers below still hold them there.
fn forget(table: &mut Table, dropped: &BTreeSet<String>) {
    for (key, entry) in table {
        match &mut entry.node.value {
            Value::Array(items) if NAMES.contains(&key.as_str()) => {
                items.retain(|item| item.string().is_none_or(|name| !dropped.contains(name)));
            }
            Value::Table(table) => forget(table, dropped),
            _ => {}
        }
    }
}

/// The keys of lists that name entries.
const NAMES: [&str; 18] = [
    "after",
    "for",
    "bars",
    "involves",
    "refer",
    "sources",
    "emergency",
    "never",
    "never_involves",
    "always",
    "always_any",
    "causes",
    "obstacles",
    "gates",
    "first",
    "includes",
    "excludes",
    "notes",
];

/// One entry as it is written.
pub fn entry(kind: Kind, id: &str, entry: &Entry) -> String {
    let mut page = Page { sources: &[], origin: false, out: String::new() };
    page.entry(&format!("{}.{}", kind.name(), key(id)), entry, &[]);
    page.out
}

struct Page<'a> {
    sources: &'a [Source],
    origin: bool,
    out: String,
}

/// The keys under which parts stand that are written one a line.
const PARTS: [&str; 4] = ["options", "sign", "expect", "answers"];

impl Page<'_> {
    fn entry(&mut self, path: &str, entry: &Entry, without: &[&str]) {
        if !self.out.is_empty() {
            self.out.push('\n');
        }
        if self.origin {
            self.places(entry);
        }
        let _ = writeln!(self.out, "[{path}]");
        let Some(table) = entry.node.table() else { return };
        let (variants, keys): (Vec<_>, Vec<_>) = table
            .iter()
            .filter(|(name, _)| !without.contains(&name.as_str()))
            .partition(|(name, entry)| *name == "variant" && entry.node.table().is_some());
        for (name, entry) in keys {
            self.line(&key(name), &entry.node, PARTS.contains(&name.as_str()));
        }
        for (id, variant) in variants.into_iter().filter_map(|(_, entry)| entry.node.table()).flatten() {
            let _ = writeln!(self.out, "\n[{path}.variant.{}]", key(id));
            for (name, entry) in variant.node.table().into_iter().flatten() {
                self.line(&key(name), &entry.node, false);
            }
        }
    }

    /// A key with its value, or, where it has parts, with each of them.
    fn line(&mut self, path: &str, node: &Node, has_parts: bool) {
        match node.table().filter(|table| has_parts && !table.is_empty()) {
            Some(parts) => {
                for (name, entry) in parts {
                    let has_parts = path == "expect" && matches!(name.as_str(), "because" | "variants" | "due");
                    self.line(&format!("{path}.{}", key(name)), &entry.node, has_parts);
                }
            }
            None => {
                let _ = writeln!(self.out, "{path} = {}", value(node));
            }
        }
    }

    /// Where an entry is defined, and where else something of it comes from.
    fn places(&mut self, entry: &Entry) {
        let mut places = BTreeSet::new();
        collect(&entry.node, &mut places);
        places.insert((entry.key.source, entry.key.start));
        let mut seen = BTreeSet::new();
        for (source, start) in places {
            if seen.insert(source)
                && let Some(file) = self.sources.get(source as usize)
            {
                let (line, _) = file.line_column(Span { source, start, end: start }.range().start);
                let _ = writeln!(self.out, "# {}:{line}", file.name);
            }
        }
    }
}

fn collect(node: &Node, places: &mut BTreeSet<(u32, u32)>) {
    for entry in node.table().into_iter().flat_map(Table::values) {
        places.insert((entry.key.source, entry.key.start));
        collect(&entry.node, places);
    }
}

/// A key: bare where that is possible.
fn key(name: &str) -> String {
    let is_bare = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte));
    if is_bare { name.to_owned() } else { string(name) }
}

/// A string in quotes, on one line.
pub fn string(text: &str) -> String {
    let mut quoted = String::from('"');
    for character in text.chars() {
        match character {
            '"' | '\\' => quoted.extend(['\\', character]),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            character if character.is_control() => {
                let _ = write!(quoted, "\\u{:04X}", u32::from(character));
            }
            character => quoted.push(character),
        }
    }
    quoted + "\""
}

fn value(node: &Node) -> String {
    match &node.value {
        Value::String(text) => string(text),
        Value::Integer(number) => number.map_or_else(|| "0".to_owned(), |number| number.to_string()),
        Value::Float(number) => format!("{number:?}"),
        Value::Boolean(value) => value.to_string(),
        Value::Date(date) => date.map_or_else(|| string(""), |date| date.to_string()),
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(value).collect();
            let one_line = format!("[{}]", items.join(", "));
            if one_line.chars().count() <= LONG || items.len() < 2 {
                return one_line;
            }
            items.iter().fold("[\n".to_owned(), |list, item| list + "  " + item + ",\n") + "]"
        }
        Value::Table(table) if table.is_empty() => "{}".to_owned(),
        Value::Table(table) => {
            let pairs = table.iter().map(|(name, entry)| format!("{} = {}", key(name), inline(&entry.node)));
            format!("{{ {} }}", pairs.collect::<Vec<_>>().join(", "))
        }
    }
}

/// A list of more characters is written one item a line.
const LONG: usize = 100;

/// A value inside an inline table, which has to stay on its line.
fn inline(node: &Node) -> String {
    match &node.value {
        Value::Array(items) => format!("[{}]", items.iter().map(inline).collect::<Vec<_>>().join(", ")),
        _ => value(node),
    }
}
