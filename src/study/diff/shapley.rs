//! Shapley values: what each cause adds, averaged over all orders in which the causes could act.
//!
//! In: how many causes, and the value of any set of them. Out: a share for each cause; the shares
//! sum to the value of all less that of none. Exact over all sets where these are few, else from
//! orders drawn at random, each with its reverse. Source: L. S. Shapley, "A value for n-person
//! games" (1953); pairs: Mitchell et al., "Sampling permutations for Shapley value estimation"
//! (2022).

use crate::law;
use crate::outcomes::Estimate;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use rayon::prelude::*;

/// The values of some figures for a set of causes; none where a figure is undefined.
pub type Values = Vec<Option<Estimate>>;

/// For each figure a share for each cause; none where some set has no value.
pub type Shares = Vec<Option<Vec<Estimate>>>;

/// How figures are split.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// The most causes that are split exactly.
    pub most_exact: usize,
    /// How many sets of causes may be looked at where there are more.
    pub sets: usize,
    /// Which random numbers.
    pub seed: u64,
}

impl Plan {
    /// How many sets are looked at, at most.
    pub fn looked_at(self, causes: usize) -> usize {
        if causes <= self.most_exact { 1 << causes } else { self.sets }
    }
}

/// Splits figures among causes. `ends` are the values of none and of all.
pub fn split<E: Send>(
    causes: usize,
    ends: [&Values; 2],
    plan: Plan,
    value: impl Fn(&[bool]) -> Result<Values, E> + Sync,
) -> Result<Shares, E> {
    let figures = ends[0].len();
    if causes <= plan.most_exact {
        let values = all_sets(causes, ends, &value)?;
        return Ok((0..figures).map(|figure| exact(causes, figure, &values)).collect());
    }
    let orders = orders(causes, plan);
    let walks: Result<Vec<Vec<Values>>, E> =
        orders.par_iter().map(|order| walk(order, ends, &value)).collect();
    let walks = walks?;
    Ok((0..figures).map(|figure| sampled(causes, figure, &orders, &walks)).collect())
}

/// The values of all sets, a cause a bit.
fn all_sets<E: Send>(
    causes: usize,
    ends: [&Values; 2],
    value: &(impl Fn(&[bool]) -> Result<Values, E> + Sync),
) -> Result<Vec<Values>, E> {
    let sets = 1_usize << causes;
    let values = (0..sets).into_par_iter().map(|set| match set {
        0 => Ok(ends[0].clone()),
        all if all + 1 == sets => Ok(ends[1].clone()),
        set => {
            let chosen: Vec<bool> = (0..causes).map(|cause| set >> cause & 1 == 1).collect();
            value(&chosen)
        }
    });
    values.collect()
}

/// The average over all orders, by how often a set comes before a cause.
fn exact(causes: usize, figure: usize, values: &[Values]) -> Option<Vec<Estimate>> {
    let found: Option<Vec<Estimate>> = values.iter().map(|values| values[figure]).collect();
    let found = found?;
    let weights = weights(causes);
    let share = |cause: usize| {
        let bit = 1_usize << cause;
        let without = (0..found.len()).filter(|set| set & bit == 0);
        let terms = without.map(|set| {
            let (before, after) = (found[set], found[set | bit]);
            (weights[set.count_ones() as usize], before, after)
        });
        let terms: Vec<(f64, Estimate, Estimate)> = terms.collect();
        let change = terms.iter().map(|(weight, was, is)| weight * (is.value - was.value));
        let errors = terms.iter().map(|(weight, was, is)| {
            let error = |of: &Estimate| of.standard_error.unwrap_or(0.0);
            weight * (error(was) + error(is))
        });
        let is_exact = |of: &Estimate| of.standard_error.is_none();
        let all_exact = terms.iter().all(|(_, was, is)| is_exact(was) && is_exact(is));
        Estimate { value: law::sum(change), standard_error: (!all_exact).then(|| law::sum(errors)) }
    };
    Some((0..causes).map(share).collect())
}

/// s! (n - s - 1)! / n! for every size s of a set.
fn weights(causes: usize) -> Vec<f64> {
    let mut weights = Vec::new();
    let mut weight = 1.0 / small(causes.max(1));
    for size in 0..causes {
        weights.push(weight);
        if size + 1 < causes {
            weight *= small(size + 1) / small(causes - size - 1);
        }
    }
    weights
}

