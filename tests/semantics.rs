//! What figures mean, on scenarios small enough to work out by hand.

mod compiled;
mod evidence;
mod ranges;
mod stress;
mod waterfall;

use contingent::evaluate::{Choice, Effort, MaxSize, Parts, SetLimits, Settings};
use contingent::outcomes::Estimate;
use contingent::outcomes::Role;
use contingent::pipeline::{self, Request};
use contingent::report::chart::Look;
use contingent::report::table::{Table, Value};
use contingent::report::{figures, summary, tables};
use contingent::scenario::Scenario;
use contingent::study::{self, Beside, Finding};
use std::fs;
use std::path::Path;

pub(super) fn everything() -> Settings {
    let sets = SetLimits { top: None, ..SetLimits::default() };
    Settings { top: None, top_forces: None, sets, ..Settings::new(Parts::ALL) }
}

/// A header, two basings, two nations, a source and whatever else is given.
pub(super) fn scenario(rest: &str) -> String {
    format!(
        "[scenario]\ntitle = \"t\"\nas_of = 2026-01-08\nasked_when = \"a\"\n\
         [basings]\nu = {{ name = \"U\", theatre = true }}\nv = {{ name = \"V\", theatre = true }}\n\
         [nations]\nFRA = {{}}\nGBR = {{}}\n\
         [conditions]\na = {{ probability = 0.5 }}\nb = {{ probability = 0.25 }}\n{rest}"
    )
}

fn pledge(id: &str, when: &str, size: &str) -> String {
    format!(
        "[pledges.{id}]\nnations = \"FRA\"\ndomain = \"land\"\nbasing = \"u\"\n\
         stage = \"declared\"\nwhen = \"{when}\"\nsize = {size}\n"
    )
}

fn checked_with(text: &str, change: impl Fn(&mut Request)) -> Scenario {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("case.toml");
    fs::write(&path, text).unwrap();
    let mut request = Request { path, ..Request::default() };
    change(&mut request);
    let checked = pipeline::check(&request).unwrap();
    let problems = checked.diagnostics;
    checked.scenario.unwrap_or_else(|| panic!("{:#?}", problems.sorted()))
}

fn find_with(text: &str, change: impl Fn(&mut Request)) -> Finding {
    study::find(checked_with(text, change), everything()).unwrap()
}

pub(super) fn find(text: &str) -> Finding {
    find_with(text, |_| ())
}

pub(super) fn cell<'a>(table: &'a Table, row: usize, column: &str) -> &'a Value {
    let position = table.columns.iter().position(|c| c.name == column).unwrap();
    &table.rows[row][position]
}

pub(super) fn number(value: &Value) -> f64 {
    match value {
        Value::Number(number) => *number,
        #[expect(clippy::cast_precision_loss, reason = "small numbers")]
        Value::Whole(whole) => *whole as f64,
        other => panic!("{other:?} is no number"),
    }
}

pub(super) fn headline(name: figures::Name, finding: &Finding) -> String {
    let svg = figures::draw(name, finding, &Beside::default(), &Look::default());
    svg.split("</title>").next().unwrap().rsplit('>').next().unwrap().to_owned()
}

#[test]
fn a_distribution_with_many_values_keeps_all_its_mass_and_zero_apart() {
    let mut text = scenario("[conditions.c]\nprobability = 0.1\n");
    text += &pledge("wide", "a", "[1, 3000]");
    text += &pledge("other", "b", "[700, 900]");
    let finding = find(&text);
    let table = tables::table(tables::Name::Distribution, &finding, &Beside::default(), 500);
    let rows: Vec<usize> = (0..table.rows.len())
        .filter(|row| *cell(&table, *row, "total") == Value::Text("in_theatre".to_owned()))
        .collect();
    let sum: f64 = rows.iter().map(|row| number(cell(&table, *row, "probability"))).sum();
    assert!((sum - 1.0).abs() < 1e-12, "{sum}");
    assert_eq!(cell(&table, rows[0], "troops_to"), &Value::Whole(0));
    assert!((number(cell(&table, rows[0], "probability")) - 0.375).abs() < 1e-15);
    assert_eq!(cell(&table, rows[1], "troops"), &Value::Whole(1));
    assert_eq!(cell(&table, rows[1], "troops_to"), &Value::Whole(499));
    assert!((number(cell(&table, rows[1], "probability_at_least")) - 0.625).abs() < 1e-12);
}

