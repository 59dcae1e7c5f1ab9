//! Where the headline goes: a bar for each step, with what is left and what fell out, and the nations beside it.
//!
//! In: steps with a level each, the causes of their losses, nations. Out: SVG. What is left is dark, what fell out pale;
//! both carry their numbers. Nations that find no column are added up in the last one.

use super::canvas::{Align, Area, Canvas, Point};
use super::frame::{self, Rows};
use super::scale::{self, Scale, count, greatest, index, thousands};
use super::style::{AXIS, BLUE, Colour, GRID, INK, Type, WHITE};
use super::{Frame, Look};

/// A waterfall.
#[derive(Debug, Clone, Default, serde::Serialize)]
pub struct WaterfallChart {
    /// The words around it.
    pub frame: Frame,
    /// The steps, the headline first.
    pub steps: Vec<WaterfallStep>,
    /// The nations beside the bars.
    pub nations: Vec<String>,
    /// What stands where a level is missing.
    pub missing: String,
    /// What is said at the foot; may be empty.
    pub note: String,
}

/// A step.
#[derive(Debug, Clone, serde::Serialize)]
pub struct WaterfallStep {
    /// What it is called.
    pub label: String,
    /// What is left at it.
    pub detail: String,
    /// How much is left; none where that is not known.
    pub level: Option<f64>,
    /// Why the rest fell out, the largest cause first.
    pub causes: Vec<String>,
    /// The level of each nation.
    pub nations: Vec<Option<f64>>,
}

/// What fell out.
const LOST: Colour = Colour(218, 218, 218);

/// The most columns beside the bars.
const MOST_COLUMNS: usize = 5;

/// Where the parts of the chart stand.
struct Grid {
    scale: Scale,
    ticks: Vec<f64>,
    rows: Rows,
    top: i32,
    /// The height of a bar.
    thick: i32,
    /// The most lines of causes under a bar.
    lines: i32,
    /// Where bars, their numbers and causes end.
    right: i32,
    columns: Columns,
}

/// The nations beside the bars, right-aligned.
struct Columns {
    heads: Vec<Vec<String>>,
    /// The nations with a column of their own; the rest share the last.
    named: usize,
    width: i32,
    right: i32,
}

impl WaterfallChart {
    /// Draws the chart as SVG.
    #[must_use]
    pub fn draw(&self, look: &Look) -> String {
        frame::sheet(&self.frame, look, |canvas, area| self.body(canvas, area))
    }

    fn body(&self, canvas: &mut Canvas<'_>, mut area: Area) {
        if self.most() <= 0.0 {
            return frame::nothing(canvas, area, "Nothing is pledged in numbers.");
        }
        frame::left_out(canvas, &mut area, &[], "", &self.note);
        let grid = self.grid(canvas, area);
        self.draw_back(canvas, area, &grid);
        let mut before = None;
        for (step, top) in self.steps.iter().zip(grid.tops()) {
            draw_label(canvas, (area.left, top), step, &grid);
            match step.level {
                Some(level) => draw_bar(canvas, top, (before.unwrap_or(level), level), &grid),
                None => self.draw_missing(canvas, top, &grid),
            }
            draw_causes(canvas, top, step, &grid);
            before = step.level;
        }
        let (top, bottom) = grid.ends();
        canvas.upright(grid.scale.start - canvas.px(2), (top, bottom), canvas.px(2), AXIS);
        self.draw_columns(canvas, &grid);
    }

    fn most(&self) -> f64 {
        greatest(self.steps.iter().filter_map(|step| step.level))
    }

    fn grid(&self, canvas: &Canvas<'_>, area: Area) -> Grid {
        let columns = self.columns(canvas, area);
        let right = columns.left() - canvas.px(20);
        let labels = canvas.face(18).bold().widest(self.steps.iter().map(|step| &*step.label));
        let start = area.left + labels.max(canvas.px(150)).min(area.width() / 5) + canvas.px(24);
        let end = right - number_face(canvas).width(&fallen(self.most())) - canvas.px(12);
        let label = canvas.soft(16).width(&thousands(self.most()));
        let ticks = scale::ticks(self.most(), scale::steps((start, end), label, 6), 1.0);
        let scale = Scale { start, end, max: scale::last(&ticks) };
        let heads = count(columns.heads.iter().map(Vec::len).max().unwrap_or(0));
        let top = area.top + heads * canvas.face(16).leading() + canvas.px(10);
        let height = area.bottom - top - canvas.px(40);
        let rows = Rows::plan(
            self.steps.len(),
            height,
            (canvas.px(26), canvas.px(150).max(area.height() / 6)),
            0,
        );
        // Rows too low for causes are filled by their bars.
        let part = if rows.pitch < canvas.px(60) { 8 } else { 5 };
        let thick = (rows.pitch * part * 2 / 25).min(canvas.px(54));
        let below = (rows.pitch - thick) * 3 / 4 - canvas.px(6);
        let lines = below / canvas.face(16).leading();
        Grid { scale, ticks, rows, top, thick, lines: lines.clamp(0, 2), right, columns }
    }

