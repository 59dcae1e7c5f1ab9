//! Stage 5, evaluate: a `Model` becomes `Outcomes`.
//!
//! In: nodes, variables, sizes and sums. Out: every figure of the tables. The worlds are listed
//! once; what each makes true of the tracked formulas is grouped (`joint`), and every distribution
//! is a mixture over those groups. Nothing fails here.

pub mod bring_about;
pub mod diagram;
pub mod distribution;
pub mod exact;
pub mod factors;
pub mod gates;
pub mod joint;
pub mod order;
pub mod portfolio;
pub mod program;
pub mod question;
pub mod sets;
pub mod spectral;
pub mod sums;
pub mod support;
pub mod traverse;
pub mod weights;
pub mod worlds;

use crate::law::{Accumulator, Law};
use crate::model::{Floor, Model, NodeId, Pledge, Sum, Term};
use crate::outcomes::{Force, Method, Outcomes, RequirementResult, SizeResult, TotalResult, World};
use bring_about::Way;
use joint::Joint;
use std::collections::BTreeMap;
use sums::PreparedSum;

/// What the caller wants.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// The most worlds to return; all where it is none.
    pub top: Option<usize>,
    /// The most distinct forces to explain and return; all where it is none.
    pub top_forces: Option<usize>,
}

/// Evaluates a model exactly.
pub fn evaluate(model: &Model, settings: Settings) -> Outcomes {
    let joint = Joint::list(model, settings.top);
    let laws = sums::size_laws(model);
    let prepare = |sum: &Sum| PreparedSum::new(model, &laws, sum);
    let totals: Vec<PreparedSum> = model.totals.iter().map(prepare).collect();
    let floors: Vec<PreparedSum> = model.floors.iter().map(|floor| prepare(&floor.sum)).collect();
    let mut evaluator =
        Evaluator { model, joint: &joint, laws: &laws, totals, floors, known: BTreeMap::new() };
    evaluator.learn_laws();
    let roots = |variable: &usize| model.parents(*variable).is_empty();
    let in_theatre = evaluator.totals.first().map(PreparedSum::pledges).unwrap_or_default();
    Outcomes {
        method: Method::Exact,
        relevant: model.relevant.clone(),
        independent: model.relevant.iter().filter(|variable| roots(variable)).count(),
        worlds: evaluator.worlds(),
        worlds_possible: joint.worlds_possible,
        probability_left_out: evaluator.everything_stated().then(|| joint.left_out()),
        forces: evaluator.forces(&joint::counting_forces(model), settings.top_forces),
        forces_in_theatre: evaluator.forces(&in_theatre, settings.top_forces),
        totals: evaluator.total_results(),
        cells: model.cells.iter().map(|sum| evaluator.law(&prepare(sum), sum, None)).collect(),
        requirements: evaluator.requirements(),
        marginals: evaluator.marginals(),
        active: evaluator.active(),
        gates: gates::gates(model),
        sizes: evaluator.sizes(),
        probability_asked: evaluator.probability_asked(),
    }
}

struct Evaluator<'a> {
    model: &'a Model,
    joint: &'a Joint,
    laws: &'a [Option<Law>],
    totals: Vec<PreparedSum>,
    floors: Vec<PreparedSum>,
    /// Laws by what they sum and under which question; many totals and cells sum the same.
    known: BTreeMap<(Sum, Option<NodeId>), Option<Law>>,
}

