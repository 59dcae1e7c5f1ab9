//! What is moved by how a condition ends, known or set, against the brute force: knowing is a
//! condition on the worlds, setting rewrites the condition in the case.

use super::brute_force::{Listed, World, mean};
use super::case::{
    Case, Clause, Condition, Formula, Pledge, Requirement, Stated, TROOPS, What, in_theatre,
};
use super::oracle::{Oracle, Row, ensure, real, rows};
use super::sums::met_in;
use contingent::report::table::Table;

/// A result: a requirement's chance of being met, or the mean troops in theatre.
pub(super) type Result_<'a> = Option<&'a Requirement>;

/// The result in a world.
pub(super) fn result_in(listed: &Listed<'_>, result: Result_<'_>, world: &World) -> f64 {
    let admits = |pledge: &Pledge, _: &str| in_theatre(pledge.basing);
    match result {
        Some(requirement) => met_in(listed, requirement, world),
        None => mean(&listed.law_in(world, TROOPS, &admits)),
    }
}

/// The condition, by its place among the entries, and the option of a row.
pub(super) fn ends(case: &Case, row: &Row<'_>) -> (usize, usize) {
    let (id, outcome) = (row.words("condition"), row.words("outcome"));
    let (at, _, condition) = case.conditions().find(|(_, known, _)| *known == id).unwrap();
    let option = condition.outcomes.iter().position(|known| *known == outcome);
    (at, option.unwrap_or(1))
}

fn known(listed: &Listed<'_>, result: Result_<'_>, (at, option): (usize, usize)) -> Option<f64> {
    listed.mean(Some(&Formula::Ends(at, option)), |world| result_in(listed, result, world))
}

/// The expected distance of what is then known from what is known now.
fn moves(listed: &Listed<'_>, result: Result_<'_>, at: usize) -> Option<f64> {
    let present = listed.mean(None, |world| result_in(listed, result, world))?;
    let options = listed.case.entries[at].condition().unwrap().options();
    let part = |option| {
        let chance = listed.mean(None, |world| f64::from(u8::from(world.values[at] == option)));
        let known = known(listed, result, (at, option)).unwrap_or(present);
        chance.unwrap() * (known - present).abs()
    };
    Some((0..options).map(part).sum())
}

/// The case in which a condition ends in an option whatever else happens, without evidence.
pub(super) fn rewritten(case: &Case, at: usize, option: usize) -> Case {
    let mut case = case.clone();
    case.given = None;
    if let What::Condition(condition) = &mut case.entries[at].what {
        end(condition, option);
    }
    case
}

/// Has a condition end in an option whatever else happens.
pub(super) fn end(condition: &mut Condition, option: usize) {
    let certain = |own: usize| Stated::Number(if own == option { 100 } else { 0 });
    let chances = match condition.outcomes.len() {
        0 => vec![certain(1)],
        count => (0..count).map(certain).collect(),
    };
    condition.requires = None;
    condition.clauses = vec![Clause { when: None, chances }];
}

/// The result given the evidence where a condition's options have weights of their own.
fn set(case: &Case, absent: f64, result: Result_<'_>, at: usize, weights: &[f64]) -> Option<f64> {
    let (mut part, mut whole) = (0.0, 0.0);
    for (option, weight) in weights.iter().enumerate().filter(|(_, weight)| **weight > 0.0) {
        let other = rewritten(case, at, option);
        let listed = Listed::new(&other, absent).unwrap();
        let held = |world: &World| {
            let given = case.given.as_ref();
            f64::from(u8::from(given.is_none_or(|given| listed.holds(given, &world.values))))
        };
        whole += weight * listed.mean(None, held)?;
        part += weight * listed.mean(None, |w| held(w) * result_in(&listed, result, w))?;
    }
    (whole > 0.0).then(|| part / whole)
}

/// How probable the other options are before any evidence.
pub(super) fn others(case: &Case, absent: f64, (at, option): (usize, usize)) -> Vec<f64> {
    let free = Case { given: None, ..case.clone() };
    let listed = Listed::new(&free, absent).unwrap();
    let options = case.entries[at].condition().unwrap().options();
    let chance = |own| {
        let chance = listed.mean(None, |world| f64::from(u8::from(world.values[at] == own)));
        if own == option { 0.0 } else { chance.unwrap() }
    };
    match options {
        2 => (0..2).map(|own| f64::from(u8::from(own != option))).collect(),
        _ => (0..options).map(chance).collect(),
    }
}

