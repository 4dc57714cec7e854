//! The interview: which question comes next, and what a person can do with it.
//!
//! It knows neither how a question looks nor what a terminal is: [`Interview::next`] says what to show, and each thing that
//! a person can do is a method. There is no skip logic: what is asked follows from what is still open.
//!
//! The last answer to every question is kept. Only the answers on the path are used: what is asked first, then what is
//! asked after that answer, and so on. So an answer whose question is no longer asked stays without effect, and comes back
//! when its question does.

use jiff::civil::Date;

use crate::answers::{Answers, Details, Truth, Truths, given, open_questions};
use crate::diagnosis::live::{Live, are_settled, is_stopped, live, live_details, live_with_details};
use crate::rulebook::{Action, Answer, Conclusion, Contact, Id, Question, Rulebook};
use crate::words::{Language, Words};

/// The person may stop when so many lines at the top of the list can no longer change.
pub const FIRST_LINES: usize = 3;

/// What to show next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next {
    /// A question.
    Ask(Asked),
    /// All answers that count, before the list is shown.
    Review(Review),
    /// Nothing but the gate that ends everything else.
    Stopped,
}

/// A question as it is put to a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// Which question.
    pub question: Id<Question>,
    /// The how manieth answer this is, from 1.
    pub number: usize,
    /// How many more questions there can be after it: fewer may be asked, never more.
    pub at_most_more: usize,
    /// Why it is asked now.
    pub turn: Turn,
    /// Whether there are answers behind it, which are kept.
    pub keeps_later: bool,
    /// What was answered to it before.
    pub before: Option<Answer>,
    /// Whether there is something to go back to.
    pub can_go_back: bool,
    /// Whether the list can be shown without this answer.
    pub may_stop: Option<Ready>,
}

/// Why a question is asked now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// It is the next one.
    Next,
    /// The person went back to it.
    Back,
    /// The person chose it in the review, to change its answer.
    Change,
}

/// How far the list is ready while questions are open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ready {
    /// Its first lines can no longer change.
    FirstLines,
    /// Only details are open.
    ButForDetails,
}

/// All answers that count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Review {
    /// The answers, in the order in which they were given.
    pub answers: Vec<(Id<Question>, Answer)>,
    /// How many more questions there can be.
    pub more: usize,
}

/// An answer that cannot be true together with earlier ones.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contradicted {
    /// What the rulebook says about it.
    pub say: Words,
    /// The question.
    pub question: Id<Question>,
    /// Its answer.
    pub answer: Answer,
    /// The earlier questions whose answers do not fit.
    pub others: Vec<Id<Question>>,
}

/// What the answer to a question can still decide.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Why {
    /// Open conclusions that depend on it.
    pub conclusions: Vec<Id<Conclusion>>,
    /// Actions of which it decides whether they are listed, or how or when they are done.
    pub actions: Vec<Id<Action>>,
}

/// One interview.
#[derive(Clone, Debug)]
pub struct Interview<'a> {
    rulebook: &'a Rulebook,
    today: Date,
    /// What was answered beforehand. It counts whether or not it is asked.
    given: Answers,
    /// The last answer to every question that was asked.
    said: Answers,
    /// What was answered at an earlier time: asked again, and offered as the answer. A detail counts until then.
    earlier: Answers,
    /// The answers that count beside those given beforehand, in the order of asking.
    path: Vec<(Id<Question>, Answer)>,
    /// The questions that are open behind the path, in the order of asking.
    open: Vec<Id<Question>>,
    /// The question that is asked again.
    again: Option<Again>,
    /// Whether details are asked as well.
    details: bool,
    /// Whether the person wants to see the list although questions are open.
    enough: bool,
}

/// A question that is asked again.
#[derive(Clone, Copy, Debug)]
struct Again {
    question: Id<Question>,
    turn: Turn,
}

impl<'a> Interview<'a> {
    /// An interview that asks what these answers leave open.
    pub fn new(rulebook: &'a Rulebook, given: Answers, today: Date) -> Self {
        let (said, earlier) = (Answers::none(rulebook), Answers::none(rulebook));
        let mut interview = Self {
            rulebook,
            today,
            given,
            said,
            earlier,
            path: Vec::new(),
            open: Vec::new(),
            again: None,
            details: false,
            enough: false,
        };
        interview.go_forward();
        interview
    }

