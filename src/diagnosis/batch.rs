//! Many diagnoses at once. What follows from the answers is decided for all situations of a block together; only the order
//! of each list is its own.
//!
//! The results are those of [`conclude`], in names alone.

use std::collections::BTreeSet;

use jiff::civil::Date;

use crate::answers::Answers;
use crate::answers::given::contradicted;
use crate::answers::lanes::{Block, Lanes, Table, open_questions};
use crate::diagnosis::brief::{Brief, Entry};
use crate::diagnosis::order::{Queue, Timing, find_out_place};
use crate::diagnosis::{MOST_FIND_OUT, conclude};
use crate::rulebook::condition::NodeId;
use crate::rulebook::place::PlaceKey;
use crate::rulebook::reduce::Reduced;
use crate::rulebook::{Action, Answer, Conclusion, Gate, Id, Question, Rulebook, Tone, Variant};

/// Words of a block: a wider one costs less for each situation, until it no longer fits where the processor is fast.
const WORDS: usize = 4;

/// The most situations of a block.
pub const MOST: usize = Lanes::<WORDS>::COUNT;

type Set = Lanes<WORDS>;

/// What came out for one situation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome<'b> {
    /// The answers, which cannot all be true.
    Contradicted(Answers),
    /// This.
    Brief(&'b Brief),
}

/// A rulebook, ready for many situations, and the block of them that is filled at present.
pub struct Batch<'r> {
    plan: Plan<'r>,
    table: Table<'r, WORDS>,
    situations: usize,
    days: Vec<Date>,
    /// What is done already, in the few lanes in which something is.
    done: Vec<(usize, BTreeSet<Id<Action>>)>,
    block: Block<WORDS>,
    reached: Vec<Set>,
    queue: Queue<'r, PlaceKey>,
    lists: Vec<Lists>,
    brief: Brief,
}

/// What the rulebook says, with the nodes of the reduced graph.
struct Plan<'r> {
    rulebook: &'r Rulebook,
    reduced: Reduced,
    conclusions: Vec<NodeId>,
    contradictions: Vec<NodeId>,
    actions: Vec<Planned<'r>>,
    /// Whether each action is listed: apart, because all of them are looked at and few are found.
    listed: Vec<NodeId>,
    /// The gates that end everything, in order of precedence.
    stops: Vec<(Id<Conclusion>, NodeId)>,
    /// The gates that can be a headline, in order of precedence.
    alerts: Vec<(Id<Conclusion>, NodeId)>,
    /// The gates that cut the list, the shortest first.
    cuts: Vec<(usize, Id<Conclusion>, NodeId)>,
    /// The places of find-out lines.
    find_out: Vec<PlaceKey>,
}

struct Planned<'r> {
    place: PlaceKey,
    variants: Vec<NodeId>,
    /// The variants that move it.
    movers: Vec<(NodeId, &'r Variant)>,
    /// The gates that it answers.
    gates: Vec<NodeId>,
}

/// What is decided for one situation.
#[derive(Clone, Debug, Default)]
struct Lists {
    found: Vec<Id<Conclusion>>,
    undecided: Vec<Id<Conclusion>>,
    listed: Vec<Id<Action>>,
    open: Vec<Id<Action>>,
    unanswered: Vec<Id<Question>>,
    unknown: Vec<Id<Question>>,
}

impl Lists {
    const fn is_something_live(&self) -> bool {
        !(self.unanswered.is_empty() && self.unknown.is_empty())
    }

    fn clear(&mut self) {
        let Self { found, undecided, listed, open, unanswered, unknown } = self;
        found.clear();
        undecided.clear();
        listed.clear();
        open.clear();
        unanswered.clear();
        unknown.clear();
    }
}

