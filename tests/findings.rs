//! What the reader says about rulebooks with faults. Each fixture names in its first line the findings that it shows, and
//! shows no others.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod support;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use shinrai::rulebook::Code;
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
    shinrai(&format!("rulebook check {more} --today {TODAY} --width 80")).arg(relative).run()
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
        let errors =
            found.iter().any(|code| Code::from_name(code).unwrap().severity() == shinrai::rulebook::Severity::Error);
        assert_eq!(output.code, Some(i32::from(errors)), "{}", path.display());
    }
}

#[test]
fn every_finding_has_a_fixture() {
    let shown: BTreeSet<String> = fixtures().iter().flat_map(|path| expected(path)).collect();
    let all: BTreeSet<String> = Code::ALL.iter().map(|code| code.name().to_owned()).collect();
    assert_eq!(all.difference(&shown).collect::<Vec<_>>(), Vec::<&String>::new());
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
