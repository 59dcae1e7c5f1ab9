//! Smallest implicants: the fewest options of conditions that make sure that a function holds.
//!
//! In: diagrams of the function `f` and of what is possible, `p`; `f` holds wherever `p` does not.
//! Out: how many options it takes at least, and all sets of so many as [`Choices`]. A set either
//! mentions an option of f's first level, and then what is left is f and p under that option; or it
//! does not, and then it must do for all options of f and for some option of p. That is worked out
//! once for each pair, up to a limit that grows until a set is found; a bound from the shortest
//! paths cuts off what cannot lead to one. (Coudert and Madre, Implicit and incremental computation
//! of primes and essential primes of Boolean functions, 1992; Korf, Depth-first
//! iterative-deepening, 1985.)

use super::choices::{ChoiceId, Choices, Label};
use super::diagram::{Diagrams, FALSE, Ref, Spent, TRUE};
use std::collections::BTreeMap;

/// The size of what cannot be.
const IMPOSSIBLE: u32 = u32::MAX;

/// A function that is to hold, and what is possible.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Goal {
    /// The function.
    pub f: Ref,
    /// What is possible: some of it must be left.
    pub p: Ref,
}

impl Goal {
    /// The goal once the first level of `f` takes an option, or may take any.
    pub(super) fn after(self, diagrams: &mut Diagrams, choice: Option<usize>) -> Spent<Self> {
        let level = diagrams.level(self.f);
        let goal = if let Some(option) = choice {
            let under = |f| diagrams.kid(f, level, option);
            Self { f: under(self.f), p: under(self.p) }
        } else {
            let kids = diagrams.kids(self.f).to_vec();
            Self { f: diagrams.all(&kids)?, p: self.p }
        };
        goal.settled(diagrams)
    }

    /// Forgets what `f` does not depend on and comes before it: no set gains by mentioning it.
    pub(super) fn settled(mut self, diagrams: &mut Diagrams) -> Spent<Self> {
        if diagrams.value(self.f).is_none() {
            while diagrams.level(self.p) < diagrams.level(self.f) {
                let kids = diagrams.kids(self.p).to_vec();
                self.p = diagrams.any(&kids)?;
            }
        }
        Ok(self)
    }
}

/// What is known of a goal's smallest sets.
#[derive(Clone, Copy, Debug)]
enum Size {
    Exactly(u32),
    AtLeast(u32),
}

/// Goals that were looked at; they serve later ones over the same diagrams.
#[derive(Debug, Default)]
pub struct Implicants {
    known: BTreeMap<Goal, Size>,
    /// By function: no set is smaller.
    bounds: Vec<Option<u32>>,
}

impl Implicants {
    /// The size of the smallest sets, if there are any.
    pub fn smallest(&mut self, diagrams: &mut Diagrams, goal: Goal) -> Spent<Option<u32>> {
        let goal = goal.settled(diagrams)?;
        let mut limit = self.bound(diagrams, goal.f);
        while limit as usize <= diagrams.levels() {
            if let Some(size) = self.size(diagrams, goal, limit)? {
                return Ok(Some(size));
            }
            limit += 1;
        }
        Ok(None)
    }

    /// The size of the smallest sets, if it is not above the limit.
    fn size(&mut self, diagrams: &mut Diagrams, goal: Goal, limit: u32) -> Spent<Option<u32>> {
        if goal.f == FALSE || goal.p == FALSE {
            return Ok(None);
        }
        if goal.f == TRUE {
            return Ok(Some(0));
        }
        let least = self.bound(diagrams, goal.f);
        match self.known.get(&goal) {
            _ if least > limit => return Ok(None),
            Some(Size::Exactly(size)) => return Ok((*size <= limit).then_some(*size)),
            Some(Size::AtLeast(size)) if *size > limit => return Ok(None),
            _ => {}
        }
        diagrams.spend(1)?;
        let mut found = None;
        let mut left = limit;
        for choice in self.choices(diagrams, goal.f, limit) {
            let cost = u32::from(choice.is_some());
            let Some(room) = left.checked_sub(cost) else { break };
            let after = goal.after(diagrams, choice)?;
            let Some(rest) = self.size(diagrams, after, room)? else { continue };
            found = Some(cost + rest);
            if cost + rest == least {
                break;
            }
            left = cost + rest - 1;
        }
        let size = found.map_or(Size::AtLeast(limit.saturating_add(1)), Size::Exactly);
        self.known.insert(goal, size);
        Ok(found)
    }

