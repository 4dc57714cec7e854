//! One situation a line: `{"id": "7", "answers": {"event": "mistake"}, "today": "2026-11-22"}`.
//!
//! Lines as programs write them are read without a copy of any name. Whatever is unusual, and whatever is wrong, is read
//! again by [`given`], which knows every form and every fault.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt;

use jiff::civil::Date;
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use crate::answers::given::{self, Fault};
use crate::rulebook::condition::Options;
use crate::rulebook::{Action, Answer, Id, Pick, Question, Rulebook};

/// What a line holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Case<'l> {
    /// How it is called.
    pub label: Option<Label<'l>>,
    /// The day, if it is said.
    pub today: Option<Date>,
    /// What is answered; no question stands there twice.
    pub given: Vec<(Id<Question>, Answer)>,
    /// What is done already.
    pub done: BTreeSet<Id<Action>>,
}

/// What a situation is called, so that its diagnosis can be found again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Label<'l> {
    /// A text.
    Text(Cow<'l, str>),
    /// A number.
    Number(i64),
}

impl Case<'_> {
    /// The same, apart from the line.
    pub fn into_owned(self) -> Case<'static> {
        let Self { label, today, given, done } = self;
        Case { label: label.map(Label::into_owned), today, given, done }
    }
}

impl Label<'_> {
    /// The same, apart from the line.
    pub fn into_owned(self) -> Label<'static> {
        match self {
            Self::Text(text) => Label::Text(Cow::Owned(text.into_owned())),
            Self::Number(number) => Label::Number(number),
        }
    }
}

impl fmt::Display for Label<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::Number(number) => number.fmt(f),
        }
    }
}

/// What is wrong with a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadLine {
    /// What it is called, as far as that can be read.
    pub label: Option<Label<'static>>,
    /// Everything that is wrong.
    pub faults: Vec<Fault>,
}

/// Reads lines for one rulebook.
#[derive(Debug)]
pub struct Lines<'r> {
    rulebook: &'r Rulebook,
    questions: Vec<Known<'r>>,
    /// The question that came first in the line before.
    first: usize,
    /// The number of the line, as a mark for what it has answered.
    line: u64,
}

#[derive(Debug)]
struct Known<'r> {
    question: &'r Question,
    name: &'r str,
    options: Vec<(Key, &'r str)>,
    /// The question that came behind it before.
    next: usize,
    /// The last line in which it was answered.
    answered: u64,
}

impl<'r> Lines<'r> {
    /// A reader for the questions of a rulebook.
    pub fn new(rulebook: &'r Rulebook) -> Self {
        let questions = rulebook.questions.iter().map(|(id, question)| Known {
            question,
            name: rulebook.questions.name(id),
            options: question.options.names().map(|option| (Key::of(option), option)).collect(),
            next: id.index() + 1,
            answered: 0,
        });
        Self { rulebook, questions: questions.collect(), first: 0, line: 0 }
    }

    /// Reads a line into a case. `place` names the line in messages.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with it.
    pub fn read<'l>(
        &mut self,
        line: &'l str,
        place: impl FnOnce() -> String,
        case: &mut Case<'l>,
    ) -> Result<(), BadLine> {
        if self.read_usual(line, case) { Ok(()) } else { given::parse_line(self.rulebook, line, &place(), case) }
    }

    /// Reads a line as programs write them; false if it is anything else.
    fn read_usual<'l>(&mut self, line: &'l str, case: &mut Case<'l>) -> bool {
        self.line += 1;
        case.label = None;
        case.today = None;
        case.given.clear();
        case.done.clear();
        let mut json = serde_json::Deserializer::from_str(line);
        WholeLine { lines: self, case }.deserialize(&mut json).is_ok() && json.end().is_ok()
    }

    /// The question with a name: most often the one that stood there before.
    fn question(&self, expected: usize, name: &str) -> Option<usize> {
        if self.questions.get(expected).is_some_and(|known| known.name == name) {
            return Some(expected);
        }
        self.rulebook.questions.find(name).map(Id::index)
    }
}

impl Known<'_> {
    fn option(&self, name: &str) -> Option<Options> {
        let key = Key::of(name);
        let position = self.options.iter().position(|&(other, option)| other == key && option == name)?;
        Some(Options::one(position))
    }
}

/// The beginning of a name, and how long it is: names that differ mostly differ here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Key(u64, usize);

