//! Files that are written whole or not at all.
//!
//! The new text goes beside the target and is renamed over it, so that a crash, a full disk or a signal leaves the old file
//! or the new one. A symbolic link stays one; permissions stay, and the owner where the system allows it. Devices, pipes and
//! the streams that the program was given are written straight.

use std::fs::{self, Metadata};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use anyhow::bail;
use tempfile::NamedTempFile;

use crate::cli::failure::{Failure, Kind};
use crate::cli::terminal;
use crate::cli::world::{is_ordinary, path_name, print_bytes};
use crate::words;

/// How temporary files begin.
const TEMPORARY: &str = ".shinrai-";

/// Who may read a new file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Readers {
    /// The owner alone: it tells of a person.
    Owner,
    /// Whoever may read files usually.
    All,
}

/// Refuses a target that cannot be written, before anything is asked of a person.
pub fn require_writable(path: &Path) -> anyhow::Result<()> {
    if stream(path).is_some() {
        return Ok(());
    }
    let cannot = |error: io::Error| cannot_write(path, &error);
    let target = resolved(path)?;
    let existing = fs::metadata(&target).ok();
    if existing.as_ref().is_some_and(Metadata::is_dir) {
        bail!(cannot(io::ErrorKind::IsADirectory.into()));
    }
    if existing.as_ref().is_some_and(|metadata| metadata.permissions().readonly()) {
        bail!(cannot(io::ErrorKind::PermissionDenied.into()));
    }
    if !folder_of(&target).is_dir() {
        let folder = path_name(folder_of(&target));
        bail!(Failure::new(
            Kind::Io,
            words!(ja: "フォルダー `{folder}` が見つかりません", en: "there is no folder `{folder}`"),
        ));
    }
    match existing {
        Some(metadata) if !metadata.is_file() => {}
        existing => {
            let trial = temporary(&target, Readers::Owner).map_err(cannot)?;
            if let Some(metadata) = existing {
                fs::OpenOptions::new().write(true).open(&target).map_err(cannot)?;
                require_replaceable(&target, &metadata, &trial).map_err(cannot)?;
            }
        }
    }
    Ok(())
}

/// In a folder with the sticky bit only the owner of a file replaces it.
#[cfg(unix)]
fn require_replaceable(target: &Path, existing: &Metadata, trial: &NamedTempFile) -> io::Result<()> {
    use std::os::unix::fs::MetadataExt as _;
    const STICKY: u32 = 0o1000;
    let (folder, own) = (fs::metadata(folder_of(target))?, trial.as_file().metadata()?.uid());
    let is_free = folder.mode() & STICKY == 0 || own == 0 || [folder.uid(), existing.uid()].contains(&own);
    if is_free { Ok(()) } else { Err(io::ErrorKind::PermissionDenied.into()) }
}

#[cfg(not(unix))]
fn require_replaceable(_: &Path, _: &Metadata, _: &NamedTempFile) -> io::Result<()> {
    Ok(())
}

/// Writes a file. A new one is for its owner alone.
pub fn write(path: &Path, content: impl AsRef<[u8]>) -> anyhow::Result<()> {
    written(path, content.as_ref(), Readers::Owner)
}

/// The same for what tells of nobody: a new file gets the rights that files usually have.
pub fn write_for_all(path: &Path, content: impl AsRef<[u8]>) -> anyhow::Result<()> {
    written(path, content.as_ref(), Readers::All)
}

/// Writes a file that tells of nobody, unless there is one already. Returns whether it was written.
pub fn create(path: &Path, content: impl AsRef<[u8]>) -> anyhow::Result<bool> {
    let created: io::Result<()> = terminal::undisturbed(|| {
        let mut file = temporary(path, Readers::All)?;
        file.write_all(content.as_ref())?;
        file.as_file().sync_all()?;
        file.persist_noclobber(path).map_err(|error| error.error)?;
        sync_folder(path);
        Ok(())
    });
    match created {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
        Err(error) => bail!(cannot_write(path, &error)),
        Ok(()) => Ok(true),
    }
}

fn written(path: &Path, bytes: &[u8], readers: Readers) -> anyhow::Result<()> {
    match stream(path) {
        Some(Stream::Stdout) => return print_bytes(bytes),
        Some(Stream::Stderr) => return tell_all(path, bytes),
        None => {}
    }
    let cannot = |error: io::Error| cannot_write(path, &error);
    let target = resolved(path)?;
    match fs::metadata(&target) {
        Ok(metadata) if metadata.is_dir() => bail!(cannot(io::ErrorKind::IsADirectory.into())),
        Ok(metadata) if !metadata.is_file() => {
            let mut file = fs::OpenOptions::new().write(true).open(&target).map_err(cannot)?;
            match file.write_all(bytes) {
                Err(error) if error.kind() != io::ErrorKind::BrokenPipe => bail!(cannot(error)),
                _ => Ok(()), // a reader that went away is not a failure
            }
        }
        existing => {
            Ok(terminal::undisturbed(|| replace(&target, bytes, existing.ok().as_ref(), readers)).map_err(cannot)?)
        }
    }
}

