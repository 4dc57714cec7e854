//! `shinrai rulebook add`: one more entry, asked for or from a file, put in so that everything else stays as it is.

use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::bail;

use super::desk::Desk;
use super::form::Form;
use crate::builtin;
use crate::cli::args::{Add, Addable, Diagnose};
use crate::cli::ask::choice::Choose;
use crate::cli::ask::menu::Menu;
use crate::cli::ask::numbered::Numbered;
use crate::cli::failure::{Failure, Kind};
use crate::cli::terminal::{LastWords, Terminal};
use crate::cli::world::{self, World};
use crate::cli::{diagnose, rulebooks};
use crate::report::wrap;
use crate::rulebook::Kind as EntryKind;
use crate::rulebook::document;
use crate::rulebook::finding::Finding;
use crate::rulebook::finding::Findings;
use crate::rulebook::insert::{self, NotInserted};
use crate::rulebook::read::is_good_id;
use crate::rulebook::source::{Source, decode};
use crate::words::{Words, half_width, visible};
use crate::{say, word, words};

/// Asks for an entry, or reads it, shows what it changes, and puts it into the file of the rulebook.
pub fn run(flags: &Add, world: &World) -> anyhow::Result<ExitCode> {
    let path = flags.path.as_deref().or(world.rulebook.as_deref());
    let kind = kind_of(flags.kind);
    let whole = World { rulebook: path.map(Path::to_owned), ..world.clone() };
    if let Some(from) = &flags.from {
        let (id, text) = entry_in(from, kind)?;
        let desk = Desk::take(Some(&file_for(path, kind)?), world)?;
        let draft = inserted(&desk.file, &desk.before, kind, &id, &text)?;
        let look = desk.look(&draft, world)?;
        world::tell(&look.text);
        if look.is_broken {
            bail!(has_errors());
        }
        desk.save(&draft)?;
        say_added(&desk, kind, &id, world);
        return Ok(ExitCode::SUCCESS);
    }
    if !World::can_ask() {
        bail!(nobody_to_ask());
    }
    if kind == EntryKind::Case {
        return a_case(&whole);
    }
    let desk = Desk::take(Some(&file_for(path, kind)?), world)?;
    let Some(rulebook) = desk.read(&desk.before, world)?.rulebook else {
        rulebooks::usable(&World { rulebook: Some(desk.rulebook.clone()), ..world.clone() })?;
        bail!(has_errors());
    };
    let terminal = Terminal::watch()
        .map_err(|error| Failure::io(words!(ja: "シグナルを受け取れません", en: "cannot watch for signals"), &error))?;
    let _guard = terminal.guard();
    terminal.set_last_words(LastWords {
        sentence: nothing_was_added().get(world.language).to_owned(),
        ..LastWords::default()
    });
    let is_plain = world::is_plain_terminal();
    let choose: Box<dyn Choose> = if is_plain {
        Box::new(Numbered::new(world.language, world.columns, terminal))
    } else {
        Box::new(Menu::new(world.language, world.columns, world.stderr.colour, terminal))
    };
    let mut form = Form::new(&rulebook, world.language, world.columns, choose);
    let asked = form.entry(kind).map_err(|error| ended(&error))?;
    world::tell(&format!("\n{}\n", asked.text));
    let draft = inserted(&desk.file, &desk.before, kind, &asked.id, &asked.text)?;
    let look = desk.look(&draft, world)?;
    world::tell(&look.text);
    if form.is_wanted(look.is_broken).map_err(|error| ended(&error))? {
        desk.save(&draft)?;
        say_added(&desk, kind, &asked.id, world);
    }
    Ok(ExitCode::SUCCESS)
}

const fn kind_of(kind: Addable) -> EntryKind {
    match kind {
        Addable::Question => EntryKind::Question,
        Addable::Action => EntryKind::Action,
        Addable::Cause => EntryKind::Cause,
        Addable::Obstacle => EntryKind::Obstacle,
        Addable::Gate => EntryKind::Gate,
        Addable::Note => EntryKind::Note,
        Addable::Case => EntryKind::Case,
    }
}

/// The file of a rulebook for an entry of this kind: the last that has such entries, or the last there is.
fn file_for(path: Option<&Path>, kind: EntryKind) -> anyhow::Result<PathBuf> {
    let Some(path) = path.filter(|path| path.as_os_str() != builtin::NAME && path.is_dir()) else {
        return Ok(path.map_or_else(|| PathBuf::from(builtin::NAME), Path::to_owned));
    };
    let paths = rulebooks::paths_at(path)?;
    let has_such = |path: &&PathBuf| world::read(path).is_ok_and(|file| insert::has_entries(&file.bytes, kind));
    let found = paths.iter().rev().find(has_such).or(paths.last());
    Ok(found.cloned().unwrap_or_else(|| path.to_owned()))
}

/// The entry that a file holds, and nothing else.
fn entry_in(from: &Path, kind: EntryKind) -> anyhow::Result<(String, String)> {
    let file = world::read(from)?;
    let name = file.name.clone();
    let unclear = || {
        let kind = kind.name();
        Failure::new(
            Kind::Usage,
            words!(ja: "`{name}` は、一つの `[{kind}.…]` ではありません", en: "`{name}` is not one `[{kind}.…]`"),
        )
    };
    let Ok((text, _)) = decode(&file.bytes) else { bail!(unclear()) };
    let source = Source::new(name.clone(), text.clone());
    let mut faults = Findings::default();
    let table = document::parse(0, &source, &mut faults);
    if let Some(first) = faults.first().cloned() {
        bail!(unreadable(&source, first));
    }
    let entries = table.get(kind.name()).and_then(|entry| entry.node.table());
    match entries.map(|entries| entries.keys().collect::<Vec<_>>()).as_deref() {
        Some([id]) if table.len() == 1 => Ok(((*id).clone(), text)),
        _ => bail!(unclear()),
    }
}

