//! Many situations at once: each has a lane, which is the same bit of every word, so that one instruction decides something
//! for all of them (bit-slicing; Biham 1997, "A fast new DES implementation in software").
//!
//! This is the one evaluator of the program. A single diagnosis is a block with one lane.

use std::ops::{BitAnd, BitAndAssign, BitOr, BitOrAssign, Not};

use jiff::civil::Date;

use crate::answers::{Combined, Truth};
use crate::rulebook::calendar::Window;
use crate::rulebook::condition::{Certainty, Graph, Node, NodeId, Options};
use crate::rulebook::{Answer, Id, Pick, Question, Rulebook};

/// A set of lanes, in `N` words of 64.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lanes<const N: usize>([u64; N]);

impl<const N: usize> Lanes<N> {
    /// How many lanes there are.
    pub const COUNT: usize = 64 * N;

    /// No lane.
    pub const NONE: Self = Self([0; N]);

    /// Adds a lane.
    pub const fn insert(&mut self, lane: usize) {
        self.0[lane / 64] |= 1 << (lane % 64);
    }

    /// Whether a lane is in the set.
    pub const fn contains(&self, lane: usize) -> bool {
        self.0[lane / 64] >> (lane % 64) & 1 == 1
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.iter().all(|&word| word == 0)
    }

    /// The lanes of this set that are not in the other.
    #[must_use]
    pub fn without(self, other: Self) -> Self {
        self & !other
    }

    /// The lanes, ascending.
    pub fn iter(self) -> impl Iterator<Item = usize> {
        self.0.into_iter().enumerate().flat_map(|(word, mut bits)| {
            std::iter::from_fn(move || {
                let lane = bits.trailing_zeros() as usize;
                bits &= bits.wrapping_sub(1);
                (lane < 64).then_some(64 * word + lane)
            })
        })
    }
}

impl<const N: usize> BitAnd for Lanes<N> {
    type Output = Self;

    fn bitand(mut self, other: Self) -> Self {
        self &= other;
        self
    }
}

impl<const N: usize> BitAndAssign for Lanes<N> {
    fn bitand_assign(&mut self, other: Self) {
        for (word, other) in self.0.iter_mut().zip(other.0) {
            *word &= other;
        }
    }
}

impl<const N: usize> BitOr for Lanes<N> {
    type Output = Self;

    fn bitor(mut self, other: Self) -> Self {
        self |= other;
        self
    }
}

impl<const N: usize> BitOrAssign for Lanes<N> {
    fn bitor_assign(&mut self, other: Self) {
        for (word, other) in self.0.iter_mut().zip(other.0) {
            *word |= other;
        }
    }
}

impl<const N: usize> Not for Lanes<N> {
    type Output = Self;

    fn not(mut self) -> Self {
        for word in &mut self.0 {
            *word = !*word;
        }
        self
    }
}

/// What is answered in each lane: a row of lanes for every option of every question.
#[derive(Clone, Debug)]
pub struct Table<'r, const N: usize> {
    questions: Vec<(&'r Question, usize)>,
    /// Where an option is chosen, for the options of all questions.
    chosen: Vec<Lanes<N>>,
    /// Where a question has one certain answer.
    settled: Vec<Lanes<N>>,
    /// Where a question was answered, be it with "don't know".
    answered: Vec<Lanes<N>>,
    days: Vec<(Date, Lanes<N>)>,
    used: Lanes<N>,
}

impl<'r, const N: usize> Table<'r, N> {
    /// A table without answers.
    pub fn new(rulebook: &'r Rulebook) -> Self {
        let mut rows = 0;
        let first = rulebook.questions.iter().map(|(_, question)| {
            rows += question.options.len();
            (question, rows - question.options.len())
        });
        let questions: Vec<(&Question, usize)> = first.collect();
        Self {
            chosen: vec![Lanes::NONE; rows],
            settled: vec![Lanes::NONE; questions.len()],
            answered: vec![Lanes::NONE; questions.len()],
            questions,
            days: Vec::new(),
            used: Lanes::NONE,
        }
    }

    /// Takes every answer out.
    pub fn clear(&mut self) {
        self.chosen.fill(Lanes::NONE);
        self.settled.fill(Lanes::NONE);
        self.answered.fill(Lanes::NONE);
        self.days.clear();
        self.used = Lanes::NONE;
    }

    /// Gives a lane to a situation of some day.
    pub fn open(&mut self, lane: usize, today: Date) {
        self.used.insert(lane);
        let known = self.days.iter().position(|&(day, _)| day == today);
        let position = known.unwrap_or_else(|| {
            self.days.push((today, Lanes::NONE));
            self.days.len() - 1
        });
        self.days[position].1.insert(lane);
    }

    /// Gives an answer in a lane, for the first time.
    pub fn answer(&mut self, lane: usize, question: Id<Question>, answer: Answer) {
        self.answered[question.index()].insert(lane);
        if let Answer::Chosen(options) = answer {
            self.choose(lane, question, options);
        }
    }

