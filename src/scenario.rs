//! The checked scenario: every name resolved, every range valid.
//!
//! In: `RawScenario`, through `check`. Out: what `compile` lowers and `report` words. Entries are
//! in the order of their ids, and an entry's position in its section is its dense id everywhere
//! after this stage.
//!
//! ```text
//! Scenario ─ header (title, dates, scale, counts_from)
//!          ├ basings, sources, nations
//!          ├ assumptions: a quantity or a reading, with its chosen option
//!          ├ conditions:  outcomes, clauses of chances, requires
//!          ├ definitions: named formulas
//!          ├ pledges:     nations, kind, place, stage, formula, size, evidence
//!          └ requirements: floor, filter, needs
//! ```

pub mod check;
pub mod fold;
pub mod formula;
pub mod parse;
mod queries;
pub mod raw;
pub mod reader;
pub mod words;

use crate::decimal::Decimal;
use formula::Relation;
use jiff::civil::Date;
use std::collections::BTreeMap;
pub use words::{Domain, Kind, Scale, Stage};

/// Entries of one section in the order of their ids.
#[derive(Clone, Debug)]
pub struct ById<T> {
    entries: Vec<(String, T)>,
}

impl<T> ById<T> {
    /// Takes entries in the order of their ids.
    pub fn new(entries: BTreeMap<String, T>) -> Self {
        Self { entries: entries.into_iter().collect() }
    }

    /// The dense id of an id.
    pub fn index(&self, id: &str) -> Option<usize> {
        self.entries.binary_search_by(|(known, _)| known.as_str().cmp(id)).ok()
    }

    /// The entry at a dense id.
    pub fn at(&self, index: usize) -> &T {
        &self.entries[index].1
    }

    /// The id at a dense id.
    pub fn id(&self, index: usize) -> &str {
        &self.entries[index].0
    }

    /// Ids and entries in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &T)> {
        self.entries.iter().map(|(id, entry)| (id.as_str(), entry))
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    pub(crate) fn at_mut(&mut self, index: usize) -> &mut T {
        &mut self.entries[index].1
    }
}

/// A checked scenario.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// Its id: the folder's or file's name.
    pub id: String,
    /// What it is called.
    pub title: String,
    /// The date of the knowledge.
    pub as_of: Date,
    /// The date by which probabilities are meant.
    pub horizon: Option<Date>,
    /// When anyone asks.
    pub asked_when: Option<Stated>,
    /// What is taken as given (`--given`).
    pub given: Option<Stated>,
    /// What differs from the file (`--set`), as given.
    pub settings: Vec<String>,
    /// Whose probability words.
    pub scale: Scale,
    /// The lowest stage that counts.
    pub counts_from: Stage,
    /// Classification marking of the charts.
    pub marking: Option<String>,
    /// Where forces may be based.
    pub basings: ById<Basing>,
    /// The sources.
    pub sources: ById<Source>,
    /// The nations and blocs.
    pub nations: ById<Nation>,
    /// What the analyst chose.
    pub assumptions: ById<Assumption>,
    /// What may happen.
    pub conditions: ById<Condition>,
    /// Named formulas.
    pub definitions: ById<Stated>,
    /// The pledges.
    pub pledges: ById<Pledge>,
    /// The requirements.
    pub requirements: ById<Requirement>,
    /// The dates up to `as_of` on which anything changed: something became known, or ran out.
    pub dates: Vec<Date>,
    /// The updates that do not apply yet: the path of the entry, and from when they are known.
    pub pending: Vec<(String, Date)>,
    /// SHA-256 of the resolved scenario, in hexadecimal.
    pub hash: String,
    /// The same without what entries are called, on which no figure depends.
    pub nameless_hash: String,
}

/// The word for a place or domain that nobody named.
pub const UNSTATED: &str = "unstated";

/// The unit that only pledges of kind `force` have.
pub const TROOPS: &str = "troops";

/// A formula and how the user wrote it.
#[derive(Clone, Debug)]
pub struct Stated {
    /// The formula.
    pub formula: Formula,
    /// In the language's words.
    pub text: String,
}

/// A formula whose names are resolved to dense ids.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Formula {
    /// `true` or `false`.
    Constant(bool),
    /// A condition ends in one of its options.
    Condition {
        /// Which condition.
        condition: usize,
        /// Which option: of a plain condition 0 is "fails" and 1 "holds".
        option: usize,
    },
    /// An assumption is read in one way.
    Reading {
        /// Which assumption.
        assumption: usize,
        /// Which option.
        option: usize,
    },
    /// A definition holds.
    Definition(usize),
    /// A pledge is active.
    Pledge(usize),
    /// Not.
    Not(Box<Formula>),
    /// All of them.
    And(Vec<Formula>),
    /// Any of them.
    Or(Vec<Formula>),
    /// A number of them.
    Count {
        /// Which comparison.
        relation: Relation,
        /// How many.
        count: u32,
        /// Of these.
        of: Vec<Formula>,
    },
}

