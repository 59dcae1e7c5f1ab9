//! Every figure from its definition, by listing every assignment of every condition and every
//! combination of sizes. No cleverness: this is what the engine is compared with.

use super::case::{Case, Clause, Condition, Entry, Formula, Pledge, Relation, TROOPS, What};
use super::sizes;
use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

/// One assignment of every condition.
#[derive(Clone, Debug)]
pub(super) struct World {
    /// For each entry: the option of a condition, the truth of anything else.
    pub(super) values: Vec<usize>,
    /// Given the evidence.
    pub(super) probability: f64,
}

/// One size for every pledge.
#[derive(Clone, Debug)]
struct Draw {
    probability: f64,
    /// For each entry, for each nation; nothing where there is no size.
    amounts: Vec<Vec<u32>>,
}

/// The probability of each value.
pub(super) type Law = BTreeMap<u32, f64>;

/// What is summed: one nation of one pledge or not.
pub(super) type Admits<'a> = &'a dyn Fn(&Pledge, &str) -> bool;

/// A case with everything listed.
#[derive(Clone, Debug)]
pub(super) struct Listed<'a> {
    pub(super) case: &'a Case,
    /// The possible ones.
    pub(super) worlds: Vec<World>,
    draws: Vec<Draw>,
    effects: OnceCell<BTreeMap<usize, BTreeSet<usize>>>,
}

impl<'a> Listed<'a> {
    /// Lists everything; nothing where the evidence cannot hold. An absent probability is taken
    /// to be `absent`.
    pub(super) fn new(case: &'a Case, absent: f64) -> Option<Self> {
        let mut listed =
            Self { case, worlds: Vec::new(), draws: draws(case), effects: OnceCell::new() };
        let counts: Vec<usize> = case.conditions().map(|(_, _, c)| c.options()).collect();
        for number in 0..counts.iter().product() {
            let world = listed.world(number, &counts, absent);
            let held = case.given.as_ref().is_none_or(|given| listed.holds(given, &world.values));
            if held && world.probability > 0.0 {
                listed.worlds.push(world);
            }
        }
        let evidence: f64 = listed.worlds.iter().map(|world| world.probability).sum();
        listed.worlds.iter_mut().for_each(|world| world.probability /= evidence);
        (!listed.worlds.is_empty()).then_some(listed)
    }

    /// The assignment with a number in mixed radix.
    fn world(&self, mut number: usize, counts: &[usize], absent: f64) -> World {
        let mut world = World { values: Vec::new(), probability: 1.0 };
        let mut counts = counts.iter();
        for entry in &self.case.entries {
            let value = match &entry.what {
                What::Condition(condition) => {
                    let options = counts.next().unwrap();
                    let option = number % options;
                    number /= options;
                    world.probability *= self.chance(condition, option, &world.values, absent);
                    option
                }
                what => self.truth(what, &world.values),
            };
            world.values.push(value);
        }
        world
    }

    /// The probability of an option in a world of which everything earlier is known.
    fn chance(&self, condition: &Condition, option: usize, values: &[usize], absent: f64) -> f64 {
        let possible = condition.requires.as_ref().is_none_or(|r| self.holds(r, values));
        if !possible {
            return f64::from(u8::from(option == condition.otherwise));
        }
        let applies =
            |clause: &&Clause| clause.when.as_ref().is_none_or(|when| self.holds(when, values));
        let clause = condition.clauses.iter().find(applies).unwrap();
        if condition.outcomes.is_empty() {
            let holds = clause.chances.first().map_or(absent, |stated| stated.point());
            if option == 1 { holds } else { 1.0 - holds }
        } else {
            clause.chances[option].point()
        }
    }

    /// Whether a formula holds in a world.
    pub(super) fn holds(&self, formula: &Formula, values: &[usize]) -> bool {
        match formula {
            Formula::Constant(value) => *value,
            Formula::Entry(at) => values[*at] == 1,
            Formula::Ends(at, outcome) => values[*at] == *outcome,
            Formula::Reads(at, option) => self.case.assumptions[*at].chosen == *option,
            Formula::Not(inner) => !self.holds(inner, values),
            Formula::All(of) => of.iter().all(|part| self.holds(part, values)),
            Formula::Any(of) => of.iter().any(|part| self.holds(part, values)),
            Formula::Count(relation, count, of) => {
                let found = of.iter().filter(|part| self.holds(part, values)).count();
                match relation {
                    Relation::AtLeast => found >= *count,
                    Relation::AtMost => found <= *count,
                    Relation::Exactly => found == *count,
                }
            }
        }
    }

