//! Factors: what a model says, as decision diagrams over one order of its conditions.
//!
//! In: a `Model` and an order of its variables. Out: a diagram for each formula, for each family (a
//! variable's chances under its parents) and for each formula that is watched. A diagram's
//! terminals are [`Mark`]s; numbers stay outside, so the same diagrams serve other probabilities.

use super::diagram::{Diagrams, FALSE, Ref, Spent, TRUE};
use crate::model::{Model, Node, NodeId};
use crate::scenario::formula::Relation;

/// What reaching a terminal means.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Mark {
    /// No world is here.
    Impossible,
    /// Nothing more to say.
    Nothing,
    /// A chance applies: that of a variable's option in one of its clauses.
    Chance(Chance),
    /// A watched formula holds.
    Holds(NodeId),
    /// A noted formula fails.
    Fails(NodeId),
}

/// Which probability applies.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Chance {
    /// The variable.
    pub variable: usize,
    /// Which of its clauses.
    pub clause: usize,
    /// Its option.
    pub option: usize,
}

impl Chance {
    /// The probability.
    pub fn of(self, model: &Model) -> f64 {
        model.variables[self.variable].clauses[self.clause].1[self.option]
    }
}

/// The diagrams of a model.
#[derive(Debug)]
pub struct Factors<'m> {
    /// The model.
    pub model: &'m Model,
    /// All functions.
    pub diagrams: Diagrams,
    /// The variable of each level.
    pub order: Vec<usize>,
    /// The level of each variable that has one.
    pub levels: Vec<Option<u32>>,
    /// What each terminal means, by its number.
    marks: Vec<Mark>,
    formulas: Vec<Option<Ref>>,
    watched: Vec<Option<Ref>>,
    noted: Vec<Option<Ref>>,
    families: Vec<Option<Ref>>,
}

impl<'m> Factors<'m> {
    /// No diagrams yet, over the variables in `order`.
    pub fn new(model: &'m Model, order: Vec<usize>, limit: u64) -> Self {
        let width = |variable: &usize| narrow(model.variables[*variable].options);
        let widths = order.iter().map(width).collect();
        let mut levels = vec![None; model.variables.len()];
        for (level, variable) in order.iter().enumerate() {
            levels[*variable] = Some(narrow(level));
        }
        Self {
            model,
            diagrams: Diagrams::new(widths, limit),
            order,
            levels,
            marks: vec![Mark::Impossible, Mark::Nothing],
            formulas: vec![None; model.nodes.len()],
            watched: vec![None; model.nodes.len()],
            noted: vec![None; model.nodes.len()],
            families: vec![None; model.variables.len()],
        }
    }

    /// What a terminal means.
    pub fn mark(&self, value: u32) -> Mark {
        self.marks[value as usize]
    }

    fn terminal(&mut self, mark: Mark) -> Ref {
        let value = narrow(self.marks.len());
        self.marks.push(mark);
        self.diagrams.terminal(value)
    }

    /// The level of a variable. One that has no level is never asked for: orders hold the
    /// ancestors of everything that is asked.
    fn level(&self, variable: usize) -> u32 {
        self.levels[variable].unwrap_or(0)
    }

    /// Where a formula holds.
    pub fn formula(&mut self, root: NodeId) -> Spent<Ref> {
        if let Some(known) = self.formulas[root] {
            return Ok(known);
        }
        // Children come before parents, so one pass over what is missing is enough.
        let mut missing = vec![false; root + 1];
        missing[root] = true;
        for node in (0..=root).rev().filter(|node| self.formulas[*node].is_none()) {
            if missing[node] {
                self.model.nodes[node].parts().iter().for_each(|part| missing[*part] = true);
            }
        }
        for node in (0..=root).filter(|node| missing[*node]) {
            if self.formulas[node].is_none() {
                self.formulas[node] = Some(self.new_formula(node)?);
            }
        }
        Ok(self.formulas[root].unwrap_or(FALSE))
    }

