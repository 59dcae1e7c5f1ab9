//! The sets of formulas that hold together, the most probable ones first.
//!
//! In: a program in which formulas are noted. Out: a bounded list of sets with their probabilities,
//! each exact, and proof that no other set is more probable than the last of them. On the way up
//! each node keeps its best sets, a bound on what is missing from them, and a bound on any other
//! set; the sets at the root are then weighed again exactly, and those heavier than the second bound
//! are certain.

use super::bits;
use super::program::{ProgramId, Programs};
use super::traverse::{Algebra, Part, forward, reachable};
use crate::law;
use crate::model::NodeId;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

/// Which of some formulas hold, as bits in their order.
pub type Bits = Vec<u64>;

/// Sets that are kept at each node for each that is asked for.
const SPARE: usize = 2;

/// The most sets that are listed, however many are asked for.
const MOST_SETS: usize = 1 << 18;

/// The fewest sets that are kept at a node.
const FEWEST_KEPT: usize = 64;

/// The most sets that all nodes together may keep.
const MOST_KEPT: usize = 1 << 23;

/// Evaluations of nodes that weighing the sets again may take.
const MOST_WORK: usize = 1 << 23;

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
    let limit = top.map_or(MOST_SETS, |top| top.saturating_mul(SPARE).min(MOST_SETS));
    let (words, steps) = (nodes.len().div_ceil(64).max(1), reachable(programs, &[root]).len());
    let limit = limit.min(most_kept(words, steps)).max(FEWEST_KEPT);
    let mut best = Best { programs, nodes, limit };
    let Some(mut found) = forward(programs, &[root], &mut best).pop() else {
        return Listed { sets: Vec::new(), complete: true };
    };
    let complete = found.unlisted <= 0.0;
    if found.missing > 0.0 {
        found = found.cut(MOST_WORK / steps.max(1));
        for (set, weight) in &mut found.sets {
            *weight = probability(programs, root, nodes, set);
        }
    }
    found.sets.retain(|(_, weight)| *weight >= found.unlisted);
    let mut sets = found.sets;
    sort(&mut sets);
    let all = sets.len();
    sets.truncate(top.unwrap_or(usize::MAX));
    Listed { complete: complete && sets.len() == all, sets }
}

/// How many sets of so many words each of so many nodes may keep.
fn most_kept(words: usize, steps: usize) -> usize {
    MOST_KEPT / (words * steps.max(1))
}

/// Heaviest first; among equals in the order of their members.
fn sort(sets: &mut [(Bits, f64)]) {
    sets.sort_by(|(left, heavy), (right, light)| {
        light.total_cmp(heavy).then_with(|| bits::members(left).cmp(bits::members(right)))
    });
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
        at.is_ok_and(|at| bits::has(self.set, at))
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
        parts.iter().filter(agrees).map(|part| law::times(part.weight, *part.rest)).sum()
    }

    fn and(&mut self, kids: &[&f64]) -> f64 {
        law::product(kids.iter().map(|kid| **kid))
    }
}

/// The best sets of a node, heaviest first.
#[derive(Clone, Debug)]
struct BestSets {
    sets: Vec<(Bits, f64)>,
    /// No listed set weighs more than this beyond what is listed for it.
    missing: f64,
    /// No other set weighs more than this.
    unlisted: f64,
}

impl BestSets {
    fn cut(mut self, limit: usize) -> Self {
        sort(&mut self.sets);
        if let Some((_, heaviest)) = self.sets.get(limit) {
            self.unlisted = self.unlisted.max(heaviest + self.missing);
            self.sets.truncate(limit);
        }
        self
    }

    /// What is listed for the heaviest set, and the most that any set can weigh.
    fn heaviest(&self) -> (f64, f64) {
        let listed = self.sets.first().map_or(0.0, |(_, weight)| *weight);
        (listed, self.unlisted.max(listed + self.missing))
    }
}

struct Best<'a> {
    programs: &'a Programs<'a>,
    nodes: &'a [NodeId],
    limit: usize,
}

