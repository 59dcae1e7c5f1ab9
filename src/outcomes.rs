//! What an evaluation finds, whichever method found it.
//!
//! Built by `evaluate`, read by `report`. Dense ids are those of the scenario's sections. A figure
//! is `None` where it is undefined: nothing was asked, the condition is impossible, or a
//! probability that it depends on is missing from the scenario.

use crate::law::{LEAST_EVIDENCE, LEAST_GIVEN, Law};

/// How figures were found.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Method {
    /// Without error but rounding.
    Exact,
    /// By drawing worlds at random.
    Sampled,
    /// Some in one way, some in the other.
    Mixed,
}

impl Method {
    /// The word in the tables.
    pub fn word(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Sampled => "sampled",
            Self::Mixed => "exact and sampled",
        }
    }

    /// The method of a figure with such a standard error.
    pub fn of(standard_error: Option<f64>) -> Self {
        if standard_error.is_some() { Self::Sampled } else { Self::Exact }
    }
}

/// What is drawn where figures are sampled. The same seed gives the same figures.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Sampling {
    /// How many worlds are drawn, those that contradict the evidence included.
    pub samples: u64,
    /// Which random numbers.
    pub seed: u64,
}

/// A number, and by how much chance may have moved it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// The number.
    pub value: f64,
    /// Its standard error; none where it is exact.
    pub standard_error: Option<f64>,
}

impl Estimate {
    /// A number without error.
    pub fn exact(value: f64) -> Self {
        Self { value, standard_error: None }
    }
}

/// A figure's range over all probabilities that are stated as ranges or not at all.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Span {
    /// The low end.
    pub low: f64,
    /// The high end.
    pub high: f64,
    /// Whether probabilities in the ranges give both ends; else the figure is nowhere beyond them.
    pub sharp: bool,
}

impl Span {
    /// A range with a figure that is in it, so that rounding leaves it there.
    #[must_use]
    pub fn around(self, point: Option<f64>) -> Self {
        let Some(point) = point else { return self };
        Self { low: self.low.min(point), high: self.high.max(point), ..self }
    }

    /// The word in the tables.
    pub fn word(self) -> &'static str {
        if self.sharp { "sharp" } else { "bound" }
    }
}

/// The results of one evaluation.
#[derive(Clone, Debug)]
pub struct Outcomes {
    /// How they were found.
    pub method: Method,
    /// What was drawn, where any figure is sampled.
    pub sampling: Option<Sampling>,
    /// How many questions nothing answered: neither within the budget nor by any accepted world.
    pub unanswered: usize,
    /// The conditions that matter, parents before children.
    pub relevant: Vec<usize>,
    /// How many of them no other condition bears upon.
    pub independent: usize,
    /// The possible worlds, most probable first, as many as were asked for.
    pub worlds: Vec<World>,
    /// How many worlds are possible, exactly up to 2^53; none where that was not found.
    pub worlds_possible: Option<f64>,
    /// The probability of the worlds that were left out.
    pub probability_left_out: Option<f64>,
    /// The distinct forces, most probable first.
    pub forces: Vec<Force>,
    /// The same, of the pledges with troops in theatre only.
    pub forces_in_theatre: Vec<Force>,
    /// The probability of the forces that are not listed, 0 where all are; none where a probability
    /// is missing.
    pub forces_left_out: Option<f64>,
    /// The same, of those in theatre.
    pub forces_in_theatre_left_out: Option<f64>,
    /// One for each total.
    pub totals: Vec<TotalResult>,
    /// One for each cell of the posture.
    pub cells: Vec<Option<CellResult>>,
    /// One for each nation that pledges troops.
    pub contributors: Vec<ContributorResult>,
    /// One for each requirement.
    pub requirements: Vec<RequirementResult>,
    /// For each condition, the probability of each option.
    pub marginals: Vec<Option<Vec<Estimate>>>,
    /// For each pledge, the probability that it is active.
    pub active: Vec<Option<Estimate>>,
    /// For each pledge, the part that each condition plays.
    pub gates: Vec<Vec<Role>>,
    /// How results answer to how each condition ends.
    pub responses: Responses,
    /// For each requirement, the sets of conditions that are enough for it; none where to find them
    /// takes more work than was allowed.
    pub unlock: Vec<Option<Deciding>>,
    /// The same, of the sets that rule it out.
    pub block: Vec<Option<Deciding>>,
    /// For each pledge, its size; none where unknown.
    pub sizes: Vec<Option<SizeResult>>,
    /// The probability of what is asked by the scenario.
    pub probability_asked: Option<f64>,
}

