//! The ranges of requirements and totals against every corner of every range: a case in which each
//! probability is a number at an end of its range, listed like any other.

use super::brute_force::{Listed, World, mean};
use super::case::{Case, Clause, Pledge, Stated, What};
use super::oracle::{Row, ensure, real, rows};
use super::responses::{self, Result_, others, result_in, rewritten};
use super::sums::{admitted_by, met_in};
use contingent::report::table::Table;
use std::collections::BTreeMap;

/// The most corners of a case.
pub(super) const MOST_CORNERS: usize = 1024;

/// The most where every condition is set in every way at each.
pub(super) const FEWER_CORNERS: usize = 32;

/// The clauses of all conditions.
fn clauses(case: &mut Case) -> impl Iterator<Item = (&mut Clause, usize)> {
    case.entries
        .iter_mut()
        .filter_map(|entry| match &mut entry.what {
            What::Condition(condition) => Some((&mut condition.clauses, condition.outcomes.len())),
            _ => None,
        })
        .flat_map(|(clauses, outcomes)| clauses.iter_mut().map(move |clause| (clause, outcomes)))
}

/// The numbers at the corners of a clause, in hundredths: at most one of them lies between its ends.
fn corners(clause: &Clause) -> Vec<Vec<u32>> {
    let ends = |stated: &Stated| match *stated {
        Stated::Number(number) => (number, number),
        Stated::Word(_, low, high) | Stated::Range(low, high) => (low, high),
    };
    let ends: Vec<(u32, u32)> = match clause.chances.as_slice() {
        [] => return vec![vec![0], vec![100]],
        [one] => {
            return {
                let (low, high) = ends(one);
                distinct(vec![vec![low], vec![high]])
            };
        }
        several => several.iter().map(ends).collect(),
    };
    let mut found = Vec::new();
    for free in 0..ends.len() {
        for chosen in 0..1_usize << ends.len() {
            let end = |at: usize| if chosen >> at & 1 == 1 { ends[at].1 } else { ends[at].0 };
            let mut corner: Vec<u32> = (0..ends.len()).map(end).collect();
            let others: u32 = corner.iter().sum::<u32>() - corner[free];
            let left = 100_u32.checked_sub(others);
            if let Some(left) = left.filter(|left| (ends[free].0..=ends[free].1).contains(left)) {
                corner[free] = left;
                found.push(corner);
            }
        }
    }
    distinct(found)
}

fn distinct(mut corners: Vec<Vec<u32>>) -> Vec<Vec<u32>> {
    corners.sort();
    corners.dedup();
    corners
}

/// How many corners all clauses have together.
fn count(case: &Case) -> usize {
    clauses(&mut case.clone()).map(|(clause, _)| corners(clause).len()).product()
}

/// The same case with ranges around its numbers, as many as leave it at most so many corners.
pub(super) fn widened(case: &Case, most: usize) -> Case {
    let mut wide = case.clone();
    let clauses_of = clauses(&mut wide).count();
    for at in 0..clauses_of {
        let mut wider = wide.clone();
        let (clause, outcomes) = clauses(&mut wider).nth(at).unwrap();
        let apart = |number: u32| match outcomes {
            0 => Stated::Range(number / 3, u32::midpoint(number, 100)),
            _ => Stated::Range(number.saturating_sub(20), (number + 25).min(100)),
        };
        for stated in &mut clause.chances {
            if let Stated::Number(number) = *stated {
                *stated = apart(number);
            }
        }
        if count(&wider) <= most {
            wide = wider;
        }
    }
    wide
}

/// The case at each corner.
fn at_corners(case: &Case) -> Vec<Case> {
    let mut cases = vec![case.clone()];
    for at in 0..clauses(&mut case.clone()).count() {
        let own = corners(clauses(&mut case.clone()).nth(at).unwrap().0);
        let settled = cases.iter().flat_map(|case| {
            own.iter().map(|corner| {
                let mut case = case.clone();
                let clause = clauses(&mut case).nth(at).unwrap().0;
                clause.chances = corner.iter().map(|number| Stated::Number(*number)).collect();
                case
            })
        });
        cases = settled.collect();
    }
    cases
}

