//! The ledger of a brief.
//!
//! In: a `Finding`. Out: a [`Grid`] with a row for each pledge that was known on the date.

use super::grids::{Cell, Cells, Grid, Head};
use crate::report::table::Value;
use crate::report::tables::{Name, size_in_words};
use crate::report::wording::{day, formula_in_words, pledge_name};
use crate::scenario::{Stage, UNSTATED};
use crate::study::Finding;

/// The pledges as they stood on the date.
pub(super) fn ledger(finding: &Finding) -> Grid {
    let scenario = &finding.scenario;
    let known = (0..scenario.pledges.len()).filter(|at| scenario.pledges.at(*at).known);
    let cells = Cells::new(Name::Ledger, finding);
    let rows = known.zip(cells.rows()).map(|(at, row)| ledger_row(finding, at, &cells, row));
    Grid {
        caption: format!("Every pledge as of {}", day(scenario.as_of)),
        heads: vec![
            Head::words("Pledge"),
            Head::words("Who"),
            Head::words("How firm"),
            Head::words("What"),
            Head::words("Waits for"),
            Head::number("Active"),
            Head::words("Grade"),
        ],
        rows: rows.collect(),
        note: "Where no number stands, no size is stated.".to_owned(),
    }
}

fn ledger_row(finding: &Finding, at: usize, cells: &Cells, row: &[Value]) -> Vec<Cell> {
    let scenario = &finding.scenario;
    let pledge = scenario.pledges.at(at);
    let nations = pledge.nations.iter().map(|member| scenario.nations.at(member.nation));
    let names: Vec<&str> = nations.map(|nation| nation.name.as_str()).collect();
    let claimed = scenario.stages_claimed(pledge).into_iter().filter(|own| *own != pledge.stage);
    let claimed: Vec<&str> = claimed.map(Stage::word).collect();
    let contested =
        if claimed.is_empty() { String::new() } else { format!("or {}", claimed.join(", ")) };
    let since = scenario.stage_date(pledge).map(|date| date.to_string()).unwrap_or_default();
    let domain = Some(pledge.domain.word()).filter(|word| *word != UNSTATED);
    let basing = pledge.basing.map(|basing| scenario.basings.at(basing).name.as_str());
    let (kind, place) = (pledge.kind.word(), joined([domain, basing].into_iter().flatten()));
    let size = finding.outcomes.sizes.get(at).and_then(Option::as_ref);
    let called =
        pledge.called_by.as_ref().map(|by| format!("invoked by {}", formula_in_words(&by.text)));
    let waits = Some(&pledge.when.text).filter(|text| *text != "true");
    let [claim, called] = [pledge.claim.clone(), called].map(Option::unwrap_or_default);
    vec![
        Cell { text: pledge_name(scenario, at), detail: claim },
        Cell::from(names.join(", ")),
        Cell { text: joined([pledge.stage.word(), &contested]), detail: since },
        match size {
            Some(_) => {
                Cell { text: size_in_words(finding, at), detail: joined([kind, place.as_str()]) }
            }
            None => Cell { text: kind.to_owned(), detail: place },
        },
        Cell {
            text: waits.map_or("nothing".to_owned(), |text| formula_in_words(text)),
            detail: called,
        },
        Cell::from(cells.get(row, "probability")),
        Cell::from(cells.get(row, "grade")),
    ]
}

/// What is not empty, behind commas.
fn joined<'a>(parts: impl IntoIterator<Item = &'a str>) -> String {
    let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    parts.join(", ")
}
