//! Alias tables: a draw from a law in constant time. (Walker, 1977; Vose, 1991.)
//!
//! In: a `Law`. Out: for a random word, how far the value lies above the smallest. A probability is
//! kept to one part in 2^32 of its cell's.

use crate::law::{Law, real};

/// A table of cells: below the threshold the cell itself is drawn, else the other one.
#[derive(Debug)]
pub(super) struct Alias {
    cells: Vec<(u32, u32)>,
}

/// Two to the power of 32.
const UNIT: f64 = 4_294_967_296.0;

impl Alias {
    /// The table of a law.
    pub(super) fn of(law: &Law) -> Self {
        let mut shares = shares(law);
        let mut cells: Vec<(u32, u32)> = (0..shares.len()).map(|i| (u32::MAX, small(i))).collect();
        let (mut poor, mut rich): (Vec<usize>, Vec<usize>) =
            (0..shares.len()).partition(|cell| shares[*cell] < 1.0);
        while let (Some(cell), Some(&other)) = (poor.pop(), rich.last()) {
            cells[cell] = (threshold(shares[cell]), small(other));
            shares[other] -= 1.0 - shares[cell];
            if shares[other] < 1.0 {
                rich.pop();
                poor.push(other);
            }
        }
        Self { cells }
    }

    /// A draw: the upper part of word times cells is the cell, the lower part decides in it.
    #[inline]
    #[expect(clippy::cast_possible_truncation, reason = "both halves of a product are taken")]
    pub(super) fn draw(&self, word: u64) -> usize {
        let product = u128::from(word) * self.cells.len() as u128;
        let (cell, part) = ((product >> 64) as usize, (product >> 32) as u32);
        let (threshold, other) = self.cells[cell];
        if part < threshold { cell } else { other as usize }
    }
}

/// The probability of each value from the smallest to the largest, in units of one cell.
fn shares(law: &Law) -> Vec<f64> {
    let low = law.low().unwrap_or(0);
    let span = law.high().unwrap_or(low) - low;
    let mut shares = vec![0.0; usize::try_from(span).unwrap_or(0) + 1];
    for (value, probability) in law.atoms() {
        shares[usize::try_from(value - low).unwrap_or(0)] = probability * (real(span) + 1.0);
    }
    shares
}

fn small(cell: usize) -> u32 {
    u32::try_from(cell).unwrap_or(u32::MAX)
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 0 to below 2^32")]
fn threshold(share: f64) -> u32 {
    (share * UNIT) as u32
}

#[cfg(test)]
mod tests {
    use super::{Alias, real};
    use crate::law::Law;
    use crate::model::Size;

    /// What a table makes of evenly spread words is the law.
    fn check(law: &Law) {
        let alias = Alias::of(law);
        let draws = 1 << 20;
        let mut counts = vec![0_u32; alias.cells.len()];
        for draw in 0..draws {
            counts[alias.draw(draw << 44)] += 1;
        }
        for (value, probability) in law.atoms() {
            let count = counts[usize::try_from(value - law.low().unwrap()).unwrap()];
            let share = f64::from(count) / f64::from(1 << 20);
            assert!((share - probability).abs() < 1e-4, "{share} is not {probability}");
        }
    }

    #[test]
    fn shares_in_eighths_are_kept_exactly() {
        for eighths in [[2, 1, 3, 2].as_slice(), &[1, 3, 1, 3], &[1, 0, 7], &[8], &[3, 2, 1, 1, 1]]
        {
            let atoms = (5..).zip(eighths).filter(|(_, share)| **share > 0);
            let law = Law::from_rising(atoms.map(|(value, share)| (value, real(*share) / 8.0)));
            let alias = Alias::of(&law);
            let mut parts = vec![0_u64; eighths.len()];
            for (cell, (threshold, other)) in alias.cells.iter().enumerate() {
                // A cell of its own is whole, though the largest threshold is one short of it.
                let own = if *other as usize == cell { 1 << 32 } else { u64::from(*threshold) };
                parts[cell] += own;
                parts[*other as usize] += (1 << 32) - own;
            }
            let cells = parts.len() as u64;
            let expected: Vec<u64> =
                eighths.iter().map(|share| cells * (share << 32) / 8).collect();
            assert_eq!(parts, expected, "{eighths:?}");
        }
    }

    #[test]
    fn draws_follow_the_law() {
        check(&Law::of(Size::Pert(10, 12, 40)));
        check(&Law::of(Size::Uniform(3, 7)));
        check(&Law::point(9));
        check(&Law::of(Size::Uniform(0, 1)).map(|face| face * 20));
    }
}
