//! Exact answers: each question becomes a program, and the program is evaluated.
//!
//! In: a `Model`, `Questions`, and how much work may be spent. Out: `Answers`, none where the work
//! did not suffice. What one order of the conditions could not answer is asked again under the next.

use super::bits;
use super::diagram::{OverBudget, Spent};
use super::distribution::{self, Sizes, Spread};
use super::evidence;
use super::modules;
use super::portfolio;
use super::program::{ProgramId, Programs, Query};
use super::question::{
    Answers, Estimate, FloorAnswer, FloorQuestion, LawAnswer, LawQuestion, Questions, SetAnswer,
    SetsAnswer, SetsQuestion,
};
use super::sets;
use super::sums;
use super::traverse::{Probability, forward};
use crate::law::{self, Law};
use crate::model::{Model, NodeId, Sum};
use std::collections::BTreeMap;

/// Answers what can be answered with so many operations on diagrams and programs.
pub fn answer(model: &Model, laws: &[Option<Law>], questions: &Questions, budget: u64) -> Answers {
    let model = &*evidence::lightened(model);
    let mut answers = Answers::none(questions);
    let roots = questions.roots(model);
    let asked = (roots.as_slice(), questions.variables.as_slice());
    let alone = alone(model, questions, budget / 2);
    let _ = portfolio::attempt(model, asked, budget / 2, |factors, left| {
        let (programs, masses) = (Programs::new(factors), BTreeMap::new());
        let mut exact = Exact { programs, sizes: laws, alone: &alone, left, failed: false, masses };
        exact.answer(questions, &mut answers);
        if exact.failed { Err(OverBudget) } else { Ok(()) }
    });
    answers
}

/// The probabilities that formulas hold and fail.
type Alone = BTreeMap<NodeId, (f64, f64)>;

/// The formulas asked about upon whose variables nothing bears: without evidence they need no
/// program and no order that suits others. The smallest come first, and none may spend more than
/// half of what is left; what that does not suffice for is missing.
fn alone(model: &Model, questions: &Questions, budget: u64) -> Alone {
    let sums = questions.laws.iter().map(|law| &law.sum);
    let sums = sums.chain(questions.floors.iter().map(|floor| &floor.sum));
    let single = sums.filter_map(|sum| {
        let first = model.pledges[sum.first()?.pledge].active;
        sum.iter().all(|term| model.pledges[term.pledge].active == first).then_some(first)
    });
    let mut nodes: Vec<NodeId> = questions.nodes.iter().copied().chain(single).collect();
    nodes.sort_unstable();
    nodes.dedup();
    let supports = nodes.into_iter().map(|node| (model.support(node), node));
    let roots = |support: &[usize]| support.iter().all(|variable| model.is_root(*variable));
    let mut alone: Vec<_> = supports.filter(|(support, _)| roots(support)).collect();
    alone.sort_by_key(|(support, node)| (support.len(), *node));
    let mut left = budget;
    let mut found = Alone::new();
    for (_, node) in alone {
        match modules::weigh(model, node, left / 2) {
            Ok((weights, spent)) => {
                left -= spent;
                found.insert(node, weights);
            }
            Err(OverBudget) => left -= left / 2,
        }
    }
    found
}

/// Questions under one order.
struct Exact<'m> {
    programs: Programs<'m>,
    /// The laws of the pledges' sizes.
    sizes: &'m [Option<Law>],
    /// What is known of formulas that stand alone.
    alone: &'m Alone,
    /// Operations left.
    left: u64,
    /// Whether any question took more than was left.
    failed: bool,
    /// Probabilities of what is required, by that.
    masses: BTreeMap<Vec<NodeId>, f64>,
}