impl Formula {
    /// Calls `visit` for this formula and everything in it; definitions and pledges are not
    /// entered.
    pub fn walk(&self, visit: &mut impl FnMut(&Formula)) {
        visit(self);
        match self {
            Self::Not(inner) => inner.walk(visit),
            Self::And(of) | Self::Or(of) | Self::Count { of, .. } => {
                for part in of {
                    part.walk(visit);
                }
            }
            _ => {}
        }
    }
}

/// Where a value comes from.
#[derive(Clone, Debug, Default)]
pub struct Basis {
    /// What sources say.
    pub claims: Vec<Claim>,
    /// Reasons by key.
    pub assumed: BTreeMap<String, String>,
    /// What updates have changed by the as-of date, in the order of their dates.
    pub changes: Vec<Change>,
}

/// An update of an entry.
#[derive(Clone, Debug)]
pub struct Change {
    /// When it happened.
    pub on: Date,
    /// The keys that it changed.
    pub keys: Vec<String>,
}

/// One claim of one source.
#[derive(Clone, Debug)]
pub struct Claim {
    /// Which source.
    pub source: usize,
    /// The keys that it is evidence for; the entry as a whole where there are none.
    pub keys: Vec<String>,
    /// Who said it, free text.
    pub by: Option<String>,
    /// The nation whose own word it is.
    pub speaker: Option<usize>,
    /// The phrase, eight words at most.
    pub quote: Option<String>,
    /// The item's credibility, Admiralty digit 1 to 6.
    pub credibility: Option<u8>,
    /// The stage that this source claims.
    pub stage: Option<Stage>,
    /// The date of the update that brought it; none where it stands in the entry itself.
    pub since: Option<Date>,
}

/// A place where forces may be based.
#[derive(Clone, Debug)]
pub struct Basing {
    /// What it is called.
    pub name: String,
    /// Whether it is in theatre.
    pub theatre: bool,
}

/// A source.
#[derive(Clone, Debug)]
pub struct Source {
    /// What it reports.
    pub title: Option<String>,
    /// Who published it.
    pub publisher: Option<String>,
    /// When.
    pub published: Option<Date>,
    /// Admiralty letter, A to F.
    pub reliability: Option<char>,
    /// Its name in an archive folder.
    pub file: Option<String>,
    /// Where it can be read.
    pub url: Option<String>,
    /// Reasons by key: why it is graded as it is.
    pub assumed: BTreeMap<String, String>,
}

/// A nation or a bloc.
#[derive(Clone, Debug)]
pub struct Nation {
    /// What it is called.
    pub name: String,
    /// Whether it is a bloc without an ISO code.
    pub bloc: bool,
    /// Troops that it can keep in the cycle of deployments: a whole number.
    pub pool: Option<Decimal>,
    /// Troops tied up for each one deployed: 1 or more.
    pub rotation: Option<Decimal>,
    /// Where its numbers come from.
    pub basis: Basis,
}

/// Something the analyst chose.
#[derive(Clone, Debug)]
pub struct Assumption {
    /// What charts call it.
    pub label: Option<String>,
    /// What is assumed.
    pub text: Option<String>,
    /// The options in the order of their values, readings in the order of their names.
    pub options: Vec<AssumptionOption>,
    /// The option in force.
    pub chosen: usize,
    /// Whether its options are quantities; readings otherwise.
    pub quantity: bool,
    /// What a quantity counts.
    pub unit: String,
    /// What its total includes.
    pub covers: Option<Filter>,
    /// Where it comes from.
    pub basis: Basis,
}

impl Assumption {
    /// The name of the option in force.
    pub fn chosen_name(&self) -> Option<&str> {
        self.options.get(self.chosen).map(|option| option.name.as_str())
    }
}

/// One option of an assumption.
#[derive(Clone, Debug)]
pub struct AssumptionOption {
    /// Its name.
    pub name: String,
    /// Its value; zero for a reading.
    pub value: Decimal,
    /// Its own sources.
    pub claims: Vec<Claim>,
}

/// Something that may happen by the horizon.
#[derive(Clone, Debug)]
pub struct Condition {
    /// What charts call it.
    pub label: Option<String>,
    /// What must happen.
    pub text: Option<String>,
    /// Its outcomes by name; empty for a plain condition, whose options are "fails" and "holds".
    pub outcomes: Vec<String>,
    /// The first clause that applies gives the chances. The last always applies.
    pub clauses: Vec<Clause>,
    /// What it cannot hold without.
    pub requires: Option<Stated>,
    /// The option that obtains where `requires` fails.
    pub otherwise: usize,
    /// When it will be known.
    pub resolves_by: Option<Date>,
    /// When somebody should look at it again.
    pub review_by: Option<Date>,
    /// The option in which it is known to have ended.
    pub holds: Option<usize>,
    /// Where it comes from.
    pub basis: Basis,
}

