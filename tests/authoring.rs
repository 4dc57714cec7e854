//! What coaches make of a rulebook and do with it: shown whole, as a booklet, as a picture.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod support;

use std::fs;

use support::{folder, here, shinrai};

/// Rulebooks of every make: one file, a folder, and a layer on the built-in one.
fn rulebooks() -> Vec<String> {
    let mut paths = vec!["built-in".to_owned(), "tests/rulebooks/small.toml".to_owned()];
    for entry in fs::read_dir(here("tests/rulebooks")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.display().to_string();
        if shinrai("rulebook check").arg(&name).run().code == Some(0) {
            paths.push(name);
        }
    }
    paths
}

#[test]
fn what_is_shown_reads_back_to_the_same_rulebook() {
    let folder = folder();
    let path = folder.path().join("whole.toml");
    let mut layer = fs::read_to_string(here("README.md")).unwrap();
    let start = layer.find("```toml\n").unwrap() + 8;
    layer = layer[start..].split("```").next().unwrap().to_owned();
    let layered = folder.path().join("layer.toml");
    fs::write(&layered, layer).unwrap();
    for rulebook in rulebooks().into_iter().chain([layered.display().to_string()]) {
        let whole = shinrai("rulebook show").arg(&rulebook).text();
        fs::write(&path, &whole).unwrap();
        let again = shinrai("rulebook show").arg(&path).text();
        assert_eq!(whole, again, "{rulebook}");
        let schema = |path: &str| shinrai("rulebook schema --for answers -r").arg(path).text();
        assert_eq!(schema(&rulebook), schema(path.to_str().unwrap()), "{rulebook}");
    }
    let output = shinrai("rulebook diff --lang en --today 2026-11-22 --fail-on-change built-in");
    shinrai("rulebook show built-in -l en").run();
    fs::write(&path, shinrai("rulebook show built-in").text()).unwrap();
    let output = output.arg(&path).run();
    assert_eq!((output.code, output.stdout.as_str()), (Some(0), "Nothing is different, in any situation (proved).\n"));
}

#[test]
fn one_entry_is_shown_with_where_it_comes_from() {
    let folder = folder();
    let layer = folder.path().join("layer.toml");
    fs::write(
        &layer,
        "[rulebook]\nformat = 1\nid = \"mine\"\nname = \"Mine\"\nversion = \"1\"\nlanguages = [\"en\"]\nextends = \"built-in\"\n\n\
         [action.updates]\nevery = \"1w\"\n",
    )
    .unwrap();
    let text = shinrai("rulebook show --origin --id action.updates").arg(&layer).text();
    assert!(text.starts_with("# built-in/53-actions-long-run.toml:"), "{text}");
    assert!(text.contains("layer.toml:9\n[action.updates]\n") && text.contains("\nevery = \"1w\"\n"), "{text}");
    assert_eq!(text.matches("\n[").count(), text.matches("\n[action.updates").count(), "{text}");
    let wrong = shinrai("rulebook show --lang en --id action.update").run();
    assert_eq!(wrong.code, Some(2), "{wrong}");
    assert!(wrong.stderr.contains("did you mean `updates`"), "{wrong}");
}

#[test]
fn a_booklet_holds_every_question_condition_and_piece_of_advice() {
    let rules = fs::read_dir(here("rules")).unwrap().map(|file| fs::read_to_string(file.unwrap().path()).unwrap());
    let rules: toml::Table = rules.collect::<String>().parse().unwrap();
    for (language, heading) in [("ja", "## 安全確認"), ("en", "## Safety gates")] {
        let booklet = shinrai(&format!("rulebook doc built-in --lang {language}")).text();
        assert!(booklet.contains(heading));
        let plain = booklet.replace('\\', "");
        let mut texts = Vec::new();
        for kind in ["question", "cause", "obstacle", "gate", "action", "note", "contact", "contradiction", "source"] {
            collect(&rules[kind], language, &mut texts);
        }
        assert!(texts.len() > 900, "{}", texts.len());
        for text in texts {
            assert!(plain.contains(&text), "{text}");
        }
        let html = shinrai(&format!("rulebook doc built-in --lang {language} -f html")).text();
        assert!(html.starts_with("<!DOCTYPE html>") && !html.contains("<script"), "no script");
        assert!(html.matches("<article").count() > 200);
    }
}

