//! What assumptions, conditions and dates change.

use super::{LONG, check, drawn, floor, heading, hopeless, pledge, scenario, studied, told_with};
use crate::semantics::everything;
use contingent::evaluate::Effort;
use contingent::report::chart::Look;
use contingent::report::figures::{self, Name};
use contingent::study::Finding;

/// An assumed size with two options, the first chosen.
fn assumed(id: &str, low: u32, high: u32) -> String {
    format!(
        "[assumptions.{id}]\nunit = \"troops\"\noptions = {{ low = {low}, high = {high} }}\nchosen = \"low\"\n"
    )
}

#[test]
fn comparisons_say_how_far_an_assumption_moves_the_leading_floor() {
    let part = |id: &str, of: &str, when: &str| {
        pledge(id, when, &format!("{{ share = 1, of = \"{of}\" }}"))
    };
    let one = assumed("size", 100, 200) + &part("p", "size", "a");
    let close = "[conditions.c]\nprobability = 0.501\n";
    let reading = |one: &str, other: &str| {
        "[assumptions.r]\noptions = { x = {}, y = {} }\nchosen = \"x\"\n".to_owned()
            + &pledge("p", &format!("r.x and {one} or r.y and {other}"), "100")
    };
    check(
        Name::Compare,
        &[
            (pledge("p", "a", "100") + &floor("f", 100, ""), "No assumption to compare"),
            (one.clone(), "No requirement to compare"),
            (one.clone() + &floor("f", 150, ""), "150 troops: 0 % to 50 %, depending on size"),
            (one.clone() + &floor("f", 100, ""), "100 troops: 50 % under every assumption"),
            (one.clone() + &floor("f", 500, ""), "500 troops: 0 % under every assumption"),
            (
                one.clone() + &floor("f", 100, &format!("label = \"{LONG}\"")),
                "The assumptions do not move the leading requirement",
            ),
            (
                one.clone() + &floor("f", 150, &format!("label = \"{LONG}\"")),
                "Size: 0 % to 50 % chance",
            ),
            (
                one.clone().replace("unit", &format!("label = \"{LONG}\"\nunit"))
                    + &floor("f", 150, ""),
                "One assumption moves the requirement: 0 % to 50 %",
            ),
            (
                close.to_owned() + &reading("a", "c") + &floor("f", 100, ""),
                "100 troops: about 50 % under every assumption",
            ),
            (
                close.to_owned()
                    + &reading("a", "c")
                    + &floor("f", 100, &format!("label = \"{LONG}\"")),
                "The assumptions hardly move the leading requirement",
            ),
            (reading("a", "b") + &floor("f", 100, ""), "100 troops: 25 % to 50 %, depending on R"),
            (
                reading("a", "open") + &floor("f", 100, ""),
                "Some assumptions leave the leading requirement open",
            ),
            (
                reading("open", "open") + &floor("f", 100, ""),
                "A missing probability leaves the requirement open",
            ),
            (
                one.clone() + &floor("f", 100, "asked_when = \"no\""),
                "What figures take as given cannot happen here",
            ),
        ],
    );
    let never = one + &floor("f", 100, "asked_when = \"no\"");
    assert_eq!(drawn(Name::Compare, &never), "No world drawn holds what is taken as given");
}

#[test]
fn several_scenarios_are_compared_by_the_first_ones_leading_floor() {
    let force = |when: &str| pledge("p", when, "100");
    let find = |rest: &str| studied(&scenario(rest), everything()).0;
    let headed = |findings: &[Finding]| {
        heading(&figures::compare_scenarios(findings).unwrap().draw(&Look::default()))
    };
    let first = find(&(force("a") + &floor("floor", 100, "")));
    let other = find(&(force("b") + &floor("floor", 100, "")));
    // The other's first requirement by id is not the one that leads the first.
    let more = find(&(force("b") + &floor("another", 1, "") + &floor("floor", 100, "")));
    assert_eq!(headed(&[first.clone(), other]), "100 troops: 25 % to 50 % across scenarios");
    assert_eq!(headed(&[first.clone(), more]), "100 troops: 25 % to 50 % across scenarios");
    assert_eq!(headed(&[first.clone(), first.clone()]), "100 troops: 50 % in every scenario");
    let without = find(&force("a"));
    assert_eq!(headed(&[first.clone(), without.clone()]), "2 scenarios side by side");
    assert_eq!(headed(&[without.clone(), without]), "2 scenarios side by side");
    let long = find(&(force("a") + &floor("floor", 100, &format!("label = \"{LONG}\""))));
    assert_eq!(headed(&[long, first]), "2 scenarios side by side");
}

