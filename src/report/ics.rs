//! The checklist as a calendar (RFC 5545): an all-day event for each line on the day it is due, with an alarm.
//!
//! The same line has the same UID every time, so that a later file updates what an earlier one brought.

use chrono::{Duration, NaiveDate};
use icalendar::{Alarm, Calendar, Component, Event, EventLike, Property, Trigger};
use jiff::civil::Date;

use crate::report::page::{Entry, FactKind, Page, Point, Section};
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

/// The checklist of a page; nothing when it has no line, because a calendar has an event at least (RFC 5545, section 3.6).
pub fn render(page: &Page, titles: Titles) -> Option<String> {
    let events = Events { page, titles };
    let mut calendar = Calendar::empty();
    calendar.append_property(Property::new("VERSION", "2.0"));
    calendar.append_property(Property::new(
        "PRODID",
        if events.is_open() { "-//shinrai//list//EN" } else { "-//list//EN" },
    ));
    calendar.append_property(Property::new("CALSCALE", "GREGORIAN"));
    if titles == Titles::Tasks {
        calendar.append_property(Property::new("X-WR-CALNAME", &page.name));
    }
    let lines = page.sections.iter().flat_map(|Section { groups, .. }| groups).flat_map(|group| &group.entries);
    calendar.extend(lines.chain(&page.again).map(|entry| events.to_do(entry)));
    calendar.extend(page.called_off.iter().map(|point| events.called_off(point)));
    (!calendar.components.is_empty()).then(|| folded(&calendar.to_string()))
}

/// Folded anew, in lines of 75 octets at most (RFC 5545, section 3.1): those of the library can be longer, where characters
/// of several octets stand at their ends.
fn folded(calendar: &str) -> String {
    const OCTETS: usize = 75;
    let mut out = String::with_capacity(calendar.len());
    for line in calendar.replace("\r\n ", "").split_terminator("\r\n") {
        let mut used = 0;
        for character in line.chars() {
            if used + character.len_utf8() > OCTETS {
                out.push_str("\r\n ");
                used = 1;
            }
            out.push(character);
            used += character.len_utf8();
        }
        out.push_str("\r\n");
    }
    out
}

struct Events<'a> {
    page: &'a Page,
    titles: Titles,
}

impl Events<'_> {
    /// Whether it may tell what it is about.
    fn is_open(&self) -> bool {
        self.titles == Titles::Tasks && !self.page.is_copy
    }

    /// A line of the checklist on its day.
    fn to_do(&self, entry: &Entry) -> Event {
        let (rank, language) = (entry.rank, self.page.language);
        let neutral = match rank {
            0 => word!(language, ja: "予定", en: "To do").to_owned(),
            _ => say!(language, ja: "予定 {rank}", en: "To do {rank}"),
        };
        let title = self.title(&entry.task, &neutral);
        let mut event = self.reminding(entry.id_or_task(), &title, entry.due_on);
        if self.titles == Titles::Tasks {
            event.description(&description(entry, language));
        }
        if let Some(every) = entry.every {
            event.append_property(Property::new("RRULE", recurrence(every, entry.due_on)));
        }
        event.done()
    }

    /// What a calendar that has it is to forget.
    fn called_off(&self, point: &Point) -> Event {
        let title = self.title(&point.text, word!(self.page.language, ja: "予定", en: "To do"));
        let id = if point.id.is_empty() { &point.text } else { &point.id };
        let mut event = self.all_day(id, &title, self.page.today);
        event.append_property(Property::new("STATUS", "CANCELLED"));
        event.done()
    }

    fn reminding(&self, id: &str, title: &str, day: Date) -> Event {
        let mut alarm = Alarm::display(title, Trigger::after_start(Duration::hours(ALARM_HOUR)));
        alarm.append_property(Property::new("UID", format!("alarm-{}", self.uid(id))));
        alarm.append_property(self.stamp()); // otherwise the library takes the time of the clock
        self.all_day(id, title, day).alarm(alarm).done()
    }

    fn all_day(&self, id: &str, title: &str, day: Date) -> Event {
        let day = naive(day);
        let mut event = Event::new();
        event.uid(&self.uid(id)).summary(title).starts(day).ends(day + Duration::days(1));
        event.append_property(self.stamp());
        event.append_property(Property::new("SEQUENCE", self.sequence().to_string()));
        event.append_property(Property::new("TRANSP", "TRANSPARENT"));
        if self.titles == Titles::Neutral {
            event.append_property(Property::new("CLASS", "PRIVATE"));
        }
        event.done()
    }

    fn title(&self, task: &str, neutral: &str) -> String {
        match self.titles {
            Titles::Tasks => task,
            Titles::Neutral => neutral,
        }
        .to_owned()
    }

    /// The same line of the same matter has the same UID every time. A calendar that tells nothing has others, so that none
    /// is told by comparing them.
    fn uid(&self, id: &str) -> String {
        let mut hash = Fnv::new();
        for part in [self.page.matter.as_str(), if self.is_open() { "" } else { "discreet" }, id] {
            hash.bytes(part.as_bytes());
            hash.bytes(b"/");
        }
        let domain = if self.is_open() { "shinrai.invalid" } else { "list.invalid" };
        format!("{}@{domain}", hash.hex())
    }

    /// A later list replaces an earlier one.
    fn sequence(&self) -> i32 {
        (self.page.today - Date::constant(2020, 1, 1)).get_days().max(0)
    }

    fn stamp(&self) -> Property {
        Property::new("DTSTAMP", format!("{}T000000Z", naive(self.page.today).format("%Y%m%d")))
    }
}

fn description(entry: &Entry, language: Language) -> String {
    let how = entry.how.iter().map(|how| format!("- {how}"));
    let facts = entry.facts.iter().filter(|fact| matches!(fact.kind, FactKind::Done | FactKind::Avoid));
    let facts = facts.map(|fact| fact.line(language));
    let guide = word!(
        language,
        ja: "期限は目安です。法律や契約の期限は別にあります。",
        en: "The time is a guide; legal deadlines are separate."
    );
    how.chain(facts).chain([guide.to_owned()]).collect::<Vec<_>>().join("\n")
}

/// How often it comes, and how many times at the most. A month that has no such day has it on its last.
fn recurrence(every: Due, first: Date) -> String {
    const SHORTEST_MONTH: i8 = 28;
    let (frequency, interval) = match every.unit {
        Unit::Hour | Unit::Day => ("DAILY", every.hours().div_ceil(24).max(1)),
        Unit::Week => ("WEEKLY", every.amount.into()),
        Unit::Month => ("MONTHLY", every.amount.into()),
    };
    let rule = format!("FREQ={frequency};INTERVAL={interval};COUNT={TIMES}");
    if every.unit == Unit::Month && first.day() > SHORTEST_MONTH {
        let days: Vec<String> = (SHORTEST_MONTH..=first.day()).map(|day| day.to_string()).collect();
        return format!("{rule};BYMONTHDAY={};BYSETPOS=-1", days.join(","));
    }
    rule
}

fn naive(date: Date) -> NaiveDate {
    let (month, day) = (date.month().unsigned_abs(), date.day().unsigned_abs());
    NaiveDate::from_ymd_opt(date.year().into(), month.into(), day.into()).unwrap_or(NaiveDate::MAX)
}
