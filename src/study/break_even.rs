//! Break-even: how probable a condition must be for a requirement to be just as likely as wanted.
//!
//! In: a scenario, a requirement and the chance that is wanted. Out: for each condition with one
//! probability the value of it at which P(met) is that chance, all else as it is. Both what is met
//! and what is given are linear in it, so two evaluations, at 0 and at 1, say all.

use super::Obstacle;
use super::metric::Metric;
use super::sweep::corners::{Corner, corner, fixed, is_plain, mean};
use crate::compile;
use crate::evaluate::{Effort, sums};
use crate::model::Model;
use crate::scenario::Scenario;
use rayon::prelude::*;

/// What differs by less than this part differs by rounding alone.
const ROUNDING: f64 = 1e-12;

/// Where a requirement breaks even.
#[derive(Clone, Debug)]
pub struct BreakEven {
    /// The requirement.
    pub requirement: usize,
    /// The chance that is wanted.
    pub wanted: f64,
    /// For each condition its probability at which P(met) is what is wanted; none where no
    /// probability does that, where all do, or where it has not one probability.
    pub chances: Vec<Option<f64>>,
}

/// Finds for every condition where a requirement breaks even.
pub fn break_even(
    scenario: &Scenario,
    requirement: usize,
    wanted: f64,
    effort: Effort,
) -> Result<BreakEven, Obstacle> {
    let model = compile::compile(scenario, &[], &[])?;
    let bearing = bearing(&model, requirement);
    let conditions = 0..scenario.conditions.len();
    let chances = conditions.into_par_iter().map(|condition| {
        if !bearing[condition] || !is_plain(scenario, condition) {
            return Ok(None);
        }
        let at = |chance: f64| {
            let fixed = fixed(scenario, [(condition, chance)].into_iter());
            corner(&fixed, &[Metric::Met(requirement)], effort)
        };
        Ok(solved(&[at(0.0)?, at(1.0)?], wanted))
    });
    let chances: Result<Vec<Option<f64>>, Obstacle> = chances.collect();
    Ok(BreakEven { requirement, wanted, chances: chances? })
}

/// The conditions that P(met) may depend on.
fn bearing(model: &Model, requirement: usize) -> Vec<bool> {
    let floor = &model.floors[requirement];
    let mut roots = sums::activity(model, &floor.sum);
    roots.push(floor.needs);
    model.with_evidence(model.ancestors(&roots))
}

/// Where (1 - p) value0 + p value1 = wanted ((1 - p) given0 + p given1).
fn solved(corners: &[Corner; 2], wanted: f64) -> Option<f64> {
    let [first, last] =
        corners.each_ref().map(|own| own.first().map_or(Some([0.0; 2]), |own| *own));
    let [first, last] = [first?, last?];
    let excess = |[value, given]: [f64; 2]| value - wanted * given;
    let (low, high) = (excess(first), excess(last));
    let scale = first.iter().chain(&last).fold(0.0, |scale: f64, own| scale.max(*own));
    if (low - high).abs() <= ROUNDING * scale {
        return None;
    }
    let chance = low / (low - high);
    let near = (-ROUNDING..=1.0 + ROUNDING).contains(&chance);
    let chance = near.then_some(chance.clamp(0.0, 1.0))?;
    let weighted = [1.0 - chance, chance].into_iter().zip(corners);
    mean(weighted, 0).map(|_| chance)
}
