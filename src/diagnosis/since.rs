//! What is different since an earlier diagnosis: what is new, done, no longer needed, or overdue.

use jiff::civil::Date;

use crate::diagnosis::{Diagnosis, Line};
use crate::rulebook::{Action, Id};

/// What is different.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Since {
    /// The day of the earlier diagnosis.
    pub day: Date,
    /// On the list now, and not then.
    pub new: Vec<Id<Action>>,
    /// On the list then, and done since.
    pub done: Vec<Id<Action>>,
    /// On the list then; not any more, and not done.
    pub dropped: Vec<Id<Action>>,
    /// On both lists, although the day of then has passed, with that day.
    pub overdue: Vec<(Id<Action>, Date)>,
}

impl Since {
    /// Compares two lists.
    pub fn between(earlier: &Diagnosis, now: &Diagnosis) -> Self {
        let lines = |diagnosis: &Diagnosis| {
            let lines = diagnosis.checklist.iter().chain(&diagnosis.left_out).filter_map(Line::step);
            lines.map(|step| (step.action, step.place.due.on(diagnosis.today))).collect::<Vec<_>>()
        };
        let (then, today) = (lines(earlier), lines(now));
        let is_in = |list: &[(Id<Action>, Date)], action| list.iter().any(|&(other, _)| other == action);
        let is_done = |action: &Id<Action>| now.answers.done.contains(action);
        let done = now.answers.done.iter().copied().filter(|action| !earlier.answers.done.contains(action));
        let gone = then.iter().map(|&(action, _)| action).filter(|&action| !is_in(&today, action));
        let overdue = then.iter().copied().filter(|&(action, due)| due < now.today && is_in(&today, action));
        Self {
            day: earlier.today,
            new: today.iter().map(|&(action, _)| action).filter(|&action| !is_in(&then, action)).collect(),
            done: done.collect(),
            dropped: gone.filter(|action| !is_done(action)).collect(),
            overdue: overdue.collect(),
        }
    }
}
