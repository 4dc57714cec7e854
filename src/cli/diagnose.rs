//! `shinrai [diagnose]`: answers in, from flags, files or a person; a checklist out.

use std::io;
use std::process::ExitCode;

use crate::answers::Answers;
use crate::cli::args::{Diagnose, Format};
use crate::cli::ask::{Choose, Person};
use crate::cli::failure::{Failure, Kind};
use crate::cli::interrupt::{self, LastWords};
use crate::cli::menu::Menu;
use crate::cli::numbered::Numbered;
use crate::cli::repeat::Command;
use crate::cli::world::{self, World};
use crate::cli::{given, keep, output, rulebooks};
use crate::diagnosis::{Diagnosis, diagnose};
use crate::interview::interview;
use crate::report::text::Extent;
use crate::report::{Style, json, text, wrap};
use crate::{word, words};

/// Runs a diagnosis.
pub fn run(flags: &Diagnose, world: &World) -> anyhow::Result<ExitCode> {
    output::prepare(flags)?;
    let rulebook = rulebooks::open(world)?;
    let world = &given::on_the_day(&rulebook, &flags.given, world)?;
    let given = given::collect(&rulebook, &flags.given)?;
    given::refuse_contradictions(&rulebook, &given, world)?;
    let place = keep::place(flags.save_case.as_deref(), &rulebook, world)?;
    let command = Command { rulebook: &rulebook, world, flags };
    let answers = complete(command, &given)?;
    let diagnosis = diagnose(&rulebook, &answers, world.today);
    let written = output::write(flags, &rendered(command, &diagnosis));
    if answers != given && (diagnosis.stopped_by.is_none() || written.is_err()) {
        world::tell(&how_to_repeat(command, &answers));
    }
    written?;
    if let Some(place) = place {
        keep::save(place, &rulebook, &diagnosis, world)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// The answers that were given, completed by a person if there is one to ask.
fn complete(command: Command<'_>, given: &Answers) -> anyhow::Result<Answers> {
    let Command { rulebook, world, flags } = command;
    if flags.partial {
        return Ok(given.clone());
    }
    if flags.no_input || given::reads_stdin(&flags.given) || !World::can_ask() {
        given::require_complete(rulebook, given, world)?;
        return Ok(given.clone());
    }
    if flags.plain || world::is_plain_terminal() {
        ask(command, given, Numbered::new(world.language, world.stderr.width))
    } else {
        ask(command, given, Menu::new(world.language, world.stderr.colour))
    }
}

fn rendered(command: Command<'_>, diagnosis: &Diagnosis) -> String {
    let Command { rulebook, world, flags } = command;
    match output::format(flags) {
        Format::Json => {
            let repeat = command.repeating(&diagnosis.answers);
            let data = json::data(rulebook, diagnosis, world.language, &repeat);
            format!("{}\n", serde_json::to_string_pretty(&data).unwrap_or_default())
        }
        Format::Text => {
            let colour = world.stdout.colour && output::target(flags).is_none();
            let extent = Extent { top: flags.top, explain: flags.explain };
            text::render(rulebook, diagnosis, world.language, Style { colour, ..world.stdout }, extent)
        }
    }
}

/// Interviews the person at the terminal.
fn ask(command: Command<'_>, given: &Answers, choose: impl Choose) -> anyhow::Result<Answers> {
    let Command { rulebook, world, .. } = command;
    let last_words = LastWords::default();
    interrupt::watch(&last_words)
        .map_err(|error| Failure::io(words!(ja: "シグナルを受け取れません", en: "cannot watch for signals"), &error))?;
    let keep_up_to_date = |answers: &Answers| last_words.set(how_to_continue(command, answers));
    let mut person = Person::new(rulebook, world.language, world.stderr, choose, &keep_up_to_date);
    person.greet();
    interview(rulebook, given, world.today, &mut person).map_err(|error| {
        if error.kind() == io::ErrorKind::Interrupted {
            std::thread::park(); // another thread answers the signal and ends the program
        }
        let failure = match error.kind() {
            io::ErrorKind::Interrupted => Failure::new(Kind::Signal(2), words!(ja: "中断しました", en: "interrupted")),
            io::ErrorKind::UnexpectedEof => Failure::new(
                Kind::Answers,
                words!(ja: "質問の途中で入力が終わりました", en: "the input ended before the last question"),
            ),
            _ => Failure::io(words!(ja: "質問できません", en: "cannot ask"), &error),
        };
        world::tell(&format!("\n{}", last_words.text()));
        failure.into()
    })
}

fn how_to_continue(command: Command<'_>, answers: &Answers) -> String {
    let sentence = word!(
        command.world.language,
        ja: "中断しました。次のコマンドで続けられます（ここまでの答えが含まれます）。",
        en: "Interrupted. This command continues; it holds the answers so far."
    );
    under(sentence, command, answers)
}

fn how_to_repeat(command: Command<'_>, answers: &Answers) -> String {
    let sentence = word!(
        command.world.language,
        ja: "同じ診断をもう一度見るには、次のコマンドを使います。答えが含まれ、実行するとシェルの履歴に残ります。",
        en: "This command shows it again. It holds your answers, and stays in the shell's history when you run it."
    );
    format!("\n{}", under(sentence, command, answers))
}

/// A sentence, and the command below it on a line of its own, so that it can be copied whole.
fn under(sentence: &str, command: Command<'_>, answers: &Answers) -> String {
    format!("{}  {}\n", wrap::hanging("", sentence, command.world.stderr.width), command.repeating(answers))
}
