//! A figure over values of one or two keys: lines, bars or a map.
//!
//! In: keys with their values, and figures at each. Out: SVG. Lines over numbers, bars over words, a map of cells over two
//! keys. A figure that is undefined is hatched or left open and said to be missing; it is never drawn as 0.

mod bends;
mod cells;
mod marks;

mod bars;
mod labels;
mod legend;
mod lines;
mod map;

pub use bars::{SweepBar, SweepBars, SweepGroup};
pub use lines::{SweepLine, SweepLines};
pub use map::SweepMap;

use super::Look;
use super::scale::{self, percent, percent_tick, thousands};

/// A chart of a sweep.
#[derive(Debug, Clone)]
pub enum SweepChart {
    /// Over the numbers of one key.
    Lines(SweepLines),
    /// Over the words of one key.
    Bars(SweepBars),
    /// Over two keys.
    Map(SweepMap),
}

impl SweepChart {
    /// Draws the chart as SVG.
    #[must_use]
    pub fn draw(&self, look: &Look) -> String {
        match self {
            Self::Lines(chart) => chart.draw(look),
            Self::Bars(chart) => chart.draw(look),
            Self::Map(chart) => chart.draw(look),
        }
    }
}

/// What is measured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SweepMeasure {
    /// What it is called.
    pub title: String,
    /// Whether values are probabilities; a number of troops otherwise.
    pub chances: bool,
}

/// A key and its values.
#[derive(Debug, Clone)]
pub struct SweepAxis {
    /// What the key is called.
    pub title: String,
    /// Each value as it is written.
    pub labels: Vec<String>,
    /// The values, ascending, where all are numbers.
    pub numbers: Option<Vec<f64>>,
    /// Whether the numbers are probabilities.
    pub chances: bool,
}

impl SweepMeasure {
    /// A figure in words.
    fn figure(&self, value: Option<f64>) -> String {
        match value {
            Some(value) if self.chances => percent(value),
            Some(value) => thousands(value),
            None => "no figure".to_owned(),
        }
    }

    /// The label of a round value.
    fn tick(&self, value: f64) -> String {
        if self.chances { percent_tick(value * 100.0) } else { thousands(value) }
    }

    /// Round values from 0 to `most`.
    fn ticks(&self, most: f64, target: i32) -> Vec<f64> {
        if self.chances {
            let ticks = scale::ticks((most * 100.0).max(0.1), target, 0.1);
            return ticks.into_iter().map(|tick| tick / 100.0).collect();
        }
        scale::ticks(most.max(1.0), target, 1.0)
    }
}
