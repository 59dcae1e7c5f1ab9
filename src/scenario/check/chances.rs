//! Conditions: probabilities in range, clauses in order, outcomes that sum to one.
//!
//! In: raw conditions. Out: `Condition`s whose last clause always applies.

use super::names::{outcome_names, unknown_option};
use super::sizes::off;
use super::{Checker, plain};
use crate::decimal::Decimal;
use crate::diagnostic::{Code, Diagnostic};
use crate::scenario::raw::{Entry, RawClause, RawCondition, RawHolds, RawOutcomes, RawProbability};
use crate::scenario::{Chance, Clause, Condition};
use crate::source::{Span, Spanned};

/// How far the points of outcomes may be from one.
const SUM_TOLERANCE: f64 = 1e-9;

impl Checker<'_> {
    /// Checks a condition.
    pub(super) fn check_condition(&mut self, id: &str, raw: &Entry<RawCondition>) -> Condition {
        let condition = &raw.value;
        self.check_one_law(id, raw);
        let outcomes = outcome_names(condition);
        let clauses = if let Some(given) = &condition.given {
            self.check_given(&given.value, given.span, &outcomes)
        } else {
            let (plain, table) = (condition.probability.as_ref(), condition.outcomes.as_ref());
            vec![Clause { when: None, chances: self.check_law(plain, table, &outcomes) }]
        };
        Condition {
            label: plain(condition.label.as_ref()),
            text: plain(condition.text.as_ref()),
            otherwise: self.check_otherwise(id, raw, &outcomes),
            clauses,
            requires: self.resolve_optional(condition.requires.as_ref()),
            resolves_by: condition.resolves_by.as_ref().map(|date| date.value),
            review_by: condition.review_by.as_ref().map(|date| date.value),
            holds: condition
                .holds
                .as_ref()
                .and_then(|holds| self.check_holds((id, raw.id), holds, &outcomes)),
            basis: self.check_basis(&condition.basis),
            outcomes,
        }
    }

    /// The option in which a condition is known to have ended.
    fn check_holds(
        &mut self,
        owner: (&str, Span),
        holds: &Spanned<RawHolds>,
        outcomes: &[String],
    ) -> Option<usize> {
        match &holds.value {
            RawHolds::Holds(holds) if outcomes.is_empty() => return Some(usize::from(*holds)),
            RawHolds::Outcome(name) if !outcomes.is_empty() => {
                let found = outcomes.iter().position(|outcome| outcome == name);
                if found.is_none() {
                    let name = Spanned::new(name.clone(), holds.span);
                    self.report(unknown_option(owner, &name, outcomes, "outcome"));
                }
                return found;
            }
            _ => {}
        }
        let (form, help) = if outcomes.is_empty() {
            ("true or false", "write true or false without quotes".to_owned())
        } else {
            (
                "the name of an outcome",
                format!("write which one obtains, such as \"{}\"", outcomes[0]),
            )
        };
        let message = format!("`holds` of `{}` must be {form}", owner.0);
        self.report(Diagnostic::new(Code::WrongType, holds.span, message).help(help));
        None
    }

    /// At most one of `probability`, `given` and `outcomes`.
    fn check_one_law(&mut self, id: &str, raw: &Entry<RawCondition>) {
        let condition = &raw.value;
        let mut given: Vec<(&str, Span)> = Vec::new();
        given.extend(condition.probability.as_ref().map(|law| ("probability", law.span)));
        given.extend(condition.given.as_ref().map(|law| ("given", law.span)));
        given.extend(condition.outcomes.as_ref().map(|law| ("outcomes", law.span)));
        given.sort_by_key(|(_, span)| *span);
        if let [(first, place), (second, again), ..] = given.as_slice() {
            let message = format!("`{id}` has both `{first}` and `{second}`");
            let diagnostic = Diagnostic::new(Code::ConflictingKeys, *again, message)
                .also(*place, "the other")
                .help(
                    "keep one; under `given`, each clause has its own `probability` or `outcomes`",
                );
            self.report(diagnostic);
        }
    }

    fn check_given(&mut self, raw: &[RawClause], span: Span, outcomes: &[String]) -> Vec<Clause> {
        let last = raw.len().saturating_sub(1);
        let unconditional = raw.iter().position(|clause| clause.when.is_none());
        match unconditional {
            None => {
                let place = raw.last().map_or(span, |clause| clause.span);
                let message = "the last clause of `given` must apply always";
                let help = "end with a clause without `when`, such as { probability = 0.2 }";
                self.report(Diagnostic::new(Code::GivenOrder, place, message).help(help));
            }
            Some(position) if position < last => {
                let message = "nothing behind this clause can ever apply";
                let help = "move the clause without `when` to the end";
                let problem = Diagnostic::new(Code::GivenOrder, raw[position].span, message)
                    .label("applies always")
                    .also(raw[position + 1].span, "never reached");
                self.report(problem.help(help));
            }
            Some(_) => {}
        }
        raw.iter().map(|clause| self.check_clause(clause, outcomes)).collect()
    }

    fn check_clause(&mut self, raw: &RawClause, outcomes: &[String]) -> Clause {
        if let (Some(probability), Some(table)) = (&raw.probability, &raw.outcomes) {
            let message = "a clause has both `probability` and `outcomes`";
            let diagnostic = Diagnostic::new(Code::ConflictingKeys, table.span, message)
                .also(probability.span, "the other")
                .help("keep one of the two");
            self.report(diagnostic);
        }
        let chances = self.check_law(raw.probability.as_ref(), raw.outcomes.as_ref(), outcomes);
        if !outcomes.is_empty() && raw.outcomes.is_none() {
            let message = "this clause gives the outcomes no probabilities";
            let help = "every clause of a condition with outcomes has `outcomes`";
            self.report(Diagnostic::new(Code::MissingKey, raw.span, message).help(help));
        }
        Clause { when: self.resolve_optional(raw.when.as_ref()), chances }
    }

    fn check_law(
        &mut self,
        probability: Option<&Spanned<RawProbability>>,
        table: Option<&Spanned<RawOutcomes>>,
        outcomes: &[String],
    ) -> Option<Vec<Chance>> {
        match (probability, table) {
            (_, Some(table)) => self.check_outcomes(table, outcomes),
            (Some(probability), None) => Some(vec![self.check_chance(probability)?]),
            (None, None) => None,
        }
    }

    /// One chance for each outcome; those that a clause leaves out have none.
    fn check_outcomes(
        &mut self,
        table: &Spanned<RawOutcomes>,
        outcomes: &[String],
    ) -> Option<Vec<Chance>> {
        if table.value.is_empty() {
            return None;
        }
        if outcomes.len() < 2 {
            let message = "one outcome alone is no condition";
            let help = "name at least two outcomes, or use `probability`";
            self.report(Diagnostic::new(Code::ProbabilitySum, table.span, message).help(help));
            return None;
        }
        let zero =
            Chance { low: 0.0, central: 0.0, high: 0.0, rest: [1.0; 3], stated: "0".to_owned() };
        let mut chances = vec![zero; outcomes.len()];
        let mut readable = true;
        for (name, chance) in &table.value {
            let position = outcomes.iter().position(|outcome| *outcome == name.value);
            match (position, self.check_chance(chance)) {
                (Some(position), Some(chance)) => chances[position] = chance,
                _ => readable = false,
            }
        }
        if !readable {
            return None;
        }
        let sum = |end: fn(&Chance) -> f64| chances.iter().map(end).sum::<f64>();
        let (low, central, high) = (sum(|c| c.low), sum(|c| c.central), sum(|c| c.high));
        let ranged = chances.iter().any(|chance| chance.low < chance.high);
        let fits = if ranged {
            low <= 1.0 + SUM_TOLERANCE && high >= 1.0 - SUM_TOLERANCE
        } else {
            (central - 1.0).abs() <= SUM_TOLERANCE
        };
        if !fits {
            let exact = exact_sum(table).map(|sum| sum.to_string());
            let sums = exact.unwrap_or_else(|| format!("{} to {}", rounded(low), rounded(high)));
            let message = format!("the outcomes' probabilities sum to {sums}, not to 1");
            let help = match exact_sum(table) {
                Some(sum) if sum < Decimal::ONE => {
                    format!(
                        "they are {}; correct them, or add the outcome that is missing",
                        off(sum)
                    )
                }
                Some(sum) => format!("they are {}; correct them", off(sum)),
                None => "correct them: one of the outcomes happens, and only one".to_owned(),
            };
            self.report(Diagnostic::new(Code::ProbabilitySum, table.span, message).help(help));
            return None;
        }
        sum_to_one(&mut chances, [low, high], exact_sum(table));
        Some(chances)
    }

    fn check_chance(&mut self, raw: &Spanned<RawProbability>) -> Option<Chance> {
        let (low, high, rest, stated) = match &raw.value {
            RawProbability::Unreadable => return None,
            RawProbability::Word(word) => {
                let (low, high) = self.check_word(word, raw.span)?;
                (low, high, [1.0 - low, 1.0 - high], word.clone())
            }
            RawProbability::Number(number) => {
                self.check_unit_interval(*number, raw.span)?;
                let (chance, rest) = (number.to_f64(), rest_of(*number));
                (chance, chance, [rest; 2], number.to_string())
            }
            RawProbability::Range(low, high) => {
                self.check_unit_interval(*low, raw.span)?;
                self.check_unit_interval(*high, raw.span)?;
                if low > high {
                    let message =
                        format!("the range [{low}, {high}] has its ends the wrong way round");
                    let help = format!("write [{high}, {low}]");
                    let problem = Diagnostic::new(Code::ProbabilityRange, raw.span, message);
                    self.report(problem.help(help));
                    return None;
                }
                let rest = [rest_of(*low), rest_of(*high)];
                (low.to_f64(), high.to_f64(), rest, format!("{low} to {high}"))
            }
        };
        let central = f64::midpoint(low, high);
        let rest = [rest[0], f64::midpoint(rest[0], rest[1]), rest[1]];
        Some(Chance { low, central, high, rest, stated })
    }

    fn check_word(&mut self, word: &str, span: Span) -> Option<(f64, f64)> {
        let found = self.scale.range(word);
        if found.is_none() {
            let message =
                format!("`{word}` is not a probability word of the scale `{}`", self.scale);
            let problem = Diagnostic::new(Code::UnknownWord, span, message);
            let percent =
                word.trim().strip_suffix('%').and_then(|number| Decimal::parse(number.trim()));
            self.report(match percent {
                Some(percent) => problem.help(format!(
                    "write {}, a number from 0 to 1 without quotes",
                    percent.to_f64() / 100.0
                )),
                None => problem.suggest(word, self.scale.words()),
            });
        }
        found
    }

    /// Reports a number outside 0 to 1.
    pub(super) fn check_unit_interval(&mut self, number: Decimal, span: Span) -> Option<()> {
        if number >= Decimal::ZERO && number <= Decimal::ONE {
            return Some(());
        }
        let message = format!("{number} is not a probability");
        let hundredths = Decimal::parse(&format!("{number}e-2"));
        let help = match hundredths.filter(|part| *part <= Decimal::ONE) {
            Some(part) if number >= Decimal::whole(2) => {
                format!("write a number from 0 to 1; {number} percent is {part}")
            }
            _ => "write a number from 0 to 1, such as 0.4 for 40 percent".to_owned(),
        };
        self.report(Diagnostic::new(Code::ProbabilityRange, span, message).help(help));
        None
    }

    fn check_otherwise(
        &mut self,
        id: &str,
        raw: &Entry<RawCondition>,
        outcomes: &[String],
    ) -> usize {
        let condition = &raw.value;
        match (&condition.otherwise, outcomes.is_empty()) {
            (None, true) => 0,
            (Some(_), true) if condition.outcomes.is_some() => 0,
            (Some(name), true) => {
                let message = format!("`{id}` has no outcomes, so `otherwise` means nothing");
                let help = "remove `otherwise`: where `requires` fails, the condition fails";
                self.report(Diagnostic::new(Code::ConflictingKeys, name.span, message).help(help));
                0
            }
            (None, false) => {
                if let Some(requires) = &condition.requires {
                    let message = format!("`{id}` does not say which outcome obtains otherwise");
                    let help = format!("add otherwise = \"{}\" or another outcome", outcomes[0]);
                    let problem = Diagnostic::new(Code::MissingOtherwise, requires.span, message);
                    let problem = problem.also(raw.id, "ends in one of several outcomes");
                    self.report(problem.help(help));
                }
                0
            }
            (Some(name), false) => {
                let found = outcomes.iter().position(|outcome| *outcome == name.value);
                if found.is_none() {
                    let owner = (id, raw.id);
                    self.report(unknown_option(owner, name, outcomes, "outcome"));
                }
                found.unwrap_or(0)
            }
        }
    }
}

