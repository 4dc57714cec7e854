//! The order of the checklist: every action at its own place, or at the place of the most urgent one that waits for it.
//!
//! This is the earliest modified due date order (Lawler 1973, "Optimal sequencing of a single machine subject to
//! precedence constraints", Management Science 19), which keeps every `after` and is never later than it must be.

use std::collections::BTreeSet;

use crate::answers::{Answers, Truth, Truths};
use crate::rulebook::calendar::Due;
use crate::rulebook::place::{Place, Worth};
use crate::rulebook::{Action, Id, Question, Rulebook, Stage, Variant};

/// A line of the checklist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Line {
    /// Something to do.
    Action(Step),
    /// Something to find out first.
    FindOut(Id<Question>, Place),
}

impl Line {
    /// Where it stands, and until when it is to be done.
    pub const fn place(&self) -> &Place {
        match self {
            Self::Action(step) => &step.place,
            Self::FindOut(_, place) => place,
        }
    }

    /// The step, if it is something to do.
    pub const fn step(&self) -> Option<&Step> {
        match self {
            Self::Action(step) => Some(step),
            Self::FindOut(..) => None,
        }
    }

    /// The action, if it is one.
    pub const fn action(&self) -> Option<Id<Action>> {
        match self {
            Self::Action(step) => Some(step.action),
            Self::FindOut(..) => None,
        }
    }
}

/// A listed action at its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The action.
    pub action: Id<Action>,
    /// Where it stands.
    pub place: Place,
    /// Whose place that is, when it is not its own.
    pub borrowed_from: Option<Id<Action>>,
    /// The variants that apply, by position.
    pub variants: Vec<usize>,
}

/// The actions to do, in order.
pub fn steps(rulebook: &Rulebook, truths: &Truths) -> Vec<Step> {
    steps_among(rulebook, truths, |action| truths.to_do(rulebook, action) == Truth::True)
}

/// Some of the listed actions, in order, as if there were no others.
pub fn steps_among(rulebook: &Rulebook, truths: &Truths, listed: impl Fn(Id<Action>) -> bool) -> Vec<Step> {
    let own: Vec<(Id<Action>, Place)> = rulebook
        .actions
        .ids()
        .filter(|&action| listed(action))
        .map(|action| (action, own_place(rulebook, truths, action)))
        .collect();
    let mut ordered = Vec::new();
    Queue::new(rulebook).order(&own, &mut ordered);
    let steps = ordered.into_iter().map(|(place, action)| Step {
        action,
        place,
        borrowed_from: Some(Id::new(place.position)).filter(|&owner| owner != action),
        variants: applied(rulebook, truths, action),
    });
    steps.collect()
}

/// Puts lists of actions into order, one after the other. `P` is a [`Place`], or its key where there are many lists.
#[derive(Clone, Debug)]
pub struct Queue<'r, P> {
    /// The rank of each action.
    ranks: &'r [usize],
    /// What comes before the action of a rank.
    after: Vec<&'r [Id<Action>]>,
    /// The place at each rank, where it has come up.
    places: Vec<Option<P>>,
    /// The ranks that have come up.
    asked: Vec<usize>,
    /// Those that are still to be looked at, as bits.
    waiting: Vec<u64>,
}

impl<'r, P: Ord + Copy> Queue<'r, P> {
    /// A queue for the actions of a rulebook.
    pub fn new(rulebook: &'r Rulebook) -> Self {
        let number = rulebook.actions.len();
        let mut after: Vec<&[Id<Action>]> = vec![&[]; number];
        for (id, action) in rulebook.actions.iter() {
            after[rulebook.precedence[id.index()]] = &action.after;
        }
        Self {
            ranks: &rulebook.precedence,
            after,
            places: vec![None; number],
            asked: Vec::new(),
            waiting: vec![0; number.div_ceil(64)],
        }
    }

    /// Orders the listed actions, which come with their own places; each gets the place at which it stands. Goes from the
    /// last rank to the first, so that whatever waits for an action has been looked at before it.
    pub fn order(&mut self, listed: &[(Id<Action>, P)], ordered: &mut Vec<(P, Id<Action>)>) {
        for &(action, place) in listed {
            self.ask(action, place);
        }
        for word in (0..self.waiting.len()).rev() {
            while self.waiting[word] != 0 {
                let bit = 63 - self.waiting[word].leading_zeros() as usize;
                self.waiting[word] ^= 1 << bit;
                let rank = 64 * word + bit;
                if let Some(place) = self.places[rank] {
                    for &earlier in self.after[rank] {
                        self.ask(earlier, place);
                    }
                }
            }
        }
        ordered.clear();
        ordered
            .extend(listed.iter().filter_map(|&(action, _)| Some((self.places[self.ranks[action.index()]]?, action))));
        ordered.sort_unstable_by_key(|&(place, action)| (place, self.ranks[action.index()]));
        for rank in self.asked.drain(..) {
            self.places[rank] = None;
        }
    }

