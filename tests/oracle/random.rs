//! Random rulebooks and answers, small but full of the situations that are easy to get wrong.
//!
//! Every decision is read from bytes, and the smallest byte is the plainest decision: whoever shrinks the bytes
//! shrinks the rulebook. The rulebooks are valid: names exist, nothing goes in circles, no gate depends on a detail.

use std::collections::BTreeSet;

use super::naive::every_answer;
use super::spec::{
    Action, Answer, Answers, Conclusion, Condition, Contact, Date, Dates, Due, Entry, Gate, Note, Pick, Question, Sign,
    Spec, Stage, Term, Tone, Unit, Variant,
};

/// A source of decisions. When its bytes have run out, every decision is the plainest.
#[derive(Clone, Debug)]
pub struct Choices {
    bytes: Vec<u8>,
    next: usize,
}

/// More bytes than any sample needs.
const BYTES_PER_SEED: usize = 8192;

impl Choices {
    pub fn from_bytes(bytes: &[u8]) -> Self {
        Self { bytes: bytes.to_vec(), next: 0 }
    }

    pub fn from_seed(seed: u64) -> Self {
        Self { bytes: bytes_from_seed(seed), next: 0 }
    }

    /// A number from 0 to `limit - 1`; the limit is 1 to 256.
    pub fn below(&mut self, limit: usize) -> usize {
        let byte = self.bytes.get(self.next).copied().unwrap_or(0);
        self.next += 1;
        usize::from(byte) * limit / 256
    }

    /// Yes, so many times out of a hundred; the plain decision is no.
    pub fn chance(&mut self, percent: usize) -> bool {
        self.below(256) * 100 / 256 + percent >= 100
    }

    pub fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len())]
    }

    /// Each item with this chance, in their order.
    pub fn some_of<T: Clone>(&mut self, items: &[T], percent: usize) -> Vec<T> {
        items.iter().filter(|_| self.chance(percent)).cloned().collect()
    }

    /// Like [`Choices::some_of`], but not without any.
    pub fn one_or_more_of<T: Clone>(&mut self, items: &[T], percent: usize) -> Vec<T> {
        let some = self.some_of(items, percent);
        if some.is_empty() { vec![self.pick(items).clone()] } else { some }
    }

    pub fn shuffled<T: Clone>(&mut self, items: &[T]) -> Vec<T> {
        let mut shuffled = items.to_vec();
        for first in 0..shuffled.len() {
            let other = first + self.below(shuffled.len() - first);
            shuffled.swap(first, other);
        }
        shuffled
    }
}

/// The bytes that [`Choices::from_seed`] reads, for those who want to shrink them.
pub fn bytes_from_seed(seed: u64) -> Vec<u8> {
    let mut state = seed;
    let words = std::iter::repeat_with(|| split_mix(&mut state)).take(BYTES_PER_SEED / 8);
    words.flat_map(u64::to_le_bytes).collect()
}

/// The generator `SplitMix64`.
fn split_mix(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let mixed = (*state ^ (*state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^ (mixed >> 31)
}

impl Spec {
    /// A random valid rulebook.
    pub fn random(choices: &mut Choices) -> Self {
        let is_cut = choices.chance(30);
        let mut draft = Draft { choices, spec: Self::default(), on_details: BTreeSet::new(), is_cut };
        draft.lists();
        draft.questions();
        draft.conclusions();
        draft.actions();
        draft.notes();
        draft.contacts();
        draft.spec
    }
}

/// What a condition is written for: gates must not depend on details.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reading {
    Anything,
    NoDetails,
}

/// The four kinds that conditions can name.
#[derive(Clone, Copy)]
enum Kind {
    Term,
    Cause,
    Obstacle,
    Gate,
}

/// A rulebook in the making.
struct Draft<'a> {
    choices: &'a mut Choices,
    spec: Spec,
    /// The terms, causes and obstacles that depend on a detail, directly or through others.
    on_details: BTreeSet<String>,
    /// Whether more than usual is listed and cut.
    is_cut: bool,
}

fn names(prefix: &str, count: usize) -> Vec<String> {
    (0..count).map(|number| format!("{prefix}{number}")).collect()
}

