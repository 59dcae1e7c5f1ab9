//! Gates: the part that each condition plays for each pledge.
//!
//! In: a `Model` under one reading of every text, and how much work may be spent. Out: a `Role` for
//! each pledge and condition, over possible worlds and before any evidence: an option that cannot
//! happen gates nothing. Readings are compared by `study`.
//!
//! Diagrams say where what a pledge depends on is possible and where the pledge is active. What is
//! needed shows in the options that occur on their paths. Whether a condition is an alternative is
//! found at the nodes that branch on it: two of its options, and one continuation that is possible
//! under both and active under just one.

use super::diagram::{Diagrams, FALSE, Ref, Spent, TRUE};
use super::factors::Factors;
use super::paths::{self, only};
use super::portfolio;
use crate::model::{Model, NodeId};
use crate::outcomes::Role;
use std::collections::{BTreeMap, BTreeSet};

/// A pledge may at first spend its even share of the work divided by this; what is left over is
/// for those that need more.
const FIRST_SHARE: u64 = 4;

/// Roles by pledge, then condition. Where the budget does not suffice for a pledge, the role of
/// what its formula mentions is unknown.
pub fn gates(model: &Model, budget: u64) -> Vec<Vec<Role>> {
    let mut known: BTreeMap<NodeId, Option<Vec<Role>>> =
        model.pledges.iter().map(|pledge| (pledge.active, None)).collect();
    for part in [FIRST_SHARE, 1] {
        let open = known.values_mut().filter(|roles| roles.is_none()).count();
        let share = budget / part / (open as u64).max(1);
        for (active, roles) in known.iter_mut().filter(|(_, roles)| roles.is_none()) {
            *roles = roles_for(model, *active, share).ok();
        }
    }
    let found = |active: NodeId| known.get(&active).cloned().flatten();
    let roles = |active: NodeId| found(active).unwrap_or_else(|| unknown(model, active));
    model.pledges.iter().map(|pledge| roles(pledge.active)).collect()
}

fn unknown(model: &Model, active: NodeId) -> Vec<Role> {
    let mut roles = vec![Role::None; model.variables.len()];
    model.support(active).into_iter().for_each(|variable| roles[variable] = Role::Unknown);
    roles
}

fn roles_for(model: &Model, active: NodeId, budget: u64) -> Spent<Vec<Role>> {
    portfolio::attempt(model, (&[active], &[]), budget, |factors, _| roles(factors, active))
}

fn roles(mut factors: Factors<'_>, active: NodeId) -> Spent<Vec<Role>> {
    let (model, order) = (factors.model, factors.order.clone());
    let possible = factors.possible(&order)?;
    let active_where = factors.formula(active)?;
    let diagrams = &mut factors.diagrams;
    let while_active = diagrams.and(possible, active_where)?;
    let at_all = paths::options(diagrams, possible)?;
    let while_active = paths::options(diagrams, while_active)?;
    let support = model.support(active);
    let beyond: Vec<bool> = order.iter().map(|own| support.binary_search(own).is_err()).collect();
    let cases = paths::forget(diagrams, possible, &beyond)?;
    let changes = Changes::of(diagrams, cases, active_where)?;
    let mut roles = vec![Role::None; model.variables.len()];
    for (level, variable) in order.into_iter().enumerate() {
        let varies = at_all[level].iter().filter(|occurs| **occurs).count() > 1;
        if varies && only(&while_active[level]).is_some() {
            roles[variable] = Role::Needed;
        } else if changes.with[level] {
            roles[variable] = Role::Alternative;
        }
    }
    Ok(roles)
}

/// The levels with which a function changes: two cases that differ in that level alone differ in
/// it.
struct Changes<'d> {
    diagrams: &'d mut Diagrams,
    with: Vec<bool>,
    /// Pairs of cases and functions that were looked at.
    seen: BTreeSet<(Ref, Ref)>,
    /// Two sets of cases and two functions that differ in no case of both.
    alike: BTreeSet<[Ref; 4]>,
}

impl<'d> Changes<'d> {
    fn of(diagrams: &'d mut Diagrams, cases: Ref, function: Ref) -> Spent<Self> {
        let with = vec![false; diagrams.levels()];
        let mut changes = Self { diagrams, with, seen: BTreeSet::new(), alike: BTreeSet::new() };
        let mut open = vec![(cases, function)];
        while let Some(pair) = open.pop() {
            // A constant function changes with nothing.
            let constant = changes.diagrams.value(pair.1).is_some();
            if pair.0 != FALSE && !constant && changes.seen.insert(pair) {
                changes.look(pair, &mut open)?;
            }
        }
        Ok(changes)
    }

    /// Looks at the first level of cases and function, and opens what lies below.
    fn look(&mut self, (cases, function): (Ref, Ref), open: &mut Vec<(Ref, Ref)>) -> Spent<()> {
        self.diagrams.spend(1)?;
        let level = self.diagrams.level(cases).min(self.diagrams.level(function));
        let kid = |option| {
            let kid = |f| self.diagrams.kid(f, level, option);
            (kid(cases), kid(function))
        };
        let kids: Vec<(Ref, Ref)> = (0..self.diagrams.width(level)).map(kid).collect();
        for (at, (cases, function)) in kids.iter().enumerate() {
            for (other_cases, other_function) in &kids[..at] {
                if !self.with[level as usize] {
                    let both = [*cases, *other_cases, *function, *other_function];
                    self.with[level as usize] = self.differ(both)?;
                }
            }
        }
        open.extend(kids);
        Ok(())
    }

