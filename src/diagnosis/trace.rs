//! Traces: the answers that suffice for what is concluded.

use std::collections::BTreeMap;

use crate::answers::{Answers, Combined, Details, Truth, Truths, chosen};
use crate::rulebook::condition::{Certainty, Node, NodeId, Options};
use crate::rulebook::{Id, Question, Rulebook};

/// Answers that make something true, or false, whatever the other answers are. As few questions as the shape of the
/// condition shows, not necessarily the fewest there are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trace {
    /// For each question the chosen options that matter; none of them: that nothing else was chosen matters.
    pub answers: BTreeMap<Id<Question>, Options>,
    /// Whether the date matters.
    pub dates: bool,
}

impl Trace {
    fn size(&self) -> (usize, bool) {
        (self.answers.len(), self.dates)
    }

    fn add(&mut self, other: &Self) {
        for (&question, &options) in &other.answers {
            let all = self.answers.entry(question).or_default();
            *all = all.or(options);
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

/// The trace of every node that is true or false.
#[derive(Clone, Debug)]
pub struct Traces {
    traces: Vec<Trace>,
}

impl Traces {
    /// Explains every settled node in one pass.
    pub fn of(rulebook: &Rulebook, answers: &Answers, truths: &Truths) -> Self {
        let nodes = rulebook.graph.nodes();
        let mut traces = Self { traces: Vec::with_capacity(nodes.len()) };
        for (index, node) in nodes.iter().enumerate() {
            let trace = match truths.at(index) {
                Truth::Open => Trace::default(),
                truth => traces.explain(rulebook, answers, truths, node, truth == Truth::True),
            };
            traces.traces.push(trace);
        }
        traces
    }

    /// Why a node is true or false; empty for an open one.
    pub fn get(&self, node: NodeId) -> &Trace {
        &self.traces[node.index()]
    }

    fn explain(&self, rulebook: &Rulebook, answers: &Answers, truths: &Truths, node: &Node, holds: bool) -> Trace {
        match node {
            Node::Answer(question, options) => {
                let Some(chosen) = chosen(rulebook, answers, Details::Assumed, *question) else {
                    return Trace::default(); // every possible option satisfies it
                };
                let matters = if holds { chosen.and(*options) } else { chosen };
                Trace { answers: BTreeMap::from([(*question, matters)]), dates: false }
            }
            Node::Dates(_) => Trace { answers: BTreeMap::new(), dates: true },
            Node::Not(node) => self.get(*node).clone(),
            Node::All(nodes) if holds => self.union(nodes),
            Node::Any(nodes) if !holds => self.union(nodes),
            Node::All(nodes) | Node::Any(nodes) => {
                let deciding = nodes.iter().filter(|&&node| truths.get(node) == Truth::from(holds));
                let smallest = deciding.map(|&node| self.get(node)).min_by_key(|trace| trace.size());
                smallest.cloned().unwrap_or_default()
            }
            Node::Found(signs) => {
                let enough = if holds { enough_to_find(signs, truths) } else { enough_to_rule_out(signs, truths) };
                Trace::union(enough.into_iter().map(|node| self.get(node)))
            }
        }
    }

    fn union(&self, nodes: &[NodeId]) -> Trace {
        Trace::union(nodes.iter().map(|&node| self.get(node)))
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
