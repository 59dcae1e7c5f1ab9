//! The worst cases against every set of failures: nations are taken out of the case, conditions are
//! rewritten in it, and each case so changed is worked out by the brute force.

use super::brute_force::{Listed, World, at_least, mean};
use super::case::{Case, Formula, NATIONS, Pledge, Requirement, TROOPS, What, in_theatre};
use super::oracle::{Row, ensure, real, rows};
use super::responses::end;
use super::sums::admitted_to;
use contingent::report::table::Table;
use std::collections::BTreeMap;

/// A failure as the table names it, in the order of the names.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Fails {
    Nation(&'static str),
    /// The place of a condition among the entries, and the option in which it ends.
    Ends(usize, usize),
}

/// What differs by less than this part of the figure as it is, is the same.
const SAME: f64 = 1e-9;

/// The case where some failures come together, without what is taken as given.
fn failed(case: &Case, set: &[Fails]) -> Case {
    let mut case = Case { given: None, ..case.clone() };
    for own in set {
        let Fails::Ends(at, option) = *own else { continue };
        let What::Condition(condition) = &mut case.entries[at].what else { continue };
        end(condition, option);
    }
    for entry in &mut case.entries {
        let What::Pledge(pledge) = &mut entry.what else { continue };
        if pledge.nations.iter().all(|(nation, _)| is_gone(set, nation)) {
            pledge.stage = 7;
        }
    }
    case
}

fn is_gone(set: &[Fails], nation: &str) -> bool {
    set.iter().any(|own| matches!(own, Fails::Nation(gone) if *gone == nation))
}

/// Every metric that has a value, by its name.
fn metrics(case: &Case, set: &[Fails]) -> BTreeMap<String, f64> {
    let changed = failed(case, set);
    let listed = Listed::new(&changed, 0.5).unwrap();
    let stays = |nation: &str| !is_gone(set, nation);
    let mut found = BTreeMap::new();
    let mut add = |name: String, value: Option<f64>| value.map(|value| found.insert(name, value));
    let level = |counted: bool| {
        let sized = case.pledges().filter(|(at, _, pledge)| {
            let stands = if counted { case.counts(pledge) } else { case.stands(pledge) };
            stands && pledge.unit == TROOPS && listed.size(*at).is_some()
        });
        let parts = sized.flat_map(|(at, _, pledge)| {
            let (_, parts) = listed.size(at).unwrap();
            pledge.nations.iter().map(|(nation, _)| *nation).zip(parts).collect::<Vec<_>>()
        });
        let parts: Vec<(&str, f64)> = parts.collect();
        let sum = parts.iter().filter(|(nation, _)| stays(nation)).map(|(_, part)| part).sum();
        let standing = |(at, _, pledge): (usize, _, &Pledge)| {
            case.stands(pledge) && pledge.unit == TROOPS && listed.size(at).is_some()
        };
        case.pledges().any(standing).then_some(sum)
    };
    add("headline".to_owned(), level(false));
    add("counted".to_owned(), level(true));
    let given = case.given.clone().unwrap_or(Formula::Constant(true));
    let troops = |world: &World| {
        let admits = |pledge: &Pledge, nation: &str| in_theatre(pledge.basing) && stays(nation);
        mean(&listed.law_in(world, TROOPS, &admits))
    };
    add("in_theatre".to_owned(), listed.mean(Some(&given), troops));
    for requirement in &case.requirements {
        let met = |world: &World| met_in(&listed, requirement, set, world);
        let name = format!("requirement.{}", requirement.id);
        add(name.clone(), listed.mean(Some(&given), met));
        if let Some(asked) = requirement.asked_when.as_ref().or(case.asked_when.as_ref()) {
            let both = Formula::All(vec![given.clone(), asked.clone()]);
            add(format!("{name}.when_asked"), listed.mean(Some(&both), met));
        }
    }
    found
}

fn met_in(listed: &Listed<'_>, requirement: &Requirement, set: &[Fails], world: &World) -> f64 {
    let admits = |pledge: &Pledge, nation: &str| {
        admitted_to(requirement, pledge, nation) && !is_gone(set, nation)
    };
    let needed = requirement.needs.as_ref().is_none_or(|n| listed.holds(n, &world.values));
    match requirement.floor {
        _ if !needed => 0.0,
        None => 1.0,
        Some(floor) => at_least(&listed.law_in(world, requirement.unit, &admits), floor),
    }
}

/// The nations that may withdraw.
fn nations(case: &Case) -> Vec<Fails> {
    let standing = case.pledges().filter(|(_, _, pledge)| case.stands(pledge));
    let named = standing.flat_map(|(_, _, pledge)| pledge.nations.iter().map(|(id, _)| *id));
    let mut named: Vec<&'static str> = named.collect();
    named.sort_unstable();
    named.dedup();
    let bloc = |id: &&str| NATIONS.contains(&(*id, true));
    let only = named.iter().all(bloc);
    named.into_iter().filter(|id| only || !bloc(id)).map(Fails::Nation).collect()
}