fn small(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

/// Orders of the causes, each followed by its reverse.
fn orders(causes: usize, plan: Plan) -> Vec<Vec<usize>> {
    let mut random = ChaCha8Rng::seed_from_u64(plan.seed);
    let pairs = (plan.sets / (2 * causes)).max(2);
    let mut orders = Vec::new();
    for _ in 0..pairs {
        let mut order: Vec<usize> = (0..causes).collect();
        for last in (1..causes).rev() {
            let bound = u64::try_from(last + 1).unwrap_or(1);
            // The bias of a remainder of 64 bits is below 2^-50.
            let other = usize::try_from(random.next_u64() % bound).unwrap_or(0);
            order.swap(last, other);
        }
        let reverse = order.iter().rev().copied().collect();
        orders.extend([order, reverse]);
    }
    orders
}

/// The values after each cause of an order, beginning with none of them.
fn walk<E>(
    order: &[usize],
    ends: [&Values; 2],
    value: &impl Fn(&[bool]) -> Result<Values, E>,
) -> Result<Vec<Values>, E> {
    let mut chosen = vec![false; order.len()];
    let mut values = vec![ends[0].clone()];
    for (step, cause) in order.iter().enumerate() {
        chosen[*cause] = true;
        let last = step + 1 == order.len();
        values.push(if last { ends[1].clone() } else { value(&chosen)? });
    }
    Ok(values)
}

/// The average over the drawn orders; pairs are independent of one another.
fn sampled(
    causes: usize,
    figure: usize,
    orders: &[Vec<usize>],
    walks: &[Vec<Values>],
) -> Option<Vec<Estimate>> {
    let mut pairs = vec![vec![0.0; orders.len() / 2]; causes];
    for (at, (order, walk)) in orders.iter().zip(walks).enumerate() {
        for (step, cause) in order.iter().enumerate() {
            let change = walk[step + 1][figure]?.value - walk[step][figure]?.value;
            pairs[*cause][at / 2] += change / 2.0;
        }
    }
    let estimate = |changes: &Vec<f64>| {
        let count = small(changes.len());
        let mean = law::sum(changes.iter().copied()) / count;
        let squares = changes.iter().map(|change| (change - mean) * (change - mean));
        let variance = law::sum(squares) / (count - 1.0).max(1.0);
        Estimate { value: mean, standard_error: Some((variance / count).sqrt()) }
    };
    Some(pairs.iter().map(estimate).collect())
}

#[cfg(test)]
mod tests {
    use super::{Plan, Values, orders, split};
    use crate::outcomes::Estimate;

    const PLAN: Plan = Plan { most_exact: 10, sets: 4096, seed: 1 };

    #[expect(clippy::unnecessary_wraps, reason = "it stands for a value that may fail")]
    fn value(set: &[bool]) -> Result<Values, ()> {
        let points = |at: usize| if set[at] { 1.0 } else { 0.0 };
        // A glove game with a bonus: a left and a right glove are worth 6, the third cause 1.
        let pair = f64::max(points(1), points(2)) * points(0);
        Ok(vec![Some(Estimate::exact(6.0 * pair + points(3)))])
    }

    #[test]
    fn the_glove_game_has_the_shares_of_the_textbook() {
        let ends = [value(&[false; 4]), value(&[true; 4])].map(Result::unwrap);
        let shares = split(4, [&ends[0], &ends[1]], PLAN, value).unwrap();
        let shares = shares[0].as_ref().unwrap();
        for (share, expected) in shares.iter().zip([4.0, 1.0, 1.0, 1.0]) {
            assert!((share.value - expected).abs() < 1e-12, "{shares:?}");
        }
    }

    #[test]
    fn drawn_orders_come_close_and_still_sum_exactly() {
        let ends = [value(&[false; 4]), value(&[true; 4])].map(Result::unwrap);
        let plan = Plan { most_exact: 0, ..PLAN };
        let shares = split(4, [&ends[0], &ends[1]], plan, value).unwrap();
        let shares = shares[0].as_ref().unwrap();
        let sum: f64 = shares.iter().map(|share| share.value).sum();
        assert!((sum - 7.0).abs() < 1e-9, "{sum}");
        for (share, expected) in shares.iter().zip([4.0, 1.0, 1.0, 1.0]) {
            let error = share.standard_error.unwrap();
            assert!((share.value - expected).abs() <= 5.0 * error + 1e-12, "{shares:?}");
        }
    }

    #[test]
    fn every_order_is_a_permutation_followed_by_its_reverse() {
        for pair in orders(7, PLAN).chunks(2) {
            let mut sorted = pair[0].clone();
            sorted.sort_unstable();
            assert_eq!(sorted, (0..7).collect::<Vec<_>>());
            assert!(pair[0].iter().eq(pair[1].iter().rev()));
        }
    }
}
