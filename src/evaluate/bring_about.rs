//! What brings a force about: a smallest set of conditions after which no other force is possible.
//!
//! In: the nodes of some pledges, the sets of them that occur, and how much work may be spent. Out:
//! for each set a smallest list of (condition, option) such that every possible world with those
//! options has that force, closed under what its members presuppose, so that the ceasefire behind a
//! vote is named too; and whether it is the only way. Only worlds that are possible and agree with
//! the evidence count. There may be many smallest sets: of those whose options are the most
//! probable one by one, up to a number, the set that is the most probable as a whole is taken.
//! Where the smallest take too long to find, it is a set of which nothing can be left out.

use super::bits;
use super::choices::{Choices, Label};
use super::diagram::{FALSE, OverBudget, Ref, Spent, TRUE};
use super::factors::Factors;
use super::implicant::{Goal, Implicants, enough};
use super::paths::{self, only};
use super::portfolio;
use super::program::{Programs, Query};
use crate::model::{Model, NodeId};
use std::cmp::Reverse;

/// How many of the smallest sets are compared by their probabilities.
const MOST_SETS: usize = 64;

/// One force may spend this part of what is left.
const PART: u64 = 8;

/// Probabilities that differ by less than this part of them are equal.
const ROUNDING: f64 = 1e-12;

/// What brings one force about.
#[derive(Clone, Debug, Default)]
pub struct Way {
    /// The smallest set: conditions, parents first, and their options.
    pub smallest: Vec<Label>,
    /// The same and what its members presuppose.
    pub conditions: Vec<Label>,
    /// Whether every possible world with the force has the smallest set.
    pub only: bool,
}

/// The way to each set in `forces`, whose bits are in the order of `nodes`; none where the budget
/// does not suffice.
pub fn ways(model: &Model, nodes: &[NodeId], forces: &[Vec<u64>], budget: u64) -> Vec<Option<Way>> {
    let mut roots = nodes.to_vec();
    roots.push(model.evidence);
    let mut found: Vec<Option<Way>> = vec![None; forces.len()];
    let mut open: Vec<usize> = (0..forces.len()).collect();
    let _ = portfolio::attempt(model, (&roots, &[]), budget, |factors, limit| {
        let last = limit >= budget / portfolio::LAST;
        let mut space = Space::new(factors, nodes, (limit, last))?;
        open.retain(|at| {
            let force = &forces[*at];
            let smallest = space.within(|space| space.smallest(force)).ok();
            let is_found = smallest.is_some();
            if is_found {
                found[*at] = smallest;
            } else if last {
                found[*at] = space.within(|space| space.enough(force)).ok();
            }
            !is_found
        });
        if open.is_empty() { Ok(()) } else { Err(OverBudget) }
    });
    found
}

/// The possible worlds of the conditions that pledges and the evidence depend on.
struct Space<'m> {
    factors: Factors<'m>,
    /// Where the worlds are possible and agree with the evidence.
    possible: Ref,
    /// Pledges by position, those that depend on late levels first, so that what is in work is small.
    parts: Vec<(usize, NodeId)>,
    /// All ways through the chances of the conditions; none where that takes too much work.
    chances: Option<Choices>,
    /// How probable each option of each level is.
    weights: Vec<Vec<f64>>,
    implicants: Implicants,
    /// Operations left.
    left: u64,
}

impl<'m> Space<'m> {
    /// Without chances only where more work will not be allowed.
    fn new(factors: Factors<'m>, nodes: &[NodeId], (limit, last): (u64, bool)) -> Spent<Self> {
        let model = factors.model;
        let mut programs = Programs::new(factors);
        programs.factors.diagrams.allow(limit / 4);
        let always = model.holds_always(model.evidence);
        let required = if always { Vec::new() } else { vec![model.evidence] };
        let kept = programs.factors.order.clone();
        let root = programs.compile(&Query { required, kept, ..Query::default() });
        if root.is_err() && !last {
            return Err(OverBudget);
        }
        let chances = root.ok().map(|root| Choices::of_program(&programs, root).0);
        let mut factors = programs.factors;
        let before = factors.diagrams.steps();
        factors.diagrams.allow(limit / 2);
        let order = factors.order.clone();
        let worlds = factors.possible(&order)?;
        let evidence = factors.formula(model.evidence)?;
        let possible = factors.diagrams.and(worlds, evidence)?;
        let mut parts: Vec<(usize, NodeId)> = nodes.iter().copied().enumerate().collect();
        let deepest = |node: NodeId| {
            model.support(node).into_iter().filter_map(|variable| factors.levels[variable]).max()
        };
        parts.sort_by_cached_key(|(at, node)| (Reverse(deepest(*node)), *at));
        let weights = weights(model, &order, chances.as_ref());
        let left = limit.saturating_sub(factors.diagrams.steps() - before);
        let implicants = Implicants::default();
        Ok(Self { factors, possible, parts, chances, weights, implicants, left })
    }

    /// Does something with a part of the work that is left.
    fn within<T>(&mut self, work: impl FnOnce(&mut Self) -> Spent<T>) -> Spent<T> {
        let before = self.factors.diagrams.steps();
        self.factors.diagrams.allow(self.left / PART);
        let result = work(self);
        self.left = self.left.saturating_sub(self.factors.diagrams.steps() - before);
        result
    }

