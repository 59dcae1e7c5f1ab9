//! Responses: how results answer to how each condition ends, known or set.
//!
//! In: a `Model`, the laws of the sizes and a budget. Out: for the first total its mean and for each
//! requirement the probability that it is met: as things are, where a condition is *known* to end in
//! an option (conditioning), and where it is *set* to (intervention: what lies upstream keeps its
//! law, what lies downstream is drawn anew; Pearl, Causality, 2009, chapter 3).
//!
//! One program answers for all conditions. It is compiled from a model in which every option is
//! possible everywhere and what a condition requires is a clause like others, and it branches on
//! every condition on every way. So each way has one chance of each condition: with all of its
//! chances it is what is known, without the condition's own one it is what is set. Evidence is given
//! in the changed model too: an option that rules it out has no figure. An outcome is set against
//! the others in the proportions that they have before any evidence.

use super::contexts::{Graph, Ring as _, Share};
use super::diagram::Spent;
use super::distribution::Sizes;
use super::evidence;
use super::factors::Chance;
use super::portfolio;
use super::program::{Programs, Query};
use super::reach;
use super::rings::Means;
use super::sums;
use super::{is_stated, is_stated_alone};
use crate::law::{self, Law};
use crate::model::{Model, Node, NodeId, Sum, Variable};
use crate::outcomes::{ROUNDING, Response, Responses, Turn, TurnSpans};
use std::collections::BTreeMap;

/// What characteristic functions leave of nothing is less than this part of the whole.
const NOISE: f64 = 1e-13;

/// The sum of nothing.
static NOTHING: Sum = Vec::new();

/// The parts of the budget: for probabilities, for the mean, for each requirement.
const PART: u64 = 4;

/// How the mean of the first total and every requirement answer.
pub fn responses(model: &Model, laws: &[Option<Law>], budget: u64) -> Responses {
    let opened = Opened::new(&evidence::lightened(model));
    let troops = Target { sum: model.totals.first().unwrap_or(&NOTHING), needs: None };
    let met = model.floors.iter().map(|floor| Target { sum: &floor.sum, needs: Some(floor.needs) });
    let met: Vec<Target<'_>> = met.collect();
    // Outcomes are set against others in proportions that must be known.
    let mut kept: Vec<bool> = model.variables.iter().map(|own| own.options > 2).collect();
    for target in met.iter().chain([&troops]) {
        kept.iter_mut().zip(target.kept(model)).for_each(|(kept, own)| *kept |= own);
    }
    let Ok(grounds) = Grounds::new(model, &opened, &kept, budget / PART) else {
        return Responses { troops: None, met: vec![None; met.len()] };
    };
    let mean = |(node, laws): (&NodeId, &Vec<Law>)| (*node, law::sum(laws.iter().map(Law::mean)));
    let means = sums::by_activity(model, laws, troops.sum).iter().map(mean).collect();
    let moments = opened.moments(&troops.query(model), &means, budget / PART).ok();
    let each = budget / PART / (met.len() as u64).max(1);
    let met = met.iter().zip(&model.floors).map(|(target, floor)| {
        let sizes = sums::by_activity(model, laws, target.sum);
        let floor = floor.floor.unwrap_or(0);
        let found = opened.reached(&target.query(model), &sizes, floor, each).ok().flatten()?;
        Some(grounds.response(target, &found))
    });
    Responses {
        troops: moments.map(|[_, moment]| grounds.response(&troops, &moment)),
        met: met.collect(),
    }
}

/// The model in which nothing is ruled out, and what is in fact probable.
struct Opened {
    /// Every chance is 1.
    model: Model,
    /// By variable, clause and option.
    chances: Vec<Vec<Vec<f64>>>,
}

