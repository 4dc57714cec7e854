//! What is declared and never used, and what is out of date: visible without looking at any situation.

use std::collections::HashSet;

use jiff::civil::Date;

use crate::proof::sites::Site;
use crate::rulebook::calendar::Window;
use crate::rulebook::condition::{Node, NodeId, Options, Test};
use crate::rulebook::finding::{Code, Finding};
use crate::rulebook::source::Span;
use crate::rulebook::{Basis, Id, Kind, Pick, Question, Reference, Rulebook};
use crate::words;
use crate::words::Words;

/// The questions that no condition of a rule reads, and the options of pick-any questions that none names.
pub fn unread(rulebook: &Rulebook, findings: &mut Vec<Finding>) -> Vec<Id<Question>> {
    let mut read = vec![None; rulebook.questions.len()];
    for id in below(rulebook, every_rule(rulebook)) {
        if let Node::Answer(question, options) = rulebook.graph.node(id) {
            let so_far: &mut Option<Options> = &mut read[question.index()];
            *so_far = Some(so_far.unwrap_or_default().or(*options));
        }
    }
    let mut unread = Vec::new();
    for (id, question) in rulebook.questions.iter() {
        let name = rulebook.questions.name(id);
        let entry = format!("{}.{name}", Kind::Question.name());
        let Some(options) = read[id.index()] else {
            unread.push(id);
            let message =
                words!(ja: "`{name}` の答えを使う規則がありません", en: "no rule uses the answer to `{name}`");
            let help = words!(
                ja: "この答えを条件に使うか、質問を消してください",
                en: "use the answer in a condition, or remove the question",
            );
            findings.push(Finding::new(Code::UnreadQuestion, message).at(question.span).help(help).about(entry));
            continue;
        };
        if question.pick == Pick::Any {
            let unread = question.all_options().without(options);
            findings.extend(unread.iter().map(|option| unread_option(question, name, option).about(entry.clone())));
        }
    }
    unread
}

fn unread_option(question: &Question, name: &str, option: usize) -> Finding {
    let option_name = question.option_name(option);
    let message = words!(
        ja: "`{name}` の `{option_name}` を使う規則がありません",
        en: "no rule uses the option `{option_name}` of `{name}`",
    );
    let help = words!(
        ja: "この選択肢を条件に使うか、消してください",
        en: "use the option in a condition, or remove it",
    );
    Finding::new(Code::UnreadOption, message).at(question.span).help(help)
}

/// The nodes of everything that is shown: conclusions, actions with their variants, notes, contacts.
fn every_rule(rulebook: &Rulebook) -> Vec<NodeId> {
    let actions = rulebook
        .actions
        .iter()
        .flat_map(|(_, action)| action.variants.values().map(|variant| variant.node).chain([action.node]));
    let conclusions = rulebook.conclusions.iter().map(|(_, conclusion)| conclusion.node);
    let notes = rulebook.notes.iter().map(|(_, note)| note.node);
    actions.chain(conclusions).chain(notes).chain(rulebook.contacts.iter().map(|(_, contact)| contact.node)).collect()
}

/// Everything that nodes are made of, themselves included.
fn below(rulebook: &Rulebook, roots: Vec<NodeId>) -> HashSet<NodeId> {
    let mut seen = HashSet::new();
    let mut waiting = roots;
    while let Some(node) = waiting.pop() {
        if seen.insert(node) {
            waiting.extend(rulebook.graph.parts(node));
        }
    }
    seen
}

