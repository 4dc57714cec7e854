//! Rulebooks: what is asked, what follows from the answers, and what to do about it.
//!
//! Reading goes from bytes to [`Source`]s, to a tree as written ([`document`], put together from [`layer`]s), to a
//! [`Rulebook`] as meant. A `Rulebook` is valid by construction: every name in it is an index that leads somewhere,
//! conditions stand in topological order, no text holds a character that a terminal would obey. What is wrong becomes
//! a [`Finding`]; reading never stops at the first and never panics.
//!
//! Nothing here touches a disk or a clock.

pub mod calendar;
pub mod compare;
pub mod condition;
pub mod document;
pub mod finding;
pub mod fnv;
mod graph;
pub mod insert;
pub mod kind;
pub mod layer;
pub mod list;
mod order;
pub mod pack;
pub mod place;
pub mod read;
pub mod reduce;
pub mod source;
mod syntax;

use std::borrow::Cow;

use jiff::civil::Date;

use crate::words::Language;
use calendar::{Due, Window};
use condition::{Certainty, Condition, Graph, NodeId, Options};
pub use finding::{Code, Finding, Severity};
pub use kind::Kind;
pub use list::{Id, List, Named, Names};
use pack::{Lazy, Packed, Packer, Unpacker, packed};
pub use source::{Source, Span};

/// A text of the rulebook, in one or more languages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    ja: Option<Cow<'static, str>>,
    en: Option<Cow<'static, str>>,
    /// For readers of another language; empty where there is a text in each.
    fallback: Cow<'static, str>,
}

impl Text {
    /// A text of these languages; `fallback` is what readers of another language get.
    pub fn new(ja: Option<String>, en: Option<String>, fallback: String) -> Self {
        let fallback = if ja.is_some() && en.is_some() { String::new() } else { fallback };
        Self { ja: ja.map(Cow::Owned), en: en.map(Cow::Owned), fallback: fallback.into() }
    }

    /// The same text for everyone.
    pub const fn plain(text: String) -> Self {
        Self { ja: None, en: None, fallback: Cow::Owned(text) }
    }

    /// The text in a language, or in the rulebook's first one.
    pub fn get(&self, language: Language) -> &str {
        let own = match language {
            Language::Ja => &self.ja,
            Language::En => &self.en,
        };
        own.as_deref().unwrap_or(&self.fallback)
    }
}

/// A question.
#[derive(Clone, Debug)]
pub struct Question {
    /// The question itself.
    pub ask: Text,
    /// A line that helps to answer it.
    pub hint: Option<Text>,
    /// Whether one option is picked, or any number.
    pub pick: Pick,
    /// The options, by name.
    pub options: Named<Text>,
    /// Whether the options go from least to most.
    pub ordered: bool,
    /// The option that "don't know" means.
    pub unknown: Option<usize>,
    /// The option that counts while the question has no answer; it makes the question a *detail*.
    pub usually: Option<usize>,
    /// The checklist line when the person does not know.
    pub find_out: Option<Text>,
    /// Whether the answer can't change later.
    pub lasting: bool,
    /// Where it is defined.
    pub span: Span,
}

impl Question {
    /// Every option.
    pub fn all_options(&self) -> Options {
        Options::first(self.options.len())
    }

    /// Whether it is only asked to make the advice more exact.
    pub const fn is_detail(&self) -> bool {
        self.usually.is_some()
    }

    /// The name of an option.
    ///
    /// # Panics
    ///
    /// When there is no option at this position.
    pub fn option_name(&self, position: usize) -> &str {
        self.options.name(position)
    }

    /// The text of an option.
    pub fn option_text(&self, position: usize) -> &Text {
        &self.options[position]
    }

    /// What "don't know" means as an answer.
    pub fn dont_know(&self) -> Answer {
        self.unknown.map_or(Answer::Unknown, |option| Answer::Chosen(Options::one(option)))
    }

    /// The answer that picks these options.
    ///
    /// # Errors
    ///
    /// When there is no such option, or not exactly one for a pick-one question.
    pub fn answer<'a>(&self, names: impl IntoIterator<Item = &'a str>) -> Result<Answer, NotAnAnswer> {
        let positions = names
            .into_iter()
            .map(|name| self.options.position(name).ok_or_else(|| NotAnAnswer::NoSuchOption(name.to_owned())));
        let chosen: Options = positions.collect::<Result<_, _>>()?;
        match (self.pick, chosen.count()) {
            (Pick::Any, _) | (Pick::One, 1) => Ok(Answer::Chosen(chosen)),
            (Pick::One, 0) => Err(NotAnAnswer::Nothing),
            (Pick::One, _) => Err(NotAnAnswer::Several),
        }
    }
}

