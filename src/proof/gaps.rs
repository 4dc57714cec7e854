//! Situations that the rulebook says nothing about, deadlines that come too early, and what its author claims.

use std::collections::{BTreeMap, BTreeSet};

use batsat::Lit;

use crate::answers::{Details, Truth, Truths};
use crate::diagnosis::order::Timing;
use crate::proof::constant::{Constants, alert_gates};
use crate::proof::prover::Prover;
use crate::rulebook::calendar::Due;
use crate::rulebook::condition::NodeId;
use crate::rulebook::finding::{Code, Finding};
use crate::rulebook::source::Span;
use crate::rulebook::{Action, Id, Kind, Names, Property, Rulebook, Variant};
use crate::words;
use crate::words::{Words, count, ticked};

/// Situations without an alert gate for which there is no cause, nothing to do, or an obstacle that nothing answers.
pub fn check(prover: &mut Prover<'_>, constants: &Constants, findings: &mut Vec<Finding>) {
    let rulebook = prover.rulebook;
    let calm: Vec<(NodeId, bool)> = alert_gates(rulebook).map(|gate| (gate, false)).collect();
    let of_kind = |kind| rulebook.conclusions.iter().filter(move |(_, conclusion)| conclusion.kind() == kind);
    let causes: Vec<NodeId> = of_kind(Kind::Cause).map(|(_, cause)| cause.node).collect();
    if !causes.is_empty() {
        let claim = with(&calm, causes.into_iter().map(|cause| (cause, false)));
        let message = words!(
            ja: "どの原因にも当てはまらない答え方があります",
            en: "there are answers for which no cause is found",
        );
        let help = words!(
            ja: "例の答えに当てはまる原因かサインを加えるか、想定どおりなら `[rulebook]` に `allow` で理由を書いてください",
            en: "add a cause or a sign for the example, or write in `[rulebook]` under `allow` why this is meant",
        );
        findings.extend(gap(prover, Code::NoCause, message, help, &claim));
    }
    if !rulebook.actions.is_empty() {
        let claim = with(&calm, rulebook.actions.iter().map(|(_, action)| (action.node, false)));
        let message = words!(ja: "行動が1つも一覧に出ない答え方があります", en: "there are answers for which no action is listed");
        let help = words!(
            ja: "例の答えに合う行動を加えてください。`for` も `when` もない行動はいつも出ます",
            en: "add an action for the example; one without `for` and `when` is always listed",
        );
        findings.extend(gap(prover, Code::NoAction, message, help, &claim));
    }
    for (id, obstacle) in of_kind(Kind::Obstacle) {
        if constants.is_never(obstacle.node) {
            continue;
        }
        let answering = rulebook.actions.iter().filter(|(_, action)| action.answers.contains(&id));
        let claim = with(&calm, answering.map(|(_, action)| (action.node, false)));
        let claim = with(&claim, [(obstacle.node, true)]);
        let name = format!("{}.{}", Kind::Obstacle.name(), rulebook.conclusions.name(id));
        let message = words!(
            ja: "`{name}` が当てはまるのに、それに応える行動が一覧に出ない答え方があります",
            en: "`{name}` can be found without any action that answers it",
        );
        let help = words!(
            ja: "例の答えで一覧に出る行動の `for` に、この障害を加えてください",
            en: "name it in the `for` of an action that is listed for the example",
        );
        let finding = gap(prover, Code::UnansweredObstacle, message, help, &claim);
        findings.extend(finding.map(|mut finding| {
            finding.labels[0].span = obstacle.span;
            finding.about(name)
        }));
    }
}

fn with(claim: &[(NodeId, bool)], more: impl IntoIterator<Item = (NodeId, bool)>) -> Vec<(NodeId, bool)> {
    claim.iter().copied().chain(more).collect()
}

fn gap(prover: &mut Prover<'_>, code: Code, message: Words, help: Words, claim: &[(NodeId, bool)]) -> Option<Finding> {
    let situation = prover.find_shown(claim)?;
    let example = prover.example(&situation, claim);
    let finding = Finding::new(code, message).at(prover.rulebook.span).help(help);
    Some(finding.example(example).about("rulebook".to_owned()))
}

