//! What stands around every chart: headline, subtitle, source line, marking; and the notes charts share.
//!
//! In: a [`Frame`] and a function that draws into the area left free. Out: the finished SVG.

use super::canvas::{Align, Area, Canvas, Point, finish};
use super::scale::{count, index, round};
use super::style::{AXIS, BAND, Colour, GRID, Type, clean};
use super::{Frame, Look, Size};

/// Draws the frame, then the chart inside it.
pub(super) fn sheet(
    frame: &Frame,
    look: &Look,
    body: impl FnOnce(&mut Canvas<'_>, Area),
) -> String {
    let headline = look.title.as_deref().unwrap_or(&frame.headline);
    let mut svg = String::new();
    let mut canvas = Canvas::new(&mut svg, look);
    let area = surround(&mut canvas, frame, headline, look.size);
    body(&mut canvas, area);
    canvas.close();
    // A picture without a headline still has a title for those who cannot see it.
    let title = if clean(headline).is_empty() { &frame.headline } else { headline };
    finish(&svg, title, &frame.description)
}

fn surround(canvas: &mut Canvas<'_>, frame: &Frame, title: &str, size: Size) -> Area {
    let (width, height) = (round(size.width.into()), round(size.height.into()));
    let margin = canvas.px(56);
    let mut area = Area { left: margin, top: canvas.px(36), right: width - margin, bottom: height };
    area.bottom -= canvas.px(28);
    if let Some(marking) = frame.marking.as_deref().filter(|text| !text.is_empty()) {
        mark(canvas, &mut area, marking);
    }
    headline(canvas, &mut area, title);
    subtitle(canvas, &mut area, &frame.subtitle);
    source(canvas, &mut area, &frame.source);
    area
}

fn mark(canvas: &mut Canvas<'_>, area: &mut Area, marking: &str) {
    let face = canvas.face(16).bold();
    let (text, x) = (face.fit(marking, area.width()), area.middle().0);
    canvas.text((x, canvas.px(28)), &text, face, Align::Middle);
    canvas.text((x, area.bottom + canvas.px(14)), &text, face, Align::Middle);
    area.top += canvas.px(10);
    area.bottom -= canvas.px(14);
}

fn headline(canvas: &mut Canvas<'_>, area: &mut Area, text: &str) {
    let one_line = [40, 38, 36, 34, 32].map(|size| canvas.face(size).bold());
    let fitting = one_line.into_iter().find(|face| face.width(text) <= area.width());
    let two_lines = [34, 30, 27].map(|size| canvas.face(size).bold());
    let wrapping = two_lines.into_iter().find(|face| face.wraps(text, area.width(), 2));
    let face = fitting.or(wrapping).unwrap_or(two_lines[2]);
    for line in clauses(face, text, area.width()) {
        area.top += face.leading();
        canvas.text((area.left, area.top - face.size / 4), &line, face, Align::Start);
    }
}

fn subtitle(canvas: &mut Canvas<'_>, area: &mut Area, text: &str) {
    let face = canvas.soft(22);
    area.top += canvas.px(4);
    for line in clauses(face, text, area.width()) {
        area.top += face.leading() + canvas.px(2);
        canvas.text((area.left, area.top - face.size / 4), &line, face, Align::Start);
    }
    area.top += canvas.px(22);
}

/// One line, or two that part where a reader pauses: after a semicolon where they can, else after a colon or a comma that
/// leaves neither much shorter than the other.
fn clauses(face: Type, text: &str, width: i32) -> Vec<String> {
    let text = &*clean(text);
    if face.width(text) <= width {
        return face.wrap(text, width, 2);
    }
    let parted = |pause: &str, even: bool| {
        let ends = text.rmatch_indices(pause).map(|(at, _)| text.split_at(at + 1));
        let mut lines = ends.map(|(one, other)| [one, other.trim()].map(str::to_owned));
        lines.find(|lines| {
            let [one, other] = lines.each_ref().map(|line| face.width(line));
            one.max(other) <= width && (!even || one.min(other) * 2 >= one.max(other))
        })
    };
    let found = parted("; ", false).or_else(|| parted(": ", true)).or_else(|| parted(", ", true));
    found.map_or_else(|| face.wrap(text, width, 2), |lines| lines.to_vec())
}

fn source(canvas: &mut Canvas<'_>, area: &mut Area, text: &str) {
    let face = canvas.soft(15);
    let lines = face.wrap(text, area.width(), 2);
    area.bottom -= face.leading() * count(lines.len());
    canvas.lines((area.left, area.bottom + face.size), &lines, face, Align::Start);
    area.bottom -= canvas.px(14);
}

/// Says at the foot of the area, which shrinks, what the chart leaves out and where it is: "12 more rows in gates.csv".
/// What is found nowhere comes last.
pub(super) fn left_out(
    canvas: &mut Canvas<'_>,
    area: &mut Area,
    more: &[String],
    file: &str,
    nowhere: &str,
) {
    let more: Vec<&str> = more.iter().map(String::as_str).filter(|text| !text.is_empty()).collect();
    let more =
        if more.is_empty() { String::new() } else { format!("{} in {file}", more.join(" and ")) };
    let parts = [more.as_str(), nowhere];
    let parts: Vec<&str> = parts.into_iter().filter(|text| !text.is_empty()).collect();
    if parts.is_empty() {
        return;
    }
    let face = canvas.soft(16);
    let line = face.fit(&parts.join("; "), area.width());
    canvas.text((area.left, area.bottom - face.size / 4), &line, face, Align::Start);
    area.bottom -= face.leading() + canvas.px(8);
}

/// "12 more rows"; nothing for none.
pub(super) fn more(number: usize, noun: &str) -> String {
    match number {
        0 => String::new(),
        1 => format!("1 more {noun}"),
        _ => format!("{number} more {noun}s"),
    }
}

/// The sentence that stands where there is nothing to draw.
pub(super) fn nothing(canvas: &mut Canvas<'_>, area: Area, sentence: &str) {
    let face = canvas.soft(26);
    let lines = face.wrap(sentence, area.width(), 3);
    canvas.lines(area.middle(), &lines, face, Align::Middle);
}

/// How far down a chart that ends at `bottom` is moved, so that a short one does not hang under the headline.
pub(super) fn settle(area: Area, bottom: i32) -> i32 {
    let spare = area.bottom - bottom;
    if spare > area.height() * 2 / 5 { spare / 3 } else { 0 }
}

/// How many rows of a table are shown, and how high each is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Rows {
    pub(super) shown: usize,
    pub(super) pitch: i32,
}

