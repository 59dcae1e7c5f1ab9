//! Finding anew what a figure shows: the scenarios as they are, with the options of the figure.
//!
//! In: how a figure was made. Out: findings and what is beside them, or why there are none.

use super::super::make::{self, all_parts, cases_in_part, variants_only};
use super::super::scenario::{complain_about, earlier, find_in, read, request};
use super::super::{Changes, End, ExitStatus, VerifyArgs};
use super::swept::Swept;
use crate::error::Error;
use crate::evaluate::{self, Settings};
use crate::pipeline::{self, Request};
use crate::report::figures;
use crate::report::provenance::{Recipe, TOP, Varied};
use crate::scenario::Scenario;
use crate::study::sweep::Failure;
use crate::study::{self, Beside, Finding, Obstacle};
use jiff::civil::Date;
use std::path::{Path, PathBuf};
use std::rc::Rc;

/// The most worlds that are drawn anew, and the most steps of exact work: a figure may come from anybody, and must not
/// keep the program busy for hours.
const MOST_DRAWN: u64 = 1_000_000_000;
const MOST_STEPS: u64 = 20 * evaluate::BUDGET;

/// Why a figure could not be found anew: the program ends, or this one cannot be told.
pub(super) enum Stop {
    End(End),
    CannotTell(String),
}

impl<E: Into<End>> From<E> for Stop {
    fn from(error: E) -> Self {
        Self::End(error.into())
    }
}

/// How a figure was made.
#[derive(Clone, PartialEq)]
pub(super) struct Making {
    pub(super) given: String,
    pub(super) settings: Vec<String>,
    pub(super) options: Recipe,
    /// What a sweep varies and finds.
    pub(super) grid: Varied,
    /// The chart, where nothing else is found.
    pub(super) chart: Option<String>,
    pub(super) as_of: Option<Date>,
}

/// What is found anew: one scenario or several, and what is beside the first.
#[derive(Default)]
pub(super) struct State {
    pub(super) findings: Vec<Finding>,
    pub(super) beside: Beside,
    /// In place of these, what is found over a grid.
    pub(super) swept: Option<Swept>,
}

impl State {
    pub(super) fn scenario(&self) -> Option<&Scenario> {
        let swept = self.swept.as_ref().map(Swept::scenario);
        swept.or_else(|| self.findings.first().map(|finding| &finding.scenario))
    }
}

/// The scenarios, and what was found of them so far.
pub(super) struct Bench<'a> {
    pub(super) args: &'a VerifyArgs,
    pub(super) scenarios: &'a [PathBuf],
    /// Whether many figures are made of one state.
    pub(super) whole: bool,
    pub(super) found: Vec<(Making, Rc<State>)>,
}

