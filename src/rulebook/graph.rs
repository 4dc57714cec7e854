//! Builds the graph of a rulebook: everything named in topological order, then what is listed and shown.

use std::cell::RefCell;
use std::collections::HashSet;

use crate::rulebook::calendar::Window;
use crate::rulebook::condition::{Condition, Graph, Node, NodeId, Test};
use crate::rulebook::finding::{Code, Finding, Findings};
use crate::rulebook::list::Id;
use crate::rulebook::order::topological;
use crate::rulebook::place::Place;
use crate::rulebook::source::Span;
use crate::rulebook::{Action, Basis, Conclusion, Contact, Gate, Kind, Note, Rulebook};
use crate::words;
use crate::words::ticked;

/// Fills in the graph, the nodes of every entry and the precedence of actions. Circles become findings.
pub fn build(findings: &RefCell<Findings>, mut rulebook: Rulebook) -> Rulebook {
    rulebook.precedence = precedence(findings, &rulebook);
    let needs: Vec<Vec<usize>> =
        (0..rulebook.terms.len() + rulebook.conclusions.len()).map(|named| needs(&rulebook, named)).collect();
    let order = match topological(&needs, |named| named) {
        Ok(order) => order,
        Err(circles) => {
            let circles = circles.iter().map(|circle| circle_finding(&rulebook, circle));
            findings.borrow_mut().extend(circles);
            return rulebook; // unusable, because of the findings
        }
    };
    let nodes = named(&mut rulebook, &order);
    set_actions(&mut rulebook, &nodes);
    set_the_rest(&mut rulebook, &nodes);
    check_gates(findings, &rulebook);
    rulebook
}

/// The nodes of what conditions name.
struct Nodes {
    terms: Vec<NodeId>,
    conclusions: Vec<NodeId>,
}

/// Adds the nodes of terms and conclusions, each after those it builds on.
fn named(rulebook: &mut Rulebook, order: &[usize]) -> Nodes {
    let mut nodes = Nodes {
        terms: vec![NodeId::default(); rulebook.terms.len()],
        conclusions: vec![NodeId::default(); rulebook.conclusions.len()],
    };
    let graph = &mut rulebook.graph;
    for &named in order {
        if let Some(position) = named.checked_sub(rulebook.terms.len()) {
            let conclusion = &mut rulebook.conclusions[Id::new(position)];
            conclusion.node = match &mut conclusion.basis {
                Basis::Cause(signs) | Basis::Obstacle(signs) => {
                    for sign in signs.signs.values_mut() {
                        sign.node = nodes.within(graph, Some(&mut sign.when), sign.window);
                    }
                    graph.add(Node::Found(signs.signs.values().map(|sign| (sign.node, sign.certainty)).collect()))
                }
                Basis::Gate(gate) => nodes.within(graph, Some(&mut gate.when), gate.window),
            };
            nodes.conclusions[position] = conclusion.node;
        } else {
            let term = &mut rulebook.terms[Id::new(named)];
            term.node = nodes.within(graph, Some(&mut term.when), term.window);
            nodes.terms[named] = term.node;
        }
    }
    nodes
}

/// What a term (by position) or a conclusion (by position, after the terms) builds on.
fn needs(rulebook: &Rulebook, named: usize) -> Vec<usize> {
    let terms = rulebook.terms.len();
    let mut needs = Vec::new();
    let mut collect = |condition: &Condition| {
        condition.walk(&mut |part| match part.test {
            Test::Term(term, _) => needs.push(term.index()),
            Test::Conclusion(conclusion, _) => needs.push(terms + conclusion.index()),
            _ => {}
        });
    };
    match named.checked_sub(terms) {
        None => collect(&rulebook.terms[Id::new(named)].when),
        Some(conclusion) => match &rulebook.conclusions[Id::new(conclusion)].basis {
            Basis::Cause(signs) | Basis::Obstacle(signs) => signs.signs.values().for_each(|sign| collect(&sign.when)),
            Basis::Gate(gate) => collect(&gate.when),
        },
    }
    needs.sort_unstable();
    needs.dedup();
    needs
}

