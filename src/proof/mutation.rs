//! How well the cases guard a rulebook: it is weakened in one place at a time, and some case should notice.
//!
//! This is mutation testing (`DeMillo`, Lipton and Sayward 1978, "Hints on test data selection", Computer 11). A change that
//! makes no difference in any situation does not count.

use std::borrow::Cow;

use jiff::civil::Date;

use crate::answers::{Answers, Details, Truths};
use crate::cases::{self, Strictness};
use crate::diagnosis::diagnose;
use crate::proof::circuit::Solved;
use crate::proof::coverage::Skeleton;
use crate::proof::logic::Patch;
use crate::proof::prover::Prover;
use crate::proof::redundant::{Outcome, freed, parts_of};
use crate::proof::sites::{Site, What, sites};
use crate::proof::situation::Situation;
use crate::rulebook::calendar::{Due, Unit};
use crate::rulebook::condition::{Certainty, Condition, Node, Options, Parts, Test};
use crate::rulebook::source::Span;
use crate::rulebook::{Action, Case, Expectation, Id, Pick, Question, Rulebook};

/// A weakening.
#[derive(Clone, Debug)]
pub struct Mutant {
    /// The entry that is changed.
    pub entry: String,
    /// Where.
    pub span: Span,
    /// How.
    pub change: Change,
    /// A situation in which it makes a difference, of those that no case notices.
    pub example: Option<Situation>,
    effect: Effect,
}

/// What is changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// A part of a condition, of `for` or of `bars` is left out.
    Without,
    /// An option is taken for another one.
    Option {
        /// The one that stands there.
        from: String,
        /// The other one.
        to: String,
    },
    /// A sign speaks more, or less, for its conclusion.
    Certainty {
        /// In hundredths.
        from: u8,
        /// In hundredths.
        to: u8,
    },
    /// A deadline is later.
    Deadline {
        /// What stands there.
        from: Due,
        /// The later one.
        to: Due,
    },
}

#[derive(Clone, Debug)]
enum Effect {
    Nodes(Patch),
    Due(Id<Action>, Due),
}

/// What became of the weakenings.
#[derive(Clone, Debug, Default)]
pub struct Score {
    /// How many some case notices.
    pub noticed: usize,
    /// Those that no case notices.
    pub unnoticed: Vec<Mutant>,
}

/// Weakens a rulebook step by step, and runs its cases.
pub fn score(prover: &mut Prover<'_>) -> Score {
    let rulebook = prover.rulebook;
    let guards: Vec<Guard<'_>> = cases::own(rulebook).map(|(_, case)| Guard::new(prover, case)).collect();
    let outcome = Outcome::of_cases(rulebook);
    let mut changed = rulebook.clone();
    let mut score = Score::default();
    for mut mutant in mutants(rulebook) {
        if mutant.is_noticed(rulebook, &mut changed, &guards) {
            score.noticed += 1;
            continue;
        }
        let example = mutant.example(prover, &outcome);
        if example != Err(Solved::Impossible) {
            mutant.example = example.ok();
            score.unnoticed.push(mutant);
        }
    }
    let is_gate = |mutant: &Mutant| mutant.entry.starts_with("gate.");
    score
        .unnoticed
        .sort_by_key(|mutant| (!is_gate(mutant), mutant.span.source, mutant.span.start, mutant.entry.clone()));
    score.unnoticed.dedup_by_key(|mutant| (mutant.entry.clone(), mutant.span, mutant.change.clone()));
    score
}

/// Cases that together notice the weakenings that none does yet. They expect everything that comes out now.
pub fn skeletons(prover: &Prover<'_>, score: &Score) -> Vec<Skeleton> {
    let rulebook = prover.rulebook;
    let mut changed = rulebook.clone();
    let mut noticed = vec![false; score.unnoticed.len()];
    let mut skeletons = Vec::new();
    for position in 0..score.unnoticed.len() {
        let mutant = &score.unnoticed[position];
        let Some(example) = mutant.example.as_ref().filter(|_| !noticed[position]) else { continue };
        let Some(guard) = mutant.guard(rulebook, &mut changed, example) else { continue };
        let guards = std::slice::from_ref(&guard);
        let fills: Vec<usize> = (0..score.unnoticed.len())
            .filter(|&other| !noticed[other] && score.unnoticed[other].is_noticed(rulebook, &mut changed, guards))
            .collect();
        for &other in &fills {
            noticed[other] = true;
        }
        skeletons.push(Skeleton { answers: guard.answers, today: guard.today, fills });
    }
    skeletons
}

