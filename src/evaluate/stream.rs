//! All possible worlds, one after the other, in memory that does not grow with their number.
//!
//! In: a `Model` and the probability of its evidence. Out: `Worlds`, whose `Plan` deals batches of
//! worlds to as many threads as like, and whose `Cursor`s walk through a batch. The order is that
//! of the combinations: depth-first over the conditions that matter, parents first, the last of
//! them changing fastest, each through its options in their order ("fails" before "holds").
//! Impossible worlds and those that contradict the evidence are skipped and not numbered. A
//! batch and its numbers depend on nothing but the model.

mod amounts;
mod reach;
mod walk;

use crate::model::{Model, Node, NodeId, Variable};
use amounts::{Amounts, Reach};
use walk::Walk;

/// The most worlds below one choice of the upper conditions.
const MOST_BELOW: u64 = 1024;

/// A batch is dealt once it has this many worlds.
const ENOUGH: u64 = 1024;

/// The worlds of a model, ready to be walked through.
#[derive(Debug)]
pub struct Worlds {
    model: Model,
    /// The probability of the evidence, by which all are divided.
    whole: f64,
    stated: bool,
    /// How many of the conditions are the upper ones.
    split: usize,
    /// For each depth, the nodes that are evaluated there; of all, and of those that planning needs.
    ready: Vec<Vec<NodeId>>,
    ready_to_plan: Vec<Vec<NodeId>>,
    /// The depth from which the evidence is decided.
    decided: usize,
    /// The depth from which every combination is possible.
    free: usize,
    /// For each depth, the pledges whose activity is decided there.
    pledges: Vec<Vec<(NodeId, usize)>>,
    totals: Vec<Amounts>,
    floors: Vec<Reach>,
}
impl Worlds {
    /// Prepares the worlds of a model whose evidence has the probability `whole`.
    pub fn new(model: Model, whole: f64) -> Self {
        let order = &model.relevant;
        let active = model.pledges.iter().map(|pledge| pledge.active);
        let mut results: Vec<NodeId> = active.collect();
        results.extend(model.floors.iter().map(|floor| floor.needs));
        let causes = causes(&model);
        let all = ready(&model, order);
        let depth_of = |node: NodeId| all.iter().position(|nodes| nodes.contains(&node));
        let decided = depth_of(model.evidence).unwrap_or(0);
        let mut pledges = vec![Vec::new(); all.len()];
        for (index, pledge) in model.pledges.iter().enumerate() {
            if let Some(depth) = depth_of(pledge.active) {
                pledges[depth].push((pledge.active, index));
            }
        }
        let restrict = |needed: &[bool]| -> Vec<Vec<NodeId>> {
            let kept = |nodes: &Vec<NodeId>| nodes.iter().copied().filter(|n| needed[*n]).collect();
            all.iter().map(kept).collect()
        };
        let laws = super::sums::size_laws(&model);
        Self {
            whole,
            stated: order.iter().all(|variable| model.variables[*variable].stated),
            split: split(&model),
            ready: restrict(&needed(&model, causes.iter().chain(&results))),
            ready_to_plan: restrict(&needed(&model, causes.iter())),
            decided,
            free: free(&model).max(decided),
            pledges,
            totals: model.totals.iter().take(2).map(|s| Amounts::new(&model, &laws, s)).collect(),
            floors: model.floors.iter().map(|floor| Reach::new(&model, &laws, floor)).collect(),
            model,
        }
    }

    /// The conditions in the order of their depth, which is that of `relevant` elsewhere.
    pub fn conditions(&self) -> &[usize] {
        &self.model.relevant
    }

    /// Deals the batches in their order.
    pub fn plan(&self) -> Plan<'_> {
        Plan { worlds: self, walk: Walk::new(self, &self.ready_to_plan), dealt: 0 }
    }

    /// Walks through batches; each thread has its own.
    pub fn cursor(&self) -> Cursor<'_> {
        let mut cursor = Cursor {
            worlds: self,
            walk: Walk::new(self, &self.ready),
            active: vec![0; self.model.pledges.len().div_ceil(8)],
            number: 0,
            entered: false,
            met: vec![0.0; self.floors.len()],
            known: vec![amounts::Known::default(); self.floors.len()],
        };
        cursor.note(0);
        cursor
    }
}