/// Why something is no answer to a question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotAnAnswer {
    /// The question has no such option.
    NoSuchOption(String),
    /// A pick-one question needs one option.
    Nothing,
    /// A pick-one question has one answer.
    Several,
}

/// How many options an answer may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pick {
    /// Exactly one.
    One,
    /// Any number, none included.
    Any,
}

/// What was answered to a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Answer {
    /// These options and no others; for pick-any questions possibly none.
    Chosen(Options),
    /// The person does not know, and the question has no option for that.
    Unknown,
}

/// Something that an action may involve and a gate may bar.
#[derive(Clone, Debug)]
pub struct Aspect {
    /// What it is called.
    pub name: Text,
    /// Where it is defined.
    pub span: Span,
}

/// A named condition.
#[derive(Clone, Debug)]
pub struct Term {
    /// When it is true.
    pub when: Lazy<Condition>,
    /// When it is in force.
    pub window: Window,
    /// Its truth.
    pub node: NodeId,
    /// Where it is defined.
    pub span: Span,
}

/// A cause, an obstacle or a gate.
#[derive(Clone, Debug)]
pub struct Conclusion {
    /// What it is called.
    pub name: Text,
    /// Its truth.
    pub node: NodeId,
    /// What makes it so.
    pub basis: Basis,
    /// Where it is defined.
    pub span: Span,
}

impl Conclusion {
    /// The kind of entry it is written as.
    pub const fn kind(&self) -> Kind {
        match self.basis {
            Basis::Cause(_) => Kind::Cause,
            Basis::Obstacle(_) => Kind::Obstacle,
            Basis::Gate(_) => Kind::Gate,
        }
    }

    /// The gate, if it is one.
    pub const fn gate(&self) -> Option<&Gate> {
        match &self.basis {
            Basis::Gate(gate) => Some(gate),
            _ => None,
        }
    }

    /// The signs of a cause or obstacle.
    pub fn signs(&self) -> Option<&Signs> {
        match &self.basis {
            Basis::Cause(signs) | Basis::Obstacle(signs) => Some(signs),
            Basis::Gate(_) => None,
        }
    }
}

/// What a conclusion is drawn from.
#[derive(Clone, Debug)]
pub enum Basis {
    /// Signs that speak for a cause.
    Cause(Signs),
    /// Signs that speak for an obstacle.
    Obstacle(Signs),
    /// A condition that protects somebody.
    Gate(Gate),
}

/// What speaks for a cause or an obstacle.
#[derive(Clone, Debug)]
pub struct Signs {
    /// A few words on it.
    pub about: Option<Text>,
    /// The signs, by name.
    pub signs: Named<Sign>,
}

/// A sign of a cause or an obstacle.
#[derive(Clone, Debug)]
pub struct Sign {
    /// When it shows.
    pub when: Lazy<Condition>,
    /// When it is in force.
    pub window: Window,
    /// How far it speaks for the conclusion.
    pub certainty: Certainty,
    /// Its truth.
    pub node: NodeId,
    /// Where it is defined.
    pub span: Span,
}

/// A condition under which usual advice would do harm.
#[derive(Clone, Debug)]
pub struct Gate {
    /// What to tell the person.
    pub say: Text,
    /// When it is true.
    pub when: Lazy<Condition>,
    /// When it is in force.
    pub window: Window,
    /// It holds back every action that involves one of these.
    pub bars: Names<Aspect>,
    /// Where to turn.
    pub refer: Vec<Id<Contact>>,
    /// Only actions that answer a true gate are advised.
    pub only: bool,
    /// It ends the interview; nothing else is shown.
    pub stops: bool,
    /// It cuts the checklist to so many lines.
    pub at_most: Option<usize>,
    /// Whether it can be the headline.
    pub tone: Tone,
}

impl Gate {
    /// Whether the gate bars something that the action involves.
    pub fn bars_action(&self, action: &Action) -> bool {
        action.involves.iter().any(|aspect| self.bars.contains(aspect))
    }
}

/// How loud a gate is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// The headline, if no earlier gate is true.
    Alert,
    /// Never a headline.
    Limit,
}

/// A step of repair.
#[derive(Clone, Debug)]
pub struct Stage {
    /// What it is called.
    pub name: Text,
    /// The deadline of its actions, unless they have their own.
    pub due: Due,
    /// Where it is defined.
    pub span: Span,
}

