//! Rulebooks and answers that may come from anybody: what they say steers no terminal, what they name is read only where it
//! may be, and their size has limits that are told.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod support;

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use support::{Output, folder, shinrai};

const HEADER: &str = "[rulebook]\nformat = 1\nid = \"x\"\nname = \"X\"\nversion = \"1\"\nlanguages = [\"en\"]\n";

/// Characters that a terminal obeys, or that hide or turn round what is read.
const OBEYED: [&str; 12] = [
    "\u{1b}]0;x\u{7}",
    "\u{1b}[31m",
    "\u{9b}31m",
    "\r",
    "\u{8}",
    "\u{7f}",
    "\u{202e}",
    "\u{2066}",
    "\u{200b}",
    "\u{2028}",
    "\u{feff}",
    "\u{e0041}",
];

fn assert_harmless(output: &Output) {
    for text in [&output.stdout, &output.stderr] {
        let culprit = text.chars().find(|&character| {
            character != '\n'
                && (character.is_control()
                    || OBEYED.iter().any(|obeyed| obeyed.contains(character) && !character.is_ascii_graphic()))
        });
        assert_eq!(culprit, None, "{text:?}");
    }
    assert!(output.code.is_some_and(|code| code <= 4), "{output}");
}

fn escaped(text: &str) -> String {
    text.chars().fold(String::new(), |all, character| all + &format!("\\U{:08X}", u32::from(character)))
}

/// A rulebook in which every name and text that an author writes is foreign, in a way that makes findings of all kinds.
fn nasty(foreign: &str) -> String {
    let id = format!("\"n{}\"", escaped(foreign));
    let mut text = HEADER.replace("\"X\"", &id).replace("\"1\"", &id);
    for kind in [
        "question",
        "term",
        "cause",
        "obstacle",
        "gate",
        "stage",
        "action",
        "note",
        "contact",
        "source",
        "aspect",
        "case",
        "contradiction",
        "property",
        "unknown",
    ] {
        writeln!(text, "[{kind}.{id}]\n{id} = {id}\nname = {id}\nask = {id}\noptions.{id} = {id}\nwhen = {{ {id} = {id}, no = {id} }}").unwrap();
        writeln!(text, "for = [{id}, \"no\"]\nafter = [{id}]\nsign.{id} = {{ when = {{ {id} = true }}, certainty = 2 }}\nlike = {id}").unwrap();
    }
    text
}

#[test]
fn names_of_a_rulebook_steer_no_terminal() {
    let folder = folder();
    let (path, base) = (folder.path().join("top.toml"), folder.path().join("base.toml"));
    fs::write(&base, format!("{HEADER}[question.q]\nask = \"Q\"\noptions.a = \"A\"\noptions.b = \"B\"\n")).unwrap();
    for foreign in OBEYED {
        let drops = format!("[action]\n\"n{}\" = {{ drop = true, before = \"n{0}\" }}\n", escaped(foreign));
        let layer = HEADER.to_owned() + "extends = \"base.toml\"\n" + &drops;
        for text in [nasty(foreign), layer, format!("{HEADER}[question.q]\nask = \"{foreign}\"\n")] {
            fs::write(&path, text).unwrap();
            for command in
                ["rulebook check", "rulebook check -f json", "rulebook test", "rulebook show", "rulebook graph"]
            {
                for language in ["en", "ja"] {
                    assert_harmless(&shinrai(command).args("--lang").arg(language).arg(&path).run());
                }
            }
            for command in ["questions", "contacts", "diagnose --partial", "-f json", "explain", "batch"] {
                assert_harmless(&shinrai(command).arg("-r").arg(&path).run());
            }
        }
    }
}

#[test]
fn two_files_with_one_nasty_name_are_told_apart_in_plain_letters() {
    let folder = folder();
    for (name, foreign) in [("a.toml", "\u{9b}x"), ("b.toml", "\u{9b}x")] {
        let head = if name == "a.toml" { HEADER } else { "" };
        fs::write(folder.path().join(name), format!("{head}[term.\"{}\"]\nwhen = {{}}\n", escaped(foreign))).unwrap();
    }
    let output = shinrai("rulebook check").arg(folder.path()).run();
    assert!(output.stdout.contains("is defined twice"), "{output}");
    assert_harmless(&output);
}

