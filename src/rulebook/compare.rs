//! Two rulebooks as written: which entries and keys differ, whatever that means for anybody; and what a new name of an
//! entry does to everything that names it.

use crate::rulebook::document::{Entry, Node, Table, Value};
use crate::rulebook::kind::Kind;
use crate::words::Language;

/// A key that is not the same in both.
#[derive(Clone, Debug)]
pub struct Changed {
    /// The entry, such as `action.acknowledge`; or `rulebook`.
    pub entry: String,
    /// The path of the key inside, such as `variant.client.do`.
    pub key: String,
    /// Whether it is a text that people read; otherwise it is a rule.
    pub is_text: bool,
    /// What stands there in the old one.
    pub old: Option<Node>,
    /// What stands there in the new one.
    pub new: Option<Node>,
}

/// The keys under which texts stand.
const TEXTS: [&str; 16] = [
    "name", "ask", "hint", "options", "say", "do", "how", "done", "avoid", "why", "title", "text", "about", "cite",
    "reach", "find_out",
];

/// What differs between entries that both have.
pub fn changed(old: &Table, new: &Table) -> Vec<Changed> {
    let mut changes = Vec::new();
    for kind in Kind::ALL {
        let (Some(old), Some(new)) = (entries(old, kind), entries(new, kind)) else { continue };
        if order(old, new) != order(new, old) {
            let entry = kind.name().to_owned();
            changes.push(Changed { entry, key: "order".to_owned(), is_text: false, old: None, new: None });
        }
        for (id, entry) in new {
            if let (Some(old), Some(new)) = (old.get(id).and_then(|old| old.node.table()), entry.node.table()) {
                compare(&format!("{}.{id}", kind.name()), Some(kind), "", old, new, &mut changes);
            }
        }
    }
    if let (Some(old), Some(new)) = (header(old), header(new)) {
        compare("rulebook", None, "", old, new, &mut changes);
    }
    changes
}

/// The keys of a table that another one has as well, in order.
fn order<'a>(table: &'a Table, other: &Table) -> Vec<&'a String> {
    table.keys().filter(|key| other.contains_key(*key)).collect()
}

fn entries(table: &Table, kind: Kind) -> Option<&Table> {
    table.get(kind.name())?.node.table()
}

fn header(table: &Table) -> Option<&Table> {
    table.get("rulebook")?.node.table()
}

fn compare(entry: &str, kind: Option<Kind>, path: &str, old: &Table, new: &Table, changes: &mut Vec<Changed>) {
    let keys = new.keys().chain(old.keys().filter(|key| !new.contains_key(*key)));
    for key in keys {
        let (one, other) = (old.get(key), new.get(key));
        let (one, other) = (one.map(|entry| &entry.node), other.map(|entry| &entry.node));
        if same(one, other) {
            continue;
        }
        let key_path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
        let is_list_of_parts = matches!(key.as_str(), "options" | "sign" | "variant") && path.is_empty();
        let is_part = matches!(path, "sign" | "variant");
        let empty = Table::new();
        let table = |node: Option<&'_ Node>| node.and_then(Node::table).cloned();
        if is_list_of_parts || is_part {
            if let (Some(one), Some(other)) = (one.and_then(Node::table), other.and_then(Node::table))
                && is_list_of_parts
                && order(one, other) != order(other, one)
            {
                let key = format!("{key_path}.order");
                changes.push(Changed { entry: entry.to_owned(), key, is_text: false, old: None, new: None });
            }
            let (one, other) = (table(one).unwrap_or_else(|| empty.clone()), table(other).unwrap_or(empty));
            compare(entry, kind, &key_path, &one, &other, changes);
            continue;
        }
        let last = key_path.rsplit('.').next().unwrap_or_default();
        let is_text = TEXTS.contains(&last)
            || path == "options"
            || last == "footer"
            || (last == "for" && kind == Some(Kind::Contact));
        changes.push(Changed {
            entry: entry.to_owned(),
            key: key_path,
            is_text,
            old: one.cloned(),
            new: other.cloned(),
        });
    }
}

fn same(one: Option<&Node>, other: Option<&Node>) -> bool {
    match (one, other) {
        (None, None) => true,
        (Some(one), Some(other)) => one.says_the_same(other),
        _ => false,
    }
}