    /// What a set of a limited size may do with the first level of a function: leave it open, which
    /// costs nothing, or mention one of its options.
    fn choices(
        &mut self,
        diagrams: &Diagrams,
        f: Ref,
        limit: u32,
    ) -> impl Iterator<Item = Option<usize>> + use<> {
        let kids = diagrams.kids(f);
        let may_be_open = kids.iter().all(|kid| self.bound(diagrams, *kid) <= limit);
        may_be_open.then_some(None).into_iter().chain((0..kids.len()).map(Some))
    }

    /// No set is smaller than this: it costs one to mention an option; otherwise what suffices for
    /// all options suffices for each.
    fn bound(&mut self, diagrams: &Diagrams, f: Ref) -> u32 {
        if f == FALSE || f == TRUE {
            return if f == TRUE { 0 } else { IMPOSSIBLE };
        }
        if let Some(Some(known)) = self.bounds.get(f as usize) {
            return *known;
        }
        let (mut least, mut most) = (IMPOSSIBLE, 0);
        for kid in diagrams.kids(f) {
            let bound = self.bound(diagrams, *kid);
            (least, most) = (bound.min(least), bound.max(most));
        }
        let bound = most.min(least.saturating_add(1));
        self.bounds.resize(diagrams.len(), None);
        self.bounds[f as usize] = Some(bound);
        bound
    }

    /// All of the smallest sets of a goal, of a size that is known. Labels are levels and options;
    /// each weighs what `weights` says for it, by level and option.
    pub fn all(
        &mut self,
        diagrams: &mut Diagrams,
        (goal, size): (Goal, u32),
        weights: &[Vec<f64>],
    ) -> Spent<(Choices, ChoiceId)> {
        let goal = goal.settled(diagrams)?;
        let mut choices = Choices::default();
        choices.offer(1.0, None, &[]);
        let done = choices.close();
        let mut graph = Graph { choices, done, made: BTreeMap::new(), weights };
        let root = self.graph(diagrams, (goal, size), &mut graph)?;
        Ok((graph.choices, root))
    }

    fn graph(
        &mut self,
        diagrams: &mut Diagrams,
        (goal, size): (Goal, u32),
        graph: &mut Graph<'_>,
    ) -> Spent<ChoiceId> {
        if goal.f == TRUE {
            return Ok(graph.done);
        }
        if let Some(made) = graph.made.get(&goal) {
            return Ok(*made);
        }
        diagrams.spend(1)?;
        let mut ways: Vec<(Option<usize>, ChoiceId)> = Vec::new();
        for choice in self.choices(diagrams, goal.f, size) {
            let Some(rest) = size.checked_sub(u32::from(choice.is_some())) else { break };
            let after = goal.after(diagrams, choice)?;
            if self.size(diagrams, after, rest)?.is_some() {
                ways.push((choice, self.graph(diagrams, (after, rest), graph)?));
            }
        }
        let made = graph.node(diagrams.level(goal.f) as usize, &ways);
        graph.made.insert(goal, made);
        Ok(made)
    }
}

/// The smallest sets while they are gathered.
struct Graph<'w> {
    choices: Choices,
    /// Nothing is left to choose.
    done: ChoiceId,
    made: BTreeMap<Goal, ChoiceId>,
    weights: &'w [Vec<f64>],
}

