//! The tables of a brief: a readable choice of the columns and rows of the tables that programs read.
//!
//! In: a `Finding`. Out: [`Grid`]s with headers in words. A cell says what the cell of its table says.

use crate::layout::{ELSEWHERE, IN_THEATRE};
use crate::report::format::people;
use crate::report::table::{Table, Value};
use crate::report::tables::{self, Name};
use crate::report::wording::{formula_in_words, requirement_in_words};
use crate::report::words::capitalised;
use crate::scenario::{Scenario, TROOPS, UNSTATED};
use crate::study::{Beside, Finding};

/// A table for reading.
#[derive(Clone, Debug, Default)]
pub(super) struct Grid {
    /// What it shows.
    pub(super) caption: String,
    /// The columns.
    pub(super) heads: Vec<Head>,
    /// A cell a column; the first says what the row is about.
    pub(super) rows: Vec<Vec<Cell>>,
    /// What it leaves out; may be empty.
    pub(super) note: String,
}

/// The head of a column.
#[derive(Clone, Debug)]
pub(super) struct Head {
    /// What it says.
    pub(super) text: String,
    /// Whether numbers stand below it.
    pub(super) number: bool,
}

/// A cell, with something smaller beneath that may be empty.
#[derive(Clone, Debug, Default)]
pub(super) struct Cell {
    /// What it says.
    pub(super) text: String,
    /// What it adds.
    pub(super) detail: String,
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self { text, detail: String::new() }
    }
}

impl Head {
    /// The head of a column of words.
    pub(super) fn words(text: impl Into<String>) -> Self {
        Self { text: text.into(), number: false }
    }

    /// The head of a column of numbers.
    pub(super) fn number(text: impl Into<String>) -> Self {
        Self { text: text.into(), number: true }
    }
}

impl Grid {
    /// The same without columns that are empty in every row.
    pub(super) fn filled(mut self) -> Self {
        let rows = &self.rows;
        let filled: Vec<bool> = (0..self.heads.len())
            .map(|at| rows.iter().filter_map(|row| row.get(at)).any(|cell| !cell.text.is_empty()))
            .collect();
        let kept = |at: usize| filled.get(at).copied().unwrap_or(false);
        let mut at = 0..;
        self.heads.retain(|_| at.next().is_some_and(kept));
        for row in &mut self.rows {
            let mut at = 0..;
            row.retain(|_| at.next().is_some_and(kept));
        }
        self
    }
}

/// A table and its cells by the names of their columns, as people read them.
pub(super) struct Cells(Table);

impl Cells {
    /// The cells of a table.
    pub(super) fn new(name: Name, finding: &Finding) -> Self {
        Self(tables::table(name, finding, &Beside::default(), tables::DEFAULT_STEP))
    }

    /// The cell of a row; empty where there is no such column.
    pub(super) fn get(&self, row: &[Value], name: &str) -> String {
        let at = self.0.columns.iter().position(|column| column.name == name);
        let cell = at.and_then(|at| self.0.columns.get(at).zip(row.get(at)));
        cell.map(|(column, value)| people(column, value)).unwrap_or_default()
    }

    /// The rows.
    pub(super) fn rows(&self) -> &[Vec<Value>] {
        &self.0.rows
    }

    /// "3 % to 16 %" of two cells; empty where they say the same.
    fn range(&self, row: &[Value], [low, high]: [&str; 2]) -> String {
        let (low, high) = (self.get(row, low), self.get(row, high));
        if low == high { String::new() } else { format!("{low} to {high}") }
    }
}

