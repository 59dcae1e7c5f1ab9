//! The table of a verification: each figure exact, sampled, and how far apart they are.

use super::begin_with;
use crate::report::table::{Builder, Kind, Table};
use crate::study::{Verification, Verified};

/// Every figure that was found in both ways.
pub fn verification(verification: &Verification) -> Table {
    let table: Builder<'_, &Verified> =
        begin_with(&verification.scenario, "verification", "a figure found twice");
    table
        .column("figure", Kind::Text, "what is measured", |row| row.figure)
        .column("of", Kind::Text, "of what: ids, or names of totals", |row| row.of.clone())
        .column("when", Kind::Text, "what is given beside `given`", |row| row.given.clone())
        .column("exact", Kind::Amount, "the exact figure", |row| row.comparison.exact)
        .column("sampled", Kind::Amount, "the sampled figure", |row| row.comparison.sampled)
        .column("standard_error", Kind::Amount, "what chance may do to the sampled one", |row| {
            row.comparison.standard_error
        })
        .column("z", Kind::Amount, "their distance in standard errors", |row| row.comparison.z)
        .column("agrees", Kind::Boolean, "whether chance explains the distance", |row| {
            !row.comparison.disagrees()
        })
        .rows(verification.figures.iter())
}
