//! The charts of a finding: which numbers go where, and what the headline says.
//!
//! In: a `Finding` and what is beside it. Out: the plain structs that `chart` draws. Headlines are
//! computed from the result, ten words at most.

mod compare;
mod drivers;
mod exceedance;
mod gates;
mod history;
mod ledger;
mod outcomes;
mod posture;
pub mod sweep;
mod waterfall;

pub use compare::compare_scenarios;

use super::chart::{
    CompareChart, DriversChart, ExceedanceChart, Floor, Frame, GatesChart, HistoryChart,
    LedgerChart, Look, OutcomesChart, PostureChart, WaterfallChart,
};
use super::wording::{
    by_horizon, circumstances, condition_name, estimated, finding_in_brief, in_theatre,
    source_line, theatre,
};
use super::words::thousands;
use crate::evaluate::Parts;
use crate::law::real;
use crate::outcomes::Sampling;
use crate::scenario::{Scenario, TROOPS};
use crate::study::{self, Beside, Finding};
use std::collections::BTreeMap;

/// The charts by name.
#[derive(Clone, Copy, Debug, Eq, PartialEq, clap::ValueEnum)]
pub enum Name {
    /// What waits for what
    Gates,
    /// Who offered what, how firmly
    Ledger,
    /// Each distinct force and what brings it about
    Outcomes,
    /// Who supplies the force, for each force size
    Posture,
    /// From the headline to what is sustained
    Waterfall,
    /// Chance of a force of at least a size
    Exceedance,
    /// Each option of each assumption
    Compare,
    /// What setting each condition changes
    Drivers,
    /// How the force and the requirements moved from date to date
    History,
}

impl Name {
    /// All charts in the order of a brief.
    pub const ALL: [Self; 9] = [
        Self::Gates,
        Self::Ledger,
        Self::Outcomes,
        Self::Posture,
        Self::Waterfall,
        Self::Exceedance,
        Self::Compare,
        Self::Drivers,
        Self::History,
    ];

    /// The file's stem.
    pub fn word(self) -> &'static str {
        match self {
            Self::Gates => "gates",
            Self::Ledger => "ledger",
            Self::Outcomes => "outcomes",
            Self::Posture => "posture",
            Self::Waterfall => "waterfall",
            Self::Exceedance => "exceedance",
            Self::Compare => "compare",
            Self::Drivers => "drivers",
            Self::History => "history",
        }
    }

    /// The results that the chart is made of.
    pub fn parts(self) -> Parts {
        let none = Parts::default();
        match self {
            Self::Gates => Parts { gates: true, marginals: true, ..none },
            Self::Outcomes => Parts { forces: true, totals: true, ..none },
            Self::Ledger | Self::Posture => none,
            Self::Waterfall => Parts { contributors: true, ..none },
            Self::Drivers => Parts { responses: true, ..none },
            Self::History => study::HISTORY,
            Self::Exceedance | Self::Compare => Parts { totals: true, requirements: true, ..none },
        }
    }

    /// The results that the chart is made of under each option of each assumption; none where it
    /// does not look at them.
    pub fn variant_parts(self) -> Option<Parts> {
        [Self::Posture, Self::Compare].contains(&self).then(|| self.parts())
    }
}

/// A chart as it is drawn, and the numbers and words that it is drawn from.
#[derive(Clone, Debug)]
pub struct Picture {
    /// SVG.
    pub svg: String,
    /// The chart's data, which is all that it shows.
    pub data: serde_json::Value,
}

impl Picture {
    /// Draws a chart.
    fn new<C: serde::Serialize>(
        chart: &C,
        draw: impl Fn(&C, &Look) -> String,
        look: &Look,
    ) -> Self {
        // What has names for keys and finite numbers or none for values always becomes JSON.
        Self { svg: draw(chart, look), data: serde_json::to_value(chart).unwrap_or_default() }
    }

    /// Draws a comparison of scenarios.
    pub fn of_comparison(chart: &CompareChart, look: &Look) -> Self {
        Self::new(chart, CompareChart::draw, look)
    }
}

