//! What shells and `man` want to know about the command line.

use std::process::ExitCode;

use clap::CommandFactory as _;
use clap_mangen::Man;

use crate::cli::args::{Cli, Completions};
use crate::cli::failure::Failure;
use crate::cli::world;
use crate::words;

const NAME: &str = "shinrai";

/// What the first line of a manual page says; `apropos` shows it.
const IN_ONE_LINE: &str = "a checklist for people who lost trust at work";

/// Prints a script for a shell.
pub fn completions(flags: &Completions) -> anyhow::Result<ExitCode> {
    let mut script = Vec::new();
    clap_complete::generate(flags.shell, &mut Cli::command(), NAME, &mut script);
    print(&script)
}

/// Prints the manual page: the program with its flags, and its commands.
pub fn man() -> anyhow::Result<ExitCode> {
    let mut page = Vec::new();
    write_page(&mut page).map_err(|error| {
        Failure::io(words!(ja: "マニュアルを作れません", en: "cannot make the manual page"), &error)
    })?;
    print(&page)
}

fn write_page(page: &mut Vec<u8>) -> std::io::Result<()> {
    let command = Cli::command();
    let examples = command.get_about().cloned().unwrap_or_default();
    let mut command = command.about(IN_ONE_LINE).long_about(examples);
    command.build();
    let man = Man::new(command).title("SHINRAI").date("2026-11-26").manual("shinrai");
    man.render_title(page)?;
    man.render_name_section(page)?;
    man.render_synopsis_section(page)?;
    man.render_description_section(page)?;
    man.render_options_section(page)?;
    man.render_subcommands_section(page)?;
    man.render_extra_section(page)?;
    man.render_version_section(page)
}

fn print(bytes: &[u8]) -> anyhow::Result<ExitCode> {
    world::print(&String::from_utf8_lossy(bytes))?;
    Ok(ExitCode::SUCCESS)
}