#[test]
fn answers_and_names_of_files_steer_no_terminal() {
    let folder = folder();
    for (number, foreign) in OBEYED.iter().enumerate() {
        let json = format!("{{\"answers\": {{\"n{}\": \"{}\"}}}}", json_escaped(foreign), json_escaped(foreign));
        let toml = format!("\"n{}\" = \"{}\"\n", escaped(foreign), escaped(foreign));
        for (ending, text) in [("json", &json), ("toml", &toml)] {
            let path = folder.path().join(format!("{number}{foreign}.{ending}"));
            fs::write(&path, text).unwrap();
            for command in [
                "diagnose --answers",
                "diagnose -f json --answers",
                "diagnose --since",
                "batch",
                "rulebook check",
                "rulebook doc",
                "-r",
            ] {
                assert_harmless(&shinrai(command).arg(&path).run());
            }
        }
        for arguments in
            [["-a", "state="], ["--case", ""], ["explain", ""], ["--lang", ""], ["--nosuch", ""], ["-o", "/no/"]]
        {
            assert_harmless(&shinrai("").arg(arguments[0]).arg(format!("{}{foreign}", arguments[1])).run());
        }
        for variable in ["SHINRAI_LANG", "SHINRAI_RULEBOOK", "COLUMNS", "TERM", "TZ", "EDITOR"] {
            assert_harmless(&shinrai("questions").env(variable, foreign).run());
        }
    }
}

fn json_escaped(text: &str) -> String {
    text.encode_utf16().fold(String::new(), |all, unit| all + &format!("\\u{unit:04x}"))
}

fn rulebook_at(path: &Path, extends: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    let question = "[question.q]\nask = \"Q\"\noptions.a = \"A\"\noptions.b = \"B\"\nunknown = \"b\"\n";
    let text = match extends {
        "" => format!("{HEADER}{question}"),
        base => format!("{HEADER}extends = {base:?}\n"),
    };
    fs::write(path, text).unwrap();
}

#[test]
fn a_rulebook_reads_only_in_its_folder_unless_another_is_named() {
    let folder = folder();
    let at = |path: &str| folder.path().join(path);
    rulebook_at(&at("base.toml"), "");
    rulebook_at(&at("inside/below/base.toml"), "");
    rulebook_at(&at("inside/top.toml"), "below/base.toml");
    assert_eq!(shinrai("questions -r").arg(at("inside/top.toml")).run().code, Some(0));
    let absolute = at("base.toml");
    for base in ["../base.toml", "../inside/../base.toml", absolute.to_str().unwrap(), "/dev/stdin", "/etc/hostname"] {
        rulebook_at(&at("inside/top.toml"), base);
        let output = shinrai("questions -r").arg(at("inside/top.toml")).run();
        assert_eq!(output.code, Some(3), "{base}: {output}");
        assert!(output.stderr.contains("outside the folder") && output.stderr.contains("--root"), "{output}");
    }
    rulebook_at(&at("inside/top.toml"), "../base.toml");
    let ja = shinrai("questions --lang ja -r").arg(at("inside/top.toml")).run();
    assert!(ja.stderr.contains("の外にあります"), "{ja}");
    let root = folder.path().to_str().unwrap().to_owned();
    let output = shinrai("questions -r").arg(at("inside/top.toml")).arg("--root").arg(&root).run();
    assert_eq!(output.code, Some(0), "{output}");
    let output = shinrai("questions -r").arg(at("inside/top.toml")).args("--root /no/such/folder").run();
    assert_eq!(output.code, Some(4), "{output}");
    let object = shinrai("-f json --partial -r").arg(at("inside/top.toml")).arg("--root").arg(&root).json();
    let repeat = object["repeat"].as_str().unwrap();
    assert!(repeat.contains(&format!("--root {root}")), "what is shown can be repeated: {repeat}");
}

