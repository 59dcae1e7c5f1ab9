//! The stages in order: from a path to a checked scenario.
//!
//! In: a `Request`. Out: `Checked`, with every problem found on the way. `lib.rs` draws the whole
//! line; the commands in `cli` call the functions here and those of `evaluate` and `report`.

use crate::compile::{self, ImpossibleEvidence};
use crate::diagnostic::Diagnostics;
use crate::diagnostic::{Code, Diagnostic};
use crate::document::{Table, Value};
use crate::error::Error;
use crate::load::{self, Loaded};
use crate::merge::{self, LINKS};
use crate::scenario::check::{self, Circumstances};
use crate::scenario::formula::Expression;
use crate::scenario::parse;
use crate::scenario::raw::RawScenario;
use crate::scenario::reader::Context;
use crate::scenario::{Scenario, formula};
use crate::source::{Sources, Span};
use jiff::civil::Date;
use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use std::path::PathBuf;

/// What is to be read, and what the command line changes.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// The scenario's path.
    pub path: PathBuf,
    /// `--set KEY=VALUE`, in order.
    pub settings: Vec<String>,
    /// `--as-of DATE`
    pub as_of: Option<Date>,
    /// `--given FORMULA`
    pub given: Option<String>,
    /// `--strict`
    pub strict: bool,
    /// `--archive DIR`
    pub archive: Option<PathBuf>,
}

/// A scenario after `check`.
#[derive(Debug)]
pub struct Checked {
    /// Every text, to show diagnostics with.
    pub sources: Sources,
    /// Everything found.
    pub diagnostics: Diagnostics,
    /// The scenario, unless there are errors.
    pub scenario: Option<Scenario>,
}

/// Load, parse and check.
pub fn check(request: &Request) -> Result<Checked, Error> {
    let mut diagnostics = Diagnostics::default();
    let loaded = load::load(&request.path, &request.settings, &mut diagnostics)?;
    let Loaded { id, mut sources, layers } = loaded;
    let tree = merge::merge(layers, &mut diagnostics);
    let given = parse_given(request, &mut sources, &mut diagnostics);
    let hash = hash(&tree, request);
    let raw = parse::parse(tree, &sources, &mut diagnostics);
    let settings = request.settings.clone();
    let circumstances = Circumstances { id, hash, as_of: request.as_of, given, settings };
    let mut scenario = check::check(&raw, circumstances, &mut diagnostics);
    if let Some(problem) = scenario.as_ref().and_then(|scenario| obstacle(scenario, &raw, &sources))
    {
        diagnostics.push(problem);
        scenario = None;
    }
    if let Some(archive) = &request.archive {
        check::evidence::check_archive(&raw, archive, &mut diagnostics);
    }
    if request.strict {
        diagnostics.raise_strict();
    }
    let scenario = scenario.filter(|_| !diagnostics.has_errors());
    Ok(Checked { sources, diagnostics, scenario })
}

/// Why a checked scenario still cannot be evaluated: only what is taken as given can be the cause.
fn obstacle(scenario: &Scenario, raw: &RawScenario, sources: &Sources) -> Option<Diagnostic> {
    scenario.given.as_ref()?;
    let ImpossibleEvidence = compile::compile(scenario, &[], &[]).err()?;
    let span = sources.whole("--given").unwrap_or(raw.header.span);
    let message = "what is taken as given cannot happen in this scenario";
    let help = "no possible world satisfies it; take less as given";
    Some(Diagnostic::new(Code::ImpossibleEvidence, span, message).help(help))
}

fn parse_given(
    request: &Request,
    sources: &mut Sources,
    diagnostics: &mut Diagnostics,
) -> Option<Expression> {
    let text = request.given.as_ref()?;
    let id = sources.add("--given".to_owned(), text.clone());
    let whole = Span::new(id, 0..text.len());
    let place = formula::TextPlace { whole, start: Some(0) };
    match formula::parse(text, place) {
        Ok(expression) => Some(expression),
        Err(problem) => {
            Context { sources, diagnostics }.report(*problem);
            None
        }
    }
}

/// SHA-256 of the merged tree without file links, as of the date: the same for one file and for
/// the same entries spread over several.
fn hash(tree: &Table, request: &Request) -> String {
    let mut text = String::new();
    for (section, item) in tree {
        match &item.node.value {
            Value::Table(header) if section == "scenario" => {
                let mut header = header.clone();
                header.retain(|key, _| !LINKS.contains(&key.as_str()));
                if let Some((as_of, item)) = request.as_of.zip(header.get_mut("as_of")) {
                    item.node.value = Value::Date(as_of);
                }
                write_table(&mut text, &header);
            }
            value => {
                let _ = write!(text, "{section:?}:");
                write_value(&mut text, value);
            }
        }
    }
    let mut shown = String::new();
    for byte in Sha256::digest(text.as_bytes()) {
        let _ = write!(shown, "{byte:02x}");
    }
    shown
}

fn write_table(text: &mut String, table: &Table) {
    text.push('{');
    for (key, item) in table {
        let _ = write!(text, "{key:?}:");
        write_value(text, &item.node.value);
    }
    text.push('}');
}

fn write_value(text: &mut String, value: &Value) {
    let _ = match value {
        Value::String(string) => write!(text, "{string:?},"),
        Value::Number(number) => write!(text, "{number},"),
        Value::Boolean(boolean) => write!(text, "{boolean},"),
        Value::Date(date) => write!(text, "{date},"),
        Value::Invalid => write!(text, "?,"),
        Value::Table(table) => {
            write_table(text, table);
            Ok(())
        }
        Value::Array(nodes) => {
            text.push('[');
            for node in nodes {
                write_value(text, &node.value);
            }
            text.push(']');
            Ok(())
        }
    };
}
