//! Everything that `run` writes: made first, then written at once. `watch` makes it again and again.
//!
//! In: `run`'s arguments and a checked scenario. Out: `Made`, and its files.

use super::scenario::{
    earlier, find_in, refuse_too_fine, refuse_too_many, refuse_unsampled, refuse_worlds,
};
use super::{Changes, EffortArgs, End, Excel, RunArgs, TableOptions, look, output};
use crate::error::Error;
use crate::evaluate::stream::Worlds;
use crate::evaluate::{Choice, Effort, MaxSize, Parts, Settings};
use crate::report::format::Spreadsheet;
use crate::report::provenance::Recipe;
use crate::report::write::{NamedBytes, NamedStream, write_with};
use crate::report::{self, TableStyle, brief, figures, summary, tables};
use crate::scenario::Scenario;
use crate::study::stress::Case;
use crate::study::{self, Beside, Finding};
use serde_json::Value;
use std::path::{Path, PathBuf};

/// `run` spends so small a part of the budget on the sets that decide requirements, and on the worst
/// cases: each is one table among many, and one that may take more work than the others.
const PART: u64 = 8;

/// What `run` writes.
pub(super) struct Made {
    pub(super) finding: Finding,
    pub(super) summary: String,
    style: TableStyle,
    files: Vec<NamedBytes>,
    /// All worlds, where they are written as they are listed.
    worlds: Option<Worlds>,
}

impl Made {
    /// Where it goes.
    pub(super) fn folder(&self, args: &RunArgs) -> PathBuf {
        let usual = || Path::new("reports").join(&self.finding.scenario.id);
        args.output.clone().unwrap_or_else(usual)
    }

    /// Writes all files, each whole. Returns how many.
    pub(super) fn write(&self, folder: &Path) -> Result<usize, Error> {
        let stream = |worlds| report::stream_worlds(&self.finding, worlds, &mut [], self.style);
        let streams: Vec<NamedStream<'_>> = self.worlds.iter().map(stream).collect();
        write_with(folder, &self.files, &streams)?;
        Ok(self.files.len() + streams.len())
    }
}

/// What everything is made of.
pub(super) struct Found {
    pub(super) finding: Finding,
    pub(super) beside: Beside,
    /// All worlds, where they are written as they are listed.
    worlds: Option<Worlds>,
}

/// Finds everything that `run` tells.
pub(super) fn find_all(
    scenario: Scenario,
    (path, changes): (&Path, &Changes),
    (options, effort): (&TableOptions, Effort),
    step: impl Fn(&str),
) -> Result<Found, End> {
    let mut finding = find_in(scenario, changes.quiet, all_parts(options, effort))?;
    refuse_too_fine(&finding, options.step)?;
    let worlds = streamed(&mut finding, options, effort)?;
    step("comparing options");
    let variants = study::all_variants(&finding, variants_only(effort));
    step("earlier dates");
    let earlier = earlier(path, changes, &finding.scenario, effort)?;
    step("worst cases");
    let stress = cases_in_part(&finding.scenario, effort)?;
    let beside = Beside { variants, earlier, stress, ..Beside::default() };
    Ok(Found { finding, beside, worlds })
}

/// Makes all tables, all charts, the brief and the summary.
pub(super) fn make(args: &RunArgs, scenario: Scenario) -> Result<Made, End> {
    let (quiet, charts) = (args.changes.quiet, figures::Name::ALL);
    let look = args.look.look(true)?;
    let progress = output::progress(quiet, charts.len() as u64 + 5);
    let step = |message: &str| {
        progress.inc(1);
        progress.set_message(message.to_owned());
    };
    let (origin, asked) = ((&*args.scenario, &args.changes), (&args.tables, args.effort.effort()));
    let Found { finding, beside, worlds } = find_all(scenario, origin, asked, step)?;
    step("tables");
    let style = style(&args.tables);
    let options = recipe(&args.tables, args.effort).of(&finding, &beside);
    let mut files = table_files(&finding, &beside, worlds.as_ref(), style, &options);
    for name in charts {
        step(&format!("chart {}", name.word()));
        files.extend(report::chart_files(name, &finding, &beside, &options, &look)?);
    }
    let drawn = files.iter().filter(|file| file.name.starts_with("charts/"));
    let drawn: String = drawn.filter_map(|file| str::from_utf8(&file.bytes).ok()).collect();
    look::warn(&drawn, quiet);
    step("brief");
    files.push(NamedBytes::new("brief.html", brief::brief(&finding, &beside).with(options).html()));
    let summary = summary::summary(&finding, &beside.stress);
    files.push(NamedBytes::new("summary.md", summary.clone()));
    progress.finish_and_clear();
    Ok(Made { finding, summary, style, files, worlds })
}

