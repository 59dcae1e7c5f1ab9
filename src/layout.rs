//! What the tables sum: the totals and the cells of the posture, in their printed order.
//!
//! In: a `Scenario`. Out: named filters that `compile` turns into sums. `domain.*` and `nation.*`
//! count what is in theatre.

use crate::model::{Sum, Term};
use crate::scenario::{Domain, Filter, Kind, Pledge, Scenario, Size, TROOPS};
use std::collections::BTreeSet;

/// The name of the total that leads every summary.
pub const IN_THEATRE: &str = "in_theatre";

/// The name of the total of everything that is not in theatre.
pub const ELSEWHERE: &str = "elsewhere";

/// A total of the report.
#[derive(Clone, Debug)]
pub struct Total {
    /// `in_theatre`, `elsewhere`, `basing.ukraine`, `domain.land`, `nation.GBR`.
    pub name: String,
    /// What it counts.
    pub unit: String,
    filter: Filter,
}

impl Total {
    fn new(name: impl Into<String>, unit: &str, filter: Filter) -> Self {
        Self { name: name.into(), unit: unit.to_owned(), filter }
    }

    /// What it sums.
    pub fn sum(&self, scenario: &Scenario) -> Sum {
        sum_of(scenario, &self.filter, &self.unit)
    }
}

/// A cell of the posture.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Cell {
    /// Which nation.
    pub nation: usize,
    /// Which domain.
    pub domain: Domain,
    /// Where; unstated where it is none.
    pub basing: Option<usize>,
    /// What it counts.
    pub unit: String,
}

impl Cell {
    /// What it sums.
    pub fn sum(&self, scenario: &Scenario) -> Sum {
        let filter = Filter {
            basings: vec![self.basing],
            domains: vec![self.domain],
            nations: vec![self.nation],
        };
        sum_of(scenario, &filter, &self.unit)
    }

    /// Whether a pledge stands in it.
    pub fn holds(&self, pledge: &Pledge) -> bool {
        self.domain == pledge.domain
            && self.basing == pledge.basing
            && self.unit == pledge.unit
            && pledge.nations.iter().any(|member| member.nation == self.nation)
    }
}

/// The totals of a scenario: in theatre, elsewhere, then basings, domains and nations by id, then
/// the first two for each other unit.
pub fn totals(scenario: &Scenario) -> Vec<Total> {
    let forces: Vec<&Pledge> = listed(scenario).filter(|p| p.kind == Kind::Force).collect();
    let mut totals = vec![
        Total::new(IN_THEATRE, TROOPS, Filter::default()),
        Total::new(ELSEWHERE, TROOPS, elsewhere(scenario)),
    ];
    let basings: BTreeSet<Option<usize>> = (0..scenario.basings.len())
        .map(Some)
        .chain(forces.iter().map(|pledge| pledge.basing))
        .collect();
    for basing in basings {
        let filter = Filter { basings: vec![basing], ..Filter::default() };
        let name = format!("basing.{}", scenario.basing_id(basing));
        totals.push(Total::new(name, TROOPS, filter));
    }
    let domains: BTreeSet<Domain> = forces.iter().map(|pledge| pledge.domain).collect();
    for domain in domains {
        let filter = Filter { domains: vec![domain], ..Filter::default() };
        totals.push(Total::new(format!("domain.{domain}"), TROOPS, filter));
    }
    let nations: BTreeSet<usize> = forces
        .iter()
        .flat_map(|pledge| pledge.nations.iter().map(|member| member.nation))
        .collect();
    for nation in nations {
        let filter = Filter { nations: vec![nation], ..Filter::default() };
        totals.push(Total::new(format!("nation.{}", scenario.nations.id(nation)), TROOPS, filter));
    }
    for unit in other_units(scenario) {
        totals.push(Total::new(IN_THEATRE, &unit, Filter::default()));
        totals.push(Total::new(ELSEWHERE, &unit, elsewhere(scenario)));
    }
    totals
}

