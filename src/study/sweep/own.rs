//! Where the file itself stands in a grid.
//!
//! In: a `Request` and `Axis`es. Out: an `Own`: the scenario where nothing is varied, and where each
//! varied key has its value there. A probability may lie between two values of its axis, an option is
//! one of them. Where another key is varied, the file is not looked for.

use super::Sweep;
use super::axes::{Axis, AxisValue};
use super::corners::chance_of;
use crate::pipeline::{self, Request};
use crate::scenario::Scenario;

/// The scenario where nothing is varied.
#[derive(Debug)]
pub struct Own {
    /// The scenario.
    pub scenario: Scenario,
    /// Where it stands on each axis; none where that is not known.
    pub places: Vec<Option<Place>>,
}

/// Where a file stands on an axis.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Place {
    /// At a probability.
    Chance(f64),
    /// At the value at a position.
    Value(u64),
}

impl Own {
    /// Reads the file as it is; none where it cannot stand by itself.
    pub(super) fn find(
        request: &Request,
        axes: &[Axis],
        chances: &[(usize, usize)],
    ) -> Option<Self> {
        let scenario = pipeline::check(request).ok()?.scenario?;
        let place = |(at, axis): (usize, &Axis)| {
            let condition = chances.iter().find(|(own, _)| *own == at).map(|(_, own)| *own);
            match condition {
                Some(condition) => chance_of(&scenario, condition).map(Place::Chance),
                None => value(axis, &scenario).map(Place::Value),
            }
        };
        let places = axes.iter().enumerate().map(place).collect();
        Some(Self { scenario, places })
    }
}

/// The value of an axis that names the option in force.
fn value(axis: &Axis, scenario: &Scenario) -> Option<u64> {
    let key = axis.full_key(scenario);
    let id = key.strip_prefix("assumptions.").and_then(|key| key.strip_suffix(".chosen"));
    let assumption = id.and_then(|id| scenario.assumptions.index(id))?;
    let chosen = scenario.assumptions.at(assumption).chosen_name()?;
    let is_chosen = |at: &u64| match axis.value(*at) {
        AxisValue::Text(text) => text.trim_matches(['"', '\'']) == chosen,
        AxisValue::Number(number) => number.to_string() == chosen,
    };
    (0..axis.len()).find(is_chosen)
}

impl Sweep {
    /// The figures where the file stands, in the order of the metrics; none where it does not stand
    /// in the grid.
    pub fn own_figures(&self, own: &Own) -> Option<Vec<Option<f64>>> {
        let place = |place: &Option<Place>| match (*place)? {
            Place::Value(at) => Some(at),
            Place::Chance(_) => Some(0),
        };
        let positions: Vec<u64> = own.places.iter().map(place).collect::<Option<_>>()?;
        let chance = |axis: &usize| match own.places.get(*axis).copied().flatten()? {
            Place::Chance(chance) => Some(chance),
            Place::Value(_) => None,
        };
        let chances: Vec<f64> = self.chances.iter().map(chance).collect::<Option<_>>()?;
        let chances = chances.into_iter().map(|chance| [1.0 - chance, chance]);
        Some(self.weighed(self.group(&positions), chances))
    }
}
