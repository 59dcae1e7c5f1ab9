//! What moved the figures between two scenarios, split among named causes.
//!
//! In: two scenarios with the same ids (`pipeline::check_pair`). Out: a `Diff`. A cause's share of
//! a change is its Shapley value: what taking it from the new scenario adds, averaged over all
//! orders in which the causes can be taken. So the shares sum to the change and no order is
//! preferred. Only causes that bear upon a figure are played with; the headline, the counted force
//! and the expected force in theatre are sums over pledges and are split pledge by pledge.

pub mod aspect;
pub mod causes;
pub(super) mod mixture;
pub mod shapley;

use super::Obstacle;
use super::metric::Metric;
use crate::evaluate::{Choice, Effort};
use crate::layout;
use crate::outcomes::{Estimate, Sampling};
use crate::pipeline::Aligned;
use crate::scenario::{Filter, Scenario, TROOPS};
use aspect::{Aspect, Reach};
use causes::{Cause, causes};
use mixture::Mixtures;
use rayon::prelude::*;
use shapley::{Plan, Shares, Values};
use std::collections::{BTreeMap, BTreeSet};

/// What differs between two scenarios, and what it moved.
#[derive(Clone, Debug)]
pub struct Diff {
    /// Both scenarios, with the same ids.
    pub sides: Aligned,
    /// What differs, by kind and name.
    pub causes: Vec<Cause>,
    /// The figures, in the order of the table.
    pub figures: Vec<Figure>,
}

/// A figure on both sides, and what moved it.
#[derive(Clone, Debug, PartialEq)]
pub struct Figure {
    /// Its name: `headline`, `counted`, `in_theatre`, `requirement.ID`, `requirement.ID.when_asked`.
    pub name: String,
    /// `troops` or `probability`.
    pub unit: &'static str,
    /// In the old scenario; none where it is undefined there.
    pub old: Option<Estimate>,
    /// In the new scenario.
    pub new: Option<Estimate>,
    /// What moved it, the largest part first; empty where nothing did or a side is undefined.
    pub parts: Vec<Part>,
}

/// A part of a change.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Part {
    /// The cause; none where the change cannot be split, because some mixture has no value.
    pub cause: Option<usize>,
    /// What it adds to the figure.
    pub change: Estimate,
}

/// The unit of probabilities.
pub const PROBABILITY: &str = "probability";

/// The most causes of one figure that are split over all their sets.
const MOST_EXACT: usize = 10;

/// How many sets of causes are looked at where there are more.
const SETS: usize = 1024;

/// How often the budget may be spent on the mixtures of one figure, its ends apart.
const BUDGETS: u64 = 4;

/// A change below this part of the figures is rounding.
const ROUNDING: f64 = 1e-12;

/// Splits every figure's change.
pub fn diff(sides: Aligned, effort: Effort) -> Result<Diff, Obstacle> {
    let causes = causes(&sides.old, &sides.new, &sides.required);
    let reach = Reach { sides: [&sides.old, &sides.new] };
    let plan = Plan { most_exact: MOST_EXACT, sets: SETS, seed: effort.sampling.seed };
    let mixtures = Mixtures::new(&sides, &causes);
    let games = Games { reach, causes: &causes, mixtures: &mixtures, plan, effort };
    let mut figures = games.troops()?;
    let requirements = (0..sides.required.len()).into_par_iter().map(|at| games.requirement(at));
    let requirements: Result<Vec<Vec<Figure>>, Obstacle> = requirements.collect();
    figures.extend(requirements?.into_iter().flatten());
    Ok(Diff { sides, causes, figures })
}

/// What is played with.
struct Games<'a> {
    reach: Reach<'a>,
    causes: &'a [Cause],
    mixtures: &'a Mixtures<'a>,
    plan: Plan,
    effort: Effort,
}

/// A figure or a term of it, split among the causes that bear upon it.
struct Played {
    players: Vec<usize>,
    ends: [Values; 2],
    shares: Shares,
}

