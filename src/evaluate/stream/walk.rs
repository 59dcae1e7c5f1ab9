//! A walk through combinations that can stop at any depth and go on later.
//!
//! In: the conditions that matter, parents first. Out: one possible combination after the other,
//! with its probability and the values of the formulas, whenever the caller asks for the next.
//! Combinations that contradict the evidence are cut where it is decided.

use super::Worlds;
use crate::law;
use crate::model::{Model, NodeId};

/// A place in the tree of combinations.
#[derive(Debug)]
pub(super) struct Walk<'a> {
    model: &'a Model,
    ready: &'a [Vec<NodeId>],
    /// The depth at which the evidence is decided.
    decided: usize,
    /// The option of each variable by dense id.
    pub(super) options: Vec<usize>,
    /// The value of each node.
    pub(super) values: Vec<bool>,
    /// For each depth, the option to be tried next.
    next: Vec<usize>,
    /// For each depth, the probability of the options above it.
    probability: Vec<f64>,
    /// The depth that is never left upwards.
    base: usize,
    depth: usize,
    /// Whether the present place has been visited.
    visited: bool,
}

impl<'a> Walk<'a> {
    /// Begins above the first condition; `ready` lists the nodes to evaluate at each depth.
    pub(super) fn new(worlds: &'a Worlds, ready: &'a [Vec<NodeId>]) -> Self {
        let model = &worlds.model;
        let mut walk = Self {
            model,
            ready,
            decided: worlds.decided,
            options: vec![0; model.variables.len()],
            values: vec![false; model.nodes.len()],
            next: vec![0; model.relevant.len() + 1],
            probability: vec![1.0; model.relevant.len() + 1],
            base: 0,
            depth: 0,
            visited: false,
        };
        walk.settle(0);
        walk
    }

    /// Goes to the next possible combination of the conditions above `limit`; the depth of the
    /// first that changed, or none after the last.
    pub(super) fn advance(&mut self, limit: usize) -> Option<usize> {
        let mut highest = self.depth;
        if std::mem::replace(&mut self.visited, true) {
            if self.depth == self.base {
                return None;
            }
            self.depth -= 1;
            highest = self.depth;
        } else if self.depth == limit {
            return Some(highest);
        } else {
            self.next[self.depth] = 0;
        }
        loop {
            if self.deeper() {
                if self.depth == limit {
                    return Some(highest);
                }
                self.next[self.depth] = 0;
            } else if self.depth == self.base {
                return None;
            } else {
                self.depth -= 1;
                highest = highest.min(self.depth);
            }
        }
    }

    /// Takes the next possible option of the condition at this depth, if one is left.
    #[inline]
    fn deeper(&mut self) -> bool {
        let (model, depth) = (self.model, self.depth);
        let variable = model.relevant[depth];
        let entry = &model.variables[variable];
        for option in self.next[depth]..entry.options {
            let chance = entry.chance(option, &self.values);
            if chance > 0.0 && self.take(depth, option, chance) {
                self.next[depth] = option + 1;
                self.depth = depth + 1;
                return true;
            }
        }
        false
    }

    /// Sets a condition's option; whether the evidence still can hold.
    #[inline]
    fn take(&mut self, depth: usize, option: usize, chance: f64) -> bool {
        self.options[self.model.relevant[depth]] = option;
        self.probability[depth + 1] = law::times(self.probability[depth], chance);
        self.settle(depth + 1);
        depth + 1 != self.decided || self.values[self.model.evidence]
    }

    /// Evaluates the nodes whose last variable was assigned at `depth`.
    #[inline]
    fn settle(&mut self, depth: usize) {
        for &node in &self.ready[depth] {
            self.values[node] = self.model.nodes[node].holds(&self.options, &self.values);
        }
    }

    /// Takes the options of the first conditions, and from then on changes only what is below.
    pub(super) fn enter(&mut self, head: &[usize]) {
        for (depth, option) in head.iter().enumerate() {
            let variable = &self.model.variables[self.model.relevant[depth]];
            let chance = variable.chance(*option, &self.values);
            self.take(depth, *option, chance);
        }
        (self.base, self.depth, self.visited) = (head.len(), head.len(), false);
    }

    /// How many possible combinations of the conditions from `here` to above `limit` there are.
    /// The walk stands at `here` before and after.
    pub(super) fn count_below(&mut self, here: usize, limit: usize) -> u64 {
        if here == limit {
            return 1;
        }
        let base = std::mem::replace(&mut self.base, here);
        self.visited = false;
        let mut count = 0;
        while self.advance(limit).is_some() {
            count += 1;
        }
        (self.base, self.visited) = (base, true);
        count
    }

    /// The options of the first conditions.
    pub(super) fn chosen(&self, count: usize) -> impl Iterator<Item = usize> {
        self.model.relevant[..count].iter().map(|variable| self.options[*variable])
    }

    /// The probability of the present combination.
    pub(super) fn probability(&self) -> f64 {
        self.probability[self.depth]
    }
}
