//! Dependence: how often a requirement may be met, however the conditions hang together.
//!
//! In: a `Model` and a requirement. Out: the least and the most of P(met) over all joint distributions
//! of its conditions that keep every stated chance, the ranges and what conditions require, but not
//! independence: a linear programme over the worlds (Boole, 1854; Hailperin, Best possible
//! inequalities for the probability of a logical function of events, 1965). The chance of each option
//! in each clause, given that the clause applies, is as stated or in its range: two inequalities. How
//! a condition is known to have ended, upon which nothing bears, is so in every world, and the others'
//! chances are taken to be stated for that; with any other evidence there is no answer.

use super::evidence::conditioned;
use super::simplex::{self, Point};
use super::sums::{self, PreparedSum, Reached};
use crate::law::Law;
use crate::model::{Floor, Model, Node};

/// With more conditions than this no worlds are listed.
const MOST_CONDITIONS: usize = 12;

/// With more worlds than this there is no answer.
const MOST_WORLDS: usize = 4096;

/// What is so near to 0 or 1 is that.
const NEAR: f64 = 1e-11;

/// The least and the most of P(met); none where too many conditions bear upon it, or what is given is
/// more than how some ended.
pub fn met(model: &Model, laws: &[Option<Law>], floor: &Floor) -> Option<(f64, f64)> {
    let known = conditioned(model);
    let model = known.as_ref().unwrap_or(model);
    if model.nodes[model.evidence] != Node::Constant(true) {
        return None;
    }
    let worlds = Worlds::new(model, floor)?;
    let sum = PreparedSum::new(model, laws, &floor.sum);
    let mut reached = Reached::new(&sum);
    let mut points = Vec::new();
    for world in &worlds.all {
        let values = model.values(&world.options);
        let needed = values[floor.needs];
        let cost = if needed { reached.at_least(&values, floor.floor.unwrap_or(0))? } else { 0.0 };
        points.push(Point { cost, row: worlds.row(world) });
    }
    let low = simplex::least(&points)?;
    for point in &mut points {
        point.cost = 1.0 - point.cost;
    }
    let high = 1.0 - simplex::least(&points)?;
    Some((rounded(low), rounded(high)))
}

/// A probability, with what is rounding taken off its ends.
fn rounded(chance: f64) -> f64 {
    if chance < NEAR {
        0.0
    } else if chance > 1.0 - NEAR {
        1.0
    } else {
        chance
    }
}

/// One possible combination of conditions.
#[derive(Clone, Debug)]
struct World {
    /// By condition of the model.
    options: Vec<usize>,
    /// By condition that bears, in order: the clause that applies, if chance decides.
    clauses: Vec<Option<usize>>,
}

/// A stated end: the chance of an option in a clause is at least it, or at most.
#[derive(Clone, Copy, Debug)]
struct Stated {
    /// Which of the conditions in order.
    place: usize,
    clause: usize,
    option: usize,
    end: f64,
    least: bool,
}

/// The possible worlds of the conditions that bear upon a requirement.
struct Worlds {
    order: Vec<usize>,
    all: Vec<World>,
    stated: Vec<Stated>,
}

impl Worlds {
    fn new(model: &Model, floor: &Floor) -> Option<Self> {
        let mut roots = sums::activity(model, &floor.sum);
        roots.push(floor.needs);
        let order = model.ordered(&model.ancestors(&roots));
        let open = order.iter().filter(|own| !is_settled(model, **own)).count();
        if open > MOST_CONDITIONS {
            return None;
        }
        let nothing = World { options: vec![0; model.variables.len()], clauses: Vec::new() };
        let mut all = vec![nothing];
        for variable in &order {
            all = all.iter().flat_map(|world| ways(model, *variable, world)).collect();
            if all.len() > MOST_WORLDS {
                return None;
            }
        }
        let ends = order.iter().enumerate().flat_map(|(place, own)| stated(model, place, *own));
        let stated = ends.collect();
        Some(Self { order, all, stated })
    }

    /// How much a world adds to what is beyond each stated end.
    fn row(&self, world: &World) -> Vec<f64> {
        let excess = |own: &Stated| {
            if world.clauses[own.place] != Some(own.clause) {
                return 0.0;
            }
            let taken = world.options[self.order[own.place]] == own.option;
            let beyond = f64::from(u8::from(taken)) - own.end;
            if own.least { beyond } else { -beyond }
        };
        self.stated.iter().map(excess).collect()
    }
}

/// Whether a condition is certain to end in one way.
fn is_settled(model: &Model, variable: usize) -> bool {
    let chances = &model.variables[variable].clauses[0].1;
    model.is_root(variable) && chances.iter().filter(|chance| **chance > 0.0).count() == 1
}

