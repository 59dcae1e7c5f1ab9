//! What is taken as given, where it cannot be.
//!
//! In: a checked scenario with evidence. Out: why nothing can be found given all of it, naming a smallest part that is
//! enough for that.

use crate::compile::{self, ImpossibleEvidence};
use crate::diagnostic::{Code, Diagnostic};
use crate::law::LEAST_EVIDENCE;
use crate::scenario::Scenario;
use crate::scenario::raw::RawScenario;
use crate::source::Sources;
use std::collections::BTreeSet;

/// How many parts of what is taken as given are tried for one that is smaller than the first that was found.
const MOST_TRIED: usize = 2000;

/// Why a checked scenario still cannot be evaluated: only what is taken as given, or known to have
/// happened, can be the cause. A smallest part of it that cannot be is named.
pub(super) fn obstacle(
    scenario: &Scenario,
    raw: &RawScenario,
    sources: &Sources,
) -> Option<Diagnostic> {
    if scenario.is_without_evidence() {
        return None;
    }
    let why = compile::compile(scenario, &[], &[]).err()?;
    let evidence = smallest_contradiction(scenario);
    let given = evidence.contains(&None);
    let known = evidence.into_iter().flatten().filter_map(|condition| {
        let id = scenario.conditions.id(condition);
        raw.conditions.get(id)?.value.holds.as_ref().map(|holds| holds.span)
    });
    let whole = given.then(|| sources.whole("--given").unwrap_or(raw.header.span));
    let (what, less) = if given {
        ("what is taken as given", "take less as given")
    } else {
        ("what is known to have happened", "change the probability, or what it requires")
    };
    let (message, help) = match why {
        ImpossibleEvidence::Never => (
            format!("{what} cannot happen in this scenario"),
            format!("no possible world satisfies it; {less}"),
        ),
        ImpossibleEvidence::TooRare => (
            format!("{what} is too improbable: its probability is below {LEAST_EVIDENCE:e}"),
            format!("numbers cannot tell what is likely in worlds that are so rare; {less}"),
        ),
    };
    let mut places = whole.into_iter().chain(known);
    let problem = Diagnostic::new(Code::ImpossibleEvidence, places.next()?, message).help(help);
    Some(places.fold(problem, |problem, place| problem.also(place, "together with this")))
}

/// A smallest part of the evidence of a scenario that cannot be, where all of it cannot: what is given (none), and how
/// conditions ended. Where too many parts would have to be tried, one of which nothing can be left out.
fn smallest_contradiction(scenario: &Scenario) -> Vec<Option<usize>> {
    let ended = scenario.conditions.iter().enumerate();
    let ended = ended.filter(|(_, (_, condition))| condition.holds.is_some());
    let given = scenario.given.is_some().then_some(None);
    let all: Vec<Option<usize>> = given.into_iter().chain(ended.map(|(at, _)| Some(at))).collect();
    let mut found = all.clone();
    for part in &all {
        let without: Vec<_> = found.iter().copied().filter(|own| own != part).collect();
        if !is_possible(scenario, &without) {
            found = without;
        }
    }
    let mut left = MOST_TRIED;
    let smaller = (1..found.len()).find_map(|size| impossible(scenario, &all, size, &mut left));
    smaller.unwrap_or(found)
}

/// The first part of so much of the evidence that cannot be; none where `left` does not suffice to try all before it.
fn impossible(
    scenario: &Scenario,
    all: &[Option<usize>],
    size: usize,
    left: &mut usize,
) -> Option<Vec<Option<usize>>> {
    let mut places: Vec<usize> = (0..size).collect();
    loop {
        *left = left.checked_sub(1)?;
        let part: Vec<_> = places.iter().filter_map(|at| all.get(*at).copied()).collect();
        if !is_possible(scenario, &part) {
            return Some(part);
        }
        // The next choice of places, the last one changing fastest.
        let last = |at: &usize| places[*at] < all.len() - size + at;
        let at = (0..size).rev().find(last)?;
        places[at] += 1;
        for next in at + 1..size {
            places[next] = places[next - 1] + 1;
        }
    }
}

/// Whether a part of the evidence can be.
fn is_possible(scenario: &Scenario, part: &[Option<usize>]) -> bool {
    let (mut scenario, part) = (scenario.clone(), part.iter().collect::<BTreeSet<_>>());
    scenario.given = scenario.given.take().filter(|_| part.contains(&None));
    for condition in 0..scenario.conditions.len() {
        if !part.contains(&Some(condition)) {
            scenario.conditions.at_mut(condition).holds = None;
        }
    }
    compile::compile(&scenario, &[], &[]).is_ok()
}
