//! What a summary rests on: what is taken as given or known, how many conditions were multiplied, how
//! much is assumed, what is left out.
//!
//! In: a `Finding`. Out: one sentence for each.

use crate::characters::harmless;
use crate::law::real;
use crate::outcomes::Method;
use crate::report::tables::waterfall::{self, Step};
use crate::report::tables::{Ground, Resting, claims_of_size, headline, resting};
use crate::report::wording::{day, estimated, formula_in_words, requirement_in_words};
use crate::report::words::{capitalised, hundredths, large, list, percent, thousands};
use crate::scenario::{Chance, Scenario};
use crate::study::Finding;

/// What the figures rest on, a sentence each.
pub fn grounds(finding: &Finding) -> Vec<String> {
    let scenario = &finding.scenario;
    let mut lines = Vec::new();
    lines.push(match (&scenario.given, &scenario.asked_when) {
        (Some(given), _) => format!("Taken as given: {}.", formula_in_words(&given.text)),
        (None, Some(asked)) => format!(
            "Nothing is taken as given, except where a figure says \"given {}\".",
            formula_in_words(&asked.text)
        ),
        (None, None) => "Nothing is taken as given.".to_owned(),
    });
    lines.extend(known(scenario));
    lines.extend(implied(finding));
    if !scenario.settings.is_empty() {
        let set: Vec<String> = scenario.settings.iter().map(|set| harmless(set)).collect();
        lines.push(format!("Set on the command line: {}.", list(&set, "and")));
    }
    let chosen: Vec<String> = scenario
        .assumptions
        .iter()
        .map(|(id, assumption)| {
            let option = &assumption.options[assumption.chosen].name;
            format!("{} = {}", formula_in_words(id), formula_in_words(option))
        })
        .collect();
    if !chosen.is_empty() {
        lines
            .push(format!("Chosen: {}; `contingent compare` shows the others.", chosen.join(", ")));
    }
    lines.extend(sampled(finding));
    lines.extend(not_listed(finding));
    lines.push(conditions(finding) + &however(finding).unwrap_or_default());
    lines.push(assumed(finding));
    lines.extend(rests_on(finding));
    lines.extend(ranged(finding));
    lines.extend(run_out(scenario));
    lines.extend(sustained(finding));
    lines.extend(unsized_pledges(finding));
    lines.extend(other_units(finding));
    lines.extend(hearsay(finding));
    lines
}

/// How conditions are known to have ended, which every figure is conditional on.
fn known(scenario: &Scenario) -> Option<String> {
    let ended = scenario.conditions.iter().enumerate().filter_map(|(at, (id, condition))| {
        let option = condition.holds?;
        let since = condition.basis.last_change("holds");
        let since = since.map(|date| format!(" ({})", day(date))).unwrap_or_default();
        Some(match condition.outcomes.get(option) {
            Some(outcome) => formula_in_words(&format!("{id}: {outcome}{since}")),
            None => formula_in_words(&scenario.literal(at, option)) + &since,
        })
    });
    let ended: Vec<String> = ended.collect();
    (!ended.is_empty()).then(|| format!("Known to have happened: {}.", ended.join("; ")))
}

/// What must hold, or cannot, because of what is known to have happened.
fn implied(finding: &Finding) -> Option<String> {
    let scenario = &finding.scenario;
    if scenario.conditions.iter().all(|(_, condition)| condition.holds.is_none()) {
        return None;
    }
    let open = scenario.conditions.iter().enumerate().filter(|(_, (_, c))| c.holds.is_none());
    let certain = open.filter_map(|(at, _)| {
        let chances = finding.outcomes.marginals.get(at)?.as_ref()?;
        let option = chances
            .iter()
            .position(|own| own.standard_error.is_none() && own.value >= 1.0 - 1e-12)?;
        let stated = |chances: &Vec<Chance>| {
            let own = if chances.len() > 1 { chances.get(option) } else { chances.first() };
            own.is_some_and(|chance| chance.low > 0.0 && chance.low < 1.0)
        };
        let mut clauses = scenario.conditions.at(at).clauses.iter();
        let was_open = clauses.any(|clause| clause.chances.as_ref().is_none_or(stated));
        was_open.then(|| formula_in_words(&scenario.literal(at, option)))
    });
    let certain: Vec<String> = certain.collect();
    (!certain.is_empty()).then(|| {
        format!("Certain because of that, whatever is stated of it: {}.", list(&certain, "and"))
    })
}