/// Names, stages, questions.
impl Draft<'_> {
    fn lists(&mut self) {
        let aspects = self.choices.below(4);
        self.spec.aspects = names("aspect", aspects);
        let stages = *self.choices.pick(&[1, 2, 3, 1, 2, 3, 2, 0]);
        for name in names("stage", stages) {
            let due = self.due();
            self.spec.stages.push(Stage { name, due });
        }
        let contacts = self.choices.below(4);
        for name in names("contact", contacts) {
            self.spec.contacts.push(Contact { name, when: None, dates: Dates::default() });
        }
    }

    /// Few different deadlines, some of them the same in other words.
    fn due(&mut self) -> Due {
        let (amount, unit) = *self.choices.pick(&[
            (1, Unit::Days),
            (0, Unit::Days),
            (4, Unit::Hours),
            (24, Unit::Hours),
            (2, Unit::Days),
            (1, Unit::Weeks),
            (7, Unit::Days),
            (1, Unit::Months),
            (30, Unit::Days),
        ]);
        Due { amount, unit }
    }

    fn questions(&mut self) {
        let count = *self.choices.pick(&[1, 2, 3, 4, 5, 6, 3, 4]);
        for name in names("q", count) {
            let question = self.question(name);
            self.spec.questions.push(question);
        }
    }

    fn question(&mut self, name: String) -> Question {
        let pick = if self.choices.chance(30) { Pick::Any } else { Pick::One };
        let options = 2 + self.choices.below(3);
        let can_stand_for_unknown = pick == Pick::One && options > 2 && self.choices.chance(25);
        let unknown = can_stand_for_unknown.then(|| self.choices.below(options));
        let ordered = pick == Pick::One && self.choices.chance(40);
        let is_detail = !self.spec.questions.is_empty() && self.choices.chance(20);
        let usually = is_detail.then(|| self.choices.below(options));
        Question { name, pick, options, ordered, unknown, usually }
    }

    fn dates(&mut self) -> Dates {
        if !self.choices.chance(4) {
            return Dates::default();
        }
        let middle = DAYS.len() / 2;
        let from = self.choices.chance(60).then(|| *self.choices.pick(&DAYS[..=middle]));
        let until = self.choices.chance(60).then(|| *self.choices.pick(&DAYS[middle..]));
        Dates { from, until }
    }
}

/// The days at which something may begin or end, and that today may be.
const DAYS: [Date; 6] = [
    Date { year: 2026, month: 2, day: 28 },
    Date { year: 2026, month: 3, day: 1 },
    Date { year: 2026, month: 11, day: 22 },
    Date { year: 2026, month: 11, day: 23 },
    Date { year: 2026, month: 12, day: 31 },
    Date { year: 2027, month: 1, day: 1 },
];

/// A day that matters to random rulebooks.
pub fn random_today(choices: &mut Choices) -> Date {
    let middle_first = [DAYS[2], DAYS[3], DAYS[1], DAYS[4], DAYS[0], DAYS[5]];
    *choices.pick(&middle_first)
}

