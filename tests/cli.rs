//! The program as scripts and people at a shell use it: everything it prints, and how it ends.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod support;

use std::fs;
use std::process::Stdio;

use support::{Output, TODAY, folder, shinrai};

const SMALL: &str = "-r tests/rulebooks/small.toml";

fn small(arguments: &str) -> support::Run {
    shinrai(&format!("{SMALL} --today {TODAY} {arguments}"))
}

#[test]
fn the_report_is_good_at_every_width_in_both_languages() {
    for language in ["ja", "en"] {
        for width in ["40", "80", "120"] {
            let arguments =
                format!("-a state=fine -a event=silent --partial --explain --lang {language} --width {width}");
            insta::assert_snapshot!(format!("report_{language}_{width}"), small(&arguments).text());
        }
    }
}

#[test]
fn a_stop_gate_is_shown_alone() {
    for language in ["ja", "en"] {
        let text = small(&format!("-a state=unsafe --lang {language}")).text();
        insta::assert_snapshot!(format!("stopped_{language}"), text);
    }
}

#[test]
fn a_cut_says_what_waits_and_a_gate_what_it_holds_back() {
    let text = small("-a state=worn -a event=silent -a contact=no -a harm=small -a done=sorry --partial").text();
    insta::assert_snapshot!(text);
}

#[test]
fn json_is_one_object_with_everything() {
    let text = small("--case late -f json").text();
    insta::assert_snapshot!(text);
}

#[test]
fn a_diagnosis_in_json_is_accepted_as_answers() {
    let first = small("-a state=fine -a event=late -a contact=yes -a harm=? -a done= -f json").text();
    let again = small("--answers - -f json").input(first.clone()).text();
    assert_eq!(first, again);
}

#[test]
fn the_command_that_repeats_a_diagnosis_repeats_it() {
    let first = small("--case late -f json").json();
    let command = first["repeat"].as_str().unwrap().strip_prefix("shinrai ").unwrap().to_owned();
    let again = shinrai(&command).arg("-f").arg("json").json();
    assert_eq!(first["checklist"], again["checklist"]);
    assert_eq!(first["today"], again["today"]);
}

#[test]
fn missing_answers_are_listed_as_flags_that_can_be_pasted() {
    for language in ["ja", "en"] {
        let output = small(&format!("-a event=late --lang {language}")).run();
        insta::assert_snapshot!(format!("missing_{language}"), output);
    }
    let json = small("-a event=late -f json").json();
    assert_eq!(json["error"]["kind"], "answers");
    assert_eq!(json["error"]["details"][1]["flag"], "-a contact=yes");
}

#[test]
fn bad_answers_are_named_with_what_was_probably_meant() {
    for (name, arguments) in [
        ("unknown_question", "-a evnt=late"),
        ("unknown_option", "-a event=laet"),
        ("two_options", "-a event=late,leak"),
        ("no_option", "-a event="),
        ("no_equals_sign", "-a event"),
        ("twice", "-a event=late -a event=leak"),
        ("several_faults", "-a evnt=late -a harm=huge"),
        ("contradiction", "-a event=leak -a harm=small"),
        ("unknown_case", "--case lat"),
        ("unknown_flag", "--partail"),
        ("unknown_language", "--lang jp"),
        ("unknown_format", "-f jsn"),
        ("bad_date", "--case late --today 2026-02-30"),
        ("missing_file", "--answers nowhere.json"),
    ] {
        let outputs: Vec<String> = ["en_US.UTF-8", "ja_JP.UTF-8"]
            .map(|locale| {
                let run = shinrai(&format!("{SMALL} {arguments}")).env("LANG", locale);
                let output = run.run();
                assert_eq!(output.code, Some(if name == "missing_file" { 4 } else { 2 }), "{output}");
                output.to_string()
            })
            .into();
        insta::assert_snapshot!(name, outputs.concat());
    }
}

