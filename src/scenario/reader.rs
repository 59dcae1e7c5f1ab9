//! Reads one TOML table key by key and remembers which keys it knows.
//!
//! In: a `Table`. Out: typed, spanned values. Contract of the methods: each takes its key out of
//! the table, returns `None` where it is missing or has the wrong type, and has reported the
//! latter; `finish` reports every key that nobody asked for and every one that is missing. A formula
//! that cannot be read becomes a harmless one, so that nobody complains about its absence.

use super::formula::{self, Expression, ExpressionKind, TextPlace};
use super::raw::Text;
use crate::decimal::Decimal;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, is_slip};
use crate::document::{Item, Node, Table, Value};
use crate::source::{Sources, Span, Spanned};
use jiff::civil::Date;

/// What messages call a string.
const TEXT: &str = "text in quotes";

/// What messages call a number.
const NUMBER: &str = "a number";

/// What every reader needs.
#[derive(Debug)]
pub struct Context<'a> {
    /// The texts, to find where a string's letters stand.
    pub sources: &'a Sources,
    /// Where problems go.
    pub diagnostics: &'a mut Diagnostics,
}

impl Context<'_> {
    /// Reports a problem.
    pub fn report(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    /// Reports that a value has another type than its key takes.
    pub fn wrong_type(&mut self, key: &str, expected: &str, node: &Node) {
        if matches!(node.value, Value::Invalid) {
            return;
        }
        let message = format!("`{key}` must be {expected}, not {}", node.value.described());
        let help = self.remedy(expected, node).unwrap_or_else(|| format!("write {expected}"));
        self.report(Diagnostic::new(Code::WrongType, node.span, message).help(help));
    }

    /// Reports that a value has none of the forms that its key takes.
    pub fn wrong_form(&mut self, key: &str, forms: &str, node: &Node) {
        if matches!(node.value, Value::Invalid) {
            return;
        }
        let message = format!("`{key}` cannot be {}", node.value.described());
        let help = self.remedy(forms, node).unwrap_or_else(|| format!("write {forms}"));
        self.report(Diagnostic::new(Code::WrongType, node.span, message).help(help));
    }

    /// The value as it should be written, where that can be seen.
    fn remedy(&self, expected: &str, node: &Node) -> Option<String> {
        let written = self.sources.slice(node.span);
        match &node.value {
            Value::Number(_) | Value::Boolean(_) | Value::Date(_) if expected == TEXT => {
                Some(format!("put it in quotes: \"{written}\""))
            }
            Value::String(text) => {
                let plain = text.replace([',', ' ', '\'', '_'], "");
                let number = Decimal::parse(&plain)?;
                expected.contains(NUMBER).then(|| format!("remove the quotes: {number}"))
            }
            Value::Array(nodes) if expected == TEXT => match nodes.as_slice() {
                [Node { value: Value::String(_), span }] => {
                    Some(format!("remove the brackets: {}", self.sources.slice(*span)))
                }
                _ => None,
            },
            Value::Array(_) if expected.contains("table") => {
                Some("write a table: [header] with single brackets, or { key = value }".to_owned())
            }
            _ => None,
        }
    }

    /// A string node's text, in one line.
    pub fn text(&mut self, key: &str, node: &Node) -> Option<Text> {
        let text = self.string(key, node)?;
        Some(Spanned::new(one_line(&text.value), text.span))
    }

    /// A string node's text as it is written.
    fn string(&mut self, key: &str, node: &Node) -> Option<Text> {
        if let Value::String(text) = &node.value {
            return Some(Spanned::new(text.clone(), node.span));
        }
        self.wrong_type(key, TEXT, node);
        None
    }

    /// A number node's value.
    pub fn number(&mut self, key: &str, node: &Node) -> Option<Spanned<Decimal>> {
        if let Value::Number(number) = node.value {
            return Some(Spanned::new(number, node.span));
        }
        self.wrong_type(key, NUMBER, node);
        None
    }

    /// A string node's formula; `false` where it cannot be read.
    pub fn formula(&mut self, key: &str, node: &Node) -> Expression {
        let harmless = Expression { kind: ExpressionKind::Constant(false), span: node.span };
        let Some(text) = self.string(key, node) else { return harmless };
        formula::parse(&text.value, self.place(&text)).unwrap_or_else(|diagnostic| {
            self.report(*diagnostic);
            harmless
        })
    }

    /// Where the letters of a string stand: behind its opening quotes, unless it has escapes.
    fn place(&self, text: &Text) -> TextPlace {
        let written = self.sources.slice(text.span);
        let start = ["\"\"\"", "'''", "\"", "'"].iter().find_map(|quotes| {
            let inner = written.strip_prefix(quotes)?.strip_suffix(quotes)?;
            let trimmed = inner.strip_prefix('\n').or(inner.strip_prefix("\r\n")).unwrap_or(inner);
            let skipped = quotes.len() + inner.len() - trimmed.len();
            (trimmed == text.value).then(|| text.span.start + u32::try_from(skipped).unwrap_or(0))
        });
        let bare = (written == text.value).then_some(text.span.start);
        TextPlace { whole: text.span, start: start.or(bare) }
    }
}

/// A table being read.
#[derive(Debug)]
pub struct TableReader<'c, 'a> {
    /// Where problems go.
    pub context: &'c mut Context<'a>,
    table: Table,
    owner: String,
    asked: Vec<&'static str>,
    missing: Vec<(&'static str, Span)>,
    reasons: Vec<(String, Span)>,
}

impl<'c, 'a> TableReader<'c, 'a> {
    /// Begins to read `table`; `owner` is what messages call it.
    pub fn new(context: &'c mut Context<'a>, table: Table, owner: String) -> Self {
        let (missing, reasons) = (Vec::new(), Vec::new());
        Self { context, table, owner, asked: Vec::new(), missing, reasons }
    }

