//! Boolean formulas that share what they have in common, and a solver that finds an assignment or proves that there is none.
//!
//! A formula is a literal: an input, or the name of a conjunction. Equal formulas are the same literal (structural hashing),
//! so two versions of a rulebook that differ in one rule share everything else. Conjunctions become clauses in the way of
//! Tseitin (1968, "On the complexity of derivation in propositional calculus"); the solver is a CDCL solver of the
//! `MiniSat` family.

use std::collections::HashMap;

use batsat::{Callbacks, ClauseKind, Lit, Solver, SolverInterface, SolverOpts, lbool};

/// How many clauses the solver may learn for one question before it gives up. A count, not a time, so that what is
/// found does not depend on the machine.
const MOST_LEARNT: u32 = 5_000;

/// How many it may learn for all questions together.
const MOST_LEARNT_IN_ALL: u32 = 10 * MOST_LEARNT;

/// How many steps all questions together may take: values that the solver derives, and nodes that are looked at beside it.
const MOST_STEPS: u64 = 60_000_000;

/// What came of a question to the solver.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Solved {
    /// There is an assignment; [`Circuit::holds`] tells what holds in it.
    Possible,
    /// There is none.
    Impossible,
    /// The budget ran out.
    Unfinished,
}

/// Formulas and their solver.
pub struct Circuit {
    solver: Solver<Budget>,
    conjunctions: HashMap<Box<[Lit]>, Lit>,
    truth: Lit,
    /// How many steps were taken.
    steps: u64,
}

#[derive(Default)]
struct Budget {
    learnt: u32,
    in_all: u32,
}

impl Callbacks for Budget {
    fn on_start(&mut self) {
        self.learnt = 0;
    }

    fn on_new_clause(&mut self, _clause: &[Lit], kind: ClauseKind) {
        let learnt = u32::from(kind == ClauseKind::Learnt);
        self.learnt += learnt;
        self.in_all = self.in_all.saturating_add(learnt);
    }

    fn stop(&self) -> bool {
        self.learnt > MOST_LEARNT || self.in_all > MOST_LEARNT_IN_ALL
    }
}

impl Default for Circuit {
    /// No formulas yet.
    fn default() -> Self {
        let mut solver = Solver::new(SolverOpts::default(), Budget::default());
        let truth = Lit::new(solver.new_var_default(), true);
        solver.add_clause_reuse(&mut vec![truth]);
        Self { solver, conjunctions: HashMap::new(), truth, steps: 0 }
    }
}

impl Circuit {
    /// What always holds, or never.
    pub fn constant(&self, holds: bool) -> Lit {
        self.truth.apply_sign(holds)
    }

    /// Something that may hold or not; `likely` says what to try first.
    pub fn input(&mut self, likely: bool) -> Lit {
        let likely = if likely { lbool::TRUE } else { lbool::FALSE };
        Lit::new(self.solver.new_var(likely, true), true)
    }

    /// All of them.
    pub fn all(&mut self, parts: impl IntoIterator<Item = Lit>) -> Lit {
        let (always, never) = (self.constant(true), self.constant(false));
        let mut parts: Vec<Lit> = parts.into_iter().filter(|&part| part != always).collect();
        parts.sort_unstable();
        parts.dedup();
        let contradicts = |pair: &[Lit]| pair[0] == !pair[1]; // a literal and its opposite are neighbours in order
        if parts.contains(&never) || parts.windows(2).any(contradicts) {
            return never;
        }
        match parts[..] {
            [] => always,
            [only] => only,
            _ => self.conjunction(parts),
        }
    }

    fn conjunction(&mut self, parts: Vec<Lit>) -> Lit {
        if let Some(&known) = self.conjunctions.get(parts.as_slice()) {
            return known;
        }
        let whole = Lit::new(self.solver.new_var_default(), true);
        let mut one_fails = Vec::with_capacity(parts.len() + 1);
        one_fails.push(whole);
        for &part in &parts {
            self.solver.add_clause_reuse(&mut vec![!whole, part]);
            one_fails.push(!part);
        }
        self.solver.add_clause_reuse(&mut one_fails);
        self.conjunctions.insert(parts.into(), whole);
        whole
    }

    /// At least one of them.
    pub fn any(&mut self, parts: impl IntoIterator<Item = Lit>) -> Lit {
        !self.all(parts.into_iter().map(|part| !part))
    }

