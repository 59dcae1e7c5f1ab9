//! The cells of a map on the page, and how their figures are shaded.
//!
//! In: how many cells there are, and figures. Out: areas, and steps between round values.

use super::SweepMeasure;
use crate::report::chart::canvas::{Area, Point};
use crate::report::chart::scale::{self, count, round};
use crate::report::chart::style::{self, Colour, MOST_SHADES};

/// The shades and between which values they lie.
pub(super) struct Shading {
    pub(super) levels: Vec<f64>,
}

/// The cells on the page.
pub(super) struct Cells {
    pub(super) area: Area,
    pub(super) wide: i32,
    pub(super) high: i32,
    /// The shade of each, all of the lowest row first; none without a figure.
    pub(super) bands: Vec<Option<usize>>,
}

impl Shading {
    /// Up to ten steps between round values; none where there is no figure.
    pub(super) fn plan(figures: &[Option<f64>], measure: &SweepMeasure) -> Option<Self> {
        let values = || figures.iter().flatten().copied().filter(|value| value.is_finite());
        let low = values().min_by(f64::total_cmp)?;
        let high = values().max_by(f64::total_cmp)?;
        let (factor, finest) = if measure.chances { (100.0, 0.1) } else { (1.0, 1.0) };
        // What touches a level from below by rounding alone lies in the band above.
        let (low, high) = (low.max(0.0) * factor, high.max(0.0) * factor);
        let most = MOST_SHADES;
        let mut step = scale::step((high - low) / f64::from(count(most)), finest);
        let levels = |step: f64| {
            let first = (low / step + 1e-9).floor();
            let levels = (0..).map(move |at| (first + f64::from(at)) * step);
            let last = levels.clone().skip(1).position(|level| level >= high - step * 1e-9);
            levels.take(last.map_or(2, |last| last + 2)).collect::<Vec<f64>>()
        };
        while levels(step).len() > most + 1 {
            step = scale::step(step * 1.1, finest);
        }
        let levels = levels(step).into_iter().map(|level| level / factor).collect();
        Some(Self { levels })
    }

    pub(super) fn colours(&self) -> usize {
        self.levels.len().saturating_sub(1)
    }

    /// The band of a figure; the highest level belongs to the highest band.
    pub(super) fn band(&self, value: f64) -> Option<usize> {
        let last = self.colours().checked_sub(1).filter(|_| value.is_finite())?;
        let step = self.levels[1] - self.levels[0];
        let above = self.levels.iter().skip(1).filter(|level| value >= **level - step * 1e-9);
        Some(above.count().min(last))
    }

    /// Shades are spread over the whole range of lightness.
    pub(super) fn colour(&self, band: usize) -> Colour {
        style::shade(band, self.colours()).0
    }

    pub(super) fn ink(&self, band: usize) -> Colour {
        style::shade(band, self.colours()).1
    }
}

impl Cells {
    /// The shade of the cell at a place.
    pub(super) fn band(&self, (x, y): Point) -> Option<usize> {
        self.bands.get(scale::index(y * self.wide + x)).copied().flatten()
    }

    /// The cells from one corner to another, upward from the lowest row.
    pub(super) fn block(&self, from: Point, to: Point) -> Area {
        let x = |at: i32| self.area.left + self.area.width() * at / self.wide.max(1);
        let y = |at: i32| self.area.bottom - self.area.height() * at / self.high.max(1);
        Area { left: x(from.0), top: y(to.1), right: x(to.0), bottom: y(from.1) }
    }

    /// The pixel of a place that may lie between the middles of cells.
    pub(super) fn at(&self, (x, y): (f64, f64)) -> Point {
        let along = |size: i32, at: f64, number: i32| {
            round(f64::from(size) * (at + 0.5) / f64::from(number.max(1)))
        };
        let right = along(self.area.width(), x, self.wide);
        (self.area.left + right, self.area.bottom - along(self.area.height(), y, self.high))
    }

    /// The cells that an area covers in part.
    pub(super) fn under(&self, area: Area) -> impl Iterator<Item = Point> + use<> {
        let column = |x: i32| (x - self.area.left) * self.wide / self.area.width().max(1);
        let row = |y: i32| (self.area.bottom - y) * self.high / self.area.height().max(1);
        let (from, to) = (column(area.left), column(area.right).min(self.wide - 1));
        let (low, high) = (row(area.bottom), row(area.top).min(self.high - 1));
        (low..=high).flat_map(move |y| (from..=to).map(move |x| (x, y)))
    }
}

/// Neighbours that are alike: from, to, and what they are.
pub(super) fn runs<T: PartialEq>(number: i32, of: impl Fn(i32) -> T) -> Vec<(i32, i32, T)> {
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
pub(super) fn stride(number: i32, least: i32, numeric: bool) -> i32 {
    let steps = [1, 2, 4, 5, 10, 20, 25, 50, 100, 200, 250, 500, 1000, 2000];
    let even = |step: &i32| !numeric || (number - 1) % step == 0;
    let found = steps.into_iter().filter(|step| *step >= least);
    let tidy = found.clone().find(|step| even(step) && *step < least * 3);
    tidy.or_else(|| found.clone().next()).unwrap_or(number.max(1))
}