/// Everything that decides which worlds are possible and how probable each is.
fn causes(model: &Model) -> Vec<NodeId> {
    let variables = model.relevant.iter().map(|variable| &model.variables[*variable]);
    let of_one = |variable: &Variable| {
        let clauses = variable.clauses.iter().map(|(when, _)| *when);
        clauses.chain([variable.requires]).collect::<Vec<_>>()
    };
    variables.flat_map(of_one).chain([model.evidence]).collect()
}

/// Marks some nodes and all their parts.
fn needed<'a>(model: &Model, roots: impl Iterator<Item = &'a NodeId>) -> Vec<bool> {
    let mut needed = vec![false; model.nodes.len()];
    roots.for_each(|root| needed[*root] = true);
    for (id, node) in model.nodes.iter().enumerate().rev() {
        let parts: &[NodeId] = match node {
            Node::Constant(_) | Node::Is { .. } => &[],
            Node::Not(inner) => std::slice::from_ref(inner),
            Node::All(of) | Node::Any(of) | Node::Count { of, .. } => of,
        };
        if needed[id] {
            for part in parts {
                needed[*part] = true;
            }
        }
    }
    needed
}

fn options(model: &Model, depth: usize) -> u64 {
    u64::try_from(model.variables[model.relevant[depth]].options).unwrap_or(u64::MAX)
}

/// The smallest depth below which there are few enough combinations.
fn split(model: &Model) -> usize {
    let (mut depth, mut below) = (model.relevant.len(), 1_u64);
    while depth > 0 {
        below = below.saturating_mul(options(model, depth - 1));
        if below > MOST_BELOW {
            break;
        }
        depth -= 1;
    }
    depth
}

/// The smallest depth below which chance rules nothing out.
fn free(model: &Model) -> usize {
    let always = |node| model.holds_always(node);
    let open = |variable: &usize| {
        let variable = &model.variables[*variable];
        let mut chances = variable.clauses.iter().flat_map(|(_, chances)| chances);
        always(variable.requires) && chances.all(|chance| *chance > 0.0)
    };
    model.relevant.iter().rposition(|variable| !open(variable)).map_or(0, |last| last + 1)
}

/// Deals batches of worlds in their order.
#[derive(Debug)]
pub struct Plan<'a> {
    worlds: &'a Worlds,
    walk: Walk<'a>,
    dealt: u64,
}

/// Some worlds that follow each other.
#[derive(Clone, Debug, Default)]
pub struct Batch {
    /// How many worlds come before.
    before: u64,
    /// The options of the upper conditions, one choice after the other.
    heads: Vec<usize>,
    /// How many choices of the upper conditions there are.
    count: usize,
}

impl Iterator for Plan<'_> {
    type Item = Batch;

    fn next(&mut self) -> Option<Batch> {
        let mut batch = Batch { before: self.dealt, ..Batch::default() };
        while self.dealt - batch.before < ENOUGH && self.walk.advance(self.worlds.split).is_some() {
            let below = self.below();
            if below > 0 {
                batch.heads.extend(self.walk.chosen(self.worlds.split));
                batch.count += 1;
                self.dealt += below;
            }
        }
        (batch.count > 0).then_some(batch)
    }
}

impl Plan<'_> {
    /// How many possible worlds lie below the present choice of the upper conditions.
    fn below(&mut self) -> u64 {
        let (model, split) = (&self.worlds.model, self.worlds.split);
        let free = self.worlds.free.max(split);
        let each: u64 = (free..model.relevant.len()).map(|depth| options(model, depth)).product();
        each * self.walk.count_below(split, free)
    }
}

/// One possible world.
#[derive(Clone, Copy, Debug)]
pub struct Row<'a> {
    /// Its number, from 1.
    pub number: u64,
    /// Its probability, given the evidence; none where some probability is not stated.
    pub probability: Option<f64>,
    /// The depth of the first condition whose option may differ from the row before.
    pub changed: usize,
    /// The option of each condition by dense id; meaningful for those that matter.
    pub options: &'a [usize],
    /// Mean troops in theatre.
    pub in_theatre: f64,
    /// Mean troops elsewhere.
    pub elsewhere: f64,
    /// For each requirement, the probability that it is met.
    pub met: &'a [f64],
    /// Which pledges are active, eight a byte, the first in the lowest bit.
    pub active: &'a [u8],
}

/// Walks through batches.
#[derive(Debug)]
pub struct Cursor<'a> {
    worlds: &'a Worlds,
    walk: Walk<'a>,
    active: Vec<u8>,
    number: u64,
    entered: bool,
    met: Vec<f64>,
    known: Vec<amounts::Known>,
}