/// A case with what follows from it.
struct Guard<'a> {
    expect: Cow<'a, Expectation>,
    today: Date,
    answers: Answers,
    truths: Truths,
}

impl<'a> Guard<'a> {
    fn new(prover: &Prover<'_>, case: &'a Case) -> Self {
        let answers = cases::answers_of(prover.rulebook, case);
        let today = case.today.unwrap_or(prover.today);
        let truths = Truths::of(prover.rulebook, &answers, Details::Assumed, today);
        Self { expect: Cow::Borrowed(&case.expect), today, answers, truths }
    }

    /// A case that expects everything that comes out.
    fn of_everything(rulebook: &Rulebook, answers: Answers, today: Date) -> Self {
        let diagnosis = diagnose(rulebook, &answers, today);
        let expect = Cow::Owned(cases::expectation(rulebook, &diagnosis, Strictness::Everything));
        Self { expect, today, answers, truths: diagnosis.truths }
    }

    /// Whether the case comes out otherwise than expected. Where nothing is true that was not, only deadlines can tell.
    fn notices(&self, rulebook: &Rulebook, changed: &Rulebook) -> bool {
        let truths = Truths::of(changed, &self.answers, Details::Assumed, self.today);
        let same_due =
            rulebook.actions.iter().zip(changed.actions.iter()).all(|((_, one), (_, other))| one.due == other.due);
        if truths == self.truths && same_due {
            return false;
        }
        !cases::mismatches(changed, &self.expect, &self.answers, self.today).is_empty()
    }
}

impl Effect {
    fn swap_into(&self, rulebook: &mut Rulebook) {
        match self {
            Self::Nodes(patch) => patch.iter().for_each(|(id, node)| rulebook.graph.replace(*id, node.clone())),
            Self::Due(action, due) => rulebook.actions[*action].due = Some(*due),
        }
    }

    fn restore(&self, original: &Rulebook, rulebook: &mut Rulebook) {
        match self {
            Self::Nodes(patch) => {
                for (id, _) in patch {
                    rulebook.graph.replace(*id, original.graph.node(*id).clone());
                }
            }
            Self::Due(action, _) => rulebook.actions[*action].due = original.actions[*action].due,
        }
    }
}

impl Mutant {
    /// Whether one of these cases notices it.
    fn is_noticed(&self, rulebook: &Rulebook, changed: &mut Rulebook, guards: &[Guard<'_>]) -> bool {
        self.effect.swap_into(changed);
        let is_noticed = guards.iter().any(|guard| guard.notices(rulebook, changed));
        self.effect.restore(rulebook, changed);
        is_noticed
    }

    /// A situation in which it makes a difference.
    fn example(&self, prover: &mut Prover<'_>, outcome: &Outcome) -> Result<Situation, Solved> {
        match &self.effect {
            Effect::Nodes(patch) => outcome.example(prover, patch),
            Effect::Due(action, _) => {
                let listed = (prover.rulebook.actions[*action].node, true);
                prover.find_shown(&[listed]).ok_or(Solved::Impossible)
            }
        }
    }

    /// A case that notices it: the answers that an interview asks for, and the details without which it would not.
    fn guard(&self, rulebook: &Rulebook, changed: &mut Rulebook, example: &Situation) -> Option<Guard<'static>> {
        let today = example.today;
        let mut answers = Answers::none(rulebook);
        for question in cases::asked(rulebook, &example.answers, today) {
            answers.set(question, example.answers.get(question));
        }
        let details: Vec<_> = example.answers.given().filter(|&(id, _)| rulebook.questions[id].is_detail()).collect();
        answers.extend(details.iter().copied());
        let mut guard = Guard::of_everything(rulebook, answers, today);
        if !self.is_noticed(rulebook, changed, std::slice::from_ref(&guard)) {
            return None;
        }
        for (detail, _) in details {
            let mut fewer = guard.answers.clone();
            fewer.set(detail, None);
            let simpler = Guard::of_everything(rulebook, fewer, today);
            if self.is_noticed(rulebook, changed, std::slice::from_ref(&simpler)) {
                guard = simpler;
            }
        }
        Some(guard)
    }
}

