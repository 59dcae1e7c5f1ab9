//! The most probable worlds, without listing the rest.
//!
//! In: a `Model`, how many worlds are wanted, and how much work may be spent. Out: these worlds,
//! how many are possible at all, and how probable those are that were left out. A program that
//! branches on every condition has one way through it for each possible world.

use super::choices::{Choices, Taken};
use super::evidence;
use super::portfolio;
use super::program::{ProgramId, Programs, Query};
use super::traverse::{Algebra, Part, Probability, forward};
use crate::law;
use crate::model::Model;
use std::cmp::Ordering;

/// Products of the same chances in another order differ by less than this part of them.
const ROUNDING: f64 = 1e-11;

/// So many worlds, or as many as are wanted, are looked at beyond those that are wanted because they
/// are as probable as the last of them.
const MOST_EQUALS: usize = 1024;

/// The most probable worlds.
#[derive(Clone, Debug, PartialEq)]
pub struct Likely {
    /// Probability given the evidence, and the option of each variable by its id. Most probable
    /// first, equals in the order of their options.
    pub worlds: Vec<(f64, Vec<usize>)>,
    /// How many worlds are possible; exact below 2^53.
    pub possible: f64,
    /// The probability of the others.
    pub left_out: f64,
}

/// The `top` most probable worlds over the relevant variables; none where the budget does not
/// suffice.
pub fn likely(model: &Model, top: usize, budget: u64) -> Option<Likely> {
    let model = &*evidence::lightened(model);
    let required =
        if model.holds_always(model.evidence) { Vec::new() } else { vec![model.evidence] };
    let query = Query { required, kept: model.relevant.clone(), ..Query::default() };
    let asked = (query.required.as_slice(), model.relevant.as_slice());
    let found = portfolio::attempt(model, asked, budget, |factors, _| {
        let mut programs = Programs::new(factors);
        let root = programs.compile(&query)?;
        Ok(listed(&programs, root, top))
    });
    found.ok().flatten()
}

/// None where the evidence is too improbable for a number.
fn listed(programs: &Programs<'_>, root: ProgramId, top: usize) -> Option<Likely> {
    let model = programs.factors.model;
    let possible = forward(programs, &[root], &mut Count).pop().unwrap_or(0.0);
    let whole = forward(programs, &[root], &mut Probability).pop().filter(|whole| *whole > 0.0)?;
    let mut worlds = heaviest(programs, root, top);
    worlds.sort_by(|left, right| order(model, left, right));
    worlds.truncate(top);
    for (probability, _) in &mut worlds {
        *probability /= whole;
    }
    let all = law::real(worlds.len() as u64) >= possible;
    let mass = law::sum(worlds.iter().map(|(probability, _)| *probability));
    Some(Likely { worlds, possible, left_out: if all { 0.0 } else { law::rest(mass) } })
}

fn order(model: &Model, left: &(f64, Vec<usize>), right: &(f64, Vec<usize>)) -> Ordering {
    let options = |world: &Vec<usize>, at: usize| world[model.relevant[at]];
    right.0.total_cmp(&left.0).then_with(|| {
        let mut all = 0..model.relevant.len();
        let differs = all.find(|at| options(&left.1, *at) != options(&right.1, *at));
        differs.map_or(Ordering::Equal, |at| options(&left.1, at).cmp(&options(&right.1, at)))
    })
}

/// The `top` heaviest worlds in no order, and those that weigh as much as the last of them, so that
/// which equals are listed does not depend on the order of the search.
fn heaviest(programs: &Programs<'_>, root: ProgramId, top: usize) -> Vec<(f64, Vec<usize>)> {
    let model = programs.factors.model;
    let (choices, root) = Choices::of_program(programs, root);
    let chances = Chances::of(model);
    let mut values = vec![false; model.nodes.len()];
    let mut world = |way: Taken| {
        let mut options = vec![0; model.variables.len()];
        way.labels.iter().for_each(|(variable, option)| options[*variable] = *option);
        (chances.product(&options, &mut values), options)
    };
    let mut ways = choices.heaviest(root);
    let mut least = 0.0;
    let first = ways.by_ref().take(top).inspect(|way| least = way.ratio);
    let mut worlds: Vec<_> = first.map(&mut world).collect();
    let equals = ways.take_while(|way| way.ratio >= least * (1.0 - ROUNDING));
    worlds.extend(equals.take(top.max(MOST_EQUALS)).map(world));
    worlds
}

/// The chances of the relevant variables, and the nodes that they mention.
struct Chances<'m> {
    model: &'m Model,
    mentioned: Vec<usize>,
}

impl<'m> Chances<'m> {
    fn of(model: &'m Model) -> Self {
        let mut mentioned = vec![false; model.nodes.len()];
        for variable in model.relevant.iter().map(|variable| &model.variables[*variable]) {
            mentioned[variable.requires] = true;
            variable.clauses.iter().for_each(|(when, _)| mentioned[*when] = true);
        }
        for node in (0..mentioned.len()).rev() {
            if mentioned[node] {
                model.nodes[node].parts().iter().for_each(|part| mentioned[*part] = true);
            }
        }
        let mentioned = (0..mentioned.len()).filter(|node| mentioned[*node]).collect();
        Self { model, mentioned }
    }

    /// The probability of a world, its chances multiplied in the order of the variables.
    fn product(&self, options: &[usize], values: &mut [bool]) -> f64 {
        for node in &self.mentioned {
            values[*node] = self.model.nodes[*node].holds(options, values);
        }
        let chance =
            |variable: &usize| self.model.variables[*variable].chance(options[*variable], values);
        law::product(self.model.relevant.iter().map(chance))
    }
}

/// How many ways there are through a program.
struct Count;

impl Algebra for Count {
    type Value = f64;

    fn or(&mut self, parts: &[Part<'_, f64>]) -> f64 {
        parts.iter().map(|part| part.rest).sum()
    }

    fn and(&mut self, kids: &[&f64]) -> f64 {
        kids.iter().copied().product()
    }
}
