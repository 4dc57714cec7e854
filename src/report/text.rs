//! The report on a terminal: a [`Page`] as indented lines of a certain width.

use std::fmt::Write as _;

use console::Style as Paint;

use crate::report::page::{Alert, Entry, FactKind, Page, Point, Section, Topic};
use crate::report::{Style, wrap};

/// A report of more lines than this ends with what to do first, because its beginning is out of sight.
const A_SCREEN: usize = 24;

/// The page as lines.
pub fn render(page: &Page, style: Style) -> String {
    let mut lines = Lines { page, style, out: String::new() };
    if !page.is_help() {
        lines.put("", &page.title, Weight::Quiet);
    }
    if let Some(headline) = &page.headline {
        lines.headline(headline);
    }
    lines.first();
    page.sections.iter().for_each(|section| lines.section(section));
    if let Some(footer) = &page.footer {
        lines.gap();
        lines.put("", footer, Weight::Quiet);
    }
    if lines.out.lines().count() > A_SCREEN {
        lines.first();
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
    /// A gate that holds. Nobody who needs help is met with an alarm.
    fn headline(&mut self, headline: &Alert) {
        if self.page.is_help() {
            self.put("", &headline.name, Weight::Heading);
            self.put("", &headline.say, Weight::Plain);
            return;
        }
        self.gap();
        self.put("!! ", &headline.name, Weight::Alert);
        self.put("   ", &headline.say, Weight::Plain);
        self.reasons(&headline.reasons);
    }

    fn first(&mut self) {
        if let Some(first) = &self.page.first {
            self.gap();
            self.put("-> ", first, Weight::Heading);
        }
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
            Topic::Done => Weight::Quiet,
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
            let block = wrap::hanging_by("      ", 8, &fact.line(self.page.language), self.style.width);
            let is_warning = fact.kind == FactKind::Avoid && self.style.colour;
            match block.split_once(fact.label).filter(|_| is_warning) {
                Some((indent, rest)) => {
                    let label = Paint::new().bold().force_styling(true).apply_to(fact.label);
                    write!(self.out, "{indent}{label}{rest}").expect("a string takes everything");
                }
                None => self.paint(&block, weight),
            }
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
        self.paint(&wrap::hanging(first, text, self.style.width), weight);
    }

    fn paint(&mut self, block: &str, weight: Weight) {
        let paint = match weight {
            _ if !self.style.colour => None,
            Weight::Plain => None,
            Weight::Alert => Some(Paint::new().red().bold()),
            Weight::Heading => Some(Paint::new().bold()),
            Weight::Subheading => Some(Paint::new().underlined()),
            Weight::Quiet => Some(Paint::new().dim()),
        };
        let Some(paint) = paint.map(|paint| paint.force_styling(true)) else {
            self.out.push_str(block);
            return;
        };
        for line in block.lines() {
            let text = line.trim_start();
            let indent = &line[..line.len() - text.len()];
            writeln!(self.out, "{indent}{}", paint.apply_to(text)).expect("a string takes everything");
        }
    }
}
