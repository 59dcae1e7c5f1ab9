//! Thresholds: where a sum reaches a floor.
//!
//! In: diagrams that say where each part of a sum is there, what each adds, and a floor. Out: a
//! diagram. The state is what remains of each part and how much is still needed; a range of needs
//! leads to the same diagram, which is found once for all of them. (Abío et al., A new look at BDDs
//! for pseudo-Boolean constraints, 2012, for the ranges.)

use super::diagram::{Diagrams, FALSE, Ref, Spent, TRUE};
use std::collections::BTreeMap;

/// Parts that are there or not, in the order of their diagrams, and what each adds.
type Parts = Vec<(Ref, u64)>;

/// Every need from `low` to `high` has the same diagram.
#[derive(Clone, Copy, Debug)]
struct Reached {
    low: u64,
    high: u64,
    f: Ref,
}

/// Where the parts that are there add up to `floor`.
pub fn reached(diagrams: &mut Diagrams, parts: Parts, floor: u64) -> Spent<Ref> {
    let mut search = Search { diagrams, known: BTreeMap::new() };
    let (parts, certain) = gathered(parts);
    Ok(search.reached(parts, floor.saturating_sub(certain))?.f)
}

struct Search<'d> {
    diagrams: &'d mut Diagrams,
    /// What was found for each list of parts, by rising needs.
    known: BTreeMap<Parts, Vec<Reached>>,
}

impl Search<'_> {
    fn reached(&mut self, parts: Parts, need: u64) -> Spent<Reached> {
        let most: u64 = parts.iter().map(|(_, added)| added).sum();
        if need == 0 {
            return Ok(Reached { low: 0, high: 0, f: TRUE });
        }
        if need > most {
            return Ok(Reached { low: most + 1, high: u64::MAX, f: FALSE });
        }
        if let Some(known) = self.known.get(&parts) {
            let at = known.partition_point(|known| known.high < need);
            if let Some(known) = known.get(at).filter(|known| known.low <= need) {
                return Ok(*known);
            }
        }
        self.diagrams.spend(parts.len() as u64)?;
        let levels = parts.iter().map(|(part, _)| self.diagrams.level(*part));
        let level = levels.min().unwrap_or(0);
        let (mut low, mut high, mut kids) = (0, u64::MAX, Vec::new());
        for option in 0..self.diagrams.width(level) {
            let rest = parts.iter().map(|(part, added)| {
                let kid = self.diagrams.kid(*part, level, option);
                (kid, *added)
            });
            let (rest, gained) = gathered(rest.collect());
            let kid = self.reached(rest, need.saturating_sub(gained))?;
            // Whatever is gained already, a need of nothing stays one of nothing.
            low = low.max(if kid.low == 0 { 0 } else { kid.low + gained });
            high = high.min(kid.high.saturating_add(gained));
            kids.push(kid.f);
        }
        let found = Reached { low, high, f: self.diagrams.node(level, &kids) };
        let known = self.known.entry(parts).or_default();
        let at = known.partition_point(|known| known.high < need);
        known.insert(at, found);
        Ok(found)
    }
}

/// The parts that may be there, each once, and what those add that are there for certain.
fn gathered(mut parts: Parts) -> (Parts, u64) {
    let certain = parts.iter().filter(|(part, _)| *part == TRUE).map(|(_, added)| added).sum();
    parts.retain(|(part, added)| *part != TRUE && *part != FALSE && *added > 0);
    parts.sort_unstable();
    parts.dedup_by(|next, first| {
        let same = next.0 == first.0;
        first.1 += if same { next.1 } else { 0 };
        same
    });
    (parts, certain)
}

#[cfg(test)]
mod tests {
    use super::reached;
    use crate::evaluate::diagram::{Diagrams, OverBudget, Ref, TRUE};

    #[test]
    fn every_need_is_met_where_the_sum_says_so() -> Result<(), OverBudget> {
        let mut diagrams = Diagrams::new(vec![2, 3, 2, 2], u64::MAX);
        let [a, b, c, d] =
            [(0, 1), (1, 2), (2, 1), (3, 1)].map(|(level, option)| diagrams.literal(level, option));
        let both = diagrams.and(a, c)?;
        let either = diagrams.or(b, d)?;
        let parts: Vec<(Ref, u64)> =
            vec![(a, 5), (b, 3), (both, 4), (either, 4), (TRUE, 2), (d, 0), (a, 1)];
        for floor in 0..=20 {
            let f = reached(&mut diagrams, parts.clone(), floor)?;
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
        let parts = of.iter().map(|part| (*part, 700)).collect();
        let f = reached(&mut diagrams, parts, 14_000)?;
        assert_eq!(f, diagrams.at_least(20, &of)?);
        Ok(())
    }
}
