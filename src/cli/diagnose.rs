//! `shinrai [diagnose]`: answers in, from flags, files or a person; a checklist out.

use std::io::{self, IsTerminal};
use std::mem::ManuallyDrop;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::bail;
use jiff::civil::Date;
use serde_json::json;

use crate::answers::Answers;
use crate::answers::given::{contradictions, contradictions_in};
use crate::cli::args::{Diagnose, Format};
use crate::cli::ask::Person;
use crate::cli::ask::after::{Seen, Wish};
use crate::cli::ask::choice::Choose;
use crate::cli::ask::menu::Menu;
use crate::cli::ask::numbered::Numbered;
use crate::cli::failure::{Detail, Failure, Kind};
use crate::cli::given::StillCounts;
use crate::cli::repeat::Command;
use crate::cli::terminal::{LastWords, Terminal};
use crate::cli::world::{self, World};
use crate::cli::{given, keep, output, rulebooks, save};
use crate::diagnosis::{Diagnosis, Since, diagnose};
use crate::interview::{Interview, Next};
use crate::report::ics::Titles;
use crate::report::page::{Extent, Privacy, Reader, page};
use crate::report::{Style, case, csv, html, ics, json, markdown, phrases, text, wrap};
use crate::rulebook::Rulebook;
use crate::words::{Language, Words};
use crate::{say, word, words};

