//! Files through the whole line: check, every table, the summary, now and then the charts. What
//! comes out is judged by what must hold whatever the files say.

use contingent::diagnostic::render::{Format, render};
use contingent::diagnostic::{Diagnostic, Label};
use contingent::evaluate::{Choice, Effort, MaxSize, Parts, SetLimits, Settings};
use contingent::outcomes::Sampling;
use contingent::pipeline::{self, Checked, Request};
use contingent::report::chart::Look;
use contingent::report::figures;
use contingent::report::format::{self, Spreadsheet};
use contingent::report::table::{Kind, Table, Value};
use contingent::report::{all_tables, summary};
use contingent::scenario::Scenario;
use contingent::source::Sources;
use contingent::study::{self, Beside, Finding};
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// What is asked of the files.
#[derive(Clone, Debug, Default)]
pub(crate) struct Asked {
    pub(crate) settings: Vec<String>,
    pub(crate) given: Option<String>,
    /// Whether charts are drawn too, which takes longer than all else.
    pub(crate) charts: bool,
}

/// How long anything may take, far beyond what it does take; a slow machine is not a fault.
const LONGEST: Duration = Duration::from_secs(60);

/// A small budget: what is beyond it is sampled, so both ways are taken.
const EFFORT: Effort = Effort {
    choice: Choice::Auto,
    budget: 100_000,
    sampling: Sampling { samples: 2_000, seed: 1 },
};

/// Takes files, the scenario first, through the whole line. The error says what does not hold.
pub(crate) fn survive(files: &[(&str, &[u8])], asked: &Asked) -> Result<(), String> {
    checked(files, asked, results_hold)
}

/// Checks files, the scenario first. The error says what does not hold.
pub(crate) fn check(files: &[(&str, &[u8])], asked: &Asked) -> Result<(), String> {
    checked(files, asked, |_, _, _| Ok(()))
}

/// Checks files, then judges the scenario that they make, if they do.
fn checked(
    files: &[(&str, &[u8])],
    asked: &Asked,
    judge: impl FnOnce(&Request, Scenario, bool) -> Result<(), String>,
) -> Result<(), String> {
    let start = Instant::now();
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    for (name, bytes) in files {
        std::fs::write(folder.path().join(name), bytes).map_err(|error| error.to_string())?;
    }
    let request = Request {
        path: folder.path().join(files[0].0),
        settings: asked.settings.clone(),
        given: asked.given.clone(),
        ..Request::default()
    };
    // What cannot be read at all is told in one line.
    if let Ok(checked) = pipeline::check_every_date(&request) {
        diagnostics_hold(&checked)?;
        if let Some(scenario) = checked.scenario {
            judge(&request, scenario, asked.charts)?;
        } else if !checked.diagnostics.has_errors() {
            return Err("neither a scenario nor an error".to_owned());
        }
    }
    ensure(start.elapsed() < LONGEST, || format!("took {:?}", start.elapsed()))
}

fn ensure(holds: bool, otherwise: impl FnOnce() -> String) -> Result<(), String> {
    if holds { Ok(()) } else { Err(otherwise()) }
}

/// Every problem has words, a place inside its text and a remedy, and can be shown.
pub(crate) fn diagnostics_hold(checked: &Checked) -> Result<(), String> {
    for diagnostic in checked.diagnostics.sorted() {
        let Diagnostic { code, message, primary, secondary, help, .. } = diagnostic;
        ensure(!message.is_empty(), || format!("{code} has no words"))?;
        ensure(help.as_ref().is_some_and(|help| !help.is_empty()), || {
            format!("{code} has no remedy: {message}")
        })?;
        for label in std::iter::once(primary).chain(secondary) {
            place_holds(label, &checked.sources)
                .map_err(|reason| format!("{code}: {message}: {reason}"))?;
        }
    }
    for format in [Format::Full, Format::Short, Format::Json] {
        let shown = render(&checked.diagnostics, &checked.sources, format, false);
        harmless(&shown)?;
        ensure(
            shown.is_empty() == (checked.diagnostics.is_empty() && format != Format::Json),
            || format!("{format:?} shows {} problems as {shown:?}", checked.diagnostics.len()),
        )?;
    }
    Ok(())
}

