//! `shinrai rulebook check`: everything that is wrong with a rulebook.

use std::path::Path;
use std::process::ExitCode;

use jiff::civil::Date;
use serde_json::{Value, json};

use super::named;
use crate::cases;
use crate::cli::args::{Check, Plain};
use crate::cli::failure::Kind;
use crate::cli::rulebooks;
use crate::cli::world::{self, World};
use crate::proof;
use crate::proof::asked::Longest;
use crate::report::command::{CommandLine, RulebookAt};
use crate::report::{findings, wrap};
use crate::rulebook::read::Reading;
use crate::rulebook::{Rulebook, Severity};
use crate::words::{Language, count};
use crate::{say, word};

/// Reports everything that is wrong with rulebooks.
pub fn run(flags: &Check, world: &World) -> anyhow::Result<ExitCode> {
    let limit = if flags.strict { Severity::Warning } else { Severity::Error };
    let mut failed = false;
    let (mut found, mut interviews) = (Vec::new(), Vec::new());
    for path in named(&flags.paths, world) {
        let checked = Checked::of(path.as_deref(), world)?;
        failed |= checked.reading.has(limit);
        match flags.format.unwrap_or(Plain::Text) {
            Plain::Json => {
                found.extend(checked.findings(world.language));
                interviews.push(checked.interviews());
            }
            Plain::Text => world::print(&checked.page(world))?,
        }
    }
    if flags.format == Some(Plain::Json) {
        let object = json!({ "schema": 1, "ok": !failed, "findings": found, "interviews": interviews });
        world::print(&format!("{object:#}\n"))?;
    }
    Ok(if failed { Kind::No.code() } else { ExitCode::SUCCESS })
}

/// A rulebook with everything there is to say about it.
struct Checked {
    origin: Option<RulebookAt>,
    today: Date,
    reading: Reading,
    longest: Option<Longest>,
}

impl Checked {
    /// Reads a rulebook, and asks a working one whether its cases can be answered and what can be proved about it.
    fn of(path: Option<&Path>, world: &World) -> anyhow::Result<Self> {
        let (reading, longest) = proof::check(rulebooks::read(path, world)?, world.today);
        Ok(Self { origin: path.map(|path| world.rulebook_at(path)), today: world.today, reading, longest })
    }

    fn findings(&self, language: Language) -> Vec<Value> {
        let data = findings::data(&self.reading.findings, &self.reading.sources, self.origin.as_ref(), language);
        data.iter().map(|finding| serde_json::to_value(finding).unwrap_or_default()).collect()
    }

    fn path(&self) -> Option<&str> {
        self.origin.as_ref().map(|origin| origin.path.as_str())
    }

    fn interviews(&self) -> Value {
        let longest = self.longest.as_ref().map(|longest| {
            let command = CommandLine::replaying(&longest.example, self.origin.as_ref()).to_string();
            json!({ "questions": longest.questions, "proved": longest.is_proved, "command": command })
        });
        let cases = self.asked_in_cases().map(|(median, most)| json!({ "median": median, "most": most }));
        json!({ "rulebook": self.path(), "proved": self.reading.rulebook.is_some(), "cases": cases, "longest": longest })
    }

    fn page(&self, world: &World) -> String {
        let (reading, language) = (&self.reading, world.language);
        let text = findings::render(&reading.findings, &reading.sources, self.origin.as_ref(), language, world.stdout);
        let summary = findings::summary(&reading.findings, language);
        let size = reading.rulebook.as_ref().map(|rulebook| size(rulebook, language)).unwrap_or_default();
        let name = self.path().unwrap_or("built-in");
        let last = wrap::hanging("", &format!("{name}: {summary}{size}"), world.stdout.width);
        text + &last + &self.not_proved(world) + &self.longest_interview(world)
    }

    /// Says that nothing was proved about a rulebook that cannot be used.
    fn not_proved(&self, world: &World) -> String {
        if self.reading.rulebook.is_some() {
            return String::new();
        }
        let sentence = word!(
            world.language,
            ja: "書き方に誤りがあるため、規則の中身はまだ調べていません。直してから、もう一度お試しください。",
            en: "Because of the errors, nothing was proved yet. Mend them and check again.",
        );
        wrap::hanging("", sentence, world.stdout.width)
    }

    /// How many questions the cases take: the median, and the most.
    fn asked_in_cases(&self) -> Option<(usize, usize)> {
        /// More would take longer than it is worth: cases, their questions, and what is looked at for each.
        const MOST: usize = 200_000_000;
        let rulebook = self.reading.rulebook.as_ref()?;
        let each = rulebook.questions.len().saturating_mul(rulebook.graph.nodes().len());
        if cases::own(rulebook).count().saturating_mul(each) > MOST {
            return None;
        }
        let asked = cases::own(rulebook).map(|(_, case)| {
            let today = case.today.unwrap_or(self.today);
            cases::asked(rulebook, &cases::answers_of(rulebook, case), today).len()
        });
        let mut asked: Vec<usize> = asked.collect();
        asked.sort_unstable();
        Some((*asked.get(asked.len() / 2)?, *asked.last()?))
    }

    /// How many questions an interview can take, with an example where that is more than the author wants.
    fn longest_interview(&self, world: &World) -> String {
        let (Some(longest), Some(rulebook)) = (&self.longest, &self.reading.rulebook) else { return String::new() };
        let (language, number) = (world.language, longest.questions);
        let questions = count(number, "question");
        let line = if longest.is_proved {
            say!(language, ja: "尋ねる質問は、最も多い場合で{number}問です。", en: "The longest interview takes {questions}.")
        } else {
            say!(
                language,
                ja: "尋ねる質問は、多い場合で少なくとも{number}問です（確認は終わっていません）。",
                en: "The longest interview found takes {questions} (not finished)."
            )
        };
        let cases = self.asked_in_cases().map_or_else(String::new, |(median, most)| {
            say!(language, ja: "事例では中央値{median}問、最大{most}問です。", en: " Over the cases: median {median}, most {most}.")
        });
        let mut text = wrap::hanging("", &(line + &cases), world.stdout.width);
        if rulebook.at_most_questions.is_some_and(|most| number > most) {
            let command = CommandLine::replaying(&longest.example, self.origin.as_ref());
            text.push_str(&say!(language, ja: "  例: {command}\n", en: "  example: {command}\n"));
        }
        text
    }
}

fn size(rulebook: &Rulebook, language: Language) -> String {
    let (questions, actions, cases) = (rulebook.questions.len(), rulebook.actions.len(), rulebook.cases.len());
    let (en_questions, en_actions, en_cases) =
        (count(questions, "question"), count(actions, "action"), count(cases, "case"));
    say!(
        language,
        ja: "（質問{questions}問・行動{actions}件・事例{cases}件）",
        en: " ({en_questions}, {en_actions}, {en_cases})"
    )
}
