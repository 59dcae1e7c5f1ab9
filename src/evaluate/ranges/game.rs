//! A program as a game against the ranges.
//!
//! In: a program that branches on parents before children. Out: for gains of its marks the most that
//! could be had if every place chose its own distribution from the range of its clause, and what the
//! places would choose together. Where all places of a clause choose alike, nobody gains by choosing
//! apart, and the most is the true one. (White and Eldeib, Markov decision processes with imprecise
//! transition probabilities, 1994.)

use super::blocks::Block;
use crate::evaluate::diagram::{OverBudget, Spent};
use crate::evaluate::factors::Chance;
use crate::evaluate::program::{Branch, ProgramId, Programs, Step};
use crate::evaluate::traverse::reachable;
use crate::model::NodeId;
use std::ops::Range;

/// A distribution for each block that is settled.
pub type Setting = Vec<Option<Vec<f64>>>;

/// Programs laid out for many passes, kids before parents.
#[derive(Debug)]
pub struct Game {
    blocks: Vec<Block>,
    nodes: Vec<Node>,
    arms: Vec<Arm>,
    kids: Vec<usize>,
    marks: Vec<usize>,
    roots: Vec<usize>,
}

#[derive(Debug)]
enum Node {
    /// One of several options, by the distribution of a block or by fixed chances.
    Either(Option<usize>, Range<usize>),
    /// Several parts, each of which is certain to be played.
    Both(Range<usize>),
}

#[derive(Debug)]
struct Arm {
    option: usize,
    /// Its chance where no block has a say.
    chance: f64,
    marks: Range<usize>,
    kid: usize,
}

/// What a pass found.
#[derive(Debug)]
pub struct Pass {
    /// The gain of each node.
    values: Vec<f64>,
    /// The probability of each arm.
    weights: Vec<f64>,
    /// The gain of the roots.
    pub value: f64,
    /// The probability of each mark.
    pub marks: Vec<f64>,
    /// How probable each node is.
    reach: Vec<f64>,
}

impl Game {
    /// Lays programs out, whose marks are `numbers` in
    /// rising order. Over budget where a branch has the chances of more than one clause, or where one
    /// of several parts can be impossible unless all is `certain`; neither is so where parents come
    /// before children, and evidence is one formula with what is asked.
    pub fn new(
        programs: &Programs<'_>,
        roots: &[ProgramId],
        (numbers, certain): (&[NodeId], bool),
    ) -> Spent<Self> {
        let (model, order) = (programs.factors.model, reachable(programs, roots));
        let place = |program: &ProgramId| order.binary_search(program).unwrap_or(0);
        let mut game = Self {
            blocks: Block::all(model),
            nodes: Vec::new(),
            arms: Vec::new(),
            kids: Vec::new(),
            marks: Vec::new(),
            roots: roots.iter().map(place).collect(),
        };
        for program in &order {
            let node = match programs.step(*program) {
                Step::And(kids) if kids.len() > 1 && !certain => return Err(OverBudget),
                Step::And(kids) => {
                    let first = game.kids.len();
                    game.kids.extend(programs.kids(kids).iter().map(place));
                    Node::Both(first..game.kids.len())
                }
                Step::Or(branches) => {
                    let branches = programs.branches(branches);
                    let block = block(programs, branches)?;
                    let first = game.arms.len();
                    for branch in branches {
                        let chance = programs.chances(branch).first().map_or(1.0, |c| c.of(model));
                        let option = branch.choice.map_or(0, |(_, option)| option as usize);
                        let start = game.marks.len();
                        let holds = programs.holds(branch).iter();
                        game.marks.extend(holds.filter_map(|own| numbers.binary_search(own).ok()));
                        let (marks, kid) = (start..game.marks.len(), place(&branch.kid));
                        game.arms.push(Arm { option, chance, marks, kid });
                    }
                    Node::Either(block, first..game.arms.len())
                }
            };
            game.nodes.push(node);
        }
        Ok(game)
    }

    /// How many steps a pass takes.
    pub fn steps(&self) -> u64 {
        (self.nodes.len() + self.arms.len() + self.kids.len()) as u64
    }

    /// The blocks.
    pub fn blocks(&self) -> &[Block] {
        &self.blocks
    }

