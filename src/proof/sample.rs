//! Many situations at once: what some of them show needs no proof.
//!
//! Every situation is one bit of a word, and one pass over the graph evaluates all of them. So a search for a proof starts
//! only where no known situation answers the question already (the idea of "SAT sweeping": Mishchenko et al. 2005,
//! "FRAIGs: a unifying representation for logic synthesis and verification").

use jiff::civil::Date;

use crate::answers::Answers;
use crate::proof::logic::{self, Changed, Logic, Uses};
use crate::proof::situation::Situation;
use crate::rulebook::calendar::Window;
use crate::rulebook::condition::{Graph, Node, NodeId, Options};
use crate::rulebook::{Answer, Id, Pick, Question, Rulebook};

/// How many situations are looked at in one pass.
pub const LANES: usize = 64 * WORDS;
const WORDS: usize = 8;

/// In which of the situations something holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lanes([u64; WORDS]);

impl Lanes {
    /// In none.
    pub const NONE: Self = Self([0; WORDS]);
    /// In all.
    pub const ALL: Self = Self([u64::MAX; WORDS]);

    fn with(self, other: Self, combine: impl Fn(u64, u64) -> u64) -> Self {
        let mut words = self.0;
        words.iter_mut().zip(other.0).for_each(|(word, other)| *word = combine(*word, other));
        Self(words)
    }

    /// In both.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        self.with(other, |one, other| one & other)
    }

    /// In one of them.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        self.with(other, |one, other| one | other)
    }

    /// In exactly one of them.
    #[must_use]
    pub fn xor(self, other: Self) -> Self {
        self.with(other, |one, other| one ^ other)
    }

    /// In the others.
    #[must_use]
    pub fn opposite(self) -> Self {
        self.xor(Self::ALL)
    }

    /// Whether there is none.
    pub fn is_empty(self) -> bool {
        self == Self::NONE
    }

    /// The first one.
    pub fn first(self) -> Option<usize> {
        let word = self.0.iter().position(|&word| word != 0)?;
        Some(64 * word + self.0[word].trailing_zeros() as usize)
    }

    fn set(&mut self, lane: usize) {
        self.0[lane / 64] |= 1 << (lane % 64);
    }
}

/// Situations with what follows from each.
pub struct Sample {
    situations: Vec<Situation>,
    options: Vec<Vec<Lanes>>,
    /// What holds where.
    pub nodes: Vec<Lanes>,
    /// Which of them are situations: no contradiction.
    pub valid: Lanes,
}

impl Sample {
    /// Evaluates at most [`LANES`] situations.
    pub fn of(rulebook: &Rulebook, situations: Vec<Situation>) -> Self {
        let questions = rulebook.questions.iter();
        let mut options: Vec<Vec<Lanes>> =
            questions.map(|(_, question)| vec![Lanes::NONE; question.options.len()]).collect();
        let mut valid = Lanes::NONE;
        for (lane, situation) in situations.iter().enumerate() {
            valid.set(lane);
            for (question, answer) in situation.answers.given() {
                let Answer::Chosen(chosen) = answer else { continue };
                chosen.iter().for_each(|option| options[question.index()][option].set(lane));
            }
        }
        let mut sample = Self { situations, options, nodes: Vec::new(), valid };
        sample.nodes = logic::read(&rulebook.graph, &mut Sampled(&sample.options, &sample.situations));
        for (_, contradiction) in rulebook.contradictions.iter() {
            sample.valid = sample.valid.and(sample.get(contradiction.node).opposite());
        }
        sample
    }

    /// Where a node holds.
    pub fn get(&self, node: NodeId) -> Lanes {
        self.nodes[node.index()]
    }

    /// The situation of a lane.
    pub fn situation(&self, lane: usize) -> &Situation {
        &self.situations[lane]
    }

    /// What a patch changes.
    pub fn reread(&self, graph: &Graph, uses: &Uses, patch: &[(NodeId, Node)]) -> Changed<Lanes> {
        logic::reread(graph, uses, &mut Sampled(&self.options, &self.situations), &self.nodes, patch)
    }
}

struct Sampled<'a>(&'a [Vec<Lanes>], &'a [Situation]);

impl Logic for Sampled<'_> {
    type Value = Lanes;

    fn answer(&mut self, question: Id<Question>, options: Options) -> Lanes {
        let lanes = self.0[question.index()].iter().enumerate().filter(|(position, _)| options.contains(*position));
        lanes.fold(Lanes::NONE, |any, (_, lanes)| any.or(*lanes))
    }

    fn dates(&mut self, window: Window) -> Lanes {
        let mut inside = Lanes::NONE;
        for (lane, situation) in self.1.iter().enumerate() {
            if window.contains(situation.today) {
                inside.set(lane);
            }
        }
        inside
    }

    fn all(&mut self, parts: &[Lanes]) -> Lanes {
        parts.iter().fold(Lanes::ALL, |all, part| all.and(*part))
    }

    fn any(&mut self, parts: &[Lanes]) -> Lanes {
        parts.iter().fold(Lanes::NONE, |any, part| any.or(*part))
    }

    fn not(&mut self, part: &Lanes) -> Lanes {
        part.opposite()
    }
}

/// Numbers that look random and are always the same (`SplitMix64`: Steele, Lea and Flood 2014, "Fast splittable
/// pseudorandom number generators").
pub struct Random(u64);

impl Random {
    /// The numbers of a seed.
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ mixed >> 31
    }

    /// A number below `limit`, which is not zero.
    #[expect(clippy::cast_possible_truncation, reason = "the remainder is below a usize")]
    pub fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit as u64) as usize
    }

    /// An answer to a question.
    pub fn answer(&mut self, question: &Question) -> Answer {
        let count = question.options.len();
        Answer::Chosen(match question.pick {
            Pick::One => Options::one(self.below(count)),
            Pick::Any => (0..count).filter(|_| self.below(4) == 0).collect(),
        })
    }

    /// A complete answer on one of some days.
    pub fn situation(&mut self, rulebook: &Rulebook, days: &[Date]) -> Situation {
        let mut answers = Answers::none(rulebook);
        answers.extend(rulebook.questions.iter().map(|(id, question)| (id, self.answer(question))));
        Situation { answers, today: days[self.below(days.len())] }
    }
}