/// What comes from stdin or a pipe stands where the program was started.
#[cfg(unix)]
#[test]
fn a_rulebook_from_stdin_reads_only_where_the_program_was_started() {
    let folder = folder();
    let at = |path: &str| folder.path().join(path);
    rulebook_at(&at("base.toml"), "");
    rulebook_at(&at("inside/base.toml"), "");
    let absolute = at("base.toml");
    for (base, code) in [("base.toml", 0), ("../base.toml", 3), (absolute.to_str().unwrap(), 3), ("/etc/passwd", 3)] {
        let text = format!("{HEADER}extends = {base:?}\n");
        let output = shinrai("questions -r -").folder(&at("inside")).input(text.clone()).run();
        assert!(output.code == Some(code) && !output.stderr.contains("root:"), "{base}: {output}");
        fs::write(at("top"), text).unwrap();
        let script = format!("cat ../top | {} questions -r /dev/stdin", env!("CARGO_BIN_EXE_shinrai"));
        let output = std::process::Command::new("sh").args(["-c", &script]).current_dir(at("inside")).output().unwrap();
        assert!(matches!(output.status.code(), Some(3 | 4)), "{base}: {}", String::from_utf8_lossy(&output.stdout));
    }
    rulebook_at(&at("inside/-"), "");
    rulebook_at(&at("inside/top.toml"), "-");
    let output = shinrai("questions -r top.toml").folder(&at("inside")).input("nothing that is read").run();
    assert_eq!(output.code, Some(0), "a file called `-` is that file: {output}");
}

#[cfg(unix)]
#[test]
fn links_lead_no_farther_and_nothing_is_waited_for() {
    use std::os::unix::fs::symlink;
    let folder = folder();
    let at = |path: &str| folder.path().join(path);
    rulebook_at(&at("base.toml"), "");
    rulebook_at(&at("inside/top.toml"), "link.toml");
    symlink(at("base.toml"), at("inside/link.toml")).unwrap();
    let output = shinrai("questions -r").arg(at("inside/top.toml")).run();
    assert!(output.code == Some(3) && output.stderr.contains("outside the folder"), "{output}");
    let output = shinrai("questions -r").arg(at("inside")).run();
    assert!(
        output.code == Some(3) || output.stderr.contains("outside"),
        "a file of a folder is a link out of it: {output}"
    );
    fs::remove_file(at("inside/link.toml")).unwrap();
    make_fifo(&at("inside/link.toml"));
    for command in ["questions -r", "rulebook check", "rulebook show"] {
        let output = shinrai(command).arg(at("inside/top.toml")).run();
        assert!(
            output.stdout.contains("not an ordinary file") || output.stderr.contains("not an ordinary file"),
            "{output}"
        );
        let output = shinrai(command).arg(at("inside")).run();
        assert!(output.stderr.contains("not an ordinary file"), "{output}");
    }
    rulebook_at(&at("inside/top.toml"), "");
    let output = shinrai("questions -r").arg(at("inside/top.toml")).run();
    assert_eq!(output.code, Some(0), "a pipe beside a rulebook is nobody's business: {output}");
    fs::write(at("inside/headless.toml"), "[term.t]\nwhen = {}\n").unwrap();
    let output = shinrai("questions -r").arg(at("inside/headless.toml")).run();
    assert_eq!(output.code, Some(3), "{output}");
}

#[cfg(unix)]
fn make_fifo(path: &Path) {
    assert!(std::process::Command::new("mkfifo").arg(path).status().unwrap().success());
}

#[test]
fn circles_end_and_chains_have_a_length() {
    let folder = folder();
    let at = |number: usize| folder.path().join(format!("{number}.toml"));
    for number in 0..20 {
        rulebook_at(&at(number), &if number == 0 { String::new() } else { format!("{}.toml", number - 1) });
    }
    assert_eq!(shinrai("questions -r").arg(at(15)).run().code, Some(0));
    let output = shinrai("questions -r").arg(at(16)).run();
    assert!(output.code == Some(3) && output.stderr.contains("16 layers"), "{output}");
    for (one, other) in [(3, "3.toml"), (4, "./4.toml"), (0, "2.toml")] {
        rulebook_at(&at(one), other);
        let output = shinrai("questions -r").arg(at(one)).run();
        assert!(output.code == Some(3) && output.stderr.contains("circle"), "{output}");
    }
}

