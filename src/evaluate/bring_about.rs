//! What brings a force about: a smallest set of conditions after which no other force is possible.
//!
//! In: the nodes of the counting force pledges and the sets of them that occur. Out: for each set
//! a smallest list of (condition, option) such that every possible world with those options has
//! that force, closed under what its members presuppose, so that the ceasefire behind a vote is
//! named too. Possible worlds only; evidence plays no part.
//!
//! For a world g with the force, each world b without it differs from g in some conditions; a set
//! of g's options rules b out when it has one of them. So a smallest set is a smallest hitting set
//! of those differences, and the smallest over all g.

use super::worlds;
use crate::model::{Model, Node, NodeId};
use std::collections::BTreeSet;

/// Differences as bits: position in the pledges' own conditions.
type Mask = u32;

/// The most pairs of worlds that are compared for one force; beyond it only its first worlds are
/// tried, so the set is enough but may not be the smallest.
const MOST_PAIRS: usize = 20_000_000;

/// A possible combination of the pledges' own conditions and the force that it yields.
struct Case {
    options: Vec<usize>,
    force: Vec<bool>,
}

/// The conditions for each set in `forces`.
pub fn smallest_sets(
    model: &Model,
    nodes: &[NodeId],
    forces: &[Vec<bool>],
) -> Vec<Vec<(usize, usize)>> {
    let order = model.ordered(&model.ancestors(nodes));
    let mentioned: BTreeSet<usize> = nodes.iter().flat_map(|node| model.support(*node)).collect();
    let support: Vec<usize> = order.iter().copied().filter(|v| mentioned.contains(v)).collect();
    let mut cases: BTreeSet<(Vec<usize>, Vec<bool>)> = BTreeSet::new();
    let mut worlds_seen: BTreeSet<Vec<usize>> = BTreeSet::new();
    worlds::list(model, &order, &mut |world| {
        let options = support.iter().map(|variable| world.options[*variable]).collect();
        let force = nodes.iter().map(|node| world.values[*node]).collect();
        cases.insert((options, force));
        worlds_seen.insert(order.iter().map(|variable| world.options[*variable]).collect());
    });
    let cases: Vec<Case> =
        cases.into_iter().map(|(options, force)| Case { options, force }).collect();
    let closed = |force: &Vec<bool>| {
        let set = smallest_set(&cases, force);
        let named: Vec<(usize, usize)> =
            set.into_iter().map(|(position, option)| (support[position], option)).collect();
        closure(model, &order, &worlds_seen, named)
    };
    forces.iter().map(closed).collect()
}

fn smallest_set(cases: &[Case], force: &[bool]) -> Vec<(usize, usize)> {
    let (good, bad): (Vec<&Case>, Vec<&Case>) = cases.iter().partition(|case| case.force == force);
    let mut best: Option<(Mask, &Case)> = None;
    for case in good.iter().take(MOST_PAIRS / bad.len().max(1) + 1) {
        let limit = best.map_or(Mask::BITS, |(set, _)| set.count_ones());
        if let Some(set) = smallest_hitting_set(&differences(case, &bad), limit) {
            best = Some((set, case));
        }
    }
    let Some((set, case)) = best else { return Vec::new() };
    let chosen = case.options.iter().enumerate().filter(|(position, _)| set >> position & 1 == 1);
    chosen.map(|(position, option)| (position, *option)).collect()
}

/// Where each bad case differs, without those that another's difference implies.
fn differences(case: &Case, bad: &[&Case]) -> Vec<Mask> {
    let masks: BTreeSet<(u32, Mask)> = bad
        .iter()
        .map(|other| {
            let pairs = case.options.iter().zip(&other.options).enumerate();
            let mask = pairs.filter(|(_, (own, other))| own != other);
            mask.fold(0, |mask, (position, _)| mask | 1 << position)
        })
        .map(|mask: Mask| (mask.count_ones(), mask))
        .collect();
    let mut smallest: Vec<Mask> = Vec::new();
    for (_, mask) in masks {
        if smallest.iter().all(|known| known & mask != *known) {
            smallest.push(mask);
        }
    }
    smallest
}

/// A smallest set that hits every mask, if one is smaller than `limit`.
fn smallest_hitting_set(masks: &[Mask], limit: u32) -> Option<Mask> {
    let mut best = None;
    let mut limit = limit;
    search(masks, 0, &mut limit, &mut best);
    best
}

fn search(masks: &[Mask], chosen: Mask, limit: &mut u32, best: &mut Option<Mask>) {
    let open = masks.iter().filter(|mask| *mask & chosen == 0).min_by_key(|mask| mask.count_ones());
    let Some(open) = open else {
        if chosen.count_ones() < *limit {
            *limit = chosen.count_ones();
            *best = Some(chosen);
        }
        return;
    };
    if chosen.count_ones() + 1 >= *limit {
        return;
    }
    for position in (0..Mask::BITS).filter(|position| open >> position & 1 == 1) {
        search(masks, chosen | 1 << position, limit, best);
    }
}

/// Adds what holds in every possible world with these options, except what failed or merely fell
/// to its default: the conditions that the members presuppose.
fn closure(
    model: &Model,
    order: &[usize],
    worlds: &BTreeSet<Vec<usize>>,
    mut set: Vec<(usize, usize)>,
) -> Vec<(usize, usize)> {
    let position = |variable: usize| order.iter().position(|other| *other == variable);
    let within = |options: &&Vec<usize>| {
        set.iter()
            .all(|(variable, option)| position(*variable).is_none_or(|p| options[p] == *option))
    };
    let mut common: Vec<Option<usize>> = Vec::new();
    for options in worlds.iter().filter(within) {
        if common.is_empty() {
            common = options.iter().copied().map(Some).collect();
        }
        for (kept, option) in common.iter_mut().zip(options) {
            *kept = kept.filter(|kept| kept == option);
        }
    }
    for (variable, option) in order.iter().zip(common) {
        let named = set.iter().any(|(member, _)| member == variable);
        let default = default_option(model, *variable);
        if let Some(option) = option.filter(|option| !named && Some(*option) != default) {
            set.push((*variable, option));
        }
    }
    set.sort_by_key(|(variable, _)| position(*variable));
    set
}

/// The option that a variable takes when nothing happens, if there is one.
fn default_option(model: &Model, variable: usize) -> Option<usize> {
    let variable = &model.variables[variable];
    let always = matches!(model.nodes[variable.requires], Node::Constant(true));
    (variable.plain || !always).then_some(variable.otherwise)
}

#[cfg(test)]
mod tests {
    use super::smallest_hitting_set;

    #[test]
    fn hitting_sets_are_smallest() {
        assert_eq!(smallest_hitting_set(&[0b011, 0b110], 9), Some(0b010));
        assert_eq!(smallest_hitting_set(&[0b001, 0b010, 0b100], 9), Some(0b111));
        assert_eq!(smallest_hitting_set(&[], 9), Some(0));
        assert_eq!(smallest_hitting_set(&[0b1, 0b10], 2), None, "no set is below the limit");
    }
}
