//! The worst set: which failures, so many at most, leave the least of a figure.
//!
//! In: failures, each with what it may take away, and what remains where some of them come together.
//! Out: for each number of failures the worst set, proved: a branch of the search is left only where a
//! bound shows that nothing in it is as bad as what was found. The bound: what a failure does not reach
//! is as it was, so no more is lost than what it does reach.

use crate::evaluate::diagram::{OverBudget, Spent};
use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::rc::Rc;

/// Figures that differ by less than this part of the figure without failures are the same.
const SAME: f64 = 1e-9;

/// Something that may fail.
#[derive(Clone, Debug)]
pub(super) struct Failure {
    /// Failures of one group exclude each other.
    pub(super) group: usize,
    /// The parts of the figure that it may take away or diminish, by position in rising order.
    pub(super) reaches: Vec<usize>,
    /// Whether nothing else can be lost. Else all of the figure may be, and it may also rise.
    pub(super) bounded: bool,
}

/// What remains of a figure where some set fails.
#[derive(Clone, Debug)]
pub(super) enum Remains {
    /// What is given cannot hold, whatever else fails too.
    Never,
    /// What is given cannot hold.
    Undefined,
    /// A probability is missing on which it depends.
    Unstated,
    /// Something.
    Some(Worth),
}

/// A figure, and of what it is made.
#[derive(Clone, Debug)]
pub(super) struct Worth {
    /// The figure.
    pub(super) value: f64,
    /// What each part adds to it, or the most that it may add to the sum that has to reach a floor.
    pub(super) parts: Vec<f64>,
    /// What is left of the figure where so much less is left of the sum, in rising order of the
    /// first; none where the figure is the sum.
    pub(super) spare: Option<Vec<(f64, f64)>>,
}

impl Worth {
    /// The least that is left of the figure where so much is lost.
    fn without(&self, lost: f64) -> f64 {
        let Some(spare) = &self.spare else { return self.value - lost };
        let at = spare.partition_point(|(most, _)| *most < lost);
        spare.get(at).map_or(0.0, |(_, left)| *left)
    }

    /// The most that a failure takes; none where that may be all.
    fn loss(&self, failure: &Failure) -> Option<f64> {
        let parts = failure.reaches.iter().map(|part| self.parts[*part]);
        failure.bounded.then(|| parts.sum())
    }
}

/// The worst set of at most so many failures.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Worst {
    /// Its members in rising order; of several as bad the one with the fewest, then the first.
    pub(super) set: Vec<usize>,
    /// What is then left.
    pub(super) value: f64,
    /// How many other sets of as many are as bad; none where nobody could count them.
    pub(super) others: Option<u64>,
}

/// Why there is no worst set.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Open {
    /// The budget does not suffice to prove one.
    OverBudget,
    /// What remains of a set that may be it depends on a probability that is missing.
    Unstated,
}

/// For at most one failure, two, and so on the worst set, or why there is none.
type Cases = Vec<Result<Worst, Open>>;

/// A search.
pub(super) struct Search<'a, E> {
    failures: &'a [Failure],
    remains: E,
    /// What remains where nothing or one thing fails.
    known: BTreeMap<Vec<usize>, Rc<Remains>>,
    /// What differs by less is the same.
    near: f64,
    /// Sets are looked for that leave less than this.
    beat: f64,
    best: Option<Worst>,
    /// Whether a set was met that has no figure for want of a probability.
    unstated: bool,
}

impl<'a, E: FnMut(&[usize]) -> Spent<Remains>> Search<'a, E> {
    pub(super) fn new(failures: &'a [Failure], remains: E) -> Self {
        let known = BTreeMap::new();
        Self { failures, remains, known, near: 0.0, beat: 0.0, best: None, unstated: false }
    }

    /// The figure without failures, and the worst sets. None at all where there is no figure.
    pub(super) fn worst(&mut self, most: usize) -> Spent<Option<(f64, Cases)>> {
        let Remains::Some(base) = &*self.left(&[])? else { return Ok(None) };
        self.near = SAME * base.value;
        let mut last = Ok(Worst { set: Vec::new(), value: base.value, others: Some(0) });
        let mut found = Vec::new();
        for count in 1..=most {
            last = last.and_then(|last| self.worse(last, count));
            found.push(last.clone());
        }
        Ok(Some((base.value, found)))
    }

