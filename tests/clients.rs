//! The files that people keep, opened with programs that are not ours: calendars, a browser, a viewer of manual pages,
//! shells. What is not installed is skipped, and says so.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test that cannot go on has failed; what is skipped is said"
)]

mod support;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use pulldown_cmark::{Event, Options, Parser};
use serde_json::Value;
use support::{folder, here, shinrai};

const LEAK: &str = "--case g02_mail_to_1200 --today 2026-11-22";
const LATE: &str = "--case g01_missed_deadline";

/// Writes a report to a file.
fn file(folder: &Path, name: &str, arguments: &str) -> PathBuf {
    let path = folder.join(name);
    let output = shinrai(&format!("{arguments} -o")).arg(&path).run();
    assert_eq!(output.code, Some(0), "{output}");
    path
}

/// What a program that is not ours prints on stdout; it has nothing to complain about.
fn read_by(program: &str, arguments: &[&str], paths: &[&Path]) -> Option<String> {
    let output = match Command::new(program).args(arguments).args(paths).output() {
        Ok(output) => output,
        Err(error) => {
            println!("skipped: {program}: {error}");
            return None;
        }
    };
    let (out, complaint) = (String::from_utf8(output.stdout).unwrap(), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success() && complaint.trim().is_empty(), "{program} {arguments:?}: {complaint}\n{out}");
    Some(out)
}

/// A Python that has the calendar programs: the one that `.ci/run` has set up, or the one of the system.
fn python() -> Option<String> {
    let ours = here("target/clients/bin/python3").display().to_string();
    let can_read = |python: &String| {
        let imports = Command::new(python).args(["-c", "import icalendar, vobject, khal"]).output();
        imports.is_ok_and(|output| output.status.success())
    };
    let found = [ours, "python3".to_owned()].into_iter().find(can_read);
    if found.is_none() {
        println!("skipped: no Python with the packages of tests/clients/requirements.txt");
    }
    found
}

fn calendars(paths: &[&Path]) -> Option<Value> {
    let script = here("tests/clients/read_calendars.py").display().to_string();
    let seen = read_by(&python()?, &[&script], paths)?;
    Some(serde_json::from_str(&seen).unwrap())
}

#[test]
fn three_calendars_see_each_line_on_its_day() {
    let folder = folder();
    for language in ["ja", "en"] {
        let arguments = format!("{LATE} --today 2026-11-22 --lang {language}");
        let path = file(folder.path(), "list.ics", &arguments);
        let lines = shinrai(&format!("{arguments} -f json")).json()["checklist"].clone();
        let lines = lines.as_array().unwrap();
        let Some(seen) = calendars(&[&path]) else { return };
        for client in ["icalendar", "vobject"] {
            let events = seen[client][0].as_array().unwrap();
            assert_eq!(events.len(), lines.len());
            for (event, line) in events.iter().zip(lines) {
                assert_eq!((&event["title"], &event["day"], &event["days"]), (&line["do"], &line["due_on"], &1.into()));
            }
        }
        let shown = seen["khal"].as_array().unwrap();
        for line in lines {
            let days = shown.iter().filter(|event| event[1] == line["do"]);
            let days: Vec<&str> = days.map(|event| event[0].as_str().unwrap()).collect();
            assert_eq!(days.first().copied(), line["due_on"].as_str(), "{line:#}");
            assert_eq!(days.len(), if line["every"].is_null() { 1 } else { 12 }, "{line:#}");
        }
    }
}

#[test]
fn a_later_calendar_moves_what_an_earlier_one_brought_and_calls_off_what_is_done() {
    let folder = folder();
    let first = file(folder.path(), "first.ics", &format!("{LATE} --lang en --today 2026-11-22"));
    let second = file(folder.path(), "second.ics", &format!("{LATE} --lang en --today 2026-11-25 --done company_lead"));
    let Some(seen) = calendars(&[&first, &second]) else { return };
    let (before, after) = (&seen["icalendar"][0], &seen["icalendar"][1]);
    let uids = |events: &Value| {
        let mut uids: Vec<String> = events.as_array().unwrap().iter().map(|event| event["uid"].to_string()).collect();
        uids.sort();
        uids
    };
    assert_eq!(uids(before), uids(after), "no line stands there twice");
    let shown = seen["khal"].as_array().unwrap();
    assert!(shown.iter().all(|event| event[0].as_str() >= Some("2026-11-25")), "{shown:#?}");
    let text = fs::read_to_string(second).unwrap();
    assert_eq!(text.matches("STATUS:CANCELLED").count(), 1, "{text}");
}

