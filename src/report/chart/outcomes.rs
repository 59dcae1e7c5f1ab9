//! Each distinct force, how likely it is, and the conditions that bring it about (after `UpSet` plots).
//!
//! In: outcomes with a probability, one more when asked, and a mark per condition. Out: SVG. Bars share one scale from
//! zero and carry their numbers, so there is no axis to read.

use super::canvas::{Align, Area, Canvas, Point};
use super::frame::{self, Rows};
use super::heads::{Heads, Label};
use super::scale::{Scale, count, greatest, percent};
use super::style::{AXIS, BLUE, FAINT, INK, VERMILLION};
use super::{Frame, Look};
use crate::report::words::capitalised;

/// Outcomes, their probabilities and their conditions.
#[derive(Debug, Clone, serde::Serialize)]
pub struct OutcomesChart {
    /// The words around it.
    pub frame: Frame,
    /// The conditions: the columns of the matrix.
    pub conditions: Vec<String>,
    /// What is taken as given for the second bar: "if a ceasefire holds".
    pub asked_label: Option<String>,
    /// The probability of the outcomes that are not among the rows.
    pub left_out: f64,
    /// The outcomes, in the order drawn.
    pub rows: Vec<OutcomeRow>,
}

/// A distinct force.
#[derive(Debug, Clone, serde::Serialize)]
pub struct OutcomeRow {
    /// The force: "20,000 troops".
    pub label: String,
    /// Who sends it; may be empty.
    pub detail: String,
    /// How likely it is.
    pub probability: f64,
    /// How likely it is when asked.
    pub probability_when_asked: Option<f64>,
    /// One mark per condition; what is missing counts as free.
    pub marks: Vec<OutcomeMark>,
}

/// What a condition must be for the outcome to come about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum OutcomeMark {
    /// It does not matter.
    Free,
    /// It holds.
    Holds,
    /// It fails.
    Fails,
}

const KEY: [(OutcomeMark, &str); 3] = [
    (OutcomeMark::Holds, "Holds"),
    (OutcomeMark::Fails, "Does not hold"),
    (OutcomeMark::Free, "Not needed for it"),
];

/// Where the parts of the chart stand.
struct Grid {
    heads: Heads,
    rows: Rows,
    bars: Scale,
    matrix: i32,
    top: i32,
}

impl OutcomesChart {
    /// Draws the chart as SVG.
    #[must_use]
    pub fn draw(&self, look: &Look) -> String {
        frame::sheet(&self.frame, look, |canvas, area| self.body(canvas, area))
    }

    fn body(&self, canvas: &mut Canvas<'_>, mut area: Area) {
        if self.rows.is_empty() {
            let many = "There are too many forces to list the most probable.";
            let sentence = if self.left_out > 0.0 { many } else { "No figure for any force." };
            return frame::nothing(canvas, area, sentence);
        }
        let grid = self.grid(canvas, area);
        let conditions = frame::more(self.conditions.len() - grid.heads.columns(), "condition");
        let more = [self.more(grid.rows.shown), conditions];
        frame::left_out(canvas, &mut area, &more, "outcomes.csv", &self.not_listed());
        self.draw_keys(canvas, area, &grid);
        grid.heads.draw(canvas, (grid.matrix, grid.top));
        let bottom = grid.top + grid.rows.pitch * count(grid.rows.shown);
        let right = if self.conditions.is_empty() { area.right } else { grid.right() };
        frame::bands(canvas, Area { top: grid.top, bottom, right, ..area }, grid.rows);
        for (number, row) in self.rows.iter().take(grid.rows.shown).enumerate() {
            let y = grid.top + grid.rows.pitch * count(number) + grid.rows.pitch / 2;
            grid.draw_label(canvas, (area.left, y), row);
            grid.draw_bars(canvas, y, row);
            grid.draw_marks(canvas, y, row);
        }
        canvas.upright(grid.bars.start - canvas.px(2), (grid.top, bottom), canvas.px(2), AXIS);
    }

