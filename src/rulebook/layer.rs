//! Layers: one rulebook on top of another.
//!
//! Tables merge key by key; strings, lists and conditions replace what was there (half of an old condition joined to
//! half of a new one would be neither author's meaning). `drop = true` removes, `before` and `behind` place.

use crate::rulebook::document::{Entry, Node, Table, Value};
use crate::rulebook::finding::{Code, Finding};
use crate::rulebook::kind::Kind;
use crate::rulebook::source::Span;
use crate::words;
use crate::words::{nearest, ticked, visible};

/// Lays `top` on `base`. Returns the ids of the entries that are gone.
pub fn lay(base: &mut Table, top: Table, findings: &mut Vec<Finding>) -> Vec<String> {
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

fn lay_entries(kind: Kind, base: &mut Table, top: Table, findings: &mut Vec<Finding>) -> Vec<String> {
    let mut dropped = Vec::new();
    let below: Vec<String> = base.keys().cloned().collect();
    for (id, mut over) in top {
        let placement = take_placement(&mut over.node, findings);
        let name = format!("{}.{id}", kind.name());
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
            place(kind, base, &id, &placement, findings);
        }
    }
    dropped
}

fn merge(under: &mut Entry, over: Entry, name: &str, findings: &mut Vec<Finding>) {
    let replaces_whole = is_one_value(name);
    match (&mut under.node.value, over.node.value) {
        (Value::Table(base), Value::Table(top)) if !replaces_whole => {
            under.key = over.key;
            under.node.span = over.node.span;
            for (key, over) in top {
                let name = format!("{name}.{key}");
                if is_drop(&over.node) {
                    if base.shift_remove(&key).is_none() {
                        findings.push(overrides_nothing(&name, over.key, nearest_key(base, &key).as_deref()));
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
fn greet_new(kind: Kind, below: &[String], id: &str, over: &Entry, findings: &mut Vec<Finding>) -> bool {
    let name = format!("{}.{id}", kind.name());
    let near = nearest(id, below.iter().map(String::as_str)).map(str::to_owned);
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

fn drop_entry(kind: Kind, base: &mut Table, id: &str, over: &Entry, findings: &mut Vec<Finding>) {
    let name = format!("{}.{id}", kind.name());
    if base.shift_remove(id).is_none() {
        findings.push(overrides_nothing(&name, over.key, nearest_key(base, id).as_deref()));
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

fn nearest_key(table: &Table, key: &str) -> Option<String> {
    nearest(key, table.keys().map(String::as_str)).map(str::to_owned)
}

fn is_drop(node: &Node) -> bool {
    node.table().and_then(|table| table.get("drop")).is_some_and(|entry| entry.node.boolean() == Some(true))
}

struct Placement {
    behind: bool,
    anchor: String,
    span: Span,
}

fn take_placement(node: &mut Node, findings: &mut Vec<Finding>) -> Option<Placement> {
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

fn place(kind: Kind, base: &mut Table, id: &str, placement: &Placement, findings: &mut Vec<Finding>) {
    let Some(entry) = base.shift_remove(id) else { return };
    if let Some(index) = base.get_index_of(&placement.anchor) {
        base.shift_insert(index + usize::from(placement.behind), id.to_owned(), entry);
        return;
    }
    let (kind, anchor) = (kind.name(), visible(&placement.anchor));
    let finding = Finding::new(
        Code::UnknownName,
        words!(ja: "`{kind}.{anchor}` はありません", en: "there is no `{kind}.{anchor}`"),
    )
    .at(placement.span);
    let near = nearest_key(base, &placement.anchor);
    base.insert(id.to_owned(), entry);
    findings.push(finding.did_you_mean(near.as_deref()));
}
