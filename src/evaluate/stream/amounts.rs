//! What is summed in one world, from the set of its active pledges.
//!
//! In: a model's sums and floors, once; then the active pledges as bits, for each world. Out: means
//! and probabilities, the same numbers as `evaluate::sums` gives. Fixed sizes are added eight
//! pledges at a time from tables. A probability is looked for only where neither the smallest
//! nor the largest sizes decide, and kept by what it depends on.

use super::reach::Draws;
use crate::evaluate::sums::term_law;
use crate::law::{Law, real, sum};
use crate::model::{Floor, Model, NodeId, Sum};
use std::collections::BTreeMap;

/// The most probabilities that are kept for a floor.
const MOST_KNOWN: usize = 1 << 16;

/// Whole numbers, summed over the active pledges.
#[derive(Debug, Default)]
pub(super) struct Bytes {
    /// For a byte of the active pledges, the sum for each value of it.
    tables: Vec<(usize, Box<[u64; 256]>)>,
}

impl Bytes {
    fn add(&mut self, pledge: usize, amount: u64) {
        let byte = pledge / 8;
        let position = self.tables.iter().position(|(known, _)| *known == byte);
        let position = position.unwrap_or_else(|| {
            self.tables.push((byte, Box::new([0; 256])));
            self.tables.len() - 1
        });
        let (_, table) = &mut self.tables[position];
        let with = table.iter_mut().enumerate().filter(|(set, _)| set >> (pledge % 8) & 1 == 1);
        with.for_each(|(_, sum)| *sum += amount);
    }

    fn total(&self, active: &[u8]) -> u64 {
        self.tables.iter().map(|(byte, table)| table[usize::from(active[*byte])]).sum()
    }
}

/// A term's place among the bits.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    byte: usize,
    bit: u8,
}

impl Place {
    fn of(pledge: usize) -> Self {
        Self { byte: pledge / 8, bit: 1 << (pledge % 8) }
    }

    fn is_in(self, active: &[u8]) -> bool {
        active[self.byte] & self.bit != 0
    }
}

/// A fixed size, if a law is one.
fn fixed(law: &Law) -> Option<u64> {
    match law.atoms() {
        [(value, _)] => Some(*value),
        _ => None,
    }
}

/// The mean of a sum.
#[derive(Debug)]
pub(super) enum Amounts {
    /// Of whole means: exact in any order.
    Whole(Bytes),
    /// Otherwise term by term.
    Means(Vec<(Place, f64)>),
}

impl Amounts {
    /// Prepares a sum.
    pub(super) fn new(model: &Model, laws: &[Option<Law>], sum: &Sum) -> Self {
        let mut bytes = Bytes::default();
        let mut means = Vec::new();
        let mut whole = true;
        for term in sum {
            let law = term_law(model, laws, term);
            means.push((Place::of(term.pledge), law.mean()));
            match fixed(&law) {
                Some(size) => bytes.add(term.pledge, size),
                None => whole = false,
            }
        }
        if whole { Self::Whole(bytes) } else { Self::Means(means) }
    }

    /// The mean where just these pledges are active.
    pub(super) fn mean(&self, active: &[u8]) -> f64 {
        match self {
            Self::Whole(bytes) => real(bytes.total(active)),
            Self::Means(means) => {
                let terms = means.iter().filter(|(place, _)| place.is_in(active));
                sum(terms.map(|(_, mean)| *mean))
            }
        }
    }
}

/// Whether a sum reaches a floor.
#[derive(Debug)]
pub(super) struct Reach {
    needs: NodeId,
    floor: u64,
    fixed: Bytes,
    low: Bytes,
    high: Bytes,
    /// The terms whose sizes are random.
    random: Vec<Place>,
    draws: Draws,
}

/// Probabilities by the active random terms and what they still have to reach.
#[derive(Clone, Debug, Default)]
pub(super) struct Known {
    found: BTreeMap<Vec<u8>, f64>,
    key: Vec<u8>,
}

