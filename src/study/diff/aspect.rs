//! Aspects: the smallest parts in which two scenarios with the same ids can differ.
//!
//! In: two such scenarios. Out: whether they differ in an aspect, one with an aspect taken from the
//! other, and which aspects bear upon which. What cannot change a figure (labels, texts, evidence,
//! what a pledge is called upon by) is no aspect.

use crate::scenario::{Clause, Filter, Formula, Pledge, Scenario, Share, Size, Stated};
use std::collections::BTreeSet;

/// A part of a scenario, by the dense id of its entry.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Aspect {
    /// Whether a basing is in theatre.
    Theatre(usize),
    /// The option in force of an assumption, and its value.
    Choice(usize),
    /// The probabilities of a condition.
    Chances(usize),
    /// What a condition cannot hold without.
    Requires(usize),
    /// A definition's formula.
    Definition(usize),
    /// Whether a pledge is known.
    Known(usize),
    /// Whether a pledge has run out.
    Expired(usize),
    /// A pledge's stage.
    Stage(usize),
    /// A pledge's basing and domain.
    Place(usize),
    /// Who makes a pledge, and the parts.
    Nations(usize),
    /// On what a pledge depends.
    Formula(usize),
    /// A pledge's size, unit and kind.
    Size(usize),
    /// All of a requirement.
    Requirement(usize),
    /// How a condition is known to have ended.
    Ended(usize),
    /// What is taken as known.
    Given,
    /// When anyone asks.
    AskedWhen,
    /// The lowest stage that counts.
    CountsFrom,
    /// Whose probability words.
    Scale,
    /// The date by which probabilities are meant.
    Horizon,
}

impl Aspect {
    /// All aspects of a pledge.
    pub fn of_pledge(at: usize) -> [Self; 7] {
        use Aspect::{Expired, Formula, Known, Nations, Place, Size, Stage};
        [Known(at), Expired(at), Stage(at), Place(at), Nations(at), Formula(at), Size(at)]
    }

    /// Whether two scenarios differ in it in a way that may change a figure.
    pub fn differs(self, old: &Scenario, new: &Scenario) -> bool {
        let pledge = |at: usize| (old.pledges.at(at), new.pledges.at(at));
        match self {
            Self::Theatre(at) => old.basings.at(at).theatre != new.basings.at(at).theatre,
            Self::Choice(at) => {
                let (was, is) = (old.assumptions.at(at), new.assumptions.at(at));
                let value = |of: &crate::scenario::Assumption| {
                    of.options.get(of.chosen).map(|option| option.value)
                };
                if was.quantity {
                    value(was) != value(is)
                } else {
                    was.chosen_name() != is.chosen_name()
                }
            }
            Self::Chances(at) => {
                let (was, is) = (old.conditions.at(at), new.conditions.at(at));
                was.clauses.len() != is.clauses.len()
                    || was.clauses.iter().zip(&is.clauses).any(|(was, is)| !same_clause(was, is))
            }
            Self::Requires(at) => {
                let (was, is) = (old.conditions.at(at), new.conditions.at(at));
                !same(was.requires.as_ref(), is.requires.as_ref())
                    || was.requires.is_some() && was.otherwise != is.otherwise
            }
            Self::Definition(at) => old.definitions.at(at).text != new.definitions.at(at).text,
            Self::Known(at) => pledge(at).0.known != pledge(at).1.known,
            Self::Expired(at) => pledge(at).0.expired != pledge(at).1.expired,
            Self::Stage(at) => pledge(at).0.stage != pledge(at).1.stage,
            Self::Place(at) => place(pledge(at).0) != place(pledge(at).1),
            Self::Nations(at) => pledge(at).0.nations != pledge(at).1.nations,
            Self::Formula(at) => pledge(at).0.when.text != pledge(at).1.when.text,
            Self::Size(at) => {
                let (was, is) = pledge(at);
                let unit = was.size != Size::Unknown && was.unit != is.unit;
                was.size != is.size || unit
            }
            Self::Requirement(at) => {
                let (was, is) = (old.requirements.at(at), new.requirements.at(at));
                (was.floor, &was.unit, &was.filter) != (is.floor, &is.unit, &is.filter)
                    || !same(was.needs.as_ref(), is.needs.as_ref())
                    || !same(was.asked_when.as_ref(), is.asked_when.as_ref())
            }
            Self::Ended(at) => old.conditions.at(at).ended() != new.conditions.at(at).ended(),
            Self::Given => !same(old.given.as_ref(), new.given.as_ref()),
            Self::AskedWhen => !same(old.asked_when.as_ref(), new.asked_when.as_ref()),
            Self::CountsFrom => old.counts_from != new.counts_from,
            Self::Scale => old.scale != new.scale,
            Self::Horizon => old.horizon != new.horizon,
        }
    }

