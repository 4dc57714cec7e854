//! One file of a rulebook while it is changed: held, looked at as it would be, and replaced whole or not at all.

use std::fs::{self, File, TryLockError};
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

use anyhow::bail;

use crate::builtin;
use crate::cli::failure::{Failure, Kind};
use crate::cli::rulebooks::{self, Draft};
use crate::cli::world::{self, World};
use crate::proof;
use crate::proof::difference;
use crate::report::differences::Comparison;
use crate::report::{findings, wrap};
use crate::rulebook::read::Reading;
use crate::rulebook::source::MAX_BYTES;
use crate::rulebook::{Severity, compare};
use crate::words;
use crate::words::visible;

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
        world::require_writable(&file)?;
        let lock = Lock::take(&file)?;
        let before = world::read(&file)?.bytes;
        let stands_alone = rulebooks::read(Some(&file))?.rulebook.is_some();
        let rulebook = rulebooks::whole_of(&file).filter(|_| !stands_alone).unwrap_or_else(|| file.clone());
        Ok(Self { file, before, rulebook, _lock: lock })
    }

    /// The rulebook as it would be with this draft.
    pub fn read(&self, bytes: &[u8]) -> anyhow::Result<Reading> {
        rulebooks::read_with(Some(&self.rulebook), Some(&Draft { path: &self.file, bytes }))
    }

    /// What a draft makes of the rulebook: what is wrong with it, and what it changes for whom.
    pub fn look(&self, bytes: &[u8], world: &World) -> anyhow::Result<Look> {
        let (after, _) = proof::check(self.read(bytes)?, world.today);
        let name = world::path_name(&self.rulebook);
        let mut text = findings::render(&after.findings, &after.sources, Some(&name), world.language, world.stderr);
        let summary = findings::summary(&after.findings, world.language);
        text += &wrap::hanging("", &format!("{name}: {summary}"), world.stderr.width);
        let is_broken = after.has(Severity::Error) || after.rulebook.is_none();
        let before = self.read(&self.before)?;
        if let (Some(old), Some(new)) = (&before.rulebook, &after.rulebook) {
            let comparison = Comparison {
                old: (old, Some(&name)),
                new: (new, Some(&name)),
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
        world::write_bytes(&self.file, bytes)
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

/// A file beside the one that is changed. The system gives it up when the process ends, however it ends.
struct Lock {
    path: PathBuf,
    _file: File,
}

impl Lock {
    fn take(target: &Path) -> anyhow::Result<Self> {
        let target = fs::canonicalize(target).unwrap_or_else(|_| target.to_owned());
        let name = target.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let path = target.with_file_name(format!(".{name}.lock"));
        let shown = world::path_name(&path);
        let cannot = |error: &std::io::Error| {
            Failure::io(words!(ja: "`{shown}` を作れません", en: "cannot create `{shown}`"), error)
        };
        loop {
            let _ = File::create_new(&path); // or it is there already
            if !fs::symlink_metadata(&path).is_ok_and(|metadata| metadata.is_file()) {
                bail!(cannot(&std::io::ErrorKind::AlreadyExists.into())); // a link would lead to another file
            }
            let mut file = File::options().read(true).write(true).open(&path).map_err(|error| cannot(&error))?;
            match file.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => bail!(is_held(&target, &mut file)),
                Err(TryLockError::Error(error)) => bail!(cannot(&error)),
            }
            if !is_at(&file, &path) {
                continue; // whoever held it has just taken it away
            }
            let holder = holder();
            let written =
                file.set_len(0).and_then(|()| file.write_all(holder.as_bytes())).and_then(|()| file.sync_all());
            written.map_err(|error| cannot(&error))?;
            return Ok(Self { path, _file: file });
        }
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.path);
    }
}

/// Whether the file that is held is still the one at its path.
#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    match (file.metadata(), fs::symlink_metadata(path)) {
        (Ok(one), Ok(other)) => (one.dev(), one.ino()) == (other.dev(), other.ino()),
        _ => false,
    }
}

/// Whether the file that is held is still the one at its path; an open file cannot be taken away there.
#[cfg(not(unix))]
fn is_at(_: &File, path: &Path) -> bool {
    path.exists()
}

/// Who holds a file: for the message that somebody else gets.
fn holder() -> String {
    let user = ["USER", "USERNAME", "LOGNAME"].into_iter().find_map(|name| std::env::var(name).ok());
    let since = chrono::Local::now().format("%Y-%m-%d %H:%M").to_string();
    format!("{} {} {}", std::process::id(), since, user.unwrap_or_default())
}

fn is_held(target: &Path, lock: &mut File) -> Failure {
    let mut holder = String::new();
    let _ = lock.take(200).read_to_string(&mut holder);
    let mut parts = holder.splitn(4, ' ');
    let mut part = || visible(parts.next().unwrap_or("?"));
    let (process, day, time, user) = (part(), part(), part(), part());
    let name = world::path_name(target);
    let (user_ja, user_en) = if user.is_empty() || user == "?" {
        Default::default()
    } else {
        (format!("{user}、"), format!("by {user}, "))
    };
    Failure::new(
        Kind::Io,
        words!(
            ja: "`{name}` は、ほかで編集中です（{user_ja}{day} {time} から、プロセス {process}）",
            en: "`{name}` is being edited elsewhere ({user_en}since {day} {time}, process {process})",
        ),
    )
    .help(words!(ja: "そちらを終えてから、もう一度お試しください", en: "finish there first, then try again"))
}
