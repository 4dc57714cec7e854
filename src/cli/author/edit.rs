//! `shinrai rulebook edit`: an editor on a copy, as `visudo` does it: what comes back is looked at before it counts.

use std::env;
use std::fs;
use std::io::{self, IsTerminal as _};
use std::path::Path;
use std::process::{Command, ExitCode};

use anyhow::bail;

use super::desk::Desk;
use crate::cli::args::Edit;
use crate::cli::failure::{Failure, Kind};
use crate::cli::world::{self, World};
use crate::report::wrap;
use crate::words::{Language, visible};
use crate::{say, word, words};

/// Opens a file of a rulebook in an editor, and replaces it when the person says so. What was written is never lost: where it
/// is not saved and not discarded, the copy stays and is named.
pub fn run(flags: &Edit, world: &World) -> anyhow::Result<ExitCode> {
    let desk = Desk::take(flags.path.as_deref(), world)?;
    let folder = tempfile::Builder::new().prefix("shinrai-").tempdir().map_err(|error| no_copy(&error))?;
    for_nobody_else(folder.path()).map_err(|error| no_copy(&error))?;
    let copy = folder.path().join(desk.file.file_name().unwrap_or_default());
    fs::copy(&desk.file, &copy).map_err(|error| no_copy(&error))?;
    let outcome = edited(&desk, &copy, world);
    let is_to_keep = outcome.is_err() && is_file(&copy) && fs::read(&copy).is_ok_and(|bytes| bytes != desk.before);
    if is_to_keep {
        let _ = folder.keep();
        let path = world::path_name(&copy);
        let sentence = say!(world.language, ja: "書き換えたものは `{path}` に残しました。", en: "What you wrote is kept in `{path}`.");
        tell(world, &sentence);
    }
    outcome.map(|()| ExitCode::SUCCESS)
}

fn edited(desk: &Desk, copy: &Path, world: &World) -> anyhow::Result<()> {
    let signals = Signals::take();
    loop {
        signals.are_for_the_editor(true);
        let opened = open(copy);
        signals.are_for_the_editor(false);
        opened?;
        if !is_file(copy) {
            let name = world::path_name(copy);
            bail!(Failure::new(
                Kind::Io,
                words!(ja: "`{name}` がファイルではなくなりました", en: "`{name}` is no file any more"),
            ));
        }
        let draft = world::read(copy)?.bytes;
        if draft == desk.before {
            tell(world, word!(world.language, ja: "変更はありません。", en: "Nothing was changed."));
            return Ok(());
        }
        let look = desk.look(&draft, world)?;
        world::tell(&look.text);
        match next(look.is_broken, copy, world.language)? {
            Next::Save => {
                desk.save(&draft)?;
                let name = world::path_name(&desk.file);
                tell(world, &say!(world.language, ja: "`{name}` に保存しました。", en: "Saved in `{name}`."));
                return Ok(());
            }
            Next::Edit => {}
            Next::Discard => {
                tell(world, word!(world.language, ja: "変更を捨てました。", en: "The change was discarded."));
                return Ok(());
            }
            Next::NobodyToAsk => bail!(Failure::new(
                Kind::Rulebook,
                words!(ja: "エラーがあるため、保存しませんでした", en: "it has errors, so it was not saved"),
            )),
        }
    }
}

fn is_file(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_file())
}

/// While the editor is open, keys such as Ctrl-C are for the editor.
struct Signals {
    #[cfg(unix)]
    end_the_program: std::sync::Arc<std::sync::atomic::AtomicBool>,
}

#[cfg(unix)]
impl Signals {
    fn take() -> Self {
        use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM};
        let end_the_program = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(true));
        for signal in [SIGINT, SIGQUIT, SIGHUP, SIGTERM] {
            // without it the program merely ends, as without this
            let _ = signal_hook::flag::register_conditional_default(signal, end_the_program.clone());
        }
        Self { end_the_program }
    }

    fn are_for_the_editor(&self, it_is_open: bool) {
        self.end_the_program.store(!it_is_open, std::sync::atomic::Ordering::SeqCst);
    }
}

#[cfg(not(unix))]
impl Signals {
    const fn take() -> Self {
        Self {}
    }

    const fn are_for_the_editor(&self, _: bool) {}
}

/// A rulebook may be meant for few.
#[cfg(unix)]
fn for_nobody_else(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(folder, fs::Permissions::from_mode(0o700))
}

/// The folder of a user is closed to others there.
#[cfg(not(unix))]
fn for_nobody_else(_: &Path) -> io::Result<()> {
    Ok(())
}

