//! The command line that makes a diagnosis again, or goes on with an interview.

use crate::answers::{Answers, given};
use crate::cli::args::Diagnose;
use crate::cli::world::World;
use crate::rulebook::Rulebook;
use crate::words::is_unprintable;

/// The command line that makes a diagnosis again.
#[derive(Clone, Copy)]
pub struct Command<'a> {
    pub rulebook: &'a Rulebook,
    pub world: &'a World,
    pub flags: &'a Diagnose,
}

impl Command<'_> {
    /// The words, quoted as a POSIX shell takes them.
    pub fn repeating(&self, answers: &Answers) -> String {
        let mut words = vec!["shinrai".to_owned(), "diagnose".to_owned()];
        let mut flag = |name: &str, value: String| words.extend([name.to_owned(), quoted(&value)]);
        for (question, answer) in answers.given() {
            flag("-a", given::as_flag(self.rulebook, question, answer));
        }
        if let Some(path) = self.world.rulebook.as_deref() {
            flag("--rulebook", path.to_string_lossy().into_owned());
        }
        flag("--lang", self.world.language.tag().to_owned());
        if self.world.named_day.is_some() || self.flags.given.case.is_some() {
            flag("--today", self.world.today.to_string());
        }
        for (holds, flag) in [(self.flags.partial, "--partial"), (self.flags.plain, "--plain")] {
            if holds {
                words.push(flag.to_owned());
            }
        }
        words.join(" ")
    }
}

/// A word as a POSIX shell takes it.
fn quoted(word: &str) -> String {
    let is_plain = |character: char| character.is_ascii_alphanumeric() || "=,._-/:".contains(character);
    if !word.is_empty() && word.chars().all(is_plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace(is_unprintable, "?").replace('\'', "'\\''"))
}
