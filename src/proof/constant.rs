//! What is always true, never true, or can never occur.

use std::collections::BTreeMap;

use crate::answers::{Truth, strength};
use crate::proof::prover::Prover;
use crate::proof::sites::{Site, What, Written, conjuncts};
use crate::rulebook::condition::{Node, NodeId};
use crate::rulebook::finding::{Code, Finding, Label};
use crate::rulebook::{Rulebook, Tone};
use crate::words;
use crate::words::Words;

/// The sites that are the same in every situation.
pub struct Constants {
    /// For every node whether it is known to be always true, or always false.
    known: Vec<Truth>,
    /// For every node the finding of which it is a consequence.
    culprits: Vec<Option<usize>>,
    /// The sites with a finding, and which one.
    blamed: BTreeMap<NodeId, usize>,
}

impl Constants {
    /// Whether a site has a finding, or follows from one that has.
    pub fn explains(&self, node: NodeId) -> bool {
        self.known[node.index()] != Truth::Open || self.blamed.contains_key(&node)
    }

    /// Whether a site never holds.
    pub fn is_never(&self, node: NodeId) -> bool {
        self.known[node.index()] == Truth::False
    }
}

/// Reports sites that are the same in every situation. What merely follows from another one is named there.
pub fn check(prover: &mut Prover<'_>, sites: &[Site<'_>], findings: &mut Vec<Finding>) -> Constants {
    let rulebook = prover.rulebook;
    let written = Written::of(rulebook, sites);
    let mut constants = Constants { known: Vec::new(), culprits: Vec::new(), blamed: BTreeMap::new() };
    let mut sites = sites.iter().peekable();
    for id in rulebook.graph.ids() {
        let follows = follows(rulebook.graph.node(id), &constants.known);
        constants.known.push(follows);
        while let Some(site) = sites.next_if(|site| site.node == id) {
            if matches!(site.what, What::Variant(action) if constants.is_never(rulebook.actions[action].node)) {
                continue; // nobody misses a variant of what is never listed
            }
            let Some(holds) = constant(prover, site) else { continue };
            if follows != Truth::Open
                && let Some(culprit) = culprit(rulebook, id, &constants)
            {
                findings[culprit].labels.push(consequence(site, holds));
                continue;
            }
            if !matches!(site.what, What::Variant(_)) {
                constants.known[id.index()] = Truth::from(holds);
            }
            constants.blamed.insert(id, findings.len());
            findings.push(report(prover, site, holds, &written));
        }
        let culprit = culprit(rulebook, id, &constants);
        constants.culprits.push(culprit);
    }
    constants
}

/// Whether a site is the same in every situation, and that is worth a word.
fn constant(prover: &mut Prover<'_>, site: &Site<'_>) -> Option<bool> {
    let node = site.node;
    if let What::Variant(action) = site.what {
        let listed = (prover.rulebook.actions[action].node, true);
        return match (prover.is_impossible(&[(node, true), listed]), prover.is_impossible(&[(node, false), listed])) {
            (true, _) => Some(false),
            (false, true) => (!site.is_for_everyone()).then_some(true),
            (false, false) => None,
        };
    }
    if site.what == What::Contradiction {
        return prover.is_never_answered(node).then_some(false); // a situation has no contradiction
    }
    if prover.is_never(node) {
        return Some(false);
    }
    let may_be_constant = match site.what {
        What::Action | What::Note | What::Property => true,
        What::Contact => site.when.is_none(),
        _ => false,
    };
    (!may_be_constant && prover.is_always(node)).then_some(true)
}

/// What is known of a node because of what is known of its parts.
fn follows(node: &Node, known: &[Truth]) -> Truth {
    let truth = |part: &NodeId| known[part.index()];
    match node {
        Node::Answer(..) | Node::Dates(_) => Truth::Open,
        Node::All(parts) if parts.is_empty() => Truth::Open, // written on purpose
        Node::All(parts) => Truth::all(parts.iter().map(truth)),
        Node::Any(parts) => Truth::any(parts.iter().map(truth)),
        Node::Not(part) => !truth(part),
        Node::Found(signs) => strength(signs, |part| known[part.index()]).truth(),
    }
}

