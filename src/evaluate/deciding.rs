//! What decides a requirement: the minimal sets of options of conditions that are enough for it, or
//! rule it out.
//!
//! In: a `Model`, and which sets are wanted. Out: for each requirement how many sets there are,
//! exactly, and the first of them with their figures; none where the budget does not suffice. Only
//! worlds that are possible and agree with the evidence count. With every size fixed at its low end,
//! its mean and its high end in turn, "met" is a diagram (`threshold`), its minimal sets a family
//! (`primes`); each is closed under what its members presuppose (`prerequisites`), and what is then
//! no longer minimal is dropped. First come the sets of the fewest conditions; among them the most
//! probable, and where very many have the same size, those are looked at whose conditions are the
//! most probable one by one.

mod figures;

use super::diagram::{OverBudget, Ref, Spent, TRUE};
use super::evidence;
use super::factors::{Factors, narrow};
use super::families::{Family, NONE};
use super::implicant::Goal;
use super::polarity::Polarities;
use super::portfolio;
use super::prerequisites::Prerequisites;
use super::primes::Primes;
use super::program::Programs;
use super::sums::{activity, term_law};
use super::threshold::Thresholds;
use super::{MaxSize, SetLimits};
use crate::law::Law;
use crate::model::{Floor, Model, NodeId};
use crate::outcomes::Deciding;
use rayon::prelude::*;
use std::collections::BTreeMap;

/// Where the work does not suffice for as many conditions as are wanted, up to so many more than the
/// smallest set has are tried.
const SPARE: u32 = 2;

/// Whether sets are enough or rule out.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Direction {
    /// Every possible world with the set meets the requirement.
    Unlock,
    /// None does.
    Block,
}

/// The sets of each requirement.
pub fn deciding(
    model: &Model,
    laws: &[Option<Law>],
    (direction, limits): (Direction, SetLimits),
    budget: u64,
) -> Vec<Option<Deciding>> {
    let model = &*evidence::lightened(model);
    let share = budget / limits.part / model.floors.len().max(1) as u64;
    let one = |floor| {
        let question = Question { model, laws, floor, direction, limits };
        let found = portfolio::attempt(model, (&question.roots(), &[]), share, |factors, limit| {
            let last = limit >= share / portfolio::LAST;
            Search::new(question, factors, limit)?.answer(last)
        });
        found.ok()
    };
    model.floors.par_iter().map(one).collect()
}

/// Which sets of which requirement.
#[derive(Clone, Copy)]
struct Question<'m> {
    model: &'m Model,
    laws: &'m [Option<Law>],
    floor: &'m Floor,
    direction: Direction,
    limits: SetLimits,
}

impl Question<'_> {
    fn roots(self) -> Vec<NodeId> {
        let mut roots = activity(self.model, &self.floor.sum);
        roots.extend([self.floor.needs, self.model.evidence]);
        roots
    }

    /// What each activity adds at the low ends, the means and the high ends of all sizes.
    fn added(self) -> BTreeMap<NodeId, [u64; 3]> {
        let mut added: BTreeMap<NodeId, [u64; 3]> = BTreeMap::new();
        for term in &self.floor.sum {
            let law = term_law(self.model, self.laws, term);
            let sizes = [law.low().unwrap_or(0), whole(law.mean()), law.high().unwrap_or(0)];
            let active = self.model.pledges[term.pledge].active;
            let sums = added.entry(active).or_default();
            sums.iter_mut().zip(sizes).for_each(|(sum, size)| *sum += size);
        }
        added
    }

    /// The option of each condition, if there is one, under which no set that does without the
    /// condition does worse than under its other options.
    fn worst(self, order: &[usize]) -> Vec<Option<usize>> {
        let mut polarities = Polarities::new(self.model);
        let wanted = self.direction == Direction::Unlock;
        for active in self.added().into_keys() {
            polarities.add(active, wanted);
        }
        polarities.add(self.floor.needs, wanted);
        polarities.add_possible(order);
        order.iter().map(|variable| polarities.worst(*variable)).collect()
    }

    /// What the floor asks of each part of a sum, at each of the three sizes. What it needs beside
    /// troops is a part that outweighs all others.
    fn sums(self, factors: &mut Factors<'_>) -> Spent<[Sum; 3]> {
        let mut sums = [(); 3].map(|()| Sum { parts: Vec::new(), floor: 0 });
        let floor = self.floor.floor.unwrap_or(0);
        for (active, sizes) in self.added().into_iter().filter(|_| floor > 0) {
            let active = factors.formula(active)?;
            sums.iter_mut().zip(sizes).for_each(|(sum, size)| sum.parts.push((active, size)));
        }
        let needs = factors.formula(self.floor.needs)?;
        for sum in &mut sums {
            let weight = sum.parts.iter().fold(1, |all, (_, size)| all + size);
            sum.parts.push((needs, weight));
            sum.floor = floor + weight;
        }
        Ok(sums)
    }
}

