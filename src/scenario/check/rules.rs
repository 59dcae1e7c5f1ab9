//! Rules that look at several entries at once: cycles, shares of one total, circular floors.

use super::Checker;
use super::sizes::off;
use crate::decimal::Decimal;
use crate::diagnostic::{Code, Diagnostic};
use crate::limits::LONGEST_CHAIN;
use crate::scenario::{Formula, Pledge, Scenario, Share, Size, Stated};
use crate::source::{Span, Spanned};
use jiff::civil::Date;
use std::collections::BTreeMap;

/// Something that depends on others through its formulas.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
enum Mention {
    Condition(usize),
    Definition(usize),
    Pledge(usize),
}

/// Where a depth-first walk stands.
#[derive(Debug, Default)]
struct Walk {
    /// From the start to where it is.
    path: Vec<Mention>,
    /// The longest chain behind each entry; none while the walk is inside it.
    lengths: BTreeMap<Mention, Option<usize>>,
}

impl Checker<'_> {
    /// The warnings that need trustworthy numbers, in the order of the functions below.
    pub(super) fn check_totals(&mut self, scenario: &Scenario) {
        self.check_beside_totals(scenario);
        self.check_circular_requirements(scenario);
    }

    /// Formulas that depend on one another in a circle, or in a chain beyond reason.
    pub(super) fn check_cycles(&mut self, scenario: &Scenario) {
        let all = (0..scenario.conditions.len())
            .map(Mention::Condition)
            .chain((0..scenario.definitions.len()).map(Mention::Definition))
            .chain((0..scenario.pledges.len()).map(Mention::Pledge));
        let mut walk = Walk::default();
        for start in all {
            let length = self.visit(scenario, start, &mut walk);
            if length >= LONGEST_CHAIN {
                let message = format!("more than {LONGEST_CHAIN} formulas depend on one another");
                let span = self.mention_span(scenario, start);
                let help = "write the chain as fewer, longer formulas";
                self.report(Diagnostic::new(Code::TooLarge, span, message).help(help));
                return;
            }
        }
    }

    /// The length of the longest chain that begins here.
    fn visit(&mut self, scenario: &Scenario, at: Mention, walk: &mut Walk) -> usize {
        match walk.lengths.get(&at) {
            Some(Some(length)) => return *length,
            Some(None) => {
                let start = walk.path.iter().position(|member| *member == at).unwrap_or(0);
                self.report_cycle(scenario, &walk.path[start..]);
                return 0;
            }
            None if walk.path.len() >= LONGEST_CHAIN => return LONGEST_CHAIN,
            None => {}
        }
        walk.lengths.insert(at, None);
        walk.path.push(at);
        let mut length = 0;
        for next in mentions(scenario, at) {
            length = length.max(self.visit(scenario, next, walk) + 1);
            if length >= LONGEST_CHAIN {
                break;
            }
        }
        walk.path.pop();
        walk.lengths.insert(at, Some(length));
        length
    }

    /// The member that stands first in the files comes first; each says what it needs.
    fn report_cycle(&mut self, scenario: &Scenario, cycle: &[Mention]) {
        let places: Vec<(Span, &str)> = cycle
            .iter()
            .map(|member| (self.mention_span(scenario, *member), mention_id(scenario, *member)))
            .collect();
        let first = (0..places.len()).min_by_key(|index| places[*index].0).unwrap_or(0);
        let from_first: Vec<(Span, &str)> =
            places[first..].iter().chain(&places[..first]).copied().collect();
        let Some(((span, id), others)) = from_first.split_first() else { return };
        let next = |index: usize| format!("needs `{}`", from_first[(index + 1) % cycle.len()].1);
        let through: Vec<String> = others.iter().map(|(_, id)| format!("`{id}`")).collect();
        let through = match through.split_last() {
            None => String::new(),
            Some((last, [])) => format!(", through {last}"),
            Some((last, before)) => format!(", through {} and {last}", before.join(", ")),
        };
        let message = format!("`{id}` depends on itself{through}");
        let help = if others.is_empty() {
            format!("take `{id}` out of its own formula")
        } else {
            "remove one of these links".to_owned()
        };
        let problem = Diagnostic::new(Code::Cycle, *span, message).label(next(0)).help(help);
        let also = |problem: Diagnostic, (index, (span, _)): (usize, &(Span, &str))| {
            problem.also(*span, next(index + 1))
        };
        self.report(others.iter().enumerate().fold(problem, also));
    }

    fn mention_span(&self, scenario: &Scenario, mention: Mention) -> Span {
        let id = mention_id(scenario, mention);
        match mention {
            Mention::Condition(_) => self.raw.conditions[id].id,
            Mention::Definition(_) => self.raw.definitions[id].id,
            Mention::Pledge(_) => self.raw.pledges[id].id,
        }
    }

    /// Shares of one assumption may not exceed 1, and one pledge at most takes the rest.
    pub(super) fn check_shares(&mut self, scenario: &Scenario) {
        for total in 0..scenario.assumptions.len() {
            let of_total =
                scenario.pledges.iter().filter(|(_, p)| p.size.assumption() == Some(total));
            let members: Vec<(&str, &Pledge)> = of_total.collect();
            self.check_one_rest(scenario, total, &members);
            self.check_share_sum(scenario, total, &members);
        }
    }

    fn check_one_rest(&mut self, scenario: &Scenario, total: usize, members: &[(&str, &Pledge)]) {
        let rests: Vec<&str> = members
            .iter()
            .filter(|(_, pledge)| matches!(pledge.size, Size::Rest(_)))
            .map(|(id, _)| *id)
            .collect();
        if let [first, second, ..] = rests.as_slice() {
            let name = scenario.assumptions.id(total);
            let message = format!("two pledges take the rest of `{name}`");
            let problem = Diagnostic::new(Code::TwoRests, self.size_span(second), message)
                .label("again")
                .also(self.size_span(first), "first here")
                .help("give one of them a share");
            self.report(problem);
        }
    }

    fn check_share_sum(&mut self, scenario: &Scenario, total: usize, members: &[(&str, &Pledge)]) {
        let mut variants = vec![scenario.clone()];
        for (index, (_, assumption)) in scenario.assumptions.iter().enumerate() {
            let used = members.iter().any(|(_, pledge)| {
                matches!(pledge.size, Size::Share(Share::Assumption(share), _) if share == index)
            });
            let options = if used { assumption.options.len() } else { 0 };
            variants.extend((0..options).map(|option| scenario.with_choice(index, option)));
        }
        for variant in variants {
            let shares = members.iter().map(|(_, pledge)| variant.share_of(pledge));
            let sum = shares.fold(Decimal::ZERO, Decimal::plus);
            let last = members.iter().rfind(|(_, p)| matches!(p.size, Size::Share(..)));
            if let Some((id, _)) = last
                && sum > Decimal::ONE
            {
                let name = scenario.assumptions.id(total);
                let message = format!("the shares of `{name}` sum to {sum}, more than 1");
                let shares = members.iter().filter(|(_, p)| matches!(p.size, Size::Share(..)));
                let others = shares.filter(|(other, _)| other != id);
                let mut problem = Diagnostic::new(Code::ShareOverOne, self.size_span(id), message)
                    .help(format!(
                        "lower a share, or let one pledge take the rest: they are {}, and every \
                         share written counts, whatever its stage or date",
                        off(sum)
                    ));
                for (other, _) in others {
                    problem = problem.also(self.size_span(other), "another share");
                }
                return self.report(problem);
            }
        }
    }

    /// A sized pledge inside what an assumption covers that is not a share of it.
    fn check_beside_totals(&mut self, scenario: &Scenario) {
        let raw = self.raw;
        for (index, (name, entry)) in raw.assumptions.iter().enumerate() {
            let shared = scenario.pledges.iter().any(|(_, p)| p.size.assumption() == Some(index));
            let assumption = scenario.assumptions.at(index);
            let Some(filter) = assumption.covers.as_ref().filter(|_| shared) else { continue };
            let unit = &assumption.unit;
            for (id, pledge) in scenario.pledges.iter() {
                let sized = pledge.size != Size::Unknown && scenario.stands(pledge);
                let apart = pledge.size.assumption() != Some(index) && pledge.unit == *unit;
                if sized && apart && scenario.admits(filter, pledge) {
                    let message = format!("`{id}` adds to `{name}`, which covers it");
                    let problem = Diagnostic::new(Code::BesideTotal, self.size_span(id), message)
                        .also(entry.id, "the total that covers it")
                        .help("make it a share of the total, or narrow `covers`");
                    self.report(problem);
                }
            }
        }
    }

    /// A floor that only shares of an assumption can meet: demand counted as supply.
    fn check_circular_requirements(&mut self, scenario: &Scenario) {
        for (id, requirement) in scenario.requirements.iter() {
            let Some(floor) = &self.raw.requirements[id].value.floor else { continue };
            if scenario.is_circular(requirement) {
                let message = format!("only shares of an assumption can meet `{id}`");
                let mut problem = Diagnostic::new(Code::CircularRequirement, floor.span, message)
                    .label("tests what was assumed")
                    .help("add pledges with sizes of their own, or ask only for conditions");
                let mut shares = scenario.pledges.iter().filter(|(_, pledge)| {
                    scenario.counts(pledge) && scenario.admits(&requirement.filter, pledge)
                });
                let total = shares.find_map(|(_, pledge)| pledge.size.assumption());
                if let Some((_, entry)) = total.and_then(|at| self.raw.assumptions.iter().nth(at)) {
                    problem = problem.also(entry.id, "assumed here");
                }
                self.report(problem);
            }
        }
    }

    /// What is past its date.
    pub(super) fn check_overdue(&mut self, scenario: &Scenario) {
        let raw = self.raw;
        let past = |date: &&Spanned<Date>| date.value < scenario.as_of;
        for (id, pledge) in scenario.pledges.iter().filter(|(_, p)| scenario.stands(p)) {
            let entry = &raw.pledges[id].value;
            if let Some(expires) = entry.expires.as_ref().filter(|_| pledge.expired) {
                let message = format!("`{id}` ran out on {} and counts no more", expires.value);
                let problem = Diagnostic::new(Code::MandateExpired, expires.span, message)
                    .help("renew or withdraw it by an update");
                self.report(problem);
            } else if let Some(date) = entry.review_by.as_ref().filter(past) {
                self.report_review(id, raw.pledges[id].id, date);
            }
        }
        for (id, condition) in scenario.conditions.iter().filter(|(_, c)| c.holds.is_none()) {
            let (place, entry) = (raw.conditions[id].id, &raw.conditions[id].value);
            if let Some(date) = entry.resolves_by.as_ref().filter(past) {
                let plain = condition.outcomes.is_empty();
                let what = if plain { "true` or `holds = false" } else { "\"...\"" };
                let message = format!("how `{id}` ended should be known since {}", date.value);
                let help = format!("write an update with `holds = {what}`, or move `resolves_by`");
                let problem = Diagnostic::new(Code::ReviewDue, place, message);
                self.report(problem.also(date.span, "resolves by").help(help));
            } else if let Some(date) = entry.review_by.as_ref().filter(past) {
                self.report_review(id, place, date);
            }
        }
    }

    fn report_review(&mut self, id: &str, place: Span, date: &Spanned<Date>) {
        let message = format!("`{id}` was to be reviewed by {}", date.value);
        let problem = Diagnostic::new(Code::ReviewDue, place, message);
        let help = "look for news, write what changed into an update, and move `review_by`";
        self.report(problem.also(date.span, "the date of the review").help(help));
    }

    fn size_span(&self, pledge: &str) -> Span {
        let entry = &self.raw.pledges[pledge];
        entry.value.size.as_ref().map_or(entry.id, |size| size.span)
    }
}

