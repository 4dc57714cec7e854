//! `shinrai rulebook check` and `test`: for authors.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use serde_json::{Value, json};

use crate::cases::{self, Outcome};
use crate::cli::args::{Check, Diff, Format, Test};
use crate::cli::failure::{Failure, Kind};
use crate::cli::rulebooks;
use crate::cli::world::{self, World};
use crate::proof::asked::Longest;
use crate::proof::coverage::{self, Coverage, Skeleton};
use crate::proof::mutation::{self, Score};
use crate::proof::prover::Prover;
use crate::proof::{self, difference};
use crate::report::command::CommandLine;
use crate::report::differences::Comparison;
use crate::report::{findings, rules, testing, wrap};
use crate::rulebook::read::Reading;
use crate::rulebook::source::Source;
use crate::rulebook::{Case, Id, Kind as EntryKind, Rulebook, Severity, compare};
use crate::words::{Language, count, visible};
use crate::{say, word, words};
use anyhow::bail;

/// Reports everything that is wrong with rulebooks.
pub fn check(flags: &Check, world: &World) -> anyhow::Result<ExitCode> {
    let limit = if flags.strict { Severity::Warning } else { Severity::Error };
    let mut failed = false;
    let (mut found, mut interviews) = (Vec::new(), Vec::new());
    for path in named(&flags.paths, world) {
        let checked = Checked::of(path.as_deref(), world)?;
        failed |= checked.reading.has(limit);
        match flags.format.unwrap_or(Format::Text) {
            Format::Json => {
                found.extend(checked.findings(world.language));
                interviews.push(checked.interviews());
            }
            Format::Text => world::print(&checked.page(world))?,
        }
    }
    if flags.format == Some(Format::Json) {
        let object = json!({ "schema": 1, "ok": !failed, "findings": found, "interviews": interviews });
        world::print(&format!("{object:#}\n"))?;
    }
    Ok(if failed { Kind::No.code() } else { ExitCode::SUCCESS })
}

fn named(paths: &[PathBuf], world: &World) -> Vec<Option<PathBuf>> {
    if paths.is_empty() { vec![world.rulebook.clone()] } else { paths.iter().cloned().map(Some).collect() }
}

/// A rulebook with everything there is to say about it.
struct Checked {
    path: Option<String>,
    reading: Reading,
    longest: Option<Longest>,
}

impl Checked {
    /// Reads a rulebook, and asks a working one whether its cases can be answered and what can be proved about it.
    fn of(path: Option<&Path>, world: &World) -> anyhow::Result<Self> {
        let (reading, longest) = proof::check(rulebooks::read(path)?, world.today);
        Ok(Self { path: path.map(world::path_name), reading, longest })
    }

    fn findings(&self, language: Language) -> Vec<Value> {
        let data = findings::data(&self.reading.findings, &self.reading.sources, self.path.as_deref(), language);
        data.iter().map(|finding| serde_json::to_value(finding).unwrap_or_default()).collect()
    }

    fn interviews(&self) -> Value {
        let longest = self.longest.as_ref().map(|longest| {
            let command = CommandLine::replaying(&longest.example, self.path.as_deref()).to_string();
            json!({ "questions": longest.questions, "proved": longest.is_proved, "command": command })
        });
        json!({ "rulebook": self.path, "longest": longest })
    }

    fn page(&self, world: &World) -> String {
        let (reading, language) = (&self.reading, world.language);
        let path = self.path.as_deref();
        let text = findings::render(&reading.findings, &reading.sources, path, language, world.stdout);
        let summary = findings::summary(&reading.findings, language);
        let size = reading.rulebook.as_ref().map(|rulebook| size(rulebook, language)).unwrap_or_default();
        let name = path.unwrap_or("built-in");
        let last = wrap::hanging("", &format!("{name}: {summary}{size}"), world.stdout.width);
        text + &last + &self.longest_interview(world)
    }

