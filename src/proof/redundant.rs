//! Parts that could go without changing anything in any situation.

use std::cell::Cell;
use std::collections::{BTreeSet, HashMap, HashSet};

use batsat::Lit;

use crate::proof::circuit::{Circuit, Solved};
use crate::proof::constant::{Constants, alert_gates};
use crate::proof::logic::{Changed, Patch, reread};
use crate::proof::prover::Prover;
use crate::proof::sample::{Lanes, Sample};
use crate::proof::sites::{Site, What, answers_node};
use crate::proof::situation::Situation;
use crate::rulebook::condition::{Condition, Node, NodeId, Options, Parts, Test};
use crate::rulebook::finding::{Code, Finding};
use crate::rulebook::source::Span;
use crate::rulebook::{Aspect, Conclusion, Gate, Id, Kind, Pick, Question, Rulebook};
use crate::words;
use crate::words::{Words, ticked};

/// A part that might go.
struct Part {
    patch: Patch,
    span: Span,
    /// The node of the part itself, if it has one.
    node: Option<NodeId>,
    what: PartKind,
    /// The parts inside, which are not looked at when this one can go.
    inside: Vec<Part>,
    /// What it is the only one to read.
    reads: Option<(Id<Question>, Options)>,
}

#[derive(Clone, Copy)]
enum PartKind {
    /// An entry of a condition: all of them have to hold.
    Entry,
    /// An item of `any`.
    Item,
    /// An item of `for`.
    For(Id<Conclusion>),
}

impl PartKind {
    /// What an item of `for` names.
    const fn answered(self) -> Option<Id<Conclusion>> {
        match self {
            Self::For(answered) => Some(answered),
            Self::Entry | Self::Item => None,
        }
    }
}

/// Reports the parts that could go.
pub fn check(prover: &mut Prover<'_>, sites: &[Site<'_>], constants: &Constants, findings: &mut Vec<Finding>) {
    let outcome = Outcome::of(prover.rulebook);
    let readers = Readers::of(sites);
    let used = used(prover.rulebook);
    for site in sites {
        let is_idle = site.what == What::Term && !used.contains(&site.node);
        if constants.explains(site.node) || is_idle || site.what == What::Property {
            continue; // one finding about it is enough
        }
        if !prover.spend(0) {
            prover.unfinished += 1;
            return;
        }
        let mut gone = Patch::new();
        for part in parts(prover.rulebook, site) {
            look_at(prover, site, &outcome, &readers, constants, part, &mut gone, findings);
        }
    }
    for (id, gate) in prover.rulebook.gates() {
        let site =
            sites.iter().find(|site| site.node == prover.rulebook.conclusions[id].node && site.what == What::Gate);
        if let Some(site) = site.filter(|site| !constants.explains(site.node)) {
            findings.extend(needless_bars(prover, site, gate, &outcome));
        }
    }
}

/// What a gate bars without effect, as one finding.
fn needless_bars(prover: &mut Prover<'_>, site: &Site<'_>, gate: &Gate, outcome: &Outcome) -> Option<Finding> {
    let rulebook = prover.rulebook;
    let mut needless: Vec<(Id<Aspect>, Span)> = Vec::new();
    for (aspect, span) in gate.bars.spanned().rev() {
        let is_involved = rulebook.actions.iter().any(|(_, action)| action.involves.contains(&aspect));
        if !is_involved {
            continue; // it has a finding of its own
        }
        let all: Vec<Id<Aspect>> = needless.iter().map(|&(other, _)| other).chain([aspect]).collect();
        let mut can_go = |aspects: &[Id<Aspect>]| {
            prover.spend(rulebook.actions.len());
            let patch = freed(rulebook, site.node, gate, aspects);
            !outcome.may_differ(prover, site, &patch, None)
        };
        if can_go(&[aspect]) && (needless.is_empty() || can_go(&all)) {
            needless.push((aspect, span));
        }
    }
    let name = &site.name;
    let listed = ticked(needless.iter().rev().map(|&(aspect, _)| rulebook.aspects.name(aspect)));
    let (ja, en) = (listed.ja, listed.en);
    let message = words!(
        ja: "`{name}` が {ja} を控えさせても、どんな答え方でも結果は変わりません",
        en: "that `{name}` bars {en} changes nothing in any situation",
    );
    let finding = Finding::new(Code::Redundant, message).help(can_be_removed()).about(name.clone());
    let finding = needless.iter().rev().fold(finding, |finding, &(_, span)| finding.at(span));
    (!needless.is_empty()).then_some(finding)
}