/// Runs a diagnosis.
pub fn run(flags: &Diagnose, world: &World) -> anyhow::Result<ExitCode> {
    output::prepare(flags, is_somebody_to_ask(flags), world)?;
    refuse_stdin_twice(flags)?;
    let rulebook = ManuallyDrop::new(rulebooks::open(world)?); // the program ends with it
    let rulebook: &Rulebook = &rulebook;
    let world = &given::on_the_day(rulebook, &flags.given, world)?;
    let given = given::collect(rulebook, &flags.given, &flags.done, world)?;
    let earlier = flags.since.as_deref().map(|path| given::earlier(rulebook, path, world)).transpose()?;
    let given = match &earlier {
        Some(earlier) => given::following(rulebook, given, earlier, still_counts(flags), world.today),
        None => given,
    };
    let place = keep::place(flags.save_case.as_deref(), rulebook, world)?;
    let command = Command { rulebook, world, flags };
    let before = earlier.as_ref().map(|earlier| {
        let day = earlier.today.unwrap_or(world.today);
        Before { diagnosis: diagnose(rulebook, &earlier.answers, day), day: earlier.today }
    });
    let interview = if is_somebody_to_ask(flags) {
        given::refuse(contradictions(rulebook, &given, world.today))?;
        let interview = Interview::new(rulebook, given.clone(), world.today);
        let interview = match earlier {
            Some(earlier) => interview.remembering(earlier.answers),
            None => interview,
        };
        Some(interview).filter(|interview| flags.review || matches!(interview.next(), Next::Ask(_)))
    } else {
        None
    };
    let diagnosis = ManuallyDrop::new(if let Some(interview) = interview {
        converse(command, interview, before)?
    } else {
        let diagnosis = compared(rulebook, diagnose(rulebook, &given, world.today), before.as_ref());
        given::refuse(contradictions_in(rulebook, &given, &diagnosis.unassumed))?;
        if !flags.partial && !diagnosis.live.unanswered.is_empty() {
            bail!(given::unanswered(rulebook, &diagnosis.live.unanswered));
        }
        if flags.since.is_some() && !is_somebody_to_ask(flags) && output::format(flags) == Format::Text {
            world::tell(&wrap::hanging("", earlier_answers_count(world.language), world.stderr.width));
        }
        say_hidden_gate(command, &diagnosis);
        write(command, &rendered(command, &diagnosis, Reader::AtTheCommandLine))?;
        if let Some(path) = &flags.save {
            save::write(path, case::answers(rulebook, &diagnosis))?;
        }
        diagnosis
    });
    if flags.redact && diagnosis.stopped_by.is_none() {
        world::tell(&wrap::hanging("", &about_the_copy(command, &diagnosis), world.stderr.width));
    }
    if let Some(place) = place {
        keep::save(&place, flags.case_about.as_deref(), rulebook, &diagnosis, world)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn refuse_stdin_twice(flags: &Diagnose) -> anyhow::Result<()> {
    let is_stdin = |path: &Option<PathBuf>| path.as_ref().is_some_and(|path| path.as_os_str() == "-");
    if is_stdin(&flags.given.answers) && is_stdin(&flags.since) {
        bail!(Failure::new(
            Kind::Usage,
            words!(
                ja: "標準入力から読めるのは `--answers` か `--since` のどちらか一つです",
                en: "only one of `--answers` and `--since` can be read from stdin",
            )
        ));
    }
    Ok(())
}

/// An earlier diagnosis, and its day if that is known.
struct Before {
    diagnosis: Diagnosis,
    day: Option<Date>,
}

/// Says a gate that ends everything else where there is no place for it in what is written. Nobody in danger is left with
/// an empty list.
fn say_hidden_gate(command: Command<'_>, diagnosis: &Diagnosis) {
    let Command { rulebook, world, flags } = command;
    let is_hidden = flags.redact || matches!(output::format(flags), Format::Csv | Format::Ics);
    if is_hidden && diagnosis.stopped_by.is_some() {
        let page = page(rulebook, diagnosis, world.language, Extent::default());
        world::tell(&text::render(&page, world.stderr));
    }
}

/// Writes what came out. A calendar without an event is none.
fn write(command: Command<'_>, text: &str) -> anyhow::Result<()> {
    if text.is_empty() {
        world::tell(&wrap::hanging("", no_calendar(command.world.language), command.world.stderr.width));
        return Ok(());
    }
    output::write(command.flags, text)
}

fn no_calendar(language: Language) -> &'static str {
    word!(
        language,
        ja: "カレンダーに載せる予定がないため、ファイルは作りませんでした。",
        en: "There is nothing to put into a calendar, so none was written."
    )
}

/// A diagnosis, with what is different from an earlier one.
fn compared(rulebook: &Rulebook, mut diagnosis: Diagnosis, earlier: Option<&Before>) -> Diagnosis {
    diagnosis.since = earlier.map(|before| Since::between(rulebook, &before.diagnosis, before.day, &diagnosis));
    diagnosis
}

fn still_counts(flags: &Diagnose) -> StillCounts {
    if is_somebody_to_ask(flags) { StillCounts::WhatLasts } else { StillCounts::Everything }
}

/// Without a person to ask, nothing tells what has changed but the command line.
fn earlier_answers_count(language: Language) -> &'static str {
    word!(
        language,
        ja: "前の答えをそのまま使いました。変わったことは `-a 質問=選択肢` で、済んだことは `--done ID` で伝えてください（ID は `--explain` でわかります）。",
        en: "The earlier answers were used. Say what has changed with `-a question=option`, and what is done with `--done ID` (`--explain` shows the ids)."
    )
}

/// What the person is to know of a copy, and nobody else.
fn about_the_copy(command: Command<'_>, diagnosis: &Diagnosis) -> String {
    let Command { rulebook, world, .. } = command;
    let most = command.flags.top.unwrap_or(usize::MAX);
    let (all, copied) = (diagnosis.checklist.len(), diagnosis.shared(rulebook).checklist.len().min(most));
    if copied == 0 && !diagnosis.shared(rulebook).done.is_empty() {
        return word!(
            world.language,
            ja: "写しに載るのは、済んだことだけです。残りは、ご自分だけのためのものです。",
            en: "The copy holds only what is done; the rest of your list is for you alone."
        )
        .to_owned();
    }
    if copied == 0 {
        return word!(
            world.language,
            ja: "今の一覧はどれもご自分だけのためのものなので、写しには何も載せていません。",
            en: "Everything on your list is for you alone at present, so the copy is empty."
        )
        .to_owned();
    }
    let holds = say!(
        world.language,
        ja: "写しには、{all}件のうち{copied}件を載せました。",
        en: "The copy holds {copied} of your {all} lines."
    );
    let rest = word!(world.language, ja: "ほかは、ご自分だけのためのものです。", en: " The rest is for you alone.");
    let rest = if copied < all { rest } else { "" };
    let read = word!(
        world.language,
        ja: "それでも事情が伝わることがあるので、渡す前に一度読んでください。",
        en: " It can still tell what it is about, so read it before you hand it on."
    );
    format!("{holds}{rest}{read}")
}

