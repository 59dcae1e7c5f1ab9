//! What force do conditional pledges add up to?
//!
//! `contingent` reads a scenario in TOML that says who pledged what, where, under which conditions
//! and on whose word; works out exactly what force that adds up to over every combination of
//! conditions; and writes the tables and charts of a briefing.
//!
//! ```text
//!  path ──load──▶ Loaded ──merge, fold──▶ Table ──parse──▶ RawScenario ──check──▶ Scenario
//!                                                                                     │
//!                                                                                  compile
//!                                                                                     ▼
//!  files ◀──write── NamedBytes ◀──report── Finding ◀──study── Outcomes ◀──evaluate── Model
//! ```
//!
//! | stage | function | from, to | may report |
//! |---|---|---|---|
//! | load | [`load::load`] | path, settings -> [`load::Loaded`] | I/O; links that lead nowhere; TOML syntax |
//! | merge | [`merge::merge`], [`bounds::cut`] | layers -> [`document::Table`] | ids declared twice; too much of anything |
//! | fold | [`scenario::fold::fold`] | tree, date -> the same tree as it stood on the date | updates without a date, or too early |
//! | parse | [`scenario::parse::parse`] | tree -> [`scenario::raw::RawScenario`] | types, keys, formulas |
//! | check | [`scenario::check::check`] | raw -> [`scenario::Scenario`] | names, ranges, cycles, evidence |
//! | compile | [`compile::compile`] | scenario -> [`model::Model`] | evidence that cannot hold |
//! | evaluate | [`evaluate::evaluate`] | model, settings -> [`outcomes::Outcomes`] | over budget, where only exact will do |
//! | study | [`study::find`], [`study::across`], [`study::earlier`], [`study::diff::diff`], [`study::verify`] | scenario -> [`study::Finding`], variants, earlier states, what moved | nothing new |
//! | report | [`report`] | finding -> [`report::write::NamedBytes`] | nothing |
//! | write | [`report::write::write`] | named bytes -> files, each whole | I/O |
//!
//! A file uses only files above it in the list of modules below. Policy words stop at `compile`.
//! Only `load`, `report::write` and `cli` touch the disk, the terminal or the process.

pub mod characters;
pub mod limits;

pub mod decimal;
pub mod source;

pub mod diagnostic;
pub mod error;

pub mod document;
pub mod load;
pub mod merge;

pub mod bounds;

pub mod scenario;

pub mod apportion;
pub mod model;

pub mod layout;

pub mod compile;

pub mod law;

pub mod outcomes;

pub mod evaluate;

pub mod pipeline;
pub mod study;

pub mod report;
pub mod schema;

pub mod cli;
