//! Decision diagrams: functions of the conditions, shared and in one form each.
//!
//! In: levels with a number of options each, and operations. Out: a [`Ref`] for each distinct
//! function; equal functions have equal references. A node branches on the options of one level
//! (many-valued), and its kids lie on later levels; a terminal is a number, of which 0 is "false"
//! and 1 "true". The one operation is [`Diagrams::ite`]. Work is counted against a limit, so that a
//! bad order of the levels ends in [`OverBudget`] instead of a full memory. (Bryant, Graph-based
//! algorithms for Boolean function manipulation, 1986; Srinivasan et al., Algorithms for discrete
//! function manipulation, 1990, for many values.)

use super::bits::mix;
use crate::law;
use hashbrown::HashTable;

/// A function in [`Diagrams`].
pub type Ref = u32;

/// The function that never holds.
pub const FALSE: Ref = 0;

/// The function that always holds.
pub const TRUE: Ref = 1;

/// The level of a terminal: below all others.
pub const TERMINAL: u32 = u32::MAX;

/// The work that was allowed is used up.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct OverBudget;

/// What an operation gives, unless the work that was allowed is used up.
pub type Spent<T> = Result<T, OverBudget>;

/// A node: its level, and its two kids; with more options where its kids start; of a terminal its
/// value.
#[derive(Clone, Copy, Debug)]
struct Node {
    level: u32,
    own: [u32; 2],
}

/// A result that was worked out before; `f` is `EMPTY` where there is none.
#[derive(Clone, Copy, Debug)]
struct Known {
    operands: [Ref; 3],
    result: Ref,
}

const EMPTY: Known = Known { operands: [Ref::MAX; 3], result: 0 };

/// The fewest and the most slots for known results; always a power of two.
const FEWEST_SLOTS: usize = 1 << 10;
const MOST_SLOTS: usize = 1 << 23;

/// However large the budget: what is counted by 32 bits stays below 2^32.
const MOST_STEPS: u64 = 1 << 30;

/// All functions over one order of levels.
#[derive(Debug)]
pub struct Diagrams {
    /// How many options each level has.
    widths: Vec<u32>,
    nodes: Vec<Node>,
    /// The kids of nodes with more than two options.
    kids: Vec<Ref>,
    /// All nodes by what they are.
    unique: HashTable<Ref>,
    /// What `ite` gave, by operands; a later result takes the slot of an earlier one.
    known: Vec<Known>,
    /// Kids that are being worked out.
    open: Vec<Ref>,
    /// Operations done.
    steps: u64,
    /// Operations allowed.
    limit: u64,
}

impl Diagrams {
    /// No functions but true and false, over levels with so many options each.
    pub fn new(widths: Vec<u32>, limit: u64) -> Self {
        let mut diagrams = Self {
            widths,
            nodes: Vec::new(),
            kids: Vec::new(),
            unique: HashTable::new(),
            known: vec![EMPTY; FEWEST_SLOTS],
            open: Vec::new(),
            steps: 0,
            limit,
        };
        diagrams.terminal(0);
        diagrams.terminal(1);
        diagrams
    }

    /// How many functions there are.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether there is none; never, since true and false are always there.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// Operations done so far.
    pub fn steps(&self) -> u64 {
        self.steps
    }

    /// Counts work that is done with the diagrams but outside of them.
    pub fn spend(&mut self, steps: u64) -> Spent<()> {
        self.steps += steps;
        if self.steps > self.limit.min(MOST_STEPS) { Err(OverBudget) } else { Ok(()) }
    }

    /// Allows so many operations more, from now on.
    pub fn allow(&mut self, steps: u64) {
        self.limit = self.steps.saturating_add(steps);
    }

    /// How many levels there are.
    pub fn levels(&self) -> usize {
        self.widths.len()
    }

    /// How many options a level has.
    pub fn width(&self, level: u32) -> usize {
        self.widths[level as usize] as usize
    }

    /// The constant function of a number.
    pub fn terminal(&mut self, value: u32) -> Ref {
        self.intern(TERMINAL, value, &[])
    }