#[test]
fn sizes_have_limits_that_are_told() {
    let folder = folder();
    let path = folder.path().join("a.toml");
    let question = "[question.q]\nask = \"Q\"\noptions.a = \"A\"\noptions.b = \"B\"\n";
    let many = |kind: &str, number: usize, rest: &str| {
        (0..number).fold(format!("{HEADER}{question}"), |text, entry| text + &format!("[{kind}.x{entry}]\n{rest}"))
    };
    let comment = |bytes: usize| format!("{HEADER}{question}#{}\n", "x".repeat(bytes));
    for (text, code, says) in [
        (comment(1_900_000), 0, ""),
        (comment(2_200_000), 4, "over 2 MiB"),
        (many("gate", 101, "name = \"G\"\nsay = \"S\"\nwhen = { q = \"a\" }\n"), 3, "more than 100 of `gate`"),
        (
            many("question", 1_000, "ask = \"Q\"\noptions.a = \"A\"\noptions.b = \"B\"\n"),
            3,
            "more than 1000 of `question`",
        ),
        (many("case", 2_001, "answers = { q = \"a\" }\n"), 3, "more than 2000 of `case`"),
    ] {
        fs::write(&path, text).unwrap();
        let output = shinrai("questions -r").arg(&path).run();
        assert!(output.code == Some(code) && output.stderr.contains(says), "{says}: {output}");
    }
    let rules = folder.path().join("rules");
    fs::create_dir(&rules).unwrap();
    fs::write(rules.join("a.toml"), comment(1_200_000)).unwrap();
    fs::write(rules.join("b.toml"), format!("#{}", "x".repeat(1_200_000))).unwrap();
    let output = shinrai("questions -r").arg(&rules).run();
    assert!(output.code == Some(4) && output.stderr.contains("together"), "{output}");
    fs::write(rules.join("a.toml"), comment(0)).unwrap();
    (0..256).for_each(|number| fs::write(rules.join(format!("b{number}.toml")), "").unwrap());
    let output = shinrai("questions -r").arg(&rules).run();
    assert!(output.code == Some(3) && output.stderr.contains("256 files"), "{output}");
}

/// As much as a file can hold of what makes findings: they are limited, and it is said that there are more.
#[test]
fn nobody_is_drowned_in_findings() {
    let folder = folder();
    let path = folder.path().join("a.toml");
    let question = "[question.q]\nask = \"Q\"\noptions.a = \"A\"\noptions.b = \"B\"\n";
    let entries = |kind: &str| {
        (0..20_000)
            .fold(format!("{HEADER}{question}"), |text, entry| text + &format!("[{kind}.k{entry}]\nzz{entry} = 1\n"))
    };
    let circle = (0..20_000).fold(format!("{HEADER}{question}"), |text, entry| {
        text + &format!("[term.t{entry}]\nwhen = {{ t{} = true }}\n", (entry + 1) % 20_000)
    });
    let languages = HEADER.replace("[\"en\"]", &format!("[{}]", "\"en\",".repeat(200_000))) + question;
    let one_line = format!("{HEADER}{question}x = [{}", "x y,".repeat(300_000));
    for text in [entries("action"), entries("unknown"), entries("term"), circle, languages, one_line] {
        fs::write(&path, text).unwrap();
        for command in ["rulebook check", "questions -r"] {
            let output = shinrai(command).arg(&path).run();
            let size = output.stdout.len() + output.stderr.len();
            assert!(size < 100_000, "{size} bytes: {}", &output.stdout[..1_000.min(output.stdout.len())]);
        }
        let json = shinrai("rulebook check -f json").arg(&path).run().stdout;
        assert!(json.len() < 3_000_000, "{} bytes", json.len());
    }
    fs::write(&path, entries("action")).unwrap();
    let output = shinrai("rulebook check -f json").arg(&path).run().stdout;
    assert!(output.contains("further findings are left out"), "it is said");
}

/// However many errors there are, what they are about is still counted: cases that take over from others, options, conditions.
#[test]
fn a_thousand_errors_are_no_reason_to_lose_count() {
    let folder = folder();
    let path = folder.path().join("a.toml");
    let built_in = shinrai("rulebook show").text();
    for kind in ["question", "term", "gate", "action", "case", "note"] {
        let bad = (0..1_200).fold(String::new(), |text, number| text + &format!("[{kind}.zz{number}]\nx = 1\n"));
        let cases = "[case.zza]\nlike = \"zzb\"\n[case.zzb]\nlike = \"zzc\"\n[case.zzc]\nlike = \"zzb\"\n";
        fs::write(&path, format!("{built_in}\n{bad}{cases}")).unwrap();
        for command in ["rulebook check", "questions -r"] {
            let output = shinrai(command).arg(&path).run();
            assert!(output.code == Some(1) || output.code == Some(3), "{kind}: {output}");
        }
    }
}

