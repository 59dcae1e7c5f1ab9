//! Exact figures held against sampled ones.
//!
//! In: a checked `Scenario`. Out: a `Verification`: every figure that both ways gave, by its names.

use super::Obstacle;
use crate::compile::{self};
use crate::evaluate::question::SetAnswer;
use crate::evaluate::verify::{Comparison, What};
use crate::evaluate::{self, Both, Effort, Parts, Settings};
use crate::layout::{self, Total};
use crate::model::{Model, NodeId, Sum};
use crate::scenario::Scenario;

/// One figure, exact and sampled, by its names.
#[derive(Clone, Debug, PartialEq)]
pub struct Verified {
    /// What is measured: `probability`, `mean`, `probability_any`, `met`, `shortfall`.
    pub figure: &'static str,
    /// Of what: an id, a total's name, several of them where they are the same figure.
    pub of: String,
    /// What is given beside the evidence.
    pub given: String,
    /// The figure.
    pub comparison: Comparison,
}

/// Exact figures held against sampled ones.
#[derive(Clone, Debug)]
pub struct Verification {
    /// The scenario.
    pub scenario: Scenario,
    /// All figures that both ways gave.
    pub figures: Vec<Verified>,
    /// How many questions the budget did not suffice to answer exactly.
    pub unanswered: usize,
}

/// Finds every figure twice: the totals, the posture, the requirements, the conditions, the
/// pledges and the most probable forces.
pub fn verify(scenario: Scenario, effort: Effort) -> Result<Verification, Obstacle> {
    let (totals, cells) = (layout::totals(&scenario), layout::cells(&scenario));
    let model = compile::compile(&scenario, &totals, &cells)?;
    let parts = Parts {
        worlds: false,
        gates: false,
        ranges: false,
        unlock: false,
        block: false,
        ..Parts::ALL
    };
    let settings = Settings { effort, top_forces: Some(VERIFIED_FORCES), ..Settings::new(parts) };
    let both = evaluate::both(&model, settings);
    let names = Names { scenario: &scenario, model: &model, totals: &totals, both: &both };
    // A force beyond the exact list is less probable than those on it: only a contradiction tells.
    let told = both.comparisons.iter().filter(|own| own.disagrees() || names.is_listed(own.what));
    let figures = told.map(|comparison| names.verified(*comparison)).collect();
    let unanswered = both.questions.open(&both.exact).len();
    Ok(Verification { scenario, figures, unanswered })
}

/// How many forces are verified.
const VERIFIED_FORCES: usize = 100;

/// What the figures of questions are called.
struct Names<'a> {
    scenario: &'a Scenario,
    model: &'a Model,
    totals: &'a [Total],
    both: &'a Both,
}

impl Names<'_> {
    fn verified(&self, comparison: Comparison) -> Verified {
        let questions = &self.both.questions;
        let (figure, of, given) = match comparison.what {
            What::Node(at) => ("probability", self.node(questions.nodes[at]), None),
            What::Option { question, option } => {
                let condition = questions.variables[question];
                ("probability", self.scenario.literal(condition, option), None)
            }
            What::Mean(at) => ("mean", self.sum(&questions.laws[at].sum), questions.laws[at].given),
            What::Any(at) => {
                ("probability_any", self.sum(&questions.laws[at].sum), questions.laws[at].given)
            }
            What::Met(at) => ("met", self.floor(at), questions.floors[at].given),
            What::Shortfall(at) => ("shortfall", self.floor(at), questions.floors[at].given),
            What::Set { question, set } => ("outcome", self.set(question, set), None),
            What::SetWhenGiven { question, set } => {
                ("outcome", self.set(question, set), questions.sets[question].given)
            }
        };
        let given = given.map(|node| self.node(node)).unwrap_or_default();
        Verified { figure, of, given, comparison }
    }

    /// The pledges that are active where a formula holds, or when anyone asks.
    fn node(&self, node: NodeId) -> String {
        let asked = self.model.asked.contains(&node).then(|| "asked_when".to_owned());
        let pledges = self.model.pledges.iter().enumerate();
        let pledges = pledges.filter(|(_, pledge)| pledge.active == node);
        let pledges = pledges.map(|(at, _)| self.scenario.pledges.id(at).to_owned());
        asked.into_iter().chain(pledges).collect::<Vec<_>>().join("; ")
    }

    fn sum(&self, sum: &Sum) -> String {
        let totals = self.totals.iter().zip(&self.model.totals).filter(|(_, own)| *own == sum);
        let names: Vec<&str> = totals.map(|(total, _)| total.name.as_str()).collect();
        if names.is_empty() { self.terms(sum) } else { names.join("; ") }
    }

    /// A cell of the posture that is no total, by its pledges.
    fn terms(&self, sum: &Sum) -> String {
        let ids: Vec<&str> = sum.iter().map(|term| self.scenario.pledges.id(term.pledge)).collect();
        if ids.is_empty() { "nothing".to_owned() } else { ids.join("; ") }
    }

    fn floor(&self, at: usize) -> String {
        let question = &self.both.questions.floors[at];
        let floors = self.model.floors.iter().enumerate();
        let same = floors.filter(|(_, floor)| {
            (&floor.sum, floor.needs) == (&question.sum, question.needs)
                && floor.floor.unwrap_or(0) == question.floor
        });
        let ids = same.map(|(at, _)| self.scenario.requirements.id(at).to_owned());
        let nations = layout::contributors(self.scenario).into_iter().zip(&self.model.contributors);
        let pools = nations.filter(|(_, own)| {
            (&own.in_theatre, own.most, own.always)
                == (&question.sum, Some(question.floor), question.needs)
        });
        let pools =
            pools.map(|(own, _)| format!("sustained.{}", self.scenario.nations.id(own.nation)));
        ids.chain(pools).collect::<Vec<_>>().join("; ")
    }

    /// Whether a figure is not one of a force that only sampling lists.
    fn is_listed(&self, what: What) -> bool {
        match what {
            What::Set { question, set } | What::SetWhenGiven { question, set } => {
                self.listed(question, set).is_some()
            }
            _ => true,
        }
    }

    fn listed(&self, question: usize, set: usize) -> Option<&SetAnswer> {
        self.both.exact.sets[question].as_ref()?.sets.get(set)
    }

    fn set(&self, question: usize, set: usize) -> String {
        match self.listed(question, set) {
            Some(set) if set.pledges.is_empty() => "no pledge".to_owned(),
            Some(set) => {
                let ids: Vec<&str> =
                    set.pledges.iter().map(|pledge| self.scenario.pledges.id(*pledge)).collect();
                ids.join("; ")
            }
            None => "a force that only sampling lists".to_owned(),
        }
    }
}
