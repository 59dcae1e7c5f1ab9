//! Choices: a graph of alternatives and the parts that each needs, with a weight for every
//! alternative.
//!
//! In: nodes, parts before what needs them, or a program. Out: the sum over all ways through the
//! graph, what every label has of it, and the heaviest ways, one after the other. A way takes one
//! alternative at each node that it reaches and then all of its parts. What is best from a node on
//! is known exactly, so the search for the next way never looks at one that cannot be it.
//! (Nilsson, Principles of Artificial Intelligence, 1980, chapter 3; Huang and Chiang, Better k-best
//! parsing, 2005.)

use super::factors::narrow;
use super::program::{ProgramId, Programs, Step};
use super::traverse::reachable;
use crate::law;
use std::cmp::Ordering;
use std::collections::BinaryHeap;
use std::ops::Range;

/// A node of [`Choices`].
pub type ChoiceId = u32;

/// What an alternative stands for: a variable and its option.
pub type Label = (usize, usize);

/// No state before, nothing pending.
const NONE: u32 = u32::MAX;

/// Ratios that agree in all but so many of their last bits count as equal.
const NOISE: u32 = 12;

/// One alternative of a node.
#[derive(Clone, Debug)]
struct Alternative {
    weight: f64,
    /// The weight of the best way through it, as a part of the best through the node.
    ratio: f64,
    label: Option<Label>,
    parts: Range<u32>,
}

/// A graph of alternatives.
#[derive(Clone, Debug, Default)]
pub struct Choices {
    /// The alternatives of each node.
    nodes: Vec<Range<u32>>,
    /// Best first.
    alternatives: Vec<Alternative>,
    parts: Vec<ChoiceId>,
    /// The weight of the best way from each node.
    best: Vec<Scaled>,
    /// Alternatives of the node that comes next, each with its best way.
    open: Vec<(Scaled, Alternative)>,
}

/// A weight that may be too small for a number: `value`, which is above 2^-256 unless it is zero,
/// times 2^-256 as often as `scale` says.
#[derive(Clone, Copy, Debug)]
struct Scaled {
    value: f64,
    scale: u32,
}

/// 2^-256 and 2^256.
const SCALE: [f64; 2] = [f64::from_bits((1023 - 256) << 52), f64::from_bits((1023 + 256) << 52)];

impl Scaled {
    fn new(mut value: f64, mut scale: u32) -> Self {
        while value > 0.0 && value <= SCALE[0] {
            (value, scale) = (value * SCALE[1], scale + 1);
        }
        Self { value, scale }
    }

    fn times(self, other: Self) -> Self {
        Self::new(self.value * other.value, self.scale + other.scale)
    }

    fn cmp(&self, other: &Self) -> Ordering {
        other.scale.cmp(&self.scale).then_with(|| self.value.total_cmp(&other.value))
    }

    /// Which part of another, larger one it is.
    fn part_of(self, whole: Self) -> f64 {
        (whole.scale..self.scale).fold(self.value / whole.value, |part, _| part * SCALE[0])
    }
}

impl Choices {
    /// Adds an alternative to the node that comes next.
    pub fn offer(&mut self, weight: f64, label: Option<Label>, parts: &[ChoiceId]) {
        let best = parts.iter().map(|part| self.best[*part as usize]);
        let best = best.fold(Scaled::new(weight, 0), Scaled::times);
        let first = narrow(self.parts.len());
        self.parts.extend_from_slice(parts);
        let parts = first..narrow(self.parts.len());
        self.open.push((best, Alternative { weight, ratio: 1.0, label, parts }));
    }

    /// The node of all alternatives since the last one; those without weight are left out.
    pub fn close(&mut self) -> ChoiceId {
        let mut own = std::mem::take(&mut self.open);
        own.retain(|(best, _)| best.value > 0.0);
        own.sort_by(|(left, _), (right, _)| right.cmp(left));
        let best = own.first().map_or(Scaled::new(0.0, 0), |(best, _)| *best);
        let first = narrow(self.alternatives.len());
        self.alternatives.extend(
            own.into_iter()
                .map(|(way, alternative)| Alternative { ratio: way.part_of(best), ..alternative }),
        );
        self.nodes.push(first..narrow(self.alternatives.len()));
        self.best.push(best);
        narrow(self.nodes.len() - 1)
    }