/// One combination of conditions.
#[derive(Clone, Debug, PartialEq)]
pub struct World {
    /// Its probability.
    pub probability: Option<f64>,
    /// The option of each condition by dense id; meaningful for those that matter.
    pub options: Vec<usize>,
    /// Mean troops in theatre.
    pub in_theatre: f64,
    /// Mean troops elsewhere.
    pub elsewhere: f64,
    /// For each requirement, the probability that it is met; none where that takes too long.
    pub met: Vec<Option<f64>>,
    /// The active pledges.
    pub pledges: Vec<usize>,
}

/// A distinct set of counting, active force pledges.
#[derive(Clone, Debug, PartialEq)]
pub struct Force {
    /// The pledges.
    pub pledges: Vec<usize>,
    /// Its probability.
    pub probability: Option<f64>,
    /// The standard error of that; none where it is exact.
    pub standard_error: Option<f64>,
    /// Its probability when anyone asks.
    pub probability_when_asked: Option<f64>,
    /// Troops in theatre at the smallest sizes, the mean ones and the largest.
    pub in_theatre: [f64; 3],
    /// A smallest set of condition and option that brings it about, closed under what its members
    /// presuppose; none where to find it took too much work.
    pub conditions: Option<Vec<(usize, usize)>>,
    /// Whether there is no other way to it.
    pub only_way: bool,
}

/// A pledge's size.
#[derive(Clone, Debug, PartialEq)]
pub struct SizeResult {
    /// The smallest value.
    pub low: u64,
    /// The mean.
    pub central: f64,
    /// The largest value.
    pub high: u64,
    /// The mean part of each of its nations.
    pub parts: Vec<f64>,
}

/// A total's distribution.
#[derive(Clone, Debug, PartialEq)]
pub struct TotalResult {
    /// Over all worlds.
    pub law: Option<Law>,
    /// Given what is asked by the scenario.
    pub law_when_asked: Option<Law>,
    /// The part of the mean that rests on an assumption.
    pub from_assumption_share: Option<f64>,
    /// The standard error of the mean over all worlds; none where it is exact.
    pub standard_error: Option<f64>,
    /// The smallest and the largest possible value; none where it is sampled.
    pub ends: Option<(u64, u64)>,
    /// The standard error of the mean given what is asked; none where it is exact.
    pub standard_error_when_asked: Option<f64>,
    /// The range of the mean over all worlds; none where it was not asked or takes too much work.
    pub span: Option<Span>,
}

/// The distribution of a cell of the posture.
#[derive(Clone, Debug, PartialEq)]
pub struct CellResult {
    /// Over all worlds.
    pub law: Law,
    /// The standard error of its mean; none where it is exact.
    pub standard_error: Option<f64>,
}

/// A nation's mean troops on their way from the headline to what it can keep in theatre; all none
/// where no pledge of it has a size.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ContributorResult {
    /// Of its pledges, whether they count or not.
    pub headline: Option<f64>,
    /// Of those that count.
    pub counted: Option<f64>,
    /// Of those of them that are in theatre.
    pub in_theatre: Option<f64>,
    /// What conditions leave of it: the mean over all worlds.
    pub conditions: Option<Estimate>,
    /// The mean over all worlds of what it can keep there.
    pub sustained: Option<Estimate>,
}

/// How a requirement fares.
#[derive(Clone, Debug, PartialEq)]
pub struct RequirementResult {
    /// P(met).
    pub probability: Option<f64>,
    /// The standard error of that; none where it is exact.
    pub standard_error: Option<f64>,
    /// Its range; none where it was not asked or takes too much work.
    pub span: Option<Span>,
    /// The least and the most of P(met), however the conditions hang together; none where it was not
    /// asked, where many conditions bear upon it, or where more is given than how some ended.
    pub any_dependence: Option<(f64, f64)>,
    /// P(met), given that anyone asks.
    pub probability_when_asked: Option<f64>,
    /// The standard error of that; none where it is exact.
    pub standard_error_when_asked: Option<f64>,
    /// Mean troops missing to the floor, given that anyone asks.
    pub expected_shortfall_when_asked: Option<f64>,
    /// The part of the mean of its total that rests on an assumption.
    pub from_assumption_share: Option<f64>,
    /// P(anyone asks); none where the requirement does not say when, or a probability is missing.
    pub asked: Option<Estimate>,
}

/// Above this anything is probable enough to be given beside the rarest evidence that is accepted.
const RARE: f64 = LEAST_GIVEN / LEAST_EVIDENCE;

impl RequirementResult {
    /// Whether that anyone asks is impossible, which no sampled figure can tell.
    pub fn never_asked(&self) -> bool {
        self.asked.is_some_and(|asked| asked.value <= 0.0 && asked.standard_error.is_none())
    }

    /// Whether that anyone asks is so improbable that there may be no figures given it.
    pub fn rarely_asked(&self) -> bool {
        let exact = self.asked.filter(|asked| asked.standard_error.is_none());
        exact.is_some_and(|asked| asked.value > 0.0 && asked.value < RARE)
    }
}

