//! A map: a figure at every pair of values of two keys, as shaded cells.
//!
//! In: two keys and a figure for each pair. Out: SVG. Shades are steps between round values, even in lightness. Where cells
//! have room their figures are printed; else each shade bears its range, and the line of an even chance is drawn.

use super::{SweepAxis, SweepMeasure, hatch, outline};
use crate::report::chart::canvas::{Align, Area, Canvas, Point};
use crate::report::chart::frame;
use crate::report::chart::scale::{self, count, round};
use crate::report::chart::style::{AXIS, BAND, Colour, FIRST_DARK, INK, SHADES, WHITE};
use crate::report::chart::{Frame, Size};

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

/// The shades and between which values they lie.
struct Shading {
    levels: Vec<f64>,
}

/// The cells on the page.
struct Cells {
    area: Area,
    wide: i32,
    high: i32,
}

impl SweepMap {
    pub(super) fn draw(&self, size: Size) -> String {
        frame::sheet(&self.frame, size, |canvas, area| self.body(canvas, area))
    }

    fn body(&self, canvas: &mut Canvas<'_>, area: Area) {
        let Some(shading) = self.shading() else {
            return frame::nothing(canvas, area, &self.nothing);
        };
        let (soft, bold) = (canvas.soft(16), canvas.face(16).bold());
        let labels = soft.widest(self.up.labels.iter().map(String::as_str));
        let labels = labels.min(area.width() / 4);
        let legend = (area.width() / 5).max(canvas.px(200));
        let title = bold.fit(&self.up.title, area.width() - legend);
        canvas.text((area.left, area.top + bold.size), &title, bold, Align::Start);
        let plot = Area {
            left: area.left + labels + canvas.px(14),
            top: area.top + bold.leading() + canvas.px(10),
            right: area.right - legend - canvas.px(44),
            bottom: area.bottom - canvas.px(62),
        };
        let (wide, high) = (count(self.across.labels.len()), count(self.up.labels.len()));
        let cells = Cells { area: plot, wide, high };
        self.draw_shades(canvas, &cells, &shading);
        outline(canvas, plot);
        self.draw_values(canvas, &cells, &shading);
        self.draw_across(canvas, &cells);
        self.draw_up(canvas, &cells, labels);
        let left = plot.right + canvas.px(44);
        self.draw_legend(canvas, Area { left, top: area.top, ..area }, (&shading, &cells));
    }

    /// The band of each cell by its place, from the lowest row.
    fn band(&self, shading: &Shading, (x, y): Point, cells: &Cells) -> Option<usize> {
        let at = scale::index(y * cells.wide + x);
        self.cells.get(at).copied().flatten().and_then(|value| shading.band(value))
    }

    fn shading(&self) -> Option<Shading> {
        let values = || self.cells.iter().flatten().copied().filter(|value| value.is_finite());
        let low = values().min_by(f64::total_cmp)?;
        let high = values().max_by(f64::total_cmp)?;
        let (factor, finest) = if self.measure.chances { (100.0, 0.1) } else { (1.0, 1.0) };
        // What touches a level from below by rounding alone lies in the band above.
        let (low, high) = (low.max(0.0) * factor, high.max(0.0) * factor);
        let step = scale::step((high - low) / 6.0, finest);
        let first = (low / step + 1e-9).floor();
        let levels = (0..=count(SHADES.len())).map(|at| (first + f64::from(at)) * step / factor);
        let mut levels: Vec<f64> = levels.collect();
        let enough = levels.iter().skip(1).position(|level| level * factor >= high - step * 1e-9);
        levels.truncate(enough.map_or(levels.len(), |at| at + 2));
        Some(Shading { levels })
    }

