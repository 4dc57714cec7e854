//! Faults of the system around the program: disks, limits, signals, other processes, odd surroundings; and what it never
//! does: open a connection, start a program, write what nobody named. `docs/faults.md` says which fault is tried where.

#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test that cannot go on has failed; what is skipped is said"
)]

mod support;

use std::fs;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::Path;
use std::process::{Command, Stdio};

use support::{Output, folder, here, shinrai};

const SMALL: &str = "-r tests/rulebooks/small.toml --case late --today 2026-11-22 --lang en";

fn has(program: &str) -> bool {
    let found = Command::new("sh").args(["-c", &format!("command -v {program}")]).stdout(Stdio::null()).status();
    let found = found.is_ok_and(|status| status.success());
    if !found {
        println!("skipped: {program} is not installed");
    }
    found
}

/// A command of a shell, with the program as `$S`.
fn shell(script: &str, folder: &Path) -> Output {
    let output = Command::new("sh")
        .args(["-c", script])
        .env_clear()
        .envs([("LANG", "en_US.UTF-8"), ("PATH", "/usr/bin:/bin"), ("S", env!("CARGO_BIN_EXE_shinrai"))])
        .env("SMALL", here("tests/rulebooks/small.toml"))
        .current_dir(folder)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    Output {
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
        code: output.status.code(),
    }
}

/// A part of the trials; `python3 tests/faults/faults.py target/release/shinrai` makes them all.
#[test]
fn no_fault_while_saving_leaves_half_a_file() {
    if !has("python3") || !has("strace") {
        return;
    }
    let output = Command::new("python3")
        .arg(here("tests/faults/faults.py"))
        .arg(env!("CARGO_BIN_EXE_shinrai"))
        .arg("--quick")
        .output()
        .unwrap();
    let (counts, errors) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    println!("{counts}");
    assert!(output.status.success(), "{counts}{errors}");
}

/// Whatever is done with the program: no connection, no other program but the editor, and no file that no flag names.
#[test]
fn it_opens_no_connection_and_writes_nothing_unasked() {
    if !has("strace") {
        return;
    }
    let folder = folder();
    fs::copy(here("tests/rulebooks/small.toml"), folder.path().join("small.toml")).unwrap();
    fs::write(folder.path().join("cases.jsonl"), "{\"answers\": {\"state\": \"fine\"}}\n").unwrap();
    for (arguments, written) in [
        ("--help", &[][..]),
        ("questions", &[]),
        ("contacts --lang ja", &[]),
        ("explain blame", &[]),
        ("man", &[]),
        ("--case g01_missed_deadline", &[]),
        ("--case g01_missed_deadline -f html -o list.html", &["list.html"]),
        ("-r small.toml --case late --save answers.toml", &["answers.toml"]),
        ("batch cases.jsonl --partial", &[]),
        ("batch cases.jsonl --partial --out-dir out", &["out"]),
        ("rulebook check small.toml", &[]),
        ("rulebook test small.toml --mutate", &[]),
        ("rulebook new mine.toml", &["mine.toml"]),
        ("rulebook diff small.toml small.toml", &[]),
    ] {
        let traced = "strace -f -qq -o trace -e trace=%network,execve,openat,creat,mkdir,rename,symlink,link";
        shell(&format!("{traced} \"$S\" {arguments} > /dev/null 2>&1"), folder.path());
        let trace = fs::read_to_string(folder.path().join("trace")).unwrap();
        let lines: Vec<&str> =
            trace.lines().map(|line| line.split_once(' ').map_or(line, |(_, call)| call.trim())).collect();
        let is_connection =
            |line: &&&str| ["socket(", "connect(", "bind(", "sendto("].iter().any(|call| line.starts_with(call));
        assert_eq!(lines.iter().find(is_connection), None, "{arguments}");
        assert_eq!(lines.iter().filter(|line| line.starts_with("execve(")).count(), 1, "{arguments}\n{trace}");
        let is_writing = |line: &&&str| {
            line.contains("O_WRONLY")
                || line.contains("O_RDWR")
                || line.contains("O_CREAT")
                || line.starts_with("mkdir")
        };
        for line in lines.iter().filter(is_writing) {
            let is_named = written.iter().any(|name| line.contains(name));
            let is_beside = line.contains(".shinrai-") && !written.is_empty();
            assert!(
                is_named || is_beside || line.contains("/dev/null") || line.contains("/dev/tty"),
                "{arguments}: {line}"
            );
        }
        fs::remove_file(folder.path().join("trace")).unwrap();
        let names = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name());
        let known = |name: &str| ["small.toml", "cases.jsonl"].contains(&name) || written.contains(&name);
        names.for_each(|name| assert!(known(name.to_str().unwrap()), "{arguments}: {name:?}"));
        for name in written {
            let path = folder.path().join(name);
            if path.is_dir() { fs::remove_dir_all(path).unwrap() } else { fs::remove_file(path).unwrap() }
        }
    }
}

