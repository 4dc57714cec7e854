//! The diagnosis: what follows from answers, and the ordered checklist.
//!
//! Everything here is a pure function of rulebook, answers and date. Words are chosen in [`report`](crate::report).

pub mod batch;
pub mod brief;
pub mod live;
pub mod order;
pub mod since;
pub mod trace;

use jiff::civil::Date;

use crate::answers::{Answers, Details, Strength, Truth, Truths, open_questions, strength};
use crate::rulebook::calendar::Due;
use crate::rulebook::condition::{Node, NodeId};
use crate::rulebook::{
    Action, Basis, Conclusion, Contact, Gate, Id, Note, Question, Reference, Rulebook, Stage, Text, Tone, Variant,
};
pub use brief::Brief;
pub use live::Live;
pub use order::{Line, Step};
pub use since::Since;
pub use trace::Trace;
use trace::{Grounds, Traces};

/// How many find-out lines a checklist has at most.
pub const MOST_FIND_OUT: usize = 3;

/// Everything that follows from some answers on some day.
#[derive(Clone, Debug)]
pub struct Diagnosis {
    /// The day.
    pub today: Date,
    /// The answers it follows from.
    pub answers: Answers,
    /// The truth of everything.
    pub truths: Truths,
    /// The truth of everything while no answer is assumed.
    pub unassumed: Truths,
    traces: Traces,
    /// The gate that ends everything else.
    pub stopped_by: Option<Id<Conclusion>>,
    /// The gate to begin with.
    pub headline: Option<Id<Conclusion>>,
    /// The lines that are shown, in order.
    pub checklist: Vec<Line>,
    /// The lines that a gate cuts off, in order.
    pub left_out: Vec<Line>,
    /// The gate that cuts them off.
    pub cut_by: Option<Id<Conclusion>>,
    /// What would be on the list as well, but is done already.
    pub done: Vec<Step>,
    /// What is different since an earlier one, if there is one to compare with.
    pub since: Option<Since>,
    /// The questions that could still change something.
    pub live: Live,
    /// The details that were assumed and could still change something.
    pub assumed: Vec<Id<Question>>,
}

/// What is concluded, without the reasons.
#[derive(Clone, Debug)]
pub struct Core {
    /// The truth of everything.
    pub truths: Truths,
    /// The gate that ends everything else.
    pub stopped_by: Option<Id<Conclusion>>,
    /// The gate to begin with.
    pub headline: Option<Id<Conclusion>>,
    /// The lines that are shown, in order.
    pub checklist: Vec<Line>,
    /// The lines that a gate cuts off, in order.
    pub left_out: Vec<Line>,
    /// The gate that cuts them off.
    pub cut_by: Option<Id<Conclusion>>,
    /// The questions that could still change something.
    pub live: Live,
}

/// Draws all conclusions.
pub fn diagnose(rulebook: &Rulebook, answers: &Answers, today: Date) -> Diagnosis {
    let (truths, unassumed) = Truths::with_and_without_details(rulebook, answers, today);
    let core = conclude_from(rulebook, answers, truths);
    let Core { truths, stopped_by, headline, checklist, left_out, cut_by, live } = core;
    let done = if stopped_by.is_some() { Vec::new() } else { order::done(rulebook, answers, &truths) };
    Diagnosis {
        today,
        done,
        since: None,
        traces: Traces::default(),
        assumed: live::live_details_in(rulebook, answers, &unassumed),
        unassumed,
        answers: answers.clone(),
        truths,
        stopped_by,
        headline,
        checklist,
        left_out,
        cut_by,
        live,
    }
}

/// Draws all conclusions, and leaves out the reasons.
pub fn conclude(rulebook: &Rulebook, answers: &Answers, today: Date) -> Core {
    conclude_from(rulebook, answers, Truths::of(rulebook, answers, Details::Assumed, today))
}

