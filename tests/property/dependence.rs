//! The least and the most of P(met) under any dependence, against all corners of the distributions
//! that keep what is stated: every choice of as many columns as there are equations is solved.

use super::brute_force::{Listed, World};
use super::case::{Case, Clause, Condition, Stated};
use super::oracle::{ensure, real, rows};
use super::sums::met_in;
use contingent::report::table::Table;

/// The most choices of columns that are tried.
const MOST_CHOICES: usize = 30_000;

/// Equations over distributions: a row a stated chance, the last column what it must be.
struct Equations {
    rows: Vec<Vec<f64>>,
    columns: usize,
}

/// The low and the high end of an option's chance.
fn ends(condition: &Condition, clause: &Clause, option: usize) -> (f64, f64) {
    let stated = clause.chances.get(if condition.outcomes.is_empty() { 0 } else { option });
    let (low, high) = match stated {
        None => (0, 100),
        Some(Stated::Number(number)) => (*number, *number),
        Some(Stated::Word(_, low, high) | Stated::Range(low, high)) => (*low, *high),
    };
    (f64::from(low) / 100.0, f64::from(high) / 100.0)
}

impl Equations {
    fn new(listed: &Listed<'_>) -> Self {
        let worlds = &listed.worlds;
        let (mut fixed, mut apart) = (vec![vec![1.0; worlds.len()]], Vec::new());
        for (at, _, condition) in listed.case.conditions() {
            for (number, clause) in condition.clauses.iter().enumerate() {
                let holds = |world: &&World| {
                    let applies = |own: &Clause| {
                        own.when.as_ref().is_none_or(|when| listed.holds(when, &world.values))
                    };
                    condition.requires.as_ref().is_none_or(|own| listed.holds(own, &world.values))
                        && condition.clauses.iter().position(applies) == Some(number)
                };
                for option in 1..condition.options() {
                    let (low, high) = ends(condition, clause, option);
                    let beyond = |end: f64| -> Vec<f64> {
                        let excess = |world| {
                            let taken = f64::from(u8::from(world_option(world, at) == option));
                            if holds(&world) { taken - end } else { 0.0 }
                        };
                        worlds.iter().map(excess).collect()
                    };
                    if high <= low {
                        fixed.push(beyond(low));
                    } else {
                        apart.push(beyond(low));
                        apart.push(beyond(high).iter().map(|own| -own).collect());
                    }
                }
                if !condition.outcomes.is_empty() {
                    // What the others leave is in the range of the first.
                    let (low, high) = ends(condition, clause, 0);
                    if low < high {
                        let own = |end: f64, sign: f64| -> Vec<f64> {
                            let excess = |world| {
                                let taken = f64::from(u8::from(world_option(world, at) == 0));
                                if holds(&world) { sign * (taken - end) } else { 0.0 }
                            };
                            worlds.iter().map(excess).collect()
                        };
                        apart.extend([own(low, 1.0), own(high, -1.0)]);
                    }
                }
            }
        }
        Self::of(fixed, apart)
    }

    /// Equations, and rows that must be at least nothing, which get a column for what they exceed it by.
    fn of(fixed: Vec<Vec<f64>>, apart: Vec<Vec<f64>>) -> Self {
        let says = |row: &Vec<f64>| row.iter().any(|own| *own != 0.0);
        let (fixed, apart): (Vec<_>, Vec<_>) =
            (fixed.into_iter().filter(says).collect(), apart.into_iter().filter(says).collect());
        let columns = fixed[0].len() + apart.len();
        let slack = |own: Option<usize>| {
            (0..apart.len()).map(move |at| if Some(at) == own { -1.0 } else { 0.0 })
        };
        let equal = fixed.iter().map(|row| row.iter().copied().chain(slack(None)).collect());
        let apart = apart.iter().enumerate();
        let beyond = apart.map(|(at, row)| row.iter().copied().chain(slack(Some(at))).collect());
        let mut rows: Vec<Vec<f64>> = equal.chain(beyond).collect();
        rows.iter_mut().enumerate().for_each(|(at, row)| row.push(f64::from(u8::from(at == 0))));
        Self { rows, columns }
    }

