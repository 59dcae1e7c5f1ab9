//! What is taken as given: whether it can happen at all, and how probable it is.
//!
//! In: a `Model`. Out: yes or no, and a probability. Yes where to find out takes more work than it
//! is worth; figures given what cannot happen are then undefined.

use super::diagram::{OverBudget, Spent};
use super::portfolio;
use super::program::{Programs, Query};
use super::traverse::{Algebra, Probability, forward};
use crate::law::{self, LEAST_EVIDENCE};
use crate::model::{Model, Node, NodeId};
use std::borrow::Cow;
use std::collections::BTreeSet;

/// Operations that the answer may take: under a second.
const BUDGET: u64 = 2_000_000;

/// Whether the evidence holds in some possible world, and how far it then is from being impossible.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Standing {
    /// It can hold, or to find out takes too much work.
    Possible,
    /// It can hold, but so rarely that numbers have no digits left for what is likely then.
    TooRare,
    /// It holds in no possible world.
    Impossible,
}

/// Whether the evidence can hold.
pub fn standing(model: &Model) -> Standing {
    match model.nodes[model.evidence] {
        Node::Constant(true) => return Standing::Possible,
        Node::Constant(false) => return Standing::Impossible,
        _ => {}
    }
    match find(model, &[], BUDGET, &mut Probability) {
        Ok(whole) if whole <= 0.0 => Standing::Impossible,
        Ok(whole) if whole < LEAST_EVIDENCE => Standing::TooRare,
        _ => Standing::Possible,
    }
}

/// Whether the evidence holds in some possible world.
pub fn can_hold(model: &Model) -> bool {
    standing(model) != Standing::Impossible
}

/// Where conditions are known to have ended in ways that are together at least so probable, nothing is lightened, so that
/// figures keep the digits that they have by multiplying chances as stated.
const HEAVY: f64 = 1e-20;

/// The same model for what is asked given the evidence, with evidence that is less improbable: where it says how conditions
/// ended, their chances to end so are divided by the largest of these. That changes the probability of each world with the
/// evidence by the same factor, which divides out.
pub fn lightened(model: &Model) -> Cow<'_, Model> {
    let mut endings = Vec::new();
    for (variable, option) in known_endings(model) {
        let law = &model.variables[variable];
        let left_to_chance = model.holds_always(law.requires) || law.otherwise != option;
        let chances = law.clauses.iter().map(|(_, chances)| chances[option]);
        let largest = chances.fold(0.0, f64::max);
        if left_to_chance && largest > 0.0 {
            endings.push((variable, option, largest));
        }
    }
    if law::product(endings.iter().map(|(_, _, largest)| *largest)) >= HEAVY {
        return Cow::Borrowed(model);
    }
    let mut lightened = model.clone();
    for (variable, option, largest) in endings {
        for (_, chances) in &mut lightened.variables[variable].clauses {
            let own = chances[option] / largest;
            chances.fill(0.0);
            chances[option] = own;
        }
    }
    Cow::Owned(lightened)
}

/// The model in which all that is given is so: none unless it is only how conditions end upon which
/// nothing bears. Everything else is then as probable as before, and there is no evidence left.
pub fn conditioned(model: &Model) -> Option<Model> {
    let given = match &model.nodes[model.evidence] {
        Node::Constant(_) => return None,
        Node::All(of) => of.clone(),
        _ => vec![model.evidence],
    };
    let mut conditioned = model.clone();
    for node in given {
        let (variable, option) = model.ending(node).filter(|(own, _)| model.is_root(*own))?;
        let chances = &mut conditioned.variables[variable].clauses[0].1;
        if chances[option] <= 0.0 {
            return None;
        }
        chances.fill(0.0);
        chances[option] = 1.0;
        conditioned.ranges.retain(|ranged| ranged.variable != variable);
    }
    conditioned.evidence = conditioned.nodes.len();
    conditioned.nodes.push(Node::Constant(true));
    Some(conditioned)
}

/// How the evidence says that variables ended, each once however often it says so.
fn known_endings(model: &Model) -> BTreeSet<(usize, usize)> {
    let (mut found, mut open) = (BTreeSet::new(), vec![model.evidence]);
    while let Some(node) = open.pop() {
        match &model.nodes[node] {
            Node::All(of) => open.extend(of),
            _ => found.extend(model.ending(node)),
        }
    }
    found
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

/// The probability of the evidence, lightened.
pub fn probability(model: &Model, budget: u64) -> Spent<f64> {
    find(model, &[], budget, &mut Probability)
}

/// The probability that the evidence and a formula hold, with the same weight.
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
    let model = &*lightened(model);
    let required = [&[model.evidence], also].concat();
    portfolio::attempt(model, (&required, &[]), budget, |factors, _| {
        let mut programs = Programs::new(factors);
        let root = programs.compile(&Query { required: required.clone(), ..Query::default() })?;
        forward(&programs, &[root], algebra).pop().ok_or(OverBudget)
    })
}