/// The actions as they are when a gate no longer bars some aspects.
pub fn freed(rulebook: &Rulebook, gate_node: NodeId, gate: &Gate, aspects: &[Id<Aspect>]) -> Patch {
    let freed = rulebook.actions.iter().filter(|(_, action)| {
        let mut barred = action.involves.iter().filter(|involved| gate.bars.contains(involved)).peekable();
        barred.peek().is_some() && barred.all(|aspect| aspects.contains(aspect))
    });
    let patch = freed.filter_map(|(_, action)| {
        let not_barred = |part: &NodeId| {
            *part != action.fits && matches!(rulebook.graph.node(*part), Node::Not(of) if *of == gate_node)
        };
        let part = rulebook.graph.parts(action.node).find(not_barred)?;
        Some((action.node, without(rulebook, action.node, part)))
    });
    patch.collect()
}

/// Looks at a part, and at those inside it. What is reported can go alone, and together with everything reported before:
/// of two equal parts, one is reported.
#[expect(clippy::too_many_arguments, reason = "the state of one walk")]
fn look_at(
    prover: &mut Prover<'_>,
    site: &Site<'_>,
    outcome: &Outcome,
    readers: &Readers,
    constants: &Constants,
    part: Part,
    gone: &mut Patch,
    findings: &mut Vec<Finding>,
) {
    let is_known = part.node.is_some_and(|node| constants.explains(node))
        || part.what.answered().is_some_and(|answered| constants.is_never(prover.rulebook.conclusions[answered].node));
    let only_reader =
        part.reads.is_some_and(|(question, options)| readers.is_only_one(prover.rulebook, question, options));
    if is_known {
        return;
    }
    let mut together = part.patch.clone();
    together.extend(gone.iter().filter(|(node, _)| part.patch.iter().all(|(other, _)| other != node)).cloned());
    let can_go =
        |prover: &mut Prover<'_>, patch: &Patch| !outcome.may_differ(prover, site, patch, part.what.answered());
    if !only_reader && can_go(prover, &part.patch) && (gone.is_empty() || can_go(prover, &together)) {
        findings.push(report(prover, site, &part));
        *gone = together;
        return;
    }
    for inside in part.inside {
        look_at(prover, site, outcome, readers, constants, inside, gone, findings);
    }
}

/// The parts of what an entry is for and of its condition; the last ones first, because what repeats is usually later.
fn parts(rulebook: &Rulebook, site: &Site<'_>) -> Vec<Part> {
    let mut all = Vec::new();
    let has_own_finding = matches!(site.what, What::Term | What::Sign | What::Gate | What::Contradiction);
    if let Some(when) = site.when {
        match &when.test {
            Test::All(entries) => {
                let alone = entries.len() == 1;
                all.extend(entries.iter().filter(|_| !(alone && has_own_finding)).map(|entry| part(entry, true)));
            }
            Test::Any(_) | Test::Not(_) if has_own_finding => all.extend(part(when, true).inside),
            _ if has_own_finding => {}
            _ => all.push(part(when, true)),
        }
    }
    all.reverse();
    if let (Some(answers), Some(node)) = (site.answers, answers_node(&rulebook.graph, rulebook, site)) {
        let spanned = answers.spanned().filter(|_| answers.len() > 1);
        all.extend(spanned.rev().map(|(answered, span)| without_answer(rulebook, site, node, answered, span)));
    }
    all
}

/// Every part of what an entry is for and of its condition, with what it would be without.
pub fn parts_of(rulebook: &Rulebook, site: &Site<'_>) -> Vec<(Patch, Span)> {
    let mut found = Vec::new();
    let mut waiting = parts(rulebook, site);
    while let Some(part) = waiting.pop() {
        found.push((part.patch, part.span));
        waiting.extend(part.inside);
    }
    found
}

