//! What decides: how far a result moves where one condition at a time is set, a tornado.
//!
//! In: the result as things are, and for each condition the result where it is set to hold and not to. Out: SVG. Each bar
//! reaches from one to the other and says which end is which; an upright line is the result as things are.

use super::canvas::{Align, Area, Canvas, Point};
use super::frame::{self, Rows};
use super::scale::{self, Scale, count, greatest, thousands};
use super::style::{AXIS, BLUE, GRID, INK, ORANGE, Type};
use super::{Frame, Look};

/// A tornado.
#[derive(Debug, Clone, serde::Serialize)]
pub struct DriversChart {
    /// The words around it.
    pub frame: Frame,
    /// Whether values are in per cent, else numbers.
    pub in_percent: bool,
    /// The result as things are, and what it is called.
    pub present: Option<(f64, String)>,
    /// The conditions, the widest swing first.
    pub rows: Vec<DriverRow>,
    /// What is said of those that change nothing; may be empty.
    pub others: String,
    /// The sentence where there are no rows.
    pub nothing: String,
}

/// A condition.
#[derive(Debug, Clone, serde::Serialize)]
pub struct DriverRow {
    /// What is set.
    pub label: String,
    /// The result where it is set so, and in words.
    pub holds: (f64, String),
    /// The result where it is set not to, and in words.
    pub fails: (f64, String),
}

/// Where the parts of the chart stand.
struct Grid {
    scale: Scale,
    ticks: Vec<f64>,
    rows: Rows,
    top: i32,
    /// How wide labels may be.
    label: i32,
    /// Where the result as things are lies.
    present: Option<i32>,
}

/// What the ends of bars are called.
const IF_SO: &str = "If so: the condition is set to hold, or to end as named";
const IF_NOT: &str = "If not: it is set to fail, or to end otherwise";

impl DriversChart {
    /// Draws the chart as SVG.
    #[must_use]
    pub fn draw(&self, look: &Look) -> String {
        frame::sheet(&self.frame, look, |canvas, area| self.body(canvas, area))
    }

    fn body(&self, canvas: &mut Canvas<'_>, mut area: Area) {
        if self.rows.is_empty() {
            return frame::nothing(canvas, area, &self.nothing);
        }
        let grid = self.grid(canvas, area);
        let more = frame::more(self.rows.len() - grid.rows.shown, "condition");
        frame::left_out(canvas, &mut area, &[more], "drivers.csv", &self.others);
        let lines = key_lines(canvas, area.width());
        let key = grid.top - canvas.px(44) - key_leading(canvas) * (lines - 1);
        draw_key(canvas, (area.left + canvas.px(4), key), lines == 1);
        let bottom = grid.top + grid.rows.pitch * count(grid.rows.shown);
        canvas.level((area.left, area.right), grid.top, 1, AXIS);
        canvas.level((area.left, area.right), bottom, 1, AXIS);
        self.draw_axis(canvas, &grid, bottom);
        for (number, row) in self.rows.iter().take(grid.rows.shown).enumerate() {
            let y = grid.top + grid.rows.pitch * count(number) + grid.rows.pitch / 2;
            draw_row(canvas, (area.left, y), row, &grid);
        }
        self.draw_present(canvas, &grid, (area, bottom));
        for (number, row) in self.rows.iter().take(grid.rows.shown).enumerate() {
            let y = grid.top + grid.rows.pitch * count(number) + grid.rows.pitch / 2;
            draw_ends(canvas, y, row, &grid);
        }
    }

    fn grid(&self, canvas: &Canvas<'_>, area: Area) -> Grid {
        let face = end_face(canvas);
        let label = canvas.face(17).widest(self.rows.iter().map(|row| &*row.label));
        let side = face.widest(self.rows.iter().flat_map(|row| [&*row.holds.1, &*row.fails.1]));
        let side = side + canvas.px(24);
        let start = area.left + label.min(area.width() * 3 / 10) + canvas.px(12) + side;
        let end = area.right - side;
        let values = self.rows.iter().flat_map(|row| [row.holds.0, row.fails.0]);
        let most = greatest(values.chain(self.present.iter().map(|(value, _)| *value)));
        let finest = if self.in_percent { 0.1 } else { 1.0 };
        let tick = canvas.soft(16).width(&self.tick(most));
        let ticks = scale::ticks(most, scale::steps((start, end), tick, 5), finest);
        let scale = Scale { start, end, max: scale::last(&ticks) };
        let head = key_lines(canvas, area.width()) * key_leading(canvas);
        let top = area.top + head + canvas.px(34);
        let unsaid = if self.others.is_empty() { 0 } else { canvas.px(30) };
        let height = area.bottom - top - canvas.px(36) - unsaid;
        let note = canvas.px(30) - unsaid.min(canvas.px(30));
        let rows = Rows::plan(
            self.rows.len(),
            height,
            (canvas.px(26), canvas.px(72).max(area.height() / 10)),
            note,
        );
        let top = top + frame::settle(area, top + rows.pitch * count(rows.shown) + canvas.px(36));
        let label = start - side - area.left - canvas.px(8);
        let present = self.present.as_ref().map(|(value, _)| scale.at(*value));
        Grid { scale, ticks, rows, top, label, present }
    }

