//! All minimal sets of options of conditions that make sure that a function holds.
//!
//! In: diagrams of the function and of what is possible, as a [`Goal`], and how large a set may be.
//! Out: a family whose labels are the options of all levels, one after the other. A set that does
//! not mention the function's first level must do for all of its options; one that mentions an
//! option is what does for that option, unless it does without mentioning it. (Coudert and Madre,
//! Implicit and incremental computation of primes and essential primes of Boolean functions, 1992.)

use super::diagram::{Diagrams, FALSE, Ref, Spent, TRUE};
use super::factors::narrow;
use super::families::{Families, Family, NONE, UNIT};
use super::implicant::Goal;
use std::collections::BTreeMap;

/// The size of what cannot be.
const IMPOSSIBLE: u32 = u32::MAX;

/// What is known of goals that have the same worst options.
#[derive(Debug, Default)]
struct Known {
    /// The sets of a goal of at most so many options.
    sets: BTreeMap<(Goal, u32), Family>,
    /// By function: no set is smaller.
    bounds: Vec<Option<u32>>,
}

/// Goals that were looked at; they serve later ones over the same diagrams.
#[derive(Debug)]
pub struct Primes {
    /// All families.
    pub families: Families,
    /// The label of each level's first option.
    first: Vec<u32>,
    known: Known,
    /// Of goals that say of a level alone what the others do not.
    beside: Known,
    /// By level, the option under which all goals hold least, if there is one.
    worst: Vec<Option<usize>>,
}

impl Primes {
    /// Nothing was looked at yet; so many operations on families are allowed. Where the functions
    /// of all goals hold under one option of a level, which is `worst`, they hold under all others.
    pub fn new(diagrams: &Diagrams, worst: Vec<Option<usize>>, limit: u64) -> Self {
        let mut next = 0;
        let first = (0..narrow(diagrams.levels())).map(|level| {
            next += narrow(diagrams.width(level));
            next - narrow(diagrams.width(level))
        });
        let first = first.collect();
        let (known, beside) = (Known::default(), Known::default());
        Self { families: Families::new(limit), first, known, beside, worst }
    }

    /// What stands for a level's option.
    pub fn label(&self, level: u32, option: usize) -> u32 {
        self.first[level as usize] + narrow(option)
    }

    /// All minimal sets of at most so many options.
    pub fn up_to(&mut self, diagrams: &mut Diagrams, goal: Goal, most: u32) -> Spent<Family> {
        let goal = goal.settled(diagrams)?;
        self.find(diagrams, goal, most)
    }

    /// The same for a function that says of a level alone what the others do not.
    pub fn up_to_beside(
        &mut self,
        diagrams: &mut Diagrams,
        (goal, level): (Goal, u32),
        most: u32,
    ) -> Spent<Family> {
        let worst = self.worst[level as usize].take();
        std::mem::swap(&mut self.known, &mut self.beside);
        let found = self.up_to(diagrams, goal, most);
        std::mem::swap(&mut self.known, &mut self.beside);
        self.worst[level as usize] = worst;
        found
    }

    fn find(&mut self, diagrams: &mut Diagrams, goal: Goal, most: u32) -> Spent<Family> {
        if goal.f == FALSE || goal.p == FALSE {
            return Ok(NONE);
        }
        if goal.f == TRUE {
            return Ok(UNIT);
        }
        if self.bound(diagrams, goal.f) > most {
            return Ok(NONE);
        }
        let level = diagrams.level(goal.f);
        // No set has more options than there are levels.
        let most = most.min(narrow(diagrams.levels()) - level);
        if let Some(known) = self.known.sets.get(&(goal, most)) {
            return Ok(*known);
        }
        diagrams.spend(1)?;
        let worst = self.worst[level as usize];
        let open = match worst {
            // What holds under the worst option holds under all of them.
            Some(worst) => {
                Goal { f: diagrams.kid(goal.f, level, worst), ..goal }.settled(diagrams)?
            }
            None => goal.after(diagrams, None)?,
        };
        let open = self.find(diagrams, open, most)?;
        let mut found = open;
        for option in (0..diagrams.width(level)).rev().filter(|option| Some(*option) != worst) {
            let after = goal.after(diagrams, Some(option))?;
            let with = self.find(diagrams, after, most - 1)?;
            let with = self.families.minus(with, open)?;
            found = self.families.node(self.label(level, option), found, with);
        }
        self.known.sets.insert((goal, most), found);
        Ok(found)
    }

    /// No set is smaller than this: what suffices for all options suffices for the worst, or where
    /// there is none for each; it costs one to mention another.
    fn bound(&mut self, diagrams: &Diagrams, f: Ref) -> u32 {
        if f == FALSE || f == TRUE {
            return if f == TRUE { 0 } else { IMPOSSIBLE };
        }
        if let Some(Some(known)) = self.known.bounds.get(f as usize) {
            return *known;
        }
        let worst = self.worst[diagrams.level(f) as usize];
        let (mut least, mut open) = (IMPOSSIBLE, 0);
        for (option, kid) in diagrams.kids(f).iter().enumerate() {
            let bound = self.bound(diagrams, *kid);
            if worst.is_none_or(|worst| worst == option) {
                open = bound.max(open);
            }
            if worst != Some(option) {
                least = bound.min(least);
            }
        }
        let bound = open.min(least.saturating_add(1));
        self.known.bounds.resize(diagrams.len(), None);
        self.known.bounds[f as usize] = Some(bound);
        bound
    }
}

