//! A small linear programme: the least mean of a cost over distributions that keep some inequalities.
//!
//! In: for each point its cost and its coefficient in each inequality. Out: the least of sum(cost q)
//! over all q >= 0 with sum(q) = 1 and sum(coefficient q) >= 0 in every row. By the dual simplex
//! method (Lemke, 1954) from the cheapest point, where all inequalities may fail: their prices y >= 0
//! rise, and min over points of (cost - y coefficients) is never more than the answer, whatever y is.
//! That is what is returned, so rounding makes the answer too low at most. The inverse of the basis is
//! worked out anew at every step: there are few rows, and nothing adds up.

/// What is nearer to nothing than this is nothing.
const TINY: f64 = 1e-11;

/// How far the answer may be from a distribution's mean cost.
const GAP: f64 = 1e-9;

/// After so many steps the first candidate is taken and not the best one, which cannot run in circles
/// (Bland, 1977).
const GREEDY: usize = 400;

/// The most steps.
const STEPS: usize = 4000;

/// A point: its cost, and its coefficients.
#[derive(Clone, Debug, PartialEq)]
pub struct Point {
    /// What it costs.
    pub cost: f64,
    /// By row.
    pub row: Vec<f64>,
}

/// The least mean cost; none where no distribution keeps all rows, or too many steps are needed.
pub fn least(points: &[Point]) -> Option<f64> {
    let (first, cheapest) =
        points.iter().enumerate().min_by(|a, b| a.1.cost.total_cmp(&b.1.cost))?;
    let rows = cheapest.row.len();
    let slacks = (0..rows).map(|row| points.len() + row);
    let mut simplex = Simplex { points, rows, basis: [first].into_iter().chain(slacks).collect() };
    for step in 0..STEPS {
        let inverse = simplex.inverse()?;
        let prices = simplex.prices(&inverse);
        let Some(leaving) = simplex.leaving(&inverse, step < GREEDY) else {
            return simplex.certified(&inverse, &prices);
        };
        let entering = simplex.entering(&inverse[leaving], &prices, step < GREEDY)?;
        simplex.basis[leaving] = entering;
    }
    None
}

/// The columns in the basis: points, then what rows exceed nothing by.
struct Simplex<'p> {
    points: &'p [Point],
    rows: usize,
    basis: Vec<usize>,
}