fn is_somebody_to_ask(flags: &Diagnose) -> bool {
    let reads_stdin = [&flags.given.answers, &flags.since].into_iter().flatten().any(|path| path.as_os_str() == "-");
    !flags.partial && !flags.no_input && !reads_stdin && World::can_ask()
}

fn rendered(command: Command<'_>, diagnosis: &Diagnosis, reader: Reader) -> String {
    let Command { world, flags, .. } = command;
    let colour = world.stdout.colour && output::target(flags).is_none();
    rendered_as(command, diagnosis, output::format(flags), Style { colour, ..world.stdout }, reader)
}

/// A diagnosis in a format; empty for a calendar without an event.
pub fn rendered_as(
    command: Command<'_>,
    diagnosis: &Diagnosis,
    format: Format,
    style: Style,
    reader: Reader,
) -> String {
    let Command { rulebook, world, flags } = command;
    let reader = if format == Format::Text { reader } else { Reader::OfAFile };
    let privacy = if flags.redact { Privacy::Redacted } else { Privacy::Whole };
    let extent = Extent { top: flags.top, explain: flags.explain, reader, privacy };
    let shared = flags.redact.then(|| diagnosis.shared(rulebook));
    let diagnosis = shared.as_ref().unwrap_or(diagnosis);
    let page = || page(rulebook, diagnosis, world.language, extent);
    match format {
        Format::Json => {
            let repeat = command.repeating(diagnosis);
            let data = json::data(rulebook, diagnosis, world.language, &repeat);
            let data = if privacy == Privacy::Redacted { data.redacted() } else { data };
            let data = data.first_lines(flags.top);
            json::pretty(&data)
        }
        Format::Text => text::render(&page(), style),
        Format::Markdown => markdown::render(&page()),
        Format::Html => html::render(&page()),
        Format::Csv => csv::render(&page()),
        Format::Ics => {
            let titles = if flags.discreet { Titles::Neutral } else { Titles::Tasks };
            ics::render(&page(), titles).unwrap_or_default()
        }
    }
}

/// Interviews the person at the terminal and shows the list; returns what came out in the end.
fn converse(command: Command<'_>, interview: Interview<'_>, earlier: Option<Before>) -> anyhow::Result<Diagnosis> {
    let Command { world, flags, .. } = command;
    let terminal = Terminal::watch()
        .map_err(|error| Failure::io(words!(ja: "シグナルを受け取れません", en: "cannot watch for signals"), &error))?;
    let _guard = terminal.guard();
    let mut conversation = Conversation { command, interview, earlier, terminal: terminal.clone() };
    if flags.plain || world::is_plain_terminal() {
        conversation.run(Numbered::new(world.language, world.columns, terminal))
    } else {
        conversation.run(Menu::new(world.language, world.columns, world.stderr.colour, terminal))
    }
}

/// What the question behind the list takes of the screen.
const LINES_OF_WHAT_NEXT: usize = 10;

struct Conversation<'a> {
    command: Command<'a>,
    interview: Interview<'a>,
    earlier: Option<Before>,
    terminal: Terminal,
}

