//! Tables of what was said: the ledger and the evidence.

use super::conditions::reasons;
use super::{FOUND, begin, joined};
use crate::outcomes::Method;
use crate::report::changes::Changes;
use crate::report::table::{Builder, Kind, Table, Value};
use crate::scenario::{Basis, Claim, Pledge, Scenario, TROOPS};
use crate::study::Finding;

/// A pledge by its dense id.
type Row<'a> = (usize, &'a str, &'a Pledge);

/// The pledges as they stood on the date; those that changed, where an earlier state is given.
pub(super) fn ledger(finding: &Finding, since: Option<&Scenario>) -> Table {
    let scenario = &finding.scenario;
    let entries = scenario.pledges.iter().enumerate();
    let rows = entries.map(|(index, (id, pledge))| (index, id, pledge));
    let changes = move |row: &Row<'_>| {
        since.map(|old| joined(Changes { old, new: scenario }.of_pledge(row.0)))
    };
    let wanted = move |row: &Row<'_>| changes(row).is_none_or(|told| !told.is_empty());
    let table = begin(finding, "ledger", "a pledge as of the date")
        .column("pledge", Kind::Text, "id of the pledge", |(_, id, _): &Row<'_>| *id)
        .column("nations", Kind::Text, "who pledges", |(_, _, pledge)| nations(scenario, pledge))
        .column("kind", Kind::Text, "kind of contribution", |(_, _, pledge)| pledge.kind.word())
        .column("domain", Kind::Text, "domain", |(_, _, pledge)| pledge.domain.word())
        .column("basing", Kind::Text, "id of the basing", |(_, _, pledge)| {
            scenario.basing_id(pledge.basing)
        })
        .column("unit", Kind::Text, "what the size counts", |(_, _, pledge)| pledge.unit.as_str());
    let table = with_what_it_is_worth(with_how_firm(table, scenario), finding);
    with_what_changed(table, scenario, changes)
        .column("claim", Kind::Text, "what is claimed", |(_, _, pledge)| pledge.claim.clone())
        .column("grade", Kind::Text, "Admiralty grades of its evidence", |(_, _, pledge)| {
            joined(grades(scenario, &pledge.basis))
        })
        .column("hearsay", Kind::Boolean, "none of its nations is on record", |(_, _, pledge)| {
            scenario.is_hearsay(pledge)
        })
        .column("assumed", Kind::Text, "what is assumed, and why", |(_, _, pledge)| {
            reasons(&pledge.basis.assumed)
        })
        .rows(rows.filter(|row| row.2.known && wanted(row)))
}

fn with_how_firm<'a>(table: Builder<'a, Row<'a>>, scenario: &'a Scenario) -> Builder<'a, Row<'a>> {
    table
        .column("stage", Kind::Text, "how firm", |(_, _, pledge)| pledge.stage.word())
        .column("stage_date", Kind::Date, "since when, or first reported", |(_, _, pledge)| {
            scenario.stage_date(pledge)
        })
        .column(
            "stages_claimed",
            Kind::Text,
            "stages that sources claim since then",
            |(_, _, pledge)| {
                joined(scenario.stages_claimed(pledge).iter().map(|stage| stage.word()))
            },
        )
        .column(
            "counted",
            Kind::Boolean,
            "whether its stage counts; without a size it still adds nothing",
            |(_, _, pledge)| scenario.counts(pledge),
        )
}

