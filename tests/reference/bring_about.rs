//! What brings a force about: a smallest set of conditions after which no other force is possible.
//!
//! In: the nodes of some pledges and the sets of them that occur. Out: for each set a smallest list
//! of (condition, option) such that every possible world with those options has that force, closed
//! under what its members presuppose, so that the ceasefire behind a vote is named too; and whether
//! it is the only way. Only worlds that are possible and agree with the evidence are looked at.
//! Of the smallest sets that are found, one for each world with the force, the most probable is taken.
//!
//! For a world g with the force, each world b without it differs from g in some conditions; a set
//! of g's options rules b out when it has one of them. So a smallest set is a smallest hitting set
//! of those differences, and the smallest over all g. Differences of one condition force it; only
//! the worlds that agree with g on what is forced are looked at further.

use super::worlds;
use contingent::law;
use contingent::model::{Model, Node, NodeId};
use std::collections::{BTreeMap, BTreeSet};

/// Which of the conditions, by position.
type Mask = u32;

/// How many looks at a world are spent on one force: beyond it only its first worlds are tried, so
/// the set is still enough but may not be the smallest.
const MOST_LOOKS: usize = 4_000_000;

/// The possible combinations of the conditions that pledges and the evidence depend on.
pub(crate) struct Space {
    /// All of the conditions, parents first.
    order: Vec<usize>,
    /// The first bit of each position in a code, and how many it takes.
    fields: Vec<(u32, u32)>,
    /// The possible worlds as codes, in rising order, with the number of each one's force and its
    /// probability.
    cases: Vec<(u64, usize, f64)>,
    /// The forces that occur: the codes that yield each.
    forces: BTreeMap<Vec<u64>, (usize, Vec<u64>)>,
}

impl Space {
    pub(crate) fn list(model: &Model, nodes: &[NodeId]) -> Self {
        let roots: Vec<NodeId> = nodes.iter().copied().chain([model.evidence]).collect();
        let order = model.ordered(&model.ancestors(&roots));
        let mut next = 0;
        let field = |variable: &usize| {
            let width = usize::BITS - (model.variables[*variable].options - 1).leading_zeros();
            next += width;
            (next - width, width)
        };
        let fields: Vec<(u32, u32)> = order.iter().map(field).collect();
        let code = |options: &[usize]| {
            let parts = order.iter().zip(&fields);
            parts.fold(0, |code, (variable, field)| code | (options[*variable] as u64) << field.0)
        };
        let mut cases = Vec::new();
        let mut forces: BTreeMap<Vec<u64>, (usize, Vec<u64>)> = BTreeMap::new();
        worlds::list(model, &order, &mut |world| {
            if !world.values[model.evidence] {
                return;
            }
            let mut force = vec![0; nodes.len().div_ceil(64)];
            for (position, node) in nodes.iter().enumerate() {
                force[position / 64] |= u64::from(world.values[*node]) << (position % 64);
            }
            let case = code(world.options);
            let number = forces.len();
            let (number, codes) = forces.entry(force).or_insert((number, Vec::new()));
            codes.push(case);
            cases.push((case, *number, world.probability));
        });
        cases.sort_unstable_by_key(|(code, ..)| *code);
        Self { order, fields, cases, forces }
    }

    fn option(&self, code: u64, position: usize) -> usize {
        let (start, width) = self.fields[position];
        usize::try_from(code >> start & ((1 << width) - 1)).unwrap_or(0)
    }

    /// The bits of a code that belong to some of the conditions.
    fn bits(&self, mask: Mask) -> u64 {
        let fields = self.fields.iter().enumerate();
        let chosen = fields.filter(|(position, _)| mask >> position & 1 == 1);
        chosen.fold(0, |bits, (_, (start, width))| bits | ((1 << width) - 1) << start)
    }

