//! What differs between two rulebooks, over all situations that both know; what does not differ is proved not to.

use std::cell::OnceCell;
use std::collections::BTreeSet;

use batsat::Lit;
use jiff::civil::Date;

use crate::answers::{Answers, Details, Truth, Truths};
use crate::cases;
use crate::diagnosis::conclude;
use crate::diagnosis::order::{own_place, steps};
use crate::proof::asked::Reaching;
use crate::proof::circuit::Solved;
use crate::proof::gaps::{Waiting, own_timings};
use crate::proof::situation::{Formulas, Space};
use crate::rulebook::calendar::Due;
use crate::rulebook::condition::{NodeId, Options};
use crate::rulebook::place::Place;
use crate::rulebook::{
    Action, Answer, Case, Conclusion, Gate, Id, Kind, List, Pick, Question, Rulebook, Tone, Variant,
};

/// What about an entry is different.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// Found or not; shown or not; true or not.
    Holds {
        /// In the old rulebook.
        old: bool,
    },
    /// Listed or not.
    Listed {
        /// In the old rulebook.
        old: bool,
    },
    /// The deadline shown.
    Deadline {
        /// In the old rulebook.
        old: Due,
        /// In the new one.
        new: Due,
    },
    /// The variants that apply.
    Variants {
        /// In the old rulebook.
        old: Vec<String>,
        /// In the new one.
        new: Vec<String>,
    },
    /// Whether it stands before another action.
    Order {
        /// The other action.
        other: String,
        /// Whether it stood before it.
        old: bool,
    },
    /// Asked or not.
    Asked {
        /// In the old rulebook.
        old: bool,
    },
    /// What a gate does when it is true.
    Effect(Vec<Setting>),
    /// Whether it stays on a list that a gate cuts.
    Spared {
        /// In the old rulebook.
        old: bool,
    },
    /// Whether it is the gate to begin with, although the same gates are true.
    Headline {
        /// In the old rulebook.
        old: bool,
    },
}

/// A key of a gate that says what it does, with both values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    /// The key.
    pub key: &'static str,
    /// What it was.
    pub old: String,
    /// What it is.
    pub new: String,
}

/// Answers to both rulebooks, and the day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Both {
    /// For the old rulebook.
    pub old: Answers,
    /// For the new one.
    pub new: Answers,
    /// The day.
    pub today: Date,
}

/// Something that is different, with the answers that show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The entry, such as `action.acknowledge`.
    pub entry: String,
    /// What about it.
    pub what: What,
    /// The answers that matter; none for what is different as such.
    pub example: Option<Both>,
}

/// A case that comes out differently.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseDifference {
    /// Its name.
    pub name: String,
    /// The true gates and the lines of the old rulebook.
    pub old: Vec<Shown>,
    /// Those of the new one.
    pub new: Vec<Shown>,
}

/// Something that a case shows.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Shown {
    /// The entry.
    pub entry: String,
    /// The deadline of an action.
    pub due: Option<Due>,
}

/// Everything that is different.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Differences {
    /// Entries of the new rulebook alone.
    pub added: Vec<String>,
    /// Entries of the old rulebook alone.
    pub removed: Vec<String>,
    /// What is different about entries of both.
    pub differences: Vec<Difference>,
    /// The cases of either that come out differently.
    pub cases: Vec<CaseDifference>,
    /// The entries about which something could not be finished; `order` of the actions, or `cases`, as a whole.
    pub unfinished: Vec<String>,
    /// Whether no answers suit both, so that nothing could be compared.
    pub nothing_in_common: bool,
}

/// Compares two rulebooks, entry by entry of the same name.
pub fn compare(old: &Rulebook, new: &Rulebook, today: Date) -> Differences {
    let mut found = Differences::default();
    for kind in Kind::ALL {
        let (one, other) = (old.names(kind), new.names(kind));
        let only = |these: &[&str], those: &[&str]| -> Vec<String> {
            let those: BTreeSet<&str> = those.iter().copied().collect();
            let alone = these.iter().filter(|name| !those.contains(**name));
            alone.map(|name| format!("{}.{name}", kind.name())).collect()
        };
        found.removed.extend(only(&one, &other));
        found.added.extend(only(&other, &one));
    }
    options(old, new, &mut found);
    let mut space = Space::new(&[old, new], today);
    let (old_formulas, new_formulas) = (space.formulas(old), space.formulas(new));
    let mut comparison = Comparison {
        old: Side { rulebook: old, formulas: old_formulas, waiting: Waiting::of(old) },
        new: Side { rulebook: new, formulas: new_formulas, waiting: Waiting::of(new) },
        space,
        today,
        found,
    };
    if comparison.solve(&[]) == Solved::Impossible {
        comparison.found.nothing_in_common = true;
    } else {
        comparison.conclusions();
        comparison.headlines();
        comparison.actions();
        comparison.on_one_side();
        comparison.questions();
    }
    comparison.contradictions();
    comparison.found.unfinished.dedup();
    let (cases, is_all) = case_differences(old, new, comparison.size(), today);
    comparison.found.cases = cases;
    if !is_all {
        comparison.found.unfinished.push("cases".to_owned());
    }
    comparison.found
}

