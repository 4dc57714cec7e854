//! What the cases of a rulebook try, and for what they do not, a case that would.

use jiff::civil::Date;

use crate::answers::{Answers, Details, Truth, Truths};
use crate::cases;
use crate::proof::asked::Reaching;
use crate::proof::circuit::Solved;
use crate::proof::prover::{Claim, Prover};
use crate::proof::sites::{What, sites};
use crate::proof::situation::Situation;
use crate::rulebook::condition::NodeId;
use crate::rulebook::{Answer, Id, Question, Rulebook};

/// What kind of thing a case can try.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// An option is chosen.
    Option,
    /// A sign shows, or does not.
    Sign,
    /// A condition is true, or false.
    Condition,
    /// A gate is true.
    Gate,
    /// An action is listed.
    Action,
    /// A variant applies.
    Variant,
    /// A note is shown.
    Note,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 7] =
        [Self::Option, Self::Sign, Self::Condition, Self::Gate, Self::Action, Self::Variant, Self::Note];
}

/// Something that a case can try.
#[derive(Clone, Debug)]
pub struct Item {
    /// What kind.
    pub kind: Kind,
    /// What it is called: `question.harm.small`, `action.tell`.
    pub name: String,
    /// Whether it has to be seen true, or false.
    pub holds: bool,
    wanted: Wanted,
}

#[derive(Clone, Debug)]
enum Wanted {
    Chosen(Id<Question>, usize),
    Nodes(Vec<(NodeId, bool)>),
}

/// A case that would try something.
#[derive(Clone, Debug)]
pub struct Skeleton {
    /// The answers to every question that is asked.
    pub answers: Answers,
    /// The day.
    pub today: Date,
    /// The items that it would try, by position among the holes.
    pub fills: Vec<usize>,
}

/// What the cases try.
#[derive(Clone, Debug)]
pub struct Coverage {
    /// For each kind how much is tried, and how much there is.
    pub counts: Vec<(Kind, usize, usize)>,
    /// What no case tries, although some could.
    pub holes: Vec<Item>,
}

/// Looks at what the cases try. What nothing can try does not count.
pub fn coverage(prover: &mut Prover<'_>) -> Coverage {
    let rulebook = prover.rulebook;
    let seen: Vec<(Answers, Truths)> = cases::own(rulebook)
        .map(|(_, case)| {
            let answers = cases::answers_of(rulebook, case);
            let today = case.today.unwrap_or(prover.today);
            let truths = Truths::of(rulebook, &answers, Details::Assumed, today);
            (answers, truths)
        })
        .collect();
    let mut coverage = Coverage { counts: Kind::ALL.map(|kind| (kind, 0, 0)).to_vec(), holes: Vec::new() };
    for item in items(rulebook) {
        let is_tried = seen.iter().any(|(answers, truths)| item.is_tried(answers, truths));
        if !is_tried && item.is_impossible(prover) {
            continue;
        }
        let counts = &mut coverage.counts[item.kind as usize];
        counts.1 += usize::from(is_tried);
        counts.2 += 1;
        if !is_tried {
            coverage.holes.push(item);
        }
    }
    coverage
}

impl Item {
    fn is_tried(&self, answers: &Answers, truths: &Truths) -> bool {
        match &self.wanted {
            Wanted::Chosen(question, option) => {
                matches!(answers.get(*question), Some(Answer::Chosen(chosen)) if chosen.contains(*option))
            }
            Wanted::Nodes(claim) => claim.iter().all(|&(node, holds)| truths.get(node) == Truth::from(holds)),
        }
    }

    fn is_impossible(&self, prover: &mut Prover<'_>) -> bool {
        match &self.wanted {
            Wanted::Nodes(claim) => prover.is_impossible(claim),
            Wanted::Chosen(question, option) => {
                let chosen = prover.formulas.chosen(*question, *option);
                prover.solve(&[chosen]) == Err(Solved::Impossible)
            }
        }
    }
}

