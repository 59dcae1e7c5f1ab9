//! Every sentence that a chart is headed by: on a scenario worked out by hand that calls for it, in ten
//! words at most.

use super::semantics::everything;
use contingent::evaluate::{Choice, Effort, Settings};
use contingent::outcomes::Sampling;
use contingent::pipeline::{self, Request};
use contingent::report::chart::Look;
use contingent::report::figures::{self, Name};
use contingent::study::{self, Beside, Finding};
use std::fs;

const LONG: &str = "The Republic of a Great Many Words and Then Some More";

/// A header with two nations, a bloc, and conditions of chances 1/2, 1/4, 1 and 0.
fn scenario(rest: &str) -> String {
    format!(
        "[scenario]\ntitle = \"t\"\nas_of = 2026-01-08\n\
         [basings]\nu = {{ name = \"U\", theatre = true }}\nv = {{ name = \"V\", theatre = false }}\n\
         [nations]\nFRA = {{}}\nGBR = {{}}\nUNION = {{ kind = \"bloc\" }}\n\
         [conditions]\na = {{ probability = 0.5 }}\nb = {{ probability = 0.25 }}\n\
         sure = {{ probability = 1 }}\nno = {{ probability = 0 }}\nopen = {{}}\n{rest}"
    )
}

/// A pledge on land, under "when", of a size.
fn of(nation: &str, id: &str, when: &str, size: &str) -> String {
    format!(
        "[pledges.{id}]\nnations = \"{nation}\"\ndomain = \"land\"\nbasing = \"u\"\n\
         stage = \"declared\"\nwhen = \"{when}\"\nsize = {size}\n"
    )
}

fn pledge(id: &str, when: &str, size: &str) -> String {
    of("FRA", id, when, size)
}

fn floor(id: &str, floor: u32, more: &str) -> String {
    format!("[requirements.{id}]\nfloor = {floor}\nbasing = [\"u\"]\n{more}\n")
}

/// Everything found on a text, and the states before.
fn studied(text: &str, settings: Settings) -> (Finding, Beside) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("case.toml");
    fs::write(&path, text).unwrap();
    let request = Request { path, ..Request::default() };
    let checked = pipeline::check(&request).unwrap();
    let problems = checked.diagnostics;
    let scenario = checked.scenario.unwrap_or_else(|| panic!("{:#?}", problems.sorted()));
    let finding = study::find(scenario, settings).unwrap();
    let variants = study::all_variants(&finding, settings);
    let earlier = pipeline::earlier(&request, &finding.scenario).unwrap().unwrap();
    let earlier = study::earlier(earlier, settings.effort).unwrap();
    (finding, Beside { variants, earlier, ..Beside::default() })
}

fn heading(svg: &str) -> String {
    let title = svg.split("</title>").next().unwrap().rsplit('>').next().unwrap().to_owned();
    let words = title.replace("\u{a0}%", "%").replace(" %", "%").split_whitespace().count();
    assert!((3..=10).contains(&words), "{words} words: {title}");
    assert!(title.chars().next().unwrap().is_uppercase() || title.starts_with(char::is_numeric));
    title.replace("&lt;", "<").replace("&gt;", ">")
}

fn told_with(name: Name, text: &str, effort: Effort) -> String {
    let (finding, beside) = studied(text, Settings { effort, ..everything() });
    heading(&figures::draw(name, &finding, &beside, &Look::default()))
}

/// The headline of a chart on what is added to the header.
fn told(name: Name, rest: &str) -> String {
    told_with(name, &scenario(rest), Effort::default())
}

/// The same from a thousand worlds drawn.
fn drawn(name: Name, rest: &str) -> String {
    let sampling = Sampling { samples: 1000, seed: 1 };
    let effort = Effort { choice: Choice::Sampled, sampling, ..Effort::default() };
    told_with(name, &scenario(rest), effort)
}

/// What is too much for a budget of one step: nothing can be told of it.
fn hopeless(name: Name, rest: &str) -> String {
    let sampling = Sampling { samples: 1, seed: 1 };
    let effort = Effort { budget: 0, sampling, ..Effort::default() };
    told_with(name, &scenario(rest), effort)
}

fn check(name: Name, cases: &[(String, &str)]) {
    for (rest, sentence) in cases {
        assert_eq!(told(name, rest), *sentence, "{rest}");
    }
}

