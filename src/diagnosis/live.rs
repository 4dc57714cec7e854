//! Live questions: those that can still change what the person is told to do.

use crate::answers::{Answers, Details, Truth, Truths, open_questions};
use crate::diagnosis::order::{most_urgent, own_places};
use crate::rulebook::condition::NodeId;
use crate::rulebook::place::Place;
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

/// Where a change would show: stop and cut gates, the actions that count with their variants, and, where the list may be
/// cut, the gates that would spare an action from it.
fn roots(rulebook: &Rulebook, truths: &Truths) -> Vec<NodeId> {
    let gates = rulebook.gates().filter(|(_, gate)| gate.stops || gate.at_most.is_some());
    let mut roots: Vec<NodeId> = gates.map(|(id, _)| rulebook.conclusions[id].node).collect();
    let counts = counting(rulebook, truths);
    let may_be_cut = may_be_cut(rulebook, truths);
    for (id, action) in rulebook.actions.iter() {
        if counts[id.index()] && truths.get(action.node) != Truth::False {
            roots.push(action.node);
            roots.extend(action.variants.values().map(|variant| variant.node));
            let mut spared_by = gates_answered(rulebook, action);
            if may_be_cut && spared_by.clone().all(|gate| truths.get(gate) != Truth::True) {
                roots.extend(&mut spared_by);
            }
        }
    }
    roots
}

fn may_be_cut(rulebook: &Rulebook, truths: &Truths) -> bool {
    let mut cuts = rulebook.gates().filter(|(_, gate)| gate.at_most.is_some());
    cuts.any(|(id, _)| truths.get(rulebook.conclusions[id].node) != Truth::False)
}

/// The nodes of the gates that an action answers.
fn gates_answered<'a>(rulebook: &'a Rulebook, action: &'a Action) -> impl Iterator<Item = NodeId> + Clone + 'a {
    let answered = action.answers.iter().map(|&answered| &rulebook.conclusions[answered]);
    answered.filter(|conclusion| conclusion.gate().is_some()).map(|conclusion| conclusion.node)
}

/// Which actions can still be among the lines that are kept, or change their deadlines: all of them while no cut holds.
///
/// While a cut of n lines holds, an action counts when it can come to stand before the n-th listed action at its latest,
/// when it may answer a true gate, which no cut removes, or when it waits for one that may.
fn counting(rulebook: &Rulebook, truths: &Truths) -> Vec<bool> {
    let limit = cut(rulebook, truths).and_then(|(lines, _)| {
        let listed = |action: &Id<Action>| truths.get(rulebook.actions[*action].node) == Truth::True;
        let latest = rulebook.actions.ids().filter(listed).map(|action| own_places(rulebook, truths, action).last);
        let mut latest: Vec<_> = latest.collect();
        latest.sort_unstable();
        latest.get(lines - 1).copied()
    });
    let Some(limit) = limit else { return vec![true; rulebook.actions.len()] };
    let possible = |action: Id<Action>| {
        (truths.get(rulebook.actions[action].node) != Truth::False).then(|| own_places(rulebook, truths, action).first)
    };
    let earliest = most_urgent(rulebook, possible);
    let spared = spared_or_waiting(rulebook, truths);
    let counts = |(place, spared): (&Option<Place>, bool)| place.is_some_and(|place| place <= limit) || spared;
    earliest.iter().zip(spared).map(counts).collect()
}

/// The actions that may answer a true gate, and those that wait for one of them, directly or through others.
fn spared_or_waiting(rulebook: &Rulebook, truths: &Truths) -> Vec<bool> {
    let mut by_rank: Vec<Id<Action>> = rulebook.actions.ids().collect();
    by_rank.sort_by_key(|action| rulebook.precedence[action.index()]);
    let mut spared = vec![false; rulebook.actions.len()];
    let mut leads_to_spared = spared.clone();
    for id in by_rank {
        let action = &rulebook.actions[id];
        let may_answer = gates_answered(rulebook, action).any(|gate| truths.get(gate) != Truth::False);
        let waits = action.after.iter().any(|earlier| leads_to_spared[earlier.index()]);
        spared[id.index()] = may_answer || waits;
        leads_to_spared[id.index()] = waits || may_answer && truths.get(action.node) != Truth::False;
    }
    spared
}

/// The smallest cut of the true gates, and the gate that makes it.
pub fn cut(rulebook: &Rulebook, truths: &Truths) -> Option<(usize, Id<Conclusion>)> {
    let cuts = rulebook.gates().filter(|(id, _)| truths.get(rulebook.conclusions[*id].node) == Truth::True);
    cuts.filter_map(|(id, gate)| Some((gate.at_most?, id))).min()
}
