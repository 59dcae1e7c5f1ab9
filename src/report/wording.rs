//! What the summary and the charts say in words: names, places, findings.
//!
//! In: a `Finding`. Out: phrases. Every sentence that states a result is made here, so that the
//! summary and the headlines cannot contradict each other.

use super::words::{capitalised, hundredths, list, percent, thousands};
use crate::characters::harmless;
use crate::evaluate::deciding::Direction;
use crate::law::{Law, real};
use crate::outcomes::{AtSizes, Sampling, TotalResult};
use crate::scenario::{Scenario, Size, Stated, TROOPS};
use crate::study::Finding;

/// An id as words: `legal_framework` is "Legal framework", `usa_backstop` "USA backstop", `monitored_15000`
/// "Monitored 15,000".
fn humanised(scenario: &Scenario, id: &str) -> String {
    let word = |word: &str| {
        let nation = scenario.nations.iter().find(|(nation, _)| nation.eq_ignore_ascii_case(word));
        nation.map_or(grouped(word), |(nation, entry)| {
            if entry.bloc && nation.len() > 3 { word.to_owned() } else { nation.to_owned() }
        })
    };
    capitalised(&id.split('_').map(word).collect::<Vec<_>>().join(" "))
}

/// A number of five digits or more as numbers are written; what has four may be a year.
fn grouped(word: &str) -> String {
    let plain = word.len() > 4 && !word.starts_with('0');
    let number = word.parse().ok().filter(|_| plain && word.bytes().all(|b| b.is_ascii_digit()));
    number.filter(|number| *number < 1e12).map_or_else(|| word.to_owned(), thousands)
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
            scenario.counts(pledge)
                && pledge.size != Size::Unknown
                && pledge.unit == TROOPS
                && pledge.basing == Some(basing)
        })
    };
    let basings: Vec<usize> =
        (0..scenario.basings.len()).filter(|basing| scenario.in_theatre(Some(*basing))).collect();
    let any = basings.iter().any(|basing| used(*basing));
    let shown = basings.into_iter().filter(|basing| !any || used(*basing));
    let names: Vec<String> = shown.map(|basing| scenario.basings.at(basing).name.clone()).collect();
    if names.is_empty() { "none declared".to_owned() } else { list(&names, "and") }
}

/// The most words of a headline.
const MOST_HEADLINE_WORDS: usize = 10;

/// A headline, or a shorter one where long names make it too long.
pub fn headline(full: String, short: impl FnOnce() -> String) -> String {
    let words = full.replace(" %", "%").split_whitespace().count();
    if words <= MOST_HEADLINE_WORDS { full } else { short() }
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

/// "given ceasefire".
pub fn given(stated: &Stated) -> String {
    format!("given {}", formula_in_words(&stated.text))
}

/// What is known to have happened, is taken as given and was set, behind a semicolon each, for
/// subtitles.
pub fn circumstances(scenario: &Scenario) -> String {
    let known = scenario.conditions.iter().enumerate().filter_map(|(at, (_, condition))| {
        Some(formula_in_words(&scenario.literal(at, condition.holds?)))
    });
    let known: Vec<String> = known.collect();
    let known = (!known.is_empty()).then(|| format!("; known: {}", list(&known, "and")));
    let taken = scenario.given.as_ref().map(|stated| format!("; {}", given(stated)));
    let set = scenario.settings.iter().map(|setting| format!("; set: {}", harmless(setting)));
    known.into_iter().chain(taken).chain(set).collect()
}

/// "estimated from 4,000,000 worlds drawn at random".
pub fn estimated(sampling: Sampling) -> String {
    format!("estimated from {} worlds drawn at random", thousands(real(sampling.samples)))
}

/// Why there is no figure for the force.
pub fn why_open(finding: &Finding) -> &'static str {
    if finding.outcomes.unanswered > 0 {
        "it takes more work or more samples than were allowed"
    } else {
        "a probability that it depends on is missing"
    }
}

