//! Families of sets as zero-suppressed decision diagrams: many sets, shared and in one form each.
//!
//! In: labels, small whole numbers, and operations. Out: a [`Family`] for each distinct family; equal
//! families have equal references. A node asks for one label: the sets `without` it and, less the
//! label, those `with` it; labels rise on the way down, and a label that no set has needs no node.
//! Counts and the heaviest sets are found without listing all. Work is counted against a limit
//! of its own. (Minato, Zero-suppressed BDDs for set manipulation in combinatorial problems, 1993;
//! Rauzy, New algorithms for fault trees analysis, 1993, for subsumption.)

use super::bits::mix;
use super::choices::{ChoiceId, Choices, Label};
use super::diagram::{OverBudget, Spent};
use hashbrown::HashTable;
use std::cmp::Ordering;
use std::collections::BTreeMap;

/// A family in [`Families`].
pub type Family = u32;

/// The family without any set.
pub const NONE: Family = 0;

/// The family of the empty set alone.
pub const UNIT: Family = 1;

/// The label of [`NONE`] and [`UNIT`]: behind all others.
const END: u32 = u32::MAX;

/// However large the budget: what is counted by 32 bits stays below 2^32.
const MOST_STEPS: u64 = 1 << 30;

/// The fewest and the most slots for known results; always a power of two.
const FEWEST_SLOTS: usize = 1 << 10;
const MOST_SLOTS: usize = 1 << 22;

/// The sets without a label, and with it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
struct Node {
    label: u32,
    without: Family,
    with: Family,
}

/// What can be done with families; each is worked out once for the same operands.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[repr(u32)]
enum Operation {
    Union,
    Minus,
    WithoutSupersets,
    WithLabel,
    Having,
    UpTo,
}

/// A result that was worked out before.
#[derive(Clone, Copy, Debug)]
struct Known {
    key: [u32; 3],
    result: Family,
}

const EMPTY: Known = Known { key: [u32::MAX; 3], result: NONE };

/// All families over the same labels.
#[derive(Debug)]
pub struct Families {
    nodes: Vec<Node>,
    /// Whether each has the empty set among its sets.
    has_empty: Vec<bool>,
    unique: HashTable<Family>,
    known: Vec<Known>,
    steps: u64,
    limit: u64,
}

impl Families {
    /// No families but the two simplest, and how many operations are allowed.
    pub fn new(limit: u64) -> Self {
        let end = |without| Node { label: END, without, with: NONE };
        Self {
            nodes: vec![end(NONE), end(UNIT)],
            has_empty: vec![false, true],
            unique: HashTable::new(),
            known: vec![EMPTY; FEWEST_SLOTS],
            steps: 0,
            limit,
        }
    }

    /// The family of the sets of one, and with a label those of another, whose labels are higher.
    pub fn node(&mut self, label: u32, without: Family, with: Family) -> Family {
        if with == NONE {
            return without;
        }
        let node = Node { label, without, with };
        let Self { nodes, unique, .. } = self;
        let hash = hash(&[label, without, with]);
        if let Some(found) = unique.find(hash, |own| nodes[*own as usize] == node) {
            return *found;
        }
        let next = Family::try_from(nodes.len()).unwrap_or(Family::MAX);
        let rehash = |own: &Family| {
            let own = nodes[*own as usize];
            self::hash(&[own.label, own.without, own.with])
        };
        unique.insert_unique(hash, next, rehash);
        self.has_empty.push(self.has_empty[without as usize]);
        nodes.push(node);
        next
    }

    /// The sets of either.
    pub fn union(&mut self, f: Family, g: Family) -> Spent<Family> {
        match (f.min(g), f.max(g)) {
            (NONE, other) => Ok(other),
            (one, other) if one == other => Ok(one),
            (one, other) => self.work(Operation::Union, one, other, |families| {
                let (label, [f, g]) = families.split(one, other);
                let without = families.union(f.0, g.0)?;
                let with = families.union(f.1, g.1)?;
                Ok(families.node(label, without, with))
            }),
        }
    }

