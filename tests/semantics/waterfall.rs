//! Where the headline goes, worked out by hand.

use super::{cell, find, headline, number, pledge, scenario};
use contingent::report::figures::Name::Waterfall;
use contingent::report::table::{Table, Value};
use contingent::report::tables;
use contingent::study::{Beside, Finding};

fn table(finding: &Finding) -> Table {
    tables::table(tables::Name::Waterfall, finding, &Beside::default(), 500)
}

/// The row of a step: the five of `all` come first, then those of each nation.
fn why(finding: &Finding, row: usize) -> String {
    match cell(&table(finding), row, "why") {
        Value::Text(why) => why.clone(),
        other => panic!("{other:?}"),
    }
}

fn troops(finding: &Finding) -> Vec<f64> {
    let table = table(finding);
    (0..table.rows.len()).map(|row| number(cell(&table, row, "troops"))).collect()
}

/// FRA keeps at most 100. `joint` of 200, 201 or 202 gives FRA 100, 101, 101 and GBR 100, 100, 101.
fn fallen() -> Finding {
    let joint = "[pledges.joint]\nnations = { FRA = 0.5, GBR = 0.5 }\ndomain = \"land\"\n\
                 basing = \"u\"\nstage = \"declared\"\nwhen = \"a\"\nsize = [200, 202]\n";
    let of_gbr = |id, size| pledge(id, "true", size).replace("\"FRA\"", "\"GBR\"");
    let far = of_gbr("far", "30").replace("\"u\"", "\"v\"");
    let loose = of_gbr("loose", "7").replace("declared", "floated");
    let open = of_gbr("open", "\"unknown\"");
    let text = scenario("")
        .replace("as_of", "counts_from = \"indicated\"\nas_of")
        .replace("name = \"V\", theatre = true", "name = \"V\", theatre = false")
        .replace("FRA = {}", "FRA = { pool = 300, rotation = 3 }");
    find(&[text, joint.to_owned(), pledge("extra", "b", "40"), far, loose, open].concat())
}

#[test]
fn every_step_takes_what_it_says_world_by_world() {
    let finding = fallen();
    // FRA: 302/3 + 40; half of 302/3 and a quarter of 40; 100 in half of the worlds, 40 in an eighth.
    let fra = [140.666_667, 140.666_667, 140.666_667, 60.333_333, 55.0];
    let gbr = [137.333_333, 130.333_333, 100.333_333, 50.166_667, 50.166_667];
    let all = [278.0, 271.0, 241.0, 110.5, 105.166_667];
    assert_eq!(troops(&finding), [all, fra, gbr].concat());
    let said = [0, 1, 2, 3, 4].map(|row| why(&finding, row));
    assert_eq!(
        said,
        [
            "joint: 201; extra: 40; far: 30; loose: 7; open has no size",
            "loose is floated, below indicated: -7",
            "far is based in V: -30",
            "joint holds in 50 of 100: -101; extra holds in 25 of 100: -30",
            "FRA pool 300 at rotation 3 sustains 100: -5.3; no pool stated by GBR",
        ]
    );
    assert_eq!(why(&finding, 6), "all of it counts");
    assert_eq!(why(&finding, 7), "all of it is in theatre");
    assert_eq!(why(&finding, 8), "joint holds in 50 of 100: -50; extra holds in 25 of 100: -30");
    assert_eq!(why(&finding, 9), "pool 300 at rotation 3 sustains 100: -5.3");
    assert_eq!(why(&finding, 14), "no pool stated");
    assert_eq!(headline(Waterfall, &finding), "Of 278 pledged troops, 105 remain on average");
}

#[test]
fn a_pool_without_a_rotation_is_all_there_and_a_rotation_without_a_pool_limits_nothing() {
    let kept = |cycle: &str, size: &str| {
        let text = scenario("").replace("FRA = {}", &format!("FRA = {{ {cycle} }}"));
        let finding = find(&(text + &pledge("p", "a", size)));
        (troops(&finding)[9], why(&finding, 9))
    };
    let (troops, why) = kept("pool = 60", "100");
    assert_eq!((troops, &*why), (30.0, "pool 60 without a rotation stated sustains 60: -20"));
    assert_eq!(kept("rotation = 3", "100"), (50.0, "no pool stated".to_owned()));
    let (troops, why) = kept("pool = 100, rotation = 1.5", "[60, 72]");
    assert_eq!(why, "pool 100 at rotation 1.5 sustains 66: -0.8");
    // 60 to 65 are kept; 66 to 72 become 66: (375 + 7 * 66) / 13 / 2.
    assert!((troops - 32.192_308).abs() < 1e-9, "{troops}");
    let (troops, why) = kept("pool = 1_000_000_000", "100");
    assert_eq!((troops, why.contains(": -")), (50.0, false));
}

#[test]
fn a_missing_probability_leaves_what_comes_before_it() {
    let finding = find(&(scenario("[conditions.c]\n") + &pledge("p", "c", "100")));
    let table = table(&finding);
    let empty = |column: &str| {
        (0..10).map(|row| cell(&table, row, column) == &Value::Empty).collect::<Vec<_>>()
    };
    let own = [false, false, false, true, true];
    assert_eq!(empty("troops"), [own, own].concat());
    assert_eq!(empty("method"), [own, own].concat());
    let missing = "has no figure, as a probability that it depends on is missing";
    assert_eq!(why(&finding, 3), format!("p {missing}"));
    assert_eq!(why(&finding, 4), format!("FRA {missing}"));
    let told = "100 troops pledged; what conditions leave is open";
    assert_eq!(headline(Waterfall, &finding), told);
}

#[test]
fn headlines_never_say_more_than_the_levels() {
    let told = |when: &str, size: &str| {
        let text = scenario("rare.probability = 0.0000001\nsure.probability = 0.9999999\n");
        headline(Waterfall, &find(&(text + &pledge("p", when, size))))
    };
    assert_eq!(told("a", "100"), "Conditions leave 50 of 100 pledged troops on average");
    assert_eq!(told("true", "100"), "All 100 pledged troops remain");
    assert_eq!(told("a and not a", "100"), "None of 100 pledged troops remain");
    assert_eq!(told("a", "\"unknown\""), "No pledge of troops has a size");
    assert_eq!(told("a", "0"), "The pledges add up to no troops");
    assert_eq!(told("rare", "100"), "Hardly any of 100 pledged troops remain on average");
    assert_eq!(told("sure", "100"), "Nearly all of 100 pledged troops remain on average");
    let nothing = find(&scenario(""));
    assert_eq!(headline(Waterfall, &nothing), "The pledges add up to no troops");
    assert_eq!(troops(&nothing), [0.0; 5]);
}

#[test]
fn of_many_causes_the_smallest_are_added_up_for_all_and_told_of_each_nation() {
    let pledges = (1..=14).map(|at| pledge(&format!("p{at}"), "a", &(at * 10).to_string()));
    let finding = find(&(scenario("") + &pledges.collect::<String>()));
    let (all, own) = (why(&finding, 3), why(&finding, 8));
    assert!(all.starts_with("p14 holds in 50 of 100: -70; p13 "), "{all}");
    assert!(all.ends_with("; p3 holds in 50 of 100: -15; and 2 more: -15"), "{all}");
    assert!(own.ends_with("; p2 holds in 50 of 100: -10; p1 holds in 50 of 100: -5"), "{own}");
}
