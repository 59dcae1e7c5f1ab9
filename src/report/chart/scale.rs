//! Numbers on paper: linear scales with a zero baseline, ticks at round values, and number formats.
//!
//! In: values. Out: pixels and text. Only arithmetic that is the same on every platform is used.

use crate::report::words;
pub(super) use crate::report::words::thousands;

/// A linear scale from 0 at `start` to `max` at `end`, in pixels.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scale {
    pub(super) start: i32,
    pub(super) end: i32,
    pub(super) max: f64,
}

impl Scale {
    /// The pixel of a value; values off the scale are drawn at its ends.
    pub(super) fn at(self, value: f64) -> i32 {
        self.start + round(self.along(value))
    }

    /// How far from its start a value lies, in pixels and parts of them.
    pub(super) fn along(self, value: f64) -> f64 {
        let share = if self.max > 0.0 { (value / self.max).clamp(0.0, 1.0) } else { 0.0 };
        f64::from(self.end - self.start) * share
    }
}

/// Round values from 0 to the first at or above `max`, about `target` steps apart by at least `finest`.
pub(super) fn ticks(max: f64, target: i32, finest: f64) -> Vec<f64> {
    let step = step(max / f64::from(target.max(1)), finest);
    let mut ticks = vec![0.0];
    for index in 1..=100 {
        ticks.push(f64::from(index) * step);
        if f64::from(index) * step >= max {
            break;
        }
    }
    ticks
}

/// Round values between `low` and `high`, about `target` steps apart by at least `finest`.
pub(super) fn between((low, high): (f64, f64), target: i32, finest: f64) -> Vec<f64> {
    let step = step((high - low) / f64::from(target.max(1)), finest);
    let first = (low / step - 1e-9).ceil();
    let ticks = (0..=100).map(|index| (first + f64::from(index)) * step);
    ticks.take_while(|tick| *tick <= high + step * 1e-9).collect()
}

/// How many steps, up to `most`, leave room for labels of a given width along an axis.
pub(super) fn steps((start, end): (i32, i32), label: i32, most: i32) -> i32 {
    ((end - start) * 4 / (label * 7).max(1)).clamp(1, most)
}

/// The smallest of 1, 2, 5, 10, 20, ... times `finest` that is at least `raw`.
pub(super) fn step(raw: f64, finest: f64) -> f64 {
    let mut decade = finest;
    while decade * 10.0 < raw && decade < 1e15 {
        decade *= 10.0;
    }
    let steps = [1.0, 2.0, 5.0, 10.0].map(|factor| factor * decade);
    steps.into_iter().find(|step| *step >= raw).unwrap_or(decade)
}

/// The last tick, which is where an axis ends.
pub(super) fn last(ticks: &[f64]) -> f64 {
    ticks.last().copied().unwrap_or(1.0)
}

/// The greatest finite value, 0 if there is none.
pub(super) fn greatest(values: impl IntoIterator<Item = f64>) -> f64 {
    values.into_iter().filter(|value| value.is_finite()).fold(0.0, f64::max)
}

/// A probability in whole per cent that no line break parts: "6 %", "<1 %".
pub(super) fn percent(probability: f64) -> String {
    words::percent(probability).replace(' ', "\u{A0}")
}

/// The label of a per cent tick, with a decimal where the steps need it.
pub(super) fn percent_tick(value: f64) -> String {
    let tenths = (value * 10.0).round() % 10.0 != 0.0;
    if tenths { format!("{value:.1}\u{A0}%") } else { format!("{value:.0}\u{A0}%") }
}

/// The nearest whole pixel.
#[expect(clippy::cast_possible_truncation, reason = "clamped to what a page can hold")]
pub(super) fn round(value: f64) -> i32 {
    value.round().clamp(-1e6, 1e6) as i32
}

/// A number of things as pixels are counted.
pub(super) fn count(things: usize) -> i32 {
    i32::try_from(things).unwrap_or(i32::MAX)
}

/// A number of pixels or rows as an index; nothing below 0.
pub(super) fn index(number: i32) -> usize {
    usize::try_from(number).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_cover_the_values() {
        assert_eq!(ticks(12_000.0, 6, 1.0), [0.0, 2e3, 4e3, 6e3, 8e3, 1e4, 1.2e4]);
        assert_eq!(ticks(1_250_000.0, 6, 1.0), [0.0, 5e5, 1e6, 1.5e6]);
        assert_eq!(ticks(3.0, 6, 1.0), [0.0, 1.0, 2.0, 3.0]);
        assert_eq!(ticks(0.0, 6, 1.0), [0.0, 1.0]);
    }

    #[test]
    fn ticks_between_two_values_are_round_and_lie_there() {
        assert_eq!(between((0.0, 100.0), 5, 0.1), [0.0, 20.0, 40.0, 60.0, 80.0, 100.0]);
        assert_eq!(between((15_000.0, 30_000.0), 4, 1.0), [15e3, 20e3, 25e3, 30e3]);
        assert_eq!(between((0.3, 0.9), 4, 0.1).len(), 3);
        assert_eq!(between((-3.0, 3.0), 3, 1.0), [-2.0, 0.0, 2.0]);
    }

    #[test]
    fn labels_have_room() {
        assert_eq!(
            [steps((0, 1000), 80, 6), steps((0, 200), 80, 6), steps((0, 9), 80, 6)],
            [6, 1, 1]
        );
    }

    #[test]
    fn a_scale_starts_at_zero_and_stays_on_the_axis() {
        let scale = Scale { start: 100, end: 300, max: 10.0 };
        assert_eq!(
            [-1.0, 0.0, 5.0, 10.0, 99.0].map(|value| scale.at(value)),
            [100, 100, 200, 300, 300]
        );
    }
}
