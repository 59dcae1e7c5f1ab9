//! Axes: the keys that a sweep varies, and their values.
//!
//! In: `KEY=VALUES` as written. Out: an `Axis`, whose values are counted and not stored. VALUES are
//! separated by commas outside of brackets and quotes; each is a value as `--set` takes it, or a
//! range of numbers `FROM..TO/STEP`, both ends among them, in exact decimals.

use crate::decimal::Decimal;
use crate::load::Varied;
use crate::scenario::Scenario;
use std::ops::Range;

/// The most values of one axis.
const MOST_VALUES: u64 = 100_000_000;

/// A key and the values that it takes.
#[derive(Clone, Debug)]
pub struct Axis {
    /// The key as written.
    pub key: String,
    argument: String,
    items: Vec<Item>,
}

/// What stands between two commas.
#[derive(Clone, Debug)]
struct Item {
    place: Range<usize>,
    values: Values,
}

#[derive(Clone, Debug)]
enum Values {
    One(String),
    /// The first, the step and how many.
    Range(Decimal, Decimal, u64),
}

/// A value of an axis.
#[derive(Clone, Debug, PartialEq)]
pub enum AxisValue {
    /// A number.
    Number(Decimal),
    /// Anything else, as written.
    Text(String),
}

impl Axis {
    /// Reads `KEY=VALUES`; what is wrong with it, where it cannot be read.
    pub fn parse(argument: &str) -> Result<Self, String> {
        let form = "write it as KEY=VALUES, such as ceasefire=0..1/0.1 or force_size=low,high";
        let (key, values) = argument.split_once('=').ok_or(form)?;
        if key.trim().is_empty() || argument.contains(['\n', '\r']) {
            return Err(form.to_owned());
        }
        let start = key.len() + 1;
        let mut items = Vec::new();
        for place in pieces(values) {
            let text = values[place.clone()].trim();
            let before = values[place.clone()].len() - values[place.clone()].trim_start().len();
            if text.is_empty() {
                return Err(format!("a value is missing between commas; {form}"));
            }
            let first = start + place.start + before;
            items.push(Item { place: first..first + text.len(), values: Values::parse(text)? });
        }
        let axis = Self { key: key.trim().to_owned(), argument: argument.to_owned(), items };
        if axis.len() > MOST_VALUES {
            return Err(format!("more than {MOST_VALUES} values; take a larger step"));
        }
        Ok(axis)
    }

    /// `KEY=VALUES` as written.
    pub fn argument(&self) -> &str {
        &self.argument
    }

    /// How many values it has, at least one.
    pub fn len(&self) -> u64 {
        self.items.iter().map(|item| item.values.len()).fold(0, u64::saturating_add)
    }

    /// Whether it has none; never.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// A value by its position.
    pub fn value(&self, at: u64) -> AxisValue {
        match self.find(at) {
            Some((Item { values: Values::Range(from, step, _), .. }, within)) => {
                let step = step.times(within).unwrap_or(Decimal::ZERO);
                AxisValue::Number(from.plus(step))
            }
            Some((Item { values: Values::One(text), .. }, _)) => {
                Decimal::parse(text).map_or(AxisValue::Text(text.clone()), AxisValue::Number)
            }
            None => AxisValue::Text(String::new()),
        }
    }

    /// Whether all values are numbers.
    pub fn is_numeric(&self) -> bool {
        let number = |values: &Values| match values {
            Values::One(text) => Decimal::parse(text).is_some(),
            Values::Range(..) => true,
        };
        self.items.iter().all(|item| number(&item.values))
    }

    /// A value as a setting that knows its place in the argument.
    pub fn varied(&self, at: u64) -> Varied {
        let place = self.find(at).map_or(0, |(item, _)| item.place.start);
        let begin = self.argument.find('=').map_or(0, |equals| equals + 1);
        let blank = " ".repeat(place.saturating_sub(begin));
        let value = match self.value(at) {
            AxisValue::Number(number) => number.to_string(),
            AxisValue::Text(text) => text,
        };
        let setting = format!("{}{blank}{value}", &self.argument[..begin]);
        Varied { argument: self.argument.clone(), setting }
    }

    /// The positions that must be checked so that all values are known to be probabilities: those
    /// between the ends of a range are, where the ends are.
    pub(super) fn ends(&self) -> Vec<u64> {
        let mut ends = Vec::new();
        let mut before = 0;
        for item in &self.items {
            let count = item.values.len();
            ends.push(before);
            ends.extend((count > 1).then(|| before + count - 1));
            before += count;
        }
        ends
    }

    /// The key written in full.
    pub fn full_key(&self, scenario: &Scenario) -> String {
        let parts: Vec<&str> =
            self.key.split('.').map(|part| part.trim().trim_matches('"')).collect();
        let key = parts.join(".");
        if scenario.assumptions.index(&key).is_some() {
            format!("assumptions.{key}.chosen")
        } else if scenario.conditions.index(&key).is_some() {
            format!("conditions.{key}.probability")
        } else {
            key
        }
    }

