//! Lines over the numbers of one key.
//!
//! In: the numbers, and for each line a figure at each. Out: SVG. Lines differ by dash as well as colour and are named at
//! their ends; where the file itself stands is marked across all of them.

use super::bends::{Fine, bends};
use super::marks::hatch;
use super::{SweepAxis, SweepMeasure};
use crate::report::chart::canvas::{Align, Area, Canvas, Point};
use crate::report::chart::ends::{self, End};
use crate::report::chart::frame;
use crate::report::chart::pen::{PENS, Pen};
use crate::report::chart::scale::{self, Scale, greatest, percent_tick, round};
use crate::report::chart::style::{AXIS, BAND, GRID, INK, SOFT, Type};
use crate::report::chart::{Floor, Frame, Look};
use crate::report::table::number;
use crate::report::words::thousands;

/// Lines.
#[derive(Debug, Clone)]
pub struct SweepLines {
    /// The words around it.
    pub frame: Frame,
    /// What is measured.
    pub measure: SweepMeasure,
    /// The key, whose values are numbers.
    pub axis: SweepAxis,
    /// The lines; seven can be told apart.
    pub lines: Vec<SweepLine>,
    /// What the key is in the file, and that in words.
    pub own: Option<(f64, String)>,
    /// Levels marked across the lines, where they lie among them.
    pub floors: Vec<Floor>,
    /// The sentence that stands where no value has a figure.
    pub nothing: String,
}

/// A line.
#[derive(Debug, Clone)]
pub struct SweepLine {
    /// What it is called.
    pub label: String,
    /// What stands below its name.
    pub told: String,
    /// The figure at each number; none where it is undefined.
    pub values: Vec<Option<f64>>,
    /// The figure in the file, if the line is the file's.
    pub own: Option<f64>,
}

/// The plot: where it lies, its scales, and what labels must keep clear of.
struct Plot {
    area: Area,
    x: Scale,
    low: f64,
    y: Scale,
    taken: Vec<Area>,
}

impl SweepLines {
    pub(super) fn draw(&self, look: &Look) -> String {
        frame::sheet(&self.frame, look, |canvas, area| self.body(canvas, area))
    }

    fn body(&self, canvas: &mut Canvas<'_>, area: Area) {
        let values = || self.lines.iter().flat_map(|line| &line.values).flatten().copied();
        let numbers = self.numbers();
        let ends = numbers.first().zip(numbers.last()).filter(|(low, high)| low < high);
        let Some((low, high)) = ends.filter(|_| values().any(f64::is_finite)) else {
            return frame::nothing(canvas, area, &self.nothing);
        };
        let (bold, soft) = (canvas.face(16).bold(), canvas.soft(16));
        let ticks = self.measure.ticks(greatest(values()), 5);
        let widest = ticks.iter().map(|tick| soft.width(&self.measure.tick(*tick))).max();
        let left = area.left + widest.unwrap_or(0) + canvas.px(16);
        let names = ends::width(canvas, &self.ends(|_| 0));
        let right = area.right - names.min(area.width() * 30 / 100);
        let flag = if self.own.is_some() { soft.leading() + canvas.px(6) } else { 0 };
        let top = area.top + bold.leading() + canvas.px(12) + flag;
        let plot = Area { left, top, right, bottom: area.bottom - canvas.px(62) };
        let x = Scale { start: left, end: right, max: high - low };
        let y =
            Scale { start: plot.bottom, end: plot.top + canvas.px(8), max: scale::last(&ticks) };
        let mut plot = Plot { area: plot, x, low: *low, y, taken: Vec::new() };
        let title = bold.fit(&self.measure.title, area.width());
        canvas.text((area.left, area.top + bold.size), &title, bold, Align::Start);
        self.draw_missing(canvas, &mut plot);
        self.draw_axes(canvas, &plot, &ticks, *high);
        self.draw_own(canvas, &mut plot, area.right);
        for (line, pen) in self.lines.iter().zip(PENS) {
            self.draw_line(canvas, &mut plot, line, pen);
        }
        self.draw_floors(canvas, &mut plot);
        self.draw_rings(canvas, &plot);
        let names = Area { left: plot.area.right, right: area.right, ..plot.area };
        ends::draw(canvas, names, &self.ends(|value| plot.y.at(value)));
    }

    fn numbers(&self) -> &[f64] {
        self.axis.numbers.as_deref().unwrap_or_default()
    }

