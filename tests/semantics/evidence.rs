//! What is taken as given: however improbable, it changes nothing but what it says; what cannot be is named.

use super::{everything, pledge};
use contingent::diagnostic::{Code, Diagnostic};
use contingent::pipeline::{self, Checked, Request};
use contingent::report::table::Value;
use contingent::report::tables::{self, Name};
use contingent::study::{self, Beside};
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;

const HEAD: &str = "[scenario]\ntitle = \"t\"\nas_of = 2026-01-08\n\
    [basings]\nu = { name = \"U\", theatre = true }\n[nations]\nFRA = {}\nGBR = {}\n[conditions]\n";

fn checked(text: &str) -> Checked {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("case.toml");
    fs::write(&path, text).unwrap();
    pipeline::check(&Request { path, ..Request::default() }).unwrap()
}

/// Whole numbers below a bound, the same ones everywhere.
struct Draw(u64);

impl Draw {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % bound as u64).unwrap()
    }
}

/// A condition that requires one of two others of lower number to have ended so, or both.
struct Own {
    probability: &'static str,
    requires: Vec<(usize, bool)>,
    all: bool,
    holds: Option<bool>,
}

impl Own {
    fn drawn(draw: &mut Draw, at: usize) -> Self {
        let probability = ["0", "0.5", "0.5", "0.5", "0.5", "1"][draw.below(6)];
        let many = if at == 0 { 0 } else { draw.below(3) };
        let one = |draw: &mut Draw| (draw.below(at), draw.below(3) > 0);
        let requires = (0..many).map(|_| one(draw)).collect();
        let holds = (draw.below(5) > 0).then(|| draw.below(2) == 1);
        Self { probability, requires, all: draw.below(2) == 1, holds }
    }

    fn text(&self, at: usize) -> String {
        let name = |(of, so): &(usize, bool)| format!("{}c{of}", if *so { "" } else { "not " });
        let names: Vec<String> = self.requires.iter().map(name).collect();
        let mut text = format!("c{at} = {{ probability = {}", self.probability);
        if !names.is_empty() {
            let formula = names.join(if self.all { " and " } else { " or " });
            write!(text, ", requires = \"{formula}\"").unwrap();
        }
        if let Some(holds) = self.holds {
            write!(text, ", holds = {holds}").unwrap();
        }
        text + " }\n"
    }

    /// Whether it may hold, or fail, in a world.
    fn may(&self, world: u32, holds: bool) -> bool {
        let met = |(of, so): &(usize, bool)| (world >> of & 1 == 1) == *so;
        let required = self.requires.is_empty()
            || if self.all { self.requires.iter().all(met) } else { self.requires.iter().any(met) };
        match (required, holds) {
            (false, holds) => !holds,
            (true, true) => self.probability != "0",
            (true, false) => self.probability != "1",
        }
    }
}

/// Whether a part of what is known, by conditions, holds in a possible world.
fn is_possible(all: &[Own], part: &BTreeSet<usize>) -> bool {
    (0_u32..1 << all.len()).any(|world| {
        let holds = |at: usize| world >> at & 1 == 1;
        all.iter().enumerate().all(|(at, own)| own.may(world, holds(at)))
            && part.iter().all(|at| all[*at].holds == Some(holds(*at)))
    })
}

fn subsets(known: &[usize]) -> impl Iterator<Item = BTreeSet<usize>> {
    (0_u32..1 << known.len()).map(move |set| {
        let has = |(at, _): &(usize, &usize)| set >> at & 1 == 1;
        known.iter().enumerate().filter(has).map(|(_, own)| *own).collect()
    })
}

/// The conditions in whose lines the places of a problem lie.
fn named(text: &str, problem: &Diagnostic) -> BTreeSet<usize> {
    let places = std::iter::once(&problem.primary).chain(&problem.secondary);
    let line = |at: usize| text[..at].matches('\n').count() - HEAD.matches('\n').count();
    places.map(|place| line(place.span.range().start)).collect()
}

#[test]
fn a_smallest_part_that_contradicts_itself_is_named() {
    let mut draw = Draw(20_260_108);
    let mut found = [0; 5];
    for case in 0..400 {
        let all: Vec<Own> = (0..7).map(|at| Own::drawn(&mut draw, at)).collect();
        let text: String = all.iter().enumerate().map(|(at, own)| own.text(at)).collect();
        let text = HEAD.to_owned() + &text + &pledge("p", "c6 or c5", "100");
        let checked = checked(&text);
        let known: Vec<usize> = (0..all.len()).filter(|at| all[*at].holds.is_some()).collect();
        let smallest =
            subsets(&known).filter(|part| !is_possible(&all, part)).map(|part| part.len());
        let smallest = smallest.min();
        let problems = checked.diagnostics.sorted();
        let problem = problems.iter().find(|own| own.code == Code::ImpossibleEvidence);
        assert_eq!(problem.is_some(), smallest.is_some(), "{case}:\n{text}");
        let (Some(problem), Some(smallest)) = (problem, smallest) else { continue };
        let part = named(&text, problem);
        assert!(!is_possible(&all, &part), "{case}: {part:?} can be\n{text}");
        assert_eq!(part.len(), smallest, "{case}: {part:?}\n{text}");
        found[smallest] += 1;
    }
    assert!(found[1..4].iter().all(|count| *count > 3), "{found:?}");
}

