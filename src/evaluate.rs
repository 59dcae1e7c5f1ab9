//! Stage 5, evaluate: a `Model` becomes `Outcomes`.
//!
//! In: nodes, variables, sizes and sums. Out: every figure of the tables. The worlds are listed
//! once; what each makes true of the tracked formulas is grouped (`joint`), and every distribution
//! is a mixture over those groups. Nothing fails here.

pub mod bring_about;
pub mod gates;
pub mod joint;
pub mod law;
pub mod worlds;

use crate::apportion::apportion;
use crate::model::{Floor, Model, Sum, Term};
use crate::outcomes::{Force, Method, Outcomes, RequirementResult, SizeResult, TotalResult, World};
use joint::Joint;
use law::{Accumulator, Law, real};
use std::collections::BTreeMap;

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
    let evaluator = Evaluator { model, joint: &joint, laws: laws(model) };
    let roots = |variable: &usize| model.parents(*variable).is_empty();
    Outcomes {
        method: Method::Exact,
        relevant: model.relevant.clone(),
        independent: model.relevant.iter().filter(|variable| roots(variable)).count(),
        worlds: evaluator.worlds(),
        worlds_possible: joint.worlds_possible,
        probability_left_out: evaluator.everything_stated().then(|| joint.left_out()),
        forces: evaluator.forces(&joint::counting_forces(model), settings.top_forces),
        forces_in_theatre: evaluator.forces(&evaluator.in_theatre(), settings.top_forces),
        totals: model.totals.iter().map(|sum| evaluator.total(sum)).collect(),
        cells: model.cells.iter().map(|sum| evaluator.law(sum, None)).collect(),
        requirements: model.floors.iter().map(|floor| evaluator.requirement(floor)).collect(),
        marginals: evaluator.marginals(),
        active: evaluator.active(),
        gates: gates::gates(model),
        sizes: evaluator.sizes(),
        probability_asked: evaluator.probability_asked(),
    }
}

/// The laws of the pledges' sizes.
fn laws(model: &Model) -> Vec<Option<Law>> {
    model.pledges.iter().map(|pledge| pledge.size.map(Law::of)).collect()
}

struct Evaluator<'a> {
    model: &'a Model,
    joint: &'a Joint,
    laws: Vec<Option<Law>>,
}

