//! Orders of the conditions: which is branched first decides how large a program becomes.
//!
//! In: a `Model` and the formulas that are asked about. Out: candidate orders, the most promising
//! first. Elimination takes away the condition whose neighbours lack the fewest links among each
//! other, again and again ("min-fill", Kjaerulff, Triangulation of graphs, 1990), and branches
//! first on what went last, which is what everybody shares, then on what hangs together. A walk
//! through the formulas keeps together what is used together.

use super::bits;
use crate::model::{Model, Node, NodeId};

/// A formula over more conditions than this says little about neighbourhood.
const WIDEST_SCOPE: usize = 6;

/// Which part of a formula is walked through first.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum First {
    /// The one with the most leaves.
    Heaviest,
    /// As the file has them.
    AsWritten,
    /// The one with the fewest leaves.
    Lightest,
}

/// Orders of the variables that `roots` and `others` depend on, the most promising first, no two
/// the same.
pub fn candidates(model: &Model, roots: &[NodeId], others: &[usize]) -> Vec<Vec<usize>> {
    let mut marked = model.ancestors(roots);
    for variable in others {
        let own = model.ancestors_of(*variable);
        marked.iter_mut().zip(own).for_each(|(marked, own)| *marked |= own);
    }
    let variables: Vec<usize> = (0..marked.len()).filter(|variable| marked[*variable]).collect();
    let seen = vec![false; model.nodes.len()];
    let mut scopes = Scopes { model, seen, found: Vec::new() };
    for root in roots {
        scopes.add(*root, &[]);
    }
    for variable in &variables {
        let law = &model.variables[*variable];
        let whens = law.clauses.iter().map(|(when, _)| *when).chain([law.requires]);
        whens.for_each(|when| scopes.add(when, &[*variable]));
    }
    let mut scopes = scopes.found;
    scopes.sort();
    scopes.dedup();
    let eliminated = [true, false].map(|parents| eliminate(model, &variables, &scopes, parents));
    let [parents_first, free] = eliminated;
    let walk = |first| Walk::new(model, first).through(roots, others);
    let walks = [First::Heaviest, First::AsWritten, First::Lightest].map(walk);
    let orders = [parents_first, free].into_iter().chain(walks).chain([model.ordered(&marked)]);
    let mut distinct: Vec<Vec<usize>> = Vec::new();
    for order in orders {
        if !distinct.contains(&order) {
            distinct.push(order);
        }
    }
    distinct
}

/// What stands together in formulas.
struct Scopes<'m> {
    model: &'m Model,
    /// The formulas that were looked into.
    seen: Vec<bool>,
    found: Vec<Vec<usize>>,
}

impl Scopes<'_> {
    /// Adds what stands together in a formula, with some variables: all of it where it is narrow,
    /// else its narrow parts together, and its wide parts on their own.
    fn add(&mut self, root: NodeId, with: &[usize]) {
        let mut scope = self.model.support(root);
        if scope.len() + with.len() > WIDEST_SCOPE {
            scope.clear();
            let again = std::mem::replace(&mut self.seen[root], true);
            let parts = if again { &[] } else { self.model.nodes[root].parts() };
            for part in parts {
                let own = self.model.support(*part);
                if own.len() > WIDEST_SCOPE {
                    self.add(*part, &[]);
                } else if scope.len() + own.len() + with.len() <= WIDEST_SCOPE {
                    scope.extend(own);
                }
            }
        }
        scope.extend(with);
        scope.sort_unstable();
        scope.dedup();
        if scope.len() > 1 {
            self.found.push(scope);
        }
    }
}

/// A set of variables by position.
#[derive(Clone, Debug)]
struct Set(Vec<u64>);

impl Set {
    fn new(count: usize) -> Self {
        Self(bits::empty(count))
    }

    fn insert(&mut self, member: usize) {
        bits::insert(&mut self.0, member);
    }

    fn remove(&mut self, member: usize) {
        self.0[member / 64] &= !(1 << (member % 64));
    }

    fn union(&mut self, other: &Self) {
        self.0.iter_mut().zip(&other.0).for_each(|(own, other)| *own |= other);
    }

    fn members(&self) -> Vec<usize> {
        bits::members(&self.0).collect()
    }

    /// How many of its members another set lacks.
    fn missing_in(&self, other: &Self) -> u32 {
        self.0.iter().zip(&other.0).map(|(own, other)| (own & !other).count_ones()).sum()
    }
}

