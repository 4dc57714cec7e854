//! The world outside: environment, terminal, clock, files.

use std::fs;
use std::io::{self, IsTerminal, Read, Write};
use std::path::{Path, PathBuf};

use anyhow::bail;
use chrono::Datelike as _;
use jiff::civil::Date;

use crate::cli::args::{Common, When};
use crate::cli::failure::{Failure, Kind};
use crate::report::Style;
use crate::report::command::RulebookAt;
use crate::rulebook::source::{File, MAX_BYTES};
use crate::words;
use crate::words::{Language, visible};

/// What the environment and the common flags say.
#[derive(Clone, Debug)]
pub struct World {
    /// The language of the user.
    pub language: Language,
    /// Whether neither the user nor the locale says which language.
    pub is_language_guessed: bool,
    /// The day to count from.
    pub today: Date,
    /// The rulebook to use, if one is named.
    pub rulebook: Option<PathBuf>,
    /// The folder in which a rulebook may read, if one is named.
    pub root: Option<PathBuf>,
    /// The layout of what goes to stdout.
    pub stdout: Style,
    /// The layout of what goes to stderr.
    pub stderr: Style,
    /// The columns of what is asked.
    pub columns: Columns,
    /// The day that the command line names, for commands that repeat this one.
    pub named_day: Option<Date>,
}

impl World {
    /// Looks around.
    pub fn new(common: &Common) -> Self {
        let columns = Columns::new(common.width);
        let width = columns.now();
        Self {
            columns,
            language: common.lang.unwrap_or_else(default_language),
            is_language_guessed: common.lang.or_else(usual_language).is_none(),
            today: common.today.unwrap_or_else(today),
            rulebook: common.rulebook.clone().or_else(|| variable_os("SHINRAI_RULEBOOK").map(PathBuf::from)),
            root: common.root.clone(),
            stdout: Style { width, colour: colour(common.color, io::stdout().is_terminal()) },
            stderr: Style { width, colour: colour(common.color, io::stderr().is_terminal()) },
            named_day: common.today,
        }
    }

    /// A rulebook as commands name it.
    pub fn rulebook_at(&self, path: &Path) -> RulebookAt {
        RulebookAt { path: path_name(path), root: self.root.as_deref().map(path_name) }
    }

    /// Whether a person can be asked: both ends of a prompt are a terminal.
    pub fn can_ask() -> bool {
        io::stdin().is_terminal() && io::stderr().is_terminal()
    }
}

/// The language before the command line is understood: `$SHINRAI_LANG`, then the locale, then English.
pub fn default_language() -> Language {
    usual_language().unwrap_or(Language::En)
}

/// The language that the environment asks for, if it is one of ours.
fn usual_language() -> Option<Language> {
    if let Some(language) = variable("SHINRAI_LANG").and_then(|tag| Language::from_locale(&tag)) {
        return Some(language);
    }
    let locale = if cfg!(unix) {
        ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().find_map(variable)
    } else {
        sys_locale::get_locales().find(|locale| Language::from_locale(locale).is_some())
    };
    locale.and_then(|locale| Language::from_locale(&locale))
}

fn variable(name: &str) -> Option<String> {
    variable_os(name)?.into_string().ok()
}

fn variable_os(name: &str) -> Option<std::ffi::OsString> {
    std::env::var_os(name).filter(|value| !value.is_empty())
}

/// The day at this place. `chrono` looks at the zone in use alone; `jiff` would list every zone there is first.
fn today() -> Date {
    let day = chrono::Local::now().date_naive();
    Date::new(
        i16::try_from(day.year()).unwrap_or(i16::MAX),
        i8::try_from(day.month()).unwrap_or(1),
        i8::try_from(day.day()).unwrap_or(1),
    )
    .unwrap_or(Date::MAX)
}

/// Whether a terminal can move its cursor and show more than ASCII.
pub fn is_plain_terminal() -> bool {
    if variable("TERM").is_none_or(|term| term == "dumb") && cfg!(unix) {
        return true;
    }
    cfg!(unix)
        && ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(variable).is_some_and(|locale| {
            locale.contains('.') && !locale.to_ascii_lowercase().replace('-', "").contains("utf8")
        })
}

/// How many columns a line has while a person is asked: the window can change its size meanwhile.
#[derive(Clone, Copy, Debug)]
pub struct Columns(Option<u16>);

impl Columns {
    /// As the command line says, or as the terminal is.
    pub const fn new(named: Option<u16>) -> Self {
        Self(named)
    }

    /// What the command line says.
    pub const fn named(self) -> Option<u16> {
        self.0
    }

