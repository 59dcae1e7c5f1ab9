//! Thresholds: where a sum reaches a floor.
//!
//! In: diagrams that say where each part of a sum is there, what each adds, and a floor. Out: a
//! diagram. The state is what remains of each part and how much is still needed; a range of needs
//! leads to the same diagram, which is found once for all of them. Where only worlds matter in which
//! few levels take another option than their worst, the state also says how many still may: then
//! the least and the most that can be added are known exactly, which leaves little to look at.
//! (Abío et al., A new look at BDDs for pseudo-Boolean constraints, 2012, for the ranges.)

use super::diagram::{Diagrams, FALSE, Ref, Spent, TRUE};
use super::factors::narrow;
use std::collections::BTreeMap;

/// A list of parts in [`Thresholds`], shared with all lists that end alike.
type List = usize;

/// The list without parts.
const NOTHING: List = 0;

/// A [`Stage`] in [`Thresholds`].
type StageId = usize;

/// The first part of a list.
#[derive(Clone, Copy, Debug)]
struct Cell {
    /// The first level that it depends on, and its diagram: lists are in this order.
    place: (u32, Ref),
    added: u64,
    rest: List,
    /// What all parts of the list add together.
    most: u64,
}

/// Every need from `low` to `high` has the same diagram.
#[derive(Clone, Copy, Debug)]
struct Reached {
    low: u64,
    high: u64,
    f: Ref,
}

/// What remains of each part, and of how many levels that have a worst option another one counts.
#[derive(Debug)]
struct Stage {
    list: List,
    left: u32,
    /// By option of the first level, what follows and what is there for certain; empty until it is
    /// asked for.
    next: Vec<(StageId, u64)>,
    /// The least and the most that can be added.
    ends: Option<(u64, u64)>,
    /// What was found, by the highest need of each range.
    known: BTreeMap<u64, Reached>,
}

/// Sums that were looked at; they serve later ones over the same diagrams.
#[derive(Debug)]
pub struct Thresholds {
    /// By level, the option that counts as none, if there is one.
    worst: Vec<Option<usize>>,
    cells: Vec<Cell>,
    unique: BTreeMap<(Ref, u64, List), List>,
    /// What a list becomes under an option of its first level, and what is there for certain.
    under: BTreeMap<(List, usize), (List, u64)>,
    stages: Vec<Stage>,
    staged: BTreeMap<(List, u32), StageId>,
}

/// Where the parts that are there add up to `floor`: where each is there, and what it adds.
pub fn reached(diagrams: &mut Diagrams, parts: &[(Ref, u64)], floor: u64) -> Spent<Ref> {
    Thresholds::new(vec![None; diagrams.levels()]).reached(diagrams, (parts, floor), 0)
}

impl Thresholds {
    /// Nothing was looked at yet.
    pub fn new(worst: Vec<Option<usize>>) -> Self {
        let nothing = Cell { place: (u32::MAX, 0), added: 0, rest: NOTHING, most: 0 };
        Self {
            worst,
            cells: vec![nothing],
            unique: BTreeMap::new(),
            under: BTreeMap::new(),
            stages: Vec::new(),
            staged: BTreeMap::new(),
        }
    }

    /// Where the parts that are there add up to a floor, in all worlds where at most so many levels
    /// that have a worst option take another one. In other worlds the answer means nothing.
    pub fn reached(
        &mut self,
        diagrams: &mut Diagrams,
        (parts, floor): (&[(Ref, u64)], u64),
        most: u32,
    ) -> Spent<Ref> {
        let (list, certain) = self.joined(diagrams, NOTHING, parts)?;
        let stage = self.stage(list, most);
        Ok(self.find(diagrams, stage, floor.saturating_sub(certain))?.f)
    }

