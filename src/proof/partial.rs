//! A rulebook when some questions have no answer yet, as formulas: what is certain, what is excluded, and which questions
//! are live.
//!
//! Every node is a pair of literals, which is how Kleene's three values are written with two. What
//! [`live`](crate::diagnosis::live) computes for one set of answers is said here of all of them.

use batsat::Lit;

use crate::proof::circuit::Circuit;
use crate::proof::gaps::{Waiting, own_timings};
use crate::proof::logic::Logic;
use crate::rulebook::calendar::Window;
use crate::rulebook::condition::{NodeId, Options};
use crate::rulebook::place::Place;
use crate::rulebook::{Action, Id, Pick, Question, Rulebook};

/// Three values with two literals. Neither: open.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Pair {
    /// It is true, whatever else is answered.
    pub certain: Lit,
    /// It is false, whatever else is answered.
    pub excluded: Lit,
}

/// What is known of a question's answer.
#[derive(Clone, Copy)]
pub enum Answered {
    /// It is answered.
    Yes,
    /// It is not.
    No,
    /// It is answered with an option if this holds, and with "don't know" otherwise.
    If(Lit),
    /// It counts as answered in the usual way.
    Usual(usize),
}

/// The logic of incomplete answers.
pub struct Partial<'a, L> {
    /// The logic of complete ones.
    pub complete: &'a mut L,
    /// The rulebook.
    pub rulebook: &'a Rulebook,
    /// What is known of each question.
    pub answered: &'a [Answered],
}

impl<L: Logic<Value = Lit>> Logic for Partial<'_, L> {
    type Value = Pair;

    fn answer(&mut self, question: Id<Question>, options: Options) -> Pair {
        let (always, never) = (self.complete.all(&[]), self.complete.any(&[]));
        let constant = |holds| if holds { (always, never) } else { (never, always) };
        let entry = &self.rulebook.questions[question];
        let covers = entry.pick == Pick::One && entry.all_options().is_within(options);
        let (certain, excluded) = match self.answered[question.index()] {
            _ if covers => constant(true),
            Answered::Usual(usual) => constant(options.contains(usual)),
            Answered::No => (never, never),
            Answered::Yes => {
                let holds = self.complete.answer(question, options);
                (holds, !holds)
            }
            Answered::If(knows) => {
                let holds = self.complete.answer(question, options);
                (self.complete.all(&[knows, holds]), self.complete.all(&[knows, !holds]))
            }
        };
        Pair { certain, excluded }
    }

    fn dates(&mut self, window: Window) -> Pair {
        let inside = self.complete.dates(window);
        Pair { certain: inside, excluded: !inside }
    }

    fn all(&mut self, parts: &[Pair]) -> Pair {
        let certain: Vec<Lit> = parts.iter().map(|part| part.certain).collect();
        let excluded: Vec<Lit> = parts.iter().map(|part| part.excluded).collect();
        Pair { certain: self.complete.all(&certain), excluded: self.complete.any(&excluded) }
    }

    fn any(&mut self, parts: &[Pair]) -> Pair {
        let certain: Vec<Lit> = parts.iter().map(|part| part.certain).collect();
        let excluded: Vec<Lit> = parts.iter().map(|part| part.excluded).collect();
        Pair { certain: self.complete.any(&certain), excluded: self.complete.all(&excluded) }
    }

    fn not(&mut self, part: &Pair) -> Pair {
        Pair { certain: part.excluded, excluded: part.certain }
    }
}

/// Whether notes count among what shows.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Notes {
    /// As for details.
    Count,
    /// As for all other questions.
    DoNot,
}

