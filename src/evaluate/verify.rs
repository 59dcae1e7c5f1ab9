//! Compares what sampling answers with what is exact, figure by figure.
//!
//! In: `Questions`, exact `Answers` and sampled ones. Out: `Comparison`s, each with a z: the
//! distance in standard errors. `disagrees` where |z| > 5, which by chance alone befalls one figure
//! in two million.
//!
//! A probability is held against the spread that the exact value implies (a score test), a mean
//! against that of the exact distribution. Where few worlds decide, a count is far from normal, so
//! the variance is raised by a third of the distance times the largest step that one world can
//! make: z = d / sqrt(v/n + r|d|/3n). By Bernstein's inequality (1924) |z| > 5 then has a chance
//! of at most 2 exp(-25/2) = 7.5e-6 for any distribution, however skewed, and far less in practice;
//! where n is large the term vanishes. It also holds for sums that are not drawn, which vary less.
//! What an exact method calls impossible or certain must come up never or always.

use super::question::{
    Answers, Estimate, FloorAnswer, LawAnswer, Questions, SetAnswer, SetsAnswer,
};
use crate::law::{Law, real};
use crate::model::NodeId;
use std::collections::BTreeMap;

/// How many standard errors are too many.
pub const LARGEST_DISTANCE: f64 = 5.0;

/// What rounding may do to a figure, in parts of it.
const ROUNDING: f64 = 1e-11;

/// A probability this close to 0 or 1 never shows in a sample.
const NEVER: f64 = 1e-14;

/// Which figure, by the position of its question.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum What {
    /// P(a node).
    Node(usize),
    /// P(an option of a variable).
    Option {
        /// Which question.
        question: usize,
        /// Which option.
        option: usize,
    },
    /// The mean of a distribution.
    Mean(usize),
    /// P(a sum above 0).
    Any(usize),
    /// P(a floor is met).
    Met(usize),
    /// The mean of what is missing to it.
    Shortfall(usize),
    /// P(a set of active pledges).
    Set {
        /// Which question.
        question: usize,
        /// Which set of the exact answer, or of the sampled one behind them.
        set: usize,
    },
    /// The same, given what the question gives.
    SetWhenGiven {
        /// Which question.
        question: usize,
        /// Which set.
        set: usize,
    },
}

/// One figure, exact and sampled.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Comparison {
    /// Which figure.
    pub what: What,
    /// The exact one.
    pub exact: f64,
    /// The sampled one.
    pub sampled: f64,
    /// The standard error that the distance is measured in.
    pub standard_error: f64,
    /// The distance in standard errors.
    pub z: f64,
}

impl Comparison {
    /// Whether chance cannot explain the distance.
    pub fn disagrees(&self) -> bool {
        self.z.abs() > LARGEST_DISTANCE
    }
}

/// Compares all figures that both answers have.
pub fn compare(questions: &Questions, exact: &Answers, sampled: &Answers) -> Vec<Comparison> {
    let worlds = worlds(questions, sampled);
    let of = |given: &Option<NodeId>| worlds.get(given).copied();
    let mut comparer = Comparer { found: Vec::new() };
    for (question, (exact, sampled)) in exact.nodes.iter().zip(&sampled.nodes).enumerate() {
        comparer.chance(What::Node(question), exact.zip(*sampled), of(&None));
    }
    for (question, pair) in exact.variables.iter().zip(&sampled.variables).enumerate() {
        let (Some(exact), Some(sampled)) = pair else { continue };
        for (option, (exact, sampled)) in exact.iter().zip(sampled).enumerate() {
            let what = What::Option { question, option };
            comparer.chance(what, Some((*exact, *sampled)), of(&None));
        }
    }
    for (question, pair) in exact.laws.iter().zip(&sampled.laws).enumerate() {
        let (Some(exact), Some(sampled)) = pair else { continue };
        comparer.law(question, exact, sampled);
    }
    for (question, pair) in exact.floors.iter().zip(&sampled.floors).enumerate() {
        let (Some(exact), Some(sampled)) = pair else { continue };
        let asked = &questions.floors[question];
        comparer.floor((question, asked.floor), exact, sampled, of(&asked.given));
    }
    for (question, pair) in exact.sets.iter().zip(&sampled.sets).enumerate() {
        let (Some(exact), Some(sampled)) = pair else { continue };
        let given = &questions.sets[question].given;
        comparer.sets(question, (exact, sampled), [of(&None), of(given)]);
    }
    comparer.found
}

