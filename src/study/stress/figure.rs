//! What remains of a figure where nations withdraw or conditions fail.
//!
//! In: a scenario, a metric and a set of failures. Out: what remains of it, what each pledge's part in
//! it is, and what each failure can reach of that. A nation takes its pledges and its parts of joint
//! ones with it; a condition fails by intervention. Nothing outside of their reach changes in any world.

use super::search::{Failure, Remains, Worth};
use super::{Failed, Fails};
use crate::compile;
use crate::evaluate::diagram::Spent;
use crate::evaluate::{evidence, intervention, is_stated, sums};
use crate::law::{self, Law, real};
use crate::model::{Model, NodeId, Sum, Term};
use crate::scenario::{Kind, Pledge, Scenario, Size, Stage, Stated, TROOPS};
use crate::study::diff::aspect::{Aspect, Reach, mentions};
use crate::study::metric::Metric;
use std::collections::BTreeSet;

/// A scenario made ready.
pub(super) struct Scene {
    scenario: Scenario,
    model: Model,
    laws: Vec<Option<Law>>,
    /// By pledge: what whether it is active depends on.
    behind: Vec<BTreeSet<Aspect>>,
}

/// One nation's part of one pledge.
#[derive(Clone, Copy, Debug)]
struct Part {
    pledge: usize,
    member: usize,
    /// What it adds where the pledge is active.
    mean: f64,
    most: u64,
}

/// A figure under stress.
pub(super) struct Figure<'a> {
    scene: &'a Scene,
    metric: Metric,
    parts: Vec<Part>,
    /// What may fail.
    pub(super) names: Vec<Failed>,
    /// The same for the search.
    pub(super) failures: Vec<Failure>,
    /// For each whether formulas may have to be written anew where it fails.
    rewrites: Vec<bool>,
}

impl Scene {
    pub(super) fn new(scenario: Scenario, model: Model) -> Self {
        let laws = sums::size_laws(&model);
        let reach = Reach { sides: [&scenario, &scenario] };
        let behind = (0..scenario.pledges.len()).map(|at| reach.behind(&[Aspect::Formula(at)]));
        let behind = behind.collect();
        Self { scenario, model, laws, behind }
    }

