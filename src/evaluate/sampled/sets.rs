//! Counts the distinct sets of active pledges.
//!
//! In: the words of 64 worlds. Out: for each set, as a word of bits, how many worlds have it and in
//! how many of them what is given holds. Where there may be too many sets, the rarest are dropped
//! between rounds of worlds, by one order over all of them, so that threads make no difference; a
//! set so rare is then counted short, and what is dropped is part of what is left out.

use super::lanes::LANES;
use super::sizes::gather;
use super::worlds::Slot;
use crate::evaluate::bits::of_word;
use std::cmp::Reverse;

/// The most sets that are kept from one round to the next.
const MOST_SETS: usize = 1 << 20;

/// The most different activities whose sets all have room.
const MOST_ACTIVITIES: usize = 20;

/// Which sets are counted.
#[derive(Debug)]
pub(super) struct Sets {
    /// Where the activity of each pledge is.
    pub(super) active: Vec<Slot>,
    /// The event in which what is given holds.
    pub(super) given: Option<usize>,
}

impl Sets {
    /// Whether there may be more sets than are kept.
    pub(super) fn may_overflow(&self) -> bool {
        let mut slots = self.active.clone();
        slots.sort_unstable();
        slots.dedup();
        slots.len() > MOST_ACTIVITIES
    }

    /// How many words a set takes.
    fn width(&self) -> usize {
        self.active.len().div_ceil(LANES).max(1)
    }

    /// The same, as blocks are counted.
    pub(super) fn words(&self) -> u64 {
        self.width() as u64
    }

    /// An empty table.
    pub(super) fn table(&self) -> Table {
        Table::new(self.width(), 1 << 8)
    }

    /// Counts the accepted worlds.
    pub(super) fn count(&self, values: &[u64], accepted: u64, given: u64, table: &mut Table) {
        let mut row = [0; LANES];
        if table.width == 1 {
            gather(values, &self.active, &mut row);
            for lane in of_word(accepted) {
                table.add(&[row[lane]], [1, given >> lane & 1]);
            }
            return;
        }
        let mut keys = vec![0; LANES * table.width];
        for (group, slots) in self.active.chunks(LANES).enumerate() {
            gather(values, slots, &mut row);
            for lane in of_word(accepted) {
                keys[lane * table.width + group] = row[lane];
            }
        }
        for lane in of_word(accepted) {
            let key = &keys[lane * table.width..(lane + 1) * table.width];
            table.add(key, [1, given >> lane & 1]);
        }
    }
}

/// A set as bits, in how many worlds it is found, and in how many that hold what is given.
pub(super) type Found<'a> = (&'a [u64], [u64; 2]);

/// Counts by set: open addressing, so nothing depends on it but speed.
#[derive(Debug)]
pub(super) struct Table {
    width: usize,
    keys: Vec<u64>,
    /// Free where the first is 0.
    counts: Vec<[u64; 2]>,
    used: usize,
}

impl Table {
    /// An empty table; `places` is a power of two.
    fn new(width: usize, places: usize) -> Self {
        Self { width, keys: vec![0; width * places], counts: vec![[0; 2]; places], used: 0 }
    }

    /// What was found, in no order.
    pub(super) fn found(&self) -> impl Iterator<Item = Found<'_>> {
        let places = self.keys.chunks_exact(self.width).zip(&self.counts);
        places.filter(|(_, counts)| counts[0] > 0).map(|(key, counts)| (key, *counts))
    }

    /// Adds to the counts of a set.
    #[inline]
    pub(super) fn add(&mut self, key: &[u64], counts: [u64; 2]) {
        let place = self.place(key);
        let known = &mut self.counts[place];
        let is_new = known[0] == 0;
        known[0] += counts[0];
        known[1] += counts[1];
        if is_new {
            self.keys[place * self.width..(place + 1) * self.width].copy_from_slice(key);
            self.used += 1;
            if self.used * 2 > self.counts.len() {
                self.resize(self.counts.len() * 2);
            }
        }
    }

    /// Adds what another one found.
    pub(super) fn merge(&mut self, other: &Self) {
        other.found().for_each(|(key, counts)| self.add(key, counts));
    }

    /// Drops the rarest where they take too much memory; among equally rare ones the last in the order
    /// of their bits.
    pub(super) fn prune(&mut self) {
        self.keep(most_kept(self.width));
    }

    fn keep(&mut self, most: usize) {
        if self.used <= most {
            return;
        }
        let mut found: Vec<Found<'_>> = self.found().collect();
        found.select_nth_unstable_by_key(most, |(key, counts)| (Reverse(*counts), *key));
        found.truncate(most);
        let mut kept = Self::new(self.width, (most * 2).next_power_of_two());
        for (key, counts) in found {
            kept.add(key, counts);
        }
        *self = kept;
    }

    fn resize(&mut self, places: usize) {
        let mut larger = Self::new(self.width, places);
        larger.merge(self);
        *self = larger;
    }

    /// Where a set is or belongs.
    #[inline]
    fn place(&self, key: &[u64]) -> usize {
        let mask = self.counts.len() - 1;
        let mut place = hash(key) & mask;
        while self.counts[place][0] > 0
            && self.keys[place * self.width..(place + 1) * self.width] != *key
        {
            place = (place + 1) & mask;
        }
        place
    }
}

