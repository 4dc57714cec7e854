//! Where an action stands in the order.

use std::cmp::Ordering;

use crate::rulebook::calendar::Due;
use crate::rulebook::{Action, Id, Rulebook, Stage};

/// Impact over effort, compared as exact fractions. The greater one stands earlier.
#[derive(Clone, Copy, Debug)]
pub struct Worth {
    /// How much an action does, 1 to 5; 0 for a line that is no action.
    pub impact: u32,
    /// How much it takes, 1 to 5.
    pub effort: u32,
}

impl Ord for Worth {
    fn cmp(&self, other: &Self) -> Ordering {
        (other.impact * self.effort).cmp(&(self.impact * other.effort))
    }
}
impl PartialOrd for Worth {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl PartialEq for Worth {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}
impl Eq for Worth {}

/// A place in the checklist: by deadline, then stage, then worth, then the author's order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The deadline.
    pub due: Due,
    /// The position of the stage; after all of them for an action without one.
    pub stage: usize,
    /// Impact over effort.
    pub worth: Worth,
    /// The position in the rulebook, which makes places unique.
    pub position: usize,
}

impl Place {
    /// The same order in one number, which is compared faster.
    pub fn key(self) -> PlaceKey {
        /// A multiple of every effort, so that impact over effort is a whole number.
        const COMMON: u32 = 60;
        let worth = u16::MAX - u16::try_from(self.worth.impact * COMMON / self.worth.effort).unwrap_or(u16::MAX);
        let parts = [u128::from(self.due.hours()), self.stage as u128, u128::from(worth), self.position as u128];
        let [hours, stage, worth, position] = parts;
        PlaceKey(hours << 80 | stage << 48 | worth << 32 | position)
    }
}

/// A [`Place`] as one number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct PlaceKey(u128);

impl Rulebook {
    /// The place of an action with a deadline and a stage, its own or those of variants; without a deadline, the stage's
    /// holds.
    pub fn place(&self, id: Id<Action>, due: Option<Due>, stage: Option<Id<Stage>>) -> Place {
        let action = &self.actions[id];
        Place {
            due: due.or_else(|| Some(self.stages[stage?].due)).unwrap_or(Due::TODAY),
            stage: stage.map_or(self.stages.len(), Id::index),
            worth: Worth { impact: action.impact, effort: action.effort },
            position: id.index(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_ordered_as_its_place() {
        let mut places = Vec::new();
        for (due, stage, position) in [("0d", 0, 7), ("0d", 300, 1), ("24h", 2, 2), ("1d", 2, 3), ("999mo", 1, 80_000)]
        {
            for (impact, effort) in (0..=5).flat_map(|impact| (1..=5).map(move |effort| (impact, effort))) {
                let due = Due::parse(due).expect(due);
                places.push(Place { due, stage, worth: Worth { impact, effort }, position });
            }
        }
        for one in &places {
            for other in &places {
                assert_eq!(one.cmp(other), one.key().cmp(&other.key()), "{one:?} and {other:?}");
            }
        }
    }

    #[test]
    fn more_for_less_stands_earlier_and_fractions_are_exact() {
        let worth = |impact, effort| Worth { impact, effort };
        assert!(worth(5, 1) < worth(4, 1));
        assert!(worth(3, 2) < worth(4, 3));
        assert_eq!(worth(2, 4), worth(1, 2));
    }
}