/// A world with each option that a condition may take in it.
fn ways(model: &Model, variable: usize, world: &World) -> Vec<World> {
    let (law, values) = (&model.variables[variable], model.values(&world.options));
    let clause = law.clauses.iter().position(|(when, _)| values[*when]);
    let clause = clause.filter(|_| values[law.requires]);
    let possible = |option: &usize| match clause {
        Some(clause) => ends(model, variable, clause)[*option].1 > 0.0,
        None => *option == law.otherwise,
    };
    let with = |option| {
        let mut world = world.clone();
        world.options[variable] = option;
        world.clauses.push(clause);
        world
    };
    (0..law.options).filter(possible).map(with).collect()
}

/// The ends of a clause's chances.
fn ends(model: &Model, variable: usize, clause: usize) -> Vec<(f64, f64)> {
    let own = model.ranges.iter().find(|own| (own.variable, own.clause) == (variable, clause));
    let fixed = || &model.variables[variable].clauses[clause].1;
    own.map_or_else(|| fixed().iter().map(|own| (*own, *own)).collect(), |own| own.ends.clone())
}

/// The ends that are stated for a condition. Of two options a number for the second says all, and so does
/// that a condition holds; two outcomes with ranges of their own bound one another.
fn stated(model: &Model, place: usize, variable: usize) -> Vec<Stated> {
    let law = &model.variables[variable];
    let mut found = Vec::new();
    for clause in 0..law.clauses.len() {
        let ends = ends(model, variable, clause);
        let says_all = law.options == 2 && (law.plain || ends[1].0 >= ends[1].1);
        for (option, (low, high)) in ends.into_iter().enumerate().skip(usize::from(says_all)) {
            let own = Stated { place, clause, option, end: low, least: true };
            found.extend(Some(own).filter(|_| low > 0.0));
            found.extend(Some(Stated { end: high, least: false, ..own }).filter(|_| high < 1.0));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{met, rounded, stated};
    use crate::model::{Floor, Model, Node, Ranged};

    /// Whether there is an answer for conditions of which all must hold.
    fn answers(model: &mut Model) -> bool {
        let is = (0..model.variables.len()).map(|variable| model.is(variable)).collect();
        let needs = model.node(Node::All(is));
        met(model, &[], &Floor::sketch(Vec::new(), 0, needs)).is_some()
    }

    /// Conditions of which each requires the one before.
    fn chain(count: usize) -> Model {
        let mut model = Model::sketch(vec![Node::Constant(true)], &vec![2; count]);
        for variable in 1..count {
            model.variables[variable].requires = model.is(variable - 1);
        }
        model
    }

    #[test]
    fn twelve_conditions_are_answered_beside_those_that_are_certain() {
        assert!(answers(&mut chain(12)));
        assert!(!answers(&mut chain(13)));
        let mut known = chain(13);
        known.variables[0].clauses[0].1 = vec![0.0, 1.0];
        assert!(answers(&mut known));
        // What is certain only where something else holds is not.
        let mut last = chain(13);
        last.variables[12].clauses[0].1 = vec![0.0, 1.0];
        assert!(!answers(&mut last));
    }

    #[test]
    fn four_thousand_and_ninety_six_worlds_are_answered_and_no_more() {
        let always = || vec![Node::Constant(true)];
        let mut most = Model::sketch(always(), &[4, 4, 4, 4, 4, 4, 2]);
        most.variables[6].clauses[0].1 = vec![0.0, 1.0];
        assert!(answers(&mut most));
        assert!(!answers(&mut Model::sketch(always(), &[4, 4, 4, 4, 4, 5])));
    }

    #[test]
    fn only_what_is_nearly_certain_is_rounded() {
        let chances = [1e-12, 1e-10, 0.3, 1.0 - 1e-10, 1.0 - 1e-12];
        let found = chances.map(|own| Some(rounded(own)));
        assert_eq!(found, [0.0, 1e-10, 0.3, 1.0 - 1e-10, 1.0].map(Some));
    }

    #[test]
    fn an_end_is_stated_once_and_only_where_it_says_something() {
        let mut model = Model::sketch(vec![Node::Constant(true)], &[2, 2, 2, 3, 2]);
        model.range(1, 0, (0.2, 1.0));
        model.range(2, 0, (0.0, 0.4));
        let ends = vec![(0.25, 0.5), (0.5, 0.75)];
        model.ranges.push(Ranged { variable: 4, clause: 0, ends });
        model.variables[4].plain = false;
        let found = |model: &Model, variable| -> Vec<(usize, f64, bool)> {
            let own = stated(model, 7, variable).into_iter();
            own.map(|own| (own.option, own.end, own.least)).collect()
        };
        assert_eq!(found(&model, 0), [(1, 0.5, true), (1, 0.5, false)]);
        assert_eq!(found(&model, 1), [(1, 0.2, true)]);
        assert_eq!(found(&model, 2), [(1, 0.4, false)]);
        assert_eq!(found(&model, 3).len(), 6);
        let all = [(0, 0.25, true), (0, 0.5, false), (1, 0.5, true), (1, 0.75, false)];
        assert_eq!(found(&model, 4), all);
        // Of two outcomes with numbers the second says all.
        model.ranges.pop();
        assert_eq!(found(&model, 4), [(1, 0.5, true), (1, 0.5, false)]);
    }
}
