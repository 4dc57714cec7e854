//! An entry put into a file as it is: whatever else stands there stays byte for byte, in its encoding and with its line ends.
//!
//! The file is not written anew from what was understood of it. The new lines are spliced in behind the last entry of the same
//! kind, and the result is read again: it has to be the old rulebook and the new entry, and nothing else.

use encoding_rs::SHIFT_JIS;

use crate::rulebook::document::{Node, Table, parse};
use crate::rulebook::finding::Findings;
use crate::rulebook::kind::Kind;
use crate::rulebook::source::{Encoding, Source, decode};

/// Why an entry was not put in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotInserted {
    /// The file cannot be read as it is.
    Broken,
    /// There is an entry of this kind and name already.
    Exists,
    /// The encoding of the file has no such character.
    Unencodable(char),
    /// There is no place where it would be read as meant.
    NoPlace,
}

/// The file with one more entry. `text` is the entry in TOML, with line feeds.
///
/// # Errors
///
/// When that cannot be done without changing what the file says otherwise.
pub fn insert(file: &[u8], kind: Kind, id: &str, text: &str) -> Result<Vec<u8>, NotInserted> {
    let (before, encoding) = decode(file).map_err(|_| NotInserted::Broken)?;
    let old = read(&before).ok_or(NotInserted::Broken)?;
    if entries(&old, kind).is_some_and(|entries| entries.contains_key(id)) {
        return Err(NotInserted::Exists);
    }
    let behind_its_kind = last_line(&before, &old, kind);
    for line in behind_its_kind.into_iter().chain([before.split_inclusive('\n').count()]) {
        let new = splice(file, &before, encoding, line, text)?;
        let is_as_meant = decode(&new).ok().and_then(|(after, _)| read(&after)).is_some_and(|after| {
            let one_more = entries(&after, kind).is_some_and(|entries| entries.contains_key(id));
            one_more && without(&after, kind, id).is_some_and(|after| same(&after, &old))
        });
        if is_as_meant {
            return Ok(new);
        }
    }
    Err(NotInserted::NoPlace)
}

/// Whether a file has entries of a kind, if it can be read.
pub fn has_entries(file: &[u8], kind: Kind) -> bool {
    let table = decode(file).ok().and_then(|(text, _)| read(&text));
    table.is_some_and(|table| entries(&table, kind).is_some_and(|entries| !entries.is_empty()))
}

fn read(text: &str) -> Option<Table> {
    let mut findings = Findings::default();
    let table = parse(0, &Source::new(String::new(), text.to_owned()), &mut findings);
    let is_readable = !findings.iter().any(|finding| finding.code == crate::rulebook::Code::Syntax);
    is_readable.then_some(table)
}

fn entries(table: &Table, kind: Kind) -> Option<&Table> {
    table.get(kind.name())?.node.table()
}

/// The number of lines up to the end of the last entry of a kind.
fn last_line(text: &str, table: &Table, kind: Kind) -> Option<usize> {
    let end = entries(table, kind)?.values().map(|entry| end_of(&entry.node).max(entry.key.range().end)).max()?;
    Some(text.get(..end)?.matches('\n').count() + 1)
}

fn end_of(node: &Node) -> usize {
    let inside = node.table().into_iter().flat_map(Table::values);
    let inside = inside.map(|entry| end_of(&entry.node).max(entry.key.range().end));
    inside.max().unwrap_or(0).max(node.span.range().end)
}

/// The file with some lines more behind its first `line` lines.
fn splice(file: &[u8], before: &str, encoding: Encoding, line: usize, text: &str) -> Result<Vec<u8>, NotInserted> {
    let is_at_the_end = line >= before.split_inclusive('\n').count();
    let next_is_text = before.split('\n').nth(line).is_some_and(|next| !next.trim().is_empty());
    let mut lines = String::new();
    if is_at_the_end && !before.is_empty() && !before.ends_with('\n') {
        lines.push('\n');
    }
    if !before.trim().is_empty() {
        lines.push('\n');
    }
    lines.push_str(text.trim_end());
    lines.push('\n');
    if !is_at_the_end && next_is_text {
        lines.push('\n');
    }
    let line_end = line_end(file, encoding);
    let added = encoded(&lines.replace('\n', line_end), file, encoding)?;
    let position = if is_at_the_end { file.len() } else { behind_lines(file, encoding, line) };
    Ok([&file[..position], &added, &file[position..]].concat())
}

/// How the lines of a file end: as its first one does.
fn line_end(file: &[u8], encoding: Encoding) -> &'static str {
    let first = behind_lines(file, encoding, 1);
    let width = if encoding == Encoding::Utf16 { 2 } else { 1 };
    let is_carriage_return = |start: usize| file.get(start..start + width).is_some_and(|unit| unit.contains(&b'\r'));
    let before_feed = first.checked_sub(2 * width);
    let ends_with_feed = first >= width && file[first - width..first].contains(&b'\n');
    if ends_with_feed && before_feed.is_some_and(is_carriage_return) { "\r\n" } else { "\n" }
}

/// Where the line behind so many lines begins. In every encoding that is read, a line feed is a unit of its own.
fn behind_lines(file: &[u8], encoding: Encoding, lines: usize) -> usize {
    let width = if encoding == Encoding::Utf16 { 2 } else { 1 };
    let is_little = file.starts_with(&[0xFF, 0xFE]);
    let is_feed = |unit: &[u8]| match (width, is_little) {
        (1, _) => unit == b"\n",
        (_, true) => unit == [b'\n', 0],
        (_, false) => unit == [0, b'\n'],
    };
    let feeds = file.chunks_exact(width).enumerate().filter(|(_, unit)| is_feed(unit));
    feeds.map(|(place, _)| (place + 1) * width).nth(lines.saturating_sub(1)).unwrap_or(file.len())
}

