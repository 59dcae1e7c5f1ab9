//! Draws the option of a variable in 64 worlds at once.
//!
//! In: a variable, the words of the nodes that its clauses mention, random words. Out: a word for
//! each option. A uniform number of 64 bits, compared with cumulative thresholds bit by bit, most
//! significant first, until every world is decided; an option of probability 0 never comes up and
//! one of probability 1 always does.

use super::lanes::{Stream, all};
use crate::model::Variable;

/// 2^64: below it is every 64-bit number.
const ONE: i128 = 1 << 64;

/// A cumulative probability in units of 2^-64.
#[derive(Clone, Copy, Debug)]
enum Threshold {
    /// No number is below.
    Never,
    /// The numbers below this one, which is above 0.
    Below(u64),
    /// Every number is below.
    Always,
}

/// A clause: where it holds, and the thresholds that separate its options.
#[derive(Debug)]
struct Clause {
    when: usize,
    thresholds: Vec<Threshold>,
}

/// How a variable is drawn.
#[derive(Debug)]
pub(super) struct Chance {
    /// The word of its first option; the others follow.
    first: usize,
    options: usize,
    requires: usize,
    otherwise: usize,
    clauses: Vec<Clause>,
    /// The last bit of any threshold; further ones decide nothing.
    last: u32,
}

/// Room to work in.
#[derive(Debug, Default)]
pub(super) struct Scratch {
    masks: Vec<u64>,
    below: Vec<u64>,
    equal: Vec<u64>,
}

impl Chance {
    /// How a variable is drawn, whose options' words start at `first`; `slot` is where a node's
    /// word is.
    pub(super) fn new(variable: &Variable, first: usize, slot: impl Fn(usize) -> usize) -> Self {
        let clauses = variable
            .clauses
            .iter()
            .map(|(when, chances)| Clause { when: slot(*when), thresholds: thresholds(chances) });
        let clauses: Vec<Clause> = clauses.collect();
        let bits = clauses.iter().flat_map(|clause| &clause.thresholds).filter_map(Threshold::last);
        Self {
            first,
            options: variable.options,
            requires: slot(variable.requires),
            otherwise: variable.otherwise,
            last: bits.min().unwrap_or(64),
            clauses,
        }
    }

    /// Draws it.
    pub(super) fn draw(&self, values: &mut [u64], stream: &mut Stream, scratch: &mut Scratch) {
        let possible = values[self.requires];
        match (self.clauses.as_slice(), self.options) {
            ([clause], 2) if possible == u64::MAX => {
                let below = clause.thresholds[0].simple(stream);
                values[self.first] = below;
                values[self.first + 1] = !below;
            }
            _ => {
                self.compare(possible, values, stream, scratch);
                self.spread(possible, values, &scratch.below);
            }
        }
    }

    /// Finds for each threshold the worlds whose number is below that of their clause.
    fn compare(&self, possible: u64, values: &[u64], stream: &mut Stream, scratch: &mut Scratch) {
        let Scratch { masks, below, equal } = scratch;
        let mut left = possible;
        masks.clear();
        masks.extend(self.clauses.iter().map(|clause| {
            let mask = left & values[clause.when];
            left &= !mask;
            mask
        }));
        below.clear();
        below.resize(self.options - 1, 0);
        equal.clear();
        equal.resize(self.options - 1, 0);
        for (clause, mask) in self.clauses.iter().zip(masks.iter()) {
            for (position, threshold) in clause.thresholds.iter().enumerate() {
                match threshold {
                    Threshold::Never => {}
                    Threshold::Below(_) => equal[position] |= mask,
                    Threshold::Always => below[position] |= mask,
                }
            }
        }
        for bit in (self.last..64).rev() {
            if equal.iter().all(|equal| *equal == 0) {
                break;
            }
            let number = stream.draw();
            for (position, (below, equal)) in below.iter_mut().zip(equal.iter_mut()).enumerate() {
                let threshold = self.plane(position, bit, masks);
                *below |= *equal & threshold & !number;
                *equal &= !(threshold ^ number);
            }
        }
    }

    /// One bit of a threshold in each world.
    #[inline]
    fn plane(&self, position: usize, bit: u32, masks: &[u64]) -> u64 {
        let clauses = self.clauses.iter().zip(masks);
        clauses.fold(0, |plane, (clause, mask)| plane | mask & clause.thresholds[position].bit(bit))
    }

    /// The worlds of each option, from those below each threshold.
    fn spread(&self, possible: u64, values: &mut [u64], below: &[u64]) {
        let mut before = 0;
        let options = &mut values[self.first..self.first + self.options];
        for (option, below) in options.iter_mut().zip(below.iter().chain([&u64::MAX])) {
            *option = below & !before & possible;
            before = *below;
        }
        options[self.otherwise] |= !possible;
    }
}

impl Threshold {
    fn of(number: i128) -> Self {
        match u64::try_from(number) {
            Ok(0) => Self::Never,
            Ok(number) => Self::Below(number),
            Err(_) => Self::Always,
        }
    }

    /// Its last bit: worlds that are equal down to it are not below.
    fn last(&self) -> Option<u32> {
        match self {
            Self::Below(number) => Some(number.trailing_zeros()),
            _ => None,
        }
    }

