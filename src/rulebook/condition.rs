//! Conditions: as an author wrote them, and as a graph whose nodes stand in topological order.
//!
//! The graph holds everything that can be true, false or open, actions and gates included, so that one pass over it
//! evaluates a rulebook, and one walk down from a node finds what it still depends on.

use std::collections::BTreeSet;

use smallvec::SmallVec;

use crate::rulebook::calendar::Window;
use crate::rulebook::list::Id;
use crate::rulebook::pack::packed;
use crate::rulebook::source::Span;
use crate::rulebook::{Conclusion, Question, Term};

/// A set of options of one question, by position.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Options(u64);

impl Options {
    /// The most options that a question can have.
    pub const LIMIT: usize = 64;

    /// No option.
    pub const NONE: Self = Self(0);

    /// Only this option.
    pub const fn one(position: usize) -> Self {
        Self(1 << position)
    }

    /// The first `count` options.
    pub const fn first(count: usize) -> Self {
        if count >= Self::LIMIT { Self(u64::MAX) } else { Self((1 << count) - 1) }
    }

    /// Whether an option is in the set.
    pub const fn contains(self, position: usize) -> bool {
        self.0 >> position & 1 == 1
    }

    /// Whether the sets share an option.
    pub const fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Whether every option of this set is in the other.
    pub const fn is_within(self, other: Self) -> bool {
        self.0 & !other.0 == 0
    }

    /// The options in both.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// The options in one of them.
    #[must_use]
    pub const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// The options in this set but not in the other.
    #[must_use]
    pub const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// The set with an option added, or taken away if it was there.
    #[must_use]
    pub const fn toggled(self, position: usize) -> Self {
        Self(self.0 ^ 1 << position)
    }

    /// Whether the set is empty.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// How many options are in the set.
    pub const fn count(self) -> usize {
        self.0.count_ones() as usize
    }

    /// The positions, ascending.
    pub fn iter(self) -> impl Iterator<Item = usize> {
        let mut rest = self.0;
        std::iter::from_fn(move || {
            let position = rest.trailing_zeros() as usize;
            rest &= rest.wrapping_sub(1);
            (position < Self::LIMIT).then_some(position)
        })
    }
}

impl FromIterator<usize> for Options {
    fn from_iter<I: IntoIterator<Item = usize>>(positions: I) -> Self {
        Self(positions.into_iter().fold(0, |set, position| set | 1 << position))
    }
}

/// A condition as meant: names are resolved.
#[derive(Clone, Debug)]
pub struct Condition {
    /// What has to hold.
    pub test: Test,
    /// Its truth. No other condition has this node, so that a change of one can be studied by itself.
    pub node: NodeId,
    /// Where it is written.
    pub span: Span,
}

/// What a condition asks for.
#[derive(Clone, Debug)]
pub enum Test {
    /// At least one of these options is the answer, or, for a pick-any question, in it.
    Answer(Id<Question>, Options),
    /// A term is true, or false.
    Term(Id<Term>, bool),
    /// A conclusion is found (a gate: true), or ruled out (a gate: false).
    Conclusion(Id<Conclusion>, bool),
    /// All of them.
    All(Vec<Condition>),
    /// At least one of them.
    Any(Vec<Condition>),
    /// Not this.
    Not(Box<Condition>),
}

impl Condition {
    /// A condition that is not part of a graph yet.
    pub const fn new(test: Test, span: Span) -> Self {
        Self { test, node: NodeId(0), span }
    }

    /// The conditions directly inside.
    pub fn parts(&self) -> &[Self] {
        match &self.test {
            Test::Answer(..) | Test::Term(..) | Test::Conclusion(..) => &[],
            Test::All(parts) | Test::Any(parts) => parts,
            Test::Not(part) => std::slice::from_ref(part),
        }
    }

    /// Calls `visit` for this condition and everything inside.
    pub fn walk<'a>(&'a self, visit: &mut impl FnMut(&'a Self)) {
        visit(self);
        for part in self.parts() {
            part.walk(visit);
        }
    }
}

/// How far a sign speaks for its conclusion, in hundredths: 1 to 100. The certainty factor of MYCIN (Shortliffe and
/// Buchanan 1975, "A model of inexact reasoning in medicine", Mathematical Biosciences 23).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Certainty(pub u8);

/// A node of the [`Graph`], as an index.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(u32);

impl NodeId {
    /// The position in the graph.
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

/// The parts of a node: most have few, which stand in the node itself.
pub type Parts = SmallVec<[NodeId; 4]>;

/// Something that is true, false or open.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Node {
    /// At least one of these options is, or is in, the answer.
    Answer(Id<Question>, Options),
    /// The day is inside.
    Dates(Window),
    /// All of them.
    All(Parts),
    /// At least one of them.
    Any(Parts),
    /// Not this one.
    Not(NodeId),
    /// The combined certainty of the true ones reaches the threshold.
    Found(Box<[(NodeId, Certainty)]>),
}

