//! Findings: what the reader of a rulebook has to say to its author.
//!
//! A finding is plain data. How it is shown, on a terminal or as JSON, is decided in [`report`](crate::report).

use std::cell::Cell;
use std::ops::Deref;

use jiff::civil::Date;

use crate::rulebook::source::Span;
use crate::words::{Words, did_you_mean, harmless, nearest_within};

/// How much a finding weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Worth knowing.
    Note,
    /// Probably not what the author wants; the rulebook works.
    Warning,
    /// The rulebook can't be used.
    Error,
}

impl Severity {
    /// The name in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

macro_rules! codes {
    ($($(#[doc = $doc:literal])+ $variant:ident = $name:literal, $severity:ident;)+) => {
        /// What kind of finding it is. The name is stable: `allow`, the documents and other programs use it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code { $($(#[doc = $doc])+ $variant),+ }

        impl Code {
            /// Every code.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The stable name, such as `unknown-key`.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),+ }
            }

            /// How much it weighs.
            pub const fn severity(self) -> Severity {
                match self { $(Self::$variant => Severity::$severity),+ }
            }
        }
    };
}

codes! {
    /// The bytes are no text that can be read.
    NotText = "not-text", Error;
    /// The file is not UTF-8, but could be read.
    OtherEncoding = "other-encoding", Note;
    /// The text is not TOML.
    Syntax = "syntax", Error;
    /// The text uses what only TOML 1.1 knows; editors refuse it.
    NewerToml = "newer-toml", Warning;
    /// A text holds a character that controls a terminal or hides text.
    Unprintable = "unprintable", Error;
    /// No file has a `[rulebook]` table, or several have.
    RulebookTable = "rulebook-table", Error;
    /// The rulebook is written in a format that this program does not know.
    UnknownFormat = "unknown-format", Error;
    /// There is nothing to ask.
    NoQuestions = "no-questions", Error;
    /// A key that has no meaning here.
    UnknownKey = "unknown-key", Error;
    /// A required key is missing.
    MissingKey = "missing-key", Error;
    /// A value of another kind than this key takes.
    WrongType = "wrong-type", Error;
    /// A number, date, duration or word outside of what this key takes.
    BadValue = "bad-value", Error;
    /// An id that is not lower-case English, or reserved.
    BadId = "bad-id", Error;
    /// Two things with one id.
    DuplicateId = "duplicate-id", Error;
    /// A name that is not declared.
    UnknownName = "unknown-name", Error;
    /// Two keys that do not go together.
    Conflict = "conflict", Error;
    /// A text lacks the first language.
    MissingText = "missing-text", Error;
    /// A text lacks another language.
    MissingTranslation = "missing-translation", Warning;
    /// Conditions or `after` that build on each other in a circle.
    Circle = "circle", Error;
    /// A gate depends on a detail.
    GateReadsDetail = "gate-reads-detail", Error;
    /// A gate reads a question without an `unknown` option.
    GateWithoutUnknown = "gate-without-unknown", Warning;
    /// A layer changes or drops what does not exist below it.
    OverridesNothing = "overrides-nothing", Error;
    /// A layer drops a gate or a property.
    DropsSafety = "drops-safety", Warning;
    /// A new entry of a layer is named almost like one below it.
    NearName = "near-name", Note;
    /// A contact was checked over a year ago, or never.
    StaleContact = "stale-contact", Warning;
    /// An `allow` that silences nothing.
    UnusedAllow = "unused-allow", Warning;
    /// No rule reads the answer to a question.
    UnreadQuestion = "unread-question", Warning;
    /// No rule reads an option of a question with several answers.
    UnreadOption = "unread-option", Warning;
    /// Nothing refers to an entry.
    Unused = "unused", Warning;
    /// A gate bars what no action involves.
    BarsNothing = "bars-nothing", Warning;
    /// The time of an entry is over.
    Expired = "expired", Warning;
    /// The contradictions leave no situation.
    NoSituation = "no-situation", Error;
    /// A condition is true in every situation.
    AlwaysTrue = "always-true", Warning;
    /// A condition is true in no situation.
    NeverTrue = "never-true", Warning;
    /// A conclusion, an action, a variant or a note never comes up.
    NeverOccurs = "never-occurs", Warning;
    /// A part of a rule could go without changing anything.
    Redundant = "redundant", Warning;
    /// No interview comes to a question.
    NeverAsked = "never-asked", Warning;
    /// No cause is found for some answers.
    NoCause = "no-cause", Warning;
    /// No action is listed for some answers.
    NoAction = "no-action", Warning;
    /// An obstacle can be found without an action that answers it.
    UnansweredObstacle = "unanswered-obstacle", Warning;
    /// A property does not hold.
    PropertyFails = "property-fails", Error;
    /// An action becomes much more urgent because another one waits for it.
    PulledForward = "pulled-forward", Warning;
    /// An action comes after one that is never listed with it.
    NeverTogether = "never-together", Note;
    /// Two actions with the same task can stand on one list.
    SaidTwice = "said-twice", Warning;
    /// A proof reached its limit.
    NotFinished = "not-finished", Note;
    /// A case leaves a question open that it has to answer.
    CaseIncomplete = "case-incomplete", Error;
    /// A case has answers that cannot all be true.
    CaseContradiction = "case-contradiction", Error;
    /// A case asks more questions than the rulebook wants.
    TooManyQuestions = "too-many-questions", Warning;
}

impl Code {
    /// Whether it is about tidiness alone: nobody has to hear it of a rulebook on which theirs is only a layer.
    pub const fn is_tidiness(self) -> bool {
        matches!(
            self,
            Self::UnreadQuestion
                | Self::UnreadOption
                | Self::Unused
                | Self::BarsNothing
                | Self::Redundant
                | Self::NeverTogether
        )
    }

    /// The code with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|code| code.name() == name)
    }
}

/// A place that a finding points at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// Where.
    pub span: Span,
    /// What is to be seen there, if it needs words.
    pub words: Option<Words>,
}

