//! The charts of a briefing: data in, SVG text out, PNG from that SVG.
//!
//! In: one plain struct per chart (labels, numbers, roles) under a [`Frame`] of words. Out: a complete SVG, or PNG bytes
//! through [`png::render`]. Every chart is a pure function of its struct and a [`Size`], so the bytes are the same on
//! every machine. Nothing is told by colour alone, axes start at zero, and what does not fit is said to be left out.
//!
//! Reading order: `scale` (numbers to pixels and text), `style` (colour and type), `canvas` (marks), `frame` (what stands
//! around a chart), `heads` (slanting column heads), `ladder` (how firm), `pen` (lines), then one file per chart, then `png`.

mod canvas;
mod floors;
mod frame;
mod heads;
mod ladder;
mod pen;
mod scale;
mod style;

mod compare;
mod drivers;
mod exceedance;
mod gates;
mod history;
mod ledger;
mod outcomes;
mod posture;
mod waterfall;

pub mod png;

#[cfg(test)]
mod proof;

pub use compare::{CompareChart, CompareGroup, CompareKey, CompareRow};
pub use drivers::{DriverRow, DriversChart};
pub use exceedance::{ExceedanceChart, ExceedanceCurve};
pub use gates::{GateColumn, GateRole, GateRow, GatesChart};
pub use history::{HistoryChart, HistoryDay, HistoryLine, HistoryPanel};
pub use ledger::{LedgerChart, LedgerEntry, LedgerMark, LedgerRow};
pub use outcomes::{OutcomeMark, OutcomeRow, OutcomesChart};
pub use posture::{PostureBar, PostureChart};
pub use waterfall::{WaterfallChart, WaterfallStep};

/// The size of a chart in pixels. Type and spacing follow the area of the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    /// From left to right.
    pub width: u32,
    /// From top to bottom.
    pub height: u32,
}

impl Size {
    /// A 16:9 slide, 1600 x 900.
    pub const SLIDE: Self = Self { width: 1600, height: 900 };
}

impl Default for Size {
    fn default() -> Self {
        Self::SLIDE
    }
}

/// The words around a chart.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct Frame {
    /// The finding in ten words or fewer; also the `<title>`.
    pub headline: String,
    /// Measure, place, horizon, and what is taken as given.
    pub subtitle: String,
    /// Where the data comes from, at the bottom left.
    #[serde(skip)]
    pub source: String,
    /// The classification, centred at the top and the bottom of the page.
    pub marking: Option<String>,
    /// The chart in words, for those who cannot see it: the `<desc>`.
    #[serde(skip)]
    pub description: String,
}

/// A level of force that someone asks for, marked across a chart.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Floor {
    /// What the floor is called.
    pub label: String,
    /// Where it lies, in the chart's unit.
    pub value: f64,
}
