//! The tables of the report, in the order in which `run` writes them.
//!
//! In: a `Finding`, and for `comparison` and `history` what is beside it. Out: `Table`s. The first columns of every
//! table are `scenario, as_of, given, variant`, so that runs pasted into one sheet can be told
//! apart. Undefined figures are empty cells, never 0.

pub mod comparison;
mod conditions;
mod deciding;
pub mod diff;
mod drivers;
mod forces;
mod grounds;
mod history;
mod pledges;
pub(crate) mod stress;
pub mod sweep;
mod verification;
pub(crate) mod waterfall;

use super::table::{Builder, Kind, Table, Value};
use crate::evaluate::Parts;
use crate::scenario::Scenario;
use crate::study::{self, Beside, Finding};
pub(crate) use conditions::gate_axes;
pub(crate) use drivers::response;
pub use forces::{DEFAULT_STEP, headline};
pub(crate) use grounds::{Ground, Resting, claims_of_size, resting};
pub use history::by_date;
pub(crate) use history::{figures as history_figures, states, what_changed};
pub(crate) use pledges::size_in_words;
pub use verification::verification;

/// The tables by name.
#[derive(Clone, Copy, Debug, Eq, PartialEq, clap::ValueEnum)]
pub enum Name {
    /// Every combination of conditions
    Worlds,
    /// The distinct forces
    Outcomes,
    /// Nation by domain and basing
    Posture,
    /// From the headline to what is sustained
    Waterfall,
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
    /// What setting each condition changes
    Drivers,
    /// What is enough for each requirement
    Unlock,
    /// What rules each requirement out
    Block,
    /// The worst case if nations withdraw or conditions fail
    Stress,
    /// The pledges as of the date
    Ledger,
    /// What everything rests on
    Evidence,
    /// What the headline rests on
    Grounds,
    /// Each option of each assumption, each contested stage
    Comparison,
    /// The figures on each date on which something changed
    History,
}

impl Name {
    /// The results that the table is made of.
    pub fn parts(self) -> Parts {
        let none = Parts::default();
        match self {
            Self::Worlds => Parts { worlds: true, ..none },
            Self::Outcomes => Parts { forces: true, ..none },
            Self::Posture => Parts { cells: true, ..none },
            Self::Waterfall => Parts { contributors: true, ..none },
            Self::Grounds | Self::Stress => none,
            Self::Totals => Parts { totals: true, ranges: true, ..none },
            Self::Distribution => Parts { totals: true, ..none },
            Self::Requirements => Parts { requirements: true, ranges: true, ..none },
            Self::Conditions => Parts { marginals: true, gates: true, responses: true, ..none },
            Self::Gates => Parts { gates: true, ..none },
            Self::Drivers => Parts { marginals: true, responses: true, ranges: true, ..none },
            Self::Unlock => Parts { unlock: true, ..none },
            Self::Block => Parts { block: true, ..none },
            Self::Ledger | Self::Evidence => Parts { marginals: true, ..none },
            Self::Comparison => Parts { totals: true, requirements: true, ..none },
            Self::History => study::HISTORY,
        }
    }
}

/// Builds one table of a finding; `comparison`, `history` and the ledger look at what is
/// beside it.
pub fn table(name: Name, finding: &Finding, beside: &Beside, step: u64) -> Table {
    match name {
        Name::Worlds => forces::worlds(finding),
        Name::Outcomes => forces::outcomes(finding),
        Name::Posture => forces::posture(finding),
        Name::Waterfall => waterfall::waterfall(finding),
        Name::Totals => forces::totals(finding),
        Name::Distribution => forces::distribution(finding, step),
        Name::Requirements => forces::requirements(finding),
        Name::Conditions => conditions::conditions(finding),
        Name::Gates => conditions::gates(finding),
        Name::Drivers => drivers::drivers(finding, beside.break_even.as_ref()),
        Name::Unlock => deciding::unlock(finding),
        Name::Block => deciding::block(finding),
        Name::Stress => stress::stress(finding, &beside.stress),
        Name::Ledger => pledges::ledger(finding, beside.since.as_ref()),
        Name::Evidence => pledges::evidence(finding),
        Name::Grounds => grounds::grounds(finding),
        Name::Comparison => {
            comparison::comparison(&comparison::compared(finding, &beside.variants))
        }
        Name::History => history::history(finding, &beside.earlier),
    }
}

/// The table of all worlds without its rows, which are written as they are listed.
pub fn all_worlds(scenario: &Scenario, relevant: &[usize]) -> Table {
    let number = "number in the order of the combinations";
    forces::world_columns(scenario, relevant, number).rows([])
}

/// The first cells, which all rows of all tables of a scenario share.
pub(super) fn common_cells(scenario: &Scenario) -> Vec<Value> {
    begin_with(scenario, "", "").rows([()]).rows.concat()
}

/// Begins a table with the columns that tell runs apart.
fn begin<'a, R>(finding: &'a Finding, name: &'static str, row_is: &'static str) -> Builder<'a, R> {
    begin_with(&finding.scenario, name, row_is)
}

/// The same, of a scenario.
pub(super) fn begin_with<'a, R>(
    scenario: &'a Scenario,
    name: &'static str,
    row_is: &'static str,
) -> Builder<'a, R> {
    Builder::new(name, row_is)
        .column("scenario", Kind::Text, "id of the scenario", |_| scenario.id.as_str())
        .column("as_of", Kind::Date, "date of the knowledge", |_| scenario.as_of)
        .column("given", Kind::Text, "what is taken as given", |_| scenario.given_text())
        .column("variant", Kind::Text, "options or settings that differ from the file", |_| {
            scenario.variant()
        })
}

/// The meaning of the columns that say how a figure was found.
const FOUND: &str = "how it was found: exact or sampled";

/// The meaning of the columns that say so of two figures in a row.
const BOTH_FOUND: &str = "how they were found: exact, sampled, or exact and sampled where \
     `probability` and `probability_when_asked` differ in that";

/// The meaning of the columns that say by how much chance may have moved a figure.
const ERROR: &str = "of sampled figures; empty where exact";

/// A metric's name as people read it in a column of requirements.
fn briefly(metric: &str) -> String {
    metric.trim_start_matches("requirement.").replace(".when_asked", " when asked")
}

/// Ids in one cell.
fn joined<S: AsRef<str>>(ids: impl IntoIterator<Item = S>) -> String {
    let ids: Vec<String> = ids.into_iter().map(|id| id.as_ref().to_owned()).collect();
    ids.join("; ")
}