/// How many sets of so many words are kept.
fn most_kept(width: usize) -> usize {
    MOST_SETS / width
}

/// Both halves of a product count, so that sets which differ in their last pledges only are spread too.
#[inline]
#[expect(clippy::cast_possible_truncation, reason = "any bits will do")]
fn hash(key: &[u64]) -> usize {
    let mixed = key.iter().fold(0_u64, |mixed, word| {
        let product = u128::from(mixed ^ word) * 0x9E37_79B9_7F4A_7C15;
        product as u64 ^ (product >> 64) as u64
    });
    mixed as usize
}

#[cfg(test)]
mod tests {
    use super::{MOST_SETS, Sets, Table, hash, most_kept};
    use std::collections::BTreeSet;

    #[test]
    fn a_table_counts_and_forgets_the_rarest() {
        let mut table = Table::new(2, 4);
        for number in 0..1000 {
            table.add(&[number % 10, number % 4], [1, number % 2]);
        }
        let mut found: Vec<_> = table.found().map(|(key, counts)| (key.to_vec(), counts)).collect();
        found.sort();
        assert_eq!(found.len(), 20);
        assert_eq!(found[0], (vec![0, 0], [50, 0]));
        table.add(&[7, 7], [60, 0]);
        table.keep(2);
        let mut kept: Vec<_> = table.found().map(|(key, counts)| (key.to_vec(), counts)).collect();
        kept.sort();
        assert_eq!(kept, [(vec![1, 1], [50, 50]), (vec![7, 7], [60, 0])]);
    }

    #[test]
    fn sets_that_may_be_too_many_are_those_of_more_than_twenty_activities() {
        let sets = |active: Vec<usize>| Sets { active, given: None };
        assert!(!sets((0..20).collect()).may_overflow());
        assert!(sets((0..21).collect()).may_overflow());
        assert!(!sets((0..40).map(|at| at / 2).collect()).may_overflow(), "equal ones once");
        assert_eq!([1, 2, 4].map(most_kept), [MOST_SETS, MOST_SETS / 2, MOST_SETS / 4]);
        let words = |pledges| sets(vec![0; pledges]).words();
        assert_eq!([0, 1, 64, 65, 128, 129].map(words), [1, 1, 1, 2, 2, 3]);
    }

    #[test]
    fn sets_are_spread_over_the_table_whichever_bits_differ() {
        let places = |keys: Vec<Vec<u64>>| {
            let places = keys.iter().map(|key| hash(key) & 1023);
            places.collect::<BTreeSet<usize>>().len()
        };
        // Balls that are thrown at so many boxes leave 1024 / e of them empty.
        for shift in [0, 13, 40, 53] {
            let alone = places((0..1024).map(|key| vec![key << shift]).collect());
            let first = places((0..1024).map(|key| vec![key << shift, 5]).collect());
            let last = places((0..1024).map(|key| vec![u64::MAX / 3, key << shift]).collect());
            assert!(
                [alone, first, last].iter().all(|used| *used > 400),
                "{shift}: {alone} {first} {last}"
            );
        }
    }

    #[test]
    fn sets_of_more_than_64_pledges_have_two_words() {
        let active: Vec<usize> = (0..70).collect();
        let sets = Sets { active, given: None };
        let mut table = sets.table();
        let values: Vec<u64> = (0..70).map(|slot| if slot == 69 { 0b10 } else { 0b01 }).collect();
        sets.count(&values, 0b111, 0b100, &mut table);
        let mut found: Vec<_> = table.found().map(|(key, counts)| (key.to_vec(), counts)).collect();
        found.sort();
        let expected =
            [(vec![0, 0], [1, 1]), (vec![0, 1 << 5], [1, 0]), (vec![u64::MAX, 0b1_1111], [1, 0])];
        assert_eq!(found, expected);
        assert!(sets.may_overflow());
    }
}