    /// How many questions an interview can take, with an example where that is more than the author wants.
    fn longest_interview(&self, world: &World) -> String {
        let (Some(longest), Some(rulebook)) = (&self.longest, &self.reading.rulebook) else { return String::new() };
        let (language, number) = (world.language, longest.questions);
        let questions = count(number, "question");
        let line = if longest.is_proved {
            say!(language, ja: "面談の質問は最も多くて{number}問です。", en: "The longest interview takes {questions}.")
        } else {
            say!(
                language,
                ja: "面談の質問は少なくとも{number}問になりえます（確認は終わっていません）。",
                en: "The longest interview found takes {questions} (not finished)."
            )
        };
        let mut text = wrap::hanging("", &line, world.stdout.width);
        if rulebook.at_most_questions.is_some_and(|most| number > most) {
            let command = CommandLine::replaying(&longest.example, self.path.as_deref());
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
        ja: "（質問{questions}、行動{actions}、事例{cases}）",
        en: " ({en_questions}, {en_actions}, {en_cases})"
    )
}

/// Runs the cases of rulebooks.
pub fn test(flags: &Test, world: &World) -> anyhow::Result<ExitCode> {
    let mut failed = false;
    let (mut cases, mut rulebooks) = (Vec::new(), Vec::new());
    for path in named(&flags.paths, world) {
        let reading = rulebooks::usable(&World { rulebook: path.clone(), ..world.clone() })?;
        let Some(rulebook) = &reading.rulebook else { continue };
        let tested = Tested::of(rulebook, &reading.sources, flags, world);
        failed |= tested.outcomes.iter().any(|(_, outcome)| !outcome.mismatches.is_empty());
        match flags.format.unwrap_or(Format::Text) {
            Format::Json => {
                cases.extend(tested.outcomes.iter().map(|&(id, ref outcome)| outcome_json(rulebook, id, outcome)));
                rulebooks.push(tested.json(path.as_deref().map(world::path_name).as_deref(), world.language));
            }
            Format::Text => world::print(&tested.text(world))?,
        }
    }
    if flags.format == Some(Format::Json) {
        let object = json!({ "schema": 1, "ok": !failed, "cases": cases, "rulebooks": rulebooks });
        world::print(&format!("{object:#}\n"))?;
    }
    Ok(if failed { Kind::No.code() } else { ExitCode::SUCCESS })
}

/// What came of the cases of a rulebook.
struct Tested<'a> {
    rulebook: &'a Rulebook,
    sources: &'a [Source],
    outcomes: Vec<(Id<Case>, Outcome)>,
    coverage: Coverage,
    /// Cases for what is not tried, if they were asked for.
    skeletons: Option<Vec<Skeleton>>,
    /// What the cases notice, if that was asked for.
    score: Option<Score>,
}

impl<'a> Tested<'a> {
    fn of(rulebook: &'a Rulebook, sources: &'a [Source], flags: &Test, world: &World) -> Self {
        let outcomes = cases::own(rulebook).map(|(id, case)| (id, cases::run(rulebook, case, world.today)));
        let mut prover = Prover::new(rulebook, world.today);
        let coverage = coverage::coverage(&mut prover);
        Self {
            rulebook,
            sources,
            outcomes: outcomes.collect(),
            skeletons: flags.coverage.then(|| coverage::skeletons(&mut prover, &coverage)),
            score: flags.mutate.then(|| mutation::score(&mut prover)),
            coverage,
        }
    }

    fn text(&self, world: &World) -> String {
        let (language, width) = (world.language, world.stdout.width);
        let mut text = outcomes_text(self.rulebook, &self.outcomes, world);
        text.push_str(&not_run(self.rulebook, world));
        match &self.skeletons {
            None => text.push_str(&testing::summary(&self.coverage, language, width)),
            Some(skeletons) => {
                text.push_str(&testing::counts(&self.coverage, language, width));
                text.push_str(&testing::holes(self.rulebook, &self.coverage, skeletons, language));
            }
        }
        if let Some(score) = &self.score {
            text.push('\n');
            text.push_str(&testing::mutation(score, self.sources, language, width));
        }
        text
    }

