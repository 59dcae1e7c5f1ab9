//! The distribution of a sum, for several roots of one program at once.
//!
//! In: programs, roots, and what each watched formula adds. Out: for each root a `Law` that sums to
//! its probability. The cheaper way by estimate: directly, where everything is positive and the
//! relative error stays near the last place, or by characteristic functions (`spectral`), whose
//! error is absolute. The direct way is kept wherever it is quick.

use super::program::{ProgramId, Programs};
use super::spectral;
use super::traverse::{Algebra, Part, forward, reachable};
use super::weights::{Weights, is_row};
use crate::law::{Law, real};
use crate::model::NodeId;
use std::collections::BTreeMap;

/// What watched formulas add where they hold: the sum of independent numbers, of which at most one
/// is certain.
pub type Sizes = BTreeMap<NodeId, Vec<Law>>;

/// Multiplications that the direct way may always spend: some hundredths of a second.
const QUICK: f64 = 3e7;

/// Multiplications that either way may spend at most: some seconds.
const MOST: f64 = 2e10;

/// The most values of a law that is worked out directly: 128 MB.
const WIDEST: f64 = 1.6e7;

/// The most values that are transformed.
const LONGEST: u64 = 1 << 22;

/// A law and the ends of what is possible, which rounding may have taken from the law.
#[derive(Clone, Debug)]
pub struct Spread {
    /// The law.
    pub law: Law,
    /// The smallest and the largest possible value; none where nothing is possible.
    pub ends: Option<(u64, u64)>,
}

/// The law of the sum at each root; none where there are too many values.
pub fn laws(programs: &Programs<'_>, roots: &[ProgramId], sizes: &Sizes) -> Option<Vec<Spread>> {
    let unit = unit(sizes.values().flatten());
    let (extents, plan) = planned(programs, roots, (sizes, unit));
    let found: Vec<Law> = match plan?.0 {
        Way::Direct => {
            let weights = |laws: &Vec<Law>| laws.iter().map(|law| Weights::of(law, unit)).collect();
            let sizes = sizes.iter().map(|(node, laws)| (*node, weights(laws)));
            let found = forward(programs, roots, &mut Direct { sizes: sizes.collect() });
            found.iter().map(|weights| weights.law(unit)).collect()
        }
        Way::Spectral(low, high) => {
            let scaled = sizes.iter().map(|(node, laws)| (*node, scaled(laws, unit))).collect();
            let found = spectral::weights(programs, roots, &scaled, (low, high));
            found.into_iter().map(|row| Weights::Row(low, row).law(unit)).collect()
        }
    };
    let ends = |own: &Option<Extent>| own.map(|own| (own.low * unit, own.high * unit));
    let spread = |(law, own): (Law, &Option<Extent>)| Spread { law, ends: ends(own) };
    Some(found.into_iter().zip(&extents).map(spread).collect())
}

/// How many multiplications the laws would take; none where there are too many values.
pub fn cost(programs: &Programs<'_>, roots: &[ProgramId], sizes: &Sizes) -> Option<u64> {
    let unit = unit(sizes.values().flatten());
    planned(programs, roots, (sizes, unit)).1.map(|(_, cost)| whole(cost))
}

/// The ends of each law, and how all of them are worked out at what cost.
fn planned(
    programs: &Programs<'_>,
    roots: &[ProgramId],
    (sizes, unit): (&Sizes, u64),
) -> (Vec<Option<Extent>>, Option<(Way, f64)>) {
    let mut estimate = Estimate { sizes: extents(sizes, unit), ..Estimate::default() };
    let extents = forward(programs, roots, &mut estimate);
    let terms: usize = sizes.values().map(Vec::len).sum();
    let steps = reachable(programs, roots).len() + terms;
    let plan = estimate.way(extents.iter().flatten().copied(), steps);
    (extents, plan)
}

