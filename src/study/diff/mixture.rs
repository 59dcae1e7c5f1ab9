//! Mixtures: the old scenario with some causes taken from the new one, and their figures.
//!
//! In: two scenarios with the same ids, causes, a set of them. Out: a scenario that nobody wrote,
//! and what it would give. A figure that it does not have is `None`: what is taken as known cannot
//! happen in it, a probability is missing, nobody asks.

use super::causes::Cause;
use super::shapley::Values;
use crate::compile;
use crate::evaluate::{self, Effort};
use crate::law::real;
use crate::outcomes::Estimate;
use crate::pipeline::Aligned;
use crate::scenario::{Basis, ById, Filter, Scenario, Size, TROOPS};
use crate::study::Obstacle;
use std::collections::BTreeMap;

/// Everything that mixtures are made from.
#[derive(Debug)]
pub(super) struct Mixtures<'a> {
    /// Both scenarios.
    pub(super) sides: &'a Aligned,
    causes: &'a [Cause],
    old: Scenario,
    new: Scenario,
}

impl<'a> Mixtures<'a> {
    pub(super) fn new(sides: &'a Aligned, causes: &'a [Cause]) -> Self {
        Self { sides, causes, old: bare(&sides.old), new: bare(&sides.new) }
    }

    /// The new scenario, without what no figure depends on.
    pub(super) fn new_side(&self) -> &Scenario {
        &self.new
    }

    /// The old scenario with some causes taken from the new one.
    pub(super) fn mixture(&self, taken: impl Iterator<Item = usize>) -> Scenario {
        let mut mixture = self.old.clone();
        for aspect in taken.flat_map(|cause| &self.causes[cause].aspects) {
            aspect.take(&mut mixture, &self.new);
        }
        mixture
    }
}

/// What a pledge adds to the expected force in theatre.
pub(super) fn in_theatre(
    mixture: &Scenario,
    at: usize,
    effort: Effort,
) -> Result<Values, Obstacle> {
    let pledge = mixture.pledges.at(at);
    let counted = mixture.counts(pledge) && pledge.unit == TROOPS;
    let there = mixture.admits(&Filter::default(), pledge);
    let Some(mean) = mean_size(mixture, at).filter(|_| counted && there) else {
        return Ok(vec![Some(Estimate::exact(0.0))]);
    };
    let mut alone = mixture.clone();
    (alone.requirements, alone.asked_when) = (ById::new(BTreeMap::new()), None);
    let Ok(model) = compile::compile(&alone, &[], &[]) else { return Ok(vec![None]) };
    let figures = evaluate::figures(&model, &[], &[at], effort)?;
    let term = |active: Estimate| Estimate {
        value: mean * active.value,
        standard_error: active.standard_error.map(|error| mean * error),
    };
    Ok(figures.active.into_iter().map(|active| active.map(term)).collect())
}

/// P(met) and P(met, given that anyone asks).
pub(super) fn requirement(
    mixture: &Scenario,
    at: usize,
    effort: Effort,
) -> Result<Values, Obstacle> {
    let mut alone = mixture.clone();
    let own = (alone.requirements.id(at).to_owned(), alone.requirements.at(at).clone());
    alone.requirements = ById::new(BTreeMap::from([own]));
    let Ok(model) = compile::compile(&alone, &[], &[]) else { return Ok(vec![None; 2]) };
    let figures = evaluate::figures(&model, &[0], &[], effort)?;
    Ok(figures.met.concat())
}

/// What a pledge adds to the headline and to the counted force.
pub(in crate::study) fn levels(mixture: &Scenario, at: usize) -> Values {
    let pledge = mixture.pledges.at(at);
    let mean = mean_size(mixture, at).filter(|_| pledge.unit == TROOPS);
    let level = |stands: bool| Some(Estimate::exact(mean.filter(|_| stands).unwrap_or(0.0)));
    vec![level(mixture.stands(pledge)), level(mixture.counts(pledge))]
}

/// The mean of a pledge's size; none where it is unknown.
pub(in crate::study) fn mean_size(scenario: &Scenario, at: usize) -> Option<f64> {
    match scenario.pledges.at(at).size {
        Size::Unknown => None,
        Size::Fixed(size) => Some(real(size)),
        Size::Uniform(low, high) => Some(f64::midpoint(real(low), real(high))),
        Size::Pert(low, mode, high) => Some((real(low) + 4.0 * real(mode) + real(high)) / 6.0),
        Size::Share(_, total) | Size::Rest(total) => {
            let shares = compile::shares(scenario, total);
            shares.into_iter().find(|(own, _)| *own == at).map(|(_, size)| real(size))
        }
    }
}

/// The scenario without what no figure depends on, so that copies are cheap.
pub(in crate::study) fn bare(scenario: &Scenario) -> Scenario {
    let mut bare = scenario.clone();
    bare.sources = ById::new(BTreeMap::new());
    for at in 0..bare.pledges.len() {
        let pledge = bare.pledges.at_mut(at);
        (pledge.label, pledge.claim, pledge.called_by) = (None, None, None);
        pledge.basis = Basis::default();
    }
    for at in 0..bare.conditions.len() {
        let condition = bare.conditions.at_mut(at);
        (condition.label, condition.text) = (None, None);
        condition.basis = Basis::default();
    }
    for at in 0..bare.assumptions.len() {
        bare.assumptions.at_mut(at).basis = Basis::default();
    }
    bare
}
