//! Answers given on the command line: collected, checked, and whether they are enough.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::bail;
use jiff::civil::Date;
use serde_json::json;

use crate::answers::Answers;
use crate::answers::given::{self, Fault, Filed, MadeWith, Written};
use crate::cli::args::{Format, Given};
use crate::cli::failure::{Detail, Failure, Kind};
use crate::cli::output;
use crate::cli::world::{self, World};
use crate::report::wrap;
use crate::rulebook::source::{Source, decode};
use crate::rulebook::{Action, Case, Id, Pick, Question, Rulebook};
use crate::words::{Language, Words, did_you_mean, nearest, visible};
use crate::{say, words};

/// All answers that the command line names, and what it says is done, checked.
pub fn collect(rulebook: &Rulebook, flags: &Given, done: &[String], world: &World) -> anyhow::Result<Answers> {
    let mut written: Vec<(String, Written)> = Vec::new();
    let mut done = done.to_vec();
    let mut faults: Vec<Fault> = Vec::new();
    for flag in &flags.answer {
        match given::parse_flag(flag) {
            Ok(answer) => written.push(answer),
            Err(fault) => faults.push(fault),
        }
    }
    if let Some(path) = &flags.answers {
        match filed(path)? {
            Ok(filed) => {
                tell_of_other(rulebook, filed.rulebook.as_ref(), path, world);
                written.extend(filed.answers);
                done.extend(filed.done);
            }
            Err(more) => faults.extend(more),
        }
    }
    let mut answers = given::resolve(rulebook, written).unwrap_or_else(|more| {
        faults.extend(more);
        Answers::none(rulebook)
    });
    answers.done = given::resolve_done(rulebook, &done).unwrap_or_else(|more| {
        faults.extend(more);
        BTreeSet::new()
    });
    if !faults.is_empty() {
        bail!(Failure::answers(faults));
    }
    match &flags.case {
        Some(name) => add_case(rulebook, name, answers),
        None => Ok(answers),
    }
}

/// What a file of answers holds, or what is wrong with it.
fn filed(path: &Path) -> anyhow::Result<Result<Filed, Vec<Fault>>> {
    let format = output::format_of(path);
    if let Some(Format::Markdown | Format::Html | Format::Csv | Format::Ics) = format {
        bail!(is_to_be_read(path));
    }
    let file = world::read(path)?;
    let (text, _) = decode(&file.bytes).map_err(|fault| {
        let Words { ja, en } = fault.message;
        let name = &file.name;
        Failure::new(Kind::Answers, words!(ja: "`{name}`: {ja}", en: "`{name}`: {en}"))
    })?;
    let filed = given::parse_file(&Source::new(file.name, text));
    if format == Some(Format::Text) && filed.is_err() {
        bail!(is_to_be_read(path)); // a list is saved under such a name, and answers can be
    }
    Ok(filed)
}

fn is_to_be_read(path: &Path) -> Failure {
    let name = world::path_name(path);
    Failure::new(
        Kind::Answers,
        words!(ja: "`{name}` は、人が読むための一覧です", en: "`{name}` is a list for people to read"),
    )
    .help(words!(
        ja: "`-o list.json` で書いた診断か、`--save answers.toml` で残した答えを指定してください",
        en: "name the diagnosis that `-o list.json` wrote, or the answers that `--save answers.toml` kept",
    ))
}

/// Says that answers were given to other questions than these, where a file tells: the names may be the same and not what
/// they stand for.
fn tell_of_other(rulebook: &Rulebook, made_with: Option<&MadeWith>, path: &Path, world: &World) {
    let Some(made_with) = made_with else { return };
    let (name, other, own) = (world::path_name(path), visible(&made_with.id), &rulebook.id);
    let sentence = if made_with.id != *own {
        say!(
            world.language,
            ja: "注意: `{name}` は別のルールブック（`{other}`）で作られました。ここでは `{own}` への答えとして読みます。",
            en: "Note: `{name}` was made with another rulebook (`{other}`). Its answers are read as answers to `{own}`."
        )
    } else if made_with.fingerprint.as_ref().is_some_and(|before| *before != rulebook.fingerprint) {
        say!(
            world.language,
            ja: "注意: `{name}` を作った後に、ルールブック（`{own}`）が変わりました。結果が前と違うことがあります。",
            en: "Note: the rulebook (`{own}`) has changed since `{name}` was made. What comes out can differ."
        )
    } else {
        return;
    };
    world::tell(&wrap::hanging("", &sentence, world.stderr.width));
}

/// What was answered at an earlier time.
pub struct Earlier {
    /// The answers, and what was done by then.
    pub answers: Answers,
    /// The day, if the file says it.
    pub today: Option<Date>,
}

/// Reads what was answered at an earlier time.
pub fn earlier(rulebook: &Rulebook, path: &Path, world: &World) -> anyhow::Result<Earlier> {
    let filed = filed(path)?.map_err(Failure::answers)?;
    if filed.today.is_some_and(|day| day > world.today) {
        let name = world::path_name(path);
        bail!(Failure::new(
            Kind::Answers,
            words!(ja: "`{name}` は、今日より後の日の診断です", en: "`{name}` is of a later day than today"),
        ));
    }
    let Filed { answers, done, today, rulebook: made_with } = filed;
    let resolved = given::resolve(rulebook, answers).and_then(|mut answers| {
        answers.done = given::resolve_done(rulebook, &done)?;
        Ok(Earlier { answers, today })
    });
    let other = made_with.as_ref().filter(|made_with| made_with.id != rulebook.id);
    match (resolved, other) {
        (Ok(earlier), _) => {
            tell_of_other(rulebook, made_with.as_ref(), path, world);
            Ok(earlier)
        }
        (Err(_), Some(other)) => {
            let (name, other) = (world::path_name(path), visible(&other.id));
            bail!(
                Failure::new(
                    Kind::Answers,
                    words!(
                        ja: "`{name}` は、別のルールブック（`{other}`）による診断です",
                        en: "`{name}` was made with another rulebook, `{other}`",
                    ),
                )
                .help(words!(ja: "`--rulebook` でそれを指定してください", en: "name that one with `--rulebook`"))
            )
        }
        (Err(faults), None) => bail!(Failure::answers(faults)),
    }
}

