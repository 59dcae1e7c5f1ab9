//! `contingent table`: one table.
//!
//! In: a scenario and a table's name. Out: the table, for people or for programs.

use super::end::{helped, usage};
use super::make::{cases, settings, style, variants_only};
use super::scenario::{
    earlier, find, read, read_earlier, refuse_too_fine, refuse_too_many, refuse_unsampled,
    refuse_worlds, request,
};
use super::{Changes, EffortArgs, End, TableOptions, output};
use crate::decimal::Decimal;
use crate::diagnostic::suggestion;
use crate::error::Error;
use crate::law::real;
use crate::outcomes::Deciding;
use crate::pipeline::Request;
use crate::report::format::{self, Spreadsheet};
use crate::report::table::Table;
use crate::report::words::large;
use crate::report::{stream, tables};
use crate::study::break_even::BreakEven;
use crate::study::{self, Beside, Finding};
use clap::{Args, ValueEnum};
use jiff::civil::Date;
use std::path::PathBuf;

#[derive(Args, Debug)]
pub(super) struct TableArgs {
    /// Which table
    #[arg(value_enum)]
    name: tables::Name,
    /// The scenario file
    scenario: PathBuf,
    /// For people, or for programs
    #[arg(long, value_enum, default_value_t = TableFormat::Table)]
    format: TableFormat,
    /// In the ledger, only what changed since a date, and how
    #[arg(long, value_name = "DATE")]
    since: Option<Date>,
    /// Among the drivers, how probable each condition must be, all else as it is, for a requirement
    /// to be met with a probability
    #[arg(long, value_name = "REQUIREMENT=CHANCE", value_parser = wanted)]
    break_even: Option<(String, f64)>,
    #[command(flatten)]
    tables: TableOptions,
    #[command(flatten)]
    pub(super) effort: EffortArgs,
    #[command(flatten)]
    changes: Changes,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(super) enum TableFormat {
    /// Aligned, for people
    Table,
    /// RFC 4180
    Csv,
    /// An array of objects
    Json,
}

/// A requirement and the chance that is wanted of it.
fn wanted(text: &str) -> Result<(String, f64), String> {
    let (id, chance) = text.split_once('=').unwrap_or((text, ""));
    let chance = Decimal::parse(chance.trim());
    let chance = chance.filter(|chance| (Decimal::ZERO..=Decimal::ONE).contains(chance));
    let chance = chance.ok_or(
        "write it as REQUIREMENT=CHANCE with a number from 0 to 1, such as floor_20000=0.5",
    )?;
    Ok((id.trim().to_owned(), chance.to_f64()))
}

pub(super) fn table(args: &TableArgs) -> Result<(), End> {
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
    let finding = find(&args.scenario, &args.changes, settings)?;
    if args.name == tables::Name::Distribution {
        refuse_too_fine(&finding, args.tables.step)?;
    }
    let beside = beside(args, &finding)?;
    if args.name == tables::Name::History && format == TableFormat::Table {
        let (table, told) = tables::by_date(&finding, &beside.earlier);
        print_table(&table, format, style.spreadsheet)?;
        output::print(format!("\nwhat changed\n{}\n", told.join("\n")).as_bytes())?;
        return Ok(());
    }
    let table = tables::table(args.name, &finding, &beside, style.step);
    print_table(&table, format, style.spreadsheet)?;
    if format == TableFormat::Table && !args.changes.quiet {
        for note in unlisted(args, &finding) {
            output::complain(&note);
        }
    }
    Ok(())
}

/// What a table needs beside the finding.
fn beside(args: &TableArgs, finding: &Finding) -> Result<Beside, End> {
    let effort = args.effort.effort();
    let mut beside = Beside::default();
    if let Some(since) = args.since {
        if args.name != tables::Name::Ledger {
            return Err(usage("`--since` is for the ledger\nhelp: contingent table ledger"));
        }
        if since > finding.scenario.as_of {
            let as_of = finding.scenario.as_of;
            let text = format!("{since} lies after the date of the knowledge, {as_of}");
            return Err(usage(&text));
        }
        let now = request(&args.scenario, &args.changes);
        // What is taken as given need not have been possible then.
        let then = Request { as_of: Some(since), given: None, ..now };
        beside.since = Some(read_earlier(&then)?);
    }
    if let Some((id, wanted)) = &args.break_even {
        beside.break_even = Some(break_even(args, finding, id, *wanted)?);
    }
    match args.name {
        tables::Name::Comparison => {
            beside.variants = study::all_variants(finding, variants_only(effort));
        }
        tables::Name::Stress => {
            beside.stress = cases(&finding.scenario, effort)?;
        }
        tables::Name::History => {
            beside.earlier = earlier(&args.scenario, &args.changes, &finding.scenario, effort)?;
        }
        _ => {}
    }
    Ok(beside)
}

/// How many sets that decide a requirement are not listed, and how to see them; or that there is none.
fn unlisted(args: &TableArgs, finding: &Finding) -> Vec<String> {
    let (found, decides) = match args.name {
        tables::Name::Unlock => (&finding.outcomes.unlock, "is enough for"),
        tables::Name::Block => (&finding.outcomes.block, "rules out"),
        _ => return Vec::new(),
    };
    let note = |(at, found): (usize, &Option<Deciding>)| {
        let (found, id) = (found.as_ref()?, finding.scenario.requirements.id(at));
        let Some(most) = found.max_size else {
            return Some(format!("note: nothing {decides} {id}"));
        };
        let larger = "--max-size all looks for larger ones";
        if found.sets.is_empty() {
            let none = format!("no set of up to {most} conditions {decides} {id}");
            return Some(format!("note: {none}; {larger}"));
        }
        let listed: usize = found.sets.iter().map(|set| set.sizes.len()).sum();
        let left = found.counts.iter().sum::<f64>() - real(listed as u64);
        let told = format!("{} more sets of up to {most} conditions", large(left));
        let help = format!("--top all lists them, {larger}");
        (left >= 1.0).then(|| format!("note: {told} are not listed for {id}; {help}"))
    };
    found.iter().enumerate().filter_map(note).collect()
}

/// Where a requirement breaks even.
fn break_even(
    args: &TableArgs,
    finding: &Finding,
    id: &str,
    wanted: f64,
) -> Result<BreakEven, End> {
    if args.name != tables::Name::Drivers {
        let help = "help: contingent table drivers";
        return Err(usage(&format!("`--break-even` is for the drivers\n{help}")));
    }
    let requirements = &finding.scenario.requirements;
    let Some(requirement) = requirements.index(id) else {
        let known = requirements.iter().map(|(id, _)| id);
        let help = helped(suggestion(id, known));
        return Err(usage(&format!("no requirement is called `{id}`{help}")));
    };
    let effort = args.effort.effort();
    let found = study::break_even::break_even(&finding.scenario, requirement, wanted, effort);
    found.map_err(|obstacle| refuse_unsampled(obstacle, effort, "raise it with --budget"))
}

/// All worlds, printed as they are listed; nothing else is worked out.
fn all_worlds(args: &TableArgs, spreadsheet: Spreadsheet) -> Result<(), End> {
    let scenario = read(&args.scenario, &args.changes)?;
    let effort = args.effort.effort();
    refuse_too_many(study::worlds_possible(&scenario, effort.budget))?;
    let worlds = study::worlds(&scenario, effort.budget);
    let worlds = worlds.map_err(|obstacle| refuse_worlds(obstacle, effort))?;
    let threads = stream::threads();
    Ok(output::stream(|out| stream::worlds(&scenario, &worlds, spreadsheet, threads, out))?)
}

pub(super) fn print_table(
    table: &Table,
    format: TableFormat,
    spreadsheet: Spreadsheet,
) -> Result<(), Error> {
    match format {
        TableFormat::Table => output::print(format::text(table, output::width()).as_bytes()),
        TableFormat::Csv => output::print(&format::csv(table, spreadsheet)),
        TableFormat::Json => output::print(format::json(table).as_bytes()),
    }
}