impl Conversation<'_> {
    fn run(&mut self, choose: impl Choose) -> anyhow::Result<Diagnosis> {
        let (command, terminal) = (self.command, self.terminal.clone());
        let Command { rulebook, world, .. } = command;
        let keep_up_to_date = |answers: &Answers| terminal.set_last_words(to_continue(command, answers));
        let mut person = Person::new(rulebook, world.language, world.columns, choose, &keep_up_to_date);
        let kept_in = command.flags.save.as_deref().or(command.flags.save_case.as_ref().and(world.rulebook.as_deref()));
        let kept_in = kept_in.map(world::path_name);
        person.greet(world.is_language_guessed, kept_in.as_deref());
        if let Some(before) = &self.earlier {
            person.welcome_back(before.day.map(|day| phrases::date_from(day, world.today, world.language)));
        }
        loop {
            person.interview(&mut self.interview).map_err(|error| self.ended(&error))?;
            if self.earlier.is_none() {
                break;
            }
            let now = diagnose(rulebook, &self.interview.answers(), world.today);
            if person.what_is_done(&mut self.interview, &now).map_err(|error| self.ended(&error))? {
                break;
            }
        }
        let (mut diagnosis, mut seen) = self.show()?;
        while is_on_screen(command.flags) {
            match person.after_list(&mut self.interview, &diagnosis, seen).map_err(|error| self.ended(&error))? {
                Wish::Finish => break,
                Wish::ShowAgain => (diagnosis, seen) = self.show()?,
                Wish::Save(path) => self.save(&diagnosis, &path),
            }
        }
        terminal.set_last_words(LastWords::default());
        if diagnosis.stopped_by.is_none() {
            world::tell(&how_to_repeat(command, &diagnosis));
        }
        Ok(diagnosis)
    }

    /// Writes what comes out of the answers, and says how much of it is in sight.
    fn show(&self) -> anyhow::Result<(Diagnosis, Seen)> {
        let Command { rulebook, world, flags } = self.command;
        let diagnosis = diagnose(rulebook, &self.interview.answers(), world.today);
        let diagnosis = compared(self.command.rulebook, diagnosis, self.earlier.as_ref());
        let repeat = how_to_repeat(self.command, &diagnosis);
        let reader = if is_on_screen(flags) { Reader::InTheInterview } else { Reader::AtTheCommandLine };
        let text = rendered(self.command, &diagnosis, reader);
        if is_on_screen(flags) {
            world::tell("\n"); // apart from the answers above
        }
        say_hidden_gate(self.command, &diagnosis);
        let written = write(self.command, &text);
        // at once: a list that was seen may be left anyhow
        let kept = flags.save.as_ref().map_or(Ok(()), |path| save::write(path, case::answers(rulebook, &diagnosis)));
        if written.is_err() || kept.is_err() {
            world::tell(&repeat); // the answers are not lost with the file
        }
        written?;
        if let Some(path) = output::target(flags).filter(|_| !text.is_empty()) {
            self.say_saved(path);
        }
        kept?;
        if let Some(path) = &flags.save {
            let name = world::path_name(path);
            let sentence =
                say!(world.language, ja: "答えを `{name}` に保存しました。", en: "Your answers are saved in `{name}`.");
            world::tell(&wrap::hanging("", &sentence, world.columns.now()));
        }
        self.terminal.set_last_words(if diagnosis.stopped_by.is_none() {
            let command = self.command.repeating(&diagnosis);
            LastWords { sentence: words_to_repeat(world.language).to_owned(), command, output: String::new() }
        } else {
            LastWords::default()
        });
        let is_in_sight = diagnosis.stopped_by.is_none() || !flags.redact;
        let seen = if is_in_sight && text.lines().count() + LINES_OF_WHAT_NEXT <= world::rows() {
            Seen::Whole
        } else {
            Seen::End
        };
        Ok((diagnosis, seen))
    }

    /// Saves the list; what goes wrong is said, and the person can try again.
    fn save(&self, diagnosis: &Diagnosis, path: &Path) {
        let world = self.command.world;
        let saved = output::format_for(path).and_then(|format| {
            let style = Style { colour: false, ..world.stdout };
            let text = rendered_as(self.command, diagnosis, format, style, Reader::OfAFile);
            if text.is_empty() { Ok(false) } else { save::write(path, &text).map(|()| true) }
        });
        match saved {
            Ok(true) => self.say_saved(path),
            Ok(false) => world::tell(&wrap::hanging("", no_calendar(world.language), world.columns.now())),
            Err(error) => world::tell(&Failure::of(&error).text(world.language)),
        }
    }

    fn say_saved(&self, path: &Path) {
        let whole = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        let (world, name) = (self.command.world, world::path_name(&whole));
        let sentence = say!(
            world.language,
            ja: "`{name}` に保存しました。",
            en: "Saved in `{name}`."
        );
        world::tell(&wrap::hanging("", &sentence, world.columns.now()));
        if !self.command.flags.redact {
            let sentence = word!(
                world.language,
                ja: "あなたの答えも含まれています。",
                en: "It holds your answers as well."
            );
            world::tell(&wrap::hanging("", sentence, world.columns.now()));
        }
    }

    /// What ended the questions before their end.
    fn ended(&self, error: &io::Error) -> anyhow::Error {
        /// The signal that a terminal sends when it is closed.
        const HANG_UP: u8 = 1;
        /// The signal of Ctrl-C.
        const INTERRUPT: u8 = 2;
        match error.kind() {
            _ if self.terminal.ending().is_some() => self.terminal.leave(INTERRUPT),
            io::ErrorKind::Interrupted => self.terminal.leave(INTERRUPT),
            _ if !World::can_ask() => self.terminal.leave(HANG_UP),
            io::ErrorKind::UnexpectedEof => {
                world::tell("\n");
                end_of_input(self.command, &self.interview.answers()).into()
            }
            _ => {
                self.terminal.take_lines();
                world::tell(&format!("\n{}", how_to_continue(self.command, &self.interview.answers())));
                Failure::io(words!(ja: "質問できません", en: "cannot ask"), error).into()
            }
        }
    }
}

