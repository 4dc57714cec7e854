//! The shape of the code: each module knows only those above it, and only the command line touches the world.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test that cannot go on has failed; what is skipped is said"
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

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

/// What the program is built from may be handed on, comes from one place, and makes no connections.
#[test]
fn dependencies_may_be_used_and_open_no_connection() {
    const LICENCES: [&str; 10] = [
        "Apache-2.0",
        "BSD-2-Clause",
        "BSD-3-Clause",
        "BSL-1.0",
        "ISC",
        "MIT",
        "MIT-0",
        "Unicode-3.0",
        "Unlicense",
        "Zlib",
    ];
    const NETWORK: [&str; 8] = ["openssl-sys", "rustls", "reqwest", "hyper", "ureq", "curl-sys", "tokio", "socket2"];
    let metadata = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--locked"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    if !metadata.status.success() {
        println!("skipped: {}", String::from_utf8_lossy(&metadata.stderr)); // packages of other systems cannot be fetched
        return;
    }
    let metadata: serde_json::Value = serde_json::from_slice(&metadata.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    assert!(packages.len() > 50);
    for package in packages {
        let name = package["name"].as_str().unwrap();
        let licence = package["license"].as_str().unwrap_or_default().replace('/', " OR ").replace(['(', ')'], "");
        let is_allowed = |one: &str| LICENCES.contains(&one.trim());
        let all_allowed = licence.split(" AND ").all(|part| part.split(" OR ").any(is_allowed));
        assert!(all_allowed, "{name}: {licence}");
        assert!(!NETWORK.contains(&name), "{name} opens connections");
        let is_from_registry = package["source"].as_str().is_none_or(|source| source.starts_with("registry+"));
        assert!(is_from_registry && (package["source"].is_string() || name == "shinrai"), "{name}");
    }
}