impl Opened {
    fn new(model: &Model) -> Self {
        let mut opened = model.clone();
        let always = opened.nodes.len();
        opened.nodes.push(Node::Constant(true));
        let mut chances = Vec::new();
        for (at, variable) in model.variables.iter().enumerate() {
            let mut clauses = variable.clauses.clone();
            if !model.holds_always(variable.requires) {
                opened.nodes.push(Node::Not(variable.requires));
                let mut otherwise = vec![0.0; variable.options];
                otherwise[variable.otherwise] = 1.0;
                clauses.insert(0, (opened.nodes.len() - 1, otherwise));
            }
            let law = &mut opened.variables[at];
            law.requires = always;
            let open = |(when, chances): &(NodeId, Vec<f64>)| (*when, vec![1.0; chances.len()]);
            law.clauses = clauses.iter().map(open).collect();
            chances.push(clauses.into_iter().map(|(_, chances)| chances).collect());
        }
        Self { model: opened, chances }
    }

    /// What is found in the program of a query.
    fn graph<T>(&self, query: &Query, budget: u64, found: impl Fn(&Graph) -> T) -> Spent<T> {
        let roots: Vec<NodeId> = query.required.iter().chain(&query.watched).copied().collect();
        portfolio::attempt(&self.model, (&roots, &query.kept), budget, |factors, _| {
            let mut programs = Programs::new(factors);
            let root = programs.compile(query)?;
            let chance = |own: Chance| self.chances[own.variable][own.clause][own.option];
            Ok(found(&Graph::new(&programs, root, chance)))
        })
    }

    /// The probability of what a query requires, and the mean of what it watches times that.
    fn moments(
        &self,
        query: &Query,
        sizes: &BTreeMap<NodeId, f64>,
        budget: u64,
    ) -> Spent<[Tally; 2]> {
        self.graph(query, budget, |graph| {
            let [mut mass, mut moment] = [Tally::new(&self.model), Tally::new(&self.model)];
            count(graph, Means { sizes: sizes.clone() }, [&mut mass, &mut moment]);
            [mass, moment]
        })
    }

    /// The probability of what a query requires where what it watches reaches a floor; none where
    /// there are too many values.
    fn reached(
        &self,
        query: &Query,
        sizes: &Sizes,
        floor: u64,
        budget: u64,
    ) -> Spent<Option<Tally>> {
        if floor == 0 {
            let query = Query { watched: Vec::new(), ..query.clone() };
            let [mass, _] = self.moments(&query, &BTreeMap::new(), budget)?;
            return Ok(Some(mass));
        }
        self.graph(query, budget, |graph| {
            reach::reached(graph, sizes, floor, Tally::new(&self.model))
        })
    }
}

/// A sum of weights over all worlds, and for each option of each variable.
#[derive(Clone, Debug)]
pub struct Tally {
    /// Over all worlds.
    pub whole: f64,
    /// By variable and option: over the worlds that have it.
    pub known: Vec<Vec<f64>>,
    /// The same where it is set and not left to chance.
    pub set: Vec<Vec<f64>>,
}

impl Tally {
    /// Nothing was added.
    pub fn new(model: &Model) -> Self {
        let zeros: Vec<Vec<f64>> =
            model.variables.iter().map(|variable| vec![0.0; variable.options]).collect();
        Self { whole: 0.0, known: zeros.clone(), set: zeros }
    }

    /// Adds what goes through a branch, without its chances.
    pub fn add(&mut self, shares: &[Share], weight: f64) {
        for share in shares {
            let (variable, option) = share.label;
            let others = share.others * weight;
            self.set[variable][option] += others;
            self.known[variable][option] += others * share.chance;
        }
    }

    /// Adds another tally.
    pub fn plus(&mut self, other: &Self) {
        self.each(other, |own, other| *own += other);
    }

    /// Takes away what rounding leaves of a part of this tally where there is none of it, or all.
    pub fn settle(&mut self, whole: &Self) {
        self.each(whole, |own, whole| {
            if *own < NOISE * whole {
                *own = 0.0;
            } else if whole - *own < NOISE * whole {
                *own = whole;
            }
        });
    }

    /// The probability of everything in a program.
    pub fn count(&mut self, graph: &Graph) {
        let mut moment = self.clone();
        count(graph, Means { sizes: BTreeMap::new() }, [self, &mut moment]);
    }

