//! The integration tests: one binary, a module a subject.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

/// The page for whoever decides.
mod brief;
/// The program as its users meet it.
mod cli;
/// What the program is built from.
mod dependencies;
/// Every code, every span, ten mistakes at once.
mod diagnostics;
/// What moved the figures, and the command that says so.
mod diff;
/// What setting and knowing conditions changes.
mod drivers;
/// What happens to faults and bad input.
#[cfg(unix)]
mod faults;
/// What the headline rests on, and what contested stages lead to.
mod grounds;
/// Every sentence that a chart is headed by, and when it is said.
mod headlines;
/// Whether figures still hold.
mod holds;
/// The options of charts: page, pixels, greys, title; and names in every script.
mod looks;
/// Exact whatever the size, within a budget, else sampled.
mod methods;
/// Random scenarios against a brute force written apart from the engine.
mod property;
/// The engine against the listing of worlds that it replaced.
mod reference;
/// The committed reports, and what the tables promise.
mod reports;
/// Whatever bytes it is given, the program answers.
mod robust;
/// Sampling against the listing of worlds.
mod sampling;
/// The JSON Schema against scenarios, invalid files and the reader.
mod schema;
/// What figures mean, on scenarios small enough to work out by hand.
mod semantics;
/// All worlds, streamed to CSV.
mod stream;
/// Figures over grids of values.
mod sweep;
/// The generator of the scenarios that the benchmarks measure.
mod synthetic;
/// Updates, dates, evidence: a file is its own history.
mod tracking;
/// Everything again whenever a file is saved.
mod watch;
