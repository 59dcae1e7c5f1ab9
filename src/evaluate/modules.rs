//! Formulas by their modules: parts that share no condition with the rest are weighed on their own.
//!
//! In: a formula over variables on which nothing bears, such as a fault tree. Out: the
//! probabilities that it holds and that it fails. A module counts as one variable in what stands
//! above it, so diagrams stay small, and each module finds an order of its own. (Dutuit and Rauzy,
//! A linear-time algorithm to find modules of fault trees, 1996.)

use super::diagram::{Diagrams, FALSE, OverBudget, Ref, Spent};
use super::factors::{combine, narrow};
use crate::model::{Model, Node, NodeId};

/// Operations that each order of a module may take at first; then three times as many, and so on.
const FIRST_LIMIT: u64 = 2_500_000;

/// In which sequence a walk goes through the parts of a formula. The first is the best most often.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Walk {
    /// Those that are used most often first, then the lightest.
    MostShared,
    /// As the file has them.
    AsWritten,
    /// Those with the fewest leaves first.
    Lightest,
    /// Those with the most leaves first.
    Heaviest,
    /// The last one first.
    Reversed,
}

const WALKS: [Walk; 5] =
    [Walk::MostShared, Walk::AsWritten, Walk::Lightest, Walk::Heaviest, Walk::Reversed];

/// The probabilities that a formula holds and fails, and the operations that it took. Nothing may
/// bear upon its variables.
pub fn weigh(model: &Model, root: NodeId, budget: u64) -> Spent<((f64, f64), u64)> {
    let mut modules = Modules::new(model, root);
    let mut left = budget;
    // Children come before parents, so a module's own modules are weighed before it.
    for node in 0..=root {
        if modules.is_module[node] {
            let (weights, spent) = modules.solve(node, left)?;
            modules.weights[node] = weights;
            left = left.saturating_sub(spent);
        }
    }
    Ok((modules.weights[root], budget - left))
}

/// What stands at the bottom of a module.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Leaf {
    Variable(usize),
    Module(NodeId),
}

struct Modules<'m> {
    model: &'m Model,
    is_module: Vec<bool>,
    /// How many leaves each formula has, as a tree.
    leaves: Vec<u64>,
    /// How many formulas use each one.
    uses: Vec<u32>,
    /// What is known of modules.
    weights: Vec<(f64, f64)>,
}

impl<'m> Modules<'m> {
    fn new(model: &'m Model, root: NodeId) -> Self {
        let mut leaves: Vec<u64> = Vec::new();
        for node in &model.nodes[..=root] {
            let sum =
                node.parts().iter().fold(0_u64, |sum, part| sum.saturating_add(leaves[*part]));
            leaves.push(if matches!(node, Node::Is { .. }) { 1 } else { sum });
        }
        let mut uses = vec![0; root + 1];
        let mut reached = vec![false; root + 1];
        reached[root] = true;
        for node in (0..=root).rev() {
            if reached[node] {
                for part in model.nodes[node].parts() {
                    reached[*part] = true;
                    uses[*part] += 1;
                }
            }
        }
        let is_module = Visits::new(model, root).modules(root);
        Self { model, is_module, leaves, uses, weights: vec![(0.0, 0.0); root + 1] }
    }

    /// Weighs a module, and what that took.
    fn solve(&self, module: NodeId, budget: u64) -> Spent<((f64, f64), u64)> {
        let (mut spent, mut limit) = (0, FIRST_LIMIT);
        while spent < budget {
            for walk in WALKS {
                let order = self.order(module, walk);
                let mut diagrams = Diagrams::new(self.widths(&order), limit.min(budget - spent));
                let found = self.build(&mut diagrams, module, &order);
                spent = budget.min(spent + diagrams.steps());
                if let Ok(found) = found {
                    let chance = |level: u32, option| self.chance(order[level as usize], option);
                    return Ok((diagrams.weigh(found, chance), spent));
                }
            }
            limit = limit.saturating_mul(3);
        }
        Err(OverBudget)
    }

    fn widths(&self, order: &[Leaf]) -> Vec<u32> {
        let width = |leaf: &Leaf| match leaf {
            Leaf::Variable(variable) => narrow(self.model.variables[*variable].options),
            Leaf::Module(_) => 2,
        };
        order.iter().map(width).collect()
    }

    fn chance(&self, leaf: Leaf, option: usize) -> f64 {
        match leaf {
            Leaf::Variable(variable) => self.model.variables[variable].clauses[0].1[option],
            Leaf::Module(module) if option == 1 => self.weights[module].0,
            Leaf::Module(module) => self.weights[module].1,
        }
    }

