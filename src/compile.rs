//! The stage compile: a `Scenario` becomes a `Model`.
//!
//! In: checked entries. Out: shared formula nodes, random variables, sizes and the sums that the
//! tables ask for. Readings become constants, shares become whole sizes. Reports evidence that
//! cannot hold, or too rarely; after this stage nothing fails.

use crate::apportion::apportion;
use crate::evaluate::evidence::{self, Standing};
use crate::model::{Contributor, Floor, Model, Node, NodeId, Pledge, Ranged, Size, Sum, Variable};
use crate::scenario::{self, Chance, Condition, Formula, Scenario, Stated};
use std::collections::{BTreeMap, BTreeSet};

use crate::layout::{self, Cell, Total};

/// Why nothing can be found given what is taken as given.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ImpossibleEvidence {
    /// It holds in no possible world.
    Never,
    /// It holds so rarely that nothing can be divided by its probability.
    TooRare,
}

/// Lowers a scenario. `totals` and `cells` are what the report wants summed.
pub fn compile(
    scenario: &Scenario,
    totals: &[Total],
    cells: &[Cell],
) -> Result<Model, ImpossibleEvidence> {
    let mut compiler = Compiler::new(scenario);
    let model = compiler.model(totals, cells);
    match evidence::standing(&model) {
        Standing::Possible => Ok(model),
        Standing::TooRare => Err(ImpossibleEvidence::TooRare),
        Standing::Impossible => Err(ImpossibleEvidence::Never),
    }
}

struct Compiler<'a> {
    scenario: &'a Scenario,
    nodes: Vec<Node>,
    known: BTreeMap<Node, NodeId>,
    definitions: Vec<Option<NodeId>>,
    pledges: Vec<Option<NodeId>>,
}

impl<'a> Compiler<'a> {
    fn new(scenario: &'a Scenario) -> Self {
        Self {
            scenario,
            nodes: Vec::new(),
            known: BTreeMap::new(),
            definitions: vec![None; scenario.definitions.len()],
            pledges: vec![None; scenario.pledges.len()],
        }
    }

    fn model(&mut self, totals: &[Total], cells: &[Cell]) -> Model {
        let scenario = self.scenario;
        let variables: Vec<Variable> =
            scenario.conditions.iter().map(|(_, condition)| self.variable(condition)).collect();
        let sizes = self.sizes();
        let pledges: Vec<Pledge> =
            (0..scenario.pledges.len()).map(|index| self.pledge(index, sizes[index])).collect();
        let evidence = self.evidence();
        let mut asked = Vec::new();
        if let Some(stated) = &scenario.asked_when {
            asked.push(self.formula(&stated.formula));
        }
        let floors = scenario.requirements.iter().map(|(_, r)| self.floor(r, &mut asked));
        let floors: Vec<Floor> = floors.collect();
        let contributors = layout::contributors(scenario).into_iter();
        let contributors = contributors.map(|nation| self.contributor(nation, &sizes)).collect();
        let mut model = Model {
            nodes: std::mem::take(&mut self.nodes),
            variables,
            ranges: ranges(scenario),
            relevant: Vec::new(),
            pledges,
            totals: totals.iter().map(|total| total.sum(scenario)).collect(),
            cells: cells.iter().map(|cell| cell.sum(scenario)).collect(),
            floors,
            contributors,
            asked,
            asked_by_scenario: scenario.asked_when.is_some(),
            evidence,
        };
        let roots = roots(&model);
        let marked = model.ancestors(&roots);
        model.relevant = model.ordered(&marked);
        model
    }

    fn node(&mut self, node: Node) -> NodeId {
        if let Some(id) = self.known.get(&node) {
            return *id;
        }
        let id = self.nodes.len();
        self.nodes.push(node.clone());
        self.known.insert(node, id);
        id
    }

    fn stated(&mut self, stated: Option<&Stated>) -> NodeId {
        match stated {
            Some(stated) => self.formula(&stated.formula),
            None => self.node(Node::Constant(true)),
        }
    }

    /// What is taken as given, and how conditions are known to have ended.
    fn evidence(&mut self) -> NodeId {
        let scenario = self.scenario;
        let given = scenario.given.iter().map(|stated| stated.formula.clone());
        let ended = scenario.conditions.iter().enumerate().filter_map(|(condition, (_, entry))| {
            Some(Formula::Condition { condition, option: entry.holds? })
        });
        self.chain(&given.chain(ended).collect::<Vec<_>>(), false)
    }