#[test]
fn with_json_every_end_is_one_object() {
    for arguments in [
        "-f json --nosuch",
        "--nosuch --format=json",
        "-fjson --lang xx",
        "-f json -a evnt=late",
        "-f json -a event=late",
        "-f json --case nobody",
        "-f json --answers nowhere.toml",
        "-f json -r nowhere.toml",
        "-o nowhere/out.json --case late",
    ] {
        let output = small(arguments).run();
        let object: serde_json::Value = serde_json::from_str(&output.stdout).unwrap_or_else(|_| panic!("{output}"));
        assert!(object["error"]["message"].is_string(), "{output}");
        assert_ne!(output.code, Some(0), "{output}");
        assert_eq!(output.stdout.lines().count(), 1, "{output}");
    }
}

#[test]
fn without_a_terminal_nothing_is_asked_and_nothing_hangs() {
    let output = shinrai("").run();
    assert_eq!(output.code, Some(2), "{output}");
    insta::assert_snapshot!("no_terminal", output);
    for arguments in ["-a state=fine", "--case late --no-input", "--answers -"] {
        let output = small(arguments).run();
        assert!(matches!(output.code, Some(0 | 2)), "{output}");
    }
}

#[test]
fn answers_come_from_files_of_every_kind() {
    let folder = folder();
    let file = |name: &str, text: &[u8]| {
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        path
    };
    let expected = small("--case late").text();
    let toml = "state = \"fine\"\nevent = \"late\"\ncontact = \"yes\"\nharm = \"grave\"\ndone = []\n";
    let json = r#"{"state": "fine", "event": ["late"], "contact": "yes", "harm": "grave", "done": []}"#;
    for path in [
        file("a.toml", toml.as_bytes()),
        file("crlf.toml", toml.replace('\n', "\r\n").as_bytes()),
        file("bom.json", format!("\u{feff}{json}").as_bytes()),
        file("a.json", json.as_bytes()),
    ] {
        assert_eq!(small("--answers").arg(&path).text(), expected, "{}", path.display());
    }
    for (text, word) in [("\u{1b}[2J = 1", "1:1"), ("{\"event\": \"\\ud800\"}", "JSON"), ("event = 3", "no option")] {
        let output = small("--answers").arg(file("bad", text.as_bytes())).run();
        assert_eq!(output.code, Some(2), "{output}");
        assert!(output.stderr.contains(word) && !output.stderr.contains('\u{1b}'), "{output}");
    }
    let output = small("--answers").arg(file("binary", b"\xff\xfe\xff\x00\xd8\x81")).run();
    assert_eq!(output.code, Some(2), "{output}");
}

#[test]
fn an_output_file_is_written_whole_or_not_at_all() {
    let folder = folder();
    let path = folder.path().join("list.json");
    assert_eq!(small("--case late -o").arg(&path).text(), "");
    let written: serde_json::Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
    assert_eq!(written["schema"], 1);
    assert_eq!(small("--case nobody -o").arg(&path).run().code, Some(2));
    assert!(fs::read_to_string(&path).unwrap().contains("\"schema\": 1"));
    assert_eq!(small("--case late -o").arg(folder.path()).run().code, Some(4));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "no temporary file stays behind");
}

#[cfg(unix)]
#[test]
fn an_existing_file_keeps_its_permissions_and_a_link_stays_a_link() {
    use std::os::unix::fs::PermissionsExt;
    let folder = folder();
    let (target, link) = (folder.path().join("target.txt"), folder.path().join("link.txt"));
    fs::write(&target, "old").unwrap();
    fs::set_permissions(&target, fs::Permissions::from_mode(0o640)).unwrap();
    std::os::unix::fs::symlink(&target, &link).unwrap();
    small("--case late -o").arg(&link).text();
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert_eq!(fs::metadata(&target).unwrap().permissions().mode() & 0o777, 0o640);
    assert!(fs::read_to_string(&target).unwrap().starts_with("Small rulebook"));
}