/// What figures that take nothing further as given are called: "overall", or "given ceasefire"
/// where that is taken as given for everything.
pub fn overall(scenario: &Scenario) -> String {
    scenario.given.as_ref().map_or("overall".to_owned(), given)
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

/// The finding about a total in ten words or fewer: "No force in 85 of 100; otherwise 12,000". What
/// no drawn world has may be possible all the same.
pub fn finding_in_brief(law: &Law, sampled: bool) -> String {
    let any = law.at_least(1);
    let none = 1.0 - any;
    let drawn = if sampled { " drawn" } else { "" };
    match values_if_any(law) {
        None if sampled => "No force in any of the worlds drawn".to_owned(),
        None => "No force in any possible world".to_owned(),
        Some(values) if none <= 1e-12 => format!("A force in every world{drawn}: {values} troops"),
        // The smaller of two parts that round to none and all is the one to tell.
        Some(values) if any < 0.005 => format!("A force in {}: {values}", hundredths(any, "of")),
        Some(values) if none < 0.005 => format!("A force in over 99 of 100: {values}"),
        Some(values) => format!("No force in {}; otherwise {values}", hundredths(none, "of")),
    }
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

/// What a requirement asks for, in a sentence: "15,000 troops in Ukraine".
pub fn requirement_in_words(scenario: &Scenario, requirement: usize) -> String {
    let text = scenario.requirements.at(requirement).text.clone();
    text.unwrap_or_else(|| formula_in_words(scenario.requirements.id(requirement)))
}

/// "ceasefire and legal framework".
pub fn conditions_in_words(scenario: &Scenario, conditions: &[(usize, usize)]) -> String {
    let literal = |(condition, option): &(usize, usize)| {
        formula_in_words(&scenario.literal(*condition, *option))
    };
    list(&conditions.iter().map(literal).collect::<Vec<_>>(), "and")
}

/// How a sentence begins that names sets of conditions: "Enough for 15,000 troops in Ukraine, even
/// at the smallest sizes".
pub fn decision_lead(
    finding: &Finding,
    (requirement, direction): (usize, Direction),
    sizes: AtSizes,
) -> String {
    let what = requirement_in_words(&finding.scenario, requirement);
    let lead = match direction {
        Direction::Unlock => format!("Enough for {what}"),
        Direction::Block => format!("Rules out {what}"),
    };
    lead + at_sizes(finding, (requirement, direction), sizes)
}

/// What a set of conditions decides: "Rules out 15,000 troops in Ukraine: not ceasefire."
pub fn decided(
    finding: &Finding,
    (requirement, direction): (usize, Direction),
    conditions: &[(usize, usize)],
    sizes: AtSizes,
) -> String {
    if conditions.is_empty() {
        let what = requirement_in_words(&finding.scenario, requirement);
        let met = if direction == Direction::Unlock { "met" } else { "not met" };
        return format!(
            "{what}: {met} whatever happens{}.",
            at_sizes(finding, (requirement, direction), sizes)
        );
    }
    let lead = decision_lead(finding, (requirement, direction), sizes);
    format!("{lead}: {}.", conditions_in_words(&finding.scenario, conditions))
}

/// At which sizes sets decide; nothing where every size that counts towards it is known.
fn at_sizes(
    finding: &Finding,
    (requirement, direction): (usize, Direction),
    sizes: AtSizes,
) -> &'static str {
    let scenario = &finding.scenario;
    let filter = &scenario.requirements.at(requirement).filter;
    let mut counted = scenario.pledges.iter().zip(&finding.outcomes.sizes);
    let ranged = counted.any(|((_, pledge), size)| {
        let ranged = size.as_ref().is_some_and(|size| size.low < size.high);
        ranged && scenario.counts(pledge) && scenario.admits(filter, pledge)
    });
    if !ranged {
        return "";
    }
    match (direction, sizes) {
        (Direction::Unlock, AtSizes::Any | AtSizes::Low) => ", even at the smallest sizes",
        (Direction::Block, AtSizes::Any | AtSizes::High) => ", even at the largest sizes",
        (_, AtSizes::Central) => ", at the mean sizes",
        (Direction::Unlock, AtSizes::High) => ", at the largest sizes",
        (Direction::Block, AtSizes::Low) => ", at the smallest sizes",
    }
}

/// "7 % overall, 23 % given ceasefire"; one figure where both are the same.
pub fn with_and_without(
    scenario: &Scenario,
    asked: Option<&Stated>,
    all: Option<f64>,
    when_asked: Option<f64>,
) -> Option<String> {
    let all = all?;
    match (asked, when_asked) {
        (Some(asked), Some(when_asked)) if (when_asked - all).abs() > 1e-12 => {
            let overall = overall(scenario);
            Some(format!("{} {overall}, {} {}", percent(all), percent(when_asked), given(asked)))
        }
        _ => Some(format!("{} {}", percent(all), overall(scenario))),
    }
}

/// Where the data comes from: publishers known on the date, then how the run is identified.
pub fn source_line(scenario: &Scenario) -> String {
    source_line_as_of(scenario, &scenario.as_of.to_string())
}

/// The same of what was known at some time.
pub fn source_line_as_of(scenario: &Scenario, when: &str) -> String {
    let mut publishers: Vec<String> = Vec::new();
    let mut others = 0;
    for (_, source) in scenario.known_sources() {
        match &source.publisher {
            Some(publisher) if !publishers.contains(publisher) => {
                publishers.push(publisher.clone());
            }
            Some(_) => {}
            None => others += 1,
        }
    }
    let reports = if others == 1 { "report" } else { "reports" };
    match (publishers.is_empty(), others) {
        (true, 0) => publishers.push("none stated".to_owned()),
        (_, 0) => {}
        (true, _) => publishers.push(format!("{others} {reports} without a named publisher")),
        (false, _) => publishers.push(format!("{others} other {reports}")),
    }
    let hash = scenario.hash.get(..8).unwrap_or("");
    format!(
        "Sources: {}. What no source gives is assumed. contingent {}, scenario {} ({hash}), as of {when}.",
        publishers.join("; "),
        env!("CARGO_PKG_VERSION"),
        scenario.id
    )
}

#[cfg(test)]
mod tests {
    use super::grouped;

    #[test]
    fn numbers_in_ids_are_grouped_but_years_and_codes_are_not() {
        let words = ["15000", "2026", "00015", "a15000", "1234567"].map(grouped);
        assert_eq!(words, ["15,000", "2026", "00015", "a15000", "1,234,567"]);
    }
}
