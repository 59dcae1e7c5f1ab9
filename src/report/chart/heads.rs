//! Heads over the columns of a matrix: wrapped and level where columns are wide, rising by 45 degrees where they are not.
//!
//! In: a label and a note for each column, and the room for all of them. Out: the width of a column, the height of the
//! heads, and the heads drawn.

use std::f64::consts::{FRAC_1_SQRT_2, SQRT_2};

use super::canvas::{Align, Canvas, Point};
use super::scale::{count, index, round};
use super::style::{GRID, Type};

/// The label over a column and the note between it and the column; either may be empty.
#[derive(Debug, Clone, Copy)]
pub(super) struct Label<'a> {
    pub(super) text: &'a str,
    pub(super) note: &'a str,
}

/// Heads that were found to fit.
#[derive(Debug, Clone)]
pub(super) struct Heads {
    labels: Vec<Vec<String>>,
    notes: Vec<Vec<String>>,
    face: Type,
    note_face: Type,
    /// How far rising labels rise; level ones do not.
    rise: Option<i32>,
    /// The width of the columns and what hangs over.
    room: i32,
    /// From one column to the next.
    pub(super) pitch: i32,
    /// From the top of the longest label to the top of the matrix.
    pub(super) height: i32,
}

impl Heads {
    /// Fits heads into `(width, height)`; the width holds the columns and what hangs over on the right.
    pub(super) fn plan(canvas: &Canvas<'_>, labels: &[Label<'_>], room: (i32, i32)) -> Self {
        let rising = || FITS.iter().find_map(|fit| fit.rising(canvas, labels, room));
        level(canvas, labels, room)
            .or_else(rising)
            .unwrap_or_else(|| Self::bare(canvas, (labels.len(), canvas.face(16)), room.0))
    }

    /// How many columns can have heads in a given width.
    pub(super) fn most(canvas: &Canvas<'_>, width: i32) -> usize {
        index((width - canvas.px(180)) / canvas.px(24)).max(1)
    }

    /// Columns without heads, as many pixels apart as the room allows.
    fn bare(canvas: &Canvas<'_>, (columns, face): (usize, Type), room: i32) -> Self {
        Self {
            labels: vec![Vec::new(); columns],
            notes: Vec::new(),
            face,
            note_face: canvas.soft(15),
            rise: None,
            room,
            pitch: (room / count(columns).max(1)).clamp(1, canvas.px(110)),
            height: canvas.px(10),
        }
    }

    /// The middle of a column in a matrix that starts at `left`.
    pub(super) fn centre(&self, left: i32, column: usize) -> i32 {
        left + self.pitch * count(column) + self.pitch / 2
    }

    /// How many columns there are.
    pub(super) fn columns(&self) -> usize {
        self.labels.len()
    }

    /// Whether any column has a note.
    pub(super) fn are_noted(&self) -> bool {
        self.notes.iter().flatten().any(|line| !line.is_empty())
    }

    /// The width of all columns.
    pub(super) fn width(&self) -> i32 {
        self.pitch * count(self.labels.len())
    }

    /// Draws the heads above the matrix whose upper left corner is given.
    pub(super) fn draw(&self, canvas: &mut Canvas<'_>, (left, top): Point) {
        let foot = top - canvas.px(10);
        let base = foot - self.notes_height(canvas);
        for (column, note) in self.notes.iter().enumerate() {
            let y = foot - self.note_face.leading() * (count(note.len()) - 1);
            canvas.lines((self.centre(left, column), y), note, self.note_face, Align::Middle);
        }
        for (column, lines) in self.labels.iter().enumerate() {
            let x = self.centre(left, column);
            if self.rise.is_some() {
                // From where the lines between columns rise, or it is nearer to one of its two.
                self.draw_rising(canvas, (x, self.rising_base(canvas, top)), lines);
            } else {
                let y = base - self.face.leading() * (count(lines.len()) - 1);
                canvas.lines((x, y), lines, self.face, Align::Middle);
            }
        }
    }

    /// Lines between the columns that go on between rising heads.
    pub(super) fn draw_guides(&self, canvas: &mut Canvas<'_>, (left, top): Point) {
        let Some(rise) = self.rise else { return };
        let base = self.rising_base(canvas, top);
        for column in 0..=count(self.labels.len()) {
            let x = left + self.pitch * column;
            let length = rise.min(self.room - self.pitch * column);
            canvas.path(&[(x, base), (x + length, base - length)], 1, GRID);
            canvas.upright(x, (base, top), 1, GRID);
        }
    }

    /// Where rising heads and the lines between them start.
    fn rising_base(&self, canvas: &Canvas<'_>, top: i32) -> i32 {
        top - canvas.px(6) - self.notes_height(canvas)
    }

    /// Lines that start at one height: each is set off by its distance from the middle, across the slant.
    fn draw_rising(&self, canvas: &mut Canvas<'_>, (x, y): Point, lines: &[String]) {
        for (number, line) in lines.iter().enumerate() {
            let start = x + offset(self.face, number, lines.len());
            canvas.rising((start, y), line, self.face);
        }
    }

    fn notes_height(&self, canvas: &Canvas<'_>) -> i32 {
        let most = self.notes.iter().map(Vec::len).max().unwrap_or(0);
        if most == 0 { 0 } else { count(most) * self.note_face.leading() + canvas.px(6) }
    }
}

