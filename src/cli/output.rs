//! Where a diagnosis is written to, and in which format.

use std::path::{Path, PathBuf};

use anyhow::bail;

use crate::cli::args::{Diagnose, Format};
use crate::cli::failure::{Failure, Kind};
use crate::cli::world::World;
use crate::cli::{rulebooks, save, world};
use crate::words;
use crate::words::{Words, half_width, is_unprintable, visible};

/// Refuses what could not be written anyway, before anything is asked of a person.
pub fn prepare(flags: &Diagnose, is_asked: bool, world: &World) -> anyhow::Result<()> {
    refuse_unknown_ending(flags)?;
    let can_be_a_calendar = is_asked || format(flags) == Format::Ics; // who is asked can save one afterwards
    if flags.discreet && !can_be_a_calendar {
        bail!(
            Failure::new(
                Kind::Usage,
                words!(ja: "`--discreet` はカレンダーのためのものです", en: "`--discreet` is for calendars")
            )
            .help(words!(ja: "`--format ics` を加えてください", en: "add `--format ics`"))
        );
    }
    require_place_to_save(flags)?;
    require_other_files(flags, world)?;
    target(flags).map_or(Ok(()), save::require_writable)
}

/// No file is named for two things, by whatever names: the list, the answers, and the rulebook in use.
fn require_other_files(flags: &Diagnose, world: &World) -> anyhow::Result<()> {
    let (list, save) = (target(flags), flags.save.as_deref());
    let is_same = |one: Option<&Path>, other: Option<&Path>| {
        let other = other.and_then(save::identity);
        other.is_some() && one.and_then(save::identity) == other
    };
    let refused = |words: Words| Failure::new(Kind::Usage, words).help(other_name());
    if is_same(list, save) {
        bail!(refused(words!(ja: "`-o` と `--save` が同じファイルです", en: "`-o` and `--save` name the same file")));
    }
    let rulebook = world.rulebook.as_deref().filter(|path| path.exists()).map(rulebooks::paths_at).transpose()?;
    for written in [list, save].into_iter().flatten() {
        if rulebook.iter().flatten().any(|file| is_same(Some(file), Some(written))) {
            let name = world::path_name(written);
            bail!(refused(words!(ja: "`{name}` はルールブックそのものです", en: "`{name}` is the rulebook itself")));
        }
    }
    let reads = [flags.given.answers.as_deref(), flags.since.as_deref()];
    if format(flags) != Format::Json && reads.into_iter().any(|read| is_same(read, list)) {
        bail!(refused(words!(
            ja: "`-o` が、答えを読むファイルと同じです",
            en: "`-o` names the file that the answers come from",
        )));
    }
    Ok(())
}

fn other_name() -> Words {
    words!(ja: "別の名前にしてください", en: "use another name")
}

/// Answers are kept as TOML, in a file of their own.
fn require_place_to_save(flags: &Diagnose) -> anyhow::Result<()> {
    let Some(path) = flags.save.as_deref() else { return Ok(()) };
    let is_the_list = target(flags) == Some(path);
    if path.as_os_str() == "-" || is_the_list || format_of(path).is_some_and(|format| format != Format::Text) {
        bail!(
            Failure::new(
                Kind::Usage,
                words!(
                    ja: "`--save` には、答えだけを残すファイルが要ります",
                    en: "`--save` needs a file for the answers alone",
                )
            )
            .help(words!(
                ja: "`answers.toml` のように、`.toml` で終わる名前にしてください",
                en: "use a name that ends in `.toml`, such as `answers.toml`",
            ))
        );
    }
    save::require_writable(path)
}

/// Writes to the file that is named, or to stdout.
pub fn write(flags: &Diagnose, text: &str) -> anyhow::Result<()> {
    match target(flags) {
        Some(path) => save::write(path, text),
        None => world::print(text),
    }
}

