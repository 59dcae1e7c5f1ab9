//! The chart of the ledger: who offered what, in which domain, how firmly.
//!
//! In: a `Finding`. Out: a `LedgerChart`. Every known pledge of a nation is in one cell of its row; a refusal in one domain
//! beside an offer in another is no contradiction, two stages claimed for one pledge are.

use super::frame;
use crate::report::chart::{LedgerChart, LedgerEntry, LedgerMark, LedgerRow};
use crate::report::wording::{self, day};
use crate::report::words::{capitalised, thousands};
use crate::scenario::{Domain, Kind, Nation, Pledge, Scenario, Stage};
use crate::study::Finding;
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// A pledge of one of its nations.
#[derive(Clone, Copy)]
struct Offer<'a> {
    pledge: &'a Pledge,
    /// The nation's mean part of its size.
    part: Option<f64>,
    /// Whether that part is a mean of several values.
    about: bool,
}

impl Offer<'_> {
    /// Whether it is on the ladder and has not run out.
    fn stands(&self) -> bool {
        self.pledge.stage.on_ladder() && !self.pledge.expired
    }
}

/// A nation and what it offers.
struct Party<'a> {
    index: usize,
    nation: &'a Nation,
    offers: Vec<Offer<'a>>,
}

pub(super) fn ledger(finding: &Finding) -> LedgerChart {
    let scenario = &finding.scenario;
    let parties = parties(finding);
    let occurs = |domain: &Domain| {
        let mut offers = parties.iter().flat_map(|party| &party.offers);
        offers.any(|offer| offer.pledge.domain == *domain)
    };
    let domains: Vec<Domain> = Domain::ALL.iter().copied().filter(occurs).collect();
    let rows: Vec<LedgerRow> = parties.iter().map(|party| row(scenario, party, &domains)).collect();
    let headline = headline(scenario, &parties);
    let counted = match scenario.counts_from {
        Stage::Floated => String::new(),
        stage => format!("; counted from {stage} up"),
    };
    let lines = rows.iter().flat_map(|row| row.by_kind.iter().map(Vec::len)).sum::<usize>();
    let several = lines < parties.iter().map(|party| party.offers.len()).sum();
    let several = if several { "; (2): two pledges, +1: one more, less firm" } else { "" };
    let subtitle = format!(
        "Pledges as of {}, by nation and domain; sizes are each nation's part{several}{counted}",
        day(scenario.as_of)
    );
    let description = format!("{headline}. {}", told(&rows, &domains));
    LedgerChart {
        frame: frame(scenario, None, [headline, subtitle, description]),
        rungs: ladder().map(|stage| stage.to_string()).collect(),
        columns: domains.iter().map(|domain| column_name(*domain)).collect(),
        rows,
    }
}

fn ladder() -> impl Iterator<Item = Stage> {
    Stage::ALL.iter().copied().filter(|stage| stage.on_ladder())
}

fn column_name(domain: Domain) -> String {
    capitalised(domain.word())
}

/// The nations with known pledges: the firmest first, then the largest.
fn parties(finding: &Finding) -> Vec<Party<'_>> {
    let scenario = &finding.scenario;
    let mut parties: BTreeMap<usize, Party<'_>> = BTreeMap::new();
    for (index, (_, pledge)) in scenario.pledges.iter().enumerate().filter(|(_, (_, p))| p.known) {
        let size = finding.outcomes.sizes[index].as_ref();
        for (position, member) in pledge.nations.iter().enumerate() {
            let offer = Offer {
                pledge,
                part: size.and_then(|size| size.parts.get(position).copied()),
                about: size.is_some_and(|size| size.low < size.high),
            };
            let index = member.nation;
            let nation = scenario.nations.at(index);
            let party = parties.entry(index).or_insert(Party { index, nation, offers: Vec::new() });
            party.offers.push(offer);
        }
    }
    let mut parties: Vec<Party<'_>> = parties.into_values().collect();
    parties.sort_by(|left, right| {
        let rank = |party: &Party<'_>| (Reverse(party.firmest()), party.nation.bloc);
        let order = rank(left).cmp(&rank(right)).then(right.troops().total_cmp(&left.troops()));
        order.then(left.index.cmp(&right.index))
    });
    parties
}

