//! Gates: the part that each condition plays for each pledge.
//!
//! In: a `Model` under one reading of every text. Out: a `Role` for each pledge and condition,
//! over possible worlds and before any evidence: an option that cannot happen gates nothing.
//! Readings are compared by `study`.

use super::worlds;
use contingent::model::Model;
use contingent::outcomes::Role;

/// Roles by pledge, then condition.
pub(crate) fn gates(model: &Model) -> Vec<Vec<Role>> {
    (0..model.pledges.len()).map(|pledge| roles(model, pledge)).collect()
}

fn roles(model: &Model, pledge: usize) -> Vec<Role> {
    let active = model.pledges[pledge].active;
    let support = model.support(active);
    let order = model.ordered(&model.ancestors(&[active]));
    // For each variable: the options seen at all, and while the pledge is active.
    let mut possible = seen(model);
    let mut while_active = seen(model);
    let mut cases = Cases::over(model, &support);
    worlds::list(model, &order, &mut |world| {
        for variable in &order {
            possible[*variable][world.options[*variable]] = true;
            while_active[*variable][world.options[*variable]] |= world.values[active];
        }
        let own = support.iter().map(|variable| world.options[*variable]);
        cases.add(own, world.values[active]);
    });
    cases.list.sort_unstable();
    cases.list.dedup();
    let count = |options: &[bool]| options.iter().filter(|seen| **seen).count();
    let role = |variable: usize| {
        let position = support.iter().position(|own| *own == variable);
        if count(&possible[variable]) > 1 && count(&while_active[variable]) == 1 {
            Role::Needed
        } else if position.is_some_and(|position| cases.change_with(position)) {
            Role::Alternative
        } else {
            Role::None
        }
    };
    (0..model.variables.len()).map(role).collect()
}

fn seen(model: &Model) -> Vec<Vec<bool>> {
    model.variables.iter().map(|variable| vec![false; variable.options]).collect()
}

/// The possible combinations of a pledge's own conditions, and whether it is then active.
struct Cases {
    /// How much one option of each condition adds to a case's number, and how many it has.
    steps: Vec<(u64, u64)>,
    /// Number and activity of each case.
    list: Vec<(u64, bool)>,
}

impl Cases {
    fn over(model: &Model, support: &[usize]) -> Self {
        let mut next = 1;
        let step = |variable: &usize| {
            let options = u64::try_from(model.variables[*variable].options).unwrap_or(1);
            next *= options;
            (next / options, options)
        };
        Self { steps: support.iter().map(step).collect(), list: Vec::new() }
    }

    fn add(&mut self, options: impl Iterator<Item = usize>, active: bool) {
        let parts = options.zip(&self.steps);
        let number = parts.map(|(option, (step, _))| u64::try_from(option).unwrap_or(0) * step);
        self.list.push((number.sum(), active));
    }

    /// Whether two cases that differ in one condition alone differ in their activity.
    fn change_with(&self, position: usize) -> bool {
        let (step, options) = self.steps[position];
        let other = |number: u64, active: bool| {
            let rest = number - number / step % options * step;
            let mut others = (0..options).map(|option| (rest + option * step, !active));
            others.any(|other| self.list.binary_search(&other).is_ok())
        };
        self.list.iter().any(|(number, active)| other(*number, *active))
    }
}
