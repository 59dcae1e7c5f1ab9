//! Tables of conditions: how likely each is, and what waits for it.

use super::{ERROR, FOUND, begin, joined};
use crate::outcomes::{Method, Role};
use crate::report::table::{Builder, Kind, Table, rounded};
use crate::scenario::{Chance, Clause, Condition, Scenario};
use crate::study::Finding;

/// A condition in one of its options.
type Row = (usize, usize);

/// The conditions and their outcomes.
pub(super) fn conditions(finding: &Finding) -> Table {
    let scenario = &finding.scenario;
    let condition = |row: &Row| scenario.conditions.at(row.0);
    let found = |row: &Row| finding.outcomes.marginals[row.0].as_ref().map(|p| p[row.1]);
    let effective = move |row: &Row| found(row).map(|found| found.value);
    let error = move |row: &Row| found(row).and_then(|found| found.standard_error);
    let table: Builder<'_, Row> = begin(finding, "conditions", "a condition, or one outcome of it");
    table
        .column("condition", Kind::Text, "id of the condition", |row| scenario.conditions.id(row.0))
        .column("outcome", Kind::Text, "id of the outcome; empty for a plain condition", |row| {
            condition(row).outcomes.get(row.1).cloned()
        })
        .column("stated", Kind::Text, "probability as the scenario states it", |row| {
            stated(condition(row), row.1)
        })
        .column("word", Kind::Text, "word of the scale for the effective probability", |row| {
            effective(row).and_then(|probability| scenario.scale.word_for(rounded(probability)))
        })
        .column("effective", Kind::Probability, "probability over all worlds", effective)
        .column("method", Kind::Text, FOUND, move |row| {
            found(row).map(|found| Method::of(found.standard_error).word())
        })
        .column("standard_error", Kind::Probability, ERROR, error)
        .column("pledges_gated", Kind::Text, "ids of the pledges that wait for it", |row| {
            joined(gated(finding, row.0))
        })
        .column("resolves_by", Kind::Date, "when it will be known", |row| {
            condition(row).resolves_by
        })
        .column("sources", Kind::Text, "ids of its sources", |row| {
            sources(scenario, condition(row))
        })
        .column("assumed", Kind::Text, "what is assumed about it, and why", |row| {
            reasons(&condition(row).basis.assumed)
        })
        .column("text", Kind::Text, "what must happen", |row| condition(row).text.clone())
        .rows(options(scenario))
}

/// Every condition, or each of its outcomes.
fn options(scenario: &Scenario) -> Vec<Row> {
    let of = |(index, (_, condition)): (usize, (&str, &Condition))| {
        let options =
            if condition.outcomes.is_empty() { 1..2 } else { 0..condition.outcomes.len() };
        options.map(move |option| (index, option))
    };
    scenario.conditions.iter().enumerate().flat_map(of).collect()
}

/// `likely if ceasefire; else 0.1`, with what it requires.
pub(crate) fn stated(condition: &Condition, option: usize) -> String {
    let chance = |chances: &Vec<Chance>| {
        let position = if condition.outcomes.is_empty() { 0 } else { option };
        chances[position].stated.clone()
    };
    let clause = |clause: &Clause| {
        let text = clause.chances.as_ref().map(chance).unwrap_or_default();
        match &clause.when {
            Some(when) => format!("{text} if {}", when.text),
            None if condition.clauses.len() > 1 => format!("else {text}"),
            None => text,
        }
    };
    joined(condition.clauses.iter().map(clause).filter(|text| !text.is_empty()))
        + &condition.requires.as_ref().map(|r| format!(", requires {}", r.text)).unwrap_or_default()
}

fn gated(finding: &Finding, condition: usize) -> impl Iterator<Item = &str> {
    let roles = finding.outcomes.gates.iter().enumerate();
    let gated = roles.filter(move |(_, roles)| roles[condition] != Role::None);
    gated.map(|(pledge, _)| finding.scenario.pledges.id(pledge))
}

fn sources(scenario: &Scenario, condition: &Condition) -> String {
    let mut ids: Vec<&str> = Vec::new();
    for claim in condition.basis.claims.iter().filter(|claim| scenario.shows(claim)) {
        let id = scenario.sources.id(claim.source);
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    joined(ids)
}

/// `key: reason` for each key.
pub(super) fn reasons(assumed: &std::collections::BTreeMap<String, String>) -> String {
    joined(assumed.iter().map(|(key, reason)| format!("{key}: {reason}")))
}

/// Pledge by condition: every standing pledge with every condition that gates any.
pub(super) fn gates(finding: &Finding) -> Table {
    let (pledges, conditions) = gate_axes(finding);
    let pairs = pledges.iter().flat_map(|pledge| conditions.iter().map(|c| (*pledge, *c)));
    let scenario = &finding.scenario;
    let table: Builder<'_, (usize, usize)> = begin(finding, "gates", "a pledge and a condition");
    table
        .column("pledge", Kind::Text, "id of the pledge", |row| scenario.pledges.id(row.0))
        .column("condition", Kind::Text, "id of the condition", |row| scenario.conditions.id(row.1))
        .column(
            "role",
            Kind::Text,
            "needed: never active without it; alternative: changes some world; contested: differs \
             between readings; unknown: more work than the budget; empty: plays no part",
            |row| finding.outcomes.gates[row.0][row.1].word(),
        )
        .rows(pairs)
}

/// The standing pledges, and the conditions that play a part for any of them.
pub(crate) fn gate_axes(finding: &Finding) -> (Vec<usize>, Vec<usize>) {
    let scenario = &finding.scenario;
    let pledges: Vec<usize> = (0..scenario.pledges.len())
        .filter(|index| scenario.stands(scenario.pledges.at(*index)))
        .collect();
    let gates = &finding.outcomes.gates;
    let plays = |condition: &usize| pledges.iter().any(|p| gates[*p][*condition] != Role::None);
    let conditions = (0..scenario.conditions.len()).filter(plays).collect();
    (pledges, conditions)
}
