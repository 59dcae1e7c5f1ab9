//! The chart of a history: the force and the requirements from date to date.
//!
//! In: what was found of each state of a scenario. Out: a `HistoryChart`.

use super::{frame, open_headline, troops_in_place};
use crate::law::coarse;
use crate::outcomes::{Estimate, Sampling};
use crate::report::changes::Changes;
use crate::report::chart::{HistoryChart, HistoryDay, HistoryLine, HistoryPanel};
use crate::report::tables::{history_figures, states, what_changed};
use crate::report::wording::{self, day, given, short_requirement};
use crate::report::words::thousands;
use crate::study::Finding;
use crate::study::metric::Metric;
use std::cmp::Reverse;

/// The most requirements that a panel shows.
const MOST_REQUIREMENTS: usize = 4;

/// Below this part of a figure a movement is rounding.
const ROUNDING: f64 = 1e-9;

const FORCE: &str = "Expected force";

/// So many standard errors apart, two sampled figures differ.
const BEYOND_CHANCE: f64 = 4.0;

/// The lines of the upper panel, by their figure.
const TROOPS_LINES: [(Metric, &str); 3] = [
    (Metric::Headline, "Pledged"),
    (Metric::Counted, "Counted"),
    (Metric::InTheatre, "Expected in theatre"),
];

