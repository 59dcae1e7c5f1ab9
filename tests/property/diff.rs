//! What moved the figures, against shares over all orders of the changes.
//!
//! The new case is the old one with up to five changes. A mixture is made of the two as plain
//! structs and evaluated by the brute force, so that nothing of the split is shared with the engine.

use super::brute_force::Listed;
use super::case::{
    Case, Condition, Formula, Pledge, Relation, Size, Stated, TROOPS, What, in_theatre,
};
use super::oracle::{close, ensure, real, rows};
use super::sums::met_in;
use super::{PLAIN, cases, for_cases, request, text};
use contingent::evaluate::Effort;
use contingent::pipeline::check_pair;
use contingent::report::format::{Spreadsheet, csv};
use contingent::report::table::Table;
use contingent::report::tables::diff::diff as table_of;
use contingent::study::diff::diff;
use std::collections::BTreeMap;
use std::path::Path;

/// The most changes, so that all orders can be tried.
const MOST: usize = 5;

/// Takes a part of a case from another.
type Take = Box<dyn Fn(&mut Case, &Case)>;

/// One change: its kind and name in the table, and how it is taken from the new case.
struct Change {
    kind: &'static str,
    name: &'static str,
    take: Take,
}

/// The new case. The numbers that order the blocks decide what changes.
fn changed(case: &Case) -> Case {
    let mut new = case.clone();
    let mut numbers = case.order.iter().copied().chain(std::iter::repeat(0));
    let mut chance = |percent: u16| numbers.next().unwrap_or(0) % 100 < percent;
    let first_plain = case.conditions().find(|(_, _, own)| own.outcomes.is_empty());
    let first_plain = first_plain.map(|(at, _, _)| at);
    let mut left = MOST;
    let mut may = |percent: u16| {
        let takes = left > 0 && chance(percent);
        left -= usize::from(takes);
        takes
    };
    for (at, entry) in new.entries.iter_mut().enumerate() {
        match &mut entry.what {
            What::Condition(condition) => {
                if condition.outcomes.is_empty() && may(40) {
                    let last = condition.clauses.last_mut().unwrap();
                    last.chances = vec![Stated::Number(41)];
                } else if condition.requires.is_some() && may(30) {
                    condition.requires = None;
                }
            }
            What::Definition(formula) => {
                if may(20) {
                    *formula = Formula::Not(Box::new(formula.clone()));
                }
            }
            What::Pledge(pledge) => {
                change_pledge(pledge, first_plain.filter(|first| *first < at), &mut may);
            }
        }
    }
    for assumption in &mut new.assumptions {
        if may(40) {
            assumption.chosen = (assumption.chosen + 1) % assumption.options.len();
        }
    }
    for requirement in &mut new.requirements {
        if requirement.floor.is_some() && may(30) {
            requirement.floor = Some(9);
        }
    }
    if may(20) {
        new.counts_from = Some(2);
    }
    if new.asked_when.is_some() && may(20) {
        new.asked_when = Some(Formula::Constant(true));
    }
    new
}

fn change_pledge(pledge: &mut Pledge, earlier: Option<usize>, may: &mut impl FnMut(u16) -> bool) {
    if may(25) {
        pledge.stage = (pledge.stage + 3) % 8;
    }
    if may(20) {
        pledge.on = if pledge.on.is_some() { None } else { Some("2026-01-20") };
    }
    let plain = matches!(pledge.size, Size::Fixed(_) | Size::Range(..));
    if plain && may(30) {
        pledge.size = Size::Fixed(7);
    }
    if may(15) {
        pledge.basing = if pledge.basing == "ukr" { "pol" } else { "ukr" };
    }
    if let Some(first) = earlier.filter(|_| may(20)) {
        let of = vec![pledge.when.clone(), Formula::Entry(first)];
        pledge.when = Formula::Count(Relation::AtLeast, 1, of);
    }
}

