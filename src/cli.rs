//! The command line: arguments, dispatch, exit status.
//!
//! In: the process's arguments. Out: data on standard output, everything else on standard error,
//! and an `ExitStatus`. One file a group of commands under `cli/`. Only here and in `main` is
//! anything printed.

mod brief;
mod commands;
mod compare;
mod diff;
mod end;
mod holds;
mod look;
mod make;
mod output;
mod scenario;
mod signals;
mod sweep;
mod table;
mod watch;

use crate::characters::harmless_lines;
use crate::evaluate::{self, Choice, Effort, MaxSize, SetLimits};
use crate::outcomes::Sampling;
use crate::report::provenance::TOP;
use crate::report::{figures, tables};
use clap::{Args, Parser, Subcommand, ValueEnum};
use end::{End, ExitStatus};
use jiff::civil::Date;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use table::TableFormat;

/// Room for the deepest formulas that the limits allow, in bytes of a thread's stack.
pub const STACK: usize = 256 * 1024 * 1024;

/// What force do conditional pledges add up to?
///
/// contingent reads a scenario in TOML (who pledged what, where, under which conditions, on whose
/// word), works out exactly what force that adds up to over every combination of conditions, and
/// writes the tables and charts of a briefing.
#[derive(Debug, Parser)]
#[command(name = "contingent", version, max_term_width = 100)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Everything: tables, charts and a summary in words
    Run(RunArgs),
    /// Everything that `run` writes, again whenever a file of the scenario is saved; Ctrl-C ends it
    Watch(RunArgs),
    /// Report all problems of scenarios at once
    Check(CheckArgs),
    /// Explain a diagnostic in full, with a bad and a good example
    Explain {
        /// The code, such as `unknown-name`; without it, all codes are listed
        code: Option<String>,
    },
    /// Write a small commented scenario to start from
    Init {
        /// The folder to write it into
        #[arg(default_value = ".")]
        folder: PathBuf,
    },
    /// Print one table to standard output
    Table(table::TableArgs),
    /// Draw one chart
    Chart(ChartArgs),
    /// Write a brief: one page with everything, for whoever decides
    Brief(brief::BriefArgs),
    /// Compare the options of assumptions, or several scenarios
    Compare(compare::CompareArgs),
    /// Say what moved the figures between two files, two dates or two settings
    Diff(diff::DiffArgs),
    /// Find figures over a grid of values of some keys
    Sweep(sweep::SweepArgs),
    /// Hold a figure against the scenario as it is now; or exact figures against sampled ones
    ///
    /// `verify FIGURE SCENARIO` finds anew what a picture, a brief, a data package or a folder that `run`
    /// or `sweep` wrote shows, with the options it was made with, and says what changed by how much.
    /// `verify SCENARIO` finds every figure exactly and by sampling. Status 4 when a figure does not hold.
    Verify(VerifyArgs),
    /// Print a JSON Schema of the scenario format, for completion and hover in editors
    Schema,
    /// Print completions for a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
}

/// What changes a scenario before it is checked.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "What is changed before")]
struct Changes {
    /// Take a formula as given: figures are conditional on it
    #[arg(long, value_name = "FORMULA")]
    given: Option<String>,
    /// Replay what was known on a date
    #[arg(long, value_name = "DATE")]
    as_of: Option<Date>,
    /// Set a key of the file, in TOML: `conditions.ceasefire.probability=0.5`, or short `ceasefire=0.5`
    #[arg(long = "set", value_name = "KEY=VALUE", value_parser = setting)]
    settings: Vec<String>,
    /// Print no progress and no warnings
    #[arg(long, short)]
    quiet: bool,
}

/// How figures are found.
#[derive(Args, Clone, Copy, Debug)]
#[command(next_help_heading = "How figures are found")]
struct EffortArgs {
    /// How figures are found
    #[arg(long, value_enum, default_value_t = Method::Auto)]
    method: Method,
    /// Work to spend on exact figures, in millions of steps (about a tenth of a second each)
    #[arg(long, value_name = "MILLIONS", default_value_t = evaluate::BUDGET / MILLION, value_parser = millions, allow_negative_numbers = true)]
    budget: u64,
    #[command(flatten)]
    sampling: SamplingArgs,
}