impl Evaluator<'_> {
    /// Whether every probability that a set of formulas depends on is stated. Evidence ties what
    /// it depends on to everything that shares a condition with it.
    fn stated(&self, roots: &[usize]) -> bool {
        let mut marked = self.model.ancestors(roots);
        let evidence = self.model.ancestors(&[self.model.evidence]);
        if marked.iter().zip(&evidence).any(|(own, given)| *own && *given) {
            marked.iter_mut().zip(evidence).for_each(|(own, given)| *own |= given);
        }
        let variables = marked.iter().zip(&self.model.variables);
        variables.into_iter().all(|(marked, variable)| !marked || variable.stated)
    }

    fn everything_stated(&self) -> bool {
        self.model.relevant.iter().all(|variable| self.model.variables[*variable].stated)
    }

    fn activity(&self, sum: &Sum) -> Vec<usize> {
        sum.iter().map(|term| self.model.pledges[term.pledge].active).collect()
    }

    /// The law of what one pledge adds to a sum.
    fn term_law(&self, term: &Term) -> Law {
        let pledge = &self.model.pledges[term.pledge];
        let law = self.laws[term.pledge].clone().unwrap_or_else(|| Law::point(0));
        if term.members.is_empty() {
            return law;
        }
        law.map(|size| {
            let parts = apportion(size, &pledge.parts);
            term.members.iter().map(|member| parts[*member]).sum()
        })
    }

    /// The distribution of a sum, given one of the asked formulas or everywhere. With `needs`,
    /// the part of it where that formula holds too, not normalised again.
    fn law(&self, sum: &Sum, asked: Option<usize>) -> Option<Law> {
        let mut roots = self.activity(sum);
        roots.extend(asked.map(|asked| self.model.asked[asked]));
        if !self.stated(&roots) {
            return None;
        }
        self.restricted(sum, asked, None)
    }

    fn restricted(&self, sum: &Sum, asked: Option<usize>, needs: Option<usize>) -> Option<Law> {
        let condition = asked.map(|asked| self.model.asked[asked]);
        let whole = self.joint.probability(condition);
        let mut groups: BTreeMap<Vec<bool>, Accumulator> = BTreeMap::new();
        for group in &self.joint.groups {
            let holds = |node: Option<usize>| node.is_none_or(|node| self.joint.holds(group, node));
            if holds(condition) && holds(needs) {
                let active = self.activity(sum).into_iter();
                let key = active.map(|node| self.joint.holds(group, node)).collect();
                groups.entry(key).or_default().add(group.probability);
            }
        }
        if whole <= 0.0 {
            return None;
        }
        Some(self.mixture(sum, &groups, whole))
    }

    /// Mixes the laws of the subsets of a sum's terms. Fixed sizes only shift; the sums of random
    /// ones are formed once a subset.
    fn mixture(&self, sum: &Sum, groups: &BTreeMap<Vec<bool>, Accumulator>, whole: f64) -> Law {
        let terms: Vec<Law> = sum.iter().map(|term| self.term_law(term)).collect();
        let fixed = |law: &Law| law.atoms().len() == 1;
        let mut random: BTreeMap<Vec<bool>, Law> = BTreeMap::new();
        let mut parts = Vec::new();
        for (active, mass) in groups {
            let chosen = |position: usize| active[position];
            let shifts = terms.iter().enumerate().filter(|(i, law)| chosen(*i) && fixed(law));
            let shift: u64 = shifts.filter_map(|(_, law)| law.low()).sum();
            let key: Vec<bool> =
                terms.iter().enumerate().map(|(i, law)| chosen(i) && !fixed(law)).collect();
            random.entry(key.clone()).or_insert_with(|| {
                let drawn = terms.iter().zip(&key).filter(|(_, drawn)| **drawn);
                drawn.fold(Law::point(0), |law, (term, _)| law.plus(term))
            });
            parts.push((mass.total() / whole, shift, key));
        }
        Law::mix(parts.iter().map(|(weight, shift, key)| (*weight, *shift, &random[key])))
    }

    fn total(&self, sum: &Sum) -> TotalResult {
        let asked = self.model.asked_by_scenario.then_some(0);
        TotalResult {
            law: self.law(sum, None),
            law_when_asked: asked.and_then(|asked| self.law(sum, Some(asked))),
            from_assumption_share: self.from_assumption_share(sum),
        }
    }

    fn from_assumption_share(&self, sum: &Sum) -> Option<f64> {
        let (mut all, mut assumed) = (Accumulator::default(), Accumulator::default());
        for term in sum {
            let mean = self.law(&vec![term.clone()], None)?.mean();
            all.add(mean);
            if self.model.pledges[term.pledge].assumed {
                assumed.add(mean);
            }
        }
        (all.total() > 0.0).then(|| assumed.total() / all.total())
    }

    fn requirement(&self, floor: &Floor) -> RequirementResult {
        let probability = self.met(floor, None);
        let asked = floor.asked;
        RequirementResult {
            probability,
            probability_when_asked: asked.and_then(|asked| self.met(floor, Some(asked))),
            expected_shortfall_when_asked: asked
                .and_then(|asked| Some(self.law(&floor.sum, Some(asked))?.shortfall(floor.floor?))),
            from_assumption_share: self.from_assumption_share(&floor.sum),
        }
    }

    fn met(&self, floor: &Floor, asked: Option<usize>) -> Option<f64> {
        let mut roots = self.activity(&floor.sum);
        roots.push(floor.needs);
        roots.extend(asked.map(|asked| self.model.asked[asked]));
        if !self.stated(&roots) {
            return None;
        }
        let law = self.restricted(&floor.sum, asked, Some(floor.needs))?;
        Some(law.at_least(floor.floor.unwrap_or(0)))
    }

    fn worlds(&self) -> Vec<World> {
        let stated = self.everything_stated();
        let listed = self.joint.worlds.iter();
        listed.map(|(probability, options)| self.world(*probability, options, stated)).collect()
    }

    fn world(&self, probability: f64, options: &[usize], stated: bool) -> World {
        let model = self.model;
        let values = joint::values(model, options);
        let active = |term: &Term| values[model.pledges[term.pledge].active];
        let mean = |sum: &Sum| {
            let terms = sum.iter().filter(|term| active(term));
            law::sum(terms.map(|term| self.term_law(term).mean()))
        };
        let met = |floor: &Floor| {
            let terms = floor.sum.iter().filter(|term| active(term));
            let law = terms.fold(Law::point(0), |law, term| law.plus(&self.term_law(term)));
            if values[floor.needs] { law.at_least(floor.floor.unwrap_or(0)) } else { 0.0 }
        };
        World {
            probability: stated.then_some(probability),
            options: options.to_vec(),
            in_theatre: model.totals.first().map_or(0.0, mean),
            elsewhere: model.totals.get(1).map_or(0.0, mean),
            met: model.floors.iter().map(met).collect(),
            pledges: (0..model.pledges.len())
                .filter(|pledge| values[model.pledges[*pledge].active])
                .collect(),
        }
    }

    /// The pledges that the leading total sums.
    fn in_theatre(&self) -> Vec<usize> {
        let leading = self.model.totals.first();
        leading.map(|sum| sum.iter().map(|term| term.pledge).collect()).unwrap_or_default()
    }

    /// The distinct sets of active pledges among some, most probable first.
    fn forces(&self, forces: &[usize], top: Option<usize>) -> Vec<Force> {
        let model = self.model;
        let nodes: Vec<usize> = forces.iter().map(|pledge| model.pledges[*pledge].active).collect();
        let asked = model.asked_by_scenario.then(|| model.asked[0]);
        let mut groups: BTreeMap<Vec<bool>, [Accumulator; 2]> = BTreeMap::new();
        for group in &self.joint.groups {
            let key = nodes.iter().map(|node| self.joint.holds(group, *node)).collect();
            let masses = groups.entry(key).or_default();
            masses[0].add(group.probability);
            if asked.is_some_and(|asked| self.joint.holds(group, asked)) {
                masses[1].add(group.probability);
            }
        }
        let mut groups: Vec<_> = groups.into_iter().collect();
        groups.sort_by(|(_, left), (_, right)| right[0].total().total_cmp(&left[0].total()));
        groups.truncate(top.unwrap_or(usize::MAX));
        let sets: Vec<Vec<bool>> = groups.iter().map(|(set, _)| set.clone()).collect();
        let conditions = bring_about::smallest_sets(model, &nodes, &sets);
        let stated = self.stated(&nodes);
        let stated_asked = stated && asked.is_some_and(|asked| self.stated(&[asked]));
        let whole_asked = self.joint.probability(asked);
        let force = |((set, masses), conditions): ((Vec<bool>, [Accumulator; 2]), _)| {
            let chosen = forces.iter().zip(&set).filter(|(_, active)| **active);
            let pledges: Vec<usize> = chosen.map(|(pledge, _)| *pledge).collect();
            let when_asked =
                (stated_asked && whole_asked > 0.0).then(|| masses[1].total() / whole_asked);
            Force {
                in_theatre: self.sizes_in_theatre(&pledges),
                pledges,
                probability: stated.then(|| masses[0].total() / self.joint.probability(None)),
                probability_when_asked: when_asked,
                conditions,
            }
        };
        groups.into_iter().zip(conditions).map(force).collect()
    }

    fn sizes_in_theatre(&self, pledges: &[usize]) -> [f64; 3] {
        let Some(sum) = self.model.totals.first() else { return [0.0; 3] };
        let terms = sum.iter().filter(|term| pledges.contains(&term.pledge));
        let laws: Vec<Law> = terms.map(|term| self.term_law(term)).collect();
        let low: u64 = laws.iter().filter_map(Law::low).sum();
        let high: u64 = laws.iter().filter_map(Law::high).sum();
        [real(low), law::sum(laws.iter().map(Law::mean)), real(high)]
    }

    fn sizes(&self) -> Vec<Option<SizeResult>> {
        let size = |pledge: usize| {
            let law = self.laws[pledge].as_ref()?;
            let members = 0..self.model.pledges[pledge].parts.len();
            let part = |member| self.term_law(&Term { pledge, members: vec![member] }).mean();
            let (low, high) = law.low().zip(law.high())?;
            Some(SizeResult { low, central: law.mean(), high, parts: members.map(part).collect() })
        };
        (0..self.model.pledges.len()).map(size).collect()
    }

    fn marginals(&self) -> Vec<Option<Vec<f64>>> {
        let model = self.model;
        let is_relevant = |variable: &usize| model.relevant.contains(variable);
        let marginal = |variable: usize| {
            let stated = joint::ancestors_with_evidence(model, variable)
                .iter()
                .zip(&model.variables)
                .all(|(marked, variable)| !marked || variable.stated);
            if !stated {
                return None;
            }
            if is_relevant(&variable) {
                let whole = self.joint.probability(None);
                return Some(
                    self.joint.marginals[variable].iter().map(|p| p.total() / whole).collect(),
                );
            }
            joint::marginal(model, variable)
        };
        (0..model.variables.len()).map(marginal).collect()
    }

    fn active(&self) -> Vec<Option<f64>> {
        let model = self.model;
        let whole = self.joint.probability(None);
        let pledges = model.pledges.iter().zip(&self.joint.active);
        let figure = |(pledge, mass): (&crate::model::Pledge, &Accumulator)| {
            self.stated(&[pledge.active]).then(|| mass.total() / whole)
        };
        pledges.map(figure).collect()
    }

    fn probability_asked(&self) -> Option<f64> {
        let asked = *self.model.asked.first().filter(|_| self.model.asked_by_scenario)?;
        let whole = self.joint.probability(None);
        self.stated(&[asked]).then(|| self.joint.probability(Some(asked)) / whole)
    }
}
