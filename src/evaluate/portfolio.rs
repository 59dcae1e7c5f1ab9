//! Several orders of the conditions, each with a growing part of the work that may be spent.
//!
//! In: what is asked about, and a budget of operations. Out: the first result that some order gives
//! within its part. A bad order costs not twice but a thousand times as much as a good one, so all
//! of them are tried with little before any is given much.

use super::diagram::{OverBudget, Spent};
use super::factors::Factors;
use super::order;
use crate::model::{Model, NodeId};

/// The parts of the budget that each order may spend, in turn.
const SHARES: [u64; 2] = [64, 16];

/// The part of the budget that the first order may spend in the end.
pub const LAST: u64 = 2;

/// Calls `attempt` with fresh diagrams over one order after the other until it succeeds, and with
/// what these may spend. `roots` and `variables` are all that it may ask the diagrams for. All
/// attempts together spend about the budget.
pub fn attempt<T>(
    model: &Model,
    (roots, variables): (&[NodeId], &[usize]),
    budget: u64,
    mut attempt: impl FnMut(Factors<'_>, u64) -> Spent<T>,
) -> Spent<T> {
    let orders = order::candidates(model, roots, variables);
    let each = SHARES.iter().flat_map(|share| orders.iter().map(|order| (order, budget / *share)));
    let last = orders.first().map(|order| (order, budget / LAST));
    for (order, limit) in each.chain(last) {
        if let Ok(found) = attempt(Factors::new(model, order.clone(), limit), limit) {
            return Ok(found);
        }
    }
    Err(OverBudget)
}

#[cfg(test)]
mod tests {
    use super::attempt;
    use crate::evaluate::diagram::OverBudget;
    use crate::evaluate::order::candidates;
    use crate::model::{Model, Node};

    #[test]
    fn every_order_is_tried_with_little_before_the_first_is_given_half() {
        let mut model = Model::sketch(vec![Node::Constant(true)], &[2; 5]);
        let is: Vec<usize> = (0..5).map(|variable| model.is(variable)).collect();
        let both = model.node(Node::All(vec![is[3], is[0]]));
        let roots = [model.node(Node::Any(vec![is[4], both, is[1], is[2]]))];
        let orders = candidates(&model, &roots, &[]);
        assert!(orders.len() > 1);
        let parts = [(10_000 / 64, &orders[..]), (10_000 / 16, &orders), (5_000, &orders[..1])];
        let expected: Vec<_> = parts
            .iter()
            .flat_map(|(limit, orders)| orders.iter().map(|order| (*limit, order.clone())))
            .collect();
        let mut tried = Vec::new();
        let found = attempt(&model, (&roots, &[]), 10_000, |mut factors, limit| {
            tried.push((limit, factors.order.clone()));
            factors.diagrams.spend(limit)?;
            factors.diagrams.spend(1)
        });
        assert_eq!((found, tried), (Err(OverBudget), expected));
        let third = |tried: &mut u64| {
            attempt(&model, (&roots, &[]), 10_000, |_, limit| {
                *tried += 1;
                if *tried == 3 { Ok(limit) } else { Err(OverBudget) }
            })
        };
        let mut tried = 0;
        assert!(third(&mut tried).is_ok() && tried == 3);
    }
}
