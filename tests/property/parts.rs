//! Tables of conditions and pledges against the brute force: outcomes, conditions, gates, ledger.

use super::brute_force::{Listed, World};
use super::case::{Case, STAGES, TROOPS, in_theatre};
use super::oracle::{Oracle, Row, ensure, ids, rows};
use super::sums::option;
use contingent::report::table::Table;
use std::collections::{BTreeMap, BTreeSet};

/// A condition and its option.
pub(super) type Literal = (usize, usize);

/// The counting, active force pledges of a world.
fn force(listed: &Listed<'_>, world: &World) -> Vec<String> {
    let pledges = listed.case.pledges().filter(|(at, _, pledge)| {
        world.values[*at] == 1 && pledge.kind == "force" && listed.case.counts(pledge)
    });
    let mut ids: Vec<String> = pledges.map(|(_, id, _)| id.to_owned()).collect();
    ids.sort_unstable();
    ids
}

pub(super) fn check_outcomes(oracle: &Oracle<'_>, table: &Table) -> Result<(), String> {
    let listed = oracle.any();
    let asked = listed.case.asked_when.as_ref();
    let forces = listed.worlds.iter().map(|world| force(listed, world));
    let mut expected: BTreeSet<Vec<String>> = forces.collect();
    let smallest = smallest_causes(listed);
    for row in rows(table) {
        let pledges = ids(row.cell("pledges"));
        let same = |listed: &Listed<'_>, world: &World| force(listed, world) == pledges;
        let chance = |listed: &Listed<'_>, world: &World| f64::from(u8::from(same(listed, world)));
        let probability = oracle.figure(|listed| listed.mean(None, |world| chance(listed, world)));
        row.check("probability", &probability)?;
        let when_asked =
            oracle.figure(|listed| listed.mean(Some(asked?), |world| chance(listed, world)));
        row.check("probability_when_asked", &when_asked)?;
        check_force_sizes(oracle, &row, &pledges)?;
        ensure(expected.remove(&pledges), || format!("{pledges:?} is impossible or listed twice"))?;
        let literals: Result<Vec<Literal>, String> =
            ids(row.cell("conditions")).iter().map(|text| literal(listed.case, text)).collect();
        check_cause(listed, &pledges, &literals?, &smallest)?;
    }
    ensure(expected.is_empty(), || format!("no outcomes {expected:?}"))
}

fn check_force_sizes(oracle: &Oracle<'_>, row: &Row<'_>, pledges: &[String]) -> Result<(), String> {
    let mut sums = [0.0; 3];
    for (at, id, pledge) in oracle.any().case.pledges() {
        let listed = pledges.iter().any(|listed| listed == id);
        if listed && pledge.unit == TROOPS && in_theatre(pledge.basing) {
            let sizes = oracle.any().size(at).map_or([0.0; 3], |(sizes, _)| sizes);
            sums.iter_mut().zip(sizes).for_each(|(sum, size)| *sum += size);
        }
    }
    for (name, sum) in ["low", "central", "high"].iter().zip(sums) {
        row.check(&format!("troops_in_theatre_{name}"), &oracle.figure(|_| Some(sum)))?;
    }
    Ok(())
}

/// `x`, `not x` or `x.outcome`.
pub(super) fn literal(case: &Case, text: &str) -> Result<Literal, String> {
    let (id, wanted) = match (text.strip_prefix("not "), text.split_once('.')) {
        (Some(id), _) => (id, "false"),
        (None, Some((id, outcome))) => (id, outcome),
        (None, None) => (text, "true"),
    };
    let found = case.conditions().find(|(_, known, _)| *known == id);
    let (at, _, condition) = found.ok_or_else(|| format!("no condition {id}"))?;
    let option = (0..condition.options()).find(|o| option(case, at, *o) == wanted);
    Ok((at, option.ok_or_else(|| format!("{text} is no literal"))?))
}

