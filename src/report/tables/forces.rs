//! Tables of forces: worlds, outcomes, posture, totals, distribution, requirements.

use super::{BOTH_FOUND, FOUND, begin, begin_with, joined};
use crate::law::Law;
use crate::layout::Cell;
use crate::limits::MOST_STEPS;
use crate::outcomes::{CellResult, Force, Method, RequirementResult, Span, TotalResult, World};
use crate::report::table::{Builder, Kind, Table, Value};
use crate::scenario::{Pledge, Scenario};
use crate::study::Finding;

/// The most atoms of a distribution that are listed one by one.
const MOST_ATOMS: usize = 200;

/// The width of a step where there are more, in troops.
pub const DEFAULT_STEP: u64 = 500;

/// Names of columns that a condition or requirement may also have.
const TAKEN: [&str; 9] = [
    "scenario",
    "as_of",
    "given",
    "variant",
    "world",
    "probability",
    "troops_in_theatre",
    "troops_elsewhere",
    "pledges",
];

/// The most probable combinations of the conditions that matter.
pub(super) fn worlds(finding: &Finding) -> Table {
    let columns =
        world_columns(&finding.scenario, &finding.outcomes.relevant, "rank by probability");
    columns.rows(finding.outcomes.worlds.iter().enumerate())
}

/// The columns of the combinations; `number` says what their first column counts.
pub(super) fn world_columns<'a>(
    scenario: &'a Scenario,
    relevant: &[usize],
    number: &str,
) -> Builder<'a, (usize, &'a World)> {
    type Row<'a> = (usize, &'a World);
    let free = |id: &str| {
        if TAKEN.contains(&id) { format!("{id}_") } else { id.to_owned() }
    };
    let mut table: Builder<'_, Row<'_>> =
        begin_with(scenario, "worlds", "one combination of the conditions that matter");
    table = table.column("world", Kind::Whole, number, |(rank, _)| count(rank + 1)).column(
        "probability",
        Kind::Probability,
        "probability of the world",
        |(_, world)| world.probability,
    );
    for &condition in relevant {
        let (id, entry) = (scenario.conditions.id(condition), scenario.conditions.at(condition));
        let plain = entry.outcomes.is_empty();
        let kind = if plain { Kind::Boolean } else { Kind::Text };
        let meaning = entry.text.clone().unwrap_or_else(|| format!("condition {id}"));
        table = table.column(free(id), kind, meaning, move |(_, world): &Row<'_>| {
            let option = world.options[condition];
            match entry.outcomes.get(option) {
                Some(outcome) => Value::Text(outcome.clone()),
                None => Value::Boolean(option == 1),
            }
        });
    }
    table = table
        .column("troops_in_theatre", Kind::Amount, "mean troops in theatre", |(_, world)| {
            world.in_theatre
        })
        .column("troops_elsewhere", Kind::Amount, "mean troops elsewhere", |(_, world)| {
            world.elsewhere
        });
    for (position, (id, entry)) in scenario.requirements.iter().enumerate() {
        let meaning = entry.text.clone().unwrap_or_else(|| id.to_owned());
        let meaning = format!("probability that it is met: {meaning}");
        table = table.column(free(id), Kind::Probability, meaning, move |(_, world): &Row<'_>| {
            world.met[position]
        });
    }
    table.column("pledges", Kind::Text, "ids of the active pledges", |(_, world)| {
        joined(world.pledges.iter().map(|pledge| scenario.pledges.id(*pledge)))
    })
}

