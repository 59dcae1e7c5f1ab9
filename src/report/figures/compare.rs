//! The chart of comparisons: options of assumptions, or scenarios, side by side.
//!
//! In: variants or findings. Out: a `CompareChart`. Figures are those when anyone asks, where the
//! scenario says when that is.

use super::{force_drawn, frame, lowered, requirement_drawn, troops_in_place};
use crate::law::{Law, real};
use crate::outcomes::{RequirementResult, Sampling};
use crate::report::chart::{CompareChart, CompareGroup, CompareKey, CompareRow};
use crate::report::wording::{
    self, assumption_name, given, in_theatre, option_name, pledge_name, short_requirement,
};
use crate::report::words::{capitalised, percent, thousands};
use crate::scenario::{Scenario, TROOPS};
use crate::study::{Finding, Reading, Variant};

/// What the bars of a comparison span.
const RANGE: &str = "5th to 95th percentile";

/// The force in theatre as the chart of comparisons has it: when anyone asks, if anyone does.
fn compared_law(finding: &Finding) -> Option<&Law> {
    let result = in_theatre(finding);
    let asked = finding.scenario.asked_when.is_some();
    if asked { result.law_when_asked.as_ref() } else { result.law.as_ref() }
}

/// What was drawn, where any of the figures that are compared is sampled.
fn drawn(finding: &Finding) -> Option<Sampling> {
    let leading = finding.scenario.leading_requirement();
    force_drawn(finding).or_else(|| requirement_drawn(finding, leading?))
}

/// The requirement that is compared: the leading one of the first scenario, by its id, because each
/// scenario numbers its own.
fn leading(scenario: &Scenario) -> Option<&str> {
    scenario.leading_requirement().map(|index| scenario.requirements.id(index))
}

/// A variant's figures for the chart of comparisons.
fn compare_row(
    finding: Option<&Finding>,
    (label, chosen): (String, bool),
    leading: Option<&str>,
) -> CompareRow {
    let if_any = finding.and_then(|finding| compared_law(finding)?.if_any());
    let quantile = |level| if_any.as_ref().and_then(|law| law.quantile(level)).map(real);
    CompareRow {
        label,
        chosen,
        low: quantile(0.05),
        central: if_any.as_ref().map(Law::mean),
        high: quantile(0.95),
        columns: finding.map(|finding| compare_columns(finding, leading)).unwrap_or_default(),
    }
}

/// Chance of any force, and of the leading requirement.
fn compare_columns(finding: &Finding, leading: Option<&str>) -> Vec<String> {
    let shown = |figure: Option<f64>| figure.map(percent).unwrap_or_default();
    let mut columns = vec![shown(compared_law(finding).map(|law| law.at_least(1)))];
    columns.extend(leading.map(|id| shown(probability_of(finding, id))));
    columns
}

/// The chance of a requirement; none where the scenario has no such requirement either.
fn probability_of(finding: &Finding, requirement: &str) -> Option<f64> {
    leading_probability(finding, finding.scenario.requirements.index(requirement)?)
}

fn leading_probability(finding: &Finding, index: usize) -> Option<f64> {
    let result = finding.outcomes.requirements.get(index)?;
    let asked = finding.scenario.asked_about(finding.scenario.requirements.at(index));
    if asked.is_some() { result.probability_when_asked } else { result.probability }
}

fn column_heads(scenario: &Scenario) -> Vec<String> {
    let mut heads = vec!["Any force".to_owned()];
    if let Some(index) = scenario.leading_requirement() {
        let own = scenario.requirements.at(index).asked_when.as_ref();
        let own = own.map(|asked| format!(", {}", given(asked))).unwrap_or_default();
        heads.push(format!("{} met{own}", short_requirement(scenario, index)));
    }
    heads
}

fn compare_subtitle(scenario: &Scenario) -> String {
    let taken = scenario.given.as_ref().map(|given| &given.text);
    let asked = scenario.asked_when.as_ref().filter(|asked| Some(&asked.text) != taken);
    let asked = asked.map(|asked| format!("; all figures {}", given(asked))).unwrap_or_default();
    format!("If there is a force: {}, mean and range{asked}", troops_in_place(scenario))
}