    /// Takes it from another scenario.
    pub fn take(self, into: &mut Scenario, from: &Scenario) {
        match self {
            Self::Theatre(at) => into.basings.at_mut(at).theatre = from.basings.at(at).theatre,
            Self::Choice(at) => {
                into.assumptions.at_mut(at).clone_from(from.assumptions.at(at));
            }
            Self::Chances(at) => {
                let clauses = &from.conditions.at(at).clauses;
                into.conditions.at_mut(at).clauses.clone_from(clauses);
            }
            Self::Requires(at) => {
                let (into, from) = (into.conditions.at_mut(at), from.conditions.at(at));
                into.requires.clone_from(&from.requires);
                into.otherwise = from.otherwise;
            }
            Self::Definition(at) => {
                into.definitions.at_mut(at).clone_from(from.definitions.at(at));
            }
            Self::Requirement(at) => {
                into.requirements.at_mut(at).clone_from(from.requirements.at(at));
            }
            Self::Ended(at) => into.conditions.at_mut(at).holds = from.conditions.at(at).holds,
            Self::Given => into.given.clone_from(&from.given),
            Self::AskedWhen => into.asked_when.clone_from(&from.asked_when),
            Self::CountsFrom => into.counts_from = from.counts_from,
            Self::Scale => into.scale = from.scale,
            Self::Horizon => into.horizon = from.horizon,
            Self::Known(at)
            | Self::Expired(at)
            | Self::Stage(at)
            | Self::Place(at)
            | Self::Nations(at)
            | Self::Formula(at)
            | Self::Size(at) => self.take_pledge(into.pledges.at_mut(at), from.pledges.at(at)),
        }
    }

    fn take_pledge(self, into: &mut Pledge, from: &Pledge) {
        match self {
            Self::Known(_) => into.known = from.known,
            Self::Expired(_) => into.expired = from.expired,
            Self::Stage(_) => into.stage = from.stage,
            Self::Place(_) => (into.basing, into.domain) = (from.basing, from.domain),
            Self::Nations(_) => into.nations.clone_from(&from.nations),
            Self::Formula(_) => into.when.clone_from(&from.when),
            Self::Size(_) => {
                into.size.clone_from(&from.size);
                into.unit.clone_from(&from.unit);
                into.kind = from.kind;
            }
            _ => {}
        }
    }
}

fn place(pledge: &Pledge) -> (Option<usize>, crate::scenario::Domain) {
    (pledge.basing, pledge.domain)
}

fn same(was: Option<&Stated>, is: Option<&Stated>) -> bool {
    was.map(|stated| &stated.text) == is.map(|stated| &stated.text)
}

/// Only the points of probabilities enter figures.
fn same_clause(was: &Clause, is: &Clause) -> bool {
    let points = |clause: &Clause| -> Option<Vec<u64>> {
        let chances = clause.chances.as_ref()?;
        Some(chances.iter().flat_map(|own| [own.central, own.rest[1]].map(f64::to_bits)).collect())
    };
    same(was.when.as_ref(), is.when.as_ref()) && points(was) == points(is)
}

/// Which aspects bear upon which, in either scenario and so in every mixture of the two.
#[derive(Clone, Copy, Debug)]
pub struct Reach<'a> {
    /// Both scenarios.
    pub sides: [&'a Scenario; 2],
}

