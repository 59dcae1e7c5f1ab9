//! The chart of a sweep: a metric over the values of one or two keys.
//!
//! In: a `Sweep`, and where the file itself stands in it. Out: a `SweepChart`: lines over the numbers of a key, one for each
//! metric or for each of a few values of a second key; bars over words; a map over two keys.

mod headline;
mod key;
mod refusal;
mod shown;

pub use refusal::refusal;
pub use shown::shown;

use super::{floors, frame, qualified};
use crate::report::chart::{
    Floor, Frame, SweepBar, SweepBars, SweepChart, SweepGroup, SweepLine, SweepLines, SweepMap,
    SweepMeasure,
};
use crate::report::wording::{
    by_horizon, given, requirement_in_words, short_requirement, source_line_as_of, theatre,
};
use crate::report::words::{capitalised, list, percent};
use crate::scenario::Scenario;
use crate::study::metric::Metric;
use crate::study::sweep::Sweep;
use crate::study::sweep::own::Own;
use headline::Facts;
use key::Key;

/// The sentence that stands where there is nothing to draw.
const NOTHING: &str = "No figure at any of these values: a probability is missing, or what is taken as \
                       given cannot hold.";

/// What all charts of a sweep are made from.
struct Picture<'a> {
    sweep: &'a Sweep,
    own: Option<&'a Own>,
    scenario: &'a Scenario,
    metrics: Vec<usize>,
    keys: Vec<Key>,
}

/// The scenario whose names, dates and settings a chart shows: the file's own, where it can stand by itself.
pub fn shown_scenario<'a>(sweep: &'a Sweep, own: Option<&'a Own>) -> &'a Scenario {
    own.map_or(&sweep.scenario, |own| &own.scenario)
}

/// Draws the metrics at some positions with the names of a scenario; what [`refusal()`] refuses is drawn as far as it
/// can be.
pub fn sweep(
    sweep: &Sweep,
    own: Option<&Own>,
    metrics: &[usize],
    scenario: &Scenario,
) -> SweepChart {
    let mut varied: Vec<usize> = (0..sweep.axes.len()).collect();
    let several = sweep.axes.iter().any(|axis| axis.len() > 1);
    varied.retain(|at| !several || sweep.axes[*at].len() > 1);
    varied.truncate(2);
    if !several {
        varied.truncate(1);
    }
    let keys = varied.into_iter().map(|at| Key::new(scenario, sweep, own, at)).collect();
    let metrics = metrics.iter().copied().filter(|at| *at < sweep.metrics.len()).collect();
    let picture = Picture { sweep, own, scenario, metrics, keys };
    match picture.keys.as_slice() {
        [one] if one.is_numeric() => SweepChart::Lines(picture.lines(one, None)),
        [one, other] | [other, one] if one.is_numeric() && other.is_short_beside(one) => {
            SweepChart::Lines(picture.lines(one, Some(other)))
        }
        [across, up] => SweepChart::Map(picture.map(across, up)),
        keys => SweepChart::Bars(picture.bars(keys)),
    }
}

