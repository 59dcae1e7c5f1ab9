//! The summary: what was found, in words.
//!
//! In: a `Finding`. Out: plain text that also reads as Markdown: the finding, the requirements,
//! what was taken as given, how many conditions were multiplied, how much is assumed.

mod decides;
mod rests;

pub use rests::{grounds, missing};

use super::wording::{by_horizon, day, formula_in_words, given, in_theatre, theatre, why_open};
use super::words::{hundredths, list, percent, thousands};
use crate::law::{Law, real};
use crate::outcomes::{RequirementResult, Span};
use crate::scenario::{Requirement, Scenario};
use crate::study::Finding;
use crate::study::stress::Case;

/// The most values of a distribution that a sentence lists.
const MOST_VALUES: usize = 4;

/// The whole summary; the worst cases are told where there are any.
pub fn summary(finding: &Finding, stress: &[Case]) -> String {
    let scenario = &finding.scenario;
    let mut text = format!(
        "# {}\n\nKnown as of {}{}.\n\n## What force\n\n{}\n\n",
        scenario.title,
        day(scenario.as_of),
        meant(scenario),
        force(finding).join(" ")
    );
    for (heading, lines) in [(MEETS, meets(finding)), (DECIDES, deciding(finding, stress))] {
        if !lines.is_empty() {
            text = text + "## " + heading + "\n\n" + &listed(lines) + "\n";
        }
    }
    text = text + "## " + RESTS + "\n\n" + &listed(grounds(finding));
    text.lines().map(|line| literal(line) + "\n").collect()
}

/// A line in which what a scenario says is text to Markdown: no element of HTML, no link, no emphasis, no heading or
/// list of its own.
fn literal(line: &str) -> String {
    let marks = ["## ", "# ", "- "];
    let mark = marks.into_iter().find(|mark| line.starts_with(mark)).unwrap_or("");
    let mut shown = mark.to_owned();
    let rest = &line[mark.len()..];
    if rest.starts_with(['#', '-', '+']) {
        shown.push('\\');
    }
    for character in rest.chars() {
        if ['\\', '<', '>', '[', ']', '*', '&'].contains(&character) {
            shown.push('\\');
        }
        shown.push(character);
    }
    shown
}

/// What decides the leading requirement, then the worst cases.
pub fn deciding(finding: &Finding, stress: &[Case]) -> Vec<String> {
    let mut lines = decides::deciding(finding);
    lines.extend(decides::worst(finding, stress));
    lines
}

/// What stands over the sentences about the requirements.
pub const MEETS: &str = "What it meets";

/// What stands over the sentences about what decides the leading requirement.
pub const DECIDES: &str = "What decides it";

/// What stands over the sentences about what the figures rest on.
pub const RESTS: &str = "What this rests on";

fn listed(lines: Vec<String>) -> String {
    lines.into_iter().fold(String::new(), |text, line| text + "- " + &line + "\n")
}

fn meant(scenario: &Scenario) -> String {
    let horizon = scenario.horizon.map(day);
    horizon.map(|day| format!("; every probability means by {day}")).unwrap_or_default()
}

/// A sentence for each requirement.
pub fn meets(finding: &Finding) -> Vec<String> {
    let results = finding.scenario.requirements.iter().zip(&finding.outcomes.requirements);
    results.map(|((id, entry), result)| met(finding, id, entry, result)).collect()
}

/// What force there is, overall and when anyone asks.
pub fn force(finding: &Finding) -> Vec<String> {
    let scenario = &finding.scenario;
    let result = in_theatre(finding);
    let place = theatre(scenario);
    let taken = scenario.given.as_ref().map(|stated| format!("{}, ", given(stated)));
    let taken = taken.unwrap_or_default();
    let mut sentences = Vec::new();
    match &result.law {
        Some(law) => {
            let drawn = result.standard_error.and(finding.outcomes.sampling);
            let drawn = drawn.map(|drawn| {
                let all = format!("{} worlds drawn", thousands(real(drawn.samples)));
                if scenario.is_without_evidence() { all } else { DRAWN.to_owned() }
            });
            let place = format!("{taken}in theatre ({place}){}", by_horizon(scenario));
            sentences.push(spread(law, &place, drawn.as_deref()));
        }
        None => sentences.push(format!(
            "There is no single figure for the force in theatre ({place}): {}.",
            why_open(finding)
        )),
    }
    if let (Some(law), Some(asked)) = (&result.law_when_asked, &scenario.asked_when)
        && result.law.as_ref() != Some(law)
    {
        let likely = finding.outcomes.probability_asked.map(|p| hundredths(p, "in"));
        let likely = likely.map(|likely| format!(" ({likely})")).unwrap_or_default();
        let drawn = result.standard_error_when_asked.map(|_| DRAWN);
        sentences.push(spread(law, &format!("{taken}{}{likely}", given(asked)), drawn));
    }
    sentences
}

/// What sampled figures speak of.
const DRAWN: &str = "the worlds drawn";

