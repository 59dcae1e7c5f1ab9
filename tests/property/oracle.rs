//! What a figure must be, and how a table's value is compared with it.
//!
//! A case with absent probabilities is listed twice, with two probabilities in their place: a
//! figure that differs between the two depends on what nobody states and must be empty.

use super::brute_force::{Law, Listed};
use super::case::Case;
use contingent::report::table::{Table, Value};

/// What absent probabilities are taken to be.
const GUESSES: [f64; 2] = [0.31, 0.67];

/// A case listed once, or once for each guess at what is absent.
#[derive(Debug)]
pub(super) struct Oracle<'a> {
    listed: Vec<Listed<'a>>,
}

impl<'a> Oracle<'a> {
    /// Nothing where the evidence cannot hold.
    pub(super) fn new(case: &'a Case) -> Option<Self> {
        let absent = case.conditions().any(|(_, _, condition)| condition.is_absent());
        let guesses: &[f64] = if absent { &GUESSES } else { &[0.5] };
        let listed = guesses.iter().map(|guess| Listed::new(case, *guess));
        Some(Self { listed: listed.collect::<Option<_>>()? })
    }

    /// The listing, for everything that probabilities do not change.
    pub(super) fn any(&self) -> &Listed<'a> {
        &self.listed[0]
    }

    /// A figure under each guess.
    pub(super) fn figure(&self, figure: impl Fn(&Listed<'a>) -> Option<f64>) -> Figure {
        Figure(self.listed.iter().map(figure).collect())
    }

    /// The guesses at what is absent.
    pub(super) fn guesses(&self) -> impl Iterator<Item = f64> + use<> {
        let guesses: &[f64] = if self.listed.len() > 1 { &GUESSES } else { &[0.5] };
        guesses.iter().copied()
    }

    /// A number under each guess.
    pub(super) fn each(&self, number: impl Fn(&Listed<'a>) -> Option<f64>) -> Vec<Option<f64>> {
        self.listed.iter().map(number).collect()
    }

    /// A figure of a law under each guess.
    pub(super) fn figure_of(
        &self,
        law: impl Fn(&Listed<'a>) -> Option<Law>,
        figure: impl Fn(&Law) -> Option<f64>,
    ) -> Figure {
        self.figure(|listed| figure(&law(listed)?))
    }
}

/// What a figure must be.
#[derive(Debug)]
pub(super) struct Figure(Vec<Option<f64>>);

impl Figure {
    /// Compares it with a value of a table.
    pub(super) fn check(&self, what: &str, actual: &Value) -> Result<(), String> {
        self.check_by(what, actual, close)
    }

    /// Compares it with a value of a table that has six decimals.
    pub(super) fn check_rounded(&self, what: &str, actual: &Value) -> Result<(), String> {
        self.check_by(what, actual, |one, other| match (one, other) {
            (Some(one), Some(other)) => (one - other).abs() <= 0.5e-6 + 1e-9,
            _ => one == other,
        })
    }

    fn check_by(
        &self,
        what: &str,
        actual: &Value,
        near: impl Fn(Option<f64>, Option<f64>) -> bool,
    ) -> Result<(), String> {
        let actual = real(actual)?;
        let first = self.0[0];
        let known = self.0.iter().all(|other| close(first, *other));
        let fits = if known {
            near(actual, first) || (self.0.len() > 1 && actual.is_none())
        } else {
            actual.is_none()
        };
        if fits {
            return Ok(());
        }
        Err(format!("{what} is {actual:?} and should be {:?}", self.0))
    }
}

/// Within 1e-12 of one another, relatively; 1e-15 is what rounding makes of nothing.
pub(super) fn close(left: Option<f64>, right: Option<f64>) -> bool {
    match (left, right) {
        (Some(left), Some(right)) => {
            (left - right).abs() <= 1e-12 * left.abs().max(right.abs()) + 1e-15
        }
        (None, None) => true,
        _ => false,
    }
}

/// A number of a table before it is formatted.
pub(super) fn real(value: &Value) -> Result<Option<f64>, String> {
    match value {
        Value::Empty => Ok(None),
        Value::Number(number) => Ok(Some(*number)),
        Value::Whole(whole) => u32::try_from(*whole)
            .map(|whole| Some(f64::from(whole)))
            .map_err(|_| format!("{whole} is larger than anything generated")),
        other => Err(format!("{other:?} is no number")),
    }
}

/// The words of a cell; none where it is empty.
pub(super) fn words(value: &Value) -> String {
    match value {
        Value::Text(text) => text.clone(),
        Value::Boolean(boolean) => boolean.to_string(),
        Value::Date(date) => date.to_string(),
        Value::Whole(whole) => whole.to_string(),
        Value::Number(number) => number.to_string(),
        Value::Empty => String::new(),
    }
}

/// The ids of a cell that has several.
pub(super) fn ids(value: &Value) -> Vec<String> {
    words(value).split("; ").filter(|id| !id.is_empty()).map(str::to_owned).collect()
}

/// A row of a table.
#[derive(Clone, Copy, Debug)]
pub(super) struct Row<'a> {
    table: &'a Table,
    values: &'a [Value],
}

impl<'a> Row<'a> {
    /// The name of its table.
    pub(super) fn table_name(&self) -> &'static str {
        self.table.name
    }

    /// The cell in a column.
    pub(super) fn cell(&self, column: &str) -> &'a Value {
        let at = self.table.columns.iter().position(|known| known.name == column);
        at.map_or_else(
            || panic!("{} has no column {column}", self.table.name),
            |at| &self.values[at],
        )
    }

    /// What tells it from other rows of a scenario: its first two cells.
    pub(super) fn key(&self) -> [String; 2] {
        [4, 5].map(|at| words(&self.values[at]))
    }

    /// The words of the cell in a column.
    pub(super) fn words(&self, column: &str) -> String {
        words(self.cell(column))
    }

    /// Compares the cell in a column.
    pub(super) fn check(&self, column: &str, figure: &Figure) -> Result<(), String> {
        let shown: Vec<String> = self.values.iter().map(words).collect();
        let what = format!("{} {column} of [{}]", self.table.name, shown.join(", "));
        figure.check(&what, self.cell(column))
    }
}

/// The rows of a table.
pub(super) fn rows(table: &Table) -> impl Iterator<Item = Row<'_>> {
    table.rows.iter().map(move |values| Row { table, values })
}

/// An error unless something holds.
pub(super) fn ensure(holds: bool, reason: impl FnOnce() -> String) -> Result<(), String> {
    if holds { Ok(()) } else { Err(reason()) }
}
