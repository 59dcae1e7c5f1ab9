//! A small scenario as plain structs: what the generator makes, the writer writes and the brute
//! force evaluates.
//!
//! Entries stand in an order in which each mentions earlier ones only. Probabilities are in
//! hundredths and shares in thousandths, so that everything is exact until it is multiplied.

use std::collections::BTreeSet;

/// Parts of a whole, in thousandths.
pub(super) const WHOLE: u32 = 1000;

/// The unit of forces.
pub(super) const TROOPS: &str = "troops";

/// The ladder in rising order, then what stands beside it.
pub(super) const STAGES: [&str; 8] = [
    "floated",
    "indicated",
    "declared",
    "committed",
    "mandated",
    "deployed",
    "refused",
    "withdrawn",
];

/// A formula over the positions of entries and assumptions.
#[derive(Clone, Debug)]
pub(super) enum Formula {
    Constant(bool),
    /// A plain condition holds; a definition or pledge is true.
    Entry(usize),
    /// A condition ends in an outcome.
    Ends(usize, usize),
    /// An assumption is read in one way.
    Reads(usize, usize),
    Not(Box<Formula>),
    All(Vec<Formula>),
    Any(Vec<Formula>),
    Count(Relation, usize, Vec<Formula>),
}

impl Formula {
    /// Adds the entries that it names.
    pub(super) fn mentions(&self, found: &mut Vec<usize>) {
        match self {
            Self::Constant(_) | Self::Reads(..) => {}
            Self::Entry(at) | Self::Ends(at, _) => found.push(*at),
            Self::Not(inner) => inner.mentions(found),
            Self::All(of) | Self::Any(of) | Self::Count(_, _, of) => {
                for part in of {
                    part.mentions(found);
                }
            }
        }
    }
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Relation {
    AtLeast,
    AtMost,
    Exactly,
}

/// A probability as the file states it.
#[derive(Clone, Copy, Debug)]
pub(super) enum Stated {
    Number(u32),
    Word(&'static str, u32, u32),
    Range(u32, u32),
}

impl Stated {
    /// The number itself, or the middle of the range.
    pub(super) fn point(self) -> f64 {
        match self {
            Self::Number(number) => f64::from(number) / 100.0,
            Self::Word(_, low, high) | Self::Range(low, high) => f64::from(low + high) / 200.0,
        }
    }
}

#[derive(Clone, Debug)]
pub(super) struct Clause {
    pub(super) when: Option<Formula>,
    /// That it holds, or one for each outcome; nothing where no probability is given.
    pub(super) chances: Vec<Stated>,
}

#[derive(Clone, Debug)]
pub(super) struct Condition {
    /// Empty for a plain condition, whose options are 0 (fails) and 1 (holds).
    pub(super) outcomes: Vec<&'static str>,
    pub(super) clauses: Vec<Clause>,
    pub(super) requires: Option<Formula>,
    pub(super) otherwise: usize,
}

impl Condition {
    pub(super) fn options(&self) -> usize {
        if self.outcomes.is_empty() { 2 } else { self.outcomes.len() }
    }

    pub(super) fn is_absent(&self) -> bool {
        self.clauses.iter().any(|clause| clause.chances.is_empty())
    }
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Size {
    Unknown,
    Fixed(u32),
    Range(u32, u32),
    Pert(u32, u32, u32),
    /// Thousandths of the assumption at a position.
    Share(u32, usize),
    /// The share that one assumption gives, of another.
    SharedBy(usize, usize),
    Rest(usize),
}

impl Size {
    pub(super) fn of(self) -> Option<usize> {
        match self {
            Self::Share(_, of) | Self::SharedBy(_, of) | Self::Rest(of) => Some(of),
            _ => None,
        }
    }
}

#[derive(Clone, Debug)]
pub(super) struct Pledge {
    /// Nations with their thousandths; no parts where several give no size.
    pub(super) nations: Vec<(&'static str, u32)>,
    pub(super) kind: &'static str,
    pub(super) unit: &'static str,
    pub(super) domain: &'static str,
    pub(super) basing: &'static str,
    /// Position in `STAGES`.
    pub(super) stage: usize,
    pub(super) on: Option<&'static str>,
    /// Positions of its sources.
    pub(super) sources: Vec<usize>,
    pub(super) when: Formula,
    pub(super) called_by: Option<Formula>,
    pub(super) size: Size,
    pub(super) size_is_assumed: bool,
}

#[derive(Clone, Debug)]
pub(super) enum What {
    Condition(Condition),
    Definition(Formula),
    Pledge(Pledge),
}

#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) id: &'static str,
    pub(super) what: What,
}

impl Entry {
    pub(super) fn condition(&self) -> Option<&Condition> {
        if let What::Condition(condition) = &self.what { Some(condition) } else { None }
    }

