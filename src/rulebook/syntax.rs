//! Faults of TOML syntax, in the author's words.
//!
//! The parser's own sentences are few and fixed, so they are translated by a table; the slips that authors really make
//! (quotes that a word processor curled, full-width signs, Windows paths) get their own help.

use toml::de::Error;

use crate::rulebook::finding::{Code, Finding};
use crate::rulebook::source::{Source, Span};
use crate::words;
use crate::words::{Words, visible};

/// The findings for the faults that the TOML parser reports, the first so many in the order of their places. A fault that only follows from
/// the one before it is left out: every line after a bracket that is not closed, every key of a table that is there twice.
pub fn findings(number: u32, source: &Source, errors: &[Error], most: usize) -> Vec<Finding> {
    /// So many are looked at: behind them, hardly any does not follow from one before.
    const MOST_LOOKED_AT: usize = 1_000;
    let mut findings = Vec::new();
    let mut open: Option<usize> = None;
    let mut copied_table = false;
    for error in errors.iter().take(MOST_LOOKED_AT) {
        if findings.len() == most {
            break;
        }
        let start = error.span().map_or(0, |span| source.text.floor_char_boundary(span.start.min(source.text.len())));
        let line = line_around(&source.text, start).trim_start();
        if error.message() == "duplicate key" {
            let is_header = line.starts_with('[');
            if copied_table && !is_header {
                continue;
            }
            copied_table = is_header;
        }
        if error.message().starts_with(MISSING_COMMA) {
            let bracket = unclosed_bracket(&source.text[..start]);
            if let Some(bracket) = bracket.filter(|&bracket| source.text[bracket..start].contains('\n')) {
                if open != Some(bracket) {
                    open = Some(bracket);
                    findings.push(not_closed(number, bracket));
                }
                continue;
            }
        }
        findings.push(finding(number, source, error));
    }
    findings
}

const MISSING_COMMA: &str = "missing comma between array elements";

/// The last `[` before a place that is not closed, outside of strings. It is looked for in the table around the place, and
/// not far away.
fn unclosed_bracket(text: &str) -> Option<usize> {
    const FAR: usize = 32 * 1024;
    let near = text.ceil_char_boundary(text.len().saturating_sub(FAR));
    let start = text[near..].rfind("\n[").map_or(near, |header| near + header + 1);
    let header_end = text[start..].find('\n').map_or(start, |end| start + end);
    let (mut open, mut quote) = (Vec::new(), None);
    for (position, character) in text[header_end..].char_indices() {
        match (character, quote) {
            ('"' | '\'', None) => quote = Some(character),
            (character, Some(opened)) if character == opened || character == '\n' => quote = None,
            ('[', None) => open.push(header_end + position),
            (']', None) => drop(open.pop()),
            _ => {}
        }
    }
    open.first().copied()
}

fn not_closed(number: u32, bracket: usize) -> Finding {
    let message = words!(ja: "この `[` が `]` で閉じられていません", en: "this `[` is never closed");
    Finding::new(Code::Syntax, message).at(Span::new(number, &(bracket..bracket + 1))).help(words!(
        ja: "リストの終わりに `]` を書いてください",
        en: "write `]` where the list ends",
    ))
}

/// The finding for a fault that the TOML parser reports.
fn finding(number: u32, source: &Source, error: &Error) -> Finding {
    let text = &source.text;
    let range = error.span().unwrap_or_else(|| deepest_line(text));
    let start = text.floor_char_boundary(range.start.min(text.len()));
    let end = text.ceil_char_boundary(range.end.clamp(start, text.len()));
    let place = Span::new(number, &(start..end));
    let offending = &text[start..end];
    let message = error.message().split(", expected").next().unwrap_or_default();
    let mut finding = Finding::new(Code::Syntax, translated(message)).at(place);
    if message == "duplicate key"
        && let Some(first) = first_definition(text, start)
    {
        finding = finding.at_with(Span::new(number, &first), words!(ja: "最初の定義", en: "first defined here"));
        if line_around(text, start).trim_start().starts_with('[') {
            return finding.help(words!(
                ja: "写した項目なら、新しい id をつけてください",
                en: "if it is a copy, give it an id of its own",
            ));
        }
    }
    match help(message, offending, &text[..start], line_around(text, start)) {
        Some(help) => finding.help(help),
        None => finding,
    }
}

