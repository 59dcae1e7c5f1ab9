//! The model: what is left of a scenario when only mathematics remains.
//!
//! Built by `compile`, read by `evaluate`. Dense ids throughout, in the order of the scenario's
//! sections; no strings, no spans. Formulas are shared nodes, children before parents. A variable
//! is a condition; its clauses are tried in order and the first that applies gives the chances.

use crate::decimal::Decimal;
use crate::scenario::formula::Relation;

#[cfg(test)]
mod sketch;

/// Index of a node in [`Model::nodes`].
pub type NodeId = usize;

/// A formula's node.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Node {
    /// Always or never.
    Constant(bool),
    /// A variable takes an option.
    Is {
        /// The variable.
        variable: usize,
        /// The option.
        option: usize,
    },
    /// The opposite.
    Not(NodeId),
    /// All of them.
    All(Vec<NodeId>),
    /// Any of them.
    Any(Vec<NodeId>),
    /// A number of them.
    Count {
        /// Which comparison.
        relation: Relation,
        /// How many.
        count: u32,
        /// Of these.
        of: Vec<NodeId>,
    },
}

impl Node {
    /// The nodes that it is made of.
    pub fn parts(&self) -> &[NodeId] {
        match self {
            Self::Constant(_) | Self::Is { .. } => &[],
            Self::Not(inner) => std::slice::from_ref(inner),
            Self::All(of) | Self::Any(of) | Self::Count { of, .. } => of,
        }
    }

    /// Whether it holds, given the option of each variable and the values of its parts.
    pub fn holds(&self, options: &[usize], values: &[bool]) -> bool {
        match self {
            Self::Constant(value) => *value,
            Self::Is { variable, option } => options[*variable] == *option,
            Self::Not(inner) => !values[*inner],
            Self::All(of) => of.iter().all(|part| values[*part]),
            Self::Any(of) => of.iter().any(|part| values[*part]),
            Self::Count { relation, count, of } => {
                let found = of.iter().map(|part| u32::from(values[*part])).sum();
                relation.holds(found, *count)
            }
        }
    }
}

/// A condition as a random variable.
#[derive(Clone, Debug)]
pub struct Variable {
    /// How many options it has; of a plain condition 0 is "fails" and 1 "holds".
    pub options: usize,
    /// Whether its options are "fails" and "holds".
    pub plain: bool,
    /// What must hold for chance to decide.
    pub requires: NodeId,
    /// The option that obtains where it does not.
    pub otherwise: usize,
    /// Chances by the first clause whose node holds; the last always does.
    pub clauses: Vec<(NodeId, Vec<f64>)>,
    /// Whether the file states every probability of it.
    pub stated: bool,
    /// Whether that is so only because it is known how it ended: then the missing probability cancels
    /// out of what is given the evidence, and of nothing else.
    pub cancels: bool,
}

impl Variable {
    /// P(option), given the values of the nodes that its clauses mention.
    pub fn chance(&self, option: usize, values: &[bool]) -> f64 {
        if !values[self.requires] {
            return if option == self.otherwise { 1.0 } else { 0.0 };
        }
        let clause = self.clauses.iter().find(|(when, _)| values[*when]);
        clause.map_or(0.0, |(_, chances)| chances[option])
    }
}

/// The chances of a clause of a variable where they are stated as ranges.
#[derive(Clone, Debug)]
pub struct Ranged {
    /// The variable.
    pub variable: usize,
    /// Which of its clauses.
    pub clause: usize,
    /// The low and the high end of each option's chance.
    pub ends: Vec<(f64, f64)>,
}

/// A size as a distribution over whole numbers.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Size {
    /// One value.
    Fixed(u64),
    /// Uniform from the first to the second.
    Uniform(u64, u64),
    /// Beta-binomial with PERT's parameters: low, mode, high.
    Pert(u64, u64, u64),
}

impl Size {
    /// The largest value.
    pub fn high(self) -> u64 {
        match self {
            Self::Fixed(high) | Self::Uniform(_, high) | Self::Pert(_, _, high) => high,
        }
    }
}

