//! A table: columns with meaning, rows of plain values.
//!
//! In: rows of any type and a function a column. Out: a `Table` that `csv`, `json`, `text` and
//! `datapackage` read. A column's name, meaning and value stand in one place and cannot drift
//! apart.

use jiff::civil::Date;

/// What a column holds, and how people read it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Kind {
    /// Words.
    Text,
    /// A whole number.
    Whole,
    /// A number of troops or of another unit, perhaps fractional.
    Amount,
    /// A probability or a share, 0 to 1.
    Probability,
    /// `true` or `false`.
    Boolean,
    /// A calendar date.
    Date,
}

/// One value.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Undefined or not stated.
    Empty,
    /// Words.
    Text(String),
    /// A whole number.
    Whole(u64),
    /// A real number.
    Number(f64),
    /// `true` or `false`.
    Boolean(bool),
    /// A calendar date.
    Date(Date),
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        if text.is_empty() { Self::Empty } else { Self::Text(text.to_owned()) }
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        if text.is_empty() { Self::Empty } else { Self::Text(text) }
    }
}

impl From<u64> for Value {
    fn from(whole: u64) -> Self {
        Self::Whole(whole)
    }
}

impl From<f64> for Value {
    fn from(number: f64) -> Self {
        Self::Number(number)
    }
}

impl From<bool> for Value {
    fn from(boolean: bool) -> Self {
        Self::Boolean(boolean)
    }
}

impl From<Date> for Value {
    fn from(date: Date) -> Self {
        Self::Date(date)
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Empty, Into::into)
    }
}

/// A column's name and meaning.
#[derive(Clone, Debug)]
pub struct Column {
    /// Its name in the header.
    pub name: String,
    /// What it holds.
    pub kind: Kind,
    /// What it means, with its unit.
    pub meaning: String,
}

/// A table.
#[derive(Clone, Debug)]
pub struct Table {
    /// Its name, which is also its file's stem.
    pub name: &'static str,
    /// What a row is.
    pub row_is: &'static str,
    /// The columns.
    pub columns: Vec<Column>,
    /// The rows, one value a column.
    pub rows: Vec<Vec<Value>>,
}

/// What a column shows of a row.
type Show<'a, R> = Box<dyn Fn(&R) -> Value + 'a>;

/// A table in the making.
pub struct Builder<'a, R> {
    name: &'static str,
    row_is: &'static str,
    columns: Vec<(Column, Show<'a, R>)>,
}

impl<R> std::fmt::Debug for Builder<'_, R> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Builder").field("name", &self.name).finish_non_exhaustive()
    }
}

impl<'a, R> Builder<'a, R> {
    /// Begins a table.
    pub fn new(name: &'static str, row_is: &'static str) -> Self {
        Self { name, row_is, columns: Vec::new() }
    }

    /// Adds a column.
    #[must_use]
    pub fn column<V: Into<Value>>(
        mut self,
        name: impl Into<String>,
        kind: Kind,
        meaning: impl Into<String>,
        show: impl Fn(&R) -> V + 'a,
    ) -> Self {
        let column = Column { name: name.into(), kind, meaning: meaning.into() };
        self.columns.push((column, Box::new(move |row| show(row).into())));
        self
    }

    /// Fills the table.
    pub fn rows(self, rows: impl IntoIterator<Item = R>) -> Table {
        let rows = rows.into_iter();
        let rows = rows.map(|row| self.columns.iter().map(|(_, show)| show(&row)).collect());
        Table {
            name: self.name,
            row_is: self.row_is,
            rows: rows.collect(),
            columns: self.columns.into_iter().map(|(column, _)| column).collect(),
        }
    }
}

/// A count as a whole number where it is one for sure: below 2^53.
pub fn counted(count: f64) -> Option<u64> {
    let exact = (0.0..9e15).contains(&count);
    exact.then(|| format!("{count:.0}").parse::<u64>().ok()).flatten()
}

/// A real number with 12 significant digits, never with an exponent.
pub fn number(value: f64) -> String {
    if value == 0.0 || !value.is_finite() {
        return "0".to_owned();
    }
    format!("{}", rounded(value))
}

/// A number rounded to the 12 significant digits that are printed.
pub fn rounded(value: f64) -> f64 {
    format!("{value:.11e}").parse().unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::number;

    #[test]
    fn numbers_have_twelve_digits_and_no_exponent() {
        assert_eq!(number(1.0 / 3.0), "0.333333333333");
        assert_eq!(number(12000.0), "12000");
        assert_eq!(number(0.1 + 0.2), "0.3");
        assert_eq!(number(1.5e-9), "0.0000000015");
        assert_eq!(number(-0.0), "0");
    }
}
