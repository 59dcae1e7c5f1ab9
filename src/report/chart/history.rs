//! How figures moved from date to date: panels of step lines over one time axis.
//!
//! In: the dates on which anything changed, and for each line its value from then on. Out: SVG. Lines differ by dash as
//! well as colour; each is named at its end, with its last value and its first.

use super::canvas::{Align, Area, Canvas, Point};
use super::ends::{self, End};
use super::frame;
use super::pen::{PENS, Pen};
use super::scale::{self, Scale, count, greatest, index, percent, percent_tick, thousands};
use super::style::{AXIS, GRID, Type};
use super::{Frame, Look};

/// Step lines over time.
#[derive(Debug, Clone, serde::Serialize)]
pub struct HistoryChart {
    /// The words around it.
    pub frame: Frame,
    /// The dates, ascending.
    pub days: Vec<HistoryDay>,
    /// One above the other; two have room.
    pub panels: Vec<HistoryPanel>,
    /// The largest changes, one a line, for where what changed on each date has no room; three have.
    pub largest: Vec<String>,
    /// The sentence that stands where there are not two dates to compare.
    pub nothing: String,
}

/// A date on which something changed.
#[derive(Debug, Clone, serde::Serialize)]
pub struct HistoryDay {
    /// Days since the first.
    pub at: f64,
    /// The date as it is written.
    pub label: String,
    /// What changed, in a few words.
    pub note: String,
}

/// Lines that share an axis.
#[derive(Debug, Clone, serde::Serialize)]
pub struct HistoryPanel {
    /// What is measured.
    pub title: String,
    /// Whether values are probabilities; a number of things otherwise.
    pub chances: bool,
    /// The lines; four can be told apart.
    pub lines: Vec<HistoryLine>,
}

/// A figure over time.
#[derive(Debug, Clone, serde::Serialize)]
pub struct HistoryLine {
    /// What it is called.
    pub label: String,
    /// Its value from each date on; none where it is undefined.
    pub values: Vec<Option<f64>>,
}

/// The most dates whose changes are written out below the axis.
const MOST_NOTES: usize = 5;

/// The most lines that one of them takes.
const MOST_LINES: usize = 6;

/// The most dates that have a dot and a line of their own.
const MOST_DOTS: usize = 24;

/// The most of the largest changes that are written out instead.
const MOST_LARGEST: usize = 4;

impl HistoryChart {
    /// Draws the chart as SVG.
    #[must_use]
    pub fn draw(&self, look: &Look) -> String {
        frame::sheet(&self.frame, look, |canvas, area| self.body(canvas, area))
    }

    fn body(&self, canvas: &mut Canvas<'_>, area: Area) {
        if self.days.len() < 2 || self.panels.is_empty() {
            return frame::nothing(canvas, area, &self.nothing);
        }
        let (least, most) = (area.width() * 27 / 100, area.width() * 35 / 100);
        let names = self.names_width(canvas).clamp(least, most);
        let soft = canvas.soft(16);
        let farthest = self.days.last().map_or(1.0, |day| day.at);
        let (left, right) =
            (area.left + self.widest_tick(soft) + canvas.px(16), area.right - names);
        // What holds since the last date is a step too.
        let x = Scale { start: left, end: right - (right - left) / 8, max: farthest };
        let below = self.draw_days(canvas, Area { left, right, ..area }, x);
        let gap = canvas.px(26);
        let number = count(self.panels.len());
        let height = (below - area.top - gap * (number - 1)) / number;
        for (at, panel) in (0..).zip(&self.panels) {
            let top = area.top + at * (height + gap);
            let plot = Area { left, top, right, bottom: top + height };
            let dense = self.days.len() > MOST_DOTS;
            let labelled = self.labelled(canvas, x, canvas.face(16).bold());
            let marked = |at: &usize| !dense || labelled.contains(at);
            for day in (0..self.days.len()).filter(marked).map(|at| &self.days[at]) {
                let title = canvas.face(16).leading() + canvas.px(12);
                canvas.upright(x.at(day.at), (top + title, plot.bottom), 1, GRID);
            }
            self.draw_panel(canvas, panel, plot, (x, area.right));
        }
    }

