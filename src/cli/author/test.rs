//! `shinrai rulebook test`: the cases of a rulebook, what they try and what they would notice.

use std::process::ExitCode;

use serde_json::{Value, json};

use super::named;
use crate::cases::{self, Outcome};
use crate::cli::args::{Plain, Test};
use crate::cli::failure::Kind;
use crate::cli::rulebooks;
use crate::cli::world::{self, World};
use crate::proof::coverage::{self, Coverage, Skeleton};
use crate::proof::mutation::{self, Score};
use crate::proof::prover::Prover;
use crate::report::command::{CommandLine, RulebookAt};
use crate::report::{testing, wrap};
use crate::rulebook::source::Source;
use crate::rulebook::{Case, Id, Rulebook};
use crate::say;
use crate::words::Language;

/// Runs the cases of rulebooks.
pub fn run(flags: &Test, world: &World) -> anyhow::Result<ExitCode> {
    let mut failed = false;
    let (mut cases, mut rulebooks) = (Vec::new(), Vec::new());
    for path in named(&flags.paths, world) {
        let (rulebook, reading) = rulebooks::usable(&World { rulebook: path.clone(), ..world.clone() })?;
        let tested =
            Tested::of(path.as_deref().map(|path| world.rulebook_at(path)), &rulebook, &reading.sources, flags, world);
        failed |= tested.outcomes.iter().any(|(_, outcome)| !outcome.mismatches.is_empty());
        match flags.format.unwrap_or(Plain::Text) {
            Plain::Json => {
                cases.extend(tested.outcomes.iter().map(|&(id, ref outcome)| outcome_json(&rulebook, id, outcome)));
                rulebooks.push(tested.json(world.language));
            }
            Plain::Text => world::print(&tested.text(world))?,
        }
    }
    if flags.format == Some(Plain::Json) {
        let object = json!({ "schema": 1, "ok": !failed, "cases": cases, "rulebooks": rulebooks });
        world::print(&format!("{object:#}\n"))?;
    }
    Ok(if failed { Kind::No.code() } else { ExitCode::SUCCESS })
}

/// What came of the cases of a rulebook.
struct Tested<'a> {
    origin: Option<RulebookAt>,
    rulebook: &'a Rulebook,
    sources: &'a [Source],
    outcomes: Vec<(Id<Case>, Outcome)>,
    coverage: Coverage,
    /// Cases for what is not tried, if they were asked for.
    skeletons: Option<Vec<Skeleton>>,
    /// What the cases notice, if that was asked for, and cases for what they do not.
    score: Option<(Score, Vec<Skeleton>)>,
}

impl<'a> Tested<'a> {
    fn of(
        origin: Option<RulebookAt>,
        rulebook: &'a Rulebook,
        sources: &'a [Source],
        flags: &Test,
        world: &World,
    ) -> Self {
        let outcomes = cases::own(rulebook).map(|(id, case)| (id, cases::run(rulebook, case, world.today)));
        let mut prover = Prover::new(rulebook, world.today);
        let coverage = coverage::coverage(&mut prover);
        Self {
            origin,
            rulebook,
            sources,
            outcomes: outcomes.collect(),
            skeletons: flags.coverage.then(|| coverage::skeletons(&mut prover, &coverage)),
            score: flags.mutate.then(|| {
                let score = mutation::score(&mut prover);
                let wanted = flags.coverage || flags.format == Some(Plain::Json);
                let skeletons = if wanted { mutation::skeletons(&prover, &score) } else { Vec::new() };
                (score, skeletons)
            }),
            coverage,
        }
    }