fn level(canvas: &Canvas<'_>, labels: &[Label<'_>], (wide, high): (i32, i32)) -> Option<Heads> {
    let mut heads = Heads::bare(canvas, (labels.len(), canvas.face(16)), wide);
    let columns = count(labels.len()).max(1);
    heads.pitch = (wide / columns).min(if columns < 5 { canvas.px(300) } else { canvas.px(200) });
    let inner = heads.pitch - canvas.px(12);
    let fits = |label: &Label<'_>| heads.face.wraps(label.text, inner, 6);
    if heads.pitch < canvas.px(94) || !labels.iter().all(fits) {
        return None;
    }
    heads.notes = labels.iter().map(|label| heads.note_face.wrap(label.note, inner, 2)).collect();
    heads.labels = labels.iter().map(|label| heads.face.wrap(label.text, inner, 6)).collect();
    let lines = heads.labels.iter().map(Vec::len).max().unwrap_or(0);
    heads.height += heads.notes_height(canvas) + count(lines) * heads.face.leading();
    (heads.height <= high).then_some(heads)
}

/// A way to fit rising heads: lines at most, size of type, longest line, and whether all of a label must be shown.
struct Fit {
    lines: usize,
    size: i32,
    longest: i32,
    whole: bool,
}

/// Ways to fit rising heads, the best first.
const FITS: [Fit; 8] = [
    Fit { lines: 1, size: 16, longest: 230, whole: true },
    Fit { lines: 2, size: 16, longest: 260, whole: true },
    Fit { lines: 1, size: 16, longest: 900, whole: true },
    Fit { lines: 3, size: 16, longest: 260, whole: true },
    Fit { lines: 1, size: 14, longest: 900, whole: true },
    Fit { lines: 2, size: 16, longest: 260, whole: false },
    Fit { lines: 1, size: 16, longest: 900, whole: false },
    Fit { lines: 1, size: 14, longest: 900, whole: false },
];

impl Fit {
    fn rising(&self, canvas: &Canvas<'_>, labels: &[Label<'_>], room: (i32, i32)) -> Option<Heads> {
        let face = canvas.face(self.size);
        let mut heads = Heads::bare(canvas, (labels.len(), face), room.0);
        let columns = count(labels.len()).max(1);
        let likely = (room.0 - canvas.px(150)) / columns;
        heads.notes = level_notes(canvas.soft(14), labels, likely - canvas.px(4));
        heads.note_face = canvas.soft(14);
        let high = room.1 - heads.notes_height(canvas) - face.size - canvas.px(14);
        let reach = upward(high).min(canvas.px(self.longest)).max(face.size);
        let fitting = shortest(face, labels, (reach, self.lines));
        let reach = if self.whole { fitting? } else { fitting.unwrap_or(reach) };
        heads.labels =
            labels.iter().map(|label| face.wrap(label.text, reach, self.lines)).collect();
        heads.pitch = widest_pitch(&heads).max(1);
        let rise = along(face.widest(heads.labels.iter().flatten().map(|line| &**line)));
        heads.rise = Some(rise + face.size / 2);
        heads.height += heads.notes_height(canvas) + rise + face.size;
        // The lines between columns run between the labels.
        let parted = canvas.px(6);
        let fits = along(heads.pitch) >= leading(face) * count(self.lines) + parted;
        fits.then_some(heads)
    }
}