/// How many accepted worlds there are given each formula: distributions tell, and shares of
/// worlds are as uncertain as their number makes them.
fn worlds(questions: &Questions, sampled: &Answers) -> BTreeMap<Option<NodeId>, f64> {
    let mut worlds: BTreeMap<Option<NodeId>, f64> = BTreeMap::new();
    let mut learn = |given: Option<NodeId>, number: Option<f64>| {
        if let Some(number) = number {
            let known = worlds.entry(given).or_insert(number);
            *known = known.max(number);
        }
    };
    for (question, answer) in questions.laws.iter().zip(&sampled.laws) {
        let number = answer.as_ref().and_then(|answer| answer.samples);
        learn(question.given, number.map(real));
    }
    let nodes = sampled.nodes.iter().flatten();
    for share in nodes.chain(sampled.variables.iter().flatten().flatten()) {
        learn(None, implied(share));
    }
    for (question, answer) in questions.sets.iter().zip(&sampled.sets) {
        for set in answer.iter().flat_map(|answer| &answer.sets) {
            learn(None, implied(&set.probability));
            learn(question.given, set.when_given.as_ref().and_then(implied));
        }
    }
    let whole = worlds.get(&None).copied();
    for (question, answer) in questions.nodes.iter().zip(&sampled.nodes) {
        if let (Some(whole), Some(share)) = (whole, answer) {
            worlds.entry(Some(*question)).or_insert(whole * share.value);
        }
    }
    worlds
}

/// The number of worlds that makes a share as uncertain as it is.
fn implied(share: &Estimate) -> Option<f64> {
    let error = share.standard_error.filter(|error| *error > 0.0)?;
    Some(share.value * (1.0 - share.value) / (error * error))
}

/// How far one figure may vary.
#[derive(Clone, Copy, Debug)]
struct Spread {
    /// The variance of the mean.
    variance: f64,
    /// The largest step of one world, over their number, and how much of it counts.
    step: f64,
}

struct Comparer {
    found: Vec<Comparison>,
}

impl Comparer {
    fn add(&mut self, what: What, [exact, sampled]: [f64; 2], spread: Spread) {
        let distance = sampled - exact;
        let variance = spread.variance + spread.step * distance.abs();
        let standard_error = variance.sqrt();
        let z = if distance.abs() <= ROUNDING * exact.abs().max(1.0) {
            0.0
        } else {
            distance / standard_error
        };
        self.found.push(Comparison { what, exact, sampled, standard_error, z });
    }

    /// A probability over a number of worlds.
    fn chance(&mut self, what: What, pair: Option<(Estimate, Estimate)>, worlds: Option<f64>) {
        let (Some((exact, sampled)), Some(worlds)) = (pair, worlds) else { return };
        if worlds > 0.0 {
            let spread = of_chance(exact.value, worlds);
            self.add(what, [exact.value, sampled.value], spread);
        }
    }

    fn law(&mut self, question: usize, exact: &LawAnswer, sampled: &LawAnswer) {
        let (Some(law), Some(drawn)) = (&exact.law, &sampled.law) else { return };
        let Some(worlds) = sampled.samples.filter(|worlds| *worlds > 0).map(real) else { return };
        let (deviation, range) = (law.deviation(), law.high().zip(law.low()));
        let range = range.map_or(0.0, |(high, low)| real(high - low));
        let spread =
            Spread { variance: deviation * deviation / worlds, step: range / (3.0 * worlds) };
        self.add(What::Mean(question), [law.mean(), drawn.mean()], spread);
        let any = |law: &Law| law.at_least(1).min(1.0);
        self.add(What::Any(question), [any(law), any(drawn)], of_chance(any(law), worlds));
    }

    fn floor(
        &mut self,
        (question, floor): (usize, u64),
        exact: &FloorAnswer,
        sampled: &FloorAnswer,
        worlds: Option<f64>,
    ) {
        self.chance(What::Met(question), exact.met.zip(sampled.met), worlds);
        let pair = exact.shortfall.zip(sampled.shortfall);
        let (Some((exact, sampled)), Some(worlds)) = (pair, worlds) else { return };
        let error = sampled.standard_error.unwrap_or(0.0);
        if worlds > 0.0 {
            // The variance itself is sampled here, so all of the step counts.
            let spread = Spread { variance: error * error, step: real(floor) / worlds };
            self.add(What::Shortfall(question), [exact.value, sampled.value], spread);
        }
    }

