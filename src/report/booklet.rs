//! A rulebook as a booklet: every question, what leads to what, all advice and where it comes from, in words, for somebody
//! who is to review it and reads no TOML.

use std::fmt::Write as _;

use askama::Template;

use crate::report::html::{STYLE, STYLE_HASH};
use crate::report::markdown::escaped;
use crate::report::rules::{self, Line};
use crate::rulebook::Rulebook;
use crate::rulebook::kind::Kind;
use crate::words::Language;
use crate::{say, word};

/// A rulebook in words.
#[derive(Clone, Debug)]
pub struct Booklet {
    language: Language,
    title: String,
    about: Vec<String>,
    chapters: Vec<Chapter>,
}

/// The entries of one kind.
#[derive(Clone, Debug)]
struct Chapter {
    heading: &'static str,
    intro: &'static str,
    entries: Vec<Article>,
}

/// One entry.
#[derive(Clone, Debug)]
struct Article {
    name: String,
    title: String,
    lines: Vec<Line>,
}

/// The whole rulebook, cases aside: they are examples, and `test` shows them.
pub fn booklet(rulebook: &Rulebook, language: Language) -> Booklet {
    let (version, print) = (&rulebook.version, &rulebook.fingerprint);
    let cases = rulebook.cases.len();
    let about = vec![
        say!(language, ja: "版 {version}（指紋 {print}）", en: "Version {version} (fingerprint {print})"),
        say!(
            language,
            ja: "この冊子は、ルールブックのすべての質問、条件、助言、根拠を言葉にしたものです。ほかに、期待どおりの助言になるかを確かめる事例が{cases}件あります。",
            en: "Every question, condition, piece of advice and source of the rulebook, in words. There are also {cases} cases that test whether the advice is as expected."
        ),
    ];
    let footer = rulebook.footer.as_ref().map(|footer| footer.get(language).to_owned());
    let chapters = CHAPTERS.iter().map(|&kind| chapter(rulebook, kind, language));
    Booklet {
        language,
        title: rulebook.name.get(language).to_owned(),
        about: about.into_iter().chain(footer).collect(),
        chapters: chapters.filter(|chapter| !chapter.entries.is_empty()).collect(),
    }
}

/// The kinds in the order in which they are understood: what is asked, what follows, what is advised, what it rests on.
const CHAPTERS: [Kind; 13] = [
    Kind::Question,
    Kind::Gate,
    Kind::Cause,
    Kind::Obstacle,
    Kind::Term,
    Kind::Action,
    Kind::Note,
    Kind::Contact,
    Kind::Stage,
    Kind::Aspect,
    Kind::Contradiction,
    Kind::Property,
    Kind::Source,
];

fn chapter(rulebook: &Rulebook, kind: Kind, language: Language) -> Chapter {
    let [heading, intro] = words_of(kind, language);
    let entries = rulebook.names(kind).into_iter().filter_map(|name| {
        let whole = format!("{}.{name}", kind.name());
        let entry = *rules::named(rulebook, &whole).first()?;
        let mut lines = rules::lines(rulebook, entry, language).into_iter();
        let first = lines.next()?.text;
        let title = first.strip_prefix(&whole)?.trim_start_matches(": ").to_owned();
        Some(Article { name: whole, title, lines: lines.collect() })
    });
    Chapter { heading, intro, entries: entries.collect() }
}

fn words_of(kind: Kind, language: Language) -> [&'static str; 2] {
    let (ja, en) = match kind {
        Kind::Question => (
            ["質問", "本人に尋ねることと、その選択肢です。"],
            ["Questions", "What the person is asked, with the options."],
        ),
        Kind::Gate => (
            [
                "安全確認",
                "助言より先に確かめることです。当てはまる間は、ここに書いた行動を控えます。上のものほど優先します。",
            ],
            [
                "Safety gates",
                "What is made sure of before any advice. While one holds, it holds back what it names. The first takes precedence.",
            ],
        ),
        Kind::Cause => {
            (["原因", "信頼を失った原因と、そのサインです。"], ["Causes", "Why trust was lost, and the signs of it."])
        }
        Kind::Obstacle => (
            ["妨げ", "回復を妨げやすいことと、そのサインです。"],
            ["Obstacles", "What tends to stand in the way, and the signs of it."],
        ),
        Kind::Term => (
            ["名前を付けた条件", "条件の中でくり返し使うものです。"],
            ["Named conditions", "Used within other conditions."],
        ),
        Kind::Action => {
            (["行動", "一覧に載る助言のすべてです。"], ["Actions", "All the advice that can come to the list."])
        }
        Kind::Note => {
            (["添える言葉", "一覧の横に添える考え方や例です。"], ["Notes", "Thoughts and examples beside the list."])
        }
        Kind::Contact => (["相談先", "相談できるところです。"], ["Contacts", "Where to turn."]),
        Kind::Stage => {
            (["段階", "回復の段階と、期限の目安です。"], ["Stages", "The steps of repair, with their usual deadlines."])
        }
        Kind::Aspect => (
            ["控える対象", "行動が伴うことで、安全確認が控えさせるものです。"],
            ["Aspects", "What actions involve, and gates hold back."],
        ),
        Kind::Contradiction => (
            ["両立しない答え", "同時には成り立たない答えです。"],
            ["Contradictions", "Answers that cannot both be true."],
        ),
        Kind::Property => (
            ["守られる約束", "どの答え方でも守られることが証明されている約束です。"],
            ["Properties", "What is proved to hold whatever is answered."],
        ),
        Kind::Source => (["根拠", "助言が拠りどころにしている資料です。"], ["Sources", "What the advice is based on."]),
        Kind::Case => (["事例", ""], ["Cases", ""]),
    };
    match language {
        Language::Ja => ja,
        Language::En => en,
    }
}

impl Booklet {
    /// As Markdown.
    pub fn markdown(&self) -> String {
        let mut out = format!("# {}\n", escaped(&self.title));
        for line in &self.about {
            let _ = write!(out, "\n{}\n", escaped(line));
        }
        for chapter in &self.chapters {
            let _ = write!(out, "\n## {}\n\n{}\n", escaped(chapter.heading), escaped(chapter.intro));
            for article in &chapter.entries {
                let title = if article.title.is_empty() { &article.name } else { &article.title };
                let _ = write!(out, "\n### {}\n\n`{}`\n\n", escaped(title), article.name);
                for line in &article.lines {
                    let _ = writeln!(out, "{}- {}", "  ".repeat(line.depth().saturating_sub(1)), escaped(&line.text));
                }
            }
        }
        out
    }

    /// As one HTML file that asks for nothing from anywhere.
    pub fn html(&self) -> String {
        let policy = format!("default-src 'none'; style-src '{STYLE_HASH}'; base-uri 'none'; form-action 'none'");
        let document = Document { booklet: self, policy, style: STYLE };
        document.render().expect("memory takes everything")
    }
}

#[derive(Template)]
#[template(path = "booklet.html")]
struct Document<'a> {
    booklet: &'a Booklet,
    policy: String,
    style: &'static str,
}

impl Document<'_> {
    fn contents(&self) -> &'static str {
        word!(self.booklet.language, ja: "目次", en: "Contents")
    }
}
