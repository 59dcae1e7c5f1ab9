//! The chart of the posture: who supplies the force, for each force size.
//!
//! In: a `Finding` and its variants. Out: a `PostureChart`.

use super::{floors, frame, troops_in_place};
use crate::outcomes::SizeResult;
use crate::report::chart::{PostureBar, PostureChart};
use crate::report::wording::{self, option_name};
use crate::report::words::{list, percent, thousands};
use crate::scenario::{Assumption, Pledge, Scenario, TROOPS};
use crate::study::{Finding, Reading, Variant};
use std::collections::BTreeMap;

/// The most nations that a stacked bar shows; the rest are one segment.
const MOST_SEGMENTS: usize = 5;

/// The part of the force from which on a nation is worth a headline.
const LEADING_SHARE: f64 = 0.15;

/// The pledges of counted troops in theatre whose size is known.
fn counted_in_theatre(finding: &Finding) -> impl Iterator<Item = (&Pledge, &SizeResult)> {
    let scenario = &finding.scenario;
    let sized = scenario.pledges.iter().zip(&finding.outcomes.sizes);
    let sized = sized.filter_map(|((_, pledge), size)| Some((pledge, size.as_ref()?)));
    sized.filter(|(pledge, _)| {
        scenario.counts(pledge) && scenario.in_theatre(pledge.basing) && pledge.unit == TROOPS
    })
}

/// Counted troops in theatre by nation.
fn by_nation(finding: &Finding) -> BTreeMap<usize, f64> {
    let mut sums = BTreeMap::new();
    for (pledge, size) in counted_in_theatre(finding) {
        for (member, part) in pledge.nations.iter().zip(&size.parts) {
            *sums.entry(member.nation).or_insert(0.0) += part;
        }
    }
    sums
}

pub(super) fn posture(finding: &Finding, variants: &[Variant]) -> PostureChart {
    let scenario = &finding.scenario;
    let own = by_nation(finding);
    let mut ranked: Vec<(usize, f64)> =
        own.iter().map(|(nation, troops)| (*nation, *troops)).collect();
    let bloc = |nation: usize| scenario.nations.at(nation).bloc;
    ranked.sort_by(|left, right| bloc(left.0).cmp(&bloc(right.0)).then(right.1.total_cmp(&left.1)));
    let shown = if ranked.len() > MOST_SEGMENTS { MOST_SEGMENTS - 1 } else { ranked.len() };
    let (leading, rest) = ranked.split_at(shown);
    let mut segments: Vec<String> =
        leading.iter().map(|(nation, _)| scenario.nations.at(*nation).name.clone()).collect();
    if !rest.is_empty() {
        segments.push("Other".to_owned());
    }
    let values = |sums: &BTreeMap<usize, f64>| {
        let troops = |nation: &usize| sums.get(nation).copied().unwrap_or(0.0);
        let mut values: Vec<f64> = leading.iter().map(|(nation, _)| troops(nation)).collect();
        if !rest.is_empty() {
            values.push(rest.iter().map(|(nation, _)| troops(nation)).sum());
        }
        values
    };
    let bars = posture_bars(finding, variants, &own, values);
    let options = if bars.len() > 1 { " and force-size option" } else { "" };
    let subtitle = format!(
        "Counted {} if every condition is met, by nation{options}",
        troops_in_place(scenario)
    );
    let as_assumed = if is_mostly_assumed(finding) { "As assumed, " } else { "" };
    let short = || format!("{as_assumed}{}", shared_headline(scenario, &ranked));
    let full = format!("{as_assumed}{}", posture_headline(scenario, &ranked));
    let headline = wording::headline(full, short);
    let told = bars
        .iter()
        .map(|bar| format!("{} gives {}", bar.label, thousands(bar.values.iter().sum())));
    let description = format!("Stacked bars. {}. {headline}.", told.collect::<Vec<_>>().join("; "));
    PostureChart {
        frame: frame(scenario, None, [headline, subtitle, description]),
        unit: TROOPS.to_owned(),
        segments,
        bars,
        floors: floors(scenario),
    }
}

