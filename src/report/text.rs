//! The report on a terminal: a [`Page`] as indented lines of a certain width.

use std::fmt::Write as _;

use console::Style as Paint;

use crate::report::page::{Alert, Entry, Page, Point, Section, Topic};
use crate::report::{Style, wrap};

/// The page as lines.
pub fn render(page: &Page, style: Style) -> String {
    let mut lines = Lines { page, style, out: String::new() };
    lines.put("", &page.title, Weight::Quiet);
    if let Some(headline) = &page.headline {
        lines.headline(headline);
    }
    if let Some(first) = &page.first {
        lines.gap();
        lines.put("-> ", first, Weight::Heading);
    }
    page.sections.iter().for_each(|section| lines.section(section));
    if let Some(footer) = &page.footer {
        lines.gap();
        lines.put("", footer, Weight::Quiet);
    }
    lines.out
}

struct Lines<'a> {
    page: &'a Page,
    style: Style,
    out: String,
}

/// How much a piece of text is to be seen.
#[derive(Clone, Copy)]
enum Weight {
    Alert,
    Heading,
    Subheading,
    Plain,
    Quiet,
}

impl Lines<'_> {
    fn headline(&mut self, headline: &Alert) {
        self.gap();
        self.put("!! ", &headline.name, Weight::Alert);
        self.put("   ", &headline.say, Weight::Plain);
        self.reasons(&headline.reasons);
    }

    fn section(&mut self, section: &Section) {
        self.gap();
        let indent = if section.topic == Topic::Done { " " } else { "" }; // what is done belongs to the checklist
        self.put(indent, &section.heading, Weight::Heading);
        if let Some(intro) = &section.intro {
            self.put("  ", intro, Weight::Plain);
        }
        match section.topic {
            Topic::Sources => self.sources(&section.points),
            Topic::Contacts => section.points.iter().for_each(|point| self.contact(point)),
            topic => section.points.iter().for_each(|point| self.point(topic, point)),
        }
        for group in &section.groups {
            self.gap();
            self.put(" ", &group.heading, Weight::Subheading);
            for (position, entry) in group.entries.iter().enumerate() {
                if position > 0 {
                    self.gap();
                }
                self.entry(entry);
            }
        }
        for outro in &section.outro {
            if section.topic == Topic::Checklist {
                self.gap();
            }
            self.put("  ", outro, Weight::Quiet);
        }
    }

    /// The sources in one paragraph: they are there for who asks.
    fn sources(&mut self, points: &[Point]) {
        let sources: Vec<&str> = points.iter().map(|point| point.text.as_str()).collect();
        self.put("  ", &sources.join(" / "), Weight::Quiet);
    }

    /// A contact. Who needs nothing but help is to see the number first.
    fn contact(&mut self, point: &Point) {
        let weight = if self.page.is_help() { Weight::Heading } else { Weight::Plain };
        self.put("  * ", &point.contact_line(self.page.language), weight);
        point.asides.iter().for_each(|aside| self.put("    ", aside, Weight::Quiet));
    }

    fn point(&mut self, topic: Topic, point: &Point) {
        let weight = match topic {
            Topic::Assumed | Topic::Done => Weight::Quiet,
            _ => Weight::Plain,
        };
        if !point.text.is_empty() {
            self.put(if topic == Topic::Done { "  [x] " } else { "  * " }, &point.text, weight);
        }
        if let Some(say) = &point.say {
            self.put("    ", say, Weight::Plain);
        }
        point.items.iter().for_each(|item| self.put("    - ", item, Weight::Quiet));
        self.reasons(&point.reasons);
        point.asides.iter().for_each(|aside| self.put("    ", aside, Weight::Quiet));
    }

    fn entry(&mut self, entry: &Entry) {
        self.put(&format!("  [ ] {}. ", entry.rank), &entry.task, Weight::Heading);
        entry.how.iter().for_each(|how| self.put("      - ", how, Weight::Plain));
        for fact in &entry.facts {
            let weight = if fact.kind.is_quiet() { Weight::Quiet } else { Weight::Plain };
            self.put("      ", &format!("{}: {}", fact.label, fact.text), weight);
        }
    }

    fn reasons(&mut self, reasons: &[String]) {
        for reason in reasons {
            self.put("      ", reason, Weight::Quiet);
        }
    }

    fn gap(&mut self) {
        self.out.push('\n');
    }

    fn put(&mut self, first: &str, text: &str, weight: Weight) {
        let block = wrap::hanging(first, text, self.style.width);
        let paint = match weight {
            _ if !self.style.colour => None,
            Weight::Plain => None,
            Weight::Alert => Some(Paint::new().red().bold()),
            Weight::Heading => Some(Paint::new().bold()),
            Weight::Subheading => Some(Paint::new().underlined()),
            Weight::Quiet => Some(Paint::new().dim()),
        };
        match paint {
            None => self.out.push_str(&block),
            Some(paint) => {
                let paint = paint.force_styling(true);
                for line in block.lines() {
                    writeln!(self.out, "{}", paint.apply_to(line)).expect("a string takes everything");
                }
            }
        }
    }
}
