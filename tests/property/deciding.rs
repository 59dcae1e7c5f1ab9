//! Tables `unlock` and `block` against the brute force: every set of options of the conditions that
//! a requirement depends on is tried.

use super::brute_force::{Listed, World};
use super::case::{Case, Condition, Formula, Pledge, Requirement, TROOPS, What};
use super::oracle::{Oracle, Row, ensure, ids, rows};
use super::parts::{Literal, literal};
use super::sizes;
use super::sums::admitted_to;
use contingent::report::table::Table;
use std::collections::{BTreeMap, BTreeSet};

/// A set of options.
type Set = BTreeSet<Literal>;

/// What a formula depends on once what is always or never true is left out: a constant, or entries.
enum Support {
    Constant(bool),
    Entries(BTreeSet<usize>),
}

/// The conditions that a formula mentions, through definitions and pledges.
fn support(case: &Case, formula: &Formula) -> Support {
    let all = |of: &[Formula], deciding: Option<bool>| {
        let mut found = BTreeSet::new();
        for part in of {
            match support(case, part) {
                Support::Constant(value) if Some(value) == deciding => {
                    return Support::Constant(value);
                }
                Support::Constant(_) => {}
                Support::Entries(entries) => found.extend(entries),
            }
        }
        // A chain that no part decides is what it is without parts; a count stays a count.
        match deciding {
            Some(value) if found.is_empty() => Support::Constant(!value),
            _ => Support::Entries(found),
        }
    };
    match formula {
        Formula::Constant(value) => Support::Constant(*value),
        Formula::Reads(at, option) => Support::Constant(case.assumptions[*at].chosen == *option),
        Formula::Ends(at, _) => Support::Entries(BTreeSet::from([*at])),
        Formula::Entry(at) => match &case.entries[*at].what {
            What::Condition(_) => Support::Entries(BTreeSet::from([*at])),
            What::Definition(inner) => support(case, inner),
            What::Pledge(pledge) if case.stands(pledge) => support(case, &pledge.when),
            What::Pledge(_) => Support::Constant(false),
        },
        Formula::Not(inner) => match support(case, inner) {
            Support::Constant(value) => Support::Constant(!value),
            entries @ Support::Entries(_) => entries,
        },
        Formula::All(of) => all(of, Some(false)),
        Formula::Any(of) => all(of, Some(true)),
        Formula::Count(_, _, of) => all(of, None),
    }
}

fn entries(support: Support) -> BTreeSet<usize> {
    if let Support::Entries(entries) = support { entries } else { BTreeSet::new() }
}

/// Conditions and those that bear upon them.
fn with_parents(case: &Case, start: BTreeSet<usize>) -> BTreeSet<usize> {
    let mut open: Vec<usize> = start.into_iter().collect();
    let mut found = BTreeSet::new();
    while let Some(at) = open.pop() {
        if found.insert(at) {
            let condition = case.entries[at].condition().unwrap();
            let whens = condition.clauses.iter().filter_map(|clause| clause.when.as_ref());
            let formulas = whens.chain(&condition.requires);
            open.extend(formulas.flat_map(|formula| entries(support(case, formula))));
        }
    }
    found
}

/// The option that obtains when nothing happens, if there is one.
fn default_option(case: &Case, condition: &Condition) -> Option<usize> {
    let always = |formula: &Formula| matches!(support(case, formula), Support::Constant(true));
    let always = condition.requires.as_ref().is_none_or(always);
    (condition.outcomes.is_empty() || !always).then_some(condition.otherwise)
}

/// The pledges that count towards a requirement.
fn summed<'a>(
    case: &'a Case,
    requirement: &'a Requirement,
) -> impl Iterator<Item = (usize, &'static str, &'a Pledge)> {
    case.pledges().filter(|(_, id, pledge)| {
        let counted = case.counts(pledge) && sizes::law(case, id, pledge).is_some();
        let unit =
            pledge.unit == requirement.unit && (pledge.kind == "force" || pledge.unit != TROOPS);
        let admits = |(nation, _): &(&str, u32)| admitted_to(requirement, pledge, nation);
        counted && unit && pledge.nations.iter().any(admits)
    })
}

