//! The diagnosis, read word by word from the design: obvious, recursive, slow.
//!
//! Nothing is remembered between two looks: whoever needs a truth works it out again. Questions are judged by trying
//! every answer that is still possible, deadlines by trying every way the open variants may turn out.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use super::spec::{
    Action, Answer, Answers, Conclusion, Condition, Contact, Date, Dates, Due, Entry, Gate, Note, Pick, Question, Sign,
    Spec, Term, Tone, Unit, Variant,
};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Truth {
    True,
    False,
    Open,
}

/// Everything the diagnosis says of one rulebook, one set of answers and one day.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// Causes, obstacles and gates.
    pub conclusions: BTreeMap<String, Truth>,
    /// Causes and obstacles.
    pub strengths: BTreeMap<String, Strength>,
    pub actions: BTreeMap<String, Truth>,
    /// The true variants of every action, in file order.
    pub variants: BTreeMap<String, Vec<String>>,
    /// All listed actions in the order of the checklist, before stops and cuts.
    pub order: Vec<String>,
    /// The deadlines of the listed actions.
    pub shown: BTreeMap<String, Shown>,
    /// What is left after stops and cuts.
    pub lines: Vec<Line>,
    /// What the cut removed.
    pub left_out: Vec<Line>,
    pub stopped_by: Option<String>,
    pub headline: Option<String>,
    pub live: BTreeSet<String>,
    /// The live question that comes first in the file.
    pub first_live: Option<String>,
    /// The true notes in file order.
    pub notes: Vec<String>,
    /// In file order.
    pub contacts: Vec<String>,
    /// For every gate the actions it holds back, in file order.
    pub holds_back: BTreeMap<String, Vec<String>>,
}

impl Outcome {
    /// The outcome without the one order that comes from entries whose order has no other meaning: the contacts'.
    pub fn contacts_sorted(mut self) -> Self {
        self.contacts.sort();
        self
    }
}

/// The combined certainty of the true signs, and of the true and open ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Strength {
    pub lower: Fraction,
    pub upper: Fraction,
}

/// An exact number from 0 to 1, in lowest terms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fraction {
    pub numerator: u128,
    pub denominator: u128,
}

/// The deadline of a listed action.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    pub due_hours: u32,
    /// The action whose place this one takes, if not its own.
    pub borrowed_from: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Line {
    Action(String),
    FindOut(String),
}

/// What questions that are not live cannot change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Core {
    /// Whether a stop gate is true. (Which of several it is may still change: earlier ones may be open.)
    pub stopped: bool,
    /// The truth of the actions that count; empty when stopped.
    pub actions: BTreeMap<String, Truth>,
    /// The truth of the variants (action, variant) of the actions that count and are not false; empty when stopped.
    pub variants: BTreeMap<(String, String), Truth>,
    /// The cutting gates that are true; empty when stopped.
    pub cuts: BTreeSet<String>,
}

impl Core {
    /// Whether the core is still the same after questions were answered that were not live.
    ///
    /// Actions that counted may have stopped to count, because an open gate they answer was ruled out. What still
    /// counts must have counted before and must not have changed.
    pub fn stays(&self, later: &Self) -> bool {
        self.stopped == later.stopped
            && self.cuts == later.cuts
            && later.actions.iter().all(|(action, truth)| self.actions.get(action) == Some(truth))
            && later.variants.iter().all(|(variant, truth)| self.variants.get(variant) == Some(truth))
    }
}

/// Diagnoses one set of answers.
pub fn diagnose(spec: &Spec, answers: &Answers, today: Date) -> Outcome {
    let case = Case::new(spec, answers, today);
    let (lines, left_out) = case.lines();
    let live = case.live();
    Outcome {
        conclusions: case.conclusions(),
        strengths: case.strengths(),
        actions: spec.actions.iter().map(|action| (action.name.clone(), case.action(action))).collect(),
        variants: spec.actions.iter().map(|action| (action.name.clone(), case.true_variants(action))).collect(),
        order: case.order().iter().map(|action| action.name.clone()).collect(),
        shown: case.order().iter().map(|action| (action.name.clone(), case.shown(action))).collect(),
        lines,
        left_out,
        stopped_by: case.stop_gate().map(|gate| gate.name.clone()),
        headline: case.headline().map(|gate| gate.name.clone()),
        first_live: spec.questions.iter().map(|question| question.name.clone()).find(|name| live.contains(name)),
        live,
        notes: spec.notes.iter().filter(|note| case.note(note) == Truth::True).map(|note| note.name.clone()).collect(),
        contacts: case.contacts(),
        holds_back: spec.gates.iter().map(|gate| (gate.name.clone(), case.held_back_by(gate))).collect(),
    }
}