fn circle_finding(rulebook: &Rulebook, circle: &[usize]) -> Finding {
    let terms = rulebook.terms.len();
    let name = |&named: &usize| match named.checked_sub(terms) {
        None => rulebook.terms.name(Id::new(named)).to_owned(),
        Some(conclusion) => rulebook.conclusions.name(Id::new(conclusion)).to_owned(),
    };
    let span = |named: usize| match named.checked_sub(terms) {
        None => rulebook.terms[Id::new(named)].when.span,
        Some(conclusion) => rulebook.conclusions[Id::new(conclusion)].span,
    };
    let spans: Vec<Span> = circle.iter().map(|&named| span(named)).collect();
    in_a_circle(&circle.iter().map(name).collect::<Vec<_>>(), &spans)
}

fn in_a_circle(names: &[String], spans: &[Span]) -> Finding {
    /// Nobody cuts a larger circle by reading on.
    const MOST_NAMES: usize = 12;
    let list = ticked(names.iter().take(MOST_NAMES));
    let etc = if names.len() > MOST_NAMES { " …" } else { "" };
    let (ja, en) = (list.ja + etc, list.en + etc);
    let message = if names.len() == 1 {
        words!(ja: "{ja} が自分自身をもとにしています", en: "{en} builds on itself")
    } else {
        words!(ja: "{ja} が輪になっています", en: "{en} build on each other in a circle")
    };
    let mut finding = Finding::new(Code::Circle, message);
    for &span in spans.iter().take(MOST_NAMES) {
        finding = finding.at(span);
    }
    finding.help(words!(ja: "輪のどこか1か所を切ってください", en: "cut the circle in one place"))
}

impl Nodes {
    /// Adds the node for a condition within its dates.
    fn within(&self, graph: &mut Graph, when: Option<&mut Condition>, window: Window) -> NodeId {
        let when = when.map(|when| self.lower(graph, when));
        let dates = (!window.is_always()).then(|| graph.add(Node::Dates(window)));
        graph.all(when.into_iter().chain(dates).collect())
    }

    /// Adds the node of a condition, which is its alone.
    fn lower(&self, graph: &mut Graph, condition: &mut Condition) -> NodeId {
        let mut parts = |parts: &mut [Condition]| parts.iter_mut().map(|part| self.lower(graph, part)).collect();
        let node = match &mut condition.test {
            Test::Answer(question, options) => Node::Answer(*question, *options),
            Test::All(all) => Node::All(parts(all)),
            Test::Any(any) => Node::Any(parts(any)),
            Test::Not(part) => Node::Not(self.lower(graph, part)),
            Test::Term(term, holds) => same_or_not(self.terms[term.index()], *holds),
            Test::Conclusion(conclusion, holds) => same_or_not(self.conclusions[conclusion.index()], *holds),
        };
        condition.node = graph.add(node);
        condition.node
    }

    /// `for` (at least one of them; true when there are none), `when` and the dates.
    fn fitting(
        &self,
        graph: &mut Graph,
        answers: &[Id<Conclusion>],
        when: Option<&mut Condition>,
        window: Window,
    ) -> NodeId {
        let rest = self.within(graph, when, window);
        if answers.is_empty() {
            return rest;
        }
        let answers = answers.iter().map(|conclusion| self.conclusions[conclusion.index()]).collect();
        let answers = graph.add(Node::Any(answers));
        graph.all(vec![answers, rest])
    }
}

fn same_or_not(node: NodeId, holds: bool) -> Node {
    if holds { Node::All([node].into_iter().collect()) } else { Node::Not(node) }
}

/// An action is listed when it fits and no gate holds it back.
fn set_actions(rulebook: &mut Rulebook, nodes: &Nodes) {
    let gates: Vec<(Id<Conclusion>, Gate)> = rulebook.gates().map(|(id, gate)| (id, gate.clone())).collect();
    let graph = &mut rulebook.graph;
    let answering: HashSet<Id<Conclusion>> = gates.iter().map(|&(id, _)| id).collect();
    let open: Vec<NodeId> = gates.iter().map(|(id, _)| graph.add(Node::Not(nodes.conclusions[id.index()]))).collect();
    for id in rulebook.actions.ids() {
        let action = &mut rulebook.actions[id];
        action.fits = nodes.fitting(graph, &action.answers, action.advice.when.as_mut(), action.window);
        let mut parts = vec![action.fits];
        for ((_, gate), &not_barred) in gates.iter().zip(&open) {
            if gate.bars_action(action) {
                parts.push(not_barred);
            }
            if gate.only {
                let answered = action.answers.iter().filter(|answer| answering.contains(answer));
                let ways = answered.map(|gate| nodes.conclusions[gate.index()]);
                let ways = std::iter::once(not_barred).chain(ways).collect();
                parts.push(graph.any(ways));
            }
        }
        action.node = graph.all(parts);
        for variant in action.variants.values_mut() {
            variant.node = nodes.within(graph, Some(&mut variant.advice.when), variant.window);
        }
    }
}