    /// Rectangles of one shade: runs in a row, together with the same runs in the rows above.
    fn draw_shades(&self, canvas: &mut Canvas<'_>, cells: &Cells, shading: &Shading) {
        let band = |x: i32, y: i32| self.band(shading, (x, y), cells);
        let mut open: Vec<(i32, i32, i32, Option<usize>)> = Vec::new();
        for y in 0..=cells.high {
            let runs = if y < cells.high { runs(cells.wide, |x| band(x, y)) } else { Vec::new() };
            let goes_on = |own: &(i32, i32, i32, Option<usize>)| {
                runs.iter().any(|run| (run.0, run.1, run.2) == (own.0, own.1, own.3))
            };
            let (kept, done): (Vec<_>, Vec<_>) = open.into_iter().partition(goes_on);
            for (from, to, since, band) in done {
                let area = cells.block((from, since), (to, y));
                match band.map(|band| shading.colour(band)) {
                    Some(colour) => canvas.fill(area, colour),
                    None => {
                        canvas.fill(area, BAND);
                        hatch(canvas, area);
                    }
                }
            }
            open = kept;
            for (from, to, band) in runs {
                let new = !open.iter().any(|own| (own.0, own.1, own.3) == (from, to, band));
                open.extend(new.then_some((from, to, y, band)));
            }
        }
    }

    /// Figures in the cells, or what stands in their place.
    fn draw_values(&self, canvas: &mut Canvas<'_>, cells: &Cells, shading: &Shading) {
        let face = canvas.face(16);
        if self.printed(canvas, cells) {
            for y in 0..cells.high {
                for x in 0..cells.wide {
                    let value = self.cells.get(scale::index(y * cells.wide + x)).copied().flatten();
                    let Some(band) = value.and_then(|value| shading.band(value)) else { continue };
                    let area = cells.block((x, y), (x + 1, y + 1));
                    let (middle, face) = (area.middle(), face.colour(shading.ink(band)));
                    let at = (middle.0, middle.1 + face.drop());
                    canvas.text(at, &self.measure.figure(value), face, Align::Middle);
                }
            }
            if let Some((x, y)) = self.own_cell() {
                frame_cell(canvas, cells.block((x, y), (x + 1, y + 1)));
            }
            return;
        }
        let even = self.draw_even(canvas, cells);
        let mut taken = self.draw_own(canvas, cells);
        taken.extend(even);
        for band in 0..shading.colours() {
            self.draw_range(canvas, (cells, shading), band, &mut taken);
        }
    }

    /// Whether the figure of every cell has room in it.
    fn printed(&self, canvas: &Canvas<'_>, cells: &Cells) -> bool {
        let face = canvas.face(16);
        let wide = cells.area.width() / cells.wide.max(1) - canvas.px(8);
        let high = cells.area.height() / cells.high.max(1) - canvas.px(6);
        high >= face.leading() && wide > face.width("0") && {
            let figures =
                self.cells.iter().flatten().map(|value| self.measure.figure(Some(*value)));
            figures.map(|figure| face.width(&figure)).max().unwrap_or(0) <= wide
        }
    }

    /// The cell of the file, where it stands in the middle of one.
    fn own_cell(&self) -> Option<Point> {
        let (x, y) = self.own?;
        let near = |value: f64| (value - value.round()).abs() < 1e-6;
        (near(x) && near(y)).then(|| (round(x), round(y)))
    }

    /// A ring where the file stands, and its label; what they cover.
    fn draw_own(&self, canvas: &mut Canvas<'_>, cells: &Cells) -> Vec<Area> {
        let Some(own) = self.own else { return Vec::new() };
        let ((x, y), face) = (cells.at(own), canvas.face(16).bold());
        canvas.disc((x, y), canvas.px(12), WHITE);
        canvas.ring((x, y), canvas.px(10), canvas.px(4), INK);
        let text = face.fit(&self.own_label, cells.area.width() / 2);
        let (wide, gap) = (face.width(&text), canvas.px(20));
        let right = x + gap + wide < cells.area.right;
        let left = if right { x + gap } else { x - gap - wide };
        let (least, most) = (cells.area.top + face.size + 6, cells.area.bottom - 6);
        let baseline = (y + face.drop()).clamp(least, most);
        canvas.plate((left, baseline), &text, face);
        let label = Area {
            left,
            top: baseline - face.size,
            right: left + wide,
            bottom: baseline + face.size / 4,
        };
        vec![Area { left: x, top: y, right: x, bottom: y }.grown(gap), label.grown(4)]
    }

