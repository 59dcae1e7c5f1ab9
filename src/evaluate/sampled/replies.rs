//! Answers from counts.
//!
//! In: a `Plan`, its `Tally` and the questions. Out: `Answers`. A share of n worlds has the
//! standard error sqrt(p(1-p)/n); a mean has sqrt(variance/n).

use super::lanes::LANES;
use super::patterns::Pattern;
use super::plan::{EVERYTHING, FloorSource, Plan, Source};
use super::sets::Table;
use super::tally::Tally;
use crate::evaluate::question::{
    Answers, Estimate, FloorAnswer, FloorQuestion, LawAnswer, Questions, SetAnswer, SetsAnswer,
    SetsQuestion,
};
use crate::law::{self, Law, real};
use rayon::prelude::*;
use std::cmp::Reverse;

/// Answers every question; none where no world was accepted.
pub(super) fn answers(plan: &Plan, tally: &Tally, questions: &Questions) -> Answers {
    let replies = Replier { plan, numbers: &tally.numbers };
    let accepted = replies.event(EVERYTHING);
    if accepted == 0 {
        return Answers::none(questions);
    }
    let share = |event: &usize| share(replies.event(*event), accepted);
    let laws = plan.replies.laws.par_iter().map(|source| Some(replies.law(*source)));
    let floors = plan.replies.floors.par_iter().zip(&questions.floors);
    let sets = plan.sets.iter().zip(&tally.sets).zip(&questions.sets);
    Answers {
        nodes: plan.replies.nodes.iter().map(share).collect(),
        variables: plan.replies.variables.iter().map(|events| replies.options(events)).collect(),
        laws: laws.collect(),
        floors: floors.map(|(source, question)| Some(replies.floor(*source, question))).collect(),
        sets: sets
            .map(|((sets, table), question)| {
                let given = sets.given.map(|event| replies.event(event));
                Some(sets_answer(table, question, accepted, given))
            })
            .collect(),
    }
}

/// A share of worlds; none of no worlds.
fn share(count: u64, whole: u64) -> Option<Estimate> {
    let value = real(count) / real(whole);
    let standard_error = Some(error_of_share(value, whole));
    (whole > 0).then_some(Estimate { value, standard_error })
}

/// The standard error of a share of worlds. What was drawn never, or always, need not be impossible
/// or certain: there it is that of one more world on either side (Laplace's rule of succession).
pub(super) fn error_of_share(value: f64, whole: u64) -> f64 {
    let unseen = 1.0 / (real(whole) + 2.0);
    let value = value.clamp(unseen, 1.0 - unseen);
    (value * (1.0 - value) / real(whole)).sqrt()
}

struct Replier<'a> {
    plan: &'a Plan,
    numbers: &'a [u64],
}

impl Replier<'_> {
    fn event(&self, event: usize) -> u64 {
        self.numbers[event]
    }

    /// The share of each option of a variable; the first has the worlds that no other has.
    fn options(&self, others: &[usize]) -> Option<Vec<Estimate>> {
        let whole = self.event(EVERYTHING);
        let others = others.iter().map(|event| self.event(*event));
        let first = whole - others.clone().sum::<u64>();
        [first].into_iter().chain(others).map(|count| share(count, whole)).collect()
    }

    fn law(&self, source: Source) -> LawAnswer {
        match source {
            Source::Few { few, pattern } => self.plan.few[few].law(self.pattern(pattern)),
            Source::Drawn { histogram } => {
                let counted = || self.plan.histograms[histogram].counted(self.numbers);
                let samples = self.event(self.plan.histograms[histogram].event);
                let law = (samples > 0).then(|| Law::counted(counted(), samples));
                let mean_error =
                    mean(counted(), samples, real).and_then(|mean| mean.standard_error);
                LawAnswer { law, ends: None, mean_error, samples: Some(samples) }
            }
        }
    }

    fn floor(&self, source: FloorSource, question: &FloorQuestion) -> FloorAnswer {
        let whole = self.event(source.given);
        match source.all {
            Source::Few { few, pattern } => {
                let few = &self.plan.few[few];
                FloorAnswer {
                    met: few.met(question.floor, self.pattern(source.met), whole),
                    shortfall: few.shortfall(question.floor, self.pattern(pattern)),
                }
            }
            Source::Drawn { histogram } => {
                let counted = self.plan.histograms[histogram].counted(self.numbers);
                let missing = |total: u64| real(question.floor.saturating_sub(total));
                FloorAnswer {
                    met: share(self.numbers[source.met], whole),
                    shortfall: mean(counted, whole, missing),
                }
            }
        }
    }

    fn pattern(&self, pattern: usize) -> &[u64] {
        let pattern: &Pattern = &self.plan.patterns[pattern];
        &self.numbers[pattern.start..pattern.start + pattern.len()]
    }
}

