//! What a result is under each variant: a dot and a range per row, grouped, with text columns beside them.
//!
//! In: groups of rows with low, central and high, up to three text columns. Out: SVG. The variant chosen has a filled
//! dot and bold type, the others a hollow dot.

use super::canvas::{Align, Area, Canvas, Point};
use super::frame::{self, Rows};
use super::scale::{self, Scale, count, greatest, thousands};
use super::style::{AXIS, BAND, BLUE, Colour, GRID, SOFT, Type};
use super::{Frame, Look};

/// Dots and ranges per variant.
#[derive(Debug, Clone, serde::Serialize)]
pub struct CompareChart {
    /// The words around it.
    pub frame: Frame,
    /// What the marks mean.
    pub key: CompareKey,
    /// What is counted: "troops".
    pub unit: String,
    /// Heads of the text columns; at most three.
    pub column_heads: Vec<String>,
    /// The variants, in groups.
    pub groups: Vec<CompareGroup>,
}

/// Variants that belong together.
#[derive(Debug, Clone, serde::Serialize)]
pub struct CompareGroup {
    /// What is varied; may be empty.
    pub label: String,
    /// Its options.
    pub rows: Vec<CompareRow>,
}

/// A variant.
#[derive(Debug, Clone, serde::Serialize)]
pub struct CompareRow {
    /// The option.
    pub label: String,
    /// Whether it is the one that the scenario chooses.
    pub chosen: bool,
    /// The lower end of the range.
    pub low: Option<f64>,
    /// The value itself.
    pub central: Option<f64>,
    /// The upper end of the range.
    pub high: Option<f64>,
    /// A text for each text column.
    pub columns: Vec<String>,
}

