//! The chart of drivers: what setting each condition changes.
//!
//! In: a `Finding`. Out: a `DriversChart` of the leading requirement, or of the force in theatre where
//! nothing moves that. Of a condition with outcomes the one that moves most is shown.

use super::{frame, literal_name, lowered, troops_in_place};
use crate::law::coarse;
use crate::outcomes::{Response, Turn};
use crate::report::chart::{DriverRow, DriversChart};
use crate::report::tables::response;
use crate::report::wording::{self, by_horizon, short_requirement};
use crate::report::words::{capitalised, percent, thousands};
use crate::scenario::Scenario;
use crate::study::Finding;
use std::cmp::Reverse;

/// A condition in one of its options, and what setting it does.
type Driver = ((usize, usize), Turn);

/// What is moved: a requirement, or the force in theatre.
#[derive(Clone, Copy)]
struct Moved<'a> {
    scenario: &'a Scenario,
    requirement: Option<usize>,
}

pub(super) fn drivers(finding: &Finding) -> DriversChart {
    let scenario = &finding.scenario;
    let leading = scenario.leading_requirement().map(Some);
    let results = || leading.into_iter().chain([None]);
    let moved = results()
        .find(|own| response(finding, *own).is_some_and(|r| !movers(scenario, r).is_empty()));
    let known = || results().find(|own| response(finding, *own).is_some());
    let result = Moved { scenario, requirement: moved.or_else(known).flatten() };
    let response = response(finding, result.requirement);
    let drivers = response.map(|response| movers(scenario, response)).unwrap_or_default();
    let present = response.and_then(|response| response.present);
    let still = response.map_or(0, |response| still(response).count());
    let headline = match (response, present) {
        (None, _) => "What decides is too much to work out".to_owned(),
        (Some(_), None) => "What decides is open: a probability is missing".to_owned(),
        (Some(_), Some(_)) => result.headline(&drivers),
    };
    let subtitle = result.subtitle();
    let told = drivers.iter().map(|driver| {
        let row = result.row(driver);
        format!("{}: {}, {}", row.label, row.holds.1, row.fails.1)
    });
    let description = format!("Tornado. {}.", told.collect::<Vec<_>>().join("; "));
    DriversChart {
        frame: frame(scenario, None, [headline, subtitle, description]),
        in_percent: result.requirement.is_some(),
        present: present.map(|present| {
            (result.value(present), format!("as things are: {}", result.shown(present)))
        }),
        rows: drivers.iter().map(|driver| result.row(driver)).collect(),
        others: match still {
            0 => String::new(),
            1 => "1 condition changes nothing".to_owned(),
            _ => format!("{still} conditions change nothing"),
        },
        nothing: match (response, present) {
            (Some(_), Some(_)) => format!("No single condition changes {}.", result.name()),
            (Some(_), None) => "No figure: a probability that it depends on is missing.".to_owned(),
            (None, _) => "No figure: it takes more work than was allowed.".to_owned(),
        },
    }
}

/// Of each condition that moves a result the option that moves it most, the widest swing first. How
/// a condition is known to have ended moves nothing any more.
fn movers(scenario: &Scenario, response: &Response) -> Vec<Driver> {
    let size = |turn: &Turn| turn.swing().map_or(0, |swing| coarse(swing.abs()));
    let mut movers: Vec<Driver> = Vec::new();
    let open = |(condition, _): &(usize, _)| scenario.conditions.at(*condition).holds.is_none();
    for (condition, turns) in response.options.iter().enumerate().filter(open) {
        // Of two options each is the other's opposite: a plain condition is told by "holds".
        let first = usize::from(turns.len() == 2);
        let options = turns.iter().enumerate().skip(first);
        let most = options.max_by_key(|(option, turn)| (size(turn), Reverse(*option)));
        movers.extend(most.map(|(option, turn)| ((condition, option), *turn)));
    }
    movers.retain(|(_, turn)| size(turn) > 0);
    movers.sort_by_key(|((condition, _), turn)| (Reverse(size(turn)), *condition));
    movers
}

/// The conditions of which no option moves a result.
fn still(response: &Response) -> impl Iterator<Item = &Vec<Turn>> {
    let options = response.options.iter();
    options.filter(|turns| turns.iter().all(|turn| turn.swing() == Some(0.0)))
}

impl Moved<'_> {
    /// What it is called in a sentence.
    fn name(self) -> String {
        match self.requirement {
            Some(index) => {
                format!("the chance of {}", lowered(&short_requirement(self.scenario, index)))
            }
            None => "the mean force".to_owned(),
        }
    }

    fn subtitle(self) -> String {
        let what = match self.requirement {
            Some(index) => {
                let short = short_requirement(self.scenario, index);
                format!("Chance of {short}{}", by_horizon(self.scenario))
            }
            None => format!("Mean {}", troops_in_place(self.scenario)),
        };
        format!("{what}, where one condition at a time is set and all others are left to chance")
    }

    fn value(self, figure: f64) -> f64 {
        if self.requirement.is_some() { figure * 100.0 } else { figure }
    }

    fn shown(self, figure: f64) -> String {
        if self.requirement.is_some() { percent(figure) } else { thousands(figure) }
    }

    fn row(self, (literal, turn): &Driver) -> DriverRow {
        let [set, unset] = [turn.set, turn.unset].map(Option::unwrap_or_default);
        DriverRow {
            label: literal_name(self.scenario, *literal),
            holds: (self.value(set), format!("if so {}", self.shown(set))),
            fails: (self.value(unset), format!("if not {}", self.shown(unset))),
        }
    }

    /// What decides, where one condition does.
    fn headline(self, drivers: &[Driver]) -> String {
        let Some(first) = drivers.first() else {
            let name = self.name();
            return wording::headline(format!("No single condition moves {name}"), || {
                "No single condition moves the leading requirement".to_owned()
            });
        };
        let size = |driver: &Driver| driver.1.swing().map(|swing| coarse(swing.abs()));
        let alike = drivers.iter().filter(|driver| size(driver) == size(first)).count();
        let [set, unset] = [first.1.set, first.1.unset].map(Option::unwrap_or_default);
        let (from, to) = (self.shown(unset), self.shown(set));
        let nothing = match self.requirement {
            Some(index) => format!("never {}", lowered(&short_requirement(self.scenario, index))),
            None => "no force".to_owned(),
        };
        let name = capitalised(&literal_name(self.scenario, first.0).replace(": ", ", "));
        if alike > 1 {
            let short = || format!("{alike} conditions matter most");
            return wording::headline(format!("{} for {}", short(), self.name()), short);
        }
        let most = |name: &str| format!("{name} matters most: {from} to {to}");
        let full = if unset <= 0.0 {
            format!("{name} matters most: without it {nothing}")
        } else if set <= 0.0 {
            format!("{name} matters most: with it {nothing}")
        } else if from == to {
            return format!("No single condition moves much: {from}");
        } else {
            format!("{name} moves {} most: {from} to {to}", self.name())
        };
        let shorter = || wording::headline(most(&name), || most("One condition"));
        wording::headline(full, shorter)
    }
}