/// Conditions.
impl Draft<'_> {
    fn condition(&mut self, reading: Reading) -> Condition {
        self.nested(reading, 0)
    }

    /// A condition that is now and then empty.
    fn condition_or_none(&mut self, reading: Reading) -> Condition {
        if self.choices.chance(3) { Condition::default() } else { self.condition(reading) }
    }

    fn nested(&mut self, reading: Reading, depth: usize) -> Condition {
        let count = *self.choices.pick(&[1, 1, 1, 1, 1, 2, 2, 3]);
        let mut condition = Condition::default();
        for _ in 0..count {
            let entry = self.entry(reading, depth);
            if condition.entries.iter().all(|other| other.key() != entry.key()) {
                condition.entries.push(entry);
            }
        }
        condition
    }

    fn entry(&mut self, reading: Reading, depth: usize) -> Entry {
        let readable = self.readable(reading);
        match self.choices.below(20) {
            11..=15 if !readable.is_empty() => {
                let name = self.choices.pick(&readable).clone();
                Entry::Named { name, holds: !self.choices.chance(35) }
            }
            16 | 17 if depth < 2 => Entry::Any(self.items(reading, depth)),
            18 if depth < 2 => Entry::All(self.items(reading, depth)),
            19 if depth < 2 => Entry::Not(self.nested(reading, depth + 1)),
            _ => self.asked(reading),
        }
    }

    fn items(&mut self, reading: Reading, depth: usize) -> Vec<Condition> {
        let count = *self.choices.pick(&[2, 2, 3, 1]);
        (0..count).map(|_| self.nested(reading, depth + 1)).collect()
    }

    /// The terms and conclusions written so far that may be named.
    fn readable(&self, reading: Reading) -> Vec<String> {
        let mut all = answerable(&self.spec);
        all.extend(self.spec.terms.iter().map(|term| term.name.clone()));
        all.retain(|name| reading == Reading::Anything || !self.on_details.contains(name));
        all
    }

    fn asked(&mut self, reading: Reading) -> Entry {
        let mut questions: Vec<Question> = self.spec.questions.clone();
        questions.retain(|question| reading == Reading::Anything || !question.is_detail());
        let question = self.choices.pick(&questions);
        let name = question.name.clone();
        if question.ordered && self.choices.chance(60) {
            let option = *self.choices.pick(&question.scale());
            return match self.choices.below(2) {
                0 => Entry::AtLeast { question: name, option },
                _ => Entry::AtMost { question: name, option },
            };
        }
        self.chosen(question, 40)
    }

    /// Each option is named with this chance.
    fn chosen(&mut self, question: &Question, percent: usize) -> Entry {
        let options: Vec<usize> = (0..question.options).collect();
        Entry::Chosen { question: question.name.clone(), options: self.choices.one_or_more_of(&options, percent) }
    }

    /// A condition that is true more often than not.
    fn broad_condition(&mut self) -> Condition {
        let mut questions: Vec<Question> = self.spec.questions.clone();
        questions.retain(|question| !question.is_detail());
        let question = self.choices.pick(&questions);
        Condition { entries: vec![self.chosen(question, 75)] }
    }

    fn depends_on_detail(&self, condition: &Condition) -> bool {
        condition.entries.iter().any(|entry| match entry {
            Entry::Chosen { question, .. } | Entry::AtLeast { question, .. } | Entry::AtMost { question, .. } => {
                self.spec.questions.iter().any(|other| other.name == *question && other.is_detail())
            }
            Entry::Named { name, .. } => self.on_details.contains(name),
            Entry::Any(items) | Entry::All(items) => items.iter().any(|item| self.depends_on_detail(item)),
            Entry::Not(item) => self.depends_on_detail(item),
        })
    }
}

/// Causes, obstacles and gates: what can be answered by an action.
fn answerable(spec: &Spec) -> Vec<String> {
    let signed = spec.causes.iter().chain(&spec.obstacles).map(|found| found.name.clone());
    signed.chain(spec.gates.iter().map(|gate| gate.name.clone())).collect()
}

