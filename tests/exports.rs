//! Reports that people keep, send and act on: what stands in the files.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test that cannot go on has failed; what is skipped is said"
)]

mod support;

use std::fs;

use base64::Engine as _;
use sha2::{Digest, Sha256};
use shinrai::report::html;
use support::{folder, shinrai};

const LEAK: &str = "--case g02_mail_to_1200 --today 2026-11-22";

fn export(format: &str, language: &str, more: &str) -> String {
    shinrai(&format!("{LEAK} --format {format} --lang {language} {more}")).text()
}

#[test]
fn the_policy_of_a_page_allows_its_own_style_and_script_and_nothing_else() {
    let hash = |text: &str| {
        format!("sha256-{}", base64::engine::general_purpose::STANDARD.encode(Sha256::digest(text.as_bytes())))
    };
    assert_eq!(html::STYLE_HASH, hash(html::STYLE), "write this into report/html/mod.rs");
    assert_eq!(html::SCRIPT_HASH, hash(html::SCRIPT), "write this into report/html/mod.rs");
    for language in ["ja", "en"] {
        let page = export("html", language, "");
        assert!(page.contains("default-src &#39;none&#39;") || page.contains("default-src 'none'"), "{page}");
        assert!(page.contains(&format!("<html lang=\"{language}\">")), "{page}");
        for request in ["http:", "https:", "src=", "url(", "@import", "<link", "<iframe", "<img", "style="] {
            assert!(!page.contains(request), "{request}");
        }
        assert_eq!(page.matches("type=\"checkbox\"").count(), 11);
        assert_eq!(page.matches("<script>").count(), 1);
    }
}

