//! Sweeps, point by point against what setting the values would give.

use super::case::Case;
use super::oracle::{close, ensure};
use super::{PLAIN, Taste, UNSTATED, cases, evaluated, for_cases, request, text};
use contingent::evaluate::Effort;
use contingent::report::table::{Table, Value};
use contingent::report::tables::{DEFAULT_STEP, Name, table};
use contingent::study::break_even::break_even;
use contingent::study::sweep::axes::Axis;
use contingent::study::sweep::{Failure, Grid, Sweep};
use contingent::study::{Beside, Finding, Obstacle};
use std::collections::BTreeMap;

/// What is varied: up to two plain conditions, one of them in short, with an assumption between.
fn keys(case: &Case) -> Vec<(String, Vec<&str>)> {
    let plain = case.conditions().filter(|(_, _, own)| own.outcomes.is_empty());
    let mut ids = plain.map(|(_, id, _)| id);
    let mut keys = Vec::new();
    if let Some(first) = ids.next() {
        keys.push((first.to_owned(), vec!["0", "0.35", "0.7", "[0.2, 0.6]", "1"]));
    }
    if let Some(assumption) = case.assumptions.last() {
        let options = assumption.options.iter().map(|(name, _)| *name).collect();
        keys.push((format!("assumptions.{}.chosen", assumption.id), options));
    }
    if let Some(second) = ids.next() {
        keys.push((format!("conditions.{second}.probability"), vec!["unlikely", "0.5", "1"]));
    }
    keys
}

/// The figures of a finding by name, as its own tables have them.
fn figures(finding: &Finding) -> BTreeMap<String, Option<f64>> {
    let history = table(Name::History, finding, &Beside::default(), DEFAULT_STEP);
    let column = |table: &Table, name: &str| {
        table.columns.iter().position(|column| column.name == name).unwrap()
    };
    let [metric, value] = ["metric", "value"].map(|name| column(&history, name));
    let figure = |row: &Vec<Value>| {
        let Value::Text(name) = &row[metric] else { panic!("{row:?}") };
        let number = match row[value] {
            Value::Number(number) => Some(number),
            _ => None,
        };
        (name.clone(), number)
    };
    history.rows.iter().map(figure).collect()
}

/// None where the evidence can hold at no point.
fn swept(case: &Case, path: &std::path::Path) -> Result<Option<Sweep>, String> {
    let keys = keys(case);
    let axes = keys.iter().map(|(key, values)| Axis::parse(&format!("{key}={}", values.join(","))));
    let axes = axes.collect::<Result<Vec<Axis>, String>>()?;
    let requirements = case.requirements.iter();
    let mut metrics: Vec<String> =
        requirements.map(|own| format!("requirement.{}", own.id)).collect();
    let asked = case
        .requirements
        .iter()
        .filter(|own| own.asked_when.is_some() || case.asked_when.is_some());
    metrics.extend(asked.map(|own| format!("requirement.{}.when_asked", own.id)));
    metrics.extend(["headline", "counted", "in_theatre"].map(str::to_owned));
    let grid = Grid::new(request(case, path, &[]), axes, &metrics);
    match grid.and_then(|grid| grid.sweep(Effort::default(), &|| ())) {
        Ok(sweep) => Ok(Some(sweep)),
        Err(Failure::Obstacle(Obstacle::ImpossibleEvidence)) => Ok(None),
        Err(failure) => Err(format!("{failure:?}")),
    }
}

fn compare(case: &Case) -> Result<(), String> {
    let folder = tempfile::tempdir().unwrap();
    let path = text::write(case, folder.path());
    let keys = keys(case);
    if keys.is_empty() {
        return Ok(());
    }
    let sweep = swept(case, &path)?;
    let points: usize = keys.iter().map(|(_, values)| values.len()).product();
    let swept = sweep.as_ref().map_or(points as u64, Sweep::points);
    ensure(swept == points as u64, || format!("{swept} points"))?;
    for point in 0..points {
        let mut left = point;
        let mut positions = vec![0; keys.len()];
        for (position, (_, values)) in positions.iter_mut().zip(&keys).rev() {
            *position = left % values.len();
            left /= values.len();
        }
        let chosen = keys.iter().zip(&positions);
        let settings: Vec<String> =
            chosen.map(|((key, values), at)| format!("{key}={}", values[*at])).collect();
        let found = evaluated(case, &path, &settings)?;
        let Some(sweep) = &sweep else {
            ensure(found.is_none(), || format!("{settings:?} can be"))?;
            continue;
        };
        let expected = found.as_ref().map(figures);
        let positions = sweep.positions(point as u64);
        for (metric, value) in sweep.metrics.iter().zip(sweep.figures(&positions)) {
            let name = metric.name(&sweep.scenario);
            let wanted = expected.as_ref().and_then(|figures| *figures.get(&name).unwrap());
            let near = close(value, wanted);
            ensure(near, || format!("{settings:?} {name}: {value:?}, not {wanted:?}"))?;
        }
    }
    Ok(())
}

fn for_tastes(seed: u8, taste: Taste) {
    for_cases(seed, cases(40), taste, compare);
}

#[test]
fn a_sweep_is_what_setting_each_point_would_give() {
    for_tastes(40, PLAIN);
}

#[test]
fn a_sweep_has_no_figures_where_a_probability_is_missing() {
    for_tastes(41, UNSTATED);
}

/// P(met) of the first requirement where a condition has a probability.
fn met(case: &Case, path: &std::path::Path, id: &str, chance: f64) -> Result<Option<f64>, String> {
    let found = evaluated(case, path, &[format!("conditions.{id}.probability={chance:.15}")])?;
    Ok(found.and_then(|found| found.outcomes.requirements[0].probability))
}

#[test]
fn at_break_even_a_requirement_is_as_likely_as_wanted() {
    const WANTED: f64 = 0.3;
    for_cases(42, cases(60), PLAIN, |case| {
        let folder = tempfile::tempdir().unwrap();
        let path = text::write(case, folder.path());
        let Some(found) = evaluated(case, &path, &[])?.filter(|_| !case.requirements.is_empty())
        else {
            return Ok(());
        };
        let scenario = &found.scenario;
        let chances = break_even(scenario, 0, WANTED, Effort::default());
        let chances = chances.map_err(|obstacle| format!("{obstacle:?}"))?.chances;
        for (condition, chance) in chances.iter().enumerate() {
            let (id, own) = (scenario.conditions.id(condition), scenario.conditions.at(condition));
            if own.clauses.len() > 1 || !own.outcomes.is_empty() {
                ensure(chance.is_none(), || format!("{id} has several probabilities"))?;
                continue;
            }
            if let Some(chance) = chance {
                let met = met(case, &path, id, *chance)?;
                let near = met.is_some_and(|met| (met - WANTED).abs() < 1e-9);
                ensure(near, || format!("{id} = {chance}: {met:?}"))?;
            } else {
                // It moves in one direction, so that ends on both sides would have a point between.
                let ends = [met(case, &path, id, 0.0)?, met(case, &path, id, 1.0)?];
                let around = ends[0]
                    .zip(ends[1])
                    .is_some_and(|(low, high)| (low - WANTED) * (high - WANTED) < -1e-12);
                ensure(!around, || format!("{id} has a break-even between {ends:?}"))?;
            }
        }
        Ok(())
    });
}
