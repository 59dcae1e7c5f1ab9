//! Sweeps: figures over a grid of values of some keys.
//!
//! In: a `Request` and `Axis`es. Out: a `Sweep`, which gives the figures of any point. The weight of
//! a world has at most one chance of each condition as a factor, so what is met, what is given and
//! what stands in theatre are linear in each of the varied probabilities. It is enough to find them
//! at the corners of the cube of these, where each is 0 or 1: a figure at a point is a ratio of two
//! means of corners, weighted by how likely each is. (Darwiche, A differential approach to inference
//! in Bayesian networks, 2003.) Other keys make groups of points, each with corners of its own.

pub mod axes;
pub(super) mod corners;
pub mod own;

use super::Obstacle;
use super::metric::Metric;
use crate::decimal::Decimal;
use crate::error::Error;
use crate::evaluate::Effort;
use crate::merge::{CHANCES, ENDED};
use crate::pipeline::{self, Checked, Request};
use crate::scenario::Scenario;
use axes::{Axis, AxisValue};
use corners::{Corner, chance_of, corner, fixed};
use rayon::prelude::*;
use std::collections::BTreeMap;

/// The most points of a grid.
const MOST_POINTS: u64 = 1_000_000_000;

/// Why a grid has no figures.
#[derive(Debug)]
pub enum Failure {
    /// A file cannot be read.
    Unreadable(Error),
    /// A point has errors.
    Scenario(Box<Checked>),
    /// What is asked makes no sense for this scenario.
    Usage(String),
    /// Exact figures take more than the budget.
    Obstacle(Obstacle),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Unreadable(error)
    }
}

/// A grid whose points are all known to be scenarios.
#[derive(Debug)]
pub struct Grid {
    /// The first point, with what was found in it.
    pub checked: Checked,
    request: Request,
    axes: Vec<Axis>,
    metrics: Vec<Metric>,
    /// The axes that only vary a probability, and of which condition.
    chances: Vec<(usize, usize)>,
    /// The other axes.
    others: Vec<usize>,
}

/// Figures over a grid.
#[derive(Debug)]
pub struct Sweep {
    /// The scenario at the first point.
    pub scenario: Scenario,
    /// The keys that vary; the first varies slowest.
    pub axes: Vec<Axis>,
    /// What is found at every point.
    pub metrics: Vec<Metric>,
    chances: Vec<usize>,
    others: Vec<usize>,
    groups: Vec<Group>,
}

/// The points that differ in varied probabilities only.
#[derive(Debug)]
struct Group {
    /// For each varied probability, what is stated as a word or a range of probabilities, by position.
    stated: Vec<BTreeMap<u64, f64>>,
    /// By which of the varied probabilities are 1, the first as the lowest bit.
    corners: Vec<Corner>,
}

impl Grid {
    /// Checks every point. Without metrics, the expected force and every requirement are found.
    pub fn new(request: Request, axes: Vec<Axis>, metrics: &[String]) -> Result<Self, Failure> {
        let points = axes.iter().fold(1_u64, |points, axis| points.saturating_mul(axis.len()));
        if points > MOST_POINTS {
            return Err(Failure::Usage(format!(
                "the grid has more than {MOST_POINTS} points\nhelp: take larger steps"
            )));
        }
        let first = vec![0; axes.len()];
        let (checked, scenario) = check(&request, &axes, &first)?;
        clash(&axes, &scenario).map_or(Ok(()), Err)?;
        let metrics = Metric::named(&scenario, metrics).map_err(Failure::Usage)?;
        let (chances, others) = (Vec::new(), Vec::new());
        let mut grid = Self { checked, request, axes, metrics, chances, others };
        for axis in 0..grid.axes.len() {
            match grid.chance(axis, &scenario)? {
                Some(condition) => grid.chances.push((axis, condition)),
                None => grid.others.push(axis),
            }
        }
        let groups = 0..grid.groups();
        let failed = groups.into_par_iter().find_map_first(|group| grid.group(group).err());
        failed.map_or(Ok(grid), Err)
    }

    /// The keys that vary.
    pub fn axes(&self) -> &[Axis] {
        &self.axes
    }

    /// What is found at every point.
    pub fn metrics(&self) -> &[Metric] {
        &self.metrics
    }

    /// How many times figures are worked out.
    pub fn work(&self) -> u64 {
        self.groups() << self.chances.len()
    }

