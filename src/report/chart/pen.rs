//! Pens: how lines that stand in one plot are told apart, by dash as well as by colour.
//!
//! In: points in pixels. Out: a line on the canvas.

use super::canvas::{Canvas, Point};
use super::style::{BLUE, Colour, GREEN, INK, ORANGE, PURPLE, SKY, VERMILLION};

/// How a line is drawn: its colour, and how long its dashes and gaps are (no gap: solid).
#[derive(Debug, Clone, Copy)]
pub(super) struct Pen {
    pub(super) colour: Colour,
    dash: i32,
    gap: i32,
}

/// As many pens as can be told apart.
pub(super) const PENS: [Pen; 7] = [
    Pen { colour: BLUE, dash: 1, gap: 0 },
    Pen { colour: VERMILLION, dash: 14, gap: 8 },
    Pen { colour: GREEN, dash: 4, gap: 5 },
    Pen { colour: INK, dash: 24, gap: 5 },
    Pen { colour: PURPLE, dash: 9, gap: 9 },
    Pen { colour: ORANGE, dash: 32, gap: 12 },
    Pen { colour: SKY, dash: 2, gap: 8 },
];

impl Pen {
    /// The colour of the line's name: its own, or ink where that is too pale to read.
    pub(super) fn ink(self) -> Colour {
        if [PURPLE, ORANGE, SKY].contains(&self.colour) { INK } else { self.colour.text() }
    }

    /// Draws a line.
    pub(super) fn draw(self, canvas: &mut Canvas<'_>, points: &[Point]) {
        let thick = canvas.px(4);
        if self.gap == 0 {
            return canvas.path(points, thick, self.colour);
        }
        canvas.dashed(points, (canvas.px(self.dash), canvas.px(self.gap)), thick, self.colour);
    }
}
