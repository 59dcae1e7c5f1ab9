//! Programs: a product of factors, taken apart until only chances and marks are left.
//!
//! In: diagrams (what must hold, what is watched, families of conditions). Out: nodes of a shared
//! AND/OR program, kids before parents. The state is what remains of every factor: a family that
//! nothing else mentions sums to one and is dropped; parts that share no condition are split into an
//! And; what was met before is looked up; else the state branches on its first condition, takes
//! cofactors and notes the marks that it reaches. Splitting decides everything: cost follows how
//! conditions share pledges and not how many there are. (Darwiche, A differential approach to
//! inference in Bayesian networks, 2003; Mateescu, Dechter and Marinescu, AND/OR multi-valued
//! decision diagrams, 2008.)

use super::bits::mix;
use super::diagram::{Ref, Spent};
use super::factors::{Chance, Factors, Mark, narrow};
use super::support::Supports;
use crate::law;
use crate::model::NodeId;
use hashbrown::HashTable;
use std::ops::Range;

/// So many factors of a state cost as much as one operation on diagrams.
const COST: u64 = 4;

/// A node of [`Programs`].
pub type ProgramId = u32;

/// The program in which nothing is left to say: probability one.
pub const UNIT: ProgramId = 0;

/// A node.
#[derive(Clone, Debug)]
pub enum Step {
    /// One of several options of a condition: the branches' range. None is impossible.
    Or(Range<u32>),
    /// Independent parts: the kids' range. None says nothing.
    And(Range<u32>),
}

/// One option of a condition, what it makes sure, and what remains.
#[derive(Clone, Debug)]
pub struct Branch {
    /// The variable and its option; none at the root, where nothing is branched.
    pub choice: Option<(u32, u32)>,
    chances: Range<u32>,
    holds: Range<u32>,
    fails: Range<u32>,
    /// What remains.
    pub kid: ProgramId,
}

/// What is asked of a program.
#[derive(Clone, Debug, Default)]
pub struct Query {
    /// Formulas that must hold.
    pub required: Vec<NodeId>,
    /// Diagrams over the same factors, of which the marks are noted.
    pub diagrams: Vec<Ref>,
    /// Options that variables must take.
    pub options: Vec<(usize, usize)>,
    /// Formulas that leave a mark where they hold.
    pub watched: Vec<NodeId>,
    /// Formulas that leave a mark where they hold and one where they fail.
    pub noted: Vec<NodeId>,
    /// Variables that are branched on every path that is possible, not dropped where they sum to one.
    pub kept: Vec<usize>,
}

/// Programs over the same diagrams; equal parts are one node.
#[derive(Debug)]
pub struct Programs<'m> {
    /// The diagrams.
    pub factors: Factors<'m>,
    supports: Supports,
    steps: Vec<Step>,
    branches: Vec<Branch>,
    kids: Vec<ProgramId>,
    chances: Vec<Chance>,
    /// Formulas that branches make sure or rule out.
    formulas: Vec<NodeId>,
    /// States that were met, by their keys: the number of what is kept, then the factors.
    met: HashTable<Met>,
    keys: Vec<u32>,
    /// The different choices of kept variables.
    kept: Vec<Vec<bool>>,
}

/// A state that was met: where its key is among the keys, and its program.
#[derive(Clone, Debug)]
struct Met {
    hash: u64,
    key: Range<u32>,
    program: ProgramId,
}

/// What remains of a factor, and of which variable it is the family.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
struct Item {
    factor: Ref,
    family: Option<u32>,
}

/// Which variables are kept, by level, and the number of this choice.
#[derive(Clone, Debug)]
struct Kept {
    number: usize,
    levels: Vec<bool>,
}

impl Kept {
    fn has(&self, level: u32) -> bool {
        self.levels[level as usize]
    }
}

impl<'m> Programs<'m> {
    /// No programs yet.
    pub fn new(factors: Factors<'m>) -> Self {
        let supports = Supports::new(factors.order.len());
        Self {
            factors,
            supports,
            steps: vec![Step::And(0..0)],
            branches: Vec::new(),
            kids: Vec::new(),
            chances: Vec::new(),
            formulas: Vec::new(),
            met: HashTable::new(),
            keys: Vec::new(),
            kept: Vec::new(),
        }
    }

    /// How many nodes there are.
    pub fn len(&self) -> usize {
        self.steps.len()
    }

    /// Whether there are none; never, since [`UNIT`] is always there.
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// A node.
    pub fn step(&self, program: ProgramId) -> &Step {
        &self.steps[program as usize]
    }

