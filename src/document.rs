//! A TOML text as a tree in which every key and value knows its place.
//!
//! In: the text of one file. Out: a `Table` and every syntax error in it at once. What a syntax
//! error spoilt becomes `Value::Invalid`, so that nobody reports the same place twice.

use crate::decimal::Decimal;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Unread};
use crate::source::{SourceId, Span};
use jiff::civil::Date;
use std::collections::BTreeMap;
use toml::de::{DeTable, DeValue};

/// A value and its place.
#[derive(Clone, Debug)]
pub struct Node {
    /// The value.
    pub value: Value,
    /// Where it stands.
    pub span: Span,
}

/// A TOML value.
#[derive(Clone, Debug)]
pub enum Value {
    /// A string, decoded.
    String(String),
    /// A whole or fractional number, as written.
    Number(Decimal),
    /// `true` or `false`.
    Boolean(bool),
    /// A date without a time.
    Date(Date),
    /// An array.
    Array(Vec<Node>),
    /// A table.
    Table(Table),
    /// Something that was already reported.
    Invalid,
}

impl Value {
    /// What messages call its type.
    pub fn type_name(&self) -> &'static str {
        match self {
            Self::String(_) => "text",
            Self::Number(_) => "a number",
            Self::Boolean(_) => "true or false",
            Self::Date(_) => "a date",
            Self::Array(_) => "an array",
            Self::Table(_) => "a table",
            Self::Invalid => "nothing readable",
        }
    }
}

/// A key's place and its value.
#[derive(Clone, Debug)]
pub struct Item {
    /// Where the key stands.
    pub key: Span,
    /// Its value.
    pub node: Node,
}

/// Keys in alphabetical order.
pub type Table = BTreeMap<String, Item>;

/// Reads a text. Everything wrong with it goes to `diagnostics`.
pub fn read(source: SourceId, text: &str, diagnostics: &mut Diagnostics) -> Table {
    let (tree, errors) = DeTable::parse_recoverable(text);
    let spoilt = errors.iter().filter_map(toml::de::Error::span).collect();
    let mut reader = Reader { source, spoilt, diagnostics };
    let table = reader.table(tree.get_ref());
    if !errors.is_empty() {
        reader.diagnostics.note_unread(Unread::Part(source));
    }
    for error in &errors {
        let range = error.span().unwrap_or(0..0);
        let diagnostic = describe(source, text, error.message(), range, &table);
        reader.diagnostics.push(diagnostic);
    }
    table
}

struct Reader<'a> {
    source: SourceId,
    spoilt: Vec<std::ops::Range<usize>>,
    diagnostics: &'a mut Diagnostics,
}

impl Reader<'_> {
    fn table(&mut self, tree: &DeTable<'_>) -> Table {
        let mut table = Table::new();
        for (key, value) in tree {
            let key_span = Span::new(self.source, key.span());
            let node = self.node(value.get_ref(), value.span());
            table.insert(key.get_ref().clone().into_owned(), Item { key: key_span, node });
        }
        table
    }

    fn node(&mut self, value: &DeValue<'_>, range: std::ops::Range<usize>) -> Node {
        let span = Span::new(self.source, range.clone());
        let scalar = !matches!(value, DeValue::Table(_) | DeValue::Array(_));
        let touches = |spoilt: &std::ops::Range<usize>| {
            spoilt.start <= range.end && range.start <= spoilt.end
        };
        if scalar && self.spoilt.iter().any(touches) {
            return Node { value: Value::Invalid, span };
        }
        Node { value: self.value(value, span), span }
    }

    fn value(&mut self, value: &DeValue<'_>, span: Span) -> Value {
        match value {
            DeValue::String(text) => Value::String(text.clone().into_owned()),
            DeValue::Boolean(value) => Value::Boolean(*value),
            DeValue::Integer(number) if number.radix() == 10 => self.number(number.as_str(), span),
            DeValue::Integer(number) => {
                let whole = u64::from_str_radix(number.as_str(), number.radix());
                let written = whole.map_or_else(|_| number.to_string(), |whole| whole.to_string());
                self.number(&written, span)
            }
            DeValue::Float(number) => self.number(number.as_str(), span),
            DeValue::Datetime(date) => self.date(date, span),
            DeValue::Array(array) => Value::Array(
                array.iter().map(|item| self.node(item.get_ref(), item.span())).collect(),
            ),
            DeValue::Table(table) => Value::Table(self.table(table)),
        }
    }

    fn number(&mut self, text: &str, span: Span) -> Value {
        if let Some(number) = Decimal::parse(text) {
            return Value::Number(number);
        }
        let message = format!("`{text}` is not a number that can be counted with");
        let help = "write a finite decimal number of at most 18 digits";
        self.diagnostics.push(Diagnostic::new(Code::OutOfRange, span, message).help(help));
        Value::Invalid
    }

    fn date(&mut self, date: &toml::value::Datetime, span: Span) -> Value {
        let civil = match (date.date, date.time) {
            (Some(date), None) => to_civil(date),
            _ => None,
        };
        if let Some(civil) = civil {
            return Value::Date(civil);
        }
        let message = format!("`{date}` is not a date");
        self.diagnostics.push(Diagnostic::new(Code::InvalidDate, span, message).help(DATE_HELP));
        Value::Invalid
    }
}