    /// The columns at this moment.
    pub fn now(self) -> usize {
        self.0.map_or_else(columns, usize::from)
    }
}

/// The lines of the terminal at this moment.
pub fn rows() -> usize {
    usize::from(console::Term::stderr().size().0)
}

/// The columns of the terminal, or what `$COLUMNS` says: between 20 and 100, because longer lines are hard to read.
fn terminal_width() -> u16 {
    let columns = variable("COLUMNS").and_then(|columns| columns.parse().ok());
    let terminal = || console::Term::stdout().size_checked().or_else(|| console::Term::stderr().size_checked());
    columns.or_else(|| terminal().map(|(_, columns)| columns)).unwrap_or(80).clamp(20, 100)
}

/// The columns of messages, also where the command line was not understood.
pub fn columns() -> usize {
    usize::from(terminal_width())
}

/// Colour: the flag, then `NO_COLOR`, `CLICOLOR_FORCE`, `CLICOLOR`, `TERM` (no-color.org, bixense.com/clicolors).
fn colour(when: When, is_terminal: bool) -> bool {
    match when {
        When::Always => return true,
        When::Never => return false,
        When::Auto => {}
    }
    if variable("NO_COLOR").is_some() {
        return false;
    }
    if variable("CLICOLOR_FORCE").is_some_and(|force| force != "0") {
        return true;
    }
    let dumb = cfg!(unix) && variable("TERM").is_none_or(|term| term == "dumb");
    is_terminal && !dumb && variable("CLICOLOR").is_none_or(|colour| colour != "0")
}

/// Writes to stdout. A reader that went away is not a failure.
pub fn print(text: &str) -> anyhow::Result<()> {
    print_bytes(text.as_bytes())
}

/// The same for any bytes.
pub fn print_bytes(bytes: &[u8]) -> anyhow::Result<()> {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(bytes).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            bail!(Failure::io(words!(ja: "標準出力に書けません", en: "cannot write to stdout"), &error))
        }
        _ => Ok(()),
    }
}

/// Writes to stderr, as far as there is anybody to read it.
pub fn tell(text: &str) {
    let _ = io::stderr().lock().write_all(text.as_bytes());
}

/// Reads a file of a limited size; `-` is stdin.
pub fn read(path: &Path) -> anyhow::Result<File> {
    read_at_most(path, MAX_BYTES)
}

/// The same with another limit, where other files took their part of it.
pub fn read_at_most(path: &Path, limit: u64) -> anyhow::Result<File> {
    if path.as_os_str() == "-" {
        return read_from(io::stdin().lock(), "stdin", limit);
    }
    let cannot = |error: &io::Error| cannot_read(path, error);
    let metadata = fs::metadata(path).map_err(|error| cannot(&error))?;
    if metadata.is_dir() {
        bail!(cannot(&io::ErrorKind::IsADirectory.into()));
    }
    let file = fs::File::open(path).map_err(|error| cannot(&error))?;
    read_from(file, &path_name(path), limit)
}

/// That a file cannot be read, and why.
pub fn cannot_read(path: &Path, error: &io::Error) -> Failure {
    let name = path_name(path);
    Failure::io(words!(ja: "`{name}` を読めません", en: "cannot read `{name}`"), error)
}

fn read_from(reader: impl Read, name: &str, limit: u64) -> anyhow::Result<File> {
    let mut bytes = Vec::new();
    reader
        .take(limit + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| Failure::io(words!(ja: "`{name}` を読めません", en: "cannot read `{name}`"), &error))?;
    if bytes.len() as u64 > limit {
        bail!(too_large(name, limit));
    }
    Ok(File { name: name.to_owned(), bytes })
}

fn too_large(name: &str, limit: u64) -> Failure {
    let most = MAX_BYTES / 1024 / 1024;
    Failure::new(
        Kind::Io,
        match limit {
            MAX_BYTES => {
                words!(ja: "`{name}` は大きすぎます（{most} MiB まで）", en: "`{name}` is too large (over {most} MiB)")
            }
            _ => words!(
                ja: "`{name}` までで、ルールブックのファイルが合わせて {most} MiB を超えました",
                en: "with `{name}`, the files of the rulebook are over {most} MiB together",
            ),
        },
    )
}

/// Whether a path is a file, or nothing yet: no device and no pipe.
pub fn is_ordinary(path: &Path) -> bool {
    fs::metadata(path).map_or(true, |metadata| metadata.is_file())
}

/// A path as it is shown.
pub fn path_name(path: &Path) -> String {
    visible(&path.to_string_lossy())
}