/// The first thing that is no TOML in an entry, and its line.
fn unreadable(source: &Source, finding: Finding) -> Failure {
    let name = &source.name;
    let line = finding.labels.first().map_or(1, |label| source.line_column(label.span.start as usize).0);
    let Words { ja, en } = finding.message;
    let failure =
        Failure::new(Kind::Usage, words!(ja: "`{name}` の{line}行目: {ja}", en: "`{name}`, line {line}: {en}"));
    match finding.help {
        Some(help) => failure.help(help),
        None => failure,
    }
}

/// What a file holds with one more entry.
pub fn inserted(path: &Path, before: &[u8], kind: EntryKind, id: &str, text: &str) -> anyhow::Result<Vec<u8>> {
    let name = world::path_name(path);
    let entry = format!("{}.{}", kind.name(), visible(id));
    insert::insert(before, kind, id, text).map_err(|reason| {
        let words = match reason {
            NotInserted::Broken => {
                words!(ja: "`{name}` に、読めない所があります", en: "`{name}` cannot be read as it is")
            }
            NotInserted::Exists => words!(ja: "`{entry}` はもうあります", en: "there is `{entry}` already"),
            NotInserted::Unencodable(character) => words!(
                ja: "`{name}` の文字コードでは「{character}」を書けません",
                en: "the encoding of `{name}` has no `{character}`",
            ),
            NotInserted::NoPlace => words!(
                ja: "`{name}` に、`{entry}` を正しく加えられる場所がありません",
                en: "there is no place in `{name}` where `{entry}` would be read as meant",
            ),
        };
        let failure = Failure::new(Kind::Rulebook, words);
        match reason {
            NotInserted::Unencodable(_) => {
                failure.help(words!(ja: "ファイルを UTF-8 で保存し直してください", en: "save the file as UTF-8 first"))
            }
            NotInserted::NoPlace => failure.help(words!(
                ja: "`[{entry}]` の形で書いてください",
                en: "write it as `[{entry}]`",
            )),
            _ => failure.help(words!(
                ja: "`shinrai rulebook check` で確かめてください",
                en: "see what `shinrai rulebook check` says",
            )),
        }
        .into()
    })
}

/// A case comes from an interview.
fn a_case(world: &World) -> anyhow::Result<ExitCode> {
    let sentence = word!(
        world.language,
        ja: "これは事例を作るための質問です。実在の人の答えは入れないでください。",
        en: "These questions make an example. Do not enter the answers of a real person."
    );
    world::tell(&wrap::hanging("", sentence, world.stderr.width));
    let (rulebook, _) = rulebooks::usable(world)?;
    let id = loop {
        let prompt = word!(
            world.language,
            ja: "id（プログラムの中での名前。例: `late_twice`）: ",
            en: "Its id (a name for the program, such as `late_twice`): "
        );
        let id = half_width(&line(prompt)?);
        if is_good_id(&id) && rulebook.cases.find(&id).is_none() {
            break id;
        }
        let sentence = word!(
            world.language,
            ja: "ほかの事例にない名前を、英小文字・数字・`_` で書いてください。",
            en: "Use a name that no other case has: lower-case letters, digits and `_`."
        );
        world::tell(&wrap::hanging("", sentence, world.stderr.width));
    };
    let about = line(word!(world.language, ja: "どんな人の例ですか: ", en: "Whom is it about? "))?;
    diagnose::run(&Diagnose { save_case: Some(id), case_about: Some(about), ..Diagnose::default() }, world)
}

/// A line that a person types.
fn line(prompt: &str) -> anyhow::Result<String> {
    world::tell(prompt);
    let mut line = String::new();
    match io::stdin().read_line(&mut line) {
        Ok(0) => Err(ended(&io::ErrorKind::UnexpectedEof.into())),
        Ok(_) => Ok(line.trim().to_owned()),
        Err(error) => Err(ended(&error)),
    }
}

fn say_added(desk: &Desk, kind: EntryKind, id: &str, world: &World) {
    let (name, entry) = (world::path_name(&desk.file), format!("{}.{}", kind.name(), visible(id)));
    let sentence = say!(
        world.language,
        ja: "`{name}` に `{entry}` を加えました。",
        en: "Added `{entry}` to `{name}`."
    );
    world::tell(&wrap::hanging("", &sentence, world.stderr.width));
}

fn nobody_to_ask() -> Failure {
    Failure::new(
        Kind::Usage,
        words!(ja: "端末がないので質問できません", en: "there is no terminal to ask questions on"),
    )
    .help(words!(
        ja: "加える項目を TOML で書き、`--from ファイル` か `--from -` で渡してください",
        en: "write the entry in TOML and pass it with `--from FILE` or `--from -`",
    ))
}

fn has_errors() -> Failure {
    Failure::new(
        Kind::Rulebook,
        words!(ja: "エラーがあるため、加えませんでした", en: "it has errors, so it was not added"),
    )
}

fn nothing_was_added() -> Words {
    words!(ja: "何も加えずに終わりました", en: "ended without adding anything")
}

/// What ended the questions before their end: nothing was changed.
fn ended(error: &io::Error) -> anyhow::Error {
    let words = nothing_was_added();
    match error.kind() {
        io::ErrorKind::UnexpectedEof | io::ErrorKind::Interrupted => Failure::new(Kind::EndOfInput, words).into(),
        _ => Failure::io(words, error).into(),
    }
}