/// The line with the longest dotted key: the parser does not say where something is nested too deeply.
fn deepest_line(text: &str) -> std::ops::Range<usize> {
    let mut start = 0;
    let lines = text.split_inclusive('\n').map(|line| {
        let range = start..start + line.trim_end().len();
        start += line.len();
        (line.split('=').next().unwrap_or_default().matches('.').count(), range)
    });
    lines.max_by_key(|&(dots, _)| dots).map_or(0..0, |(_, range)| range)
}

/// The part of TOML 1.1 in a string as written: `\e` and `\x…`.
pub fn newer_escape(written: &str) -> Option<&'static str> {
    if !written.starts_with('"') {
        return None;
    }
    let mut characters = written.chars();
    while let Some(character) = characters.next() {
        if character == '\\' {
            match characters.next() {
                Some('e') => return Some("\\e"),
                Some('x') => return Some("\\x"),
                _ => {}
            }
        }
    }
    None
}

fn line_around(text: &str, position: usize) -> &str {
    let start = text[..position].rfind('\n').map_or(0, |newline| newline + 1);
    let end = text[position..].find('\n').map_or(text.len(), |newline| position + newline);
    &text[start..end]
}

/// Where a key or table header that stands at `position` was written before.
fn first_definition(text: &str, position: usize) -> Option<std::ops::Range<usize>> {
    let line = line_around(text, position).trim();
    let before = &text[..text[..position].rfind('\n').map_or(0, |newline| newline + 1)];
    if line.starts_with('[') {
        let start = before.split('\n').position(|earlier| earlier.trim() == line)?;
        let offset: usize = before.split('\n').take(start).map(|earlier| earlier.len() + 1).sum();
        return Some(offset..offset + line.len());
    }
    let key = line.split('=').next()?.trim();
    let mut end = before.len();
    for earlier in before.strip_suffix('\n')?.split('\n').rev() {
        let start = end - earlier.len() - 1;
        if earlier.trim_start().starts_with('[') {
            return None;
        }
        if earlier.split('=').next().is_some_and(|other| other.trim() == key) {
            let indent = earlier.len() - earlier.trim_start().len();
            return Some(start + indent..start + indent + key.len());
        }
        end = start;
    }
    None
}

fn help(message: &str, offending: &str, text_before: &str, line: &str) -> Option<Words> {
    if message.starts_with("carriage return") {
        return Some(words!(
            ja: "改行コードを LF か CRLF にして保存し直してください",
            en: "save the file with ordinary line ends (LF or CRLF)",
        ));
    }
    if message.contains("recurs") {
        return Some(words!(
            ja: "条件を小さな `term` に分けてください",
            en: "divide the condition into terms",
        ));
    }
    let near = if offending.is_empty() { line } else { offending };
    if near.contains(['“', '”', '‘', '’', '「', '」', '＂', '｢', '｣']) {
        return Some(words!(
            ja: "文字列は半角の引用符 `\"…\"` で囲んでください（ワープロの “…” や「…」は使えません）",
            en: "put strings in straight quotes `\"…\"`; curly quotes do not work",
        ));
    }
    if near.contains('\u{3000}') {
        return Some(words!(
            ja: "全角の空白を半角の空白に直してください",
            en: "replace the full-width space by an ordinary one",
        ));
    }
    if let Some(wide) =
        line.split('"').step_by(2).flat_map(str::chars).find(|&character| half_width(character).is_some())
    {
        let narrow = half_width(wide).unwrap_or(wide);
        return Some(words!(
            ja: "全角の `{wide}` を半角の `{narrow}` に直してください",
            en: "replace the full-width `{wide}` by `{narrow}`",
        ));
    }
    if let Some(words) = slip(message, line) {
        return Some(words);
    }
    match message {
        "invalid boolean" | "invalid literal string" if offending.starts_with(|c: char| c.is_ascii_alphabetic()) => {
            let shown = visible(offending);
            Some(words!(ja: "`\"{shown}\"` のように引用符で囲んでください", en: "write it in quotes: `\"{shown}\"`"))
        }
        "missing comma between key-value pairs" | "missing key for inline table element"
            if text_before.trim_end_matches([' ', '\t']).ends_with('\n') =>
        {
            Some(words!(ja: "上の行に `}}` が足りないようです", en: "a `}}` seems to be missing on a line above"))
        }
        "string values must be quoted" if offending.starts_with(|c: char| c.is_ascii_digit()) => Some(words!(
            ja: "日付なら `2026-12-01`、小数なら `0.9`、文字列なら引用符で囲んでください",
            en: "write a date as `2026-12-01`, a fraction as `0.9`, anything else in quotes",
        )),
        "missing escaped value" | "too few unicode value digits" => Some(words!(
            ja: "`\\` をそのまま書くには `\\\\` とするか、`'…'` で囲んでください",
            en: "to write a backslash, double it (`\\\\`) or use single quotes `'…'`",
        )),
        "string values must be quoted" => {
            let shown = visible(offending);
            Some(words!(ja: "`\"{shown}\"` のように引用符で囲んでください", en: "write it in quotes: `\"{shown}\"`"))
        }
        "invalid unquoted key" => Some(words!(
            ja: "キーは英小文字・数字・`_` で書いてください",
            en: "write keys with lower-case letters, digits and `_`",
        )),
        _ => None,
    }
}