    fn columns(&self, canvas: &Canvas<'_>, area: Area) -> Columns {
        let width = canvas.px(116);
        let room = index(area.width() * 2 / 5 / width).min(MOST_COLUMNS);
        let shown = if self.nations.len() < 2 { 0 } else { self.nations.len().min(room) };
        let named = if shown < self.nations.len() { shown.saturating_sub(1) } else { shown };
        let mut heads: Vec<String> = self.nations[..named].to_vec();
        if shown > named {
            heads.push(format!("{} others", self.nations.len() - named));
        }
        let face = canvas.face(16).bold();
        let inner = width - canvas.px(14);
        // A name is cut at its end rather than in the middle of a word.
        let lines = |head: &String| {
            if face.wraps(head, inner, 3) {
                return face.wrap(head, inner, 3);
            }
            vec![face.fit(head, inner)]
        };
        let heads = heads.iter().map(lines).collect();
        Columns { heads, named, width, right: area.right }
    }

    /// What lies behind the bars: ticks, lines between the rows, lines from each level to the next.
    fn draw_back(&self, canvas: &mut Canvas<'_>, area: Area, grid: &Grid) {
        let (top, bottom) = grid.ends();
        let soft = canvas.soft(16);
        let y = bottom + canvas.px(10) + soft.size;
        for tick in &grid.ticks {
            let x = grid.scale.at(*tick);
            canvas.upright(x, (top, bottom), 1, GRID);
            canvas.text((x, y), &thousands(*tick), soft, Align::Middle);
        }
        let x = grid.scale.start - canvas.px(20);
        canvas.text((x, y), "troops", soft, Align::End);
        for row in 0..=count(grid.rows.shown) {
            canvas.level((area.left, area.right), top + row * grid.rows.pitch, 1, GRID);
        }
        let tops: Vec<i32> = grid.tops().collect();
        for (step, ends) in self.steps.iter().zip(tops.windows(2)) {
            if let Some(level) = step.level {
                let ends = (ends[0] + grid.thick, ends[1]);
                canvas.upright(grid.scale.at(level) - 1, ends, canvas.px(1), AXIS);
            }
        }
    }

    fn draw_missing(&self, canvas: &mut Canvas<'_>, top: i32, grid: &Grid) {
        let face = canvas.soft(18);
        let x = grid.scale.start + canvas.px(10);
        let line = face.fit(&self.missing, grid.right - x);
        canvas.plate((x, top + grid.thick / 2 + face.drop()), &line, face);
    }

    fn draw_columns(&self, canvas: &mut Canvas<'_>, grid: &Grid) {
        let (columns, bold) = (&grid.columns, canvas.face(16).bold());
        for (column, head) in columns.heads.iter().enumerate() {
            let x = columns.end(column);
            let y = grid.top - canvas.px(10) - bold.leading() * (count(head.len()) - 1);
            canvas.lines((x, y), head, bold, Align::End);
            for (step, top) in self.steps.iter().zip(grid.tops()) {
                let face = canvas.face(17);
                let text = columns.value(step, column).map_or("–".to_owned(), thousands);
                let text = face.fit(&text, columns.width - canvas.px(8));
                canvas.text((x, top + grid.thick / 2 + face.drop()), &text, face, Align::End);
            }
        }
    }
}

impl Grid {
    /// The top and the bottom of the plot.
    fn ends(&self) -> Point {
        (self.top, self.top + self.rows.pitch * count(self.rows.shown))
    }

    /// The top of each bar.
    fn tops(&self) -> impl Iterator<Item = i32> {
        let first = self.top + (self.rows.pitch - self.thick) / 4;
        (0..count(self.rows.shown)).map(move |row| first + row * self.rows.pitch)
    }
}