/// The least and the most of a mean over all corners at which the evidence can hold. What the mean
/// is of does not depend on probabilities, so it is worked out once for each world.
fn ends(corners: &[Listed<'_>], of: impl Fn(&Listed<'_>, &World) -> f64) -> (f64, f64) {
    let mut known: BTreeMap<Vec<usize>, f64> = BTreeMap::new();
    let mut ends = (f64::INFINITY, f64::NEG_INFINITY);
    for listed in corners {
        let mut figure = 0.0;
        for world in &listed.worlds {
            let own = known.entry(world.values.clone()).or_insert_with(|| of(listed, world));
            figure += world.probability * *own;
        }
        ends = (ends.0.min(figure), ends.1.max(figure));
    }
    ends
}

fn compare(row: Row<'_>, columns: [&str; 2], (low, high): (f64, f64)) -> Result<bool, String> {
    let [own_low, own_high] = columns.map(|column| real(row.cell(column)));
    let (Some(own_low), Some(own_high)) = (own_low?, own_high?) else {
        return Err(format!("{:?} has no range", row.key()));
    };
    let sharp = row.words("range_is") == "sharp";
    let near = |own: f64, other: f64| (own - other).abs() <= 1e-10 * other.abs() + 1e-13;
    let fits = if sharp {
        near(own_low, low) && near(own_high, high)
    } else {
        own_low <= low + 1e-12 && own_high >= high - 1e-12
    };
    ensure(fits, || {
        format!("{:?}: {own_low} to {own_high}, sharp {sharp}, is {low} to {high}", row.key())
    })?;
    Ok(sharp)
}

/// Compares every range; returns how many are sharp and how many there are.
pub(super) fn check(
    case: &Case,
    requirements: &Table,
    totals: &Table,
) -> Result<(usize, usize), String> {
    let corners = at_corners(case);
    let corners: Vec<Listed<'_>> = corners.iter().filter_map(|own| Listed::new(own, 0.5)).collect();
    let (mut sharp, mut all) = (0, 0);
    for row in rows(requirements) {
        let id = row.words("requirement");
        let requirement = case.requirements.iter().find(|r| r.id == id).unwrap();
        let ends = ends(&corners, |listed, world| met_in(listed, requirement, world));
        let own = compare(row, ["probability_low", "probability_high"], ends)?;
        (sharp, all) = (sharp + usize::from(own), all + 1);
    }
    for row in rows(totals) {
        let (name, unit) = (row.words("total"), row.words("unit"));
        let admits = |pledge: &Pledge, nation: &str| admitted_by(&name, pledge, nation);
        let ends = ends(&corners, |listed, world| mean(&listed.law_in(world, &unit, &admits)));
        let own = compare(row, ["mean_low", "mean_high"], ends)?;
        (sharp, all) = (sharp + usize::from(own), all + 1);
    }
    Ok((sharp, all))
}

/// What setting the conditions gives at one corner.
struct Turned {
    corner: Case,
    /// By condition and option: how probable what is given is, and each result where it holds.
    figures: BTreeMap<(usize, usize), (f64, Vec<f64>)>,
}

/// What each result is in each world, which no probability changes.
type Known = BTreeMap<(usize, Vec<usize>), f64>;