    /// Whether two functions differ in a case that is in two sets.
    fn differ(&mut self, [mut r, mut s, mut a, mut b]: [Ref; 4]) -> Spent<bool> {
        if r == FALSE || s == FALSE || a == b {
            return Ok(false);
        }
        if r == TRUE && s == TRUE {
            return Ok(true);
        }
        (r, s, a, b) = (r.min(s), r.max(s), a.min(b), a.max(b));
        let all = [r, s, a, b];
        if self.alike.contains(&all) {
            return Ok(false);
        }
        self.diagrams.spend(1)?;
        let level = all.map(|f| self.diagrams.level(f)).into_iter().min().unwrap_or(0);
        for option in 0..self.diagrams.width(level) {
            if self.differ(all.map(|f| self.diagrams.kid(f, level, option)))? {
                return Ok(true);
            }
        }
        self.alike.insert(all);
        Ok(false)
    }
}

#[cfg(test)]
mod tests {
    use super::{Changes, gates, roles_for};
    use crate::evaluate::diagram::{Diagrams, FALSE, OverBudget, Ref, TRUE};
    use crate::model::{Model, Node};
    use crate::outcomes::Role;
    use rand_chacha::ChaCha8Rng;
    use rand_chacha::rand_core::{Rng as _, SeedableRng as _};

    /// A function of five levels of two options each.
    fn drawn(diagrams: &mut Diagrams, worlds: u32) -> Ref {
        let mut all: Vec<Ref> = (0..32).map(|world| worlds >> world & 1).collect();
        for level in (0..5).rev() {
            all = all.chunks(2).map(|kids| diagrams.node(level, kids)).collect();
        }
        all[0]
    }

    #[test]
    fn what_changes_is_what_pairs_of_cases_show() -> Result<(), OverBudget> {
        let mut stream = ChaCha8Rng::seed_from_u64(5);
        for round in 0..200 {
            let mut diagrams = Diagrams::new(vec![2; 5], u64::MAX);
            let (mut cases, mut function) = (stream.next_u32(), stream.next_u32());
            for _ in 0..round % 4 {
                (cases, function) = (cases & stream.next_u32(), function | stream.next_u32());
            }
            let (f, g) = (drawn(&mut diagrams, cases), drawn(&mut diagrams, function));
            let found = Changes::of(&mut diagrams, f, g)?.with;
            let has = |set: u32, world: usize| set >> world & 1 == 1;
            for (level, found) in found.into_iter().enumerate() {
                let pair = |world: usize| {
                    let other = world ^ 16 >> level;
                    let both = has(cases, world) && has(cases, other);
                    both && has(function, world) != has(function, other)
                };
                assert_eq!(found, (0..32).any(pair), "{cases} {function} {level}");
            }
        }
        Ok(())
    }

    #[test]
    fn what_cannot_be_or_is_constant_takes_no_work() -> Result<(), OverBudget> {
        let mut diagrams = Diagrams::new(vec![2; 5], u64::MAX);
        let f = drawn(&mut diagrams, 0x1234_5678);
        let steps = diagrams.steps();
        for (cases, function) in [(FALSE, f), (f, TRUE), (f, FALSE), (TRUE, TRUE)] {
            assert_eq!(Changes::of(&mut diagrams, cases, function)?.with, [false; 5]);
        }
        assert_eq!(diagrams.steps(), steps);
        Ok(())
    }

    /// Pledges, each of which takes two of three conditions of its own.
    fn pledges(count: u8) -> Model {
        let mut model = Model::sketch(vec![Node::Constant(true)], &vec![2; 3 * usize::from(count)]);
        for own in 0..usize::from(count) {
            let of = (0..3).map(|at| model.is(3 * own + at)).collect();
            let active = model.at_least(2, of);
            model.pledge(active, None);
        }
        model
    }

    #[test]
    fn pledges_share_the_work() {
        let known = |count: u8, budget: u64| {
            let roles = gates(&pledges(count), budget);
            let of = |roles: &&Vec<Role>| !roles.contains(&Role::Unknown);
            roles.iter().filter(of).count()
        };
        let one = pledges(1);
        let is_enough = |budget: &u64| roles_for(&one, one.pledges[0].active, *budget).is_ok();
        let enough = (0..30).map(|power| 1 << power).find(is_enough).unwrap();
        assert!(enough > 1);
        assert_eq!(known(8, 2 * enough), 0);
        assert_eq!(known(8, 64 * enough), 8);
    }

    #[test]
    fn a_function_changes_with_what_it_depends_on_where_that_is_possible() -> Result<(), OverBudget>
    {
        let mut diagrams = Diagrams::new(vec![3, 2, 2], u64::MAX);
        let (a, b, c) = (diagrams.literal(0, 2), diagrams.literal(1, 1), diagrams.literal(2, 1));
        let ab = diagrams.and(a, b)?;
        let f = diagrams.or(ab, c)?;
        assert_eq!(Changes::of(&mut diagrams, TRUE, f)?.with, [true; 3]);
        // Where c always holds, nothing else matters; where c is just b, neither changes alone.
        assert_eq!(Changes::of(&mut diagrams, c, f)?.with, [false; 3]);
        let (not_b, not_c) = (diagrams.not(b)?, diagrams.not(c)?);
        let same = diagrams.ite(b, c, not_c)?;
        assert_eq!(Changes::of(&mut diagrams, same, f)?.with, [false; 3]);
        assert_eq!(Changes::of(&mut diagrams, not_b, f)?.with, [false, false, true]);
        Ok(())
    }
}
