//! How likely a force of at least a given size is: step curves with the floors marked.
//!
//! In: curves of (size, probability of at least that size), floors. Out: SVG. Curves differ by dash as well as colour,
//! carry their names, and their values at each floor.

use super::canvas::{Align, Area, Canvas, Point};
use super::floors::Flags;
use super::frame;
use super::pen::PENS;
use super::scale::{self, Scale, greatest, percent, percent_tick, thousands};
use super::style::{AXIS, Colour, GRID, INK, Type, WHITE};
use super::{Floor, Frame, Look};
use crate::report::words::capitalised;

/// Step curves.
#[derive(Debug, Clone, serde::Serialize)]
pub struct ExceedanceChart {
    /// The words around it.
    pub frame: Frame,
    /// What is counted: "troops".
    pub unit: String,
    /// The curves, drawn in order; four can be told apart.
    pub curves: Vec<ExceedanceCurve>,
    /// The sentence that stands where there is no curve above zero.
    pub nothing: String,
    /// Sizes marked across the curves.
    pub floors: Vec<Floor>,
}

/// A curve.
#[derive(Debug, Clone, serde::Serialize)]
pub struct ExceedanceCurve {
    /// What is taken as given.
    pub label: String,
    /// `(x, P(total >= x))`, x ascending; the value holds from the previous x to this one.
    pub points: Vec<(f64, f64)>,
}

/// The plane of the plot, and what labels must keep clear of.
struct Plot {
    area: Area,
    x: Scale,
    y: Scale,
    ticks: Vec<f64>,
    taken: Vec<Area>,
    /// Where text stands.
    texts: Vec<Area>,
}

/// A curve's value at a floor.
struct Crossing {
    at: Point,
    text: String,
    colour: Colour,
}

impl ExceedanceChart {
    /// Draws the chart as SVG.
    #[must_use]
    pub fn draw(&self, look: &Look) -> String {
        frame::sheet(&self.frame, look, |canvas, area| self.body(canvas, area))
    }

    fn body(&self, canvas: &mut Canvas<'_>, area: Area) {
        let most = greatest(self.curves.iter().map(ExceedanceCurve::most));
        if most <= 0.0 {
            return frame::nothing(canvas, area, &self.nothing);
        }
        let (plot, flags) = self.plan(canvas, area, most);
        let mut plot = plot;
        self.draw_axes(canvas, &plot, area);
        flags.draw(canvas, (plot.area.top, plot.area.bottom));
        plot.taken.extend(flags.lines((plot.area.top, plot.area.bottom)));
        for (curve, pen) in self.curves.iter().zip(PENS.iter().cycle()) {
            let points = plot.steps(curve);
            pen.draw(canvas, &points);
            plot.taken.extend(points.windows(2).map(|ends| around(ends[0], ends[1])));
        }
        canvas.level((plot.area.left, plot.area.right), plot.area.bottom, canvas.px(2), AXIS);
        self.draw_values(canvas, &mut plot);
        self.draw_labels(canvas, &mut plot);
    }

    fn plan(&self, canvas: &Canvas<'_>, area: Area, most: f64) -> (Plot, Flags) {
        let farthest = greatest(self.curves.iter().map(ExceedanceCurve::farthest));
        let right = greatest(self.floors.iter().map(|floor| floor.value).chain([farthest]));
        let soft = canvas.soft(16);
        let start = area.left + soft.width("100 %") + canvas.px(16);
        let end = area.right - soft.width(&thousands(right)) / 2 - canvas.px(8);
        let steps = scale::steps((start, end), soft.width(&thousands(right)), 8);
        let ticks = scale::ticks(right, steps, 1.0);
        let x = Scale { start, end, max: scale::last(&ticks) };
        let flags = Flags::plan(canvas, &self.floors, x, (x.start, area.right));
        let top = area.top + canvas.px(34) + flags.height;
        let bottom = area.bottom - canvas.px(62);
        let y = Scale { start: bottom, end: top + canvas.px(8), max: highest(most) };
        let area = Area { left: x.start, top, right: x.end, bottom };
        (Plot { area, x, y, ticks, taken: Vec::new(), texts: Vec::new() }, flags)
    }

