//! What decides the requirements, and what moves the force: the tables of a brief that `unlock`, `block` and `drivers` give.
//!
//! In: a `Finding`. Out: [`Grid`]s.

use super::grids::{Cell, Grid, Head};
use crate::evaluate::deciding::Direction;
use crate::law::real;
use crate::outcomes::{AtSizes, Deciding, DecidingSet, Turn};
use crate::report::tables::response;
use crate::report::wording::{
    condition_name, conditions_in_words, formula_in_words, requirement_in_words, short_requirement,
};
use crate::report::words::{capitalised, large, percent, thousands};
use crate::scenario::Scenario;
use crate::study::Finding;

/// The most sets that are listed of a requirement.
const MOST_SETS: usize = 5;

/// What decides the requirements: a row a set of conditions, with every requirement that it decides.
pub(super) fn deciding(finding: &Finding, direction: Direction) -> Grid {
    let outcomes = &finding.outcomes;
    let (found, caption, verb, table) = match direction {
        Direction::Unlock => (&outcomes.unlock, "What would be enough", "Enough for", "unlock"),
        Direction::Block => (&outcomes.block, "What rules it out", "Rules out", "block"),
    };
    let mut rows: Vec<(&DecidingSet, Vec<String>)> = Vec::new();
    let mut more = 0.0;
    for (requirement, found) in found.iter().enumerate() {
        let Some(found) = found else { continue };
        for set in found.sets.iter().take(MOST_SETS) {
            let what = requirement_in_words(&finding.scenario, requirement);
            let alike = |(other, _): &&mut (&DecidingSet, _)| {
                (&other.conditions, &other.sizes) == (&set.conditions, &set.sizes)
            };
            match rows.iter_mut().find(alike) {
                Some((_, decided)) => decided.push(what),
                None => rows.push((set, vec![what])),
            }
        }
        more += left_out(found);
    }
    let [conditions, requirements, sizes] = ["Conditions", verb, "At sizes"].map(Head::words);
    Grid {
        caption: caption.to_owned(),
        heads: vec![conditions, Head::number("All of them obtain"), requirements, sizes],
        rows: rows.into_iter().map(|(set, decided)| deciding_row(finding, set, &decided)).collect(),
        note: if more < 0.5 {
            String::new()
        } else {
            format!("{} more in the table {table}.", large(more))
        },
    }
}

/// How many sets of a requirement are not listed; one that decides at several sizes counts once.
fn left_out(found: &Deciding) -> f64 {
    let told: usize = found.sets.iter().map(|set| set.sizes.len()).sum();
    let all = found.counts.iter().sum::<f64>() - real(u64::try_from(told).unwrap_or(u64::MAX));
    let unlisted = found.sets.len().saturating_sub(MOST_SETS);
    all.max(0.0) + real(u64::try_from(unlisted).unwrap_or(u64::MAX))
}

fn deciding_row(finding: &Finding, set: &DecidingSet, decided: &[String]) -> Vec<Cell> {
    let conditions = match set.conditions.as_slice() {
        [] => "Nothing: it is so in any case".to_owned(),
        conditions => capitalised(&conditions_in_words(&finding.scenario, conditions)),
    };
    let sizes: Vec<&str> = set.sizes.iter().map(|sizes| sizes.word()).collect();
    let sizes = if set.sizes == [AtSizes::Any] { String::new() } else { sizes.join(", ") };
    let chance = set.probability.map(percent).unwrap_or_default();
    [conditions, chance, decided.join("; "), sizes].into_iter().map(Cell::from).collect()
}

/// What moves the force or the leading requirement, most first.
pub(super) fn drivers(finding: &Finding) -> Grid {
    let scenario = &finding.scenario;
    let leading = scenario.leading_requirement();
    let turn = |result: Option<usize>, (condition, option): (usize, usize)| {
        response(finding, result)?.options.get(condition)?.get(option).copied()
    };
    let met = |ends| leading.and_then(|leading| turn(Some(leading), ends));
    let swing = |turn: Option<Turn>| turn.and_then(|turn| turn.swing()).unwrap_or(0.0).abs();
    let mut ends = open_ends(scenario);
    ends.retain(|ends| swing(turn(None, *ends)) + swing(met(*ends)) > 0.0);
    ends.sort_by(|one, other| {
        let by = |ends: &(usize, usize)| (swing(turn(None, *ends)), swing(met(*ends)));
        by(other).partial_cmp(&by(one)).unwrap_or(std::cmp::Ordering::Equal).then(one.cmp(other))
    });
    let rows = ends.into_iter().map(|ends| {
        let (troops, met) = (turn(None, ends), met(ends));
        let chance = finding.outcomes.marginals.get(ends.0).and_then(Option::as_ref);
        let chance = chance.and_then(|options| options.get(ends.1)).map(|own| percent(own.value));
        let row = [
            end_name(scenario, ends),
            chance.unwrap_or_default(),
            troops.and_then(|turn| turn.set).map(thousands).unwrap_or_default(),
            troops.and_then(|turn| turn.unset).map(thousands).unwrap_or_default(),
            met.and_then(|turn| turn.set).map(percent).unwrap_or_default(),
            met.and_then(|turn| turn.unset).map(percent).unwrap_or_default(),
        ];
        row.into_iter().map(Cell::from).collect()
    });
    let required = leading.map(|leading| short_requirement(scenario, leading)).unwrap_or_default();
    Grid {
        caption: "Drivers: what setting a condition would change".to_owned(),
        heads: vec![
            Head::words("Condition"),
            Head::number("As things are"),
            Head::number("Mean troops if set to hold"),
            Head::number("if set to fail"),
            Head::number(format!("{required} met if set to hold")),
            Head::number("if set to fail"),
        ],
        rows: rows.collect(),
        note: "As things are: what a condition requires counts. Conditions that move neither are left out."
            .to_owned(),
    }
}

/// Every way in which a condition may still end: that a plain one holds, or each outcome.
fn open_ends(scenario: &Scenario) -> Vec<(usize, usize)> {
    let open = scenario.conditions.iter().enumerate().filter(|(_, (_, c))| c.holds.is_none());
    let ends = open.flat_map(|(at, (_, condition))| {
        let options = if condition.outcomes.is_empty() { 1..2 } else { 0..condition.options() };
        options.map(move |option| (at, option))
    });
    ends.collect()
}

fn end_name(scenario: &Scenario, (condition, option): (usize, usize)) -> String {
    let name = condition_name(scenario, condition);
    let outcome = scenario.conditions.at(condition).outcomes.get(option);
    outcome.map_or(name.clone(), |outcome| format!("{name}: {}", formula_in_words(outcome)))
}
