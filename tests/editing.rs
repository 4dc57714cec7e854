//! `rulebook edit`: an editor on a copy; the file is the old or the new one, whole, whatever happens.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test that cannot go on has failed; trials are counted")]

#[path = "support/terminal.rs"]
mod terminal;

mod support;

use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use rand::RngExt as _;
use support::{folder, here, shinrai};
use terminal::{ENTER, Terminal};

const SMALL: &str = "tests/rulebooks/small.toml";

/// A rulebook of one's own to change.
fn rulebook(folder: &Path) -> PathBuf {
    let path = folder.join("my rules.toml");
    fs::write(&path, fs::read(here(SMALL)).unwrap()).unwrap();
    path
}

/// `rulebook edit` with an editor that is a line of shell; `$1` is the copy.
fn edit(path: &Path, editor: &str) -> support::Run {
    shinrai("rulebook edit --lang en --today 2026-11-22")
        .arg(path)
        .env("EDITOR", &format!("f() {{ {editor}; }}; f"))
        .env("PATH", &std::env::var("PATH").unwrap())
}

#[test]
fn what_comes_back_without_errors_is_saved_and_what_it_changes_is_said() {
    let folder = folder();
    let path = rulebook(folder.path());
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
    let link = folder.path().join("link.toml");
    symlink(&path, &link).unwrap();
    let output = edit(&link, "sed -i 's/within a week/soon/; s/^impact = 5/impact = 4/' \"$1\"").run();
    assert_eq!(output.code, Some(0), "{output}");
    assert!(output.stdout.is_empty() && output.stderr.contains("Saved in"), "{output}");
    assert!(output.stderr.contains("impact") || output.stderr.contains("Rewritten"), "{output}");
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert_eq!(fs::metadata(&path).unwrap().mode() & 0o777, 0o640);
    assert!(fs::read_to_string(&path).unwrap().contains("impact = 4"));
    let same = edit(&path, "true").run();
    assert!(same.code == Some(0) && same.stderr.contains("Nothing was changed."), "{same}");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2, "no lock and no temporary file is left");
}

#[test]
fn what_has_errors_is_not_saved_and_not_lost() {
    let folder = folder();
    let path = rulebook(folder.path());
    let before = fs::read(&path).unwrap();
    let output = edit(&path, "echo '[action.x' >> \"$1\"").env("TMPDIR", folder.path().to_str().unwrap()).run();
    assert_eq!(output.code, Some(3), "{output}");
    assert!(output.stderr.contains("[syntax]") && output.stderr.contains("is kept in"), "{output}");
    assert_eq!(fs::read(&path).unwrap(), before);
    let kept = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path()).find(|path| path.is_dir());
    assert!(fs::read_to_string(kept.unwrap().join("my rules.toml")).unwrap().ends_with("[action.x\n"));
    for editor in ["exit 3", "no-such-editor"] {
        let output = edit(&path, editor).run();
        assert_eq!(output.code, Some(4), "{output}");
        assert!(output.stderr.contains("the editor could not be used"), "{output}");
    }
}

#[test]
fn a_file_that_changed_meanwhile_is_not_replaced() {
    let folder = folder();
    let path = rulebook(folder.path());
    let editor = format!("sed -i 's/^impact = 5/impact = 4/' \"$1\"; echo '# mine' >> '{}'", path.display());
    let output = edit(&path, &editor).env("TMPDIR", folder.path().to_str().unwrap()).run();
    assert_eq!(output.code, Some(4), "{output}");
    assert!(
        output.stderr.contains("was changed elsewhere meanwhile") && output.stderr.contains("is kept in"),
        "{output}"
    );
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.ends_with("# mine\n") && text.contains("impact = 5"));
}

#[test]
fn the_second_editor_is_told_who_holds_the_file() {
    let folder = folder();
    let path = rulebook(folder.path());
    let ready = folder.path().join("ready");
    let mut first = Command::new(env!("CARGO_BIN_EXE_shinrai"))
        .args(["rulebook", "edit"])
        .arg(&path)
        .env("EDITOR", format!("f() {{ touch '{}'; exec sleep 60; }}; f", ready.display()))
        .env("USER", "hanako")
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    wait_for(&ready);
    let second = edit(&path, "true").run();
    assert_eq!(second.code, Some(4), "{second}");
    assert!(second.stderr.contains("is being edited elsewhere") && second.stderr.contains("by hanako"), "{second}");
    assert!(second.stderr.contains(&format!("process {}", first.id())), "{second}");
    first.kill().unwrap();
    first.wait().unwrap();
    let third = edit(&path, "true").run();
    assert_eq!(third.code, Some(0), "a lock ends with its process: {third}");
}