/// Everything that can be true, false or open. A node comes after those it is made of.
#[derive(Clone, Debug, Default)]
pub struct Graph {
    nodes: Vec<Node>,
}

impl Graph {
    /// Adds a node made of earlier ones.
    #[expect(clippy::cast_possible_truncation, reason = "a source of at most 2 MiB has fewer conditions")]
    pub fn add(&mut self, node: Node) -> NodeId {
        let id = NodeId(self.nodes.len() as u32);
        self.nodes.push(node);
        id
    }

    /// Puts another node in the place of one; it must be made of earlier ones.
    pub fn replace(&mut self, id: NodeId, node: Node) {
        self.nodes[id.index()] = node;
    }

    /// Adds the conjunction of nodes; of a single one, that node itself.
    pub fn all(&mut self, nodes: Vec<NodeId>) -> NodeId {
        if let [only] = nodes[..] { only } else { self.add(Node::All(nodes.into())) }
    }

    /// Adds the disjunction of nodes; of a single one, that node itself.
    pub fn any(&mut self, nodes: Vec<NodeId>) -> NodeId {
        if let [only] = nodes[..] { only } else { self.add(Node::Any(nodes.into())) }
    }

    /// A node.
    pub fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id.index()]
    }

    /// Every node's index, in topological order.
    pub fn ids(&self) -> impl DoubleEndedIterator<Item = NodeId> + use<> {
        #[expect(clippy::cast_possible_truncation, reason = "as in `add`")]
        let count = self.nodes.len() as u32;
        (0..count).map(NodeId)
    }

    /// The nodes in topological order.
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// The questions that a node depends on, directly or through others, in file order.
    pub fn questions_below(&self, node: NodeId) -> BTreeSet<Id<Question>> {
        self.questions(node, true)
    }

    /// The questions that a node reads without a "not" in between.
    pub fn asserted_below(&self, node: NodeId) -> BTreeSet<Id<Question>> {
        self.questions(node, false)
    }

    fn questions(&self, node: NodeId, denied: bool) -> BTreeSet<Id<Question>> {
        let mut seen = BTreeSet::new();
        let mut questions = BTreeSet::new();
        let mut waiting = vec![node];
        while let Some(node) = waiting.pop() {
            if !seen.insert(node) {
                continue;
            }
            if let Node::Answer(question, _) = self.node(node) {
                questions.insert(*question);
            }
            if denied || !matches!(self.node(node), Node::Not(_)) {
                waiting.extend(self.parts(node));
            }
        }
        questions
    }

    /// The nodes that a node is made of.
    pub fn parts(&self, id: NodeId) -> impl Iterator<Item = NodeId> {
        self.node(id).parts()
    }
}

impl Node {
    /// The nodes that it is made of.
    pub fn parts(&self) -> impl Iterator<Item = NodeId> {
        let (list, one, signs): (&[NodeId], Option<NodeId>, &[(NodeId, Certainty)]) = match self {
            Self::Answer(..) | Self::Dates(_) => (&[], None, &[]),
            Self::All(nodes) | Self::Any(nodes) => (nodes, None, &[]),
            Self::Not(node) => (&[], Some(*node), &[]),
            Self::Found(signs) => (&[], None, signs),
        };
        list.iter().copied().chain(one).chain(signs.iter().map(|&(node, _)| node))
    }
}

packed!(newtype Options);
packed!(newtype Certainty);
packed!(newtype NodeId);
packed!(struct Condition { test, node, span });
packed!(enum Test {
    0 => Answer(question, options),
    1 => Term(term, holds),
    2 => Conclusion(conclusion, holds),
    3 => All(parts),
    4 => Any(parts),
    5 => Not(part),
});
packed!(enum Node {
    0 => Answer(question, options),
    1 => Dates(window),
    2 => All(parts),
    3 => Any(parts),
    4 => Not(part),
    5 => Found(signs),
});
packed!(struct Graph { nodes });

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_of_options_behave_as_sets() {
        let set: Options = [0, 3, 63].into_iter().collect();
        assert_eq!(set.iter().collect::<Vec<_>>(), [0, 3, 63]);
        assert_eq!(set.count(), 3);
        assert!(Options::one(3).is_within(set) && !set.is_within(Options::first(4)));
        assert!(set.meets(Options::first(1)) && !Options::one(1).meets(set));
        assert_eq!(set.without(Options::one(63)).and(Options::first(64)).iter().collect::<Vec<_>>(), [0, 3]);
        assert_eq!(Options::first(64).count(), 64);
        assert!(Options::first(0).is_empty());
    }
}