/// Options that only one of the rulebooks has.
fn options(old: &Rulebook, new: &Rulebook, found: &mut Differences) {
    for (one, other) in pairs(&old.questions, &new.questions) {
        let name = new.questions.name(other);
        let (one, other) = (&old.questions[one], &new.questions[other]);
        let missing = |of: &Question, from: &Question| -> Vec<String> {
            let missing = of.options.names().filter(|option| from.options.get(option).is_none());
            missing.map(|option| format!("question.{name}.options.{option}")).collect()
        };
        found.removed.extend(missing(one, other));
        found.added.extend(missing(other, one));
    }
}

/// The entries that both lists have, by name.
fn pairs<T>(old: &List<T>, new: &List<T>) -> Vec<(Id<T>, Id<T>)> {
    new.ids().filter_map(|id| Some((old.find(new.name(id))?, id))).collect()
}

struct Side<'a> {
    rulebook: &'a Rulebook,
    formulas: Formulas,
    waiting: Waiting,
}

/// What follows from answers in one of the rulebooks.
struct Facts<'a> {
    rulebook: &'a Rulebook,
    waiting: &'a Waiting,
    truths: Truths,
    answers: &'a Answers,
    today: Date,
    /// The positions of the actions on the list, once somebody asks for them.
    positions: OnceCell<Vec<Option<usize>>>,
}

struct Comparison<'a> {
    old: Side<'a>,
    new: Side<'a>,
    space: Space,
    today: Date,
    found: Differences,
}

/// About how many steps it takes to say of a node when an interview reads it.
const STEPS_A_NODE: usize = 8;

/// About how many steps of the budget it takes to put an action to a place.
const STEPS_A_PLACE: usize = 16;

/// How many pairs of places are compared before the order of actions is called not finished.
const MOST_COMPARED: usize = 20_000_000;

