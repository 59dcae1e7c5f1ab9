//! All worlds, and all points of a sweep, written as they are listed.
//!
//! In: a `Scenario` and its `Worlds`. Out: the same cells as the table of worlds, in the order of the
//! combinations, to any `Write`. Each thread takes the next batch, turns it into bytes and, when its
//! turn comes, writes them: the bytes do not depend on the number of threads, and memory does not
//! depend on the number of worlds.

use super::digits::{push_number, push_whole};
use super::format::{self, Spreadsheet, csv_cells};
use super::table::Value;
use super::tables;
use crate::evaluate::stream::{Batch, Plan, Row, Worlds};
use crate::scenario::Scenario;
use crate::study::sweep::Sweep;
use rayon::prelude::*;
use std::io::{self, Write};
use std::ops::Range;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// How many threads write.
pub fn threads() -> usize {
    rayon::current_num_threads()
}

/// Writes all worlds as CSV.
pub fn worlds<W: Write + Send>(
    scenario: &Scenario,
    worlds: &Worlds,
    spreadsheet: Spreadsheet,
    threads: usize,
    mut output: W,
) -> io::Result<()> {
    let header = tables::all_worlds(scenario, worlds.conditions());
    output.write_all(&format::csv(&header, spreadsheet))?;
    let template = Template::new(scenario, worlds.conditions(), spreadsheet);
    let line = Line {
        plan: Mutex::new((worlds.plan(), 0)),
        turn: Mutex::new(Turn { number: 0, output, failed: None, over: false }),
        moved: Condvar::new(),
    };
    std::thread::scope(|scope| {
        for _ in 1..threads {
            scope.spawn(|| line.work(worlds, &template));
        }
        line.work(worlds, &template);
    });
    let mut turn = line.turn.into_inner().unwrap_or_else(PoisonError::into_inner);
    turn.failed.take().map_or_else(|| turn.output.flush(), Err)
}

/// Threads that take batches, and write them in the order in which they were taken.
struct Line<'a, W> {
    /// The batches to come, and the number of the next.
    plan: Mutex<(Plan<'a>, u64)>,
    turn: Mutex<Turn<W>>,
    moved: Condvar,
}

/// Whose turn it is to write.
struct Turn<W> {
    number: u64,
    output: W,
    failed: Option<io::Error>,
    /// Whether nobody may write any more.
    over: bool,
}

impl<W: Write> Line<'_, W> {
    fn work(&self, worlds: &Worlds, template: &Template) {
        let mut page = Page::new(template);
        let mut cursor = worlds.cursor();
        let guard = Guard(self);
        while let Some((number, batch)) = self.take() {
            page.bytes.clear();
            cursor.walk(&batch, &mut |row| page.push(row));
            if !self.write(number, &page.bytes) {
                break;
            }
        }
        std::mem::forget(guard);
    }

    fn take(&self) -> Option<(u64, Batch)> {
        let mut plan = self.plan.lock().unwrap_or_else(PoisonError::into_inner);
        let batch = plan.0.next()?;
        plan.1 += 1;
        Some((plan.1 - 1, batch))
    }

    /// Waits for a batch's turn and writes it; whether more may follow.
    fn write(&self, number: u64, bytes: &[u8]) -> bool {
        let waiting = |turn: &mut Turn<W>| turn.number != number && !turn.over;
        let turn = self.moved.wait_while(self.turn(), waiting);
        let mut turn = turn.unwrap_or_else(PoisonError::into_inner);
        if turn.over {
            return false;
        }
        if let Err(error) = turn.output.write_all(bytes) {
            (turn.failed, turn.over) = (Some(error), true);
        }
        turn.number += 1;
        self.moved.notify_all();
        !turn.over
    }

    fn turn(&self) -> MutexGuard<'_, Turn<W>> {
        self.turn.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Lets nobody wait for a thread that broke down.
struct Guard<'a, 'b, W: Write>(&'a Line<'b, W>);

impl<W: Write> Drop for Guard<'_, '_, W> {
    fn drop(&mut self) {
        self.0.turn().over = true;
        self.0.moved.notify_all();
    }
}

/// What is the same in all rows, or comes back in many.
struct Template {
    delimiter: u8,
    point: u8,
    /// The first cells of every row.
    common: Vec<u8>,
    /// The conditions in the order of their columns: their dense ids and the cell of each option.
    conditions: Vec<(usize, Vec<Vec<u8>>)>,
    /// For each eight pledges, the text of each set of them.
    pledges: Vec<Vec<Vec<u8>>>,
}

/// What stands between ids in a cell.
const BETWEEN: &[u8] = b"; ";

impl Template {
    fn new(scenario: &Scenario, conditions: &[usize], spreadsheet: Spreadsheet) -> Self {
        let semicolon = spreadsheet == Spreadsheet::ExcelSemicolon;
        let cells = |condition: &usize| {
            let entry = scenario.conditions.at(*condition);
            let cell = |option: usize| match entry.outcomes.get(option) {
                Some(outcome) => Value::from(outcome.as_str()),
                None => Value::Boolean(option == 1),
            };
            let cells = (0..entry.options()).map(|option| csv_cells(&[cell(option)], semicolon));
            (*condition, cells.collect())
        };
        let ids: Vec<&str> = scenario.pledges.iter().map(|(id, _)| id).collect();
        Self {
            delimiter: if semicolon { b';' } else { b',' },
            point: if semicolon { b',' } else { b'.' },
            common: csv_cells(&tables::common_cells(scenario), semicolon),
            conditions: conditions.iter().map(cells).collect(),
            pledges: ids.chunks(8).map(sets).collect(),
        }
    }
}