    /// How many choices there are.
    fn choices(&self) -> usize {
        // Rising products of fractions are whole at every step.
        let next = |all: usize, at: usize| all.saturating_mul(self.columns - at) / (at + 1);
        (0..self.rows.len().min(self.columns)).fold(1, next)
    }

    /// The values of some columns, all others being nothing.
    fn solved(&self, chosen: &[usize]) -> Option<Vec<f64>> {
        let count = chosen.len();
        let mut rows: Vec<Vec<f64>> = self
            .rows
            .iter()
            .map(|row| chosen.iter().chain([&self.columns]).map(|at| row[*at]).collect())
            .collect();
        for at in 0..count {
            let pivot =
                (at..count).max_by(|a, b| rows[*a][at].abs().total_cmp(&rows[*b][at].abs()))?;
            rows.swap(at, pivot);
            if rows[at][at].abs() < 1e-9 {
                return None;
            }
            let own = rows[at].clone();
            for (_, row) in rows.iter_mut().enumerate().filter(|(other, _)| *other != at) {
                let factor = row[at] / own[at];
                row.iter_mut().zip(&own).for_each(|(value, own)| *value -= factor * own);
            }
        }
        let values: Vec<f64> = (0..count).map(|at| rows[at][count] / rows[at][at]).collect();
        values.iter().all(|value| *value > -1e-9).then_some(values)
    }

    /// The least and the most of a mean over all corners.
    fn extremes(&self, worth: &[f64]) -> Option<(f64, f64)> {
        let mut found: Option<(f64, f64)> = None;
        let mut chosen: Vec<usize> = (0..self.rows.len()).collect();
        loop {
            if let Some(values) = self.solved(&chosen) {
                let worth = |(at, value): (&usize, &f64)| worth.get(*at).unwrap_or(&0.0) * value;
                let mean: f64 = chosen.iter().zip(&values).map(worth).sum();
                let (low, high) = found.unwrap_or((mean, mean));
                found = Some((low.min(mean), high.max(mean)));
            }
            let last =
                (0..chosen.len()).rev().find(|at| chosen[*at] < self.columns - chosen.len() + at);
            let Some(last) = last else { return found };
            let first = chosen[last] + 1;
            chosen[last..].iter_mut().enumerate().for_each(|(at, own)| *own = first + at);
        }
    }
}

fn world_option(world: &World, at: usize) -> usize {
    world.values[at]
}

/// Compares what there is; returns how many requirements were held against all corners.
pub(super) fn check(case: &Case, table: &Table) -> Result<usize, String> {
    let listed = Listed::new(case, 0.5).unwrap();
    let equations = case.given.is_none().then(|| Equations::new(&listed));
    let mut compared = 0;
    for row in rows(table) {
        let [low, high] =
            ["low", "high"].map(|end| real(row.cell(&format!("probability_{end}_any_dependence"))));
        let Some((low, high)) = low?.zip(high?) else {
            ensure(case.given.is_some(), || format!("{:?} has none", row.key()))?;
            continue;
        };
        ensure((0.0..=1.0).contains(&low) && low <= high && high <= 1.0, || {
            format!("{:?}: {low} to {high}", row.key())
        })?;
        let sharp = row.words("range_is") == "sharp";
        let [point, least, most] = ["probability", "probability_low", "probability_high"]
            .map(|column| real(row.cell(column)));
        let own = [point?, least?.filter(|_| sharp), most?.filter(|_| sharp)];
        let within = own.into_iter().flatten().all(|own| low <= own && own <= high);
        ensure(within, || format!("{:?}: {own:?} is not in {low} to {high}", row.key()))?;
        let Some(equations) = &equations else { continue };
        if equations.rows.len() > equations.columns || equations.choices() > MOST_CHOICES {
            continue;
        }
        let id = row.words("requirement");
        let requirement = case.requirements.iter().find(|own| own.id == id).unwrap();
        let worth = listed.worlds.iter().map(|world| met_in(&listed, requirement, world));
        let Some(ends) = equations.extremes(&worth.collect::<Vec<_>>()) else { continue };
        let near = |own: f64, other: f64| (own - other).abs() < 1e-9;
        ensure(near(low, ends.0) && near(high, ends.1), || {
            format!("{:?}: {low} to {high} and not {ends:?}", row.key())
        })?;
        compared += 1;
    }
    Ok(compared)
}
