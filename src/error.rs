//! What can go wrong outside a scenario: files that cannot be read or written.
//!
//! Problems inside a scenario are `Diagnostic`s; this type is for the world around it.

use std::io;
use std::path::PathBuf;

/// A failure of input or output. Exit status 3.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file could not be read.
    #[error("cannot read `{}`: {}", path.display(), plain(source))]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A file is not UTF-8 text.
    #[error("cannot read `{}`: line {line} is not UTF-8 text; save the file as UTF-8", path.display())]
    NotUtf8 {
        /// The file.
        path: PathBuf,
        /// The first line that is not.
        line: usize,
    },
    /// A file or folder could not be written. What stood there before is whole.
    #[error("cannot write `{}`: {}", path.display(), plain(source))]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Standard output could not be written.
    #[error("cannot write to standard output: {}", plain(.0))]
    Output(io::Error),
    /// A chart could not be turned into pixels.
    #[error("cannot draw `{name}`: {reason}")]
    Draw {
        /// The chart's name.
        name: String,
        /// What the renderer said.
        reason: String,
    },
}

/// The operating system's words without the number behind them.
fn plain(error: &io::Error) -> String {
    let text = error.to_string();
    let words = text.split(" (os error").next().unwrap_or(&text).to_owned();
    let mut characters = words.chars();
    match characters.next() {
        Some(first) => first.to_lowercase().chain(characters).collect(),
        None => words,
    }
}
