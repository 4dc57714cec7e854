//! Which questions an interview can come to, and how many at most.
//!
//! An interview asks the first live question in file order, and liveness only shrinks. So a question is asked in some
//! interview exactly if, for some answers to the questions before it, it is live while it and all later ones are open. That
//! is a formula ([`partial`](crate::proof::partial)).

use batsat::Lit;
use jiff::civil::Date;

use crate::answers::{Answers, given};
use crate::cases;
use crate::diagnosis::live::live_details;
use crate::proof::circuit::{Circuit, Solved};
use crate::proof::logic;
use crate::proof::partial::{Answered, Notes, Partial, reached};
use crate::proof::prover::{Prover, replay};
use crate::proof::sample::Random;
use crate::proof::situation::{Formulas, Situation, Space};
use crate::rulebook::condition::{Node, NodeId};
use crate::rulebook::finding::{Code, Finding, Replay};
use crate::rulebook::{Answer, Id, Kind, Question, Rulebook};
use crate::words;

/// The most questions that an interview can take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Longest {
    /// How many were seen.
    pub questions: usize,
    /// The answers of that interview.
    pub example: Replay,
    /// Whether more is impossible; otherwise it was not finished.
    pub is_proved: bool,
}

/// What is known about interviews.
pub struct Interviews {
    /// For questions that may be answered with "don't know", that they are not.
    knows: Vec<Option<Lit>>,
    seen: Vec<bool>,
    longest: Option<(usize, Answers, Date)>,
}

/// About how many steps a question of an interview takes for each node.
const STEPS_A_NODE: usize = 4;

/// How much of a graph interviews with made-up answers may visit before anything is proved.
const MOST_VISITED: usize = 200_000;

impl Interviews {
    /// Tries the cases and some made-up answers.
    pub fn tried(prover: &mut Prover<'_>) -> Self {
        let rulebook = prover.rulebook;
        let circuit = &mut prover.space.circuit;
        let may_be_unknown = |question: &Question| question.unknown.is_none() && !question.is_detail();
        let knows =
            rulebook.questions.iter().map(|(_, question)| may_be_unknown(question).then(|| circuit.input(true)));
        let mut interviews =
            Self { knows: knows.collect(), seen: vec![false; rulebook.questions.len()], longest: None };
        for (_, case) in rulebook.cases.iter() {
            let today = case.today.unwrap_or(prover.today);
            interviews.hold(prover, &cases::answers_of(rulebook, case), today);
        }
        let (mut random, days) = (Random::new(2), prover.space.days());
        let tries = (MOST_VISITED / prover.formulas.size.max(1)).clamp(4, 64);
        for _ in 0..tries {
            let Situation { answers, today } = random.situation(rulebook, &days);
            interviews.hold(prover, &answers, today);
        }
        interviews
    }

    /// Holds an interview with these answers until it ends or they contradict each other; returns how many questions a
    /// whole one asked.
    fn hold(&mut self, prover: &mut Prover<'_>, answers: &Answers, today: Date) -> Option<usize> {
        let rulebook = prover.rulebook;
        let mut given = Answers::none(rulebook);
        let a_question = STEPS_A_NODE * prover.formulas.size;
        let affordable = usize::try_from(prover.space.circuit.steps_left()).unwrap_or(usize::MAX) / a_question.max(1);
        let (asked, is_whole) = cases::asked_at_most(rulebook, answers, today, affordable);
        prover.spend(asked.len() * a_question);
        for &id in &asked {
            self.seen[id.index()] = true;
            given.set(id, Some(answers.get(id).unwrap_or(Answer::Unknown)));
            if !given::contradictions(rulebook, &given, today).is_empty() {
                return None;
            }
        }
        if !is_whole {
            prover.unfinished += 1;
            return None;
        }
        for detail in live_details(rulebook, &given, today) {
            self.seen[detail.index()] = true;
        }
        if self.longest.as_ref().is_none_or(|(most, ..)| asked.len() > *most) {
            self.longest = Some((asked.len(), given, today));
        }
        Some(asked.len())
    }

