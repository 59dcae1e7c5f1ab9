//! What the usual jobs cost, from the scenario's file to the answer: `cargo bench`.
//!
//! Scenarios are read, checked and evaluated as `run` does it, without start-up, charts and
//! writing: the one real scenario and every synthetic one. Worlds are streamed and drawn.

#![expect(clippy::unwrap_used, reason = "a benchmark that cannot start has nothing to report")]

mod synthetic;

use contingent::evaluate::{Choice, Effort, Parts, Settings};
use contingent::outcomes::Sampling;
use contingent::pipeline::{Request, check};
use contingent::report::format::Spreadsheet;
use contingent::report::provenance::Recipe;
use contingent::report::tables::DEFAULT_STEP;
use contingent::report::{TableStyle, all_tables, stream, table_files};
use contingent::scenario::Scenario;
use contingent::study::{self, Beside, Finding, find};
use divan::Bencher;
use divan::counter::ItemsCount;
use std::path::PathBuf;
use tempfile::TempDir;

/// What `run` keeps unless it is told otherwise.
fn usual() -> Settings {
    Settings { top: Some(4096), top_forces: Some(4096), ..Settings::new(Parts::ALL) }
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
    bencher.bench(|| file.finding(usual()));
}

/// Every table of a finding, and its CSV.
#[divan::bench(args = [PARIS], max_time = 3)]
fn tables(bencher: Bencher<'_, '_>, name: &str) {
    let finding = File::named(name).finding(usual()).unwrap();
    let style = TableStyle { spreadsheet: Spreadsheet::Plain, step: DEFAULT_STEP };
    bencher.bench(|| {
        let tables = all_tables(&finding, &Beside::default(), style.step);
        table_files(&finding, &tables, style, &Recipe::default())
    });
}

/// Every world of so many independent conditions, from the file to the bytes of the CSV.
#[divan::bench(args = [10, 16, 20], max_time = 10, sample_count = 5)]
fn worlds_as_csv(bencher: Bencher<'_, '_>, conditions: usize) {
    let file = File::new(&synthetic::independent(conditions, 20, synthetic::SEED));
    bencher.counter(ItemsCount::new(1_usize << conditions)).bench(|| {
        let scenario = file.scenario().unwrap();
        let worlds = study::worlds(&scenario, contingent::evaluate::BUDGET).unwrap();
        let (plain, threads) = (Spreadsheet::Plain, stream::threads());
        stream::worlds(&scenario, &worlds, plain, threads, std::io::sink()).unwrap();
    });
}

/// A million worlds of the coalition of 30, whose sizes are fixed or random.
#[divan::bench(args = ["coalition-30", "coalition-30-pert"], max_time = 5, sample_count = 5)]
fn sampled(bencher: Bencher<'_, '_>, name: &str) {
    const SAMPLES: u64 = 1_000_000;
    let file = File::named(name);
    let parts = Parts { requirements: true, ..Parts::default() };
    let sampling = Sampling { samples: SAMPLES, seed: 1 };
    let effort = Effort { choice: Choice::Sampled, sampling, ..Effort::default() };
    let settings = Settings { effort, ..Settings::new(parts) };
    bencher.counter(ItemsCount::new(SAMPLES)).bench(|| file.finding(settings));
}