impl Simplex<'_> {
    /// A column of the equations sum(q) = 1 and sum(coefficient q) - excess = 0.
    fn column(&self, at: usize) -> Vec<f64> {
        if let Some(point) = self.points.get(at) {
            return [1.0].iter().chain(&point.row).copied().collect();
        }
        let own = |row| if row == 1 + at - self.points.len() { -1.0 } else { 0.0 };
        (0..=self.rows).map(own).collect()
    }

    fn cost(&self, at: usize) -> f64 {
        self.points.get(at).map_or(0.0, |point| point.cost)
    }

    /// The inverse of the basis, by Gauss and Jordan; none where it has none.
    fn inverse(&self) -> Option<Vec<Vec<f64>>> {
        let size = self.basis.len();
        let columns: Vec<Vec<f64>> = self.basis.iter().map(|at| self.column(*at)).collect();
        let unit = |row: usize| (0..size).map(move |at| if at == row { 1.0 } else { 0.0 });
        let row = |row: usize| columns.iter().map(move |column| column[row]).chain(unit(row));
        let mut rows: Vec<Vec<f64>> = (0..size).map(|at| row(at).collect()).collect();
        for at in 0..size {
            let largest = |a: &usize, b: &usize| rows[*a][at].abs().total_cmp(&rows[*b][at].abs());
            let pivot = (at..size).max_by(largest)?;
            rows.swap(at, pivot);
            let own = rows[at][at];
            if own.abs() < TINY {
                return None;
            }
            rows[at].iter_mut().for_each(|value| *value /= own);
            let pivot = rows[at].clone();
            for row in rows.iter_mut().enumerate().filter(|(other, _)| *other != at) {
                let factor = row.1[at];
                if factor != 0.0 {
                    row.1.iter_mut().zip(&pivot).for_each(|(value, own)| *value -= factor * own);
                }
            }
        }
        Some(rows.into_iter().map(|row| row[size..].to_vec()).collect())
    }

    /// The prices of the equations.
    fn prices(&self, inverse: &[Vec<f64>]) -> Vec<f64> {
        let mut prices = vec![0.0; self.basis.len()];
        for (at, row) in self.basis.iter().zip(inverse) {
            let cost = self.cost(*at);
            prices.iter_mut().zip(row).for_each(|(price, own)| *price += cost * own);
        }
        prices
    }

    /// The place in the basis whose value is below nothing: the furthest, or that of the first column.
    fn leaving(&self, inverse: &[Vec<f64>], greedy: bool) -> Option<usize> {
        let below = (0..self.basis.len()).filter(|place| inverse[*place][0] < -TINY);
        if greedy {
            return below.min_by(|a, b| inverse[*a][0].total_cmp(&inverse[*b][0]));
        }
        below.min_by_key(|place| self.basis[*place])
    }

    /// The column that comes in, so that no price and no reduced cost falls below nothing. Among
    /// equals the one that moves most, or the first.
    fn entering(&self, row: &[f64], prices: &[f64], greedy: bool) -> Option<usize> {
        let mut best: Option<(f64, f64, usize)> = None;
        for at in 0..self.points.len() + self.rows {
            if self.basis.contains(&at) {
                continue;
            }
            let (slope, reduced) = if let Some(point) = self.points.get(at) {
                (dot(row, &point.row), point.cost - dot(prices, &point.row))
            } else {
                let own = 1 + at - self.points.len();
                (-row[own], prices[own])
            };
            if slope > -TINY {
                continue;
            }
            let ratio = reduced.max(0.0) / -slope;
            let better = best.is_none_or(|(known, steep, _)| {
                ratio < known - TINY || greedy && ratio < known + TINY && slope < steep
            });
            if better {
                best = Some((ratio, slope, at));
            }
        }
        best.map(|(_, _, at)| at)
    }

    /// The answer by the prices, where the distribution in the basis costs no more.
    fn certified(&self, inverse: &[Vec<f64>], prices: &[f64]) -> Option<f64> {
        let costs = self.basis.iter().zip(inverse);
        let mean: f64 = costs.map(|(at, row)| self.cost(*at) * row[0].max(0.0)).sum();
        let mut prices: Vec<f64> = prices.iter().map(|price| price.max(0.0)).collect();
        prices[0] = 0.0;
        let reduced = self.points.iter().map(|point| point.cost - dot(&prices, &point.row));
        let least = reduced.fold(f64::INFINITY, f64::min);
        (mean - least <= GAP).then_some(least)
    }
}

/// The worth of a column of a point: the first equation's coefficient is 1.
fn dot(prices: &[f64], row: &[f64]) -> f64 {
    let (first, others) = prices.split_first().unwrap_or((&0.0, &[]));
    others.iter().zip(row).fold(*first, |sum, (price, own)| sum + price * own)
}

#[cfg(test)]
mod tests {
    use super::{Point, least};

    /// Two conditions with chances a and b: the least of P(both) or of P(either).
    fn frechet(chances: [f64; 2], cost: impl Fn(bool, bool) -> f64) -> f64 {
        let worlds = [(false, false), (false, true), (true, false), (true, true)];
        let points = worlds.map(|(first, second)| {
            let ends = [(first, chances[0]), (second, chances[1])];
            let row = ends.iter().flat_map(|(holds, chance)| {
                let holds = f64::from(u8::from(*holds));
                [holds - chance, chance - holds]
            });
            Point { cost: cost(first, second), row: row.collect() }
        });
        least(&points).unwrap()
    }

    #[test]
    fn two_conditions_have_the_bounds_of_frechet() {
        let near = |found: f64, wanted: f64| (found - wanted).abs() < 1e-12;
        let truth = |holds: bool| f64::from(u8::from(holds));
        for [a, b] in [[0.3, 0.9], [0.5, 0.5], [0.2, 0.3], [0.0, 1.0], [0.25, 1.0]] {
            assert!(near(frechet([a, b], |x, y| truth(x && y)), (a + b - 1.0).max(0.0)));
            assert!(near(frechet([a, b], |x, y| -truth(x && y)), -a.min(b)));
            assert!(near(frechet([a, b], |x, y| truth(x || y)), a.max(b)));
            assert!(near(frechet([a, b], |x, y| -truth(x || y)), -(a + b).min(1.0)));
        }
    }

    #[test]
    fn what_nothing_keeps_has_no_answer() {
        let points = [0.0, 1.0].map(|cost| Point { cost, row: vec![-1.0] });
        assert_eq!(least(&points), None);
    }
}
