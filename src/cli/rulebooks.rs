//! Finds the files of a rulebook and of those it extends.
//!
//! A rulebook may come from anybody. What it names is read only where it may look: in one folder and below, links followed.

use std::fs;
use std::path::{Path, PathBuf};

use crate::builtin;
use crate::cli::failure::{Detail, Failure, Kind};
use crate::cli::world::{self, World};
use crate::report::findings;
use crate::rulebook::read::{self, Reading};
use crate::rulebook::source::{File, MAX_BYTES};
use crate::rulebook::{Code, Finding, Rulebook, Severity};
use crate::words;
use anyhow::bail;

/// The most layers of one rulebook.
const MOST_LAYERS: usize = 16;

/// The most files of one rulebook, over all layers.
const MOST_FILES: usize = 256;

/// What a file is to hold, while it does not hold it yet.
#[derive(Clone, Debug)]
pub struct Draft<'a> {
    /// The file.
    pub path: &'a Path,
    /// What it is to hold.
    pub bytes: &'a [u8],
}

/// Reads the rulebook at a path, or the built-in one.
pub fn read(path: Option<&Path>, world: &World) -> anyhow::Result<Reading> {
    read_with(path, None, world)
}

/// The same, as if a file held a draft.
pub fn read_with(path: Option<&Path>, draft: Option<&Draft<'_>>, world: &World) -> anyhow::Result<Reading> {
    let mut layers = Vec::new();
    let mut seen: Vec<PathBuf> = Vec::new();
    let mut reach = Reach::new(path, draft, world)?;
    let mut next = path.map(Path::to_owned);
    loop {
        let Some(path) = next.filter(|path| path.as_os_str() != builtin::NAME) else {
            layers.push(builtin::files());
            break;
        };
        let real = fs::canonicalize(&path).unwrap_or_else(|_| path.clone());
        if seen.contains(&real) {
            bail!(in_a_circle(&path));
        }
        if seen.len() == MOST_LAYERS {
            bail!(too_many_layers(&path));
        }
        seen.push(real);
        let files = reach.files_at(&path)?;
        let base = read::extends(&files);
        layers.push(files);
        let Some(base) = base else { break };
        let folder = if path.is_dir() { path } else { path.parent().map(Path::to_owned).unwrap_or_default() };
        next = Some(if base == builtin::NAME { PathBuf::from(base) } else { reach.base(&folder.join(base))? });
    }
    layers.reverse();
    let mut reading = read::read(layers);
    let mut headless = reading.findings.iter_mut().filter(|finding| finding.code == Code::RulebookTable).peekable();
    if headless.peek().is_some()
        && let Some(folder) = path.and_then(whole_of)
    {
        headless.for_each(|finding| finding.help = Some(part_of(&folder)));
    }
    Ok(reading)
}

/// Which files a rulebook may name, and how much of them is still read.
struct Reach<'a> {
    /// What the user named, which may stand anywhere.
    named: Option<&'a Path>,
    draft: Option<&'a Draft<'a>>,
    /// The folder in which everything else stands.
    root: PathBuf,
    bytes: u64,
    files: usize,
}

impl<'a> Reach<'a> {
    fn new(named: Option<&'a Path>, draft: Option<&'a Draft<'a>>, world: &World) -> anyhow::Result<Self> {
        let root = match &world.root {
            Some(root) => fs::canonicalize(root).map_err(|error| world::cannot_read(root, &error))?,
            None => folder_around(named)?,
        };
        Ok(Self { named, draft, root, bytes: MAX_BYTES, files: MOST_FILES })
    }

    /// The files of a layer.
    fn files_at(&mut self, path: &Path) -> anyhow::Result<Vec<File>> {
        paths_at(path)?.iter().map(|path| self.file(path)).collect()
    }

    fn file(&mut self, path: &Path) -> anyhow::Result<File> {
        let Some(files) = self.files.checked_sub(1) else { bail!(too_many_files()) };
        self.files = files;
        let real = |path: &Path| fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let file = match self.draft.filter(|draft| real(draft.path) == real(path)) {
            Some(draft) => File { name: world::path_name(path), bytes: draft.bytes.to_vec() },
            None => {
                if self.named != Some(path) {
                    self.require_within(path)?;
                    require_ordinary(path)?;
                }
                world::read_at_most(path, self.bytes)?
            }
        };
        self.bytes = self.bytes.saturating_sub(file.bytes.len() as u64);
        Ok(file)
    }

    /// The rulebook that another extends.
    fn base(&self, path: &Path) -> anyhow::Result<PathBuf> {
        if !path.exists() {
            bail!(no_such_base(path));
        }
        self.require_within(path)?;
        let is_stdin_elsewhere = path.as_os_str() == "-"; // here it is a file of that name
        Ok(if is_stdin_elsewhere { Path::new(".").join(path) } else { path.to_owned() })
    }

