//! The tables of a brief: a readable choice of the columns and rows of the tables that programs read.
//!
//! In: a `Finding`. Out: [`Grid`]s with headers in words. A cell says what the cell of its table says.

use crate::evaluate::deciding::Direction;
use crate::law::real;
use crate::layout::{ELSEWHERE, IN_THEATRE};
use crate::outcomes::{AtSizes, Deciding, DecidingSet, Turn};
use crate::report::format::people;
use crate::report::table::{Table, Value};
use crate::report::tables::{self, Name, response, size_in_words};
use crate::report::wording::{
    condition_name, conditions_in_words, day, formula_in_words, pledge_name, requirement_in_words,
    short_requirement,
};
use crate::report::words::{capitalised, large, percent, thousands};
use crate::scenario::{Scenario, Stage, TROOPS, UNSTATED};
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

    fn number(text: impl Into<String>) -> Self {
        Self { text: text.into(), number: true }
    }
}

impl Grid {
    /// The same without columns that are empty in every row.
    fn filled(mut self) -> Self {
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

/// The tables that have rows.
pub(super) fn tables(finding: &Finding) -> Vec<Grid> {
    let all = [
        requirements(finding),
        totals(finding),
        deciding(finding, Direction::Unlock),
        deciding(finding, Direction::Block),
        drivers(finding),
    ];
    all.into_iter().map(Grid::filled).filter(|grid| !grid.rows.is_empty()).collect()
}

/// A table and its cells by the names of their columns, as people read them.
struct Cells(Table);

impl Cells {
    fn new(name: Name, finding: &Finding) -> Self {
        Self(tables::table(name, finding, &Beside::default(), tables::DEFAULT_STEP))
    }

    /// The cell of a row; empty where there is no such column.
    fn get(&self, row: &[Value], name: &str) -> String {
        let at = self.0.columns.iter().position(|column| column.name == name);
        let cell = at.and_then(|at| self.0.columns.get(at).zip(row.get(at)));
        cell.map(|(column, value)| people(column, value)).unwrap_or_default()
    }

    /// "3 % to 16 %" of two cells; empty where they say the same.
    fn range(&self, row: &[Value], [low, high]: [&str; 2]) -> String {
        let (low, high) = (self.get(row, low), self.get(row, high));
        if low == high { String::new() } else { format!("{low} to {high}") }
    }
}

fn requirements(finding: &Finding) -> Grid {
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
        rows: cells.0.rows.iter().enumerate().map(row).collect(),
        note: String::new(),
    }
}

fn totals(finding: &Finding) -> Grid {
    let scenario = &finding.scenario;
    let cells = Cells::new(Name::Totals, finding);
    let empty = |row: &Vec<Value>| cells.get(row, "max") == "0";
    let shown = cells.0.rows.iter().enumerate().filter(|(at, row)| *at == 0 || !empty(row));
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
    let left_out = cells.0.rows.len() - rows.len();
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

/// The most sets that are listed of a requirement.
const MOST_SETS: usize = 5;

/// What decides the requirements: a row a set of conditions, with every requirement that it decides.
fn deciding(finding: &Finding, direction: Direction) -> Grid {
    let outcomes = &finding.outcomes;
    let (found, caption, decides, table) = match direction {
        Direction::Unlock => (&outcomes.unlock, "What would be enough", "Enough for", "unlock"),
        Direction::Block => (&outcomes.block, "What rules it out", "Rules out", "block"),
    };
    let mut rows: Vec<(&DecidingSet, Vec<String>)> = Vec::new();
    let mut more = 0.0;
    for (requirement, found) in found.iter().enumerate() {
        let Some(found) = found else { continue };
        for set in found.sets.iter().take(MOST_SETS) {
            let what = requirement_in_words(&finding.scenario, requirement);
            let alike = |(other, _): &&mut (&DecidingSet, _)| {
                (&other.conditions, &other.sizes) == (&set.conditions, &set.sizes)
            };
            match rows.iter_mut().find(alike) {
                Some((_, decided)) => decided.push(what),
                None => rows.push((set, vec![what])),
            }
        }
        more += left_out(found);
    }
    let heads = ["Conditions", decides, "At sizes"].map(Head::words);
    let [conditions, decides, sizes] = heads;
    Grid {
        caption: caption.to_owned(),
        heads: vec![conditions, Head::number("All of them obtain"), decides, sizes],
        rows: rows.into_iter().map(|(set, decided)| deciding_row(finding, set, &decided)).collect(),
        note: if more < 0.5 {
            String::new()
        } else {
            format!("{} more in the table {table}.", large(more))
        },
    }
}

/// How many sets of a requirement are not listed; one that decides at several sizes counts once.
fn left_out(found: &Deciding) -> f64 {
    let told: usize = found.sets.iter().map(|set| set.sizes.len()).sum();
    let all = found.counts.iter().sum::<f64>() - real(u64::try_from(told).unwrap_or(u64::MAX));
    let unlisted = found.sets.len().saturating_sub(MOST_SETS);
    all.max(0.0) + real(u64::try_from(unlisted).unwrap_or(u64::MAX))
}

fn deciding_row(finding: &Finding, set: &DecidingSet, decided: &[String]) -> Vec<Cell> {
    let conditions = match set.conditions.as_slice() {
        [] => "Nothing: it is so in any case".to_owned(),
        conditions => capitalised(&conditions_in_words(&finding.scenario, conditions)),
    };
    let sizes: Vec<&str> = set.sizes.iter().map(|sizes| sizes.word()).collect();
    let sizes = if set.sizes == [AtSizes::Any] { String::new() } else { sizes.join(", ") };
    let chance = set.probability.map(percent).unwrap_or_default();
    [conditions, chance, decided.join("; "), sizes].into_iter().map(Cell::from).collect()
}

/// What moves the force or the leading requirement, most first.
fn drivers(finding: &Finding) -> Grid {
    let scenario = &finding.scenario;
    let leading = scenario.leading_requirement();
    let turn = |result: Option<usize>, (condition, option): (usize, usize)| {
        response(finding, result)?.options.get(condition)?.get(option).copied()
    };
    let met = |ends| leading.and_then(|leading| turn(Some(leading), ends));
    let swing = |turn: Option<Turn>| turn.and_then(|turn| turn.swing()).unwrap_or(0.0).abs();
    let mut ends = open_ends(scenario);
    ends.retain(|ends| swing(turn(None, *ends)) + swing(met(*ends)) > 0.0);
    ends.sort_by(|one, other| {
        let by = |ends: &(usize, usize)| (swing(turn(None, *ends)), swing(met(*ends)));
        by(other).partial_cmp(&by(one)).unwrap_or(std::cmp::Ordering::Equal).then(one.cmp(other))
    });
    let rows = ends.into_iter().map(|ends| {
        let (troops, met) = (turn(None, ends), met(ends));
        let chance = finding.outcomes.marginals.get(ends.0).and_then(Option::as_ref);
        let chance = chance.and_then(|options| options.get(ends.1)).map(|own| percent(own.value));
        let row = [
            end_name(scenario, ends),
            chance.unwrap_or_default(),
            troops.and_then(|turn| turn.set).map(thousands).unwrap_or_default(),
            troops.and_then(|turn| turn.unset).map(thousands).unwrap_or_default(),
            met.and_then(|turn| turn.set).map(percent).unwrap_or_default(),
            met.and_then(|turn| turn.unset).map(percent).unwrap_or_default(),
        ];
        row.into_iter().map(Cell::from).collect()
    });
    let required = leading.map(|leading| short_requirement(scenario, leading)).unwrap_or_default();
    Grid {
        caption: "Drivers: what setting a condition would change".to_owned(),
        heads: vec![
            Head::words("Condition"),
            Head::number("As things are"),
            Head::number("Mean troops if set to hold"),
            Head::number("if set to fail"),
            Head::number(format!("{required} met if set to hold")),
            Head::number("if set to fail"),
        ],
        rows: rows.collect(),
        note: "Conditions that move neither are left out.".to_owned(),
    }
}

/// Every way in which a condition may still end: that a plain one holds, or each outcome.
fn open_ends(scenario: &Scenario) -> Vec<(usize, usize)> {
    let open = scenario.conditions.iter().enumerate().filter(|(_, (_, c))| c.holds.is_none());
    let ends = open.flat_map(|(at, (_, condition))| {
        let options = if condition.outcomes.is_empty() { 1..2 } else { 0..condition.options() };
        options.map(move |option| (at, option))
    });
    ends.collect()
}

fn end_name(scenario: &Scenario, (condition, option): (usize, usize)) -> String {
    let name = condition_name(scenario, condition);
    let outcome = scenario.conditions.at(condition).outcomes.get(option);
    outcome.map_or(name.clone(), |outcome| format!("{name}: {}", formula_in_words(outcome)))
}

/// The pledges as they stood on the date.
pub(super) fn ledger(finding: &Finding) -> Grid {
    let scenario = &finding.scenario;
    let known = (0..scenario.pledges.len()).filter(|at| scenario.pledges.at(*at).known);
    let cells = Cells::new(Name::Ledger, finding);
    let rows = known.zip(&cells.0.rows).map(|(at, row)| ledger_row(finding, at, &cells, row));
    Grid {
        caption: format!("Every pledge as of {}", day(scenario.as_of)),
        heads: vec![
            Head::words("Pledge"),
            Head::words("Who"),
            Head::words("How firm"),
            Head::words("What"),
            Head::words("Waits for"),
            Head::number("Active"),
            Head::words("Grade"),
        ],
        rows: rows.collect(),
        note: String::new(),
    }
}

fn ledger_row(finding: &Finding, at: usize, cells: &Cells, row: &[Value]) -> Vec<Cell> {
    let scenario = &finding.scenario;
    let pledge = scenario.pledges.at(at);
    let nations = pledge.nations.iter().map(|member| scenario.nations.at(member.nation));
    let names: Vec<&str> = nations.map(|nation| nation.name.as_str()).collect();
    let claimed = scenario.stages_claimed(pledge).into_iter().filter(|own| *own != pledge.stage);
    let claimed: Vec<&str> = claimed.map(Stage::word).collect();
    let contested = if claimed.is_empty() { String::new() } else { format!("or {}", claimed.join(", ")) };
    let since = scenario.stage_date(pledge).map(|date| date.to_string()).unwrap_or_default();
    let domain = Some(pledge.domain.word()).filter(|word| *word != UNSTATED);
    let basing = pledge.basing.map(|basing| scenario.basings.at(basing).name.as_str());
    let size = finding.outcomes.sizes.get(at).and_then(Option::as_ref);
    let called = pledge.called_by.as_ref().map(|by| format!("invoked by {}", formula_in_words(&by.text)));
    let waits = Some(&pledge.when.text).filter(|text| *text != "true");
    let [claim, called] = [pledge.claim.clone(), called].map(Option::unwrap_or_default);
    vec![
        Cell { text: pledge_name(scenario, at), detail: claim },
        Cell::from(names.join(", ")),
        Cell { text: joined([pledge.stage.word(), &contested]), detail: since },
        Cell {
            text: size.map_or("size not stated".to_owned(), |_| size_in_words(finding, at)),
            detail: joined([Some(pledge.kind.word()), domain, basing].into_iter().flatten()),
        },
        Cell { text: waits.map_or("nothing".to_owned(), |text| formula_in_words(text)), detail: called },
        Cell::from(cells.get(row, "probability")),
        Cell::from(cells.get(row, "grade")),
    ]
}

/// What is not empty, behind commas.
fn joined<'a>(parts: impl IntoIterator<Item = &'a str>) -> String {
    let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    parts.join(", ")
}
