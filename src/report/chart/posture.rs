//! Who or what makes up the force: a stacked bar for each option of its size.
//!
//! In: at most five segments, bars with a value per segment, floors. Out: SVG. Segments carry their names where they
//! fit; a key names only those that fit nowhere.

use super::canvas::{Align, Area, Canvas, Point};
use super::floors::Flags;
use super::frame::{self, Rows};
use super::scale::{self, Scale, count, greatest, thousands};
use super::style::{
    AXIS, BLUE, Colour, GRID, INK, ORANGE, PALE_GREEN, PALE_SKY, REST, SOFT, Type, WHITE,
};
use super::{Floor, Frame, Look};

/// Stacked bars.
#[derive(Debug, Clone, serde::Serialize)]
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
#[derive(Debug, Clone, serde::Serialize)]
pub struct PostureBar {
    /// The option: "low: 15,000".
    pub label: String,
    /// What goes with it: "6 % likely"; may be empty.
    pub note: String,
    /// One value per segment.
    pub values: Vec<f64>,
}

const PALETTE: [Colour; 5] = [BLUE, ORANGE, PALE_GREEN, PALE_SKY, REST];

/// Where the parts of the chart stand.
struct Grid {
    scale: Scale,
    ticks: Vec<f64>,
    flags: Flags,
    rows: Rows,
    top: i32,
}

/// A name below or above the widest bar, for a segment too narrow to hold it.
struct Callout {
    segment: usize,
    x: i32,
    left: i32,
    above: bool,
}

impl PostureChart {
    /// Draws the chart as SVG.
    #[must_use]
    pub fn draw(&self, look: &Look) -> String {
        frame::sheet(&self.frame, look, |canvas, area| self.body(canvas, area))
    }

    fn body(&self, canvas: &mut Canvas<'_>, mut area: Area) {
        if greatest(self.bars.iter().map(PostureBar::total)) <= 0.0 {
            return frame::nothing(canvas, area, "No force in any world.");
        }
        let grid = self.grid(canvas, area);
        let hidden = frame::more(self.bars.len() - grid.rows.shown, "bar");
        frame::left_out(canvas, &mut area, &[hidden], "posture.csv", "");
        self.draw_axis(canvas, &grid);
        for (bar, y) in self.bars.iter().zip(grid.middles()) {
            draw_label(canvas, (area.left, y), bar, &grid);
            self.draw_bar(canvas, y, bar, &grid);
        }
        canvas.upright(grid.scale.start - canvas.px(2), grid.ends(), canvas.px(2), AXIS);
        grid.flags.draw(canvas, grid.ends());
        match self.callouts(canvas, area, &grid) {
            Some(callouts) => self.draw_callouts(canvas, &callouts, &grid),
            None => self.draw_key(canvas, &grid),
        }
        for (bar, y) in self.bars.iter().zip(grid.middles()) {
            draw_total(canvas, y, bar, &grid);
        }
    }

    fn grid(&self, canvas: &Canvas<'_>, area: Area) -> Grid {
        let totals = self.bars.iter().map(PostureBar::total);
        let most = greatest(totals.chain(self.floors.iter().map(|floor| floor.value)));
        let start = area.left + self.label_width(canvas).min(area.width() / 4) + canvas.px(24);
        let end = area.right - canvas.face(20).bold().width(&thousands(most)) - canvas.px(16);
        let label = canvas.soft(16).width(&thousands(most));
        let ticks = scale::ticks(most, scale::steps((start, end), label, 6), 1.0);
        let scale = Scale { start, end, max: scale::last(&ticks) };
        let flags = Flags::plan(canvas, &self.floors, scale, (start, area.right));
        let mut grid = Grid { scale, ticks, flags, rows: Rows { shown: 0, pitch: 0 }, top: 0 };
        let axis = canvas.px(40);
        for key in [0, canvas.px(40)] {
            let height = area.height() - grid.flags.height - key - axis;
            let limits = (canvas.px(44), canvas.px(270));
            grid.rows = Rows::plan(self.bars.len(), height, limits, canvas.px(30));
            grid.top = area.top + grid.flags.height + key;
            if self.callouts(canvas, area, &grid).is_some() {
                break;
            }
        }
        grid.top += frame::settle(area, grid.ends().1 + axis);
        grid
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
        let named = |segment: usize| bars.iter().any(|bar| self.fits(canvas, bar, segment, grid));
        let occurs = |segment: usize| bars.iter().any(|bar| bar.value(segment) > 0.0);
        (0..self.segments.len()).filter(|segment| occurs(*segment) && !named(*segment)).collect()
    }

