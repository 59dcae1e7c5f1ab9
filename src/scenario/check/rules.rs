//! Rules that look at several entries at once: cycles, shares of one total, circular floors.

use super::Checker;
use crate::decimal::Decimal;
use crate::diagnostic::{Code, Diagnostic};
use crate::scenario::raw::RawSize;
use crate::scenario::{Filter, Formula, Pledge, Requirement, Scenario, Share, Size, Stated};
use crate::source::Span;

/// Something that depends on others through its formulas.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
enum Mention {
    Condition(usize),
    Definition(usize),
    Pledge(usize),
}

/// Where a depth-first walk stands with an entry.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Visit {
    Not,
    Open,
    Done,
}

impl Checker<'_> {
    /// The rules over the whole scenario, in the order of the functions below.
    pub(super) fn check_rules(&mut self, scenario: &Scenario) {
        self.check_cycles(scenario);
        self.check_shares(scenario);
        self.check_beside_totals(scenario);
        self.check_circular_requirements(scenario);
    }

    fn check_cycles(&mut self, scenario: &Scenario) {
        let all = (0..scenario.conditions.len())
            .map(Mention::Condition)
            .chain((0..scenario.definitions.len()).map(Mention::Definition))
            .chain((0..scenario.pledges.len()).map(Mention::Pledge));
        let mut visits = std::collections::BTreeMap::new();
        for start in all {
            self.visit(scenario, start, &mut visits, &mut Vec::new());
        }
    }

    fn visit(
        &mut self,
        scenario: &Scenario,
        at: Mention,
        visits: &mut std::collections::BTreeMap<Mention, Visit>,
        path: &mut Vec<Mention>,
    ) {
        match visits.get(&at).copied().unwrap_or(Visit::Not) {
            Visit::Done => return,
            Visit::Open => {
                let start = path.iter().position(|member| *member == at).unwrap_or(0);
                self.report_cycle(scenario, &path[start..]);
                return;
            }
            Visit::Not => {}
        }
        visits.insert(at, Visit::Open);
        path.push(at);
        for next in mentions(scenario, at) {
            self.visit(scenario, next, visits, path);
        }
        path.pop();
        visits.insert(at, Visit::Done);
    }

    fn report_cycle(&mut self, scenario: &Scenario, cycle: &[Mention]) {
        let Some((first, others)) = cycle.split_first() else { return };
        let named = |mention: &Mention| format!("`{}`", mention_id(scenario, *mention));
        let mut chain: Vec<String> = cycle.iter().map(named).collect();
        chain.push(named(first));
        let message = format!("a cycle: {}", chain.join(" depends on "));
        let mut problem =
            Diagnostic::new(Code::Cycle, self.mention_span(scenario, *first), message)
                .label("depends on itself")
                .help("remove one of these links");
        for other in others {
            problem = problem.also(self.mention_span(scenario, *other), "through this");
        }
        self.report(problem);
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
    fn check_shares(&mut self, scenario: &Scenario) {
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
            let shares = members.iter().map(|(_, pledge)| share_of(&variant, pledge));
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
                    .help("every share written counts, whatever its stage or date");
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
            let Some(covers) = entry.value.covers.as_ref().filter(|_| shared) else { continue };
            let filter = self.check_filter_quietly(covers);
            let unit = &scenario.assumptions.at(index).unit;
            for (id, pledge) in scenario.pledges.iter() {
                let sized = pledge.size != Size::Unknown && scenario.stands(pledge);
                let apart = pledge.size.assumption() != Some(index) && pledge.unit == *unit;
                if sized && apart && admits(scenario, &filter, pledge) {
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
            if is_circular(scenario, requirement) {
                let message = format!("only shares of an assumption can meet `{id}`");
                let problem = Diagnostic::new(Code::CircularRequirement, floor.span, message)
                    .help("the floor tests what was assumed; add pledges with sizes of their own");
                self.report(problem);
            }
        }
    }

    fn size_span(&self, pledge: &str) -> Span {
        let entry = &self.raw.pledges[pledge];
        let of = entry.value.size.as_ref().map(|size| match &size.value {
            RawSize::Share(_, of) | RawSize::Rest(of) if size.span.end <= size.span.start => {
                of.span
            }
            _ => size.span,
        });
        of.unwrap_or(entry.id)
    }
}

/// Whether every sized, counting pledge that a floor admits is a share of an assumption.
pub fn is_circular(scenario: &Scenario, requirement: &Requirement) -> bool {
    let admitted = scenario.pledges.iter().filter(|(_, pledge)| {
        scenario.counts(pledge)
            && pledge.size != Size::Unknown
            && pledge.unit == requirement.unit
            && admits(scenario, &requirement.filter, pledge)
    });
    let mut shares = admitted.map(|(_, pledge)| pledge.size.assumption().is_some()).peekable();
    requirement.floor.is_some() && shares.peek().is_some() && shares.all(|share| share)
}

/// Whether a filter admits a pledge. Without a basing it admits what is in theatre.
pub fn admits(scenario: &Scenario, filter: &Filter, pledge: &Pledge) -> bool {
    let based = if filter.basings.is_empty() {
        scenario.in_theatre(pledge.basing)
    } else {
        filter.basings.contains(&pledge.basing)
    };
    let nation = |member: &crate::scenario::Member| filter.nations.contains(&member.nation);
    based
        && (filter.domains.is_empty() || filter.domains.contains(&pledge.domain))
        && (filter.nations.is_empty() || pledge.nations.iter().any(nation))
}

/// The share that a pledge takes of its assumption at the chosen options; zero for a rest.
pub fn share_of(scenario: &Scenario, pledge: &Pledge) -> Decimal {
    match &pledge.size {
        Size::Share(Share::Number(share), _) => *share,
        Size::Share(Share::Assumption(index), _) => {
            let assumption = scenario.assumptions.at(*index);
            assumption.options.get(assumption.chosen).map_or(Decimal::ZERO, |option| option.value)
        }
        _ => Decimal::ZERO,
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
            stated.into_iter().for_each(|stated| stated.formula.walk(&mut visit));
        }
        Mention::Definition(index) => scenario.definitions.at(index).walk(&mut visit),
        Mention::Pledge(index) => scenario.pledges.at(index).when.formula.walk(&mut visit),
    }
    found
}
