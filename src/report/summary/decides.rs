//! What would be enough for the leading requirement, and what rules it out.
//!
//! In: a `Finding`. Out: a sentence for each of the two.

use crate::evaluate::deciding::Direction;
use crate::law::real;
use crate::outcomes::{AtSizes, Deciding, DecidingSet};
use crate::report::table::rounded;
use crate::report::wording::{conditions_in_words, decided, decision_lead, requirement_in_words};
use crate::report::words::{hundredths, large};
use crate::study::Finding;

/// The most sets of one or two conditions that a sentence names; of longer ones, one.
const MOST_SETS: usize = 5;

/// What would be enough for the leading requirement, and what rules it out.
pub fn deciding(finding: &Finding) -> Vec<String> {
    let Some(leading) = finding.scenario.leading_requirement() else { return Vec::new() };
    let outcomes = &finding.outcomes;
    let told = |found: &[Option<Deciding>], direction| {
        let found = found.get(leading)?;
        Some(match found {
            Some(found) => decision(finding, (leading, direction), found),
            None => undecided(finding, (leading, direction)),
        })
    };
    let both = [told(&outcomes.unlock, Direction::Unlock), told(&outcomes.block, Direction::Block)];
    both.into_iter().flatten().collect()
}

/// That to find the sets takes too much work.
fn undecided(finding: &Finding, (leading, direction): (usize, Direction)) -> String {
    let what = requirement_in_words(&finding.scenario, leading);
    let (question, table) = match direction {
        Direction::Unlock => (format!("What is enough for {what}"), "unlock"),
        Direction::Block => (format!("What rules {what} out"), "block"),
    };
    format!(
        "{question} takes more work to find than was allowed here; `contingent table {table}` is \
         allowed more, and still more with `--budget`."
    )
}

/// The first sets of a requirement that do for all sizes, or else for some.
fn decision(
    finding: &Finding,
    (leading, direction): (usize, Direction),
    found: &Deciding,
) -> String {
    let scenario = &finding.scenario;
    let sizes = AtSizes::ALL.into_iter().find(|sizes| found.counts[*sizes as usize] > 0.0);
    let Some(sizes) = sizes else {
        let what = requirement_in_words(scenario, leading);
        return match direction {
            Direction::Unlock => format!("No set of conditions is enough for {what}."),
            Direction::Block => format!("No set of conditions rules {what} out."),
        };
    };
    let own: Vec<&DecidingSet> =
        found.sets.iter().filter(|set| set.sizes.contains(&sizes)).collect();
    let Some(first) = own.first().filter(|set| !set.conditions.is_empty()) else {
        return decided(finding, (leading, direction), &[], sizes);
    };
    let alike = own.iter().take_while(|set| set.conditions.len() == first.conditions.len());
    let most = if first.conditions.len() > 2 { 1 } else { MOST_SETS };
    let shown = alike.take(most).map(|set| {
        let chance = set.probability.map(rounded);
        let chance = chance.map(|chance| format!(" ({})", hundredths(chance, "in")));
        conditions_in_words(scenario, &set.conditions) + &chance.unwrap_or_default()
    });
    let shown: Vec<String> = shown.collect();
    let left = found.counts[sizes as usize] - real(shown.len() as u64);
    let more = found
        .max_size
        .filter(|_| left > 0.5)
        .map(|most| format!(" Sets of up to {most} conditions that do so: {} more.", large(left)));
    let lead = decision_lead(finding, (leading, direction), sizes);
    format!("{lead}: {}.{}", shown.join("; or "), more.unwrap_or_default())
}