#[test]
fn a_requirement_asked_under_its_own_condition_is_told_under_it() {
    let text = scenario("[requirements.r]\nfloor = 50\nasked_when = \"b\"\n")
        + &pledge("p", "a and b", "100");
    let finding = find(&text);
    assert_eq!(finding.outcomes.requirements[0].probability_when_asked, Some(0.5));
    assert_eq!(
        headline(figures::Name::Exceedance, &finding),
        "At least 50 troops: 13 % overall, 50 % given b"
    );
}

#[test]
fn a_missing_probability_is_told_from_an_impossible_question() {
    let missing = scenario("[conditions.c]\n[requirements.r]\nfloor = 50\nasked_when = \"c\"\n")
        + &pledge("p", "a", "100");
    assert!(
        summary::summary(&find(&missing), &[])
            .contains("given c, no figure: a probability is missing")
    );
    let impossible = scenario("[requirements.r]\nfloor = 50\nasked_when = \"a and not a\"\n")
        + &pledge("p", "a", "100");
    assert!(summary::summary(&find(&impossible), &[]).contains("a and not a cannot happen here"));
}

#[test]
fn a_condition_gates_only_where_a_possible_world_changes_with_it() {
    let text = scenario("[conditions.e]\nrequires = \"a\"\nprobability = 0.3\n")
        + &pledge("p", "a or e", "100");
    let finding = find(&text);
    let role = |id: &str| finding.outcomes.gates[0][finding.scenario.conditions.index(id).unwrap()];
    assert_eq!([role("a"), role("b"), role("e")], [Role::Needed, Role::None, Role::None]);
}

#[test]
fn a_gate_stays_contested_when_what_is_given_rules_a_reading_out() {
    let text = scenario("[assumptions.t]\noptions = { x = {}, y = {} }\nchosen = \"x\"\n")
        + &pledge("p", "t.x and a or t.y and b", "100");
    let finding = find_with(&text, |request| request.given = Some("a and t.x".to_owned()));
    assert_eq!(finding.outcomes.gates[0], [Role::Contested, Role::Contested]);
    let variants = study::across(&finding, &[0], everything());
    let table = tables::table(
        tables::Name::Comparison,
        &finding,
        &Beside { variants, ..Beside::default() },
        500,
    );
    let impossible = |row: &&Vec<Value>| row[3] == Value::Text("t=y".to_owned());
    let rows: Vec<&Vec<Value>> = table.rows.iter().filter(impossible).collect();
    assert!(!rows.is_empty() && rows.iter().all(|row| row[7] == Value::Empty));
}

#[test]
fn headlines_stay_short_however_long_the_names() {
    let long = "A condition whose label runs on for more than ten words by far";
    let mut text =
        scenario("").replace("asked_when = \"a\"", "asked_when = \"a or a and a or b and a\"");
    text = text.replace("a = { probability", &format!("a = {{ label = \"{long}\", probability"));
    text = text.replace(
        "FRA = {}",
        "FRA = { name = \"The Republic of a Great Many Words and Then Some More\" }",
    );
    let finding = find(&(text + &pledge("p", "a", "100")));
    for name in figures::Name::ALL {
        let words = headline(name, &finding).replace(" %", "%").split_whitespace().count();
        assert!(words <= 10, "{}", headline(name, &finding));
    }
}

#[test]
fn settings_that_would_do_nothing_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("case.toml");
    fs::write(&path, scenario(&pledge("p", "a", "100"))).unwrap();
    let refused = |setting: &str| {
        let settings = vec![setting.to_owned()];
        let request = Request { path: path.clone(), settings, ..Request::default() };
        pipeline::check(&request).unwrap().scenario.is_none()
    };
    assert!(refused("pledges.p.removed=true"));
    assert!(refused("scenario.extends=nowhere.toml"));
    assert!(refused("pledges.p={removed=true}"));
    assert!(refused("conditions.a.probability=0.1\nconditions.b.probability=0.2"));
    assert!(!refused("conditions.a.probability=0.1"));
}

#[test]
fn one_outcome_can_be_set_among_the_others() {
    let text = scenario("[conditions.s]\noutcomes = { x = 0.5, y = 0.3, z = 0.2 }\n");
    let change = |request: &mut Request| {
        let settings = ["conditions.s.outcomes.x=0.6", "conditions.s.outcomes.y=0.2"];
        request.settings = settings.map(str::to_owned).to_vec();
    };
    let finding = find_with(&text, change);
    let index = finding.scenario.conditions.index("s").unwrap();
    let expected = [0.6, 0.2, 0.2].map(Estimate::exact).to_vec();
    assert_eq!(finding.outcomes.marginals[index], Some(expected));
}