    /// The sets of one that the other does not have.
    pub fn minus(&mut self, f: Family, g: Family) -> Spent<Family> {
        if f == NONE || f == g {
            return Ok(NONE);
        }
        if g == NONE {
            return Ok(f);
        }
        self.work(Operation::Minus, f, g, |families| {
            let (label, [f, g]) = families.split(f, g);
            let without = families.minus(f.0, g.0)?;
            let with = families.minus(f.1, g.1)?;
            Ok(families.node(label, without, with))
        })
    }

    /// The sets of both.
    pub fn common(&mut self, f: Family, g: Family) -> Spent<Family> {
        let others = self.minus(f, g)?;
        self.minus(f, others)
    }

    /// The sets of one that have no set of the other as a part.
    pub fn without_supersets(&mut self, f: Family, g: Family) -> Spent<Family> {
        if self.has_empty[g as usize] || f == NONE || f == g {
            return Ok(NONE);
        }
        if g == NONE || f == UNIT {
            return Ok(f);
        }
        self.work(Operation::WithoutSupersets, f, g, |families| {
            let (label, [f, g]) = families.split(f, g);
            let without = families.without_supersets(f.0, g.0)?;
            let with = families.without_supersets(f.1, g.1)?;
            let with = families.without_supersets(with, g.0)?;
            Ok(families.node(label, without, with))
        })
    }

    /// The sets of one that have a set of the other as a part.
    pub fn supersets(&mut self, f: Family, g: Family) -> Spent<Family> {
        let others = self.without_supersets(f, g)?;
        self.minus(f, others)
    }

    /// Each set and a label.
    pub fn with_label(&mut self, f: Family, label: u32) -> Spent<Family> {
        if f == NONE {
            return Ok(NONE);
        }
        let Node { label: first, without, with } = self.nodes[f as usize];
        if first > label {
            return Ok(self.node(label, NONE, f));
        }
        self.work(Operation::WithLabel, f, label, |families| {
            if first == label {
                let both = families.union(without, with)?;
                return Ok(families.node(label, NONE, both));
            }
            let without = families.with_label(without, label)?;
            let with = families.with_label(with, label)?;
            Ok(families.node(first, without, with))
        })
    }

    /// The sets that have a label, each less the label.
    pub fn having(&mut self, f: Family, label: u32) -> Spent<Family> {
        let Node { label: first, without, with } = self.nodes[f as usize];
        if first >= label {
            return Ok(if first == label { with } else { NONE });
        }
        self.work(Operation::Having, f, label, |families| {
            let without = families.having(without, label)?;
            let with = families.having(with, label)?;
            Ok(families.node(first, without, with))
        })
    }

    /// The sets of at most so many labels.
    pub fn up_to(&mut self, f: Family, most: u32) -> Spent<Family> {
        if f <= UNIT {
            return Ok(f);
        }
        self.work(Operation::UpTo, f, most, |families| {
            let Node { label, without, with } = families.nodes[f as usize];
            let without = families.up_to(without, most)?;
            let with = match most.checked_sub(1) {
                Some(most) => families.up_to(with, most)?,
                None => NONE,
            };
            Ok(families.node(label, without, with))
        })
    }

    /// How many sets there are, exactly up to 2^53.
    pub fn count(&self, f: Family) -> f64 {
        let mut counts = vec![0.0, 1.0];
        for node in self.nodes.iter().take(f as usize + 1).skip(counts.len()) {
            counts.push(counts[node.without as usize] + counts[node.with as usize]);
        }
        counts[f as usize]
    }

    /// Whether a set, whose labels rise, has a set of the family as a part.
    pub fn has_part_of(&self, f: Family, set: &[u32]) -> bool {
        if self.has_empty[f as usize] || f == NONE {
            return f != NONE;
        }
        let Node { label, without, with } = self.nodes[f as usize];
        let rest = &set[set.partition_point(|member| *member < label)..];
        match rest.split_first() {
            Some((member, rest)) if *member == label => {
                self.has_part_of(with, rest) || self.has_part_of(without, rest)
            }
            _ => self.has_part_of(without, rest),
        }
    }

    /// Whether a set, whose labels rise, is one of the family.
    pub fn has(&self, f: Family, set: &[u32]) -> bool {
        let Node { label, without, with } = self.nodes[f as usize];
        let Some((member, rest)) = set.split_first() else { return self.has_empty[f as usize] };
        match member.cmp(&label) {
            Ordering::Less => false,
            Ordering::Equal => self.has(with, rest),
            Ordering::Greater => self.has(without, set),
        }
    }

