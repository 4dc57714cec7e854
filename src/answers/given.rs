//! Answers as people and programs write them: `event=mistake,late`, TOML, JSON.
//!
//! All faults are collected, so that a script is mended in one go. Names are resolved here, at the border; behind it a
//! question or an option is an index.

use std::collections::BTreeSet;

use indexmap::IndexMap;
use jiff::civil::Date;

use crate::answers::json::Json;
use crate::answers::line::{BadLine, Case, Label};
use crate::answers::{Answers, Details, Truth, Truths};
use crate::rulebook::document::{self, Value};
use crate::rulebook::finding::Findings;
use crate::rulebook::source::{Source, Span};
use crate::rulebook::{Action, Answer, Contradiction, Id, NotAnAnswer, Question, Rulebook, Severity};
use crate::words;
use crate::words::{Words, did_you_mean, nearest, ticked, visible};

/// An answer before its names are resolved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Written {
    /// Options by name, possibly none.
    Options(Vec<String>),
    /// "Don't know".
    Unknown,
}

/// Something wrong with answers, and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// What is wrong.
    pub message: Words,
    /// What to do.
    pub help: Option<Words>,
    /// The question it is about.
    pub question: Option<String>,
}

impl Fault {
    /// A fault of which nothing else is known.
    pub fn new(message: Words) -> Self {
        Self { message: message.harmless(), help: None, question: None }
    }

    /// Says what to do.
    #[must_use]
    pub fn help(mut self, help: Words) -> Self {
        self.help = Some(help.harmless());
        self
    }

    /// Says which question it is about.
    #[must_use]
    pub fn about(mut self, question: &str) -> Self {
        self.question = Some(question.to_owned());
        self
    }
}

/// Reads `question=option`, `question=option,option`, `question=?` (don't know) or `question=` (none of these).
///
/// # Errors
///
/// When there is no `=`.
pub fn parse_flag(flag: &str) -> Result<(String, Written), Fault> {
    let Some((question, options)) = flag.split_once('=') else {
        let shown = visible(flag);
        return Err(Fault::new(words!(ja: "`{shown}` に `=` がありません", en: "`{shown}` has no `=`")).help(words!(
            ja: "半角の `=` で、`質問=選択肢` の形で書いてください（例: `harm=serious`）",
            en: "write it as `question=option` with an ordinary `=`, such as `harm=serious`",
        )));
    };
    let written = match options.trim() {
        "?" => Written::Unknown,
        "" => Written::Options(Vec::new()),
        options => Written::Options(options.split(',').map(|option| option.trim().to_owned()).collect()),
    };
    Ok((question.trim().to_owned(), written))
}

/// What a file of answers holds, before its names are resolved.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filed {
    /// The answers.
    pub answers: Vec<(String, Written)>,
    /// The actions that are done already.
    pub done: Vec<String>,
    /// The day on which they were given, if it is said.
    pub today: Option<Date>,
    /// The rulebook they belong to, if it is said.
    pub rulebook: Option<MadeWith>,
}

/// The rulebook that answers were given to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MadeWith {
    /// Its id.
    pub id: String,
    /// What it said, in short, if the file tells.
    pub fingerprint: Option<String>,
}

/// Reads a file of answers: TOML or JSON, either the answers themselves or something with an `answers` table and a list
/// of what is `done`, such as a diagnosis that this program wrote.
///
/// # Errors
///
/// Everything that is wrong with it.
pub fn parse_file(source: &Source) -> Result<Filed, Vec<Fault>> {
    let is_json = source.text.trim_start().starts_with('{') || source.name.ends_with(".json");
    if is_json { parse_json(source) } else { parse_toml(source) }
}

