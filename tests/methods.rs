//! How figures are found: exactly whatever the size, within a budget, else by sampling; and that
//! the ways agree.

use crate::cli::run;
use crate::synthetic::generator::{self, SEED, Sizes};
use clap::ValueEnum as _;
use contingent::evaluate::{Choice, Effort, Parts, Settings};
use contingent::law::Law;
use contingent::model::Size;
use contingent::outcomes::{Method, Outcomes};
use contingent::pipeline::{self, Request};
use contingent::report::format::{self, Spreadsheet};
use contingent::report::tables;
use contingent::study::{self, Beside, Obstacle};
use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;
use tempfile::TempDir;

fn file(text: &str) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("case.toml");
    fs::write(&path, text).unwrap();
    (folder, path)
}

fn find(text: &str, effort: Effort) -> Result<Outcomes, Obstacle> {
    let (_folder, path) = file(text);
    let checked = pipeline::check(&Request { path, ..Request::default() }).unwrap();
    let parts = Parts { totals: true, contributors: true, requirements: true, ..Parts::default() };
    let settings = Settings { effort, ..Settings::new(parts) };
    Ok(study::find(checked.scenario.unwrap(), settings)?.outcomes)
}

fn exact(text: &str) -> Outcomes {
    find(text, Effort { choice: Choice::Exact, ..Effort::default() }).unwrap()
}

/// Six pledges behind a condition each, whose sizes are random: (low, mode, high, per cent).
const WIDE: [(u64, u64, u64, u32); 6] = [
    (100, 900, 3000, 30),
    (0, 2500, 2600, 60),
    (500, 700, 4100, 10),
    (1, 2, 3333, 90),
    (40, 1000, 2000, 50),
    (0, 0, 2999, 75),
];

fn wide() -> String {
    let mut text = "[scenario]\ntitle = \"t\"\nas_of = 2026-01-08\n\
                    [basings]\nu = { name = \"U\", theatre = true }\n[nations]\nFRA = {}\n"
        .to_owned();
    for (at, (low, mode, high, percent)) in WIDE.iter().enumerate() {
        write!(
            text,
            "[conditions.c{at}]\nprobability = 0.{percent}\n[pledges.p{at}]\nnations = \"FRA\"\n\
             domain = \"land\"\nbasing = \"u\"\nstage = \"declared\"\nwhen = \"c{at}\"\n\
             size = {{ low = {low}, mode = {mode}, high = {high} }}\n"
        )
        .unwrap();
    }
    text
}

#[test]
fn wide_random_sizes_have_the_law_of_their_sum() {
    let nothing = Law::point(0);
    let expected = WIDE.iter().fold(Law::point(0), |sum, (low, mode, high, percent)| {
        let (size, p) = (Law::of(Size::Pert(*low, *mode, *high)), f64::from(*percent) / 100.0);
        sum.plus(&Law::mix([(p, 0, &size), (1.0 - p, 0, &nothing)].into_iter()))
    });
    let outcomes = exact(&wide());
    let found = outcomes.totals[0].law.as_ref().unwrap();
    assert!((found.mean() - expected.mean()).abs() < 1e-12 * expected.mean());
    assert!((found.deviation() - expected.deviation()).abs() < 1e-11 * expected.deviation());
    let at = |law: &Law, value: u64| {
        law.atoms()
            .binary_search_by_key(&value, |(value, _)| *value)
            .map_or(0.0, |i| law.atoms()[i].1)
    };
    for value in 0..=18_032 {
        let (found, expected) = (at(found, value), at(&expected, value));
        assert!((found - expected).abs() < 1e-15, "{value}: {found} is not {expected}");
    }
    for level in [0.01, 0.05, 0.5, 0.95] {
        assert_eq!(found.quantile(level), expected.quantile(level));
    }
}

