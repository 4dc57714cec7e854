//! `shinrai [diagnose]`: answers in, from flags, files or a person; a checklist out.

use std::io;
use std::path::Path;
use std::process::ExitCode;

use anyhow::bail;
use serde_json::json;

use crate::answers::given::{self, Fault, Written};
use crate::answers::{Answers, Details, Truths};
use crate::cli::args::{Diagnose, Format, Given};
use crate::cli::ask::{Choose, Person};
use crate::cli::failure::{Detail, Failure, Kind};
use crate::cli::interrupt::{self, LastWords};
use crate::cli::menu::Menu;
use crate::cli::numbered::Numbered;
use crate::cli::rulebooks;
use crate::cli::world::{self, World};
use crate::diagnosis::diagnose;
use crate::diagnosis::live::live;
use crate::interview::{Ask, Asked, Reply, Why, interview};
use crate::report::text::Extent;
use crate::report::{Style, json, text, wrap};
use crate::rulebook::source::{Source, decode};
use crate::rulebook::{Case, Id, Pick, Question, Rulebook, builtin};
use crate::words::{Language, Words, did_you_mean, is_unprintable, nearest, visible};
use crate::{word, words};

/// Runs a diagnosis.
pub fn run(flags: &Diagnose, world: &World) -> anyhow::Result<ExitCode> {
    refuse_unknown_ending(flags)?;
    if let Some(path) = target(flags) {
        world::require_writable(path)?;
    }
    let rulebook = rulebooks::open(world)?;
    let from_case = flags.given.case.as_deref().map(|name| case_named(&rulebook, name)).transpose()?;
    let today = match from_case {
        Some(case) if world.named_day.is_none() => rulebook.cases[case].today.unwrap_or(world.today),
        _ => world.today,
    };
    let world = &World { today, ..world.clone() };
    let given = answers_given(&rulebook, &flags.given)?;
    refuse_contradictions(&rulebook, &given, world)?;
    let may_ask = !flags.no_input && !flags.partial && !reads_stdin(&flags.given) && World::can_ask();
    let answers = if may_ask {
        ask(&rulebook, &given, flags, world)?
    } else {
        if !flags.partial {
            require_complete(&rulebook, &given, world)?;
        }
        given.clone()
    };
    let repeat = Command { rulebook: &rulebook, world, flags }.repeating(&answers);
    let diagnosis = diagnose(&rulebook, &answers, world.today);
    let output = match format(flags) {
        Format::Json => {
            let data = json::data(&rulebook, &diagnosis, world.language, &repeat);
            format!("{}\n", serde_json::to_string_pretty(&data).unwrap_or_default())
        }
        Format::Text => {
            let style = if target(flags).is_some() { Style { colour: false, ..world.stdout } } else { world.stdout };
            let extent = Extent { top: flags.top, explain: flags.explain };
            text::render(&rulebook, &diagnosis, world.language, style, extent)
        }
    };
    let written = match target(flags) {
        Some(path) => world::write(path, &output),
        None => world::print(&output),
    };
    if answers != given && (diagnosis.stopped_by.is_none() || written.is_err()) {
        world::tell(&how_to_repeat(&repeat, world));
    }
    written?;
    Ok(ExitCode::SUCCESS)
}

/// The file to write to; `-` is stdout.
fn target(flags: &Diagnose) -> Option<&Path> {
    flags.output.as_deref().filter(|path| path.as_os_str() != "-")
}

/// The format that the flags ask for: by name, or by the ending of the file.
pub fn format(flags: &Diagnose) -> Format {
    flags.format.or_else(|| format_of(flags.output.as_deref()?)).unwrap_or(Format::Text)
}

fn format_of(path: &Path) -> Option<Format> {
    match path.extension()?.to_str()? {
        "json" => Some(Format::Json),
        "txt" | "text" => Some(Format::Text),
        _ => None,
    }
}

