//! The table of a sweep: every metric at every point of the grid.
//!
//! In: a `Sweep` and which of its points. Out: a tidy table, one row a point and metric. There is a
//! column for each varied key, called as it was written; the first varies slowest.

use super::begin_with;
use crate::report::table::{Builder, Kind, Table, Value};
use crate::study::metric::Metric;
use crate::study::sweep::Sweep;
use crate::study::sweep::axes::{Axis, AxisValue};
use std::ops::Range;

/// The names of the other columns.
const TAKEN: [&str; 7] = ["scenario", "as_of", "given", "variant", "metric", "unit", "value"];

/// A point, a metric and its value.
type Row = (Vec<u64>, Metric, Option<f64>);

/// The figures at some points.
pub fn sweep(sweep: &Sweep, points: Range<u64>) -> Table {
    let scenario = &sweep.scenario;
    let mut table: Builder<'_, Row> =
        begin_with(scenario, "sweep", "a figure at a point of the grid");
    for (at, axis) in sweep.axes.iter().enumerate() {
        let name = match axis.key.as_str() {
            taken if TAKEN.contains(&taken) => axis.full_key(scenario),
            key => key.to_owned(),
        };
        let kind = if axis.is_numeric() { Kind::Amount } else { Kind::Text };
        let meaning =
            "value of the key; a condition's probability is given what the condition requires";
        table = table.column(name, kind, meaning, move |row: &Row| cell(axis, row.0[at]));
    }
    let table = table
        .column("metric", Kind::Text, "which figure", |row| row.1.name(scenario))
        .column("unit", Kind::Text, "unit of the figure", |row| row.1.unit())
        .column("value", Kind::Amount, "the figure; empty where it is undefined", |row| row.2);
    table.rows(points.flat_map(|point| {
        let positions = sweep.positions(point);
        let figures = sweep.metrics.iter().zip(sweep.figures(&positions));
        let row = |(metric, value): (&Metric, _)| (positions.clone(), *metric, value);
        figures.map(row).collect::<Vec<_>>()
    }))
}

/// A value of an axis; a number, where all of them are.
fn cell(axis: &Axis, at: u64) -> Value {
    match axis.value(at) {
        AxisValue::Number(number) if axis.is_numeric() => number.to_f64().into(),
        AxisValue::Number(number) => number.to_string().into(),
        AxisValue::Text(text) => text.into(),
    }
}
