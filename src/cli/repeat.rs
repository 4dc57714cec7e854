//! The command line that makes a diagnosis again, or goes on with an interview.

use crate::answers::{Answers, given};
use clap::ValueEnum as _;

use crate::cli::args::Diagnose;
use crate::cli::world::World;
use crate::diagnosis::Diagnosis;
use crate::interview::{Interview, Next};
use crate::report::command::CommandLine;
use crate::rulebook::Rulebook;

/// The command line that was given, from which others are made.
#[derive(Clone, Copy)]
pub struct Command<'a> {
    pub rulebook: &'a Rulebook,
    pub world: &'a World,
    pub flags: &'a Diagnose,
}

impl Command<'_> {
    /// The one that makes a diagnosis again, quoted as a POSIX shell takes it.
    pub fn repeating(&self, diagnosis: &Diagnosis) -> String {
        let mut command = self.answering(&diagnosis.answers);
        let is_cut_short = !diagnosis.live.unanswered.is_empty() && diagnosis.stopped_by.is_none();
        if self.flags.partial || is_cut_short {
            command.word("--partial");
        }
        command.to_string()
    }

    /// The one that goes on with an interview: it asks what is still open, and does with the list what was asked for.
    pub fn continuing(&self, answers: &Answers) -> String {
        let mut command = self.answering(answers);
        let interview = Interview::new(self.rulebook, answers.clone(), self.world.today);
        if !matches!(interview.next(), Next::Ask(_)) {
            command.word("--review");
        }
        if self.flags.plain {
            command.word("--plain");
        }
        if let Some(format) = self.flags.format.and_then(|format| format.to_possible_value()) {
            command.flag("--format", format.get_name());
        }
        for (holds, flag) in [(self.flags.redact, "--redact"), (self.flags.discreet, "--discreet")] {
            if holds {
                command.word(flag);
            }
        }
        if let Some(path) = &self.flags.output {
            command.flag("--output", &path.to_string_lossy());
        }
        if let Some(path) = &self.flags.save {
            command.flag("--save", &path.to_string_lossy());
        }
        if let Some(name) = &self.flags.save_case {
            command.flag("--save-case", name);
        }
        command.to_string()
    }

    fn answering(&self, answers: &Answers) -> CommandLine {
        let mut command = CommandLine::new("diagnose");
        for (question, answer) in answers.given() {
            command.flag("-a", &given::as_flag(self.rulebook, question, answer));
        }
        for &action in &answers.done {
            command.flag("--done", self.rulebook.actions.name(action));
        }
        if let Some(path) = &self.flags.since {
            command.flag("--since", &path.to_string_lossy());
        }
        if let Some(path) = self.world.rulebook.as_deref() {
            command.rulebook(&self.world.rulebook_at(path));
        }
        command.flag("--lang", self.world.language.tag());
        if self.world.named_day.is_some() || self.flags.given.case.is_some() {
            command.flag("--today", &self.world.today.to_string());
        }
        if let Some(width) = self.world.columns.named() {
            command.flag("--width", &width.to_string());
        }
        if let Some(top) = self.flags.top {
            command.flag("--top", &top.to_string());
        }
        if self.flags.explain {
            command.word("--explain");
        }
        command
    }
}