/// Entries that nothing refers to, and conclusions from which nothing follows.
pub fn unused(rulebook: &Rulebook, sites: &[Site<'_>], findings: &mut Vec<Finding>) {
    findings.extend(unused_terms(rulebook, sites));
    findings.extend(conclusions_without_effect(rulebook));
    findings.extend(unnamed_by_actions(rulebook));
}

fn unused_entry(kind: Kind, name: &str, span: Span, message: impl Fn(&str) -> Words) -> Finding {
    let entry = format!("{}.{name}", kind.name());
    let help = words!(ja: "どこかで使うか、消してください", en: "use it somewhere, or remove it");
    Finding::new(Code::Unused, message(&entry)).at(span).help(help).about(entry)
}

fn unused_terms(rulebook: &Rulebook, sites: &[Site<'_>]) -> Vec<Finding> {
    let mut named = HashSet::new();
    for when in sites.iter().filter_map(|site| site.when) {
        when.walk(&mut |part| {
            if let Test::Term(term, _) = part.test {
                named.insert(term);
            }
        });
    }
    let unused = rulebook.terms.iter().filter(|(id, _)| !named.contains(id));
    let findings = unused.map(|(id, term)| {
        unused_entry(
            Kind::Term,
            rulebook.terms.name(id),
            term.span,
            |entry| words!(ja: "`{entry}` を使う条件がありません", en: "no condition uses `{entry}`"),
        )
    });
    findings.collect()
}

/// Causes and gates that change nothing on the checklist. An obstacle that nothing answers is found where gaps are looked for.
fn conclusions_without_effect(rulebook: &Rulebook) -> Vec<Finding> {
    let shows = below(rulebook, shows(rulebook));
    let idle = rulebook.conclusions.iter().filter(|(_, conclusion)| !shows.contains(&conclusion.node));
    let findings = idle.filter(|(_, conclusion)| conclusion.kind() != Kind::Obstacle).map(|(id, conclusion)| {
        unused_entry(conclusion.kind(), rulebook.conclusions.name(id), conclusion.span, |entry| {
            if conclusion.gate().is_some() {
                words!(
                    ja: "`{entry}` は一覧に何の影響もないので、このための質問もされません",
                    en: "`{entry}` has no effect on the checklist, so nothing is asked for its sake",
                )
            } else {
                words!(ja: "`{entry}` に応える行動がありません", en: "no action answers `{entry}`")
            }
        })
    });
    findings.collect()
}

/// Stages, aspects and sources that no action names.
fn unnamed_by_actions(rulebook: &Rulebook) -> Vec<Finding> {
    let (mut stages, mut aspects) = (HashSet::new(), HashSet::new());
    let mut sources: HashSet<Id<Reference>> = HashSet::new();
    for (_, action) in rulebook.actions.iter() {
        let variants = || action.variants.values();
        stages.extend(action.stage.into_iter().chain(variants().filter_map(|variant| variant.stage)));
        aspects.extend(action.involves.iter().copied());
        sources.extend(
            action
                .advice
                .sources
                .iter()
                .chain(variants().filter_map(|variant| variant.advice.sources.as_ref()).flatten()),
        );
    }
    aspects.extend(rulebook.gates().flat_map(|(_, gate)| gate.bars.iter().copied()));
    aspects.extend(rulebook.properties.iter().flat_map(|(_, property)| property.never_involves.iter().copied()));
    let of_stages = rulebook.stages.iter().filter(|(id, _)| !stages.contains(id)).map(|(id, stage)| {
        unused_entry(
            Kind::Stage,
            rulebook.stages.name(id),
            stage.span,
            |entry| words!(ja: "`{entry}` に属する行動がありません", en: "no action belongs to `{entry}`"),
        )
    });
    let of_aspects = rulebook.aspects.iter().filter(|(id, _)| !aspects.contains(id)).map(|(id, aspect)| {
        unused_entry(
            Kind::Aspect,
            rulebook.aspects.name(id),
            aspect.span,
            |entry| words!(ja: "`{entry}` を伴う行動がありません", en: "no action involves `{entry}`"),
        )
    });
    let of_sources = rulebook.sources.iter().filter(|(id, _)| !sources.contains(id)).map(|(id, source)| {
        unused_entry(
            Kind::Source,
            rulebook.sources.name(id),
            source.span,
            |entry| words!(ja: "`{entry}` をよりどころにする行動がありません", en: "no action is based on `{entry}`"),
        )
    });
    of_stages.chain(of_aspects).chain(of_sources).collect()
}

/// Where a change would show in the checklist.
fn shows(rulebook: &Rulebook) -> Vec<NodeId> {
    let actions = rulebook
        .actions
        .iter()
        .flat_map(|(_, action)| action.variants.values().map(|variant| variant.node).chain([action.node]));
    let gates = rulebook.gates().filter(|(_, gate)| gate.stops || gate.at_most.is_some());
    actions.chain(gates.map(|(id, _)| rulebook.conclusions[id].node)).collect()
}

/// Aspects that a gate bars and no action involves.
pub fn bars_nothing(rulebook: &Rulebook, findings: &mut Vec<Finding>) {
    for (id, gate) in rulebook.gates() {
        let name = format!("{}.{}", Kind::Gate.name(), rulebook.conclusions.name(id));
        for (aspect, span) in gate.bars.spanned() {
            if rulebook.actions.iter().any(|(_, action)| action.involves.contains(&aspect)) {
                continue;
            }
            let aspect = rulebook.aspects.name(aspect);
            let message = words!(
                ja: "`{name}` が控えさせる `{aspect}` を伴う行動がありません",
                en: "`{name}` bars `{aspect}`, which no action involves",
            );
            let help = words!(
                ja: "当てはまる行動の `involves` に `{aspect}` を書くか、`bars` から外してください",
                en: "name `{aspect}` in the `involves` of the actions it is about, or take it out of `bars`",
            );
            findings.push(Finding::new(Code::BarsNothing, message).at(span).help(help).about(name.clone()));
        }
    }
}

/// Entries whose time is over.
pub fn expired(rulebook: &Rulebook, today: Date, findings: &mut Vec<Finding>) {
    let mut report = |name: String, window: Window, span: Span| {
        let Some(until) = window.until.filter(|&until| until < today) else { return };
        let message = words!(ja: "`{name}` の期間は {until} に終わっています", en: "`{name}` ended on {until}");
        let help = words!(
            ja: "新しい内容に書き換えるか、消してください",
            en: "bring it up to date, or remove it",
        );
        findings.push(Finding::new(Code::Expired, message).at(span).help(help).about(name));
    };
    let name = |kind: Kind, name: &str| format!("{}.{name}", kind.name());
    for (id, entry) in rulebook.terms.iter() {
        report(name(Kind::Term, rulebook.terms.name(id)), entry.window, entry.span);
    }
    for (id, conclusion) in rulebook.conclusions.iter() {
        let name = name(conclusion.kind(), rulebook.conclusions.name(id));
        match &conclusion.basis {
            Basis::Gate(gate) => report(name, gate.window, conclusion.span),
            Basis::Cause(signs) | Basis::Obstacle(signs) => {
                for (sign, entry) in &signs.signs {
                    report(format!("{name}.sign.{sign}"), entry.window, entry.span);
                }
            }
        }
    }
    for (id, action) in rulebook.actions.iter() {
        let name = name(Kind::Action, rulebook.actions.name(id));
        for (variant, entry) in &action.variants {
            report(format!("{name}.variant.{variant}"), entry.window, entry.span);
        }
        report(name, action.window, action.span);
    }
    for (id, entry) in rulebook.notes.iter() {
        report(name(Kind::Note, rulebook.notes.name(id)), entry.window, entry.span);
    }
    for (id, entry) in rulebook.contacts.iter() {
        report(name(Kind::Contact, rulebook.contacts.name(id)), entry.window, entry.span);
    }
    for (id, entry) in rulebook.sources.iter() {
        report(name(Kind::Source, rulebook.sources.name(id)), entry.window, entry.span);
    }
}