/// What is drawn.
#[derive(Args, Clone, Copy, Debug)]
struct SamplingArgs {
    /// Worlds to draw where figures are sampled
    #[arg(long, value_name = "NUMBER", default_value_t = evaluate::SAMPLES, value_parser = samples, allow_negative_numbers = true)]
    samples: u64,
    /// Which random numbers: the same seed gives the same figures
    #[arg(long, value_name = "NUMBER", default_value_t = 1, value_parser = seed, allow_negative_numbers = true)]
    seed: u64,
    /// Threads to use; as many as there are processors by default. The output is the same on any number
    #[arg(long, value_name = "NUMBER", value_parser = threads, allow_negative_numbers = true)]
    threads: Option<usize>,
}

/// A step of the work that `--budget` counts by the million.
const MILLION: u64 = 1_000_000;

/// The methods by name.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
enum Method {
    /// Exact within the budget, else sampled
    Auto,
    /// Exact, or status 4
    Exact,
    /// Sampled
    Sampled,
}

impl EffortArgs {
    fn effort(self) -> Effort {
        let choice = match self.method {
            Method::Auto => Choice::Auto,
            Method::Exact => Choice::Exact,
            Method::Sampled => Choice::Sampled,
        };
        Effort { choice, budget: self.budget * MILLION, sampling: self.sampling.sampling() }
    }
}

impl SamplingArgs {
    fn sampling(self) -> Sampling {
        Sampling { samples: self.samples, seed: self.seed }
    }
}

fn threads(text: &str) -> Result<usize, String> {
    let threads = whole(text, 1024)?;
    usize::try_from(threads).map_err(|error| error.to_string())
}

fn millions(text: &str) -> Result<u64, String> {
    whole(text, 100_000)
}

fn samples(text: &str) -> Result<u64, String> {
    whole(text, 1_000_000_000_000)
}

fn steps(text: &str) -> Result<u64, String> {
    whole(text, 1_000_000_000_000)
}

fn seed(text: &str) -> Result<u64, String> {
    text.parse().map_err(|_| "write a whole number, 0 or more".to_owned())
}

/// A number above zero, up to a limit.
fn whole(text: &str, most: u64) -> Result<u64, String> {
    let number = text.parse::<u64>().ok().filter(|number| *number > 0);
    // What has digits only is too large where it is no number.
    let digits = text.bytes().all(|byte| byte.is_ascii_digit()) && text.contains(|c| c != '0');
    match number {
        Some(number) if number <= most => Ok(number),
        None if !digits => Err("write a whole number above 0".to_owned()),
        _ => Err(format!("write a whole number above 0, {most} at most")),
    }
}

/// A setting has a key and a value.
fn setting(text: &str) -> Result<String, String> {
    match text.split_once('=') {
        Some((key, _)) if !key.trim().is_empty() => Ok(text.to_owned()),
        _ => Err("write it as KEY=VALUE, such as ceasefire=0.5".to_owned()),
    }
}

#[derive(Args, Debug)]
struct RunArgs {
    /// The scenario file
    scenario: PathBuf,
    /// The folder to write into; reports/<the scenario's folder or file name> by default
    #[arg(long, short, value_name = "DIR")]
    output: Option<PathBuf>,
    #[command(flatten)]
    tables: TableOptions,
    #[command(flatten)]
    look: look::LookArgs,
    #[command(flatten)]
    effort: EffortArgs,
    #[command(flatten)]
    changes: Changes,
}

