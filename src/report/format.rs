//! Tables as bytes: CSV for spreadsheets, JSON for programs, aligned text for people.
//!
//! In: a `Table`. Out: text. CSV is RFC 4180 in UTF-8 with one header row; a text cell that a
//! spreadsheet would run as a formula begins with an apostrophe instead; numbers never do.

use super::digits::{push_number, push_whole};
use super::table::{Column, Kind, Table, Value, number};
use super::words::{percent, thousands};
use crate::characters::{is_obeyed, lines};
use comfy_table::{
    Cell, CellAlignment, ColumnConstraint, ContentArrangement, LineStyle, TableStyle, Width,
};
use unicode_width::UnicodeWidthStr;

/// How spreadsheets are met half-way.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Spreadsheet {
    /// Plain RFC 4180.
    #[default]
    Plain,
    /// With a byte-order mark.
    Excel,
    /// With a byte-order mark, semicolons and decimal commas.
    ExcelSemicolon,
}

/// The byte-order mark that makes Excel read UTF-8.
const BYTE_ORDER_MARK: &str = "\u{feff}";

/// The columns that every table begins with.
pub const COMMON_COLUMNS: usize = 4;

/// CSV.
pub fn csv(table: &Table, spreadsheet: Spreadsheet) -> Vec<u8> {
    let semicolon = spreadsheet == Spreadsheet::ExcelSemicolon;
    let mut writer = csv_writer(semicolon);
    // Writing to memory cannot fail; an empty result would fail every test of the tables.
    let _ = writer.write_record(table.columns.iter().map(|column| &column.name));
    let header = writer.into_inner().unwrap_or_default();
    let plain = spreadsheet == Spreadsheet::Plain;
    let mark = if plain { "" } else { BYTE_ORDER_MARK }.as_bytes();
    [mark, &header, &csv_rows(table, spreadsheet)].concat()
}

/// The rows as CSV, without the header.
pub fn csv_rows(table: &Table, spreadsheet: Spreadsheet) -> Vec<u8> {
    let semicolon = spreadsheet == Spreadsheet::ExcelSemicolon;
    let mut writer = csv_writer(semicolon);
    // Most cells of a row say what those above them say.
    let mut cells: Vec<(&Value, Vec<u8>)> = Vec::new();
    for row in &table.rows {
        for (column, value) in row.iter().enumerate() {
            match cells.get_mut(column) {
                Some((above, _)) if *above == value => {}
                Some(cell) => {
                    cell.0 = value;
                    cell.1.clear();
                    push_cell(&mut cell.1, value, semicolon);
                }
                None => cells.push((value, csv_cell(value, semicolon))),
            }
        }
        let _ = writer.write_record(cells.iter().map(|(_, cell)| cell));
    }
    writer.into_inner().unwrap_or_default()
}

fn csv_writer(semicolon: bool) -> csv::Writer<Vec<u8>> {
    csv::WriterBuilder::new()
        .delimiter(if semicolon { b';' } else { b',' })
        .terminator(csv::Terminator::CRLF)
        .from_writer(Vec::new())
}

/// Some cells that other cells follow, as CSV has them: a delimiter behind each.
pub(super) fn csv_cells(values: &[Value], semicolon: bool) -> Vec<u8> {
    let mut writer = csv_writer(semicolon);
    let cells = values.iter().map(|value| csv_cell(value, semicolon));
    let _ = writer.write_record(cells.chain([Vec::new()]));
    let mut bytes = writer.into_inner().unwrap_or_default();
    bytes.truncate(bytes.len().saturating_sub(2));
    bytes
}

fn csv_cell(value: &Value, decimal_comma: bool) -> Vec<u8> {
    let mut cell = Vec::new();
    push_cell(&mut cell, value, decimal_comma);
    cell
}

fn push_cell(cell: &mut Vec<u8>, value: &Value, decimal_comma: bool) {
    match value {
        Value::Empty => {}
        Value::Text(text) => cell.extend_from_slice(neutral(text).as_bytes()),
        Value::Whole(whole) => push_whole(cell, *whole),
        Value::Number(value) => push_number(cell, *value, if decimal_comma { b',' } else { b'.' }),
        Value::Boolean(boolean) => cell.extend_from_slice(boolean.to_string().as_bytes()),
        Value::Date(date) => cell.extend_from_slice(date.to_string().as_bytes()),
    }
}

