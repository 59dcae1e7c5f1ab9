//! What is taken as given: whether it can happen at all, and how probable it is.
//!
//! In: a `Model`. Out: yes or no, and a probability. Yes where to find out takes more work than it
//! is worth; figures given what cannot happen are then undefined.

use super::diagram::{OverBudget, Spent};
use super::portfolio;
use super::program::{Programs, Query};
use super::traverse::{Algebra, Part, Probability, forward};
use crate::model::{Model, Node, NodeId};

/// Operations that the answer may take: under a second.
const BUDGET: u64 = 2_000_000;

/// Whether the evidence holds in some possible world.
pub fn can_hold(model: &Model) -> bool {
    if let Node::Constant(holds) = model.nodes[model.evidence] {
        return holds;
    }
    find(model, &[], BUDGET, &mut Possible).unwrap_or(true)
}

/// What must hold for figures that depend on marked variables: a formula, and the evidence where that
/// has a bearing on them; in rising order.
pub fn bearing(model: &Model, marked: &[bool], given: Option<NodeId>) -> Vec<NodeId> {
    let evidence = model.ancestors(&[model.evidence]);
    let bears = marked.iter().zip(&evidence).any(|(own, given)| *own && *given);
    let mut required: Vec<NodeId> = given.into_iter().collect();
    if bears {
        required.push(model.evidence);
    }
    required.retain(|node| !model.holds_always(*node));
    required.sort_unstable();
    required.dedup();
    required
}

/// The probability of the evidence.
pub fn probability(model: &Model, budget: u64) -> Spent<f64> {
    find(model, &[], budget, &mut Probability)
}

/// The probability that the evidence and a formula hold.
pub fn probability_with(model: &Model, formula: NodeId, budget: u64) -> Spent<f64> {
    find(model, &[formula], budget, &mut Probability)
}

/// What the program of the evidence, and of what else must hold, is worth.
fn find<A: Algebra<Value: Clone>>(
    model: &Model,
    also: &[NodeId],
    budget: u64,
    algebra: &mut A,
) -> Spent<A::Value> {
    let required = [&[model.evidence], also].concat();
    portfolio::attempt(model, (&required, &[]), budget, |factors, _| {
        let mut programs = Programs::new(factors);
        let root = programs.compile(&Query { required: required.clone(), ..Query::default() })?;
        forward(&programs, &[root], algebra).pop().ok_or(OverBudget)
    })
}

/// Whether anything is possible.
struct Possible;

impl Algebra for Possible {
    type Value = bool;

    fn or(&mut self, parts: &[Part<'_, bool>]) -> bool {
        parts.iter().any(|part| part.weight > 0.0 && *part.rest)
    }

    fn and(&mut self, kids: &[&bool]) -> bool {
        kids.iter().all(|kid| **kid)
    }
}
