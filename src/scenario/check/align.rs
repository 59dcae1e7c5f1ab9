//! Two scenarios side by side: each gets the entries that only the other has.
//!
//! In: two `RawScenario`s, each checked on its own. Out: the same two with the same ids in every
//! section, so that an entry has the same dense id in both; or why they do not fit. Vocabulary is
//! taken over as it is, because nothing on this side mentions it; a pledge is taken over as a name
//! that offers nothing; an outcome of a condition has probability 0 where it is not named.

use super::names::{is_quantity, outcome_names};
use super::sizes::SHARE;
use crate::decimal::Decimal;
use crate::scenario::raw::{
    Entries, Entry, RawAssumption, RawBasis, RawCondition, RawPledge, RawProbability, RawScenario,
};
use crate::source::Spanned;

/// Why two scenarios cannot be put side by side.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Misfit {
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub help: String,
}

/// Puts two scenarios side by side.
pub fn align(old: &mut RawScenario, new: &mut RawScenario) -> Result<(), Misfit> {
    check_sections(old, new)?;
    for (id, entry) in &mut old.conditions {
        if let Some(other) = new.conditions.get_mut(id) {
            align_condition(id, &mut entry.value, &mut other.value)?;
        }
    }
    for (id, entry) in &mut old.assumptions {
        if let Some(other) = new.assumptions.get_mut(id) {
            align_assumption(id, &mut entry.value, &mut other.value)?;
        }
    }
    share(&mut old.basings, &mut new.basings, Clone::clone);
    share(&mut old.sources, &mut new.sources, Clone::clone);
    share(&mut old.nations, &mut new.nations, Clone::clone);
    share(&mut old.assumptions, &mut new.assumptions, Clone::clone);
    share(&mut old.conditions, &mut new.conditions, Clone::clone);
    share(&mut old.definitions, &mut new.definitions, Clone::clone);
    share(&mut old.pledges, &mut new.pledges, |_| nothing_offered());
    share(&mut old.requirements, &mut new.requirements, Clone::clone);
    Ok(())
}

/// Gives each side what it lacks.
fn share<T: Clone>(old: &mut Entries<T>, new: &mut Entries<T>, taken_over: impl Fn(&T) -> T) {
    let missing = |from: &Entries<T>, to: &Entries<T>| -> Vec<(String, Entry<T>)> {
        let missing = from.iter().filter(|(id, _)| !to.contains_key(*id));
        let entry = |entry: &Entry<T>| Entry { id: entry.id, value: taken_over(&entry.value) };
        missing.map(|(id, own)| (id.clone(), entry(own))).collect()
    };
    let (for_new, for_old) = (missing(old, new), missing(new, old));
    new.extend(for_new);
    old.extend(for_old);
}

fn nothing_offered() -> RawPledge {
    RawPledge {
        label: None,
        nations: None,
        kind: None,
        domain: None,
        basing: None,
        unit: None,
        stage: None,
        on: None,
        review_by: None,
        expires: None,
        when: None,
        called_by: None,
        size: None,
        claim: None,
        basis: RawBasis::default(),
    }
}

/// An id of the shared namespace means the same kind of thing on both sides.
fn check_sections(old: &RawScenario, new: &RawScenario) -> Result<(), Misfit> {
    let (before, after) = (sections(old), sections(new));
    for (was, ids) in &before {
        for (is, others) in after.iter().filter(|(is, _)| is != was) {
            if let Some(id) = ids.iter().find(|id| others.contains(id)) {
                return Err(Misfit {
                    message: format!("`{id}` is a {was} in OLD and a {is} in NEW"),
                    help: "rename one of the two: one is then removed and the other added".into(),
                });
            }
        }
    }
    Ok(())
}

fn sections(raw: &RawScenario) -> [(&'static str, Vec<&String>); 5] {
    [
        ("condition", raw.conditions.keys().collect()),
        ("assumption", raw.assumptions.keys().collect()),
        ("definition", raw.definitions.keys().collect()),
        ("pledge", raw.pledges.keys().collect()),
        ("requirement", raw.requirements.keys().collect()),
    ]
}

fn align_condition(id: &str, old: &mut RawCondition, new: &mut RawCondition) -> Result<(), Misfit> {
    let (before, after) = (outcome_names(old), outcome_names(new));
    if before.is_empty() != after.is_empty() {
        let (with, without) = if before.is_empty() { ("NEW", "OLD") } else { ("OLD", "NEW") };
        return Err(Misfit {
            message: format!("`{id}` has outcomes in {with} and none in {without}"),
            help: "give the two conditions different ids, or the same outcomes".into(),
        });
    }
    for (condition, names) in [(old, &after), (new, &before)] {
        let known = outcome_names(condition);
        let missing = names.iter().filter(|name| !known.contains(name)).cloned();
        add_outcomes(condition, missing.collect());
    }
    Ok(())
}

/// An outcome that a table leaves out has probability 0, so one table has to name them.
fn add_outcomes(condition: &mut RawCondition, names: Vec<String>) {
    let clauses = condition.given.iter_mut().flat_map(|given| &mut given.value);
    let tables = clauses.filter_map(|clause| clause.outcomes.as_mut());
    let Some(table) = condition.outcomes.iter_mut().chain(tables).next() else { return };
    let span = table.span;
    table.value.extend(names.into_iter().map(|name| {
        let never = RawProbability::Number(Decimal::ZERO);
        (Spanned { value: name, span }, Spanned { value: never, span })
    }));
}

fn align_assumption(
    id: &str,
    old: &mut RawAssumption,
    new: &mut RawAssumption,
) -> Result<(), Misfit> {
    let (before, after) = (described(old), described(new));
    if before != after {
        return Err(Misfit {
            message: format!("`{id}` is a {before} in OLD and a {after} in NEW"),
            help: "give the two assumptions different ids".into(),
        });
    }
    if let (false, Some(old), Some(new)) = (is_quantity(old), &mut old.options, &mut new.options) {
        let known = |name: &str, of: &[crate::scenario::raw::RawOption]| {
            of.iter().any(|option| option.name.value == name)
        };
        let only_old = old.value.iter().filter(|own| !known(&own.name.value, &new.value));
        let only_old: Vec<_> = only_old.cloned().collect();
        let only_new = new.value.iter().filter(|own| !known(&own.name.value, &old.value));
        let only_new: Vec<_> = only_new.cloned().collect();
        old.value.extend(only_new);
        new.value.extend(only_old);
    }
    Ok(())
}

fn described(assumption: &RawAssumption) -> &'static str {
    let unit = assumption.unit.as_ref().map(|unit| unit.value.as_str());
    match (is_quantity(assumption), unit) {
        (false, _) => "reading",
        (true, Some(SHARE)) => "share",
        (true, _) => "quantity",
    }
}
