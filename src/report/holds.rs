//! Whether figures still hold: what was shown, held against what would be shown now.
//!
//! In: a chart's data as it was carried and as it is, or the cells of a table that was written and the
//! table as it is. Out: `Change`s, by names that people know from the picture.

mod lines;

pub use lines::lines;

use super::format::{COMMON_COLUMNS, Spreadsheet, csv};
use super::table::{Builder, Kind, Table, number};
use super::words::hundredths;
use crate::scenario::Scenario;
use jiff::civil::Date;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Two numbers that differ by so small a part of the larger are the same: the rest is rounding.
const SAME: f64 = 1e-9;

/// The longest name of a figure, in letters.
const LONGEST_NAME: usize = 500;

/// The most columns of a table that is read back; ours have a few dozen.
const MOST_COLUMNS: usize = 256;

/// A number, a word or nothing.
pub type Shown = Value;

/// A figure that is not what it was.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// Where it stands.
    pub figure: String,
    /// What was shown; null where it was not there, or empty.
    pub was: Shown,
    /// What would be shown now.
    pub is: Shown,
}

impl Change {
    /// The difference, where both are numbers.
    pub fn by(&self) -> Option<f64> {
        Some(self.is.as_f64()? - self.was.as_f64()?)
    }
}

/// What changed in each file.
pub type ByFile = Vec<(String, Vec<Change>)>;

/// Lists whose elements have no names of their own, and the list beside or above them that names them.
const NAMED_BY: [(&str, &str); 8] = [
    ("roles", "columns"),
    ("by_kind", "columns"),
    ("brief", "columns"),
    ("marks", "conditions"),
    ("values", "segments"),
    ("values", "days"),
    ("columns", "column_heads"),
    ("nations", "nations"),
];

/// What differs between the data of two charts, in the order of the older, then of the newer.
pub fn changes(was: &Value, is: &Value) -> Vec<Change> {
    let (was, is) = (figures(was), figures(is));
    let then: BTreeMap<&str, &Shown> = pairs(&was);
    let now: BTreeMap<&str, &Shown> = pairs(&is);
    let gone = was.iter().map(|(name, value)| (name, value, now.get(name.as_str()).copied()));
    let gone = gone.filter(|(_, value, now)| now.is_none_or(|now| !same(value, now)));
    let gone = gone.map(|(name, value, now)| change(name, value, now.unwrap_or(&Value::Null)));
    let come = is.iter().filter(|(name, _)| !then.contains_key(name.as_str()));
    let come = come.map(|(name, value)| change(name, &Value::Null, value));
    gone.chain(come).filter(|change| !same(&change.was, &change.is)).collect()
}

fn pairs(figures: &[(String, Shown)]) -> BTreeMap<&str, &Shown> {
    figures.iter().map(|(name, value)| (name.as_str(), value)).collect()
}

fn change(figure: &str, was: &Shown, is: &Shown) -> Change {
    Change { figure: figure.to_owned(), was: was.clone(), is: is.clone() }
}

fn same(one: &Shown, other: &Shown) -> bool {
    match (one.as_f64(), other.as_f64()) {
        (Some(one), Some(other)) => (one - other).abs() <= SAME * one.abs().max(other.abs()),
        _ => one == other || is_empty(one) && is_empty(other),
    }
}

/// Nothing, or no words.
fn is_empty(value: &Shown) -> bool {
    value.is_null() || value.as_str().is_some_and(str::is_empty)
}

/// Every number and word of a chart's data with a name: "rows, Ceasefire, probability".
pub fn figures(data: &Value) -> Vec<(String, Shown)> {
    let mut found = Vec::new();
    collect(data, &mut Vec::new(), data, &mut found);
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for (name, _) in &mut found {
        let times = seen.entry(name.clone()).or_default();
        *times += 1;
        if *times > 1 {
            *name = format!("{name} ({times})");
        }
    }
    found
}

fn collect(root: &Value, path: &mut Vec<String>, value: &Value, found: &mut Vec<(String, Shown)>) {
    let mut inside = |name: Option<String>, inner: &Value| {
        let depth = path.len();
        path.extend(name.as_deref().map(cut));
        collect(root, path, inner, found);
        path.truncate(depth);
    };
    match value {
        Value::Object(map) => {
            let names = |key: &str| key == "label" || key == "title";
            for (key, inner) in map.iter().filter(|(key, _)| !names(key)) {
                inside((!is_plain(key, inner)).then(|| key.replace('_', " ")), inner);
            }
        }
        Value::Array(list) => match list.as_slice() {
            // A number and how it is written.
            [number, words] if number.is_number() && words.is_string() => {
                inside(None, number);
                inside(Some("in words".to_owned()), words);
            }
            _ => list_of(root, list, path, found),
        },
        single => found.push((cut(&path.join(", ")), single.clone())),
    }
}