    /// Whether exactly one of the two holds.
    pub fn differ(&mut self, one: Lit, other: Lit) -> Lit {
        if one == other {
            return self.constant(false);
        }
        let (only_one, only_other) = (self.all([one, !other]), self.all([!one, other]));
        self.any([only_one, only_other])
    }

    /// Demands that at least one of them holds in every assignment.
    pub fn require(&mut self, parts: impl IntoIterator<Item = Lit>) {
        self.solver.add_clause_reuse(&mut parts.into_iter().collect());
    }

    /// Looks for an assignment in which all of these hold.
    pub fn solve(&mut self, assumptions: &[Lit]) -> Solved {
        let (always, never) = (self.constant(true), self.constant(false));
        if assumptions.contains(&never) {
            return Solved::Impossible;
        }
        if !self.spend(assumptions.len()) {
            return Solved::Unfinished;
        }
        let assumptions: Vec<Lit> = assumptions.iter().copied().filter(|&part| part != always).collect();
        let before = self.solver.num_propagations();
        let found = self.solver.solve_limited(&assumptions);
        self.steps += self.solver.num_propagations() - before;
        match found {
            found if found == lbool::TRUE => Solved::Possible,
            found if found == lbool::FALSE => Solved::Impossible,
            _ => Solved::Unfinished,
        }
    }

    /// Takes so many steps beside the solver, and says whether there were as many left.
    pub const fn spend(&mut self, steps: usize) -> bool {
        self.steps = self.steps.saturating_add(steps as u64);
        self.steps <= MOST_STEPS
    }

    /// How many steps are left.
    pub const fn steps_left(&self) -> u64 {
        MOST_STEPS.saturating_sub(self.steps)
    }

    /// Whether a formula holds in the assignment that was found last.
    pub fn holds(&self, formula: Lit) -> bool {
        self.solver.value_lit(formula) == lbool::TRUE
    }

    /// As few of these formulas as suffice to make an assignment impossible together with what is `given`. `None` when
    /// one is possible, or nothing was found out.
    pub fn conflict(&mut self, given: &[Lit], parts: &[Lit]) -> Option<Vec<usize>> {
        let mut needed: Vec<usize> = (0..parts.len()).collect();
        let assume = |needed: &[usize]| [given, &needed.iter().map(|&part| parts[part]).collect::<Vec<_>>()].concat();
        if self.solve(&assume(&needed)) != Solved::Impossible {
            return None;
        }
        for part in (0..parts.len()).rev() {
            let fewer: Vec<usize> = needed.iter().copied().filter(|&other| other != part).collect();
            if self.solve(&assume(&fewer)) == Solved::Impossible {
                needed = fewer;
            }
        }
        Some(needed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_formulas_are_one_literal() {
        let mut circuit = Circuit::default();
        let (a, b) = (circuit.input(false), circuit.input(false));
        let (always, never) = (circuit.constant(true), circuit.constant(false));
        assert_eq!(circuit.all([a, b, a]), circuit.all([b, always, a]));
        assert_eq!(circuit.all([a, !a]), never);
        assert_eq!(circuit.any([a, !a]), always);
        assert_eq!((circuit.all([]), circuit.any([])), (always, never));
        assert_eq!((circuit.all([a]), circuit.any([b, never])), (a, b));
        assert_eq!(circuit.differ(a, a), never);
    }

    #[test]
    fn an_assignment_is_found_or_excluded() {
        let mut circuit = Circuit::default();
        let (a, b) = (circuit.input(false), circuit.input(false));
        let (both, differ) = (circuit.all([a, b]), circuit.differ(a, b));
        assert_eq!(circuit.solve(&[differ, a]), Solved::Possible);
        assert!(circuit.holds(a) && !circuit.holds(b) && !circuit.holds(both));
        assert_eq!(circuit.solve(&[differ, both]), Solved::Impossible);
        circuit.require([both]);
        assert_eq!(circuit.solve(&[differ]), Solved::Impossible);
        assert_eq!(circuit.solve(&[]), Solved::Possible);
    }

    #[test]
    fn a_conflict_names_no_part_in_vain() {
        let mut circuit = Circuit::default();
        let (a, b, c) = (circuit.input(false), circuit.input(false), circuit.input(false));
        let not_both = circuit.any([!a, !b]);
        assert_eq!(circuit.conflict(&[], &[c, a, not_both, b]), Some(vec![1, 2, 3]));
        assert_eq!(circuit.conflict(&[not_both], &[a, c]), None);
    }
}