fn replace(target: &Path, bytes: &[u8], existing: Option<&Metadata>, readers: Readers) -> io::Result<()> {
    if existing.is_some_and(|metadata| metadata.permissions().readonly()) {
        return Err(io::ErrorKind::PermissionDenied.into());
    }
    let mut file = temporary(target, readers)?;
    if let Some(existing) = existing {
        keep_owner(&file, existing);
        file.as_file().set_permissions(existing.permissions())?;
    }
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist(target).map_err(|error| error.error)?;
    sync_folder(target);
    Ok(())
}

/// Makes sure that a new name outlasts a power cut, where that can be done: the file is written, whatever becomes of this.
fn sync_folder(target: &Path) {
    if cfg!(unix) {
        let _ = fs::File::open(folder_of(target)).and_then(|folder| folder.sync_all());
    }
}

/// A new file beside the target. It vanishes unless it takes the target's place.
fn temporary(target: &Path, readers: Readers) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(TEMPORARY);
    #[cfg(unix)]
    if readers == Readers::All {
        use std::os::unix::fs::PermissionsExt as _;
        builder.permissions(fs::Permissions::from_mode(0o666)); // less what the umask takes away
    }
    let _ = readers;
    builder.tempfile_in(folder_of(target))
}

/// Whoever saves a file of somebody else does not take it over. Only the administrator may give files away; for others the
/// group stays where they are in it.
#[cfg(unix)]
fn keep_owner(file: &NamedTempFile, existing: &Metadata) {
    use std::os::unix::fs::{MetadataExt as _, fchown};
    let Ok(own) = file.as_file().metadata() else { return };
    let differs = |old: u32, new: u32| (old != new).then_some(old);
    let (user, group) = (differs(existing.uid(), own.uid()), differs(existing.gid(), own.gid()));
    if user.is_some() || group.is_some() {
        let _ = fchown(file.as_file(), user, group).or_else(|_| fchown(file.as_file(), None, group));
    }
}

#[cfg(not(unix))]
fn keep_owner(_: &NamedTempFile, _: &Metadata) {}

/// A stream that the program was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stream {
    Stdout,
    Stderr,
}

/// The stream that a path names, whatever it leads to: renaming over a file that a shell writes to would lose what others
/// write there.
fn stream(path: &Path) -> Option<Stream> {
    match path.to_str()? {
        "/dev/stdout" | "/dev/fd/1" | "/proc/self/fd/1" => Some(Stream::Stdout),
        "/dev/stderr" | "/dev/fd/2" | "/proc/self/fd/2" => Some(Stream::Stderr),
        _ => None,
    }
}

fn tell_all(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    Ok(io::stderr().lock().write_all(bytes).map_err(|error| cannot_write(path, &error))?)
}

/// The file that a path leads to. A link that leads nowhere is not turned into a file, and one to an open file of a process
/// is not replaced.
fn resolved(path: &Path) -> anyhow::Result<PathBuf> {
    if !is_ordinary(path) {
        return Ok(path.to_owned());
    }
    if leads_to_open_file(path) {
        bail!(
            cannot_write(path, &io::ErrorKind::Unsupported.into())
                .help(words!(ja: "ファイルの名前を指定してください", en: "use the name of a file"))
        );
    }
    match fs::canonicalize(path) {
        Err(error) if fs::symlink_metadata(path).is_ok() => Err(cannot_write(path, &error).into()),
        Err(_) => Ok(path.to_owned()),
        Ok(real) => Ok(real),
    }
}

/// Which file a path leads to, whatever it is called, also where there is none yet; nothing for what is no file.
pub fn identity(path: &Path) -> Option<PathBuf> {
    if !is_ordinary(path) || stream(path).is_some() {
        return None;
    }
    let in_folder = || Some(fs::canonicalize(folder_of(path)).ok()?.join(path.file_name()?));
    fs::canonicalize(path).ok().or_else(in_folder)
}

/// Whether a chain of links goes through the open files of a process (`/dev/fd`, `/proc/self/fd`).
fn leads_to_open_file(path: &Path) -> bool {
    const LONGEST_CHAIN: usize = 40;
    let mut path = path.to_owned();
    for _ in 0..LONGEST_CHAIN {
        let Ok(next) = fs::read_link(&path) else { return false };
        let folder = folder_of(&path);
        if fs::canonicalize(folder).is_ok_and(|real| real.starts_with("/proc")) {
            return true;
        }
        path = folder.join(next);
    }
    false
}

fn folder_of(target: &Path) -> &Path {
    target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."))
}

fn cannot_write(path: &Path, error: &io::Error) -> Failure {
    let name = path_name(path);
    Failure::io(words!(ja: "`{name}` に書けません", en: "cannot write `{name}`"), error)
}