/// The cells of the posture in the order of nation, domain, basing and unit.
pub fn cells(scenario: &Scenario) -> Vec<Cell> {
    let mut cells = BTreeSet::new();
    for pledge in listed(scenario) {
        for member in &pledge.nations {
            let (domain, basing) = (pledge.domain, pledge.basing);
            cells.insert(Cell { nation: member.nation, domain, basing, unit: pledge.unit.clone() });
        }
    }
    cells.into_iter().collect()
}

/// A nation that pledges troops, from the headline to what it has in theatre.
#[derive(Clone, Debug)]
pub struct Contributor {
    /// Which nation.
    pub nation: usize,
    /// Every pledge of it that stands.
    pub headline: Sum,
    /// Those that count.
    pub counted: Sum,
    /// Those of them that are in theatre.
    pub in_theatre: Sum,
}

/// The nations with a standing pledge of troops, in the order of their ids.
pub fn contributors(scenario: &Scenario) -> Vec<Contributor> {
    let forces = listed(scenario).filter(|pledge| is_troops(pledge));
    let nations: BTreeSet<usize> =
        forces.flat_map(|pledge| pledge.nations.iter().map(|member| member.nation)).collect();
    let contributor = |nation: usize| {
        let its = |stays: &dyn Fn(&Pledge) -> bool| {
            let its = |p: &Pledge| p.nations.iter().any(|member| member.nation == nation);
            let stays = |p: &Pledge| scenario.stands(p) && p.unit == TROOPS && its(p) && stays(p);
            terms(scenario, &[nation], stays)
        };
        Contributor {
            nation,
            headline: its(&|_| true),
            counted: its(&|pledge| scenario.counts(pledge)),
            in_theatre: its(&|p| scenario.counts(p) && scenario.in_theatre(p.basing)),
        }
    };
    nations.into_iter().map(contributor).collect()
}

/// Whether a pledge is of troops, whatever its size.
pub fn is_troops(pledge: &Pledge) -> bool {
    pledge.kind == Kind::Force && pledge.unit == TROOPS
}

/// The standing pledges that are forces or have a size.
fn listed(scenario: &Scenario) -> impl Iterator<Item = &Pledge> {
    scenario.pledges.iter().map(|(_, pledge)| pledge).filter(|pledge| {
        scenario.stands(pledge) && (pledge.kind == Kind::Force || pledge.size != Size::Unknown)
    })
}

fn elsewhere(scenario: &Scenario) -> Filter {
    let out = (0..scenario.basings.len()).map(Some).filter(|b| !scenario.in_theatre(*b));
    Filter { basings: out.chain([None]).collect(), ..Filter::default() }
}

fn other_units(scenario: &Scenario) -> BTreeSet<String> {
    let sized = listed(scenario).filter(|pledge| pledge.size != Size::Unknown);
    sized.map(|pledge| pledge.unit.clone()).filter(|unit| unit != TROOPS).collect()
}

/// The terms of a filter: counting, sized pledges of the unit, restricted to the named nations.
pub fn sum_of(scenario: &Scenario, filter: &Filter, unit: &str) -> Sum {
    terms(scenario, &filter.nations, |pledge| {
        scenario.counts(pledge) && pledge.unit == unit && scenario.admits(filter, pledge)
    })
}

/// The parts that some nations have, or all where none is named, in the sized pledges that `admit`.
fn terms(scenario: &Scenario, nations: &[usize], admit: impl Fn(&Pledge) -> bool) -> Sum {
    let pledges = scenario.pledges.iter().enumerate();
    let admitted = pledges.filter(|(_, (_, pledge))| pledge.size != Size::Unknown && admit(pledge));
    let term = |(index, (_, pledge)): (usize, (&str, &Pledge))| {
        let named = pledge.nations.iter().enumerate();
        let named = named.filter(|(_, member)| nations.contains(&member.nation));
        let members: Vec<usize> = named.map(|(position, _)| position).collect();
        let all = members.len() == pledge.nations.len();
        Term { pledge: index, members: if all { Vec::new() } else { members } }
    };
    admitted.map(term).collect()
}
