//! Why troops fall out at each step of the waterfall, in words that can be pasted.
//!
//! In: a `Finding`, a nation or all of them, and a step. Out: causes with mean troops, the largest first.

use super::Step;
use crate::layout;
use crate::report::wording::why_open;
use crate::report::words::{hundredths, list, thousands};
use crate::scenario::{Pledge, Scenario};
use crate::study::Finding;

/// Why troops fall out at a step, and how many; at the headline, what it is made of.
#[derive(Clone, Debug)]
pub(crate) struct Cause {
    /// The pledge or nation; may be empty.
    of: String,
    /// What it is or does; may be empty.
    does: String,
    /// Mean troops, below zero where they fall out; none where there is no number.
    troops: Option<f64>,
}

impl Cause {
    fn new(of: impl Into<String>, does: impl Into<String>, troops: Option<f64>) -> Self {
        Self { of: of.into(), does: does.into(), troops }
    }

    /// "`lead_land` holds in 15 of 100: -10,200".
    fn told(&self) -> String {
        let told = format!("{} {}", self.of, self.does).trim().to_owned();
        match self.troops {
            Some(troops) => format!("{told}: {}", thousands(troops)),
            None => told,
        }
    }

    /// "Partners on land (holds in 15 of 100): −10,200".
    pub(crate) fn labelled(&self) -> String {
        let does = self.does.strip_prefix("is ").unwrap_or(&self.does);
        let told =
            if self.of.is_empty() { does.to_owned() } else { format!("{} ({does})", self.of) };
        match self.troops {
            Some(troops) => format!("{told}: {}", thousands(troops).replace('-', "\u{2212}")),
            None => told,
        }
    }
}

/// The causes in one sentence, so many at most; the others are added up.
pub(super) fn told(mut causes: Vec<Cause>, most: usize) -> String {
    let others = causes.split_off(causes.len().min(most));
    if !others.is_empty() {
        let troops = others.iter().filter_map(|cause| cause.troops).sum();
        causes.push(Cause::new("", format!("and {} more", others.len()), Some(troops)));
    }
    causes.iter().map(Cause::told).collect::<Vec<_>>().join("; ")
}

/// Why a nation, or all of them, has at a step what it has: the largest causes first. Pledges are
/// called what `name` says.
pub(crate) fn causes(
    finding: &Finding,
    nation: Option<usize>,
    step: Step,
    name: &dyn Fn(usize) -> String,
) -> Vec<Cause> {
    let own = pledges(finding, nation);
    if step != Step::Headline && own.iter().all(|own| own.troops.is_none()) {
        let none = if own.is_empty() { "no pledge of troops" } else { "no size is known" };
        return vec![Cause::new("", none, None)];
    }
    let mut causes: Vec<Cause> = match step {
        Step::Sustained => pools(finding, nation),
        _ => own.iter().filter_map(|own| cause(finding, own, step, name)).collect(),
    };
    causes.sort_by(|one, other| {
        let troops = |cause: &Cause| cause.troops.map_or(-1.0, f64::abs);
        troops(other).total_cmp(&troops(one))
    });
    if causes.is_empty() {
        causes.push(Cause::new("", nothing_lost(finding, &own, step), None));
    }
    causes
}

/// A standing pledge of troops and what some nations mean by it.
struct Own<'a> {
    index: usize,
    pledge: &'a Pledge,
    troops: Option<f64>,
}

fn pledges(finding: &Finding, nation: Option<usize>) -> Vec<Own<'_>> {
    let scenario = &finding.scenario;
    let sizes = scenario.pledges.iter().zip(&finding.outcomes.sizes).enumerate();
    let standing = sizes.filter(|(_, ((_, p), _))| scenario.stands(p) && layout::is_troops(p));
    let own = standing.filter_map(|(index, ((_, pledge), size))| {
        let member = match nation {
            None => None,
            Some(nation) => Some(pledge.nations.iter().position(|own| own.nation == nation)?),
        };
        let troops = size.as_ref().map(|size| member.map_or(size.central, |at| size.parts[at]));
        Some(Own { index, pledge, troops })
    });
    own.collect()
}