    /// Asks for an action to stand at a place, or before it.
    fn ask(&mut self, action: Id<Action>, place: P) {
        let rank = self.ranks[action.index()];
        self.waiting[rank / 64] |= 1 << (rank % 64);
        let known = &mut self.places[rank];
        if known.is_none() {
            self.asked.push(rank);
        }
        *known = Some(known.map_or(place, |known| known.min(place)));
    }
}

/// The listed actions that are done already, each at its own place.
pub fn done(rulebook: &Rulebook, answers: &Answers, truths: &Truths) -> Vec<Step> {
    let listed = |action: &Id<Action>| truths.get(rulebook.actions[*action].node) == Truth::True;
    let steps = answers.done.iter().copied().filter(listed).map(|action| Step {
        action,
        place: own_place(rulebook, truths, action),
        borrowed_from: None,
        variants: applied(rulebook, truths, action),
    });
    let mut steps: Vec<Step> = steps.collect();
    steps.sort_by_key(|step| (step.place, rulebook.precedence[step.action.index()]));
    steps
}

/// For every action the smallest of its own value and those of all actions that wait for it, directly or through others.
pub fn most_urgent<T: Ord + Copy>(rulebook: &Rulebook, own: impl Fn(Id<Action>) -> Option<T>) -> Vec<Option<T>> {
    let mut values: Vec<Option<T>> = rulebook.actions.ids().map(own).collect();
    for action in rulebook.by_precedence().into_iter().rev() {
        let Some(value) = values[action.index()] else { continue };
        for earlier in &rulebook.actions[action].after {
            let urgent = &mut values[earlier.index()];
            *urgent = Some(urgent.map_or(value, |urgent| urgent.min(value)));
        }
    }
    values
}

/// The variants of an action that apply, in file order.
fn applied(rulebook: &Rulebook, truths: &Truths, action: Id<Action>) -> Vec<usize> {
    let variants = rulebook.actions[action].variants.values().enumerate();
    variants.filter(|(_, variant)| truths.get(variant.node) == Truth::True).map(|(position, _)| position).collect()
}

/// Where an action stands by itself, with the variants that apply.
pub fn own_place(rulebook: &Rulebook, truths: &Truths, id: Id<Action>) -> Place {
    let action = &rulebook.actions[id];
    let applied = action.variants.values().filter(|variant| truths.get(variant.node) == Truth::True);
    applied.fold(Timing::of(action), Timing::replaced_by).place(rulebook, id)
}

/// The earliest and the latest own place that an action can have, whatever its open variants turn out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// The earliest.
    pub first: Place,
    /// The latest.
    pub last: Place,
}

/// The bounds of an action's own place.
pub fn own_places(rulebook: &Rulebook, truths: &Truths, id: Id<Action>) -> Bounds {
    let action = &rulebook.actions[id];
    let mut possible = BTreeSet::from([Timing::of(action)]);
    for variant in action.variants.values() {
        let replaced = possible.iter().map(|&timing| timing.replaced_by(variant)).collect();
        match truths.get(variant.node) {
            Truth::True => possible = replaced,
            Truth::Open => possible.extend(replaced),
            Truth::False => {}
        }
    }
    let now = own_place(rulebook, truths, id);
    let places = possible.into_iter().map(|timing| timing.place(rulebook, id));
    places.fold(Bounds { first: now, last: now }, |bounds, place| Bounds {
        first: bounds.first.min(place),
        last: bounds.last.max(place),
    })
}

/// What decides when an action is due; of several variants the last one that applies wins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Timing {
    /// Its own deadline; without one, the stage's holds.
    pub due: Option<Due>,
    /// The step of repair.
    pub stage: Option<Id<Stage>>,
}

impl Timing {
    /// What an action says itself.
    pub const fn of(action: &Action) -> Self {
        Self { due: action.due, stage: action.stage }
    }

    /// What a variant makes of it.
    #[must_use]
    pub fn replaced_by(self, variant: &Variant) -> Self {
        Self { due: variant.due.or(self.due), stage: variant.stage.or(self.stage) }
    }

    /// The own place of an action with this timing.
    pub fn place(self, rulebook: &Rulebook, id: Id<Action>) -> Place {
        rulebook.place(id, self.due, self.stage)
    }
}

/// The place of a find-out line: in the first stage, behind its actions of the same deadline.
pub fn find_out_place(rulebook: &Rulebook, question: Id<Question>) -> Place {
    Place {
        due: rulebook.stages.iter().next().map_or(Due::TODAY, |(_, stage)| stage.due),
        stage: 0,
        worth: Worth { impact: 0, effort: 1 },
        position: rulebook.actions.len() + question.index(),
    }
}
