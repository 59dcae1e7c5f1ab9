//! Floors across a chart: an upright line at each, and its name on a flag above the plot.
//!
//! In: floors, the scale they lie on, and the room for their flags. Out: flags on as many levels as it takes for no two
//! to touch, drawn with their lines.

use super::Floor;
use super::canvas::{Area, Canvas};
use super::scale::{Scale, count, index, thousands};
use super::style::{INK, Type};

/// Floors and where their flags stand.
#[derive(Debug, Clone)]
pub(super) struct Flags {
    all: Vec<Flag>,
    face: Type,
    /// The height of all levels.
    pub(super) height: i32,
}

#[derive(Debug, Clone)]
struct Flag {
    x: i32,
    left: i32,
    right: i32,
    level: i32,
    text: String,
}

impl Flags {
    /// Places a flag at each floor, between `left` and `right`. Flags of one level lie beside each other.
    pub(super) fn plan(
        canvas: &Canvas<'_>,
        floors: &[Floor],
        scale: Scale,
        (left, right): (i32, i32),
    ) -> Self {
        let (face, gap) = (canvas.face(16), canvas.px(12));
        let mut flags: Vec<Flag> = Vec::new();
        let mut sorted: Vec<&Floor> = floors.iter().filter(|floor| floor.value > 0.0).collect();
        sorted.sort_by(|one, other| other.value.total_cmp(&one.value));
        for floor in sorted {
            let text = face.fit(&name(floor), (right - left) * 3 / 5);
            let (x, width) = (scale.at(floor.value), face.width(&text));
            let start = (x - canvas.px(1)).min(right - width).max(left);
            let taken = |level: &i32| {
                let beside =
                    |flag: &Flag| flag.left > start + width + gap || flag.right + gap < start;
                flags.iter().any(|flag| flag.level == *level && !beside(flag))
            };
            let level = (0..count(floors.len())).find(|level| !taken(level)).unwrap_or(0);
            flags.push(Flag { x, left: start, right: start + width, level, text });
        }
        let levels = flags.iter().map(|flag| flag.level + 1).max().unwrap_or(0);
        Self { all: flags, face, height: levels * (face.leading() + canvas.px(4)) }
    }

    /// Draws lines from `bottom` up to each flag above `top`, then the flags over them.
    pub(super) fn draw(&self, canvas: &mut Canvas<'_>, (top, bottom): (i32, i32)) {
        let step = self.height / self.levels().max(1);
        for flag in &self.all {
            dotted(canvas, flag.x, (top - step * flag.level - canvas.px(4), bottom));
        }
        for flag in &self.all {
            let y = top - step * flag.level - canvas.px(9);
            canvas.plate((flag.left, y), &flag.text, self.face);
        }
    }

    /// The lines as areas, for labels to keep clear of.
    pub(super) fn lines(&self, (top, bottom): (i32, i32)) -> impl Iterator<Item = Area> {
        self.all.iter().map(move |flag| Area { left: flag.x - 2, top, right: flag.x + 2, bottom })
    }

    fn levels(&self) -> i32 {
        self.all.iter().map(|flag| flag.level + 1).max().unwrap_or(0)
    }
}

fn name(floor: &Floor) -> String {
    let value = thousands(floor.value);
    match &*floor.label {
        "" => value,
        label if label.contains(&value) => label.to_owned(),
        label => format!("{label} ({value})"),
    }
}

fn dotted(canvas: &mut Canvas<'_>, x: i32, (top, bottom): (i32, i32)) {
    let (dash, step) = (canvas.px(6), canvas.px(10));
    for start in (top..bottom).step_by(index(step)) {
        canvas.upright(x - canvas.px(1), (start, (start + dash).min(bottom)), canvas.px(2), INK);
    }
}

#[cfg(test)]
mod tests {
    use super::super::Look;
    use super::*;

    #[test]
    fn close_floors_stand_on_levels_of_their_own() {
        let mut svg = String::new();
        let canvas = Canvas::new(&mut svg, &Look::default());
        let scale = Scale { start: 100, end: 1500, max: 30_000.0 };
        let floor = |value| Floor { label: "Troops in Ukraine, monitored".to_owned(), value };
        let floors = [15_000.0, 15_200.0, 15_500.0, 29_900.0, 0.0].map(floor);
        let flags = Flags::plan(&canvas, &floors, scale, (60, 1540)).all;
        assert_eq!(flags.len(), 4);
        for (number, one) in flags.iter().enumerate() {
            assert!(one.left >= 60 && one.right <= 1540);
            let apart = |other: &Flag| {
                one.level != other.level || one.right < other.left || other.right < one.left
            };
            assert!(flags[number + 1..].iter().all(apart), "{flags:?}");
        }
    }

    #[test]
    fn a_flag_names_its_value_once() {
        let named = |label: &str| name(&Floor { label: label.to_owned(), value: 15_000.0 });
        assert_eq!(named("15,000 troops"), "15,000 troops");
        assert_eq!(named("Floor"), "Floor (15,000)");
        assert_eq!(named(""), "15,000");
    }
}