/// The distinct sets of counting, active force pledges.
pub(super) fn outcomes(finding: &Finding) -> Table {
    type Row<'a> = (usize, &'a Force);
    let scenario = &finding.scenario;
    let table: Builder<'_, Row<'_>> =
        begin(finding, "outcomes", "a distinct set of counting, active force pledges");
    table
        .column("outcome", Kind::Whole, "rank by probability", |(rank, _)| count(rank + 1))
        .column("probability", Kind::Probability, "probability of the outcome", |(_, force)| {
            force.probability
        })
        .column("probability_when_asked", Kind::Probability, when_asked(scenario), |(_, force)| {
            force.probability_when_asked
        })
        .column("method", Kind::Text, FOUND, |(_, force)| {
            force.probability.map(|_| Method::of(force.standard_error).word())
        })
        .column("standard_error", Kind::Probability, "of `probability`, where sampled", |(_, f)| {
            f.standard_error
        })
        .column("troops_in_theatre_low", Kind::Amount, "at the smallest sizes", |(_, force)| {
            force.in_theatre[0]
        })
        .column("troops_in_theatre_central", Kind::Amount, "at the mean sizes", |(_, force)| {
            force.in_theatre[1]
        })
        .column("troops_in_theatre_high", Kind::Amount, "at the largest sizes", |(_, force)| {
            force.in_theatre[2]
        })
        .column("pledges", Kind::Text, "ids of the active force pledges", |(_, force)| {
            joined(force.pledges.iter().map(|pledge| scenario.pledges.id(*pledge)))
        })
        .column(
            "conditions",
            Kind::Text,
            "a smallest set of conditions that brings it about, with what they presuppose; of the \
             256 most probable outcomes",
            |(_, force)| {
                let conditions = force.conditions.iter().flatten();
                joined(conditions.map(|(c, option)| scenario.literal(*c, *option)))
            },
        )
        .rows(finding.outcomes.forces.iter().enumerate())
}

/// A cell of the posture with its headline figures.
struct PostureRow<'a> {
    cell: &'a Cell,
    headline: Option<f64>,
    counted: Option<f64>,
    assumed: f64,
    found: Option<&'a CellResult>,
    if_any: Option<Law>,
}

/// Nation by domain, basing and unit.
pub(super) fn posture(finding: &Finding) -> Table {
    let scenario = &finding.scenario;
    let cells = finding.cells.iter().zip(&finding.outcomes.cells);
    let rows = cells.map(|(cell, found)| posture_row(finding, cell, found.as_ref()));
    let table: Builder<'_, PostureRow<'_>> =
        begin(finding, "posture", "one nation's force in one domain at one basing");
    table
        .column("nation", Kind::Text, "ISO 3166-1 alpha-3 code, or id of a bloc", |row| {
            scenario.nations.id(row.cell.nation)
        })
        .column("domain", Kind::Text, "land, sea, air, joint, unstated", |row| {
            row.cell.domain.word()
        })
        .column("basing", Kind::Text, "id of the basing", |row| scenario.basing_id(row.cell.basing))
        .column("unit", Kind::Text, "what is counted", |row| row.cell.unit.as_str())
        .column("headline", Kind::Amount, "mean size of every pledge not refused", |row| {
            row.headline
        })
        .column("counted", Kind::Amount, "of those, at a stage that counts", |row| row.counted)
        .column("probability_any", Kind::Probability, "probability of any at all", |row| {
            row.found.map(|found| any(&found.law))
        })
        .column("if_any_mean", Kind::Amount, "mean, given any", |row| {
            row.if_any.as_ref().map(Law::mean)
        })
        .column("if_any_p05", Kind::Amount, "5th percentile, given any", |row| {
            row.if_any.as_ref().and_then(|law| law.quantile(0.05))
        })
        .column("if_any_p95", Kind::Amount, "95th percentile, given any", |row| {
            row.if_any.as_ref().and_then(|law| law.quantile(0.95))
        })
        .column("mean", Kind::Amount, "mean over all worlds", |row| {
            row.found.map(|found| found.law.mean())
        })
        .column("method", Kind::Text, FOUND, |row| {
            row.found.map(|found| Method::of(found.standard_error).word())
        })
        .column("standard_error", Kind::Amount, "of the mean, where sampled", |row| {
            row.found.and_then(|found| found.standard_error)
        })
        .column("assumed_share", Kind::Probability, "part of the headline that is assumed", |row| {
            row.headline.filter(|headline| *headline > 0.0).map(|headline| row.assumed / headline)
        })
        .rows(rows)
}

fn posture_row<'a>(
    finding: &'a Finding,
    cell: &'a Cell,
    found: Option<&'a CellResult>,
) -> PostureRow<'a> {
    let scenario = &finding.scenario;
    let (headline, counted) = (None, None);
    let mut row = PostureRow { cell, headline, counted, assumed: 0.0, found: None, if_any: None };
    for (index, (_, pledge)) in scenario.pledges.iter().enumerate() {
        if let Some(part) = part(finding, cell, index, pledge) {
            *row.headline.get_or_insert(0.0) += part;
            let counted = row.counted.get_or_insert(0.0);
            *counted += if scenario.counts(pledge) { part } else { 0.0 };
            row.assumed += if pledge.rests_on_assumption() { part } else { 0.0 };
            row.found = found;
        }
    }
    row.if_any = row.found.and_then(|found| found.law.if_any());
    row
}