/// Every text of a language, however deep.
fn collect(value: &toml::Value, language: &str, texts: &mut Vec<String>) {
    match value {
        toml::Value::Table(table) => match table.get(language).and_then(toml::Value::as_str) {
            Some(text) => texts.push(text.to_owned()),
            None => table.values().for_each(|value| collect(value, language, texts)),
        },
        toml::Value::Array(items) => items.iter().for_each(|value| collect(value, language, texts)),
        _ => {}
    }
}

#[test]
fn what_leads_to_what_is_drawn() {
    for language in ["ja", "en"] {
        let tree = shinrai(&format!("rulebook graph --lang {language}")).text();
        assert!(tree.contains("gate.crisis") && tree.contains("find_cause"), "{tree}");
        let chart = shinrai(&format!("rulebook graph --lang {language} -f mermaid")).text();
        assert!(chart.starts_with("flowchart LR\n"), "{chart}");
        assert!(
            chart.contains("  question_event --> cause_mistake\n")
                && chart.contains("  cause_mistake --> action_find_cause\n")
        );
        let one = shinrai(&format!("rulebook graph --lang {language} --id find_cause -f mermaid")).text();
        assert!(one.lines().count() < chart.lines().count() / 2, "{one}");
    }
}

#[test]
fn a_starter_passes_every_check_in_both_languages() {
    let folder = folder();
    for language in ["ja", "en"] {
        for flag in ["", "--standalone"] {
            let path = folder.path().join(format!("my {language}{flag}.toml"));
            let output = shinrai(&format!("rulebook new --lang {language} --today 2026-11-27 {flag}")).arg(&path).run();
            assert_eq!(output.code, Some(0), "{output}");
            assert!(output.stdout.is_empty() && output.stderr.contains("shinrai rulebook check"), "{output}");
            let check =
                shinrai(&format!("rulebook check --strict --lang {language} --today 2026-11-27")).arg(&path).run();
            assert_eq!(check.code, Some(0), "{check}");
            let tested = shinrai(&format!("rulebook test --lang {language} --today 2026-11-27")).arg(&path).run();
            assert_eq!(tested.code, Some(0), "{tested}");
            let text = fs::read_to_string(&path).unwrap();
            for kind in ["question", "cause", "obstacle", "action", "case"] {
                assert!(text.contains(&format!("\n[{kind}.")), "{kind}");
            }
            let again = shinrai(&format!("rulebook new --lang {language} {flag}")).arg(&path).run();
            assert_eq!(again.code, Some(2), "{again}");
            assert_eq!(fs::read_to_string(&path).unwrap(), text);
        }
    }
}

/// A file in each of the encodings that coaches save, with the line ends of each system.
fn forms(text: &str) -> Vec<(&'static str, Vec<u8>)> {
    let unix = text.replace("\r\n", "\n");
    let windows = unix.replace('\n', "\r\n");
    let wide = |order: fn(u16) -> [u8; 2]| windows.encode_utf16().flat_map(order).collect::<Vec<u8>>();
    let (sjis, _, unmappable) = encoding_rs::SHIFT_JIS.encode(&windows);
    let mut forms = vec![
        ("UTF-8", unix.clone().into_bytes()),
        ("UTF-8, Windows", windows.clone().into_bytes()),
        ("UTF-8 with a mark", [b"\xEF\xBB\xBF", windows.as_bytes()].concat()),
        ("UTF-16LE", [vec![0xFF, 0xFE], wide(u16::to_le_bytes)].concat()),
        ("UTF-16BE", [vec![0xFE, 0xFF], wide(u16::to_be_bytes)].concat()),
        ("no line feed at the end", unix.trim_end().as_bytes().to_vec()),
    ];
    if !unmappable {
        forms.push(("Shift_JIS", sjis.into_owned()));
    }
    forms
}

