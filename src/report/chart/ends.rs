//! The names of lines at their right ends, with a sample of each line and what is told of it.
//!
//! In: lines by where they end. Out: names in a column, in the order of the ends, none over another.

use super::canvas::{Align, Area, Canvas};
use super::pen::Pen;
use super::scale::{count, index};
use super::style::FAINT;

/// A line's end, its name and what stands below the name.
#[derive(Debug, Clone)]
pub(super) struct End {
    pub(super) y: i32,
    pub(super) pen: Pen,
    pub(super) name: String,
    pub(super) told: String,
}

/// The room that names need beside the ends of their lines.
pub(super) fn width(canvas: &Canvas<'_>, ends: &[End]) -> i32 {
    let (bold, soft) = (canvas.face(17).bold(), canvas.soft(15));
    let name = |end: &End| bold.width(&end.name).max(soft.width(&end.told));
    ends.iter().map(name).max().unwrap_or(0) + canvas.px(64)
}

/// Draws the names into an area whose left edge is where the lines end.
pub(super) fn draw(canvas: &mut Canvas<'_>, area: Area, ends: &[End]) {
    let (bold, soft) = (canvas.face(17).bold(), canvas.soft(15));
    let (sample, room) = (canvas.px(34), area.height() + canvas.px(8));
    let both = bold.leading() + soft.leading();
    // Where two lines a name find no room, one does; what finds none either is left out.
    let high = if both * count(ends.len()) <= room { both } else { bold.leading() };
    let ends = &ends[..ends.len().min(index(room / high))];
    let mut names: Vec<(i32, usize)> =
        ends.iter().enumerate().map(|(at, end)| (end.y - high / 2, at)).collect();
    names.sort_unstable();
    let mut free = area.top;
    for at in 0..names.len() {
        // Each below the one before, and none so low that the rest finds no room.
        let rest = count(names.len() - at) * high;
        let top = names[at].0.max(free).min((area.top + room - rest).max(free));
        free = top + high;
        let End { y, pen, name, told } = &ends[names[at].1];
        let left = area.left + canvas.px(16);
        let level = top + bold.size / 2 + canvas.px(4);
        canvas.path(&[(area.left, *y), (left, level)], 1, FAINT);
        pen.draw(canvas, &[(left, level), (left + sample, level)]);
        let text = (left + sample + canvas.px(10), top + bold.size);
        let width = area.right - text.0;
        let face = bold.colour(pen.ink());
        canvas.text(text, &face.fit(name, width), face, Align::Start);
        if high == both {
            let under = (text.0, text.1 + soft.leading());
            canvas.text(under, &soft.fit(told, width), soft, Align::Start);
        }
    }
}