    /// The range of a band in the middle of the cells that bear its shade, where there is room.
    fn draw_range(
        &self,
        canvas: &mut Canvas<'_>,
        (cells, shading): (&Cells, &Shading),
        band: usize,
        taken: &mut Vec<Area>,
    ) {
        let face = canvas.face(15).colour(shading.ink(band));
        let text = self.range(shading, band);
        let (half, up) = (face.width(&text) / 2 + canvas.px(6), face.size * 3 / 4);
        let own: Vec<Point> = (0..cells.wide * cells.high)
            .map(|at| (at % cells.wide, at / cells.wide))
            .filter(|at| self.band(shading, *at, cells) == Some(band))
            .collect();
        let mean =
            |part: fn(&Point) -> i32| own.iter().map(part).sum::<i32>() / count(own.len()).max(1);
        let centre = (mean(|at| at.0), mean(|at| at.1));
        let box_at = |at: Point| {
            let (x, y) = cells.block(at, (at.0 + 1, at.1 + 1)).middle();
            Area { left: x - half, top: y - up, right: x + half, bottom: y + up }
        };
        let free = |at: &&Point| {
            let found = box_at(**at);
            let inside = found.left > cells.area.left
                && found.right < cells.area.right
                && found.top > cells.area.top
                && found.bottom < cells.area.bottom;
            inside
                && taken.iter().all(|area| area.overlap(found) == 0)
                && cells.under(found).all(|under| self.band(shading, under, cells) == Some(band))
        };
        let far = |at: &&Point| {
            let (x, y) = (at.0 - centre.0, at.1 - centre.1);
            (i64::from(x) * i64::from(x) + i64::from(y) * i64::from(y), at.1, at.0)
        };
        let mut near: Vec<&Point> = own.iter().collect();
        near.sort_by_key(far);
        if let Some(found) = near.into_iter().find(free).map(|at| box_at(*at)) {
            let (x, y) = found.middle();
            canvas.text((x, y + face.drop()), &text, face, Align::Middle);
            taken.push(found);
        }
    }

    /// "10 % to 20 %".
    fn range(&self, shading: &Shading, band: usize) -> String {
        let [low, high] = [band, band + 1]
            .map(|at| self.measure.tick(shading.levels.get(at).copied().unwrap_or(0.0)));
        let low =
            if self.measure.chances { low.trim_end_matches("\u{A0}%").to_owned() } else { low };
        format!("{low} to {high}")
    }

