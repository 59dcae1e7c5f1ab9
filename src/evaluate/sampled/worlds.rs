//! Worlds, 64 a word: variables are drawn and nodes evaluated, parents first.
//!
//! In: a `Model`, the nodes and variables that are asked for, random words. Out: a word for each
//! option of each variable and for each node that matters. What does not matter costs nothing.

use super::chance::{Chance, Scratch};
use super::lanes::{Stream, all};
use crate::model::{Model, Node, NodeId};
use crate::scenario::formula::Relation;

/// Where a word is kept.
pub(super) type Slot = usize;

/// The word that holds everywhere.
pub(super) const ALWAYS: Slot = 0;

/// The most bits of a number of parts.
const COUNT_BITS: usize = 32;

#[derive(Debug)]
enum Step {
    Draw(Chance),
    Not { to: Slot, of: Slot },
    All { to: Slot, of: Vec<Slot> },
    Any { to: Slot, of: Vec<Slot> },
    Count { to: Slot, relation: Relation, count: u32, of: Vec<Slot> },
}

/// What is done for each word.
#[derive(Debug)]
pub(super) struct Program {
    steps: Vec<Step>,
    start: Vec<u64>,
    /// Where the word of each node is; of those that do not matter anywhere.
    nodes: Vec<Option<Slot>>,
    /// Where the words of a variable's options start.
    variables: Vec<Option<Slot>>,
}

/// The words of 64 worlds.
#[derive(Debug)]
pub(super) struct Worlds {
    /// By slot.
    pub(super) values: Vec<u64>,
    scratch: Scratch,
}

impl Program {
    /// Plans what is needed to know some nodes and variables.
    pub(super) fn new(model: &Model, nodes: &[NodeId], variables: &[usize]) -> Self {
        let mut marked = model.ancestors(nodes);
        for variable in variables {
            let ancestors = model.ancestors_of(*variable);
            marked.iter_mut().zip(ancestors).for_each(|(all, own)| *all |= own);
        }
        let mut program = Self {
            steps: Vec::new(),
            start: vec![u64::MAX],
            nodes: vec![None; model.nodes.len()],
            variables: vec![None; model.variables.len()],
        };
        for variable in model.ordered(&marked) {
            program.draw(model, variable);
        }
        program.evaluate(model, nodes);
        program
    }

    /// Where the word of a node is.
    pub(super) fn node(&self, node: NodeId) -> Slot {
        self.nodes[node].unwrap_or(ALWAYS)
    }

    /// Where the word of a variable's option is.
    pub(super) fn option(&self, variable: usize, option: usize) -> Slot {
        self.variables[variable].map_or(ALWAYS, |first| first + option)
    }

    /// Stream before the first draw.
    pub(super) fn worlds(&self) -> Worlds {
        Worlds { values: self.start.clone(), scratch: Scratch::default() }
    }

    /// Draws the next 64 worlds.
    pub(super) fn run(&self, worlds: &mut Worlds, stream: &mut Stream) {
        let Worlds { values, scratch } = worlds;
        for step in &self.steps {
            match step {
                Step::Draw(chance) => chance.draw(values, stream, scratch),
                Step::Not { to, of } => values[*to] = !values[*of],
                Step::All { to, of } => {
                    values[*to] = of.iter().fold(u64::MAX, |word, part| word & values[*part]);
                }
                Step::Any { to, of } => {
                    values[*to] = of.iter().fold(0, |word, part| word | values[*part]);
                }
                Step::Count { to, relation, count, of } => {
                    values[*to] = counted(*relation, *count, of.iter().map(|part| values[*part]));
                }
            }
        }
    }

    fn slot(&mut self) -> Slot {
        self.start.push(0);
        self.start.len() - 1
    }