/// The mean of what a standing pledge puts into a cell, where its size is known.
fn part(finding: &Finding, cell: &Cell, index: usize, pledge: &Pledge) -> Option<f64> {
    let stands = finding.scenario.stands(pledge) && cell.holds(pledge);
    let size = finding.outcomes.sizes[index].as_ref().filter(|_| stands)?;
    let member = pledge.nations.iter().position(|member| member.nation == cell.nation)?;
    Some(size.parts[member])
}

/// A total and its distribution where there is any.
struct TotalRow<'a> {
    total: &'a crate::layout::Total,
    result: &'a TotalResult,
    if_any: Option<Law>,
}

/// The totals.
pub(super) fn totals(finding: &Finding) -> Table {
    let table: Builder<'_, TotalRow<'_>> =
        begin(finding, "totals", "a total over the counted force");
    let rows = finding.totals.iter().zip(&finding.outcomes.totals);
    let rows = rows.map(|(total, result)| {
        let if_any = result.law.as_ref().and_then(Law::if_any);
        TotalRow { total, result, if_any }
    });
    table
        .column("total", Kind::Text, "what is summed", |row| row.total.name.as_str())
        .column("unit", Kind::Text, "what is counted", |row| row.total.unit.as_str())
        .column("min", Kind::Amount, "smallest possible value; empty where sampled", |row| {
            row.result.ends.map(|(low, _)| low)
        })
        .column("max", Kind::Amount, "largest possible value; empty where sampled", |row| {
            row.result.ends.map(|(_, high)| high)
        })
        .column("probability_any", Kind::Probability, "probability of any at all", |row| {
            row.result.law.as_ref().map(any)
        })
        .column("if_any_mean", Kind::Amount, "mean, given any", |row| {
            row.if_any.as_ref().map(Law::mean)
        })
        .column("if_any_p05", Kind::Amount, "5th percentile, given any", |row| {
            row.if_any.as_ref()?.quantile(0.05)
        })
        .column("if_any_p50", Kind::Amount, "median, given any", |row| {
            row.if_any.as_ref()?.quantile(0.5)
        })
        .column("if_any_p95", Kind::Amount, "95th percentile, given any", |row| {
            row.if_any.as_ref()?.quantile(0.95)
        })
        .column("mean", Kind::Amount, "mean over all worlds", |row| {
            row.result.law.as_ref().map(Law::mean)
        })
        .column("mean_low", Kind::Amount, LOW, |row| row.result.span.map(|span| span.low))
        .column("mean_high", Kind::Amount, HIGH, |row| row.result.span.map(|span| span.high))
        .column("range_is", Kind::Text, RANGE_IS, |row| row.result.span.map(Span::word))
        .column("sd", Kind::Amount, "standard deviation over all worlds", |row| {
            row.result.law.as_ref().map(Law::deviation)
        })
        .column(
            "from_assumption_share",
            Kind::Probability,
            "part of the mean that rests on an assumption",
            |row| row.result.from_assumption_share,
        )
        .column("method", Kind::Text, FOUND, |row| {
            row.result.law.as_ref().map(|_| Method::of(row.result.standard_error).word())
        })
        .column(
            "standard_error",
            Kind::Amount,
            "of the mean over all worlds, where sampled",
            |row| row.result.standard_error,
        )
        .rows(rows)
}

/// A row of a distribution: the values from `low` to `high`.
struct Step<'a> {
    total: &'a crate::layout::Total,
    low: u64,
    high: u64,
    law: Part,
    when_asked: Option<Part>,
    method: Method,
}

/// What a law has in a row.
#[derive(Clone, Copy, Default)]
struct Part {
    mass: f64,
    at_least: f64,
}

impl Part {
    fn of(law: &Law, tails: &[(u64, f64)], low: u64, high: u64) -> Self {
        let from = |value: u64| tails.partition_point(|(other, _)| *other < value);
        let (first, last) = (from(low), high.checked_add(1).map_or(tails.len(), from));
        let within = law.atoms()[first..last].iter().map(|(_, p)| *p);
        let at_least = tails.get(first).map_or(0.0, |(_, above)| *above);
        Self { mass: crate::law::sum(within), at_least }
    }
}