/// The worst cases.
pub(super) fn cases(scenario: &Scenario, effort: Effort) -> Result<Vec<Case>, End> {
    let cases = study::stress::stress(scenario, effort);
    cases.map_err(|obstacle| refuse_unsampled(obstacle, effort, "raise it with --budget"))
}

/// The worst cases as far as the part of the budget suffices that `run` spends on them.
pub(super) fn cases_in_part(scenario: &Scenario, effort: Effort) -> Result<Vec<Case>, End> {
    cases(scenario, Effort { budget: effort.budget / part(effort), ..effort })
}

/// The tables but those that are written as they are listed.
fn table_files(
    finding: &Finding,
    beside: &Beside,
    worlds: Option<&Worlds>,
    style: TableStyle,
    options: &Recipe,
) -> Vec<NamedBytes> {
    let mut tables = report::all_tables(finding, beside, style.step);
    let streams = worlds.map(|worlds| report::stream_worlds(finding, worlds, &mut tables, style));
    let mut files = report::table_files(finding, &tables, style, options);
    files.retain(|file| streams.iter().all(|stream| stream.name != file.name));
    files
}

/// All worlds, where they are asked for: they are written as they are listed, so that none is left
/// out and none is kept.
fn streamed(
    finding: &mut Finding,
    options: &TableOptions,
    effort: Effort,
) -> Result<Option<Worlds>, End> {
    if options.top().is_some() {
        return Ok(None);
    }
    refuse_too_many(finding.outcomes.worlds_possible)?;
    let worlds = study::worlds(&finding.scenario, effort.budget);
    let worlds = worlds.map_err(|obstacle| refuse_worlds(obstacle, effort))?;
    finding.outcomes.worlds.clear();
    finding.outcomes.probability_left_out = finding.outcomes.probability_left_out.map(|_| 0.0);
    Ok(Some(worlds))
}

/// What `run` looks at.
pub(super) fn all_parts(options: &TableOptions, effort: Effort) -> Settings {
    let mut few = settings(options, effort, Parts::ALL);
    few.top = few.top.or(Some(1));
    few.sets.part = part(effort);
    few
}

/// The part of the budget that each of the tables has which may take more work than all others.
fn part(effort: Effort) -> u64 {
    if effort.choice == Choice::Exact { 1 } else { PART }
}

pub(super) fn settings(options: &TableOptions, effort: Effort, parts: Parts) -> Settings {
    let (top, sets) = (options.top(), options.sets());
    Settings { parts, top, top_forces: top, sets, effort }
}

pub(super) fn style(options: &TableOptions) -> TableStyle {
    let spreadsheet = match options.excel {
        None => Spreadsheet::Plain,
        Some(Excel::Comma) => Spreadsheet::Excel,
        Some(Excel::Semicolon) => Spreadsheet::ExcelSemicolon,
    };
    TableStyle { spreadsheet, step: options.step }
}

/// Variants are read for their totals and requirements only.
pub(super) fn variants_only(effort: Effort) -> Settings {
    let parts = Parts { totals: true, requirements: true, ..Parts::default() };
    Settings { effort, ..Settings::new(parts) }
}

/// The options that change numbers, as pictures and data packages carry them.
fn recipe(options: &TableOptions, effort: EffortArgs) -> Recipe {
    let number = |top: Option<usize>| top.map_or(Value::from("all"), Value::from);
    let top = options.top.map(|top| number(top.0));
    let max_size = options.max_size.and_then(|size| match size {
        MaxSize::All => Some(Value::from("all")),
        MaxSize::AtMost(number) => Some(Value::from(number)),
        MaxSize::SmallestAnd(_) => None,
    });
    let step = Some(options.step).filter(|step| *step != tables::DEFAULT_STEP);
    Recipe { top, max_size, step, ..Recipe::new(effort.effort()) }
}

/// The other way round: the options that a picture or a data package carries.
pub(super) fn options(recipe: &Recipe) -> TableOptions {
    let number = |value: &Value| value.as_u64().and_then(|number| usize::try_from(number).ok());
    let size = |value: &Value| match value.as_u64().and_then(|number| u32::try_from(number).ok()) {
        Some(number) => MaxSize::AtMost(number),
        None => MaxSize::All,
    };
    TableOptions {
        top: recipe.top.as_ref().map(|top| super::Top(number(top))),
        max_size: recipe.max_size.as_ref().map(size),
        step: recipe.step.unwrap_or(tables::DEFAULT_STEP),
        excel: None,
    }
}