/// What a reading is called: "High (30,000)", "Committed".
fn reading_label(scenario: &Scenario, reading: Reading) -> String {
    let (assumption, option) = match reading {
        Reading::Option { assumption, option } => (scenario.assumptions.at(assumption), option),
        Reading::Stage { stage, .. } => return capitalised(stage.word()),
    };
    let option = &assumption.options[option];
    let name = option_name(&option.name);
    match option.value.to_whole() {
        _ if !assumption.quantity => name,
        Some(whole) => format!("{name} ({})", thousands(real(whole))),
        None => format!("{name} ({})", option.value),
    }
}

pub(super) fn compare_options(finding: &Finding, variants: &[Variant]) -> CompareChart {
    let scenario = &finding.scenario;
    let mut groups: Vec<CompareGroup> = Vec::new();
    let mut spreads: Vec<(f64, String)> = Vec::new();
    for own in variants.chunk_by(|left, right| left.reading.is_beside(right.reading)) {
        let (label, name) = match own[0].reading {
            Reading::Option { assumption, .. } => {
                let name = assumption_name(scenario, assumption);
                (name.clone(), name)
            }
            Reading::Stage { pledge, .. } => {
                let label = format!("Contested stage: {}", pledge_name(scenario, pledge));
                (label, "A contested stage".to_owned())
            }
        };
        spreads.extend(spread(scenario, own, &name));
        let rows = own.iter().map(|variant| {
            let label = reading_label(scenario, variant.reading);
            let chosen = variant.reading.is_own(scenario);
            compare_row(variant.finding.as_ref(), (label, chosen), leading(scenario))
        });
        groups.push(CompareGroup { label, rows: rows.collect() });
    }
    let widest = spreads.into_iter().max_by(|left, right| left.0.total_cmp(&right.0));
    let headline = widest.map_or_else(|| unmoved(finding, variants), |(_, words)| words);
    let staged = variants.iter().any(|v| matches!(v.reading, Reading::Stage { .. }));
    let contested = if staged { " and for each stage where sources differ" } else { "" };
    let description = format!("One row for each option of each assumption{contested}. {headline}.");
    let drawn = variants.iter().find_map(|variant| drawn(variant.finding.as_ref()?));
    CompareChart {
        frame: frame(scenario, drawn, [headline, compare_subtitle(scenario), description]),
        key: CompareKey { chosen: "As chosen", other: "Other options", range: RANGE },
        unit: TROOPS.to_owned(),
        column_heads: column_heads(scenario),
        groups,
    }
}

/// The headline where no assumption moves the leading requirement.
fn unmoved(finding: &Finding, variants: &[Variant]) -> String {
    let open = |index: usize| {
        let figure = |own: &Variant| leading_probability(own.finding.as_ref()?, index);
        variants.iter().any(|own| figure(own).is_none())
    };
    let index = finding.scenario.leading_requirement();
    let probability = index.and_then(|index| leading_probability(finding, index));
    match (index, probability) {
        _ if variants.is_empty() => "No assumption to compare".to_owned(),
        (None, _) => "No requirement to compare".to_owned(),
        (Some(index), None) if is_never_asked(finding, index) => {
            "What figures take as given cannot happen here".to_owned()
        }
        (Some(index), None) if is_never_drawn(finding, index) => {
            "No world drawn holds what is taken as given".to_owned()
        }
        (Some(_), None) if finding.outcomes.unanswered > 0 => {
            "The requirement is too much to work out".to_owned()
        }
        (Some(_), None) => "A missing probability leaves the requirement open".to_owned(),
        (Some(index), Some(_)) if open(index) => {
            "Some assumptions leave the leading requirement open".to_owned()
        }
        (Some(index), Some(probability)) => wording::headline(
            format!(
                "{}: {} under every assumption",
                capitalised(&short_requirement(&finding.scenario, index)),
                percent(probability)
            ),
            || "The assumptions do not move the leading requirement".to_owned(),
        ),
    }
}

