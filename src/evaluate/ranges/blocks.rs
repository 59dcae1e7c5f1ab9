//! Blocks: the chances of one clause that are stated as ranges, as a set of distributions.
//!
//! In: the low and high end of each option's chance. Out: the distribution in them that is best for
//! some worths of the options, and all corners. What is linear in the distribution has its extremes
//! at corners, where at most one option lies between its ends.

use crate::law::real;
use crate::model::{Model, Ranged};
use std::cmp::Ordering;

/// With more ranges in one clause than this its corners are not listed.
const MOST_OPTIONS: usize = 10;

/// The chances of one clause: the low and the high end of each option's.
#[derive(Clone, Debug)]
pub struct Block {
    ends: Vec<(f64, f64)>,
}

impl Block {
    /// The blocks of a model, in its order.
    pub fn all(model: &Model) -> Vec<Self> {
        model.ranges.iter().map(Self::of).collect()
    }

    /// The block of a clause.
    pub fn of(ranged: &Ranged) -> Self {
        Self { ends: ranged.ends.clone() }
    }

    /// How many options it has.
    pub fn options(&self) -> usize {
        self.ends.len()
    }

    /// The distribution that gives the largest mean worth.
    pub fn best(&self, worth: &[f64]) -> Vec<f64> {
        let mut order: Vec<usize> = (0..self.ends.len()).collect();
        let larger = |a: &usize, b: &usize| worth[*b].partial_cmp(&worth[*a]);
        order.sort_by(|a, b| larger(a, b).unwrap_or(Ordering::Equal));
        self.filled(&order)
    }

    /// The distribution in which the first options get as much as they can.
    fn filled(&self, order: &[usize]) -> Vec<f64> {
        let mut chances: Vec<f64> = self.ends.iter().map(|(low, _)| *low).collect();
        let (mut left, rounding) = (self.left(), self.rounding());
        for option in order {
            let (low, high) = self.ends[*option];
            chances[*option] = if high - low <= left + rounding { high } else { low + left };
            left -= high - low;
            if left <= rounding {
                break;
            }
        }
        chances
    }

    /// What the low ends leave of all.
    fn left(&self) -> f64 {
        1.0 - self.ends.iter().map(|(low, _)| low).sum::<f64>()
    }

    /// What rounding may add to such a sum or take from it. A range may be as small as that.
    fn rounding(&self) -> f64 {
        f64::EPSILON * real(self.ends.len() as u64)
    }

    /// All corners; none where there are too many to list.
    pub fn corners(&self) -> Option<Vec<Vec<f64>>> {
        let wide = |option: &usize| self.ends[*option].0 < self.ends[*option].1;
        let wide: Vec<usize> = (0..self.ends.len()).filter(wide).collect();
        if wide.len() > MOST_OPTIONS {
            return None;
        }
        let mut corners: Vec<Vec<f64>> = Vec::new();
        for between in &wide {
            let others: Vec<usize> = wide.iter().copied().filter(|own| own != between).collect();
            for chosen in 0..1_usize << others.len() {
                let is_high = |at: &usize| chosen >> at & 1 == 1;
                let places = 0..others.len();
                let (high, low): (Vec<usize>, Vec<usize>) = places.partition(is_high);
                let order = high.iter().map(|at| others[*at]).chain([*between]);
                let corner =
                    self.filled(&order.chain(low.iter().map(|at| others[*at])).collect::<Vec<_>>());
                if !corners.contains(&corner) {
                    corners.push(corner);
                }
            }
        }
        let low = self.filled(&[]);
        if self.left() <= self.rounding() && !corners.contains(&low) {
            corners.push(low);
        }
        Some(corners)
    }
}

#[cfg(test)]
mod tests {
    use super::Block;
    use rand_chacha::ChaCha8Rng;
    use rand_chacha::rand_core::{Rng as _, SeedableRng as _};

    /// All corners: every option but one at an end, and that one in its range.
    fn by_the_book(ends: &[(f64, f64)]) -> Vec<Vec<f64>> {
        let mut found = Vec::new();
        for (between, chosen) in
            (0..ends.len() << ends.len()).map(|own| (own % ends.len(), own / ends.len()))
        {
            let end = |(at, (low, high)): (usize, &(f64, f64))| {
                if chosen >> at & 1 == 1 { *high } else { *low }
            };
            let mut chances: Vec<f64> = ends.iter().enumerate().map(end).collect();
            chances[between] = 0.0;
            chances[between] = 1.0 - chances.iter().sum::<f64>();
            let (low, high) = ends[between];
            if (low..=high).contains(&chances[between]) {
                found.push(chances);
            }
        }
        found.sort_by(|a, b| a.partial_cmp(b).unwrap());
        found.dedup();
        found
    }

