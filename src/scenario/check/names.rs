//! Names: every id that a formula or a key may use, and what it leads to.
//!
//! Conditions, assumptions, definitions, pledges and requirements share one namespace. Contract:
//! `resolve_*` reports a name that leads nowhere, with a suggestion, and returns a harmless value.

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::scenario::formula::{Expression, ExpressionKind};
use crate::scenario::raw::{Entries, RawAssumption, RawCondition, RawScenario, Text};
use crate::scenario::{Formula, Stated};
use crate::source::{Span, Spanned};
use std::collections::BTreeMap;

/// What an id of the namespace is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Named {
    Condition(usize),
    Assumption(usize),
    Definition(usize),
    Pledge(usize),
    Requirement,
}

/// The namespace of a scenario, and its other lists of ids.
#[derive(Debug)]
pub(super) struct Names<'a> {
    raw: &'a RawScenario,
    /// What the options of each assumption are called, in their final order.
    options: Vec<Vec<String>>,
    namespace: BTreeMap<&'a str, Named>,
}

impl<'a> Names<'a> {
    /// Collects the names and reports ids that stand in two sections.
    pub(super) fn new(
        raw: &'a RawScenario,
        options: Vec<Vec<String>>,
        diagnostics: &mut Diagnostics,
    ) -> Self {
        let mut namespace = BTreeMap::new();
        let mut places: BTreeMap<&str, (&str, Span)> = BTreeMap::new();
        let mut add = |what: &'static str, id: &'a str, span: Span, named: Named| {
            if let Some((first, place)) = places.get(id) {
                let message = format!("`{id}` is both a {first} and a {what}");
                let help = "conditions, assumptions, definitions, pledges and requirements \
                            share one namespace; rename one of the two";
                diagnostics.push(
                    Diagnostic::new(Code::DuplicateId, span, message)
                        .label("again")
                        .also(*place, "first here")
                        .help(help),
                );
                return;
            }
            places.insert(id, (what, span));
            namespace.insert(id, named);
        };
        for (index, (id, place)) in ids(&raw.conditions).enumerate() {
            add("condition", id, place, Named::Condition(index));
        }
        for (index, (id, place)) in ids(&raw.assumptions).enumerate() {
            add("assumption", id, place, Named::Assumption(index));
        }
        for (index, (id, place)) in ids(&raw.definitions).enumerate() {
            add("definition", id, place, Named::Definition(index));
        }
        for (index, (id, place)) in ids(&raw.pledges).enumerate() {
            add("pledge", id, place, Named::Pledge(index));
        }
        for (id, place) in ids(&raw.requirements) {
            add("requirement", id, place, Named::Requirement);
        }
        Self { raw, options, namespace }
    }

    /// A formula with its names resolved, and its text.
    pub(super) fn resolve_stated(&self, raw: &Expression, diagnostics: &mut Diagnostics) -> Stated {
        Stated { formula: self.resolve(raw, diagnostics), text: raw.to_string() }
    }

    /// A formula with its names resolved.
    pub(super) fn resolve(&self, raw: &Expression, diagnostics: &mut Diagnostics) -> Formula {
        let mut all = |of: &[Expression]| -> Vec<Formula> {
            of.iter().map(|part| self.resolve(part, diagnostics)).collect()
        };
        match &raw.kind {
            ExpressionKind::Constant(value) => Formula::Constant(*value),
            ExpressionKind::Not(inner) => Formula::Not(Box::new(self.resolve(inner, diagnostics))),
            ExpressionKind::And(of) => Formula::And(all(of)),
            ExpressionKind::Or(of) => Formula::Or(all(of)),
            ExpressionKind::Count { relation, count, of } => {
                let resolved = all(of);
                check_count(count, resolved.len(), diagnostics);
                Formula::Count { relation: *relation, count: count.value, of: resolved }
            }
            ExpressionKind::Name { id, member } => {
                let found = self.resolve_name(id, member.as_ref(), raw.span);
                found.unwrap_or_else(|diagnostic| {
                    diagnostics.push(*diagnostic);
                    Formula::Constant(false)
                })
            }
        }
    }

    fn resolve_name(
        &self,
        id: &str,
        member: Option<&Text>,
        span: Span,
    ) -> Result<Formula, Box<Diagnostic>> {
        let Some(named) = self.namespace.get(id) else {
            let message = format!("nothing is called `{id}`");
            let id_span = Span { end: member.map_or(span.end, |m| m.span.start - 1), ..span };
            let atoms = self.namespace.iter().filter(|(_, named)| **named != Named::Requirement);
            let diagnostic = Diagnostic::new(Code::UnknownName, id_span, message);
            return Err(Box::new(diagnostic.suggest(id, atoms.map(|(id, _)| *id))));
        };
        match (*named, member) {
            (Named::Condition(index), member) => self.condition_atom(index, id, member, span),
            (Named::Assumption(index), member) => self.reading_atom(index, id, member, span),
            (Named::Definition(index), None) => Ok(Formula::Definition(index)),
            (Named::Pledge(index), None) => Ok(Formula::Pledge(index)),
            (Named::Requirement, _) => {
                let help = "formulas speak of conditions, readings, definitions and pledges";
                Err(no_truth(span, format!("the requirement `{id}` is no part of a formula"), help))
            }
            (_, Some(member)) => {
                let message = format!("`{id}` has no parts, so `.{}` means nothing", member.value);
                Err(no_truth(member.span, message, "remove the dot and what follows it"))
            }
        }
    }

