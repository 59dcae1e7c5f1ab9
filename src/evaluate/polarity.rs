//! Polarity: which options of a condition only help, and which only hurt, as formulas are written.
//!
//! In: formulas that are wanted or not, and the conditions whose possible options matter. Out: for
//! a condition the option, if any, under which everything wanted holds least: what holds under it
//! holds under all others, so nothing need be worked out to know what does for every option. Found
//! in how formulas are written, so it may be missed, but is never wrong.

use crate::model::{Model, Node, NodeId};
use crate::scenario::formula::Relation;

/// Whether options are mentioned as wanted, and as unwanted.
#[derive(Debug)]
pub struct Polarities<'m> {
    model: &'m Model,
    /// By variable and option: as wanted, as unwanted.
    mentioned: Vec<Vec<[bool; 2]>>,
    /// Formulas that were entered, as unwanted and as wanted.
    entered: Vec<[bool; 2]>,
}

impl<'m> Polarities<'m> {
    /// Nothing is mentioned.
    pub fn new(model: &'m Model) -> Self {
        let mentioned = model.variables.iter().map(|own| vec![[false; 2]; own.options]).collect();
        Self { model, mentioned, entered: vec![[false; 2]; model.nodes.len()] }
    }

    /// Adds a formula that is wanted, or one that is not.
    pub fn add(&mut self, formula: NodeId, wanted: bool) {
        let mut open = vec![(formula, wanted)];
        while let Some((formula, wanted)) = open.pop() {
            if std::mem::replace(&mut self.entered[formula][usize::from(wanted)], true) {
                continue;
            }
            match &self.model.nodes[formula] {
                Node::Constant(_) => {}
                Node::Is { variable, option } => self.mention(*variable, *option, wanted),
                Node::Not(inner) => open.push((*inner, !wanted)),
                Node::All(of) | Node::Any(of) => open.extend(of.iter().map(|own| (*own, wanted))),
                Node::Count { relation, of, .. } => {
                    if *relation != Relation::AtMost {
                        open.extend(of.iter().map(|own| (*own, wanted)));
                    }
                    if *relation != Relation::AtLeast {
                        open.extend(of.iter().map(|own| (*own, !wanted)));
                    }
                }
            }
        }
    }

    /// Adds that conditions and the evidence are not possible, which is as good as what is wanted.
    pub fn add_possible(&mut self, variables: &[usize]) {
        self.add(self.model.evidence, false);
        for variable in variables {
            let law = &self.model.variables[*variable];
            if !self.model.holds_always(law.requires) {
                self.add(law.requires, false);
                self.mention(*variable, law.otherwise, false);
            }
            let never = |chances: &Vec<f64>| chances.iter().any(|chance| *chance <= 0.0);
            if law.clauses.iter().any(|(_, chances)| never(chances)) {
                // Where an option never obtains by itself, that it does tells that the requirement
                // failed: then that it holds is wanted as well.
                self.add(law.requires, true);
                for (when, _) in &law.clauses {
                    self.add(*when, true);
                    self.add(*when, false);
                }
                for option in 0..law.options {
                    self.mention(*variable, option, true);
                    self.mention(*variable, option, false);
                }
            }
        }
    }

    /// The option of a variable under which what is wanted holds least.
    pub fn worst(&self, variable: usize) -> Option<usize> {
        let options = &self.mentioned[variable];
        let unwanted_options = || (0..options.len()).filter(|option| options[*option][1]);
        match unwanted_options().count() {
            0 => options.iter().position(|own| !own[0]),
            1 => unwanted_options().find(|option| !options[*option][0]),
            _ => None,
        }
    }

    fn mention(&mut self, variable: usize, option: usize, wanted: bool) {
        self.mentioned[variable][option][usize::from(!wanted)] = true;
    }
}

#[cfg(test)]
mod tests {
    use super::Polarities;
    use crate::model::{Model, Node};

    #[test]
    fn what_is_wanted_is_worst_under_the_other_option() {
        let is = |variable, option| Node::Is { variable, option };
        let nodes = vec![
            Node::Constant(true),
            is(0, 1),
            is(1, 1),
            Node::Not(2),
            is(2, 1),
            is(2, 2),
            Node::Any(vec![1, 3, 4, 5]),
        ];
        let model = Model::sketch(nodes, &[2, 2, 3, 2]);
        let worst = |wanted| {
            let mut polarities = Polarities::new(&model);
            polarities.add(6, wanted);
            polarities.add_possible(&[0, 1, 2, 3]);
            [0, 1, 2, 3].map(|variable| polarities.worst(variable))
        };
        assert_eq!(worst(true), [Some(0), Some(1), Some(0), Some(0)]);
        // That neither of two outcomes obtains has no single worst outcome.
        assert_eq!(worst(false), [Some(1), Some(0), None, Some(0)]);
    }

    #[test]
    fn what_counts_both_ways_has_no_worst_option() {
        use crate::scenario::formula::Relation;
        let nodes = vec![
            Node::Constant(true),
            Node::Is { variable: 0, option: 1 },
            Node::Is { variable: 1, option: 1 },
            Node::Count { relation: Relation::Exactly, count: 1, of: vec![1, 2] },
            Node::Count { relation: Relation::AtMost, count: 1, of: vec![2] },
        ];
        let model = Model::sketch(nodes, &[2, 2]);
        let worst = |formula| {
            let mut polarities = Polarities::new(&model);
            polarities.add(formula, true);
            [0, 1].map(|variable| polarities.worst(variable))
        };
        assert_eq!((worst(3), worst(4)), ([None, None], [Some(0), Some(1)]));
    }
}
