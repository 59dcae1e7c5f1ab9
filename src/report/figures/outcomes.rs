//! The chart of outcomes: each distinct force and what brings it about.
//!
//! In: a `Finding`. Out: an `OutcomesChart`.

use super::{force_drawn, frame, headline_of, literal_name, troops_in_place};
use crate::outcomes::Force;
use crate::report::chart::{OutcomeMark, OutcomeRow, OutcomesChart};
use crate::report::wording::{given, pledge_name};
use crate::report::words::{percent, thousands};
use crate::scenario::Scenario;
use crate::study::Finding;

pub(super) fn outcomes(finding: &Finding) -> OutcomesChart {
    let scenario = &finding.scenario;
    let forces = &finding.outcomes.forces_in_theatre;
    let named = named_literals(finding);
    let rows = forces.iter().map(|force| OutcomeRow {
        label: troops_label(force.in_theatre) + if force.only_way { "" } else { " *" },
        detail: force_detail(scenario, force),
        probability: force.probability.unwrap_or(f64::NAN),
        probability_when_asked: force.probability_when_asked,
        marks: named.iter().map(|literal| mark(*literal, force)).collect(),
    });
    let rows: Vec<OutcomeRow> = rows.collect();
    let several = forces.iter().any(|force| !force.only_way);
    let left_out = finding.outcomes.forces_in_theatre_left_out;
    let error = forces.iter().find_map(|force| force.standard_error);
    let which = match left_out {
        Some(left_out) if left_out > 0.0 => "The most probable forces",
        Some(_) if error.is_some() => "Each distinct force drawn",
        Some(_) => "Each distinct force",
        None => "Distinct forces",
    };
    let subtitle = format!(
        "{which}, {}; dots: a smallest set of conditions that is enough{}",
        troops_in_place(scenario),
        if several { " (*: one of several)" } else { "" }
    );
    let told = rows.iter().map(|row| format!("{}: {}", row.label, percent(row.probability)));
    let description =
        format!("Probability of each force. {}.", told.collect::<Vec<_>>().join("; "));
    let apart = finding.outcomes.probability_asked.is_some_and(|asked| asked < 1.0 - 1e-12);
    let drawn = error.and(finding.outcomes.sampling).or(force_drawn(finding));
    OutcomesChart {
        frame: frame(scenario, drawn, [headline_of(finding), subtitle, description]),
        left_out: left_out.unwrap_or(0.0),
        conditions: named.iter().map(|literal| literal_name(scenario, *literal)).collect(),
        asked_label: scenario.asked_when.as_ref().filter(|_| apart).map(given),
        rows,
    }
}

/// The conditions that the dots speak of, each outcome on its own.
fn named_literals(finding: &Finding) -> Vec<(usize, usize)> {
    let plain = |condition: usize| finding.scenario.conditions.at(condition).outcomes.is_empty();
    let mut named = Vec::new();
    for condition in &finding.outcomes.relevant {
        let forces = finding.outcomes.forces_in_theatre.iter();
        let literals = forces.flat_map(|force| force.conditions.iter().flatten());
        let mut options: Vec<usize> = literals
            .filter(|(named, _)| named == condition)
            .map(|(_, option)| if plain(*condition) { 1 } else { *option })
            .collect();
        options.sort_unstable();
        options.dedup();
        named.extend(options.into_iter().map(|option| (*condition, option)));
    }
    named
}

fn mark((condition, option): (usize, usize), force: &Force) -> OutcomeMark {
    match force.conditions.iter().flatten().find(|(named, _)| *named == condition) {
        None => OutcomeMark::Free,
        Some((_, own)) if *own == option => OutcomeMark::Holds,
        Some(_) => OutcomeMark::Fails,
    }
}

/// The pledges of a force.
fn force_detail(scenario: &Scenario, force: &Force) -> String {
    let names = force.pledges.iter().map(|pledge| pledge_name(scenario, *pledge));
    names.collect::<Vec<_>>().join(" + ")
}

fn troops_label([low, central, high]: [f64; 3]) -> String {
    if high <= 0.0 {
        return "No counted troops".to_owned();
    }
    if (high - low).abs() < 0.5 {
        return format!("{} troops", thousands(central));
    }
    format!("{} to {} troops", thousands(low), thousands(high))
}
