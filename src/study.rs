//! Studies: evaluations of one scenario, and of its variants.
//!
//! In: a checked `Scenario`. Out: a `Finding`, or one for each option of some assumptions. Here
//! readings meet: a gate whose part differs between them is contested.

use crate::compile::{self, Obstacle};
use crate::evaluate::stream::{self, Worlds};
use crate::evaluate::{self, Settings};
use crate::layout::{self, Cell, Total};
use crate::outcomes::{Outcomes, Role};
use crate::scenario::Scenario;

/// A scenario and what was found for it.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The scenario.
    pub scenario: Scenario,
    /// What each of `outcomes.totals` sums.
    pub totals: Vec<Total>,
    /// What each of `outcomes.cells` sums.
    pub cells: Vec<Cell>,
    /// The results.
    pub outcomes: Outcomes,
}

impl Finding {
    /// The text of `--given`; empty where nothing is taken as given.
    pub fn given(&self) -> &str {
        self.scenario.given_text()
    }

    /// The settings that differ from the file.
    pub fn variant(&self) -> String {
        self.scenario.variant()
    }
}

/// Compiles and evaluates a scenario.
pub fn find(scenario: Scenario, settings: Settings) -> Result<Finding, Obstacle> {
    let (totals, cells) = (layout::totals(&scenario), layout::cells(&scenario));
    let model = compile::compile(&scenario, &totals, &cells)?;
    let mut outcomes = evaluate::evaluate(&model, settings);
    mark_contested(&scenario, &mut outcomes.gates);
    Ok(Finding { scenario, totals, cells, outcomes })
}

/// Compiles a scenario to list all its worlds, one after the other.
pub fn worlds(scenario: &Scenario) -> Result<Worlds, Obstacle> {
    let (totals, cells) = (layout::totals(scenario), layout::cells(scenario));
    let model = compile::compile(scenario, &totals, &cells)?;
    let whole = stream::probability_of_evidence(&model);
    Ok(Worlds::new(model, whole))
}

/// Marks the gates whose part differs between readings, each reading's options in turn.
fn mark_contested(scenario: &Scenario, gates: &mut [Vec<Role>]) {
    let chosen = gates.to_vec();
    for (assumption, _) in readings(scenario) {
        for option in other_options(scenario, assumption) {
            let mut other = scenario.with_choice(assumption, option);
            other.given = None;
            let Ok(model) = compile::compile(&other, &[], &[]) else { continue };
            let other = evaluate::gates::gates(&model);
            let roles = gates.iter_mut().flatten();
            let pairs = chosen.iter().flatten().zip(other.iter().flatten());
            for (role, (here, there)) in roles.zip(pairs) {
                if here != there {
                    *role = Role::Contested;
                }
            }
        }
    }
}

fn readings(scenario: &Scenario) -> impl Iterator<Item = (usize, &str)> {
    let assumptions = scenario.assumptions.iter().enumerate();
    assumptions.filter(|(_, (_, a))| !a.quantity).map(|(index, (id, _))| (index, id))
}

fn other_options(scenario: &Scenario, assumption: usize) -> impl Iterator<Item = usize> + use<> {
    let chosen = scenario.assumptions.at(assumption).chosen;
    (0..scenario.assumptions.at(assumption).options.len()).filter(move |option| *option != chosen)
}

/// One option of an assumption, the others as chosen.
#[derive(Clone, Debug)]
pub struct Variant {
    /// The assumption.
    pub assumption: usize,
    /// The option.
    pub option: usize,
    /// What was found; none where it cannot be evaluated: what is taken as given cannot hold under
    /// this option, or too many conditions matter.
    pub finding: Option<Finding>,
}

/// Every option of the given assumptions in turn, in the order of their values.
pub fn across(base: &Finding, assumptions: &[usize], settings: Settings) -> Vec<Variant> {
    let mut variants = Vec::new();
    for &assumption in assumptions {
        let entry = base.scenario.assumptions.at(assumption);
        for option in 0..entry.options.len() {
            let finding = if option == entry.chosen {
                Some(base.clone())
            } else {
                find(base.scenario.with_choice(assumption, option), settings).ok()
            };
            variants.push(Variant { assumption, option, finding });
        }
    }
    variants
}
