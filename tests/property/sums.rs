//! Tables of sums against the brute force: worlds, totals, distribution, requirements, posture,
//! comparison.

use super::brute_force::{Admits, Law, Listed, World, at_least, deviation, if_any, mean, quantile};
use super::case::{Case, Condition, Formula, Pledge, Requirement, TROOPS, in_theatre};
use super::oracle::{Oracle, Row, close, ensure, ids, real, rows};
use super::text;
use contingent::report::table::{Table, Value};
use std::collections::{BTreeMap, BTreeSet};

/// Whether a size rests on an assumption: it is part of one, or assumed itself.
fn is_assumed(pledge: &Pledge) -> bool {
    pledge.size.of().is_some() || pledge.size_is_assumed
}

/// The part of a mean that rests on assumptions.
fn assumed_part(listed: &Listed<'_>, unit: &str, admits: Admits<'_>) -> Option<f64> {
    let assumed = |pledge: &Pledge, nation: &str| admits(pledge, nation) && is_assumed(pledge);
    let whole = mean(&listed.law(None, unit, admits)?);
    (whole > 0.0).then_some(mean(&listed.law(None, unit, &assumed)?) / whole)
}

/// The end of a column's name and what it says of a law.
type Measure = (&'static str, fn(&Law) -> Option<f64>);

const IF_ANY: [Measure; 6] = [
    ("probability_any", |law| Some(at_least(law, 1))),
    ("if_any_mean", |law| Some(mean(&if_any(law)?))),
    ("if_any_p05", |law| Some(quantile(&if_any(law)?, 0.05))),
    ("if_any_p95", |law| Some(quantile(&if_any(law)?, 0.95))),
    ("mean", |law| Some(mean(law))),
    ("if_any_p50", |law| Some(quantile(&if_any(law)?, 0.5))),
];

const WHOLE: [Measure; 3] = [
    ("min", |law| Some(f64::from(*law.first_key_value()?.0))),
    ("max", |law| Some(f64::from(*law.last_key_value()?.0))),
    ("sd", |law| Some(deviation(law))),
];

/// Which pledges and nations a total sums, by its name.
pub(super) fn admitted_by(name: &str, pledge: &Pledge, nation: &str) -> bool {
    let theatre = in_theatre(pledge.basing);
    match name.split_once('.') {
        Some(("basing", basing)) => pledge.basing == basing,
        Some(("domain", domain)) => theatre && pledge.domain == domain,
        Some(("nation", id)) => theatre && nation == id,
        _ => theatre == (name == "in_theatre"),
    }
}

/// Every total that a standing pledge with a size adds to is listed.
fn names_of_totals(case: &Case) -> BTreeSet<(String, String)> {
    let troops = ["in_theatre", "elsewhere"].map(|name| (name.to_owned(), TROOPS.to_owned()));
    let mut names = BTreeSet::from(troops);
    let sized = case.pledges().filter(|(_, _, p)| case.stands(p));
    for (_, _, pledge) in sized.filter(|(_, _, p)| !matches!(p.size, super::case::Size::Unknown)) {
        let mut add = |name: String| names.insert((name, pledge.unit.to_owned()));
        if pledge.unit != TROOPS {
            add("in_theatre".to_owned());
            add("elsewhere".to_owned());
            continue;
        }
        add(format!("basing.{}", pledge.basing));
        add(format!("domain.{}", pledge.domain));
        for (nation, _) in &pledge.nations {
            add(format!("nation.{nation}"));
        }
    }
    names
}

pub(super) fn check_totals(oracle: &Oracle<'_>, table: &Table) -> Result<(), String> {
    let mut missing = names_of_totals(oracle.any().case);
    for row in rows(table) {
        let (name, unit) = (row.words("total"), row.words("unit"));
        missing.remove(&(name.clone(), unit.clone()));
        let admits = |pledge: &Pledge, nation: &str| admitted_by(&name, pledge, nation);
        for (column, measure) in IF_ANY.iter().chain(&WHOLE) {
            let figure = oracle.figure_of(|l| l.law(None, &unit, &admits), measure);
            row.check(column, &figure)?;
        }
        let assumed = oracle.figure(|listed| assumed_part(listed, &unit, &admits));
        row.check("from_assumption_share", &assumed)?;
    }
    ensure(missing.is_empty(), || format!("no totals {missing:?}"))
}

pub(super) fn check_distribution(oracle: &Oracle<'_>, table: &Table) -> Result<(), String> {
    let asked = oracle.any().case.asked_when.as_ref();
    let mut found: BTreeMap<(String, String), BTreeSet<String>> = BTreeMap::new();
    for row in rows(table) {
        let (name, unit) = (row.words("total"), row.words("unit"));
        let admits = |pledge: &Pledge, nation: &str| admitted_by(&name, pledge, nation);
        let value: u32 = row.words("troops").parse().map_err(|_| "no whole number".to_owned())?;
        let atom = |law: &Law| Some(law.get(&value).copied().unwrap_or(0.0));
        let tail = |law: &Law| Some(at_least(law, value));
        let always = |listed: &Listed<'_>| listed.law(None, &unit, &admits);
        row.check("probability", &oracle.figure_of(always, atom))?;
        row.check("probability_at_least", &oracle.figure_of(always, tail))?;
        let when_asked = |listed: &Listed<'_>| listed.law(Some(asked?), &unit, &admits);
        row.check("probability_when_asked", &oracle.figure_of(when_asked, atom))?;
        row.check("probability_at_least_when_asked", &oracle.figure_of(when_asked, tail))?;
        found.entry((name, unit)).or_default().insert(value.to_string());
    }
    for ((name, unit), values) in found {
        let admits = |pledge: &Pledge, nation: &str| admitted_by(&name, pledge, nation);
        let law = oracle.any().law(None, &unit, &admits).unwrap_or_default();
        let expected: BTreeSet<String> = law.keys().map(u32::to_string).collect();
        ensure(values == expected, || format!("{name} has {values:?} and not {expected:?}"))?;
    }
    Ok(())
}

/// Which pledges and nations a floor sums: what is in theatre where it names no basing.
pub(super) fn admitted_to(requirement: &Requirement, pledge: &Pledge, nation: &str) -> bool {
    let based = if requirement.basings.is_empty() {
        in_theatre(pledge.basing)
    } else {
        requirement.basings.contains(&pledge.basing)
    };
    let among = |list: &[&str], id: &str| list.is_empty() || list.contains(&id);
    based && among(&requirement.domains, pledge.domain) && among(&requirement.nations, nation)
}

/// The probability that a requirement is met in one world.
pub(super) fn met_in(listed: &Listed<'_>, requirement: &Requirement, world: &World) -> f64 {
    let admits = |pledge: &Pledge, nation: &str| admitted_to(requirement, pledge, nation);
    let needed = requirement.needs.as_ref().is_none_or(|n| listed.holds(n, &world.values));
    match requirement.floor {
        _ if !needed => 0.0,
        None => 1.0,
        Some(floor) => at_least(&listed.law_in(world, requirement.unit, &admits), floor),
    }
}

/// Mean troops missing to the floor in one world.
fn missing_in(listed: &Listed<'_>, requirement: &Requirement, floor: u32, world: &World) -> f64 {
    let admits = |pledge: &Pledge, nation: &str| admitted_to(requirement, pledge, nation);
    let law = listed.law_in(world, requirement.unit, &admits);
    law.iter().map(|(value, p)| p * f64::from(floor.saturating_sub(*value))).sum()
}

pub(super) fn check_requirements(oracle: &Oracle<'_>, table: &Table) -> Result<(), String> {
    let case = oracle.any().case;
    ensure(table.rows.len() == case.requirements.len(), || "not every requirement".to_owned())?;
    for row in rows(table) {
        let id = row.words("requirement");
        let requirement = case.requirements.iter().find(|r| r.id == id).unwrap();
        let asked = requirement.asked_when.as_ref().or(case.asked_when.as_ref());
        let met = |listed: &Listed<'_>, asked: Option<&Formula>| {
            listed.mean(asked, |world| met_in(listed, requirement, world))
        };
        row.check("probability", &oracle.figure(|listed| met(listed, None)))?;
        let when_asked = oracle.figure(|listed| met(listed, Some(asked?)));
        row.check("probability_when_asked", &when_asked)?;
        let shortfall = oracle.figure(|listed| {
            let (asked, floor) = (asked?, requirement.floor?);
            listed.mean(Some(asked), |world| missing_in(listed, requirement, floor, world))
        });
        row.check("expected_shortfall_when_asked", &shortfall)?;
        let admits = |pledge: &Pledge, nation: &str| admitted_to(requirement, pledge, nation);
        if requirement.floor.is_some() {
            let assumed = oracle.figure(|l| assumed_part(l, requirement.unit, &admits));
            row.check("from_assumption_share", &assumed)?;
        }
    }
    Ok(())
}

