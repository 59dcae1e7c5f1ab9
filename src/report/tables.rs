//! The tables of the report, in the order in which `run` writes them.
//!
//! In: a `Finding` (and its variants for `comparison`). Out: `Table`s. The first columns of every
//! table are `scenario, as_of, given, variant`, so that runs pasted into one sheet can be told
//! apart. Undefined figures are empty cells, never 0.

pub mod comparison;
mod conditions;
mod forces;
mod pledges;

use super::table::{Builder, Kind, Table};
use crate::study::{Finding, Variant};
pub(crate) use conditions::gate_axes;
pub use forces::{DEFAULT_STEP, headline};
pub(crate) use pledges::{size_in_words, stages_claimed};

/// The tables by name.
#[derive(Clone, Copy, Debug, Eq, PartialEq, clap::ValueEnum)]
pub enum Name {
    /// Every combination of conditions
    Worlds,
    /// The distinct forces
    Outcomes,
    /// Nation by domain and basing
    Posture,
    /// The totals
    Totals,
    /// The distribution of each total
    Distribution,
    /// The requirements
    Requirements,
    /// The conditions
    Conditions,
    /// What waits for what
    Gates,
    /// The pledges as of the date
    Ledger,
    /// What everything rests on
    Evidence,
    /// Each option of each assumption
    Comparison,
}

/// Builds one table of a finding; only `comparison` looks at the variants.
pub fn table(name: Name, finding: &Finding, variants: &[Variant], step: u64) -> Table {
    match name {
        Name::Worlds => forces::worlds(finding),
        Name::Outcomes => forces::outcomes(finding),
        Name::Posture => forces::posture(finding),
        Name::Totals => forces::totals(finding),
        Name::Distribution => forces::distribution(finding, step),
        Name::Requirements => forces::requirements(finding),
        Name::Conditions => conditions::conditions(finding),
        Name::Gates => conditions::gates(finding),
        Name::Ledger => pledges::ledger(finding),
        Name::Evidence => pledges::evidence(finding),
        Name::Comparison => comparison::comparison(&comparison::compared(finding, variants)),
    }
}

/// Begins a table with the columns that tell runs apart.
fn begin<'a, R>(finding: &'a Finding, name: &'static str, row_is: &'static str) -> Builder<'a, R> {
    let scenario = &finding.scenario;
    Builder::new(name, row_is)
        .column("scenario", Kind::Text, "id of the scenario", |_| scenario.id.as_str())
        .column("as_of", Kind::Date, "date of the knowledge", |_| scenario.as_of)
        .column("given", Kind::Text, "what is taken as given", |_| finding.given())
        .column("variant", Kind::Text, "options or settings that differ from the file", |_| {
            finding.variant()
        })
}

/// Ids in one cell.
fn joined<S: AsRef<str>>(ids: impl IntoIterator<Item = S>) -> String {
    let ids: Vec<String> = ids.into_iter().map(|id| id.as_ref().to_owned()).collect();
    ids.join("; ")
}