impl Key {
    fn of(name: &str) -> Self {
        let beginning = match name.as_bytes().first_chunk::<8>() {
            Some(beginning) => u64::from_le_bytes(*beginning),
            None => name.bytes().fold(0, |all, byte| all << 8 | u64::from(byte)),
        };
        Self(beginning, name.len())
    }
}

/// What the usual form does not know; the line is read again.
fn unusual<E: Error>() -> E {
    E::custom("")
}

struct WholeLine<'c, 'r, 'l> {
    lines: &'c mut Lines<'r>,
    case: &'c mut Case<'l>,
}

impl<'l> DeserializeSeed<'l> for WholeLine<'_, '_, 'l> {
    type Value = ();

    fn deserialize<D: Deserializer<'l>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'l> Visitor<'l> for WholeLine<'_, '_, 'l> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'l>>(self, mut entries: A) -> Result<(), A::Error> {
        let Self { lines, case } = self;
        let mut has_answers = false;
        while let Some(key) = entries.next_key::<&str>()? {
            match key {
                "id" if case.label.is_none() => case.label = Some(entries.next_value_seed(LabelSeed)?),
                "today" if case.today.is_none() => {
                    let day: &str = entries.next_value()?;
                    case.today = Some(given::day(day).ok_or_else(unusual)?);
                }
                "answers" if !has_answers => {
                    has_answers = true;
                    entries.next_value_seed(Given { lines, given: &mut case.given })?;
                }
                _ => return Err(unusual()),
            }
        }
        if has_answers { Ok(()) } else { Err(unusual()) }
    }
}

struct LabelSeed;

impl<'l> DeserializeSeed<'l> for LabelSeed {
    type Value = Label<'l>;

    fn deserialize<D: Deserializer<'l>>(self, deserializer: D) -> Result<Label<'l>, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'l> Visitor<'l> for LabelSeed {
    type Value = Label<'l>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text or a number")
    }

    fn visit_borrowed_str<E: Error>(self, text: &'l str) -> Result<Label<'l>, E> {
        Ok(Label::Text(Cow::Borrowed(text)))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Label<'l>, E> {
        i64::try_from(number).map(Label::Number).map_err(|_| unusual())
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Label<'l>, E> {
        Ok(Label::Number(number))
    }
}

struct Given<'c, 'r> {
    lines: &'c mut Lines<'r>,
    given: &'c mut Vec<(Id<Question>, Answer)>,
}

impl<'l> DeserializeSeed<'l> for Given<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'l>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'l> Visitor<'l> for Given<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("answers")
    }

    fn visit_map<A: MapAccess<'l>>(self, mut entries: A) -> Result<(), A::Error> {
        let Self { lines, given } = self;
        let mut before = None;
        while let Some(name) = entries.next_key::<&str>()? {
            let expected = before.map_or(lines.first, |before: usize| lines.questions[before].next);
            let question = lines.question(expected, name).ok_or_else(unusual)?;
            if question != expected {
                match before {
                    Some(before) => lines.questions[before].next = question,
                    None => lines.first = question,
                }
            }
            before = Some(question);
            let known = &mut lines.questions[question];
            if std::mem::replace(&mut known.answered, lines.line) == lines.line {
                return Err(unusual()); // it stands there twice
            }
            given.push((Id::new(question), entries.next_value_seed(AnswerSeed(known))?));
        }
        Ok(())
    }
}

struct AnswerSeed<'c, 'r>(&'c Known<'r>);

impl<'l> DeserializeSeed<'l> for AnswerSeed<'_, '_> {
    type Value = Answer;

    fn deserialize<D: Deserializer<'l>>(self, deserializer: D) -> Result<Answer, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'l> Visitor<'l> for AnswerSeed<'_, '_> {
    type Value = Answer;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an answer")
    }

    fn visit_unit<E: Error>(self) -> Result<Answer, E> {
        Ok(self.0.question.dont_know())
    }

    fn visit_borrowed_str<E: Error>(self, name: &'l str) -> Result<Answer, E> {
        if name == "?" {
            return self.visit_unit();
        }
        self.0.option(name).map(Answer::Chosen).ok_or_else(unusual)
    }

    fn visit_seq<A: SeqAccess<'l>>(self, mut names: A) -> Result<Answer, A::Error> {
        let mut chosen = Options::NONE;
        while let Some(name) = names.next_element::<&str>()? {
            chosen = chosen.or(self.0.option(name).ok_or_else(unusual)?);
        }
        if self.0.question.pick == Pick::One && chosen.count() != 1 {
            Err(unusual())
        } else {
            Ok(Answer::Chosen(chosen))
        }
    }
}
