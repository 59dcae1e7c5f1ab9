//! Where the headline goes: nation by nation, from every pledge to what can be kept in theatre.
//!
//! In: a `Finding`. Out: the table, and the levels and causes that the chart shows too. Levels are
//! rounded to so many decimals that all of them, their sums and their differences are printed in
//! full: steps sum exactly, and `all` is the sum of the nations.

use super::{FOUND, begin};
use crate::layout;
use crate::outcomes::{ContributorResult, Estimate, Method};
use crate::report::table::{Builder, Kind, Table};
use crate::report::wording::why_open;
use crate::report::words::{capitalised, hundredths, list, thousands};
use crate::scenario::{Pledge, Scenario};
use crate::study::Finding;

/// A step on the way.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Step {
    /// Every pledge of troops that is neither refused nor withdrawn.
    Headline,
    /// Those at a stage that counts.
    Counted,
    /// Those of them that are based in theatre.
    InTheatre,
    /// The mean over all worlds of what is active of them.
    Conditions,
    /// The mean over all worlds of what the nations' pools sustain of that.
    Sustained,
}

impl Step {
    /// All steps in order.
    pub(crate) const ALL: [Self; 5] =
        [Self::Headline, Self::Counted, Self::InTheatre, Self::Conditions, Self::Sustained];

    fn word(self) -> &'static str {
        match self {
            Self::Headline => "headline",
            Self::Counted => "counted",
            Self::InTheatre => "in_theatre",
            Self::Conditions => "conditions",
            Self::Sustained => "sustained",
        }
    }
}

/// A level as it is printed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Level {
    /// Mean troops.
    pub(crate) troops: f64,
    /// What the step before had and this one has not, as a number below zero; none at the headline.
    change: Option<f64>,
    /// How it was found.
    method: Method,
    /// Its standard error; none where it is exact. Of all nations at most this.
    pub(crate) standard_error: Option<f64>,
}

/// The levels of a nation, or of all of them, in the order of the steps.
#[derive(Clone, Debug)]
pub(crate) struct Levels {
    /// Which nation; all where it is none.
    pub(crate) nation: Option<usize>,
    /// A level for each step; none where it is undefined.
    pub(crate) levels: [Option<Level>; 5],
}

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
            if self.of.is_empty() { capitalised(does) } else { format!("{} ({does})", self.of) };
        match self.troops {
            Some(troops) => format!("{told}: {}", thousands(troops).replace('-', "\u{2212}")),
            None => told,
        }
    }
}

/// The table: all nations together, then each by its id.
pub(super) fn waterfall(finding: &Finding) -> Table {
    type Row = (Step, Option<usize>, Option<Level>);
    let scenario = &finding.scenario;
    let table: Builder<'_, Row> = begin(finding, "waterfall", "a step of one nation, or of all");
    let rows = levels(finding).into_iter().flat_map(|own| {
        let steps = Step::ALL.into_iter().zip(own.levels);
        steps.map(move |(step, level)| (step, own.nation, level))
    });
    let id = |pledge: usize| scenario.pledges.id(pledge).to_owned();
    table
        .column("step", Kind::Text, STEPS, |(step, ..)| step.word())
        .column("nation", Kind::Text, "ISO 3166-1 alpha-3 code, or id of a bloc; or all", |row| {
            row.1.map_or("all", |nation| scenario.nations.id(nation))
        })
        .column("troops", Kind::Amount, TROOPS_LEFT, |(.., level)| level.map(|own| own.troops))
        .column("change", Kind::Amount, "from the step before, of the printed numbers", |row| {
            row.2.and_then(|level| level.change)
        })
        .column("why", Kind::Text, "what makes the change, with mean troops", move |row| {
            let causes = causes(finding, row.1, row.0, &id);
            causes.iter().map(Cause::told).collect::<Vec<_>>().join("; ")
        })
        .column("method", Kind::Text, FOUND, |(.., level)| level.map(|own| own.method.word()))
        .column(
            "standard_error",
            Kind::Amount,
            "of `troops`, where sampled; of all nations at most this, the sum of theirs",
            |(.., level)| level.and_then(|own| own.standard_error),
        )
        .rows(rows)
}