/// The finding of which a constant node is a consequence: only parts that decide are followed, the last ones first.
fn culprit(rulebook: &Rulebook, node: NodeId, constants: &Constants) -> Option<usize> {
    if let Some(&finding) = constants.blamed.get(&node) {
        return Some(finding);
    }
    let value = constants.known[node.index()];
    if value == Truth::Open {
        return None;
    }
    let deciding = if matches!(rulebook.graph.node(node), Node::Not(_)) { !value } else { value };
    let parts: Vec<NodeId> = rulebook.graph.parts(node).collect();
    let mut decide = parts.iter().rev().filter(|part| constants.known[part.index()] == deciding);
    decide.find_map(|part| constants.culprits[part.index()])
}

fn consequence(site: &Site<'_>, holds: bool) -> Label {
    let name = &site.name;
    let words = if holds {
        words!(ja: "そのため `{name}` はいつも成り立ちます", en: "therefore `{name}` is always true")
    } else {
        match site.what {
            What::Action => words!(ja: "そのため `{name}` は一覧に出ません", en: "therefore `{name}` is never listed"),
            _ => words!(ja: "そのため `{name}` は成り立ちません", en: "therefore `{name}` is never true"),
        }
    };
    Label { span: site.span, words: Some(words) }
}

fn report(prover: &mut Prover<'_>, site: &Site<'_>, holds: bool, written: &Written) -> Finding {
    let finding = if holds { always(site) } else { never(site) };
    let mut finding = finding.at(site.span).about(site.name.clone());
    if !holds {
        explain(prover, site, written, &mut finding);
    }
    finding
}

fn always(site: &Site<'_>) -> Finding {
    let name = &site.name;
    let message = match site.what {
        What::Variant(_) => words!(
            ja: "`{name}` は、この行動が一覧に出るときはいつも当てはまります",
            en: "`{name}` applies whenever the action is listed",
        ),
        What::Finding => {
            words!(ja: "`{name}` はどんな答え方でも見つかります", en: "`{name}` is found whatever is answered")
        }
        _ => words!(ja: "`{name}` はどんな答え方でも成り立ちます", en: "`{name}` is true whatever is answered"),
    };
    let help = match site.what {
        What::Variant(_) => words!(
            ja: "行動そのものに書くか、条件を見直してください",
            en: "write it in the action itself, or look at the condition again",
        ),
        What::Finding => words!(
            ja: "サインの条件と確かさを見直してください",
            en: "look at the conditions and certainties of its signs again",
        ),
        _ => words!(ja: "条件を見直してください", en: "look at the condition again"),
    };
    Finding::new(Code::AlwaysTrue, message).help(help)
}

fn never(site: &Site<'_>) -> Finding {
    let name = &site.name;
    let (code, message) = match site.what {
        What::Action => (
            Code::NeverOccurs,
            words!(
                ja: "`{name}` は、どんな答え方でも一覧に出ません",
                en: "`{name}` is never listed, whatever is answered",
            ),
        ),
        What::Variant(_) => (
            Code::NeverOccurs,
            words!(
                ja: "`{name}` は、この行動が一覧に出るときには当てはまりません",
                en: "`{name}` never applies when the action is listed",
            ),
        ),
        What::Note => (
            Code::NeverOccurs,
            words!(ja: "`{name}` は、どんな答え方でも示されません", en: "`{name}` is never shown, whatever is answered"),
        ),
        What::Finding | What::Gate => (
            Code::NeverOccurs,
            words!(
                ja: "`{name}` は、どんな答え方でも当てはまりません",
                en: "`{name}` is never found, whatever is answered",
            ),
        ),
        _ => (
            Code::NeverTrue,
            words!(ja: "`{name}` はどんな答え方でも成り立ちません", en: "`{name}` is never true, whatever is answered"),
        ),
    };
    let help = match site.what {
        What::Finding => words!(
            ja: "同時に出るサインを合わせても 0.20 に届きません。サインの確かさを上げるか、サインを加えてください",
            en: "the signs that can show together do not reach 0.20: raise their certainties, or add a sign",
        ),
        _ => words!(
            ja: "印のついた条件のどれかを直すか、`{name}` を消してください",
            en: "change one of the conditions shown, or remove `{name}`",
        ),
    };
    Finding::new(code, message).help(help)
}

