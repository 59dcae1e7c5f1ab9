//! Sums over pledges: their distributions as mixtures over the groups of a listing.
//!
//! In: a model's `Sum` and the laws of the sizes. Out: a `PreparedSum`, which knows the law of what
//! each pledge adds, and mixes them. Fixed sizes only shift; the sum of random ones is formed once
//! for each subset of them.

use super::joint::Joint;
use crate::apportion::apportion;
use crate::law::{self, Accumulator, Law};
use crate::model::{Model, NodeId, Sum, Term};
use std::collections::BTreeMap;

/// The laws of all pledges' sizes; none where unknown.
pub fn size_laws(model: &Model) -> Vec<Option<Law>> {
    model.pledges.iter().map(|pledge| pledge.size.map(Law::of)).collect()
}

/// The law of what a pledge adds: all of its size, or the parts of some of its nations, which are
/// split draw by draw.
pub fn term_law(model: &Model, laws: &[Option<Law>], term: &Term) -> Law {
    let Some(law) = &laws[term.pledge] else { return Law::point(0) };
    if term.members.is_empty() {
        return law.clone();
    }
    law.map(|size| {
        let parts = apportion(size, &model.pledges[term.pledge].parts);
        term.members.iter().map(|member| parts[*member]).sum()
    })
}

/// What one pledge adds to a sum.
#[derive(Debug)]
struct PreparedTerm {
    pledge: usize,
    active: NodeId,
    assumed: bool,
    law: Law,
    mean: f64,
}

/// A sum whose terms are ready to be mixed.
#[derive(Debug)]
pub struct PreparedSum {
    terms: Vec<PreparedTerm>,
}

impl PreparedSum {
    /// Prepares a sum.
    pub fn new(model: &Model, laws: &[Option<Law>], sum: &Sum) -> Self {
        let prepare = |term: &Term| {
            let (pledge, law) = (&model.pledges[term.pledge], term_law(model, laws, term));
            let (active, assumed, mean) = (pledge.active, pledge.assumed, law.mean());
            PreparedTerm { pledge: term.pledge, active, assumed, law, mean }
        };
        Self { terms: sum.iter().map(prepare).collect() }
    }

    /// The formulas that decide which terms are there.
    pub fn activity(&self) -> Vec<NodeId> {
        self.terms.iter().map(|term| term.active).collect()
    }

    /// The pledges that it sums.
    pub fn pledges(&self) -> Vec<usize> {
        self.terms.iter().map(|term| term.pledge).collect()
    }

    /// The distribution given a formula, or everywhere. With `needs`, the part of it where that
    /// formula holds too, not normalised again. None where what is given cannot happen.
    pub fn law(&self, joint: &Joint, given: Option<NodeId>, needs: Option<NodeId>) -> Option<Law> {
        let whole = joint.probability(given);
        let conditions: Vec<NodeId> = given.into_iter().chain(needs).collect();
        let groups = joint.project(&self.activity(), &conditions);
        (whole > 0.0).then(|| self.mixture(&groups, whole))
    }

    fn mixture(&self, groups: &BTreeMap<Vec<u64>, Accumulator>, whole: f64) -> Law {
        let mut random: BTreeMap<Vec<usize>, Law> = BTreeMap::new();
        let mut parts = Vec::new();
        for (active, mass) in groups {
            let chosen = |position: &usize| active[position / 64] >> (position % 64) & 1 == 1;
            let (shift, drawn) = self.split((0..self.terms.len()).filter(chosen));
            self.draw(&drawn, &mut random);
            parts.push((mass.total() / whole, shift, drawn));
        }
        Law::mix(parts.iter().map(|(weight, shift, drawn)| (*weight, *shift, &random[drawn])))
    }

    /// The sum of the fixed sizes among some terms, and the terms whose sizes are random.
    fn split(&self, chosen: impl Iterator<Item = usize>) -> (u64, Vec<usize>) {
        let (mut shift, mut drawn) = (0, Vec::new());
        for position in chosen {
            match self.terms[position].law.atoms() {
                [(value, _)] => shift += value,
                _ => drawn.push(position),
            }
        }
        (shift, drawn)
    }

    /// Puts the law of the sum of some random sizes into `known`: that of all but the last of them
    /// and the last.
    fn draw(&self, positions: &[usize], known: &mut BTreeMap<Vec<usize>, Law>) {
        if known.contains_key(positions) {
            return;
        }
        let law = match positions {
            [] => Law::point(0),
            [others @ .., last] => {
                self.draw(others, known);
                known[others].plus(&self.terms[*last].law)
            }
        };
        known.insert(positions.to_vec(), law);
    }

    /// The mean in a world, given the value of every node.
    pub fn mean_in(&self, values: &[bool]) -> f64 {
        let active = self.terms.iter().filter(|term| values[term.active]);
        law::sum(active.map(|term| term.mean))
    }

    /// The probability of at least `floor` in a world. `known` keeps the sums of random sizes.
    pub fn at_least_in(
        &self,
        values: &[bool],
        floor: u64,
        known: &mut BTreeMap<Vec<usize>, Law>,
    ) -> f64 {
        let active = (0..self.terms.len()).filter(|position| values[self.terms[*position].active]);
        let (shift, drawn) = self.split(active);
        self.draw(&drawn, known);
        known[&drawn].at_least(floor.saturating_sub(shift))
    }

    /// The smallest, mean and largest sum of some of its pledges.
    pub fn bounds_of(&self, pledges: &[usize]) -> [f64; 3] {
        let terms = || self.terms.iter().filter(|term| pledges.contains(&term.pledge));
        let low: u64 = terms().filter_map(|term| term.law.low()).sum();
        let high: u64 = terms().filter_map(|term| term.law.high()).sum();
        [law::real(low), law::sum(terms().map(|term| term.mean)), law::real(high)]
    }

    /// The part of the mean that rests on an assumption; none where the mean is zero.
    pub fn assumption_share(&self, joint: &Joint) -> Option<f64> {
        let mean = |term: &PreparedTerm| joint.active[term.pledge].total() * term.mean;
        let all = law::sum(self.terms.iter().map(mean));
        let assumed = self.terms.iter().filter(|term| term.assumed);
        (all > 0.0).then(|| law::sum(assumed.map(mean)) / all)
    }
}