/// Everything that cases can try.
fn items(rulebook: &Rulebook) -> Vec<Item> {
    let mut items = Vec::new();
    for (id, question) in rulebook.questions.iter() {
        for (position, option) in question.options.names().enumerate() {
            let name = format!("question.{}.{option}", rulebook.questions.name(id));
            items.push(Item { kind: Kind::Option, name, holds: true, wanted: Wanted::Chosen(id, position) });
        }
    }
    for site in sites(rulebook) {
        let mut add = |kind, holds, claim: &Claim| {
            let wanted = Wanted::Nodes(claim.to_vec());
            items.push(Item { kind, name: site.name.clone(), holds, wanted });
        };
        match site.what {
            What::Sign => [true, false].into_iter().for_each(|holds| add(Kind::Sign, holds, &[(site.node, holds)])),
            What::Gate => add(Kind::Gate, true, &[(site.node, true)]),
            What::Action => add(Kind::Action, true, &[(site.node, true)]),
            What::Variant(action) => {
                let listed = (rulebook.actions[action].node, true);
                add(Kind::Variant, true, &[(site.node, true), listed]);
            }
            What::Note => add(Kind::Note, true, &[(site.node, true)]),
            What::Term | What::Finding | What::Contact | What::Contradiction | What::Property => {}
        }
        let has_condition = matches!(site.what, What::Term | What::Gate | What::Action | What::Variant(_) | What::Note);
        if let Some(when) = site.when.filter(|_| has_condition && !site.is_for_everyone()) {
            for holds in [true, false] {
                add(Kind::Condition, holds, &[(when.node, holds)]);
            }
        }
    }
    items.sort_by_key(|item| item.kind);
    items
}

/// Cases that together try every hole; each is checked with the engine.
pub fn skeletons(prover: &mut Prover<'_>, coverage: &Coverage) -> Vec<Skeleton> {
    let mut filled = vec![false; coverage.holes.len()];
    let mut skeletons = Vec::new();
    for position in 0..coverage.holes.len() {
        if filled[position] {
            continue;
        }
        let Some((answers, today)) = fill(prover, &coverage.holes[position]) else { continue };
        let truths = Truths::of(prover.rulebook, &answers, Details::Assumed, today);
        let fills = |hole: &usize| !filled[*hole] && coverage.holes[*hole].is_tried(&answers, &truths);
        let fills: Vec<usize> = (0..coverage.holes.len()).filter(fills).collect();
        for &hole in &fills {
            filled[hole] = true;
        }
        if !fills.is_empty() {
            skeletons.push(Skeleton { answers, today, fills });
        }
    }
    skeletons
}

/// Answers that try an item: those that matter for it, and those to everything else that an interview asks.
fn fill(prover: &mut Prover<'_>, item: &Item) -> Option<(Answers, Date)> {
    let rulebook = prover.rulebook;
    let (situation, mut answers) = match &item.wanted {
        Wanted::Nodes(claim) => {
            let situation = calmest(prover, claim)?;
            let (answers, today) = prover.needed(&situation, claim);
            (Situation { today, ..situation }, answers)
        }
        Wanted::Chosen(question, option) => {
            let situation = choosing(prover, *question, *option)?;
            let answer = situation.answers.get(*question)?;
            let is_possible_today = prover.space.allows(&prover.formulas, &situation.answers, prover.today);
            let today = if is_possible_today { prover.today } else { situation.today };
            let situation = Situation { today, ..situation };
            (situation, Answers::none(rulebook).with(*question, answer))
        }
    };
    let today = situation.today;
    for question in cases::asked(rulebook, &situation.answers, today) {
        answers.set(question, situation.answers.get(question));
    }
    Some((answers, today))
}

/// A situation in which a claim holds: if possible one without any gate, or at least one in which the list is shown.
fn calmest(prover: &mut Prover<'_>, claim: &Claim) -> Option<Situation> {
    let rulebook = prover.rulebook;
    let without = |stops_alone: bool| {
        let gates = rulebook.gates().filter(|(_, gate)| gate.stops || !stops_alone);
        let gates = gates.map(|(id, _)| (rulebook.conclusions[id].node, false));
        claim.iter().copied().chain(gates).collect::<Vec<_>>()
    };
    let (calm, shown) = (without(false), without(true));
    prover.find(&calm).or_else(|| prover.find(&shown)).or_else(|| prover.find(claim))
}

/// A situation in which an option is chosen, if possible in an interview that comes to the question.
fn choosing(prover: &mut Prover<'_>, question: Id<Question>, option: usize) -> Option<Situation> {
    let chosen = prover.formulas.chosen(question, option);
    let knows = vec![None; prover.rulebook.questions.len()];
    let reaching = Reaching::new(&mut prover.space, &prover.formulas, prover.rulebook, question, &knows);
    prover.solve(&[chosen, reaching.goal]).or_else(|_| prover.solve(&[chosen])).ok()
}