fn with_what_it_is_worth<'a>(
    table: Builder<'a, Row<'a>>,
    finding: &'a Finding,
) -> Builder<'a, Row<'a>> {
    let size = |row: &Row<'_>| finding.outcomes.sizes[row.0].clone();
    table
        .column("size_low", Kind::Amount, "smallest size", move |row| size(row).map(|s| s.low))
        .column("size_central", Kind::Amount, "mean size", move |row| size(row).map(|s| s.central))
        .column("size_high", Kind::Amount, "largest size", move |row| size(row).map(|s| s.high))
        .column("formula", Kind::Text, "on what it depends", |(_, _, pledge)| {
            pledge.when.text.as_str()
        })
        .column("called_by", Kind::Text, "what invokes it", |(_, _, pledge)| {
            pledge.called_by.as_ref().map(|stated| stated.text.clone())
        })
        .column("probability", Kind::Probability, "probability that it is active", |(i, _, _)| {
            finding.outcomes.active[*i].map(|active| active.value)
        })
        .column("method", Kind::Text, FOUND, |(i, _, _)| {
            finding.outcomes.active[*i].map(|active| Method::of(active.standard_error).word())
        })
}

fn with_what_changed<'a>(
    table: Builder<'a, Row<'a>>,
    scenario: &'a Scenario,
    since: impl Fn(&Row<'_>) -> Option<String> + 'a,
) -> Builder<'a, Row<'a>> {
    table
        .column("last_change", Kind::Date, "when it last changed, or began", |(_, _, pledge)| {
            scenario.last_change(pledge)
        })
        .column(
            "changed",
            Kind::Text,
            "keys that changed then; with --since, all that did",
            move |row| {
                let last = || row.2.basis.changes.last().map(|change| joined(&change.keys));
                since(row).or_else(last)
            },
        )
        .column("age_days", Kind::Whole, "days since it last changed", |(_, _, pledge)| {
            age(scenario, pledge)
        })
        .column("review_by", Kind::Date, "when to look at it again", |(_, _, pledge)| {
            pledge.review_by
        })
        .column("expires", Kind::Date, "the last day on which it stands", |(_, _, pledge)| {
            pledge.expires
        })
        .column("overdue", Kind::Text, "what is past its date", |(_, _, pledge)| {
            overdue(scenario, pledge)
        })
}

fn nations(scenario: &Scenario, pledge: &Pledge) -> String {
    joined(pledge.nations.iter().map(|member| scenario.nations.id(member.nation)))
}

/// What of a pledge is past its date.
fn overdue(scenario: &Scenario, pledge: &Pledge) -> Option<&'static str> {
    if pledge.expired {
        return Some("expired");
    }
    pledge.review_by.is_some_and(|date| date < scenario.as_of).then_some("review due")
}

fn grades(scenario: &Scenario, basis: &Basis) -> Vec<String> {
    let shown = scenario.shown(basis);
    let mut grades: Vec<String> = shown.map(|claim| scenario.grade(claim)).collect();
    grades.retain(|grade| !grade.is_empty());
    grades.sort();
    grades.dedup();
    grades
}

fn age(scenario: &Scenario, pledge: &Pledge) -> Option<u64> {
    let days = scenario.as_of.since(scenario.last_change(pledge)?).ok()?.get_days();
    u64::try_from(days).ok()
}

/// One thing that an entry rests on.
enum Ground<'a> {
    Claim(&'a Claim),
    Reason { key: &'a str, reason: &'a str, of_source: Option<usize> },
}