    /// "12 more outcomes (3 % together)".
    fn more(&self, shown: usize) -> String {
        let rest = &self.rows[shown..];
        let share: f64 = rest.iter().map(|row| row.probability).sum();
        let share =
            if rest.is_empty() { String::new() } else { format!(" ({} together)", percent(share)) };
        frame::more(rest.len(), "outcome") + &share
    }

    /// "10 % in outcomes that are not listed".
    fn not_listed(&self) -> String {
        if self.left_out > 0.0 {
            return format!("{} in outcomes that are not listed", percent(self.left_out));
        }
        String::new()
    }

    fn asked(&self) -> bool {
        self.asked_label.is_some()
            && self.rows.iter().any(|row| row.probability_when_asked.is_some())
    }

    fn grid(&self, canvas: &Canvas<'_>, area: Area) -> Grid {
        let label = self.label_width(canvas).max(canvas.px(190)).min(area.width() / 4);
        let start = area.left + label + canvas.px(24);
        let matrix = start + self.bars_width(canvas, area);
        let shown = Heads::most(canvas, area.right - matrix).min(self.conditions.len());
        let labels: Vec<_> =
            self.conditions[..shown].iter().map(|text| Label { text, note: "" }).collect();
        let spare = area.height() - canvas.px(60) * count(self.rows.len());
        let high = spare.clamp(area.height() * 2 / 5, area.height() / 2);
        let heads = Heads::plan(canvas, &labels, (area.right - matrix, high));
        let keys = if self.conditions.is_empty() && !self.asked() { 36 } else { 96 };
        let top = area.top + heads.height.max(canvas.px(keys));
        let limits =
            (canvas.px(if self.asked() { 46 } else { 26 }), canvas.px(150).max(area.height() / 5));
        let note = canvas.px(30);
        let said = self.conditions.len() > shown || self.left_out > 0.0;
        let unsaid = if said { note } else { 0 };
        let rows = Rows::plan(self.rows.len(), area.bottom - top - unsaid, limits, note);
        let top = top + frame::settle(area, top + rows.pitch * count(rows.shown));
        let end = matrix - canvas.px(90);
        Grid { heads, rows, bars: Scale { start, end, max: self.most() }, matrix, top }
    }

    /// The fewer the conditions, the longer the bars.
    fn bars_width(&self, canvas: &Canvas<'_>, area: Area) -> i32 {
        if self.conditions.is_empty() {
            return area.width() * 7 / 10;
        }
        let narrower = canvas.px(14) * count(self.conditions.len());
        (area.width() * 2 / 5 - narrower).max(area.width() / 5)
    }

    fn label_width(&self, canvas: &Canvas<'_>) -> i32 {
        let labels = canvas.face(18).bold().widest(self.rows.iter().map(|row| &*row.label));
        labels.max(canvas.soft(16).widest(self.rows.iter().map(|row| &*row.detail)))
    }

    fn most(&self) -> f64 {
        let asked = self.rows.iter().filter_map(|row| row.probability_when_asked);
        greatest(self.rows.iter().map(|row| row.probability).chain(asked)).min(1.0)
    }

    fn draw_keys(&self, canvas: &mut Canvas<'_>, area: Area, grid: &Grid) {
        let (face, line) = (canvas.face(16), canvas.px(26));
        let foot = grid.top - canvas.px(14);
        if !self.conditions.is_empty() {
            for ((mark, sense), number) in KEY.iter().zip(0..) {
                let y = foot - line * (2 - number);
                draw_mark(canvas, (area.left + canvas.px(9), y - face.drop()), canvas.px(8), *mark);
                canvas.text((area.left + canvas.px(28), y), sense, face, Align::Start);
            }
        }
        let x = grid.bars.start;
        let title = foot - line * if self.asked() { 2 } else { 0 };
        canvas.text((x, title), "Probability", face.bold(), Align::Start);
        if let Some(asked) = self.asked_label.as_deref().filter(|_| self.asked()) {
            frame::swatch(canvas, (x, foot - line), "Overall", BLUE);
            let text = face.fit(&capitalised(asked), grid.matrix - x - canvas.px(40));
            frame::swatch(canvas, (x, foot), &text, VERMILLION);
        }
    }
}

