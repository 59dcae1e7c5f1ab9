//! What the files say, and no more.
//!
//! In: the merged tree, through `parse`. Every value has the right type and knows its place;
//! nothing else is promised: names may lead nowhere, numbers may be out of range, required keys
//! may be missing. `check` turns it into a `Scenario`. Fields stand in the order of the format.

use super::formula::Expression;
use crate::decimal::Decimal;
use crate::source::{Span, Spanned};
use jiff::civil::Date;
use std::collections::BTreeMap;

/// A string or name with its place.
pub type Text = Spanned<String>;

/// Entries of a section by id.
pub type Entries<T> = BTreeMap<String, Entry<T>>;

/// An entry: its id's place and what stands under it.
#[derive(Clone, Debug)]
pub struct Entry<T> {
    /// Where its id stands.
    pub id: Span,
    /// What it says.
    pub value: T,
}

/// A whole scenario as written.
#[derive(Clone, Debug)]
pub struct RawScenario {
    /// `[scenario]`
    pub header: RawHeader,
    /// `[basings]`
    pub basings: Entries<RawBasing>,
    /// `[sources]`
    pub sources: Entries<RawSource>,
    /// `[nations]`
    pub nations: Entries<RawNation>,
    /// `[assumptions]`
    pub assumptions: Entries<RawAssumption>,
    /// `[conditions]`
    pub conditions: Entries<RawCondition>,
    /// `[definitions]`
    pub definitions: Entries<Expression>,
    /// `[pledges]`
    pub pledges: Entries<RawPledge>,
    /// `[requirements]`
    pub requirements: Entries<RawRequirement>,
}

/// `[scenario]`
#[derive(Clone, Debug)]
pub struct RawHeader {
    /// Where it stands; the file's start where it is missing.
    pub span: Span,
    /// What the scenario is called.
    pub title: Option<Text>,
    /// The date of the knowledge.
    pub as_of: Option<Spanned<Date>>,
    /// The date by which probabilities are meant.
    pub horizon: Option<Spanned<Date>>,
    /// When anyone asks.
    pub asked_when: Option<Expression>,
    /// Whose probability words.
    pub scale: Option<Text>,
    /// The lowest stage that counts.
    pub counts_from: Option<Text>,
    /// Classification marking of the charts.
    pub marking: Option<Text>,
}

/// Where a value comes from.
#[derive(Clone, Debug, Default)]
pub struct RawBasis {
    /// Sources named without words.
    pub sources: Vec<Text>,
    /// Claims with who said them.
    pub evidence: Vec<RawEvidence>,
    /// Reasons by key.
    pub assumed: BTreeMap<String, Spanned<String>>,
    /// Free text.
    pub note: Option<Text>,
    /// The updates that were laid over the entry, in the order of their dates.
    pub changes: Vec<RawChange>,
    /// Whether part of it could not be read, so that nothing can be said to be missing.
    pub unreadable: bool,
}

/// One claim of one source.
#[derive(Clone, Debug)]
pub struct RawEvidence {
    /// Where it stands.
    pub span: Span,
    /// Which source.
    pub source: Option<Text>,
    /// The keys of the entry that it is evidence for.
    pub keys: Vec<Text>,
    /// Who said it.
    pub by: Option<Text>,
    /// The phrase.
    pub quote: Option<Text>,
    /// The item's credibility, 1 to 6.
    pub credibility: Option<Spanned<Decimal>>,
    /// The stage that this source claims.
    pub stage: Option<Text>,
}

/// An update that was laid over its entry.
#[derive(Clone, Debug)]
pub struct RawChange {
    /// Where it stands.
    pub span: Span,
    /// When it happened.
    pub on: Date,
    /// The keys that it changed.
    pub keys: Vec<String>,
    /// Sources named without words.
    pub sources: Vec<Text>,
    /// Claims with who said them.
    pub evidence: Vec<RawEvidence>,
    /// Whether it gives any reason.
    pub assumed: bool,
}

/// `[basings.ID]`
#[derive(Clone, Debug)]
pub struct RawBasing {
    /// What it is called.
    pub name: Option<Text>,
    /// Whether it is in theatre.
    pub theatre: Option<Spanned<bool>>,
}

/// `[sources.ID]`
#[derive(Clone, Debug)]
pub struct RawSource {
    /// What it reports, in the analyst's words.
    pub title: Option<Text>,
    /// Who published it.
    pub publisher: Option<Text>,
    /// When.
    pub published: Option<Spanned<Date>>,
    /// Admiralty letter.
    pub reliability: Option<Text>,
    /// Its name in an archive folder.
    pub file: Option<Text>,
    /// Where it can be read.
    pub url: Option<Text>,
    /// Reasons by key.
    pub assumed: BTreeMap<String, Text>,
}

/// `[nations.ID]`
#[derive(Clone, Debug)]
pub struct RawNation {
    /// What it is called.
    pub name: Option<Text>,
    /// `state` or `bloc`.
    pub kind: Option<Text>,
    /// Troops it can keep in the cycle.
    pub pool: Option<Spanned<Decimal>>,
    /// Troops tied up for each one deployed.
    pub rotation: Option<Spanned<Decimal>>,
    /// Where that comes from.
    pub basis: RawBasis,
}

/// `[assumptions.ID]`
#[derive(Clone, Debug)]
pub struct RawAssumption {
    /// What charts call it.
    pub label: Option<Text>,
    /// What is assumed.
    pub text: Option<Text>,
    /// `troops`, `share`, or nothing for a reading.
    pub unit: Option<Text>,
    /// What the total includes.
    pub covers: Option<RawFilter>,
    /// The options by name.
    pub options: Option<Spanned<Vec<RawOption>>>,
    /// The option in force.
    pub chosen: Option<Text>,
    /// Where that comes from.
    pub basis: RawBasis,
}