/// Everything that differs between two cases.
fn changes(old: &Case, new: &Case) -> Vec<Change> {
    let mut found = Vec::new();
    for at in 0..old.entries.len() {
        changes_of_entry(at, old, new, &mut found);
    }
    for (at, (was, is)) in old.assumptions.iter().zip(&new.assumptions).enumerate() {
        let value = was.unit.is_empty() || was.options[was.chosen].1 != is.options[is.chosen].1;
        let take: Take =
            Box::new(move |case, new| case.assumptions[at] = new.assumptions[at].clone());
        add(&mut found, "assumption", was.id, value && was.chosen != is.chosen, take);
    }
    for (at, (was, is)) in old.requirements.iter().zip(&new.requirements).enumerate() {
        let take: Take =
            Box::new(move |case, new| case.requirements[at] = new.requirements[at].clone());
        add(&mut found, "requirement", was.id, was.floor != is.floor, take);
    }
    let counts = |case: &Case| case.counts_from.unwrap_or(0);
    let take: Take = Box::new(|case, new| case.counts_from = new.counts_from);
    add(&mut found, "method", "counts_from", counts(old) != counts(new), take);
    let asked = shown(&old.asked_when) != shown(&new.asked_when);
    let take: Take = Box::new(|case, new| case.asked_when.clone_from(&new.asked_when));
    add(&mut found, "method", "asked_when", asked, take);
    found
}

fn add(found: &mut Vec<Change>, kind: &'static str, name: &'static str, differs: bool, take: Take) {
    if differs {
        found.push(Change { kind, name, take });
    }
}

fn shown(value: &dyn std::fmt::Debug) -> String {
    format!("{value:?}")
}

fn changes_of_entry(at: usize, old: &Case, new: &Case, found: &mut Vec<Change>) {
    let (was, is) = (&old.entries[at], &new.entries[at]);
    let id = was.id;
    let whole =
        || -> Take { Box::new(move |case, new| case.entries[at] = new.entries[at].clone()) };
    match (&was.what, &is.what) {
        (What::Condition(was), What::Condition(is)) => {
            let moved = |own: &Condition| {
                let clause = own.clauses.last().unwrap();
                clause.chances.first().map(|chance| chance.point().to_bits())
            };
            add(found, "probability", id, moved(was) != moved(is), whole());
            add(found, "formula", id, shown(&was.requires) != shown(&is.requires), whole());
        }
        (What::Definition(was), What::Definition(is)) => {
            add(found, "definition", id, shown(was) != shown(is), whole());
        }
        (What::Pledge(was), What::Pledge(is)) => match [old.is_known(was), new.is_known(is)] {
            [false, true] => add(found, "pledge_added", id, true, whole()),
            [true, false] => add(found, "pledge_removed", id, true, whole()),
            [false, false] => {}
            [true, true] => {
                let take = part(at, |to, from| to.stage = from.stage);
                add(found, "stage", id, was.stage != is.stage, take);
                let take = part(at, |to, from| to.basing = from.basing);
                add(found, "place", id, was.basing != is.basing, take);
                let take = part(at, |to, from| to.size = from.size);
                add(found, "size", id, shown(&was.size) != shown(&is.size), take);
                let take = part(at, |to, from| to.when.clone_from(&from.when));
                add(found, "formula", id, shown(&was.when) != shown(&is.when), take);
            }
        },
        _ => panic!("entries keep their kind"),
    }
}

/// Takes a part of a pledge from the new case.
fn part(at: usize, take: fn(&mut Pledge, &Pledge)) -> Take {
    Box::new(move |case, new| {
        if let (What::Pledge(to), What::Pledge(from)) =
            (&mut case.entries[at].what, &new.entries[at].what)
        {
            take(to, from);
        }
    })
}