/// A name that is not longer than names may be: every figure under a label repeats it.
fn cut(name: &str) -> String {
    name.chars().take(LONGEST_NAME).collect()
}

fn list_of(root: &Value, list: &[Value], path: &mut Vec<String>, found: &mut Vec<(String, Shown)>) {
    let key = path.last().map(|key| key.replace(' ', "_")).unwrap_or_default();
    for (at, inner) in list.iter().enumerate() {
        // Of a curve: a place and the value there.
        let (name, inner) = match inner.as_array().map(Vec::as_slice) {
            Some([place, value]) if place.is_number() && value.is_number() => (words(place), value),
            _ => (element(root, &key, at, inner), inner),
        };
        path.push(cut(&name));
        collect(root, path, inner, found);
        path.pop();
    }
}

/// Whether what stands under a key has names of its own: the words around a chart, labelled rows.
fn is_plain(key: &str, value: &Value) -> bool {
    let labelled =
        |list: &Vec<Value>| !list.is_empty() && list.iter().all(|own| label(own).is_some());
    key == "frame" || value.as_array().is_some_and(labelled)
}

fn label(value: &Value) -> Option<&str> {
    let own = ["label", "title"].iter().find_map(|key| value.get(key)?.as_str());
    own.filter(|label| !label.is_empty())
}

/// What an element of a list is called: by its own label, by the list that names it, by its number.
fn element(root: &Value, key: &str, at: usize, value: &Value) -> String {
    let heads = NAMED_BY.iter().filter(|(of, _)| *of == key);
    let mut named = heads.filter_map(|(_, heads)| name(root.get(heads)?.get(at)?));
    // The list that names the others is called by its numbers.
    let is_head = root.get(key).and_then(|list| list.get(at)) == Some(value);
    let named = named.next_back().filter(|_| !is_head);
    label(value).or(named).map_or_else(|| (at + 1).to_string(), str::to_owned)
}

fn name(head: &Value) -> Option<&str> {
    head.as_str().or_else(|| head.get("label")?.as_str())
}

/// The cells of a table that was written which are not as they would be written now, by the words that
/// tell rows apart. `dates` are those of the knowledge, then and now.
pub fn cells(
    written: &[u8],
    table: &Table,
    spreadsheet: Spreadsheet,
    dates: [Date; 2],
) -> Result<Vec<Change>, String> {
    let now = csv(table, spreadsheet);
    if written == now {
        return Ok(Vec::new());
    }
    let (was, is) = (Sheet::read(written, spreadsheet)?, Sheet::read(&now, spreadsheet)?);
    let keys = key_columns(&was, &is, table);
    let [then, now] = [&was, &is].map(|sheet| sheet.by_key(&keys));
    let then = redated(then, &now, dates);
    let own = |sheet: &Sheet| {
        sheet.head.iter().filter(|name| *name != "as_of").cloned().collect::<Vec<_>>()
    };
    let mut columns = own(&is);
    columns.extend(own(&was).into_iter().filter(|name| !is.head.contains(name)));
    columns.retain(|name| !keys.contains(name));
    let rows: BTreeSet<&Vec<String>> = then.keys().chain(now.keys()).collect();
    let mut found = Vec::new();
    for row in rows {
        let before = found.len();
        for column in &columns {
            let cell = |sheet: &Sheet, rows: &BTreeMap<Vec<String>, usize>| {
                rows.get(row).map_or(Value::Null, |at| sheet.cell(*at, column))
            };
            let (was, is) = (cell(&was, &then), cell(&is, &now));
            if !same(&was, &is) {
                let figure = format!("{}: {}, {column}", table.name, row.join(", "));
                found.push(Change { figure, was, is });
            }
        }
        // A row may come or go and have nothing but its key.
        let there = [&then, &now].map(|rows| rows.contains_key(row));
        if found.len() == before && there[0] != there[1] {
            let [was, is] = there.map(|there| if there { "a row".into() } else { Value::Null });
            found.push(Change { figure: format!("{}: {}", table.name, row.join(", ")), was, is });
        }
    }
    Ok(found)
}

/// Rows by their keys, those of the old date under the new one where that is all that became of them.
fn redated(
    rows: BTreeMap<Vec<String>, usize>,
    now: &BTreeMap<Vec<String>, usize>,
    [old, new]: [Date; 2],
) -> BTreeMap<Vec<String>, usize> {
    let (old, new) = (old.to_string(), new.to_string());
    let moved = |key: &[String]| -> Vec<String> {
        key.iter().map(|cell| if *cell == old { new.clone() } else { cell.clone() }).collect()
    };
    let rows = rows.into_iter().map(|(key, row)| {
        let known = now.contains_key(&key) || !now.contains_key(&moved(&key));
        (if known { key } else { moved(&key) }, row)
    });
    rows.collect()
}