    /// The room that the names need at the ends of the lines.
    fn names_width(&self, canvas: &Canvas<'_>) -> i32 {
        let ends: Vec<End> = self.panels.iter().flat_map(|panel| panel.ends(|_| 0)).collect();
        ends::width(canvas, &ends)
    }

    fn widest_tick(&self, face: Type) -> i32 {
        let widest = |panel: &HistoryPanel| {
            let (_, ticks) = panel.axis();
            ticks.iter().map(|tick| face.width(&panel.tick(*tick))).max().unwrap_or(0)
        };
        self.panels.iter().map(widest).max().unwrap_or(0)
    }

    /// Dates along the foot of the area, with what changed; returns where the panels end.
    fn draw_days(&self, canvas: &mut Canvas<'_>, area: Area, x: Scale) -> i32 {
        let (face, soft) = (canvas.face(16).bold(), canvas.soft(15));
        let shown = self.labelled(canvas, x, face);
        let noted = self.days.len() <= MOST_NOTES && shown.len() == self.days.len();
        let largest = if noted { 0 } else { self.largest.len().min(MOST_LARGEST) };
        let columns: Vec<_> =
            shown.into_iter().map(|at| (at, self.column(canvas, at, x, area))).collect();
        let most = index(area.height() / 5 / soft.leading()).clamp(2, MOST_LINES);
        let note =
            |(at, (_, width)): &(usize, Point)| soft.wrap(&self.days[*at].note, *width, most);
        let told: Vec<_> = if noted { columns.iter().map(note).collect() } else { Vec::new() };
        let lines = count(told.iter().map(Vec::len).max().unwrap_or(largest));
        let top = area.bottom - face.leading() - lines * soft.leading() - canvas.px(10);
        let mut y = top + canvas.px(10) + face.leading() + soft.size;
        for (at, (start, _)) in &columns {
            let label = &self.days[*at].label;
            canvas.text((*start, top + canvas.px(10) + face.size), label, face, Align::Start);
        }
        for ((_, (start, _)), text) in columns.iter().zip(&told) {
            canvas.lines((*start, y), text, soft, Align::Start);
        }
        for line in self.largest.iter().take(largest) {
            let line = soft.fit(line, area.width() * 4 / 3);
            canvas.text((area.left, y), &line, soft, Align::Start);
            y += soft.leading();
        }
        top - canvas.px(4)
    }

    /// Where the words of a date begin, and how wide they may be: from its line to the next one's.
    fn column(&self, canvas: &Canvas<'_>, at: usize, x: Scale, area: Area) -> (i32, i32) {
        let start = x.at(self.days[at].at);
        let right = area.right + area.width() / 3;
        let end = self.days.get(at + 1).map_or(right, |next| x.at(next.at));
        (start, (end - start - canvas.px(14)).max(canvas.px(20)))
    }

    /// The dates whose labels have room: the last, and from the first on what does not run into the next.
    fn labelled(&self, canvas: &Canvas<'_>, x: Scale, face: Type) -> Vec<usize> {
        let last = self.days.len() - 1;
        let limit = x.at(self.days[last].at);
        let (mut shown, mut free) = (Vec::new(), i32::MIN);
        for (at, day) in self.days.iter().enumerate() {
            let start = x.at(day.at);
            let end = start + face.width(&day.label) + canvas.px(14);
            if at == last || (start >= free && end <= limit) {
                shown.push(at);
                free = end;
            }
        }
        shown
    }