    fn condition_atom(
        &self,
        condition: usize,
        id: &str,
        member: Option<&Text>,
        span: Span,
    ) -> Result<Formula, Box<Diagnostic>> {
        let outcomes = outcome_names(&self.raw.conditions[id].value);
        match (member, outcomes.is_empty()) {
            (None, true) => Ok(Formula::Condition { condition, option: 1 }),
            (None, false) => {
                let message = format!("`{id}` has outcomes, so it neither holds nor fails");
                let first = &outcomes[0];
                Err(no_truth(span, message, format!("name one of them, such as `{id}.{first}`")))
            }
            (Some(member), true) => {
                let message =
                    format!("`{id}` has no outcomes, so `.{}` means nothing", member.value);
                Err(no_truth(member.span, message, format!("write `{id}` alone")))
            }
            (Some(member), false) => match outcomes.iter().position(|name| *name == member.value) {
                Some(option) => Ok(Formula::Condition { condition, option }),
                None => Err(unknown_option(id, member, &outcomes, "outcome")),
            },
        }
    }

    fn reading_atom(
        &self,
        assumption: usize,
        id: &str,
        member: Option<&Text>,
        span: Span,
    ) -> Result<Formula, Box<Diagnostic>> {
        let options = &self.options[assumption];
        if is_quantity(&self.raw.assumptions[id].value) {
            let message = format!("`{id}` is a quantity, so it neither holds nor fails");
            return Err(no_truth(span, message, "only readings can stand in a formula"));
        }
        let Some(member) = member else {
            let message = format!("`{id}` is a reading and needs its option");
            let example = options.first().map_or("option", String::as_str);
            return Err(no_truth(span, message, format!("write `{id}.{example}`, for example")));
        };
        match options.iter().position(|name| *name == member.value) {
            Some(option) => Ok(Formula::Reading { assumption, option }),
            None => Err(unknown_option(id, member, options, "option")),
        }
    }

    /// The dense id of an assumption that a size or a share names.
    pub(super) fn resolve_assumption(
        &self,
        name: &Text,
        diagnostics: &mut Diagnostics,
    ) -> Option<usize> {
        let known = &self.raw.assumptions;
        resolve(name, known, (Code::UnknownAssumption, "assumption"), diagnostics)
    }

    /// The dense id of a source.
    pub(super) fn resolve_source(
        &self,
        name: &Text,
        diagnostics: &mut Diagnostics,
    ) -> Option<usize> {
        resolve(name, &self.raw.sources, (Code::UnknownSource, "source"), diagnostics)
    }

    /// The dense id of a nation.
    pub(super) fn resolve_nation(
        &self,
        name: &Text,
        diagnostics: &mut Diagnostics,
    ) -> Option<usize> {
        resolve(name, &self.raw.nations, (Code::UnknownNation, "nation"), diagnostics)
    }

    /// The dense id of a basing.
    pub(super) fn resolve_basing(
        &self,
        name: &Text,
        diagnostics: &mut Diagnostics,
    ) -> Option<usize> {
        resolve(name, &self.raw.basings, (Code::UnknownBasing, "basing"), diagnostics)
    }
}

/// The outcomes of a condition by name; empty for a plain one.
pub(super) fn outcome_names(condition: &RawCondition) -> Vec<String> {
    let clauses = condition.given.iter().flat_map(|given| &given.value);
    let named =
        condition.outcomes.iter().chain(clauses.filter_map(|clause| clause.outcomes.as_ref()));
    let mut names: Vec<String> = named
        .flat_map(|outcomes| outcomes.value.iter().map(|(name, _)| name.value.clone()))
        .collect();
    names.sort();
    names.dedup();
    names
}

/// Whether any option of an assumption has a value.
pub(super) fn is_quantity(assumption: &RawAssumption) -> bool {
    let options = assumption.options.iter().flat_map(|options| &options.value);
    options.into_iter().any(|option| option.value.is_some())
}

fn ids<T>(entries: &Entries<T>) -> impl Iterator<Item = (&str, Span)> {
    entries.iter().map(|(id, entry)| (id.as_str(), entry.id))
}

fn no_truth(span: Span, message: String, help: impl Into<String>) -> Box<Diagnostic> {
    Box::new(Diagnostic::new(Code::NotATruthValue, span, message).help(help))
}

/// An option or outcome that does not exist.
pub(super) fn unknown_option(
    owner: &str,
    name: &Text,
    known: &[String],
    what: &str,
) -> Box<Diagnostic> {
    let message = format!("`{owner}` has no {what} `{}`", name.value);
    let diagnostic = Diagnostic::new(Code::UnknownOption, name.span, message);
    Box::new(diagnostic.suggest(&name.value, known.iter().map(String::as_str)))
}

fn resolve<T>(
    name: &Text,
    known: &Entries<T>,
    (code, what): (Code, &str),
    diagnostics: &mut Diagnostics,
) -> Option<usize> {
    let found = known.keys().position(|id| *id == name.value);
    if found.is_none() {
        let message = format!("no {what} is called `{}`", name.value);
        let diagnostic = Diagnostic::new(code, name.span, message);
        let diagnostic = diagnostic.suggest(&name.value, known.keys().map(String::as_str));
        let remedy = format!("declare it under `[{what}s.{}]`", name.value);
        let diagnostic =
            if diagnostic.help.is_some() { diagnostic } else { diagnostic.help(remedy) };
        diagnostics.push(diagnostic);
    }
    found
}

fn check_count(count: &Spanned<u32>, members: usize, diagnostics: &mut Diagnostics) {
    if count.value as usize > members {
        let message = format!("{} of {members} can never hold", count.value);
        let help = format!("write a number from 0 to {members}");
        diagnostics.push(Diagnostic::new(Code::BadCount, count.span, message).help(help));
    }
}