/// Whether it is impossible that anyone asks about a requirement.
fn is_never_asked(finding: &Finding, index: usize) -> bool {
    finding.outcomes.requirements.get(index).is_some_and(RequirementResult::never_asked)
}

/// Whether anyone asks about a requirement in none of the worlds drawn.
fn is_never_drawn(finding: &Finding, index: usize) -> bool {
    let asked = finding.outcomes.requirements.get(index).and_then(|result| result.asked);
    asked.is_some_and(|asked| asked.value <= 0.0 && asked.standard_error.is_some())
}

/// How far an assumption moves the leading requirement, and the headline that says so.
fn spread(scenario: &Scenario, variants: &[Variant], name: &str) -> Option<(f64, String)> {
    let index = scenario.leading_requirement()?;
    let figures: Vec<f64> = variants
        .iter()
        .filter_map(|variant| leading_probability(variant.finding.as_ref()?, index))
        .collect();
    let low = figures.iter().copied().reduce(f64::min)?;
    let high = figures.iter().copied().reduce(f64::max)?;
    let what = short_requirement(scenario, index);
    let (from, to) = (percent(low), percent(high));
    let full = format!("{}: {from} to {to}, depending on {}", capitalised(&what), lowered(name));
    let short = || format!("{}: {from} to {to} chance", capitalised(name));
    let least = || format!("One assumption moves the requirement: {from} to {to}");
    let headline = wording::headline(full, || wording::headline(short(), least));
    let headline = if from == to { hardly(&what, &from) } else { headline };
    (high - low > 1e-9).then_some((high - low, headline))
}

/// The headline where the least and the most are printed alike.
fn hardly(what: &str, printed: &str) -> String {
    let full = format!("{}: about {printed} under every assumption", capitalised(what));
    wording::headline(full, || "The assumptions hardly move the leading requirement".to_owned())
}

/// The headline over several scenarios: the least and the most of their chances.
fn across_scenarios(findings: &[Finding], leading: Option<&str>, what: &str) -> String {
    let beside = || format!("{} scenarios side by side", findings.len());
    let figures: Option<Vec<f64>> =
        findings.iter().map(|finding| probability_of(finding, leading?)).collect();
    let figures = figures.unwrap_or_default();
    let ends = [f64::min, f64::max].map(|end| figures.iter().copied().reduce(end).map(percent));
    let [Some(low), Some(high)] = ends else { return beside() };
    let what = capitalised(what);
    let full = if low == high {
        format!("{what}: {low} in every scenario")
    } else {
        format!("{what}: {low} to {high} across scenarios")
    };
    wording::headline(full, beside)
}

/// Several scenarios side by side; the first is what the others are compared with.
pub fn compare_scenarios(findings: &[Finding]) -> Option<CompareChart> {
    let first = findings.first()?;
    let rows = findings.iter().enumerate().map(|(position, finding)| {
        let label = (finding.scenario.id.clone(), position == 0);
        compare_row(Some(finding), label, leading(&first.scenario))
    });
    let rows: Vec<CompareRow> = rows.collect();
    let index = first.scenario.leading_requirement();
    let what = index.map(|index| short_requirement(&first.scenario, index)).unwrap_or_default();
    let headline = across_scenarios(findings, leading(&first.scenario), &what);
    let description = format!("One row for each scenario. {headline}.");
    let subtitle = compare_subtitle(&first.scenario);
    let drawn = findings.iter().find_map(drawn);
    Some(CompareChart {
        frame: frame(&first.scenario, drawn, [headline, subtitle, description]),
        key: CompareKey { chosen: "first scenario", other: "others", range: RANGE },
        unit: TROOPS.to_owned(),
        column_heads: column_heads(&first.scenario),
        groups: vec![CompareGroup { label: "Scenarios".to_owned(), rows }],
    })
}
