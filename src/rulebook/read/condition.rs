//! Reading conditions: tables whose entries must all hold.

use super::Fields;
use crate::rulebook::condition::{Condition, Options, Test};
use crate::rulebook::document::{Entry, Node, Table, Value};
use crate::rulebook::finding::{Code, Finding};
use crate::rulebook::list::Id;
use crate::rulebook::source::Span;
use crate::rulebook::{Kind, Question};
use crate::words;
use crate::words::{did_you_mean, nearest, visible};

/// The condition that always holds.
pub const fn always(span: Span) -> Condition {
    Condition::new(Test::All(Vec::new()), span)
}

/// Reads a table of entries that must all hold.
pub fn read(fields: &Fields<'_>, node: &Node, key: Span) -> Condition {
    let span = if node.span.start == node.span.end { key } else { node.span };
    let Some(table) = node.table() else {
        fields.wrong_type(node, &words!(ja: "条件の表（`{{ … }}`）", en: "a condition `{{ … }}`"));
        return always(span);
    };
    let mut parts: Vec<Condition> = table.iter().filter_map(|(name, entry)| read_entry(fields, name, entry)).collect();
    if parts.len() == 1 && table.len() == 1 { parts.remove(0) } else { Condition::new(Test::All(parts), span) }
}

fn read_entry(fields: &Fields<'_>, name: &str, entry: &Entry) -> Option<Condition> {
    let span = Span { end: entry.node.span.end.max(entry.key.end), ..entry.key };
    let test = match name {
        "any" => Test::Any(read_list(fields, entry)?),
        "all" => Test::All(read_list(fields, entry)?),
        "not" => Test::Not(Box::new(read(fields, &entry.node, entry.key))),
        _ => read_named(fields, name, entry)?,
    };
    Some(Condition::new(test, span))
}

fn read_list(fields: &Fields<'_>, entry: &Entry) -> Option<Vec<Condition>> {
    let Value::Array(items) = &entry.node.value else {
        fields.wrong_type(&entry.node, &words!(ja: "条件のリスト（`[ … ]`）", en: "a list of conditions `[ … ]`"));
        return None;
    };
    if items.is_empty() {
        empty_list(fields, entry.node.span);
        return None;
    }
    Some(items.iter().map(|item| read(fields, item, item.span)).collect())
}

fn read_named(fields: &Fields<'_>, name: &str, entry: &Entry) -> Option<Test> {
    let reader = fields.reader;
    if let Some(position) = reader.position(Kind::Question, name) {
        let question = &reader.questions[Id::new(position)];
        return Some(Test::Answer(Id::new(position), read_options(fields, name, question, &entry.node)?));
    }
    let term = reader.position(Kind::Term, name);
    let conclusion = reader.position_among(&Kind::CONCLUSIONS, name);
    if term.is_none() && conclusion.is_none() {
        fields.unknown_name(name, entry.key, &Kind::IN_CONDITIONS);
        return None;
    }
    let Some(holds) = entry.node.boolean() else {
        fields.wrong_type(&entry.node, &words!(ja: "`true` か `false`", en: "`true` or `false`"));
        return None;
    };
    term.map(|term| Test::Term(Id::new(term), holds))
        .or_else(|| conclusion.map(|conclusion| Test::Conclusion(Id::new(conclusion), holds)))
}

fn read_options(fields: &Fields<'_>, name: &str, question: &Question, node: &Node) -> Option<Options> {
    match &node.value {
        Value::String(option) => option_position(fields, name, question, option, node.span).map(Options::one),
        Value::Array(items) if items.is_empty() => {
            empty_list(fields, node.span);
            None
        }
        Value::Array(items) => {
            let positions = items.iter().map(|item| {
                let Some(option) = item.string() else {
                    fields.wrong_type(item, &words!(ja: "選択肢の名前", en: "the name of an option"));
                    return None;
                };
                option_position(fields, name, question, option, item.span)
            });
            positions.collect::<Vec<_>>().into_iter().collect()
        }
        Value::Table(bounds) => read_bounds(fields, name, question, bounds, node.span),
        _ => {
            fields.wrong_type(
                node,
                &words!(
                    ja: "`{name}` の選択肢の名前、またはそのリスト",
                    en: "an option of `{name}`, or a list of them",
                ),
            );
            None
        }
    }
}