/// A line of the chart.
#[derive(Clone, Copy)]
enum Line<'a> {
    Group(&'a str),
    Row(&'a CompareRow),
}

/// Where the parts of the chart stand.
struct Grid {
    scale: Scale,
    ticks: Vec<f64>,
    rows: Rows,
    columns: Vec<(i32, i32)>,
    top: i32,
}

/// What the marks of a comparison mean.
#[derive(Debug, Clone, Copy, serde::Serialize)]
pub struct CompareKey {
    /// The filled dot.
    pub chosen: &'static str,
    /// The open dot.
    pub other: &'static str,
    /// The bar.
    pub range: &'static str,
}

impl CompareChart {
    /// Draws the chart as SVG.
    #[must_use]
    pub fn draw(&self, look: &Look) -> String {
        frame::sheet(&self.frame, look, |canvas, area| self.body(canvas, area))
    }

    fn body(&self, canvas: &mut Canvas<'_>, mut area: Area) {
        let lines = self.lines();
        if lines.is_empty() {
            return frame::nothing(canvas, area, "There is nothing to compare.");
        }
        let grid = self.grid(canvas, area, lines.len());
        let shown = &lines[..grid.shown(&lines)];
        let hidden = lines[shown.len()..].iter().filter(|line| matches!(line, Line::Row(_)));
        let hidden = frame::more(hidden.count(), "row");
        frame::left_out(canvas, &mut area, &[hidden], "comparison.csv", "");
        self.draw_head(canvas, area, &grid);
        let bottom = grid.top + grid.rows.pitch * count(shown.len());
        draw_grid(canvas, &grid, (area, bottom), shown);
        self.draw_unit(canvas, (grid.scale.start, bottom));
        for (number, line) in shown.iter().enumerate() {
            let y = grid.top + grid.rows.pitch * count(number) + grid.rows.pitch / 2;
            match line {
                Line::Group(label) => draw_group(canvas, area, y, label),
                Line::Row(row) => draw_row(canvas, (area.left, y), row, &grid),
            }
        }
    }

    fn rows(&self) -> impl Iterator<Item = &CompareRow> {
        self.groups.iter().flat_map(|group| &group.rows)
    }

    fn lines(&self) -> Vec<Line<'_>> {
        let named = |group: &&CompareGroup| !group.rows.is_empty();
        self.groups
            .iter()
            .filter(named)
            .flat_map(|group| {
                let head = (!group.label.is_empty()).then_some(Line::Group(&group.label));
                head.into_iter().chain(group.rows.iter().map(Line::Row))
            })
            .collect()
    }

    fn grid(&self, canvas: &Canvas<'_>, area: Area, lines: usize) -> Grid {
        let columns = self.column_rights(canvas, area);
        let text_left = columns.first().map_or(area.right, |(left, _)| *left);
        let label = row_face(canvas, true).widest(self.rows().map(|row| &*row.label));
        let start = area.left + (label + indent(canvas)).min(area.width() * 3 / 10) + canvas.px(24);
        let most = greatest(self.rows().map(CompareRow::most));
        let end = text_left - canvas.px(40) - canvas.face(17).bold().width(&thousands(most));
        let label = canvas.soft(16).width(&thousands(most));
        let ticks = scale::ticks(most, scale::steps((start, end), label, 5), 1.0);
        let scale = Scale { start, end, max: scale::last(&ticks) };
        let deepest = self.head_lines(canvas, &columns).iter().map(Vec::len).max().unwrap_or(0);
        let top = area.top + head_face(canvas).leading() * count(deepest.max(1)) + canvas.px(14);
        let height = area.bottom - top - canvas.px(36);
        let rows = Rows::plan(lines, height, (canvas.px(26), canvas.px(72)), canvas.px(30));
        let top = top + frame::settle(area, top + rows.pitch * count(rows.shown) + canvas.px(36));
        Grid { scale, ticks, rows, columns, top }
    }

    /// Left and right edge of each text column; texts are set flush right.
    fn column_rights(&self, canvas: &Canvas<'_>, area: Area) -> Vec<(i32, i32)> {
        let face = row_face(canvas, true);
        let mut right = area.right - canvas.px(8);
        let mut edges = Vec::new();
        for (column, head) in self.column_heads.iter().enumerate().rev() {
            let cells = self.rows().filter_map(|row| row.columns.get(column));
            let words = head.split(' ').map(|word| head_face(canvas).width(word)).max();
            let width = face.widest(cells.map(|cell| &**cell)).max(words.unwrap_or(0));
            let width = width.max(canvas.px(132)).min(area.width() / 7);
            edges.insert(0, (right - width, right));
            right -= width + canvas.px(22);
        }
        edges
    }

    fn head_lines(&self, canvas: &Canvas<'_>, columns: &[(i32, i32)]) -> Vec<Vec<String>> {
        let heads = self.column_heads.iter().zip(columns);
        heads.map(|(head, (left, right))| head_face(canvas).wrap(head, right - left, 4)).collect()
    }

    fn draw_head(&self, canvas: &mut Canvas<'_>, area: Area, grid: &Grid) {
        let (face, foot) = (head_face(canvas), grid.top - canvas.px(12));
        for (lines, (_, right)) in self.head_lines(canvas, &grid.columns).iter().zip(&grid.columns)
        {
            let y = foot - face.leading() * (count(lines.len()) - 1);
            canvas.lines((*right, y), lines, face, Align::End);
        }
        canvas.level((area.left, area.right), grid.top, 1, AXIS);
        self.draw_key(canvas, (area.left + canvas.px(4), foot));
    }

    /// The unit stands left of the axis' first number.
    fn draw_unit(&self, canvas: &mut Canvas<'_>, (x, bottom): Point) {
        let soft = canvas.soft(16);
        let at = (x - canvas.px(20), bottom + canvas.px(10) + soft.size);
        canvas.text(at, &soft.fit(&self.unit, canvas.px(200)), soft, Align::End);
    }

    fn draw_key(&self, canvas: &mut Canvas<'_>, (mut x, y): Point) {
        let (soft, radius) = (canvas.soft(16), canvas.px(7));
        let middle = y - soft.drop();
        for (chosen, text) in [(true, self.key.chosen), (false, self.key.other)] {
            if self.rows().any(|row| row.chosen == chosen) {
                draw_dot(canvas, (x + radius, middle), radius, chosen);
                canvas.text((x + canvas.px(24), y), text, soft, Align::Start);
                x += canvas.px(48) + soft.width(text);
            }
        }
        if self.rows().any(|row| row.range().is_some()) {
            draw_range(canvas, (x, x + canvas.px(36)), middle, SOFT);
            canvas.text((x + canvas.px(46), y), self.key.range, soft, Align::Start);
        }
    }
}

impl CompareRow {
    fn values(&self) -> impl Iterator<Item = f64> {
        [self.low, self.central, self.high].into_iter().flatten().filter(|value| value.is_finite())
    }

    fn most(&self) -> f64 {
        greatest(self.values())
    }

    /// The ends of the range, where it has any length.
    fn range(&self) -> Option<(f64, f64)> {
        let low = self.values().fold(f64::INFINITY, f64::min);
        (low < self.most()).then_some((low, self.most()))
    }
}