const DATE_HELP: &str = "write a calendar date without quotes or a time, such as 2026-01-06";

fn to_civil(date: toml::value::Date) -> Option<Date> {
    let year = i16::try_from(date.year).ok()?;
    let month = i8::try_from(date.month).ok()?;
    Date::new(year, month, i8::try_from(date.day).ok()?).ok()
}

/// One syntax error of the TOML reader in our words and with our code.
fn describe(
    source: SourceId,
    text: &str,
    message: &str,
    range: std::ops::Range<usize>,
    table: &Table,
) -> Diagnostic {
    let span = Span::new(source, range.clone());
    let words = text.get(range.clone()).unwrap_or("");
    if message.starts_with("duplicate key") {
        return duplicate(source, text, words, range, table);
    }
    if message.contains("date") {
        let reason = message.split_once("expected ").map_or(message, |(_, reason)| reason);
        let said = format!("`{words}` is not a date: expected {reason}");
        return Diagnostic::new(Code::InvalidDate, span, said).help(DATE_HELP);
    }
    if message.contains("must be quoted") || message.starts_with("invalid boolean") {
        let said = format!("`{words}` is no value: text needs quotes");
        let help = format!("put it in quotes, \"{words}\", or correct the number");
        return Diagnostic::new(Code::TomlSyntax, span, said).help(help);
    }
    let diagnostic = Diagnostic::new(Code::TomlSyntax, visible(source, text, range), message);
    diagnostic.help("see toml.io for how keys, strings, numbers and tables are written")
}

/// An empty span shows nothing; take the character before it.
fn visible(source: SourceId, text: &str, range: std::ops::Range<usize>) -> Span {
    if !range.is_empty() {
        return Span::new(source, range);
    }
    let start = text.get(..range.start).and_then(|before| before.char_indices().next_back());
    let start = start.filter(|(_, character)| *character != '\n').map(|(offset, _)| offset);
    Span::new(source, start.unwrap_or(range.start)..range.end)
}

fn duplicate(
    source: SourceId,
    text: &str,
    words: &str,
    range: std::ops::Range<usize>,
    table: &Table,
) -> Diagnostic {
    let span = Span::new(source, range.clone());
    let message = format!("`{words}` is written twice");
    let help = "keep one of the two, or give the second another name";
    let diagnostic = Diagnostic::new(Code::DuplicateKey, span, message).label("again").help(help);
    let earlier = earlier_header(text, &range).or_else(|| earlier_key(table, words, range.start));
    match earlier {
        Some(first) => diagnostic.also(Span::new(source, first), "first here"),
        None => diagnostic,
    }
}

/// Where the same `[header]` line stood before.
fn earlier_header(text: &str, range: &std::ops::Range<usize>) -> Option<std::ops::Range<usize>> {
    let start = text.get(..range.start)?.rfind('\n').map_or(0, |newline| newline + 1);
    let header = text.get(start..)?.lines().next()?.trim();
    if !header.starts_with('[') {
        return None;
    }
    let within = range.start - start;
    let before = text.get(..start)?;
    let line = before.split_inclusive('\n').scan(0, |offset, line| {
        let here = *offset;
        *offset += line.len();
        Some((here, line))
    });
    let (first, _) = line.filter(|(_, line)| line.trim() == header).last()?;
    Some(first + within..first + within + range.len())
}

/// Where the latest key of that name stands before `limit`.
fn earlier_key(table: &Table, word: &str, limit: usize) -> Option<std::ops::Range<usize>> {
    let mut best = None;
    for (name, item) in table {
        if name == word && (item.key.start as usize) < limit {
            best = best.max(Some((item.key.start, item.key.end)));
        }
        if let Value::Table(inner) = &item.node.value {
            let found = earlier_key(inner, word, limit);
            let narrow = |offset: usize| u32::try_from(offset).unwrap_or(u32::MAX);
            best = best.max(found.map(|range| (narrow(range.start), narrow(range.end))));
        }
    }
    best.map(|(start, end)| start as usize..end as usize)
}