/// An ending that names a format we do not write is not silently taken for text.
fn refuse_unknown_ending(flags: &Diagnose) -> anyhow::Result<()> {
    let Some(path) = target(flags).filter(|_| flags.format.is_none()) else { return Ok(()) };
    if format_of(path).is_some() || path.extension().is_none() || !world::is_ordinary(path) {
        return Ok(());
    }
    let name = world::path_name(path);
    bail!(
        Failure::new(
            Kind::Usage,
            words!(ja: "`{name}` の形式がわかりません", en: "the ending of `{name}` names no format"),
        )
        .help(words!(
            ja: "`.txt` か `.json` で終わる名前にするか、`--format` を使ってください",
            en: "use an ending such as `.txt` or `.json`, or name the `--format`",
        ))
    )
}

/// All answers that the command line names, checked.
pub fn answers_given(rulebook: &Rulebook, flags: &Given) -> anyhow::Result<Answers> {
    let mut written: Vec<(String, Written)> = Vec::new();
    let mut faults: Vec<Fault> = Vec::new();
    for flag in &flags.answer {
        match given::parse_flag(flag) {
            Ok(answer) => written.push(answer),
            Err(fault) => faults.push(fault),
        }
    }
    if let Some(path) = &flags.answers {
        let file = world::read(path)?;
        let (text, _) = decode(&file.bytes).map_err(|fault| {
            let Words { ja, en } = fault.message;
            let name = &file.name;
            Failure::new(Kind::Answers, words!(ja: "`{name}`: {ja}", en: "`{name}`: {en}"))
        })?;
        match given::parse_file(&Source::new(file.name, text)) {
            Ok(answers) => written.extend(answers),
            Err(more) => faults.extend(more),
        }
    }
    let answers = match given::resolve(rulebook, written) {
        Ok(answers) => answers,
        Err(more) => {
            faults.extend(more);
            Answers::none(rulebook)
        }
    };
    if !faults.is_empty() {
        bail!(Failure::answers(faults));
    }
    match &flags.case {
        Some(name) => add_case(rulebook, name, answers),
        None => Ok(answers),
    }
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

fn reads_stdin(flags: &Given) -> bool {
    flags.answers.as_ref().is_some_and(|path| path.as_os_str() == "-")
}

fn refuse_contradictions(rulebook: &Rulebook, answers: &Answers, world: &World) -> anyhow::Result<()> {
    let faults = given::contradictions(rulebook, answers, world.today);
    if faults.is_empty() { Ok(()) } else { bail!(Failure::answers(faults)) }
}

/// Every live question without an answer is named, with its options as a flag.
fn require_complete(rulebook: &Rulebook, answers: &Answers, world: &World) -> anyhow::Result<()> {
    let truths = Truths::of(rulebook, answers, Details::Assumed, world.today);
    let missing = live(rulebook, answers, &truths).unanswered;
    if missing.is_empty() {
        return Ok(());
    }
    let number = missing.len();
    let questions = words::count(number, "question");
    let failure = Failure::new(
        Kind::Answers,
        words!(
            ja: "まだ答えのない質問が{number}個あります（答えによっては不要になるものもあります）",
            en: "{questions} may still need an answer (some of them only for some answers to the others)",
        ),
    );
    let details = missing.into_iter().map(|question| missing_detail(rulebook, question)).collect();
    bail!(Failure { details, ..failure }.help(words!(
        ja: "上の形で答えを加えるか、`--partial` で今の答えだけから診断してください",
        en: "add answers like these, or diagnose what is known with `--partial`",
    )))
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
    let options: Vec<&String> = question.options.keys().collect();
    Detail {
        words: Some(
            words!(ja: "{flag}  # {joined_ja} {others} …「{ja}」", en: "{flag}  # {joined_en} {others} - {en}"),
        ),
        data: json!({ "question": name, "ask": en, "options": options, "flag": flag }),
    }
}

/// Interviews the person at the terminal.
fn ask(rulebook: &Rulebook, given: &Answers, flags: &Diagnose, world: &World) -> anyhow::Result<Answers> {
    let last_words = LastWords::default();
    let command = Command { rulebook, world, flags };
    interrupt::watch(&last_words)
        .map_err(|error| Failure::io(words!(ja: "シグナルを受け取れません", en: "cannot watch for signals"), &error))?;
    if flags.plain || world::is_plain_terminal() {
        let choose = Numbered::new(world.language, world.stderr.width);
        interview_person(command, given, choose, &last_words)
    } else {
        interview_person(command, given, Menu::new(world.language, world.stderr.colour), &last_words)
    }
}

fn interview_person(
    command: Command<'_>,
    given: &Answers,
    choose: impl Choose,
    last_words: &LastWords,
) -> anyhow::Result<Answers> {
    let world = command.world;
    let person = Person::new(command.rulebook, world.language, world.stderr, choose);
    person.greet();
    let mut watched = Watched { person, command, last_words };
    interview(command.rulebook, given, world.today, &mut watched).map_err(|error| {
        if error.kind() == io::ErrorKind::Interrupted {
            std::thread::park(); // another thread answers the signal and ends the program
        }
        world::tell(&format!("\n{}", last_words.text()));
        match error.kind() {
            io::ErrorKind::Interrupted => Failure::new(Kind::Signal(2), words!(ja: "中断しました", en: "interrupted")),
            io::ErrorKind::UnexpectedEof => Failure::new(
                Kind::Answers,
                words!(ja: "入力が終わりました", en: "the input ended before the last question"),
            ),
            _ => Failure::io(words!(ja: "質問できません", en: "cannot ask"), &error),
        }
        .into()
    })
}

/// Keeps the command that continues up to date.
struct Watched<'a, C> {
    person: Person<'a, C>,
    command: Command<'a>,
    last_words: &'a LastWords,
}

