//! The charts of a finding: which numbers go where, and what the headline says.
//!
//! In: a `Finding` and its variants. Out: the plain structs that `chart` draws. Headlines are
//! computed from the result, ten words at most.

mod compare;
mod drivers;
mod history;
mod ledger;
mod waterfall;

pub use compare::compare_scenarios;

use super::chart::{
    ExceedanceChart, ExceedanceCurve, Floor, Frame, GateColumn, GateRole, GateRow, GatesChart,
    OutcomeMark, OutcomeRow, OutcomesChart, PostureBar, PostureChart, Size,
};
use super::tables::{gate_axes, size_in_words};
use super::wording::{
    self, by_horizon, circumstances, condition_name, day, estimated, finding_in_brief, given,
    in_theatre, leading_requirement, option_name, overall, pledge_name, short_requirement,
    source_line, theatre, why_open, with_and_without,
};
use super::words::{capitalised, list, percent, thousands};
use crate::evaluate::Parts;
use crate::law::{Law, real};
use crate::outcomes::{Force, Role, Sampling, SizeResult};
use crate::scenario::{Assumption, Pledge, Scenario, TROOPS};
use crate::study::{self, Beside, Finding, Reading, Variant};
use std::collections::BTreeMap;

/// The charts by name.
#[derive(Clone, Copy, Debug, Eq, PartialEq, clap::ValueEnum)]
pub enum Name {
    /// What waits for what
    Gates,
    /// Who offered what, how firmly
    Ledger,
    /// Each distinct force and what brings it about
    Outcomes,
    /// Who supplies the force, for each force size
    Posture,
    /// From the headline to what is sustained
    Waterfall,
    /// Chance of a force of at least a size
    Exceedance,
    /// Each option of each assumption
    Compare,
    /// What setting each condition changes
    Drivers,
    /// How the force and the requirements moved from date to date
    History,
}

impl Name {
    /// All charts in the order of a brief.
    pub const ALL: [Self; 9] = [
        Self::Gates,
        Self::Ledger,
        Self::Outcomes,
        Self::Posture,
        Self::Waterfall,
        Self::Exceedance,
        Self::Compare,
        Self::Drivers,
        Self::History,
    ];

    /// The file's stem.
    pub fn word(self) -> &'static str {
        match self {
            Self::Gates => "gates",
            Self::Ledger => "ledger",
            Self::Outcomes => "outcomes",
            Self::Posture => "posture",
            Self::Waterfall => "waterfall",
            Self::Exceedance => "exceedance",
            Self::Compare => "compare",
            Self::Drivers => "drivers",
            Self::History => "history",
        }
    }

    /// The results that the chart is made of.
    pub fn parts(self) -> Parts {
        let none = Parts::default();
        match self {
            Self::Gates => Parts { gates: true, marginals: true, ..none },
            Self::Outcomes => Parts { forces: true, totals: true, ..none },
            Self::Ledger | Self::Posture => none,
            Self::Waterfall => Parts { contributors: true, ..none },
            Self::Drivers => Parts { responses: true, ..none },
            Self::History => study::HISTORY,
            Self::Exceedance | Self::Compare => Parts { totals: true, requirements: true, ..none },
        }
    }

    /// The results that the chart is made of under each option of each assumption; none where it
    /// does not look at them.
    pub fn variant_parts(self) -> Option<Parts> {
        [Self::Posture, Self::Compare].contains(&self).then(|| self.parts())
    }
}

/// The most nations that a stacked bar shows; the rest are one segment.
const MOST_SEGMENTS: usize = 5;

/// The part of the force from which on a nation is worth a headline.
const LEADING_SHARE: f64 = 0.15;

/// Draws a chart as SVG.
pub fn draw(name: Name, finding: &Finding, beside: &Beside, size: Size) -> String {
    match name {
        Name::Gates => gates(finding).draw(size),
        Name::Ledger => ledger::ledger(finding).draw(size),
        Name::Outcomes => outcomes(finding).draw(size),
        Name::Posture => posture(finding, &beside.variants).draw(size),
        Name::Waterfall => waterfall::waterfall(finding).draw(size),
        Name::Exceedance => exceedance(finding).draw(size),
        Name::Compare => compare::compare_options(finding, &beside.variants).draw(size),
        Name::History => history::history(finding, &beside.earlier).draw(size),
        Name::Drivers => drivers::drivers(finding).draw(size),
    }
}

/// The words around a chart; `drawn` says that some of its figures are estimates.
fn frame(
    scenario: &Scenario,
    drawn: Option<Sampling>,
    [headline, subtitle, description]: [String; 3],
) -> Frame {
    Frame {
        headline,
        subtitle: qualified(scenario, drawn, &subtitle),
        source: source_line(scenario),
        marking: scenario.marking.clone(),
        description,
    }
}

