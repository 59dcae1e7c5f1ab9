//! A map: a figure at every pair of values of two keys, as shaded cells.
//!
//! In: two keys and a figure for each pair. Out: SVG. Shades are steps between round values, even in lightness. Where cells
//! have room their figures are printed; else each shade bears its range, and the line of an even chance is drawn.

use super::cells::{Cells, Shading, runs, stride};
use super::marks::{hatch, outline};
use super::{SweepAxis, SweepMeasure};
use crate::report::chart::canvas::{Align, Area, Canvas};
use crate::report::chart::frame;
use crate::report::chart::scale::{self, count};
use crate::report::chart::style::{AXIS, BAND};
use crate::report::chart::{Frame, Look};

/// Cells.
#[derive(Debug, Clone)]
pub struct SweepMap {
    /// The words around it.
    pub frame: Frame,
    /// What is measured.
    pub measure: SweepMeasure,
    /// The key whose values run to the right.
    pub across: SweepAxis,
    /// The key whose values run upward.
    pub up: SweepAxis,
    /// The figures, all of the lowest row first; none where they are undefined.
    pub cells: Vec<Option<f64>>,
    /// Where the file stands, in values to the right and upward from the first.
    pub own: Option<(f64, f64)>,
    /// What is said of it.
    pub own_label: String,
    /// The sentence that stands where no pair has a figure.
    pub nothing: String,
}

impl SweepMap {
    pub(super) fn draw(&self, look: &Look) -> String {
        frame::sheet(&self.frame, look, |canvas, area| self.body(canvas, area))
    }

    fn body(&self, canvas: &mut Canvas<'_>, area: Area) {
        let Some(shading) = Shading::plan(&self.cells, &self.measure) else {
            return frame::nothing(canvas, area, &self.nothing);
        };
        let (soft, bold) = (canvas.soft(16), canvas.face(16).bold());
        let labels = soft.widest(self.up.labels.iter().map(String::as_str));
        let labels = labels.min(area.width() / 4);
        let legend = (area.width() / 5).max(canvas.px(200));
        let title = bold.fit(&self.up.title, area.width() - legend - canvas.px(54));
        canvas.text((area.left, area.top + bold.size), &title, bold, Align::Start);
        let plot = Area {
            left: area.left + labels + canvas.px(14),
            top: area.top + bold.leading() + canvas.px(10),
            right: area.right - legend - canvas.px(44),
            bottom: area.bottom - canvas.px(62),
        };
        let (wide, high) = (count(self.across.labels.len()), count(self.up.labels.len()));
        let bands = self.cells.iter().map(|value| shading.band((*value)?)).collect();
        let cells = Cells { area: plot, wide, high, bands };
        draw_shades(canvas, &cells, &shading);
        outline(canvas, plot);
        self.draw_values(canvas, &cells, &shading);
        self.draw_across(canvas, &cells);
        self.draw_up(canvas, &cells, labels);
        let left = plot.right + canvas.px(44);
        self.draw_legend(canvas, Area { left, top: area.top, ..area }, (&shading, &cells));
    }

    fn draw_across(&self, canvas: &mut Canvas<'_>, cells: &Cells) {
        let (soft, area) = (canvas.soft(16), cells.area);
        let widest = soft.widest(self.across.labels.iter().map(String::as_str)) + canvas.px(16);
        let y = area.bottom + canvas.px(12) + soft.size;
        let cell = area.width() / cells.wide.max(1);
        let stride = stride(
            cells.wide,
            (widest.min(area.width() / 3) + cell - 1) / cell.max(1),
            self.across.numbers.is_some(),
        );
        for at in (0..cells.wide).step_by(scale::index(stride).max(1)) {
            let Some(label) = self.across.labels.get(scale::index(at)) else { continue };
            let (x, _) = cells.block((at, 0), (at + 1, 1)).middle();
            let text = soft.fit(label, cell * stride - canvas.px(8));
            canvas.upright(x, (area.bottom, area.bottom + canvas.px(7)), 1, AXIS);
            canvas.text((x, y), &text, soft, Align::Middle);
        }
        let title = canvas.face(16).bold();
        let text = title.fit(&self.across.title, area.width());
        canvas.text((area.right, y + soft.leading() + canvas.px(2)), &text, title, Align::End);
    }

    fn draw_up(&self, canvas: &mut Canvas<'_>, cells: &Cells, width: i32) {
        let (soft, area) = (canvas.soft(16), cells.area);
        let cell = area.height() / cells.high.max(1);
        let need = (soft.leading() + canvas.px(6) + cell - 1) / cell.max(1);
        let stride = stride(cells.high, need, self.up.numbers.is_some());
        for at in (0..cells.high).step_by(scale::index(stride).max(1)) {
            let Some(label) = self.up.labels.get(scale::index(at)) else { continue };
            let (_, y) = cells.block((0, at), (1, at + 1)).middle();
            canvas.level((area.left - canvas.px(7), area.left), y, 1, AXIS);
            let text = soft.fit(label, width);
            canvas.text((area.left - canvas.px(12), y + soft.drop()), &text, soft, Align::End);
        }
    }
}

/// Rectangles of one shade: runs in a row, together with the same runs in the rows above.
fn draw_shades(canvas: &mut Canvas<'_>, cells: &Cells, shading: &Shading) {
    let band = |x: i32, y: i32| cells.band((x, y));
    let mut open: Vec<(i32, i32, i32, Option<usize>)> = Vec::new();
    for y in 0..=cells.high {
        let runs = if y < cells.high { runs(cells.wide, |x| band(x, y)) } else { Vec::new() };
        let goes_on = |own: &(i32, i32, i32, Option<usize>)| {
            runs.iter().any(|run| (run.0, run.1, run.2) == (own.0, own.1, own.3))
        };
        let (kept, done): (Vec<_>, Vec<_>) = open.into_iter().partition(goes_on);
        for (from, to, since, band) in done {
            let area = cells.block((from, since), (to, y));
            canvas.fill(area, band.map_or(BAND, |band| shading.colour(band)));
            if band.is_none() {
                hatch(canvas, area);
            }
        }
        open = kept;
        for (from, to, band) in runs {
            let new = !open.iter().any(|own| (own.0, own.1, own.3) == (from, to, band));
            open.extend(new.then_some((from, to, y, band)));
        }
    }
}
