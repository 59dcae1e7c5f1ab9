//! The marks of the ledger: bars for the rungs of the ladder, what stands beside it, and the key that explains them.
//!
//! In: a place and a rung, or the meanings that occur. Out: marks on the canvas, and a key laid out in lines.

use super::canvas::{Align, Area, Canvas, Point};
use super::scale::count;
use super::style::{Colour, FAINT, INK, ORANGE, VERMILLION, WHITE};

/// The bars of a mark.
pub(super) const BARS: i32 = 6;

/// What stands behind an entry that is hearsay.
pub(super) const HEARSAY: &str = " †";

/// From one bar of a mark to the next, where room is short, and the room of a diamond, on a slide.
pub(super) const BAR: i32 = 9;
pub(super) const NARROW_BAR: i32 = 6;
pub(super) const DIAMOND: i32 = 18;

/// Rising bars in the middle of a line: so many full, up to so many hollow, stubs for the rest.
pub(super) fn bars(
    canvas: &mut Canvas<'_>,
    (left, y): Point,
    (step, high): (i32, i32),
    (full, hollow): (i32, i32),
    colour: Colour,
) {
    let bottom = y + high / 2;
    for bar in 0..BARS {
        let x = left + step * bar;
        let right = x + step - canvas.px(2);
        let drawn = bar < full.max(hollow);
        let tall = if drawn { high * (bar + 3) / (BARS + 2) } else { canvas.px(3) };
        let area = Area { left: x, top: bottom - tall, right, bottom };
        canvas.fill(area, if drawn { colour } else { FAINT });
        if drawn && bar >= full {
            canvas.fill(area.grown(-canvas.px(2)), WHITE);
        }
    }
}

pub(super) fn cross(canvas: &mut Canvas<'_>, (x, y): Point) {
    let arm = canvas.px(6);
    let thick = canvas.px(3);
    canvas.path(&[(x - arm, y - arm), (x + arm, y + arm)], thick, VERMILLION);
    canvas.path(&[(x - arm, y + arm), (x + arm, y - arm)], thick, VERMILLION);
}

pub(super) fn dash(canvas: &mut Canvas<'_>, (x, y): Point) {
    let (arm, thick) = (canvas.px(8), canvas.px(4));
    canvas.level((x - arm, x + arm), y - thick / 2, thick, VERMILLION);
}

pub(super) fn diamond(canvas: &mut Canvas<'_>, centre: Point) {
    canvas.diamond(centre, canvas.px(7), INK);
    canvas.diamond(centre, canvas.px(7) - canvas.px(2), ORANGE);
}

/// An entry of the key, so many pixels from its left end.
pub(super) struct Meaning {
    x: i32,
    sign: Sign,
    text: String,
}

/// A mark in the key.
#[derive(Clone, Copy)]
pub(super) enum Sign {
    Bars(Colour),
    Refused,
    Withdrawn,
    Contested,
    Hearsay,
}

impl Sign {
    fn width(self, canvas: &Canvas<'_>) -> i32 {
        match self {
            Self::Bars(_) => canvas.px(BAR) * BARS + canvas.px(8),
            _ => canvas.px(24),
        }
    }

    /// Draws it with its left end at a point, in the middle of a line.
    fn draw(self, canvas: &mut Canvas<'_>, (x, y): Point) {
        let middle = (x + canvas.px(8), y);
        match self {
            Self::Bars(colour) => {
                bars(canvas, (x, y), (canvas.px(BAR), canvas.px(16)), (BARS, BARS), colour);
            }
            Self::Refused => cross(canvas, middle),
            Self::Withdrawn => dash(canvas, middle),
            Self::Contested => diamond(canvas, middle),
            Self::Hearsay => {
                let face = canvas.face(16);
                canvas.text((middle.0, y + face.drop()), HEARSAY.trim(), face, Align::Middle);
            }
        }
    }
}

/// The last line of the key stands at the point given.
pub(super) fn draw_key(canvas: &mut Canvas<'_>, (left, bottom): Point, key: &[Vec<Meaning>]) {
    let face = canvas.soft(16);
    for (number, line) in key.iter().rev().enumerate() {
        let y = bottom - canvas.px(28) * count(number);
        for meaning in line {
            let x = left + meaning.x;
            meaning.sign.draw(canvas, (x, y - face.drop()));
            canvas.text((x + meaning.sign.width(canvas), y), &meaning.text, face, Align::Start);
        }
    }
}

/// Lays out what marks mean in lines no wider than `width`; bars have a line to themselves where one does not suffice.
pub(super) fn key(
    canvas: &Canvas<'_>,
    meanings: impl Iterator<Item = (Sign, String)>,
    width: i32,
) -> Vec<Vec<Meaning>> {
    let face = canvas.soft(16);
    let meanings = meanings.map(|(sign, text)| {
        let text = face.fit(&text, width - sign.width(canvas));
        (sign, sign.width(canvas) + face.width(&text) + canvas.px(30), text)
    });
    let meanings: Vec<(Sign, i32, String)> = meanings.collect();
    let parted = meanings.iter().map(|(_, width, _)| width).sum::<i32>() > width;
    let mut lines: Vec<Vec<Meaning>> = vec![Vec::new()];
    let (mut x, mut was_bars) = (0, true);
    for (sign, own, text) in meanings {
        let bars = matches!(sign, Sign::Bars(_));
        if x > 0 && (x + own - canvas.px(30) > width || parted && was_bars && !bars) {
            lines.push(Vec::new());
            x = 0;
        }
        if let Some(line) = lines.last_mut() {
            line.push(Meaning { x, sign, text });
        }
        x += own;
        was_bars = bars;
    }
    lines
}
