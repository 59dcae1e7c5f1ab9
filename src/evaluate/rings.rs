//! Rings: what a part of a program is worth, in the algebras of [`contexts`](super::contexts).
//!
//! In: what watched formulas add. Out: probability and mean of a sum; the weights of all its values,
//! and what these would cost; its characteristic function at some frequencies.

use super::contexts::Ring;
use super::spectral::{self, LANES, Lanes};
use super::weights::Weights;
use crate::model::NodeId;
use std::collections::BTreeMap;

/// A probability, and the mean of a sum weighted by it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Moments {
    /// The probability.
    pub mass: f64,
    /// The mean times the probability.
    pub moment: f64,
}

/// Probability and mean; both are sums of positive terms.
#[derive(Debug)]
pub struct Means {
    /// What each watched formula adds where it holds, on average.
    pub sizes: BTreeMap<NodeId, f64>,
}

impl Ring for Means {
    type Value = Moments;

    fn one(&mut self) -> Moments {
        Moments { mass: 1.0, moment: 0.0 }
    }

    fn times(&mut self, left: &Moments, right: &Moments) -> Moments {
        let moment = left.moment * right.mass + left.mass * right.moment;
        Moments { mass: left.mass * right.mass, moment }
    }

    fn zero(&mut self) -> Moments {
        Moments { mass: 0.0, moment: 0.0 }
    }

    fn add(&mut self, sum: &mut Moments, weight: f64, part: &Moments) {
        sum.mass += weight * part.mass;
        sum.moment += weight * part.moment;
    }

    fn with(&mut self, value: &Moments, holds: &[NodeId]) -> Moments {
        let added: f64 = holds.iter().filter_map(|node| self.sizes.get(node)).sum();
        Moments { moment: value.moment + added * value.mass, ..*value }
    }
}

/// The weights of all values of a sum.
#[derive(Debug)]
pub struct Values {
    /// What each watched formula adds where it holds.
    pub sizes: BTreeMap<NodeId, Weights>,
}

impl Ring for Values {
    type Value = Weights;

    fn one(&mut self) -> Weights {
        Weights::point(0, 1.0)
    }

    fn times(&mut self, left: &Weights, right: &Weights) -> Weights {
        left.plus(right)
    }

    fn zero(&mut self) -> Weights {
        Weights::Few(Vec::new())
    }

    fn add(&mut self, sum: &mut Weights, weight: f64, part: &Weights) {
        *sum = Weights::mix(&[(1.0, 0, &*sum), (weight, 0, part)]);
    }

    fn with(&mut self, value: &Weights, holds: &[NodeId]) -> Weights {
        let added = holds.iter().filter_map(|node| self.sizes.get(node));
        added.fold(value.clone(), |sum, added| sum.plus(added))
    }
}

/// How many multiplications [`Values`] would take; what a part is worth is how many values it has
/// at most.
#[derive(Debug)]
pub struct Cost {
    /// How many values each watched formula adds.
    pub sizes: BTreeMap<NodeId, f64>,
    /// The most values of any sum.
    pub widest: f64,
    /// Multiplications so far.
    pub spent: f64,
}

impl Ring for Cost {
    type Value = f64;

    fn one(&mut self) -> f64 {
        1.0
    }

    fn times(&mut self, left: &f64, right: &f64) -> f64 {
        let products = left * right;
        self.spent += products;
        products.min(self.widest)
    }

    fn zero(&mut self) -> f64 {
        0.0
    }

    fn add(&mut self, sum: &mut f64, _: f64, part: &f64) {
        *sum = (*sum + part).min(self.widest);
        self.spent += *sum;
    }

    fn with(&mut self, value: &f64, holds: &[NodeId]) -> f64 {
        let added: Vec<f64> =
            holds.iter().filter_map(|node| self.sizes.get(node)).copied().collect();
        added.into_iter().fold(*value, |sum, added| self.times(&sum, &added))
    }
}

/// The characteristic function of a sum at some frequencies.
#[derive(Debug)]
pub struct Waves {
    /// What each watched formula turns it by.
    pub terms: BTreeMap<NodeId, Lanes>,
}

impl Ring for Waves {
    type Value = Lanes;

    fn one(&mut self) -> Lanes {
        spectral::ONE
    }

    fn times(&mut self, left: &Lanes, right: &Lanes) -> Lanes {
        spectral::times(left, right)
    }

    fn zero(&mut self) -> Lanes {
        [[0.0; LANES]; 2]
    }

    fn add(&mut self, sum: &mut Lanes, weight: f64, part: &Lanes) {
        for (sum, part) in sum.iter_mut().flatten().zip(part.iter().flatten()) {
            *sum += weight * part;
        }
    }

    fn with(&mut self, value: &Lanes, holds: &[NodeId]) -> Lanes {
        let terms = holds.iter().filter_map(|node| self.terms.get(node));
        terms.fold(*value, |product, term| spectral::times(&product, term))
    }
}

/// The weight of all pairs of a value on the left and one on the right that reach a floor together.
pub fn reaching(left: &Weights, right: &Weights, floor: u64) -> f64 {
    let tails = right.tails();
    let part = |(value, weight): (u64, f64)| {
        let missing = floor.saturating_sub(value);
        let at = tails.partition_point(|(own, _)| *own < missing);
        weight * tails.get(at).map_or(0.0, |(_, tail)| *tail)
    };
    left.pairs().map(part).sum()
}
