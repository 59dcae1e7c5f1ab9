//! Prerequisites: what the members of a set of options presuppose.
//!
//! In: what is possible, and families of sets. Out: the same sets, each with all options that hold
//! in every possible world with the set, as far as they are of conditions that bear upon one of its
//! members; what merely failed or fell to its default is left out. So the ceasefire behind a vote is
//! named, and what only follows from the set is not. To close a set twice adds nothing, and what is
//! a part of another set stays one.

use super::bring_about::default_option;
use super::diagram::{Ref, Spent, TRUE};
use super::factors::{Factors, narrow};
use super::families::{Family, NONE, UNIT};
use super::implicant::Goal;
use super::primes::Primes;

/// An option and the sets that presuppose it.
#[derive(Clone, Copy, Debug)]
struct Prerequisite {
    label: u32,
    /// The smallest sets that force it.
    forced_by: Family,
    /// The options of the conditions that it bears upon, each a set of its own.
    bears_on: Family,
}

/// All options that a set of a limited size may presuppose.
#[derive(Debug)]
pub struct Prerequisites {
    all: Vec<Prerequisite>,
}

impl Prerequisites {
    /// Those of sets of at most so many options.
    pub fn new(
        factors: &mut Factors<'_>,
        primes: &mut Primes,
        (possible, most): (Ref, u32),
    ) -> Spent<Self> {
        let mut all = Vec::new();
        for (level, below) in bearing(factors) {
            let mut bears_on = NONE;
            for own in below {
                for option in 0..factors.diagrams.width(own) {
                    let label = primes.label(own, option);
                    let single = primes.families.node(label, NONE, UNIT);
                    bears_on = primes.families.union(bears_on, single)?;
                }
            }
            let default = default_option(factors.model, factors.order[level as usize]);
            let options = 0..factors.diagrams.width(level);
            for option in options.filter(|option| Some(*option) != default) {
                let label = primes.label(level, option);
                let diagrams = &mut factors.diagrams;
                let literal = diagrams.literal(level, option);
                let f = diagrams.ite(possible, literal, TRUE)?;
                let goal = Goal { f, p: possible };
                let found = primes.up_to_beside(diagrams, (goal, level), most)?;
                let itself = primes.families.node(label, NONE, UNIT);
                let forced_by = primes.families.minus(found, itself)?;
                if forced_by != NONE {
                    all.push(Prerequisite { label, forced_by, bears_on });
                }
            }
        }
        Ok(Self { all })
    }

    /// Each set with what it presupposes, of sets none of which is a part of another. Those that
    /// another is a part of then are left out.
    pub fn close(&self, primes: &mut Primes, sets: Family) -> Spent<Family> {
        let families = &mut primes.families;
        self.all.iter().try_fold(sets, |sets, own| {
            let forcing = families.supersets(sets, own.forced_by)?;
            let forcing = families.supersets(forcing, own.bears_on)?;
            let others = families.minus(sets, forcing)?;
            // Only what had the option before can have become a part of what gets it now.
            let had = families.having(sets, own.label)?;
            let getting = families.without_supersets(forcing, had)?;
            let had = families.having(forcing, own.label)?;
            let both = families.union(had, getting)?;
            let closed = families.with_label(both, own.label)?;
            families.union(others, closed)
        })
    }

    /// The members of a set, whose labels rise, that its other members presuppose.
    pub fn within(&self, primes: &Primes, set: &[u32]) -> Vec<u32> {
        let presupposed = |own: &&Prerequisite| {
            let others: Vec<u32> =
                set.iter().copied().filter(|label| *label != own.label).collect();
            let has_part_of = |family| primes.families.has_part_of(family, &others);
            others.len() < set.len() && has_part_of(own.forced_by) && has_part_of(own.bears_on)
        };
        self.all.iter().filter(presupposed).map(|own| own.label).collect()
    }
}

/// The levels of conditions that bear upon others, and of all that they bear upon.
fn bearing(factors: &Factors<'_>) -> Vec<(u32, Vec<u32>)> {
    let model = factors.model;
    let mut below = vec![Vec::new(); factors.order.len()];
    for (level, variable) in factors.order.iter().enumerate() {
        let above = model.ancestors_of(*variable);
        let above = above.iter().enumerate().filter(|(own, marked)| **marked && own != variable);
        for above in above.filter_map(|(own, _)| factors.levels[own]) {
            below[above as usize].push(narrow(level));
        }
    }
    let levels = (0..narrow(below.len())).zip(below);
    levels.filter(|(_, below)| !below.is_empty()).collect()
}