    /// The branches of an Or.
    pub fn branches(&self, of: &Range<u32>) -> &[Branch] {
        &self.branches[of.start as usize..of.end as usize]
    }

    /// The kids of an And.
    pub fn kids(&self, of: &Range<u32>) -> &[ProgramId] {
        &self.kids[of.start as usize..of.end as usize]
    }

    /// The formulas that a branch makes sure.
    pub fn holds(&self, branch: &Branch) -> &[NodeId] {
        &self.formulas[branch.holds.start as usize..branch.holds.end as usize]
    }

    /// The noted formulas that a branch rules out.
    pub fn fails(&self, branch: &Branch) -> &[NodeId] {
        &self.formulas[branch.fails.start as usize..branch.fails.end as usize]
    }

    /// The chances that apply to a branch.
    pub fn chances(&self, branch: &Branch) -> &[Chance] {
        &self.chances[branch.chances.start as usize..branch.chances.end as usize]
    }

    /// The probability of a branch.
    pub fn weight(&self, branch: &Branch) -> f64 {
        law::product(self.chances(branch).iter().map(|chance| chance.of(self.factors.model)))
    }

    /// The program of a query.
    pub fn compile(&mut self, query: &Query) -> Spent<ProgramId> {
        let mut items = Vec::new();
        for node in &query.required {
            items.push(Item { factor: self.factors.formula(*node)?, family: None });
        }
        items.extend(query.diagrams.iter().map(|factor| Item { factor: *factor, family: None }));
        for (variable, option) in &query.options {
            items.push(Item { factor: self.factors.literal(*variable, *option), family: None });
        }
        for node in &query.watched {
            items.push(Item { factor: self.factors.watched(*node)?, family: None });
        }
        for node in &query.noted {
            items.push(Item { factor: self.factors.noted(*node)?, family: None });
        }
        let kept = self.choose_kept(&query.kept);
        self.add_families(&mut items, &kept)?;
        let mut marks = Marks::default();
        let mut open = Vec::new();
        for item in items {
            match self.factors.diagrams.value(item.factor) {
                Some(value) => marks.note(self.factors.mark(value)),
                None => open.push(item),
            }
        }
        if marks.impossible {
            return Ok(self.push(Step::Or(0..0)));
        }
        let rest = self.state(open, &kept)?;
        if marks.is_empty() {
            return Ok(rest);
        }
        let first = narrow(self.branches.len());
        let branch = self.branch(None, &marks, rest);
        self.branches.push(branch);
        Ok(self.push(Step::Or(first..first + 1)))
    }

    fn choose_kept(&mut self, variables: &[usize]) -> Kept {
        let mut levels = vec![false; self.factors.order.len()];
        let chosen = variables.iter().filter_map(|variable| self.factors.levels[*variable]);
        chosen.for_each(|level| levels[level as usize] = true);
        let known = self.kept.iter().position(|known| *known == levels);
        let number = known.unwrap_or_else(|| {
            self.kept.push(levels.clone());
            self.kept.len() - 1
        });
        Kept { number, levels }
    }

    /// Adds the family of every variable that the factors mention, theirs of what those mention,
    /// and so on. Variables without parents are left implied unless they are kept.
    fn add_families(&mut self, items: &mut Vec<Item>, kept: &Kept) -> Spent<()> {
        let mut needed = kept.levels.clone();
        for item in items.iter() {
            let support = self.supports.of(&self.factors.diagrams, item.factor);
            self.supports.levels(support).for_each(|level| needed[level] = true);
        }
        let mut added = vec![false; needed.len()];
        while let Some(level) = (0..needed.len()).rev().find(|at| needed[*at] && !added[*at]) {
            added[level] = true;
            let variable = self.factors.order[level];
            if self.factors.model.is_root(variable) && !kept.levels[level] {
                continue;
            }
            let family = self.factors.family(variable)?;
            items.push(Item { factor: family, family: Some(narrow(level)) });
            let support = self.supports.of(&self.factors.diagrams, family);
            self.supports.levels(support).for_each(|level| needed[level] = true);
        }
        Ok(())
    }

    /// Drops what sums to one, splits what is independent.
    fn state(&mut self, mut items: Vec<Item>, kept: &Kept) -> Spent<ProgramId> {
        self.drop_barren(&mut items, kept);
        if items.is_empty() {
            return Ok(UNIT);
        }
        let mut kids = Vec::new();
        for part in self.split(items) {
            kids.push(self.component(part, kept)?);
        }
        if let [kid] = kids.as_slice() {
            return Ok(*kid);
        }
        let kids = append(&mut self.kids, &kids);
        Ok(self.push(Step::And(kids)))
    }

