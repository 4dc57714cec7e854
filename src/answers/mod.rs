//! Answers: for every question the options that are still possible, and what follows for the truth of a condition.
//!
//! Nothing here knows how answers are given. The truth tables are the strong Kleene ones (Kleene 1952, "Introduction to
//! Metamathematics", section 64); an entry about one question is exact beyond them.

pub mod given;
mod json;
pub mod lanes;
pub mod line;
pub mod sheet;

use std::cell::RefCell;
use std::collections::BTreeSet;

use jiff::civil::Date;

use crate::rulebook::condition::{Certainty, Graph, Node, NodeId, Options};
use crate::rulebook::{Action, Answer, Id, Question, Rulebook};
use lanes::{Block, Table};

/// Whether something holds, as far as the answers tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Truth {
    /// It holds, whatever else will be answered.
    True,
    /// It does not hold, whatever else will be answered.
    False,
    /// The answers leave it open.
    Open,
}

impl From<bool> for Truth {
    fn from(holds: bool) -> Self {
        if holds { Self::True } else { Self::False }
    }
}

impl std::ops::Not for Truth {
    type Output = Self;

    fn not(self) -> Self {
        match self {
            Self::True => Self::False,
            Self::False => Self::True,
            Self::Open => Self::Open,
        }
    }
}

impl Truth {
    /// The conjunction: false as soon as one is.
    pub fn all(truths: impl IntoIterator<Item = Self>) -> Self {
        let mut all = Self::True;
        for truth in truths {
            match truth {
                Self::False => return Self::False,
                Self::Open => all = Self::Open,
                Self::True => {}
            }
        }
        all
    }

    /// The disjunction: true as soon as one is.
    pub fn any(truths: impl IntoIterator<Item = Self>) -> Self {
        !Self::all(truths.into_iter().map(|truth| !truth))
    }
}

/// What was answered so far, and what was done since. Questions without an answer are missing, not unknown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answers {
    given: Vec<Option<Answer>>,
    /// The actions that the person has done already. They change no conclusion; they are not to be done again.
    pub done: BTreeSet<Id<Action>>,
}

impl Answers {
    /// No answers yet.
    pub fn none(rulebook: &Rulebook) -> Self {
        Self { given: vec![None; rulebook.questions.len()], done: BTreeSet::new() }
    }

    /// The answer to a question, if there is one.
    pub fn get(&self, question: Id<Question>) -> Option<Answer> {
        self.given[question.index()]
    }

    /// Gives, changes or takes back an answer.
    pub fn set(&mut self, question: Id<Question>, answer: Option<Answer>) {
        self.given[question.index()] = answer;
    }

    /// The same answers with one more.
    #[must_use]
    pub fn with(mut self, question: Id<Question>, answer: Answer) -> Self {
        self.set(question, Some(answer));
        self
    }

    /// The questions that have an answer, with it.
    pub fn given(&self) -> impl Iterator<Item = (Id<Question>, Answer)> {
        self.given.iter().enumerate().filter_map(|(index, answer)| Some((Id::new(index), (*answer)?)))
    }
}

impl Extend<(Id<Question>, Answer)> for Answers {
    fn extend<I: IntoIterator<Item = (Id<Question>, Answer)>>(&mut self, answers: I) {
        for (question, answer) in answers {
            self.set(question, Some(answer));
        }
    }
}

/// Whether a detail without an answer counts as answered in the usual way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Details {
    /// It does: this is what a diagnosis goes by.
    Assumed,
    /// It does not: this shows what details could still make more exact.
    Open,
}

/// What is chosen, for a question that is settled; the usual option stands in for a detail without an answer.
pub fn chosen(rulebook: &Rulebook, answers: &Answers, details: Details, question: Id<Question>) -> Option<Options> {
    match answers.get(question) {
        Some(Answer::Chosen(options)) => Some(options),
        None if details == Details::Assumed => rulebook.questions[question].usually.map(Options::one),
        Some(Answer::Unknown) | None => None,
    }
}

/// The truth of every node of a rulebook's graph, for some answers on some day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Truths {
    truths: Vec<Truth>,
    done: BTreeSet<Id<Action>>,
}

thread_local! {
    /// Memory that is used again and again: with thousands of rules, getting it anew takes as long as evaluating.
    static BLOCK: RefCell<Block<1>> = RefCell::default();
}

impl Truths {
    /// Evaluates everything.
    pub fn of(rulebook: &Rulebook, answers: &Answers, details: Details, today: Date) -> Self {
        let mut table = Table::<1>::new(rulebook);
        table.open(0, today);
        for (question, answer) in answers.given() {
            table.answer(0, question, answer);
        }
        if details == Details::Assumed {
            table.assume_details();
        }
        BLOCK.with_borrow_mut(|block| {
            block.evaluate(&rulebook.graph, &table);
            Self { truths: block.in_lane(0).collect(), done: answers.done.clone() }
        })
    }

    /// Evaluates everything in both ways at once: with the usual answers to details assumed, and without.
    pub fn with_and_without_details(rulebook: &Rulebook, answers: &Answers, today: Date) -> (Self, Self) {
        let mut table = Table::<1>::new(rulebook);
        for lane in 0..2 {
            table.open(lane, today);
            for (question, answer) in answers.given() {
                table.answer(lane, question, answer);
            }
            if lane == 0 {
                table.assume_details();
            }
        }
        BLOCK.with_borrow_mut(|block| {
            block.evaluate(&rulebook.graph, &table);
            let in_lane = |lane| Self { truths: block.in_lane(lane).collect(), done: answers.done.clone() };
            (in_lane(0), in_lane(1))
        })
    }

