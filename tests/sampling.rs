//! Sampling against a listing of the worlds, for every kind of question.

use crate::reference::worlds;
use contingent::compile::compile;
use contingent::decimal::Decimal;
use contingent::evaluate::question::{
    Answers, Estimate, FloorAnswer, FloorQuestion, LawAnswer, LawQuestion, Questions, SetAnswer,
    SetsAnswer, SetsQuestion,
};
use contingent::evaluate::sampled::answer;
use contingent::evaluate::{sums, verify};
use contingent::law::{Law, sum};
use contingent::layout;
use contingent::model::{Model, Node, NodeId, Pledge, Size, Sum, Term, Variable};
use contingent::outcomes::Sampling;
use contingent::pipeline::{self, Request};
use contingent::scenario::formula::Relation;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::Path;

const SAMPLES: u64 = 200_000;

fn sampling(seed: u64) -> Sampling {
    Sampling { samples: SAMPLES, seed }
}

fn variable(requires: NodeId, otherwise: usize, clauses: &[(NodeId, &[f64])]) -> Variable {
    Variable {
        options: clauses[0].1.len(),
        plain: clauses[0].1.len() == 2,
        requires,
        otherwise,
        clauses: clauses.iter().map(|(when, chances)| (*when, chances.to_vec())).collect(),
        stated: true,
        cancels: false,
    }
}

fn all(pledges: &[usize]) -> Sum {
    pledges.iter().map(|pledge| Term { pledge: *pledge, members: Vec::new() }).collect()
}

/// Node 0 always holds and 1 never does; 2 to 13 are plain conditions; 14 to 16 a condition with
/// three options, behind clauses and a requirement.
const OUTCOME: NodeId = 14;
const COUNT: NodeId = 17;
const NEITHER: NodeId = 18;
const EITHER: NodeId = 19;

/// Twelve plain conditions, one with three options, and sixteen pledges of every kind of size.
fn model(evidence: NodeId) -> Model {
    let mut variables: Vec<Variable> = (1..=10_u32)
        .map(|tenths| f64::from(tenths) / 11.0)
        .map(|p| variable(0, 0, &[(0, &[1.0 - p, p])]))
        .collect();
    variables.push(variable(2, 0, &[(3, &[0.2, 0.8]), (4, &[1.0, 0.0]), (0, &[0.6, 0.4])]));
    variables.push(variable(NEITHER, 1, &[(0, &[0.999, 0.001])]));
    variables.push(variable(5, 1, &[(6, &[0.5, 0.0, 0.5]), (0, &[0.1, 0.2, 0.7])]));
    let is = |variable, option| Node::Is { variable, option };
    let mut nodes = vec![Node::Constant(true), Node::Constant(false)];
    nodes.extend((0..12).map(|condition| is(condition, 1)));
    nodes.extend((0..3).map(|option| is(12, option)));
    let relation = Relation::AtLeast;
    nodes.push(Node::Count { relation, count: 3, of: (2..9).collect() });
    nodes.push(Node::Not(7));
    nodes.push(Node::Any(vec![2, OUTCOME + 2, COUNT]));
    let size = |pledge: u64| match pledge % 4 {
        0 => Some(Size::Fixed(100 + 7 * pledge)),
        1 => Some(Size::Uniform(10, 10 + pledge)),
        2 => Some(Size::Pert(5, 20 + pledge, 90)),
        _ => (pledge != 15).then_some(Size::Pert(0, 0, 3)),
    };
    let parts = ["0.5", "0.3", "0.2"].map(|part| Decimal::parse(part).unwrap()).to_vec();
    let active = (2..14).chain([0, 1, COUNT, EITHER]);
    let pledge = |(active, pledge): (NodeId, u64)| {
        let (size, parts) = (size(pledge), parts.clone());
        Pledge { active, counts: true, force: true, size, parts, assumed: false }
    };
    let mut model = Model {
        nodes,
        variables,
        ranges: Vec::new(),
        relevant: Vec::new(),
        pledges: active.zip(0..).map(pledge).collect(),
        totals: Vec::new(),
        cells: Vec::new(),
        floors: Vec::new(),
        contributors: Vec::new(),
        asked: Vec::new(),
        asked_by_scenario: false,
        evidence,
    };
    model.relevant = model.ordered(&[true; 13]);
    model
}

