//! The chart of exceedance: the chance of a force of at least a size.
//!
//! In: a `Finding`. Out: an `ExceedanceChart`.

use super::{
    floors, force_drawn, frame, headline_of, open_headline, requirement_drawn, troops_in_place,
};
use crate::law::{Law, real};
use crate::report::chart::{ExceedanceChart, ExceedanceCurve};
use crate::report::wording::{
    self, given, in_theatre, overall, short_requirement, why_open, with_and_without,
};
use crate::report::words::capitalised;
use crate::scenario::TROOPS;
use crate::study::Finding;

pub(super) fn exceedance(finding: &Finding) -> ExceedanceChart {
    let scenario = &finding.scenario;
    let result = in_theatre(finding);
    let curve = |label: String, law: &Law| {
        let tails = law.tails().into_iter().filter(|(value, _)| *value > 0);
        let points = tails.map(|(value, above)| (real(value), above));
        ExceedanceCurve { label, points: points.collect() }
    };
    let mut curves = Vec::new();
    if let Some(law) = &result.law {
        curves.push(curve(overall(scenario), law));
    }
    if let (Some(law), Some(asked)) = (&result.law_when_asked, &scenario.asked_when)
        && result.law.as_ref() != Some(law)
    {
        curves.push(curve(given(asked), law));
    }
    let headline = wording::headline(exceedance_headline(finding), || headline_of(finding));
    let led = scenario.leading_requirement();
    let drawn =
        force_drawn(finding).or_else(|| led.and_then(|index| requirement_drawn(finding, index)));
    let over = if drawn.is_some() { "" } else { ", over every combination of conditions" };
    let subtitle = capitalised(&troops_in_place(scenario)) + over;
    let nothing = match (&result.law, result.standard_error) {
        (None, _) => format!("No figure: {}.", why_open(finding)),
        (Some(_), None) => "No force in any world.".to_owned(),
        (Some(_), Some(_)) => "No force in any of the worlds drawn.".to_owned(),
    };
    let description =
        format!("Step curves of the probability of a force of at least a size. {headline}.");
    ExceedanceChart {
        frame: frame(scenario, drawn, [headline, subtitle, description]),
        nothing,
        unit: TROOPS.to_owned(),
        curves,
        floors: floors(scenario),
    }
}

/// "At least 15,000 troops: 7 % overall, 23 % given ceasefire", or the same of any force.
fn exceedance_headline(finding: &Finding) -> String {
    let scenario = &finding.scenario;
    let leading = scenario.leading_requirement().filter(|index| {
        let requirement = scenario.requirements.at(*index);
        requirement.unit == TROOPS && requirement.floor.is_some() && requirement.needs.is_none()
    });
    let met = leading.and_then(|index| {
        let (entry, result) =
            (scenario.requirements.at(index), &finding.outcomes.requirements[index]);
        let asked = scenario.asked_about(entry);
        let figures =
            with_and_without(scenario, asked, result.probability, result.probability_when_asked)?;
        let least = if entry.label.is_none() { "At least " } else { "" };
        Some(capitalised(&format!("{least}{}: {figures}", short_requirement(scenario, index))))
    });
    let result = in_theatre(finding);
    let any = |law: &Option<Law>| law.as_ref().map(|law| law.at_least(1));
    let asked = scenario.asked_when.as_ref();
    let any = with_and_without(scenario, asked, any(&result.law), any(&result.law_when_asked));
    met.or(any.map(|figures| format!("Any force: {figures}")))
        .unwrap_or_else(|| open_headline(finding))
}
