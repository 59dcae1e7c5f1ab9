//! The distribution of a sum, for several roots of one program at once.
//!
//! In: programs, roots, and what each watched formula adds. Out: for each root a `Law` that sums to
//! its probability. The cheaper way by estimate: directly, where everything is positive and the
//! relative error stays near the last place, or by characteristic functions (`spectral`), whose
//! absolute error is about 1e-16. The direct way is kept wherever it is quick.

use super::program::{ProgramId, Programs};
use super::spectral;
use super::traverse::{Algebra, Part, forward, reachable};
use super::weights::{Weights, is_row};
use crate::law::{Law, real};
use crate::model::NodeId;
use std::collections::BTreeMap;

/// What watched formulas add where they hold.
pub type Sizes = BTreeMap<NodeId, Law>;

/// Multiplications that the direct way may always spend: some hundredths of a second.
const QUICK: f64 = 3e7;

/// Multiplications that either way may spend at most: some seconds.
const MOST: f64 = 4e9;

/// The most values that are transformed.
const LONGEST: u64 = 1 << 22;

/// The law of the sum at each root; none where there are too many values.
pub fn laws(programs: &Programs<'_>, roots: &[ProgramId], sizes: &Sizes) -> Option<Vec<Law>> {
    let unit = sizes.values().flat_map(Law::atoms).fold(0, |unit, (value, _)| gcd(unit, *value));
    let unit = unit.max(1);
    let mut estimate = Estimate { sizes: extents(sizes, unit), cost: 0.0 };
    let extents = forward(programs, roots, &mut estimate);
    let possible = || extents.iter().flatten();
    let low = possible().map(|extent| extent.low).min().unwrap_or(0);
    let high = possible().map(|extent| extent.high).max().unwrap_or(0);
    let length = (high - low + 1).next_power_of_two();
    let steps = reachable(programs, roots).len() + sizes.len();
    let transformed = 8.0 * real(length) * real(u64::try_from(steps).unwrap_or(u64::MAX));
    let spectral = length <= LONGEST && transformed <= MOST && is_row(low, high, LONGEST);
    if estimate.cost <= QUICK || !spectral || estimate.cost <= transformed {
        if estimate.cost > MOST {
            return None;
        }
        let sizes = sizes.iter().map(|(node, law)| (*node, Weights::of(law, unit)));
        let found = forward(programs, roots, &mut Direct { sizes: sizes.collect() });
        return Some(found.iter().map(|weights| weights.law(unit)).collect());
    }
    let sizes = sizes.iter().map(|(node, law)| (*node, law.map(|value| value / unit))).collect();
    let found = spectral::weights(programs, roots, &sizes, (low, high));
    Some(found.into_iter().map(|row| Weights::Row(low, row).law(unit)).collect())
}

fn gcd(left: u64, right: u64) -> u64 {
    if right == 0 { left } else { gcd(right, left % right) }
}

/// The direct way.
struct Direct {
    sizes: BTreeMap<NodeId, Weights>,
}

impl Algebra for Direct {
    type Value = Weights;

    fn or(&mut self, parts: &[Part<'_, Weights>]) -> Weights {
        // What is certain shifts; what is random is added first.
        let mut mixed = Vec::new();
        for part in parts {
            let (mut shift, mut random) = (0, None);
            for added in part.holds.iter().filter_map(|node| self.sizes.get(node)) {
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

fn extents(sizes: &Sizes, unit: u64) -> BTreeMap<NodeId, Extent> {
    let extent = |law: &Law| {
        let values = real(u64::try_from(law.atoms().len()).unwrap_or(u64::MAX));
        let (low, high) = law.low().zip(law.high()).unwrap_or((0, 0));
        Extent { low: low / unit, high: high / unit, values }
    };
    sizes.iter().map(|(node, law)| (*node, extent(law))).collect()
}

/// What the direct way would cost. None where nothing is possible.
struct Estimate {
    sizes: BTreeMap<NodeId, Extent>,
    cost: f64,
}

impl Estimate {
    fn plus(&mut self, left: Extent, right: Extent) -> Extent {
        let products = left.values * right.values;
        self.cost += if products > 1.0 { products } else { 0.0 };
        Extent::new(left.low + right.low, left.high + right.high, products)
    }
}

impl Algebra for Estimate {
    type Value = Option<Extent>;

    fn or(&mut self, parts: &[Part<'_, Option<Extent>>]) -> Option<Extent> {
        let mut whole: Option<Extent> = None;
        for part in parts.iter().filter(|part| part.weight > 0.0) {
            let Some(mut extent) = *part.rest else { continue };
            for node in part.holds {
                if let Some(added) = self.sizes.get(node).copied() {
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