    fn each(&mut self, other: &Self, with: impl Fn(&mut f64, f64)) {
        with(&mut self.whole, other.whole);
        let others = other.known.iter().chain(&other.set).flatten();
        let own = self.known.iter_mut().chain(&mut self.set).flatten();
        own.zip(others).for_each(|(own, other)| with(own, *other));
    }
}

/// Adds up probabilities and means.
fn count(graph: &Graph, mut means: Means, [mass, moment]: [&mut Tally; 2]) {
    let values = graph.values(&mut means);
    if let Some(whole) = values.last() {
        (mass.whole, moment.whole) = (whole.mass, whole.moment);
    }
    graph.visit(&mut means, &values, |means, shares, [outer, rest]| {
        let both = means.times(outer, rest);
        mass.add(shares, both.mass);
        moment.add(shares, both.moment);
    });
}

/// A result: a sum, and what must hold beside it.
struct Target<'m> {
    sum: &'m Sum,
    needs: Option<NodeId>,
}

impl Target<'_> {
    fn roots(&self, model: &Model) -> Vec<NodeId> {
        let mut roots = sums::activity(model, self.sum);
        roots.extend(self.needs);
        roots
    }

    /// The variables that bear upon the result, the evidence included where it does.
    fn bearing(&self, model: &Model) -> Vec<bool> {
        model.with_evidence(model.ancestors(&self.roots(model)))
    }

    /// The variables that the result may go along with, and those of the evidence.
    fn kept(&self, model: &Model) -> Vec<bool> {
        let bearing = self.bearing(model);
        let mut kept = model.ancestors(&[model.evidence]);
        for (variable, kept) in kept.iter_mut().enumerate() {
            let own = model.ancestors_of(variable);
            *kept |= own.iter().zip(&bearing).any(|(own, bears)| *own && *bears);
        }
        kept
    }

    fn query(&self, model: &Model) -> Query {
        let mut watched = sums::activity(model, self.sum);
        watched.sort_unstable();
        watched.dedup();
        let nodes: Vec<NodeId> = self.needs.into_iter().chain([model.evidence]).collect();
        Query { watched, ..required(model, &nodes, &self.kept(model)) }
    }
}

/// A query in which some formulas hold and some variables are kept.
fn required(model: &Model, nodes: &[NodeId], kept: &[bool]) -> Query {
    let mut required: Vec<NodeId> =
        nodes.iter().copied().filter(|node| !model.holds_always(*node)).collect();
    required.sort_unstable();
    required.dedup();
    let kept = (0..kept.len()).filter(|variable| kept[*variable]).collect();
    Query { required, kept, ..Query::default() }
}

/// How probable the evidence is, as things are and where any condition is set, and how probable
/// every option is before it.
struct Grounds<'m> {
    model: &'m Model,
    evidence: Tally,
    before: Tally,
    /// The variables that the evidence depends on.
    behind: Vec<bool>,
}

impl<'m> Grounds<'m> {
    fn new(model: &'m Model, opened: &Opened, kept: &[bool], budget: u64) -> Spent<Self> {
        let tally = |opened: &Opened, nodes: &[NodeId]| -> Spent<Tally> {
            let query = required(model, nodes, kept);
            let [mass, _] = opened.moments(&query, &BTreeMap::new(), budget / 2)?;
            Ok(mass)
        };
        let evidence = tally(opened, &[model.evidence])?;
        let certain = model.holds_always(model.evidence);
        let before = if certain { evidence.clone() } else { tally(&Opened::new(model), &[])? };
        let behind = model.ancestors(&[model.evidence]);
        Ok(Self { model, evidence, before, behind })
    }

    fn response(&self, target: &Target<'_>, found: &Tally) -> Response {
        let bearing = target.bearing(self.model);
        let stated = is_stated(self.model, &bearing);
        let whole = law::given(found.whole, self.evidence.whole);
        let part = Part {
            grounds: self,
            roots: target.roots(self.model),
            kept: target.kept(self.model),
            bearing,
            present: whole.filter(|_| stated),
            found,
        };
        let options = (0..self.model.variables.len()).map(|variable| part.turns(variable, whole));
        Response { present: part.present, options: options.collect() }
    }

