//! Whether what is taken as given can happen at all.
//!
//! In: a `Model`. Out: yes or no; yes where that takes more work than it is worth, and then figures
//! given it are undefined.

use super::portfolio;
use super::program::{Programs, Query};
use super::traverse::{Algebra, Part, forward};
use crate::model::{Model, Node};

/// Operations that the answer may take: under a second.
const BUDGET: u64 = 2_000_000;

/// Whether the evidence holds in some possible world.
pub fn can_hold(model: &Model) -> bool {
    if let Node::Constant(holds) = model.nodes[model.evidence] {
        return holds;
    }
    let required = vec![model.evidence];
    let found = portfolio::attempt(model, (&required, &[]), BUDGET, |factors, _| {
        let mut programs = Programs::new(factors);
        let query = Query { required: required.clone(), ..Query::default() };
        let root = programs.compile(&query)?;
        Ok(forward(&programs, &[root], &mut Possible))
    });
    found.map_or(true, |found| found.into_iter().all(|possible| possible))
}

/// Whether anything is possible.
struct Possible;

impl Algebra for Possible {
    type Value = bool;

    fn or(&mut self, parts: &[Part<'_, bool>]) -> bool {
        parts.iter().any(|part| part.weight > 0.0 && *part.rest)
    }

    fn and(&mut self, kids: &[&bool]) -> bool {
        kids.iter().all(|kid| **kid)
    }
}