    /// The condition whose one probability an axis varies, if it does nothing else.
    fn chance(&self, axis: usize, scenario: &Scenario) -> Result<Option<usize>, Failure> {
        let (own, key) = (&self.axes[axis], self.axes[axis].full_key(scenario));
        let id = key.strip_prefix("conditions.").and_then(|key| key.strip_suffix(".probability"));
        let condition = id.and_then(|id| scenario.conditions.index(id)).filter(|_| own.len() > 1);
        let Some(condition) = condition else { return Ok(None) };
        let mut positions = vec![0; self.axes.len()];
        for at in own.ends() {
            positions[axis] = at;
            let (_, scenario) = check(&self.request, &self.axes, &positions)?;
            let Some(chance) = chance_of(&scenario, condition) else { return Ok(None) };
            if let AxisValue::Number(number) = own.value(at)
                && number.to_f64().to_bits() != chance.to_bits()
            {
                return Ok(None);
            }
        }
        Ok(Some(condition))
    }

    fn groups(&self) -> u64 {
        self.others.iter().map(|axis| self.axes[*axis].len()).product()
    }

    /// The scenario of a group, and which probabilities it states in words.
    fn group(&self, group: u64) -> Result<(Scenario, Vec<BTreeMap<u64, f64>>), Failure> {
        let mut positions = vec![0; self.axes.len()];
        let mut left = group;
        for axis in self.others.iter().rev() {
            positions[*axis] = left % self.axes[*axis].len();
            left /= self.axes[*axis].len();
        }
        let (_, scenario) = check(&self.request, &self.axes, &positions)?;
        let mut stated = Vec::new();
        for own in &self.chances {
            self.stated(&scenario, *own, 0)?;
            let axis = &self.axes[own.0];
            let worded = |at: &u64| matches!(axis.value(*at), AxisValue::Text(_));
            let mut words = BTreeMap::new();
            for at in axis.ends().into_iter().filter(worded) {
                positions[own.0] = at;
                let (_, scenario) = check(&self.request, &self.axes, &positions)?;
                words.insert(at, self.stated(&scenario, *own, at)?);
            }
            positions[own.0] = 0;
            stated.push(words);
        }
        Ok((scenario, stated))
    }

    /// The probability that a scenario has where an axis has the value at a position.
    fn stated(
        &self,
        scenario: &Scenario,
        (axis, condition): (usize, usize),
        at: u64,
    ) -> Result<f64, Failure> {
        let own = &self.axes[axis];
        let is_own = |chance: &f64| match own.value(at) {
            AxisValue::Text(_) => true,
            AxisValue::Number(number) => number.to_f64().to_bits() == chance.to_bits(),
        };
        chance_of(scenario, condition).filter(is_own).ok_or_else(|| {
            Failure::Usage(format!(
                "`{}` is varied, and another key that is varied replaces it\n\
                 help: vary one of the two",
                own.key
            ))
        })
    }

    /// Where the file itself stands in the grid.
    pub fn own(&self) -> Option<own::Own> {
        own::Own::find(&self.request, &self.axes, &self.chances)
    }

    /// Works out the figures; `step` is called behind each piece of [`Self::work`].
    pub fn sweep(self, effort: Effort, step: &(dyn Fn() + Sync)) -> Result<Sweep, Failure> {
        let conditions: Vec<usize> = self.chances.iter().map(|(_, condition)| *condition).collect();
        let find = |group: u64| {
            let (scenario, stated) = self.group(group)?;
            let corners = (0..1_usize << conditions.len()).into_par_iter().map(|number| {
                let chances = conditions.iter().enumerate();
                let chances =
                    chances.map(|(at, own)| (*own, if number >> at & 1 == 1 { 1.0 } else { 0.0 }));
                let scenario = fixed(&scenario, chances);
                let found = corner(&scenario, &self.metrics, effort);
                step();
                found.map_err(|over| Failure::Obstacle(over.into()))
            });
            let corners: Result<Vec<Corner>, Failure> = corners.collect();
            Ok(Group { stated, corners: corners? })
        };
        let groups: Result<Vec<Group>, Failure> =
            (0..self.groups()).into_par_iter().map(find).collect();
        let (groups, first) = (groups?, vec![0; self.axes.len()]);
        if groups.iter().flat_map(|group| &group.corners).all(Vec::is_empty) {
            return Err(Failure::Obstacle(Obstacle::ImpossibleEvidence));
        }
        let scenario = match self.checked.scenario {
            Some(scenario) => scenario,
            None => check(&self.request, &self.axes, &first)?.1,
        };
        let chances = self.chances.iter().map(|(axis, _)| *axis).collect();
        let (axes, metrics, others) = (self.axes, self.metrics, self.others);
        Ok(Sweep { scenario, axes, metrics, chances, others, groups })
    }
}

