//! The command line.

use std::env;
use std::ffi::OsStr;
use std::fmt;
use std::mem::ManuallyDrop;
use std::path::PathBuf;

use clap::{ArgMatches, Args, CommandFactory as _, FromArgMatches as _, Parser, Subcommand, ValueEnum};
use jiff::civil::Date;

use crate::answers::given;
use crate::words;
use crate::words::{Language, Words};

/// What `--help` says below the flags.
const AFTER_HELP: &str = "\
Exit codes:
  0  done
  1  the answer is no (`rulebook check` found errors, a case failed, a line of `batch` was bad, `diff --fail-on-change`)
  2  the command line, or bad or missing answers
  3  the rulebook has errors
  4  cannot read or write
  128 + signal  interrupted

Environment: SHINRAI_LANG, SHINRAI_RULEBOOK, NO_COLOR, COLUMNS.
Nothing is stored or sent. This is not legal or medical advice.";

/// What `--help` says first.
const EXAMPLES: &str = "\
A few questions about lost trust at work, then a checklist: what to do first, when it is done, why, what never to do.

Examples:
  shinrai                              answer questions, get a checklist
  shinrai --lang ja                    the same in Japanese
  shinrai contacts                     where to turn, at once
  shinrai -o list.html                 keep the list in a file (.html .md .csv .ics .json .txt)
  shinrai --case g01_missed_deadline   look at an example
  shinrai questions                    what can be answered, for scripts
  shinrai -a event=mistake --partial   diagnose what is known
  shinrai --answers case.json -f json  from a file, for another program
  shinrai batch survey.csv             diagnose many at once";

/// The whole command line.
#[derive(Debug, Parser)]
#[command(
    name = "shinrai",
    version,
    about = EXAMPLES,
    after_help = AFTER_HELP,
    disable_help_subcommand = true,
    arg_required_else_help = false,
)]
pub struct Cli {
    #[command(flatten)]
    pub diagnose: Diagnose,
    #[command(flatten)]
    pub common: Common,
}

// The commands, without their flags. (A doc comment would become what `--help` says first.)
#[derive(Subcommand)]
enum Name {
    /// Ask what matters, then print the checklist (this is what `shinrai` alone does)
    Diagnose,
    /// Diagnose many at once: one case a line in (JSON lines or CSV), one diagnosis a line out
    Batch,
    /// Say in words what a rule or an entry means; with answers, why it holds or not
    Explain,
    /// List the questions with their options, for writers of scripts
    Questions,
    /// Show where to turn, without an interview
    Contacts,
    /// For authors of rulebooks
    Rulebook,
    /// Print what a shell needs to complete commands and flags
    Completions,
    /// Print the manual page, for `man ./shinrai.1`
    Man,
}

/// What to do.
#[derive(Debug)]
pub enum Command {
    Diagnose(Diagnose),
    Batch(Batch),
    Explain(Explain),
    Questions(Listing),
    Contacts(Listing),
    Rulebook(Rulebook),
    Completions(Completions),
    Man,
}

