//! A bounded run of every fuzz target: its corpus, everything that ever broke it, and inputs made from these.

#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "a test that cannot go on has failed, and says with what")]

mod oracle;
mod promises;
mod situations;

use std::fs;
use std::panic;
use std::path::Path;

use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};

type Promise = fn(&[u8]);

/// How many inputs are made for each target.
const INPUTS: usize = 2_000;

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

fn tried(target: &str, promise: Promise) {
    let (corpus, broke) = (files(&format!("corpus/{target}")), files(&format!("broke/{target}")));
    assert!(!corpus.is_empty(), "{target} has a corpus");
    for (name, bytes) in corpus.iter().chain(&broke) {
        kept(target, name, promise, bytes);
    }
    let known: Vec<Vec<u8>> = corpus.into_iter().chain(broke).map(|(_, bytes)| bytes).collect();
    let mut random = StdRng::seed_from_u64(9);
    for number in 0..INPUTS {
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
    tried("rulebook", promises::rulebook);
}

#[test]
fn any_bytes_are_answers_or_say_why_not() {
    tried("answers", promises::answers);
}

#[test]
fn any_line_is_a_situation_or_says_why_not() {
    tried("lines", promises::lines);
}

#[test]
fn what_is_proved_is_what_every_situation_shows() {
    tried("proof", promises::proof);
}

#[test]
fn whatever_a_rulebook_says_is_text_in_a_report() {
    tried("reports", promises::reports);
}
