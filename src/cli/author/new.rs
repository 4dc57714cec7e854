//! `shinrai rulebook new`: a commented rulebook to begin with.

use std::process::ExitCode;

use anyhow::bail;

use crate::cli::args::New;
use crate::cli::failure::{Failure, Kind};
use crate::cli::save;
use crate::cli::world::{self, World};
use crate::report::command::CommandLine;
use crate::report::wrap;
use crate::words::Language;
use crate::{say, words};

/// The day on which the starters were written; what they call checked is checked on the day they are used.
const DAY: &str = "2026-11-22";

/// Writes a starter to a file that does not exist yet.
pub fn run(flags: &New, world: &World) -> anyhow::Result<ExitCode> {
    let name = world::path_name(&flags.path);
    if flags.path.exists() {
        bail!(exists(&name));
    }
    if flags.path.extension().is_none_or(|ending| !ending.eq_ignore_ascii_case("toml")) {
        bail!(
            Failure::new(
                Kind::Usage,
                words!(ja: "ルールブックは `.toml` で終わる名前にします", en: "a rulebook has a name that ends in `.toml`"),
            )
            .help(words!(ja: "`{name}.toml` ではどうでしょう", en: "try `{name}.toml`"))
        );
    }
    save::require_writable(&flags.path)?;
    let text = starter(flags.standalone, world.language).replace(DAY, &world.today.to_string());
    if !save::create(&flags.path, &text)? {
        bail!(exists(&name)); // since we looked
    }
    let sentence = say!(
        world.language,
        ja: "`{name}` を作りました。テキストエディターで開いて書き換え、次で確かめてください。",
        en: "`{name}` is there. Open it in a text editor, change it, and see what comes of it:"
    );
    let commands = ["check", "test"].map(|verb| {
        let mut command = CommandLine::new(&format!("rulebook {verb}"));
        if name.starts_with('-') {
            command.word("--");
        }
        command.word(&name);
        format!("  {command}\n")
    });
    world::tell(&(wrap::hanging("", &sentence, world.stderr.width) + &commands.concat()));
    Ok(ExitCode::SUCCESS)
}

fn exists(name: &str) -> Failure {
    Failure::new(Kind::Usage, words!(ja: "`{name}` は既にあります", en: "`{name}` exists already"))
        .help(words!(ja: "別の名前にしてください", en: "choose another name"))
}

const fn starter(is_standalone: bool, language: Language) -> &'static str {
    match (is_standalone, language) {
        (false, Language::Ja) => include_str!("starters/layer.ja.toml"),
        (false, Language::En) => include_str!("starters/layer.en.toml"),
        (true, Language::Ja) => include_str!("starters/alone.ja.toml"),
        (true, Language::En) => include_str!("starters/alone.en.toml"),
    }
}
