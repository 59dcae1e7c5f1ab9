//! Who supplies the force, what is left of it, and how likely it is.

use super::{LONG, check, drawn, floor, of, pledge, scenario, told, told_with};
use contingent::evaluate::Effort;
use contingent::report::figures::Name;

#[test]
fn the_posture_says_who_supplies_how_much() {
    let many: String = (0..8)
        .map(|at| {
            let nation = ["ITA", "ESP", "POL", "NLD", "BEL", "NOR", "SWE", "DNK"][at];
            format!("[nations.{nation}]\n") + &of(nation, &format!("p{at}"), "a", "100")
        })
        .collect();
    let long = |id: &str| format!("[nations.{id}]\nname = \"{LONG}\"\n");
    check(
        Name::Posture,
        &[
            (String::new(), "No counted pledge of troops in theatre has a size"),
            (pledge("p", "a", "0"), "No counted pledge of troops in theatre has a size"),
            (
                pledge("p", "a", "100").replace("\"u\"", "\"v\""),
                "No counted pledge of troops in theatre has a size",
            ),
            (pledge("p", "a", "100"), "FRA supplies all 100 counted troops"),
            (pledge("p", "a", "100") + &of("GBR", "q", "a", "300"), "GBR supplies 75 % of troops"),
            (
                pledge("p", "a", "100") + &of("GBR", "q", "a", "100"),
                "FRA and GBR supply 100 % of troops",
            ),
            (
                pledge("p", "a", "100")
                    + &of("GBR", "q", "a", "100")
                    + &of("UNION", "r", "a", "300"),
                "FRA and GBR supply 40 % of troops",
            ),
            (
                pledge("p", "a", "100")
                    + &of("GBR", "q", "a", "100")
                    + &of("UNION", "r", "a", "100"),
                "3 contributors share 300 counted troops",
            ),
            (
                pledge("p", "a", "1") + &of("UNION", "r", "a", "100"),
                "Two contributors share 101 counted troops",
            ),
            (of("UNION", "r", "a", "100"), "UNION supplies all 100 counted troops"),
            (many.clone(), "8 nations share 800 counted troops"),
            // A nation that brings no troops shares nothing.
            (many + &pledge("p", "a", "0"), "8 nations share 800 counted troops"),
            (
                long("ITA") + &of("ITA", "p", "a", "100"),
                "One nation supplies all 100 counted troops",
            ),
            (
                long("ITA") + &of("ITA", "p", "a", "100") + &pledge("q", "a", "50"),
                "Two nations share 150 counted troops",
            ),
        ],
    );
    let assumed = pledge("p", "a", "100") + "assumed = { size = \"a guess\" }\n";
    assert_eq!(told(Name::Posture, &assumed), "As assumed, FRA supplies all 100 counted troops");
}

#[test]
fn the_waterfall_says_what_is_left_of_what_was_pledged() {
    let rare =
        "[conditions.rare]\nprobability = 0.0001\n[conditions.usual]\nprobability = 0.9999\n";
    let elsewhere = |id: &str| pledge(id, "true", "100").replace("\"u\"", "\"v\"");
    let none = "None of 100 pledged troops remain";
    check(
        Name::Waterfall,
        &[
            (String::new(), "The pledges add up to no troops"),
            (pledge("p", "a", "\"unknown\""), "No pledge of troops has a size"),
            (pledge("p", "a", "0"), "The pledges add up to no troops"),
            (pledge("p", "open", "100"), "100 troops pledged; what conditions leave is open"),
            (pledge("p", "no", "100"), none),
            (elsewhere("p"), none),
            (pledge("p", "sure", "100"), "All 100 pledged troops remain"),
            (
                rare.to_owned() + &pledge("p", "rare", "100"),
                "Hardly any of 100 pledged troops remain on average",
            ),
            (
                rare.to_owned() + &pledge("p", "usual", "100"),
                "Nearly all of 100 pledged troops remain on average",
            ),
            (pledge("p", "a", "100"), "Conditions leave 50 of 100 pledged troops on average"),
            (
                pledge("p", "a", "100") + &elsewhere("q"),
                "Of 200 pledged troops, 50 remain on average",
            ),
        ],
    );
    let limited = "[nations.ITA]\npool = 90\nrotation = 3\n".to_owned();
    // 30 of 100 can be sustained, in half of the worlds.
    let text = limited + &of("ITA", "p", "a", "100");
    assert_eq!(told(Name::Waterfall, &text), "Of 100 pledged troops, 15 remain on average");
    let sampled = |when: &str| drawn(Name::Waterfall, &pledge("p", when, "100"));
    assert_eq!(sampled("no"), "None of 100 pledged troops in the worlds drawn");
    assert_eq!(sampled("sure"), "All 100 pledged troops remain in the worlds drawn");
    assert!(sampled("a").starts_with("Conditions leave about "), "{}", sampled("a"));
}

#[test]
fn exceedance_says_how_likely_the_leading_floor_is() {
    let asked = |text: &str| scenario(text).replace("as_of", "asked_when = \"a\"\nas_of");
    let force = pledge("p", "a and b", "100") + &pledge("q", "a", "50");
    check(
        Name::Exceedance,
        &[
            (force.clone() + &floor("f", 120, ""), "At least 120 troops: 13 % overall"),
            (force.clone() + &floor("f", 0, ""), "At least 0 troops: 100 % overall"),
            (force.clone() + &floor("f", 200, ""), "At least 200 troops: 0 % overall"),
            (
                force.clone() + &floor("f", 120, "label = \"their floor\""),
                "Their floor: 13 % overall",
            ),
            // What needs more than troops is no point of the curve.
            (force.clone() + &floor("f", 120, "needs = \"b\""), "Any force: 50 % overall"),
            (force.clone(), "Any force: 50 % overall"),
            (
                force.clone() + &floor("f", 120, &format!("label = \"{LONG}\"")),
                "No force in 50 of 100; otherwise 50 or 150",
            ),
            (pledge("p", "open", "100"), "A missing probability leaves the force open"),
        ],
    );
    let at = |rest: &str| {
        told_with(Name::Exceedance, &asked(&(force.clone() + rest)), Effort::default())
    };
    assert_eq!(at(&floor("f", 120, "")), "At least 120 troops: 13 % overall, 25 % given a");
    assert_eq!(at(""), "Any force: 50 % overall, 100 % given a");
}
