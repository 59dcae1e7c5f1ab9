//! The binary: everything is in the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    let program =
        std::thread::Builder::new().stack_size(contingent::cli::STACK).spawn(contingent::cli::main);
    program.ok().and_then(|program| program.join().ok()).unwrap_or(ExitCode::FAILURE)
}
