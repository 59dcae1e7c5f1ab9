//! Where a requirement is met, as one diagram.
//!
//! In: what each activity adds, and a floor. Out: a query whose marks are worth how probable it is that the floor is
//! reached over the random sizes.

use super::super::diagram::{FALSE, OverBudget, Ref, Spent, TRUE};
use super::super::distribution::{self, Sizes};
use super::super::factors::Factors;
use super::super::program::Query;
use super::super::threshold;
use super::search::Goal;
use crate::law::Law;
use crate::model::{Floor, NodeId};
use std::collections::BTreeSet;

/// More random sums than this are not told apart.
const MOST_RANDOM: usize = 6;

/// More sums of fixed sizes, for all forces of random ones together, are not told apart.
const MOST_LEVELS: usize = 1 << 13;

/// Where a requirement is met, as one diagram: its marks are worth how probable that is over the
/// random sizes.
pub(in crate::evaluate) struct Forces<'f, 'm> {
    factors: &'f mut Factors<'m>,
    evidence: Option<NodeId>,
    /// The number of the first mark.
    first: usize,
    /// The worth of each mark, and its diagram.
    marks: Vec<(f64, Ref)>,
}

impl<'f, 'm> Forces<'f, 'm> {
    pub(super) fn new(factors: &'f mut Factors<'m>, evidence: Option<NodeId>) -> Self {
        Self { factors, evidence, first: 0, marks: Vec::new() }
    }

    /// The same without evidence, with marks that are numbered from `first`.
    pub(in crate::evaluate) fn after(factors: &'f mut Factors<'m>, first: usize) -> Self {
        Self { first, ..Self::new(factors, None) }
    }

    pub(in crate::evaluate) fn query(
        mut self,
        sizes: &Sizes,
        floor: &Floor,
    ) -> Spent<(Vec<Query>, Vec<NodeId>, Goal)> {
        let (mut fixed, mut random) = (Vec::new(), Vec::new());
        for (node, laws) in sizes {
            let law = distribution::sum(laws).ok_or(OverBudget)?;
            let active = self.factors.formula(*node)?;
            match law.atoms() {
                [(size, _)] => fixed.push((active, *size)),
                _ => random.push((active, law)),
            }
        }
        let enough = self.enough(&fixed, &random, floor.floor.unwrap_or(0))?;
        let needs = self.factors.formula(floor.needs)?;
        let failed = self.mark(0.0);
        let mut factor = self.factors.diagrams.ite(needs, enough, failed)?;
        if let Some(evidence) = self.evidence {
            let held = self.factors.formula(evidence)?;
            factor = self.factors.diagrams.ite(held, factor, FALSE)?;
        }
        let query = Query { diagrams: vec![factor], ..Query::default() };
        let worth: Vec<f64> = self.marks.iter().map(|(worth, _)| *worth).collect();
        let numbers = (self.first..self.first + worth.len()).collect();
        let part = vec![0; worth.len()];
        let certain = self.evidence.is_none();
        Ok((vec![query], numbers, Goal { worth, part, certain }))
    }

    /// A mark of some worth; what is worth nothing needs none unless it must be told from what cannot
    /// be.
    fn mark(&mut self, worth: f64) -> Ref {
        if worth <= 0.0 && self.evidence.is_none() {
            return TRUE;
        }
        let known = self.marks.iter().find(|(own, _)| own.to_bits() == worth.to_bits());
        if let Some((_, mark)) = known {
            return *mark;
        }
        let mark = self.factors.numbered(self.first + self.marks.len());
        self.marks.push((worth, mark));
        mark
    }

    /// How probable a floor is by what is active of fixed and random sizes.
    fn enough(&mut self, fixed: &[(Ref, u64)], random: &[(Ref, Law)], floor: u64) -> Spent<Ref> {
        if random.len() > MOST_RANDOM {
            return Err(OverBudget);
        }
        let levels = if random.is_empty() { BTreeSet::new() } else { levels(fixed)? };
        if levels.len() << random.len() > MOST_LEVELS {
            return Err(OverBudget);
        }
        let mut by_force = Vec::new();
        for force in 0..1_usize << random.len() {
            let own = random.iter().enumerate().filter(|(at, _)| force >> at & 1 == 1);
            let own: Vec<Law> = own.map(|(_, (_, law))| law.clone()).collect();
            let law = distribution::sum(&own).ok_or(OverBudget)?;
            by_force.push(self.reaching(fixed, &levels, &law, floor)?);
        }
        for (active, _) in random {
            let mut halved = Vec::new();
            for pair in by_force.chunks_exact(2) {
                halved.push(self.factors.diagrams.ite(*active, pair[1], pair[0])?);
            }
            by_force = halved;
        }
        Ok(by_force.first().copied().unwrap_or(FALSE))
    }

    /// The same where the random sizes that are active have one law.
    fn reaching(
        &mut self,
        fixed: &[(Ref, u64)],
        levels: &BTreeSet<u64>,
        law: &Law,
        floor: u64,
    ) -> Spent<Ref> {
        if let [] | [_] = law.atoms() {
            let need = floor.saturating_sub(law.high().unwrap_or(0));
            let enough = threshold::reached(&mut self.factors.diagrams, fixed, need)?;
            let [met, failed] = [1.0, 0.0].map(|worth| self.mark(worth));
            return self.factors.diagrams.ite(enough, met, failed);
        }
        let mut last = 0.0;
        let mut found = self.mark(last);
        for level in levels {
            let missing = floor.saturating_sub(*level);
            let worth = if missing == 0 { 1.0 } else { law.at_least(missing).min(1.0) };
            if worth > last {
                let enough = threshold::reached(&mut self.factors.diagrams, fixed, *level)?;
                let mark = self.mark(worth);
                found = self.factors.diagrams.ite(enough, mark, found)?;
                last = worth;
            }
        }
        Ok(found)
    }
}

/// All sums of some of the sizes.
fn levels(fixed: &[(Ref, u64)]) -> Spent<BTreeSet<u64>> {
    let mut levels = BTreeSet::from([0]);
    for (_, size) in fixed {
        let more: Vec<u64> = levels.iter().map(|level| level + size).collect();
        levels.extend(more);
        if levels.len() > MOST_LEVELS {
            return Err(OverBudget);
        }
    }
    Ok(levels)
}