/// Eliminates variables by least fill and reverses; with `parents`, a variable goes only when no
/// other that its chances mention it for is left, so parents come before children.
fn eliminate(
    model: &Model,
    variables: &[usize],
    scopes: &[Vec<usize>],
    parents: bool,
) -> Vec<usize> {
    let count = variables.len();
    let mut position = vec![0; model.variables.len()];
    variables.iter().enumerate().for_each(|(at, variable)| position[*variable] = at);
    let mut neighbours = vec![Set::new(count); count];
    for scope in scopes {
        let mut all = Set::new(count);
        for variable in scope {
            all.insert(position[*variable]);
        }
        for variable in scope {
            neighbours[position[*variable]].union(&all);
        }
    }
    neighbours.iter_mut().enumerate().for_each(|(own, set)| set.remove(own));
    // Children still to go, for each variable.
    let mut children = vec![0; count];
    let own_parents: Vec<Vec<usize>> = variables
        .iter()
        .map(|variable| {
            let mut own: Vec<usize> =
                model.parents(*variable).iter().map(|parent| position[*parent]).collect();
            own.sort_unstable();
            own.dedup();
            own
        })
        .collect();
    if parents {
        own_parents.iter().flatten().for_each(|parent| children[*parent] += 1);
    }
    let mut elimination = Elimination { fill: vec![None; count], neighbours };
    let mut left: Vec<usize> = (0..count).collect();
    let mut order = Vec::new();
    while !left.is_empty() {
        // Ties go to the later one, so that the reversed order follows the ids.
        let free = left.iter().enumerate().filter(|(_, variable)| children[**variable] == 0);
        let best = free.min_by_key(|(_, variable)| {
            (elimination.fill(**variable), std::cmp::Reverse(**variable))
        });
        let Some((index, &variable)) = best else { break };
        left.remove(index);
        order.push((variable, elimination.take(variable)));
        if parents {
            own_parents[variable].iter().for_each(|parent| children[*parent] -= 1);
        }
    }
    nested(&order).into_iter().map(|variable| variables[variable]).collect()
}

/// The eliminated variables from the last to the first, so that each stands before all that hang on
/// it alone: depth first through the tree in which a variable hangs on the first of its neighbours
/// that was eliminated after it. `order` has each with its neighbours at the time.
fn nested(order: &[(usize, Vec<usize>)]) -> Vec<usize> {
    let mut place = vec![0; order.len()];
    order.iter().enumerate().for_each(|(at, (variable, _))| place[*variable] = at);
    let mut hanging: Vec<Vec<usize>> = vec![Vec::new(); order.len()];
    let mut open = Vec::new();
    for (variable, neighbours) in order {
        match neighbours.iter().min_by_key(|neighbour| place[**neighbour]) {
            Some(next) => hanging[*next].push(*variable),
            None => open.push(*variable),
        }
    }
    // The last one goes first, and the smallest id among those that hang on one.
    let mut nested = Vec::with_capacity(order.len());
    while let Some(variable) = open.pop() {
        nested.push(variable);
        let mut below = std::mem::take(&mut hanging[variable]);
        below.sort_unstable_by_key(|variable| std::cmp::Reverse(*variable));
        open.extend(below);
    }
    nested
}

/// The links between the variables that are left.
struct Elimination {
    neighbours: Vec<Set>,
    /// How many links a variable's neighbours lack, twice; none where it must be counted again.
    fill: Vec<Option<u32>>,
}

impl Elimination {
    fn fill(&mut self, variable: usize) -> u32 {
        if let Some(known) = self.fill[variable] {
            return known;
        }
        let own = &self.neighbours[variable];
        let lacks = |neighbour: usize| own.missing_in(&self.neighbours[neighbour]) - 1;
        let fill = own.members().into_iter().map(lacks).sum();
        self.fill[variable] = Some(fill);
        fill
    }

    /// Takes a variable away, links its neighbours and gives them.
    fn take(&mut self, variable: usize) -> Vec<usize> {
        let own = self.neighbours[variable].clone();
        for neighbour in own.members() {
            self.neighbours[neighbour].union(&own);
            self.neighbours[neighbour].remove(neighbour);
            self.neighbours[neighbour].remove(variable);
        }
        let neighbours = own.members();
        for neighbour in &neighbours {
            self.fill[*neighbour] = None;
            for next in self.neighbours[*neighbour].members() {
                self.fill[next] = None;
            }
        }
        neighbours
    }
}

/// A walk through formulas, noting each variable when it is first met, its parents before it.
struct Walk<'m> {
    model: &'m Model,
    first: First,
    /// How many leaves each formula has, as a tree.
    leaves: Vec<u64>,
    seen: Vec<bool>,
    placed: Vec<bool>,
    order: Vec<usize>,
}