/// Makes the points sum to one, where the low and the high ends sum to so much: from the low ends the same part of each range,
/// which is the middle where the middles sum to one. Numbers alone may miss one by rounding, such as thirds of a few digits, and
/// so may the low ends of ranges from above and the high ends from below: each is then its part of their sum.
fn sum_to_one(chances: &mut [Chance], [low, high]: [f64; 2], exact: Option<Decimal>) {
    let sum = match exact {
        Some(sum) => sum.to_f64(),
        None => 1.0_f64.clamp(low, high.max(low)),
    };
    if (sum - 1.0).abs() > 0.0 {
        for chance in chances {
            let own = if sum < 1.0 { chance.high } else { chance.low } / sum;
            (chance.low, chance.central, chance.high) = (own, own, own);
            chance.rest = [1.0 - own; 3];
        }
        return;
    }
    let part = if high > low { (1.0 - low) / (high - low) } else { 0.0 };
    for chance in chances.iter_mut().filter(|chance| chance.low < chance.high) {
        chance.central = chance.low + part * (chance.high - chance.low);
        chance.rest[1] = 1.0 - chance.central;
    }
}

/// What a decimal leaves to one, rounded once.
fn rest_of(number: Decimal) -> f64 {
    Decimal::ONE.minus(number).to_f64()
}