impl Condition {
    /// How it is known to have ended: `true`, `false` or the name of an outcome.
    pub fn ended(&self) -> Option<&str> {
        let plain = ["false", "true"];
        let named = |option: usize| self.outcomes.get(option).map(String::as_str);
        self.holds.and_then(|option| named(option).or_else(|| plain.get(option).copied()))
    }

    /// Whether it is known how it ended and its only chance cancels out of every figure: not where it
    /// may have ended so because what it requires failed.
    pub fn chance_cancels(&self) -> bool {
        self.holds.is_some_and(|option| {
            let may_fail = self.requires.is_some() && option == self.otherwise;
            self.clauses.len() == 1 && !may_fail
        })
    }

    /// How many ways it can end.
    pub fn options(&self) -> usize {
        if self.outcomes.is_empty() { 2 } else { self.outcomes.len() }
    }
}

/// One clause: when it applies and what it gives.
#[derive(Clone, Debug)]
pub struct Clause {
    /// When it applies.
    pub when: Option<Stated>,
    /// One chance for a plain condition (that it holds), one an outcome otherwise; none where the
    /// file gives no probability.
    pub chances: Option<Vec<Chance>>,
}

/// A probability as stated: its range, and the point inside it.
#[derive(Clone, Debug)]
pub struct Chance {
    /// The low end.
    pub low: f64,
    /// The point: the number itself, or the middle of the range.
    pub central: f64,
    /// The high end.
    pub high: f64,
    /// What each of the three leaves to one, in the same order. Of decimals it is the exact rest, which keeps its
    /// digits where the chance is near one.
    pub rest: [f64; 3],
    /// As the file states it.
    pub stated: String,
}

/// A nation and its part of a joint size.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Member {
    /// Which nation.
    pub nation: usize,
    /// Its part; the parts of a pledge sum to 1.
    pub part: Decimal,
}

/// What nations offer.
#[derive(Clone, Debug)]
pub struct Pledge {
    /// What charts call it.
    pub label: Option<String>,
    /// Who, in the order of their ids.
    pub nations: Vec<Member>,
    /// What kind of contribution.
    pub kind: Kind,
    /// Land, sea, air.
    pub domain: Domain,
    /// Where; unstated where it is missing.
    pub basing: Option<usize>,
    /// What the size counts.
    pub unit: String,
    /// How firm.
    pub stage: Stage,
    /// Since when.
    pub on: Option<Date>,
    /// When somebody should look at it again.
    pub review_by: Option<Date>,
    /// The last day on which it stands, such as a mandate's.
    pub expires: Option<Date>,
    /// Whether it had run out by the as-of date: it is listed, but counts no more and holds in no
    /// world.
    pub expired: bool,
    /// Since when it is known; always where it is none.
    pub known_from: Option<Date>,
    /// Whether it was known on the as-of date.
    pub known: bool,
    /// On what it depends.
    pub when: Stated,
    /// What invokes it.
    pub called_by: Option<Stated>,
    /// How much.
    pub size: Size,
    /// What is claimed.
    pub claim: Option<String>,
    /// Where it comes from.
    pub basis: Basis,
}

/// How much a pledge offers.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Size {
    /// Nobody says.
    Unknown,
    /// A whole number.
    Fixed(u64),
    /// Uniform over the whole numbers from the first to the second.
    Uniform(u64, u64),
    /// PERT in whole numbers: low, mode, high.
    Pert(u64, u64, u64),
    /// A share of an assumption.
    Share(Share, usize),
    /// What the shares of an assumption leave.
    Rest(usize),
}

impl Size {
    /// The assumption that it is a share or the rest of.
    pub fn assumption(&self) -> Option<usize> {
        match self {
            Self::Share(_, of) | Self::Rest(of) => Some(*of),
            _ => None,
        }
    }
}

/// A share of an assumption.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Share {
    /// A number from 0 to 1.
    Number(Decimal),
    /// The chosen option of an assumption whose unit is `share`.
    Assumption(usize),
}

/// Which pledges count towards something: all of a list's alternatives where it is empty.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Filter {
    /// Basings; whatever is in theatre where it is empty.
    pub basings: Vec<Option<usize>>,
    /// Domains.
    pub domains: Vec<Domain>,
    /// Nations.
    pub nations: Vec<usize>,
}

/// A floor that a posture may meet.
#[derive(Clone, Debug)]
pub struct Requirement {
    /// What charts call it.
    pub label: Option<String>,
    /// What must be met.
    pub text: Option<String>,
    /// How many; none where only `needs` decides.
    pub floor: Option<u64>,
    /// Of what.
    pub unit: String,
    /// Which pledges count towards it.
    pub filter: Filter,
    /// What must hold too.
    pub needs: Option<Stated>,
    /// When anyone asks; the scenario's where it is missing.
    pub asked_when: Option<Stated>,
    /// Where it comes from.
    pub basis: Basis,
}
