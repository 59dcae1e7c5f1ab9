//! A TOML text as a tree in which every key and value knows its place.
//!
//! In: the text of one file. Out: a `Table` and every syntax error in it at once. What a syntax
//! error spoilt becomes `Value::Invalid`, so that nobody reports the same place twice.

mod mend;

use crate::characters::{is_obeyed, named};
use crate::decimal::Decimal;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Unread};
use crate::limits::MOST_PROBLEMS;
use crate::source::{SourceId, Span};
use jiff::civil::Date;
use mend::{Mended, Problem, mend};
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
    /// What messages call it.
    pub fn described(&self) -> String {
        match self {
            Self::String(_) => "text".to_owned(),
            Self::Number(number) => format!("the number {number}"),
            Self::Boolean(value) => format!("`{value}`"),
            Self::Date(_) => "a date".to_owned(),
            Self::Array(nodes) => format!("an array of {}", nodes.len()),
            Self::Table(_) => "a table".to_owned(),
            Self::Invalid => "nothing readable".to_owned(),
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
    if errors.is_empty() {
        return Reader { source, text, spoilt: Spoilt::default(), diagnostics }
            .table(tree.get_ref());
    }
    read_broken(source, text, diagnostics)
}

/// Reads as much as can be read of a text with syntax errors.
fn read_broken(source: SourceId, text: &str, diagnostics: &mut Diagnostics) -> Table {
    let Mended { text: mended, problems, statements } = mend(text);
    let (tree, mut errors) = DeTable::parse_recoverable(&mended);
    let spoiling = errors.iter().filter(|error| !error.message().starts_with(DUPLICATE));
    let spoilt = Spoilt::new(spoiling.filter_map(toml::de::Error::span));
    let mut reader = Reader { source, text, spoilt, diagnostics };
    let table = reader.table(tree.get_ref());
    reader.diagnostics.note_unread(Unread::Part(source));
    // Whoever has a thousand mistakes corrects the first ones first; `push` says that there are more.
    for Problem { range, message, help } in problems.into_iter().take(MOST_PROBLEMS + 1) {
        let diagnostic = Diagnostic::new(Code::TomlSyntax, Span::new(source, range), message);
        reader.diagnostics.push(diagnostic.help(help));
    }
    errors.sort_by_key(|error| error.span().map_or(0, |range| range.start));
    let mut told = None;
    for error in errors.iter().take(MOST_PROBLEMS + 1) {
        let range = error.span().unwrap_or(0..0);
        let statement = statements.partition_point(|statement| statement.start <= range.start);
        let diagnostic = describe(source, text, error.message(), range, &table);
        // One slip makes the reader stumble several times in a statement.
        let readable = ![Code::InvalidDate, Code::TomlSyntax].contains(&diagnostic.code);
        if readable || told != Some(statement) {
            reader.diagnostics.push(diagnostic);
            told = Some(statement);
        }
    }
    table
}

/// What syntax errors touch.
#[derive(Default)]
struct Spoilt {
    /// Where each error begins, in rising order, and the furthest that it or one before it reaches.
    errors: Vec<(usize, usize)>,
}

impl Spoilt {
    fn new(ranges: impl Iterator<Item = std::ops::Range<usize>>) -> Self {
        let mut errors: Vec<(usize, usize)> =
            ranges.map(|range| (range.start, range.end)).collect();
        errors.sort_unstable();
        let mut furthest = 0;
        for error in &mut errors {
            furthest = furthest.max(error.1);
            error.1 = furthest;
        }
        Self { errors }
    }

    /// Whether an error touches a range.
    fn touches(&self, range: &std::ops::Range<usize>) -> bool {
        let before = self.errors.partition_point(|(start, _)| *start <= range.end);
        self.errors[..before].last().is_some_and(|(_, furthest)| range.start <= *furthest)
    }
}

/// The problem of a text that holds a character which is obeyed instead of shown, at that character where it stands
/// in what was `written` at the span.
pub fn obeyed(span: Span, written: &str, text: &str) -> Option<Diagnostic> {
    let character = text.chars().find(|character| is_obeyed(*character))?;
    let place = written.find(character).map_or(span, |at| {
        let start = span.range().start + at;
        Span::new(span.source, start..start + character.len_utf8())
    });
    let message =
        format!("the character {} is a command to terminals and editors", named(character));
    let help = "remove the character; it is not shown, and often comes along when text is copied";
    Some(Diagnostic::new(Code::ControlCharacter, place, message).help(help))
}

struct Reader<'a> {
    source: SourceId,
    text: &'a str,
    spoilt: Spoilt,
    diagnostics: &'a mut Diagnostics,
}