/// A recommended action.
#[derive(Clone, Debug)]
pub struct Action {
    /// The conclusions that it answers; none: it is for everyone.
    pub answers: Names<Conclusion>,
    /// When it is in force.
    pub window: Window,
    /// The step of repair.
    pub stage: Option<Id<Stage>>,
    /// Its own deadline.
    pub due: Option<Due>,
    /// How often it comes again.
    pub every: Option<Due>,
    /// What comes before it.
    pub after: Names<Action>,
    /// What it involves.
    pub involves: Vec<Id<Aspect>>,
    /// Whether its line can stand in a copy that is handed on.
    pub share: bool,
    /// How much it does, 1 to 5.
    pub impact: u32,
    /// How much it takes, 1 to 5.
    pub effort: u32,
    /// How it is done in particular situations.
    pub variants: Named<Variant>,
    /// Whether it is listed.
    pub node: NodeId,
    /// `for`, `when` and the dates: `node` without the gates.
    pub fits: NodeId,
    /// What is said about it.
    pub advice: Lazy<Advice>,
    /// Where it is defined.
    pub span: Span,
}

/// What is said about an action, and in which words it is defined.
#[derive(Clone, Debug)]
pub struct Advice {
    /// The checklist line.
    pub task: Text,
    /// The steps.
    pub how: Vec<Text>,
    /// How to see that it is done.
    pub done: Option<Text>,
    /// What never to do.
    pub avoid: Option<Text>,
    /// The reason.
    pub why: Text,
    /// When it is fitting.
    pub when: Option<Condition>,
    /// Where to turn.
    pub refer: Vec<Id<Contact>>,
    /// What it is based on.
    pub sources: Vec<Id<Reference>>,
}

/// How an action is done in a particular situation.
#[derive(Clone, Debug)]
pub struct Variant {
    /// Its truth.
    pub node: NodeId,
    /// When it is in force.
    pub window: Window,
    /// Replaces the step of repair.
    pub stage: Option<Id<Stage>>,
    /// Replaces the deadline.
    pub due: Option<Due>,
    /// Replaces how often it comes again.
    pub every: Option<Due>,
    /// Replaces whether its line can be handed on.
    pub share: Option<bool>,
    /// What is said differently.
    pub advice: Lazy<OtherAdvice>,
    /// Where it is defined.
    pub span: Span,
}

/// What a variant says differently, and in which words it is defined.
#[derive(Clone, Debug)]
pub struct OtherAdvice {
    /// In which situation.
    pub when: Condition,
    /// Replaces the checklist line.
    pub task: Option<Text>,
    /// More steps.
    pub how: Vec<Text>,
    /// Replaces how to see that it is done.
    pub done: Option<Text>,
    /// Replaces what never to do.
    pub avoid: Option<Text>,
    /// Replaces the reason.
    pub why: Option<Text>,
    /// Replaces what it is based on.
    pub sources: Option<Vec<Id<Reference>>>,
}

/// A thought beside the checklist.
#[derive(Clone, Debug)]
pub struct Note {
    /// What kind of thought.
    pub kind: NoteKind,
    /// Its title.
    pub title: Text,
    /// The thought.
    pub text: Text,
    /// The conclusions it is for; none: it is for everyone.
    pub answers: Names<Conclusion>,
    /// When it is fitting.
    pub when: Option<Lazy<Condition>>,
    /// When it is in force.
    pub window: Window,
    /// Whether it is shown.
    pub node: NodeId,
    /// Where it is defined.
    pub span: Span,
}

/// What kind of thought a note is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum NoteKind {
    /// How to look at it.
    Mindset,
    /// An example.
    Story,
    /// What may come of it.
    Outlook,
}

/// Something published that advice is based on: a `[source.…]`.
#[derive(Clone, Debug)]
pub struct Reference {
    /// How to find it.
    pub cite: Text,
    /// What it is.
    pub kind: ReferenceKind,
    /// How much it carries.
    pub strength: Option<ReferenceStrength>,
    /// When it is in force.
    pub window: Window,
    /// Where it is defined.
    pub span: Span,
}

/// What a source is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReferenceKind {
    /// Research.
    Study,
    /// A law.
    Law,
    /// An authority's guidance.
    Guidance,
    /// Established practice.
    Practice,
    /// An article.
    Article,
}

/// How much a source carries: A, B or C.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ReferenceStrength {
    /// Law, official guidance or several studies.
    A,
    /// One or two studies.
    B,
    /// Practice or opinion.
    C,
}

