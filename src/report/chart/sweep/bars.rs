//! Bars over the words of one key, a group for each figure.
//!
//! In: groups of rows with a value each. Out: SVG.

use super::SweepMeasure;
use crate::report::chart::canvas::{Align, Area, Canvas};
use crate::report::chart::frame::{self, Rows, more};
use crate::report::chart::scale::{self, Scale, count, greatest};
use crate::report::chart::style::{AXIS, BLUE, GRID};
use crate::report::chart::{Frame, Look};

/// Groups of bars.
#[derive(Debug, Clone)]
pub struct SweepBars {
    /// The words around it.
    pub frame: Frame,
    /// What is measured.
    pub measure: SweepMeasure,
    /// One for each figure.
    pub groups: Vec<SweepGroup>,
    /// The sentence that stands where no value has a figure.
    pub nothing: String,
}

/// The bars of a figure.
#[derive(Debug, Clone)]
pub struct SweepGroup {
    /// What the figure is called; empty where there is only one.
    pub label: String,
    /// One for each value of the key.
    pub rows: Vec<SweepBar>,
}

/// A value of the key.
#[derive(Debug, Clone)]
pub struct SweepBar {
    /// The value.
    pub label: String,
    /// What is said beside the figure.
    pub note: String,
    /// The figure; none where it is undefined.
    pub value: Option<f64>,
}

/// A line of the chart: a group's head, or one of its bars.
type Line<'a> = Result<&'a SweepBar, &'a str>;

impl SweepBars {
    pub(super) fn draw(&self, look: &Look) -> String {
        frame::sheet(&self.frame, look, |canvas, area| self.body(canvas, area))
    }

    fn body(&self, canvas: &mut Canvas<'_>, mut area: Area) {
        let values = self.groups.iter().flat_map(|group| &group.rows).map(|row| row.value);
        if values.flatten().all(|value| !value.is_finite()) {
            return frame::nothing(canvas, area, &self.nothing);
        }
        let lines = self.lines();
        let (least, most) = (canvas.px(30), canvas.px(100));
        let axis = canvas.px(70);
        let rows = Rows::plan(lines.len(), area.height() - axis, (least, most), canvas.px(30));
        let more = more(lines.iter().skip(rows.shown).filter(|line| line.is_ok()).count(), "value");
        frame::left_out(canvas, &mut area, &[more], "sweep.csv", "");
        let height = count(rows.shown) * rows.pitch + axis;
        let top = area.top + frame::settle(area, area.top + height);
        self.draw_rows(canvas, Area { top, bottom: top + height, ..area }, (&lines, rows));
    }

    fn lines(&self) -> Vec<Line<'_>> {
        let group = |group: &'_ SweepGroup| !group.label.is_empty();
        let lines = self.groups.iter().flat_map(|own| {
            let head = group(own).then_some(Err(own.label.as_str()));
            head.into_iter().chain(own.rows.iter().map(Ok))
        });
        lines.collect()
    }

    fn draw_rows(&self, canvas: &mut Canvas<'_>, area: Area, (lines, rows): (&[Line<'_>], Rows)) {
        let (face, bold, soft) = (canvas.face(18), canvas.face(18).bold(), canvas.soft(16));
        let shown = || lines.iter().take(rows.shown).filter_map(|line| line.ok());
        let widest = face.widest(shown().map(|row| row.label.as_str()));
        let label = widest.min(area.width() * 3 / 10);
        let told = |row: &SweepBar| self.told(row);
        let room = shown().map(|row| face.width(&told(row))).max().unwrap_or(0);
        let start = area.left + label + canvas.px(16);
        let end = area.right - (room + canvas.px(16)).min(area.width() * 2 / 5);
        let values = self.groups.iter().flat_map(|group| &group.rows);
        let ticks = self.measure.ticks(greatest(values.filter_map(|row| row.value)), 5);
        let x = Scale { start, end, max: scale::last(&ticks) };
        let plot =
            Area { top: area.top + canvas.px(36), bottom: area.bottom - canvas.px(34), ..area };
        let title = bold.fit(&self.measure.title, area.width());
        canvas.text((area.left, area.top + bold.size), &title, bold, Align::Start);
        let steps = scale::steps((start, end), soft.width(&self.measure.tick(x.max)), 5);
        for tick in self.measure.ticks(x.max, steps) {
            let at = x.at(tick);
            canvas.upright(at, (plot.top, plot.bottom), 1, GRID);
            let y = plot.bottom + soft.size + canvas.px(8);
            canvas.text((at, y), &self.measure.tick(tick), soft, Align::Middle);
        }
        let thick = (rows.pitch * 3 / 5).min(canvas.px(54));
        for (at, line) in (0..).zip(lines.iter().take(rows.shown)) {
            let middle = plot.top + at * rows.pitch + rows.pitch / 2;
            let y = middle + face.drop();
            let row = match line {
                Err(head) => {
                    canvas.text((area.left, y), &bold.fit(head, area.width()), bold, Align::Start);
                    continue;
                }
                Ok(row) => row,
            };
            let text = face.fit(&row.label, label);
            canvas.text((start - canvas.px(16), y), &text, face, Align::End);
            let reach = row.value.map_or(start, |value| x.at(value));
            let bar = Area {
                left: start,
                top: middle - thick / 2,
                right: reach,
                bottom: middle + thick / 2,
            };
            if reach > start {
                canvas.fill(bar, BLUE);
            }
            let from = reach + canvas.px(10);
            let text = face.fit(&told(row), area.right - from);
            canvas.plate((from, y), &text, face);
        }
        canvas.upright(start, (plot.top, plot.bottom), canvas.px(2), AXIS);
    }

    /// "2,369, as in the file".
    fn told(&self, row: &SweepBar) -> String {
        let figure = self.measure.figure(row.value);
        if row.note.is_empty() { figure } else { format!("{figure}, {}", row.note) }
    }
}
