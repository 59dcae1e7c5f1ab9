//! What the summary and the charts say in words: names, places, findings.
//!
//! In: a `Finding`. Out: phrases. Every sentence that states a result is made here, so that the
//! summary and the headlines cannot contradict each other.

use super::words::{capitalised, hundredths, list, percent, thousands};
use crate::evaluate::law::{Law, real};
use crate::outcomes::TotalResult;
use crate::scenario::{Scenario, Size};
use crate::study::Finding;

/// An id as words: `legal_framework` is "Legal framework", `usa_backstop` "USA backstop".
fn humanised(scenario: &Scenario, id: &str) -> String {
    let word = |word: &str| {
        let nation = scenario.nations.iter().find(|(nation, _)| nation.eq_ignore_ascii_case(word));
        nation.map_or(word.to_owned(), |(nation, entry)| {
            if entry.bloc && nation.len() > 3 { word.to_owned() } else { nation.to_owned() }
        })
    };
    capitalised(&id.split('_').map(word).collect::<Vec<_>>().join(" "))
}

/// What charts call a condition.
pub fn condition_name(scenario: &Scenario, condition: usize) -> String {
    let label = scenario.conditions.at(condition).label.clone();
    label.unwrap_or_else(|| humanised(scenario, scenario.conditions.id(condition)))
}

/// What charts call an assumption.
pub fn assumption_name(scenario: &Scenario, assumption: usize) -> String {
    let label = scenario.assumptions.at(assumption).label.clone();
    label.unwrap_or_else(|| humanised(scenario, scenario.assumptions.id(assumption)))
}

/// What charts call a pledge.
pub fn pledge_name(scenario: &Scenario, pledge: usize) -> String {
    let label = scenario.pledges.at(pledge).label.clone();
    label.unwrap_or_else(|| humanised(scenario, scenario.pledges.id(pledge)))
}

/// What charts call an option of an assumption.
pub fn option_name(name: &str) -> String {
    capitalised(&name.replace('_', " "))
}

/// A formula as words: `ceasefire and bundestag` stays, underscores go.
pub fn formula_in_words(text: &str) -> String {
    text.replace('_', " ")
}

/// The troops in theatre: the total that leads every summary.
pub fn in_theatre(finding: &Finding) -> &TotalResult {
    &finding.outcomes.totals[0]
}

/// The basings in theatre where counted troops with a size would stand, or all of them where
/// there are none: "Ukraine".
pub fn theatre(scenario: &Scenario) -> String {
    let used = |basing: usize| {
        scenario.pledges.iter().any(|(_, pledge)| {
            scenario.counts(pledge) && pledge.size != Size::Unknown && pledge.basing == Some(basing)
        })
    };
    let basings: Vec<usize> =
        (0..scenario.basings.len()).filter(|basing| scenario.in_theatre(Some(*basing))).collect();
    let any = basings.iter().any(|basing| used(*basing));
    let shown = basings.into_iter().filter(|basing| !any || used(*basing));
    let names: Vec<String> = shown.map(|basing| scenario.basings.at(basing).name.clone()).collect();
    if names.is_empty() { "none declared".to_owned() } else { list(&names, "and") }
}

/// "31 December 2026".
pub fn day(date: jiff::civil::Date) -> String {
    const MONTHS: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    let month = usize::try_from(date.month()).unwrap_or(1);
    format!("{} {} {}", date.day(), MONTHS[month - 1], date.year())
}

/// "by 31 December 2026", or nothing.
pub fn by_horizon(scenario: &Scenario) -> String {
    scenario.horizon.map(|date| format!(" by {}", day(date))).unwrap_or_default()
}

/// "given ceasefire", or nothing where the scenario does not say when anyone asks.
pub fn asked(scenario: &Scenario) -> Option<String> {
    let asked = scenario.asked_when.as_ref()?;
    Some(format!("given {}", formula_in_words(&asked.text)))
}

/// The values that a law takes above zero: "12,000", "12,000 or 20,000", "12,000 to 30,000".
pub fn values_if_any(law: &Law) -> Option<String> {
    let law = law.if_any()?;
    let values: Vec<u64> = law.atoms().iter().map(|(value, _)| *value).collect();
    let shown = |value: &u64| thousands(real(*value));
    match values.as_slice() {
        [one] => Some(shown(one)),
        [one, two] => Some(format!("{} or {}", shown(one), shown(two))),
        [first, .., last] => Some(format!("{} to {}", shown(first), shown(last))),
        [] => None,
    }
}

/// The finding about a total in ten words or fewer: "No force in 85 of 100; otherwise 12,000".
pub fn finding_in_brief(law: &Law) -> String {
    let none = 1.0 - law.at_least(1);
    match values_if_any(law) {
        None => "No force in any possible world".to_owned(),
        Some(values) if none <= 1e-12 => format!("A force in every world: {values} troops"),
        Some(values) => format!("No force in {}; otherwise {values}", hundredths(none, "of")),
    }
}

/// The requirement that leads: the one with the lowest floor and no further needs, else the first.
pub fn leading_requirement(scenario: &Scenario) -> Option<usize> {
    let rank = |index: &usize| {
        let requirement = scenario.requirements.at(*index);
        (requirement.floor.is_none(), requirement.needs.is_some(), requirement.floor)
    };
    (0..scenario.requirements.len()).min_by_key(rank)
}

/// What charts call a requirement: "15,000 troops" for a floor alone.
pub fn short_requirement(scenario: &Scenario, requirement: usize) -> String {
    let entry = scenario.requirements.at(requirement);
    match (&entry.label, entry.floor, &entry.needs) {
        (Some(label), ..) => label.clone(),
        (None, Some(floor), None) => format!("{} {}", thousands(real(floor)), entry.unit),
        _ => humanised(scenario, scenario.requirements.id(requirement)),
    }
}

/// "7 % overall, 23 % given ceasefire".
pub fn with_and_without(
    scenario: &Scenario,
    overall: Option<f64>,
    when_asked: Option<f64>,
) -> Option<String> {
    let overall = percent(overall?);
    Some(match (asked(scenario), when_asked) {
        (Some(asked), Some(when_asked)) => {
            format!("{overall} overall, {} {asked}", percent(when_asked))
        }
        _ => format!("{overall} overall"),
    })
}

/// Where the data comes from: publishers, then how the run is identified.
pub fn source_line(scenario: &Scenario) -> String {
    let mut publishers: Vec<String> = Vec::new();
    let mut unnamed = 0;
    for (_, source) in scenario.sources.iter() {
        match &source.publisher {
            Some(publisher) if !publishers.contains(publisher) => {
                publishers.push(publisher.clone());
            }
            Some(_) => {}
            None => unnamed += 1,
        }
    }
    match unnamed {
        0 => {}
        1 => publishers.push("1 unnamed report".to_owned()),
        _ => publishers.push(format!("{unnamed} unnamed reports")),
    }
    let named =
        if publishers.is_empty() { "none stated".to_owned() } else { list(&publishers, "and") };
    let hash = scenario.hash.get(..8).unwrap_or("");
    format!(
        "Sources: {named}; what no source gives is assumed. contingent {}, scenario {} ({hash}), as of {}.",
        env!("CARGO_PKG_VERSION"),
        scenario.id,
        scenario.as_of
    )
}
