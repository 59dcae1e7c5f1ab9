//! Swings: between what setting a condition moves a result, over all probabilities that are stated as
//! ranges or not at all.
//!
//! In: a `Model` and how results answer at the middle of every range (`responses`). Out: the same with
//! ranges. Where a condition is set the model is another one, in which nothing bears upon it, and
//! `ranges` finds the ends there. A swing is found at once: the condition is set either way with the
//! same chance, what is met counts twice where it holds and twice against where it fails, so that both
//! terms have the same probabilities. Where what is given bears upon the result the swing is a
//! difference of ratios, and the ends of both give a bound. What others an outcome is set against
//! depends on ranges too: at the corners of its own range, or, where ranges bear upon it, nowhere
//! beyond the best and the worst of the others.

use super::diagram::Spent;
use super::distribution::Sizes;
use super::evidence::can_hold;
use super::evidence::conditioned;
use super::exact;
use super::factors::Factors;
use super::program::Query;
use super::question::Questions;
use super::ranges::blocks::Block;
use super::ranges::monotone::settled;
use super::ranges::search::Goal;
use super::ranges::{self, Asked, Forces, Work, means_of};
use super::responses::responses;
use super::sums;
use crate::law::{self, Law, coarse};
use crate::model::{Floor, Model, Node, NodeId, Sum};
use crate::outcomes::{ROUNDING, Response, Responses, Span, Turn, TurnSpans};
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// The part of the budget that one figure may take.
const SHARE: u64 = 16;

/// What a figure takes beside what is counted, mostly for orders of its conditions, by their square.
const BESIDE: u64 = 32;

/// Adds ranges to how results answer, with so much work: first to the largest swings of each result.
pub fn ranged(
    model: &Model,
    laws: &[Option<Law>],
    mut responses: Responses,
    budget: u64,
) -> Responses {
    let mut swings = Swings { model, laws, left: budget, share: budget / SHARE, beside: 0 };
    let nothing = Sum::new();
    let targets = model.floors.iter().map(Target::Met);
    let mean = Target::Mean(model.totals.first().unwrap_or(&nothing));
    let targets: Vec<Target<'_>> = [mean].into_iter().chain(targets).collect();
    let Responses { troops, met } = &mut responses;
    let mut found: Vec<(Moved<'_>, &mut Response)> = [troops]
        .into_iter()
        .chain(met)
        .zip(targets)
        .filter_map(|(response, target)| {
            let response = response.as_mut()?;
            Some((swings.result(target, response), response))
        })
        .collect();
    for rank in 0..found.iter().map(|(own, _)| own.order.len()).max().unwrap_or(0) {
        for (result, response) in &mut found {
            let Some(&(variable, option)) = result.order.get(rank) else { continue };
            let turn = response.options[variable][option];
            let spans = swings.spans(result, (variable, option), turn);
            response.options[variable][option].spans = spans;
            if let [other, _] = response.options[variable].as_mut_slice() {
                other.spans = mirrored(spans);
            }
        }
    }
    responses
}

/// The options of all conditions, the largest swing first; of two options the second says all.
fn order(model: &Model, response: &Response) -> Vec<(usize, usize)> {
    let first = |variable: usize| usize::from(model.variables[variable].options == 2);
    let options = |variable: usize| first(variable)..model.variables[variable].options;
    let all = 0..model.variables.len();
    let mut order: Vec<(usize, usize)> =
        all.flat_map(|own| options(own).map(move |option| (own, option))).collect();
    let swing = |(variable, option): &(usize, usize)| {
        let swing = response.options[*variable][*option].swing();
        Reverse(swing.map(|swing| coarse(swing.abs())))
    };
    order.sort_by_cached_key(swing);
    order
}

/// The same where a condition with two options is set to the other one.
fn mirrored(spans: TurnSpans) -> TurnSpans {
    let turned = |span: Span| Span { low: 0.0 - span.high, high: 0.0 - span.low, ..span };
    TurnSpans { set: spans.unset, unset: spans.set, swing: spans.swing.map(turned) }
}

/// What is moved.
#[derive(Clone, Copy, Debug)]
enum Target<'m> {
    /// Whether a requirement is met.
    Met(&'m Floor),
    /// The mean of a sum.
    Mean(&'m Sum),
}

impl Target<'_> {
    fn sum(&self) -> &Sum {
        match self {
            Self::Met(floor) => &floor.sum,
            Self::Mean(sum) => sum,
        }
    }

    /// The variables that bear upon it.
    fn bearing(&self, model: &Model) -> Vec<bool> {
        let mut roots = sums::activity(model, self.sum());
        if let Self::Met(floor) = self {
            roots.push(floor.needs);
        }
        model.with_evidence(model.ancestors(&roots))
    }
}

/// A result: what is moved, and what is known of it.
#[derive(Debug)]
struct Moved<'m> {
    target: Target<'m>,
    /// Which variables bear upon it.
    bearing: Vec<bool>,
    /// Its range as things are.
    resting: Option<Span>,
    /// How it answers where every range is at its worst end, and at its best one; none where formulas
    /// do not show which these are.
    ends: Option<[Response; 2]>,
    /// The options of all conditions, the largest swing first.
    order: Vec<(usize, usize)>,
}