/// Where to turn.
#[derive(Clone, Debug)]
pub struct Contact {
    /// Its name.
    pub name: Text,
    /// What it is for.
    pub purpose: Option<Text>,
    /// How to reach it.
    pub reach: Text,
    /// For whom it is there.
    pub when: Option<Lazy<Condition>>,
    /// When it is in force.
    pub window: Window,
    /// Whether it is there for this person.
    pub node: NodeId,
    /// When the entry was last checked.
    pub checked: Option<Date>,
    /// Where it is defined.
    pub span: Span,
}

/// Answers that cannot all be true.
#[derive(Clone, Debug)]
pub struct Contradiction {
    /// What to tell the person.
    pub say: Text,
    /// The answers.
    pub when: Lazy<Condition>,
    /// Its truth.
    pub node: NodeId,
    /// Where it is defined.
    pub span: Span,
}

/// What an author claims of all situations.
#[derive(Clone, Debug)]
pub struct Property {
    /// In which situations.
    pub when: Option<Lazy<Condition>>,
    /// The truth of `when`.
    pub node: NodeId,
    /// None of these actions is listed.
    pub never: Names<Action>,
    /// No listed action involves one of these.
    pub never_involves: Names<Aspect>,
    /// All of these actions are listed.
    pub always: Names<Action>,
    /// At least one of these actions is listed.
    pub always_any: Names<Action>,
    /// Where it is defined.
    pub span: Span,
}

/// An example with its expected outcome.
#[derive(Clone, Debug)]
pub struct Case {
    /// What it is about.
    pub about: Option<Text>,
    /// The day, if the case names one.
    pub today: Option<Date>,
    /// What is answered, those of `like` included.
    pub answers: Vec<(Id<Question>, Answer)>,
    /// Whether questions may stay open.
    pub partial: bool,
    /// What must come out.
    pub expect: Expectation,
    /// Whether it comes from a lower layer: then it shows how that one works, and is neither checked nor run.
    pub inherited: bool,
    /// Where it is defined.
    pub span: Span,
}

/// What must come out of a case. `None`: nothing is expected of it.
#[derive(Clone, Debug, Default)]
pub struct Expectation {
    /// Exactly the causes found.
    pub causes: Option<Vec<Id<Conclusion>>>,
    /// Exactly the obstacles found.
    pub obstacles: Option<Vec<Id<Conclusion>>>,
    /// Exactly the gates that are true.
    pub gates: Option<Vec<Id<Conclusion>>>,
    /// The beginning of the checklist.
    pub first: Vec<Id<Action>>,
    /// Actions shown.
    pub includes: Vec<Id<Action>>,
    /// Actions not shown.
    pub excludes: Vec<Id<Action>>,
    /// The most lines shown.
    pub at_most: Option<usize>,
    /// Conclusions that an action answers here.
    pub because: Vec<(Id<Action>, Vec<Id<Conclusion>>)>,
    /// Exactly the variants of an action that apply, by position.
    pub variants: Vec<(Id<Action>, Vec<usize>)>,
    /// The deadline that an action is shown with.
    pub due: Vec<(Id<Action>, Due)>,
    /// Exactly the notes that are true.
    pub notes: Option<Vec<Id<Note>>>,
}

impl Expectation {
    /// The actions of which it says something that only holds when they are shown.
    pub fn actions_shown(&self) -> Vec<Id<Action>> {
        let told = self.variants.iter().map(|&(action, _)| action).chain(self.due.iter().map(|&(action, _)| action));
        self.includes.iter().copied().chain(told).collect()
    }
}

/// A rulebook as meant.
#[derive(Clone, Debug)]
pub struct Rulebook {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: Text,
    /// Its version.
    pub version: String,
    /// Its languages; the first is the fallback.
    pub languages: Vec<Language>,
    /// What stands below every report.
    pub footer: Option<Text>,
    /// The contacts that can be reached from every question.
    pub emergency: Vec<Id<Contact>>,
    /// The most questions that a case should need.
    pub at_most_questions: Option<usize>,
    /// A hash of everything in it, as 16 hexadecimal digits.
    pub fingerprint: String,
    /// The questions, in the order of asking.
    pub questions: List<Question>,
    /// The aspects.
    pub aspects: Lazy<List<Aspect>>,
    /// The terms.
    pub terms: Lazy<List<Term>>,
    /// The causes, then the obstacles, then the gates.
    pub conclusions: List<Conclusion>,
    /// The steps of repair, in order.
    pub stages: List<Stage>,
    /// The actions.
    pub actions: List<Action>,
    /// The actions in one fixed topological order of `after`: the rank of each.
    pub precedence: Vec<usize>,
    /// The notes.
    pub notes: List<Note>,
    /// The sources.
    pub sources: Lazy<List<Reference>>,
    /// The contacts.
    pub contacts: List<Contact>,
    /// The contradictions.
    pub contradictions: List<Contradiction>,
    /// The properties.
    pub properties: Lazy<List<Property>>,
    /// The cases.
    pub cases: Lazy<List<Case>>,
    /// Everything that can be true, false or open.
    pub graph: Graph,
    /// Where `[rulebook]` is.
    pub span: Span,
}

