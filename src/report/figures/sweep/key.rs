//! A key of a sweep as a chart shows it.
//!
//! In: an `Axis` and where the file stands on it. Out: a `Key`: names, values in order, and the file's own.

use super::headline::KeyFacts;
use crate::report::chart::SweepAxis;
use crate::report::figures::lowered;
use crate::report::table::number;
use crate::report::wording::{assumption_name, condition_name, day, option_name};
use crate::report::words::thousands;
use crate::scenario::Scenario;
use crate::study::sweep::Sweep;
use crate::study::sweep::axes::AxisValue;
use crate::study::sweep::own::{self, Place};
use jiff::civil::Date;

/// The keys on which the words around a chart depend.
pub(super) const AS_OF: &str = "scenario.as_of";
pub(super) const HORIZON: &str = "scenario.horizon";

/// The most values of a key that are drawn as lines.
const MOST_OPTIONS: usize = 6;

/// The most numbers of a key that are drawn as lines, where the other key has more.
const MOST_NUMBERS: usize = 4;

/// Where the file stands on a key.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Own {
    /// At a value, by its place in the order shown.
    At(usize),
    /// At a number that may lie between two.
    Number(f64),
}

/// A key and its values in the order in which they are shown.
pub(super) struct Key {
    /// Which axis it is.
    pub(super) axis: usize,
    /// The positions of the values on the axis; ascending numbers, words as written.
    pub(super) positions: Vec<u64>,
    pub(super) own: Option<Own>,
    title: String,
    name: String,
    labels: Vec<String>,
    numbers: Option<Vec<f64>>,
    chances: bool,
}

impl Key {
    pub(super) fn new(
        scenario: &Scenario,
        sweep: &Sweep,
        own: Option<&own::Own>,
        at: usize,
    ) -> Self {
        let axis = &sweep.axes[at];
        let key = axis.full_key(scenario);
        let part = |front: &str, back: &str| key.strip_prefix(front)?.strip_suffix(back);
        let condition =
            part("conditions.", ".probability").and_then(|id| scenario.conditions.index(id));
        let assumption =
            part("assumptions.", ".chosen").and_then(|id| scenario.assumptions.index(id));
        let name = match (condition, assumption) {
            (Some(condition), _) => condition_name(scenario, condition),
            (_, Some(assumption)) => assumption_name(scenario, assumption),
            _ => header(&key).map_or_else(|| axis.key.clone(), str::to_owned),
        };
        let requires = |at: usize| scenario.conditions.at(at).requires.is_some();
        let title = match condition.map(requires) {
            // It is not the probability that other figures show, which counts what it requires.
            Some(true) => format!("{name}: probability, given what it requires"),
            Some(false) => format!("{name}: probability"),
            None => name.clone(),
        };
        let number_at = |at: u64| match axis.value(at) {
            AxisValue::Number(number) => number.to_f64(),
            AxisValue::Text(_) => f64::NAN,
        };
        let mut positions: Vec<u64> = (0..axis.len()).collect();
        if axis.is_numeric() {
            positions.sort_by(|one, other| number_at(*one).total_cmp(&number_at(*other)));
        }
        let chances = condition.is_some();
        let label = |at: &u64| match axis.value(*at) {
            AxisValue::Number(number) => written(number.to_f64(), chances),
            AxisValue::Text(text) => {
                let text = text.trim_matches(['"', '\'']);
                if let Ok(date) = text.parse::<Date>() {
                    return day(date);
                }
                let options = assumption.map(|at| scenario.assumptions.at(at));
                let option = options.filter(|own| own.quantity);
                let option = option.and_then(|own| own.options.iter().find(|own| own.name == text));
                let value = option.map(|own| format!(": {}", written(own.value.to_f64(), false)));
                option_name(text) + &value.unwrap_or_default()
            }
        };
        let labels = positions.iter().map(label).collect();
        let numbers: Vec<f64> = positions.iter().map(|at| number_at(*at)).collect();
        let numbers = Some(numbers).filter(|_| axis.is_numeric());
        let place = own.and_then(|own| own.places.get(at).copied().flatten());
        let own = match place {
            Some(Place::Value(at)) => positions.iter().position(|own| *own == at).map(Own::At),
            Some(Place::Chance(chance)) if numbers.is_some() => Some(Own::Number(chance)),
            Some(Place::Chance(chance)) => {
                let same = |own: &u64| {
                    sweep.stated(at, *own).is_some_and(|own| (own - chance).abs() < 1e-12)
                };
                positions.iter().position(same).map(Own::At)
            }
            None => None,
        };
        Self { axis: at, positions, own, title, name, labels, numbers, chances }
    }