    /// How probable each option of a variable is where one of them is ruled out, before any
    /// evidence; none where no other is possible. A single other option needs no probability.
    fn proportions(&self, variable: usize, option: usize) -> Option<Vec<f64>> {
        let mut others = self.before.known[variable].clone();
        others[option] = 0.0;
        if others.len() == 2 {
            others[1 - option] = 1.0;
            return Some(others);
        }
        let before = self.model.ancestors_of(variable);
        let cancels = |(marked, own): (&bool, &Variable)| *marked && own.cancels;
        let stated = is_stated_alone(self.model, &before)
            && !before.iter().zip(&self.model.variables).any(cancels);
        (stated && others.iter().any(|other| *other > 0.0)).then_some(others)
    }
}

/// One result.
struct Part<'a> {
    grounds: &'a Grounds<'a>,
    roots: Vec<NodeId>,
    kept: Vec<bool>,
    bearing: Vec<bool>,
    present: Option<f64>,
    found: &'a Tally,
}

impl Part<'_> {
    fn turns(&self, variable: usize, whole: Option<f64>) -> Vec<Turn> {
        let options = 0..self.grounds.model.variables[variable].options;
        let near = |value: Option<f64>| Some(settled(value?, whole?));
        let turn = |option| Turn {
            known: near(self.known(variable, option)),
            set: near(self.set(variable, |other| f64::from(u8::from(other == option)))),
            unset: near(self.unset(variable, option)),
            spans: TurnSpans::default(),
        };
        options.map(turn).collect()
    }

    fn known(&self, variable: usize, option: usize) -> Option<f64> {
        let model = self.grounds.model;
        if !self.kept[variable] {
            return self.present;
        }
        let mut marked = model.ancestors(&self.roots);
        let own = model.ancestors_of(variable);
        marked.iter_mut().zip(own).for_each(|(marked, own)| *marked |= own);
        let whole = self.grounds.evidence.known[variable][option];
        law::given(self.found.known[variable][option], whole).filter(|_| is_stated(model, &marked))
    }

    /// Where the variable's options have weights of their own.
    fn set(&self, variable: usize, weight: impl Fn(usize) -> f64) -> Option<f64> {
        let grounds = self.grounds;
        let options = 0..grounds.model.variables[variable].options;
        let sum = |of: &Tally| law::sum(options.clone().map(|o| weight(o) * of.set[variable][o]));
        let possible = !grounds.behind[variable] || sum(&grounds.evidence) > 0.0;
        if !self.bearing[variable] {
            return self.present.filter(|_| possible);
        }
        let stated = self.present.is_some() || self.is_stated_but_for(variable);
        law::given(sum(self.found), sum(&grounds.evidence)).filter(|_| stated)
    }

    fn unset(&self, variable: usize, option: usize) -> Option<f64> {
        let others = self.grounds.proportions(variable, option)?;
        self.set(variable, |other| others[other])
    }

    /// Whether every probability is stated that bears upon the result where a variable is set.
    fn is_stated_but_for(&self, variable: usize) -> bool {
        let model = self.grounds.model;
        let model = model.with_set(variable, vec![1.0; model.variables[variable].options]);
        is_stated(&model, &model.ancestors(&self.roots))
    }
}

/// A figure that differs from another by rounding alone is the other.
fn settled(value: f64, other: f64) -> f64 {
    if (value - other).abs() <= ROUNDING * other.abs() { other } else { value }
}

#[cfg(test)]
mod tests {
    use super::{Tally, responses, settled};
    use crate::model::{Floor, Model, Node, Size};

    /// A result with so many conditions, in as many requirements, beside conditions without bearing.
    fn counted(conditions: u8, floors: usize, beside: usize) -> Model {
        let options = vec![2; usize::from(conditions) + beside];
        let mut model = Model::sketch(vec![Node::Constant(true)], &options);
        let is = (0..usize::from(conditions)).map(|variable| model.is(variable)).collect();
        let needs = model.at_least(u32::from(conditions) / 2, is);
        model.floors = vec![Floor::sketch(Vec::new(), 0, needs); floors];
        let term = model.pledge(needs, Size::Fixed(2));
        model.totals = vec![vec![term]];
        model
    }