fn place_holds(label: &Label, sources: &Sources) -> Result<(), String> {
    let (text, range) = (&sources.get(label.span.source).text, label.span.range());
    ensure(text.get(range.clone()).is_some(), || {
        format!("{range:?} is no place in a text of {} bytes", text.len())
    })
}

/// Nothing that a terminal would obey.
pub(crate) fn harmless(text: &str) -> Result<(), String> {
    let obeyed = |letter: &char| {
        letter.is_control() && *letter != '\n'
            || matches!(letter, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}')
            || matches!(letter, '\u{2066}'..='\u{2069}')
    };
    match text.chars().find(obeyed) {
        None => Ok(()),
        Some(letter) => Err(format!("{letter:?} in {text:?}")),
    }
}

fn results_hold(request: &Request, scenario: Scenario, charts: bool) -> Result<(), String> {
    let states = pipeline::earlier(request, &scenario).map_err(|error| error.to_string())?;
    let states = states.ok_or("an earlier state has errors that `check` does not tell")?;
    let sets = SetLimits { max_size: MaxSize::SmallestAnd(1), top: Some(5), part: 4 };
    let settings = Settings {
        sets,
        effort: EFFORT,
        top: Some(20),
        top_forces: Some(20),
        ..Settings::new(Parts::ALL)
    };
    let finding = study::find(scenario, settings).map_err(|obstacle| format!("{obstacle:?}"))?;
    let variants = study::all_variants(&finding, settings);
    let earlier = study::earlier(states, EFFORT).map_err(|obstacle| format!("{obstacle:?}"))?;
    let stress = study::stress::stress(&finding.scenario, EFFORT);
    let stress = stress.map_err(|obstacle| format!("{obstacle:?}"))?;
    let beside = Beside { variants, earlier, stress, ..Beside::default() };
    for table in all_tables(&finding, &beside, 500) {
        table_holds(&table).map_err(|reason| format!("{}: {reason}", table.name))?;
    }
    harmless(&summary::summary(&finding, &beside.stress))?;
    if charts { charts_hold(&finding, &beside) } else { Ok(()) }
}

/// Numbers are finite, probabilities between 0 and 1, text harmless, and each format has all rows.
fn table_holds(table: &Table) -> Result<(), String> {
    for (column, value) in table.rows.iter().flat_map(|row| table.columns.iter().zip(row)) {
        match value {
            Value::Number(number) => {
                let chance = column.kind == Kind::Probability;
                let sound = number.is_finite()
                    && (!chance
                        || column.name.starts_with("swing")
                        || (-1e-9..=1.0 + 1e-9).contains(number));
                ensure(sound, || format!("{} is {number}", column.name))?;
            }
            Value::Text(text) => harmless(&text.replace(['\r', '\t'], " "))?,
            _ => {}
        }
    }
    let csv = format::csv(table, Spreadsheet::Plain);
    let mut reader = csv::Reader::from_reader(csv.as_slice());
    let mut count = 0;
    for record in reader.records() {
        let record = record.map_err(|error| error.to_string())?;
        count += 1;
        for (cell, column) in record.iter().zip(&table.columns) {
            let formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
            ensure(!formula || column.kind != Kind::Text, || format!("formula {cell:?}"))?;
        }
    }
    ensure(count == table.rows.len(), || "the CSV has other rows".to_owned())?;
    let json: Vec<BTreeMap<String, serde_json::Value>> =
        serde_json::from_str(&format::json(table)).map_err(|error| error.to_string())?;
    ensure(json.len() == table.rows.len(), || "the JSON has other rows".to_owned())?;
    harmless(&format::text(table, Some(80)))
}

fn charts_hold(finding: &Finding, beside: &Beside) -> Result<(), String> {
    for name in figures::Name::ALL {
        let svg = figures::draw(name, finding, beside, &Look::default());
        contingent::report::drawn::pixels(name.word(), &svg, 1.0)
            .map_err(|error| error.to_string())?;
    }
    Ok(())
}