/// The core of the diagnosis.
pub fn core(spec: &Spec, answers: &Answers, today: Date) -> Core {
    let case = Case::new(spec, answers, today);
    let stopped = case.stop_gate().is_some();
    let counting: Vec<&Action> = spec.actions.iter().filter(|action| !stopped && case.counts(action)).collect();
    let variants_of = |action: &&Action| -> Vec<((String, String), Truth)> {
        let key = |variant: &Variant| (action.name.clone(), variant.name.clone());
        action.variants.iter().map(|variant| (key(variant), case.variant(variant))).collect()
    };
    Core {
        stopped,
        actions: counting.iter().map(|action| (action.name.clone(), case.action(action))).collect(),
        variants: counting.iter().filter(|action| case.action(action) != Truth::False).flat_map(variants_of).collect(),
        cuts: case.true_cuts().iter().filter(|_| !stopped).map(|gate| gate.name.clone()).collect(),
    }
}

/// Every way to answer what has no settled answer yet.
///
/// "Don't know" that stands for an option is settled, and so is a detail without an answer: it counts as answered with
/// its usual option.
pub fn all_completions(spec: &Spec, answers: &Answers) -> impl Iterator<Item = Answers> {
    let possible = possible_answers(spec, answers);
    let total = possible.iter().map(|ways| ways.len() as u128).product::<u128>();
    (0..total).map(move |number| nth_completion(&possible, number))
}

/// How many answers [`all_completions`] gives.
pub fn completion_count(spec: &Spec, answers: &Answers) -> u128 {
    possible_answers(spec, answers).iter().map(|ways| ways.len() as u128).product()
}

fn nth_completion(possible: &[Vec<BTreeSet<usize>>], number: u128) -> Answers {
    let mut rest = number;
    let mut next = |ways: &Vec<BTreeSet<usize>>| {
        let size = ways.len() as u128;
        let digit = usize::try_from(rest % size).expect("fewer ways than fit in memory");
        rest /= size;
        Answer::Chosen(ways[digit].clone())
    };
    Answers(possible.iter().map(&mut next).collect())
}

/// For every question the complete answers that are still possible.
fn possible_answers(spec: &Spec, answers: &Answers) -> Vec<Vec<BTreeSet<usize>>> {
    spec.questions.iter().zip(&answers.0).map(|(question, answer)| possible(question, answer)).collect()
}

/// The complete answers to one question that are still possible.
fn possible(question: &Question, answer: &Answer) -> Vec<BTreeSet<usize>> {
    match (answer, question.unknown, question.usually) {
        (Answer::Chosen(options), _, _) => vec![options.clone()],
        (Answer::Unknown, Some(option), _) | (Answer::Unanswered, _, Some(option)) => vec![BTreeSet::from([option])],
        (Answer::Unknown, None, _) | (Answer::Unanswered, _, None) => every_answer(question),
    }
}

/// All complete answers to a question: one option, or any set of options.
pub fn every_answer(question: &Question) -> Vec<BTreeSet<usize>> {
    match question.pick {
        Pick::One => (0..question.options).map(|option| BTreeSet::from([option])).collect(),
        Pick::Any => subsets(&(0..question.options).collect::<Vec<_>>())
            .into_iter()
            .map(|options| options.into_iter().collect())
            .collect(),
    }
}

/// All ways to take some of the items, each in the order of the items.
fn subsets<T: Clone>(items: &[T]) -> Vec<Vec<T>> {
    let Some((first, rest)) = items.split_first() else {
        return vec![vec![]];
    };
    let without = subsets(rest);
    let with = without.iter().map(|subset| std::iter::once(first).chain(subset).cloned().collect());
    with.chain(without.clone()).collect()
}

