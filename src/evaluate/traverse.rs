//! Traversals: one pass over a program, kids before parents, in whichever algebra is asked.
//!
//! In: programs, roots, and what Or and And mean. Out: the value at each root. What a node's
//! parents no longer need is dropped on the way. (Green, Karvounarakis and Tannen, Provenance
//! semirings, 2007.)

use super::program::{Branch, ProgramId, Programs, Step};
use crate::law;
use crate::model::NodeId;

/// What Or and And mean.
pub trait Algebra {
    /// What a program is worth.
    type Value;

    /// One of several options: the sum over the branches. Without any, nothing is possible.
    fn or(&mut self, parts: &[Part<'_, Self::Value>]) -> Self::Value;

    /// Independent parts: the product. Without any, nothing is said.
    fn and(&mut self, kids: &[&Self::Value]) -> Self::Value;
}

/// A branch: its probability, what it makes sure, and what its rest is worth.
#[derive(Debug)]
pub struct Part<'a, Value> {
    /// The branch itself.
    pub branch: &'a Branch,
    /// The product of its chances.
    pub weight: f64,
    /// The watched formulas that hold from here on.
    pub holds: &'a [NodeId],
    /// What the rest is worth.
    pub rest: &'a Value,
}

/// The nodes that some roots are made of, in rising order.
pub fn reachable(programs: &Programs<'_>, roots: &[ProgramId]) -> Vec<ProgramId> {
    let Some(last) = roots.iter().max() else { return Vec::new() };
    let mut reached = vec![false; *last as usize + 1];
    for root in roots {
        reached[*root as usize] = true;
    }
    for program in (0..=*last).rev() {
        if reached[program as usize] {
            for_each_kid(programs, program, |kid| reached[kid as usize] = true);
        }
    }
    (0..=*last).filter(|program| reached[*program as usize]).collect()
}

fn for_each_kid(programs: &Programs<'_>, program: ProgramId, mut visit: impl FnMut(ProgramId)) {
    match programs.step(program) {
        Step::Or(branches) => {
            programs.branches(branches).iter().for_each(|branch| visit(branch.kid));
        }
        Step::And(kids) => programs.kids(kids).iter().for_each(|kid| visit(*kid)),
    }
}

/// The value of each root.
pub fn forward<A: Algebra>(
    programs: &Programs<'_>,
    roots: &[ProgramId],
    algebra: &mut A,
) -> Vec<A::Value>
where
    A::Value: Clone,
{
    let order = reachable(programs, roots);
    let size = order.last().map_or(0, |last| *last as usize + 1);
    let mut uses = vec![0_u32; size];
    for program in &order {
        for_each_kid(programs, *program, |kid| uses[kid as usize] += 1);
    }
    for root in roots {
        uses[*root as usize] += 1;
    }
    let mut values: Vec<Option<A::Value>> = Vec::new();
    values.resize_with(size, || None);
    for program in order {
        let value = value(programs, program, &values, algebra);
        values[program as usize] = Some(value);
        for_each_kid(programs, program, |kid| {
            let kid = kid as usize;
            uses[kid] -= 1;
            if uses[kid] == 0 {
                values[kid] = None;
            }
        });
    }
    roots.iter().filter_map(|root| values[*root as usize].clone()).collect()
}

fn value<A: Algebra>(
    programs: &Programs<'_>,
    program: ProgramId,
    values: &[Option<A::Value>],
    algebra: &mut A,
) -> A::Value {
    let of = |kid: ProgramId| values[kid as usize].as_ref();
    match programs.step(program) {
        Step::Or(branches) => {
            let part = |branch| {
                let (weight, holds) = (programs.weight(branch), programs.holds(branch));
                Some(Part { branch, weight, holds, rest: of(branch.kid)? })
            };
            let parts: Vec<_> = programs.branches(branches).iter().filter_map(part).collect();
            algebra.or(&parts)
        }
        Step::And(kids) => {
            let kids: Vec<_> = programs.kids(kids).iter().filter_map(|kid| of(*kid)).collect();
            algebra.and(&kids)
        }
    }
}

/// The probability that what is required holds; zero only where that is impossible.
#[derive(Debug)]
pub struct Probability;

impl Algebra for Probability {
    type Value = f64;

    fn or(&mut self, parts: &[Part<'_, f64>]) -> f64 {
        parts.iter().map(|part| law::times(part.weight, *part.rest)).sum()
    }

    fn and(&mut self, kids: &[&f64]) -> f64 {
        law::product(kids.iter().map(|kid| **kid))
    }
}

#[cfg(test)]
mod tests {
    use super::{Algebra, Part, Probability, forward, reachable};
    use crate::evaluate::diagram::OverBudget;
    use crate::evaluate::factors::Factors;
    use crate::evaluate::program::Programs;
    use crate::evaluate::program::tests::chain;
    use std::rc::Rc;

    /// How many values there are at once, at most.
    struct Alive(Rc<()>, usize);

    impl Algebra for Alive {
        type Value = Rc<()>;

        fn or(&mut self, _: &[Part<'_, Rc<()>>]) -> Rc<()> {
            self.1 = self.1.max(Rc::strong_count(&self.0));
            self.0.clone()
        }

        fn and(&mut self, kids: &[&Rc<()>]) -> Rc<()> {
            self.or(&[]);
            assert!(kids.len() != 1);
            self.0.clone()
        }
    }

    #[test]
    fn what_is_no_longer_needed_is_dropped() -> Result<(), OverBudget> {
        let (model, query) = chain(60);
        let mut programs = Programs::new(Factors::new(&model, (0..60).collect(), 100_000));
        let root = programs.compile(&query)?;
        assert!(programs.len() >= 60);
        let mut alive = Alive(Rc::new(()), 0);
        forward(&programs, &[root], &mut alive);
        assert!(alive.1 < 12, "{} of {} values at once", alive.1, programs.len());
        Ok(())
    }

    #[test]
    fn a_root_within_another_keeps_its_value() -> Result<(), OverBudget> {
        let (model, query) = chain(6);
        let mut programs = Programs::new(Factors::new(&model, (0..6).collect(), 100_000));
        let root = programs.compile(&query)?;
        let all = reachable(&programs, &[root]);
        let together = forward(&programs, &all, &mut Probability);
        assert_eq!(together.len(), all.len());
        for (program, value) in all.iter().zip(together) {
            assert_eq!(forward(&programs, &[*program], &mut Probability), [value]);
        }
        Ok(())
    }
}
