//! What the headline rests on, what contested stages lead to, and that every number has a ground.

use super::semantics::{cell, everything, find, headline, number, scenario};
use contingent::pipeline::{self, Request};
use contingent::report::table::{Table, Value};
use contingent::report::{figures, summary, tables};
use contingent::scenario::{Formula, Scenario};
use contingent::study::{self, Beside, Finding};
use std::collections::BTreeSet;
use std::path::Path;

fn table(name: tables::Name, finding: &Finding) -> Table {
    let variants = study::all_variants(finding, everything());
    tables::table(name, finding, &Beside { variants, ..Beside::default() }, tables::DEFAULT_STEP)
}

fn text(value: &Value) -> &str {
    match value {
        Value::Text(text) => text,
        Value::Empty => "",
        other => panic!("{other:?} is no text"),
    }
}

/// The row of a ground: pledges, troops, share.
fn ground(table: &Table, ground: &str) -> (String, f64, Option<f64>) {
    let row = (0..table.rows.len()).find(|row| text(cell(table, *row, "ground")) == ground);
    let row = row.unwrap_or_else(|| panic!("no row {ground}"));
    let share = match cell(table, row, "share_of_headline") {
        Value::Empty => None,
        share => Some(number(share)),
    };
    let pledges = text(cell(table, row, "pledges")).to_owned();
    let count = number(cell(table, row, "pledges_count"));
    #[expect(clippy::cast_precision_loss, reason = "small numbers")]
    let listed = pledges.split("; ").filter(|id| !id.is_empty()).count() as f64;
    assert!((count - listed).abs() < 0.5, "{ground}: {pledges}");
    (pledges, number(cell(table, row, "troops")), share)
}

/// A pledge of France with a size and evidence.
fn pledge(id: &str, rest: &str) -> String {
    format!(
        "[pledges.{id}]\nnations = \"FRA\"\ndomain = \"land\"\nbasing = \"u\"\nwhen = \"a\"\n{rest}\n"
    )
}

const SOURCES: &str = "[sources.good]\nreliability = \"A\"\npublisher = \"Good\"\n\
     published = 2026-01-01\n[sources.fair]\nreliability = \"C\"\npublished = 2026-01-01\n\
     [sources.dark]\nreliability = \"F\"\npublished = 2026-01-01\n\
     [sources.late]\nreliability = \"A\"\npublished = 2026-02-01\n";

#[test]
fn grounds_of_a_headline_are_those_worked_out_by_hand() {
    let text = scenario(SOURCES)
        + &pledge(
            "own",
            "stage = \"declared\"\nsize = 1000\nevidence = [{ source = \"good\", for = \"size\", \
             by = \"FRA: minister\" }, { source = \"fair\", by = \"reporter\" }]",
        )
        + &pledge(
            "two",
            "stage = \"floated\"\nsize = 2000\nassumed = { size = \"x\" }\nevidence = [\
             { source = \"fair\", by = \"unnamed officials\" }, { source = \"dark\" }, \
             { source = \"late\", by = \"FRA: minister\" }]",
        )
        + &pledge(
            "dark",
            "stage = \"committed\"\nsize = 3000\nevidence = [{ source = \"dark\", \
             by = \"GBR: minister\", stage = \"floated\" }, { source = \"good\", \
             by = \"FRA: unnamed official\", credibility = 6 }]",
        )
        + &pledge("bare", "stage = \"floated\"\nsize = 4000\nassumed = { size = \"x\" }")
        + &pledge("gone", "stage = \"refused\"\nsize = 90000\nassumed = { size = \"x\" }")
        + &pledge("ships", "stage = \"floated\"\nsize = 5\nunit = \"ships\"");
    let finding = find(&text);
    let table = table(tables::Name::Grounds, &finding);
    let row = |name: &str| ground(&table, name);
    let expected =
        |pledges: &str, troops: f64| (pledges.to_owned(), troops, Some(troops / 10_000.0));
    assert_eq!(row("assumed"), expected("bare; two", 6000.0));
    assert_eq!(row("one_source"), expected("own", 1000.0), "the most specific claims alone");
    assert_eq!(row("c_or_worse"), expected("two", 2000.0), "late evidence is not shown");
    assert_eq!(row("not_judged"), expected("bare; dark", 7000.0), "F and 6 are not worst");
    assert_eq!(row("unnamed"), expected("two", 2000.0));
    assert_eq!(row("hearsay"), expected("bare; two", 6000.0));
    assert_eq!(row("contested"), expected("dark", 3000.0));
    let told = summary::summary(&finding, &[]);
    let told_of = told.lines().find(|line| line.starts_with("- Of the headline")).unwrap();
    assert_eq!(
        told_of,
        "- Of the headline, 10 % rests on one source (Good), 20 % on the word of nobody who is named \
         (unnamed officials), 20 % on no source graded above C and 70 % on no source that can be \
         judged. Of it, 60 % has none of its nations on record and 30 % is at a contested stage."
    );
}