    /// Positions and options of a smallest set, the most probable of those found.
    fn smallest_set(&self, force: &[u64]) -> Vec<(usize, usize)> {
        let mut best: Option<(u32, f64, Mask, u64)> = None;
        let mut looks = 0;
        let Some((force, codes)) = self.forces.get(force) else { return Vec::new() };
        for code in codes {
            let limit = best.map_or(Mask::BITS, |(size, ..)| size + 1);
            if looks > MOST_LOOKS {
                break;
            }
            looks += self.order.len();
            let forced = self.forced(*code, *force);
            if forced.count_ones() >= limit {
                continue;
            }
            looks += self.cases.len();
            let masks = self.differences(*code, *force, forced);
            let Some(set) = smallest_hitting_set(&masks, forced, limit) else { continue };
            let (size, likely) = (set.count_ones(), self.mass(*code, set));
            if best.is_none_or(|(least, most, ..)| size < least || likely > most) {
                best = Some((size, likely, set, *code));
            }
        }
        let Some((_, _, set, code)) = best else { return Vec::new() };
        let chosen = (0..self.order.len()).filter(|position| set >> position & 1 == 1);
        chosen.map(|position| (position, self.option(code, position))).collect()
    }

    /// The probability of the worlds that agree with one on some conditions.
    fn mass(&self, code: u64, set: Mask) -> f64 {
        let bits = self.bits(set);
        let agreeing = self.cases.iter().filter(|(other, ..)| (other ^ code) & bits == 0);
        law::sum(agreeing.map(|(.., mass)| *mass))
    }

    /// Whether every case with a force has all members of a set.
    fn is_only(&self, force: &[u64], set: &[(usize, usize)]) -> bool {
        let has = |code: &u64| set.iter().all(|(at, option)| self.option(*code, *at) == *option);
        self.forces.get(force).is_some_and(|(_, codes)| codes.iter().all(has))
    }

    /// The conditions in which a possible world with another force differs alone.
    fn forced(&self, code: u64, force: usize) -> Mask {
        let mut forced = 0;
        for (position, (start, width)) in self.fields.iter().enumerate() {
            let others = (1..1_u64 << width).map(|flip| code ^ flip << start);
            let differs = |other: u64| {
                let found = self.cases.binary_search_by_key(&other, |(code, ..)| *code);
                found.is_ok_and(|found| self.cases[found].1 != force)
            };
            forced |= Mask::from(others.into_iter().any(differs)) << position;
        }
        forced
    }

    /// In what each world with another force differs that agrees on what is forced, without those
    /// that a smaller difference implies.
    fn differences(&self, code: u64, force: usize, forced: Mask) -> Vec<Mask> {
        let bits = self.bits(forced);
        let agreeing = self.cases.iter().filter(|(other, ..)| (other ^ code) & bits == 0);
        let masks: BTreeSet<(u32, Mask)> = agreeing
            .filter(|(_, other, _)| *other != force)
            .map(|(other, ..)| self.difference(code, *other))
            .map(|mask| (mask.count_ones(), mask))
            .collect();
        let mut smallest: Vec<Mask> = Vec::new();
        for (_, mask) in masks {
            if smallest.iter().all(|known| known & mask != *known) {
                smallest.push(mask);
            }
        }
        smallest
    }

    fn difference(&self, left: u64, right: u64) -> Mask {
        (0..self.order.len()).fold(0, |mask, position| {
            let differs = self.option(left, position) != self.option(right, position);
            mask | Mask::from(differs) << position
        })
    }

    /// Adds what holds in every possible world with these options, except what failed or merely
    /// fell to its default: the conditions that the members presuppose.
    fn closure(&self, model: &Model, set: &[(usize, usize)]) -> Vec<(usize, usize)> {
        let field = |position: usize| {
            let (start, width) = self.fields[position];
            ((1 << width) - 1) << start
        };
        let fixed: u64 = set.iter().map(|(position, _)| field(*position)).sum();
        let wanted: u64 =
            set.iter().map(|(position, option)| (*option as u64) << self.fields[*position].0).sum();
        let codes = self.cases.iter().map(|(code, ..)| code);
        let mut within = codes.filter(|code| *code & fixed == wanted);
        let Some(first) = within.next() else { return Vec::new() };
        let varying = within.fold(0, |varying, code| varying | (code ^ first));
        let mut closed = Vec::new();
        for (position, variable) in self.order.iter().enumerate() {
            let option = self.option(*first, position);
            let named = set.iter().any(|(member, _)| *member == position);
            let implied = varying & field(position) == 0;
            if named || (implied && Some(option) != default_option(model, *variable)) {
                closed.push((*variable, option));
            }
        }
        closed
    }
}

