//! Reading a graph in another logic than that of one diagnosis: as formulas, for many situations at once, or with some
//! nodes replaced.

use std::collections::{BTreeSet, HashMap};

use crate::answers::Combined;
use crate::rulebook::calendar::Window;
use crate::rulebook::condition::{Certainty, Graph, Node, NodeId, Options};
use crate::rulebook::{Id, Question};

/// What the nodes of a graph mean.
pub trait Logic {
    /// The meaning of a node.
    type Value: Clone + PartialEq;

    /// At least one of these options is, or is in, the answer.
    fn answer(&mut self, question: Id<Question>, options: Options) -> Self::Value;

    /// The day is inside.
    fn dates(&mut self, window: Window) -> Self::Value;

    /// All of them.
    fn all(&mut self, parts: &[Self::Value]) -> Self::Value;

    /// At least one of them.
    fn any(&mut self, parts: &[Self::Value]) -> Self::Value;

    /// Not this one.
    fn not(&mut self, part: &Self::Value) -> Self::Value;
}

/// The meaning of every node.
pub fn read<L: Logic>(graph: &Graph, logic: &mut L) -> Vec<L::Value> {
    let mut values: Vec<L::Value> = Vec::with_capacity(graph.nodes().len());
    for node in graph.nodes() {
        let value = meaning(logic, node, |part| values[part.index()].clone());
        values.push(value);
    }
    values
}

/// Nodes that take the place of others.
pub type Patch = Vec<(NodeId, Node)>;

/// Which nodes are made of a node.
pub struct Uses {
    of: Vec<Vec<NodeId>>,
}

impl Uses {
    /// Looks them up for a whole graph.
    pub fn of(graph: &Graph) -> Self {
        let mut of = vec![Vec::new(); graph.nodes().len()];
        for id in graph.ids() {
            for part in graph.parts(id) {
                of[part.index()].push(id);
            }
        }
        Self { of }
    }

    /// The nodes made of this one.
    pub fn get(&self, node: NodeId) -> &[NodeId] {
        &self.of[node.index()]
    }
}

/// What a patch changes: the nodes that mean something else than in `values`, with their new meaning, parts before wholes.
pub fn reread<L: Logic>(
    graph: &Graph,
    uses: &Uses,
    logic: &mut L,
    values: &[L::Value],
    patch: &[(NodeId, Node)],
) -> Changed<L::Value> {
    let mut changed = Changed { nodes: Vec::new(), values: HashMap::new(), steps: 0 };
    let mut waiting: BTreeSet<NodeId> = patch.iter().map(|&(node, _)| node).collect();
    let replaced: HashMap<NodeId, &Node> = patch.iter().rev().map(|(id, node)| (*id, node)).collect(); // the first counts
    while let Some(id) = waiting.pop_first() {
        let node = replaced.get(&id).copied().unwrap_or_else(|| graph.node(id));
        let value = meaning(logic, node, |part| changed.get(part, values).clone());
        changed.steps += 1 + node.parts().count();
        if value != values[id.index()] {
            changed.nodes.push(id);
            changed.values.insert(id, value);
            waiting.extend(uses.get(id));
        }
    }
    changed
}

/// Nodes that mean something else than before.
pub struct Changed<V> {
    /// Which, in the order of the graph.
    pub nodes: Vec<NodeId>,
    /// How many nodes and parts were looked at.
    pub steps: usize,
    values: HashMap<NodeId, V>,
}

impl<V> Changed<V> {
    /// What a node means now; `values` is what it meant before.
    pub fn get<'a>(&'a self, node: NodeId, values: &'a [V]) -> &'a V {
        self.values.get(&node).unwrap_or(&values[node.index()])
    }
}

fn meaning<L: Logic>(logic: &mut L, node: &Node, value: impl Fn(NodeId) -> L::Value) -> L::Value {
    let values = |nodes: &[NodeId]| nodes.iter().map(|&part| value(part)).collect::<Vec<_>>();
    match node {
        Node::Answer(question, options) => logic.answer(*question, *options),
        Node::Dates(window) => logic.dates(*window),
        Node::All(nodes) => logic.all(&values(nodes)),
        Node::Any(nodes) => logic.any(&values(nodes)),
        Node::Not(node) => logic.not(&value(*node)),
        Node::Found(signs) => found(logic, signs.iter().map(|&(node, certainty)| (value(node), certainty)).collect()),
    }
}

/// Whether the signs that hold suffice: a binary decision diagram over the signs, the strongest first (Bryant 1986,
/// "Graph-based algorithms for Boolean function manipulation", IEEE Transactions on Computers 35).
fn found<L: Logic>(logic: &mut L, mut signs: Vec<(L::Value, Certainty)>) -> L::Value {
    signs.sort_by_key(|&(_, certainty)| std::cmp::Reverse(certainty));
    decide(logic, &signs, Combined::NOTHING, &mut HashMap::new())
}

/// What remains to be decided when so much is combined already. More signs never do harm, so "this sign and enough of the
/// rest, or enough without it" is the whole truth, in every logic.
fn decide<L: Logic>(
    logic: &mut L,
    signs: &[(L::Value, Certainty)],
    combined: Combined,
    known: &mut HashMap<(usize, Combined), L::Value>,
) -> L::Value {
    if combined.is_found() {
        return logic.all(&[]);
    }
    let most = signs.iter().fold(combined, |most, &(_, certainty)| most.with(certainty));
    let [(sign, certainty), rest @ ..] = signs else { return logic.any(&[]) };
    if !most.is_found() {
        return logic.any(&[]);
    }
    if let Some(value) = known.get(&(signs.len(), combined)) {
        return value.clone();
    }
    let with = decide(logic, rest, combined.with(*certainty), known);
    let without = decide(logic, rest, combined, known);
    let with = logic.all(&[sign.clone(), with]);
    let value = logic.any(&[with, without]);
    known.insert((signs.len(), combined), value.clone());
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Truth by itself: enough to see that a threshold is decided right.
    struct Plain;

    impl Logic for Plain {
        type Value = bool;

        fn answer(&mut self, _: Id<Question>, _: Options) -> bool {
            false
        }
        fn dates(&mut self, _: Window) -> bool {
            false
        }
        fn all(&mut self, parts: &[bool]) -> bool {
            parts.iter().all(|&part| part)
        }
        fn any(&mut self, parts: &[bool]) -> bool {
            parts.iter().any(|&part| part)
        }
        fn not(&mut self, part: &bool) -> bool {
            !part
        }
    }

    #[test]
    fn thresholds_agree_with_the_exact_sum_for_every_choice_of_signs() {
        for certainties in [&[20][..], &[19, 1], &[19, 2], &[10, 10, 1], &[1; 12], &[5, 4, 9, 3, 2, 7], &[18, 3, 90]] {
            for chosen in 0..1_usize << certainties.len() {
                let shows = |sign: usize| chosen >> sign & 1 == 1;
                let signs = certainties.iter().enumerate().map(|(sign, &sure)| (shows(sign), Certainty(sure)));
                let signs: Vec<(bool, Certainty)> = signs.collect();
                let combined = signs.iter().filter(|(shows, _)| *shows);
                let combined = combined.fold(Combined::NOTHING, |all, &(_, certainty)| all.with(certainty));
                assert_eq!(found(&mut Plain, signs), combined.is_found(), "{certainties:?} {chosen:b}");
            }
        }
    }
}