    /// Drops families of variables that nothing else mentions, until there are none.
    fn drop_barren(&mut self, items: &mut Vec<Item>, kept: &Kept) {
        while items.iter().any(|item| item.family.is_some()) {
            let diagrams = &self.factors.diagrams;
            let supports: Vec<u32> =
                items.iter().map(|item| self.supports.of(diagrams, item.factor)).collect();
            let lone = self.supports.mentioned_once(&supports);
            let before = items.len();
            // A family mentions its own variable until that is branched, and then nothing does.
            let barren = |level: u32| !kept.has(level) && lone.contains(level);
            items.retain(|item| !item.family.is_some_and(barren));
            if items.len() == before {
                return;
            }
        }
    }

    /// Groups of factors that share no variable, in the order of their first ones.
    fn split(&mut self, items: Vec<Item>) -> Vec<Vec<Item>> {
        if let [_] = items.as_slice() {
            return vec![items];
        }
        let diagrams = &self.factors.diagrams;
        let supports: Vec<u32> =
            items.iter().map(|item| self.supports.of(diagrams, item.factor)).collect();
        let groups = self.supports.groups(&supports);
        let mut parts: Vec<Vec<Item>> = Vec::new();
        let mut part_of: Vec<Option<usize>> = vec![None; items.len()];
        for (item, group) in items.into_iter().zip(groups) {
            let part = *part_of[group].get_or_insert_with(|| {
                parts.push(Vec::new());
                parts.len() - 1
            });
            parts[part].push(item);
        }
        let first = |part: &Vec<Item>| part.iter().map(|item| diagrams.level(item.factor)).min();
        parts.sort_by_key(first);
        parts
    }

    /// Branches on the first variable of factors that hang together.
    fn component(&mut self, mut items: Vec<Item>, kept: &Kept) -> Spent<ProgramId> {
        items.sort_unstable();
        items.dedup();
        let hash = hash_of(&items, kept.number);
        let same = |met: &Met| {
            let key = &self.keys[met.key.start as usize..met.key.end as usize];
            key.iter().copied().eq(key_of(&items, kept.number))
        };
        if let Some(met) = self.met.find(hash, same) {
            return Ok(met.program);
        }
        self.factors.diagrams.spend(1 + items.len() as u64 / COST)?;
        let levels = items.iter().map(|item| self.factors.diagrams.level(item.factor));
        let level = levels.min().unwrap_or(0);
        let mut branches = Vec::new();
        for option in 0..self.factors.diagrams.width(level) {
            let (marks, rest) = self.cofactors(&items, level, option, kept);
            if marks.impossible {
                continue;
            }
            let kid = self.state(rest, kept)?;
            let choice = Some((narrow(self.factors.order[level as usize]), narrow(option)));
            branches.push(self.branch(choice, &marks, kid));
        }
        let first = narrow(self.branches.len());
        self.branches.extend(branches);
        let program = self.push(Step::Or(first..narrow(self.branches.len())));
        self.meet(hash, kept.number, &items, program);
        Ok(program)
    }

    /// What an option of a level reaches, and what it leaves.
    fn cofactors(
        &mut self,
        items: &[Item],
        level: u32,
        option: usize,
        kept: &Kept,
    ) -> (Marks, Vec<Item>) {
        let (mut marks, mut rest) = (Marks::default(), Vec::with_capacity(items.len()));
        let variable = self.factors.order[level as usize];
        if self.factors.model.is_root(variable) && !kept.has(level) {
            let chance = Chance { variable, clause: 0, option };
            if chance.of(self.factors.model) > 0.0 {
                marks.chances.push(chance);
            } else {
                marks.impossible = true;
            }
        }
        for item in items {
            let factor = self.factors.diagrams.kid(item.factor, level, option);
            match self.factors.diagrams.value(factor) {
                Some(value) => marks.note(self.factors.mark(value)),
                None => rest.push(Item { factor, ..*item }),
            }
        }
        (marks, rest)
    }

    fn branch(&mut self, choice: Option<(u32, u32)>, marks: &Marks, kid: ProgramId) -> Branch {
        let chances = append(&mut self.chances, &marks.chances);
        let holds = append(&mut self.formulas, &marks.holds);
        let fails = append(&mut self.formulas, &marks.fails);
        Branch { choice, chances, holds, fails, kid }
    }

