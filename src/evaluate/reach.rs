//! How often a sum reaches a floor, for every option of every condition at once.
//!
//! In: a program, what its watched formulas add, and a floor. Out: a `Tally`. Directly where that is
//! quick, and all terms are positive; else at the frequencies of the sum's distribution, where every
//! part of the program is worth a complex number: the weight of a floor and more is a sum over
//! frequencies, and so is every share of it. There the error is absolute, and what is below it is
//! zero (see `spectral`).

use super::contexts::{Graph, Ring as _};
use super::distribution::{self, Sizes};
use super::responses::Tally;
use super::rings::{Cost, Values, Waves, reaching};
use super::spectral::{self, CLASS, Complex, LANES, Lanes, Unity, characteristic, place};
use super::weights::Weights;
use crate::law::{Law, real};
use crate::model::NodeId;
use rayon::prelude::*;
use std::collections::BTreeMap;

/// Multiplications that the direct way may spend: some hundredths of a second.
const QUICK: f64 = 3e7;

/// Multiplications that frequencies may spend: about two seconds.
const MOST: f64 = 4e10;

/// The most frequencies.
const LONGEST: u64 = 1 << 22;

/// Adds to an empty tally the weight of all worlds in which the sum is a floor or more, the floor
/// being above 0; none where there are too many values.
pub fn reached(graph: &Graph, sizes: &Sizes, floor: u64, tally: Tally) -> Option<Tally> {
    let unit = distribution::unit(sizes.values().flatten());
    let scaled = |laws: &Vec<Law>| laws.iter().map(|law| law.map(|value| value / unit)).collect();
    let sizes: Sizes = sizes.iter().map(|(node, laws)| (*node, scaled(laws))).collect();
    let floor = floor.div_ceil(unit);
    let high: u64 = sizes.values().flatten().filter_map(Law::high).sum();
    if floor > high {
        return Some(tally);
    }
    directly(graph, &sizes, (floor, high), &tally).or_else(|| {
        affordable(high, graph.len()).then(|| at_frequencies(graph, &sizes, floor, tally))
    })
}

/// Whether there are not too many frequencies for a program of so many steps.
fn affordable(high: u64, steps: usize) -> bool {
    let length = (high + 1).next_power_of_two();
    length <= LONGEST && 32.0 * real(length) * spectral::real(steps) <= MOST
}

/// With the weights of all values; none where that is not quick.
fn directly(
    graph: &Graph,
    sizes: &Sizes,
    (floor, high): (u64, u64),
    empty: &Tally,
) -> Option<Tally> {
    let add = |laws: &Vec<Law>| {
        let counts = laws.iter().map(|law| real(law.atoms().len() as u64));
        (counts.product::<f64>() <= QUICK).then(|| {
            let weights: Vec<Weights> = laws.iter().map(|law| Weights::of(law, 1)).collect();
            Weights::sum(&weights.iter().collect::<Vec<_>>())
        })
    };
    let added = sizes.iter().map(|(node, laws)| Some((*node, add(laws)?)));
    let mut values = Values { sizes: added.collect::<Option<_>>()? };
    if cost(graph, &values, high) > QUICK {
        return None;
    }
    let mut tally = empty.clone();
    let below = graph.values(&mut values);
    tally.whole = below.last().map_or(0.0, |whole| whole.at_least(floor));
    graph.visit(&mut values, &below, |_, shares, [outer, rest]| {
        tally.add(shares, reaching(outer, rest, floor));
    });
    Some(tally)
}

/// How many multiplications the direct way takes.
fn cost(graph: &Graph, values: &Values, high: u64) -> f64 {
    let counts = values.sizes.iter().map(|(node, weights)| (*node, real(weights.count())));
    let mut cost = Cost { sizes: counts.collect(), widest: real(high) + 1.0, spent: 0.0 };
    let widths = graph.values(&mut cost);
    graph.visit(&mut cost, &widths, |cost, _, [outer, rest]| cost.spent += outer + rest);
    cost.spent
}