/// What to do with a draft.
enum Next {
    Save,
    Edit,
    Discard,
    NobodyToAsk,
}

/// Asks what to do. Where nobody can be asked, a draft without errors is saved.
fn next(is_broken: bool, copy: &Path, language: Language) -> anyhow::Result<Next> {
    if !io::stdin().is_terminal() || !io::stderr().is_terminal() {
        return Ok(if is_broken { Next::NobodyToAsk } else { Next::Save });
    }
    let question = match is_broken {
        true => word!(
            language,
            ja: "エラーがあります。このまま保存すると、直すまで使えません。\n  e もう一度編集する   s それでも保存する   d 変更を捨てる\n[e] ",
            en: "There are errors: saved like this it cannot be used until they are mended.\n  e edit again   s save all the same   d discard the change\n[e] "
        ),
        false => word!(
            language,
            ja: "保存しますか。\n  s 保存する   e もう一度編集する   d 変更を捨てる\n[s] ",
            en: "Save it?\n  s save   e edit again   d discard the change\n[s] "
        ),
    };
    let copy = world::path_name(copy);
    let kept = say!(language, ja: "編集中の写し: {copy}", en: "Your copy: {copy}");
    loop {
        world::tell(&format!("\n{kept}\n{question}"));
        let mut line = String::new();
        let read = io::stdin().read_line(&mut line);
        let read = read.map_err(|error| Failure::io(words!(ja: "質問できません", en: "cannot ask"), &error))?;
        match (words::half_width(line.trim()).to_lowercase().as_str(), is_broken) {
            _ if read == 0 => {
                bail!(Failure::new(Kind::EndOfInput, words!(ja: "保存せずに終わりました", en: "ended without saving"),))
            }
            ("s", _) | ("", false) => return Ok(Next::Save),
            ("e", _) | ("", true) => return Ok(Next::Edit),
            ("d", _) => return Ok(Next::Discard),
            _ => {}
        }
    }
}

/// Opens the editor and waits for it: `$VISUAL`, `$EDITOR`, or what the system has. What these hold is a command with
/// arguments, as a shell takes it.
fn open(path: &Path) -> anyhow::Result<()> {
    let set = |name: &str| env::var(name).ok().filter(|command| !command.trim().is_empty());
    let editor = set("VISUAL").or_else(|| set("EDITOR"));
    let mut command = match (&editor, cfg!(windows)) {
        (Some(editor), false) => {
            let mut shell = Command::new("sh");
            shell.args(["-c", &format!("{editor} \"$@\""), "sh"]).arg(path);
            shell
        }
        (Some(editor), true) => {
            let mut shell = Command::new("cmd");
            shell.args(["/C", editor]).arg(path);
            shell
        }
        (None, true) => {
            let mut notepad = Command::new("notepad");
            notepad.arg(path);
            notepad
        }
        (None, false) => {
            let mut shell = Command::new("sh");
            shell.args([
                "-c",
                "for editor in nano vim vi; do command -v $editor >/dev/null && exec $editor \"$1\"; done; exit 127",
                "sh",
            ]);
            shell.arg(path);
            shell
        }
    };
    if editor.is_none() && !io::stdin().is_terminal() {
        bail!(
            Failure::new(Kind::Usage, words!(ja: "端末がなく、エディターも決まっていません", en: "there is no terminal, and no editor is set"))
                .help(words!(ja: "環境変数 `EDITOR` に、エディターのコマンドを書いてください", en: "set `EDITOR` to the command of an editor"))
        );
    }
    let shown = visible(editor.as_deref().unwrap_or("nano, vim, vi"));
    let failed = |detail: &str| {
        let detail = visible(detail);
        Failure::new(
            Kind::Io,
            words!(ja: "エディターを使えませんでした: {shown}（{detail}）", en: "the editor could not be used: {shown} ({detail})"),
        )
        .help(words!(
            ja: "環境変数 `EDITOR` に、エディターのコマンドを書いてください（例: `EDITOR=\"code --wait\"`）",
            en: "set `EDITOR` to the command of an editor, such as `EDITOR=\"code --wait\"`",
        ))
    };
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => bail!(failed(&status.to_string())),
        Err(error) => bail!(failed(&error.to_string())),
    }
}

fn no_copy(error: &io::Error) -> Failure {
    Failure::io(words!(ja: "編集用の写しを作れません", en: "cannot make a copy to edit"), error)
}

fn tell(world: &World, sentence: &str) {
    world::tell(&wrap::hanging("", sentence, world.stderr.width));
}