/// One option of an assumption.
#[derive(Clone, Debug)]
pub struct RawOption {
    /// Its name.
    pub name: Text,
    /// Its value; none for a reading.
    pub value: Option<Spanned<Decimal>>,
    /// Its own sources.
    pub sources: Vec<Text>,
}

/// A filter over pledges.
#[derive(Clone, Debug, Default)]
pub struct RawFilter {
    /// Basings.
    pub basing: Vec<Text>,
    /// Domains.
    pub domain: Vec<Text>,
    /// Nations.
    pub nation: Vec<Text>,
}

/// A probability as written.
#[derive(Clone, Debug)]
pub enum RawProbability {
    /// A word of the scale.
    Word(String),
    /// A number.
    Number(Decimal),
    /// A low and a high.
    Range(Decimal, Decimal),
    /// Something else, which was reported.
    Unreadable,
}

/// Outcomes with their probabilities, in the file's order.
pub type RawOutcomes = Vec<(Text, Spanned<RawProbability>)>;

/// One clause of `given`.
#[derive(Clone, Debug)]
pub struct RawClause {
    /// Where it stands.
    pub span: Span,
    /// When it applies; always where it is missing.
    pub when: Option<Expression>,
    /// The probability then.
    pub probability: Option<Spanned<RawProbability>>,
    /// The outcomes' probabilities then.
    pub outcomes: Option<Spanned<RawOutcomes>>,
}

/// How a condition is known to have ended.
#[derive(Clone, Debug)]
pub enum RawHolds {
    /// It holds, or it does not.
    Holds(bool),
    /// One of its outcomes obtains.
    Outcome(String),
}

/// `[conditions.ID]`
#[derive(Clone, Debug)]
pub struct RawCondition {
    /// What charts call it.
    pub label: Option<Text>,
    /// What must happen.
    pub text: Option<Text>,
    /// How likely it is.
    pub probability: Option<Spanned<RawProbability>>,
    /// How likely, depending on others.
    pub given: Option<Spanned<Vec<RawClause>>>,
    /// How likely each way it can end is.
    pub outcomes: Option<Spanned<RawOutcomes>>,
    /// What it cannot hold without.
    pub requires: Option<Expression>,
    /// The outcome where `requires` fails.
    pub otherwise: Option<Text>,
    /// When it will be known.
    pub resolves_by: Option<Spanned<Date>>,
    /// When somebody should look at it again.
    pub review_by: Option<Spanned<Date>>,
    /// How it is known to have ended.
    pub holds: Option<Spanned<RawHolds>>,
    /// Where that comes from.
    pub basis: RawBasis,
}

/// Nations with their parts of a size, in the order of their ids; a part is missing where it could
/// not be read.
pub type RawSplit = Vec<(Text, Option<Spanned<Decimal>>)>;

/// Who pledges.
#[derive(Clone, Debug)]
pub enum RawNations {
    /// One.
    One(Text),
    /// Several without a split.
    Several(Spanned<Vec<Text>>),
    /// Several with their parts of the size.
    Split(Spanned<RawSplit>),
}

/// A size as written.
#[derive(Clone, Debug)]
pub enum RawSize {
    /// `"unknown"`
    Unknown,
    /// A number.
    Fixed(Spanned<Decimal>),
    /// `[low, high]`
    Range(Spanned<Decimal>, Spanned<Decimal>),
    /// `{ low, mode, high }`
    Pert(Spanned<Decimal>, Spanned<Decimal>, Spanned<Decimal>),
    /// `{ share, of }`
    Share(RawShare, Text),
    /// `{ rest = true, of }`
    Rest(Text),
}

/// A share as written.
#[derive(Clone, Debug)]
pub enum RawShare {
    /// A number.
    Number(Spanned<Decimal>),
    /// An assumption whose unit is `share`.
    Assumption(Text),
}

/// `[pledges.ID]`
#[derive(Clone, Debug)]
pub struct RawPledge {
    /// What charts call it.
    pub label: Option<Text>,
    /// Who.
    pub nations: Option<RawNations>,
    /// What kind of contribution.
    pub kind: Option<Text>,
    /// Land, sea, air.
    pub domain: Option<Text>,
    /// Where.
    pub basing: Option<Text>,
    /// What the size counts.
    pub unit: Option<Text>,
    /// How firm.
    pub stage: Option<Text>,
    /// Since when.
    pub on: Option<Spanned<Date>>,
    /// When somebody should look at it again.
    pub review_by: Option<Spanned<Date>>,
    /// The last day on which it stands.
    pub expires: Option<Spanned<Date>>,
    /// On what it depends.
    pub when: Option<Expression>,
    /// What invokes it.
    pub called_by: Option<Expression>,
    /// How much.
    pub size: Option<Spanned<RawSize>>,
    /// What is claimed, in the analyst's words.
    pub claim: Option<Text>,
    /// Where that comes from.
    pub basis: RawBasis,
}

/// `[requirements.ID]`
#[derive(Clone, Debug)]
pub struct RawRequirement {
    /// Whether it asks for something, readable or not.
    pub asks: bool,
    /// What charts call it.
    pub label: Option<Text>,
    /// What must be met.
    pub text: Option<Text>,
    /// How many.
    pub floor: Option<Spanned<Decimal>>,
    /// Of what.
    pub unit: Option<Text>,
    /// Which pledges count towards it.
    pub filter: RawFilter,
    /// What must hold too.
    pub needs: Option<Expression>,
    /// When anyone asks.
    pub asked_when: Option<Expression>,
    /// Where that comes from.
    pub basis: RawBasis,
}