impl Truth {
    /// True when all are, false when one is.
    fn all(truths: impl IntoIterator<Item = Self>) -> Self {
        let truths: Vec<Self> = truths.into_iter().collect();
        if truths.contains(&Self::False) {
            Self::False
        } else if truths.contains(&Self::Open) {
            Self::Open
        } else {
            Self::True
        }
    }

    /// True when one is, false when all are.
    fn any(truths: impl IntoIterator<Item = Self>) -> Self {
        Self::all(truths.into_iter().map(Self::not)).not()
    }

    fn not(self) -> Self {
        match self {
            Self::True => Self::False,
            Self::False => Self::True,
            Self::Open => Self::Open,
        }
    }

    fn known(holds: bool) -> Self {
        if holds { Self::True } else { Self::False }
    }
}

impl Fraction {
    fn new(numerator: u128, denominator: u128) -> Self {
        let divisor = greatest_common_divisor(numerator, denominator);
        Self { numerator: numerator / divisor, denominator: denominator / divisor }
    }

    /// At least 0.20: one fifth.
    fn is_enough(self) -> bool {
        5 * self.numerator >= self.denominator
    }
}

fn greatest_common_divisor(a: u128, b: u128) -> u128 {
    if b == 0 { a } else { greatest_common_divisor(b, a % b) }
}

/// 1 − Π(1 − certainty), for certainties in hundredths.
fn combined(signs: &[&Sign]) -> Fraction {
    let doubt: u128 = signs.iter().map(|sign| u128::from(100 - sign.certainty)).product();
    let whole: u128 = signs.iter().map(|_| 100_u128).product();
    Fraction::new(whole - doubt, whole)
}

/// Where an action stands: the smaller, the earlier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Place {
    hours: u32,
    /// The number of the stage; an action without a stage comes after all.
    stage: usize,
    impact: u32,
    effort: u32,
    /// The position of the action in the file.
    position: usize,
}

impl Ord for Place {
    fn cmp(&self, other: &Self) -> Ordering {
        let greater_worth_first = (other.impact * self.effort).cmp(&(self.impact * other.effort));
        (self.hours, self.stage)
            .cmp(&(other.hours, other.stage))
            .then(greater_worth_first)
            .then(self.position.cmp(&other.position))
    }
}

impl PartialOrd for Place {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

fn hours(due: Due) -> u32 {
    due.amount
        * match due.unit {
            Unit::Hours => 1,
            Unit::Days => 24,
            Unit::Weeks => 168,
            Unit::Months => 720,
        }
}

/// One diagnosis in progress; remembers nothing but what it is about.
struct Case<'a> {
    spec: &'a Spec,
    answers: &'a Answers,
    /// For every question the complete answers that are still possible.
    possible: Vec<Vec<BTreeSet<usize>>>,
    today: Date,
}

impl<'a> Case<'a> {
    fn new(spec: &'a Spec, answers: &'a Answers, today: Date) -> Self {
        Self { spec, answers, possible: possible_answers(spec, answers), today }
    }
}

/// Conditions.
impl Case<'_> {
    fn condition(&self, condition: &Condition) -> Truth {
        Truth::all(condition.entries.iter().map(|entry| self.entry(entry)))
    }

    fn optional(&self, condition: Option<&Condition>) -> Truth {
        condition.map_or(Truth::True, |condition| self.condition(condition))
    }

    fn entry(&self, entry: &Entry) -> Truth {
        match entry {
            Entry::Chosen { question, options } => {
                self.asked(question, |_, chosen| options.iter().any(|option| chosen.contains(option)))
            }
            Entry::AtLeast { question, option } => {
                self.asked(question, |scale, chosen| from(scale, *option).iter().any(|o| chosen.contains(o)))
            }
            Entry::AtMost { question, option } => {
                self.asked(question, |scale, chosen| up_to(scale, *option).iter().any(|o| chosen.contains(o)))
            }
            Entry::Named { name, holds: true } => self.named(name),
            Entry::Named { name, holds: false } => self.named(name).not(),
            Entry::Any(items) => Truth::any(items.iter().map(|item| self.condition(item))),
            Entry::All(items) => Truth::all(items.iter().map(|item| self.condition(item))),
            Entry::Not(item) => self.condition(item).not(),
        }
    }

    /// True when every possible answer to the question satisfies the test, false when none does.
    fn asked(&self, name: &str, test: impl Fn(&[usize], &BTreeSet<usize>) -> bool) -> Truth {
        let number = self.question_number(name);
        let scale = self.spec.questions[number].scale();
        let satisfied: BTreeSet<bool> = self.possible[number].iter().map(|chosen| test(&scale, chosen)).collect();
        match (satisfied.contains(&true), satisfied.contains(&false)) {
            (true, true) => Truth::Open,
            (holds, _) => Truth::known(holds),
        }
    }

    fn question_number(&self, name: &str) -> usize {
        let mut questions = self.spec.questions.iter();
        questions.position(|question| question.name == name).expect("a condition names a question that exists")
    }

    fn dates(&self, dates: &Dates) -> Truth {
        let begun = dates.from.is_none_or(|from| from <= self.today);
        let over = dates.until.is_some_and(|until| until < self.today);
        Truth::known(begun && !over)
    }
}

