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
    /// By mark: which part of the whole it belongs to: those of one part are never found together, and
    /// where there is evidence each part has a root.
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

#[cfg(test)]
mod tests {
    use super::super::game::Game;
    use super::super::{Forces, means_of};
    use super::{Goal, Most, most};
    use crate::evaluate::diagram::OverBudget;
    use crate::evaluate::distribution::Sizes;
    use crate::evaluate::factors::Factors;
    use crate::evaluate::program::Programs;
    use crate::model::{Floor, Model, Node};
    use rand_chacha::ChaCha8Rng;
    use rand_chacha::rand_core::{Rng as _, SeedableRng as _};
    use std::collections::BTreeMap;

    /// What is asked: the mean of what nodes are worth, or how probable one is, and what is given.
    struct Asked {
        model: Model,
        worth: BTreeMap<usize, f64>,
        given: usize,
        mean: bool,
    }

    impl Asked {
        /// The largest figure and the smallest, and how much either took. After so many passes the
        /// search stops.
        fn ends(&self, passes: u64) -> Result<[Option<Most>; 2], OverBudget> {
            let model = &self.model;
            let all: Vec<usize> = (0..model.variables.len()).collect();
            let mut factors = Factors::new(model, model.parents_first(&all), 1_000_000);
            let given = (self.given != 0).then_some(self.given);
            let (queries, numbers, goal) = if self.mean {
                means_of(&mut factors, &self.worth, given)?
            } else {
                let needs = *self.worth.keys().next().unwrap_or(&0);
                let floor = Floor::sketch(Vec::new(), 0, needs);
                Forces::new(&mut factors, given).query(&Sizes::new(), &floor)?
            };
            let mut programs = Programs::new(factors);
            let roots = queries.iter().map(|query| programs.compile(query));
            let roots = roots.collect::<Result<Vec<_>, _>>()?;
            let game = Game::new(&programs, &roots, (&numbers, goal.certain))?;
            let ranges = model.ranges.iter();
            let middle = ranges.map(|own| &model.variables[own.variable].clauses[own.clause].1);
            let start = middle.map(|own| Some(own.clone())).collect();
            let steps = passes.saturating_mul(game.steps());
            let least = most(&game, &goal.opposite(), &start, steps);
            let least = least.map(|own| Most { value: -own.value, ..own });
            Ok([most(&game, &goal, &start, steps), least])
        }

        /// The figure with the chances as they are; none where what is given has none.
        fn figure(&self) -> Option<f64> {
            let (model, mut whole, mut part) = (&self.model, 0.0, 0.0);
            for (chance, values) in model.worlds() {
                if values[self.given] {
                    let worth = self.worth.iter().filter(|(node, _)| values[**node]);
                    whole += chance;
                    part += chance * worth.map(|(_, worth)| worth).sum::<f64>();
                }
            }
            (whole > 0.0).then(|| part / whole)
        }

        /// The largest and the smallest figure at all corners.
        fn corners(&self) -> [f64; 2] {
            let ranges = &self.model.ranges;
            let corner = |chosen: usize| {
                let mut model = self.model.clone();
                for (at, own) in ranges.iter().enumerate() {
                    let (low, high) = own.ends[1];
                    let chance = if chosen >> at & 1 == 1 { high } else { low };
                    model.variables[own.variable].clauses[own.clause].1 =
                        vec![1.0 - chance, chance];
                }
                Self { model, worth: self.worth.clone(), ..*self }.figure()
            };
            let figures: Vec<f64> = (0..1 << ranges.len()).filter_map(corner).collect();
            let ends = [f64::max, f64::min];
            ends.map(|end| figures.iter().copied().reduce(end).unwrap_or(f64::NAN))
        }
    }

    /// Conditions with clauses, and formulas in which each helps one way and hurts another.
    fn any(random: &mut ChaCha8Rng) -> Asked {
        let mut below = |count: u32| (random.next_u32() % count) as usize;
        let mut model = Model::sketch(vec![Node::Constant(true)], &[2; 6]);
        let is: Vec<usize> = (0..6).map(|variable| model.is(variable)).collect();
        let ends = [(0.25, 0.5), (0.125, 0.875), (0.5, 0.75), (0.0, 1.0)];
        for variable in 0..6 {
            if variable > 1 {
                let when = is[below(2)];
                model.variables[variable].clauses =
                    vec![(when, vec![0.75, 0.25]), (0, vec![0.375, 0.625])];
                if below(2) == 0 {
                    model.range(variable, 0, ends[below(3)]);
                }
            }
            if variable < 4 {
                let last = model.variables[variable].clauses.len() - 1;
                model.range(variable, last, ends[below(4)]);
            }
        }
        let mut formula = || {
            let mut one = || is[below(6)];
            let (a, b, c) = (one(), one(), one());
            let not = model.node(Node::Not(a));
            let [first, second] = [vec![a, b], vec![not, c]].map(|of| model.node(Node::All(of)));
            model.node(Node::Any(vec![first, second]))
        };
        let nodes = [formula(), formula(), formula()];
        let (mean, given) = (below(2) == 0, if below(2) == 0 { 0 } else { nodes[2] });
        let worth = [(nodes[0], 1.0), (nodes[1], 3.0)];
        let worth = worth.into_iter().take(if mean { 2 } else { 1 }).collect();
        Asked { model, worth, given, mean }
    }