impl Best<'_> {
    fn bits(&self, holds: &[NodeId]) -> Bits {
        let mut bits = bits::empty(self.nodes.len());
        for at in holds.iter().filter_map(|node| self.nodes.binary_search(node).ok()) {
            bits::insert(&mut bits, at);
        }
        bits
    }

    /// The best unions of a set of each, which have no formula in common.
    fn unite(&self, left: &BestSets, right: &BestSets) -> BestSets {
        let product = |(l, r): (usize, usize)| law::times(left.sets[l].1, right.sets[r].1);
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
        let ((listed_l, most_l), (listed_r, most_r)) = (left.heaviest(), right.heaviest());
        let missing =
            listed_l * right.missing + left.missing * listed_r + left.missing * right.missing;
        let beyond = (left.unlisted * most_r).max(most_l * right.unlisted);
        let unlisted = if cut > 0.0 { beyond.max(cut + missing) } else { beyond };
        BestSets { sets, missing, unlisted }
    }

    /// The sums of what may be missing from a set and of what an unlisted one may weigh, over the
    /// branches that the same set can go through: where all branches decide the same formulas, only
    /// those that decide them alike.
    fn bounds(&self, parts: &[Part<'_, BestSets>]) -> (f64, f64) {
        let decided = |part: &Part<'_, BestSets>| {
            let (holds, fails) =
                (self.bits(part.holds), self.bits(self.programs.fails(part.branch)));
            let all: Bits = holds.iter().zip(&fails).map(|(holds, fails)| holds | fails).collect();
            (all, holds)
        };
        let mut groups: BTreeMap<Bits, (f64, f64)> = BTreeMap::new();
        let first = parts.first().map(|part| decided(part).0);
        let alike = parts.iter().all(|part| Some(decided(part).0) == first);
        for part in parts {
            let key = if alike { decided(part).1 } else { Bits::new() };
            let (missing, unlisted) = groups.entry(key).or_default();
            *missing += part.weight * part.rest.missing.max(part.rest.unlisted);
            *unlisted += part.weight * part.rest.unlisted;
        }
        groups.values().fold((0.0, 0.0), |most, own| (own.0.max(most.0), own.1.max(most.1)))
    }
}

impl Algebra for Best<'_> {
    type Value = BestSets;

    fn or(&mut self, parts: &[Part<'_, BestSets>]) -> BestSets {
        let mut sums: BTreeMap<Bits, f64> = BTreeMap::new();
        let (missing, unlisted) = self.bounds(parts);
        for part in parts.iter().filter(|part| part.weight > 0.0) {
            let own = self.bits(part.holds);
            for (set, weight) in &part.rest.sets {
                let union = set.iter().zip(&own).map(|(set, own)| set | own).collect();
                *sums.entry(union).or_default() += law::times(part.weight, *weight);
            }
        }
        BestSets { sets: sums.into_iter().collect(), missing, unlisted }.cut(self.limit)
    }

    fn and(&mut self, kids: &[&BestSets]) -> BestSets {
        let nothing = bits::empty(self.nodes.len());
        let unit = BestSets { sets: vec![(nothing, 1.0)], missing: 0.0, unlisted: 0.0 };
        kids.iter().fold(unit, |all, kid| self.unite(&all, kid))
    }
}

#[cfg(test)]
mod tests {
    use super::{Best, Bits, list, most_kept, probability};
    use crate::evaluate::diagram::{OverBudget, Spent};
    use crate::evaluate::factors::Factors;
    use crate::evaluate::program::{ProgramId, Programs, Query};
    use crate::evaluate::traverse::forward;
    use crate::model::{Model, Node, NodeId};
    use rand_chacha::ChaCha8Rng;
    use rand_chacha::rand_core::{Rng as _, SeedableRng as _};
    use std::collections::BTreeMap;

    const FORMULAS: usize = 8;

