//! `--save-case`: a finished diagnosis as a case of the rulebook in use.

use std::path::PathBuf;

use anyhow::bail;

use crate::builtin;
use crate::cases::Strictness;
use crate::cli::author::add;
use crate::cli::failure::{Failure, Kind};
use crate::cli::lock::Lock;
use crate::cli::save;
use crate::cli::world::{self, World};
use crate::diagnosis::Diagnosis;
use crate::report::case;
use crate::report::written::string;
use crate::rulebook::read::is_good_id;
use crate::rulebook::{Kind as EntryKind, Rulebook};
use crate::words::visible;
use crate::{say, word, words};

/// Where a case goes.
pub struct Place {
    name: String,
    path: PathBuf,
    is_new_file: bool,
}

/// Finds the place for a case, before anything is asked of a person: a new file in a rulebook that is a folder, the end of
/// one that is a file.
pub fn place(name: Option<&str>, rulebook: &Rulebook, world: &World) -> anyhow::Result<Option<Place>> {
    let Some(name) = name else { return Ok(None) };
    let shown = visible(name);
    if !is_good_id(name) {
        let message =
            words!(ja: "`{shown}` は事例の名前として使えません", en: "`{shown}` cannot be the name of a case");
        bail!(Failure::new(Kind::Usage, message).help(words!(
            ja: "英小文字で始め、英小文字・数字・`_` で書きます",
            en: "begin with a lower-case letter; use such letters, digits and `_`",
        )));
    }
    if rulebook.cases.find(name).is_some() {
        let message = words!(ja: "`{shown}` という事例はもうあります", en: "there is a case `{shown}` already");
        bail!(Failure::new(Kind::Usage, message).help(words!(ja: "別の名前にしてください", en: "choose another name")));
    }
    let Some(rulebook_path) = world.rulebook.as_deref().filter(|path| path.as_os_str() != builtin::NAME) else {
        let message = words!(
            ja: "標準のルールブックには事例を加えられません",
            en: "a case cannot be added to the built-in rulebook",
        );
        bail!(Failure::new(Kind::Usage, message).help(words!(
            ja: "`--rulebook` で、ご自分のルールブックを指定してください",
            en: "name a rulebook of your own with `--rulebook`",
        )));
    };
    let is_new_file = rulebook_path.is_dir();
    let path = if is_new_file { rulebook_path.join(format!("case_{name}.toml")) } else { rulebook_path.to_owned() };
    let place = Place { name: name.to_owned(), path, is_new_file };
    place.before()?;
    save::require_writable(&place.path)?;
    Ok(Some(place))
}

impl Place {
    /// What stands there at this moment.
    fn before(&self) -> anyhow::Result<Vec<u8>> {
        if !self.is_new_file {
            return Ok(world::read(&self.path)?.bytes);
        }
        if self.path.exists() {
            let path = world::path_name(&self.path);
            bail!(Failure::new(Kind::Usage, words!(ja: "`{path}` はもうあります", en: "`{path}` exists already")));
        }
        Ok(Vec::new())
    }

    /// Adds the case to what stands there by now: others may have changed it while a person answered.
    fn add(&self, case: &str) -> anyhow::Result<()> {
        let _lock = Lock::wait(&self.path)?;
        let before = self.before()?;
        save::write(&self.path, &add::inserted(&self.path, &before, EntryKind::Case, &self.name, case)?)
    }
}

/// Writes a diagnosis as a case, and shows it.
pub fn save(
    place: &Place,
    about: Option<&str>,
    rulebook: &Rulebook,
    diagnosis: &Diagnosis,
    world: &World,
) -> anyhow::Result<()> {
    let comment = word!(
        world.language,
        ja: "期待が、あなたの助言どおりか確かめてください。",
        en: "See whether this expects what you would advise.",
    );
    let name = &place.name;
    let mut case = case::toml(rulebook, diagnosis, Strictness::Outline, name, comment);
    if let Some(about) = about {
        let header = format!("[case.{name}]\n");
        case = case.replacen(&header, &format!("{header}about = {}\n", string(about)), 1);
        world::tell(&format!("\n{case}\n"));
    }
    place.add(&case)?;
    let path = world::path_name(&place.path);
    world::tell(&say!(
        world.language,
        ja: "`{path}` に事例 `{name}` を書きました。\n",
        en: "Saved as the case `{name}` in `{path}`.\n"
    ));
    Ok(())
}