/// A condition as a part; `entry`: of a table, where all have to hold, not of a list of which any may.
fn part(condition: &Condition, entry: bool) -> Part {
    let neutral = if entry { Node::All(Parts::new()) } else { Node::Any(Parts::new()) };
    let mut inside: Vec<Part> = match &condition.test {
        Test::All(parts) if parts.len() > 1 => parts.iter().map(|part| self::part(part, true)).collect(),
        Test::Any(parts) if parts.len() > 1 => parts.iter().map(|part| self::part(part, false)).collect(),
        Test::All(parts) | Test::Any(parts) => parts.iter().flat_map(|part| self::part(part, true).inside).collect(),
        Test::Not(part) => match &part.test {
            Test::All(parts) if parts.len() > 1 => parts.iter().map(|part| self::part(part, true)).collect(),
            _ => self::part(part, true).inside,
        },
        _ => Vec::new(),
    };
    inside.reverse();
    let reads = if let Test::Answer(question, options) = condition.test { Some((question, options)) } else { None };
    Part {
        patch: vec![(condition.node, neutral)],
        span: condition.span,
        node: Some(condition.node),
        what: if entry { PartKind::Entry } else { PartKind::Item },
        inside,
        reads,
    }
}

/// What an entry is for, without one of them. A gate is also a way past gates that let only their own actions through.
fn without_answer(rulebook: &Rulebook, site: &Site<'_>, any: NodeId, answered: Id<Conclusion>, span: Span) -> Part {
    let answered_node = rulebook.conclusions[answered].node;
    let mut patch = vec![(any, without(rulebook, any, answered_node))];
    if site.what == What::Action && rulebook.conclusions[answered].gate().is_some() {
        let ways = rulebook.graph.parts(site.node).filter(|&part| is_way_past(rulebook, part, answered_node));
        patch.extend(ways.map(|way| (way, without(rulebook, way, answered_node))));
    }
    Part { patch, span, node: None, what: PartKind::For(answered), inside: Vec::new(), reads: None }
}

/// Whether a conjunct of an action is "not this gate, or one of those that it answers".
fn is_way_past(rulebook: &Rulebook, part: NodeId, answered: NodeId) -> bool {
    let Node::Any(ways) = rulebook.graph.node(part) else { return false };
    ways.contains(&answered) && matches!(ways.first().map(|&way| rulebook.graph.node(way)), Some(Node::Not(_)))
}

/// A node without one of its parts.
fn without(rulebook: &Rulebook, node: NodeId, part: NodeId) -> Node {
    let rest = |parts: &[NodeId]| parts.iter().copied().filter(|&other| other != part).collect();
    match rulebook.graph.node(node) {
        Node::All(parts) => Node::All(rest(parts)),
        Node::Any(parts) => Node::Any(rest(parts)),
        other => other.clone(),
    }
}

/// About how many steps of the budget it takes to look at a node that may have changed.
const STEPS_A_NODE: usize = 4;

/// What must not change: the nodes that show in a diagnosis, and the variants of actions that are listed.
pub struct Outcome {
    direct: HashSet<NodeId>,
    variants: HashMap<NodeId, NodeId>,
    cuts: Vec<NodeId>,
}

impl Outcome {
    /// Of a rulebook: everything that anybody sees of it.
    pub fn of(rulebook: &Rulebook) -> Self {
        let mut outcome = Self::of_cases(rulebook);
        let direct = &mut outcome.direct;
        let signs = rulebook.conclusions.iter().filter_map(|(_, conclusion)| conclusion.signs());
        direct.extend(signs.flat_map(|signs| signs.signs.values().map(|sign| sign.node)));
        direct.extend(rulebook.contacts.iter().map(|(_, contact)| contact.node));
        direct.extend(rulebook.contradictions.iter().map(|(_, entry)| entry.node));
        direct.extend(rulebook.properties.iter().map(|(_, entry)| entry.node));
        outcome
    }

    /// What a case can expect of it.
    pub fn of_cases(rulebook: &Rulebook) -> Self {
        let mut direct: HashSet<NodeId> = HashSet::new();
        direct.extend(rulebook.conclusions.iter().map(|(_, conclusion)| conclusion.node));
        direct.extend(rulebook.actions.iter().map(|(_, action)| action.node));
        direct.extend(rulebook.notes.iter().map(|(_, note)| note.node));
        let variants = rulebook
            .actions
            .iter()
            .flat_map(|(_, action)| action.variants.values().map(|variant| (variant.node, action.node)));
        let cuts = rulebook.gates().filter(|(_, gate)| gate.at_most.is_some());
        Self { variants: variants.collect(), cuts: cuts.map(|(id, _)| rulebook.conclusions[id].node).collect(), direct }
    }

    /// Whether a part can be needed. What no situation shows and the solver cannot finish may be.
    fn may_differ(
        &self,
        prover: &mut Prover<'_>,
        site: &Site<'_>,
        patch: &Patch,
        for_what: Option<Id<Conclusion>>,
    ) -> bool {
        self.differs(prover, patch) != Solved::Impossible
            || for_what.is_some_and(|answered| self.leaves_a_gap(prover, site, answered))
    }