/// With characteristic functions.
fn at_frequencies(graph: &Graph, sizes: &Sizes, floor: u64, empty: Tally) -> Tally {
    let high: u64 = sizes.values().flatten().filter_map(Law::high).sum();
    let length = (place(high) + 1).next_power_of_two().max(LANES);
    let frequencies = Frequencies {
        graph,
        sizes,
        floor: place(floor),
        unity: Unity::new(length),
        halves: Unity::new(2 * length),
        class: CLASS.min(length),
    };
    let classes = length / frequencies.class;
    let each = |residue| frequencies.class(residue, empty.clone());
    let parts: Vec<Tally> = (0..=classes / 2).into_par_iter().map(each).collect();
    let mut tally = empty.clone();
    for part in &parts {
        tally.plus(part);
    }
    let mut mass = empty;
    mass.count(graph);
    tally.settle(&mass);
    tally
}

struct Frequencies<'a> {
    graph: &'a Graph,
    sizes: &'a Sizes,
    floor: usize,
    unity: Unity,
    /// The roots of unity of twice the order.
    halves: Unity,
    /// How many frequencies are in a class.
    class: usize,
}

impl Frequencies<'_> {
    /// What the frequencies that leave a residue contribute, and their mirror images.
    fn class(&self, residue: usize, mut tally: Tally) -> Tally {
        let classes = self.unity.roots.len() / self.class;
        let own = Unity { roots: self.unity.roots.iter().step_by(classes).copied().collect() };
        let twice = if residue == 0 || 2 * residue == classes { 1.0 } else { 2.0 };
        let wave = |law: &Law| {
            let atoms: Vec<(usize, f64)> =
                law.atoms().iter().map(|(value, p)| (place(*value), *p)).collect();
            characteristic(&atoms, &self.unity, residue, &own)
        };
        let waves: Vec<(NodeId, Vec<Complex>)> = self
            .sizes
            .iter()
            .flat_map(|(node, laws)| laws.iter().map(move |law| (*node, wave(law))))
            .collect();
        for block in 0..self.class / LANES {
            let mut ring = Waves { terms: BTreeMap::new() };
            for (node, wave) in &waves {
                let lanes = lanes(|lane| wave[block * LANES + lane]);
                let known = ring.terms.entry(*node).or_insert(spectral::ONE);
                *known = spectral::times(known, &lanes);
            }
            let tail = lanes(|lane| {
                let tail = self.tail(residue + classes * (block * LANES + lane));
                Complex { re: twice * tail.re, im: twice * tail.im }
            });
            let values = self.graph.values(&mut ring);
            tally.whole += values.last().map_or(0.0, |whole| dot(whole, &tail));
            self.graph.visit(&mut ring, &values, |ring, shares, [outer, rest]| {
                let both = ring.times(outer, rest);
                tally.add(shares, dot(&both, &tail));
            });
        }
        tally
    }

    /// What a frequency counts for in the weight of the floor and more: the mean of
    /// exp(2 pi i k t / n) over t from the floor to n - 1, a geometric sum, by half angles so that
    /// nothing cancels.
    fn tail(&self, k: usize) -> Complex {
        let length = spectral::real(self.unity.roots.len());
        if k == 0 {
            return Complex { re: (length - spectral::real(self.floor)) / length, im: 0.0 };
        }
        // Of both sines the sign is turned, which cancels.
        let sine = |exponent: usize| self.halves.power(exponent).im;
        let reach = -sine(k * self.floor) / sine(k) / length;
        let turn = self.halves.power(k * (self.floor - 1));
        Complex { re: reach * turn.re, im: -reach * turn.im }
    }
}

fn lanes(value: impl Fn(usize) -> Complex) -> Lanes {
    let mut lanes = [[0.0; LANES]; 2];
    let [re, im] = &mut lanes;
    for (lane, (re, im)) in re.iter_mut().zip(im).enumerate() {
        let value = value(lane);
        (*re, *im) = (value.re, value.im);
    }
    lanes
}