    fn json(&self, path: Option<&str>, language: Language) -> Value {
        let counts =
            self.coverage.counts.iter().map(|&(kind, tried, all)| {
                (testing::kind_name(kind).to_owned(), json!({ "tried": tried, "all": all }))
            });
        let holes: Vec<Value> = self
            .coverage
            .holes
            .iter()
            .map(|hole| json!({ "entry": hole.name, "what": testing::item(hole, language) }))
            .collect();
        let skeletons = self.skeletons.as_ref().map(|skeletons| {
            let case = |(position, skeleton): (usize, &Skeleton)| {
                let toml = testing::skeleton_toml(self.rulebook, &self.coverage, skeleton, position + 1, language);
                json!({ "fills": skeleton.fills, "case": toml })
            };
            skeletons.iter().enumerate().map(case).collect::<Vec<_>>()
        });
        let mutation = self.score.as_ref().map(|score| {
            let unnoticed = score.unnoticed.iter().map(|mutant| {
                json!({ "entry": mutant.entry, "what": testing::mutant_words(mutant, self.sources, language) })
            });
            json!({ "noticed": score.noticed, "unnoticed": unnoticed.collect::<Vec<_>>() })
        });
        json!({
            "rulebook": path,
            "coverage": { "counts": counts.collect::<serde_json::Map<_, _>>(), "holes": holes, "skeletons": skeletons },
            "mutation": mutation,
        })
    }
}

fn outcomes_text(rulebook: &Rulebook, outcomes: &[(Id<Case>, Outcome)], world: &World) -> String {
    let (language, width) = (world.language, world.stdout.width);
    let mut text = String::new();
    let failed: Vec<_> = outcomes.iter().filter(|(_, outcome)| !outcome.mismatches.is_empty()).collect();
    for (id, outcome) in &failed {
        text.push_str(&failure_text(rulebook, *id, outcome, world));
    }
    let (passed, failed) = (outcomes.len() - failed.len(), failed.len());
    let mut questions: Vec<usize> = outcomes.iter().map(|(_, outcome)| outcome.questions).collect();
    questions.sort_unstable();
    text.push_str(&say!(language, ja: "合格{passed}件、失敗{failed}件\n", en: "{passed} passed, {failed} failed\n"));
    if let (Some(median), Some(most)) = (questions.get(questions.len() / 2), questions.last()) {
        let line = say!(language, ja: "質問の数: 中央値{median}、最大{most}", en: "Questions asked: median {median}, most {most}");
        text.push_str(&wrap::hanging("", &line, width));
    }
    text
}

/// A case that came out otherwise: what was expected and what came, side by side, and why.
fn failure_text(rulebook: &Rulebook, id: Id<Case>, outcome: &Outcome, world: &World) -> String {
    let (language, width) = (world.language, world.stdout.width);
    let name = rulebook.cases.name(id);
    let mut text = say!(language, ja: "失敗 {name}\n", en: "FAILED {name}\n");
    let nothing = word!(language, ja: "なし", en: "nothing");
    let list = |items: &[String]| if items.is_empty() { nothing.to_owned() } else { items.join(", ") };
    let (expected, actual) = (word!(language, ja: "期待", en: "expected"), word!(language, ja: "実際", en: "actual  "));
    for mismatch in &outcome.mismatches {
        text.push_str(&wrap::hanging("  ", mismatch.what, width));
        text.push_str(&wrap::hanging(&format!("    {expected}: "), &list(&mismatch.expected), width));
        text.push_str(&wrap::hanging(&format!("    {actual}: "), &list(&mismatch.actual), width));
    }
    text.push_str(&wrap::hanging("  ", word!(language, ja: "理由:", en: "Because:"), width));
    for reason in testing::reasons(rulebook, &rulebook.cases[id], world.today, language) {
        text.push_str(&wrap::hanging("    - ", &reason, width));
    }
    let explain = say!(language, ja: "詳しくは", en: "More");
    text.push_str(&wrap::hanging("  ", &format!("{explain}: shinrai --explain --case {name}"), width));
    text
}

