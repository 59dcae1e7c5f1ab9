//! Ranges: between what a figure lies over all probabilities that are stated as ranges, or not at all.
//!
//! In: a `Model` whose `ranges` say which chances are not numbers. Out: for a requirement or a sum
//! the least and the most of P(met) or of the mean. What is asked becomes a program that branches on
//! parents before children, so that every place in it has one clause's chances (`game`); `search`
//! finds the extremes, which are at corners of the ranges, or a bound where that takes too much work.
//! Random sizes are part of what a corner is worth, exactly for a few random sums; beyond, the sizes'
//! own ends give a bound. Where formulas alone show which ends are the best (`monotone`), the engine
//! gives P(met) there.

pub mod blocks;
mod forces;
pub mod game;
pub mod monotone;
pub mod search;

use super::diagram::{FALSE, Spent};
use super::distribution::Sizes;
use super::evidence::conditioned;
use super::factors::Factors;
use super::portfolio;
use super::program::{Programs, Query};
use super::question::FloorQuestion;
use super::sums;
use crate::law::{self, Law};
use crate::model::{Floor, Model, NodeId, Sum};
use crate::outcomes::Span;
pub(super) use forces::Forces;
use game::{Game, Setting};
use search::{Goal, most};
use std::cell::Cell;
use std::collections::BTreeMap;

/// So many steps of the search cost as much as one operation on diagrams.
const STEPS: u64 = 8;

/// How much may be spent, in operations on diagrams, and how much was.
#[derive(Debug)]
pub struct Work {
    budget: u64,
    spent: Cell<u64>,
}

impl Work {
    /// Nothing is spent yet.
    pub fn new(budget: u64) -> Self {
        Self { budget, spent: Cell::new(0) }
    }

    /// What was spent; more than the budget where the last attempts overran it.
    pub fn spent(&self) -> u64 {
        self.spent.get()
    }

    fn spend(&self, steps: u64) {
        self.spent.set(self.spent.get().saturating_add(steps));
    }

    fn refund(&self, steps: u64) {
        self.spent.set(self.spent.get().saturating_sub(steps));
    }
}

/// The range of P(met); `point` is that where everything is in the middle of its range.
pub fn met(
    model: &Model,
    laws: &[Option<Law>],
    (floor, point): (&Floor, Option<f64>),
    work: &Work,
) -> Option<Span> {
    let known = conditioned(model);
    let model = known.as_ref().unwrap_or(model);
    let sizes = sums::by_activity(model, laws, &floor.sum);
    let asked = Asked::new(model, sizes.keys().copied().chain([floor.needs]).collect(), work);
    if let Some(known) = asked.certain(point) {
        return Some(known);
    }
    let within =
        |own: Span| Span { low: own.low.max(0.0), high: own.high.min(1.0), ..own }.around(point);
    if let Some(known) = asked.monotone(laws, floor) {
        return Some(within(known));
    }
    let span = |sizes: &Sizes| {
        asked.span(|factors| Forces::new(factors, asked.evidence).query(sizes, floor))
    };
    if let Ok(found) = span(&sizes) {
        return found.map(within);
    }
    let at = |end: fn(&Law) -> Option<u64>| {
        let point = |law: &Law| end(law).map(Law::point);
        let ends = |laws: &Vec<Law>| laws.iter().filter_map(point).collect();
        sizes.iter().map(|(node, laws)| (*node, ends(laws))).collect::<Sizes>()
    };
    let (low, high) = (span(&at(Law::low)).ok()??, span(&at(Law::high)).ok()??);
    Some(within(Span { low: low.low, high: high.high, sharp: false }))
}

