//! Distributions over whole numbers.
//!
//! In: sizes and other laws. Out: a `Law`, its atoms in rising order. Plain arithmetic only, so
//! the same bits everywhere.

use crate::model::Size;

/// A distribution: values in rising order, each with its probability above zero. May be a part of
/// a distribution, whose probabilities sum to less than one.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Law {
    atoms: Vec<(u64, f64)>,
}

/// The widest span that is summed in an array; wider sums are sorted.
const WIDEST_ARRAY: u64 = 1 << 23;

impl Law {
    /// All mass at one value.
    pub fn point(value: u64) -> Self {
        Self { atoms: vec![(value, 1.0)] }
    }

    /// What was counted: values in rising order and how often each came up, out of `whole`.
    pub fn counted(counts: impl Iterator<Item = (u64, u64)>, whole: u64) -> Self {
        let found = counts.filter(|(_, count)| *count > 0);
        Self { atoms: found.map(|(value, count)| (value, real(count) / real(whole))).collect() }
    }

    /// The law of a size.
    pub fn of(size: Size) -> Self {
        match size {
            Size::Fixed(value) => Self::point(value),
            Size::Uniform(low, high) => Self::beta_binomial(low, high, 1.0, 1.0),
            Size::Pert(low, mode, high) => {
                let width = real(high - low);
                let alpha = 1.0 + 4.0 * real(mode - low) / width;
                let beta = 1.0 + 4.0 * real(high - mode) / width;
                Self::beta_binomial(low, high, alpha, beta)
            }
        }
    }

    /// The beta-binomial law on `low..=high`, by the ratio of neighbouring terms,
    /// p(k+1)/p(k) = (n-k)(k+a) / ((k+1)(n-k-1+b)), starting near its mode. With PERT's
    /// parameters a = 1 + 4(mode-low)/(high-low) and b = 1 + 4(high-mode)/(high-low) its mean is
    /// (low + 4 mode + high)/6; with a = b = 1 it is uniform. (Johnson, Kemp and Kotz, Univariate
    /// Discrete Distributions, 2005, section 6.2.2.)
    fn beta_binomial(low: u64, high: u64, alpha: f64, beta: f64) -> Self {
        let count = usize::try_from(high - low).unwrap_or(0);
        let n = real(high - low);
        let excess = alpha + beta - 2.0;
        let peak = if excess > 0.0 { (alpha - 1.0) / excess * n } else { n / 2.0 };
        let mode = (0..=count).rfind(|k| index(*k) <= peak).unwrap_or(0);
        let ratio = |k: usize| {
            let k = index(k);
            (n - k) * (k + alpha) / ((k + 1.0) * (n - k - 1.0 + beta))
        };
        let mut weights = vec![1.0; count + 1];
        for k in mode..count {
            weights[k + 1] = weights[k] * ratio(k);
        }
        for k in (0..mode).rev() {
            weights[k] = weights[k + 1] / ratio(k);
        }
        let mass: f64 = sum(weights.iter().copied());
        let atoms = (low..=high).zip(weights.into_iter().map(|weight| weight / mass));
        Self { atoms: atoms.filter(|(_, p)| *p > 0.0).collect() }
    }

    /// The law of pairs in rising order, each number once and with a probability above zero.
    pub fn from_rising(atoms: impl Iterator<Item = (u64, f64)>) -> Self {
        Self { atoms: atoms.collect() }
    }