/// The distribution of each total: its atoms, or steps where there are many.
pub(super) fn distribution(finding: &Finding, step: u64) -> Table {
    let mut rows = Vec::new();
    for (total, result) in finding.totals.iter().zip(&finding.outcomes.totals) {
        let Some(law) = &result.law else { continue };
        let tails = law.tails();
        let asked = result.law_when_asked.as_ref().map(|law| (law, law.tails()));
        let own = Method::of(result.standard_error);
        let when_asked = asked.as_ref().map(|_| Method::of(result.standard_error_when_asked));
        let same = when_asked.is_none_or(|other| other == own);
        let method = if same { own } else { Method::Mixed };
        rows.extend(steps(law, step).into_iter().map(|(low, high)| Step {
            total,
            low,
            high,
            law: Part::of(law, &tails, low, high),
            when_asked: asked.as_ref().map(|(law, tails)| Part::of(law, tails, low, high)),
            method,
        }));
    }
    let scenario = &finding.scenario;
    let table: Builder<'_, Step<'_>> =
        begin(finding, "distribution", "a value of a total, or a step of values where it has many");
    table
        .column("total", Kind::Text, "what is summed", |row| row.total.name.as_str())
        .column("unit", Kind::Text, "what is counted", |row| row.total.unit.as_str())
        .column("troops", Kind::Whole, "the value, or the lowest of the step", |row| row.low)
        .column("troops_to", Kind::Whole, "the value, or the highest of the step", |row| row.high)
        .column("probability", Kind::Probability, "probability of the value or step", |row| {
            row.law.mass
        })
        .column("probability_at_least", Kind::Probability, "of `troops` or more", |row| {
            row.law.at_least
        })
        .column("probability_when_asked", Kind::Probability, when_asked(scenario), |row| {
            row.when_asked.map(|part| part.mass)
        })
        .column(
            "probability_at_least_when_asked",
            Kind::Probability,
            format!("of `troops` or more; {}", when_asked(scenario)),
            |row| row.when_asked.map(|part| part.at_least),
        )
        .column("method", Kind::Text, BOTH_FOUND, |row| row.method.word())
        .rows(rows)
}

/// The rows of a distribution, as lowest and highest value: each atom, or where there are many zero
/// and then the multiples of the step that hold any. Where these are too many, steps are wider.
fn steps(law: &Law, step: u64) -> Vec<(u64, u64)> {
    let steps = steps_of(law, step);
    if step > 1 && steps.len() > MOST_STEPS {
        self::steps(law, step.saturating_mul(10))
    } else {
        steps
    }
}

fn steps_of(law: &Law, step: u64) -> Vec<(u64, u64)> {
    let values = law.atoms().iter().map(|(value, _)| *value);
    if law.atoms().len() <= MOST_ATOMS || step <= 1 {
        return values.map(|value| (value, value)).collect();
    }
    let mut steps: Vec<(u64, u64)> = values
        .map(|value| (value / step * step, value))
        .map(
            |(low, value)| {
                if value == 0 { (0, 0) } else { (low.max(1), low.saturating_add(step - 1)) }
            },
        )
        .collect();
    steps.dedup();
    steps
}