#[cfg(target_os = "linux")]
#[test]
fn lost_output_is_never_a_success() {
    let full = || Stdio::from(fs::OpenOptions::new().write(true).open("/dev/full").unwrap());
    for arguments in ["--help", "--version", "questions", "contacts", "--case late", "--case late -f json"] {
        let output = small(arguments).stdout(full()).run();
        assert_eq!(output.code, Some(4), "{arguments}: {output}");
        assert!(output.stderr.contains("no space left"), "{output}");
    }
}

#[cfg(unix)]
#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let output = small("--case late").stdout(writer.into()).run();
    assert_eq!((output.code, output.stderr.as_str()), (Some(0), ""));
}

#[test]
fn colour_is_used_when_it_is_wanted_and_never_without_a_terminal() {
    let coloured = |run: support::Run| run.text().contains('\u{1b}');
    assert!(!coloured(small("--case late")));
    assert!(coloured(small("--case late --color always")));
    assert!(coloured(small("--case late").env("CLICOLOR_FORCE", "1")));
    assert!(!coloured(small("--case late").env("CLICOLOR_FORCE", "1").env("NO_COLOR", "1")));
    assert!(!coloured(small("--case late").env("CLICOLOR_FORCE", "0")));
    assert!(!coloured(small("--case late --color never").env("CLICOLOR_FORCE", "1")));
}

#[test]
fn the_language_comes_from_the_flag_then_the_environment() {
    let is_japanese = |run: support::Run| run.text().contains("小さな");
    assert!(is_japanese(small("--case late --lang ja")));
    assert!(is_japanese(small("--case late").env("SHINRAI_LANG", "ja")));
    assert!(is_japanese(small("--case late").env("LC_ALL", "ja_JP.SJIS")));
    assert!(!is_japanese(small("--case late").env("LC_ALL", "C").env("LANG", "ja_JP.UTF-8")));
    assert!(!is_japanese(small("--case late --lang en").env("SHINRAI_LANG", "ja")));
}

#[test]
fn entries_are_explained_in_words() {
    for language in ["ja", "en"] {
        let ids = "event heavy lapse no_contact apologise patience late respect_no contact.line";
        let text = small(&format!("explain {ids} --lang {language}")).text();
        insta::assert_snapshot!(format!("explain_{language}"), text);
    }
    let text = small("explain apologise no_contact lapse -a event=late -a contact=not_sure").text();
    insta::assert_snapshot!("explain_with_answers", text);
    let output = small("explain apologize").run();
    assert_eq!(output.code, Some(2));
    assert!(output.stderr.contains("did you mean `apologise`?"), "{output}");
}

#[test]
fn questions_and_contacts_are_listed() {
    insta::assert_snapshot!("questions", small("questions").text());
    insta::assert_snapshot!("contacts_ja", small("contacts --lang ja").text());
    let questions = small("questions -f json").json();
    assert_eq!(questions["questions"][4]["pick"], "any");
    assert_eq!(small("contacts -f json").json()["contacts"][0]["emergency"], true);
}

#[test]
fn authors_see_failing_cases_side_by_side() {
    let folder = folder();
    let text = fs::read_to_string("tests/rulebooks/small.toml").unwrap();
    let path = folder.path().join("changed.toml");
    fs::write(&path, text.replace("expect.first = [\"tell\", \"apologise\"]", "expect.first = [\"apologise\"]"))
        .unwrap();
    let output = shinrai("rulebook test").arg(&path).run();
    assert_eq!(output.code, Some(1));
    let folder = folder.path().to_string_lossy().into_owned();
    insta::assert_snapshot!("failing_case", output.to_string().replace(&folder, "FOLDER"));
}

#[test]
fn a_rulebook_with_errors_is_not_used() {
    let folder = folder();
    let path = folder.path().join("broken.toml");
    let text = fs::read_to_string("tests/rulebooks/small.toml").unwrap();
    fs::write(&path, text.replace("event = \"late\" }, certainty", "evnt = \"late\" }, certainty")).unwrap();
    let output: Output = shinrai("--case late -r").arg(&path).run();
    assert_eq!((output.code, output.stdout.as_str()), (Some(3), ""), "{output}");
    assert!(output.stderr.contains("did you mean `event`?"), "{output}");
}