/// Sums of few and of many pledges, whole and in parts, under every kind of condition.
fn questions() -> Questions {
    let mut parts = all(&(0..16).collect::<Vec<usize>>());
    parts.iter_mut().skip(1).for_each(|term| term.members = vec![1, 2]);
    let sums = [
        all(&(0..16).collect::<Vec<usize>>()),
        parts,
        all(&[0, 4, 8]),
        all(&[1, 2, 12]),
        vec![Term { pledge: 2, members: vec![0] }, Term { pledge: 10, members: vec![2] }],
        Vec::new(),
    ];
    let mut asked = Questions { nodes: (0..20).collect(), ..Questions::default() };
    asked.variables = (0..13).collect();
    for sum in sums {
        for given in [None, Some(5), Some(NEITHER)] {
            asked.laws.push(LawQuestion { sum: sum.clone(), given });
            for (floor, needs) in [(0, 3), (60, 0), (60, EITHER), (700, 0), (10_000, 0)] {
                asked.floors.push(FloorQuestion { sum: sum.clone(), floor, needs, given });
            }
        }
    }
    for given in [None, Some(EITHER)] {
        asked.sets.push(SetsQuestion { pledges: vec![0, 3, 11, 14], given, top: None });
        asked.sets.push(SetsQuestion { pledges: (0..16).collect(), given, top: Some(20) });
    }
    asked
}

/// Possible worlds with their probabilities, and the value of each node.
struct Listed<'a> {
    model: &'a Model,
    laws: Vec<Option<Law>>,
    worlds: Vec<(f64, Vec<bool>, Vec<usize>)>,
    known: RefCell<BTreeMap<(Sum, Vec<NodeId>), Law>>,
}

impl<'a> Listed<'a> {
    fn new(model: &'a Model) -> Self {
        let mut listed = Vec::new();
        let order = model.ordered(&vec![true; model.variables.len()]);
        worlds::list(model, &order, &mut |world| {
            if world.values[model.evidence] {
                listed.push((world.probability, world.values.to_vec(), world.options.to_vec()));
            }
        });
        let whole = sum(listed.iter().map(|(p, ..)| *p));
        for (p, ..) in &mut listed {
            *p /= whole;
        }
        let laws = sums::size_laws(model);
        Self { model, laws, worlds: listed, known: RefCell::default() }
    }

    fn probability(&self, nodes: &[NodeId]) -> f64 {
        let held = self.worlds.iter().filter(|(_, values, _)| nodes.iter().all(|n| values[*n]));
        sum(held.map(|(p, ..)| *p))
    }

    fn law(&self, sum: &Sum, conditions: &[NodeId]) -> Law {
        let mut conditions = conditions.to_vec();
        conditions.retain(|node| *node != 0);
        let key = (sum.clone(), conditions);
        if let Some(law) = self.known.borrow().get(&key) {
            return law.clone();
        }
        let law = self.new_law(sum, &key.1);
        self.known.borrow_mut().insert(key, law.clone());
        law
    }

    fn new_law(&self, sum: &Sum, conditions: &[NodeId]) -> Law {
        let mut masses: BTreeMap<Vec<bool>, f64> = BTreeMap::new();
        for (p, values, _) in &self.worlds {
            if conditions.iter().all(|node| values[*node]) {
                let active = |term: &Term| values[self.model.pledges[term.pledge].active];
                *masses.entry(sum.iter().map(active).collect()).or_default() += p;
            }
        }
        let terms: Vec<Law> =
            sum.iter().map(|term| sums::term_law(self.model, &self.laws, term)).collect();
        let add = |active: &Vec<bool>| {
            let chosen = terms.iter().zip(active).filter(|(_, active)| **active);
            chosen.fold(Law::point(0), |sum, (law, _)| sum.plus(law))
        };
        let mixed: Vec<(f64, Law)> =
            masses.iter().map(|(active, mass)| (*mass, add(active))).collect();
        Law::mix(mixed.iter().map(|(mass, law)| (*mass, 0, law)))
    }