/// Terms, causes, obstacles, gates.
impl Draft<'_> {
    /// Writes them in an order in which each may name those before it, and puts them into the order of their names.
    fn conclusions(&mut self) {
        let mut planned: Vec<(Kind, String)> = vec![];
        for (kind, prefix, counts) in [
            (Kind::Term, "t", [0, 1, 2, 3]),
            (Kind::Cause, "cause", [0, 1, 2, 3]),
            (Kind::Obstacle, "obstacle", [0, 1, 0, 2]),
            (Kind::Gate, "gate", if self.is_cut { [1, 2, 1, 3] } else { [0, 2, 1, 3] }),
        ] {
            let count = *self.choices.pick(&counts);
            planned.extend(names(prefix, count).into_iter().map(|name| (kind, name)));
        }
        for (kind, name) in self.choices.shuffled(&planned) {
            self.write(kind, name);
        }
        self.spec.terms.sort_by_key(|term| term.name.clone());
        self.spec.causes.sort_by_key(|cause| cause.name.clone());
        self.spec.obstacles.sort_by_key(|obstacle| obstacle.name.clone());
        self.spec.gates.sort_by_key(|gate| gate.name.clone());
    }

    fn write(&mut self, kind: Kind, name: String) {
        match kind {
            Kind::Term => {
                let term = self.term(name);
                self.spec.terms.push(term);
            }
            Kind::Cause => {
                let cause = self.conclusion(name);
                self.spec.causes.push(cause);
            }
            Kind::Obstacle => {
                let obstacle = self.conclusion(name);
                self.spec.obstacles.push(obstacle);
            }
            Kind::Gate => {
                let gate = self.gate(name);
                self.spec.gates.push(gate);
            }
        }
    }

    /// Some terms and conclusions leave details alone, so that gates can name them.
    fn reading(&mut self) -> Reading {
        if self.choices.chance(50) { Reading::NoDetails } else { Reading::Anything }
    }

    fn term(&mut self, name: String) -> Term {
        let reading = self.reading();
        let when = self.condition_or_none(reading);
        if self.depends_on_detail(&when) {
            self.on_details.insert(name.clone());
        }
        Term { name, when, dates: self.dates() }
    }

    fn conclusion(&mut self, name: String) -> Conclusion {
        let reading = self.reading();
        let count = 1 + self.choices.below(4);
        let signs: Vec<Sign> = names("s", count).into_iter().map(|sign| self.sign(sign, reading)).collect();
        if signs.iter().any(|sign| self.depends_on_detail(&sign.when)) {
            self.on_details.insert(name.clone());
        }
        Conclusion { name, signs }
    }

    /// Certainties close to what is enough, alone or together: 0.20 exactly, 0.10 and 0.11 (0.199), twice 0.11
    /// (0.2079), thrice 0.07 (0.1956), 0.04 and 0.05 and 0.12 (0.1974).
    fn sign(&mut self, name: String, reading: Reading) -> Sign {
        let certainty = *self.choices.pick(&[20, 10, 11, 19, 10, 11, 7, 7, 15, 12, 30, 9, 35, 4, 5, 90, 100]);
        let is_broad = self.choices.chance(30);
        let when = if is_broad { self.broad_condition() } else { self.condition(reading) };
        Sign { name, when, certainty, dates: self.dates() }
    }

    fn gate(&mut self, name: String) -> Gate {
        let aspects = self.spec.aspects.clone();
        let has_limit = self.choices.chance(if self.is_cut { 80 } else { 45 });
        let is_broad = has_limit && self.choices.chance(70);
        Gate {
            name,
            when: if is_broad { self.broad_condition() } else { self.condition(Reading::NoDetails) },
            bars: self.choices.some_of(&aspects, 35),
            refer: self.refer(),
            only: self.choices.chance(15),
            stops: self.choices.chance(10),
            at_most: has_limit.then(|| *self.choices.pick(&[1, 2, 1, 3])),
            tone: if self.choices.chance(40) { Tone::Limit } else { Tone::Alert },
            dates: self.dates(),
        }
    }

    fn refer(&mut self) -> Vec<String> {
        let contacts: Vec<String> = self.spec.contacts.iter().map(|contact| contact.name.clone()).collect();
        self.choices.some_of(&contacts, 30)
    }
}

