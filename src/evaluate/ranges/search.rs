//! The largest ratio over all corners of the ranges.
//!
//! In: a [`Game`], and what its marks are worth. Out: the largest mean worth given that anything is
//! marked, or a bound. The ratio N / D is at most t where N - t D is at most 0 everywhere
//! (Dinkelbach, On nonlinear fractional programming, 1967), which a pass over the game tells at
//! once where places agree. Where they do not, the block that they differ most about is settled at
//! each of its corners in turn (branch and bound). In each block alone N and D are linear, so the
//! extremes are at corners.

use super::game::{Game, Pass, Setting};
use crate::law::LEAST_GIVEN;

/// What is less than this part of the sum of its terms is nothing.
const NOISE: f64 = 1e-13;

/// What the marks of a game are worth.
#[derive(Clone, Debug)]
pub struct Goal {
    /// By mark.
    pub worth: Vec<f64>,
    /// By mark: which part of the whole it belongs to, of those that have a root each.
    pub part: Vec<usize>,
    /// Whether there is no evidence: what is unmarked is then worth nothing, else it is impossible.
    pub certain: bool,
}

/// The largest ratio.
#[derive(Clone, Copy, Debug)]
pub struct Most {
    /// It, or more.
    pub value: f64,
    /// Whether some distributions in the ranges give it.
    pub sharp: bool,
    /// The steps that it took.
    pub steps: u64,
}

/// A ratio, and what each of its parts has of it.
#[derive(Clone, Debug)]
struct Ratio {
    value: f64,
    parts: Vec<f64>,
}

impl Goal {
    /// The same with every worth turned round.
    #[must_use]
    pub fn opposite(&self) -> Self {
        Self { worth: self.worth.iter().map(|worth| -worth).collect(), ..self.clone() }
    }

    /// The ratio where marks are so probable; none where what is given is impossible, or too
    /// rare to divide by.
    fn ratio(&self, marks: &[f64]) -> Option<Ratio> {
        let whole = if self.certain { 1.0 } else { self.whole(marks) };
        if whole < LEAST_GIVEN {
            return None;
        }
        let mut parts = vec![0.0; self.part.iter().max().map_or(0, |last| last + 1)];
        for (at, mark) in marks.iter().enumerate() {
            parts[self.part[at]] += self.worth[at] * mark / whole;
        }
        Some(Ratio { value: parts.iter().sum(), parts })
    }

    /// How probable the evidence is, by the marks of the first part.
    fn whole(&self, marks: &[f64]) -> f64 {
        marks.iter().zip(&self.part).filter(|(_, part)| **part == 0).map(|(mark, _)| mark).sum()
    }

    /// The gain of each mark beyond a ratio.
    fn gains(&self, than: &Ratio) -> Vec<f64> {
        let beyond = |(worth, part): (&f64, &usize)| {
            if self.certain { *worth } else { worth - than.parts[*part] }
        };
        self.worth.iter().zip(&self.part).map(beyond).collect()
    }

    /// The most that any distribution could give.
    fn ceiling(&self) -> f64 {
        let none = if self.certain { 0.0 } else { f64::MIN };
        let mut parts = vec![none; self.part.iter().max().map_or(0, |last| last + 1)];
        for (worth, part) in self.worth.iter().zip(&self.part) {
            parts[*part] = parts[*part].max(*worth);
        }
        parts.iter().sum()
    }
}

/// The largest ratio, starting from one that is possible; none where that one is not. Settling stops
/// after so many steps.
pub fn most(game: &Game, goal: &Goal, start: &Setting, steps: u64) -> Option<Most> {
    let first = game.pass(&goal.worth, start);
    let best = goal.ratio(&first.marks)?;
    let mut search = Search { game, goal, best, left: steps };
    let mut open = vec![vec![None; start.len()]];
    while let Some(setting) = open.pop() {
        match search.settle(&setting) {
            Found::Nothing => {}
            Found::Halves(parts) => open.extend(parts),
            Found::Tired => {
                open.push(setting);
                break;
            }
        }
    }
    if open.is_empty() {
        let (value, spent) = (search.best.value, steps - search.left);
        return Some(Most { value, sharp: true, steps: spent });
    }
    Some(Most { value: search.bound(&open), sharp: false, steps })
}

struct Search<'g> {
    game: &'g Game,
    goal: &'g Goal,
    /// The largest ratio that was found.
    best: Ratio,
    left: u64,
}

/// What looking at a part of the box leads to.
enum Found {
    /// Nothing better is in it.
    Nothing,
    /// It is in one of these.
    Halves(Vec<Setting>),
    /// No work is left, or there are too many parts.
    Tired,
}

impl Search<'_> {
    fn settle(&mut self, setting: &Setting) -> Found {
        loop {
            let Some(left) = self.left.checked_sub(2 * self.game.steps()) else {
                return Found::Tired;
            };
            self.left = left;
            let gains = self.goal.gains(&self.best);
            let pass = self.game.pass(&gains, setting);
            if self.surplus(&gains, &pass) <= 0.0 {
                return Found::Nothing;
            }
            let common = self.game.common(&gains, setting, &pass);
            let together = self.game.pass(&gains, &common);
            if let Some(found) = self.goal.ratio(&together.marks)
                && found.value > self.best.value + NOISE * self.best.value.abs()
            {
                self.best = found;
                continue;
            }
            let Some(block) = self.game.divided(&gains, &pass, &together) else {
                return Found::Nothing;
            };
            let Some(corners) = self.game.blocks()[block].corners() else { return Found::Tired };
            let settled = corners.into_iter().map(|corner| {
                let mut setting = setting.clone();
                setting[block] = Some(corner);
                setting
            });
            return Found::Halves(settled.collect());
        }
    }

    /// By how much a pass exceeds the best ratio; 0 where that may be rounding.
    fn surplus(&self, gains: &[f64], pass: &Pass) -> f64 {
        let terms = gains.iter().zip(&pass.marks).map(|(gain, mark)| gain.abs() * mark);
        let base = if self.goal.certain { self.best.value } else { 0.0 };
        let (surplus, size) = (pass.value - base, terms.sum::<f64>() + base.abs());
        if surplus > NOISE * size { surplus } else { 0.0 }
    }

    /// What no distribution in the parts of the box that are left exceeds.
    fn bound(&self, open: &[Setting]) -> f64 {
        let gains = self.goal.gains(&self.best);
        let surplus = |setting: &Setting| self.surplus(&gains, &self.game.pass(&gains, setting));
        let surplus = open.iter().map(surplus).fold(0.0, f64::max);
        let least = if self.goal.certain {
            1.0
        } else {
            let part = |part: &usize| if *part == 0 { -1.0 } else { 0.0 };
            let against: Vec<f64> = self.goal.part.iter().map(part).collect();
            let free = vec![None; self.game.blocks().len()];
            -self.game.pass(&against, &free).value
        };
        let ceiling = self.goal.ceiling();
        if least > 0.0 { (self.best.value + surplus / least).min(ceiling) } else { ceiling }
    }
}
