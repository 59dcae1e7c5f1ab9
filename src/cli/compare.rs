//! `contingent compare`: the options of assumptions, or several scenarios, beside each other.
//!
//! In: scenarios. Out: the table `comparison`, and where asked its file and chart.

use super::end::{helped, usage};
use super::make::variants_only;
use super::scenario::find;
use super::table::print_table;
use super::{Changes, EffortArgs, End, TableFormat, look, output};
use crate::diagnostic::suggestion;
use crate::error::Error;
use crate::report::chart::Look;
use crate::report::drawn::Drawn;
use crate::report::figures;
use crate::report::format::{self, Spreadsheet};
use crate::report::provenance::Recipe;
use crate::report::tables::comparison::{
    Compared, compared, compared_scenarios, comparison, side_by_side,
};
use crate::report::write::{NamedBytes, write};
use crate::study::{self, Beside};
use clap::Args;
use std::path::{Path, PathBuf};

#[derive(Args, Debug)]
pub(super) struct CompareArgs {
    /// One scenario, whose options are compared; or several, compared with the first
    #[arg(required = true)]
    scenarios: Vec<PathBuf>,
    /// The assumptions whose options are compared; all of them by default, where there is one scenario
    #[arg(long, value_name = "ASSUMPTION", value_delimiter = ',')]
    across: Vec<String>,
    /// Also write comparison.csv and the chart, as SVG and PNG, into a folder
    #[arg(long, short, value_name = "DIR")]
    output: Option<PathBuf>,
    /// For people, or for programs
    #[arg(long, value_enum, default_value_t = TableFormat::Table)]
    format: TableFormat,
    #[command(flatten)]
    look: look::LookArgs,
    #[command(flatten)]
    pub(super) effort: EffortArgs,
    #[command(flatten)]
    changes: Changes,
}

pub(super) fn compare(args: &CompareArgs) -> Result<(), End> {
    let look = args.look.look(args.output.is_some())?;
    if let [scenario] = args.scenarios.as_slice() {
        return compare_options(scenario, args, &look);
    }
    if !args.across.is_empty() {
        return Err(usage("`--across` compares the options of one scenario; name one"));
    }
    let mut findings = Vec::new();
    for path in &args.scenarios {
        findings.push(find(path, &args.changes, variants_only(args.effort.effort()))?);
    }
    let options = Recipe::new(args.effort.effort());
    let chart = figures::compare_scenarios(&findings);
    let chart = chart.map(|chart| Drawn::comparison(&chart, &findings, options, &look));
    Ok(finish_comparison(args, &[compared_scenarios(&findings)], chart)?)
}

fn compare_options(scenario: &Path, args: &CompareArgs, look: &Look) -> Result<(), End> {
    let finding = find(scenario, &args.changes, variants_only(args.effort.effort()))?;
    let known = || finding.scenario.assumptions.iter().map(|(id, _)| id);
    let mut across = Vec::new();
    for name in &args.across {
        let Some(index) = finding.scenario.assumptions.index(name) else {
            let help = helped(suggestion(name, known()));
            return Err(usage(&format!("no assumption is called `{name}`{help}")));
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
    Ok(finish_comparison(args, &groups, Some(chart))?)
}

/// Writes the comparison's files, if asked to, and prints it: for people a group at a time.
fn finish_comparison(
    args: &CompareArgs,
    groups: &[Vec<Compared<'_>>],
    chart: Option<Drawn>,
) -> Result<(), Error> {
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
        output::wrote(&format!("{} files", files.len()), folder, args.changes.quiet);
    }
    if args.format != TableFormat::Table {
        return print_table(&table, args.format, Spreadsheet::Plain);
    }
    for table in groups.iter().filter_map(|group| side_by_side(group)) {
        print_table(&table, TableFormat::Table, Spreadsheet::Plain)?;
        output::print(b"\n")?;
    }
    Ok(())
}
