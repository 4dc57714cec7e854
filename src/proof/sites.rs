//! The places of a rulebook that a finding can be about: entries and parts of entries that are true or false.

use std::collections::HashMap;

use crate::rulebook::condition::{Condition, Graph, Node, NodeId, Test};
use crate::rulebook::source::Span;
use crate::rulebook::{Action, Basis, Conclusion, Id, Kind, Names, Rulebook};

/// What kind of thing is true or false.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// A `[term.…]`.
    Term,
    /// A sign of a cause or an obstacle.
    Sign,
    /// A cause or an obstacle is found.
    Finding,
    /// A gate is true.
    Gate,
    /// An action is listed.
    Action,
    /// A variant of this action applies.
    Variant(Id<Action>),
    /// A note is shown.
    Note,
    /// A contact is there for the person.
    Contact,
    /// Answers contradict each other.
    Contradiction,
    /// The situations of a property.
    Property,
}

/// Something that is true or false.
#[derive(Clone, Debug)]
pub struct Site<'a> {
    /// What it is.
    pub what: What,
    /// What it is called: `action.acknowledge.variant.client`.
    pub name: String,
    /// Its truth.
    pub node: NodeId,
    /// Where it is defined.
    pub span: Span,
    /// Its condition, if it has one.
    pub when: Option<&'a Condition>,
    /// What it is for.
    pub answers: Option<&'a Names<Conclusion>>,
}

impl Site<'_> {
    /// Whether an author wrote `when = {}`, and so means it.
    pub fn is_for_everyone(&self) -> bool {
        self.when.is_some_and(|when| matches!(&when.test, Test::All(parts) if parts.is_empty()))
    }
}

/// Every site, in the order of their nodes.
pub fn sites(rulebook: &Rulebook) -> Vec<Site<'_>> {
    let mut sites = Vec::new();
    let mut add = |what, name, node, span, when, answers| sites.push(Site { what, name, node, span, when, answers });
    let name = |kind: Kind, id: &str| format!("{}.{id}", kind.name());
    for (id, term) in rulebook.terms.iter() {
        let name = name(Kind::Term, rulebook.terms.name(id));
        add(What::Term, name, term.node, term.span, Some(&term.when), None);
    }
    for (id, conclusion) in rulebook.conclusions.iter() {
        let name = name(conclusion.kind(), rulebook.conclusions.name(id));
        match &conclusion.basis {
            Basis::Gate(gate) => add(What::Gate, name, conclusion.node, conclusion.span, Some(&gate.when), None),
            Basis::Cause(signs) | Basis::Obstacle(signs) => {
                for (sign, entry) in &signs.signs {
                    let name = format!("{name}.sign.{sign}");
                    add(What::Sign, name, entry.node, entry.span, Some(&entry.when), None);
                }
                add(What::Finding, name, conclusion.node, conclusion.span, None, None);
            }
        }
    }
    for (id, action) in rulebook.actions.iter() {
        let name = name(Kind::Action, rulebook.actions.name(id));
        for (variant, entry) in &action.variants {
            let name = format!("{name}.variant.{variant}");
            add(What::Variant(id), name, entry.node, entry.span, Some(&entry.advice.when), None);
        }
        add(What::Action, name, action.node, action.span, action.advice.when.as_ref(), Some(&action.answers));
    }
    for (id, note) in rulebook.notes.iter() {
        let name = name(Kind::Note, rulebook.notes.name(id));
        add(What::Note, name, note.node, note.span, note.when.as_deref(), Some(&note.answers));
    }
    for (id, contact) in rulebook.contacts.iter() {
        let name = name(Kind::Contact, rulebook.contacts.name(id));
        add(What::Contact, name, contact.node, contact.span, contact.when.as_deref(), None);
    }
    for (id, entry) in rulebook.contradictions.iter() {
        let name = name(Kind::Contradiction, rulebook.contradictions.name(id));
        add(What::Contradiction, name, entry.node, entry.span, Some(&entry.when), None);
    }
    for (id, entry) in rulebook.properties.iter() {
        let name = name(Kind::Property, rulebook.properties.name(id));
        add(What::Property, name, entry.node, entry.span, entry.when.as_deref(), None);
    }
    sites.sort_by_key(|site| site.node);
    sites
}

/// Where nodes are written.
pub struct Written {
    spans: HashMap<NodeId, Span>,
    gates: HashMap<NodeId, Span>,
}

impl Written {
    /// Looks it up for conditions, for what entries are for, and for gates.
    pub fn of(rulebook: &Rulebook, sites: &[Site<'_>]) -> Self {
        let gates = rulebook.gates().map(|(id, _)| &rulebook.conclusions[id]);
        let gates = gates.map(|gate| (gate.node, gate.span)).collect();
        let mut spans = HashMap::new();
        for site in sites {
            if let Some(when) = site.when {
                when.walk(&mut |part| {
                    spans.insert(part.node, part.span);
                });
            }
            if let Some((_, span)) = site.answers.and_then(|answers| answers.spanned().next()) {
                let answers = answers_node(&rulebook.graph, rulebook, site);
                spans.extend(answers.map(|node| (node, span)));
            }
        }
        Self { spans, gates }
    }

    /// Where the gate with this node is defined.
    pub fn gate(&self, node: NodeId) -> Option<Span> {
        self.gates.get(&node).copied()
    }

    /// Where a node is written, if anywhere.
    pub fn get(&self, node: NodeId) -> Option<Span> {
        self.spans.get(&node).copied()
    }
}

/// The disjunction of what an entry is for.
pub fn answers_node(graph: &Graph, rulebook: &Rulebook, site: &Site<'_>) -> Option<NodeId> {
    if site.answers.is_none_or(|answers| answers.is_empty()) {
        return None;
    }
    let fits = match site.what {
        What::Action => rulebook.actions.iter().find(|(_, action)| action.node == site.node)?.1.fits,
        _ => site.node,
    };
    graph.parts(fits).next()
}

/// The smallest parts that all have to hold for a node to hold: tables are taken apart, names are not followed.
pub fn conjuncts(rulebook: &Rulebook, site: &Site<'_>) -> Vec<NodeId> {
    let mut leaves = HashMap::new();
    if let Some(when) = site.when {
        when.walk(&mut |part| {
            leaves.insert(part.node, !matches!(part.test, Test::All(_)));
        });
    }
    let mut parts = Vec::new();
    let mut waiting = vec![site.node];
    while let Some(node) = waiting.pop() {
        match rulebook.graph.node(node) {
            Node::All(inside) if leaves.get(&node) != Some(&true) => waiting.extend(inside.iter().rev()),
            _ => parts.push(node),
        }
    }
    parts
}