    /// Whether it is possible that a patch changes the outcome of some situation.
    pub fn differs(&self, prover: &mut Prover<'_>, patch: &Patch) -> Solved {
        if !prover.spend(0) {
            return prover.counted(Solved::Unfinished);
        }
        let rulebook = prover.rulebook;
        let steps = Cell::new(0);
        let in_sample = |sample: &Sample| {
            let changed = sample.reread(&rulebook.graph, &prover.uses, patch);
            steps.set(steps.get() + changed.steps);
            self.difference(&changed, &sample.nodes, &mut InLanes)
        };
        let is_known = prover.is_known(in_sample);
        if !prover.spend(STEPS_A_NODE * steps.get()) {
            return prover.counted(Solved::Unfinished);
        }
        if is_known {
            return Solved::Possible;
        }
        let (changed, difference) = self.reread(prover, patch);
        prover.spend(STEPS_A_NODE * changed.steps);
        let nodes = &prover.formulas.nodes;
        let contradictions = rulebook.contradictions.iter().map(|(_, entry)| entry.node);
        let others: Vec<Lit> =
            contradictions.filter(|node| !changed.nodes.contains(node)).map(|node| !nodes[node.index()]).collect();
        let assumptions: Vec<Lit> = others.iter().copied().chain([difference]).collect();
        if others.len() == rulebook.contradictions.len() {
            prover.solve(&assumptions).err().unwrap_or(Solved::Possible)
        } else {
            let solved = prover.space.circuit.solve(&assumptions);
            prover.counted(solved)
        }
    }

    /// A situation in which a patch changes the outcome; if possible one in which the whole list is shown.
    ///
    /// # Errors
    ///
    /// Whether there is none, or the solver gave up.
    pub fn example(&self, prover: &mut Prover<'_>, patch: &Patch) -> Result<Situation, Solved> {
        let (_, difference) = self.reread(prover, patch);
        let shown = prover.shown();
        let wanted: Vec<Lit> = shown
            .into_iter()
            .map(|(node, holds)| prover.formulas.get(node).apply_sign(holds))
            .chain([difference])
            .collect();
        prover.solve(&wanted).or_else(|_| prover.solve(&[difference]))
    }

    /// The rulebook with a patch, and the formula that this makes a difference.
    fn reread(&self, prover: &mut Prover<'_>, patch: &Patch) -> (Changed<Lit>, Lit) {
        let nodes = &prover.formulas.nodes;
        let changed = {
            let mut logic = prover.space.logic(&prover.formulas);
            reread(&prover.rulebook.graph, &prover.uses, &mut logic, nodes, patch)
        };
        let difference = self.difference(&changed, nodes, &mut InCircuit(&mut prover.space.circuit));
        (changed, difference)
    }

    /// Whether an action that is no longer for a conclusion leaves that without an answer, or is cut off.
    fn leaves_a_gap(&self, prover: &mut Prover<'_>, site: &Site<'_>, answered: Id<Conclusion>) -> bool {
        let rulebook = prover.rulebook;
        let conclusion = &rulebook.conclusions[answered];
        if conclusion.gate().is_some() {
            let cuts = self.cuts.clone();
            return cuts
                .into_iter()
                .any(|cut| !prover.is_impossible(&[(site.node, true), (conclusion.node, true), (cut, true)]));
        }
        if conclusion.kind() != Kind::Obstacle || site.what != What::Action {
            return false;
        }
        prover.spend(rulebook.actions.len());
        let others = rulebook
            .actions
            .iter()
            .filter(|(_, action)| action.answers.contains(&answered) && action.node != site.node);
        let mut claim = vec![(conclusion.node, true)];
        claim.extend(others.map(|(_, action)| (action.node, false)));
        claim.extend(alert_gates(rulebook).map(|gate| (gate, false)));
        !prover.is_impossible(&claim)
    }

    fn difference<D: Difference>(&self, changed: &Changed<D::Value>, before: &[D::Value], logic: &mut D) -> D::Value {
        let mut differences = Vec::new();
        for &node in &changed.nodes {
            let (old, new) = (before[node.index()], *changed.get(node, before));
            if self.direct.contains(&node) {
                differences.push(logic.differ(old, new));
            }
            if let Some(&action) = self.variants.get(&node) {
                let differ = logic.differ(old, new);
                differences.push(logic.both(differ, before[action.index()]));
            }
        }
        logic.some(&differences)
    }
}