/// Draws nothing but a sentence where there are not two dates.
pub(super) fn history(finding: &Finding, earlier: &[Finding]) -> HistoryChart {
    let states = &states(finding, earlier)[..];
    let first = states.first().copied().unwrap_or(finding);
    let scenario = &finding.scenario;
    let figures: Vec<_> = states.iter().map(|state| history_figures(state)).collect();
    let estimates = |metric: Metric| -> Vec<Option<Estimate>> {
        let of = figures.iter().map(|own| own.iter().find(|(name, _)| *name == metric));
        of.map(|figure| figure?.1).collect()
    };
    let values = |metric: Metric| -> Vec<Option<f64>> {
        estimates(metric).into_iter().map(|value| Some(value?.value)).collect()
    };
    let line = |metric: Metric, label: String| HistoryLine { label, values: values(metric) };
    let troops = TROOPS_LINES.map(|(metric, label)| line(metric, label.to_owned()));
    let asked = scenario.asked_when.is_some();
    let requirements = 0..scenario.requirements.len();
    let chances = requirements.clone().take(MOST_REQUIREMENTS).map(|at| {
        let own = scenario.asked_about(scenario.requirements.at(at)).is_some();
        let metric = if asked && own { Metric::MetWhenAsked(at) } else { Metric::Met(at) };
        line(metric, short_requirement(scenario, at))
    });
    let chances: Vec<HistoryLine> = chances.collect();
    let when = scenario.asked_when.as_ref().map(|asked| format!(", {}", given(asked)));
    let left_out = requirements.len().saturating_sub(MOST_REQUIREMENTS);
    let more =
        if left_out > 0 { format!(" ({left_out} more in history.csv)") } else { String::new() };
    let title = format!("Chance that a requirement is met{}{more}", when.unwrap_or_default());
    let mut panels =
        vec![HistoryPanel { title: "Troops".to_owned(), chances: false, lines: troops.to_vec() }];
    if !chances.is_empty() {
        panels.push(HistoryPanel { title, chances: true, lines: chances });
    }
    let drawn = drawn(states);
    let (expected, pledged) = (estimates(Metric::InTheatre), estimates(Metric::Headline));
    let headline = headline(states, &expected, &pledged);
    let subtitle = format!(
        "What was pledged, what counts, and the mean of {}, as known on each date",
        troops_in_place(scenario)
    );
    let description = format!("Step lines from {} to {}. {headline}.", date(first), date(finding));
    let nothing = match states.len() {
        1 if !scenario.pledges.iter().any(|(_, pledge)| pledge.known) => {
            format!("Nothing was known by {}.", date(finding))
        }
        _ => format!("Nothing has changed since {}.", date(first)),
    };
    HistoryChart {
        frame: frame(scenario, drawn, [headline, subtitle, description]),
        days: days(states),
        largest: largest(states, &values(Metric::InTheatre)),
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
    told.join("; ").replace('_', " ").replace(" -> ", " to ")
}

/// The largest changes of the expected force, the latest first among equals.
fn largest(states: &[&Finding], expected: &[Option<f64>]) -> Vec<String> {
    let steps = expected.windows(2).enumerate().filter_map(|(before, ends)| {
        let (old, new) = (ends[0]?, ends[1]?);
        moved(old, new).then_some((before + 1, old, new))
    });
    let mut steps: Vec<(usize, f64, f64)> = steps.collect();
    steps.sort_by_key(|(at, old, new)| Reverse((coarse((new - old).abs()), *at)));
    let told = steps.iter().map(|(at, old, new)| {
        let [old, new] = [*old, *new].map(thousands);
        format!("{}: expected {old} to {new}; {}", date(states[*at]), note(states, *at))
    });
    told.collect()
}

/// Whether two values differ by more than rounding, also as they are printed.
fn moved(before: f64, now: f64) -> bool {
    (now - before).abs() > ROUNDING * before.max(now) && thousands(before) != thousands(now)
}

/// "Expected force fell from 2,577 to 2,369 since 6 January": since it last turned, or since the
/// first date where that is too little to see.
fn headline(
    states: &[&Finding],
    expected: &[Option<Estimate>],
    pledged: &[Option<Estimate>],
) -> String {
    let [Some(first), Some(last)] = [states.first(), states.last()] else { return String::new() };
    if first.scenario.as_of == last.scenario.as_of {
        return format!("Nothing has changed since {}", date(first));
    }
    for (what, figures) in [(FORCE, expected), ("Pledged troops", pledged)] {
        match figures.iter().position(Option::is_none) {
            Some(at) if what == FORCE => return open_headline(states[at]),
            // There is no sum where no pledge has a size.
            Some(_) => continue,
            None => {}
        }
        let figures: Vec<Estimate> = figures.iter().copied().flatten().collect();
        let values: Vec<f64> = figures.iter().map(|figure| figure.value).collect();
        let now = figures[figures.len() - 1];
        let start = [last_turn(&values), 0].into_iter().find(|at| seen(figures[*at], now));
        if let Some(start) = start {
            let verb = if now.value > values[start] { "rose" } else { "fell" };
            let [before, now] = [values[start], now.value].map(thousands);
            let full =
                format!("{what} {verb} from {before} to {now} since {}", since(states, start));
            return wording::headline(full, || format!("{what} {verb} from {before} to {now}"));
        }
    }
    if drawn(states).is_some() {
        return format!("No change since {} exceeds chance", since(states, 0));
    }
    format!("The expected force is the same as on {}", since(states, 0))
}

/// Whether one figure moved to another: as printed, and by more than chance explains where they are
/// sampled.
fn seen(before: Estimate, now: Estimate) -> bool {
    let square = |figure: Estimate| figure.standard_error.map_or(0.0, |error| error * error);
    let noise = (square(before) + square(now)).sqrt();
    let distance = (now.value - before.value).abs();
    moved(before.value, now.value) && distance > BEYOND_CHANCE * noise
}

/// Where the last run of rises or of falls began, on the last date of its first value.
fn last_turn(values: &[f64]) -> usize {
    let last = values.len() - 1;
    let (mut start, mut up) = (last, None);
    for at in (0..last).rev() {
        let (before, after) = (values[at], values[at + 1]);
        if (after - before).abs() <= ROUNDING * before.max(after) {
            continue;
        }
        if up.is_some_and(|up| up != (after > before)) {
            break;
        }
        (start, up) = (at, Some(after > before));
    }
    start
}

/// A date, without its year where that is the last date's.
fn since(states: &[&Finding], at: usize) -> String {
    let year = |state: Option<&&Finding>| state.map(|state| state.scenario.as_of.year());
    let whole = date(states[at]);
    let short = whole.rsplit_once(' ').filter(|_| year(states.get(at)) == year(states.last()));
    short.map_or(whole.clone(), |(day, _)| day.to_owned())
}

#[cfg(test)]
mod tests {
    use super::last_turn;

    #[test]
    fn a_headline_speaks_of_what_moved_last() {
        assert_eq!(last_turn(&[0.0, 5.0, 9.0, 9.0, 7.0, 7.0, 6.0]), 3);
        assert_eq!(last_turn(&[0.0, 5.0, 9.0]), 0);
        assert_eq!(last_turn(&[4.0, 4.0]), 1);
        assert_eq!(last_turn(&[4.0]), 0);
    }
}