/// The law of the sum of independent numbers; none where there are too many values.
pub fn sum(laws: &[Law]) -> Option<Law> {
    let unit = unit(laws.iter());
    let mut estimate = Estimate::default();
    let whole = laws.iter().map(|law| extent(law, unit)).collect::<Vec<_>>().into_iter();
    let zero = Extent { low: 0, high: 0, values: 1.0 };
    let whole = whole.fold(zero, |sum, own| estimate.plus(sum, own));
    match estimate.way([whole].into_iter(), laws.len())?.0 {
        Way::Direct => {
            let weights: Vec<Weights> = laws.iter().map(|law| Weights::of(law, unit)).collect();
            Some(Weights::sum(&weights.iter().collect::<Vec<_>>()).law(unit))
        }
        Way::Spectral(low, high) => {
            let row = spectral::sum(&scaled(laws, unit), (low, high));
            Some(Weights::Row(low, row).law(unit))
        }
    }
}

fn scaled(laws: &[Law], unit: u64) -> Vec<Law> {
    laws.iter().map(|law| law.map(|value| value / unit)).collect()
}

/// The greatest common divisor of all values.
pub fn unit<'a>(laws: impl Iterator<Item = &'a Law>) -> u64 {
    laws.flat_map(Law::atoms).fold(0, |unit, (value, _)| gcd(unit, *value)).max(1)
}

/// How a law is worked out.
enum Way {
    Direct,
    /// From the smallest to the largest value.
    Spectral(u64, u64),
}

fn gcd(left: u64, right: u64) -> u64 {
    if right == 0 { left } else { gcd(right, left % right) }
}

/// The direct way.
struct Direct {
    sizes: BTreeMap<NodeId, Vec<Weights>>,
}

impl Algebra for Direct {
    type Value = Weights;

    fn or(&mut self, parts: &[Part<'_, Weights>]) -> Weights {
        // What is certain shifts; what is random is added first.
        let mut mixed = Vec::new();
        for part in parts {
            let (mut shift, mut random) = (0, None);
            for added in part.holds.iter().filter_map(|node| self.sizes.get(node)).flatten() {
                match added {
                    Weights::Few(few) if few.len() == 1 => shift += few[0].0,
                    _ => random = Some(random.as_ref().unwrap_or(part.rest).plus(added)),
                }
            }
            mixed.push((part.weight, shift, random, part.rest));
        }
        let mixed = mixed.iter().map(|(weight, shift, random, rest)| {
            (*weight, *shift, random.as_ref().unwrap_or(rest))
        });
        Weights::mix(&mixed.collect::<Vec<_>>())
    }

    fn and(&mut self, kids: &[&Weights]) -> Weights {
        Weights::sum(kids)
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a count is not below 0; the largest number stands for more"
)]
fn whole(count: f64) -> u64 {
    count as u64
}

/// From where to where a sum reaches, and how many values it has at most.
#[derive(Clone, Copy, Debug)]
struct Extent {
    low: u64,
    high: u64,
    values: f64,
}

impl Extent {
    fn new(low: u64, high: u64, values: f64) -> Self {
        Self { low, high, values: values.min(real(high - low) + 1.0) }
    }
}

fn extents(sizes: &Sizes, unit: u64) -> BTreeMap<NodeId, Vec<Extent>> {
    let of = |laws: &Vec<Law>| laws.iter().map(|law| extent(law, unit)).collect();
    sizes.iter().map(|(node, laws)| (*node, of(laws))).collect()
}

fn extent(law: &Law, unit: u64) -> Extent {
    let values = real(u64::try_from(law.atoms().len()).unwrap_or(u64::MAX));
    let (low, high) = law.low().zip(law.high()).unwrap_or((0, 0));
    Extent { low: low / unit, high: high / unit, values }
}

/// What the direct way would cost. None where nothing is possible.
#[derive(Default)]
struct Estimate {
    sizes: BTreeMap<NodeId, Vec<Extent>>,
    /// Multiplications.
    cost: f64,
    /// The most values of one law.
    widest: f64,
}

impl Estimate {
    fn plus(&mut self, left: Extent, right: Extent) -> Extent {
        let products = left.values * right.values;
        self.cost += if products > 1.0 { products } else { 0.0 };
        let (low, high) = (left.low + right.low, left.high + right.high);
        let sum = Extent::new(low, high, products);
        let row = is_row(low, high, whole(products));
        self.widest = self.widest.max(if row { sum.values } else { products });
        sum
    }