impl<'r> Batch<'r> {
    /// Prepares a rulebook.
    pub fn new(rulebook: &'r Rulebook) -> Self {
        let plan = Plan::new(rulebook);
        Self {
            table: Table::new(rulebook),
            situations: 0,
            days: vec![Date::default(); MOST],
            done: Vec::new(),
            block: Block::default(),
            reached: vec![Set::NONE; plan.reduced.graph.nodes().len()],
            queue: Queue::new(rulebook),
            lists: vec![Lists::default(); MOST],
            brief: Brief::default(),
            plan,
        }
    }

    /// Whether no further situation fits.
    pub const fn is_full(&self) -> bool {
        self.situations == MOST
    }

    /// Adds a situation of some day, with what is done already.
    ///
    /// # Panics
    ///
    /// When the block is full.
    pub fn add(&mut self, today: Date, given: &[(Id<Question>, Answer)], done: BTreeSet<Id<Action>>) {
        let lane = self.situations;
        assert!(lane < MOST, "a block that is not full");
        self.days[lane] = today;
        self.table.open(lane, today);
        for &(question, answer) in given {
            self.table.answer(lane, question, answer);
        }
        if !done.is_empty() {
            self.done.push((lane, done));
        }
        self.situations += 1;
    }

    /// Draws the conclusions for all situations of the block, in the order in which they were added, and empties it.
    pub fn diagnose(&mut self, mut each: impl FnMut(Date, Outcome<'_>)) {
        self.table.assume_details();
        self.block.evaluate(&self.plan.reduced.graph, &self.table);
        let stopped = self.any(self.plan.stops.iter().map(|&(_, node)| node));
        let impossible = self.any(self.plan.contradictions.iter().copied());
        // What is behind a cut cannot change anything, and what is done is not to be done again: which lines those are
        // depends on one situation alone.
        let cut = self.any(self.plan.cuts.iter().map(|&(_, _, node)| node));
        let mut alone = Set::NONE;
        for &(lane, _) in &self.done {
            alone.insert(lane);
        }
        self.look_up_conclusions();
        self.look_up_actions(stopped);
        self.look_up_questions(stopped);
        for lane in 0..self.situations {
            if impossible.contains(lane) {
                let answers = self.answers(lane);
                if !contradicted(self.plan.rulebook, &answers, self.days[lane]).is_empty() {
                    each(self.days[lane], Outcome::Contradicted(answers));
                    continue;
                }
            }
            if alone.contains(lane) || cut.contains(lane) && self.lists[lane].is_something_live() {
                let core = conclude(self.plan.rulebook, &self.answers(lane), self.days[lane]);
                self.brief = Brief::of(self.plan.rulebook, &core);
            } else {
                self.write_brief(lane);
            }
            each(self.days[lane], Outcome::Brief(&self.brief));
        }
        self.clear();
    }

    /// Takes the situations out, to diagnose each by itself.
    pub fn take_answers(&mut self, mut each: impl FnMut(Date, Answers)) {
        for lane in 0..self.situations {
            each(self.days[lane], self.answers(lane));
        }
        self.clear();
    }

    /// The answers of a situation.
    pub fn answers(&self, lane: usize) -> Answers {
        let mut answers = Answers::none(self.plan.rulebook);
        answers.extend(self.table.given(lane));
        if let Ok(position) = self.done.binary_search_by_key(&lane, |&(lane, _)| lane) {
            answers.done.clone_from(&self.done[position].1);
        }
        answers
    }

    fn clear(&mut self) {
        self.table.clear();
        self.done.clear();
        for lists in &mut self.lists[..self.situations] {
            lists.clear();
        }
        self.situations = 0;
    }

    /// Where one of the nodes is true.
    fn any(&self, nodes: impl Iterator<Item = NodeId>) -> Set {
        nodes.fold(Set::NONE, |any, node| any | self.block.get(node).yes)
    }

    /// Where one of the nodes may be true.
    fn any_possible(&self, nodes: impl Iterator<Item = NodeId>) -> Set {
        nodes.fold(Set::NONE, |any, node| any | self.table.used().without(self.block.get(node).no))
    }

    fn look_up_conclusions(&mut self) {
        for (index, &node) in self.plan.conclusions.iter().enumerate() {
            let truth = self.block.get(node);
            for lane in truth.yes.iter() {
                self.lists[lane].found.push(Id::new(index));
            }
            for lane in truth.open(self.table.used()).iter() {
                self.lists[lane].undecided.push(Id::new(index));
            }
        }
    }

    fn look_up_actions(&mut self, stopped: Set) {
        let is_settled = self.table.is_settled();
        for (index, &node) in self.plan.listed.iter().enumerate() {
            let truth = self.block.get(node);
            for lane in truth.yes.without(stopped).iter() {
                self.lists[lane].listed.push(Id::new(index));
            }
            if !is_settled {
                for lane in truth.open(self.table.used()).without(stopped).iter() {
                    self.lists[lane].open.push(Id::new(index));
                }
            }
        }
    }

    /// The live questions, as [`live`](crate::diagnosis::live::live) finds them while no cut holds.
    fn look_up_questions(&mut self, stopped: Set) {
        if self.table.is_settled() {
            return;
        }
        self.reached.fill(Set::NONE);
        let may_be_cut = self.any_possible(self.plan.cuts.iter().map(|&(_, _, node)| node));
        let used = self.table.used().without(stopped);
        let gates =
            self.plan.stops.iter().map(|&(_, node)| node).chain(self.plan.cuts.iter().map(|&(_, _, node)| node));
        for node in gates {
            self.reached[node.index()] |= used;
        }
        for (&listed, action) in self.plan.listed.iter().zip(&self.plan.actions) {
            let possible = used.without(self.block.get(listed).no);
            if possible.is_empty() {
                continue;
            }
            for &node in std::iter::once(&listed).chain(&action.variants) {
                self.reached[node.index()] |= possible;
            }
            if !action.gates.is_empty() {
                let spared = self.any(action.gates.iter().copied());
                for &node in &action.gates {
                    self.reached[node.index()] |= (possible & may_be_cut).without(spared);
                }
            }
        }
        let live = open_questions(&self.plan.reduced.graph, &self.table, &self.block, &mut self.reached);
        for (index, lanes) in live.into_iter().enumerate() {
            let question = Id::new(index);
            let answered = self.table.answered(question);
            for lane in lanes.without(answered).iter() {
                self.lists[lane].unanswered.push(question);
            }
            for lane in (lanes & answered).iter() {
                self.lists[lane].unknown.push(question);
            }
        }
    }

    /// Puts together what is decided for a situation.
    fn write_brief(&mut self, lane: usize) {
        let first = |gates: &[(Id<Conclusion>, NodeId)]| {
            gates.iter().find(|(_, node)| self.block.get(*node).yes.contains(lane)).map(|&(gate, _)| gate)
        };
        let stopped_by = first(&self.plan.stops);
        let headline = stopped_by.or_else(|| first(&self.plan.alerts));
        let lists = &mut self.lists[lane];
        self.brief.stopped_by = stopped_by;
        self.brief.headline = headline;
        std::mem::swap(&mut self.brief.found, &mut lists.found);
        std::mem::swap(&mut self.brief.undecided, &mut lists.undecided);
        std::mem::swap(&mut self.brief.open, &mut lists.open);
        std::mem::swap(&mut self.brief.unanswered, &mut lists.unanswered);
        self.write_checklist(lane);
    }

    fn write_checklist(&mut self, lane: usize) {
        let Self { plan, block, queue, lists, brief, .. } = self;
        let holds = |node: NodeId| block.get(node).yes.contains(lane);
        let listed: Vec<(Id<Action>, PlaceKey)> =
            lists[lane].listed.iter().map(|&action| (action, plan.place(action, holds))).collect();
        let mut ordered = Vec::new();
        queue.order(&listed, &mut ordered);
        let mut lines: Vec<(PlaceKey, Entry)> =
            ordered.into_iter().map(|(place, action)| (place, Entry::Do(action))).collect();
        for &question in lists[lane].unknown.iter().take(MOST_FIND_OUT) {
            let place = plan.find_out[question.index()];
            let behind = lines.partition_point(|&(other, _)| other < place);
            lines.insert(behind, (place, Entry::FindOut(question)));
        }
        let most = plan.cuts.iter().find(|&&(_, _, node)| holds(node)).map_or(usize::MAX, |&(most, _, _)| most);
        brief.checklist.clear();
        brief.left_out.clear();
        for (position, (_, entry)) in lines.into_iter().enumerate() {
            let is_spared = || match entry {
                Entry::Do(action) => plan.actions[action.index()].gates.iter().any(|&gate| holds(gate)),
                Entry::FindOut(_) => false,
            };
            let part = if position < most || is_spared() { &mut brief.checklist } else { &mut brief.left_out };
            part.push(entry);
        }
    }
}

impl<'r> Plan<'r> {
    fn new(rulebook: &'r Rulebook) -> Self {
        let conclusions = rulebook.conclusions.iter().map(|(_, conclusion)| conclusion.node);
        let contradictions = rulebook.contradictions.iter().map(|(_, contradiction)| contradiction.node);
        let actions = rulebook.actions.iter().flat_map(|(_, action)| {
            std::iter::once(action.node).chain(action.variants.values().map(|variant| variant.node))
        });
        let reduced = Reduced::of(&rulebook.graph, conclusions.chain(contradictions).chain(actions));
        let place = |node: NodeId| reduced.place(node);
        let gates = |fits: &dyn Fn(&Gate) -> bool| {
            let fitting = rulebook.gates().filter(|(_, gate)| fits(gate));
            fitting.map(|(id, _)| (id, place(rulebook.conclusions[id].node))).collect::<Vec<_>>()
        };
        let cuts =
            rulebook.gates().filter_map(|(id, gate)| Some((gate.at_most?, id, place(rulebook.conclusions[id].node))));
        let mut cuts: Vec<_> = cuts.collect();
        cuts.sort_unstable();
        Self {
            conclusions: rulebook.conclusions.iter().map(|(_, conclusion)| place(conclusion.node)).collect(),
            contradictions: rulebook.contradictions.iter().map(|(_, entry)| place(entry.node)).collect(),
            actions: rulebook.actions.iter().map(|(id, action)| Planned::new(rulebook, &reduced, id, action)).collect(),
            listed: rulebook.actions.iter().map(|(_, action)| place(action.node)).collect(),
            stops: gates(&|gate| gate.stops),
            alerts: gates(&|gate| gate.tone == Tone::Alert),
            cuts,
            find_out: rulebook.questions.ids().map(|question| find_out_place(rulebook, question).key()).collect(),
            rulebook,
            reduced,
        }
    }