fn from(scale: &[usize], option: usize) -> Vec<usize> {
    scale.iter().copied().filter(|&other| other >= option).collect()
}

fn up_to(scale: &[usize], option: usize) -> Vec<usize> {
    scale.iter().copied().filter(|&other| other <= option).collect()
}

/// What a name in a condition or a `for` stands for.
enum Named<'a> {
    Term(&'a Term),
    Conclusion(&'a Conclusion),
    Gate(&'a Gate),
}

/// Terms, causes, obstacles, gates.
impl<'a> Case<'a> {
    fn named(&self, name: &str) -> Truth {
        match self.find(name) {
            Named::Term(term) => self.term(term),
            Named::Conclusion(conclusion) => self.conclusion(conclusion),
            Named::Gate(gate) => self.gate(gate),
        }
    }

    fn find(&self, name: &str) -> Named<'a> {
        let term = self.spec.terms.iter().find(|term| term.name == name).map(Named::Term);
        let conclusion = self.causes_and_obstacles().find(|found| found.name == name).map(Named::Conclusion);
        let gate = self.find_gate(name).map(Named::Gate);
        term.or(conclusion).or(gate).expect("a condition names something that exists")
    }

    fn find_gate(&self, name: &str) -> Option<&'a Gate> {
        self.spec.gates.iter().find(|gate| gate.name == name)
    }

    fn causes_and_obstacles(&self) -> impl Iterator<Item = &'a Conclusion> {
        self.spec.causes.iter().chain(&self.spec.obstacles)
    }

    fn term(&self, term: &Term) -> Truth {
        Truth::all([self.condition(&term.when), self.dates(&term.dates)])
    }

    fn gate(&self, gate: &Gate) -> Truth {
        Truth::all([self.condition(&gate.when), self.dates(&gate.dates)])
    }

    fn sign(&self, sign: &Sign) -> Truth {
        Truth::all([self.condition(&sign.when), self.dates(&sign.dates)])
    }

    fn conclusion(&self, conclusion: &Conclusion) -> Truth {
        let strength = self.strength(conclusion);
        if strength.lower.is_enough() {
            Truth::True
        } else if strength.upper.is_enough() {
            Truth::Open
        } else {
            Truth::False
        }
    }

    fn strength(&self, conclusion: &Conclusion) -> Strength {
        let signs = conclusion.signs.iter();
        let surely: Vec<&Sign> = signs.clone().filter(|sign| self.sign(sign) == Truth::True).collect();
        let perhaps: Vec<&Sign> = signs.filter(|sign| self.sign(sign) != Truth::False).collect();
        Strength { lower: combined(&surely), upper: combined(&perhaps) }
    }

    fn conclusions(&self) -> BTreeMap<String, Truth> {
        let gates = self.spec.gates.iter().map(|gate| (gate.name.clone(), self.gate(gate)));
        let others = self.causes_and_obstacles().map(|other| (other.name.clone(), self.conclusion(other)));
        gates.chain(others).collect()
    }

    fn strengths(&self) -> BTreeMap<String, Strength> {
        self.causes_and_obstacles().map(|found| (found.name.clone(), self.strength(found))).collect()
    }
}

/// Actions, variants, notes, contacts.
impl<'a> Case<'a> {
    fn action(&self, action: &Action) -> Truth {
        let gates = self.spec.gates.iter();
        let not_held_back = gates.flat_map(|gate| [self.not_barred(gate, action), self.not_replaced(gate, action)]);
        Truth::all(not_held_back.chain([self.wanted(action)]))
    }