/// The ways in which conditions may fail, in the order of the ids of conditions and outcomes.
fn conditions(case: &Case) -> Vec<Fails> {
    let mut all: Vec<_> = case.conditions().collect();
    all.sort_by_key(|(_, id, _)| *id);
    let ends = all.into_iter().flat_map(|(at, _, condition)| {
        let mut options: Vec<usize> = (0..condition.outcomes.len().max(1)).collect();
        options.sort_by_key(|option| condition.outcomes.get(*option));
        options.into_iter().map(move |option| Fails::Ends(at, option))
    });
    ends.collect()
}

/// Every set of up to three that do not exclude each other, the smaller first, each in its order.
fn sets(all: &[Fails]) -> Vec<Vec<Fails>> {
    let mut found = vec![Vec::new()];
    let mut last = vec![(Vec::new(), 0)];
    for _ in 0..3 {
        let mut next = Vec::new();
        for (set, start) in &last {
            for (at, own) in all.iter().enumerate().skip(*start) {
                let excludes = |other: &Fails| match (other, own) {
                    (Fails::Ends(one, _), Fails::Ends(other, _)) => one == other,
                    _ => false,
                };
                if !set.iter().any(excludes) {
                    let set: Vec<Fails> = set.iter().copied().chain([*own]).collect();
                    next.push((set, at + 1));
                }
            }
        }
        found.extend(next.iter().map(|(set, _)| set.clone()));
        last = next;
    }
    found
}

/// The ids of a set in one cell.
fn told(case: &Case, set: &[Fails]) -> String {
    let name = |own: &Fails| match *own {
        Fails::Nation(id) => id.to_owned(),
        Fails::Ends(at, option) => {
            let condition = case.entries[at].condition().unwrap();
            match condition.outcomes.get(option) {
                Some(outcome) => format!("{}.{outcome}", case.entries[at].id),
                None => format!("not {}", case.entries[at].id),
            }
        }
    };
    set.iter().map(name).collect::<Vec<_>>().join("; ")
}

/// Compares a table with every set; returns how many rows name a set, and of how many more than one.
pub(super) fn check(case: &Case, table: &Table) -> Result<[usize; 2], String> {
    let mut tally = [0; 2];
    for (word, all) in [("nations", nations(case)), ("conditions", conditions(case))] {
        let found: Vec<(Vec<Fails>, BTreeMap<String, f64>)> = sets(&all)
            .into_iter()
            .map(|set| {
                let metrics = metrics(case, &set);
                (set, metrics)
            })
            .collect();
        let of_kind = || rows(table).filter(|row| row.words("fails") == word);
        if word == "nations" {
            let metrics = 3 + found[0].1.keys().filter(|name| name.contains('.')).count();
            let least = all.len().min(3) * metrics;
            ensure(of_kind().count() >= least, || format!("fewer than {least} rows of nations"))?;
        }
        for row in of_kind() {
            let named = check_row(case, &row, &found)?;
            tally = [tally[0] + usize::from(named > 0), tally[1] + usize::from(named > 1)];
        }
    }
    Ok(tally)
}

fn check_row(
    case: &Case,
    row: &Row<'_>,
    found: &[(Vec<Fails>, BTreeMap<String, f64>)],
) -> Result<usize, String> {
    let (metric, most) = (row.words("metric"), row.words("k").parse::<usize>().unwrap());
    let what = format!("{metric} where {most} {} fail", row.words("fails"));
    let number = |column| real(row.cell(column));
    let (value, base) = (number("value")?, number("base")?);
    let Some(expected) = found[0].1.get(&metric).copied() else {
        return ensure(value.is_none() && base.is_none(), || format!("{what} has a value"))
            .map(|()| 0);
    };
    let near = |one: f64, other: f64| (one - other).abs() <= SAME * expected + 1e-14;
    ensure(base.is_some_and(|base| near(base, expected)), || format!("{what}: base {base:?}"))?;
    let some = found.iter().filter(|(set, _)| set.len() <= most);
    let some = some.filter_map(|(set, metrics)| Some((set, *metrics.get(&metric)?)));
    let some: Vec<(&Vec<Fails>, f64)> = some.collect();
    let least = some.iter().map(|(_, value)| *value).fold(f64::INFINITY, f64::min);
    let (first, _) = some.iter().find(|(_, value)| near(*value, least)).unwrap();
    let as_bad = some.iter().filter(|(set, own)| set.len() == first.len() && near(*own, least));
    let alternatives = as_bad.count() - 1;
    ensure(value.is_some_and(|value| near(value, least)), || {
        format!("{what}: {value:?} by {} and not {least}", row.words("names"))
    })?;
    let names = told(case, first);
    ensure(row.words("names") == names, || {
        format!("{what}: {} and not {names}", row.words("names"))
    })?;
    let others = number("alternatives")?;
    ensure(others == Some(f64::from(u32::try_from(alternatives).unwrap())), || {
        format!("{what}: {others:?} others and not {alternatives}")
    })?;
    ensure(row.words("method") == "exact", || format!("{what}: {}", row.words("method")))?;
    Ok(first.len())
}