    fn draw(&mut self, model: &Model, id: usize) {
        let variable = &model.variables[id];
        let clauses = variable.clauses.iter().map(|(when, _)| *when);
        let mentioned: Vec<NodeId> = clauses.chain([variable.requires]).collect();
        self.evaluate(model, &mentioned);
        let first = self.start.len();
        self.start.resize(first + variable.options, 0);
        self.variables[id] = Some(first);
        let chance = Chance::new(variable, first, |node| self.node(node));
        self.steps.push(Step::Draw(chance));
    }

    /// Plans the evaluation of some nodes and their parts; children have smaller ids.
    fn evaluate(&mut self, model: &Model, roots: &[NodeId]) {
        let mut needed = std::collections::BTreeSet::new();
        let mut open = roots.to_vec();
        while let Some(node) = open.pop() {
            if self.nodes[node].is_some() || !needed.insert(node) {
                continue;
            }
            match &model.nodes[node] {
                Node::Constant(_) | Node::Is { .. } => {}
                Node::Not(inner) => open.push(*inner),
                Node::All(of) | Node::Any(of) | Node::Count { of, .. } => open.extend(of),
            }
        }
        for node in needed {
            let slot = self.step(&model.nodes[node]);
            self.nodes[node] = Some(slot);
        }
    }

    /// Plans the evaluation of a node whose parts are planned.
    fn step(&mut self, node: &Node) -> Slot {
        let slots = |of: &[NodeId]| of.iter().map(|part| self.node(*part)).collect();
        let to = self.start.len();
        let step = match node {
            Node::Constant(true) => return ALWAYS,
            Node::Constant(false) => return self.slot(),
            Node::Is { variable, option } => return self.option(*variable, *option),
            Node::Not(inner) => Step::Not { to, of: self.node(*inner) },
            Node::All(of) => Step::All { to, of: slots(of) },
            Node::Any(of) => Step::Any { to, of: slots(of) },
            Node::Count { relation, count, of } => {
                Step::Count { to, relation: *relation, count: *count, of: slots(of) }
            }
        };
        self.steps.push(step);
        self.slot()
    }
}

/// The worlds in which the number of words that hold satisfies a relation: the words are added up
/// in binary, one word a digit, and the digits compared with those of `count`.
fn counted(relation: Relation, count: u32, words: impl Iterator<Item = u64>) -> u64 {
    let mut digits = [0_u64; COUNT_BITS];
    let mut used = 0;
    for mut carry in words {
        for (position, digit) in digits.iter_mut().enumerate() {
            if carry == 0 {
                break;
            }
            (*digit, carry) = (*digit ^ carry, *digit & carry);
            used = used.max(position + 1);
        }
    }
    let bits = used.max(COUNT_BITS - count.leading_zeros() as usize);
    let (mut more, mut equal) = (0, u64::MAX);
    for position in (0..bits).rev() {
        let digit = all(count >> position & 1 == 1);
        more |= equal & digits[position] & !digit;
        equal &= !(digits[position] ^ digit);
    }
    match relation {
        Relation::AtLeast => more | equal,
        Relation::AtMost => !more,
        Relation::Exactly => equal,
    }
}

#[cfg(test)]
mod tests {
    use super::counted;
    use crate::scenario::formula::Relation;

    #[test]
    fn counting_in_binary_is_counting() {
        let words: Vec<u64> = (0..70).map(|bit| (1_u64 << (bit % 64)).wrapping_sub(1)).collect();
        for relation in [Relation::AtLeast, Relation::AtMost, Relation::Exactly] {
            for count in [0, 1, 2, 3, 31, 32, 63, 64, 69, 70, 71, 200] {
                let word = counted(relation, count, words.iter().copied());
                for lane in 0..64 {
                    let found = words.iter().map(|word| u32::from(word >> lane & 1 == 1)).sum();
                    assert_eq!(word >> lane & 1 == 1, relation.holds(found, count), "{count}");
                }
            }
        }
        assert_eq!(counted(Relation::AtLeast, 1, std::iter::empty()), 0);
        assert_eq!(counted(Relation::Exactly, 0, std::iter::empty()), u64::MAX);
    }
}