/// How an outcome's others share what it leaves: the extremes of that, or more than them.
struct Others {
    shares: Vec<Vec<f64>>,
    sharp: bool,
}

struct Swings<'m> {
    model: &'m Model,
    laws: &'m [Option<Law>],
    left: u64,
    share: u64,
    /// What a figure takes at least.
    beside: u64,
}

impl Swings<'_> {
    /// The range of a result in a model; none beyond the budget.
    fn figure(&mut self, model: &Model, target: Target<'_>, point: Option<f64>) -> Option<Span> {
        self.work(|laws, work| match target {
            Target::Met(floor) => ranges::met(model, laws, (floor, point), work),
            Target::Mean(sum) => ranges::mean(model, laws, (sum, point), work),
        })
    }

    fn result<'t>(&mut self, target: Target<'t>, response: &Response) -> Moved<'t> {
        let resting = self.figure(self.model, target, response.present);
        let (bearing, order) = (target.bearing(self.model), order(self.model, response));
        let ends = self.ends(target);
        Moved { target, bearing, resting, ends, order }
    }

    /// How a requirement answers at the ends that formulas show to be the worst and the best, which
    /// they are wherever a condition is set: whatever then bears upon it did so before.
    fn ends(&self, target: Target<'_>) -> Option<[Response; 2]> {
        let (model, Target::Met(floor)) = (self.model, target) else { return None };
        if !model.holds_always(model.evidence) || model.ranges.is_empty() {
            return None;
        }
        let mut roots = sums::activity(model, &floor.sum);
        roots.push(floor.needs);
        let end = |most| {
            let mut settled = settled(model, &roots, most)?;
            settled.variables.iter_mut().for_each(|law| law.stated = true);
            (settled.floors, settled.totals) = (vec![floor.clone()], Vec::new());
            responses(&settled, self.laws, self.left).met.pop()?
        };
        Some([end(false)?, end(true)?])
    }

    fn work<T>(&mut self, find: impl FnOnce(&[Option<Law>], &Work) -> Option<T>) -> Option<T> {
        if self.left == 0 {
            return None;
        }
        let work = Work::new(self.share.min(self.left));
        let found = find(self.laws, &work);
        self.left = self.left.saturating_sub(work.spent().max(self.beside));
        found
    }

    fn spans(
        &mut self,
        moved: &Moved<'_>,
        (variable, option): (usize, usize),
        turn: Turn,
    ) -> TurnSpans {
        let others = self.others(variable, option);
        let chances = self.only(variable, option);
        if !moved.bearing[variable] {
            let still = |own: &[f64]| moved.resting.filter(|_| self.is_possible(variable, own));
            let unset = others.shares.iter().find_map(|own| still(own));
            let set = still(&chances);
            let swing = set.and(unset).map(|_| Span { low: 0.0, high: 0.0, sharp: true });
            return TurnSpans { set, unset, swing };
        }
        let set = self.set(moved, (variable, &chances), turn.set);
        let (mut unset, mut swing) = (Vec::new(), Vec::new());
        for shares in &others.shares {
            if !self.is_possible(variable, shares) {
                continue;
            }
            let point = turn.unset.filter(|_| others.shares.len() == 1);
            let fails = self.set(moved, (variable, shares), point);
            unset.push(fails);
            swing.push(
                set.zip(fails)
                    .map(|ends| self.swing(moved.target, (variable, option), shares, ends)),
            );
        }
        let near = |own: Span| unrounded(own, turn).around(turn.swing());
        TurnSpans {
            set,
            unset: hull(&unset, others.sharp).map(|own| own.around(turn.unset)),
            swing: hull(&swing, others.sharp).map(near),
        }
    }

    /// The range of a result where the options of a variable have such chances.
    fn set(
        &mut self,
        moved: &Moved<'_>,
        (variable, chances): (usize, &[f64]),
        point: Option<f64>,
    ) -> Option<Span> {
        if let Some(point) = point
            && !self.is_ranged(moved, variable)
        {
            return Some(Span { low: point, high: point, sharp: true });
        }
        if !self.is_possible(variable, chances) {
            return None;
        }
        if let (Some(ends), [fails, holds]) = (&moved.ends, chances) {
            let turns =
                ends.each_ref().map(|end| &end.options[variable][usize::from(holds > fails)]);
            let [low, high] = turns.map(|turn| turn.set);
            return Some(Span { low: low?, high: high?, sharp: true }.around(point));
        }
        let bearing = moved.bearing.iter().filter(|bears| **bears).count() as u64;
        self.beside = BESIDE * bearing * bearing;
        self.figure(&self.model.with_set(variable, chances.to_vec()), moved.target, point)
    }

    /// Whether the range of any condition but one may bear upon a result.
    fn is_ranged(&self, moved: &Moved<'_>, but: usize) -> bool {
        let ranges = self.model.ranges.iter();
        ranges.map(|own| own.variable).any(|own| own != but && moved.bearing[own])
    }

    /// Whether what is given can hold where the options of a variable have such chances.
    fn is_possible(&self, variable: usize, chances: &[f64]) -> bool {
        let behind = self.model.ancestors(&[self.model.evidence]);
        !behind[variable] || can_hold(&self.model.with_set(variable, chances.to_vec()))
    }

    /// The chances of a variable that is certain to take an option.
    fn only(&self, variable: usize, option: usize) -> Vec<f64> {
        let options = 0..self.model.variables[variable].options;
        options.map(|own| f64::from(u8::from(own == option))).collect()
    }

    /// What an option is set against.
    fn others(&self, variable: usize, option: usize) -> Others {
        let (model, law) = (self.model, &self.model.variables[variable]);
        if law.options == 2 {
            return Others { shares: vec![self.only(variable, 1 - option)], sharp: true };
        }
        let without = |chances: &Vec<f64>| without(chances, option);
        let ranged = |marked: &[bool]| model.ranges.iter().any(|own| marked[own.variable]);
        if model.is_root(variable) {
            let range = model.ranges.iter().find(|own| own.variable == variable);
            let corners = match range {
                Some(range) => Block::of(range).corners(),
                None => Some(vec![law.clauses[0].1.clone()]),
            };
            if let Some(corners) = corners {
                let shares = corners.iter().filter_map(without).collect();
                return Others { shares, sharp: true };
            }
        }
        let Some(before) = before(model, variable, self.share) else {
            return Others { shares: Vec::new(), sharp: false };
        };
        if !ranged(&model.ancestors_of(variable)) {
            return Others { shares: without(&before).into_iter().collect(), sharp: true };
        }
        let possible = (0..law.options).filter(|own| *own != option && before[*own] > 0.0);
        let shares: Vec<Vec<f64>> = possible.map(|own| self.only(variable, own)).collect();
        Others { sharp: shares.len() == 1, shares }
    }

    /// The range of a swing: that of the difference, or else the difference of the ranges.
    fn swing(
        &mut self,
        target: Target<'_>,
        (variable, option): (usize, usize),
        shares: &[f64],
        (set, unset): (Span, Span),
    ) -> Span {
        // What is given may rule one of the two out at some probabilities.
        let alone = [set, unset].iter().any(|own| own.high <= own.low)
            && !self.model.ancestors(&[self.model.evidence])[variable];
        let (low, high) = (set.low - unset.high, set.high - unset.low);
        let apart = Span { low, high, sharp: alone && set.sharp && unset.sharp };
        if apart.sharp {
            return apart;
        }
        let mut chances: Vec<f64> = shares.iter().map(|share| share / 2.0).collect();
        chances[option] = 0.5;
        let model = self.model.with_set(variable, chances);
        let literal = (variable, option);
        let found = self.work(|laws, work| difference(&model, laws, (target, literal), work));
        let Some(own) = found else { return apart };
        Span { low: own.low.max(low), high: own.high.min(high), sharp: own.sharp }
    }
}

