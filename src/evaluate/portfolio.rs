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
