//! Gates: the part that each condition plays for each pledge.
//!
//! In: a `Model` under one reading of every text. Out: a `Role` for each pledge and condition,
//! over possible worlds and before any evidence: an option that cannot happen gates nothing.
//! Readings are compared by `study`.

use super::worlds;
use crate::model::Model;
use crate::outcomes::Role;
use std::collections::BTreeMap;

/// Roles by pledge, then condition.
pub fn gates(model: &Model) -> Vec<Vec<Role>> {
    (0..model.pledges.len()).map(|pledge| roles(model, pledge)).collect()
}

fn roles(model: &Model, pledge: usize) -> Vec<Role> {
    let active = model.pledges[pledge].active;
    let support = model.support(active);
    let order = model.ordered(&model.ancestors(&[active]));
    // For each variable: the options seen at all, and while the pledge is active.
    let mut possible = seen(model);
    let mut while_active = seen(model);
    let mut cases: BTreeMap<Vec<usize>, bool> = BTreeMap::new();
    worlds::list(model, &order, &mut |world| {
        for variable in &order {
            possible[*variable][world.options[*variable]] = true;
            while_active[*variable][world.options[*variable]] |= world.values[active];
        }
        let own = support.iter().map(|variable| world.options[*variable]).collect();
        cases.insert(own, world.values[active]);
    });
    let count = |options: &[bool]| options.iter().filter(|seen| **seen).count();
    let role = |variable: usize| {
        let position = support.iter().position(|own| *own == variable);
        if count(&possible[variable]) > 1 && count(&while_active[variable]) == 1 {
            Role::Needed
        } else if position.is_some_and(|position| changes(&cases, position)) {
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

/// Whether two possible cases that differ in one condition alone differ in their value.
fn changes(cases: &BTreeMap<Vec<usize>, bool>, position: usize) -> bool {
    let mut values: BTreeMap<Vec<usize>, bool> = BTreeMap::new();
    cases.iter().any(|(options, value)| {
        let mut others = options.clone();
        others.remove(position);
        *values.entry(others).or_insert(*value) != *value
    })
}