#[cfg(test)]
mod tests {
    use super::{IMPOSSIBLE, Primes};
    use crate::evaluate::diagram::{Diagrams, FALSE, OverBudget, Ref, TRUE};
    use crate::evaluate::families::NONE;
    use crate::evaluate::implicant::Goal;

    fn count(diagrams: &mut Diagrams, goal: Goal, most: u32) -> Result<f64, OverBudget> {
        let mut primes = Primes::new(diagrams, vec![None; diagrams.levels()], u64::MAX);
        let found = primes.up_to(diagrams, goal, most)?;
        Ok(primes.families.count(found))
    }

    fn literals(diagrams: &mut Diagrams, count: u32) -> Vec<Ref> {
        (0..count).map(|level| diagrams.literal(level, 1)).collect()
    }

    fn same(left: f64, right: f64) {
        assert!((left - right).abs() < 0.5, "{left} is not {right}");
    }

    #[test]
    fn k_of_n_has_as_many_minimal_sets_as_ways_to_choose_k() -> Result<(), OverBudget> {
        let mut diagrams = Diagrams::new(vec![2; 30], u64::MAX);
        let of = literals(&mut diagrams, 30);
        let f = diagrams.at_least(15, &of)?;
        same(count(&mut diagrams, Goal { f, p: TRUE }, 30)?, 155_117_520.0);
        same(count(&mut diagrams, Goal { f, p: TRUE }, 14)?, 0.0);
        // It fails as soon as 16 fail.
        let f = diagrams.not(f)?;
        same(count(&mut diagrams, Goal { f, p: TRUE }, 30)?, 145_422_675.0);
        Ok(())
    }

    #[test]
    fn bounds_are_exact_where_more_is_never_worse() -> Result<(), OverBudget> {
        let mut diagrams = Diagrams::new(vec![2; 6], u64::MAX);
        let of = literals(&mut diagrams, 6);
        for worst in [vec![None; 6], vec![Some(0); 6]] {
            let mut primes = Primes::new(&diagrams, worst, u64::MAX);
            assert_eq!(primes.bound(&diagrams, FALSE), IMPOSSIBLE);
            assert_eq!(primes.bound(&diagrams, TRUE), 0);
            for least in 1..=5 {
                let f = diagrams.at_least(least as usize, &of[..5])?;
                assert_eq!(primes.bound(&diagrams, f), least);
                let steps = diagrams.steps();
                let found = primes.up_to(&mut diagrams, Goal { f, p: TRUE }, least - 1)?;
                assert_eq!((found, diagrams.steps()), (NONE, steps));
            }
        }
        Ok(())
    }

    #[test]
    fn no_more_options_than_levels_are_asked_for() -> Result<(), OverBudget> {
        let mut diagrams = Diagrams::new(vec![2; 6], u64::MAX);
        let of = literals(&mut diagrams, 6);
        let f = diagrams.at_least(2, &of[2..])?;
        let mut primes = Primes::new(&diagrams, vec![None; 6], u64::MAX);
        let found = primes.up_to(&mut diagrams, Goal { f, p: TRUE }, 4)?;
        let steps = diagrams.steps();
        assert_eq!(primes.up_to(&mut diagrams, Goal { f, p: TRUE }, 6)?, found);
        assert_eq!(primes.up_to(&mut diagrams, Goal { f, p: TRUE }, 60)?, found);
        assert_eq!(diagrams.steps(), steps);
        Ok(())
    }

    #[test]
    fn just_one_of_n_takes_all_of_them() -> Result<(), OverBudget> {
        let mut diagrams = Diagrams::new(vec![2; 12], u64::MAX);
        let of = literals(&mut diagrams, 12);
        let (one, two) = (diagrams.at_least(1, &of)?, diagrams.at_least(2, &of)?);
        let not_two = diagrams.not(two)?;
        let f = diagrams.and(one, not_two)?;
        same(count(&mut diagrams, Goal { f, p: TRUE }, 12)?, 12.0);
        // Fewer or more: any two hold, or all fail.
        let f = diagrams.not(f)?;
        same(count(&mut diagrams, Goal { f, p: TRUE }, 12)?, 67.0);
        Ok(())
    }

    #[test]
    fn options_and_what_is_possible_count() -> Result<(), OverBudget> {
        let mut diagrams = Diagrams::new(vec![3, 2, 2], u64::MAX);
        let [last, y, z] =
            [(0, 2), (1, 1), (2, 1)].map(|(level, option)| diagrams.literal(level, option));
        let either = diagrams.or(last, y)?;
        let f = diagrams.and(either, z)?;
        let mut primes = Primes::new(&diagrams, vec![None; 3], u64::MAX);
        let found = primes.up_to(&mut diagrams, Goal { f, p: TRUE }, 3)?;
        let (x2, y1, z1) = (primes.label(0, 2), primes.label(1, 1), primes.label(2, 1));
        same(primes.families.count(found), 2.0);
        assert!(primes.families.has(found, &[x2, z1]) && primes.families.has(found, &[y1, z1]));
        // Where z holds only with the first option of x, it takes y, and z says which x.
        let first = diagrams.literal(0, 0);
        let p = diagrams.ite(z, first, TRUE)?;
        let f = diagrams.ite(p, f, TRUE)?;
        let found = primes.up_to(&mut diagrams, Goal { f, p }, 3)?;
        same(primes.families.count(found), 1.0);
        assert!(primes.families.has(found, &[y1, z1]));
        Ok(())
    }
}
