//! The waterfall against the brute force: levels nation by nation, what pools sustain in every world
//! and at every size, and sums that are exact as decimals.

use super::brute_force::{Law, Listed};
use super::case::{NATIONS, Pledge, Size, TROOPS, in_theatre};
use super::oracle::{Oracle, Row, ensure, rows};
use contingent::decimal::Decimal;
use contingent::report::format::{Spreadsheet, csv};
use contingent::report::table::Table;
use std::collections::BTreeMap;

const STEPS: [&str; 5] = ["headline", "counted", "in_theatre", "conditions", "sustained"];

/// The most that a nation keeps deployed: the largest m with m times its rotation within its pool.
fn most(listed: &Listed<'_>, nation: &str) -> Option<u32> {
    let at = NATIONS.iter().position(|(id, _)| *id == nation).unwrap();
    let (pool, rotation) = listed.case.pools[at]?;
    let tenths = match rotation {
        None | Some("1") => 10,
        Some("2.5") => 25,
        Some("3") => 30,
        Some(other) => panic!("{other} is not generated"),
    };
    (0..=pool).rev().find(|most| most * tenths <= pool * 10)
}

/// Mean sizes of a nation's pledges that stay at a step; none where it has no pledge with a size.
fn sized(listed: &Listed<'_>, nation: &str, stays: impl Fn(&Pledge) -> bool) -> Option<f64> {
    let mut sum = None;
    for (at, _, pledge) in listed.case.pledges() {
        let member = pledge.nations.iter().position(|(id, _)| *id == nation);
        let Some(member) = member.filter(|_| is_listed(listed, pledge)) else { continue };
        let Some((_, parts)) = listed.size(at) else { continue };
        *sum.get_or_insert(0.0) += if stays(pledge) { parts[member] } else { 0.0 };
    }
    sum
}

fn is_listed(listed: &Listed<'_>, pledge: &Pledge) -> bool {
    listed.case.stands(pledge) && pledge.unit == TROOPS && pledge.kind == "force"
}

fn level(listed: &Listed<'_>, nation: &str, step: &str) -> Option<f64> {
    let counts = |pledge: &Pledge| listed.case.counts(pledge);
    let headline = sized(listed, nation, |_| true)?;
    let admits = |pledge: &Pledge, id: &str| id == nation && in_theatre(pledge.basing);
    let mean = |law: Law, most: u32| -> f64 {
        law.into_iter().map(|(troops, p)| f64::from(troops.min(most)) * p).sum()
    };
    match step {
        "headline" => Some(headline),
        "counted" => sized(listed, nation, counts),
        "in_theatre" => sized(listed, nation, |p| counts(p) && in_theatre(p.basing)),
        "conditions" => Some(mean(listed.law(None, TROOPS, &admits)?, u32::MAX)),
        _ => {
            let most = most(listed, nation).unwrap_or(u32::MAX);
            Some(mean(listed.law(None, TROOPS, &admits)?, most))
        }
    }
}

pub(super) fn check_waterfall(oracle: &Oracle<'_>, table: &Table) -> Result<(), String> {
    let listed = oracle.any();
    let forces = listed.case.pledges().filter(|(_, _, pledge)| is_listed(listed, pledge));
    let named = forces.flat_map(|(_, _, p)| p.nations.iter().map(|(nation, _)| *nation));
    let mut nations: Vec<&str> = named.collect();
    nations.sort_unstable();
    nations.dedup();
    nations.insert(0, "all");
    let expected = nations.iter().flat_map(|nation| STEPS.map(|step| [step, nation]));
    let found: Vec<[String; 2]> =
        rows(table).map(|row| ["step", "nation"].map(|column| row.words(column))).collect();
    let expected: Vec<[String; 2]> = expected.map(|row| row.map(str::to_owned)).collect();
    ensure(found == expected, || format!("rows {found:?}, not {expected:?}"))?;
    for row in rows(table).filter(|row| row.words("nation") != "all") {
        check_level(oracle, &row)?;
    }
    check_sums(table)
}

fn check_level(oracle: &Oracle<'_>, row: &Row<'_>) -> Result<(), String> {
    let (step, nation) = (row.words("step"), row.words("nation"));
    let figure = oracle.figure(|listed| level(listed, &nation, &step));
    figure.check_rounded(&format!("{step} of {nation}"), row.cell("troops"))?;
    let listed = oracle.any();
    let why = row.words("why");
    ensure(!why.is_empty(), || format!("{step} of {nation} says nothing"))?;
    for (_, id, pledge) in listed.case.pledges().filter(|(_, _, p)| is_listed(listed, p)) {
        let its = pledge.nations.iter().any(|(id, _)| *id == nation);
        let sized = !matches!(pledge.size, Size::Unknown);
        let falls_out = match step.as_str() {
            "headline" => true,
            "counted" => sized && !listed.case.counts(pledge),
            "in_theatre" => sized && listed.case.counts(pledge) && !in_theatre(pledge.basing),
            _ => continue,
        };
        let told = why.split("; ").any(|cause| {
            cause == id
                || cause.starts_with(&format!("{id} "))
                || cause.starts_with(&format!("{id}:"))
        });
        ensure(told == (its && falls_out), || format!("{step} of {nation}: {why:?} and {id}"))?;
    }
    Ok(())
}

/// As decimals of the file: each level less the one before is the change, and `all` the sum.
fn check_sums(table: &Table) -> Result<(), String> {
    let bytes = csv(table, Spreadsheet::Plain);
    let mut reader = csv::Reader::from_reader(bytes.as_slice());
    let headers = reader.headers().unwrap().clone();
    let column = |name: &str| headers.iter().position(|header| header == name).unwrap();
    let [step, nation, troops, change] = ["step", "nation", "troops", "change"].map(column);
    let mut levels: BTreeMap<String, Vec<Option<Decimal>>> = BTreeMap::new();
    for record in reader.records() {
        let record = record.unwrap();
        let number = |at: usize| -> Option<Decimal> {
            (!record[at].is_empty()).then(|| Decimal::parse(&record[at]).unwrap())
        };
        let own = levels.entry(record[nation].to_owned()).or_default();
        let before = own.last().copied().flatten();
        let expected = number(troops).zip(before).map(|(now, before)| now.minus(before));
        ensure(number(change) == expected, || {
            format!(
                "{} of {}: {:?} and not {expected:?}",
                &record[step],
                &record[nation],
                number(change)
            )
        })?;
        own.push(number(troops));
    }
    let all = levels.remove("all").unwrap();
    let sized: Vec<_> = levels.values().filter(|own| own[0].is_some()).collect();
    for (step, found) in all.iter().enumerate() {
        let sum = sized.iter().try_fold(Decimal::ZERO, |sum, own| Some(sum.plus(own[step]?)));
        let sum = sum.filter(|_| !sized.is_empty() || levels.is_empty());
        ensure(*found == sum, || format!("{}: all has {found:?} and not {sum:?}", STEPS[step]))?;
    }
    Ok(())
}
