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

#[cfg(test)]
mod tests {
    use super::{Means, Moments, Ring, Values, Waves, reaching};
    use crate::evaluate::spectral::{Complex, Lanes, Unity, place};
    use crate::evaluate::weights::Weights;
    use rand_chacha::ChaCha8Rng;
    use rand_chacha::rand_core::{Rng as _, SeedableRng as _};
    use std::collections::BTreeMap;

    /// Up to five numbers, each with some weight.
    fn drawn(stream: &mut ChaCha8Rng) -> Weights {
        let mut below = |end: u32| stream.next_u32() % end;
        let pairs = (0..=below(5)).map(|_| (u64::from(below(20)), f64::from(1 + below(8)) / 8.0));
        Weights::Few(pairs.collect::<BTreeMap<_, _>>().into_iter().collect())
    }

    /// What is worth something in one algebra is worth its image in another, whatever is done.
    fn agree<R: Ring>(
        other: impl Fn(&BTreeMap<usize, Weights>) -> R,
        image: impl Fn(&Weights) -> R::Value,
        distance: impl Fn(&R::Value, &R::Value) -> f64,
    ) {
        let mut stream = ChaCha8Rng::seed_from_u64(2);
        for _ in 0..50 {
            let [left, right, third, coin] = [(); 4].map(|()| drawn(&mut stream));
            // What a formula adds, it adds for sure: its weights sum to one.
            let mass = coin.at_least(0);
            let coin = Weights::mix(&[(1.0 / mass, 0, &coin)]);
            let sizes = BTreeMap::from([(3, coin), (9, Weights::point(4, 1.0))]);
            let (mut values, mut ring) = (Values { sizes: sizes.clone() }, other(&sizes));
            let same = |found: R::Value, expected: &Weights| {
                let distance = distance(&found, &image(expected));
                assert!(distance < 1e-11, "{distance}");
            };
            same(ring.one(), &values.one());
            same(ring.zero(), &values.zero());
            let product = values.times(&left, &right);
            same(ring.times(&image(&left), &image(&right)), &product);
            for holds in [&[][..], &[3], &[9, 7], &[3, 9]] {
                same(ring.with(&image(&left), holds), &values.with(&left, holds));
            }
            let (mut sum, mut whole) = (image(&left), left);
            for (weight, part) in [(0.25, &right), (0.5, &third)] {
                ring.add(&mut sum, weight, &image(part));
                values.add(&mut whole, weight, part);
            }
            same(sum, &whole);
        }
    }

    #[test]
    fn means_are_those_of_all_values() {
        let moments = |weights: &Weights| {
            let pairs = || weights.pairs();
            let moment = pairs().map(|(value, weight)| crate::law::real(value) * weight).sum();
            Moments { mass: pairs().map(|(_, weight)| weight).sum(), moment }
        };
        let means = |sizes: &BTreeMap<usize, Weights>| {
            let mean = |(node, weights): (&usize, &Weights)| (*node, moments(weights).moment);
            Means { sizes: sizes.iter().map(mean).collect() }
        };
        agree(means, moments, |left, right| {
            (left.mass - right.mass).abs().max((left.moment - right.moment).abs())
        });
    }

    #[test]
    fn waves_are_those_of_all_values() {
        let unity = Unity::new(64);
        let wave = |weights: &Weights| -> Lanes {
            let turn = |lane: usize, value: u64| unity.power(lane * place(value));
            let part = |of: fn(Complex) -> f64| {
                std::array::from_fn(|lane| {
                    weights.pairs().map(|(value, weight)| weight * of(turn(lane, value))).sum()
                })
            };
            [part(|turn| turn.re), part(|turn| turn.im)]
        };
        let waves = |sizes: &BTreeMap<usize, Weights>| Waves {
            terms: sizes.iter().map(|(node, weights)| (*node, wave(weights))).collect(),
        };
        agree(waves, wave, |left, right| {
            let pairs = left.iter().flatten().zip(right.iter().flatten());
            pairs.map(|(left, right)| (left - right).abs()).fold(0.0, f64::max)
        });
    }

    #[test]
    fn what_reaches_a_floor_is_what_does_pair_by_pair() {
        let mut stream = ChaCha8Rng::seed_from_u64(3);
        for _ in 0..50 {
            let (left, right) = (drawn(&mut stream), drawn(&mut stream));
            for floor in 0..45 {
                let pairs = left.pairs().flat_map(|one| right.pairs().map(move |two| (one, two)));
                let enough = pairs.filter(|(one, two)| one.0 + two.0 >= floor);
                let expected: f64 = enough.map(|(one, two)| one.1 * two.1).sum();
                assert!((reaching(&left, &right, floor) - expected).abs() < 1e-12);
            }
        }
    }
}