#[derive(Args, Clone, Copy, Debug)]
struct TableOptions {
    /// List at most so many worlds and outcomes (4096), most probable first, and sets of each
    /// requirement (100), or `all`; as CSV all worlds are written as they are listed, in the order
    /// of the combinations
    #[arg(long, value_name = "NUMBER|all", value_parser = top, allow_negative_numbers = true)]
    top: Option<Top>,
    /// Sets of at most so many conditions in `unlock` and `block`, or `all`; by default two more
    /// than the smallest set has
    #[arg(long, value_name = "NUMBER|all", value_parser = max_size, allow_negative_numbers = true)]
    max_size: Option<MaxSize>,
    /// Width of a distribution's steps where it has many values, in troops; 1 gives every value
    #[arg(long, value_name = "TROOPS", default_value_t = tables::DEFAULT_STEP, value_parser = steps, allow_negative_numbers = true)]
    step: u64,
    /// Write CSV that Excel opens as it is; `semicolon` also for decimal commas
    #[arg(long, value_name = "STYLE", num_args = 0..=1, require_equals = true, default_missing_value = "comma")]
    excel: Option<Excel>,
}

/// How many rows are listed.
#[derive(Clone, Copy, Debug)]
struct Top(Option<usize>);

impl TableOptions {
    /// The most worlds and outcomes; all where it is none.
    fn top(&self) -> Option<usize> {
        self.top.map_or(Some(TOP), |top| top.0)
    }

    fn sets(&self) -> SetLimits {
        let usual = SetLimits::default();
        SetLimits {
            max_size: self.max_size.unwrap_or(usual.max_size),
            top: self.top.map_or(usual.top, |top| top.0),
            ..usual
        }
    }
}

fn top(text: &str) -> Result<Top, String> {
    if text == "all" {
        return Ok(Top(None));
    }
    let number = text.parse::<usize>().ok().filter(|number| *number > 0);
    number
        .map(|number| Top(Some(number)))
        .ok_or("write a whole number above 0, or `all`".to_owned())
}

