//! Thresholds: where a sum reaches a floor.
//!
//! In: diagrams that say where each part of a sum is there, what each adds, and a floor. Out: a
//! diagram. The state is what remains of each part and how much is still needed; a range of needs
//! leads to the same diagram, which is found once for all of them. (Abío et al., A new look at BDDs
//! for pseudo-Boolean constraints, 2012, for the ranges.)

use super::diagram::{Diagrams, FALSE, Ref, Spent, TRUE};
use std::collections::BTreeMap;

/// A list of parts in [`Search`], shared with all lists that end alike.
type List = usize;

/// The list without parts.
const NOTHING: List = 0;

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

/// Where the parts that are there add up to `floor`: where each is there, and what it adds.
pub fn reached(diagrams: &mut Diagrams, parts: &[(Ref, u64)], floor: u64) -> Spent<Ref> {
    let nothing = Cell { place: (u32::MAX, 0), added: 0, rest: NOTHING, most: 0 };
    let mut search = Search {
        diagrams,
        cells: vec![nothing],
        unique: BTreeMap::new(),
        known: vec![BTreeMap::new()],
    };
    let (list, certain) = search.joined(NOTHING, parts)?;
    Ok(search.reached(list, floor.saturating_sub(certain))?.f)
}

struct Search<'d> {
    diagrams: &'d mut Diagrams,
    cells: Vec<Cell>,
    unique: BTreeMap<(Ref, u64, List), List>,
    /// What was found for each list, by the highest need of each range.
    known: Vec<BTreeMap<u64, Reached>>,
}

impl Search<'_> {
    fn reached(&mut self, list: List, need: u64) -> Spent<Reached> {
        let most = self.cells[list].most;
        if need == 0 {
            return Ok(Reached { low: 0, high: 0, f: TRUE });
        }
        if need > most {
            return Ok(Reached { low: most + 1, high: u64::MAX, f: FALSE });
        }
        let known = self.known[list].range(need..).next();
        if let Some((_, known)) = known.filter(|(_, known)| known.low <= need) {
            return Ok(*known);
        }
        let level = self.cells[list].place.0;
        let (mut rest, mut parts) = (list, Vec::new());
        while self.cells[rest].place.0 == level {
            parts.push((self.cells[rest].place.1, self.cells[rest].added));
            rest = self.cells[rest].rest;
        }
        self.diagrams.spend(1)?;
        let (mut low, mut high, mut kids) = (0, u64::MAX, Vec::new());
        for option in 0..self.diagrams.width(level) {
            let under =
                parts.iter().map(|(f, added)| (self.diagrams.kid(*f, level, option), *added));
            let under: Vec<(Ref, u64)> = under.collect();
            let (rest, gained) = self.joined(rest, &under)?;
            let kid = self.reached(rest, need.saturating_sub(gained))?;
            // Whatever is gained already, a need of nothing stays one of nothing.
            low = low.max(if kid.low == 0 { 0 } else { kid.low + gained });
            high = high.min(kid.high.saturating_add(gained));
            kids.push(kid.f);
        }
        let found = Reached { low, high, f: self.diagrams.node(level, &kids) };
        self.known[list].insert(high, found);
        Ok(found)
    }

    /// A list and more parts, less what is never there; and what is there for certain.
    fn joined(&mut self, mut list: List, parts: &[(Ref, u64)]) -> Spent<(List, u64)> {
        let mut gained = 0;
        for (f, added) in parts {
            match *f {
                TRUE => gained += added,
                FALSE => {}
                _ => list = self.with(list, (self.diagrams.level(*f), *f), *added)?,
            }
        }
        Ok((list, gained))
    }

    /// A list and one more part, added to an equal one.
    fn with(&mut self, list: List, place: (u32, Ref), added: u64) -> Spent<List> {
        let first = self.cells[list];
        if added == 0 {
            return Ok(list);
        }
        self.diagrams.spend(1)?;
        if place < first.place {
            return Ok(self.list(place, added, list));
        }
        if place == first.place {
            return Ok(self.list(place, first.added + added, first.rest));
        }
        let rest = self.with(first.rest, place, added)?;
        Ok(self.list(first.place, first.added, rest))
    }

    fn list(&mut self, place: (u32, Ref), added: u64, rest: List) -> List {
        if let Some(known) = self.unique.get(&(place.1, added, rest)) {
            return *known;
        }
        let most = self.cells[rest].most + added;
        self.cells.push(Cell { place, added, rest, most });
        self.known.push(BTreeMap::new());
        self.unique.insert((place.1, added, rest), self.cells.len() - 1);
        self.cells.len() - 1
    }
}

#[cfg(test)]
mod tests {
    use super::reached;
    use crate::evaluate::diagram::{Diagrams, OverBudget, Ref, TRUE};

    #[test]
    fn every_need_is_met_where_the_sum_says_so() -> Result<(), OverBudget> {
        let mut diagrams = Diagrams::new(vec![2, 3, 2, 2], u64::MAX);
        let of = [(0, 1), (1, 2), (2, 1), (3, 1)];
        let of = of.map(|(level, option)| diagrams.literal(level, option));
        let both = diagrams.and(of[0], of[2])?;
        let either = diagrams.or(of[1], of[3])?;
        let parts: Vec<(Ref, u64)> =
            vec![(of[0], 5), (of[1], 3), (both, 4), (either, 4), (TRUE, 2), (of[3], 0), (of[0], 1)];
        for floor in 0..=20 {
            let f = reached(&mut diagrams, &parts, floor)?;
            for world in 0..24_usize {
                let options = [world % 2, world / 2 % 3, world / 6 % 2, world / 12];
                let holds = |mut f: Ref| {
                    while diagrams.value(f).is_none() {
                        let level = diagrams.level(f);
                        f = diagrams.kid(f, level, options[level as usize]);
                    }
                    f == TRUE
                };
                let sum: u64 = parts.iter().filter(|part| holds(part.0)).map(|part| part.1).sum();
                assert_eq!(holds(f), sum >= floor, "{options:?}: {sum} and {floor}");
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
