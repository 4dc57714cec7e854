//! What shells and `man` want to know about the command line.

use std::io::{self, Write as _};
use std::process::ExitCode;

use clap::CommandFactory as _;
use clap_mangen::Man;

use crate::cli::args::{Cli, Completions};
use crate::cli::failure::Failure;
use crate::cli::{help, world};
use crate::words;
use crate::words::Language;

const NAME: &str = "shinrai";

/// The day of the manual page.
const DAY: &str = "2026-11-27";

/// The sections of the page, as they are called in Japanese manual pages.
const SECTIONS: [(&str, &str); 8] = [
    ("NAME", "名前"),
    ("SYNOPSIS", "書式"),
    ("DESCRIPTION", "説明"),
    ("OPTIONS", "オプション"),
    ("SUBCOMMANDS", "コマンド"),
    ("EXAMPLES", "使用例"),
    ("EXTRA", "補足"),
    ("VERSION", "版"),
];

/// Prints a script for a shell.
pub fn completions(flags: &Completions) -> anyhow::Result<ExitCode> {
    let mut script = Vec::new();
    clap_complete::generate(flags.shell, &mut Cli::command(), NAME, &mut script);
    print(&script)
}

/// Prints the manual page: the program with its flags, and its commands.
pub fn man(language: Language) -> anyhow::Result<ExitCode> {
    let mut page = Vec::new();
    write_page(&mut page, language).map_err(|error| {
        Failure::io(words!(ja: "マニュアルを作れません", en: "cannot make the manual page"), &error)
    })?;
    let mut page = String::from_utf8_lossy(&page).into_owned();
    if language == Language::Ja {
        for (english, japanese) in SECTIONS {
            page = page.replace(&format!(".SH {english}\n"), &format!(".SH {japanese}\n"));
        }
    }
    print(page.as_bytes())
}

fn write_page(page: &mut Vec<u8>, language: Language) -> io::Result<()> {
    /// What the first line says; `apropos` shows it.
    const IN_ONE_LINE: [&str; 2] =
        ["仕事で信頼を失った人のための、やることの一覧", "a checklist for people who lost trust at work"];
    let [ja, en] = IN_ONE_LINE;
    let in_one_line = if language == Language::Ja { ja } else { en };
    let command = help::localized(Cli::command(), language);
    let about = command.get_about().map(ToString::to_string).unwrap_or_default();
    let (about, examples) = about.split_once("\n\n").unwrap_or((&about, ""));
    let mut command = command.about(in_one_line).long_about(about.to_owned());
    command.build();
    let man = Man::new(command).title("SHINRAI").date(DAY).manual("shinrai");
    man.render_title(page)?;
    man.render_name_section(page)?;
    man.render_synopsis_section(page)?;
    man.render_description_section(page)?;
    write_examples(page, examples)?;
    man.render_options_section(page)?;
    man.render_subcommands_section(page)?;
    man.render_extra_section(page)?;
    man.render_version_section(page)
}

/// The lines below the heading of the examples, as they stand.
fn write_examples(page: &mut Vec<u8>, examples: &str) -> io::Result<()> {
    writeln!(page, ".SH EXAMPLES\n.nf")?;
    for line in examples.lines().skip(1) {
        let line = line.trim_start().replace('\\', "\\\\").replace('-', "\\-");
        writeln!(page, "{line}")?;
    }
    writeln!(page, ".fi")
}

fn print(bytes: &[u8]) -> anyhow::Result<ExitCode> {
    world::print(&String::from_utf8_lossy(bytes))?;
    Ok(ExitCode::SUCCESS)
}