impl Comparison<'_> {
    fn solve(&mut self, wanted: &[Lit]) -> Solved {
        self.space.circuit.solve(&[&[self.old.formulas.valid, self.new.formulas.valid], wanted].concat())
    }

    /// The answers that were found last.
    fn found_last(&self) -> Both {
        let old = self.space.situation(self.old.rulebook, &self.old.formulas);
        let new = self.space.situation(self.new.rulebook, &self.new.formulas);
        Both { old: old.answers, new: new.answers, today: new.today }
    }

    /// Looks for answers that make a formula true and show a difference; reports it with the answers that matter.
    fn look(&mut self, entry: &str, formula: Lit, shows: &dyn Fn(&Facts<'_>, &Facts<'_>) -> Option<What>) {
        match self.solve(&[formula]) {
            Solved::Impossible => return,
            Solved::Possible if self.space.circuit.spend(self.size()) => {
                let both = self.found_last();
                if self.shown(&both, shows).is_some() {
                    self.report(entry, both, shows);
                    return;
                }
            }
            Solved::Possible | Solved::Unfinished => {}
        }
        self.found.unfinished.push(entry.to_owned());
    }

    fn report(&mut self, entry: &str, both: Both, shows: &dyn Fn(&Facts<'_>, &Facts<'_>) -> Option<What>) {
        let kind = |what: &What| match what {
            What::Holds { old } | What::Listed { old } | What::Asked { old } | What::Headline { old } => Some(*old),
            _ => None,
        };
        let seen = self.shown(&both, shows).as_ref().and_then(kind);
        let same_way =
            |old: &Facts<'_>, new: &Facts<'_>| shows(old, new).filter(|what| seen.is_none() || kind(what) == seen);
        let example = self.reduced(both, &same_way);
        let what = self.shown(&example, &same_way);
        let difference = |what| Difference { entry: entry.to_owned(), what, example: Some(example) };
        self.found.differences.extend(what.map(difference));
    }

    fn shown(&self, both: &Both, shows: &dyn Fn(&Facts<'_>, &Facts<'_>) -> Option<What>) -> Option<What> {
        shows(&self.old.facts(&both.old, both.today), &self.new.facts(&both.new, both.today))
    }

    /// The answers without those that do not matter, and on today if the day does not.
    fn reduced(&mut self, mut both: Both, shows: &dyn Fn(&Facts<'_>, &Facts<'_>) -> Option<What>) -> Both {
        let on_today = Both { today: self.today, ..both.clone() };
        if self.shown(&on_today, shows).is_some() && self.allows(&on_today) {
            both = on_today;
        }
        let (old, new) = (self.old.rulebook, self.new.rulebook);
        both.reduced(old, new, |fewer| {
            // without budget it is still an example, though not the smallest
            self.space.circuit.spend(self.size()) && self.shown(fewer, shows).is_some() && self.allows(fewer)
        })
    }

    /// What it takes to conclude from answers to both.
    const fn size(&self) -> usize {
        self.old.formulas.size + self.new.formulas.size
    }

    /// Whether some situation of both rulebooks goes with these answers.
    fn allows(&mut self, both: &Both) -> bool {
        let (old, new) = (with_usual(self.old.rulebook, &both.old), with_usual(self.new.rulebook, &both.new));
        let mut given = self.space.given(&self.old.formulas, &old, both.today);
        given.extend(self.space.given(&self.new.formulas, &new, both.today));
        self.solve(&given) == Solved::Possible
    }

    /// Causes, obstacles, gates, notes and contacts: whether they hold; and what gates do.
    fn conclusions(&mut self) {
        let (old, new) = (self.old.rulebook, self.new.rulebook);
        for (one, other) in pairs(&old.conclusions, &new.conclusions) {
            let (before, after) = (&old.conclusions[one], &new.conclusions[other]);
            if before.kind() == after.kind() {
                let entry = format!("{}.{}", after.kind().name(), new.conclusions.name(other));
                self.holding(&entry, before.node, after.node);
                self.effects(&entry, one, other);
            }
        }
        for (one, other) in pairs(&old.notes, &new.notes) {
            let entry = format!("{}.{}", Kind::Note.name(), new.notes.name(other));
            self.holding(&entry, old.notes[one].node, new.notes[other].node);
        }
        for (one, other) in pairs(&old.contacts, &new.contacts) {
            let entry = format!("{}.{}", Kind::Contact.name(), new.contacts.name(other));
            self.holding(&entry, old.contacts[one].node, new.contacts[other].node);
        }
    }

    /// Looks for answers for which something is so only in the old rulebook, and for some for which it is only in the new.
    fn look_both_ways(
        &mut self,
        entry: &str,
        (old, new): (Lit, Lit),
        shows: &dyn Fn(&Facts<'_>, &Facts<'_>) -> Option<What>,
    ) {
        for formula in [self.space.circuit.all([old, !new]), self.space.circuit.all([!old, new])] {
            self.look(entry, formula, shows);
        }
    }

    fn holding(&mut self, entry: &str, one: NodeId, other: NodeId) {
        let both = (self.old.formulas.get(one), self.new.formulas.get(other));
        self.look_both_ways(entry, both, &|old, new| {
            let old = settled(old.truths.get(one))?;
            (settled(new.truths.get(other))? != old).then_some(What::Holds { old })
        });
    }

    /// What a gate does apart from what it bars, which shows in the actions.
    fn effects(&mut self, entry: &str, one: Id<Conclusion>, other: Id<Conclusion>) {
        let (old, new) = (self.old.rulebook, self.new.rulebook);
        let (Some(one), Some(other)) = (old.conclusions[one].gate(), new.conclusions[other].gate()) else { return };
        let refer = |rulebook: &Rulebook, gate: &Gate| -> String {
            gate.refer.iter().map(|&contact| rulebook.contacts.name(contact)).collect::<Vec<_>>().join(", ")
        };
        let tone = |gate: &Gate| if gate.tone == Tone::Alert { "alert" } else { "limit" }.to_owned();
        let at_most = |gate: &Gate| gate.at_most.map_or_else(|| "-".to_owned(), |lines| lines.to_string());
        let settings = [
            ("stops", one.stops.to_string(), other.stops.to_string()),
            ("only", one.only.to_string(), other.only.to_string()),
            ("at_most", at_most(one), at_most(other)),
            ("tone", tone(one), tone(other)),
            ("refer", refer(old, one), refer(new, other)),
        ];
        let changed = settings.into_iter().filter(|(_, old, new)| old != new);
        let changed: Vec<Setting> = changed.map(|(key, old, new)| Setting { key, old, new }).collect();
        if !changed.is_empty() {
            let what = What::Effect(changed);
            self.found.differences.push(Difference { entry: entry.to_owned(), what, example: None });
        }
    }

    /// Which gate the person is told first, where the same gates are true: their order in the file decides.
    fn headlines(&mut self) {
        let (old, new) = (self.old.rulebook, self.new.rulebook);
        let gates = pairs(&old.conclusions, &new.conclusions).into_iter();
        let gates = gates
            .filter(|&(one, other)| old.conclusions[one].gate().is_some() && new.conclusions[other].gate().is_some());
        let gates: Vec<(Id<Conclusion>, Id<Conclusion>)> = gates.collect();
        let mut same: Vec<Lit> = Vec::new();
        for &(one, other) in &gates {
            let (one, other) = (old.conclusions[one].node, new.conclusions[other].node);
            same.push(!self.space.circuit.differ(self.old.formulas.get(one), self.new.formulas.get(other)));
        }
        let is_new = |rulebook: &Rulebook, other: &Rulebook| {
            let only =
                rulebook.gates().filter(|(id, _)| other.conclusions.find(rulebook.conclusions.name(*id)).is_none());
            only.map(|(id, _)| rulebook.conclusions[id].node).collect::<Vec<_>>()
        };
        same.extend(is_new(old, new).into_iter().map(|node| !self.old.formulas.get(node)));
        same.extend(is_new(new, old).into_iter().map(|node| !self.new.formulas.get(node)));
        let same = self.space.circuit.all(same);
        for (one, other) in gates {
            let (before, after) = (self.old.headline(&mut self.space, one), self.new.headline(&mut self.space, other));
            let differ = self.space.circuit.differ(before, after);
            let formula = self.space.circuit.all([same, differ]);
            let entry = format!("{}.{}", Kind::Gate.name(), new.conclusions.name(other));
            self.look(&entry, formula, &|old, new| {
                let old = old.is_headline(one)?;
                (new.is_headline(other)? != old).then_some(What::Headline { old })
            });
        }
    }

    /// Contradictions: over all answers, whether or not they contradict each other.
    fn contradictions(&mut self) {
        let (old, new) = (self.old.rulebook, self.new.rulebook);
        for (one, other) in pairs(&old.contradictions, &new.contradictions) {
            let (one, other) = (old.contradictions[one].node, new.contradictions[other].node);
            let differ = self.space.circuit.differ(self.old.formulas.get(one), self.new.formulas.get(other));
            let id = new.contradictions.iter().find(|(_, entry)| entry.node == other);
            let name = id.map_or("", |(id, _)| new.contradictions.name(id));
            let entry = format!("{}.{name}", Kind::Contradiction.name());
            match self.space.circuit.solve(&[differ]) {
                Solved::Impossible => {}
                Solved::Unfinished => self.found.unfinished.push(entry),
                Solved::Possible => {
                    let mut both = self.found_last();
                    let held =
                        |rulebook, answers, node| Truths::of(rulebook, answers, Details::Open, both.today).get(node);
                    let shows = |both: &Both| {
                        let old_truth = Truths::of(old, &both.old, Details::Open, both.today).get(one);
                        let new_truth = Truths::of(new, &both.new, Details::Open, both.today).get(other);
                        matches!((settled(old_truth), settled(new_truth)), (Some(old), Some(new)) if old != new)
                    };
                    let held = held(old, &both.old, one) == Truth::True;
                    both = both.reduced(old, new, shows);
                    self.found.differences.push(Difference {
                        entry,
                        what: What::Holds { old: held },
                        example: Some(both),
                    });
                }
            }
        }
    }

    /// Actions: listed, due when, done how, before which.
    fn actions(&mut self) {
        let (old, new) = (self.old.rulebook, self.new.rulebook);
        let both = pairs(&old.actions, &new.actions);
        for &(one, other) in &both {
            let entry = format!("{}.{}", Kind::Action.name(), new.actions.name(other));
            let (before, after) = (old.actions[one].node, new.actions[other].node);
            let listed = (self.old.formulas.get(before), self.new.formulas.get(after));
            self.look_both_ways(&entry, listed, &|old, new| {
                let old = settled(old.truths.get(before))?;
                (settled(new.truths.get(after))? != old).then_some(What::Listed { old })
            });
            self.deadline(&entry, one, other);
            self.variants(&entry, one, other);
        }
        self.spared(&both);
        self.orders(&both);
    }

    /// Actions that a cut leaves on the list because they answer a true gate.
    fn spared(&mut self, both: &[(Id<Action>, Id<Action>)]) {
        let cut = |side: &Side<'_>, space: &mut Space| {
            let cuts = side.rulebook.gates().filter(|(_, gate)| gate.at_most.is_some());
            space
                .circuit
                .any(cuts.map(|(id, _)| side.formulas.get(side.rulebook.conclusions[id].node)).collect::<Vec<_>>())
        };
        let cuts = [cut(&self.old, &mut self.space), cut(&self.new, &mut self.space)];
        for &(one, other) in both {
            let (before, after) =
                (self.old.answers_gate(&mut self.space, one), self.new.answers_gate(&mut self.space, other));
            let differ = self.space.circuit.differ(before, after);
            let listed = self.listed(one, other);
            let formula = self.space.circuit.all([listed, differ, cuts[0], cuts[1]]);
            let entry = format!("{}.{}", Kind::Action.name(), self.new.rulebook.actions.name(other));
            self.look(&entry, formula, &|old, new| {
                let old = old.is_spared(one)?;
                (new.is_spared(other)? != old).then_some(What::Spared { old })
            });
        }
    }

    /// Actions of one rulebook alone: for whom they are listed.
    fn on_one_side(&mut self) {
        let (old, new) = (self.old.rulebook, self.new.rulebook);
        for (id, action) in new.actions.iter().filter(|(id, _)| old.actions.find(new.actions.name(*id)).is_none()) {
            let (entry, node) = (format!("{}.{}", Kind::Action.name(), new.actions.name(id)), action.node);
            let listed = self.new.formulas.get(node);
            self.look(&entry, listed, &|_, new| settled(new.truths.get(node))?.then_some(What::Listed { old: false }));
        }
        for (id, action) in old.actions.iter().filter(|(id, _)| new.actions.find(old.actions.name(*id)).is_none()) {
            let (entry, node) = (format!("{}.{}", Kind::Action.name(), old.actions.name(id)), action.node);
            let listed = self.old.formulas.get(node);
            self.look(&entry, listed, &|old, _| settled(old.truths.get(node))?.then_some(What::Listed { old: true }));
        }
    }

    /// That an action is listed in both.
    fn listed(&mut self, one: Id<Action>, other: Id<Action>) -> Lit {
        let (old, new) = (self.old.rulebook.actions[one].node, self.new.rulebook.actions[other].node);
        self.space.circuit.all([self.old.formulas.get(old), self.new.formulas.get(new)])
    }

    fn deadline(&mut self, entry: &str, one: Id<Action>, other: Id<Action>) {
        let listed = self.listed(one, other);
        let (old, new) = (self.old.places(&mut self.space, one), self.new.places(&mut self.space, other));
        let (Some(old), Some(new)) = (old, new) else {
            self.found.unfinished.push(entry.to_owned());
            return;
        };
        let dues: BTreeSet<Due> = old.iter().chain(&new).map(|(place, _)| place.due).collect();
        let circuit = &mut self.space.circuit;
        let mut within = |places: &[(Place, Lit)], due: Due| {
            circuit.any(places.iter().filter(|(place, _)| place.due <= due).map(|(_, lit)| *lit))
        };
        let sides: Vec<(Lit, Lit)> = dues.into_iter().map(|due| (within(&old, due), within(&new, due))).collect();
        let differences: Vec<Lit> = sides.into_iter().map(|(old, new)| circuit.differ(old, new)).collect();
        let differ = circuit.any(differences);
        let formula = circuit.all([listed, differ]);
        self.look(entry, formula, &|old, new| {
            let (old, new) = (old.due(one)?, new.due(other)?);
            (old != new).then_some(What::Deadline { old, new })
        });
    }

    fn variants(&mut self, entry: &str, one: Id<Action>, other: Id<Action>) {
        let (old, new) = (self.old.rulebook, self.new.rulebook);
        let (before, after) = (&old.actions[one].variants, &new.actions[other].variants);
        let names: BTreeSet<&str> = before.names().chain(after.names()).collect();
        let mut differences = Vec::new();
        for name in names {
            let never = self.space.circuit.constant(false);
            let applies = before.get(name).map_or(never, |variant| self.old.formulas.get(variant.node));
            let applies_now = after.get(name).map_or(never, |variant| self.new.formulas.get(variant.node));
            differences.push(self.space.circuit.differ(applies, applies_now));
        }
        // of two that apply, the later one in the file has the last word
        let common: Vec<(&str, &Variant)> = after.iter().filter(|(name, _)| before.get(name).is_some()).collect();
        for (position, (first, one)) in common.iter().enumerate() {
            for (second, other) in &common[position + 1..] {
                if before.position(first) > before.position(second) {
                    let both = [self.new.formulas.get(one.node), self.new.formulas.get(other.node)];
                    differences.push(self.space.circuit.all(both));
                }
            }
        }
        let differ = self.space.circuit.any(differences);
        let listed = self.listed(one, other);
        let formula = self.space.circuit.all([listed, differ]);
        self.look(entry, formula, &|old, new| {
            let (old, new) = (old.variants(one)?, new.variants(other)?);
            (old != new).then_some(What::Variants { old, new })
        });
    }

    /// For every action whose place, or that of one that waits for it, is another one in some situation: an action to which
    /// it now stands the other way round.
    fn orders(&mut self, both: &[(Id<Action>, Id<Action>)]) {
        let places = self.old.all_places(&mut self.space).zip(self.new.all_places(&mut self.space));
        let Some((before, after)) = places else {
            self.found.unfinished.push("order".to_owned());
            return;
        };
        let rank = |rulebook: &Rulebook, ids: Vec<Id<Action>>| {
            let mut ids: Vec<(usize, Id<Action>)> = ids.into_iter().enumerate().collect();
            ids.sort_by_key(|(_, id)| rulebook.precedence[id.index()]);
            ids.into_iter().map(|(position, _)| position).collect::<Vec<_>>()
        };
        let (ones, others): (Vec<_>, Vec<_>) = both.iter().copied().unzip();
        let reordered = !ones.is_sorted() || rank(self.old.rulebook, ones) != rank(self.new.rulebook, others);
        let key = |places: &[(Place, Lit)]| -> Vec<_> {
            places.iter().map(|(place, lit)| (place.due, place.stage, place.worth, *lit)).collect()
        };
        let mut work = 0;
        for &(one, other) in both {
            let (mine, mine_now) = (&before[one.index()], &after[other.index()]);
            if !reordered && key(mine) == key(mine_now) {
                continue;
            }
            let mut ways = Vec::new();
            for &(second, second_now) in both.iter().filter(|(_, second)| *second != other) {
                let (theirs, theirs_now) = (&before[second.index()], &after[second_now.index()]);
                work += mine.len() * theirs.len() + mine_now.len() * theirs_now.len();
                if work > MOST_COMPARED {
                    self.found.unfinished.push("order".to_owned());
                    return;
                }
                let stood = self.old.before(&mut self.space, (one, mine), (second, theirs));
                let stands = self.new.before(&mut self.space, (other, mine_now), (second_now, theirs_now));
                let differ = self.space.circuit.differ(stood, stands);
                let listed = self.listed(second, second_now);
                ways.push(self.space.circuit.all([differ, listed]));
            }
            let listed = self.listed(one, other);
            let some_way = self.space.circuit.any(ways);
            let formula = self.space.circuit.all([listed, some_way]);
            let entry = format!("{}.{}", Kind::Action.name(), self.new.rulebook.actions.name(other));
            self.look(&entry, formula, &|old, new| {
                both.iter().filter(|(_, second)| *second != other).find_map(|&(second, second_now)| {
                    let old = old.stands_before(one, second)?;
                    let name = new.rulebook.actions.name(second_now).to_owned();
                    (new.stands_before(other, second_now)? != old).then_some(What::Order { other: name, old })
                })
            });
        }
    }

    /// Questions: whether an interview comes to them.
    fn questions(&mut self) {
        let (old, new) = (self.old.rulebook, self.new.rulebook);
        for (one, other) in pairs(&old.questions, &new.questions) {
            self.question_settings(one, other);
            if old.questions[one].is_detail() || new.questions[other].is_detail() {
                continue;
            }
            let entry = format!("{}.{}", Kind::Question.name(), new.questions.name(other));
            self.asked(&entry, one, other);
        }
    }

    /// How a question is put, and what stands for its answer while there is none.
    fn question_settings(&mut self, one: Id<Question>, other: Id<Question>) {
        let settings = |question: &Question| {
            let option =
                |position: Option<usize>| position.map_or("-", |position| question.option_name(position)).to_owned();
            let pick = if question.pick == Pick::One { "one" } else { "any" };
            [("pick", pick.to_owned()), ("unknown", option(question.unknown)), ("usually", option(question.usually))]
        };
        let (old, new) = (settings(&self.old.rulebook.questions[one]), settings(&self.new.rulebook.questions[other]));
        let both = old.into_iter().zip(new).filter(|((_, old), (_, new))| old != new);
        let changed: Vec<Setting> = both.map(|((key, old), (_, new))| Setting { key, old, new }).collect();
        if !changed.is_empty() {
            let entry = format!("{}.{}", Kind::Question.name(), self.new.rulebook.questions.name(other));
            self.found.differences.push(Difference { entry, what: What::Effect(changed), example: None });
        }
    }

    fn asked(&mut self, entry: &str, one: Id<Question>, other: Id<Question>) {
        if !self.space.circuit.spend(STEPS_A_NODE * self.size()) {
            self.found.unfinished.push(entry.to_owned());
            return;
        }
        let (old, new) = (self.old.rulebook, self.new.rulebook);
        let (none_old, none_new) = (vec![None; old.questions.len()], vec![None; new.questions.len()]);
        let before = Reaching::new(&mut self.space, &self.old.formulas, old, one, &none_old);
        let after = Reaching::new(&mut self.space, &self.new.formulas, new, other, &none_new);
        let asked = |facts: &Facts<'_>, id| cases::asked(facts.rulebook, facts.answers, facts.today).contains(&id);
        self.look_both_ways(entry, (before.goal, after.goal), &|old, new| {
            let old = asked(old, one);
            (asked(new, other) != old).then_some(What::Asked { old })
        });
    }
}

