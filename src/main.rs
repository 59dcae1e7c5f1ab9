//! The binary: everything is in the library.

use std::process::ExitCode;

/// Room for the deepest formulas that the limits allow, in bytes.
const STACK: usize = 256 * 1024 * 1024;

fn main() -> ExitCode {
    let program = std::thread::Builder::new().stack_size(STACK).spawn(contingent::cli::main);
    program.ok().and_then(|program| program.join().ok()).unwrap_or(ExitCode::FAILURE)
}