impl Party<'_> {
    /// Its firmest stage on the ladder.
    fn firmest(&self) -> Option<Stage> {
        self.offers.iter().filter(|offer| offer.stands()).map(|offer| offer.pledge.stage).max()
    }

    /// The mean troops that it offers.
    fn troops(&self) -> f64 {
        let offers = self
            .offers
            .iter()
            .filter(|offer| offer.stands() && offer.pledge.unit == crate::scenario::TROOPS);
        offers.filter_map(|offer| offer.part).sum()
    }

    /// Whether it is on a rung or above, by every stage that sources claim or by any.
    fn reaches(&self, scenario: &Scenario, rung: Stage, by_every: bool) -> bool {
        self.offers.iter().any(|offer| {
            let claimed = scenario.stages_claimed(offer.pledge);
            let stands = !offer.pledge.expired;
            let reaches = |stage: &Stage| stands && stage.on_ladder() && *stage >= rung;
            if by_every { claimed.iter().all(reaches) } else { claimed.iter().any(reaches) }
        })
    }
}

fn row(scenario: &Scenario, party: &Party<'_>, domains: &[Domain]) -> LedgerRow {
    let cells = |brief: bool| {
        let cell = |domain: &Domain| {
            let offers = party.offers.iter().filter(|offer| offer.pledge.domain == *domain);
            entries(scenario, offers, brief)
        };
        domains.iter().map(cell).collect()
    };
    let bloc = if party.nation.bloc { " (bloc)" } else { "" };
    LedgerRow {
        label: format!("{}{bloc}", party.nation.name),
        bloc: party.nation.bloc,
        by_kind: cells(false),
        brief: cells(true),
    }
}

/// What shares a line: the kind other than force, whether it ran out, the stage where it is off the ladder.
type Group<'a> = (Option<&'a str>, bool, Option<Stage>);

/// The lines of a cell: a kind each, or briefly force and what is not; refusals, withdrawals and what ran out apart.
fn entries<'a>(
    scenario: &Scenario,
    offers: impl Iterator<Item = &'a Offer<'a>>,
    brief: bool,
) -> Vec<LedgerEntry> {
    let mut groups: BTreeMap<Group<'_>, Vec<Offer<'_>>> = BTreeMap::new();
    for offer in offers {
        let Pledge { kind, stage, .. } = offer.pledge;
        let name = if brief { "other" } else { kind.word() };
        let name = (*kind != Kind::Force).then_some(name);
        let key = (name, offer.pledge.expired, (!stage.on_ladder()).then_some(*stage));
        groups.entry(key).or_default().push(*offer);
    }
    groups.iter().map(|((name, ..), offers)| entry(scenario, *name, offers)).collect()
}