/// Somebody who may not get in touch any more is not reminded to.
#[test]
fn a_follow_up_calls_off_what_is_not_for_now_any_more() {
    let folder = folder();
    let arguments = format!("{LATE} --lang en --today 2026-11-22");
    let (earlier, first) = (file(folder.path(), "a.json", &arguments), file(folder.path(), "a.ics", &arguments));
    let since = format!("--since {} --today 2026-11-26 --lang en", earlier.display());
    for (more, event) in [("-a formal=refused", "Hear them out"), ("-a state=unsafe", "Put right what you can")] {
        let second = file(folder.path(), "b.ics", &format!("{since} {more}"));
        let text = fs::read_to_string(&second).unwrap();
        let block = text.split("BEGIN:VEVENT").find(|block| block.contains(event)).unwrap();
        assert!(block.contains("STATUS:CANCELLED"), "{block}");
        assert!(calendars(&[&first, &second]).is_none_or(|seen| seen["icalendar"][1].as_array().unwrap().len() >= 9));
    }
}

/// What comes every month from the 31st on comes in every month, on its last day.
#[test]
fn a_monthly_event_skips_no_month() {
    let folder = folder();
    let path = file(folder.path(), "list.ics", &format!("{LATE} --lang en --today 2026-12-01"));
    let Some(seen) = calendars(&[&path]) else { return };
    let shown = seen["khal"].as_array().unwrap().iter();
    let days: Vec<&str> = shown
        .filter(|event| event[1].as_str().unwrap().starts_with("Ask them for one thing"))
        .map(|event| event[0].as_str().unwrap())
        .collect();
    assert_eq!(days[..5], ["2026-12-31", "2027-01-31", "2027-02-28", "2027-03-31", "2027-04-30"], "{days:?}");
}

/// The text of each task in a rendered document, without its number.
fn tasks(markdown: &str) -> Vec<String> {
    let mut tasks = Vec::new();
    let mut is_in_task = false;
    for event in Parser::new_ext(markdown, Options::ENABLE_TASKLISTS) {
        match event {
            Event::TaskListMarker(_) => {
                is_in_task = true;
                tasks.push(String::new());
            }
            Event::Text(text) if is_in_task => tasks.last_mut().unwrap().push_str(&text),
            Event::Start(_) | Event::End(_) => is_in_task = false,
            Event::Html(html) | Event::InlineHtml(html) => panic!("markup: {html}"),
            Event::Code(code) => panic!("code: {code}"),
            _ => {}
        }
    }
    tasks
}

#[test]
fn markdown_renders_as_the_same_tasks() {
    for case in [LEAK, LATE, "--case g10_client_demands_kneeling", "--case everything_unknown"] {
        for language in ["ja", "en"] {
            let arguments = format!("{case} --lang {language}");
            let lines = shinrai(&format!("{arguments} -f json")).json()["checklist"].clone();
            let lines = lines.as_array().unwrap().iter().enumerate();
            let expected: Vec<String> =
                lines.map(|(place, line)| format!("{}. {}", place + 1, line["do"].as_str().unwrap())).collect();
            assert_eq!(tasks(&shinrai(&format!("{arguments} -f markdown")).text()), expected);
        }
    }
}