    /// The cheaper way over a program of so many steps, and its cost; none where both are too dear.
    fn way(&self, roots: impl Iterator<Item = Extent>, steps: usize) -> Option<(Way, f64)> {
        let ends = roots.map(|extent| (extent.low, extent.high));
        let ends = ends.reduce(|(low, high), other| (low.min(other.0), high.max(other.1)));
        let (low, high) = ends.unwrap_or((0, 0));
        let length = (high - low + 1).next_power_of_two();
        let steps = real(u64::try_from(steps).unwrap_or(u64::MAX));
        let transformed = 8.0 * real(length) * steps;
        let direct = self.cost <= MOST && self.widest <= WIDEST;
        let spectral = length <= LONGEST && transformed <= MOST;
        match (direct, spectral) {
            (true, true) if self.cost <= QUICK.max(transformed) => Some((Way::Direct, self.cost)),
            (_, true) => Some((Way::Spectral(low, high), transformed)),
            (true, false) => Some((Way::Direct, self.cost)),
            (false, false) => None,
        }
    }
}

impl Algebra for Estimate {
    type Value = Option<Extent>;

    fn or(&mut self, parts: &[Part<'_, Option<Extent>>]) -> Option<Extent> {
        let mut whole: Option<Extent> = None;
        for part in parts.iter().filter(|part| part.weight > 0.0) {
            let Some(mut extent) = *part.rest else { continue };
            for node in part.holds {
                for added in self.sizes.get(node).cloned().into_iter().flatten() {
                    extent = self.plus(extent, added);
                }
            }
            self.cost += extent.values;
            whole = Some(match whole {
                None => extent,
                Some(known) => Extent::new(
                    known.low.min(extent.low),
                    known.high.max(extent.high),
                    known.values + extent.values,
                ),
            });
        }
        whole
    }

    fn and(&mut self, kids: &[&Option<Extent>]) -> Option<Extent> {
        let mut kids: Vec<Extent> = kids.iter().map(|kid| **kid).collect::<Option<_>>()?;
        kids.sort_by_key(|kid| kid.high - kid.low);
        let zero = Extent { low: 0, high: 0, values: 1.0 };
        Some(kids.into_iter().fold(zero, |sum, kid| self.plus(sum, kid)))
    }
}

#[cfg(test)]
mod tests {
    use super::{
        Direct, Estimate, Extent, Sizes, Way, Weights, cost, forward, laws, reachable, spectral,
        sum, unit,
    };
    use crate::evaluate::diagram::{OverBudget, Spent};
    use crate::evaluate::factors::Factors;
    use crate::evaluate::program::{ProgramId, Programs, Query, Step};
    use crate::evaluate::traverse::{Algebra as _, Part};
    use crate::law::Law;
    use crate::model::{Model, Node, Size};

    /// Three watched formulas, and the programs of anything and of one condition's holding.
    fn programs(model: &mut Model) -> Spent<(Programs<'_>, [ProgramId; 2], Vec<usize>)> {
        let is: Vec<usize> = (0..4).map(|variable| model.is(variable)).collect();
        // Each needs the first, and two are linked.
        model.variables[3].clauses = vec![(is[2], vec![0.125, 0.875]), (0, vec![0.75, 0.25])];
        let watched: Vec<usize> =
            is[1..].iter().map(|other| model.node(Node::All(vec![is[0], *other]))).collect();
        let mut programs = Programs::new(Factors::new(model, (0..4).collect(), 100_000));
        let all = Query { watched: watched.clone(), ..Query::default() };
        let some = Query { required: vec![is[3]], ..all.clone() };
        let roots = [programs.compile(&all)?, programs.compile(&some)?];
        Ok((programs, roots, watched))
    }