    /// The leaves of a module in the order of a walk.
    fn order(&self, module: NodeId, walk: Walk) -> Vec<Leaf> {
        let mut order = Order {
            modules: self,
            module,
            walk,
            seen: vec![false; module + 1],
            placed: vec![false; self.model.variables.len()],
            leaves: Vec::new(),
        };
        order.enter(module);
        order.leaves
    }

    fn build(&self, diagrams: &mut Diagrams, module: NodeId, order: &[Leaf]) -> Spent<Ref> {
        let mut levels = vec![0; self.model.variables.len()];
        let mut known: Vec<Option<Ref>> = vec![None; module + 1];
        for (level, leaf) in order.iter().enumerate() {
            match leaf {
                Leaf::Variable(variable) => levels[*variable] = narrow(level),
                Leaf::Module(inner) => known[*inner] = Some(diagrams.literal(narrow(level), 1)),
            }
        }
        let mut needed = vec![false; module + 1];
        needed[module] = true;
        for node in (0..=module).rev() {
            if needed[node] && known[node].is_none() {
                self.model.nodes[node].parts().iter().for_each(|part| needed[*part] = true);
            }
        }
        for node in 0..=module {
            if needed[node] && known[node].is_none() {
                let formula = &self.model.nodes[node];
                known[node] = Some(match formula {
                    Node::Is { variable, option } => diagrams.literal(levels[*variable], *option),
                    _ => combine(diagrams, formula, |part| known[part].unwrap_or(FALSE))?,
                });
            }
        }
        Ok(known[module].unwrap_or(FALSE))
    }
}

/// A walk through one module.
struct Order<'a> {
    modules: &'a Modules<'a>,
    module: NodeId,
    walk: Walk,
    seen: Vec<bool>,
    placed: Vec<bool>,
    leaves: Vec<Leaf>,
}

impl Order<'_> {
    fn enter(&mut self, node: NodeId) {
        if std::mem::replace(&mut self.seen[node], true) {
            return;
        }
        let formula = &self.modules.model.nodes[node];
        if let Node::Is { variable, .. } = formula {
            if !std::mem::replace(&mut self.placed[*variable], true) {
                self.leaves.push(Leaf::Variable(*variable));
            }
        } else if node != self.module && self.modules.is_module[node] {
            self.leaves.push(Leaf::Module(node));
        } else {
            self.sorted(formula.parts()).into_iter().for_each(|part| self.enter(part));
        }
    }

    fn sorted(&self, parts: &[NodeId]) -> Vec<NodeId> {
        let mut sorted = parts.to_vec();
        let weight = |part: &NodeId| self.modules.leaves[*part];
        let uses = |part: &NodeId| std::cmp::Reverse(self.modules.uses[*part]);
        match self.walk {
            Walk::AsWritten => {}
            Walk::Reversed => sorted.reverse(),
            Walk::Lightest => sorted.sort_by_key(weight),
            Walk::Heaviest => sorted.sort_by_key(|part| std::cmp::Reverse(weight(part))),
            Walk::MostShared => sorted.sort_by_key(|part| (uses(part), weight(part))),
        }
        sorted
    }
}

/// When a walk first and last came by each formula and variable.
struct Visits<'m> {
    model: &'m Model,
    clock: u32,
    /// First and last visit of formulas, then of variables; 0 before.
    times: Vec<(u32, u32)>,
    /// When a formula's parts were all done.
    done: Vec<u32>,
}

impl<'m> Visits<'m> {
    fn new(model: &'m Model, root: NodeId) -> Self {
        let times = vec![(0, 0); root + 1 + model.variables.len()];
        Self { model, clock: 0, times, done: vec![0; root + 1] }
    }

    /// The formulas no part of which is used elsewhere.
    fn modules(mut self, root: NodeId) -> Vec<bool> {
        self.visit(root, root);
        // The span of times at which anything below a formula was visited.
        let mut below: Vec<(u32, u32)> = Vec::with_capacity(root + 1);
        let mut is_module = Vec::with_capacity(root + 1);
        for (node, formula) in self.model.nodes[..=root].iter().enumerate() {
            let mut span = (u32::MAX, 0);
            let mut widen = |other: (u32, u32)| span = (span.0.min(other.0), span.1.max(other.1));
            if let Node::Is { variable, .. } = formula {
                widen(self.times[root + 1 + variable]);
            }
            for part in formula.parts() {
                widen(self.times[*part]);
                widen(below[*part]);
            }
            below.push(span);
            // Empty where the walk never came by.
            let own = self.times[node].0..self.done[node];
            let within = own.contains(&span.0) && own.contains(&span.1);
            is_module.push(within && !formula.parts().is_empty());
        }
        is_module[root] = true;
        is_module
    }

