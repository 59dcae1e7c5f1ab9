//! Finding a sweep anew: its grid over the scenario as it is.
//!
//! In: how a figure was made. Out: the figures of all points, as a chart shows them or as a table.

use super::anew::Making;
use crate::law::real;
use crate::pipeline::Request;
use crate::report::figures::sweep as figures;
use crate::report::table::Table;
use crate::report::tables;
use crate::report::words::thousands;
use crate::scenario::Scenario;
use crate::study::sweep::axes::Axis;
use crate::study::sweep::own::Own;
use crate::study::sweep::{Failure, Grid, Sweep};
use serde_json::Value;

/// The most rows of a table, and points of a grid, that are compared.
const MOST_ROWS: u64 = 200_000;

/// A grid found anew, and where the file itself stands in it.
pub(super) struct Swept {
    sweep: Sweep,
    own: Option<Own>,
}

impl Swept {
    pub(super) fn find(request: Request, making: &Making) -> Result<Self, Failure> {
        let axes = making.grid.vary.iter().map(|vary| Axis::parse(vary));
        let axes: Result<Vec<Axis>, String> = axes.collect();
        let axes = axes.map_err(Failure::Usage)?;
        let points = axes.iter().map(Axis::len).fold(1, u64::saturating_mul);
        check_rows(points).map_err(Failure::Usage)?;
        let grid = Grid::new(request, axes, &making.grid.metrics)?;
        let own = grid.own();
        let sweep = grid.sweep(making.options.effort(), &|| ())?;
        Ok(Self { sweep, own })
    }

    pub(super) fn scenario(&self) -> &Scenario {
        figures::shown_scenario(&self.sweep, self.own.as_ref())
    }

    /// What a chart of all its metrics shows.
    pub(super) fn shown(&self) -> Value {
        let metrics: Vec<usize> = (0..self.sweep.metrics.len()).collect();
        let chart = figures::sweep(&self.sweep, self.own.as_ref(), &metrics, self.scenario());
        figures::shown(&chart)
    }

    /// All points, or that they are too many.
    pub(super) fn table(&self) -> Result<Table, String> {
        let points = self.sweep.points();
        check_rows(points.saturating_mul(self.sweep.metrics.len() as u64))?;
        Ok(tables::sweep::sweep(&self.sweep, 0..points))
    }
}

/// Refuses so many rows, before anything is found where there is one a point.
fn check_rows(rows: u64) -> Result<(), String> {
    if rows <= MOST_ROWS {
        return Ok(());
    }
    let [rows, most] = [rows, MOST_ROWS].map(|rows| thousands(real(rows)));
    Err(format!("it has {rows} rows, and {most} are compared at most"))
}