    fn find(&self, at: u64) -> Option<(&Item, u64)> {
        let mut left = at;
        for item in &self.items {
            let count = item.values.len();
            if left < count {
                return Some((item, left));
            }
            left -= count;
        }
        None
    }
}

impl Values {
    fn parse(text: &str) -> Result<Self, String> {
        let Some((from, rest)) = text.split_once("..") else {
            return Ok(Self::One(text.to_owned()));
        };
        let (to, step) = rest.split_once('/').map_or((rest, None), |(to, step)| (to, Some(step)));
        let number = |text: &str| Decimal::parse(text.trim());
        let Some((from, to)) = number(from).zip(number(to)) else {
            return Ok(Self::One(text.to_owned()));
        };
        let help = "write a range as FROM..TO/STEP, such as 0..1/0.01";
        let step = step.and_then(number).filter(|step| *step > Decimal::ZERO);
        let step = step.ok_or_else(|| format!("`{text}` has no step above 0; {help}"))?;
        let width = to.minus(from);
        if width < Decimal::ZERO {
            return Err(format!("`{text}` ends before it begins; {help}"));
        }
        let steps = width.times_of(step).filter(|steps| *steps < MOST_VALUES);
        let steps = steps.ok_or_else(|| format!("`{text}` has too many values; {help}"))?;
        match step.times(steps) {
            Some(reached) if reached == width => Ok(Self::Range(from, step, steps + 1)),
            _ => Err(format!("the steps of `{text}` do not reach {to}; {help}")),
        }
    }

    fn len(&self) -> u64 {
        match self {
            Self::One(_) => 1,
            Self::Range(.., count) => *count,
        }
    }
}

/// The ranges between commas that stand in no brackets and no quotes.
fn pieces(text: &str) -> Vec<Range<usize>> {
    let (mut pieces, mut start, mut depth, mut quote) = (Vec::new(), 0, 0_i32, None);
    for (at, character) in text.char_indices() {
        match (quote, character) {
            (Some(open), _) if character == open => quote = None,
            (None, '"' | '\'') => quote = Some(character),
            (None, '[' | '{' | '(') => depth += 1,
            (None, ']' | '}' | ')') => depth -= 1,
            (None, ',') if depth <= 0 => {
                pieces.push(start..at);
                start = at + 1;
            }
            _ => {}
        }
    }
    pieces.push(start..text.len());
    pieces
}

#[cfg(test)]
mod tests {
    use super::{Axis, AxisValue};

    fn values(argument: &str) -> Vec<String> {
        let axis = Axis::parse(argument).unwrap();
        let shown = |at| match axis.value(at) {
            AxisValue::Number(number) => number.to_string(),
            AxisValue::Text(text) => text,
        };
        (0..axis.len()).map(shown).collect()
    }

    #[test]
    fn ranges_have_both_ends_and_exact_decimals() {
        let tenths = ["0", "0.1", "0.2", "0.3", "0.4", "0.5", "0.6", "0.7", "0.8", "0.9", "1"];
        assert_eq!(values("x=0..1/0.1"), tenths);
        assert_eq!(values("x=0.3..0.3/0.1"), ["0.3"]);
        assert_eq!(values("x= -1 .. 1 / 1 "), ["-1", "0", "1"]);
        assert_eq!(values("x=0.05, 0.5..1/0.25,likely"), ["0.05", "0.5", "0.75", "1", "likely"]);
        assert_eq!(Axis::parse("x=0..1/0.000001").unwrap().len(), 1_000_001);
    }

    #[test]
    fn commas_in_brackets_and_quotes_separate_nothing() {
        assert_eq!(values("x=[0.1, 0.2],[0.3,0.4]"), ["[0.1, 0.2]", "[0.3,0.4]"]);
        assert_eq!(values("x=\"at_least(1, a, b)\",'a,b'"), ["\"at_least(1, a, b)\"", "'a,b'"]);
        assert_eq!(values("x=at_least(1, a, b),a"), ["at_least(1, a, b)", "a"]);
    }

    #[test]
    fn what_is_no_list_of_values_is_refused() {
        for bad in [
            "x",
            "=1",
            " =1",
            "x=",
            "x=1,,2",
            "x=1,",
            "x=0..1",
            "x=0..1/0",
            "x=0..1/-1",
            "x=1..0/1",
            "x=0..1/0.3",
            "x=0..1/x",
            "x=0..1000000000/1",
            "x=1\n2",
        ] {
            assert!(Axis::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_value_stands_where_it_is_in_the_argument() {
        let axis = Axis::parse("a.b= low, 0..2/1,high").unwrap();
        let settings: Vec<String> = (0..5).map(|at| axis.varied(at).setting).collect();
        let expected = ["a.b= low", "a.b=      0", "a.b=      1", "a.b=      2"];
        assert_eq!(settings[..4], expected);
        assert_eq!(settings[4].find("high"), axis.argument.find("high"));
    }
}