/// Whether the list stands on a screen, where more can be done with it: it is written nowhere else.
fn is_on_screen(flags: &Diagnose) -> bool {
    output::target(flags).is_none() && output::format(flags) == Format::Text && io::stdout().is_terminal()
}

/// The input ended before the last question: that is a way to stop.
fn end_of_input(command: Command<'_>, answers: &Answers) -> Failure {
    let line = command.continuing(answers);
    let detail = Detail {
        words: Some(words!(ja: "{line}", en: "{line}")),
        data: json!({ "continue": line }),
        texts: Vec::new(),
    };
    Failure { details: vec![detail], ..Failure::new(Kind::EndOfInput, words_to_continue(answers)) }
}

fn how_to_continue(command: Command<'_>, answers: &Answers) -> String {
    under(words_to_continue(answers).get(command.world.language), command, &command.continuing(answers))
}

/// The same for the moment in which a signal ends the program; a program that waits for JSON gets it.
fn to_continue(command: Command<'_>, answers: &Answers) -> LastWords {
    let (line, language) = (command.continuing(answers), command.world.language);
    let sentence = words_to_continue(answers).get(language).to_owned();
    let is_awaited = output::format(command.flags) == Format::Json && output::target(command.flags).is_none();
    let mut error = end_of_input(command, answers).json(language);
    error["error"]["kind"] = json!("interrupted");
    let output = if is_awaited { format!("{error}\n") } else { String::new() };
    LastWords { sentence, command: line, output }
}

fn words_to_continue(answers: &Answers) -> Words {
    if answers.given().next().is_none() {
        return words!(
            ja: "ここで止めました。次のコマンドで、もう一度始められます。",
            en: "Stopped here. This command starts again.",
        );
    }
    words!(
        ja: "ここで止めました。続きは、次のコマンドで始められます。ここまでの答えが含まれ、実行するとシェルの履歴に残ります。",
        en: "Stopped here. This command continues. It holds your answers so far, and stays in the shell's history when you run it.",
    )
}

fn how_to_repeat(command: Command<'_>, diagnosis: &Diagnosis) -> String {
    format!("\n{}", under(words_to_repeat(command.world.language), command, &command.repeating(diagnosis)))
}

fn words_to_repeat(language: Language) -> &'static str {
    word!(
        language,
        ja: "同じ一覧をもう一度見たいときのコマンドです（使わなくて構いません）。--review を付けると、答えを直したり、済んだことに印を付けたりできます。答えが含まれ、実行するとシェルの履歴に残ります。",
        en: "If you want this list again, this command shows it; with --review you can change answers or mark what is done. It holds your answers, and stays in the shell's history when you run it."
    )
}

/// A sentence, and the command below it on a line of its own, so that it can be copied whole.
fn under(sentence: &str, command: Command<'_>, line: &str) -> String {
    format!("{}  {line}\n", wrap::hanging("", sentence, command.world.columns.now()))
}