impl Reach {
    /// Prepares a floor.
    pub(super) fn new(model: &Model, laws: &[Option<Law>], floor: &Floor) -> Self {
        let (mut fix, mut low, mut high) = (Bytes::default(), Bytes::default(), Bytes::default());
        let (mut random, mut drawn) = (Vec::new(), Vec::new());
        for term in &floor.sum {
            let law = term_law(model, laws, term);
            low.add(term.pledge, law.low().unwrap_or(0));
            high.add(term.pledge, law.high().unwrap_or(0));
            if let Some(size) = fixed(&law) {
                fix.add(term.pledge, size);
            } else {
                random.push(Place::of(term.pledge));
                drawn.push(law);
            }
        }
        Self {
            needs: floor.needs,
            floor: floor.floor.unwrap_or(0),
            fixed: fix,
            low,
            high,
            random,
            draws: Draws::new(drawn),
        }
    }

    /// The probability that the floor is met where just these pledges are active.
    pub(super) fn probability(&self, values: &[bool], active: &[u8], known: &mut Known) -> f64 {
        if !values[self.needs] || self.high.total(active) < self.floor {
            return 0.0;
        }
        if self.low.total(active) >= self.floor {
            return 1.0;
        }
        self.undecided(active, known)
    }

    fn undecided(&self, active: &[u8], known: &mut Known) -> f64 {
        let missing = self.floor.saturating_sub(self.fixed.total(active));
        known.key.clear();
        known.key.extend(missing.to_le_bytes());
        for terms in self.random.chunks(8) {
            let bits = terms.iter().enumerate();
            let set = bits.map(|(bit, place)| u8::from(place.is_in(active)) << bit);
            known.key.push(set.fold(0, |set, bit| set | bit));
        }
        if let Some(found) = known.found.get(known.key.as_slice()) {
            return *found;
        }
        let drawn = (0..self.random.len()).filter(|term| self.random[*term].is_in(active));
        let found = self.draws.at_least(&drawn.collect::<Vec<_>>(), missing);
        if known.found.len() >= MOST_KNOWN {
            known.found.clear();
        }
        known.found.insert(known.key.clone(), found);
        found
    }
}

#[cfg(test)]
mod tests {
    use super::{Known, MOST_KNOWN, Reach};
    use crate::law::Law;
    use crate::model::{Floor, Model, Node, Size, Term};

    #[test]
    fn probabilities_are_kept_until_there_are_too_many() {
        let mut model = Model::sketch(vec![Node::Constant(true)], &[]);
        for size in [Size::Uniform(0, 9), Size::Uniform(0, 4)] {
            model.pledge(0, size);
        }
        let sum = [0, 1].map(|pledge| Term { pledge, members: Vec::new() }).to_vec();
        let floor = Floor { sum, floor: Some(3), needs: 0, named: Vec::new(), asked: None };
        let laws: Vec<_> = model.pledges.iter().map(|own| own.size.map(Law::of)).collect();
        let reach = Reach::new(&model, &laws, &floor);
        let mut known = Known::default();
        let near = |found: f64, expected: f64| assert!((found - expected).abs() < 1e-12, "{found}");
        near(reach.probability(&[true], &[1], &mut known), 0.7);
        near(reach.probability(&[true], &[2], &mut known), 0.4);
        near(reach.probability(&[true], &[1], &mut known), 0.7);
        assert_eq!(known.found.len(), 2);
        let full = (0_u64..).map(|key| (key.to_be_bytes().to_vec(), 0.0));
        known.found = full.take(MOST_KNOWN - 1).collect();
        near(reach.probability(&[true], &[1], &mut known), 0.7);
        assert_eq!(known.found.len(), MOST_KNOWN);
        near(reach.probability(&[true], &[2], &mut known), 0.4);
        assert_eq!(known.found.len(), 1);
    }
}