#[test]
fn a_stream_is_written_and_not_replaced() {
    let folder = folder();
    for (target, more) in [("/dev/stdout", ""), ("/dev/fd/1", ""), ("/dev/stderr", "2>&1"), ("/proc/self/fd/1", "")] {
        let script =
            format!("{{ echo first; \"$S\" -r \"$SMALL\" --case late -o {target} {more}; echo last; }} > list.txt");
        let output = shell(&script, folder.path());
        let text = fs::read_to_string(folder.path().join("list.txt")).unwrap();
        assert!(text.starts_with("first\n") && text.ends_with("last\n") && text.lines().count() > 10, "{output}{text}");
    }
    let output = shell("echo before > a; \"$S\" -r \"$SMALL\" --case late -o /dev/stdout >> a; cat a", folder.path());
    assert!(output.stdout.starts_with("before\n") && output.stdout.lines().count() > 10, "{output}");
    let output = shell("\"$S\" -r \"$SMALL\" --case late -o /dev/fd/3 3> b", folder.path());
    assert_eq!(output.code, Some(4), "{output}");
    let output = shell("\"$S\" -r \"$SMALL\" --case late -o /dev/full", folder.path());
    assert!(output.code == Some(4) && output.stderr.contains("no space left"), "{output}");
    let output = shell("\"$S\" rulebook doc -o /dev/stdout; echo $? >&2", folder.path());
    assert!(output.code == Some(0) && output.stderr.ends_with("0\n"), "{output}");
    let output = shell("{ \"$S\" rulebook doc -o /dev/stdout; echo $? >&2; } | head -1", folder.path());
    assert!(output.stderr.ends_with("0\n"), "a reader that goes away is no failure: {output}");
}

/// By whatever name: the list does not replace the answers, nor either of them the rulebook.
#[test]
fn no_file_is_named_for_two_things() {
    let folder = folder();
    let rulebook = fs::read(here("tests/rulebooks/small.toml")).unwrap();
    fs::write(folder.path().join("r.toml"), &rulebook).unwrap();
    shell("mkdir x; touch a.txt; ln -s a.txt link.toml; \"$S\" -r r.toml --case late --save d.toml", folder.path());
    for flags in [
        "-o a.txt --save ./a.txt",
        "-o x/../a.txt --save a.txt",
        "-o a.txt --save link.toml",
        "--save r.toml",
        "-f text -o r.toml",
        "--save ./r.toml --save-case zz",
        "-f html -o x/../r.toml --save-case zz",
        "--answers d.toml -f html -o ./d.toml",
    ] {
        let case = if flags.contains("--answers") { "" } else { "--case late" };
        let output = shell(&format!("\"$S\" -r r.toml {case} {flags}"), folder.path());
        assert!(output.code == Some(2) && output.stderr.contains("use another name"), "{flags}: {output}");
        assert_eq!(fs::read(folder.path().join("r.toml")).unwrap(), rulebook, "{flags}");
    }
    assert!(fs::read_to_string(folder.path().join("d.toml")).unwrap().contains("[answers]"));
    let output = shell("\"$S\" -r r.toml --answers d.toml --save d.toml", folder.path());
    assert_eq!(output.code, Some(0), "answers are kept where they were: {output}");
}

