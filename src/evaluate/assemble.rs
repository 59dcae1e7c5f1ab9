//! From answers to outcomes: each figure finds its answer.
//!
//! In: a `Model`, what was asked and what was answered. Out: `Outcomes`. A figure that was not
//! asked, because a probability is missing or nobody wants it, is none.

use super::bits;
use super::bring_about::{self, Way};
use super::deciding::{Direction, deciding};
use super::dependence;
use super::gates;
use super::likely::likely;
use super::question::{
    Answers, FloorAnswer, FloorQuestion, LawAnswer, LawQuestion, Questions, SetAnswer, SetsQuestion,
};
use super::ranges::{self, Work};
use super::responses::responses;
use super::sums::{self, PreparedSum};
use super::swings;
use super::{
    Choice, Settings, counting_forces, floor_question, in_theatre, is_stated, kept_question,
};
use crate::law::{self, Law};
use crate::model::{Contributor, Floor, Model, NodeId, Pledge, Sum, Term};
use crate::outcomes::{
    CellResult, ContributorResult, Deciding, Estimate, Force, Method, Outcomes, RequirementResult,
    Responses, SizeResult, Span, TotalResult, World,
};

/// How many forces, the most probable ones, are explained by their conditions.
const EXPLAINED: usize = 256;

/// The part of the budget that may be spent on that.
const PART: u64 = 8;

/// Questions, whose lists are in rising order, and their answers.
#[derive(Clone, Copy)]
pub(super) struct Answered<'a> {
    pub(super) model: &'a Model,
    pub(super) questions: &'a Questions,
    pub(super) answers: &'a Answers,
}

fn find<'a, Q: Ord, A>(questions: &[Q], answers: &'a [Option<A>], question: &Q) -> Option<&'a A> {
    answers[questions.binary_search(question).ok()?].as_ref()
}

impl<'a> Answered<'a> {
    fn node(self, node: NodeId) -> Option<Estimate> {
        find(&self.questions.nodes, &self.answers.nodes, &node).copied()
    }

    fn law(self, sum: &Sum, given: Option<NodeId>) -> Option<&'a LawAnswer> {
        let question = LawQuestion { sum: sum.clone(), given };
        find(&self.questions.laws, &self.answers.laws, &question)
    }

    fn floor(self, question: &FloorQuestion) -> Option<&'a FloorAnswer> {
        find(&self.questions.floors, &self.answers.floors, question)
    }

    fn variable(self, variable: usize) -> Option<Vec<Estimate>> {
        find(&self.questions.variables, &self.answers.variables, &variable).cloned()
    }

    /// What the scenario itself asks.
    fn asked(self) -> Option<NodeId> {
        self.model.asked.first().copied().filter(|_| self.model.asked_by_scenario)
    }

    /// How all that was answered was found.
    fn method(self) -> Method {
        let answers = self.answers;
        let estimates = answers.nodes.iter().flatten().copied();
        let marginals = answers.variables.iter().flatten().flatten().copied();
        let laws = answers.laws.iter().flatten().map(|law| law.samples.is_some());
        let floors = answers.floors.iter().flatten().filter_map(|floor| floor.met);
        let sets = answers.sets.iter().flatten().flat_map(|sets| &sets.sets);
        let figures = estimates.chain(marginals).chain(floors);
        let figures = figures.chain(sets.map(|set| set.probability));
        let sampled = figures.map(|figure| figure.standard_error.is_some()).chain(laws);
        let (mut some, mut all) = (false, true);
        sampled.for_each(|sampled| (some, all) = (some || sampled, all && sampled));
        match (some, all) {
            (true, true) => Method::Sampled,
            (true, false) => Method::Mixed,
            _ => Method::Exact,
        }
    }
}

/// What `Outcomes` are made of.
pub(super) struct Assembly<'a> {
    model: &'a Model,
    laws: &'a [Option<Law>],
    answered: Answered<'a>,
    settings: Settings,
    totals: Vec<PreparedSum>,
    floors: Vec<PreparedSum>,
}

impl<'a> Assembly<'a> {
    pub(super) fn new(
        model: &'a Model,
        laws: &'a [Option<Law>],
        answered: Answered<'a>,
        settings: Settings,
    ) -> Self {
        let prepare = |sum: &Sum| PreparedSum::new(model, laws, sum);
        let totals = model.totals.iter().take(2).map(prepare).collect();
        let floors = model.floors.iter().map(|floor| prepare(&floor.sum)).collect();
        Self { model, laws, answered, settings, totals, floors }
    }

