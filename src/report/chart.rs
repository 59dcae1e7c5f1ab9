//! The charts of a briefing: data in, SVG text out, PNG from that SVG.
//!
//! In: one plain struct per chart (labels, numbers, roles) under a [`Frame`] of words. Out: a complete SVG, or PNG bytes
//! through [`png::render`]. Every chart is a pure function of its struct and a [`Look`], so the bytes are the same on
//! every machine. Nothing is told by colour alone, axes start at zero, and what does not fit is said to be left out.
//!
//! Reading order: `look` (the page), `scale` (numbers to pixels and text), `style` (colour and type), `canvas` (marks), `frame` (what stands
//! around a chart), `heads` (slanting column heads), `ladder` (how firm), `pen` (lines), `ends` (their names), then one file per chart,
//! `fitted` (a chart inside a page), then `png`.

mod canvas;
mod ends;
mod floors;
mod frame;
mod heads;
mod ladder;
pub mod look;
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
mod sweep;
mod waterfall;

mod fitted;

pub mod png;

#[cfg(test)]
mod proof;

pub(super) use fitted::fitted;

pub use compare::{CompareChart, CompareGroup, CompareKey, CompareRow};
pub use drivers::{DriverRow, DriversChart};
pub use exceedance::{ExceedanceChart, ExceedanceCurve};
pub use gates::{GateColumn, GateRole, GateRow, GatesChart};
pub use history::{HistoryChart, HistoryDay, HistoryLine, HistoryPanel};
pub use ledger::{LedgerChart, LedgerEntry, LedgerMark, LedgerRow};
pub use look::{Look, Size};
pub use outcomes::{OutcomeMark, OutcomeRow, OutcomesChart};
pub use posture::{PostureBar, PostureChart};
pub use sweep::{
    SweepAxis, SweepBar, SweepBars, SweepChart, SweepGroup, SweepLine, SweepLines, SweepMap,
    SweepMeasure,
};
pub use waterfall::{WaterfallChart, WaterfallStep};

/// Whether the embedded font, which is all that a PNG has, can show a text.
pub fn is_drawable(text: &str) -> bool {
    style::is_drawable(text)
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