impl Rows {
    /// Shares `height` among `number` rows of `least` to `most` pixels each; rows that find no room are left out,
    /// and `note` pixels are kept for saying so.
    pub(super) fn plan(number: usize, height: i32, (least, most): (i32, i32), note: i32) -> Self {
        let fair = height / count(number).max(1);
        if fair >= least {
            return Self { shown: number, pitch: fair.min(most) };
        }
        let room = ((height - note) / least.max(1)).max(1);
        let shown = index(room).min(number);
        Self { shown, pitch: ((height - note) / room).clamp(1, most) }
    }
}

/// A pale band behind every other row and a line under the last, so that the eye keeps its row.
pub(super) fn bands(canvas: &mut Canvas<'_>, area: Area, rows: Rows) {
    for row in (0..count(rows.shown)).filter(|row| row % 2 == 0) {
        let top = area.top + row * rows.pitch;
        canvas.fill(Area { top, bottom: top + rows.pitch, ..area }, BAND);
    }
    let end = area.top + count(rows.shown) * rows.pitch;
    canvas.level((area.left, area.right), area.top, 1, AXIS);
    canvas.level((area.left, area.right), end, 1, GRID);
}

/// A coloured sample and its meaning. Returns where the text ends.
pub(super) fn swatch(canvas: &mut Canvas<'_>, at: Point, text: &str, colour: Colour) -> i32 {
    let face = canvas.face(16);
    let side = face.size * 7 / 8;
    let area = Area { left: at.0, top: at.1 - side, right: at.0 + side, bottom: at.1 };
    canvas.fill(area, colour);
    canvas.text((area.right + canvas.px(8), at.1), text, face, Align::Start);
    area.right + canvas.px(8) + face.width(text)
}

/// A piece of text and where it starts, on one baseline with others.
pub(super) fn run(canvas: &mut Canvas<'_>, at: Point, pieces: &[(&str, Type)]) -> i32 {
    let mut x = at.0;
    for (text, face) in pieces {
        canvas.text((x, at.1), text, *face, Align::Start);
        x += face.width(text);
    }
    x
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_share_the_height_or_are_left_out() {
        assert_eq!(Rows::plan(4, 400, (22, 60), 30), Rows { shown: 4, pitch: 60 });
        assert_eq!(Rows::plan(10, 400, (22, 60), 30), Rows { shown: 10, pitch: 40 });
        assert_eq!(Rows::plan(40, 400, (22, 60), 30), Rows { shown: 16, pitch: 23 });
        assert_eq!(Rows::plan(0, 400, (22, 60), 30).shown, 0);
    }

    #[test]
    fn two_lines_part_where_a_reader_pauses() {
        let face = Type::new(20);
        let parted = |text: &str| clauses(face, text, face.width(text) * 2 / 3);
        let [one, other] = ["At least 15,000 troops:", "7 % overall, 23 % given ceasefire"];
        assert_eq!(parted(&format!("{one} {other}")), [one, other]);
        let [one, other] = ["15,000 troops: 23 % to 46 %,", "depending on force size"];
        assert_eq!(parted(&format!("{one} {other}")), [one, other]);
        assert_eq!(parted("Alpha, beta; gamma"), ["Alpha, beta;", "gamma"]);
        assert_eq!(parted("A, a long rest without any pause").len(), 2);
        assert_ne!(parted("A, a long rest without any pause")[0], "A,");
    }

    #[test]
    fn what_is_left_out_is_counted() {
        assert_eq!(
            [0, 1, 12].map(|number| more(number, "row")),
            ["", "1 more row", "12 more rows"]
        );
    }
}
