//! The recipes of `docs/scale.md` come to what one process prints. Those whose programs are missing are skipped, and say so.
#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a test that cannot go on has failed; one that is skipped says so"
)]
#![cfg(unix)]

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const DOCUMENT: &str = include_str!("../docs/scale.md");

/// The recipes in a language, in the order in which they stand there.
fn recipes(language: &str) -> Vec<&str> {
    let fence = format!("```{language}\n");
    DOCUMENT.split(&fence).skip(1).map(|rest| rest.split("```").next().unwrap()).collect()
}

/// A command with this program in its path.
fn command(program: &str, folder: &Path) -> Command {
    let ours = PathBuf::from(env!("CARGO_BIN_EXE_shinrai"));
    let path = format!("{}:{}", ours.parent().unwrap().display(), std::env::var("PATH").unwrap_or_default());
    let mut command = Command::new(program);
    command.env("PATH", path).current_dir(folder);
    command
}

/// Whether a program is there; otherwise it is said.
fn is_there(program: &str, arguments: &[&str]) -> bool {
    let is_there = Command::new(program).args(arguments).output().is_ok_and(|output| output.status.success());
    if !is_there {
        eprintln!("skipped: `{program} {}` does not work here", arguments.join(" "));
    }
    is_there
}

/// A folder with situations as lines and as a table, a few of which are refused; and what comes of them.
fn folder() -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let (mut lines, mut table) = (String::new(), "id,state,event\n".to_owned());
    let states = ["fine", "tired", "exhausted", "unsafe", "mistyped"];
    let events = ["promise", "mistake", "late"];
    for case in 0..5_000 {
        let (state, event) = (states[case * 7 % states.len()], events[case % events.len()]);
        writeln!(lines, "{{\"id\":\"p{case}\",\"answers\":{{\"state\":\"{state}\",\"event\":\"{event}\"}}}}").unwrap();
        writeln!(table, "p{case},{state},{event}").unwrap();
    }
    fs::write(folder.path().join("cases.jsonl"), lines).unwrap();
    fs::write(folder.path().join("cases.csv"), table).unwrap();
    let alone = command("shinrai", folder.path()).args(["batch", "cases.jsonl"]).output().unwrap();
    (folder, without_line_numbers(&String::from_utf8(alone.stdout).unwrap()))
}

/// Numbers of lines are counted in each piece.
fn without_line_numbers(text: &str) -> String {
    let line = |line: &str| match line.split_once(",\"line\":") {
        Some((before, after)) => {
            format!("{before}{}\n", after.trim_start_matches(|digit: char| digit.is_ascii_digit()))
        }
        None => format!("{line}\n"),
    };
    text.lines().map(line).collect()
}

/// The file that a recipe writes.
fn target(recipe: &str) -> &str {
    recipe.rsplit("> ").next().unwrap().trim()
}

#[test]
fn gnu_parallel_comes_to_the_same() {
    if !is_there("parallel", &["--version"]) {
        return;
    }
    let (folder, alone) = folder();
    let recipes = recipes("sh");
    assert_eq!(recipes.len(), 3);
    for recipe in recipes {
        let small_blocks = recipe.replace("--block 8M", "--block 50k");
        command("sh", folder.path()).arg("-c").arg(&small_blocks).output().unwrap();
        let came = fs::read_to_string(folder.path().join(target(recipe))).unwrap();
        let came = without_line_numbers(&came);
        if recipe.contains("csv") {
            let ids =
                |text: &str| text.lines().map(|line| line.split(',').next().unwrap().to_owned()).collect::<Vec<_>>();
            assert_eq!(ids(&came), ids(&alone), "{recipe}");
        } else {
            assert_eq!(came, alone, "{recipe}");
        }
    }
}

#[test]
fn spark_comes_to_the_same() {
    if !is_there("python3", &["-c", "import pyspark"]) || !is_there("java", &["-version"]) {
        return;
    }
    let (folder, alone) = folder();
    let recipes = recipes("python");
    let output = command("python3", folder.path()).arg("-c").arg(recipes[0]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let mut parts: Vec<PathBuf> =
        fs::read_dir(folder.path().join("by-spark")).unwrap().map(|entry| entry.unwrap().path()).collect();
    parts.retain(|path| path.file_name().unwrap().to_str().unwrap().starts_with("part-"));
    parts.sort();
    assert!(parts.len() >= 4, "{parts:?}");
    let came: String = parts.iter().map(|path| fs::read_to_string(path).unwrap()).collect();
    assert_eq!(without_line_numbers(&came), alone);
}