impl Side<'_> {
    /// What follows from answers.
    fn facts<'b>(&'b self, answers: &'b Answers, today: Date) -> Facts<'b> {
        let truths = Truths::of(self.rulebook, answers, Details::Assumed, today);
        Facts { rulebook: self.rulebook, waiting: &self.waiting, truths, answers, today, positions: OnceCell::new() }
    }

    /// That a gate is the one to begin with: the first true one that stops, or else the first true alert.
    fn headline(&self, space: &mut Space, id: Id<Conclusion>) -> Lit {
        let rulebook = self.rulebook;
        let Some(gate) = rulebook.conclusions[id].gate() else { return space.circuit.constant(false) };
        if !gate.stops && gate.tone == Tone::Limit {
            return space.circuit.constant(false);
        }
        let goes_first = |(other_id, other): &(Id<Conclusion>, &Gate)| {
            let is_earlier = *other_id < id;
            if gate.stops { other.stops && is_earlier } else { other.stops || other.tone == Tone::Alert && is_earlier }
        };
        let first = rulebook.gates().filter(goes_first).map(|(other, _)| rulebook.conclusions[other].node);
        let none_before = first.map(|node| !self.formulas.get(node)).collect::<Vec<_>>();
        space.circuit.all(none_before.into_iter().chain([self.formulas.get(rulebook.conclusions[id].node)]))
    }

    /// The places at which each action can stand when it is listed: its own, and those of listed actions that wait for it,
    /// each with the condition under which it counts.
    /// Nothing, if there are too many.
    fn all_places(&self, space: &mut Space) -> Option<Vec<Vec<(Place, Lit)>>> {
        self.rulebook.actions.ids().map(|id| self.places(space, id)).collect()
    }

    /// The places of one action.
    fn places(&self, space: &mut Space, id: Id<Action>) -> Option<Vec<(Place, Lit)>> {
        let mut places = self.own_places(space, id);
        let waiting = space.circuit.spend(0).then(|| self.waiting.of_action(id))?;
        space.circuit.spend(STEPS_A_PLACE * waiting.len()).then_some(())?;
        for owner in waiting {
            let listed = self.formulas.get(self.rulebook.actions[owner].node);
            let own = self.own_places(space, owner);
            places.extend(own.into_iter().map(|(place, when)| (place, space.circuit.all([when, listed]))));
        }
        places.sort_by_key(|&(place, _)| place);
        Some(places)
    }

    /// The places that an action can have by itself, each with the variants that make it so.
    fn own_places(&self, space: &mut Space, id: Id<Action>) -> Vec<(Place, Lit)> {
        let timings = own_timings(self.rulebook, id).into_iter();
        let places = timings.map(|(timing, claim)| {
            let claim = claim.into_iter().map(|(node, holds)| self.formulas.get(node).apply_sign(holds));
            (timing.place(self.rulebook, id), space.circuit.all(claim))
        });
        places.collect()
    }

    /// That an action answers a true gate.
    fn answers_gate(&self, space: &mut Space, id: Id<Action>) -> Lit {
        let answered = self.rulebook.actions[id].answers.iter().map(|&answered| &self.rulebook.conclusions[answered]);
        let gates = answered.filter(|conclusion| conclusion.gate().is_some());
        space.circuit.any(gates.map(|gate| self.formulas.get(gate.node)).collect::<Vec<_>>())
    }

    /// That an action stands before another one, when both are listed: its smallest place is the smaller one; at the same
    /// place the fixed order decides.
    fn before(
        &self,
        space: &mut Space,
        (first, mine): (Id<Action>, &[(Place, Lit)]),
        (second, theirs): (Id<Action>, &[(Place, Lit)]),
    ) -> Lit {
        let precedes = self.rulebook.precedence[first.index()] < self.rulebook.precedence[second.index()];
        let circuit = &mut space.circuit;
        let mut ways = Vec::new();
        for (position, &(place, here)) in mine.iter().enumerate() {
            let earlier = mine[..position].iter().map(|&(_, lit)| !lit);
            let in_front = theirs.iter().filter(|(other, _)| *other < place || *other == place && !precedes);
            let not_in_front: Vec<Lit> = in_front.map(|&(_, lit)| !lit).collect();
            ways.push(circuit.all(earlier.chain(not_in_front).chain([here])));
        }
        circuit.any(ways)
    }
}