/// What of earlier answers still counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StillCounts {
    /// All of them: nobody can be asked.
    Everything,
    /// What cannot have changed; the rest is asked again.
    WhatLasts,
}

/// The answers that are given now, and those of an earlier time that still count. What comes again is never done for good.
pub fn following(
    rulebook: &Rulebook,
    mut given: Answers,
    earlier: &Earlier,
    counts: StillCounts,
    today: Date,
) -> Answers {
    for (id, answer) in earlier.answers.given() {
        let question = &rulebook.questions[id];
        let lasts = counts == StillCounts::Everything || question.lasting;
        if lasts && given.get(id).is_none() {
            given.set(id, Some(answer));
        }
    }
    let is_later = earlier.today.is_some_and(|day| day < today);
    let is_still_done = |action: &&Id<Action>| !(is_later && rulebook.actions[**action].every.is_some());
    given.done.extend(earlier.answers.done.iter().filter(is_still_done));
    given
}

/// A case's answers; those that are given as well must be the same.
fn add_case(rulebook: &Rulebook, name: &str, mut answers: Answers) -> anyhow::Result<Answers> {
    let case = &rulebook.cases[case_named(rulebook, name)?];
    for &(question, answer) in &case.answers {
        if answers.get(question).is_some_and(|given| given != answer) {
            let question = rulebook.questions.name(question);
            bail!(Failure::new(
                Kind::Answers,
                words!(
                    ja: "`{question}` の答えが、事例 `{name}` と異なります",
                    en: "`{question}` is answered differently in the case `{name}`",
                ),
            ));
        }
        answers.set(question, Some(answer));
    }
    Ok(answers)
}

/// A case is looked at on its own day, unless the command line names another.
pub fn on_the_day(rulebook: &Rulebook, flags: &Given, world: &World) -> anyhow::Result<World> {
    let case = flags.case.as_deref().map(|name| case_named(rulebook, name)).transpose()?;
    let day = case.and_then(|case| rulebook.cases[case].today).filter(|_| world.named_day.is_none());
    Ok(World { today: day.unwrap_or(world.today), ..world.clone() })
}

fn case_named(rulebook: &Rulebook, name: &str) -> anyhow::Result<Id<Case>> {
    let no_such_case = || {
        let shown = visible(name);
        let failure = Failure::new(
            Kind::Answers,
            words!(ja: "`{shown}` という事例はありません", en: "there is no case `{shown}`"),
        );
        match nearest(name, rulebook.cases.names()) {
            Some(near) => failure.help(did_you_mean(near)),
            None => failure.help(words!(
                ja: "名前の一覧は `shinrai explain` で見られます",
                en: "`shinrai explain` lists the names",
            )),
        }
    };
    Ok(rulebook.cases.find(name).ok_or_else(no_such_case)?)
}

/// Refuses answers that cannot all be true.
pub fn refuse(contradictions: Vec<Fault>) -> anyhow::Result<()> {
    if contradictions.is_empty() { Ok(()) } else { bail!(Failure::answers(contradictions)) }
}

/// What is said when live questions have no answer: each is named, with its options as a flag.
pub fn unanswered(rulebook: &Rulebook, missing: &[Id<Question>]) -> Failure {
    let number = missing.len();
    let questions = words::count(number, "question");
    let failure = Failure::new(
        Kind::Answers,
        words!(
            ja: "まだ答えのない質問が{number}個あります（答えによっては不要になるものもあります）",
            en: "{questions} may still need an answer (some of them only for some answers to the others)",
        ),
    );
    let details = missing.iter().map(|&question| missing_detail(rulebook, question)).collect();
    Failure { details, ..failure }.help(words!(
        ja: "上の形で答えを加えるか、`--partial` で今の答えだけから診断してください",
        en: "add answers like these, or diagnose what is known with `--partial`",
    ))
}

/// A flag that can be pasted, with what else could stand there as a shell's comment.
fn missing_detail(rulebook: &Rulebook, id: Id<Question>) -> Detail {
    let (question, name) = (&rulebook.questions[id], rulebook.questions.name(id));
    let values = given::possible_values(question);
    let flag = format!("-a {name}={}", values[0]);
    let others = values[1..].join(", ");
    let (ja, en) = (question.ask.get(Language::Ja), question.ask.get(Language::En));
    let (joined_ja, joined_en) = match question.pick {
        Pick::One => ("または", "or"),
        Pick::Any => ("コンマ区切りでいくつでも:", "also several, with commas:"),
    };
    let options: Vec<&str> = question.options.names().collect();
    Detail {
        words: Some(
            words!(ja: "{flag}  # {joined_ja} {others} …「{ja}」", en: "{flag}  # {joined_en} {others} - {en}"),
        ),
        data: json!({ "question": name, "options": options, "flag": flag }),
        texts: vec![("ask", words!(ja: "{ja}", en: "{en}"))],
    }
}