/// The rows of `worlds` are the possible worlds without the conditions that nothing depends on.
pub(super) fn check_worlds(oracle: &Oracle<'_>, table: &Table) -> Result<(), String> {
    let listed = oracle.any();
    let columns: Vec<(usize, &str)> = (listed.case.conditions())
        .map(|(at, id, _)| (at, id))
        .filter(|(_, id)| table.columns.iter().any(|column| column.name == *id))
        .collect();
    let key_of = |world: &World| -> Vec<String> {
        columns.iter().map(|(at, _)| option(listed.case, *at, world.values[*at])).collect()
    };
    let mut expected: BTreeSet<Vec<String>> = listed.worlds.iter().map(key_of).collect();
    let (mut sum, mut last) = (Some(0.0), f64::INFINITY);
    for row in rows(table) {
        let key: Vec<String> = columns.iter().map(|(_, id)| row.words(id)).collect();
        let here = |world: &&World| key_of(world) == key;
        let probability = oracle.figure(|listed| {
            Some(listed.worlds.iter().filter(here).map(|world| world.probability).sum())
        });
        row.check("probability", &probability)?;
        let found = real(row.cell("probability"))?;
        sum = sum.zip(found).map(|(sum, p)| sum + p);
        let descends = found.is_none_or(|p| p <= last + 1e-12);
        ensure(descends, || "the most probable worlds come first".to_owned())?;
        last = found.unwrap_or(last);
        for world in listed.worlds.iter().filter(here) {
            check_world(oracle, &row, world)?;
        }
        ensure(expected.remove(&key), || format!("{key:?} is impossible or listed twice"))?;
    }
    ensure(expected.is_empty(), || format!("no worlds {expected:?}"))?;
    ensure(close(sum.or(Some(1.0)), Some(1.0)), || format!("the worlds sum to {sum:?}"))
}

