//! Contexts: what surrounds every branch of a program.
//!
//! In: a program, what chances its branches have, and an algebra. Out: for each branch what stands
//! outside of it and what is left below it, from one pass up and one pass down. Their product is the
//! part of the whole that goes through the branch, so that every chance of every condition is
//! looked at at once. (Darwiche, A differential approach to inference in Bayesian networks, 2003.)

use super::factors::Chance;
use super::program::{ProgramId, Programs, Step};
use super::traverse::reachable;
use crate::model::NodeId;
use std::ops::Range;

/// What parts of a program are worth: a commutative algebra.
pub trait Ring {
    /// What a part is worth.
    type Value: Clone;

    /// Nothing is said.
    fn one(&mut self) -> Self::Value;

    /// Two independent parts.
    fn times(&mut self, left: &Self::Value, right: &Self::Value) -> Self::Value;

    /// Nothing is possible.
    fn zero(&mut self) -> Self::Value;

    /// Adds a weighted part that excludes the others.
    fn add(&mut self, sum: &mut Self::Value, weight: f64, part: &Self::Value);

    /// A part where some watched formulas hold.
    fn with(&mut self, value: &Self::Value, holds: &[NodeId]) -> Self::Value;
}

/// A chance that a branch has: which one, and the product of all others of the branch.
#[derive(Clone, Copy, Debug)]
pub struct Share {
    /// The variable and its option.
    pub label: (usize, usize),
    /// The chance itself.
    pub chance: f64,
    /// The product of the others.
    pub others: f64,
}

/// A branch of a [`Graph`].
#[derive(Clone, Debug)]
struct Arm {
    weight: f64,
    shares: Range<usize>,
    holds: Range<usize>,
    kid: usize,
}

#[derive(Clone, Debug)]
enum Part {
    Or(Range<usize>),
    And(Range<usize>),
}

/// A program laid out for many passes, kids before parents and the root last.
#[derive(Clone, Debug)]
pub struct Graph {
    parts: Vec<Part>,
    arms: Vec<Arm>,
    kids: Vec<usize>,
    shares: Vec<Share>,
    holds: Vec<NodeId>,
}

impl Graph {
    /// What a root is made of; `chance` says how probable each option is in each clause.
    pub fn new(programs: &Programs<'_>, root: ProgramId, chance: impl Fn(Chance) -> f64) -> Self {
        let order = reachable(programs, &[root]);
        let at = |program: &ProgramId| order.binary_search(program).unwrap_or(0);
        let (parts, arms, kids) = (Vec::new(), Vec::new(), Vec::new());
        let mut graph = Self { parts, arms, kids, shares: Vec::new(), holds: Vec::new() };
        for program in &order {
            let part = match programs.step(*program) {
                Step::Or(branches) => {
                    let first = graph.arms.len();
                    for branch in programs.branches(branches) {
                        let chances = programs.chances(branch).iter();
                        let own = chances.map(|own| ((own.variable, own.option), chance(*own)));
                        graph.push(
                            &own.collect::<Vec<_>>(),
                            programs.holds(branch),
                            at(&branch.kid),
                        );
                    }
                    Part::Or(first..graph.arms.len())
                }
                Step::And(kids) => {
                    let first = graph.kids.len();
                    graph.kids.extend(programs.kids(kids).iter().map(at));
                    Part::And(first..graph.kids.len())
                }
            };
            graph.parts.push(part);
        }
        graph
    }

    fn push(&mut self, chances: &[((usize, usize), f64)], holds: &[NodeId], kid: usize) {
        let (first, start) = (self.shares.len(), self.holds.len());
        self.holds.extend(holds);
        for (at, (label, chance)) in chances.iter().enumerate() {
            let others = chances.iter().enumerate().filter(|(other, _)| *other != at);
            let others = others.map(|(_, (_, chance))| chance).product();
            self.shares.push(Share { label: *label, chance: *chance, others });
        }
        let weight = chances.iter().map(|(_, chance)| chance).product();
        let (shares, holds) = (first..self.shares.len(), start..self.holds.len());
        self.arms.push(Arm { weight, shares, holds, kid });
    }

    /// How many steps a pass takes.
    pub fn len(&self) -> usize {
        self.parts.len() + self.arms.len() + self.kids.len()
    }

    /// Whether nothing is possible.
    pub fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }

    /// The worth of each part; the root is last.
    pub fn values<R: Ring>(&self, ring: &mut R) -> Vec<R::Value> {
        let mut values: Vec<R::Value> = Vec::with_capacity(self.parts.len());
        for part in &self.parts {
            let value = match part {
                Part::Or(arms) => {
                    let mut sum = ring.zero();
                    for arm in self.arms[arms.clone()].iter().filter(|arm| arm.weight > 0.0) {
                        let held = ring.with(&values[arm.kid], &self.holds[arm.holds.clone()]);
                        ring.add(&mut sum, arm.weight, &held);
                    }
                    sum
                }
                Part::And(kids) => {
                    let one = ring.one();
                    let kids = self.kids[kids.clone()].iter();
                    kids.fold(one, |product, kid| ring.times(&product, &values[*kid]))
                }
            };
            values.push(value);
        }
        values
    }

    /// Calls `visit` for each branch that has chances, with these, what stands outside of it (what
    /// it makes sure included) and the worth of its rest.
    pub fn visit<R: Ring>(
        &self,
        ring: &mut R,
        values: &[R::Value],
        mut visit: impl FnMut(&mut R, &[Share], [&R::Value; 2]),
    ) {
        let mut above: Vec<Option<R::Value>> = vec![None; self.parts.len()];
        if let Some(root) = above.last_mut() {
            *root = Some(ring.one());
        }
        for (at, part) in self.parts.iter().enumerate().rev() {
            let Some(own) = above[at].take() else { continue };
            match part {
                Part::Or(arms) => {
                    for arm in &self.arms[arms.clone()] {
                        let outer = ring.with(&own, &self.holds[arm.holds.clone()]);
                        let shares = &self.shares[arm.shares.clone()];
                        if !shares.is_empty() {
                            visit(ring, shares, [&outer, &values[arm.kid]]);
                        }
                        if arm.weight > 0.0 {
                            add(ring, &mut above[arm.kid], arm.weight, &outer);
                        }
                    }
                }
                Part::And(kids) => self.visit_kids(ring, values, (&kids.clone(), own), &mut above),
            }
        }
    }

    /// Hands to each kid what stands outside of all, and its siblings.
    fn visit_kids<R: Ring>(
        &self,
        ring: &mut R,
        values: &[R::Value],
        (kids, own): (&Range<usize>, R::Value),
        above: &mut [Option<R::Value>],
    ) {
        let kids = &self.kids[kids.clone()];
        let mut before = vec![own];
        for (at, kid) in kids.iter().enumerate().take(kids.len().saturating_sub(1)) {
            let next = ring.times(&before[at], &values[*kid]);
            before.push(next);
        }
        let mut after = ring.one();
        for (kid, before) in kids.iter().zip(before).rev() {
            let outer = ring.times(&before, &after);
            add(ring, &mut above[*kid], 1.0, &outer);
            after = ring.times(&after, &values[*kid]);
        }
    }
}

fn add<R: Ring>(ring: &mut R, sum: &mut Option<R::Value>, weight: f64, value: &R::Value) {
    let sum = sum.get_or_insert_with(|| ring.zero());
    ring.add(sum, weight, value);
}
