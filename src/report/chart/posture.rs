//! Who or what makes up the force: a stacked bar for each option of its size.
//!
//! In: at most five segments, bars with a value per segment, floors. Out: SVG. Segments carry their names where they
//! fit; a key names only those that fit nowhere.

use super::canvas::{Align, Area, Canvas, Point};
use super::floors::Flags;
use super::frame::{self, Rows};
use super::scale::{self, Scale, count, greatest, thousands};
use super::style::{AXIS, BLUE, Colour, GREEN, GRID, INK, ORANGE, SKY, Type, WHITE};
use super::{Floor, Frame, Size};

/// Stacked bars.
#[derive(Debug, Clone)]
pub struct PostureChart {
    /// The words around it.
    pub frame: Frame,
    /// What is counted: "troops".
    pub unit: String,
    /// Nations or domains; at most five.
    pub segments: Vec<String>,
    /// One bar per option.
    pub bars: Vec<PostureBar>,
    /// Levels marked across the bars.
    pub floors: Vec<Floor>,
}

/// A bar.
#[derive(Debug, Clone)]
pub struct PostureBar {
    /// The option: "low: 15,000".
    pub label: String,
    /// What goes with it: "6 % likely"; may be empty.
    pub note: String,
    /// One value per segment.
    pub values: Vec<f64>,
}

const REST: Colour = Colour(208, 208, 208);
const PALETTE: [Colour; 5] = [BLUE, ORANGE, GREEN, SKY, REST];

/// Where the parts of the chart stand.
struct Grid {
    scale: Scale,
    ticks: Vec<f64>,
    flags: Flags,
    rows: Rows,
    top: i32,
}

impl PostureChart {
    /// Draws the chart as SVG.
    pub fn draw(&self, size: Size) -> String {
        frame::sheet(&self.frame, size, |canvas, area| self.body(canvas, area))
    }

    fn body(&self, canvas: &mut Canvas<'_>, mut area: Area) {
        if greatest(self.bars.iter().map(PostureBar::total)) <= 0.0 {
            return frame::nothing(canvas, area, "No force in any world.");
        }
        let grid = self.grid(canvas, area);
        if grid.rows.shown < self.bars.len() {
            let hidden = self.bars.len() - grid.rows.shown;
            frame::note(canvas, &mut area, &frame::left_out(hidden, "bar", "posture.csv"));
        }
        self.draw_key(canvas, (grid.scale.start, area.top + canvas.px(16)), &grid);
        let bottom = grid.top + grid.rows.pitch * count(grid.rows.shown);
        self.draw_axis(canvas, &grid, bottom);
        for (number, bar) in self.bars.iter().take(grid.rows.shown).enumerate() {
            let y = grid.top + grid.rows.pitch * count(number) + grid.rows.pitch / 2;
            draw_label(canvas, (area.left, y), bar, &grid);
            self.draw_bar(canvas, y, bar, &grid);
        }
        canvas.upright(grid.scale.start - 1, (grid.top, bottom), canvas.px(2), AXIS);
        grid.flags.draw(canvas, (grid.top, bottom));
        for (number, bar) in self.bars.iter().take(grid.rows.shown).enumerate() {
            let y = grid.top + grid.rows.pitch * count(number) + grid.rows.pitch / 2;
            draw_total(canvas, y, bar, &grid);
        }
    }

    fn grid(&self, canvas: &Canvas<'_>, area: Area) -> Grid {
        let totals = self.bars.iter().map(PostureBar::total);
        let most = greatest(totals.chain(self.floors.iter().map(|floor| floor.value)));
        let ticks = scale::ticks(most, 6, 1.0);
        let start = area.left + self.label_width(canvas).min(area.width() / 4) + canvas.px(24);
        let end = area.right - canvas.face(20).bold().width(&thousands(most)) - canvas.px(16);
        let scale = Scale { start, end, max: scale::last(&ticks) };
        let flags = Flags::plan(canvas, &self.floors, scale, (start, area.right));
        let mut grid = Grid { scale, ticks, flags, rows: Rows { shown: 0, pitch: 0 }, top: 0 };
        grid.rows = self.rows(canvas, area, &grid, 0);
        let key = if self.unnamed(canvas, &grid).is_empty() { 0 } else { canvas.px(40) };
        grid.rows = self.rows(canvas, area, &grid, key);
        grid.top = area.top + grid.flags.height + key;
        grid
    }

    fn rows(&self, canvas: &Canvas<'_>, area: Area, grid: &Grid, key: i32) -> Rows {
        let height = area.height() - grid.flags.height - key - canvas.px(40);
        Rows::plan(self.bars.len(), height, (canvas.px(44), canvas.px(190)), canvas.px(30))
    }

    fn label_width(&self, canvas: &Canvas<'_>) -> i32 {
        let labels = canvas.face(18).bold().widest(self.bars.iter().map(|bar| &*bar.label));
        labels.max(canvas.soft(16).widest(self.bars.iter().map(|bar| &*bar.note)))
    }

    fn colour(&self, segment: usize) -> Colour {
        let other = self.segments[segment].to_lowercase().starts_with("other");
        if other { REST } else { PALETTE[segment.min(PALETTE.len() - 1)] }
    }