impl Grid {
    fn right(&self) -> i32 {
        self.matrix + self.heads.width()
    }

    fn draw_label(&self, canvas: &mut Canvas<'_>, (left, y): Point, row: &OutcomeRow) {
        let (bold, soft) = (canvas.face(18).bold(), canvas.soft(16));
        let (x, room) = (left + canvas.px(4), self.bars.start - left - canvas.px(20));
        let label = bold.fit(&row.label, room);
        if row.detail.is_empty() {
            canvas.text((x, y + bold.drop()), &label, bold, Align::Start);
        } else if self.rows.pitch >= canvas.px(40) {
            let most = if self.rows.pitch >= canvas.px(80) { 2 } else { 1 };
            let detail = soft.wrap(&row.detail, room, most);
            let y = y - soft.leading() * (count(detail.len()) - 1) / 2;
            canvas.text((x, y - canvas.px(4)), &label, bold, Align::Start);
            canvas.lines((x, y + canvas.px(16)), &detail, soft, Align::Start);
        } else {
            let gap = format!("{label}  ");
            let detail = soft.fit(&row.detail, room - bold.width(&gap));
            frame::run(canvas, (x, y + bold.drop()), &[(&gap, bold), (&detail, soft)]);
        }
    }

    fn draw_bars(&self, canvas: &mut Canvas<'_>, y: i32, row: &OutcomeRow) {
        let thick = (self.rows.pitch * 2 / 5).min(canvas.px(21));
        match row.probability_when_asked {
            Some(asked) => {
                self.draw_bar(canvas, (y - thick - 1, thick), row.probability, false);
                self.draw_bar(canvas, (y + 1, thick), asked, true);
            }
            None => self.draw_bar(canvas, (y - thick / 2, thick), row.probability, false),
        }
    }

    fn draw_marks(&self, canvas: &mut Canvas<'_>, y: i32, row: &OutcomeRow) {
        let mark = |column: usize| row.marks.get(column).copied().unwrap_or(OutcomeMark::Free);
        let columns = 0..self.heads.columns();
        let bound: Vec<_> = columns.clone().filter(|at| mark(*at) != OutcomeMark::Free).collect();
        if let (Some(first), Some(last)) = (bound.first(), bound.last()) {
            let ends = [*first, *last].map(|column| self.heads.centre(self.matrix, column));
            canvas.level((ends[0], ends[1]), y - 1, canvas.px(2), FAINT);
        }
        let radius = (self.rows.pitch.min(self.heads.pitch) * 3 / 10).min(canvas.px(9));
        for column in columns {
            draw_mark(canvas, (self.heads.centre(self.matrix, column), y), radius, mark(column));
        }
    }

    fn draw_bar(&self, canvas: &mut Canvas<'_>, (top, thick): (i32, i32), value: f64, asked: bool) {
        let right = self.bars.at(value).max(self.bars.start + i32::from(value > 0.0) * 2);
        let area = Area { left: self.bars.start, top, right, bottom: top + thick };
        canvas.fill(area, if asked { VERMILLION } else { BLUE });
        let face = if asked { canvas.face(16) } else { canvas.face(16).bold() };
        let baseline = top + thick / 2 + face.drop();
        canvas.text((right + canvas.px(8), baseline), &percent(value), face, Align::Start);
    }
}

/// A condition that holds is a disc, one that fails a ring, one that not needed for it a small pale dot.
fn draw_mark(canvas: &mut Canvas<'_>, centre: Point, radius: i32, mark: OutcomeMark) {
    match mark {
        OutcomeMark::Free => canvas.disc(centre, radius / 3, FAINT),
        OutcomeMark::Holds => canvas.disc(centre, radius, INK),
        OutcomeMark::Fails => canvas.ring(centre, radius, canvas.px(2), INK),
    }
}