#[test]
fn an_entry_is_added_and_everything_else_stays_byte_for_byte() {
    const ENTRY: &str = "# よく忘れること\n[action.breathe]\ndo = { ja = \"一度、息をつく\", en = \"Take a breath\" }\n\
                         why = { ja = \"急ぐと見落とします。\", en = \"Haste overlooks.\" }\ndue = \"0d\"\ninvolves = []\nimpact = 1\neffort = 1\n";
    let folder = folder();
    let texts = [
        fs::read_to_string(here("tests/rulebooks/small.toml")).unwrap(),
        shinrai("rulebook show tests/rulebooks/small.toml").text(),
    ];
    for text in texts {
        for (form, before) in forms(&text) {
            let path = folder.path().join("r.toml");
            fs::write(&path, &before).unwrap();
            let add = shinrai("rulebook add action --lang en --from -").arg(&path).input(ENTRY).run();
            assert_eq!(add.code, Some(0), "{form}\n{add}");
            assert!(add.stderr.contains("Added `action.breathe`"), "{form}\n{add}");
            let after = fs::read(&path).unwrap();
            let same_start = before.iter().zip(&after).take_while(|(one, other)| one == other).count();
            let left = before.len() - same_start;
            assert!(after.ends_with(&before[before.len() - left..]), "{form}: only something is put in between");
            let shown = shinrai("rulebook show --id action.breathe").arg(&path).text();
            assert!(shown.contains("一度、息をつく"), "{form}\n{shown}");
            let again = shinrai("rulebook add action --lang en --from -").arg(&path).input(ENTRY).run();
            assert!(again.code == Some(3) && again.stderr.contains("`action.breathe` already"), "{form}\n{again}");
            assert_eq!(fs::read(&path).unwrap(), after, "{form}");
        }
    }
}

#[test]
fn what_would_break_a_rulebook_is_not_added() {
    let folder = folder();
    let path = folder.path().join("r.toml");
    let before = fs::read(here("tests/rulebooks/small.toml")).unwrap();
    fs::write(&path, &before).unwrap();
    let add = |entry: &str| shinrai("rulebook add cause --lang en --from -").arg(&path).input(entry).run();
    for (entry, code, words) in [
        ("[cause.x]\nname = \"x\"\n", 3, "so it was not added"),
        ("[gate.x]\nname = \"x\"\n", 2, "is not one `[cause.…]`"),
        ("[cause.x]\n[cause.y]\n", 2, "is not one `[cause.…]`"),
        ("", 2, "is not one `[cause.…]`"),
        ("[cause.x]\nname: \"x\"\n", 2, "replace `:` by `=`"),
    ] {
        let output = add(entry);
        assert!(output.code == Some(code) && output.stderr.contains(words), "{entry}\n{output}");
        assert_eq!(fs::read(&path).unwrap(), before);
    }
    let japanese = "[rulebook]\nformat = 1\nid = \"a\"\nname = \"信頼\"\nversion = \"1\"\nlanguages = [\"ja\"]\nextends = \"built-in\"\n";
    fs::write(&path, encoding_rs::SHIFT_JIS.encode(japanese).0).unwrap();
    let entry = "[cause.x]\nname = \"한국\"\nsign.s = { when = { event = \"other\" }, certainty = 0.1 }\n";
    let output = add(entry);
    assert!(output.stderr.contains("has no `한`"), "{output}");
    let asked = shinrai("rulebook add cause --lang en").arg(&path).run();
    assert!(asked.code == Some(2) && asked.stderr.contains("--from"), "{asked}");
}

