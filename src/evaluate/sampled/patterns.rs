//! Sums over few pledges: worlds are counted by which of them are active, and nothing is drawn.
//!
//! In: a `Sum`, and counts of worlds by pattern of activity. Out: the exact law of the sum in each
//! pattern, mixed by the counts, and the standard errors that are left: only activity is sampled,
//! so they are smaller than those of drawn sizes. (Conditioning, or Rao-Blackwell: Owen, Monte
//! Carlo theory, methods and examples, 2013, section 8.7.)

use super::replies::error_of_share;
use super::worlds::{ALWAYS, Slot};
use crate::evaluate::question::{Estimate, LawAnswer};
use crate::evaluate::sums::term_law;
use crate::law::{self, Law, real};
use crate::model::{Model, NodeId, Sum, Term};

/// The most different activities of a sum that is not drawn.
const MOST_ACTIVITIES: usize = 8;

/// The most products of probabilities, and the most probabilities, that its laws may take.
const MOST_PRODUCTS: u64 = 1 << 22;
const MOST_ATOMS: u64 = 1 << 18;

/// A sum with few different activities.
#[derive(Debug)]
pub(super) struct Few {
    /// Where the activities are; a pattern has a bit for each.
    pub(super) slots: Vec<Slot>,
    /// What is added where each holds.
    gains: Vec<Law>,
    /// What is always there.
    always: Law,
}

/// How many worlds there are of each pattern of some activities, in an event.
#[derive(Debug)]
pub(super) struct Pattern {
    /// Where the activities are.
    pub(super) slots: Vec<Slot>,
    /// Which event.
    pub(super) event: usize,
    /// The first of the numbers that count them.
    pub(super) start: usize,
}

impl Pattern {
    /// How many patterns there are.
    pub(super) fn len(&self) -> usize {
        1 << self.slots.len()
    }

    /// Counts the worlds of a word.
    pub(super) fn count(&self, values: &[u64], word: u64, numbers: &mut [u64]) {
        let numbers = &mut numbers[self.start..self.start + self.len()];
        match self.slots.as_slice() {
            [] => numbers[0] += u64::from(word.count_ones()),
            [slot] => {
                numbers[0] += u64::from((word & !values[*slot]).count_ones());
                numbers[1] += u64::from((word & values[*slot]).count_ones());
            }
            slots => split(slots, values, word, numbers),
        }
    }
}

/// Splits a word by the last of some activities, whose bit halves the numbers.
fn split(slots: &[Slot], values: &[u64], word: u64, numbers: &mut [u64]) {
    if word == 0 {
        return;
    }
    let Some((slot, others)) = slots.split_last() else {
        numbers[0] += u64::from(word.count_ones());
        return;
    };
    let (without, with) = numbers.split_at_mut(1 << others.len());
    split(others, values, word & !values[*slot], without);
    split(others, values, word & values[*slot], with);
}

impl Few {
    /// A sum, unless its activities are too many or its laws too large.
    pub(super) fn of(
        model: &Model,
        laws: &[Option<Law>],
        sum: &Sum,
        slot: impl Fn(NodeId) -> Slot,
    ) -> Option<Self> {
        let active = |term: &Term| slot(model.pledges[term.pledge].active);
        let mut slots: Vec<Slot> = sum.iter().map(active).filter(|slot| *slot != ALWAYS).collect();
        slots.sort_unstable();
        slots.dedup();
        if slots.len() > MOST_ACTIVITIES {
            return None;
        }
        let mut parts: Vec<Vec<Law>> = vec![Vec::new(); slots.len() + 1];
        for term in sum {
            let place = slots.binary_search(&active(term)).unwrap_or(slots.len());
            parts[place].push(term_law(model, laws, term));
        }
        if !is_affordable(&parts) {
            return None;
        }
        let add = |laws: &Vec<Law>| laws.iter().fold(Law::point(0), |sum, law| sum.plus(law));
        let mut gains: Vec<Law> = parts.iter().map(add).collect();
        let always = gains.pop().unwrap_or_default();
        Some(Self { slots, gains, always })
    }

    /// The law of each pattern.
    fn laws(&self) -> Vec<Law> {
        let mut laws = vec![self.always.clone()];
        for gain in &self.gains {
            let with: Vec<Law> = laws.iter().map(|law| law.plus(gain)).collect();
            laws.extend(with);
        }
        laws
    }

    /// The distribution, from the worlds of each pattern.
    pub(super) fn law(&self, counts: &[u64]) -> LawAnswer {
        let (laws, whole) = (self.laws(), counts.iter().sum());
        let shares = counts.iter().map(|count| real(*count) / real(whole));
        let law =
            (whole > 0).then(|| Law::mix(shares.zip(&laws).map(|(share, law)| (share, 0, law))));
        let means: Vec<f64> = laws.iter().map(Law::mean).collect();
        let mean_error = mean(counts, whole, &means).and_then(|mean| mean.standard_error);
        LawAnswer { law, ends: None, mean_error, samples: Some(whole) }
    }