/// Where each part of a sum is there, what it adds, and what they are to add up to.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
struct Sum {
    parts: Vec<(Ref, u64)>,
    floor: u64,
}

/// A mean as a whole number, half rounded up: means are halves or sixths but for their rounding.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "below 2^53")]
fn whole(mean: f64) -> u64 {
    (mean + 0.5 + 1e-6) as u64
}

/// The minimal closed sets of up to a number of conditions.
struct Found {
    most: u32,
    prerequisites: Prerequisites,
    /// At the low ends, the means and the high ends of all sizes.
    at: [Family; 3],
}

/// One requirement under one order of the conditions.
struct Search<'m> {
    question: Question<'m>,
    programs: Programs<'m>,
    primes: Primes,
    possible: Ref,
    thresholds: Thresholds,
    /// At each of the three sizes.
    sums: [Sum; 3],
    /// What is to hold, for sets of at most so many options.
    goals: BTreeMap<(Sum, u32), Goal>,
    /// Operations left, on diagrams and on families.
    left: u64,
}

impl<'m> Search<'m> {
    fn new(question: Question<'m>, mut factors: Factors<'m>, limit: u64) -> Spent<Self> {
        let order = factors.order.clone();
        let worlds = factors.possible(&order)?;
        let evidence = factors.formula(question.model.evidence)?;
        let possible = factors.diagrams.and(worlds, evidence)?;
        let sums = question.sums(&mut factors)?;
        let worst = question.worst(&order);
        let primes = Primes::new(&factors.diagrams, worst.clone(), limit);
        let thresholds = Thresholds::new(worst);
        let left = limit.saturating_sub(factors.diagrams.steps());
        let (programs, goals) = (Programs::new(factors), BTreeMap::new());
        Ok(Self { question, programs, primes, possible, thresholds, sums, goals, left })
    }

    /// Does something with half of the work that is left.
    fn within<T>(&mut self, work: impl FnOnce(&mut Self) -> Spent<T>) -> Spent<T> {
        let steps =
            |own: &Self| own.programs.factors.diagrams.steps() + own.primes.families.steps();
        let before = steps(self);
        self.programs.factors.diagrams.allow(self.left / 2);
        self.primes.families.allow(self.left / 2);
        let result = work(self);
        self.left = self.left.saturating_sub(steps(self) - before);
        result
    }

    /// All sets of up to as many conditions as are wanted. In a last attempt those of fewer, where
    /// the work does not suffice for them.
    fn answer(&mut self, last: bool) -> Spent<Deciding> {
        let Some((fewest, smallest)) = self.within(Self::smallest)? else {
            return Ok(Deciding::default());
        };
        let levels = narrow(self.programs.factors.order.len());
        let wanted = match self.question.limits.max_size {
            MaxSize::All => levels,
            MaxSize::AtMost(most) => most.min(levels),
            MaxSize::SmallestAnd(more) => (smallest + more).min(levels),
        };
        if !last || wanted > smallest + SPARE {
            match self.within(|search| search.sets(wanted)) {
                Ok(found) => return figures::told(self, &found),
                Err(over) if !last => return Err(over),
                Err(_) => {}
            }
        }
        let mut found = Vec::new();
        for most in fewest.min(wanted)..=wanted.min(smallest + SPARE) {
            let Ok(own) = self.within(|search| search.sets(most)) else { break };
            found.push(own);
        }
        let told = found.iter().rev().find_map(|own| figures::told(self, own).ok());
        told.ok_or(OverBudget)
    }

    /// How many conditions the smallest closed sets have, at those sizes where it takes the fewest
    /// and where it takes the most; none where there is no set at all.
    fn smallest(&mut self) -> Spent<Option<(u32, u32)>> {
        let mut found = Vec::new();
        for at in 0..self.sums.len() {
            found.extend(self.smallest_at(at)?);
        }
        Ok(found.iter().min().copied().zip(found.iter().max().copied()))
    }