    /// The choices of a program, weighted by their chances, and its root.
    pub fn of_program(programs: &Programs<'_>, root: ProgramId) -> (Self, ChoiceId) {
        let mut choices = Self::default();
        let mut made = vec![NONE; root as usize + 1];
        for program in reachable(programs, &[root]) {
            match programs.step(program) {
                Step::Or(branches) => {
                    for branch in programs.branches(branches) {
                        let label = branch.choice.map(|(of, to)| (of as usize, to as usize));
                        let part = made[branch.kid as usize];
                        choices.offer(programs.weight(branch), label, &[part]);
                    }
                }
                Step::And(kids) => {
                    let kids = programs.kids(kids).iter();
                    let parts: Vec<ChoiceId> = kids.map(|kid| made[*kid as usize]).collect();
                    choices.offer(1.0, None, &parts);
                }
            }
            made[program as usize] = choices.close();
        }
        let root = made[root as usize];
        (choices, root)
    }

    fn alternatives(&self, node: ChoiceId) -> &[Alternative] {
        let own = &self.nodes[node as usize];
        &self.alternatives[own.start as usize..own.end as usize]
    }

    fn parts(&self, of: &Alternative) -> &[ChoiceId] {
        &self.parts[of.parts.start as usize..of.parts.end as usize]
    }

    /// For each node the sum over all ways from it on whose labels are allowed; the root is last.
    fn sums(&self, allowed: impl Fn(Label) -> bool) -> Vec<f64> {
        let mut sums: Vec<f64> = Vec::with_capacity(self.nodes.len());
        for node in 0..narrow(self.nodes.len()) {
            let mut sum = 0.0;
            for alternative in self.alternatives(node) {
                if alternative.label.is_none_or(&allowed) {
                    let parts = self.parts(alternative).iter().map(|part| sums[*part as usize]);
                    sum += law::times(alternative.weight, law::product(parts));
                }
            }
            sums.push(sum);
        }
        sums
    }

    /// How many nodes a sum looks at.
    pub fn cost(&self) -> u64 {
        self.nodes.len() as u64
    }

    /// The sum over all ways from the last node on whose labels are allowed.
    pub fn sum(&self, allowed: impl Fn(Label) -> bool) -> f64 {
        self.sums(allowed).last().copied().unwrap_or(0.0)
    }

    /// What each label has of the sum over all ways from the last node on; `options` says how many
    /// options each variable has.
    pub fn shares(&self, options: impl Iterator<Item = usize>) -> Vec<Vec<f64>> {
        let mut shares: Vec<Vec<f64>> = options.map(|options| vec![0.0; options]).collect();
        let sums = self.sums(|_| true);
        // How much the sum grows with that of each node.
        let mut above = vec![0.0; sums.len()];
        above.last_mut().into_iter().for_each(|root| *root = 1.0);
        for node in (0..narrow(sums.len())).rev() {
            for alternative in self.alternatives(node) {
                let parts = self.parts(alternative);
                let below: f64 = parts.iter().map(|part| sums[*part as usize]).product();
                let all = above[node as usize] * alternative.weight * below;
                // No sum is zero: what has no weight is left out.
                for part in parts {
                    above[*part as usize] += all / sums[*part as usize];
                }
                if let Some((variable, option)) = alternative.label {
                    shares[variable][option] += all;
                }
            }
        }
        shares
    }

    /// All ways from a node on, heaviest first.
    pub fn heaviest(&self, root: ChoiceId) -> Heaviest<'_> {
        let mut heaviest = Heaviest {
            choices: self,
            queue: BinaryHeap::new(),
            states: Vec::new(),
            pending: Vec::new(),
            taken: Vec::new(),
        };
        let all = self.nodes[root as usize].clone();
        heaviest.wait(all, State { ratio: 1.0, next: NONE, pending: NONE, taken: NONE });
        heaviest
    }
}

/// A way that is begun: an alternative to take next, and what is then pending beside its parts.
#[derive(Clone, Copy, Debug)]
struct State {
    /// The best weight it can still have, as a part of the best of all.
    ratio: f64,
    next: u32,
    pending: u32,
    taken: u32,
}

/// The ways through a graph, heaviest first; among equals one is finished before the next is begun.
#[derive(Debug)]
pub struct Heaviest<'c> {
    choices: &'c Choices,
    /// Ratios without their last bits, and the number of the state.
    queue: BinaryHeap<(u64, u32)>,
    states: Vec<State>,
    /// Lists that share their ends: a node and the rest.
    pending: Vec<(ChoiceId, u32)>,
    /// The same, of labels that were taken.
    taken: Vec<(Label, u32)>,
}

