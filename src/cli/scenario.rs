//! From arguments to a finding: what all commands that evaluate have in common.

use super::output;
use super::{Changes, ExitStatus, MILLION};
use crate::diagnostic::render::{Format, render, tally};
use crate::error::Error;
use crate::evaluate::{Effort, Settings};
use crate::pipeline::{self, Checked, Request};
use crate::scenario::Scenario;
use crate::study::{self, Finding, Obstacle};
use std::path::Path;

/// A finding, or the status to end with after its problems were printed.
pub(super) type Found = Result<Finding, ExitStatus>;

/// Reads, checks and evaluates a scenario, printing its problems.
pub(super) fn find(path: &Path, changes: &Changes, settings: Settings) -> Result<Found, Error> {
    let Some(scenario) = read(path, changes)? else { return Ok(Err(ExitStatus::ScenarioErrors)) };
    Ok(study::find(scenario, settings).map_err(|obstacle| refuse(obstacle, settings.effort)))
}

/// Says why nothing was found, and with which status that ends.
pub(super) fn refuse(obstacle: Obstacle, effort: Effort) -> ExitStatus {
    match obstacle {
        Obstacle::ImpossibleEvidence => ExitStatus::ScenarioErrors,
        Obstacle::OverBudget => {
            let millions = effort.budget / MILLION;
            output::complain(&format!(
                "error: exact figures take more than the budget of {millions} million steps\n\
                 help: raise it with --budget, or let --method auto sample what is beyond it"
            ));
            ExitStatus::CheckFailed
        }
    }
}

/// Reads and checks a scenario, printing its problems; none where they are errors.
pub(super) fn read(path: &Path, changes: &Changes) -> Result<Option<Scenario>, Error> {
    let checked = pipeline::check(&request(path, changes))?;
    complain_about(&checked, path, changes.quiet);
    Ok(checked.scenario)
}

/// What the shared options ask for.
pub(super) fn request(path: &Path, changes: &Changes) -> Request {
    Request {
        path: path.to_path_buf(),
        settings: changes.settings.clone(),
        as_of: changes.as_of,
        given: changes.given.clone(),
        strict: false,
        archive: None,
    }
}

/// Errors in full; of warnings, which stop nothing, only how many there are.
fn complain_about(checked: &Checked, path: &Path, quiet: bool) {
    let Some(tally) = tally(&checked.diagnostics) else { return };
    if checked.diagnostics.has_errors() {
        let text = render(&checked.diagnostics, &checked.sources, Format::Full, output::colour());
        output::complain(&format!("{}\n{tally}", text.trim_end()));
    } else if !quiet {
        output::complain(&format!("{tally}; contingent check {} shows them", path.display()));
    }
}
