//! Lists worlds: every combination of some variables that is possible, with its probability.
//!
//! In: a `Model` and the variables to combine, closed under parents. Out: a call for each world.
//! Cost is the number of combinations. A node is evaluated once its variables are assigned, so
//! most work is done once for many worlds. This is the reference that faster engines are tested
//! against: keep it plain.

use contingent::model::{Model, Node, NodeId, Variable};
use std::ops::ControlFlow;

/// One possible world.
#[derive(Debug)]
pub(crate) struct World<'a> {
    /// Its probability before any evidence.
    pub(crate) probability: f64,
    /// The option of each variable by dense id; meaningful for those that were combined.
    pub(crate) options: &'a [usize],
    /// The value of each node; meaningful for those over the variables that were combined.
    pub(crate) values: &'a [bool],
}

/// Calls `visit` for each possible world over `order`, in which parents precede children.
pub(crate) fn list(model: &Model, order: &[usize], visit: &mut impl FnMut(&World<'_>)) {
    let _ = list_until(model, order, &mut |world| {
        visit(world);
        ControlFlow::Continue(())
    });
}

fn list_until(
    model: &Model,
    order: &[usize],
    visit: &mut impl FnMut(&World<'_>) -> ControlFlow<()>,
) -> ControlFlow<()> {
    let mut lister = Lister {
        model,
        order,
        ready: ready(model, order),
        options: vec![0; model.variables.len()],
        values: vec![false; model.nodes.len()],
    };
    lister.settle(0);
    lister.descend(0, 1.0, visit)
}

/// Whether a formula holds in some possible world.
pub(crate) fn can_hold(model: &Model, formula: NodeId) -> bool {
    let order = model.ordered(&model.ancestors(&[formula]));
    let found = list_until(model, &order, &mut |world| {
        if world.values[formula] { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    found.is_break()
}

struct Lister<'a> {
    model: &'a Model,
    order: &'a [usize],
    ready: Vec<Vec<NodeId>>,
    options: Vec<usize>,
    values: Vec<bool>,
}

impl Lister<'_> {
    fn descend(
        &mut self,
        depth: usize,
        probability: f64,
        visit: &mut impl FnMut(&World<'_>) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let model = self.model;
        let Some(&variable) = self.order.get(depth) else {
            return visit(&World { probability, options: &self.options, values: &self.values });
        };
        for option in 0..model.variables[variable].options {
            let chance = chance(&model.variables[variable], option, &self.values);
            if chance > 0.0 {
                self.options[variable] = option;
                self.settle(depth + 1);
                self.descend(depth + 1, probability * chance, visit)?;
            }
        }
        ControlFlow::Continue(())
    }

    /// Evaluates the nodes whose last variable was assigned at `depth`.
    fn settle(&mut self, depth: usize) {
        for &node in &self.ready[depth] {
            self.values[node] = value(&self.model.nodes[node], &self.options, &self.values);
        }
    }
}

/// P(option), given the values of the nodes that the variable's clauses mention.
fn chance(variable: &Variable, option: usize, values: &[bool]) -> f64 {
    if !values[variable.requires] {
        return if option == variable.otherwise { 1.0 } else { 0.0 };
    }
    let clause = variable.clauses.iter().find(|(when, _)| values[*when]);
    clause.map_or(0.0, |(_, chances)| chances[option])
}

/// The value of a node, given those of its parts.
pub(crate) fn value(node: &Node, options: &[usize], values: &[bool]) -> bool {
    match node {
        Node::Constant(value) => *value,
        Node::Is { variable, option } => options[*variable] == *option,
        Node::Not(inner) => !values[*inner],
        Node::All(of) => of.iter().all(|part| values[*part]),
        Node::Any(of) => of.iter().any(|part| values[*part]),
        Node::Count { relation, count, of } => {
            let found = of.iter().map(|part| u32::from(values[*part])).sum();
            relation.holds(found, *count)
        }
    }
}

/// For each depth, the nodes that can be evaluated once that many variables are assigned.
fn ready(model: &Model, order: &[usize]) -> Vec<Vec<NodeId>> {
    let mut position = vec![None; model.variables.len()];
    for (depth, variable) in order.iter().enumerate() {
        position[*variable] = Some(depth + 1);
    }
    let mut ready = vec![Vec::new(); order.len() + 1];
    let mut depths: Vec<Option<usize>> = Vec::with_capacity(model.nodes.len());
    for (id, node) in model.nodes.iter().enumerate() {
        let deepest = |of: &[NodeId]| {
            of.iter().try_fold(0, |deepest, part| Some(depths[*part]?.max(deepest)))
        };
        let depth = match node {
            Node::Constant(_) => Some(0),
            Node::Is { variable, .. } => position[*variable],
            Node::Not(inner) => depths[*inner],
            Node::All(of) | Node::Any(of) | Node::Count { of, .. } => deepest(of),
        };
        depths.push(depth);
        if let Some(depth) = depth {
            ready[depth].push(id);
        }
    }
    ready
}
