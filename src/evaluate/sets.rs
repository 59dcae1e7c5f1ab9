//! The sets of formulas that hold together, the most probable ones first.
//!
//! In: a program in which formulas are noted. Out: a bounded list of sets with their probabilities,
//! each exact, and proof that no other set is more probable than the last of them. On the way up
//! each node keeps its best sets and an upper bound on what any other set, or anything missing from
//! a listed one, may weigh; the sets at the root are then weighed again exactly, and those heavier
//! than the bound are certain.

use super::program::{ProgramId, Programs};
use super::traverse::{Algebra, Part, forward};
use crate::model::NodeId;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

/// Which of some formulas hold, as bits in their order.
pub type Bits = Vec<u64>;

/// Sets that are kept at each node for each that is asked for.
const SPARE: usize = 2;

/// The most sets that are listed, however many are asked for.
const MOST_SETS: usize = 1 << 18;

/// Evaluations of nodes that weighing the sets again may take.
const MOST_WORK: usize = 1 << 29;

/// The most probable sets and their probabilities, and whether they are all.
#[derive(Clone, Debug, PartialEq)]
pub struct Listed {
    /// The sets, most probable first.
    pub sets: Vec<(Bits, f64)>,
    /// Whether there is no other.
    pub complete: bool,
}

/// The sets of `nodes`, which are in rising order, at a root; `top` of them or all. Where only some
/// can be proved to be the most probable, these.
pub fn list(
    programs: &Programs<'_>,
    root: ProgramId,
    nodes: &[NodeId],
    top: Option<usize>,
) -> Listed {
    let limit = top.map_or(MOST_SETS, |top| top.saturating_mul(SPARE).clamp(256, MOST_SETS));
    let mut best = Best { nodes, limit };
    let Some(found) = forward(programs, &[root], &mut best).pop() else {
        return Listed { sets: Vec::new(), complete: true };
    };
    let complete = found.bound <= 0.0;
    let mut sets = found.sets;
    if !complete {
        sets.truncate(MOST_WORK / programs.len().max(1));
        for (set, weight) in &mut sets {
            *weight = probability(programs, root, nodes, set);
        }
        sets.retain(|(_, weight)| *weight >= found.bound);
    }
    sort(&mut sets);
    let all = sets.len();
    sets.truncate(top.unwrap_or(usize::MAX));
    Listed { complete: complete && sets.len() == all, sets }
}

/// Heaviest first; among equals in the order of their members.
fn sort(sets: &mut [(Bits, f64)]) {
    sets.sort_by(|(left, heavy), (right, light)| {
        light.total_cmp(heavy).then_with(|| members(left).cmp(members(right)))
    });
}

/// The positions in a set.
pub fn members(set: &[u64]) -> impl Iterator<Item = usize> {
    let words = set.iter().enumerate();
    words.flat_map(|(word, bits)| {
        (0..64).filter(move |bit| bits >> bit & 1 == 1).map(move |bit| 64 * word + bit)
    })
}

/// The probability that of `nodes` just those in a set hold.
pub fn probability(programs: &Programs<'_>, root: ProgramId, nodes: &[NodeId], set: &[u64]) -> f64 {
    let mut just = Just { programs, nodes, set };
    forward(programs, &[root], &mut just).pop().unwrap_or(0.0)
}

/// The probability of one set.
struct Just<'a> {
    programs: &'a Programs<'a>,
    nodes: &'a [NodeId],
    set: &'a [u64],
}

impl Just<'_> {
    fn has(&self, node: NodeId) -> bool {
        let at = self.nodes.binary_search(&node);
        at.is_ok_and(|at| self.set[at / 64] >> (at % 64) & 1 == 1)
    }
}