fn parse_json(source: &Source) -> Result<Filed, Vec<Fault>> {
    let json: Json = serde_json::from_str(&source.text).map_err(|error| {
        let (name, line, column) = (&source.name, error.line(), error.column());
        let reason = visible(error.to_string().split(" at line ").next().unwrap_or_default());
        vec![Fault::new(words!(
            ja: "{name}:{line}:{column}: JSON として読めません（{reason}）",
            en: "{name}:{line}:{column}: not JSON ({reason})",
        ))]
    })?;
    let Json::Object(mut whole) = json else { return Err(vec![no_object(source)]) };
    if matches!(whole.get("schema"), Some(Json::Number(schema)) if *schema > SCHEMA.cast_signed()) {
        let name = &source.name;
        return Err(vec![
            Fault::new(
                words!(ja: "`{name}` は、より新しい版の診断です", en: "`{name}` is a diagnosis of a newer version"),
            )
            .help(words!(ja: "新しい版の shinrai を使ってください", en: "use a newer version of shinrai")),
        ]);
    }
    if let Some(fault) = copy_without_answers(source, &whole) {
        return Err(vec![fault]);
    }
    if !whole.contains_key("schema") && whole.contains_key("answers") {
        require_known(source, &["answers", "done", "today", "rulebook"], whole.keys())?;
    }
    let today = match whole.get("today") {
        Some(Json::Text(day)) if whole.contains_key("answers") => day.parse().ok(),
        _ => None,
    };
    let rulebook = match whole.get("rulebook") {
        Some(Json::Object(rulebook)) => {
            let text = |key| match rulebook.get(key) {
                Some(Json::Text(text)) => Some(text.clone()),
                _ => None,
            };
            text("id").map(|id| MadeWith { id, fingerprint: text("fingerprint") })
        }
        _ => None,
    };
    let (answers, done) = match whole.swap_remove("answers") {
        Some(Json::Object(answers)) => {
            (answers, whole.swap_remove("done").map(|done| names_of(source, json_answer(done))))
        }
        Some(other) => (IndexMap::from([("answers".to_owned(), other)]), None),
        None => (whole, None),
    };
    let answers = answers.into_iter().map(|(question, value)| (question, json_answer(value), String::new()));
    Ok(Filed { answers: all_written(source, answers)?, done: done.transpose()?.unwrap_or_default(), today, rulebook })
}

/// A copy for others tells nothing that could be compared.
fn copy_without_answers(source: &Source, whole: &IndexMap<String, Json>) -> Option<Fault> {
    let is_empty = |key| matches!(whole.get(key), Some(Json::Text(text)) if text.is_empty());
    let name = &source.name;
    is_empty("repeat").then(|| {
        Fault::new(words!(
            ja: "`{name}` は人に渡すための写しで、答えが入っていません",
            en: "`{name}` is a copy for others, without answers",
        ))
        .help(words!(ja: "写す前の診断を指定してください", en: "name the diagnosis it was made from"))
    })
}

/// Reads one line of many: an object with `answers`, and maybe an `id`, a day (`today`) and what is `done`.
///
/// # Errors
///
/// Everything that is wrong with it. `place` names the line in messages.
pub fn parse_line(rulebook: &Rulebook, line: &str, place: &str, case: &mut Case<'_>) -> Result<(), BadLine> {
    let bad = |faults| BadLine { label: None, faults };
    let json: Json = serde_json::from_str(line).map_err(|error| bad(vec![not_json(place, &error)]))?;
    let Json::Object(mut whole) = json else { return Err(bad(vec![no_case(place)])) };
    let label = match whole.swap_remove("id") {
        None | Some(Json::Null) => None,
        Some(Json::Text(text)) => Some(Label::Text(text.into())),
        Some(Json::Number(number)) => Some(Label::Number(number)),
        Some(_) => return Err(bad(vec![no_label(place)])),
    };
    let bad = |faults| BadLine { label: label.clone(), faults };
    let source = Source::new(place.to_owned(), String::new());
    if !whole.contains_key("schema") {
        require_known(&source, &["id", "answers", "done", "today"], whole.keys()).map_err(bad)?;
    }
    if let Some(fault) = copy_without_answers(&source, &whole) {
        return Err(bad(vec![fault]));
    }
    let today = match whole.get("today") {
        None | Some(Json::Null) => None,
        Some(Json::Text(text)) => Some(day(text).ok_or_else(|| bad(vec![no_day(place, text)]))?),
        Some(_) => return Err(bad(vec![no_day(place, "…")])),
    };
    let Some(Json::Object(answers)) = whole.swap_remove("answers") else { return Err(bad(vec![no_case(place)])) };
    let answers = answers.into_iter().map(|(question, value)| (question, json_answer(value), String::new()));
    let answers = all_written(&source, answers).map_err(bad)?;
    let done = whole.swap_remove("done").map(|done| names_of(&source, json_answer(done))).transpose().map_err(bad)?;
    let answers = resolve(rulebook, answers).map_err(bad)?;
    let done = resolve_done(rulebook, &done.unwrap_or_default()).map_err(bad)?;
    *case = Case { label: label.clone(), today, given: answers.given().collect(), done };
    Ok(())
}

