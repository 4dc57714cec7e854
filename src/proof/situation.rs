//! Situations: complete answers without contradiction, on some day; and a rulebook as formulas over them.
//!
//! Days are told apart only where some entry comes into force or ends, so there are finitely many.

use std::collections::{BTreeMap, BTreeSet};

use batsat::Lit;
use indexmap::IndexMap;
use jiff::civil::Date;

use crate::answers::Answers;
use crate::proof::circuit::{Circuit, Solved};
use crate::proof::logic::{self, Logic};
use crate::rulebook::calendar::Window;
use crate::rulebook::condition::{Node, NodeId, Options};
use crate::rulebook::{Answer, Id, Pick, Question, Rulebook};

/// A complete answer on some day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Situation {
    /// An answer to every question.
    pub answers: Answers,
    /// The day.
    pub today: Date,
}

/// All situations, as assignments of a circuit.
pub struct Space {
    /// The formulas over situations.
    pub circuit: Circuit,
    /// For every question by name, for every option by name, whether it is chosen.
    options: IndexMap<String, IndexMap<String, Lit>>,
    days: Days,
}

/// A rulebook as formulas over situations.
pub struct Formulas {
    options: Vec<Vec<Lit>>,
    /// What each node of the graph means.
    pub nodes: Vec<Lit>,
    /// That the answers do not contradict each other: what makes an assignment a situation of this rulebook.
    pub valid: Lit,
    /// What it takes to conclude from answers, in steps of the budget: one for each node and each of its parts.
    pub size: usize,
}

impl Formulas {
    /// That an option is chosen.
    pub fn chosen(&self, question: Id<Question>, option: usize) -> Lit {
        self.options[question.index()][option]
    }

    /// What a node means.
    pub fn get(&self, node: NodeId) -> Lit {
        self.nodes[node.index()]
    }
}

impl Space {
    /// The situations in which rulebooks may find themselves, seen from `today`.
    pub fn new(rulebooks: &[&Rulebook], today: Date) -> Self {
        let mut circuit = Circuit::default();
        let windows = rulebooks.iter().flat_map(|rulebook| windows(rulebook));
        let days = Days::new(&mut circuit, windows, today);
        let mut space = Self { circuit, options: IndexMap::new(), days };
        for rulebook in rulebooks {
            space.add_questions(rulebook);
        }
        space
    }

    /// Adds what is new of a rulebook's questions. Where rulebooks differ in the options of a question, only answers that
    /// all of them know are answers.
    fn add_questions(&mut self, rulebook: &Rulebook) {
        let Self { circuit, options, .. } = self;
        for (id, question) in rulebook.questions.iter() {
            let known = options.entry(rulebook.questions.name(id).to_owned()).or_default();
            let is_new = known.is_empty();
            for (option, name) in question.options.names().enumerate() {
                if !known.contains_key(name) {
                    let lit = circuit.input(question.usually == Some(option));
                    if !is_new {
                        circuit.require([!lit]);
                    }
                    known.insert(name.to_owned(), lit);
                }
            }
            for (name, &lit) in known.iter() {
                if question.options.position(name).is_none() {
                    circuit.require([!lit]);
                }
            }
            if question.pick == Pick::One {
                let lits: Vec<Lit> = question.options.names().map(|name| known[name]).collect();
                for (position, &one) in lits.iter().enumerate() {
                    for &other in &lits[position + 1..] {
                        circuit.require([!one, !other]);
                    }
                }
                circuit.require(lits);
            }
        }
    }

    /// A rulebook as formulas.
    pub fn formulas(&mut self, rulebook: &Rulebook) -> Formulas {
        let lits = |id| {
            let known = &self.options[rulebook.questions.name(id)];
            rulebook.questions[id].options.names().map(|option| known[option]).collect()
        };
        let options: Vec<Vec<Lit>> = rulebook.questions.ids().map(lits).collect();
        let mut logic = Complete { circuit: &mut self.circuit, options: &options, days: &self.days };
        let nodes = logic::read(&rulebook.graph, &mut logic);
        let contradicted = rulebook.contradictions.iter().map(|(_, entry)| !nodes[entry.node.index()]);
        let valid = self.circuit.all(contradicted);
        let size = rulebook.graph.nodes().iter().map(|node| 1 + node.parts().count()).sum();
        Formulas { options, nodes, valid, size }
    }

    /// The logic in which `formulas` were made.
    pub fn logic<'a>(&'a mut self, formulas: &'a Formulas) -> impl Logic<Value = Lit> + 'a {
        Complete { circuit: &mut self.circuit, options: &formulas.options, days: &self.days }
    }

    /// Looks for a situation in which all of these hold.
    ///
    /// # Errors
    ///
    /// Whether there is none, or the solver gave up.
    pub fn find(&mut self, rulebook: &Rulebook, formulas: &Formulas, wanted: &[Lit]) -> Result<Situation, Solved> {
        match self.circuit.solve(&[&[formulas.valid], wanted].concat()) {
            Solved::Possible => Ok(self.situation(rulebook, formulas)),
            none => Err(none),
        }
    }