    pub(super) fn outcomes(&self) -> Outcomes {
        let (model, parts) = (self.model, self.settings.parts);
        let roots = |variable: &usize| model.parents(*variable).is_empty();
        let (worlds, worlds_possible, probability_left_out) = self.worlds();
        let method = self.answered.method();
        let (all, in_theatre) = (counting_forces(model), in_theatre(model));
        let (forces, forces_left_out) = self.forces(&all);
        let (forces_in_theatre, forces_in_theatre_left_out) = if all == in_theatre {
            (forces.clone(), forces_left_out)
        } else {
            self.forces(&in_theatre)
        };
        Outcomes {
            method,
            sampling: (method != Method::Exact).then_some(self.settings.effort.sampling),
            unanswered: self.answered.questions.open(self.answered.answers).len(),
            relevant: model.relevant.clone(),
            independent: model.relevant.iter().filter(|variable| roots(variable)).count(),
            worlds,
            worlds_possible,
            probability_left_out,
            forces,
            forces_in_theatre,
            forces_left_out,
            forces_in_theatre_left_out,
            totals: model.totals.iter().map(|sum| self.total(sum)).collect(),
            cells: model.cells.iter().map(|sum| self.cell(sum)).collect(),
            contributors: if parts.contributors {
                model.contributors.iter().map(|own| self.contributor(own)).collect()
            } else {
                Vec::new()
            },
            requirements: (0..model.floors.len()).map(|index| self.requirement(index)).collect(),
            marginals: (0..model.variables.len()).map(|v| self.answered.variable(v)).collect(),
            active: model.pledges.iter().map(|pledge| self.answered.node(pledge.active)).collect(),
            gates: if parts.gates {
                gates::gates(model, self.settings.effort.budget)
            } else {
                Vec::new()
            },
            responses: self.responses(),
            unlock: self.deciding(Direction::Unlock),
            block: self.deciding(Direction::Block),
            sizes: (0..model.pledges.len()).map(|pledge| self.size(pledge)).collect(),
            probability_asked: self.answered.asked().and_then(|asked| self.value(asked)),
        }
    }

    /// How results answer to how conditions end, with ranges where these are wanted.
    fn responses(&self) -> Responses {
        if !self.settings.parts.responses {
            return Responses::default();
        }
        let found = responses(self.model, self.laws, self.settings.effort.budget);
        match self.for_ranges(1) {
            Some(budget) => swings::ranged(self.model, self.laws, found, budget),
            None => found,
        }
    }

    /// The sets that decide each requirement, where they are wanted.
    fn deciding(&self, direction: Direction) -> Vec<Option<Deciding>> {
        let (parts, budget) = (self.settings.parts, self.settings.effort.budget);
        let wanted = match direction {
            Direction::Unlock => parts.unlock,
            Direction::Block => parts.block,
        };
        if !wanted {
            return Vec::new();
        }
        deciding(self.model, self.laws, (direction, self.settings.sets), budget)
    }

    fn value(&self, node: NodeId) -> Option<f64> {
        self.answered.node(node).map(|estimate| estimate.value)
    }

    fn total(&self, sum: &Sum) -> TotalResult {
        let found = self.answered.law(sum, None);
        let asked = self.answered.asked();
        let when_asked = asked.and_then(|asked| self.answered.law(sum, Some(asked)));
        TotalResult {
            law: found.and_then(|found| found.law.clone()),
            law_when_asked: when_asked.and_then(|found| found.law.clone()),
            from_assumption_share: self.assumption_share(sum),
            standard_error: found.and_then(|found| found.mean_error),
            ends: found.and_then(|found| found.law.as_ref().and(found.ends)),
            standard_error_when_asked: when_asked.and_then(|found| found.mean_error),
            span: self.mean_span(sum, found),
        }
    }

    /// The range of a total's mean; none where that is sampled.
    fn mean_span(&self, sum: &Sum, found: Option<&LawAnswer>) -> Option<Span> {
        let parts = self.settings.parts;
        let sampled = found.is_some_and(|found| found.samples.is_some());
        if sampled || !parts.totals {
            return None;
        }
        let point = found.and_then(|found| found.law.as_ref()).map(Law::mean);
        let work = Work::new(self.for_ranges(self.model.totals.len())?);
        ranges::mean(self.model, self.laws, (sum, point), &work)
    }

    /// The range of how often a requirement is met; none where that is sampled.
    fn met_span(&self, floor: &Floor, met: Option<Estimate>) -> Option<Span> {
        if met.is_some_and(|met| met.standard_error.is_some()) || !self.settings.parts.requirements
        {
            return None;
        }
        let point = met.map(|met| met.value);
        let work = Work::new(self.for_ranges(self.model.floors.len())?);
        ranges::met(self.model, self.laws, (floor, point), &work)
    }

