//! Sums whose sizes are drawn, world by world.
//!
//! In: a model's sums, the words of 64 worlds, random words. Out: the total of each sum in each
//! world. Fixed sizes come from tables of what eight pledges add together, after the words of
//! activity are transposed. A random size is drawn once in each world in which its pledge is
//! active, and goes to every sum that counts the pledge or a part of it.

use super::alias::Alias;
use super::lanes::{LANES, Stream, transpose};
use super::worlds::{ALWAYS, Slot};
use crate::apportion::apportion;
use crate::evaluate::bits::of_word;
use crate::evaluate::sums::term_law;
use crate::law::Law;
use crate::model::{Model, NodeId, Sum, Term};
use std::collections::BTreeMap;

/// The totals of one sum in 64 worlds.
pub(super) type Totals = [u64; LANES];

/// Sums that are drawn.
#[derive(Debug, Default)]
pub(super) struct Drawn {
    /// The sums.
    pub(super) sums: Vec<DrawnSum>,
    /// Where the activity of each pledge of fixed size is, equal ones once.
    active: Vec<Slot>,
    random: Vec<RandomSize>,
}

/// A sum: what is always there, and what fixed sizes add.
#[derive(Debug)]
pub(super) struct DrawnSum {
    always: u64,
    tables: Vec<Table>,
    /// No total is smaller.
    pub(super) low: u64,
    /// No total is larger.
    pub(super) high: u64,
}

/// What the active ones among eight fixed sizes add.
#[derive(Debug)]
struct Table {
    /// Which 64 and which eight of them.
    group: usize,
    byte: usize,
    sizes: Box<[u64; 256]>,
}

/// A random size, and the sums that it adds to.
#[derive(Debug)]
struct RandomSize {
    active: Slot,
    alias: Alias,
    uses: Vec<(usize, Gain)>,
}

/// What a draw adds to a sum.
#[derive(Debug)]
enum Gain {
    /// It and this.
    All(u64),
    /// The parts of some of its nations, by draw.
    Parts(Vec<u64>),
}

/// Room to work in.
#[derive(Debug, Default)]
pub(super) struct Scratch {
    /// The totals by sum.
    pub(super) totals: Vec<Totals>,
    rows: Vec<[u64; LANES]>,
}

impl Drawn {
    /// Prepares some sums; `slot` is where a node's word is.
    pub(super) fn new(
        model: &Model,
        laws: &[Option<Law>],
        sums: &[Sum],
        slot: impl Fn(NodeId) -> Slot,
    ) -> Self {
        let mut drawn = Self::default();
        let mut positions: BTreeMap<Slot, usize> = BTreeMap::new();
        let mut random: BTreeMap<usize, RandomSize> = BTreeMap::new();
        for (index, sum) in sums.iter().enumerate() {
            let mut fixed: BTreeMap<usize, u64> = BTreeMap::new();
            let mut prepared = DrawnSum { always: 0, tables: Vec::new(), low: 0, high: 0 };
            for term in sum {
                let Some(size) = &laws[term.pledge] else { continue };
                let law = term_law(model, laws, term);
                let (low, high) = (law.low().unwrap_or(0), law.high().unwrap_or(0));
                let active = slot(model.pledges[term.pledge].active);
                prepared.high += high;
                prepared.low += if active == ALWAYS { low } else { 0 };
                if size.atoms().len() > 1 {
                    let entry = random.entry(term.pledge);
                    let entry = entry.or_insert_with(|| RandomSize::new(active, size));
                    entry.uses.push((index, gain(model, size, term)));
                } else if active == ALWAYS {
                    prepared.always += low;
                } else {
                    let next = positions.len();
                    *fixed.entry(*positions.entry(active).or_insert(next)).or_insert(0) += low;
                }
            }
            prepared.tables = tables(&fixed);
            drawn.sums.push(prepared);
        }
        drawn.active = vec![ALWAYS; positions.len()];
        for (slot, position) in positions {
            drawn.active[position] = slot;
        }
        drawn.random = random.into_values().collect();
        drawn
    }

    /// Room for its totals.
    pub(super) fn scratch(&self) -> Scratch {
        let rows = vec![[0; LANES]; self.active.len().div_ceil(LANES)];
        Scratch { totals: vec![[0; LANES]; self.sums.len()], rows }
    }

    /// Finds the totals of the worlds in `accepted`; others' are meaningless.
    pub(super) fn draw(
        &self,
        values: &[u64],
        accepted: u64,
        stream: &mut Stream,
        scratch: &mut Scratch,
    ) {
        for (row, slots) in scratch.rows.iter_mut().zip(self.active.chunks(LANES)) {
            gather(values, slots, row);
        }
        for (sum, totals) in self.sums.iter().zip(&mut scratch.totals) {
            totals.fill(sum.always);
            for table in &sum.tables {
                table.add(&scratch.rows[table.group], totals);
            }
        }
        for size in &self.random {
            size.draw(values[size.active] & accepted, stream, &mut scratch.totals);
        }
    }
}

/// The words of some slots, transposed: for each world a word of them.
pub(super) fn gather(values: &[u64], slots: &[Slot], row: &mut [u64; LANES]) {
    row.fill(0);
    row.iter_mut().zip(slots).for_each(|(word, slot)| *word = values[*slot]);
    transpose(row);
}

impl Table {
    #[inline]
    fn add(&self, row: &[u64; LANES], totals: &mut Totals) {
        for (total, word) in totals.iter_mut().zip(row) {
            *total += self.sizes[usize::from(word.to_le_bytes()[self.byte])];
        }
    }
}

impl RandomSize {
    fn new(active: Slot, size: &Law) -> Self {
        Self { active, alias: Alias::of(size), uses: Vec::new() }
    }

    fn draw(&self, active: u64, stream: &mut Stream, totals: &mut [Totals]) {
        let mut drawn = [(0, 0); LANES];
        let mut count = 0;
        for lane in of_word(active) {
            drawn[count] = (lane, self.alias.draw(stream.draw()));
            count += 1;
        }
        for (sum, gain) in &self.uses {
            let totals = &mut totals[*sum];
            match gain {
                Gain::All(low) => {
                    for (lane, above) in &drawn[..count] {
                        totals[*lane] += low + *above as u64;
                    }
                }
                Gain::Parts(parts) => {
                    for (lane, above) in &drawn[..count] {
                        totals[*lane] += parts[*above];
                    }
                }
            }
        }
    }
}

/// Tables of the fixed sizes by their position among the active ones.
fn tables(fixed: &BTreeMap<usize, u64>) -> Vec<Table> {
    let mut bytes: BTreeMap<usize, Box<[u64; 256]>> = BTreeMap::new();
    for (position, size) in fixed {
        let sizes = bytes.entry(position / 8).or_insert_with(|| Box::new([0; 256]));
        for (active, sum) in sizes.iter_mut().enumerate() {
            *sum += if active >> (position % 8) & 1 == 1 { *size } else { 0 };
        }
    }
    let table =
        |(at, sizes): (usize, Box<[u64; 256]>)| Table { group: at / 8, byte: at % 8, sizes };
    bytes.into_iter().map(table).collect()
}

/// What each draw of a size adds to the sum of a term.
fn gain(model: &Model, size: &Law, term: &Term) -> Gain {
    let (low, high) = (size.low().unwrap_or(0), size.high().unwrap_or(0));
    if term.members.is_empty() {
        return Gain::All(low);
    }
    let part = |value| -> u64 {
        let parts = apportion(value, &model.pledges[term.pledge].parts);
        term.members.iter().map(|member| parts[*member]).sum()
    };
    Gain::Parts((low..=high).map(part).collect())
}
