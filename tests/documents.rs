//! The documents for coaches: every command in them is run, every snippet is read, every key is explained.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod support;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::Value;
use support::{folder, here, shinrai};

/// A step of a document.
#[derive(Debug)]
enum Step {
    /// A command with lines that it prints, in this order.
    Run(String, Vec<String>),
    /// A text that goes to the end of a file.
    Append(String, String),
    /// A change in a file.
    Replace(String, String, String),
}

/// The steps that a document shows: fences of TOML and of a console, with directions in comments before them.
fn steps(text: &str) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut lines = text.lines();
    let mut target = None;
    while let Some(line) = lines.next() {
        if let Some(direction) = line.strip_prefix("<!-- ").and_then(|line| line.strip_suffix(" -->")) {
            match direction.split_once(' ').unwrap() {
                ("append", file) => target = Some(file.to_owned()),
                ("replace", rest) => {
                    let (file, change) = rest.split_once(": ").unwrap();
                    let (old, new) = change.split_once(" -> ").unwrap();
                    steps.push(Step::Replace(file.into(), old.into(), new.into()));
                }
                other => panic!("{other:?}"),
            }
        }
        let Some(language) = line.strip_prefix("```") else { continue };
        let block: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
        match language {
            "toml" => {
                let file = target.take().expect("a snippet belongs into a file");
                steps.push(Step::Append(file, block.join("\n") + "\n"));
            }
            "console" => {
                for line in block {
                    match (line.strip_prefix("$ "), steps.last_mut()) {
                        (Some(command), _) => steps.push(Step::Run(command.to_owned(), Vec::new())),
                        (None, Some(Step::Run(_, printed))) => printed.push(line.to_owned()),
                        _ => panic!("{line}"),
                    }
                }
            }
            other => panic!("```{other}"),
        }
    }
    steps
}

fn follow(document: &str, language: &str, folder: &Path) {
    let text = fs::read_to_string(here(document)).unwrap();
    let steps = steps(&text);
    assert!(steps.len() > 10, "{document}");
    for step in steps {
        match step {
            Step::Append(file, text) => {
                let path = folder.join(file);
                let before = fs::read_to_string(&path).unwrap_or_default();
                fs::write(path, before + &text).unwrap();
            }
            Step::Replace(file, old, new) => {
                let path = folder.join(file);
                let before = fs::read_to_string(&path).unwrap();
                assert!(before.contains(&old), "{old}");
                fs::write(path, before.replace(&old, &new)).unwrap();
            }
            Step::Run(command, printed) => {
                let arguments = command.strip_prefix("shinrai ").unwrap();
                let output = shinrai(arguments).folder(folder).env("SHINRAI_LANG", language).env("COLUMNS", "80").run();
                let all = format!("{}{}", output.stdout, output.stderr);
                let mut rest = all.lines();
                for line in printed {
                    assert!(rest.any(|other| other.starts_with(&line)), "{document}: {command}: {line}\n{all}");
                }
                let is_to_fail = all.contains("error[") || all.contains("エラー[");
                assert_eq!(output.code, Some(i32::from(is_to_fail)), "{command}\n{output}");
            }
        }
    }
}

#[test]
fn the_tutorials_can_be_followed_literally() {
    for (document, language) in [("docs/tutorial.md", "en"), ("docs/tutorial.ja.md", "ja")] {
        let folder = folder();
        follow(document, language, folder.path());
        assert!(folder.path().join("booklet.html").exists());
    }
    let [en, ja] = ["docs/tutorial.md", "docs/tutorial.ja.md"].map(|path| fs::read_to_string(here(path)).unwrap());
    let headings = |text: &str| text.lines().filter(|line| line.starts_with('#')).count();
    assert_eq!((headings(&en), steps(&en).len()), (headings(&ja), steps(&ja).len()), "they are equals");
}

/// The keys that a reference explains, by the table of their section.
fn explained(text: &str) -> BTreeMap<String, Vec<String>> {
    let mut tables: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut table = String::new();
    for line in text.lines() {
        if let Some(heading) = line.strip_prefix("## ") {
            let name = heading.split('`').nth(1).unwrap_or_default().trim_matches(['[', ']']);
            name.split('.').next().unwrap().clone_into(&mut table);
        }
        if let Some(row) = line.strip_prefix("| `") {
            let keys = row.split(" |").next().unwrap();
            let keys = keys.split('`').map(str::trim).filter(|key| !key.is_empty() && !key.starts_with(','));
            tables
                .entry(table.clone())
                .or_default()
                .extend(keys.map(|key| key.split(['.', ' ']).next().unwrap().to_owned()));
        }
    }
    tables
}

#[test]
fn the_references_explain_every_key_of_every_table() {
    let schema: Value = serde_json::from_str(&shinrai("rulebook schema --for rulebook --lang en").text()).unwrap();
    for document in ["docs/reference.md", "docs/reference.ja.md"] {
        let tables = explained(&fs::read_to_string(here(document)).unwrap());
        let everywhere = &tables["everywhere"];
        for (table, rules) in schema["properties"].as_object().unwrap() {
            let inside =
                if table == "rulebook" { &rules["properties"] } else { &rules["additionalProperties"]["properties"] };
            let own = tables.get(table).unwrap_or_else(|| panic!("{document}: no section for `{table}`"));
            for key in inside.as_object().unwrap().keys() {
                assert!(own.contains(key) || everywhere.contains(key), "{document}: `{key}` of `{table}`");
            }
            for key in own {
                assert!(inside.get(key).is_some(), "{document}: there is no `{key}` in `{table}`");
            }
        }
    }
}

#[test]
fn the_snippets_of_the_references_are_one_valid_rulebook() {
    for (document, language) in [("docs/reference.md", "en"), ("docs/reference.ja.md", "ja")] {
        let folder = folder();
        let path = folder.path().join("reference.toml");
        let text = fs::read_to_string(here(document)).unwrap();
        let snippets = text.split("```toml\n").skip(1).map(|rest| rest.split("```").next().unwrap());
        fs::write(&path, snippets.collect::<Vec<_>>().join("\n")).unwrap();
        let check = shinrai(&format!("rulebook check --strict --lang {language} --today 2026-11-22")).arg(&path).run();
        assert_eq!(check.code, Some(0), "{document}\n{check}");
        let cases = shinrai(&format!("rulebook test --lang {language} --today 2026-11-22")).arg(&path).run();
        assert_eq!(cases.code, Some(0), "{document}\n{cases}");
    }
}

/// Every fault has its row, and every test that a row names is there.
#[test]
fn faults_name_tests_that_exist() {
    let document = fs::read_to_string(here("docs/faults.md")).unwrap();
    let rows = document.lines().filter_map(|line| line.strip_prefix("| ")?.split_once(" |"));
    let numbers: Vec<u32> = rows.flat_map(|(numbers, _)| numbers.split(", ").map(str::parse)).flatten().collect();
    assert_eq!(numbers, (1..=72).collect::<Vec<_>>());
    for named in document.split('`').filter(|quoted| quoted.contains("::")) {
        let (file, test) = named.rsplit_once("::").unwrap();
        let path = if file.ends_with(".rs") { here(file) } else { here(&format!("tests/{file}.rs")) };
        let source = fs::read_to_string(path).unwrap();
        assert!(["fn ", "mod "].iter().any(|word| source.contains(&format!("{word}{test}"))), "{named}");
    }
}