    fn text(&self, world: &World) -> String {
        let (language, width) = (world.language, world.stdout.width);
        let mut text = outcomes_text(self, world);
        text.push_str(&not_run(self.rulebook, world));
        match &self.skeletons {
            None => text.push_str(&testing::summary(&self.coverage, language, width)),
            Some(skeletons) => {
                text.push_str(&testing::counts(&self.coverage, language, width));
                text.push_str(&below(&testing::holes(self.rulebook, &self.coverage, skeletons, language)));
            }
        }
        if let Some((score, skeletons)) = &self.score {
            text.push('\n');
            text.push_str(&testing::mutation(score, self.sources, language, width));
            if self.skeletons.is_some() {
                text.push_str(&below(&self.guards(score, skeletons, language)));
            } else if !score.unnoticed.is_empty() {
                text.push_str(&wrap::hanging("", testing::guards_hint(language), width));
            }
        }
        text
    }

    fn guards(&self, score: &Score, skeletons: &[Skeleton], language: Language) -> Vec<String> {
        let offered = self.skeletons.as_ref().map_or(0, Vec::len);
        testing::guards(self.rulebook, score, skeletons, offered, self.sources, language)
    }

    fn json(&self, language: Language) -> Value {
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
            offered_json(skeletons, testing::holes(self.rulebook, &self.coverage, skeletons, language))
        });
        let mutation = self.score.as_ref().map(|(score, skeletons)| {
            let unnoticed = score.unnoticed.iter().map(|mutant| {
                json!({ "entry": mutant.entry, "what": testing::mutant_words(mutant, self.sources, language) })
            });
            let skeletons = offered_json(skeletons, self.guards(score, skeletons, language));
            json!({
                "noticed": score.noticed,
                "unnoticed": unnoticed.collect::<Vec<_>>(),
                "skeletons": skeletons,
            })
        });
        json!({
            "rulebook": self.origin.as_ref().map(|origin| &origin.path),
            "coverage": { "counts": counts.collect::<serde_json::Map<_, _>>(), "holes": holes, "skeletons": skeletons },
            "mutation": mutation,
        })
    }
}

/// Cases that are offered, with what each fills.
fn offered_json(skeletons: &[Skeleton], cases: Vec<String>) -> Vec<Value> {
    skeletons.iter().zip(cases).map(|(skeleton, case)| json!({ "fills": skeleton.fills, "case": case })).collect()
}

fn below(cases: &[String]) -> String {
    cases.iter().flat_map(|case| ["\n", case]).collect()
}

fn outcomes_text(tested: &Tested<'_>, world: &World) -> String {
    let outcomes = &tested.outcomes;
    let (language, width) = (world.language, world.stdout.width);
    let mut text = String::new();
    let failed: Vec<_> = outcomes.iter().filter(|(_, outcome)| !outcome.mismatches.is_empty()).collect();
    for (id, outcome) in &failed {
        text.push_str(&failure_text(tested, *id, outcome, world));
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
fn failure_text(tested: &Tested<'_>, id: Id<Case>, outcome: &Outcome, world: &World) -> String {
    let (language, width) = (world.language, world.stdout.width);
    let (rulebook, case) = (tested.rulebook, &tested.rulebook.cases[id]);
    let name = rulebook.cases.name(id);
    let source = &tested.sources[case.span.source as usize];
    let (line, _) = source.line_column(case.span.range().start);
    let place = format!("{}:{line}", source.name);
    let about = case.about.as_ref().map_or_else(String::new, |about| format!(" – {}", about.get(language)));
    let heading = say!(language, ja: "失敗 {name}（{place}）{about}", en: "FAILED {name} ({place}){about}");
    let mut text = wrap::hanging("", &heading, width);
    for mismatch in &outcome.mismatches {
        for line in testing::mismatch(rulebook, mismatch, language) {
            text.push_str(&wrap::hanging("  ", &line, width));
        }
    }
    let reasons = testing::reasons(rulebook, case, &outcome.mismatches, world.today, language);
    for reason in reasons {
        text.push_str(&wrap::hanging("  ", &reason, width));
    }
    let mut command = CommandLine::new("diagnose");
    command.word("--explain");
    command.flag("--case", name);
    if let Some(origin) = &tested.origin {
        command.rulebook(origin);
    }
    text + &say!(language, ja: "  詳しくは: {command}\n", en: "  more: {command}\n")
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