    fn find(&mut self, diagrams: &mut Diagrams, stage: StageId, need: u64) -> Spent<Reached> {
        let (least, most) = self.ends(diagrams, stage)?;
        if need <= least {
            return Ok(Reached { low: 0, high: least, f: TRUE });
        }
        if need > most {
            return Ok(Reached { low: most + 1, high: u64::MAX, f: FALSE });
        }
        let known = self.stages[stage].known.range(need..).next();
        if let Some((_, known)) = known.filter(|(_, known)| known.low <= need) {
            return Ok(*known);
        }
        diagrams.spend(1)?;
        self.expand(diagrams, stage)?;
        let (mut low, mut high, mut kids) = (0, u64::MAX, Vec::new());
        for option in 0..self.stages[stage].next.len() {
            let (next, gained) = self.stages[stage].next[option];
            let kid = self.find(diagrams, next, need.saturating_sub(gained))?;
            // Whatever is gained already, a need of nothing stays one of nothing.
            low = low.max(if kid.low == 0 { 0 } else { kid.low + gained });
            high = high.min(kid.high.saturating_add(gained));
            kids.push(kid.f);
        }
        let level = self.cells[self.stages[stage].list].place.0;
        let found = Reached { low, high, f: diagrams.node(level, &kids) };
        self.stages[stage].known.insert(high, found);
        Ok(found)
    }

    /// The least and the most that can be added; without worst options bounds that cost nothing.
    fn ends(&mut self, diagrams: &mut Diagrams, stage: StageId) -> Spent<(u64, u64)> {
        if let Some(known) = self.stages[stage].ends {
            return Ok(known);
        }
        let most = self.cells[self.stages[stage].list].most;
        let mut ends = (0, most);
        if most > 0 && self.worst.iter().any(Option::is_some) {
            diagrams.spend(1)?;
            self.expand(diagrams, stage)?;
            ends = (most, 0);
            for option in 0..self.stages[stage].next.len() {
                let (next, gained) = self.stages[stage].next[option];
                let (least, most) = self.ends(diagrams, next)?;
                ends = (ends.0.min(least + gained), ends.1.max(most + gained));
            }
        }
        self.stages[stage].ends = Some(ends);
        Ok(ends)
    }

    fn stage(&mut self, list: List, left: u32) -> StageId {
        // Not more can follow than there are levels.
        let level = self.cells[list].place.0;
        let left = left.min(narrow(self.worst.len()).saturating_sub(level));
        let next = self.stages.len();
        let stage = *self.staged.entry((list, left)).or_insert(next);
        if stage == next {
            let known = BTreeMap::new();
            self.stages.push(Stage { list, left, next: Vec::new(), ends: None, known });
        }
        stage
    }

    fn expand(&mut self, diagrams: &mut Diagrams, stage: StageId) -> Spent<()> {
        if !self.stages[stage].next.is_empty() {
            return Ok(());
        }
        let Stage { list, left, .. } = self.stages[stage];
        let level = self.cells[list].place.0;
        let worst = self.worst[level as usize];
        let mut next = Vec::new();
        for option in 0..diagrams.width(level) {
            // Where no other option counts any more, all are as good as the worst.
            let option = worst.filter(|_| left == 0).unwrap_or(option);
            let (list, gained) = self.under(diagrams, list, option)?;
            let other = u32::from(worst.is_some_and(|worst| worst != option));
            next.push((self.stage(list, left - other), gained));
        }
        self.stages[stage].next = next;
        Ok(())
    }

    /// What a list becomes under an option of its first level, and what is there for certain.
    fn under(&mut self, diagrams: &mut Diagrams, list: List, option: usize) -> Spent<(List, u64)> {
        if let Some(known) = self.under.get(&(list, option)) {
            return Ok(*known);
        }
        let level = self.cells[list].place.0;
        let (mut rest, mut parts) = (list, Vec::new());
        while self.cells[rest].place.0 == level {
            let Cell { place, added, rest: next, .. } = self.cells[rest];
            parts.push((diagrams.kid(place.1, level, option), added));
            rest = next;
        }
        let found = self.joined(diagrams, rest, &parts)?;
        self.under.insert((list, option), found);
        Ok(found)
    }