impl Algebra for Just<'_> {
    type Value = f64;

    fn or(&mut self, parts: &[Part<'_, f64>]) -> f64 {
        let agrees = |part: &&Part<'_, f64>| {
            let fails = self.programs.fails(part.branch);
            part.holds.iter().all(|node| self.has(*node))
                && !fails.iter().any(|node| self.has(*node))
        };
        parts.iter().filter(agrees).map(|part| part.weight * part.rest).sum()
    }

    fn and(&mut self, kids: &[&f64]) -> f64 {
        kids.iter().copied().product()
    }
}

/// The best sets of a node, heaviest first, and a bound on what any set weighs beyond what is
/// listed for it, nothing being listed for the others.
#[derive(Clone, Debug)]
struct BestSets {
    sets: Vec<(Bits, f64)>,
    bound: f64,
}

impl BestSets {
    fn cut(mut self, limit: usize) -> Self {
        sort(&mut self.sets);
        if let Some((_, heaviest)) = self.sets.get(limit) {
            self.bound += heaviest;
            self.sets.truncate(limit);
        }
        self
    }

    fn heaviest(&self) -> f64 {
        self.sets.first().map_or(0.0, |(_, weight)| *weight)
    }
}

struct Best<'a> {
    nodes: &'a [NodeId],
    limit: usize,
}

impl Best<'_> {
    fn bits(&self, holds: &[NodeId]) -> Bits {
        let mut bits = vec![0; self.nodes.len().div_ceil(64)];
        for at in holds.iter().filter_map(|node| self.nodes.binary_search(node).ok()) {
            bits[at / 64] |= 1 << (at % 64);
        }
        bits
    }

    /// The best unions of a set of each, which have no formula in common.
    fn unite(&self, left: &BestSets, right: &BestSets) -> BestSets {
        let product = |(l, r): (usize, usize)| left.sets[l].1 * right.sets[r].1;
        // Products of weights never below zero are ordered like their bits.
        let entry = |l: usize, r: usize| (product((l, r)).to_bits(), Reverse((l, r)));
        let mut heap = BinaryHeap::new();
        if !right.sets.is_empty() {
            heap.extend((0..left.sets.len()).map(|l| entry(l, 0)));
        }
        let mut sets = Vec::new();
        let mut cut = 0.0;
        while let Some((_, Reverse((l, r)))) = heap.pop() {
            if sets.len() == self.limit {
                cut = product((l, r));
                break;
            }
            let union = left.sets[l].0.iter().zip(&right.sets[r].0).map(|(l, r)| l | r);
            sets.push((union.collect(), product((l, r))));
            if r + 1 < right.sets.len() {
                heap.push(entry(l, r + 1));
            }
        }
        let (heavy_l, heavy_r) = (left.heaviest(), right.heaviest());
        let beyond = (heavy_l + left.bound) * (heavy_r + right.bound) - heavy_l * heavy_r;
        let exact = left.bound <= 0.0 && right.bound <= 0.0;
        BestSets { sets, bound: cut + if exact { 0.0 } else { beyond } }
    }
}

impl Algebra for Best<'_> {
    type Value = BestSets;

    fn or(&mut self, parts: &[Part<'_, BestSets>]) -> BestSets {
        let mut sums: BTreeMap<Bits, f64> = BTreeMap::new();
        let mut bound = 0.0;
        for part in parts.iter().filter(|part| part.weight > 0.0) {
            let own = self.bits(part.holds);
            bound += part.weight * part.rest.bound;
            for (set, weight) in &part.rest.sets {
                let union = set.iter().zip(&own).map(|(set, own)| set | own).collect();
                *sums.entry(union).or_default() += part.weight * weight;
            }
        }
        BestSets { sets: sums.into_iter().collect(), bound }.cut(self.limit)
    }

    fn and(&mut self, kids: &[&BestSets]) -> BestSets {
        let nothing = vec![0; self.nodes.len().div_ceil(64)];
        let unit = BestSets { sets: vec![(nothing, 1.0)], bound: 0.0 };
        kids.iter().fold(unit, |all, kid| self.unite(&all, kid))
    }
}