    /// The border between cells below and from an even chance on; the areas that it crosses.
    fn draw_even(&self, canvas: &mut Canvas<'_>, cells: &Cells) -> Vec<Area> {
        if !self.measure.chances {
            return Vec::new();
        }
        let thick = canvas.px(3);
        let even = |x: i32, y: i32| {
            let inside = (0..cells.wide).contains(&x) && (0..cells.high).contains(&y);
            let value = self.cells.get(scale::index(y * cells.wide + x)).copied().flatten();
            value.filter(|_| inside).map(|value| value >= 0.5)
        };
        let part = |one: Option<bool>, other: Option<bool>| {
            one.zip(other).is_some_and(|(one, other)| one != other)
        };
        let mut drawn = Vec::new();
        for y in 0..cells.high {
            for (from, to, _) in runs(cells.wide, |x| part(even(x, y), even(x, y + 1)))
                .into_iter()
                .filter(|run| run.2)
            {
                let area = cells.block((from, y), (to, y + 1));
                drawn.push(Area {
                    left: area.left - thick / 2,
                    right: area.right + thick - thick / 2,
                    top: area.top - thick / 2,
                    bottom: area.top + thick - thick / 2,
                });
            }
        }
        for x in 0..cells.wide {
            for (from, to, _) in runs(cells.high, |y| part(even(x, y), even(x + 1, y)))
                .into_iter()
                .filter(|run| run.2)
            {
                let area = cells.block((x, from), (x + 1, to));
                drawn.push(Area {
                    left: area.right - thick / 2,
                    right: area.right + thick - thick / 2,
                    top: area.top,
                    bottom: area.bottom,
                });
            }
        }
        drawn.iter().for_each(|area| canvas.fill(*area, INK));
        drawn
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

    /// The shades with their levels, what hatching and the thick line mean, and where the file stands.
    fn draw_legend(
        &self,
        canvas: &mut Canvas<'_>,
        area: Area,
        (shading, cells): (&Shading, &Cells),
    ) {
        let (face, bold, soft) = (canvas.face(16), canvas.face(16).bold(), canvas.soft(16));
        let title = bold.wrap(&self.measure.title, area.width(), 3);
        let y = canvas.lines((area.left, area.top + bold.size), &title, bold, Align::Start);
        let (side, top) = (canvas.px(34), y + canvas.px(24));
        let colours = count(shading.colours());
        let high = ((area.height() * 3 / 5) / colours.max(1)).clamp(soft.leading(), canvas.px(46));
        for at in 0..colours {
            let top = top + (colours - 1 - at) * high;
            let cell = Area { left: area.left, top, right: area.left + side, bottom: top + high };
            canvas.fill(cell, shading.colour(scale::index(at)));
        }
        let bottom = top + colours * high;
        outline(canvas, Area { left: area.left, top, right: area.left + side, bottom });
        for (at, level) in (0..).zip(&shading.levels) {
            let y = bottom - at * high;
            canvas.level((area.left + side, area.left + side + canvas.px(7)), y, 1, AXIS);
            let at = (area.left + side + canvas.px(14), y + soft.drop());
            canvas.text(at, &self.measure.tick(*level), soft, Align::Start);
        }
        let mut y = bottom + canvas.px(30);
        let text = area.left + side + canvas.px(14);
        let middle = area.left + side / 2;
        let mut note =
            |canvas: &mut Canvas<'_>, words: &str, mark: &dyn Fn(&mut Canvas<'_>, i32)| {
                let lines = face.wrap(words, area.right - text, 2);
                mark(canvas, y + face.size / 2);
                y = canvas.lines((text, y + face.size), &lines, face, Align::Start) + canvas.px(16);
            };
        if self.cells.iter().any(Option::is_none) {
            note(canvas, "no figure", &|canvas, y| {
                let half = canvas.px(10);
                let area = Area {
                    left: area.left,
                    top: y - half,
                    right: area.left + side,
                    bottom: y + half,
                };
                canvas.fill(area, BAND);
                hatch(canvas, area);
                outline(canvas, area);
            });
        }
        let printed = self.printed(canvas, cells);
        if !printed && self.crosses_even() {
            note(canvas, "even chance (50\u{A0}%)", &|canvas, y| {
                canvas.level((area.left, area.left + side), y, canvas.px(3), INK);
            });
        }
        if printed && !self.own_label.is_empty() {
            note(canvas, &self.own_label, &|canvas, y| {
                if self.own_cell().is_some() {
                    let half = canvas.px(10);
                    frame_cell(
                        canvas,
                        Area {
                            left: middle - half,
                            top: y - half,
                            right: middle + half,
                            bottom: y + half,
                        },
                    );
                }
            });
        }
    }

    fn crosses_even(&self) -> bool {
        let any = |even: bool| self.cells.iter().flatten().any(|value| (*value >= 0.5) == even);
        self.measure.chances && any(true) && any(false)
    }
}