#[test]
fn a_coalition_of_a_hundred_has_the_mean_of_its_pledges() {
    let outcomes = exact(&generator::coalition(100, Sizes::Pert, SEED));
    assert_eq!(outcomes.method, Method::Exact);
    // The totals end with those of the nations.
    let nations = outcomes.totals.iter().rev().take(100);
    let nations = nations.map(|total| total.law.as_ref().unwrap().mean());
    let in_theatre = outcomes.totals[0].law.as_ref().unwrap();
    assert!((in_theatre.mass() - 1.0).abs() < 1e-12);
    let sum: f64 = nations.sum();
    assert!(in_theatre.mean() > 1000.0 && sum > 0.0);
    assert!((in_theatre.mean() - sum).abs() < 1e-9 * sum, "{} {sum}", in_theatre.mean());
}

/// Pledges on four conditions each, of a hundred and twenty: no order is good.
fn tangled() -> String {
    generator::scattered(120, 4, SEED)
}

#[test]
fn beyond_the_budget_figures_are_sampled_and_say_so() {
    let few = Effort { budget: 20_000, ..Effort::default() };
    let sampled = find(&tangled(), few).unwrap();
    let total = &sampled.totals[0];
    assert!(total.standard_error.unwrap() > 0.0 && sampled.sampling.is_some());
    assert_ne!(sampled.method, Method::Exact);
    let sums = total.law.as_ref().unwrap().mean();
    // The mean is the sum of the pledges' means, which are exact whatever the structure.
    let nations = sampled.totals.iter().skip(1).filter(|total| total.standard_error.is_none());
    assert!(nations.count() > 0, "what is easy stays exact");
    assert!(sums > 0.0);
    let refused = find(&tangled(), Effort { choice: Choice::Exact, ..few });
    assert_eq!(refused.map(|_| ()), Err(Obstacle::OverBudget));
}

#[test]
fn sampling_agrees_with_exact_figures_and_is_exact_about_nothing() {
    let text = generator::coalition(10, Sizes::Pert, SEED);
    let sampled = find(&text, Effort { choice: Choice::Sampled, ..Effort::default() }).unwrap();
    let exact = exact(&text);
    assert_eq!((sampled.method, exact.method), (Method::Sampled, Method::Exact));
    for (sampled, exact) in sampled.totals.iter().zip(&exact.totals) {
        let (found, known) = (sampled.law.as_ref().unwrap(), exact.law.as_ref().unwrap());
        let error = sampled.standard_error.unwrap();
        assert!((found.mean() - known.mean()).abs() <= 5.0 * error + 1e-9, "{error}");
        assert_eq!(exact.standard_error, None);
    }
    for (sampled, exact) in sampled.requirements.iter().zip(&exact.requirements) {
        let (found, known) = (sampled.probability.unwrap(), exact.probability.unwrap());
        assert!((found - known).abs() <= 5.0 * sampled.standard_error.unwrap() + 1e-6);
    }
}

/// The six pledges of `wide`, of which a pool sustains 3,000 troops.
fn pooled() -> String {
    wide().replace("FRA = {}", "FRA = { pool = 7500, rotation = 2.5 }")
}

#[test]
fn what_a_pool_sustains_is_sampled_with_its_own_standard_error() {
    let sampled = find(&pooled(), Effort { choice: Choice::Sampled, ..Effort::default() }).unwrap();
    let (sampled, exact) = (sampled.contributors[0], exact(&pooled()).contributors[0]);
    let levels = [(sampled.conditions, exact.conditions), (sampled.sustained, exact.sustained)];
    let mut errors = Vec::new();
    for (sampled, exact) in levels {
        let (sampled, exact) = (sampled.unwrap(), exact.unwrap());
        let error = sampled.standard_error.unwrap();
        assert!((sampled.value - exact.value).abs() <= 5.0 * error, "{sampled:?} {exact:?}");
        assert!(error > 0.0 && exact.standard_error.is_none());
        errors.push(error);
    }
    assert!(errors[1] < errors[0], "a pool cuts the spread: {errors:?}");
    assert_eq!(sampled.headline, exact.headline);
}