/// A line: "declared / committed, 6,000 troops", "guarantee: declared (2) · floated".
fn entry(scenario: &Scenario, kind: Option<&str>, offers: &[Offer<'_>]) -> LedgerEntry {
    let mut stages: Vec<Stage> = offers.iter().map(|offer| offer.pledge.stage).collect();
    stages.sort_unstable_by(|left, right| right.cmp(left));
    stages.dedup();
    let at = |stage: Stage| {
        let own = offers.iter().copied().filter(move |offer| offer.pledge.stage == stage);
        own.collect::<Vec<_>>()
    };
    let firmest = stages.first().copied().unwrap_or(Stage::Floated);
    let leading = at(firmest);
    let contested = offers.iter().any(|offer| scenario.stages_claimed(offer.pledge).len() > 1);
    let prefix = kind.map(|kind| format!("{kind}: ")).unwrap_or_default();
    let pieces = stages.iter().map(|stage| {
        let own = at(*stage);
        numbered(with_size(&claims(scenario, *stage, &own), &own), own.len())
    });
    let full = format!("{prefix}{}", pieces.collect::<Vec<_>>().join(" · "));
    let others = match offers.len() - leading.len() {
        0 => String::new(),
        others => format!(" +{others}"),
    };
    let short = numbered(with_size(firmest.word(), &leading), leading.len());
    let size = sizes(&leading);
    let least = match kind {
        Some(kind) => numbered(kind.to_owned(), offers.len()),
        None if size.is_empty() || contested || !firmest.on_ladder() => firmest.to_string(),
        None => size,
    };
    let texts = [full, format!("{prefix}{short}{others}"), least];
    let expired = offers.iter().all(|offer| offer.pledge.expired);
    LedgerEntry {
        mark: if expired { LedgerMark::Withdrawn } else { mark(scenario, firmest, offers) },
        force: kind.is_none(),
        contested: contested && !expired,
        hearsay: leading.iter().all(|offer| scenario.is_hearsay(offer.pledge)),
        texts: if expired { texts.map(|text| format!("ran out: {text}")) } else { texts },
    }
}

/// The firmest rung by every source, and by those that claim most for any of the pledges.
fn mark(scenario: &Scenario, firmest: Stage, offers: &[Offer<'_>]) -> LedgerMark {
    match firmest {
        Stage::Refused => return LedgerMark::Refused,
        Stage::Withdrawn => return LedgerMark::Withdrawn,
        _ => {}
    }
    let rung = |stage: Stage| ladder().position(|own| own == stage).map_or(0, |at| at + 1);
    let claimed = offers.iter().map(|offer| {
        let stages = scenario.stages_claimed(offer.pledge);
        let rungs: Vec<usize> = stages.into_iter().map(rung).collect();
        (rungs.iter().copied().min().unwrap_or(0), rungs.iter().copied().max().unwrap_or(0))
    });
    let (sure, most) =
        claimed.fold((0, 0), |(sure, most), (low, high)| (sure.max(low), most.max(high)));
    LedgerMark::Rung(sure, most)
}

/// A stage and those that sources claim instead: "declared / committed".
fn claims(scenario: &Scenario, stage: Stage, offers: &[Offer<'_>]) -> String {
    let mut claimed: Vec<Stage> =
        offers.iter().flat_map(|offer| scenario.stages_claimed(offer.pledge)).collect();
    claimed.retain(|other| *other != stage);
    claimed.sort_unstable();
    claimed.dedup();
    claimed.iter().fold(stage.to_string(), |text, other| format!("{text} / {other}"))
}

/// "declared, 6,000 troops".
fn with_size(stage: &str, offers: &[Offer<'_>]) -> String {
    let size = sizes(offers);
    if size.is_empty() { stage.to_owned() } else { format!("{stage}, {size}") }
}

/// "about 6,000 troops", each unit on its own; nothing where no size is stated.
fn sizes(offers: &[Offer<'_>]) -> String {
    let mut sums: BTreeMap<&str, (f64, bool)> = BTreeMap::new();
    for offer in offers {
        if let Some(part) = offer.part {
            let sum = sums.entry(&offer.pledge.unit).or_insert((0.0, false));
            *sum = (sum.0 + part, sum.1 || offer.about);
        }
    }
    let sizes = sums.iter().map(|(unit, (sum, about))| {
        format!("{}{} {unit}", if *about { "about " } else { "" }, thousands(*sum))
    });
    sizes.collect::<Vec<_>>().join(", ")
}

/// "guarantee (2)"; no number for one.
fn numbered(text: String, pledges: usize) -> String {
    if pledges > 1 { format!("{text} ({pledges})") } else { text }
}

/// The rows in words.
fn told(rows: &[LedgerRow], domains: &[Domain]) -> String {
    let row = |row: &LedgerRow| {
        let cells = domains.iter().zip(&row.by_kind).filter(|(_, entries)| !entries.is_empty());
        let cells = cells.map(|(domain, entries)| {
            let texts: Vec<&str> = entries.iter().map(|entry| &*entry.texts[0]).collect();
            format!("{domain}: {}", texts.join("; "))
        });
        format!("{}, {}.", row.label, cells.collect::<Vec<_>>().join("; "))
    };
    rows.iter().map(row).collect::<Vec<_>>().join(" ")
}

/// How many nations have got how far: "2 of 8 nations have committed anything; none is mandated". Where sources claim
/// stages that would change the number, both ends of it.
fn headline(scenario: &Scenario, parties: &[Party<'_>]) -> String {
    let nations: Vec<&Party<'_>> = parties.iter().filter(|party| !party.nation.bloc).collect();
    let (noun, among) =
        if nations.is_empty() { ("bloc", parties.iter().collect()) } else { ("nation", nations) };
    let reach = |rung: Stage, by_every: bool| {
        among.iter().filter(|party| party.reaches(scenario, rung, by_every)).count()
    };
    let rungs: Vec<Stage> = ladder().collect();
    let top = rungs.into_iter().rev().find(|rung| reach(*rung, false) > 0);
    let top = top.map(|rung| (rung, reach(rung, true), reach(rung, false)));
    match among.as_slice() {
        [] => "No pledge is known".to_owned(),
        [one] => {
            let full = one_alone(&one.nation.name, top);
            wording::headline(full, || capitalised(&one_alone(&format!("the one {noun}"), top)))
        }
        several => several_of(noun, several.len(), top),
    }
}

/// The headline about a single nation: the firmest stage that anybody claims, and by how many.
fn one_alone(name: &str, top: Option<(Stage, usize, usize)>) -> String {
    match top {
        None => format!("{name} offers nothing"),
        Some((Stage::Committed, 0, _)) => format!("Whether {name} has committed is contested"),
        Some((Stage::Mandated, 0, _)) => format!("Whether {name} has a mandate is contested"),
        Some((Stage::Deployed, 0, _)) => format!("Whether {name} has deployed is contested"),
        Some((Stage::Committed, ..)) => {
            format!("{name} has committed something but has no mandate")
        }
        Some((Stage::Mandated, ..)) => format!("{name} has a mandate but has not deployed"),
        Some((Stage::Deployed, ..)) => format!("{name} has deployed something"),
        Some((stage, ..)) => format!("{name} has committed nothing; at best {stage}"),
    }
}

/// The same about several.
fn several_of(noun: &str, all: usize, top: Option<(Stage, usize, usize)>) -> String {
    let none = if all == 2 { format!("Neither {noun}") } else { format!("None of {all} {noun}s") };
    let Some((stage, sure, claimed)) = top else { return format!("{none} offers anything") };
    if stage < Stage::Committed {
        return format!("{none} has committed anything; at best {stage}");
    }
    if sure < claimed {
        let done = match stage {
            Stage::Committed => "have committed",
            Stage::Mandated => "are mandated",
            _ => "have deployed",
        };
        return format!("{sure} to {claimed} of {all} {noun}s {done}; sources differ");
    }
    let who = match (sure == all, all) {
        (true, 2) => format!("Both {noun}s"),
        (true, _) => format!("All {all} {noun}s"),
        _ => format!("{sure} of {all} {noun}s"),
    };
    let has = if sure == 1 { "has" } else { "have" };
    match stage {
        Stage::Committed => {
            let thing = if sure == all { "something" } else { "anything" };
            format!("{who} {has} committed {thing}; none is mandated")
        }
        Stage::Mandated => format!("{who} {has} a mandate; none has deployed"),
        _ => format!("{who} {has} deployed something"),
    }
}