/// What a formula may begin with, in the widths of East Asian keyboards too, and what a spreadsheet skips before one.
const FORMULA_SIGNS: [char; 11] =
    ['=', '+', '-', '@', '\t', '\r', '\n', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}'];

/// Text that a spreadsheet would take for a formula, made harmless.
fn neutral(text: &str) -> String {
    if text.starts_with(FORMULA_SIGNS) {
        return format!("'{text}");
    }
    text.to_owned()
}

/// JSON: an array of objects, undefined cells as `null`.
pub fn json(table: &Table) -> String {
    let rows = table.rows.iter().map(|row| {
        let pairs = table.columns.iter().zip(row);
        let object = pairs.map(|(column, value)| (column.name.clone(), json_value(value)));
        serde_json::Value::Object(object.collect())
    });
    let rows: Vec<serde_json::Value> = rows.collect();
    let mut text = serde_json::to_string_pretty(&rows).unwrap_or_default();
    text.push('\n');
    text
}

fn json_value(value: &Value) -> serde_json::Value {
    match value {
        Value::Empty => serde_json::Value::Null,
        Value::Text(text) => text.clone().into(),
        Value::Whole(whole) => (*whole).into(),
        Value::Number(value) => number(*value).parse::<f64>().unwrap_or(*value).into(),
        Value::Boolean(boolean) => (*boolean).into(),
        Value::Date(date) => date.to_string().into(),
    }
}

/// The longest text that a cell shows where the terminal is too narrow for all.
const CLIPPED: usize = 40;

/// Longer words may be broken.
const LONG: usize = 20;

/// The blanks beside a cell.
const PADDING: usize = 2;

/// The blank between two columns.
const BETWEEN: usize = 1;

/// Aligned text for people. Leaves out those columns among the ones that every table begins with
/// that say the same in every row (they stand in the caption) and those that are empty in every row. Where a terminal's
/// `width` is too small, names of columns are broken at their underscores and long texts are cut, which the last line
/// says; where it is too small for that, each row is a block of lines, broken between words.
pub fn text(table: &Table, width: Option<u16>) -> String {
    let caption = table.rows.first().map(|row| caption(table, row)).unwrap_or_default();
    let full = aligned(table, usize::MAX);
    let widest = full.lines().map(UnicodeWidthStr::width).max().unwrap_or(0);
    let narrow = width.filter(|width| usize::from(*width) < widest);
    let shown = match narrow {
        None => full,
        Some(width) => match fitted(table, width) {
            Some(shown) => {
                format!("{shown}\n\nFitted to the terminal; `--format csv` has everything.")
            }
            None => records(table, width),
        },
    };
    let empty = if table.rows.is_empty() { "no rows\n" } else { "" };
    format!("{}: a row is {}{caption}\n{shown}\n{empty}", table.name, table.row_is)
}

/// The table within a width, if there is room for the ids in the first column and in the others for every number, each
/// word of the column's name and most other words.
fn fitted(table: &Table, width: u16) -> Option<comfy_table::Table> {
    let least = |column: &usize| {
        let own = &table.columns[*column];
        let longest = |text: &str, between: &[char]| {
            text.split(between).map(UnicodeWidthStr::width).max().unwrap_or(0)
        };
        let cells = table.rows.iter().map(|row| match own.kind {
            Kind::Text => longest(&people(own, &row[*column]), &[' ']).min(LONG),
            _ => people(own, &row[*column]).width(),
        });
        cells.max().unwrap_or(0).max(longest(&own.name, &['_'])) + PADDING
    };
    let least: Vec<usize> = filled(table).iter().map(least).collect();
    let mut shown = laid_out(table, CLIPPED);
    let ids = shown.column_max_content_widths().first().map_or(0, |widest| usize::from(*widest));
    let others = least.iter().skip(1).map(|least| least + BETWEEN).sum::<usize>();
    let needed = ids + PADDING + others;
    if needed > usize::from(width) {
        return None;
    }
    shown.set_content_arrangement(ContentArrangement::Dynamic).set_width(width);
    for (position, least) in least.into_iter().enumerate() {
        let least = u16::try_from(least).unwrap_or(u16::MAX);
        if let Some(column) = shown.column_mut(position) {
            column.set_constraint(match position {
                0 => ColumnConstraint::ContentWidth,
                _ => ColumnConstraint::LowerBoundary(Width::Fixed(least)),
            });
        }
    }
    Some(shown)
}

fn aligned(table: &Table, longest: usize) -> String {
    laid_out(table, longest).trim_fmt()
}

