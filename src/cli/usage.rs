//! Mistakes on the command line, and help.

use std::process::ExitCode;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use serde_json::json;

use crate::cli::args::{self, Misread};
use crate::cli::failure::{self, Detail, Failure, Kind};
use crate::cli::help;
use crate::cli::world;
use crate::words;
use crate::words::{Language, did_you_mean, visible};

/// Answers what clap could not read: help and version to stdout, mistakes to stderr and, if JSON was asked for, as one
/// object to stdout.
pub fn report(error: &clap::Error) -> ExitCode {
    if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) {
        return match world::print(&help::wrapped(&error.render().to_string(), width())) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => failure::report(&error, world::default_language(), false),
        };
    }
    failure::report(&mistake(error).into(), language(), wants_json(&arguments()))
}

/// The language of the command line, before it is understood.
pub fn language() -> Language {
    named_language(&arguments()).unwrap_or_else(world::default_language)
}

fn arguments() -> Vec<String> {
    std::env::args_os().skip(1).map(|argument| argument.to_string_lossy().into_owned()).collect()
}

/// The short help of `shinrai` alone, when nobody can be asked.
pub fn nobody_to_ask() -> Failure {
    Failure::new(
        Kind::Usage,
        words!(
            ja: "端末がないので質問できません",
            en: "there is no terminal to ask questions on",
        ),
    )
    .help(words!(
        ja: "答えを渡してください: `shinrai -a 質問=選択肢 …`、または `shinrai --answers ファイル`。質問の一覧は `shinrai questions`、使い方は `shinrai --help` で見られます",
        en: "pass answers: `shinrai -a question=option …` or `shinrai --answers FILE`. `shinrai questions` lists the questions, `shinrai --help` tells more",
    ))
}

/// Flags of a diagnosis before another command.
pub fn flags_before_command() -> Failure {
    Failure::new(
        Kind::Usage,
        words!(
            ja: "コマンドの前に、`diagnose` のためのオプションがあります",
            en: "there are flags of `diagnose` before the command",
        ),
    )
    .help(words!(ja: "オプションはコマンドの後に書いてください", en: "put the flags behind the command"))
}

fn mistake(error: &clap::Error) -> Failure {
    let context = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => visible(text),
        Some(ContextValue::Strings(texts)) => visible(&texts.join(", ")),
        _ => String::new(),
    };
    let (argument, value) = (context(ContextKind::InvalidArg), context(ContextKind::InvalidValue));
    let (subcommand, other) = (context(ContextKind::InvalidSubcommand), context(ContextKind::PriorArg));
    let message = match error.kind() {
        ErrorKind::UnknownArgument if !argument.starts_with('-') => {
            words!(ja: "`{argument}` は要りません", en: "`{argument}` is not expected here")
        }
        ErrorKind::TooManyValues => {
            words!(ja: "`{argument}` に値は付きません", en: "`{argument}` takes no value")
        }
        ErrorKind::UnknownArgument => {
            words!(ja: "`{argument}` というオプションはありません", en: "there is no flag `{argument}`")
        }
        ErrorKind::InvalidSubcommand => {
            words!(ja: "`{subcommand}` というコマンドはありません", en: "there is no command `{subcommand}`")
        }
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand | ErrorKind::MissingSubcommand => {
            words!(ja: "コマンドが足りません", en: "a command is missing")
        }
        ErrorKind::InvalidValue | ErrorKind::ValueValidation if value.is_empty() => {
            words!(ja: "`{argument}` に値がありません", en: "`{argument}` needs a value")
        }
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => {
            words!(ja: "`{argument}` に `{value}` は使えません", en: "`{value}` is no value for `{argument}`")
        }
        ErrorKind::InvalidUtf8 => {
            words!(ja: "UTF-8 として読めない引数があります", en: "an argument is not UTF-8")
        }
        ErrorKind::MissingRequiredArgument => words!(ja: "`{argument}` が必要です", en: "`{argument}` is missing"),
        ErrorKind::ArgumentConflict if !other.is_empty() && other != argument => {
            words!(ja: "`{argument}` と `{other}` は一緒に使えません", en: "`{argument}` and `{other}` cannot be used together")
        }
        ErrorKind::ArgumentConflict => {
            words!(ja: "`{argument}` は一度だけ使えます", en: "`{argument}` can be used only once")
        }
        _ => {
            let text = error.render().to_string();
            let first = visible(text.lines().next().unwrap_or_default().trim_start_matches("error: "));
            words!(ja: "コマンドを理解できません（{first}）", en: "{first}")
        }
    };
    Failure {
        details: vec![Detail { words: None, data: json!({}), texts: vec![("message", message.clone())] }],
        ..Failure::new(Kind::Usage, message)
    }
    .help(help(error))
}