/// For each force, how many literals suffice for it, by trying every set of the conditions that
/// bear on any force.
fn smallest_causes(listed: &Listed<'_>) -> BTreeMap<Vec<String>, usize> {
    let case = listed.case;
    let counting = case.pledges().filter(|(_, _, p)| p.kind == "force" && case.counts(p));
    let bearing = listed.bearing(counting.map(|(at, _, _)| at));
    let conditions: Vec<usize> =
        case.conditions().map(|(at, _, _)| at).filter(|at| bearing.contains(at)).collect();
    let mut smallest = BTreeMap::new();
    for subset in 0_usize..1 << conditions.len() {
        let members = conditions.iter().enumerate().filter(|(bit, _)| subset >> bit & 1 == 1);
        let members: Vec<usize> = members.map(|(_, at)| *at).collect();
        let mut forces: BTreeMap<Vec<usize>, BTreeSet<Vec<String>>> = BTreeMap::new();
        for world in &listed.worlds {
            let key = members.iter().map(|at| world.values[*at]).collect();
            forces.entry(key).or_default().insert(force(listed, world));
        }
        for sole in forces.into_values().filter(|forces| forces.len() == 1).flatten() {
            let size = smallest.entry(sole).or_insert(members.len());
            *size = members.len().min(*size);
        }
    }
    smallest
}

/// Whether every possible world with some literals has a force, and there is one.
fn suffices(listed: &Listed<'_>, literals: &[Literal], pledges: &[String]) -> bool {
    let fits = |world: &&World| literals.iter().all(|(at, option)| world.values[*at] == *option);
    let mut forces = listed.worlds.iter().filter(fits).map(|world| force(listed, world)).peekable();
    forces.peek().is_some() && forces.all(|force| force == pledges)
}

/// The literals bring the force about, and some of them are a smallest set that does.
fn check_cause(
    listed: &Listed<'_>,
    pledges: &[String],
    literals: &[Literal],
    smallest: &BTreeMap<Vec<String>, usize>,
) -> Result<(), String> {
    let shown: Vec<String> = literals
        .iter()
        .map(|(at, o)| {
            format!("{} = {}", listed.case.entries[*at].id, option(listed.case, *at, *o))
        })
        .collect();
    ensure(suffices(listed, literals, pledges), || {
        format!("{shown:?} does not bring {pledges:?} about")
    })?;
    let size = smallest.get(pledges).copied();
    let subsets = 0_usize..1 << literals.len();
    let mut subsets = subsets.filter(|subset| Some(subset.count_ones() as usize) <= size);
    let holds_smallest = subsets.any(|subset| {
        let members = literals.iter().enumerate().filter(|(bit, _)| subset >> bit & 1 == 1);
        let members: Vec<Literal> = members.map(|(_, literal)| *literal).collect();
        suffices(listed, &members, pledges)
    });
    ensure(holds_smallest, || {
        format!("{size:?} literals suffice for {pledges:?}, but no so many of {shown:?} do")
    })
}

pub(super) fn check_conditions(oracle: &Oracle<'_>, table: &Table) -> Result<(), String> {
    let case = oracle.any().case;
    let mut found = 0;
    for row in rows(table) {
        let (id, outcome) = (row.words("condition"), row.words("outcome"));
        let wanted = if outcome.is_empty() { "true" } else { &outcome };
        let (at, _, _) = case.conditions().find(|(_, known, _)| *known == id).unwrap();
        let effective = oracle.figure(|listed| {
            listed.mean(None, |world| {
                f64::from(u8::from(option(case, at, world.values[at]) == wanted))
            })
        });
        row.check("effective", &effective)?;
        found += 1;
    }
    let expected: usize = case.conditions().map(|(_, _, c)| c.outcomes.len().max(1)).sum();
    ensure(found == expected, || format!("{found} conditions and outcomes, not {expected}"))
}

