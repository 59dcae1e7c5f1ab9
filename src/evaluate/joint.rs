//! One listing of the worlds, and what it leaves behind.
//!
//! In: a `Model`. Out: the joint distribution of the tracked formulas (activity of pledges that
//! are summed or make up forces, `needs`, what is asked), the marginals, and the most probable
//! worlds. Worlds that contradict the evidence have no part in it.

use super::worlds::{self, World};
use crate::law::real;
use crate::law::{Accumulator, sum};
use crate::model::{Model, NodeId};
use std::collections::BTreeMap;

/// Worlds in which the tracked formulas have the same values.
#[derive(Debug)]
struct Group {
    values: Box<[u64]>,
    /// Their probability, given the evidence.
    probability: f64,
}

impl Group {
    /// Whether the tracked formula at a position holds; one that is not tracked never does.
    fn has(&self, position: Option<usize>) -> bool {
        position.is_some_and(|position| self.values[position / 64] >> (position % 64) & 1 == 1)
    }
}

/// What a listing finds.
#[derive(Debug)]
pub struct Joint {
    /// Position of each tracked node in a group's values.
    positions: BTreeMap<NodeId, usize>,
    /// The groups in a fixed order.
    groups: Vec<Group>,
    /// For each variable, the mass of each option.
    pub marginals: Vec<Vec<Accumulator>>,
    /// For each pledge, the mass of the worlds in which it is active.
    pub active: Vec<Accumulator>,
    /// The most probable worlds, most probable first: probability and options.
    pub worlds: Vec<(f64, Vec<usize>)>,
    /// How many worlds are possible.
    pub worlds_possible: u64,
}

impl Joint {
    /// Lists the worlds over the relevant variables and keeps the `top` most probable.
    pub fn list(model: &Model, top: Option<usize>) -> Self {
        let tracked = tracked(model);
        let positions = tracked.iter().copied().zip(0..).collect();
        let mut groups: BTreeMap<Box<[u64]>, Accumulator> = BTreeMap::new();
        let mut marginals: Vec<Vec<Accumulator>> = model
            .variables
            .iter()
            .map(|variable| vec![Accumulator::default(); variable.options])
            .collect();
        let mut active = vec![Accumulator::default(); model.pledges.len()];
        let mut best = Best { top, worlds: Vec::new() };
        let mut worlds_possible = 0;
        worlds::list(model, &model.relevant, &mut |world| {
            if !world.values[model.evidence] {
                return;
            }
            worlds_possible += 1;
            for variable in &model.relevant {
                marginals[*variable][world.options[*variable]].add(world.probability);
            }
            for (pledge, mass) in model.pledges.iter().zip(&mut active) {
                if world.values[pledge.active] {
                    mass.add(world.probability);
                }
            }
            groups.entry(packed(&tracked, world)).or_default().add(world.probability);
            best.offer(world);
        });
        let whole = sum(groups.values().map(Accumulator::total));
        let groups = groups
            .into_iter()
            .map(|(values, mass)| Group { values, probability: mass.total() / whole });
        let scaled = |masses: &mut Vec<Accumulator>| {
            for mass in masses {
                *mass = Accumulator::of(mass.total() / whole);
            }
        };
        marginals.iter_mut().for_each(scaled);
        scaled(&mut active);
        Self {
            positions,
            groups: groups.collect(),
            marginals,
            active,
            worlds: best.sorted(whole),
            worlds_possible,
        }
    }

    /// The probability of each combination of some tracked formulas, as bits in their order, over
    /// the groups in which all of the conditions hold.
    pub fn project(
        &self,
        nodes: &[NodeId],
        conditions: &[NodeId],
    ) -> BTreeMap<Vec<u64>, Accumulator> {
        let bits = |nodes: &[NodeId]| -> Vec<Option<usize>> {
            nodes.iter().map(|node| self.positions.get(node).copied()).collect()
        };
        let (nodes, conditions) = (bits(nodes), bits(conditions));
        let mut projected: BTreeMap<Vec<u64>, Accumulator> = BTreeMap::new();
        let mut key = vec![0; nodes.len().div_ceil(64)];
        for group in self.groups.iter().filter(|group| conditions.iter().all(|bit| group.has(*bit)))
        {
            key.fill(0);
            for (position, bit) in nodes.iter().enumerate() {
                key[position / 64] |= u64::from(group.has(*bit)) << (position % 64);
            }
            match projected.get_mut(key.as_slice()) {
                Some(mass) => mass.add(group.probability),
                None => projected.entry(key.clone()).or_default().add(group.probability),
            }
        }
        projected
    }

