//! What moved the figures, on scenarios small enough to work out by hand, and the command.

use crate::cli::{self, Ended};
use contingent::evaluate::Effort;
use contingent::pipeline::{self, Request};
use contingent::report::table::{Table, Value};
use contingent::report::tables::diff as tables;
use contingent::study::diff::{Diff, diff};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;

const PARIS: &str = "scenarios/paris-2026/scenario.toml";

/// A header, a basing in theatre and one elsewhere, two nations and whatever else is given.
fn scenario(rest: &str) -> String {
    format!(
        "[scenario]\ntitle = \"t\"\nas_of = 2026-01-08\n\
         [basings]\nu = {{ name = \"U\", theatre = true }}\nv = {{ name = \"V\" }}\n\
         [nations]\nFRA = {{}}\nGBR = {{}}\n{rest}"
    )
}

fn pledge(id: &str, when: &str, size: &str) -> String {
    format!(
        "[pledges.{id}]\nnations = \"FRA\"\ndomain = \"land\"\nbasing = \"u\"\n\
         stage = \"declared\"\nwhen = \"{when}\"\nsize = {size}\n"
    )
}

/// Two texts side by side; what does not fit, where they do not.
fn split_given(old: &str, new: &str, given: Option<&str>) -> Result<Diff, String> {
    let folder = tempfile::tempdir().unwrap();
    let request = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        Request { path, given: given.map(str::to_owned), ..Request::default() }
    };
    let pair = pipeline::check_pair(&request("old.toml", old), &request("new.toml", new)).unwrap();
    let problems = [&pair.old, &pair.new].map(|side| format!("{:#?}", side.diagnostics.sorted()));
    let sides = pair.aligned.unwrap_or_else(|| panic!("{problems:?}"));
    Ok(diff(sides.map_err(|misfit| misfit.message)?, Effort::default()).unwrap())
}

fn split(old: &str, new: &str) -> Diff {
    split_given(old, new, None).unwrap()
}

fn cell<'a>(table: &'a Table, row: &'a [Value], column: &str) -> &'a Value {
    let at = table.columns.iter().position(|own| own.name == column).unwrap();
    &row[at]
}