/// Comparing has a budget; what it did not come to is said.
#[test]
fn a_comparison_that_would_take_too_long_says_what_it_left_out() {
    let folder = folder();
    let question = "[question.q]\nask = \"Q\"\noptions.a = \"A\"\noptions.b = \"B\"\nunknown = \"b\"\n";
    let rulebook = |due: &str| {
        let mut text = format!("{HEADER}{question}[stage.s]\nname = \"S\"\ndue = \"{due}\"\n");
        for number in 0..6_000 {
            write!(text, "[action.a{number}]\ndo = \"D\"\nwhy = \"W\"\ninvolves = []\nimpact = 1\neffort = 1\n")
                .unwrap();
            text.push_str("stage = \"s\"\n");
        }
        for number in 0..500 {
            write!(text, "[case.c{number}]\nabout = \"C\"\nanswers = {{ q = \"a\" }}\nexpect = {{}}\n").unwrap();
        }
        text
    };
    fs::write(folder.path().join("old.toml"), rulebook("1d")).unwrap();
    fs::write(folder.path().join("new.toml"), rulebook("2d")).unwrap();
    let diff = "rulebook diff old.toml new.toml --lang en";
    let object = shinrai(diff).folder(folder.path()).arg("-f").arg("json").json();
    assert_eq!(object["finished"], false);
    let unfinished = object["unfinished"].as_array().unwrap();
    assert_eq!(unfinished.last().unwrap(), "cases");
    assert!(unfinished.len() > 100, "{}", unfinished.len());
    assert!((1..500).contains(&object["cases"].as_array().unwrap().len()));
    let text = shinrai(diff).folder(folder.path()).text();
    let verdict = text.rsplit("\n\n").next().unwrap();
    assert!(verdict.starts_with("Not finished: action.a") && verdict.trim_end().ends_with(", …"), "{verdict}");
    assert_eq!(verdict.matches("action.").count(), 20);
}

#[test]
fn many_faults_of_answers_are_cut_as_well() {
    let folder = folder();
    let path = folder.path().join("a.json");
    let members: Vec<String> = (0..50_000).map(|number| format!("\"k{number}\": \"x\"")).collect();
    fs::write(&path, format!("{{{}}}", members.join(","))).unwrap();
    for command in ["--answers", "-f json --answers", "batch"] {
        let output = shinrai(command).arg(&path).run();
        assert!(output.stdout.len() + output.stderr.len() < 100_000, "{}", output.stdout.len());
    }
    assert!(shinrai("--answers").arg(&path).run().stderr.contains("100 or more"));
}

/// Long lines, and such in Japanese, are cut around the place; what is shown fits the width.
#[test]
fn what_is_shown_of_a_long_line_fits() {
    use unicode_width::UnicodeWidthStr;
    let folder = folder();
    let path = folder.path().join("a.toml");
    for text in [
        format!("{HEADER}# \n{} = = 1\n", "\u{4fe1}".repeat(1_000)),
        format!(
            "{HEADER}[question.q]\nask = \"{}\\u009b{}\"\n",
            "\u{4fe1}\u{983c}".repeat(100),
            "\u{3042}".repeat(100)
        ),
        format!("{HEADER}[question.q]\nask = [{}]\n", "\"x\", ".repeat(1_000)),
    ] {
        fs::write(&path, text).unwrap();
        for width in ["40", "80"] {
            let output = shinrai("rulebook check --width").arg(width).arg(&path).run();
            let drawn = output.stdout.lines().filter(|line| line.contains(" | "));
            let widest = drawn.map(UnicodeWidthStr::width).max().unwrap_or_default();
            assert!(widest <= width.parse().unwrap(), "{widest} columns: {output}");
        }
    }
}

#[test]
fn what_is_too_deep_and_how_lines_end_is_told_at_its_place() {
    let folder = folder();
    let path = folder.path().join("a.toml");
    fs::write(&path, format!("{HEADER}[term.t]\nwhen{} = true\n", ".not".repeat(10_000))).unwrap();
    let output = shinrai("rulebook check").arg(&path).run();
    assert!(output.stdout.contains("a.toml:8:1") && output.stdout.contains("into terms"), "{output}");
    fs::write(&path, format!("{HEADER}# “one”\r# two\r")).unwrap();
    let output = shinrai("rulebook check").arg(&path).run();
    assert!(output.stdout.contains("ordinary line ends"), "{output}");
}