/// The range of the mean of a sum.
pub fn mean(
    model: &Model,
    laws: &[Option<Law>],
    (sum, point): (&Sum, Option<f64>),
    work: &Work,
) -> Option<Span> {
    let known = conditioned(model);
    let model = known.as_ref().unwrap_or(model);
    let sizes = sums::by_activity(model, laws, sum);
    let asked = Asked::new(model, sizes.keys().copied().collect(), work);
    if let Some(known) = asked.certain(point.or(sizes.is_empty().then_some(0.0))) {
        return Some(known);
    }
    let means = sizes.iter().map(|(node, laws)| (*node, law::sum(laws.iter().map(Law::mean))));
    let means: BTreeMap<NodeId, f64> = means.collect();
    let found = asked.span(|factors| means_of(factors, &means, asked.evidence));
    Some(found.ok()??.around(point))
}

/// What is asked.
pub(super) struct Asked<'m> {
    model: &'m Model,
    /// The model in which a chance that may be above 0 is.
    opened: Model,
    roots: Vec<NodeId>,
    /// What must hold, where that bears upon what is asked.
    pub(super) evidence: Option<NodeId>,
    /// Whether any range bears upon it.
    ranged: bool,
    work: &'m Work,
}

impl<'m> Asked<'m> {
    pub(super) fn new(model: &'m Model, mut roots: Vec<NodeId>, work: &'m Work) -> Self {
        let own = model.ancestors(&roots);
        let behind = model.ancestors(&[model.evidence]);
        let bears = own.iter().zip(&behind).any(|(own, behind)| *own && *behind);
        let evidence = Some(model.evidence).filter(|_| bears);
        roots.extend(evidence);
        let marked = model.ancestors(&roots);
        let mut opened = model.clone();
        for ranged in &model.ranges {
            let chances = &mut opened.variables[ranged.variable].clauses[ranged.clause].1;
            let possible = ranged.ends.iter().map(|(_, high)| f64::from(u8::from(*high > 0.0)));
            *chances = possible.collect();
        }
        let ranged = model.ranges.iter().any(|ranged| marked[ranged.variable]);
        Self { model, opened, roots, evidence, ranged, work }
    }

    /// The same unless there is evidence that bears upon it.
    pub(super) fn without_evidence(self) -> Option<Self> {
        self.evidence.is_none().then_some(self)
    }

    /// The range of what no range bears upon.
    fn certain(&self, point: Option<f64>) -> Option<Span> {
        let point = point.filter(|_| !self.ranged)?;
        Some(Span { low: point, high: point, sharp: true })
    }

    /// The range of P(met) where formulas show which ends are the best.
    fn monotone(&self, laws: &[Option<Law>], floor: &Floor) -> Option<Span> {
        if self.evidence.is_some() {
            return None;
        }
        let (sum, needs) = (floor.sum.clone(), floor.needs);
        let question = FloorQuestion { sum, floor: floor.floor.unwrap_or(0), needs, given: None };
        let asked = (&question, self.roots.as_slice());
        let end = |most| monotone::extreme(self.model, laws, asked, most, self.work.budget);
        Some(Span { low: end(false)?, high: end(true)?, sharp: true })
    }