    #[test]
    fn ends_are_those_of_all_corners_and_what_is_not_looked_at_is_within_a_bound()
    -> Result<(), OverBudget> {
        let mut random = ChaCha8Rng::seed_from_u64(8);
        let (mut passes, mut bounds, mut useful) = (0, 0, 0);
        for _ in 0..60 {
            let asked = any(&mut random);
            let wanted = asked.corners();
            let whole = asked.ends(100_000)?;
            let top: f64 = if asked.mean { asked.worth.values().sum() } else { 1.0 };
            for limit in [0, 2, 4, 6, 10, 20, 100_000] {
                for (at, found) in asked.ends(limit)?.into_iter().enumerate() {
                    let (Some(found), Some(whole)) = (found, whole[at]) else {
                        panic!("no end");
                    };
                    let (sign, end) = ([1.0, -1.0][at], [top, 0.0][at]);
                    let beyond = sign * (found.value - wanted[at]);
                    if found.sharp {
                        assert!(beyond.abs() < 1e-12, "{} {:?}", found.value, wanted);
                        assert!((found.steps, found.value) == (whole.steps, whole.value));
                    } else {
                        assert!(limit < 100_000 && found.steps < whole.steps);
                        assert!(beyond > -1e-12, "{} {:?}", found.value, wanted);
                        assert!(sign * (end - found.value) > -1e-12, "{} {end}", found.value);
                        bounds += 1;
                        useful += u32::from(sign * (end - found.value) > 1e-3);
                    }
                }
            }
            passes += whole.iter().flatten().map(|own| own.steps).sum::<u64>();
        }
        // That the search looks at what matters most shows in its work and in its bounds alone.
        assert!(passes < 50_000, "{passes}");
        assert!(bounds > 200 && 5 * useful > 4 * bounds, "{useful} of {bounds}");
        Ok(())
    }

    #[test]
    fn small_chances_have_ends_of_their_own() -> Result<(), OverBudget> {
        let mut model = Model::sketch(vec![Node::Constant(true)], &[2, 2]);
        model.range(0, 0, (0.25, 0.75));
        model.variables[1].clauses[0].1 = vec![1.0, 1e-20];
        let of = vec![model.is(0), model.is(1)];
        let worth = BTreeMap::from([(model.node(Node::All(of)), 1.0)]);
        for mean in [false, true] {
            let asked = Asked { model: model.clone(), worth: worth.clone(), given: 0, mean };
            let ends = asked.ends(1000)?.map(|own| own.map(|own| (own.value, own.sharp)));
            let [Some((high, true)), Some((low, true))] = ends else { panic!("{ends:?}") };
            assert!((high / 7.5e-21 - 1.0).abs() < 1e-12 && (low / 2.5e-21 - 1.0).abs() < 1e-12);
        }
        Ok(())
    }

    #[test]
    fn what_is_given_and_impossible_where_the_search_starts_has_no_ends() -> Result<(), OverBudget>
    {
        let mut model = Model::sketch(vec![Node::Constant(true)], &[2, 2]);
        let (first, second) = (model.is(0), model.is(1));
        model.range(0, 0, (0.25, 0.5));
        model.variables[1].clauses[0].1 = vec![1.0, 0.0];
        let worth = BTreeMap::from([(first, 1.0)]);
        let given = model.node(Node::All(vec![first, second]));
        let asked = Asked { model, worth, given, mean: true };
        assert!(asked.ends(1000)?.iter().all(Option::is_none));
        Ok(())
    }

    #[test]
    fn parts_have_a_ratio_each_and_a_ceiling_each() {
        let goal = Goal { worth: vec![2.0, 0.0, 5.0, 1.0], part: vec![0, 0, 1, 1], certain: false };
        let found = goal.ratio(&[0.25, 0.25, 0.125, 0.375]).map(|own| (own.value, own.parts));
        assert_eq!(found, Some((3.0, vec![1.0, 2.0])));
        assert_eq!(goal.ratio(&[0.0; 4]).map(|own| own.value), None);
        assert_eq!((goal.ceiling(), goal.opposite().ceiling()), (7.0, -1.0));
        let certain = Goal { certain: true, ..goal };
        assert_eq!((certain.ceiling(), certain.opposite().ceiling()), (7.0, 0.0));
    }
}