/// A day such as `2026-11-22`. The last thousand years that can be written are left for deadlines.
pub fn day(text: &str) -> Option<Date> {
    const LAST_YEAR: i16 = 8999;
    let day: Option<Date> = (text.len() == "2026-11-22".len()).then(|| text.parse().ok()).flatten();
    day.filter(|day| day.year() <= LAST_YEAR)
}

/// The fault of a text that is no day.
pub fn no_day(place: &str, text: &str) -> Fault {
    let shown = visible(text);
    Fault::new(words!(
        ja: "{place}: `today` の `{shown}` は日付ではありません",
        en: "{place}: `{shown}` in `today` is no day",
    ))
    .help(words!(
        ja: "`2026-11-22` のように、実在する日付を書いてください",
        en: "write a day that exists, such as `2026-11-22`",
    ))
}

fn no_label(place: &str) -> Fault {
    Fault::new(words!(
        ja: "{place}: `id` が、文字でも整数でもありません",
        en: "{place}: the `id` is no text and no whole number",
    ))
}

fn not_json(place: &str, error: &serde_json::Error) -> Fault {
    let column = error.column();
    let reason = visible(error.to_string().split(" at line ").next().unwrap_or_default());
    let fault = Fault::new(words!(
        ja: "{place}:{column}: JSON として読めません（{reason}）",
        en: "{place}:{column}: not JSON ({reason})",
    ));
    if !error.is_eof() {
        return fault;
    }
    fault.help(words!(
        ja: "1件を1行に書き、途中で改行しないでください",
        en: "write each case on one line, without a line break inside",
    ))
}

fn no_case(place: &str) -> Fault {
    Fault::new(words!(ja: "{place}: `answers` がありません", en: "{place}: there is no `answers`")).help(words!(
        ja: "`{{\"id\": \"1\", \"answers\": {{\"質問\": \"選択肢\"}}}}` の形で書いてください",
        en: "write `{{\"id\": \"1\", \"answers\": {{\"question\": \"option\"}}}}`",
    ))
}

/// The most faults of answers that are kept.
pub const MOST_FAULTS: usize = 100;

/// Refuses what stands beside the answers and means nothing.
fn require_known<'a>(
    source: &Source,
    known: &[&str],
    keys: impl Iterator<Item = &'a String>,
) -> Result<(), Vec<Fault>> {
    let list = ticked(known);
    let (ja, en) = (list.ja, list.en);
    let faults: Vec<Fault> = keys
        .filter(|key| !known.contains(&key.as_str()))
        .take(MOST_FAULTS)
        .map(|key| {
            let (name, shown) = (&source.name, visible(key));
            let fault = Fault::new(words!(
                ja: "{name}: `{shown}` というキーは使えません",
                en: "{name}: there is no key `{shown}`",
            ));
            match nearest(key, known.iter().copied()) {
                Some(near) => fault.help(did_you_mean(near)),
                None => fault.help(words!(ja: "使えるのは {ja} です", en: "it takes {en}")),
            }
        })
        .collect();
    if faults.is_empty() { Ok(()) } else { Err(faults) }
}

/// The names in a list of what is done.
fn names_of(source: &Source, list: Option<Written>) -> Result<Vec<String>, Vec<Fault>> {
    if let Some(Written::Options(names)) = list {
        return Ok(names);
    }
    let name = &source.name;
    Err(vec![Fault::new(words!(
        ja: "{name}: `done` の値が、行動の名前のリストではありません",
        en: "{name}: the value of `done` is no list of actions",
    ))])
}

/// The number of the shape in which a diagnosis is written, and the newest that is read.
pub const SCHEMA: u64 = 1;

fn no_object(source: &Source) -> Fault {
    let name = &source.name;
    Fault::new(words!(ja: "`{name}` は JSON のオブジェクトではありません", en: "`{name}` is no JSON object"))
}

fn json_answer(value: Json) -> Option<Written> {
    match value {
        Json::Null => Some(Written::Unknown),
        Json::Text(option) if option == "?" => Some(Written::Unknown),
        Json::Text(option) => Some(Written::Options(vec![option])),
        Json::List(items) => {
            let option = |item| if let Json::Text(option) = item { Some(option) } else { None };
            items.into_iter().map(option).collect::<Option<_>>().map(Written::Options)
        }
        Json::Number(_) | Json::Object(_) | Json::Other => None,
    }
}