fn set_the_rest(rulebook: &mut Rulebook, nodes: &Nodes) {
    let graph = &mut rulebook.graph;
    for id in rulebook.notes.ids() {
        let note: &mut Note = &mut rulebook.notes[id];
        note.node = nodes.fitting(graph, &note.answers, note.when.as_deref_mut(), note.window);
    }
    for id in rulebook.contacts.ids() {
        let contact: &mut Contact = &mut rulebook.contacts[id];
        contact.node = nodes.within(graph, contact.when.as_deref_mut(), contact.window);
    }
    for id in rulebook.contradictions.ids() {
        let contradiction = &mut rulebook.contradictions[id];
        contradiction.node = nodes.within(graph, Some(&mut contradiction.when), Window::default());
    }
    for id in rulebook.properties.ids() {
        let property = &mut rulebook.properties[id];
        property.node = nodes.within(graph, property.when.as_deref_mut(), Window::default());
    }
}

/// One fixed topological order of the actions: the rank of each.
fn precedence(findings: &RefCell<Findings>, rulebook: &Rulebook) -> Vec<usize> {
    let actions = &rulebook.actions;
    let before: Vec<Vec<usize>> = actions
        .iter()
        .map(|(_, action)| {
            let mut before: Vec<usize> = action.after.iter().map(|earlier| earlier.index()).collect();
            before.sort_unstable();
            before.dedup();
            before
        })
        .collect();
    let mut ranks = vec![0; actions.len()];
    match topological(&before, |action| base_place(rulebook, Id::new(action))) {
        Ok(order) => order.into_iter().enumerate().for_each(|(rank, action)| ranks[action] = rank),
        Err(circles) => {
            for circle in circles {
                let names: Vec<String> =
                    circle.iter().map(|&action| actions.name(Id::new(action)).to_owned()).collect();
                let spans: Vec<Span> = circle.iter().map(|&action| actions[Id::new(action)].span).collect();
                findings.borrow_mut().push(in_a_circle(&names, &spans));
            }
        }
    }
    ranks
}

/// The place of an action without any variant.
fn base_place(rulebook: &Rulebook, id: Id<Action>) -> Place {
    let action = &rulebook.actions[id];
    rulebook.place(id, action.due, action.stage)
}

/// A gate must not depend on what is merely assumed, and should be settled by "don't know".
fn check_gates(findings: &RefCell<Findings>, rulebook: &Rulebook) {
    for (id, _) in rulebook.gates() {
        let gate = &rulebook.conclusions[id];
        let name = format!("{}.{}", Kind::Gate.name(), rulebook.conclusions.name(id));
        for question_id in rulebook.graph.questions_below(gate.node) {
            let question = &rulebook.questions[question_id];
            let asked = rulebook.questions.name(question_id);
            let finding = if question.is_detail() {
                Finding::new(
                    Code::GateReadsDetail,
                    words!(
                        ja: "`{name}` は、普段は尋ねない `{asked}` の答えに左右されます",
                        en: "`{name}` depends on `{asked}`, which is not asked at first",
                    ),
                )
                .help(words!(
                    ja: "`{asked}` から `usually` を消すか、条件から外してください",
                    en: "remove `usually` from `{asked}`, or do not read it here",
                ))
            } else if question.unknown.is_none() {
                Finding::new(
                    Code::GateWithoutUnknown,
                    words!(
                        ja: "`{name}` が見る `{asked}` には「わからない」に当たる選択肢がありません",
                        en: "`{name}` reads `{asked}`, which has no option for \"don't know\"",
                    ),
                )
                .help(words!(
                    ja: "「わからない」に当たる選択肢を `unknown = \"…\"` で示してください",
                    en: "name the option that \"don't know\" means: `unknown = \"…\"`",
                ))
            } else {
                continue;
            };
            let mut finding = finding.at(gate.span).at_with(question.span, words!(ja: "この質問", en: "this question"));
            finding.entry = Some(name.clone());
            findings.borrow_mut().push(finding);
        }
    }
}