/// A smallest part has two members, and an earlier one of three cannot be shortened.
#[test]
fn a_smaller_contradiction_is_preferred_to_one_that_cannot_be_shortened() {
    let text = HEAD.to_owned()
        + "a = { probability = 0.5, holds = true }\n\
           b = { probability = 0.5, requires = \"a\", holds = false }\n\
           x = { probability = 0.5, holds = false }\n\
           y = { probability = 0.5, holds = false }\n\
           z = { probability = 1, requires = \"x or y\", holds = true }\n\
           w = { probability = 1, requires = \"a\", holds = false }\n"
        + &pledge("p", "z", "100");
    let found = checked(&text);
    let problems = found.diagnostics.sorted();
    let problem = problems.iter().find(|own| own.code == Code::ImpossibleEvidence).unwrap();
    // w fails although a holds, and it is certain then.
    assert_eq!(named(&text, problem), BTreeSet::from([0, 5]));
}

/// Thirty conditions whose endings are known. Of each clause the chance to end so is `scale` as large.
fn known(scale: &str) -> String {
    let mut text = HEAD.to_owned()
        + "truce = { probability = 0.4 }\nvote = { probability = 0.3, requires = \"truce\" }\n";
    for at in 0..30 {
        let law = match at % 3 {
            0 => format!("probability = 4{scale}"),
            1 => format!("requires = \"truce\", probability = 2{scale}"),
            _ => format!(
                "given = [{{ when = \"vote\", probability = 3{scale} }}, {{ probability = 2.5{scale} }}]"
            ),
        };
        writeln!(text, "k{at} = {{ holds = true, {law} }}").unwrap();
    }
    let asked = "[requirements.r]\nfloor = 120\nasked_when = \"vote or k2\"\n";
    let tied = "late = { given = [{ when = \"k3 and truce\", probability = 0.7 }, { probability = 0.2 }] }\n";
    [&text, tied, &pledge("p", "vote", "100"), &pledge("q", "late and k5", "[20, 40]"), asked]
        .concat()
}

fn is_same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => {
            (one - other).abs() <= 1e-11 * one.abs() + 1e-13
        }
        _ => one == other,
    }
}

/// What is known divides out, so figures do not depend on how improbable it was: 1e-18 thirty times is below every number.
#[test]
fn how_improbable_the_known_was_changes_no_figure() {
    let [usual, rare] = ["e-1", "e-17"].map(|scale| {
        let scenario = checked(&known(scale)).scenario.unwrap();
        study::find(scenario, everything()).unwrap()
    });
    let names = [
        Name::Totals,
        Name::Requirements,
        Name::Conditions,
        Name::Drivers,
        Name::Outcomes,
        Name::Worlds,
        Name::Posture,
        Name::Distribution,
        Name::Unlock,
        Name::Block,
    ];
    for name in names {
        let [usual, rare] = [&usual, &rare].map(|found| {
            let table = tables::table(name, found, &Beside::default(), 500);
            let stated = |column: &str| ["stated", "probability_stated"].contains(&column);
            let kept = table.columns.iter().enumerate().filter(|(_, own)| !stated(&own.name));
            let kept: Vec<usize> = kept.map(|(at, _)| at).collect();
            let rows = table.rows.iter();
            let rows = rows.map(|row| kept.iter().map(|at| row[*at].clone()).collect::<Vec<_>>());
            rows.collect::<Vec<_>>()
        });
        assert_eq!(usual.len(), rare.len(), "{name:?}");
        for (one, other) in usual.iter().flatten().zip(rare.iter().flatten()) {
            assert!(is_same(one, other), "{name:?}: {one:?} and {other:?}");
        }
    }
    let met = usual.outcomes.requirements[0].probability.unwrap();
    assert!(met > 0.2 && met < 0.8, "{met}");
}

/// One formula that says how many ended, beside an ending in the file, is looked into as well.
#[test]
fn what_is_given_as_one_formula_divides_out_too() {
    let rare = (0..25).map(|at| format!("k{at} = {{ probability = 1e-17 }}\n"));
    let text = HEAD.to_owned()
        + &rare.collect::<String>()
        + "x = { probability = 0.5, holds = true }\ny = { probability = 0.25 }\n"
        + &pledge("p", "x and k1 and y", "100")
        + "[requirements.r]\nfloor = 100\n";
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("case.toml");
    fs::write(&path, text).unwrap();
    let given: Vec<String> = (0..25).map(|at| format!("k{at}")).collect();
    let given = Some(given.join(" and ") + " and x");
    let checked = pipeline::check(&Request { path, given, ..Request::default() }).unwrap();
    let found = study::find(checked.scenario.unwrap(), everything()).unwrap();
    let met = found.outcomes.requirements[0].probability.unwrap();
    assert!((met - 0.25).abs() < 1e-12, "{met}");
}
