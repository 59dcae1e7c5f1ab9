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

#[cfg(test)]
mod tests {
    use super::{Graph, Part, Ring};
    use crate::model::NodeId;

    /// In how many ways something is possible.
    struct Ways;

    impl Ring for Ways {
        type Value = u32;

        fn one(&mut self) -> u32 {
            1
        }

        fn times(&mut self, left: &u32, right: &u32) -> u32 {
            left * right
        }

        fn zero(&mut self) -> u32 {
            0
        }

        fn add(&mut self, sum: &mut u32, _: f64, part: &u32) {
            *sum += part;
        }

        fn with(&mut self, value: &u32, holds: &[NodeId]) -> u32 {
            holds.iter().fold(*value, |value, _| 10 * value)
        }
    }

    /// A condition with an impossible option and two possible ones, one of which makes something
    /// sure, beside a coin.
    fn graph() -> Graph {
        let (parts, arms, kids) = (vec![Part::And(0..0)], Vec::new(), vec![1, 2]);
        let mut graph = Graph { parts, arms, kids, shares: Vec::new(), holds: Vec::new() };
        graph.push(&[((0, 0), 0.0)], &[], 0);
        graph.push(&[((0, 1), 0.25), ((2, 1), 0.5)], &[7], 0);
        graph.push(&[((0, 2), 0.75)], &[], 0);
        graph.push(&[((1, 0), 0.5)], &[], 0);
        graph.push(&[((1, 1), 0.5)], &[], 0);
        graph.parts.extend([Part::Or(0..3), Part::Or(3..5), Part::And(0..2)]);
        graph
    }

    #[test]
    fn what_is_impossible_adds_nothing_and_is_visited_all_the_same() {
        let graph = graph();
        assert_eq!(graph.len(), 4 + 5 + 2, "parts, arms and kids");
        let values = graph.values(&mut Ways);
        assert_eq!(values, [1, 11, 2, 22]);
        let mut seen = Vec::new();
        graph.visit(&mut Ways, &values, |_, shares, [outer, rest]| {
            seen.extend(shares.iter().map(|share| (share.label, *outer, *rest)));
        });
        seen.sort_unstable();
        let expected =
            [((0, 0), 2, 1), ((0, 1), 20, 1), ((0, 2), 2, 1), ((1, 0), 11, 1), ((1, 1), 11, 1)];
        assert_eq!(seen[..5], expected);
        assert_eq!(seen[5..], [((2, 1), 20, 1)]);
    }

    #[test]
    fn a_share_has_the_product_of_the_others() {
        let found: Vec<_> = graph().shares.iter().map(|own| (own.chance, own.others)).collect();
        let expected = [(0.0, 1.0), (0.25, 0.5), (0.5, 0.25), (0.75, 1.0), (0.5, 1.0), (0.5, 1.0)];
        assert_eq!(found, expected);
    }

    #[test]
    fn what_only_the_impossible_leads_to_is_not_visited() {
        let mut graph = graph();
        // Above all: an impossible option and a possible one, which lead to the same coin.
        graph.push(&[((3, 0), 0.0)], &[], 2);
        graph.push(&[((3, 1), 1.0)], &[], 2);
        graph.parts.push(Part::Or(5..7));
        let visits = |graph: &Graph| {
            let (values, mut seen) = (graph.values(&mut Ways), Vec::new());
            graph.visit(&mut Ways, &values, |_, shares, [outer, rest]| {
                seen.extend(shares.iter().map(|share| (share.label, *outer, *rest)));
            });
            seen
        };
        let own = [((3, 0), 1, 2), ((3, 1), 1, 2)];
        assert_eq!(visits(&graph), [own[0], own[1], ((1, 0), 1, 1), ((1, 1), 1, 1)]);
        graph.parts[4] = Part::Or(5..6);
        assert_eq!(visits(&graph), own[..1]);
    }
}