fn conclude_from(rulebook: &Rulebook, answers: &Answers, truths: Truths) -> Core {
    let holds = |id: Id<Conclusion>| truths.get(rulebook.conclusions[id].node) == Truth::True;
    let first = |fits: &dyn Fn(&Gate) -> bool| rulebook.gates().find(|(id, gate)| fits(gate) && holds(*id));
    let stopped_by = first(&|gate| gate.stops).map(|(id, _)| id);
    let headline = stopped_by.or_else(|| first(&|gate| gate.tone == Tone::Alert).map(|(id, _)| id));
    let live = live::live(rulebook, answers, &truths);
    let (checklist, left_out, cut_by) = if stopped_by.is_some() {
        (Vec::new(), Vec::new(), None)
    } else {
        let lines = lines(rulebook, &truths, &live);
        match live::cut(rulebook, &truths) {
            Some((most, gate)) => {
                let (kept, left_out) = divide(lines, most, |line| {
                    line.action().is_some_and(|action| answers_true_gate(rulebook, &truths, action))
                });
                (kept, left_out, Some(gate))
            }
            None => (lines, Vec::new(), None),
        }
    };
    Core { truths, stopped_by, headline, checklist, left_out, cut_by, live }
}

/// The listed actions and the find-out lines, in order.
fn lines(rulebook: &Rulebook, truths: &Truths, live: &Live) -> Vec<Line> {
    let mut lines: Vec<Line> = order::steps(rulebook, truths).into_iter().map(Line::Action).collect();
    for &question in live.unknown.iter().take(MOST_FIND_OUT) {
        let place = order::find_out_place(rulebook, question);
        let behind = lines.partition_point(|line| *line.place() < place);
        lines.insert(behind, Line::FindOut(question, place));
    }
    lines
}

/// The first lines and whatever is spared, and the rest.
fn divide<T>(lines: Vec<T>, most: usize, is_spared: impl Fn(&T) -> bool) -> (Vec<T>, Vec<T>) {
    let mut kept = Vec::new();
    let mut left_out = Vec::new();
    for (position, line) in lines.into_iter().enumerate() {
        if position < most || is_spared(&line) { kept.push(line) } else { left_out.push(line) }
    }
    (kept, left_out)
}

fn answers_true_gate(rulebook: &Rulebook, truths: &Truths, action: Id<Action>) -> bool {
    rulebook.actions[action].answers.iter().any(|&answered| {
        let conclusion = &rulebook.conclusions[answered];
        conclusion.gate().is_some() && truths.get(conclusion.node) == Truth::True
    })
}

impl Diagnosis {
    /// Whether a conclusion is found (true), ruled out (false) or open.
    pub fn truth(&self, rulebook: &Rulebook, conclusion: Id<Conclusion>) -> Truth {
        self.truths.get(rulebook.conclusions[conclusion].node)
    }

    /// Why a node is true or false; empty for an open one.
    pub fn trace(&self, rulebook: &Rulebook, node: NodeId) -> Trace {
        self.traces.get(Grounds { rulebook, answers: &self.answers, truths: &self.truths }, node)
    }

    /// How strongly a cause or an obstacle is indicated.
    pub fn strength(&self, rulebook: &Rulebook, conclusion: Id<Conclusion>) -> Option<Strength> {
        match rulebook.graph.node(rulebook.conclusions[conclusion].node) {
            Node::Found(signs) if rulebook.conclusions[conclusion].signs().is_some() => {
                Some(strength(signs, |node| self.truths.get(node)))
            }
            _ => None,
        }
    }

    /// Whether an action is listed (true), not listed (false) or open.
    pub fn action(&self, rulebook: &Rulebook, action: Id<Action>) -> Truth {
        self.truths.get(rulebook.actions[action].node)
    }

    /// The actions that neither are listed nor ruled out, nor done already.
    pub fn open_actions(&self, rulebook: &Rulebook) -> Vec<Id<Action>> {
        rulebook.actions.ids().filter(|&action| self.truths.to_do(rulebook, action) == Truth::Open).collect()
    }