#[test]
fn outcomes_in_ranges_stay_in_their_ranges() {
    let text = scenario("[conditions.s]\noutcomes = { x = 0.5, y = [0.3, 0.7], z = [0, 0.6] }\n")
        + &pledge("p", "s.x", "100");
    let finding = find(&text);
    let index = finding.scenario.conditions.index("s").unwrap();
    let chances = finding.outcomes.marginals[index].clone().unwrap();
    let expected = [0.5, 0.38, 0.12];
    assert!(chances.iter().zip(expected).all(|(p, q)| (p.value - q).abs() < 1e-12), "{chances:?}");
}

#[test]
fn a_new_value_in_a_child_needs_a_reason_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let base = scenario(
        "[sources.s]\n[conditions.c]\nprobability = 0.1\nassumed = { probability = \"old\" }\n\
         evidence = [{ source = \"s\", for = \"probability\" }, { source = \"s\" }]\n",
    );
    fs::write(folder.path().join("base.toml"), base).unwrap();
    let child = folder.path().join("child.toml");
    let extends = "[scenario]\nextends = \"base.toml\"\n[conditions.c]\nprobability = 0.9\n";
    let reasons = |text: &str| {
        fs::write(&child, text).unwrap();
        let checked = pipeline::check(&Request { path: child.clone(), ..Request::default() });
        let scenario = checked.unwrap().scenario.unwrap();
        let condition = scenario.conditions.index("c").unwrap();
        let basis = scenario.conditions.at(condition).basis.clone();
        assert!(basis.claims.iter().all(|claim| claim.keys.is_empty()), "none saw the new value");
        (basis.assumed.get("probability").cloned(), basis.claims.len())
    };
    assert_eq!(reasons(extends), (None, 2), "the reason went with the value");
    let restated = format!("{extends}assumed = {{ probability = \"new\" }}\n");
    assert_eq!(reasons(&restated), (Some("new".to_owned()), 2));
}

#[test]
fn floors_in_another_unit_are_told_in_it() {
    let ships = "[pledges.s]\nnations = \"GBR\"\ndomain = \"sea\"\nbasing = \"v\"\nunit = \"ships\"\n\
                 stage = \"declared\"\nwhen = \"a\"\nsize = 4\n\
                 [requirements.fleet]\nfloor = 6\nunit = \"ships\"\n";
    let finding = find(&(scenario(ships) + &pledge("p", "a", "100")));
    let metrics = tables::comparison::metrics(&finding);
    let short = metrics.iter().find(|m| m.name.ends_with("expected_shortfall_when_asked")).unwrap();
    assert_eq!((short.unit.as_str(), short.value), ("ships", Some(2.0)));
    let told = summary::summary(&finding, &[]);
    assert!(told.contains("In theatre (U): no counted troops"), "{told}");
    assert!(told.contains("part of no total of troops: s (ships)"), "{told}");
}

#[test]
fn what_was_published_later_is_not_named() {
    let dated = "[sources.early]\npublisher = \"Early\"\npublished = 2026-01-01\n\
                 [sources.later]\npublisher = \"Later\"\npublished = 2026-01-05\n\
                 [pledges.p]\nnations = \"FRA\"\ndomain = \"land\"\nbasing = \"u\"\n\
                 stage = \"declared\"\nsize = 10\nsources = [\"early\"]\n\
                 [pledges.q]\nnations = \"FRA\"\ndomain = \"land\"\nbasing = \"u\"\n\
                 stage = \"declared\"\nsize = 20\nsources = [\"later\"]\n";
    let finding = find_with(&scenario(dated), |request| request.as_of = "2026-01-03".parse().ok());
    assert!(!summary::summary(&finding, &[]).contains('q'), "the summary is that of its date");
    let line = contingent::report::wording::source_line(&finding.scenario);
    assert!(line.starts_with("Sources: Early."), "{line}");
    assert_eq!(finding.outcomes.totals[0].law.as_ref().unwrap().high(), Some(10));
}

#[test]
fn a_setting_brings_no_later_pledge_back() {
    let late = "[sources.later]\npublished = 2026-02-01\n\
                [pledges.p]\nnations = \"FRA\"\ndomain = \"land\"\nbasing = \"u\"\n\
                stage = \"declared\"\nsize = 10\n\
                evidence = [{ source = \"later\", by = \"FRA: minister\", for = \"size\" }]\n";
    let change = |request: &mut Request| request.settings = vec!["pledges.p.size=300".to_owned()];
    let finding = find_with(&scenario(late), change);
    assert_eq!(finding.outcomes.totals[0].law.as_ref().unwrap().high(), Some(0));
}

