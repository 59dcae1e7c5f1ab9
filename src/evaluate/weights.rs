//! Weights on whole numbers: what a part of a program adds to a sum, while it is worked out.
//!
//! In: mixtures and sums of independent parts. Out: [`Weights`], whose values need not sum to one.
//! Few values far apart are kept as pairs, many close together as a row. Everything is positive and
//! nothing is subtracted, so the relative error stays within a few units of the last place for each
//! addition on the way. A number of a sum of two rows has a few thousand terms at most, because more
//! are left to `spectral`: plain addition loses less than 1e-12 of it. Tails may have millions, and
//! are compensated. Pairs keep what is possible above zero; in rows, what is below every number is zero.

use crate::law::{self, Law};
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// How many places of a row may be empty for each that is not.
const SPARSEST_ROW: u64 = 4;

/// More places than these make a row.
const SHORTEST_ROW: u64 = 16;

/// How many terms of a long row are added at a time.
const BLOCK: usize = 8;

/// Weights of whole numbers.
#[derive(Clone, Debug, PartialEq)]
pub enum Weights {
    /// Numbers in rising order, each with its weight.
    Few(Vec<(u64, f64)>),
    /// The weights of all numbers from the first on.
    Row(u64, Vec<f64>),
}

impl Weights {
    /// All of a weight at one number.
    pub fn point(value: u64, weight: f64) -> Self {
        Self::Few(vec![(value, weight)])
    }

    /// The weights of a law whose values are all multiples of `unit`, in that unit.
    pub fn of(law: &Law, unit: u64) -> Self {
        Self::gathered(law.atoms().iter().map(|(value, p)| (value / unit, *p)).collect())
    }

    /// The law in units of one.
    pub fn law(&self, unit: u64) -> Law {
        Law::from_rising(self.pairs().map(|(value, weight)| (value * unit, weight)))
    }

    /// Numbers and weights above zero in rising order.
    pub fn pairs(&self) -> impl Iterator<Item = (u64, f64)> {
        let (few, low, row): (&[(u64, f64)], u64, &[f64]) = match self {
            Self::Few(few) => (few, 0, &[]),
            Self::Row(low, row) => (&[], *low, row),
        };
        let row = (low..).zip(row.iter().copied());
        few.iter().copied().chain(row).filter(|(_, weight)| *weight > 0.0)
    }

    /// The weight of `floor` or more.
    pub fn at_least(&self, floor: u64) -> f64 {
        law::sum(self.pairs().filter(|(value, _)| *value >= floor).map(|(_, weight)| weight))
    }

    /// The weight of each number or more, in rising order.
    pub fn tails(&self) -> Vec<(u64, f64)> {
        let mut tails: Vec<(u64, f64)> = self.pairs().collect();
        let mut above = law::Accumulator::default();
        for (_, weight) in tails.iter_mut().rev() {
            above.add(*weight);
            *weight = above.total();
        }
        tails
    }

    /// How many numbers have a place.
    pub fn count(&self) -> u64 {
        match self {
            Self::Few(few) => few.len() as u64,
            Self::Row(_, row) => row.len() as u64,
        }
    }

    /// How far apart the smallest and the largest number are.
    fn span(&self) -> u64 {
        self.ends().map_or(0, |(low, high)| high - low)
    }

    /// The smallest and the largest number.
    fn ends(&self) -> Option<(u64, u64)> {
        match self {
            Self::Few(few) => Some((few.first()?.0, few.last()?.0)),
            Self::Row(low, row) => Some((*low, low + (row.len() as u64).checked_sub(1)?)),
        }
    }

    /// Pairs in any order, equal numbers added up.
    fn gathered(mut pairs: Vec<(u64, f64)>) -> Self {
        let ends = pairs.iter().fold(None, |ends: Option<(u64, u64)>, (value, _)| {
            Some(ends.map_or((*value, *value), |(low, high)| (low.min(*value), high.max(*value))))
        });
        let Some((low, high)) = ends else { return Self::Few(pairs) };
        if is_long_row(low, high, pairs.len() as u64) {
            let mut row = vec![0.0; place(high - low) + 1];
            for (value, weight) in pairs {
                row[place(value - low)] += weight;
            }
            return Self::Row(low, row);
        }
        pairs.sort_by_key(|(value, _)| *value);
        pairs.dedup_by(|next, kept| {
            let same = next.0 == kept.0;
            if same {
                kept.1 += next.1;
            }
            same
        });
        Self::Few(pairs)
    }