/// A command: its name, what puts its flags together, and what reads them.
type Called = (&'static str, fn(clap::Command) -> clap::Command, fn(&mut ArgMatches) -> Result<Command, clap::Error>);

const COMMANDS: [Called; 8] = [
    ("diagnose", Diagnose::augment_args, |flags| Ok(Command::Diagnose(Diagnose::from_arg_matches_mut(flags)?))),
    ("batch", Batch::augment_args, |flags| Ok(Command::Batch(Batch::from_arg_matches_mut(flags)?))),
    ("explain", Explain::augment_args, |flags| Ok(Command::Explain(Explain::from_arg_matches_mut(flags)?))),
    ("questions", Listing::augment_args, |flags| Ok(Command::Questions(Listing::from_arg_matches_mut(flags)?))),
    ("contacts", Listing::augment_args, |flags| Ok(Command::Contacts(Listing::from_arg_matches_mut(flags)?))),
    (
        "rulebook",
        |rulebook| Rulebook::augment_subcommands(rulebook).subcommand_required(true).arg_required_else_help(true),
        |flags| Ok(Command::Rulebook(Rulebook::from_arg_matches_mut(flags)?)),
    ),
    ("completions", Completions::augment_args, |flags| {
        Ok(Command::Completions(Completions::from_arg_matches_mut(flags)?))
    }),
    ("man", |man| man, |_| Ok(Command::Man)),
];

/// What the arguments of the program say. Only the flags of the command that is called are put together: nobody waits for
/// those of the others.
///
/// # Errors
///
/// Something is wrong with them, or help is asked for; [`whole_command`] can say it.
pub fn parsed() -> Result<(Cli, Option<Command>), clap::Error> {
    let first = env::args_os().nth(1);
    let called = COMMANDS.into_iter().find(|&(name, ..)| first.as_deref() == Some(OsStr::new(name)));
    let (command, above) = match called {
        Some((name, with_flags, _)) => (Common::augment_args(with_flags(clap::Command::new(name))), 1),
        None => (with_deferred_flags(), 0),
    };
    let mut command = ManuallyDrop::new(command); // the program ends before anybody needs the memory
    let mut matches = command.try_get_matches_from_mut(env::args_os().skip(above))?;
    let Some((.., read)) = called else { return understood(&mut matches) };
    let common = Common::from_arg_matches_mut(&mut matches)?;
    Ok((Cli { diagnose: Diagnose::default(), common }, Some(read(&mut matches)?)))
}

/// The command line, in which the flags of a command are put together when it is called.
fn with_deferred_flags() -> clap::Command {
    COMMANDS.into_iter().fold(Name::augment_subcommands(Cli::command()), |all, (name, with_flags, _)| {
        all.mut_subcommand(name, |command| command.defer(with_flags))
    })
}

/// The command line with everything in it, for help, manuals and completions.
pub fn whole_command() -> clap::Command {
    COMMANDS.into_iter().fold(Name::augment_subcommands(Cli::command()), |all, (name, with_flags, _)| {
        all.mut_subcommand(name, |command| {
            let about = command.get_about().cloned().unwrap_or_default();
            with_flags(command).about(about) // and not what is said of the flags
        })
    })
}

/// What a command line says; it is taken out of the matches, and not copied.
pub fn understood(matches: &mut ArgMatches) -> Result<(Cli, Option<Command>), clap::Error> {
    let called = matches.remove_subcommand().and_then(|(name, mut flags)| {
        let (.., read) = COMMANDS.into_iter().find(|(known, ..)| *known == name)?;
        Some(read(&mut flags))
    });
    Ok((Cli::from_arg_matches_mut(matches)?, called.transpose()?))
}

/// Commands for authors.
#[derive(Debug, Subcommand)]
pub enum Rulebook {
    /// Write a commented rulebook to begin with
    New(New),
    /// Add an entry, which is asked for; everything else in the file stays as it is
    Add(Add),
    /// Change a rulebook in an editor; what comes back is checked before it counts
    Edit(Edit),
    /// Report everything that is wrong with a rulebook
    Check(Check),
    /// Run the cases of a rulebook and show what differs from what they expect
    Test(Test),
    /// Show what an edit changes for whom, over all answers
    Diff(Diff),
    /// Print a rulebook with all its layers as one TOML file
    Show(Show),
    /// Print a rulebook as a booklet, for somebody who is to review it
    Doc(Doc),
    /// Draw what leads to what
    Graph(Graph),
    /// Print a JSON Schema, for programs that read or write what this one does
    Schema(SchemaOf),
}

/// Flags that mean the same everywhere.
#[derive(Debug, Args)]
#[command(next_help_heading = "Everywhere")]
pub struct Common {
    /// Language: ja or en [default: `$SHINRAI_LANG`, then the locale, then en]
    #[arg(short, long, global = true, value_name = "LANG", value_parser = language)]
    pub lang: Option<Language>,
    /// Rulebook to use: a file, a folder or `built-in` [default: `$SHINRAI_RULEBOOK`, then built-in]
    #[arg(short, long, global = true, value_name = "PATH")]
    pub rulebook: Option<PathBuf>,
    /// Folder in which `extends` may reach [default: the one that the rulebook is in]
    #[arg(long, global = true, value_name = "DIR")]
    pub root: Option<PathBuf>,
    /// The day to count from, such as 2026-11-22 [default: today]
    #[arg(long, global = true, value_name = "DATE", value_parser = day)]
    pub today: Option<Date>,
    /// Columns of a line [default: the terminal's, at most 100]
    #[arg(long, global = true, value_name = "N", value_parser = columns)]
    pub width: Option<u16>,
    /// Colour: auto, always or never
    #[arg(
        long,
        global = true,
        value_name = "WHEN",
        default_value = "auto",
        hide_default_value = true,
        hide_possible_values = true
    )]
    pub color: When,
}

