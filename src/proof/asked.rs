//! Which questions an interview can come to, and how many at most.
//!
//! An interview asks the first live question in file order, and liveness only shrinks. So a question is asked in some
//! interview exactly if, for some answers to the questions before it, it is live while it and all later ones are open. That
//! is a formula: every node becomes a pair of literals, "certainly true" and "certainly false", which is how Kleene's
//! three values are written with two.

use batsat::Lit;
use jiff::civil::Date;

use crate::answers::{Answers, Details, Truths, given};
use crate::cases;
use crate::diagnosis::live::{live, live_details};
use crate::proof::circuit::{Circuit, Solved};
use crate::proof::logic::{self, Logic};
use crate::proof::prover::{Prover, replay};
use crate::proof::sample::Random;
use crate::proof::situation::{Formulas, Situation, Space};
use crate::rulebook::calendar::Window;
use crate::rulebook::condition::{Node, NodeId, Options};
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

/// How much of a graph interviews with made-up answers may visit before anything is proved.
const MOST_VISITED: usize = 200_000;

/// How often a situation that does not stand up to the engine is put aside. Only gates that cut the list can cause this:
/// for them the formula takes every action as one that counts.
const MOST_PUT_ASIDE: usize = 200;

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
            interviews.hold(rulebook, &cases::answers_of(rulebook, case), today);
        }
        let (mut random, days) = (Random::new(2), prover.space.days());
        let tries = (MOST_VISITED / rulebook.graph.nodes().len().max(1)).clamp(4, 64);
        for _ in 0..tries {
            let Situation { answers, today } = random.situation(rulebook, &days);
            interviews.hold(rulebook, &answers, today);
        }
        interviews
    }

    /// Holds an interview with these answers; returns what was asked, unless the answers contradict each other.
    fn hold(&mut self, rulebook: &Rulebook, answers: &Answers, today: Date) -> Option<Vec<Id<Question>>> {
        let mut given = Answers::none(rulebook);
        let asked = cases::asked(rulebook, answers, today);
        given.extend(asked.iter().map(|&id| (id, answers.get(id).unwrap_or(Answer::Unknown))));
        if !given::contradictions(rulebook, &given, today).is_empty() {
            return None;
        }
        for question in asked.iter().copied().chain(live_details(rulebook, &given, today)) {
            self.seen[question.index()] = true;
        }
        if self.longest.as_ref().is_none_or(|(most, ..)| asked.len() > *most) {
            self.longest = Some((asked.len(), given, today));
        }
        Some(asked)
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
                Solved::Unfinished => prover.unfinished += 1,
            }
        }
    }

    /// Looks for an interview that comes to a question.
    fn search(&mut self, prover: &mut Prover<'_>, id: Id<Question>) -> Solved {
        let rulebook = prover.rulebook;
        let knows = self.knows.clone();
        let reaching = Reaching::new(&mut prover.space, &prover.formulas, rulebook, id, &knows);
        let mut assumptions = vec![reaching.goal];
        for _ in 0..MOST_PUT_ASIDE {
            match prover.space.circuit.solve(&assumptions) {
                Solved::Possible => {}
                other => return other,
            }
            let situation = reaching.situation(prover);
            self.hold(rulebook, &situation.answers, situation.today);
            if self.seen[id.index()] {
                return Solved::Possible;
            }
            assumptions.push(reaching.put_aside(&mut prover.space, &prover.formulas, rulebook, &situation));
        }
        Solved::Unfinished
    }

    /// The most questions that an interview can take.
    pub fn longest(mut self, prover: &mut Prover<'_>) -> Option<Longest> {
        let rulebook = prover.rulebook;
        let asked = rulebook.questions.iter().filter(|(_, question)| !question.is_detail()).map(|(id, _)| id);
        let asked: Vec<Id<Question>> = asked.filter(|id| self.seen[id.index()]).collect();
        let mut is_proved = self.longest.as_ref().is_some_and(|(most, ..)| *most >= asked.len());
        if !is_proved && asked.len() * rulebook.graph.nodes().len() <= MOST_NODES {
            is_proved = self.prove_longest(prover, &asked);
        }
        let (questions, answers, today) = self.longest?;
        let example = replay(rulebook, &answers, (today != prover.today).then_some(today));
        Some(Longest { questions, example, is_proved })
    }

    fn prove_longest(&mut self, prover: &mut Prover<'_>, asked: &[Id<Question>]) -> bool {
        let rulebook = prover.rulebook;
        let knows = self.knows.clone();
        let goals: Vec<Reaching<'_>> = asked.iter().map(|&id| Reaching::new(&mut prover.space, &prover.formulas, rulebook, id, &knows)).collect();
        let at_least = counter(&mut prover.space.circuit, goals.iter().map(|reaching| reaching.goal));
        let mut assumptions = vec![prover.formulas.valid];
        for _ in 0..MOST_PUT_ASIDE {
            let most = self.longest.as_ref().map_or(0, |(most, ..)| *most);
            let Some(&more) = at_least.get(most) else { return true };
            match prover.space.circuit.solve(&[assumptions.as_slice(), &[more]].concat()) {
                Solved::Impossible => return true,
                Solved::Unfinished => return false,
                Solved::Possible => {}
            }
            let expected: Vec<&Reaching<'_>> =
                goals.iter().filter(|reaching| prover.space.circuit.holds(reaching.goal)).collect();
            let Some(last) = goals.last() else { return true };
            let situation = last.situation(prover);
            let held = self.hold(rulebook, &situation.answers, situation.today).unwrap_or_default();
            if held.len() <= most {
                for reaching in expected.into_iter().filter(|reaching| !held.contains(&reaching.question)) {
                    let aside = reaching.put_aside(&mut prover.space, &prover.formulas, rulebook, &situation);
                    assumptions.push(prover.space.circuit.any([aside, !reaching.goal]));
                }
            }
        }
        false
    }
}