impl Rulebook {
    /// The gates with their conclusions, in order of precedence.
    pub fn gates(&self) -> impl DoubleEndedIterator<Item = (Id<Conclusion>, &Gate)> {
        self.conclusions.iter().filter_map(|(id, conclusion)| Some((id, conclusion.gate()?)))
    }

    /// The actions in the order of their precedence.
    pub fn by_precedence(&self) -> Vec<Id<Action>> {
        let mut actions = vec![Id::new(0); self.actions.len()];
        for (action, &rank) in self.precedence.iter().enumerate() {
            actions[rank] = Id::new(action);
        }
        actions
    }

    /// The names of the entries of a kind.
    pub fn names(&self, kind: Kind) -> Vec<&str> {
        match kind {
            Kind::Question => self.questions.names().collect(),
            Kind::Aspect => self.aspects.names().collect(),
            Kind::Term => self.terms.names().collect(),
            Kind::Cause | Kind::Obstacle | Kind::Gate => {
                let of_kind = self.conclusions.iter().filter(|(_, conclusion)| conclusion.kind() == kind);
                of_kind.map(|(id, _)| self.conclusions.name(id)).collect()
            }
            Kind::Stage => self.stages.names().collect(),
            Kind::Action => self.actions.names().collect(),
            Kind::Note => self.notes.names().collect(),
            Kind::Source => self.sources.names().collect(),
            Kind::Contact => self.contacts.names().collect(),
            Kind::Contradiction => self.contradictions.names().collect(),
            Kind::Property => self.properties.names().collect(),
            Kind::Case => self.cases.names().collect(),
        }
    }
}

impl Packed for Answer {
    fn pack(&self, to: &mut Packer) {
        let options = match self {
            Self::Chosen(options) => Some(*options),
            Self::Unknown => None,
        };
        options.pack(to);
    }

    fn unpack(from: &mut Unpacker) -> Self {
        Option::unpack(from).map_or(Self::Unknown, Self::Chosen)
    }
}

packed!(struct Text { ja, en, fallback });
packed!(struct Question { ask, hint, pick, options, ordered, unknown, usually, find_out, lasting, span });
packed!(struct Aspect { name, span });
packed!(struct Term { when, window, node, span });
packed!(struct Conclusion { name, node, basis, span });
packed!(struct Signs { about, signs });
packed!(struct Sign { when, window, certainty, node, span });
packed!(struct Gate { say, when, window, bars, refer, only, stops, at_most, tone });
packed!(struct Stage { name, due, span });
packed!(struct Action { answers, window, stage, due, every, after, involves, share, impact, effort, variants, node, fits, advice, span });
packed!(struct Variant { node, window, stage, due, every, share, advice, span });
packed!(struct Note { kind, title, text, answers, when, window, node, span });
packed!(struct Reference { cite, kind, strength, window, span });
packed!(struct Contact { name, purpose, reach, when, window, node, checked, span });
packed!(struct Contradiction { say, when, node, span });
packed!(struct Property { when, node, never, never_involves, always, always_any, span });
packed!(struct Case { about, today, answers, partial, expect, inherited, span });
packed!(struct Expectation { causes, obstacles, gates, first, includes, excludes, at_most, because, variants, due, notes });
packed!(struct Rulebook { id, name, version, languages, footer, emergency, at_most_questions, fingerprint, questions, aspects, terms, conclusions, stages, actions, precedence, notes, sources, contacts, contradictions, properties, cases, graph, span });
packed!(choice Pick { One, Any });
packed!(choice Tone { Alert, Limit });
packed!(choice NoteKind { Mindset, Story, Outlook });
packed!(choice ReferenceKind { Study, Law, Guidance, Practice, Article });
packed!(choice ReferenceStrength { A, B, C });
packed!(enum Basis { 0 => Cause(signs), 1 => Obstacle(signs), 2 => Gate(gate) });
packed!(struct Advice { task, how, done, avoid, why, when, refer, sources });
packed!(struct OtherAdvice { when, task, how, done, avoid, why, sources });