/// A way through a graph.
#[derive(Clone, Debug, PartialEq)]
pub struct Taken {
    /// Its weight as a part of that of the heaviest.
    pub ratio: f64,
    /// The labels of its alternatives, the last one first.
    pub labels: Vec<Label>,
}

impl Heaviest<'_> {
    /// Has a state wait with each of some alternatives, the first of them on top.
    fn wait(&mut self, alternatives: Range<u32>, state: State) {
        for next in alternatives.rev() {
            let ratio = state.ratio * self.choices.alternatives[next as usize].ratio;
            if ratio > 0.0 {
                self.queue.push((ratio.to_bits() >> NOISE, narrow(self.states.len())));
                self.states.push(State { ratio, next, ..state });
            }
        }
    }

    /// Takes the alternative of a state.
    fn take(&mut self, state: &mut State) {
        let alternative = &self.choices.alternatives[state.next as usize];
        for part in self.choices.parts(alternative).iter().rev() {
            self.pending.push((*part, state.pending));
            state.pending = narrow(self.pending.len() - 1);
        }
        if let Some(label) = alternative.label {
            self.taken.push((label, state.taken));
            state.taken = narrow(self.taken.len() - 1);
        }
    }

    fn labels(&self, mut taken: u32) -> Vec<Label> {
        let mut labels = Vec::new();
        while taken != NONE {
            let (label, before) = self.taken[taken as usize];
            labels.push(label);
            taken = before;
        }
        labels
    }
}

impl Iterator for Heaviest<'_> {
    type Item = Taken;

    fn next(&mut self) -> Option<Taken> {
        let (_, number) = self.queue.pop()?;
        let mut state = self.states[number as usize];
        self.take(&mut state);
        while state.pending != NONE {
            let (node, rest) = self.pending[state.pending as usize];
            state.pending = rest;
            // The best alternative keeps the ratio; the others wait.
            let all = self.choices.nodes[node as usize].clone();
            self.wait(all.start + 1..all.end, state);
            state.next = all.start;
            self.take(&mut state);
        }
        Some(Taken { ratio: state.ratio, labels: self.labels(state.taken) })
    }
}

#[cfg(test)]
mod tests {
    use super::Choices;
    use rand_chacha::ChaCha8Rng;
    use rand_chacha::rand_core::{Rng as _, SeedableRng as _};

    /// Two independent variables, the second with three options.
    fn pair() -> (Choices, u32) {
        let mut choices = Choices::default();
        choices.offer(1.0, None, &[]);
        let unit = choices.close();
        [0.25, 0.75]
            .iter()
            .zip(0..)
            .for_each(|(w, option)| choices.offer(*w, Some((0, option)), &[unit]));
        let first = choices.close();
        [0.5, 0.0, 0.5]
            .iter()
            .zip(0..)
            .for_each(|(w, option)| choices.offer(*w, Some((1, option)), &[unit]));
        let second = choices.close();
        choices.offer(1.0, None, &[first, second]);
        let both = choices.close();
        (choices, both)
    }

    #[test]
    fn ways_come_heaviest_first_and_none_without_weight() {
        let (choices, root) = pair();
        let ways: Vec<_> = choices.heaviest(root).map(|way| (way.ratio, way.labels)).collect();
        let third = 0.25 / 0.75;
        assert_eq!(
            ways,
            [
                (1.0, vec![(1, 0), (0, 1)]),
                (1.0, vec![(1, 2), (0, 1)]),
                (third, vec![(1, 0), (0, 0)]),
                (third, vec![(1, 2), (0, 0)]),
            ]
        );
    }

    #[test]
    fn sums_and_shares_are_those_of_all_ways() {
        let (choices, _) = pair();
        assert_eq!(choices.sum(|_| true).to_bits(), 1.0_f64.to_bits());
        assert_eq!(choices.sum(|label| label != (0, 1)).to_bits(), 0.25_f64.to_bits());
        assert_eq!(choices.shares([2, 3].into_iter()), [vec![0.25, 0.75], vec![0.5, 0.0, 0.5]]);
        assert_eq!((choices.cost(), choices.alternatives.len()), (4, 6));
    }

