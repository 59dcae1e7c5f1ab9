//! Intervention: a model in which some conditions are set, and what is left of a figure there.
//!
//! In: a `Model`, how some conditions are set to end, and how much work may be spent. Out: the model
//! in which they do (what `requires` and `given` say of them is overridden, everything else keeps its
//! law; Pearl, Causality, 2009, chapter 3), and of any model how probable pledges are, or the law of a
//! sum where a requirement's needs hold. Always exact: over budget where that takes too much work.

use super::diagram::{OverBudget, Spent};
use super::distribution;
use super::evidence;
use super::portfolio;
use super::program::{Programs, Query};
use super::sums;
use super::traverse::{Probability, forward};
use crate::law::{self, Law};
use crate::model::{Model, Node, NodeId, Sum};
use std::collections::BTreeMap;

/// What one look at a model costs beside its operations on diagrams.
const LOOK: u64 = 500;

/// So many pairs of conditions cost as much as one operation on diagrams while orders are found.
const PAIRS: u64 = 4;

/// So many multiplications cost as much as one operation on diagrams.
const MULTIPLICATIONS: u64 = 1024;

/// The model in which some variables take an option whatever else happens.
pub fn set(model: &Model, ends: &[(usize, usize)]) -> Model {
    let mut set = model.clone();
    let always = set.nodes.len();
    set.nodes.push(Node::Constant(true));
    for (variable, option) in ends {
        let law = &mut set.variables[*variable];
        let mut chances = vec![0.0; law.options];
        chances[*option] = 1.0;
        (law.requires, law.stated, law.cancels) = (always, true, false);
        law.clauses = vec![(always, chances)];
    }
    set
}

/// By node whether it holds in every world in which some variables take an option, or in none; none
/// where formulas alone do not tell.
pub fn settled(model: &Model, ends: &[(usize, usize)]) -> Vec<Option<bool>> {
    let mut values: Vec<Option<bool>> = Vec::new();
    for node in &model.nodes {
        let known = |wanted: bool, of: &[NodeId]| {
            of.iter().filter(|part| values[**part] == Some(wanted)).count()
        };
        let value = match node {
            Node::Constant(value) => Some(*value),
            Node::Is { variable, option } => {
                let end = ends.iter().find(|(own, _)| own == variable);
                end.map(|(_, end)| end == option)
            }
            Node::Not(inner) => values[*inner].map(|value| !value),
            Node::All(of) if of.iter().any(|part| values[*part] == Some(false)) => Some(false),
            Node::All(of) => (known(true, of) == of.len()).then_some(true),
            Node::Any(of) if of.iter().any(|part| values[*part] == Some(true)) => Some(true),
            Node::Any(of) => (known(false, of) == of.len()).then_some(false),
            Node::Count { relation, count, of } => {
                let decided = known(true, of) + known(false, of) == of.len();
                let found = u32::try_from(known(true, of)).unwrap_or(u32::MAX);
                decided.then(|| relation.holds(found, *count))
            }
        };
        values.push(value);
    }
    values
}

/// P(active) of pledges, given the evidence; none where that cannot hold.
pub fn active(model: &Model, pledges: &[usize], budget: &mut u64) -> Spent<Option<Vec<f64>>> {
    let model = &*evidence::lightened(model);
    let nodes: Vec<NodeId> = pledges.iter().map(|pledge| model.pledges[*pledge].active).collect();
    let given = evidence::bearing(model, &model.ancestors(&nodes), None);
    let roots = [nodes.as_slice(), &given].concat();
    attempt(model, &roots, budget, |programs, _| {
        let whole = probability(programs, &given)?;
        if whole < law::LEAST_GIVEN {
            return Ok(None);
        }
        let mut known = BTreeMap::new();
        for node in &nodes {
            let mut required = evidence::bearing(model, &model.ancestors(&[*node]), None);
            let whole = probability(programs, &required)?;
            required.push(*node);
            let both = probability(programs, &required)?;
            known.insert(*node, both / whole);
        }
        Ok(Some(nodes.iter().filter_map(|node| known.get(node).copied()).collect()))
    })
}

/// The law of a sum where a formula holds, which sums to how probable that is; all given another
/// formula and the evidence. None where that cannot hold.
pub fn law(
    model: &Model,
    laws: &[Option<Law>],
    (sum, needs, given): (&Sum, NodeId, Option<NodeId>),
    budget: &mut u64,
) -> Spent<Option<Law>> {
    let model = &*evidence::lightened(model);
    let sizes = sums::by_activity(model, laws, sum);
    let watched: Vec<NodeId> = sizes.keys().copied().collect();
    let mut roots = watched.clone();
    roots.push(needs);
    roots.extend(given);
    let given = evidence::bearing(model, &model.ancestors(&roots), given);
    roots.extend(&given);
    attempt(model, &roots, budget, |programs, left| {
        let whole = probability(programs, &given)?;
        if whole < law::LEAST_GIVEN {
            return Ok(None);
        }
        let required = [given.as_slice(), &[needs]].concat();
        let query = Query { required, watched: watched.clone(), ..Query::default() };
        let root = programs.compile(&query)?;
        let cost = distribution::cost(programs, &[root], &sizes).ok_or(OverBudget)?;
        let cost = cost / MULTIPLICATIONS;
        if cost > *left {
            return Err(OverBudget);
        }
        *left -= cost;
        let found = distribution::laws(programs, &[root], &sizes).ok_or(OverBudget)?;
        Ok(found.first().map(|found| found.law.divided(whole)))
    })
}