/// A table as it was written.
struct Sheet {
    head: Vec<String>,
    rows: Vec<Vec<String>>,
    decimal_comma: bool,
}

impl Sheet {
    fn read(bytes: &[u8], spreadsheet: Spreadsheet) -> Result<Self, String> {
        let semicolon = spreadsheet == Spreadsheet::ExcelSemicolon;
        let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(if semicolon { b';' } else { b',' })
            .has_headers(false)
            .from_reader(bytes);
        let mut rows: Vec<Vec<String>> = Vec::new();
        for record in reader.records() {
            let record = record.map_err(|error| error.to_string())?;
            rows.push(record.iter().map(str::to_owned).collect());
        }
        let mut rows = rows.into_iter();
        let head = rows.next().ok_or("it is empty")?;
        if head.len() > MOST_COLUMNS {
            return Err(format!("it has {} columns", head.len()));
        }
        Ok(Self { head, rows: rows.collect(), decimal_comma: semicolon })
    }

    fn cell(&self, row: usize, column: &str) -> Shown {
        let at = self.head.iter().position(|name| name == column);
        let text = at.and_then(|at| self.rows.get(row)?.get(at)).map_or("", String::as_str);
        let plain = if self.decimal_comma { text.replace(',', ".") } else { text.to_owned() };
        let number = plain.parse::<f64>().ok().filter(|number| number.is_finite());
        match number {
            Some(number) => number.into(),
            None if text.is_empty() => Value::Null,
            None => text.into(),
        }
    }

    /// The rows by some of their cells; those that agree in them with one above are numbered.
    fn by_key(&self, keys: &[String]) -> BTreeMap<Vec<String>, usize> {
        let at: Vec<Option<usize>> =
            keys.iter().map(|key| self.head.iter().position(|name| name == key)).collect();
        let mut times: BTreeMap<Vec<String>, usize> = BTreeMap::new();
        let mut key = |row: &Vec<String>| -> Vec<String> {
            let cells = at.iter().map(|at| at.and_then(|at| row.get(at)).cloned());
            let mut key: Vec<String> = cells.map(Option::unwrap_or_default).collect();
            let times = times.entry(key.clone()).or_default();
            *times += 1;
            key.extend((*times > 1).then(|| format!("({times})")));
            key
        };
        self.rows.iter().enumerate().map(|(number, row)| (key(row), number)).collect()
    }

    fn is_told_by(&self, keys: &[String]) -> bool {
        self.by_key(keys).keys().all(|key| key.len() == keys.len())
    }
}

/// The fewest columns from the left that tell the rows of both apart; where rows were added that are there twice, those of
/// the table as it is.
fn key_columns(was: &Sheet, is: &Sheet, table: &Table) -> Vec<String> {
    let all: Vec<String> =
        table.columns.iter().skip(COMMON_COLUMNS).map(|own| own.name.clone()).collect();
    let fewest = |sheets: &[&Sheet]| {
        let mut few = (1..=all.len()).filter_map(|number| all.get(..number));
        few.find(|keys| sheets.iter().all(|sheet| sheet.is_told_by(keys))).map(<[String]>::to_vec)
    };
    fewest(&[was, is]).or_else(|| fewest(&[is])).unwrap_or(all)
}

/// Whether what changed may be names alone: no number became another one, and what is not where it was has the same
/// numbers where it is. Numbers within words count, so a new name with other digits is told as another figure.
pub fn keeps_numbers(found: &[(String, Vec<Change>)]) -> bool {
    found.iter().all(|(_, own)| {
        let numbers = |side: fn(&Change) -> &Shown| {
            let words = own.iter().map(|own| words(side(own))).collect::<Vec<_>>().join(" ");
            let parts = words.split(|letter: char| !letter.is_alphanumeric());
            let is_number = |part: &&str| part.bytes().all(|byte| byte.is_ascii_digit());
            let mut numbers: Vec<String> = parts.filter(is_number).map(str::to_owned).collect();
            numbers.retain(|number| !number.is_empty());
            numbers.sort_unstable();
            numbers
        };
        own.iter().all(|own| own.by().is_none())
            && numbers(|own| &own.was) == numbers(|own| &own.is)
    })
}