    fn draw_axes(&self, canvas: &mut Canvas<'_>, plot: &Plot, area: Area) {
        let (soft, bold) = (canvas.soft(16), canvas.face(16).bold());
        let title = format!("Probability of at least this many {}", self.unit);
        let title = bold.fit(&title, area.width());
        canvas.text((area.left, area.top + bold.size), &title, bold, Align::Start);
        for tick in scale::ticks(plot.y.max * 100.0, 5, 0.1) {
            let y = plot.y.at(tick / 100.0);
            canvas.level((plot.area.left, plot.area.right), y, 1, GRID);
            let at = (plot.area.left - canvas.px(12), y + soft.drop());
            canvas.text(at, &percent_tick(tick), soft, Align::End);
        }
        let y = plot.area.bottom + canvas.px(12) + soft.size;
        for tick in &plot.ticks {
            let x = plot.x.at(*tick);
            canvas.upright(x, (plot.area.bottom, plot.area.bottom + canvas.px(8)), 1, AXIS);
            canvas.text((x, y), &thousands(*tick), soft, Align::Middle);
        }
        let unit = soft.fit(&self.unit, plot.area.width());
        // It ends where the number above it does.
        let last = plot.ticks.last().map_or(0, |tick| soft.width(&thousands(*tick)));
        canvas.text((plot.area.right + last / 2, y + soft.leading()), &unit, soft, Align::End);
    }

    /// A dot and a number where each curve crosses each floor.
    fn draw_values(&self, canvas: &mut Canvas<'_>, plot: &mut Plot) {
        for Crossing { at, text, colour } in self.crossings(plot) {
            canvas.disc(at, canvas.px(9), WHITE);
            canvas.disc(at, canvas.px(7), colour);
            let face = canvas.face(18).bold().colour(colour.text());
            plot.place(canvas, &spots(canvas, at, face.width(&text)), (&text, face));
        }
    }

    /// Where curves cross floors; one in ink stands for curves that cross at one point.
    fn crossings(&self, plot: &Plot) -> Vec<Crossing> {
        let mut found: Vec<Crossing> = Vec::new();
        for floor in self.floors.iter().filter(|floor| floor.value > 0.0) {
            for (curve, pen) in self.curves.iter().zip(PENS.iter().cycle()) {
                let value = curve.at(floor.value);
                let (at, text) = ((plot.x.at(floor.value), plot.y.at(value)), percent(value));
                match found.iter_mut().find(|other| near(other.at, at) && other.text == text) {
                    Some(other) => other.colour = INK,
                    None => found.push(Crossing { at, text, colour: pen.colour }),
                }
            }
        }
        found
    }

    /// The name of each curve beside one of its steps, after a sample of its line.
    fn draw_labels(&self, canvas: &mut Canvas<'_>, plot: &mut Plot) {
        for (curve, pen) in self.curves.iter().zip(PENS.iter().cycle()) {
            let sample = canvas.px(46);
            let face = canvas.face(18).bold().colour(pen.colour.text());
            let text = face.fit(&capitalised(&curve.label), plot.area.width() * 3 / 5);
            let width = sample + face.width(&text);
            let points = plot.steps(curve);
            let spots: Vec<Area> =
                points.windows(2).flat_map(|ends| beside(canvas, ends, width)).collect();
            if let Some(area) = plot.choose(&spots) {
                plot.clear(canvas, area);
                let y = i32::midpoint(area.top, area.bottom);
                let line = [(area.left, y), (area.left + sample - canvas.px(10), y)];
                pen.draw(canvas, &line);
                let at = (area.left + sample, y + face.drop());
                canvas.text(at, &text, face, Align::Start);
                plot.texts.push(area);
            }
        }
    }
}

impl ExceedanceCurve {
    fn steps(&self) -> impl Iterator<Item = &(f64, f64)> {
        let sound = |(x, p): &&(f64, f64)| x.is_finite() && p.is_finite() && *x > 0.0;
        self.points.iter().filter(sound)
    }

    fn most(&self) -> f64 {
        greatest(self.steps().map(|(_, probability)| *probability))
    }

    fn farthest(&self) -> f64 {
        greatest(self.steps().filter(|(_, p)| *p > 0.0).map(|(x, _)| *x))
    }

    /// P(total >= x).
    fn at(&self, x: f64) -> f64 {
        self.steps().find(|(end, _)| *end >= x).map_or(0.0, |(_, probability)| *probability)
    }
}

impl Plot {
    /// The corners of a curve, from just above 0 to where it ends on the axis.
    fn steps(&self, curve: &ExceedanceCurve) -> Vec<Point> {
        let mut points = Vec::new();
        let mut left = self.x.start;
        for (x, probability) in curve.steps() {
            let (right, y) = (self.x.at(*x), self.y.at(*probability));
            points.extend([(left, y), (right, y)]);
            left = right;
        }
        points.extend((!points.is_empty()).then_some((left, self.y.start)));
        points.dedup();
        points
    }