/// The columns that hold anything which the caption does not say.
fn filled(table: &Table) -> Vec<usize> {
    let filled = |column: &usize| table.rows.iter().any(|row| row[*column] != Value::Empty);
    let columns = 0..table.columns.len();
    columns.filter(|column| !is_in_caption(table, *column)).filter(filled).collect()
}

/// Whether a column is one of those that every table begins with, and the same in every row.
fn is_in_caption(table: &Table, column: usize) -> bool {
    let mut pairs = table.rows.windows(2);
    column < COMMON_COLUMNS && pairs.all(|pair| pair[0][column] == pair[1][column])
}

/// A row as a block of lines, its first cell as the heading; for tables of very many columns.
fn records(table: &Table, width: u16) -> String {
    let columns = filled(table);
    let name = |column: &usize| table.columns[*column].name.as_str();
    let widest = columns.iter().map(|column| name(column).len()).max().unwrap_or(0);
    let before = widest + 2 * PADDING;
    let room = usize::from(width).saturating_sub(before).max(LONG);
    let further = format!("\n{}", " ".repeat(before));
    let record = |row: &Vec<Value>| {
        let cells = columns.iter().filter(|column| row[**column] != Value::Empty);
        let shown =
            cells.map(|column| (name(column), people(&table.columns[*column], &row[*column])));
        let mut lines = shown
            .map(|(name, text)| format!("  {name:widest$}  {}", lines(&text, room).join(&further)));
        let heading = lines.next().unwrap_or_default();
        let lines: Vec<String> = lines.collect();
        format!("{}\n{}", heading.trim_start(), lines.join("\n"))
    };
    table.rows.iter().map(record).collect::<Vec<_>>().join("\n\n")
}

fn laid_out(table: &Table, longest: usize) -> comfy_table::Table {
    let columns = filled(table);
    let mut shown = comfy_table::Table::new();
    let rule = LineStyle::none().fill('─').junction('─');
    shown.load_style(TableStyle::new().header_separator(rule));
    let heads = columns.iter().map(|column| &table.columns[*column].name);
    shown.set_header(heads.map(|name| Cell::new(name).set_delimiter('_')));
    for row in &table.rows {
        let cells = columns.iter().map(|column| people(&table.columns[*column], &row[*column]));
        shown.add_row(cells.map(|text| clipped(text, longest)));
    }
    for (position, column) in columns.iter().enumerate() {
        if let Some(shown) = shown.column_mut(position) {
            let kind = table.columns[*column].kind;
            let right = matches!(kind, Kind::Whole | Kind::Amount | Kind::Probability);
            let side = if right { CellAlignment::Right } else { CellAlignment::Left };
            shown.set_cell_alignment(side);
        }
    }
    shown
}

fn clipped(text: String, longest: usize) -> String {
    match text.char_indices().nth(longest) {
        Some((end, _)) => format!("{}…", text[..end].trim_end()),
        None => text,
    }
}

fn caption(table: &Table, row: &[Value]) -> String {
    let common = table.columns.iter().zip(row).take(COMMON_COLUMNS).enumerate();
    let parts = common.filter(|(column, _)| is_in_caption(table, *column));
    let parts = parts.filter(|(_, (_, value))| **value != Value::Empty);
    let parts = parts.map(|(_, (column, value))| format!("; {} {}", column.name, plain(value)));
    parts.collect()
}

fn plain(value: &Value) -> String {
    // A cell is one line of the terminal, and nothing that the terminal obeys.
    let cell = csv_cell(value, false);
    let text = match value {
        // A terminal runs no formulas.
        Value::Text(text) => text.into(),
        _ => String::from_utf8_lossy(&cell),
    };
    text.chars().map(|c| if is_obeyed(c) || c.is_control() { ' ' } else { c }).collect()
}

/// A cell as people read it.
pub(super) fn people(column: &Column, value: &Value) -> String {
    match (column.kind, value) {
        (Kind::Probability, Value::Number(probability)) => percent(*probability),
        (Kind::Amount, Value::Number(amount)) if amount.abs() >= 100.0 => thousands(*amount),
        (Kind::Amount, Value::Number(amount)) => number((amount * 10_000.0).round() / 10_000.0),
        #[expect(clippy::cast_precision_loss, reason = "shown to people, rounded")]
        (Kind::Amount | Kind::Whole, Value::Whole(whole)) => thousands(*whole as f64),
        _ => plain(value),
    }
}