/// The real part of the sum of products.
fn dot(left: &Lanes, right: &Lanes) -> f64 {
    let ([re, im], [other, turned]) = (left, right);
    let real: f64 = re.iter().zip(other).map(|(left, right)| left * right).sum();
    real - im.iter().zip(turned).map(|(left, right)| left * right).sum::<f64>()
}

#[cfg(test)]
mod tests {
    use super::{
        Graph, LONGEST, Law, Sizes, Tally, affordable, at_frequencies, cost, directly, reached,
    };
    use crate::evaluate::diagram::OverBudget;
    use crate::evaluate::factors::Factors;
    use crate::evaluate::program::{Programs, Query};
    use crate::evaluate::rings::Values;
    use crate::evaluate::weights::Weights;
    use crate::model::{Model, Node, Size};

    /// All numbers of a tally.
    fn numbers(tally: &Tally) -> Vec<f64> {
        let each = tally.known.iter().chain(&tally.set).flatten();
        [tally.whole].into_iter().chain(each.copied()).collect()
    }

    #[test]
    fn both_ways_give_every_share_of_what_reaches_a_floor() -> Result<(), OverBudget> {
        let mut model = Model::sketch(vec![Node::Constant(true)], &[2; 4]);
        let is: Vec<usize> = (0..4).map(|variable| model.is(variable)).collect();
        model.variables[3].clauses = vec![(is[2], vec![0.125, 0.875]), (0, vec![0.75, 0.25])];
        let watched: Vec<usize> =
            is[1..].iter().map(|other| model.node(Node::All(vec![is[0], *other]))).collect();
        let query = Query { watched: watched.clone(), kept: vec![0, 1, 2, 3], ..Query::default() };
        let mut programs = Programs::new(Factors::new(&model, (0..4).collect(), 100_000));
        let root = programs.compile(&query)?;
        let graph = Graph::new(&programs, root, |chance| chance.of(&model));
        let random = |low, high| Law::of(Size::Uniform(low, high));
        let laws =
            [vec![Law::point(2700)], vec![random(10, 400)], vec![random(0, 50), random(900, 1300)]];
        let sizes: Sizes = watched.into_iter().zip(laws).collect();
        let (high, nothing) = (2700 + 400 + 1350, Tally::new(&model));
        for floor in [1, 300, 1111, 2700, 2701, 4300, high] {
            let found = at_frequencies(&graph, &sizes, floor, nothing.clone());
            let Some(direct) = directly(&graph, &sizes, (floor, high), &nothing) else {
                panic!("{floor} is not quick");
            };
            for (found, direct) in numbers(&found).iter().zip(numbers(&direct)) {
                assert!((found - direct).abs() < 1e-14, "{floor}: {found} is not {direct}");
            }
            let either = reached(&graph, &sizes, floor, nothing.clone());
            assert_eq!(either.map(|tally| numbers(&tally)), Some(numbers(&direct)));
        }
        // Only with the first of them, whatever the others add: one of four.
        let most = reached(&graph, &sizes, 2700, nothing.clone()).map(|tally| tally.whole);
        assert!(most.is_some_and(|most| (most - 0.25).abs() < 1e-15), "{most:?}");
        // Sums that need no more than a lane of frequencies, as many as all values but the
        // largest, and two classes of them.
        for values in [[1, 1, 1], [21, 21, 22], [900, 1000, 1100]] {
            let laws = values.map(|value| vec![Law::point(value)]);
            let fixed: Sizes = sizes.keys().copied().zip(laws).collect();
            let high: u64 = values.iter().sum();
            for floor in [1, high / 2, high] {
                let found = at_frequencies(&graph, &fixed, floor, nothing.clone());
                let direct = directly(&graph, &fixed, (floor, high), &nothing).unwrap();
                for (found, direct) in numbers(&found).iter().zip(numbers(&direct)) {
                    assert!((found - direct).abs() < 1e-14, "{floor}: {found} is not {direct}");
                }
            }
        }
        // In another unit, a floor between two sums is that of the larger one.
        let larger =
            |laws: &Vec<Law>| laws.iter().map(|law| law.map(|value| 300 * value)).collect();
        let larger: Sizes = sizes.iter().map(|(node, laws)| (*node, larger(laws))).collect();
        for floor in [1, 1111] {
            let [own, other] = [(&sizes, floor), (&larger, 300 * floor - 10)]
                .map(|(sizes, floor)| reached(&graph, sizes, floor, nothing.clone()));
            assert_eq!(own.map(|tally| numbers(&tally)), other.map(|tally| numbers(&tally)));
        }
        let beyond = reached(&graph, &sizes, high + 1, nothing).map(|tally| numbers(&tally));
        assert!(beyond.is_some_and(|beyond| beyond.iter().all(|number| *number <= 0.0)));
        Ok(())
    }