#[test]
fn a_lock_that_somebody_left_behind_is_taken() {
    let folder = folder();
    fs::copy(here("tests/rulebooks/small.toml"), folder.path().join("r.toml")).unwrap();
    fs::write(folder.path().join(".r.toml.lock"), "1 2026-01-01 00:00 x").unwrap();
    let locked = "chmod 444 .r.toml.lock; chmod 777 .; chmod 666 r.toml";
    let nobody = "setpriv --reuid 65534 --regid 65534 --clear-groups";
    let runs_as_nobody = shell(&format!("{nobody} true"), folder.path()).code == Some(0);
    let before = if runs_as_nobody { nobody } else { "" };
    let output = shell(&format!("{locked}; {before} \"$S\" -r r.toml --case late --save-case kept"), folder.path());
    assert_eq!(output.code, Some(0), "{output}");
}

#[test]
fn a_case_goes_into_what_the_rulebook_holds_by_then() {
    let folder = folder();
    let path = folder.path().join("small.toml");
    fs::copy(here("tests/rulebooks/small.toml"), &path).unwrap();
    let script = "for i in 1 2 3 4 5 6 7 8 9; do \"$S\" -r small.toml --case late --save-case k$i & done; wait";
    shell(script, folder.path());
    let text = fs::read_to_string(&path).unwrap();
    assert_eq!(text.matches("[case.k").count(), 9, "{text}");
    assert_eq!(shinrai("rulebook test").arg(&path).run().code, Some(0));
    let twice =
        "\"$S\" -r small.toml --case late --save-case same & \"$S\" -r small.toml --case late --save-case same; wait";
    shell(twice, folder.path());
    assert_eq!(fs::read_to_string(&path).unwrap().matches("[case.same]").count(), 1);
}

#[test]
fn owners_and_permissions_stay() {
    let folder = folder();
    let path = folder.path().join("list.txt");
    let save =
        |umask: &str| shell(&format!("umask {umask}; \"$S\" -r \"$SMALL\" --case late -o list.txt"), folder.path());
    let mode = || fs::metadata(&path).unwrap().permissions().mode() & 0o7777;
    for umask in ["000", "022", "077"] {
        let _ = fs::remove_file(&path);
        assert_eq!(save(umask).code, Some(0));
        assert_eq!(mode(), 0o600, "a new list is its owner's alone");
    }
    for kept in [0o600, 0o640, 0o666] {
        fs::set_permissions(&path, fs::Permissions::from_mode(kept)).unwrap();
        assert_eq!(save("077").code, Some(0));
        assert_eq!(mode(), kept);
    }
    let booklet = shell("umask 027; \"$S\" rulebook new mine.toml; stat -c %a mine.toml", folder.path());
    assert_eq!(booklet.stdout.trim(), "640", "a rulebook tells of nobody");
    if fs::metadata(&path).unwrap().uid() != 0 {
        println!("skipped: only the administrator has files of others");
        return;
    }
    std::os::unix::fs::chown(&path, Some(12345), Some(23456)).unwrap();
    assert_eq!(save("022").code, Some(0));
    let metadata = fs::metadata(&path).unwrap();
    assert_eq!((metadata.uid(), metadata.gid()), (12345, 23456));
}

#[test]
fn links_are_followed_and_names_are_not_guessed() {
    use std::os::unix::fs::symlink;
    let folder = folder();
    let at = |name: &str| folder.path().join(name);
    fs::write(at("real.txt"), "old").unwrap();
    symlink("real.txt", at("one")).unwrap();
    symlink("one", at("list.txt")).unwrap();
    fs::hard_link(at("real.txt"), at("other.txt")).unwrap();
    assert_eq!(shell("\"$S\" -r \"$SMALL\" --case late -o list.txt", folder.path()).code, Some(0));
    assert!(fs::symlink_metadata(at("list.txt")).unwrap().is_symlink());
    assert!(fs::read_to_string(at("real.txt")).unwrap().starts_with("Small rulebook"));
    assert_eq!(fs::read_to_string(at("other.txt")).unwrap(), "old", "another name of the old file keeps it");
    symlink("circle", at("circle")).unwrap();
    for (target, says) in [("circle", "circle"), ("nowhere/list.txt", "no folder"), ("real.txt/list.txt", "")] {
        let output = shell(&format!("\"$S\" -r \"$SMALL\" --case late -o {target}"), folder.path());
        assert!(output.code == Some(4) && output.stderr.contains(says), "{target}: {output}");
    }
    let ja = shell("\"$S\" --lang ja -r \"$SMALL\" --case late -o circle", folder.path());
    assert!(ja.stderr.contains("リンクが輪に"), "{ja}");
}