impl Exact<'_> {
    fn answer(&mut self, questions: &Questions, answers: &mut Answers) {
        for (question, answer) in questions.nodes.iter().zip(&mut answers.nodes) {
            self.attempt(answer, |exact| exact.node(*question));
        }
        for (question, answer) in questions.variables.iter().zip(&mut answers.variables) {
            self.attempt(answer, |exact| exact.variable(*question));
        }
        self.sums(questions, answers);
        for (question, answer) in questions.sets.iter().zip(&mut answers.sets) {
            self.attempt(answer, |exact| exact.sets(question));
        }
    }

    /// Answers what is not answered yet with a part of what is left, so that one hard question
    /// leaves something for the others.
    fn attempt<T>(
        &mut self,
        answer: &mut Option<T>,
        question: impl FnOnce(&mut Self) -> Spent<Option<T>>,
    ) {
        if answer.is_some() {
            return;
        }
        let before = self.programs.factors.diagrams.steps();
        self.programs.factors.diagrams.allow(self.left / 2);
        let found = question(self);
        self.left = self.left.saturating_sub(self.programs.factors.diagrams.steps() - before);
        *answer = found.unwrap_or_else(|_| {
            self.failed = true;
            None
        });
    }

    /// The probability of what is required, and one option.
    fn probability(&mut self, required: &[NodeId], options: &[(usize, usize)]) -> Spent<f64> {
        if options.is_empty()
            && let Some(known) = self.masses.get(required)
        {
            return Ok(*known);
        }
        if let ([node], []) = (required, options)
            && let Some((mass, _)) = self.alone.get(node)
        {
            return Ok(*mass);
        }
        let (required_too, options) = (required.to_vec(), options.to_vec());
        let query = Query { required: required_too, options, ..Query::default() };
        let root = self.programs.compile(&query)?;
        let mass = forward(&self.programs, &[root], &mut Probability).pop().unwrap_or(0.0);
        if query.options.is_empty() {
            self.masses.insert(required.to_vec(), mass);
        }
        Ok(mass)
    }

    /// What must hold: what is given, and the evidence where it has a bearing on what is asked.
    fn given(&self, roots: &[NodeId], given: Option<NodeId>) -> Vec<NodeId> {
        let model = self.programs.factors.model;
        let mut asked = roots.to_vec();
        asked.extend(given);
        evidence::bearing(model, &model.ancestors(&asked), given)
    }

    fn node(&mut self, node: NodeId) -> Spent<Option<Estimate>> {
        let given = self.given(&[node], None);
        let mut required = given.clone();
        required.push(node);
        let both = self.probability(&required, &[])?;
        let whole = self.probability(&given, &[])?;
        Ok(law::given(both, whole).map(Estimate::exact))
    }

    fn variable(&mut self, variable: usize) -> Spent<Option<Vec<Estimate>>> {
        let model = self.programs.factors.model;
        let given = evidence::bearing(model, &model.ancestors_of(variable), None);
        let whole = self.probability(&given, &[])?;
        let mut estimates = Vec::new();
        for option in 0..model.variables[variable].options {
            let both = self.probability(&given, &[(variable, option)])?;
            estimates.push(law::given(both, whole).map(Estimate::exact));
        }
        Ok(estimates.into_iter().collect())
    }

    /// Laws and floors, those of one sum together.
    fn sums(&mut self, questions: &Questions, answers: &mut Answers) {
        let mut batches: BTreeMap<&Sum, Batch> = BTreeMap::new();
        for (at, question) in questions.laws.iter().enumerate() {
            if answers.laws[at].is_none() {
                batches.entry(&question.sum).or_default().laws.push(at);
            }
        }
        for (at, question) in questions.floors.iter().enumerate() {
            if answers.floors[at].is_none() {
                batches.entry(&question.sum).or_default().floors.push(at);
            }
        }
        for (sum, batch) in batches {
            let mut found = None;
            self.attempt(&mut found, |exact| exact.batch(sum, &batch, questions));
            let Some((laws, floors)) = found else { continue };
            batch.laws.iter().zip(laws).for_each(|(at, law)| answers.laws[*at] = Some(law));
            let places = batch.floors.iter().zip(floors);
            places.for_each(|(at, floor)| answers.floors[*at] = Some(floor));
        }
    }

    fn batch(&mut self, sum: &Sum, batch: &Batch, questions: &Questions) -> Spent<Option<Found>> {
        let sizes = sums::by_activity(self.programs.factors.model, self.sizes, sum);
        let watched: Vec<NodeId> = sizes.keys().copied().collect();
        // What each question requires, and with what it is compared.
        let laws: Vec<&LawQuestion> = batch.laws.iter().map(|at| &questions.laws[*at]).collect();
        let floors: Vec<&FloorQuestion> =
            batch.floors.iter().map(|at| &questions.floors[*at]).collect();
        let mut given: Vec<Vec<NodeId>> = Vec::new();
        for law in &laws {
            given.push(self.given(&watched, law.given));
        }
        for floor in &floors {
            let mut roots = watched.clone();
            roots.push(floor.needs);
            given.push(self.given(&roots, floor.given));
        }
        let met = floors.iter().zip(&given[laws.len()..]).map(|(floor, given)| {
            let mut met = given.clone();
            met.push(floor.needs);
            met.retain(|node| !self.programs.factors.model.holds_always(*node));
            met.sort_unstable();
            met.dedup();
            met
        });
        let met: Vec<Vec<NodeId>> = met.collect();
        let mut required: Vec<Vec<NodeId>> = given.iter().chain(&met).cloned().collect();
        required.sort();
        required.dedup();
        let Some(found) = self.weighted_laws(&required, &sizes)? else {
            self.failed = true;
            return Ok(None);
        };
        let spread = |wanted: &Vec<NodeId>| &found[required.binary_search(wanted).unwrap_or(0)];
        let law = |wanted: &Vec<NodeId>| &spread(wanted).law;
        let mut answers = Found::default();
        for given in &given[..laws.len()] {
            let whole = self.probability(given, &[])?;
            answers.0.push(law_answer(spread(given), whole));
        }
        for ((floor, given), met) in floors.iter().zip(&given[laws.len()..]).zip(&met) {
            let whole = self.probability(given, &[])?;
            answers.1.push(floor_answer(floor.floor, law(met), law(given), whole));
        }
        Ok(Some(answers))
    }

    /// The law of a sum for each set of required formulas, weighted by how probable these are; none
    /// where it has too many values.
    fn weighted_laws(
        &mut self,
        required: &[Vec<NodeId>],
        sizes: &Sizes,
    ) -> Spent<Option<Vec<Spread>>> {
        if let ([nothing], Some((node, laws))) = (required, sizes.first_key_value())
            && (nothing.is_empty(), sizes.len()) == (true, 1)
            && let Some((holds, fails)) = self.alone.get(node)
        {
            let Some(size) = distribution::sum(laws) else { return Ok(None) };
            let (none, sizes) = (Law::point(0), laws.iter());
            let ends = sizes.fold((0, 0), |sum, law| {
                (sum.0 + law.low().unwrap_or(0), sum.1 + law.high().unwrap_or(0))
            });
            let low = if *fails > 0.0 { 0 } else { ends.0 };
            let ends = Some((low, if *holds > 0.0 { ends.1 } else { 0 }));
            let law = Law::mix([(*holds, 0, &size), (*fails, 0, &none)].into_iter());
            return Ok(Some(vec![Spread { law, ends }]));
        }
        let watched: Vec<NodeId> = sizes.keys().copied().collect();
        let mut roots = Vec::new();
        for required in required {
            let (required, watched) = (required.clone(), watched.clone());
            roots.push(self.programs.compile(&Query { required, watched, ..Query::default() })?);
        }
        Ok(distribution::laws(&self.programs, &roots, sizes))
    }

    fn sets(&mut self, question: &SetsQuestion) -> Spent<Option<SetsAnswer>> {
        let model = self.programs.factors.model;
        let active = |pledge: &usize| model.pledges[*pledge].active;
        let mut nodes: Vec<NodeId> = question.pledges.iter().map(active).collect();
        nodes.sort_unstable();
        nodes.dedup();
        let given = self.given(&nodes, None);
        let root = self.noted(&given, &nodes)?;
        let whole = self.probability(&given, &[])?;
        let listed = sets::list(&self.programs, root, &nodes, question.top);
        if whole <= 0.0 || listed.sets.is_empty() {
            self.failed = true;
            return Ok(None);
        }
        let when = match question.given {
            Some(formula) => {
                let given = self.given(&nodes, Some(formula));
                let root = self.noted(&given, &nodes)?;
                Some((root, self.probability(&given, &[])?))
            }
            None => None,
        };
        let answer = |(set, weight): &(sets::Bits, f64)| {
            let position = |pledge: &usize| nodes.binary_search(&active(pledge)).unwrap_or(0);
            let members = question.pledges.iter().filter(|pledge| bits::has(set, position(pledge)));
            SetAnswer {
                pledges: members.copied().collect(),
                probability: Estimate::exact(weight / whole),
                when_given: when.and_then(|(root, whole)| {
                    let both = sets::probability(&self.programs, root, &nodes, set);
                    law::given(both, whole).map(Estimate::exact)
                }),
            }
        };
        let mut answers: Vec<SetAnswer> = listed.sets.iter().map(answer).collect();
        answers.sort_by(SetAnswer::order);
        let listed_mass = law::sum(answers.iter().map(|answer| answer.probability.value));
        let left_out = if listed.complete { 0.0 } else { law::rest(listed_mass) };
        Ok(Some(SetsAnswer { sets: answers, left_out }))
    }

    fn noted(&mut self, required: &[NodeId], nodes: &[NodeId]) -> Spent<ProgramId> {
        let (required, noted) = (required.to_vec(), nodes.to_vec());
        self.programs.compile(&Query { required, noted, ..Query::default() })
    }
}