/// Points at the conditions that cannot hold together.
fn explain(prover: &mut Prover<'_>, site: &Site<'_>, written: &Written, finding: &mut Finding) {
    let rulebook = prover.rulebook;
    let mut parts = conjuncts(rulebook, site);
    if let What::Variant(action) = site.what {
        parts.push(rulebook.actions[action].node);
    }
    let conditions = parts.len();
    if site.what != What::Contradiction {
        parts.extend(rulebook.contradictions.iter().map(|(_, entry)| entry.node));
    }
    let lits: Vec<_> = parts
        .iter()
        .enumerate()
        .map(|(position, &node)| prover.formulas.get(node).apply_sign(position < conditions))
        .collect();
    let alone = (0..conditions).find(|&part| prover.space.circuit.conflict(&[], &lits[part..=part]).is_some());
    let Some(needed) = alone.map(|part| vec![part]).or_else(|| prover.space.circuit.conflict(&[], &lits)) else {
        return;
    };
    let together = needed.len() > 1;
    let with_action = needed.contains(&(conditions - 1));
    for part in needed {
        let node = parts[part];
        if matches!(rulebook.graph.node(node), Node::Dates(_)) && part < conditions {
            finding.labels[0].words = Some(
                words!(ja: "この期間（`from`・`until`）も関わります", en: "its dates (`from`, `until`) count as well"),
            );
        }
        let contradiction = rulebook.contradictions.iter().find(|(_, entry)| part >= conditions && entry.node == node);
        let gate = match rulebook.graph.node(node) {
            Node::Not(gate) if written.get(node).is_none() => written.gate(*gate),
            _ => None,
        };
        let (span, words) = if let Some((_, entry)) = contradiction {
            (Some(entry.span), ruled_out())
        } else if gate.is_some() {
            (gate, words!(ja: "この安全確認が控えさせます", en: "this gate holds it back"))
        } else if part + 1 == conditions && matches!(site.what, What::Variant(_)) {
            (None, ruled_out())
        } else if together && matches!(site.what, What::Variant(_)) && with_action {
            (
                written.get(node),
                words!(
                    ja: "行動が一覧に出る条件とは、同時に成り立ちません",
                    en: "this never holds together with what the action needs",
                ),
            )
        } else if together {
            (written.get(node), words!(ja: "これらは同時に成り立ちません", en: "these never hold together"))
        } else {
            (written.get(node), words!(ja: "成り立つことがありません", en: "this never holds"))
        };
        if let Some(span) = span.filter(|&span| span != site.span) {
            finding.labels.push(Label { span, words: Some(words) });
        }
    }
}

fn ruled_out() -> Words {
    words!(ja: "この組み合わせは矛盾とされています", en: "this is declared a contradiction")
}

/// Contradictions that leave nothing, which makes every other proof empty.
pub fn no_situation(prover: &mut Prover<'_>) -> Option<Finding> {
    if !prover.is_impossible(&[]) {
        return None;
    }
    let rulebook = prover.rulebook;
    let mut finding = Finding::new(
        Code::NoSituation,
        words!(
            ja: "どんな答え方をしても、どれかの `contradiction` に当てはまります",
            en: "whatever is answered, some `contradiction` is true",
        ),
    );
    for (_, entry) in rulebook.contradictions.iter() {
        finding = finding.at(entry.span);
    }
    Some(finding.help(words!(ja: "`contradiction` の条件を狭めてください", en: "make their conditions narrower")))
}

/// The nodes of the gates that would be a headline.
pub fn alert_gates(rulebook: &Rulebook) -> impl Iterator<Item = NodeId> {
    let alerts = rulebook.gates().filter(|(_, gate)| gate.tone == Tone::Alert);
    alerts.map(|(id, _)| rulebook.conclusions[id].node)
}
