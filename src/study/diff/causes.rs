//! Causes: what differs between two scenarios, in parts that can be changed one without another.
//!
//! In: two scenarios with the same ids. Out: a list of causes. A cause is an entry and a group of
//! its keys; what makes no scenario when half of it is changed is one cause: shares of one total,
//! a joint size and its split, formulas that would depend on one another in a circle.

use super::aspect::{Aspect, Reach};
use crate::decimal::Decimal;
use crate::scenario::{Scenario, Share, Size};
use std::collections::BTreeSet;

/// What kind of thing changed.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum CauseKind {
    /// A pledge came, or became known.
    PledgeAdded,
    /// A pledge went.
    PledgeRemoved,
    /// How much is offered.
    Size,
    /// How firm it is.
    Stage,
    /// It ran out, or was renewed.
    Expiry,
    /// Where.
    Place,
    /// On what a pledge or a condition depends.
    Formula,
    /// How likely something is.
    Probability,
    /// What is taken as known.
    Evidence,
    /// What the analyst chose.
    Assumption,
    /// A named formula.
    Definition,
    /// Who offers it.
    Nation,
    /// What is asked.
    Requirement,
    /// How figures are counted.
    Method,
}

impl CauseKind {
    /// The word in the table.
    pub fn word(self) -> &'static str {
        match self {
            Self::PledgeAdded => "pledge_added",
            Self::PledgeRemoved => "pledge_removed",
            Self::Size => "size",
            Self::Stage => "stage",
            Self::Expiry => "expiry",
            Self::Place => "place",
            Self::Formula => "formula",
            Self::Probability => "probability",
            Self::Evidence => "evidence",
            Self::Assumption => "assumption",
            Self::Definition => "definition",
            Self::Nation => "nation",
            Self::Requirement => "requirement",
            Self::Method => "method",
        }
    }

    fn of(aspect: Aspect) -> Self {
        match aspect {
            Aspect::Theatre(_)
            | Aspect::AskedWhen
            | Aspect::CountsFrom
            | Aspect::Scale
            | Aspect::Horizon => Self::Method,
            Aspect::Choice(_) => Self::Assumption,
            Aspect::Chances(_) => Self::Probability,
            Aspect::Requires(_) | Aspect::Formula(_) => Self::Formula,
            Aspect::Definition(_) => Self::Definition,
            Aspect::Known(_) | Aspect::Stage(_) => Self::Stage,
            Aspect::Expired(_) => Self::Expiry,
            Aspect::Place(_) => Self::Place,
            Aspect::Nations(_) => Self::Nation,
            Aspect::Size(_) => Self::Size,
            Aspect::Requirement(_) => Self::Requirement,
            Aspect::Ended(_) | Aspect::Given => Self::Evidence,
        }
    }
}

/// Something that differs.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Cause {
    /// What kind of thing it is.
    pub kind: CauseKind,
    /// The id of its entry or key, or several; a total's id for shares of it.
    pub name: String,
    /// What of the scenario it changes.
    pub aspects: BTreeSet<Aspect>,
}

impl Cause {
    fn new(kind: CauseKind, aspects: impl IntoIterator<Item = Aspect>) -> Self {
        Self { kind, name: String::new(), aspects: aspects.into_iter().collect() }
    }

    /// Whether it bears upon a figure that depends on some aspects.
    pub fn bears_on(&self, reached: &BTreeSet<Aspect>) -> bool {
        self.aspects.iter().any(|aspect| reached.contains(aspect))
    }
}

/// Everything that differs between two scenarios, in the order of kinds and names. Requirements
/// that only one of the two has are no causes.
pub fn causes(old: &Scenario, new: &Scenario, required: &[[bool; 2]]) -> Vec<Cause> {
    let mut finder = Finder { old, new, causes: Vec::new() };
    finder.method();
    (0..old.pledges.len()).for_each(|at| finder.pledge(at));
    let both = |at: &usize| required.get(*at).is_none_or(|sides| *sides == [true, true]);
    let entries = (0..old.conditions.len())
        .flat_map(|at| [Aspect::Chances(at), Aspect::Requires(at), Aspect::Ended(at)])
        .chain((0..old.assumptions.len()).map(Aspect::Choice))
        .chain((0..old.definitions.len()).map(Aspect::Definition))
        .chain((0..old.requirements.len()).filter(both).map(Aspect::Requirement));
    let entries: Vec<Aspect> = entries.chain([Aspect::Given]).collect();
    for aspect in entries {
        finder.alone(aspect);
    }
    (0..old.assumptions.len()).for_each(|total| finder.join_shares(total));
    finder.join_circles();
    finder.named()
}

struct Finder<'a> {
    old: &'a Scenario,
    new: &'a Scenario,
    causes: Vec<Cause>,
}