    /// Weighted and shifted weights added up.
    pub fn mix(parts: &[(f64, u64, &Self)]) -> Self {
        if let [(weight, shift, only)] = parts {
            return only.scaled(*weight, *shift);
        }
        let all = || parts.iter().filter(|(weight, ..)| *weight > 0.0);
        let ends = all().filter_map(|(_, shift, part)| {
            part.ends().map(|(low, high)| (low + shift, high + shift))
        });
        let ends = ends.reduce(|(low, high), other| (low.min(other.0), high.max(other.1)));
        let Some((low, high)) = ends else { return Self::Few(Vec::new()) };
        let count: u64 = all().map(|(_, _, part)| part.count()).sum();
        if !is_long_row(low, high, count) {
            let pairs = all().flat_map(|(weight, shift, part)| {
                part.pairs().map(move |(value, own)| (value + shift, law::times(*weight, own)))
            });
            return Self::gathered(pairs.collect());
        }
        let mut row = vec![0.0; place(high - low) + 1];
        for (weight, shift, part) in all() {
            part.add_to(&mut row, *weight, low, *shift);
        }
        Self::Row(low, row)
    }

    /// Adds to a row that starts at `low`.
    fn add_to(&self, row: &mut [f64], weight: f64, low: u64, shift: u64) {
        match self {
            Self::Few(few) => {
                for (value, own) in few {
                    row[place(value + shift - low)] += weight * own;
                }
            }
            Self::Row(own_low, own) => {
                let start = place(own_low + shift - low);
                row[start..start + own.len()]
                    .iter_mut()
                    .zip(own)
                    .for_each(|(sum, own)| *sum += weight * own);
            }
        }
    }

    fn scaled(&self, weight: f64, shift: u64) -> Self {
        match self {
            Self::Few(few) => {
                let few = few.iter().map(|(value, own)| (value + shift, law::times(weight, *own)));
                Self::Few(few.collect())
            }
            Self::Row(low, row) => {
                Self::Row(low + shift, row.iter().map(|own| weight * own).collect())
            }
        }
    }

    /// The weights of the sum of two independent numbers.
    #[must_use]
    pub fn plus(&self, other: &Self) -> Self {
        let mut pair = [self, other];
        pair.sort_by_key(|part| part.count());
        let [few, many] = pair;
        let (Some((few_low, few_high)), Some((low, high))) = (few.ends(), many.ends()) else {
            return Self::Few(Vec::new());
        };
        if let (Self::Few(one), true) = (few, few.count() == 1) {
            return many.scaled(one[0].1, one[0].0);
        }
        let (low, high) = (few_low + low, few_high + high);
        if !is_row(low, high, few.count().saturating_mul(many.count())) {
            let pairs = few.pairs().flat_map(|(value, weight)| {
                many.pairs().map(move |(other, own)| (value + other, law::times(weight, own)))
            });
            return Self::gathered(pairs.collect());
        }
        let mut row = vec![0.0; place(high - low) + 1];
        match (few, many) {
            (Self::Row(_, few), Self::Row(_, many)) => add_products(few, many, &mut row),
            (Self::Few(few), many) => {
                for (value, weight) in few {
                    many.add_to(&mut row, *weight, low, *value);
                }
            }
            (few, Self::Few(many)) => {
                for (value, weight) in many {
                    few.add_to(&mut row, *weight, low, *value);
                }
            }
        }
        Self::Row(low, row)
    }

    /// The weights of the sum of independent numbers: few values one after the other, shortest
    /// first; rows in pairs of like length.
    pub fn sum(parts: &[&Self]) -> Self {
        let mut parts: Vec<Self> = parts.iter().map(|part| (*part).clone()).collect();
        if are_sparse(&parts) {
            parts.sort_by_key(Self::span);
            let zero = Self::point(0, 1.0);
            return parts.iter().fold(zero, |sum, part| sum.plus(part));
        }
        let entry = |(at, part): (usize, &Self)| Reverse((part.count(), at));
        let mut heap: BinaryHeap<_> = parts.iter().enumerate().map(entry).collect();
        while let Some(Reverse((_, left))) = heap.pop() {
            let Some(Reverse((_, right))) = heap.pop() else {
                return std::mem::replace(&mut parts[left], Self::Few(Vec::new()));
            };
            let sum = parts[left].plus(&parts[right]);
            parts[left] = Self::Few(Vec::new());
            parts[right] = Self::Few(Vec::new());
            heap.push(entry((parts.len(), &sum)));
            parts.push(sum);
        }
        Self::point(0, 1.0)
    }
}

