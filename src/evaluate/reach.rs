//! How often a sum reaches a floor, for every option of every condition at once.
//!
//! In: a program, what its watched formulas add, and a floor. Out: a `Tally`. Directly where that is
//! quick; else at the frequencies of the sum's distribution, where every part of the program is
//! worth a complex number and one pass gives all shares (see `spectral`, whose error is absolute).

use super::contexts::Graph;
use super::distribution::{self, Sizes};
use super::responses::Tally;
use super::rings::{Cost, Values, reaching, values_of};
use super::weights::Weights;
use crate::law::{Law, real};

/// Multiplications that the direct way may spend: some hundredths of a second.
const QUICK: f64 = 3e7;

/// Adds to a tally the weight of all worlds in which the sum is a floor or more; none where there
/// are too many values.
pub fn reached(graph: &Graph, sizes: &Sizes, floor: u64, mut tally: Tally) -> Option<Tally> {
    let unit = distribution::unit(sizes.values().flatten());
    let floor = floor.div_ceil(unit);
    let add = |laws: &Vec<Law>| {
        let weights: Vec<Weights> = laws.iter().map(|law| Weights::of(law, unit)).collect();
        Weights::sum(&weights.iter().collect::<Vec<_>>())
    };
    let high: u64 = sizes.values().flatten().filter_map(Law::high).map(|high| high / unit).sum();
    let sizes = sizes.iter().map(|(node, laws)| (*node, add(laws))).collect();
    let mut values = Values { sizes };
    let counts = values.sizes.iter().map(|(node, weights)| (*node, values_of(weights)));
    let mut cost = Cost { sizes: counts.collect(), widest: real(high) + 1.0, spent: 0.0 };
    let widths = graph.values(&mut cost);
    graph.visit(&mut cost, &widths, |cost, _, [outer, rest]| cost.spent += outer + rest);
    if cost.spent > QUICK {
        return None;
    }
    let below = graph.values(&mut values);
    tally.whole = below.last().map_or(0.0, |whole| whole.at_least(floor));
    graph.visit(&mut values, &below, |_, shares, [outer, rest]| {
        tally.add(shares, reaching(outer, rest, floor));
    });
    Some(tally)
}
