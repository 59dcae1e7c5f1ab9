//! The table of grounds: how much of the headline rests on what.
//!
//! In: a `Finding`. Out: one row a ground, with the pledges of the headline that rest on it and
//! their troops. A pledge is in a row or it is not; rows overlap, so they do not sum to anything.

use super::forces::in_headline;
use super::{begin, joined};
use crate::report::table::{Builder, Kind, Table};
use crate::scenario::{Basis, Claim, Pledge, Scenario, Share, Size};
use crate::study::Finding;

/// Something that may be said of what a pledge rests on.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Ground {
    /// Its size is a part of an assumption, or has a reason under `assumed`.
    Assumed,
    /// The claims of its size are all of one source.
    OneSource,
    /// The best source among the claims of its size that can be judged is graded C, D or E.
    COrWorse,
    /// No claim of its size can be judged: the source's letter is F or missing, the item's digit
    /// is 6, or there is no claim. Such a source may be good or bad.
    NotJudged,
    /// Its size is claimed, and no claim names who said it.
    Unnamed,
    /// None of its nations is on record for the pledge.
    Hearsay,
    /// Sources claim more than one stage for the pledge.
    Contested,
}

impl Ground {
    /// All of them, in the order of the rows.
    const ALL: [Self; 7] = [
        Self::Assumed,
        Self::OneSource,
        Self::COrWorse,
        Self::NotJudged,
        Self::Unnamed,
        Self::Hearsay,
        Self::Contested,
    ];

    fn word(self) -> &'static str {
        match self {
            Self::Assumed => "assumed",
            Self::OneSource => "one_source",
            Self::COrWorse => "c_or_worse",
            Self::NotJudged => "not_judged",
            Self::Unnamed => "unnamed",
            Self::Hearsay => "hearsay",
            Self::Contested => "contested",
        }
    }

    fn meaning(self) -> &'static str {
        match self {
            Self::Assumed => "its size is part of an assumption or marked as assumed",
            Self::OneSource => "its size rests on exactly one source",
            Self::COrWorse => "the best source of its size that can be judged is graded C, D or E",
            Self::NotJudged => {
                "no source of its size can be judged: F, 6 or no grade; not \"worst\""
            }
            Self::Unnamed => "nobody who is named gives its size",
            Self::Hearsay => "none of its nations is on record",
            Self::Contested => "sources claim more than one stage",
        }
    }

    fn holds(self, scenario: &Scenario, pledge: &Pledge) -> bool {
        let claims = claims_of_size(scenario, pledge);
        let best = claims.iter().filter_map(|claim| judged(scenario, claim)).min();
        match self {
            Self::Assumed => pledge.rests_on_assumption(),
            Self::OneSource => claims
                .first()
                .is_some_and(|first| claims.iter().all(|claim| claim.source == first.source)),
            Self::COrWorse => best.is_some_and(|letter| letter >= 'C'),
            Self::NotJudged => best.is_none(),
            Self::Unnamed => !claims.is_empty() && !claims.iter().any(|claim| names_who(claim)),
            Self::Hearsay => scenario.is_hearsay(pledge),
            Self::Contested => scenario.stages_claimed(pledge).len() > 1,
        }
    }
}

/// How much of the headline rests on a ground.
#[derive(Clone, Debug)]
pub(crate) struct Resting {
    /// The ground.
    pub(crate) ground: Ground,
    /// The pledges.
    pub(crate) pledges: Vec<usize>,
    /// Their mean sizes, summed.
    pub(crate) troops: f64,
    /// Their part of the headline; none where the headline is zero.
    pub(crate) share: Option<f64>,
}

/// How much of the headline rests on each ground.
pub(crate) fn resting(finding: &Finding) -> Vec<Resting> {
    let scenario = &finding.scenario;
    let all: f64 = in_headline(finding).map(|(_, troops)| troops).sum();
    let rows = Ground::ALL.into_iter().map(|ground| {
        let on = |(pledge, _): &(usize, f64)| ground.holds(scenario, scenario.pledges.at(*pledge));
        let (pledges, sizes): (Vec<usize>, Vec<f64>) = in_headline(finding).filter(on).unzip();
        let troops = sizes.iter().sum();
        Resting { ground, pledges, troops, share: (all > 0.0).then(|| troops / all) }
    });
    rows.collect()
}