/// The answers, or a fault for each that is none. The place comes with each.
fn all_written(
    source: &Source,
    answers: impl Iterator<Item = (String, Option<Written>, String)>,
) -> Result<Vec<(String, Written)>, Vec<Fault>> {
    let (mut written, mut faults) = (Vec::new(), Vec::new());
    for (question, answer, place) in answers {
        if let Some(answer) = answer {
            written.push((question, answer));
            continue;
        }
        if faults.len() == MOST_FAULTS {
            break;
        }
        let (name, question) = (&source.name, visible(&question));
        faults.push(Fault::new(words!(
            ja: "{name}{place}: `{question}` の値が、選択肢の名前でもそのリストでもありません",
            en: "{name}{place}: the value of `{question}` is no option and no list of options",
        )));
    }
    if faults.is_empty() { Ok(written) } else { Err(faults) }
}

fn parse_toml(source: &Source) -> Result<Filed, Vec<Fault>> {
    let mut findings = Findings::default();
    let table = document::parse(0, source, &mut findings);
    let place = |span: Span| {
        let (line, column) = source.line_column(span.range().start);
        (&source.name, line, column)
    };
    let (findings, _) = findings.finish();
    let faults: Vec<Fault> = findings
        .into_iter()
        .take(MOST_FAULTS)
        .filter(|finding| finding.severity() == Severity::Error)
        .map(|finding| {
            let (name, line, column) = place(finding.labels[0].span);
            let Words { ja, en } = finding.message;
            Fault {
                message: words!(ja: "{name}:{line}:{column}: {ja}", en: "{name}:{line}:{column}: {en}"),
                help: finding.help,
                question: None,
            }
        })
        .collect();
    if !faults.is_empty() {
        return Err(faults);
    }
    if table.get("answers").is_some_and(|entry| entry.node.table().is_some()) {
        require_known(source, &["answers", "done", "today", "rulebook"], table.keys())?;
    }
    let today = match table.get("today").map(|entry| &entry.node.value) {
        Some(Value::Date(day)) if table.contains_key("answers") => *day,
        _ => None,
    };
    let origin = table.get("rulebook").filter(|_| table.contains_key("answers")).and_then(|entry| {
        let text = |key| Some(entry.node.table()?.get(key)?.node.string()?.to_owned());
        Some(MadeWith { id: text("id")?, fingerprint: text("fingerprint") })
    });
    let (answers, done) = match table.get("answers").and_then(|entry| entry.node.table()) {
        Some(answers) => (answers, table.get("done").map(|entry| names_of(source, toml_answer(&entry.node.value)))),
        None => (&table, None),
    };
    let answers = answers.iter().map(|(question, entry)| {
        let (_, line, column) = place(entry.node.span);
        (question.clone(), toml_answer(&entry.node.value), format!(":{line}:{column}"))
    });
    Ok(Filed {
        answers: all_written(source, answers)?,
        done: done.transpose()?.unwrap_or_default(),
        today,
        rulebook: origin,
    })
}

fn toml_answer(value: &Value) -> Option<Written> {
    match value {
        Value::String(option) if option == "?" => Some(Written::Unknown),
        Value::String(option) => Some(Written::Options(vec![option.clone()])),
        Value::Array(items) => {
            items.iter().map(|item| item.string().map(str::to_owned)).collect::<Option<_>>().map(Written::Options)
        }
        _ => None,
    }
}

/// Resolves written answers. The same question twice is fine when it says the same.
///
/// # Errors
///
/// Everything that is wrong with them.
pub fn resolve(
    rulebook: &Rulebook,
    written: impl IntoIterator<Item = (String, Written)>,
) -> Result<Answers, Vec<Fault>> {
    let mut answers = Answers::none(rulebook);
    let mut faults = Vec::new();
    for (name, written) in written {
        if faults.len() == MOST_FAULTS {
            break;
        }
        match resolve_one(rulebook, &name, &written) {
            Ok((question, answer)) => match answers.get(question) {
                Some(earlier) if earlier != answer => faults.push(
                    Fault::new(words!(
                        ja: "`{name}` に、異なる答えが二度あります",
                        en: "`{name}` is answered twice, in different ways",
                    ))
                    .about(&name)
                    .help(words!(ja: "どちらか1つにしてください", en: "keep one of the two")),
                ),
                _ => answers.set(question, Some(answer)),
            },
            Err(fault) => faults.push(fault),
        }
    }
    if faults.is_empty() { Ok(answers) } else { Err(faults) }
}

