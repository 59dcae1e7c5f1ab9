//! The commands, one function each.
//!
//! In: a command's arguments. Out: what it prints or writes, and how it ended.

use super::holds;
use super::make::{cases, make, settings, style, variants_only};
use super::scenario::{
    earlier, find, read, read_earlier, refuse, refuse_too_fine, refuse_too_many, refuse_unsampled,
    refuse_worlds, request,
};
use super::{
    ChartArgs, CheckArgs, Cli, CompareArgs, DiagnosticFormat, ExitStatus, MILLION, RunArgs,
    TableArgs, TableFormat, VerifyArgs,
};
use super::{look, output};
use crate::diagnostic::render::{Format, render, tally};
use crate::diagnostic::{Code, catalogue, suggestion};
use crate::error::Error;
use crate::evaluate::{Choice, Effort, Settings};
use crate::law::real;
use crate::outcomes::Deciding;
use crate::pipeline::{self, Request};
use crate::report::chart::Look;
use crate::report::drawn::Drawn;
use crate::report::figures;
use crate::report::format::{self, Spreadsheet};
use crate::report::provenance::{Recipe, TOP};
use crate::report::table::Table;
use crate::report::tables::comparison::{
    Compared, compared, compared_scenarios, comparison, side_by_side,
};
use crate::report::words::large;
use crate::report::write::{NamedBytes, write, write_file};
use crate::report::{stream, tables};
use crate::schema::SCHEMA;
use crate::study::break_even::BreakEven;
use crate::study::{self, Beside, Finding};
use clap::CommandFactory as _;
use std::path::Path;

/// The scenario that `init` writes.
const MINIMAL: &str = include_str!("../../scenarios/minimal/scenario.toml");

/// Ends a part of a command early with the status that the command is to end with.
macro_rules! passed {
    ($found:expr) => {
        match $found {
            Ok(found) => found,
            Err(status) => return Ok(Err(status)),
        }
    };
}

/// Ends a command early when the scenario had errors.
macro_rules! found {
    ($found:expr) => {
        match $found {
            Ok(finding) => finding,
            Err(status) => return Ok(status),
        }
    };
}

pub(super) fn run(args: &RunArgs) -> Result<ExitStatus, Error> {
    let Some(scenario) = read(&args.scenario, &args.changes)? else {
        return Ok(ExitStatus::ScenarioErrors);
    };
    let made = found!(make(args, scenario)?);
    let folder = made.folder(args);
    let count = made.write(&folder)?;
    output::print(made.summary.as_bytes())?;
    if !args.changes.quiet {
        output::complain(&format!("{count} files written to {}", folder.display()));
    }
    Ok(ExitStatus::Done)
}

pub(super) fn check(args: &CheckArgs) -> Result<ExitStatus, Error> {
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
    Ok(status)
}

pub(super) fn explain(word: Option<&str>) -> Result<ExitStatus, Error> {
    let Some(word) = word else {
        let lines = Code::ALL
            .iter()
            .map(|code| format!("{:24} {}\n", code.word(), catalogue::explain(*code).title));
        output::print(lines.collect::<String>().as_bytes())?;
        return Ok(ExitStatus::Done);
    };
    let Some(code) = Code::ALL.iter().find(|code| code.word() == word) else {
        let help = helped(suggestion(word, Code::ALL.iter().map(|code| code.word())));
        output::complain(&format!("error: no diagnostic is called `{word}`{help}"));
        return Ok(ExitStatus::Usage);
    };
    output::print(catalogue::text(*code).as_bytes())?;
    Ok(ExitStatus::Done)
}

pub(super) fn init(folder: &Path) -> Result<ExitStatus, Error> {
    let path = folder.join("scenario.toml");
    let schema = folder.join("scenario.schema.json");
    for path in [&path, &schema] {
        if path.exists() {
            let source = std::io::Error::other("it exists already; name another folder");
            return Err(Error::Write { path: path.clone(), source });
        }
    }
    let text = MINIMAL.replace("../scenario.schema.json", "scenario.schema.json");
    let files =
        [NamedBytes::new("scenario.toml", text), NamedBytes::new("scenario.schema.json", SCHEMA)];
    write(folder, &files)?;
    output::complain(&format!("wrote {}; next: contingent run {0}", path.display()));
    Ok(ExitStatus::Done)
}

