//! Names: every id that a formula or a key may use, and what it leads to.
//!
//! Conditions, assumptions, definitions, pledges and requirements share one namespace. Contract:
//! `resolve_*` reports a name that leads nowhere, with a suggestion, and returns a harmless value.

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::scenario::formula::{Expression, ExpressionKind, Relation};
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
                check_count(*relation, count, resolved.len(), diagnostics);
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
            return Err(Box::new(self.unknown_name(id, member, span)));
        };
        match (*named, member) {
            (Named::Condition(index), member) => self.condition_atom(index, id, member, span),
            (Named::Assumption(index), member) => self.reading_atom(index, id, member, span),
            (Named::Definition(index), None) => Ok(Formula::Definition(index)),
            (Named::Pledge(index), None) => Ok(Formula::Pledge(index)),
            (Named::Requirement, _) => {
                let help = "formulas speak of conditions, readings, definitions and pledges";
                let message = format!("the requirement `{id}` is no part of a formula");
                let place = self.raw.requirements[id].id;
                Err(no_truth(span, message, help).also(place, DECLARED).into())
            }
            (_, Some(member)) => {
                let message = format!("`{id}` has no parts, so `.{}` means nothing", member.value);
                Err(no_truth(member.span, message, "remove the dot and what follows it").into())
            }
        }
    }

    fn unknown_name(&self, id: &str, member: Option<&Text>, span: Span) -> Diagnostic {
        // Where letters have no places of their own, both names have the whole string's.
        let apart = member.is_some_and(|member| member.span != span);
        let end = if apart { span.start + u32::try_from(id.len()).unwrap_or(0) } else { span.end };
        let message = format!("nothing that can be true or false is called `{id}`");
        let atoms = self.namespace.iter().filter(|(_, named)| **named != Named::Requirement);
        let atoms = atoms.map(|(id, _)| *id);
        let diagnostic = Diagnostic::new(Code::UnknownName, Span { end, ..span }, message)
            .help(format!("declare `{id}` under `[conditions]` or `[definitions]`"))
            .suggest(id, atoms);
        self.told_apart(diagnostic, id)
    }

    /// Says where the id stands, if it is that of something else.
    fn told_apart(&self, diagnostic: Diagnostic, id: &str) -> Diagnostic {
        let raw = self.raw;
        let found = [
            (raw.assumptions.get(id).map(|entry| entry.id), "this is an assumption"),
            (raw.basings.get(id).map(|entry| entry.id), "this is a basing"),
            (raw.conditions.get(id).map(|entry| entry.id), "this is a condition"),
            (raw.definitions.get(id).map(|entry| entry.id), "this is a definition"),
            (raw.nations.get(id).map(|entry| entry.id), "this is a nation"),
            (raw.pledges.get(id).map(|entry| entry.id), "this is a pledge"),
            (raw.sources.get(id).map(|entry| entry.id), "this is a source"),
        ];
        found.into_iter().fold(diagnostic, |diagnostic, (place, what)| match place {
            Some(place) => diagnostic.also(place, what),
            None => diagnostic,
        })
    }

    fn condition_atom(
        &self,
        condition: usize,
        id: &str,
        member: Option<&Text>,
        span: Span,
    ) -> Result<Formula, Box<Diagnostic>> {
        let entry = &self.raw.conditions[id];
        let (outcomes, place) = (outcome_names(&entry.value), entry.id);
        if outcomes.is_empty() && entry.value.outcomes.is_some() {
            return Ok(Formula::Constant(false));
        }
        match (member, outcomes.is_empty()) {
            (None, true) => Ok(Formula::Condition { condition, option: 1 }),
            (None, false) => {
                let message = format!("`{id}` has outcomes, so it neither holds nor fails");
                let help = format!("name one of them, such as `{id}.{}`", outcomes[0]);
                Err(no_truth(span, message, help).also(place, DECLARED).into())
            }
            (Some(member), true) => {
                let message =
                    format!("`{id}` has no outcomes, so `.{}` means nothing", member.value);
                Err(no_truth(member.span, message, format!("write `{id}` alone"))
                    .also(place, DECLARED)
                    .into())
            }
            (Some(member), false) => match outcomes.iter().position(|name| *name == member.value) {
                Some(option) => Ok(Formula::Condition { condition, option }),
                None => Err(unknown_option((id, place), member, &outcomes, "outcome").into()),
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
        let entry = &self.raw.assumptions[id];
        if options.is_empty() {
            return Ok(Formula::Constant(false));
        }
        if is_quantity(&entry.value) {
            let message = format!("`{id}` is a quantity, so it neither holds nor fails");
            let help = "only readings can stand in a formula";
            return Err(no_truth(span, message, help).also(entry.id, DECLARED).into());
        }
        let Some(member) = member else {
            let message = format!("`{id}` is a reading and needs its option");
            let example = options.first().map_or("option", String::as_str);
            let help = format!("write `{id}.{example}`, for example");
            return Err(no_truth(span, message, help).also(entry.id, DECLARED).into());
        };
        match options.iter().position(|name| *name == member.value) {
            Some(option) => Ok(Formula::Reading { assumption, option }),
            None => Err(unknown_option((id, entry.id), member, options, "option").into()),
        }
    }

    /// The dense id of an assumption that a size or a share names.
    pub(super) fn resolve_assumption(
        &self,
        name: &Text,
        diagnostics: &mut Diagnostics,
    ) -> Option<usize> {
        let known = &self.raw.assumptions;
        self.find(name, known, (Code::UnknownAssumption, "assumption", None), diagnostics)
    }

    /// The dense id of a source.
    pub(super) fn resolve_source(
        &self,
        name: &Text,
        diagnostics: &mut Diagnostics,
    ) -> Option<usize> {
        self.find(name, &self.raw.sources, (Code::UnknownSource, "source", None), diagnostics)
    }

    /// The dense id of a nation.
    pub(super) fn resolve_nation(
        &self,
        name: &Text,
        diagnostics: &mut Diagnostics,
    ) -> Option<usize> {
        let known = &self.raw.nations;
        let called = known.iter().filter(|(_, entry)| is_called(entry.value.name.as_ref(), name));
        let meant = called.map(|(id, _)| id.as_str()).next();
        self.find(name, known, (Code::UnknownNation, "nation", meant), diagnostics)
    }

    /// The dense id of a basing.
    pub(super) fn resolve_basing(
        &self,
        name: &Text,
        diagnostics: &mut Diagnostics,
    ) -> Option<usize> {
        let known = &self.raw.basings;
        let called = known.iter().filter(|(_, entry)| is_called(entry.value.name.as_ref(), name));
        let meant = called.map(|(id, _)| id.as_str()).next();
        self.find(name, known, (Code::UnknownBasing, "basing", meant), diagnostics)
    }

    fn find<T>(
        &self,
        name: &Text,
        known: &Entries<T>,
        (code, what, meant): (Code, &str, Option<&str>),
        diagnostics: &mut Diagnostics,
    ) -> Option<usize> {
        let found = known.keys().position(|id| *id == name.value);
        if found.is_none() {
            let message = format!("no {what} is called `{}`", name.value);
            let diagnostic = Diagnostic::new(code, name.span, message);
            diagnostics.push(if let Some(id) = meant {
                diagnostic.help(format!("did you mean `{id}`?"))
            } else {
                let diagnostic = diagnostic
                    .help(format!("declare it under `[{what}s.{}]`", name.value))
                    .suggest(&name.value, known.keys().map(String::as_str));
                self.told_apart(diagnostic, &name.value)
            });
        }
        found
    }
}

/// Whether an entry's name, as opposed to its id, was written.
fn is_called(own: Option<&Text>, name: &Text) -> bool {
    own.is_some_and(|own| own.value.eq_ignore_ascii_case(&name.value))
}

/// The outcomes of a condition by name; empty for a plain one.
pub(super) fn outcome_names(condition: &RawCondition) -> Vec<String> {
    let clauses = condition.given.iter().flat_map(|given| &given.value);
    let named =
        condition.outcomes.iter().chain(clauses.filter_map(|clause| clause.outcomes.as_ref()));
    let mut found: Vec<String> = named
        .flat_map(|outcomes| outcomes.value.iter().map(|(name, _)| name.value.clone()))
        .collect();
    found.sort();
    found.dedup();
    found
}

/// Whether any option of an assumption has a value.
pub(super) fn is_quantity(assumption: &RawAssumption) -> bool {
    let options = assumption.options.iter().flat_map(|options| &options.value);
    options.into_iter().any(|option| option.value.is_some())
}

fn ids<T>(entries: &Entries<T>) -> impl Iterator<Item = (&str, Span)> {
    entries.iter().map(|(id, entry)| (id.as_str(), entry.id))
}

fn no_truth(span: Span, message: String, help: impl Into<String>) -> Diagnostic {
    Diagnostic::new(Code::NotATruthValue, span, message).help(help)
}

/// What the second label says at the declaration of a name.
const DECLARED: &str = "declared here";

/// An option or outcome that does not exist.
pub(super) fn unknown_option(
    (owner, place): (&str, Span),
    name: &Text,
    known: &[String],
    what: &str,
) -> Diagnostic {
    let message = format!("`{owner}` has no {what} `{}`", name.value);
    let diagnostic = Diagnostic::new(Code::UnknownOption, name.span, message).also(place, DECLARED);
    diagnostic.suggest(&name.value, known.iter().map(String::as_str))
}

fn check_count(
    relation: Relation,
    count: &Spanned<u32>,
    members: usize,
    diagnostics: &mut Diagnostics,
) {
    if count.value as usize > members {
        let (listed, count_value) = (members, count.value);
        let message = match relation {
            Relation::AtMost => {
                format!("{listed} are listed, so {relation} {count_value} always holds")
            }
            _ => format!("{listed} are listed, so {relation} {count_value} never holds"),
        };
        let help = format!("write a number from 0 to {members}");
        diagnostics.push(Diagnostic::new(Code::BadCount, count.span, message).help(help));
    }
}