    /// A figure, and what may fail of a kind that bears upon it; none where a probability is missing
    /// or nothing is pledged in numbers.
    pub(super) fn figure(&self, metric: Metric, fails: Fails) -> Option<Figure<'_>> {
        let parts: Vec<Part> = self.sum(metric).iter().flat_map(|term| self.split(term)).collect();
        let level = matches!(metric, Metric::Headline | Metric::Counted);
        let stated = || is_stated(&self.model, &self.model.ancestors(&self.roots(metric)));
        if level && self.sum(Metric::Headline).is_empty() || !level && !stated() {
            return None;
        }
        let mut figure = Figure {
            scene: self,
            metric,
            parts,
            names: Vec::new(),
            failures: Vec::new(),
            rewrites: Vec::new(),
        };
        match fails {
            Fails::Nations => figure.add_nations(),
            Fails::Conditions => figure.add_conditions(),
        }
        Some(figure)
    }

    /// The nations that may withdraw: those with a standing pledge that they can take back. A bloc does
    /// not withdraw as one, so blocs may only where nobody else has pledged anything.
    pub(super) fn nations(&self) -> Vec<usize> {
        let scenario = &self.scenario;
        let standing = scenario.pledges.iter().map(|(_, pledge)| pledge);
        let standing = standing.filter(|own| scenario.stands(own) && !own.expired);
        let taken = standing.filter(|own| !self.hosts(own));
        let all: BTreeSet<usize> =
            taken.flat_map(|own| own.nations.iter().map(|member| member.nation)).collect();
        let bloc = |nation: &usize| scenario.nations.at(*nation).bloc;
        let only_blocs = all.iter().all(bloc);
        all.into_iter().filter(|nation| only_blocs || !bloc(nation)).collect()
    }

    /// Whether a pledge is the consent of those where the force is to be, who do not leave.
    fn hosts(&self, pledge: &Pledge) -> bool {
        pledge.kind == Kind::Host && self.scenario.in_theatre(pledge.basing)
    }

    /// The conditions that may fail: those that matter and of which nobody knows how they ended.
    pub(super) fn conditions(&self) -> Vec<usize> {
        let open = |at: &usize| self.scenario.conditions.at(*at).holds.is_none();
        let mut conditions: Vec<usize> = self.model.relevant.iter().copied().filter(open).collect();
        conditions.sort_unstable();
        conditions
    }

    /// What a metric sums.
    fn sum(&self, metric: Metric) -> Sum {
        let (scenario, model) = (&self.scenario, &self.model);
        let standing = |counted: bool| -> Sum {
            let pledges = scenario.pledges.iter().enumerate().filter(|(_, (_, pledge))| {
                let stands =
                    if counted { scenario.counts(pledge) } else { scenario.stands(pledge) };
                stands && pledge.unit == TROOPS && pledge.size != Size::Unknown
            });
            pledges.map(|(pledge, _)| Term { pledge, members: Vec::new() }).collect()
        };
        match metric {
            Metric::Headline => standing(false),
            Metric::Counted => standing(true),
            Metric::InTheatre => model.totals.first().cloned().unwrap_or_default(),
            Metric::Met(at) | Metric::MetWhenAsked(at) => model.floors[at].sum.clone(),
        }
    }

    fn split(&self, term: &Term) -> Vec<Part> {
        let all = 0..self.model.pledges[term.pledge].parts.len();
        let own = |member: &usize| term.members.is_empty() || term.members.contains(member);
        let part = |member: usize| {
            let own = Term { pledge: term.pledge, members: vec![member] };
            let law = sums::term_law(&self.model, &self.laws, &own);
            Part { pledge: term.pledge, member, mean: law.mean(), most: law.high().unwrap_or(0) }
        };
        all.filter(own).map(part).collect()
    }

    /// Every formula that a metric depends on.
    fn roots(&self, metric: Metric) -> Vec<NodeId> {
        let mut roots = sums::activity(&self.model, &self.sum(metric));
        roots.extend(needs(&self.model, metric));
        roots.extend(asked(&self.model, metric));
        roots
    }

    /// The formulas that decide a metric beside the pledges that it sums, and what they depend on.
    fn beside(&self, metric: Metric) -> BTreeSet<Aspect> {
        let scenario = &self.scenario;
        let mut stated: Vec<&Stated> = scenario.given.iter().collect();
        if let Metric::Met(at) | Metric::MetWhenAsked(at) = metric {
            let requirement = scenario.requirements.at(at);
            stated.extend(&requirement.needs);
            let when_asked = metric == Metric::MetWhenAsked(at);
            stated.extend(scenario.asked_about(requirement).filter(|_| when_asked));
        }
        let mut roots = Vec::new();
        for own in &stated {
            mentions(&own.formula, &mut roots);
        }
        let ended = scenario.conditions.iter().enumerate();
        let ended = ended.filter(|(_, (_, condition))| condition.holds.is_some());
        roots.extend(ended.map(|(at, _)| Aspect::Ended(at)));
        Reach { sides: [scenario, scenario] }.behind(&roots)
    }

    /// The scenario without the pledges of which some nations are all that is left.
    fn without(&self, nations: &[usize]) -> Option<Model> {
        let mut rest = self.scenario.clone();
        for at in 0..rest.pledges.len() {
            let pledge = rest.pledges.at_mut(at);
            let withdrawn = pledge.nations.iter().all(|own| nations.contains(&own.nation));
            if withdrawn && !self.hosts(self.scenario.pledges.at(at)) {
                pledge.stage = Stage::Withdrawn;
            }
        }
        compile::compile(&rest, &[], &[]).ok()
    }
}