impl Facts<'_> {
    /// Whether a gate is the one to begin with, if all gates are settled.
    fn is_headline(&self, gate: Id<Conclusion>) -> Option<bool> {
        let gates = self.rulebook.gates();
        let truth = |id: Id<Conclusion>| self.truths.get(self.rulebook.conclusions[id].node);
        let relevant: Vec<_> = gates.filter(|(_, gate)| gate.stops || gate.tone == Tone::Alert).collect();
        if relevant.iter().any(|(id, _)| truth(*id) == Truth::Open) {
            return None;
        }
        let found =
            |stops: bool| relevant.iter().find(|(id, gate)| (gate.stops || !stops) && truth(*id) == Truth::True);
        Some(found(true).or_else(|| found(false)).is_some_and(|(id, _)| *id == gate))
    }

    fn due(&self, id: Id<Action>) -> Option<Due> {
        let is_listed = |id: &Id<Action>| self.truths.to_do(self.rulebook, *id) == Truth::True;
        let waiting = is_listed(&id).then(|| self.waiting.of_action(id))?;
        let places = waiting.into_iter().filter(is_listed).chain([id]);
        places.map(|id| own_place(self.rulebook, &self.truths, id).due).min()
    }

    /// The variants that apply to a listed action, if all of them are settled.
    fn variants(&self, id: Id<Action>) -> Option<Vec<String>> {
        let action = &self.rulebook.actions[id];
        let open = action.variants.values().any(|variant| self.truths.get(variant.node) == Truth::Open);
        let applied = action.variants.iter().filter(|(_, variant)| self.truths.get(variant.node) == Truth::True);
        (!open && self.truths.get(action.node) == Truth::True)
            .then(|| applied.map(|(name, _)| name.to_owned()).collect())
    }

    /// Whether an action answers a true gate, if all of its gates are settled.
    fn is_spared(&self, id: Id<Action>) -> Option<bool> {
        let action = &self.rulebook.actions[id];
        if self.truths.get(action.node) != Truth::True {
            return None;
        }
        let answered = action.answers.iter().map(|&answered| &self.rulebook.conclusions[answered]);
        let gates = answered.filter(|conclusion| conclusion.gate().is_some());
        settled(Truth::any(gates.map(|gate| self.truths.get(gate.node))))
    }

    fn stands_before(&self, first: Id<Action>, second: Id<Action>) -> Option<bool> {
        let positions = self.positions.get_or_init(|| {
            let mut positions = vec![None; self.rulebook.actions.len()];
            for (position, step) in steps(self.rulebook, &self.truths).into_iter().enumerate() {
                positions[step.action.index()] = Some(position);
            }
            positions
        });
        Some(positions[first.index()]? < positions[second.index()]?)
    }
}

