//! Finds situations, and makes examples of them that a person can replay.

use std::collections::BTreeSet;

use batsat::Lit;
use jiff::civil::Date;

use crate::answers::{Answers, Details, Truth, Truths, given};
use crate::cases;
use crate::proof::circuit::Solved;
use crate::proof::logic::Uses;
use crate::proof::sample::{LANES, Lanes, Random, Sample};
use crate::proof::situation::{Formulas, Situation, Space};
use crate::rulebook::condition::{NodeId, Options};
use crate::rulebook::finding::Replay;
use crate::rulebook::{Answer, Id, Pick, Question, Rulebook};

/// What has to be true, and what has to be false, all of it together.
pub type Claim = [(NodeId, bool)];

/// Looks for situations of one rulebook.
pub struct Prover<'a> {
    /// The rulebook.
    pub rulebook: &'a Rulebook,
    /// The day from which we look.
    pub today: Date,
    /// All situations.
    pub space: Space,
    /// The rulebook over them.
    pub formulas: Formulas,
    /// What is made of what.
    pub uses: Uses,
    /// How many questions the solver could not finish.
    pub unfinished: usize,
    samples: Vec<Sample>,
    waiting: Vec<Situation>,
}

/// How many situations are made up at first.
const MADE_UP: usize = 2 * LANES;

/// How many situations wait until they are evaluated together.
const MOST_WAITING: usize = 32;

impl<'a> Prover<'a> {
    /// Prepares a rulebook. The situations of its cases are known from the start.
    pub fn new(rulebook: &'a Rulebook, today: Date) -> Self {
        let mut space = Space::new(&[rulebook], today);
        let formulas = space.formulas(rulebook);
        let mut prover = Self {
            rulebook,
            today,
            space,
            formulas,
            uses: Uses::of(&rulebook.graph),
            unfinished: 0,
            samples: Vec::new(),
            waiting: Vec::new(),
        };
        let days = prover.space.days();
        let mut random = Random::new(1);
        for (_, case) in rulebook.cases.iter() {
            let mut situation = random.situation(rulebook, &days);
            let given = cases::answers_of(rulebook, case);
            situation.answers.extend(given.given().filter(|(_, answer)| *answer != Answer::Unknown));
            situation.today = case.today.unwrap_or(today);
            prover.waiting.push(situation);
        }
        prover.waiting.extend((0..MADE_UP).map(|_| random.situation(rulebook, &days)));
        prover.evaluate_waiting();
        prover
    }

    fn evaluate_waiting(&mut self) {
        let waiting = std::mem::take(&mut self.waiting);
        for situations in waiting.chunks(LANES) {
            self.samples.push(Sample::of(self.rulebook, situations.to_vec()));
        }
    }

    /// Known situations, the latest first: those were looked for.
    pub fn samples(&self) -> impl Iterator<Item = &Sample> {
        self.samples.iter().rev()
    }

    /// A situation in which all of this holds, if one is found.
    pub fn find(&mut self, claim: &Claim) -> Option<Situation> {
        self.search(claim).ok()
    }