/// The file to write to; `-` is stdout.
pub fn target(flags: &Diagnose) -> Option<&Path> {
    flags.output.as_deref().filter(|path| path.as_os_str() != "-")
}

/// The format that the flags ask for: by name, or by the ending of the file.
pub fn format(flags: &Diagnose) -> Format {
    flags.format.or_else(|| format_of(flags.output.as_deref()?)).unwrap_or(Format::Text)
}

/// The format that the ending of a name stands for.
pub fn format_of(path: &Path) -> Option<Format> {
    match path.extension()?.to_str()?.to_ascii_lowercase().as_str() {
        "json" => Some(Format::Json),
        "md" | "markdown" => Some(Format::Markdown),
        "html" | "htm" => Some(Format::Html),
        "csv" => Some(Format::Csv),
        "ics" => Some(Format::Ics),
        "txt" | "text" => Some(Format::Text),
        _ => None,
    }
}

/// The format for a file that a person names: text where it has no ending.
pub fn format_for(path: &Path) -> anyhow::Result<Format> {
    match format_of(path) {
        Some(format) => Ok(format),
        None if path.extension().is_none() || !world::is_ordinary(path) => Ok(Format::Text),
        None => bail!(unknown_ending(path).help(words!(
            ja: "`.txt`、`.html`、`.md`、`.csv`、`.ics`、`.json` のどれかで終わる名前にするか、`--format` を使ってください",
            en: "use an ending such as `.txt`, `.html`, `.md`, `.csv`, `.ics` or `.json`, or name the `--format`",
        ))),
    }
}

/// The file that a person names at the terminal, once it is sure that it can be written: as a shell would take it, with
/// an ending in full-width letters as the ordinary one, and with `.txt` where there is none.
pub fn named(name: &str) -> anyhow::Result<PathBuf> {
    let is_garbled = name.contains(char::REPLACEMENT_CHARACTER); // bytes that are no UTF-8 would become another name
    if is_garbled || name.contains(is_unprintable) {
        let shown = visible(name);
        bail!(Failure::new(
            Kind::Usage,
            words!(ja: "`{shown}` は名前として使えません", en: "`{shown}` cannot be a name"),
        ));
    }
    let home = name.strip_prefix("~/").and_then(|rest| Some(std::env::home_dir()?.join(rest)));
    let mut path = home.unwrap_or_else(|| PathBuf::from(with_ordinary_ending(name)));
    if path.extension().is_none() && world::is_ordinary(&path) {
        path.set_extension("txt");
    }
    if format_of(&path).is_none() && world::is_ordinary(&path) {
        bail!(unknown_ending(&path).help(words!(
            ja: "`.txt`、`.html`、`.md`、`.csv`、`.ics`、`.json` のどれかで終わる名前にしてください",
            en: "use a name that ends in `.txt`, `.html`, `.md`, `.csv`, `.ics` or `.json`",
        )));
    }
    save::require_writable(&path)?;
    if !world::is_ordinary(&path) {
        let name = world::path_name(&path);
        bail!(Failure::new(Kind::Usage, words!(ja: "`{name}` はファイルではありません", en: "`{name}` is no file")));
    }
    Ok(path)
}

fn with_ordinary_ending(name: &str) -> String {
    let Some((stem, ending)) = name.rsplit_once(['.', '．']) else { return name.to_owned() };
    format!("{stem}.{}", half_width(ending))
}

/// An ending that names a format we do not write is not silently taken for text.
fn refuse_unknown_ending(flags: &Diagnose) -> anyhow::Result<()> {
    match target(flags) {
        Some(path) if flags.format.is_none() => format_for(path).map(|_| ()),
        _ => Ok(()),
    }
}

fn unknown_ending(path: &Path) -> Failure {
    let name = world::path_name(path);
    let message = words!(ja: "`{name}` の形式がわかりません", en: "the ending of `{name}` names no format");
    Failure::new(Kind::Usage, message)
}