    /// Where a force is what there is.
    fn force(&mut self, force: &[u64]) -> Spent<Ref> {
        let mut all = TRUE;
        for at in 0..self.parts.len() {
            let (position, node) = self.parts[at];
            let mut part = self.factors.formula(node)?;
            if !bits::has(force, position) {
                part = self.factors.diagrams.not(part)?;
            }
            all = self.factors.diagrams.and(part, all)?;
        }
        Ok(all)
    }

    /// A force, and what makes sure of it.
    fn goal(&mut self, force: &[u64]) -> Spent<(Ref, Goal)> {
        let force = self.force(force)?;
        let f = self.factors.diagrams.ite(self.possible, force, TRUE)?;
        Ok((force, Goal { f, p: self.possible }))
    }

    fn smallest(&mut self, force: &[u64]) -> Spent<Way> {
        let (force, goal) = self.goal(force)?;
        let diagrams = &mut self.factors.diagrams;
        let Some(size) = self.implicants.smallest(diagrams, goal)? else {
            return self.way(Vec::new(), FALSE);
        };
        let (choices, root) = self.implicants.all(diagrams, (goal, size), &self.weights)?;
        let sets = choices.heaviest(root).take(MOST_SETS);
        let set = self.most_probable(sets.map(|set| self.named(set.labels)).collect());
        self.way(set, force)
    }

    fn enough(&mut self, force: &[u64]) -> Spent<Way> {
        let (force, goal) = self.goal(force)?;
        let set = enough(&mut self.factors.diagrams, goal, &self.weights)?;
        self.way(self.named(set), force)
    }

    /// Variables instead of levels, in the order of their ids.
    fn named(&self, set: Vec<Label>) -> Vec<Label> {
        let name = |(level, option): Label| (self.factors.order[level], option);
        let mut set: Vec<Label> = set.into_iter().map(name).collect();
        set.sort_unstable();
        set
    }

    /// The most probable of some sets; among equals the first in the order of ids and options.
    fn most_probable(&self, mut sets: Vec<Vec<Label>>) -> Vec<Label> {
        sets.sort_unstable();
        let (Some(chances), [_, _, ..]) = (&self.chances, &sets[..]) else {
            return sets.into_iter().next().unwrap_or_default();
        };
        let mut options = vec![None; self.factors.model.variables.len()];
        let mut best = (-1.0, Vec::new());
        for set in sets {
            for (variable, option) in &set {
                options[*variable] = Some(*option);
            }
            let allowed = |(variable, option): Label| options[variable].is_none_or(|o| o == option);
            let probability = chances.sum(allowed);
            for (variable, _) in &set {
                options[*variable] = None;
            }
            if probability > best.0 * (1.0 + ROUNDING) {
                best = (probability, set);
            }
        }
        best.1
    }

    /// The way by a set to where a force is what there is.
    fn way(&mut self, set: Vec<Label>, force: Ref) -> Spent<Way> {
        let with_force = self.factors.diagrams.and(self.possible, force)?;
        let with_force_too = paths::options(&mut self.factors.diagrams, with_force)?;
        let levels = &self.factors.levels;
        let level = |variable: usize| levels[variable].map_or(0, |level| level as usize);
        let holds = |(of, option): &Label| only(&with_force_too[level(*of)]) == Some(*option);
        let is_only = with_force != FALSE && set.iter().all(holds);
        let conditions = self.closure(&set)?;
        let place = |(variable, _): &Label| conditions.iter().position(|(own, _)| own == variable);
        let mut smallest = set;
        smallest.sort_by_key(place);
        Ok(Way { smallest, conditions, only: is_only })
    }

    /// Adds what holds in every possible world with these options, except what failed or merely
    /// fell to its default: the conditions that the members presuppose.
    fn closure(&mut self, set: &[Label]) -> Spent<Vec<Label>> {
        let model = self.factors.model;
        let literals = set.iter().map(|(of, option)| self.factors.literal(*of, *option));
        let literals: Vec<Ref> = literals.collect();
        let diagrams = &mut self.factors.diagrams;
        let all = diagrams.all(&literals)?;
        let within = diagrams.and(self.possible, all)?;
        let options = paths::options(diagrams, within)?;
        let mut marked = vec![false; model.variables.len()];
        self.factors.order.iter().for_each(|variable| marked[*variable] = true);
        let mut closed = Vec::new();
        for variable in model.ordered(&marked) {
            let Some(level) = self.factors.levels[variable] else { continue };
            let Some(option) = only(&options[level as usize]) else { continue };
            let named = set.iter().any(|(member, _)| *member == variable);
            if named || Some(option) != default_option(model, variable) {
                closed.push((variable, option));
            }
        }
        Ok(closed)
    }
}

