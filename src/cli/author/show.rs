//! `shinrai rulebook show`, `doc` and `graph`: a rulebook as it holds, in words, and as a picture.

use std::path::Path;
use std::process::ExitCode;

use anyhow::bail;

use crate::cli::args::{Doc, Drawing, Format, Graph, Reading as Readable, Show};
use crate::cli::failure::{Failure, Kind};
use crate::cli::world::{self, World};
use crate::cli::{output, rulebooks, save};
use crate::report::{booklet, overview, rules, written};
use crate::rulebook::Rulebook;
use crate::rulebook::read::Reading;
use crate::words;
use crate::words::{did_you_mean, nearest, visible};
use crate::{say, word};

/// Prints the rulebook with all its layers as TOML.
pub fn show(flags: &Show, world: &World) -> anyhow::Result<ExitCode> {
    let (rulebook, reading) = at(flags.path.as_deref(), world)?;
    let mut only = Vec::new();
    for name in &flags.id {
        let found = rules::named(&rulebook, name);
        require_entry(&rulebook, name)?;
        let id = name.rsplit('.').next().unwrap_or(name);
        only.extend(found.into_iter().map(|entry| (entry.kind, id.to_owned())));
    }
    world::print(&written::toml(&reading, &written::Extent { only, origin: flags.origin }))?;
    Ok(ExitCode::SUCCESS)
}

/// Prints the rulebook as a booklet.
pub fn doc(flags: &Doc, world: &World) -> anyhow::Result<ExitCode> {
    let target = flags.output.as_deref().filter(|path| path.as_os_str() != "-");
    let by_ending = match target.and_then(output::format_of) {
        Some(Format::Html) => Some(Readable::Html),
        Some(Format::Markdown) => Some(Readable::Markdown),
        Some(_) if flags.format.is_none() => bail!(no_booklet()),
        _ => None,
    };
    target.map_or(Ok(()), save::require_writable)?;
    let (rulebook, _) = at(flags.path.as_deref(), world)?;
    if let Some(target) = target {
        require_other_file(target, flags.path.as_deref().or(world.rulebook.as_deref()))?;
    }
    let booklet = booklet::booklet(&rulebook, world.language);
    let text = match flags.format.or(by_ending).unwrap_or(Readable::Markdown) {
        Readable::Markdown => booklet.markdown(),
        Readable::Html => booklet.html(),
    };
    match target {
        Some(path) => {
            save::write_for_all(path, &text)?;
            let name = world::path_name(path);
            world::tell(&say!(world.language, ja: "`{name}` を書きました。\n", en: "Wrote `{name}`.\n"));
        }
        None => world::print(&text)?,
    }
    Ok(ExitCode::SUCCESS)
}

/// Prints what leads to what.
pub fn graph(flags: &Graph, world: &World) -> anyhow::Result<ExitCode> {
    let (rulebook, _) = at(flags.path.as_deref(), world)?;
    flags.id.iter().try_for_each(|name| require_entry(&rulebook, name))?;
    let text = match flags.format.unwrap_or(Drawing::Text) {
        Drawing::Text => overview::tree(&rulebook, world.language, &flags.id, world.stdout.width),
        Drawing::Mermaid => overview::mermaid(&rulebook, world.language, &flags.id),
    };
    if !flags.id.is_empty() && (text.is_empty() || text.trim() == "flowchart LR") {
        let sentence = word!(
            world.language,
            ja: "これは、どの原因・妨げ・安全確認にもつながっていません。\n",
            en: "This is connected with no cause, obstacle or gate.\n"
        );
        world::tell(sentence);
    }
    world::print(&text)?;
    Ok(ExitCode::SUCCESS)
}

/// The rulebook that is named, or the one in use; it has no errors.
fn at(path: Option<&Path>, world: &World) -> anyhow::Result<(Rulebook, Reading)> {
    match path {
        Some(path) => rulebooks::usable(&World { rulebook: Some(path.to_owned()), ..world.clone() }),
        None => rulebooks::usable(world),
    }
}

fn require_entry(rulebook: &Rulebook, name: &str) -> anyhow::Result<()> {
    if !rules::named(rulebook, name).is_empty() {
        return Ok(());
    }
    let shown = visible(name);
    let failure =
        Failure::new(Kind::Usage, words!(ja: "`{shown}` という項目はありません", en: "there is no entry `{shown}`"));
    let id = name.rsplit('.').next().unwrap_or(name);
    bail!(match nearest(id, rules::names(rulebook)) {
        Some(near) => failure.help(did_you_mean(near)),
        None => failure.help(words!(
            ja: "名前の一覧は `shinrai explain` で見られます",
            en: "`shinrai explain` lists the names",
        )),
    })
}

/// Nobody means to replace a rulebook by its booklet.
fn require_other_file(target: &Path, rulebook: Option<&Path>) -> anyhow::Result<()> {
    let real = |path: &Path| std::fs::canonicalize(path).ok();
    let files = rulebook.filter(|path| path.exists()).map(rulebooks::paths_at).transpose()?.unwrap_or_default();
    if files.iter().any(|file| real(file).is_some() && real(file) == real(target)) {
        let name = world::path_name(target);
        bail!(Failure::new(
            Kind::Usage,
            words!(ja: "`{name}` はルールブックそのものです", en: "`{name}` is the rulebook itself"),
        ));
    }
    Ok(())
}

fn no_booklet() -> Failure {
    Failure::new(Kind::Usage, words!(ja: "冊子の形式がわかりません", en: "the ending names no format of a booklet"))
        .help(words!(ja: "`.md` か `.html` で終わる名前にしてください", en: "use a name that ends in `.md` or `.html`"))
}