    /// The segments too narrow for their names in every bar shown.
    fn unnamed(&self, canvas: &Canvas<'_>, grid: &Grid) -> Vec<usize> {
        let bars = &self.bars[..grid.rows.shown];
        let named = |segment: usize| {
            bars.iter().any(|bar| self.fits(canvas, grid.span(bar, segment), segment, grid))
        };
        let occurs = |segment: usize| bars.iter().any(|bar| bar.value(segment) > 0.0);
        (0..self.segments.len()).filter(|segment| occurs(*segment) && !named(*segment)).collect()
    }

    fn fits(&self, canvas: &Canvas<'_>, span: Point, segment: usize, grid: &Grid) -> bool {
        let name = name_face(canvas).width(&self.segments[segment]);
        grid.thick() >= canvas.px(46) && name + canvas.px(14) <= span.1 - span.0
    }

    fn draw_key(&self, canvas: &mut Canvas<'_>, at: Point, grid: &Grid) {
        let mut x = at.0;
        for segment in self.unnamed(canvas, grid) {
            let name = canvas.face(16).fit(&self.segments[segment], canvas.px(240));
            x = frame::swatch(canvas, (x, at.1), &name, self.colour(segment)) + canvas.px(28);
        }
    }

    fn draw_axis(&self, canvas: &mut Canvas<'_>, grid: &Grid, bottom: i32) {
        let soft = canvas.soft(16);
        let y = bottom + canvas.px(10) + soft.size;
        for tick in &grid.ticks {
            let x = grid.scale.at(*tick);
            canvas.upright(x, (grid.top, bottom), 1, GRID);
            canvas.text((x, y), &thousands(*tick), soft, Align::Middle);
        }
        let x = grid.scale.start - canvas.px(20);
        canvas.text((x, y), &self.unit, soft, Align::End);
    }

    fn draw_bar(&self, canvas: &mut Canvas<'_>, y: i32, bar: &PostureBar, grid: &Grid) {
        let (top, thick) = (y - grid.thick() / 2, grid.thick());
        for segment in 0..self.segments.len() {
            let (left, right) = grid.span(bar, segment);
            if right > left {
                let area = Area { left, top, right, bottom: top + thick };
                canvas.fill(area, self.colour(segment));
                canvas.upright(right - 1, (top, top + thick), canvas.px(2), WHITE);
                self.draw_name(canvas, area, (bar, segment), grid);
            }
        }
    }

    /// Name over value where both fit, the value alone where it fits, else nothing.
    fn draw_name(
        &self,
        canvas: &mut Canvas<'_>,
        area: Area,
        (bar, segment): (&PostureBar, usize),
        grid: &Grid,
    ) {
        let on = if self.colour(segment) == BLUE { WHITE } else { INK };
        let (bold, face) = (name_face(canvas).colour(on), canvas.face(16).colour(on));
        let (x, y) = area.middle();
        let value = thousands(bar.value(segment));
        let room = face.width(&value) + canvas.px(10) <= area.width();
        if self.fits(canvas, (area.left, area.right), segment, grid) {
            canvas.text((x, y - canvas.px(4)), &self.segments[segment], bold, Align::Middle);
            canvas.text((x, y + canvas.px(18)), &value, face, Align::Middle);
        } else if room {
            canvas.text((x, y + face.drop()), &value, face, Align::Middle);
        }
    }
}

impl PostureBar {
    fn value(&self, segment: usize) -> f64 {
        self.values.get(segment).copied().filter(|value| value.is_finite()).unwrap_or(0.0).max(0.0)
    }

    fn total(&self) -> f64 {
        (0..self.values.len()).map(|segment| self.value(segment)).sum()
    }
}

impl Grid {
    fn thick(&self) -> i32 {
        self.rows.pitch * 13 / 20
    }

    /// Where a segment starts and ends.
    fn span(&self, bar: &PostureBar, segment: usize) -> Point {
        let before: f64 = (0..segment).map(|earlier| bar.value(earlier)).sum();
        (self.scale.at(before), self.scale.at(before + bar.value(segment)))
    }
}

fn name_face(canvas: &Canvas<'_>) -> Type {
    canvas.face(17).bold()
}

fn draw_label(canvas: &mut Canvas<'_>, (left, y): Point, bar: &PostureBar, grid: &Grid) {
    let (bold, soft) = (canvas.face(18).bold(), canvas.soft(16));
    let room = grid.scale.start - left - canvas.px(20);
    let spare = usize::from(grid.rows.pitch >= canvas.px(90));
    let label = bold.wrap(&bar.label, room, 1 + spare);
    let note = soft.wrap(&bar.note, room, 1 + spare);
    let height = bold.leading() * count(label.len()) + soft.leading() * count(note.len());
    let first = y - height / 2 + bold.size;
    let last = canvas.lines((left, first), &label, bold, Align::Start);
    canvas.lines((left, last + soft.leading() + canvas.px(1)), &note, soft, Align::Start);
}

fn draw_total(canvas: &mut Canvas<'_>, y: i32, bar: &PostureBar, grid: &Grid) {
    let face = canvas.face(20).bold();
    let (x, text) = (grid.scale.at(bar.total()) + canvas.px(10), thousands(bar.total()));
    let area = Area { left: x, top: y - face.size / 2, right: x + face.width(&text), bottom: y };
    canvas.fill(Area { bottom: y + face.size / 2, ..area }.grown(canvas.px(3)), WHITE);
    canvas.text((x, y + face.drop()), &text, face, Align::Start);
}