#[test]
fn what_a_pool_sustains_is_verified_and_the_table_says_what_is_sampled() {
    let (_folder, path) = file(&pooled());
    let path = path.to_str().unwrap();
    let verified = run(&["verify", path, "--samples", "200000", "--format", "csv"]);
    assert_eq!(verified.status, 0, "{}", verified.errors);
    assert!(verified.output.contains(",shortfall,sustained.FRA,"), "{}", verified.output);
    let table = ["table", "waterfall", path, "--samples", "1000", "--format", "csv", "-q"];
    let table = run(&[table.as_slice(), &["--method", "sampled"]].concat()).output;
    let methods = |step: &str| {
        let rows = table.lines().filter(|row| row.contains(&format!(",{step},")));
        rows.map(|row| row.contains(",sampled,")).collect::<Vec<_>>()
    };
    assert_eq!(methods("in_theatre"), [false, false]);
    assert_eq!([methods("conditions"), methods("sustained")].concat(), [true; 4], "{table}");
}

const PARIS: &str = "scenarios/paris-2026/scenario.toml";

#[test]
fn verify_holds_exact_figures_against_sampled_ones() {
    let args = ["verify", PARIS, "--samples", "200000", "--format", "csv"];
    let ended = run(&args);
    assert_eq!(ended.status, 0, "{}{}", ended.output, ended.errors);
    assert!(ended.output.starts_with("scenario,as_of,given,variant,figure,of,when,exact,sampled,"));
    assert!(ended.output.lines().count() > 50 && !ended.output.contains(",false\r\n"));
    assert!(ended.errors.contains(" figures agree"), "{}", ended.errors);
    let other = run(&[args.as_slice(), &["--seed", "2"]].concat());
    assert_eq!(other.status, 0);
    assert_ne!(ended.output, other.output);
}

#[test]
fn the_same_bytes_on_any_number_of_threads() {
    let (_folder, path) = file(&wide());
    let path = path.to_str().unwrap();
    for method in ["exact", "sampled"] {
        let on = |threads| {
            let samples = ["--samples", "300000", "--threads", threads, "--format", "csv", "-q"];
            run(&[&["table", "distribution", path, "--method", method], samples.as_slice()]
                .concat())
        };
        let one = on("1");
        assert_eq!(one.status, 0, "{}", one.errors);
        assert!(one.output == on("2").output && one.output == on("3").output, "{method}");
    }
}

#[test]
fn exact_or_not_at_all_ends_with_status_four_and_a_remedy() {
    let (_folder, path) = file(&generator::fault_tree(800, 600, SEED));
    let path = path.to_str().unwrap();
    let ended = run(&["table", "worlds", path, "--method", "exact", "--top", "5"]);
    assert_eq!(ended.status, 0, "worlds of independent conditions are easy: {}", ended.errors);
    let (_folder, path) = file(&generator::counting(SEED));
    let path = path.to_str().unwrap();
    let ended = run(&["table", "totals", path, "--method", "exact", "--budget", "1"]);
    assert_eq!((ended.status, ended.output.as_str()), (4, ""));
    assert!(ended.errors.contains("raise it with --budget"), "{}", ended.errors);
}

#[test]
fn each_table_by_itself_is_what_it_is_beside_all_others() {
    for path in [PARIS, "scenarios/minimal/scenario.toml"] {
        let request = Request { path: path.into(), ..Request::default() };
        let scenario = pipeline::check(&request).unwrap().scenario.unwrap();
        let find = |parts| study::find(scenario.clone(), Settings::new(parts)).unwrap();
        let all = find(Parts::ALL);
        for name in tables::Name::value_variants() {
            let csv = |finding| {
                let table = tables::table(*name, finding, &Beside::default(), 500);
                String::from_utf8(format::csv(&table, Spreadsheet::Plain)).unwrap()
            };
            assert_eq!(csv(&find(name.parts())), csv(&all), "{name:?} of {path}");
        }
    }
}