impl Cursor<'_> {
    /// Calls `visit` for each world of a batch in order.
    pub fn walk(&mut self, batch: &Batch, visit: &mut impl FnMut(&Row<'_>)) {
        let worlds = self.worlds;
        let (split, all) = (worlds.split, worlds.model.relevant.len());
        self.number = batch.before;
        for head in 0..batch.count {
            self.walk.enter(&batch.heads[head * split..(head + 1) * split]);
            (1..=split).for_each(|depth| self.note(depth));
            self.entered = true;
            while let Some(highest) = self.walk.advance(all) {
                (highest + 1..=all).for_each(|depth| self.note(depth));
                self.number += 1;
                visit(&self.row(highest));
            }
        }
    }

    /// Notes which pledges became active or inactive at a depth.
    fn note(&mut self, depth: usize) {
        for &(node, pledge) in &self.worlds.pledges[depth] {
            let bit = 1 << (pledge % 8);
            let byte = &mut self.active[pledge / 8];
            *byte = if self.walk.values[node] { *byte | bit } else { *byte & !bit };
        }
    }

    fn row(&mut self, highest: usize) -> Row<'_> {
        let (worlds, active) = (self.worlds, self.active.as_slice());
        let floors = worlds.floors.iter().zip(&mut self.known).zip(&mut self.met);
        for ((floor, known), met) in floors {
            *met = floor.probability(&self.walk.values, active, known);
        }
        let mean = |total: usize| worlds.totals.get(total).map_or(0.0, |sum| sum.mean(active));
        let changed = if std::mem::take(&mut self.entered) { 0 } else { highest };
        Row {
            number: self.number,
            probability: worlds.stated.then(|| self.walk.probability() / worlds.whole),
            changed,
            options: &self.walk.options,
            in_theatre: mean(0),
            elsewhere: mean(1),
            met: &self.met,
            active,
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
        let depth = match node {
            Node::Is { variable, .. } => position[*variable],
            _ => node.parts().iter().try_fold(0, |deepest, part| Some(depths[*part]?.max(deepest))),
        };
        depths.push(depth);
        if let Some(depth) = depth {
            ready[depth].push(id);
        }
    }
    ready
}

#[cfg(test)]
mod tests {
    use super::{Worlds, needed};
    use crate::law::Law;
    use crate::model::{Floor, Model, Node, Size, Term};
    use rand_chacha::ChaCha8Rng;
    use rand_chacha::rand_core::{Rng as _, SeedableRng as _};

    /// Eleven conditions of two or three options, some of which depend on others or are certain;
    /// twelve pledges, two requirements, and a formula that is known to hold.
    fn model(seed: u64) -> Model {
        let mut stream = ChaCha8Rng::seed_from_u64(seed);
        let mut below = |end: usize| stream.next_u32() as usize % end;
        let mut options = [2; 11];
        options[below(11)] = 3;
        let mut model = Model::sketch(vec![Node::Constant(true)], &options);
        let is: Vec<usize> = (0..11).map(|variable| model.is(variable)).collect();
        model.relevant = (0..11).collect();
        for variable in 1..11 {
            let parent = is[below(variable)];
            let own = &mut model.variables[variable];
            let mut certain = vec![0.0; own.options];
            certain[below(own.options)] = 1.0;
            match below(5) {
                0 => own.clauses.insert(0, (parent, certain)),
                1 => own.requires = parent,
                _ => {}
            }
        }
        if !seed.is_multiple_of(3) {
            model.evidence = model.node(Node::Any(vec![is[below(11)], is[below(11)]]));
        }
        for pledge in 0..12_u64 {
            let of = vec![is[below(11)], is[below(11)]];
            let active = model.node(if pledge % 2 == 0 { Node::All(of) } else { Node::Any(of) });
            let random = seed % 2 == 1 && pledge % 3 == 0;
            let size = if random { Size::Uniform(pledge, 20) } else { Size::Fixed(10 + pledge) };
            model.pledge(active, size);
        }
        let term = |pledge| Term { pledge, members: Vec::new() };
        model.totals = vec![(0..12).map(term).collect(), (3..7).map(term).collect()];
        for (floor, needs) in [(Some(75), is[0]), (None, is[1])] {
            let (sum, named) = ((0..11).map(term).collect(), Vec::new());
            model.floors.push(Floor { sum, floor, needs, named, asked: None });
        }
        model
    }