/// How probable it is that some formulas hold.
fn probability(programs: &mut Programs<'_>, required: &[NodeId]) -> Spent<f64> {
    let root = programs.compile(&Query { required: required.to_vec(), ..Query::default() })?;
    Ok(forward(programs, &[root], &mut Probability).pop().unwrap_or(0.0))
}

/// What some order of the conditions gives; what that takes is taken from the budget.
fn attempt<T>(
    model: &Model,
    roots: &[NodeId],
    budget: &mut u64,
    mut find: impl FnMut(&mut Programs<'_>, &mut u64) -> Spent<T>,
) -> Spent<T> {
    let bearing = model.ancestors(roots).into_iter().filter(|bears| *bears).count() as u64;
    // Orders are found by looking at each condition beside each other one.
    let look = LOOK + bearing * bearing / PAIRS;
    let allowed = budget.checked_sub(look).ok_or(OverBudget)?;
    *budget = allowed;
    portfolio::attempt(model, (roots, &[]), allowed, |factors, _| {
        let mut programs = Programs::new(factors);
        let found = find(&mut programs, budget);
        let spent = programs.factors.diagrams.steps() + programs.len() as u64;
        *budget = budget.saturating_sub(spent);
        found
    })
}

#[cfg(test)]
mod tests {
    use super::{active, law, set, settled};
    use crate::evaluate::diagram::OverBudget;
    use crate::evaluate::sums;
    use crate::model::{Model, Node, Size};
    use crate::scenario::formula::Relation;

    #[test]
    fn what_is_settled_holds_in_all_worlds_or_in_none() {
        let mut model = Model::sketch(vec![Node::Constant(true)], &[2, 2, 3, 2]);
        let (a, b) = (model.is(0), model.is(1));
        let (x, y) = (model.is(2), model.node(Node::Is { variable: 2, option: 2 }));
        let not = model.node(Node::Not(b));
        let open = model.is(3);
        let all = [vec![a, not], vec![a, b, open], vec![a, open], vec![]];
        let all = all.map(|of| model.node(Node::All(of)));
        let any = [vec![b, y], vec![b, a, open], vec![b, open], vec![]];
        let any = any.map(|of| model.node(Node::Any(of)));
        let mut count = |relation, count, of: &[usize]| {
            model.node(Node::Count { relation, count, of: of.to_vec() })
        };
        let two = count(Relation::AtLeast, 2, &[a, b, x]);
        let three = count(Relation::AtLeast, 3, &[a, b, x]);
        let some = count(Relation::AtLeast, 2, &[a, b, open]);
        let found = settled(&model, &[(0, 1), (1, 0), (2, 1)]);
        assert_eq!(
            [a, b, x, y, not].map(|node| found[node]),
            [true, false, true, false, true].map(Some)
        );
        assert_eq!(found[open], None);
        assert_eq!(all.map(|node| found[node]), [Some(true), Some(false), None, Some(true)]);
        assert_eq!(any.map(|node| found[node]), [Some(false), Some(true), None, Some(false)]);
        assert_eq!([two, three, some].map(|node| found[node]), [Some(true), Some(false), None]);
    }

    #[test]
    fn what_cannot_be_given_has_no_figures() -> Result<(), OverBudget> {
        let mut model = Model::sketch(vec![Node::Constant(true)], &[2; 2]);
        let is = model.is(0);
        let either = model.is(1);
        let sum = vec![model.pledge(is, Size::Fixed(3))];
        model.evidence = model.node(Node::Any(vec![is, either]));
        let laws = sums::size_laws(&model);
        let mut budget = 100_000;
        let chance = active(&model, &[0], &mut budget)?;
        assert!(chance.is_some_and(|own| (own[0] - 2.0 / 3.0).abs() < 1e-15));
        let found = law(&model, &laws, (&sum, is, None), &mut budget)?;
        assert!(found.is_some_and(|own| (own.mass() - 2.0 / 3.0).abs() < 1e-15));
        let set = set(&model, &[(0, 0), (1, 0)]);
        assert_eq!(active(&set, &[0], &mut budget)?, None);
        assert_eq!(law(&set, &laws, (&sum, 0, None), &mut budget)?.map(|own| own.mass()), None);
        Ok(())
    }

    #[test]
    fn looking_at_conditions_and_adding_sizes_up_take_from_the_budget() -> Result<(), OverBudget> {
        let mut model = Model::sketch(vec![Node::Constant(true)], &[2; 80]);
        let is: Vec<usize> = (0..80).map(|variable| model.is(variable)).collect();
        let any = model.node(Node::Any(is.clone()));
        model.pledge(any, Size::Fixed(1));
        let mut budget = 100_000;
        active(&model, &[0], &mut budget)?;
        let spent = 100_000 - budget;
        assert!((2100..4000).contains(&spent), "{spent}");
        assert_eq!(active(&model, &[0], &mut 2000).err(), Some(OverBudget));

        let spent = |high: u64| {
            let mut model = Model::sketch(vec![Node::Constant(true)], &[2; 2]);
            let is = [model.is(0), model.is(1)];
            let sum: Vec<_> = is.map(|is| model.pledge(is, Size::Uniform(1, high))).into();
            let laws = sums::size_laws(&model);
            let mut budget = 20_000;
            law(&model, &laws, (&sum, 0, None), &mut budget).map(|_| 20_000 - budget)
        };
        let [few, many, most] = [spent(100), spent(2000), spent(500_000)];
        assert!(few? < 1000);
        assert!(many? > 2000);
        assert!(most.is_err());
        Ok(())
    }
}