    /// Reports the questions to which no interview comes.
    pub fn check(&mut self, prover: &mut Prover<'_>, unread: &[Id<Question>], findings: &mut Vec<Finding>) {
        let rulebook = prover.rulebook;
        for id in rulebook.questions.ids() {
            if self.seen[id.index()] || unread.contains(&id) {
                continue;
            }
            match self.search(prover, id) {
                Solved::Possible => {}
                Solved::Impossible => findings.push(never_asked(rulebook, id)),
                Solved::Unfinished => {
                    prover.unfinished += 1;
                    self.seen[id.index()] = true; // for all that is known it may be asked
                }
            }
        }
    }

    /// Looks for an interview that comes to a question.
    fn search(&mut self, prover: &mut Prover<'_>, id: Id<Question>) -> Solved {
        let rulebook = prover.rulebook;
        if !prover.spend(STEPS_A_NODE * prover.formulas.size) {
            return Solved::Unfinished;
        }
        let reaching = Reaching::new(&mut prover.space, &prover.formulas, rulebook, id, &self.knows);
        match prover.space.circuit.solve(&[reaching.goal]) {
            Solved::Possible => {}
            other => return other,
        }
        let situation = reaching.situation(prover);
        self.hold(prover, &situation.answers, situation.today);
        if self.seen[id.index()] { Solved::Possible } else { Solved::Unfinished }
    }

    /// The most questions that an interview can take.
    pub fn longest(mut self, prover: &mut Prover<'_>) -> Option<Longest> {
        let rulebook = prover.rulebook;
        let asked = rulebook.questions.iter().filter(|(_, question)| !question.is_detail()).map(|(id, _)| id);
        let asked: Vec<Id<Question>> = asked.filter(|id| self.seen[id.index()]).collect();
        let mut is_proved = self.longest.as_ref().is_some_and(|(most, ..)| *most >= asked.len());
        if !is_proved && asked.len() * prover.formulas.size <= MOST_NODES {
            is_proved = self.prove_longest(prover, &asked);
        }
        let (questions, answers, today) = self.longest?;
        let example = replay(rulebook, &answers, (today != prover.today).then_some(today));
        Some(Longest { questions, example, is_proved })
    }

    fn prove_longest(&mut self, prover: &mut Prover<'_>, asked: &[Id<Question>]) -> bool {
        let rulebook = prover.rulebook;
        let knows = self.knows.clone();
        let goals = asked.iter().map(|&id| {
            let reaching = Reaching::new(&mut prover.space, &prover.formulas, rulebook, id, &knows);
            reaching.goal
        });
        let goals: Vec<Lit> = goals.collect();
        let at_least = counter(&mut prover.space.circuit, &goals);
        let whole = Reaching { goal: prover.formulas.valid, knows: &knows };
        loop {
            let most = self.longest.as_ref().map_or(0, |(most, ..)| *most);
            let Some(&more) = at_least.get(most) else { return true };
            match prover.space.circuit.solve(&[whole.goal, more]) {
                Solved::Impossible => return true,
                Solved::Unfinished => return false,
                Solved::Possible => {}
            }
            let situation = whole.situation(prover);
            let held = self.hold(prover, &situation.answers, situation.today);
            if held.is_none_or(|asked| asked <= most) {
                return false;
            }
        }
    }
}

/// Larger rulebooks are only tried, not proved, for the longest interview.
const MOST_NODES: usize = 200_000;

/// For every number from one, that at least so many of the goals hold.
pub fn counter(circuit: &mut Circuit, goals: &[Lit]) -> Vec<Lit> {
    let mut at_least: Vec<Lit> = Vec::new();
    for &goal in goals {
        let mut next = Vec::with_capacity(at_least.len() + 1);
        for number in 0..=at_least.len() {
            let one_fewer = if number == 0 { circuit.constant(true) } else { at_least[number - 1] };
            let with = circuit.all([one_fewer, goal]);
            let without = at_least.get(number).copied();
            next.push(circuit.any(without.into_iter().chain([with])));
        }
        at_least = next;
    }
    at_least
}