#[test]
fn a_share_rests_on_what_its_assumption_chose_and_a_rest_on_the_shares_too() {
    let text = scenario(SOURCES)
        + "[assumptions.total]\nunit = \"troops\"\nchosen = \"high\"\n\
           options.low = { value = 1000, sources = [\"dark\"] }\n\
           options.high = { value = 2000, sources = [\"good\"] }\n\
           covers = { basing = [\"u\"] }\n\
           evidence = [{ source = \"dark\", for = \"covers\" }]\n\
           [assumptions.part]\nunit = \"share\"\nchosen = \"half\"\noptions = { half = 0.5 }\n\
           evidence = [{ source = \"fair\" }]\n"
        + &pledge(
            "share",
            "stage = \"floated\"\nsize = { share = 0.25, of = \"total\" }\n\
             evidence = [{ source = \"dark\" }]",
        )
        + &pledge("same", "stage = \"floated\"\nsize = { share = \"part\", of = \"total\" }")
        + &pledge("rest", "stage = \"floated\"\nsize = { rest = true, of = \"total\" }");
    let table = table(tables::Name::Grounds, &find(&text));
    assert_eq!(ground(&table, "one_source").0, "share");
    assert_eq!(ground(&table, "assumed").2, Some(1.0));
    assert_eq!(ground(&table, "not_judged").0, "");
    assert_eq!(ground(&table, "c_or_worse").0, "");
}

#[test]
fn nothing_in_a_headline_is_no_share_of_it() {
    let finding = find(&scenario(&pledge("p", "stage = \"refused\"\nsize = 10")));
    let table = table(tables::Name::Grounds, &finding);
    assert_eq!(table.rows.len(), 7);
    for name in ["assumed", "one_source", "not_judged", "hearsay"] {
        assert_eq!(ground(&table, name), (String::new(), 0.0, None));
    }
    assert!(!summary::summary(&finding, &[]).contains("Of the headline"));
}

/// Counting starts at `committed`; a source claims it for one pledge, another a refusal.
fn contested(counts_from: &str) -> Finding {
    let header = scenario(SOURCES).replace(
        "asked_when = \"a\"",
        &format!("asked_when = \"a\"\ncounts_from = \"{counts_from}\""),
    );
    let claim = |stage: &str| {
        format!(
            "evidence = [{{ source = \"good\", stage = \"{stage}\" }}, \
             {{ source = \"late\", stage = \"deployed\" }}]"
        )
    };
    let with = |id: &str, stage: &str, size: &str, claimed: &str| {
        pledge(id, &format!("stage = \"{stage}\"\nsize = {size}\n{}", claim(claimed)))
    };
    find(
        &(header
            + &with("firm", "committed", "1000", "mandated")
            + &with("doubtful", "declared", "500", "committed")
            + &with("unsized", "declared", "\"unknown\"", "committed")
            + &with("denied", "committed", "\"unknown\"", "refused")),
    )
}

#[test]
fn a_contested_stage_that_decides_what_counts_is_compared() {
    let finding = contested("committed");
    let table = table(tables::Name::Comparison, &finding);
    let mean = |variant: &str| {
        let row = (0..table.rows.len()).find(|row| {
            text(cell(&table, *row, "variant")) == variant
                && text(cell(&table, *row, "metric")) == "in_theatre.mean"
        });
        let row = row.unwrap_or_else(|| panic!("no {variant}"));
        let base = cell(&table, row, "base") == &Value::Boolean(true);
        (number(cell(&table, row, "value")), number(cell(&table, row, "difference")), base)
    };
    assert_eq!(mean("pledges.doubtful.stage=declared"), (500.0, 0.0, true));
    assert_eq!(mean("pledges.doubtful.stage=committed"), (750.0, 250.0, false));
    assert_eq!(mean("pledges.denied.stage=committed"), (500.0, 0.0, true));
    assert_eq!(mean("pledges.denied.stage=refused"), (500.0, 0.0, false));
    let variants = (0..table.rows.len()).map(|row| text(cell(&table, row, "variant")));
    let variants: BTreeSet<&str> = variants.collect();
    assert_eq!(variants.len(), 4, "{variants:?}");
}

#[test]
fn stages_that_count_alike_add_nothing_to_a_comparison() {
    let table = table(tables::Name::Comparison, &contested("floated"));
    let variants = (0..table.rows.len()).map(|row| text(cell(&table, row, "variant")));
    let variants: BTreeSet<&str> = variants.collect();
    let denied = ["pledges.denied.stage=committed", "pledges.denied.stage=refused"];
    assert_eq!(variants, BTreeSet::from(denied));
}