    /// Whether an action would be listed if there were no gates.
    fn wanted(&self, action: &Action) -> Truth {
        Truth::all([self.one_of(&action.answers), self.optional(action.when.as_ref()), self.dates(&action.dates)])
    }

    fn one_of(&self, names: &[String]) -> Truth {
        if names.is_empty() { Truth::True } else { Truth::any(names.iter().map(|name| self.named(name))) }
    }

    /// A gate that bars an aspect which the action involves must not hold.
    fn not_barred(&self, gate: &Gate, action: &Action) -> Truth {
        if bars(gate, action) { self.gate(gate).not() } else { Truth::True }
    }

    /// A gate that lets only answers to gates through must not hold, or the action answers a gate that does.
    fn not_replaced(&self, gate: &Gate, action: &Action) -> Truth {
        if !gate.only {
            return Truth::True;
        }
        let answered = self.answered_gates(action).into_iter().map(|answered| self.gate(answered));
        Truth::any(answered.chain([self.gate(gate).not()]))
    }

    /// The gates an action names in its `for`.
    fn answered_gates(&self, action: &Action) -> Vec<&'a Gate> {
        action.answers.iter().filter_map(|name| self.find_gate(name)).collect()
    }

    fn held_back_by(&self, gate: &Gate) -> Vec<String> {
        let is_held_back = |action: &&Action| {
            let passes = Truth::all([self.not_barred(gate, action), self.not_replaced(gate, action)]);
            passes != Truth::True && self.wanted(action) != Truth::False
        };
        self.spec.actions.iter().filter(is_held_back).map(|action| action.name.clone()).collect()
    }

    fn variant(&self, variant: &Variant) -> Truth {
        Truth::all([self.condition(&variant.when), self.dates(&variant.dates)])
    }

    fn true_variants(&self, action: &Action) -> Vec<String> {
        let applies = |variant: &&Variant| self.variant(variant) == Truth::True;
        action.variants.iter().filter(applies).map(|variant| variant.name.clone()).collect()
    }

    fn note(&self, note: &Note) -> Truth {
        Truth::all([self.one_of(&note.answers), self.optional(note.when.as_ref()), self.dates(&note.dates)])
    }

    fn contact(&self, contact: &Contact) -> Truth {
        Truth::all([self.optional(contact.when.as_ref()), self.dates(&contact.dates)])
    }

    fn contacts(&self) -> Vec<String> {
        let referred = self.referred();
        let is_shown = |contact: &&Contact| referred.contains(&contact.name) && self.contact(contact) != Truth::False;
        self.spec.contacts.iter().filter(is_shown).map(|contact| contact.name.clone()).collect()
    }

    fn referred(&self) -> BTreeSet<String> {
        if let Some(gate) = self.stop_gate() {
            return gate.refer.iter().cloned().collect();
        }
        let gates = self.spec.gates.iter().filter(|gate| self.refers(gate)).flat_map(|gate| &gate.refer);
        let kept = self.lines().0;
        let is_kept = |action: &&Action| kept.contains(&Line::Action(action.name.clone()));
        let actions = self.spec.actions.iter().filter(is_kept).flat_map(|action| &action.refer);
        gates.chain(actions).cloned().collect()
    }

    fn refers(&self, gate: &Gate) -> bool {
        match self.gate(gate) {
            Truth::True => true,
            Truth::Open => gate.stops || !self.held_back_by(gate).is_empty(),
            Truth::False => false,
        }
    }
}

fn bars(gate: &Gate, action: &Action) -> bool {
    gate.bars.iter().any(|aspect| action.involves.contains(aspect))
}

/// Places and the order.
impl<'a> Case<'a> {
    /// The place of an action in whose case exactly these of its variants apply.
    fn place_with(&self, action: &Action, variants: &[&Variant]) -> Place {
        let stages = std::iter::once(&action.stage).chain(variants.iter().map(|variant| &variant.stage));
        let stage = stages.flatten().last().map(|name| self.stage_number(name));
        let dues = std::iter::once(action.due).chain(variants.iter().map(|variant| variant.due));
        let own_due = dues.flatten().last();
        let due = own_due.or_else(|| stage.map(|number| self.spec.stages[number].due));
        Place {
            hours: hours(due.expect("an action has a stage or a deadline")),
            stage: stage.unwrap_or(self.spec.stages.len()),
            impact: action.impact,
            effort: action.effort,
            position: self.position(action),
        }
    }