/// The part of a condition for a pledge under the chosen readings: needed where the pledge is
/// never active without one option of it, an alternative where two possible worlds that differ in
/// it differ in the pledge too. Which other conditions must agree then may be read in two ways: all
/// of them, or those that decide the pledge. None where the two readings disagree.
fn role(listed: &Listed<'_>, pledge: usize, condition: usize) -> Option<&'static str> {
    let active = listed.worlds.iter().filter(|world| world.values[pledge] == 1);
    let options: BTreeSet<usize> = active.map(|world| world.values[condition]).collect();
    let elsewhere = listed.worlds.iter().any(|world| !options.contains(&world.values[condition]));
    let bears = listed.bearing([pledge]).contains(&condition);
    if options.len() == 1 && elsewhere {
        // What is mentioned, decides nothing and goes along with the pledge may be named or not.
        let mentioned = listed.case.behind([pledge]).contains(&condition);
        return if bears { Some("needed") } else { (!mentioned).then_some("") };
    }
    let all: BTreeSet<usize> = listed.case.conditions().map(|(at, _, _)| at).collect();
    let deciding = listed.deciding(pledge);
    let strict = changes(listed, pledge, condition, &all);
    let loose = deciding.contains(&condition) && changes(listed, pledge, condition, &deciding);
    (strict == loose).then_some(if strict { "alternative" } else { "" })
}

/// Whether two possible worlds that agree on some other conditions differ in a pledge.
fn changes(listed: &Listed<'_>, pledge: usize, but: usize, agreeing: &BTreeSet<usize>) -> bool {
    let mut activity: BTreeMap<Vec<usize>, BTreeSet<usize>> = BTreeMap::new();
    for world in &listed.worlds {
        let others = agreeing.iter().filter(|at| **at != but);
        let key = others.map(|at| world.values[*at]).collect();
        activity.entry(key).or_default().insert(world.values[pledge]);
    }
    activity.values().any(|found| found.len() > 1)
}

/// The case with another option of each reading in turn.
fn other_readings(case: &Case) -> Vec<Case> {
    let mut others = Vec::new();
    for (at, assumption) in case.assumptions.iter().enumerate() {
        for option in (0..assumption.options.len()).filter(|option| *option != assumption.chosen) {
            if assumption.unit.is_empty() {
                let mut other = case.clone();
                other.assumptions[at].chosen = option;
                others.push(other);
            }
        }
    }
    others
}

pub(super) fn check_gates(oracle: &Oracle<'_>, table: &Table) -> Result<(), String> {
    let case = oracle.any().case;
    // What waits for what is a matter of possible worlds before any evidence.
    let unconditional = |case: &Case| Case { given: None, ..case.clone() };
    let cases = [case.clone()].into_iter().chain(other_readings(case));
    let cases: Vec<Case> = cases.map(|case| unconditional(&case)).collect();
    let listings: Vec<Listed<'_>> =
        cases.iter().filter_map(|case| Listed::new(case, 0.5)).collect();
    let mut shown = BTreeMap::new();
    for row in rows(table) {
        shown.insert((row.words("pledge"), row.words("condition")), row.words("role"));
    }
    for (pledge, id, _) in case.pledges().filter(|(_, _, pledge)| case.stands(pledge)) {
        for (condition, name, _) in case.conditions() {
            let found = shown.remove(&(id.to_owned(), name.to_owned())).unwrap_or_default();
            let roles = listings.iter().map(|listed| role(listed, pledge, condition));
            let Some(roles) = roles.collect::<Option<BTreeSet<&str>>>() else { continue };
            let expected = match roles.first() {
                Some(only) if roles.len() == 1 => only,
                _ => "contested",
            };
            ensure(found == expected, || {
                format!("the gate {id} x {name} is {found:?} and should be {expected:?}")
            })?;
        }
    }
    ensure(shown.is_empty(), || format!("gates of pledges that do not stand: {shown:?}"))
}

pub(super) fn check_ledger(oracle: &Oracle<'_>, table: &Table) -> Result<(), String> {
    let case = oracle.any().case;
    let known = case.pledges().filter(|(_, _, pledge)| case.is_known(pledge));
    let mut expected: BTreeSet<&str> = known.map(|(_, id, _)| id).collect();
    for row in rows(table) {
        let id = row.words("pledge");
        let found = case.pledges().find(|(_, known, _)| *known == id);
        let (at, id, pledge) = found.ok_or_else(|| format!("no pledge {id}"))?;
        ensure(expected.remove(id), || format!("{id} is not known, or listed twice"))?;
        let active =
            oracle.figure(|l| l.mean(None, |world| f64::from(u8::from(world.values[at] == 1))));
        row.check("probability", &active)?;
        let sizes = oracle.any().size(at).map(|(sizes, _)| sizes);
        for (position, name) in ["low", "central", "high"].iter().enumerate() {
            let figure = oracle.figure(|_| Some(sizes?[position]));
            row.check(&format!("size_{name}"), &figure)?;
        }
        let words = [
            ("stage", STAGES[pledge.stage]),
            ("kind", pledge.kind),
            ("domain", pledge.domain),
            ("basing", pledge.basing),
            ("unit", pledge.unit),
            ("counted", if case.counts(pledge) { "true" } else { "false" }),
        ];
        for (column, word) in words {
            let found = row.words(column);
            ensure(found == word, || format!("{id}: {column} is {found} and not {word}"))?;
        }
    }
    ensure(expected.is_empty(), || format!("no pledges {expected:?} in the ledger"))
}
