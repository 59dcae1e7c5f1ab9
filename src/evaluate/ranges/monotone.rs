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