/// Everything that values rest on: claims of sources, and reasons for what is assumed.
pub(super) fn evidence(finding: &Finding) -> Table {
    type Row<'a> = (String, Ground<'a>);
    let scenario = &finding.scenario;
    let claim = |row: &Row<'_>| match &row.1 {
        Ground::Claim(claim) => Some((*claim).clone()),
        Ground::Reason { .. } => None,
    };
    let named = |row: &Row<'_>| match &row.1 {
        Ground::Claim(claim) => Some(claim.source),
        Ground::Reason { of_source, .. } => *of_source,
    };
    let source = move |row: &Row<'_>| named(row).map(|index| scenario.sources.at(index));
    let table: Builder<'_, Row<'_>> =
        begin(finding, "evidence", "a claim of a source, or a reason for what is assumed");
    table
        .column("entry", Kind::Text, "section and id of the entry", |(entry, _)| entry.clone())
        .column("key", Kind::Text, "key it is about; empty: the whole entry", |row| match &row.1 {
            Ground::Claim(claim) => Value::from(joined(&claim.keys)),
            Ground::Reason { key, .. } => Value::from(*key),
        })
        .column("source", Kind::Text, "id of the source", move |row| {
            named(row).map(|index| scenario.sources.id(index))
        })
        .column("source_title", Kind::Text, "what the source reports", move |row| {
            source(row).and_then(|source| source.title.clone())
        })
        .column("publisher", Kind::Text, "who published it", move |row| {
            source(row).and_then(|source| source.publisher.clone())
        })
        .column("published", Kind::Date, "when", move |row| {
            source(row).and_then(|source| source.published)
        })
        .column("url", Kind::Text, "where it can be read", move |row| {
            source(row).and_then(|source| source.url.clone())
        })
        .column("file", Kind::Text, "its name in the archive of sources", move |row| {
            source(row).and_then(|source| source.file.clone())
        })
        .column("by", Kind::Text, "who said it", move |row| claim(row).and_then(|c| c.by))
        .column("quote", Kind::Text, "the phrase", move |row| claim(row).and_then(|c| c.quote))
        .column("grade", Kind::Text, "Admiralty grade", move |row| match &row.1 {
            Ground::Claim(claim) => Some(scenario.grade(claim)),
            Ground::Reason { .. } => source(row)?.reliability.map(String::from),
        })
        .column("stage", Kind::Text, "the stage that it claims", move |row| {
            claim(row).and_then(|claim| claim.stage).map(|stage| stage.word().to_owned())
        })
        .column("assumed_reason", Kind::Text, "why it is assumed", |row| match &row.1 {
            Ground::Reason { reason, .. } => Value::from(*reason),
            Ground::Claim(_) => Value::Empty,
        })
        .rows(grounds(scenario))
}

fn grounds(scenario: &Scenario) -> Vec<(String, Ground<'_>)> {
    let mut rows = Vec::new();
    for (id, source) in scenario.known_sources() {
        let of_source = scenario.sources.index(id);
        rows.extend(source.assumed.iter().map(|(key, reason)| {
            (format!("sources.{id}"), Ground::Reason { key, reason, of_source })
        }));
    }
    for (entry, basis) in scenario.bases() {
        push(&mut rows, scenario, &entry, basis);
        let id = entry.strip_prefix("assumptions.").and_then(|id| scenario.assumptions.index(id));
        for option in id.into_iter().flat_map(|id| &scenario.assumptions.at(id).options) {
            let entry = format!("{entry}.options.{}", option.name);
            let shown = option.claims.iter().filter(|claim| scenario.shows(claim));
            rows.extend(shown.map(|claim| (entry.clone(), Ground::Claim(claim))));
        }
    }
    rows
}

fn push<'a>(
    rows: &mut Vec<(String, Ground<'a>)>,
    scenario: &Scenario,
    entry: &str,
    basis: &'a Basis,
) {
    let shown = scenario.shown(basis);
    rows.extend(shown.map(|claim| (entry.to_owned(), Ground::Claim(claim))));
    rows.extend(
        basis.assumed.iter().map(|(key, reason)| {
            (entry.to_owned(), Ground::Reason { key, reason, of_source: None })
        }),
    );
}

/// The size of a pledge in words: `12,000 troops`, `size unknown`.
pub(crate) fn size_in_words(finding: &Finding, pledge: usize) -> String {
    let entry = finding.scenario.pledges.at(pledge);
    let unit = if entry.unit.is_empty() { TROOPS } else { &entry.unit };
    match &finding.outcomes.sizes[pledge] {
        Some(size) if size.low == size.high => {
            format!("{} {unit}", super::super::words::thousands(size.central))
        }
        Some(size) => format!("about {} {unit}", super::super::words::thousands(size.central)),
        None => "no size stated".to_owned(),
    }
}