    /// Whether it is a scale: numbers, at least two of them different.
    pub(super) fn is_numeric(&self) -> bool {
        let ends = self.numbers.as_ref().and_then(|own| own.first().zip(own.last()));
        ends.is_some_and(|(low, high)| low < high)
    }

    /// Whether it has so few values that each is a line over the other key's numbers.
    pub(super) fn is_short_beside(&self, other: &Self) -> bool {
        let own = self.positions.len();
        if self.is_numeric() {
            own <= MOST_NUMBERS && own * 2 <= other.positions.len()
        } else {
            own <= MOST_OPTIONS
        }
    }

    pub(super) fn shown(&self) -> SweepAxis {
        SweepAxis {
            title: self.title.clone(),
            labels: self.labels.clone(),
            numbers: self.numbers.clone(),
            chances: self.chances,
        }
    }

    /// "High: 30,000", or "ceasefire 50 %" where the value alone would not say of what.
    pub(super) fn named(&self, at: usize) -> String {
        if self.numbers.is_some() {
            format!("{} {}", self.name, self.labels[at])
        } else {
            self.labels[at].clone()
        }
    }

    /// The number in the file, where it lies among the others.
    pub(super) fn own_number(&self) -> Option<f64> {
        let numbers = self.numbers.as_ref()?;
        let own = match self.own? {
            Own::At(at) => *numbers.get(at)?,
            Own::Number(number) => number,
        };
        let inside = numbers.first()? - 1e-12 <= own && own <= numbers.last()? + 1e-12;
        inside.then_some(own)
    }

    /// Where the file stands, counted in values from the first and parts of the way to the next.
    #[expect(clippy::cast_precision_loss, reason = "a key has some thousand values at most")]
    pub(super) fn own_place(&self) -> Option<f64> {
        if let Own::At(at) = self.own? {
            return Some(at as f64);
        }
        let (numbers, own) = (self.numbers.as_ref()?, self.own_number()?);
        let above = numbers.iter().position(|number| *number >= own - 1e-12)?;
        let Some(below) = above.checked_sub(1) else { return Some(0.0) };
        let (low, high) = (numbers[below], numbers[above]);
        let part = if high > low { ((own - low) / (high - low)).clamp(0.0, 1.0) } else { 1.0 };
        Some(below as f64 + part)
    }

    pub(super) fn number_in_words(&self, own: f64) -> String {
        written(own, self.chances)
    }

    /// "ceasefire from 0 % to 100 %".
    pub(super) fn range(&self) -> String {
        let name = lowered(&self.name);
        let own = if self.chances { format!("probability of {name}") } else { name };
        match (self.labels.as_slice(), self.is_numeric()) {
            ([first, .., last], true) => format!("{own} from {first} to {last}"),
            ([one], _) => format!("{own}: {one}"),
            _ => own,
        }
    }

    pub(super) fn facts(&self) -> KeyFacts {
        KeyFacts {
            name: lowered(&self.name),
            // Headlines are broken where they must be.
            labels: self.labels.iter().map(|label| label.replace('\u{A0}', " ")).collect(),
            numeric: self.is_numeric(),
        }
    }
}

/// What a key of `[scenario]` is called.
fn header(key: &str) -> Option<&'static str> {
    match key {
        AS_OF => Some("Date of the knowledge"),
        HORIZON => Some("Horizon"),
        "scenario.counts_from" => Some("Lowest stage that counts"),
        _ => None,
    }
}

/// A value as written, probabilities per cent.
fn written(value: f64, chances: bool) -> String {
    if chances {
        return format!("{}\u{A0}%", number((value * 1e14).round() / 1e12));
    }
    if value.abs() >= 1000.0 && value.fract().abs() < 1e-9 {
        thousands(value)
    } else {
        number(value)
    }
}