impl Games<'_> {
    fn sides(&self) -> [&Scenario; 2] {
        self.reach.sides
    }

    /// The causes that bear upon a figure.
    fn players(&self, reached: &BTreeSet<Aspect>) -> Vec<usize> {
        let all = self.causes.iter().enumerate();
        all.filter(|(_, cause)| cause.bears_on(reached)).map(|(at, _)| at).collect()
    }

    /// Plays one game. Where a figure has no value at one of the ends nothing is split.
    fn play(
        &self,
        reached: &BTreeSet<Aspect>,
        value: impl Fn(&Scenario, Effort) -> Result<Values, Obstacle> + Sync,
    ) -> Result<Played, Obstacle> {
        let players = self.players(reached);
        let of = |chosen: &[bool], effort: Effort| {
            let taken = players.iter().zip(chosen).filter(|(_, chosen)| **chosen);
            value(&self.mixtures.mixture(taken.map(|(player, _)| *player)), effort)
        };
        let none = of(&vec![false; players.len()], self.effort)?;
        // The end is that of the new scenario itself, whatever bears upon the figure.
        let all = value(self.mixtures.new_side(), self.effort)?;
        let moved = none.iter().zip(&all).any(|pair| matches!(pair, (Some(_), Some(_))));
        let shares = if moved && !players.is_empty() {
            let effort = self.effort_for(self.plan.looked_at(players.len()));
            shapley::split(players.len(), [&none, &all], self.plan, |set| of(set, effort))?
        } else {
            let still = |(before, after): (&Option<Estimate>, &Option<Estimate>)| {
                let ends = before.zip(*after);
                ends.is_none_or(|(before, after)| {
                    let most = before.value.abs().max(after.value.abs());
                    (after.value - before.value).abs() <= ROUNDING * most
                })
            };
            none.iter().zip(&all).map(|ends| still(ends).then(Vec::new)).collect()
        };
        Ok(Played { players, ends: [none, all], shares })
    }

    /// What each of many mixtures may cost, so that all of them together stay within some budgets.
    fn effort_for(&self, sets: usize) -> Effort {
        let sets = u64::try_from(sets).unwrap_or(u64::MAX);
        let part = |whole: u64| (whole.saturating_mul(BUDGETS) / sets.max(1)).clamp(1, whole);
        let Effort { choice, budget, sampling } = self.effort;
        let sampling = Sampling { samples: part(sampling.samples), ..sampling };
        match choice {
            Choice::Exact => self.effort,
            Choice::Auto | Choice::Sampled => Effort { choice, budget: part(budget), sampling },
        }
    }

    /// The headline, the counted force and the expected force in theatre.
    fn troops(&self) -> Result<Vec<Figure>, Obstacle> {
        let all = 0..self.sides()[0].pledges.len();
        let any = self.anywhere();
        let sized: Vec<usize> = all.filter(|at| self.reach.may_count(*at, &any, TROOPS)).collect();
        let levels = sized.par_iter().map(|&at| {
            let roots = [
                Aspect::Known(at),
                Aspect::Expired(at),
                Aspect::Stage(at),
                Aspect::Size(at),
                Aspect::CountsFrom,
            ];
            let reached = self.reach.behind(&roots);
            self.play(&reached, |mixture, _| Ok(mixture::levels(mixture, at)))
        });
        let levels: Result<Vec<Played>, Obstacle> = levels.collect();
        let theatre = Filter::default();
        let terms: Vec<usize> = sized
            .iter()
            .copied()
            .filter(|at| self.reach.may_count(*at, &theatre, TROOPS))
            .collect();
        let terms = terms.par_iter().map(|&at| {
            let mut roots = Aspect::of_pledge(at).to_vec();
            roots.push(Aspect::CountsFrom);
            let reached = self.reach.with_evidence(&roots);
            self.play(&reached, |mixture, effort| mixture::in_theatre(mixture, at, effort))
        });
        let terms: Result<Vec<Played>, Obstacle> = terms.collect();
        let (levels, terms) = (levels?, terms?);
        Ok(vec![
            figure("headline", TROOPS, &levels, 0),
            figure("counted", TROOPS, &levels, 1),
            figure(layout::IN_THEATRE, TROOPS, &terms, 0),
        ])
    }

    /// Every basing, and none.
    fn anywhere(&self) -> Filter {
        let basings = (0..self.sides()[0].basings.len()).map(Some).chain([None]);
        Filter { basings: basings.collect(), ..Filter::default() }
    }

    /// P(met), and P(met, given that anyone asks) where either side asks.
    fn requirement(&self, at: usize) -> Result<Vec<Figure>, Obstacle> {
        let [old, new] = self.sides();
        let own = self.mixtures.sides.required[at];
        let name = Metric::Met(at).name(old);
        let asked = self.sides().map(|side| side.asked_about(side.requirements.at(at)).is_some());
        let played = if own == [true, true] {
            let roots = [Aspect::Requirement(at), Aspect::AskedWhen];
            let reached = self.reach.with_evidence(&roots);
            self.play(&reached, |mixture, effort| mixture::requirement(mixture, at, effort))?
        } else {
            let value = |side: &Scenario, own: bool| {
                if own { mixture::requirement(side, at, self.effort) } else { Ok(vec![None, None]) }
            };
            let ends = [value(old, own[0])?, value(new, own[1])?];
            Played { players: Vec::new(), ends, shares: vec![Some(Vec::new()); 2] }
        };
        let played = [played];
        let mut figures = vec![figure(&name, PROBABILITY, &played, 0)];
        if (own[0] && asked[0]) || (own[1] && asked[1]) {
            figures.push(figure(&Metric::MetWhenAsked(at).name(old), PROBABILITY, &played, 1));
        }
        Ok(figures)
    }
}

