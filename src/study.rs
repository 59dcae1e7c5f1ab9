//! Studies: evaluations of one scenario, of its variants and of its earlier states.
//!
//! In: a checked `Scenario`. Out: a `Finding`, and what is found beside it. Here readings meet: a
//! gate whose part differs between them is contested. What compares many scenarios has a file below.

pub mod break_even;
pub mod diff;
pub mod metric;
pub mod stress;
pub mod sweep;
mod verify;

use crate::compile::{self, ImpossibleEvidence};
use crate::evaluate::diagram::OverBudget;
use crate::evaluate::evidence;
use crate::evaluate::likely::likely;
use crate::evaluate::stream::Worlds;
use crate::evaluate::{self, Effort, Parts, Settings};
use crate::layout::{self, Cell, Total};
use crate::outcomes::{Outcomes, Role};
use crate::scenario::{Scenario, Stage};
use break_even::BreakEven;
use diff::causes::causes;
use rayon::prelude::*;
pub use verify::{Verification, Verified, verify};

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

/// Why nothing was found.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Obstacle {
    /// What is taken as given holds in no possible world.
    ImpossibleEvidence,
    /// Exact figures were insisted upon and take more than the budget.
    OverBudget,
}

impl From<ImpossibleEvidence> for Obstacle {
    fn from(_: ImpossibleEvidence) -> Self {
        Self::ImpossibleEvidence
    }
}

impl From<OverBudget> for Obstacle {
    fn from(_: OverBudget) -> Self {
        Self::OverBudget
    }
}

/// Compiles and evaluates a scenario.
pub fn find(scenario: Scenario, settings: Settings) -> Result<Finding, Obstacle> {
    let (totals, cells) = (layout::totals(&scenario), layout::cells(&scenario));
    let model = compile::compile(&scenario, &totals, &cells)?;
    let mut outcomes = evaluate::evaluate(&model, settings)?;
    mark_contested(&scenario, &mut outcomes.gates, settings.effort.budget);
    Ok(Finding { scenario, totals, cells, outcomes })
}

/// Compiles a scenario to list all its worlds, one after the other. The budget is spent on the
/// probability of what is taken as given.
pub fn worlds(scenario: &Scenario, budget: u64) -> Result<Worlds, Obstacle> {
    let (totals, cells) = (layout::totals(scenario), layout::cells(scenario));
    let model = compile::compile(scenario, &totals, &cells)?;
    let whole = evidence::probability(&model, budget)?;
    if whole > 0.0 {
        Ok(Worlds::new(evidence::lightened(&model).into_owned(), whole))
    } else {
        Err(Obstacle::ImpossibleEvidence)
    }
}

/// How many worlds are possible; none where the budget does not suffice to count them.
pub fn worlds_possible(scenario: &Scenario, budget: u64) -> Option<f64> {
    let (totals, cells) = (layout::totals(scenario), layout::cells(scenario));
    let model = compile::compile(scenario, &totals, &cells).ok()?;
    likely(&model, 1, budget).map(|likely| likely.possible)
}

/// Marks the gates whose part differs between readings, each reading's options in turn.
fn mark_contested(scenario: &Scenario, gates: &mut [Vec<Role>], budget: u64) {
    if gates.is_empty() {
        return;
    }
    let chosen = gates.to_vec();
    for (assumption, _) in readings(scenario) {
        for option in other_options(scenario, assumption) {
            let other = scenario.with_choice(assumption, option).without_evidence();
            let Ok(model) = compile::compile(&other, &[], &[]) else { continue };
            let other = evaluate::gates::gates(&model, budget);
            let roles = gates.iter_mut().flatten();
            let pairs = chosen.iter().flatten().zip(other.iter().flatten());
            for (role, (here, there)) in roles.zip(pairs) {
                if here != there && *role != Role::Contested {
                    *role = compared(*here, *there);
                }
            }
        }
    }
}

/// The part that a gate plays when it plays another under another reading.
fn compared(here: Role, there: Role) -> Role {
    if [here, there].contains(&Role::Unknown) { Role::Unknown } else { Role::Contested }
}

fn readings(scenario: &Scenario) -> impl Iterator<Item = (usize, &str)> {
    let assumptions = scenario.assumptions.iter().enumerate();
    assumptions.filter(|(_, (_, a))| !a.quantity).map(|(index, (id, _))| (index, id))
}