    #[test]
    fn wide_sizes_are_summed_at_frequencies() -> Result<(), OverBudget> {
        let mut model = Model::sketch(vec![Node::Constant(true)], &[2; 2]);
        let watched = vec![model.is(0), model.is(1)];
        let query = Query { watched: watched.clone(), kept: vec![0, 1], ..Query::default() };
        let mut programs = Programs::new(Factors::new(&model, vec![0, 1], 100_000));
        let root = programs.compile(&query)?;
        let graph = Graph::new(&programs, root, |chance| chance.of(&model));
        let wide = Law::of(Size::Uniform(0, 6000));
        let sizes: Sizes = watched.into_iter().map(|node| (node, vec![wide.clone()])).collect();
        let nothing = Tally::new(&model);
        let floor = 9000;
        assert!(directly(&graph, &sizes, (floor, 12_000), &nothing).is_none());
        let found = reached(&graph, &sizes, floor, nothing).unwrap();
        // With both only: there are 1, 2, ... 3001 pairs for sums from the largest down to 9,000.
        let both = 3001.0 * 3002.0 / 2.0 / (6001.0 * 6001.0);
        assert!((found.whole - both / 4.0).abs() < 1e-14, "{}", found.whole);
        for (known, set) in found.known.iter().zip(&found.set) {
            assert!(known[0] <= 0.0 && (known[1] - both / 4.0).abs() < 1e-14, "{known:?}");
            assert!(set[0] <= 0.0 && (set[1] - both / 2.0).abs() < 1e-14, "{set:?}");
        }
        Ok(())
    }

    #[test]
    fn too_many_frequencies_are_not_tried() {
        assert!(affordable(LONGEST - 1, 1) && !affordable(LONGEST, 1));
        // 32 multiplications for each frequency and step: 4e10 of them allow for 298 steps.
        assert!(affordable(LONGEST - 1, 298) && !affordable(LONGEST - 1, 299));
        assert!(affordable(LONGEST / 2 - 1, 596) && !affordable(LONGEST / 2, 596));
    }

    #[test]
    fn the_direct_way_costs_what_it_multiplies() -> Result<(), OverBudget> {
        let mut model = Model::sketch(vec![Node::Constant(true)], &[2]);
        let is = model.is(0);
        let query = Query { watched: vec![is], kept: vec![0], ..Query::default() };
        let mut programs = Programs::new(Factors::new(&model, vec![0], 100_000));
        let root = programs.compile(&query)?;
        let graph = Graph::new(&programs, root, |chance| chance.of(&model));
        let sizes = [(is, Weights::of(&Law::of(Size::Uniform(0, 9)), 1))];
        let values = Values { sizes: sizes.into() };
        let found = cost(&graph, &values, 9);
        // Up, the option without it adds 1 value, that with it takes 10 and adds 10, which are all there are. Down, it
        // takes 10 again; both options hand on as much, and are visited with 1 value on each side and with 10 and 1.
        let (up, down) = (1 + (10 + 10), (2 + 1) + (10 + 11 + 10));
        assert!((found - f64::from(up + down)).abs() < 1e-9, "{found}");
        Ok(())
    }
}
