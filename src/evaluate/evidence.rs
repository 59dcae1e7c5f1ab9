//! What is taken as given: whether it can happen at all, and how probable it is.
//!
//! In: a `Model`. Out: yes or no, and a probability. Yes where to find out takes more work than it
//! is worth; figures given what cannot happen are then undefined.

use super::diagram::{OverBudget, Spent};
use super::portfolio;
use super::program::{Programs, Query};
use super::traverse::{Algebra, Probability, forward};
use crate::law::{self, LEAST_EVIDENCE};
use crate::model::{Model, Node, NodeId};
use std::borrow::Cow;
use std::collections::BTreeSet;

/// Operations that the answer may take: under a second.
const BUDGET: u64 = 2_000_000;

/// Whether the evidence holds in some possible world, and how far it then is from being impossible.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Standing {
    /// It can hold, or to find out takes too much work.
    Possible,
    /// It can hold, but so rarely that numbers have no digits left for what is likely then.
    TooRare,
    /// It holds in no possible world.
    Impossible,
}

/// Whether the evidence can hold.
pub fn standing(model: &Model) -> Standing {
    match model.nodes[model.evidence] {
        Node::Constant(true) => return Standing::Possible,
        Node::Constant(false) => return Standing::Impossible,
        _ => {}
    }
    match find(model, &[], BUDGET, &mut Probability) {
        Ok(whole) if whole <= 0.0 => Standing::Impossible,
        Ok(whole) if whole < LEAST_EVIDENCE => Standing::TooRare,
        _ => Standing::Possible,
    }
}

/// Whether the evidence holds in some possible world.
pub fn can_hold(model: &Model) -> bool {
    standing(model) != Standing::Impossible
}

/// Where conditions are known to have ended in ways that are together at least so probable, nothing is lightened, so that
/// figures keep the digits that they have by multiplying chances as stated.
const HEAVY: f64 = 1e-20;

/// The same model for what is asked given the evidence, with evidence that is less improbable: where it says how conditions
/// ended, their chances to end so are divided by the largest of these. That changes the probability of each world with the
/// evidence by the same factor, which divides out.
pub fn lightened(model: &Model) -> Cow<'_, Model> {
    let mut endings = Vec::new();
    for (variable, option) in known_endings(model) {
        let law = &model.variables[variable];
        let left_to_chance = model.holds_always(law.requires) || law.otherwise != option;
        let chances = law.clauses.iter().map(|(_, chances)| chances[option]);
        let largest = chances.fold(0.0, f64::max);
        if left_to_chance && largest > 0.0 {
            endings.push((variable, option, largest));
        }
    }
    if law::product(endings.iter().map(|(_, _, largest)| *largest)) >= HEAVY {
        return Cow::Borrowed(model);
    }
    let mut lightened = model.clone();
    for (variable, option, largest) in endings {
        for (_, chances) in &mut lightened.variables[variable].clauses {
            let own = chances[option] / largest;
            chances.fill(0.0);
            chances[option] = own;
        }
    }
    Cow::Owned(lightened)
}

/// The model in which all that is given is so: none unless it is only how conditions end upon which
/// nothing bears. Everything else is then as probable as before, and there is no evidence left.
pub fn conditioned(model: &Model) -> Option<Model> {
    let given = match &model.nodes[model.evidence] {
        Node::All(of) => of.as_slice(),
        _ => &[model.evidence],
    };
    let ending = |node: &NodeId| model.ending(*node).filter(|(own, _)| model.is_root(*own));
    let endings: Vec<(usize, usize)> = given.iter().map(ending).collect::<Option<_>>()?;
    let mut conditioned = model.clone();
    for (variable, option) in endings {
        let chances = &mut conditioned.variables[variable].clauses[0].1;
        if chances[option] <= 0.0 {
            return None;
        }
        chances.fill(0.0);
        chances[option] = 1.0;
        conditioned.ranges.retain(|ranged| ranged.variable != variable);
    }
    conditioned.evidence = conditioned.nodes.len();
    conditioned.nodes.push(Node::Constant(true));
    Some(conditioned)
}