/// How probable the options of a variable are before any evidence.
fn before(model: &Model, variable: usize, budget: u64) -> Option<Vec<f64>> {
    let mut model = model.clone();
    model.evidence = model.nodes.len();
    model.nodes.push(Node::Constant(true));
    let questions = Questions { variables: vec![variable], ..Questions::default() };
    let answers = exact::answer(&model, &[], &questions, budget);
    let chances = answers.variables.into_iter().next()??;
    Some(chances.iter().map(|chance| chance.value).collect())
}

/// The other options' chances as parts of what an option leaves; none where it leaves nothing.
fn without(chances: &[f64], option: usize) -> Option<Vec<f64>> {
    let mut others = chances.to_vec();
    others[option] = 0.0;
    let whole = law::sum(others.iter().copied());
    (whole > 0.0).then(|| others.iter().map(|other| other / whole).collect())
}

/// The least and the most of several ranges; none where one is missing.
fn hull(spans: &[Option<Span>], sharp: bool) -> Option<Span> {
    let spans: Vec<Span> = spans.iter().copied().collect::<Option<_>>()?;
    let (first, others) = spans.split_first()?;
    let joined = others.iter().fold(*first, |all, own| Span {
        low: all.low.min(own.low),
        high: all.high.max(own.high),
        sharp: all.sharp && own.sharp,
    });
    Some(Span { sharp: joined.sharp && sharp, ..joined })
}