/// Draws a chart, and keeps what it was drawn from.
pub fn picture(name: Name, finding: &Finding, beside: &Beside, look: &Look) -> Picture {
    match name {
        Name::Gates => Picture::new(&gates::gates(finding), GatesChart::draw, look),
        Name::Ledger => Picture::new(&ledger::ledger(finding), LedgerChart::draw, look),
        Name::Outcomes => Picture::new(&outcomes::outcomes(finding), OutcomesChart::draw, look),
        Name::Posture => {
            Picture::new(&posture::posture(finding, &beside.variants), PostureChart::draw, look)
        }
        Name::Waterfall => Picture::new(&waterfall::waterfall(finding), WaterfallChart::draw, look),
        Name::Exceedance => {
            Picture::new(&exceedance::exceedance(finding), ExceedanceChart::draw, look)
        }
        Name::Compare => {
            Picture::of_comparison(&compare::compare_options(finding, &beside.variants), look)
        }
        Name::History => {
            Picture::new(&history::history(finding, &beside.earlier), HistoryChart::draw, look)
        }
        Name::Drivers => Picture::new(&drivers::drivers(finding), DriversChart::draw, look),
    }
}

/// Draws a chart as SVG.
pub fn draw(name: Name, finding: &Finding, beside: &Beside, look: &Look) -> String {
    picture(name, finding, beside, look).svg
}

/// The words around a chart; `drawn` says that some of its figures are estimates.
fn frame(
    scenario: &Scenario,
    drawn: Option<Sampling>,
    [headline, subtitle, description]: [String; 3],
) -> Frame {
    Frame {
        headline,
        subtitle: qualified(scenario, drawn, &subtitle),
        source: source_line(scenario),
        marking: scenario.marking.clone(),
        description,
    }
}

/// A subtitle with what the figures are subject to.
fn qualified(scenario: &Scenario, drawn: Option<Sampling>, subtitle: &str) -> String {
    let estimated = drawn.map(|drawn| format!("; {}", estimated(drawn))).unwrap_or_default();
    format!("{subtitle}{estimated}{}", circumstances(scenario))
}

/// What was drawn, where the distribution of the force in theatre is sampled.
fn force_drawn(finding: &Finding) -> Option<Sampling> {
    let result = in_theatre(finding);
    let error = result.standard_error.or(result.standard_error_when_asked);
    error.and(finding.outcomes.sampling)
}

/// What was drawn, where a requirement's figures are sampled.
fn requirement_drawn(finding: &Finding, index: usize) -> Option<Sampling> {
    let result = finding.outcomes.requirements.get(index)?;
    let error = result.standard_error.or(result.standard_error_when_asked);
    error.and(finding.outcomes.sampling)
}

/// What every subtitle about troops begins with.
fn troops_in_place(scenario: &Scenario) -> String {
    format!("troops in theatre ({}){}", theatre(scenario), by_horizon(scenario))
}

/// A label inside a sentence: "Ceasefire" as "ceasefire", but "US guarantees" as it is.
fn lowered(label: &str) -> String {
    let mut letters = label.chars();
    match (letters.next(), letters.next()) {
        (Some(first), Some(second)) if second.is_lowercase() => {
            first.to_lowercase().chain([second]).chain(letters).collect()
        }
        _ => label.to_owned(),
    }
}

fn literal_name(scenario: &Scenario, (condition, option): (usize, usize)) -> String {
    let name = condition_name(scenario, condition);
    let outcome = scenario.conditions.at(condition).outcomes.get(option);
    outcome.map_or(name.clone(), |outcome| format!("{name}: {}", outcome.replace('_', " ")))
}

/// The finding about the force in theatre, or that there is no figure.
fn headline_of(finding: &Finding) -> String {
    let result = in_theatre(finding);
    let brief = |law| finding_in_brief(law, result.standard_error.is_some());
    result.law.as_ref().map_or_else(|| open_headline(finding), brief)
}

fn open_headline(finding: &Finding) -> String {
    if finding.outcomes.unanswered > 0 {
        return "The force is too much to work out".to_owned();
    }
    "A missing probability leaves the force open".to_owned()
}

/// The floors in troops, each value once.
fn floors(scenario: &Scenario) -> Vec<Floor> {
    let mut floors: BTreeMap<u64, String> = BTreeMap::new();
    for index in 0..scenario.requirements.len() {
        let requirement = scenario.requirements.at(index);
        if let Some(floor) = requirement.floor.filter(|_| requirement.unit == TROOPS) {
            floors.entry(floor).or_insert_with(|| format!("floor {}", thousands(real(floor))));
        }
    }
    floors.into_iter().map(|(floor, label)| Floor { label, value: real(floor) }).collect()
}
