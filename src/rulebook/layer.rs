//! Layers: one rulebook on top of another.
//!
//! Tables merge key by key; strings, lists and conditions replace what was there (half of an old condition joined to
//! half of a new one would be neither author's meaning). `drop = true` removes, `before` and `behind` place.

use std::collections::HashSet;

use crate::rulebook::document::{Entry, Node, Table, Value};
use crate::rulebook::finding::{Code, Finding, Findings};
use crate::rulebook::kind::Kind;
use crate::rulebook::source::Span;
use crate::words;
use crate::words::{ticked, visible};

/// Lays `top` on `base`. Returns the ids of the entries that are gone.
pub fn lay(base: &mut Table, top: Table, findings: &mut Findings) -> Vec<String> {
    let mut dropped = Vec::new();
    for (name, over) in top {
        let kind = Kind::from_name(&name);
        if kind.is_some() && over.node.table().is_none() {
            findings.push(
                Finding::new(Code::WrongType, words!(ja: "`{name}` は表です", en: "`{name}` is a table")).at(over.key),
            );
            continue;
        }
        match (base.get_mut(&name), kind) {
            (Some(Entry { node: Node { value: Value::Table(under), .. }, .. }), Some(kind)) => {
                if let Value::Table(entries) = over.node.value {
                    dropped.extend(lay_entries(kind, under, entries, findings));
                }
            }
            (Some(under), _) => merge(under, over, &name, findings),
            (None, Some(kind)) => {
                let mut under = Table::new();
                if let Value::Table(entries) = over.node.value {
                    dropped.extend(lay_entries(kind, &mut under, entries, findings));
                }
                let node = Node { span: over.node.span, value: Value::Table(under) };
                base.insert(name, Entry { key: over.key, node });
            }
            (None, None) => {
                base.insert(name, over);
            }
        }
    }
    dropped
}

fn lay_entries(kind: Kind, base: &mut Table, top: Table, findings: &mut Findings) -> Vec<String> {
    let mut dropped = Vec::new();
    let below: Vec<String> = base.keys().cloned().collect();
    let mut order = Order::of(base);
    for (id, mut over) in top {
        if findings.is_hopeless() {
            break;
        }
        let placement = take_placement(&mut over.node, findings);
        let name = format!("{}.{}", kind.name(), visible(&id));
        if is_drop(&over.node) {
            drop_entry(kind, base, &id, &over, findings);
            dropped.push(id);
            continue;
        }
        if let Some(under) = base.get_mut(&id) {
            merge(under, over, &name, findings);
        } else {
            if !greet_new(kind, &below, &id, &over, findings) {
                continue;
            }
            base.insert(id.clone(), over);
        }
        if let Some(placement) = placement {
            order.place(kind, base, &id, &placement, findings);
        }
    }
    order.bring(base);
    let gone: HashSet<&String> = dropped.iter().collect();
    if !gone.is_empty() {
        base.retain(|id, _| !gone.contains(id));
    }
    dropped
}

fn merge(under: &mut Entry, over: Entry, name: &str, findings: &mut Findings) {
    let replaces_whole = is_one_value(name);
    match (&mut under.node.value, over.node.value) {
        (Value::Table(base), Value::Table(top)) if !replaces_whole => {
            under.key = over.key;
            under.node.span = over.node.span;
            for (key, over) in top {
                let name = format!("{name}.{}", visible(&key));
                if is_drop(&over.node) {
                    if base.shift_remove(&key).is_none() {
                        let near = nearest_key(base, &key, findings);
                        findings.push(overrides_nothing(&name, over.key, near.as_deref()));
                    }
                } else if let Some(under) = base.get_mut(&key) {
                    merge(under, over, &name, findings);
                } else {
                    base.insert(key, over);
                }
            }
        }
        (_, value) => *under = Entry { key: over.key, node: Node { span: over.node.span, value } },
    }
}

/// Whether a table is replaced as a whole: a condition, or the answers of a case. `name` is the path to it.
fn is_one_value(name: &str) -> bool {
    let path: Vec<&str> = name.split('.').collect();
    matches!(path[..], [_, _, "when"] | [_, _, "sign" | "variant", _, "when"] | ["case", _, "answers"])
}

/// Whether an entry is a new one: those are complete. One that is not was meant for an entry that does not exist.
fn greet_new(kind: Kind, below: &[String], id: &str, over: &Entry, findings: &mut Findings) -> bool {
    let name = format!("{}.{}", kind.name(), visible(id));
    let near = findings.nearest(id, below.iter().map(String::as_str)).map(visible);
    let missing = over
        .node
        .table()
        .map(|table| kind.required().iter().copied().filter(|key| !table.contains_key(*key)).collect::<Vec<_>>());
    match (missing.as_deref(), &near) {
        (None, _) | (Some([]), None) => true,
        (Some([]), Some(near)) => {
            let finding = Finding::new(
                Code::NearName,
                words!(
                    ja: "新しい `{name}` は、元からある `{near}` とよく似た名前です",
                    en: "the new `{name}` is named almost like `{near}`, which exists",
                ),
            );
            findings.push(finding.at(over.key).help(words!(
                ja: "`{near}` を変えるつもりなら、名前を合わせてください",
                en: "use the same name if you mean to change `{near}`",
            )));
            true
        }
        (Some(missing), None) if missing.len() < kind.required().len() => {
            let list = ticked(missing);
            let (ja, en) = (list.ja, list.en);
            let mut finding = Finding::new(
                Code::MissingKey,
                words!(
                    ja: "新しい項目 `{name}` に {ja} がありません",
                    en: "the new entry `{name}` lacks {en}",
                ),
            )
            .at(over.key)
            .help(words!(
                ja: "書き足してください（土台の項目を変えるつもりなら、id を確かめてください）",
                en: "add it; or correct the id if you meant an entry of the rulebook below",
            ));
            finding.entry = Some(name);
            findings.push(finding);
            false
        }
        (Some(missing), near) => {
            let mut finding = overrides_nothing(&name, over.key, near.as_deref());
            if near.is_none() {
                let list = ticked(missing);
                let (ja, en) = (list.ja, list.en);
                finding.help = Some(words!(
                    ja: "新しく加えるなら {ja} も書いてください",
                    en: "to add it as new, it also needs {en}",
                ));
            }
            findings.push(finding);
            false
        }
    }
}