    fn visit(&mut self, node: NodeId, root: NodeId) {
        self.clock += 1;
        if self.times[node].0 > 0 {
            self.times[node].1 = self.clock;
            return;
        }
        self.times[node] = (self.clock, self.clock);
        if let Node::Is { variable, .. } = self.model.nodes[node] {
            let at = root + 1 + variable;
            let first = if self.times[at].0 > 0 { self.times[at].0 } else { self.clock };
            self.times[at] = (first, self.clock);
        }
        for part in self.model.nodes[node].parts() {
            self.visit(*part, root);
        }
        self.clock += 1;
        self.done[node] = self.clock;
        self.times[node].1 = self.clock;
    }
}

#[cfg(test)]
mod tests {
    use super::{OverBudget, Visits, weigh};
    use crate::model::{Model, Node};
    use rand_chacha::ChaCha8Rng;
    use rand_chacha::rand_core::{Rng as _, SeedableRng as _};

    const PLENTY: u64 = 1_000_000;

    /// Two of three, `count` times, each over conditions of its own, and three of all these.
    fn twins(count: usize) -> (Model, Vec<usize>, usize) {
        let mut model = Model::sketch(vec![Node::Constant(true)], &vec![2; 3 * count]);
        let mut twin = |first: usize| {
            let of = (first..first + 3).map(|variable| model.is(variable)).collect();
            model.at_least(2, of)
        };
        let twins: Vec<usize> = (0..count).map(|at| twin(3 * at)).collect();
        let root = model.at_least(3, twins.clone());
        (model, twins, root)
    }

    #[test]
    fn what_shares_no_condition_is_weighed_on_its_own_and_counts_as_one() -> Result<(), OverBudget>
    {
        let (model, twins, root) = twins(6);
        let ((holds, fails), spent) = weigh(&model, root, PLENTY)?;
        // Each is as likely as a coin: 42 of 64.
        assert!((holds - 0.65625).abs() < 1e-15 && (fails - 0.34375).abs() < 1e-15);
        let mut coins = Model::sketch(vec![Node::Constant(true)], &[2; 6]);
        let of = (0..6).map(|variable| coins.is(variable)).collect();
        let three = coins.at_least(3, of);
        let (of_coins, one) = (weigh(&coins, three, PLENTY)?.1, weigh(&model, twins[0], PLENTY)?.1);
        assert_eq!(spent, 6 * one + of_coins);
        Ok(())
    }

    #[test]
    fn what_shares_a_condition_is_weighed_together() -> Result<(), OverBudget> {
        let mut model = Model::sketch(vec![Node::Constant(true)], &[2; 5]);
        let is: Vec<usize> = (0..5).map(|variable| model.is(variable)).collect();
        let mut pair = |one: usize, other: usize| model.node(Node::All(vec![is[one], is[other]]));
        let pairs = vec![pair(0, 1), pair(2, 3), pair(2, 4)];
        let root = model.node(Node::Any(pairs));
        // One less 3/4, that the first fails, times 5/8, that the third condition fails or the last two do.
        let ((holds, fails), _) = weigh(&model, root, PLENTY)?;
        assert!((holds - 17.0 / 32.0).abs() < 1e-15 && (fails - 15.0 / 32.0).abs() < 1e-15);
        // A part that two others use: 3/4 of 3/4.
        let either = model.node(Node::Any(vec![is[0], is[1]]));
        let both = [is[2], is[3]].map(|other| model.node(Node::All(vec![either, other])));
        let root = model.node(Node::Any(both.to_vec()));
        assert!((weigh(&model, root, PLENTY)?.0.0 - 9.0 / 16.0).abs() < 1e-15);
        Ok(())
    }

    #[test]
    fn nothing_takes_more_than_its_budget() -> Result<(), OverBudget> {
        let (model, twins, root) = twins(4);
        for root in [root, twins[0]] {
            let (weights, spent) = weigh(&model, root, PLENTY)?;
            assert_eq!(weigh(&model, root, spent), Ok((weights, spent)));
            assert_eq!(weigh(&model, root, spent - 1), Err(OverBudget));
        }
        Ok(())
    }