/// Flags of a diagnosis.
#[derive(Debug, Default, PartialEq, Eq, Args)]
#[command(next_help_heading = "Diagnosis")]
pub struct Diagnose {
    #[command(flatten)]
    pub given: Given,
    /// Never ask; the default when stdin or stderr is no terminal
    #[arg(long)]
    pub no_input: bool,
    /// Diagnose although questions are unanswered; never asks
    #[arg(long)]
    pub partial: bool,
    /// Show the answers that are given before the list, to change them; and offer to mark what is done
    #[arg(long)]
    pub review: bool,
    /// Ask with a numbered list instead of a menu
    #[arg(long)]
    pub plain: bool,
    /// Format: text, markdown, html, json, csv or ics [default: from the ending of --output, or text]
    #[arg(short, long, value_name = "FORMAT", hide_possible_values = true)]
    pub format: Option<Format>,
    /// A copy to hand on: what will be done until when, of the lines that others may read; read it first
    #[arg(long)]
    pub redact: bool,
    /// Titles in a calendar that tell nothing: calendars are shared
    #[arg(long)]
    pub discreet: bool,
    /// Write to a file, whole or not at all
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Keep the answers in a TOML file, for --answers or --since
    #[arg(long, value_name = "FILE")]
    pub save: Option<PathBuf>,
    /// Keep the answers and what comes out as a `[case]` of the rulebook in use
    #[arg(long, value_name = "NAME")]
    pub save_case: Option<String>,
    /// Whom the case is about, when one is added to a rulebook.
    #[arg(skip)]
    pub case_about: Option<String>,
    /// An action that is done already, by its id; repeatable
    #[arg(long, value_name = "ID")]
    pub done: Vec<String>,
    /// Compare with an earlier diagnosis (its JSON, or its answers): asks only what can have changed
    #[arg(long, value_name = "FILE")]
    pub since: Option<PathBuf>,
    /// Show at most N lines of the checklist
    #[arg(long, value_name = "N", value_parser = lines, allow_negative_numbers = true)]
    pub top: Option<usize>,
    /// Also show the place of each line, and what was ruled out
    #[arg(long)]
    pub explain: bool,
}

/// Answers given beforehand.
#[derive(Debug, Default, PartialEq, Eq, Args)]
pub struct Given {
    /// An answer: Q=O, or Q=O,O for several; Q=? don't know, Q= none of these
    #[arg(short, long = "answer", value_name = "Q=O[,O]")]
    pub answer: Vec<String>,
    /// Answers from a TOML or JSON file, or - for stdin
    #[arg(long, value_name = "FILE")]
    pub answers: Option<PathBuf>,
    /// The answers of a case of the rulebook, on its day
    #[arg(long, value_name = "NAME")]
    pub case: Option<String>,
}

/// Flags of `batch`.
#[derive(Debug, Args)]
pub struct Batch {
    /// JSON lines such as {"id": "1", "answers": {"event": "mistake"}}, or a CSV table with a column for each question; - is stdin
    #[arg(value_name = "FILE")]
    pub input: Option<PathBuf>,
    /// What comes in: jsonl or csv [default: from the ending of the file, or from how it begins]
    #[arg(long, value_name = "KIND", hide_possible_values = true)]
    pub from: Option<Cases>,
    /// Diagnose although questions are unanswered
    #[arg(long)]
    pub partial: bool,
    /// Print whole diagnoses, as `--format json` does for one
    #[arg(long, conflicts_with_all = ["summary", "out_dir"])]
    pub full: bool,
    /// Print only how often each cause, obstacle and gate is found, and what comes first
    #[arg(long, conflicts_with = "out_dir")]
    pub summary: bool,
    /// In a summary, show only what so many share, in steps of so many; 3 at least [default: 5]
    #[arg(long, value_name = "N", value_parser = fewest, requires = "summary")]
    pub fewest: Option<u64>,
    /// Write a report for each case into a folder, which must be new or empty
    #[arg(long, value_name = "DIR")]
    pub out_dir: Option<PathBuf>,
    /// Format of the reports (text, markdown, html, json, csv, ics) [default: html], or of a summary (text, json)
    #[arg(short, long, value_name = "FORMAT", hide_possible_values = true)]
    pub format: Option<Format>,
    /// Stop at the first case that cannot be diagnosed
    #[arg(long)]
    pub fail_fast: bool,
    /// How many cases are diagnosed side by side [default: one for each processor]
    #[arg(long, value_name = "N", value_parser = threads)]
    pub threads: Option<usize>,
}