fn mutants(rulebook: &Rulebook) -> Vec<Mutant> {
    let mut mutants = Vec::new();
    for site in sites(rulebook) {
        if matches!(site.what, What::Property | What::Contradiction | What::Contact) {
            continue;
        }
        for (patch, span) in parts_of(rulebook, &site) {
            mutants.push(mutant(&site, span, Change::Without, Effect::Nodes(patch)));
        }
        let stands_for_itself = matches!(site.what, What::Term | What::Sign | What::Gate); // without it, always true
        if let Some(when) = site.when.filter(|when| stands_for_itself && is_single(when)) {
            let effect = Effect::Nodes(vec![(when.node, Node::All(Parts::new()))]);
            mutants.push(mutant(&site, when.span, Change::Without, effect));
        }
        if let Some(when) = site.when {
            when.walk(&mut |part| mutants.extend(other_options(rulebook, &site, part)));
        }
    }
    for (id, conclusion) in rulebook.conclusions.iter() {
        let name = format!("{}.{}", conclusion.kind().name(), rulebook.conclusions.name(id));
        for (sign, entry) in conclusion.signs().iter().flat_map(|signs| &signs.signs) {
            let Certainty(from) = entry.certainty;
            let to = if from >= 20 { 10 } else { 30 }; // beyond the threshold, or short of it
            let effect =
                Effect::Nodes(vec![(conclusion.node, with_certainty(rulebook, conclusion.node, entry.node, to))]);
            let entry_name = format!("{name}.sign.{sign}");
            mutants.push(Mutant {
                entry: entry_name,
                span: entry.span,
                change: Change::Certainty { from, to },
                example: None,
                effect,
            });
        }
        if let Some(gate) = conclusion.gate() {
            for (aspect, span) in gate.bars.spanned() {
                let patch = freed(rulebook, conclusion.node, gate, &[aspect]);
                let effect = Effect::Nodes(patch);
                mutants.push(Mutant { entry: name.clone(), span, change: Change::Without, example: None, effect });
            }
        }
    }
    for (id, action) in rulebook.actions.iter() {
        let from = rulebook.place(id, action.due, action.stage).due;
        let to = later(from);
        let entry = format!("action.{}", rulebook.actions.name(id));
        let change = Change::Deadline { from, to };
        mutants.push(Mutant { entry, span: action.span, change, example: None, effect: Effect::Due(id, to) });
    }
    mutants
}

fn mutant(site: &Site<'_>, span: Span, change: Change, effect: Effect) -> Mutant {
    Mutant { entry: site.name.clone(), span, change, example: None, effect }
}

/// Whether a condition is one entry, without which it would always hold.
const fn is_single(condition: &Condition) -> bool {
    matches!(condition.test, Test::Answer(..) | Test::Term(..) | Test::Conclusion(..))
}

/// A condition that asks for a neighbouring option in place of one that it names.
fn other_options(rulebook: &Rulebook, site: &Site<'_>, condition: &Condition) -> Option<Mutant> {
    let Test::Answer(question, options) = condition.test else { return None };
    let from = options.iter().next()?;
    let to = neighbour(&rulebook.questions[question], options, from)?;
    let swapped = options.without(Options::one(from)).or(Options::one(to));
    let name = |option| rulebook.questions[question].option_name(option).to_owned();
    let change = Change::Option { from: name(from), to: name(to) };
    let effect = Effect::Nodes(vec![(condition.node, Node::Answer(question, swapped))]);
    Some(mutant(site, condition.span, change, effect))
}

/// The next option that the condition does not name.
fn neighbour(question: &Question, named: Options, option: usize) -> Option<usize> {
    let count = question.options.len();
    let others = (1..count).map(|step| (option + step) % count);
    let mut free = others.filter(|&other| !named.contains(other));
    free.next().filter(|_| question.pick == Pick::Any || count > 1)
}

fn with_certainty(
    rulebook: &Rulebook,
    conclusion: crate::rulebook::condition::NodeId,
    sign: crate::rulebook::condition::NodeId,
    hundredths: u8,
) -> Node {
    let Node::Found(signs) = rulebook.graph.node(conclusion) else { return rulebook.graph.node(conclusion).clone() };
    let changed = |&(node, certainty)| (node, if node == sign { Certainty(hundredths) } else { certainty });
    Node::Found(signs.iter().map(changed).collect())
}

/// Much later: a week for today, and else seven times as long.
fn later(due: Due) -> Due {
    match due.amount {
        0 => Due { amount: 1, unit: Unit::Week },
        amount => Due { amount: amount.saturating_mul(7), unit: due.unit },
    }
}