#[test]
fn the_help_that_helps_is_named() {
    for (wrong, help) in [
        ("--nonsense", "shinrai --help"),
        ("questions --nonsense", "shinrai questions --help"),
        ("rulebook", "shinrai rulebook --help"),
        ("--lang en rulebook check --nonsense", "shinrai rulebook check --help"),
        ("rulebook diff one.toml", "shinrai rulebook diff --help"),
    ] {
        let output = shinrai(wrong).run();
        assert_eq!(output.code, Some(2), "{output}");
        assert!(output.stderr.contains(&format!("see `{help}`")), "{output}");
    }
}

#[test]
fn a_list_is_not_taken_for_answers() {
    let folder = folder();
    for name in ["list.txt", "list.md", "list.csv"] {
        let path = folder.path().join(name);
        let small = "-r tests/rulebooks/small.toml --lang en";
        shinrai(&format!("{small} --case late -o")).arg(&path).text();
        let output = shinrai(&format!("{small} --answers")).arg(&path).run();
        assert_eq!(output.code, Some(2), "{output}");
        assert!(output.stderr.contains("is a list for people to read") && output.stderr.contains("--save"), "{output}");
    }
}

#[test]
fn help_says_what_scripts_need() {
    let help = shinrai("--help --width 80").text();
    for word in ["Examples:", "Exit codes:", "--no-input", "--partial", "NO_COLOR"] {
        assert!(help.contains(word), "{word}");
    }
    assert!(!help.contains('\u{1b}'));
    assert_eq!(shinrai("--help --width 5").text(), shinrai("--help").text(), "no width to read anything in");
    assert!(shinrai("--version").text().starts_with("shinrai "));
}

#[test]
fn a_layer_changes_what_is_below_it_and_nothing_else() {
    let check = shinrai("rulebook check tests/rulebooks/layer.toml --today 2026-11-22").text();
    assert!(check.contains("no problems found"), "{check}");
    assert!(shinrai("rulebook test tests/rulebooks/layer.toml").text().starts_with("1 passed, 0 failed"));
    let of_layer = "-r tests/rulebooks/layer.toml --today 2026-11-22";
    let text = shinrai(&format!("{of_layer} --case of_the_layer --lang en")).text();
    assert!(text.contains("This is the layer's footer."), "{text}");
    let text = shinrai(&format!("{of_layer} --case of_the_layer --lang ja")).text();
    assert!(text.contains("これは法律・医療の助言ではありません。") && text.contains("先に電話する"), "{text}");
    assert_eq!(shinrai(&format!("{of_layer} explain plan")).run().code, Some(2));
    let small = small("explain apologise").text();
    let layered = shinrai(&format!("{of_layer} explain apologise")).text();
    assert!(layered.contains("\"How was the relation before?\" is answered with \"Ordinary\""), "{layered}");
    assert!(!small.contains("How was the relation before?"), "{small}");
}

#[test]
fn an_edit_is_shown_with_what_it_changes_and_for_whom() {
    let both = "tests/rulebooks/small.toml tests/rulebooks/edited.toml";
    for language in ["en", "ja"] {
        let text = shinrai(&format!("rulebook diff {both} --today {TODAY} --width 80 --lang {language}")).text();
        insta::assert_snapshot!(format!("diff_{language}"), text);
    }
    let object = shinrai(&format!("rulebook diff {both} --today {TODAY} -f json")).json();
    assert_eq!((&object["same"], &object["finished"]), (&false.into(), &true.into()));
    for difference in object["differences"].as_array().unwrap().iter().filter(|one| one["kind"] == "listed") {
        for side in ["old", "new"] {
            let command = difference["example"][side].as_str().unwrap().strip_prefix("shinrai ").unwrap();
            let diagnosis = shinrai(&format!("{command} -f json")).json();
            let id = difference["entry"].as_str().unwrap().strip_prefix("action.").unwrap();
            let is_listed = diagnosis["checklist"].as_array().unwrap().iter().any(|line| line["id"] == id);
            assert_eq!(difference[side], is_listed, "{difference}");
        }
    }
    assert_eq!(shinrai(&format!("rulebook diff {both} --fail-on-change")).run().code, Some(1));
    let same = "rulebook diff --fail-on-change tests/rulebooks/small.toml tests/rulebooks/small.toml";
    assert_eq!(shinrai(same).text(), "Nothing is different, in any situation (proved).\n");
}