/// The questions about one sum, by their places.
#[derive(Default)]
struct Batch {
    laws: Vec<usize>,
    floors: Vec<usize>,
}

/// The answers to a batch.
type Found = (Vec<LawAnswer>, Vec<FloorAnswer>);

fn law_answer(found: &Spread, whole: f64) -> LawAnswer {
    let law = law::given(1.0, whole).map(|_| found.law.divided(whole));
    LawAnswer { law, ends: found.ends, mean_error: None, samples: None }
}

fn floor_answer(floor: u64, met: &Law, given: &Law, whole: f64) -> FloorAnswer {
    let figure = |value: f64| law::given(value, whole).map(Estimate::exact);
    FloorAnswer { met: figure(met.at_least(floor)), shortfall: figure(given.shortfall(floor)) }
}

#[cfg(test)]
mod tests {
    use super::{LawQuestion, Questions, answer, modules};
    use crate::evaluate::diagram::OverBudget;
    use crate::evaluate::sums::size_laws;
    use crate::model::{Model, Node, Size};

    /// Three of twenty, each of which is two of three conditions of its own.
    fn tree() -> (Model, usize) {
        let mut model = Model::sketch(vec![Node::Constant(true)], &[2; 60]);
        let root = three(&mut model, 0);
        (model, root)
    }

