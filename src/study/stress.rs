//! Stress: the worst case if some nations withdraw, or some conditions fail.
//!
//! In: a scenario and a budget. Out: for each metric and for at most one, two and three failures the
//! set that leaves the least of it, proved; without a set where the budget does not suffice.

mod figure;
mod search;

use super::Obstacle;
use super::diff::mixture::bare;
use super::metric::Metric;
use crate::compile;
use crate::evaluate::{Choice, Effort};
use crate::layout;
use crate::scenario::Scenario;
use figure::Scene;
use rayon::prelude::*;
use search::{Open, Search};

/// The most failures that come together.
pub const MOST: usize = 3;

/// What fails.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Fails {
    /// Nations withdraw everything that they pledged.
    Nations,
    /// Conditions are set not to hold, or to end in an outcome.
    Conditions,
}

impl Fails {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Nations, Self::Conditions];

    /// `nations` or `conditions`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Nations => "nations",
            Self::Conditions => "conditions",
        }
    }
}

/// One failure.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Failed {
    /// A nation withdraws.
    Nation(usize),
    /// A condition ends in an option: a plain one in its first, which is that it fails.
    Condition(usize, usize),
}

/// The worst case of a metric.
#[derive(Clone, Debug, PartialEq)]
pub struct Case {
    /// What fails.
    pub fails: Fails,
    /// How many at most.
    pub most: usize,
    /// Of what.
    pub metric: Metric,
    /// The figure where nothing fails; none where there is none.
    pub base: Option<f64>,
    /// What fails at worst; none without a figure, also where a set that may be it leaves one for which a
    /// probability is missing, or where the budget does not suffice to prove it.
    pub worst: Option<Worst>,
    /// Whether the budget does not suffice.
    pub over_budget: bool,
}

/// A worst set.
#[derive(Clone, Debug, PartialEq)]
pub struct Worst {
    /// Its members, in the order of their ids: the fewest that do it, and of several such sets the
    /// first. Empty where nothing makes the figure less.
    pub failures: Vec<Failed>,
    /// What is left of the figure.
    pub value: f64,
    /// How many other sets of as many are as bad; none where the budget does not suffice to tell.
    pub others: Option<u64>,
}

/// Finds the worst case of every metric: for both kinds of failure, in the order of the metrics.
/// Never sampled; over budget only where exact figures are insisted upon.
pub fn stress(scenario: &Scenario, effort: Effort) -> Result<Vec<Case>, Obstacle> {
    let totals = layout::totals(scenario);
    let totals = totals.get(..1).unwrap_or_default();
    let model = compile::compile(scenario, totals, &[])?;
    let scene = Scene::new(bare(scenario), model);
    let all = Fails::ALL.iter().flat_map(|fails| {
        let moved = |metric: &Metric| {
            let level = matches!(metric, Metric::Headline | Metric::Counted);
            *fails == Fails::Nations || !level
        };
        let metrics = Metric::all(scenario).into_iter().filter(moved);
        metrics.map(|metric| (*fails, metric))
    });
    let all: Vec<(Fails, Metric)> = all.collect();
    let cases = shared(&all, effort.budget, |(fails, metric), budget| {
        worst(&scene, *fails, *metric, budget)
    });
    let unknown = cases.iter().any(|case| case.over_budget);
    if unknown && effort.choice == Choice::Exact { Err(Obstacle::OverBudget) } else { Ok(cases) }
}

/// Finds everything with half of the budget, and once more what that does not suffice for with what is
/// then left, both shared out evenly.
fn shared<T: Sync>(
    all: &[T],
    budget: u64,
    find: impl Fn(&T, u64) -> (Vec<Case>, u64) + Sync,
) -> Vec<Case> {
    let part = |budget: u64, count: usize| budget / (count as u64).max(1);
    let each = part(budget / 2, all.len());
    let mut found: Vec<(Vec<Case>, u64)> = all.par_iter().map(|own| find(own, each)).collect();
    let open = |own: &(Vec<Case>, u64)| own.0.iter().any(|case| case.over_budget);
    let left: u64 = found.iter().filter(|own| !open(own)).map(|own| own.1).sum();
    let each = part(budget / 2 + left, found.iter().filter(|own| open(own)).count());
    found.par_iter_mut().zip(all).filter(|(own, _)| open(own)).for_each(|(own, asked)| {
        *own = find(asked, each);
    });
    found.into_iter().flat_map(|(cases, _)| cases).collect()
}

/// The worst cases of one metric, and what is left of the budget.
fn worst(scene: &Scene, fails: Fails, metric: Metric, mut budget: u64) -> (Vec<Case>, u64) {
    let count = match fails {
        Fails::Nations => scene.nations().len(),
        Fails::Conditions => scene.conditions().len(),
    };
    let case =
        |most: usize| Case { fails, most, metric, base: None, worst: None, over_budget: false };
    let mut cases: Vec<Case> = (1..=count.min(MOST)).map(case).collect();
    let Some(figure) = scene.figure(metric, fails) else { return (cases, budget) };
    let remains = |set: &[usize]| figure.remains(set, &mut budget);
    let found = Search::new(&figure.failures, remains).worst(cases.len());
    let Ok(found) = found else {
        for case in &mut cases {
            case.over_budget = true;
        }
        return (cases, budget);
    };
    for (case, own) in cases.iter_mut().zip(found.iter().flat_map(|(_, worst)| worst)) {
        case.base = found.as_ref().map(|(base, _)| *base);
        case.over_budget = *own == Err(Open::OverBudget);
        case.worst = own.as_ref().ok().map(|own| Worst {
            failures: own.set.iter().map(|at| figure.names[*at]).collect(),
            value: own.value,
            others: own.others,
        });
    }
    (cases, budget)
}