    fn stage_number(&self, name: &str) -> usize {
        self.spec.stages.iter().position(|stage| stage.name == name).expect("a stage that is named exists")
    }

    fn position(&self, action: &Action) -> usize {
        self.spec.actions.iter().position(|other| other.name == action.name).expect("the action is in the rulebook")
    }

    /// The place of an action with the variants that are true.
    fn own_place(&self, action: &Action) -> Place {
        let applying: Vec<&Variant> =
            action.variants.iter().filter(|variant| self.variant(variant) == Truth::True).collect();
        self.place_with(action, &applying)
    }

    /// The places an action may come to have, depending on its open variants.
    fn possible_places(&self, action: &Action) -> Vec<Place> {
        let variants: Vec<&Variant> = action.variants.iter().collect();
        let may_be = |applying: &Vec<&Variant>| {
            variants.iter().all(|variant| match self.variant(variant) {
                Truth::True => applying.contains(variant),
                Truth::False => !applying.contains(variant),
                Truth::Open => true,
            })
        };
        subsets(&variants)
            .iter()
            .filter(|applying| may_be(applying))
            .map(|these| self.place_with(action, these))
            .collect()
    }

    fn earliest_place(&self, action: &Action) -> Place {
        self.possible_places(action).into_iter().min().expect("an action has a place")
    }

    fn latest_place(&self, action: &Action) -> Place {
        self.possible_places(action).into_iter().max().expect("an action has a place")
    }

    /// Whether one action is to be done after the other, perhaps by way of others.
    fn waits_for(&self, waiting: &Action, other: &Action) -> bool {
        let mut direct = self.spec.actions.iter().filter(|action| waiting.after.contains(&action.name));
        direct.any(|action| action.name == other.name || self.waits_for(action, other))
    }

    fn is_listed(&self, action: &Action) -> bool {
        self.action(action) == Truth::True
    }

    fn listed(&self) -> Vec<&'a Action> {
        self.spec.actions.iter().filter(|action| self.is_listed(action)).collect()
    }

    fn borrowed_place(&self, action: &Action) -> Place {
        let waiting = self.listed().into_iter().filter(|other| self.waits_for(other, action));
        let places = waiting.map(|other| self.own_place(other));
        places.chain([self.own_place(action)]).min().expect("an action has a place")
    }

    fn shown(&self, action: &Action) -> Shown {
        let place = self.borrowed_place(action);
        let lender = &self.spec.actions[place.position].name;
        Shown { due_hours: place.hours, borrowed_from: (*lender != action.name).then(|| lender.clone()) }
    }

    /// The listed actions as the checklist has them, if nothing stops or cuts it.
    fn order(&self) -> Vec<&'a Action> {
        let fixed = self.fixed_order();
        let rank = |action: &Action| fixed.iter().position(|name| *name == action.name);
        let mut listed = self.listed();
        listed.sort_by_cached_key(|action| (self.borrowed_place(action), rank(action)));
        listed
    }

    /// All actions so that none comes before one it waits for: of those that can come next, the one with the first
    /// place.
    fn fixed_order(&self) -> Vec<String> {
        let mut done: Vec<String> = vec![];
        loop {
            let waiting = self.spec.actions.iter().filter(|action| !done.contains(&action.name));
            let ready = waiting.filter(|action| action.after.iter().all(|name| done.contains(name)));
            let Some(next) = ready.min_by_key(|action| self.place_with(action, &[])) else {
                return done;
            };
            done.push(next.name.clone());
        }
    }
}