    /// The sum of weighted laws, each shifted: a mixture.
    pub fn mix<'a>(parts: impl Iterator<Item = (f64, u64, &'a Law)>) -> Self {
        let mut atoms = Vec::new();
        for (weight, shift, law) in parts.filter(|(weight, ..)| *weight > 0.0) {
            atoms.extend(law.atoms.iter().map(|(value, p)| (value + shift, weight * p)));
        }
        Self::gathered(atoms)
    }

    /// P(number >= value) at each of its values, in rising order.
    pub fn tails(&self) -> Vec<(u64, f64)> {
        let mut above = Accumulator::default();
        let mut tails: Vec<(u64, f64)> = self
            .atoms
            .iter()
            .rev()
            .map(|(value, p)| {
                above.add(*p);
                (*value, above.total())
            })
            .collect();
        tails.reverse();
        tails
    }

    /// Atoms in any order, equal values added up.
    fn gathered(mut atoms: Vec<(u64, f64)>) -> Self {
        atoms.sort_by_key(|(value, _)| *value);
        let mut law: Vec<(u64, f64)> = Vec::new();
        let mut start = 0;
        while start < atoms.len() {
            let value = atoms[start].0;
            let end = start + atoms[start..].iter().take_while(|(next, _)| *next == value).count();
            let mass = sum(atoms[start..end].iter().map(|(_, p)| *p));
            law.push((value, mass));
            start = end;
        }
        Self { atoms: law }
    }

    /// The law of the sum of two independent numbers.
    #[must_use]
    pub fn plus(&self, other: &Self) -> Self {
        let (Some(low), Some(high)) = (self.low().zip(other.low()), self.high().zip(other.high()))
        else {
            return Self::default();
        };
        let (low, high) = (low.0 + low.1, high.0 + high.1);
        let (few, many) =
            if self.atoms.len() <= other.atoms.len() { (self, other) } else { (other, self) };
        let Some(row) = many.dense().filter(|_| high - low <= WIDEST_ARRAY) else {
            let pairs = few.atoms.iter().flat_map(|(value, p)| {
                many.atoms.iter().map(move |(added, q)| (value + added, p * q))
            });
            return Self::gathered(pairs.collect());
        };
        let mut weights = vec![0.0; usize::try_from(high - low).unwrap_or(0) + 1];
        let first = few.atoms[0].0;
        for (value, p) in &few.atoms {
            let start = usize::try_from(value - first).unwrap_or(0);
            let sums = weights[start..start + row.len()].iter_mut();
            sums.zip(&row).for_each(|(sum, q)| *sum += p * q);
        }
        Self { atoms: (low..=high).zip(weights).filter(|(_, p)| *p > 0.0).collect() }
    }

    /// The probabilities from the smallest to the largest value, where most of them are there.
    fn dense(&self) -> Option<Vec<f64>> {
        let (low, high) = self.low().zip(self.high())?;
        let span = usize::try_from(high - low).ok()? + 1;
        if span / 4 > self.atoms.len() {
            return None;
        }
        let mut row = vec![0.0; span];
        for (value, p) in &self.atoms {
            row[usize::try_from(value - low).unwrap_or(0)] = *p;
        }
        Some(row)
    }

    /// The law of a function of the number.
    #[must_use]
    pub fn map(&self, function: impl Fn(u64) -> u64) -> Self {
        Self::gathered(self.atoms.iter().map(|(value, p)| (function(*value), *p)).collect())
    }

    /// The law divided by its mass; none where it has none.
    pub fn normalised(&self) -> Option<Self> {
        let mass = self.mass();
        (mass > 0.0).then(|| self.divided(mass))
    }

    /// Each probability divided by a number.
    #[must_use]
    pub fn divided(&self, by: f64) -> Self {
        Self { atoms: self.atoms.iter().map(|(value, p)| (*value, p / by)).collect() }
    }

    /// The part of the law above zero, as a law of its own: "given any".
    pub fn if_any(&self) -> Option<Self> {
        let atoms = self.atoms.iter().filter(|(value, _)| *value > 0).copied().collect();
        Self { atoms }.normalised()
    }

    /// Values and probabilities in rising order.
    pub fn atoms(&self) -> &[(u64, f64)] {
        &self.atoms
    }

    /// The whole probability.
    pub fn mass(&self) -> f64 {
        sum(self.atoms.iter().map(|(_, p)| *p))
    }

    /// The mean, in the unit of the values.
    pub fn mean(&self) -> f64 {
        sum(self.atoms.iter().map(|(value, p)| real(*value) * p))
    }

    /// The standard deviation, in the unit of the values.
    pub fn deviation(&self) -> f64 {
        let mean = self.mean();
        let square = |(value, p): &(u64, f64)| (real(*value) - mean) * (real(*value) - mean) * p;
        sum(self.atoms.iter().map(square)).sqrt()
    }

    /// The probability of `floor` or more.
    pub fn at_least(&self, floor: u64) -> f64 {
        sum(self.atoms.iter().filter(|(value, _)| *value >= floor).map(|(_, p)| *p))
    }

    /// The mean of what is missing to `floor`.
    pub fn shortfall(&self, floor: u64) -> f64 {
        let missing = |(value, p): &(u64, f64)| real(floor.saturating_sub(*value)) * p;
        sum(self.atoms.iter().map(missing))
    }

    /// The smallest value t with P(number <= t) >= `level`, within the rounding of the sum.
    pub fn quantile(&self, level: f64) -> Option<u64> {
        let mut below = Accumulator::default();
        let reached = self.atoms.iter().find(|(_, p)| {
            below.add(*p);
            below.total() >= level - 1e-12
        });
        reached.or(self.atoms.last()).map(|(value, _)| *value)
    }

    /// The smallest value.
    pub fn low(&self) -> Option<u64> {
        self.atoms.first().map(|(value, _)| *value)
    }

    /// The largest value.
    pub fn high(&self) -> Option<u64> {
        self.atoms.last().map(|(value, _)| *value)
    }
}

/// A sum that does not lose small terms beside large ones (Neumaier, 1974).
#[derive(Clone, Copy, Debug, Default)]
pub struct Accumulator {
    sum: f64,
    lost: f64,
}

impl Accumulator {
    /// Adds a term.
    pub fn add(&mut self, term: f64) {
        let sum = self.sum + term;
        let (large, small) =
            if self.sum.abs() >= term.abs() { (self.sum, term) } else { (term, self.sum) };
        self.lost += (large - sum) + small;
        self.sum = sum;
    }

    /// What was added so far.
    pub fn total(&self) -> f64 {
        self.sum + self.lost
    }
}

/// What is given has at least this probability: of what is rarer, numbers hold so few digits that nothing can be said of
/// what is likely there.
pub const LEAST_GIVEN: f64 = 1e-290;