/// A thick frame inside a cell, white within black.
fn frame_cell(canvas: &mut Canvas<'_>, area: Area) {
    let thick = canvas.px(3);
    for (inset, colour) in [(0, INK), (thick, WHITE)] {
        let Area { left, top, right, bottom } = area.grown(-inset);
        canvas.level((left, right), top, thick, colour);
        canvas.level((left, right), bottom - thick, thick, colour);
        canvas.upright(left, (top, bottom), thick, colour);
        canvas.upright(right - thick, (top, bottom), thick, colour);
    }
}

/// Neighbours that are alike: from, to, and what they are.
fn runs<T: PartialEq>(number: i32, of: impl Fn(i32) -> T) -> Vec<(i32, i32, T)> {
    let mut runs: Vec<(i32, i32, T)> = Vec::new();
    for at in 0..number {
        let own = of(at);
        match runs.last_mut() {
            Some((_, to, kind)) if *kind == own => *to = at + 1,
            _ => runs.push((at, at + 1, own)),
        }
    }
    runs
}

/// Every how many cells have a label, where so many must lie between two; words have all or as many as fit.
fn stride(number: i32, least: i32, numeric: bool) -> i32 {
    let steps = [1, 2, 4, 5, 10, 20, 25, 50, 100, 200, 250, 500, 1000, 2000];
    let even = |step: &i32| !numeric || (number - 1) % step == 0;
    let found = steps.into_iter().filter(|step| *step >= least);
    let tidy = found.clone().find(|step| even(step) && *step < least * 3);
    tidy.or_else(|| found.clone().next()).unwrap_or(number.max(1))
}

impl Shading {
    fn colours(&self) -> usize {
        self.levels.len().saturating_sub(1)
    }

    /// The band of a figure; the highest level belongs to the highest band.
    fn band(&self, value: f64) -> Option<usize> {
        let last = self.colours().checked_sub(1).filter(|_| value.is_finite())?;
        let step = self.levels[1] - self.levels[0];
        let above = self.levels.iter().skip(1).filter(|level| value >= **level - step * 1e-9);
        Some(above.count().min(last))
    }

    /// Shades are spread over the whole range of lightness.
    fn shade(&self, band: usize) -> usize {
        let most = SHADES.len() - 1;
        match self.colours() {
            0 | 1 => most / 4,
            colours => (band * most / (colours - 1)).min(most),
        }
    }

    fn colour(&self, band: usize) -> Colour {
        SHADES[self.shade(band)]
    }

    fn ink(&self, band: usize) -> Colour {
        if self.shade(band) >= FIRST_DARK { WHITE } else { INK }
    }
}

impl Cells {
    /// The cells from one corner to another, upward from the lowest row.
    fn block(&self, from: Point, to: Point) -> Area {
        let x = |at: i32| self.area.left + self.area.width() * at / self.wide.max(1);
        let y = |at: i32| self.area.bottom - self.area.height() * at / self.high.max(1);
        Area { left: x(from.0), top: y(to.1), right: x(to.0), bottom: y(from.1) }
    }

    /// The pixel of a place that may lie between the middles of cells.
    fn at(&self, (x, y): (f64, f64)) -> Point {
        let along = |size: i32, at: f64, number: i32| {
            round(f64::from(size) * (at + 0.5) / f64::from(number.max(1)))
        };
        let right = along(self.area.width(), x, self.wide);
        (self.area.left + right, self.area.bottom - along(self.area.height(), y, self.high))
    }

    /// The cells that an area covers in part.
    fn under(&self, area: Area) -> impl Iterator<Item = Point> + use<> {
        let column = |x: i32| (x - self.area.left) * self.wide / self.area.width().max(1);
        let row = |y: i32| (self.area.bottom - y) * self.high / self.area.height().max(1);
        let (from, to) = (column(area.left), column(area.right).min(self.wide - 1));
        let (low, high) = (row(area.bottom), row(area.top).min(self.high - 1));
        (low..=high).flat_map(move |y| (from..=to).map(move |x| (x, y)))
    }
}
