//! Drivers and the watch-list: hand-worked figures, and large scenarios against what setting or
//! taking as given finds without them.

use crate::synthetic::generator::{self, SEED, Sizes};
use contingent::evaluate::{Choice, Effort, Parts, Settings};
use contingent::outcomes::Outcomes;
use contingent::pipeline::{self, Request};
use contingent::scenario::Scenario;
use contingent::study;
use std::fs;
use std::path::Path;

fn find(path: &Path, parts: Parts, change: impl Fn(&mut Request)) -> (Scenario, Outcomes) {
    let mut request = Request { path: path.to_path_buf(), ..Request::default() };
    change(&mut request);
    let effort = Effort { choice: Choice::Exact, ..Effort::default() };
    let settings = Settings { effort, ..Settings::new(parts) };
    let finding = study::find(pipeline::check(&request).unwrap().scenario.unwrap(), settings);
    let finding = finding.unwrap();
    (finding.scenario, finding.outcomes)
}

fn sums() -> Parts {
    Parts { totals: true, requirements: true, ..Parts::default() }
}

/// The force and the requirements' chances.
fn figures(outcomes: &Outcomes) -> Vec<f64> {
    let force = outcomes.totals[0].law.as_ref().unwrap().mean();
    let met = outcomes.requirements.iter().map(|result| result.probability.unwrap());
    [force].into_iter().chain(met).collect()
}

#[test]
fn a_coalition_answers_as_it_does_where_conditions_are_set_or_given() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("coalition.toml");
    for sizes in [Sizes::Fixed, Sizes::Pert] {
        fs::write(&path, generator::coalition(10, sizes, SEED)).unwrap();
        let asked = Parts { responses: true, ..Parts::default() };
        let (scenario, found) = find(&path, asked, |_| ());
        let responses = [&found.responses.troops].into_iter().chain(&found.responses.met);
        let responses: Vec<_> = responses.map(|response| response.as_ref().unwrap()).collect();
        for id in ["ceasefire", "mandate_n03", "lift_n07"] {
            let at = (0..scenario.conditions.len())
                .find(|at| scenario.conditions.id(*at) == id)
                .unwrap();
            let set = |p: &str| {
                let setting = format!("conditions.{id}.probability={p}");
                find(&path, sums(), |request| request.settings.push(setting.clone())).1
            };
            let known = find(&path, sums(), |request| request.given = Some(id.to_owned())).1;
            let [holds, fails, known] = [set("1"), set("0"), known].map(|own| figures(&own));
            for (number, response) in responses.iter().enumerate() {
                let turn = response.options[at][1];
                let near = |found: Option<f64>, wanted: f64| {
                    (found.unwrap() - wanted).abs() <= 1e-11 * wanted + 1e-13
                };
                assert!(near(turn.set, holds[number]), "{id} {number}: {turn:?} {holds:?}");
                assert!(near(turn.unset, fails[number]), "{id} {number}: {turn:?} {fails:?}");
                assert!(near(turn.known, known[number]), "{id} {number}: {turn:?} {known:?}");
            }
        }
    }
}

/// A truce (0.4) lets a vote pass (0.5; never without) and makes an attack rarer (0.1, else 0.6); the
/// vote sends 1000. Mean 200.
const VOTE: &str = "[scenario]\ntitle = \"t\"\nas_of = 2026-01-08\n\
    [basings]\nu = { name = \"U\", theatre = true }\n[nations]\nFRA = {}\n\
    [conditions]\ntruce = { probability = 0.4 }\n\
    vote = { requires = \"truce\", probability = 0.5 }\n\
    attack = { given = [{ when = \"truce\", probability = 0.1 }, { probability = 0.6 }] }\n\
    [pledges.p]\nnations = \"FRA\"\ndomain = \"land\"\nbasing = \"u\"\nstage = \"declared\"\n\
    when = \"vote\"\nsize = 1000\n";