    fn draw_axes(&self, canvas: &mut Canvas<'_>, plot: &Plot, ticks: &[f64], high: f64) {
        let (soft, area) = (canvas.soft(16), plot.area);
        for tick in ticks {
            let y = plot.y.at(*tick);
            canvas.level((area.left, area.right), y, 1, GRID);
            let at = (area.left - canvas.px(12), y + soft.drop());
            canvas.text(at, &self.measure.tick(*tick), soft, Align::End);
        }
        canvas.level((area.left, area.right), plot.y.start, canvas.px(2), AXIS);
        let y = area.bottom + canvas.px(12) + soft.size;
        for (value, text) in self.marks((plot.low, high), (area.left, area.right), soft) {
            let x = plot.at(value);
            canvas.upright(x, (area.bottom, area.bottom + canvas.px(8)), 1, AXIS);
            canvas.text((x, y), &text, soft, Align::Middle);
        }
        let bold = canvas.face(16).bold();
        let title = bold.fit(&self.axis.title, area.width());
        canvas.text((area.right, y + soft.leading() + canvas.px(2)), &title, bold, Align::End);
    }

    /// Round numbers along the foot; the ends as they are written where none lie between them.
    fn marks(&self, (low, high): (f64, f64), room: (i32, i32), face: Type) -> Vec<(f64, String)> {
        let (factor, finest) = if self.axis.chances { (100.0, 0.1) } else { (1.0, 1e-9) };
        let written = |value: f64| {
            if self.axis.chances {
                percent_tick(value)
            } else if value.abs() >= 10.0 && value.fract().abs() < 1e-9 {
                thousands(value)
            } else {
                number((value * 1e9).round() / 1e9)
            }
        };
        let widest = face.width(&written(high * factor)).max(face.width(&written(low * factor)));
        let steps = scale::steps(room, widest, 10);
        let ticks = scale::between((low * factor, high * factor), steps, finest);
        let marks: Vec<(f64, String)> =
            ticks.iter().map(|tick| (tick / factor, written(*tick))).collect();
        let crowded = marks.iter().any(|(_, text)| face.width(text) > widest * 5 / 4 + face.size);
        if marks.len() > 1 && !crowded {
            return marks;
        }
        let ends = [(low, self.axis.labels.first()), (high, self.axis.labels.last())];
        let width = (room.1 - room.0) / 3;
        let end = |(value, text): (f64, Option<&String>)| {
            (value, face.fit(text.map_or("", String::as_str), width))
        };
        ends.map(end).to_vec()
    }

    /// Hatches where no line has a figure.
    fn draw_missing(&self, canvas: &mut Canvas<'_>, plot: &mut Plot) {
        let numbers = self.numbers();
        let missing = |at: usize| self.lines.iter().all(|line| line.at(at).is_none());
        let mut at = 0;
        while at < numbers.len() {
            let start = at;
            while at < numbers.len() && missing(at) {
                at += 1;
            }
            if at > start {
                let edge = |inner: usize, outer: Option<usize>| {
                    let outer =
                        outer.and_then(|outer| numbers.get(outer)).unwrap_or(&numbers[inner]);
                    plot.at(f64::midpoint(numbers[inner], *outer))
                };
                let (left, right) = (edge(start, start.checked_sub(1)), edge(at - 1, Some(at)));
                let area = Area { left, right, ..plot.area };
                canvas.fill(area, BAND);
                hatch(canvas, area);
                let face = canvas.soft(16);
                let width = face.width("no figure");
                let middle = area.middle();
                if width + canvas.px(12) < area.width() {
                    canvas.plate((middle.0 - width / 2, middle.1), "no figure", face);
                    let half = width / 2;
                    plot.taken.push(Area {
                        left: middle.0 - half,
                        right: middle.0 + half,
                        top: middle.1 - face.size,
                        bottom: middle.1 + face.size / 2,
                    });
                }
            }
            at += 1;
        }
    }

    /// An upright line where the file stands, with its flag above the plot.
    fn draw_own(&self, canvas: &mut Canvas<'_>, plot: &mut Plot, right: i32) {
        let Some((own, text)) = self.own.as_ref().filter(|(own, _)| plot.holds(*own)) else {
            return;
        };
        let (face, x) = (canvas.face(16), plot.at(*own));
        let ends = [(x, plot.area.bottom), (x, plot.area.top - canvas.px(2))];
        canvas.dashed(&ends, (canvas.px(3), canvas.px(5)), canvas.px(2), SOFT);
        let text = face.fit(text, right - plot.area.left);
        let left = (x - face.width(&text) / 2).min(right - face.width(&text)).max(plot.area.left);
        let y = plot.area.top - canvas.px(9);
        canvas.text((left, y), &text, face, Align::Start);
        plot.taken.push(
            Area { left: x, top: plot.area.top, right: x, bottom: plot.area.bottom }
                .grown(canvas.px(3)),
        );
    }