    fn sets(
        &mut self,
        question: usize,
        (exact, sampled): (&SetsAnswer, &SetsAnswer),
        [worlds, given]: [Option<f64>; 2],
    ) {
        let others = sampled.sets.iter().filter(|set| member(exact, &set.pledges).is_none());
        for (set, found) in exact.sets.iter().chain(others).enumerate() {
            let pledges = &found.pledges;
            let pair = [(exact, sampled), (sampled, exact)];
            let [left, right] = pair.map(|(own, other)| probability(own, other, pledges));
            self.chance(What::Set { question, set }, left.zip(right), worlds);
            let pair = member(exact, pledges).zip(member(sampled, pledges));
            let pair = pair.and_then(|(left, right)| left.when_given.zip(right.when_given));
            self.chance(What::SetWhenGiven { question, set }, pair, given);
        }
    }
}

fn member<'a>(answer: &'a SetsAnswer, pledges: &[usize]) -> Option<&'a SetAnswer> {
    answer.sets.iter().find(|set| set.pledges == pledges)
}

/// The probability of a set. Where an answer does not list it, it is no more than that of the last
/// set that it does list, and as much as the other answer says if that is less.
fn probability(own: &SetsAnswer, other: &SetsAnswer, pledges: &[usize]) -> Option<Estimate> {
    if let Some(set) = member(own, pledges) {
        return Some(set.probability);
    }
    if own.left_out <= NEVER {
        return Some(Estimate::exact(0.0));
    }
    let (last, listed) = (own.sets.last()?, member(other, pledges)?);
    Some(Estimate::exact(listed.probability.value.min(last.probability.value)))
}

fn of_chance(probability: f64, worlds: f64) -> Spread {
    let variance = (probability * (1.0 - probability)).max(0.0);
    if variance <= NEVER {
        return Spread { variance: 0.0, step: 0.0 };
    }
    Spread { variance: variance / worlds, step: 1.0 / (3.0 * worlds) }
}

#[cfg(test)]
mod tests {
    use super::{Comparison, What, compare, implied};
    use crate::evaluate::question::{
        Answers, Estimate, FloorAnswer, FloorQuestion, LawAnswer, LawQuestion, Questions,
        SetAnswer, SetsAnswer, SetsQuestion,
    };
    use crate::law::Law;
    use crate::model::NodeId;

    const SAMPLES: f64 = 1e7;

    fn share(value: f64) -> Estimate {
        let standard_error = Some((value * (1.0 - value) / SAMPLES).sqrt());
        Estimate { value, standard_error }
    }

    /// The exact and the sampled probability of a node, beside one that tells the sample's size.
    fn node(exact: f64, sampled: f64) -> Comparison {
        let questions = Questions { nodes: vec![0, 1], ..Questions::default() };
        let answers = |p: f64| Answers {
            nodes: vec![Some(share(0.5)), Some(share(p))],
            ..Answers::default()
        };
        compare(&questions, &answers(exact), &answers(sampled))[1]
    }

    #[test]
    fn one_percent_of_a_probability_is_found() {
        assert!(node(0.3, 0.303).disagrees());
        assert!(node(0.3, 0.297).disagrees());
        assert!(!node(0.3, 0.3005).disagrees());
        assert!((node(0.3, 0.303).z - 20.65).abs() < 0.1);
    }

    #[test]
    fn rare_events_raise_no_alarm_and_impossible_ones_do() {
        assert!(!node(1e-8, 4e-7).disagrees());
        assert!(!node(1e-6, 0.0).disagrees());
        assert!(node(1e-5, 0.0).disagrees());
        assert!(node(0.0, 1e-7).disagrees());
        assert!(node(1.0, 1.0 - 1e-7).disagrees());
        assert!(!node(0.0, 0.0).disagrees());
        assert!(!node(1.0, 1.0 - 1e-16).disagrees());
    }