    /// The worst set of so many failures where that is worse than what fewer do.
    fn worse(&mut self, last: Worst, count: usize) -> Result<Worst, Open> {
        (self.beat, self.best) = (last.value - self.near, None);
        if self.beat <= 0.0 {
            return Ok(last);
        }
        let all: Vec<usize> = (0..self.failures.len()).collect();
        let found = self.visit(&mut Vec::new(), &all, count);
        match (found, self.best.take()) {
            _ if self.unstated => Err(Open::Unstated),
            (Ok(()), best) => Ok(best.unwrap_or(last)),
            // Nothing is worse than nothing, whatever was not looked at.
            (Err(OverBudget), Some(best)) if best.value <= 0.0 => {
                Ok(Worst { others: None, ..best })
            }
            (Err(OverBudget), _) => Err(Open::OverBudget),
        }
    }

    /// Looks at a set with so many more of some failures.
    fn visit(&mut self, set: &mut Vec<usize>, open: &[usize], more: usize) -> Spent<()> {
        let left = self.left(set)?;
        let worth = match &*left {
            Remains::Never => return Ok(()),
            Remains::Undefined => None,
            Remains::Unstated => {
                self.unstated |= more == 0;
                None
            }
            Remains::Some(worth) => Some(worth),
        };
        if more == 0 {
            if let Some(worth) = worth {
                self.meet(set, worth.value);
            }
            return Ok(());
        }
        let ranked = self.ranked(worth, open);
        for (at, (failure, loss)) in ranked.iter().enumerate() {
            let rest = &ranked[at + 1..];
            if rest.len() + 1 < more {
                break;
            }
            // The failures to come take no more than the first of them, each.
            let rests = rest.iter().take(more - 1).map(|(_, loss)| *loss);
            let lost: Option<f64> = [*loss].into_iter().chain(rests).sum();
            let least = lost.zip(worth).map_or(0.0, |(lost, worth)| worth.without(lost));
            if self.is_hopeless(least) {
                break;
            }
            let group = self.failures[*failure].group;
            let others = rest.iter().map(|(other, _)| *other);
            let others: Vec<usize> =
                others.filter(|other| self.failures[*other].group != group).collect();
            set.push(*failure);
            let found = self.visit(set, &others, more - 1);
            set.pop();
            found?;
        }
        Ok(())
    }

    /// Failures with the most that each takes, the worst first.
    fn ranked(&self, worth: Option<&Worth>, open: &[usize]) -> Vec<(usize, Option<f64>)> {
        let loss = |failure: &usize| worth.and_then(|worth| worth.loss(&self.failures[*failure]));
        let mut ranked: Vec<(usize, Option<f64>)> =
            open.iter().map(|failure| (*failure, loss(failure))).collect();
        let size = |loss: &Option<f64>| loss.unwrap_or(f64::INFINITY);
        ranked.sort_by(|(own, loss), (other, more)| {
            size(more).total_cmp(&size(loss)).then(own.cmp(other))
        });
        ranked
    }

    /// Whether what leaves so much is of no interest.
    fn is_hopeless(&self, least: f64) -> bool {
        least >= self.beat || self.best.as_ref().is_some_and(|best| least > best.value + self.near)
    }

    /// Keeps a set where it is the worst so far.
    fn meet(&mut self, set: &[usize], value: f64) {
        if value >= self.beat {
            return;
        }
        let mut set = set.to_vec();
        set.sort_unstable();
        let same = |best: &Worst| (value - best.value).abs() <= self.near;
        match &mut self.best {
            Some(best) if same(best) => {
                best.others = best.others.map(|others| others + 1);
                if set.cmp(&best.set) == Ordering::Less {
                    (best.set, best.value) = (set, value);
                }
            }
            Some(best) if value > best.value => {}
            _ => self.best = Some(Worst { set, value, others: Some(0) }),
        }
    }

    fn left(&mut self, set: &[usize]) -> Spent<Rc<Remains>> {
        if let Some(known) = self.known.get(set) {
            return Ok(Rc::clone(known));
        }
        let left = Rc::new((self.remains)(set)?);
        if set.len() < 2 {
            self.known.insert(set.to_vec(), Rc::clone(&left));
        }
        Ok(left)
    }
}
