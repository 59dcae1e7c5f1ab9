//! Draws all worlds and counts.
//!
//! In: a `Plan`, how many worlds, a seed. Out: a `Tally` of whole numbers. Each thread takes the
//! next block of worlds, whose random numbers depend on nothing but the seed and its number, and
//! adds to a tally of its own; the order in which tallies are added does not matter.

use super::lanes::{LANES, Stream};
use super::plan::{DrawnFloor, EVERYTHING, Histogram, Plan};
use super::sets::{Sets, Table};
use super::sizes::{self, Totals};
use super::worlds::Worlds;
use crate::evaluate::bits::of_word;
use rayon::prelude::*;
use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};

/// The worlds of a word and of a block.
const WORD: u64 = 64;
const BLOCK: u64 = 65_536;

/// The blocks of a round, where sets may have to be dropped.
const ROUND: u64 = 32;

/// The fewest blocks in a round: sets of many pledges take more memory, so that rounds are shorter.
const FEWEST: u64 = 4;

/// Everything that was counted.
#[derive(Debug)]
pub(super) struct Tally {
    /// See [`Plan`].
    pub(super) numbers: Vec<u64>,
    /// The sets of each question.
    pub(super) sets: Vec<Table>,
}

impl Tally {
    fn new(plan: &Plan) -> Self {
        let sets = plan.sets.iter().map(Sets::table).collect();
        Self { numbers: vec![0; plan.numbers], sets }
    }

    fn plus(mut self, other: Self) -> Self {
        self.numbers.iter_mut().zip(other.numbers).for_each(|(sum, number)| *sum += number);
        self.sets.iter_mut().zip(&other.sets).for_each(|(sum, table)| sum.merge(table));
        self
    }
}

/// Draws `samples` worlds on the threads of the current pool.
pub(super) fn count(plan: &Plan, samples: u64, seed: u64) -> Tally {
    let blocks = samples.div_ceil(BLOCK);
    let widest = plan.sets.iter().filter(|sets| sets.may_overflow()).map(Sets::words).max();
    let round = widest.map_or(blocks.max(1), blocks_of_round);
    let mut whole: Option<Tally> = None;
    for first in (0..blocks).step_by(usize::try_from(round).unwrap_or(usize::MAX)) {
        let blocks = first..blocks.min(first + round);
        let tally = count_blocks(plan, samples, seed, &blocks);
        let mut sum = match whole {
            Some(whole) => whole.plus(tally),
            None => tally,
        };
        sum.sets.iter_mut().for_each(Table::prune);
        whole = Some(sum);
    }
    whole.unwrap_or_else(|| Tally::new(plan))
}

/// How many blocks there are in a round where sets take so many words.
fn blocks_of_round(words: u64) -> u64 {
    (ROUND / words).max(FEWEST)
}

fn count_blocks(plan: &Plan, samples: u64, seed: u64, blocks: &Range<u64>) -> Tally {
    let next = AtomicU64::new(blocks.start);
    let take = || Some(next.fetch_add(1, Ordering::Relaxed)).filter(|block| *block < blocks.end);
    let work = |_| {
        let mut worker = Worker::new(plan);
        while let Some(block) = take() {
            let worlds = (samples - block * BLOCK).min(BLOCK);
            worker.draw(worlds, Stream::of(seed, block));
        }
        worker.tally
    };
    let threads = (0..rayon::current_num_threads()).into_par_iter().with_max_len(1);
    threads.map(work).reduce_with(Tally::plus).unwrap_or_else(|| Tally::new(plan))
}

/// One thread's worlds and counts.
struct Worker<'a> {
    plan: &'a Plan,
    worlds: Worlds,
    events: Vec<u64>,
    sizes: sizes::Scratch,
    tally: Tally,
}

impl<'a> Worker<'a> {
    fn new(plan: &'a Plan) -> Self {
        let events = vec![0; plan.events.len()];
        let (worlds, sizes) = (plan.program.worlds(), plan.drawn.scratch());
        Self { plan, worlds, events, sizes, tally: Tally::new(plan) }
    }

    /// Draws a block.
    fn draw(&mut self, worlds: u64, mut stream: Stream) {
        for first in (0..worlds).step_by(LANES) {
            self.plan.program.run(&mut self.worlds, &mut stream);
            let left = worlds - first;
            let drawn = if left < WORD { (1 << left) - 1 } else { u64::MAX };
            let accepted = drawn & self.worlds.values[self.plan.evidence];
            if accepted != 0 {
                self.count(accepted, &mut stream);
            }
        }
    }

