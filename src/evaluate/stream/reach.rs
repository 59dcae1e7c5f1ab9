//! P(a sum of random sizes >= a number), for many subsets of them.
//!
//! In: the laws of some sizes, once; then a subset and a number. Out: the probability. Laws of sums
//! are kept for all threads until there are too many. Of up to `FEW` sizes the law of the
//! whole sum is formed, one size after the other, just as `evaluate::sums` does; of more, which would
//! be too many subsets, the law of the first half meets the tails of the second. All terms are
//! positive, so the two differ by rounding only (some 1e-15 of the value).

use crate::law::{Law, sum};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// The most sizes whose subsets are all summed in full.
const FEW: usize = 8;

/// The most values of laws that are kept: 64 MiB.
const MOST_ATOMS: usize = 1 << 22;

/// How many terms are added plainly before the sum is compensated.
const BLOCK: usize = 32;

/// Sizes to be drawn from.
#[derive(Debug)]
pub(super) struct Draws {
    laws: Vec<Law>,
    known: Mutex<Kept>,
}

/// The laws of sums of some sizes.
#[derive(Debug, Default)]
struct Kept {
    laws: BTreeMap<Vec<usize>, Arc<Law>>,
    atoms: usize,
}

impl Draws {
    /// Takes the laws of the sizes.
    pub(super) fn new(laws: Vec<Law>) -> Self {
        Self { laws, known: Mutex::default() }
    }

    /// P(the sum of a subset is at least `floor`).
    pub(super) fn at_least(&self, subset: &[usize], floor: u64) -> f64 {
        if self.laws.len() <= FEW {
            return self.sum(subset).at_least(floor);
        }
        let half = subset.partition_point(|term| *term < self.laws.len() / 2);
        let (first, second) = subset.split_at(half);
        meet(&self.sum(first), &self.sum(second), floor)
    }

    /// The law of the sum of a subset: that of all but the last of them and the last.
    fn sum(&self, subset: &[usize]) -> Arc<Law> {
        let Some((last, others)) = subset.split_last() else { return Arc::new(Law::point(0)) };
        if let Some(law) = self.kept().laws.get(subset) {
            return Arc::clone(law);
        }
        let law = Arc::new(self.sum(others).plus(&self.laws[*last]));
        let mut kept = self.kept();
        if kept.atoms + law.atoms().len() > MOST_ATOMS {
            *kept = Kept::default();
        }
        kept.atoms += law.atoms().len();
        kept.laws.insert(subset.to_vec(), Arc::clone(&law));
        law
    }

    /// What a thread left unfinished is still whole: laws are put in complete.
    fn kept(&self) -> std::sync::MutexGuard<'_, Kept> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// P(a + b >= floor) of two independent numbers.
fn meet(first: &Law, second: &Law, floor: u64) -> f64 {
    let tails = second.tails();
    let mut from = tails.len();
    let terms = first.atoms().iter().map(|(value, p)| {
        let missing = floor.saturating_sub(*value);
        while from > 0 && tails[from - 1].0 >= missing {
            from -= 1;
        }
        p * tails.get(from).map_or(0.0, |(_, above)| *above)
    });
    let terms: Vec<f64> = terms.collect();
    sum(terms.chunks(BLOCK).map(|block| block.iter().sum()))
}

#[cfg(test)]
mod tests {
    use super::{Draws, Law, MOST_ATOMS, meet};
    use crate::model::Size;

    #[test]
    fn meeting_in_the_middle_is_summing() {
        let laws = [Law::of(Size::Uniform(3, 9)), Law::of(Size::Pert(0, 2, 11))];
        let whole = laws[0].plus(&laws[1]);
        for floor in 0..=21 {
            let (met, expected) = (meet(&laws[0], &laws[1], floor), whole.at_least(floor));
            assert!((met - expected).abs() <= 1e-14 * expected, "{floor}: {met} {expected}");
        }
    }

    #[test]
    fn laws_are_kept_by_halves_until_there_are_too_many() {
        let size = |draws: &Draws| {
            let kept = draws.kept();
            (kept.laws.len(), kept.atoms)
        };
        let law = Law::of(Size::Uniform(1, 10));
        let many = Draws::new(vec![law.clone(); 16]);
        many.at_least(&(4..12).collect::<Vec<_>>(), 40);
        let is_half = |subset: &Vec<usize>| (subset[0] < 8) == (subset[subset.len() - 1] < 8);
        assert!(many.kept().laws.keys().all(is_half));
        // Of one up to four sizes, in each half.
        assert_eq!(size(&many), (8, 2 * (10 + 19 + 28 + 37)));
        // Eight are summed in full.
        let few = Draws::new(vec![law; 8]);
        few.at_least(&[0, 7], 5);
        assert!(few.kept().laws.contains_key(&vec![0, 7]));
        few.kept().atoms = MOST_ATOMS - 10;
        few.at_least(&[3], 5);
        assert_eq!(size(&few), (3, MOST_ATOMS));
        few.at_least(&[4], 5);
        assert_eq!(size(&few), (1, 10));
    }

    #[test]
    fn many_sizes_give_what_few_give() {
        let law = Law::of(Size::Pert(10, 20, 60));
        let few = Draws::new(vec![law.clone(); 8]);
        let many = Draws::new(vec![law; 16]);
        let subset: Vec<usize> = (0..8).collect();
        let spread: Vec<usize> = (4..12).collect();
        for floor in (80..480).step_by(7) {
            let (few, many) = (few.at_least(&subset, floor), many.at_least(&spread, floor));
            assert!((few - many).abs() <= 1e-13 * few, "{floor}: {few} {many}");
        }
    }
}