impl Node {
    /// Whether two values are the same, wherever they stand.
    pub fn says_the_same(&self, other: &Self) -> bool {
        match (&self.value, &other.value) {
            (Value::String(one), Value::String(other)) => one == other,
            (Value::Integer(one), Value::Integer(other)) => one == other,
            (Value::Float(one), Value::Float(other)) => one.to_bits() == other.to_bits(),
            (Value::Boolean(one), Value::Boolean(other)) => one == other,
            (Value::Date(one), Value::Date(other)) => one == other,
            (Value::Array(one), Value::Array(other)) => {
                one.len() == other.len() && one.iter().zip(other).all(|(one, other)| one.says_the_same(other))
            }
            (Value::Table(one), Value::Table(other)) => {
                let same = |((key, one), (other_key, other)): ((&String, &Entry), (&String, &Entry))| {
                    key == other_key && one.node.says_the_same(&other.node)
                };
                one.len() == other.len() && one.iter().zip(other).all(same)
            }
            _ => false,
        }
    }

    /// A text in a language, or whatever language there is; several texts one after the other.
    pub fn as_text(&self, language: Language) -> String {
        match &self.value {
            Value::String(text) => text.clone(),
            Value::Table(texts) => {
                let text = texts.get(language.tag()).or_else(|| texts.values().next());
                text.map_or_else(String::new, |entry| entry.node.as_text(language))
            }
            Value::Array(items) => items.iter().map(|item| item.as_text(language)).collect::<Vec<_>>().join(" / "),
            _ => String::new(),
        }
    }
}

/// Gives an entry a new name, wherever it is named.
pub fn rename(table: &mut Table, kind: Kind, old: &str, new: &str) {
    if let Some(Value::Table(entries)) = table.get_mut(kind.name()).map(|entry| &mut entry.node.value) {
        rename_key(entries, old, new);
    }
    let renaming = Renaming { kind, old, new };
    for entry in table.values_mut() {
        renaming.inside(&mut entry.node, Place::Entry);
    }
}

fn rename_key(table: &mut Table, old: &str, new: &str) {
    if !table.contains_key(old) || table.contains_key(new) {
        return;
    }
    let entries = std::mem::take(table).into_iter();
    table.extend(entries.map(|(key, entry)| if key == old { (new.to_owned(), entry) } else { (key, entry) }));
}

struct Renaming<'a> {
    kind: Kind,
    old: &'a str,
    new: &'a str,
}

/// What a value is part of.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Entry,
    /// A condition, whose keys are names.
    Condition,
    /// A list of names.
    Names,
}

impl Renaming<'_> {
    fn inside(&self, node: &mut Node, place: Place) {
        match &mut node.value {
            Value::String(text) if place == Place::Names && text == self.old => self.new.clone_into(text),
            Value::Array(items) => items.iter_mut().for_each(|item| self.inside(item, place)),
            Value::Table(table) => {
                let names = match place {
                    Place::Condition => Kind::IN_CONDITIONS.contains(&self.kind),
                    _ => false,
                };
                if names {
                    rename_key(table, self.old, self.new);
                }
                for (key, entry) in table.iter_mut() {
                    if let ("answers", Kind::Question) | ("because" | "variants" | "due", Kind::Action) =
                        (key.as_str(), self.kind)
                        && let Value::Table(named) = &mut entry.node.value
                    {
                        rename_key(named, self.old, self.new);
                    }
                    self.inside(&mut entry.node, self.place(key, place));
                }
            }
            _ => {}
        }
    }

    fn place(&self, key: &str, place: Place) -> Place {
        match key {
            "when" => Place::Condition,
            "any" | "all" | "not" if place == Place::Condition => Place::Condition,
            _ if place == Place::Condition => Place::Entry,
            _ if self.names().contains(&key) => Place::Names,
            _ if place == Place::Names => Place::Names,
            _ => Place::Entry,
        }
    }

    /// The keys whose values name entries of this kind.
    const fn names(&self) -> &'static [&'static str] {
        match self.kind {
            Kind::Action => {
                &["after", "before", "behind", "never", "always", "always_any", "first", "includes", "excludes"]
            }
            Kind::Cause | Kind::Obstacle | Kind::Gate => &["for", "causes", "obstacles", "gates", "because"],
            Kind::Aspect => &["bars", "involves", "never_involves"],
            Kind::Stage => &["stage"],
            Kind::Source => &["sources"],
            Kind::Contact => &["refer", "emergency"],
            Kind::Case => &["like"],
            Kind::Note => &["notes"],
            Kind::Question | Kind::Term | Kind::Contradiction | Kind::Property => &[],
        }
    }
}