/// Larger rulebooks are only tried, not proved, for the longest interview.
const MOST_NODES: usize = 200_000;

/// For every number from one, that at least so many of the goals hold.
fn counter(circuit: &mut Circuit, goals: impl Iterator<Item = Lit>) -> Vec<Lit> {
    let mut at_least: Vec<Lit> = Vec::new();
    for goal in goals {
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
    question: Id<Question>,
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
        let reached = reached(circuit, rulebook, &pairs, is_detail);
        let reads = |node: &NodeId| matches!(rulebook.graph.node(*node), Node::Answer(question, _) if *question == id);
        let goal = circuit.any(rulebook.graph.ids().filter(reads).map(|node| reached[node.index()]));
        let goal = circuit.all(ends.into_iter().chain([goal]));
        Self { question: id, goal, knows }
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

    /// That the answers are not these, as far as they matter: those because of which the question is not asked. More
    /// answers never make a question live, so whatever else is answered, it is not asked either.
    pub fn put_aside(
        &self,
        space: &mut Space,
        formulas: &Formulas,
        rulebook: &Rulebook,
        situation: &Situation,
    ) -> Lit {
        let today = situation.today;
        let is_detail = rulebook.questions[self.question].is_detail();
        let mut answers = situation.answers.clone();
        for (id, question) in rulebook.questions.iter() {
            if question.is_detail() || id >= self.question && !is_detail {
                answers.set(id, None);
            }
        }
        let is_live = |answers: &Answers| {
            let truths = Truths::of(rulebook, answers, Details::Assumed, today);
            live(rulebook, answers, &truths).unanswered.contains(&self.question)
                || is_detail && live_details(rulebook, answers, today).contains(&self.question)
        };
        if !is_live(&answers) {
            for id in rulebook.questions.ids().rev() {
                let mut fewer = answers.clone();
                fewer.set(id, None);
                if !is_live(&fewer) {
                    answers = fewer;
                }
            }
        }
        let mut same = space.given(formulas, &answers, today);
        let known = |(id, answer)| Some(self.knows[Id::index(id)]?.apply_sign(answer != Answer::Unknown));
        same.extend(answers.given().filter_map(known));
        !space.circuit.all(same)
    }
}

/// For every node, that a chain of open nodes leads to it from something that shows.
fn reached(circuit: &mut Circuit, rulebook: &Rulebook, pairs: &[Pair], with_notes: bool) -> Vec<Lit> {
    let mut from: Vec<Vec<Lit>> = vec![Vec::new(); pairs.len()];
    for (node, root) in roots(circuit, rulebook, pairs, with_notes) {
        from[node.index()].push(root);
    }
    let mut reached = vec![circuit.constant(false); pairs.len()];
    for id in rulebook.graph.ids().rev() {
        let pair = pairs[id.index()];
        let led_to = circuit.any(from[id.index()].drain(..));
        let here = circuit.all([led_to, !pair.certain, !pair.excluded]);
        reached[id.index()] = here;
        if here != circuit.constant(false) {
            for part in rulebook.graph.parts(id) {
                from[part.index()].push(here);
            }
        }
    }
    reached
}

/// What shows, with the condition under which it does: as for [`live`](crate::diagnosis::live), with every action counting.
fn roots(circuit: &mut Circuit, rulebook: &Rulebook, pairs: &[Pair], with_notes: bool) -> Vec<(NodeId, Lit)> {
    let always = circuit.constant(true);
    let pair = |node: NodeId| pairs[node.index()];
    let gates = rulebook.gates().filter(|(_, gate)| gate.stops || gate.at_most.is_some());
    let mut roots: Vec<(NodeId, Lit)> = gates.map(|(id, _)| (rulebook.conclusions[id].node, always)).collect();
    let cuts = rulebook.gates().filter(|(_, gate)| gate.at_most.is_some());
    let may_be_cut = circuit.any(cuts.map(|(id, _)| !pair(rulebook.conclusions[id].node).excluded));
    for (_, action) in rulebook.actions.iter() {
        let counts = !pair(action.node).excluded;
        roots.push((action.node, always));
        roots.extend(action.variants.values().map(|variant| (variant.node, counts)));
        let spared = action.answers.iter().map(|&answered| &rulebook.conclusions[answered]);
        let spared: Vec<NodeId> =
            spared.filter(|answered| answered.gate().is_some()).map(|answered| answered.node).collect();
        let none_yet = spared.iter().map(|&gate| !pair(gate).certain);
        let matters = circuit.all(none_yet.chain([counts, may_be_cut]));
        roots.extend(spared.into_iter().map(|gate| (gate, matters)));
    }
    if with_notes {
        roots.extend(rulebook.notes.iter().map(|(_, note)| (note.node, always)));
    }
    roots
}

/// Three values with two literals. Neither: open.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Pair {
    certain: Lit,
    excluded: Lit,
}

/// What is known of a question's answer.
#[derive(Clone, Copy)]
enum Answered {
    Yes,
    No,
    If(Lit),
    Usual(usize),
}

/// The logic of incomplete answers.
struct Partial<'a, L> {
    complete: &'a mut L,
    rulebook: &'a Rulebook,
    answered: &'a [Answered],
}

impl<L: Logic<Value = Lit>> Logic for Partial<'_, L> {
    type Value = Pair;

    fn answer(&mut self, question: Id<Question>, options: Options) -> Pair {
        let (always, never) = (self.complete.all(&[]), self.complete.any(&[]));
        let constant = |holds| if holds { (always, never) } else { (never, always) };
        let entry = &self.rulebook.questions[question];
        let covers = entry.pick == crate::rulebook::Pick::One && entry.all_options().is_within(options);
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
