//! Where the headline goes: nation by nation, from every pledge to what can be kept in theatre.
//!
//! In: a `Finding`. Out: the table, and the levels and causes that the chart shows too. Levels are
//! rounded to so many decimals that all of them, their sums and their differences are printed in
//! full: steps sum exactly, and `all` is the sum of the nations.

mod causes;

use super::{FOUND, begin};
use crate::layout;
use crate::outcomes::{ContributorResult, Estimate, Method};
use crate::report::table::{Builder, Kind, Table};
use crate::study::Finding;
pub(crate) use causes::{Cause, causes};

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
            let most = if row.1.is_none() { MOST_CAUSES } else { usize::MAX };
            causes::told(causes(finding, row.1, row.0, &id), most)
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

/// The most causes that are told of all nations together; the nations' own rows have the rest.
const MOST_CAUSES: usize = 12;

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