    /// The number of a terminal.
    pub fn value(&self, f: Ref) -> Option<u32> {
        let node = self.nodes[f as usize];
        (node.level == TERMINAL).then_some(node.own[0])
    }

    /// The first level that a function depends on.
    pub fn level(&self, f: Ref) -> u32 {
        self.nodes[f as usize].level
    }

    /// A function where a level, none of whose predecessors it depends on, takes an option.
    pub fn kid(&self, f: Ref, level: u32, option: usize) -> Ref {
        let node = &self.nodes[f as usize];
        if node.level == level { kids_of(&self.widths, &self.kids, node)[option] } else { f }
    }

    /// What a function becomes under each option of its own first level.
    pub fn kids(&self, f: Ref) -> &[Ref] {
        kids_of(&self.widths, &self.kids, &self.nodes[f as usize])
    }

    /// The function that branches on a level's options. The kids must lie below the level.
    pub fn node(&mut self, level: u32, kids: &[Ref]) -> Ref {
        match kids {
            [first, others @ ..] if others.iter().all(|kid| kid == first) => *first,
            _ => self.intern(level, 0, kids),
        }
    }

    /// Whether a level takes an option.
    pub fn literal(&mut self, level: u32, option: usize) -> Ref {
        let kids: Vec<Ref> =
            (0..self.width(level)).map(|kid| if kid == option { TRUE } else { FALSE }).collect();
        self.node(level, &kids)
    }

    /// `g` where `f` holds, else `h`. `f` is true or false everywhere.
    pub fn ite(&mut self, f: Ref, g: Ref, h: Ref) -> Spent<Ref> {
        if f == TRUE || g == h {
            return Ok(g);
        }
        if f == FALSE {
            return Ok(h);
        }
        if g == TRUE && h == FALSE {
            return Ok(f);
        }
        let operands = Self::ordered(f, g, h);
        let slot = slot(operands, self.known.len());
        if self.known[slot].operands == operands {
            return Ok(self.known[slot].result);
        }
        self.spend(1)?;
        let [f, g, h] = operands;
        let level = self.level(f).min(self.level(g)).min(self.level(h));
        let first = self.open.len();
        for option in 0..self.width(level) {
            let kids = [f, g, h].map(|of| self.kid(of, level, option));
            match self.ite(kids[0], kids[1], kids[2]) {
                Ok(kid) => self.open.push(kid),
                Err(over) => {
                    self.open.truncate(first);
                    return Err(over);
                }
            }
        }
        let result = self.close(level, first);
        self.remember(operands, result);
        Ok(result)
    }

    /// Conjunctions and disjunctions have their operands in one order. Where one of the two has other
    /// terminals than true and false, the other is then asked for at each of them, which is the same.
    fn ordered(f: Ref, g: Ref, h: Ref) -> [Ref; 3] {
        match (g, h) {
            (_, FALSE) => [f.min(g), f.max(g), FALSE],
            (TRUE, _) => [f.min(h), TRUE, f.max(h)],
            _ => [f, g, h],
        }
    }

    /// Both.
    pub fn and(&mut self, f: Ref, g: Ref) -> Spent<Ref> {
        self.ite(f, g, FALSE)
    }

    /// Either.
    pub fn or(&mut self, f: Ref, g: Ref) -> Spent<Ref> {
        self.ite(f, TRUE, g)
    }

    /// The opposite.
    pub fn not(&mut self, f: Ref) -> Spent<Ref> {
        self.ite(f, FALSE, TRUE)
    }

    /// All of them; what branches late is joined first, so that what is in work stays small.
    pub fn all(&mut self, of: &[Ref]) -> Spent<Ref> {
        let mut of = self.latest_first(of);
        of.dedup();
        of.into_iter().try_fold(TRUE, |all, part| self.and(part, all))
    }

    /// Any of them.
    pub fn any(&mut self, of: &[Ref]) -> Spent<Ref> {
        let mut of = self.latest_first(of);
        of.dedup();
        of.into_iter().try_fold(FALSE, |any, part| self.or(part, any))
    }