    fn new_formula(&mut self, node: NodeId) -> Spent<Ref> {
        if let Node::Is { variable, option } = self.model.nodes[node] {
            return Ok(self.literal(variable, option));
        }
        let formulas = &self.formulas;
        let known = |part: NodeId| formulas[part].unwrap_or(FALSE);
        combine(&mut self.diagrams, &self.model.nodes[node], known)
    }

    /// Where a variable takes an option.
    pub fn literal(&mut self, variable: usize, option: usize) -> Ref {
        let level = self.level(variable);
        self.diagrams.literal(level, option)
    }

    /// A formula that says where it holds.
    pub fn watched(&mut self, node: NodeId) -> Spent<Ref> {
        if let Some(known) = self.watched[node] {
            return Ok(known);
        }
        let holds = self.formula(node)?;
        let mark = self.terminal(Mark::Holds(node));
        let watched = self.diagrams.ite(holds, mark, TRUE)?;
        self.watched[node] = Some(watched);
        Ok(watched)
    }

    /// What leaves a mark with a number of the caller's in place of a formula's.
    pub fn numbered(&mut self, number: NodeId) -> Ref {
        self.terminal(Mark::Holds(number))
    }

    /// A formula that says where it holds and where it fails.
    pub fn noted(&mut self, node: NodeId) -> Spent<Ref> {
        if let Some(known) = self.noted[node] {
            return Ok(known);
        }
        let holds = self.formula(node)?;
        let marks = [Mark::Holds(node), Mark::Fails(node)].map(|mark| self.terminal(mark));
        let noted = self.diagrams.ite(holds, marks[0], marks[1])?;
        self.noted[node] = Some(noted);
        Ok(noted)
    }

    /// A variable's chances: for each case of its parents the clause that applies. An option that
    /// cannot be is impossible; where `requires` fails, only `otherwise` can be.
    pub fn family(&mut self, variable: usize) -> Spent<Ref> {
        if let Some(known) = self.families[variable] {
            return Ok(known);
        }
        let (model, level) = (self.model, self.level(variable));
        let law = &model.variables[variable];
        let mut family = FALSE;
        for (clause, (when, chances)) in law.clauses.iter().enumerate().rev() {
            let mut kids = Vec::new();
            for (option, chance) in chances.iter().enumerate() {
                let mark = Mark::Chance(Chance { variable, clause, option });
                kids.push(if *chance > 0.0 { self.terminal(mark) } else { FALSE });
            }
            let own = self.diagrams.node(level, &kids);
            let when = self.formula(*when)?;
            family = self.diagrams.ite(when, own, family)?;
        }
        let requires = self.formula(law.requires)?;
        let otherwise = self.diagrams.literal(level, law.otherwise);
        family = self.diagrams.ite(requires, family, otherwise)?;
        self.families[variable] = Some(family);
        Ok(family)
    }

    /// Where the options of some variables are possible together, whatever the chances.
    pub fn possible(&mut self, variables: &[usize]) -> Spent<Ref> {
        let mut all = Vec::new();
        for variable in variables {
            all.push(self.possible_family(*variable)?);
        }
        self.diagrams.all(&all)
    }

    fn possible_family(&mut self, variable: usize) -> Spent<Ref> {
        let (model, level) = (self.model, self.level(variable));
        let law = &model.variables[variable];
        let mut family = FALSE;
        for (when, chances) in law.clauses.iter().rev() {
            let can = |chance: &f64| if *chance > 0.0 { TRUE } else { FALSE };
            let kids: Vec<Ref> = chances.iter().map(can).collect();
            let own = self.diagrams.node(level, &kids);
            let when = self.formula(*when)?;
            family = self.diagrams.ite(when, own, family)?;
        }
        let requires = self.formula(law.requires)?;
        let otherwise = self.diagrams.literal(level, law.otherwise);
        self.diagrams.ite(requires, family, otherwise)
    }
}