    /// The range of what queries ask: one for each part, the marks in rising order, and what these are
    /// worth. None where what is given cannot hold.
    pub(super) fn span(
        &self,
        mut queries: impl FnMut(&mut Factors<'_>) -> Spent<(Vec<Query>, Vec<NodeId>, Goal)>,
    ) -> Spent<Option<Span>> {
        let asked = (self.roots.as_slice(), &[][..]);
        let budget = self.work.budget;
        let (game, goal) = portfolio::attempt(&self.opened, asked, budget, |found, limit| {
            self.work.spend(limit);
            let order = self.opened.parents_first(&found.order);
            let mut factors = Factors::new(&self.opened, order, limit);
            let (queries, numbers, goal) = queries(&mut factors)?;
            let mut programs = Programs::new(factors);
            let roots = queries.iter().map(|query| programs.compile(query));
            let roots = roots.collect::<Spent<Vec<_>>>()?;
            self.work.refund(limit.saturating_sub(programs.factors.diagrams.steps()));
            Ok((Game::new(&programs, &roots, (&numbers, goal.certain))?, goal))
        })?;
        let steps = budget.saturating_mul(STEPS) / 2;
        let ends = [goal.opposite(), goal].map(|goal| most(&game, &goal, &self.start(), steps));
        let [Some(low), Some(high)] = ends else { return Ok(None) };
        self.work.spend((low.steps + high.steps) / STEPS);
        Ok(Some(Span { low: 0.0 - low.value, high: high.value, sharp: low.sharp && high.sharp }))
    }

    /// The points of all ranges.
    fn start(&self) -> Setting {
        let ranges = self.model.ranges.iter();
        let point = ranges.map(|own| &self.model.variables[own.variable].clauses[own.clause].1);
        point.map(|chances| Some(chances.clone())).collect()
    }
}

/// Each activity leaves a mark worth its mean size. With evidence, each is a part of its own.
pub(super) fn means_of(
    factors: &mut Factors<'_>,
    means: &BTreeMap<NodeId, f64>,
    evidence: Option<NodeId>,
) -> Spent<(Vec<Query>, Vec<NodeId>, Goal)> {
    let nodes: Vec<NodeId> = means.keys().copied().collect();
    let sizes = means.values().copied();
    let Some(evidence) = evidence else {
        let query = Query { watched: nodes.clone(), ..Query::default() };
        let goal = Goal { worth: sizes.collect(), part: (0..nodes.len()).collect(), certain: true };
        return Ok((vec![query], nodes, goal));
    };
    let held = factors.formula(evidence)?;
    let mut queries = Vec::new();
    for (at, node) in nodes.iter().enumerate() {
        let active = factors.formula(*node)?;
        let marks = [2 * at, 2 * at + 1].map(|number| factors.numbered(number));
        let noted = factors.diagrams.ite(active, marks[0], marks[1])?;
        let factor = factors.diagrams.ite(held, noted, FALSE)?;
        queries.push(Query { diagrams: vec![factor], ..Query::default() });
    }
    let numbers: Vec<NodeId> = (0..2 * nodes.len()).collect();
    let part = numbers.iter().map(|number| number / 2).collect();
    let worth = sizes.flat_map(|size| [size, 0.0]).collect();
    Ok((queries, numbers, Goal { worth, part, certain: false }))
}

#[cfg(test)]
mod tests {
    use super::{Work, mean, met};
    use crate::evaluate::sums;
    use crate::law::Law;
    use crate::model::{Floor, Model, Node, Size};
    use rand_chacha::ChaCha8Rng;
    use rand_chacha::rand_core::{Rng as _, SeedableRng as _};

    /// Conditions with ranges, and formulas that each helps where another holds and hurts where it
    /// fails.
    fn equals(count: usize) -> (Model, Vec<usize>) {
        let mut model = Model::sketch(vec![Node::Constant(true)], &vec![2; count]);
        let is: Vec<usize> = (0..count).map(|variable| model.is(variable)).collect();
        let not: Vec<usize> = is.iter().map(|own| model.node(Node::Not(*own))).collect();
        let mut equal = Vec::new();
        for variable in 0..count {
            model.range(variable, 0, [(0.25, 0.875), (0.125, 0.5), (0.375, 0.75)][variable % 3]);
            let next = (variable + 1) % count;
            let pairs = [&is, &not].map(|of| Node::All(vec![of[variable], of[next]]));
            let either = pairs.map(|both| model.node(both));
            equal.push(model.node(Node::Any(either.to_vec())));
        }
        (model, equal)
    }

    /// The least and the most of P(met), over all corners.
    fn corners(model: &Model, floor: &Floor) -> [f64; 2] {
        let laws = sums::size_laws(model);
        let mut ends = [1.0_f64, 0.0];
        for corner in 0..1_usize << model.ranges.len() {
            let mut model = model.clone();
            for (at, own) in model.ranges.clone().iter().enumerate() {
                let (low, high) = own.ends[1];
                let chance = if corner >> at & 1 == 1 { high } else { low };
                model.variables[own.variable].clauses[0].1 = vec![1.0 - chance, chance];
            }
            let (mut whole, mut part) = (0.0, 0.0);
            for (chance, values) in model.worlds() {
                if !values[model.evidence] {
                    continue;
                }
                whole += chance;
                let active =
                    floor.sum.iter().filter(|own| values[model.pledges[own.pledge].active]);
                let sum = active.fold(Law::point(0), |sum, own| {
                    laws[own.pledge].as_ref().map_or(sum.clone(), |own| sum.plus(own))
                });
                if values[floor.needs] {
                    part += chance * sum.at_least(floor.floor.unwrap_or(0));
                }
            }
            ends = [ends[0].min(part / whole), ends[1].max(part / whole)];
        }
        ends
    }