/// How the evidence says that variables ended, each once however often it says so.
fn known_endings(model: &Model) -> BTreeSet<(usize, usize)> {
    let (mut found, mut open) = (BTreeSet::new(), vec![model.evidence]);
    while let Some(node) = open.pop() {
        match &model.nodes[node] {
            Node::All(of) => open.extend(of),
            _ => found.extend(model.ending(node)),
        }
    }
    found
}

/// What must hold for figures that depend on marked variables: a formula, and the evidence where that
/// has a bearing on them; in rising order.
pub fn bearing(model: &Model, marked: &[bool], given: Option<NodeId>) -> Vec<NodeId> {
    let evidence = model.ancestors(&[model.evidence]);
    let bears = marked.iter().zip(&evidence).any(|(own, given)| *own && *given);
    let mut required: Vec<NodeId> = given.into_iter().collect();
    if bears {
        required.push(model.evidence);
    }
    required.retain(|node| !model.holds_always(*node));
    required.sort_unstable();
    required.dedup();
    required
}

/// The probability of the evidence, lightened.
pub fn probability(model: &Model, budget: u64) -> Spent<f64> {
    find(model, &[], budget, &mut Probability)
}

/// The probability that the evidence and a formula hold, with the same weight.
pub fn probability_with(model: &Model, formula: NodeId, budget: u64) -> Spent<f64> {
    find(model, &[formula], budget, &mut Probability)
}

/// What the program of the evidence, and of what else must hold, is worth.
fn find<A: Algebra<Value: Clone>>(
    model: &Model,
    also: &[NodeId],
    budget: u64,
    algebra: &mut A,
) -> Spent<A::Value> {
    let model = &*lightened(model);
    let required = [&[model.evidence], also].concat();
    portfolio::attempt(model, (&required, &[]), budget, |factors, _| {
        let mut programs = Programs::new(factors);
        let root = programs.compile(&Query { required: required.clone(), ..Query::default() })?;
        forward(&programs, &[root], algebra).pop().ok_or(OverBudget)
    })
}

#[cfg(test)]
mod tests {
    use super::{LEAST_EVIDENCE, Standing, bearing, can_hold, conditioned, lightened, standing};
    use crate::model::{Model, Node, Ranged};
    use std::borrow::Cow;

    /// Plain conditions that hold with these probabilities; node 1 + c is that c holds.
    fn model(chances: &[f64]) -> Model {
        let mut model = Model::sketch(vec![Node::Constant(true)], &vec![2; chances.len()]);
        for (variable, chance) in chances.iter().enumerate() {
            model.variables[variable].clauses[0].1 = vec![1.0 - chance, *chance];
            model.is(variable);
        }
        model
    }

    #[test]
    fn evidence_stands_down_to_the_least_that_can_be_divided_by() {
        for (chance, expected) in [
            (0.5, Standing::Possible),
            (LEAST_EVIDENCE, Standing::Possible),
            (LEAST_EVIDENCE / 2.0, Standing::TooRare),
            (0.0, Standing::Impossible),
        ] {
            let mut model = model(&[chance, 0.0]);
            model.evidence = model.node(Node::Any(vec![1, 2]));
            assert_eq!(standing(&model), expected, "{chance}");
            assert_eq!(can_hold(&model), expected != Standing::Impossible);
        }
        let mut never = model(&[0.5]);
        assert_eq!(standing(&never), Standing::Possible);
        never.evidence = never.node(Node::Constant(false));
        assert_eq!(standing(&never), Standing::Impossible);
    }

    /// The chances of each condition once it is lightened, none where nothing is.
    fn lightly(model: &Model) -> Option<Vec<Vec<f64>>> {
        match lightened(model) {
            Cow::Borrowed(_) => None,
            Cow::Owned(light) => {
                let chances =
                    light.variables.into_iter().map(|variable| variable.clauses[0].1.clone());
                Some(chances.collect())
            }
        }
    }