/// Claims that some situation refutes: one finding for each, with everything that refutes it and one example.
pub fn properties(prover: &mut Prover<'_>, findings: &mut Vec<Finding>) {
    let rulebook = prover.rulebook;
    for (id, property) in rulebook.properties.iter() {
        let name = format!("{}.{}", Kind::Property.name(), rulebook.properties.name(id));
        for claim in claims(rulebook, property) {
            let unfinished = prover.unfinished;
            let (mut refuted_by, mut example) = (Vec::new(), None);
            for (by, nodes) in claim.refuted_by {
                let nodes = with(&[(property.node, true)], nodes);
                if let Some(situation) = prover.find_shown(&nodes) {
                    refuted_by.push(by);
                    if example.is_none() {
                        example = Some(prover.example(&situation, &nodes));
                    }
                }
            }
            if let Some(example) = example {
                let message = (claim.message)(&name, &ticked(&refuted_by));
                let help = words!(
                    ja: "例の答えで何が起きるかを見て、規則か主張のどちらかを直してください",
                    en: "see what happens for the example, then mend the rules or the claim",
                );
                let finding = Finding::new(Code::PropertyFails, message).at(claim.span).help(help);
                findings.push(finding.example(example).about(name.clone()));
            } else if prover.unfinished > unfinished {
                findings.push(not_proved(property, &name));
            }
        }
    }
}

fn not_proved(property: &Property, name: &str) -> Finding {
    Finding::new(
        Code::NotFinished,
        words!(
            ja: "`{name}` は調べきれませんでした。正しいか誤りかは、まだわかりません",
            en: "`{name}` was neither proved nor refuted: not finished",
        ),
    )
    .at(property.span)
    .help(words!(
        ja: "条件を小さな `term` に分けると確かめやすくなります",
        en: "smaller conditions, made of terms, are easier to prove",
    ))
    .about(name.to_owned())
}

/// Something that a property claims, and what would refute it: the entry that does, and what has to hold.
struct Claimed {
    span: Span,
    message: fn(&str, &Words) -> Words,
    refuted_by: Vec<(String, Vec<(NodeId, bool)>)>,
}

fn claims(rulebook: &Rulebook, property: &Property) -> Vec<Claimed> {
    let action = |id: Id<Action>, listed: bool| {
        let name = format!("{}.{}", Kind::Action.name(), rulebook.actions.name(id));
        (name, vec![(rulebook.actions[id].node, listed)])
    };
    let mut claims = Vec::new();
    let mut add = |names: &Names<Action>, message, refuted_by| {
        if let Some((_, span)) = names.spanned().next() {
            claims.push(Claimed { span, message, refuted_by });
        }
    };
    let never = property.never.iter().map(|&id| action(id, true)).collect();
    add(&property.never, can_be_listed, never);
    let always = property.always.iter().map(|&id| action(id, false)).collect();
    add(&property.always, can_be_missing, always);
    let all: Vec<_> = property.always_any.iter().map(|&id| action(id, false)).collect();
    let names: Vec<&str> = all.iter().map(|(name, _)| name.as_str()).collect();
    let none = (names.join("`, `"), all.iter().flat_map(|(_, claim)| claim.clone()).collect());
    add(&property.always_any, can_all_be_missing, vec![none]);
    claims.extend(property.never_involves.spanned().map(|(aspect, span)| {
        let involving = rulebook.actions.iter().filter(|(_, entry)| entry.involves.contains(&aspect));
        Claimed { span, message: can_be_involved, refuted_by: involving.map(|(id, _)| action(id, true)).collect() }
    }));
    claims
}

fn can_be_listed(name: &str, by: &Words) -> Words {
    let (ja, en) = (&by.ja, &by.en);
    words!(
        ja: "`{name}` に反して、{ja} が一覧に出る答え方があります",
        en: "`{name}` does not hold: there are answers for which {en} is listed",
    )
}

fn can_be_missing(name: &str, by: &Words) -> Words {
    let (ja, en) = (&by.ja, &by.en);
    words!(
        ja: "`{name}` に反して、{ja} が一覧に出ない答え方があります",
        en: "`{name}` does not hold: there are answers for which {en} is not listed",
    )
}

fn can_all_be_missing(name: &str, by: &Words) -> Words {
    let ja = &by.ja;
    words!(
        ja: "`{name}` に反して、{ja} のどれも一覧に出ない答え方があります",
        en: "`{name}` does not hold: there are answers for which none of {ja} is listed",
    )
}

fn can_be_involved(name: &str, by: &Words) -> Words {
    let (ja, en) = (&by.ja, &by.en);
    words!(
        ja: "`{name}` に反して、これを伴う {ja} が一覧に出る答え方があります",
        en: "`{name}` does not hold: {en}, which involves this, can be listed",
    )
}

/// How far a deadline may come forward before it is reported: to no less than a quarter.
const FACTOR: u32 = 4;