fn help(error: &clap::Error) -> words::Words {
    let kinds = [ContextKind::SuggestedArg, ContextKind::SuggestedSubcommand, ContextKind::SuggestedValue];
    let suggestion = kinds.into_iter().find_map(|kind| match error.get(kind)? {
        ContextValue::String(text) => Some(text.clone()),
        ContextValue::Strings(texts) => texts.last().cloned(), // the most alike
        _ => None,
    });
    let named = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => Some(text.as_str()),
        _ => None,
    };
    let is_for_authors = |name: &&str| {
        args::whole_command().find_subcommand("rulebook").is_some_and(|sub| sub.find_subcommand(name).is_some())
    };
    if let Some(name) = named(ContextKind::InvalidSubcommand).filter(is_for_authors) {
        return did_you_mean(&format!("shinrai rulebook {name}"));
    }
    if let Some(near) = suggestion {
        return did_you_mean(&near);
    }
    if let Some(ContextValue::Strings(values)) = error.get(ContextKind::ValidValue)
        && !values.is_empty()
    {
        let list = words::ticked(values);
        let (ja, en) = (list.ja, list.en);
        return words!(ja: "使えるのは {ja} です", en: "it takes {en}");
    }
    if let Some(Misread(words)) = std::error::Error::source(error).and_then(|source| source.downcast_ref()) {
        return words.clone();
    }
    let called = called();
    words!(ja: "使い方は `{called} --help` で見られます", en: "see `{called} --help`")
}

/// The command that is called, as far as there is one.
fn called() -> String {
    let (whole, mut called) = (args::whole_command(), "shinrai".to_owned());
    let mut command = &whole;
    for argument in arguments() {
        if let Some(inside) = command.find_subcommand(&argument) {
            called = format!("{called} {}", inside.get_name());
            command = inside;
        }
    }
    called
}

/// The language that a command line names, even if the rest of it is wrong.
fn named_language(arguments: &[String]) -> Option<Language> {
    Language::from_tag(value_of(arguments, "--lang", Some('l'))?)
}

/// The width that the command line names, before it is understood, or that of the terminal.
pub fn width() -> usize {
    let named = value_of(&arguments(), "--width", None).and_then(|width| args::columns(width).ok());
    named.map_or_else(world::columns, usize::from)
}

fn wants_json(arguments: &[String]) -> bool {
    value_of(arguments, "--format", Some('f')) == Some("json")
        || value_of(arguments, "--output", Some('o')).is_some_and(|path| path.ends_with(".json"))
}

fn value_of<'a>(arguments: &'a [String], long: &str, short: Option<char>) -> Option<&'a str> {
    let mut rest = arguments.iter().map(String::as_str).take_while(|argument| *argument != "--");
    while let Some(argument) = rest.next() {
        if argument == long || argument.strip_prefix('-').is_some_and(|flag| short.is_some() && flag.chars().eq(short))
        {
            return rest.next();
        }
        if let Some(value) = argument.strip_prefix(long).and_then(|value| value.strip_prefix('=')) {
            return Some(value);
        }
        if let Some(value) = argument.strip_prefix('-').and_then(|flags| flags.strip_prefix(short?)) {
            return Some(value.trim_start_matches('='));
        }
    }
    None
}
