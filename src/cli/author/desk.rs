//! One file of a rulebook while it is changed: held, looked at as it would be, and replaced whole or not at all.

use std::path::{Path, PathBuf};

use anyhow::bail;

use crate::builtin;
use crate::cli::failure::{Failure, Kind};
use crate::cli::lock::Lock;
use crate::cli::rulebooks::{self, Draft};
use crate::cli::save;
use crate::cli::world::{self, World};
use crate::proof;
use crate::proof::difference;
use crate::report::differences::Comparison;
use crate::report::{findings, wrap};
use crate::rulebook::read::Reading;
use crate::rulebook::source::MAX_BYTES;
use crate::rulebook::{Severity, compare};
use crate::words;

/// A file of a rulebook that nobody else changes meanwhile.
pub struct Desk {
    /// The file.
    pub file: PathBuf,
    /// What it held when it was taken.
    pub before: Vec<u8>,
    /// The rulebook it belongs to: itself, or its folder.
    pub rulebook: PathBuf,
    _lock: Lock,
}

/// What a draft would make of a rulebook.
pub struct Look {
    /// What is said about it.
    pub text: String,
    /// Whether the rulebook could not be used.
    pub is_broken: bool,
}

impl Desk {
    /// Takes the file of a rulebook.
    pub fn take(path: Option<&Path>, world: &World) -> anyhow::Result<Self> {
        let file = the_file(path.or(world.rulebook.as_deref()))?;
        save::require_writable(&file)?;
        let lock = Lock::take(&file)?;
        let before = world::read(&file)?.bytes;
        let stands_alone = rulebooks::read(Some(&file), world)?.rulebook.is_some();
        let rulebook = rulebooks::whole_of(&file).filter(|_| !stands_alone).unwrap_or_else(|| file.clone());
        Ok(Self { file, before, rulebook, _lock: lock })
    }

    /// The rulebook as it would be with this draft.
    pub fn read(&self, bytes: &[u8], world: &World) -> anyhow::Result<Reading> {
        rulebooks::read_with(Some(&self.rulebook), Some(&Draft { path: &self.file, bytes }), world)
    }

    /// What a draft makes of the rulebook: what is wrong with it, and what it changes for whom.
    pub fn look(&self, bytes: &[u8], world: &World) -> anyhow::Result<Look> {
        let (after, _) = proof::check(self.read(bytes, world)?, world.today);
        let origin = world.rulebook_at(&self.rulebook);
        let name = &origin.path;
        let mut text = findings::render(&after.findings, &after.sources, Some(&origin), world.language, world.stderr);
        let summary = findings::summary(&after.findings, world.language);
        text += &wrap::hanging("", &format!("{name}: {summary}"), world.stderr.width);
        let is_broken = after.has(Severity::Error) || after.rulebook.is_none();
        let before = self.read(&self.before, world)?;
        if let (Some(old), Some(new)) = (&before.rulebook, &after.rulebook) {
            let comparison = Comparison {
                old: (old, Some(&origin)),
                new: (new, Some(&origin)),
                differences: &difference::compare(old, new, world.today),
                changes: &compare::changed(before.written(), after.written()),
                today: world.today,
            };
            text += &comparison.text(world.language, world.stderr.width);
        }
        Ok(Look { text, is_broken })
    }

    /// Replaces the file, unless it is another one by now.
    pub fn save(&self, bytes: &[u8]) -> anyhow::Result<()> {
        if world::read(&self.file)?.bytes != self.before {
            let name = world::path_name(&self.file);
            bail!(Failure::new(
                Kind::Io,
                words!(
                    ja: "`{name}` は、編集している間にほかで書き換えられたので、上書きしませんでした",
                    en: "`{name}` was changed elsewhere meanwhile, so it was not replaced",
                ),
            ));
        }
        if bytes.len() as u64 > MAX_BYTES {
            let (name, limit) = (world::path_name(&self.file), MAX_BYTES / 1024 / 1024);
            bail!(Failure::new(
                Kind::Io,
                words!(ja: "`{name}` が大きくなりすぎます（{limit} MiB まで）", en: "`{name}` would be too large (over {limit} MiB)"),
            ));
        }
        save::write(&self.file, bytes)
    }
}

/// The one file that is meant.
fn the_file(path: Option<&Path>) -> anyhow::Result<PathBuf> {
    let Some(path) = path.filter(|path| path.as_os_str() != builtin::NAME) else {
        bail!(
            Failure::new(
                Kind::Usage,
                words!(ja: "標準のルールブックは書き換えられません", en: "the built-in rulebook cannot be changed"),
            )
            .help(words!(
                ja: "`shinrai rulebook new my-rules.toml` で、その上に重ねるルールブックを作ってください",
                en: "`shinrai rulebook new my-rules.toml` makes one that goes on top of it",
            ))
        );
    };
    let paths = rulebooks::paths_at(path)?;
    if let [only] = &paths[..] {
        return Ok(only.clone());
    }
    let names: Vec<String> = paths.iter().map(|path| format!("`{}`", world::path_name(path))).collect();
    let (ja, en) = (names.join("、"), names.join(", "));
    let name = world::path_name(path);
    bail!(
        Failure::new(
            Kind::Usage,
            words!(ja: "`{name}` には、ファイルがいくつもあります", en: "there are several files in `{name}`"),
        )
        .help(words!(ja: "どれか一つを指定してください：{ja}", en: "name one of them: {en}"))
    )
}
