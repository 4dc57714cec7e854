//! `shinrai explain`: entries of the rulebook in words.

use std::process::ExitCode;

use crate::answers::Answers;
use crate::cli::args::{Explain, Given};
use crate::cli::failure::{Failure, Kind};
use crate::cli::world::{self, World};
use crate::cli::{given, rulebooks};
use crate::report::{codes, rules};
use crate::rulebook::Code;
use crate::words;
use crate::words::{did_you_mean, nearest, visible};
use anyhow::bail;

/// Explains every id that was named.
pub fn run(flags: &Explain, world: &World) -> anyhow::Result<ExitCode> {
    let rulebook = rulebooks::open(world)?;
    if flags.ids.is_empty() {
        world::print(&rules::directory(&rulebook, world.stdout.width))?;
        return Ok(ExitCode::SUCCESS);
    }
    let answers: Option<Answers> = match &flags.given {
        nothing if *nothing == Given::default() => None,
        given => Some(given::collect(&rulebook, given, &[], world)?),
    };
    let world = &given::on_the_day(&rulebook, &flags.given, world)?;
    let mut pages = Vec::new();
    for name in &flags.ids {
        if let Some(code) = Code::from_name(name) {
            pages.push(codes::explain(code, world.language, world.stdout.width));
            continue;
        }
        let entries = rules::named(&rulebook, name);
        if entries.is_empty() {
            let shown = visible(name);
            let failure = Failure::new(Kind::Usage, words!(ja: "`{shown}` はありません", en: "there is no `{shown}`"));
            let id = name.rsplit('.').next().unwrap_or(name);
            let failure = match nearest(id, rules::names(&rulebook).chain(Code::ALL.iter().map(|code| code.name()))) {
                Some(near) => failure.help(did_you_mean(near)),
                None => failure.help(words!(
                    ja: "id の一覧は `shinrai explain` で見られます",
                    en: "`shinrai explain` lists all ids",
                )),
            };
            bail!(failure);
        }
        let answers = answers.as_ref().map(|answers| (answers, world.today));
        for entry in entries {
            pages.push(rules::explain(&rulebook, entry, answers, world.language, world.stdout.width));
        }
    }
    world::print(&pages.join("\n"))?;
    Ok(ExitCode::SUCCESS)
}
