//! The chart of where the headline goes.
//!
//! In: a `Finding` and the printed levels of the table. Out: a `WaterfallChart`; its headline says
//! what is left of all that was pledged.

use super::{frame, troops_in_place};
use crate::layout::is_troops;
use crate::report::chart::{WaterfallChart, WaterfallStep};
use crate::report::tables::waterfall::{Cause, Level, Levels, Step, causes, levels};
use crate::report::wording::{day, pledge_name, theatre, why_open};
use crate::report::words::{capitalised, thousands};
use crate::scenario::{Scenario, Stage};
use crate::study::Finding;

pub(super) fn waterfall(finding: &Finding) -> WaterfallChart {
    let scenario = &finding.scenario;
    let all_levels = levels(finding);
    let Some((all, nations)) = all_levels.split_first() else { return WaterfallChart::default() };
    let mut named = nations.iter().filter_map(|own| own.nation);
    let limited = named.any(|nation| scenario.nations.at(nation).sustains().is_some());
    let shown = if limited { Step::ALL.len() } else { Step::ALL.len() - 1 };
    let largest = largest_first(scenario, nations);
    let steps =
        Step::ALL.into_iter().take(shown).enumerate().map(|(position, step)| WaterfallStep {
            label: label(step).to_owned(),
            detail: detail(scenario, step),
            level: all.levels[position].map(|level| level.troops),
            causes: told(finding, step),
            nations: largest.iter().map(|own| own.levels[position].map(|own| own.troops)).collect(),
        });
    let error = all.levels.iter().flatten().find_map(|level| level.standard_error);
    let headline = headline(all, error.is_some());
    let subtitle = format!(
        "From every pledge as of {} to the mean force: {}",
        day(scenario.as_of),
        troops_in_place(scenario)
    );
    let steps: Vec<WaterfallStep> = steps.collect();
    let told = steps.iter().map(|step| {
        let level = step.level.map_or("no figure".to_owned(), thousands);
        format!("{}: {level}", step.label)
    });
    let told = told.collect::<Vec<_>>().join("; ");
    let description = format!("Bars from the headline to what is left of it. {told}.");
    let unlimited = "No nation's pool is stated: what can be sustained is not limited";
    let drawn = error.and(finding.outcomes.sampling);
    WaterfallChart {
        frame: frame(scenario, drawn, [headline, subtitle, description]),
        nations: largest
            .iter()
            .filter_map(|own| own.nation)
            .map(|nation| name(scenario, nation))
            .collect(),
        steps,
        missing: format!("No figure: {}", why_open(finding)),
        note: if limited { String::new() } else { unlimited.to_owned() },
    }
}

fn name(scenario: &Scenario, nation: usize) -> String {
    scenario.nations.at(nation).name.clone()
}

/// The nations with a headline, the largest first.
fn largest_first<'a>(scenario: &Scenario, nations: &'a [Levels]) -> Vec<&'a Levels> {
    let headline = |own: &Levels| own.levels[0].map_or(0.0, |level| level.troops);
    let mut nations: Vec<&Levels> = nations.iter().filter(|own| headline(own) > 0.0).collect();
    let bloc = |own: &Levels| own.nation.is_some_and(|nation| scenario.nations.at(nation).bloc);
    nations.sort_by(|one, other| {
        bloc(one).cmp(&bloc(other)).then(headline(other).total_cmp(&headline(one)))
    });
    nations
}

fn label(step: Step) -> &'static str {
    match step {
        Step::Headline => "Headline",
        Step::Counted => "Counted",
        Step::InTheatre => "In theatre",
        Step::Conditions => "Conditions leave",
        Step::Sustained => "Sustained",
    }
}

fn detail(scenario: &Scenario, step: Step) -> String {
    match step {
        Step::Headline => "every pledge not refused".to_owned(),
        Step::Counted if scenario.counts_from == Stage::Floated => "at any stage".to_owned(),
        Step::Counted => format!("{} or firmer", scenario.counts_from),
        Step::InTheatre => theatre(scenario),
        Step::Conditions => "mean over all worlds".to_owned(),
        Step::Sustained => "mean of at most pool / rotation".to_owned(),
    }
}

/// The causes of a step; at the headline, whose parts stand beside it, what it leaves out.
fn told(finding: &Finding, step: Step) -> Vec<String> {
    if step == Step::Headline {
        return unsized_pledges(finding).into_iter().collect();
    }
    let name = |pledge: usize| pledge_name(&finding.scenario, pledge);
    let mut told: Vec<String> =
        causes(finding, None, step, &name).iter().map(Cause::labelled).collect();
    if let Some(first) = told.first_mut() {
        *first = capitalised(first);
    }
    told
}

fn unsized_pledges(finding: &Finding) -> Option<String> {
    let scenario = &finding.scenario;
    let sizes = scenario.pledges.iter().zip(&finding.outcomes.sizes);
    let without = sizes.filter(|((_, pledge), size)| {
        scenario.stands(pledge) && is_troops(pledge) && size.is_none()
    });
    match without.count() {
        0 => None,
        1 => Some("1 pledge without a size is not in it".to_owned()),
        several => Some(format!("{several} pledges without a size are not in it")),
    }
}

/// What is left, in ten words at most.
fn headline(all: &Levels, sampled: bool) -> String {
    let [headline, counted, in_theatre, conditions, sustained] = all.levels;
    let Some(pledged) = headline.map(|level| level.troops) else {
        return "No pledge of troops has a size".to_owned();
    };
    if pledged <= 0.0 {
        return "The pledges add up to no troops".to_owned();
    }
    let shown = thousands(pledged);
    let Some(left) = sustained.map(|level| level.troops) else {
        return format!("{shown} troops pledged; what conditions leave is open");
    };
    let lossless = |level: Option<Level>| level.is_some_and(|own| own.troops >= pledged);
    let about = if sampled { "about " } else { "" };
    let left_shown = thousands(left);
    if left <= 0.0 && sampled {
        return format!("None of {shown} pledged troops in the worlds drawn");
    }
    if left <= 0.0 {
        return format!("None of {shown} pledged troops remain");
    }
    if left >= pledged {
        let drawn = if sampled { " in the worlds drawn" } else { "" };
        return format!("All {shown} pledged troops remain{drawn}");
    }
    if left_shown == shown || left_shown == "0" {
        let few = if left_shown == "0" { "Hardly any" } else { "Nearly all" };
        return format!("{few} of {shown} pledged troops remain on average");
    }
    let conditions_alone = conditions.is_some_and(|level| level.troops <= left);
    if lossless(counted) && lossless(in_theatre) && conditions_alone {
        return format!(
            "Conditions leave {about}{left_shown} of {shown} pledged troops on average"
        );
    }
    format!("Of {shown} pledged troops, {about}{left_shown} remain on average")
}
