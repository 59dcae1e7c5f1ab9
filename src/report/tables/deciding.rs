//! Tables of what decides requirements: `unlock` and `block`.

use super::{begin, joined};
use crate::evaluate::deciding::Direction;
use crate::outcomes::{AtSizes, Deciding, DecidingSet};
use crate::report::table::{Builder, Kind, Table, Value, counted};
use crate::report::wording::decided;
use crate::scenario::{Pledge, Stage};
use crate::study::Finding;

/// A set at some of the sizes; of a requirement for which none was found in time, neither.
struct Row<'a> {
    requirement: usize,
    found: Option<&'a Deciding>,
    /// The number of the set, and the set.
    set: Option<(usize, &'a DecidingSet)>,
    sizes: Option<AtSizes>,
}

/// The sets that are enough for each requirement.
pub(super) fn unlock(finding: &Finding) -> Table {
    let table = begin(finding, "unlock", "a minimal set of conditions that meets a requirement");
    let held = "ids of the pledges that are active wherever the set holds, of those that count \
                towards the requirement or on which it depends";
    let table = columns(table, finding, Direction::Unlock, held);
    table.rows(rows(&finding.outcomes.unlock))
}

/// The sets that rule each requirement out.
pub(super) fn block(finding: &Finding) -> Table {
    let table = begin(finding, "block", "a minimal set of conditions that rules a requirement out");
    let stopped = "ids of the pledges that are active nowhere where the set holds, and somewhere \
                   else, of those that count towards the requirement or on which it depends";
    let table = columns(table, finding, Direction::Block, stopped);
    table.rows(rows(&finding.outcomes.block))
}

fn rows(found: &[Option<Deciding>]) -> Vec<Row<'_>> {
    let mut rows = Vec::new();
    for (requirement, found) in found.iter().enumerate() {
        let Some(found) = found else {
            rows.push(Row { requirement, found: None, set: None, sizes: None });
            continue;
        };
        for (at, set) in found.sets.iter().enumerate() {
            let row = |sizes: &AtSizes| Row {
                requirement,
                found: Some(found),
                set: Some((at + 1, set)),
                sizes: Some(*sizes),
            };
            rows.extend(set.sizes.iter().map(row));
        }
    }
    rows
}

fn columns<'a>(
    table: Builder<'a, Row<'a>>,
    finding: &'a Finding,
    direction: Direction,
    pledges: &'static str,
) -> Builder<'a, Row<'a>> {
    let scenario = &finding.scenario;
    let table = table
        .column("requirement", Kind::Text, "id of the requirement", |row: &Row<'_>| {
            scenario.requirements.id(row.requirement)
        })
        .column("sizes", Kind::Text, SIZES, |row| row.sizes.map_or("unknown", AtSizes::word))
        .column("set_id", Kind::Whole, "number of the set within its requirement", |row| {
            row.set.map(|(number, _)| whole(number))
        })
        .column("conditions_count", Kind::Whole, "how many conditions the set has", |row| {
            row.set.map(|(_, set)| whole(set.conditions.len()))
        })
        .column("conditions", Kind::Text, CONDITIONS, |row| {
            let conditions = row.set.iter().flat_map(|(_, set)| &set.conditions);
            joined(conditions.map(|(condition, option)| scenario.literal(*condition, *option)))
        })
        .column("probability_set_holds", Kind::Probability, HOLDS, |row| {
            row.set.and_then(|(_, set)| set.probability)
        })
        .column("probability_given_prerequisites", Kind::Probability, GIVEN, |row| {
            row.set.and_then(|(_, set)| set.probability_given_prerequisites)
        });
    figures(table, finding, pledges)
        .column("sentence", Kind::Text, "the set in words", move |row| {
            row.set.zip(row.sizes).map(|((_, set), sizes)| {
                decided(finding, (row.requirement, direction), &set.conditions, sizes)
            })
        })
        .column("sets", Kind::Whole, SETS, |row| {
            let at = AtSizes::ALL.iter().position(|sizes| Some(*sizes) == row.sizes);
            at.zip(row.found).map(|(at, found)| count(found.counts[at]))
        })
        .column("max_size", Kind::Whole, "sets of up to so many conditions are counted", |row| {
            row.found.and_then(|found| found.max_size).map(whole)
        })
}

fn figures<'a>(
    table: Builder<'a, Row<'a>>,
    finding: &'a Finding,
    pledges: &'static str,
) -> Builder<'a, Row<'a>> {
    let scenario = &finding.scenario;
    let ids = |row: &Row<'a>| row.set.and_then(|(_, set)| set.pledges.as_deref()).unwrap_or(&[]);
    let troops = |row: &Row<'_>| row.set.and_then(|(_, set)| set.troops);
    table
        .column("troops_low", Kind::Whole, LOW, move |row| troops(row).map(|ends| ends.0))
        .column("troops_high", Kind::Whole, HIGH, move |row| troops(row).map(|ends| ends.1))
        .column("weakest_stage", Kind::Text, "least firm stage among `pledges`", move |row| {
            let pledges = ids(row).iter().map(|pledge| scenario.pledges.at(*pledge));
            pledges.map(|pledge: &Pledge| pledge.stage).min().map(Stage::word)
        })
        .column("pledges", Kind::Text, pledges, move |row| {
            joined(ids(row).iter().map(|pledge| scenario.pledges.id(*pledge)))
        })
}

const SIZES: &str = "sizes at which the set is minimal: `low` ends, means rounded to whole numbers \
                     (`central`), `high` ends, or `any` of them; `unknown` where to find the sets \
                     takes more than the budget";

const CONDITIONS: &str = "conditions and outcomes, with those that others of them presuppose; \
                          `not x` where x must not hold; empty where nothing is needed";

const HOLDS: &str = "that all of them obtain, over all worlds: what they require counts";

const GIVEN: &str = "the same, given those of its conditions that others of them presuppose";

const SETS: &str = "how many sets there are at these `sizes`, listed or not";

const LOW: &str = "smallest sum towards the requirement that is possible with the set";

const HIGH: &str = "largest sum towards the requirement that is possible with the set";

fn whole(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}

/// A count, whole where it is one for sure.
fn count(count: f64) -> Value {
    counted(count).map_or(Value::Number(count), Value::Whole)
}
