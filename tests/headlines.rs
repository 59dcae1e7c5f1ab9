//! Every sentence that a chart is headed by: on a scenario worked out by hand that calls for it, in ten
//! words at most.

mod force;
mod moves;

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
    // A pledge that waits for one condition takes little work, and one that counts many takes more.
    let some = pledge("p", "a", "100") + &pledge("r", "true", "100");
    let many: Vec<String> = (0..12).map(|at| format!("c{at}")).collect();
    let chances = many.iter().map(|id| format!("[conditions.{id}]\nprobability = 0.5\n"));
    let some = some
        + &chances.collect::<String>()
        + &pledge("q", &format!("at_least(6, a, {})", many.join(", ")), "100");
    let sampling = Sampling { samples: 1, seed: 1 };
    let effort = Effort { budget: 200, sampling, ..Effort::default() };
    let told = told_with(Name::Gates, &scenario(&some), effort);
    assert_eq!(told, "A gates at least 1 of 3 pledges");
}

#[test]
fn what_no_world_drawn_agrees_with_is_too_much_to_work_out() {
    // Of the one world that is drawn, what is known to have happened rules out seven in eight.
    let known = "[conditions.known]\nrequires = \"a and b\"\nprobability = 0.5\nholds = true\n";
    let all = known.to_owned() + &pledge("p", "a", "100") + &floor("f", 100, "");
    let choice = "[assumptions.size]\nunit = \"troops\"\noptions = { low = 100, high = 200 }\nchosen = \"low\"\n";
    let sampling = Sampling { samples: 1, seed: 1 };
    let effort = Effort { choice: Choice::Sampled, sampling, ..Effort::default() };
    let told = |name: Name, rest: &str| told_with(name, &scenario(rest), effort);
    for name in [Name::Outcomes, Name::Exceedance] {
        assert_eq!(told(name, &all), "The force is too much to work out");
    }
    let compared = told(Name::Compare, &(all + choice));
    assert_eq!(compared, "The requirement is too much to work out");
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
}

#[test]
fn the_ledger_of_two_nations_says_both_or_neither() {
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
