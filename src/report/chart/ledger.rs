//! Who offered what, how firmly: a table of nations and domains, each offer with the rung of the ladder that it is on.
//!
//! In: columns (domains), rows (nations) and the offers in each cell, by kind and more briefly. Out: SVG. Rungs are
//! told by the number of bars and by a word; rows that find no room are counted.

use super::canvas::{Align, Area, Canvas, Point};
use super::frame;
use super::ladder::{
    self, BAR, BARS, DIAMOND, HEARSAY, Meaning, NARROW_BAR, Sign, bars, cross, dash, diamond,
    draw_key,
};
use super::scale::count;
use super::style::{AXIS, BAND, BLUE, GRID, INK, OTHER, Type};
use super::{Frame, Look};

/// A table of nations and domains.
#[derive(Debug, Clone, serde::Serialize)]
pub struct LedgerChart {
    /// The words around it.
    pub frame: Frame,
    /// The rungs of the ladder in words, the loosest first.
    pub rungs: Vec<String>,
    /// The domains.
    pub columns: Vec<String>,
    /// The nations.
    pub rows: Vec<LedgerRow>,
}

/// A nation, or a bloc.
#[derive(Debug, Clone, serde::Serialize)]
pub struct LedgerRow {
    /// Its name.
    pub label: String,
    /// Whether it is a bloc.
    pub bloc: bool,
    /// What it offers in each column, a line a kind.
    pub by_kind: Vec<Vec<LedgerEntry>>,
    /// The same in fewer lines.
    pub brief: Vec<Vec<LedgerEntry>>,
}

/// A line of a cell.
#[derive(Debug, Clone, serde::Serialize)]
pub struct LedgerEntry {
    /// How firm the firmest of its pledges is.
    pub mark: LedgerMark,
    /// Whether it is about a force.
    pub force: bool,
    /// Whether sources claim several stages.
    pub contested: bool,
    /// Whether no nation is on record for what the mark tells.
    pub hearsay: bool,
    /// "declared, 6,000 troops": the first that fits is shown, the fullest first.
    pub texts: [String; 3],
}

/// How firm a pledge is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum LedgerMark {
    /// So many rungs up the ladder, 1 the loosest: by every source, and by those that claim most.
    Rung(usize, usize),
    /// Ruled out.
    Refused,
    /// Taken back.
    Withdrawn,
}

/// Where the parts of the table stand.
struct Grid {
    brief: bool,
    shown: usize,
    /// From one bar of a mark to the next.
    bar: i32,
    /// From one line of a cell to the next.
    line: i32,
    face: Type,
    left: i32,
    top: i32,
    widths: Vec<i32>,
    /// From the left end of each column to its texts.
    leads: Vec<i32>,
}

impl LedgerChart {
    /// Draws the chart as SVG.
    #[must_use]
    pub fn draw(&self, look: &Look) -> String {
        frame::sheet(&self.frame, look, |canvas, area| self.body(canvas, area))
    }

    fn body(&self, canvas: &mut Canvas<'_>, mut area: Area) {
        if self.rows.is_empty() || self.columns.is_empty() {
            frame::nothing(canvas, area, "No pledge is known.");
            return;
        }
        let grid = self.grid(canvas, area);
        let (shown, hidden) = self.rows.split_at(grid.shown);
        let blocs = hidden.iter().filter(|row| row.bloc).count();
        let nations = frame::more(hidden.len() - blocs, "nation");
        let more = [nations, frame::more(blocs, "bloc")];
        frame::left_out(canvas, &mut area, &more, "ledger.csv", "");
        let key = self.key(canvas, area.width());
        draw_key(canvas, (area.left, grid.top - canvas.px(44)), &key);
        let bold = canvas.face(16).bold();
        for (column, name) in self.columns.iter().enumerate() {
            let (x, width) = grid.column(column);
            let at = (x + canvas.px(10), grid.top - canvas.px(8));
            canvas.text(at, &bold.fit(name, width - canvas.px(14)), bold, Align::Start);
        }
        let mut y = grid.top;
        for (number, row) in shown.iter().enumerate() {
            let bottom = y + grid.height(canvas, row);
            if number % 2 == 0 {
                canvas.fill(Area { top: y, bottom, right: grid.right(), ..area }, BAND);
            }
            grid.draw_row(canvas, (area.left, y), row);
            y = bottom;
        }
        grid.draw_lines(canvas, area.left, y);
    }