/// The text of each set of at most eight ids, each followed by what stands between ids.
fn sets(ids: &[&str]) -> Vec<Vec<u8>> {
    let set = |set: usize| {
        let chosen = ids.iter().enumerate().filter(|(position, _)| set >> position & 1 == 1);
        chosen.flat_map(|(_, id)| [id.as_bytes(), BETWEEN].concat()).collect()
    };
    (0..1 << ids.len()).map(set).collect()
}

/// Rows as bytes.
struct Page<'a> {
    template: &'a Template,
    bytes: Vec<u8>,
    /// The cells of the conditions in the present row, and where that of each depth begins.
    options: Vec<u8>,
    begins: Vec<usize>,
}

impl<'a> Page<'a> {
    fn new(template: &'a Template) -> Self {
        let begins = vec![0; template.conditions.len()];
        Self { template, bytes: Vec::new(), options: Vec::new(), begins }
    }

    fn push(&mut self, row: &Row<'_>) {
        let (delimiter, point) = (self.template.delimiter, self.template.point);
        self.choose(row);
        let out = &mut self.bytes;
        out.extend_from_slice(&self.template.common);
        push_whole(out, row.number);
        out.push(delimiter);
        if let Some(probability) = row.probability {
            push_number(out, probability, point);
        }
        out.push(delimiter);
        out.extend_from_slice(&self.options);
        for number in [row.in_theatre, row.elsewhere].iter().chain(row.met) {
            push_number(out, *number, point);
            out.push(delimiter);
        }
        self.push_pledges(row.active);
        self.bytes.extend_from_slice(b"\r\n");
    }

    /// Renews the cells of the conditions from the first that changed.
    fn choose(&mut self, row: &Row<'_>) {
        let begin = self.begins.get(row.changed).copied().unwrap_or(self.options.len());
        self.options.truncate(begin);
        let changed = self.template.conditions.iter().zip(&mut self.begins).skip(row.changed);
        for ((condition, cells), begin) in changed {
            *begin = self.options.len();
            self.options.extend_from_slice(&cells[row.options[*condition]]);
        }
    }

    /// Ids need no quotes, but what stands between them may.
    fn push_pledges(&mut self, active: &[u8]) {
        let several = active.iter().map(|byte| byte.count_ones()).sum::<u32>() > 1;
        let quoted = several && self.template.delimiter == BETWEEN[0];
        if quoted {
            self.bytes.push(b'"');
        }
        let begin = self.bytes.len();
        for (sets, byte) in self.template.pledges.iter().zip(active) {
            self.bytes.extend_from_slice(&sets[usize::from(*byte)]);
        }
        if self.bytes.len() > begin {
            self.bytes.truncate(self.bytes.len() - BETWEEN.len());
        }
        if quoted {
            self.bytes.push(b'"');
        }
    }
}

/// How the rows of a sweep are written.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Rows {
    /// RFC 4180.
    Csv,
    /// An array of objects.
    Json,
}

/// Points that one thread turns into bytes at a time.
const POINTS: u64 = 4096;

/// How many times so many are written together.
const BATCHES: u64 = 32;

/// What stands around the objects of a JSON array, and between them.
const ARRAY: [&str; 3] = ["[\n", ",\n", "\n]\n"];

/// Writes the figures of all points in their order.
pub fn sweep(sweep: &Sweep, rows: Rows, mut output: impl Write) -> io::Result<()> {
    let points = sweep.points();
    output.write_all(&match rows {
        Rows::Csv => format::csv(&tables::sweep::sweep(sweep, 0..0), Spreadsheet::Plain),
        Rows::Json => ARRAY[0].into(),
    })?;
    for start in (0..points).step_by(usize::try_from(POINTS * BATCHES).unwrap_or(1)) {
        let chunk = |batch: u64| {
            let first = (start + batch * POINTS).min(points);
            page(sweep, first..(first + POINTS).min(points), rows)
        };
        let pages: Vec<Vec<u8>> = (0..BATCHES).into_par_iter().map(chunk).collect();
        pages.iter().try_for_each(|page| output.write_all(page))?;
    }
    if rows == Rows::Json {
        output.write_all(ARRAY[2].as_bytes())?;
    }
    output.flush()
}

fn page(sweep: &Sweep, points: Range<u64>, rows: Rows) -> Vec<u8> {
    let first = points.start == 0;
    let table = tables::sweep::sweep(sweep, points);
    if rows == Rows::Csv || table.rows.is_empty() {
        return format::csv_rows(&table, Spreadsheet::Plain);
    }
    let text = format::json(&table);
    let objects = text.strip_prefix(ARRAY[0]).and_then(|text| text.strip_suffix(ARRAY[2]));
    [if first { "" } else { ARRAY[1] }, objects.unwrap_or_default()].concat().into_bytes()
}