/// That figures are estimates, and what was drawn.
fn sampled(finding: &Finding) -> Vec<String> {
    let outcomes = &finding.outcomes;
    let mut lines = Vec::new();
    if let Some(sampling) = outcomes.sampling {
        let which = if outcomes.method == Method::Sampled { "The" } else { "Some" };
        lines.push(format!(
            "{which} figures are {} (seed {}); the tables say which, and give standard errors.",
            estimated(sampling),
            sampling.seed
        ));
    }
    lines.extend(missing(finding).map(|why| format!("{}.", capitalised(why))));
    if outcomes.responses.missing() > 0 {
        lines.push(
            "What each condition moves is left out of `conditions` and `drivers` where it is more work \
             than the budget; raise `--budget`."
                .to_owned(),
        );
    }
    lines
}

/// Why figures are missing, where chance left them without a single world.
pub fn missing(finding: &Finding) -> Option<&'static str> {
    (finding.outcomes.unanswered > 0).then_some(
        "figures are missing because no world that was drawn agrees with what is taken as given; \
         raise `--samples` or `--budget`",
    )
}

/// How probable the forces are that no table lists.
fn not_listed(finding: &Finding) -> Option<String> {
    let outcomes = &finding.outcomes;
    let left_out = outcomes.forces_left_out.filter(|left_out| *left_out > 0.0)?;
    if outcomes.forces.is_empty() {
        return Some("No outcome is listed: there are too many forces.".to_owned());
    }
    Some(format!(
        "The outcomes are the {} most probable forces; others, {} together, are not listed.",
        thousands(real(outcomes.forces.len() as u64)),
        percent(left_out)
    ))
}

/// How many conditions were multiplied, and how.
fn conditions(finding: &Finding) -> String {
    let outcomes = &finding.outcomes;
    if outcomes.relevant.is_empty() {
        return "No condition matters: there is one possible world.".to_owned();
    }
    let worlds = match outcomes.worlds_possible {
        Some(1.0) => " in 1 possible world".to_owned(),
        Some(worlds) => format!(" in {} possible worlds", large(worlds)),
        None => String::new(),
    };
    format!(
        "{}{worlds}. Multiplied as independent: {} on which no other bears{}.",
        counted_that(outcomes.relevant.len(), "condition", "matter"),
        outcomes.independent,
        match outcomes.relevant.len() - outcomes.independent {
            0 => String::new(),
            others => format!(", and {others} once what the scenario says they depend on is known"),
        }
    )
}

/// Between what the leading requirement lies if conditions hang together in any way: nothing where
/// that says no more.
fn however(finding: &Finding) -> Option<String> {
    let leading = finding.scenario.leading_requirement()?;
    let (low, high) = finding.outcomes.requirements.get(leading)?.any_dependence?;
    let what = requirement_in_words(&finding.scenario, leading);
    let [low, high] = [low, high].map(|end| hundredths(end, "of").replace(" of 100", ""));
    let says = low != high && (low.as_str(), high.as_str()) != ("0", "100");
    says.then(|| format!(" However they hang together, {what}: met in {low} to {high} of 100."))
}

fn counted(count: usize, what: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {what}{plural}")
}

/// "1 condition matters", "3 conditions matter".
fn counted_that(count: usize, what: &str, verb: &str) -> String {
    let ending = if count == 1 { "s" } else { "" };
    format!("{} {verb}{ending}", counted(count, what))
}

