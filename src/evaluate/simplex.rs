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

/// The most steps after these.
const CAREFUL: usize = 3600;

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
    for greedy in [true; GREEDY].into_iter().chain([false; CAREFUL]) {
        let inverse = simplex.inverse()?;
        let prices = simplex.prices(&inverse);
        let Some(leaving) = simplex.leaving(&inverse, greedy) else {
            return simplex.certified(&inverse, &prices);
        };
        let entering = simplex.entering(&inverse[leaving], &prices, greedy)?;
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
    use super::{Point, Simplex, least};
    use rand_chacha::ChaCha8Rng;
    use rand_chacha::rand_core::{Rng as _, SeedableRng as _};

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

    #[test]
    fn the_least_of_two_rows_is_that_of_the_best_three_points() {
        let mut random = ChaCha8Rng::seed_from_u64(3);
        let mut number = || f64::from(random.next_u32() % 17) - 8.0;
        let mut answered = 0;
        for _ in 0..100 {
            let points: Vec<Point> =
                (0..7).map(|_| Point { cost: number(), row: vec![number(), number()] }).collect();
            let found = least(&points);
            let mut best = f64::INFINITY;
            let triples = (0..343).map(|own| (own / 49, own / 7 % 7, own % 7));
            for (a, b, c) in triples.filter(|(a, b, c)| a < b && b < c) {
                let corner = [&points[a], &points[b], &points[c]];
                best = best.min(cheapest(corner));
            }
            match found {
                Some(found) => {
                    assert!((found - best).abs() < 1e-9, "{found} and not {best}");
                    answered += 1;
                }
                None => assert!(best.is_infinite(), "{best} was not found"),
            }
        }
        assert!((40..100).contains(&answered), "{answered}");
    }

    /// The least cost of a mixture of three points that keeps both rows: at a corner of what is left
    /// of the triangle, which is where two of the five inequalities are equations.
    fn cheapest(points: [&Point; 3]) -> f64 {
        let sides: [[f64; 3]; 5] = [
            [1.0, 0.0, 0.0],
            [0.0, 1.0, 0.0],
            [0.0, 0.0, 1.0],
            points.map(|point| point.row[0]),
            points.map(|point| point.row[1]),
        ];
        let times = |side: [f64; 3], weights: [f64; 3]| {
            side.iter().zip(weights).map(|(own, weight)| own * weight).sum::<f64>()
        };
        let mut best = f64::INFINITY;
        for (first, second) in (0..25).map(|own| (sides[own / 5], sides[own % 5])) {
            let cross = |a: usize, b: usize| first[a] * second[b] - first[b] * second[a];
            let weights = [cross(1, 2), cross(2, 0), cross(0, 1)];
            let whole: f64 = weights.iter().sum();
            let weights = weights.map(|weight| weight / whole);
            if whole != 0.0 && sides.iter().all(|side| times(*side, weights) > -1e-12) {
                best = best.min(times(points.map(|point| point.cost), weights));
            }
        }
        best
    }

    /// Points with one row each.
    fn line(points: &[(f64, f64)]) -> Vec<Point> {
        points.iter().map(|(cost, own)| Point { cost: *cost, row: vec![*own] }).collect()
    }

    #[test]
    fn the_cheapest_column_comes_in_and_of_equals_the_one_that_moves_most_or_the_first() {
        let points =
            line(&[(0.0, -1.0), (0.0, 0.0), (1.0, 1.0), (2.0, 2.0), (2.0, 2.0), (2.0, 1.0)]);
        let entering = |basis: &[usize], greedy: bool| {
            let simplex = Simplex { points: &points, rows: 1, basis: basis.to_vec() };
            simplex.entering(&[0.0, -1.0], &[0.0, 0.0], greedy)
        };
        assert_eq!(entering(&[0, 1], true), Some(3));
        assert_eq!(entering(&[0, 1], false), Some(2));
        assert_eq!(entering(&[3, 4], true), Some(2));
        assert_eq!(entering(&[2, 3], false), Some(4));
        let simplex = Simplex { points: &points[..2], rows: 1, basis: vec![0, 1] };
        assert_eq!(simplex.entering(&[0.0, -1.0], &[0.0, 0.0], true), None);
        // What the row exceeds nothing by: its price is what it costs to bring it in.
        assert_eq!(simplex.entering(&[0.0, 1.0], &[0.0, 0.5], true), Some(2));
    }

    #[test]
    fn what_is_furthest_below_nothing_leaves_or_the_first_column() {
        let points = line(&[(0.0, 0.0); 4]);
        let simplex = Simplex { points: &points, rows: 3, basis: vec![5, 3, 2, 0] };
        let inverse = |values: [f64; 4]| values.map(|value| vec![value, 1.0, 1.0, 1.0]);
        let some = inverse([-0.1, -0.5, -0.1, -5e-12]);
        assert_eq!(simplex.leaving(&some, true), Some(1));
        assert_eq!(simplex.leaving(&some, false), Some(2));
        assert_eq!(simplex.leaving(&inverse([0.0, 0.5, 5e-12, -5e-12]), true), None);
    }

    #[test]
    fn the_answer_needs_prices_at_which_it_costs_no_less() {
        let points = line(&[(1.0, 0.0), (-1.0, -1.0)]);
        let simplex = Simplex { points: &points, rows: 1, basis: vec![0, 2] };
        let inverse = simplex.inverse().unwrap();
        assert_eq!(inverse, [[1.0, 0.0], [0.0, -1.0]]);
        assert_eq!(simplex.certified(&inverse, &[0.0, 0.0]), None);
        assert_eq!(simplex.certified(&inverse, &[0.0, 1.0]), None);
        assert_eq!(simplex.certified(&inverse, &[0.0, 2.0]), Some(1.0));
        assert_eq!(least(&points), Some(1.0));
    }

    #[test]
    fn columns_that_say_the_same_have_no_inverse() {
        let points = line(&[(0.0, 1.0), (1.0, 1.0)]);
        let simplex = Simplex { points: &points, rows: 1, basis: vec![0, 1] };
        assert_eq!(simplex.inverse(), None);
    }
}