    /// That one of these claims holds.
    pub fn any_of<'c>(&mut self, claims: impl IntoIterator<Item = &'c Vec<(NodeId, bool)>>) -> Lit {
        let circuit = &mut self.space.circuit;
        let formulas = &self.formulas;
        let whole = |claim: &'c Vec<(NodeId, bool)>| {
            circuit.all(claim.iter().map(|&(node, holds)| formulas.get(node).apply_sign(holds)))
        };
        let claims: Vec<Lit> = claims.into_iter().map(whole).collect();
        self.space.circuit.any(claims)
    }

    /// The same, if possible where the whole list is shown: no gate stops or cuts it.
    pub fn find_shown(&mut self, claim: &Claim) -> Option<Situation> {
        let shown: Vec<(NodeId, bool)> = claim.iter().copied().chain(self.shown()).collect();
        self.find(&shown).or_else(|| self.find(claim))
    }

    /// That no gate stops or cuts the list.
    pub fn shown(&self) -> Vec<(NodeId, bool)> {
        let gates = self.rulebook.gates().filter(|(_, gate)| gate.stops || gate.at_most.is_some());
        gates.map(|(id, _)| (self.rulebook.conclusions[id].node, false)).collect()
    }

    /// Whether it is proved that this never holds together.
    pub fn is_impossible(&mut self, claim: &Claim) -> bool {
        self.search(claim) == Err(Solved::Impossible)
    }

    /// Whether it is proved that a node holds in every situation.
    pub fn is_always(&mut self, node: NodeId) -> bool {
        self.is_impossible(&[(node, false)])
    }

    /// Whether it is proved that a node holds in no situation.
    pub fn is_never(&mut self, node: NodeId) -> bool {
        self.is_impossible(&[(node, true)])
    }

    /// Whether no answers at all make a node true, not even such as contradict each other.
    pub fn is_never_answered(&mut self, node: NodeId) -> bool {
        let solved = self.space.circuit.solve(&[self.formulas.get(node)]);
        self.counted(solved) == Solved::Impossible
    }

    /// Looks among the known situations, then for a new one.
    fn search(&mut self, claim: &Claim) -> Result<Situation, Solved> {
        let known = self.samples().find_map(|sample| {
            let lanes = claim.iter().fold(sample.valid, |lanes, &(node, holds)| {
                lanes.and(if holds { sample.get(node) } else { sample.get(node).opposite() })
            });
            lanes.first().map(|lane| sample.situation(lane).clone())
        });
        known.map_or_else(
            || {
                let wanted = claim.iter().map(|&(node, holds)| self.formulas.get(node).apply_sign(holds));
                self.solve(&wanted.collect::<Vec<_>>())
            },
            Ok,
        )
    }

    /// Looks for a situation in which all of these formulas hold.
    ///
    /// # Errors
    ///
    /// Whether there is none, or the solver gave up.
    pub fn solve(&mut self, wanted: &[Lit]) -> Result<Situation, Solved> {
        let found = self.space.find(self.rulebook, &self.formulas, wanted);
        match &found {
            Ok(situation) => {
                self.waiting.push(situation.clone());
                if self.waiting.len() >= MOST_WAITING {
                    self.evaluate_waiting();
                }
            }
            Err(solved) => {
                self.counted(*solved);
            }
        }
        found
    }

    /// Remembers what the solver could not finish.
    pub const fn counted(&mut self, solved: Solved) -> Solved {
        if matches!(solved, Solved::Unfinished) {
            self.unfinished += 1;
        }
        solved
    }

    /// Takes so many steps of the budget beside the solver, and says whether there were as many left.
    pub const fn spend(&mut self, steps: usize) -> bool {
        self.space.circuit.spend(steps)
    }

    /// The part of a situation without which the claim would not be settled any more, as it can be replayed.
    pub fn example(&mut self, situation: &Situation, claim: &Claim) -> Replay {
        let (answers, today) = self.needed(situation, claim);
        replay(self.rulebook, &answers, (today != self.today).then_some(today))
    }

    /// The answers of a situation from which the claim still follows, and the day.
    pub fn needed(&mut self, situation: &Situation, claim: &Claim) -> (Answers, Date) {
        if !self.spend(self.formulas.size) {
            return (situation.answers.clone(), situation.today); // it is an example, though not the smallest
        }
        let rulebook = self.rulebook;
        let holds = |truths: &Truths| claim.iter().all(|&(node, holds)| truths.get(node) == Truth::from(holds));
        let matter = claim.iter().flat_map(|&(node, _)| rulebook.graph.questions_below(node)).collect();
        self.reduce(situation, &matter, &holds)
    }

    /// Takes away answers, the last question first, as long as the claim still follows from the others, and goes back to
    /// today if the day does not matter. Only some questions matter.
    fn reduce(
        &mut self,
        situation: &Situation,
        matter: &BTreeSet<Id<Question>>,
        holds: &dyn Fn(&Truths) -> bool,
    ) -> (Answers, Date) {
        let rulebook = self.rulebook;
        let follows = |answers: &Answers, today| holds(&Truths::of(rulebook, answers, Details::Assumed, today));
        let (mut answers, mut today) = (situation.answers.clone(), situation.today);
        if follows(&answers, self.today) && self.space.allows(&self.formulas, &answers, self.today) {
            today = self.today;
        }
        loop {
            let before = answers.clone();
            for id in rulebook.questions.ids().rev() {
                for (fewer, is_safe) in with_less(rulebook, &answers, id) {
                    if !self.spend(self.formulas.size) {
                        return (answers, today);
                    }
                    let still = !matter.contains(&id) || follows(&fewer, today);
                    if still && (is_safe || self.is_situation(&fewer, today)) {
                        answers = fewer;
                        break;
                    }
                }
            }
            if answers == before {
                return (answers, today);
            }
        }
    }

    /// Whether answers are part of a situation in which the details that they leave out are as usual.
    fn is_situation(&mut self, answers: &Answers, today: Date) -> bool {
        let mut answers = answers.clone();
        for (id, question) in self.rulebook.questions.iter() {
            if let (None, Some(usual)) = (answers.get(id), question.usually) {
                answers.set(id, Some(Answer::Chosen(Options::one(usual))));
            }
        }
        self.space.allows(&self.formulas, &answers, today)
    }

    /// Where something holds, for every known situation.
    pub fn is_known(&self, lanes: impl Fn(&Sample) -> Lanes) -> bool {
        self.samples().any(|sample| !lanes(sample).and(sample.valid).is_empty())
    }
}

/// Answers that say less about a question: nothing at all, or one option fewer of several; and whether they certainly
/// belong to some situation because the ones before did. Leaving a detail out says something: that it is as usual.
fn with_less(rulebook: &Rulebook, answers: &Answers, id: Id<Question>) -> Vec<(Answers, bool)> {
    let Some(answer) = answers.get(id) else { return Vec::new() };
    let question = &rulebook.questions[id];
    let mut without = answers.clone();
    without.set(id, None);
    let mut less = vec![(without, !question.is_detail())];
    if let (Pick::Any, Answer::Chosen(chosen)) = (question.pick, answer) {
        let fewer = chosen.iter().map(|option| Answer::Chosen(chosen.without(Options::one(option))));
        less.extend(fewer.map(|answer| (answers.clone().with(id, answer), false)));
    }
    less
}

/// Answers as flags.
pub fn replay(rulebook: &Rulebook, answers: &Answers, today: Option<Date>) -> Replay {
    let answers = answers.given().map(|(question, answer)| given::as_flag(rulebook, question, answer)).collect();
    Replay { answers, today }
}