    fn require_within(&self, path: &Path) -> anyhow::Result<()> {
        match fs::canonicalize(path) {
            Ok(real) if !real.starts_with(&self.root) => bail!(outside(path, &self.root)),
            _ => Ok(()), // what cannot be found is told when it is read
        }
    }
}

/// The folder that a rulebook stands in. What comes from stdin or a pipe stands where the program was started.
fn folder_around(named: Option<&Path>) -> anyhow::Result<PathBuf> {
    let file = named.filter(|named| named.is_file() || named.is_dir()).and_then(|named| fs::canonicalize(named).ok());
    match file.as_deref().and_then(Path::parent) {
        Some(folder) => Ok(folder.to_owned()),
        None => Ok(fs::canonicalize(".").map_err(|error| world::cannot_read(Path::new("."), &error))?),
    }
}

/// Nothing that a rulebook names is waited for.
fn require_ordinary(path: &Path) -> anyhow::Result<()> {
    if world::is_ordinary(path) {
        return Ok(());
    }
    let name = world::path_name(path);
    bail!(Failure::new(
        Kind::Io,
        words!(ja: "`{name}` は普通のファイルではありません", en: "`{name}` is not an ordinary file"),
    ))
}

fn outside(path: &Path, root: &Path) -> Failure {
    let (name, folder) = (world::path_name(path), world::path_name(root));
    Failure::new(
        Kind::Rulebook,
        words!(
            ja: "`{name}` は、読んでよい場所（`{folder}` の中）の外にあります",
            en: "`{name}` stands outside the folder in which this rulebook may read (`{folder}`)",
        ),
    )
    .help(words!(
        ja: "信頼できるルールブックなら、両方を含むフォルダーを `--root` で指定してください",
        en: "if you trust the rulebook, name a folder that holds both with `--root`",
    ))
}

fn in_a_circle(path: &Path) -> Failure {
    let name = world::path_name(path);
    Failure::new(
        Kind::Rulebook,
        words!(ja: "`extends` が輪になっています（`{name}`）", en: "`extends` leads in a circle (`{name}`)"),
    )
}

fn too_many_layers(path: &Path) -> Failure {
    let name = world::path_name(path);
    Failure::new(
        Kind::Rulebook,
        words!(
            ja: "`extends` の重なりは{MOST_LAYERS}層までです（`{name}` で超えました）",
            en: "`extends` goes through more than {MOST_LAYERS} layers (at `{name}`)",
        ),
    )
}

fn too_many_files() -> Failure {
    Failure::new(
        Kind::Rulebook,
        words!(
            ja: "ルールブックのファイルは、すべての層を合わせて{MOST_FILES}個までです",
            en: "a rulebook has at most {MOST_FILES} files, over all its layers",
        ),
    )
}

/// The folder of a file that stands there among other parts of a rulebook.
pub fn whole_of(path: &Path) -> Option<PathBuf> {
    let folder = path.parent().filter(|_| path.is_file())?;
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let paths = paths_at(folder).ok().filter(|paths| (2..=MOST_FILES).contains(&paths.len()))?;
    let here = fs::canonicalize(folder).ok()?;
    let mut left = MAX_BYTES;
    let read = |path: &PathBuf| {
        let is_here = fs::canonicalize(path).is_ok_and(|path| path.parent() == Some(&here)) && path.is_file();
        let file = is_here.then(|| world::read_at_most(path, left).ok()).flatten()?;
        left = left.saturating_sub(file.bytes.len() as u64);
        Some(file)
    };
    let files: Vec<File> = paths.iter().map(read).collect::<Option<_>>()?;
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
    let mut reading = read(world.rulebook.as_deref(), world)?;
    match reading.rulebook.take() {
        Some(rulebook) => Ok((rulebook, reading)),
        None => bail!(has_errors(world, &reading)),
    }
}

/// The most errors that are told of a rulebook that is to be used; `rulebook check` tells all.
const MOST_TOLD: usize = 100;

fn has_errors(world: &World, reading: &Reading) -> Failure {
    let is_error = |finding: &&Finding| finding.severity() == Severity::Error;
    let number = reading.findings.iter().filter(is_error).count();
    let errors: Vec<_> = reading.findings.iter().filter(is_error).take(MOST_TOLD).cloned().collect();
    let text = findings::render(&errors, &reading.sources, None, world.language, world.stderr);
    world::tell(&text);
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
    let cannot = |error: &std::io::Error| world::cannot_read(path, error);
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
