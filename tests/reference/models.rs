//! Random models, built directly: conditions with several options, clauses, what they require,
//! chances of zero, formulas that count, and evidence. And a coalition, built by hand.

use super::worlds;
use contingent::model::{Model, Node, NodeId, Pledge, Variable};
use contingent::scenario::formula::Relation;

/// A sequence of numbers, always the same for a seed (Steele et al., splitmix64, 2014).
pub(crate) struct Numbers(u64);

impl Numbers {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x5851_f42d_4c95_7f2d))
    }

    /// A number below another.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ mixed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ mixed >> 31) >> 20).unwrap() % end
    }

    pub(crate) fn one_in(&mut self, count: usize) -> bool {
        self.below(count) == 0
    }
}

/// A model that is being built.
pub(crate) struct Builder {
    pub(crate) model: Model,
}

impl Builder {
    /// No conditions yet; node 0 always holds.
    pub(crate) fn new() -> Self {
        Self {
            model: Model {
                nodes: vec![Node::Constant(true)],
                variables: Vec::new(),
                ranges: Vec::new(),
                relevant: Vec::new(),
                pledges: Vec::new(),
                totals: Vec::new(),
                cells: Vec::new(),
                floors: Vec::new(),
                contributors: Vec::new(),
                asked: Vec::new(),
                asked_by_scenario: false,
                evidence: 0,
            },
        }
    }

    pub(crate) fn node(&mut self, node: Node) -> NodeId {
        self.model.nodes.push(node);
        self.model.nodes.len() - 1
    }

    pub(crate) fn is(&mut self, variable: usize, option: usize) -> NodeId {
        self.node(Node::Is { variable, option })
    }

    /// A plain condition with a chance where each node holds, the last everywhere else.
    pub(crate) fn condition(&mut self, clauses: &[(NodeId, f64)]) -> usize {
        let clauses = clauses.iter().map(|(when, p)| (*when, vec![1.0 - p, *p])).collect();
        self.model.variables.push(Variable {
            options: 2,
            plain: true,
            requires: 0,
            otherwise: 0,
            clauses,
            stated: true,
            cancels: false,
        });
        self.model.variables.len() - 1
    }

    pub(crate) fn pledge(&mut self, active: NodeId) {
        self.model.pledges.push(Pledge {
            active,
            counts: true,
            force: true,
            size: None,
            parts: Vec::new(),
            assumed: false,
        });
    }

    /// Every condition matters.
    pub(crate) fn finish(mut self) -> Model {
        let all = vec![true; self.model.variables.len()];
        self.model.relevant = self.model.ordered(&all);
        self.model
    }

    fn formula(&mut self, numbers: &mut Numbers, over: &[usize], depth: usize) -> NodeId {
        if over.is_empty() || numbers.one_in(25) {
            let value = numbers.one_in(2);
            return self.node(Node::Constant(value));
        }
        if depth == 0 || numbers.one_in(3) {
            let variable = over[numbers.below(over.len())];
            let option = numbers.below(self.model.variables[variable].options);
            return self.is(variable, option);
        }
        let count = 2 + numbers.below(3);
        let of: Vec<NodeId> = (0..count).map(|_| self.formula(numbers, over, depth - 1)).collect();
        let relations = [Relation::AtLeast, Relation::AtMost, Relation::Exactly];
        let node = match numbers.below(5) {
            0 => Node::Not(of[0]),
            1 => Node::All(of),
            2 | 3 => Node::Any(of),
            _ => Node::Count {
                relation: relations[numbers.below(3)],
                count: u32::try_from(numbers.below(of.len() + 1)).unwrap(),
                of,
            },
        };
        self.node(node)
    }

    fn chances(numbers: &mut Numbers, options: usize) -> Vec<f64> {
        let mut parts: Vec<u32> =
            (0..options).map(|_| u32::try_from(numbers.below(4)).unwrap()).collect();
        parts[numbers.below(options)] += 1;
        let whole = f64::from(parts.iter().sum::<u32>());
        parts.into_iter().map(|part| f64::from(part) / whole).collect()
    }

    /// A random law for a variable, given those that come before it.
    fn draw(&mut self, numbers: &mut Numbers, variable: usize, before: &[usize]) {
        let options = self.model.variables[variable].options;
        let mut clauses = Vec::new();
        while numbers.one_in(3) {
            let when = self.formula(numbers, before, 1);
            clauses.push((when, Self::chances(numbers, options)));
        }
        clauses.push((0, Self::chances(numbers, options)));
        let requires = if numbers.one_in(4) { self.formula(numbers, before, 1) } else { 0 };
        let own = &mut self.model.variables[variable];
        (own.clauses, own.requires) = (clauses, requires);
        own.otherwise = numbers.below(options);
    }
}