    /// The sets as choices: what each label stands for, and what it weighs. None where there are no
    /// sets.
    pub fn choices(&self, f: Family, labels: &[(Label, f64)]) -> Option<(Choices, ChoiceId)> {
        let mut choices = Choices::default();
        choices.offer(1.0, None, &[]);
        let done = choices.close();
        let mut listing = Listing { families: self, labels, choices, done, made: BTreeMap::new() };
        let root = listing.choice(f)?;
        Some((listing.choices, root))
    }

    /// The first label of two families, and each without and with it.
    fn split(&self, f: Family, g: Family) -> (u32, [(Family, Family); 2]) {
        let label = self.nodes[f as usize].label.min(self.nodes[g as usize].label);
        let parts = [f, g].map(|family| {
            let node = self.nodes[family as usize];
            if node.label == label { (node.without, node.with) } else { (family, NONE) }
        });
        (label, parts)
    }

    /// Looks a result up, or works it out and remembers it.
    fn work(
        &mut self,
        operation: Operation,
        f: Family,
        g: Family,
        work: impl FnOnce(&mut Self) -> Spent<Family>,
    ) -> Spent<Family> {
        let key = [operation as u32, f, g];
        let slot = slot(key, self.known.len());
        if self.known[slot].key == key {
            return Ok(self.known[slot].result);
        }
        self.spend(1)?;
        let result = work(self)?;
        self.remember(key, result);
        Ok(result)
    }

    /// Operations done so far.
    pub fn steps(&self) -> u64 {
        self.steps
    }

    fn spend(&mut self, steps: u64) -> Spent<()> {
        self.steps += steps;
        if self.steps > self.limit.min(MOST_STEPS) { Err(OverBudget) } else { Ok(()) }
    }

    /// Allows so many operations more, from now on.
    pub fn allow(&mut self, steps: u64) {
        self.limit = self.steps.saturating_add(steps);
    }

    fn remember(&mut self, key: [u32; 3], result: Family) {
        if self.steps.min(MOST_SLOTS as u64) > self.known.len() as u64 {
            let slots = 4 * self.known.len();
            let old = std::mem::replace(&mut self.known, vec![EMPTY; slots]);
            for known in old.into_iter().filter(|known| known.key != EMPTY.key) {
                self.known[slot(known.key, slots)] = known;
            }
        }
        let slot = slot(key, self.known.len());
        self.known[slot] = Known { key, result };
    }
}

/// Sets while they become choices.
struct Listing<'f> {
    families: &'f Families,
    labels: &'f [(Label, f64)],
    choices: Choices,
    /// Nothing is left to choose.
    done: ChoiceId,
    made: BTreeMap<Family, ChoiceId>,
}

impl Listing<'_> {
    fn choice(&mut self, f: Family) -> Option<ChoiceId> {
        if f <= UNIT {
            return (f == UNIT).then_some(self.done);
        }
        if let Some(made) = self.made.get(&f) {
            return Some(*made);
        }
        let Node { label, without, with } = self.families.nodes[f as usize];
        let (without, with) = (self.choice(without), self.choice(with)?);
        let (name, weight) = self.labels[label as usize];
        if let Some(without) = without {
            self.choices.offer(1.0, None, &[without]);
        }
        self.choices.offer(weight, Some(name), &[with]);
        let made = self.choices.close();
        self.made.insert(f, made);
        Some(made)
    }
}

fn hash(words: &[u32; 3]) -> u64 {
    words.iter().fold(0, |hash, word| mix(hash, u64::from(*word)))
}

/// Where a result is kept among a power of two of slots.
fn slot(key: [u32; 3], slots: usize) -> usize {
    usize::try_from(hash(&key) >> 20).unwrap_or(0) & (slots - 1)
}

#[cfg(test)]
mod tests {
    use super::{FEWEST_SLOTS, Families, Family, NONE, UNIT};
    use crate::evaluate::diagram::OverBudget;
    use std::collections::BTreeSet;