/// Whether so many values between two ends are kept as a row.
pub fn is_row(low: u64, high: u64, values: u64) -> bool {
    (high - low) / SPARSEST_ROW <= values && high - low < 1 << 26
}

fn is_long_row(low: u64, high: u64, values: u64) -> bool {
    values > SHORTEST_ROW && is_row(low, high, values)
}

/// Whether few values stand far apart, taken together.
fn are_sparse(parts: &[Weights]) -> bool {
    let values: u64 = parts.iter().map(Weights::count).sum();
    let spans: u64 = parts.iter().map(Weights::span).sum();
    values * 8 < spans
}

fn place(offset: u64) -> usize {
    usize::try_from(offset).unwrap_or(usize::MAX)
}

/// Adds the products of two rows, the shorter one a block at a time, so that the longer one is read
/// once for each block.
fn add_products(short: &[f64], long: &[f64], sums: &mut [f64]) {
    let mut padded = vec![0.0; long.len() + 2 * (BLOCK - 1)];
    padded[BLOCK - 1..BLOCK - 1 + long.len()].copy_from_slice(long);
    let blocks = short.chunks_exact(BLOCK);
    let rest = blocks.remainder();
    let tail = short.len() - rest.len();
    for (block, own) in blocks.enumerate() {
        let start = block * BLOCK;
        let sums = &mut sums[start..start + long.len() + BLOCK - 1];
        for (sum, window) in sums.iter_mut().zip(padded.windows(BLOCK)) {
            let products = own.iter().zip(window.iter().rev()).map(|(own, other)| own * other);
            *sum += products.sum::<f64>();
        }
    }
    for (offset, own) in rest.iter().enumerate() {
        let sums = &mut sums[tail + offset..tail + offset + long.len()];
        sums.iter_mut().zip(long).for_each(|(sum, other)| *sum += own * other);
    }
}

#[cfg(test)]
mod tests {
    use super::{BLOCK, SHORTEST_ROW, SPARSEST_ROW, Weights, are_sparse, is_row};
    use crate::law::Law;
    use crate::model::Size;
    use rand_chacha::ChaCha8Rng;
    use rand_chacha::rand_core::{Rng as _, SeedableRng as _};
    use std::collections::BTreeMap;

    fn die() -> Weights {
        Weights::of(&Law::of(Size::Uniform(1, 6)), 1)
    }

    #[test]
    fn sums_in_a_row_and_in_pairs_agree() {
        let faces: Vec<(u64, f64)> = (1..=6).map(|face| (face * 1000, 1.0 / 6.0)).collect();
        let far = Weights::Few(faces);
        let dice = Weights::sum(&[&die(), &die(), &die(), &die()]).law(1000);
        let apart = Weights::sum(&[&far, &far, &far, &far]).law(1);
        assert_eq!(dice.atoms().len(), 21);
        for (left, right) in dice.atoms().iter().zip(apart.atoms()) {
            assert_eq!(left.0, right.0);
            assert!((left.1 - right.1).abs() <= 1e-15 * right.1.max(1e-3));
        }
        assert!((dice.at_least(24_000) - 1.0 / 1296.0).abs() < 1e-18);
    }

    #[test]
    fn what_has_no_weight_or_no_value_widens_nothing() {
        let (far, none) = (Weights::of(&Law::point(1 << 40), 1), Weights::Few(Vec::new()));
        let mixed =
            Weights::mix(&[(0.0, 7, &far), (0.5, 10, &die()), (0.5, 0, &die()), (0.5, 0, &none)]);
        assert_eq!((mixed.ends(), mixed.count()), (Some((1, 16)), 12));
        assert_eq!(Weights::mix(&[(0.0, 0, &far), (0.0, 1, &die())]).count(), 0);
    }