pub(super) fn table(args: &TableArgs) -> Result<ExitStatus, Error> {
    let style = style(&args.tables);
    let csv = args.format == TableFormat::Table && style.spreadsheet != Spreadsheet::Plain;
    let format = if csv { TableFormat::Csv } else { args.format };
    if args.name == tables::Name::Worlds
        && format == TableFormat::Csv
        && args.tables.top().is_none()
    {
        return all_worlds(args, style.spreadsheet);
    }
    let settings = settings(&args.tables, args.effort.effort(), args.name.parts());
    let finding = found!(find(&args.scenario, &args.changes, settings)?);
    if args.name == tables::Name::Distribution {
        found!(refuse_too_fine(&finding, args.tables.step));
    }
    let beside = found!(beside(args, &finding)?);
    if args.name == tables::Name::History && format == TableFormat::Table {
        let (table, told) = tables::by_date(&finding, &beside.earlier);
        print_table(&table, format, style.spreadsheet)?;
        output::print(format!("\nwhat changed\n{}\n", told.join("\n")).as_bytes())?;
        return Ok(ExitStatus::Done);
    }
    let table = tables::table(args.name, &finding, &beside, style.step);
    let status = print_table(&table, format, style.spreadsheet)?;
    if format == TableFormat::Table && !args.changes.quiet {
        for note in unlisted(args, &finding) {
            output::complain(&note);
        }
    }
    Ok(status)
}

/// What a table needs beside the finding, or the status to end with.
fn beside(args: &TableArgs, finding: &Finding) -> Result<Result<Beside, ExitStatus>, Error> {
    let effort = args.effort.effort();
    let mut beside = Beside::default();
    if let Some(since) = args.since {
        if args.name != tables::Name::Ledger {
            output::complain("error: `--since` is for the ledger\nhelp: contingent table ledger");
            return Ok(Err(ExitStatus::Usage));
        }
        if since > finding.scenario.as_of {
            let as_of = finding.scenario.as_of;
            output::complain(&format!(
                "error: {since} lies after the date of the knowledge, {as_of}"
            ));
            return Ok(Err(ExitStatus::Usage));
        }
        let now = request(&args.scenario, &args.changes);
        // What is taken as given need not have been possible then.
        let then = Request { as_of: Some(since), given: None, ..now };
        beside.since = passed!(read_earlier(&then)?);
    }
    if let Some((id, wanted)) = &args.break_even {
        beside.break_even = Some(passed!(break_even(args, finding, id, *wanted)));
    }
    match args.name {
        tables::Name::Comparison => {
            beside.variants = study::all_variants(finding, variants_only(effort));
        }
        tables::Name::Stress => {
            beside.stress = passed!(cases(&finding.scenario, effort));
        }
        tables::Name::History => {
            let states = earlier(&args.scenario, &args.changes, &finding.scenario, effort)?;
            beside.earlier = passed!(states);
        }
        _ => {}
    }
    Ok(Ok(beside))
}

/// How many sets that decide a requirement are not listed, and how to see them.
fn unlisted(args: &TableArgs, finding: &Finding) -> Vec<String> {
    let found = match args.name {
        tables::Name::Unlock => &finding.outcomes.unlock,
        tables::Name::Block => &finding.outcomes.block,
        _ => return Vec::new(),
    };
    let note = |(at, found): (usize, &Option<Deciding>)| {
        let found = found.as_ref()?;
        let listed: usize = found.sets.iter().map(|set| set.sizes.len()).sum();
        let left = found.counts.iter().sum::<f64>() - real(listed as u64);
        let (id, most) = (finding.scenario.requirements.id(at), found.max_size?);
        let told = format!("{} more sets of up to {most} conditions", large(left));
        let help = "--top all lists them, --max-size all looks for larger ones";
        (left >= 1.0).then(|| format!("note: {told} are not listed for {id}; {help}"))
    };
    found.iter().enumerate().filter_map(note).collect()
}

/// A line of help, where there is any.
fn helped(help: Option<String>) -> String {
    help.map(|help| format!("\nhelp: {help}")).unwrap_or_default()
}