/// A sum of ends of ranges, without the dust of binary fractions.
fn rounded(sum: f64) -> String {
    format!("{sum:.6}").trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// The exact sum of outcomes that are all numbers.
fn exact_sum(table: &Spanned<RawOutcomes>) -> Option<Decimal> {
    table.value.iter().try_fold(Decimal::ZERO, |sum, (_, chance)| match chance.value {
        RawProbability::Number(number) => Some(sum.plus(number)),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::sum_to_one;
    use crate::decimal::Decimal;
    use crate::scenario::Chance;

    fn chance((low, high): (f64, f64)) -> Chance {
        // What is left to one is stated apart, as its decimal is.
        Chance {
            low,
            central: f64::midpoint(low, high),
            high,
            rest: [7.0; 3],
            stated: String::new(),
        }
    }

    /// Each chance as low, central, high and what is left of the central one.
    fn summed(ends: &[(f64, f64)], exact: Option<&str>) -> Vec<[f64; 4]> {
        let mut chances: Vec<Chance> = ends.iter().copied().map(chance).collect();
        let sum = |end: fn(&(f64, f64)) -> f64| ends.iter().map(end).sum::<f64>();
        let sums = [sum(|ends| ends.0), sum(|ends| ends.1)];
        sum_to_one(&mut chances, sums, exact.and_then(Decimal::parse));
        chances.iter().map(|own| [own.low, own.central, own.high, own.rest[1]]).collect()
    }

    fn near(found: &[[f64; 4]], expected: &[[f64; 4]]) {
        for (found, expected) in found.iter().flatten().zip(expected.iter().flatten()) {
            assert!((found - expected).abs() < 1e-15, "{found} is not {expected}");
        }
    }

    #[test]
    fn ranges_take_the_same_part_of_their_width_and_what_is_no_range_stays() {
        let found = summed(&[(0.125, 0.375), (0.25, 0.75), (0.25, 0.25)], None);
        near(
            &found,
            &[[0.125, 0.25, 0.375, 0.75], [0.25, 0.5, 0.75, 0.5], [0.25, 0.25, 0.25, 7.0]],
        );
        let found = summed(&[(0.0, 0.5), (0.25, 1.0)], None);
        near(&found, &[[0.0, 0.3, 0.5, 0.7], [0.25, 0.7, 1.0, 0.3]]);
        // So narrow a range that sums do not show it.
        let found = summed(&[(0.1, 0.100_000_000_000_000_02), (0.9, 0.9)], None);
        near(&found, &[[0.1, 0.1, 0.1, 0.9], [0.9, 0.9, 0.9, 7.0]]);
    }

    #[test]
    fn what_misses_one_by_rounding_is_shared_out() {
        let third = 0.333_333_333_3;
        let found = summed(&[(third, third); 3], Some("0.9999999999"));
        near(&found, &[[1.0 / 3.0, 1.0 / 3.0, 1.0 / 3.0, 2.0 / 3.0]; 3]);
        // High ends that do not reach one, low ends beyond it.
        let found = summed(&[(0.0, third), (0.1, third), (third, third)], None);
        near(&found, &[[1.0 / 3.0, 1.0 / 3.0, 1.0 / 3.0, 2.0 / 3.0]; 3]);
        let third = 0.333_333_333_4;
        let found = summed(&[(third, 0.5), (third, 0.4), (third, third)], None);
        near(&found, &[[1.0 / 3.0, 1.0 / 3.0, 1.0 / 3.0, 2.0 / 3.0]; 3]);
    }
}