/// What people who seldom write TOML do in a line, judged by what stands outside of its quotes.
fn slip(message: &str, line: &str) -> Option<Words> {
    let outside: String = line.split('"').step_by(2).collect();
    let (code, _) = outside.split_once('#').unwrap_or((&outside, ""));
    let is_key = |text: &str| {
        let text = text.trim();
        !text.is_empty()
            && text.chars().all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '.' | '-'))
    };
    let value = code.split_once('=').map_or("", |(_, value)| value.trim());
    let quotes = line.replace("\\\"", "").matches('"').count();
    let has_decimal_comma =
        || value.as_bytes().windows(3).any(|three| matches!(three, [b'0'..=b'9', b',', b'0'..=b'9']));
    if code.contains(['\u{a0}', '\u{200b}', '\u{feff}']) {
        return Some(words!(
            ja: "目に見えない文字（ノーブレークスペースなど）があります。消して、半角の空白を入れ直してください",
            en: "there is an invisible character, such as a no-break space: delete it and type an ordinary space",
        ));
    }
    if code.trim_start().starts_with('[') && !code.contains('=') && !code.contains(']') {
        return Some(words!(ja: "行の終わりに `]` を書いてください", en: "end the line with `]`"));
    }
    if code.contains("//") {
        return Some(words!(ja: "メモは `#` で始めてください", en: "notes begin with `#`"));
    }
    if code.split_once(':').is_some_and(|(key, _)| is_key(key)) {
        return Some(words!(ja: "`:` を `=` に直してください", en: "replace `:` by `=`"));
    }
    let mut words_of_code = code.split_whitespace();
    if let (false, Some(key), Some(_)) = (code.contains('='), words_of_code.next(), words_of_code.next())
        && is_key(key)
    {
        return Some(words!(ja: "`{key} = …` のように、間に `=` を書いてください", en: "put `=` between: `{key} = …`"));
    }
    if quotes % 2 == 1 {
        return Some(if message == "missing opening quote" || !value.is_empty() && !line.contains("= \"") {
            words!(ja: "文章の始めに `\"` を書いてください", en: "write `\"` before the text")
        } else {
            words!(
                ja: "文章の終わりに `\"` を書いてください。文章は1行に収めます",
                en: "write `\"` behind the text; a text stays on one line",
            )
        });
    }
    if code.contains(" and ")
        || code.contains(" or ")
        || value.matches('=').count() > 0 && !value.starts_with(['{', '['])
    {
        return Some(words!(
            ja: "条件は `{{ }}` で囲み、コンマで並べます: `when = {{ harm = \"small\", event = \"late\" }}`",
            en: "put conditions in braces, with commas: `when = {{ harm = \"small\", event = \"late\" }}`",
        ));
    }
    if message.starts_with("missing comma") {
        return Some(words!(ja: "ここに `,` を書いてください", en: "put a `,` here"));
    }
    if quotes >= 4 && message == "unexpected key or value" {
        return Some(words!(
            ja: "文章の中の `\"` は「」にするか、`\\\"` と書いてください",
            en: "write a `\"` inside a text as `\\\"`",
        ));
    }
    if message == "invalid mantissa" || has_decimal_comma() && !value.contains('[') {
        return Some(words!(ja: "小数は `0.4` のように書きます", en: "write fractions with a point: `0.4`"));
    }
    message.starts_with("cannot extend value of type inline table").then(|| {
        words!(
            ja: "上の `{{ … }}` の中に書き足してください",
            en: "write it inside the `{{ … }}` above",
        )
    })
}