impl Batch {
    /// The flags with which each of them would be diagnosed alone.
    pub fn as_if_alone(&self) -> Diagnose {
        Diagnose { partial: self.partial, no_input: true, ..Diagnose::default() }
    }
}

/// How situations come in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Cases {
    Jsonl,
    Csv,
}

/// Flags of `explain`.
#[derive(Debug, Args)]
pub struct Explain {
    /// Ids such as `acknowledge` or `action.acknowledge`, or a finding such as `redundant`; without any, all ids are listed
    #[arg(value_name = "ID")]
    pub ids: Vec<String>,
    #[command(flatten)]
    pub given: Given,
}

/// Flags of `questions` and `contacts`.
#[derive(Debug, Args)]
pub struct Listing {
    /// Format: text or json
    #[arg(short, long, value_name = "FORMAT", hide_possible_values = true)]
    pub format: Option<Plain>,
}

/// Flags of `completions`.
#[derive(Debug, Args)]
pub struct Completions {
    /// The shell: bash, zsh, fish, powershell or elvish
    #[arg(value_name = "SHELL", hide_possible_values = true)]
    pub shell: clap_complete::Shell,
}

/// Flags of `rulebook check`.
#[derive(Debug, Args)]
pub struct Check {
    /// Rulebooks: files or folders [default: the rulebook in use]
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// Fail on warnings as well
    #[arg(long)]
    pub strict: bool,
    /// Format: text or json
    #[arg(short, long, value_name = "FORMAT", hide_possible_values = true)]
    pub format: Option<Plain>,
}

/// Flags of `rulebook test`.
#[derive(Debug, Args)]
pub struct Test {
    /// Rulebooks: files or folders [default: the rulebook in use]
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// Show what no case tries, with a case for each that can be pasted
    #[arg(long)]
    pub coverage: bool,
    /// Weaken the rules one by one and show which weakening no case notices
    #[arg(long)]
    pub mutate: bool,
    /// Format: text or json
    #[arg(short, long, value_name = "FORMAT", hide_possible_values = true)]
    pub format: Option<Plain>,
}

/// Flags of `rulebook schema`.
#[derive(Debug, Args)]
pub struct SchemaOf {
    /// Of what: diagnosis (what `--format json` prints), line (what `batch` prints), answers (what `--answers` reads, for the
    /// rulebook in use) or rulebook (for editors)
    #[arg(long = "for", value_name = "WHAT", hide_possible_values = true)]
    pub what: Described,
    /// Write to a file, whole or not at all
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// What a schema describes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Described {
    Diagnosis,
    Line,
    Answers,
    Rulebook,
}

/// Flags of `rulebook new`.
#[derive(Debug, Args)]
pub struct New {
    /// The file to write, such as `my-rules.toml`
    #[arg(value_name = "PATH")]
    pub path: PathBuf,
    /// One from nothing, not on top of the built-in rulebook
    #[arg(long)]
    pub standalone: bool,
}

/// Flags of `rulebook add`.
#[derive(Debug, Args)]
pub struct Add {
    /// What to add: question, action, cause, obstacle, gate, note or case
    #[arg(value_name = "KIND", hide_possible_values = true)]
    pub kind: Addable,
    /// The rulebook: a file or a folder [default: the rulebook in use]
    #[arg(value_name = "PATH")]
    pub path: Option<PathBuf>,
    /// Take the entry from a TOML file, or - for stdin, and ask nothing
    #[arg(long, value_name = "FILE")]
    pub from: Option<PathBuf>,
}

/// What can be added.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Addable {
    Question,
    Action,
    Cause,
    Obstacle,
    Gate,
    Note,
    Case,
}

/// Flags of `rulebook edit`.
#[derive(Debug, Args)]
pub struct Edit {
    /// The file [default: the rulebook in use]
    #[arg(value_name = "PATH")]
    pub path: Option<PathBuf>,
}

/// Flags of `rulebook show`.
#[derive(Debug, Args)]
pub struct Show {
    /// The rulebook: a file, a folder or `built-in` [default: the rulebook in use]
    #[arg(value_name = "PATH")]
    pub path: Option<PathBuf>,
    /// Only this entry; repeatable
    #[arg(long, value_name = "ID")]
    pub id: Vec<String>,
    /// Say where each entry is defined
    #[arg(long)]
    pub origin: bool,
}

