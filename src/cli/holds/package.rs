//! Whether the tables beside a data package still hold.
//!
//! In: the package, the tables beside it, and what is found anew. Out: the cells that changed.

use super::super::make;
use super::anew::{Making, State};
use crate::limits::LARGEST_FIGURE;
use crate::load::read_bytes;
use crate::report::format::Spreadsheet;
use crate::report::holds::{self, ByFile};
use crate::report::provenance::{Origin, Recipe, SWEEP, Varied};
use crate::report::table::Table;
use crate::report::{summary, tables};
use clap::ValueEnum as _;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::Path;

/// A data package: how its tables were made, and which they are.
pub(super) struct Package {
    pub(super) origin: Origin,
    pub(super) version: String,
    pub(super) making: Making,
    /// Each once, however often the file lists it.
    pub(super) tables: Vec<String>,
}

impl Package {
    pub(super) fn read(bytes: &[u8]) -> Result<Self, String> {
        let value: Value = serde_json::from_slice(bytes)
            .map_err(|error| format!("it is no data package: {error}"))?;
        let run = value.get("contingent").ok_or("it does not say how it was made")?;
        let word = |key: &str| run.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
        let origin = json!({
            "id": run.get("scenario"), "sha256": run.get("scenario_sha256"),
            "nameless_sha256": run.get("scenario_nameless_sha256").cloned().unwrap_or_default(),
            "as_of": run.get("as_of"), "horizon": run.get("horizon"),
        });
        let broken = |error: serde_json::Error| {
            format!("what it says of how it was made is broken: {error}")
        };
        let origin: Origin = serde_json::from_value(origin).map_err(broken)?;
        let options = run.get("options").cloned().unwrap_or_else(|| json!({}));
        let options: Recipe = serde_json::from_value(options).map_err(broken)?;
        let settings = run.get("settings").cloned().unwrap_or_else(|| json!([]));
        let settings: Vec<String> = serde_json::from_value(settings).map_err(broken)?;
        let resources = value.get("resources").and_then(Value::as_array);
        let names = resources.into_iter().flatten().filter_map(|own| own.get("name")?.as_str());
        let mut seen = BTreeSet::new();
        let tables = names.filter(|own| seen.insert(*own)).map(str::to_owned).collect();
        let listed = |key: &str| run.get(key).cloned().unwrap_or_else(|| json!([]));
        let grid = json!({ "vary": listed("vary"), "metrics": listed("metrics") });
        let grid: Varied = serde_json::from_value(grid).map_err(broken)?;
        let (given, chart) = (word("given"), None);
        let making = Making { given, settings, options, grid, chart, as_of: None };
        Ok(Self { origin, version: word("version"), making, tables })
    }

    /// The cells that changed, by files; the tables that matter most come first.
    pub(super) fn compare(
        &self,
        folder: &Path,
        name: &str,
        state: &State,
    ) -> Result<ByFile, String> {
        let scenario = state.scenario().ok_or("it names no scenario")?;
        let streamed = self.making.options.top == Some("all".into());
        let dates = [self.origin.as_of, scenario.as_of];
        let mut found = Vec::new();
        for own in self.tables.iter().filter(|own| !(streamed && *own == "worlds")) {
            let table = self.table(own, state)?;
            let path = folder.join(format!("{own}.csv"));
            let written = read_bytes(&path, LARGEST_FIGURE).map_err(|error| error.to_string())?;
            let changes = holds::cells(&written, &table, spreadsheet(&written), dates)
                .map_err(|reason| format!("its table {} is broken: {reason}", path.display()))?;
            found.push((name.replace("datapackage.json", &format!("{own}.csv")), changes));
        }
        if let Some(finding) = state.findings.first() {
            let summary = folder.parent().map(|above| above.join("summary.md"));
            if let Some(path) = summary.filter(|path| path.exists()) {
                let written =
                    read_bytes(&path, LARGEST_FIGURE).map_err(|error| error.to_string())?;
                let now = summary::summary(finding, &state.beside.stress);
                let changes = holds::lines(&String::from_utf8_lossy(&written), &now);
                found.push(("summary.md".to_owned(), changes));
            }
        }
        found.sort_by_key(|(file, _)| {
            LEADING.iter().position(|own| file.contains(own)).unwrap_or(LEADING.len())
        });
        Ok(found)
    }

    /// A table of this name, made anew.
    fn table(&self, name: &str, state: &State) -> Result<Table, String> {
        let unknown = || format!("this version makes no table called {name}");
        if let Some(swept) = &state.swept {
            let table = if name == SWEEP { swept.table() } else { return Err(unknown()) };
            return table.map_err(|reason| format!("its table {name} is too long: {reason}"));
        }
        let kind = tables::Name::from_str(name, false).map_err(|_| unknown())?;
        let finding = state.findings.first().ok_or("it names no scenario")?;
        let step = make::options(&self.making.options).step;
        Ok(tables::table(kind, finding, &state.beside, step))
    }
}

/// The tables whose changes are told first.
pub(super) const LEADING: [&str; 3] = ["requirements.csv", "totals.csv", "waterfall.csv"];

/// How the cells of a table are written.
pub(super) fn spreadsheet(written: &[u8]) -> Spreadsheet {
    let Some(plain) = written.strip_prefix("\u{feff}".as_bytes()) else {
        return Spreadsheet::Plain;
    };
    if plain.starts_with(b"scenario;") { Spreadsheet::ExcelSemicolon } else { Spreadsheet::Excel }
}