#[test]
fn the_ledger_is_headed_by_how_far_nations_went() {
    let told = |rest: &str| headline(figures::Name::Ledger, &find(&scenario(rest)));
    let one = |id: &str, nation: &str, stage: &str, more: &str| {
        format!("[pledges.{id}]\nnations = \"{nation}\"\nstage = \"{stage}\"\n{more}\n")
    };
    let claims = |stage: &str| {
        format!("evidence = [{{ source = \"good\", stage = \"{stage}\" }}]\n{SOURCES}")
    };
    assert_eq!(told(""), "No pledge is known");
    assert_eq!(told(&one("p", "FRA", "refused", "")), "FRA offers nothing");
    assert_eq!(told(&one("p", "FRA", "floated", "")), "FRA has committed nothing; at best floated");
    let both = one("p", "FRA", "committed", "") + &one("q", "GBR", "declared", "");
    assert_eq!(told(&both), "1 of 2 nations has committed anything; none is mandated");
    let both = one("p", "FRA", "deployed", "") + &one("q", "GBR", "mandated", "");
    assert_eq!(told(&both), "1 of 2 nations has deployed something");
    let both = one("p", "FRA", "mandated", "") + &one("q", "GBR", "mandated", "");
    assert_eq!(told(&both), "Both nations have a mandate; none has deployed");
    let both = one("p", "FRA", "declared", "") + &one("q", "GBR", "floated", "");
    assert_eq!(told(&both), "Neither nation has committed anything; at best declared");
    let contested =
        one("q", "GBR", "floated", "") + &one("p", "FRA", "declared", &claims("committed"));
    assert_eq!(told(&contested), "0 to 1 of 2 nations have committed; sources differ");
    let contested = one("p", "FRA", "committed", &claims("refused"));
    assert_eq!(told(&contested), "Whether FRA has committed is contested");
}

/// The conditions that a formula rests on, also through definitions, pledges and what conditions
/// depend on.
fn conditions(scenario: &Scenario, formula: &Formula, found: &mut BTreeSet<usize>) {
    let mut inside = Vec::new();
    formula.walk(&mut |part| match part {
        Formula::Condition { condition, .. } if found.insert(*condition) => {
            let entry = scenario.conditions.at(*condition);
            let whens = entry.clauses.iter().filter_map(|clause| clause.when.as_ref());
            inside.extend(whens.chain(&entry.requires).map(|stated| stated.formula.clone()));
        }
        Formula::Definition(index) => inside.push(scenario.definitions.at(*index).formula.clone()),
        Formula::Pledge(index) => inside.push(scenario.pledges.at(*index).when.formula.clone()),
        _ => {}
    });
    for formula in inside {
        conditions(scenario, &formula, found);
    }
}

#[test]
fn every_number_in_the_ledger_of_paris_has_a_graded_source_or_a_reason() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/paris-2026/scenario.toml");
    let checked = pipeline::check(&Request { path, ..Request::default() }).unwrap();
    let finding = study::find(checked.scenario.unwrap(), everything()).unwrap();
    let scenario = &finding.scenario;
    let evidence = table(tables::Name::Evidence, &finding);
    let grounded = |entry: &str, keys: &[&str]| {
        (0..evidence.rows.len()).any(|row| {
            let told = |column: &str| !text(cell(&evidence, row, column)).is_empty();
            let key = text(cell(&evidence, row, "key"));
            let graded = told("source") && told("grade");
            text(cell(&evidence, row, "entry")) == entry
                && keys.contains(&key)
                && (graded || told("assumed_reason"))
        })
    };
    let ledger = table(tables::Name::Ledger, &finding);
    let (mut sizes, mut chances) = (0, BTreeSet::new());
    for row in 0..ledger.rows.len() {
        let id = text(cell(&ledger, row, "pledge"));
        let index = scenario.pledges.index(id).unwrap();
        if cell(&ledger, row, "size_central") != &Value::Empty {
            sizes += 1;
            assert!(grounded(&format!("pledges.{id}"), &["size"]), "{id}");
        }
        conditions(scenario, &scenario.pledges.at(index).when.formula, &mut chances);
    }
    for condition in &chances {
        let id = scenario.conditions.id(*condition);
        let entry = format!("conditions.{id}");
        assert!(grounded(&entry, &["probability", "given", "outcomes"]), "{id}");
    }
    assert_eq!(sizes, 2);
    assert!(chances.len() >= 10, "{chances:?}");
    for (id, _) in scenario.sources.iter() {
        assert!(grounded(&format!("sources.{id}"), &["reliability"]), "{id}");
    }
}