    /// Three of twenty over sixty conditions from some on.
    fn three(model: &mut Model, from: usize) -> usize {
        let mut two = |first: usize| {
            let of = (first..first + 3).map(|variable| model.is(variable)).collect();
            model.at_least(2, of)
        };
        let twos = (0..20).map(|at| two(from + 3 * at)).collect();
        model.at_least(3, twos)
    }

    #[test]
    fn what_stands_alone_leaves_the_next_what_it_did_not_spend() -> Result<(), OverBudget> {
        let mut model = Model::sketch(vec![Node::Constant(true)], &[2; 120]);
        let nodes = vec![three(&mut model, 0), three(&mut model, 60)];
        let (_, spent) = modules::weigh(&model, nodes[0], 1_000_000)?;
        let questions = Questions { nodes, ..Questions::default() };
        let found = |budget| answer(&model, &[], &questions, budget).nodes.iter().flatten().count();
        // Each may spend half of what is left, the second that of what the first leaves.
        assert_eq!(found(6 * spent), 2);
        assert_eq!(found(6 * spent - 4), 1);
        assert_eq!(found(4 * spent - 4), 0);
        Ok(())
    }

    #[test]
    fn a_sum_of_pledges_that_stand_and_fall_together_has_its_ends() {
        for (chance, ends) in [(0.0, (0, 0)), (0.5, (0, 37)), (1.0, (30, 37))] {
            let mut model = Model::sketch(vec![Node::Constant(true)], &[2]);
            model.variables[0].clauses[0].1 = vec![1.0 - chance, chance];
            let (active, mut sum) = (model.is(0), Vec::new());
            for size in [Size::Uniform(10, 12), Size::Uniform(20, 25)] {
                sum.push(model.pledge(active, size));
            }
            let laws = vec![LawQuestion { sum, given: None }];
            let questions = Questions { laws, ..Questions::default() };
            let found = answer(&model, &size_laws(&model), &questions, 1_000_000);
            let found = found.laws[0]
                .as_ref()
                .and_then(|found| Some((found.ends?, found.law.as_ref()?.mean())));
            let (found, mean) = found.unwrap_or_default();
            assert_eq!(found, ends, "{chance}");
            assert!((mean - 33.5 * chance).abs() < 1e-12, "{mean}");
        }
    }

    #[test]
    fn what_stands_alone_takes_half_of_its_half_of_the_budget() -> Result<(), OverBudget> {
        let (model, root) = tree();
        let ((holds, _), spent) = modules::weigh(&model, root, 1_000_000)?;
        let questions = Questions { nodes: vec![root], ..Questions::default() };
        let found = |budget| answer(&model, &[], &questions, budget).nodes[0];
        let enough = found(4 * spent).map(|found| found.value);
        assert_eq!(enough.map(f64::to_bits), Some(holds.to_bits()));
        assert!(found(4 * spent - 4).is_none());
        Ok(())
    }
}
