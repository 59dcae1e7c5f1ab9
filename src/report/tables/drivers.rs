//! The table of drivers: what setting each condition changes.

use super::begin;
use super::conditions::{Row as Ends, options, outcome};
use super::forces::{HIGH, LOW};
use crate::law::coarse;
use crate::layout::IN_THEATRE;
use crate::outcomes::{Method, Response, Span, Turn, TurnSpans};
use crate::report::table::{Builder, Kind, Table, number};
use crate::scenario::{Condition, TROOPS};
use crate::study::Finding;
use crate::study::break_even::BreakEven;
use std::cmp::Reverse;

/// A condition in one of its options, and the result that it may change: a requirement, or the
/// troops in theatre.
type Row = (Option<usize>, Ends);

/// Every result with every condition, what changes it most first.
pub(super) fn drivers(finding: &Finding, break_even: Option<&BreakEven>) -> Table {
    let turn = move |row: &Row| turn(finding, *row);
    let mut table = ends(finding);
    if let Some(wanted) = break_even {
        let id = finding.scenario.requirements.id(wanted.requirement);
        let meaning = format!(
            "`probability_stated` that the file would have to give the condition for `{id}` to be met with \
             probability {}, all else as it is; empty where none does that or the file gives several",
            number(wanted.wanted)
        );
        table = table.column("break_even", Kind::Probability, meaning, move |row: &Row| {
            let own = row.0 == Some(wanted.requirement);
            wanted.chances.get(row.1.0).copied().flatten().filter(|_| own)
        });
    }
    let table = table
        .column("present", Kind::Amount, "the result as things are", |row| {
            response(finding, row.0)?.present
        })
        .column(
            "when_holds",
            Kind::Amount,
            "the result where the condition is set to end so: what lies upstream keeps its \
             distribution, what lies downstream is drawn anew",
            move |row| turn(row)?.set,
        )
        .column(
            "when_fails",
            Kind::Amount,
            "the result where it is set to end otherwise, in the other outcomes' own proportions",
            move |row| turn(row)?.unset,
        )
        .column("swing", Kind::Amount, "when_holds less when_fails", move |row| turn(row)?.swing());
    ranges(table, finding)
        .column(
            "method",
            Kind::Text,
            "how the result was found; empty where it is more work than the budget",
            |row| response(finding, row.0).map(|_| Method::Exact.word()),
        )
        .rows(rows(finding))
}

/// The columns that say between what all that lies.
fn ranges<'a>(mut table: Builder<'a, Row>, finding: &'a Finding) -> Builder<'a, Row> {
    type Pick = fn(TurnSpans) -> Option<Span>;
    let spans = move |row: &Row| Some(turn(finding, *row)?.spans);
    let picks: [(&str, Pick); 3] = [
        ("when_holds", |spans| spans.set),
        ("when_fails", |spans| spans.unset),
        ("swing", |spans| spans.swing),
    ];
    for (name, pick) in picks {
        let end = move |row: &Row| pick(spans(row)?);
        table = table
            .column(format!("{name}_low"), Kind::Amount, LOW, move |row| Some(end(row)?.low))
            .column(format!("{name}_high"), Kind::Amount, HIGH, move |row| Some(end(row)?.high));
    }
    table.column("range_is", Kind::Text, RANGES_ARE, move |row| spans(row)?.word())
}

/// The meaning of the column that labels ranges.
const RANGES_ARE: &str = "`sharp` where probabilities in the ranges give every end, `bound` where \
                          one of them may be beyond what they give; empty beyond the budget";

/// The columns that say which condition and which result.
fn ends(finding: &Finding) -> Builder<'_, Row> {
    let scenario = &finding.scenario;
    begin(finding, "drivers", "a condition, or one outcome of it, and a result")
        .column("condition", Kind::Text, "id of the condition", |row: &Row| {
            scenario.conditions.id(row.1.0)
        })
        .column("outcome", Kind::Text, "id of the outcome; empty for a plain condition", |row| {
            outcome(scenario, row.1)
        })
        .column(
            "result",
            Kind::Text,
            "what may change: the mean of a total, or the probability that a requirement is met",
            |row| row.0.map_or(IN_THEATRE, |index| scenario.requirements.id(index)),
        )
        .column("unit", Kind::Text, "of the result", |row| {
            if row.0.is_some() { "probability" } else { TROOPS }
        })
        .column(
            "probability",
            Kind::Probability,
            "that the condition ends so, over all worlds: what it requires counts",
            |row| Some(finding.outcomes.marginals[row.1.0].as_ref()?[row.1.1].value),
        )
        .column(
            "probability_stated",
            Kind::Probability,
            "the same as the file gives it (of words and ranges the middle): where the condition \
             requires others, given these, as `sweep` varies it; empty where the file gives none or \
             several",
            |row| stated(scenario.conditions.at(row.1.0), row.1.1),
        )
}

/// The one probability that the file gives an option of a condition.
fn stated(condition: &Condition, option: usize) -> Option<f64> {
    let [clause] = condition.clauses.as_slice() else { return None };
    match (clause.chances.as_deref()?, condition.outcomes.is_empty()) {
        ([chance], true) => Some(if option == 1 { chance.central } else { chance.rest[1] }),
        (chances, _) => chances.get(option).map(|chance| chance.central),
    }
}

/// How a result answers to the conditions.
pub(crate) fn response(finding: &Finding, requirement: Option<usize>) -> Option<&Response> {
    let responses = &finding.outcomes.responses;
    match requirement {
        None => responses.troops.as_ref(),
        Some(index) => responses.met.get(index)?.as_ref(),
    }
}

fn turn(finding: &Finding, (requirement, (condition, option)): Row) -> Option<Turn> {
    Some(response(finding, requirement)?.options[condition][option])
}

/// The results in order; of each the largest swings first and those that have none last.
fn rows(finding: &Finding) -> Vec<Row> {
    let requirements = (0..finding.scenario.requirements.len()).map(Some);
    let results = [None].into_iter().chain(requirements);
    // How a condition is known to have ended drives nothing any more.
    let mut ends = options(&finding.scenario);
    ends.retain(|(condition, _)| finding.scenario.conditions.at(*condition).holds.is_none());
    let mut rows: Vec<Row> =
        results.flat_map(|result| ends.iter().map(move |ends| (result, *ends))).collect();
    rows.sort_by_cached_key(|row| {
        let swing = turn(finding, *row).and_then(|turn| turn.swing());
        (row.0, Reverse(swing.map(|swing| coarse(swing.abs()))), row.1)
    });
    rows
}
