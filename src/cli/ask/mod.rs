//! Asks a person: the questions, their review, and what is done with the list.
//!
//! How something is chosen is behind [`Choose`]: with a menu ([`menu`]), with a numbered list ([`numbered`]), or from
//! answers written down beforehand (for tests).

pub mod after;
pub mod choice;
pub mod menu;
pub mod numbered;
mod question;
mod review;
#[cfg(test)]
pub mod scripted;

use std::io;

use crate::answers::Answers;
use crate::cli::world::{self, Columns};
use crate::interview::{Interview, Next};
use crate::report::wrap;
use crate::rulebook::Rulebook;
use crate::words::Language;
use crate::{say, word};
use choice::Choose;

/// Somebody at a terminal.
pub struct Person<'a, C> {
    rulebook: &'a Rulebook,
    language: Language,
    columns: Columns,
    choose: C,
    before_asking: &'a dyn Fn(&Answers),
    /// Whether one can go back from the review to what was asked behind the list.
    list_was_shown: bool,
}

/// How the questions are left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Left {
    /// To see the list.
    ToTheList,
    /// Back to where the person came from.
    Back,
}

impl<'a, C: Choose> Person<'a, C> {
    /// Somebody who will be asked in this way. `before_asking` is told the answers so far.
    pub const fn new(
        rulebook: &'a Rulebook,
        language: Language,
        columns: Columns,
        choose: C,
        before_asking: &'a dyn Fn(&Answers),
    ) -> Self {
        Self { rulebook, language, columns, choose, before_asking, list_was_shown: false }
    }

    /// What to say before the first question: also how to change the language, where nothing told which one is wanted.
    pub fn greet(&self, is_language_guessed: bool, kept_in: Option<&str>) {
        let sentence = match kept_in {
            None => word!(
                self.language,
                ja: "答えはどこにも保存されず、どこにも送られません。いつでも Ctrl-C でやめられます。",
                en: "Nothing you answer is stored or sent anywhere. Ctrl-C ends this at any time."
            )
            .to_owned(),
            Some(file) => say!(
                self.language,
                ja: "答えは `{file}` にだけ残します。どこにも送られません。いつでも Ctrl-C でやめられます。",
                en: "Your answers are kept in `{file}`, and nowhere else. Nothing is sent. Ctrl-C ends this at any time."
            ),
        };
        self.say("", &sentence);
        if is_language_guessed {
            self.say("", word!(self.language, ja: "English: shinrai --lang en", en: "日本語: shinrai --lang ja"));
        }
        if let Some(keys) = self.choose.greeting(self.language) {
            self.say("", keys);
        }
    }

    /// What to say to somebody who comes back.
    pub fn welcome_back(&self, day: Option<String>) {
        let sentence = match day {
            Some(day) => say!(
                self.language,
                ja: "{day}の答えを引き継いで始めます。変わりうることだけをお尋ねします。",
                en: "Your answers of {day} are here. You are asked only what can have changed."
            ),
            None => word!(
                self.language,
                ja: "前の答えを引き継いで始めます。変わりうることだけをお尋ねします。",
                en: "Your earlier answers are here. You are asked only what can have changed."
            )
            .to_owned(),
        };
        self.say("", &sentence);
    }

    /// Asks until the person wants to see the list, or a gate ends everything else.
    ///
    /// # Errors
    ///
    /// When no answer can be had any more.
    pub fn interview(&mut self, interview: &mut Interview<'_>) -> io::Result<Left> {
        loop {
            (self.before_asking)(&interview.answers());
            match interview.next() {
                Next::Ask(asked) => self.ask(interview, &asked)?,
                Next::Review(review) => {
                    if let Some(left) = self.review(interview, &review)? {
                        self.list_was_shown = true;
                        return Ok(left);
                    }
                }
                Next::Stopped => return Ok(Left::ToTheList),
            }
        }
    }

    fn say(&self, first: &str, text: &str) {
        world::tell(&wrap::hanging(first, text, self.columns.now()));
    }
}