impl Finder<'_> {
    fn differs(&self, aspect: Aspect) -> bool {
        aspect.differs(self.old, self.new)
    }

    fn alone(&mut self, aspect: Aspect) {
        let taken = self.causes.iter().any(|cause| cause.aspects.contains(&aspect));
        if !taken && self.differs(aspect) {
            self.causes.push(Cause::new(CauseKind::of(aspect), [aspect]));
        }
    }

    /// Another scale of words moves the probabilities whose words stayed the same.
    fn method(&mut self) {
        let (old, new) = (self.old, self.new);
        (0..old.basings.len()).for_each(|at| self.alone(Aspect::Theatre(at)));
        for aspect in [Aspect::AskedWhen, Aspect::CountsFrom, Aspect::Horizon] {
            self.alone(aspect);
        }
        if self.differs(Aspect::Scale) {
            let words = |scenario: &Scenario, at: usize| -> Vec<Option<Vec<String>>> {
                let clauses = scenario.conditions.at(at).clauses.iter();
                let stated = clauses.map(|clause| {
                    let chances = clause.chances.as_ref()?.iter();
                    Some(chances.map(|chance| chance.stated.clone()).collect())
                });
                stated.collect()
            };
            let moved = (0..old.conditions.len()).filter(|at| words(old, *at) == words(new, *at));
            let moved = moved.map(Aspect::Chances).filter(|aspect| self.differs(*aspect));
            let aspects: Vec<Aspect> = moved.chain([Aspect::Scale]).collect();
            self.causes.push(Cause::new(CauseKind::Method, aspects));
        }
    }

    fn pledge(&mut self, at: usize) {
        let known = [self.old, self.new].map(|side| side.pledges.at(at).known);
        let kind = match known {
            [false, true] => CauseKind::PledgeAdded,
            [true, false] => CauseKind::PledgeRemoved,
            [true, true] => {
                let joint = self.differs(Aspect::Nations(at)) && self.differs(Aspect::Size(at));
                if joint {
                    let both = [Aspect::Nations(at), Aspect::Size(at)];
                    self.causes.push(Cause::new(CauseKind::Size, both));
                }
                return Aspect::of_pledge(at).into_iter().for_each(|aspect| self.alone(aspect));
            }
            // A share takes its part of the total whether it is known or not.
            [false, false] if self.is_share(at) => return self.alone(Aspect::Size(at)),
            [false, false] => return,
        };
        self.causes.push(Cause::new(kind, Aspect::of_pledge(at)));
    }

    fn is_share(&self, at: usize) -> bool {
        let sizes = [self.old, self.new].map(|side| &side.pledges.at(at).size);
        sizes.iter().any(|size| size.assumption().is_some())
    }

    /// Shares of one total whose sizes changed are one cause. Where some mixture would share out
    /// more than the total, or its rest twice, so is everything else that touches them.
    fn join_shares(&mut self, total: usize) {
        let own = |side: &Scenario, at: usize| side.pledges.at(at).size.assumption() == Some(total);
        let members = 0..self.old.pledges.len();
        let members = members.filter(|at| own(self.old, *at) || own(self.new, *at));
        let members: Vec<usize> = members.collect();
        let fits = self.always_fits(total, &members);
        let sizes: BTreeSet<Aspect> = members.iter().map(|at| Aspect::Size(*at)).collect();
        let mut joined = sizes.clone();
        if !fits {
            joined.extend(self.shared_by(&members).map(Aspect::Choice));
        }
        let touches =
            |cause: &Cause| cause.bears_on(&joined) && (!fits || cause.kind == CauseKind::Size);
        let (touching, others): (Vec<Cause>, Vec<Cause>) =
            std::mem::take(&mut self.causes).into_iter().partition(touches);
        self.causes = others;
        self.join(touching, CauseKind::Size);
    }

    /// Puts causes together as one.
    fn join(&mut self, causes: Vec<Cause>, kind: CauseKind) {
        let one = <[Cause; 1]>::try_from(causes);
        match one {
            Ok([cause]) => self.causes.push(cause),
            Err(several) if several.is_empty() => {}
            Err(several) => {
                let aspects = several.into_iter().flat_map(|cause| cause.aspects);
                self.causes.push(Cause::new(kind, aspects));
            }
        }
    }

    /// The assumptions that say how large some shares are.
    fn shared_by(&self, members: &[usize]) -> impl Iterator<Item = usize> {
        let sizes = members
            .iter()
            .flat_map(|at| [self.old, self.new].map(|side| &side.pledges.at(*at).size));
        sizes.filter_map(|size| match size {
            Size::Share(Share::Assumption(by), _) => Some(*by),
            _ => None,
        })
    }

    /// Whether every mixture shares out at most the whole, and the rest at most once.
    fn always_fits(&self, total: usize, members: &[usize]) -> bool {
        let sides = [self.old, self.new];
        let largest = |at: &usize| {
            let own = sides.iter().map(|side| side.pledges.at(*at));
            let own = own.filter(|pledge| pledge.size.assumption() == Some(total));
            let shares = own.flat_map(|pledge| sides.map(|side| side.share_of(pledge)));
            shares.max().unwrap_or(Decimal::ZERO)
        };
        let rests = members
            .iter()
            .filter(|at| sides.iter().any(|side| side.pledges.at(**at).size == Size::Rest(total)));
        let sum = members.iter().map(largest).fold(Decimal::ZERO, Decimal::plus);
        sum <= Decimal::ONE && rests.count() <= 1
    }

    /// Changes that would close a circle of formulas if only some of them were made.
    fn join_circles(&mut self) {
        let reach = Reach { sides: [self.old, self.new] };
        let formulas = |aspect: &&Aspect| {
            matches!(
                aspect,
                Aspect::Chances(_)
                    | Aspect::Requires(_)
                    | Aspect::Definition(_)
                    | Aspect::Formula(_)
            )
        };
        let changed: Vec<Vec<Aspect>> = self
            .causes
            .iter()
            .map(|cause| cause.aspects.iter().filter(formulas).copied().collect())
            .collect();
        let behind: Vec<_> = changed.iter().map(|aspects| reach.behind(aspects)).collect();
        let reaches =
            |from: usize, to: usize| changed[to].iter().any(|aspect| behind[from].contains(aspect));
        let mut open: Vec<usize> = (0..self.causes.len()).collect();
        let mut joined = Vec::new();
        while let Some(first) = open.pop() {
            let circle = |at: &usize| reaches(first, *at) && reaches(*at, first);
            let (mut with, others): (Vec<usize>, Vec<usize>) = open.into_iter().partition(circle);
            with.push(first);
            open = others;
            joined.push(with);
        }
        let causes = std::mem::take(&mut self.causes);
        for members in joined {
            let members = members.into_iter().filter_map(|at| causes.get(at).cloned()).collect();
            self.join(members, CauseKind::Formula);
        }
    }

    fn named(self) -> Vec<Cause> {
        let Self { old, new, mut causes } = self;
        for cause in &mut causes {
            cause.name = name([old, new], cause);
        }
        causes.sort_by(|left, right| (left.kind, &left.name).cmp(&(right.kind, &right.name)));
        causes
    }
}