    /// The first of some places that is free, else the one least covered.
    fn choose(&self, spots: &[Area]) -> Option<Area> {
        let cost = |spot: &Area| {
            let inside = spot.overlap(self.area);
            let whole = i64::from(spot.width()) * i64::from(spot.height());
            let covered: i64 = self.taken.iter().map(|area| area.overlap(*spot)).sum();
            let hidden: i64 = self.texts.iter().map(|area| area.overlap(*spot)).sum();
            covered + 20 * (whole - inside) + 50 * hidden
        };
        spots.iter().copied().min_by_key(cost)
    }

    /// Takes grid lines away behind a label that covers nothing else.
    fn clear(&self, canvas: &mut Canvas<'_>, label: Area) {
        let free = self.taken.iter().chain(&self.texts).all(|area| area.overlap(label) == 0);
        if free && label.overlap(self.area) > 0 {
            let inset = canvas.px(5);
            let bottom = label.bottom.min(self.area.bottom) - inset;
            canvas.fill(Area { top: label.top + inset, bottom, ..label }, WHITE);
        }
    }

    fn place(&mut self, canvas: &mut Canvas<'_>, spots: &[Area], (text, face): (&str, Type)) {
        let free = |area: &Area| self.texts.iter().all(|text| text.overlap(*area) == 0);
        // A number that finds no room is left to the dot, which stands at its height.
        if let Some(area) = self.choose(spots).filter(free) {
            self.clear(canvas, area);
            let y = i32::midpoint(area.top, area.bottom) + face.drop();
            canvas.text((area.left, y), text, face, Align::Start);
            self.texts.push(area);
        }
    }
}

/// Where the probability axis ends: at 1 where that is not far, else at a round value.
fn highest(most: f64) -> f64 {
    if most > 0.5 { 1.0 } else { scale::last(&scale::ticks(most * 100.0, 5, 0.1)) / 100.0 }
}

fn near(one: Point, other: Point) -> bool {
    (one.0 - other.0).abs() <= 3 && (one.1 - other.1).abs() <= 3
}

fn around(from: Point, to: Point) -> Area {
    let (left, right) = (from.0.min(to.0), from.0.max(to.0));
    let (top, bottom) = (from.1.min(to.1), from.1.max(to.1));
    Area { left, top, right, bottom }.grown(4)
}

/// Places for a number at a point: right above, right below, left above, left below.
fn spots(canvas: &Canvas<'_>, (x, y): Point, width: i32) -> [Area; 4] {
    let (gap, high) = (canvas.px(10), canvas.px(26));
    let at = |left: i32, top: i32| Area { left, top, right: left + width, bottom: top + high };
    let (right, left) = (x + gap, x - gap - width);
    [at(right, y - high - 4), at(right, y + 4), at(left, y - high - 4), at(left, y + 4)]
}

/// Places for a name along a level step: above and below, at its start and at its end.
fn beside(canvas: &Canvas<'_>, ends: &[Point], width: i32) -> Vec<Area> {
    let ((left, y), (right, other)) = (ends[0], ends[1]);
    if y != other {
        return Vec::new();
    }
    let (gap, high) = (canvas.px(12), canvas.px(28));
    let at = |left: i32, top: i32| Area { left, top, right: left + width, bottom: top + high };
    let starts = [left + gap, right - gap - width, right + gap];
    starts.into_iter().flat_map(|x| [at(x, y - high - 8), at(x, y + 8)]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn curve(points: &[(f64, f64)]) -> ExceedanceCurve {
        ExceedanceCurve { label: String::new(), points: points.to_vec() }
    }

    #[test]
    fn a_step_holds_up_to_and_including_its_end() {
        let curve = curve(&[(0.0, 1.0), (12_000.0, 0.06), (20_000.0, 0.03)]);
        let values = [1.0, 12_000.0, 12_001.0, 20_000.0, 20_001.0].map(|x| curve.at(x) * 100.0);
        assert_eq!(values.map(scale::round), [6, 6, 3, 3, 0]);
        assert_eq!(scale::round(curve.most() * 100.0), 6);
    }

    #[test]
    fn a_low_curve_gets_a_low_axis() {
        let highest = [0.94, 0.5, 0.061, 0.0003].map(|most| highest(most) * 1000.0);
        assert_eq!(highest.map(scale::round), [1000, 500, 80, 1]);
    }
}