    #[test]
    fn means_and_floors_are_held_against_their_spread() {
        let questions = Questions {
            laws: vec![LawQuestion { sum: Vec::new(), given: None }],
            floors: vec![FloorQuestion { sum: Vec::new(), floor: 100, needs: 0, given: None }],
            ..Questions::default()
        };
        let answers = |p: f64, missing: f64| Answers {
            laws: vec![Some(LawAnswer {
                ends: None,
                law: Some(Law::mix(
                    [(1.0 - p, 0, &Law::point(0)), (p, 100, &Law::point(0))].into_iter(),
                )),
                mean_error: None,
                samples: Some(10_000_000),
            })],
            floors: vec![Some(FloorAnswer {
                met: Some(share(p)),
                shortfall: Some(Estimate { value: missing, standard_error: Some(0.0145) }),
            })],
            ..Answers::default()
        };
        let found = |p, missing| -> Vec<bool> {
            let found = compare(&questions, &answers(0.3, 70.0), &answers(p, missing));
            found.iter().map(Comparison::disagrees).collect()
        };
        assert_eq!(found(0.3005, 69.95), [false; 4]);
        assert_eq!(found(0.303, 69.7), [true; 4]);
    }

    #[test]
    fn a_set_that_is_not_listed_is_compared_with_the_last_that_is() {
        let questions = Questions {
            nodes: vec![0],
            sets: vec![SetsQuestion { pledges: vec![0, 1], given: None, top: Some(1) }],
            ..Questions::default()
        };
        let answers = |sets: &[(usize, f64)], left_out| Answers {
            nodes: vec![Some(share(0.5))],
            sets: vec![Some(SetsAnswer {
                sets: sets
                    .iter()
                    .map(|(pledge, p)| SetAnswer {
                        pledges: vec![*pledge],
                        probability: share(*p),
                        when_given: None,
                    })
                    .collect(),
                left_out,
            })],
            ..Answers::default()
        };
        let exact = answers(&[(0, 0.5)], 0.5);
        let agree = |sampled| compare(&questions, &exact, &sampled).iter().all(|c| !c.disagrees());
        assert!(agree(answers(&[(1, 0.5001)], 0.4999)));
        assert!(!agree(answers(&[(1, 0.51)], 0.49)));
        assert!(!agree(answers(&[(1, 0.4)], 0.6)));
        assert!(!agree(answers(&[(1, 1.0)], 0.0)));
    }

    /// Whether a figure's standard error and distance are as worked out by hand.
    fn assert_stands(found: &Comparison, what: What, [exact, sampled, error]: [f64; 3]) {
        assert_eq!(found.what, what);
        let all = [found.exact, found.sampled, found.standard_error, found.z];
        let expected = [exact, sampled, error, (sampled - exact) / error];
        for (own, expected) in all.iter().zip(expected) {
            assert!((own - expected).abs() < 1e-7 * expected.abs(), "{found:?}: {expected}");
        }
    }

    /// The standard error of a probability over so many worlds, so far off.
    fn error_of(p: f64, worlds: f64, distance: f64) -> f64 {
        (p * (1.0 - p) / worlds + distance / (3.0 * worlds)).sqrt()
    }

    fn law_answer(law: Law, samples: Option<u64>) -> LawAnswer {
        LawAnswer { law: Some(law), ends: None, mean_error: None, samples }
    }

    /// A coin for 10 or 20 and its floor of 15, of both of which 100 worlds were looked at.
    fn coin(given: Option<NodeId>, ten: f64, missing: f64, samples: Option<u64>) -> Answers {
        let law = Law::from_rising([(10, ten), (20, 1.0 - ten)].into_iter());
        let met = Estimate { value: 1.0 - ten, standard_error: None };
        let shortfall = Estimate { value: missing, standard_error: Some(0.25) };
        let floor = FloorAnswer { met: Some(met), shortfall: Some(shortfall) };
        let node =
            Estimate { value: if given.is_some() { 0.25 } else { 0.5 }, standard_error: None };
        Answers {
            nodes: vec![Some(node)],
            laws: vec![Some(law_answer(law, samples))],
            floors: vec![Some(floor)],
            ..Answers::default()
        }
    }

    fn coin_questions(given: Option<NodeId>) -> Questions {
        Questions {
            nodes: vec![7],
            laws: vec![LawQuestion { sum: Vec::new(), given: None }],
            floors: vec![FloorQuestion { sum: Vec::new(), floor: 15, needs: 0, given }],
            ..Questions::default()
        }
    }