    fn count(&mut self, accepted: u64, stream: &mut Stream) {
        let (plan, values) = (self.plan, &self.worlds.values);
        let Tally { numbers, sets } = &mut self.tally;
        for ((event, slots), number) in
            self.events.iter_mut().zip(&plan.events).zip(numbers.iter_mut())
        {
            *event = accepted & values[slots[0]] & values[slots[1]];
            *number += u64::from(event.count_ones());
        }
        for pattern in &plan.patterns {
            pattern.count(values, self.events[pattern.event], numbers);
        }
        plan.drawn.draw(values, accepted, stream, &mut self.sizes);
        for floor in &plan.floors {
            floor.count(&self.sizes.totals[floor.sum], &self.events, numbers);
        }
        for histogram in &plan.histograms {
            let totals = &self.sizes.totals[histogram.sum];
            histogram.count(totals, self.events[histogram.event], numbers);
        }
        for (sets, table) in plan.sets.iter().zip(sets) {
            let given = self.events[sets.given.unwrap_or(EVERYTHING)];
            sets.count(values, accepted, given, table);
        }
    }
}

impl DrawnFloor {
    fn count(&self, totals: &Totals, events: &[u64], numbers: &mut [u64]) {
        let reached = totals
            .iter()
            .enumerate()
            .fold(0, |reached, (lane, total)| reached | u64::from(*total >= self.floor) << lane);
        for (event, number) in &self.events {
            numbers[*number] += u64::from((reached & events[*event]).count_ones());
        }
    }
}

impl Histogram {
    fn count(&self, totals: &Totals, event: u64, numbers: &mut [u64]) {
        let bins = &mut numbers[self.start..];
        if self.shift > 0 {
            of_word(event).for_each(|lane| self.count_wide(totals[lane] - self.low, bins));
        } else if event == u64::MAX {
            for total in totals {
                bins[bin(total - self.low)] += 1;
            }
        } else {
            of_word(event).for_each(|lane| bins[bin(totals[lane] - self.low)] += 1);
        }
    }

    /// Counts a total above the smallest, and how far it lies into its bin.
    fn count_wide(&self, above: u64, bins: &mut [u64]) {
        let width = 1 << self.shift;
        let place = bin((above + width - 1) >> self.shift);
        bins[place] += 1;
        bins[self.bins + place] += (above + width - 1) & (width - 1);
    }

    /// Each total and how often it came up; of a wide bin its mean.
    pub(super) fn counted<'a>(&self, numbers: &'a [u64]) -> impl Iterator<Item = (u64, u64)> + 'a {
        let (low, shift, bins) = (self.low, self.shift, self.bins);
        let numbers = &numbers[self.start..];
        let found = (0..bins).zip(numbers).filter(|(_, count)| **count > 0);
        found.map(move |(place, count)| {
            let place_value = u64::try_from(place).unwrap_or(0) << shift;
            if shift == 0 {
                return (low + place_value, *count);
            }
            let into = (numbers[bins + place] + count / 2) / count;
            (low + place_value + into - ((1 << shift) - 1), *count)
        })
    }
}

#[inline]
#[expect(clippy::cast_possible_truncation, reason = "below the number of bins")]
fn bin(place: u64) -> usize {
    place as usize
}

#[cfg(test)]
mod tests {
    use super::{Histogram, blocks_of_round};

    #[test]
    fn rounds_are_shorter_where_sets_are_larger() {
        assert_eq!([1, 2, 3, 8, 9, 100].map(blocks_of_round), [32, 16, 10, 4, 4, 4]);
    }

    /// From 100 on: 100 alone, then four totals a bin.
    fn histogram(shift: u32) -> Histogram {
        Histogram { sum: 0, event: 0, low: 100, shift, bins: 3, start: 1 }
    }

    /// What is found of the totals that are counted, those of 64 worlds that hold.
    fn found(histogram: &Histogram, totals: &[u64], event: u64) -> Vec<(u64, u64)> {
        let mut lanes = [100; 64];
        lanes[..totals.len()].copy_from_slice(totals);
        let mut numbers = vec![0; 7];
        histogram.count(&lanes, event, &mut numbers);
        assert_eq!(numbers[0], 0);
        histogram.counted(&numbers).collect()
    }

    #[test]
    fn wide_bins_keep_their_means_and_the_smallest_apart() {
        let wide = histogram(2);
        // The mean of 101, 101 and 104; that of 105 and 106 is rounded up.
        assert_eq!(found(&wide, &[101, 100, 104, 101], 0b1111), [(100, 1), (102, 3)]);
        assert_eq!(found(&wide, &[105, 106, 107], 0b011), [(106, 2)]);
        assert_eq!(found(&wide, &[108, 108, 104], 0b111), [(104, 1), (108, 2)]);
        assert_eq!(found(&wide, &[105], u64::MAX), [(100, 63), (105, 1)]);
    }

    #[test]
    fn narrow_bins_have_a_total_each() {
        let narrow = histogram(0);
        assert_eq!(found(&narrow, &[102, 101, 102], 0b111), [(101, 1), (102, 2)]);
        assert_eq!(found(&narrow, &[102, 101, 102], 0b100), [(102, 1)]);
        assert_eq!(found(&narrow, &[102], u64::MAX), [(100, 63), (102, 1)]);
    }
}