/// How a table shows an option of a condition.
pub(super) fn option(case: &Case, condition: usize, option: usize) -> String {
    let condition = case.entries[condition].condition().unwrap();
    let outcome = condition.outcomes.get(option).map(|outcome| (*outcome).to_owned());
    outcome.unwrap_or_else(|| (option == 1).to_string())
}

fn check_world(oracle: &Oracle<'_>, row: &Row<'_>, world: &World) -> Result<(), String> {
    let listed = oracle.any();
    for (column, inside) in [("troops_in_theatre", true), ("troops_elsewhere", false)] {
        let admits = |pledge: &Pledge, _: &str| in_theatre(pledge.basing) == inside;
        row.check(column, &oracle.figure(|l| Some(mean(&l.law_in(world, TROOPS, &admits)))))?;
    }
    for requirement in &listed.case.requirements {
        let met = oracle.figure(|listed| Some(met_in(listed, requirement, world)));
        row.check(requirement.id, &met)?;
    }
    let active = listed.case.pledges().filter(|(at, _, _)| world.values[*at] == 1);
    let mut active: Vec<&str> = active.map(|(_, id, _)| id).collect();
    active.sort_unstable();
    let found = ids(row.cell("pledges"));
    ensure(found == active, || format!("{found:?} are active and should be {active:?}"))
}

/// Headline figures of a cell: the means of its standing pledges, those that count, those that
/// rest on an assumption.
fn headline(listed: &Listed<'_>, row: &[String; 4]) -> Option<[f64; 3]> {
    let mut sums = None;
    for (at, _, pledge) in listed.case.pledges().filter(|(_, _, p)| listed.case.stands(p)) {
        let place = [pledge.domain, pledge.basing, pledge.unit];
        let member = pledge.nations.iter().position(|(nation, _)| *nation == row[0]);
        let Some(member) = member.filter(|_| place[..] == row[1..]) else { continue };
        let Some((_, parts)) = listed.size(at) else { continue };
        let part = |holds: bool| if holds { parts[member] } else { 0.0 };
        let sums = sums.get_or_insert([0.0; 3]);
        sums[0] += part(true);
        sums[1] += part(listed.case.counts(pledge));
        sums[2] += part(is_assumed(pledge));
    }
    sums
}

pub(super) fn check_posture(oracle: &Oracle<'_>, table: &Table) -> Result<(), String> {
    let mut seen = BTreeSet::new();
    for row in rows(table) {
        let key = ["nation", "domain", "basing", "unit"].map(|column| row.words(column));
        let sums = headline(oracle.any(), &key);
        let shares = [
            ("headline", sums.map(|sums| sums[0])),
            ("counted", sums.map(|sums| sums[1])),
            ("assumed_share", sums.filter(|s| s[0] > 0.0).map(|s| s[2] / s[0])),
        ];
        for (column, figure) in shares {
            row.check(column, &oracle.figure(|_| figure))?;
        }
        let admits = |pledge: &Pledge, nation: &str| {
            [nation, pledge.domain, pledge.basing, pledge.unit]
                == key.each_ref().map(String::as_str)
        };
        for (column, measure) in &IF_ANY[..5] {
            let figure = oracle.figure(|listed| {
                sums?;
                measure(&listed.law(None, &key[3], &admits)?)
            });
            row.check(column, &figure)?;
        }
        seen.insert(key);
    }
    let case = oracle.any().case;
    for (_, id, pledge) in case.pledges().filter(|(_, _, pledge)| case.stands(pledge)) {
        let listed = pledge.kind == "force" || !matches!(pledge.size, super::case::Size::Unknown);
        for (nation, _) in pledge.nations.iter().filter(|_| listed) {
            let key = [nation, pledge.domain, pledge.basing, pledge.unit].map(str::to_owned);
            ensure(seen.contains(&key), || format!("{id} of {nation} is nowhere in the posture"))?;
        }
    }
    Ok(())
}