    /// The same at one of the sizes.
    fn smallest_at(&mut self, at: usize) -> Spent<Option<u32>> {
        let levels = narrow(self.programs.factors.order.len());
        for most in 0..=levels {
            if self.minimal(at, most)? == NONE {
                continue;
            }
            let prerequisites = self.prerequisites(most)?;
            let closed = self.closed((at, most), &prerequisites)?;
            // Any set of more members has more than `most` when it is closed.
            for size in [most, most + 1] {
                if self.primes.families.up_to(closed, size)? != NONE {
                    return Ok(Some(size));
                }
            }
        }
        Ok(None)
    }

    /// What is to hold at one of the sizes, as far as sets of at most so many options can tell.
    fn goal(&mut self, at: usize, most: u32) -> Spent<Goal> {
        let sum = &self.sums[at];
        let key = (sum.clone(), most);
        if let Some(known) = self.goals.get(&key) {
            return Ok(*known);
        }
        let diagrams = &mut self.programs.factors.diagrams;
        let met = match (&sum.parts[..], sum.floor) {
            ([(needs, _)], 1) => *needs,
            (parts, floor) => self.thresholds.reached(diagrams, (parts, floor), most)?,
        };
        let wanted = match self.question.direction {
            Direction::Unlock => met,
            Direction::Block => diagrams.not(met)?,
        };
        let f = diagrams.ite(self.possible, wanted, TRUE)?;
        let goal = Goal { f, p: self.possible };
        self.goals.insert(key, goal);
        Ok(goal)
    }

    /// The minimal sets of up to so many conditions, at one of the sizes.
    fn minimal(&mut self, at: usize, most: u32) -> Spent<Family> {
        let goal = self.goal(at, most)?;
        self.primes.up_to(&mut self.programs.factors.diagrams, goal, most)
    }

    fn prerequisites(&mut self, most: u32) -> Spent<Prerequisites> {
        let (factors, primes) = (&mut self.programs.factors, &mut self.primes);
        Prerequisites::new(factors, primes, (self.possible, most))
    }

    /// The same, each with what it presupposes.
    fn closed(&mut self, (at, most): (usize, u32), with: &Prerequisites) -> Spent<Family> {
        let sets = self.minimal(at, most)?;
        with.close(&mut self.primes, sets)
    }

    fn sets(&mut self, most: u32) -> Spent<Found> {
        let prerequisites = self.prerequisites(most)?;
        let mut found = [NONE; 3];
        for (at, found) in found.iter_mut().enumerate() {
            let closed = self.closed((at, most), &prerequisites)?;
            *found = self.primes.families.up_to(closed, most)?;
        }
        Ok(Found { most, prerequisites, at: found })
    }
}

#[cfg(test)]
mod tests {
    use super::{Direction, Question, Search, deciding, whole};
    use crate::evaluate::diagram::OverBudget;
    use crate::evaluate::factors::Factors;
    use crate::evaluate::sums::size_laws;
    use crate::evaluate::{MaxSize, SetLimits};
    use crate::law::Law;
    use crate::model::{Floor, Model, Node, Size};
    use crate::outcomes::Deciding;

    /// So many requirements: one condition of each three beside two pledges of one.
    fn model(floors: usize) -> Model {
        let mut model = Model::sketch(vec![Node::Constant(true)], &vec![2; 3 * floors]);
        for own in 0..floors {
            let [needs, one, other] = [0, 1, 2].map(|at| model.is(3 * own + at));
            let sum = [one, other].map(|active| model.pledge(active, Size::Fixed(1))).to_vec();
            model.floors.push(Floor::sketch(sum, 1, needs));
        }
        model
    }

    fn found(model: &Model, part: u64, budget: u64) -> Vec<Option<Deciding>> {
        let limits = SetLimits { max_size: MaxSize::All, top: None, part };
        deciding(model, &size_laws(model), (Direction::Unlock, limits), budget)
    }

    fn question<'m>(model: &'m Model, laws: &'m [Option<Law>], max_size: MaxSize) -> Question<'m> {
        let limits = SetLimits { max_size, top: None, part: 1 };
        Question { model, laws, floor: &model.floors[0], direction: Direction::Unlock, limits }
    }

    #[test]
    fn means_are_rounded_half_up() {
        let means = [0.0, 0.4, 0.5, 1.4, 1.5 - 1e-9, 2.5, 2.6, 7.0 + 1.0 / 6.0];
        assert_eq!(means.map(whole), [0, 0, 1, 1, 2, 3, 3, 7]);
    }