    /// The truth of a node.
    pub fn get(&self, node: NodeId) -> Truth {
        self.truths[node.index()]
    }

    /// Whether an action is still to be done: it is listed, and not done already.
    pub fn to_do(&self, rulebook: &Rulebook, action: Id<Action>) -> Truth {
        if self.done.contains(&action) { Truth::False } else { self.get(rulebook.actions[action].node) }
    }

    /// How many lines a list of at most so many still has: what is done was among them, and nobody gets new work for it.
    pub fn still_to_do_of(&self, at_most: usize) -> usize {
        at_most.saturating_sub(self.done.len())
    }

    /// The truth of the node at a position of the graph.
    pub fn at(&self, position: usize) -> Truth {
        self.truths[position]
    }
}

/// How strongly signs speak for a conclusion: bounds of the combined certainty, which is 1 − Π(1 − cᵢ) over the signs
/// that show. The lower bound counts the signs that are true, the upper one those that are open as well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Strength {
    /// Of the true signs.
    pub lower: Combined,
    /// Of the true and open signs.
    pub upper: Combined,
}

impl Strength {
    /// Found, ruled out, or open.
    pub fn truth(self) -> Truth {
        if self.lower.is_found() {
            Truth::True
        } else if self.upper.is_found() {
            Truth::Open
        } else {
            Truth::False
        }
    }
}

/// A combined certainty as an exact fraction: what is missing to 1 is `missing` / 100^`signs`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Combined {
    missing: u128,
    signs: u32,
}

impl Combined {
    /// Nothing speaks for it.
    pub const NOTHING: Self = Self { missing: 1, signs: 0 };

    /// With one more sign. At most 18 signs fit.
    #[must_use]
    pub const fn with(self, certainty: Certainty) -> Self {
        Self { missing: self.missing * (100 - certainty.0 as u128), signs: self.signs + 1 }
    }

    /// Whether it reaches the threshold of 0.20, the same as in MYCIN.
    pub const fn is_found(self) -> bool {
        self.missing * 100 <= 80 * 100_u128.pow(self.signs)
    }

    /// In hundredths, rounded down, so that what is not found never looks as if it were.
    pub fn hundredths(self) -> u32 {
        let one = 100_u128.pow(self.signs);
        u32::try_from((one - self.missing) * 100 / one).unwrap_or(100)
    }
}

/// The strength of signs.
pub fn strength(signs: &[(NodeId, Certainty)], truth: impl Fn(NodeId) -> Truth) -> Strength {
    let mut strength = Strength { lower: Combined::NOTHING, upper: Combined::NOTHING };
    for &(node, certainty) in signs {
        match truth(node) {
            Truth::True => {
                strength.lower = strength.lower.with(certainty);
                strength.upper = strength.upper.with(certainty);
            }
            Truth::Open => strength.upper = strength.upper.with(certainty),
            Truth::False => {}
        }
    }
    strength
}

/// The questions to which a chain of open nodes leads from one of the roots, in file order. Nothing below a node that is
/// true or false is visited: no answer can change it.
pub fn open_questions(graph: &Graph, truths: &Truths, roots: impl IntoIterator<Item = NodeId>) -> Vec<Id<Question>> {
    let mut seen = vec![false; graph.nodes().len()];
    let mut waiting: Vec<NodeId> = roots.into_iter().collect();
    let mut questions = BTreeSet::new();
    while let Some(node) = waiting.pop() {
        if truths.get(node) != Truth::Open || std::mem::replace(&mut seen[node.index()], true) {
            continue;
        }
        if let Node::Answer(question, _) = graph.node(node) {
            questions.insert(*question);
        }
        waiting.extend(graph.parts(node));
    }
    questions.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use Truth::{False, Open, True};

    #[test]
    fn combinations_follow_the_strong_kleene_tables() {
        let cases = [
            ([True, True], True, True),
            ([True, Open], Open, True),
            ([True, False], False, True),
            ([Open, Open], Open, Open),
            ([Open, False], False, Open),
            ([False, False], False, False),
        ];
        for ([a, b], all, any) in cases {
            assert_eq!((Truth::all([a, b]), Truth::all([b, a])), (all, all), "{a:?} and {b:?}");
            assert_eq!((Truth::any([a, b]), Truth::any([b, a])), (any, any), "{a:?} or {b:?}");
        }
        assert_eq!((Truth::all([]), Truth::any([])), (True, False));
    }

    #[test]
    fn certainty_is_never_rounded_before_it_is_compared() {
        let combined = |signs: &[u8]| signs.iter().fold(Combined::NOTHING, |all, &sign| all.with(Certainty(sign)));
        for (signs, found, hundredths) in [
            (&[][..], false, 0),
            (&[20], true, 20),
            (&[19], false, 19),
            (&[10, 11], false, 19), // 0.199
            (&[10, 12], true, 20),  // 0.208
            (&[90, 40], true, 94),
            (&[100, 1], true, 100),
            (&[1; 18], false, 16),
            (&[99; 18], true, 99),
        ] {
            let combined = combined(signs);
            assert_eq!((combined.is_found(), combined.hundredths()), (found, hundredths), "{signs:?}");
        }
    }
}
