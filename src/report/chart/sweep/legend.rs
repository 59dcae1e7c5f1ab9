//! The legend of a map.
//!
//! In: a map, its shades and its cells. Out: the shades with their levels, and what other marks mean.

use super::cells::{Cells, Shading};
use super::map::SweepMap;
use super::marks::{frame_cell, hatch, outline, point_right};
use crate::report::chart::canvas::{Align, Area, Canvas};
use crate::report::chart::scale::{self, count};
use crate::report::chart::style::{AXIS, BAND, INK};
use crate::report::words::capitalised;

impl SweepMap {
    /// The shades with their levels, then what other marks mean.
    pub(super) fn draw_legend(
        &self,
        canvas: &mut Canvas<'_>,
        area: Area,
        (shading, cells): (&Shading, &Cells),
    ) {
        let (bold, soft) = (canvas.face(16).bold(), canvas.soft(16));
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
        self.draw_notes(canvas, Area { top: bottom + canvas.px(30), ..area }, cells);
    }

    /// What hatching and the thick line mean, and where the file stands.
    fn draw_notes(&self, canvas: &mut Canvas<'_>, area: Area, cells: &Cells) {
        let (face, side, mut y) = (canvas.face(16), canvas.px(34), area.top);
        let text = area.left + side + canvas.px(14);
        let middle = area.left + side / 2;
        let mut note =
            |canvas: &mut Canvas<'_>, words: &str, mark: &dyn Fn(&mut Canvas<'_>, i32)| {
                let lines = face.wrap(words, area.right - text, 2);
                mark(canvas, y + face.size / 2);
                y = canvas.lines((text, y + face.size), &lines, face, Align::Start) + canvas.px(16);
            };
        if self.cells.iter().any(Option::is_none) {
            note(canvas, "No figure", &|canvas, y| {
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
            note(canvas, "Even chance (50\u{A0}%)", &|canvas, y| {
                canvas.level((area.left, area.left + side), y, canvas.px(3), INK);
            });
        }
        if printed && !self.own_label.is_empty() {
            note(canvas, &capitalised(&self.own_label), &|canvas, y| {
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
                } else {
                    point_right(canvas, (middle, y));
                }
            });
        }
    }

    fn crosses_even(&self) -> bool {
        let any = |even: bool| self.cells.iter().flatten().any(|value| (*value >= 0.5) == even);
        self.measure.chances && any(true) && any(false)
    }
}