    #[test]
    fn both_ways_give_the_same_laws() -> Result<(), OverBudget> {
        let mut model = Model::sketch(vec![Node::Constant(true)], &[2; 4]);
        let (programs, roots, watched) = programs(&mut model)?;
        let random = |low, high| Law::of(Size::Uniform(low, high));
        let laws = [
            vec![Law::point(700)],
            vec![random(10, 400), Law::point(1)],
            vec![random(0, 50), random(900, 1300)],
        ];
        let sizes: Sizes = watched.into_iter().zip(laws).collect();
        let weights = |laws: &Vec<Law>| laws.iter().map(|law| Weights::of(law, 1)).collect();
        let direct = sizes.iter().map(|(node, laws)| (*node, weights(laws)));
        let direct = forward(&programs, &roots, &mut Direct { sizes: direct.collect() });
        let high = 700 + 401 + 1350;
        let found = spectral::weights(&programs, &roots, &sizes, (0, high));
        for ((direct, found), mass) in direct.into_iter().zip(found).zip([1.0, 0.5625]) {
            let (direct, found) = (direct.law(1), Weights::Row(0, found).law(1));
            assert!((direct.mass() - mass).abs() < 1e-15, "{} is not {mass}", direct.mass());
            assert!((found.mass() - mass).abs() < 1e-15, "{} is not {mass}", found.mass());
            assert_eq!((direct.high(), direct.atoms().len()), (Some(high), found.atoms().len()));
            for (direct, found) in direct.atoms().iter().zip(found.atoms()) {
                assert_eq!(direct.0, found.0);
                assert!((direct.1 - found.1).abs() < 1e-15, "{direct:?} is not {found:?}");
            }
        }
        Ok(())
    }

    #[test]
    fn sizes_in_thousands_cost_no_more_than_in_ones() -> Result<(), OverBudget> {
        let law = |values: &[u64]| Law::from_rising(values.iter().map(|value| (*value, 0.5)));
        assert_eq!(unit([law(&[600, 900]), law(&[0, 1500])].iter()), 300);
        assert_eq!(unit([law(&[0]), Law::default()].iter()), 1);
        let mut model = Model::sketch(vec![Node::Constant(true)], &[2; 4]);
        let (programs, roots, watched) = programs(&mut model)?;
        let own = [law(&[2, 5]), law(&[3, 4]), law(&[7, 8])];
        let cost = |times: u64| {
            let laws = own.iter().map(|law| vec![law.map(|value| value * times)]);
            cost(&programs, &roots, &watched.iter().copied().zip(laws).collect())
        };
        // At least each value once in each of 16 worlds.
        assert!(cost(1).is_some_and(|cost| cost > 32));
        assert_eq!(cost(1), cost(1_000_000_000));
        Ok(())
    }

    #[test]
    fn the_way_is_the_cheaper_one_and_neither_where_both_are_too_dear() {
        let numbers = |high: u64, values: f64| Extent { low: 0, high, values };
        let mut estimate = Estimate::default();
        let sum = estimate.plus(numbers(9, 10.0), numbers(99, 100.0));
        assert_eq!((sum.low, sum.high), (0, 108));
        assert!((estimate.cost - 1000.0).abs() < 1e-9 && (sum.values - 109.0).abs() < 1e-9);
        let way = |cost: f64, high: u64, steps: usize| {
            let estimate = Estimate { cost, ..Estimate::default() };
            let way = estimate.way([numbers(high, 1.0)].into_iter(), steps);
            way.map(|(way, _)| matches!(way, Way::Direct))
        };
        let dear = Estimate { cost: 1e9, ..Estimate::default() };
        let transformed = dear.way([numbers(1000, 1.0)].into_iter(), 10).unwrap();
        assert!(
            matches!(transformed, (Way::Spectral(0, 1000), cost) if (cost - 81_920.0).abs() < 1e-9)
        );
        assert_eq!(way(1e7, 1000, 10), Some(true));
        assert_eq!(way(1e9, 1000, 10), Some(false));
        assert_eq!(way(1e9, 1 << 21, 1000), Some(true));
        assert_eq!(way(1e9, 1 << 24, 1), Some(true));
        assert_eq!(way(1e11, 1000, 10), Some(false));
        assert_eq!(way(1e11, 1 << 24, 1), None);
        assert_eq!(way(1e11, 1 << 21, 10_000), None);
        // Too wide a law on the way there is as bad as too many multiplications.
        let wide = Estimate { widest: 1e8, ..Estimate::default() };
        assert!(matches!(
            wide.way([numbers(1000, 1.0)].into_iter(), 10),
            Some((Way::Spectral(..), _))
        ));
        assert!(wide.way([numbers(1 << 24, 1.0)].into_iter(), 1).is_none());
        // From 1,000 to 2,023 there are 1,024 values, and one more needs twice the length.
        let transformed = |high: u64| {
            let extent = Extent { low: 1000, high, values: 1.0 };
            dear.way([extent].into_iter(), 10).map(|(_, cost)| cost)
        };
        assert_eq!([2023, 2024].map(transformed), [Some(81_920.0), Some(163_840.0)]);
    }