    #[test]
    fn evidence_is_lightened_where_it_is_heavy() {
        let given = |chances: &[f64], of: &[usize]| {
            let mut model = model(chances);
            model.evidence = model.node(Node::All(of.to_vec()));
            model
        };
        assert_eq!(lightly(&given(&[1e-10, 1e-9, 0.5], &[1, 2, 3])), None);
        let heavy = given(&[1e-10, 1e-11, 0.5], &[1, 2]);
        assert_eq!(lightly(&heavy), Some(vec![vec![0.0, 1.0], vec![0.0, 1.0], vec![0.5, 0.5]]));
        // What fails where its requirement does may have failed for that.
        let mut required = given(&[1e-10, 1e-11, 1e-12], &[1, 2]);
        required.nodes[2] = Node::Is { variable: 1, option: 0 };
        required.variables[1].requires = 3;
        required.variables[1].clauses[0].1 = vec![1e-11, 1.0];
        assert_eq!(lightly(&required), None);
        required.variables[1].otherwise = 1;
        assert_eq!(lightly(&required).unwrap()[1], [1.0, 0.0]);
        // What cannot have ended so is left as it is.
        let never = given(&[1e-10, 1e-11, 0.0], &[1, 2, 3]);
        assert_eq!(lightly(&never).unwrap()[2], [1.0, 0.0]);
    }

    #[test]
    fn of_several_clauses_the_likeliest_becomes_certain() {
        let mut model = model(&[1e-15, 1e-15]);
        let other = model.is(1);
        model.variables[0].clauses = vec![(other, vec![1.0, 2e-15]), (0, vec![1.0, 1e-15])];
        model.evidence = model.node(Node::All(vec![1, 2]));
        let light = lightened(&model);
        let clauses = &light.variables[0].clauses;
        assert_eq!(
            (clauses[0].1.as_slice(), clauses[1].1.as_slice()),
            ([0.0, 1.0].as_slice(), [0.0, 0.5].as_slice())
        );
    }

    #[test]
    fn only_how_roots_ended_is_set() {
        let mut given = model(&[0.25, 0.5, 0.0]);
        let ranged = |variable| Ranged { variable, clause: 0, ends: vec![(0.0, 1.0); 2] };
        given.ranges = vec![ranged(0), ranged(1)];
        assert!(conditioned(&given).is_none(), "nothing is given");
        given.evidence = 1;
        let one = conditioned(&given).unwrap();
        assert_eq!(one.variables[0].clauses[0].1, [0.0, 1.0]);
        assert_eq!(one.variables[1].clauses[0].1, [0.5, 0.5]);
        assert_eq!(one.ranges.iter().map(|own| own.variable).collect::<Vec<_>>(), [1]);
        assert!(one.holds_always(one.evidence));
        given.evidence = given.node(Node::All(vec![1, 2]));
        assert_eq!(conditioned(&given).unwrap().variables[1].clauses[0].1, [0.0, 1.0]);
        given.evidence = 3;
        assert!(conditioned(&given).is_none(), "it cannot have ended so");
        given.evidence = given.node(Node::Any(vec![1, 2]));
        assert!(conditioned(&given).is_none(), "either may have");
        given.evidence = 2;
        given.variables[1].requires = 1;
        assert!(conditioned(&given).is_none(), "it waits for another");
    }

    #[test]
    fn evidence_bears_only_on_what_shares_a_condition_with_it() {
        let mut given = model(&[0.25, 0.5]);
        assert_eq!(bearing(&given, &[true, true], Some(0)), [0; 0]);
        given.evidence = 1;
        assert_eq!(bearing(&given, &[false, true], None), [0; 0]);
        assert_eq!(bearing(&given, &[true, false], None), [1]);
        assert_eq!(bearing(&given, &[true, true], Some(2)), [1, 2]);
        assert_eq!(bearing(&given, &[true, false], Some(1)), [1]);
        assert_eq!(bearing(&given, &[false, true], Some(2)), [2]);
    }
}
