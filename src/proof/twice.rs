//! Actions that say the same: a person would read one line twice.

use std::collections::HashMap;

use crate::proof::prover::Prover;
use crate::rulebook::finding::{Code, Finding};
use crate::rulebook::{Action, Id, Kind, Rulebook};
use crate::words;
use crate::words::Language;

/// Reports actions with the same task that can stand on one list.
pub fn check(prover: &mut Prover<'_>, findings: &mut Vec<Finding>) {
    let rulebook = prover.rulebook;
    let mut first: HashMap<[&str; 2], Id<Action>> = HashMap::new();
    for (id, action) in rulebook.actions.iter() {
        let task = Language::ALL.map(|language| action.advice.task.get(language));
        let Some(&earlier) = first.get(&task) else {
            first.insert(task, id);
            continue;
        };
        if !prover.spend(prover.formulas.size) {
            prover.unfinished += 1;
            continue;
        }
        let both = [(rulebook.actions[earlier].node, true), (action.node, true)];
        if let Some(situation) = prover.find_shown(&both) {
            findings.push(said_twice(rulebook, earlier, id).example(prover.example(&situation, &both)));
        }
    }
}

fn said_twice(rulebook: &Rulebook, earlier: Id<Action>, later: Id<Action>) -> Finding {
    let (one, other) = (rulebook.actions.name(earlier), rulebook.actions.name(later));
    Finding::new(
        Code::SaidTwice,
        words!(
            ja: "`action.{one}` と `action.{other}` は同じ文で、一緒に一覧に出ることがあります",
            en: "`action.{one}` and `action.{other}` say the same and can be listed together",
        ),
    )
    .at(rulebook.actions[later].span)
    .at_with(rulebook.actions[earlier].span, words!(ja: "同じ文です", en: "it says the same"))
    .help(words!(
        ja: "1つにまとめるか、違いがわかる文にしてください",
        en: "make one of them, or say what the difference is",
    ))
    .about(format!("{}.{other}", Kind::Action.name()))
}