const fn settled(truth: Truth) -> Option<bool> {
    match truth {
        Truth::True => Some(true),
        Truth::False => Some(false),
        Truth::Open => None,
    }
}

/// Answers in which details that were left out are as usual.
fn with_usual(rulebook: &Rulebook, answers: &Answers) -> Answers {
    let mut answers = answers.clone();
    for (id, question) in rulebook.questions.iter() {
        if let (None, Some(usual)) = (answers.get(id), question.usually) {
            answers.set(id, Some(Answer::Chosen(Options::one(usual))));
        }
    }
    answers
}

/// A way to say less: nothing about a question of one rulebook, or one option less of several.
enum Less {
    New(Id<Question>),
    Option(Id<Question>, usize),
    Old(Id<Question>),
}

impl Both {
    /// The answers without those that are not needed for something, the last ones left out first.
    fn reduced(mut self, old: &Rulebook, new: &Rulebook, mut is_enough: impl FnMut(&Self) -> bool) -> Self {
        let mut ways = Vec::new();
        for id in new.questions.ids().rev() {
            ways.push(Less::New(id));
            if new.questions[id].pick == Pick::Any {
                ways.extend((0..new.questions[id].options.len()).map(|option| Less::Option(id, option)));
            }
        }
        let is_gone = |id: &Id<Question>| new.questions.find(old.questions.name(*id)).is_none();
        ways.extend(old.questions.ids().filter(is_gone).map(Less::Old));
        loop {
            let mut is_shorter = false;
            for way in &ways {
                if let Some(fewer) = self.with_less(old, new, way)
                    && is_enough(&fewer)
                {
                    self = fewer;
                    is_shorter = true;
                }
            }
            if !is_shorter {
                return self;
            }
        }
    }

