//! What waits for what: a matrix of pledges and the conditions that gate them.
//!
//! In: columns (conditions), rows (pledges) and a role for each pair. Out: SVG. Roles differ by shape as well as colour;
//! a key in the corner above the rows explains those that occur.

use super::canvas::{Align, Area, Canvas, Point};
use super::frame::{self, Rows};
use super::heads::{Heads, Label};
use super::scale::count;
use super::style::{BLUE, GRID, INK, ORANGE, SOFT, Type, VERMILLION, WHITE};
use super::{Frame, Look};

/// A matrix of pledges and conditions.
#[derive(Debug, Clone, serde::Serialize)]
pub struct GatesChart {
    /// The words around it.
    pub frame: Frame,
    /// The subtitle where the conditions' notes find room.
    pub subtitle_with_notes: String,
    /// The conditions.
    pub columns: Vec<GateColumn>,
    /// The pledges.
    pub rows: Vec<GateRow>,
}

/// A condition.
#[derive(Debug, Clone, serde::Serialize)]
pub struct GateColumn {
    /// What must happen.
    pub label: String,
    /// How likely it is ("20-45 %", "unlikely"); may be empty.
    pub note: String,
}

/// A pledge.
#[derive(Debug, Clone, serde::Serialize)]
pub struct GateRow {
    /// Whose pledge it is, or what.
    pub label: String,
    /// Stage and size: "declared · 12,000".
    pub detail: String,
    /// One role per column; what is missing counts as none.
    pub roles: Vec<GateRole>,
}

/// What a condition is to a pledge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum GateRole {
    /// It makes no difference.
    None,
    /// The pledge is never active without it.
    Needed,
    /// It matters in some worlds.
    Alternative,
    /// Readings of the text differ.
    Contested,
    /// To find out takes too much work.
    Unknown,
}

/// Each role that is drawn, its name and its meaning.
const KEY: [(GateRole, &str, &str); 4] = [
    (GateRole::Needed, "Needed", ": never active without it"),
    (GateRole::Alternative, "Alternative", ": matters in some worlds"),
    (GateRole::Contested, "Contested", ": readings differ"),
    (GateRole::Unknown, "Unknown", ": too much to work out"),
];

/// Where the parts of the matrix stand.
struct Grid {
    heads: Heads,
    rows: Rows,
    face: Type,
    detail: i32,
    left: i32,
    top: i32,
}

impl GatesChart {
    /// Draws the chart as SVG.
    #[must_use]
    pub fn draw(&self, look: &Look) -> String {
        let with_notes = Frame { subtitle: self.subtitle_with_notes.clone(), ..self.frame.clone() };
        let mut noted = false;
        let svg = frame::sheet(&with_notes, look, |canvas, area| noted = self.body(canvas, area));
        if noted {
            return svg;
        }
        let columns = self.columns.iter();
        let columns =
            columns.map(|column| GateColumn { note: String::new(), ..column.clone() }).collect();
        let bare = Self { columns, ..self.clone() };
        frame::sheet(&self.frame, look, |canvas, area| _ = bare.body(canvas, area))
    }

    /// Draws the matrix; whether its conditions have notes.
    fn body(&self, canvas: &mut Canvas<'_>, mut area: Area) -> bool {
        if self.rows.is_empty() || self.columns.is_empty() {
            frame::nothing(canvas, area, "No pledge waits for a condition.");
            return false;
        }
        let grid = self.grid(canvas, area);
        let rows = frame::more(self.rows.len() - grid.rows.shown, "row");
        let columns = frame::more(self.columns.len() - grid.heads.columns(), "condition");
        frame::left_out(canvas, &mut area, &[rows, columns], "gates.csv", "");
        self.draw_key(canvas, (area.left, grid.top - canvas.px(14)), &grid);
        grid.heads.draw_guides(canvas, (grid.left, grid.top));
        grid.heads.draw(canvas, (grid.left, grid.top));
        grid.draw_lines(canvas, area);
        for (number, row) in self.rows.iter().take(grid.rows.shown).enumerate() {
            let y = grid.top + grid.rows.pitch * count(number) + grid.rows.pitch / 2;
            grid.draw_row(canvas, (area.left, y), row);
        }
        grid.heads.are_noted()
    }

    fn grid(&self, canvas: &Canvas<'_>, area: Area) -> Grid {
        let face = self.label_face(canvas, area);
        let soft = detail_face(face);
        let gap = canvas.px(20);
        let label = face.widest(self.rows.iter().map(|row| &*row.label)).min(label_room(area));
        let detail =
            soft.widest(self.rows.iter().map(|row| &*row.detail)).min(detail_room(area, label));
        let side = (label + gap + detail).max(self.key_width(canvas)) + gap;
        let shown = Heads::most(canvas, area.width() - side);
        let labels: Vec<_> = self.columns.iter().take(shown).map(GateColumn::head).collect();
        let heads = Heads::plan(canvas, &labels, (area.width() - side, area.height() * 2 / 5));
        let top = area.top + heads.height.max(self.key_height(canvas));
        let limits = (canvas.px(21).max(LOWEST_ROW), canvas.px(120));
        let note = canvas.px(32);
        let unsaid = if self.columns.len() > shown { note } else { 0 };
        let rows = Rows::plan(self.rows.len(), area.bottom - top - unsaid, limits, note);
        let top = top + frame::settle(area, top + rows.pitch * count(rows.shown));
        let left = area.left + side;
        Grid { heads, rows, face, detail: left - gap - detail, left, top }
    }