    fn latest_first(&self, of: &[Ref]) -> Vec<Ref> {
        let mut of = of.to_vec();
        of.sort_by_key(|f| (std::cmp::Reverse(self.level(*f)), *f));
        of
    }

    /// At least `count` of them.
    pub fn at_least(&mut self, count: usize, of: &[Ref]) -> Spent<Ref> {
        if count > of.len() {
            return Ok(FALSE);
        }
        // row[k]: at least k of those so far.
        let mut row = vec![FALSE; count + 1];
        row[0] = TRUE;
        for part in self.latest_first(of) {
            for k in (1..=count).rev() {
                row[k] = self.ite(part, row[k - 1], row[k])?;
            }
        }
        Ok(row[count])
    }

    /// The sums over all ways to true and to false of the products of what their options weigh,
    /// where the weights of each level's options sum to one.
    pub fn weigh(&self, f: Ref, weight: impl Fn(u32, usize) -> f64) -> (f64, f64) {
        let mut reached = vec![false; f as usize + 1];
        reached[f as usize] = true;
        for node in (0..=f).rev() {
            if reached[node as usize] {
                self.kids(node).iter().for_each(|kid| reached[*kid as usize] = true);
            }
        }
        let mut values = vec![(0.0, 0.0); f as usize + 1];
        for node in (0..=f).filter(|node| reached[*node as usize]) {
            values[node as usize] = match node {
                FALSE => (0.0, 1.0),
                TRUE => (1.0, 0.0),
                _ => {
                    let level = self.level(node);
                    let kids = self.kids(node).iter().enumerate();
                    kids.fold((0.0, 0.0), |sum, (option, kid)| {
                        let (weight, kid) = (weight(level, option), values[*kid as usize]);
                        (sum.0 + law::times(weight, kid.0), sum.1 + law::times(weight, kid.1))
                    })
                }
            };
        }
        values[f as usize]
    }

    /// The node of the kids that were pushed since `first`.
    fn close(&mut self, level: u32, first: usize) -> Ref {
        let kids = &self.open[first..];
        if kids[1..].iter().all(|kid| *kid == kids[0]) {
            let only = kids[0];
            self.open.truncate(first);
            return only;
        }
        let open = std::mem::take(&mut self.open);
        let node = self.intern(level, 0, &open[first..]);
        self.open = open;
        self.open.truncate(first);
        node
    }

    fn intern(&mut self, level: u32, value: u32, own: &[Ref]) -> Ref {
        let Self { unique, nodes, kids, widths, .. } = self;
        let same = |f: &Ref| {
            let node = &nodes[*f as usize];
            node.level == level
                && kids_of(widths, kids, node) == own
                && (level != TERMINAL || node.own[0] == value)
        };
        let hash = hash_of(level, value, own);
        if let Some(found) = unique.find(hash, same) {
            return *found;
        }
        let next = Ref::try_from(nodes.len()).unwrap_or(Ref::MAX);
        let rehash = |f: &Ref| {
            let node = &nodes[*f as usize];
            let value = if node.level == TERMINAL { node.own[0] } else { 0 };
            hash_of(node.level, value, kids_of(widths, kids, node))
        };
        unique.insert_unique(hash, next, rehash);
        let own = match own {
            [] => [value, 0],
            [first, second] => [*first, *second],
            _ => {
                let start = u32::try_from(kids.len()).unwrap_or(u32::MAX);
                kids.extend_from_slice(own);
                [start, 0]
            }
        };
        nodes.push(Node { level, own });
        next
    }

    fn remember(&mut self, operands: [Ref; 3], result: Ref) {
        if self.nodes.len().min(MOST_SLOTS) > self.known.len() {
            let slots = 4 * self.known.len();
            let old = std::mem::replace(&mut self.known, vec![EMPTY; slots]);
            for known in old.into_iter().filter(|known| known.operands[0] != Ref::MAX) {
                self.known[slot(known.operands, slots)] = known;
            }
        }
        let slot = slot(operands, self.known.len());
        self.known[slot] = Known { operands, result };
    }
}