fn read_bounds(fields: &Fields<'_>, name: &str, question: &Question, bounds: &Table, span: Span) -> Option<Options> {
    if !question.ordered {
        fields.report(
            Finding::new(
                Code::Conflict,
                words!(
                    ja: "`{name}` の選択肢には順序がありません",
                    en: "the options of `{name}` have no order",
                ),
            )
            .at(span)
            .help(words!(
                ja: "質問に `ordered = true` を書くか、選択肢を並べてください",
                en: "set `ordered = true` on the question, or list the options",
            )),
        );
        return None;
    }
    if bounds.is_empty() {
        empty_list(fields, span);
        return None;
    }
    let mut range = 0..question.options.len();
    for (key, entry) in bounds {
        match key.as_str() {
            "at_least" => range.start = bound(fields, name, question, &entry.node)?,
            "at_most" => range.end = bound(fields, name, question, &entry.node)? + 1,
            other => {
                let shown = visible(other);
                fields.report(
                    Finding::new(
                        Code::UnknownKey,
                        words!(ja: "`{shown}` という比較はありません", en: "there is no comparison `{shown}`"),
                    )
                    .at(entry.key)
                    .help(words!(ja: "`at_least` か `at_most` を使います", en: "use `at_least` or `at_most`")),
                );
                return None;
            }
        }
    }
    let options: Options = range.filter(|&position| Some(position) != question.unknown).collect();
    if options.is_empty() {
        fields.report(
            Finding::new(
                Code::BadValue,
                words!(ja: "この範囲に選択肢がありません", en: "no option lies in this range"),
            )
            .at(span),
        );
        return None;
    }
    Some(options)
}

/// The position of an option on the scale.
fn bound(fields: &Fields<'_>, name: &str, question: &Question, node: &Node) -> Option<usize> {
    let Some(option) = node.string() else {
        fields.wrong_type(node, &words!(ja: "選択肢の名前", en: "the name of an option"));
        return None;
    };
    let position = option_position(fields, name, question, option, node.span)?;
    if Some(position) != question.unknown {
        return Some(position);
    }
    fields.report(
        Finding::new(
            Code::BadValue,
            words!(
                ja: "`{option}` は「わからない」の意味なので、順序の外にあります",
                en: "`{option}` means \"don't know\" and stands outside the order",
            ),
        )
        .at(node.span),
    );
    None
}

fn option_position(fields: &Fields<'_>, name: &str, question: &Question, option: &str, span: Span) -> Option<usize> {
    let found = question.options.position(option);
    if found.is_none() {
        fields.report(unknown_option(name, question, option, span));
    }
    found
}

/// Says that a question has no such option.
pub fn unknown_option(name: &str, question: &Question, option: &str, span: Span) -> Finding {
    let shown = visible(option);
    let finding = Finding::new(
        Code::UnknownName,
        words!(ja: "`{name}` に `{shown}` という選択肢はありません", en: "`{name}` has no option `{shown}`"),
    )
    .at(span);
    match nearest(option, question.options.names()) {
        Some(near) => finding.help(did_you_mean(near)),
        None => {
            let options = words::ticked(question.options.names());
            let (ja, en) = (options.ja, options.en);
            finding.help(words!(ja: "選択肢は {ja} です", en: "its options are {en}"))
        }
    }
}

fn empty_list(fields: &Fields<'_>, span: Span) {
    fields.report(
        Finding::new(Code::BadValue, words!(ja: "空のままでは条件になりません", en: "this is empty and says nothing"))
            .at(span),
    );
}