    /// Offers what was answered at an earlier time.
    #[must_use]
    pub fn remembering(mut self, earlier: Answers) -> Self {
        self.earlier = earlier;
        self.go_forward();
        self
    }

    /// What to show next.
    pub fn next(&self) -> Next {
        match self.asking() {
            Some(question) => Next::Ask(self.asked(question)),
            None if self.is_stopped() => Next::Stopped,
            None => Next::Review(Review {
                answers: self.trail().into_iter().chain(self.recalled()).collect(),
                more: self.more(),
            }),
        }
    }

    /// The answers that count.
    pub fn answers(&self) -> Answers {
        let mut answers = self.answers_of_now();
        answers.extend(self.recalled());
        answers
    }

    /// Where there is help now: what the answers rule out, such as lines of another country, is left out, unless that is
    /// everything.
    pub fn emergency(&self) -> Vec<Id<Contact>> {
        let Rulebook { emergency, contacts, .. } = self.rulebook;
        let truths = Truths::of(self.rulebook, &self.answers(), Details::Open, self.today);
        let is_possible = |contact: &Id<Contact>| truths.get(contacts[*contact].node) != Truth::False;
        let possible: Vec<Id<Contact>> = emergency.iter().copied().filter(is_possible).collect();
        if possible.is_empty() { emergency.clone() } else { possible }
    }

    fn answers_of_now(&self) -> Answers {
        let mut answers = self.given.clone();
        answers.extend(self.path.iter().copied());
        answers
    }

    /// The details of an earlier time that still count, because nothing else was said since.
    fn recalled(&self) -> Vec<(Id<Question>, Answer)> {
        let mut answers = self.answers_of_now();
        let mut recalled = Vec::new();
        for (question, answer) in self.earlier.given() {
            if !self.rulebook.questions[question].is_detail() || answers.get(question).is_some() {
                continue;
            }
            let with = answers.clone().with(question, answer);
            if self.contradiction(&with).is_none() {
                answers = with;
                recalled.push((question, answer));
            }
        }
        recalled
    }

    /// Answers the question that [`next`](Self::next) asks. Answers to later questions are kept.
    ///
    /// # Errors
    ///
    /// When this answer and earlier ones cannot all be true. The question stays.
    pub fn answer(&mut self, answer: Answer) -> Result<(), Contradicted> {
        let Some(question) = self.asking() else { return Ok(()) };
        let before = self.answers_before(question);
        if let Some((say, mut others)) = self.contradiction(&before.clone().with(question, answer)) {
            others.retain(|&other| other != question && before.get(other).is_some());
            return Err(Contradicted { say, question, answer, others });
        }
        let is_new = self.answered(question) != Some(answer);
        self.again = None;
        self.enough &= !is_new; // what was certain may be open again
        self.said.set(question, Some(answer));
        if self.given.get(question).is_some() {
            self.given.set(question, Some(answer));
            self.path.clear();
        } else {
            self.path.truncate(self.position_on_path(question));
            self.path.push((question, answer));
        }
        self.go_forward();
        Ok(())
    }

    /// Keeps an answer that was contradicted, and asks one of the others again instead. It counts as soon as it fits.
    pub fn keep(&mut self, contradicted: &Contradicted, other: Id<Question>) {
        self.said.set(contradicted.question, Some(contradicted.answer));
        self.again = Some(Again { question: other, turn: Turn::Back });
    }

    /// Goes back: to the question before, from a question or from the review; to the review, from an answer that was to be
    /// changed there.
    pub fn back(&mut self) {
        if self.turn() == Turn::Change {
            self.again = None;
        } else if let Some(before) = self.position().checked_sub(1) {
            let question = self.trail()[before].0;
            self.again = Some(Again { question, turn: Turn::Back });
        }
    }

    /// Asks a question again, to change its answer.
    pub fn change(&mut self, question: Id<Question>) {
        self.again = Some(Again { question, turn: Turn::Change });
    }