    /// The own place of an action, where some nodes hold.
    fn place(&self, id: Id<Action>, holds: impl Fn(NodeId) -> bool) -> PlaceKey {
        let planned = &self.actions[id.index()];
        let mut applied =
            planned.movers.iter().filter(|(node, _)| holds(*node)).map(|(_, variant)| *variant).peekable();
        if applied.peek().is_none() {
            return planned.place;
        }
        let timing = applied.fold(Timing::of(&self.rulebook.actions[id]), Timing::replaced_by);
        timing.place(self.rulebook, id).key()
    }
}

impl<'r> Planned<'r> {
    fn new(rulebook: &'r Rulebook, reduced: &Reduced, id: Id<Action>, action: &'r Action) -> Self {
        let moves = |variant: &&Variant| variant.due.is_some() || variant.stage.is_some();
        let answered = action.answers.iter().map(|&answered| &rulebook.conclusions[answered]);
        Self {
            place: Timing::of(action).place(rulebook, id).key(),
            variants: action.variants.values().map(|variant| reduced.place(variant.node)).collect(),
            movers: action
                .variants
                .values()
                .filter(moves)
                .map(|variant| (reduced.place(variant.node), variant))
                .collect(),
            gates: answered.filter(|answered| answered.gate().is_some()).map(|gate| reduced.place(gate.node)).collect(),
        }
    }
}