/// What must hold beside a floor.
fn needs(model: &Model, metric: Metric) -> Option<NodeId> {
    Some(model.floors[metric.requirement()?].needs)
}

/// When anyone asks, where a metric is given that.
fn asked(model: &Model, metric: Metric) -> Option<NodeId> {
    let Metric::MetWhenAsked(at) = metric else { return None };
    model.floors[at].asked.map(|asked| model.asked[asked])
}

impl Figure<'_> {
    fn add(&mut self, name: Failed, group: usize, (reaches, bounded): (Vec<usize>, bool)) {
        self.names.push(name);
        self.failures.push(Failure { group, reaches, bounded });
    }

    fn add_nations(&mut self) {
        let scenario = &self.scene.scenario;
        let beside = self.scene.beside(self.metric);
        let level = matches!(self.metric, Metric::Headline | Metric::Counted);
        for nation in self.scene.nations() {
            let its = |pledge: usize| {
                let pledge = scenario.pledges.at(pledge);
                !self.scene.hosts(pledge) && pledge.nations.iter().any(|own| own.nation == nation)
            };
            let names = |found: &BTreeSet<Aspect>| {
                !level && found.iter().any(|own| matches!(own, Aspect::Stage(at) if its(*at)))
            };
            let own = |part: &Part| {
                scenario.pledges.at(part.pledge).nations[part.member].nation == nation
            };
            let depends = |part: &Part| names(&self.scene.behind[part.pledge]);
            let meets = |(at, part): (usize, &Part)| (own(part) || depends(part)).then_some(at);
            let reaches: Vec<usize> = self.parts.iter().enumerate().filter_map(meets).collect();
            let (touches, rewrites) = (names(&beside), self.parts.iter().any(depends));
            if touches || !reaches.is_empty() {
                self.add(Failed::Nation(nation), nation, (reaches, !touches));
                self.rewrites.push(touches || rewrites);
            }
        }
    }

    fn add_conditions(&mut self) {
        let model = &self.scene.model;
        let roots = self.scene.roots(self.metric);
        let bearing = model.with_evidence(model.ancestors(&roots));
        let mut beside = evidence::bearing(model, &bearing, asked(model, self.metric));
        beside.extend(needs(model, self.metric));
        let beside = model.ancestors(&beside);
        let active = |part: &Part| model.ancestors(&[model.pledges[part.pledge].active]);
        let under: Vec<Vec<bool>> = self.parts.iter().map(active).collect();
        for condition in self.scene.conditions() {
            let plain = model.variables[condition].plain;
            let options = if plain { 1 } else { model.variables[condition].options };
            for option in 0..options {
                let reaches = (0..under.len()).filter(|at| under[*at][condition]).collect();
                if bearing[condition] && !self.is_ruled_out(&[(condition, option)]) {
                    let name = Failed::Condition(condition, option);
                    self.add(name, condition, (reaches, !beside[condition]));
                    self.rewrites.push(true);
                }
            }
        }
    }

    /// Whether formulas alone show that what is given cannot hold where some conditions are set.
    fn is_ruled_out(&self, ends: &[(usize, usize)]) -> bool {
        let model = &self.scene.model;
        let values = intervention::settled(model, ends);
        let mut given = asked(model, self.metric).into_iter().chain([model.evidence]);
        given.any(|node| values[node] == Some(false))
    }

    /// Whether every probability that what stays depends on is stated. Where a pledge is withdrawn, it may
    /// depend on conditions that did not matter beside that.
    fn is_stated(&self, model: &Model, stays: &[bool]) -> bool {
        let left = self.parts.iter().zip(stays).filter(|(_, stays)| **stays);
        let active = left.map(|(part, _)| model.pledges[part.pledge].active);
        let mut roots: Vec<NodeId> = active.collect();
        roots.extend(needs(model, self.metric));
        roots.extend(asked(model, self.metric));
        is_stated(model, &model.ancestors(&roots))
    }

    /// What remains where some failures come together.
    pub(super) fn remains(&self, set: &[usize], budget: &mut u64) -> Spent<Remains> {
        let (mut nations, mut ends) = (Vec::new(), Vec::new());
        for failure in set {
            match self.names[*failure] {
                Failed::Nation(nation) => nations.push(nation),
                Failed::Condition(condition, option) => ends.push((condition, option)),
            }
        }
        if self.is_ruled_out(&ends) {
            return Ok(Remains::Never);
        }
        let rewritten = set.iter().any(|failure| self.rewrites[*failure]);
        let own = &self.scene.model;
        let changed = match (rewritten, ends.is_empty()) {
            (false, _) => None,
            (true, false) => Some(intervention::set(own, &ends)),
            (true, true) => match self.scene.without(&nations) {
                Some(model) => Some(model),
                None => return Ok(Remains::Undefined),
            },
        };
        let model = changed.as_ref().unwrap_or(own);
        let stays = |part: &&Part| {
            let member = &self.scene.scenario.pledges.at(part.pledge).nations[part.member];
            !nations.contains(&member.nation)
        };
        let stays: Vec<bool> = self.parts.iter().map(|part| stays(&part)).collect();
        if changed.is_some() && ends.is_empty() && !self.is_stated(model, &stays) {
            return Ok(Remains::Unstated);
        }
        let worth = match self.metric {
            Metric::Headline | Metric::Counted => Some(self.sum_of(&stays, |_| 1.0)),
            Metric::InTheatre => self.expected(model, &stays, budget)?,
            Metric::Met(at) | Metric::MetWhenAsked(at) => {
                self.met(model, at, (&stays, &ends), budget)?
            }
        };
        Ok(worth.map_or(Remains::Undefined, Remains::Some))
    }

    /// The mean sum of what stays, each part as probable as it is.
    fn sum_of(&self, stays: &[bool], probability: impl Fn(usize) -> f64) -> Worth {
        let parts = self
            .parts
            .iter()
            .zip(stays)
            .enumerate()
            .map(|(at, (part, stays))| if *stays { part.mean * probability(at) } else { 0.0 });
        let parts: Vec<f64> = parts.collect();
        Worth { value: law::sum(parts.iter().copied()), parts, spare: None }
    }

    fn expected(&self, model: &Model, stays: &[bool], budget: &mut u64) -> Spent<Option<Worth>> {
        let pledges: Vec<usize> = self.parts.iter().map(|part| part.pledge).collect();
        let found = intervention::active(model, &pledges, budget)?;
        Ok(found.map(|active| self.sum_of(stays, |at| active[at])))
    }

    fn met(
        &self,
        model: &Model,
        at: usize,
        (stays, ends): (&[bool], &[(usize, usize)]),
        budget: &mut u64,
    ) -> Spent<Option<Worth>> {
        let floor = model.floors[at].floor.unwrap_or(0);
        let mut sum = Sum::new();
        for (part, _) in self.parts.iter().zip(stays).filter(|(_, stays)| **stays && floor > 0) {
            match sum.last_mut().filter(|term| term.pledge == part.pledge) {
                Some(term) => term.members.push(part.member),
                None => sum.push(Term { pledge: part.pledge, members: vec![part.member] }),
            }
        }
        let asked = asked(model, self.metric);
        let asked = (&sum, model.floors[at].needs, asked);
        let Some(law) = intervention::law(model, &self.scene.laws, asked, budget)? else {
            return Ok(None);
        };
        let tails = law.tails().into_iter().filter(|(value, _)| *value >= floor);
        let spare = tails.map(|(value, left)| (real(value - floor), left)).collect();
        let values = intervention::settled(model, ends);
        let most = |(part, stays): (&Part, &bool)| {
            let never = values[model.pledges[part.pledge].active] == Some(false);
            if never || !stays || floor == 0 { 0.0 } else { real(part.most) }
        };
        let parts = self.parts.iter().zip(stays).map(most).collect();
        Ok(Some(Worth { value: law.at_least(floor), parts, spare: Some(spare) }))
    }
}