    #[test]
    fn corners_are_all_that_there_are_each_once() {
        // Sums of so many eighths are exact.
        let mut random = ChaCha8Rng::seed_from_u64(5);
        let mut checked = 0;
        while checked < 200 {
            let options = 2 + random.next_u32() % 4;
            let ends: Vec<(f64, f64)> = (0..options)
                .map(|_| {
                    let (low, wide) = (random.next_u32() % 3, random.next_u32() % 5);
                    (f64::from(low) / 8.0, f64::from(low + wide) / 8.0)
                })
                .collect();
            let [low, high] =
                [ends.iter().map(|end| end.0).sum::<f64>(), ends.iter().map(|end| end.1).sum()];
            if low > 1.0 || high < 1.0 || low >= high {
                continue;
            }
            let block = Block { ends: ends.clone() };
            let mut corners = block.corners().unwrap();
            corners.sort_by(|a, b| a.partial_cmp(b).unwrap());
            let wanted = by_the_book(&ends);
            assert_eq!(corners, wanted, "{ends:?}");
            let worth: Vec<f64> =
                ends.iter().map(|_| f64::from(random.next_u32() % 9) - 4.0).collect();
            let mean = |own: &[f64]| own.iter().zip(&worth).map(|(p, w)| p * w).sum::<f64>();
            let most = wanted.iter().map(|own| mean(own)).fold(f64::MIN, f64::max);
            assert_eq!(mean(&block.best(&worth)).to_bits(), most.to_bits(), "{ends:?} {worth:?}");
            checked += 1;
        }
    }

    #[test]
    fn the_smallest_ranges_keep_their_ends() {
        for (low, high) in [(1e-20, 3e-20), (1e-12, 3e-12), (1e-4, 7e-4), (0.25, 0.75)] {
            let block = Block { ends: vec![(1.0 - high, 1.0 - low), (low, high)] };
            let corners = block.corners().unwrap();
            let held: Vec<f64> = corners.iter().map(|corner| corner[1]).collect();
            assert!(held == [low, high] || held == [high, low], "{held:?}");
            assert_eq!(block.best(&[0.0, 1.0])[1].to_bits(), high.to_bits());
            assert_eq!(block.best(&[1.0, 0.0])[1].to_bits(), low.to_bits());
        }
        let three = Block { ends: vec![(0.2, 0.6), (1e-20, 3e-20), (0.2, 0.8)] };
        assert_eq!(three.best(&[1.0, 2.0, 0.0])[..2], [0.6, 3e-20]);
        assert_eq!(three.best(&[1.0, -1.0, 0.0])[..2], [0.6, 1e-20]);
    }

    #[test]
    fn corners_of_ten_ranges_are_listed_and_of_eleven_not() {
        let corners = |count: usize| Block { ends: vec![(0.0, 1.0); count] }.corners();
        assert_eq!(corners(10).map(|own| own.len()), Some(10));
        assert_eq!(corners(11), None);
        let mut ends = vec![(0.0, 0.5); 10];
        ends.push((0.125, 0.125));
        assert!(Block { ends }.corners().is_some());
    }

    #[test]
    fn the_best_is_a_corner_and_corners_sum_to_one() {
        let ends = vec![(0.1, 0.3), (0.2, 0.6), (0.0, 0.5), (0.05, 0.05)];
        let block = Block { ends };
        let corners = block.corners().unwrap_or_default();
        assert!(corners.len() >= 4);
        for corner in &corners {
            assert!((corner.iter().sum::<f64>() - 1.0).abs() < 1e-12, "{corner:?}");
        }
        for worth in [[1.0, 0.0, 0.0, 0.0], [0.0, 2.0, 1.0, 9.0], [3.0, 1.0, 2.0, 0.0]] {
            let mean = |own: &[f64]| own.iter().zip(worth).map(|(p, w)| p * w).sum::<f64>();
            let most = corners.iter().map(|corner| mean(corner)).fold(f64::MIN, f64::max);
            assert!((mean(&block.best(&worth)) - most).abs() < 1e-12, "{worth:?}");
        }
    }

    #[test]
    fn a_plain_range_has_two_corners() {
        let block = Block { ends: vec![(0.55, 0.8), (0.2, 0.45)] };
        let ends = [[0.0, 1.0], [1.0, 0.0]].map(|worth| block.best(&worth)[1]);
        assert!((ends[0] - 0.45).abs() < 1e-15 && (ends[1] - 0.2).abs() < 1e-15, "{ends:?}");
        assert_eq!(block.corners().map(|corners| corners.len()), Some(2));
    }
}
