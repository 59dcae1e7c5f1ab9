//! How the program ends.
//!
//! In: what stood in the way of a command. Out: an [`End`] that `?` passes up, hence an [`ExitStatus`].

use super::output;
use crate::error::Error;
use std::process::ExitCode;

/// How the program ended.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum ExitStatus {
    /// 0: done.
    Done,
    /// 1: the scenario has errors.
    ScenarioErrors,
    /// 2: the command line was wrong (clap's own status).
    Usage,
    /// 3: input or output failed.
    InputOutput,
    /// 4: a check did not hold: sampling disagrees, or exact figures took more than the budget.
    CheckFailed,
}

impl From<ExitStatus> for ExitCode {
    fn from(status: ExitStatus) -> Self {
        Self::from(match status {
            ExitStatus::Done => 0,
            ExitStatus::ScenarioErrors => 1,
            ExitStatus::Usage => 2,
            ExitStatus::InputOutput => 3,
            ExitStatus::CheckFailed => 4,
        })
    }
}

/// Why a command ends early.
#[derive(Debug)]
pub(super) enum End {
    /// The reason was printed.
    Status(ExitStatus),
    /// Input or output failed, of which nobody was told.
    Error(Error),
}

impl From<Error> for End {
    fn from(error: Error) -> Self {
        Self::Error(error)
    }
}

impl End {
    /// How the program ends; an error is told.
    pub(super) fn status(self) -> ExitStatus {
        match self {
            Self::Status(status) => status,
            // A reader that has seen enough is no failure.
            Self::Error(Error::Output(source))
                if source.kind() == std::io::ErrorKind::BrokenPipe =>
            {
                ExitStatus::Done
            }
            Self::Error(error) => {
                output::complain(&format!("error: {error}"));
                ExitStatus::InputOutput
            }
        }
    }
}

/// The command line was wrong: says how.
pub(super) fn usage(text: &str) -> End {
    output::complain(&format!("error: {text}"));
    End::Status(ExitStatus::Usage)
}

/// A line of help, where there is any.
pub(super) fn helped(help: Option<String>) -> String {
    help.map(|help| format!("\nhelp: {help}")).unwrap_or_default()
}
