//! The command line that makes a diagnosis again, or goes on with an interview.

use crate::answers::{Answers, given};
use crate::cli::args::Diagnose;
use crate::cli::world::World;
use crate::report::command::CommandLine;
use crate::rulebook::Rulebook;

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
        let mut command = CommandLine::new("diagnose");
        for (question, answer) in answers.given() {
            command.flag("-a", &given::as_flag(self.rulebook, question, answer));
        }
        if let Some(path) = self.world.rulebook.as_deref() {
            command.flag("--rulebook", &path.to_string_lossy());
        }
        command.flag("--lang", self.world.language.tag());
        if self.world.named_day.is_some() || self.flags.given.case.is_some() {
            command.flag("--today", &self.world.today.to_string());
        }
        for (holds, flag) in [(self.flags.partial, "--partial"), (self.flags.plain, "--plain")] {
            if holds {
                command.word(flag);
            }
        }
        command.to_string()
    }
}
