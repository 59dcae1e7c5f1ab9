//! `contingent sweep`: figures over a grid of values of some keys.
//!
//! In: a scenario, keys and their values. Out: the table `sweep`, written as its points are listed.

use super::commands::print_table;
use super::scenario::{complain_about, refuse_unsampled, request};
use super::{Changes, ExitStatus, MILLION, TableFormat, millions, output, threads};
use crate::error::Error;
use crate::evaluate::{self, Choice, Effort};
use crate::report::format::Spreadsheet;
use crate::report::stream::{self, Rows};
use crate::report::tables::sweep as tables;
use crate::report::write::{NamedStream, write_with};
use crate::study::sweep::axes::Axis;
use crate::study::sweep::{Failure, Grid, Sweep};
use clap::Args;
use std::path::PathBuf;

#[derive(Args, Debug)]
pub(super) struct SweepArgs {
    /// The scenario file
    scenario: PathBuf,
    /// A key as in --set, and its values: `ceasefire=0..1/0.01`, `ceasefire=0.1,0.5,likely` or
    /// `force_size=low,high`; several make a grid, in which the first varies slowest
    #[arg(long, value_name = "KEY=VALUES", required = true, value_parser = Axis::parse)]
    vary: Vec<Axis>,
    /// What to find at each point: headline, counted, `in_theatre`, requirement.ID,
    /// `requirement.ID.when_asked`; the force in theatre and every requirement by default
    #[arg(long, value_name = "NAME", value_delimiter = ',', num_args = 1..)]
    metric: Vec<String>,
    /// Also write sweep.csv into a folder
    #[arg(long, short, value_name = "DIR")]
    output: Option<PathBuf>,
    /// For people, or for programs
    #[arg(long, value_enum, default_value_t = TableFormat::Table)]
    format: TableFormat,
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

pub(super) fn sweep(args: &SweepArgs) -> Result<ExitStatus, Error> {
    let effort =
        Effort { choice: Choice::Exact, budget: args.budget * MILLION, ..Effort::default() };
    let found = match find(args, effort) {
        Ok(found) => found,
        Err(Failure::Unreadable(error)) => return Err(error),
        Err(Failure::Scenario(checked)) => {
            complain_about(&checked, &args.scenario, args.changes.quiet);
            return Ok(ExitStatus::ScenarioErrors);
        }
        Err(Failure::Usage(message)) => {
            output::complain(&format!("error: {message}"));
            return Ok(ExitStatus::Usage);
        }
        Err(Failure::Obstacle(obstacle)) => {
            let help = "raise it with --budget, or name what you need with --metric";
            return Ok(refuse_unsampled(obstacle, effort, help));
        }
    };
    let rows = found.points().saturating_mul(found.metrics.len() as u64);
    let too_many = args.format == TableFormat::Table && rows > MOST_ALIGNED;
    if let Some(folder) = &args.output {
        let csv = NamedStream::new("sweep.csv", |out| stream::sweep(&found, Rows::Csv, out));
        write_with(folder, &[], &[csv])?;
    } else if too_many {
        output::complain(&format!(
            "error: {rows} rows are too many to align\nhelp: --format csv, or -o DIR"
        ));
        return Ok(ExitStatus::Usage);
    }
    match args.format {
        TableFormat::Table if too_many => {}
        TableFormat::Table => {
            let table = tables::sweep(&found, 0..found.points());
            return print_table(&table, TableFormat::Table, Spreadsheet::Plain);
        }
        TableFormat::Csv => output::stream(|out| stream::sweep(&found, Rows::Csv, out))?,
        TableFormat::Json => output::stream(|out| stream::sweep(&found, Rows::Json, out))?,
    }
    Ok(ExitStatus::Done)
}

/// Checks the grid and works out its figures.
fn find(args: &SweepArgs, effort: Effort) -> Result<Sweep, Failure> {
    let request = request(&args.scenario, &args.changes);
    let waiting = output::waiting(args.changes.quiet, "checking the points");
    let grid = Grid::new(request, args.vary.clone(), &args.metric);
    waiting.finish_and_clear();
    let grid = grid?;
    complain_about(&grid.checked, &args.scenario, args.changes.quiet);
    let progress = output::timed(args.changes.quiet, grid.work(), "working out the figures");
    let found = grid.sweep(effort, &|| progress.inc(1));
    progress.finish_and_clear();
    found
}