impl Reader<'_> {
    fn table(&mut self, tree: &DeTable<'_>) -> Table {
        let mut table = Table::new();
        for (key, value) in tree {
            let key_span = Span::new(self.source, key.span());
            let node = self.node(value.get_ref(), value.span());
            // What follows from a syntax error may not even be meant as a key.
            if self.spoilt.touches(&key.span()) || self.is_refused(key_span, key.get_ref()) {
                continue;
            }
            table.insert(key.get_ref().clone().into_owned(), Item { key: key_span, node });
        }
        table
    }

    fn node(&mut self, value: &DeValue<'_>, range: std::ops::Range<usize>) -> Node {
        let span = Span::new(self.source, range.clone());
        let scalar = !matches!(value, DeValue::Table(_) | DeValue::Array(_));
        if scalar && self.spoilt.touches(&range) {
            return Node { value: Value::Invalid, span };
        }
        Node { value: self.value(value, span), span }
    }

    /// Whether a key or text holds a character that no text may hold, which is reported.
    fn is_refused(&mut self, span: Span, text: &str) -> bool {
        let Some(problem) = obeyed(span, self.text.get(span.range()).unwrap_or(""), text) else {
            return false;
        };
        self.diagnostics.push(problem);
        true
    }

    fn value(&mut self, value: &DeValue<'_>, span: Span) -> Value {
        match value {
            DeValue::String(text) if self.is_refused(span, text) => Value::Invalid,
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

/// How the TOML reader begins to speak of a second key of the same name.
const DUPLICATE: &str = "duplicate key";

const DATE_HELP: &str = "write a calendar date without quotes or a time, such as 2026-01-06";

fn to_civil(date: toml::value::Date) -> Option<Date> {
    let year = i16::try_from(date.year).ok()?;
    let month = i8::try_from(date.month).ok()?;
    Date::new(year, month, i8::try_from(date.day).ok()?).ok()
}

/// How messages of the TOML reader begin, what they become, and the remedy.
const WORDINGS: [(&str, &str, &str); 9] = [
    ("cannot recurse", "too many brackets stand in one another", "write the value flatter"),
    ("extra comma", "this comma is one too many", "remove it"),
    ("invalid basic string", "text cannot hold this character", "remove it"),
    ("missing comma", "a comma is missing before this", "put a comma between two values"),
    (
        "missing escaped value",
        "a backslash begins an escape that TOML does not know",
        "write two backslashes, or put the text in single quotes",
    ),
    ("recursion limit", "too many names stand behind one another", "write the key shorter"),
    ("redundant numeric sign", "a number has one sign", "remove the other sign"),
    ("unexpected key or value", "the value ends before this", "begin a new line, or a comment: #"),
    ("unexpected leading zero", "a number does not begin with 0", "remove the zero"),
];

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
    if message.starts_with(DUPLICATE) {
        return duplicate(source, text, words, range, table);
    }
    if message.contains("date") {
        let reason = message.split_once("expected ").map_or(message, |(_, reason)| reason);
        let said = format!("`{words}` is not a date: expected {reason}");
        return Diagnostic::new(Code::InvalidDate, span, said).help(DATE_HELP);
    }
    if let Some(value) = bare_value(text, range.start)
        && let Some((code, said, help)) = slip(&text[value.clone()])
    {
        return Diagnostic::new(code, Span::new(source, value), said).help(help);
    }
    if message.contains("must be quoted") || message.starts_with("invalid boolean") {
        let said = format!("`{words}` is no value: text needs quotes");
        let help = format!("put it in quotes, \"{words}\", or correct the number");
        return Diagnostic::new(Code::TomlSyntax, span, said).help(help);
    }
    let known = WORDINGS.iter().find(|(theirs, _, _)| message.starts_with(theirs));
    let (said, help) = known.map_or(
        (
            message.trim_end_matches(", expected nothing"),
            "see toml.io for how keys, strings, numbers and tables are written",
        ),
        |(_, ours, help)| (*ours, *help),
    );
    Diagnostic::new(Code::TomlSyntax, visible(source, text, range), said).help(help)
}

/// The unquoted value behind the `=` of the line in which a syntax error begins.
fn bare_value(text: &str, at: usize) -> Option<std::ops::Range<usize>> {
    let start = text.get(..at)?.rfind('\n').map_or(0, |newline| newline + 1);
    let line = text.get(start..)?.lines().next()?;
    let equals = line.find('=')? + 1;
    let value = line[equals..].split('#').next()?;
    let from = start + equals + (value.len() - value.trim_start().len());
    let range = from..from + value.trim().len();
    (range.contains(&at) && !value.trim().starts_with(['"', '\'', '[', '{'])).then_some(range)
}

/// What people write in other places than TOML files: typographic quotes, dates as spoken, words
/// without quotes.
fn slip(value: &str) -> Option<(Code, String, String)> {
    let inner = value.trim_matches(['\u{201c}', '\u{201d}', '\u{201e}', '\u{2018}', '\u{2019}']);
    if inner.len() < value.len() {
        let said = "these quotation marks are typographic".to_owned();
        return Some((Code::TomlSyntax, said, format!("use straight ones: \"{inner}\"")));
    }
    let parts: Vec<&str> = value.split(['.', '/']).collect();
    if let [day, month, year] = parts.as_slice()
        && let (Ok(day), Ok(month), Ok(year)) = (day.parse(), month.parse(), year.parse())
        && let Ok(date) = Date::new(year, month, day)
    {
        let said = format!("`{value}` is not a date as TOML writes it");
        return Some((Code::InvalidDate, said, format!("write the year first: {date}")));
    }
    let word = value.starts_with(|first: char| first.is_alphabetic());
    (word && !["true", "false"].contains(&value)).then(|| {
        let said = format!("`{value}` is no value: text needs quotes");
        (Code::TomlSyntax, said, format!("put it in quotes: \"{value}\""))
    })
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