    fn formula(&mut self, formula: &Formula) -> NodeId {
        match formula {
            Formula::Constant(value) => self.node(Node::Constant(*value)),
            Formula::Condition { condition, option } => {
                self.node(Node::Is { variable: *condition, option: *option })
            }
            Formula::Reading { assumption, option } => {
                let chosen = self.scenario.assumptions.at(*assumption).chosen;
                self.node(Node::Constant(chosen == *option))
            }
            Formula::Definition(index) => self.definition(*index),
            Formula::Pledge(index) => self.active(*index),
            Formula::Not(inner) => {
                let inner = self.formula(inner);
                match self.constant(inner) {
                    Some(value) => self.node(Node::Constant(!value)),
                    None => self.node(Node::Not(inner)),
                }
            }
            Formula::And(of) => self.chain(of, false),
            Formula::Or(of) => self.chain(of, true),
            Formula::Count { relation, count, of } => {
                let of = of.iter().map(|part| self.formula(part)).collect();
                self.node(Node::Count { relation: *relation, count: *count, of })
            }
        }
    }

    fn constant(&self, node: NodeId) -> Option<bool> {
        match self.nodes[node] {
            Node::Constant(value) => Some(value),
            _ => None,
        }
    }

    /// `or` where `any`, else `and`, without the parts that decide nothing.
    fn chain(&mut self, of: &[Formula], any: bool) -> NodeId {
        let mut parts = Vec::new();
        for part in of {
            let part = self.formula(part);
            match self.constant(part) {
                Some(value) if value == any => return part,
                Some(_) => {}
                None => parts.push(part),
            }
        }
        parts.sort_unstable();
        parts.dedup();
        match parts.as_slice() {
            [] => self.node(Node::Constant(!any)),
            [part] => *part,
            _ if any => self.node(Node::Any(parts)),
            _ => self.node(Node::All(parts)),
        }
    }

    fn definition(&mut self, index: usize) -> NodeId {
        if let Some(node) = self.definitions[index] {
            return node;
        }
        let scenario = self.scenario;
        let node = self.formula(&scenario.definitions.at(index).formula);
        self.definitions[index] = Some(node);
        node
    }

    /// Where a pledge is active. Cycles were refused by `check`.
    fn active(&mut self, index: usize) -> NodeId {
        if let Some(node) = self.pledges[index] {
            return node;
        }
        let scenario = self.scenario;
        let pledge = scenario.pledges.at(index);
        let node = if scenario.stands(pledge) && !pledge.expired {
            self.formula(&pledge.when.formula)
        } else {
            self.node(Node::Constant(false))
        };
        self.pledges[index] = Some(node);
        node
    }

    fn variable(&mut self, condition: &Condition) -> Variable {
        let options = condition.options();
        let plain = condition.outcomes.is_empty();
        let cancels = condition.chance_cancels();
        let stated = condition.clauses.iter().all(|clause| clause.chances.is_some());
        let clauses = condition.clauses.iter().map(|clause| {
            let chances = match &clause.chances {
                Some(chances) if plain => vec![chances[0].rest[1], chances[0].central],
                Some(chances) => chances.iter().map(|chance| chance.central).collect(),
                None => vec![1.0 / small(options); options],
            };
            (self.stated(clause.when.as_ref()), chances)
        });
        Variable {
            options,
            plain,
            clauses: clauses.collect(),
            requires: self.stated(condition.requires.as_ref()),
            otherwise: condition.otherwise,
            stated: stated || cancels,
            cancels: cancels && !stated,
        }
    }

    fn pledge(&mut self, index: usize, size: Option<Size>) -> Pledge {
        let scenario = self.scenario;
        let pledge = scenario.pledges.at(index);
        Pledge {
            active: self.active(index),
            counts: scenario.counts(pledge),
            force: pledge.kind == scenario::Kind::Force,
            size,
            parts: pledge.nations.iter().map(|member| member.part).collect(),
            assumed: pledge.rests_on_assumption(),
        }
    }

    /// The size of each pledge, shares of one assumption apportioned together.
    fn sizes(&self) -> Vec<Option<Size>> {
        let scenario = self.scenario;
        let mut sizes: Vec<Option<Size>> = scenario
            .pledges
            .iter()
            .map(|(_, pledge)| match pledge.size {
                scenario::Size::Fixed(size) => Some(Size::Fixed(size)),
                scenario::Size::Uniform(low, high) => Some(Size::Uniform(low, high)),
                scenario::Size::Pert(low, mode, high) => Some(Size::Pert(low, mode, high)),
                _ => None,
            })
            .collect();
        for index in 0..scenario.assumptions.len() {
            for (pledge, part) in shares(scenario, index) {
                sizes[pledge] = Some(Size::Fixed(part));
            }
        }
        sizes
    }