impl Picture<'_> {
    /// The figure of a metric where keys have some of their values.
    fn figure(&self, metric: usize, values: &[(&Key, usize)]) -> Option<f64> {
        let mut positions = vec![0; self.sweep.axes.len()];
        for (key, at) in values {
            positions[key.axis] = key.positions[*at];
        }
        self.sweep.figures(&positions).get(metric).copied().flatten()
    }

    /// The figure in the file, where the file stands in the grid.
    fn own_figure(&self, metric: usize) -> Option<f64> {
        let figures = self.sweep.own_figures(self.own?)?;
        let inside = self.keys.iter().all(|key| key.own_place().is_some());
        figures.get(metric).copied().flatten().filter(|_| inside)
    }

    fn lines(&self, x: &Key, other: Option<&Key>) -> SweepLines {
        let (mut lines, first) = (Vec::new(), self.metrics.first().copied().unwrap_or(0));
        let all = 0..x.positions.len();
        match other {
            None => lines.extend(self.metrics.iter().map(|metric| {
                let values = all.clone().map(|at| self.figure(*metric, &[(x, at)])).collect();
                let own = self.own_figure(*metric);
                self.line(self.name(*metric), (self.chances(), values), own)
            })),
            Some(other) => lines.extend((0..other.positions.len()).map(|option| {
                let values = all.clone().map(|at| self.figure(first, &[(x, at), (other, option)]));
                let own = other.own == Some(key::Own::At(option));
                let own = self.own_figure(first).filter(|_| own);
                self.line(other.named(option), (self.chances(), values.collect()), own)
            })),
        }
        let own = x.own_number().filter(|_| lines.iter().any(|line| line.own.is_some()));
        let keys: Vec<&Key> = [Some(x), other].into_iter().flatten().collect();
        let (subtitle, nothing) = (self.subtitle(), NOTHING.to_owned());
        let facts = Facts { lines: true, ..self.moving_facts(&keys) };
        let description = self.description("Lines", &facts.headline());
        SweepLines {
            frame: self.frame([facts.headline(), subtitle, description]),
            measure: self.measure(),
            axis: x.shown(),
            own: own.map(|own| (own, format!("{}: {}", self.own_word(), x.number_in_words(own)))),
            floors: self.references(),
            lines,
            nothing,
        }
    }

    fn line(
        &self,
        label: String,
        (chances, values): (bool, Vec<Option<f64>>),
        own: Option<f64>,
    ) -> SweepLine {
        let told = headline::told(chances, &values);
        let own_told =
            own.map(|own| format!("; {} {}", headline::shown(chances, own), self.own_word()));
        SweepLine { label, told: told + &own_told.unwrap_or_default(), values, own }
    }

    fn bars(&self, keys: &[Key]) -> SweepBars {
        let several = self.metrics.len() > 1;
        let group = |metric: &usize| SweepGroup {
            label: if several { self.name(*metric) } else { String::new() },
            rows: keys.first().map_or_else(Vec::new, |key| {
                let row = |at: usize| SweepBar {
                    label: key.named(at),
                    note: if key.own == Some(key::Own::At(at)) { self.own_word() } else { "" }
                        .to_owned(),
                    value: self.figure(*metric, &[(key, at)]),
                };
                (0..key.positions.len()).map(row).collect()
            }),
        };
        let keys: Vec<&Key> = keys.iter().collect();
        let facts = self.moving_facts(&keys);
        let description = self.description("Bars", &facts.headline());
        SweepBars {
            frame: self.frame([facts.headline(), self.subtitle(), description]),
            measure: self.measure(),
            groups: self.metrics.iter().map(group).collect(),
            nothing: NOTHING.to_owned(),
        }
    }

    fn map(&self, across: &Key, up: &Key) -> SweepMap {
        let metric = self.metrics.first().copied().unwrap_or(0);
        let columns = 0..across.positions.len();
        let cells = (0..up.positions.len()).flat_map(|y| columns.clone().map(move |x| (x, y)));
        let cells = cells.map(|(x, y)| self.figure(metric, &[(across, x), (up, y)]));
        let facts = self.moving_facts(&[across, up]);
        let description = self.description("A map of shaded cells", &facts.headline());
        let own = self.own_figure(metric);
        let place = across.own_place().zip(up.own_place()).filter(|_| own.is_some());
        let label =
            own.map(|own| format!("{}: {}", self.own_word(), headline::shown(self.chances(), own)));
        SweepMap {
            frame: self.frame([facts.headline(), self.subtitle(), description]),
            measure: self.measure(),
            across: across.shown(),
            up: up.shown(),
            cells: cells.collect(),
            own: place,
            own_label: label.filter(|_| place.is_some()).unwrap_or_default(),
            nothing: NOTHING.to_owned(),
        }
    }

    /// The facts of the first metric that moves, or of the first.
    fn moving_facts(&self, keys: &[&Key]) -> Facts {
        let facts = self.metrics.iter().map(|metric| self.facts(*metric, keys));
        let facts: Vec<Facts> = facts.collect();
        let moves = facts.iter().position(Facts::moves).unwrap_or(0);
        facts.into_iter().nth(moves).unwrap_or_default()
    }

    fn facts(&self, metric: usize, keys: &[&Key]) -> Facts {
        let sizes: Vec<usize> = keys.iter().map(|key| key.positions.len()).collect();
        let points = (0..sizes.iter().product()).map(|point: usize| {
            let mut left = point;
            let at: Vec<usize> = sizes
                .iter()
                .map(|size| {
                    let own = left % size;
                    left /= size;
                    own
                })
                .collect();
            let values: Vec<_> = keys.iter().copied().zip(at.iter().copied()).collect();
            let figure = self.figure(metric, &values);
            (at, figure)
        });
        Facts {
            metric: self.in_brief(metric),
            requirement: matches!(
                self.sweep.metrics[metric],
                Metric::Met(_) | Metric::MetWhenAsked(_)
            ),
            points: points.collect(),
            keys: keys.iter().map(|key| key.facts()).collect(),
            lines: false,
            own: self.own_figure(metric).map(|own| (self.own_word(), own)),
        }
    }

    /// The words around it; what is known differs from point to point where its date is varied.
    fn frame(&self, words: [String; 3]) -> Frame {
        let frame = frame(self.scenario, None, words);
        if !self.varies(key::AS_OF) {
            return frame;
        }
        Frame { source: source_line_as_of(self.scenario, "the dates shown"), ..frame }
    }

    fn varies(&self, key: &str) -> bool {
        self.sweep.axes.iter().any(|axis| axis.full_key(self.scenario) == key)
    }

    fn chances(&self) -> bool {
        let first = self.metrics.first().and_then(|at| self.sweep.metrics.get(*at));
        first.is_some_and(|metric| matches!(metric, Metric::Met(_) | Metric::MetWhenAsked(_)))
    }

    /// "Expected force in theatre", "Chance of 15,000 troops".
    fn name(&self, metric: usize) -> String {
        match self.sweep.metrics[metric] {
            Metric::Headline | Metric::Counted => capitalised(&self.in_brief(metric)),
            Metric::InTheatre => "Expected force in theatre".to_owned(),
            Metric::Met(_) => self.in_brief(metric),
            Metric::MetWhenAsked(at) => {
                let asked = self.scenario.asked_about(self.scenario.requirements.at(at));
                let asked = asked.map_or(String::new(), |asked| format!(", {}", given(asked)));
                format!("{}{asked}", self.in_brief(metric))
            }
        }
    }

    /// What headlines call a metric.
    fn in_brief(&self, metric: usize) -> String {
        match self.sweep.metrics[metric] {
            Metric::Headline => "pledged troops".to_owned(),
            Metric::Counted => "counted troops".to_owned(),
            Metric::InTheatre => "expected force".to_owned(),
            Metric::Met(at) | Metric::MetWhenAsked(at) => short_requirement(self.scenario, at),
        }
    }

    fn measure(&self) -> SweepMeasure {
        let title = match self.metrics.as_slice() {
            [one] if self.chances() => format!("Chance of {}", self.name(*one)),
            [one] => format!("{}, troops", self.name(*one)),
            _ if self.chances() => "Chance that a requirement is met".to_owned(),
            _ => "Troops".to_owned(),
        };
        SweepMeasure { title, chances: self.chances() }
    }

    /// ", given ceasefire", where the one metric takes it as given.
    fn asked(&self) -> String {
        let asked = match self.metrics.as_slice() {
            [one] => match self.sweep.metrics[*one] {
                Metric::MetWhenAsked(at) => {
                    self.scenario.asked_about(self.scenario.requirements.at(at))
                }
                _ => None,
            },
            _ => None,
        };
        asked.map_or(String::new(), |asked| format!(", {}", given(asked)))
    }

    fn subtitle(&self) -> String {
        let scenario = self.scenario;
        let what = match self.metrics.as_slice() {
            [one] => match self.sweep.metrics[*one] {
                Metric::Headline => "Mean size of all pledges of troops".to_owned(),
                Metric::Counted => "Mean size of the pledges of troops that count".to_owned(),
                Metric::InTheatre => format!("Mean of troops in theatre ({})", theatre(scenario)),
                Metric::Met(at) | Metric::MetWhenAsked(at) => {
                    format!("Chance of {}", requirement_in_words(scenario, at))
                }
            },
            _ if self.chances() => "Chance that each requirement is met".to_owned(),
            _ => "Troops".to_owned(),
        };
        let keys: Vec<String> = self.keys.iter().map(Key::range).collect();
        let keys =
            if keys.is_empty() { String::new() } else { format!("; over {}", list(&keys, "and")) };
        let fixed = self
            .sweep
            .axes
            .iter()
            .enumerate()
            .filter(|(at, _)| self.keys.iter().all(|key| key.axis != *at));
        let fixed = fixed.map(|(at, _)| Key::new(scenario, self.sweep, self.own, at).range());
        let fixed: Vec<String> = fixed.collect();
        let fixed =
            if fixed.is_empty() { String::new() } else { format!("; {}", list(&fixed, "and")) };
        let horizon = if self.varies(key::HORIZON) { String::new() } else { by_horizon(scenario) };
        format!("{what}{horizon}{}{keys}{fixed}", self.asked())
    }

    fn description(&self, what: &str, headline: &str) -> String {
        let own = self.metrics.iter().filter_map(|metric| {
            let own = self.own_figure(*metric)?;
            Some(format!("{}: {}", self.name(*metric), headline::shown(self.chances(), own)))
        });
        let own: Vec<String> = own.collect();
        let own = if own.is_empty() {
            String::new()
        } else {
            format!(" {}: {}.", capitalised(self.own_word()), own.join("; "))
        };
        let subtitle = qualified(self.scenario, None, &self.subtitle());
        format!("{what}: {subtitle}. {headline}.{own}")
    }

    /// What the file's own point is called.
    fn own_word(&self) -> &'static str {
        if self.scenario.settings.is_empty() { "in the file" } else { "as set" }
    }

    /// Levels worth a line: an even chance, or the floors in troops.
    fn references(&self) -> Vec<Floor> {
        if self.chances() {
            return vec![Floor { label: format!("even chance ({})", percent(0.5)), value: 0.5 }];
        }
        floors(self.scenario)
    }
}
