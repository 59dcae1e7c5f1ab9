//! The commands, one function each.
//!
//! In: a command's arguments. Out: what it prints or writes, and how it ended.

use super::end::{helped, usage};
use super::holds;
use super::make::make;
use super::scenario::{earlier, find, read, refuse, request};
use super::table::print_table;
use super::{
    ChartArgs, CheckArgs, Cli, DiagnosticFormat, End, ExitStatus, MILLION, RunArgs, VerifyArgs,
};
use super::{ending, look, output};
use crate::diagnostic::render::{Format, render, tally};
use crate::diagnostic::{Code, catalogue, suggestion};
use crate::error::Error;
use crate::evaluate::{Choice, Effort, Settings};
use crate::pipeline;
use crate::report::drawn::Drawn;
use crate::report::figures;
use crate::report::format::Spreadsheet;
use crate::report::provenance::{Recipe, TOP};
use crate::report::tables;
use crate::report::write::{NamedBytes, write, write_file};
use crate::schema::SCHEMA;
use crate::study::{self, Beside};
use clap::CommandFactory as _;
use std::path::Path;

/// The scenario that `init` writes.
const MINIMAL: &str = include_str!("../../scenarios/minimal/scenario.toml");

pub(super) fn run(args: &RunArgs) -> Result<(), End> {
    let scenario = read(&args.scenario, &args.changes)?;
    let made = make(args, scenario)?;
    let folder = made.folder(args);
    let count = made.write(&folder)?;
    output::print(made.summary.as_bytes())?;
    output::wrote(&format!("{count} files"), &folder, args.changes.quiet);
    Ok(())
}

pub(super) fn check(args: &CheckArgs) -> Result<(), End> {
    let mut status = ExitStatus::Done;
    let mut json = Vec::new();
    for path in &args.scenarios {
        let mut request = request(path, &args.changes);
        request.strict = args.strict;
        request.archive.clone_from(&args.archive);
        let checked = match pipeline::check_every_date(&request) {
            Ok(checked) => checked,
            Err(error) => {
                output::complain(&format!("error: {error}"));
                status = ExitStatus::InputOutput;
                continue;
            }
        };
        if checked.diagnostics.has_errors() && status == ExitStatus::Done {
            status = ExitStatus::ScenarioErrors;
        }
        let shown =
            |format| render(&checked.diagnostics, &checked.sources, format, output::colour());
        if args.format == DiagnosticFormat::Json {
            let list: Vec<serde_json::Value> =
                serde_json::from_str(&shown(Format::Json)).unwrap_or_default();
            json.extend(list);
            continue;
        }
        let full = args.format == DiagnosticFormat::Full;
        let text = shown(if full { Format::Full } else { Format::Short });
        if !text.is_empty() {
            output::show(text.trim_end());
        }
        if !args.changes.quiet {
            let found = tally(&checked.diagnostics).unwrap_or_else(|| "no problems".to_owned());
            output::complain(&format!("{}: {found}", path.display()));
        }
    }
    if args.format == DiagnosticFormat::Json {
        let text = serde_json::to_string_pretty(&json).unwrap_or_default();
        output::print(format!("{text}\n").as_bytes())?;
    }
    if status == ExitStatus::Done { Ok(()) } else { Err(End::Status(status)) }
}

pub(super) fn explain(word: Option<&str>) -> Result<(), End> {
    let Some(word) = word else {
        let lines = Code::ALL
            .iter()
            .map(|code| format!("{:24} {}\n", code.word(), catalogue::explain(*code).title));
        output::print(lines.collect::<String>().as_bytes())?;
        return Ok(());
    };
    let Some(code) = Code::ALL.iter().find(|code| code.word() == word) else {
        let help = helped(suggestion(word, Code::ALL.iter().map(|code| code.word())));
        return Err(usage(&format!("no diagnostic is called `{word}`{help}")));
    };
    Ok(output::print(catalogue::text(*code).as_bytes())?)
}

