//! The integration tests: one binary, a module a subject.

/// The program as its users meet it.
mod cli;
/// The committed reports, and what the tables promise.
mod reports;