/// What a node becomes under each option of its level; nothing for a terminal.
fn kids_of<'a>(widths: &[u32], kids: &'a [Ref], node: &'a Node) -> &'a [Ref] {
    match node.level {
        TERMINAL => &[],
        level => match widths[level as usize] as usize {
            2 => &node.own,
            width => &kids[node.own[0] as usize..node.own[0] as usize + width],
        },
    }
}

/// Where a result is kept among a power of two of slots.
fn slot(operands: [Ref; 3], slots: usize) -> usize {
    usize::try_from(mixed(&operands) >> 20).unwrap_or(0) & (slots - 1)
}

fn hash_of(level: u32, value: u32, kids: &[Ref]) -> u64 {
    let own = mixed(&[level, value]);
    kids.iter().fold(own, |hash, kid| mix(hash, u64::from(*kid)))
}

fn mixed(words: &[u32]) -> u64 {
    words.iter().fold(0, |hash, word| mix(hash, u64::from(*word)))
}

#[cfg(test)]
mod tests {
    use super::{Diagrams, FALSE, FEWEST_SLOTS, OverBudget, Ref, TERMINAL, TRUE, hash_of, slot};
    use rand_chacha::ChaCha8Rng;
    use rand_chacha::rand_core::{Rng as _, SeedableRng as _};
    use std::collections::{BTreeMap, BTreeSet};

    #[test]
    fn nodes_and_operands_spread() {
        let all = || (0..4096).map(|at: u32| [at % 16, at / 16 % 16, at / 256]);
        let hashes: BTreeSet<u64> =
            all().map(|[one, two, three]| hash_of(one, two, &[three, one])).collect();
        assert_eq!(hashes.len(), 4096);
        let slots: BTreeSet<usize> = all().map(|operands| slot(operands, 4096)).collect();
        // Of 4,096 balls thrown into as many boxes, 63 of 100 boxes get one.
        assert!(slots.len() > 2400, "{}", slots.len());
        assert!(slots.iter().all(|slot| *slot < 4096));
    }

    /// Three levels: two options, three, two.
    fn small() -> Diagrams {
        Diagrams::new(vec![2, 3, 2], u64::MAX)
    }

    #[test]
    fn equal_functions_are_one() -> Result<(), OverBudget> {
        let mut d = small();
        let (a, b) = (d.literal(0, 1), d.literal(1, 2));
        let both = d.and(a, b)?;
        assert_eq!(both, d.and(b, a)?);
        let not = d.not(both)?;
        let (not_a, not_b) = (d.not(a)?, d.not(b)?);
        assert_eq!(not, d.or(not_a, not_b)?);
        assert_eq!(d.not(not)?, both);
        assert_eq!(d.or(a, not_a)?, TRUE);
        let options: Vec<_> = (0..3).map(|option| d.literal(1, option)).collect();
        assert_eq!(d.any(&options)?, TRUE);
        assert_eq!(d.all(&options)?, FALSE);
        Ok(())
    }

    #[test]
    fn counting_agrees_with_its_definition() -> Result<(), OverBudget> {
        let mut d = Diagrams::new(vec![2; 3], u64::MAX);
        let of: Vec<_> = (0..3).map(|level| d.literal(level, 1)).collect();
        let pairs = [d.and(of[0], of[1])?, d.and(of[0], of[2])?, d.and(of[1], of[2])?];
        let expected = d.any(&pairs)?;
        assert_eq!(d.at_least(2, &of)?, expected);
        assert_eq!(d.at_least(0, &of)?, TRUE);
        assert_eq!(d.at_least(4, &of)?, FALSE);
        assert_eq!(d.at_least(3, &of)?, d.all(&of)?);
        Ok(())
    }

    #[test]
    fn work_ends_at_its_limit() {
        let mut d = Diagrams::new(vec![2; 40], 50);
        let of: Vec<_> = (0..40).map(|level| d.literal(level, 1)).collect();
        assert_eq!(d.at_least(20, &of), Err(OverBudget));
        d.allow(10_000);
        assert!(d.at_least(20, &of).is_ok());
    }

