//! What the chart of a sweep says: the finding in ten words, and each line's range.
//!
//! In: the figures at all points. Out: words. What is said of a figure holds at every point shown.

use crate::report::wording;
use crate::report::words::{capitalised, list, percent, thousands};

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
    /// Whether each value of the second key is a line over the first.
    pub(super) lines: bool,
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
        let finding = self.finding((low, high), &metric);
        let without_metric =
            finding.strip_prefix(&format!("{metric}: even")).map(|rest| format!("Even{rest}"));
        wording::headline(finding, || match without_metric {
            Some(limit) => wording::headline(limit, short),
            None => short(),
        })
    }

    fn finding(&self, (low, high): (f64, f64), metric: &str) -> String {
        let [least, most] = [low, high].map(|value| self.shown(value));
        let complete = self.points.iter().all(|(_, value)| value.is_some());
        if !self.moves() {
            let names: Vec<&str> = self.keys.iter().map(|key| key.name.as_str()).collect();
            return match names.as_slice() {
                [one] if complete => format!("{metric}: {least} at each value of {one}"),
                [_, _] if complete => format!("{metric}: {least} everywhere"),
                _ => format!("{metric}: {least} wherever there is a figure"),
            };
        }
        if self.requirement && self.keys.iter().any(|key| key.numeric) {
            return self.even_chance((low, high), metric);
        }
        match self.keys.as_slice() {
            [key] if key.numeric && complete => self.along(key, metric, (&least, &most)),
            [key] => self.between(key, metric, (low, high)),
            [key, other] if self.lines && complete && self.rises(other.labels.len()).is_some() => {
                let mut tops: Vec<String> = Vec::new();
                for top in self.rises(other.labels.len()).unwrap_or_default() {
                    // Lines that end alike are told of once.
                    if !tops.contains(&top) {
                        tops.push(top);
                    }
                }
                let name = capitalised(&key.name);
                format!("{name} lifts {} to {}", self.metric, list(&tops, "or"))
            }
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
        let limits = (0..self.keys.len()).filter_map(|at| self.limit(at));
        let limit = limits.reduce(|one, other| if other.1 > one.1 { other } else { one });
        let [low, high] = [low, high].map(|value| self.shown(value));
        limit.map_or(format!("{metric}: chance from {low} to {high}"), |(limit, _)| {
            format!("{metric}: even chance only with {limit}")
        })
    }

    /// "ceasefire above 62 %": where a key's numbers must lie for an even chance, and how many of them
    /// this rules out, in thousandths. What has no figure rules nothing out.
    fn limit(&self, at: usize) -> Option<(String, usize)> {
        let key = self.keys.get(at).filter(|key| key.numeric)?;
        let known = self.points.iter().filter_map(|(places, value)| Some((places[at], (*value)?)));
        let even = || known.clone().filter(|(_, value)| *value >= 0.5).map(|(place, _)| place);
        let (first, last) = (even().min()?, even().max()?);
        let number = key.labels.len();
        let told = |place: usize| known.clone().any(|(own, _)| own == place);
        let below = (0..first).rev().find(|place| told(*place));
        let above = (last + 1..number).find(|place| told(*place));
        match (below, above) {
            (Some(below), None) => {
                let limit = format!("{} above {}", key.name, key.labels[below]);
                Some((limit, (below + 1) * 1000 / number))
            }
            (None, Some(above)) => {
                let limit = format!("{} below {}", key.name, key.labels[above]);
                Some((limit, (number - above) * 1000 / number))
            }
            _ => None,
        }
    }

    /// Where up to three lines end that all rise; none where one does not.
    fn rises(&self, lines: usize) -> Option<Vec<String>> {
        let line = |at: usize| {
            let own = self.points.iter().filter(move |(places, _)| places.get(1) == Some(&at));
            own.filter_map(|(_, value)| *value)
        };
        let rising = |at: usize| {
            let values: Vec<f64> = line(at).collect();
            let (first, last) = (values.first()?, values.last()?);
            let steps = values.windows(2).all(|ends| ends[1] >= ends[0] - ROUNDING * ends[0].abs());
            let told = self.shown(*last);
            (steps && self.shown(*first) != told).then_some(told)
        };
        (0..lines).map(rising).collect::<Option<Vec<String>>>().filter(|tops| tops.len() <= 3)
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

#[cfg(test)]
mod tests {
    use super::{Facts, KeyFacts, told};

    fn key(name: &str, labels: &[&str], numeric: bool) -> KeyFacts {
        let labels = labels.iter().map(|label| (*label).to_owned()).collect();
        KeyFacts { name: name.to_owned(), labels, numeric }
    }

    /// Over one key, "a" to "e".
    fn said(requirement: bool, numeric: bool, values: &[Option<f64>]) -> String {
        let points = values.iter().enumerate().map(|(at, value)| (vec![at], *value));
        Facts {
            metric: if requirement { "15,000 troops" } else { "expected force" }.to_owned(),
            requirement,
            points: points.collect(),
            keys: vec![key("truce", &["a", "b", "c", "d", "e"][..values.len()], numeric)],
            ..Facts::default()
        }
        .headline()
    }

    #[test]
    fn headlines_say_what_holds_at_every_point() {
        let troops = |values: &[f64]| {
            said(false, true, &values.iter().copied().map(Some).collect::<Vec<_>>())
        };
        assert_eq!(troops(&[0.0, 500.0, 7290.0]), "Truce lifts expected force from 0 to 7,290");
        assert_eq!(troops(&[900.0, 900.0, 10.0]), "Truce lowers expected force from 900 to 10");
        assert_eq!(troops(&[10.0, 900.0, 20.0]), "Expected force lies between 10 and 900");
        assert_eq!(troops(&[70.0, 70.0]), "Expected force: 70 at each value of truce");
        assert_eq!(troops(&[0.0, 0.0]), "Expected force: 0 at each value of truce");
        assert_eq!(troops(&[70.1, 70.2]), "Truce hardly moves expected force: 70");
        assert_eq!(said(false, true, &[None, None]), "No figure for expected force");
        let words = |values: &[f64]| {
            said(false, false, &values.iter().copied().map(Some).collect::<Vec<_>>())
        };
        assert_eq!(words(&[10.0, 900.0, 20.0]), "Expected force: 10 (a) to 900 (b)");
        assert_eq!(words(&[10.0, 900.0, 900.0]), "Expected force: 10 (a) to 900");
    }

    #[test]
    fn an_even_chance_is_stated_with_the_last_value_that_rules_it_out() {
        let chance = |values: &[f64]| {
            said(true, true, &values.iter().copied().map(Some).collect::<Vec<_>>())
        };
        let only = "15,000 troops: even chance only with truce";
        assert_eq!(chance(&[0.0, 0.4, 0.5, 0.9]), format!("{only} above b"));
        assert_eq!(chance(&[0.9, 0.5, 0.4, 0.0]), format!("{only} below c"));
        assert_eq!(chance(&[0.1, 0.6, 0.1]), "15,000 troops: chance from 10 % to 60 %");
        assert_eq!(chance(&[0.0, 0.0]), "15,000 troops: 0 % at each value of truce");
        let nowhere = "15,000 troops: nowhere an even chance, at most 50 %";
        assert_eq!(chance(&[0.0, 0.4999]), nowhere);
        let everywhere = "15,000 troops: everywhere an even chance or better";
        assert_eq!(chance(&[0.5, 0.6]), everywhere);
        // What has no figure rules nothing out.
        let missing = said(true, true, &[None, Some(0.6), Some(0.4)]);
        assert_eq!(missing, format!("{only} below c"));
        let missing = said(true, true, &[None, Some(0.4), Some(0.6)]);
        assert_eq!(missing, format!("{only} above b"));
    }

    #[test]
    fn the_key_that_rules_out_more_is_named() {
        // Even only at x = 2 of 0, 1, 2 and y = 1 of 0, 1.
        let points = (0..6).map(|at| {
            let (x, y) = (at % 3, at / 3);
            (vec![x, y], Some(if (x, y) == (2, 1) { 0.7 } else { 0.1 }))
        });
        let keys = vec![key("x", &["0", "1", "2"], true), key("y", &["0", "1"], true)];
        let (metric, points) = ("r".to_owned(), points.collect());
        let facts = Facts { metric, requirement: true, points, keys, ..Facts::default() };
        assert_eq!(facts.headline(), "R: even chance only with x above 1");
        let facts = Facts { metric: "a requirement of many words".to_owned(), ..facts };
        assert_eq!(facts.headline(), "Even chance only with x above 1");
    }

    #[test]
    fn lines_that_all_rise_are_told_by_where_they_end() {
        let points = |falls: bool| {
            let value = |(x, y): (usize, usize)| {
                if falls && y == 1 { [9.0, 0.0][x] } else { [0.0, 10.0 + [0.0, 5.0][y]][x] }
            };
            (0..4)
                .map(|at| (at % 2, at / 2))
                .map(|at| (vec![at.0, at.1], Some(value(at))))
                .collect()
        };
        let keys =
            || vec![key("truce", &["0 %", "100 %"], true), key("size", &["low", "high"], false)];
        let facts = |falls: bool| Facts {
            metric: "expected force".to_owned(),
            points: points(falls),
            keys: keys(),
            lines: true,
            own: Some(("in the file", 3.0)),
            ..Facts::default()
        };
        assert_eq!(facts(false).headline(), "Truce lifts expected force to 10 or 15");
        assert_eq!(facts(true).headline(), "Expected force: 0 to 10; in the file 3");
        let alike = (0..4).map(|at| (vec![at % 2, at / 2], Some([0.0, 10.0][at % 2])));
        let alike = Facts { points: alike.collect(), ..facts(false) };
        assert_eq!(alike.headline(), "Truce lifts expected force to 10");
    }

    #[test]
    fn long_names_give_way_to_the_figures() {
        let points = [0.0, 9.0].into_iter().enumerate().map(|(at, value)| (vec![at], Some(value)));
        let facts = Facts {
            metric: "a name of very many words that goes on and on and on".to_owned(),
            points: points.collect(),
            keys: vec![key("k", &["a", "b"], true)],
            ..Facts::default()
        };
        assert_eq!(facts.headline(), "0 to 9");
    }

    #[test]
    fn ranges_say_where_there_is_no_figure() {
        assert_eq!(told(false, &[Some(0.0), Some(7290.0)]), "0 to 7,290");
        assert_eq!(told(true, &[Some(0.1), Some(0.1)]), "10 % throughout");
        assert_eq!(told(true, &[None, Some(0.1), Some(0.4)]), "10 % to 40 %; none at 1 of 3");
        assert_eq!(told(true, &[None]), "no figure");
    }
}
