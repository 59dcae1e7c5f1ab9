//! The history of the figures: each as of every date on which something changed.
//!
//! In: a finding, and what was found of the scenario on earlier dates, in their order. Out: a tidy table,
//! one row a date and figure, and the figures for the chart.

use super::forces::level;
use super::{ERROR, FOUND, begin, briefly};
use crate::law::Law;
use crate::outcomes::{Estimate, Method};
use crate::report::changes::Changes;
use crate::report::table::{Builder, Kind, Table};
use crate::report::wording::in_theatre;
use crate::scenario::Pledge;
use crate::study::Finding;
use crate::study::diff::PROBABILITY;
use crate::study::metric::Metric;

/// A figure of a state, and its value; none where it is undefined.
pub(crate) type Figure = (Metric, Option<Estimate>);

/// The table.
pub(super) fn history(finding: &Finding, earlier: &[Finding]) -> Table {
    type Row<'a> = (&'a Finding, Figure, String);
    let table: Builder<'_, Row<'_>> = begin(finding, "history", "a figure as of a date");
    let states = states(finding, earlier);
    let rows = states.iter().enumerate().flat_map(|(at, state)| {
        let changed = what_changed(&states, at).join("; ");
        figures(state).into_iter().map(move |figure| (*state, figure, changed.clone()))
    });
    let table = table
        .column("date", Kind::Date, "the date of the knowledge", |(state, ..)| state.scenario.as_of)
        .column("metric", Kind::Text, METRICS, |(state, figure, _)| figure.0.name(&state.scenario))
        .column("unit", Kind::Text, "unit of the figure", |(_, figure, _)| figure.0.unit())
        .column("value", Kind::Amount, "the figure as of the date", |(_, figure, _)| {
            figure.1.map(|value| value.value)
        })
        .column("what_changed", Kind::Text, "since the date before", |row| row.2.clone())
        .column("method", Kind::Text, FOUND, |(_, figure, _)| {
            figure.1.map(|value| Method::of(value.standard_error).word())
        })
        .column("standard_error", Kind::Amount, ERROR, |(_, figure, _)| {
            figure.1.and_then(|value| value.standard_error)
        });
    table.rows(rows)
}

/// The same for people: a row a date with all figures, and a line a date that says what changed.
pub fn by_date(finding: &Finding, earlier: &[Finding]) -> (Table, Vec<String>) {
    let states = states(finding, earlier);
    let all: Vec<Vec<Figure>> = states.iter().map(|state| figures(state)).collect();
    let mut table: Builder<'_, usize> = begin(finding, "history", "a date").column(
        "date",
        Kind::Date,
        "the date of the knowledge",
        |at: &usize| states[*at].scenario.as_of,
    );
    for (metric, _) in figures(finding) {
        let kind = if metric.unit() == PROBABILITY { Kind::Probability } else { Kind::Amount };
        let (name, all) = (briefly(&metric.name(&finding.scenario)), &all);
        table = table.column(name, kind, "the figure as of the date", move |at: &usize| {
            all[*at].iter().find(|(own, _)| *own == metric)?.1.map(|value| value.value)
        });
    }
    let table = table.rows(0..states.len());
    let told = states.iter().enumerate().map(|(at, state)| {
        let changed = what_changed(&states, at).join("; ");
        let changed = if changed.is_empty() { "nothing".to_owned() } else { changed };
        format!("{}: {changed}", state.scenario.as_of)
    });
    (table, told.collect())
}

/// What the figures are.
const METRICS: &str = "headline: mean size of every standing pledge of troops; counted: of those at \
     a stage that counts; in_theatre: the expected force; then the requirements' probabilities";

/// The earlier states, then the finding itself.
pub(crate) fn states<'a>(finding: &'a Finding, earlier: &'a [Finding]) -> Vec<&'a Finding> {
    earlier.iter().chain([finding]).collect()
}

/// What changed between a state and the one before; at the first, how much was known.
pub(crate) fn what_changed(states: &[&Finding], at: usize) -> Vec<String> {
    let new = &states[at].scenario;
    if let Some(before) = at.checked_sub(1) {
        return Changes { old: &states[before].scenario, new }.all();
    }
    let known = new.pledges.iter().filter(|(_, pledge)| pledge.known).count();
    vec![if known == 1 {
        "the first pledge".to_owned()
    } else {
        format!("the first {known} pledges")
    }]
}

/// The figures of a state, in their order.
pub(crate) fn figures(state: &Finding) -> Vec<Figure> {
    let scenario = &state.scenario;
    let level = |stays: &dyn Fn(&Pledge) -> bool| level(state, stays).map(Estimate::exact);
    let estimate = |value: Option<f64>, standard_error: Option<f64>| {
        value.map(|value| Estimate { value, standard_error })
    };
    let value = |metric: Metric| match metric {
        Metric::Headline => level(&|_| true),
        Metric::Counted => level(&|pledge| scenario.counts(pledge)),
        Metric::InTheatre => {
            let force = in_theatre(state);
            estimate(force.law.as_ref().map(Law::mean), force.standard_error)
        }
        Metric::Met(at) => {
            let result = &state.outcomes.requirements[at];
            estimate(result.probability, result.standard_error)
        }
        Metric::MetWhenAsked(at) => {
            let result = &state.outcomes.requirements[at];
            estimate(result.probability_when_asked, result.standard_error_when_asked)
        }
    };
    Metric::all(scenario).into_iter().map(|metric| (metric, value(metric))).collect()
}