    #[test]
    fn an_estimate_counts_products_and_leaves_out_what_is_impossible() -> Result<(), OverBudget> {
        let extent = |low: u64, high: u64, values: f64| Extent { low, high, values };
        let all = |own: Option<Extent>| own.map(|own| (own.low, own.high, own.values));
        let mut estimate = Estimate::default();
        let sum = estimate.plus(extent(7, 7, 1.0), extent(5, 5, 1.0));
        assert_eq!((all(Some(sum)), estimate.cost), (Some((12, 12, 1.0)), 0.0), "no products");
        // The narrowest ones first: 1 by 2, 2 by 51, and 52 by 100.
        let kids = [(0, 99, 100.0), (1000, 1001, 2.0), (0, 50, 51.0)];
        let kids = kids.map(|(low, high, values)| Some(extent(low, high, values)));
        let product = estimate.and(&kids.iter().collect::<Vec<_>>());
        assert_eq!(all(product), Some((1000, 1150, 151.0)));
        assert!((estimate.cost - (2.0 + 102.0 + 5200.0)).abs() < 1e-9);
        assert_eq!(all(estimate.and(&[&kids[0], &None])), None);

        let mut model = Model::sketch(vec![Node::Constant(true)], &[2; 4]);
        let (programs, [root, _], _) = programs(&mut model)?;
        let branch = (0..=root).find_map(|program| match programs.step(program) {
            Step::Or(branches) => programs.branches(branches).first(),
            Step::And(_) => None,
        });
        let mut estimate =
            Estimate { sizes: [(3, vec![extent(1, 4, 2.0)])].into(), ..Estimate::default() };
        let rests = [(5, 8, 3.0), (10, 11, 2.0), (0, 99, 9.0)];
        let rests = rests.map(|(low, high, values)| Some(extent(low, high, values)));
        let part = |(weight, holds, rest)| Part { branch: branch.unwrap(), weight, holds, rest };
        let parts: [(f64, &[usize], &Option<Extent>); 4] = [
            (0.5, &[3, 8], &rests[0]),
            (0.25, &[], &rests[1]),
            (0.0, &[], &rests[2]),
            (0.25, &[], &None),
        ];
        let whole = estimate.or(&parts.map(part));
        assert_eq!(all(whole), Some((6, 12, 7.0)), "as many as there is place for");
        // Three by two, and each value once.
        assert!((estimate.cost - (6.0 + 6.0 + 2.0)).abs() < 1e-9);
        let few = [(0.5, &[][..], &rests[1]), (0.5, &[][..], &rests[2])].map(part);
        assert_eq!(all(estimate.or(&few)), Some((0, 99, 11.0)));
        assert_eq!(all(estimate.or(&[])), None);
        Ok(())
    }

