//! Findings, shown with the lines they speak of, and as data.

use std::borrow::Cow;

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{Annotation, AnnotationKind, Element, Group, Level, Origin, Renderer, Snippet};
use serde::Serialize;

use crate::report::Style;
use crate::report::command::{CommandLine, RulebookAt};
use crate::report::excerpt::Excerpt;
use crate::rulebook::finding::{Finding, Label, Severity};
use crate::rulebook::source::Source;
use crate::words::{Language, count, is_unprintable};
use crate::{say, word};

/// The most findings that are drawn, and the most places of one.
const MOST_SHOWN: usize = 100;
const MOST_PLACES: usize = 5;

/// How much of the width numbers of lines take, and what is left for lines at least.
const MARGIN: usize = 9;
const NARROWEST: usize = 20;

/// Findings for people: each with its place, the line, what to do, and the command that shows an example. `rulebook` is
/// what this command names.
pub fn render(
    findings: &[Finding],
    sources: &[Source],
    rulebook: Option<&RulebookAt>,
    language: Language,
    style: Style,
) -> String {
    let renderer = if style.colour { Renderer::styled() } else { Renderer::plain() };
    let renderer = renderer.decor_style(DecorStyle::Ascii).term_width(style.width);
    let columns = style.width.saturating_sub(MARGIN).max(NARROWEST);
    let mut out = String::new();
    for finding in findings.iter().take(MOST_SHOWN) {
        let group = group(finding, sources, language, columns);
        let lines = renderer.render(&[group]);
        let is_path_of_none = |line: &&str| console::strip_ansi_codes(line).trim() == ":::";
        for line in lines.lines().filter(|line| !is_path_of_none(line)) {
            out.push_str(line);
            out.push('\n');
        }
        let hidden = finding.labels.len().saturating_sub(MOST_PLACES);
        if hidden > 0 {
            let places = count(hidden, "more place");
            out.push_str(&say!(language, ja: "  （ほか{hidden}か所）\n", en: "  (and {places})\n"));
        }
        if let Some(example) = &finding.example {
            let command = CommandLine::replaying(example, rulebook);
            out.push_str(&say!(language, ja: "  例: {command}\n", en: "  example: {command}\n"));
        }
        out.push('\n');
    }
    let more = findings.len().saturating_sub(MOST_SHOWN);
    if more > 0 {
        out.push_str(&say!(language, ja: "（ほか{more}件）\n\n", en: "(and {more} more)\n\n"));
    }
    out
}

/// `2 errors, 1 warning`, or that there is nothing to say.
pub fn summary(findings: &[Finding], language: Language) -> String {
    let number = |severity| findings.iter().filter(|finding| finding.severity() == severity).count();
    let counts = [
        (number(Severity::Error), ("エラー", "error")),
        (number(Severity::Warning), ("警告", "warning")),
        (number(Severity::Note), ("補足", "note")),
    ];
    let parts: Vec<String> = counts
        .into_iter()
        .filter(|&(number, _)| number > 0)
        .map(|(number, (ja, en))| match language {
            Language::Ja => format!("{ja} {number}件"),
            Language::En => count(number, en),
        })
        .collect();
    match (parts.is_empty(), language) {
        (true, _) => word!(language, ja: "問題は見つかりませんでした", en: "no problems found").to_owned(),
        (false, Language::Ja) => parts.join("、"),
        (false, Language::En) => parts.join(", "),
    }
}

fn group<'a>(finding: &'a Finding, sources: &'a [Source], language: Language, columns: usize) -> Group<'a> {
    let level = match finding.severity() {
        Severity::Error => Level::ERROR.with_name(word!(language, ja: "エラー", en: "error")),
        Severity::Warning => Level::WARNING.with_name(word!(language, ja: "警告", en: "warning")),
        Severity::Note => Level::NOTE.with_name(word!(language, ja: "補足", en: "note")),
    };
    let title = level.primary_title(finding.message.get(language)).id(finding.code.name());
    let mut group = Group::with_title(title);
    for labels in near_each_other(&finding.labels[..finding.labels.len().min(MOST_PLACES)]) {
        let (origin, snippet) = lines_with(labels, &finding.labels, sources, language, columns);
        group = group.elements(origin.map(Element::from)).element(snippet);
    }
    if let Some(help) = &finding.help {
        let level = Level::HELP.with_name(word!(language, ja: "ヒント", en: "help"));
        group = group.element(level.message(help.get(language)));
    }
    group
}

/// Runs of labels that stand near each other in one source.
fn near_each_other(labels: &[Label]) -> impl Iterator<Item = &[Label]> {
    const NEAR: usize = 64 * 1024;
    labels.chunk_by(|one, other| {
        let (one, other) = (one.span, other.span);
        one.source == other.source && one.range().start.abs_diff(other.range().start) < NEAR
    })
}