    /// A list and more parts, less what is never there; and what is there for certain.
    fn joined(
        &mut self,
        diagrams: &mut Diagrams,
        mut list: List,
        parts: &[(Ref, u64)],
    ) -> Spent<(List, u64)> {
        let mut gained = 0;
        for (f, added) in parts {
            match *f {
                TRUE => gained += added,
                FALSE => {}
                _ => list = self.with(diagrams, list, ((diagrams.level(*f), *f), *added))?,
            }
        }
        Ok((list, gained))
    }

    /// A list and one more part, added to an equal one.
    fn with(
        &mut self,
        diagrams: &mut Diagrams,
        list: List,
        (place, added): ((u32, Ref), u64),
    ) -> Spent<List> {
        let first = self.cells[list];
        if added == 0 {
            return Ok(list);
        }
        diagrams.spend(1)?;
        if place < first.place {
            return Ok(self.list(place, added, list));
        }
        if place == first.place {
            return Ok(self.list(place, first.added + added, first.rest));
        }
        let rest = self.with(diagrams, first.rest, (place, added))?;
        Ok(self.list(first.place, first.added, rest))
    }

    fn list(&mut self, place: (u32, Ref), added: u64, rest: List) -> List {
        if let Some(known) = self.unique.get(&(place.1, added, rest)) {
            return *known;
        }
        let most = self.cells[rest].most + added;
        self.cells.push(Cell { place, added, rest, most });
        self.unique.insert((place.1, added, rest), self.cells.len() - 1);
        self.cells.len() - 1
    }
}

#[cfg(test)]
mod tests {
    use super::{NOTHING, Thresholds, reached};
    use crate::evaluate::diagram::{Diagrams, FALSE, OverBudget, Ref, TRUE};
    use rand_chacha::ChaCha8Rng;
    use rand_chacha::rand_core::{Rng as _, SeedableRng as _};

    #[test]
    fn every_need_is_met_where_the_sum_says_so() -> Result<(), OverBudget> {
        let mut diagrams = Diagrams::new(vec![2, 3, 2, 2], u64::MAX);
        let of = [(0, 1), (1, 2), (2, 1), (3, 1)];
        let of = of.map(|(level, option)| diagrams.literal(level, option));
        let both = diagrams.and(of[0], of[2])?;
        let either = diagrams.or(of[1], of[3])?;
        let parts: Vec<(Ref, u64)> =
            vec![(of[0], 5), (of[1], 3), (both, 4), (either, 4), (TRUE, 2), (of[3], 0), (of[0], 1)];
        let none = vec![None; 4];
        let worst = vec![Some(0), Some(2), None, Some(0)];
        let limits = [(&none, 0), (&worst, 0), (&worst, 1), (&worst, 2), (&worst, 3)];
        for (floor, (worst, most)) in (0..=20).flat_map(|floor| limits.map(|own| (floor, own))) {
            let mut thresholds = Thresholds::new(worst.clone());
            let f = thresholds.reached(&mut diagrams, (&parts, floor), most)?;
            for world in 0..24_usize {
                let options = [world % 2, world / 2 % 3, world / 6 % 2, world / 12];
                let others = worst
                    .iter()
                    .zip(options)
                    .filter(|(worst, option)| worst.is_some_and(|worst| worst != *option));
                if others.count() > most as usize {
                    continue;
                }
                let holds = |mut f: Ref| {
                    while diagrams.value(f).is_none() {
                        let level = diagrams.level(f);
                        f = diagrams.kid(f, level, options[level as usize]);
                    }
                    f == TRUE
                };
                let sum: u64 = parts.iter().filter(|part| holds(part.0)).map(|part| part.1).sum();
                assert_eq!(holds(f), sum >= floor, "{options:?}: {sum} and {floor}, {most}");
            }
        }
        Ok(())
    }

