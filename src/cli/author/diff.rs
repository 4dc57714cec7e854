//! `shinrai rulebook diff`: what an edit changes.

use std::path::Path;
use std::process::ExitCode;

use anyhow::bail;

use crate::cli::args::{Diff, Plain};
use crate::cli::failure::{Failure, Kind};
use crate::cli::rulebooks;
use crate::cli::world::{self, World};
use crate::proof::difference;
use crate::report::differences::Comparison;
use crate::report::rules;
use crate::rulebook::{Kind as EntryKind, Rulebook, compare};
use crate::words;
use crate::words::visible;

/// Compares two rulebooks.
pub fn run(flags: &Diff, world: &World) -> anyhow::Result<ExitCode> {
    let at = |path: &Path| rulebooks::usable(&World { rulebook: Some(path.to_owned()), ..world.clone() });
    let ((old, mut renamed), (new, written)) = (at(&flags.old)?, at(&flags.new)?);
    let mut before = old.clone();
    for flag in &flags.renamed {
        let (kind, from, to) = renaming(&before, &new, flag)?;
        renamed = renamed.renamed(kind, &from, &to);
        before = match renamed.rulebook.take() {
            Some(rulebook) => rulebook,
            None => bail!(unclear_name(flag)),
        };
    }
    let (old_origin, new_origin) = (world.rulebook_at(&flags.old), world.rulebook_at(&flags.new));
    let comparison = Comparison {
        old: (&old, Some(&old_origin)),
        new: (&new, Some(&new_origin)),
        differences: &difference::compare(&before, &new, world.today),
        changes: &compare::changed(renamed.written(), written.written()),
        today: world.today,
    };
    let page = match flags.format.unwrap_or(Plain::Text) {
        Plain::Json => format!("{:#}\n", comparison.json()),
        Plain::Text => comparison.text(world.language, world.stdout.width),
    };
    world::print(&page)?;
    Ok(if flags.fail_on_change && !comparison.is_same() { Kind::No.code() } else { ExitCode::SUCCESS })
}

/// What `--renamed` says: the kind, the old and the new name.
fn renaming(old: &Rulebook, new: &Rulebook, flag: &str) -> anyhow::Result<(EntryKind, String, String)> {
    let Some((from, to)) = flag.split_once('=') else { bail!(unclear_name(flag)) };
    let (before, after) = (rules::named(old, from), rules::named(new, to));
    let both = before.iter().map(|one| one.kind).find(|&kind| after.iter().any(|other| other.kind == kind));
    let Some(kind) = both else { bail!(unclear_name(flag)) };
    let id = |name: &str| name.rsplit('.').next().unwrap_or(name).to_owned();
    Ok((kind, id(from), id(to)))
}

fn unclear_name(flag: &str) -> Failure {
    let shown = visible(flag);
    let message = words!(ja: "`--renamed {shown}` がわかりません", en: "`--renamed {shown}` is not understood");
    Failure::new(Kind::Usage, message).help(words!(
        ja: "`action.tell=action.report` のように、左に古いルールブックの項目、右に新しいルールブックの同じ種類の項目を書いてください",
        en: "write an entry of the old rulebook and one of the new, of the same kind: `action.tell=action.report`",
    ))
}