    /// The situation that was found last.
    pub fn situation(&self, rulebook: &Rulebook, formulas: &Formulas) -> Situation {
        let mut answers = Answers::none(rulebook);
        for (id, options) in rulebook.questions.ids().zip(&formulas.options) {
            let chosen = options.iter().enumerate().filter(|(_, lit)| self.circuit.holds(**lit));
            let chosen: Options = chosen.map(|(position, _)| position).collect();
            answers.set(id, Some(Answer::Chosen(chosen)));
        }
        Situation { answers, today: self.days.found(&self.circuit) }
    }

    /// That these answers are given on this day. A question answered with "don't know" may have any.
    pub fn given(&self, formulas: &Formulas, answers: &Answers, today: Date) -> Vec<Lit> {
        let chosen =
            answers.given().flat_map(|(question, answer)| assumed(&formulas.options[question.index()], answer));
        self.days.assumed(today).into_iter().chain(chosen).collect()
    }

    /// Whether some situation goes with these answers on this day.
    pub fn allows(&mut self, formulas: &Formulas, answers: &Answers, today: Date) -> bool {
        let mut given = self.given(formulas, answers, today);
        given.push(formulas.valid);
        self.circuit.solve(&given) == Solved::Possible
    }

    /// One day of each stretch of days that are alike.
    pub fn days(&self) -> Vec<Date> {
        self.days.representatives()
    }
}

fn assumed(options: &[Lit], answer: Answer) -> Vec<Lit> {
    match answer {
        Answer::Unknown => Vec::new(),
        Answer::Chosen(chosen) => {
            options.iter().enumerate().map(|(position, lit)| lit.apply_sign(chosen.contains(position))).collect()
        }
    }
}

fn windows(rulebook: &Rulebook) -> impl Iterator<Item = Window> {
    rulebook.graph.nodes().iter().filter_map(|node| if let Node::Dates(window) = node { Some(*window) } else { None })
}

/// The days on which something begins, and the one from which we look.
struct Days {
    today: Date,
    reached: BTreeMap<Date, Lit>,
}

impl Days {
    fn new(circuit: &mut Circuit, windows: impl Iterator<Item = Window>, today: Date) -> Self {
        let changes = windows.flat_map(|window| [window.from, window.until.and_then(day_after)]).flatten();
        let changes: BTreeSet<Date> = changes.collect();
        let reached: BTreeMap<Date, Lit> = changes.into_iter().map(|day| (day, circuit.input(day <= today))).collect();
        for (earlier, later) in reached.values().zip(reached.values().skip(1)) {
            circuit.require([*earlier, !*later]);
        }
        Self { today, reached }
    }

    /// What holds on a day.
    fn assumed(&self, day: Date) -> Vec<Lit> {
        self.reached.iter().map(|(&change, lit)| lit.apply_sign(change <= day)).collect()
    }

    /// A day like the one found last: today if it is one, else the first after a change.
    fn found(&self, circuit: &Circuit) -> Date {
        let passed = self.reached.iter().filter(|(_, lit)| circuit.holds(**lit)).map(|(&day, _)| day).next_back();
        self.like(passed)
    }

    fn like(&self, passed: Option<Date>) -> Date {
        let of_today = self.reached.range(..=self.today).map(|(&day, _)| day).next_back();
        match (passed, self.reached.keys().next()) {
            _ if passed == of_today => self.today,
            (Some(day), _) => day,
            (None, Some(first)) => first.yesterday().unwrap_or(Date::MIN),
            (None, None) => self.today,
        }
    }

    fn representatives(&self) -> Vec<Date> {
        std::iter::once(None).chain(self.reached.keys().map(|&day| Some(day))).map(|passed| self.like(passed)).collect()
    }
}

fn day_after(day: Date) -> Option<Date> {
    day.tomorrow().ok()
}

/// The logic of complete answers, in formulas.
struct Complete<'a> {
    circuit: &'a mut Circuit,
    options: &'a [Vec<Lit>],
    days: &'a Days,
}

impl Logic for Complete<'_> {
    type Value = Lit;

    fn answer(&mut self, question: Id<Question>, options: Options) -> Lit {
        let lits = &self.options[question.index()];
        let chosen = lits.iter().enumerate().filter(|(position, _)| options.contains(*position));
        self.circuit.any(chosen.map(|(_, &lit)| lit))
    }

    fn dates(&mut self, window: Window) -> Lit {
        let reached = |day: Option<Date>| day.map(|day| self.days.reached[&day]);
        let (from, ended) = (reached(window.from), reached(window.until.and_then(day_after)));
        self.circuit.all(from.into_iter().chain(ended.map(|ended| !ended)))
    }

    fn all(&mut self, parts: &[Lit]) -> Lit {
        self.circuit.all(parts.iter().copied())
    }

    fn any(&mut self, parts: &[Lit]) -> Lit {
        self.circuit.any(parts.iter().copied())
    }

    fn not(&mut self, part: &Lit) -> Lit {
        !*part
    }
}
