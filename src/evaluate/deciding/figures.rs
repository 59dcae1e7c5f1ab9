//! The sets that decide a requirement as they are told: counted, put in order, with their figures.
//!
//! In: the families of a [`Search`]. Out: [`Deciding`]. A set's probability is that of all its
//! options together. Its troops are the smallest and the largest sum that is possible with it. Its
//! pledges are those that it makes sure of; of a set that rules the requirement out, those that it
//! stops. Where the work does not suffice for a figure, there is none; where it does not for the
//! list, that ends early.

use super::{Direction, Found, Search};
use crate::evaluate::bring_about::weights;
use crate::evaluate::choices::{Choices, Label};
use crate::evaluate::diagram::{FALSE, Ref, Spent};
use crate::evaluate::families::Family;
use crate::evaluate::is_stated;
use crate::evaluate::program::Query;
use crate::evaluate::traverse::{Algebra, Part, forward};
use crate::law;
use crate::model::NodeId;
use crate::outcomes::{AtSizes, Deciding, DecidingSet};
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// Of the sets of one size at least so many are looked at for the most probable.
const MOST_COMPARED: usize = 1024;

/// A set while it is told.
struct Told {
    /// Its labels in rising order.
    labels: Vec<u32>,
    /// Its conditions, parents first, and their options.
    conditions: Vec<Label>,
    probability: Option<f64>,
}

impl Told {
    /// The most probable first, then in the order of ids and options.
    fn rank(&self) -> (Reverse<u64>, &[Label]) {
        (Reverse(law::coarse(self.probability.unwrap_or(0.0))), &self.conditions)
    }
}

/// What all sets of a requirement share.
struct Telling<'s, 'm> {
    search: &'s mut Search<'m>,
    found: &'s Found,
    /// All ways through the chances of the conditions, and their sum; none where that takes too
    /// much work.
    chances: Option<(Choices, f64)>,
    /// What each label stands for, and how probable it is on its own.
    labels: Vec<(Label, f64)>,
    /// The place of each variable in an order in which parents come first.
    places: Vec<usize>,
}

/// Counts the sets and tells the first of them.
pub(super) fn told(search: &mut Search<'_>, found: &Found) -> Spent<Deciding> {
    let groups = search.within(|search| search.groups(found))?;
    let counts = groups.map(|group| search.primes.families.count(group));
    let mut telling = Telling::new(search, found);
    let sets = telling.listed()?;
    let sets = sets.into_iter().map(|told| telling.figures(told, &groups)).collect();
    Ok(Deciding { max_size: Some(found.most as usize), counts, sets })
}

impl Search<'_> {
    /// The sets that do for all three sizes, and those that do for each and not for all.
    fn groups(&mut self, found: &Found) -> Spent<[Family; 4]> {
        let families = &mut self.primes.families;
        let [low, central, high] = found.at;
        let both = families.common(low, central)?;
        let any = families.common(both, high)?;
        let mut groups = [any, low, central, high];
        for group in &mut groups[1..] {
            *group = families.minus(*group, any)?;
        }
        Ok(groups)
    }
}

impl<'s, 'm> Telling<'s, 'm> {
    fn new(search: &'s mut Search<'m>, found: &'s Found) -> Self {
        let model = search.question.model;
        let order = search.programs.factors.order.clone();
        let required = search.evidence();
        let query = Query { required, kept: order.clone(), ..Query::default() };
        let root = search.within(|search| search.programs.compile(&query));
        let chances = root.ok().map(|root| Choices::of_program(&search.programs, root).0);
        let weights = weights(model, &order, chances.as_ref());
        let all = weights.into_iter().enumerate().flat_map(|(level, options)| {
            options.into_iter().enumerate().map(move |(option, own)| ((level, option), own))
        });
        let mut places = vec![0; model.variables.len()];
        let ordered = model.ordered(&vec![true; model.variables.len()]);
        ordered.into_iter().enumerate().for_each(|(place, variable)| places[variable] = place);
        let chances = chances.map(|chances| {
            let whole = chances.sum(|_| true);
            (chances, whole)
        });
        Self { search, found, chances, labels: all.collect(), places }
    }

