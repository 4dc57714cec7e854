//! What a report says, in the order in which it is read, before anything is known of how it looks.
//!
//! Every rendering for people is made of a [`Page`]: what is shown, what is left out and in which words is decided here,
//! once (`build`). A [`Page`] holds sentences in one language and no ids that a renderer would have to resolve.

mod build;

use jiff::civil::Date;

use crate::report::phrases;
use crate::rulebook::Contact;
use crate::rulebook::calendar::Due;
use crate::say;
use crate::words::Language;

pub use build::page;

/// What to show beside the usual.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Extent {
    /// At most so many lines of the checklist.
    pub top: Option<usize>,
    /// The place of each line, and what was ruled out.
    pub explain: bool,
    /// For whom it is.
    pub reader: Reader,
    /// How much it tells of the person.
    pub privacy: Privacy,
}

/// How much a report tells of the person it is about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Privacy {
    /// Everything.
    #[default]
    Whole,
    /// Only what will be done until when, of what the rulebook lets others read ([`Diagnosis::shared`]): no answers,
    /// nothing that was concluded from them, no advice and no reasons.
    ///
    /// [`Diagnosis::shared`]: crate::diagnosis::Diagnosis::shared
    Redacted,
}

/// Who reads a report.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reader {
    /// Somebody who can give flags.
    #[default]
    AtTheCommandLine,
    /// Somebody who is asked what to do next.
    InTheInterview,
    /// Somebody who opens a file later.
    OfAFile,
}

/// A report.
#[derive(Clone, Debug)]
pub struct Page {
    /// Its language.
    pub language: Language,
    /// Which list it is: the same for the same matter on a later day, another for another matter.
    pub matter: String,
    /// Whether it is a copy for others.
    pub is_copy: bool,
    /// The day from which deadlines are counted.
    pub today: Date,
    /// What it is about, as far as it may be told.
    pub name: String,
    /// The name and the day.
    pub title: String,
    /// What is to be known before anything else.
    pub headline: Option<Alert>,
    /// What to do first.
    pub first: Option<String>,
    /// Everything else, in order.
    pub sections: Vec<Section>,
    /// What is done and comes again, at its next time.
    pub again: Vec<Entry>,
    /// What a calendar that has it is to forget.
    pub called_off: Vec<Point>,
    /// What it is not.
    pub footer: Option<String>,
}

/// A gate that holds.
#[derive(Clone, Debug)]
pub struct Alert {
    /// What it is called.
    pub name: String,
    /// What it says.
    pub say: String,
    /// The answers behind it.
    pub reasons: Vec<String>,
}

/// What a section is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Topic {
    /// What is different since an earlier diagnosis.
    Since,
    /// Causes and obstacles.
    Found,
    /// Further gates that hold.
    Gates,
    /// What they hold back.
    NotForNow,
    /// The checklist.
    Checklist,
    /// What is done already.
    Done,
    /// What open gates hold back.
    HeldBack,
    /// What further answers may add.
    MayBeAdded,
    /// Where to turn.
    Contacts,
    /// A thought to take along.
    Note,
    /// Details that were not asked.
    Assumed,
    /// What it is based on.
    Sources,
    /// What is still open, or ruled out.
    Rest,
}

/// A part of the report with a heading.
#[derive(Clone, Debug)]
pub struct Section {
    /// What it is about.
    pub topic: Topic,
    /// Its heading.
    pub heading: String,
    /// What stands first.
    pub intro: Option<String>,
    /// Its points.
    pub points: Vec<Point>,
    /// The lines of the checklist by deadline.
    pub groups: Vec<Group>,
    /// What stands last.
    pub outro: Vec<String>,
}

/// One point of a section.
#[derive(Clone, Debug, Default)]
pub struct Point {
    /// The id of what it is about, where a program may want it.
    pub id: String,
    /// What it is.
    pub text: String,
    /// What is said about it.
    pub say: Option<String>,
    /// What belongs to it.
    pub items: Vec<String>,
    /// The answers behind it.
    pub reasons: Vec<String>,
    /// What else there is to know about it.
    pub asides: Vec<String>,
}