impl<'m> Walk<'m> {
    fn new(model: &'m Model, first: First) -> Self {
        let mut leaves: Vec<u64> = Vec::with_capacity(model.nodes.len());
        for node in &model.nodes {
            let own = match node {
                Node::Constant(_) => 0,
                Node::Is { .. } => 1,
                _ => node.parts().iter().fold(0_u64, |sum, part| sum.saturating_add(leaves[*part])),
            };
            leaves.push(own);
        }
        let (seen, placed) = (vec![false; model.nodes.len()], vec![false; model.variables.len()]);
        Self { model, first, leaves, seen, placed, order: Vec::new() }
    }

    fn through(mut self, roots: &[NodeId], others: &[usize]) -> Vec<usize> {
        for root in self.sorted(roots) {
            self.enter(root);
        }
        for variable in others {
            self.place(*variable);
        }
        self.order
    }

    fn sorted(&self, parts: &[NodeId]) -> Vec<NodeId> {
        let mut sorted = parts.to_vec();
        match self.first {
            First::AsWritten => {}
            First::Heaviest => sorted.sort_by_key(|part| std::cmp::Reverse(self.leaves[*part])),
            First::Lightest => sorted.sort_by_key(|part| self.leaves[*part]),
        }
        sorted
    }

    fn enter(&mut self, node: NodeId) {
        if std::mem::replace(&mut self.seen[node], true) {
            return;
        }
        let model = self.model;
        if let Node::Is { variable, .. } = model.nodes[node] {
            self.place(variable);
        }
        for part in self.sorted(model.nodes[node].parts()) {
            self.enter(part);
        }
    }

    fn place(&mut self, variable: usize) {
        if std::mem::replace(&mut self.placed[variable], true) {
            return;
        }
        let law = &self.model.variables[variable];
        let whens = law.clauses.iter().map(|(when, _)| *when);
        let whens: Vec<NodeId> = whens.chain([law.requires]).collect();
        for when in self.sorted(&whens) {
            self.enter(when);
        }
        self.order.push(variable);
    }
}

#[cfg(test)]
mod tests {
    use super::{First, Scopes, Walk, candidates, eliminate};
    use crate::model::{Model, Node};
    use rand_chacha::ChaCha8Rng;
    use rand_chacha::rand_core::{Rng as _, SeedableRng as _};
    use std::cmp::Reverse;
    use std::collections::BTreeSet;

    #[test]
    fn what_stands_together_is_a_narrow_formula_or_the_narrow_parts_of_a_wide_one() {
        let mut model = Model::sketch(vec![Node::Constant(true)], &[2; 15]);
        let is: Vec<usize> = (0..15).map(|variable| model.is(variable)).collect();
        let mut any = |of: &[usize]| model.node(Node::Any(of.to_vec()));
        let six = any(&is[..6]);
        let (four, two, three) = (any(&is[..4]), any(&is[4..6]), any(&is[6..9]));
        let wide = any(&[four, three, two]);
        let seven = any(&is[8..15]);
        let wider = any(&[two, seven, four]);
        let found = |root: usize, with: &[usize]| {
            let unseen = vec![false; model.nodes.len()];
            let mut scopes = Scopes { model: &model, seen: unseen, found: Vec::new() };
            scopes.add(root, with);
            scopes.found
        };
        assert_eq!(found(six, &[]), [vec![0, 1, 2, 3, 4, 5]]);
        assert_eq!(found(four, &[14, 2]), [vec![0, 1, 2, 3, 14]]);
        assert_eq!(found(wide, &[]), [vec![0, 1, 2, 3, 4, 5]]);
        // With one more, six is too many: four and that one, and so no room for two.
        assert_eq!(found(wide, &[14]), [vec![0, 1, 2, 3, 14]]);
        assert_eq!(found(wider, &[]), [vec![8, 9, 10, 11, 12, 13], vec![0, 1, 2, 3, 4, 5]]);
        assert!(found(is[0], &[]).is_empty());
    }