    /// The probability of a world given another formula; nothing where that cannot hold.
    fn asked(&self, asked: Option<&Formula>) -> Option<Vec<(&World, f64)>> {
        let holds = |world: &&World| asked.is_none_or(|asked| self.holds(asked, &world.values));
        let worlds: Vec<&World> = self.worlds.iter().filter(holds).collect();
        let whole: f64 = worlds.iter().map(|world| world.probability).sum();
        let given = worlds.iter().map(|world| (*world, world.probability / whole));
        (!worlds.is_empty()).then(|| given.collect())
    }

    /// The mean of a function of the world, given a formula.
    pub(super) fn mean(&self, asked: Option<&Formula>, of: impl Fn(&World) -> f64) -> Option<f64> {
        Some(self.asked(asked)?.into_iter().map(|(world, p)| p * of(world)).sum())
    }

    /// P(total = t) in one world.
    pub(super) fn law_in(&self, world: &World, unit: &str, admits: Admits<'_>) -> Law {
        let mut law = Law::new();
        for draw in &self.draws {
            *law.entry(self.total(world, draw, unit, admits)).or_insert(0.0) += draw.probability;
        }
        law
    }

    /// P(total = t), given a formula.
    pub(super) fn law(
        &self,
        asked: Option<&Formula>,
        unit: &str,
        admits: Admits<'_>,
    ) -> Option<Law> {
        let mut law = Law::new();
        for (world, probability) in self.asked(asked)? {
            for (value, chance) in self.law_in(world, unit, admits) {
                *law.entry(value).or_insert(0.0) += probability * chance;
            }
        }
        Some(law)
    }

    /// The sum of the sizes of the counting, active pledges.
    fn total(&self, world: &World, draw: &Draw, unit: &str, admits: Admits<'_>) -> u32 {
        let mut sum = 0;
        for (at, _, pledge) in self.case.pledges() {
            let counted = world.values[at] == 1 && self.case.counts(pledge);
            if counted && pledge.unit == unit && (pledge.kind == "force" || unit != TROOPS) {
                let members = pledge.nations.iter().zip(&draw.amounts[at]);
                let admitted = members.filter(|((nation, _), _)| admits(pledge, nation));
                sum += admitted.map(|(_, amount)| amount).sum::<u32>();
            }
        }
        sum
    }

    /// A pledge's sizes: low, mean and high, and the mean of each nation's part.
    pub(super) fn size(&self, at: usize) -> Option<([f64; 3], Vec<f64>)> {
        let (pledge, id) = (self.case.entries[at].pledge()?, self.case.entries[at].id);
        let law = sizes::law(self.case, id, pledge)?;
        let mean = law.iter().map(|(value, p)| f64::from(*value) * p).sum();
        let ends = [law[0].0, law[law.len() - 1].0].map(f64::from);
        let mut parts = vec![0.0; pledge.nations.len()];
        for (value, p) in law {
            let split = sizes::split(value, &pledge.nations);
            parts.iter_mut().zip(split).for_each(|(part, amount)| *part += p * f64::from(amount));
        }
        Some(([ends[0], mean, ends[1]], parts))
    }

    /// A world's values where one condition ends otherwise, all other conditions as they are.
    fn changed(&self, world: &World, condition: usize, option: usize) -> Vec<usize> {
        let mut values = Vec::new();
        for (at, entry) in self.case.entries.iter().enumerate() {
            let value = match &entry.what {
                What::Condition(_) if at == condition => option,
                What::Condition(_) => world.values[at],
                _ => self.truth(&entry.what, &values),
            };
            values.push(value);
        }
        values
    }

    /// For each condition, the pledges that it decides and the conditions whose chances it changes
    /// in some assignment, possible or not, where it alone ends otherwise.
    fn effects(&self) -> BTreeMap<usize, BTreeSet<usize>> {
        let counts: Vec<usize> = self.case.conditions().map(|(_, _, c)| c.options()).collect();
        let mut effects: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
        for number in 0..counts.iter().product() {
            let world = self.world(number, &counts, 0.5);
            let before = self.signatures(&world.values);
            for (at, _, condition) in self.case.conditions() {
                for option in 0..condition.options() {
                    let after = self.signatures(&self.changed(&world, at, option));
                    let differs = (0..before.len()).filter(|e| before[*e] != after[*e]);
                    effects.entry(at).or_default().extend(differs);
                }
            }
        }
        effects
    }