    /// Between what a requirement's probability lies however the conditions hang together; rounding
    /// leaves what is known to be in it there.
    fn any_dependence(
        &self,
        floor: &Floor,
        met: Option<Estimate>,
        span: Option<Span>,
    ) -> Option<(f64, f64)> {
        self.for_ranges(1).filter(|_| self.settings.parts.requirements)?;
        let (low, high) = dependence::met(self.model, self.laws, floor)?;
        let exact = met.filter(|met| met.standard_error.is_none()).map(|met| met.value);
        let sharp = span.filter(|span| span.sharp);
        let within = Span { low, high, sharp: true }.around(exact);
        let within = within.around(sharp.map(|own| own.low)).around(sharp.map(|own| own.high));
        Some((within.low, within.high))
    }

    /// What may be spent on each of so many ranges, where any are wanted.
    fn for_ranges(&self, count: usize) -> Option<u64> {
        let Settings { parts, effort, .. } = self.settings;
        let wanted = parts.ranges && effort.choice != Choice::Sampled;
        wanted.then(|| effort.budget / PART / (count.max(1) as u64))
    }

    fn cell(&self, sum: &Sum) -> Option<CellResult> {
        let found = self.answered.law(sum, None)?;
        Some(CellResult { law: found.law.clone()?, standard_error: found.mean_error })
    }

    /// A nation's troops at each step. What it can keep of X troops is min(X, most), whose mean is
    /// `most` less the mean of what X lacks of it; never more than the mean of X, which sampling on
    /// its own may exceed.
    fn contributor(&self, own: &Contributor) -> ContributorResult {
        if own.headline.is_empty() {
            return ContributorResult::default();
        }
        let found = self.answered.law(&own.in_theatre, None);
        let law = found.and_then(|found| found.law.as_ref());
        let standard_error = found.and_then(|found| found.mean_error);
        let conditions = law.map(|law| Estimate { value: law.mean(), standard_error });
        let kept = |question: &FloorQuestion| {
            let lacking = self.answered.floor(question)?.shortfall?;
            let value = (law::real(question.floor) - lacking.value).min(conditions?.value);
            Some(Estimate { value, ..lacking })
        };
        let question = kept_question(own);
        ContributorResult {
            headline: Some(self.mean_of(&own.headline)),
            counted: Some(self.mean_of(&own.counted)),
            in_theatre: Some(self.mean_of(&own.in_theatre)),
            conditions,
            sustained: question.as_ref().map_or(conditions, kept),
        }
    }

    /// The mean of a sum where every pledge is active.
    fn mean_of(&self, sum: &Sum) -> f64 {
        law::sum(sum.iter().map(|term| sums::term_law(self.model, self.laws, term).mean()))
    }

    /// The part of a sum's mean that rests on an assumption; none where the mean is zero.
    fn assumption_share(&self, sum: &Sum) -> Option<f64> {
        let (mut all, mut assumed) = (law::Accumulator::default(), law::Accumulator::default());
        for term in sum {
            let pledge = &self.model.pledges[term.pledge];
            let mean =
                self.value(pledge.active)? * sums::term_law(self.model, self.laws, term).mean();
            all.add(mean);
            if pledge.assumed {
                assumed.add(mean);
            }
        }
        (all.total() > 0.0).then(|| assumed.total() / all.total())
    }

    fn requirement(&self, index: usize) -> RequirementResult {
        let floor = &self.model.floors[index];
        let asked = floor.asked.map(|asked| self.model.asked[asked]);
        let fares = |given| self.answered.floor(&floor_question(self.model, index, given));
        let met = fares(None).and_then(|answer| answer.met);
        let when_asked = asked.and_then(|asked| fares(Some(asked)));
        let met_when_asked = when_asked.and_then(|answer| answer.met);
        let shortfall = when_asked.and_then(|answer| answer.shortfall);
        let span = self.met_span(floor, met);
        RequirementResult {
            probability: met.map(|met| met.value),
            standard_error: met.and_then(|met| met.standard_error),
            span,
            any_dependence: self.any_dependence(floor, met, span),
            probability_when_asked: met_when_asked.map(|met| met.value),
            standard_error_when_asked: met_when_asked.and_then(|met| met.standard_error),
            expected_shortfall_when_asked: shortfall
                .filter(|_| floor.floor.is_some())
                .map(|shortfall| shortfall.value),
            from_assumption_share: floor.floor.and_then(|_| self.assumption_share(&floor.sum)),
            asked: asked.and_then(|asked| self.answered.node(asked)),
        }
    }