    fn grid(&self, canvas: &Canvas<'_>, area: Area) -> Grid {
        let key = count(self.key(canvas, area.width()).len()) * canvas.px(28);
        let head = key + canvas.px(40);
        let height = area.height() - head;
        let plan = |brief: bool| self.plan(canvas, brief, height);
        let full = plan(false);
        let (brief, (shown, line)) =
            if full.0 == self.rows.len() { (false, full) } else { (true, plan(true)) };
        let size = (line * 7 / 10).clamp(canvas.px(14), canvas.px(18));
        let face = Type::new(size);
        let labels = face.widest(self.rows.iter().map(|row| &*row.label)) + canvas.px(24);
        let label = labels.min(area.width() * 22 / 100);
        let mut grid = Grid {
            brief,
            shown,
            line,
            face,
            left: area.left + label,
            top: 0,
            widths: Vec::new(),
            bar: 0,
            leads: Vec::new(),
        };
        let room = area.right - grid.left;
        let smaller = Type::new(canvas.px(14).min(size));
        for (bar, face) in [(BAR, face), (NARROW_BAR, face), (NARROW_BAR, smaller)] {
            (grid.bar, grid.face) = (canvas.px(bar), face);
            grid.leads = self.leads(canvas, grid.bar);
            if self.needs(canvas, &grid, 2).iter().sum::<i32>() <= room {
                break;
            }
        }
        grid.widths = self.widths(canvas, &grid, room);
        let rows: i32 = self.rows.iter().take(shown).map(|row| grid.height(canvas, row)).sum();
        grid.top = area.top + head + frame::settle(area, area.top + head + rows);
        grid
    }

    /// How many rows find room, and how high their lines are.
    fn plan(&self, canvas: &Canvas<'_>, brief: bool, height: i32) -> (usize, i32) {
        let least = canvas.px(19);
        let lines: Vec<i32> = self.rows.iter().map(|row| row.lines(brief)).collect();
        let all: i32 = lines.iter().sum();
        let pads = canvas.px(PAD) * count(lines.len());
        if all * least + pads <= height {
            return (lines.len(), ((height - pads) / all.max(1)).min(canvas.px(44)));
        }
        let room = height - canvas.px(32);
        let mut used = 0;
        let fitting = lines.iter().take_while(|lines| {
            used += **lines * least + canvas.px(PAD);
            used <= room
        });
        (fitting.count(), least)
    }

    /// The widths of the columns: what their shortest texts need; then, while there is room, what fuller ones do.
    fn widths(&self, canvas: &Canvas<'_>, grid: &Grid, room: i32) -> Vec<i32> {
        let mut widths = self.needs(canvas, grid, 3);
        let all: i32 = widths.iter().sum();
        if all >= room {
            return widths.iter().map(|width| scaled(*width, room, all)).collect();
        }
        let mut spare = room - all;
        for fullness in [2, 1, 0] {
            for (width, need) in widths.iter_mut().zip(self.needs(canvas, grid, fullness)) {
                let more = (need - *width).max(0);
                if more <= spare {
                    *width += more;
                    spare -= more;
                }
            }
        }
        let each = (spare / count(widths.len())).min(canvas.px(90));
        widths.iter().map(|width| width + each).collect()
    }

    /// The widths that texts of a fullness need.
    fn needs(&self, canvas: &Canvas<'_>, grid: &Grid, fullness: usize) -> Vec<i32> {
        let need = |column: usize| {
            let rows = self.rows.iter().take(grid.shown);
            let entries = rows.flat_map(|row| &row.cells(grid.brief)[column]);
            let texts = entries.map(|entry| grid.text_width(entry, fullness));
            let widest = grid.leads[column] + texts.max().unwrap_or(0);
            let head = canvas.face(16).bold().width(&self.columns[column]);
            widest.max(head).max(canvas.px(70)) + canvas.px(24)
        };
        (0..self.columns.len()).map(need).collect()
    }

    /// Texts stand behind the bars, and behind a diamond where a column has any.
    fn leads(&self, canvas: &Canvas<'_>, bar: i32) -> Vec<i32> {
        let bars = canvas.px(18) + bar * BARS;
        let lead = |column: usize| {
            let mut entries = self.rows.iter().flat_map(|row| &row.by_kind[column]);
            bars + if entries.any(|entry| entry.contested) { canvas.px(DIAMOND) } else { 0 }
        };
        (0..self.columns.len()).map(lead).collect()
    }

    fn entries(&self) -> impl Iterator<Item = &LedgerEntry> {
        self.rows.iter().flat_map(|row| row.by_kind.iter().flatten())
    }

    /// What the marks mean, in lines no wider than `width`.
    fn key(&self, canvas: &Canvas<'_>, width: i32) -> Vec<Vec<Meaning>> {
        let any = |has: &dyn Fn(&LedgerEntry) -> bool| self.entries().any(has);
        let ladder = |entry: &LedgerEntry| matches!(entry.mark, LedgerMark::Rung(..));
        let bars = format!("How firm, a bar each: {}", self.rungs.join(", "));
        let meanings = [
            (any(&ladder), Sign::Bars(INK), bars),
            (any(&|entry| ladder(entry) && entry.force), Sign::Bars(BLUE), "Force".to_owned()),
            (
                any(&|entry| ladder(entry) && !entry.force),
                Sign::Bars(OTHER),
                "Other kinds".to_owned(),
            ),
            (any(&|entry| entry.mark == LedgerMark::Refused), Sign::Refused, "Refused".to_owned()),
            (
                any(&|entry| entry.mark == LedgerMark::Withdrawn),
                Sign::Withdrawn,
                "Withdrawn or ran out".to_owned(),
            ),
            (
                any(&|entry| entry.contested),
                Sign::Contested,
                "Contested: only some sources claim the hollow bars".to_owned(),
            ),
            (
                any(&|entry| entry.hearsay),
                Sign::Hearsay,
                "Hearsay: none of its nations on record".to_owned(),
            ),
        ];
        let meanings = meanings.into_iter().filter(|(occurs, ..)| *occurs);
        ladder::key(canvas, meanings.map(|(_, sign, text)| (sign, text)), width)
    }
}