    #[test]
    fn few_of_many_are_looked_at_only_where_they_may_suffice() -> Result<(), OverBudget> {
        let mut diagrams = Diagrams::new(vec![2; 60], u64::MAX);
        let of: Vec<Ref> = (0..60).map(|level| diagrams.literal(level, 1)).collect();
        let parts: Vec<(Ref, u64)> =
            of.iter().copied().zip((0..60).map(|k| 1000 + k * k)).collect();
        let mut thresholds = Thresholds::new(vec![Some(0); 60]);
        let most: u64 = parts[54..].iter().map(|part| part.1).sum();
        assert_eq!(thresholds.reached(&mut diagrams, (&parts, most + 1), 6)?, 0);
        let f = thresholds.reached(&mut diagrams, (&parts, most), 6)?;
        // Whoever takes another option before the last six has too few left.
        let mut expected = of.clone();
        for part in &mut expected[..54] {
            *part = diagrams.not(*part)?;
        }
        assert_eq!(f, diagrams.all(&expected)?);
        Ok(())
    }

    #[test]
    fn equal_parts_are_one_and_sure_ones_are_none() -> Result<(), OverBudget> {
        let mut diagrams = Diagrams::new(vec![2; 3], u64::MAX);
        let of: Vec<Ref> = (0..3).map(|level| diagrams.literal(level, 1)).collect();
        let mut thresholds = Thresholds::new(vec![None; 3]);
        let mut list = |parts: &[(Ref, u64)]| thresholds.joined(&mut diagrams, NOTHING, parts);
        let once = list(&[(of[2], 3), (of[0], 6)])?;
        assert_eq!(list(&[(of[0], 5), (TRUE, 0), (of[2], 3), (of[1], 0), (of[0], 1)])?, once);
        assert_eq!(list(&[(FALSE, 4), (TRUE, 2), (TRUE, 3)])?, (NOTHING, 5));
        assert_eq!(thresholds.cells[once.0].most, 9);
        // Without worst options the least and the most cost nothing.
        let (stage, steps) = (thresholds.stage(once.0, 0), diagrams.steps());
        assert_eq!(thresholds.ends(&mut diagrams, stage)?, (0, 9));
        assert_eq!(diagrams.steps(), steps);
        Ok(())
    }

    #[test]
    fn what_was_looked_at_for_one_floor_serves_others() -> Result<(), OverBudget> {
        let mut stream = ChaCha8Rng::seed_from_u64(3);
        for round in 0..40 {
            let mut diagrams = Diagrams::new(vec![2; 6], u64::MAX);
            let of: Vec<Ref> = (0..6).map(|level| diagrams.literal(level, 1)).collect();
            let mut parts = Vec::new();
            for own in &of {
                let other = of[stream.next_u32() as usize % 6];
                parts.push((diagrams.or(*own, other)?, u64::from(stream.next_u32() % 4)));
            }
            let worst = if round % 2 == 0 { None } else { Some(0) };
            let mut thresholds = Thresholds::new(vec![worst; 6]);
            for floor in (0..=20).chain((0..20).rev()) {
                let f = thresholds.reached(&mut diagrams, (&parts, floor), 6)?;
                for world in 0..64_usize {
                    let holds = |mut f: Ref| {
                        while diagrams.value(f).is_none() {
                            let level = diagrams.level(f);
                            f = diagrams.kid(f, level, world >> level & 1);
                        }
                        f == TRUE
                    };
                    let sum: u64 =
                        parts.iter().filter(|part| holds(part.0)).map(|part| part.1).sum();
                    assert_eq!(holds(f), sum >= floor, "{world}: {sum} and {floor}");
                }
            }
        }
        Ok(())
    }

    #[test]
    fn many_equal_parts_are_a_count() -> Result<(), OverBudget> {
        let mut diagrams = Diagrams::new(vec![2; 40], u64::MAX);
        let of: Vec<Ref> = (0..40).map(|level| diagrams.literal(level, 1)).collect();
        let parts: Vec<(Ref, u64)> = of.iter().map(|part| (*part, 700)).collect();
        let f = reached(&mut diagrams, &parts, 14_000)?;
        assert_eq!(f, diagrams.at_least(20, &of)?);
        Ok(())
    }
}