fn wait_for(path: &Path) {
    let start = Instant::now();
    while !path.exists() {
        assert!(start.elapsed() < Duration::from_secs(30), "{}", path.display());
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn one_file_of_a_folder_is_checked_with_the_others() {
    let folder = folder();
    for file in fs::read_dir(here("rules")).unwrap() {
        let file = file.unwrap().path();
        fs::copy(&file, folder.path().join(file.file_name().unwrap())).unwrap();
    }
    let several = edit(folder.path(), "true").run();
    assert_eq!(several.code, Some(2), "{several}");
    assert!(several.stderr.contains("40-gates.toml"), "{several}");
    let actions = folder.path().join("53-actions-long-run.toml");
    let output =
        edit(&actions, "sed -i '/^\\[action.updates\\]/,/^\\[/s/^every = \"2w\"/every = \"1w\"/' \"$1\"").run();
    assert_eq!(output.code, Some(0), "{output}");
    assert!(output.stderr.contains("action.updates"), "{output}");
    assert!(edit(Path::new("built-in"), "true").run().stderr.contains("cannot be changed"));
}

/// Killed at any moment: the file is the old one or the new one, and the next editor can begin.
#[test]
fn killed_at_any_moment_the_file_is_whole() {
    const TRIALS: usize = 300;
    let folder = folder();
    let path = rulebook(folder.path());
    let old = fs::read(&path).unwrap();
    let new = String::from_utf8(old.clone()).unwrap().replace("impact = 5", "impact = 4").into_bytes();
    let start = Instant::now();
    let saved = edit(&path, "sed -i 's/^impact = 5/impact = 4/' \"$1\"").run();
    assert_eq!((saved.code, fs::read(&path).unwrap()), (Some(0), new.clone()), "{saved}");
    let usual = start.elapsed();
    let (mut kept, mut replaced) = (0, 0);
    for _ in 0..TRIALS {
        fs::write(&path, &old).unwrap();
        let mut child = Command::new(env!("CARGO_BIN_EXE_shinrai"))
            .args(["rulebook", "edit", "--today", "2026-11-22"])
            .arg(&path)
            .env("EDITOR", "f() { sed -i 's/^impact = 5/impact = 4/' \"$1\"; }; f")
            .env("TMPDIR", folder.path())
            .stdin(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(usual.mul_f64(rand::rng().random_range(0.0..1.2)));
        let _ = child.kill();
        child.wait().unwrap();
        let now = fs::read(&path).unwrap();
        match now {
            now if now == old => kept += 1,
            now if now == new => replaced += 1,
            now => panic!("{}", String::from_utf8_lossy(&now)),
        }
    }
    println!("{TRIALS} killed: {kept} with the old file, {replaced} with the new one");
    assert!(kept > 0 && replaced > 0, "{kept} {replaced}");
    fs::write(&path, &old).unwrap();
    assert_eq!(edit(&path, "true").run().code, Some(0));
}

/// At a terminal: edit again after an error, then save; or discard.
#[test]
fn a_person_decides_what_becomes_of_a_change() {
    let folder = folder();
    let path = rulebook(folder.path());
    let before = fs::read(&path).unwrap();
    let count = folder.path().join("count");
    let editor = format!(
        "f() {{ if [ -e '{0}' ]; then sed -i '/^\\[action.x$/d; s/^impact = 5/impact = 4/' \"$1\"; else touch '{0}'; echo '[action.x' >> \"$1\"; fi; }}; f",
        count.display()
    );
    let link = folder.path().join("r.toml");
    symlink(&path, &link).unwrap();
    for (answer, after) in [("s", "impact = 4"), ("d", "impact = 5")] {
        fs::write(&path, &before).unwrap();
        let _ = fs::remove_file(&count);
        let arguments = format!("rulebook edit --lang en {}", link.display());
        let mut terminal = Terminal::start_with(40, 90, &arguments, &[("EDITOR", &editor)]);
        terminal.wait_for("There are errors");
        terminal.press(&["e", ENTER]);
        terminal.wait_for("Save it?");
        terminal.press(&[answer, ENTER]);
        assert_eq!(terminal.end(), 0);
        assert!(fs::read_to_string(&path).unwrap().contains(after), "{answer}");
    }
}

#[test]
fn a_person_is_asked_for_an_entry_and_sees_what_it_changes() {
    let folder = folder();
    let path = rulebook(folder.path());
    let link = folder.path().join("r.toml");
    symlink(&path, &link).unwrap();
    let before = fs::read_to_string(&path).unwrap();
    let mut terminal = Terminal::start(60, 90, &format!("rulebook add note --lang en {}", link.display()));
    terminal.wait_for("Its id");
    terminal.press(&["slowly", ENTER]);
    terminal.choose("a way to look at it");
    for (prompt, line) in [
        ("Its title (Japanese)", "ゆっくり"),
        ("Its title (English)", "Slowly"),
        ("The text (Japanese)", "急がなくて構いません。"),
        ("The text (English)", "There is no hurry."),
    ] {
        terminal.wait_for(prompt);
        terminal.press(&[line, ENTER]);
    }
    terminal.choose("What happened?");
    terminal.choose("[ ] A deadline was missed");
    terminal.choose("Go on with these");
    terminal.choose("No");
    terminal.wait_for("[note.slowly]");
    terminal.choose("Add it");
    assert_eq!(terminal.end(), 0);
    let after = fs::read_to_string(&path).unwrap();
    let entry = "[note.slowly]\nkind = \"mindset\"\ntitle = { ja = \"ゆっくり\", en = \"Slowly\" }\n\
                 text = { ja = \"急がなくて構いません。\", en = \"There is no hurry.\" }\nwhen = { event = \"late\" }\n";
    assert!(after.contains(entry), "{after}");
    assert_eq!(after.replace(&format!("\n{entry}"), ""), before);
}

/// A link in place of the lock would have another file emptied.
#[test]
fn a_lock_that_is_a_link_is_not_followed() {
    let folder = folder();
    let path = rulebook(folder.path());
    let victim = folder.path().join("victim");
    fs::write(&victim, "precious").unwrap();
    symlink(&victim, folder.path().join(".my rules.toml.lock")).unwrap();
    let output = edit(&path, "true").run();
    assert_eq!(output.code, Some(4), "{output}");
    assert_eq!(fs::read_to_string(&victim).unwrap(), "precious");
}

#[test]
fn what_was_written_is_kept_whatever_goes_wrong() {
    let change = "sed -i 's/^impact = 5/impact = 4/' \"$1\"";
    for more in ["exit 3", "rm \"$ORIGINAL\"", "kill -9 $$"] {
        let folder = folder();
        let path = rulebook(folder.path());
        let output = edit(&path, &format!("{change}; {more}"))
            .env("ORIGINAL", path.to_str().unwrap())
            .env("TMPDIR", folder.path().to_str().unwrap())
            .run();
        assert!(output.code.is_some_and(|code| code > 0), "{more}\n{output}");
        let kept = output.stderr.split("is kept in").nth(1).unwrap_or_else(|| panic!("{more}\n{output}"));
        let kept: String = kept.split('`').nth(1).unwrap().split_whitespace().collect::<Vec<_>>().join(" ");
        let copies =
            fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir());
        let copy = copies.map(|folder| folder.join("my rules.toml")).find(|path| path.exists()).unwrap();
        assert!(kept.ends_with("my rules.toml"), "{kept}");
        assert!(fs::read_to_string(&copy).unwrap().contains("impact = 4"));
        assert_eq!(fs::metadata(copy.parent().unwrap()).unwrap().mode() & 0o777, 0o700);
    }
    let folder = folder();
    let path = rulebook(folder.path());
    let pipe = edit(&path, "rm \"$1\"; mkfifo \"$1\"").run();
    assert!(pipe.code == Some(4) && pipe.stderr.contains("is no file any more"), "{pipe}");
    let none = shinrai("rulebook edit --lang en").arg(&path).run();
    assert!(none.code == Some(2) && none.stderr.contains("no editor is set"), "{none}");
}

/// Ctrl-C in the editor is the editor's.
#[test]
fn a_signal_in_the_editor_does_not_end_the_program() {
    let folder = folder();
    let path = rulebook(folder.path());
    let change = "sed -i 's/^impact = 5/impact = 4/' \"$1\"";
    let output = edit(&path, &format!("trap '' INT HUP; kill -INT $PPID; kill -HUP $PPID; sleep 0.3; {change}")).run();
    assert_eq!(output.code, Some(0), "{output}");
    assert!(fs::read_to_string(&path).unwrap().contains("impact = 4"));
}

#[test]
fn a_file_that_is_a_rulebook_is_not_mixed_with_others_beside_it() {
    let folder = folder();
    let path = rulebook(folder.path());
    fs::write(folder.path().join("pyproject.toml"), "[project]\nname = \"x\"\n").unwrap();
    let output = edit(&path, "sed -i 's/^impact = 5/impact = 4/' \"$1\"").run();
    assert_eq!(output.code, Some(0), "{output}");
    assert!(output.stderr.contains("my rules.toml"), "{output}");
}

#[test]
fn a_case_is_added_from_an_interview() {
    let folder = folder();
    let path = rulebook(folder.path());
    let link = folder.path().join("r.toml");
    symlink(&path, &link).unwrap();
    let before = fs::read_to_string(&path).unwrap();
    let arguments = format!("rulebook add case --lang en --today 2026-11-22 {}", link.display());
    let mut terminal = Terminal::start(60, 90, &arguments);
    terminal.wait_for("Do not enter the answers of a real person");
    terminal.press(&["late", ENTER]);
    terminal.wait_for("Use a name that no other case has");
    terminal.press(&["late_twice", ENTER]);
    terminal.wait_for("Whom is it about?");
    terminal.press(&["Late for the second time", ENTER]);
    for (question, row) in [
        ("How are you?", "As usual"),
        ("What happened?", "A deadline was missed"),
        ("Do they want", "Yes"),
        ("How large", "Small"),
        ("What have you done", "None of these"),
        ("Please check your answers", "Show me the list"),
        ("What next?", "Close"),
    ] {
        terminal.wait_for(question);
        terminal.choose(row);
    }
    assert_eq!(terminal.end(), 0);
    let after = fs::read_to_string(&path).unwrap();
    assert!(after.starts_with(&before), "{after}");
    assert!(after.contains("[case.late_twice]\nabout = \"Late for the second time\"\ntoday = 2026-11-22\n"), "{after}");
    assert_eq!(shinrai("rulebook test --today 2026-11-22").arg(&path).run().code, Some(0));
}
