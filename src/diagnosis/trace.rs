//! Traces: the answers that suffice for what is concluded.

use std::cell::RefCell;
use std::num::NonZero;

use smallvec::SmallVec;

use crate::answers::{Answers, Combined, Details, Truth, Truths, chosen};
use crate::rulebook::condition::{Certainty, Node, NodeId, Options};
use crate::rulebook::{Id, Question, Rulebook};

/// Answers that make something true, or false, whatever the other answers are. As few questions as the shape of the
/// condition shows, not necessarily the fewest there are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trace {
    /// For each question, in file order, the chosen options that matter; none of them: that nothing else was chosen matters.
    pub answers: SmallVec<[(Id<Question>, Options); 2]>,
    /// Whether the date matters.
    pub dates: bool,
}

impl Trace {
    fn size(&self) -> (usize, bool) {
        (self.answers.len(), self.dates)
    }

    fn add(&mut self, other: &Self) {
        for &(question, options) in &other.answers {
            match self.answers.binary_search_by_key(&question, |&(question, _)| question) {
                Ok(position) => self.answers[position].1 = self.answers[position].1.or(options),
                Err(position) => self.answers.insert(position, (question, options)),
            }
        }
        self.dates |= other.dates;
    }

    fn union<'a>(traces: impl IntoIterator<Item = &'a Self>) -> Self {
        traces.into_iter().fold(Self::default(), |mut all, trace| {
            all.add(trace);
            all
        })
    }
}

/// The traces of the nodes that were asked for, and of those they are made of.
#[derive(Clone, Debug, Default)]
pub struct Traces {
    known: RefCell<Known>,
}

/// Traces, and at which place that of each node stands.
#[derive(Clone, Debug, Default)]
struct Known {
    places: Vec<Option<NonZero<u32>>>,
    traces: Vec<Trace>,
}

impl Known {
    fn get(&self, node: NodeId) -> Option<&Trace> {
        self.places[node.index()].map(|place| &self.traces[place.get() as usize - 1])
    }

    #[expect(clippy::cast_possible_truncation, reason = "there are no more traces than nodes")]
    fn add(&mut self, node: NodeId, trace: Trace) {
        self.traces.push(trace);
        self.places[node.index()] = NonZero::new(self.traces.len() as u32);
    }
}

/// What traces are drawn from.
#[derive(Clone, Copy)]
pub struct Grounds<'a> {
    /// The rulebook.
    pub rulebook: &'a Rulebook,
    /// The answers.
    pub answers: &'a Answers,
    /// What follows from them.
    pub truths: &'a Truths,
}

impl Traces {
    /// Why a node is true or false; empty for an open one. The grounds must always be the same.
    pub fn get(&self, grounds: Grounds<'_>, node: NodeId) -> Trace {
        let mut known = self.known.borrow_mut();
        known.places.resize(grounds.rulebook.graph.nodes().len(), None);
        for node in grounds.needed(&known, node) {
            let trace = grounds.explain(&known, node);
            known.add(node, trace);
        }
        known.get(node).cloned().unwrap_or_default()
    }
}

impl Grounds<'_> {
    /// The nodes that have to be explained for one, in topological order.
    fn needed(self, known: &Known, node: NodeId) -> Vec<NodeId> {
        let mut seen = vec![false; known.places.len()];
        let mut needed = Vec::new();
        let mut waiting = vec![node];
        while let Some(node) = waiting.pop() {
            let truth = self.truths.get(node);
            let is_known = known.get(node).is_some() || std::mem::replace(&mut seen[node.index()], true);
            if truth == Truth::Open || is_known {
                continue;
            }
            needed.push(node);
            let decides = |part: &NodeId| match self.rulebook.graph.node(node) {
                Node::All(_) | Node::Any(_) | Node::Found(_) => self.truths.get(*part) == truth,
                Node::Not(_) | Node::Answer(..) | Node::Dates(_) => true,
            };
            waiting.extend(self.rulebook.graph.parts(node).filter(decides));
        }
        needed.sort_unstable();
        needed
    }

    fn explain(self, known: &Known, node: NodeId) -> Trace {
        let Self { rulebook, answers, truths } = self;
        let holds = truths.get(node) == Truth::True;
        let union = |nodes: &[NodeId]| Trace::union(nodes.iter().filter_map(|&node| known.get(node)));
        match rulebook.graph.node(node) {
            Node::Answer(question, options) => {
                let Some(chosen) = chosen(rulebook, answers, Details::Assumed, *question) else {
                    return Trace::default(); // every possible option satisfies it
                };
                let matters = if holds { chosen.and(*options) } else { chosen };
                Trace { answers: [(*question, matters)].into_iter().collect(), dates: false }
            }
            Node::Dates(_) => Trace { dates: true, ..Trace::default() },
            Node::Not(part) => union(&[*part]),
            Node::All(nodes) if holds => union(nodes),
            Node::Any(nodes) if !holds => union(nodes),
            Node::All(nodes) | Node::Any(nodes) => {
                let deciding = nodes.iter().filter(|&&node| truths.get(node) == Truth::from(holds));
                let smallest = deciding.filter_map(|&node| known.get(node)).min_by_key(|trace| trace.size());
                smallest.cloned().unwrap_or_default()
            }
            Node::Found(signs) => {
                union(&if holds { enough_to_find(signs, truths) } else { enough_to_rule_out(signs, truths) })
            }
        }
    }
}

/// True signs, the strongest first, until they suffice.
fn enough_to_find(signs: &[(NodeId, Certainty)], truths: &Truths) -> Vec<NodeId> {
    let mut shown: Vec<_> = signs.iter().filter(|(node, _)| truths.get(*node) == Truth::True).collect();
    shown.sort_by_key(|(_, certainty)| std::cmp::Reverse(*certainty));
    let mut combined = Combined::NOTHING;
    let mut enough = Vec::new();
    for &&(node, certainty) in &shown {
        if combined.is_found() {
            break;
        }
        combined = combined.with(certainty);
        enough.push(node);
    }
    enough
}

/// The false signs without which it could still be found: the weakest may be left out.
fn enough_to_rule_out(signs: &[(NodeId, Certainty)], truths: &Truths) -> Vec<NodeId> {
    let (mut absent, possible): (Vec<_>, Vec<_>) =
        signs.iter().partition(|(node, _)| truths.get(*node) == Truth::False);
    absent.sort_by_key(|(_, certainty)| *certainty);
    let mut combined = possible.iter().fold(Combined::NOTHING, |all, (_, certainty)| all.with(*certainty));
    let mut enough = Vec::new();
    for &(node, certainty) in &absent {
        let without = combined.with(certainty);
        if without.is_found() {
            enough.push(node);
        } else {
            combined = without;
        }
    }
    enough
}