    /// A nation's troops, and the most of them that its pool sustains.
    fn contributor(&mut self, own: layout::Contributor, sizes: &[Option<Size>]) -> Contributor {
        let largest = own.in_theatre.iter().filter_map(|term| sizes[term.pledge]);
        let largest: u64 = largest.map(Size::high).sum();
        let sustains = self.scenario.nations.at(own.nation).sustains();
        Contributor {
            headline: own.headline,
            counted: own.counted,
            in_theatre: own.in_theatre,
            most: sustains.filter(|most| *most < largest),
            always: self.node(Node::Constant(true)),
        }
    }

    fn floor(&mut self, requirement: &scenario::Requirement, asked: &mut Vec<NodeId>) -> Floor {
        let own = requirement.asked_when.as_ref().map(|stated| self.formula(&stated.formula));
        let scenario_asked = self.scenario.asked_when.is_some().then_some(0);
        let position = own.map(|node| {
            asked.iter().position(|known| *known == node).unwrap_or_else(|| {
                asked.push(node);
                asked.len() - 1
            })
        });
        let sum = layout::sum_of(self.scenario, &requirement.filter, &requirement.unit);
        let named = named(self.scenario, requirement.needs.as_ref(), &sum);
        Floor {
            sum,
            floor: requirement.floor,
            named,
            needs: self.stated(requirement.needs.as_ref()),
            asked: position.or(scenario_asked),
        }
    }
}

/// The clauses that state ranges, or nothing where that matters.
fn ranges(scenario: &Scenario) -> Vec<Ranged> {
    let mut ranges = Vec::new();
    for (variable, (_, condition)) in scenario.conditions.iter().enumerate() {
        for (clause, own) in condition.clauses.iter().enumerate() {
            let ends = match own.chances.as_deref() {
                None if condition.chance_cancels() => continue,
                None => vec![(0.0, 1.0); condition.options()],
                Some([Chance { low, high, rest, .. }]) => vec![(rest[2], rest[0]), (*low, *high)],
                Some(chances) => chances.iter().map(|own| (own.low, own.high)).collect(),
            };
            if ends.iter().any(|(low, high)| low < high) {
                ranges.push(Ranged { variable, clause, ends });
            }
        }
    }
    ranges
}

/// The pledges that a formula and the pledges of a sum name, and those that these name in turn, less
/// those of the sum.
fn named(scenario: &Scenario, needs: Option<&Stated>, sum: &Sum) -> Vec<usize> {
    let summed: BTreeSet<usize> = sum.iter().map(|term| term.pledge).collect();
    let when = |pledge: usize| &scenario.pledges.at(pledge).when.formula;
    let mut open: Vec<&Formula> = needs.iter().map(|stated| &stated.formula).collect();
    open.extend(summed.iter().map(|pledge| when(*pledge)));
    let (mut definitions, mut pledges) = (BTreeSet::new(), summed.clone());
    while let Some(formula) = open.pop() {
        formula.walk(&mut |part| match part {
            Formula::Definition(at) if definitions.insert(*at) => {
                open.push(&scenario.definitions.at(*at).formula);
            }
            Formula::Pledge(pledge) if pledges.insert(*pledge) => open.push(when(*pledge)),
            _ => {}
        });
    }
    pledges.difference(&summed).copied().collect()
}

/// A number of options as a real number.
fn small(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

/// Every formula that a result depends on.
fn roots(model: &Model) -> Vec<NodeId> {
    let mut roots: Vec<NodeId> = model.pledges.iter().map(|pledge| pledge.active).collect();
    roots.extend(model.floors.iter().map(|floor| floor.needs));
    roots.extend(&model.asked);
    roots.push(model.evidence);
    roots
}

/// The whole sizes of the pledges that share an assumption, at its chosen option: by largest
/// remainder over all of them, the rest taking what the shares leave.
pub fn shares(scenario: &Scenario, assumption: usize) -> Vec<(usize, u64)> {
    let chosen = scenario.assumptions.at(assumption);
    let total = chosen.options[chosen.chosen].value.to_whole().unwrap_or(0);
    let members: Vec<usize> = (0..scenario.pledges.len())
        .filter(|index| scenario.pledges.at(*index).size.assumption() == Some(assumption))
        .collect();
    let mut weights: Vec<_> =
        members.iter().map(|index| scenario.share_of(scenario.pledges.at(*index))).collect();
    let rest = members
        .iter()
        .position(|index| matches!(scenario.pledges.at(*index).size, scenario::Size::Rest(_)));
    if let Some(rest) = rest {
        let one = crate::decimal::Decimal::ONE;
        weights[rest] = weights.iter().fold(one, |left, weight| left.minus(*weight));
    }
    members.into_iter().zip(apportion(total, &weights)).collect()
}
