//! `contingent sweep`: figures over a grid of values of some keys.
//!
//! In: a scenario, keys and their values. Out: the table `sweep`, written as its points are listed.

use super::end::usage;
use super::look::{LookArgs, warn};
use super::scenario::{complain_about, refuse_unsampled, request};
use super::table::print_table;
use super::{Changes, End, ExitStatus, MILLION, TableFormat, ending, millions, output, threads};
use crate::error::Error;
use crate::evaluate::{self, Choice, Effort};
use crate::layout::IN_THEATRE;
use crate::report::chart::Look;
use crate::report::datapackage;
use crate::report::drawn::Drawn;
use crate::report::figures::sweep as figures;
use crate::report::format::Spreadsheet;
use crate::report::provenance::Recipe;
use crate::report::stream::{self, Rows};
use crate::report::tables::sweep as tables;
use crate::report::write::{NamedBytes, NamedStream, write_file, write_with};
use crate::study::sweep::axes::Axis;
use crate::study::sweep::own::Own;
use crate::study::sweep::{Failure, Grid, Sweep};
use clap::Args;
use std::path::{Path, PathBuf};

#[derive(Args, Debug)]
pub(super) struct SweepArgs {
    /// The scenario file
    scenario: PathBuf,
    /// A key as in --set, and its values: `ceasefire=0..1/0.01`, `ceasefire=0.1,0.5,likely` or
    /// `force_size=low,high`; several make a grid, in which the first varies slowest
    #[arg(long, value_name = "KEY=VALUES", required = true, value_parser = Axis::parse)]
    vary: Vec<Axis>,
    /// What to find at each point: `headline`, `counted`, `in_theatre`, `requirement.ID`,
    /// `requirement.ID.when_asked`; the force in theatre and every requirement by default
    #[arg(long, value_name = "NAME", value_delimiter = ',', num_args = 1..)]
    metric: Vec<String>,
    /// A file to write instead of printing: .svg or .png for a chart, over one or two keys; .csv for
    /// the table. Or a folder, which gets all three and a data package
    #[arg(long, short, value_name = "FILE|DIR", value_parser = swept_path)]
    output: Option<PathBuf>,
    /// How the table is printed, for people or for programs
    #[arg(long, value_enum)]
    format: Option<TableFormat>,
    /// What stands above the chart in place of the headline that is computed; empty for nothing
    #[arg(long, value_name = "TEXT")]
    title: Option<String>,
    #[command(flatten)]
    look: LookArgs,
    /// Work to spend on exact figures where the varied probabilities are 0 or 1, in millions of steps
    /// (about a tenth of a second each)
    #[arg(long, value_name = "MILLIONS", default_value_t = evaluate::BUDGET / MILLION, value_parser = millions, allow_negative_numbers = true)]
    budget: u64,
    /// Threads to use; as many as there are processors by default. The output is the same on any number
    #[arg(long, value_name = "NUMBER", value_parser = threads, allow_negative_numbers = true)]
    pub(super) threads: Option<usize>,
    #[command(flatten)]
    changes: Changes,
}

/// The most rows that are aligned for people.
const MOST_ALIGNED: u64 = 100_000;

/// What `-o` asks for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Target {
    Svg,
    Png,
    Csv,
    Folder,
}

impl Target {
    fn of(path: &Path) -> Self {
        match ending(path).as_str() {
            "svg" => Self::Svg,
            "png" => Self::Png,
            "csv" => Self::Csv,
            _ => Self::Folder,
        }
    }

    fn is_chart(self) -> bool {
        self == Self::Svg || self == Self::Png
    }
}

/// A file whose ending nothing is written by is a slip, not a folder.
fn swept_path(text: &str) -> Result<PathBuf, String> {
    let path = PathBuf::from(text);
    let is_folder = path.is_dir() || path.extension().is_none() || text.ends_with(['/', '\\']);
    if is_folder || Target::of(&path) != Target::Folder {
        return Ok(path);
    }
    Err("a sweep's file ends in .svg, .png or .csv; behind the name of a new folder with a dot write /"
        .to_owned())
}

/// A sweep and its chart, where one is asked for, or why it has none.
struct Swept {
    sweep: Sweep,
    own: Option<Own>,
    options: Recipe,
    chart: Result<Option<Drawn>, String>,
}