#[test]
fn in_a_folder_an_entry_goes_to_the_file_of_its_kind() {
    let folder = folder();
    for file in fs::read_dir(here("rules")).unwrap() {
        let file = file.unwrap().path();
        fs::copy(&file, folder.path().join(file.file_name().unwrap())).unwrap();
    }
    let entry =
        "[term.small_event]\nwhen = { harm = \"small\" }\nallow = [{ code = \"unused\", reason = \"a test\" }]\n";
    let output = shinrai("rulebook add question --lang en --from -").arg(folder.path()).input(entry).run();
    assert_eq!(output.code, Some(2), "{output}");
    let note = "[note.slow]\nkind = \"mindset\"\ntitle = { ja = \"ゆっくり\", en = \"Slowly\" }\ntext = { ja = \"急がなくて構いません。\", en = \"There is no hurry.\" }\nfor = [\"hurtful\"]\n";
    let output = shinrai("rulebook add note --lang en --from -").arg(folder.path()).input(note).run();
    assert_eq!(output.code, Some(0), "{output}");
    assert!(fs::read_to_string(folder.path().join("60-notes.toml")).unwrap().contains("\n[note.slow]\n"));
}

#[test]
fn a_layer_that_drops_something_is_shown_without_it() {
    let folder = folder();
    let base = fs::read_to_string(here("src/cli/author/starters/alone.en.toml")).unwrap();
    fs::write(folder.path().join("base.toml"), base).unwrap();
    let layer = "[rulebook]\nformat = 1\nid = \"l\"\nname = \"L\"\nversion = \"1\"\nlanguages = [\"en\"]\nextends = \"base.toml\"\n\n\
                 [action.tell_boss]\ndrop = true\n";
    let path = folder.path().join("layer.toml");
    fs::write(&path, layer).unwrap();
    let shown = folder.path().join("shown.toml");
    fs::write(&shown, shinrai("rulebook show").arg(&path).text()).unwrap();
    let check = |path| shinrai("rulebook check --today 2026-11-22").arg(path).run().code;
    assert_eq!((check(&path), check(&shown)), (Some(0), Some(0)));
}

#[test]
fn a_booklet_never_replaces_its_rulebook() {
    let folder = folder();
    let path = folder.path().join("r.toml");
    let before = fs::read(here("tests/rulebooks/small.toml")).unwrap();
    fs::write(&path, &before).unwrap();
    let output = shinrai("rulebook doc --lang en -f html").arg(&path).arg("-o").arg(&path).run();
    assert!(output.code == Some(2) && output.stderr.contains("is the rulebook itself"), "{output}");
    assert_eq!(fs::read(&path).unwrap(), before);
}

#[test]
fn texts_are_no_markup_in_a_picture() {
    let folder = folder();
    let path = folder.path().join("r.toml");
    let text = fs::read_to_string(here("tests/rulebooks/small.toml")).unwrap();
    fs::write(&path, text.replace("\"A lapse\"", "\"%%{init: {}}%% \\\"]) <b> #1;\\nx\"")).unwrap();
    let chart = shinrai("rulebook graph --lang en -f mermaid").arg(&path).text();
    let line = chart.lines().find(|line| line.contains("cause_lapse([")).unwrap();
    assert_eq!(line, "  cause_lapse([\"#37;#37;{init: {}}#37;#37; #34;]) #60;b#62; #35;1#59; x\"])");
}

#[test]
fn a_fraction_with_a_comma_is_told_to_have_a_point() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("comma.toml");
    for line in ["certainty = 0,4", "sign.s = { when = { own = true }, certainty = 0,40 }"] {
        fs::write(&path, format!("[cause.x]\n{line}\n")).unwrap();
        let output = shinrai("rulebook check --lang en").arg(&path).run();
        assert!(output.code == Some(1) && output.stdout.contains("write fractions with a point: `0.4`"), "{output}");
    }
}