fn mention_id(scenario: &Scenario, mention: Mention) -> &str {
    match mention {
        Mention::Condition(index) => scenario.conditions.id(index),
        Mention::Definition(index) => scenario.definitions.id(index),
        Mention::Pledge(index) => scenario.pledges.id(index),
    }
}

fn mentions(scenario: &Scenario, at: Mention) -> Vec<Mention> {
    let mut found = Vec::new();
    let mut visit = |formula: &Formula| match formula {
        Formula::Condition { condition, .. } => found.push(Mention::Condition(*condition)),
        Formula::Definition(index) => found.push(Mention::Definition(*index)),
        Formula::Pledge(index) => found.push(Mention::Pledge(*index)),
        _ => {}
    };
    match at {
        Mention::Condition(index) => {
            let condition = scenario.conditions.at(index);
            let clauses = condition.clauses.iter().filter_map(|clause| clause.when.as_ref());
            let stated: Vec<&Stated> = condition.requires.iter().chain(clauses).collect();
            for stated in stated {
                stated.formula.walk(&mut visit);
            }
        }
        Mention::Definition(index) => scenario.definitions.at(index).formula.walk(&mut visit),
        Mention::Pledge(index) => scenario.pledges.at(index).when.formula.walk(&mut visit),
    }
    found
}