/// A smallest set that holds `forced` and hits every mask, if one is smaller than `limit`.
fn smallest_hitting_set(masks: &[Mask], forced: Mask, limit: u32) -> Option<Mask> {
    let mut best = None;
    let mut limit = limit;
    search(masks, forced, &mut limit, &mut best);
    best
}

fn search(masks: &[Mask], chosen: Mask, limit: &mut u32, best: &mut Option<Mask>) {
    if chosen.count_ones() >= *limit {
        return;
    }
    let open = masks.iter().filter(|mask| *mask & chosen == 0).min_by_key(|mask| mask.count_ones());
    let Some(open) = open else {
        *limit = chosen.count_ones();
        *best = Some(chosen);
        return;
    };
    for position in (0..Mask::BITS).filter(|position| open >> position & 1 == 1) {
        search(masks, chosen | 1 << position, limit, best);
    }
}

/// The option that a variable takes when nothing happens, if there is one.
fn default_option(model: &Model, variable: usize) -> Option<usize> {
    let variable = &model.variables[variable];
    let always = matches!(model.nodes[variable.requires], Node::Constant(true));
    (variable.plain || !always).then_some(variable.otherwise)
}

/// What is wrong with a way that the engine found to a force, if anything is.
pub(crate) fn fault(
    model: &Model,
    nodes: &[NodeId],
    force: &[u64],
    way: &contingent::evaluate::bring_about::Way,
) -> Option<String> {
    let space = Space::list(model, nodes);
    let place = |variable: usize| space.order.iter().position(|own| *own == variable).unwrap();
    let set: Vec<(usize, usize)> = way.smallest.iter().map(|(v, o)| (place(*v), *o)).collect();
    let smallest = space.smallest_set(force);
    if smallest.len() != set.len() {
        return Some(format!("{} options instead of {}", set.len(), smallest.len()));
    }
    let Some((number, _)) = space.forces.get(force) else { return Some("no such force".into()) };
    let sets = space.sets_of(u32::try_from(set.len()).unwrap(), *number);
    let Some(own) = sets.get(&set) else { return Some(format!("{set:?} is not enough")) };
    let most = sets.values().fold(0.0_f64, |most, mass| most.max(*mass));
    if sets.len() <= 64 && *own < most * (1.0 - 1e-9) {
        return Some(format!("another of the smallest has {most}, not {own}"));
    }
    if way.only != space.is_only(force, &set) {
        return Some(format!("only way: {}", way.only));
    }
    let closure = space.closure(model, &set);
    (way.conditions != closure).then(|| format!("{:?}, not {closure:?}", way.conditions))
}

impl Space {
    /// All sets of so many options that bring a force about, and their probabilities.
    fn sets_of(&self, size: u32, force: usize) -> BTreeMap<Vec<(usize, usize)>, f64> {
        let mut sets = BTreeMap::new();
        let masks = (0..1_u32 << self.order.len()).filter(|mask| mask.count_ones() == size);
        for mask in masks {
            let mut groups: BTreeMap<u64, (bool, f64)> = BTreeMap::new();
            for (code, own, mass) in &self.cases {
                let group = groups.entry(code & self.bits(mask)).or_insert((true, 0.0));
                *group = (group.0 && *own == force, group.1 + mass);
            }
            for (code, (_, mass)) in groups.into_iter().filter(|(_, (enough, _))| *enough) {
                let chosen = (0..self.order.len()).filter(|position| mask >> position & 1 == 1);
                sets.insert(chosen.map(|at| (at, self.option(code, at))).collect(), mass);
            }
        }
        sets
    }

    /// Whether a set of variables and options brings a force about, and how many more options it
    /// has than the smallest.
    pub(crate) fn excess(&self, force: &[u64], set: &[(usize, usize)]) -> Option<usize> {
        let place = |variable: usize| self.order.iter().position(|own| *own == variable).unwrap();
        let placed: Vec<(usize, usize)> = set.iter().map(|(v, o)| (place(*v), *o)).collect();
        let (number, _) = self.forces.get(force)?;
        let sets = self.sets_of(u32::try_from(set.len()).unwrap(), *number);
        sets.contains_key(&placed).then(|| set.len() - self.smallest_set(force).len())
    }

    /// The forces that occur.
    pub(crate) fn occurring(model: &Model, nodes: &[NodeId]) -> Vec<Vec<u64>> {
        Self::list(model, nodes).forces.into_keys().collect()
    }
}