    #[inline]
    fn bit(self, bit: u32) -> u64 {
        match self {
            Self::Below(number) => all(number >> bit & 1 == 1),
            _ => 0,
        }
    }

    /// The worlds below it, where it is the same in all of them.
    #[inline]
    fn simple(self, stream: &mut Stream) -> u64 {
        let mut left = match self {
            Self::Never => return 0,
            Self::Always => return u64::MAX,
            Self::Below(number) => number,
        };
        let (mut below, mut equal) = (0, u64::MAX);
        while equal != 0 && left != 0 {
            let number = stream.draw();
            if left >> 63 == 1 {
                below |= equal & !number;
                equal &= number;
            } else {
                equal &= !number;
            }
            left <<= 1;
        }
        below
    }
}

/// The cumulative thresholds of all options but the last. What rounding leaves goes to the most
/// probable option, so that impossible ones stay impossible.
fn thresholds(chances: &[f64]) -> Vec<Threshold> {
    let mut parts: Vec<i128> = chances.iter().map(|chance| units(*chance)).collect();
    let rest = ONE - parts.iter().sum::<i128>();
    let largest = parts.iter().max().copied();
    if let Some(most) = parts.iter_mut().find(|part| Some(**part) == largest) {
        *most += rest;
    }
    let mut below = 0;
    let options = parts.len().saturating_sub(1);
    let cumulative = parts.iter().take(options).map(|part| {
        below += part;
        Threshold::of(below)
    });
    cumulative.collect()
}

/// A probability in units of 2^-64.
#[expect(clippy::cast_possible_truncation, reason = "from 0 to 2^64")]
fn units(chance: f64) -> i128 {
    (chance * 18_446_744_073_709_551_616.0) as i128
}

#[cfg(test)]
mod tests {
    use super::{Chance, ONE, Scratch, Stream, Threshold, thresholds, units};
    use crate::model::Variable;

    /// Slots 0 and 1 are always and a mask; the options start at slot 2.
    fn drawn(clauses: Vec<(usize, Vec<f64>)>, requires: usize, rounds: u64) -> Vec<u64> {
        let options = clauses[0].1.len();
        let variable = Variable {
            options,
            plain: false,
            requires,
            otherwise: 1,
            clauses,
            stated: true,
            cancels: false,
        };
        let chance = Chance::new(&variable, 2, |node| node);
        let (mut stream, mut scratch) = (Stream::of(7, 0), Scratch::default());
        let mut values = vec![u64::MAX, 0xFFFF_0000_FFFF_0000];
        values.resize(2 + options, 0);
        let mut counts = vec![0; options];
        for _ in 0..rounds {
            chance.draw(&mut values, &mut stream, &mut scratch);
            let mut union = 0;
            for (count, word) in counts.iter_mut().zip(&values[2..]) {
                assert_eq!(union & word, 0, "one option a world");
                union |= word;
                *count += u64::from(word.count_ones());
            }
            assert_eq!(union, u64::MAX);
        }
        counts
    }

    fn near(counts: &[u64], expected: &[f64]) {
        let whole: u64 = counts.iter().sum();
        #[expect(clippy::cast_precision_loss, reason = "small numbers")]
        for (count, p) in counts.iter().zip(expected) {
            let (n, k) = (whole as f64, *count as f64);
            assert!((k - n * p).abs() <= 5.0 * (n * p * (1.0 - p)).sqrt(), "{k} of {n} is not {p}");
        }
    }

    #[test]
    fn options_come_up_as_often_as_they_should() {
        near(&drawn(vec![(0, vec![0.7, 0.3])], 0, 10_000), &[0.7, 0.3]);
        near(&drawn(vec![(0, vec![0.1, 0.0, 0.25, 0.65])], 0, 10_000), &[0.1, 0.0, 0.25, 0.65]);
    }

    #[test]
    fn the_first_clause_decides_and_what_is_required_comes_first() {
        let clauses = vec![(1, vec![0.9, 0.1, 0.0]), (0, vec![0.2, 0.3, 0.5])];
        near(&drawn(clauses.clone(), 0, 10_000), &[0.55, 0.2, 0.25]);
        near(&drawn(clauses, 1, 10_000), &[0.45, 0.55, 0.0]);
    }

    #[test]
    fn what_rounding_leaves_goes_to_the_most_probable() {
        let third = 1.0 / 3.0;
        let found = thresholds(&[third, third, third, 0.0]);
        assert!(matches!(found.as_slice(), [.., Threshold::Always]), "{found:?}");
        let found = thresholds(&[0.1, 0.7, 0.2]);
        let [Threshold::Below(one), Threshold::Below(two)] = found[..] else { panic!("{found:?}") };
        assert_eq!(i128::from(one), units(0.1));
        assert_eq!(i128::from(two), ONE - units(0.2));
    }

    #[test]
    fn certain_and_impossible_are_exact() {
        assert_eq!(drawn(vec![(0, vec![0.0, 1.0])], 0, 100), [0, 6400]);
        assert_eq!(drawn(vec![(0, vec![1.0, 0.0])], 0, 100), [6400, 0]);
        assert_eq!(drawn(vec![(0, vec![0.0, 1.0, 0.0])], 0, 100), [0, 6400, 0]);
        assert_eq!(drawn(vec![(1, vec![1.0, 0.0]), (0, vec![0.0, 1.0])], 0, 9), [288, 288]);
    }
}