    #[test]
    fn long_rows_are_summed_like_laws() {
        let (left, right) = (Law::of(Size::Uniform(10, 110)), Law::of(Size::Pert(3, 40, 333)));
        let expected = left.plus(&right);
        let found = Weights::of(&left, 1).plus(&Weights::of(&right, 1)).law(1);
        assert_eq!(found.atoms().len(), expected.atoms().len());
        for (found, expected) in found.atoms().iter().zip(expected.atoms()) {
            assert_eq!(found.0, expected.0);
            assert!((found.1 - expected.1).abs() <= 1e-13 * expected.1);
        }
    }

    #[test]
    fn tails_of_a_million_numbers_keep_their_digits() {
        let tails = Weights::Row(0, vec![0.1; 1 << 20]).tails();
        // The nearest number to a tenth, times a power of two, is exact.
        let whole = 0.1 * f64::from(1 << 20);
        assert!((tails[0].1 - whole).abs() <= 1e-15 * whole, "{} is not {whole}", tails[0].1);
    }

    #[test]
    fn what_is_possible_stays_above_zero_in_pairs() {
        let rare = Weights::Few(vec![(1, 1e-200), (1_000_000, 1.0)]);
        let both = rare.plus(&rare);
        assert_eq!(
            both.pairs().map(|(value, _)| value).collect::<Vec<_>>(),
            [2, 1_000_001, 2_000_000]
        );
        let scaled = both.scaled(1e-200, 5);
        assert_eq!(scaled.pairs().count(), 3);
    }

    #[test]
    fn a_mixture_keeps_its_weights() {
        let mixed = Weights::mix(&[(0.25, 0, &die()), (0.5, 100, &Weights::point(3, 1.0))]).law(1);
        assert!((mixed.mass() - 0.75).abs() < 1e-15);
        assert_eq!((mixed.low(), mixed.high()), (Some(1), Some(103)));
    }

    #[test]
    fn a_row_is_neither_too_sparse_nor_too_long() {
        assert!(is_row(5, 5 + 10 * SPARSEST_ROW, 10));
        assert!(!is_row(5, 5 + 11 * SPARSEST_ROW, 10));
        assert!(is_row(5, 4 + (1 << 26), u64::MAX));
        assert!(!is_row(5, 5 + (1 << 26), u64::MAX));
    }

    type Plain = BTreeMap<u64, f64>;

    /// A point, few numbers that are close together or far apart, or a row with gaps.
    fn drawn(below: &mut impl FnMut(u64) -> u64) -> (Weights, Plain) {
        let low = below(3) * below(20);
        let (count, step) = match below(4) {
            0 => (1, 1),
            1 => (1 + below(6), 100_000),
            2 => (1 + below(6), 2),
            _ => (17 + below(40), 1),
        };
        let mut plain: Plain = [(low, 0.5)].into();
        for at in 1..count {
            plain.insert(low + at * step, [0.0, 0.25, 0.75][usize::try_from(below(3)).unwrap()]);
        }
        plain.insert(low + (count - 1) * step, 0.5);
        let weights = if count > SHORTEST_ROW {
            Weights::Row(low, plain.values().copied().collect())
        } else {
            plain.retain(|_, weight| *weight > 0.0);
            Weights::Few(plain.clone().into_iter().collect())
        };
        plain.retain(|_, weight| *weight > 0.0);
        (weights, plain)
    }

    fn assert_same(found: &Weights, expected: &Plain) {
        assert_eq!(found.pairs().count(), expected.len(), "{found:?} is not {expected:?}");
        for (found, expected) in found.pairs().zip(expected) {
            assert_eq!(found.0, *expected.0);
            assert!((found.1 - expected.1).abs() <= 1e-13 * expected.1, "{found:?}");
        }
        let ends = expected.keys().next().zip(expected.keys().last());
        assert_eq!(found.ends(), ends.map(|(low, high)| (*low, *high)), "nothing is wider");
    }

    fn added(left: &Plain, right: &Plain) -> Plain {
        let mut sums = Plain::new();
        for (value, weight) in left {
            for (other, own) in right {
                *sums.entry(value + other).or_default() += weight * own;
            }
        }
        sums
    }

