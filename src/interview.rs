//! The interview: asks the first live question until none is left.
//!
//! It asks through one small trait, [`Ask`], and neither knows how a question looks nor what a terminal is. There is no
//! skip logic: what is asked follows from what is still open.

use jiff::civil::Date;

use crate::answers::{Answers, Details, Truths, given, open_questions};
use crate::diagnosis::live::{live, live_details};
use crate::rulebook::{Action, Answer, Conclusion, Id, Question, Rulebook};
use crate::words::Words;

/// A question as it is put to a person.
#[derive(Clone, Debug)]
pub struct Asked {
    /// Which question.
    pub question: Id<Question>,
    /// The how manieth of this interview, from 1.
    pub number: usize,
    /// How many more there can be after it: fewer may be asked, never more.
    pub at_most_more: usize,
    /// What was answered to it before, if the person went back.
    pub before: Option<Answer>,
    /// Whether there is something to go back to.
    pub can_go_back: bool,
}

/// What a person does with a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reply {
    /// Answers it.
    Answer(Answer),
    /// Goes back to the one before.
    Back,
    /// Wants to know why it is asked.
    Why,
    /// Wants to know where to get help now.
    Help,
}

/// What the answer to a question can still decide.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Why {
    /// Open conclusions that depend on it.
    pub conclusions: Vec<Id<Conclusion>>,
    /// Open actions that depend on it.
    pub actions: Vec<Id<Action>>,
}

/// Somebody, or something, that answers questions.
pub trait Ask {
    /// Why asking can fail.
    type Error;

    /// Puts a question.
    ///
    /// # Errors
    ///
    /// When no answer can be had any more.
    fn ask(&mut self, asked: &Asked, answers: &Answers) -> Result<Reply, Self::Error>;

    /// Says what the answer to a question can still decide.
    ///
    /// # Errors
    ///
    /// When nobody listens any more.
    fn explain(&mut self, why: &Why) -> Result<(), Self::Error>;

    /// Shows where to get help now.
    ///
    /// # Errors
    ///
    /// When nobody listens any more.
    fn help(&mut self) -> Result<(), Self::Error>;

    /// Says that answers cannot all be true; the last one is asked again.
    ///
    /// # Errors
    ///
    /// When nobody listens any more.
    fn contradict(&mut self, say: &Words) -> Result<(), Self::Error>;

    /// Offers to ask so many more questions that make the list more exact.
    ///
    /// # Errors
    ///
    /// When no answer can be had any more.
    fn offer_details(&mut self, number: usize, answers: &Answers) -> Result<bool, Self::Error>;
}

/// Asks until nothing that matters is open. Returns the answers given beforehand and those of the last pass.
///
/// # Errors
///
/// When `ask` fails.
pub fn interview<A: Ask>(rulebook: &Rulebook, given: &Answers, today: Date, ask: &mut A) -> Result<Answers, A::Error> {
    let mut pass =
        Pass { rulebook, given: given.clone(), today, path: Vec::new(), remembered: given.clone(), again: None };
    pass.ask_all(ask, |pass| live(rulebook, &pass.answers(), &pass.truths()).unanswered)?;
    let details = live_details(rulebook, &pass.answers(), today);
    if !details.is_empty() && ask.offer_details(details.len(), &pass.answers())? {
        pass.ask_all(ask, |pass| {
            let mut open = live(rulebook, &pass.answers(), &pass.truths()).unanswered;
            open.extend(live_details(rulebook, &pass.answers(), today));
            open
        })?;
    }
    Ok(pass.answers())
}

/// What the answer to a question can still decide, in the state that some answers leave.
pub fn why(rulebook: &Rulebook, answers: &Answers, today: Date, question: Id<Question>) -> Why {
    let details = if rulebook.questions[question].is_detail() { Details::Open } else { Details::Assumed };
    let truths = Truths::of(rulebook, answers, details, today);
    let depends = |node| open_questions(&rulebook.graph, &truths, [node]).contains(&question);
    Why {
        conclusions: rulebook
            .conclusions
            .iter()
            .filter(|(_, conclusion)| depends(conclusion.node))
            .map(|(id, _)| id)
            .collect(),
        actions: rulebook.actions.iter().filter(|(_, action)| depends(action.node)).map(|(id, _)| id).collect(),
    }
}

/// One way through the questions. Going back shortens it, and in the end takes back what was given beforehand; what was
/// answered further on is remembered, not used.
struct Pass<'a> {
    rulebook: &'a Rulebook,
    given: Answers,
    today: Date,
    path: Vec<(Id<Question>, Answer)>,
    remembered: Answers,
    /// The question to which the person went back.
    again: Option<Id<Question>>,
}

impl Pass<'_> {
    fn answers(&self) -> Answers {
        let mut answers = self.given.clone();
        answers.extend(self.path.iter().copied());
        answers
    }

    fn truths(&self) -> Truths {
        Truths::of(self.rulebook, &self.answers(), Details::Assumed, self.today)
    }

    fn ask_all<A: Ask>(
        &mut self,
        ask: &mut A,
        still_open: impl Fn(&Self) -> Vec<Id<Question>>,
    ) -> Result<(), A::Error> {
        loop {
            let open = still_open(self);
            let Some(question) = self.again.take().or_else(|| open.first().copied()) else { return Ok(()) };
            let asked = Asked {
                question,
                number: self.path.len() + 1,
                at_most_more: open.iter().filter(|&&other| other != question).count(),
                before: self.remembered.get(question),
                can_go_back: !self.path.is_empty() || self.given.given().next().is_some(),
            };
            match ask.ask(&asked, &self.answers())? {
                Reply::Answer(answer) => self.take(ask, question, answer)?,
                Reply::Back => self.back(),
                Reply::Why => {
                    self.again = Some(question);
                    ask.explain(&why(self.rulebook, &self.answers(), self.today, question))?;
                }
                Reply::Help => {
                    self.again = Some(question);
                    ask.help()?;
                }
            }
        }
    }

    fn back(&mut self) {
        let last = self.path.pop().or_else(|| self.given.given().last());
        if let Some((question, _)) = last {
            self.given.set(question, None);
            self.again = Some(question);
        }
    }

    fn take<A: Ask>(&mut self, ask: &mut A, question: Id<Question>, answer: Answer) -> Result<(), A::Error> {
        self.remembered.set(question, Some(answer));
        self.path.push((question, answer));
        let contradictions = given::contradictions(self.rulebook, &self.answers(), self.today);
        if let Some(contradiction) = contradictions.first() {
            self.path.pop();
            self.again = Some(question);
            ask.contradict(&contradiction.message)?;
        }
        Ok(())
    }
}
