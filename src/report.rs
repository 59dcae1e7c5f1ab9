//! The stage report: a `Finding` becomes named bytes.
//!
//! In: findings. Out: tables, charts and the summary as `NamedBytes`; `write` puts them on disk.
//! Nothing here fails but the drawing of pixels.

pub mod words;

pub mod wording;

pub mod changes;

pub mod table;
pub mod tables;

mod digits;
pub mod format;

pub mod stream;

pub mod provenance;

pub mod holds;

pub mod datapackage;

pub mod summary;

pub mod chart;

pub mod figures;

pub mod spelt;

pub mod drawn;

pub mod brief;

pub mod write;

use crate::error::Error;
use crate::evaluate::stream::Worlds;
use crate::study::{Beside, Finding};
use chart::Look;
use clap::ValueEnum as _;
use drawn::Drawn;
use format::Spreadsheet;
use provenance::Recipe;
use table::Table;
use write::{NamedBytes, NamedStream};

/// How the tables are written.
#[derive(Clone, Copy, Debug)]
pub struct TableStyle {
    /// How spreadsheets are met half-way.
    pub spreadsheet: Spreadsheet,
    /// The width of a step of a distribution with many values, in troops.
    pub step: u64,
}

/// Every table of a finding, in the order of their names' list.
pub fn all_tables(finding: &Finding, beside: &Beside, step: u64) -> Vec<Table> {
    let names = tables::Name::value_variants().iter();
    names.map(|name| tables::table(*name, finding, beside, step)).collect()
}

/// The tables as CSV beside their data package, under `tables/`.
pub fn table_files(
    finding: &Finding,
    tables: &[Table],
    style: TableStyle,
    options: &Recipe,
) -> Vec<NamedBytes> {
    let csv = tables.iter().map(|table| {
        NamedBytes::new(format!("tables/{}.csv", table.name), format::csv(table, style.spreadsheet))
    });
    let package = datapackage::datapackage(finding, tables, style.spreadsheet, options);
    csv.chain([NamedBytes::new("tables/datapackage.json", package)]).collect()
}

/// The table of all worlds as a file that is written as they are listed. Among the tables its
/// columns take the place of the most probable worlds.
pub fn stream_worlds<'a>(
    finding: &'a Finding,
    worlds: &'a Worlds,
    tables: &mut [Table],
    style: TableStyle,
) -> NamedStream<'a> {
    let header = tables::all_worlds(&finding.scenario, worlds.conditions());
    let name = format!("tables/{}.csv", header.name);
    tables.iter_mut().filter(|table| table.name == header.name).for_each(|table| {
        table.clone_from(&header);
    });
    NamedStream::new(name, move |out| {
        stream::worlds(&finding.scenario, worlds, style.spreadsheet, stream::threads(), out)
    })
}

/// A chart as SVG and PNG under `charts/`, each with how it was made inside.
pub fn chart_files(
    name: figures::Name,
    finding: &Finding,
    beside: &Beside,
    options: &Recipe,
    look: &Look,
) -> Result<Vec<NamedBytes>, Error> {
    let (word, chart) = (name.word(), Drawn::new(name, (finding, beside), options, look));
    let png = chart.png()?;
    Ok(vec![
        NamedBytes::new(format!("charts/{word}.svg"), chart.svg()),
        NamedBytes::new(format!("charts/{word}.png"), png),
    ])
}
