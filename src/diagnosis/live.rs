//! Live questions: those that can still change what the person is told to do.

use jiff::civil::Date;

use crate::answers::{Answers, Details, Truth, Truths, open_questions};
use crate::diagnosis::order::{find_out_place, most_urgent, own_places};
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
    if is_stopped(rulebook, truths) {
        return Live::default();
    }
    let reached = open_questions(&rulebook.graph, truths, roots(rulebook, truths));
    let (unanswered, unknown) = reached.into_iter().partition(|&question| answers.get(question).is_none());
    Live { unanswered, unknown }
}

/// The details whose answer could make the advice more exact, in file order. Notes count here as well.
pub fn live_details(rulebook: &Rulebook, answers: &Answers, today: Date) -> Vec<Id<Question>> {
    live_details_in(rulebook, answers, &Truths::of(rulebook, answers, Details::Open, today))
}

/// The same, where it is known what is true while nothing is assumed.
pub fn live_details_in(rulebook: &Rulebook, answers: &Answers, truths: &Truths) -> Vec<Id<Question>> {
    let mut live = live_with_details_in(rulebook, answers, truths);
    live.retain(|&question| rulebook.questions[question].is_detail());
    live
}

/// Everything that may be asked when details are asked as well: those, and what their answers can make live.
pub fn live_with_details(rulebook: &Rulebook, answers: &Answers, today: Date) -> Vec<Id<Question>> {
    live_with_details_in(rulebook, answers, &Truths::of(rulebook, answers, Details::Open, today))
}

fn live_with_details_in(rulebook: &Rulebook, answers: &Answers, truths: &Truths) -> Vec<Id<Question>> {
    if is_stopped(rulebook, truths) {
        return Vec::new();
    }
    let roots = roots(rulebook, truths);
    let notes = rulebook.notes.iter().map(|(_, note)| note.node);
    let mut live = open_questions(&rulebook.graph, truths, notes);
    live.retain(|&question| rulebook.questions[question].is_detail());
    live.extend(open_questions(&rulebook.graph, truths, roots));
    live.sort_unstable();
    live.dedup();
    live.retain(|&question| answers.get(question).is_none());
    live
}

/// Whether a gate that ends everything else is true.
pub fn is_stopped(rulebook: &Rulebook, truths: &Truths) -> bool {
    rulebook.gates().any(|(id, gate)| gate.stops && truths.get(rulebook.conclusions[id].node) == Truth::True)
}

/// Whether the first `lines` lines of the checklist are what they will be, whatever is still answered: the same actions in
/// the same order, until the same day and done in the same way.
///
/// What can come to stand before the last of them is what would count if the list were cut there.
pub fn are_settled(rulebook: &Rulebook, answers: &Answers, truths: &Truths, live: &Live, lines: usize) -> bool {
    if live.unanswered.is_empty() {
        return true;
    }
    let may_be_shorter = rulebook.gates().any(|(id, gate)| {
        gate.at_most.is_some_and(|most| truths.still_to_do_of(most) < lines)
            && truths.get(rulebook.conclusions[id].node) != Truth::False
    });
    let Some(limit) = latest_place(rulebook, truths, lines).filter(|_| !may_be_shorter) else { return false };
    let becomes_a_line = |question: &Id<Question>| rulebook.questions[*question].unknown.is_none();
    let mut to_find_out = live.unknown.iter().chain(live.unanswered.iter().filter(|question| becomes_a_line(question)));
    if to_find_out.any(|&question| find_out_place(rulebook, question) <= limit) {
        return false;
    }
    let before = within(rulebook, truths, limit);
    let actions = rulebook.actions.iter().filter(|(id, _)| before[id.index()]);
    let nodes = actions.flat_map(|(_, action)| nodes_of(action));
    let stops = rulebook.gates().filter(|(_, gate)| gate.stops).map(|(id, _)| rulebook.conclusions[id].node);
    let reached = open_questions(&rulebook.graph, truths, stops.chain(nodes));
    reached.into_iter().all(|question| answers.get(question).is_some())
}

/// What decides whether an action is listed and how it is done.
fn nodes_of(action: &Action) -> impl Iterator<Item = NodeId> + '_ {
    std::iter::once(action.node).chain(action.variants.values().map(|variant| variant.node))
}

/// Where a change would show: stop and cut gates, the actions that count with their variants, and, where the list may be
/// cut, the gates that would spare an action from it.
fn roots(rulebook: &Rulebook, truths: &Truths) -> Vec<NodeId> {
    let gates = rulebook.gates().filter(|(_, gate)| gate.stops || gate.at_most.is_some());
    let mut roots: Vec<NodeId> = gates.map(|(id, _)| rulebook.conclusions[id].node).collect();
    let counts = counting(rulebook, truths);
    let may_be_cut = may_be_cut(rulebook, truths);
    for (id, action) in rulebook.actions.iter() {
        if counts[id.index()] && truths.to_do(rulebook, id) != Truth::False {
            roots.extend(nodes_of(action));
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
    let limit = cut(rulebook, truths).and_then(|(lines, _)| latest_place(rulebook, truths, lines));
    let Some(limit) = limit else { return vec![true; rulebook.actions.len()] };
    let spared = spared_or_waiting(rulebook, truths);
    within(rulebook, truths, limit).into_iter().zip(spared).map(|(within, spared)| within || spared).collect()
}

/// The place before which so many listed actions stand in any case, if there are that many.
fn latest_place(rulebook: &Rulebook, truths: &Truths, lines: usize) -> Option<Place> {
    let listed = |action: &Id<Action>| truths.to_do(rulebook, *action) == Truth::True;
    let mut latest: Vec<Place> =
        rulebook.actions.ids().filter(listed).map(|action| own_places(rulebook, truths, action).last).collect();
    latest.sort_unstable();
    latest.get(lines.checked_sub(1)?).copied()
}

/// The actions that can come to stand at a place or before it.
fn within(rulebook: &Rulebook, truths: &Truths, limit: Place) -> Vec<bool> {
    let possible = |action: Id<Action>| {
        (truths.to_do(rulebook, action) != Truth::False).then(|| own_places(rulebook, truths, action).first)
    };
    let earliest = most_urgent(rulebook, possible);
    earliest.into_iter().map(|place| place.is_some_and(|place| place <= limit)).collect()
}

/// The actions that may answer a true gate, and those that wait for one of them, directly or through others.
fn spared_or_waiting(rulebook: &Rulebook, truths: &Truths) -> Vec<bool> {
    let mut spared = vec![false; rulebook.actions.len()];
    let mut leads_to_spared = spared.clone();
    for id in rulebook.by_precedence() {
        let action = &rulebook.actions[id];
        let may_answer = gates_answered(rulebook, action).any(|gate| truths.get(gate) != Truth::False);
        let waits = action.after.iter().any(|earlier| leads_to_spared[earlier.index()]);
        spared[id.index()] = may_answer || waits;
        leads_to_spared[id.index()] = waits || may_answer && truths.to_do(rulebook, id) != Truth::False;
    }
    spared
}

/// The smallest cut of the true gates, and the gate that makes it.
pub fn cut(rulebook: &Rulebook, truths: &Truths) -> Option<(usize, Id<Conclusion>)> {
    let cuts = rulebook.gates().filter(|(id, _)| truths.get(rulebook.conclusions[*id].node) == Truth::True);
    cuts.filter_map(|(id, gate)| Some((truths.still_to_do_of(gate.at_most?), id))).min()
}