#[test]
fn what_merely_goes_along_is_watched_and_drives_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("vote.toml");
    fs::write(&path, VOTE).unwrap();
    let turns = |given: Option<&str>| {
        let parts = Parts { responses: true, ..Parts::default() };
        let (_, found) = find(&path, parts, |request| request.given = given.map(str::to_owned));
        let troops = found.responses.troops.unwrap();
        // By id: attack, truce, vote.
        (troops.present.unwrap(), [0, 1, 2].map(|at| troops.options[at][1]))
    };
    let near = |found: Option<f64>, wanted: f64| (found.unwrap() - wanted).abs() < 1e-9;
    let (present, [attack, truce, vote]) = turns(None);
    assert!(near(Some(present), 200.0));
    // P(attack) = 0.04 + 0.36; with it the truce has a tenth.
    assert!(near(attack.known, 50.0) && attack.swing() == Some(0.0));
    assert!(near(truce.known, 500.0) && near(truce.set, 500.0) && truce.unset == Some(0.0));
    // Set to pass, the vote needs no truce.
    assert!(near(vote.known, 1000.0) && near(vote.set, 1000.0) && vote.unset == Some(0.0));

    // Where an attack is given, setting the vote tells nothing of the truce; setting the attack, given
    // that it happens, cuts it off from the truce.
    let (present, [attack, truce, vote]) = turns(Some("attack"));
    assert!(near(Some(present), 50.0));
    assert!(near(attack.set, 200.0) && attack.unset.is_none() && attack.swing().is_none());
    assert!(near(truce.set, 500.0) && near(vote.set, 1000.0));
}

#[test]
fn other_outcomes_keep_their_proportions_where_what_they_depend_on_has_a_probability() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("terms.toml");
    let unset = |probability: &str| {
        let text = format!(
            "[scenario]\ntitle = \"t\"\nas_of = 2026-01-08\n\
             [basings]\nu = {{ name = \"U\", theatre = true }}\n[nations]\nFRA = {{}}\n\
             [conditions]\nk = {{ {probability}holds = true }}\n[conditions.terms]\n\
             given = [ {{ when = \"k\", outcomes = {{ x = 0.2, y = 0.3, z = 0.5 }} }}, \
             {{ outcomes = {{ x = 0.4, y = 0.5, z = 0.1 }} }} ]\n\
             [pledges.p]\nnations = \"FRA\"\ndomain = \"land\"\nbasing = \"u\"\n\
             stage = \"declared\"\nwhen = \"terms.y\"\nsize = 1000\n"
        );
        fs::write(&path, text).unwrap();
        let parts = Parts { responses: true, ..Parts::default() };
        let (_, found) = find(&path, parts, |_| ());
        let terms = found.responses.troops.unwrap().options[1].clone();
        assert!(
            (terms[0].known.unwrap()).abs() < 1e-9 && (terms[1].set.unwrap() - 1000.0).abs() < 1e-9
        );
        terms[0].unset
    };
    // Half of all is 0.3 and 0.4 each way: y has 0.4 of the 0.7 that x leaves, before it is known that k holds.
    assert!((unset("probability = 0.5, ").unwrap() - 1000.0 * 0.4 / 0.7).abs() < 1e-9);
    assert_eq!(unset(""), None);
}

#[test]
fn what_has_no_probability_can_be_set_all_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("vote.toml");
    fs::write(&path, VOTE.replace("truce = { probability = 0.4 }", "truce = {}")).unwrap();
    let parts = Parts { responses: true, ..Parts::default() };
    let (_, found) = find(&path, parts, |_| ());
    let troops = found.responses.troops.unwrap();
    let [truce, vote] = [1, 2].map(|at| troops.options[at][1]);
    assert_eq!((troops.present, vote.known.is_some()), (None, false));
    assert!((truce.set.unwrap() - 500.0).abs() < 1e-9 && truce.unset == Some(0.0));
    assert!((vote.set.unwrap() - 1000.0).abs() < 1e-9);
}

#[test]
fn a_renewed_attack_does_not_drive_the_force_of_the_paris_declaration() {
    let parts = Parts { responses: true, ..Parts::default() };
    let (scenario, found) = find(Path::new("scenarios/paris-2026/scenario.toml"), parts, |_| ());
    let troops = found.responses.troops.unwrap();
    let swing = |id: &str| {
        let at = (0..scenario.conditions.len()).find(|at| scenario.conditions.id(*at) == id);
        troops.options[at.unwrap()][1].swing()
    };
    assert_eq!(swing("renewed_attack"), Some(0.0));
    assert!(swing("ceasefire").unwrap() > 7000.0);
}