pub(super) fn init(folder: &Path) -> Result<(), End> {
    let path = folder.join("scenario.toml");
    let schema = folder.join("scenario.schema.json");
    for path in [&path, &schema] {
        if path.exists() {
            let source = std::io::Error::other("it exists already; name another folder");
            return Err(Error::Write { path: path.clone(), source }.into());
        }
    }
    let text = MINIMAL.replace("../scenario.schema.json", "scenario.schema.json");
    let files =
        [NamedBytes::new("scenario.toml", text), NamedBytes::new("scenario.schema.json", SCHEMA)];
    write(folder, &files)?;
    output::complain(&format!("wrote {}; next: contingent run {0}", path.display()));
    Ok(())
}

pub(super) fn chart(args: &ChartArgs) -> Result<(), End> {
    let png = ending(&args.output) == "png";
    let look = args.look.titled(args.title.as_deref(), png)?;
    let settings = |parts| Settings {
        top_forces: Some(TOP),
        effort: args.effort.effort(),
        ..Settings::new(parts)
    };
    let finding = find(&args.scenario, &args.changes, settings(args.name.parts()))?;
    let mut beside = Beside::default();
    if let Some(parts) = args.name.variant_parts() {
        beside.variants = study::all_variants(&finding, settings(parts));
    }
    if args.name == figures::Name::History {
        let effort = args.effort.effort();
        beside.earlier = earlier(&args.scenario, &args.changes, &finding.scenario, effort)?;
    }
    let (name, options) = (args.name, Recipe::new(args.effort.effort()));
    let chart = Drawn::new(name, (&finding, &beside), &options, &look);
    let bytes = if png {
        look::warn(chart.drawing(), args.changes.quiet);
        chart.png()?
    } else {
        chart.svg().into_bytes()
    };
    write_file(&args.output, &bytes)?;
    output::wrote("chart", &args.output, args.changes.quiet);
    Ok(())
}

pub(super) fn verify(args: &VerifyArgs) -> Result<(), End> {
    match args.files.as_slice() {
        [figure, scenarios @ ..] if holds::is_figure(figure) => {
            holds::holds(args, figure, scenarios)
        }
        [scenario] => verify_methods(args, scenario),
        _ => {
            let help = "a figure is an .svg, a .png, a brief, a datapackage.json (for the tables beside it) or a folder that \
                        `run` or `sweep` wrote";
            let first = args.files.first();
            let name = first.map(|path| path.display().to_string()).unwrap_or_default();
            Err(usage(&match first {
                Some(path) if !path.exists() => format!("`{name}` does not exist\nhelp: {help}"),
                _ => format!(
                    "`{name}` is no figure, and the first of several files must be one\nhelp: {help}"
                ),
            }))
        }
    }
}

fn verify_methods(args: &VerifyArgs, scenario: &Path) -> Result<(), End> {
    let scenario = read(scenario, &args.changes)?;
    let (choice, budget) = (Choice::Auto, args.budget * MILLION);
    let effort = Effort { choice, budget, sampling: args.sampling.sampling() };
    let found = study::verify(scenario, effort).map_err(|obstacle| refuse(obstacle, effort))?;
    print_table(&tables::verification(&found), args.format, Spreadsheet::Plain)?;
    let disagree = found.figures.iter().filter(|row| row.comparison.disagrees()).count();
    let figures = found.figures.len();
    if figures == 0 {
        output::complain(
            "error: nothing could be compared\nhelp: what is taken as given, or known to have happened, may be too \
             rare to be drawn: take less as given, or raise --samples",
        );
    } else if !args.changes.quiet {
        output::complain(&match disagree {
            0 => format!("all {figures} figures agree"),
            _ => format!("{disagree} of {figures} figures disagree"),
        });
    }
    if found.unanswered > 0 {
        let open = match found.unanswered {
            1 => "1 question".to_owned(),
            several => format!("{several} questions"),
        };
        let help = "help: raise --budget to verify more";
        output::complain(&format!("warning: {open} took more than the budget\n{help}"));
    }
    if disagree > 0 || figures == 0 { Err(End::Status(ExitStatus::CheckFailed)) } else { Ok(()) }
}

pub(super) fn schema() -> Result<(), End> {
    Ok(output::print(SCHEMA.as_bytes())?)
}

pub(super) fn completions(shell: clap_complete::Shell) -> Result<(), End> {
    let mut text = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "contingent", &mut text);
    Ok(output::print(&text)?)
}
