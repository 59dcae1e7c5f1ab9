//! The binary: everything is in the library.

use std::process::ExitCode;

/// The status after a fault of the program itself, which no scenario or command line may bring about.
const FAULT: u8 = 101;

fn main() -> ExitCode {
    let program =
        std::thread::Builder::new().stack_size(contingent::cli::STACK).spawn(contingent::cli::main);
    let ended = program.ok().and_then(|program| program.join().ok());
    ended.unwrap_or(ExitCode::from(FAULT))
}