fn other_options(scenario: &Scenario, assumption: usize) -> impl Iterator<Item = usize> + use<> {
    let chosen = scenario.assumptions.at(assumption).chosen;
    (0..scenario.assumptions.at(assumption).options.len()).filter(move |option| *option != chosen)
}

/// One way to read a scenario, all else as it stands.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Reading {
    /// An option of an assumption.
    Option {
        /// The assumption.
        assumption: usize,
        /// The option.
        option: usize,
    },
    /// A stage that a source claims for a pledge, or its own.
    Stage {
        /// The pledge.
        pledge: usize,
        /// The stage.
        stage: Stage,
    },
}

impl Reading {
    /// Whether both are readings of the same assumption, or of the same pledge.
    pub fn is_beside(self, other: Self) -> bool {
        match (self, other) {
            (Self::Option { assumption: own, .. }, Self::Option { assumption: other, .. })
            | (Self::Stage { pledge: own, .. }, Self::Stage { pledge: other, .. }) => own == other,
            _ => false,
        }
    }

    /// Whether it is what the scenario itself says.
    pub fn is_own(self, scenario: &Scenario) -> bool {
        match self {
            Self::Option { assumption, option } => {
                option == scenario.assumptions.at(assumption).chosen
            }
            Self::Stage { pledge, stage } => stage == scenario.pledges.at(pledge).stage,
        }
    }

    fn of(self, scenario: &Scenario) -> Scenario {
        match self {
            Self::Option { assumption, option } => scenario.with_choice(assumption, option),
            Self::Stage { pledge, stage } => scenario.with_stage(pledge, stage),
        }
    }
}

/// A reading and what it leads to.
#[derive(Clone, Debug)]
pub struct Variant {
    /// The reading.
    pub reading: Reading,
    /// What was found; none where it cannot be evaluated: what is taken as given cannot hold under
    /// this reading, or exact figures were insisted upon and take too long.
    pub finding: Option<Finding>,
}

/// What is found beside a finding.
#[derive(Clone, Debug, Default)]
pub struct Beside {
    /// Under other readings.
    pub variants: Vec<Variant>,
    /// On each earlier date on which anything changed.
    pub earlier: Vec<Finding>,
    /// The scenario as it stood on the date since which changes are wanted.
    pub since: Option<Scenario>,
    /// The worst cases if nations withdraw or conditions fail.
    pub stress: Vec<stress::Case>,
    /// How probable each condition must be for a requirement to be as likely as wanted.
    pub break_even: Option<BreakEven>,
}

/// Every option of every assumption in turn, then every stage that decides a result, of each
/// pledge whose stage sources contest.
pub fn all_variants(base: &Finding, settings: Settings) -> Vec<Variant> {
    let all: Vec<usize> = (0..base.scenario.assumptions.len()).collect();
    let mut variants = across(base, &all, settings);
    for (pledge, (_, entry)) in base.scenario.pledges.iter().enumerate() {
        let stages = base.scenario.decisive_stages(entry).into_iter();
        let readings = stages.map(|stage| Reading::Stage { pledge, stage });
        variants.extend(readings.map(|reading| variant(base, reading, settings)));
    }
    variants
}

fn variant(base: &Finding, reading: Reading, settings: Settings) -> Variant {
    let finding = if reading.is_own(&base.scenario) {
        Some(base.clone())
    } else {
        find(reading.of(&base.scenario), settings).ok()
    };
    Variant { reading, finding }
}

/// Every option of the given assumptions in turn, in the order of their values.
pub fn across(base: &Finding, assumptions: &[usize], settings: Settings) -> Vec<Variant> {
    let mut variants = Vec::new();
    for &assumption in assumptions {
        let entry = base.scenario.assumptions.at(assumption);
        for option in 0..entry.options.len() {
            variants.push(variant(base, Reading::Option { assumption, option }, settings));
        }
    }
    variants
}

/// Finds what a history shows of earlier states of a scenario, each of them other than the one before.
pub fn earlier(mut states: Vec<Scenario>, effort: Effort) -> Result<Vec<Finding>, Obstacle> {
    let settings = Settings { effort, ..Settings::new(HISTORY) };
    states.dedup_by(|next, before| causes(before, next, &[]).is_empty());
    states.into_par_iter().map(|state| find(state, settings)).collect()
}

/// What a history is made of.
pub const HISTORY: Parts = Parts { totals: true, requirements: true, ..Parts::NONE };