    /// P(sum >= floor), from the worlds of each pattern in which what is needed holds, of `whole`.
    pub(super) fn met(&self, floor: u64, counts: &[u64], whole: u64) -> Option<Estimate> {
        let met: Vec<f64> = self.laws().iter().map(|law| law.at_least(floor)).collect();
        let mut estimate = mean(counts, whole, &met)?;
        if estimate.value <= 0.0 || estimate.value >= 1.0 {
            estimate.standard_error = Some(error_of_share(estimate.value, whole));
        }
        Some(estimate)
    }

    /// The mean of what is missing to a floor, from the worlds of each pattern.
    pub(super) fn shortfall(&self, floor: u64, counts: &[u64]) -> Option<Estimate> {
        let missing: Vec<f64> = self.laws().iter().map(|law| law.shortfall(floor)).collect();
        mean(counts, counts.iter().sum(), &missing)
    }
}

/// The mean over `whole` worlds of a figure that each pattern has and other worlds lack.
fn mean(counts: &[u64], whole: u64, figures: &[f64]) -> Option<Estimate> {
    let counted = || counts.iter().map(|count| real(*count)).zip(figures);
    let mean = law::sum(counted().map(|(count, figure)| count * figure)) / real(whole);
    let others = real(whole - counts.iter().sum::<u64>());
    let squares = counted().map(|(count, figure)| count * (figure - mean) * (figure - mean));
    let variance = law::sum(squares.chain([others * mean * mean])) / real(whole);
    let standard_error = Some((variance / real(whole)).sqrt());
    (whole > 0).then_some(Estimate { value: mean, standard_error })
}

/// Whether the laws of all patterns can be worked out in no time; the last of `parts` is always
/// there.
fn is_affordable(parts: &[Vec<Law>]) -> bool {
    let mut products = 0;
    let mut join = |left: u64, right: u64| {
        products += left * right;
        left + right - 1
    };
    let size = |law: &Law| u64::try_from(law.atoms().len()).unwrap_or(u64::MAX);
    let sizes = parts.iter().map(|laws| laws.iter().map(size).fold(1, &mut join));
    let mut sizes: Vec<u64> = sizes.collect();
    let mut patterns = vec![sizes.pop().unwrap_or(1)];
    for gain in sizes {
        let with: Vec<u64> = patterns.iter().map(|pattern| join(*pattern, gain)).collect();
        patterns.extend(with);
    }
    products <= MOST_PRODUCTS && patterns.iter().sum::<u64>() <= MOST_ATOMS
}

#[cfg(test)]
mod tests {
    use super::{Few, is_affordable, mean};
    use crate::evaluate::question::Estimate;
    use crate::law::Law;
    use crate::model::Size;

    fn near(found: Option<Estimate>, value: f64, error: f64) {
        let found = found.unwrap();
        let errors = [found.value - value, found.standard_error.unwrap() - error];
        assert!(
            errors.iter().all(|error| error.abs() < 1e-12),
            "{found:?} is not {value}, {error}"
        );
    }

    #[test]
    fn means_and_their_errors_are_those_of_the_worlds_one_by_one() {
        // Five worlds with 2, 6, 6, 6 and none: 20 / 5 = 4, and (4 + 4 + 4 + 4 + 16) / 5 = 6.4.
        near(mean(&[1, 3], 5, &[2.0, 6.0]), 4.0, (6.4_f64 / 5.0).sqrt());
        near(mean(&[1, 3], 4, &[2.0, 6.0]), 5.0, (3.0_f64 / 4.0).sqrt());
        assert_eq!(mean(&[0, 0], 0, &[2.0, 6.0]), None);
    }

    #[test]
    fn a_floor_that_is_never_or_always_met_has_an_error() {
        let few = Few { slots: vec![1], gains: vec![Law::point(7)], always: Law::point(2) };
        // Never, as if it were one of 12 worlds; always; in 3 of 10.
        let unseen = (1.0_f64 / 12.0 * (11.0 / 12.0) / 10.0).sqrt();
        near(few.met(10, &[7, 3], 10), 0.0, unseen);
        near(few.met(2, &[7, 3], 10), 1.0, unseen);
        near(few.met(9, &[7, 3], 10), 0.3, (0.21_f64 / 10.0).sqrt());
        near(few.met(2, &[2, 1], 10), 0.3, (0.21_f64 / 10.0).sqrt());
        near(few.shortfall(9, &[7, 3]), 4.9, (0.21_f64 * 49.0 / 10.0).sqrt());
        let answer = few.law(&[7, 3]);
        assert_eq!(answer.samples, Some(10));
        assert_eq!(answer.law.unwrap().atoms(), [(2, 0.7), (9, 0.3)]);
        near(
            Some(Estimate { value: 0.0, standard_error: answer.mean_error }),
            0.0,
            (0.21_f64 * 4.9).sqrt(),
        );
    }

    #[test]
    fn laws_are_affordable_by_how_many_values_their_sums_have() {
        let wide = || Law::of(Size::Uniform(1, 1000));
        assert!(is_affordable(&[vec![wide(), wide(), wide()]]));
        assert!(!is_affordable(&[vec![wide(), wide(), wide(), wide()]]));
        // Two patterns without the part and two with it, and so on.
        let parts = |count: usize| vec![vec![Law::point(7)]; count];
        assert!(is_affordable(&parts(18)));
        assert!(!is_affordable(&parts(20)));
    }
}