/// A subtitle with what the figures are subject to.
fn qualified(scenario: &Scenario, drawn: Option<Sampling>, subtitle: &str) -> String {
    let estimated = drawn.map(|drawn| format!("; {}", estimated(drawn))).unwrap_or_default();
    format!("{subtitle}{estimated}{}", circumstances(scenario))
}

/// What was drawn, where the distribution of the force in theatre is sampled.
fn force_drawn(finding: &Finding) -> Option<Sampling> {
    let result = in_theatre(finding);
    let error = result.standard_error.or(result.standard_error_when_asked);
    error.and(finding.outcomes.sampling)
}

/// What was drawn, where a requirement's figures are sampled.
fn requirement_drawn(finding: &Finding, index: usize) -> Option<Sampling> {
    let result = finding.outcomes.requirements.get(index)?;
    let error = result.standard_error.or(result.standard_error_when_asked);
    error.and(finding.outcomes.sampling)
}

/// What every subtitle about troops begins with.
fn troops_in_place(scenario: &Scenario) -> String {
    format!("troops in theatre ({}){}", theatre(scenario), by_horizon(scenario))
}

fn gates(finding: &Finding) -> GatesChart {
    let scenario = &finding.scenario;
    let (mut pledges, mut conditions) = gate_axes(finding);
    let roles = &finding.outcomes.gates;
    let waits = |pledge: usize, condition: usize| roles[pledge][condition] != Role::None;
    conditions.sort_by_key(|condition| {
        let [known, unknown] = waiting(finding, *condition);
        std::cmp::Reverse((known, unknown))
    });
    pledges.retain(|pledge| conditions.iter().any(|condition| waits(*pledge, *condition)));
    pledges.sort_by_key(|pledge| {
        let pledge = scenario.pledges.at(*pledge);
        (pledge.kind, std::cmp::Reverse(pledge.size.assumption().is_some()))
    });
    let standing = scenario.pledges.iter().filter(|(_, pledge)| scenario.stands(pledge)).count();
    let headline = conditions.first().map_or("No pledge waits for anything".to_owned(), |first| {
        let [known, unknown] = waiting(finding, *first);
        if known == 0 {
            let pledges = if unknown == 1 { "1 pledge" } else { &format!("{unknown} pledges") };
            return format!("What gates {pledges} is too much to work out");
        }
        let least = if unknown > 0 { "at least " } else { "" };
        let name = condition_name(scenario, *first);
        let short = || format!("One condition gates {least}{known} of {standing} pledges");
        wording::headline(format!("{name} gates {least}{known} of {standing} pledges"), short)
    });
    let rows = pledges.iter().map(|pledge| GateRow {
        label: pledge_name(scenario, *pledge),
        detail: gate_detail(finding, *pledge),
        roles: conditions.iter().map(|c| gate_role(roles[*pledge][*c])).collect(),
    });
    let columns = conditions.iter().map(|condition| GateColumn {
        label: condition_name(scenario, *condition),
        note: condition_note(finding, *condition),
    });
    let subtitle =
        format!("Pledges as of {} and the conditions that they wait for", day(scenario.as_of));
    let noted = format!("{subtitle}; below each condition its probability{}", by_horizon(scenario));
    let chances = conditions.iter().filter_map(|at| finding.outcomes.marginals[*at].as_ref());
    let error = chances.flatten().find_map(|chance| chance.standard_error);
    let drawn = error.and(finding.outcomes.sampling);
    let description = format!(
        "Matrix of {} pledges and {} conditions; a mark says that the pledge waits for the condition.",
        pledges.len(),
        conditions.len()
    );
    GatesChart {
        rows: rows.collect(),
        columns: columns.collect(),
        subtitle_with_notes: qualified(scenario, drawn, &noted),
        frame: frame(scenario, None, [headline, subtitle, description]),
    }
}

/// How many standing pledges wait for a condition, and of how many that is not known.
fn waiting(finding: &Finding, condition: usize) -> [usize; 2] {
    let (scenario, roles) = (&finding.scenario, &finding.outcomes.gates);
    let standing = scenario.pledges.iter().zip(roles).filter(|((_, p), _)| scenario.stands(p));
    let (mut known, mut unknown) = (0, 0);
    for (_, roles) in standing {
        match roles[condition] {
            Role::None => {}
            Role::Unknown => unknown += 1,
            Role::Needed | Role::Alternative | Role::Contested => known += 1,
        }
    }
    [known, unknown]
}

fn gate_role(role: Role) -> GateRole {
    match role {
        Role::None => GateRole::None,
        Role::Needed => GateRole::Needed,
        Role::Alternative => GateRole::Alternative,
        Role::Contested => GateRole::Contested,
        Role::Unknown => GateRole::Unknown,
    }
}