    /// The probability of a tracked formula, or of everything.
    pub fn probability(&self, node: Option<NodeId>) -> f64 {
        let bit = node.map(|node| self.positions.get(&node).copied());
        let held = self.groups.iter().filter(|group| bit.is_none_or(|bit| group.has(bit)));
        sum(held.map(|group| group.probability))
    }

    /// The probability of the worlds that are possible but were not kept.
    pub fn left_out(&self) -> f64 {
        let kept = u64::try_from(self.worlds.len()).unwrap_or(u64::MAX);
        if kept == self.worlds_possible {
            return 0.0;
        }
        (1.0 - sum(self.worlds.iter().map(|(probability, _)| *probability))).max(0.0)
    }
}

/// The pledges whose activity makes up a force.
pub fn counting_forces(model: &Model) -> Vec<usize> {
    let pledges = model.pledges.iter().enumerate();
    let forces = pledges.filter(|(_, pledge)| pledge.counts && pledge.force);
    forces.map(|(index, _)| index).collect()
}

/// The formulas whose joint distribution is kept, in a fixed order.
fn tracked(model: &Model) -> Vec<NodeId> {
    let counting = model.pledges.iter().filter(|pledge| pledge.counts);
    let summed = counting.filter(|pledge| pledge.force || pledge.size.is_some());
    let mut tracked: Vec<NodeId> = summed.map(|pledge| pledge.active).collect();
    tracked.extend(model.floors.iter().map(|floor| floor.needs));
    tracked.extend(&model.asked);
    tracked.sort_unstable();
    tracked.dedup();
    tracked
}

fn packed(tracked: &[NodeId], world: &World<'_>) -> Box<[u64]> {
    let mut words = vec![0_u64; tracked.len().div_ceil(64)];
    for (position, node) in tracked.iter().enumerate() {
        words[position / 64] |= u64::from(world.values[*node]) << (position % 64);
    }
    words.into_boxed_slice()
}

/// The most probable worlds so far; earlier ones first among equals.
struct Best {
    top: Option<usize>,
    worlds: Vec<(f64, Vec<usize>)>,
}

impl Best {
    fn offer(&mut self, world: &World<'_>) {
        self.worlds.push((world.probability, world.options.to_vec()));
        if let Some(top) = self.top
            && self.worlds.len() >= 2 * top.max(1024)
        {
            self.sort();
            self.worlds.truncate(top);
        }
    }

    fn sort(&mut self) {
        self.worlds.sort_by(|(left, _), (right, _)| right.total_cmp(left));
    }

    fn sorted(mut self, whole: f64) -> Vec<(f64, Vec<usize>)> {
        self.sort();
        self.worlds.truncate(self.top.unwrap_or(usize::MAX));
        self.worlds.iter_mut().for_each(|(probability, _)| *probability /= whole);
        self.worlds
    }
}

/// The value of every node over the relevant variables in one world.
pub fn values(model: &Model, options: &[usize]) -> Vec<bool> {
    let mut values = vec![false; model.nodes.len()];
    for node in 0..model.nodes.len() {
        values[node] = worlds::value(&model.nodes[node], options, &values);
    }
    values
}

/// The probability of each option of a variable that no result depends on, from the variables in
/// `marked`; none where they are too many to list.
pub fn marginal(model: &Model, variable: usize, marked: &[bool]) -> Option<Vec<f64>> {
    let order = model.ordered(marked);
    let combinations: f64 = order
        .iter()
        .map(|variable| real(u64::try_from(model.variables[*variable].options).unwrap_or(u64::MAX)))
        .product();
    if combinations > real(crate::model::MOST_COMBINATIONS) {
        return None;
    }
    let tied = model.support(model.evidence).iter().all(|variable| marked[*variable]);
    let mut masses = vec![Accumulator::default(); model.variables[variable].options];
    worlds::list(model, &order, &mut |world| {
        if !tied || world.values[model.evidence] {
            masses[world.options[variable]].add(world.probability);
        }
    });
    let whole = sum(masses.iter().map(Accumulator::total));
    (whole > 0.0).then(|| masses.iter().map(|mass| mass.total() / whole).collect())
}