    /// Notes the keys that the table must have; `finish` reports those that it has not.
    pub fn require(&mut self, keys: &[&'static str], place: Span) {
        let missing = keys.iter().filter(|key| !self.table.contains_key(**key));
        self.missing.extend(missing.map(|key| (*key, place)));
    }

    /// Notes that a reason or a piece of evidence speaks of a key, which must be one of the
    /// table's.
    pub fn speaks_of(&mut self, key: String, place: Span) {
        self.reasons.push((key, place));
    }

    /// Whether a key that is still there is `key`, or may be a slip for it.
    pub fn misspells(&self, key: &str) -> bool {
        self.table.keys().any(|left| is_slip(left, key))
    }

    /// The item under a key.
    pub fn item(&mut self, key: &'static str) -> Option<Item> {
        self.asked.push(key);
        self.table.remove(key)
    }

    /// The node under a key.
    pub fn node(&mut self, key: &'static str) -> Option<Node> {
        self.item(key).map(|item| item.node)
    }

    /// A string.
    pub fn text(&mut self, key: &'static str) -> Option<Text> {
        let node = self.node(key)?;
        self.context.text(key, &node)
    }

    /// A number.
    pub fn number(&mut self, key: &'static str) -> Option<Spanned<Decimal>> {
        let node = self.node(key)?;
        self.context.number(key, &node)
    }

    /// `true` or `false`.
    pub fn boolean(&mut self, key: &'static str) -> Option<Spanned<bool>> {
        let node = self.node(key)?;
        if let Value::Boolean(value) = node.value {
            return Some(Spanned::new(value, node.span));
        }
        self.context.wrong_type(key, "true or false", &node);
        None
    }

    /// A date.
    pub fn date(&mut self, key: &'static str) -> Option<Spanned<Date>> {
        let node = self.node(key)?;
        match node.value {
            Value::Date(date) => Some(Spanned::new(date, node.span)),
            Value::String(ref text) => {
                let message = format!("`{key}` must be a date, not text");
                let help = match text.trim().parse::<Date>() {
                    Ok(date) => format!("remove the quotes: {key} = {date}"),
                    Err(_) => "write a calendar date without quotes, such as 2026-01-06".to_owned(),
                };
                let diagnostic = Diagnostic::new(Code::InvalidDate, node.span, message).help(help);
                self.context.report(diagnostic);
                None
            }
            _ => {
                self.context.wrong_type(key, "a date such as 2026-01-06", &node);
                None
            }
        }
    }

    /// A formula.
    pub fn formula(&mut self, key: &'static str) -> Option<Expression> {
        let node = self.node(key)?;
        Some(self.context.formula(key, &node))
    }

    /// A string or an array of strings.
    pub fn texts(&mut self, key: &'static str) -> Vec<Text> {
        match self.node(key) {
            Some(Node { value: Value::Array(nodes), .. }) => {
                nodes.iter().filter_map(|node| self.context.text(key, node)).collect()
            }
            Some(node) => self.context.text(key, &node).into_iter().collect(),
            None => Vec::new(),
        }
    }

    /// An array's nodes.
    pub fn array(&mut self, key: &'static str) -> Option<Spanned<Vec<Node>>> {
        let node = self.node(key)?;
        if let Value::Array(nodes) = node.value {
            return Some(Spanned::new(nodes, node.span));
        }
        self.context.wrong_type(key, "an array", &node);
        None
    }

    /// A table.
    pub fn table(&mut self, key: &'static str) -> Option<Spanned<Table>> {
        let node = self.node(key)?;
        if let Value::Table(table) = node.value {
            return Some(Spanned::new(table, node.span));
        }
        self.context.wrong_type(key, "a table", &node);
        None
    }

    /// Reports every key that is left, and what may be meant; and every key that is missing,
    /// unless one that is left may be a slip for it.
    pub fn finish(self) {
        for (key, place) in &self.missing {
            if !self.misspells(key) {
                let message = format!("{} has no `{key}`", self.owner);
                let help = format!("add `{}`", example(key));
                self.context.report(Diagnostic::new(Code::MissingKey, *place, message).help(help));
            }
        }
        for (key, place) in &self.reasons {
            if !self.asked.contains(&key.as_str()) && !self.table.contains_key(key) {
                let message = format!("{} has no key `{key}` to speak of", self.owner);
                let diagnostic = Diagnostic::new(Code::UnknownKey, *place, message);
                self.context.report(diagnostic.suggest(key, self.asked.iter().copied()));
            }
        }
        for (key, item) in &self.table {
            let message = format!("unknown key `{key}` in {}", self.owner);
            let diagnostic = Diagnostic::new(Code::UnknownKey, item.key, message);
            self.context.report(diagnostic.suggest(key, self.asked.iter().copied()));
        }
    }
}

/// How a key may be written.
fn example(key: &str) -> String {
    let value = match key {
        "scenario" => return "[scenario]` with `title` and `as_of".to_owned(),
        "as_of" => "2026-01-08",
        "nations" => "\"FRA\"",
        "options" => "{ low = 15000, high = 30000 }",
        "stage" => "\"declared\"",
        _ => "\"...\"",
    };
    format!("{key} = {value}")
}

/// A text as it is shown everywhere: in one line.
fn one_line(text: &str) -> String {
    if !text.contains(['\n', '\r', '\t']) {
        return text.to_owned();
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
