//! Sums over pledges: the laws of their terms, and what they come to in one world.
//!
//! In: a model's `Sum` and the laws of the sizes. Out: the law of what each pledge adds, and for a
//! world the mean of a sum and how likely it reaches a floor.

use super::distribution::Sizes;
use super::weights::Weights;
use crate::apportion::apportion;
use crate::law::{self, Law};
use crate::model::{Model, NodeId, Sum, Term};
use std::collections::BTreeMap;

/// Multiplications that one sum may spend on the floors of all worlds: some seconds.
const MOST_WORK: u64 = 1 << 33;

/// Weights that are kept for one sum: 64 MB.
const MOST_KEPT: u64 = 1 << 23;

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

/// What each activity adds to a sum: the sizes of all pledges with it, what is certain in one.
pub fn by_activity(model: &Model, laws: &[Option<Law>], sum: &Sum) -> Sizes {
    let mut sizes = Sizes::new();
    for term in sum {
        let law = term_law(model, laws, term);
        let laws = sizes.entry(model.pledges[term.pledge].active).or_default();
        let certain = |law: &Law| law.atoms().len() == 1;
        match laws.iter_mut().find(|known| certain(known) && certain(&law)) {
            Some(known) => *known = known.plus(&law),
            None => laws.push(law),
        }
    }
    sizes
}

/// The formulas that decide which terms of a sum are there.
pub fn activity(model: &Model, sum: &Sum) -> Vec<NodeId> {
    sum.iter().map(|term| model.pledges[term.pledge].active).collect()
}

/// What one pledge adds to a sum.
#[derive(Debug)]
struct PreparedTerm {
    pledge: usize,
    active: NodeId,
    low: u64,
    mean: f64,
    high: u64,
    weights: Weights,
}

/// A sum whose terms are ready.
#[derive(Debug)]
pub struct PreparedSum {
    terms: Vec<PreparedTerm>,
}

impl PreparedSum {
    /// Prepares a sum.
    pub fn new(model: &Model, laws: &[Option<Law>], sum: &Sum) -> Self {
        let prepare = |term: &Term| {
            let law = term_law(model, laws, term);
            let (low, high) = law.low().zip(law.high()).unwrap_or((0, 0));
            PreparedTerm {
                pledge: term.pledge,
                active: model.pledges[term.pledge].active,
                low,
                mean: law.mean(),
                high,
                weights: Weights::of(&law, 1),
            }
        };
        Self { terms: sum.iter().map(prepare).collect() }
    }

    /// The mean in a world, given the value of every node.
    pub fn mean_in(&self, values: &[bool]) -> f64 {
        let active = self.terms.iter().filter(|term| values[term.active]);
        law::sum(active.map(|term| term.mean))
    }

    /// The smallest, mean and largest sum of some of its pledges, which are in rising order.
    pub fn bounds_of(&self, pledges: &[usize]) -> [f64; 3] {
        let terms = || self.terms.iter().filter(|term| pledges.binary_search(&term.pledge).is_ok());
        let low: u64 = terms().map(|term| term.low).sum();
        let high: u64 = terms().map(|term| term.high).sum();
        [law::real(low), law::sum(terms().map(|term| term.mean)), law::real(high)]
    }
}

/// How likely a sum reaches a floor, world by world; the same pledges are added up once.
#[derive(Debug)]
pub struct Reached<'a> {
    sum: &'a PreparedSum,
    /// The sums of random terms, by their positions; none where the work did not suffice.
    known: BTreeMap<Vec<usize>, Option<Weights>>,
    work: u64,
    kept: u64,
}

impl<'a> Reached<'a> {
    /// No world was looked at yet.
    pub fn new(sum: &'a PreparedSum) -> Self {
        let nothing = (Vec::new(), Some(Weights::point(0, 1.0)));
        Self { sum, known: BTreeMap::from([nothing]), work: 0, kept: 0 }
    }

    /// The probability of at least `floor` in a world, given the value of every node; none where
    /// too many sums of random sizes were formed before.
    pub fn at_least(&mut self, values: &[bool], floor: u64) -> Option<f64> {
        let active = self.sum.terms.iter().enumerate().filter(|(_, term)| values[term.active]);
        let (mut low, mut high, mut certain, mut random) = (0, 0, 0, Vec::new());
        for (position, term) in active {
            low += term.low;
            high += term.high;
            if term.low < term.high {
                random.push(position);
            } else {
                certain += term.low;
            }
        }
        if low >= floor {
            return Some(1.0);
        }
        if high < floor {
            return Some(0.0);
        }
        self.draw(&random);
        let sum = self.known.get(&random)?.as_ref();
        sum.map(|sum| sum.at_least(floor - certain))
    }