/// Flags of `rulebook doc`.
#[derive(Debug, Args)]
pub struct Doc {
    /// The rulebook: a file, a folder or `built-in` [default: the rulebook in use]
    #[arg(value_name = "PATH")]
    pub path: Option<PathBuf>,
    /// Format: markdown or html [default: from the ending of --output, or markdown]
    #[arg(short, long, value_name = "FORMAT", hide_possible_values = true)]
    pub format: Option<Reading>,
    /// Write to a file, whole or not at all
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// Flags of `rulebook graph`.
#[derive(Debug, Args)]
pub struct Graph {
    /// The rulebook: a file, a folder or `built-in` [default: the rulebook in use]
    #[arg(value_name = "PATH")]
    pub path: Option<PathBuf>,
    /// Only what has to do with this entry; repeatable
    #[arg(long, value_name = "ID")]
    pub id: Vec<String>,
    /// Format: text (a tree) or mermaid (a flowchart)
    #[arg(short, long, value_name = "FORMAT", hide_possible_values = true)]
    pub format: Option<Drawing>,
}

/// A format of the booklet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Reading {
    #[value(alias = "md")]
    Markdown,
    Html,
}

/// A format of the graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Drawing {
    Text,
    Mermaid,
}

/// Flags of `rulebook diff`.
#[derive(Debug, Args)]
pub struct Diff {
    /// The old rulebook: a file, a folder or `built-in`
    #[arg(value_name = "OLD")]
    pub old: PathBuf,
    /// The new one
    #[arg(value_name = "NEW")]
    pub new: PathBuf,
    /// An entry has a new name, such as `action.tell=action.report`
    #[arg(long, value_name = "OLD=NEW")]
    pub renamed: Vec<String>,
    /// Exit with 1 if anything is different for anybody
    #[arg(long)]
    pub fail_on_change: bool,
    /// Format: text or json
    #[arg(short, long, value_name = "FORMAT", hide_possible_values = true)]
    pub format: Option<Plain>,
}

/// A format of output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    Text,
    #[value(alias = "md")]
    Markdown,
    Html,
    Json,
    Csv,
    Ics,
}

/// A format of lists and of what authors are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Plain {
    Text,
    Json,
}

/// When to use colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum When {
    Auto,
    Always,
    Never,
}

/// Why a value of a flag is not understood, in both languages.
#[derive(Clone, Debug)]
pub struct Misread(pub Words);

impl fmt::Display for Misread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.en)
    }
}

impl std::error::Error for Misread {}

fn language(tag: &str) -> Result<Language, Misread> {
    Language::from_tag(tag).ok_or_else(|| {
        Misread(words!(ja: "`ja`（日本語）か `en`（英語）です", en: "it is `ja` (Japanese) or `en` (English)"))
    })
}

fn day(text: &str) -> Result<Date, Misread> {
    given::day(text).ok_or_else(|| {
        Misread(words!(
            ja: "`2026-11-22` のように、実在する日付を書いてください",
            en: "write a day that exists, such as `2026-11-22`",
        ))
    })
}

/// The width that a flag names.
pub fn columns(text: &str) -> Result<u16, Misread> {
    let columns = text.parse().ok().filter(|columns| (20..=1000).contains(columns));
    columns.ok_or_else(|| Misread(words!(ja: "20から1000までの数です", en: "it is a number from 20 to 1000")))
}

fn lines(text: &str) -> Result<usize, Misread> {
    let lines = text.parse().ok().filter(|&lines| lines > 0);
    lines.ok_or_else(|| Misread(words!(ja: "1以上の数です", en: "it is a number from 1 up")))
}

fn fewest(text: &str) -> Result<u64, Misread> {
    let fewest = text.parse().ok().filter(|&fewest| fewest >= 3);
    fewest.ok_or_else(|| {
        Misread(words!(
            ja: "3以上の数です（少ないと、だれのことかがわかります）",
            en: "it is a number from 3 up (fewer would tell on somebody)",
        ))
    })
}

fn threads(text: &str) -> Result<usize, Misread> {
    let threads = text.parse().ok().filter(|threads| (1..=256).contains(threads));
    threads.ok_or_else(|| Misread(words!(ja: "1から256までの数です", en: "it is a number from 1 to 256")))
}