impl Evaluator<'_> {
    /// Whether every probability that a set of formulas depends on is stated. Evidence ties what
    /// it depends on to everything that shares a condition with it.
    fn stated(&self, roots: &[NodeId]) -> bool {
        let marked = self.model.with_evidence(self.model.ancestors(roots));
        let variables = marked.iter().zip(&self.model.variables);
        variables.into_iter().all(|(marked, variable)| !marked || variable.stated)
    }

    fn everything_stated(&self) -> bool {
        self.model.relevant.iter().all(|variable| self.model.variables[*variable].stated)
    }

    /// Works out the laws of the totals, each different one once.
    fn learn_laws(&mut self) {
        for (sum, prepared) in self.model.totals.iter().zip(&self.totals) {
            for asked in [None, self.asked()] {
                if !self.known.contains_key(&(sum.clone(), asked)) {
                    let law = self.new_law(prepared, asked);
                    self.known.insert((sum.clone(), asked), law);
                }
            }
        }
    }

    /// The distribution of a sum, given one of the asked formulas or everywhere.
    fn law(&self, prepared: &PreparedSum, sum: &Sum, asked: Option<NodeId>) -> Option<Law> {
        match self.known.get(&(sum.clone(), asked)) {
            Some(law) => law.clone(),
            None => self.new_law(prepared, asked),
        }
    }

    fn new_law(&self, sum: &PreparedSum, asked: Option<NodeId>) -> Option<Law> {
        let mut roots = sum.activity();
        roots.extend(asked);
        if self.stated(&roots) { sum.law(self.joint, asked, None) } else { None }
    }

    /// What the scenario itself asks.
    fn asked(&self) -> Option<NodeId> {
        self.model.asked.first().copied().filter(|_| self.model.asked_by_scenario)
    }

    fn total_results(&self) -> Vec<TotalResult> {
        let totals = self.model.totals.iter().zip(&self.totals);
        let total = |(sum, prepared): (&Sum, &PreparedSum)| TotalResult {
            law: self.law(prepared, sum, None),
            law_when_asked: self.asked().and_then(|asked| self.law(prepared, sum, Some(asked))),
            from_assumption_share: self.assumption_share(prepared),
        };
        totals.map(total).collect()
    }

    fn assumption_share(&self, sum: &PreparedSum) -> Option<f64> {
        if self.stated(&sum.activity()) { sum.assumption_share(self.joint) } else { None }
    }

    fn requirements(&self) -> Vec<RequirementResult> {
        let floors = self.model.floors.iter().zip(&self.floors);
        floors.map(|(floor, sum)| self.requirement(floor, sum)).collect()
    }

    fn requirement(&self, floor: &Floor, sum: &PreparedSum) -> RequirementResult {
        let asked = floor.asked.map(|asked| self.model.asked[asked]);
        let shortfall =
            |asked| Some(self.law(sum, &floor.sum, Some(asked))?.shortfall(floor.floor?));
        let never =
            |asked: NodeId| self.stated(&[asked]) && self.joint.probability(Some(asked)) <= 0.0;
        RequirementResult {
            probability: self.met(floor, sum, None),
            probability_when_asked: asked.and_then(|asked| self.met(floor, sum, Some(asked))),
            expected_shortfall_when_asked: asked.and_then(shortfall),
            from_assumption_share: floor.floor.and_then(|_| self.assumption_share(sum)),
            never_asked: asked.is_some_and(never),
        }
    }

    fn met(&self, floor: &Floor, sum: &PreparedSum, asked: Option<NodeId>) -> Option<f64> {
        let mut roots = sum.activity();
        roots.push(floor.needs);
        roots.extend(asked);
        if !self.stated(&roots) {
            return None;
        }
        let law = sum.law(self.joint, asked, Some(floor.needs))?;
        Some(law.at_least(floor.floor.unwrap_or(0)))
    }

    fn worlds(&self) -> Vec<World> {
        let stated = self.everything_stated();
        let mut known = vec![BTreeMap::new(); self.floors.len()];
        let listed = self.joint.worlds.iter();
        let world = |(probability, options): &(f64, Vec<usize>)| {
            self.world(stated.then_some(*probability), options, &mut known)
        };
        listed.map(world).collect()
    }

    fn world(
        &self,
        probability: Option<f64>,
        options: &[usize],
        known: &mut [BTreeMap<Vec<usize>, Law>],
    ) -> World {
        let model = self.model;
        let values = joint::values(model, options);
        let floors = model.floors.iter().zip(&self.floors).zip(known);
        let met = |((floor, sum), known): ((&Floor, &PreparedSum), _)| {
            if values[floor.needs] {
                sum.at_least_in(&values, floor.floor.unwrap_or(0), known)
            } else {
                0.0
            }
        };
        let mean = |total: usize| self.totals.get(total).map_or(0.0, |sum| sum.mean_in(&values));
        World {
            probability,
            options: options.to_vec(),
            in_theatre: mean(0),
            elsewhere: mean(1),
            met: floors.map(met).collect(),
            pledges: (0..model.pledges.len())
                .filter(|pledge| values[model.pledges[*pledge].active])
                .collect(),
        }
    }

    /// The distinct sets of active pledges among some, most probable first.
    fn forces(&self, pledges: &[usize], top: Option<usize>) -> Vec<Force> {
        let model = self.model;
        let nodes: Vec<NodeId> =
            pledges.iter().map(|pledge| model.pledges[*pledge].active).collect();
        let mut groups: Vec<(Vec<u64>, f64)> = self
            .joint
            .project(&nodes, &[])
            .into_iter()
            .map(|(set, mass)| (set, mass.total()))
            .collect();
        groups.sort_by(|(_, left), (_, right)| right.total_cmp(left));
        groups.truncate(top.unwrap_or(usize::MAX));
        let sets: Vec<Vec<u64>> = groups.iter().map(|(set, _)| set.clone()).collect();
        let ways = bring_about::ways(model, &nodes, &sets);
        let stated = self.stated(&nodes);
        let when_asked = self.when_asked(&nodes);
        let force = |((set, mass), way): ((Vec<u64>, f64), Way)| {
            let active = |position: &usize| set[position / 64] >> (position % 64) & 1 == 1;
            let members = (0..pledges.len()).filter(active);
            let members: Vec<usize> = members.map(|position| pledges[position]).collect();
            let in_theatre = self.totals.first().map_or([0.0; 3], |sum| sum.bounds_of(&members));
            let asked = when_asked.as_ref();
            let asked = asked.map(|masses| masses.get(&set).map_or(0.0, Accumulator::total));
            Force {
                pledges: members,
                probability: stated.then_some(mass),
                probability_when_asked: asked,
                in_theatre,
                conditions: way.conditions,
                only_way: way.only,
            }
        };
        groups.into_iter().zip(ways).map(force).collect()
    }

    /// The probability of each combination of some formulas, given what the scenario asks.
    fn when_asked(&self, nodes: &[NodeId]) -> Option<BTreeMap<Vec<u64>, Accumulator>> {
        let asked = self.asked()?;
        let whole = self.joint.probability(Some(asked));
        let mut roots = nodes.to_vec();
        roots.push(asked);
        if whole <= 0.0 || !self.stated(&roots) {
            return None;
        }
        let mut masses = self.joint.project(nodes, &[asked]);
        for mass in masses.values_mut() {
            *mass = Accumulator::of(mass.total() / whole);
        }
        Some(masses)
    }

    fn sizes(&self) -> Vec<Option<SizeResult>> {
        let size = |pledge: usize| {
            let law = self.laws[pledge].as_ref()?;
            let members = 0..self.model.pledges[pledge].parts.len();
            let part = |member| {
                let term = Term { pledge, members: vec![member] };
                sums::term_law(self.model, self.laws, &term).mean()
            };
            let (low, high) = law.low().zip(law.high())?;
            Some(SizeResult { low, central: law.mean(), high, parts: members.map(part).collect() })
        };
        (0..self.model.pledges.len()).map(size).collect()
    }

    fn marginals(&self) -> Vec<Option<Vec<f64>>> {
        let model = self.model;
        let marginal = |variable: usize| {
            let marked = model.with_evidence(model.ancestors_of(variable));
            let mut all = marked.iter().zip(&model.variables);
            if !all.all(|(marked, variable)| !marked || variable.stated) {
                return None;
            }
            if model.relevant.contains(&variable) {
                return Some(
                    self.joint.marginals[variable].iter().map(Accumulator::total).collect(),
                );
            }
            joint::marginal(model, variable, &marked)
        };
        (0..model.variables.len()).map(marginal).collect()
    }

    fn active(&self) -> Vec<Option<f64>> {
        let pledges = self.model.pledges.iter().zip(&self.joint.active);
        let figure = |(pledge, mass): (&Pledge, &Accumulator)| {
            self.stated(&[pledge.active]).then(|| mass.total())
        };
        pledges.map(figure).collect()
    }

    fn probability_asked(&self) -> Option<f64> {
        let asked = self.asked()?;
        self.stated(&[asked]).then(|| self.joint.probability(Some(asked)))
    }
}
