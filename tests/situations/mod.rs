//! Every situation that a small rulebook can be in: what proofs are compared with.

use std::collections::BTreeSet;

use jiff::civil::{Date, date};
use shinrai::answers::Answers;
use shinrai::answers::given::contradictions;
use shinrai::rulebook::condition::{Node, Options};
use shinrai::rulebook::{Answer, Pick, Rulebook};

/// The day from which everything is seen.
pub const TODAY: Date = date(2026, 11, 22);

/// More answers than this are too many to try.
const MOST_SITUATIONS: usize = 3_000;

/// Every complete answer without contradiction, on days of every kind that the generator knows.
pub fn situations(rulebook: &Rulebook) -> Option<Vec<(Answers, Date)>> {
    let mut all = vec![Answers::none(rulebook)];
    for (id, question) in rulebook.questions.iter() {
        let count = question.options.len();
        let possible: Vec<Options> = match question.pick {
            Pick::One => (0..count).map(Options::one).collect(),
            Pick::Any => {
                (0..1_usize << count).map(|set| (0..count).filter(|option| set >> option & 1 == 1).collect()).collect()
            }
        };
        if all.len() * possible.len() > MOST_SITUATIONS {
            return None;
        }
        let with = |answers: &Answers| {
            let answers = answers.clone();
            possible.iter().map(move |&chosen| answers.clone().with(id, Answer::Chosen(chosen))).collect::<Vec<_>>()
        };
        all = all.iter().flat_map(with).collect();
    }
    let days = days(rulebook);
    let each = all.into_iter().flat_map(|answers| days.iter().map(move |&day| (answers.clone(), day)));
    Some(each.filter(|(answers, day)| contradictions(rulebook, answers, *day).is_empty()).collect())
}

pub fn days(rulebook: &Rulebook) -> BTreeSet<Date> {
    let mut days = BTreeSet::from([TODAY]);
    for node in rulebook.graph.nodes() {
        if let Node::Dates(window) = node {
            for day in [window.from, window.until].into_iter().flatten() {
                days.extend([day.yesterday().unwrap(), day, day.tomorrow().unwrap()]);
            }
        }
    }
    days
}