    fn floor(&self, question: &FloorQuestion) -> FloorAnswer {
        let given = question.given.unwrap_or(0);
        let whole = self.probability(&[given]);
        let met = self.law(&question.sum, &[given, question.needs]).at_least(question.floor);
        let shortfall = self.law(&question.sum, &[given]).shortfall(question.floor);
        let figure = |figure: f64| (whole > 0.0).then(|| Estimate::exact(figure / whole));
        FloorAnswer { met: figure(met), shortfall: figure(shortfall) }
    }

    fn sets(&self, question: &SetsQuestion) -> SetsAnswer {
        let mut masses: BTreeMap<Vec<usize>, [f64; 2]> = BTreeMap::new();
        for (p, values, _) in &self.worlds {
            let active = |pledge: &&usize| values[self.model.pledges[**pledge].active];
            let set = question.pledges.iter().filter(active).copied().collect();
            let mass = masses.entry(set).or_default();
            mass[0] += p;
            mass[1] += if values[question.given.unwrap_or(0)] { *p } else { 0.0 };
        }
        let whole = self.probability(&[question.given.unwrap_or(0)]);
        let mut sets: Vec<SetAnswer> = masses
            .into_iter()
            .map(|(pledges, [mass, with])| SetAnswer {
                pledges,
                probability: Estimate::exact(mass),
                when_given: question.given.map(|_| Estimate::exact(with / whole)),
            })
            .collect();
        sets.sort_by(|left, right| right.probability.value.total_cmp(&left.probability.value));
        let left = sets.split_off(question.top.unwrap_or(sets.len()).min(sets.len()));
        SetsAnswer { sets, left_out: sum(left.iter().map(|set| set.probability.value)) }
    }

    fn answers(&self, questions: &Questions) -> Answers {
        let option = |variable: usize, option: usize| {
            let found = self.worlds.iter().filter(|(.., options)| options[variable] == option);
            Estimate::exact(sum(found.map(|(p, ..)| *p)))
        };
        let options = |variable: &usize| {
            let options = 0..self.model.variables[*variable].options;
            Some(options.map(|each| option(*variable, each)).collect())
        };
        let law = |question: &LawQuestion| {
            let law = self.law(&question.sum, &[question.given.unwrap_or(0)]).normalised();
            Some(LawAnswer { law, ends: None, mean_error: None, samples: None })
        };
        let node = |node: &NodeId| Some(Estimate::exact(self.probability(&[*node])));
        Answers {
            nodes: questions.nodes.iter().map(node).collect(),
            variables: questions.variables.iter().map(options).collect(),
            laws: questions.laws.iter().map(law).collect(),
            floors: questions.floors.iter().map(|floor| Some(self.floor(floor))).collect(),
            sets: questions.sets.iter().map(|sets| Some(self.sets(sets))).collect(),
        }
    }
}

fn check(model: &Model, questions: &Questions, sampling: Sampling) -> usize {
    let exact = Listed::new(model).answers(questions);
    let compared = verify::compare(questions, &exact, &answer(model, questions, sampling));
    for comparison in &compared {
        assert!(!comparison.disagrees(), "{comparison:?}");
    }
    compared.len()
}

#[test]
fn every_figure_agrees_with_the_listing() {
    assert!(check(&model(0), &questions(), sampling(1)) > 250);
    assert!(check(&model(EITHER), &questions(), sampling(2)) > 250);
    assert!(check(&model(9), &questions(), sampling(3)) > 250);
}

#[test]
fn a_wrong_probability_is_found() {
    let mut wrong = model(0);
    wrong.variables[3].clauses[0].1 = vec![1.0 - 4.2 / 11.0, 4.2 / 11.0];
    let exact = Listed::new(&wrong).answers(&questions());
    let compared =
        verify::compare(&questions(), &exact, &answer(&model(0), &questions(), sampling(4)));
    assert!(compared.iter().filter(|comparison| comparison.disagrees()).count() > 10);
}