#[test]
fn the_hash_follows_the_content_and_the_date_and_nothing_else() {
    let hash = |text: &str, as_of: Option<&str>| {
        let as_of = as_of.map(|date| date.parse().unwrap());
        find_with(text, |request| request.as_of = as_of).scenario.hash
    };
    let text = scenario("[conditions.include]\nprobability = 0.2\n");
    assert_eq!(hash(&text, None), hash(&text, Some("2026-01-08")));
    assert_ne!(hash(&text, None), hash(&text, Some("2026-01-09")));
    assert_ne!(hash(&text, None), hash(&text.replace("0.2\n", "0.4\n"), None));
    assert!(Path::new("scenarios").exists());
}

#[test]
fn dots_show_the_most_probable_of_the_smallest_ways_and_heed_what_is_given() {
    let text = scenario("") + &pledge("p", "a and b", "100");
    let finding = find(&text);
    let none = &finding.outcomes.forces_in_theatre[0];
    assert!(none.pledges.is_empty() && !none.only_way);
    let b = finding.scenario.conditions.index("b").unwrap();
    assert_eq!(none.conditions, Some(vec![(b, 0)]), "that b fails is likelier than that a does");
    let given = find_with(&text, |request| request.given = Some("b".to_owned()));
    let none = given.outcomes.forces_in_theatre.iter().find(|f| f.pledges.is_empty()).unwrap();
    let a = given.scenario.conditions.index("a").unwrap();
    assert!(none.conditions.as_ref().unwrap().contains(&(a, 0)) && none.only_way, "{none:?}");
}

/// The cells of some columns of a table, row by row.
fn columns(table: &Table, names: &[&str]) -> Vec<String> {
    let shown = |value: &Value| match value {
        Value::Text(text) => text.clone(),
        Value::Empty => String::new(),
        other => contingent::report::table::number(number(other)),
    };
    let row = |row: usize| names.iter().map(move |name| shown(cell(table, row, name)));
    (0..table.rows.len()).map(|at| row(at).collect::<Vec<_>>().join(" | ")).collect()
}

#[test]
fn what_is_enough_names_what_it_presupposes_and_what_it_adds_up_to() {
    let text = scenario(
        "vote = { requires = \"a\", probability = 0.4 }\n\
         [requirements.r]\nfloor = 100\n",
    ) + &pledge("p", "vote", "[60, 80]")
        + &pledge("q", "b", "[30, 50]");
    let finding = find(&text);
    let unlock = tables::table(tables::Name::Unlock, &finding, &Beside::default(), 500);
    let shown = ["sizes", "set_id", "conditions", "probability_set_holds", "sets"];
    // 60 and 30 are too few; 70 and 40 are not, nor 80 and 50.
    let rows = ["central | 1 | a; b; vote | 0.05 | 1", "high | 1 | a; b; vote | 0.05 | 1"];
    assert_eq!(columns(&unlock, &shown), rows);
    // Given a and b, which the vote and nobody presuppose: b stays a matter of chance.
    let shown = ["probability_given_prerequisites", "troops_low", "troops_high", "pledges"];
    assert_eq!(columns(&unlock, &shown)[0], "0.1 | 90 | 130 | p; q");
    let block = tables::table(tables::Name::Block, &finding, &Beside::default(), 500);
    let shown = ["sizes", "conditions", "probability_set_holds", "troops_high", "pledges"];
    let rows = [
        "low |  | 1 | 130 | ",
        "central | not vote | 0.8 | 50 | p",
        "high | not vote | 0.8 | 50 | p",
        "central | not b | 0.75 | 80 | q",
        "high | not b | 0.75 | 80 | q",
        "central | not a | 0.5 | 50 | p",
        "high | not a | 0.5 | 50 | p",
    ];
    assert_eq!(columns(&block, &shown), rows);
}

#[test]
fn what_a_longer_set_presupposes_may_be_enough_alone() {
    let text = scenario(
        "vote = { requires = \"a\", probability = 0.4 }\n\
         [requirements.r]\nneeds = \"a or vote and b\"\n",
    );
    let finding = find(&text);
    let unlock = tables::table(tables::Name::Unlock, &finding, &Beside::default(), 500);
    let shown = ["sizes", "conditions", "troops_low", "sentence"];
    assert_eq!(columns(&unlock, &shown), ["any | a |  | Enough for r: a."]);
    let given = find_with(&text, |request| request.given = Some("vote".to_owned()));
    let unlock = tables::table(tables::Name::Unlock, &given, &Beside::default(), 500);
    assert_eq!(columns(&unlock, &["conditions", "sentence"]), [" | r: met whatever happens."]);
    let block = tables::table(tables::Name::Block, &given, &Beside::default(), 500);
    assert!(block.rows.is_empty(), "nothing rules it out any more");
}