    #[test]
    fn what_was_worked_out_is_known_however_many_functions_there_are() -> Result<(), OverBudget> {
        let mut d = Diagrams::new(vec![2; 64], u64::MAX);
        let of: Vec<_> = (0..64).map(|level| d.literal(level, 1)).collect();
        let found = d.at_least(32, &of)?;
        let first = d.steps();
        assert!(first > 1_200, "too little to fill the slots: {first}");
        assert_eq!(d.at_least(32, &of)?, found);
        let again = d.steps() - first;
        assert!(2 * again < first, "{again} operations again after {first}");
        Ok(())
    }

    #[test]
    fn nodes_are_what_they_were_made_of_however_many_there_are() {
        let widths: Vec<u32> = (0..40).map(|level| 2 + level % 3).collect();
        let mut d = Diagrams::new(widths.clone(), u64::MAX);
        let mut stream = ChaCha8Rng::seed_from_u64(1);
        let mut below = |end: usize| stream.next_u32() as usize % end;
        let numbers: Vec<Ref> = (0..500).map(|value| d.terminal(value)).collect();
        let mut made: BTreeMap<(u32, Vec<Ref>), Ref> = BTreeMap::new();
        // By level, from below: what lies below it.
        let mut lower = numbers.clone();
        for level in (0..40_u32).rev() {
            let mut own = Vec::new();
            for _ in 0..200 {
                let width = widths[level as usize];
                let kids: Vec<Ref> = (0..width).map(|_| lower[below(lower.len())]).collect();
                let node = d.node(level, &kids);
                if kids.iter().any(|kid| *kid != kids[0]) {
                    assert_eq!(*made.entry((level, kids)).or_insert(node), node);
                    own.push(node);
                }
            }
            lower.extend(own);
        }
        for ((level, kids), node) in &made {
            assert_eq!((d.level(*node), d.kids(*node)), (*level, &kids[..]));
            assert_eq!((d.node(*level, kids), d.value(*node)), (*node, None));
        }
        for (value, number) in (0..).zip(&numbers) {
            assert_eq!((d.terminal(value), d.value(*number)), (*number, Some(value)));
            assert_eq!((d.level(*number), d.kids(*number)), (TERMINAL, &[][..]));
        }
        assert_eq!(d.len(), made.len() + numbers.len());
    }

    #[test]
    fn both_and_either_are_worked_out_once_whichever_comes_first() -> Result<(), OverBudget> {
        let mut d = Diagrams::new(vec![2; 4], u64::MAX);
        let of: Vec<_> = (0..4).map(|level| d.literal(level, 1)).collect();
        let (f, g) = (d.or(of[0], of[2])?, d.or(of[1], of[3])?);
        for operation in [Diagrams::and, Diagrams::or] {
            let found = operation(&mut d, f, g)?;
            let steps = d.steps();
            assert_eq!(operation(&mut d, g, f)?, found);
            assert_eq!(d.steps(), steps);
        }
        Ok(())
    }

    #[test]
    fn slots_for_known_results_grow_with_the_functions() -> Result<(), OverBudget> {
        let mut d = Diagrams::new(vec![2; 4_000], u64::MAX);
        let (first, second) = (d.literal(0, 1), d.literal(1, 1));
        let both = d.and(first, second)?;
        assert_eq!(d.known.len(), FEWEST_SLOTS, "little work takes little room");
        // Functions that are made without any operation: as many as there are slots.
        for level in (2..4_000).take(FEWEST_SLOTS - d.len()) {
            d.literal(level, 1);
        }
        assert_eq!(d.len(), FEWEST_SLOTS);
        let steps = d.steps();
        d.remember([both, first, second], FALSE);
        assert_eq!(d.known.len(), FEWEST_SLOTS);
        for level in 2_000..3_000 {
            d.literal(level, 1);
        }
        d.or(both, 100)?;
        assert_eq!(d.known.len(), 4 * FEWEST_SLOTS);
        let after = d.steps();
        assert!(after > steps);
        assert_eq!((d.and(first, second)?, d.steps()), (both, after), "known as before");
        Ok(())
    }
}