/// "FRA, GBR · declared or committed · 12,000 troops".
fn gate_detail(finding: &Finding, index: usize) -> String {
    let scenario = &finding.scenario;
    let pledge = scenario.pledges.at(index);
    let mut parts = vec![nations(scenario, pledge), stages(scenario, pledge)];
    if finding.outcomes.sizes[index].is_some() {
        parts.push(size_in_words(finding, index));
    }
    parts.join(" · ")
}

fn nations(scenario: &Scenario, pledge: &Pledge) -> String {
    let named = pledge.nations.iter().map(|member| {
        let nation = scenario.nations.at(member.nation);
        let id = scenario.nations.id(member.nation);
        if nation.bloc && id.len() > 3 { capitalised(&id.to_lowercase()) } else { id.to_owned() }
    });
    named.collect::<Vec<_>>().join(", ")
}

/// The stage, and that it is contested where sources claim others.
fn stages(scenario: &Scenario, pledge: &Pledge) -> String {
    let contested = if scenario.stages_claimed(pledge).len() > 1 { " (contested)" } else { "" };
    format!("{}{contested}", pledge.stage)
}

/// The probability of a plain condition; how many ways another may end.
fn condition_note(finding: &Finding, condition: usize) -> String {
    let plain = finding.scenario.conditions.at(condition).outcomes.is_empty();
    match &finding.outcomes.marginals[condition] {
        Some(chances) if plain => percent(chances[1].value),
        Some(chances) => format!("{} ways", chances.len()),
        None => String::new(),
    }
}

/// A label inside a sentence: "Ceasefire" as "ceasefire", but "US guarantees" as it is.
fn lowered(label: &str) -> String {
    let mut letters = label.chars();
    match (letters.next(), letters.next()) {
        (Some(first), Some(second)) if second.is_lowercase() => {
            first.to_lowercase().chain([second]).chain(letters).collect()
        }
        _ => label.to_owned(),
    }
}

fn outcomes(finding: &Finding) -> OutcomesChart {
    let scenario = &finding.scenario;
    let forces = &finding.outcomes.forces_in_theatre;
    let named = named_literals(finding);
    let rows = forces.iter().map(|force| OutcomeRow {
        label: troops_label(force.in_theatre) + if force.only_way { "" } else { " *" },
        detail: force_detail(scenario, force),
        probability: force.probability.unwrap_or(f64::NAN),
        probability_when_asked: force.probability_when_asked,
        marks: named.iter().map(|literal| mark(*literal, force)).collect(),
    });
    let rows: Vec<OutcomeRow> = rows.collect();
    let several = forces.iter().any(|force| !force.only_way);
    let left_out = finding.outcomes.forces_in_theatre_left_out;
    let error = forces.iter().find_map(|force| force.standard_error);
    let which = match left_out {
        Some(left_out) if left_out > 0.0 => "The most probable forces",
        Some(_) if error.is_some() => "Each distinct force drawn",
        Some(_) => "Each distinct force",
        None => "Distinct forces",
    };
    let subtitle = format!(
        "{which}, {}; dots: a smallest set of conditions that is enough{}",
        troops_in_place(scenario),
        if several { " (*: one of several)" } else { "" }
    );
    let told = rows.iter().map(|row| format!("{}: {}", row.label, percent(row.probability)));
    let description =
        format!("Probability of each force. {}.", told.collect::<Vec<_>>().join("; "));
    let apart = finding.outcomes.probability_asked.is_some_and(|asked| asked < 1.0 - 1e-12);
    let drawn = error.and(finding.outcomes.sampling).or(force_drawn(finding));
    OutcomesChart {
        frame: frame(scenario, drawn, [headline_of(finding), subtitle, description]),
        left_out: left_out.unwrap_or(0.0),
        conditions: named.iter().map(|literal| literal_name(scenario, *literal)).collect(),
        asked_label: scenario.asked_when.as_ref().filter(|_| apart).map(given),
        rows,
    }
}

/// The conditions that the dots speak of, each outcome on its own.
fn named_literals(finding: &Finding) -> Vec<(usize, usize)> {
    let plain = |condition: usize| finding.scenario.conditions.at(condition).outcomes.is_empty();
    let mut named = Vec::new();
    for condition in &finding.outcomes.relevant {
        let forces = finding.outcomes.forces_in_theatre.iter();
        let literals = forces.flat_map(|force| force.conditions.iter().flatten());
        let mut options: Vec<usize> = literals
            .filter(|(named, _)| named == condition)
            .map(|(_, option)| if plain(*condition) { 1 } else { *option })
            .collect();
        options.sort_unstable();
        options.dedup();
        named.extend(options.into_iter().map(|option| (*condition, option)));
    }
    named
}