    /// Least fill as books have it: links as pairs, counted anew at each step.
    fn by_the_book(parents: &[Vec<usize>], scopes: &[Vec<usize>]) -> Vec<usize> {
        let pairs = scopes.iter().flat_map(|scope| {
            scope.iter().flat_map(|one| scope.iter().map(|other| (*one, *other)))
        });
        let mut links: BTreeSet<(usize, usize)> =
            pairs.filter(|(one, other)| one != other).collect();
        let mut left: BTreeSet<usize> = (0..parents.len()).collect();
        let mut hangs = vec![None; parents.len()];
        let mut gone: Vec<(usize, Vec<usize>)> = Vec::new();
        while !left.is_empty() {
            let around = |of: usize| -> Vec<usize> {
                left.iter().copied().filter(|own| links.contains(&(of, *own))).collect()
            };
            let missing = |of: usize| -> Vec<(usize, usize)> {
                let all = around(of);
                let pairs = all.iter().flat_map(|one| all.iter().map(|other| (*one, *other)));
                pairs
                    .filter(|(one, other)| one != other && !links.contains(&(*one, *other)))
                    .collect()
            };
            let childless = |own: &&usize| !left.iter().any(|child| parents[*child].contains(own));
            let next = left.iter().filter(childless);
            let next = *next.min_by_key(|own| (missing(**own).len(), Reverse(**own))).unwrap();
            let (around, missing) = (around(next), missing(next));
            left.remove(&next);
            links.extend(missing);
            for (before, others) in &gone {
                if others.contains(&next) && hangs[*before].is_none() {
                    hangs[*before] = Some(next);
                }
            }
            gone.push((next, around));
        }
        let mut order = Vec::new();
        for (root, _) in gone.iter().rev().filter(|(own, _)| hangs[*own].is_none()) {
            nest(&hangs, *root, &mut order);
        }
        order
    }

    fn nest(hangs: &[Option<usize>], own: usize, order: &mut Vec<usize>) {
        order.push(own);
        let hanging = hangs.iter().enumerate().filter(|(_, above)| **above == Some(own));
        hanging.for_each(|(next, _)| nest(hangs, next, order));
    }

    #[test]
    fn conditions_are_eliminated_by_least_fill() {
        let mut stream = ChaCha8Rng::seed_from_u64(1);
        let mut below = |end: usize| stream.next_u32() as usize % end;
        // More than 64 need a second word.
        for count in (1..12).cycle().take(200).chain([70, 130]) {
            let mut model = Model::sketch(vec![Node::Constant(true)], &vec![2; count]);
            let mut parents = vec![Vec::new(); count];
            for (child, parents) in parents.iter_mut().enumerate().skip(1) {
                if below(3) == 0 {
                    let parent = below(child);
                    let when = model.is(parent);
                    model.variables[child].clauses = vec![(when, vec![0.5; 2]), (0, vec![0.5; 2])];
                    parents.push(parent);
                }
            }
            let scope = |_| (0..3).map(|_| below(count)).collect::<Vec<_>>();
            let mut scopes: Vec<Vec<usize>> = (0..count).map(scope).collect();
            for scope in &mut scopes {
                scope.sort_unstable();
                scope.dedup();
            }
            // Ids of the model that are not asked about must not disturb.
            let all: Vec<usize> = (0..count).collect();
            let free = vec![Vec::new(); count];
            assert_eq!(eliminate(&model, &all, &scopes, false), by_the_book(&free, &scopes));
            assert_eq!(eliminate(&model, &all, &scopes, true), by_the_book(&parents, &scopes));
        }
    }

    #[test]
    fn walks_go_through_what_is_heaviest_lightest_or_written_first() {
        let mut model = Model::sketch(vec![Node::Constant(true)], &[2; 7]);
        let is: Vec<usize> = (0..7).map(|variable| model.is(variable)).collect();
        let light = model.node(Node::Not(is[6]));
        let heavy = model.node(Node::Any(vec![is[4], is[3], is[6]]));
        let middle = model.node(Node::All(vec![is[2], is[1]]));
        let root = model.node(Node::Any(vec![middle, heavy, light]));
        // 3 depends on 5, which comes first; 0 is asked about by itself.
        model.variables[3].clauses = vec![(is[5], vec![0.5; 2]), (0, vec![0.5; 2])];
        let walk = |first| Walk::new(&model, first).through(&[root], &[0]);
        assert_eq!(walk(First::Heaviest), [4, 5, 3, 6, 2, 1, 0]);
        assert_eq!(walk(First::AsWritten), [2, 1, 4, 5, 3, 6, 0]);
        assert_eq!(walk(First::Lightest), [6, 2, 1, 4, 5, 3, 0]);
        let found = candidates(&model, &[root], &[0]);
        assert!(found.iter().all(|order| order.len() == 7));
        assert_eq!(found[2..5], [First::Heaviest, First::AsWritten, First::Lightest].map(walk));
        let distinct: BTreeSet<&Vec<usize>> = found.iter().collect();
        assert_eq!(distinct.len(), found.len());
    }
}