/// What a pledge adds to a requirement's sum: low, mean in whole numbers, high.
fn added(case: &Case, requirement: &Requirement, id: &str, pledge: &Pledge) -> [u32; 3] {
    let law = sizes::law(case, id, pledge).unwrap();
    let part = |size: u32| -> u32 {
        let split = sizes::split(size, &pledge.nations);
        let members = pledge.nations.iter().zip(split);
        members.filter(|((n, _), _)| admitted_to(requirement, pledge, n)).map(|(_, p)| p).sum()
    };
    let parts: Vec<(u32, f64)> = law.into_iter().map(|(size, p)| (part(size), p)).collect();
    let mean: f64 = parts.iter().map(|(part, p)| f64::from(*part) * p).sum();
    let above = |whole: &u32| f64::from(*whole) + 0.5 > mean + 1e-9;
    let rounded = (0..=10_000_000).find(above).unwrap();
    let all = || parts.iter().map(|(part, _)| *part);
    [all().min().unwrap(), rounded, all().max().unwrap()]
}

/// One requirement in all possible worlds.
struct Decision<'a> {
    case: &'a Case,
    /// The conditions that it depends on, and how many options each has.
    conditions: Vec<(usize, usize)>,
    /// For each world the option of each of them, and whether it is met at the three sizes.
    worlds: Vec<(Vec<usize>, [bool; 3])>,
    /// The strict ancestors of each condition.
    above: BTreeMap<usize, BTreeSet<usize>>,
}

impl<'a> Decision<'a> {
    fn new(listed: &Listed<'a>, requirement: &Requirement) -> Self {
        let case = listed.case;
        let sum: Vec<(usize, [u32; 3])> = summed(case, requirement)
            .map(|(at, id, pledge)| (at, added(case, requirement, id, pledge)))
            .collect();
        let whens = summed(case, requirement).map(|(_, _, pledge)| &pledge.when);
        let formulas = whens.chain(&requirement.needs).chain(&case.given);
        let start = formulas.flat_map(|formula| entries(support(case, formula))).collect();
        let conditions: Vec<(usize, usize)> = with_parents(case, start)
            .into_iter()
            .map(|at| (at, case.entries[at].condition().unwrap().options()))
            .collect();
        let world = |world: &World| {
            let needed = requirement.needs.as_ref().is_none_or(|n| listed.holds(n, &world.values));
            let met = [0, 1, 2].map(|size| {
                let active = sum.iter().filter(|(at, _)| world.values[*at] == 1);
                let total: u32 = active.map(|(_, sizes)| sizes[size]).sum();
                needed && total >= requirement.floor.unwrap_or(0)
            });
            (conditions.iter().map(|(at, _)| world.values[*at]).collect(), met)
        };
        let worlds = listed.worlds.iter().map(world).collect();
        let above = conditions.iter().map(|(at, _)| {
            let mut above = with_parents(case, BTreeSet::from([*at]));
            above.remove(at);
            (*at, above)
        });
        Self { case, above: above.collect(), worlds, conditions }
    }

    /// For every set of options, as digits of which the last means "any": whether some world with it
    /// meets the requirement, and whether some does not.
    fn cubes(&self, size: usize) -> Vec<[bool; 2]> {
        let whole: usize = self.conditions.iter().map(|(_, options)| options + 1).product();
        let mut cubes = vec![[false; 2]; whole];
        for (options, met) in &self.worlds {
            let number = self.number(options);
            cubes[number][usize::from(!met[size])] = true;
        }
        let mut step = 1;
        for (_, options) in &self.conditions {
            for number in (0..whole).filter(|number| number / step % (options + 1) == *options) {
                for option in 0..*options {
                    let one = cubes[number - (options - option) * step];
                    let cube = &mut cubes[number];
                    cube.iter_mut().zip(one).for_each(|(any, one)| *any |= one);
                }
            }
            step *= options + 1;
        }
        cubes
    }

