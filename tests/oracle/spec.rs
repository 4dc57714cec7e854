//! A rulebook as plain data: just enough of it for the diagnosis, without texts and without sources.
//!
//! Entries refer to each other by name, so that moving an entry never breaks a reference. Options have no names of
//! their own: they are numbered in file order and written as `o0`, `o1`, ….

use std::collections::BTreeSet;

/// A day. The order of the fields makes the derived order the order of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Date {
    pub year: u16,
    pub month: u8,
    pub day: u8,
}

/// The days on which an entry is valid, both ends included.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Dates {
    pub from: Option<Date>,
    pub until: Option<Date>,
}

/// A rulebook.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Spec {
    pub questions: Vec<Question>,
    pub aspects: Vec<String>,
    pub terms: Vec<Term>,
    pub causes: Vec<Conclusion>,
    pub obstacles: Vec<Conclusion>,
    pub gates: Vec<Gate>,
    pub stages: Vec<Stage>,
    pub actions: Vec<Action>,
    pub notes: Vec<Note>,
    pub contacts: Vec<Contact>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pick {
    One,
    Any,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Question {
    pub name: String,
    pub pick: Pick,
    /// How many options there are.
    pub options: usize,
    pub ordered: bool,
    /// The option that "don't know" stands for.
    pub unknown: Option<usize>,
    /// The option that is assumed while there is no answer: the question is a detail.
    pub usually: Option<usize>,
}

impl Question {
    pub fn is_detail(&self) -> bool {
        self.usually.is_some()
    }

    /// The options from least to most: all but the one that "don't know" stands for.
    pub fn scale(&self) -> Vec<usize> {
        (0..self.options).filter(|&option| Some(option) != self.unknown).collect()
    }
}

/// A table of entries that must all hold. No two entries have the same key.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Condition {
    pub entries: Vec<Entry>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Entry {
    /// At least one of these options was chosen.
    Chosen {
        question: String,
        options: Vec<usize>,
    },
    AtLeast {
        question: String,
        option: usize,
    },
    AtMost {
        question: String,
        option: usize,
    },
    /// A term, cause, obstacle or gate that has to be so.
    Named {
        name: String,
        holds: bool,
    },
    Any(Vec<Condition>),
    All(Vec<Condition>),
    Not(Condition),
}

impl Entry {
    /// The key under which the entry stands in its table.
    pub fn key(&self) -> &str {
        match self {
            Self::Chosen { question, .. } | Self::AtLeast { question, .. } | Self::AtMost { question, .. } => question,
            Self::Named { name, .. } => name,
            Self::Any(_) => "any",
            Self::All(_) => "all",
            Self::Not(_) => "not",
        }
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct Term {
    pub name: String,
    pub when: Condition,
    pub dates: Dates,
}

/// A cause or an obstacle.
#[derive(Clone, Debug, PartialEq)]
pub struct Conclusion {
    pub name: String,
    pub signs: Vec<Sign>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Sign {
    pub name: String,
    pub when: Condition,
    /// In hundredths, 1 to 100.
    pub certainty: u8,
    pub dates: Dates,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    Alert,
    Limit,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Gate {
    pub name: String,
    pub when: Condition,
    pub bars: Vec<String>,
    pub refer: Vec<String>,
    pub only: bool,
    pub stops: bool,
    pub at_most: Option<usize>,
    pub tone: Tone,
    pub dates: Dates,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Stage {
    pub name: String,
    pub due: Due,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    Hours,
    Days,
    Weeks,
    Months,
}

/// A deadline as written: `24h` and `1d` are two ways to say the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Due {
    pub amount: u32,
    pub unit: Unit,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Action {
    pub name: String,
    /// The causes, obstacles and gates it answers (`for`).
    pub answers: Vec<String>,
    pub when: Option<Condition>,
    pub stage: Option<String>,
    pub due: Option<Due>,
    pub after: Vec<String>,
    pub involves: Vec<String>,
    pub impact: u32,
    pub effort: u32,
    pub refer: Vec<String>,
    pub variants: Vec<Variant>,
    pub dates: Dates,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Variant {
    pub name: String,
    pub when: Condition,
    pub stage: Option<String>,
    pub due: Option<Due>,
    pub dates: Dates,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Note {
    pub name: String,
    pub kind: &'static str,
    /// The causes, obstacles and gates it is about (`for`).
    pub answers: Vec<String>,
    pub when: Option<Condition>,
    pub dates: Dates,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Contact {
    pub name: String,
    pub when: Option<Condition>,
    pub dates: Dates,
}

/// What was said to one question.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Answer {
    Unanswered,
    /// "Don't know."
    Unknown,
    /// The chosen options: exactly one for pick-one, any number for pick-any.
    Chosen(BTreeSet<usize>),
}

/// One answer for each question of a rulebook, in its order.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Answers(pub Vec<Answer>);

impl Answers {
    /// Nothing was answered yet.
    pub fn none(spec: &Spec) -> Self {
        Self(vec![Answer::Unanswered; spec.questions.len()])
    }

    /// These answers with another one to the question at this position.
    pub fn with(&self, position: usize, answer: Answer) -> Self {
        let mut answers = self.clone();
        answers.0[position] = answer;
        answers
    }
}

/// The name under which an option is written.
pub fn option_name(option: usize) -> String {
    format!("o{option}")
}