/// Notes in up to three lines; none where columns are too narrow for one of them.
fn level_notes(face: Type, labels: &[Label<'_>], width: i32) -> Vec<Vec<String>> {
    let fit = labels.iter().all(|label| face.wraps(label.note, width, 3));
    let note = |label: &Label<'_>| if fit { face.wrap(label.note, width, 3) } else { Vec::new() };
    labels.iter().map(note).collect()
}

/// The level or upright part of a length along the slant.
fn along(length: i32) -> i32 {
    round(f64::from(length) * FRAC_1_SQRT_2)
}

/// The length along the slant of a height.
fn upward(height: i32) -> i32 {
    round(f64::from(height) * SQRT_2)
}

/// Rising lines stand closer than level ones.
fn leading(face: Type) -> i32 {
    face.size * 9 / 8
}

/// How far right of the column's middle a rising line starts.
fn offset(face: Type, number: usize, lines: usize) -> i32 {
    let halves = leading(face) * (2 * count(number) - count(lines) + 1);
    upward(halves / 2 + face.drop())
}

/// The shortest length, up to a reach, that holds every label in so many lines.
fn shortest(face: Type, labels: &[Label<'_>], (reach, lines): (i32, usize)) -> Option<i32> {
    let fits = |reach: &i32| labels.iter().all(|label| face.wraps(label.text, *reach, lines));
    (face.size * 4..=reach).step_by(4).find(fits)
}

/// The greatest distance between columns at which neither they nor their rising labels leave the room.
fn widest_pitch(heads: &Heads) -> i32 {
    let within = |(column, lines): (usize, &Vec<String>)| {
        let halves = 2 * count(column) + 1;
        (heads.room - extent(heads.face, lines)) * 2 / halves
    };
    let labels = heads.labels.iter().enumerate().map(within).min();
    labels.unwrap_or(heads.pitch).min(heads.pitch)
}

/// How far rising lines reach to the right of the middle of their column.
fn extent(face: Type, lines: &[String]) -> i32 {
    let end = |(number, line): (usize, &String)| {
        offset(face, number, lines.len()) + along(face.width(line))
    };
    lines.iter().enumerate().map(end).max().unwrap_or(0) + face.size / 4
}

#[cfg(test)]
mod tests {
    use super::super::{Look, Size};
    use super::*;

    fn plan(columns: usize, text: &str, note: &str) -> Heads {
        let mut svg = String::new();
        let canvas = Canvas::new(&mut svg, &Look::default());
        Heads::plan(&canvas, &vec![Label { text, note }; columns], (900, 280))
    }

    #[test]
    fn heads_are_level_where_columns_are_wide_and_rise_where_they_are_not() {
        let text = "A legal framework lets forces operate";
        assert_eq!(
            [4, 8, 13, 24].map(|columns| plan(columns, text, "").rise.is_some()),
            [false, false, true, true]
        );
    }

    #[test]
    fn heads_stay_within_their_room() {
        for columns in 1..=30 {
            let heads = plan(columns, "The Bundestag approves a deployment", "roughly even");
            assert!(heads.width() <= 900 && heads.height <= 280, "{heads:?}");
            for (column, lines) in heads.labels.iter().enumerate() {
                let right = heads.centre(0, column) + extent(heads.face, lines);
                assert!(heads.rise.is_none() || right <= 900, "{heads:?}");
            }
        }
    }

    #[test]
    fn notes_go_where_columns_are_too_narrow_for_them() {
        assert!(plan(8, "A ceasefire", "likely").notes.iter().all(|note| note.len() == 1));
        assert!(plan(26, "A ceasefire", "likely").notes.iter().all(Vec::is_empty));
    }

    #[test]
    fn rising_heads_lie_midway_between_their_lines() {
        for (size, most) in [((640, 360), 1.5), ((1600, 900), 2.0)] {
            let size = Size { width: size.0, height: size.1 };
            let mut svg = String::new();
            let mut canvas = Canvas::new(&mut svg, &Look::from(size));
            let labels = vec![Label { text: "A legal framework", note: "" }; 20];
            let heads = Heads::plan(&canvas, &labels, (canvas.px(900), canvas.px(280)));
            heads.draw_guides(&mut canvas, (100, 300));
            heads.draw(&mut canvas, (100, 300));
            drop(canvas);
            assert!(heads.rise.is_some(), "{heads:?}");
            // Where lines at 45 degrees meet the level of 0: of the first line, and of the first head.
            let number = |from: &str| {
                let rest = svg.split(from).nth(1).unwrap();
                rest.split(['"', ',', ' ']).next().unwrap().parse::<i32>().unwrap()
            };
            let left = number("points=\"") + number(&format!("points=\"{},", number("points=\"")));
            let right = left + heads.pitch;
            let baseline = number("<text x=\"")
                + number(&format!("<text x=\"{}\" y=\"", number("<text x=\"")));
            // The middle of its capitals lies this far above the baseline, across the slant.
            let middle = f64::from(baseline) - f64::from(heads.face.size) * 0.36 * SQRT_2;
            let off = (middle - f64::from(left + right) / 2.0) * FRAC_1_SQRT_2;
            assert!(off.abs() <= most, "{off}");
        }
    }
}