impl Bench<'_> {
    /// What is found when the scenarios are read with the options that a figure was made with.
    pub(super) fn state(&mut self, making: &Making) -> Result<Rc<State>, Stop> {
        if let Some((_, state)) = self.found.iter().find(|(own, _)| own == making) {
            return Ok(Rc::clone(state));
        }
        let effort = making.options.effort();
        if effort.sampling.samples > MOST_DRAWN || effort.budget > MOST_STEPS {
            let reason = "to find it anew takes more samples or a larger budget than `verify` spends on a figure";
            return Err(Stop::CannotTell(reason.to_owned()));
        }
        let changes = Changes {
            given: Some(making.given.clone()).filter(|given| !given.is_empty()),
            as_of: making.as_of,
            settings: making.settings.clone(),
            quiet: true,
        };
        let state = if making.grid.is_sweep() { Self::swept } else { Self::single };
        let state = Rc::new(state(self, making, &changes)?);
        self.found.push((making.clone(), Rc::clone(&state)));
        Ok(state)
    }

    fn single(&self, making: &Making, changes: &Changes) -> Result<State, Stop> {
        let mut findings = Vec::new();
        for path in self.scenarios {
            let scenario = match read(path, changes) {
                Err(End::Status(status)) => {
                    return Err(Self::unreadable(path, changes, &making.grid, status)?);
                }
                read => read?,
            };
            findings.push(find_in(scenario, self.args.changes.quiet, settings(making))?);
        }
        let beside = self.beside(making, changes, &findings)?;
        Ok(State { findings, beside, swept: None })
    }

    fn swept(&self, making: &Making, changes: &Changes) -> Result<State, Stop> {
        let [path] = self.scenarios else {
            return Err(Stop::CannotTell("a sweep is of one scenario".to_owned()));
        };
        let found = Swept::find(request(path, changes), making);
        let swept = found.map_err(|failure| match failure {
            Failure::Unreadable(error) => error.into(),
            Failure::Scenario(checked) => {
                let status = ExitStatus::ScenarioErrors;
                let stop = Self::unreadable(path, changes, &making.grid, status);
                let stop = stop.unwrap_or_else(Stop::from);
                if matches!(stop, Stop::End(_)) {
                    complain_about(&checked, path, changes.quiet);
                }
                stop
            }
            Failure::Usage(message) => {
                Stop::CannotTell(message.lines().next().unwrap_or_default().to_owned())
            }
            Failure::Obstacle(Obstacle::OverBudget) => {
                Stop::CannotTell("to find it anew takes more than its budget".to_owned())
            }
            Failure::Obstacle(Obstacle::ImpossibleEvidence) => {
                Stop::CannotTell("what it takes as given cannot hold any more".to_owned())
            }
        })?;
        Ok(State { swept: Some(swept), ..State::default() })
    }

    /// The scenario has errors: with the figure's settings only, or anyway.
    fn unreadable(
        path: &Path,
        changes: &Changes,
        grid: &Varied,
        status: ExitStatus,
    ) -> Result<Stop, Error> {
        let plain =
            Request { path: path.to_path_buf(), as_of: changes.as_of, ..Request::default() };
        if pipeline::check(&plain)?.scenario.is_none() {
            return Ok(Stop::End(End::Status(status)));
        }
        let given = changes.given.iter().map(|given| format!("--given \"{given}\""));
        let set = changes.settings.iter().map(|setting| format!("--set {setting}"));
        let vary = grid.vary.iter().map(|vary| format!("--vary {vary}"));
        let made_with: Vec<String> = given.chain(set).chain(vary).collect();
        let made_with = made_with.join(" ");
        Ok(Stop::CannotTell(format!("it was made with {made_with}, which no longer applies")))
    }

    pub(super) fn beside(
        &self,
        making: &Making,
        changes: &Changes,
        findings: &[Finding],
    ) -> Result<Beside, Stop> {
        let ([finding], [path]) = (findings, self.scenarios) else {
            return Ok(Beside::default());
        };
        let effort = making.options.effort();
        let wanted =
            |name: figures::Name| making.chart.as_deref().is_none_or(|own| own == name.word());
        let mut beside = Beside::default();
        if wanted(figures::Name::Compare) || wanted(figures::Name::Posture) {
            beside.variants = across(making, finding)?;
        }
        if wanted(figures::Name::History) {
            beside.earlier = earlier(path, changes, &finding.scenario, effort)?;
        }
        if making.chart.is_none() {
            beside.stress = cases_in_part(&finding.scenario, effort)?;
        }
        Ok(beside)
    }
}

/// The readings that a chart compares.
pub(super) fn across(making: &Making, finding: &Finding) -> Result<Vec<study::Variant>, Stop> {
    let settings = variants_only(making.options.effort());
    if making.options.across.is_empty() {
        return Ok(study::all_variants(finding, settings));
    }
    let names = making.options.across.iter();
    let found: Result<Vec<usize>, Stop> = names
        .map(|name| {
            let gone = || Stop::CannotTell(format!("the assumption {name} is no longer there"));
            finding.scenario.assumptions.index(name).ok_or_else(gone)
        })
        .collect();
    Ok(study::across(finding, &found?, settings))
}

/// What is looked at: all that `run` does, or what one chart needs.
pub(super) fn settings(making: &Making) -> Settings {
    let effort = making.options.effort();
    let options = make::options(&making.options);
    let Some(name) = &making.chart else { return all_parts(&options, effort) };
    let chart = figures::Name::ALL.into_iter().find(|chart| chart.word() == name);
    let parts = chart.map(figures::Name::parts).unwrap_or_default();
    let top = making.options.top.as_ref().map_or(Some(TOP), |_| options.top());
    Settings { top_forces: top, effort, ..Settings::new(parts) }
}
