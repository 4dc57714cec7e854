//! Many situations as numbers: how often each cause, obstacle and gate is found, and what stands first. A picture of a group
//! must not tell on anybody in it, so small groups are not shown, nor how small the rest is beside a large one (top and
//! bottom coding; Hundepool et al. 2012, "Statistical Disclosure Control").

use std::collections::BTreeMap;

use serde_json::{Value, json};
use unicode_width::UnicodeWidthStr as _;

use crate::diagnosis::Brief;
use crate::diagnosis::brief::Entry;
use crate::report::{Style, phrases, wrap};
use crate::rulebook::{Action, Conclusion, Id, Kind, Question, Rulebook};
use crate::words::{self, Language};
use crate::{say, word};

/// How many situations must share something before it is shown.
pub const FEWEST: u64 = 5;

/// Counts of many brief diagnoses.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// The situations that were diagnosed.
    pub cases: u64,
    found: BTreeMap<Id<Conclusion>, u64>,
    first_actions: BTreeMap<Id<Action>, u64>,
    first_questions: BTreeMap<Id<Question>, u64>,
}

impl Tally {
    /// Counts one more.
    pub fn add(&mut self, brief: &Brief) {
        self.cases += 1;
        for &found in &brief.found {
            *self.found.entry(found).or_default() += 1;
        }
        match brief.checklist.first() {
            Some(&Entry::Do(action)) => *self.first_actions.entry(action).or_default() += 1,
            Some(&Entry::FindOut(question)) => *self.first_questions.entry(question).or_default() += 1,
            None => {}
        }
    }

    /// Takes in what was counted elsewhere.
    pub fn merge(&mut self, other: Self) {
        fn merge<K: Ord>(into: &mut BTreeMap<K, u64>, from: BTreeMap<K, u64>) {
            for (key, count) in from {
                *into.entry(key).or_default() += count;
            }
        }
        self.cases += other.cases;
        merge(&mut self.found, other.found);
        merge(&mut self.first_actions, other.first_actions);
        merge(&mut self.first_questions, other.first_questions);
    }
}

/// A count out of all, as far as it can be shown: nothing of a small group, and never more than leaves a group as large
/// outside. In steps, so that nothing is learned from the difference of two (rounding to a base).
fn shown(count: u64, all: u64, fewest: u64) -> Option<u64> {
    let most = all.saturating_sub(fewest.saturating_sub(1));
    let shown = count.min(most) / fewest * fewest;
    (shown > 0).then_some(shown)
}

/// The columns of a number.
const WIDEST: usize = 12;

/// A line of the summary.
struct Row<'r> {
    id: &'r str,
    text: String,
    kind: &'static str,
    at_least: u64,
}

/// A part of the summary.
struct Part<'r> {
    key: &'static str,
    title: &'static str,
    rows: Vec<Row<'r>>,
}

fn parts<'r>(rulebook: &'r Rulebook, tally: &Tally, fewest: u64, language: Language) -> Vec<Part<'r>> {
    let of_kind = |kind: Kind| {
        let rows = tally.found.iter().filter(|(id, _)| rulebook.conclusions[**id].kind() == kind);
        let rows = rows.filter_map(|(&id, &count)| {
            let text = rulebook.conclusions[id].name.get(language).to_owned();
            let at_least = shown(count, tally.cases, fewest)?;
            Some(Row { id: rulebook.conclusions.name(id), text, kind: kind.name(), at_least })
        });
        largest_first(rows.collect())
    };
    let actions = tally.first_actions.iter().filter_map(|(&id, &count)| {
        let text = rulebook.actions[id].advice.task.get(language).to_owned();
        let at_least = shown(count, tally.cases, fewest)?;
        Some(Row { id: rulebook.actions.name(id), text, kind: "action", at_least })
    });
    let questions = tally.first_questions.iter().filter_map(|(&id, &count)| {
        let text = phrases::find_out(&rulebook.questions[id], language);
        let at_least = shown(count, tally.cases, fewest)?;
        Some(Row { id: rulebook.questions.name(id), text, kind: "find_out", at_least })
    });
    let first = actions.chain(questions).collect();
    let part = |key, title, rows| Part { key, title, rows };
    vec![
        part("causes", word!(language, ja: "原因", en: "Causes"), of_kind(Kind::Cause)),
        part("obstacles", word!(language, ja: "回復を妨げるもの", en: "Obstacles"), of_kind(Kind::Obstacle)),
        part("gates", word!(language, ja: "先に守ること", en: "Gates"), of_kind(Kind::Gate)),
        part("first", word!(language, ja: "最初にやること", en: "First on the list"), largest_first(first)),
    ]
}

