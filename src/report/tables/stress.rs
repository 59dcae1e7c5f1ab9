//! The table of stress: the worst case if nations withdraw or conditions fail.
//!
//! In: cases. Out: a row for each.

use super::{begin, joined};
use crate::outcomes::Method;
use crate::report::table::{Kind, Table};
use crate::scenario::Scenario;
use crate::study::Finding;
use crate::study::stress::{Case, Failed};

/// The worst cases, in the order in which they were found.
pub(super) fn stress<'a>(finding: &'a Finding, cases: &'a [Case]) -> Table {
    let scenario = &finding.scenario;
    begin(finding, "stress", "what fails, a number of failures and a metric")
        .column(
            "fails",
            Kind::Text,
            "`nations`: each withdraws its pledges and its parts of joint ones, all else stays; blocs \
             do not. `conditions`: each is set not to hold, or to end in an outcome, whatever it \
             requires; not those of which it is known how they ended",
            |row: &&Case| row.fails.word(),
        )
        .column("k", Kind::Whole, "how many fail at most", |row| row.most as u64)
        .column(
            "names",
            Kind::Text,
            "the set that leaves the least: of sets as bad one of the smallest, and of these the first \
             by its ids; empty where no failure makes the figure less",
            |row| row.worst.as_ref().map(|worst| joined(names(scenario, &worst.failures))),
        )
        .column("metric", Kind::Text, "the figure, named as in `diff`", |row| {
            row.metric.name(scenario)
        })
        .column("unit", Kind::Text, "of the figure", |row| row.metric.unit())
        .column("value", Kind::Amount, "the figure where all of `names` fail", |row| {
            row.worst.as_ref().map(|worst| worst.value)
        })
        .column("base", Kind::Amount, "the figure as things are", |row| row.base)
        .column("change", Kind::Amount, "`value` less `base`", |row| {
            Some(row.worst.as_ref()?.value - row.base?)
        })
        .column(
            "alternatives",
            Kind::Whole,
            "how many other sets of as many are as bad; empty where the budget does not suffice to \
             count them",
            |row| row.worst.as_ref().and_then(|worst| worst.others),
        )
        .column(
            "method",
            Kind::Text,
            "`exact`: no set of at most `k` is worse; `unknown` where the budget does not suffice to \
             prove that; empty where there is no figure, or none of a set that may be the worst, \
             because a probability is missing",
            |row| match &row.worst {
                Some(_) => Some(Method::Exact.word()),
                None => row.over_budget.then_some("unknown"),
            },
        )
        .rows(cases)
}

/// Ids as other tables write them.
pub(crate) fn names(scenario: &Scenario, failures: &[Failed]) -> Vec<String> {
    let name = |failed: &Failed| match *failed {
        Failed::Nation(nation) => scenario.nations.id(nation).to_owned(),
        Failed::Condition(condition, option) => scenario.literal(condition, option),
    };
    failures.iter().map(name).collect()
}