fn literal_name(scenario: &Scenario, (condition, option): (usize, usize)) -> String {
    let name = condition_name(scenario, condition);
    let outcome = scenario.conditions.at(condition).outcomes.get(option);
    outcome.map_or(name.clone(), |outcome| format!("{name}: {}", outcome.replace('_', " ")))
}

fn mark((condition, option): (usize, usize), force: &Force) -> OutcomeMark {
    match force.conditions.iter().flatten().find(|(named, _)| *named == condition) {
        None => OutcomeMark::Free,
        Some((_, own)) if *own == option => OutcomeMark::Holds,
        Some(_) => OutcomeMark::Fails,
    }
}

/// The pledges of a force.
fn force_detail(scenario: &Scenario, force: &Force) -> String {
    let names = force.pledges.iter().map(|pledge| pledge_name(scenario, *pledge));
    names.collect::<Vec<_>>().join(" + ")
}

fn troops_label([low, central, high]: [f64; 3]) -> String {
    if high <= 0.0 {
        return "No counted troops".to_owned();
    }
    if (high - low).abs() < 0.5 {
        return format!("{} troops", thousands(central));
    }
    format!("{} to {} troops", thousands(low), thousands(high))
}

/// The finding about the force in theatre, or that there is no figure.
fn headline_of(finding: &Finding) -> String {
    let result = in_theatre(finding);
    let brief = |law| finding_in_brief(law, result.standard_error.is_some());
    result.law.as_ref().map_or_else(|| open_headline(finding), brief)
}

fn open_headline(finding: &Finding) -> String {
    if finding.outcomes.unanswered > 0 {
        return "The force is too much to work out".to_owned();
    }
    "A missing probability leaves the force open".to_owned()
}

fn exceedance(finding: &Finding) -> ExceedanceChart {
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
    let led = leading_requirement(scenario);
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
    let leading = leading_requirement(scenario).filter(|index| {
        let requirement = scenario.requirements.at(*index);
        requirement.unit == TROOPS && requirement.floor.is_some() && requirement.needs.is_none()
    });
    let met = leading.and_then(|index| {
        let (entry, result) =
            (scenario.requirements.at(index), &finding.outcomes.requirements[index]);
        let asked = scenario.asked_about(entry);
        let figures =
            with_and_without(scenario, asked, result.probability, result.probability_when_asked)?;
        Some(format!("At least {}: {figures}", short_requirement(scenario, index)))
    });
    let result = in_theatre(finding);
    let any = |law: &Option<Law>| law.as_ref().map(|law| law.at_least(1));
    let asked = scenario.asked_when.as_ref();
    let any = with_and_without(scenario, asked, any(&result.law), any(&result.law_when_asked));
    met.or(any.map(|figures| format!("Any force: {figures}")))
        .unwrap_or_else(|| open_headline(finding))
}

/// The floors in troops, each value once.
fn floors(scenario: &Scenario) -> Vec<Floor> {
    let mut floors: BTreeMap<u64, String> = BTreeMap::new();
    for index in 0..scenario.requirements.len() {
        let requirement = scenario.requirements.at(index);
        if let Some(floor) = requirement.floor.filter(|_| requirement.unit == TROOPS) {
            floors.entry(floor).or_insert_with(|| format!("floor {}", thousands(real(floor))));
        }
    }
    floors.into_iter().map(|(floor, label)| Floor { label, value: real(floor) }).collect()
}

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

fn posture(finding: &Finding, variants: &[Variant]) -> PostureChart {
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
        segments.push("other".to_owned());
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
    let subtitle = format!(
        "Counted {} if every condition is met, by nation and force-size option",
        troops_in_place(scenario)
    );
    let as_assumed = if is_mostly_assumed(finding) { "As assumed, " } else { "" };
    let short = || format!("{as_assumed}nations in the force: {}", ranked.len());
    let full = format!("{as_assumed}{}", posture_headline(scenario, &ranked));
    let headline = wording::headline(full, short);
    let told =
        bars.iter().map(|bar| format!("{}: {}", bar.label, thousands(bar.values.iter().sum())));
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
        _ if largest / all < LEADING_SHARE => {
            format!("{} nations share {} counted troops", ranked.len(), thousands(all))
        }
        [one] => {
            format!("{} supplies {} of troops", scenario.nations.at(*one).name, share(1.0))
        }
        [one, two] => {
            let names = [*one, *two].map(|nation| scenario.nations.at(nation).name.clone());
            format!("{} supply {} of troops", list(&names, "and"), share(2.0))
        }
        _ => format!("{} nations share {} counted troops", ranked.len(), thousands(all)),
    }
}