/// The claims that the number of a pledge rests on, the most specific that are shown: those `for`
/// its size; else, for a part of an assumption, those for what the assumption chose; else those for
/// the pledge as a whole.
pub(crate) fn claims_of_size<'a>(scenario: &'a Scenario, pledge: &'a Pledge) -> Vec<&'a Claim> {
    let mut claims = of_size_itself(scenario, pledge);
    if claims.is_empty() {
        claims = of_assumptions(scenario, pledge);
    }
    if claims.is_empty() {
        // What was said of the pledge before its size changed, or since about something else, is no
        // ground of the number.
        let changed = pledge.basis.last_change("size");
        claims = shown(scenario, &pledge.basis, <[String]>::is_empty);
        claims.retain(|claim| claim.since == changed);
    }
    claims
}

fn of_size_itself<'a>(scenario: &'a Scenario, pledge: &'a Pledge) -> Vec<&'a Claim> {
    let changed = pledge.basis.last_change("size");
    let mut claims = shown(scenario, &pledge.basis, |keys| keys.iter().any(|key| key == "size"));
    claims.retain(|claim| claim.since >= changed);
    claims
}

/// The claims for the assumption that a size is a part of, and for the share. A rest hangs on the
/// shares that it is left by.
fn of_assumptions<'a>(scenario: &'a Scenario, pledge: &'a Pledge) -> Vec<&'a Claim> {
    let Some(total) = pledge.size.assumption() else { return Vec::new() };
    let mut claims = of_choice(scenario, total);
    if matches!(pledge.size, Size::Rest(_)) {
        let shares = scenario.pledges.iter().map(|(_, other)| other);
        for other in shares.filter(|other| other.size.assumption() == Some(total)) {
            claims.extend(of_size_itself(scenario, other));
            claims.extend(of_share(scenario, other));
        }
    } else {
        claims.extend(of_share(scenario, pledge));
    }
    claims
}

fn of_share<'a>(scenario: &'a Scenario, pledge: &Pledge) -> Vec<&'a Claim> {
    match pledge.size {
        Size::Share(Share::Assumption(share), _) => of_choice(scenario, share),
        _ => Vec::new(),
    }
}

/// The claims for an assumption's options or as a whole, and those of the chosen option.
fn of_choice(scenario: &Scenario, assumption: usize) -> Vec<&Claim> {
    let entry = scenario.assumptions.at(assumption);
    let mut claims = shown(scenario, &entry.basis, |keys| {
        keys.is_empty() || keys.iter().any(|key| key == "options" || key == "chosen")
    });
    let own = entry.options.get(entry.chosen).into_iter().flat_map(|option| &option.claims);
    claims.extend(own.filter(|claim| scenario.shows(claim)));
    claims
}

fn shown<'a>(
    scenario: &Scenario,
    basis: &'a Basis,
    about: impl Fn(&[String]) -> bool,
) -> Vec<&'a Claim> {
    scenario.shown(basis).filter(|claim| about(&claim.keys)).collect()
}

/// The letter of a claim's source, where both it and the item can be judged.
fn judged(scenario: &Scenario, claim: &Claim) -> Option<char> {
    let letter = scenario.sources.at(claim.source).reliability?;
    (letter != 'F' && claim.credibility != Some(6)).then_some(letter)
}

/// Whether a claim says who: an office or person of a nation ("NLD: minister"), or else a name,
/// which begins with a capital ("Jane Doe", but not "reporter"). "Unnamed officials" name nobody,
/// also where they are a nation's.
fn names_who(claim: &Claim) -> bool {
    let Some(by) = claim.by.as_deref() else { return false };
    let own = claim.speaker.is_some();
    let who = by.split_once(':').filter(|_| own).map_or(by, |(_, who)| who).trim();
    let hidden = ["unnamed", "anonymous"];
    let hidden = hidden.iter().any(|word| who.to_lowercase().starts_with(word));
    !hidden && (own || who.starts_with(char::is_uppercase))
}

/// The grounds of the headline.
pub(super) fn grounds(finding: &Finding) -> Table {
    let scenario = &finding.scenario;
    let table: Builder<'_, Resting> =
        begin(finding, "grounds", "something that part of the headline rests on; rows overlap");
    table
        .column("ground", Kind::Text, "what it rests on", |row| row.ground.word())
        .column("pledges_count", Kind::Whole, "how many pledges of the headline", |row| {
            u64::try_from(row.pledges.len()).ok()
        })
        .column("troops", Kind::Amount, "their mean sizes, summed", |row| row.troops)
        .column(
            "share_of_headline",
            Kind::Probability,
            "part of the headline; empty where no pledge has a size",
            |row| row.share,
        )
        .column("pledges", Kind::Text, "ids of the pledges", |row| {
            joined(row.pledges.iter().map(|pledge| scenario.pledges.id(*pledge)))
        })
        .column("meaning", Kind::Text, "what is said of each pledge", |row| row.ground.meaning())
        .rows(resting(finding))
}