/// Actions that become much more urgent because a more urgent one waits for them, and actions that never come together
/// with what they come after.
pub fn deadlines(prover: &mut Prover<'_>, constants: &Constants, findings: &mut Vec<Finding>) {
    let rulebook = prover.rulebook;
    let waiting = Waiting::of(rulebook);
    for later in rulebook.actions.ids() {
        let mut seen = BTreeSet::new();
        for (earlier, span) in rulebook.actions[later].after.spanned() {
            let (one, other) = (&rulebook.actions[later], &rulebook.actions[earlier]);
            let is_dead = constants.is_never(one.node) || constants.is_never(other.node);
            // what waits for it, or what it waits for in turn, may still need this link
            let is_link = !other.after.is_empty() || !waiting.directly[later.index()].is_empty();
            if is_dead || is_link || !seen.insert(earlier) {
                continue;
            }
            if prover.is_impossible(&[(one.node, true), (other.node, true)]) {
                findings.push(never_together(rulebook, later, earlier, span));
            }
        }
    }
    for earlier in rulebook.actions.ids() {
        findings.extend(pulled_forward(prover, earlier, &waiting));
    }
}

fn never_together(rulebook: &Rulebook, later: Id<Action>, earlier: Id<Action>, span: Span) -> Finding {
    let (later, earlier) = (rulebook.actions.name(later), rulebook.actions.name(earlier));
    Finding::new(
        Code::NeverTogether,
        words!(
            ja: "`action.{earlier}` は `action.{later}` と一緒に一覧に出ることがありません",
            en: "`action.{earlier}` is never listed together with `action.{later}`",
        ),
    )
    .at(span)
    .help(words!(ja: "この `after` は消して構いません", en: "this `after` has no effect and can go"))
    .about(format!("{}.{later}", Kind::Action.name()))
}

/// When an action can be due by itself: each timing with the variants that make it so. The last variant with a deadline that
/// applies decides about it, and likewise for the stage.
pub fn own_timings(rulebook: &Rulebook, id: Id<Action>) -> Vec<(Timing, Vec<(NodeId, bool)>)> {
    let action = &rulebook.actions[id];
    let deciding = |decides: fn(&Variant) -> bool| {
        let deciding: Vec<&Variant> = action.variants.values().filter(|variant| decides(variant)).collect();
        let last = |last: Option<usize>| {
            let first_false = last.map_or(0, |last| last + 1);
            let applies = last.map(|last| (deciding[last].node, true));
            let claim = applies.into_iter().chain(deciding[first_false..].iter().map(|variant| (variant.node, false)));
            (last.map(|last| deciding[last]), claim.collect::<Vec<_>>())
        };
        std::iter::once(None).chain((0..deciding.len()).map(Some)).map(last).collect::<Vec<_>>()
    };
    let mut timings = Vec::new();
    for (due, due_claim) in deciding(|variant| variant.due.is_some()) {
        for (stage, stage_claim) in deciding(|variant| variant.stage.is_some()) {
            let excluded = |&(node, holds): &(NodeId, bool)| due_claim.contains(&(node, !holds));
            if stage_claim.iter().any(excluded) {
                continue;
            }
            let own = Timing::of(action);
            let timing = Timing {
                due: due.and_then(|variant| variant.due).or(own.due),
                stage: stage.and_then(|variant| variant.stage).or(own.stage),
            };
            timings.push((timing, with(&due_claim, stage_claim)));
        }
    }
    timings
}

/// When an action can be due by itself: every deadline, with the ways of being due then.
fn own_deadlines(rulebook: &Rulebook, id: Id<Action>) -> BTreeMap<Due, Vec<Vec<(NodeId, bool)>>> {
    let mut deadlines: BTreeMap<Due, Vec<_>> = BTreeMap::new();
    for (timing, claim) in own_timings(rulebook, id) {
        deadlines.entry(timing.place(rulebook, id).due).or_default().push(claim);
    }
    deadlines
}

