//! Who changes a file, so that no change is lost to another.

use std::fs::{self, File, TryLockError};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::bail;

use crate::cli::failure::{Failure, Kind};
use crate::cli::world;
use crate::words;
use crate::words::visible;

/// How long a save may take that another one waits for.
const PATIENCE: Duration = Duration::from_secs(5);

/// A file beside the one that is changed. The system gives it up when the process ends, however it ends.
pub struct Lock {
    path: PathBuf,
    file: File,
}

impl Lock {
    /// Holds a file. Somebody else who only saves is waited for, but nobody who edits.
    pub fn wait(target: &Path) -> anyhow::Result<Self> {
        let end = Instant::now() + PATIENCE;
        loop {
            match Self::take(target) {
                Err(_) if Instant::now() < end => thread::sleep(PATIENCE / 500),
                outcome => return outcome,
            }
        }
    }

    /// Holds a file, unless somebody else does.
    pub fn take(target: &Path) -> anyhow::Result<Self> {
        let target = fs::canonicalize(target).unwrap_or_else(|_| target.to_owned());
        let name = target.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let path = target.with_file_name(format!(".{name}.lock"));
        let shown = world::path_name(&path);
        let cannot =
            |error: &io::Error| Failure::io(words!(ja: "`{shown}` を作れません", en: "cannot create `{shown}`"), error);
        loop {
            let _ = File::create_new(&path); // or it is there already
            if !fs::symlink_metadata(&path).is_ok_and(|metadata| metadata.is_file()) {
                bail!(cannot(&io::ErrorKind::AlreadyExists.into())); // a link would lead to another file
            }
            let (mut file, is_ours) = opened(&path).map_err(|error| cannot(&error))?;
            match file.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => bail!(is_held(&target, &mut file)),
                Err(TryLockError::Error(error)) => bail!(cannot(&error)),
            }
            if !is_at(&file, &path) {
                continue; // whoever held it has just taken it away
            }
            let mut lock = Self { path, file }; // from here on it goes away again, whatever happens
            if is_ours {
                lock.sign().map_err(|error| cannot(&error))?;
            }
            return Ok(lock);
        }
    }

    /// Writes down who holds it: for the message that somebody else gets.
    fn sign(&mut self) -> io::Result<()> {
        let user = ["USER", "USERNAME", "LOGNAME"].into_iter().find_map(|name| std::env::var(name).ok());
        let since = chrono::Local::now().format("%Y-%m-%d %H:%M");
        self.file.set_len(0)?;
        write!(self.file, "{} {since} {}", std::process::id(), user.unwrap_or_default())?;
        self.file.sync_all()
    }
}

/// A lock that another user left behind cannot be written, but it can be held.
fn opened(path: &Path) -> io::Result<(File, bool)> {
    match File::options().read(true).write(true).open(path) {
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => Ok((File::open(path)?, false)),
        file => Ok((file?, true)),
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