#[test]
fn threads_change_nothing_and_seeds_do() {
    let of = |seed, threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let sampling = Sampling { samples: 150_001, seed };
        pool.install(|| answer(&model(EITHER), &questions(), sampling))
    };
    let one = of(5, 1);
    assert_eq!(one, of(5, 2));
    assert_eq!(one, of(5, 3));
    assert_ne!(one, of(6, 1));
}

#[test]
fn exactly_as_many_worlds_are_counted_as_are_asked_for() {
    let law = LawQuestion { sum: all(&[0, 4]), given: None };
    let many = LawQuestion { sum: all(&(0..16).collect::<Vec<usize>>()), given: None };
    let asked = Questions { laws: vec![law, many], ..Questions::default() };
    for samples in [1, 63, 64, 65, 65_536, 65_537, 100_003] {
        let answers = answer(&model(0), &asked, Sampling { samples, seed: 1 });
        for law in answers.laws.into_iter().flatten() {
            assert_eq!(law.samples, Some(samples));
            assert!((law.law.unwrap().mass() - 1.0).abs() < 1e-12);
        }
    }
}

#[test]
fn where_no_world_is_accepted_nothing_is_answered() {
    let impossible = answer(&model(1), &questions(), sampling(1));
    assert!(impossible.nodes.iter().all(Option::is_none));
    assert!(impossible.laws.iter().all(Option::is_none));
    let none = Sampling { samples: 0, seed: 1 };
    assert!(answer(&model(0), &questions(), none).floors.iter().all(Option::is_none));
    let given = LawQuestion { sum: all(&[0]), given: Some(1) };
    let asked = Questions { laws: vec![given], ..Questions::default() };
    let answers = answer(&model(0), &asked, sampling(1));
    let expected = LawAnswer { law: None, ends: None, mean_error: None, samples: Some(0) };
    assert_eq!(answers.laws, [Some(expected)]);
}

#[test]
fn sums_over_few_pledges_vary_less_than_their_sizes() {
    let certain = LawQuestion { sum: all(&[12, 1]), given: Some(3) };
    let asked = Questions { laws: vec![certain], ..Questions::default() };
    let mut model = model(0);
    model.pledges[12].size = Some(Size::Pert(0, 500, 1000));
    let answers = answer(&model, &asked, sampling(1));
    let law = answers.laws[0].as_ref().unwrap();
    assert!(law.mean_error.unwrap() < 1e-12);
    assert_eq!(law.law.as_ref().unwrap().high(), Some(1011));
}

#[test]
fn totals_too_wide_for_a_bin_each_keep_their_mean_and_zero() {
    let mut model = model(0);
    for (pledge, size) in model.pledges.iter_mut().zip(0..) {
        pledge.size = Some(Size::Fixed(700_000_001 + 1_000_003 * size));
    }
    model.pledges[12].active = 13;
    assert!(check(&model, &questions(), sampling(8)) > 250);
}

#[test]
fn the_committed_scenario_agrees_too() {
    let path = Path::new("scenarios/paris-2026/scenario.toml").to_owned();
    let checked = pipeline::check(&Request { path, ..Request::default() }).unwrap();
    let scenario = checked.scenario.unwrap();
    let totals = layout::totals(&scenario);
    let model = compile(&scenario, &totals, &layout::cells(&scenario)).unwrap();
    let asked = model.asked.first().copied();
    let mut questions = Questions::default();
    for sum in model.totals.iter().chain(&model.cells) {
        let law = |given| LawQuestion { sum: sum.clone(), given };
        questions.laws.extend([None, asked].map(law));
    }
    for floor in &model.floors {
        let (sum, floor, needs) = (floor.sum.clone(), floor.floor.unwrap_or(0), floor.needs);
        questions.floors.push(FloorQuestion { sum, floor, needs, given: asked });
    }
    questions.variables = (0..model.variables.len()).collect();
    let pledges = (0..model.pledges.len()).collect();
    questions.sets.push(SetsQuestion { pledges, given: asked, top: Some(50) });
    assert!(check(&model, &questions, sampling(9)) > 50);
}