/// Compares a cell with what it must be under each guess at what is absent; differences of figures
/// are as exact as these.
fn check(row: &Row<'_>, column: &str, scale: f64, expected: &[Option<f64>]) -> Result<(), String> {
    let actual = real(row.cell(column))?;
    let near = |left: Option<f64>, right: Option<f64>| match (left, right) {
        (Some(left), Some(right)) => {
            (left - right).abs() <= 1e-12 * scale.max(left.abs()).max(right.abs()) + 1e-15
        }
        (None, None) => true,
        _ => false,
    };
    let guessed = expected.len() > 1;
    let known = expected.iter().all(|other| near(expected[0], *other));
    let fits = if known {
        near(actual, expected[0]) || guessed && actual.is_none()
    } else {
        actual.is_none()
    };
    ensure(fits, || {
        let of = [row.words("condition"), row.words("outcome"), row.table_name().to_owned()];
        format!("{column} of {of:?} is {actual:?} and should be {expected:?}")
    })
}

/// The requirement that leads.
fn leading(case: &Case) -> Option<&Requirement> {
    case.requirements.iter().min_by_key(|own| {
        (own.floor.is_none(), own.unit != TROOPS, own.needs.is_some(), own.floor, own.id)
    })
}

pub(super) fn check_watch_list(oracle: &Oracle<'_>, table: &Table) -> Result<(), String> {
    let case = oracle.any().case;
    let mut last = f64::INFINITY;
    for row in rows(table) {
        let (at, option) = ends(case, &row);
        for (result, columns) in
            [(None, ["troops_if_so", "moves_troops"]), (leading(case), ["met_if_so", "moves_met"])]
        {
            if columns[0] == "met_if_so" && result.is_none() {
                continue;
            }
            let present = oracle.each(|l| l.mean(None, |world| result_in(l, result, world)));
            let scale = present[0].unwrap_or(0.0);
            check(&row, columns[0], 0.0, &oracle.each(|l| known(l, result, (at, option))))?;
            check(&row, columns[1], scale, &oracle.each(|l| moves(l, result, at)))?;
        }
        let moved = real(row.cell("moves_troops"))?.unwrap_or(0.0);
        ensure(moved <= last * (1.0 + 1e-11), || "the watch-list is in another order".to_owned())?;
        last = moved;
    }
    Ok(())
}

pub(super) fn check_drivers(oracle: &Oracle<'_>, table: &Table) -> Result<(), String> {
    let case = oracle.any().case;
    let options: usize = case.conditions().map(|(_, _, c)| c.outcomes.len().max(1)).sum();
    let expected = options * (case.requirements.len() + 1);
    ensure(table.rows.len() == expected, || format!("{} rows", table.rows.len()))?;
    for row in rows(table) {
        let id = row.words("result");
        let result = case.requirements.iter().find(|own| own.id == id);
        let (at, option) = ends(case, &row);
        let count = case.entries[at].condition().unwrap().options();
        let only: Vec<f64> = (0..count).map(|own| f64::from(u8::from(own == option))).collect();
        let holds = oracle.guesses().map(|absent| set(case, absent, result, at, &only));
        let holds: Vec<Option<f64>> = holds.collect();
        let fails = oracle
            .guesses()
            .map(|absent| set(case, absent, result, at, &others(case, absent, (at, option))));
        let fails: Vec<Option<f64>> = fails.collect();
        check(&row, "when_holds", 0.0, &holds)?;
        check(&row, "when_fails", 0.0, &fails)?;
        let swing = holds.iter().zip(&fails).map(|(holds, fails)| Some((*holds)? - (*fails)?));
        let swing: Vec<Option<f64>> = swing.collect();
        let scale = holds[0].unwrap_or(0.0).max(fails[0].unwrap_or(0.0));
        check(&row, "swing", scale, &swing)?;
        let present = oracle.each(|l| l.mean(None, |world| result_in(l, result, world)));
        check(&row, "present", 0.0, &present)?;
    }
    Ok(())
}