/// The ordinary form of a full-width sign, digit or letter, or of a Japanese comma.
fn half_width(character: char) -> Option<char> {
    match character {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(character) - 0xFEE0),
        '、' => Some(','),
        _ => None,
    }
}

/// The parser's sentence, and what a Japanese author reads in its place.
const JAPANESE: &[(&str, &str)] = &[
    ("string values must be quoted", "文字列が引用符で囲まれていません"),
    ("invalid unquoted key", "キーに使えない文字があります"),
    ("unquoted keys cannot be empty", "キーがありません"),
    ("key with no value", "キーに値がありません"),
    ("missing value for key", "キーに値がありません"),
    ("missing value", "値がありません"),
    ("invalid value", "値として読めません"),
    ("missing assignment between key-value pairs", "キーと値の間に `=` がありません"),
    ("extra assignment between key-value pairs", "`=` が余分です"),
    ("extra `=`", "`=` が余分です"),
    ("unexpected `=` in array", "配列の中に `=` があります"),
    ("missing comma between key-value pairs", "項目の間にコンマがありません"),
    ("missing comma between array elements", "要素の間にコンマがありません"),
    ("extra comma in array", "コンマが余分です"),
    ("extra comma in inline table", "コンマが余分です"),
    ("duplicate key", "同じキーが二度あります"),
    ("unclosed table", "`]` がありません"),
    ("unclosed array table", "`]]` がありません"),
    ("unclosed array", "`]` がありません"),
    ("unclosed inline table", "`}` がありません"),
    ("missing opening quote", "開く引用符がありません"),
    ("missing escaped value", "`\\` の後の文字が正しくありません"),
    ("too few unicode value digits", "`\\u` の後の桁が足りません"),
    ("invalid basic string", "文字列が閉じていないか、使えない文字があります"),
    ("invalid multi-line basic string", "複数行の文字列が閉じていないか、使えない文字があります"),
    ("invalid literal string", "文字列が閉じていないか、使えない文字があります"),
    ("invalid multi-line literal string", "複数行の文字列が閉じていないか、使えない文字があります"),
    ("invalid comment character", "コメントに使えない文字があります"),
    ("unexpected key or value", "ここに余分なものがあります"),
    ("unexpected content", "ここに余分なものがあります"),
    ("unexpected content between comment and newline", "ここに余分なものがあります"),
    ("invalid mantissa", "数として読めません"),
    ("cannot extend value of type inline table with a dotted key", "`{ … }` で書かれているので、ここでは足せません"),
    ("unexpected leading zero", "数の先頭に余分な0があります"),
    ("invalid fraction", "小数点の後に数字がありません"),
    ("invalid boolean", "`true` か `false` と書いてください"),
    ("carriage return must be followed by newline", "改行コードが正しくありません（CR だけの改行）"),
    ("cannot recurse further; max recursion depth met", "入れ子が深すぎます"),
    ("recursion limit", "入れ子が深すぎます"),
];

/// Both languages; what the table does not know stays English.
fn translated(message: &str) -> Words {
    let english = visible(message);
    let japanese = JAPANESE
        .iter()
        .find(|(known, _)| *known == message)
        .map_or_else(|| format!("TOML として読めません（{english}）"), |(_, japanese)| (*japanese).to_owned());
    Words { ja: japanese, en: english }
}