/// The requirements.
pub(super) fn requirements(finding: &Finding) -> Grid {
    let scenario = &finding.scenario;
    let cells = Cells::new(Name::Requirements, finding);
    let asked = scenario.asked_when.as_ref().map(|asked| formula_in_words(&asked.text));
    let asked = asked.unwrap_or_else(|| "what is asked".to_owned());
    let row = |(at, row): (usize, &Vec<Value>)| {
        let own = cells.get(row, "asked_when");
        let text = [requirement_in_words(scenario, at)];
        let own = if Some(own.as_str()) == scenario.asked_when.as_ref().map(|a| a.text.as_str()) {
            String::new()
        } else {
            format!("asked given {}", formula_in_words(&own))
        };
        let figures = [
            cells.get(row, "probability"),
            cells.range(row, ["probability_low", "probability_high"]),
            cells.get(row, "probability_when_asked"),
            cells.get(row, "expected_shortfall_when_asked"),
            cells.get(row, "from_assumption_share"),
        ];
        let mut row: Vec<Cell> = text.into_iter().chain(figures).map(Cell::from).collect();
        if let Some(first) = row.first_mut().filter(|_| own != "asked given ") {
            first.detail = own;
        }
        row
    };
    Grid {
        caption: "Requirements, and how probable it is that each is met".to_owned(),
        heads: vec![
            Head::words("Requirement"),
            Head::number("Met"),
            Head::number("Over the stated ranges"),
            Head::number(format!("Met, given {asked}")),
            Head::number("Missing on average, then"),
            Head::number("Rests on an assumption"),
        ],
        rows: cells.rows().iter().enumerate().map(row).collect(),
        note: String::new(),
    }
}

/// The totals that are not zero in every world.
pub(super) fn totals(finding: &Finding) -> Grid {
    let scenario = &finding.scenario;
    let cells = Cells::new(Name::Totals, finding);
    let empty = |row: &Vec<Value>| cells.get(row, "max") == "0";
    let shown = cells.rows().iter().enumerate().filter(|(at, row)| *at == 0 || !empty(row));
    let rows = shown.map(|(_, row)| {
        let unit = cells.get(row, "unit");
        let name = total_name(scenario, &cells.get(row, "total"));
        let name = if unit == TROOPS { name } else { format!("{name} ({unit})") };
        let row = [
            name,
            cells.get(row, "probability_any"),
            cells.get(row, "if_any_mean"),
            cells.range(row, ["if_any_p05", "if_any_p95"]),
            cells.get(row, "mean"),
            cells.range(row, ["mean_low", "mean_high"]),
            cells.get(row, "from_assumption_share"),
        ];
        row.into_iter().map(Cell::from).collect()
    });
    let rows: Vec<Vec<Cell>> = rows.collect();
    let left_out = cells.rows().len() - rows.len();
    Grid {
        caption: "Totals of the counted force, in troops".to_owned(),
        heads: vec![
            Head::words("Total"),
            Head::number("Any at all"),
            Head::number("If any, on average"),
            Head::number("Nine times in ten"),
            Head::number("Mean over all worlds"),
            Head::number("Over the stated ranges"),
            Head::number("Rests on an assumption"),
        ],
        rows,
        note: match left_out {
            0 => String::new(),
            1 => "One total that is zero in every world is left out.".to_owned(),
            _ => format!("{left_out} totals that are zero in every world are left out."),
        },
    }
}

/// `basing.ukraine` is "Based in Ukraine", `nation.GBR` the nation's name.
fn total_name(scenario: &Scenario, name: &str) -> String {
    let (kind, id) = name.split_once('.').unwrap_or((name, ""));
    let basing = scenario.basings.index(id).map(|at| scenario.basings.at(at).name.clone());
    let nation = scenario.nations.index(id).map(|at| scenario.nations.at(at).name.clone());
    match kind {
        IN_THEATRE => "In theatre".to_owned(),
        ELSEWHERE => "Elsewhere".to_owned(),
        "basing" if id == UNSTATED => "Basing unstated".to_owned(),
        "basing" => format!("Based: {}", basing.unwrap_or_else(|| id.to_owned())),
        "nation" => nation.unwrap_or_else(|| id.to_owned()),
        "domain" => capitalised(id),
        _ => formula_in_words(name),
    }
}