/// Whether an action becomes much more urgent in some situation because another one waits for it.
fn pulled_forward(prover: &mut Prover<'_>, earlier: Id<Action>, waiting: &Waiting) -> Option<Finding> {
    let rulebook = prover.rulebook;
    let a_day = Due::parse("1d")?;
    let own: Vec<_> = own_deadlines(rulebook, earlier).into_iter().filter(|(due, _)| *due > a_day).collect();
    let (longest, _) = own.last()?;
    let is_urgent = |theirs: Due, due: Due| FACTOR * theirs.hours() < due.hours();
    let waiting = waiting.of_action(earlier);
    if !prover.spend(waiting.len()) {
        prover.unfinished += 1;
        return None;
    }
    for later in waiting {
        let theirs = own_deadlines(rulebook, later);
        if !theirs.keys().any(|&theirs| is_urgent(theirs, *longest)) {
            continue;
        }
        let mut ways = Vec::new();
        for (due, claims) in &own {
            let urgent = theirs.iter().filter(|(theirs, _)| is_urgent(**theirs, *due)).flat_map(|(_, claims)| claims);
            let urgent = prover.any_of(urgent);
            let slow = prover.any_of(claims);
            ways.push(prover.space.circuit.all([urgent, slow]));
        }
        let listed = [earlier, later].map(|id| prover.formulas.get(rulebook.actions[id].node));
        let some_way = prover.space.circuit.any(ways);
        let shown: Vec<Lit> = prover.shown().iter().map(|&(node, _)| !prover.formulas.get(node)).collect();
        let wanted = [listed[0], listed[1], some_way];
        let found = prover.solve(&[&wanted[..], &shown].concat()).or_else(|_| prover.solve(&wanted));
        let Ok(situation) = found else { continue };
        let truths = Truths::of(rulebook, &situation.answers, Details::Open, situation.today);
        let (due, claim) = own.iter().find_map(|(due, claims)| Some((*due, true_one(claims, &truths)?)))?;
        let (their_due, their_claim) =
            theirs.iter().find_map(|(due, claims)| Some((*due, true_one(claims, &truths)?)))?;
        let listed = [(rulebook.actions[earlier].node, true), (rulebook.actions[later].node, true)];
        let claim = with(&with(claim, their_claim.iter().copied()), listed);
        let example = prover.example(&situation, &claim);
        return Some(pulled(rulebook, (earlier, due), (later, their_due)).example(example));
    }
    None
}

/// The claim that holds, if one does.
fn true_one<'a>(claims: &'a [Vec<(NodeId, bool)>], truths: &Truths) -> Option<&'a Vec<(NodeId, bool)>> {
    claims.iter().find(|claim| claim.iter().all(|&(node, holds)| truths.get(node) == Truth::from(holds)))
}

fn pulled(rulebook: &Rulebook, (earlier, own): (Id<Action>, Due), (later, theirs): (Id<Action>, Due)) -> Finding {
    let action = &rulebook.actions[earlier];
    let (name, waiting) = (rulebook.actions.name(earlier), rulebook.actions.name(later));
    let (own, theirs) = (hours(own), hours(theirs));
    let (own_ja, own_en, theirs_ja, theirs_en) = (own.ja, own.en, theirs.ja, theirs.en);
    Finding::new(
        Code::PulledForward,
        words!(
            ja: "`action.{name}` の期限は{own_ja}ですが、`action.{waiting}` が待っているため{theirs_ja}に早まります",
            en: "`action.{name}` is due {own_en}, but already {theirs_en} when `action.{waiting}` has to come after it",
        ),
    )
    .at(action.span)
    .at_with(rulebook.actions[later].span, words!(ja: "これが待っています", en: "this waits for it"))
    .help(words!(
        ja: "`after` を外すか、どちらかの期限を見直してください",
        en: "remove the `after`, or change one of the deadlines",
    ))
    .about(format!("{}.{name}", Kind::Action.name()))
}

fn hours(due: Due) -> Words {
    match due.hours() {
        0 => words!(ja: "今日", en: "today"),
        hours if hours % 24 == 0 => {
            let (days, en) = (hours / 24, count(hours as usize / 24, "day"));
            words!(ja: "{days}日後", en: "in {en}")
        }
        hours => {
            let en = count(hours as usize, "hour");
            words!(ja: "{hours}時間後", en: "in {en}")
        }
    }
}

/// Which actions wait for which.
pub struct Waiting {
    /// For each action those that come directly after it.
    directly: Vec<Vec<Id<Action>>>,
}

impl Waiting {
    /// Of a rulebook.
    pub fn of(rulebook: &Rulebook) -> Self {
        let mut directly = vec![Vec::new(); rulebook.actions.len()];
        for (later, action) in rulebook.actions.iter() {
            for earlier in &action.after {
                directly[earlier.index()].push(later);
            }
        }
        Self { directly }
    }

    /// The actions that wait for one, directly or through others.
    pub fn of_action(&self, earlier: Id<Action>) -> BTreeSet<Id<Action>> {
        let mut reached = BTreeSet::new();
        let mut next = vec![earlier];
        while let Some(action) = next.pop() {
            next.extend(self.directly[action.index()].iter().filter(|&&later| reached.insert(later)));
        }
        reached
    }
}
