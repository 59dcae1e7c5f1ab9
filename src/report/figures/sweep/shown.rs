//! What the chart of a sweep shows, as data that its files carry.
//!
//! In: a `SweepChart`. Out: JSON, in which every figure has a name. Of many values some are named, evenly spread and both
//! ends among them; all of them are carried as a list, of which `provenance::carried` keeps a digest where it is long.

use crate::report::chart::{SweepAxis, SweepChart, SweepLines, SweepMap, SweepMeasure};
use serde_json::{Map, Value, json};

/// The most values of a line that are named.
const LINE: usize = 101;

/// The most values on each side of a map that are named.
const SIDE: usize = 16;

/// What a chart shows; but for its axes, which are the keys that were varied.
pub fn shown(chart: &SweepChart) -> Value {
    match chart {
        SweepChart::Lines(chart) => lines(chart),
        SweepChart::Map(chart) => map(chart),
        SweepChart::Bars(chart) => {
            let groups = chart.groups.iter().map(|group| {
                let rows = group.rows.iter().map(|row| {
                    let own = figure(&chart.measure, &row.label, row.value);
                    own.into_iter().chain([("note".to_owned(), row.note.clone().into())]).collect()
                });
                json!({ "label": group.label, "rows": rows.collect::<Vec<Value>>() })
            });
            let groups: Vec<Value> = groups.collect();
            json!({ "frame": chart.frame, "measure": chart.measure.title, "groups": groups })
        }
    }
}

fn lines(chart: &SweepLines) -> Value {
    let lines = chart.lines.iter().map(|line| {
        let places = some(line.values.len(), LINE);
        let points = places.into_iter().map(|at| {
            let label = named(&chart.axis, at);
            figure(&chart.measure, &label, line.values.get(at).copied().flatten()).into()
        });
        json!({
            "label": line.label, "told": line.told, "in the file": line.own,
            "points": points.collect::<Vec<Value>>(), "all values": rest(&line.values, LINE),
        })
    });
    json!({
        "frame": chart.frame, "measure": chart.measure.title, "axis": chart.axis.title,
        "in the file": chart.own, "floors": chart.floors, "lines": lines.collect::<Vec<_>>(),
    })
}

fn map(chart: &SweepMap) -> Value {
    let width = chart.across.labels.len();
    let rows = some(chart.up.labels.len(), SIDE).into_iter().map(|row| {
        let points = some(width, SIDE).into_iter().map(|column| {
            let value = chart.cells.get(row * width + column).copied().flatten();
            figure(&chart.measure, &named(&chart.across, column), value).into()
        });
        json!({ "label": named(&chart.up, row), "points": points.collect::<Vec<Value>>() })
    });
    json!({
        "frame": chart.frame, "measure": chart.measure.title,
        "across": chart.across.title, "up": chart.up.title,
        "in the file": chart.own, "in the file in words": chart.own_label,
        "rows": rows.collect::<Vec<_>>(), "all values": rest(&chart.cells, SIDE * SIDE),
    })
}

/// A figure under the name of its value.
fn figure(measure: &SweepMeasure, label: &str, value: Option<f64>) -> Map<String, Value> {
    let unit = if measure.chances { "probability" } else { "troops" };
    Map::from_iter([("label".to_owned(), label.into()), (unit.to_owned(), value.into())])
}

/// "Ceasefire: probability 10 %".
fn named(axis: &SweepAxis, at: usize) -> String {
    format!("{} {}", axis.title, axis.labels.get(at).map_or("", String::as_str))
}

/// Up to so many places of a list, evenly spread, the first and the last among them.
fn some(length: usize, most: usize) -> Vec<usize> {
    if length <= most {
        return (0..length).collect();
    }
    (0..most).map(|at| at * (length - 1) / (most - 1)).collect()
}

/// All values, where not each is named.
fn rest(values: &[Option<f64>], named: usize) -> Value {
    if values.len() <= named { Value::Null } else { json!(values) }
}

#[cfg(test)]
mod tests {
    use super::some;

    #[test]
    fn both_ends_are_among_some() {
        assert_eq!(some(3, 5), [0, 1, 2]);
        assert_eq!(some(101, 5), [0, 25, 50, 75, 100]);
        assert_eq!(some(0, 5), [0_usize; 0]);
    }
}