/// The lines of the checklist with one deadline.
#[derive(Clone, Debug)]
pub struct Group {
    /// The deadline in words.
    pub heading: String,
    /// The day.
    pub due_on: Date,
    /// The lines.
    pub entries: Vec<Entry>,
}

/// A line of the checklist.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Its number.
    pub rank: usize,
    /// The id of the action, or of the question to find out.
    pub id: String,
    /// What to do.
    pub task: String,
    /// How, step by step.
    pub how: Vec<String>,
    /// What else is to be known about it, each with its label.
    pub facts: Vec<Fact>,
    /// When it is due.
    pub due: Due,
    /// The day.
    pub due_on: Date,
    /// How often it comes again.
    pub every: Option<Due>,
}

/// Something to know about a line.
#[derive(Clone, Debug)]
pub struct Fact {
    /// What kind it is.
    pub kind: FactKind,
    /// What it is called.
    pub label: &'static str,
    /// What it says.
    pub text: String,
}

/// What kind of thing there is to know about a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FactKind {
    /// How to see that it is done.
    Done,
    /// What never to do.
    Avoid,
    /// How often.
    Every,
    /// The reason.
    Why,
    /// What it answers.
    Because,
    /// Why it stands where it stands.
    Place,
}

impl FactKind {
    /// Whether it is there for who asks, not needed to act.
    pub const fn is_quiet(self) -> bool {
        matches!(self, Self::Why | Self::Because | Self::Place)
    }
}

impl Entry {
    /// What tells the line from others: in a copy, which has no ids, what there is to do.
    pub fn id_or_task(&self) -> &str {
        if self.id.is_empty() { &self.task } else { &self.id }
    }
}

impl Fact {
    /// The label and what it says.
    pub fn line(&self, language: Language) -> String {
        let (label, text) = (self.label, &self.text);
        say!(language, ja: "{label}：{text}", en: "{label}: {text}")
    }
}

impl Section {
    fn new(topic: Topic, heading: impl Into<String>) -> Self {
        let heading = heading.into();
        Self { topic, heading, intro: None, points: Vec::new(), groups: Vec::new(), outro: Vec::new() }
    }

    fn with(mut self, points: impl IntoIterator<Item = Point>) -> Self {
        self.points.extend(points);
        self
    }

    /// The section, unless it says nothing.
    fn unless_empty(self) -> Option<Self> {
        (!self.points.is_empty()).then_some(self)
    }
}

impl Point {
    fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }
}

/// A contact in one line: who it is, and how to reach it.
pub fn contact_line(contact: &Contact, language: Language) -> String {
    name_and_reach(contact.name.get(language), contact.reach.get(language), language)
}

fn name_and_reach(name: &str, reach: &str, language: Language) -> String {
    say!(language, ja: "{name}：{reach}", en: "{name}: {reach}")
}

/// When some contacts were checked.
pub fn when_checked<'a>(contacts: impl Iterator<Item = &'a Contact>, language: Language) -> Option<String> {
    let mut days: Vec<Date> = contacts.filter_map(|contact| contact.checked).collect();
    days.sort_unstable();
    days.dedup();
    let day = phrases::long_date(*days.first()?, language);
    Some(match days.len() {
        1 => say!(language, ja: "連絡先は、{day}に確認したものです。", en: "Checked on {day}."),
        _ => say!(language, ja: "連絡先は、{day}以降に確認したものです。", en: "Checked on {day} or later."),
    })
}

impl Page {
    /// Whether there is nothing on it but where to turn.
    pub fn is_help(&self) -> bool {
        !self.sections.is_empty() && self.sections.iter().all(|section| section.topic == Topic::Contacts)
    }
}

impl Point {
    /// A contact in one line: who it is, and how to reach it.
    pub fn contact_line(&self, language: Language) -> String {
        name_and_reach(&self.text, self.say.as_deref().unwrap_or_default(), language)
    }
}
