//! The shape of the code: each module knows only those above it, and only the command line touches the world.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::fs;
use std::path::{Path, PathBuf};

/// The modules in the order of `lib.rs`, which is the order in which they can be read.
const ORDER: [&str; 10] =
    ["words", "rulebook", "builtin", "answers", "diagnosis", "interview", "cases", "proof", "report", "cli"];

/// What only `cli` may name: files, the terminal, the environment, the clock.
const WORLD: [&str; 10] = [
    "std::fs",
    "std::env",
    "std::io",
    "std::net",
    "std::process",
    "std::thread",
    "std::time",
    "Zoned",
    "Local::now",
    "dialoguer::",
];

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            paths.extend(sources(&path));
        } else {
            paths.push(path);
        }
    }
    paths.sort();
    paths
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// The module that a file belongs to.
fn module(path: &Path) -> String {
    let inside = path.strip_prefix(root()).unwrap();
    let first = inside.components().next().unwrap().as_os_str().to_str().unwrap();
    first.trim_end_matches(".rs").to_owned()
}

/// The lines of code of a file, without comments and tests.
fn code(path: &Path) -> String {
    let text = fs::read_to_string(path).unwrap();
    let text = text.split("#[cfg(test)]").next().unwrap();
    text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

#[test]
fn the_library_lists_its_modules_in_reading_order() {
    let text = fs::read_to_string(root().join("lib.rs")).unwrap();
    let listed: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';')).collect();
    assert_eq!(listed, ORDER);
}

#[test]
fn every_module_knows_only_those_above_it() {
    for path in sources(&root()) {
        let Some(own) = ORDER.iter().position(|name| *name == module(&path)) else { continue };
        let text = code(&path);
        for below in &ORDER[own + 1..] {
            let known = text.contains(&format!("crate::{below}::")) || text.contains(&format!("crate::{below};"));
            assert!(!known, "{} knows `{below}`, which comes after it", path.display());
        }
    }
}

#[test]
fn only_the_command_line_touches_the_world() {
    for path in sources(&root()).into_iter().filter(|path| !["cli", "main", "lib"].contains(&module(path).as_str())) {
        let text = code(&path);
        for name in WORLD {
            assert!(!text.contains(name), "{} names `{name}`", path.display());
        }
    }
}

#[test]
fn the_binary_is_a_door() {
    assert!(code(&root().join("main.rs")).lines().filter(|line| !line.is_empty()).count() <= 10);
}