impl Columns {
    fn left(&self) -> i32 {
        self.right - self.width * count(self.heads.len())
    }

    fn end(&self, column: usize) -> i32 {
        self.left() + self.width * (count(column) + 1)
    }

    /// The level of the nation of a column, or of all that share it; none where one is missing.
    fn value(&self, step: &WaterfallStep, column: usize) -> Option<f64> {
        if column < self.named {
            return step.nations.get(column).copied().flatten();
        }
        step.nations.iter().skip(self.named).copied().sum()
    }
}

fn number_face(canvas: &Canvas<'_>) -> Type {
    canvas.face(18)
}

/// "−8,000".
fn fallen(troops: f64) -> String {
    format!("−{}", thousands(troops))
}

fn draw_label(canvas: &mut Canvas<'_>, (left, top): Point, step: &WaterfallStep, grid: &Grid) {
    let (bold, soft) = (canvas.face(18).bold(), canvas.soft(16));
    let room = grid.scale.start - left - canvas.px(20);
    let label = bold.wrap(&step.label, room, 1);
    let below = grid.rows.pitch - (grid.rows.pitch - grid.thick) / 4 - bold.leading();
    let most = index(below / soft.leading()).min(3);
    // Alone, the label stands in the middle of its bar.
    let alone = top + grid.thick / 2 + bold.drop();
    let first = if most == 0 { alone } else { top + bold.size };
    let last = canvas.lines((left, first), &label, bold, Align::Start);
    if most == 0 {
        return;
    }
    let detail = soft.wrap(&step.detail, room, most);
    canvas.lines((left, last + soft.leading() + canvas.px(2)), &detail, soft, Align::Start);
}

/// What is left and what fell out, each with its number: inside its part where it fits, else behind the bar.
fn draw_bar(canvas: &mut Canvas<'_>, top: i32, (before, level): (f64, f64), grid: &Grid) {
    let (start, pad) = (grid.scale.start, canvas.px(10));
    let (end, tip) = (grid.scale.at(before.max(level)), grid.scale.at(level));
    let bottom = top + grid.thick;
    canvas.fill(Area { left: tip, top, right: end, bottom }, LOST);
    canvas.fill(Area { left: start, top, right: tip, bottom }, BLUE);
    let (bold, face) = (canvas.face(20).bold(), number_face(canvas));
    let y = top + grid.thick / 2 + bold.drop();
    let (left, lost) = (thousands(level), fallen(before - level));
    let has_lost = thousands(before - level) != "0" && before > level;
    let (wide, wide_lost) = (bold.width(&left) + 2 * pad, face.width(&lost) + 2 * pad);
    // From here on to the right nothing is written yet.
    let mut free = tip;
    if wide <= tip - start {
        canvas.text((tip - pad, y), &left, bold.colour(WHITE), Align::End);
    } else {
        if wide > end - tip {
            free = end;
            canvas.plate((free + pad, y), &left, bold);
        } else {
            canvas.text((free + pad, y), &left, bold.colour(INK), Align::Start);
        }
        free += wide;
    }
    if has_lost && wide_lost <= end - free {
        canvas.text((end - pad, y), &lost, face, Align::End);
    } else if has_lost {
        canvas.plate((free.max(end) + pad, y), &lost, face);
    }
}

/// As many causes as find room under the bar, and how many more there are.
fn draw_causes(canvas: &mut Canvas<'_>, top: i32, step: &WaterfallStep, grid: &Grid) {
    let face = canvas.soft(16);
    let room = grid.right - grid.scale.start - canvas.px(6);
    let told = |shown: usize| {
        let more = step.causes.len() - shown;
        let more =
            if more > 0 { format!("and {more} more in waterfall.csv") } else { String::new() };
        let parts = step.causes[..shown].iter().map(String::as_str).chain([more.as_str()]);
        parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join("; ")
    };
    let fits = |shown: &usize| face.wraps(&told(*shown), room, index(grid.lines));
    if step.causes.is_empty() || grid.lines == 0 {
        return;
    }
    let shown = (1..=step.causes.len()).rev().find(fits).unwrap_or(1);
    let mut y = top + grid.thick + face.leading();
    for line in face.wrap(&told(shown), room, index(grid.lines)) {
        canvas.plate((grid.scale.start + canvas.px(6), y), &line, face);
        y += face.leading();
    }
}