impl Reach<'_> {
    /// Everything that bears upon some aspects, they themselves included. What is taken as known
    /// does where it shares a condition with them.
    pub fn with_evidence(&self, roots: &[Aspect]) -> BTreeSet<Aspect> {
        let mut found = self.behind(roots);
        let ended = (0..self.sides[0].conditions.len()).filter(|at| self.has_ended(*at));
        let known: Vec<Aspect> = ended.map(Aspect::Ended).chain([Aspect::Given]).collect();
        let evidence = self.behind(&known);
        let is_chance = |aspect: &&Aspect| matches!(aspect, Aspect::Chances(_));
        if evidence.iter().filter(is_chance).any(|aspect| found.contains(aspect)) {
            found.extend(evidence);
        }
        found
    }

    /// Whether it is known on either side how a condition ended.
    fn has_ended(&self, condition: usize) -> bool {
        self.sides.iter().any(|side| side.conditions.at(condition).holds.is_some())
    }

    /// Everything that bears upon some aspects, they themselves included.
    pub fn behind(&self, roots: &[Aspect]) -> BTreeSet<Aspect> {
        let mut open = roots.to_vec();
        let mut found = BTreeSet::new();
        while let Some(aspect) = open.pop() {
            if found.insert(aspect) {
                open.extend(self.next(aspect));
            }
        }
        found
    }

    /// What whether a pledge is active depends on.
    pub fn activity(at: usize) -> [Aspect; 4] {
        [Aspect::Known(at), Aspect::Expired(at), Aspect::Stage(at), Aspect::Formula(at)]
    }

    fn next(&self, aspect: Aspect) -> Vec<Aspect> {
        let mut found = Vec::new();
        for side in self.sides {
            let mut formulas: Vec<&Stated> = Vec::new();
            match aspect {
                Aspect::Chances(at) => {
                    let clauses = &side.conditions.at(at).clauses;
                    formulas.extend(clauses.iter().filter_map(|clause| clause.when.as_ref()));
                }
                Aspect::Requires(at) => formulas.extend(&side.conditions.at(at).requires),
                Aspect::Definition(at) => formulas.push(side.definitions.at(at)),
                Aspect::Formula(at) => formulas.push(&side.pledges.at(at).when),
                Aspect::Ended(at) => found.extend([Aspect::Chances(at), Aspect::Requires(at)]),
                Aspect::Given => formulas.extend(&side.given),
                Aspect::AskedWhen => formulas.extend(&side.asked_when),
                Aspect::Requirement(at) => {
                    let requirement = side.requirements.at(at);
                    formulas.extend(requirement.needs.iter().chain(&requirement.asked_when));
                    found.extend(self.admitted(at));
                }
                Aspect::Place(at) => found.extend(side.pledges.at(at).basing.map(Aspect::Theatre)),
                Aspect::Size(at) => found.extend(self.split(&side.pledges.at(at).size)),
                _ => {}
            }
            for stated in formulas {
                mentions(&stated.formula, &mut found);
            }
        }
        found
    }

    /// What the size of a share depends on: its total, and everybody's shares of it.
    fn split(&self, size: &Size) -> Vec<Aspect> {
        let Some(total) = size.assumption() else { return Vec::new() };
        let mut found = vec![Aspect::Choice(total)];
        for (side, at) in self.sizes() {
            let size = &side.pledges.at(at).size;
            if size.assumption() == Some(total) {
                found.push(Aspect::Size(at));
                if let Size::Share(Share::Assumption(by), _) = size {
                    found.push(Aspect::Choice(*by));
                }
            }
        }
        found
    }

    fn sizes(&self) -> impl Iterator<Item = (&Scenario, usize)> {
        self.sides.into_iter().flat_map(|side| (0..side.pledges.len()).map(move |at| (side, at)))
    }

    /// What a floor depends on through the pledges that it admits in some mixture.
    fn admitted(&self, requirement: usize) -> Vec<Aspect> {
        let wanted = self.sides.map(|side| side.requirements.at(requirement));
        let filters: Vec<(&Filter, &str)> = wanted
            .into_iter()
            .filter(|side| side.floor.is_some())
            .map(|side| (&side.filter, side.unit.as_str()))
            .collect();
        let pledges = 0..self.sides[0].pledges.len();
        let summed = pledges.filter(|at| filters.iter().any(|(f, u)| self.may_count(*at, f, u)));
        let mut found: Vec<Aspect> = summed.flat_map(Aspect::of_pledge).collect();
        if !found.is_empty() {
            found.push(Aspect::CountsFrom);
        }
        found
    }

    /// Whether a pledge may add to a sum in some mixture of the two.
    pub fn may_count(&self, at: usize, filter: &Filter, unit: &str) -> bool {
        let own = self.sides.map(|side| side.pledges.at(at));
        let known = own.iter().any(|pledge| pledge.known);
        let sized = own.iter().any(|p| p.size != Size::Unknown && p.unit == unit);
        let admitted = self.sides.iter().any(|side| {
            own.iter().any(|placed| {
                own.iter().any(|named| {
                    let nations = named.nations.clone();
                    side.admits(filter, &Pledge { nations, ..(*placed).clone() })
                })
            })
        });
        known && sized && admitted
    }
}

pub(in crate::study) fn mentions(formula: &Formula, found: &mut Vec<Aspect>) {
    formula.walk(&mut |part| match part {
        Formula::Condition { condition, .. } => {
            found.extend([Aspect::Chances(*condition), Aspect::Requires(*condition)]);
        }
        Formula::Reading { assumption, .. } => found.push(Aspect::Choice(*assumption)),
        Formula::Definition(at) => found.push(Aspect::Definition(*at)),
        Formula::Pledge(at) => found.extend(Reach::activity(*at)),
        _ => {}
    });
}