/// That an interview comes to a question.
pub struct Reaching<'k> {
    /// That it is live when all questions before it are answered, and it and the later ones are not.
    pub goal: Lit,
    /// For questions that may be answered with "don't know", that they are not.
    knows: &'k [Option<Lit>],
}

impl<'k> Reaching<'k> {
    /// Makes the formula.
    pub fn new(
        space: &mut Space,
        formulas: &Formulas,
        rulebook: &Rulebook,
        id: Id<Question>,
        knows: &'k [Option<Lit>],
    ) -> Self {
        let is_detail = rulebook.questions[id].is_detail();
        let answered = rulebook.questions.iter().map(|(other, question)| match (question.usually, is_detail) {
            (Some(_), true) => Answered::No,
            (Some(usual), false) => Answered::Usual(usual),
            (None, false) if other >= id => Answered::No,
            (None, _) => knows[other.index()].map_or(Answered::Yes, Answered::If),
        });
        let answered: Vec<Answered> = answered.collect();
        let pairs = {
            let mut complete = space.logic(formulas);
            logic::read(&rulebook.graph, &mut Partial { complete: &mut complete, rulebook, answered: &answered })
        };
        let circuit = &mut space.circuit;
        let stopped = rulebook.gates().filter(|(_, gate)| gate.stops).map(|(id, _)| rulebook.conclusions[id].node);
        let contradicted = rulebook.contradictions.iter().map(|(_, entry)| entry.node);
        let ends: Vec<Lit> = stopped.chain(contradicted).map(|node| !pairs[node.index()].certain).collect();
        let notes = if is_detail { Notes::Count } else { Notes::DoNot };
        let reached = reached(circuit, rulebook, &pairs, notes);
        let reads = |node: &NodeId| matches!(rulebook.graph.node(*node), Node::Answer(question, _) if *question == id);
        let goal = circuit.any(rulebook.graph.ids().filter(reads).map(|node| reached[node.index()]));
        let goal = circuit.all(ends.into_iter().chain([goal]));
        Self { goal, knows }
    }

    /// The answers that were found last, "don't know" among them.
    fn situation(&self, prover: &Prover<'_>) -> Situation {
        let mut situation = prover.space.situation(prover.rulebook, &prover.formulas);
        for (question, knows) in prover.rulebook.questions.ids().zip(self.knows) {
            if knows.is_some_and(|knows| !prover.space.circuit.holds(knows)) {
                situation.answers.set(question, Some(Answer::Unknown));
            }
        }
        situation
    }
}

fn never_asked(rulebook: &Rulebook, id: Id<Question>) -> Finding {
    let (name, question) = (rulebook.questions.name(id), &rulebook.questions[id]);
    let readers = |node: NodeId| rulebook.graph.questions_below(node).contains(&id);
    let only_notes = !question.is_detail() && rulebook.notes.iter().any(|(_, note)| readers(note.node));
    let help = if only_notes {
        words!(
            ja: "`note` だけが見る質問には `usually` をつけてください。一覧ができた後で尋ねます",
            en: "a question that only notes read needs `usually`; it is then offered after the list",
        )
    } else {
        words!(
            ja: "どの答え方でも、この質問の前に結果が決まります。条件を見直すか、質問を消してください",
            en: "everything that it could change is settled before it comes; look at the conditions that read it, or remove it",
        )
    };
    let message =
        words!(ja: "`{name}` は、どんな答え方でも尋ねられません", en: "`{name}` is never asked, whatever is answered");
    Finding::new(Code::NeverAsked, message)
        .at(question.span)
        .help(help)
        .about(format!("{}.{name}", Kind::Question.name()))
}