/// "In Ukraine: no counted troops in 85 of 100; otherwise 12,000 (7 in 100) or 20,000 (7 in 100)."
/// Where the law is sampled, `drawn` says of which worlds it speaks.
fn spread(law: &Law, place: &str, drawn: Option<&str>) -> String {
    let place = super::words::capitalised(place);
    let none = 1.0 - law.at_least(1);
    let Some(if_any) = law.if_any() else {
        let worlds = drawn.map(|drawn| format!("of {drawn}"));
        let worlds = worlds.unwrap_or_else(|| "possible world".to_owned());
        return format!("{place}: no counted troops in any {worlds}.");
    };
    let atoms: Vec<(u64, f64)> =
        law.atoms().iter().copied().filter(|(value, _)| *value > 0).collect();
    let values = if atoms.len() <= MOST_VALUES {
        let shown = atoms.iter().map(|(value, probability)| {
            format!("{} ({})", thousands(real(*value)), hundredths(*probability, "in"))
        });
        list(&shown.collect::<Vec<_>>(), "or")
    } else {
        let quantile = |level| if_any.quantile(level).map(|value| thousands(real(value)));
        format!(
            "{} on average, nine times in ten between {} and {}",
            thousands(if_any.mean()),
            quantile(0.05).unwrap_or_default(),
            quantile(0.95).unwrap_or_default()
        )
    };
    if none <= 1e-12 {
        let values = values.trim_end_matches(" (100 in 100)");
        let worlds = drawn.map(|drawn| format!(" in all of {drawn}")).unwrap_or_default();
        return format!("{place}: {values} troops{worlds}.");
    }
    format!("{place}: no counted troops in {}; otherwise {values} troops.", hundredths(none, "of"))
}

fn met(
    finding: &Finding,
    id: &str,
    requirement: &Requirement,
    result: &RequirementResult,
) -> String {
    let text = requirement.text.clone().unwrap_or_else(|| id.replace('_', " "));
    let Some(probability) = result.probability else {
        let range = result.span.map(|span| format!("; {}", between(span, " of 100")));
        return format!(
            "{text}: no figure, because {}{}.",
            why_open(finding),
            range.unwrap_or_default()
        );
    };
    let range = result.span.filter(|span| span.high - span.low > 1e-12);
    let range = range.map(|span| format!(" ({})", between(span, ""))).unwrap_or_default();
    let scenario = &finding.scenario;
    let asked = scenario.asked_about(requirement);
    let taken = scenario.given.as_ref().map(|given| &given.text);
    let asked = asked.filter(|asked| Some(&asked.text) != taken);
    let when_asked = match (asked, result.probability_when_asked) {
        (Some(asked), Some(chance)) => {
            let sampled = result.standard_error_when_asked.is_some();
            format!("; {}, {}", given(asked), how_often(chance, sampled, ""))
        }
        (Some(asked), None) if result.never_asked() => {
            format!("; {} cannot happen here", formula_in_words(&asked.text))
        }
        (Some(asked), None) => {
            let reason = match result.asked {
                _ if result.rarely_asked() => "it is too improbable to divide by",
                Some(asked) if asked.value <= 0.0 || finding.outcomes.unanswered == 0 => {
                    "it holds in none of the worlds drawn"
                }
                _ if finding.outcomes.unanswered > 0 => why_open(finding),
                _ => "a probability is missing",
            };
            format!("; {}, no figure: {reason}", given(asked))
        }
        (None, _) if taken.is_some() => String::new(),
        (None, _) => ", whatever else happens".to_owned(),
    };
    let missing = result.expected_shortfall_when_asked.filter(|missing| *missing >= 0.5);
    let chance = result.probability_when_asked.unwrap_or(probability);
    let counting = if chance > 0.0 { ", counting 0 where it is met" } else { "" };
    let short = missing.map(|missing| {
        format!(" (on average {} {} short{counting})", thousands(missing), requirement.unit)
    });
    let circular = if scenario.is_circular(requirement) {
        ". Only shares of an assumed total can meet it"
    } else {
        ""
    };
    let short = short.unwrap_or_default();
    let met = how_often(probability, result.standard_error.is_some(), "met ");
    format!("{text}: {met}{range}{when_asked}{short}{circular}.")
}

/// "between 2 and 14 of 100 over the stated ranges".
fn between(span: Span, whole: &str) -> String {
    let [low, high] = [span.low, span.high].map(|end| hundredths(end, "of").replace(" of 100", ""));
    let extent = match (span.sharp, low == high) {
        (true, false) => format!("between {low} and {high}{whole}"),
        (false, false) => format!("nowhere outside {low} to {high}{whole}"),
        (_, true) => format!("{low}{whole}"),
    };
    format!("{extent} over the stated ranges")
}

/// "met in 7 of 100", "never met", "always met"; without the verb "in 7 of 100", "never". Sampled
/// figures know no never and no always.
fn how_often(probability: f64, sampled: bool, verb: &str) -> String {
    match percent(probability).as_str() {
        "0 %" if sampled => format!("{verb}in none of {DRAWN}"),
        "100 %" if sampled => format!("{verb}in all of {DRAWN}"),
        "0 %" => format!("never {verb}").trim().to_owned(),
        "100 %" => format!("always {verb}").trim().to_owned(),
        _ => format!("{verb}in {}", hundredths(probability, "of")),
    }
}
