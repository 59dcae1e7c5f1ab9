//! Metrics: the figures that `diff`, `history` and `sweep` follow, and what they are called.
//!
//! In: a scenario and names. Out: `Metric`s.

use crate::diagnostic::suggestion;
use crate::layout::IN_THEATRE;
use crate::scenario::{Scenario, TROOPS};
use crate::study::diff::PROBABILITY;

/// A figure that is followed from one scenario to another.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Metric {
    /// Mean size of every standing pledge of troops.
    Headline,
    /// The same, of those at a stage that counts.
    Counted,
    /// The expected force in theatre.
    InTheatre,
    /// P(met) of a requirement.
    Met(usize),
    /// P(met) of a requirement, given that anyone asks.
    MetWhenAsked(usize),
}

impl Metric {
    /// Its name in tables.
    pub fn name(self, scenario: &Scenario) -> String {
        match self {
            Self::Headline => "headline".to_owned(),
            Self::Counted => "counted".to_owned(),
            Self::InTheatre => IN_THEATRE.to_owned(),
            Self::Met(at) => format!("requirement.{}", scenario.requirements.id(at)),
            Self::MetWhenAsked(at) => {
                format!("requirement.{}.when_asked", scenario.requirements.id(at))
            }
        }
    }

    /// `troops` or `probability`.
    pub fn unit(self) -> &'static str {
        match self {
            Self::Headline | Self::Counted | Self::InTheatre => TROOPS,
            Self::Met(_) | Self::MetWhenAsked(_) => PROBABILITY,
        }
    }

    /// The requirement that it is of.
    pub(super) fn requirement(self) -> Option<usize> {
        match self {
            Self::Met(at) | Self::MetWhenAsked(at) => Some(at),
            Self::Headline | Self::Counted | Self::InTheatre => None,
        }
    }

    /// All metrics that a scenario has.
    pub fn all(scenario: &Scenario) -> Vec<Self> {
        let requirements = scenario.requirements.iter().enumerate();
        let requirements = requirements.flat_map(|(at, (_, requirement))| {
            let asked = scenario.asked_about(requirement).map(|_| Self::MetWhenAsked(at));
            [Self::Met(at)].into_iter().chain(asked)
        });
        [Self::Headline, Self::Counted, Self::InTheatre].into_iter().chain(requirements).collect()
    }

    /// Those of some names; without any, the expected force and every requirement. Else why not.
    pub(super) fn named(scenario: &Scenario, names: &[String]) -> Result<Vec<Self>, String> {
        let all = Self::all(scenario);
        if names.is_empty() {
            let usual = |metric: &Self| matches!(metric, Self::InTheatre | Self::Met(_));
            return Ok(all.into_iter().filter(usual).collect());
        }
        let find = |name: &String| {
            let found = all.iter().find(|metric| metric.name(scenario) == *name);
            found.copied().ok_or_else(|| {
                let known: Vec<String> = all.iter().map(|metric| metric.name(scenario)).collect();
                let help = suggestion(name, known.iter().map(String::as_str));
                let help = help.unwrap_or_else(|| known.join(", "));
                format!("no metric is called `{name}`\nhelp: {help}")
            })
        };
        names.iter().map(find).collect()
    }
}