#[test]
fn whatever_a_path_names_ends_with_a_message() {
    let folder = folder();
    let script = "mkfifo pipe; ln -s nowhere dangling; ln -s loop loop; mkdir dir; touch secret; chmod 0 secret";
    shell(script, folder.path());
    let socket = std::os::unix::net::UnixListener::bind(folder.path().join("socket")).unwrap();
    for path in ["dangling", "loop", "dir", "socket", "/dev/zero", "", "no\nname", "no\u{1b}[31mname"] {
        for command in ["rulebook check", "questions -r", "--answers", "batch", "--since", "rulebook show"] {
            let output = shinrai(command).arg(path).folder(folder.path()).run();
            let allowed = if command == "batch" && path == "/dev/zero" { &[1, 2, 4][..] } else { &[2, 3, 4] };
            assert!(output.code.is_some_and(|code| allowed.contains(&code)), "{command} {path:?}: {output}");
            assert!(!output.stderr.contains('\u{1b}') && !output.stderr.is_empty(), "{command} {path:?}: {output}");
        }
    }
    drop(socket);
    let output = shell("(cat \"$SMALL\" > pipe &); \"$S\" questions -r pipe | head -3", folder.path());
    assert!(output.code == Some(0) && !output.stdout.is_empty(), "a pipe that is named is read: {output}");
    let output = shell("(cat /dev/zero > pipe &); \"$S\" questions -r pipe", folder.path());
    assert!(output.code == Some(4) && output.stderr.contains("over 2 MiB"), "{output}");
    let bytes = std::ffi::OsStr::from_bytes(b"no \xff\xfe.toml");
    for command in ["rulebook check", "-a", "--case", "explain", "--answers", "-o"] {
        let output = shinrai(command).arg(bytes).run();
        assert!(output.code.is_some_and(|code| (1..=4).contains(&code)), "{command}: {output}");
    }
}

#[test]
fn arguments_are_read_as_usual() {
    let folder = folder();
    fs::copy(here("tests/rulebooks/small.toml"), folder.path().join("-x.toml")).unwrap();
    fs::copy(here("tests/rulebooks/small.toml"), folder.path().join("@file.toml")).unwrap();
    let code = |arguments: &[&str]| {
        let run = arguments.iter().fold(shinrai("").folder(folder.path()), support::Run::arg);
        run.run().code
    };
    assert_eq!(code(&["rulebook", "check", "--", "-x.toml"]), Some(0));
    assert_eq!(code(&["rulebook", "check", "@file.toml"]), Some(0));
    assert_eq!(code(&["rulebook", "check", "-x.toml"]), Some(2));
    assert_eq!(code(&["quest"]), Some(2), "nothing is abbreviated");
    assert_eq!(code(&["questions", "--lan", "ja"]), Some(2));
    assert_eq!(code(&["questions", "--lang", "ja", "--lang", "en"]), Some(2));
    assert_eq!(code(&["", "questions"]), Some(2));
    let many: Vec<&str> = std::iter::repeat_n(["-a", "state=fine"], 20_000).flatten().collect();
    assert_eq!(code(&[&many[..], &["--partial"]].concat()), Some(0));
}