fn turned(corner: Case, results: &[Result_<'_>], known: &mut Known) -> Turned {
    let mut figures = BTreeMap::new();
    for (at, _, condition) in corner.conditions() {
        for option in 0..condition.options() {
            let other = rewritten(&corner, at, option);
            let listed = Listed::new(&other, 0.5).unwrap();
            let (mut held, mut parts) = (0.0, vec![0.0; results.len()]);
            let given = corner.given.as_ref();
            let holds = |world: &&World| given.is_none_or(|own| listed.holds(own, &world.values));
            for world in listed.worlds.iter().filter(holds) {
                held += world.probability;
                for (number, part) in parts.iter_mut().enumerate() {
                    let key = (number, world.values.clone());
                    let of = || result_in(&listed, results[number], world);
                    *part += world.probability * *known.entry(key).or_insert_with(of);
                }
            }
            figures.insert((at, option), (held, parts));
        }
    }
    Turned { corner, figures }
}

impl Turned {
    /// A result where a condition's options have weights of their own.
    fn set(&self, result: usize, at: usize, weights: &[f64]) -> Option<f64> {
        let (mut part, mut whole) = (0.0, 0.0);
        for (option, weight) in weights.iter().enumerate() {
            let (held, parts) = &self.figures[&(at, option)];
            whole += weight * held;
            part += weight * parts[result];
        }
        (whole > 1e-15).then(|| part / whole)
    }

    /// A result where a condition ends in an option, where it does not, and the difference.
    fn turn(&self, result: usize, (at, option): (usize, usize)) -> [Option<f64>; 3] {
        let others = others(&self.corner, 0.5, (at, option));
        let own = |own: usize| f64::from(u8::from(own == option));
        let only: Vec<f64> = (0..others.len()).map(own).collect();
        let [holds, fails] = [only, others].map(|weights| self.set(result, at, &weights));
        [holds, fails, holds.zip(fails).map(|(holds, fails)| holds - fails)]
    }
}

/// Compares the ranges of drivers; returns how many rows are sharp and how many there are.
pub(super) fn check_drivers(case: &Case, table: &Table) -> Result<(usize, usize), String> {
    let results: Vec<Result_<'_>> =
        [None].into_iter().chain(case.requirements.iter().map(Some)).collect();
    let mut known = Known::new();
    let corners = at_corners(case).into_iter();
    let corners: Vec<Turned> = corners.map(|corner| turned(corner, &results, &mut known)).collect();
    let (mut sharp, mut all) = (0, 0);
    for row in rows(table) {
        let id = row.words("result");
        let result = results.iter().position(|own| own.is_some_and(|own| own.id == id));
        let ends = responses::ends(case, &row);
        let turns: Vec<[Option<f64>; 3]> =
            corners.iter().map(|own| own.turn(result.unwrap_or(0), ends)).collect();
        let is_sharp = row.words("range_is") == "sharp";
        let mut any = false;
        for (number, name) in ["when_holds", "when_fails", "swing"].into_iter().enumerate() {
            let figures = turns.iter().filter_map(|turn| turn[number]);
            let low = figures.clone().fold(f64::INFINITY, f64::min);
            let high = figures.clone().fold(f64::NEG_INFINITY, f64::max);
            let own = [format!("{name}_low"), format!("{name}_high")];
            let [own_low, own_high] = own.map(|column| real(row.cell(&column)));
            let (own_low, own_high) = (own_low?, own_high?);
            let near = |own: f64, other: f64| (own - other).abs() <= 1e-10 * high.abs() + 1e-12;
            let fits = match (own_low, own_high, figures.count()) {
                (None, None, 0) => true,
                (Some(own_low), Some(own_high), 1..) if is_sharp => {
                    near(own_low, low) && near(own_high, high)
                }
                (Some(own_low), Some(own_high), 1..) => {
                    own_low <= low + 1e-12 * low.abs() + 1e-12
                        && own_high >= high - 1e-12 * high.abs() - 1e-12
                }
                _ => false,
            };
            any |= own_low.is_some();
            ensure(fits, || {
                let of = [row.words("condition"), row.words("outcome"), id.clone()];
                format!(
                    "{name} of {of:?}: {own_low:?} to {own_high:?}, sharp {is_sharp}, is {low} to {high}"
                )
            })?;
            let point = real(row.cell(name))?;
            let within = point.is_none_or(|point| own_low.is_some_and(|own| own <= point));
            ensure(within, || format!("{name} {point:?} is below {own_low:?}"))?;
        }
        (sharp, all) = (sharp + usize::from(is_sharp), all + usize::from(any));
    }
    Ok((sharp, all))
}