    /// Formulas over six conditions, some of which depend on others, drawn anew for each seed.
    fn model(seed: u64) -> (Model, Vec<NodeId>) {
        let mut stream = ChaCha8Rng::seed_from_u64(seed);
        let mut below = |end: usize| stream.next_u32() as usize % end;
        let mut model = Model::sketch(vec![Node::Constant(true)], &[2; 6]);
        let is: Vec<NodeId> = (0..6).map(|variable| model.is(variable)).collect();
        for variable in 0..6 {
            let mut law = || {
                let chance = f64::from(u8::try_from(below(7)).unwrap()) / 8.0 + 0.125;
                vec![1.0 - chance, chance]
            };
            let (given, usual) = (law(), law());
            model.variables[variable].clauses = match below(2 * variable + 1) {
                parent if parent < variable => vec![(is[parent], given), (0, usual)],
                _ => vec![(0, usual)],
            };
        }
        let formulas = (0..FORMULAS).map(|at| {
            let of = vec![is[below(6)], is[below(6)]];
            let node = match at % 3 {
                0 => Node::All(of),
                1 => Node::Any(of),
                _ => Node::Not(of[0]),
            };
            model.node(node)
        });
        let formulas = formulas.collect();
        (model, formulas)
    }

    /// A program that notes formulas, and the probability of each possible set of them.
    fn weighed<'m>(
        model: &'m Model,
        formulas: &[NodeId],
    ) -> Spent<(Programs<'m>, ProgramId, BTreeMap<Bits, f64>)> {
        let mut programs = Programs::new(Factors::new(model, (0..6).collect(), 100_000));
        let root = programs.compile(&Query { noted: formulas.to_vec(), ..Query::default() })?;
        let all = (0..1_u64 << FORMULAS).map(|set| {
            let set = vec![set];
            let weight = probability(&programs, root, formulas, &set);
            (set, weight)
        });
        let all = all.filter(|(_, weight)| *weight > 0.0).collect();
        Ok((programs, root, all))
    }

    #[test]
    fn what_is_kept_bounds_what_is_not() -> Result<(), OverBudget> {
        for seed in 0..60 {
            let (model, formulas) = model(seed);
            let (programs, root, all) = weighed(&model, &formulas)?;
            let whole: f64 = all.values().sum();
            assert!((whole - 1.0).abs() < 1e-12, "{whole}");
            for limit in [1, 2, 3, 5, 9, 1000] {
                let mut best = Best { programs: &programs, nodes: &formulas, limit };
                let found = forward(&programs, &[root], &mut best).pop().unwrap();
                assert!(found.sets.len() <= limit);
                let listed: BTreeMap<&Bits, f64> =
                    found.sets.iter().map(|(set, weight)| (set, *weight)).collect();
                for (set, weight) in &all {
                    let (least, most) = match listed.get(set) {
                        Some(least) => (*least, least + found.missing),
                        None => (0.0, found.unlisted),
                    };
                    let within = least - 1e-12..=most + 1e-12;
                    assert!(within.contains(weight), "{weight} of {set:?} is not in {within:?}");
                }
                assert!(listed.keys().all(|set| all.contains_key(*set)));
                if limit == 1000 {
                    assert_eq!(
                        (found.missing, found.unlisted, listed.len()),
                        (0.0, 0.0, all.len())
                    );
                }
            }
        }
        Ok(())
    }

    #[test]
    fn wide_sets_and_many_nodes_keep_fewer() {
        let kept = [(1, 0), (1, 1024), (2, 1024), (3, 1 << 24)];
        assert_eq!(
            kept.map(|(words, steps)| most_kept(words, steps)),
            [1 << 23, 1 << 13, 1 << 12, 0]
        );
    }

    #[test]
    fn the_most_probable_are_listed_first() -> Result<(), OverBudget> {
        for seed in 60..100 {
            let (model, formulas) = model(seed);
            let (programs, root, all) = weighed(&model, &formulas)?;
            let mut weights: Vec<f64> = all.values().copied().collect();
            weights.sort_by(|one, other| other.total_cmp(one));
            for top in [Some(1), Some(4), None] {
                let found = list(&programs, root, &formulas, top);
                let wanted = top.unwrap_or(all.len()).min(all.len());
                assert_eq!((found.sets.len(), found.complete), (wanted, wanted == all.len()));
                for ((set, weight), best) in found.sets.iter().zip(&weights) {
                    assert!((weight - best).abs() < 1e-12 && (all[set] - weight).abs() < 1e-12);
                }
            }
        }
        Ok(())
    }
}