    fn push(&mut self, step: Step) -> ProgramId {
        self.steps.push(step);
        narrow(self.steps.len() - 1)
    }

    fn meet(&mut self, hash: u64, kept: usize, items: &[Item], program: ProgramId) {
        let first = narrow(self.keys.len());
        self.keys.extend(key_of(items, kept));
        let key = first..narrow(self.keys.len());
        self.met.insert_unique(hash, Met { hash, key, program }, |met| met.hash);
    }
}

/// The marks that a branch reaches.
#[derive(Debug, Default)]
struct Marks {
    impossible: bool,
    chances: Vec<Chance>,
    holds: Vec<NodeId>,
    fails: Vec<NodeId>,
}

impl Marks {
    fn note(&mut self, mark: Mark) {
        match mark {
            Mark::Impossible => self.impossible = true,
            Mark::Nothing => {}
            Mark::Chance(chance) => self.chances.push(chance),
            Mark::Holds(node) => self.holds.push(node),
            Mark::Fails(node) => self.fails.push(node),
        }
    }

    fn is_empty(&self) -> bool {
        self.chances.is_empty() && self.holds.is_empty() && self.fails.is_empty()
    }
}

fn append<T: Copy>(all: &mut Vec<T>, own: &[T]) -> Range<u32> {
    let first = narrow(all.len());
    all.extend_from_slice(own);
    first..narrow(all.len())
}

fn key_of(items: &[Item], kept: usize) -> impl Iterator<Item = u32> {
    std::iter::once(narrow(kept)).chain(items.iter().map(|item| item.factor))
}

fn hash_of(items: &[Item], kept: usize) -> u64 {
    key_of(items, kept).fold(0, |hash, word| mix(hash, u64::from(word)))
}

#[cfg(test)]
pub(super) mod tests {
    use super::{Item, Programs, Query, Step, UNIT, hash_of};
    use crate::evaluate::diagram::{OverBudget, Spent};
    use crate::evaluate::factors::Factors;
    use crate::evaluate::traverse::{Probability, forward};
    use crate::model::{Model, Node};
    use std::collections::BTreeSet;

    /// Each condition depends on the one before it.
    pub(in crate::evaluate) fn chain(length: usize) -> (Model, Query) {
        let mut model = Model::sketch(vec![Node::Constant(true)], &vec![2; length]);
        for variable in 1..length {
            let before = model.is(variable - 1);
            model.variables[variable].clauses = vec![(before, vec![0.25, 0.75]), (0, vec![0.5; 2])];
        }
        let required = vec![model.is(length - 1)];
        (model, Query { required, ..Query::default() })
    }

    /// The operations and nodes that a chain takes, and how likely its end is.
    fn taken(length: usize) -> Spent<(u64, usize, f64)> {
        let (model, query) = chain(length);
        let mut programs = Programs::new(Factors::new(&model, (0..length).collect(), 10_000));
        let root = programs.compile(&query)?;
        let found = forward(&programs, &[root], &mut Probability);
        Ok((programs.factors.diagrams.steps(), programs.len(), found.iter().sum()))
    }

    #[test]
    fn what_was_met_is_not_worked_out_again() -> Result<(), OverBudget> {
        let (short, long) = (taken(20)?, taken(40)?);
        assert!(long.1 >= 40, "a branch a condition, at least");
        assert!(long.1 <= 2 * short.1 + 2, "{} nodes for 20, {} for 40", short.1, long.1);
        assert!(long.0 <= 5 * short.0, "{} operations for 20, {} for 40", short.0, long.0);
        let end = (1..40).fold(0.5, |before, _| 0.5 + 0.25 * before);
        assert!((long.2 - end).abs() < 1e-15, "{} is not {end}", long.2);
        Ok(())
    }

    #[test]
    fn other_questions_have_other_hashes() {
        let item = |factor| Item { factor, family: None };
        let keys = (0..512).map(|at| ([item(at % 8), item(at / 8 % 8)], at as usize / 64));
        let hashes: BTreeSet<u64> = keys.map(|(items, kept)| hash_of(&items, kept)).collect();
        assert_eq!(hashes.len(), 512);
    }