    /// The questions that can still settle an open node.
    pub fn settled_by(&self, rulebook: &Rulebook, node: NodeId) -> Vec<Id<Question>> {
        open_questions(&rulebook.graph, &self.truths, [node])
    }

    /// The actions that would be listed, or could be, if this gate did not hold them back; none that is done already.
    pub fn held_back_by(&self, rulebook: &Rulebook, gate: Id<Conclusion>) -> Vec<Id<Action>> {
        let Basis::Gate(rules) = &rulebook.conclusions[gate].basis else { return Vec::new() };
        let held = rulebook.actions.iter().filter(|(id, action)| {
            let fits = self.truths.get(action.fits) != Truth::False && !self.answers.done.contains(id);
            fits && self.holds_back(rulebook, gate, rules, action)
        });
        held.map(|(id, _)| id).collect()
    }

    fn holds_back(&self, rulebook: &Rulebook, id: Id<Conclusion>, gate: &Gate, action: &Action) -> bool {
        let not_this = !self.truth(rulebook, id);
        let barred = gate.bars_action(action) && not_this != Truth::True;
        let gates = action.answers.iter().filter(|answered| rulebook.conclusions[**answered].gate().is_some());
        let ways = gates.map(|&answered| self.truth(rulebook, answered));
        barred || gate.only && Truth::any(std::iter::once(not_this).chain(ways)) != Truth::True
    }

    /// The conclusions that an action answers and that are found.
    pub fn answered_by(&self, rulebook: &Rulebook, action: Id<Action>) -> Vec<Id<Conclusion>> {
        let answers = &rulebook.actions[action].answers;
        answers.iter().copied().filter(|&answered| self.truth(rulebook, answered) == Truth::True).collect()
    }

    /// The notes that are true.
    pub fn notes(&self, rulebook: &Rulebook) -> Vec<Id<Note>> {
        if self.stopped_by.is_some() {
            return Vec::new();
        }
        rulebook.notes.ids().filter(|&note| self.truths.get(rulebook.notes[note].node) == Truth::True).collect()
    }

    /// Where to turn: what true gates, open gates that end everything or hold something back, and shown actions refer to,
    /// unless it is certainly not there for this person.
    pub fn contacts(&self, rulebook: &Rulebook) -> Vec<Id<Contact>> {
        let mut referred = vec![false; rulebook.contacts.len()];
        let mut refer = |contacts: &[Id<Contact>]| contacts.iter().for_each(|contact| referred[contact.index()] = true);
        match self.stopped_by.and_then(|gate| rulebook.conclusions[gate].gate()) {
            Some(gate) => refer(&gate.refer),
            None => {
                for (id, gate) in rulebook.gates() {
                    let speaks = match self.truth(rulebook, id) {
                        Truth::True => true,
                        Truth::Open => gate.stops || !self.held_back_by(rulebook, id).is_empty(),
                        Truth::False => false,
                    };
                    if speaks {
                        refer(&gate.refer);
                    }
                }
                for action in self.checklist.iter().filter_map(Line::action) {
                    refer(&rulebook.actions[action].advice.refer);
                }
            }
        }
        let is_there = |contact: &Id<Contact>| {
            referred[contact.index()] && self.truths.get(rulebook.contacts[*contact].node) != Truth::False
        };
        rulebook.contacts.ids().filter(is_there).collect()
    }

    /// What of it can be handed on: the lines that the rulebook lets others read.
    #[must_use]
    pub fn shared(&self, rulebook: &Rulebook) -> Self {
        let mut shared = self.clone();
        shared.checklist.retain(|line| line.step().is_some_and(|step| step.is_shared(rulebook)));
        let kept: Vec<Id<Action>> = shared.checklist.iter().filter_map(Line::action).collect();
        let steps = order::steps_among(rulebook, &self.truths, |action| kept.contains(&action));
        shared.checklist = steps.into_iter().map(Line::Action).collect(); // none at the place of one that is left out
        shared.done.retain(|step| step.is_shared(rulebook));
        shared.answers.done = shared.done.iter().map(|step| step.action).collect();
        shared.left_out.clear();
        shared
    }