/// What a pledge loses at a step, if anything.
fn cause(
    finding: &Finding,
    own: &Own<'_>,
    step: Step,
    name: &dyn Fn(usize) -> String,
) -> Option<Cause> {
    let (scenario, pledge, name) = (&finding.scenario, own.pledge, name(own.index));
    let Some(troops) = own.troops else {
        return (step == Step::Headline).then(|| Cause::new(name, "has no size", None));
    };
    let (counts, there) = (scenario.counts(pledge), scenario.in_theatre(pledge.basing));
    let does = match step {
        Step::Headline => return Some(Cause::new(name, "", Some(troops))),
        Step::Counted if !counts => why_uncounted(scenario, pledge),
        Step::InTheatre if counts && !there => match pledge.basing {
            Some(basing) => format!("is based in {}", scenario.basings.at(basing).name),
            None => "has no basing stated".to_owned(),
        },
        Step::Conditions if counts && there => return lost(finding, own, troops, name),
        _ => return None,
    };
    Some(Cause::new(name, does, Some(-troops)))
}

fn why_uncounted(scenario: &Scenario, pledge: &Pledge) -> String {
    if pledge.stage < scenario.counts_from {
        return format!("is {}, below {}", pledge.stage, scenario.counts_from);
    }
    if let Some(last) = pledge.expires.filter(|_| pledge.expired) {
        return format!("ran out on {last}");
    }
    "does not count".to_owned()
}

/// What a pledge loses because it does not always hold.
fn lost(finding: &Finding, own: &Own<'_>, troops: f64, name: String) -> Option<Cause> {
    let Some(active) = finding.outcomes.active[own.index] else {
        return Some(Cause::new(name, no_figure(finding), None));
    };
    if active.value >= 1.0 - 1e-12 {
        return None;
    }
    let does = match (active.value > 0.0, active.standard_error) {
        (true, _) => format!("holds in {}", hundredths(active.value, "of")),
        (false, None) => "never holds".to_owned(),
        (false, Some(_)) => "holds in none of the worlds drawn".to_owned(),
    };
    Some(Cause::new(name, does, Some(troops * (active.value - 1.0))))
}

fn no_figure(finding: &Finding) -> String {
    format!("has no figure, as {}", why_open(finding))
}

/// The pools of a nation, or of all that have sizes.
fn pools(finding: &Finding, nation: Option<usize>) -> Vec<Cause> {
    let scenario = &finding.scenario;
    let results = layout::contributors(scenario).into_iter().zip(&finding.outcomes.contributors);
    let sized = results.filter(|(own, result)| {
        result.headline.is_some() && nation.is_none_or(|nation| own.nation == nation)
    });
    let (mut causes, mut without) = (Vec::new(), Vec::new());
    for (own, result) in sized {
        let id = scenario.nations.id(own.nation);
        let of = if nation.is_some() { "" } else { id };
        if result.sustained.is_none() {
            causes.push(Cause::new(id, no_figure(finding), None));
        } else if let Some(pool) = pool(scenario, own.nation) {
            let lost = result.conditions.zip(result.sustained);
            let lost = lost.map(|(all, kept)| kept.value - all.value);
            causes.push(Cause::new(of, pool, lost.filter(|lost| *lost <= -0.05)));
        } else {
            without.push(id.to_owned());
        }
    }
    if !without.is_empty() {
        let by = if nation.is_some() { "" } else { &format!(" by {}", list(&without, "and")) };
        causes.push(Cause::new("", format!("no pool stated{by}"), None));
    }
    causes
}

/// "pool 30,000 at rotation 3 sustains 10,000".
fn pool(scenario: &Scenario, nation: usize) -> Option<String> {
    let entry = scenario.nations.at(nation);
    let (pool, sustains) = entry.pool.zip(entry.sustains())?;
    let rotation = match entry.rotation {
        Some(rotation) => format!("at rotation {rotation}"),
        None => "without a rotation stated".to_owned(),
    };
    let [pool, sustains] = [pool.to_f64(), crate::law::real(sustains)].map(thousands);
    Some(format!("pool {pool} {rotation} sustains {sustains}"))
}

/// What is said where a step takes nothing.
fn nothing_lost(finding: &Finding, own: &[Own<'_>], step: Step) -> &'static str {
    let scenario = &finding.scenario;
    let sized = || own.iter().filter(|own| own.troops.is_some()).map(|own| own.pledge);
    let counted = || sized().filter(|pledge| scenario.counts(pledge));
    let left = match step {
        Step::Headline => return "no pledge of troops",
        Step::Counted => true,
        Step::InTheatre => counted().next().is_some(),
        _ => counted().any(|pledge| scenario.in_theatre(pledge.basing)),
    };
    match step {
        _ if !left => "nothing was left",
        Step::Counted => "all of it counts",
        Step::InTheatre => "all of it is in theatre",
        _ => "nothing fell out",
    }
}