fn largest_first(mut rows: Vec<Row<'_>>) -> Vec<Row<'_>> {
    rows.sort_by_key(|row| std::cmp::Reverse(row.at_least)); // stable: the author's order otherwise
    rows
}

/// The summary for people. `bad` lines could not be diagnosed.
pub fn text(rulebook: &Rulebook, tally: &Tally, bad: u64, fewest: u64, language: Language, style: Style) -> String {
    let mut text = String::new();
    let all = tally.cases;
    if all < fewest {
        let sentence = say!(
            language,
            ja: "{fewest}件に満たないため、内訳は示しません。だれのことかがわかってしまうからです。",
            en: "There are fewer than {fewest} cases, so nothing is shown: it could tell on somebody."
        );
        text.push_str(&wrap::hanging("", &sentence, style.width));
    } else {
        let cases = words::count(usize::try_from(all).unwrap_or(usize::MAX), "case");
        text.push_str(&say!(language, ja: "{all}件の診断\n", en: "{cases}\n"));
        for part in parts(rulebook, tally, fewest, language) {
            let title = part.title;
            text.extend(["\n", title, "\n"]);
            for row in &part.rows {
                let at_least = row.at_least;
                let number = say!(language, ja: "{at_least}件以上", en: "{at_least} or more");
                let gap = " ".repeat(WIDEST.saturating_sub(number.width()));
                text.push_str(&wrap::hanging(&format!("{gap}{number}  "), &row.text, style.width));
            }
            if part.rows.is_empty() {
                text.push_str(
                    word!(language, ja: "  （示せるものはありません）\n", en: "  (nothing that can be shown)\n"),
                );
            }
        }
        let sentence = say!(
            language,
            ja: "だれのことかがわからないように、件数は{fewest}件きざみで、{fewest}件に満たないものは示していません。",
            en: "In steps of {fewest}, and nothing that fewer than {fewest} share, so that it tells on nobody."
        );
        text.push('\n');
        text.push_str(&wrap::hanging("", &sentence, style.width));
    }
    if bad > 0 {
        let lines = words::count(usize::try_from(bad).unwrap_or(usize::MAX), "line");
        let sentence = say!(
            language,
            ja: "ほかに、診断できなかった行が{bad}行あります。",
            en: "Not counted, because it could not be diagnosed: {lines}."
        );
        text.push_str(&wrap::hanging("", &sentence, style.width));
    }
    text
}

/// The summary for programs.
pub fn data(rulebook: &Rulebook, tally: &Tally, bad: u64, fewest: u64, language: Language) -> Value {
    let is_shown = tally.cases >= fewest;
    let mut data = json!({
        "schema": 1,
        "cases": if is_shown { Some(tally.cases) } else { None },
        "bad": bad,
        "fewest": fewest,
    });
    for part in parts(rulebook, tally, fewest, language) {
        let rows = part.rows.iter().map(|row| {
            json!({
                "kind": row.kind, "id": row.id, "text": row.text,
                "at_least": row.at_least,
            })
        });
        data[part.key] = rows.collect();
    }
    data
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_count_tells_of_a_small_group_or_of_a_small_rest() {
        for (count, all, expected) in [
            (4, 100, None),
            (5, 100, Some(5)),
            (9, 100, Some(5)),
            (94, 100, Some(90)),
            (95, 100, Some(95)),
            (100, 100, Some(95)),
            (20, 20, Some(15)),
            (4, 4, None),
            (5, 5, None),
            (9, 9, Some(5)),
            (6, 8, None),
        ] {
            assert_eq!(shown(count, all, 5), expected, "{count} of {all}");
        }
    }
}