/// How probable each option of each level is; the same where the chances are not known. None is
/// nothing: what is possible may be too improbable for a number.
pub(super) fn weights(model: &Model, order: &[usize], chances: Option<&Choices>) -> Vec<Vec<f64>> {
    let options = || model.variables.iter().map(|variable| variable.options);
    let Some(chances) = chances else {
        return order.iter().map(|own| vec![1.0; model.variables[*own].options]).collect();
    };
    let (whole, mut shares) = (chances.sum(|_| true), chances.shares(options()));
    let least = f64::MIN_POSITIVE;
    shares.iter_mut().flatten().for_each(|share| *share = (*share / whole).max(least));
    order.iter().map(|variable| std::mem::take(&mut shares[*variable])).collect()
}

/// The option that a variable takes when nothing happens, if there is one.
pub(super) fn default_option(model: &Model, variable: usize) -> Option<usize> {
    let variable = &model.variables[variable];
    let always = model.holds_always(variable.requires);
    (variable.plain || !always).then_some(variable.otherwise)
}

#[cfg(test)]
mod tests {
    use super::{Space, ways, weights};
    use crate::evaluate::choices::Choices;
    use crate::evaluate::diagram::{OverBudget, Spent};
    use crate::evaluate::factors::Factors;
    use crate::model::{Model, Node};

    /// Plain conditions with one chance each.
    fn model(chances: &[f64]) -> Model {
        let mut model = Model::sketch(vec![Node::Constant(true)], &vec![2; chances.len()]);
        for (variable, chance) in model.variables.iter_mut().zip(chances) {
            variable.clauses = vec![(0, vec![1.0 - chance, *chance])];
        }
        model
    }

    fn space(model: &Model) -> Spent<Space<'_>> {
        let order = (0..model.variables.len()).collect();
        Space::new(Factors::new(model, order, 10_000), &[], (10_000, false))
    }

    #[test]
    fn among_equals_the_first_set_is_taken() -> Result<(), OverBudget> {
        for chance in [0.5, 1e-200] {
            let model = model(&[chance, chance, chance]);
            let pairs = [[0, 1], [0, 2], [1, 2]].map(|pair| pair.map(|of| (of, 1)).to_vec());
            let mut space = space(&model)?;
            let all: Vec<_> = pairs.iter().rev().cloned().collect();
            assert_eq!(space.most_probable(all.clone()), pairs[0]);
            space.chances = None;
            assert_eq!(space.most_probable(all), pairs[0]);
            assert_eq!(space.most_probable(Vec::new()), []);
        }
        let model = model(&[0.1, 0.3, 0.2]);
        let singles = [0, 1, 2].map(|of| vec![(of, 1)]);
        assert_eq!(space(&model)?.most_probable(singles.to_vec()), [(1, 1)]);
        Ok(())
    }

    #[test]
    fn one_force_may_spend_an_eighth_of_what_is_left() -> Result<(), OverBudget> {
        let model = model(&[0.5]);
        let mut space = space(&model)?;
        space.left = 803;
        assert!(space.within(|space| space.factors.diagrams.spend(100)).is_ok());
        assert_eq!(space.left, 703);
        assert!(space.within(|space| space.factors.diagrams.spend(88)).is_err());
        assert_eq!(space.left, 615);
        Ok(())
    }

    #[test]
    fn options_weigh_what_they_have_of_the_whole() {
        let mut model = model(&[0.5]);
        model.variables[0].options = 3;
        let mut choices = Choices::default();
        [0.125, 0.375, 0.0].into_iter().enumerate().for_each(|(option, weight)| {
            choices.offer(weight, Some((0, option)), &[]);
        });
        choices.close();
        let found = weights(&model, &[0], Some(&choices));
        assert_eq!(found, [[0.25, 0.75, f64::MIN_POSITIVE]]);
        assert_eq!(weights(&model, &[0], None), [[1.0; 3]]);
    }

    #[test]
    fn where_the_smallest_take_too_long_some_set_is_found() {
        // An odd number of twelve, or the last three: the first takes all twelve.
        let mut model = model(&[0.5; 15]);
        let mut odd = model.is(0);
        for variable in 1..12 {
            let own = model.is(variable);
            let either = model.node(Node::Any(vec![odd, own]));
            let both = model.node(Node::All(vec![odd, own]));
            let neither = model.node(Node::Not(both));
            odd = model.node(Node::All(vec![either, neither]));
        }
        let last: Vec<usize> = (12..15).map(|variable| model.is(variable)).collect();
        let last = model.node(Node::All(last));
        let active = model.node(Node::Any(vec![odd, last]));
        let mut lengths: Vec<Option<usize>> = (8..30)
            .map(|power| {
                let found = ways(&model, &[active], &[vec![1]], 1 << power).pop().flatten();
                found.map(|way| way.smallest.len())
            })
            .collect();
        lengths.dedup();
        assert_eq!(lengths.first(), Some(&None));
        assert_eq!(lengths.last(), Some(&Some(3)));
        assert!(lengths.contains(&Some(12)), "{lengths:?}");
        // A force that cannot be is brought about by nothing.
        let never = model.node(Node::Constant(false));
        let way = ways(&model, &[never], &[vec![1]], 1 << 20).pop().flatten().unwrap();
        assert!(way.smallest.is_empty() && way.conditions.is_empty() && !way.only);
    }
}
