//! From arguments to a finding: what all commands that evaluate have in common.
//!
//! In: a path and what is changed before. Out: a `Scenario` or a `Finding`; or an `End`, after its reason was printed.

use super::end::usage;
use super::output;
use super::{Changes, End, ExitStatus, MILLION};
use crate::diagnostic::render::{Format, render, tally};
use crate::diagnostic::{Diagnostics, Severity, listed};
use crate::evaluate::{Effort, Settings};
use crate::limits::{MOST_VALUES, MOST_WORLDS};
use crate::pipeline::{self, Aligned, Checked, Request};
use crate::report::summary;
use crate::report::words::large;
use crate::scenario::Scenario;
use crate::study::{self, Finding, Obstacle};
use std::path::Path;

/// Reads, checks and evaluates a scenario, printing its problems.
pub(super) fn find(path: &Path, changes: &Changes, settings: Settings) -> Result<Finding, End> {
    find_in(read(path, changes)?, changes.quiet, settings)
}

/// Evaluates a scenario.
pub(super) fn find_in(scenario: Scenario, quiet: bool, settings: Settings) -> Result<Finding, End> {
    let waiting = output::waiting(quiet, "working out the figures");
    let found = study::find(scenario, settings);
    waiting.finish_and_clear();
    let found = found.map_err(|obstacle| refuse(obstacle, settings.effort))?;
    if let Some(why) = summary::missing(&found).filter(|_| !quiet) {
        output::complain(&format!("warning: {why}"));
    }
    Ok(found)
}

/// What was found of a scenario on earlier dates.
pub(super) fn earlier(
    path: &Path,
    changes: &Changes,
    scenario: &Scenario,
    effort: Effort,
) -> Result<Vec<Finding>, End> {
    let states = pipeline::earlier(&request(path, changes), scenario)?;
    let states = states.ok_or_else(|| refuse_earlier(path))?;
    study::earlier(states, effort).map_err(|obstacle| refuse(obstacle, effort))
}

/// A scenario as it stood on an earlier date.
pub(super) fn read_earlier(request: &Request) -> Result<Scenario, End> {
    pipeline::check(request)?.scenario.ok_or_else(|| refuse_earlier(&request.path))
}

fn refuse_earlier(path: &Path) -> End {
    output::complain(&format!(
        "error: the scenario has errors as of an earlier date\n\
         help: contingent check {} shows them",
        path.display()
    ));
    End::Status(ExitStatus::ScenarioErrors)
}

/// Says why nothing was found.
pub(super) fn refuse(obstacle: Obstacle, effort: Effort) -> End {
    let help = "raise it with --budget, or let --method auto sample what is beyond it";
    refuse_with(obstacle, effort, ("exact figures take", help))
}

/// Says why worlds cannot be listed.
pub(super) fn refuse_worlds(obstacle: Obstacle, effort: Effort) -> End {
    let what = "the probability of what is taken as given, which all worlds share, takes";
    refuse_with(obstacle, effort, (what, "raise it with --budget"))
}

/// Says why figures that are never sampled were not found.
pub(super) fn refuse_unsampled(obstacle: Obstacle, effort: Effort, help: &str) -> End {
    refuse_with(obstacle, effort, ("exact figures, which are not sampled here, take", help))
}

fn refuse_with(obstacle: Obstacle, effort: Effort, (what, help): (&str, &str)) -> End {
    End::Status(match obstacle {
        Obstacle::ImpossibleEvidence => {
            output::complain(
                "error: what is taken as given, or known to have happened, holds in no possible world, or \
                 too rarely to divide by its probability\nhelp: take less as given, or change what rules it out",
            );
            ExitStatus::ScenarioErrors
        }
        Obstacle::OverBudget => {
            let millions = effort.budget / MILLION;
            output::complain(&format!(
                "error: {what} more than the budget of {millions} million steps\nhelp: {help}"
            ));
            ExitStatus::CheckFailed
        }
    })
}