/// Where a requirement breaks even, or the status to end with.
fn break_even(
    args: &TableArgs,
    finding: &Finding,
    id: &str,
    wanted: f64,
) -> Result<BreakEven, ExitStatus> {
    if args.name != tables::Name::Drivers {
        let help = "help: contingent table drivers";
        output::complain(&format!("error: `--break-even` is for the drivers\n{help}"));
        return Err(ExitStatus::Usage);
    }
    let requirements = &finding.scenario.requirements;
    let Some(requirement) = requirements.index(id) else {
        let known = requirements.iter().map(|(id, _)| id);
        let help = helped(suggestion(id, known));
        output::complain(&format!("error: no requirement is called `{id}`{help}"));
        return Err(ExitStatus::Usage);
    };
    let effort = args.effort.effort();
    let found = study::break_even::break_even(&finding.scenario, requirement, wanted, effort);
    found.map_err(|obstacle| refuse_unsampled(obstacle, effort, "raise it with --budget"))
}

/// All worlds, printed as they are listed; nothing else is worked out.
fn all_worlds(args: &TableArgs, spreadsheet: Spreadsheet) -> Result<ExitStatus, Error> {
    let Some(scenario) = read(&args.scenario, &args.changes)? else {
        return Ok(ExitStatus::ScenarioErrors);
    };
    let effort = args.effort.effort();
    found!(refuse_too_many(study::worlds_possible(&scenario, effort.budget)));
    let worlds = study::worlds(&scenario, effort.budget);
    let worlds = found!(worlds.map_err(|obstacle| refuse_worlds(obstacle, effort)));
    output::stream(|out| stream::worlds(&scenario, &worlds, spreadsheet, stream::threads(), out))?;
    Ok(ExitStatus::Done)
}

pub(super) fn print_table(
    table: &Table,
    format: TableFormat,
    spreadsheet: Spreadsheet,
) -> Result<ExitStatus, Error> {
    match format {
        TableFormat::Table => output::print(format::text(table, output::width()).as_bytes())?,
        TableFormat::Csv => output::print(&format::csv(table, spreadsheet))?,
        TableFormat::Json => output::print(format::json(table).as_bytes())?,
    }
    Ok(ExitStatus::Done)
}

pub(super) fn chart(args: &ChartArgs) -> Result<ExitStatus, Error> {
    let png = args.output.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("png"));
    let look = found!(args.look.look(png));
    let look = Look { title: args.title.clone(), ..look };
    let settings = |parts| Settings {
        top_forces: Some(TOP),
        effort: args.effort.effort(),
        ..Settings::new(parts)
    };
    let finding = found!(find(&args.scenario, &args.changes, settings(args.name.parts()))?);
    let mut beside = Beside::default();
    if let Some(parts) = args.name.variant_parts() {
        beside.variants = study::all_variants(&finding, settings(parts));
    }
    if args.name == figures::Name::History {
        let effort = args.effort.effort();
        let states = earlier(&args.scenario, &args.changes, &finding.scenario, effort)?;
        beside.earlier = found!(states);
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
    Ok(ExitStatus::Done)
}

pub(super) fn compare(args: &CompareArgs) -> Result<ExitStatus, Error> {
    let look = found!(args.look.look(args.output.is_some()));
    if let [scenario] = args.scenarios.as_slice() {
        return compare_options(scenario, args, &look);
    }
    if !args.across.is_empty() {
        output::complain("error: `--across` compares the options of one scenario; name one");
        return Ok(ExitStatus::Usage);
    }
    let mut findings = Vec::new();
    for path in &args.scenarios {
        findings.push(found!(find(path, &args.changes, variants_only(args.effort.effort()))?));
    }
    let options = Recipe::new(args.effort.effort());
    let chart = figures::compare_scenarios(&findings);
    let chart = chart.map(|chart| Drawn::comparison(&chart, &findings, options, &look));
    finish_comparison(args, &[compared_scenarios(&findings)], chart)
}