/// The contrast of two colours (WCAG 2.2, "contrast ratio").
fn contrast(one: &str, other: &str) -> f64 {
    let luminance = |colour: &str| {
        let digits: String =
            colour[1..].chars().flat_map(|digit| vec![digit; if colour.len() == 4 { 2 } else { 1 }]).collect();
        let linear = |place: usize| {
            let value = f64::from(u8::from_str_radix(&digits[place..place + 2], 16).unwrap()) / 255.0;
            if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * linear(0) + 0.7152 * linear(2) + 0.0722 * linear(4)
    };
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

#[test]
fn everything_on_a_page_can_be_read_in_light_in_dark_and_on_paper() {
    assert!((contrast("#000", "#ffffff") - 21.0).abs() < 0.01);
    let schemes: Vec<&str> = html::STYLE.split(":root {").skip(1).map(|rest| rest.split('}').next().unwrap()).collect();
    assert_eq!(schemes.len(), 3, "light, dark, print");
    for scheme in schemes {
        let colour = |name: &str| {
            let found = scheme.split(';').find_map(|part| part.trim().strip_prefix(name)?.strip_prefix(": "));
            found.unwrap_or_else(|| panic!("{name} in {scheme}"))
        };
        for (ink, papers) in [
            ("--ink", ["--paper", "--alert-paper", "--note"].as_slice()),
            ("--quiet", &["--paper", "--alert-paper"]),
            ("--alert", &["--alert-paper"]),
            ("--accent", &["--paper"]),
        ] {
            for paper in papers {
                let ratio = contrast(colour(ink), colour(paper));
                assert!(ratio >= 4.5, "{ink} on {paper}: {ratio:.1} in {scheme}");
            }
        }
    }
}

#[test]
fn text_of_a_rulebook_is_no_markup_in_a_page() {
    let folder = folder();
    let path = folder.path().join("evil.toml");
    let evil = fs::read_to_string(support::here("tests/rulebooks/small.toml"))
        .unwrap()
        .replace("Apologise to them", "</label><script>alert(1)</script> & <b>")
        .replace("Small rulebook", "*a* | <i> [x](y)");
    fs::write(&path, evil).unwrap();
    let run = |format: &str| {
        let answers = "-a state=fine -a event=late -a contact=yes -a harm=grave -a done=";
        shinrai(&format!("--lang en --format {format} {answers} -r")).arg(&path).text()
    };
    let page = run("html");
    assert_eq!(page.matches("<script>").count(), 1, "{page}");
    assert!(!page.contains("<b>") && !page.contains("<i>"), "{page}");
    let markdown = run("markdown");
    assert!(markdown.contains("\\*a\\* \\| \\<i\\> \\[x\\](y)"), "{markdown}");
    assert!(markdown.contains("\\</label\\>\\<script\\>"), "{markdown}");
}

#[test]
fn markdown_is_a_list_of_tasks_by_deadline() {
    for language in ["ja", "en"] {
        let text = export("markdown", language, "");
        assert_eq!(text.matches("\n- [ ] ").count(), 11, "{text}");
        assert_eq!(text.matches("\n### ").count(), 5, "{text}");
        assert!(!text.contains("**"), "{text}");
        let done = export("markdown", language, "--done report_leak");
        assert_eq!((done.matches("\n- [ ] ").count(), done.matches("\n- [x] ").count()), (10, 1), "{done}");
    }
}

#[test]
fn a_table_opens_in_excel() {
    for language in ["ja", "en"] {
        let text = export("csv", language, "");
        assert!(text.starts_with('\u{FEFF}'));
        assert_eq!(text.matches("\r\n").count(), 12, "{text}");
        let mut reader = csv::Reader::from_reader(text.trim_start_matches('\u{FEFF}').as_bytes());
        let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
        assert_eq!(rows.len(), 11);
        assert_eq!(&rows[0][2], "2026-11-22");
    }
}

#[test]
fn a_calendar_is_the_same_every_time_and_folded() {
    for language in ["ja", "en"] {
        let calendar = export("ics", language, "");
        assert_eq!(calendar, export("ics", language, ""), "no clock and no chance");
        assert_eq!(calendar.matches("BEGIN:VEVENT").count(), 11);
        assert!(
            calendar.contains("DTSTART;VALUE=DATE:20261122\r\n") && calendar.contains("DTEND;VALUE=DATE:20261123\r\n")
        );
        assert!(calendar.lines().all(|line| line.len() <= 75));
        let uids = |calendar: &str| {
            calendar.lines().filter(|line| line.starts_with("UID:")).map(str::to_owned).collect::<Vec<_>>()
        };
        let later = shinrai(&format!("--case g02_mail_to_1200 --today 2026-12-01 -f ics --lang {language}")).text();
        assert_eq!(uids(&calendar), uids(&later), "a later file updates what an earlier one brought");
        let discreet = export("ics", language, "--discreet");
        for word in ["leak", "流出", "DESCRIPTION:-", "X-WR-CALNAME"] {
            assert!(!discreet.contains(word), "{word} in {discreet}");
        }
    }
}

#[test]
fn neutral_titles_are_for_calendars() {
    let output = shinrai(&format!("{LEAK} --lang en --discreet -f html")).run();
    assert_eq!(output.code, Some(2), "{output}");
    assert!(output.stderr.contains("`--discreet` is for calendars"), "{output}");
}

#[test]
fn the_ending_of_a_file_names_its_format() {
    let folder = folder();
    for (name, begins) in [
        ("a.md", "# "),
        ("a.html", "<!DOCTYPE html>"),
        ("a.csv", "\u{FEFF}"),
        ("a.ics", "BEGIN:VCALENDAR"),
        ("a.JSON", "{"),
    ] {
        let path = folder.path().join(name);
        let output = shinrai(&format!("{LEAK} --lang en -o")).arg(&path).run();
        assert_eq!(output.code, Some(0), "{output}");
        assert!(fs::read_to_string(&path).unwrap().starts_with(begins), "{name}");
    }
}

#[test]
fn a_copy_to_hand_on_tells_what_will_be_done_and_nothing_of_the_person() {
    for format in ["text", "markdown", "html", "json", "csv", "ics"] {
        let output = shinrai(&format!("{LEAK} --lang en --redact --explain --done size_up --format {format}")).run();
        assert_eq!(output.code, Some(0), "{output}");
        assert!(output.stderr.contains("The copy holds 7 of your 10 lines."), "{output}");
        assert!(output.stdout.contains("Tell the privacy or security team within the hour"), "{output}");
        for word in [
            "I did not notice",
            "A mistake or a broken promise",
            "Deadlines may run",
            "event=data",
            "Information may have got out",
            "Never",
            "Start here",
            "Trust repair",
            "when others ask", // a line for the person alone
            "report_leak",
        ] {
            assert!(!output.stdout.contains(word), "{format}: {word}\n{output}");
        }
    }
}

/// Who is in danger is not to be told from the copy.
#[test]
fn an_empty_copy_is_the_same_whatever_the_reason() {
    for format in ["text", "markdown", "html", "csv", "json"] {
        let copy = |case: &str| {
            shinrai(&format!("--case {case} --today 2026-11-22 --lang en --redact -f {format}")).run().stdout
        };
        assert_eq!(copy("g12_wants_to_disappear"), copy("g05_accused_of_harassment"), "{format}");
    }
}

/// Whatever is answered: nothing stands in a copy that the rulebook does not let others read.
#[test]
fn a_copy_holds_only_lines_to_share() {
    let rules: String = fs::read_dir(support::here("rules"))
        .unwrap()
        .map(|file| fs::read_to_string(file.unwrap().path()).unwrap())
        .collect();
    let rules: toml::Table = rules.parse().unwrap();
    let shared = |table: &toml::Value| table.get("share").and_then(toml::Value::as_bool);
    let mut copied = 0;
    for case in rules["case"].as_table().unwrap().keys() {
        let copy = shinrai(&format!("--case {case} --partial --lang en -f json --redact --done report_inside")).json();
        let whole = shinrai(&format!("--case {case} --partial --lang en -f json --done report_inside")).json();
        let lines = |list: &serde_json::Value| list["checklist"].as_array().unwrap().clone();
        let expected = lines(&whole).into_iter().filter(|line| {
            let Some(id) = line["id"].as_str() else { return false };
            let action = &rules["action"][id];
            let variants = line["variants"].as_array().unwrap().iter();
            let mut variants = variants.filter_map(|name| shared(&action["variant"][name.as_str().unwrap()]));
            variants.next_back().or(shared(action)).unwrap_or(false)
        });
        let tasks = |lines: Vec<serde_json::Value>| {
            let mut tasks: Vec<String> = lines.iter().map(|line| line["do"].to_string()).collect();
            tasks.sort(); // none stands at the place of a line that is left out
            tasks
        };
        let tasks_copied = tasks(lines(&copy));
        copied += tasks_copied.len();
        assert_eq!(tasks_copied, tasks(expected.collect()), "{case}");
        assert!(lines(&copy).iter().enumerate().all(|(place, line)| line["rank"] == place + 1), "{case}: {copy:#}");
        for key in ["done", "gates", "causes", "obstacles", "open", "notes", "contacts", "sources", "unanswered"] {
            assert_eq!(copy[key], serde_json::json!([]), "{case}: {key}");
        }
    }
    assert!(copied > 500, "{copied}");
}

/// A validator that is not ours (draft 2020-12).
fn validator(arguments: &str) -> jsonschema::Validator {
    let schema = serde_json::from_str(&shinrai(arguments).text()).unwrap();
    jsonschema::draft202012::new(&schema).unwrap()
}

#[test]
fn every_json_that_is_printed_is_as_its_schema_says() {
    let schema = validator("rulebook schema --for diagnosis");
    let cases = fs::read_to_string(support::here("rules/90-cases.toml")).unwrap();
    let cases: Vec<&str> =
        cases.lines().filter_map(|line| line.strip_prefix("[case.")?.strip_suffix(']')).step_by(9).collect();
    assert!(cases.len() > 20);
    for case in cases {
        for more in ["--lang ja", "--lang en --redact", "--lang en --explain"] {
            let printed = shinrai(&format!("--case {case} --today 2026-11-22 -f json {more}")).json();
            let faults: Vec<String> = schema.iter_errors(&printed).map(|fault| fault.to_string()).collect();
            assert!(faults.is_empty(), "{case} {more}: {faults:#?}");
        }
    }
    for wrong in
        ["-f json --nonsense", "-f json -a no=such", "-f json -r nowhere", "-f json -a event=data", "-f json --partial"]
    {
        let printed = shinrai(wrong).json();
        assert!(schema.is_valid(&printed), "{wrong}: {printed:#}");
    }
    assert!(!schema.is_valid(&serde_json::json!({})));
    assert!(!schema.is_valid(&serde_json::json!({ "schema": "1" })));
}

#[test]
fn every_line_that_batch_prints_is_as_its_schema_says() {
    let schema = validator("rulebook schema --for line");
    let lines = [
        r#"{"id": "a", "answers": {"event": "promise"}}"#,
        r#"{"id": 7, "answers": {"state": "unsafe"}}"#,
        r#"{"answers": {"state": "exhausted", "harm": "?", "formal": "legal"}}"#,
        r#"{"id": "b", "answers": {"event": "nothing"}}"#,
        "not json",
    ];
    let output = shinrai("batch --partial --lang en").input(lines.join("\n")).run();
    let printed: Vec<serde_json::Value> =
        output.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!((printed.len(), output.code), (lines.len(), Some(1)), "{output}");
    for line in &printed {
        let faults: Vec<String> = schema.iter_errors(line).map(|fault| fault.to_string()).collect();
        assert!(faults.is_empty(), "{line}: {faults:#?}");
        for key in
            line.as_object().unwrap().keys().filter(|key| !["id", "stopped_by", "headline"].contains(&key.as_str()))
        {
            let mut less = line.clone();
            less.as_object_mut().unwrap().remove(key);
            assert!(!schema.is_valid(&less), "{line} without {key}");
        }
    }
}

#[test]
fn answers_are_as_their_schema_says() {
    let schema = validator("rulebook schema --for answers -r tests/rulebooks/small.toml");
    let (good, bad) = (
        [
            serde_json::json!({ "event": "late", "harm": null, "done": ["sorry", "plan"], "contact": ["yes"] }),
            serde_json::json!({ "schema": 1, "answers": { "event": ["late"], "harm": "?" }, "done": ["tell"], "gates": [] }),
            serde_json::json!({}),
        ],
        [
            serde_json::json!({ "event": "no such" }),
            serde_json::json!({ "no such": "late" }),
            serde_json::json!({ "event": ["late", "leak"] }),
            serde_json::json!({ "harm": 3 }),
            serde_json::json!([]),
        ],
    );
    let accepts = |answers: &serde_json::Value| {
        shinrai("-r tests/rulebooks/small.toml --partial --lang en --answers -").input(answers.to_string()).run().code
    };
    for answers in &good {
        assert!(schema.is_valid(answers), "{answers}");
        assert_eq!(accepts(answers), Some(0), "{answers}");
    }
    for answers in &bad {
        assert!(!schema.is_valid(answers), "{answers}");
        assert_eq!(accepts(answers), Some(2), "{answers}");
    }
}

/// A follow-up: what is new, done, dropped and overdue since an earlier diagnosis.
#[test]
fn a_follow_up_says_what_is_different() {
    let folder = folder();
    let earlier = folder.path().join("earlier.json");
    let answers = "-a state=fine -a event=late -a contact=yes -a harm=grave -a done=";
    let output = shinrai(&format!("-r tests/rulebooks/small.toml --lang en --today 2026-11-22 {answers} -o"))
        .arg(&earlier)
        .run();
    assert_eq!(output.code, Some(0), "{output}");
    let now = |more: &str| {
        shinrai(&format!("-r tests/rulebooks/small.toml --lang en --today 2026-11-30 {more} --since")).arg(&earlier)
    };
    let text = now("--done tell").run().stdout;
    assert!(
        text.contains("* Done\n    - Tell your boss the facts\n  * All days are counted anew from today; for 1 line"),
        "{text}"
    );
    let text = now("-a contact=no -a event=silent").run().stdout;
    for line in [
        "* New\n    - Tell them weekly",
        "* Waiting for now\n    - Apologise to them",
        "* All days are counted anew from today; for 1 line the earlier day had passed.",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
    let since = now("--done tell -f json").json()["since"].clone();
    let expected = serde_json::json!({
        "today": "2026-11-22", "new": [], "back": [], "done": ["tell"], "waiting": [], "dropped": [],
        "overdue": [{ "id": "apologise", "due_on": "2026-11-23" }],
    });
    assert_eq!(since, expected);
    let same = shinrai("-r tests/rulebooks/small.toml --lang ja --today 2026-11-22 --since").arg(&earlier).run().stdout;
    assert!(same.contains("変わったことはありません。"), "{same}");
    let missing = shinrai("-r tests/rulebooks/small.toml --lang en --since nowhere.json").run();
    assert_eq!(missing.code, Some(4), "{missing}");
}

#[test]
fn saved_answers_are_read_back() {
    let folder = folder();
    let path = folder.path().join("answers.toml");
    let answers = "-a state=fine -a event=late -a contact=yes -a harm=? -a done=sorry,plan --done tell";
    let small = "-r tests/rulebooks/small.toml --lang en --today 2026-11-22";
    let list = shinrai(&format!("{small} {answers} --save")).arg(&path).text();
    let saved = fs::read_to_string(&path).unwrap();
    let (rulebook, saved): (Vec<&str>, Vec<&str>) =
        saved.split_inclusive('\n').partition(|line| line.starts_with("rulebook"));
    assert!(rulebook.concat().starts_with("rulebook = { id = \"small\", fingerprint = "), "{rulebook:?}");
    let expected = "today = 2026-11-22\ndone = [\"tell\"]\n\n[answers]\nstate = \"fine\"\nevent = \"late\"\n\
                    contact = \"yes\"\nharm = \"?\"\ndone = [\"sorry\", \"plan\"]\n";
    assert_eq!(saved.concat(), expected);
    assert_eq!(shinrai(&format!("{small} --answers")).arg(&path).text(), list);
    let since = shinrai("-r tests/rulebooks/small.toml --lang en --today 2026-12-24 --since").arg(&path).run().stdout;
    assert!(since.contains("Since 22 November"), "{since}");
    let output = shinrai(&format!("{small} {answers} --save no/such/folder.toml")).run();
    assert_eq!(output.code, Some(4), "{output}");
}

/// A rulebook as an editor sees it: dates are strings.
fn as_json(value: toml::Value) -> serde_json::Value {
    match value {
        toml::Value::Datetime(date) => date.to_string().into(),
        toml::Value::Array(items) => items.into_iter().map(as_json).collect(),
        toml::Value::Table(table) => table.into_iter().map(|(key, entry)| (key, as_json(entry))).collect(),
        toml::Value::String(text) => text.into(),
        toml::Value::Integer(number) => number.into(),
        toml::Value::Float(number) => number.into(),
        toml::Value::Boolean(holds) => holds.into(),
    }
}

fn parsed(toml: &str) -> serde_json::Value {
    as_json(toml::Value::Table(toml::from_str(toml).unwrap()))
}

#[test]
fn rulebooks_are_as_their_schema_says() {
    let schema = validator("rulebook schema --for rulebook");
    let rules = fs::read_dir(support::here("rules")).unwrap().map(|entry| entry.unwrap().path());
    for path in rules.chain([support::here("tests/rulebooks/small.toml")]) {
        let rulebook = parsed(&fs::read_to_string(&path).unwrap());
        let faults: Vec<String> = schema.iter_errors(&rulebook).map(|fault| format!("{fault}")).collect();
        assert!(faults.is_empty(), "{}: {faults:#?}", path.display());
    }
    for wrong in [
        "[question.a]\naks = \"?\"",
        "[gate.g]\nstops = \"yes\"",
        "[action.a]\nimpact = 6",
        "[action.a]\ndue = \"1m\"",
        "[cause.c.sign.s]\ncertainty = 2.0",
        "[questoin.a]\nask = \"?\"",
        "[question.A]\nask = \"?\"",
        "[case.c]\nexpect.cause = [\"x\"]",
    ] {
        assert!(!schema.is_valid(&parsed(wrong)), "{wrong}");
    }
}

/// A table and a calendar have no place for the one thing that matters then; a copy to hand on must not tell it.
#[test]
fn a_gate_that_ends_everything_else_is_said_whatever_is_written() {
    for more in ["-f csv", "-f ics", "-f json --redact", "--redact"] {
        let output = shinrai(&format!("-a state=unsafe --lang en {more}")).run();
        assert_eq!(output.code, Some(0), "{output}");
        assert!(output.stderr.contains("Your safety first") && output.stderr.contains("988"), "{more}\n{output}");
        assert!(!output.stdout.contains("Your safety"), "{more}\n{output}");
        assert_eq!(output.stdout.contains("988"), more == "-f csv", "{more}\n{output}");
    }
}
