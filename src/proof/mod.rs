//! Proofs about a rulebook: what can happen in some situation, what in none, and what an author claims of all.
//!
//! Domains are finite, so every such question has an answer. A situation that shows something is first looked for among
//! known ones ([`sample`]); where none does, a solver finds one or proves that there is none ([`circuit`]). Every example is
//! reduced to the answers that matter and holds in the engine that diagnoses people.

pub mod asked;
pub mod circuit;
pub mod constant;
pub mod coverage;
pub mod difference;
pub mod flip;
pub mod gaps;
pub mod logic;
pub mod mutation;
pub mod partial;
pub mod prover;
pub mod redundant;
pub mod sample;
pub mod sites;
pub mod situation;
pub mod surface;
pub mod twice;

use jiff::civil::Date;

use crate::cases;
use crate::rulebook::Rulebook;
use crate::rulebook::finding::{Code, Finding};
use crate::rulebook::read::Reading;
use crate::words;
use asked::{Interviews, Longest};
use prover::Prover;

/// What was found out about a rulebook.
#[derive(Clone, Debug)]
pub struct Proof {
    /// What its author should know.
    pub findings: Vec<Finding>,
    /// The most questions that an interview can take.
    pub longest: Option<Longest>,
}

/// Everything there is to say about a rulebook that was read: also whether its cases can be answered, and what can be
/// proved of it.
pub fn check(reading: Reading, today: Date) -> (Reading, Option<Longest>) {
    let Some(rulebook) = &reading.rulebook else { return (reading.with(Vec::new()), None) };
    let Proof { mut findings, longest } = prove(rulebook, today);
    findings.extend(cases::check(rulebook, today));
    (reading.with(findings), longest)
}

/// Proves everything there is to prove about a rulebook, seen from a day.
pub fn prove(rulebook: &Rulebook, today: Date) -> Proof {
    let mut prover = Prover::new(rulebook, today);
    let mut findings = Vec::new();
    if let Some(none) = constant::no_situation(&mut prover) {
        return Proof { findings: vec![none], longest: None };
    }
    let sites = sites::sites(rulebook);
    let unread = surface::unread(rulebook, &mut findings);
    surface::unused(rulebook, &sites, &mut findings);
    surface::bars_nothing(rulebook, &mut findings);
    surface::expired(rulebook, today, &mut findings);
    let constants = constant::check(&mut prover, &sites, &mut findings);
    redundant::check(&mut prover, &sites, &constants, &mut findings);
    gaps::check(&mut prover, &constants, &mut findings);
    gaps::properties(&mut prover, &mut findings);
    gaps::deadlines(&mut prover, &constants, &mut findings);
    twice::check(&mut prover, &mut findings);
    let mut interviews = Interviews::tried(&mut prover);
    interviews.check(&mut prover, &unread, &mut findings);
    let longest = interviews.longest(&mut prover);
    let said = findings.iter().filter(|finding| finding.code == Code::NotFinished).count();
    if prover.unfinished > said {
        findings.push(not_finished(rulebook, prover.unfinished - said));
    }
    Proof { findings, longest }
}

fn not_finished(rulebook: &Rulebook, number: usize) -> Finding {
    Finding::new(
        Code::NotFinished,
        words!(
            ja: "{number}件の確認は、上限に達したため終わっていません",
            en: "{number} of the checks reached their limit: not finished",
        ),
    )
    .at(rulebook.span)
    .help(words!(
        ja: "ほかの指摘を直してからもう一度試すか、条件を小さな `term` に分けてください",
        en: "mend the other findings and try again, or make conditions smaller with terms",
    ))
    .about("rulebook".to_owned())
}
