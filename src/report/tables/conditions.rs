//! Tables of conditions: how likely each is, what waits for it, and what moves when it is known.

use super::{ERROR, FOUND, begin, joined};
use crate::law::coarse;
use crate::outcomes::{Method, Response, Role};
use crate::report::table::{Builder, Kind, Table, rounded};
use crate::scenario::{Chance, Clause, Condition, Scenario};
use crate::study::Finding;
use jiff::civil::Date;
use std::cmp::Reverse;

/// A condition in one of its options.
pub(super) type Row = (usize, usize);

/// The conditions and their outcomes: a watch-list, what moves the force most first.
pub(super) fn conditions(finding: &Finding) -> Table {
    let scenario = &finding.scenario;
    let table: Builder<'_, Row> = begin(finding, "conditions", "a condition, or one outcome of it");
    let table = table
        .column("condition", Kind::Text, "id of the condition", |row| scenario.conditions.id(row.0))
        .column("outcome", Kind::Text, "id of the outcome; empty for a plain condition", |row| {
            outcome(scenario, *row)
        });
    let table = resolution_columns(chance_columns(table, finding), finding);
    table
        .column("pledges_gated", Kind::Text, "ids of the pledges that wait for it", |row| {
            joined(gated(finding, row.0))
        })
        .column("sources", Kind::Text, "ids of its sources", |row| {
            sources(scenario, scenario.conditions.at(row.0))
        })
        .column("assumed", Kind::Text, "what is assumed about it, and why", |row| {
            reasons(&scenario.conditions.at(row.0).basis.assumed)
        })
        .column("text", Kind::Text, "what must happen", |row| {
            scenario.conditions.at(row.0).text.clone()
        })
        .rows(watch_list(finding))
}

/// The id of an outcome; none for a plain condition.
pub(super) fn outcome(scenario: &Scenario, (condition, option): Row) -> Option<String> {
    scenario.conditions.at(condition).outcomes.get(option).cloned()
}

/// How likely it is, as stated and over all worlds.
fn chance_columns<'a>(table: Builder<'a, Row>, finding: &'a Finding) -> Builder<'a, Row> {
    let scenario = &finding.scenario;
    let found = |row: &Row| finding.outcomes.marginals[row.0].as_ref().map(|p| p[row.1]);
    let effective = move |row: &Row| found(row).map(|found| found.value);
    let error = move |row: &Row| found(row).and_then(|found| found.standard_error);
    table
        .column("stated", Kind::Text, "probability as the scenario states it", |row| {
            stated(scenario.conditions.at(row.0), row.1)
        })
        .column(
            "ended",
            Kind::Boolean,
            "whether it is known to have ended so; empty: open",
            |row| scenario.conditions.at(row.0).holds.map(|option| option == row.1),
        )
        .column("word", Kind::Text, "word of the scale for the effective probability", move |row| {
            effective(row).and_then(|probability| scenario.scale.word_for(rounded(probability)))
        })
        .column("effective", Kind::Probability, "probability over all worlds", effective)
        .column("method", Kind::Text, FOUND, move |row| {
            found(row).map(|found| Method::of(found.standard_error).word())
        })
        .column("standard_error", Kind::Probability, ERROR, error)
}