    fn draw_panel(
        &self,
        canvas: &mut Canvas<'_>,
        panel: &HistoryPanel,
        area: Area,
        (x, right): (Scale, i32),
    ) {
        let (bold, soft) = (canvas.face(16).bold(), canvas.soft(16));
        let title = bold.fit(&panel.title, area.width());
        canvas.text((area.left, area.top + bold.size), &title, bold, Align::Start);
        let (most, ticks) = panel.axis();
        let end = area.top + bold.leading() + canvas.px(20);
        let y = Scale { start: area.bottom - canvas.px(8), end, max: most };
        let mut free = i32::MAX;
        for tick in ticks {
            let level = y.at(tick);
            canvas.level((area.left, area.right), level, 1, GRID);
            let at = (area.left - canvas.px(12), level + soft.drop());
            if at.1 < free {
                canvas.text(at, &panel.tick(tick), soft, Align::End);
                free = at.1 - soft.size;
            }
        }
        canvas.level((area.left, area.right), y.start, canvas.px(2), AXIS);
        for (line, pen) in panel.lines.iter().zip(PENS) {
            self.draw_line(canvas, line, pen, (x, y, area.right));
        }
        let names = Area { left: area.right, right, ..area };
        ends::draw(canvas, names, &panel.ends(|value| y.at(value)));
    }

    /// Steps, broken where a value is undefined, with a dot where each begins.
    fn draw_line(
        &self,
        canvas: &mut Canvas<'_>,
        line: &HistoryLine,
        pen: Pen,
        (x, y, end): (Scale, Scale, i32),
    ) {
        let mut run: Vec<Point> = Vec::new();
        for (at, (day, value)) in self.days.iter().zip(&line.values).enumerate() {
            let next = self.days.get(at + 1).map_or(end, |next| x.at(next.at));
            match value.filter(|value| value.is_finite()) {
                Some(value) => run.extend([(x.at(day.at), y.at(value)), (next, y.at(value))]),
                None => pen.draw(canvas, &std::mem::take(&mut run)),
            }
        }
        run.dedup();
        if run.len() > 1 {
            pen.draw(canvas, &run);
        }
        let dots = if self.days.len() > MOST_DOTS { 0 } else { self.days.len() };
        for (day, value) in self.days.iter().zip(&line.values).take(dots) {
            if let Some(value) = value.filter(|value| value.is_finite()) {
                canvas.disc((x.at(day.at), y.at(value)), canvas.px(6), pen.colour);
            }
        }
    }
}

impl HistoryPanel {
    /// The greatest value of the axis, and its ticks.
    fn axis(&self) -> (f64, Vec<f64>) {
        let values = self.lines.iter().flat_map(|line| &line.values).flatten().copied();
        let most = greatest(values);
        if self.chances {
            let ticks = scale::ticks((most * 100.0).max(1.0), 3, 0.1);
            let ticks: Vec<f64> = ticks.into_iter().map(|tick| tick / 100.0).collect();
            return (scale::last(&ticks), ticks);
        }
        let ticks = scale::ticks(most.max(1.0), 3, 1.0);
        (scale::last(&ticks), ticks)
    }

    fn tick(&self, value: f64) -> String {
        if self.chances { percent_tick(value * 100.0) } else { thousands(value) }
    }

    fn figure(&self, value: Option<f64>) -> String {
        match value {
            Some(value) if self.chances => percent(value),
            Some(value) => thousands(value),
            None => "no figure".to_owned(),
        }
    }

    /// The name of each line for its end, with its last value and its first.
    fn ends(&self, y: impl Fn(f64) -> i32) -> Vec<End> {
        let end = |(line, pen): (&HistoryLine, Pen)| {
            let value = line.values.last().copied().flatten().unwrap_or(0.0);
            End { y: y(value), pen, name: line.label.clone(), told: self.told(line) }
        };
        self.lines.iter().zip(PENS).map(end).collect()
    }

    /// "2,369, at first 2,577": the first date stands below the axis.
    fn told(&self, line: &HistoryLine) -> String {
        let figures = [line.values.last(), line.values.first()];
        let [last, before] = figures.map(|value| self.figure(value.copied().flatten()));
        if last == before {
            format!("{last}, unchanged")
        } else {
            format!("{last}, at first {before}")
        }
    }
}
