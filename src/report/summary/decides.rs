//! What would be enough for the leading requirement, what rules it out, and the worst cases.
//!
//! In: a `Finding`, worst cases. Out: a sentence for each.

use crate::evaluate::deciding::Direction;
use crate::law::real;
use crate::outcomes::{AtSizes, Deciding, DecidingSet};
use crate::report::table::rounded;
use crate::report::wording::{conditions_in_words, decided, decision_lead, requirement_in_words};
use crate::report::words::{hundredths, large, list, thousands};
use crate::study::Finding;
use crate::study::metric::Metric;
use crate::study::stress::{Case, Failed, Fails, Worst};

/// The most sets of one or two conditions that a sentence names; of longer ones, one.
const MOST_SETS: usize = 5;

/// What would be enough for the leading requirement, and what rules it out.
pub(super) fn deciding(finding: &Finding) -> Vec<String> {
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

/// What the withdrawal of a nation, or of more, leaves of the expected force, and what the failure of
/// conditions does.
pub(super) fn worst(finding: &Finding, stress: &[Case]) -> Vec<String> {
    let told = |fails: Fails| {
        let own = |case: &&Case| case.fails == fails && case.metric == Metric::InTheatre;
        let own: Vec<&Case> = stress.iter().filter(own).collect();
        let base = own.first()?.base?;
        let words = match fails {
            Fails::Nations => {
                ["one nation withdraws", "two nations withdraw", "three nations withdraw"]
            }
            Fails::Conditions => {
                ["one condition fails", "two conditions fail", "three conditions fail"]
            }
        };
        // More failures are told of where they do more.
        let mut more = own.iter().filter_map(|case| {
            let worst = case.worst.as_ref()?;
            (worst.failures.len() == case.most).then_some((case.most, worst_set(finding, worst)))
        });
        let (most, set) = more.next()?;
        let word = words.get(most - 1)?;
        // From nothing it cannot fall.
        let base = Some(thousands(base)).filter(|base| base != "0")?;
        let first = format!(
            "If {word}, the expected force in theatre can fall from {base} troops to {set}"
        );
        let further =
            more.map(|(most, set)| Some(format!("; if {} do, to {set}", NUMBERS.get(most - 1)?)));
        let further: String = further.flatten().collect();
        Some(format!("{first}{further}."))
    };
    Fails::ALL.into_iter().filter_map(told).collect()
}

/// How many fail.
const NUMBERS: [&str; 3] = ["one", "two", "three"];

/// "1,481 (France, or one other as bad)".
fn worst_set(finding: &Finding, worst: &Worst) -> String {
    let scenario = &finding.scenario;
    let name = |failed: &Failed| match *failed {
        Failed::Nation(nation) => scenario.nations.at(nation).name.clone(),
        Failed::Condition(..) => String::new(),
    };
    let ends: Vec<(usize, usize)> = worst
        .failures
        .iter()
        .filter_map(|failed| match *failed {
            Failed::Condition(condition, option) => Some((condition, option)),
            Failed::Nation(_) => None,
        })
        .collect();
    let names = if ends.is_empty() {
        list(&worst.failures.iter().map(name).collect::<Vec<_>>(), "and")
    } else {
        conditions_in_words(scenario, &ends)
    };
    let others = match worst.others {
        None | Some(0) => String::new(),
        Some(1) => ", or one other as bad".to_owned(),
        Some(others) => format!(", or {others} others as bad"),
    };
    format!("{} ({names}{others})", thousands(worst.value))
}