/// A pledge: when it is active and what it then adds.
#[derive(Clone, Debug)]
pub struct Pledge {
    /// Holds where it is active: its formula holds, it is known and on the ladder.
    pub active: NodeId,
    /// Whether its stage counts.
    pub counts: bool,
    /// Whether it is a force.
    pub force: bool,
    /// Its size; none where unknown.
    pub size: Option<Size>,
    /// The parts of its nations.
    pub parts: Vec<Decimal>,
    /// Whether its size is assumed: marked so, or a part of an assumption.
    pub assumed: bool,
}

/// What one pledge adds to a sum.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Term {
    /// The pledge.
    pub pledge: usize,
    /// Which of its nations' parts; all of the size where it is empty.
    pub members: Vec<usize>,
}

/// A sum over counting, sized, active pledges of one unit.
pub type Sum = Vec<Term>;

/// A requirement: a floor under a sum, and a formula.
#[derive(Clone, Debug)]
pub struct Floor {
    /// What is summed.
    pub sum: Sum,
    /// How much it must be.
    pub floor: Option<u64>,
    /// What must hold too.
    pub needs: NodeId,
    /// The pledges beside its sum that it depends on, directly or through other pledges.
    pub named: Vec<usize>,
    /// Which of [`Model::asked`] it is asked under.
    pub asked: Option<usize>,
}

/// A nation's troops on their way from the headline to what it can keep in theatre.
#[derive(Clone, Debug)]
pub struct Contributor {
    /// Its pledges, whether they count or not.
    pub headline: Sum,
    /// Those that count.
    pub counted: Sum,
    /// Those of them that are in theatre.
    pub in_theatre: Sum,
    /// The most that it can keep there; none where that cannot be less than it has there.
    pub most: Option<u64>,
    /// Holds everywhere.
    pub always: NodeId,
}

/// Everything that `evaluate` needs.
#[derive(Clone, Debug)]
pub struct Model {
    /// Shared formula nodes, children before parents.
    pub nodes: Vec<Node>,
    /// All conditions by dense id.
    pub variables: Vec<Variable>,
    /// The clauses whose chances are ranges, in the order of variable and clause; an absent
    /// probability may be anything.
    pub ranges: Vec<Ranged>,
    /// The variables that some result depends on, parents before children.
    pub relevant: Vec<usize>,
    /// All pledges by dense id.
    pub pledges: Vec<Pledge>,
    /// What each total of the report sums.
    pub totals: Vec<Sum>,
    /// What each cell of the posture sums.
    pub cells: Vec<Sum>,
    /// The requirements by dense id.
    pub floors: Vec<Floor>,
    /// The nations that pledge troops, in the order of the report.
    pub contributors: Vec<Contributor>,
    /// The formulas under which anyone asks; the scenario's own, if any, is the first.
    pub asked: Vec<NodeId>,
    /// Whether the scenario itself says when anyone asks.
    pub asked_by_scenario: bool,
    /// What is taken as given; holds everywhere where nothing is.
    pub evidence: NodeId,
}

impl Model {
    /// Marks the variables that `roots` depend on, directly or through clauses.
    pub fn ancestors(&self, roots: &[NodeId]) -> Vec<bool> {
        self.closed(roots.iter().flat_map(|root| self.support(*root)).collect())
    }

    /// Marks a variable and those that it depends on.
    pub fn ancestors_of(&self, variable: usize) -> Vec<bool> {
        self.closed(vec![variable])
    }

    /// Adds what the evidence depends on, where that shares a variable with what is marked.
    pub fn with_evidence(&self, mut marked: Vec<bool>) -> Vec<bool> {
        let evidence = self.ancestors(&[self.evidence]);
        if marked.iter().zip(&evidence).any(|(own, given)| *own && *given) {
            marked.iter_mut().zip(evidence).for_each(|(own, given)| *own |= given);
        }
        marked
    }