#[test]
fn gates_are_headed_by_the_condition_that_most_pledges_wait_for() {
    let p = |id: &str, when: &str| pledge(id, when, "100");
    let named = "[conditions.vote]\nprobability = 0.5\nlabel = \"The parliament of the island agrees to it\"\n";
    check(
        Name::Gates,
        &[
            (String::new(), "No pledge waits for anything"),
            (p("p", "true"), "No pledge waits for anything"),
            (p("p", "a"), "A gates the only pledge"),
            (p("p", "a") + &p("q", "a and b"), "A gates both pledges"),
            (p("p", "b") + &p("q", "a") + &p("r", "a or b"), "A gates 2 of 3 pledges"),
            (p("p", "a") + &p("q", "a") + &p("r", "a"), "A gates all 3 pledges"),
            // What is refused waits for nothing.
            (
                p("p", "a")
                    + &p("q", "a")
                    + &p("r", "true")
                    + &p("s", "b").replace("declared", "refused"),
                "A gates 2 of 3 pledges",
            ),
            (
                named.to_owned() + &p("p", "vote") + &p("q", "vote") + &p("r", "true"),
                "One condition gates 2 of 3 pledges",
            ),
        ],
    );
}

#[test]
fn what_gates_is_too_much_to_work_out() {
    let text = pledge("p", "a and b or at_least(2, a, b, sure)", "100");
    assert_eq!(hopeless(Name::Gates, &text), "What gates 1 pledge is too much to work out");
    let more = text.replace("pledges.p", "pledges.q");
    assert_eq!(
        hopeless(Name::Gates, &(text + &more)),
        "What gates 2 pledges is too much to work out"
    );
}

/// A pledge at a stage, with another that a source claims.
fn staged(id: &str, nation: &str, stage: &str, claimed: Option<&str>) -> String {
    let claim = claimed.map_or(String::new(), |stage| {
        format!("evidence = [{{ source = \"s\", stage = \"{stage}\" }}]\n")
    });
    format!("[pledges.{id}]\nnations = \"{nation}\"\nstage = \"{stage}\"\n{claim}")
}

#[test]
fn the_ledger_of_one_nation_says_how_far_it_went() {
    let source = "[sources.s]\nreliability = \"A\"\npublished = 2026-01-01\n";
    let long =
        |rest: &str| scenario(rest).replace("FRA = {}", &format!("FRA = {{ name = \"{LONG}\" }}"));
    for (stage, claimed, sentence) in [
        ("refused", None, "FRA offers nothing"),
        ("withdrawn", None, "FRA offers nothing"),
        ("floated", None, "FRA has committed nothing; at best floated"),
        ("committed", None, "FRA has committed something but has no mandate"),
        ("mandated", None, "FRA has a mandate but has not deployed"),
        ("deployed", None, "FRA has deployed something"),
        ("declared", Some("committed"), "Whether FRA has committed is contested"),
        ("declared", Some("mandated"), "Whether FRA has a mandate is contested"),
        ("declared", Some("deployed"), "Whether FRA has deployed is contested"),
    ] {
        let source = if claimed.is_some() { source } else { "" };
        let text = source.to_owned() + &staged("p", "FRA", stage, claimed);
        assert_eq!(told(Name::Ledger, &text), sentence);
        let short = told_with(Name::Ledger, &long(&text), Effort::default());
        let short = short.replace("The one nation", "the one nation");
        assert_eq!(short, sentence.replace("FRA", "the one nation"), "{LONG}");
    }
    let bloc = staged("p", "UNION", "floated", None);
    assert_eq!(told(Name::Ledger, &bloc), "UNION has committed nothing; at best floated");
    assert_eq!(told(Name::Ledger, ""), "No pledge is known");
}

