//! `datapackage.json`: what the tables are, for people and programs (Frictionless Data Package).
//!
//! In: the tables and the finding. Out: JSON text. It names each column's type and meaning and how
//! the run was made, and nothing that does not change the numbers: no paths, clock or threads.

use super::format::Spreadsheet;
use super::provenance::{Recipe, Varied};
use super::table::{Column, Kind, Table, counted};
use super::tables;
use crate::outcomes::{AtSizes, Deciding, Method};
use crate::scenario::Scenario;
use crate::study::Finding;
use crate::study::sweep::Sweep;
use serde_json::{Value, json};

/// Describes tables of one finding.
pub fn datapackage(
    finding: &Finding,
    tables: &[Table],
    spreadsheet: Spreadsheet,
    options: &Recipe,
) -> String {
    let resources: Vec<Value> = tables.iter().map(|table| resource(table, spreadsheet)).collect();
    package(&finding.scenario, &run(finding, options), &resources)
}

/// Describes the table of a sweep, which a scenario was swept for; its figures are exact.
pub fn of_sweep(sweep: &Sweep, scenario: &Scenario, options: &Recipe) -> String {
    let all: Vec<usize> = (0..sweep.metrics.len()).collect();
    let mut run = json!({
        "version": env!("CARGO_PKG_VERSION"),
        "scenario": scenario.id,
        "scenario_sha256": scenario.hash,
        "scenario_nameless_sha256": scenario.nameless_hash,
        "as_of": scenario.as_of.to_string(),
        "horizon": scenario.horizon.map(|date| date.to_string()),
        "given": scenario.given_text(),
        "settings": scenario.settings,
        "options": options,
        "method": Method::Exact.word(),
    });
    let grid = Varied::new(sweep, &all);
    run["vary"] = grid.vary.into();
    run["metrics"] = grid.metrics.into();
    let table = tables::sweep::sweep(sweep, 0..0);
    package(scenario, &run, &[resource(&table, Spreadsheet::Plain)])
}

fn package(scenario: &Scenario, run: &Value, resources: &[Value]) -> String {
    let package = json!({
        "profile": "tabular-data-package",
        "name": slug(&scenario.id),
        "title": scenario.title,
        "description": "Tables that contingent made from a scenario of conditional pledges.",
        "contingent": run,
        "sources": sources(scenario),
        "resources": resources,
    });
    let mut text = serde_json::to_string_pretty(&package).unwrap_or_default();
    text.push('\n');
    text
}

/// How the numbers were made.
fn run(finding: &Finding, options: &Recipe) -> Value {
    let scenario = &finding.scenario;
    let sampling = finding.outcomes.sampling;
    let chosen: serde_json::Map<String, Value> = scenario
        .assumptions
        .iter()
        .map(|(id, assumption)| {
            let option = &assumption.options[assumption.chosen];
            (id.to_owned(), option.name.clone().into())
        })
        .collect();
    json!({
        "version": env!("CARGO_PKG_VERSION"),
        "scenario": scenario.id,
        "scenario_sha256": scenario.hash,
        "scenario_nameless_sha256": scenario.nameless_hash,
        "as_of": scenario.as_of.to_string(),
        "horizon": scenario.horizon.map(|date| date.to_string()),
        "given": finding.given(),
        "asked_when": scenario.asked_when.as_ref().map(|asked| asked.text.clone()),
        "settings": scenario.settings,
        "options": options,
        "assumptions": chosen,
        "counts_from": scenario.counts_from.word(),
        "method": finding.outcomes.method.word(),
        "seed": sampling.map(|sampling| sampling.seed),
        "samples": sampling.map(|sampling| sampling.samples),
        "worlds_possible": finding.outcomes.worlds_possible.map(count),
        "probability_left_out": finding.outcomes.probability_left_out,
        "probability_left_out_of_outcomes": finding.outcomes.forces_left_out,
        "unlock": deciding(scenario, &finding.outcomes.unlock),
        "block": deciding(scenario, &finding.outcomes.block),
    })
}

/// For each requirement how many sets decide it, and of how many conditions at most; null where to
/// find them takes more than the budget.
fn deciding(scenario: &Scenario, found: &[Option<Deciding>]) -> Value {
    let all = scenario.requirements.iter().zip(found).map(|((id, _), found)| {
        let told = found.as_ref().map(|found| {
            let sets = AtSizes::ALL.iter().zip(found.counts);
            let sets = sets.map(|(sizes, sets)| (sizes.word().to_owned(), count(sets)));
            let sets: serde_json::Map<String, Value> = sets.collect();
            json!({ "max_size": found.max_size, "sets": sets, "sets_listed": found.sets.len() })
        });
        (id.to_owned(), told.into())
    });
    Value::Object(all.collect())
}

/// A count as a whole number where it is one for sure.
fn count(count: f64) -> Value {
    counted(count).map_or_else(|| count.into(), Value::from)
}

/// The sources; the profile wants at least one or no list.
fn sources(scenario: &Scenario) -> Value {
    let sources = scenario.known_sources().map(|(id, source)| {
        let title = source.title.clone().unwrap_or_else(|| id.to_owned());
        let title = match &source.publisher {
            Some(publisher) => format!("{publisher}: {title}"),
            None => title,
        };
        match &source.url {
            Some(url) => json!({ "title": title, "path": url }),
            None => json!({ "title": title }),
        }
    });
    let sources: Vec<Value> = sources.collect();
    if sources.is_empty() { json!([{ "title": "no sources stated" }]) } else { sources.into() }
}

fn resource(table: &Table, spreadsheet: Spreadsheet) -> Value {
    let semicolon = spreadsheet == Spreadsheet::ExcelSemicolon;
    let delimiter = if semicolon { ";" } else { "," };
    let fields = table.columns.iter().map(|column| field(column, semicolon));
    let fields: Vec<Value> = fields.collect();
    json!({
        "profile": "tabular-data-resource",
        "name": table.name,
        "path": format!("{}.csv", table.name),
        "description": format!("A row is {}.", table.row_is),
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "dialect": { "delimiter": delimiter, "lineTerminator": "\r\n", "doubleQuote": true, "header": true },
        "schema": { "fields": fields, "missingValues": [""] },
    })
}

fn field(column: &Column, decimal_comma: bool) -> Value {
    let kind = match column.kind {
        Kind::Text => "string",
        Kind::Whole => "integer",
        Kind::Amount | Kind::Probability => "number",
        Kind::Boolean => "boolean",
        Kind::Date => "date",
    };
    let mut field = json!({ "name": column.name, "type": kind, "description": column.meaning });
    if column.kind == Kind::Probability {
        field["constraints"] = json!({ "minimum": 0, "maximum": 1 });
    }
    if decimal_comma && kind == "number" {
        field["decimalChar"] = json!(",");
    }
    field
}

/// A package's name: lower-case letters, digits, `.`, `_` and `-`.
fn slug(id: &str) -> String {
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "._-".contains(c);
    let lower = id.to_ascii_lowercase();
    lower.chars().map(|c| if fits(c) { c } else { '-' }).collect()
}