/// Little memory of other kinds, few files, no stack, no folder, no zone: it works, or says what is missing.
#[test]
fn poor_surroundings_are_survived() {
    let folder = folder();
    for limit in [
        "ulimit -n 8",
        "ulimit -s 256",
        "ulimit -u 1",
        "ulimit -v 200000",
        "unset HOME",
        "export TZ=No/Where",
        "export TZ=:/etc/shadow",
    ] {
        let script = format!("{limit}; \"$S\" -r \"$SMALL\" --case late --today 2026-11-22");
        let output = shell(&script, folder.path());
        assert!(output.code == Some(0) && output.stdout.starts_with("Small rulebook"), "{limit}: {output}");
    }
    let output = shell("mkdir gone; cd gone; rmdir ../gone; \"$S\" -r \"$SMALL\" --case late", folder.path());
    assert_eq!(output.code, Some(0), "{output}");
    let output =
        shell("mkdir gone; cd gone; rmdir ../gone; \"$S\" -r \"$SMALL\" --case late -o list.txt", folder.path());
    assert_eq!(output.code, Some(4), "{output}");
    let deep = format!("[rulebook]\nx = {}1{}\n", "[".repeat(100_000), "]".repeat(100_000));
    fs::write(folder.path().join("deep.toml"), deep).unwrap();
    let output = shell("ulimit -s 256; \"$S\" rulebook check deep.toml", folder.path());
    assert_eq!(output.code, Some(1), "{output}");
}

/// A file that is opened next must not become stdout, and lost output must not look like success where that can be known.
#[test]
fn closed_streams_leak_into_no_file() {
    let folder = folder();
    for closed in [">&-", "2>&-", "<&-", "<&- >&- 2>&-"] {
        let script = format!("\"$S\" -r \"$SMALL\" --case late --save answers.toml -o list.txt {closed}");
        assert_eq!(shell(&script, folder.path()).code, Some(0));
        let (answers, list) = ("answers.toml", "list.txt");
        let read = |name: &str| fs::read_to_string(folder.path().join(name)).unwrap();
        assert!(read(answers).starts_with("today = ") && !read(answers).contains("Small rulebook"), "{closed}");
        assert!(read(list).starts_with("Small rulebook") && !read(list).contains("[answers]"), "{closed}");
    }
}

#[test]
fn answers_of_another_rulebook_are_no_secret() {
    let folder = folder();
    let at = |name: &str| folder.path().join(name);
    let small = fs::read_to_string(here("tests/rulebooks/small.toml")).unwrap();
    fs::write(at("other.toml"), small.replace("id = \"small\"", "id = \"other\"")).unwrap();
    fs::write(at("newer.toml"), small.replace("impact = 5", "impact = 4")).unwrap();
    for (kept, flag) in [("list.json", "-f json -o"), ("answers.toml", "--save")] {
        let output = shinrai(SMALL).args(flag).arg(at(kept)).run();
        assert_eq!(output.code, Some(0), "{output}");
        for (rulebook, says) in [("other.toml", "another rulebook (`small`)"), ("newer.toml", "has changed since")] {
            for flag in ["--answers", "--since"] {
                let run = |language| {
                    let run = shinrai("--partial --today 2026-11-23 --lang").arg(language).arg("-r").arg(at(rulebook));
                    run.arg(flag).arg(at(kept)).run()
                };
                let output = run("en");
                assert!(output.code == Some(0) && output.stderr.contains(says), "{rulebook} {flag}: {output}");
                assert!(run("ja").stderr.starts_with("注意: "), "{}", run("ja"));
            }
        }
        let output = shinrai("--partial -r tests/rulebooks/small.toml --answers").arg(at(kept)).run();
        assert_eq!((output.code, output.stderr.as_str()), (Some(0), ""), "{output}");
    }
}

#[test]
fn the_last_days_of_the_calendar_are_left_for_deadlines() {
    for day in ["0001-01-01", "1970-01-01", "2038-01-20", "8999-12-31"] {
        for format in ["text", "ics", "json", "html"] {
            let output = shinrai("--case g01_missed_deadline --today").arg(day).arg("-f").arg(format).run();
            assert!(output.code == Some(0) && !output.stdout.contains("+1"), "{day}: {output}");
        }
    }
    assert_eq!(shinrai("--case g01_missed_deadline --today 9000-01-01").run().code, Some(2));
    let line = "{\"answers\": {\"state\": \"fine\"}, \"today\": \"9999-12-31\"}\n";
    assert_eq!(shinrai("batch --partial").input(line).run().code, Some(1));
}