fn compare_options(scenario: &Path, args: &CompareArgs, look: &Look) -> Result<ExitStatus, Error> {
    let finding = found!(find(scenario, &args.changes, variants_only(args.effort.effort()))?);
    let known = || finding.scenario.assumptions.iter().map(|(id, _)| id);
    let mut across = Vec::new();
    for name in &args.across {
        let Some(index) = finding.scenario.assumptions.index(name) else {
            let help = helped(suggestion(name, known()));
            output::complain(&format!("error: no assumption is called `{name}`{help}"));
            return Ok(ExitStatus::Usage);
        };
        across.push(index);
    }
    let settings = variants_only(args.effort.effort());
    let variants = if across.is_empty() {
        study::all_variants(&finding, settings)
    } else {
        study::across(&finding, &across, settings)
    };
    let beside = Beside { variants, ..Beside::default() };
    let options = Recipe { across: args.across.clone(), ..Recipe::new(args.effort.effort()) };
    let chart = Drawn::new(figures::Name::Compare, (&finding, &beside), &options, look);
    let groups: Vec<_> = beside
        .variants
        .chunk_by(|left, right| left.reading.is_beside(right.reading))
        .map(|group| compared(&finding, group))
        .collect();
    finish_comparison(args, &groups, Some(chart))
}

/// Writes the comparison's files, if asked to, and prints it: for people a group at a time.
fn finish_comparison(
    args: &CompareArgs,
    groups: &[Vec<Compared<'_>>],
    chart: Option<Drawn>,
) -> Result<ExitStatus, Error> {
    let table = comparison(&groups.concat());
    if let Some(folder) = &args.output {
        let mut files =
            vec![NamedBytes::new("comparison.csv", format::csv(&table, Spreadsheet::Plain))];
        if let Some(chart) = chart {
            look::warn(chart.drawing(), args.changes.quiet);
            files.push(NamedBytes::new("compare.png", chart.png()?));
            files.push(NamedBytes::new("compare.svg", chart.svg()));
        }
        write(folder, &files)?;
    }
    if args.format != TableFormat::Table {
        return print_table(&table, args.format, Spreadsheet::Plain);
    }
    for table in groups.iter().filter_map(|group| side_by_side(group)) {
        print_table(&table, TableFormat::Table, Spreadsheet::Plain)?;
        output::print(b"\n")?;
    }
    Ok(ExitStatus::Done)
}

pub(super) fn verify(args: &VerifyArgs) -> Result<ExitStatus, Error> {
    match args.files.as_slice() {
        [figure, scenarios @ ..] if holds::is_figure(figure) => {
            holds::holds(args, figure, scenarios)
        }
        [scenario] => verify_methods(args, scenario),
        _ => {
            let help =
                "a figure is an .svg, a .png, a datapackage.json or a folder that `run` wrote";
            let first = args.files.first().map(|path| path.display().to_string());
            let first = first.unwrap_or_default();
            let wrong = match args.files.first() {
                Some(path) if !path.exists() => format!("`{first}` does not exist"),
                _ => format!("`{first}` is no figure, and the first of several files must be one"),
            };
            output::complain(&format!("error: {wrong}\nhelp: {help}"));
            Ok(ExitStatus::Usage)
        }
    }
}

fn verify_methods(args: &VerifyArgs, scenario: &Path) -> Result<ExitStatus, Error> {
    let Some(scenario) = read(scenario, &args.changes)? else {
        return Ok(ExitStatus::ScenarioErrors);
    };
    let (choice, budget) = (Choice::Auto, args.budget * MILLION);
    let effort = Effort { choice, budget, sampling: args.sampling.sampling() };
    let found = match study::verify(scenario, effort) {
        Ok(found) => found,
        Err(obstacle) => return Ok(refuse(obstacle, effort)),
    };
    print_table(&tables::verification(&found), args.format, Spreadsheet::Plain)?;
    let disagree = found.figures.iter().filter(|row| row.comparison.disagrees()).count();
    let figures = found.figures.len();
    if figures == 0 {
        output::complain("error: nothing could be compared");
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
    Ok(if disagree > 0 || figures == 0 { ExitStatus::CheckFailed } else { ExitStatus::Done })
}

pub(super) fn schema() -> Result<ExitStatus, Error> {
    output::print(SCHEMA.as_bytes())?;
    Ok(ExitStatus::Done)
}

pub(super) fn completions(shell: clap_complete::Shell) -> Result<ExitStatus, Error> {
    let mut text = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "contingent", &mut text);
    output::print(&text)?;
    Ok(ExitStatus::Done)
}