/// Actions, notes, contacts.
impl Draft<'_> {
    /// Writes actions in an order in which each may wait for those before it.
    fn actions(&mut self) {
        let count = *self.choices.pick(&[1, 3, 5, 7, 4, 6, 2, 5, 6, 7]);
        let mut written: Vec<String> = vec![];
        for name in self.choices.shuffled(&names("a", count)) {
            let action = self.action(&name, &written);
            self.spec.actions.push(action);
            written.push(name);
        }
        self.spec.actions.sort_by_key(|action| action.name.clone());
    }

    fn action(&mut self, name: &str, earlier: &[String]) -> Action {
        let answers = self.answers();
        let when = self.choices.chance(40).then(|| self.action_condition());
        let stage = self.stage(75);
        let due = (stage.is_none() || self.choices.chance(40)).then(|| self.due());
        let aspects = self.spec.aspects.clone();
        let variants = *self.choices.pick(&[0, 1, 0, 2]);
        Action {
            name: name.to_owned(),
            answers,
            when,
            stage,
            due,
            after: self.choices.some_of(earlier, 30),
            involves: self.choices.some_of(&aspects, 30),
            impact: 1 + u32::from(self.choices.chance(40)) * 2 + u32::from(self.choices.chance(30)),
            effort: 1 + u32::from(self.choices.chance(40)) * 2 + u32::from(self.choices.chance(30)),
            refer: self.refer(),
            variants: names("v", variants).into_iter().map(|variant| self.variant(variant)).collect(),
            dates: self.dates(),
        }
    }

    fn action_condition(&mut self) -> Condition {
        if self.choices.chance(40) { self.broad_condition() } else { self.condition_or_none(Reading::Anything) }
    }

    fn answers(&mut self) -> Vec<String> {
        let answerable = answerable(&self.spec);
        if answerable.is_empty() || !self.choices.chance(if self.is_cut { 35 } else { 50 }) {
            return vec![];
        }
        self.choices.one_or_more_of(&answerable, 35)
    }

    fn stage(&mut self, percent: usize) -> Option<String> {
        let stages: Vec<String> = self.spec.stages.iter().map(|stage| stage.name.clone()).collect();
        (!stages.is_empty() && self.choices.chance(percent)).then(|| self.choices.pick(&stages).clone())
    }

    fn variant(&mut self, name: String) -> Variant {
        Variant {
            name,
            when: self.condition_or_none(Reading::Anything),
            stage: self.stage(35),
            due: self.choices.chance(40).then(|| self.due()),
            dates: self.dates(),
        }
    }

    fn notes(&mut self) {
        let count = self.choices.below(4);
        for name in names("note", count) {
            let answers = self.answers();
            let needs_when = answers.is_empty() || self.choices.chance(40);
            let when = needs_when.then(|| self.condition_or_none(Reading::Anything));
            let kind = self.choices.pick(&["mindset", "story", "outlook"]);
            let dates = self.dates();
            self.spec.notes.push(Note { name, kind, answers, when, dates });
        }
    }

    fn contacts(&mut self) {
        for position in 0..self.spec.contacts.len() {
            let when = self.choices.chance(50).then(|| self.condition(Reading::Anything));
            let dates = self.dates();
            let contact = &mut self.spec.contacts[position];
            contact.when = when;
            contact.dates = dates;
        }
    }
}

/// Answers to some of the questions, "don't know" to others.
pub fn random_answers(spec: &Spec, choices: &mut Choices) -> Answers {
    let (unanswered, unknown) = *choices.pick(&[(80, 5), (50, 15), (25, 15), (10, 50), (0, 10)]);
    let answer = |question: &Question| match choices.below(100) {
        roll if roll < unanswered => Answer::Unanswered,
        roll if roll < unanswered + unknown => Answer::Unknown,
        _ => random_choice(question, choices),
    };
    Answers(spec.questions.iter().map(answer).collect())
}

/// A complete answer to a question.
pub fn random_choice(question: &Question, choices: &mut Choices) -> Answer {
    Answer::Chosen(choices.pick(&every_answer(question)).clone())
}

/// The same answers and one more thing that was learned: an option instead of no answer or "don't know"; now and then
/// "don't know" instead of no answer.
///
/// Details without an answer stay alone (they count as answered), and so does "don't know" that stands for an option:
/// another answer there would be a change of mind.
pub fn random_step(spec: &Spec, answers: &Answers, choices: &mut Choices) -> Option<Answers> {
    let can_learn = |&position: &usize| is_undecided(&spec.questions[position], &answers.0[position]);
    let positions: Vec<usize> = (0..answers.0.len()).filter(can_learn).collect();
    if positions.is_empty() {
        return None;
    }
    let position = *choices.pick(&positions);
    let gives_up = answers.0[position] == Answer::Unanswered && choices.chance(15);
    let answer = if gives_up { Answer::Unknown } else { random_choice(&spec.questions[position], choices) };
    Some(answers.with(position, answer))
}

/// Whether more than one complete answer is still possible.
fn is_undecided(question: &Question, answer: &Answer) -> bool {
    match answer {
        Answer::Unanswered => !question.is_detail(),
        Answer::Unknown => question.unknown.is_none(),
        Answer::Chosen(_) => false,
    }
}

/// One of the answers that [`all_completions`](super::naive::all_completions) gives.
pub fn random_completion(spec: &Spec, answers: &Answers, choices: &mut Choices) -> Answers {
    let complete = |(question, answer): (&Question, &Answer)| {
        let settled = match answer {
            Answer::Chosen(_) => return answer.clone(),
            Answer::Unknown => question.unknown,
            Answer::Unanswered => question.usually,
        };
        settled.map_or_else(|| random_choice(question, choices), |option| Answer::Chosen(BTreeSet::from([option])))
    };
    Answers(spec.questions.iter().zip(&answers.0).map(complete).collect())
}

