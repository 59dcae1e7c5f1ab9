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