/// A formula of known parts; a literal is no such formula.
pub fn combine(diagrams: &mut Diagrams, node: &Node, known: impl Fn(NodeId) -> Ref) -> Spent<Ref> {
    let of: Vec<Ref> = node.parts().iter().map(|part| known(*part)).collect();
    match node {
        Node::Constant(value) => Ok(if *value { TRUE } else { FALSE }),
        Node::Is { .. } => Ok(FALSE),
        Node::Not(_) => diagrams.not(of[0]),
        Node::All(_) => diagrams.all(&of),
        Node::Any(_) => diagrams.any(&of),
        Node::Count { relation, count, .. } => counted(diagrams, *relation, *count as usize, &of),
    }
}

fn counted(diagrams: &mut Diagrams, relation: Relation, count: usize, of: &[Ref]) -> Spent<Ref> {
    if relation == Relation::AtLeast {
        return diagrams.at_least(count, of);
    }
    let more = diagrams.at_least(count + 1, of)?;
    let at_most = diagrams.not(more)?;
    if relation == Relation::AtMost {
        return Ok(at_most);
    }
    let at_least = diagrams.at_least(count, of)?;
    diagrams.and(at_least, at_most)
}

/// A count of levels, options or marks, far below 2^32.
pub fn narrow(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::{Factors, Mark};
    use crate::evaluate::diagram::{FALSE, OverBudget};
    use crate::model::{Model, Node};
    use crate::scenario::formula::Relation;

    #[test]
    fn an_option_without_a_chance_cannot_be() -> Result<(), OverBudget> {
        let mut model = Model::sketch(vec![Node::Constant(true)], &[2, 3]);
        let is = model.is(0);
        model.variables[1].clauses = vec![(is, vec![0.5, 0.0, 0.5]), (0, vec![0.0, 0.0, 1.0])];
        let mut factors = Factors::new(&model, vec![0, 1], 1_000);
        let family = factors.family(1)?;
        for (option, clause, can) in [(0, 1, [0, 0, 1]), (1, 0, [1, 0, 1])] {
            let own = factors.diagrams.kid(family, 0, option);
            for (option, can) in can.into_iter().enumerate() {
                let end = factors.diagrams.kid(own, 1, option);
                let mark = factors.diagrams.value(end).map(|value| factors.mark(value));
                match mark {
                    Some(Mark::Chance(chance)) => {
                        assert_eq!((chance.clause, chance.option, 1), (clause, option, can));
                    }
                    mark => assert_eq!((mark, 0), (Some(Mark::Impossible), can)),
                }
            }
        }
        let (first, last) = (factors.literal(1, 0), factors.literal(1, 2));
        let given = factors.literal(0, 1);
        let first = factors.diagrams.and(given, first)?;
        let expected = factors.diagrams.or(first, last)?;
        assert_eq!(factors.possible(&[1])?, expected);
        Ok(())
    }

    #[test]
    fn counts_hold_where_so_many_do() -> Result<(), OverBudget> {
        for count in 0..5_u32 {
            for relation in [Relation::AtLeast, Relation::AtMost, Relation::Exactly] {
                let mut model = Model::sketch(vec![Node::Constant(true)], &[2; 3]);
                let of = (0..3).map(|variable| model.is(variable)).collect();
                let root = model.node(Node::Count { relation, count, of });
                let mut factors = Factors::new(&model, vec![0, 1, 2], 1_000);
                let found = factors.formula(root)?;
                for case in 0..8_u32 {
                    let end = (0..3).fold(found, |f, level| {
                        factors.diagrams.kid(f, level, (case >> level & 1) as usize)
                    });
                    let holds = match relation {
                        Relation::AtLeast => case.count_ones() >= count,
                        Relation::AtMost => case.count_ones() <= count,
                        Relation::Exactly => case.count_ones() == count,
                    };
                    assert_eq!(end != FALSE, holds, "{relation:?} {count} of {case:b}");
                }
            }
        }
        Ok(())
    }
}
