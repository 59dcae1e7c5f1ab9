//! The terminal: the only place that prints.
//!
//! In: data for standard output, words for standard error. Out: nothing; that standard output fails is an error.

use crate::characters::harmless_lines;
use crate::error::Error;
use std::io::{self, IsTerminal as _, Write as _};
use std::path::Path;
use std::time::Duration;

/// Writes data to standard output.
pub(super) fn print(text: &[u8]) -> Result<(), Error> {
    let mut output = io::stdout().lock();
    output.write_all(text).and_then(|()| output.flush()).map_err(Error::Output)
}

/// Writes data to standard output as it is made.
pub(super) fn stream(fill: impl FnOnce(io::Stdout) -> io::Result<()>) -> Result<(), Error> {
    fill(io::stdout()).map_err(Error::Output)
}

/// Writes lines to standard error; what a terminal would obey in them is spelled out. When even that fails there is
/// nobody left to tell.
pub(super) fn complain(text: &str) {
    show(&harmless_lines(text));
}

/// Says what was written where.
pub(super) fn wrote(what: &str, path: &Path, quiet: bool) {
    if !quiet {
        complain(&format!("{what} written to {}", path.display()));
    }
}

/// The same for what is harmless already, and may have colours.
pub(super) fn show(text: &str) {
    let _ = writeln!(io::stderr().lock(), "{text}");
}

/// Whether standard error takes colours.
pub(super) fn colour() -> bool {
    io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}

/// The width of the terminal behind standard output, if there is one.
pub(super) fn width() -> Option<u16> {
    let terminal = io::stdout().is_terminal();
    let (width, _) = terminal_size::terminal_size().filter(|_| terminal)?;
    Some(width.0)
}

/// A progress line on a terminal; nothing elsewhere.
pub(super) fn progress(quiet: bool, steps: u64) -> indicatif::ProgressBar {
    if quiet || !io::stderr().is_terminal() {
        return indicatif::ProgressBar::hidden();
    }
    let bar = indicatif::ProgressBar::new(steps);
    if let Ok(style) = indicatif::ProgressStyle::with_template("[{pos}/{len}] {msg}") {
        bar.set_style(style);
    }
    bar
}

/// The same for pieces of much the same work, with the time that is left.
pub(super) fn timed(quiet: bool, steps: u64, message: &'static str) -> indicatif::ProgressBar {
    let bar = progress(quiet, steps);
    let style = "[{pos}/{len}] {msg} ({elapsed}, {eta} left)";
    if let Ok(style) = indicatif::ProgressStyle::with_template(style) {
        bar.set_style(style);
    }
    bar.set_message(message);
    bar
}

/// A turning line on a terminal while something is worked out, with the time that it took so far;
/// nothing elsewhere.
pub(super) fn waiting(quiet: bool, message: &'static str) -> indicatif::ProgressBar {
    if quiet || !io::stderr().is_terminal() {
        return indicatif::ProgressBar::hidden();
    }
    let bar = indicatif::ProgressBar::new_spinner();
    if let Ok(style) = indicatif::ProgressStyle::with_template("{spinner} {msg} ({elapsed})") {
        bar.set_style(style);
    }
    bar.set_message(message);
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}