    #[test]
    fn standard_errors_are_those_of_hand() {
        for (given, worlds) in [(None, 100.0), (Some(7), 25.0)] {
            let exact = coin(given, 0.5, 2.5, None);
            let found = compare(&coin_questions(given), &exact, &coin(given, 0.4, 2.0, Some(100)));
            assert_eq!(found.len(), 5);
            assert!(found[0].z.abs() <= 0.0 && found[2].z.abs() <= 0.0, "{found:?}");
            // The deviation is 5, the range 10, the distance 1.
            let error = (25.0_f64 / 100.0 + 10.0 / 300.0).sqrt();
            assert_stands(&found[1], What::Mean(0), [15.0, 16.0, error]);
            assert_stands(&found[3], What::Met(0), [0.5, 0.6, error_of(0.5, worlds, 0.1)]);
            let error = (0.0625 + 15.0 / worlds * 0.5_f64).sqrt();
            assert_stands(&found[4], What::Shortfall(0), [2.5, 2.0, error]);
        }
    }

    #[test]
    fn without_worlds_there_is_nothing_to_compare() {
        let exact = coin(None, 0.5, 2.5, None);
        for samples in [None, Some(0)] {
            let found = compare(&coin_questions(None), &exact, &coin(None, 0.4, 2.0, samples));
            assert_eq!(found, [], "{samples:?}");
        }
        assert!(implied(&Estimate { value: 0.5, standard_error: Some(0.0) }).is_none());
        assert!(implied(&Estimate { value: 0.5, standard_error: None }).is_none());
    }

    #[test]
    fn options_and_sets_are_compared_one_by_one() {
        let questions = Questions {
            nodes: vec![7],
            variables: vec![4],
            sets: vec![SetsQuestion { pledges: vec![0, 1], given: Some(7), top: None }],
            ..Questions::default()
        };
        let answers = |ps: [f64; 2], given: f64| {
            let of = |value: f64| Estimate {
                value,
                standard_error: Some((value * (1.0 - value)).sqrt() / 10.0),
            };
            let when_given = Some(Estimate { value: given, standard_error: None });
            let set = SetAnswer { pledges: vec![1], probability: of(ps[0]), when_given };
            Answers {
                nodes: vec![Some(of(0.25))],
                variables: vec![Some(ps.map(of).to_vec())],
                sets: vec![Some(SetsAnswer { sets: vec![set], left_out: 1.0 - ps[0] })],
                ..Answers::default()
            }
        };
        let found = compare(&questions, &answers([0.5, 0.5], 0.5), &answers([0.6, 0.4], 0.75));
        assert_eq!(found.len(), 5);
        let figure = |at: usize, what: What, sampled: f64, worlds: f64| {
            let error = error_of(0.5, worlds, (sampled - 0.5_f64).abs());
            assert_stands(&found[at], what, [0.5, sampled, error]);
        };
        figure(1, What::Option { question: 0, option: 0 }, 0.6, 100.0);
        figure(2, What::Option { question: 0, option: 1 }, 0.4, 100.0);
        figure(3, What::Set { question: 0, set: 0 }, 0.6, 100.0);
        figure(4, What::SetWhenGiven { question: 0, set: 0 }, 0.75, 25.0);
    }

    #[test]
    fn rounding_is_measured_in_parts_of_large_figures() {
        let questions = Questions {
            laws: vec![LawQuestion { sum: Vec::new(), given: None }],
            ..Questions::default()
        };
        let answers = |p: f64| {
            let law = Law::from_rising([(1_000_000, p)].into_iter());
            Answers { laws: vec![Some(law_answer(law, Some(100)))], ..Answers::default() }
        };
        let found = |p: f64| compare(&questions, &answers(1.0), &answers(p))[0].disagrees();
        assert!(!found(1.0 - 1e-13) && found(1.0 - 1e-9));
    }

    #[test]
    fn five_standard_errors_are_not_too_many() {
        let disagrees = |z: f64| Comparison { z, ..node(0.3, 0.303) }.disagrees();
        assert!(!disagrees(5.0) && !disagrees(-5.0) && disagrees(5.01) && disagrees(-5.01));
    }
}