#[test]
fn drivers_say_which_condition_decides() {
    let f = || floor("f", 100, "");
    let both = pledge("p", "a and b", "100");
    check(
        Name::Drivers,
        &[
            (
                pledge("p", "true", "100") + &f(),
                "No single condition moves the chance of 100 troops",
            ),
            (pledge("p", "true", "100"), "No single condition moves the mean force"),
            (
                pledge("p", "true", "100") + &floor("f", 100, &format!("label = \"{LONG}\"")),
                "No single condition moves the leading requirement",
            ),
            // b raises it from 0 to 1/2, a from 0 to 1/4.
            (both.clone() + &f(), "B matters most: without it never 100 troops"),
            (both.clone(), "B matters most: without it no force"),
            (
                pledge("p", "not b and a", "100") + &f(),
                "A matters most: without it never 100 troops",
            ),
            (
                pledge("p", "not b and sure", "100") + &f(),
                "B matters most: with it never 100 troops",
            ),
            (
                pledge("p", "a", "100") + &pledge("q", "b", "100") + &f(),
                "A matters most: 25 % to 100 %",
            ),
            (
                pledge("p", "a", "100") + &pledge("q", "true", "10"),
                "A moves the mean force most: 10 to 110",
            ),
            (
                pledge("p", "a and not b or b and not a", "100") + &f(),
                "A matters most: 25 % to 75 %",
            ),
            (
                both.clone().replace("a and b", "a and c and d")
                    + "[conditions.c]\nprobability = 0.5\n[conditions.d]\nprobability = 0.5\n"
                    + &f(),
                "3 conditions matter most for the chance of 100 troops",
            ),
            (
                both.clone().replace("a and b", "a and c")
                    + "[conditions.c]\nprobability = 0.5\n"
                    + &floor("f", 100, &format!("label = \"{LONG}\"")),
                "2 conditions matter most",
            ),
            (
                pledge("p", "true", "1000")
                    + &pledge("q", "rare and b", "1")
                    + "[conditions.rare]\nprobability = 0.0001\n",
                "No single condition moves much: 1,000",
            ),
        ],
    );
}

#[test]
fn drivers_name_outcomes_and_tell_open_questions() {
    let f = || floor("f", 100, "");
    let outcomes = "[conditions.kind]\noutcomes = { good = 0.5, fair = 0.3, bad = 0.2 }\n";
    check(
        Name::Drivers,
        &[
            (
                outcomes.to_owned() + &pledge("p", "kind.good", "100") + &f(),
                "Kind, good matters most: without it never 100 troops",
            ),
            (pledge("p", "open", "100") + &f(), "What decides is open: a probability is missing"),
        ],
    );
}

#[test]
fn drivers_with_long_names_or_too_much_work_are_told_briefly() {
    let both = pledge("p", "a and b", "100") + &floor("f", 100, "");
    let long = scenario(&both).replace("b = { ", &format!("b = {{ label = \"{LONG}\", "));
    let told = told_with(Name::Drivers, &long, Effort::default());
    assert_eq!(told, "One condition matters most: 0 % to 50 %");
    assert_eq!(hopeless(Name::Drivers, &both), "What decides is too much to work out");
}

#[test]
fn a_history_says_what_moved_since_when() {
    let update = |on: &str, key: &str| format!("[[pledges.p.updates]]\non = {on}\n{key}\n");
    let first = |size: &str| pledge("p", "a", size) + "on = 2026-01-02\n";
    let of_a = |on: &str, chance: &str| {
        format!("[[conditions.c.updates]]\non = {on}\nprobability = {chance}\n")
    };
    let moving = "[conditions.c]\nprobability = 0.5\n".to_owned();
    let on_c = pledge("p", "c", "100") + "on = 2026-01-02\n";
    check(
        Name::History,
        &[
            (pledge("p", "a", "100"), "Nothing has changed since 8 January 2026"),
            (
                first("100") + &update("2026-01-05", "size = 300"),
                "Expected force rose from 50 to 150 since 2 January",
            ),
            (
                first("300") + &update("2026-01-05", "size = 100"),
                "Expected force fell from 150 to 50 since 2 January",
            ),
            (
                first("100")
                    + &update("2026-01-04", "size = 300")
                    + &update("2026-01-06", "size = 200"),
                "Expected force fell from 150 to 100 since 4 January",
            ),
            (
                first("100")
                    + &update("2026-01-04", "size = 300")
                    + &update("2026-01-06", "size = 100"),
                "Expected force fell from 150 to 50 since 4 January",
            ),
            // The last step is too small to see; what came before is not.
            (
                moving.clone() + &of_a("2026-01-04", "0.9") + &of_a("2026-01-06", "0.8999") + &on_c,
                "Expected force rose from 50 to 90 since 2 January",
            ),
            (
                moving + &of_a("2026-01-04", "0.50001") + &on_c,
                "The expected force is the same as on 2 January",
            ),
            (
                first("100").replace("when = \"a\"", "when = \"no\"")
                    + &update("2026-01-05", "size = 300"),
                "Pledged troops rose from 100 to 300 since 2 January",
            ),
            (
                first("\"unknown\"") + &update("2026-01-05", "stage = \"committed\""),
                "The expected force is the same as on 2 January",
            ),
            (
                first("100").replace("when = \"a\"", "when = \"open\"")
                    + &update("2026-01-05", "size = 300"),
                "A missing probability leaves the force open",
            ),
        ],
    );
    let same = first("100") + &update("2026-01-05", "stage = \"committed\"");
    assert_eq!(drawn(Name::History, &same), "No change since 2 January exceeds chance");
}