    /// Whether a segment holds its name over its value.
    fn fits(&self, canvas: &Canvas<'_>, bar: &PostureBar, segment: usize, grid: &Grid) -> bool {
        let (left, right) = grid.clear(bar, segment);
        let value = canvas.face(16).width(&thousands(bar.value(segment)));
        let width = name_face(canvas).width(&self.segments[segment]).max(value);
        grid.thick() >= canvas.px(46) && width + canvas.px(14) <= right - left
    }

    fn widest(&self, grid: &Grid) -> usize {
        let bars = self.bars[..grid.rows.shown].iter().map(PostureBar::total).enumerate();
        bars.max_by(|one, other| one.1.total_cmp(&other.1)).map_or(0, |(number, _)| number)
    }

    /// Names below and above the widest bar in turn, each at its segment; nothing where they do not fit so.
    fn callouts(&self, canvas: &Canvas<'_>, area: Area, grid: &Grid) -> Option<Vec<Callout>> {
        let face = canvas.face(16);
        let mut limits = [area.right; 2];
        let mut callouts = Vec::new();
        for (segment, number) in self.unnamed(canvas, grid).into_iter().rev().zip(0..) {
            let (start, end) = grid.span(&self.bars[self.widest(grid)], segment);
            let (x, width) = (i32::midpoint(start, end), face.width(&self.segments[segment]));
            let limit = &mut limits[number % 2];
            let left = (x - width / 2).min(*limit - width);
            *limit = left - canvas.px(14);
            callouts.push(Callout { segment, x, left, above: number % 2 == 1 });
            if end <= start || left + width < x + 2 || left < grid.scale.start {
                return None;
            }
        }
        let room = grid.rows.pitch - grid.thick() >= canvas.px(56);
        (room || callouts.is_empty()).then_some(callouts)
    }

    fn draw_callouts(&self, canvas: &mut Canvas<'_>, callouts: &[Callout], grid: &Grid) {
        let (face, tick) = (canvas.face(16), canvas.px(7));
        let top = grid.middles().nth(self.widest(grid)).unwrap_or(0) - grid.thick() / 2;
        let bottom = top + grid.thick();
        for Callout { segment, x, left, above } in callouts {
            let name = &self.segments[*segment];
            let (y, ends) = if *above {
                (top - tick - canvas.px(6), (top - tick, top))
            } else {
                (bottom + tick + face.size * 9 / 10, (bottom, bottom + tick))
            };
            canvas.plate((*left, y), name, face);
            canvas.upright(*x, ends, canvas.px(1), SOFT);
        }
    }

    /// Where there is no room for callouts.
    fn draw_key(&self, canvas: &mut Canvas<'_>, grid: &Grid) {
        let y = grid.top - grid.flags.height - canvas.px(24);
        let mut x = grid.scale.start;
        let unnamed = self.unnamed(canvas, grid);
        let room = (grid.scale.end - x) / count(unnamed.len()).max(1) - canvas.px(56);
        for segment in unnamed {
            let name = canvas.face(16).fit(&self.segments[segment], room);
            x = frame::swatch(canvas, (x, y), &name, self.colour(segment)) + canvas.px(28);
        }
    }

    fn draw_axis(&self, canvas: &mut Canvas<'_>, grid: &Grid) {
        let (top, bottom) = grid.ends();
        let soft = canvas.soft(16);
        let y = bottom + canvas.px(10) + soft.size;
        for tick in &grid.ticks {
            let x = grid.scale.at(*tick);
            canvas.upright(x, (top, bottom), 1, GRID);
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
        let clear = grid.clear(bar, segment);
        let (x, y) = (i32::midpoint(clear.0, clear.1), area.middle().1);
        let value = thousands(bar.value(segment));
        let room = face.width(&value) + canvas.px(10) <= clear.1 - clear.0;
        if self.fits(canvas, bar, segment, grid) {
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

    /// The top and the bottom of the plot.
    fn ends(&self) -> Point {
        (self.top, self.top + self.rows.pitch * count(self.rows.shown))
    }

    /// The middle of each bar shown.
    fn middles(&self) -> impl Iterator<Item = i32> {
        let first = self.top + self.rows.pitch / 2;
        (0..count(self.rows.shown)).map(move |number| first + self.rows.pitch * number)
    }

    /// The widest part of a segment that no floor crosses.
    fn clear(&self, bar: &PostureBar, segment: usize) -> Point {
        let (left, right) = self.span(bar, segment);
        let lines = self.flags.lines(self.ends());
        let mut cuts: Vec<i32> = lines.map(|line| line.left + 2).collect();
        cuts.retain(|x| (left..=right).contains(x));
        cuts.extend([left, right]);
        cuts.sort_unstable();
        let parts = cuts.windows(2).map(|ends| (ends[0], ends[1]));
        parts.max_by_key(|(start, end)| end - start).unwrap_or((left, right))
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
    canvas.plate((x, y + face.drop()), &text, face);
}