/// A browser at three widths: nothing is wider than the screen, nothing is asked for, a tick is still there when the page is
/// opened again, and what helps screen readers is there.
#[test]
fn a_browser_shows_the_page_and_keeps_what_is_ticked() {
    let browsers = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
    let Some(browser) = browsers.into_iter().find(|path| fs::exists(path).unwrap()) else {
        println!("skipped: there is no browser on this machine");
        return;
    };
    let folder = folder();
    for (name, arguments, boxes) in [
        ("ja", format!("{LEAK} --lang ja"), 11),
        ("en", format!("{LATE} --lang en"), 10),
        ("help", "-a state=unsafe --lang en --partial".into(), 0),
    ] {
        let page = file(folder.path(), &format!("{name}.html"), &arguments);
        let flags = "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking \
                     --disable-component-update --disable-sync --allow-file-access-from-files --virtual-time-budget=20000 \
                     --dump-dom";
        let output = Command::new(browser)
            .args(flags.split_whitespace())
            .arg(format!("--user-data-dir={}", folder.path().join("profile").display()))
            .arg(format!(
                "file://{}#file://{}|320|500|1100",
                here("tests/clients/browse.html").display(),
                page.display()
            ))
            .output()
            .unwrap();
        let dom = String::from_utf8_lossy(&output.stdout);
        let said = dom.split_once(">said:").and_then(|(_, rest)| rest.split_once(":end<"));
        let Some((said, _)) = said else { panic!("{dom}\n{}", String::from_utf8_lossy(&output.stderr)) };
        let said: Value = serde_json::from_str(&said.replace("&gt;", ">")).unwrap();
        let expected = serde_json::json!({
            "overflow": [], "requests": 0, "background": "rgb(253, 252, 250)", "boxes": boxes,
            "ticked": usize::from(boxes > 0), "unlabelled": 0, "landmarks": 3,
            "language": if name == "ja" { "ja" } else { "en" }, "ids": true, "references": true,
        });
        assert_eq!(said, expected, "{name}");
    }
}

#[test]
fn the_manual_page_is_clean() {
    let folder = folder();
    for language in ["ja", "en"] {
        let path = folder.path().join("shinrai.1");
        fs::write(&path, shinrai(&format!("man --lang {language}")).text()).unwrap();
        if let Some(said) = read_by("mandoc", &["-T", "lint", "-W", "warning"], &[&path]) {
            assert_eq!(said, "");
        }
    }
}

#[test]
fn shells_can_read_their_completions() {
    let folder = folder();
    for (shell, check) in [("bash", "-n"), ("zsh", "-n"), ("fish", "--no-execute")] {
        let path = folder.path().join(shell);
        fs::write(&path, shinrai(&format!("completions {shell}")).text()).unwrap();
        read_by(shell, &[check], &[&path]);
    }
}

/// A program that was installed beside the Python of the clients, or anywhere.
fn installed(name: &str) -> String {
    let ours = here("target/clients/bin").join(name);
    if ours.exists() { ours.display().to_string() } else { name.to_owned() }
}

/// What editors and checkers of TOML say about a rulebook, with the schema that its first line names.
#[test]
fn editors_know_what_a_rulebook_can_say() {
    let folder = folder();
    fs::write(folder.path().join("rulebook.schema.json"), shinrai("rulebook schema --for rulebook --lang en").text())
        .unwrap();
    let line = "#:schema ./rulebook.schema.json\n";
    let mut good: Vec<String> = ["ja", "en"]
        .into_iter()
        .flat_map(|language| ["layer", "alone"].map(|kind| format!("src/cli/author/starters/{kind}.{language}.toml")))
        .chain(["tests/rulebooks/small.toml".to_owned()])
        .map(|path| format!("{line}{}", fs::read_to_string(here(&path)).unwrap()))
        .collect();
    good.push(format!("{line}{}", shinrai("rulebook show built-in").text()));
    let bad = ["[action.z]\nimpact = 9\n", "[gate.z]\nnonsense = 1\n", "[cause.z]\nsign.s = { certainty = 2.0 }\n"]
        .map(|more| format!("{}\n{more}", good[0]));
    let path = folder.path().join("r.toml");
    for (texts, is_good) in [(&good[..], true), (&bad[..], false)] {
        for text in texts {
            fs::write(&path, text).unwrap();
            for (program, arguments) in [
                ("check-jsonschema", &["--schemafile", "rulebook.schema.json"][..]),
                ("taplo", &["check"]),
                ("tombi", &["lint", "--offline"]),
            ] {
                let run =
                    Command::new(installed(program)).args(arguments).arg(&path).current_dir(folder.path()).output();
                match run {
                    Ok(output) => {
                        let said = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
                        assert_eq!(output.status.success(), is_good, "{program}: {said}");
                    }
                    Err(error) => println!("skipped: {program}: {error}"),
                }
            }
        }
    }
}