/// The ids of the entries that a cause changes, or "shares of" their total.
fn name(sides: [&Scenario; 2], cause: &Cause) -> String {
    if cause.aspects.contains(&Aspect::Scale) {
        return "scale".to_owned();
    }
    let unique = |ids: &mut dyn Iterator<Item = String>| {
        let mut found: Vec<String> = Vec::new();
        for id in ids {
            if !found.contains(&id) {
                found.push(id);
            }
        }
        found
    };
    let ids = unique(&mut cause.aspects.iter().map(|aspect| id(sides[0], *aspect).to_owned()));
    if ids.len() > 1 && cause.kind == CauseKind::Size {
        let totals = cause.aspects.iter().flat_map(|aspect| match aspect {
            Aspect::Size(at) => sides.map(|side| side.pledges.at(*at).size.assumption()),
            _ => [None, None],
        });
        let totals = totals.flatten().map(|at| sides[0].assumptions.id(at).to_owned());
        return format!("shares of {}", unique(&mut totals.into_iter()).join("; "));
    }
    ids.join("; ")
}

/// The id of an aspect's entry, or the key of the header.
pub fn id(scenario: &Scenario, aspect: Aspect) -> &str {
    match aspect {
        Aspect::Theatre(at) => scenario.basings.id(at),
        Aspect::Choice(at) => scenario.assumptions.id(at),
        Aspect::Chances(at) | Aspect::Requires(at) | Aspect::Ended(at) => {
            scenario.conditions.id(at)
        }
        Aspect::Definition(at) => scenario.definitions.id(at),
        Aspect::Requirement(at) => scenario.requirements.id(at),
        Aspect::Given => "given",
        Aspect::AskedWhen => "asked_when",
        Aspect::CountsFrom => "counts_from",
        Aspect::Scale => "scale",
        Aspect::Horizon => "horizon",
        Aspect::Known(at)
        | Aspect::Expired(at)
        | Aspect::Stage(at)
        | Aspect::Place(at)
        | Aspect::Nations(at)
        | Aspect::Formula(at)
        | Aspect::Size(at) => scenario.pledges.id(at),
    }
}