/// The lines from the first label to the last one, so that a large file costs no more than a small one, and a long line no
/// more than a short one. Where a line was cut, its column is told apart: the renderer would count in what is left.
fn lines_with<'a>(
    labels: &'a [Label],
    all: &[Label],
    sources: &'a [Source],
    language: Language,
    columns: usize,
) -> (Option<Origin<'a>>, Snippet<'a, Annotation<'a>>) {
    let source = &sources[labels[0].span.source as usize];
    let text = source.text.as_str();
    let first = labels.iter().map(|label| label.span.range().start).min().unwrap_or(0).min(text.len());
    let last = labels.iter().map(|label| label.span.range().end).max().unwrap_or(0).min(text.len());
    let (first, last) = (text.floor_char_boundary(first), text.ceil_char_boundary(last));
    let start = text[..first].rfind('\n').map_or(0, |newline| newline + 1);
    let end = text[last..].find('\n').map_or(text.len(), |newline| last + newline);
    let (first_line, _) = source.line_column(start);
    let within = |label: &Label| {
        let range = label.span.range();
        let range = text.floor_char_boundary(range.start).max(start)..text.ceil_char_boundary(range.end).max(start);
        range.start - start..range.end.min(end) - start
    };
    let marks: Vec<_> = labels.iter().map(within).collect();
    let excerpt = Excerpt::new(&text[start..end], &marks, columns);
    let annotations = labels.iter().zip(&marks).map(|(label, mark)| {
        let is_primary = std::ptr::eq(label, &raw const all[0]);
        let kind = if is_primary { AnnotationKind::Primary } else { AnnotationKind::Context };
        kind.span(excerpt.mark(mark)).label(label.words.as_ref().map(|words| words.get(language)))
    });
    let annotations: Vec<_> = annotations.collect();
    let origin = excerpt.is_cut().then(|| {
        let (line, column) = source.line_column(labels[0].span.range().start);
        Origin::path(source.name.as_str()).line(line).char_column(column)
    });
    let path = origin.is_none().then_some(source.name.as_str());
    (origin, Snippet::source(harmless(excerpt.text)).line_start(first_line).path(path).annotations(annotations))
}

/// A piece of source without anything that a terminal would obey. Every byte keeps its place.
fn harmless(text: Cow<'_, str>) -> Cow<'_, str> {
    let obeyed = |character: char| !matches!(character, '\n' | '\t') && is_unprintable(character);
    if !text.contains(obeyed) {
        return text;
    }
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        if obeyed(character) {
            shown.extend(std::iter::repeat_n('?', character.len_utf8()));
        } else {
            shown.push(character);
        }
    }
    Cow::Owned(shown)
}

/// A finding for programs.
#[derive(Debug, Serialize)]
pub struct FindingData<'a> {
    code: &'static str,
    severity: &'static str,
    message: &'a str,
    help: Option<&'a str>,
    entry: Option<&'a str>,
    places: Vec<PlaceData<'a>>,
    example: Option<ExampleData<'a>>,
}

#[derive(Debug, Serialize)]
struct ExampleData<'a> {
    answers: &'a [String],
    today: Option<String>,
    command: String,
}

#[derive(Debug, Serialize)]
struct PlaceData<'a> {
    file: &'a str,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
    label: Option<&'a str>,
}

/// Findings for programs: lines and columns count from 1, columns in characters.
pub fn data<'a>(
    findings: &'a [Finding],
    sources: &'a [Source],
    rulebook: Option<&RulebookAt>,
    language: Language,
) -> Vec<FindingData<'a>> {
    let place = |label: &'a Label| {
        let source = &sources[label.span.source as usize];
        let range = label.span.range();
        let ((line, column), (end_line, end_column)) = (source.line_column(range.start), source.line_column(range.end));
        let label = label.words.as_ref().map(|words| words.get(language));
        PlaceData { file: &source.name, line, column, end_line, end_column, label }
    };
    let data = findings.iter().map(|finding| FindingData {
        code: finding.code.name(),
        severity: finding.severity().name(),
        message: finding.message.get(language),
        help: finding.help.as_ref().map(|help| help.get(language)),
        entry: finding.entry.as_deref(),
        places: finding.labels.iter().map(place).collect(),
        example: finding.example.as_ref().map(|example| ExampleData {
            answers: &example.answers,
            today: example.today.map(|today| today.to_string()),
            command: CommandLine::replaying(example, rulebook).to_string(),
        }),
    });
    data.collect()
}
