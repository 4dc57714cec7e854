//! A graph without what nobody asks for, and with what is written twice only once. Every node has the truth that it had, so
//! this is for evaluating many situations; proofs and explanations need each condition by itself.

use std::collections::HashMap;

use crate::rulebook::condition::{Graph, Node, NodeId, Parts};

/// A reduced graph (hash consing; Ershov 1958, "On programming of arithmetic operations", Communications of the ACM 1).
#[derive(Clone, Debug)]
pub struct Reduced {
    /// The graph.
    pub graph: Graph,
    places: Vec<Option<NodeId>>,
}

impl Reduced {
    /// Keeps some nodes, and what they are made of.
    pub fn of(graph: &Graph, wanted: impl IntoIterator<Item = NodeId>) -> Self {
        let needed = needed(graph, wanted);
        let mut reduced = Self { graph: Graph::default(), places: vec![None; graph.nodes().len()] };
        let mut known: HashMap<Node, NodeId> = HashMap::new();
        for id in graph.ids().filter(|id| needed[id.index()]) {
            let place = match reduced.simplified(graph.node(id)) {
                Simplified::Same(place) => place,
                Simplified::Node(node) => *known.entry(node).or_insert_with_key(|node| reduced.graph.add(node.clone())),
            };
            reduced.places[id.index()] = Some(place);
        }
        reduced
    }

    /// Where a node of the whole graph is.
    ///
    /// # Panics
    ///
    /// When the node is not among those that were kept.
    pub fn place(&self, node: NodeId) -> NodeId {
        self.places[node.index()].expect("a node that is kept")
    }

    fn simplified(&self, node: &Node) -> Simplified {
        let parts = |nodes: &[NodeId]| {
            let mut parts: Parts = nodes.iter().map(|&part| self.place(part)).collect();
            parts.sort_unstable();
            parts.dedup();
            parts
        };
        match node {
            Node::Answer(..) | Node::Dates(_) => Simplified::Node(node.clone()),
            Node::All(nodes) => Simplified::of(parts(nodes), Node::All),
            Node::Any(nodes) => Simplified::of(parts(nodes), Node::Any),
            Node::Not(part) => match self.graph.node(self.place(*part)) {
                Node::Not(inner) => Simplified::Same(*inner),
                _ => Simplified::Node(Node::Not(self.place(*part))),
            },
            Node::Found(signs) => Simplified::Node(Node::Found(
                signs.iter().map(|&(sign, certainty)| (self.place(sign), certainty)).collect(),
            )),
        }
    }
}

enum Simplified {
    /// It is another node.
    Same(NodeId),
    /// It is this.
    Node(Node),
}

impl Simplified {
    fn of(parts: Parts, whole: impl Fn(Parts) -> Node) -> Self {
        match parts[..] {
            [only] => Self::Same(only),
            _ => Self::Node(whole(parts)),
        }
    }
}

/// Which nodes are wanted, or part of one that is.
fn needed(graph: &Graph, wanted: impl IntoIterator<Item = NodeId>) -> Vec<bool> {
    let mut needed = vec![false; graph.nodes().len()];
    for node in wanted {
        needed[node.index()] = true;
    }
    for id in graph.ids().rev() {
        if needed[id.index()] {
            for part in graph.parts(id) {
                needed[part.index()] = true;
            }
        }
    }
    needed
}
