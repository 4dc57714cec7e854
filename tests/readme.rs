//! What the READMEs show is what the program prints.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod support;

use std::fs;

use support::{here, shinrai};

/// The block of text behind `<!-- shinrai ARGUMENTS -->`.
fn shown(readme: &str) -> (String, String) {
    let text = fs::read_to_string(here(readme)).unwrap();
    let (_, rest) = text.split_once("<!-- shinrai ").unwrap();
    let (arguments, rest) = rest.split_once(" -->").unwrap();
    let (_, rest) = rest.split_once("```text\n").unwrap();
    let (block, _) = rest.split_once("```").unwrap();
    (arguments.to_owned(), block.to_owned())
}

#[test]
fn the_sessions_in_the_readmes_are_real() {
    for readme in ["README.md", "README.ja.md"] {
        let (arguments, block) = shown(readme);
        let report = shinrai(&arguments).text();
        assert!(report.starts_with(&block), "{readme} shows\n{block}\nbut the program prints\n{report}");
        assert!(block.lines().count() > 20, "{readme} shows too little");
    }
}

#[test]
fn the_rulebooks_in_the_readmes_are_valid() {
    for readme in ["README.md", "README.ja.md"] {
        let text = fs::read_to_string(here(readme)).unwrap();
        let (_, rest) = text.split_once("```toml\n").unwrap();
        let (snippet, _) = rest.split_once("```").unwrap();
        let folder = support::folder();
        let path = folder.path().join("snippet.toml");
        fs::write(&path, snippet).unwrap();
        let output = shinrai("rulebook check --today 2026-11-22").arg(&path).run();
        assert_eq!(output.code, Some(0), "{readme}\n{output}");
        let output = shinrai("rulebook test --today 2026-11-22").arg(&path).run();
        assert!(output.stdout.starts_with("1 passed, 0 failed"), "{readme}\n{output}");
    }
}