fn assumed(finding: &Finding) -> String {
    let (all, assumed) = headline(finding);
    let troops = if all > 0.0 {
        let share = percent(assumed / all);
        format!(
            "{share} of the headline (every size not refused, {} troops) rests on an assumption",
            thousands(all)
        )
    } else {
        "No pledge of troops has a size".to_owned()
    };
    let scenario = &finding.scenario;
    if finding.outcomes.relevant.is_empty() {
        return format!("{troops}.");
    }
    let keys = ["probability", "given", "outcomes"];
    let reasoned = finding.outcomes.relevant.iter().filter(|condition| {
        let entry = scenario.conditions.at(**condition);
        entry.holds.is_none() && keys.iter().any(|key| entry.basis.assumed.contains_key(*key))
    });
    format!(
        "{troops}. Of the {}, {} an assumed probability.",
        counted_that(finding.outcomes.relevant.len(), "condition", "that matter"),
        match reasoned.count() {
            1 => "1 has".to_owned(),
            count => format!("{count} have"),
        }
    )
}

/// What else the headline rests on: on how many sources, whose word, of what grade.
fn rests_on(finding: &Finding) -> Option<String> {
    let resting = resting(finding);
    let told = |ground: Ground| {
        let row = resting.iter().find(|row| row.ground == ground)?;
        let share = row.share.filter(|share| *share > 0.0)?;
        Some((row, percent(share)))
    };
    let size = [
        told(Ground::OneSource).map(|(row, share)| (share, one_source(finding, row))),
        told(Ground::Unnamed).map(|(row, share)| (share, unnamed(finding, row))),
        told(Ground::COrWorse).map(|(_, share)| (share, "no source graded above C".to_owned())),
        told(Ground::NotJudged)
            .map(|(_, share)| (share, "no source that can be judged".to_owned())),
    ];
    let size = size.into_iter().flatten().enumerate();
    let size = size.map(|(at, (share, what))| {
        let verb = if at == 0 { " rests" } else { "" };
        format!("{share}{verb} on {what}")
    });
    let stage = [
        told(Ground::Hearsay)
            .map(|(_, share)| format!("{share} has none of its nations on record")),
        told(Ground::Contested).map(|(_, share)| format!("{share} is at a contested stage")),
    ];
    let parts = [size.collect::<Vec<_>>(), stage.into_iter().flatten().collect()];
    let told: Vec<_> = parts.iter().filter(|parts| !parts.is_empty()).collect();
    let sentences = told.iter().zip(["Of the headline,", "Of it,"]);
    let sentences = sentences.map(|(parts, start)| format!("{start} {}.", list(parts, "and")));
    (!told.is_empty()).then(|| sentences.collect::<Vec<_>>().join(" "))
}

/// "one source (RFE/RL)"; "a single source each" where pledges rest on different ones.
fn one_source(finding: &Finding, row: &Resting) -> String {
    let scenario = &finding.scenario;
    let pledges = row.pledges.iter().map(|pledge| scenario.pledges.at(*pledge));
    let claims = pledges.flat_map(|pledge| claims_of_size(scenario, pledge));
    let mut sources: Vec<usize> = claims.map(|claim| claim.source).collect();
    sources.sort_unstable();
    sources.dedup();
    let [only] = sources.as_slice() else { return "a single source each".to_owned() };
    let name = scenario.sources.at(*only).publisher.as_deref();
    format!("one source ({})", name.unwrap_or_else(|| scenario.sources.id(*only)))
}

/// "the word of nobody who is named (reporter; unnamed officials)".
fn unnamed(finding: &Finding, row: &Resting) -> String {
    let scenario = &finding.scenario;
    let pledges = row.pledges.iter().map(|pledge| scenario.pledges.at(*pledge));
    let claims = pledges.flat_map(|pledge| claims_of_size(scenario, pledge));
    let mut words: Vec<&str> = claims.filter_map(|claim| claim.by.as_deref()).collect();
    words.sort_unstable();
    words.dedup();
    let words = if words.is_empty() { String::new() } else { format!(" ({})", words.join("; ")) };
    format!("the word of nobody who is named{words}")
}

fn ranged(finding: &Finding) -> Option<String> {
    let scenario = &finding.scenario;
    let ranged = finding.outcomes.relevant.iter().filter(|condition| {
        let clauses = &scenario.conditions.at(**condition).clauses;
        let chances = clauses.iter().filter_map(|clause| clause.chances.as_ref()).flatten();
        chances.into_iter().any(|chance| chance.low < chance.high)
    });
    let count = ranged.count();
    (count > 0).then(|| {
        format!(
            "{} stated as a word or a range: a single figure takes the middle of each, \"over the \
             stated ranges\" all of each.",
            if count == 1 {
                "1 probability is".into()
            } else {
                format!("{count} probabilities are")
            }
        )
    })
}