impl Graph<'_> {
    fn node(&mut self, level: usize, ways: &[(Option<usize>, ChoiceId)]) -> ChoiceId {
        for (choice, rest) in ways {
            match choice {
                None => self.choices.offer(1.0, None, &[*rest]),
                Some(option) => {
                    let weight = self.weights[level][*option];
                    self.choices.offer(weight, Some((level, *option)), &[*rest]);
                }
            }
        }
        self.choices.close()
    }
}

/// A set of levels and options that makes sure that `goal.f` holds, of which none can be left out:
/// the path of fewest branches to where both hold, less what is not needed, lightest first. For
/// where the smallest take too long.
pub fn enough(diagrams: &mut Diagrams, goal: Goal, weights: &[Vec<f64>]) -> Spent<Vec<Label>> {
    let both = diagrams.and(goal.f, goal.p)?;
    let mut lengths = vec![None; diagrams.len()];
    let mut path = Vec::new();
    let mut at = both;
    while diagrams.value(at).is_none() {
        let kids = diagrams.kids(at).to_vec();
        let lengths = kids.iter().map(|kid| length(diagrams, *kid, &mut lengths));
        let shortest = lengths.enumerate().min_by_key(|(option, length)| (*length, *option));
        let option = shortest.map_or(0, |(option, _)| option);
        path.push((diagrams.level(at) as usize, option));
        at = kids[option];
    }
    path.sort_by(|left, right| weights[left.0][left.1].total_cmp(&weights[right.0][right.1]));
    let mut set = vec![None; diagrams.levels()];
    for (level, option) in &path {
        set[*level] = Some(*option);
    }
    for (level, option) in &path {
        set[*level] = None;
        if !suffices(diagrams, goal.f, &set)? {
            set[*level] = Some(*option);
        }
    }
    path.retain(|(level, _)| set[*level].is_some());
    Ok(path)
}

/// How many branches the shortest path to "true" takes.
fn length(diagrams: &Diagrams, f: Ref, known: &mut [Option<u32>]) -> u32 {
    if f == FALSE || f == TRUE {
        return if f == TRUE { 0 } else { IMPOSSIBLE };
    }
    if let Some(known) = known[f as usize] {
        return known;
    }
    let kids = diagrams.kids(f).iter();
    let shortest = kids.map(|kid| length(diagrams, *kid, known)).min().unwrap_or(IMPOSSIBLE);
    let length = shortest.saturating_add(1);
    known[f as usize] = Some(length);
    length
}

