//! The report as one HTML file that asks for nothing from anywhere: style and script stand in it, and a content security
//! policy forbids everything else.

mod links;

use askama::Template;

use links::Piece;

use crate::report::page::{Entry, Page, Section, Topic};
use crate::report::phrases;
use crate::words::Language;
use crate::{say, word};

/// The style sheet.
pub const STYLE: &str = include_str!("page.css");

/// The script, which keeps in the browser what is ticked.
pub const SCRIPT: &str = include_str!("page.js");

/// What the browser may run: exactly these two (Content Security Policy Level 3, hash sources). A test compares.
pub const STYLE_HASH: &str = "sha256-/htALDl8ZV9xn3MaQB9pDlcw49g0w4PooRZDIxpwsQY=";

/// The same of the script.
pub const SCRIPT_HASH: &str = "sha256-WwDbRYIoiRAYuRJMOSGs4Aht9a1ZqrPLWNoXbQ70j/4=";

#[derive(Template)]
#[template(path = "page.html")]
struct Document<'a> {
    page: &'a Page,
    timeline: Option<Timeline>,
    /// Under which name the browser keeps what is ticked.
    key: String,
    policy: String,
    style: &'static str,
    script: &'static str,
}

/// The page as a document. A copy for others keeps nothing and has no script.
pub fn render(page: &Page) -> String {
    let scripts = if page.is_copy { "'none'".to_owned() } else { format!("'{SCRIPT_HASH}'") };
    let policy = format!(
        "default-src 'none'; style-src '{STYLE_HASH}'; script-src {scripts}; base-uri 'none'; form-action 'none'"
    );
    let timeline = if page.is_copy { None } else { Timeline::of(page) };
    let key = format!("shinrai {}", page.matter);
    let document = Document { page, timeline, key, policy, style: STYLE, script: SCRIPT };
    document.render().expect("memory takes everything")
}

impl Document<'_> {
    const fn is_alert(section: &Section) -> bool {
        matches!(section.topic, Topic::Gates)
    }

    const fn is_quiet(section: &Section) -> bool {
        matches!(section.topic, Topic::Assumed | Topic::Sources | Topic::Rest)
    }

    const fn is_contacts(section: &Section) -> bool {
        matches!(section.topic, Topic::Contacts)
    }

    /// Whether a section is one to find one's way by.
    const fn is_landmark(section: &Section) -> bool {
        matches!(section.topic, Topic::Found | Topic::Checklist | Topic::Contacts)
    }

    fn pieces(sentence: &str) -> Vec<Piece<'_>> {
        links::pieces(sentence)
    }

    const fn is_done(section: &Section) -> bool {
        matches!(section.topic, Topic::Done)
    }

    fn word(&self, ja: &'static str, en: &'static str) -> &'static str {
        match self.page.language {
            Language::Ja => ja,
            Language::En => en,
        }
    }
}

/// The checklist over the coming weeks: a bar for each line, from today to the day it is due.
struct Timeline {
    title: &'static str,
    /// What the signs in the picture mean.
    legend: &'static str,
    /// What the picture shows, in words.
    words: String,
    height: usize,
    weeks: Vec<Week>,
    bars: Vec<Bar>,
}

struct Week {
    x: usize,
    label: String,
}

struct Bar {
    y: usize,
    rank: usize,
    width: usize,
    label_x: usize,
    label: String,
    again: Vec<usize>,
}

/// The picture in units of its own: the bars begin behind the numbers and end before the dates.
const LEFT: usize = 40;
const WIDTH: usize = 560;
const ROW: usize = 24;
const TOP: usize = 28;

/// So many dates fit above the picture.
const DATES: usize = 6;

impl Timeline {
    fn of(page: &Page) -> Option<Self> {
        let entries: Vec<&Entry> =
            page.sections.iter().flat_map(|part| &part.groups).flat_map(|group| &group.entries).collect();
        let days = |entry: &Entry| usize::try_from((entry.due_on - page.today).get_days()).unwrap_or(0);
        let weeks = entries.iter().map(|entry| days(entry)).max()?.max(7).div_ceil(7);
        let span = 7 * weeks;
        let x = |day: usize| LEFT + WIDTH * day.min(span) / span;
        let marks = (0..=weeks).step_by(weeks.div_ceil(DATES)).map(|week| {
            let day = page.today.saturating_add(jiff::Span::new().weeks(i64::try_from(week).unwrap_or(0)));
            Week { x: x(7 * week), label: phrases::tiny_date(day, page.language) }
        });
        let bars = entries.iter().enumerate().map(|(row, entry)| {
            let due = days(entry);
            let width = (x(due) - LEFT).max(6);
            let every = entry.every.map_or(0, |every| usize::try_from(every.hours()).unwrap_or(0) / 24);
            let again = (1..).map(|time| due + time * every).take_while(|&day| every > 0 && day <= span).map(x);
            let label = phrases::tiny_date(entry.due_on, page.language);
            Bar {
                y: TOP + ROW * row,
                rank: entry.rank,
                width,
                label_x: LEFT + width + 8,
                label,
                again: again.collect(),
            }
        });
        let bars: Vec<Bar> = bars.collect();
        let comes_again = bars.iter().any(|bar| !bar.again.is_empty());
        Some(Self {
            legend: match comes_again {
                true => word!(
                    page.language,
                    ja: "数字は一覧の番号、棒は目安の日まで、点はくり返す日です。",
                    en: "Numbers as in the list; a bar ends on the day that is the guide, dots are the days it comes again."
                ),
                false => word!(
                    page.language,
                    ja: "数字は一覧の番号、棒は目安の日までです。",
                    en: "Numbers as in the list; a bar ends on the day that is the guide."
                ),
            },
            title: word!(page.language, ja: "これからの流れ", en: "The time ahead"),
            words: in_words(page),
            height: TOP + ROW * entries.len() + 8,
            weeks: marks.collect(),
            bars,
        })
    }
}

/// How many lines are due when.
fn in_words(page: &Page) -> String {
    let groups = page.sections.iter().flat_map(|section| &section.groups);
    let parts = groups.map(|group| {
        let (number, due) = (group.entries.len(), &group.heading);
        say!(page.language, ja: "{due}: {number}件", en: "{due}: {number}")
    });
    parts.collect::<Vec<_>>().join(word!(page.language, ja: "／", en: "; "))
}