/// The rows of a comparison that belong to one variant, against that variant listed by itself.
pub(super) fn check_variant(
    oracle: &Oracle<'_>,
    base: &Oracle<'_>,
    table: &Table,
    variant: &str,
) -> Result<(), String> {
    let mut found = 0;
    for row in rows(table).filter(|row| row.words("variant") == variant) {
        let metric = row.words("metric");
        let figure = |listed: &Listed<'_>| metric_of(listed, &metric);
        row.check("value", &oracle.figure(figure))?;
        let (here, there) = (figure(oracle.any()), figure(base.any()));
        let rounding = 1e-13 * there.unwrap_or(0.0).abs();
        let difference = here.zip(there).map(|(here, there)| here - there);
        let difference = difference.map(|d| if d.abs() <= rounding { 0.0 } else { d });
        row.check("difference", &oracle.figure(|_| difference))?;
        found += 1;
    }
    ensure(found > 0, || format!("{variant} is missing"))
}

/// A metric of the comparison by its name.
fn metric_of(listed: &Listed<'_>, metric: &str) -> Option<f64> {
    let (owner, figure) = metric.rsplit_once('.').unwrap();
    let case = listed.case;
    if let Some(id) = owner.strip_prefix("requirement.") {
        let requirement = case.requirements.iter().find(|r| r.id == id).unwrap();
        let asked = requirement.asked_when.as_ref().or(case.asked_when.as_ref());
        let met = |world: &World| met_in(listed, requirement, world);
        return match figure {
            "probability" => listed.mean(None, met),
            "probability_when_asked" => listed.mean(Some(asked?), met),
            _ => {
                let floor = requirement.floor?;
                listed.mean(Some(asked?), |world| missing_in(listed, requirement, floor, world))
            }
        };
    }
    let admits = |pledge: &Pledge, nation: &str| admitted_by(owner, pledge, nation);
    if figure == "probability_any_when_asked" {
        let asked = case.asked_when.as_ref()?;
        return Some(at_least(&listed.law(Some(asked), TROOPS, &admits)?, 1));
    }
    let measure = IF_ANY.iter().find(|(name, _)| *name == figure).unwrap().1;
    measure(&listed.law(None, TROOPS, &admits)?)
}

/// Columns that tell runs apart say what was asked.
pub(super) fn check_given(case: &Case, table: &Table) -> Result<(), String> {
    let plain = Case { symbols: false, ..case.clone() };
    let given = case.given.as_ref().map(|given| text::formula(&plain, given)).unwrap_or_default();
    for row in rows(table) {
        ensure(row.words("given") == given, || {
            format!("given {} is not {given}", row.words("given"))
        })?;
        ensure(row.cell("variant") == &Value::Empty, || "a variant of nothing".to_owned())?;
    }
    Ok(())
}

/// Whether a row speaks of anything that depends on a condition without a probability, as far as
/// formulas mention it. Evidence that does so makes everything depend on it.
pub(super) fn depends_on_absent(case: &Case, row: &Row<'_>) -> bool {
    let counting = case.pledges().filter(|(_, _, pledge)| case.counts(pledge));
    let sized = counting.filter(|(_, _, p)| !matches!(p.size, super::case::Size::Unknown));
    let admitted = |admits: &dyn Fn(&Pledge, &str) -> bool| -> Vec<usize> {
        let admits = |p: &Pledge| p.nations.iter().any(|(nation, _)| admits(p, nation));
        sized.clone().filter(|(_, _, p)| admits(p)).map(|(at, _, _)| at).collect()
    };
    let mut roots = match row.table_name() {
        "totals" => {
            let (name, unit) = (row.words("total"), row.words("unit"));
            admitted(&|p, nation| p.unit == unit && admitted_by(&name, p, nation))
        }
        "requirements" => {
            let id = row.words("requirement");
            let requirement = case.requirements.iter().find(|r| r.id == id).unwrap();
            let mut roots = admitted(&|p, nation| admitted_to(requirement, p, nation));
            let asked = requirement.asked_when.as_ref().or(case.asked_when.as_ref());
            requirement.needs.iter().chain(asked).for_each(|formula| formula.mentions(&mut roots));
            roots
        }
        section => {
            let id = row.words(if section == "ledger" { "pledge" } else { "condition" });
            (0..case.entries.len()).filter(|at| case.entries[*at].id == id).collect()
        }
    };
    case.given.iter().for_each(|given| given.mentions(&mut roots));
    let absent = |at: &usize| case.entries[*at].condition().is_some_and(Condition::is_absent);
    case.behind(roots).iter().any(absent)
}