/// Every figure of a case by name, from its definition.
fn figures(case: &Case) -> BTreeMap<String, Option<f64>> {
    let listed = Listed::new(case, 0.5);
    let mut found = BTreeMap::new();
    let troops = |counts: &dyn Fn(usize, &Pledge) -> bool| {
        // Sizes do not depend on the evidence.
        let free = Case { given: None, ..case.clone() };
        let listed = Listed::new(&free, 0.5).unwrap();
        let pledges = case.pledges().filter(|(_, _, own)| own.unit == TROOPS);
        let sizes = pledges.filter(|(at, _, own)| counts(*at, own));
        sizes.filter_map(|(at, _, _)| Some(listed.size(at)?.0[1])).sum::<f64>()
    };
    found.insert("headline".to_owned(), Some(troops(&|_, own| case.stands(own))));
    found.insert("counted".to_owned(), Some(troops(&|_, own| case.counts(own))));
    let expected = listed.as_ref().and_then(|listed| {
        listed.mean(None, |world| {
            let here = |at: usize, own: &Pledge| {
                case.counts(own) && in_theatre(own.basing) && world.values[at] == 1
            };
            let pledges =
                case.pledges().filter(|(at, _, own)| own.unit == TROOPS && here(*at, own));
            pledges.filter_map(|(at, _, _)| Some(listed.size(at)?.0[1])).sum()
        })
    });
    found.insert("in_theatre".to_owned(), expected);
    for requirement in &case.requirements {
        let asked = requirement.asked_when.as_ref().or(case.asked_when.as_ref());
        let met = |asked| {
            let listed = listed.as_ref()?;
            listed.mean(asked, |world| met_in(listed, requirement, world))
        };
        let name = format!("requirement.{}", requirement.id);
        if let Some(asked) = asked {
            found.insert(format!("{name}.when_asked"), met(Some(asked)));
        }
        found.insert(name, met(None));
    }
    found
}

/// The values of a figure for all sets of changes, a change a bit.
type Values = Vec<Option<f64>>;

/// The average of what a change adds, over all orders.
fn share(of: usize, changes: usize, values: &[f64]) -> f64 {
    fn add(order: &mut Vec<usize>, (of, changes): (usize, usize), values: &[f64]) -> (f64, f64) {
        if order.len() == changes {
            let before = order.iter().take_while(|at| **at != of);
            let set: usize = before.map(|at| 1 << at).sum();
            return (values[set | 1 << of] - values[set], 1.0);
        }
        let mut sums = (0.0, 0.0);
        for next in 0..changes {
            if !order.contains(&next) {
                order.push(next);
                let (sum, count) = add(order, (of, changes), values);
                order.pop();
                sums = (sums.0 + sum, sums.1 + count);
            }
        }
        sums
    }
    let (sum, count) = add(&mut Vec::new(), (of, changes), values);
    sum / count
}

fn split(
    old: &Case,
    new: &Case,
    old_path: &Path,
    new_path: &Path,
) -> Result<Option<Table>, String> {
    let (old, new) = (request(old, old_path, &[]), request(new, new_path, &[]));
    let pair = check_pair(&old, &new).map_err(|error| error.to_string())?;
    let Some(sides) = pair.aligned else { return Ok(None) };
    let sides = sides.map_err(|misfit| misfit.message)?;
    let found = diff(sides, Effort::default()).map_err(|obstacle| format!("{obstacle:?}"))?;
    Ok(Some(table_of(&found)))
}

/// A pair of cases split, each in a folder of its own.
fn split_by(
    [old, new]: [&Case; 2],
    write: impl Fn(&Case, &Path) -> std::path::PathBuf,
) -> Result<Option<Table>, String> {
    let folder = tempfile::tempdir().unwrap();
    let folders = ["old", "new"].map(|name| folder.path().join(name));
    for folder in &folders {
        std::fs::create_dir(folder).unwrap();
    }
    split(old, new, &write(old, &folders[0]), &write(new, &folders[1]))
}