    pub(super) fn pledge(&self) -> Option<&Pledge> {
        if let What::Pledge(pledge) = &self.what { Some(pledge) } else { None }
    }
}

#[derive(Clone, Debug)]
pub(super) struct Assumption {
    pub(super) id: &'static str,
    /// `troops`, `ships` or `share`; empty for a reading.
    pub(super) unit: &'static str,
    /// Whole numbers, thousandths for a share, zeros for a reading.
    pub(super) options: Vec<(&'static str, u32)>,
    pub(super) chosen: usize,
}

#[derive(Clone, Debug)]
pub(super) struct Requirement {
    pub(super) id: &'static str,
    pub(super) floor: Option<u32>,
    pub(super) unit: &'static str,
    pub(super) basings: Vec<&'static str>,
    pub(super) domains: Vec<&'static str>,
    pub(super) nations: Vec<&'static str>,
    pub(super) needs: Option<Formula>,
    pub(super) asked_when: Option<Formula>,
}

#[derive(Clone, Debug)]
pub(super) struct Case {
    pub(super) scale: &'static str,
    pub(super) counts_from: Option<usize>,
    pub(super) asked_when: Option<Formula>,
    /// `--given`
    pub(super) given: Option<Formula>,
    /// `--as-of`
    pub(super) as_of: Option<&'static str>,
    /// Whether formulas are written with `&`, `|` and `!`.
    pub(super) symbols: bool,
    /// For each nation its pool and how it writes its rotation.
    pub(super) pools: Vec<Option<(u32, Option<&'static str>)>>,
    /// Dates of publication.
    pub(super) sources: Vec<Option<&'static str>>,
    pub(super) assumptions: Vec<Assumption>,
    pub(super) entries: Vec<Entry>,
    pub(super) requirements: Vec<Requirement>,
    /// The order in which the file has its blocks.
    pub(super) order: Vec<u16>,
}

/// The date that every file has.
pub(super) const AS_OF: &str = "2026-01-08";

/// Basings and whether they are in theatre.
pub(super) const BASINGS: [(&str, bool); 3] = [("ukr", true), ("pol", false), ("black_sea", true)];

/// Nations and whether they are blocs.
pub(super) const NATIONS: [(&str, bool); 4] =
    [("GBR", false), ("FRA", false), ("Coalition", true), ("DEU", false)];

impl Case {
    pub(super) fn as_of(&self) -> &'static str {
        self.as_of.unwrap_or(AS_OF)
    }

    /// Pledges in the order of the entries, with their positions there.
    pub(super) fn pledges(&self) -> impl Iterator<Item = (usize, &'static str, &Pledge)> + Clone {
        let entries = self.entries.iter().enumerate();
        entries.filter_map(|(at, entry)| Some((at, entry.id, entry.pledge()?)))
    }

    /// Conditions likewise.
    pub(super) fn conditions(&self) -> impl Iterator<Item = (usize, &'static str, &Condition)> {
        let entries = self.entries.iter().enumerate();
        entries.filter_map(|(at, entry)| Some((at, entry.id, entry.condition()?)))
    }

    /// The entries that some entries depend on, themselves included.
    pub(super) fn behind(&self, start: impl IntoIterator<Item = usize>) -> BTreeSet<usize> {
        let mut open: Vec<usize> = start.into_iter().collect();
        let mut found = BTreeSet::new();
        while let Some(at) = open.pop() {
            if !found.insert(at) {
                continue;
            }
            match &self.entries[at].what {
                What::Definition(formula) => formula.mentions(&mut open),
                What::Pledge(pledge) => pledge.when.mentions(&mut open),
                What::Condition(condition) => {
                    let whens = condition.clauses.iter().filter_map(|clause| clause.when.as_ref());
                    whens
                        .chain(&condition.requires)
                        .for_each(|formula| formula.mentions(&mut open));
                }
            }
        }
        found
    }

    /// Known from its date or from the earliest publication among its sources, whichever is later.
    pub(super) fn is_known(&self, pledge: &Pledge) -> bool {
        // One source without a date may have been there all along.
        let published = pledge.sources.iter().map(|source| self.sources[*source]);
        let published: Option<Vec<_>> = published.collect();
        let dates = [pledge.on, published.and_then(|dates| dates.into_iter().min())];
        dates.into_iter().flatten().all(|date| date <= self.as_of())
    }

    /// Known, and neither refused nor withdrawn.
    pub(super) fn stands(&self, pledge: &Pledge) -> bool {
        self.is_known(pledge) && pledge.stage < 6
    }

    pub(super) fn counts(&self, pledge: &Pledge) -> bool {
        self.stands(pledge) && pledge.stage >= self.counts_from.unwrap_or(0)
    }
}

/// Whether a basing is in theatre; `unstated` never is.
pub(super) fn in_theatre(basing: &str) -> bool {
    BASINGS.contains(&(basing, true))
}