    type Sets = BTreeSet<BTreeSet<u32>>;

    /// Families of sets of five labels are numbers of 32 bits: which of the 32 sets they have.
    fn sets(number: u32) -> Sets {
        let set = |mask: u32| (0..5).filter(move |label| mask >> label & 1 == 1).collect();
        (0..32).filter(|mask| number >> mask & 1 == 1).map(set).collect()
    }

    fn family(families: &mut Families, sets: &Sets) -> Result<Family, OverBudget> {
        sets.iter().try_fold(NONE, |all, set| {
            let one = set.iter().try_fold(UNIT, |one, label| families.with_label(one, *label))?;
            families.union(all, one)
        })
    }

    /// Some pairs of families, always the same.
    fn pairs() -> impl Iterator<Item = (Sets, Sets)> {
        let mut state = 1_u64;
        let mut next = move || {
            state = state.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(0x1405_7b7e_f767_814f);
            let drawn = u32::try_from(state >> 32).unwrap_or(0);
            let thin = u32::try_from(state & 3).unwrap_or(0);
            (0..thin).fold(drawn, |drawn, by| drawn & drawn.rotate_left(5 + 7 * by))
        };
        (0..400).map(move |_| (sets(next()), sets(next())))
    }

    #[test]
    fn operations_are_those_on_lists_of_sets() -> Result<(), OverBudget> {
        let mut own = Families::new(u64::MAX);
        for (f, g) in pairs() {
            let (a, b) = (family(&mut own, &f)?, family(&mut own, &g)?);
            let has_part = |set: &&BTreeSet<u32>| g.iter().any(|part| part.is_subset(set));
            let kept = |keep: &dyn Fn(&&BTreeSet<u32>) -> bool| -> Sets {
                f.iter().filter(|set| keep(set)).cloned().collect()
            };
            let shorter =
                |set: &BTreeSet<u32>| set.iter().copied().filter(|own| *own != 2).collect();
            let longer = |set: &BTreeSet<u32>| set.iter().copied().chain([2]).collect();
            for (found, wanted) in [
                (own.union(a, b)?, f.union(&g).cloned().collect()),
                (own.minus(a, b)?, f.difference(&g).cloned().collect()),
                (own.common(a, b)?, f.intersection(&g).cloned().collect()),
                (own.supersets(a, b)?, kept(&has_part)),
                (own.without_supersets(a, b)?, kept(&|set| !has_part(set))),
                (own.up_to(a, 2)?, kept(&|set| set.len() <= 2)),
                (own.with_label(a, 2)?, f.iter().map(longer).collect::<Sets>()),
                (own.having(a, 2)?, f.iter().filter(|set| set.contains(&2)).map(shorter).collect()),
            ] {
                assert_eq!(found, family(&mut own, &wanted)?, "{f:?} {g:?}: {wanted:?}");
            }
        }
        Ok(())
    }

    #[test]
    fn sets_are_counted_found_and_listed() -> Result<(), OverBudget> {
        let mut own = Families::new(u64::MAX);
        let labels: Vec<_> = (0..5).map(|label| ((label, 1), 0.5)).collect();
        for (f, g) in pairs() {
            let a = family(&mut own, &f)?;
            let counted: f64 = f.iter().map(|_| 1.0).sum();
            assert!((own.count(a) - counted).abs() < 0.5);
            for set in &g {
                let labels: Vec<u32> = set.iter().copied().collect();
                assert_eq!(own.has(a, &labels), f.contains(set));
                let part = f.iter().any(|part| part.is_subset(set));
                assert_eq!(own.has_part_of(a, &labels), part);
            }
            let found = own.choices(a, &labels);
            let found = found.map_or(0, |(choices, root)| choices.heaviest(root).count());
            assert_eq!(found, f.len());
        }
        Ok(())
    }

    #[test]
    fn half_of_sixty_is_counted_without_listing() -> Result<(), OverBudget> {
        let mut own = Families::new(u64::MAX);
        // row[k]: the sets of k of the labels so far.
        let mut row = [NONE; 31];
        row[0] = UNIT;
        for label in (0..60).rev() {
            for k in (1..=30).rev() {
                row[k] = own.node(label, row[k], row[k - 1]);
            }
        }
        // 60! / (30! 30!), above 2^53: exact to its last places.
        assert!((own.count(row[30]) / 118_264_581_564_861_424.0 - 1.0).abs() < 1e-15);
        assert_eq!(own.up_to(row[30], 29)?, NONE);
        Ok(())
    }