fn unsized_pledges(finding: &Finding) -> Option<String> {
    let scenario = &finding.scenario;
    let without = scenario.pledges.iter().filter(|(_, pledge)| {
        scenario.stands(pledge)
            && pledge.kind == crate::scenario::Kind::Force
            && pledge.size == crate::scenario::Size::Unknown
    });
    let ids: Vec<String> = without.map(|(id, _)| id.to_owned()).collect();
    (!ids.is_empty()).then(|| {
        let (verb, add) = if ids.len() == 1 { ("has", "adds") } else { ("have", "add") };
        format!(
            "{} of force {verb} no size and {add} no troops: {}.",
            counted(ids.len(), "pledge"),
            ids.join(", ")
        )
    })
}

/// Pledges that have run out, and those that will before the horizon.
fn run_out(scenario: &Scenario) -> Vec<String> {
    let dated = |expired: bool| -> Vec<String> {
        let standing = scenario.pledges.iter().filter(|(_, pledge)| scenario.stands(pledge));
        let own = standing.filter(|(_, pledge)| pledge.expired == expired);
        let before = own.filter_map(|(id, pledge)| {
            let last = pledge.expires?;
            let early = expired || scenario.horizon.is_some_and(|horizon| last < horizon);
            early.then(|| format!("{id} ({})", day(last)))
        });
        before.collect()
    };
    let (gone, going) = (dated(true), dated(false));
    let mut lines = Vec::new();
    if !gone.is_empty() {
        lines.push(format!("Ran out and counts no more: {}.", gone.join(", ")));
    }
    if !going.is_empty() {
        lines.push(format!(
            "Runs out before the horizon, and is counted up to it all the same: {}.",
            going.join(", ")
        ));
    }
    lines
}

/// What the nations' pools sustain, where any is stated; requirements do not look at it.
fn sustained(finding: &Finding) -> Option<String> {
    let limited = finding.scenario.nations.iter().any(|(_, nation)| nation.pool.is_some());
    let all = waterfall::levels(finding).into_iter().next().filter(|_| limited)?;
    let level = |step: Step| Some(all.levels[step as usize]?.troops);
    let (mean, kept) = (level(Step::Conditions)?, level(Step::Sustained)?);
    (kept < mean).then(|| {
        format!(
            "Of a mean of {} troops the nations' pools sustain {} (`waterfall`); no other figure is \
             limited by them.",
            thousands(mean),
            thousands(kept)
        )
    })
}

/// Forces that are counted in something else than troops.
fn other_units(finding: &Finding) -> Option<String> {
    let scenario = &finding.scenario;
    let other = scenario.pledges.iter().filter(|(_, pledge)| {
        scenario.stands(pledge)
            && pledge.kind == crate::scenario::Kind::Force
            && pledge.unit != crate::scenario::TROOPS
    });
    let ids: Vec<String> = other.map(|(id, pledge)| format!("{id} ({})", pledge.unit)).collect();
    (!ids.is_empty()).then(|| {
        format!(
            "Counted in another unit than troops, and part of no total of troops: {}.",
            ids.join(", ")
        )
    })
}

fn hearsay(finding: &Finding) -> Option<String> {
    let scenario = &finding.scenario;
    let standing = scenario.pledges.iter().filter(|(_, pledge)| scenario.stands(pledge));
    let ids: Vec<String> = standing
        .filter(|(_, pledge)| scenario.is_hearsay(pledge))
        .map(|(id, _)| id.to_owned())
        .collect();
    (!ids.is_empty()).then(|| {
        let verb = if ids.len() == 1 { "rests" } else { "rest" };
        format!(
            "{} {verb} on the word of others than the nations themselves: {}.",
            counted(ids.len(), "pledge"),
            ids.join(", ")
        )
    })
}
