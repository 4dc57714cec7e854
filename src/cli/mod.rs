//! The command line: the only place that touches the world.
//!
//! A command gets a `World` and its flags, and returns what to print or a `Failure`. Results go to stdout,
//! everything else to stderr.

mod args;
mod ask;
mod author;
mod batch;
mod diagnose;
mod explain;
mod failure;
mod given;
mod help;
mod keep;
mod listing;
mod lock;
mod output;
mod repeat;
mod rulebooks;
mod save;
mod shell;
mod terminal;
mod usage;
mod world;

use std::process::ExitCode;

use anyhow::bail;
use args::{Cli, Command, Format, Plain, Rulebook};
use world::World;

/// Runs the program.
pub fn run() -> ExitCode {
    terminal::outlive_size_limits();
    match args::parsed() {
        Ok((cli, command)) => answer(&cli, command.as_ref()),
        Err(_) => usage::report(&in_words_of_the_user()),
    }
}

/// What is wrong with the command line, or its help. Only now is the language of help worth its time.
fn in_words_of_the_user() -> clap::Error {
    let command = help::localized(args::whole_command(), usage::language()).term_width(0); // `usage` breaks the lines
    let unforeseen = || clap::Error::new(clap::error::ErrorKind::Format);
    command.try_get_matches().and_then(|mut matches| args::understood(&mut matches)).err().unwrap_or_else(unforeseen)
}

fn answer(cli: &Cli, command: Option<&Command>) -> ExitCode {
    let world = World::new(&cli.common);
    dispatch(cli, command, &world)
        .unwrap_or_else(|error| failure::report(&error, world.language, wants_json(cli, command)))
}

fn dispatch(cli: &Cli, command: Option<&Command>, world: &World) -> anyhow::Result<ExitCode> {
    let is_bare = cli.diagnose == args::Diagnose::default();
    match command {
        None if is_bare && !World::can_ask() => bail!(usage::nobody_to_ask()),
        None => diagnose::run(&cli.diagnose, world),
        Some(_) if !is_bare => bail!(usage::flags_before_command()),
        Some(Command::Diagnose(flags)) => diagnose::run(flags, world),
        Some(Command::Batch(flags)) => batch::run(flags, world),
        Some(Command::Explain(flags)) => explain::run(flags, world),
        Some(Command::Questions(flags)) => listing::questions(flags, world),
        Some(Command::Contacts(flags)) => listing::contacts(flags, world),
        Some(Command::Completions(flags)) => shell::completions(flags),
        Some(Command::Man) => shell::man(world.language),
        Some(Command::Rulebook(Rulebook::Check(flags))) => author::check::run(flags, world),
        Some(Command::Rulebook(Rulebook::Test(flags))) => author::test::run(flags, world),
        Some(Command::Rulebook(Rulebook::Diff(flags))) => author::diff::run(flags, world),
        Some(Command::Rulebook(Rulebook::New(flags))) => author::new::run(flags, world),
        Some(Command::Rulebook(Rulebook::Add(flags))) => author::add::run(flags, world),
        Some(Command::Rulebook(Rulebook::Edit(flags))) => author::edit::run(flags, world),
        Some(Command::Rulebook(Rulebook::Show(flags))) => author::show::show(flags, world),
        Some(Command::Rulebook(Rulebook::Doc(flags))) => author::show::doc(flags, world),
        Some(Command::Rulebook(Rulebook::Graph(flags))) => author::show::graph(flags, world),
        Some(Command::Rulebook(Rulebook::Schema(flags))) => author::schema::run(flags, world),
    }
}

/// Whether stdout is for a program, also when something is wrong.
fn wants_json(cli: &Cli, command: Option<&Command>) -> bool {
    let plain = |format: Option<Plain>| format == Some(Plain::Json);
    match command {
        None => output::format(&cli.diagnose) == Format::Json,
        Some(_) if cli.diagnose != args::Diagnose::default() => output::format(&cli.diagnose) == Format::Json,
        Some(Command::Diagnose(flags)) => output::format(flags) == Format::Json,
        Some(Command::Questions(flags) | Command::Contacts(flags)) => plain(flags.format),
        Some(Command::Batch(flags)) => flags.format == Some(Format::Json) && flags.summary,
        Some(Command::Rulebook(Rulebook::Check(flags))) => plain(flags.format),
        Some(Command::Rulebook(Rulebook::Test(flags))) => plain(flags.format),
        Some(Command::Rulebook(Rulebook::Diff(flags))) => plain(flags.format),
        Some(Command::Explain(_) | Command::Completions(_) | Command::Man | Command::Rulebook(_)) => false,
    }
}