    /// A line, broken where it has no figure; a dot where a figure stands alone.
    fn draw_line(&self, canvas: &mut Canvas<'_>, plot: &mut Plot, line: &SweepLine, pen: Pen) {
        let mut run: Vec<Fine> = Vec::new();
        for (at, value) in self.numbers().iter().enumerate() {
            match line.at(at) {
                Some(figure) => run.push((plot.x.along(value - plot.low), plot.y.along(figure))),
                None => plot.draw_run(canvas, &std::mem::take(&mut run), pen),
            }
        }
        plot.draw_run(canvas, &run, pen);
    }

    /// Levels that lie among the lines, each with its name where that covers nothing.
    fn draw_floors(&self, canvas: &mut Canvas<'_>, plot: &mut Plot) {
        let face = canvas.face(15);
        let among = |floor: &&Floor| floor.value > 0.0 && floor.value <= plot.y.max;
        for floor in self.floors.iter().filter(among) {
            let (y, area) = (plot.y.at(floor.value), plot.area);
            let text = face.fit(&floor.label, area.width() / 2);
            let (wide, gap) = (face.width(&text), canvas.px(6));
            let place = |left: i32, top: i32| Area {
                left,
                top,
                right: left + wide,
                bottom: top + face.size,
            };
            let lefts =
                (0..=8).map(|step| area.left + gap + (area.width() - wide - 2 * gap) * step / 8);
            let places =
                lefts.flat_map(|left| [place(left, y - gap - face.size), place(left, y + gap + 2)]);
            let inside = |place: &Area| place.top > area.top && place.bottom < area.bottom;
            let free =
                |place: &Area| plot.taken.iter().all(|area| area.overlap(place.grown(2)) == 0);
            let Some(found) = places.filter(inside).find(free) else { continue };
            let ends = [(area.left, y), (area.right, y)];
            canvas.dashed(&ends, (canvas.px(2), canvas.px(6)), canvas.px(2), INK);
            canvas.text((found.left, found.bottom - face.size / 8), &text, face, Align::Start);
            plot.taken.push(found);
        }
    }

    fn draw_rings(&self, canvas: &mut Canvas<'_>, plot: &Plot) {
        let Some((own, _)) = self.own.as_ref().filter(|(own, _)| plot.holds(*own)) else { return };
        for (line, pen) in self.lines.iter().zip(PENS) {
            if let Some(figure) = line.own.filter(|figure| figure.is_finite()) {
                let at = (plot.at(*own), plot.y.at(figure));
                canvas.ring(at, canvas.px(9), canvas.px(4), pen.colour);
            }
        }
    }

    /// The name of each line for its end.
    fn ends(&self, y: impl Fn(f64) -> i32) -> Vec<End> {
        let end = |(line, pen): (&SweepLine, Pen)| {
            let last = line.values.iter().rev().flatten().find(|value| value.is_finite());
            let y = y(last.copied().unwrap_or(0.0));
            End { y, pen, name: line.label.clone(), told: line.told.clone() }
        };
        self.lines.iter().zip(PENS).map(end).collect()
    }
}

impl SweepLine {
    fn at(&self, at: usize) -> Option<f64> {
        self.values.get(at).copied().flatten().filter(|value| value.is_finite())
    }
}

impl Plot {
    /// The pixel of a number.
    fn at(&self, value: f64) -> i32 {
        self.x.at(value - self.low)
    }

    fn holds(&self, value: f64) -> bool {
        let dust = self.x.max * 1e-9;
        value >= self.low - dust && value <= self.low + self.x.max + dust
    }

    fn draw_run(&mut self, canvas: &mut Canvas<'_>, points: &[Fine], pen: Pen) {
        let points = bends(points).into_iter();
        let points = points.map(|(x, y)| (self.x.start + round(x), self.y.start + round(y)));
        let mut points: Vec<Point> = points.collect();
        points.dedup();
        match points.as_slice() {
            [] => {}
            [one] => canvas.disc(*one, canvas.px(5), pen.colour),
            _ => pen.draw(canvas, &points),
        }
        self.taken.extend(points.windows(2).flat_map(|ends| around(ends[0], ends[1])));
    }
}

/// Small areas along a line.
fn around(from: Point, to: Point) -> Vec<Area> {
    let parts = ((to.0 - from.0).abs().max((to.1 - from.1).abs()) / 8).max(1);
    let at = |part: i32| {
        let between = |from: i32, to: i32| from + (to - from) * part / parts;
        let (x, y) = (between(from.0, to.0), between(from.1, to.1));
        Area { left: x, top: y, right: x, bottom: y }.grown(6)
    };
    (0..=parts).map(at).collect()
}
