//! A diagnosis in names alone: what many diagnoses are compared and counted by.

use crate::answers::Truth;
use crate::diagnosis::{Core, Line};
use crate::rulebook::{Action, Conclusion, Id, Question, Rulebook};

/// What came out, without words and reasons.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Brief {
    /// The gate that ends everything else.
    pub stopped_by: Option<Id<Conclusion>>,
    /// The gate to begin with.
    pub headline: Option<Id<Conclusion>>,
    /// The causes, obstacles and gates that are found.
    pub found: Vec<Id<Conclusion>>,
    /// The causes, obstacles and gates that are neither found nor ruled out.
    pub undecided: Vec<Id<Conclusion>>,
    /// The lines that are shown, in order.
    pub checklist: Vec<Entry>,
    /// The lines that a gate cuts off, in order.
    pub left_out: Vec<Entry>,
    /// The actions that neither are listed nor ruled out.
    pub open: Vec<Id<Action>>,
    /// The questions that could still change something.
    pub unanswered: Vec<Id<Question>>,
}

/// A line of a brief checklist.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Entry {
    /// Something to do.
    Do(Id<Action>),
    /// Something to find out first.
    FindOut(Id<Question>),
}

impl From<&Line> for Entry {
    fn from(line: &Line) -> Self {
        match line {
            Line::Action(step) => Self::Do(step.action),
            Line::FindOut(question, _) => Self::FindOut(*question),
        }
    }
}

impl Brief {
    /// What came out for one situation.
    pub fn of(rulebook: &Rulebook, core: &Core) -> Self {
        let of_truth = |truth| {
            let all =
                rulebook.conclusions.iter().filter(move |(_, conclusion)| core.truths.get(conclusion.node) == truth);
            all.map(|(id, _)| id).collect()
        };
        let is_open = |action: &Id<Action>| core.truths.to_do(rulebook, *action) == Truth::Open;
        Self {
            stopped_by: core.stopped_by,
            headline: core.headline,
            found: of_truth(Truth::True),
            undecided: of_truth(Truth::Open),
            checklist: core.checklist.iter().map(Entry::from).collect(),
            left_out: core.left_out.iter().map(Entry::from).collect(),
            open: if core.stopped_by.is_some() { Vec::new() } else { rulebook.actions.ids().filter(is_open).collect() },
            unanswered: core.live.unanswered.clone(),
        }
    }
}