    /// Forms the sum of some random terms: that of all but the last of them, and the last.
    fn draw(&mut self, random: &[usize]) {
        let [others @ .., last] = random else { return };
        if self.known.contains_key(random) {
            return;
        }
        self.draw(others);
        let term = &self.sum.terms[*last];
        let others = self.known.get(others).and_then(Option::as_ref);
        let span: u64 =
            random.iter().map(|at| self.sum.terms[*at].high - self.sum.terms[*at].low).sum();
        self.work = self.work.saturating_add(span.saturating_mul(term.high - term.low));
        self.kept += span;
        let enough = self.work <= MOST_WORK && self.kept <= MOST_KEPT;
        let sum = others.filter(|_| enough).map(|others| others.plus(&term.weights));
        self.known.insert(random.to_vec(), sum);
    }
}

#[cfg(test)]
mod tests {
    use super::{MOST_KEPT, MOST_WORK, PreparedSum, Reached, by_activity, size_laws};
    use crate::law::{Law, real};
    use crate::model::{Model, Node, Size, Sum};

    /// Pledges that are active with these conditions and have these sizes, and their sum.
    fn pledged(pledges: &[(usize, Option<Size>)]) -> (Model, Sum) {
        let mut model = Model::sketch(vec![Node::Constant(true)], &[2; 5]);
        let is: Vec<usize> = (0..5).map(|variable| model.is(variable)).collect();
        let pledge = |(condition, size): &(usize, _)| model.pledge(is[*condition], *size);
        let sum = pledges.iter().map(pledge).collect();
        (model, sum)
    }

    #[test]
    fn what_is_certain_of_an_activity_is_added_up_and_what_is_random_is_not() {
        let (die, few) = (Size::Uniform(1, 6), Size::Uniform(0, 3));
        let sizes = [Size::Fixed(5), die, Size::Fixed(7), few].map(|size| (0, Some(size)));
        let others = [(1, None), (1, Some(few)), (1, Some(Size::Fixed(2)))];
        let (model, sum) = pledged(&[&sizes[..], &others].concat());
        let found = by_activity(&model, &size_laws(&model), &sum);
        let active = |condition: usize| 1 + condition;
        assert_eq!(found.len(), 2);
        assert_eq!(found[&active(0)], [Law::point(12), Law::of(die), Law::of(few)]);
        assert_eq!(found[&active(1)], [Law::point(2), Law::of(few)]);
    }

    /// Two certain and three random sizes.
    const SIZES: [Size; 5] = [
        Size::Fixed(5),
        Size::Uniform(1, 6),
        Size::Uniform(0, 3),
        Size::Fixed(2),
        Size::Uniform(10, 12),
    ];

    #[test]
    fn floors_are_reached_world_by_world_as_often_as_sums_say() {
        let (model, sum) = pledged(&[0, 1, 2, 3, 4].map(|at| (at, Some(SIZES[at]))));
        let prepared = PreparedSum::new(&model, &size_laws(&model), &sum);
        let mut reached = Reached::new(&prepared);
        for world in 0..32_u32 {
            let active = |at: &usize| world >> at & 1 == 1;
            let values: Vec<bool> = (0..6).map(|node| node > 0 && active(&(node - 1))).collect();
            let pledges: Vec<usize> = (0..5).filter(active).collect();
            let laws = pledges.iter().map(|at| Law::of(SIZES[*at]));
            let law = laws.fold(Law::point(0), |sum, law| sum.plus(&law));
            let (low, high) = (law.low().unwrap(), law.high().unwrap());
            assert!((prepared.mean_in(&values) - law.mean()).abs() < 1e-12);
            let [least, mean, most] = prepared.bounds_of(&pledges);
            assert!((mean - law.mean()).abs() < 1e-12);
            assert!((least - real(low)).abs() < 1e-12 && (most - real(high)).abs() < 1e-12);
            for floor in 0..30 {
                let found = reached.at_least(&values, floor).unwrap();
                assert!((found - law.at_least(floor)).abs() < 1e-12, "{pledges:?} {floor}");
            }
        }
        // The eight sets of random sizes, each once; work and room as if all were in rows.
        assert_eq!(reached.known.len(), 8);
        let (work, kept) =
            (25 + 9 + 4 + 8 * 3 + 7 * 2 + 5 * 2 + 10 * 2, 5 + 3 + 2 + 8 + 7 + 5 + 10);
        assert_eq!((reached.work, reached.kept), (work, kept));
    }

    #[test]
    fn too_much_work_or_room_is_not_spent() {
        let (model, sum) = pledged(&[(0, Some(Size::Uniform(1, 6)))]);
        let prepared = PreparedSum::new(&model, &size_laws(&model), &sum);
        let after = |work: u64, kept: u64| {
            let mut reached = Reached { work, kept, ..Reached::new(&prepared) };
            let found = reached.at_least(&[true; 6], 4);
            assert_eq!(reached.at_least(&[true; 6], 1), Some(1.0), "that needs no work");
            found.is_some_and(|found| (found - 0.5).abs() < 1e-15)
        };
        assert!(after(MOST_WORK - 25, MOST_KEPT - 5));
        assert!(!after(MOST_WORK - 24, 0) && !after(0, MOST_KEPT - 4));
    }
}