/// What is left free in a row beside its lines, on a slide.
const PAD: i32 = 4;

/// A part of a length, as a share of a whole.
fn scaled(length: i32, part: i32, whole: i32) -> i32 {
    let product = i64::from(length) * i64::from(part) / i64::from(whole.max(1));
    i32::try_from(product).unwrap_or(length)
}

impl LedgerEntry {
    /// Whether bars say how firm it is, and its text little more.
    fn is_barred(&self) -> bool {
        self.force && matches!(self.mark, LedgerMark::Rung(..))
    }
}

impl LedgerRow {
    fn cells(&self, brief: bool) -> &[Vec<LedgerEntry>] {
        if brief { &self.brief } else { &self.by_kind }
    }

    fn lines(&self, brief: bool) -> i32 {
        count(self.cells(brief).iter().map(Vec::len).max().unwrap_or(0).max(1))
    }
}

impl Grid {
    /// Where a column begins, and how wide it is.
    fn column(&self, column: usize) -> (i32, i32) {
        let before: i32 = self.widths.iter().take(column).sum();
        (self.left + before, self.widths.get(column).copied().unwrap_or(0))
    }

    fn right(&self) -> i32 {
        self.left + self.widths.iter().sum::<i32>()
    }

    fn height(&self, canvas: &Canvas<'_>, row: &LedgerRow) -> i32 {
        row.lines(self.brief) * self.line + canvas.px(PAD)
    }

    /// The width of a text of a fullness; 3 stands for bars alone, where bars say enough.
    fn text_width(&self, entry: &LedgerEntry, fullness: usize) -> i32 {
        let text = if entry.is_barred() { "" } else { &*entry.texts[2] };
        let text = entry.texts.get(fullness).map_or(text, |text| &**text);
        self.face.width(text) + if entry.hearsay { self.face.width(HEARSAY) } else { 0 }
    }

    fn draw_lines(&self, canvas: &mut Canvas<'_>, left: i32, bottom: i32) {
        for column in 0..self.widths.len() {
            canvas.upright(self.column(column).0, (self.top, bottom), 1, GRID);
        }
        canvas.level((left, self.right()), self.top, 1, AXIS);
        canvas.level((left, self.right()), bottom, 1, GRID);
    }

    fn draw_row(&self, canvas: &mut Canvas<'_>, (left, top): Point, row: &LedgerRow) {
        let first = top + canvas.px(PAD) / 2 + self.line / 2;
        let face = self.face;
        let lines = usize::try_from(row.lines(self.brief)).unwrap_or(1);
        let label = face.wrap(&row.label, self.left - left - canvas.px(14), lines.min(2));
        for (line, number) in label.iter().zip(0..) {
            // A name is read as one, however far apart the lines of the cells are.
            let y = first + self.line.min(face.leading()) * number + face.drop();
            canvas.text((left + canvas.px(4), y), line, face, Align::Start);
        }
        for (column, entries) in row.cells(self.brief).iter().enumerate() {
            for (entry, number) in entries.iter().zip(0..) {
                self.draw_entry(canvas, (column, first + self.line * number), entry);
            }
        }
    }

    /// Draws an entry of a column in the middle of the line at a height.
    fn draw_entry(&self, canvas: &mut Canvas<'_>, (column, y): (usize, i32), entry: &LedgerEntry) {
        let (x, width) = self.column(column);
        let mark = x + canvas.px(10);
        let wide = self.bar * BARS;
        match entry.mark {
            LedgerMark::Rung(sure, claimed) => {
                let colour = if entry.force { BLUE } else { OTHER };
                let high = (self.line * 2 / 3).min(canvas.px(20));
                bars(canvas, (mark, y), (self.bar, high), (count(sure), count(claimed)), colour);
            }
            LedgerMark::Refused => cross(canvas, (mark + wide / 2, y)),
            LedgerMark::Withdrawn => dash(canvas, (mark + wide / 2, y)),
        }
        if entry.contested {
            diamond(canvas, (mark + wide + canvas.px(8 + DIAMOND / 2 - 3), y));
        }
        let start = x + self.leads[column];
        let room = x + width - canvas.px(8) - start;
        let hearsay = if entry.hearsay { HEARSAY } else { "" };
        let room = room - self.face.width(hearsay);
        let [.., least] = &entry.texts;
        let text = entry.texts.iter().find(|text| self.face.width(text) <= room).unwrap_or(least);
        // Beside bars a word for their height can go; half of it would say less.
        let text = if entry.is_barred() && self.face.width(text) > room {
            String::new()
        } else {
            self.face.fit(text, room)
        };
        let text = text + if room > 0 { hearsay } else { "" };
        canvas.text((start, y + self.face.drop()), &text, self.face, Align::Start);
    }
}