/// How two outcomes are compared.
trait Difference {
    type Value: Copy;
    fn differ(&mut self, one: Self::Value, other: Self::Value) -> Self::Value;
    fn both(&mut self, one: Self::Value, other: Self::Value) -> Self::Value;
    fn some(&mut self, all: &[Self::Value]) -> Self::Value;
}

struct InLanes;

impl Difference for InLanes {
    type Value = Lanes;
    fn differ(&mut self, one: Lanes, other: Lanes) -> Lanes {
        one.xor(other)
    }
    fn both(&mut self, one: Lanes, other: Lanes) -> Lanes {
        one.and(other)
    }
    fn some(&mut self, all: &[Lanes]) -> Lanes {
        all.iter().fold(Lanes::NONE, |any, lanes| any.or(*lanes))
    }
}

struct InCircuit<'a>(&'a mut Circuit);

impl Difference for InCircuit<'_> {
    type Value = Lit;
    fn differ(&mut self, one: Lit, other: Lit) -> Lit {
        self.0.differ(one, other)
    }
    fn both(&mut self, one: Lit, other: Lit) -> Lit {
        self.0.all([one, other])
    }
    fn some(&mut self, all: &[Lit]) -> Lit {
        self.0.any(all.iter().copied())
    }
}

/// How many conditions read each question and option.
struct Readers {
    options: HashMap<(Id<Question>, usize), usize>,
    questions: HashMap<Id<Question>, usize>,
}

impl Readers {
    fn of(sites: &[Site<'_>]) -> Self {
        let mut readers = Self { options: HashMap::new(), questions: HashMap::new() };
        for when in sites.iter().filter_map(|site| site.when) {
            when.walk(&mut |part| {
                if let Test::Answer(question, options) = part.test {
                    *readers.questions.entry(question).or_default() += 1;
                    options.iter().for_each(|option| *readers.options.entry((question, option)).or_default() += 1);
                }
            });
        }
        readers
    }

    /// Whether nobody else reads the question, or one of these options of a pick-any question: then that is what an author
    /// wants to hear.
    fn is_only_one(&self, rulebook: &Rulebook, question: Id<Question>, options: Options) -> bool {
        let picks_any = rulebook.questions[question].pick == Pick::Any;
        self.questions.get(&question) == Some(&1)
            || picks_any && options.iter().any(|option| self.options.get(&(question, option)) == Some(&1))
    }
}

/// The nodes that something is made of.
fn used(rulebook: &Rulebook) -> BTreeSet<NodeId> {
    rulebook.graph.ids().flat_map(|id| rulebook.graph.parts(id)).collect()
}

fn report(prover: &mut Prover<'_>, site: &Site<'_>, part: &Part) -> Finding {
    let name = &site.name;
    let never = part.node.is_some_and(|node| prover.is_never(node));
    let always = part.node.is_some_and(|node| prover.is_always(node));
    let (code, message): (Code, Words) = match part.what {
        PartKind::Entry if always => (
            Code::AlwaysTrue,
            words!(ja: "この条件はどんな答え方でも成り立ちます", en: "this is true whatever is answered"),
        ),
        PartKind::Item if never => (
            Code::NeverTrue,
            words!(ja: "この条件はどんな答え方でも成り立ちません", en: "this is never true, whatever is answered"),
        ),
        PartKind::Entry | PartKind::Item => (
            Code::Redundant,
            words!(
                ja: "`{name}` のこの条件は、なくても結果が変わりません",
                en: "without this condition of `{name}`, nothing changes in any situation",
            ),
        ),
        PartKind::For(answered) => {
            let answered = prover.rulebook.conclusions.name(answered);
            (
                Code::Redundant,
                words!(
                    ja: "`{name}` の `for` の `{answered}` は、なくても結果が変わりません",
                    en: "without `{answered}` in the `for` of `{name}`, nothing changes in any situation",
                ),
            )
        }
    };
    Finding::new(code, message).at(part.span).help(can_be_removed()).about(name.clone())
}

fn can_be_removed() -> Words {
    words!(
        ja: "消しても構いません。残すなら、この項目に `allow = [{{ code = \"redundant\", reason = \"…\" }}]` と理由を書いてください",
        en: "it can go; to keep it, write the reason in the entry: `allow = [{{ code = \"redundant\", reason = \"…\" }}]`",
    )
}