    /// As many sets as are wanted: the smallest, and of those of one size the most probable.
    fn listed(&mut self) -> Spent<Vec<Told>> {
        let top = self.search.question.limits.top.unwrap_or(usize::MAX);
        let [low, central, high] = self.found.at;
        let all = self.search.within(|search| {
            let both = search.primes.families.union(low, central)?;
            search.primes.families.union(both, high)
        })?;
        let mut listed: Vec<Told> = Vec::new();
        let mut smaller = crate::evaluate::families::NONE;
        for size in 0..=self.found.most {
            if listed.len() == top {
                break;
            }
            let families = |search: &mut Search<'_>| {
                let sets = search.primes.families.up_to(all, size)?;
                Ok((sets, search.primes.families.minus(sets, smaller)?))
            };
            let Ok((sets, own)) = self.search.within(families) else { break };
            smaller = sets;
            let room = top.saturating_sub(listed.len());
            listed.extend(self.most_probable(own, room));
        }
        Ok(listed)
    }

    /// The most probable of some sets.
    fn most_probable(&mut self, sets: Family, wanted: usize) -> Vec<Told> {
        let Some((choices, root)) = self.search.primes.families.choices(sets, &self.labels) else {
            return Vec::new();
        };
        let cost = self.chances.as_ref().map_or(1, |(chances, _)| chances.cost());
        let affordable = self.search.left / 4 / cost.max(1);
        let most = wanted.max(MOST_COMPARED).min(usize::try_from(affordable).unwrap_or(usize::MAX));
        let ways = choices.heaviest(root).take(most);
        let mut told: Vec<Told> = ways.map(|way| self.told(&way.labels)).collect();
        let spent = cost.saturating_mul(told.len() as u64);
        self.search.left = self.search.left.saturating_sub(spent);
        told.sort_by(|left, right| left.rank().cmp(&right.rank()));
        told.truncate(wanted);
        told
    }

    fn told(&self, set: &[Label]) -> Told {
        let search = &self.search;
        let label = |(level, option): &Label| search.primes.label(super::narrow(*level), *option);
        let mut labels: Vec<u32> = set.iter().map(label).collect();
        labels.sort_unstable();
        let conditions = self.conditions(&labels);
        let probability = self.probability(&conditions);
        Told { labels, conditions, probability }
    }

    /// What labels stand for, parents first.
    fn conditions(&self, labels: &[u32]) -> Vec<Label> {
        let named = labels.iter().map(|label| {
            let ((level, option), _) = self.labels[*label as usize];
            (self.search.programs.factors.order[level], option)
        });
        let mut conditions: Vec<Label> = named.collect();
        conditions.sort_by_key(|(variable, _)| self.places[*variable]);
        conditions
    }

    /// The probability of some options together, where all that it depends on is stated.
    fn probability(&self, set: &[Label]) -> Option<f64> {
        let (chances, whole) = self.chances.as_ref()?;
        let model = self.search.question.model;
        let mut marked = vec![false; model.variables.len()];
        for (variable, _) in set {
            let own = model.ancestors_of(*variable);
            marked.iter_mut().zip(own).for_each(|(marked, own)| *marked |= own);
        }
        let differs = |(of, option): &Label, label: Label| label.0 == *of && label.1 != *option;
        let allowed = |label: Label| !set.iter().any(|own| differs(own, label));
        let is_stated = is_stated(model, &marked);
        law::given(chances.sum(allowed), *whole).filter(|_| is_stated)
    }

    fn figures(&mut self, told: Told, groups: &[Family; 4]) -> DecidingSet {
        let search = &*self.search;
        let has = |group: &Family| search.primes.families.has(*group, &told.labels);
        let sizes = AtSizes::ALL.into_iter().zip(groups);
        let sizes = sizes.filter(|(_, group)| has(group)).map(|(sizes, _)| sizes).collect();
        let prerequisites = self.found.prerequisites.within(&search.primes, &told.labels);
        let prerequisites = self.conditions(&prerequisites);
        let before = self.probability(&prerequisites);
        let given = told.probability.zip(before).and_then(|(all, before)| law::given(all, before));
        let wanted = self.search.question.floor.floor.is_some();
        let troops = self.search.within(|search| search.troops(&told.conditions)).ok().flatten();
        DecidingSet {
            sizes,
            probability: told.probability,
            probability_given_prerequisites: given,
            troops: troops.filter(|_| wanted),
            pledges: self.search.within(|search| search.pledges(&told.conditions)).ok(),
            conditions: told.conditions,
        }
    }
}

