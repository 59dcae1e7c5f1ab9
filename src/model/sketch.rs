//! Small models for the tests that stand beside the stages.
//!
//! In: formulas and how many options each condition has. Out: a `Model` that asks nothing.

use super::{Floor, Model, Node, Pledge, Ranged, Size, Term, Variable};
use crate::scenario::formula::Relation;

impl Model {
    /// Formulas over conditions on which nothing bears and whose options are equally likely; the
    /// first formula must be the one that always holds.
    pub(crate) fn sketch(nodes: Vec<Node>, options: &[u8]) -> Self {
        let variable = |options: &u8| Variable {
            options: usize::from(*options),
            plain: *options == 2,
            requires: 0,
            otherwise: 0,
            clauses: vec![(0, vec![1.0 / f64::from(*options); usize::from(*options)])],
            stated: true,
            cancels: false,
        };
        Self {
            nodes,
            variables: options.iter().map(variable).collect(),
            ranges: Vec::new(),
            relevant: Vec::new(),
            pledges: Vec::new(),
            totals: Vec::new(),
            cells: Vec::new(),
            contributors: Vec::new(),
            floors: Vec::new(),
            asked: Vec::new(),
            asked_by_scenario: false,
            evidence: 0,
        }
    }

    /// Adds a formula.
    pub(crate) fn node(&mut self, node: Node) -> usize {
        self.nodes.push(node);
        self.nodes.len() - 1
    }

    /// Adds the formula that a plain condition holds.
    pub(crate) fn is(&mut self, variable: usize) -> usize {
        self.node(Node::Is { variable, option: 1 })
    }

    /// Adds a formula that counts.
    pub(crate) fn at_least(&mut self, count: u32, of: Vec<usize>) -> usize {
        self.node(Node::Count { relation: Relation::AtLeast, count, of })
    }

    /// Adds a pledge that counts.
    pub(crate) fn pledge(&mut self, active: usize, size: impl Into<Option<Size>>) -> Term {
        let (size, parts) = (size.into(), Vec::new());
        self.pledges.push(Pledge {
            active,
            counts: true,
            force: true,
            size,
            parts,
            assumed: false,
        });
        Term { pledge: self.pledges.len() - 1, members: Vec::new() }
    }

    /// The probability of each world of plain conditions, and what each formula is in it.
    pub(crate) fn worlds(&self) -> impl Iterator<Item = (f64, Vec<bool>)> {
        (0..1_usize << self.variables.len()).map(|world| {
            let options: Vec<usize> = (0..self.variables.len()).map(|at| world >> at & 1).collect();
            let values = self.values(&options);
            let chances = options.iter().zip(&self.variables);
            (chances.map(|(own, law)| law.chance(*own, &values)).product(), values)
        })
    }

    /// Adds a range of a plain condition's chance in a clause, and takes its middle there.
    pub(crate) fn range(&mut self, variable: usize, clause: usize, (low, high): (f64, f64)) {
        let middle = f64::midpoint(low, high);
        self.variables[variable].clauses[clause].1 = vec![1.0 - middle, middle];
        let ends = vec![(1.0 - high, 1.0 - low), (low, high)];
        self.ranges.push(Ranged { variable, clause, ends });
    }
}

impl Floor {
    /// A requirement.
    pub(crate) fn sketch(sum: Vec<Term>, floor: u64, needs: usize) -> Self {
        Self { sum, floor: Some(floor), needs, named: Vec::new(), asked: None }
    }
}