/// Answers that can be replayed, as flags take them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replay {
    /// `harm=serious`, `done=plan,listened`; none: no answer is needed.
    pub answers: Vec<String>,
    /// The day, if it matters.
    pub today: Option<Date>,
}

/// One remark.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What kind of remark.
    pub code: Code,
    /// What is wrong: a fact, without the remedy.
    pub message: Words,
    /// Where; the first is the place to mend, the others explain. Empty only when no file could be read.
    pub labels: Vec<Label>,
    /// What to do.
    pub help: Option<Words>,
    /// Answers that show it.
    pub example: Option<Replay>,
    /// The entry it belongs to, such as `action.acknowledge`.
    pub entry: Option<String>,
}

impl Finding {
    /// A finding at a place. Whatever names of a rulebook a message repeats, it steers no terminal.
    pub fn new(code: Code, message: Words) -> Self {
        Self { code, message: message.harmless(), labels: Vec::new(), help: None, example: None, entry: None }
    }

    /// Adds a place.
    #[must_use]
    pub fn at(mut self, span: Span) -> Self {
        self.labels.push(Label { span, words: None });
        self
    }

    /// Adds a place with words.
    #[must_use]
    pub fn at_with(mut self, span: Span, words: Words) -> Self {
        self.labels.push(Label { span, words: Some(words.harmless()) });
        self
    }

    /// Says what to do.
    #[must_use]
    pub fn help(mut self, help: Words) -> Self {
        self.help = Some(help.harmless());
        self
    }

    /// Shows answers for which it is so.
    #[must_use]
    pub fn example(mut self, example: Replay) -> Self {
        self.example = Some(example);
        self
    }

    /// Says which entry it is about.
    #[must_use]
    pub fn about(mut self, entry: String) -> Self {
        self.entry = Some(harmless(entry));
        self
    }

    /// Asks whether another name was meant, if one is near.
    #[must_use]
    pub fn did_you_mean(self, near: Option<&str>) -> Self {
        match near {
            Some(near) => self.help(did_you_mean(near)),
            None => self,
        }
    }

    /// How much it weighs.
    pub const fn severity(&self) -> Severity {
        self.code.severity()
    }
}

/// Findings while a rulebook is read. It may come from anybody, so their number and the work that goes into suggestions are
/// limited. Errors are never crowded out by what weighs less.
#[derive(Clone, Debug)]
pub struct Findings {
    all: Vec<Finding>,
    errors: usize,
    /// Whether there were more than are kept.
    is_cut: bool,
    /// Steps of comparing that are left for suggestions.
    work: Cell<usize>,
}

/// The most errors that are kept, and the most of everything else.
pub const MOST_FINDINGS: usize = 1_000;

impl Default for Findings {
    /// None yet.
    fn default() -> Self {
        const WORK: usize = 20_000_000;
        Self { all: Vec::new(), errors: 0, is_cut: false, work: Cell::new(WORK) }
    }
}

impl Deref for Findings {
    type Target = [Finding];

    fn deref(&self) -> &[Finding] {
        &self.all
    }
}

impl Findings {
    /// Adds one.
    pub fn push(&mut self, finding: Finding) {
        let is_error = finding.severity() == Severity::Error;
        let same = if is_error { self.errors } else { self.all.len() - self.errors };
        if same == MOST_FINDINGS {
            self.is_cut = true;
            return;
        }
        self.errors += usize::from(is_error);
        self.all.push(Finding { entry: finding.entry.map(harmless), ..finding });
    }

    /// Adds several.
    pub fn extend(&mut self, findings: impl IntoIterator<Item = Finding>) {
        findings.into_iter().for_each(|finding| self.push(finding));
    }

    /// Forgets all behind the first ones.
    pub fn truncate(&mut self, length: usize) {
        self.all.truncate(length);
        self.errors = self.all.iter().filter(|finding| finding.severity() == Severity::Error).count();
    }

    /// Whether there are so many errors that more would not help anybody.
    pub const fn is_hopeless(&self) -> bool {
        self.errors >= MOST_FINDINGS
    }

    /// The known name that is most likely meant, as long as there is work left for it.
    pub fn nearest<'a>(&self, name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
        let mut work = self.work.get();
        let near = nearest_within(&mut work, name, known);
        self.work.set(work);
        near
    }

    /// All that are kept, and whether there may be more.
    pub fn finish(self) -> (Vec<Finding>, bool) {
        let is_cut = self.is_cut || self.is_hopeless();
        (self.all, is_cut)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_lead_back() {
        for &code in Code::ALL {
            assert_eq!(Code::from_name(code.name()), Some(code), "{}", code.name());
        }
    }
}