fn text(value: &Value) -> String {
    match value {
        Value::Empty => String::new(),
        Value::Text(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        other => panic!("{other:?}"),
    }
}

/// Changes by figure, kind and name of the cause: `in_theatre size p`.
fn changes(diff: &Diff) -> BTreeMap<String, f64> {
    let table = tables::diff(diff);
    let rows = table.rows.iter().filter_map(|row| {
        let Value::Number(change) = cell(&table, row, "change") else { return None };
        let names = ["metric", "cause_kind", "cause"].map(|name| text(cell(&table, row, name)));
        Some((names.join(" ").trim().to_owned(), *change))
    });
    rows.collect()
}

fn what(diff: &Diff, cause: &str) -> String {
    let table = tables::diff(diff);
    let row = table.rows.iter().find(|row| text(cell(&table, row, "cause")) == cause);
    text(cell(&table, row.unwrap_or_else(|| panic!("no cause {cause}")), "what"))
}

fn near(found: f64, expected: f64) -> bool {
    (found - expected).abs() < 1e-9
}

#[test]
fn a_larger_and_a_likelier_pledge_share_what_both_bring_about() {
    let old = scenario("[conditions]\na.probability = 0.5\n") + &pledge("p", "a", "100");
    let new = scenario("[conditions]\na.probability = 1\n") + &pledge("p", "a", "300");
    let found = split(&old, &new);
    let moved = changes(&found);
    // 50 -> 300. The size first: 100, last: 200. The probability first: 50, last: 150.
    assert!(near(moved["in_theatre size p"], 150.0), "{moved:?}");
    assert!(near(moved["in_theatre probability a"], 100.0), "{moved:?}");
    assert!(near(moved["headline size p"], 200.0), "{moved:?}");
    assert!(!moved.contains_key("headline probability a"), "{moved:?}");
    assert_eq!(what(&found, "a"), "probability 0.5 -> 1");
    assert_eq!(what(&found, "p"), "size 100 -> 300");
    let expected = "The expected force in theatre rose from 50 to 300 troops; the largest cause \
                    is p (size 100 -> 300): +150.";
    assert_eq!(tables::sentence(&found), expected);
}

#[test]
fn shares_of_one_total_are_one_cause() {
    let total = "[assumptions.total]\noptions = { low = 100, high = 200 }\nchosen = \"low\"\n";
    let shares = |first: &str, second: &str| {
        scenario(total)
            + &pledge("p", "true", &format!("{{ share = {first}, of = \"total\" }}"))
            + &pledge("q", "true", &format!("{{ share = {second}, of = \"total\" }}"))
            + &pledge("r", "true", "{ rest = true, of = \"total\" }")
    };
    let found = split(&shares("0.6", "0.3"), &shares("0.2", "0.7"));
    assert_eq!(found.causes.len(), 1);
    let told = what(&found, "shares of total");
    assert_eq!(told, "p size 0.6 of total -> 0.2 of total; q size 0.3 of total -> 0.7 of total");
}

#[test]
fn a_new_share_takes_from_the_rest_and_one_that_does_not_fit_comes_with_what_makes_room() {
    let total = "[assumptions.total]\noptions = { low = 100, high = 200 }\nchosen = \"low\"\n";
    let lead = |share: &str| pledge("p", "true", &format!("{{ share = {share}, of = \"total\" }}"));
    let more = pledge("q", "true", "{ share = 0.5, of = \"total\" }");
    let rest = pledge("r", "false", "{ rest = true, of = \"total\" }");
    let fits = split(
        &(scenario(total) + &lead("0.3") + &rest),
        &(scenario(total) + &lead("0.3") + &rest + &more),
    );
    assert!(near(changes(&fits)["in_theatre pledge_added q"], 50.0), "{:?}", changes(&fits));
    let crowded = split(
        &(scenario(total) + &lead("0.8") + &rest),
        &(scenario(total) + &lead("0.3") + &rest + &more),
    );
    assert_eq!(crowded.causes.len(), 1, "{:?}", crowded.causes);
    let told = what(&crowded, "shares of total");
    assert_eq!(told, "q added; p size 0.8 of total -> 0.3 of total");
}

#[test]
fn entries_of_one_file_only_come_and_go() {
    let old = scenario("[conditions]\na.probability = 0.5\nidle.probability = 0.1\n")
        + &pledge("gone", "a", "10")
        + "[requirements.left]\nfloor = 5\n[requirements.both]\nfloor = 5\n";
    let new = scenario("[conditions]\na.probability = 0.5\nb.probability = 0.25\n")
        + &pledge("come", "b", "40")
        + "[requirements.right]\nneeds = \"b\"\n[requirements.both]\nfloor = 5\n";
    let found = split(&old, &new);
    let moved = changes(&found);
    assert!(near(moved["in_theatre pledge_added come"], 10.0), "{moved:?}");
    assert!(near(moved["in_theatre pledge_removed gone"], -5.0), "{moved:?}");
    // With neither it is never met, with both where either is active.
    assert!(
        near(moved["requirement.both pledge_added come"], f64::midpoint(0.25, 0.125)),
        "{moved:?}"
    );
    assert!(
        near(moved["requirement.both pledge_removed gone"], -f64::midpoint(0.5, 0.375)),
        "{moved:?}"
    );
    let ends: Vec<_> =
        found.figures.iter().map(|own| (own.name.as_str(), own.old, own.new)).collect();
    for (name, old, new) in ends {
        assert_eq!(old.is_none(), name == "requirement.right", "{name}");
        assert_eq!(new.is_none(), name == "requirement.left", "{name}");
    }
    assert_eq!((what(&found, "come"), what(&found, "gone")), ("added".into(), "removed".into()));
}

#[test]
fn outcomes_and_options_of_one_side_are_impossible_on_the_other() {
    let with = |outcomes: &str, options: &str, chosen: &str| {
        scenario(&format!(
            "[conditions.c]\noutcomes = {{ {outcomes} }}\n\
             [assumptions.reading]\noptions = {{ {options} }}\nchosen = \"{chosen}\"\n"
        )) + &pledge("p", "c.good and not reading.strict", "100")
    };
    let old = with("bad = 0.5, good = 0.5", "strict = {}, wide = {}", "wide");
    let new =
        with("awful = 0.4, bad = 0.4, good = 0.2", "loose = {}, strict = {}, wide = {}", "loose");
    let found = split(&old, &new);
    let moved = changes(&found);
    assert!(near(moved["in_theatre probability c"], -30.0), "{moved:?}");
    assert_eq!(
        what(&found, "c"),
        "probability awful 0, bad 0.5, good 0.5 -> awful 0.4, bad 0.4, good 0.2"
    );
    assert!(near(moved["assumption reading"], 0.0), "it moves nothing and is listed: {moved:?}");
    assert_eq!(what(&found, "reading"), "wide -> loose");
}

#[test]
fn what_cannot_be_mixed_is_refused_by_name() {
    let plain = scenario("[conditions]\nx.probability = 0.5\n");
    let misfit = |new: &str| split_given(&plain, &scenario(new), None).unwrap_err();
    let outcomes = misfit("[conditions.x]\noutcomes = { a = 0.5, b = 0.5 }\n");
    assert_eq!(outcomes, "`x` has outcomes in NEW and none in OLD");
    let section = misfit("[definitions]\nx = \"true\"\n");
    assert_eq!(section, "`x` is a condition in OLD and a definition in NEW");
    let total = |options: &str| {
        scenario(&format!("[assumptions.y]\noptions = {{ {options} }}\nchosen = \"a\"\n"))
    };
    let kind = split_given(&total("a = {}, b = {}"), &total("a = 1, b = 2"), None).unwrap_err();
    assert_eq!(kind, "`y` is a reading in OLD and a quantity in NEW");
}

#[test]
fn a_mixture_without_a_value_leaves_the_change_in_one_piece() {
    let with = |a: &str, b: &str| {
        scenario(&format!("[conditions]\na.probability = {a}\nb.probability = {b}\n"))
            + &pledge("p", "a", "100")
    };
    let found = split_given(&with("0.5", "0"), &with("0", "0.5"), Some("a or b")).unwrap();
    let moved = changes(&found);
    assert!(near(moved["in_theatre together all changes together"], -100.0), "{moved:?}");
    assert!(tables::sentence(&found).contains("cannot be split"), "{}", tables::sentence(&found));
}

#[test]
fn formulas_that_would_close_a_circle_are_one_cause() {
    let with = |d: &str, e: &str| {
        scenario(&format!(
            "[conditions]\na.probability = 0.5\nb.probability = 0.25\n\
             [definitions]\nd = \"{d}\"\ne = \"{e}\"\n"
        )) + &pledge("p", "d", "100")
    };
    let found = split(&with("a", "d"), &with("e", "b"));
    assert!(near(changes(&found)["in_theatre formula d; e"], -25.0), "{:?}", changes(&found));
}

#[test]
fn another_scale_of_words_is_a_change_of_method() {
    let with = |scale: &str| {
        let head = scenario("[conditions]\na.probability = \"likely\"\n").replacen(
            "title",
            &format!("scale = \"{scale}\"\ntitle"),
            1,
        );
        head + &pledge("p", "a", "1000")
    };
    let found = split(&with("icd203"), &with("phia"));
    assert!(near(changes(&found)["in_theatre method scale"], -25.0), "{:?}", changes(&found));
    assert_eq!(what(&found, "scale"), "icd203 -> phia");
}

#[test]
fn many_causes_are_split_by_orders_drawn_at_random_that_sum_exactly() {
    let with = |chance: &str| {
        let mut text = scenario("");
        for at in 0..14 {
            let _ = write!(text, "[conditions.c{at}]\nprobability = {chance}\n");
            text += &pledge(&format!("p{at}"), &format!("c{at}"), "100");
        }
        text + "[requirements.r]\nfloor = 700\n"
    };
    let found = split(&with("0.3"), &with("0.6"));
    let figure = found.figures.iter().find(|own| own.name == "requirement.r").unwrap();
    assert_eq!(figure.parts.len(), 14);
    let change = figure.new.unwrap().value - figure.old.unwrap().value;
    let sum: f64 = figure.parts.iter().map(|part| part.change.value).sum();
    assert!(near(sum, change), "{sum} of {change}");
    for part in &figure.parts {
        let error = part.change.standard_error.unwrap();
        // All fourteen are alike.
        assert!((part.change.value - change / 14.0).abs() <= 5.0 * error, "{part:?}");
        assert!(error < 0.1 * change, "{part:?}");
    }
    let theatre = found.figures.iter().find(|own| own.name == "in_theatre").unwrap();
    assert!(theatre.parts.iter().all(|part| part.change.standard_error.is_none()));
    assert!(theatre.parts.iter().all(|part| near(part.change.value, 30.0)));
}

fn run(args: &[&str]) -> Ended {
    cli::run(&[&["diff"], args].concat())
}

#[test]
fn two_dates_of_one_file_are_told_apart() {
    let folder = tempfile::tempdir().unwrap();
    let output = folder.path().to_str().unwrap();
    let ends = [format!("{PARIS}@2026-01-05"), format!("{PARIS}@2026-01-06")];
    let ended = run(&[&ends[0], &ends[1], "--format", "csv", "-o", output, "-q"]);
    assert_eq!((ended.status, ended.errors.as_str()), (0, ""));
    let header = "scenario,as_of,given,variant,old_scenario,old_as_of,old_variant,metric,unit,\
                  old,new,cause_kind,cause,what,change,sources,assumed,method,standard_error\r\n";
    assert!(ended.output.starts_with(header), "{}", ended.output);
    let row = "paris-2026,2026-01-06,,,paris-2026,2026-01-05,,headline,troops,0,20000,pledge_added,\
               lead_land,known since 2026-01-06,12000,";
    assert!(ended.output.contains(row), "{}", ended.output);
    assert_eq!(fs::read_to_string(folder.path().join("diff.csv")).unwrap(), ended.output);
    let alone = run(&[&ends[0], "-q"]);
    assert!(
        alone
            .output
            .starts_with("From paris-2026 as of 2026-01-05 to paris-2026 as of 2026-01-08.")
    );
}

#[test]
fn a_setting_of_one_side_is_the_one_cause() {
    let ended = run(&[PARIS, "--new-set", "ceasefire=0.5", "--given", "legal_framework"]);
    assert_eq!(ended.status, 0, "{}", ended.errors);
    assert!(ended.errors.starts_with("4 warnings; "), "{}", ended.errors);
    let sentence = "the one cause is ceasefire (probability unlikely (0.325) -> 0.5): +1,890.";
    assert!(ended.output.contains(sentence), "{}", ended.output);
    assert!(ended.output.contains("assumed: set on the command line"), "{}", ended.output);
    assert!(ended.output.contains(" +5.9 points"), "no apostrophe before it: {}", ended.output);
}

#[test]
fn exit_statuses_are_those_of_other_commands() {
    let same = run(&[PARIS, PARIS]);
    assert_eq!(same.status, 2);
    assert!(same.errors.starts_with("error: both sides are the same\nhelp: "), "{}", same.errors);
    assert_eq!(run(&["nowhere.toml", PARIS]).status, 3);
    let wrong = run(&[PARIS, "--new-set", "ceasefire=2"]);
    assert_eq!(wrong.status, 1);
    assert!(wrong.errors.contains("error[probability-range]"), "{}", wrong.errors);
    let misfit = run(&[PARIS, "scenarios/minimal/scenario.toml"]);
    assert_eq!(misfit.status, 0, "{}", misfit.errors);
}
