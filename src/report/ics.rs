//! The checklist as a calendar (RFC 5545): an all-day event for each line on the day it is due, with an alarm.
//!
//! The same line has the same UID every time, so that a later file updates what an earlier one brought.

use chrono::{Duration, NaiveDate};
use icalendar::{Alarm, Calendar, Component, Event, EventLike, Property, Trigger};
use jiff::civil::Date;

use crate::report::page::{Entry, FactKind, Page, Section};
use crate::rulebook::calendar::{Due, Unit};
use crate::rulebook::fnv::Fnv;
use crate::words::Language;
use crate::{say, word};

/// What is said in a calendar that others may see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Titles {
    /// What to do.
    Tasks,
    /// Nothing that tells what it is about.
    Neutral,
}

/// Repeating events come so many times.
const TIMES: u32 = 12;

/// When on the day the alarm sounds.
const ALARM_HOUR: i64 = 9;

/// The checklist of a page; `book` tells apart what comes from different rulebooks.
pub fn render(page: &Page, book: &str, titles: Titles) -> String {
    let mut calendar = Calendar::empty();
    calendar.append_property(Property::new("VERSION", "2.0"));
    calendar.append_property(Property::new("PRODID", "-//shinrai//checklist//EN"));
    calendar.append_property(Property::new("CALSCALE", "GREGORIAN"));
    if titles == Titles::Tasks {
        calendar.append_property(Property::new("X-WR-CALNAME", &page.name));
    }
    let entries = page.sections.iter().flat_map(|Section { groups, .. }| groups).flat_map(|group| &group.entries);
    for entry in entries {
        calendar.push(event(entry, page, book, titles));
    }
    calendar.to_string()
}

fn event(entry: &Entry, page: &Page, book: &str, titles: Titles) -> Event {
    let day = naive(entry.due_on);
    let uid = format!("{}@shinrai.invalid", opaque(book, &entry.id));
    let title = match titles {
        Titles::Tasks => entry.task.clone(),
        Titles::Neutral => {
            let rank = entry.rank;
            say!(page.language, ja: "予定 {rank}", en: "To do {rank}")
        }
    };
    let mut alarm = Alarm::display(&title, Trigger::after_start(Duration::hours(ALARM_HOUR)));
    alarm.append_property(Property::new("UID", format!("alarm-{uid}")));
    alarm.append_property(stamp(page.today)); // otherwise the library takes the time of the clock
    let mut event = Event::new();
    event.uid(&uid).summary(&title).starts(day).ends(day + Duration::days(1)).alarm(alarm);
    event.append_property(stamp(page.today));
    event.append_property(Property::new("TRANSP", "TRANSPARENT"));
    if titles == Titles::Tasks {
        event.description(&description(entry, page.language));
    } else {
        event.append_property(Property::new("CLASS", "PRIVATE"));
    }
    if let Some(every) = entry.every {
        event.append_property(Property::new("RRULE", recurrence(every)));
    }
    event.done()
}

/// A name that is always the same and tells nothing.
fn opaque(book: &str, id: &str) -> String {
    let mut hash = Fnv::new();
    hash.bytes(book.as_bytes());
    hash.bytes(b"/");
    hash.bytes(id.as_bytes());
    hash.hex()
}

fn stamp(today: Date) -> Property {
    Property::new("DTSTAMP", format!("{}T000000Z", naive(today).format("%Y%m%d")))
}

fn description(entry: &Entry, language: Language) -> String {
    let how = entry.how.iter().map(|how| format!("- {how}"));
    let facts = entry.facts.iter().filter(|fact| matches!(fact.kind, FactKind::Done | FactKind::Avoid));
    let facts = facts.map(|fact| format!("{}: {}", fact.label, fact.text));
    let guide = word!(
        language,
        ja: "期限は目安です。法律や契約の期限は別にあります。",
        en: "The time is a guide; legal deadlines are separate."
    );
    how.chain(facts).chain([guide.to_owned()]).collect::<Vec<_>>().join("\n")
}

/// How often it comes, and how many times at the most.
fn recurrence(every: Due) -> String {
    let (frequency, interval) = match every.unit {
        Unit::Hour | Unit::Day => ("DAILY", every.hours().div_ceil(24).max(1)),
        Unit::Week => ("WEEKLY", every.amount.into()),
        Unit::Month => ("MONTHLY", every.amount.into()),
    };
    format!("FREQ={frequency};INTERVAL={interval};COUNT={TIMES}")
}

fn naive(date: Date) -> NaiveDate {
    let (month, day) = (date.month().unsigned_abs(), date.day().unsigned_abs());
    NaiveDate::from_ymd_opt(date.year().into(), month.into(), day.into()).unwrap_or(NaiveDate::MAX)
}
