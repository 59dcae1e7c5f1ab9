//! `contingent diff`: what moved the figures between two scenarios.
//!
//! In: two files, each perhaps with a date and settings of its own. Out: the table `diff`, or the
//! same for people.

use super::end::usage;
use super::scenario::{read_pair, refuse};
use super::table::print_table;
use super::{EffortArgs, End, TableFormat, output, setting};
use crate::pipeline::Request;
use crate::report::format::{self, Spreadsheet};
use crate::report::tables::diff as tables;
use crate::report::write::{NamedBytes, write};
use crate::study;
use clap::Args;
use jiff::civil::Date;
use std::path::{Path, PathBuf};

#[derive(Args, Debug)]
pub(super) struct DiffArgs {
    /// The old scenario file; FILE@DATE as it was known on a date
    #[arg(value_name = "OLD")]
    old: PathBuf,
    /// The new scenario file, or FILE@DATE. Without it OLD's file: as it stands, or on OLD's date
    /// where --old-set or --new-set tells the two apart
    #[arg(value_name = "NEW")]
    new: Option<PathBuf>,
    /// Set a key of the old scenario only, as --set does
    #[arg(long, value_name = "KEY=VALUE", value_parser = setting)]
    old_set: Vec<String>,
    /// Set a key of the new scenario only
    #[arg(long, value_name = "KEY=VALUE", value_parser = setting)]
    new_set: Vec<String>,
    /// Set a key of both, in TOML: `conditions.ceasefire.probability=0.5`, or short `ceasefire=0.5`
    #[arg(long = "set", value_name = "KEY=VALUE", value_parser = setting)]
    settings: Vec<String>,
    /// Take a formula as given in both: figures are conditional on it
    #[arg(long, value_name = "FORMULA")]
    given: Option<String>,
    /// Also write diff.csv into a folder
    #[arg(long, short, value_name = "DIR")]
    output: Option<PathBuf>,
    /// For people, or for programs
    #[arg(long, value_enum, default_value_t = TableFormat::Table)]
    format: TableFormat,
    /// Print no progress and no warnings
    #[arg(long, short)]
    quiet: bool,
    #[command(flatten)]
    pub(super) effort: EffortArgs,
}

pub(super) fn diff(args: &DiffArgs) -> Result<(), End> {
    let [old, new] = requests(args);
    let told = |of: &Request| (of.path.clone(), of.as_of, of.settings.clone());
    if told(&old) == told(&new) {
        return Err(usage(
            "both sides are the same\n\
             help: name a second file, a date (FILE@2026-01-06), or --new-set KEY=VALUE",
        ));
    }
    let sides = read_pair(&old, &new, args.quiet)?;
    let waiting = output::waiting(args.quiet, "splitting the changes");
    let effort = args.effort.effort();
    let found = study::diff::diff(sides, effort);
    waiting.finish_and_clear();
    let found = found.map_err(|obstacle| refuse(obstacle, effort))?;
    let table = tables::diff(&found);
    if let Some(folder) = &args.output {
        let bytes = format::csv(&table, Spreadsheet::Plain);
        write(folder, &[NamedBytes::new("diff.csv", bytes)])?;
    }
    if args.format != TableFormat::Table {
        return Ok(print_table(&table, args.format, Spreadsheet::Plain)?);
    }
    let lines = format!("{}\n{}\n\n", tables::between(&found), tables::sentence(&found));
    output::print(lines.as_bytes())?;
    print_table(&tables::figures(&found), TableFormat::Table, Spreadsheet::Plain)?;
    for table in tables::causes(&found).iter().filter(|table| !table.rows.is_empty()) {
        output::print(b"\n")?;
        print_table(table, TableFormat::Table, Spreadsheet::Plain)?;
    }
    Ok(())
}

/// What is read for either side.
fn requests(args: &DiffArgs) -> [Request; 2] {
    let (path, date) = dated(&args.old);
    let apart = !args.old_set.is_empty() || !args.new_set.is_empty();
    let new = match &args.new {
        Some(new) => dated(new),
        None => (path.clone(), date.filter(|_| apart)),
    };
    let request = |(path, as_of): (PathBuf, Option<Date>), own: &[String]| Request {
        path,
        settings: [&args.settings, own].concat(),
        varied: Vec::new(),
        as_of,
        given: args.given.clone(),
        strict: false,
        archive: None,
    };
    [request((path, date), &args.old_set), request(new, &args.new_set)]
}

/// `FILE@DATE`; a path that exists as it is written has no date.
fn dated(path: &Path) -> (PathBuf, Option<Date>) {
    let text = path.to_string_lossy();
    let split = text.rsplit_once('@').filter(|_| !path.exists());
    match split.and_then(|(file, date)| Some((file, date.parse().ok()?))) {
        Some((file, date)) => (PathBuf::from(file), Some(date)),
        None => (path.to_path_buf(), None),
    }
}

#[cfg(test)]
mod tests {
    use super::dated;
    use std::path::{Path, PathBuf};

    #[test]
    fn a_date_stands_behind_the_last_at_unless_such_a_file_exists() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a@2026-01-06");
        let date = Some("2026-01-06".parse().unwrap());
        assert_eq!(dated(&path), (folder.path().join("a"), date));
        std::fs::write(&path, "").unwrap();
        assert_eq!(dated(&path), (path.clone(), None));
        let with_date = PathBuf::from(format!("{}@2026-01-06", path.display()));
        assert_eq!(dated(&with_date), (path, date));
        assert_eq!(dated(Path::new("me@home/x.toml")), (PathBuf::from("me@home/x.toml"), None));
    }
}