/// Ends that are rounding alone are nothing.
fn unrounded(swing: Span, turn: Turn) -> Span {
    let largest = swing.low.abs().max(swing.high.abs());
    let size = [turn.set, turn.unset].into_iter().flatten().fold(largest, f64::max);
    let end = |end: f64| if end.abs() <= ROUNDING * size { 0.0 } else { end };
    Span { low: end(swing.low), high: end(swing.high), ..swing }
}

/// The range of how much better a result is where a literal holds than where it fails, its variable
/// being set to either with the same chance. None where what is given bears upon the result.
fn difference(
    model: &Model,
    laws: &[Option<Law>],
    (target, literal): (Target<'_>, (usize, usize)),
    work: &Work,
) -> Option<Span> {
    let behind = model.ancestors(&[model.evidence]);
    let known = if behind[literal.0] { None } else { conditioned(model) };
    let mut model = known.unwrap_or_else(|| model.clone());
    let is = push(&mut model, Node::Is { variable: literal.0, option: literal.1 });
    let not = push(&mut model, Node::Not(is));
    let sizes = sums::by_activity(&model, laws, target.sum());
    let mut halves = |node| [is, not].map(|half| push(&mut model, Node::All(vec![node, half])));
    match target {
        Target::Met(floor) => {
            let needs = halves(floor.needs);
            let roots = sizes.keys().copied().chain(needs).collect();
            let asked = Asked::new(&model, roots, work).without_evidence()?;
            let floors = needs.map(|needs| Floor { needs, ..floor.clone() });
            asked.span(|factors| both(factors, &sizes, &floors)).ok()?
        }
        Target::Mean(_) => {
            let mut means = BTreeMap::new();
            for (node, laws) in sizes {
                let twice = 2.0 * law::sum(laws.iter().map(Law::mean));
                let [held, failed] = halves(node);
                means.extend([(held, twice), (failed, -twice)]);
            }
            let asked = Asked::new(&model, means.keys().copied().collect(), work);
            let asked = asked.without_evidence()?;
            asked.span(|factors| means_of(factors, &means, None)).ok()?
        }
    }
}

fn push(model: &mut Model, node: Node) -> NodeId {
    model.nodes.push(node);
    model.nodes.len() - 1
}

/// Where the first of two requirements is met, which counts twice, and where the second is, which
/// counts twice against.
fn both(
    factors: &mut Factors<'_>,
    sizes: &Sizes,
    [first, second]: &[Floor; 2],
) -> Spent<(Vec<Query>, Vec<NodeId>, Goal)> {
    let (mut queries, mut numbers, mut goal) = Forces::after(factors, 0).query(sizes, first)?;
    let (more, others, against) = Forces::after(factors, numbers.len()).query(sizes, second)?;
    queries.extend(more);
    numbers.extend(others);
    goal.worth.iter_mut().for_each(|worth| *worth *= 2.0);
    goal.worth.extend(against.worth.iter().map(|worth| -2.0 * worth));
    goal.part.extend(against.part);
    Ok((queries, numbers, goal))
}

#[cfg(test)]
mod tests {
    use super::{Turn, hull, mirrored, ranged, unrounded, without};
    use crate::evaluate::responses::responses;
    use crate::evaluate::sums;
    use crate::model::{Floor, Model, Node, Size};
    use crate::outcomes::{Response, Span, TurnSpans};

    fn span(low: f64, high: f64) -> Span {
        Span { low, high, sharp: true }
    }

    fn ends(own: Option<Span>) -> Option<(f64, f64, bool)> {
        own.map(|own| (own.low, own.high, own.sharp))
    }

    #[test]
    fn several_ranges_are_sharp_together_where_each_is() {
        let bound = Span { sharp: false, ..span(0.25, 0.5) };
        let all = [Some(span(0.125, 0.375)), Some(span(0.25, 0.5))];
        assert_eq!(ends(hull(&all, true)), Some((0.125, 0.5, true)));
        assert_eq!(ends(hull(&all, false)), Some((0.125, 0.5, false)));
        assert_eq!(ends(hull(&[all[0], Some(bound)], true)), Some((0.125, 0.5, false)));
        assert_eq!(ends(hull(&[Some(bound), all[0]], true)), Some((0.125, 0.5, false)));
        assert_eq!(ends(hull(&[all[0], None], true)), None);
        assert_eq!(ends(hull(&[], true)), None);
    }

    #[test]
    fn an_end_is_nothing_beside_what_is_moved() {
        let turn = |set, unset| Turn { known: None, set, unset, spans: TurnSpans::default() };
        let (turn, unknown) = (turn(Some(4000.0), Some(1000.0)), turn(None, None));
        let found = unrounded(span(-1e-10, 2e-10), turn);
        assert_eq!((found.low, found.high), (0.0, 0.0));
        let found = unrounded(span(-1e-9, 2e-9), turn);
        assert_eq!((found.low, found.high), (-1e-9, 2e-9));
        let found = unrounded(span(-1e-10, 4000.0), unknown);
        assert_eq!((found.low, found.high), (0.0, 4000.0));
        let found = unrounded(span(-1e-16, 1e-4), unknown);
        assert_eq!((found.low, found.high), (-1e-16, 1e-4));
    }

    #[test]
    fn the_other_option_of_two_moves_as_far_the_other_way() {
        let own = TurnSpans {
            set: Some(span(0.5, 1.0)),
            unset: Some(span(0.25, 0.375)),
            swing: Some(Span { sharp: false, ..span(0.125, 0.75) }),
        };
        let other = mirrored(own);
        assert_eq!(ends(other.set), Some((0.25, 0.375, true)));
        assert_eq!(ends(other.unset), Some((0.5, 1.0, true)));
        assert_eq!(ends(other.swing), Some((-0.75, -0.125, false)));
    }

    #[test]
    fn what_an_option_leaves_is_shared_by_the_others() {
        assert_eq!(without(&[0.5, 0.25, 0.25], 1), Some(vec![2.0 / 3.0, 0.0, 1.0 / 3.0]));
        assert_eq!(without(&[0.0, 1.0, 0.0], 1), None);
    }

    /// A result that a condition helps where another holds and hurts where it fails.
    fn model() -> Model {
        let mut model = Model::sketch(vec![Node::Constant(true)], &[2, 2, 2]);
        let (a, b) = (model.is(0), model.is(1));
        let not = [a, b].map(|own| model.node(Node::Not(own)));
        let parts = [vec![a, b], not.to_vec()].map(|of| model.node(Node::All(of)));
        let equal = model.node(Node::Any(parts.to_vec()));
        model.range(0, 0, (0.25, 0.375));
        model.range(1, 0, (0.125, 0.75));
        let term = model.pledge(equal, Size::Fixed(100));
        model.totals = vec![vec![term]];
        model.floors = vec![Floor::sketch(Vec::new(), 0, equal)];
        model
    }

    /// The two results with so much work for ranges.
    fn found(model: &Model, budget: u64) -> [Response; 2] {
        let laws = sums::size_laws(model);
        let own = responses(model, &laws, 1_000_000);
        let mut own = ranged(model, &laws, own, budget);
        [own.troops.unwrap(), own.met.pop().flatten().unwrap()]
    }

    #[test]
    fn a_swing_has_the_ends_of_the_other_condition() {
        let [mean, met] = found(&model(), 1_000_000);
        let near = |own: Option<Span>, (low, high): (f64, f64)| {
            let own = own.unwrap();
            assert!(
                own.sharp && (own.low - low).abs() < 1e-12 && (own.high - high).abs() < 1e-12,
                "{own:?} {low} {high}"
            );
        };
        for (result, times) in [(mean, 100.0), (met, 1.0)] {
            for (variable, (low, high)) in [(0, (0.125, 0.75)), (1, (0.25, 0.375))] {
                let turn = result.options[variable][1].spans;
                near(turn.set, (times * low, times * high));
                near(turn.unset, (times * (1.0 - high), times * (1.0 - low)));
                near(turn.swing, (times * (2.0 * low - 1.0), times * (2.0 * high - 1.0)));
            }
            let still = result.options[2][1].spans;
            assert_eq!(ends(still.swing), Some((0.0, 0.0, true)));
        }
    }

    #[test]
    fn without_work_there_are_no_ranges_and_each_takes_its_part() {
        let known = |budget: u64| -> usize {
            let swings = |own: &Response| {
                own.options.iter().flatten().filter(|own| own.spans.swing.is_some()).count()
            };
            found(&model(), budget).iter().map(swings).sum()
        };
        assert_eq!([0, 1 << 8, 1 << 14].map(known), [0, 0, 12]);
        // The model takes work to look at, beside what is searched.
        assert!((1..12).contains(&known(1 << 9)));
    }
}