/// The same in, the same out: whatever the place, the zone, the number of threads, the time, and how often.
#[test]
fn the_same_comes_out_wherever_and_however_often() {
    let folder = folder();
    let cases: String =
        "{\"answers\": {\"state\": \"fine\"}}\n{\"id\": 7, \"answers\": {\"state\": \"tired\", \"event\": \"mistake\"}}\n".repeat(250);
    fs::write(folder.path().join("cases.jsonl"), cases).unwrap();
    let commands = [
        "--case g02_mail_to_1200 --today 2026-11-22 --lang ja --width 80",
        "--case g02_mail_to_1200 --today 2026-11-22 --lang en -f json",
        "--case g02_mail_to_1200 --today 2026-11-22 --lang en -f ics",
        "--case g02_mail_to_1200 --today 2026-11-22 --lang ja -f html",
        "batch cases.jsonl --partial --today 2026-11-22",
        "rulebook check --today 2026-11-22 --lang en --width 80 -f json",
        "rulebook test --today 2026-11-22 --lang ja --width 80 --coverage",
        "rulebook show --lang en",
    ];
    for command in commands {
        let run = |variables: &[(&str, &str)], more: &str| {
            let run = variables.iter().fold(shinrai(command), |run, (name, value)| run.env(name, value));
            run.args(more).folder(folder.path()).run().stdout
        };
        let first = run(&[], "");
        assert!(!first.is_empty(), "{command}");
        for variables in [
            &[][..],
            &[("LANG", "C")],
            &[("LC_ALL", "ja_JP.SJIS")],
            &[("LC_ALL", "tr_TR.UTF-8")],
            &[("TZ", "Pacific/Kiritimati")],
            &[("TZ", "Etc/GMT+12")],
            &[("HOME", "/"), ("USER", "x"), ("COLUMNS", "40")],
        ] {
            assert_eq!(run(variables, ""), first, "{command} {variables:?}");
        }
        if command.starts_with("batch") {
            for threads in ["--threads 1", "--threads 2", "--threads 7"] {
                assert_eq!(run(&[], threads), first, "{threads}");
            }
        }
    }
}

/// In which order kinds, files and keys are written has no meaning.
#[test]
fn the_order_in_which_a_rulebook_is_written_changes_no_byte() {
    let folder = folder();
    let text = fs::read_to_string(here("tests/rulebooks/small.toml")).unwrap();
    let (head, rest) = text.split_once("\n[question.").unwrap();
    let blocks: Vec<String> =
        format!("\n[question.{rest}").split("\n[").skip(1).map(|block| format!("[{block}\n")).collect();
    let kind = |block: &String| block[1..].split(['.', ']']).next().unwrap().to_owned();
    let mut kinds: Vec<String> = blocks.iter().map(kind).collect();
    kinds.sort();
    kinds.dedup();
    let written = |order: &[String]| {
        let blocks = order.iter().flat_map(|name| blocks.iter().filter(move |block| kind(block) == *name));
        format!("{head}\n{}", blocks.cloned().collect::<String>())
    };
    let reversed: Vec<String> = kinds.iter().rev().cloned().collect();
    let rules = folder.path().join("rules");
    fs::create_dir(&rules).unwrap();
    fs::write(rules.join("0.toml"), head).unwrap();
    for (number, name) in reversed.iter().enumerate() {
        fs::write(
            rules.join(format!("{}.toml", number + 1)),
            written(std::slice::from_ref(name)).replacen(head, "", 1),
        )
        .unwrap();
    }
    for (name, order) in [("a.toml", &kinds), ("b.toml", &reversed)] {
        fs::write(folder.path().join(name), written(order)).unwrap();
    }
    for command in ["--case late -f json", "--case late --explain", "--case late -f html", "--case late -f ics"] {
        let run = |name: &str| {
            let output = shinrai(command).args("--today 2026-11-22 -r").arg(name).folder(folder.path()).run();
            assert_eq!(output.code, Some(0), "{output}");
            output.stdout.replace(name, "RULEBOOK")
        };
        assert_eq!(run("a.toml"), run("b.toml"), "{command}");
        assert_eq!(run("a.toml"), run("rules"), "{command}");
    }
}
