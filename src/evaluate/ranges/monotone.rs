//! Where whatever helps helps everywhere, the extremes are known without a search.
//!
//! In: a requirement without evidence. Out: the most or the least of P(met), exactly; none where
//! formulas do not show that one end of every range is the best. They do where each condition helps
//! in one direction only, in what is asked and in the chances of others at their best ends: what is
//! better before is then better after, and nothing is gained by leaving a best end anywhere.

use super::blocks::Block;
use crate::evaluate::exact;
use crate::evaluate::polarity::Polarities;
use crate::evaluate::question::{FloorQuestion, Questions};
use crate::law::Law;
use crate::model::{Model, NodeId};

/// The most of P(met), or the least; `roots` is what it depends on.
pub fn extreme(
    model: &Model,
    laws: &[Option<Law>],
    (floor, roots): (&FloorQuestion, &[NodeId]),
    most: bool,
    budget: u64,
) -> Option<f64> {
    let settled = settled(model, roots, most)?;
    let questions = Questions { floors: vec![floor.clone()], ..Questions::default() };
    let answers = exact::answer(&settled, laws, &questions, budget);
    Some(answers.floors.first()?.as_ref()?.met?.value)
}

/// The model with each range at the end that is best, for the roots or against them.
pub fn settled(model: &Model, roots: &[NodeId], most: bool) -> Option<Model> {
    let mut settled = model.clone();
    let mut polarities = Polarities::new(model);
    for root in roots {
        polarities.add(*root, most);
    }
    for variable in model.ordered(&model.ancestors(roots)).into_iter().rev() {
        let ranges = model.ranges.iter().filter(|ranged| ranged.variable == variable);
        if model.is_root(variable) && ranges.clone().next().is_none() {
            continue;
        }
        let law = &mut settled.variables[variable];
        if law.options != 2 {
            return None;
        }
        let worst = polarities.worst(variable)?;
        let better = 1 - worst;
        for ranged in ranges {
            let mut worth = vec![0.0; law.options];
            worth[better] = 1.0;
            law.clauses[ranged.clause].1 = Block::of(ranged).best(&worth);
        }
        if !model.holds_always(law.requires) {
            polarities.add(law.requires, law.otherwise == worst);
        }
        let pairs = || law.clauses.windows(2).map(|pair| [&pair[0], &pair[1]]);
        let falls = pairs().all(|[first, next]| first.1[better] >= next.1[better]);
        let rises = pairs().all(|[first, next]| first.1[better] <= next.1[better]);
        if !falls && !rises {
            return None;
        }
        if falls != rises {
            for (when, _) in &law.clauses {
                polarities.add(*when, falls);
            }
        }
    }
    Some(settled)
}

#[cfg(test)]
mod tests {
    use super::extreme;
    use crate::evaluate::question::FloorQuestion;
    use crate::model::{Model, Node};

    /// The least and the most of how probable a formula is, where formulas show it.
    fn ends(model: &Model, needs: usize) -> [Option<f64>; 2] {
        let floor = FloorQuestion { sum: Vec::new(), floor: 0, needs, given: None };
        [false, true].map(|most| extreme(model, &[], (&floor, &[needs]), most, 1_000_000))
    }

    fn near(found: [Option<f64>; 2], wanted: [f64; 2]) {
        for (found, wanted) in found.into_iter().zip(wanted) {
            assert!(found.is_some_and(|own| (own - wanted).abs() < 1e-15), "{found:?} {wanted}");
        }
    }

    #[test]
    fn what_helps_in_one_direction_is_at_one_end_everywhere() {
        let always = || vec![Node::Constant(true)];
        let mut model = Model::sketch(always(), &[2; 3]);
        model.range(0, 0, (0.25, 0.75));
        let (cause, effect, other) = (model.is(0), model.is(1), model.is(2));
        let not = model.node(Node::Not(effect));
        let both = model.node(Node::All(vec![effect, other]));
        // Likelier where the cause holds, then less likely, then as likely.
        for (held, failed) in [(0.75, 0.25), (0.25, 0.75), (0.5, 0.5)] {
            let clauses = vec![(cause, vec![1.0 - held, held]), (0, vec![1.0 - failed, failed])];
            model.variables[1].clauses = clauses;
            let at = |cause: f64| cause * held + (1.0 - cause) * failed;
            let (low, high) = (at(0.25).min(at(0.75)), at(0.25).max(at(0.75)));
            near(ends(&model, effect), [low, high]);
            near(ends(&model, not), [1.0 - high, 1.0 - low]);
            near(ends(&model, both), [low / 2.0, high / 2.0]);
        }
        // The clauses' own ends count, and rise or fall together.
        model.variables[1].clauses[1].1 = vec![0.875, 0.125];
        model.range(1, 0, (0.25, 0.5));
        near(ends(&model, effect), [0.25 * 0.25 + 0.75 * 0.125, 0.75 * 0.5 + 0.25 * 0.125]);
        model.variables[1].clauses[1].1 = vec![0.625, 0.375];
        assert_eq!(ends(&model, effect).map(|own| own.is_some()), [true, true]);
        near(ends(&model, effect), [0.75 * 0.25 + 0.25 * 0.375, 0.75 * 0.5 + 0.25 * 0.375]);
    }

    #[test]
    fn what_is_required_helps_or_hurts_by_what_obtains_without_it() {
        let mut model = Model::sketch(vec![Node::Constant(true)], &[2; 2]);
        model.range(0, 0, (0.25, 0.75));
        let (cause, effect) = (model.is(0), model.is(1));
        model.variables[1].requires = cause;
        near(ends(&model, effect), [0.125, 0.375]);
        model.variables[1].otherwise = 1;
        near(ends(&model, effect), [0.625, 0.875]);
    }

    #[test]
    fn what_helps_one_way_and_hurts_another_is_not_shown() {
        let always = || vec![Node::Constant(true)];
        let mut model = Model::sketch(always(), &[2, 2, 2, 3]);
        model.range(0, 0, (0.25, 0.75));
        let (cause, effect, other) = (model.is(0), model.is(1), model.is(2));
        let [unequal, either] = [[true, false], [false, true]].map(|first| {
            let parts = [(cause, first[0]), (other, first[1])];
            let parts =
                parts.map(|(node, held)| if held { node } else { model.node(Node::Not(node)) });
            model.node(Node::All(parts.to_vec()))
        });
        let differ = model.node(Node::Any(vec![unequal, either]));
        assert_eq!(ends(&model, differ), [None, None]);
        // Three clauses of which the middle one is the best.
        let law = |when, held: f64| (when, vec![1.0 - held, held]);
        model.variables[1].clauses = vec![law(cause, 0.25), law(other, 0.75), law(0, 0.5)];
        assert_eq!(ends(&model, effect), [None, None]);
        // Of three outcomes with a cause there is no better end; without one they do not matter.
        let third = model.is(3);
        let any = model.node(Node::Any(vec![third, cause]));
        near(ends(&model, any), [1.0 / 3.0 + 2.0 / 3.0 * 0.25, 1.0 / 3.0 + 2.0 / 3.0 * 0.75]);
        model.variables[3].requires = other;
        assert_eq!(ends(&model, any), [None, None]);
    }
}