/// The mean of a figure over counted totals.
fn mean(
    counted: impl Iterator<Item = (u64, u64)>,
    whole: u64,
    figure: impl Fn(u64) -> f64,
) -> Option<Estimate> {
    let counted: Vec<(f64, f64)> =
        counted.map(|(total, count)| (figure(total), real(count))).collect();
    let mean = law::sum(counted.iter().map(|(figure, count)| figure * count)) / real(whole);
    let square = |(figure, count): &(f64, f64)| (figure - mean) * (figure - mean) * count;
    let variance = law::sum(counted.iter().map(square)) / real(whole);
    let standard_error = Some((variance / real(whole)).sqrt());
    (whole > 0).then_some(Estimate { value: mean, standard_error })
}

fn sets_answer(
    table: &Table,
    question: &SetsQuestion,
    accepted: u64,
    given: Option<u64>,
) -> SetsAnswer {
    let members = |key: &[u64]| -> Vec<usize> {
        let pledges = question.pledges.iter().enumerate();
        let active = pledges.filter(|(at, _)| key[at / LANES] >> (at % LANES) & 1 == 1);
        active.map(|(_, pledge)| *pledge).collect()
    };
    let rarest = rarest_listed(table, question.top);
    let mut found: Vec<(Reverse<u64>, Vec<usize>, u64)> = table
        .found()
        .filter(|(_, [count, _])| *count >= rarest)
        .map(|(key, [count, with])| (Reverse(count), members(key), with))
        .collect();
    found.sort_unstable();
    found.truncate(question.top.unwrap_or(usize::MAX));
    let kept: u64 = found.iter().map(|(Reverse(count), ..)| count).sum();
    let sets = found.into_iter().filter_map(|(Reverse(count), pledges, with)| {
        let when_given = given.and_then(|given| share(with, given));
        Some(SetAnswer { pledges, probability: share(count, accepted)?, when_given })
    });
    SetsAnswer { sets: sets.collect(), left_out: real(accepted - kept) / real(accepted) }
}

/// How often a set must be found to be among the `top` most frequent ones.
fn rarest_listed(table: &Table, top: Option<usize>) -> u64 {
    let mut counts: Vec<Reverse<u64>> =
        table.found().map(|(_, [count, _])| Reverse(count)).collect();
    match top.and_then(|top| top.checked_sub(1)) {
        Some(last) if last < counts.len() => counts.select_nth_unstable(last).1.0,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::{Table, error_of_share, mean, rarest_listed, share};
    use crate::evaluate::sampled::sets::Sets;
    use crate::law::real;

    fn near(found: f64, expected: f64) {
        assert!((found - expected).abs() < 1e-12, "{found} is not {expected}");
    }

    #[test]
    fn means_and_their_errors_are_those_of_the_worlds_one_by_one() {
        // 2, 6, 6 and 6: the mean is 5, the variance (9 + 1 + 1 + 1) / 4.
        let found = mean([(2, 1), (6, 3)].into_iter(), 4, real).unwrap();
        near(found.value, 5.0);
        near(found.standard_error.unwrap(), (3.0_f64 / 4.0).sqrt());
        assert_eq!(mean([].into_iter(), 0, real), None);
    }

    #[test]
    fn a_share_has_its_error_and_at_least_that_of_one_world() {
        let found = share(3, 10).unwrap();
        near(found.value, 0.3);
        near(found.standard_error.unwrap(), (0.021_f64).sqrt());
        for value in [0.0, 1.0] {
            near(error_of_share(value, 10), (1.0_f64 / 12.0 * (11.0 / 12.0) / 10.0).sqrt());
        }
        assert_eq!(share(0, 0), None);
    }

    #[test]
    fn the_last_listed_set_is_the_rarest() {
        let mut table: Table = Sets { active: vec![0], given: None }.table();
        [5, 3, 3, 1].iter().zip(0..).for_each(|(count, key)| table.add(&[key], [*count, 0]));
        for (top, rarest) in [(1, 5), (2, 3), (3, 3), (4, 1), (5, 0), (6, 0), (0, 0)] {
            assert_eq!(rarest_listed(&table, Some(top)), rarest, "{top}");
        }
        assert_eq!(rarest_listed(&table, None), 0);
    }
}