pub(super) fn sweep(args: &SweepArgs) -> Result<(), End> {
    let effort =
        Effort { choice: Choice::Exact, budget: args.budget * MILLION, ..Effort::default() };
    let target = args.output.as_deref().map(Target::of);
    let png = target.is_some_and(|target| [Target::Png, Target::Folder].contains(&target));
    let look = args.look.titled(args.title.as_deref(), png)?;
    let found = find(args, effort, &look).map_err(|failure| match failure {
        Failure::Unreadable(error) => End::Error(error),
        Failure::Scenario(checked) => {
            complain_about(&checked, &args.scenario, args.changes.quiet);
            End::Status(ExitStatus::ScenarioErrors)
        }
        Failure::Usage(message) => usage(&message),
        Failure::Obstacle(obstacle) => {
            let help = "raise it with --budget, or name what you need with --metric";
            refuse_unsampled(obstacle, effort, help)
        }
    })?;
    let format = args.format.or(target.is_none().then_some(TableFormat::Table));
    let rows = found.sweep.points().saturating_mul(found.sweep.metrics.len() as u64);
    let too_many = format == Some(TableFormat::Table) && rows > MOST_ALIGNED;
    if too_many && args.output.is_none() {
        return Err(usage(&format!(
            "{rows} rows are too many to align\nhelp: --format csv, or -o FILE.csv"
        )));
    }
    if let Some(path) = &args.output {
        write_to(path, &found, args.changes.quiet)?;
    }
    let found = &found.sweep;
    match format.filter(|_| !too_many) {
        None => {}
        Some(TableFormat::Table) => {
            let table = tables::sweep(found, 0..found.points());
            print_table(&table, TableFormat::Table, Spreadsheet::Plain)?;
        }
        Some(TableFormat::Csv) => output::stream(|out| stream::sweep(found, Rows::Csv, out))?,
        Some(TableFormat::Json) => output::stream(|out| stream::sweep(found, Rows::Json, out))?,
    }
    Ok(())
}

/// Writes what `-o` asks for, and says so.
fn write_to(path: &Path, found: &Swept, quiet: bool) -> Result<(), Error> {
    let csv =
        |name: &str| NamedStream::new(name, |out| stream::sweep(&found.sweep, Rows::Csv, out));
    let file = path.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
    let parent = path.parent().unwrap_or(Path::new(""));
    let png = |chart: &Drawn| {
        warn(chart.drawing(), quiet);
        chart.png()
    };
    match (Target::of(path), &found.chart) {
        (Target::Svg, Ok(Some(chart))) => write_file(path, chart.svg().as_bytes())?,
        (Target::Png, Ok(Some(chart))) => write_file(path, &png(chart)?)?,
        (Target::Folder, chart) => {
            let scenario = figures::shown_scenario(&found.sweep, found.own.as_ref());
            let package = datapackage::of_sweep(&found.sweep, scenario, &found.options);
            let mut files = vec![NamedBytes::new("datapackage.json", package)];
            if let Ok(Some(chart)) = chart {
                files.push(NamedBytes::new("sweep.png", png(chart)?));
                files.push(NamedBytes::new("sweep.svg", chart.svg()));
            }
            write_with(path, &files, &[csv("sweep.csv")])?;
            if let Some(reason) = chart.as_ref().err().filter(|_| !quiet) {
                output::complain(&format!("note: no chart is written: {reason}"));
            }
            output::wrote(&format!("{} files", files.len() + 1), path, quiet);
            return Ok(());
        }
        // A chart that was asked for by name is refused before anything is found.
        _ => write_with(parent, &[], &[csv(&file)])?,
    }
    let what = if Target::of(path).is_chart() { "chart" } else { "table" };
    output::wrote(what, path, quiet);
    Ok(())
}

/// Checks the grid and works out its figures.
fn find(args: &SweepArgs, effort: Effort, look: &Look) -> Result<Swept, Failure> {
    let request = request(&args.scenario, &args.changes);
    let target = args.output.as_deref().map(Target::of);
    let only_chart = target.is_some_and(Target::is_chart) && args.format.is_none();
    let metrics = if only_chart && args.metric.is_empty() {
        vec![IN_THEATRE.to_owned()]
    } else {
        args.metric.clone()
    };
    let waiting = output::waiting(args.changes.quiet, "checking the points");
    let grid = Grid::new(request, args.vary.clone(), &metrics);
    waiting.finish_and_clear();
    let grid = grid?;
    complain_about(&grid.checked, &args.scenario, args.changes.quiet);
    // What nobody named is shown by the force in theatre, which comes first.
    let shown = if args.metric.is_empty() { 1 } else { grid.metrics().len() };
    let refusal = figures::refusal(grid.axes(), &grid.metrics()[..shown]);
    if let Some(reason) = refusal.clone().filter(|_| target.is_some_and(Target::is_chart)) {
        return Err(Failure::Usage(reason));
    }
    let drawn = target.is_some_and(|target| target != Target::Csv) && refusal.is_none();
    let whole = target == Some(Target::Folder);
    let own = (drawn || whole).then(|| grid.own()).flatten();
    let progress = output::timed(args.changes.quiet, grid.work(), "working out the figures");
    let found = grid.sweep(effort, &|| progress.inc(1));
    progress.finish_and_clear();
    let sweep = found?;
    let metrics: Vec<usize> = (0..shown).collect();
    let options = Recipe::new(effort);
    let draw = || Drawn::sweep(&sweep, own.as_ref(), &metrics, options.clone(), look);
    let chart = match refusal {
        Some(reason) => Err(reason),
        None => Ok(drawn.then(draw)),
    };
    Ok(Swept { sweep, own, options, chart })
}