    /// What other entries see of each entry: a pledge's activity, a condition's chances.
    fn signatures(&self, values: &[usize]) -> Vec<Vec<u64>> {
        let signature = |(at, entry): (usize, &Entry)| match &entry.what {
            What::Condition(condition) => (0..condition.options())
                .map(|option| self.chance(condition, option, values, 0.5).to_bits())
                .collect(),
            What::Pledge(_) => vec![values[at] as u64],
            What::Definition(_) => Vec::new(),
        };
        self.case.entries.iter().enumerate().map(signature).collect()
    }

    /// The conditions that alone decide a pledge in some assignment.
    pub(super) fn deciding(&self, pledge: usize) -> BTreeSet<usize> {
        let effects = self.effects.get_or_init(|| self.effects()).iter();
        effects.filter(|(_, changed)| changed.contains(&pledge)).map(|(cause, _)| *cause).collect()
    }

    /// The conditions that decide some pledges, and those that bear upon them in turn.
    pub(super) fn bearing(&self, pledges: impl IntoIterator<Item = usize>) -> BTreeSet<usize> {
        let effects = self.effects.get_or_init(|| self.effects());
        let mut open: Vec<usize> = pledges.into_iter().collect();
        let mut found = BTreeSet::new();
        while let Some(at) = open.pop() {
            let causes = effects.iter().filter(|(_, changed)| changed.contains(&at));
            open.extend(causes.map(|(cause, _)| *cause).filter(|cause| found.insert(*cause)));
        }
        found
    }

    /// Whether a definition holds, a pledge is active.
    fn truth(&self, what: &What, values: &[usize]) -> usize {
        usize::from(match what {
            What::Definition(formula) => self.holds(formula, values),
            What::Pledge(p) => self.case.stands(p) && self.holds(&p.when, values),
            What::Condition(_) => false,
        })
    }
}

/// Every combination of sizes.
fn draws(case: &Case) -> Vec<Draw> {
    let mut draws = vec![Draw { probability: 1.0, amounts: Vec::new() }];
    for entry in &case.entries {
        let law = entry.pledge().and_then(|pledge| sizes::law(case, entry.id, pledge));
        let nations = entry.pledge().map_or(&[][..], |pledge| &pledge.nations);
        let mut longer = Vec::new();
        for draw in draws {
            match &law {
                None => longer.push(draw.with(1.0, Vec::new())),
                Some(law) => longer.extend(
                    law.iter().map(|(size, p)| draw.with(*p, sizes::split(*size, nations))),
                ),
            }
        }
        draws = longer;
    }
    draws
}

impl Draw {
    fn with(&self, probability: f64, amounts: Vec<u32>) -> Self {
        let mut longer = self.clone();
        longer.probability *= probability;
        longer.amounts.push(amounts);
        longer
    }
}

/// The probability of a total of at least so much.
pub(super) fn at_least(law: &Law, floor: u32) -> f64 {
    law.range(floor..).map(|(_, p)| p).sum()
}

pub(super) fn mean(law: &Law) -> f64 {
    law.iter().map(|(value, p)| f64::from(*value) * p).sum()
}

pub(super) fn deviation(law: &Law) -> f64 {
    let mean = mean(law);
    if law.len() == 1 {
        return 0.0;
    }
    law.iter().map(|(value, p)| p * (f64::from(*value) - mean).powi(2)).sum::<f64>().sqrt()
}

/// The law of a total given that it is any at all.
pub(super) fn if_any(law: &Law) -> Option<Law> {
    let any = at_least(law, 1);
    let given: Law = law.range(1..).map(|(value, p)| (*value, p / any)).collect();
    (!given.is_empty()).then_some(given)
}

/// The smallest t with P(total <= t) >= q; sums of decimals are exact to within the slack.
pub(super) fn quantile(law: &Law, level: f64) -> f64 {
    const SLACK: f64 = 1e-12;
    let mut sum = 0.0;
    for (value, p) in law {
        sum += p;
        if sum >= level - SLACK {
            return f64::from(*value);
        }
    }
    law.last_key_value().map_or(0.0, |(value, _)| f64::from(*value))
}
