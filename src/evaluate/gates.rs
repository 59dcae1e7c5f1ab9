//! Gates: the part that each condition plays for each pledge.
//!
//! In: a `Model` under one reading of every text. Out: a `Role` for each pledge and condition,
//! over possible worlds and before any evidence. Readings are compared by `study`.

use super::{joint, worlds};
use crate::model::Model;
use crate::outcomes::Role;

/// Roles by pledge, then condition.
pub fn gates(model: &Model) -> Vec<Vec<Role>> {
    (0..model.pledges.len()).map(|pledge| roles(model, pledge)).collect()
}

fn roles(model: &Model, pledge: usize) -> Vec<Role> {
    let active = model.pledges[pledge].active;
    let support = model.support(active);
    let order = model.ordered(&model.ancestors(&[active]));
    let variables = model.variables.len();
    // For each variable: the options seen at all, and while the pledge is active.
    let mut possible = seen(model);
    let mut while_active = seen(model);
    let mut changes = vec![false; variables];
    worlds::list(model, &order, &mut |world| {
        for variable in &order {
            possible[*variable][world.options[*variable]] = true;
            while_active[*variable][world.options[*variable]] |= world.values[active];
        }
        let open: Vec<usize> =
            support.iter().copied().filter(|variable| !changes[*variable]).collect();
        for variable in open {
            changes[variable] = flips(model, world, variable, active);
        }
    });
    let count = |options: &[bool]| options.iter().filter(|seen| **seen).count();
    let role = |variable: usize| {
        let varies = count(&possible[variable]) > 1;
        if varies && count(&while_active[variable]) == 1 {
            Role::Needed
        } else if changes[variable] {
            Role::Alternative
        } else {
            Role::None
        }
    };
    (0..variables).map(role).collect()
}

fn seen(model: &Model) -> Vec<Vec<bool>> {
    model.variables.iter().map(|variable| vec![false; variable.options]).collect()
}

/// Whether another option of a variable, all else equal, changes whether the pledge is active.
fn flips(model: &Model, world: &worlds::World<'_>, variable: usize, active: usize) -> bool {
    let mut options = world.options.to_vec();
    (0..model.variables[variable].options).any(|option| {
        options[variable] = option;
        option != world.options[variable]
            && joint::values(model, &options)[active] != world.values[active]
    })
}