/// Stops, cuts and lines.
impl<'a> Case<'a> {
    fn true_gates(&self) -> Vec<&'a Gate> {
        self.spec.gates.iter().filter(|gate| self.gate(gate) == Truth::True).collect()
    }

    fn stop_gate(&self) -> Option<&'a Gate> {
        self.true_gates().into_iter().find(|gate| gate.stops)
    }

    fn headline(&self) -> Option<&'a Gate> {
        self.stop_gate().or_else(|| self.true_gates().into_iter().find(|gate| gate.tone == Tone::Alert))
    }

    fn true_cuts(&self) -> Vec<&'a Gate> {
        self.true_gates().into_iter().filter(|gate| gate.at_most.is_some()).collect()
    }

    fn cut(&self) -> Option<usize> {
        self.true_cuts().iter().filter_map(|gate| gate.at_most).min()
    }

    /// The lines that are shown and those that were cut.
    fn lines(&self) -> (Vec<Line>, Vec<Line>) {
        if self.stop_gate().is_some() {
            return (vec![], vec![]);
        }
        let cut = self.cut().unwrap_or(usize::MAX);
        let numbered = self.all_lines().into_iter().enumerate();
        let (kept, left): (Vec<_>, Vec<_>) = numbered.partition(|(number, line)| *number < cut || self.is_spared(line));
        let lines = |pairs: Vec<(usize, Line)>| pairs.into_iter().map(|(_, line)| line).collect();
        (lines(kept), lines(left))
    }

    /// A cut never removes an action that answers a true gate.
    fn is_spared(&self, line: &Line) -> bool {
        let answers_true_gate =
            |action: &Action| self.answered_gates(action).into_iter().any(|gate| self.gate(gate) == Truth::True);
        match line {
            Line::Action(name) => {
                self.spec.actions.iter().any(|action| action.name == *name && answers_true_gate(action))
            }
            Line::FindOut(_) => false,
        }
    }

    /// Listed actions and find-out lines; a find-out line comes after the actions of its deadline and stage.
    fn all_lines(&self) -> Vec<Line> {
        let order = self.order();
        let actions = order.iter().enumerate().map(|(rank, action)| {
            let place = self.borrowed_place(action);
            ((place.hours, place.stage, 0, rank), Line::Action(action.name.clone()))
        });
        let first_due = self.spec.stages.first().map_or(0, |stage| hours(stage.due));
        let find_out = self.to_find_out().into_iter().enumerate();
        let find_out = find_out.map(|(rank, name)| ((first_due, 0, 1, rank), Line::FindOut(name)));
        let lines: BTreeMap<_, _> = actions.chain(find_out).collect();
        lines.into_values().collect()
    }

    /// The questions that were answered "don't know" and still matter, three at most.
    fn to_find_out(&self) -> Vec<String> {
        let reached = self.reached();
        let pairs = self.spec.questions.iter().zip(&self.answers.0);
        let open = pairs.filter(|(question, answer)| **answer == Answer::Unknown && reached.contains(&question.name));
        open.map(|(question, _)| question.name.clone()).take(3).collect()
    }
}