    /// Answers that say less, if that is possible.
    fn with_less(&self, old: &Rulebook, new: &Rulebook, way: &Less) -> Option<Self> {
        let (id, answer) = match *way {
            Less::Old(id) => {
                let mut both = self.clone();
                both.old.set(id, None);
                return self.old.get(id).map(|_| both);
            }
            Less::New(id) => self.new.get(id).map(|_| (id, None))?,
            Less::Option(id, option) => match self.new.get(id) {
                Some(Answer::Chosen(chosen)) if chosen.contains(option) => {
                    (id, Some(Answer::Chosen(chosen.without(Options::one(option)))))
                }
                _ => return None,
            },
        };
        let mut both = self.clone();
        both.new.set(id, answer);
        if let Some(twin) = old.questions.find(new.questions.name(id)) {
            let names = |chosen: Options| chosen.iter().map(|option| new.questions[id].option_name(option));
            let same = answer.map(|answer| match answer {
                Answer::Chosen(chosen) => old.questions[twin].answer(names(chosen)).unwrap_or(answer),
                Answer::Unknown => answer,
            });
            both.old.set(twin, same);
        }
        Some(both)
    }
}

/// How many steps the cases may take before the comparison is called not finished.
const MOST_FOR_CASES: usize = 30_000_000;