impl Search<'_> {
    /// What is taken as given, unless it always holds.
    fn evidence(&self) -> Vec<NodeId> {
        let model = self.question.model;
        let always = model.holds_always(model.evidence);
        if always { Vec::new() } else { vec![model.evidence] }
    }

    /// The smallest sum at the low ends of all sizes and the largest at their high ends, with a set.
    fn troops(&mut self, set: &[Label]) -> Spent<Option<(u64, u64)>> {
        let added = self.question.added();
        let watched = added.keys().copied().collect();
        let (required, options) = (self.evidence(), set.to_vec());
        let query = Query { required, options, watched, ..Query::default() };
        let root = self.programs.compile(&query)?;
        let mut ends =
            Ends(added.iter().map(|(node, sizes)| (*node, (sizes[0], sizes[2]))).collect());
        Ok(forward(&self.programs, &[root], &mut ends).pop().flatten())
    }

    /// The pledges that a set makes sure of, or stops.
    fn pledges(&mut self, set: &[Label]) -> Spent<Vec<usize>> {
        let (model, floor) = (self.question.model, self.question.floor);
        let factors = &mut self.programs.factors;
        let literals = set.iter().map(|(variable, option)| factors.literal(*variable, *option));
        let mut all: Vec<Ref> = literals.collect();
        all.push(self.possible);
        let with_set = factors.diagrams.all(&all)?;
        let summed = floor.sum.iter().map(|term| term.pledge);
        let mut pledges: Vec<usize> = summed.chain(floor.named.iter().copied()).collect();
        pledges.sort_unstable();
        pledges.dedup();
        let mut found = Vec::new();
        for pledge in pledges {
            let active = model.pledges[pledge].active;
            // A pledge that is named where it makes no difference may depend on anything.
            if model.support(active).iter().any(|variable| factors.levels[*variable].is_none()) {
                continue;
            }
            let active = factors.formula(active)?;
            let diagrams = &mut factors.diagrams;
            let sure = match self.question.direction {
                Direction::Unlock => {
                    let not_active = diagrams.not(active)?;
                    diagrams.and(with_set, not_active)? == FALSE
                }
                Direction::Block => {
                    diagrams.and(with_set, active)? == FALSE
                        && diagrams.and(self.possible, active)? != FALSE
                }
            };
            if sure {
                found.push(pledge);
            }
        }
        Ok(found)
    }
}

/// The smallest and the largest sum of what watched formulas add; none where nothing is possible.
struct Ends(BTreeMap<NodeId, (u64, u64)>);

impl Algebra for Ends {
    type Value = Option<(u64, u64)>;

    fn or(&mut self, parts: &[Part<'_, Self::Value>]) -> Self::Value {
        let ends = parts.iter().filter_map(|part| {
            let added = part.holds.iter().filter_map(|node| self.0.get(node));
            part.rest.map(|rest| added.fold(rest, |ends, own| (ends.0 + own.0, ends.1 + own.1)))
        });
        ends.reduce(|ends, own| (ends.0.min(own.0), ends.1.max(own.1)))
    }

    fn and(&mut self, kids: &[&Self::Value]) -> Self::Value {
        let mut ends = kids.iter().map(|kid| **kid);
        ends.try_fold((0, 0), |sum, own| own.map(|own| (sum.0 + own.0, sum.1 + own.1)))
    }
}
