//! Live questions: those that can still change what the person is told to do.

use crate::answers::{Answers, Details, Truth, Truths, open_questions};
use crate::diagnosis::order::{most_urgent, own_places};
use crate::rulebook::condition::NodeId;
use crate::rulebook::{Action, Conclusion, Id, Question, Rulebook};

/// What the open questions are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Live {
    /// Without an answer, in file order: to be asked.
    pub unanswered: Vec<Id<Question>>,
    /// Answered with "don't know", in file order: worth finding out.
    pub unknown: Vec<Id<Question>>,
}

/// The questions whose answer can still change which stop gate is true, what is listed, how it is done, or where the list
/// is cut. With a true stop gate there are none.
pub fn live(rulebook: &Rulebook, answers: &Answers, truths: &Truths) -> Live {
    if rulebook.gates().any(|(id, gate)| gate.stops && truths.get(rulebook.conclusions[id].node) == Truth::True) {
        return Live::default();
    }
    let reached = open_questions(&rulebook.graph, truths, roots(rulebook, truths));
    let (unanswered, unknown) = reached.into_iter().partition(|&question| answers.get(question).is_none());
    Live { unanswered, unknown }
}

/// The details whose answer could make the advice more exact, in file order. Notes count here as well.
pub fn live_details(rulebook: &Rulebook, answers: &Answers, today: jiff::civil::Date) -> Vec<Id<Question>> {
    let truths = Truths::of(rulebook, answers, Details::Open, today);
    if rulebook.gates().any(|(id, gate)| gate.stops && truths.get(rulebook.conclusions[id].node) == Truth::True) {
        return Vec::new();
    }
    let notes = rulebook.notes.iter().map(|(_, note)| note.node);
    let reached = open_questions(&rulebook.graph, &truths, roots(rulebook, &truths).into_iter().chain(notes));
    let is_open_detail =
        |question: &Id<Question>| rulebook.questions[*question].is_detail() && answers.get(*question).is_none();
    reached.into_iter().filter(is_open_detail).collect()
}

/// Where a change would show: stop and cut gates, and the actions that count with their variants.
fn roots(rulebook: &Rulebook, truths: &Truths) -> Vec<NodeId> {
    let gates = rulebook.gates().filter(|(_, gate)| gate.stops || gate.at_most.is_some());
    let mut roots: Vec<NodeId> = gates.map(|(id, _)| rulebook.conclusions[id].node).collect();
    let counts = counting(rulebook, truths);
    for (id, action) in rulebook.actions.iter() {
        if counts[id.index()] && truths.get(action.node) != Truth::False {
            roots.push(action.node);
            roots.extend(action.variants.values().map(|variant| variant.node));
        }
    }
    roots
}

/// Which actions can still be among the lines that are kept: all of them while no cut holds.
///
/// While a cut of n lines holds, an action counts when it can come to stand before the n-th listed action at its latest,
/// or when it may answer a true gate, which no cut removes.
fn counting(rulebook: &Rulebook, truths: &Truths) -> Vec<bool> {
    let limit = cut(rulebook, truths).and_then(|(lines, _)| {
        let listed = |action: &Id<Action>| truths.get(rulebook.actions[*action].node) == Truth::True;
        let mut latest: Vec<_> =
            rulebook.actions.ids().filter(listed).map(|action| own_places(rulebook, truths, action).last).collect();
        latest.sort_unstable();
        latest.get(lines - 1).copied()
    });
    let Some(limit) = limit else { return vec![true; rulebook.actions.len()] };
    let possible = |action: Id<Action>| {
        (truths.get(rulebook.actions[action].node) != Truth::False).then(|| own_places(rulebook, truths, action).first)
    };
    let earliest = most_urgent(rulebook, possible);
    let may_answer_a_gate = |action: &Action| {
        action.answers.iter().any(|&answered| {
            let conclusion = &rulebook.conclusions[answered];
            conclusion.gate().is_some() && truths.get(conclusion.node) != Truth::False
        })
    };
    rulebook
        .actions
        .iter()
        .map(|(id, action)| earliest[id.index()].is_some_and(|place| place <= limit) || may_answer_a_gate(action))
        .collect()
}

/// The smallest cut of the true gates, and the gate that makes it.
pub fn cut(rulebook: &Rulebook, truths: &Truths) -> Option<(usize, Id<Conclusion>)> {
    let cuts = rulebook.gates().filter(|(id, _)| truths.get(rulebook.conclusions[*id].node) == Truth::True);
    cuts.filter_map(|(id, gate)| Some((gate.at_most?, id))).min()
}
