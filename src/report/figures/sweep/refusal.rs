//! Which sweeps have no chart.
//!
//! In: the keys and the metrics. Out: why they cannot be drawn, with the remedy, or nothing.

use crate::law::real;
use crate::report::words::thousands;
use crate::study::metric::Metric;
use crate::study::sweep::axes::Axis;

/// The most lines of a chart.
const MOST_LINES: usize = 7;

/// The most values of a key.
const MOST_VALUES: u64 = 2_000;

/// The most cells of a map.
const MOST_CELLS: u64 = 50_000;

/// Why a sweep has no chart, and what to do about it.
pub fn refusal(axes: &[Axis], metrics: &[Metric]) -> Option<String> {
    let varied: Vec<&Axis> = axes.iter().filter(|axis| axis.len() > 1).collect();
    let points: u64 = varied.iter().map(|axis| axis.len()).product();
    let units = metrics.windows(2).any(|pair| pair[0].unit() != pair[1].unit());
    let (what, help) = if varied.len() > 2 {
        let what = format!("a chart shows one or two varied keys, not {}", varied.len());
        (
            what,
            "give the other keys one value each, such as --vary ceasefire=0.5, or write a .csv file",
        )
    } else if let Some(axis) = varied.iter().find(|axis| axis.len() > MOST_VALUES) {
        let values = thousands(real(axis.len()));
        let most = thousands(real(MOST_VALUES));
        let what = format!(
            "a chart shows {most} values of a key at most, and `{}` has {values}",
            axis.key
        );
        (what, "take larger steps for the chart, such as 0..1/0.01; a .csv file holds every point")
    } else if varied.len() == 2 && points > MOST_CELLS {
        let most = thousands(real(MOST_CELLS));
        let what = format!("a map has {most} cells at most");
        (what, "take larger steps for the chart, such as 0..1/0.01; a .csv file holds every point")
    } else if units {
        let what = "a chart shows figures of one unit: troops, or probabilities".to_owned();
        (what, "name them with --metric, and draw a chart for each unit")
    } else if varied.len() == 2 && metrics.len() > 1 {
        let what = "a chart over two varied keys shows one figure".to_owned();
        (what, "name it with --metric, such as --metric in_theatre")
    } else if metrics.len() > MOST_LINES {
        let what = format!("a chart shows {MOST_LINES} figures at most");
        (what, "name fewer with --metric")
    } else {
        return None;
    };
    Some(format!("{what}\nhelp: {help}"))
}