    /// Whether there are figures with so much work.
    fn answered(model: &Model, budget: u64) -> [bool; 2] {
        let found = responses(model, &[None], budget);
        [found.troops.is_some(), found.met.iter().all(Option::is_some)]
    }

    #[test]
    fn the_mean_and_each_requirement_have_a_part_of_the_budget() {
        assert_eq!(answered(&counted(20, 1, 0), 1 << 14), [true, true]);
        assert_eq!(answered(&counted(20, 8, 0), 1 << 14), [true, false]);
        let mut mean = counted(20, 1, 0);
        mean.floors[0].needs = 0;
        assert_eq!(answered(&mean, 1 << 11), [false, true]);
    }

    #[test]
    fn of_what_bears_upon_nothing_only_outcomes_take_work() {
        let mut model = counted(1, 1, 300);
        assert_eq!(answered(&model, 1 << 8), [true, true]);
        for law in &mut model.variables[1..] {
            (law.options, law.plain) = (3, false);
            law.clauses[0].1 = vec![0.25, 0.25, 0.5];
        }
        assert_eq!(answered(&model, 1 << 10), [false, false]);
        assert_eq!(answered(&model, 1 << 20), [true, true]);
    }

    #[test]
    fn rounding_alone_is_taken_from_a_tally_and_from_figures() {
        let model = Model::sketch(vec![Node::Constant(true)], &[2]);
        let tally = |whole: f64, known: [f64; 2], set: [f64; 2]| {
            let mut own = Tally::new(&model);
            (own.whole, own.known[0], own.set[0]) = (whole, known.to_vec(), set.to_vec());
            own
        };
        let whole = tally(1e-3, [1e-3, 1e-3], [1e-3, 1e-3]);
        let near = [1e-3 * 1e-14, 1e-3 * (1.0 - 1e-14)];
        let far = [1e-3 * 1e-12, 1e-3 * (1.0 - 1e-12)];
        let mut own = tally(5e-4, near, far);
        own.settle(&whole);
        assert_eq!(
            (own.whole, &own.known[0], &own.set[0]),
            (5e-4, &vec![0.0, 1e-3], &far.to_vec())
        );
        let pairs = [(1.0 + 1e-15, 1.0), (1.0 + 1e-12, 1.0), (0.5, 1.0), (-3.0, -3.0 - 4e-15)];
        let found = pairs.map(|(value, other)| Some(settled(value, other)));
        assert_eq!(found, [1.0, 1.0 + 1e-12, 0.5, -3.0 - 4e-15].map(Some));
        assert_eq!(Some(settled(1e-20, 2e-20)), Some(1e-20));
    }

    #[test]
    fn what_is_unstated_is_no_matter_where_it_is_set() {
        let mut model = Model::sketch(vec![Node::Constant(true)], &[2, 2, 2]);
        let of = vec![model.is(0), model.is(1)];
        let needs = model.node(Node::Any(of));
        model.floors = vec![Floor::sketch(Vec::new(), 0, needs)];
        model.variables[0].stated = false;
        let found = responses(&model, &[], 1_000_000).met.pop().flatten().unwrap();
        assert_eq!(found.present, None);
        let set = |variable: usize| {
            let turns: &Vec<_> = &found.options[variable];
            [turns[0].set, turns[1].set, turns[1].unset]
        };
        assert_eq!(set(0), [Some(0.5), Some(1.0), Some(0.5)]);
        assert_eq!([set(1), set(2)], [[None; 3]; 2]);
        model.variables[0].stated = true;
        let found = responses(&model, &[], 1_000_000).met.pop().flatten().unwrap();
        assert_eq!(found.present, Some(0.75));
        assert_eq!(found.options[1][1].set, Some(1.0));
        assert_eq!(found.options[2][1].set, Some(0.75));
    }
}