    fn number(&self, digits: &[usize]) -> usize {
        let pairs = self.conditions.iter().zip(digits).rev();
        pairs.fold(0, |number, ((_, options), digit)| number * (options + 1) + digit)
    }

    /// The minimal sets that are enough, or rule out, closed; those that are minimal then.
    fn sets(&self, size: usize, wanted: bool) -> BTreeSet<Set> {
        let cubes = self.cubes(size);
        let decides = |number: usize| {
            let [met, unmet] = cubes[number];
            if wanted { met && !unmet } else { unmet && !met }
        };
        let mut closed: BTreeSet<Set> = BTreeSet::new();
        for number in (0..cubes.len()).filter(|number| decides(*number)) {
            let (mut step, mut set, mut minimal) = (1, Set::new(), true);
            for (at, options) in &self.conditions {
                let digit = number / step % (options + 1);
                if digit < *options {
                    set.insert((*at, digit));
                    minimal &= !decides(number + (options - digit) * step);
                }
                step *= options + 1;
            }
            if minimal {
                closed.insert(self.closed(&set));
            }
        }
        let has_part =
            |set: &Set| closed.iter().any(|part| part.len() < set.len() && part.is_subset(set));
        closed.iter().filter(|set| !has_part(set)).cloned().collect()
    }

    /// With what holds in every world with the set, of conditions that bear upon its members, and
    /// is no default.
    fn closed(&self, set: &Set) -> Set {
        let place = |at: usize| self.conditions.iter().position(|(own, _)| *own == at).unwrap();
        let members: Vec<(usize, usize)> = set.iter().map(|(at, o)| (place(*at), *o)).collect();
        let with = || {
            let fits = |options: &Vec<usize>| members.iter().all(|(at, o)| options[*at] == *o);
            self.worlds.iter().map(|(options, _)| options).filter(move |own| fits(own))
        };
        let mut closed = set.clone();
        for (position, (at, options)) in self.conditions.iter().enumerate() {
            let bears = set.iter().any(|(member, _)| self.above[member].contains(at));
            let default = default_option(self.case, self.case.entries[*at].condition().unwrap());
            let forced = |option: &usize| with().all(|options| options[position] == *option);
            if bears && !set.iter().any(|(member, _)| member == at) {
                let forced = (0..*options).filter(|option| Some(*option) != default).find(forced);
                closed.extend(forced.map(|option| (*at, option)));
            }
        }
        closed
    }

    /// The members that the others presuppose.
    fn prerequisites(&self, set: &Set) -> Set {
        let presupposed = |member: &&Literal| {
            let others: Set = set.iter().filter(|own| own != member).copied().collect();
            self.closed(&others).contains(*member)
        };
        set.iter().filter(presupposed).copied().collect()
    }
}

fn has(world: &World, set: &Set) -> bool {
    set.iter().all(|(at, option)| world.values[*at] == *option)
}

fn probability(listed: &Listed<'_>, set: &Set) -> Option<f64> {
    listed.mean(None, |world| f64::from(u8::from(has(world, set))))
}

/// Compares one of the two tables: the sets that are enough where `wanted`, else those that rule
/// out.
pub(super) fn check(oracle: &Oracle<'_>, table: &Table, wanted: bool) -> Result<(), String> {
    check_up_to(oracle, table, wanted, usize::MAX)
}