    fn tick(&self, value: f64) -> String {
        if self.in_percent { scale::percent_tick(value) } else { thousands(value) }
    }

    fn draw_axis(&self, canvas: &mut Canvas<'_>, grid: &Grid, bottom: i32) {
        let soft = canvas.soft(16);
        for tick in &grid.ticks {
            let x = grid.scale.at(*tick);
            canvas.upright(x, (grid.top + 1, bottom), 1, GRID);
            let at = (x, bottom + canvas.px(10) + soft.size);
            canvas.text(at, &self.tick(*tick), soft, Align::Middle);
        }
        canvas.upright(grid.scale.start - 1, (grid.top, bottom), canvas.px(2), AXIS);
    }

    /// The line of the result as things are, and its name above the rows.
    fn draw_present(&self, canvas: &mut Canvas<'_>, grid: &Grid, (area, bottom): (Area, i32)) {
        let (Some((_, name)), Some(x)) = (&self.present, grid.present) else { return };
        let face = canvas.face(16).bold();
        let thick = canvas.px(2);
        let (dash, gap) = (canvas.px(6), canvas.px(4));
        canvas.dashed(&[(x, grid.top - canvas.px(4)), (x, bottom)], (dash, gap), thick, INK);
        let name = face.fit(name, area.width());
        let half = face.width(&name) / 2 + 1;
        let middle = x.clamp(area.left + half, (area.right - half).max(area.left + half));
        canvas.text((middle, grid.top - canvas.px(10)), &name, face, Align::Middle);
    }
}

fn end_face(canvas: &Canvas<'_>) -> Type {
    canvas.face(16)
}

fn key_leading(canvas: &Canvas<'_>) -> i32 {
    canvas.px(26)
}

/// How many lines the key takes.
fn key_lines(canvas: &Canvas<'_>, room: i32) -> i32 {
    let face = canvas.face(16);
    let wide = face.width(IF_SO) + face.width(IF_NOT) + canvas.px(90);
    if wide <= room { 1 } else { 2 }
}

fn draw_key(canvas: &mut Canvas<'_>, (x, y): Point, single: bool) {
    let end = frame::swatch(canvas, (x, y), IF_SO, BLUE);
    let next = if single { (end + canvas.px(36), y) } else { (x, y + key_leading(canvas)) };
    frame::swatch(canvas, next, IF_NOT, ORANGE);
}

/// The label, and the bar: each end has its colour up to the result as things are.
fn draw_row(canvas: &mut Canvas<'_>, (left, y): Point, row: &DriverRow, grid: &Grid) {
    let face = canvas.face(17);
    let label = face.fit(&row.label, grid.label);
    canvas.text((left + canvas.px(4), y + face.drop()), &label, face, Align::Start);
    let ends = [row.holds.0, row.fails.0].map(|value| grid.scale.at(value));
    let (low, high) = (ends[0].min(ends[1]), ends[0].max(ends[1]));
    let split = grid.present.unwrap_or(i32::midpoint(low, high)).clamp(low, high);
    let half = (grid.rows.pitch * 3 / 10).max(canvas.px(4));
    for (end, colour) in ends.into_iter().zip([BLUE, ORANGE]) {
        let (left, right) = (end.min(split), end.max(split));
        if right > left {
            canvas.fill(Area { left, right, top: y - half, bottom: y + half }, colour);
        }
    }
}

/// The words at both ends, on plates.
fn draw_ends(canvas: &mut Canvas<'_>, y: i32, row: &DriverRow, grid: &Grid) {
    let (low, high) =
        if row.holds.0 < row.fails.0 { (&row.holds, &row.fails) } else { (&row.fails, &row.holds) };
    let (face, gap) = (end_face(canvas), canvas.px(9));
    let left = grid.scale.at(low.0) - gap - face.width(&low.1);
    canvas.plate((left, y + face.drop()), &low.1, face);
    canvas.plate((grid.scale.at(high.0) + gap, y + face.drop()), &high.1, face);
}
