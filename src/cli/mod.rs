//! The command line: the only place that touches the world.
//!
//! A command gets a `World` and its flags, and returns what to print or a `Failure`. Results go to stdout,
//! everything else to stderr.

mod args;
mod ask;
mod author;
mod diagnose;
mod explain;
mod failure;
mod given;
mod keep;
mod listing;
mod output;
mod repeat;
mod rulebooks;
mod terminal;
mod usage;
mod world;

use std::process::ExitCode;

use anyhow::bail;
use clap::Parser;

use args::{Cli, Command, Format, Rulebook};
use world::World;

/// Runs the program.
pub fn run() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return usage::report(&error),
    };
    let world = World::new(&cli.common);
    let format = format_of(&cli);
    match dispatch(cli, &world) {
        Ok(code) => code,
        Err(error) => failure::report(&error, world.language, format == Format::Json),
    }
}

fn dispatch(cli: Cli, world: &World) -> anyhow::Result<ExitCode> {
    let is_bare = cli.diagnose == args::Diagnose::default();
    match cli.command {
        None if is_bare && !World::can_ask() => bail!(usage::nobody_to_ask()),
        None => diagnose::run(&cli.diagnose, world),
        Some(_) if !is_bare => bail!(usage::flags_before_command()),
        Some(Command::Diagnose(flags)) => diagnose::run(&flags, world),
        Some(Command::Explain(flags)) => explain::run(&flags, world),
        Some(Command::Questions(flags)) => listing::questions(&flags, world),
        Some(Command::Contacts(flags)) => listing::contacts(&flags, world),
        Some(Command::Rulebook(Rulebook::Check(flags))) => author::check::run(&flags, world),
        Some(Command::Rulebook(Rulebook::Test(flags))) => author::test::run(&flags, world),
        Some(Command::Rulebook(Rulebook::Diff(flags))) => author::diff::run(&flags, world),
    }
}

fn format_of(cli: &Cli) -> Format {
    match &cli.command {
        None => output::format(&cli.diagnose),
        Some(_) if cli.diagnose != args::Diagnose::default() => output::format(&cli.diagnose),
        Some(Command::Diagnose(flags)) => output::format(flags),
        Some(Command::Questions(flags) | Command::Contacts(flags)) => flags.format.unwrap_or(Format::Text),
        Some(Command::Rulebook(Rulebook::Check(flags))) => flags.format.unwrap_or(Format::Text),
        Some(Command::Rulebook(Rulebook::Test(flags))) => flags.format.unwrap_or(Format::Text),
        Some(Command::Rulebook(Rulebook::Diff(flags))) => flags.format.unwrap_or(Format::Text),
        Some(Command::Explain(_)) => Format::Text,
    }
}
