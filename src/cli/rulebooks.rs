//! Finds the files of a rulebook and of those it extends.

use std::fs;
use std::path::{Path, PathBuf};

use crate::builtin;
use crate::cli::failure::{Detail, Failure, Kind};
use crate::cli::world::{self, World};
use crate::report::findings;
use crate::rulebook::read::{self, Reading};
use crate::rulebook::source::File;
use crate::rulebook::{Code, Finding, Rulebook, Severity};
use crate::words;
use anyhow::bail;

/// The most layers of one rulebook.
const MOST_LAYERS: usize = 16;

/// What a file is to hold, while it does not hold it yet.
#[derive(Clone, Debug)]
pub struct Draft<'a> {
    /// The file.
    pub path: &'a Path,
    /// What it is to hold.
    pub bytes: &'a [u8],
}

/// Reads the rulebook at a path, or the built-in one.
pub fn read(path: Option<&Path>) -> anyhow::Result<Reading> {
    read_with(path, None)
}

/// The same, as if a file held a draft.
pub fn read_with(path: Option<&Path>, draft: Option<&Draft<'_>>) -> anyhow::Result<Reading> {
    let mut layers = Vec::new();
    let mut seen: Vec<PathBuf> = Vec::new();
    let mut next = path.map(Path::to_owned);
    loop {
        let Some(path) = next.filter(|path| path.as_os_str() != builtin::NAME) else {
            layers.push(builtin::files());
            break;
        };
        let real = fs::canonicalize(&path).unwrap_or_else(|_| path.clone());
        if seen.contains(&real) || seen.len() == MOST_LAYERS {
            let name = world::path_name(&path);
            bail!(Failure::new(
                Kind::Rulebook,
                words!(ja: "`extends` が輪になっています（`{name}`）", en: "`extends` leads in a circle (`{name}`)"),
            ));
        }
        seen.push(real);
        let files = files_at(&path, draft)?;
        let base = read::extends(&files);
        layers.push(files);
        let Some(base) = base else { break };
        let folder = if path.is_dir() { path } else { path.parent().map(Path::to_owned).unwrap_or_default() };
        let path = if base == builtin::NAME { PathBuf::from(base) } else { folder.join(base) };
        if path.as_os_str() != builtin::NAME && !path.exists() {
            bail!(no_such_base(&path));
        }
        next = Some(path);
    }
    layers.reverse();
    let mut reading = read::read(layers);
    if let Some(folder) = path.and_then(whole_of) {
        for finding in reading.findings.iter_mut().filter(|finding| finding.code == Code::RulebookTable) {
            finding.help = Some(part_of(&folder));
        }
    }
    Ok(reading)
}

/// The folder of a file that stands there among other parts of a rulebook.
pub fn whole_of(path: &Path) -> Option<PathBuf> {
    let folder = path.parent().filter(|_| path.is_file())?;
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let files = files_at(folder, None).ok()?;
    if files.len() < 2 {
        return None; // it is a rulebook of its own
    }
    let has_header = |file: &&File| file.bytes.windows(10).any(|bytes| bytes == b"[rulebook]");
    (files.iter().filter(has_header).count() == 1).then(|| folder.to_owned())
}

fn part_of(folder: &Path) -> words::Words {
    let folder = world::path_name(folder);
    words!(
        ja: "フォルダー `{folder}` のルールブックの一部なら、フォルダーのほうを指定してください",
        en: "if it is a part of the rulebook in the folder `{folder}`, name the folder instead",
    )
}

fn no_such_base(path: &Path) -> Failure {
    let name = world::path_name(path);
    Failure::new(
        Kind::Io,
        words!(ja: "`extends` が指す `{name}` が見つかりません", en: "`extends` names `{name}`, which does not exist"),
    )
    .help(words!(
        ja: "このファイルから見た場所か、標準のルールブックなら `built-in` と書いてください",
        en: "write a path that is relative to this file, or `built-in`",
    ))
}

/// Reads a rulebook that is to be used: errors in it are shown on stderr, and end the program.
pub fn open(world: &World) -> anyhow::Result<Rulebook> {
    if is_built_in(world) { Ok(builtin::rulebook()) } else { usable(world).map(|(rulebook, _)| rulebook) }
}

fn is_built_in(world: &World) -> bool {
    world.rulebook.as_deref().is_none_or(|path| path.as_os_str() == builtin::NAME)
}

/// The same, with how it is written.
pub fn usable(world: &World) -> anyhow::Result<(Rulebook, Reading)> {
    let mut reading = read(world.rulebook.as_deref())?;
    match reading.rulebook.take() {
        Some(rulebook) => Ok((rulebook, reading)),
        None => bail!(has_errors(world, &reading)),
    }
}

fn has_errors(world: &World, reading: &Reading) -> Failure {
    let is_error = |finding: &&Finding| finding.severity() == Severity::Error;
    let errors: Vec<_> = reading.findings.iter().filter(is_error).cloned().collect();
    let text = findings::render(&errors, &reading.sources, None, world.language, world.stderr);
    world::tell(&text);
    let number = errors.len();
    let mut failure = Failure::new(
        Kind::Rulebook,
        words!(ja: "ルールブックに{number}件のエラーがあります", en: "the rulebook has errors ({number})"),
    );
    let data = findings::data(&errors, &reading.sources, None, world.language);
    failure.details = data
        .iter()
        .map(|finding| Detail {
            words: None,
            data: serde_json::to_value(finding).unwrap_or_default(),
            texts: Vec::new(),
        })
        .collect();
    failure.help(words!(ja: "上に示した所を直してください", en: "mend the places shown above"))
}

/// The files of a layer that are rulebooks: the file itself, or those of the folder in the order of their names.
pub fn paths_at(path: &Path) -> anyhow::Result<Vec<PathBuf>> {
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let name = world::path_name(path);
    let cannot =
        |error: &std::io::Error| Failure::io(words!(ja: "`{name}` を読めません", en: "cannot read `{name}`"), error);
    let mut paths = Vec::new();
    for entry in fs::read_dir(path).map_err(|error| cannot(&error))? {
        let path = entry.map_err(|error| cannot(&error))?.path();
        let is_hidden = path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"."));
        if !is_hidden && path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("toml")) {
            paths.push(path);
        }
    }
    paths.sort();
    if paths.is_empty() {
        bail!(Failure::new(
            Kind::Rulebook,
            words!(ja: "`{name}` に `*.toml` がありません", en: "there is no `*.toml` in `{name}`"),
        ));
    }
    Ok(paths)
}

fn files_at(path: &Path, draft: Option<&Draft<'_>>) -> anyhow::Result<Vec<File>> {
    let resolved = |path: &Path| fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let read = |path: &PathBuf| match draft.filter(|draft| resolved(draft.path) == resolved(path)) {
        Some(draft) => Ok(File { name: world::path_name(path), bytes: draft.bytes.to_vec() }),
        None => world::read(path),
    };
    paths_at(path)?.iter().map(read).collect()
}