/// Resolves the names of actions that are done already.
///
/// # Errors
///
/// A fault for each that does not exist.
pub fn resolve_done(rulebook: &Rulebook, names: &[String]) -> Result<BTreeSet<Id<Action>>, Vec<Fault>> {
    let mut faults = Vec::new();
    let mut done = BTreeSet::new();
    for name in names.iter().flat_map(|names| names.split(',')).map(str::trim) {
        let name = name.strip_prefix("action.").unwrap_or(name);
        if let Some(action) = rulebook.actions.find(name) {
            done.insert(action);
            continue;
        }
        if faults.len() == MOST_FAULTS {
            break;
        }
        let shown = visible(name);
        let fault = Fault::new(words!(ja: "`{shown}` という行動はありません", en: "there is no action `{shown}`"));
        faults.push(match nearest(name, rulebook.actions.names()) {
            Some(near) => fault.help(did_you_mean(near)),
            None => fault.help(words!(
                ja: "名前の一覧は `shinrai explain` で見られます",
                en: "`shinrai explain` lists the names",
            )),
        });
    }
    if faults.is_empty() { Ok(done) } else { Err(faults) }
}

fn resolve_one(rulebook: &Rulebook, name: &str, written: &Written) -> Result<(Id<Question>, Answer), Fault> {
    let Some(id) = rulebook.questions.find(name) else {
        let shown = visible(name);
        let fault = Fault::new(words!(ja: "`{shown}` という質問はありません", en: "there is no question `{shown}`"));
        return Err(match nearest(name, rulebook.questions.names()) {
            Some(near) => fault.help(did_you_mean(near)),
            None => fault.help(words!(
                ja: "質問の一覧は `shinrai questions` で見られます",
                en: "`shinrai questions` lists them",
            )),
        });
    };
    let question = &rulebook.questions[id];
    let answer = match written {
        Written::Unknown => Ok(question.dont_know()),
        Written::Options(options) => question.answer(options.iter().map(String::as_str)),
    };
    answer.map(|answer| (id, answer)).map_err(|reason| not_an_answer(name, question, reason))
}

fn not_an_answer(name: &str, question: &Question, reason: NotAnAnswer) -> Fault {
    let options = ticked(question.options.names());
    let (ja, en) = (options.ja, options.en);
    let fault = match reason {
        NotAnAnswer::NoSuchOption(option) => {
            let shown = visible(&option);
            let fault = Fault::new(words!(
                ja: "`{name}` に `{shown}` という選択肢はありません",
                en: "`{name}` has no option `{shown}`",
            ));
            if let Some(near) = nearest(&option, question.options.names()) {
                return fault.about(name).help(did_you_mean(near));
            }
            fault
        }
        NotAnAnswer::Nothing => Fault::new(words!(ja: "`{name}` の答えがありません", en: "`{name}` has no answer")),
        NotAnAnswer::Several => Fault::new(words!(
            ja: "`{name}` で選べるのは1つだけです",
            en: "`{name}` takes only one option",
        )),
    };
    fault.about(name).help(words!(ja: "選択肢は {ja} です", en: "its options are {en}"))
}

/// The contradictions of a rulebook that hold for these answers. Nobody contradicts what was merely assumed.
pub fn contradicted<'a>(rulebook: &'a Rulebook, answers: &Answers, today: Date) -> Vec<&'a Contradiction> {
    if rulebook.contradictions.is_empty() {
        return Vec::new();
    }
    contradicted_in(rulebook, &Truths::of(rulebook, answers, Details::Open, today))
}

fn contradicted_in<'a>(rulebook: &'a Rulebook, truths: &Truths) -> Vec<&'a Contradiction> {
    let contradictions = rulebook.contradictions.iter().map(|(_, entry)| entry);
    contradictions.filter(|entry| truths.get(entry.node) == Truth::True).collect()
}

/// What the contradictions of a rulebook say about these answers.
pub fn contradictions(rulebook: &Rulebook, answers: &Answers, today: Date) -> Vec<Fault> {
    as_faults(rulebook, answers, contradicted(rulebook, answers, today))
}

/// The same, where it is known what is true while nothing is assumed.
pub fn contradictions_in(rulebook: &Rulebook, answers: &Answers, truths: &Truths) -> Vec<Fault> {
    as_faults(rulebook, answers, contradicted_in(rulebook, truths))
}

fn as_faults(rulebook: &Rulebook, answers: &Answers, contradicted: Vec<&Contradiction>) -> Vec<Fault> {
    contradicted
        .into_iter()
        .map(|contradiction| {
            let asked = rulebook.graph.questions_below(contradiction.node);
            let flags = ticked(asked.into_iter().filter_map(|id| Some(as_flag(rulebook, id, answers.get(id)?))));
            let (ja, en) = (flags.ja, flags.en);
            let say = |language| contradiction.say.get(language).to_owned();
            Fault::new(Words { ja: say(words::Language::Ja), en: say(words::Language::En) })
                .help(words!(ja: "{ja} のどれかを見直してください", en: "look at {en} again"))
        })
        .collect()
}