    /// The distinct sets of active pledges among some, most probable first, and the probability of
    /// those that are not listed.
    fn forces(&self, pledges: &[usize]) -> (Vec<Force>, Option<f64>) {
        let (model, asked) = (self.model, self.answered.asked());
        let question =
            SetsQuestion { pledges: pledges.to_vec(), given: asked, top: self.settings.top_forces };
        let (questions, answers) = (&self.answered.questions.sets, &self.answered.answers.sets);
        let Some(found) = find(questions, answers, &question) else {
            return (Vec::new(), None);
        };
        let nodes: Vec<NodeId> =
            pledges.iter().map(|pledge| model.pledges[*pledge].active).collect();
        let bits = |set: &SetAnswer| {
            let mut bits = bits::empty(pledges.len());
            for at in set.pledges.iter().filter_map(|pledge| pledges.binary_search(pledge).ok()) {
                bits::insert(&mut bits, at);
            }
            bits
        };
        let sets: Vec<Vec<u64>> = found.sets.iter().take(EXPLAINED).map(bits).collect();
        let ways = bring_about::ways(model, &nodes, &sets, self.settings.effort.budget / PART);
        let stated = self.is_stated(&nodes, None);
        let stated_when_asked = self.is_stated(&nodes, asked);
        let force = |(set, way): (&SetAnswer, Option<Way>)| Force {
            only_way: way.as_ref().is_some_and(|way| way.only),
            conditions: way.map(|way| way.conditions),
            in_theatre: self.totals.first().map_or([0.0; 3], |sum| sum.bounds_of(&set.pledges)),
            pledges: set.pledges.clone(),
            probability: stated.then_some(set.probability.value),
            standard_error: set.probability.standard_error.filter(|_| stated),
            probability_when_asked: set
                .when_given
                .filter(|_| stated_when_asked)
                .map(|when| when.value),
        };
        let ways = ways.into_iter().chain(std::iter::repeat(None));
        let forces = found.sets.iter().zip(ways).map(force).collect();
        (forces, stated.then_some(found.left_out))
    }

    fn is_stated(&self, nodes: &[NodeId], given: Option<NodeId>) -> bool {
        let mut roots = nodes.to_vec();
        roots.extend(given);
        is_stated(self.model, &self.model.ancestors(&roots))
    }

    fn size(&self, pledge: usize) -> Option<SizeResult> {
        let law = self.laws[pledge].as_ref()?;
        let part = |member| {
            let term = Term { pledge, members: vec![member] };
            sums::term_law(self.model, self.laws, &term).mean()
        };
        let members = 0..self.model.pledges[pledge].parts.len();
        let (low, high) = law.low().zip(law.high())?;
        Some(SizeResult { low, central: law.mean(), high, parts: members.map(part).collect() })
    }

    /// The most probable worlds, how many are possible, and the probability left out.
    fn worlds(&self) -> (Vec<World>, Option<f64>, Option<f64>) {
        if !self.settings.parts.worlds {
            return (Vec::new(), None, None);
        }
        let top = self.settings.top.unwrap_or(usize::MAX);
        let Some(likely) = likely(self.model, top, self.settings.effort.budget) else {
            return (Vec::new(), None, None);
        };
        let mut relevant = self.model.relevant.iter().map(|v| &self.model.variables[*v]);
        let stated = relevant.all(|variable| variable.stated);
        let mut met: Vec<_> = self.floors.iter().map(sums::Reached::new).collect();
        let world = |(probability, options): &(f64, Vec<usize>)| {
            self.world(stated.then_some(*probability), options, &mut met)
        };
        let worlds = likely.worlds.iter().map(world).collect();
        (worlds, Some(likely.possible), stated.then_some(likely.left_out))
    }

    fn world(
        &self,
        probability: Option<f64>,
        options: &[usize],
        reached: &mut [sums::Reached<'_>],
    ) -> World {
        let model = self.model;
        let values = model.values(options);
        let met = |(floor, reached): (&Floor, &mut sums::Reached<'_>)| {
            if !values[floor.needs] {
                return Some(0.0);
            }
            reached.at_least(&values, floor.floor.unwrap_or(0))
        };
        let mean = |total: usize| self.totals.get(total).map_or(0.0, |sum| sum.mean_in(&values));
        let active = |(at, pledge): (usize, &Pledge)| values[pledge.active].then_some(at);
        World {
            probability,
            options: options.to_vec(),
            in_theatre: mean(0),
            elsewhere: mean(1),
            met: model.floors.iter().zip(reached).map(met).collect(),
            pledges: model.pledges.iter().enumerate().filter_map(active).collect(),
        }
    }
}