fn max_size(text: &str) -> Result<MaxSize, String> {
    if text == "all" {
        return Ok(MaxSize::All);
    }
    let number = text.parse::<u32>().map(MaxSize::AtMost);
    number.map_err(|_| "write a whole number, 0 or more, or `all`".to_owned())
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Excel {
    /// A byte-order mark
    Comma,
    /// A byte-order mark, semicolons and decimal commas
    Semicolon,
}

#[derive(Args, Debug)]
struct CheckArgs {
    /// The scenario files
    #[arg(required = true)]
    scenarios: Vec<PathBuf>,
    /// Numbers and judgements without evidence or reason are errors
    #[arg(long)]
    strict: bool,
    /// How problems are printed
    #[arg(long, value_enum, default_value_t = DiagnosticFormat::Full)]
    format: DiagnosticFormat,
    /// Compare each quote with its source's file in a folder
    #[arg(long, value_name = "DIR")]
    archive: Option<PathBuf>,
    #[command(flatten)]
    changes: Changes,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
enum DiagnosticFormat {
    /// With excerpts
    Full,
    /// One line each
    Short,
    /// As data, on standard output
    Json,
}

#[derive(Args, Debug)]
struct ChartArgs {
    /// Which chart
    #[arg(value_enum)]
    name: figures::Name,
    /// The scenario file
    scenario: PathBuf,
    /// The file to write: SVG or PNG by its ending
    #[arg(long, short, value_name = "FILE", value_parser = chart_path)]
    output: PathBuf,
    /// What stands above the chart in place of the headline that is computed; empty for nothing
    #[arg(long, value_name = "TEXT")]
    title: Option<String>,
    #[command(flatten)]
    look: look::LookArgs,
    #[command(flatten)]
    effort: EffortArgs,
    #[command(flatten)]
    changes: Changes,
}

fn chart_path(text: &str) -> Result<PathBuf, String> {
    let path = PathBuf::from(text);
    match ending(&path).as_str() {
        "svg" | "png" => Ok(path),
        _ => Err("a chart's file ends in .svg or .png".to_owned()),
    }
}

/// What a file's name ends in, in small letters: it says what is written or read. Empty where there is none.
fn ending(path: &Path) -> String {
    path.extension().and_then(OsStr::to_str).unwrap_or_default().to_ascii_lowercase()
}

#[derive(Args, Debug)]
struct VerifyArgs {
    /// The scenario file; before it perhaps a figure: an .svg or .png, a brief, a datapackage.json, or
    /// a folder that `run` or `sweep` wrote. A chart that compares scenarios needs all of them, in its order
    #[arg(required = true, value_name = "[FIGURE] SCENARIO")]
    files: Vec<PathBuf>,
    /// For people, or for programs
    #[arg(long, value_enum, default_value_t = TableFormat::Table)]
    format: TableFormat,
    /// Work to spend on exact figures, in millions of steps (about a tenth of a second each)
    #[arg(long, value_name = "MILLIONS", default_value_t = evaluate::BUDGET / MILLION, value_parser = millions, allow_negative_numbers = true)]
    budget: u64,
    #[command(flatten)]
    sampling: SamplingArgs,
    #[command(flatten)]
    changes: Changes,
}

/// Room for the deepest formulas that the limits allow, in bytes, in each thread. Memory is taken as it is used.
const STACK_OF_THREADS: usize = 128 * 1024 * 1024;

/// Runs the program on its arguments.
pub fn main() -> ExitCode {
    answered(Cli::try_parse(), |command| {
        // A watch ends in its own way.
        if !matches!(command, Command::Watch(_)) {
            signals::clean_up_when_ended();
        }
        // 0 is as many as there are processors. It fails only where a pool was set before, and the output does not
        // depend on it.
        let pool = rayon::ThreadPoolBuilder::new().num_threads(command.threads().unwrap_or(0));
        let _ = pool.stack_size(STACK_OF_THREADS).build_global();
        dispatch(command)
    })
}

/// Runs a command within another program, such as a fuzzer: the first word is the program's name. Signals and threads
/// stay as they are.
pub fn run(words: impl IntoIterator<Item = OsString>) -> ExitCode {
    answered(Cli::try_parse_from(words), dispatch)
}

fn answered(
    parsed: Result<Cli, clap::Error>,
    carry_out: impl FnOnce(Command) -> Result<(), End>,
) -> ExitCode {
    let ended = parsed.map_or_else(|error| answer(&error), |cli| carry_out(cli.command));
    ended.map_or_else(End::status, |()| ExitStatus::Done).into()
}

/// Prints help or the version, or says what is wrong with the command line.
fn answer(error: &clap::Error) -> Result<(), End> {
    let text = error.render();
    if error.use_stderr() {
        let plain = text.to_string();
        let harmless = harmless_lines(&plain);
        let colour = output::colour() && harmless == plain;
        output::show(if colour { text.ansi().to_string() } else { harmless }.trim_end());
        return Err(End::Status(ExitStatus::Usage));
    }
    let text = if output::colour() { text.ansi().to_string() } else { text.to_string() };
    Ok(output::print(text.as_bytes())?)
}

impl Command {
    /// How many threads it may use; none for as many as there are processors.
    fn threads(&self) -> Option<usize> {
        match self {
            Self::Run(args) | Self::Watch(args) => args.effort.sampling.threads,
            Self::Table(args) => args.effort.sampling.threads,
            Self::Chart(args) => args.effort.sampling.threads,
            Self::Brief(args) => args.effort.sampling.threads,
            Self::Compare(args) => args.effort.sampling.threads,
            Self::Diff(args) => args.effort.sampling.threads,
            Self::Sweep(args) => args.threads,
            Self::Verify(args) => args.sampling.threads,
            _ => None,
        }
    }
}

fn dispatch(command: Command) -> Result<(), End> {
    match command {
        Command::Run(args) => commands::run(&args),
        Command::Watch(args) => watch::watch(args),
        Command::Check(args) => commands::check(&args),
        Command::Explain { code } => commands::explain(code.as_deref()),
        Command::Init { folder } => commands::init(&folder),
        Command::Table(args) => table::table(&args),
        Command::Chart(args) => commands::chart(&args),
        Command::Brief(args) => brief::brief(&args),
        Command::Compare(args) => compare::compare(&args),
        Command::Diff(args) => diff::diff(&args),
        Command::Sweep(args) => sweep::sweep(&args),
        Command::Verify(args) => commands::verify(&args),
        Command::Schema => commands::schema(),
        Command::Completions { shell } => commands::completions(shell),
    }
}