/// What is taken as given for everything has at least this probability, so that further formulas can be given beside it.
pub const LEAST_EVIDENCE: f64 = 1e-200;

/// A probability as a part of that of what is given; none where that is zero or too small to divide by. Numbers near the
/// smallest have few digits, yet what the part lacks is less than 1e-33 of such a whole.
pub fn given(part: f64, whole: f64) -> Option<f64> {
    (whole >= LEAST_GIVEN).then(|| part / whole)
}

/// The product of probabilities. What is possible never becomes impossible: below every number it is the smallest one.
pub fn product(factors: impl Iterator<Item = f64>) -> f64 {
    factors.fold(1.0, times)
}

/// The product of two probabilities, above zero where both are.
pub fn times(left: f64, right: f64) -> f64 {
    let product = left * right;
    if product > 0.0 || left <= 0.0 || right <= 0.0 { product } else { SMALLEST }
}

/// What some probabilities of many leave to one: above zero, because something is left, also where rounding shows nothing.
pub fn rest(mass: f64) -> f64 {
    (1.0 - mass).max(SMALLEST)
}

/// The smallest number above zero.
const SMALLEST: f64 = f64::from_bits(1);

/// A probability without its last twelve bits, so that what differs by rounding alone compares as
/// equal: about twelve digits are left.
pub fn coarse(probability: f64) -> u64 {
    (probability.to_bits() + 0x800) >> 12
}

/// The sum of some terms.
pub fn sum(terms: impl Iterator<Item = f64>) -> f64 {
    let mut accumulator = Accumulator::default();
    terms.for_each(|term| accumulator.add(term));
    accumulator.total()
}

/// A number of troops as a real number; exact up to 2^53. The largest sum is 10^13: 10,000 pledges of a billion (`limits`).
#[expect(clippy::cast_precision_loss, reason = "sums of sizes stay far below 2^53")]
pub fn real(value: u64) -> f64 {
    value as f64
}

#[expect(clippy::cast_precision_loss, reason = "positions in a range stay far below 2^53")]
fn index(value: usize) -> f64 {
    value as f64
}

#[cfg(test)]
mod tests {
    use super::{Law, given, product, rest, sum, times};
    use crate::model::Size;

    fn close(left: f64, right: f64) {
        assert!((left - right).abs() <= 1e-12 * right.abs().max(1.0), "{left} is not {right}");
    }

    #[test]
    fn pert_has_its_published_mean_and_uniform_is_flat() {
        for (low, mode, high) in [(100, 100, 900), (1000, 1400, 3000), (0, 7, 7), (5, 6, 7)] {
            let law = Law::of(Size::Pert(low, mode, high));
            #[expect(clippy::cast_precision_loss, reason = "small numbers")]
            close(law.mean(), (low + 4 * mode + high) as f64 / 6.0);
            close(law.mass(), 1.0);
        }
        let law = Law::of(Size::Uniform(3, 7));
        assert!(law.atoms().iter().all(|(_, p)| (p - 0.2).abs() < 1e-15));
    }

    #[test]
    fn a_wide_law_keeps_its_mass() {
        let law = Law::of(Size::Pert(0, 50_000, 200_000));
        close(law.mass(), 1.0);
        close(law.mean(), 400_000.0 / 6.0);
    }

    #[test]
    fn sums_of_dice_are_the_known_ones() {
        let die = Law::of(Size::Uniform(1, 6));
        let two = die.plus(&die);
        close(two.at_least(12), 1.0 / 36.0);
        close(two.at_least(7), 21.0 / 36.0);
        assert_eq!((two.low(), two.high()), (Some(2), Some(12)));
        assert_eq!(two.quantile(0.5), Some(7));
        assert_eq!(two.quantile(1.0 / 36.0), Some(2));
        close(two.shortfall(3), 1.0 / 36.0);
    }

    #[test]
    fn what_is_possible_stays_possible_and_nothing_is_divided_by_dust() {
        let tiny = product([1e-18; 20].into_iter());
        assert!(tiny > 0.0 && times(tiny, 0.5) > 0.0 && times(tiny, 0.0) <= 0.0);
        assert_eq!(given(tiny, tiny), None);
        assert_eq!(given(1e-280, 4e-280), Some(0.25));
        // Ten tenths and a trillionth of the rest: something is left.
        assert!(rest(sum([0.1; 10].into_iter())) > 0.0 && (rest(0.75) - 0.25).abs() < 1e-15);
    }

    #[test]
    fn far_apart_values_are_summed_without_an_array() {
        let coin = Law::of(Size::Uniform(0, 1)).map(|face| face * 1_000_000_000);
        let two = coin.plus(&coin);
        assert_eq!(two.atoms(), &[(0, 0.25), (1_000_000_000, 0.5), (2_000_000_000, 0.25)]);
    }

    #[test]
    fn nothing_is_left_given_any_where_there_is_nothing() {
        assert_eq!(Law::point(0).if_any(), None);
        assert_eq!(Law::default().quantile(0.5), None);
    }
}
