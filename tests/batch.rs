//! `shinrai batch`: what comes in, what comes out, and what happens when something is wrong.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod support;

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Command, Stdio};
use std::sync::mpsc::channel;
use std::time::Duration;

use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use serde_json::{Value, json};
use shinrai::builtin;
use shinrai::rulebook::{Pick, Rulebook};
use shinrai::words::Language;
use support::{TODAY, shinrai};

/// Answers with which nothing is open.
const WHOLE: &str = r#"{"state":"fine","event":"promise","part":"slip","told":"full","harm":"cost","so_far":"nothing","formal":"none","pressure":"none","mind":"make_good","country":"jp","audience":"client"}"#;

fn batch(arguments: &str, input: impl Into<Vec<u8>>) -> support::Output {
    shinrai("batch --today").arg(TODAY).args(arguments).input(input).run()
}

fn lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"))).collect()
}

fn whole(id: &str) -> String {
    format!(r#"{{"id":"{id}","answers":{WHOLE}}}"#)
}

/// The message of a line that was refused.
fn message(line: &Value) -> &str {
    line["error"]["message"].as_str().unwrap_or_else(|| panic!("no error: {line}"))
}

#[test]
fn a_line_comes_out_in_the_place_of_each_that_came_in() {
    let input = format!("{}\n{}\n{}\n", whole("a"), r#"{"id": 7, "answers": {"state": "unsafe"}}"#, whole("c"));
    let output = batch("", input);
    let out = lines(&output.stdout);
    assert_eq!((output.code, output.stderr.as_str()), (Some(0), ""));
    assert_eq!(out[0]["causes"], json!(["mistake"]));
    assert_eq!(out[0]["stopped_by"], json!(null));
    assert_eq!(out[1]["stopped_by"], json!("crisis"));
    assert_eq!([&out[0]["id"], &out[1]["id"], &out[2]["id"]], [&json!("a"), &json!(7), &json!("c")]);
    let keys: Vec<&String> = out[0].as_object().unwrap().keys().collect();
    let all = "causes checklist gates headline id left_out obstacles open stopped_by unanswered undecided";
    assert_eq!(keys, all.split(' ').collect::<Vec<_>>());
}

/// A brief diagnosis, taken from a whole one.
fn brief(diagnosis: &Value) -> Value {
    let ids = |list: &Value| {
        let id = |entry: &Value| match entry["kind"].as_str() {
            Some("find_out") => json!(format!("?{}", entry["question"].as_str().unwrap())),
            _ => entry["id"].clone(),
        };
        list.as_array().unwrap().iter().map(id).collect::<Vec<Value>>()
    };
    let of_status = |key: &str, status: &str| {
        let all = diagnosis[key].as_array().unwrap().iter();
        all.filter(|entry| entry["status"] == status).map(|entry| entry["id"].clone()).collect::<Vec<Value>>()
    };
    let headline = diagnosis["gates"].as_array().unwrap().iter().find(|gate| gate["headline"] == true);
    let undecided = ["causes", "obstacles", "gates"].map(|key| of_status(key, "open")).concat();
    json!({
        "id": diagnosis["id"],
        "stopped_by": diagnosis["stopped_by"],
        "headline": headline.map(|gate| gate["id"].clone()),
        "causes": of_status("causes", "found"),
        "obstacles": of_status("obstacles", "found"),
        "gates": of_status("gates", "found"),
        "undecided": undecided,
        "checklist": ids(&diagnosis["checklist"]),
        "left_out": if diagnosis["left_out"].is_null() { Vec::new() } else { ids(&diagnosis["left_out"]["lines"]) },
        "open": ids(&diagnosis["open"]),
        "unanswered": diagnosis["unanswered"],
    })
}

/// Random situations: most questions are answered, some with "don't know".
fn situations(rulebook: &Rulebook, number: usize, seed: u64) -> Vec<Value> {
    let mut random = StdRng::seed_from_u64(seed);
    (0..number)
        .map(|id| {
            let mut answers = serde_json::Map::new();
            for (question_id, question) in rulebook.questions.iter() {
                let options: Vec<&str> = question.options.names().collect();
                let answer = match (random.random_range(0..12), question.pick) {
                    (0, _) => continue,
                    (1, _) => json!(null),
                    (2, _) => json!("?"),
                    (_, Pick::One) => json!(options[random.random_range(0..options.len())]),
                    (_, Pick::Any) => {
                        options.iter().filter(|_| random.random_bool(0.3)).map(|option| json!(option)).collect()
                    }
                };
                answers.insert(rulebook.questions.name(question_id).to_owned(), answer);
            }
            json!({ "id": id, "answers": answers })
        })
        .collect()
}

fn as_input(situations: &[Value]) -> String {
    situations.iter().map(Value::to_string).collect::<Vec<_>>().join("\n")
}

#[test]
fn brief_and_whole_diagnoses_say_the_same() {
    let input = as_input(&situations(&builtin::rulebook(), 2_000, 1));
    let short = lines(&batch("--partial", input.clone()).stdout);
    let full = lines(&batch("--partial --full", input).stdout);
    assert_eq!((short.len(), full.len()), (2_000, 2_000));
    let mut diagnosed = 0;
    for (short, full) in short.iter().zip(&full) {
        if full.get("error").is_some() {
            assert_eq!(short, full);
        } else {
            diagnosed += 1;
            assert_eq!(short, &brief(full));
        }
    }
    assert!(diagnosed > 1_500, "{diagnosed}");
}

#[test]
fn a_whole_diagnosis_of_many_is_that_of_one() {
    let situations = situations(&builtin::rulebook(), 30, 2);
    let many = lines(&batch("--partial --full --lang ja", as_input(&situations)).stdout);
    for (situation, mut among_many) in situations.iter().zip(many) {
        let alone = shinrai("--answers - --partial -f json --lang ja --today").arg(TODAY);
        let alone = alone.input(json!({ "answers": situation["answers"] }).to_string()).run();
        let alone: Value = serde_json::from_str(&alone.stdout).unwrap();
        let object = among_many.as_object_mut().unwrap();
        assert_eq!(object.remove("id").as_ref(), Some(&situation["id"]));
        object.remove("line");
        assert_eq!(among_many, alone);
    }
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let mut input = as_input(&situations(&builtin::rulebook(), 3_000, 3));
    input.push_str("\n{broken\n");
    input.push_str(&whole("last"));
    let outputs = ["1", "2", "3", "8"].map(|threads| batch(&format!("--partial --threads {threads}"), input.clone()));
    for output in &outputs {
        assert_eq!((output.code, &output.stdout), (Some(1), &outputs[0].stdout));
    }
    assert_eq!(outputs[0].stdout.lines().count(), 3_002);
}

/// What stands there in the usual form is read by a quick reader; everything else, and every fault, by another.
#[test]
fn whatever_is_wrong_with_a_line_is_said_in_its_place() {
    let cases: &[(&str, &str)] = &[
        ("{broken", "stdin:1:2: not JSON (key must be a string)"),
        (r#"{"id":"x"}"#, "stdin:1: there is no `answers`"),
        (r#"{"answers":[1]}"#, "stdin:1: there is no `answers`"),
        ("[]", "stdin:1: there is no `answers`"),
        ("7", "stdin:1: there is no `answers`"),
        (r#"{"answers":{}} x"#, "stdin:1:16: not JSON (trailing characters)"),
        (r#"{"answers":{}}{"answers":{}}"#, "stdin:1:15: not JSON (trailing characters)"),
        (r#"{"answers":{"stat":"fine"}}"#, "there is no question `stat`"),
        (r#"{"answers":{"state":"fin"}}"#, "`state` has no option `fin`"),
        (r#"{"answers":{"state":["fine","tired"]}}"#, "`state` takes only one option"),
        (r#"{"answers":{"state":[]}}"#, "`state` has no answer"),
        (r#"{"answers":{"state":1}}"#, "stdin:1: the value of `state` is no option and no list of options"),
        (r#"{"answers":{"state":1e400}}"#, "stdin:1:25: not JSON (number out of range)"),
        (r#"{"answers":{"state":{"a":1}}}"#, "stdin:1: the value of `state` is no option and no list of options"),
        (r#"{"answers":{"state":"fine","state":"tired"}}"#, "stdin:1:43: not JSON (`state` stands there twice)"),
        (r#"{"answers":{},"answers":{}}"#, "stdin:1:27: not JSON (`answers` stands there twice)"),
        (r#"{"answers":{"state":"\ud800"}}"#, "stdin:1:28: not JSON (unexpected end of hex escape)"),
        (r#"{"answers":{"state":"fi\u0000ne"}}"#, "`state` has no option `fi\\u{0}ne`"),
        (r#"{"answers":{},"today":"soon"}"#, "stdin:1: `soon` in `today` is no day"),
        (r#"{"answers":{},"today":"2026-02-30"}"#, "stdin:1: `2026-02-30` in `today` is no day"),
        (r#"{"answers":{},"today":7}"#, "stdin:1: `…` in `today` is no day"),
        (r#"{"answers":{},"id":1.5}"#, "stdin:1: the `id` is no text and no whole number"),
        (r#"{"answers":{},"id":{}}"#, "stdin:1: the `id` is no text and no whole number"),
        (r#"{"answers":{},"weight":1}"#, "stdin:1: there is no key `weight`"),
        (r#"{"answers":{},"done":["nothing_like_it"]}"#, "there is no action `nothing_like_it`"),
    ];
    for (line, expected) in cases {
        let output = batch("--from jsonl", format!("{line}\n{}\n", whole("next")));
        let out = lines(&output.stdout);
        assert_eq!((output.code, out.len()), (Some(1), 2), "{line}");
        assert_eq!((message(&out[0]), &out[0]["line"]), (*expected, &json!(1)), "{line}");
        assert_eq!(out[1]["id"], "next", "{line}");
    }
}

#[test]
fn a_refused_line_says_whose_it_is_and_what_to_do() {
    let output = batch("", r#"{"id":"tanaka","answers":{"state":"fine","event":"promis"}}"#);
    let error = &lines(&output.stdout)[0];
    assert_eq!(error["id"], "tanaka");
    assert_eq!(error["error"]["help"], "did you mean `promise`?");
    let output = batch("--lang ja", r#"{"id":"tanaka","answers":{"state":"fine"}}"#);
    let error = &lines(&output.stdout)[0];
    assert!(message(error).starts_with("まだ答えのない質問が"), "{error}");
    assert!(error["error"]["details"][0]["question"].is_string(), "{error}");
    let output = batch("", r#"{"answers":{"part":"not_me","told":"records","state":"fine"}}"#);
    assert_eq!(lines(&output.stdout)[0]["error"]["kind"], "answers");
}

#[test]
fn forms_that_programs_seldom_write_are_read_as_well() {
    let usual = lines(&batch("", whole("x")).stdout);
    let escaped = whole("x").replace("fine", "\\u0066ine").replace("\"id\"", "\"\\u0069d\"");
    let listed = whole("x").replace("\"fine\"", "[\"fine\"]");
    let spaced = whole("x").replace(':', " : ").replace(',', "\t,  ");
    for line in [escaped, listed, spaced, format!("\u{feff}{}", whole("x")), format!("  {}  \r", whole("x"))] {
        assert_eq!(lines(&batch("", line.clone()).stdout), usual, "{line}");
    }
    let day = batch("", whole("x").replace("\"answers\"", "\"today\":\"2030-01-01\",\"answers\""));
    assert_eq!(lines(&day.stdout), usual);
    let full = batch("--full", whole("x"));
    let again = batch("--full", full.stdout.clone());
    assert_eq!(full.stdout, again.stdout, "a diagnosis can be read again");
}

#[test]
fn what_is_done_counts() {
    let first = &lines(&batch("", whole("x")).stdout)[0]["checklist"][0];
    let line = whole("x").replace("\"answers\"", &format!("\"done\":[{first}],\"answers\""));
    let after = &lines(&batch("", line).stdout)[0]["checklist"];
    assert!(!after.as_array().unwrap().contains(first), "{after}");
}

#[test]
fn empty_lines_and_ends_of_lines_mean_nothing() {
    let usual = lines(&batch("", format!("{}\n{}\n", whole("a"), whole("b"))).stdout);
    for input in [
        format!("\n\n{}\n   \n{}", whole("a"), whole("b")),
        format!("{}\r\n{}\r\n\r\n", whole("a"), whole("b")),
        format!("\u{feff}{}\n{}\n", whole("a"), whole("b")),
    ] {
        assert_eq!(lines(&batch("", input.clone()).stdout), usual, "{input:?}");
    }
    for input in ["", "\n", "\r\n\n  \n"] {
        let output = batch("--from jsonl", input);
        assert_eq!((output.code, output.stdout.as_str(), output.stderr.as_str()), (Some(0), "", ""));
    }
    let numbered = batch("", "\n\n{}\n");
    assert_eq!(lines(&numbered.stdout)[0]["line"], 3);
}

#[test]
fn other_encodings_are_read() {
    let line = whole("田中");
    let wide: Vec<u8> = format!("\u{feff}{line}\n").encode_utf16().flat_map(u16::to_le_bytes).collect();
    let shift_jis = encoding_rs::SHIFT_JIS.encode(&line).0.into_owned();
    for input in [wide, shift_jis] {
        assert_eq!(lines(&batch("", input).stdout)[0]["id"], "田中");
    }
    let broken = batch("", [b"{\"id\":\"\xFF\xFF\",\"answers\":{}}\n".as_slice(), whole("b").as_bytes()].concat());
    let out = lines(&broken.stdout);
    assert!(message(&out[0]).starts_with("stdin:1: not UTF-8"), "{}", out[0]);
    assert_eq!(out[1]["id"], "b");
}

#[test]
fn what_a_terminal_would_obey_is_escaped() {
    let output =
        batch("", format!("{}\n{{\"id\":\"\u{202e}\",\"answers\":{{\"\u{1b}[2J\":1}}}}\n", whole("a\u{9b}\u{202e}b")));
    assert!(!output.stdout.contains(['\u{1b}', '\u{9b}', '\u{202e}']), "{:?}", output.stdout);
    assert_eq!(lines(&output.stdout)[0]["id"], "a\u{9b}\u{202e}b");
}

#[test]
fn a_line_without_an_end_is_refused_and_the_next_is_read() {
    let mut input = vec![b'['; 5_000_000];
    input.push(b'\n');
    input.extend(whole("next").into_bytes());
    let output = batch("--from jsonl", input);
    let out = lines(&output.stdout);
    assert_eq!(message(&out[0]), "stdin:1: the line is too long (over 1 MiB)");
    assert_eq!((out[1]["id"].as_str(), out.len()), (Some("next"), 2));
    let deep = batch("", format!("{{\"answers\":{}\n{}\n", "[".repeat(100_000), whole("next")));
    let out = lines(&deep.stdout);
    assert!(message(&out[0]).contains("recursion limit exceeded"), "{}", out[0]);
    assert_eq!(out[1]["id"], "next");
}

#[test]
fn it_can_stop_at_the_first_that_is_wrong() {
    let input = format!("{}\n{{}}\n{}\n", whole("a"), whole("c"));
    for threads in [1, 2] {
        let output = batch(&format!("--fail-fast --threads {threads}"), input.clone());
        assert_eq!((output.code, lines(&output.stdout).len()), (Some(1), 2));
    }
    let many = [whole("a") + "\n", "{}\n".to_owned(), (whole("c") + "\n").repeat(500)].concat();
    let summary = &lines(&batch("--fail-fast --summary --format json", many.clone()).stdout)[0];
    assert_eq!((&summary["cases"], &summary["bad"]), (&json!(null), &json!(1)));
    let folder = tempfile::tempdir().unwrap();
    let output = shinrai("batch --fail-fast --format md --out-dir").arg(folder.path()).input(many).run();
    assert_eq!((lines(&output.stdout).len(), fs::read_dir(folder.path()).unwrap().count()), (2, 1));
}

/// The heading of a table, and a row of it.
fn table(separator: &str) -> String {
    let answers: serde_json::Map<String, Value> = serde_json::from_str(WHOLE).unwrap();
    let names: Vec<&str> = std::iter::once("id").chain(answers.keys().map(String::as_str)).collect();
    let cells: Vec<&str> = std::iter::once("a").chain(answers.values().map(|value| value.as_str().unwrap())).collect();
    format!("{}\r\n{}\r\n", names.join(separator), cells.join(separator))
}

#[test]
fn a_table_comes_out_as_lines_do() {
    let usual = lines(&batch("", whole("a")).stdout);
    for separator in [",", ";", "\t"] {
        let output = batch("", table(separator));
        assert_eq!((lines(&output.stdout), output.stderr.as_str()), (usual.clone(), ""), "{separator:?}");
    }
    let marked = batch("", format!("\u{feff}{}", table(",")));
    assert_eq!(lines(&marked.stdout), usual);
    let wide: Vec<u8> = format!("\u{feff}{}", table("\t")).encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(lines(&batch("", wide).stdout), usual);
}

/// A table as a survey form writes it: texts of questions and options, in one language.
fn survey(language: Language) -> String {
    let rulebook = builtin::rulebook();
    let answers: serde_json::Map<String, Value> = serde_json::from_str(WHOLE).unwrap();
    let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
    let mut heading = vec!["Timestamp".to_owned(), "ID".to_owned()];
    let mut row = vec!["2026/11/22 10:00".to_owned(), "a".to_owned()];
    for (name, option) in &answers {
        let question = &rulebook.questions[rulebook.questions.find(name).unwrap()];
        heading.push(quoted(question.ask.get(language)));
        row.push(quoted(question.options.get(option.as_str().unwrap()).unwrap().get(language)));
    }
    format!("{}\r\n{}\r\n", heading.join(","), row.join(","))
}

#[test]
fn a_survey_is_read_in_both_languages_and_in_the_encoding_of_a_spreadsheet() {
    let usual = lines(&batch("", whole("a")).stdout);
    for language in Language::ALL {
        let output = batch("", survey(language));
        assert_eq!(lines(&output.stdout), usual, "{}", output.stderr);
        assert_eq!(output.stderr, "Columns that are no question, and are not used: `Timestamp`\n");
    }
    let japanese = survey(Language::Ja);
    let (bytes, _, has_unknown) = encoding_rs::SHIFT_JIS.encode(&japanese);
    assert!(!has_unknown);
    assert_eq!(lines(&batch("", bytes.into_owned()).stdout), usual);
}

/// A rulebook with a question to which several options can be picked.
const SEVERAL: &str = r#"
[rulebook]
format = 1
id = "several"
name = "Several"
version = "1"
languages = ["en"]
[question.tried]
ask = "What have you tried?"
pick = "any"
options.sorry = "I said sorry"
options.plan = "I showed a plan, with dates"
options.talk = "We talked"
[stage.now]
name = "Now"
due = "0d"
[action.rest]
do = "Rest"
why = "It helps"
stage = "now"
impact = 1
effort = 1
involves = []
when.not = { tried = ["sorry", "plan"] }
"#;

#[test]
fn several_options_stand_in_one_cell() {
    let folder = tempfile::tempdir().unwrap();
    let rules = folder.path().join("rules.toml");
    fs::write(&rules, SEVERAL).unwrap();
    let answered = |cell: &str| {
        let quoted = cell.replace('"', "\"\"");
        let input = format!("id,tried\na,\"{quoted}\"\n");
        let output = shinrai("batch --full --partial -r").arg(&rules).input(input).run();
        let line = &lines(&output.stdout)[0];
        if line.get("error").is_some() { json!(message(line)) } else { line["answers"].clone() }
    };
    for (cell, expected) in [
        ("sorry", json!({ "tried": ["sorry"] })),
        ("sorry;talk", json!({ "tried": ["sorry", "talk"] })),
        (" talk ; sorry; ", json!({ "tried": ["sorry", "talk"] })),
        ("ＳＯＲＲＹ；talk", json!({ "tried": ["sorry", "talk"] })),
        ("I said sorry;We talked", json!({ "tried": ["sorry", "talk"] })),
        ("I said sorry, I showed a plan, with dates, We talked", json!({ "tried": ["sorry", "plan", "talk"] })),
        ("I showed a plan, with dates", json!({ "tried": ["plan"] })),
        ("", json!({})),
        ("?", json!({ "tried": null })),
        ("I don’t know", json!({ "tried": null })),
        ("None of these", json!({ "tried": [] })),
        ("sorry;walk", json!("stdin:2: `tried` has no option `sorry;walk`")),
    ] {
        assert_eq!(answered(cell), expected, "{cell:?}");
    }
}

#[test]
fn a_heading_that_is_not_understood_ends_everything() {
    for (input, message) in [
        ("name,colour\na,b\n", "error: no column is a question\nhelp: the first row names"),
        ("id,stat\na,b\n", "error: there is no question `stat`\nhelp: did you mean `state`?"),
        ("state,event,State\na,b,c\n", "error: there are two columns for `State`"),
        ("id,state,id\na,b,c\n", "error: there are two columns for `id`"),
    ] {
        let output = batch("", input);
        assert_eq!((output.code, output.stdout.as_str()), (Some(2), ""), "{input}");
        assert!(output.stderr.starts_with(message), "{input}: {}", output.stderr);
    }
    let open = batch("", format!("id,state\na,\"fine\n{}", "x,y\n".repeat(600_000)));
    assert_eq!((open.code, open.stdout.as_str()), (Some(2), ""));
    assert!(open.stderr.contains("look for a `\"` that is not closed"), "{}", open.stderr);
    assert_eq!(batch("--from csv", "").code, Some(0));
}

#[test]
fn a_row_with_something_wrong_is_refused_in_its_place() {
    let output = batch(
        "--partial",
        "id,state,today,done\na,fin,,\nb,fine,2026/11/22,\nc,fine,soon,\nd,fine,,,,x\n\n,fine,,nothing\n",
    );
    let out = lines(&output.stdout);
    assert_eq!(message(&out[0]), "stdin:2: `state` has no option `fin`");
    assert_eq!((out[0]["id"].as_str(), out[1]["id"].as_str()), (Some("a"), Some("b")));
    assert!(out[1].get("error").is_none(), "{}", out[1]);
    assert_eq!(message(&out[2]), "stdin:4: `soon` in `today` is no day");
    assert_eq!(message(&out[3]), "stdin:5: more cells than the heading has");
    assert_eq!(message(&out[4]), "there is no action `nothing`");
    assert_eq!(out[4]["line"], 7);
}

#[test]
fn each_gets_a_report_in_a_folder() {
    let folder = tempfile::tempdir().unwrap();
    let ids = ["tanaka", "田中 太郎", "../../up", "tanaka", "TANAKA", "nul", ".."];
    let mut input: String = ids.iter().map(|id| whole(id) + "\n").collect();
    input.push_str("{broken\n");
    input.extend(["{\"answers\":", WHOLE, "}\n"]);
    let output = shinrai("batch --format md --threads 2 --out-dir").arg(folder.path().join("out")).input(input).run();
    let out = lines(&output.stdout);
    assert_eq!((output.code, out.len()), (Some(1), ids.len() + 2));
    let mut names: Vec<String> = fs::read_dir(folder.path().join("out"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    let expected = [
        "_._.._up.md",
        "_.md",
        "_nul.md",
        "TANAKA-line-5.md",
        "line-9.md",
        "tanaka-line-4.md",
        "tanaka.md",
        "田中_太郎.md",
    ];
    let mut expected: Vec<&str> = expected.into();
    expected.sort_unstable();
    assert_eq!(names, expected);
    assert_eq!(out[0]["report"].as_str().map(|path| path.ends_with("out/tanaka.md")), Some(true));
    assert!(out[7].get("error").is_some());
    let report = fs::read_to_string(folder.path().join("out/tanaka.md")).unwrap();
    assert!(report.starts_with("# "), "{report}");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing beside the folder");
    let again = shinrai("batch --out-dir").arg(folder.path().join("out")).input(whole("tanaka")).run();
    assert_eq!(again.code, Some(4));
    assert!(again.stderr.contains("is not empty"), "{}", again.stderr);
}

/// Who is in danger has no calendar; whoever hands the reports out is told.
#[test]
fn a_person_in_danger_is_not_passed_over() {
    let folder = tempfile::tempdir().unwrap();
    let input = "{\"id\":\"a\",\"answers\":{\"state\":\"unsafe\"}}\n";
    let output = shinrai("batch --format ics --out-dir").arg(folder.path()).input(input).run();
    assert_eq!(lines(&output.stdout), [json!({ "id": "a", "report": null, "stopped_by": "crisis" })]);
}

#[test]
fn nobody_gets_the_file_of_somebody_else() {
    let folder = tempfile::tempdir().unwrap();
    let ids = ["a-line-3", "a", "a", "a-line-3-line-4", "a-line-3"];
    let input: String = ids.iter().map(|id| whole(id) + "\n").collect();
    let output = shinrai("batch --format md --out-dir").arg(folder.path().join("out")).input(input).run();
    let mut names: Vec<String> =
        lines(&output.stdout).iter().map(|line| line["report"].as_str().unwrap().to_owned()).collect();
    names.sort();
    names.dedup();
    assert_eq!((names.len(), fs::read_dir(folder.path().join("out")).unwrap().count()), (5, 5));
}

#[test]
fn what_is_behind_a_fault_of_a_table_is_not_lost_in_silence() {
    let rows = |from: usize, to: usize| (from..to).map(|row| format!("p{row},,fine\n")).collect::<Vec<_>>().concat();
    let heading = "id,comment,state\n";
    let open = format!("{heading}{}p5,\"open,fine\n{}", rows(0, 5), rows(6, 20));
    let open_and_long = format!("{heading}{}p5,\"open,fine\n{}", rows(0, 5), rows(6, 200_000));
    let long = format!("{heading}{}p5,\"{}\",fine\n{}", rows(0, 5), "x".repeat(2_000_000), rows(6, 9));
    for input in [open, open_and_long, long] {
        for threads in [1, 2] {
            let output = batch(&format!("--partial --threads {threads}"), input.clone());
            assert_eq!((output.code, lines(&output.stdout).len()), (Some(2), 5));
            assert!(output.stderr.contains("there is a row without an end"), "{}", output.stderr);
        }
    }
}

#[test]
fn lines_between_two_that_are_too_long_are_kept() {
    let long = |letter: &str| letter.repeat(1_200_000);
    let input = [long("x"), whole("2"), whole("3"), long("y"), whole("5")].join("\n");
    let out = lines(&batch("--from jsonl", input).stdout);
    let told: Vec<&Value> =
        out.iter().map(|line| if line["id"].is_null() { &line["line"] } else { &line["id"] }).collect();
    assert_eq!(told, [&json!(1), &json!("2"), &json!("3"), &json!(4), &json!("5")]);
}

#[test]
fn rows_are_counted_however_lines_end() {
    for end in ["\n", "\r\n"] {
        let table = format!("id,state{end}a,fine{end}b,\"wr{end}ong\"{end}{end}c,wrong{end}d,wrong");
        let out = lines(&batch("--partial", table).stdout);
        let numbers: Vec<&Value> = out[1..].iter().map(|line| &line["line"]).collect();
        assert_eq!(numbers, [&json!(3), &json!(6), &json!(7)], "{end:?}");
    }
    let out = lines(&batch("--partial", "id,state\ra,fine\rb,wrong\r").stdout);
    assert_eq!(out[1]["line"], 3);
}

#[test]
fn what_forms_and_spreadsheets_add_is_understood() {
    let rulebook = builtin::rulebook();
    let (_, question) = rulebook.questions.iter().next().unwrap();
    let title = |language: Language| question.ask.get(language).to_owned();
    let japanese = title(Language::Ja).trim_end_matches('。').to_owned();
    for heading in [
        "id,state".to_owned(),
        "sep=,\nid,state".to_owned(),
        "\n\nid,state".to_owned(),
        format!("id,\"1. {} *\"", title(Language::En)),
        format!("id,Ｑ１．{japanese}"),
        "id;state".to_owned(),
        "\"a, b, c, d\";state;id".to_owned(),
    ] {
        let separator = if heading.contains(';') { ";" } else { "," };
        let row = if heading.starts_with('"') { "x;fine;a".to_owned() } else { format!("a{separator}fine") };
        let output = batch("--partial", format!("{heading}\n{row}\n"));
        let line = &lines(&output.stdout)[0];
        assert_eq!((&line["id"], line.get("error")), (&json!("a"), None), "{heading}: {}", output.stderr);
        assert_ne!(line["unanswered"][0], "state", "{heading}");
    }
    for day in ["2026/1/5", "2026-01-05", "2026/01/05 12:00", "2026年1月5日", "２０２６／１／５"] {
        let output = batch("--partial --full", format!("id,today,state\na,{day},fine\n"));
        assert_eq!(lines(&output.stdout)[0]["today"], "2026-01-05", "{day}");
    }
    let near = batch("--partial", "id,Date,event\n1,x,mistake\n");
    assert_eq!(near.code, Some(0));
    assert!(near.stderr.replace('\n', " ").contains("`Date` (if you mean `data`, write that)"), "{}", near.stderr);
}

#[test]
fn half_width_kana_are_no_reason_to_refuse_a_row() {
    let table = "id,備考,state\r\nﾀﾅｶ,ｶﾀｶﾅﾀﾞｹ,fine\r\nﾂｱﾃｨ,,fine\r\n";
    let bytes = encoding_rs::SHIFT_JIS.encode(table).0.into_owned();
    let out = lines(&batch("--partial", bytes).stdout);
    assert_eq!([&out[0]["id"], &out[1]["id"]], [&json!("ﾀﾅｶ"), &json!("ﾂｱﾃｨ")]);
}

#[test]
fn a_summary_counts_and_tells_on_nobody() {
    let input: String = (0..22).map(|id| whole(&id.to_string()) + "\n").chain(["{}\n".to_owned()]).collect();
    let output = batch("--summary --format json", input.clone());
    let summary = &lines(&output.stdout)[0];
    assert_eq!((output.code, &summary["cases"], &summary["bad"]), (Some(1), &json!(22), &json!(1)));
    let causes = json!([{ "kind": "cause", "id": "mistake", "text": summary["causes"][0]["text"], "at_least": 15 }]);
    assert_eq!(summary["causes"], causes);
    let few = batch("--summary", input.lines().take(4).collect::<Vec<_>>().join("\n"));
    assert_eq!(few.stdout, "There are fewer than 5 cases, so nothing is shown: it could tell on somebody.\n");
    let few = batch("--summary --fewest 3", input.lines().take(4).collect::<Vec<_>>().join("\n"));
    assert!(few.stdout.starts_with("4 cases\n"), "{}", few.stdout);
    assert_eq!(batch("--summary --fewest 2", "").code, Some(2));
    let japanese = batch("--summary --lang ja", input);
    assert!(japanese.stdout.contains("15件以上"), "{}", japanese.stdout);
}

/// Two who are in danger among many: neither they nor a remainder of two can be read off.
#[test]
fn a_summary_hides_whom_others_would_be_subtracted_from() {
    let line = |state: &str| format!("{{\"answers\":{{\"state\":\"{state}\"}}}}\n");
    let input = [line("fine").repeat(21), line("exhausted").repeat(20), line("unsafe").repeat(2)].concat();
    let summary = &lines(&batch("--partial --summary --format json", input).stdout)[0];
    assert!(!summary.to_string().contains("crisis"), "{summary}");
    for part in ["causes", "obstacles", "gates", "first"] {
        assert!(summary[part].as_array().unwrap().iter().all(|row| row["at_least"].as_u64().unwrap() % 5 == 0));
    }
}

/// Whoever adds up all lines gets the numbers of the summary, in its steps.
#[test]
fn a_summary_agrees_with_the_lines() {
    let input = as_input(&situations(&builtin::rulebook(), 3_000, 4));
    let mut counts: BTreeMap<String, u64> = BTreeMap::new();
    for line in lines(&batch("--partial", input.clone()).stdout) {
        for key in ["causes", "obstacles", "gates"] {
            for id in line[key].as_array().into_iter().flatten() {
                *counts.entry(format!("{key}.{}", id.as_str().unwrap())).or_default() += 1;
            }
        }
        if let Some(first) = line["checklist"].get(0) {
            *counts.entry(format!("first.{}", first.as_str().unwrap().trim_start_matches('?'))).or_default() += 1;
        }
    }
    let summary = &lines(&batch("--partial --summary --format json", input).stdout)[0];
    let mut shown = 0;
    for key in ["causes", "obstacles", "gates", "first"] {
        for row in summary[key].as_array().unwrap() {
            shown += 1;
            let count = counts[&format!("{key}.{}", row["id"].as_str().unwrap())];
            assert_eq!(row["at_least"], count / 5 * 5, "{row}");
        }
    }
    assert!(shown > 40, "{shown}");
    assert_eq!(shown, counts.values().filter(|&&count| count >= 5).count());
}

#[test]
fn an_answer_appears_when_its_line_arrives() {
    for threads in ["1", "2"] {
        let mut program = Command::new(env!("CARGO_BIN_EXE_shinrai"));
        let program = program.args(["batch", "--threads", threads]).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut program = program.stderr(Stdio::null()).spawn().unwrap();
        let (send, receive) = channel();
        let out = BufReader::new(program.stdout.take().unwrap());
        std::thread::spawn(move || out.lines().for_each(|line| drop(send.send(line.unwrap()))));
        let mut input = program.stdin.take().unwrap();
        for id in ["a", "b", "c"] {
            input.write_all(format!("{}\n", whole(id)).as_bytes()).unwrap();
            let line = receive.recv_timeout(Duration::from_secs(30)).unwrap();
            assert!(line.contains(&format!("\"id\":\"{id}\"")), "{line}");
        }
        drop(input);
        assert!(program.wait().unwrap().success());
    }
}

#[test]
fn a_row_appears_when_it_arrives() {
    let mut program = Command::new(env!("CARGO_BIN_EXE_shinrai"));
    let program = program.args(["batch", "--partial"]).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut program = program.stderr(Stdio::null()).spawn().unwrap();
    let (send, receive) = channel();
    let out = BufReader::new(program.stdout.take().unwrap());
    std::thread::spawn(move || out.lines().for_each(|line| drop(send.send(line.unwrap()))));
    let mut input = program.stdin.take().unwrap();
    input.write_all(b"id,state\n").unwrap();
    for id in ["a", "b", "c"] {
        input.write_all(format!("{id},fine\n").as_bytes()).unwrap();
        let line = receive.recv_timeout(Duration::from_secs(30)).unwrap();
        assert!(line.contains(&format!("\"id\":\"{id}\"")), "{line}");
    }
    drop(input);
    assert!(program.wait().unwrap().success());
}

#[test]
fn a_reader_that_goes_away_ends_it_quietly() {
    let mut program = Command::new(env!("CARGO_BIN_EXE_shinrai"));
    let program = program.arg("batch").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut program = program.spawn().unwrap();
    let mut input = program.stdin.take().unwrap();
    let mut out = BufReader::new(program.stdout.take().unwrap());
    let feeder = std::thread::spawn(move || {
        let line = whole("a") + "\n";
        while input.write_all(line.repeat(100).as_bytes()).is_ok() {}
    });
    let mut line = String::new();
    out.read_line(&mut line).unwrap();
    drop(out);
    let output = program.wait_with_output().unwrap();
    feeder.join().unwrap();
    assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(0), &b""[..]));
}

#[cfg(target_os = "linux")]
#[test]
fn what_cannot_be_written_is_a_failure() {
    let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let output = shinrai("batch").input(whole("a")).stdout(full.into()).run();
    assert_eq!(output.code, Some(4));
    assert_eq!(output.stderr, "error: cannot write to stdout: no space left\n");
}

#[test]
fn files_and_flags_that_do_not_fit_are_refused() {
    for (arguments, code, message) in [
        ("batch nowhere.jsonl", 4, "error: cannot read `nowhere.jsonl`: there is no such file"),
        ("batch src", 4, "error: cannot read `src`: it is a folder"),
        ("batch --full --summary", 2, "error: `--full` and `--summary` cannot be used together"),
        ("batch --format html", 2, "error: the lines that come out are always JSON"),
        ("batch --summary --format html", 2, "error: `--summary` is written as `text` or `json`"),
        ("batch --threads 0", 2, "error: "),
        ("batch --fewest 9", 2, "error: "),
        ("batch --out-dir Cargo.toml", 4, "error: `Cargo.toml` is no folder"),
    ] {
        let output = shinrai(arguments).run();
        assert_eq!((output.code, output.stdout.as_str()), (Some(code), ""), "{arguments}");
        assert!(output.stderr.starts_with(message), "{arguments}: {}", output.stderr);
    }
}