#[cfg(test)]
mod tests {
    use super::{Spreadsheet, csv, json, text};
    use crate::report::table::{Builder, Kind, Table};

    fn sample() -> Table {
        Builder::<(&str, Option<f64>)>::new("sample", "a thing")
            .column("scenario", Kind::Text, "", |_| "s")
            .column("as_of", Kind::Text, "", |_| "")
            .column("given", Kind::Text, "", |_| "")
            .column("variant", Kind::Text, "", |_| "")
            .column("name", Kind::Text, "", |row| row.0)
            .column("value", Kind::Amount, "", |row| row.1)
            .column("chance", Kind::Probability, "", |_| 0.325)
            .rows([("=SUM(A1)", Some(-0.5)), ("a \"b\", c", None)])
    }

    #[test]
    fn csv_is_quoted_neutral_and_empty_where_undefined() {
        let plain = String::from_utf8(csv(&sample(), Spreadsheet::Plain)).unwrap();
        let expected = "scenario,as_of,given,variant,name,value,chance\r\n\
                        s,,,,'=SUM(A1),-0.5,0.325\r\ns,,,,\"a \"\"b\"\", c\",,0.325\r\n";
        assert_eq!(plain, expected);
    }

    #[test]
    fn excel_gets_its_mark_and_its_commas() {
        let excel = String::from_utf8(csv(&sample(), Spreadsheet::ExcelSemicolon)).unwrap();
        assert!(excel.starts_with("\u{feff}scenario;as_of;"));
        assert!(excel.contains(";-0,5;0,325\r\n"));
    }

    #[test]
    fn json_has_null_where_undefined() {
        let rows: serde_json::Value = serde_json::from_str(&json(&sample())).unwrap();
        assert!(rows[1]["value"].is_null());
        assert_eq!(rows[0]["value"], -0.5);
    }

    #[test]
    fn what_differs_between_rows_is_no_caption() {
        let table = Builder::<&str>::new("sample", "a thing")
            .column("scenario", Kind::Text, "", |_| "s")
            .column("as_of", Kind::Text, "", |_| "")
            .column("given", Kind::Text, "", |_| "")
            .column("variant", Kind::Text, "", |row| *row)
            .column("value", Kind::Whole, "", |_| 1)
            .rows(["size=low", "size=high"]);
        let shown = text(&table, None);
        assert!(shown.starts_with("sample: a row is a thing; scenario s\n"), "{shown}");
        assert!(shown.contains("size=low") && shown.contains("size=high"), "{shown}");
    }

    #[test]
    fn people_read_percent_and_no_repeated_columns() {
        let shown = text(&sample(), Some(60));
        assert!(shown.starts_with("sample: a row is a thing; scenario s\n"), "{shown}");
        assert!(
            shown.contains("33 %") && shown.contains("-0.5") && !shown.contains("variant"),
            "{shown}"
        );
    }

    #[test]
    fn a_narrow_terminal_gets_whole_words() {
        let table = Builder::<&str>::new("sample", "a thing")
            .column("scenario", Kind::Text, "", |_| "s")
            .column("as_of", Kind::Text, "", |_| "")
            .column("given", Kind::Text, "", |_| "")
            .column("variant", Kind::Text, "", |_| "")
            .column("thing", Kind::Text, "", |row| *row)
            .column("probability_when_asked", Kind::Probability, "", |_| 0.5)
            .column("sentence", Kind::Text, "", |_| "so many words that they break")
            .rows(["first_of_all", "second"]);
        let widest = |shown: &str| shown.lines().skip(1).map(str::len).max();
        let fitted = text(&table, Some(50));
        assert!(fitted.contains(" probability ") && fitted.contains("when_asked"), "{fitted}");
        assert!(!fitted.contains("probability_when_asked"), "{fitted}");
        let blocks = text(&table, Some(30));
        assert!(blocks.contains("thing                   first_of_all\n  probability_when_asked"));
        assert!(widest(&text(&table, None)) > Some(60));
        // The narrowest that it fits, and no terminal that it fits is too narrow for it.
        for width in 30..64 {
            let shown = text(&table, Some(width));
            let rows = shown.lines().skip(1).filter(|line| !line.starts_with("Fitted"));
            let widest = rows.map(|line| line.chars().count()).max().unwrap_or(0);
            assert!(widest <= usize::from(width).max(46), "{width}: {shown}");
            let fits = shown.contains("Fitted");
            assert!(fits == (width >= 39) && (!fits || widest <= usize::from(width)), "{shown}");
        }
    }
}