/// Says that the cases of lower layers are left alone, because a layer is meant to change what they expect.
fn not_run(rulebook: &Rulebook, world: &World) -> String {
    let inherited = rulebook.cases.len() - cases::own(rulebook).count();
    if inherited == 0 {
        return String::new();
    }
    say!(
        world.language,
        ja: "（土台のルールブックの事例{inherited}件は動かしていません）\n",
        en: "({inherited} cases of the rulebook below were not run)\n"
    )
}

fn outcome_json(rulebook: &Rulebook, id: Id<Case>, outcome: &Outcome) -> Value {
    let mismatches: Vec<Value> = outcome
        .mismatches
        .iter()
        .map(|mismatch| json!({ "what": mismatch.what, "expected": mismatch.expected, "actual": mismatch.actual }))
        .collect();
    let (name, passed) = (rulebook.cases.name(id), mismatches.is_empty());
    json!({ "id": name, "passed": passed, "questions": outcome.questions, "mismatches": mismatches })
}

/// Compares two rulebooks.
pub fn diff(flags: &Diff, world: &World) -> anyhow::Result<ExitCode> {
    let (old, new) = (usable(&flags.old, world)?, usable(&flags.new, world)?);
    let mut renamed = old.clone();
    for flag in &flags.renamed {
        let (kind, from, to) = renaming(&renamed, &new, flag)?;
        renamed = renamed.renamed(kind, &from, &to);
    }
    let (Some(as_written), Some(before), Some(after)) = (&old.rulebook, &renamed.rulebook, &new.rulebook) else {
        bail!(Failure::new(
            Kind::Usage,
            words!(
                ja: "新しい名前が、ほかの項目とぶつかっています",
                en: "with these names, the old rulebook has two entries of one name",
            ),
        ));
    };
    let (old_path, new_path) = (world::path_name(&flags.old), world::path_name(&flags.new));
    let comparison = Comparison {
        old: (as_written, Some(&old_path)),
        new: (after, Some(&new_path)),
        differences: &difference::compare(before, after, world.today),
        changes: &compare::changed(renamed.written(), new.written()),
    };
    let page = match flags.format.unwrap_or(Format::Text) {
        Format::Json => format!("{:#}\n", comparison.json(world.language)),
        Format::Text => comparison.text(world.language, world.stdout.width),
    };
    world::print(&page)?;
    Ok(if flags.fail_on_change && !comparison.is_same() { Kind::No.code() } else { ExitCode::SUCCESS })
}

/// A rulebook without errors.
fn usable(path: &Path, world: &World) -> anyhow::Result<Reading> {
    rulebooks::usable(&World { rulebook: Some(path.to_owned()), ..world.clone() })
}

/// What `--renamed` says: the kind, the old and the new name.
fn renaming(old: &Reading, new: &Reading, flag: &str) -> anyhow::Result<(EntryKind, String, String)> {
    let shown = visible(flag);
    let unclear = |help| {
        let message = words!(ja: "`--renamed {shown}` がわかりません", en: "`--renamed {shown}` is not understood");
        Failure::new(Kind::Usage, message).help(help)
    };
    let Some((from, to)) = flag.split_once('=') else {
        bail!(unclear(words!(
            ja: "`action.tell=action.report` のように書いてください",
            en: "write it as `action.tell=action.report`",
        )));
    };
    let (Some(old), Some(new)) = (&old.rulebook, &new.rulebook) else { bail!(unclear(words!(ja: "", en: ""))) };
    let (before, after) = (rules::named(old, from), rules::named(new, to));
    let pair = before.iter().find_map(|one| after.iter().find(|other| other.kind == one.kind).map(|_| one.kind));
    match pair {
        Some(kind) => {
            let id = |name: &str| name.rsplit('.').next().unwrap_or(name).to_owned();
            Ok((kind, id(from), id(to)))
        }
        None => bail!(unclear(words!(
            ja: "左は古いルールブック、右は新しいルールブックにある、同じ種類の項目です",
            en: "the left one is an entry of the old rulebook, the right one of the new, of the same kind",
        ))),
    }
}