/// What the steps are.
const STEPS: &str = "headline: every pledge not refused or withdrawn; counted: those at a stage that \
     counts; in_theatre: those based there; conditions: the mean over all worlds; sustained: the \
     mean of at most pool / rotation, world by world";

/// What the levels are.
const TROOPS_LEFT: &str = "mean troops left, rounded to 6 decimals (fewer from 100,000 on) so that \
     changes and nations sum exactly";

/// The most decimals of a level.
const MOST_DECIMALS: u32 = 6;

/// The digits of the largest level, one fewer than are printed.
const DIGITS: u32 = 11;

/// The levels of all nations together, then of each nation by its id.
pub(crate) fn levels(finding: &Finding) -> Vec<Levels> {
    let results = &finding.outcomes.contributors;
    let headline: f64 = results.iter().filter_map(|result| result.headline).sum();
    let whole_digits = u32::try_from(format!("{headline:.0}").len()).unwrap_or(DIGITS);
    let decimals = DIGITS.saturating_sub(whole_digits).min(MOST_DECIMALS);
    let power = f64::from(10_u32.pow(decimals));
    let units: Vec<Units> = results.iter().map(|result| in_units(result, power)).collect();
    let nations = layout::contributors(&finding.scenario);
    let nations = nations.iter().map(|own| Some(own.nation));
    let every = [None].into_iter().chain(nations).zip([all(&units)].into_iter().chain(units));
    every.map(|(nation, units)| Levels { nation, levels: printed(units, power) }).collect()
}

/// Levels in units of the last printed decimal: whole numbers, whose sums are exact.
type Units = [Option<(Estimate, Method)>; 5];

fn in_units(result: &ContributorResult, power: f64) -> Units {
    let exact = [result.headline, result.counted, result.in_theatre];
    let [headline, counted, in_theatre] = exact.map(|level| level.map(Estimate::exact));
    let mut before = f64::NAN;
    [headline, counted, in_theatre, result.conditions, result.sustained].map(|level| {
        let Estimate { mut value, standard_error } = level?;
        // What differs by rounding alone does not differ.
        if (value - before).abs() <= 1e-12 * before {
            value = before;
        }
        before = value;
        let estimate = Estimate { value: (value * power).round(), standard_error };
        Some((estimate, Method::of(standard_error)))
    })
}

/// The sums over the nations with a size; none where that of one of them is undefined, or none has.
fn all(nations: &[Units]) -> Units {
    let sized = || nations.iter().filter(|units| units[0].is_some());
    let nothing = (Estimate::exact(0.0), Method::Exact);
    let sum = |step: usize| {
        let mut sum = (sized().next().is_some() || nations.is_empty()).then_some(nothing);
        for (position, units) in sized().enumerate() {
            let ((mut sum_of, method), (own, own_method)) = sum.zip(units[step])?;
            sum_of.value += own.value;
            let errors = [sum_of.standard_error, own.standard_error].into_iter().flatten();
            sum_of.standard_error = errors.reduce(|sum, error| sum + error);
            let same = position == 0 || method == own_method;
            sum = Some((sum_of, if same { own_method } else { Method::Mixed }));
        }
        sum
    };
    [sum(0), sum(1), sum(2), sum(3), sum(4)]
}

fn printed(units: Units, power: f64) -> [Option<Level>; 5] {
    let mut before = None;
    units.map(|level| {
        let change = level.zip(before).map(|((own, _), before): ((Estimate, _), f64)| {
            let difference = (own.value - before) / power;
            if difference == 0.0 { 0.0 } else { difference }
        });
        before = level.map(|(own, _)| own.value);
        let (Estimate { value, standard_error }, method) = level?;
        Some(Level { troops: value / power, change, method, standard_error })
    })
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
        Step::Counted => "every pledge counts",
        Step::InTheatre => "every counted pledge is based in theatre",
        _ => "they hold in every world",
    }
}