/// Compares the rows of one figure.
fn check_figure(
    name: &str,
    table: &Table,
    changes: &[Change],
    values: &Values,
) -> Result<(), String> {
    let own: Vec<_> = rows(table).filter(|row| row.words("metric") == name).collect();
    ensure(!own.is_empty(), || format!("{name} has no row"))?;
    let (old, new) = (values[0], values[values.len() - 1]);
    for row in &own {
        for (column, expected) in [("old", old), ("new", new)] {
            let found = real(row.cell(column))?;
            let near = found.zip(expected).is_none_or(|(f, e)| (f - e).abs() <= 1e-9);
            ensure(near && found.is_some() == expected.is_some(), || {
                format!("{name} {column}: {found:?}, not {expected:?}")
            })?;
        }
    }
    let Some((old, new)) = old.zip(new) else {
        let empty = own.len() == 1 && real(own[0].cell("change"))?.is_none();
        return ensure(empty, || format!("{name} has no value on one side and yet causes"));
    };
    let mut sum = 0.0;
    for row in &own {
        sum += real(row.cell("change"))?.ok_or("a change is empty")?;
    }
    ensure((sum - (new - old)).abs() <= 1e-9, || format!("{name}: {sum} of {}", new - old))?;
    let together = own.iter().any(|row| row.words("cause_kind") == "together");
    let Some(values) = values.iter().copied().collect::<Option<Vec<f64>>>() else { return Ok(()) };
    ensure(!together, || format!("{name} could be split"))?;
    for (at, change) in changes.iter().enumerate() {
        let expected = share(at, changes.len(), &values);
        let is_own = |row: &&super::oracle::Row<'_>| {
            row.words("cause_kind") == change.kind && row.words("cause") == change.name
        };
        let found = own.iter().find(is_own).map(|row| real(row.cell("change"))).transpose()?;
        let found = found.flatten().unwrap_or(0.0);
        ensure((found - expected).abs() <= 1e-9, || {
            format!("{name}, {} of {}: {found}, not {expected}", change.kind, change.name)
        })?;
    }
    Ok(())
}

#[test]
fn shares_are_the_averages_over_all_orders_and_sum_to_the_change() {
    let compared = std::cell::Cell::new(0);
    for_cases(21, cases(120), PLAIN, |old| {
        let new = changed(old);
        let Some(table) = split_by([old, &new], text::write)? else { return Ok(()) };
        let changes = changes(old, &new);
        let mixed = (0..1_usize << changes.len()).map(|set| {
            let mut case = old.clone();
            for (at, change) in changes.iter().enumerate() {
                if set >> at & 1 == 1 {
                    (change.take)(&mut case, &new);
                }
            }
            figures(&case)
        });
        let mixed: Vec<BTreeMap<String, Option<f64>>> = mixed.collect();
        for name in mixed[0].keys() {
            let values = mixed.iter().map(|own| own.get(name).copied().flatten()).collect();
            check_figure(name, &table, &changes, &values)?;
            compared.set(compared.get() + usize::from(changes.len() > 1));
        }
        Ok(())
    });
    assert!(compared.get() > 100 || cases(120) < 120, "{} figures are too few", compared.get());
}

#[test]
fn shares_do_not_depend_on_the_order_of_entries_or_on_files() {
    for_cases(22, cases(40), PLAIN, |old| {
        let new = changed(old);
        let bytes = |table: Option<Table>| table.map(|table| csv(&table, Spreadsheet::Plain));
        let once = bytes(split_by([old, &new], text::write)?);
        let turned = [old, &new].map(|case| {
            let order = case.order.iter().map(|key| !key).collect();
            Case { order, ..case.clone() }
        });
        let again = bytes(split_by([&turned[0], &turned[1]], text::write)?);
        ensure(once == again, || "another order differs".to_owned())?;
        let spread = |case: &Case, folder: &Path| text::write_spread(case, folder, 3);
        ensure(once == bytes(split_by([old, &new], spread)?), || "files differ".to_owned())
    });
}

#[test]
fn a_case_does_not_differ_from_itself() {
    for_cases(23, cases(40), PLAIN, |case| {
        let Some(table) = split_by([case, case], text::write)? else { return Ok(()) };
        for row in rows(&table) {
            ensure(row.words("cause").is_empty(), || row.words("cause"))?;
            ensure(close(real(row.cell("old"))?, real(row.cell("new"))?), || "moved".to_owned())?;
        }
        Ok(())
    });
}