    /// The largest type in which no label need be cut, if there is one.
    fn label_face(&self, canvas: &Canvas<'_>, area: Area) -> Type {
        let widest = |face: Type| face.widest(self.rows.iter().map(|row| &*row.label));
        let faces = [17, 16, 15].map(|size| canvas.face(size));
        let fitting = faces.into_iter().find(|face| widest(*face) <= label_room(area));
        fitting.unwrap_or(faces[2])
    }

    /// The roles that occur anywhere, whether they find room or not.
    fn key(&self) -> impl Iterator<Item = &'static (GateRole, &'static str, &'static str)> {
        let occurs = |role| self.rows.iter().any(|row| row.roles.contains(&role));
        KEY.iter().filter(move |(role, ..)| occurs(*role))
    }

    fn key_width(&self, canvas: &Canvas<'_>) -> i32 {
        let (bold, face) = (canvas.face(16).bold(), canvas.face(16));
        let widths = self.key().map(|(_, name, sense)| bold.width(name) + face.width(sense));
        widths.max().unwrap_or(0) + canvas.px(28)
    }

    fn key_height(&self, canvas: &Canvas<'_>) -> i32 {
        count(self.key().count()) * canvas.px(26) + canvas.px(14)
    }

    /// The key stands above the labels; its last line is at the point given.
    fn draw_key(&self, canvas: &mut Canvas<'_>, (left, bottom): Point, grid: &Grid) {
        let (bold, soft) = (canvas.face(16).bold(), canvas.soft(16));
        let rows = || self.rows.iter().take(grid.rows.shown);
        let roles = || rows().flat_map(|row| row.roles.iter().take(grid.heads.columns()));
        let key: Vec<_> =
            self.key().filter(|(drawn, ..)| roles().any(|role| role == drawn)).collect();
        let lines = count(key.len());
        for ((role, name, sense), number) in key.into_iter().zip(0..) {
            let y = bottom - canvas.px(26) * (lines - 1 - number);
            draw_role(canvas, (left + canvas.px(9), y - bold.drop()), canvas.px(8), *role);
            frame::run(canvas, (left + canvas.px(28), y), &[(name, bold), (sense, soft)]);
        }
    }
}

/// On lower rows of small pages letters touch the line above.
const LOWEST_ROW: i32 = 15;

/// A little smaller than labels.
const fn detail_face(face: Type) -> Type {
    let smaller = face.size * 19 / 20;
    // Nothing is smaller than 9 pixels.
    let size = if smaller < 9 { face.size } else { smaller };
    Type { size, colour: SOFT, ..face }
}

/// How wide labels of rows may be.
const fn label_room(area: Area) -> i32 {
    area.width() * 29 / 100
}

/// How wide details may be: what labels leave of the room before the matrix, a seventh at least.
fn detail_room(area: Area, label: i32) -> i32 {
    (area.width() * 42 / 100 - label).max(area.width() / 7)
}

/// As many parts of "FRA, GBR · declared · 12,000 troops" as find room, the first of them cut where it must be.
fn whole_parts(face: Type, detail: &str, room: i32) -> String {
    let ends = detail.match_indices(" · ").map(|(at, _)| at).chain([detail.len()]);
    let parts: Vec<&str> = ends.filter_map(|end| detail.get(..end)).collect();
    let fitting = parts.iter().rev().find(|part| face.width(part) <= room);
    face.fit(fitting.or(parts.first()).unwrap_or(&detail), room)
}

impl GateColumn {
    fn head(&self) -> Label<'_> {
        Label { text: &self.label, note: &self.note }
    }
}

impl Grid {
    fn draw_lines(&self, canvas: &mut Canvas<'_>, area: Area) {
        let right = self.left + self.heads.width();
        let bottom = self.top + self.rows.pitch * count(self.rows.shown);
        frame::bands(canvas, Area { top: self.top, right, bottom, ..area }, self.rows);
        for column in 0..=count(self.heads.columns()) {
            let x = self.left + self.heads.pitch * column;
            canvas.upright(x, (self.top, bottom), 1, GRID);
        }
    }

    fn draw_row(&self, canvas: &mut Canvas<'_>, (left, y): Point, row: &GateRow) {
        let (face, soft) = (self.face, detail_face(self.face));
        let gap = canvas.px(20);
        let label = face.fit(&row.label, self.detail - gap - left);
        canvas.text((left + canvas.px(4), y + face.drop()), &label, face, Align::Start);
        let detail = whole_parts(soft, &row.detail, self.left - gap - self.detail);
        canvas.text((self.detail, y + face.drop()), &detail, soft, Align::Start);
        let radius = (self.rows.pitch.min(self.heads.pitch) * 3 / 10).min(canvas.px(13));
        for (column, role) in row.roles.iter().take(self.heads.columns()).enumerate() {
            draw_role(canvas, (self.heads.centre(self.left, column), y), radius, *role);
        }
    }
}

/// Needed is a disc, alternative a ring, contested a diamond with an edge, unknown an empty one.
fn draw_role(canvas: &mut Canvas<'_>, centre: Point, radius: i32, role: GateRole) {
    match role {
        GateRole::None => {}
        GateRole::Needed => canvas.disc(centre, radius, BLUE),
        GateRole::Alternative => canvas.ring(centre, radius, canvas.px(3), VERMILLION),
        GateRole::Contested => {
            canvas.diamond(centre, radius * 5 / 4, INK);
            canvas.diamond(centre, radius * 5 / 4 - canvas.px(2), ORANGE);
        }
        GateRole::Unknown => {
            canvas.diamond(centre, radius * 5 / 4, INK);
            canvas.diamond(centre, radius * 5 / 4 - canvas.px(2), WHITE);
        }
    }
}
