//! What the chart of a sweep says: the finding in ten words, and each line's range.
//!
//! In: the figures at all points. Out: words. What is said of a figure holds at every point shown.

use crate::report::wording;
use crate::report::words::{capitalised, percent, thousands};

/// Below this part of a figure a movement is rounding.
const ROUNDING: f64 = 1e-9;

/// A point: which value each key has, and the figure.
type Point = (Vec<usize>, Option<f64>);

/// A metric over all points.
#[derive(Debug, Default)]
pub(super) struct Facts {
    /// What it is called in a sentence.
    pub(super) metric: String,
    /// Whether it is the chance of a requirement.
    pub(super) requirement: bool,
    pub(super) points: Vec<Point>,
    pub(super) keys: Vec<KeyFacts>,
    /// What the file's own point is called, and its figure.
    pub(super) own: Option<(&'static str, f64)>,
}

/// A key in words.
#[derive(Debug, Default)]
pub(super) struct KeyFacts {
    pub(super) name: String,
    pub(super) labels: Vec<String>,
    /// Whether the values are ascending numbers.
    pub(super) numeric: bool,
}

/// A figure in words.
pub(super) fn shown(chances: bool, value: f64) -> String {
    if chances { percent(value) } else { thousands(value) }
}

/// "0 to 7,290", "2,369 throughout", and at how many values there is no figure.
pub(super) fn told(chances: bool, values: &[Option<f64>]) -> String {
    let missing = values.iter().filter(|value| value.is_none()).count();
    let Some((low, high)) = ends(values.iter().flatten().copied()) else {
        return "no figure".to_owned();
    };
    let [low, high] = [low, high].map(|value| shown(chances, value));
    let range = if low == high { format!("{low} throughout") } else { format!("{low} to {high}") };
    match missing {
        0 => range,
        missing => format!("{range}; none at {missing} of {}", values.len()),
    }
}

fn ends(values: impl Iterator<Item = f64>) -> Option<(f64, f64)> {
    values.fold(None, |ends, value| match ends {
        None => Some((value, value)),
        Some((low, high)) => Some((f64::min(low, value), f64::max(high, value))),
    })
}

impl Facts {
    fn ends(&self) -> Option<(f64, f64)> {
        ends(self.points.iter().filter_map(|(_, value)| *value))
    }

    /// Whether the metric is not the same everywhere.
    pub(super) fn moves(&self) -> bool {
        self.ends().is_some_and(|(low, high)| high - low > ROUNDING * high.abs())
    }

    fn shown(&self, value: f64) -> String {
        shown(self.requirement, value)
    }

    /// The finding in ten words or fewer.
    pub(super) fn headline(&self) -> String {
        let Some((low, high)) = self.ends() else {
            return wording::headline(format!("No figure for {}", self.metric), || {
                "No figure at any of these values".to_owned()
            });
        };
        let [least, most] = [low, high].map(|value| self.shown(value));
        let range =
            if least == most { format!("about {least}") } else { format!("{least} to {most}") };
        let metric = capitalised(&self.metric);
        let short = || wording::headline(format!("{metric}: {range}"), || capitalised(&range));
        wording::headline(self.finding((low, high), &metric), short)
    }

    fn finding(&self, (low, high): (f64, f64), metric: &str) -> String {
        let [least, most] = [low, high].map(|value| self.shown(value));
        let complete = self.points.iter().all(|(_, value)| value.is_some());
        if !self.moves() {
            let names: Vec<&str> = self.keys.iter().map(|key| key.name.as_str()).collect();
            return match names.as_slice() {
                [one] if complete => format!("None of these values of {one} moves {}", self.metric),
                [one, other] if complete => {
                    format!("Neither {one} nor {other} moves {} here", self.metric)
                }
                _ => format!("{metric}: {least} wherever there is a figure"),
            };
        }
        if self.requirement && self.keys.iter().any(|key| key.numeric) {
            return self.even_chance((low, high), metric);
        }
        match self.keys.as_slice() {
            [key] if key.numeric && complete => self.along(key, metric, (&least, &most)),
            [key] => self.between(key, metric, (low, high)),
            _ => {
                let own = self.own.map(|(word, own)| format!("; {word} {}", self.shown(own)));
                format!("{metric}: {least} to {most}{}", own.unwrap_or_default())
            }
        }
    }

    /// "15,000 troops: even chance only with ceasefire above 62 %".
    fn even_chance(&self, (low, high): (f64, f64), metric: &str) -> String {
        if high < 0.5 {
            return format!("{metric}: nowhere an even chance, at most {}", self.shown(high));
        }
        if low >= 0.5 {
            return format!("{metric}: everywhere an even chance or better");
        }
        let limit =
            self.keys.iter().enumerate().filter(|(_, key)| key.numeric).find_map(|(at, key)| {
                let even = |(_, value): &&Point| value.is_some_and(|value| value >= 0.5);
                let places = || self.points.iter().filter(even).map(|(places, _)| places[at]);
                let (first, last) = (places().min()?, places().max()?);
                let below = first.checked_sub(1).and_then(|below| key.labels.get(below));
                let above = key.labels.get(last + 1);
                match (below, above) {
                    (Some(below), None) => Some(format!("{} above {below}", key.name)),
                    (None, Some(above)) => Some(format!("{} below {above}", key.name)),
                    _ => None,
                }
            });
        let [low, high] = [low, high].map(|value| self.shown(value));
        limit.map_or(format!("{metric}: chance from {low} to {high}"), |limit| {
            format!("{metric}: even chance only with {limit}")
        })
    }

    /// "Ceasefire lifts expected force from 0 to 7,290".
    fn along(&self, key: &KeyFacts, metric: &str, (least, most): (&str, &str)) -> String {
        let values: Vec<f64> = self.points.iter().filter_map(|(_, value)| *value).collect();
        let dust = ROUNDING * values.iter().copied().fold(0.0, f64::max);
        let never = |falls: bool| {
            values.windows(2).all(|ends| {
                if falls { ends[1] <= ends[0] + dust } else { ends[1] >= ends[0] - dust }
            })
        };
        let name = capitalised(&key.name);
        if least == most {
            format!("{name} hardly moves {}: {least}", self.metric)
        } else if never(false) {
            format!("{name} lifts {} from {least} to {most}", self.metric)
        } else if never(true) {
            format!("{name} lowers {} from {most} to {least}", self.metric)
        } else {
            format!("{metric} lies between {least} and {most}")
        }
    }

    /// "Expected force: 1,777 (low) to 3,554 (high)".
    fn between(&self, key: &KeyFacts, metric: &str, (low, high): (f64, f64)) -> String {
        let dust = ROUNDING * high.abs();
        let told = |end: f64| {
            let near = |value: &f64| (value - end).abs() <= dust;
            let at = self.points.iter().filter(|(_, value)| value.as_ref().is_some_and(near));
            let at: Vec<usize> = at.filter_map(|(places, _)| places.first().copied()).collect();
            match at.as_slice() {
                [one] => format!("{} ({})", self.shown(end), lower(key.labels.get(*one))),
                _ => self.shown(end),
            }
        };
        format!("{metric}: {} to {}", told(low), told(high))
    }
}

/// The option without its value.
fn lower(label: Option<&String>) -> String {
    let label = label.map_or("", |label| label.split(": ").next().unwrap_or(label));
    super::super::lowered(label)
}