/// Keys of which one replaces the other.
fn clash(axes: &[Axis], scenario: &Scenario) -> Option<Failure> {
    let keys: Vec<String> = axes.iter().map(|axis| axis.full_key(scenario)).collect();
    let ways: Vec<[Option<&str>; 3]> = keys
        .iter()
        .map(|key| {
            let mut parts = key.split('.');
            [parts.next(), parts.next(), parts.next()]
        })
        .collect();
    let says_how = |way: &[Option<&str>; 3]| {
        let key = way[2].unwrap_or_default();
        way[0] == Some("conditions") && (CHANCES.contains(&key) || key == ENDED)
    };
    for (at, key) in keys.iter().enumerate() {
        let replaced = keys.iter().zip(&ways).take(at).find(|(other, way)| {
            let both = says_how(way) && says_how(&ways[at]) && way[1] == ways[at][1];
            *other == key || both && way[2] != ways[at][2]
        });
        if let Some((other, _)) = replaced {
            let help = "help: name all values of a key behind one --vary";
            let message = if other == key {
                format!("`{key}` is varied twice\n{help}")
            } else {
                format!("`{key}` replaces `{other}`, and both are varied\n{help}")
            };
            return Some(Failure::Usage(message));
        }
    }
    None
}

/// Checks the point at which each axis has the value at a position.
fn check(
    request: &Request,
    axes: &[Axis],
    positions: &[u64],
) -> Result<(Checked, Scenario), Failure> {
    let varied = axes.iter().zip(positions).map(|(axis, at)| axis.varied(*at)).collect();
    let checked = pipeline::check(&Request { varied, ..request.clone() })?;
    match checked.scenario.clone() {
        Some(scenario) => Ok((checked, scenario)),
        None => Err(Failure::Scenario(Box::new(checked))),
    }
}

impl Sweep {
    /// How many points there are.
    pub fn points(&self) -> u64 {
        self.axes.iter().map(Axis::len).product()
    }

    /// The position on each axis of a point by its number.
    pub fn positions(&self, point: u64) -> Vec<u64> {
        let mut left = point;
        let mut positions: Vec<u64> = Vec::with_capacity(self.axes.len());
        for axis in self.axes.iter().rev() {
            positions.push(left % axis.len());
            left /= axis.len();
        }
        positions.reverse();
        positions
    }

    /// The figures at a point, in the order of the metrics; none where the evidence cannot hold,
    /// nobody asks, or a probability is missing.
    pub fn figures(&self, positions: &[u64]) -> Vec<Option<f64>> {
        let group = self.group(positions);
        let chances = self.chances.iter().enumerate().map(|(at, axis)| {
            let own = || group?.stated.get(at)?.get(&positions[*axis]).copied();
            match self.axes[*axis].value(positions[*axis]) {
                AxisValue::Number(number) => [Decimal::ONE.minus(number).to_f64(), number.to_f64()],
                AxisValue::Text(_) => {
                    let chance = own().unwrap_or(f64::NAN);
                    [1.0 - chance, chance]
                }
            }
        });
        self.weighed(group, chances)
    }

    /// The probability that the first point states where an axis has the value at a position, if the
    /// axis varies a probability and the value is no number.
    pub fn stated(&self, axis: usize, position: u64) -> Option<f64> {
        let at = self.chances.iter().position(|own| *own == axis)?;
        self.groups.first()?.stated.get(at)?.get(&position).copied()
    }

    /// The points that differ in varied probabilities only from one with these positions.
    fn group(&self, positions: &[u64]) -> Option<&Group> {
        let others = self.others.iter();
        let number =
            others.fold(0, |number, axis| number * self.axes[*axis].len() + positions[*axis]);
        self.groups.get(usize::try_from(number).ok()?)
    }

    /// The figures of a group where the varied conditions have some probabilities to fail and to hold.
    fn weighed(
        &self,
        group: Option<&Group>,
        chances: impl Iterator<Item = [f64; 2]>,
    ) -> Vec<Option<f64>> {
        let Some(group) = group else { return vec![None; self.metrics.len()] };
        let mut weights = vec![1.0];
        for [rest, chance] in chances {
            let holds = weights.iter().map(|weight| weight * chance).collect::<Vec<_>>();
            for weight in &mut weights {
                *weight *= rest;
            }
            weights.extend(holds);
        }
        let metrics = 0..self.metrics.len();
        metrics.map(|at| corners::mean(weights.iter().copied().zip(&group.corners), at)).collect()
    }
}