/// A random model with at most so many conditions, and how often evidence is given.
pub(crate) fn random(seed: u64, most: usize) -> Model {
    let mut numbers = Numbers::new(seed);
    let mut builder = Builder::new();
    let count = 1 + numbers.below(most);
    for _ in 0..count {
        let options = [2, 2, 2, 2, 3, 4][numbers.below(6)];
        builder.condition(&[]);
        let own = builder.model.variables.last_mut().unwrap();
        (own.options, own.plain) = (options, options == 2);
    }
    let mut before: Vec<usize> = Vec::new();
    let mut left: Vec<usize> = (0..count).collect();
    while !left.is_empty() {
        let variable = left.remove(numbers.below(left.len()));
        builder.draw(&mut numbers, variable, &before);
        before.push(variable);
    }
    for _ in 0..=numbers.below(4) {
        let active = builder.formula(&mut numbers, &before, 3);
        builder.pledge(active);
    }
    if numbers.one_in(2) {
        let evidence = builder.formula(&mut numbers, &before, 2);
        if worlds::can_hold(&builder.model, evidence) {
            builder.model.evidence = evidence;
        }
    }
    builder.finish()
}

/// Six conditions that all share, and three of each nation's own behind its two pledges.
pub(crate) fn coalition(nations: usize) -> Model {
    let mut builder = Builder::new();
    let mut numbers = Numbers::new(7);
    let mut chance = move || 0.05 + 0.001 * f64::from(u32::try_from(numbers.below(900)).unwrap());
    let ceasefire = builder.condition(&[(0, 0.4)]);
    let ceasefire = builder.is(ceasefire, 1);
    let shared: Vec<NodeId> = (0..5)
        .map(|_| {
            let variable = builder.condition(&[(ceasefire, chance()), (0, chance())]);
            builder.is(variable, 1)
        })
        .collect();
    let (backstop, legal) = (shared[1], shared[3]);
    for _ in 0..nations {
        let mandate = builder.condition(&[(ceasefire, chance()), (0, chance())]);
        let funding = builder.condition(&[(0, chance())]);
        let lift = builder.condition(&[(backstop, chance()), (0, chance())]);
        let [mandate, funding, lift] = [mandate, funding, lift].map(|own| builder.is(own, 1));
        let first = builder.node(Node::All(vec![ceasefire, legal, mandate]));
        builder.pledge(first);
        let moved = builder.node(Node::Any(vec![backstop, lift]));
        let second = builder.node(Node::All(vec![ceasefire, mandate, funding, moved]));
        builder.pledge(second);
    }
    builder.finish()
}

/// One pledge behind a fault tree of so many conditions: five at a time, again and again, a third of
/// them with an event of a neighbour at most so far away.
pub(crate) fn fault_tree(conditions: usize, away: usize) -> Model {
    let mut builder = Builder::new();
    let mut numbers = Numbers::new(11);
    let mut level: Vec<NodeId> = (0..conditions)
        .map(|_| {
            let variable = builder.condition(&[(0, 0.1)]);
            builder.is(variable, 1)
        })
        .collect();
    let events = level.clone();
    while level.len() > 1 {
        let mut above = Vec::new();
        for part in level.chunks(5) {
            let mut of = part.to_vec();
            let place = above.len() * 5 + numbers.below(away);
            if let Some(event) = events.get(place).filter(|_| numbers.one_in(3)) {
                of.push(*event);
            }
            let all = numbers.one_in(3);
            above.push(builder.node(if all { Node::All(of) } else { Node::Any(of) }));
        }
        level = above;
    }
    builder.pledge(level[0]);
    builder.finish()
}

/// One pledge that waits for half of so many conditions.
pub(crate) fn half(conditions: usize) -> Model {
    let mut builder = Builder::new();
    let mut of = Vec::new();
    for _ in 0..conditions {
        let variable = builder.condition(&[(0, 0.3)]);
        of.push(builder.is(variable, 1));
    }
    let count = u32::try_from(conditions / 2).unwrap();
    let half = builder.node(Node::Count { relation: Relation::AtLeast, count, of });
    builder.pledge(half);
    builder.finish()
}

/// Pledges behind random formulas over many conditions, none of which go together.
pub(crate) fn tangle(conditions: usize, pledges: usize) -> Model {
    let mut builder = Builder::new();
    let mut numbers = Numbers::new(5);
    for _ in 0..conditions {
        builder.condition(&[(0, 0.4)]);
    }
    let all: Vec<usize> = (0..conditions).collect();
    for _ in 0..pledges {
        let active = builder.formula(&mut numbers, &all, 4);
        builder.pledge(active);
    }
    builder.finish()
}