    #[test]
    fn laws_in_hundreds_agree_with_adding_up_all_worlds() -> Result<(), OverBudget> {
        let mut model = Model::sketch(vec![Node::Constant(true)], &[2; 4]);
        let (mut programs, [all, some], watched) = programs(&mut model)?;
        let sure =
            Query { required: vec![watched[0]], watched: watched.clone(), ..Query::default() };
        let sure = programs.compile(&sure)?;
        let either =
            |left: u64, right: u64| Law::from_rising([(left, 0.5), (right, 0.5)].into_iter());
        let own = [
            vec![Law::point(600)],
            vec![either(300, 1500), Law::point(900)],
            vec![either(0, 300), either(2100, 2400)],
        ];
        let sizes: Sizes = watched.iter().copied().zip(own.clone()).collect();
        let found = laws(&programs, &[all, some, sure], &sizes).unwrap();
        let mut parts: [Vec<(f64, Law)>; 3] = Default::default();
        for world in 0..16_u32 {
            let holds = |at: usize| world >> at & 1 == 1;
            let last = if holds(2) { 0.875 } else { 0.25 };
            let p = 0.125 * if holds(3) { last } else { 1.0 - last };
            let active = (0..3).filter(|at| holds(0) && holds(at + 1)).flat_map(|at| &own[at]);
            let law = active.fold(Law::point(0), |sum, law| sum.plus(law));
            for (parts, given) in parts.iter_mut().zip([true, holds(3), holds(0) && holds(1)]) {
                parts.extend(given.then(|| (p, law.clone())));
            }
        }
        for ((found, parts), low) in found.iter().zip(&parts).zip([0, 0, 600]) {
            let expected = Law::mix(parts.iter().map(|(p, law)| (*p, 0, law)));
            assert_eq!(found.ends, Some((low, 600 + 2400 + 2700)));
            assert_eq!(found.law.atoms().len(), expected.atoms().len());
            for (found, expected) in found.law.atoms().iter().zip(expected.atoms()) {
                assert_eq!(found.0, expected.0);
                assert!((found.1 - expected.1).abs() < 1e-15, "{found:?} is not {expected:?}");
            }
        }
        Ok(())
    }

    #[test]
    fn wide_laws_in_hundreds_are_transformed() -> Result<(), OverBudget> {
        let wide = Law::of(Size::Uniform(0, 6000)).map(|value| 300 * value);
        // 1, 2, ... 6001, ... 2, 1 of all pairs have the sums 0, 300, ...
        let found = sum(&[wide.clone(), wide.clone()]).unwrap();
        assert_eq!(found.atoms().len(), 12_001);
        let pairs = (1..=6001).chain((1..=6000).rev()).map(f64::from);
        for ((value, p), (at, pairs)) in found.atoms().iter().zip((0..).zip(pairs)) {
            assert_eq!(*value, 300 * at);
            assert!((p - pairs / (6001.0 * 6001.0)).abs() < 1e-16, "{value}: {p}");
        }
        let mut model = Model::sketch(vec![Node::Constant(true)], &[2; 4]);
        let (programs, roots, watched) = programs(&mut model)?;
        let mut sizes: Sizes = watched.into_iter().map(|node| (node, vec![wide.clone()])).collect();
        sizes.values_mut().next().unwrap().push(Law::point(300));
        let found = laws(&programs, &roots[..1], &sizes).unwrap();
        assert_eq!(found[0].ends, Some((0, 300 * 18_001)));
        // With the first condition, one half, the second and third, one half each, and the last.
        let mean = 0.5 * (0.5 * 900_300.0 + 0.5 * 900_000.0 + 0.5625 * 900_000.0);
        assert!((found[0].law.mean() - mean).abs() < 1e-6, "{}", found[0].law.mean());
        // 18,002 values in a row of a power of two, in each step and each term.
        let steps = u64::try_from(reachable(&programs, &roots[..1]).len()).unwrap() + 4;
        assert_eq!(cost(&programs, &roots[..1], &sizes), Some(8 * 32_768 * steps));
        Ok(())
    }
}