fn drop_entry(kind: Kind, base: &mut Table, id: &str, over: &Entry, findings: &mut Findings) {
    let name = format!("{}.{}", kind.name(), visible(id));
    if !base.contains_key(id) {
        let finding = overrides_nothing(&name, over.key, nearest_key(base, id, findings).as_deref());
        findings.push(finding);
    } else if matches!(kind, Kind::Gate | Kind::Property | Kind::Aspect) {
        let finding = Finding::new(
            Code::DropsSafety,
            words!(
                ja: "`{name}` を取り除くと、人を守る仕組みが1つ減ります",
                en: "dropping `{name}` takes away something that protects people",
            ),
        );
        let mut finding = finding.at(over.key);
        finding.entry = Some(name);
        findings.push(finding);
    }
}

fn overrides_nothing(name: &str, span: Span, near: Option<&str>) -> Finding {
    let finding = Finding::new(
        Code::OverridesNothing,
        words!(
            ja: "変更しようとしている `{name}` は、元のルールブックにありません",
            en: "there is no `{name}` below this layer to change",
        ),
    );
    let mut finding = finding.at(span).did_you_mean(near);
    finding.entry = Some(name.to_owned());
    finding
}

fn nearest_key(table: &Table, key: &str, findings: &Findings) -> Option<String> {
    findings.nearest(key, table.keys().map(String::as_str)).map(visible)
}

fn is_drop(node: &Node) -> bool {
    node.table().and_then(|table| table.get("drop")).is_some_and(|entry| entry.node.boolean() == Some(true))
}

struct Placement {
    behind: bool,
    anchor: String,
    span: Span,
}

fn take_placement(node: &mut Node, findings: &mut Findings) -> Option<Placement> {
    let Value::Table(table) = &mut node.value else { return None };
    let mut placement = None;
    for (key, behind) in [("before", false), ("behind", true)] {
        let Some(entry) = table.shift_remove(key) else { continue };
        match entry.node.value {
            Value::String(anchor) if placement.is_none() => {
                placement = Some(Placement { behind, anchor, span: entry.node.span });
            }
            _ => findings.push(
                Finding::new(
                    Code::Conflict,
                    words!(
                        ja: "`before` と `behind` には id を1つだけ書きます",
                        en: "`before` and `behind` take one id, and only one of them",
                    ),
                )
                .at(entry.key),
            ),
        }
    }
    placement
}

/// The order in which entries are to stand: a ring in which each knows its neighbours, so that whoever places many entries
/// moves no others. Entry `n` of the table is number `n + 1`; number 0 is where the ring begins and ends.
struct Order {
    next: Vec<usize>,
    previous: Vec<usize>,
    is_changed: bool,
}

impl Order {
    /// As the entries stand.
    fn of(table: &Table) -> Self {
        let mut order = Self { next: vec![0], previous: vec![0], is_changed: false };
        order.grow(table);
        order
    }

    /// Takes in the entries that were added behind the others.
    fn grow(&mut self, table: &Table) {
        for entry in self.next.len()..=table.len() {
            self.next.push(0);
            self.previous.push(0);
            self.link(entry, self.previous[0]);
        }
    }

    fn link(&mut self, entry: usize, before: usize) {
        let after = self.next[before];
        (self.next[before], self.previous[entry]) = (entry, before);
        (self.next[entry], self.previous[after]) = (after, entry);
    }

    fn place(&mut self, kind: Kind, table: &Table, id: &str, placement: &Placement, findings: &mut Findings) {
        self.grow(table);
        let number = |id: &str| table.get_index_of(id).map(|index| index + 1);
        let Some(entry) = number(id) else { return };
        let Some(anchor) = number(&placement.anchor).filter(|&anchor| anchor != entry) else {
            return findings.push(no_anchor(kind, table, placement, findings));
        };
        let (before, after) = (self.previous[entry], self.next[entry]);
        (self.next[before], self.previous[after]) = (after, before);
        self.link(entry, if placement.behind { anchor } else { self.previous[anchor] });
        self.is_changed = true;
    }

    /// Brings the entries of the table into this order.
    fn bring(mut self, table: &mut Table) {
        if !self.is_changed {
            return;
        }
        self.grow(table);
        let mut entries: Vec<_> = std::mem::take(table).into_iter().map(Some).collect();
        let mut number = self.next[0];
        while number > 0 {
            table.extend(entries[number - 1].take());
            number = self.next[number];
        }
    }
}

fn no_anchor(kind: Kind, table: &Table, placement: &Placement, findings: &Findings) -> Finding {
    let (kind, anchor) = (kind.name(), visible(&placement.anchor));
    let finding = Finding::new(
        Code::UnknownName,
        words!(ja: "`{kind}.{anchor}` はありません", en: "there is no `{kind}.{anchor}`"),
    );
    finding.at(placement.span).did_you_mean(nearest_key(table, &placement.anchor, findings).as_deref())
}
