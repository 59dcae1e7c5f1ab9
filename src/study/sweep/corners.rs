//! Corners: figures where some conditions are made certain.
//!
//! In: a scenario and conditions with one probability each. Out: for each metric its value times
//! the probability of what it is given, and that probability, so that corners can be averaged.

use crate::compile;
use crate::evaluate::diagram::Spent;
use crate::evaluate::{self, Choice, Effort, evidence};
use crate::law;
use crate::scenario::{Chance, Filter, Scenario, TROOPS};
use crate::study::diff::mixture::{levels, mean_size};
use crate::study::metric::Metric;

/// For each metric the value times how probable what it is given is, and that; none where a
/// probability is missing. Empty where the evidence cannot hold, or too rarely.
pub(in crate::study) type Corner = Vec<Option<[f64; 2]>>;

/// How probable what is given must be at a point. Corners at which it is below `LEAST_EVIDENCE` count as impossible; beside
/// this they are less than rounding.
const LEAST: f64 = 1e20 * law::LEAST_EVIDENCE;

/// The one probability of a plain condition; none where there are several or none.
pub(in crate::study) fn chance_of(scenario: &Scenario, condition: usize) -> Option<f64> {
    let clause = scenario.conditions.at(condition).clauses.first();
    let clause = clause.filter(|_| is_plain(scenario, condition));
    Some(clause?.chances.as_ref()?.first()?.central)
}

/// Whether a condition is plain and has one clause, whose probability may be missing.
pub(in crate::study) fn is_plain(scenario: &Scenario, condition: usize) -> bool {
    let own = scenario.conditions.at(condition);
    own.outcomes.is_empty() && own.clauses.len() == 1
}

/// A scenario with other probabilities of some plain conditions with one clause.
pub(in crate::study) fn fixed(
    scenario: &Scenario,
    chances: impl Iterator<Item = (usize, f64)>,
) -> Scenario {
    let mut fixed = scenario.clone();
    for (condition, chance) in chances {
        let stated = chance.to_string();
        let rest = [1.0 - chance; 3];
        let chance = Chance { low: chance, central: chance, high: chance, rest, stated };
        for clause in &mut fixed.conditions.at_mut(condition).clauses {
            clause.chances = Some(vec![chance.clone()]);
        }
    }
    fixed
}

/// The figures of one scenario, exactly.
pub(in crate::study) fn corner(
    scenario: &Scenario,
    metrics: &[Metric],
    effort: Effort,
) -> Spent<Corner> {
    let Ok(model) = compile::compile(scenario, &[], &[]) else { return Ok(Corner::new()) };
    let certain = scenario.is_without_evidence();
    let whole = if certain { 1.0 } else { evidence::probability(&model, effort.budget)? };
    if whole <= 0.0 {
        return Ok(Corner::new());
    }
    let mut requirements: Vec<usize> = metrics.iter().filter_map(|own| own.requirement()).collect();
    requirements.sort_unstable();
    requirements.dedup();
    let terms = if metrics.contains(&Metric::InTheatre) { terms(scenario) } else { Vec::new() };
    let pledges: Vec<usize> = terms.iter().map(|(pledge, _)| *pledge).collect();
    let effort = Effort { choice: Choice::Exact, ..effort };
    let found = evaluate::figures(&model, &requirements, &pledges, effort)?;
    // Nothing is pledged in numbers where no pledge of troops has a size.
    let sized = |own: &usize| {
        let pledge = scenario.pledges.at(*own);
        let standing = scenario.stands(pledge) && pledge.unit == TROOPS;
        standing && mean_size(scenario, *own).is_some()
    };
    let sized: Vec<usize> = (0..scenario.pledges.len()).filter(sized).collect();
    let level = |at: usize| {
        let levels = sized.iter().filter_map(|own| levels(scenario, *own)[at]);
        (!sized.is_empty()).then(|| law::sum(levels.map(|level| level.value)))
    };
    let in_theatre = || {
        let active = terms.iter().zip(&found.active);
        let terms: Option<Vec<f64>> =
            active.map(|((_, mean), p)| Some(mean * (*p)?.value)).collect();
        terms.map(|terms| law::sum(terms.into_iter()))
    };
    let met = |requirement: usize, given: usize| {
        let at = requirements.binary_search(&requirement).ok()?;
        Some(found.met[at][given]?.value)
    };
    let mut corner = Corner::new();
    for metric in metrics {
        let (value, given) = match *metric {
            Metric::Headline => (level(0), whole),
            Metric::Counted => (level(1), whole),
            Metric::InTheatre => (in_theatre(), whole),
            Metric::Met(at) => (met(at, 0), whole),
            Metric::MetWhenAsked(at) => {
                let asked = model.floors[at].asked.map(|asked| model.asked[asked]);
                let both = |asked| evidence::probability_with(&model, asked, effort.budget);
                let given = asked.map_or(Ok(whole), both)?;
                (if given > 0.0 { met(at, 1) } else { Some(0.0) }, given)
            }
        };
        corner.push(value.map(|value| [value * given, given]));
    }
    Ok(corner)
}

/// The pledges that add to the expected force in theatre, and their mean sizes.
fn terms(scenario: &Scenario) -> Vec<(usize, f64)> {
    let pledges = scenario.pledges.iter().enumerate().filter(|(_, (_, pledge))| {
        let there = scenario.admits(&Filter::default(), pledge);
        scenario.counts(pledge) && pledge.unit == TROOPS && there
    });
    pledges.filter_map(|(at, _)| Some((at, mean_size(scenario, at)?))).collect()
}

/// A figure over weighted corners; none where what is given is impossible.
pub(in crate::study) fn mean<'a>(
    corners: impl Iterator<Item = (f64, &'a Corner)>,
    metric: usize,
) -> Option<f64> {
    let mut sums = [0.0, 0.0];
    for (weight, corner) in corners.filter(|(weight, _)| *weight > 0.0) {
        let Some(own) = corner.get(metric) else { continue };
        let [value, given] = (*own)?;
        sums = [sums[0] + weight * value, sums[1] + weight * given];
    }
    (sums[1] >= LEAST).then(|| sums[0] / sums[1])
}
