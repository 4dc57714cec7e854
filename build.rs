//! Lists the files of the built-in rulebook, so that adding one needs no line of Rust, and works out what they mean, so that
//! the program need not do it again whenever it runs.

#![allow(
    dead_code,
    unused_imports,
    missing_docs,
    unfulfilled_lint_expectations,
    reason = "only the reading of rulebooks is needed here"
)]

#[path = "src/rulebook/mod.rs"]
mod rulebook;
#[path = "src/words.rs"]
mod words;

use std::path::{Path, PathBuf};
use std::{env, fs};

use rulebook::Severity;
use rulebook::pack::{Packed, Packer};
use rulebook::read::{Reading, read};
use rulebook::source::File;

fn main() {
    for path in ["build.rs", "rules", "src/rulebook", "src/words.rs"] {
        println!("cargo::rerun-if-changed={path}");
    }
    link_what_unwinds();
    let rules = folder("CARGO_MANIFEST_DIR").join("rules");
    let names = names_of_files(&rules);
    let list = names.iter().map(|name| {
        let path = rules.join(name).display().to_string();
        format!("    ({name:?}, include_str!({path:?})),\n")
    });
    write("files.rs", format!("&[\n{}]\n", list.collect::<String>()).as_bytes());
    let file = |name: &String| File {
        name: format!("built-in/{name}"),
        bytes: fs::read(rules.join(name)).expect("the files of `rules` can be read"),
    };
    let reading = read(vec![names.iter().map(file).collect()]);
    say_errors(&reading);
    if let Some(rulebook) = &reading.rulebook {
        let mut packer = Packer::default();
        rulebook.pack(&mut packer);
        write("rulebook.bin", &packer.bytes);
        write("rulebook.txt", packer.texts.as_bytes());
    }
}

/// What unwinds a panic is one library less to look for at every start when it is part of the program; any GCC has it.
fn link_what_unwinds() {
    let is = |variable: &str, value: &str| env::var(variable).is_ok_and(|set| set == value);
    if is("CARGO_CFG_TARGET_OS", "linux") && is("CARGO_CFG_TARGET_ENV", "gnu") {
        println!("cargo::rustc-link-lib=static:-bundle=gcc_eh");
    }
}

fn names_of_files(rules: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(rules)
        .expect("the folder `rules` can be read")
        .map(|entry| entry.expect("its entries can be read").file_name().into_string().expect("their names are UTF-8"))
        .filter(|name| name.ends_with(".toml"))
        .collect();
    names.sort_unstable();
    names
}

/// Errors in the rulebook end the build; an older program can say more about them (`rulebook check rules`).
fn say_errors(reading: &Reading) {
    for finding in reading.findings.iter().filter(|finding| finding.severity() == Severity::Error) {
        let place = finding.labels.first().map_or_else(String::new, |label| {
            let source = &reading.sources[label.span.source as usize];
            let (line, column) = source.line_column(label.span.range().start);
            format!("{}:{line}:{column}: ", source.name)
        });
        println!("cargo::error={place}{}", finding.message.en);
    }
}

fn write(name: &str, bytes: &[u8]) {
    fs::write(folder("OUT_DIR").join(name), bytes).expect("what is built can be written");
}

fn folder(variable: &str) -> PathBuf {
    PathBuf::from(env::var_os(variable).expect("cargo sets it"))
}