/// The same rulebook with everything whose order has no meaning in another order. (The contacts a diagnosis shows are
/// in file order: compare them sorted.)
pub fn permuted(spec: &Spec, choices: &mut Choices) -> Spec {
    Spec {
        questions: spec.questions.clone(),
        aspects: choices.shuffled(&spec.aspects),
        terms: choices.shuffled(&spec.terms).iter().map(|term| permuted_term(term, choices)).collect(),
        causes: choices.shuffled(&spec.causes).iter().map(|cause| permuted_conclusion(cause, choices)).collect(),
        obstacles: choices.shuffled(&spec.obstacles).iter().map(|found| permuted_conclusion(found, choices)).collect(),
        gates: spec.gates.iter().map(|gate| permuted_gate(gate, choices)).collect(),
        stages: spec.stages.clone(),
        actions: spec.actions.iter().map(|action| permuted_action(action, choices)).collect(),
        notes: spec.notes.iter().map(|note| permuted_note(note, choices)).collect(),
        contacts: choices.shuffled(&spec.contacts).iter().map(|contact| permuted_contact(contact, choices)).collect(),
    }
}

fn permuted_term(term: &Term, choices: &mut Choices) -> Term {
    Term { when: permuted_condition(&term.when, choices), ..term.clone() }
}

fn permuted_conclusion(conclusion: &Conclusion, choices: &mut Choices) -> Conclusion {
    let mut signs = choices.shuffled(&conclusion.signs);
    for sign in &mut signs {
        sign.when = permuted_condition(&sign.when, choices);
    }
    Conclusion { signs, ..conclusion.clone() }
}

fn permuted_gate(gate: &Gate, choices: &mut Choices) -> Gate {
    Gate {
        when: permuted_condition(&gate.when, choices),
        bars: choices.shuffled(&gate.bars),
        refer: choices.shuffled(&gate.refer),
        ..gate.clone()
    }
}

fn permuted_action(action: &Action, choices: &mut Choices) -> Action {
    let mut variants = action.variants.clone();
    for variant in &mut variants {
        variant.when = permuted_condition(&variant.when, choices);
    }
    Action {
        answers: choices.shuffled(&action.answers),
        when: action.when.as_ref().map(|when| permuted_condition(when, choices)),
        after: choices.shuffled(&action.after),
        involves: choices.shuffled(&action.involves),
        refer: choices.shuffled(&action.refer),
        variants,
        ..action.clone()
    }
}

fn permuted_note(note: &Note, choices: &mut Choices) -> Note {
    Note {
        answers: choices.shuffled(&note.answers),
        when: note.when.as_ref().map(|when| permuted_condition(when, choices)),
        ..note.clone()
    }
}

fn permuted_contact(contact: &Contact, choices: &mut Choices) -> Contact {
    Contact { when: contact.when.as_ref().map(|when| permuted_condition(when, choices)), ..contact.clone() }
}

fn permuted_condition(condition: &Condition, choices: &mut Choices) -> Condition {
    let entries = choices.shuffled(&condition.entries);
    Condition { entries: entries.iter().map(|entry| permuted_entry(entry, choices)).collect() }
}

fn permuted_entry(entry: &Entry, choices: &mut Choices) -> Entry {
    match entry {
        Entry::Chosen { question, options } => {
            Entry::Chosen { question: question.clone(), options: choices.shuffled(options) }
        }
        Entry::Any(items) => Entry::Any(permuted_items(items, choices)),
        Entry::All(items) => Entry::All(permuted_items(items, choices)),
        Entry::Not(item) => Entry::Not(permuted_condition(item, choices)),
        Entry::AtLeast { .. } | Entry::AtMost { .. } | Entry::Named { .. } => entry.clone(),
    }
}

fn permuted_items(items: &[Condition], choices: &mut Choices) -> Vec<Condition> {
    choices.shuffled(items).iter().map(|item| permuted_condition(item, choices)).collect()
}
