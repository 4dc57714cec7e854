//! A choice that a person makes, and the one way in which anything is asked: [`Choose`].

use std::io;

use crate::words::Language;

/// A choice to make.
#[derive(Clone, Debug, Default)]
pub struct Choice {
    /// Where one is.
    pub place: Option<String>,
    /// What is asked.
    pub title: String,
    /// What helps to answer.
    pub hint: Option<String>,
    /// What can be ticked, any number of them; empty when one row is to be chosen.
    pub ticks: Vec<Tick>,
    /// The row that ends ticking: with nothing ticked, and with something.
    pub ready: [String; 2],
    /// What can be chosen, one of them.
    pub rows: Vec<Row>,
    /// The position of what was answered before: to begin with, or to stay with.
    pub answered: Option<usize>,
    /// Whether there is something to go back to.
    pub can_go_back: bool,
}

/// Something to choose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// What it says.
    pub text: String,
    /// A short name by which it can be called: an option's id, or a sign.
    pub name: String,
    /// Whether it is no answer but something else that can be done.
    pub is_aside: bool,
}

impl Row {
    /// An answer.
    pub fn new(text: impl Into<String>, name: impl Into<String>) -> Self {
        Self { text: text.into(), name: name.into(), is_aside: false }
    }

    /// Something else that can be done.
    pub fn aside(text: impl Into<String>, name: impl Into<String>) -> Self {
        Self { is_aside: true, ..Self::new(text, name) }
    }
}

/// Something to tick.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tick {
    /// What it says, and its short name.
    pub row: Row,
    /// Whether it is ticked to begin with.
    pub ticked: bool,
}

/// What came of a choice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Chosen {
    /// This one of the rows.
    Row(usize),
    /// These of the ticks, in order.
    Ticked(Vec<usize>),
    /// None: back to what was before.
    Back,
}

/// A position in what is shown: ticks come first, then the row that ends ticking, then the rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Position {
    /// A tick.
    Tick(usize),
    /// The end of ticking.
    Ready,
    /// A row.
    Row(usize),
}

impl Choice {
    /// How many lines can be chosen or ticked.
    pub fn len(&self) -> usize {
        self.ticks.len() + usize::from(self.has_ticks()) + self.rows.len()
    }

    /// Whether nothing is asked: what was shown is to be read, and then one goes on. A second row is help.
    pub const fn is_a_pause(&self) -> bool {
        self.title.is_empty()
    }

    /// Whether any number of things can be chosen.
    pub fn has_ticks(&self) -> bool {
        !self.ticks.is_empty()
    }

    /// What is at a position.
    pub fn at(&self, position: usize) -> Position {
        match position.checked_sub(self.ticks.len()) {
            None => Position::Tick(position),
            Some(0) if self.has_ticks() => Position::Ready,
            Some(behind) => Position::Row(behind - usize::from(self.has_ticks())),
        }
    }
}

impl<C: Choose + ?Sized> Choose for Box<C> {
    fn choose(&mut self, choice: &Choice) -> io::Result<Chosen> {
        (**self).choose(choice)
    }

    fn line(&mut self, prompt: &str) -> io::Result<String> {
        (**self).line(prompt)
    }

    fn greeting(&self, language: Language) -> Option<&'static str> {
        (**self).greeting(language)
    }

    fn stays(&self) -> bool {
        (**self).stays()
    }
}

/// A way to ask: a menu, a numbered list, or answers written down beforehand.
pub trait Choose {
    /// Shows what can be chosen and waits for it. [`Chosen::Back`] comes only where one can go back.
    ///
    /// # Errors
    ///
    /// When no answer can be had any more: `UnexpectedEof` at the end of the input, `Interrupted` after Ctrl-C.
    fn choose(&mut self, choice: &Choice) -> io::Result<Chosen>;

    /// Asks for a line of text.
    ///
    /// # Errors
    ///
    /// As for [`choose`](Self::choose).
    fn line(&mut self, prompt: &str) -> io::Result<String>;

    /// What to say about the keys that work before anything is asked; nothing where each choice says it.
    fn greeting(&self, language: Language) -> Option<&'static str>;

    /// Whether what was asked is still there to be read once it is answered.
    fn stays(&self) -> bool;
}
