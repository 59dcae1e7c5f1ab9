//! Marks that only charts of sweeps bear.
//!
//! In: areas and points. Out: hatching, outlines, frames and pointers on the canvas.

use crate::report::chart::canvas::{Area, Canvas, Point};
use crate::report::chart::style::{AXIS, FAINT, INK, WHITE};

/// Slanting lines over an area without figures.
pub(super) fn hatch(canvas: &mut Canvas<'_>, area: Area) {
    let step = canvas.px(9);
    let (from, to) = (area.left + area.top, area.right + area.bottom);
    let mut sum = from - from.rem_euclid(step) + step;
    while sum < to {
        let start = (area.left.max(sum - area.bottom), (sum - area.left).min(area.bottom));
        let end = (area.right.min(sum - area.top), (sum - area.right).max(area.top));
        canvas.path(&[start, end], 1, FAINT);
        sum += step;
    }
}

/// A frame of thin lines around an area.
pub(super) fn outline(canvas: &mut Canvas<'_>, area: Area) {
    let Area { left, top, right, bottom } = area;
    canvas.level((left, right + 1), top, 1, AXIS);
    canvas.level((left, right + 1), bottom, 1, AXIS);
    canvas.upright(left, (top, bottom), 1, AXIS);
    canvas.upright(right, (top, bottom), 1, AXIS);
}

/// A thick frame inside a cell, white within black.
pub(super) fn frame_cell(canvas: &mut Canvas<'_>, area: Area) {
    let thick = canvas.px(3);
    for (inset, colour) in [(0, INK), (thick, WHITE)] {
        let Area { left, top, right, bottom } = area.grown(-inset);
        canvas.level((left, right), top, thick, colour);
        canvas.level((left, right), bottom - thick, thick, colour);
        canvas.upright(left, (top, bottom), thick, colour);
        canvas.upright(right - thick, (top, bottom), thick, colour);
    }
}

/// Pointers at the left and the lower edge of a plot to a place in it.
pub(super) fn point_at(canvas: &mut Canvas<'_>, plot: Area, (x, y): Point) {
    let side = canvas.px(9);
    point_right(canvas, (plot.left - side / 2, y));
    let foot = plot.bottom + side;
    canvas.polygon(&[(x - side, foot), (x, plot.bottom), (x + side, foot)], INK);
}

/// A pointer to the right, with its middle at a point.
pub(super) fn point_right(canvas: &mut Canvas<'_>, (x, y): Point) {
    let side = canvas.px(9);
    let (left, right) = (x - side / 2, x + side / 2);
    canvas.polygon(&[(left, y - side), (right, y), (left, y + side)], INK);
}
