//! What shells and `man` want to know about the command line.

use std::io;
use std::process::ExitCode;

use clap::Command;
use clap::builder::StyledStr;
use clap_mangen::Man;

use crate::cli::args::{self, Completions};
use crate::cli::failure::Failure;
use crate::cli::{help, world};
use crate::report::wrap;
use crate::words::Language;
use crate::{word, words};

const NAME: &str = "shinrai";

/// The day of the manual page.
const DAY: &str = "2026-11-27";

/// Prints a script for a shell.
pub fn completions(flags: &Completions) -> anyhow::Result<ExitCode> {
    let mut script = Vec::new();
    let mut command = with_values_shown(args::whole_command());
    clap_complete::generate(flags.shell, &mut command, NAME, &mut script);
    world::print_bytes(&script)?;
    Ok(ExitCode::SUCCESS)
}

/// The command line with the values that help leaves out, because it has them in a sentence.
fn with_values_shown(command: Command) -> Command {
    command.mut_args(|argument| argument.hide_possible_values(false)).mut_subcommands(with_values_shown)
}

/// Prints the manual page: the program with its flags, and its commands with theirs.
pub fn man(language: Language) -> anyhow::Result<ExitCode> {
    let page = page(language).map_err(|error| {
        Failure::io(words!(ja: "マニュアルを作れません", en: "cannot make the manual page"), &error)
    })?;
    world::print(&page)?;
    Ok(ExitCode::SUCCESS)
}

fn page(language: Language) -> io::Result<String> {
    let in_one_line = word!(
        language,
        ja: "仕事で信頼を失った人のための、やることの一覧",
        en: "a checklist for people who lost trust at work"
    );
    let mut command = help::localized(args::whole_command(), language);
    command.build();
    let text = |text: Option<&StyledStr>| text.map(ToString::to_string).unwrap_or_default();
    let (about, after) = (text(command.get_about()), text(command.get_after_help()));
    let (about, examples) = about.split_once("\n\n").unwrap_or((&about, ""));
    let title = Man::new(command.clone()).title("SHINRAI").date(DAY).manual("shinrai");
    let mut out = Vec::new();
    title.render_title(&mut out)?;
    let mut page = Page { language, out: String::from_utf8_lossy(&out).into_owned() };
    page.line(".ad l");
    page.section(word!(language, ja: "名前", en: "NAME"), &[&format!("{NAME} - {in_one_line}")]);
    page.section(word!(language, ja: "書式", en: "SYNOPSIS"), &[&usage(&command)]);
    page.section(word!(language, ja: "説明", en: "DESCRIPTION"), &[about]);
    page.block(word!(language, ja: "使用例", en: "EXAMPLES"), examples.lines().skip(1));
    page.flags(&command)?;
    for (path, sub) in commands(&command, NAME) {
        page.section(&path, &[&text(sub.get_about()), &usage(&sub)]);
        page.flags(&sub.mut_args(|argument| {
            let is_common = argument.get_help_heading().is_some_and(|heading| COMMON.contains(&heading));
            argument.hide(is_common)
        }))?;
    }
    page.block(word!(language, ja: "補足", en: "EXIT STATUS AND ENVIRONMENT"), after.lines());
    Ok(page.out)
}

/// The headings of the flags that stand in the first part of the page, and are not said again.
const COMMON: [&str; 4] = ["Everywhere", "共通", "Diagnosis", "診断"];

/// The commands that do something, with the words that call them.
fn commands(command: &Command, path: &str) -> Vec<(String, Command)> {
    let subcommands = command.get_subcommands().flat_map(|sub| {
        let path = format!("{path} {}", sub.get_name());
        if sub.has_subcommands() { commands(sub, &path) } else { vec![(path, sub.clone())] }
    });
    subcommands.collect()
}

fn usage(command: &Command) -> String {
    let usage = command.clone().render_usage().to_string();
    usage.trim_start_matches("Usage: ").trim_start_matches("使い方: ").to_owned()
}

/// A manual page in the making (the `man` macros, as groff and mandoc have them).
struct Page {
    language: Language,
    out: String,
}

impl Page {
    fn section(&mut self, heading: &str, paragraphs: &[&str]) {
        self.line(&format!(".SH {}", escaped(heading)));
        for (number, paragraph) in paragraphs.iter().enumerate() {
            if number > 0 {
                self.line(".PP");
            }
            let text = self.breakable(&escaped(paragraph));
            self.line(&text);
        }
    }

    /// Lines that stay as they are.
    fn block<'a>(&mut self, heading: &str, lines: impl Iterator<Item = &'a str>) {
        self.line(&format!(".SH {}\n.nf", escaped(heading)));
        lines.for_each(|line| self.line(&escaped(line)));
        self.line(".fi");
    }

    /// The flags of a command, under the headings that they have in its help.
    fn flags(&mut self, command: &Command) -> io::Result<()> {
        let mut flags = Vec::new();
        Man::new(command.clone()).render_options_section(&mut flags)?;
        for line in String::from_utf8_lossy(&flags).lines() {
            let line = match line.strip_prefix(".SH ") {
                Some(heading) => format!(".SS {heading}"),
                None if line.starts_with('.') || line.starts_with("\\f") => line.to_owned(),
                None => self.breakable(line),
            };
            self.line(&line);
        }
        Ok(())
    }

    /// Japanese has no spaces: where a line may end is written into it (`\:`).
    fn breakable(&self, text: &str) -> String {
        match self.language {
            Language::Ja => wrap::pieces(text).map(|(piece, _)| piece).collect::<Vec<_>>().join("\\:"),
            Language::En => text.to_owned(),
        }
    }

    fn line(&mut self, line: &str) {
        self.out.push_str(line);
        self.out.push('\n');
    }
}

/// Text that means itself; an empty line would end a paragraph of a block.
fn escaped(text: &str) -> String {
    let text = text.replace('\\', "\\e").replace('-', "\\-");
    if text.starts_with(['.', '\'']) { format!("\\&{text}") } else { text }
}