    #[test]
    fn random_and_fixed_sizes_reach_a_floor_as_at_all_corners() {
        let mut random = ChaCha8Rng::seed_from_u64(21);
        let mut below = |count: u32| random.next_u32() % count;
        for round in 0..40 {
            let (mut model, equal) = equals(4);
            let mut sum = Vec::new();
            for node in &equal[..3] {
                let (low, wide) = (u64::from(below(4)), u64::from(below(3)));
                let size =
                    if wide == 0 { Size::Fixed(low) } else { Size::Uniform(low, low + wide) };
                sum.push(model.pledge(*node, size));
            }
            let needs = if round % 2 == 0 { 0 } else { equal[3] };
            if round % 3 == 0 {
                model.evidence = model.node(Node::Any(vec![equal[0], equal[2]]));
            }
            let floor = Floor::sketch(sum, u64::from(1 + below(7)), needs);
            let laws = sums::size_laws(&model);
            let work = Work::new(1_000_000);
            let found = met(&model, &laws, (&floor, None), &work).unwrap();
            let [low, high] = corners(&model, &floor);
            assert!(found.sharp);
            assert!((found.low - low).abs() < 1e-12 && (found.high - high).abs() < 1e-12);
        }
    }

    /// Whether the range of P(met) is sharp.
    fn is_sharp(model: &Model, floor: &Floor) -> Option<bool> {
        let laws = sums::size_laws(model);
        met(model, &laws, (floor, None), &Work::new(20_000_000)).map(|own| own.sharp)
    }

    #[test]
    fn six_random_sums_are_told_apart_and_seven_bounded() {
        let sharp = |random: usize| {
            let (mut model, equal) = equals(7);
            let sum = equal[..random].iter().map(|own| model.pledge(*own, Size::Uniform(1, 2)));
            let sum = sum.collect();
            is_sharp(&model, &Floor::sketch(sum, 8, 0))
        };
        assert_eq!([6, 7].map(sharp), [Some(true), Some(false)]);
    }

    #[test]
    fn as_many_fixed_sums_are_told_apart_as_forces_of_random_ones_leave() {
        let sharp = |fixed: usize| {
            let (mut model, equal) = equals(2);
            let both = equal[0];
            let mut sum = vec![model.pledge(both, Size::Uniform(1, 2))];
            let more = Model::sketch(vec![Node::Constant(true)], &vec![2; fixed]).variables;
            model.variables.extend(more);
            for at in 0..fixed {
                let node = model.is(2 + at);
                sum.push(model.pledge(node, Size::Fixed(1 << at)));
            }
            is_sharp(&model, &Floor::sketch(sum, 1 << fixed, 0))
        };
        assert_eq!([12, 13].map(sharp), [Some(true), Some(false)]);
    }

    #[test]
    fn what_was_spent_is_what_was_done() {
        let (mut model, equal) = equals(4);
        let sum = equal[..3].iter().map(|own| model.pledge(*own, Size::Fixed(1)));
        let floor = Floor::sketch(sum.collect(), 2, 0);
        let laws = sums::size_laws(&model);
        let work = [(); 2].map(|()| Work::new(1_000_000));
        assert!(met(&model, &laws, (&floor, None), &work[0]).is_some_and(|own| own.sharp));
        assert!(mean(&model, &laws, (&floor.sum, None), &work[1]).is_some_and(|own| own.sharp));
        let spent = work.map(|work| work.spent());
        assert!(spent.iter().all(|own| (60..600).contains(own)), "{spent:?}");
    }
}