/// The same where only sets of at most so many conditions were asked for.
pub(super) fn check_up_to(
    oracle: &Oracle<'_>,
    table: &Table,
    wanted: bool,
    most: usize,
) -> Result<(), String> {
    let listed = oracle.any();
    for requirement in &listed.case.requirements {
        let decision = Decision::new(listed, requirement);
        let few = |set: &Set| set.len() <= most;
        let sets = [0, 1, 2].map(|size| decision.sets(size, wanted));
        let sets = sets.map(|all| all.into_iter().filter(few).collect::<BTreeSet<Set>>());
        let any: BTreeSet<Set> = sets[0].iter().cloned().collect();
        let any: BTreeSet<Set> =
            any.into_iter().filter(|set| sets[1].contains(set) && sets[2].contains(set)).collect();
        let mut expected: BTreeSet<(String, Set)> = BTreeSet::new();
        for (word, sets) in ["low", "central", "high"].iter().zip(&sets) {
            let apart = sets.difference(&any).cloned();
            expected.extend(apart.map(|set| ((*word).to_owned(), set)));
        }
        expected.extend(any.into_iter().map(|set| ("any".to_owned(), set)));
        let own = |row: &Row<'_>| row.words("requirement") == requirement.id;
        let mut before = (0, 0);
        for row in rows(table).filter(own) {
            let conditions = ids(row.cell("conditions"));
            let set: Result<Set, String> =
                conditions.iter().map(|text| literal(listed.case, text)).collect();
            let (sizes, set) = (row.words("sizes"), set?);
            let alike = expected.iter().filter(|(word, _)| *word == sizes).count();
            ensure(expected.contains(&(sizes.clone(), set.clone())), || {
                format!("{} {sizes} {conditions:?} is no such set", requirement.id)
            })?;
            ensure(row.words("conditions_count") == set.len().to_string(), || "count".to_owned())?;
            ensure(row.words("sets") == alike.to_string(), || format!("{alike} {sizes} sets"))?;
            let number = row.words("set_id").parse().map_err(|_| "no number".to_owned())?;
            ensure(before <= (set.len(), number), || format!("{conditions:?} is too late"))?;
            before = (set.len(), number);
            check_figures(oracle, &row, requirement, (&decision, &set, wanted))?;
        }
        let found = rows(table).filter(own).count();
        ensure(found == expected.len(), || {
            format!("{}: {found} sets and not {expected:?}", requirement.id)
        })?;
    }
    Ok(())
}

fn check_figures(
    oracle: &Oracle<'_>,
    row: &Row<'_>,
    requirement: &Requirement,
    (decision, set, wanted): (&Decision<'_>, &Set, bool),
) -> Result<(), String> {
    row.check("probability_set_holds", &oracle.figure(|listed| probability(listed, set)))?;
    let before = decision.prerequisites(set);
    let given =
        |listed: &Listed<'_>| Some(probability(listed, set)? / probability(listed, &before)?);
    row.check("probability_given_prerequisites", &oracle.figure(given))?;
    let listed = oracle.any();
    let admits = |pledge: &Pledge, nation: &str| admitted_to(requirement, pledge, nation);
    let worlds = || listed.worlds.iter().filter(|world| has(world, set));
    let laws = worlds().map(|world| listed.law_in(world, requirement.unit, &admits));
    let ends =
        laws.map(|law| (*law.first_key_value().unwrap().0, *law.last_key_value().unwrap().0));
    let ends = ends.reduce(|ends, own| (ends.0.min(own.0), ends.1.max(own.1))).unwrap();
    let ends = requirement.floor.map(|_| ends);
    row.check("troops_low", &oracle.figure(|_| ends.map(|ends| f64::from(ends.0))))?;
    row.check("troops_high", &oracle.figure(|_| ends.map(|ends| f64::from(ends.1))))?;
    let named = ids(row.cell("pledges"));
    for (at, id, _) in listed.case.pledges() {
        let active = |world: &World| world.values[at] == 1;
        let sure = if wanted {
            worlds().all(active)
        } else {
            !worlds().any(active) && listed.worlds.iter().any(active)
        };
        let counts = summed(listed.case, requirement).any(|(own, ..)| own == at);
        let is_named = named.iter().any(|named| named == id);
        ensure(!is_named || sure, || format!("{id} is not sure with {set:?}"))?;
        ensure(is_named || !(sure && counts), || format!("{id} is sure with {set:?}"))?;
    }
    Ok(())
}
