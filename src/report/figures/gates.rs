//! The chart of gates: what waits for what.
//!
//! In: a `Finding`. Out: a `GatesChart`.

use super::{frame, qualified};
use crate::outcomes::Role;
use crate::report::chart::{GateColumn, GateRole, GateRow, GatesChart};
use crate::report::tables::{gate_axes, size_in_words};
use crate::report::wording::{self, by_horizon, condition_name, day, pledge_name};
use crate::report::words::{capitalised, percent};
use crate::scenario::{Pledge, Scenario};
use crate::study::Finding;

pub(super) fn gates(finding: &Finding) -> GatesChart {
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
        let many = match (known, standing, unknown) {
            (1, 1, _) => "the only pledge".to_owned(),
            (2, 2, _) => "both pledges".to_owned(),
            _ if known == standing => format!("all {standing} pledges"),
            (.., 0) => format!("{known} of {standing} pledges"),
            _ => format!("at least {known} of {standing} pledges"),
        };
        let name = capitalised(&condition_name(scenario, *first));
        wording::headline(format!("{name} gates {many}"), || format!("One condition gates {many}"))
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
    let on = day(scenario.as_of);
    // Those that wait for nothing have no row.
    let subtitle = match pledges.len() {
        0 => format!("Pledges as of {on} and the conditions that they wait for"),
        1 => format!("The pledge as of {on} that waits for conditions"),
        many => format!("The {many} pledges as of {on} that wait for conditions"),
    };
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
