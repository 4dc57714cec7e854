//! The smallest change of answers that would turn a conclusion into its opposite.

use batsat::Lit;
use jiff::civil::Date;

use crate::answers::{Answers, Details, Truth, Truths, chosen};
use crate::proof::asked::counter;
use crate::proof::circuit::Solved;
use crate::proof::logic;
use crate::proof::partial::{Answered, Partial};
use crate::proof::situation::Space;
use crate::rulebook::condition::NodeId;
use crate::rulebook::{Answer, Id, Pick, Question, Rulebook};

/// The most answers that may change.
pub const MOST: usize = 3;

/// What came of the search.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Flip {
    /// With these answers it would be the opposite; there is no shorter list.
    Change(Vec<(Id<Question>, Answer)>),
    /// No change of at most [`MOST`] answers does it.
    TooFar,
    /// It is neither true nor false yet.
    Open,
    /// It was not finished.
    Unfinished,
}

/// Looks for the fewest answers whose change turns a true node false or a false one true, whatever is not answered.
pub fn flip(rulebook: &Rulebook, answers: &Answers, today: Date, node: NodeId) -> Flip {
    let now = truth(rulebook, answers, today, node);
    if now == Truth::Open {
        return Flip::Open;
    }
    let mut space = Space::new(&[rulebook], today);
    let formulas = space.formulas(rulebook);
    let knows: Vec<Lit> = rulebook.questions.ids().map(|_| space.circuit.input(true)).collect();
    let answered: Vec<Answered> = knows.iter().map(|&knows| Answered::If(knows)).collect();
    let pairs = {
        let mut complete = space.logic(&formulas);
        logic::read(&rulebook.graph, &mut Partial { complete: &mut complete, rulebook, answered: &answered })
    };
    let pair = pairs[node.index()];
    let mut wanted = space.given(&formulas, &Answers::none(rulebook), today);
    wanted.push(if now == Truth::True { pair.excluded } else { pair.certain });
    wanted.extend(rulebook.contradictions.iter().map(|(_, entry)| !pairs[entry.node.index()].certain));
    let mut changed = Vec::new();
    for id in rulebook.questions.ids() {
        let same = match chosen(rulebook, answers, Details::Assumed, id) {
            Some(options) => {
                let answer = Answers::none(rulebook).with(id, Answer::Chosen(options));
                let mut same = space.given(&formulas, &answer, today);
                same.push(knows[id.index()]);
                space.circuit.all(same)
            }
            None => !knows[id.index()],
        };
        changed.push(!same);
        wanted.push(space.circuit.any([same, knows[id.index()]])); // a changed answer is one that is known
    }
    let at_least = counter(&mut space.circuit, &changed);
    for most in 1..=MOST.min(at_least.len()) {
        let fewer = at_least.get(most).map(|&more| !more);
        let wanted: Vec<Lit> = wanted.iter().copied().chain(fewer).collect();
        match space.circuit.solve(&wanted) {
            Solved::Impossible => {}
            Solved::Unfinished => return Flip::Unfinished,
            Solved::Possible => {
                let situation = space.situation(rulebook, &formulas);
                let is_changed = |id: &Id<Question>| space.circuit.holds(changed[id.index()]);
                let ids = rulebook.questions.ids().filter(is_changed);
                let change = ids.filter_map(|id| Some((id, situation.answers.get(id)?))).collect();
                return Flip::Change(least(rulebook, answers, today, node, change));
            }
        }
    }
    Flip::TooFar
}

fn truth(rulebook: &Rulebook, answers: &Answers, today: Date, node: NodeId) -> Truth {
    Truths::of(rulebook, answers, Details::Assumed, today).get(node)
}

/// The same change with as few other options as possible: an option of several that need not change does not.
fn least(
    rulebook: &Rulebook,
    answers: &Answers,
    today: Date,
    node: NodeId,
    mut change: Vec<(Id<Question>, Answer)>,
) -> Vec<(Id<Question>, Answer)> {
    let wanted = !truth(rulebook, answers, today, node);
    for position in 0..change.len() {
        let (id, answer) = change[position];
        let (Answer::Chosen(mut options), Some(before)) = (answer, chosen(rulebook, answers, Details::Assumed, id))
        else {
            continue;
        };
        let differing = options.without(before).or(before.without(options));
        if differing.count() < 2 || rulebook.questions[id].pick == Pick::One {
            continue;
        }
        for option in differing.iter() {
            let fewer = options.toggled(option);
            let mut trial = answers.clone();
            trial.extend(change.iter().copied());
            trial.set(id, Some(Answer::Chosen(fewer)));
            let truths = Truths::of(rulebook, &trial, Details::Open, today);
            let contradicts = rulebook.contradictions.iter().any(|(_, entry)| truths.get(entry.node) == Truth::True);
            if truth(rulebook, &trial, today, node) == wanted && fewer != before && !contradicts {
                options = fewer;
                change[position] = (id, Answer::Chosen(options));
            }
        }
    }
    change
}