/// Adds up the terms of a figure.
fn figure(name: &str, unit: &'static str, terms: &[Played], at: usize) -> Figure {
    let end = |side: usize| sum(terms.iter().map(|term| term.ends[side][at]));
    let (old, new) = (end(0), end(1));
    let parts = match old.zip(new) {
        Some((old, new)) => parts(terms, at, old, new),
        None => Vec::new(),
    };
    Figure { name: name.to_owned(), unit, old, new, parts }
}

/// A sum; undefined where a term is. Errors add up, because terms may err in the same direction.
fn sum(terms: impl Iterator<Item = Option<Estimate>>) -> Option<Estimate> {
    let terms: Option<Vec<Estimate>> = terms.collect();
    let terms = terms?;
    let errors: Vec<f64> = terms.iter().filter_map(|term| term.standard_error).collect();
    Some(Estimate {
        value: crate::law::sum(terms.iter().map(|term| term.value)),
        standard_error: (!errors.is_empty()).then(|| crate::law::sum(errors.into_iter())),
    })
}

/// What moved a figure, the largest part first.
fn parts(terms: &[Played], at: usize, old: Estimate, new: Estimate) -> Vec<Part> {
    let mut changes: BTreeMap<usize, Vec<Estimate>> = BTreeMap::new();
    let mut separable = true;
    for term in terms {
        match &term.shares[at] {
            Some(shares) => {
                for (player, share) in term.players.iter().zip(shares) {
                    changes.entry(*player).or_default().push(*share);
                }
            }
            None => separable = false,
        }
    }
    let whole = Estimate {
        value: new.value - old.value,
        ..sum([Some(old), Some(new)].into_iter()).unwrap_or(new)
    };
    let mut parts: Vec<Part> = if separable {
        let changes = changes.into_iter();
        let part = |(cause, shares): (usize, Vec<Estimate>)| {
            let change = sum(shares.into_iter().map(Some))?;
            Some(Part { cause: Some(cause), change })
        };
        changes.filter_map(part).collect()
    } else {
        vec![Part { cause: None, change: whole }]
    };
    let scale = old.value.abs().max(new.value.abs());
    let scale = parts.iter().map(|part| part.change.value.abs()).fold(scale, f64::max);
    parts.retain(|part| part.change.value.abs() > ROUNDING * scale);
    parts.sort_by(|left, right| {
        let size = |part: &Part| crate::law::coarse(part.change.value.abs());
        size(right).cmp(&size(left)).then(left.cause.cmp(&right.cause))
    });
    parts
}