    #[test]
    fn the_same_question_is_the_same_program_unless_other_conditions_are_kept()
    -> Result<(), OverBudget> {
        let (model, query) = chain(5);
        let kept = Query { kept: vec![0, 3], ..query.clone() };
        let mut programs = Programs::new(Factors::new(&model, (0..5).collect(), 10_000));
        let first = (programs.compile(&query)?, programs.compile(&kept)?);
        let (size, steps) = (programs.len(), programs.factors.diagrams.steps());
        assert_ne!(first.0, first.1);
        assert_eq!((programs.compile(&query)?, programs.compile(&kept)?), first);
        assert_eq!((programs.len(), programs.factors.diagrams.steps()), (size, steps));
        Ok(())
    }

    #[test]
    fn what_nothing_mentions_any_more_is_dropped() -> Result<(), OverBudget> {
        let (mut model, _) = chain(3);
        let (middle, last) = (model.is(1), model.is(2));
        model.variables[2].clauses = vec![(0, vec![0.5; 2])];
        let required = vec![model.node(Node::Any(vec![middle, last]))];
        let query = Query { required, ..Query::default() };
        let mut programs = Programs::new(Factors::new(&model, vec![2, 0, 1], 1_000));
        let root = programs.compile(&query)?;
        let Step::Or(branches) = programs.step(root).clone() else { panic!("no branches") };
        // Where the last one holds, the first two are not asked for.
        let kids: Vec<_> = programs.branches(&branches).iter().map(|branch| branch.kid).collect();
        assert_eq!((kids.len(), kids[0] == UNIT, kids[1]), (2, false, UNIT));
        let found = forward(&programs, &[root], &mut Probability);
        assert!((found[0] - (0.5 + 0.5 * 0.625)).abs() < 1e-15);
        Ok(())
    }

    #[test]
    fn what_is_sure_from_the_start_is_noted_at_the_root() -> Result<(), OverBudget> {
        let mut model = Model::sketch(vec![Node::Constant(true), Node::Constant(false)], &[2]);
        let is = model.is(0);
        let mut programs = Programs::new(Factors::new(&model, vec![0], 1_000));
        for (watched, noted, holds, fails) in
            [(vec![0], vec![], vec![0], vec![]), (vec![], vec![1], vec![], vec![1])]
        {
            let query = Query { required: vec![is], watched, noted, ..Query::default() };
            let root = programs.compile(&query)?;
            let Step::Or(only) = programs.step(root).clone() else { panic!("no branches") };
            let [branch] = programs.branches(&only) else { panic!("one branch") };
            assert_eq!(branch.choice, None);
            assert_eq!((programs.holds(branch), programs.fails(branch)), (&holds[..], &fails[..]));
            assert!((forward(&programs, &[root], &mut Probability)[0] - 0.5).abs() < 1e-15);
        }
        Ok(())
    }

    #[test]
    fn an_option_without_a_chance_has_no_branch() -> Result<(), OverBudget> {
        let mut model = Model::sketch(vec![Node::Constant(true)], &[3, 2]);
        model.variables[0].clauses = vec![(0, vec![0.75, 0.0, 0.25])];
        let (first, second) = (model.is(0), model.is(1));
        let required = vec![model.node(Node::Any(vec![first, second]))];
        let query = Query { required, ..Query::default() };
        let mut programs = Programs::new(Factors::new(&model, vec![0, 1], 1_000));
        let root = programs.compile(&query)?;
        let Step::Or(branches) = programs.step(root).clone() else { panic!("no branches") };
        let options: Vec<_> =
            programs.branches(&branches).iter().map(|branch| branch.choice).collect();
        assert_eq!(options, [Some((0, 0)), Some((0, 2))]);
        Ok(())
    }

    #[test]
    fn a_state_costs_more_the_more_factors_it_has() -> Result<(), OverBudget> {
        let mut model = Model::sketch(vec![Node::Constant(true)], &[2; 9]);
        let is: Vec<usize> = (0..9).map(|variable| model.is(variable)).collect();
        let mut either = |other: &usize| model.node(Node::Any(vec![is[0], *other]));
        let required: Vec<usize> = is[1..].iter().map(&mut either).collect();
        let query = Query { required, ..Query::default() };
        let mut programs = Programs::new(Factors::new(&model, (0..9).collect(), 1_000));
        for node in &query.required {
            programs.factors.formula(*node)?;
        }
        let before = programs.factors.diagrams.steps();
        programs.compile(&query)?;
        // One state of eight factors, then eight of one.
        let steps = programs.factors.diagrams.steps() - before;
        assert!((9..14).contains(&steps), "{steps}");
        Ok(())
    }
}