/// What no case tries comes with cases that try it: pasted into the rulebook, they pass, and nothing is left.
#[test]
fn the_cases_that_coverage_offers_fill_every_hole() {
    let folder = folder();
    let path = folder.path().join("small.toml");
    let text = fs::read_to_string(support::here("tests/rulebooks/small.toml")).unwrap();
    let tested =
        shinrai(&format!("rulebook test tests/rulebooks/small.toml --coverage -f json --today {TODAY}")).json();
    let coverage = &tested["rulebooks"][0]["coverage"];
    assert!(!coverage["holes"].as_array().unwrap().is_empty());
    let skeletons = coverage["skeletons"].as_array().unwrap();
    let cases: Vec<&str> = skeletons.iter().map(|skeleton| skeleton["case"].as_str().unwrap()).collect();
    fs::write(&path, format!("{text}\n{}", cases.join("\n"))).unwrap();
    let again = shinrai(&format!("rulebook test -f json --today {TODAY}")).arg(&path).json();
    assert_eq!((&again["ok"], &again["rulebooks"][0]["coverage"]["holes"]), (&true.into(), &serde_json::json!([])));
    let check = shinrai(&format!("rulebook check --strict --today {TODAY}")).arg(&path).run();
    assert_eq!(check.code, Some(0), "{check}");
}

/// What no case notices comes with cases that do: pasted into the rulebook, they pass, and nothing goes unnoticed.
#[test]
fn the_cases_that_mutate_offers_notice_every_weakening() {
    let folder = folder();
    let path = folder.path().join("small.toml");
    let text = fs::read_to_string(support::here("tests/rulebooks/small.toml")).unwrap();
    let arguments = format!("rulebook test --mutate -f json --today {TODAY}");
    let mutation = shinrai(&arguments).arg("tests/rulebooks/small.toml").json()["rulebooks"][0]["mutation"].clone();
    assert!(!mutation["unnoticed"].as_array().unwrap().is_empty());
    let skeletons = mutation["skeletons"].as_array().unwrap();
    let cases: Vec<&str> = skeletons.iter().map(|skeleton| skeleton["case"].as_str().unwrap()).collect();
    fs::write(&path, format!("{text}\n{}", cases.join("\n"))).unwrap();
    let again = shinrai(&arguments).arg(&path).json();
    assert_eq!((&again["ok"], &again["rulebooks"][0]["mutation"]["unnoticed"]), (&true.into(), &serde_json::json!([])));
}

/// A case can expect which variants apply, with which deadline an action is shown, and which notes.
/// The day is that of the place where the program runs; a zone that nobody knows is no reason to fail.
#[cfg(unix)]
#[test]
fn today_is_the_day_at_this_place() {
    let day = |zone: &str| {
        let diagnosis = shinrai("-a state=unsafe -f json").env("TZ", zone).json();
        diagnosis["today"].as_str().unwrap().parse::<jiff::civil::Date>().unwrap()
    };
    let (west, east) = (day("<-12>12"), day("<+14>-14"));
    assert!(west < east, "{west} {east}"); // 26 hours apart
    day("Nowhere/Nothing");
}

