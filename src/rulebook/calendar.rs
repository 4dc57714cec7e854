//! Deadlines, and the dates between which an entry is in force.

use std::cmp::Ordering;
use std::fmt;

use jiff::civil::Date;

use crate::rulebook::pack::packed;

/// A unit of a deadline, from short to long.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Unit {
    /// `h`
    Hour,
    /// `d`
    Day,
    /// `w`
    Week,
    /// `mo`, 30 days
    Month,
}

/// A span of time from today, such as `1d`; `0d` is today. Compared by length: `24h` and `1d` are equally urgent.
#[derive(Clone, Copy, Debug)]
pub struct Due {
    /// How many units.
    pub amount: u16,
    /// The unit.
    pub unit: Unit,
}

impl Due {
    /// Today.
    pub const TODAY: Self = Self { amount: 0, unit: Unit::Day };

    /// Reads `2h`, `0d`, `1w`, `3mo`. At most 999 of a unit, without leading zeros.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        let (number, unit) = text.split_at(digits);
        if digits > 3 || (digits > 1 && number.starts_with('0')) {
            return None;
        }
        let unit = match unit {
            "h" => Unit::Hour,
            "d" => Unit::Day,
            "w" => Unit::Week,
            "mo" => Unit::Month,
            _ => return None,
        };
        Some(Self { amount: number.parse().ok()?, unit })
    }

    /// As it is written in a rulebook: `2h`, `1d`.
    pub fn written(self) -> String {
        let unit = match self.unit {
            Unit::Hour => "h",
            Unit::Day => "d",
            Unit::Week => "w",
            Unit::Month => "mo",
        };
        format!("{}{unit}", self.amount)
    }

    /// The length in hours.
    pub fn hours(self) -> u32 {
        let unit = match self.unit {
            Unit::Hour => 1,
            Unit::Day => 24,
            Unit::Week => 7 * 24,
            Unit::Month => 30 * 24,
        };
        u32::from(self.amount) * unit
    }

    /// The day it falls on, counted from `today`; the last day there is when the calendar ends before.
    pub fn on(self, today: Date) -> Date {
        let days = i64::from(self.hours() / 24);
        today.saturating_add(jiff::Span::new().days(days))
    }
}

impl PartialEq for Due {
    fn eq(&self, other: &Self) -> bool {
        self.hours() == other.hours()
    }
}
impl Eq for Due {}
impl PartialOrd for Due {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Due {
    fn cmp(&self, other: &Self) -> Ordering {
        self.hours().cmp(&other.hours())
    }
}

/// As an ISO 8601 duration: `PT2H`, `P1D`, `P1W`, `P30D`.
impl fmt::Display for Due {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.unit {
            Unit::Hour => write!(f, "PT{}H", self.amount),
            Unit::Day => write!(f, "P{}D", self.amount),
            Unit::Week => write!(f, "P{}W", self.amount),
            Unit::Month => write!(f, "P{}D", u32::from(self.amount) * 30),
        }
    }
}

/// The days on which an entry is in force, both ends included.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Window {
    /// The first day, if there is one.
    pub from: Option<Date>,
    /// The last day, if there is one.
    pub until: Option<Date>,
}

impl Window {
    /// Whether a day is inside.
    pub fn contains(self, day: Date) -> bool {
        self.from.is_none_or(|from| from <= day) && self.until.is_none_or(|until| day <= until)
    }

    /// Whether every day is inside.
    pub const fn is_always(self) -> bool {
        self.from.is_none() && self.until.is_none()
    }
}

packed!(choice Unit { Hour, Day, Week, Month });
packed!(struct Due { amount, unit });
packed!(struct Window { from, until });

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn deadlines_are_read_strictly() {
        for (text, hours) in [("0d", 0), ("2h", 2), ("1d", 24), ("1w", 168), ("3mo", 2160), ("999d", 23_976)] {
            assert_eq!(Due::parse(text).map(Due::hours), Some(hours), "{text}");
        }
        for text in ["", "d", "5", "5m", "1y", "-1d", "01d", "1000d", "1.5d", "1 d", "１d", "1D"] {
            assert!(Due::parse(text).is_none(), "{text}");
        }
    }

    #[test]
    fn deadlines_are_days_of_the_calendar() {
        let today = date(2026, 11, 22);
        for (text, expected, iso) in [
            ("0d", date(2026, 11, 22), "P0D"),
            ("23h", date(2026, 11, 22), "PT23H"),
            ("24h", date(2026, 11, 23), "PT24H"),
            ("2w", date(2026, 12, 6), "P2W"),
            ("1mo", date(2026, 12, 22), "P30D"),
        ] {
            let due = Due::parse(text).expect(text);
            assert_eq!((due.on(today), due.to_string().as_str()), (expected, iso), "{text}");
        }
        assert_eq!(Due::parse("999mo").map(|due| due.on(Date::MAX)), Some(Date::MAX));
    }

    #[test]
    fn windows_include_both_ends() {
        let window = Window { from: Some(date(2026, 12, 1)), until: Some(date(2026, 12, 31)) };
        assert!(!window.contains(date(2026, 11, 30)));
        assert!(window.contains(date(2026, 12, 1)) && window.contains(date(2026, 12, 31)));
        assert!(!window.contains(date(2027, 1, 1)));
        assert!(Window::default().is_always() && Window::default().contains(Date::MIN));
    }
}