    /// Lets the usual option stand in for a detail that has no answer.
    pub fn assume_details(&mut self) {
        for index in 0..self.questions.len() {
            let (question, first) = self.questions[index];
            let Some(usual) = question.usually else { continue };
            let assumed = self.used.without(self.answered[index]);
            self.settled[index] |= assumed;
            self.chosen[first + usual] |= assumed;
        }
    }

    fn choose(&mut self, lane: usize, question: Id<Question>, options: Options) {
        self.settled[question.index()].insert(lane);
        let (_, first) = self.questions[question.index()];
        for option in options.iter() {
            self.chosen[first + option].insert(lane);
        }
    }

    /// Whether every question has one certain answer in every situation: then nothing is open.
    pub fn is_settled(&self) -> bool {
        self.settled.iter().all(|settled| self.used.without(*settled).is_empty())
    }

    /// Where a question has an answer, be it "don't know".
    pub fn answered(&self, question: Id<Question>) -> Lanes<N> {
        self.answered[question.index()]
    }

    /// What was answered in a lane.
    pub fn given(&self, lane: usize) -> impl Iterator<Item = (Id<Question>, Answer)> + '_ {
        let questions =
            self.questions.iter().enumerate().filter(move |(index, _)| self.answered[*index].contains(lane));
        questions.map(move |(index, &(question, first))| {
            let is_chosen = |option: &usize| self.chosen[first + option].contains(lane);
            let chosen = (0..question.options.len()).filter(is_chosen).collect();
            let is_settled = self.settled[index].contains(lane);
            (Id::new(index), if is_settled { Answer::Chosen(chosen) } else { Answer::Unknown })
        })
    }

    /// The lanes of situations.
    pub const fn used(&self) -> Lanes<N> {
        self.used
    }

    /// An entry of a condition about one question: true where every answer that is still possible satisfies it, false
    /// where none does.
    fn entry(&self, id: Id<Question>, options: Options) -> Ternary<N> {
        let (question, first) = self.questions[id.index()];
        let settled = self.settled[id.index()];
        let mut meets = Lanes::NONE;
        for option in options.iter() {
            meets |= self.chosen[first + option];
        }
        let no = settled.without(meets);
        if question.pick == Pick::One && question.all_options().is_within(options) {
            meets |= self.used.without(settled);
        }
        Ternary { yes: meets, no }
    }

    fn within(&self, window: Window) -> Ternary<N> {
        let mut yes = Lanes::NONE;
        for &(day, lanes) in &self.days {
            if window.contains(day) {
                yes |= lanes;
            }
        }
        Ternary { yes, no: self.used.without(yes) }
    }
}

/// Where something is true, and where it is false; elsewhere it is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ternary<const N: usize> {
    /// Where it is true.
    pub yes: Lanes<N>,
    /// Where it is false.
    pub no: Lanes<N>,
}

impl<const N: usize> Not for Ternary<N> {
    type Output = Self;

    fn not(self) -> Self {
        Self { yes: self.no, no: self.yes }
    }
}

impl<const N: usize> Ternary<N> {
    /// Where it is neither.
    pub fn open(&self, used: Lanes<N>) -> Lanes<N> {
        used.without(self.yes | self.no)
    }
}

/// The truth of every node of a graph in every lane.
#[derive(Clone, Debug)]
pub struct Block<const N: usize> {
    used: Lanes<N>,
    /// Whether nothing is open: then what is not true is false, and need not be worked out.
    is_settled: bool,
    yes: Vec<Lanes<N>>,
    no: Vec<Lanes<N>>,
}

impl<const N: usize> Default for Block<N> {
    fn default() -> Self {
        Self { used: Lanes::NONE, is_settled: true, yes: Vec::new(), no: Vec::new() }
    }
}

impl<const N: usize> Block<N> {
    /// Evaluates everything in one pass, by the strong Kleene tables.
    pub fn evaluate(&mut self, graph: &Graph, table: &Table<'_, N>) {
        self.used = table.used;
        self.is_settled = table.is_settled();
        self.yes.clear();
        self.no.clear();
        self.yes.reserve(graph.nodes().len());
        if !self.is_settled {
            self.no.reserve(graph.nodes().len());
        }
        for node in graph.nodes() {
            if self.is_settled {
                let yes = self.yes(node, table);
                self.yes.push(yes);
            } else {
                let Ternary { yes, no } = self.truth(node, table);
                self.yes.push(yes);
                self.no.push(no);
            }
        }
    }

    /// Where a node is true.
    fn yes(&self, node: &Node, table: &Table<'_, N>) -> Lanes<N> {
        match node {
            Node::Answer(question, options) => table.entry(*question, *options).yes,
            Node::Dates(window) => table.within(*window).yes,
            Node::All(nodes) => all(&self.yes, nodes, self.used),
            Node::Any(nodes) => any(&self.yes, nodes),
            Node::Not(node) => self.get(*node).no,
            Node::Found(signs) => reaching(signs, |sign| self.get(sign).yes),
        }
    }

