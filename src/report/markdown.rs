//! The report as Markdown: `CommonMark` with the task lists of GitHub.
//!
//! There is no emphasis in it: next to Japanese brackets `**` is not always taken for one (`CommonMark` 0.31, section 6.2).

use std::fmt::Write as _;

use crate::report::page::{Alert, Entry, Page, Point, Section, Topic};
use crate::words::Language;

/// The page as Markdown.
pub fn render(page: &Page) -> String {
    let mut out = format!("# {}\n", escaped(&page.title));
    if let Some(headline) = &page.headline {
        alert(&mut out, headline);
    }
    if let Some(first) = &page.first {
        let _ = write!(out, "\n{}\n", escaped(first));
    }
    page.sections.iter().for_each(|part| section(&mut out, part, page.language));
    if let Some(footer) = &page.footer {
        let _ = write!(out, "\n---\n\n{}\n", escaped(footer));
    }
    out
}

fn alert(out: &mut String, alert: &Alert) {
    let _ = write!(out, "\n> ## {}\n>\n> {}\n", escaped(&alert.name), escaped(&alert.say));
    if !alert.reasons.is_empty() {
        out.push_str(">\n");
    }
    for reason in &alert.reasons {
        let _ = writeln!(out, "> - {}", escaped(reason));
    }
}

fn section(out: &mut String, section: &Section, language: Language) {
    let level = if section.topic == Topic::Done { "###" } else { "##" };
    let _ = write!(out, "\n{level} {}\n\n", escaped(&section.heading));
    if let Some(intro) = &section.intro {
        let _ = writeln!(out, "{}", escaped(intro));
    }
    section.points.iter().for_each(|part| point(out, section.topic, part));
    for (number, group) in section.groups.iter().enumerate() {
        let gap = if number == 0 && section.intro.is_none() { "" } else { "\n" };
        let _ = write!(out, "{gap}### {}\n\n", escaped(&group.heading));
        group.entries.iter().for_each(|line| entry(out, line, language));
    }
    for outro in &section.outro {
        let _ = write!(out, "\n{}\n", escaped(outro));
    }
}

fn point(out: &mut String, topic: Topic, point: &Point) {
    let text = if point.text.is_empty() { "…" } else { &point.text };
    let mark = if topic == Topic::Done { "[x] " } else { "" };
    let _ = writeln!(out, "- {mark}{}", escaped(text));
    let below = point.say.iter().chain(&point.items).chain(&point.reasons).chain(&point.asides);
    for line in below {
        let _ = writeln!(out, "  - {}", escaped(line));
    }
}

fn entry(out: &mut String, entry: &Entry, language: Language) {
    let _ = writeln!(out, "- [ ] {}. {}", entry.rank, escaped(&entry.task));
    for how in &entry.how {
        let _ = writeln!(out, "  - {}", escaped(how));
    }
    for fact in &entry.facts {
        let _ = writeln!(out, "  - {}", escaped(&fact.line(language)));
    }
}

/// Text that means itself: every character that could be markup is escaped, line feeds become spaces.
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for (position, character) in text.char_indices() {
        let begins = text[..position].chars().all(|before| before.is_ascii_digit() || before.is_whitespace());
        match character {
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '&' | '|' | '~' | '$' => out.extend(['\\', character]),
            '#' | '+' | '-' | '=' | ':' | '.' | ')' if begins => out.extend(['\\', character]),
            '\n' | '\r' => out.push(' '),
            _ => out.push(character),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_means_itself() {
        for (text, expected) in [
            ("# no heading", "\\# no heading"),
            ("1. no list", "1\\. no list"),
            ("- nor this", "\\- nor this"),
            ("a *b* _c_ [d](e) <f> `g` | h", "a \\*b\\* \\_c\\_ \\[d\\](e) \\<f\\> \\`g\\` \\| h"),
            ("a\nb", "a b"),
            ("信頼（あ）「い」", "信頼（あ）「い」"),
            ("v1.0 - ok", "v1.0 - ok"),
        ] {
            assert_eq!(escaped(text), expected);
        }
    }
}