/// When it will be known, and what that moves.
fn resolution_columns<'a>(table: Builder<'a, Row>, finding: &'a Finding) -> Builder<'a, Row> {
    let scenario = &finding.scenario;
    let resolves_by = move |row: &Row| scenario.conditions.at(row.0).resolves_by;
    let troops = finding.outcomes.responses.troops.as_ref();
    let leading = scenario.leading_requirement();
    let met = leading.and_then(|index| finding.outcomes.responses.met.get(index)?.as_ref());
    let requirement =
        leading.map_or("the leading requirement", |index| scenario.requirements.id(index));
    table
        .column("resolves_by", Kind::Date, "when it will be known", resolves_by)
        .column(
            "days_left",
            Kind::Amount,
            "days from the date of the knowledge until then; negative where overdue, empty once it is known",
            move |row| {
                let open = scenario.conditions.at(row.0).holds.is_none();
                let date = resolves_by(row).filter(|_| open);
                date.map(|date| days_between(scenario.as_of, date))
            },
        )
        .column(
            "troops_if_so",
            Kind::Amount,
            "mean troops in theatre where it is known to end so: what is learnt, not what is done",
            move |row| known(finding, troops, *row),
        )
        .column(
            "moves_troops",
            Kind::Amount,
            "by how many troops the mean is expected to move, up or down, on the day on which it is \
             known how the condition ends",
            move |row| moves(finding, troops, row.0),
        )
        .column("requirement", Kind::Text, "the requirement that the next two are about", move |_| {
            leading.map(|index| scenario.requirements.id(index).to_owned())
        })
        .column(
            "met_if_so",
            Kind::Probability,
            format!("probability that {requirement} is met where it is known to end so"),
            move |row| known(finding, met, *row),
        )
        .column(
            "moves_met",
            Kind::Probability,
            format!("by how much the probability that {requirement} is met is expected to move then"),
            move |row| moves(finding, met, row.0),
        )
}

/// Signed days from one date to another.
fn days_between(from: Date, to: Date) -> f64 {
    f64::from((to - from).get_days())
}

/// A result where a condition is known to end in an option; none where it cannot, or where it is not
/// known how probable that is.
fn known(finding: &Finding, response: Option<&Response>, row: Row) -> Option<f64> {
    let chance = finding.outcomes.marginals[row.0].as_ref()?[row.1];
    let impossible = chance.value <= 0.0 && chance.standard_error.is_none();
    response.filter(|_| !impossible)?.options[row.0][row.1].known
}

/// How far a result is expected to move on the day on which a condition is known.
fn moves(finding: &Finding, response: Option<&Response>, condition: usize) -> Option<f64> {
    let response = response?;
    let (present, options) = (response.present?, &response.options[condition]);
    if options.iter().all(|turn| turn.known == Some(present)) {
        return Some(0.0);
    }
    let chances = finding.outcomes.marginals[condition].as_ref()?;
    let possible = chances.iter().zip(options).filter(|(chance, _)| chance.value > 0.0);
    let parts = possible.map(|(chance, turn)| Some(chance.value * (turn.known? - present).abs()));
    parts.sum()
}

/// Every condition or outcome. What moves the force most comes first, or where nothing does what
/// gates the most pledges; then what resolves first.
fn watch_list(finding: &Finding) -> Vec<Row> {
    let troops = finding.outcomes.responses.troops.as_ref();
    let moved = |condition: usize| moves(finding, troops, condition).map(coarse);
    let scenario = &finding.scenario;
    let none = (0..scenario.conditions.len()).all(|at| moved(at).unwrap_or(0) == 0);
    let mut rows = options(scenario);
    rows.sort_by_cached_key(|(condition, option)| {
        let gated = if none { gated(finding, *condition).count() } else { 0 };
        let resolves_by = scenario.conditions.at(*condition).resolves_by;
        let undated = resolves_by.is_none();
        let moved = moved(*condition).filter(|_| !none);
        (Reverse(moved), Reverse(gated), undated, resolves_by, *condition, *option)
    });
    rows
}

/// Every condition, or each of its outcomes.
pub(super) fn options(scenario: &Scenario) -> Vec<Row> {
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
    let chances = joined(condition.clauses.iter().map(clause).filter(|text| !text.is_empty()));
    let requires =
        condition.requires.as_ref().map(|requires| format!("requires {}", requires.text));
    let parts: Vec<String> = [Some(chances), requires].into_iter().flatten().collect();
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
}

fn gated(finding: &Finding, condition: usize) -> impl Iterator<Item = &str> {
    let roles = finding.outcomes.gates.iter().enumerate();
    let gated = roles.filter(move |(_, roles)| roles[condition] != Role::None);
    gated.map(|(pledge, _)| finding.scenario.pledges.id(pledge))
}

fn sources(scenario: &Scenario, condition: &Condition) -> String {
    let mut ids: Vec<&str> = Vec::new();
    for claim in scenario.shown(&condition.basis) {
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