/// The requirements.
pub(super) fn requirements(finding: &Finding) -> Table {
    type Row<'a> = (usize, &'a RequirementResult);
    let scenario = &finding.scenario;
    let table: Builder<'_, Row<'_>> = begin(finding, "requirements", "a requirement");
    table
        .column("requirement", Kind::Text, "id of the requirement", |(index, _)| {
            scenario.requirements.id(*index)
        })
        .column("floor", Kind::Whole, "how many it asks for", |(index, _)| {
            scenario.requirements.at(*index).floor
        })
        .column("probability", Kind::Probability, "probability that it is met", |(_, result)| {
            result.probability
        })
        .column("probability_when_asked", Kind::Probability, GIVEN, |(_, r)| {
            r.probability_when_asked
        })
        .column("probability_low", Kind::Probability, LOW, |(_, r)| r.span.map(|span| span.low))
        .column("probability_high", Kind::Probability, HIGH, |(_, r)| r.span.map(|span| span.high))
        .column("range_is", Kind::Text, RANGE_IS, |(_, r)| r.span.map(Span::word))
        .column("probability_low_any_dependence", Kind::Probability, HOWEVER, |(_, r)| {
            r.any_dependence.map(|(low, _)| low)
        })
        .column("probability_high_any_dependence", Kind::Probability, "most, likewise", |(_, r)| {
            r.any_dependence.map(|(_, high)| high)
        })
        .column(
            "expected_shortfall_when_asked",
            Kind::Amount,
            "mean missing to the floor (0 where it is met), given `asked_when`",
            |(_, result)| result.expected_shortfall_when_asked,
        )
        .column(
            "from_assumption_share",
            Kind::Probability,
            "part of the mean of its total that rests on an assumption",
            |(_, result)| result.from_assumption_share,
        )
        .column("circular", Kind::Boolean, "only shares of an assumption can meet it", |(i, _)| {
            let requirement = scenario.requirements.at(*i);
            scenario.is_circular(requirement)
        })
        .column("asked_when", Kind::Text, "when anyone asks", |(index, _)| {
            let requirement = scenario.requirements.at(*index);
            scenario.asked_about(requirement).map(|stated| stated.text.clone())
        })
        .column("method", Kind::Text, FOUND, |(_, result)| {
            result.probability.map(|_| Method::of(result.standard_error).word())
        })
        .column("standard_error", Kind::Probability, "of `probability`, where sampled", |(_, r)| {
            r.standard_error
        })
        .column(
            "standard_error_when_asked",
            Kind::Probability,
            "of `probability_when_asked`, where sampled",
            |(_, result)| result.standard_error_when_asked,
        )
        .rows(finding.outcomes.requirements.iter().enumerate())
}

/// The meanings of the columns of ranges.
pub(super) const LOW: &str =
    "low end over all probabilities stated as words or ranges, an absent one from 0 to 1";
pub(super) const HIGH: &str = "high end, likewise";
const RANGE_IS: &str = "`sharp` where probabilities in the ranges give both ends, `bound` where the \
                        figure is nowhere beyond them; empty where sampled or beyond the budget";

/// The meaning of the column of the least probability under any dependence.
const HOWEVER: &str = "least over all ways in which the conditions may hang together: every stated \
                       chance and range is kept, given its clause and what is known or given, but \
                       nothing is taken as independent; empty where many conditions bear upon it, \
                       or what is given is more than how conditions ended upon which nothing bears";

/// The meaning of the columns of requirements that take what is asked as given.
const GIVEN: &str = "probability that it is met, given `asked_when`";

/// The meaning of the columns that take what is asked as given.
fn when_asked(scenario: &Scenario) -> String {
    match &scenario.asked_when {
        Some(asked) => format!("given {}", asked.text),
        None => "empty: the scenario does not say when anyone asks".to_owned(),
    }
}

/// The probability of any at all.
fn any(law: &Law) -> f64 {
    law.at_least(1)
}

/// A count as a whole number.
fn count(value: usize) -> u64 {
    u64::try_from(value).unwrap_or(u64::MAX)
}

/// The headline of a scenario in troops and how much of it is assumed: the mean sizes of every
/// force pledge that is neither refused nor withdrawn.
pub fn headline(finding: &Finding) -> (f64, f64) {
    in_headline(finding).fold((0.0, 0.0), |(all, assumed), (index, troops)| {
        let rests = finding.scenario.pledges.at(index).rests_on_assumption();
        (all + troops, assumed + if rests { troops } else { 0.0 })
    })
}

/// The mean sizes of the pledges of the headline that stay; none where no pledge of it has a size.
pub(super) fn level(finding: &Finding, stays: impl Fn(&Pledge) -> bool) -> Option<f64> {
    let mut sized = in_headline(finding).peekable();
    sized.peek()?;
    let kept = sized.filter(|(index, _)| stays(finding.scenario.pledges.at(*index)));
    Some(kept.map(|(_, troops)| troops).sum())
}

/// The pledges that the headline sums, with their mean sizes.
pub(super) fn in_headline(finding: &Finding) -> impl Iterator<Item = (usize, f64)> {
    let pledges = finding.scenario.pledges.iter().enumerate();
    let standing = pledges.filter(|(_, (_, pledge))| {
        finding.scenario.stands(pledge) && pledge.unit == crate::scenario::TROOPS
    });
    standing.filter_map(|(index, _)| Some((index, finding.outcomes.sizes[index].as_ref()?.central)))
}