    /// A way by its options, with its weight.
    type Way = (Vec<usize>, f64);

    /// Levels that follow each other, each with an alternative that the next one is shared by; and
    /// all ways through them.
    fn layers(seed: u64) -> (Choices, u32, Vec<Way>) {
        let mut stream = ChaCha8Rng::seed_from_u64(seed);
        let mut weight = || f64::from(stream.next_u32() % 9) * 0.5;
        let mut choices = Choices::default();
        choices.offer(1.0, None, &[]);
        let mut next = choices.close();
        let mut ways: Vec<Way> = vec![(Vec::new(), 1.0)];
        for level in 0..4 {
            let weights = [weight() + 0.5, weight(), weight()];
            for (option, weight) in weights.into_iter().enumerate() {
                choices.offer(weight, Some((level, option)), &[next]);
            }
            next = choices.close();
            let more = ways.iter().flat_map(|(options, all)| {
                let with = |option| [options.as_slice(), &[option]].concat();
                (0..3).map(move |option| (with(option), all * weights[option]))
            });
            ways = more.filter(|(_, weight)| *weight > 0.0).collect();
        }
        (choices, next, ways)
    }

    #[test]
    fn all_weights_add_up_whatever_their_sum() {
        for seed in 0..30 {
            let (choices, root, ways) = layers(seed);
            let whole: f64 = ways.iter().map(|way| way.1).sum();
            let near = |found: f64, expected: f64| {
                assert!((found - expected).abs() <= 1e-12 * whole, "{found} is not {expected}");
            };
            near(choices.sum(|_| true), whole);
            let some = ways.iter().filter(|(options, _)| options[1] != 0 && options[2] != 1);
            near(
                choices.sum(|label| label != (1, 0) && label != (2, 1)),
                some.map(|way| way.1).sum(),
            );
            let shares = choices.shares([3; 4].into_iter());
            for (level, own) in shares.iter().enumerate() {
                for (option, share) in own.iter().enumerate() {
                    let with = ways.iter().filter(|(options, _)| options[level] == option);
                    near(*share, with.map(|way| way.1).sum());
                }
            }
            let mut weights: Vec<f64> = ways.iter().map(|way| way.1).collect();
            weights.sort_by(|one, other| other.total_cmp(one));
            let found: Vec<_> = choices.heaviest(root).collect();
            assert_eq!(found.len(), ways.len());
            for (way, weight) in found.iter().zip(&weights) {
                near(way.ratio * weights[0], *weight);
                let mut options = [0; 4];
                way.labels.iter().for_each(|(level, option)| options[*level] = *option);
                let (_, own) = ways.iter().find(|(all, _)| *all == options).unwrap();
                near(*own, *weight);
            }
        }
    }

    #[test]
    fn what_is_too_small_for_a_number_is_compared_all_the_same() {
        let mut choices = Choices::default();
        choices.offer(1.0, None, &[]);
        let mut next = choices.close();
        for level in 0..40 {
            [2e-50, 1e-50].into_iter().enumerate().for_each(|(option, weight)| {
                choices.offer(weight, Some((level, option)), &[next]);
            });
            next = choices.close();
        }
        let ratios: Vec<f64> = choices.heaviest(next).take(42).map(|way| way.ratio).collect();
        assert_eq!(ratios[0].to_bits(), 1.0_f64.to_bits());
        assert!(ratios[1..41].iter().all(|ratio| (ratio - 0.5).abs() < 1e-9), "{ratios:?}");
        assert!((ratios[41] - 0.25).abs() < 1e-9);
        // What is smaller by 2^-300 is, and what is smaller by 2^-1200 is no way beside the other.
        for (power, expected) in [(10, Some(1.0)), (40, None)] {
            let mut choices = Choices::default();
            choices.offer(1.0, None, &[]);
            let done = choices.close();
            let mut small = done;
            for _ in 0..power {
                choices.offer(f64::from_bits((1023 - 30) << 52), None, &[small]);
                small = choices.close();
            }
            choices.offer(1.0, Some((0, 0)), &[done]);
            choices.offer(1.0, Some((0, 1)), &[small]);
            let root = choices.close();
            let second = choices.heaviest(root).nth(1).map(|way| way.ratio);
            let scale = f64::from_bits((1023 + 300) << 52);
            assert_eq!(second.map(|ratio| ratio * scale), expected);
        }
    }
}