impl<C: Choose> Ask for Watched<'_, C> {
    type Error = io::Error;

    fn ask(&mut self, asked: &Asked, answers: &Answers) -> io::Result<Reply> {
        let command = self.command.repeating(answers);
        let language = self.command.world.language;
        let sentence = word!(
            language,
            ja: "中断しました。次のコマンドで続けられます（ここまでの答えが含まれます）。",
            en: "Interrupted. This command continues; it holds the answers so far."
        );
        let sentence = wrap::hanging("", sentence, self.command.world.stderr.width);
        self.last_words.set(format!("{sentence}  {command}\n"));
        self.person.ask(asked, answers)
    }

    fn explain(&mut self, why: &Why) -> io::Result<()> {
        self.person.explain(why)
    }

    fn help(&mut self) -> io::Result<()> {
        self.person.help()
    }

    fn contradict(&mut self, say: &Words) -> io::Result<()> {
        self.person.contradict(say)
    }

    fn offer_details(&mut self, number: usize) -> io::Result<bool> {
        self.person.offer_details(number)
    }
}

fn how_to_repeat(repeat: &str, world: &World) -> String {
    let sentence = word!(
        world.language,
        ja: "同じ診断をもう一度見るには、次のコマンドを使います。答えが含まれ、実行するとシェルの履歴に残ります。",
        en: "This command shows it again. It holds your answers, and stays in the shell's history when you run it."
    );
    format!("\n{}  {repeat}\n", wrap::hanging("", sentence, world.stderr.width))
}

/// The command line that makes a diagnosis again.
#[derive(Clone, Copy)]
struct Command<'a> {
    rulebook: &'a Rulebook,
    world: &'a World,
    flags: &'a Diagnose,
}

impl Command<'_> {
    fn repeating(&self, answers: &Answers) -> String {
        let mut words = vec!["shinrai".to_owned(), "diagnose".to_owned()];
        let mut flag = |name: &str, value: String| words.extend([name.to_owned(), quoted(&value)]);
        for (question, answer) in answers.given() {
            flag("-a", given::as_flag(self.rulebook, question, answer));
        }
        if let Some(path) = self.world.rulebook.as_deref().filter(|path| path.as_os_str() != builtin::NAME) {
            flag("--rulebook", path.to_string_lossy().into_owned());
        }
        flag("--lang", self.world.language.tag().to_owned());
        if self.world.named_day.is_some() || self.flags.given.case.is_some() {
            flag("--today", self.world.today.to_string());
        }
        for (holds, flag) in [(self.flags.partial, "--partial"), (self.flags.plain, "--plain")] {
            if holds {
                words.push(flag.to_owned());
            }
        }
        words.join(" ")
    }
}

/// A word as a POSIX shell takes it.
fn quoted(word: &str) -> String {
    let is_plain = |character: char| character.is_ascii_alphanumeric() || "=,._-/:".contains(character);
    if !word.is_empty() && word.chars().all(is_plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace(is_unprintable, "?").replace('\'', "'\\''"))
}