/// Whether `f` holds wherever some levels take their options.
fn suffices(diagrams: &mut Diagrams, f: Ref, set: &[Option<usize>]) -> Spent<bool> {
    let mut seen = vec![false; diagrams.len()];
    let mut open = vec![f];
    while let Some(f) = open.pop() {
        if f == FALSE {
            return Ok(false);
        }
        if f == TRUE || std::mem::replace(&mut seen[f as usize], true) {
            continue;
        }
        diagrams.spend(1)?;
        let kids = diagrams.kids(f);
        match set[diagrams.level(f) as usize] {
            Some(option) => open.push(kids[option]),
            None => open.extend(kids),
        }
    }
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::{Goal, IMPOSSIBLE, Implicants, enough};
    use crate::evaluate::diagram::{Diagrams, FALSE, OverBudget, Ref, TRUE};
    use rand_chacha::ChaCha8Rng;
    use rand_chacha::rand_core::{Rng as _, SeedableRng as _};

    fn weights(levels: usize) -> Vec<Vec<f64>> {
        vec![vec![0.5, 0.25, 0.25]; levels]
    }

    fn sets(diagrams: &mut Diagrams, goal: Goal) -> Result<Vec<Vec<(usize, usize)>>, OverBudget> {
        let mut implicants = Implicants::default();
        let Some(size) = implicants.smallest(diagrams, goal)? else { return Ok(Vec::new()) };
        let (choices, root) =
            implicants.all(diagrams, (goal, size), &weights(diagrams.levels()))?;
        let mut sets: Vec<_> = choices.heaviest(root).map(|way| way.labels).collect();
        sets.sort();
        Ok(sets)
    }

    #[test]
    fn the_smallest_sets_are_all_found() -> Result<(), OverBudget> {
        let mut diagrams = Diagrams::new(vec![2, 3, 2], u64::MAX);
        let (a, b, c) = (diagrams.literal(0, 1), diagrams.literal(1, 2), diagrams.literal(2, 1));
        let ab = diagrams.and(a, b)?;
        let f = diagrams.or(ab, c)?;
        assert_eq!(sets(&mut diagrams, Goal { f, p: TRUE })?, [[(2, 1)]]);
        let f = diagrams.at_least(2, &[a, b, c])?;
        let found = sets(&mut diagrams, Goal { f, p: TRUE })?;
        assert_eq!(found, [[(1, 2), (0, 1)], [(2, 1), (0, 1)], [(2, 1), (1, 2)]]);
        assert_eq!(sets(&mut diagrams, Goal { f: TRUE, p: TRUE })?, [[]]);
        Ok(())
    }

    #[test]
    fn what_is_impossible_is_no_way() -> Result<(), OverBudget> {
        let mut diagrams = Diagrams::new(vec![2; 3], u64::MAX);
        // Where a holds, so does c, which fails; a or b is wanted.
        let [a, b, c] = [0, 1, 2].map(|level| diagrams.literal(level, 1));
        let follows = diagrams.ite(a, c, TRUE)?;
        let not_c = diagrams.not(c)?;
        let p = diagrams.and(follows, not_c)?;
        let wanted = diagrams.or(a, b)?;
        let goal = Goal { f: diagrams.ite(p, wanted, TRUE)?, p };
        assert_eq!(sets(&mut diagrams, goal)?, [[(1, 1)]]);
        Ok(())
    }

    /// A function that holds in some of the 24 worlds of four levels.
    fn drawn(diagrams: &mut Diagrams, worlds: u32) -> Ref {
        let mut all: Vec<Ref> = (0..24).map(|world| worlds >> world & 1).collect();
        for (level, width) in [2, 3, 2, 2].into_iter().enumerate().rev() {
            let level = u32::try_from(level).unwrap();
            all = all.chunks(width).map(|kids| diagrams.node(level, kids)).collect();
        }
        all[0]
    }

    /// All sets of options, each as an option of some levels, and in which worlds each obtains.
    fn candidates() -> Vec<(Vec<(usize, usize)>, u32)> {
        let widths = [2, 3, 2, 2];
        let mut sets = vec![(Vec::new(), (1 << 24) - 1)];
        let mut below = 24;
        for (level, width) in widths.into_iter().enumerate() {
            below /= width;
            let mut more = sets.clone();
            for (set, worlds) in &sets {
                for option in 0..width {
                    let has = (0..24).filter(|world| world / below % width == option);
                    let own = has.fold(0_u32, |all, world| all | 1 << world);
                    more.push(([set.as_slice(), &[(level, option)]].concat(), worlds & own));
                }
            }
            sets = more;
        }
        sets
    }

    #[test]
    fn sets_are_those_that_a_list_of_worlds_gives() -> Result<(), OverBudget> {
        let mut stream = ChaCha8Rng::seed_from_u64(7);
        let candidates = candidates();
        for round in 0..200 {
            let mut diagrams = Diagrams::new(vec![2, 3, 2, 2], u64::MAX);
            let mut draw = || stream.next_u32() & 0xff_ffff;
            let possible = if round % 2 == 0 { draw() | draw() } else { 0xff_ffff };
            let met = (draw() | draw() | draw()) | !possible & 0xff_ffff;
            let goal = Goal { f: drawn(&mut diagrams, met), p: drawn(&mut diagrams, possible) };
            let does = |worlds: u32| worlds & possible != 0 && worlds & !met == 0;
            let enough_are = candidates.iter().filter(|(_, worlds)| does(*worlds));
            let least = enough_are.clone().map(|(set, _)| set.len()).min();
            let found = sets(&mut diagrams, goal)?;
            assert!(found.iter().all(|set| Some(set.len()) == least), "{found:?}");
            let mut named: Vec<Vec<_>> = found
                .into_iter()
                .map(|mut set| {
                    set.sort_unstable();
                    set
                })
                .collect();
            named.sort();
            // A set that mentions what the function does not depend on there is no smallest one.
            let mut expected: Vec<Vec<_>> = enough_are
                .filter(|(set, _)| Some(set.len()) == least)
                .map(|(set, _)| set.clone())
                .collect();
            expected.sort();
            if round % 2 == 1 {
                assert_eq!(named, expected);
            } else {
                assert!(named.iter().all(|set| expected.contains(set)), "{named:?} {expected:?}");
                assert_eq!(named.is_empty(), expected.is_empty());
            }
            let bound = Implicants::default().bound(&diagrams, goal.f);
            assert!(least.is_none_or(|least| bound as usize <= least));
            if least.is_some() {
                let mut set = enough(&mut diagrams, goal, &weights(4))?;
                set.sort_unstable();
                let worlds = |set: &Vec<(usize, usize)>| {
                    candidates.iter().find(|(own, _)| own == set).map_or(0, |(_, worlds)| *worlds)
                };
                assert!(does(worlds(&set)), "{set:?}");
                for at in 0..set.len() {
                    let mut less = set.clone();
                    less.remove(at);
                    assert!(!does(worlds(&less)), "{set:?}");
                }
            }
        }
        Ok(())
    }

    #[test]
    fn what_is_known_costs_nothing() -> Result<(), OverBudget> {
        let mut diagrams = Diagrams::new(vec![2; 6], u64::MAX);
        let of: Vec<_> = (0..6).map(|level| diagrams.literal(level, 1)).collect();
        let three = diagrams.at_least(3, &of)?;
        let mut odd = FALSE;
        for own in &of {
            let even = diagrams.not(odd)?;
            odd = diagrams.ite(*own, even, odd)?;
        }
        let mut implicants = Implicants::default();
        assert_eq!(implicants.bound(&diagrams, FALSE), IMPOSSIBLE);
        assert_eq!(implicants.bound(&diagrams, TRUE), 0);
        assert_eq!(implicants.bound(&diagrams, three), 3);
        let steps = diagrams.steps();
        assert_eq!(implicants.size(&mut diagrams, Goal { f: three, p: TRUE }, 2)?, None);
        assert_eq!(diagrams.steps(), steps);
        // An odd number takes all six, which the bound does not see.
        let goal = Goal { f: odd, p: TRUE };
        assert_eq!(implicants.size(&mut diagrams, goal, 4)?, None);
        let steps = diagrams.steps();
        assert_eq!(implicants.size(&mut diagrams, goal, 4)?, None);
        assert_eq!(diagrams.steps(), steps);
        assert_eq!(implicants.size(&mut diagrams, goal, 6)?, Some(6));
        Ok(())
    }

    #[test]
    fn of_what_is_enough_nothing_can_be_left_out() -> Result<(), OverBudget> {
        let mut diagrams = Diagrams::new(vec![2; 4], u64::MAX);
        let of: Vec<_> = (0..4).map(|level| diagrams.literal(level, 1)).collect();
        let f = diagrams.at_least(2, &of)?;
        assert_eq!(enough(&mut diagrams, Goal { f, p: TRUE }, &weights(4))?.len(), 2);
        assert_eq!(enough(&mut diagrams, Goal { f: of[3], p: of[0] }, &weights(4))?, [(3, 1)]);
        Ok(())
    }
}