    /// The gain where settled blocks have their distributions and every place of the others chooses
    /// the best.
    pub fn pass(&self, gains: &[f64], setting: &Setting) -> Pass {
        let mut values = vec![0.0; self.nodes.len()];
        let mut weights = vec![0.0; self.arms.len()];
        for (at, node) in self.nodes.iter().enumerate() {
            values[at] = match node {
                Node::Both(kids) => self.kids[kids.clone()].iter().map(|kid| values[*kid]).sum(),
                Node::Either(block, arms) => {
                    let chosen = block.map(|block| match &setting[block] {
                        Some(settled) => settled.clone(),
                        None => self.blocks[block].best(&self.worth(block, arms, gains, &values)),
                    });
                    let mut value = 0.0;
                    for arm in arms.clone() {
                        let own = &self.arms[arm];
                        weights[arm] = chosen.as_ref().map_or(own.chance, |all| all[own.option]);
                        value += weights[arm] * self.gain(own, gains, &values);
                    }
                    value
                }
            };
        }
        let mut reach = vec![0.0; self.nodes.len()];
        self.roots.iter().for_each(|root| reach[*root] += 1.0);
        let mut marks = vec![0.0; gains.len()];
        for (at, node) in self.nodes.iter().enumerate().rev() {
            let own = reach[at];
            match node {
                Node::Both(kids) => {
                    self.kids[kids.clone()].iter().for_each(|kid| reach[*kid] += own);
                }
                Node::Either(_, arms) => {
                    for arm in arms.clone() {
                        let (own, weight) = (own * weights[arm], &self.arms[arm]);
                        reach[weight.kid] += own;
                        self.marks[weight.marks.clone()]
                            .iter()
                            .for_each(|mark| marks[*mark] += own);
                    }
                }
            }
        }
        let value = self.roots.iter().map(|root| values[*root]).sum();
        Pass { values, weights, value, marks, reach }
    }

    /// What an arm is worth.
    fn gain(&self, arm: &Arm, gains: &[f64], values: &[f64]) -> f64 {
        let marks: f64 = self.marks[arm.marks.clone()].iter().map(|mark| gains[*mark]).sum();
        marks + values[arm.kid]
    }

    /// What each option of a block is worth at a place; nothing where it rules something out.
    fn worth(&self, block: usize, arms: &Range<usize>, gains: &[f64], values: &[f64]) -> Vec<f64> {
        let mut worth = vec![0.0; self.blocks[block].options()];
        for arm in &self.arms[arms.clone()] {
            worth[arm.option] = self.gain(arm, gains, values);
        }
        worth
    }

    /// One distribution for each block: the best for all places where a pass had each choose its own,
    /// as probable as these are in it.
    pub fn common(&self, gains: &[f64], setting: &Setting, pass: &Pass) -> Setting {
        let zeros = |block: &Block| vec![0.0; block.options()];
        let mut votes: Vec<Vec<f64>> = self.blocks.iter().map(zeros).collect();
        for (block, arms, at) in self.places() {
            let worth = self.worth(block, arms, gains, &pass.values);
            let own = votes[block].iter_mut().zip(worth);
            own.for_each(|(vote, worth)| *vote += pass.reach[at] * worth);
        }
        let best = |(own, (block, votes)): (&Option<Vec<f64>>, (&Block, &Vec<f64>))| {
            Some(own.clone().unwrap_or_else(|| block.best(votes)))
        };
        setting.iter().zip(self.blocks.iter().zip(&votes)).map(best).collect()
    }

    /// The block that most of the difference between a pass and one with common distributions comes
    /// from: places choose in it apart. `pass` is where each chooses, `common` where they do not.
    pub fn divided(&self, gains: &[f64], pass: &Pass, common: &Pass) -> Option<usize> {
        let mut lost = vec![0.0; self.blocks.len()];
        for (block, arms, at) in self.places() {
            let together = arms
                .clone()
                .map(|arm| common.weights[arm] * self.gain(&self.arms[arm], gains, &pass.values));
            lost[block] += common.reach[at] * (pass.values[at] - together.sum::<f64>()).max(0.0);
        }
        let most = lost.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1));
        most.filter(|(_, lost)| **lost > 0.0).map(|(block, _)| block)
    }

    /// Where blocks have a say: the block, its arms and the node.
    fn places(&self) -> impl Iterator<Item = (usize, &Range<usize>, usize)> {
        self.nodes.iter().enumerate().filter_map(|(at, node)| match node {
            Node::Either(Some(block), arms) => Some((*block, arms, at)),
            _ => None,
        })
    }
}

/// The block whose distribution branches have, if any.
fn block(programs: &Programs<'_>, branches: &[Branch]) -> Spent<Option<usize>> {
    let mut found: Option<Chance> = None;
    for branch in branches {
        let chance = match programs.chances(branch) {
            [] => continue,
            [chance] => chance,
            _ => return Err(OverBudget),
        };
        let same =
            |known: Chance| (known.variable, known.clause) == (chance.variable, chance.clause);
        let own = branch.choice.map(|(variable, option)| (variable as usize, option as usize));
        if own != Some((chance.variable, chance.option)) || !found.is_none_or(same) {
            return Err(OverBudget);
        }
        found = Some(*chance);
    }
    let place = |own: Chance| {
        let key = (own.variable, own.clause);
        let ranges = &programs.factors.model.ranges;
        ranges.binary_search_by_key(&key, |ranged| (ranged.variable, ranged.clause)).ok()
    };
    Ok(found.and_then(place))
}