fn encoded(text: &str, file: &[u8], encoding: Encoding) -> Result<Vec<u8>, NotInserted> {
    match encoding {
        Encoding::Utf8 => Ok(text.as_bytes().to_vec()),
        Encoding::Utf16 if file.starts_with(&[0xFF, 0xFE]) => {
            Ok(text.encode_utf16().flat_map(u16::to_le_bytes).collect())
        }
        Encoding::Utf16 => Ok(text.encode_utf16().flat_map(u16::to_be_bytes).collect()),
        Encoding::ShiftJis => {
            let is_unknown = |character: &char| {
                let text = character.to_string(); // some become another one, such as the yen sign
                let (bytes, _, is_unmappable) = SHIFT_JIS.encode(&text);
                is_unmappable || SHIFT_JIS.decode_without_bom_handling(&bytes).0 != text
            };
            match text.chars().find(is_unknown) {
                Some(character) => Err(NotInserted::Unencodable(character)),
                None => Ok(SHIFT_JIS.encode(text).0.into_owned()),
            }
        }
    }
}

fn without(table: &Table, kind: Kind, id: &str) -> Option<Table> {
    let mut table = table.clone();
    let entry = table.get_mut(kind.name())?;
    let crate::rulebook::document::Value::Table(entries) = &mut entry.node.value else { return None };
    entries.shift_remove(id);
    if entries.is_empty() {
        table.shift_remove(kind.name());
    }
    Some(table)
}

fn same(one: &Table, other: &Table) -> bool {
    one.len() == other.len()
        && one
            .iter()
            .zip(other)
            .all(|((key, one), (other_key, other))| key == other_key && one.node.says_the_same(&other.node))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TERM: &str = "[term.new]\nwhen = { event = \"x\" }";

    fn inserted(before: &str) -> String {
        String::from_utf8(insert(before.as_bytes(), Kind::Term, "new", TERM).unwrap()).unwrap()
    }

    #[test]
    fn an_entry_stands_behind_the_last_of_its_kind() {
        for (before, after) in [
            ("", "[term.new]\nwhen = { event = \"x\" }\n"),
            ("# only a note", "# only a note\n\n[term.new]\nwhen = { event = \"x\" }\n"),
            (
                "[term.a]\nwhen = {} # why\n\n# below\n[cause.c]\nname = \"c\"\n",
                "[term.a]\nwhen = {} # why\n\n[term.new]\nwhen = { event = \"x\" }\n\n# below\n[cause.c]\nname = \"c\"\n",
            ),
            (
                "[term.a]\nwhen.any = [\n  {},\n]\n[cause.c]\n",
                "[term.a]\nwhen.any = [\n  {},\n]\n\n[term.new]\nwhen = { event = \"x\" }\n\n[cause.c]\n",
            ),
            ("[cause.c]\r\n", "[cause.c]\r\n\r\n[term.new]\r\nwhen = { event = \"x\" }\r\n"),
        ] {
            assert_eq!(inserted(before), after);
        }
    }

    #[test]
    fn keys_without_a_header_are_not_torn_apart() {
        let after = inserted("term.a.when = {}\ncause.c.name = \"c\"\n");
        assert!(after.starts_with("term.a.when = {}\ncause.c.name = \"c\"\n"), "{after}");
    }

    #[test]
    fn the_encoding_stays() {
        let before = "# 信頼\r\n[term.a]\r\nwhen = {}\r\n";
        let text = "[term.new]\nwhen = { event = \"x\" } # 回復";
        let utf16 = |text: &str, order: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(order).collect::<Vec<u8>>();
        for file in [
            before.as_bytes().to_vec(),
            [b"\xEF\xBB\xBF", before.as_bytes()].concat(),
            SHIFT_JIS.encode(before).0.into_owned(),
            [vec![0xFF, 0xFE], utf16(before, u16::to_le_bytes)].concat(),
            [vec![0xFE, 0xFF], utf16(before, u16::to_be_bytes)].concat(),
        ] {
            let new = insert(&file, Kind::Term, "new", text).unwrap();
            assert!(new.starts_with(&file), "{new:?}");
            assert_eq!(decode(&new).unwrap().0, format!("# 信頼\n[term.a]\nwhen = {{}}\n\n{text}\n"));
            assert_eq!(decode(&new).unwrap().1, decode(&file).unwrap().1);
        }
        let file = SHIFT_JIS.encode(before).0.into_owned();
        for character in ['한', '¥', '‾', '−'] {
            let text = format!("[term.new] # {character}");
            assert_eq!(insert(&file, Kind::Term, "new", &text), Err(NotInserted::Unencodable(character)));
        }
    }

    #[test]
    fn what_cannot_be_is_refused() {
        assert_eq!(insert(b"[term.new]\n", Kind::Term, "new", TERM), Err(NotInserted::Exists));
        assert_eq!(insert(b"[term\n", Kind::Term, "new", TERM), Err(NotInserted::Broken));
        assert_eq!(insert(b"term = 3\n", Kind::Term, "new", TERM), Err(NotInserted::NoPlace));
    }
}