/// How results answer to how each condition ends; each none where it was not asked, or takes more
/// work than was allowed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Responses {
    /// The mean of the first total: troops in theatre.
    pub troops: Option<Response>,
    /// For each requirement, the probability that it is met.
    pub met: Vec<Option<Response>>,
}

impl Responses {
    /// How many results took more work than was allowed.
    pub fn missing(&self) -> usize {
        usize::from(self.troops.is_none()) + self.met.iter().filter(|met| met.is_none()).count()
    }
}

/// How one result answers.
#[derive(Clone, Debug, PartialEq)]
pub struct Response {
    /// The result as things are.
    pub present: Option<f64>,
    /// By condition and option.
    pub options: Vec<Vec<Turn>>,
}

/// What is less than this part of two figures is their difference by rounding alone.
pub const ROUNDING: f64 = 1e-13;

/// A result where a condition ends in an option; each none where that cannot be, or a probability
/// that it depends on is missing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Turn {
    /// Where it is known to.
    pub known: Option<f64>,
    /// Where it is set to.
    pub set: Option<f64>,
    /// Where it is set to end otherwise, in the other options' own proportions.
    pub unset: Option<f64>,
    /// The ranges of the last two, and of how far setting it moves the result.
    pub spans: TurnSpans,
}

/// The ranges of what setting a condition does; each none where it was not asked, takes too much work
/// or cannot be.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct TurnSpans {
    /// Where it is set.
    pub set: Option<Span>,
    /// Where it is set to end otherwise.
    pub unset: Option<Span>,
    /// The first less the second, at the same probabilities.
    pub swing: Option<Span>,
}

impl TurnSpans {
    /// How the ranges are labelled: as sharp where all of them are.
    pub fn word(self) -> Option<&'static str> {
        let known = [self.set, self.unset, self.swing].into_iter().flatten();
        known.min_by_key(|span| span.sharp).map(Span::word)
    }
}

impl Turn {
    /// How far setting it moves the result; what differs by rounding alone does not differ.
    pub fn swing(&self) -> Option<f64> {
        let (set, unset) = self.set.zip(self.unset)?;
        let swing = set - unset;
        Some(if swing.abs() <= ROUNDING * set.abs().max(unset.abs()) { 0.0 } else { swing })
    }
}

/// The minimal sets of conditions that decide a requirement.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Deciding {
    /// Sets of up to so many conditions were looked for; none where there is no set of any size.
    pub max_size: Option<usize>,
    /// How many there are for each of [`AtSizes::ALL`], exactly up to 2^53.
    pub counts: [f64; 4],
    /// The smallest of them, the most probable first among those of one size; as many as were asked
    /// for.
    pub sets: Vec<DecidingSet>,
}

/// A minimal set of conditions that decides a requirement.
#[derive(Clone, Debug, PartialEq)]
pub struct DecidingSet {
    /// At which sizes it does.
    pub sizes: Vec<AtSizes>,
    /// Its conditions, parents first, and their options.
    pub conditions: Vec<(usize, usize)>,
    /// The probability that all of them obtain.
    pub probability: Option<f64>,
    /// The same, given those of its conditions that others of them presuppose.
    pub probability_given_prerequisites: Option<f64>,
    /// With the set, the smallest sum of smallest sizes and the largest sum of largest sizes.
    pub troops: Option<(u64, u64)>,
    /// The pledges that it makes sure of, or of which it makes sure that they are not active; none
    /// where that takes too much work.
    pub pledges: Option<Vec<usize>>,
}

/// The sizes of pledges at which a set decides a requirement.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum AtSizes {
    /// The smallest, the mean and the largest.
    Any,
    /// The smallest, but not all three.
    Low,
    /// The mean ones, but not all three.
    Central,
    /// The largest, but not all three.
    High,
}

impl AtSizes {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Any, Self::Low, Self::Central, Self::High];

    /// The word in the tables.
    pub fn word(self) -> &'static str {
        match self {
            Self::Any => "any",
            Self::Low => "low",
            Self::Central => "central",
            Self::High => "high",
        }
    }
}

/// The part that a condition plays for a pledge.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Role {
    /// None.
    None,
    /// The pledge is never active without one option of it.
    Needed,
    /// It changes some world.
    Alternative,
    /// Its part differs between the readings of a contested text.
    Contested,
    /// To find out takes more work than was allowed.
    Unknown,
}

impl Role {
    /// The word in the tables; empty where it plays none.
    pub fn word(self) -> &'static str {
        match self {
            Self::None => "",
            Self::Needed => "needed",
            Self::Alternative => "alternative",
            Self::Contested => "contested",
            Self::Unknown => "unknown",
        }
    }
}