#[test]
fn a_case_expects_variants_deadlines_and_notes() {
    let folder = folder();
    let path = folder.path().join("small.toml");
    let text = fs::read_to_string(support::here("tests/rulebooks/small.toml")).unwrap();
    let answers = "{ state = \"fine\", event = \"late\", contact = \"yes\", harm = \"large\", done = [] }";
    let expecting = |expect: &str| {
        fs::write(&path, format!("{text}\n[case.fine]\ntoday = {TODAY}\nanswers = {answers}\n{expect}\n")).unwrap();
        shinrai("rulebook test").arg(&path).run()
    };
    let output = expecting("expect = { variants.apologise = [], due.apologise = \"999d\", notes = [] }");
    insta::assert_snapshot!("expected_variants", output.to_string().replace(&*folder.path().to_string_lossy(), "…"));
}

#[test]
fn coverage_and_weakenings_read_well() {
    for language in ["en", "ja"] {
        let arguments = "rulebook test tests/rulebooks/small.toml --coverage --mutate --width 80";
        let text = shinrai(&format!("{arguments} --today {TODAY} --lang {language}")).text();
        insta::assert_snapshot!(format!("coverage_{language}"), text);
    }
}

#[test]
fn a_diagnosis_is_kept_as_a_case() {
    let folder = folder();
    let path = folder.path().join("small.toml");
    fs::copy(support::here("tests/rulebooks/small.toml"), &path).unwrap();
    let answers = "-a state=fine -a event=late -a contact=yes -a harm=? -a done=sorry";
    let keep = |name: &str| shinrai(&format!("{answers} --today {TODAY} --save-case {name} -r")).arg(&path).run();
    assert_eq!(keep("kept").code, Some(0));
    let output = shinrai("rulebook test").arg(&path).run();
    assert!(output.stdout.starts_with("3 passed, 0 failed"), "{output}");
    for (name, reason) in [("kept", "already"), ("Kept", "cannot be the name")] {
        let output = keep(name);
        assert!(output.code == Some(2) && output.stderr.contains(reason), "{output}");
    }
    let output = shinrai("-a state=fine --partial --save-case x").run();
    assert!(output.code == Some(2) && output.stderr.contains("built-in"), "{output}");
    let rules = folder.path().join("rules");
    fs::create_dir(&rules).unwrap();
    fs::copy(support::here("tests/rulebooks/small.toml"), rules.join("a.toml")).unwrap();
    let output = shinrai(&format!("{answers} --today {TODAY} --save-case second -r")).arg(&rules).run();
    assert_eq!(output.code, Some(0), "{output}");
    assert!(shinrai("rulebook test").arg(&rules).run().stdout.starts_with("3 passed, 0 failed"));
}

#[test]
fn a_new_name_is_no_difference_when_it_is_said() {
    let folder = folder();
    let text = fs::read_to_string(support::here("tests/rulebooks/small.toml")).unwrap();
    let renamed = folder.path().join("renamed.toml");
    fs::write(&renamed, text.replace("[action.tell]", "[action.report]").replace("\"tell\"", "\"report\"")).unwrap();
    let diff = "rulebook diff --fail-on-change tests/rulebooks/small.toml";
    let output = shinrai(diff).arg(&renamed).run();
    assert!(output.stdout.contains("action.tell") && output.code == Some(1), "{output}");
    let output = shinrai(diff).arg(&renamed).arg("--renamed").arg("action.tell=action.report").run();
    assert_eq!((output.code, output.stdout.as_str()), (Some(0), "Nothing is different, in any situation (proved).\n"));
    let output = shinrai(diff).arg(&renamed).arg("--renamed").arg("tel=report").run();
    assert_eq!(output.code, Some(2), "{output}");
}

#[test]
fn layers_that_lead_in_a_circle_or_nowhere_are_refused() {
    let folder = folder();
    let header = "[rulebook]\nformat = 1\nid = \"a\"\nname = \"A\"\nversion = \"1\"\nlanguages = [\"en\"]\nextends = ";
    let (first, second) = (folder.path().join("a.toml"), folder.path().join("b.toml"));
    fs::write(&first, format!("{header}\"b.toml\"\n")).unwrap();
    fs::write(&second, format!("{header}\"a.toml\"\n")).unwrap();
    let output = shinrai("rulebook check").arg(&first).run();
    assert_eq!(output.code, Some(3), "{output}");
    assert!(output.stderr.contains("circle"), "{output}");
    fs::write(&first, format!("{header}\"nowhere.toml\"\n")).unwrap();
    let output = shinrai("rulebook check").arg(&first).run();
    assert_eq!(output.code, Some(4), "{output}");
}