impl Grid {
    /// How many lines are shown; a group's head is not shown without a row.
    fn shown(&self, lines: &[Line<'_>]) -> usize {
        let shown = self.rows.shown;
        let bare = matches!(lines[..shown].last(), Some(Line::Group(_)));
        shown - usize::from(bare)
    }
}

fn indent(canvas: &Canvas<'_>) -> i32 {
    canvas.px(16)
}

fn head_face(canvas: &Canvas<'_>) -> Type {
    canvas.face(16).bold()
}

fn row_face(canvas: &Canvas<'_>, chosen: bool) -> Type {
    if chosen { canvas.face(17).bold() } else { canvas.face(17) }
}

fn draw_grid(
    canvas: &mut Canvas<'_>,
    grid: &Grid,
    (area, bottom): (Area, i32),
    lines: &[Line<'_>],
) {
    let soft = canvas.soft(16);
    let mut free = i32::MIN;
    for tick in &grid.ticks {
        let x = grid.scale.at(*tick);
        canvas.upright(x, (grid.top + 1, bottom), 1, GRID);
        let (at, text) = ((x, bottom + canvas.px(10) + soft.size), thousands(*tick));
        let half = soft.width(&text) / 2 + 1;
        if x - half > free {
            canvas.text(at, &text, soft, Align::Middle);
            free = x + half;
        }
    }
    canvas.level((area.left, area.right), bottom, 1, AXIS);
    canvas.upright(grid.scale.start - 1, (grid.top, bottom), canvas.px(2), AXIS);
    for (number, line) in lines.iter().enumerate() {
        let top = grid.top + grid.rows.pitch * count(number);
        if matches!(line, Line::Group(_)) {
            let bottom = top + grid.rows.pitch;
            canvas.fill(Area { left: area.left, top: top + 1, right: area.right, bottom }, BAND);
        }
    }
}

fn draw_group(canvas: &mut Canvas<'_>, area: Area, y: i32, label: &str) {
    let face = canvas.soft(16).bold();
    let text = face.fit(label, area.width() - canvas.px(8));
    canvas.text((area.left + canvas.px(4), y + face.drop()), &text, face, Align::Start);
}

fn draw_row(canvas: &mut Canvas<'_>, (left, y): Point, row: &CompareRow, grid: &Grid) {
    let face = row_face(canvas, row.chosen);
    let room = grid.scale.start - left - indent(canvas) - canvas.px(16);
    let at = (left + indent(canvas), y + face.drop());
    canvas.text(at, &face.fit(&row.label, room), face, Align::Start);
    draw_value(canvas, y, row, grid);
    for (text, (left, right)) in row.columns.iter().zip(&grid.columns) {
        let text = face.fit(text, right - left);
        canvas.text((*right, y + face.drop()), &text, face, Align::End);
    }
}

/// The range, the dot, and the central value to the right of both.
fn draw_value(canvas: &mut Canvas<'_>, y: i32, row: &CompareRow, grid: &Grid) {
    let (radius, face) = (canvas.px(8), row_face(canvas, row.chosen));
    let colour = if row.chosen { BLUE } else { SOFT };
    if let Some((low, high)) = row.range() {
        draw_range(canvas, (grid.scale.at(low), grid.scale.at(high)), y, colour);
    }
    let Some(central) = row.central.filter(|value| value.is_finite()) else {
        return draw_missing(canvas, y, row, grid);
    };
    let x = grid.scale.at(central);
    draw_dot(canvas, (x, y), radius, row.chosen);
    let end = grid.scale.at(row.most()).max(x + radius) + canvas.px(10);
    canvas.plate((end, y + face.drop()), &format!("mean {}", thousands(central)), face);
}

fn draw_missing(canvas: &mut Canvas<'_>, y: i32, row: &CompareRow, grid: &Grid) {
    let soft = canvas.soft(16);
    let (x, text) = match row.range() {
        Some((low, high)) => {
            (grid.scale.at(high), format!("{}–{}", thousands(low), thousands(high)))
        }
        None => (grid.scale.start, "no figure".to_owned()),
    };
    canvas.plate((x + canvas.px(12), y + soft.drop()), &text, soft);
}

fn draw_range(canvas: &mut Canvas<'_>, (left, right): (i32, i32), y: i32, colour: Colour) {
    let (thick, end) = (canvas.px(4), canvas.px(8));
    canvas.level((left, right), y - thick / 2, thick, colour);
    for x in [left, right] {
        canvas.upright(x - 1, (y - end, y + end), canvas.px(3), colour);
    }
}

fn draw_dot(canvas: &mut Canvas<'_>, centre: Point, radius: i32, chosen: bool) {
    if chosen {
        canvas.disc(centre, radius, BLUE);
    } else {
        canvas.ring(centre, radius, canvas.px(3), SOFT);
    }
}