    #[test]
    fn mixtures_sums_and_tails_agree_with_plain_ones() {
        let mut stream = ChaCha8Rng::seed_from_u64(1);
        let mut below = |end: u64| u64::from(stream.next_u32()) % end;
        for _ in 0..400 {
            let parts: Vec<(Weights, Plain)> = (0..=below(3)).map(|_| drawn(&mut below)).collect();
            let mut mixed = Plain::new();
            let mut shifted = Vec::new();
            for (weights, plain) in &parts {
                let weight = if parts.len() == 1 || below(3) > 0 { 0.25 } else { 0.0 };
                let shift = below(2) * below(30);
                shifted.push((weight, shift, weights));
                for (value, own) in plain.iter().filter(|_| weight > 0.0) {
                    *mixed.entry(value + shift).or_default() += weight * own;
                }
            }
            assert_same(&Weights::mix(&shifted), &mixed);
            let sum = Weights::sum(&parts.iter().map(|(weights, _)| weights).collect::<Vec<_>>());
            let plain = parts.iter().fold([(0, 1.0)].into(), |sum, (_, own)| added(&sum, own));
            assert_same(&sum, &plain);
            let law = sum.law(7);
            assert!(law.atoms().iter().zip(&plain).all(|(own, plain)| own.0 == 7 * plain.0));
            assert_same(&Weights::of(&law, 7), &plain);
            let tails = sum.tails();
            assert_eq!(tails.len(), plain.len());
            for (value, tail) in tails {
                let expected: f64 = plain.range(value..).map(|(_, weight)| weight).sum();
                assert!((tail - expected).abs() <= 1e-13 * expected);
                assert!((sum.at_least(value) - expected).abs() <= 1e-13 * expected);
            }
        }
    }

    #[test]
    fn rows_of_any_length_are_added_block_by_block() {
        let row = |count: u64| Weights::Row(3, (1..=count).map(crate::law::real).collect());
        let longest = 3 * BLOCK as u64;
        for (short, long) in
            (1..=longest).flat_map(|short| (short..=longest).map(move |long| (short, long)))
        {
            let plain = |count: u64| (1..=count).map(|at| (at + 2, crate::law::real(at))).collect();
            assert_same(&row(short).plus(&row(long)), &added(&plain(short), &plain(long)));
            assert_same(&row(long).plus(&row(short)), &added(&plain(short), &plain(long)));
        }
    }

    #[test]
    fn only_many_numbers_close_together_make_a_row() {
        let is_few = |weights: &Weights| matches!(weights, Weights::Few(_));
        let even = |count: u64, step: u64| {
            Weights::of(&Law::from_rising((0..count).map(|at| (at * step, 0.01))), 1)
        };
        assert!(is_few(&even(SHORTEST_ROW, 1)) && !is_few(&even(SHORTEST_ROW + 1, 1)));
        assert!(!is_few(&even(60, SPARSEST_ROW)) && is_few(&even(60, SPARSEST_ROW + 1)));
        let both = |step: u64| {
            let half = even(SHORTEST_ROW / 2, step);
            Weights::mix(&[(0.5, 0, &half), (0.5, step / 2, &half)])
        };
        assert!(is_few(&both(2)), "as many as may be");
        let thrice = |step: u64| {
            let half = even(SHORTEST_ROW / 2, step);
            Weights::mix(&[(0.5, 0, &half), (0.5, 1, &half), (0.5, 2, &half)])
        };
        assert!(!is_few(&thrice(4)) && is_few(&thrice(1000)));
        assert!(
            is_few(&even(8, 1000).plus(&even(8, 1000))) && !is_few(&even(8, 1).plus(&even(8, 1)))
        );
    }

    #[test]
    fn few_numbers_far_apart_are_sparse() {
        // Two numbers 16 apart are not sparse, and 17 apart are, wherever they stand.
        let two = |low: u64, span: u64| Weights::Few(vec![(low, 0.5), (low + span, 0.5)]);
        assert!(!are_sparse(&[two(5, 16)]) && are_sparse(&[two(5, 17)]));
        assert!(!are_sparse(&[two(90, 4), two(90, 28)]) && are_sparse(&[two(0, 4), two(0, 29)]));
        assert!(!are_sparse(&[die(), Weights::Few(Vec::new())]));
    }
}