    /// Asks no more for now.
    pub const fn stop_asking(&mut self) {
        self.again = None;
        self.enough = true;
    }

    /// Asks what is open: what was left out, then the details.
    pub fn ask_more(&mut self) {
        self.details |= self.open.is_empty();
        self.enough = false;
        self.go_forward();
    }

    /// Says what is done already.
    pub fn set_done(&mut self, done: impl IntoIterator<Item = Id<Action>>) {
        self.given.done = done.into_iter().collect();
        self.go_forward();
    }

    /// What the answer to the question that is asked can still decide.
    pub fn why(&self) -> Why {
        let Some(question) = self.asking() else { return Why::default() };
        let mut answers = self.answers();
        answers.set(question, None);
        why(self.rulebook, &answers, self.today, question)
    }

    /// The question to ask.
    fn asking(&self) -> Option<Id<Question>> {
        let next = self.open.first().copied().filter(|_| !self.enough);
        self.again.map(|again| again.question).or(next)
    }

    /// What was answered last, whether it counts or not.
    fn answered(&self, question: Id<Question>) -> Option<Answer> {
        self.said.get(question).or_else(|| self.given.get(question))
    }

    fn turn(&self) -> Turn {
        self.again.map_or(Turn::Next, |again| again.turn)
    }

    fn asked(&self, question: Id<Question>) -> Asked {
        let answers = self.answers();
        let truths = self.truths(&answers);
        let live = live(self.rulebook, &answers, &truths);
        let may_be_asked = match self.again {
            Some(again) => self.may_be_asked(&self.answers_before(again.question)),
            None if self.is_nothing_but_what_matters() => live.unanswered.clone(),
            None => self.may_be_asked(&answers),
        };
        let is_new = |other: &&Id<Question>| **other != question && self.said.get(**other).is_none();
        Asked {
            question,
            number: self.position() + 1,
            at_most_more: may_be_asked.iter().filter(is_new).count(),
            before: self.answered(question).or_else(|| self.earlier.get(question)),
            turn: self.turn(),
            keeps_later: self.position() + 1 < self.trail().len(),
            can_go_back: self.position() > 0 || self.turn() == Turn::Change,
            may_stop: self.readiness(&answers, &truths, &live).filter(|_| self.turn() != Turn::Change),
        }
    }

    fn readiness(&self, answers: &Answers, truths: &Truths, live: &Live) -> Option<Ready> {
        if live.unanswered.is_empty() {
            return Some(Ready::ButForDetails);
        }
        are_settled(self.rulebook, answers, truths, live, FIRST_LINES).then_some(Ready::FirstLines)
    }

    /// Whether neither details nor what was answered at an earlier time is asked about.
    fn is_nothing_but_what_matters(&self) -> bool {
        !self.details && self.recalled().is_empty()
    }

    /// How many more questions there can be when the person wants more of them.
    fn more(&self) -> usize {
        let answers = self.answers();
        if self.open.is_empty() {
            live_with_details(self.rulebook, &answers, self.today).len()
        } else {
            self.may_be_asked(&answers).len()
        }
    }

    fn is_stopped(&self) -> bool {
        is_stopped(self.rulebook, &self.truths(&self.answers()))
    }

    /// The questions that have an answer that counts: those given beforehand, then those on the path.
    fn trail(&self) -> Vec<(Id<Question>, Answer)> {
        self.given.given().chain(self.path.iter().copied()).collect()
    }

    /// Where on the trail the person is: at its end, or at the question to which they went back.
    fn position(&self) -> usize {
        let trail = self.trail();
        let again = self.again.and_then(|again| trail.iter().position(|&(question, _)| question == again.question));
        again.unwrap_or(trail.len())
    }

    fn position_on_path(&self, question: Id<Question>) -> usize {
        self.path.iter().position(|&(other, _)| other == question).unwrap_or(self.path.len())
    }

    /// The answers that count before a question is asked.
    fn answers_before(&self, question: Id<Question>) -> Answers {
        let mut answers = self.given.clone();
        if self.given.get(question).is_some() {
            answers.set(question, None);
        } else {
            answers.extend(self.path[..self.position_on_path(question)].iter().copied());
        }
        answers
    }