    /// What some lines are based on and is in force.
    pub fn sources(&self, rulebook: &Rulebook, lines: &[Line]) -> Vec<Id<Reference>> {
        let mut used = vec![false; rulebook.sources.len()];
        for line in lines {
            if let Line::Action(step) = line {
                step.sources(rulebook).iter().for_each(|source| used[source.index()] = true);
            }
        }
        let in_force =
            |source: &Id<Reference>| used[source.index()] && rulebook.sources[*source].window.contains(self.today);
        rulebook.sources.ids().filter(in_force).collect()
    }
}

/// An action as it is done here: what the variants that apply replace, and what they add.
impl Step {
    /// The checklist line.
    pub fn task<'a>(&self, rulebook: &'a Rulebook) -> &'a Text {
        self.replaced(rulebook, |variant| variant.advice.task.as_ref())
            .unwrap_or(&rulebook.actions[self.action].advice.task)
    }

    /// The steps.
    pub fn how<'a>(&self, rulebook: &'a Rulebook) -> impl Iterator<Item = &'a Text> {
        let action = &rulebook.actions[self.action];
        let more = self.variants.iter().flat_map(|&variant| &action.variants[variant].advice.how);
        action.advice.how.iter().chain(more.collect::<Vec<_>>())
    }

    /// How to see that it is done.
    pub fn done<'a>(&self, rulebook: &'a Rulebook) -> Option<&'a Text> {
        self.replaced(rulebook, |variant| variant.advice.done.as_ref())
            .or(rulebook.actions[self.action].advice.done.as_ref())
    }

    /// What never to do.
    pub fn avoid<'a>(&self, rulebook: &'a Rulebook) -> Option<&'a Text> {
        self.replaced(rulebook, |variant| variant.advice.avoid.as_ref())
            .or(rulebook.actions[self.action].advice.avoid.as_ref())
    }

    /// The reason.
    pub fn why<'a>(&self, rulebook: &'a Rulebook) -> &'a Text {
        self.replaced(rulebook, |variant| variant.advice.why.as_ref())
            .unwrap_or(&rulebook.actions[self.action].advice.why)
    }

    /// How often it comes again.
    pub fn every(&self, rulebook: &Rulebook) -> Option<Due> {
        self.replaced(rulebook, |variant| variant.every.as_ref()).copied().or(rulebook.actions[self.action].every)
    }

    /// The step of repair.
    pub fn stage(&self, rulebook: &Rulebook) -> Option<Id<Stage>> {
        self.replaced(rulebook, |variant| variant.stage.as_ref()).copied().or(rulebook.actions[self.action].stage)
    }

    /// Whether its line can stand in a copy that is handed on.
    pub fn is_shared(&self, rulebook: &Rulebook) -> bool {
        self.replaced(rulebook, |variant| variant.share.as_ref())
            .copied()
            .unwrap_or(rulebook.actions[self.action].share)
    }

    /// What it is based on.
    pub fn sources<'a>(&self, rulebook: &'a Rulebook) -> &'a [Id<Reference>] {
        let replaced = self.replaced(rulebook, |variant| variant.advice.sources.as_ref());
        replaced.unwrap_or(&rulebook.actions[self.action].advice.sources)
    }

    /// The last variant's word on something, if any has one.
    fn replaced<'a, T>(&self, rulebook: &'a Rulebook, part: impl Fn(&'a Variant) -> Option<&'a T>) -> Option<&'a T> {
        let action = &rulebook.actions[self.action];
        self.variants.iter().rev().find_map(|&variant| part(&action.variants[variant]))
    }
}