    fn closed(&self, mut open: Vec<usize>) -> Vec<bool> {
        let mut marked = vec![false; self.variables.len()];
        while let Some(variable) = open.pop() {
            if !std::mem::replace(&mut marked[variable], true) {
                open.extend(self.parents(variable));
            }
        }
        marked
    }

    /// The variables that a variable's own chances mention.
    pub fn parents(&self, variable: usize) -> Vec<usize> {
        let variable = &self.variables[variable];
        let clauses = variable.clauses.iter().map(|(when, _)| *when);
        clauses.chain([variable.requires]).flat_map(|node| self.support(node)).collect()
    }

    /// The value of every node in the world in which the variables take these options.
    pub fn values(&self, options: &[usize]) -> Vec<bool> {
        let mut values = vec![false; self.nodes.len()];
        for (index, node) in self.nodes.iter().enumerate() {
            values[index] = node.holds(options, &values);
        }
        values
    }

    /// The option of a variable that a formula comes to, where it is no more than that.
    pub fn ending(&self, node: NodeId) -> Option<(usize, usize)> {
        match &self.nodes[node] {
            Node::Is { variable, option } => Some((*variable, *option)),
            Node::Not(inner) => {
                let (variable, option) = self.ending(*inner)?;
                (self.variables[variable].options == 2).then(|| (variable, 1 - option))
            }
            _ => None,
        }
    }

    /// The model in which a variable is set: its options have these chances, whatever else happens.
    #[must_use]
    pub fn with_set(&self, variable: usize, chances: Vec<f64>) -> Self {
        let mut model = self.clone();
        let always = model.nodes.len();
        model.nodes.push(Node::Constant(true));
        let law = &mut model.variables[variable];
        (law.requires, law.stated, law.cancels) = (always, true, false);
        law.clauses = vec![(always, chances)];
        model.ranges.retain(|ranged| ranged.variable != variable);
        model
    }

    /// Whether nothing bears upon a variable, so that its chances are the same in every world.
    pub fn is_root(&self, variable: usize) -> bool {
        let law = &self.variables[variable];
        let always = |node| self.holds_always(node);
        always(law.requires) && matches!(law.clauses.as_slice(), [(when, _)] if always(*when))
    }

    /// Whether a formula is the one that always holds.
    pub fn holds_always(&self, node: NodeId) -> bool {
        self.nodes[node] == Node::Constant(true)
    }

    /// The variables that a node mentions, in the order of their ids.
    pub fn support(&self, root: NodeId) -> Vec<usize> {
        let mut found = Vec::new();
        let mut seen = vec![false; self.nodes.len()];
        let mut open = vec![root];
        while let Some(node) = open.pop() {
            if std::mem::replace(&mut seen[node], true) {
                continue;
            }
            match &self.nodes[node] {
                Node::Constant(_) => {}
                Node::Is { variable, .. } => found.push(*variable),
                Node::Not(inner) => open.push(*inner),
                Node::All(of) | Node::Any(of) | Node::Count { of, .. } => open.extend(of),
            }
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    /// Variables in an order in which parents precede children, restricted to `marked`.
    pub fn ordered(&self, marked: &[bool]) -> Vec<usize> {
        let marked: Vec<usize> = (0..marked.len()).filter(|variable| marked[*variable]).collect();
        self.parents_first(&marked)
    }

    /// The same variables in the order nearest to theirs in which parents precede children.
    pub fn parents_first(&self, order: &[usize]) -> Vec<usize> {
        let mut marked = vec![false; self.variables.len()];
        for variable in order {
            marked[*variable] = true;
        }
        let (mut found, mut placed) = (Vec::new(), vec![false; marked.len()]);
        for variable in order {
            self.place(*variable, &marked, &mut placed, &mut found);
        }
        found
    }

    fn place(&self, variable: usize, marked: &[bool], placed: &mut [bool], order: &mut Vec<usize>) {
        if !marked[variable] || std::mem::replace(&mut placed[variable], true) {
            return;
        }
        for parent in self.parents(variable) {
            self.place(parent, marked, placed, order);
        }
        order.push(variable);
    }
}
