//! What the usual jobs cost, from the scenario's file to the answer: `cargo bench`.
//!
//! Scenarios are read, checked and evaluated as `run` does it, without start-up, charts and
//! writing: the one real scenario and every synthetic one. A scenario that this version refuses as
//! too large is skipped: a refusal has no time worth knowing, and divan says that nothing was
//! registered for it.

#![expect(clippy::unwrap_used, reason = "a benchmark that cannot start has nothing to report")]

mod synthetic;

use contingent::evaluate::{Parts, Settings};
use contingent::pipeline::{Request, check};
use contingent::report::format::{Spreadsheet, csv};
use contingent::report::tables::{DEFAULT_STEP, Name, table};
use contingent::report::{TableStyle, all_tables, table_files};
use contingent::scenario::Scenario;
use contingent::study::{Finding, find};
use divan::Bencher;
use divan::counter::ItemsCount;
use std::path::PathBuf;
use tempfile::TempDir;

/// What `run` keeps unless it is told otherwise.
fn usual() -> Settings {
    Settings { top: Some(4096), top_forces: Some(4096), ..Settings::new(Parts::ALL) }
}

/// Every world.
fn all_worlds() -> Settings {
    let parts = Parts { worlds: true, ..Parts::default() };
    Settings { top: None, ..Settings::new(parts) }
}

/// The real scenario.
const PARIS: &str = "paris-2026";

fn main() {
    divan::main();
}

/// A scenario's file.
struct File {
    path: PathBuf,
    /// Where a synthetic one lies for as long as it is needed.
    _folder: Option<TempDir>,
}

impl File {
    /// The file of a scenario that `names` lists.
    fn named(name: &str) -> Self {
        if name == PARIS {
            let project = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
            let path = project.join("scenarios/paris-2026/scenario.toml");
            return Self { path, _folder: None };
        }
        let (_, text) = synthetic::all().into_iter().find(|(known, _)| known == name).unwrap();
        Self::new(&text)
    }

    fn new(text: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("scenario.toml");
        std::fs::write(&path, text).unwrap();
        Self { path, _folder: Some(folder) }
    }

    /// Load, parse and check; nothing where the scenario is refused.
    fn scenario(&self) -> Option<Scenario> {
        let request = Request { path: self.path.clone(), ..Request::default() };
        check(&request).unwrap().scenario
    }

    fn finding(&self, settings: Settings) -> Option<Finding> {
        find(self.scenario()?, settings).ok()
    }
}

fn names() -> Vec<String> {
    let synthetic = synthetic::all().into_iter().map(|(name, _)| name);
    [PARIS.to_owned()].into_iter().chain(synthetic).collect()
}

/// Load, parse and check.
#[divan::bench(args = names(), max_time = 1)]
fn checked(bencher: Bencher<'_, '_>, name: &str) {
    let file = File::named(name);
    bencher.bench(|| file.scenario());
}

/// Load, parse, check and evaluate.
#[divan::bench(args = names(), max_time = 3)]
fn evaluated(bencher: Bencher<'_, '_>, name: &str) {
    let file = File::named(name);
    if file.finding(usual()).is_some() {
        bencher.bench(|| file.finding(usual()));
    }
}

/// Every table of a finding, and its CSV.
#[divan::bench(args = [PARIS], max_time = 3)]
fn tables(bencher: Bencher<'_, '_>, name: &str) {
    let finding = File::named(name).finding(usual()).unwrap();
    let style = TableStyle { spreadsheet: Spreadsheet::Plain, step: DEFAULT_STEP };
    bencher.bench(|| table_files(&finding, &all_tables(&finding, &[], style.step), style));
}

/// Every world of so many independent conditions, from the file to the bytes of the CSV.
#[divan::bench(args = [10, 16], max_time = 10, sample_count = 5)]
fn worlds_as_csv(bencher: Bencher<'_, '_>, conditions: usize) {
    let file = File::new(&synthetic::independent(conditions, 20, synthetic::SEED));
    bencher.counter(ItemsCount::new(1_usize << conditions)).bench(|| {
        let finding = file.finding(all_worlds()).unwrap();
        csv(&table(Name::Worlds, &finding, &[], DEFAULT_STEP), Spreadsheet::Plain)
    });
}