#[test]
fn the_ledger_of_several_nations_says_how_many_went_how_far() {
    let source = "[sources.s]\nreliability = \"A\"\npublished = 2026-01-01\n[nations.ITA]\n";
    for (stages, sentence) in [
        (["refused", "withdrawn", "refused"], "None of 3 nations offers anything"),
        (
            ["floated", "declared", "refused"],
            "None of 3 nations has committed anything; at best declared",
        ),
        (
            ["committed", "declared", "refused"],
            "1 of 3 nations has committed anything; none is mandated",
        ),
        (
            ["committed", "committed", "refused"],
            "2 of 3 nations have committed anything; none is mandated",
        ),
        (["committed"; 3], "All 3 nations have committed something; none is mandated"),
        (["mandated", "committed", "floated"], "1 of 3 nations has a mandate; none has deployed"),
        (["mandated"; 3], "All 3 nations have a mandate; none has deployed"),
        (["deployed", "deployed", "mandated"], "2 of 3 nations have deployed something"),
        (
            ["declared>committed", "committed", "floated"],
            "1 to 2 of 3 nations have committed; sources differ",
        ),
        (
            ["declared>mandated", "committed", "floated"],
            "0 to 1 of 3 nations are mandated; sources differ",
        ),
        (
            ["declared>deployed", "committed", "floated"],
            "0 to 1 of 3 nations have deployed; sources differ",
        ),
    ] {
        let pledges = ["FRA", "GBR", "ITA"].iter().zip(stages).map(|(nation, stage)| {
            let (stage, claimed) =
                stage.split_once('>').map_or((stage, None), |(s, c)| (s, Some(c)));
            staged(&format!("p_{}", nation.to_lowercase()), nation, stage, claimed)
        });
        let text = source.to_owned() + &pledges.collect::<String>();
        assert_eq!(told(Name::Ledger, &text), sentence);
    }
    let two =
        |one: &str, other: &str| staged("p", "FRA", one, None) + &staged("q", "GBR", other, None);
    check(
        Name::Ledger,
        &[
            (two("refused", "refused"), "Neither nation offers anything"),
            (two("floated", "refused"), "Neither nation has committed anything; at best floated"),
            (
                two("committed", "committed"),
                "Both nations have committed something; none is mandated",
            ),
            (two("deployed", "deployed"), "Both nations have deployed something"),
            // Blocs are not counted among nations.
            (
                two("committed", "declared") + &staged("r", "UNION", "deployed", None),
                "1 of 2 nations has committed anything; none is mandated",
            ),
        ],
    );
}

#[test]
fn the_outcomes_say_how_often_there_is_no_force_and_which_there_is_otherwise() {
    let rare = "[conditions.rare]\nprobability = 0.004\n[conditions.usual]\nprobability = 0.996\n\
                [conditions.hardly]\nprobability = 0.0000000000001\n";
    let with = |rest: String| rare.to_owned() + &rest;
    check(
        Name::Outcomes,
        &[
            (String::new(), "No force in any possible world"),
            (pledge("p", "no", "100"), "No force in any possible world"),
            (pledge("p", "sure", "100"), "A force in every world: 100 troops"),
            (
                pledge("p", "true", "100") + &pledge("q", "a", "50"),
                "A force in every world: 100 or 150 troops",
            ),
            (pledge("p", "true", "[100, 120]"), "A force in every world: 100 to 120 troops"),
            (pledge("p", "a", "100"), "No force in 50 of 100; otherwise 100"),
            (
                pledge("p", "a", "100") + &pledge("q", "a and b", "50"),
                "No force in 50 of 100; otherwise 100 or 150",
            ),
            (
                pledge("p", "a", "100") + &pledge("q", "b", "50"),
                "No force in 38 of 100; otherwise 50 to 150",
            ),
            (with(pledge("p", "rare", "100")), "A force in under 1 of 100: 100"),
            (with(pledge("p", "hardly", "100")), "A force in under 1 of 100: 100"),
            (
                with(pledge("p", "rare", "100") + &pledge("q", "rare and a", "50")),
                "A force in under 1 of 100: 100 or 150",
            ),
            (
                with(pledge("p", "usual", "100") + &pledge("q", "usual and a", "50")),
                "A force in over 99 of 100: 100 or 150",
            ),
            (pledge("p", "open", "100"), "A missing probability leaves the force open"),
        ],
    );
    assert_eq!(
        drawn(Name::Outcomes, &pledge("p", "no", "100")),
        "No force in any of the worlds drawn"
    );
    let sure = "A force in every world drawn: 100 troops";
    assert_eq!(drawn(Name::Outcomes, &pledge("p", "sure", "100")), sure);
}

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
        format!("[assumptions.r]\noptions = {{ x = {{}}, y = {{}} }}\nchosen = \"x\"\n")
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
    let outcomes = "[conditions.kind]\noutcomes = { good = 0.5, fair = 0.3, bad = 0.2 }\n";
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
            (both.clone() + &f(), "B decides: without it never 100 troops"),
            (both.clone(), "B decides: without it no force"),
            (pledge("p", "not b and a", "100") + &f(), "A decides: without it never 100 troops"),
            (pledge("p", "not b and sure", "100") + &f(), "B decides: with it never 100 troops"),
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
            (
                outcomes.to_owned() + &pledge("p", "kind.good", "100") + &f(),
                "Kind, good decides: without it never 100 troops",
            ),
            (
                both.clone().replace("a and b", "open") + &f(),
                "What decides is open: a probability is missing",
            ),
        ],
    );
    let long =
        scenario(&(both.clone() + &f())).replace("b = { ", &format!("b = {{ label = \"{LONG}\", "));
    let told = told_with(Name::Drivers, &long, Effort::default());
    assert_eq!(told, "One condition matters most: 0 % to 50 %");
    let text = both + &f();
    assert_eq!(hopeless(Name::Drivers, &text), "What decides is too much to work out");
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
