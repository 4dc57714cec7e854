//! The checklist as a table for Excel: UTF-8 with a byte order mark, CRLF, and no cell that a spreadsheet would take for
//! a formula.

use csv::{Terminator, WriterBuilder};

use crate::report::page::{Entry, FactKind, Page, Section, Topic};
use crate::word;
use crate::words::Language;

/// Without it Excel takes the file for the code page of the system.
const BYTE_ORDER_MARK: char = '\u{FEFF}';

/// The columns.
const COLUMNS: usize = 11;

/// The lines of the checklist, and what is done already; where there is nothing but help, where to turn.
pub fn render(page: &Page) -> String {
    let mut table = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(Vec::new());
    let rows = std::iter::once(headings(page.language)).chain(page.sections.iter().flat_map(|part| rows(page, part)));
    for row in rows {
        table.write_record(row.map(|cell| harmless(&cell))).expect("memory takes everything");
    }
    let bytes = table.into_inner().expect("memory takes everything");
    format!("{BYTE_ORDER_MARK}{}", String::from_utf8(bytes).expect("only text was written"))
}

fn headings(language: Language) -> [String; COLUMNS] {
    let headings = match language {
        Language::Ja => [
            "番号",
            "状態",
            "期限の日",
            "期限",
            "くり返し",
            "やること",
            "やり方",
            "完了の目印",
            "しないこと",
            "理由",
            "id",
        ],
        Language::En => ["no", "status", "due on", "due", "again", "do", "how", "done when", "never", "why", "id"],
    };
    headings.map(str::to_owned)
}

fn rows<'a>(page: &'a Page, section: &'a Section) -> impl Iterator<Item = [String; COLUMNS]> + 'a {
    let open = section
        .groups
        .iter()
        .flat_map(move |group| group.entries.iter().map(move |entry| row(entry, &group.heading, page.language)));
    let status = match section.topic {
        Topic::Done => Some(word!(page.language, ja: "済み", en: "done")),
        Topic::Contacts if page.is_help() => Some(word!(page.language, ja: "相談先", en: "contact")),
        _ => None,
    };
    let others = section.points.iter().filter_map(move |point| {
        let mut row = [const { String::new() }; COLUMNS];
        status?.clone_into(&mut row[1]);
        row[5] = if page.is_help() { point.contact_line(page.language) } else { point.text.clone() };
        row[6] = point.asides.join("\n");
        row[10].clone_from(&point.id);
        Some(row)
    });
    open.chain(others)
}

fn row(entry: &Entry, due: &str, language: Language) -> [String; COLUMNS] {
    let fact = |kind| {
        let fact = entry.facts.iter().find(|fact| fact.kind == kind);
        fact.map_or_else(String::new, |fact| fact.text.clone())
    };
    [
        entry.rank.to_string(),
        word!(language, ja: "未", en: "open").to_owned(),
        entry.due_on.to_string(),
        due.to_owned(),
        fact(FactKind::Every),
        entry.task.clone(),
        entry.how.join("\n"),
        fact(FactKind::Done),
        fact(FactKind::Avoid),
        fact(FactKind::Why),
        entry.id.clone(),
    ]
}

/// A cell that no spreadsheet takes for a formula (OWASP, "CSV Injection").
fn harmless(cell: &str) -> String {
    let is_formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠']);
    if is_formula { format!("'{cell}") } else { cell.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::harmless;

    #[test]
    fn formulas_are_disarmed() {
        for (cell, expected) in
            [("=1+1", "'=1+1"), ("@SUM(A1)", "'@SUM(A1)"), ("-1", "'-1"), ("＝1", "'＝1"), ("a=b", "a=b"), ("", "")]
        {
            assert_eq!(harmless(cell), expected);
        }
    }
}