    /// The options, the probability before any evidence and the values of all nodes of each world.
    fn listed(model: &Model) -> Vec<(Vec<usize>, f64, Vec<bool>)> {
        let mut all = vec![Vec::new()];
        for variable in &model.variables {
            let with = |world: &Vec<usize>, option| [world.as_slice(), &[option]].concat();
            let more = all.iter().flat_map(|world| (0..variable.options).map(|o| with(world, o)));
            all = more.collect();
        }
        let found = all.into_iter().map(|options| {
            let mut values = vec![false; model.nodes.len()];
            for (id, node) in model.nodes.iter().enumerate() {
                values[id] = node.holds(&options, &values);
            }
            let chances = model.variables.iter().zip(&options);
            let p: f64 = chances.map(|(own, option)| own.chance(*option, &values)).product();
            (options, p, values)
        });
        found.filter(|(_, p, values)| *p > 0.0 && values[model.evidence]).collect()
    }

    #[test]
    fn rows_are_those_of_a_list_in_its_order_and_with_its_numbers() {
        for seed in 0..12 {
            let model = model(seed);
            let expected = listed(&model);
            let whole: f64 = expected.iter().map(|(_, p, _)| p).sum();
            let worlds = Worlds::new(model.clone(), whole);
            let mut cursor = worlds.cursor();
            let (mut at, mut before) = (0, None);
            for batch in worlds.plan() {
                assert_eq!(batch.before, at as u64);
                assert_eq!(batch.heads.len(), batch.count * worlds.split);
                cursor.walk(&batch, &mut |row| {
                    let (options, p, values) = &expected[at];
                    at += 1;
                    assert_eq!((row.number, row.options), (at as u64, options.as_slice()));
                    assert!((row.probability.unwrap() - p / whole).abs() < 1e-12);
                    let first = before.replace(options.clone()).map_or(0, |before: Vec<usize>| {
                        (0..11).find(|own| before[*own] != options[*own]).unwrap()
                    });
                    assert!(row.changed <= first);
                    let is_active = |pledge: usize| values[model.pledges[pledge].active];
                    let bits = (0..12).map(|own| row.active[own / 8] >> (own % 8) & 1 == 1);
                    assert!(bits.eq((0..12).map(is_active)));
                    let mean = |total: usize| -> f64 {
                        let own = model.totals[total].iter().map(|term| term.pledge);
                        let laws = own.filter(|own| is_active(*own));
                        laws.map(|own| Law::of(model.pledges[own].size.unwrap()).mean()).sum()
                    };
                    assert!((row.in_theatre - mean(0)).abs() < 1e-9);
                    assert!((row.elsewhere - mean(1)).abs() < 1e-9);
                    let laws = (0..11).filter(|own| is_active(*own));
                    let sum = laws.fold(Law::point(0), |sum, own| {
                        sum.plus(&Law::of(model.pledges[own].size.unwrap()))
                    });
                    for (floor, met) in model.floors.iter().zip(row.met) {
                        let reached = sum.at_least(floor.floor.unwrap_or(0));
                        let expected = if values[floor.needs] { reached } else { 0.0 };
                        assert!((met - expected).abs() < 1e-12, "{met} is not {expected}");
                    }
                });
            }
            assert_eq!(at, expected.len());
        }
    }

    #[test]
    fn batches_have_a_thousand_worlds() {
        let mut model = Model::sketch(vec![Node::Constant(true)], &[2; 12]);
        model.relevant = (0..12).collect();
        let dealt = |model: &Model| -> Vec<(u64, usize)> {
            let worlds = Worlds::new(model.clone(), 1.0);
            worlds.plan().map(|batch| (batch.before, batch.count)).collect()
        };
        assert_eq!(dealt(&model), [(0, 1), (1024, 1), (2048, 1), (3072, 1)]);
        // The last condition always holds; then the first two may not both fail.
        model.variables[11].clauses = vec![(0, vec![0.0, 1.0])];
        assert_eq!(dealt(&model), [(0, 2), (1024, 2)]);
        let of = vec![model.is(0), model.is(1)];
        model.evidence = model.node(Node::Any(of));
        assert_eq!(dealt(&model), [(0, 2), (1024, 1)]);
    }

    #[test]
    fn only_what_planning_needs_is_evaluated_then() {
        let model = model(1);
        let needed = needed(&model, [model.evidence].iter());
        let worlds = Worlds::new(model, 1.0);
        let ready = worlds.ready_to_plan.concat();
        assert!(needed.iter().enumerate().all(|(node, own)| !own || ready.contains(&node)));
        assert!(ready.len() < worlds.ready.concat().len());
    }
}
