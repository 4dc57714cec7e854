//! What the reader says about rulebooks with faults. Each fixture names in its first line the findings that it shows, and
//! shows no others.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod support;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use proptest::test_runner::{RngAlgorithm, TestRng};
use rand::Rng;
use shinrai::proof::prove;
use shinrai::report::{Style, findings};
use shinrai::rulebook::source::File;
use shinrai::rulebook::{Code, Severity, read};
use shinrai::words::Language;
use support::{TODAY, here, shinrai};

fn fixtures() -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> =
        fs::read_dir(here("tests/findings")).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

/// The codes that a fixture's first line names: `# expects: unknown-key, missing-key`.
fn expected(path: &Path) -> BTreeSet<String> {
    let file = if path.is_dir() { path.join("1.toml") } else { path.to_owned() };
    let bytes = fs::read(file).unwrap();
    let text: String = bytes.iter().filter(|&&byte| byte != 0).map(|&byte| char::from(byte)).collect();
    let line = text.lines().next().unwrap_or_default().to_owned();
    let (_, codes) = line.split_once("# expects:").unwrap_or_else(|| panic!("{}", path.display()));
    codes.split(',').map(|code| code.trim().to_owned()).filter(|code| !code.is_empty()).collect()
}

fn check(path: &Path, more: &str) -> support::Output {
    let relative = path.strip_prefix(here("")).unwrap();
    let root = if relative.ends_with("layer") { "--root tests" } else { "" }; // it goes on top of a rulebook of other tests
    shinrai(&format!("rulebook check {more} --today {TODAY} --width 80 {root}")).arg(relative).run()
}

#[test]
fn every_fixture_shows_what_it_names_and_nothing_else() {
    for path in fixtures() {
        let output = check(&path, "-f json");
        let object: serde_json::Value = serde_json::from_str(&output.stdout).unwrap_or_else(|_| panic!("{output}"));
        let found: BTreeSet<String> = object["findings"]
            .as_array()
            .unwrap()
            .iter()
            .map(|finding| finding["code"].as_str().unwrap().to_owned())
            .collect();
        assert_eq!(found, expected(&path), "{}\n{output}", path.display());
        let errors = found.iter().any(|code| Code::from_name(code).unwrap().severity() == Severity::Error);
        assert_eq!(output.code, Some(i32::from(errors)), "{}", path.display());
    }
}

#[test]
fn every_finding_has_a_fixture() {
    let shown: BTreeSet<String> = fixtures().iter().flat_map(|path| expected(path)).collect();
    let all: BTreeSet<String> = Code::ALL.iter().map(|code| code.name().to_owned()).collect();
    assert_eq!(all.difference(&shown).collect::<Vec<_>>(), Vec::<&String>::new());
}

/// The document of all codes is what the program says of them. `FINDINGS_UPDATE=1` writes it anew.
#[test]
fn the_document_of_findings_is_up_to_date() {
    let path = here("docs/findings.md");
    if std::env::var_os("FINDINGS_UPDATE").is_some() {
        fs::write(&path, shinrai::report::codes::document()).unwrap();
    }
    assert_eq!(fs::read_to_string(path).unwrap(), shinrai::report::codes::document());
}

#[test]
fn findings_read_well_in_both_languages() {
    for path in fixtures() {
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let (en, ja) = (check(&path, "--lang en"), check(&path, "--lang ja"));
        assert_eq!(en.stderr, "", "{en}");
        insta::assert_snapshot!(name, format!("{}\n{}", en.stdout.trim_end(), ja.stdout));
    }
}

/// Reading never panics, whatever the bytes, and every finding can be shown; nor do proofs about what is left.
#[test]
fn mutated_rulebooks_are_read_to_the_end() {
    let original = fs::read(here("tests/rulebooks/small.toml")).unwrap();
    let bits: [&[u8]; 12] = [
        b"\n",
        b"\r\r\n",
        b"\"",
        b"'",
        b"[",
        b"]",
        b"{",
        b"}",
        b"=",
        b"\xEF\xBC\x9D",
        b"\xFF",
        b"\n[term.t]\nwhen = { t = true }\n",
    ];
    let mut random = TestRng::from_seed(RngAlgorithm::ChaCha, &[11; 32]);
    for _ in 0..4_000 {
        let mut bytes = original.clone();
        for _ in 0..=random.next_u32() % 4 {
            let place = random.next_u32() as usize % bytes.len();
            let end = (place + random.next_u32() as usize % 12).min(bytes.len());
            let bit = bits[random.next_u32() as usize % bits.len()];
            match random.next_u32() % 3 {
                0 => bytes.splice(place..place, bit.iter().copied()).for_each(drop),
                1 => bytes.splice(place..end, bit.iter().copied()).for_each(drop),
                _ => bytes.drain(place..end).for_each(drop),
            }
        }
        let reading = read::read(vec![vec![File { name: "mutated.toml".into(), bytes }]]);
        let style = Style { width: 80, colour: false };
        for language in Language::ALL {
            findings::render(&reading.findings, &reading.sources, None, language, style);
        }
        findings::data(&reading.findings, &reading.sources, None, Language::En);
        assert_eq!(reading.rulebook.is_some(), !reading.has(Severity::Error));
        if let Some(rulebook) = &reading.rulebook {
            prove(rulebook, TODAY.parse().unwrap());
        }
    }
}