    /// Formulas that share much or little, over conditions of two or three options.
    fn random(below: &mut impl FnMut(usize) -> usize) -> Model {
        let options: Vec<u8> = (0..=below(5)).map(|_| if below(3) == 0 { 3 } else { 2 }).collect();
        let mut model = Model::sketch(vec![Node::Constant(true)], &options);
        for law in &mut model.variables {
            if law.options == 2 {
                law.clauses = vec![(0, vec![0.25, 0.75])];
            }
        }
        for variable in 0..options.len() {
            model.is(variable);
        }
        for _ in 0..3 + below(7) {
            // Mostly what is new, so that the last one is made of much.
            let last = model.nodes.len();
            let mut part =
                || if below(3) == 0 { below(last) } else { last - 1 - below(last.min(4)) };
            let parts = [part(), part(), part()].to_vec();
            match below(4) {
                0 => model.node(Node::Not(parts[0])),
                1 => model.node(Node::All(parts)),
                2 => model.node(Node::Any(parts)),
                _ => model.at_least(2, parts),
            };
        }
        model
    }

    /// Whether a formula holds in a case.
    fn holds(model: &Model, node: usize, case: &[usize]) -> bool {
        let parts = || model.nodes[node].parts().iter().map(|part| holds(model, *part, case));
        match &model.nodes[node] {
            Node::Constant(value) => *value,
            Node::Is { variable, option } => case[*variable] == *option,
            Node::Not(_) => !parts().any(|holds| holds),
            Node::All(_) => parts().all(|holds| holds),
            Node::Any(_) => parts().any(|holds| holds),
            Node::Count { count, .. } => parts().filter(|holds| *holds).count() >= *count as usize,
        }
    }

    #[test]
    fn formulas_weigh_what_all_their_cases_do() -> Result<(), OverBudget> {
        let mut stream = ChaCha8Rng::seed_from_u64(1);
        let mut below = |end: usize| stream.next_u32() as usize % end;
        for _ in 0..300 {
            let model = random(&mut below);
            let mut cases = vec![(Vec::new(), 1.0)];
            for law in &model.variables {
                let longer = |(case, weight): &(Vec<usize>, f64), option: usize| {
                    let case = case.iter().copied().chain([option]).collect();
                    (case, weight * law.clauses[0].1[option])
                };
                cases = cases
                    .iter()
                    .flat_map(|case| (0..law.options).map(|option| longer(case, option)))
                    .collect();
            }
            let root = model.nodes.len() - 1;
            let sum: f64 = cases
                .iter()
                .filter(|(case, _)| holds(&model, root, case))
                .map(|(_, weight)| weight)
                .sum();
            let ((found, fails), _) = weigh(&model, root, PLENTY)?;
            assert!((found - sum).abs() < 1e-12 && (fails - 1.0 + sum).abs() < 1e-12, "{model:?}");
        }
        Ok(())
    }

    /// What lies below a formula: formulas, then conditions; not through `without`.
    fn below_it(model: &Model, root: usize, without: usize) -> Vec<bool> {
        let mut found = vec![false; model.nodes.len() + model.variables.len()];
        let mut open = vec![root];
        while let Some(node) = open.pop() {
            if node == without {
                continue;
            }
            if let Node::Is { variable, .. } = model.nodes[node] {
                found[model.nodes.len() + variable] = true;
            }
            for part in model.nodes[node].parts() {
                found[*part] = true;
                open.push(*part);
            }
        }
        found
    }

    #[test]
    fn a_module_shares_nothing_with_what_is_outside_of_it() {
        let mut stream = ChaCha8Rng::seed_from_u64(2);
        let mut below = |end: usize| stream.next_u32() as usize % end;
        let mut some = 0;
        for _ in 0..300 {
            let model = random(&mut below);
            let root = model.nodes.len() - 1;
            let all = below_it(&model, root, usize::MAX);
            let found = Visits::new(&model, root).modules(root);
            for node in 0..root {
                let (own, outside) =
                    (below_it(&model, node, usize::MAX), below_it(&model, root, node));
                let apart = own.iter().zip(&outside).all(|(own, outside)| !own || !outside);
                let inner = all[node] && !model.nodes[node].parts().is_empty();
                assert_eq!(found[node], inner && apart, "{node} of {model:?}");
                some += usize::from(found[node]);
            }
            assert!(found[root]);
        }
        assert!(some > 100, "{some} modules");
    }
}