/// What changed, as a table.
pub fn table(scenario: &Scenario, found: &[(String, Vec<Change>)]) -> Table {
    type Row<'a> = (&'a str, &'a Change);
    let rows = found.iter().flat_map(|(file, own)| own.iter().map(move |own| (file.as_str(), own)));
    let table: Builder<'_, Row<'_>> =
        super::tables::begin_with(scenario, "changes", "a figure that is not what it was");
    table
        .column("file", Kind::Text, "where it was shown", |row| row.0)
        .column("figure", Kind::Text, "what it is of", |row| row.1.figure.clone())
        .column("was", Kind::Text, "what was shown; empty where nothing was", |row| {
            words(&row.1.was)
        })
        .column("is", Kind::Text, "what would be shown now", |row| words(&row.1.is))
        .column("change", Kind::Amount, "the difference of two numbers", |row| row.1.by())
        .rows(rows)
}

/// What was and what is, as a sentence has them: chances as "7 in 100" where that tells them apart.
pub fn in_words(change: &Change) -> [String; 2] {
    let of = change.figure.rsplit(", ").next().unwrap_or_default();
    let is_chance = of.starts_with("probability") || change.figure.contains(", points, ");
    let probability =
        |value: &Shown| value.as_f64().filter(|p| is_chance && (0.0..=1.0).contains(p));
    if let (Some(was), Some(is)) = (probability(&change.was), probability(&change.is)) {
        let [was, is] = [was, is].map(|chance| hundredths(chance, "in"));
        if was != is {
            return [was, is];
        }
    }
    [&change.was, &change.is].map(|value| match value {
        Value::Null => "not there".to_owned(),
        Value::String(text) => format!("\"{text}\""),
        other => words(other),
    })
}

/// A figure as it is printed.
pub fn words(shown: &Shown) -> String {
    match shown {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Number(figure) => figure.as_f64().map(number).unwrap_or_default(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::{changes, figures, in_words};
    use crate::report::provenance::carried;
    use serde_json::{Value, json};

    #[test]
    fn figures_are_called_what_the_picture_calls_them() {
        let chart = json!({
            "frame": { "headline": "h" },
            "columns": [{ "label": "Truce", "note": "" }, { "label": "Vote", "note": "n" }],
            "rows": [{ "label": "Land", "roles": ["needed", "none"], "holds": [0.5, "50 %"] }],
            "curves": [{ "label": "overall", "points": [[10.0, 0.25], [20.0, 0.125]] }],
        });
        let names: Vec<String> = figures(&chart).into_iter().map(|(name, _)| name).collect();
        let expected = [
            "headline",
            "Truce, note",
            "Vote, note",
            "Land, roles, Truce",
            "Land, roles, Vote",
            "Land, holds",
            "Land, holds, in words",
            "overall, points, 10",
            "overall, points, 20",
        ];
        assert_eq!(names, expected);
    }

    #[test]
    fn rounding_is_no_change_and_chances_are_told_in_hundredths() {
        let chart = |p: f64| json!({ "rows": [{ "label": "a", "probability": p }] });
        assert!(changes(&chart(0.07), &chart(0.07 + 1e-15)).is_empty());
        let found = changes(&chart(0.07), &chart(0.09));
        assert_eq!(in_words(&found[0]), ["7 in 100", "9 in 100"]);
        assert!((found[0].by().unwrap() - 0.02).abs() < 1e-12);
        let found = changes(&chart(0.07), &chart(0.0701));
        assert_eq!(in_words(&found[0]), ["0.07", "0.0701"]);
        let found = changes(&chart(0.07), &json!({}));
        assert_eq!((found.len(), &found[0].is), (1, &Value::Null));
    }

    #[test]
    fn a_long_label_is_not_repeated_in_full() {
        let numbers = (0..300).map(|at| (format!("k{at}"), json!(at)));
        let mut row: serde_json::Map<String, Value> = numbers.collect();
        row.insert("label".to_owned(), "x".repeat(100_000).into());
        let found = figures(&json!({ "rows": [row] }));
        assert_eq!(found.len(), 300);
        assert!(found.iter().all(|(name, _)| name.len() < 600));
        let names: std::collections::BTreeSet<_> = found.iter().map(|(name, _)| name).collect();
        assert_eq!(names.len(), 300);
    }

    #[test]
    fn of_a_long_list_any_change_is_found() {
        let list = |last: f64| {
            let values = (0..1000).map(f64::from).chain([last]).collect::<Vec<_>>();
            carried(json!({ "values": values }))
        };
        assert!(list(1.0).to_string().len() < 200);
        assert!(changes(&list(1.0), &list(1.0)).is_empty());
        assert_eq!(changes(&list(1.0), &list(2.0)).len(), 1);
    }
}