    #[test]
    fn work_ends_at_its_limit() -> Result<(), OverBudget> {
        let mut own = Families::new(3);
        let all = (0..20).rev().fold(UNIT, |all, label| own.node(label, all, all));
        assert_eq!(own.up_to(all, 9), Err(OverBudget));
        own.allow(1_000);
        assert!((own.count(all) - 1_048_576.0).abs() < 0.5);
        own.up_to(all, 9).map(|_| ())
    }

    #[test]
    fn what_was_worked_out_is_known_however_much_it_was() -> Result<(), OverBudget> {
        let mut own = Families::new(u64::MAX);
        // row[k]: the sets of k of the labels so far.
        let (mut row, mut rows) = ([NONE; 41], Vec::new());
        row[0] = UNIT;
        for label in (0..80).rev() {
            for k in (1..=40).rev() {
                row[k] = own.node(label, row[k], row[k - 1]);
            }
            rows.push(row);
        }
        assert_eq!(own.up_to(row[40], 39)?, NONE);
        let first = own.steps();
        assert!(first > 1_500, "too little to fill the slots: {first}");
        for row in rows.into_iter().take(40) {
            for (sets, most) in row.into_iter().skip(1).zip(0..) {
                assert_eq!(own.up_to(sets, most)?, NONE);
            }
        }
        let again = own.steps() - first;
        assert!(3 * again < first, "{again} operations again after {first}");
        Ok(())
    }

    #[test]
    fn what_is_plain_takes_no_work() -> Result<(), OverBudget> {
        let mut own = Families::new(u64::MAX);
        for (f, _) in pairs() {
            let f = family(&mut own, &f)?;
            let steps = own.steps();
            assert_eq!([own.union(f, f)?, own.union(NONE, f)?, own.union(f, NONE)?], [f; 3]);
            assert_eq!([own.minus(f, f)?, own.minus(NONE, f)?], [NONE; 2]);
            assert_eq!([own.minus(f, NONE)?, own.without_supersets(f, NONE)?], [f; 2]);
            let parts = [own.without_supersets(f, f)?, own.without_supersets(NONE, f)?];
            assert_eq!(parts, [NONE; 2]);
            assert_eq!(own.without_supersets(f, UNIT)?, NONE);
            let unit = if own.has(f, &[]) { NONE } else { UNIT };
            assert_eq!(own.without_supersets(UNIT, f)?, unit);
            assert_eq!(own.steps(), steps);
        }
        Ok(())
    }

    #[test]
    fn nothing_takes_more_than_its_limit() -> Result<(), OverBudget> {
        let work = |limit: u64| -> Result<u64, OverBudget> {
            let mut own = Families::new(limit);
            let all = (0..20).rev().fold(UNIT, |all, label| own.node(label, all, all));
            own.up_to(all, 9)?;
            Ok(own.steps())
        };
        let steps = work(u64::MAX)?;
        assert_eq!(work(steps), Ok(steps));
        assert_eq!(work(steps - 1), Err(OverBudget));
        Ok(())
    }

    #[test]
    fn slots_for_known_results_grow_with_the_work() -> Result<(), OverBudget> {
        let mut own = Families::new(u64::MAX);
        let all = (0..20).rev().fold(UNIT, |all, label| own.node(label, all, all));
        let few = own.up_to(all, 9)?;
        let steps = own.steps();
        assert_eq!(own.known.len(), FEWEST_SLOTS, "little work takes little room");
        own.spend(FEWEST_SLOTS as u64 - steps)?;
        own.remember([9; 3], NONE);
        assert_eq!(own.known.len(), FEWEST_SLOTS);
        own.spend(5_000)?;
        own.remember([9; 3], NONE);
        assert_eq!(own.known.len(), 4 * FEWEST_SLOTS);
        let steps = own.steps();
        assert_eq!((own.up_to(all, 9)?, own.steps()), (few, steps), "known as before");
        Ok(())
    }
}
