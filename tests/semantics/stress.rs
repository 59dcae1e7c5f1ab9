//! The worst cases, worked out by hand.

use super::{cell, find, pledge, scenario};
use contingent::evaluate::Effort;
use contingent::report::summary::summary;
use contingent::report::table::{Table, Value};
use contingent::report::tables;
use contingent::study::{self, Beside, Finding};

fn stressed(finding: &Finding) -> (Table, String) {
    let stress = study::stress::stress(&finding.scenario, Effort::default()).unwrap();
    let told = summary(finding, &stress);
    let beside = Beside { stress, ..Beside::default() };
    (tables::table(tables::Name::Stress, finding, &beside, 500), told)
}

/// What fails, how many, the metric, the names, the value and how many others are as bad.
fn rows(table: &Table, metric: &str) -> Vec<String> {
    let text = |row: usize, column: &str| match cell(table, row, column) {
        Value::Text(text) => text.clone(),
        Value::Whole(whole) => whole.to_string(),
        Value::Number(number) => format!("{number:.4}"),
        Value::Empty => "-".to_owned(),
        other => panic!("{other:?}"),
    };
    let of = (0..table.rows.len()).filter(|row| text(*row, "metric") == metric);
    let columns = ["fails", "k", "names", "value", "alternatives"];
    of.map(|row| columns.map(|column| text(row, column)).join(" | ")).collect()
}

/// FRA pledges 100 where a holds and half of 60 where b does; GBR the other half, and 40 where FRA's own
/// pledge is active.
fn two_nations() -> Finding {
    let joint = pledge("joint", "b", "60").replace("\"FRA\"", "{ FRA = 0.5, GBR = 0.5 }");
    let follows = pledge("follows", "own", "40").replace("\"FRA\"", "\"GBR\"");
    let floor = "[requirements.r]\nfloor = 130\n";
    find(&[scenario(""), joint, follows, pledge("own", "a", "100"), floor.to_owned()].concat())
}

#[test]
fn of_a_force_that_rounds_to_nothing_no_fall_is_told() {
    let rare = scenario("").replace("probability = 0.5", "probability = 1e-18");
    let (_, told) = stressed(&find(&[rare, pledge("own", "a", "100")].concat()));
    assert!(!told.contains("can fall from"), "{told}");
}

#[test]
fn a_nation_takes_its_part_of_a_joint_pledge_and_what_waits_for_it() {
    let (table, told) = stressed(&two_nations());
    // 50 + 15 + 20. Without FRA 7.5 of the joint pledge remain; without GBR 50 + 7.5.
    assert_eq!(
        rows(&table, "in_theatre"),
        [
            "nations | 1 | FRA | 7.5000 | 0",
            "nations | 2 | FRA; GBR | 0.0000 | 0",
            "conditions | 1 | not a | 15.0000 | 0",
            "conditions | 2 | not a; not b | 0.0000 | 0",
        ]
    );
    // 140 where a holds. Without GBR 130 where b holds too; without FRA never.
    assert_eq!(
        rows(&table, "requirement.r"),
        [
            "nations | 1 | FRA | 0.0000 | 0",
            "nations | 2 | FRA | 0.0000 | 0",
            "conditions | 1 | not a | 0.0000 | 0",
            "conditions | 2 | not a | 0.0000 | 0",
        ]
    );
    // Given a: 100 + 40; without b still; that a fails contradicts what is given.
    assert_eq!(
        rows(&table, "requirement.r.when_asked")[2..],
        ["conditions | 1 | - | 1.0000 | 0", "conditions | 2 | - | 1.0000 | 0"]
    );
    assert_eq!(rows(&table, "headline")[0], "nations | 1 | FRA | 70.0000 | 0");
    assert!(told.contains(
        "If one nation withdraws, the expected force in theatre can fall from 85 troops to 7.5 (FRA); \
         if two do, to 0 (FRA and GBR)."
    ), "{told}");
}

#[test]
fn of_sets_as_bad_the_first_is_named_and_the_others_are_counted() {
    let text = scenario("") + &pledge("p", "a and b", "10") + &pledge("q", "a", "0");
    let (table, _) = stressed(&find(&text));
    assert_eq!(rows(&table, "in_theatre")[1], "conditions | 1 | not a | 0.0000 | 1");
}

#[test]
fn a_withdrawal_that_uncovers_a_missing_probability_leaves_no_figure() {
    let text = scenario("c = { text = \"nobody says how probable\" }\n")
        + &pledge("base", "true", "10")
        + &pledge("own", "base or c", "100").replace("\"FRA\"", "\"GBR\"");
    let (table, _) = stressed(&find(&text));
    // `own` always stands; without FRA it stands where c holds, which may be never or always.
    assert_eq!(
        rows(&table, "in_theatre")[..2],
        ["nations | 1 | - | - | -", "nations | 2 | - | - | -"]
    );
    let row = (0..table.rows.len())
        .find(|row| *cell(&table, *row, "metric") == Value::Text("in_theatre".to_owned()));
    assert_eq!(*cell(&table, row.unwrap(), "base"), Value::Number(110.0));
    assert_eq!(*cell(&table, row.unwrap(), "method"), Value::Empty);
}

#[test]
fn where_nothing_counts_the_counted_force_is_nothing_and_not_undefined() {
    let text = scenario("").replace("asked_when", "counts_from = \"committed\"\nasked_when")
        + &pledge("p", "a", "10");
    let (table, _) = stressed(&find(&text));
    assert_eq!(rows(&table, "headline"), ["nations | 1 | FRA | 0.0000 | 0"]);
    assert_eq!(rows(&table, "counted"), ["nations | 1 | - | 0.0000 | 0"]);
}