/// Whether most of the counted troops in theatre rest on an assumption.
fn is_mostly_assumed(finding: &Finding) -> bool {
    let (mut all, mut assumed) = (0.0, 0.0);
    for (pledge, size) in counted_in_theatre(finding) {
        all += size.central;
        assumed += if pledge.rests_on_assumption() { size.central } else { 0.0 };
    }
    assumed * 2.0 > all
}

fn posture_bars(
    finding: &Finding,
    variants: &[Variant],
    own: &BTreeMap<usize, f64>,
    values: impl Fn(&BTreeMap<usize, f64>) -> Vec<f64>,
) -> Vec<PostureBar> {
    let scenario = &finding.scenario;
    let shared = |assumption: usize| {
        scenario.pledges.iter().any(|(_, pledge)| {
            pledge.size.assumption() == Some(assumption) && pledge.unit == TROOPS
        })
    };
    let total = (0..scenario.assumptions.len()).find(|assumption| shared(*assumption));
    let options = variants.iter().filter_map(|variant| match variant.reading {
        Reading::Option { assumption, option } if Some(assumption) == total => {
            Some((variant, scenario.assumptions.at(assumption), option))
        }
        _ => None,
    });
    let bar = |(variant, assumption, index): (&Variant, &Assumption, usize)| {
        let option = &assumption.options[index];
        let chosen = if index == assumption.chosen { "chosen" } else { "" };
        let sums = variant.finding.as_ref().map(by_nation).unwrap_or_default();
        PostureBar {
            label: format!("{}: {}", option_name(&option.name), thousands(option.value.to_f64())),
            note: chosen.to_owned(),
            values: values(&sums),
        }
    };
    let bars: Vec<PostureBar> = options.map(bar).collect();
    if bars.is_empty() {
        return vec![PostureBar {
            label: "As pledged".to_owned(),
            note: String::new(),
            values: values(own),
        }];
    }
    bars
}

/// "France and United Kingdom supply 60 % of troops".
fn posture_headline(scenario: &Scenario, ranked: &[(usize, f64)]) -> String {
    let all: f64 = ranked.iter().map(|(_, troops)| troops).sum();
    let Some((_, largest)) = ranked.first().filter(|_| all > 0.0) else {
        return "No counted pledge of troops in theatre has a size".to_owned();
    };
    let equal = ranked.iter().filter(|(_, troops)| (troops - largest).abs() < 0.5);
    let equal: Vec<usize> = equal.map(|(nation, _)| *nation).collect();
    let share = |count: f64| percent(count * largest / all);
    match equal.as_slice() {
        _ if largest / all < LEADING_SHARE => shared_headline(scenario, ranked),
        [one] => {
            let name = &scenario.nations.at(*one).name;
            if *largest >= all {
                return format!("{name} supplies all {} counted troops", thousands(all));
            }
            format!("{name} supplies {} of troops", share(1.0))
        }
        [one, two] => {
            let names = [*one, *two].map(|nation| scenario.nations.at(nation).name.clone());
            format!("{} supply {} of troops", list(&names, "and"), share(2.0))
        }
        _ => shared_headline(scenario, ranked),
    }
}

/// "8 nations share 20,000 counted troops": those that have a part; blocs are no nations.
fn shared_headline(scenario: &Scenario, ranked: &[(usize, f64)]) -> String {
    let all: f64 = ranked.iter().map(|(_, troops)| troops).sum();
    let sharing = || ranked.iter().filter(|(_, troops)| *troops > 0.0);
    let blocs = sharing().any(|(nation, _)| scenario.nations.at(*nation).bloc);
    let noun = if blocs { "contributor" } else { "nation" };
    match sharing().count() {
        1 => format!("One {noun} supplies all {} counted troops", thousands(all)),
        2 => format!("Two {noun}s share {} counted troops", thousands(all)),
        several => format!("{several} {noun}s share {} counted troops", thousands(all)),
    }
}
