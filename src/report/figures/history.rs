//! The chart of a history: the force and the requirements from date to date.
//!
//! In: what was found of each state of a scenario. Out: a `HistoryChart`.

use super::{frame, troops_in_place};
use crate::outcomes::Sampling;
use crate::report::changes::Changes;
use crate::report::chart::{HistoryChart, HistoryDay, HistoryLine, HistoryPanel};
use crate::report::tables::{history_figures, states, what_changed};
use crate::report::wording::{self, day, given, short_requirement};
use crate::report::words::thousands;
use crate::study::Finding;

/// The most requirements that a panel shows.
const MOST_REQUIREMENTS: usize = 4;

/// Below this part of a figure a movement is rounding.
const ROUNDING: f64 = 1e-9;

/// The lines of the upper panel, by the name of their figure.
const TROOPS_LINES: [(&str, &str); 3] =
    [("headline", "Pledged"), ("counted", "Counted"), ("in_theatre", "Expected in theatre")];

/// Draws nothing but a sentence where there are not two dates.
pub(super) fn history(finding: &Finding, earlier: &[Finding]) -> HistoryChart {
    let states = &states(finding, earlier)[..];
    let first = states.first().copied().unwrap_or(finding);
    let scenario = &finding.scenario;
    let figures: Vec<_> = states.iter().map(|state| history_figures(state)).collect();
    let values = |name: &str| -> Vec<Option<f64>> {
        let of = figures.iter().map(|own| own.iter().find(|figure| figure.name == name));
        of.map(|figure| figure?.value.map(|value| value.value)).collect()
    };
    let line = |name: &str, label: String| HistoryLine { label, values: values(name) };
    let troops = TROOPS_LINES.map(|(name, label)| line(name, label.to_owned()));
    let asked = scenario.asked_when.is_some();
    let ids: Vec<(usize, &str)> =
        scenario.requirements.iter().enumerate().map(|(at, (id, _))| (at, id)).collect();
    let chances = ids.iter().take(MOST_REQUIREMENTS).map(|(at, id)| {
        let whole = format!("requirement.{id}");
        let own = scenario.asked_about(scenario.requirements.at(*at)).is_some();
        let name = if asked && own { format!("{whole}.when_asked") } else { whole };
        line(&name, short_requirement(scenario, *at))
    });
    let chances: Vec<HistoryLine> = chances.collect();
    let when = scenario.asked_when.as_ref().map(|asked| format!(", {}", given(asked)));
    let left_out = ids.len().saturating_sub(MOST_REQUIREMENTS);
    let more =
        if left_out > 0 { format!(" ({left_out} more in history.csv)") } else { String::new() };
    let title = format!("Chance that a requirement is met{}{more}", when.unwrap_or_default());
    let mut panels =
        vec![HistoryPanel { title: "Troops".to_owned(), chances: false, lines: troops.to_vec() }];
    if !chances.is_empty() {
        panels.push(HistoryPanel { title, chances: true, lines: chances });
    }
    let drawn = drawn(states);
    let headline = headline([first, finding], &values("in_theatre"), &values("headline"));
    let subtitle = format!(
        "What was pledged, what counts, and the mean of {}, as known on each date",
        troops_in_place(scenario)
    );
    let description = format!("Step lines from {} to {}. {headline}.", date(first), date(finding));
    let nothing = match states.len() {
        1 if scenario.dates.is_empty() => format!("Nothing was known by {}.", date(finding)),
        _ => format!("Nothing has changed since {}.", date(first)),
    };
    HistoryChart {
        frame: frame(scenario, drawn, [headline, subtitle, description]),
        days: days(states),
        panels,
        nothing,
    }
}

fn date(state: &Finding) -> String {
    day(state.scenario.as_of)
}

fn drawn(states: &[&Finding]) -> Option<Sampling> {
    states.iter().find_map(|state| state.outcomes.sampling)
}

/// The dates and what changed on each.
fn days(states: &[&Finding]) -> Vec<HistoryDay> {
    let first = states.first().map(|state| state.scenario.as_of);
    let days = states.iter().enumerate().map(|(at, state)| {
        let since = first.and_then(|first| state.scenario.as_of.since(first).ok());
        HistoryDay {
            at: f64::from(since.map_or(0, |since| since.get_days())),
            label: date(state),
            note: note(states, at),
        }
    });
    days.collect()
}

/// What changed on a date, additions counted.
fn note(states: &[&Finding], at: usize) -> String {
    let Some(before) = at.checked_sub(1) else { return what_changed(states, at).join("; ") };
    let changes = Changes { old: &states[before].scenario, new: &states[at].scenario };
    let (mut told, added) = changes.but_additions();
    told.extend(match added {
        0 => None,
        1 => Some("1 more pledge known".to_owned()),
        added => Some(format!("{added} more pledges known")),
    });
    told.join("; ").replace('_', " ")
}

/// "Expected force fell from 2,577 to 2,369 since 6 January 2026".
fn headline(
    [first, last]: [&Finding; 2],
    expected: &[Option<f64>],
    pledged: &[Option<f64>],
) -> String {
    let same_year = first.scenario.as_of.year() == last.scenario.as_of.year();
    let whole = date(first);
    let since = whole.rsplit_once(' ').filter(|_| same_year).map_or(&*whole, |(day, _)| day);
    if first.scenario.as_of == last.scenario.as_of {
        return format!("Nothing has changed since {since}");
    }
    for (what, values) in [("Expected force", expected), ("Pledged troops", pledged)] {
        let [Some(Some(before)), Some(Some(now))] = [values.first(), values.last()] else {
            return "A missing probability leaves the force open".to_owned();
        };
        let [shown, shown_now] = [before, now].map(|value| thousands(*value));
        if (now - before).abs() > ROUNDING * before.max(*now) && shown != shown_now {
            let moved = if now > before { "rose" } else { "fell" };
            let full = format!("{what} {moved} from {shown} to {shown_now} since {since}");
            let short = || format!("{what} {moved} from {shown} to {shown_now}");
            return wording::headline(full, short);
        }
    }
    format!("The force is the same as on {since}")
}