/// For every node, that a chain of open nodes leads to it from something that shows.
pub fn reached(circuit: &mut Circuit, rulebook: &Rulebook, pairs: &[Pair], notes: Notes) -> Vec<Lit> {
    let never = circuit.constant(false);
    let mut from: Vec<Vec<Lit>> = vec![Vec::new(); pairs.len()];
    for (node, root) in (Roots { circuit, rulebook, pairs }).of(notes) {
        from[node.index()].push(root);
    }
    let mut reached = vec![never; pairs.len()];
    for id in rulebook.graph.ids().rev() {
        let pair = pairs[id.index()];
        let led_to = circuit.any(from[id.index()].drain(..));
        let here = circuit.all([led_to, !pair.certain, !pair.excluded]);
        reached[id.index()] = here;
        if here != never {
            for part in rulebook.graph.parts(id) {
                from[part.index()].push(here);
            }
        }
    }
    reached
}

/// What shows, and under which condition.
struct Roots<'a> {
    circuit: &'a mut Circuit,
    rulebook: &'a Rulebook,
    pairs: &'a [Pair],
}

impl Roots<'_> {
    fn pair(&self, node: NodeId) -> Pair {
        self.pairs[node.index()]
    }

    fn action(&self, id: Id<Action>) -> Pair {
        self.pair(self.rulebook.actions[id].node)
    }

    fn of(&mut self, notes: Notes) -> Vec<(NodeId, Lit)> {
        let rulebook = self.rulebook;
        let always = self.circuit.constant(true);
        let gates = rulebook.gates().filter(|(_, gate)| gate.stops || gate.at_most.is_some());
        let mut roots: Vec<(NodeId, Lit)> = gates.map(|(id, _)| (rulebook.conclusions[id].node, always)).collect();
        let cuts = self.cuts();
        let possible: Vec<Lit> = cuts.iter().map(|(_, gate)| !gate.excluded).collect();
        let may_be_cut = self.circuit.any(possible);
        let counting = self.counting(&cuts);
        for (id, action) in rulebook.actions.iter() {
            let counts = self.circuit.all([counting[id.index()], !self.action(id).excluded]);
            roots.push((action.node, counts));
            roots.extend(action.variants.values().map(|variant| (variant.node, counts)));
            let spared = self.gates_answered(id);
            let none_yet: Vec<Lit> = spared.iter().map(|&gate| !self.pair(gate).certain).collect();
            let matters = self.circuit.all(none_yet.into_iter().chain([counts, may_be_cut]));
            roots.extend(spared.into_iter().map(|gate| (gate, matters)));
        }
        if notes == Notes::Count {
            roots.extend(rulebook.notes.iter().map(|(_, note)| (note.node, always)));
        }
        roots
    }

    /// The gates that cut the list, with the number of lines.
    fn cuts(&self) -> Vec<(usize, Pair)> {
        let cuts = self.rulebook.gates().filter_map(|(id, gate)| Some((gate.at_most?, id)));
        cuts.map(|(lines, id)| (lines, self.pair(self.rulebook.conclusions[id].node))).collect()
    }

    fn gates_answered(&self, id: Id<Action>) -> Vec<NodeId> {
        let answered = self.rulebook.actions[id].answers.iter().map(|&answered| &self.rulebook.conclusions[answered]);
        answered.filter(|conclusion| conclusion.gate().is_some()).map(|conclusion| conclusion.node).collect()
    }

    /// For every action, that it can still be among the lines that are kept, or change their deadlines.
    ///
    /// It does not count exactly if a gate cuts the list to n lines, and at least n listed actions stand, at their latest,
    /// before the earliest place from which it or an action that waits for it could be urgent.
    fn counting(&mut self, cuts: &[(usize, Pair)]) -> Vec<Lit> {
        let rulebook = self.rulebook;
        if cuts.is_empty() {
            return vec![self.circuit.constant(true); rulebook.actions.len()];
        }
        let possible: Vec<Vec<(Place, Lit)>> = rulebook.actions.ids().map(|id| self.possible_places(id)).collect();
        let mut places: Vec<Place> = possible.iter().flatten().map(|&(place, _)| place).collect();
        places.sort_unstable();
        places.dedup();
        let few = self.few_before(&places, &possible, cuts);
        let spared = self.spared();
        let waiting = Waiting::of(rulebook);
        let counts = |id: Id<Action>| {
            let mut ways = vec![spared[id.index()]];
            for owner in waiting.of_action(id).into_iter().chain([id]) {
                for &(place, may_be) in &possible[owner.index()] {
                    let few_before = places.binary_search(&place).map_or(self.circuit.constant(true), |at| few[at]);
                    ways.push(self.circuit.all([!self.action(owner).excluded, may_be, few_before]));
                }
            }
            self.circuit.any(ways)
        };
        rulebook.actions.ids().map(counts).collect()
    }

    /// The own places that an action can have, each with the condition that its open variants still allow it.
    fn possible_places(&mut self, id: Id<Action>) -> Vec<(Place, Lit)> {
        let rulebook = self.rulebook;
        let timings = own_timings(rulebook, id).into_iter();
        let places = timings.map(|(timing, claim)| {
            let allowed = claim.iter().map(|&(node, holds)| {
                let Pair { certain, excluded } = self.pairs[node.index()];
                if holds { !excluded } else { !certain }
            });
            let allowed: Vec<Lit> = allowed.collect();
            (timing.place(rulebook, id), self.circuit.all(allowed))
        });
        places.collect()
    }

    /// For every place, that fewer listed actions than the list is cut to certainly stand before it.
    fn few_before(&mut self, places: &[Place], possible: &[Vec<(Place, Lit)>], cuts: &[(usize, Pair)]) -> Vec<Lit> {
        let most = cuts.iter().map(|&(lines, _)| lines).max().unwrap_or(0);
        let mut at_least = vec![self.circuit.constant(false); most];
        let mut few = Vec::with_capacity(places.len());
        let mut so_far = vec![self.circuit.constant(false); possible.len()];
        for &place in places {
            let enough = cuts.iter().map(|&(lines, gate)| (at_least[lines - 1], gate.certain)).collect::<Vec<_>>();
            let cut_off: Vec<Lit> = enough.into_iter().map(|(enough, cut)| self.circuit.all([enough, cut])).collect();
            few.push(!self.circuit.any(cut_off));
            for id in self.rulebook.actions.ids() {
                let own = &possible[id.index()];
                if own.iter().all(|&(other, _)| other != place) {
                    continue;
                }
                let later = own.iter().filter(|(other, _)| *other > place).map(|&(_, may_be)| !may_be);
                let before = self.circuit.all(later.chain([self.action(id).certain]));
                let new = self.circuit.all([before, !so_far[id.index()]]);
                so_far[id.index()] = before;
                self.count_one_more(&mut at_least, new);
            }
        }
        few
    }

    fn count_one_more(&mut self, at_least: &mut [Lit], one: Lit) {
        for number in (0..at_least.len()).rev() {
            let fewer = if number == 0 { self.circuit.constant(true) } else { at_least[number - 1] };
            let now = self.circuit.all([fewer, one]);
            at_least[number] = self.circuit.any([at_least[number], now]);
        }
    }

    /// The actions that may answer a true gate, which no cut removes, and those that wait for one of them.
    fn spared(&mut self) -> Vec<Lit> {
        let rulebook = self.rulebook;
        let mut by_rank: Vec<Id<Action>> = rulebook.actions.ids().collect();
        by_rank.sort_by_key(|action| rulebook.precedence[action.index()]);
        let mut spared = vec![self.circuit.constant(false); rulebook.actions.len()];
        let mut leads_to_spared = spared.clone();
        for id in by_rank {
            let gates = self.gates_answered(id).into_iter().map(|gate| !self.pair(gate).excluded).collect::<Vec<_>>();
            let may_answer = self.circuit.any(gates);
            let earlier = rulebook.actions[id].after.iter().map(|earlier| leads_to_spared[earlier.index()]);
            let waits = self.circuit.any(earlier);
            spared[id.index()] = self.circuit.any([may_answer, waits]);
            let possible = self.circuit.all([may_answer, !self.action(id).excluded]);
            leads_to_spared[id.index()] = self.circuit.any([waits, possible]);
        }
        spared
    }
}
