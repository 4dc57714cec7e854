//! What is different since an earlier diagnosis: what is new, back, done, waiting, dropped or overdue.

use jiff::civil::Date;

use crate::answers::Truth;
use crate::diagnosis::{Diagnosis, Line, Step};
use crate::rulebook::{Action, Id, Rulebook};

/// What is different.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Since {
    /// The day of the earlier diagnosis, if it is known.
    pub day: Option<Date>,
    /// On the list now, and not then.
    pub new: Vec<Id<Action>>,
    /// On the list now; fitting then, but it waited, or it was done and comes again.
    pub back: Vec<Id<Action>>,
    /// Done since.
    pub done: Vec<Id<Action>>,
    /// On the list then, and fitting still; but now it waits: a gate holds it back, or the list is shorter.
    pub waiting: Vec<Id<Action>>,
    /// On the list then; not any more, and not done.
    pub dropped: Vec<Id<Action>>,
    /// On both lists, although the day of then has passed, with that day.
    pub overdue: Vec<(Id<Action>, Date)>,
}

impl Since {
    /// Compares two diagnoses, of which the earlier one was made on some `day`.
    pub fn between(rulebook: &Rulebook, earlier: &Diagnosis, day: Option<Date>, now: &Diagnosis) -> Self {
        let steps = |lines: &[Line]| lines.iter().filter_map(Line::step).cloned().collect::<Vec<Step>>();
        let (then, today, cut) = (steps(&earlier.checklist), steps(&now.checklist), steps(&now.left_out));
        let cut_then = steps(&earlier.left_out);
        let is_in = |steps: &[Step], action| steps.iter().any(|step| step.action == action);
        let gone = then.iter().map(|step| step.action);
        let gone = gone.filter(|&action| !is_in(&today, action) && !now.answers.done.contains(&action));
        let may_come_back = |action: &Id<Action>| {
            is_in(&cut, *action) || now.truths.get(rulebook.actions[*action].fits) != Truth::False
        };
        let (waiting, dropped) = gone.partition(may_come_back);
        let overdue = then.iter().map(|step| (step.action, step.place.due.on(earlier.today)));
        let is_known = |action| is_in(&then, action) || is_in(&cut_then, action);
        let come = today.iter().map(|step| step.action).filter(|&action| !is_known(action));
        let (back, new) = come.partition(|&action| earlier.truths.get(rulebook.actions[action].fits) == Truth::True);
        Self {
            day,
            new,
            back,
            done: now.answers.done.difference(&earlier.answers.done).copied().collect(),
            waiting,
            dropped,
            overdue: overdue.filter(|&(action, due)| due < now.today && is_in(&today, action)).collect(),
        }
    }
}
