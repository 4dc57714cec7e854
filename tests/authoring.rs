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