    /// Follows the answers that are kept as far as they reach.
    fn go_forward(&mut self) {
        let kept: Vec<_> = self.given.given().filter_map(|(id, _)| Some((id, self.said.get(id)?))).collect();
        for (question, answer) in kept {
            if self.contradiction(&self.given.clone().with(question, answer)).is_none() {
                self.given.set(question, Some(answer));
            }
        }
        loop {
            let answers = self.answers();
            self.open = self.open_after(&answers);
            let Some(&question) = self.open.first() else { return };
            let Some(answer) = self.said.get(question) else { return };
            if self.contradiction(&answers.with(question, answer)).is_some() {
                return; // it was fine with other answers before it; now it is asked again
            }
            self.path.push((question, answer));
        }
    }

    /// What can still be asked behind some answers.
    fn may_be_asked(&self, answers: &Answers) -> Vec<Id<Question>> {
        if self.is_nothing_but_what_matters() {
            return live(self.rulebook, answers, &self.truths(answers)).unanswered;
        }
        let recalled = self.recalled();
        let answers = without(answers, &recalled);
        let mut questions = live_with_details(self.rulebook, &answers, self.today);
        questions.retain(|&question| self.is_asked(question, &recalled));
        questions
    }

    /// What is asked behind some answers, in this order: what matters, then the details, if they are wanted or were
    /// answered at an earlier time.
    fn open_after(&self, answers: &Answers) -> Vec<Id<Question>> {
        let mut open = live(self.rulebook, answers, &self.truths(answers)).unanswered;
        let recalled = self.recalled();
        if self.details || !recalled.is_empty() {
            let details = live_details(self.rulebook, &without(answers, &recalled), self.today).into_iter();
            open.extend(details.filter(|&detail| self.is_asked(detail, &recalled)));
        }
        open
    }

    /// Whether a question is asked when it matters.
    fn is_asked(&self, question: Id<Question>, recalled: &[(Id<Question>, Answer)]) -> bool {
        let is_recalled = recalled.iter().any(|&(other, _)| other == question);
        self.details || is_recalled || !self.rulebook.questions[question].is_detail()
    }

    fn truths(&self, answers: &Answers) -> Truths {
        Truths::of(self.rulebook, answers, Details::Assumed, self.today)
    }

    /// What the rulebook says of answers that cannot all be true, and the questions they belong to.
    fn contradiction(&self, answers: &Answers) -> Option<(Words, Vec<Id<Question>>)> {
        given::contradicted(self.rulebook, answers, self.today).into_iter().next().map(|entry| {
            let say = |language| entry.say.get(language).to_owned();
            let words = Words { ja: say(Language::Ja), en: say(Language::En) };
            (words, self.rulebook.graph.questions_below(entry.node).into_iter().collect())
        })
    }
}

fn without(answers: &Answers, some: &[(Id<Question>, Answer)]) -> Answers {
    let mut answers = answers.clone();
    for &(question, _) in some {
        answers.set(question, None);
    }
    answers
}

/// What the answer to a question can still decide, in the state that some answers leave.
pub fn why(rulebook: &Rulebook, answers: &Answers, today: Date, question: Id<Question>) -> Why {
    let details = if rulebook.questions[question].is_detail() { Details::Open } else { Details::Assumed };
    let truths = Truths::of(rulebook, answers, details, today);
    let depends = |node| open_questions(&rulebook.graph, &truths, [node]).contains(&question);
    let conclusions = rulebook.conclusions.iter().filter(|(_, conclusion)| depends(conclusion.node));
    let decides = |action: &Action| {
        let may_be_listed = truths.get(action.node) != Truth::False;
        depends(action.node) || may_be_listed && action.variants.values().any(|variant| depends(variant.node))
    };
    let actions = rulebook.actions.iter().filter(|(id, action)| !answers.done.contains(id) && decides(action));
    Why { conclusions: conclusions.map(|(id, _)| id).collect(), actions: actions.map(|(id, _)| id).collect() }
}