/// About how many steps a line that is kept is worth, in time and in memory.
const STEPS_A_LINE: usize = 200;

/// The cases of either rulebook whose checklist is another one, where both understand the answers; and whether that is all.
fn case_differences(old: &Rulebook, new: &Rulebook, size: usize, today: Date) -> (Vec<CaseDifference>, bool) {
    let of_new = new.cases.iter().map(|(id, case)| (new, new.cases.name(id), case));
    let of_old = old.cases.iter().map(|(id, case)| (old, old.cases.name(id), case));
    let of_old = of_old.filter(|(_, name, _)| new.cases.find(name).is_none());
    let mut work = 0;
    let mut found = Vec::new();
    for (source, name, case) in of_new.chain(of_old) {
        if work > MOST_FOR_CASES {
            return (found, false);
        }
        work += size;
        let shown = |rulebook| shown_by(rulebook, source, case, case.today.unwrap_or(today));
        if let (Some(old), Some(new)) = (shown(old), shown(new))
            && old != new
        {
            work += STEPS_A_LINE * (old.len() + new.len());
            found.push(CaseDifference { name: name.to_owned(), old, new });
        }
    }
    (found, true)
}

/// What a rulebook makes of a case that may be another one's, if it understands the answers.
fn shown_by(rulebook: &Rulebook, source: &Rulebook, case: &Case, today: Date) -> Option<Vec<Shown>> {
    let mut answers = Answers::none(rulebook);
    for &(id, answer) in &case.answers {
        let question = rulebook.questions.find(source.questions.name(id))?;
        let answer = match answer {
            Answer::Unknown => rulebook.questions[question].dont_know(),
            Answer::Chosen(chosen) => {
                let names = chosen.iter().map(|option| source.questions[id].option_name(option));
                rulebook.questions[question].answer(names).ok()?
            }
        };
        answers.set(question, Some(answer));
    }
    let concluded = conclude(rulebook, &answers, today);
    let gates = rulebook.gates().filter(|(id, _)| concluded.truths.get(rulebook.conclusions[*id].node) == Truth::True);
    let gates = gates.map(|(id, _)| Shown { entry: format!("gate.{}", rulebook.conclusions.name(id)), due: None });
    let steps = concluded.checklist.iter().filter_map(|line| {
        let entry = format!("action.{}", rulebook.actions.name(line.action()?));
        Some(Shown { entry, due: Some(line.place().due) })
    });
    Some(gates.chain(steps).collect())
}