#[cfg(unix)]
#[test]
fn devices_pipes_and_open_permissions_are_respected() {
    use std::os::unix::fs::PermissionsExt;
    let folder = folder();
    let path = folder.path().join("list.txt");
    fs::write(&path, "old").unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o666)).unwrap();
    small("--case late -o").arg(&path).text();
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o666);
    assert!(small("--case late -o /dev/stdout").text().starts_with("Small rulebook"));
    assert!(small("--case late -o -").text().starts_with("Small rulebook"));
    fs::set_permissions(&path, fs::Permissions::from_mode(0o444)).unwrap();
    let output = small("-o").arg(&path).run();
    assert_eq!(output.code, Some(4), "before any question: {output}");
    let link = folder.path().join("link.txt");
    std::os::unix::fs::symlink("nowhere", &link).unwrap();
    assert_eq!(small("--case late -o").arg(&link).run().code, Some(4));
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
}

#[test]
fn hostile_rulebooks_end_with_a_message() {
    let folder = folder();
    let path = folder.path().join("hostile.toml");
    let header = "[rulebook]\nformat = 1\nid = \"x\"\nname = \"x\"\nversion = \"1\"\nlanguages = [\"en\"]\n";
    let long = "x".repeat(20_000);
    for text in [
        "\"é\" = 1\r\r\n\r\r\n\"é\" = 2\r\r\n".to_owned(),
        "[".repeat(100_000),
        format!("{header}a = {}1{}", "[".repeat(5_000), "]".repeat(5_000)),
        format!("{header}when = {}", "{ not = ".repeat(5_000)),
        format!("{header}[term.{long}]\nwhen = {{ {long}y = true }}\n"),
        format!("{header}[action.a]\ndo = \"\u{9b}31m\u{202e}\"\n"),
        "\0\0\0".to_owned(),
        "a.".repeat(50_000),
    ] {
        fs::write(&path, &text).unwrap();
        let output = shinrai("rulebook check").arg(&path).run();
        assert_eq!(output.code, Some(1), "{output}");
        let obeyed = |character: char| character.is_control() && character != '\n';
        assert!(!output.stdout.contains(obeyed) && !output.stderr.contains(obeyed), "{output}");
        assert!(output.stdout.len() < 200_000);
    }
}

#[test]
fn shells_and_man_are_served() {
    for (shell, word) in [
        ("bash", "_shinrai"),
        ("zsh", "#compdef"),
        ("fish", "complete -c"),
        ("powershell", "Register"),
        ("elvish", "edit:"),
    ] {
        assert!(shinrai(&format!("completions {shell}")).text().contains(word), "{shell}");
    }
    assert_eq!(shinrai("completions cmd").run().code, Some(2));
    let page = shinrai("man").text();
    assert!(page.contains("shinrai \\- a checklist for people who lost trust at work"), "{page}");
    assert!(page.contains(".SH EXIT STATUS") && page.contains("\\-\\-since"), "{page}");
}

#[test]
fn help_is_in_the_language_of_the_user() {
    let text = shinrai("--help").env("LC_ALL", "ja_JP.UTF-8").text();
    assert!(text.contains("使い方: shinrai [オプション] [コマンド]") && text.contains("終了コード:"), "{text}");
    for word in ["Usage", "Options", "Commands", "Print", "default"] {
        assert!(!text.contains(word), "{word} in {text}");
    }
    let text = shinrai("rulebook diff --lang ja --help").text();
    assert!(text.contains("使い方: shinrai rulebook diff [オプション] <OLD> <NEW>"), "{text}");
    assert!(shinrai("--help --lang en").env("LC_ALL", "ja_JP.UTF-8").text().contains("Usage: shinrai"));
}