    #[test]
    fn what_is_needed_beside_troops_outweighs_them() -> Result<(), OverBudget> {
        let mut model = model(1);
        let laws = size_laws(&model);
        let mut factors = Factors::new(&model, vec![0, 1, 2], 1000);
        let [sum, ..] = question(&model, &laws, MaxSize::All).sums(&mut factors)?;
        assert_eq!(sum.parts.iter().map(|part| part.1).collect::<Vec<_>>(), [1, 1, 3]);
        assert_eq!(sum.floor, 4);
        let all = found(&model, 1, 1 << 20).pop().flatten().unwrap();
        let sets: Vec<_> = all.sets.into_iter().map(|set| set.conditions).collect();
        assert_eq!(sets, [[(0, 1), (1, 1)], [(0, 1), (2, 1)]]);
        // Without a floor, troops play no part.
        model.floors[0].floor = None;
        let mut factors = Factors::new(&model, vec![0, 1, 2], 1000);
        for sum in question(&model, &laws, MaxSize::All).sums(&mut factors)? {
            assert_eq!((sum.parts.len(), sum.floor), (1, 1));
        }
        Ok(())
    }

    #[test]
    fn requirements_share_their_part_of_the_work() {
        let known = |floors: usize, part: u64, budget: u64| {
            found(&model(floors), part, budget).iter().filter(|own| own.is_some()).count()
        };
        let enough = (0..30).map(|power| 1 << power).find(|b| known(1, 1, *b) == 1).unwrap();
        assert_eq!(known(8, 1, 2 * enough), 0);
        assert_eq!(known(8, 1, 16 * enough), 8);
        assert_eq!(known(1, 8, 4 * enough), 0);
        assert_eq!(known(1, 8, 16 * enough), 1);
    }

    #[test]
    fn half_of_what_is_left_may_be_spent_at_once() -> Result<(), OverBudget> {
        let model = model(1);
        let laws = size_laws(&model);
        let factors = Factors::new(&model, vec![0, 1, 2], 1000);
        let mut search = Search::new(question(&model, &laws, MaxSize::All), factors, 1000)?;
        search.left = 203;
        let spend =
            |steps| move |search: &mut Search<'_>| search.programs.factors.diagrams.spend(steps);
        assert!(search.within(spend(100)).is_ok());
        assert_eq!(search.left, 103);
        assert!(search.within(spend(52)).is_err());
        assert_eq!(search.left, 51);
        Ok(())
    }

    #[test]
    fn the_last_attempt_tells_what_it_can() {
        // Half of sixteen: 12,870 sets of eight; or one of two.
        let mut model = Model::sketch(vec![Node::Constant(true)], &[2; 18]);
        let is: Vec<usize> = (0..18).map(|variable| model.is(variable)).collect();
        let half = model.at_least(8, is[..16].to_vec());
        let both = model.node(Node::All(is[16..].to_vec()));
        let needs = model.node(Node::Any(vec![half, both]));
        let (sum, named) = (Vec::new(), Vec::new());
        model.floors.push(Floor { sum, floor: None, needs, named, asked: None });
        let laws = size_laws(&model);
        let order: Vec<usize> = (0..18).collect();
        let (mut partial, mut all) = (0, 0);
        for budget in (0..10).map(|step| 200 + 1600 * step * step) {
            let answer = |last: bool, max_size| {
                let factors = Factors::new(&model, order.clone(), budget);
                Search::new(question(&model, &laws, max_size), factors, budget)?.answer(last)
            };
            let (early, late) = (answer(false, MaxSize::All), answer(true, MaxSize::All));
            if let Ok(early) = early {
                assert_eq!((early.max_size, early.counts[0]), (Some(18), 12_871.0));
                assert_eq!(late.as_ref(), Ok(&early));
                all += 1;
            } else if let Ok(late) = late {
                assert!((2..=4).contains(&late.max_size.unwrap()));
                assert!((late.counts[0] - 1.0).abs() < 0.5);
                // Where the work ends before the list, there is none.
                let mut sets = late.sets.iter();
                assert!(sets.all(|set| set.conditions == [(16, 1), (17, 1)]));
                partial += 1;
            }
            for more in [0, 4] {
                for last in [false, true] {
                    if let Ok(found) = answer(last, MaxSize::SmallestAnd(more)) {
                        let most = found.max_size.unwrap();
                        assert!(most == 2 + more as usize || last && (2..=4).contains(&most));
                    }
                }
            }
        }
        assert!(partial > 0 && all > 0, "{partial} {all}");
    }
}