/// Refuses to list more worlds than anybody can store.
pub(super) fn refuse_too_many(possible: Option<f64>) -> Result<(), End> {
    match possible.filter(|possible| *possible > MOST_WORLDS) {
        None => Ok(()),
        Some(possible) => Err(usage(&format!(
            "{} worlds are possible, which is too many to list\n\
             help: list the most probable with --top 1000",
            large(possible)
        ))),
    }
}

/// Refuses to list more values of distributions than anybody can look at.
pub(super) fn refuse_too_fine(finding: &Finding, step: u64) -> Result<(), End> {
    let laws = finding.outcomes.totals.iter().filter_map(|total| total.law.as_ref());
    let values: usize = laws.map(|law| law.atoms().len()).sum();
    if step > 1 || values <= MOST_VALUES {
        return Ok(());
    }
    Err(usage(&format!(
        "the distributions have {values} values, which is too many to list\n\
         help: list steps of several troops, such as --step 10"
    )))
}

/// Reads and checks a scenario, printing its problems.
pub(super) fn read(path: &Path, changes: &Changes) -> Result<Scenario, End> {
    let checked = pipeline::check(&request(path, changes))?;
    complain_about(&checked, path, changes.quiet);
    if let Some(scenario) = checked.scenario.as_ref().filter(|_| !changes.quiet) {
        note_unknown(scenario);
    }
    checked.scenario.ok_or(End::Status(ExitStatus::ScenarioErrors))
}

/// Says which pledges of the file nobody knew of on the date of the knowledge, and which updates.
pub(super) fn note_unknown(scenario: &Scenario) {
    let later = scenario.pledges.iter().filter(|(_, pledge)| !pledge.known);
    let pledges = later.map(|(id, _)| format!("pledges.{id}"));
    let updates = scenario.pending.iter().map(|(path, from)| format!("{path} (update of {from})"));
    let all: Vec<String> = pledges.chain(updates).collect();
    if let Some(listed) = listed(&all.iter().map(String::as_str).collect::<Vec<_>>()) {
        let as_of = scenario.as_of;
        output::complain(&format!("note: left out, as dated or published after {as_of}: {listed}"));
    }
}

/// Reads two scenarios and puts them side by side, printing the problems of each and why the two
/// do not fit.
pub(super) fn read_pair(old: &Request, new: &Request, quiet: bool) -> Result<Aligned, End> {
    let pair = pipeline::check_pair(old, new)?;
    complain_about(&pair.old, &old.path, quiet);
    // A file that is read twice has the same problems twice.
    if old.path != new.path || pair.old.scenario.is_some() && pair.new.scenario.is_none() {
        complain_about(&pair.new, &new.path, quiet);
    }
    let errors = End::Status(ExitStatus::ScenarioErrors);
    match pair.aligned {
        None => Err(errors),
        Some(Ok(aligned)) => Ok(aligned),
        Some(Err(misfit)) => {
            output::complain(&format!("error: {}\nhelp: {}", misfit.message, misfit.help));
            Err(errors)
        }
    }
}

/// What the shared options ask for.
pub(super) fn request(path: &Path, changes: &Changes) -> Request {
    Request {
        path: path.to_path_buf(),
        settings: changes.settings.clone(),
        varied: Vec::new(),
        as_of: changes.as_of,
        given: changes.given.clone(),
        strict: false,
        archive: None,
    }
}

/// Errors in full, with the warnings among them unless these are unwanted; of warnings alone, which
/// stop nothing, only how many there are.
pub(super) fn complain_about(checked: &Checked, path: &Path, quiet: bool) {
    let shown = if quiet { &errors_only(&checked.diagnostics) } else { &checked.diagnostics };
    let Some(tally) = tally(shown) else { return };
    if shown.has_errors() {
        let text = render(shown, &checked.sources, Format::Full, output::colour());
        output::show(&format!("{}\n{tally}", text.trim_end()));
    } else {
        output::complain(&format!("{tally}; contingent check {} shows them", path.display()));
    }
}

fn errors_only(diagnostics: &Diagnostics) -> Diagnostics {
    let mut errors = Diagnostics::default();
    let found = diagnostics.sorted().into_iter();
    let found = found.filter(|diagnostic| diagnostic.severity == Severity::Error);
    found.for_each(|error| errors.push(error.clone()));
    errors
}