    /// Where a node is true, and where it is false.
    fn truth(&self, node: &Node, table: &Table<'_, N>) -> Ternary<N> {
        match node {
            Node::Answer(question, options) => table.entry(*question, *options),
            Node::Dates(window) => table.within(*window),
            Node::All(nodes) => {
                let mut all = Ternary { yes: self.used, no: Lanes::NONE };
                for node in nodes {
                    all.yes &= self.yes[node.index()];
                    all.no |= self.no[node.index()];
                }
                all
            }
            Node::Any(nodes) => {
                let mut any = Ternary { yes: Lanes::NONE, no: self.used };
                for node in nodes {
                    any.yes |= self.yes[node.index()];
                    any.no &= self.no[node.index()];
                }
                any
            }
            Node::Not(node) => !self.get(*node),
            Node::Found(signs) => Ternary {
                yes: reaching(signs, |sign| self.get(sign).yes),
                no: self.used.without(reaching(signs, |sign| self.used.without(self.get(sign).no))),
            },
        }
    }

    /// The truth of a node.
    pub fn get(&self, node: NodeId) -> Ternary<N> {
        let yes = self.yes[node.index()];
        Ternary { yes, no: if self.is_settled { self.used.without(yes) } else { self.no[node.index()] } }
    }

    /// The truth of every node in one lane, in the order of the graph.
    pub fn in_lane(&self, lane: usize) -> impl Iterator<Item = Truth> {
        (0..self.yes.len()).map(move |index| {
            let is_open = !self.is_settled && !self.no[index].contains(lane);
            match self.yes[index].contains(lane) {
                true => Truth::True,
                false if is_open => Truth::Open,
                false => Truth::False,
            }
        })
    }
}

/// Where all of some nodes are. Looking for an early end would cost more than it saves.
fn all<const N: usize>(lanes: &[Lanes<N>], nodes: &[NodeId], used: Lanes<N>) -> Lanes<N> {
    nodes.iter().fold(used, |all, node| all & lanes[node.index()])
}

/// Where one of some nodes is.
fn any<const N: usize>(lanes: &[Lanes<N>], nodes: &[NodeId]) -> Lanes<N> {
    nodes.iter().fold(Lanes::NONE, |any, node| any | lanes[node.index()])
}

/// Where the combined certainty of the signs that show reaches the threshold. Most signs suffice alone; where only
/// weaker ones show, it is counted out.
fn reaching<const N: usize>(signs: &[(NodeId, Certainty)], lanes_of: impl Fn(NodeId) -> Lanes<N>) -> Lanes<N> {
    let mut enough = Lanes::NONE;
    let mut weak = Lanes::NONE;
    let mut several_weak = Lanes::NONE;
    for &(sign, certainty) in signs {
        let shown = lanes_of(sign);
        if Combined::NOTHING.with(certainty).is_found() {
            enough |= shown;
        } else {
            several_weak |= weak & shown;
            weak |= shown;
        }
    }
    for lane in several_weak.without(enough).iter() {
        let shown = signs.iter().filter(|(sign, _)| lanes_of(*sign).contains(lane));
        if shown.fold(Combined::NOTHING, |all, &(_, certainty)| all.with(certainty)).is_found() {
            enough.insert(lane);
        }
    }
    enough
}

/// Where a chain of open nodes leads to a question, for each question. `reached` says for each node where it is looked at
/// to begin with, and is used up. Nothing below a node that is true or false is followed: no answer can change it.
pub fn open_questions<const N: usize>(
    graph: &Graph,
    table: &Table<'_, N>,
    block: &Block<N>,
    reached: &mut [Lanes<N>],
) -> Vec<Lanes<N>> {
    let mut questions = vec![Lanes::NONE; table.questions.len()];
    for id in graph.ids().rev() {
        let lanes = reached[id.index()] & block.get(id).open(table.used);
        if lanes.is_empty() {
            continue;
        }
        if let Node::Answer(question, _) = graph.node(id) {
            questions[question.index()] |= lanes;
        }
        for part in graph.parts(id) {
            reached[part.index()] |= lanes;
        }
    }
    questions
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lanes_behave_as_a_set() {
        let mut lanes = Lanes::<2>::NONE;
        for lane in [0, 63, 64, 127] {
            lanes.insert(lane);
        }
        assert_eq!(lanes.iter().collect::<Vec<_>>(), [0, 63, 64, 127]);
        assert!(lanes.contains(64) && !lanes.contains(65) && !lanes.is_empty());
        assert_eq!(lanes.without(lanes), Lanes::NONE);
        assert_eq!((!Lanes::<2>::NONE).iter().count(), Lanes::<2>::COUNT);
    }
}