/// An answer as a flag takes it: `harm=serious`, `done=plan,listened`, `harm=?`, `done=`.
pub fn as_flag(rulebook: &Rulebook, id: Id<Question>, answer: Answer) -> String {
    let (question, name) = (&rulebook.questions[id], rulebook.questions.name(id));
    match answer {
        Answer::Unknown => format!("{name}=?"),
        Answer::Chosen(options) => {
            let options: Vec<&str> = options.iter().map(|option| question.option_name(option)).collect();
            format!("{name}={}", options.join(","))
        }
    }
}

/// Everything that can stand behind `=` in a flag: each option, and `?` where no option means "don't know".
pub fn possible_values(question: &Question) -> Vec<&str> {
    let options = question.options.names();
    options.chain(question.unknown.is_none().then_some("?")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(names: &[&str]) -> Written {
        Written::Options(names.iter().map(|&name| name.to_owned()).collect())
    }

    #[test]
    fn flags_are_read() {
        for (flag, question, written) in [
            ("harm=serious", "harm", options(&["serious"])),
            ("done=plan, listened", "done", options(&["plan", "listened"])),
            ("harm=?", "harm", Written::Unknown),
            ("done=", "done", options(&[])),
        ] {
            assert_eq!(parse_flag(flag), Ok((question.to_owned(), written)), "{flag}");
        }
        assert!(parse_flag("harm").is_err());
    }

    #[test]
    fn files_say_the_same_in_toml_json_and_a_diagnosis() {
        let expected = vec![
            ("harm".to_owned(), Written::Unknown),
            ("done".to_owned(), options(&["plan", "listened"])),
            ("event".to_owned(), options(&["error"])),
        ];
        for (text, done) in [
            ("harm = \"?\"\ndone = [\"plan\", \"listened\"]\nevent = \"error\"\n", &[][..]),
            ("[answers]\nharm = \"?\"\ndone = [\"plan\", \"listened\"]\nevent = [\"error\"]\n", &[]),
            (r#"{"harm": null, "done": ["plan", "listened"], "event": "error"}"#, &[]),
            (
                r#"{"schema": 1, "rulebook": {"id": "x"}, "answers": {"harm": null, "done": ["plan", "listened"],
                    "event": ["error"]}, "done": ["tell"], "gates": [{"id": "g"}], "left_out": null}"#,
                &["tell"],
            ),
            (
                "done = [\"tell\"]\n[answers]\nharm = \"?\"\ndone = [\"plan\", \"listened\"]\nevent = \"error\"\n",
                &["tell"],
            ),
        ] {
            let source = Source::new("a".into(), text.into());
            let done = done.iter().map(|&name| name.to_owned()).collect();
            assert_eq!(
                parse_file(&source),
                Ok(Filed {
                    answers: expected.clone(),
                    done,
                    today: None,
                    rulebook: text.contains("rulebook").then(|| MadeWith { id: "x".to_owned(), fingerprint: None })
                }),
                "{text}"
            );
        }
    }

    #[test]
    fn files_that_are_no_answers_are_refused_with_the_place() {
        for (text, message) in [
            ("harm = 3\n", "a:1:8: the value of `harm` is no option and no list of options"),
            ("harm = \n", "a:1:8: string values must be quoted"),
            (r#"{"harm": 3}"#, "a: the value of `harm` is no option and no list of options"),
            (r#"{"harm": [["a"]]}"#, "a: the value of `harm` is no option and no list of options"),
            (r#"{"harm": "a", "harm": "b"}"#, "a:1:26: not JSON (`harm` stands there twice)"),
            (r#"{"answers": {"harm": "a", "harm": "b"}}"#, "a:1:38: not JSON (`harm` stands there twice)"),
            (r#"{"answers": {}, "done": 3}"#, "a: the value of `done` is no list of actions"),
            (r#"{"schema": 2, "answers": {}}"#, "`a` is a diagnosis of a newer version"),
            (r#"{"harm": "a"} {}"#, "a:1:15: not JSON (trailing characters)"),
        ] {
            let source = Source::new("a".into(), text.into());
            let faults = parse_file(&source).expect_err(text);
            assert_eq!(faults[0].message.en, message);
        }
    }
}
