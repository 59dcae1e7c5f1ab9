//! Supports: which levels a diagram depends on.
//!
//! In: diagrams. Out: sets of levels of any number, each set stored once, and the questions that
//! taking a product apart asks of them: what is mentioned once, what hangs together.

use super::bits;
use super::diagram::{Diagrams, Ref};
use hashbrown::HashTable;

/// A set of levels in [`Supports`].
pub type SupportId = u32;

const UNKNOWN: SupportId = SupportId::MAX;

/// The supports of diagrams.
#[derive(Debug)]
pub struct Supports {
    /// Words in a set.
    words: usize,
    /// All sets, one after the other.
    sets: Vec<u64>,
    unique: HashTable<SupportId>,
    /// By diagram.
    known: Vec<SupportId>,
}

/// A set of levels that is not stored.
#[derive(Clone, Debug)]
pub struct Levels(Vec<u64>);

impl Levels {
    /// Whether a level is in it.
    pub fn contains(&self, level: u32) -> bool {
        bits::has(&self.0, level as usize)
    }
}

impl Supports {
    /// No supports yet, of diagrams over so many levels.
    pub fn new(levels: usize) -> Self {
        let words = levels.div_ceil(64).max(1);
        let mut supports =
            Self { words, sets: Vec::new(), unique: HashTable::new(), known: Vec::new() };
        supports.intern(&vec![0; words]);
        supports
    }

    fn set(&self, id: SupportId) -> &[u64] {
        let start = id as usize * self.words;
        &self.sets[start..start + self.words]
    }

    /// The support of a diagram.
    pub fn of(&mut self, diagrams: &Diagrams, f: Ref) -> SupportId {
        self.known.resize(diagrams.len(), UNKNOWN);
        let known = self.known[f as usize];
        if known != UNKNOWN {
            return known;
        }
        let mut set = vec![0; self.words];
        for kid in diagrams.kids(f) {
            let kid = self.of(diagrams, *kid);
            set.iter_mut().zip(self.set(kid)).for_each(|(own, kid)| *own |= kid);
        }
        if diagrams.value(f).is_none() {
            let level = diagrams.level(f);
            bits::insert(&mut set, level as usize);
        }
        let id = self.intern(&set);
        self.known[f as usize] = id;
        id
    }

    fn intern(&mut self, set: &[u64]) -> SupportId {
        let Self { words, sets, unique, .. } = self;
        let at = |id: SupportId| {
            let start = id as usize * *words;
            &sets[start..start + *words]
        };
        let hash = hash_of(set);
        if let Some(found) = unique.find(hash, |id| at(*id) == set) {
            return *found;
        }
        let next = super::factors::narrow(sets.len() / *words);
        unique.insert_unique(hash, next, |id| hash_of(at(*id)));
        sets.extend_from_slice(set);
        next
    }

    /// The levels in a support, in rising order.
    pub fn levels(&self, id: SupportId) -> impl Iterator<Item = usize> {
        bits::members(self.set(id))
    }

    /// The levels that are in just one of some supports.
    pub fn mentioned_once(&self, of: &[SupportId]) -> Levels {
        let (mut once, mut twice) = (vec![0; self.words], vec![0; self.words]);
        for id in of {
            for ((once, twice), own) in once.iter_mut().zip(&mut twice).zip(self.set(*id)) {
                *twice |= *once & own;
                *once |= own;
            }
        }
        Levels(once.into_iter().zip(twice).map(|(once, twice)| once & !twice).collect())
    }

    /// For each support the group that it belongs to: groups share no level.
    pub fn groups(&self, of: &[SupportId]) -> Vec<usize> {
        // The first group that mentions each level, and what each group was joined to.
        let mut first: Vec<Option<usize>> = vec![None; 64 * self.words];
        let mut joined: Vec<usize> = (0..of.len()).collect();
        for (own, id) in of.iter().enumerate() {
            for level in self.levels(*id) {
                match first[level] {
                    None => first[level] = Some(own),
                    Some(other) => {
                        let (left, right) = (end(&mut joined, own), end(&mut joined, other));
                        joined[left.max(right)] = left.min(right);
                    }
                }
            }
        }
        (0..of.len()).map(|own| end(&mut joined, own)).collect()
    }
}

/// The group that a group was joined to in the end; shortens the way there.
fn end(joined: &mut [usize], mut own: usize) -> usize {
    while joined[own] != own {
        joined[own] = joined[joined[own]];
        own = joined[own];
    }
    own
}

fn hash_of(set: &[u64]) -> u64 {
    set.iter().fold(0, |hash, word| bits::mix(hash, *word))
}

#[cfg(test)]
mod tests {
    use super::{Supports, hash_of};
    use crate::evaluate::diagram::{Diagrams, OverBudget};
    use crate::evaluate::factors::narrow;
    use rand_chacha::ChaCha8Rng;
    use rand_chacha::rand_core::{Rng as _, SeedableRng as _};
    use std::collections::BTreeSet;

    /// The groups as books have them: sets that share a level are one, until none do.
    fn by_the_book(sets: &[BTreeSet<usize>]) -> Vec<usize> {
        let mut groups: Vec<usize> = (0..sets.len()).collect();
        for _ in sets {
            for (one, first) in sets.iter().enumerate() {
                for (other, second) in sets.iter().enumerate() {
                    if !first.is_disjoint(second) {
                        groups[one] = groups[one].min(groups[other]);
                    }
                }
            }
        }
        groups
    }

    #[test]
    fn supports_are_sets_of_levels_of_any_number() -> Result<(), OverBudget> {
        let mut stream = ChaCha8Rng::seed_from_u64(1);
        let mut below = |end: usize| stream.next_u32() as usize % end;
        // More than 64 levels need a second word.
        for levels in [5, 12, 64, 130] {
            let mut diagrams = Diagrams::new(vec![2; levels], u64::MAX);
            let mut supports = Supports::new(levels);
            for _ in 0..40 {
                let (mut sets, mut ids) = (Vec::new(), Vec::new());
                for _ in 0..=below(6) {
                    let set: BTreeSet<usize> = (0..=below(5)).map(|_| below(levels)).collect();
                    let of: Vec<_> =
                        set.iter().map(|level| diagrams.literal(narrow(*level), 1)).collect();
                    let all = diagrams.all(&of)?;
                    let id = supports.of(&diagrams, all);
                    assert!(supports.levels(id).eq(set.iter().copied()), "{set:?}");
                    assert_eq!(supports.of(&diagrams, all), id);
                    sets.push(set);
                    ids.push(id);
                }
                let once = supports.mentioned_once(&ids);
                for level in 0..levels {
                    let mentions = sets.iter().filter(|set| set.contains(&level)).count();
                    assert_eq!(once.contains(narrow(level)), mentions == 1, "{level} in {sets:?}");
                }
                assert_eq!(supports.groups(&ids), by_the_book(&sets), "{sets:?}");
            }
        }
        Ok(())
    }

    #[test]
    fn equal_supports_are_one_and_others_have_other_hashes() {
        let mut supports = Supports::new(130);
        let sets = || (0..512_u64).map(|at| [at % 8, at / 8 % 8, at / 64]);
        let ids: Vec<u32> = sets().map(|set| supports.intern(&set)).collect();
        assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), 512);
        assert!(sets().map(|set| supports.intern(&set)).eq(ids));
        assert_eq!(sets().map(|set| hash_of(&set)).collect::<BTreeSet<_>>().len(), 512);
    }
}
