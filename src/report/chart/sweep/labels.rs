//! What stands in the cells of a map: their figures, or the range of each shade, an even chance, and where the file stands.
//!
//! In: a map and its cells on the page. Out: marks on the canvas, none over another.

use super::cells::{Cells, Shading, runs};
use super::map::SweepMap;
use super::marks::{frame_cell, point_at};
use crate::report::chart::canvas::{Align, Area, Canvas, Point};
use crate::report::chart::scale::{self, count, round};
use crate::report::chart::style::{INK, WHITE};

impl SweepMap {
    /// Figures in the cells, or what stands in their place.
    pub(super) fn draw_values(&self, canvas: &mut Canvas<'_>, cells: &Cells, shading: &Shading) {
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
            match (self.own_cell(), self.own) {
                (Some((x, y)), _) => frame_cell(canvas, cells.block((x, y), (x + 1, y + 1))),
                (None, Some(own)) => point_at(canvas, cells.area, cells.at(own)),
                (None, None) => {}
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
    pub(super) fn printed(&self, canvas: &Canvas<'_>, cells: &Cells) -> bool {
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
    pub(super) fn own_cell(&self) -> Option<Point> {
        let (x, y) = self.own?;
        let near = |value: f64| (value - value.round()).abs() < 1e-6;
        (near(x) && near(y)).then(|| (round(x), round(y)))
    }

    /// A ring where the file stands, and its label; what they cover.
    pub(super) fn draw_own(&self, canvas: &mut Canvas<'_>, cells: &Cells) -> Vec<Area> {
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
    pub(super) fn draw_range(
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
            .filter(|at| cells.band(*at) == Some(band))
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
                && cells.under(found).all(|under| cells.band(under) == Some(band))
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
    pub(super) fn range(&self, shading: &Shading, band: usize) -> String {
        let [low, high] = [band, band + 1]
            .map(|at| self.measure.tick(shading.levels.get(at).copied().unwrap_or(0.0)));
        let low =
            if self.measure.chances { low.trim_end_matches("\u{A0}%").to_owned() } else { low };
        format!("{low} to {high}")
    }

    /// The border between cells below and from an even chance on; the areas that it crosses.
    pub(super) fn draw_even(&self, canvas: &mut Canvas<'_>, cells: &Cells) -> Vec<Area> {
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
        // White along both sides, or the line is lost on the darkest shades.
        for area in &drawn {
            canvas.fill(area.grown(canvas.px(1)), WHITE);
        }
        for area in &drawn {
            canvas.fill(*area, INK);
        }
        drawn
    }
}