#[test]
fn sets_are_counted_where_too_many_to_list_and_the_list_says_up_to_what() {
    let events: Vec<String> = (10..50).map(|event| format!("e{event}")).collect();
    let conditions: Vec<String> =
        events.iter().map(|event| format!("{event} = {{ probability = 0.1 }}\n")).collect();
    let conditions = conditions.concat();
    let all = events.join(", ");
    let text = scenario(&format!(
        "{conditions}[requirements.r]\nneeds = \"at_least(20, {all}) or a and b\"\n"
    ));
    let limits = |max_size, top| Settings {
        sets: SetLimits { max_size, top, ..SetLimits::default() },
        ..Settings::new(Parts { unlock: true, block: true, ..Parts::default() })
    };
    let found = |settings| {
        let finding = study::find(checked_with(&text, |_| ()), settings).unwrap();
        let table = |name| tables::table(name, &finding, &Beside::default(), 500);
        [table(tables::Name::Unlock), table(tables::Name::Block)]
    };
    // C(40, 20) ways to twenty of forty, and one of two.
    let [unlock, block] = found(limits(MaxSize::All, Some(3)));
    let shown = columns(&unlock, &["conditions_count", "sets", "max_size"]);
    assert_eq!(
        shown,
        ["2 | 137846528821 | 42", "20 | 137846528821 | 42", "20 | 137846528821 | 42"]
    );
    // 21 of the forty fail, and one of two: 2 C(40, 21).
    assert_eq!(columns(&block, &["sets", "max_size"])[0], "262564816800 | 42");
    let [unlock, block] = found(limits(MaxSize::SmallestAnd(2), Some(3)));
    assert_eq!(columns(&unlock, &["conditions", "sets", "max_size"]), ["a; b | 1 | 4"]);
    assert_eq!(columns(&block, &["max_size"])[0], "24");
    let [unlock, block] = found(limits(MaxSize::AtMost(1), None));
    assert!(unlock.rows.is_empty() && block.rows.is_empty());
}

#[test]
fn sets_beyond_the_budget_are_said_to_be_unknown() {
    let text = scenario("[requirements.r]\nfloor = 100\n") + &pledge("p", "a and b", "100");
    let effort = Effort { budget: 0, ..Effort::default() };
    let parts = Parts { unlock: true, ..Parts::default() };
    let settings = Settings { effort, ..Settings::new(parts) };
    let finding = study::find(checked_with(&text, |_| ()), settings).unwrap();
    let unlock = tables::table(tables::Name::Unlock, &finding, &Beside::default(), 500);
    assert_eq!(columns(&unlock, &["requirement", "sizes", "sets"]), ["r | unknown | "]);
    let exact = Effort { choice: Choice::Exact, ..effort };
    let refused = study::find(checked_with(&text, |_| ()), Settings { effort: exact, ..settings });
    assert!(refused.is_err(), "exact figures were insisted upon");
}

#[test]
fn every_way_to_the_force_on_ukrainian_soil_names_the_ceasefire() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/scenarios/paris-2026/scenario.toml").into();
    let checked = pipeline::check(&Request { path, ..Request::default() }).unwrap();
    let finding = study::find(checked.scenario.unwrap(), everything()).unwrap();
    let unlock = tables::table(tables::Name::Unlock, &finding, &Beside::default(), 500);
    let sets = columns(&unlock, &["requirement", "conditions", "probability_set_holds"]);
    assert_eq!(
        sets[0],
        "floor_15000 | ceasefire; legal_framework; partner_approvals; rules_of_engagement | \
         0.0740390625"
    );
    assert!(sets.len() >= 3 && sets.iter().all(|set| set.contains("| ceasefire; ")), "{sets:?}");
}

#[test]
fn a_sure_thing_behind_a_requirement_is_not_enough_by_its_failing() {
    let rest = "vote = { requires = \"a\", probability = 1 }\n\
                [pledges.p]\nnations = \"FRA\"\ndomain = \"land\"\nbasing = \"u\"\nstage = \"declared\"\n\
                when = \"vote\"\nsize = 2\n\
                [requirements.r]\nfloor = 15\n[requirements.q]\nneeds = \"not vote\"\n";
    let finding = find(&scenario(rest));
    let unlock = tables::table(tables::Name::Unlock, &finding, &Beside::default(), 500);
    assert_eq!(columns(&unlock, &["requirement", "conditions"]), ["q | not a", "q | not vote"]);
    let block = tables::table(tables::Name::Block, &finding, &Beside::default(), 500);
    let told = columns(&block, &["requirement", "conditions"]);
    assert_eq!(told, ["q | a", "r | "], "fifteen is never met, and not voting is failing");
}