/// What is asked.
impl Case<'_> {
    fn live(&self) -> BTreeSet<String> {
        let is_unanswered = |name: &String| self.answers.0[self.question_number(name)] == Answer::Unanswered;
        self.reached().into_iter().filter(is_unanswered).collect()
    }

    /// The questions that a chain of open nodes leads to.
    fn reached(&self) -> BTreeSet<String> {
        let mut reached = BTreeSet::new();
        if self.stop_gate().is_some() {
            return reached;
        }
        for gate in self.spec.gates.iter().filter(|gate| gate.stops || gate.at_most.is_some()) {
            self.reach_gate(gate, &mut reached);
        }
        for action in self.spec.actions.iter().filter(|action| self.counts(action)) {
            self.reach_action(action, &mut reached);
            self.reach_variants(action, &mut reached);
        }
        if self.spec.gates.iter().any(|gate| gate.at_most.is_some() && self.gate(gate) != Truth::False) {
            self.reach_gates_that_spare(&mut reached);
        }
        reached
    }

    /// Where a list may be cut, it matters whether an action answers a true gate, because no cut removes it then.
    fn reach_gates_that_spare(&self, reached: &mut BTreeSet<String>) {
        for action in self.spec.actions.iter().filter(|action| self.counts(action)) {
            let gates = self.answered_gates(action);
            if self.action(action) != Truth::False && gates.iter().all(|gate| self.gate(gate) != Truth::True) {
                for gate in gates {
                    self.reach_gate(gate, reached);
                }
            }
        }
    }

    /// Whether an action can still come to stand among the lines that a cut leaves.
    fn counts(&self, action: &Action) -> bool {
        let Some(edge) = self.cut().and_then(|at_most| self.edge(at_most)) else {
            return true;
        };
        let may_answer_gate = self.answered_gates(action).into_iter().any(|gate| self.gate(gate) != Truth::False);
        let pulls = |other: &Action| {
            self.waits_for(action, other)
                && self.action(other) != Truth::False
                && self.answered_gates(other).into_iter().any(|gate| self.gate(gate) != Truth::False)
        };
        may_answer_gate || self.spec.actions.iter().any(pulls) || self.earliest_borrowed(action) <= edge
    }

    /// The place up to which the first lines stand for sure, once there are enough of them.
    fn edge(&self, at_most: usize) -> Option<Place> {
        let mut latest: Vec<Place> = self.listed().iter().map(|action| self.latest_place(action)).collect();
        latest.sort();
        latest.get(at_most.checked_sub(1)?).copied()
    }

    fn earliest_borrowed(&self, action: &Action) -> Place {
        let possible = self.spec.actions.iter().filter(|other| self.action(other) != Truth::False);
        let waiting = possible.filter(|other| self.waits_for(other, action));
        let places = waiting.map(|other| self.earliest_place(other));
        places.chain([self.earliest_place(action)]).min().expect("an action has a place")
    }

    fn reach_action(&self, action: &Action, reached: &mut BTreeSet<String>) {
        if self.action(action) != Truth::Open {
            return;
        }
        if self.one_of(&action.answers) == Truth::Open {
            for name in &action.answers {
                self.reach_named(name, reached);
            }
        }
        if let Some(when) = &action.when {
            self.reach_condition(when, reached);
        }
        for gate in &self.spec.gates {
            if bars(gate, action) {
                self.reach_gate(gate, reached);
            }
            if self.not_replaced(gate, action) == Truth::Open {
                self.reach_gate(gate, reached);
                for answered in self.answered_gates(action) {
                    self.reach_gate(answered, reached);
                }
            }
        }
    }

    fn reach_variants(&self, action: &Action, reached: &mut BTreeSet<String>) {
        if self.action(action) == Truth::False {
            return;
        }
        for variant in action.variants.iter().filter(|variant| self.variant(variant) == Truth::Open) {
            self.reach_condition(&variant.when, reached);
        }
    }

    fn reach_condition(&self, condition: &Condition, reached: &mut BTreeSet<String>) {
        if self.condition(condition) == Truth::Open {
            for entry in &condition.entries {
                self.reach_entry(entry, reached);
            }
        }
    }

    fn reach_entry(&self, entry: &Entry, reached: &mut BTreeSet<String>) {
        if self.entry(entry) != Truth::Open {
            return;
        }
        match entry {
            Entry::Chosen { question, .. } | Entry::AtLeast { question, .. } | Entry::AtMost { question, .. } => {
                reached.insert(question.clone());
            }
            Entry::Named { name, .. } => self.reach_named(name, reached),
            Entry::Any(items) | Entry::All(items) => {
                for item in items {
                    self.reach_condition(item, reached);
                }
            }
            Entry::Not(item) => self.reach_condition(item, reached),
        }
    }

    fn reach_named(&self, name: &str, reached: &mut BTreeSet<String>) {
        match self.find(name) {
            Named::Term(term) => self.reach_term(term, reached),
            Named::Conclusion(conclusion) => self.reach_conclusion(conclusion, reached),
            Named::Gate(gate) => self.reach_gate(gate, reached),
        }
    }

    fn reach_term(&self, term: &Term, reached: &mut BTreeSet<String>) {
        if self.term(term) == Truth::Open {
            self.reach_condition(&term.when, reached);
        }
    }

    fn reach_gate(&self, gate: &Gate, reached: &mut BTreeSet<String>) {
        if self.gate(gate) == Truth::Open {
            self.reach_condition(&gate.when, reached);
        }
    }

    fn reach_conclusion(&self, conclusion: &Conclusion, reached: &mut BTreeSet<String>) {
        if self.conclusion(conclusion) != Truth::Open {
            return;
        }
        for sign in conclusion.signs.iter().filter(|sign| self.sign(sign) == Truth::Open) {
            self.reach_condition(&sign.when, reached);
        }
    }
}
