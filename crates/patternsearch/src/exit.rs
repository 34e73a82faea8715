//! Exit codes, and errors that carry one.

use std::fmt;
use std::path::Path;
use std::process::ExitCode;

use search::{Error, Outcome, ProblemFileError, Status};

/// The exit codes, as `--help` documents them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Exit {
    Converged = 0,
    Error = 1,
    Usage = 2,
    Limit = 3,
    Stopped = 4,
    GaveUp = 5,
    NoValue = 6,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        ExitCode::from(exit as u8)
    }
}

impl Exit {
    pub(crate) fn of(outcome: &Outcome) -> Self {
        match outcome.status {
            Status::IterationLimit | Status::EvaluationLimit | Status::TimeLimit => Exit::Limit,
            Status::StoppedByObserver | Status::Cancelled => Exit::Stopped,
            Status::SolverGaveUp | Status::NoFeasiblePoint | Status::Unbounded => Exit::GaveUp,
            _ if outcome.converged() => Exit::Converged,
            // A journal that failed, or an evaluation that could not be started.
            _ => Exit::Error,
        }
    }
}

/// An error that ends the program without a result.
#[derive(Debug)]
pub(crate) struct Trouble {
    pub(crate) exit: Exit,
    pub(crate) message: String,
}

impl Trouble {
    pub(crate) fn usage(message: impl fmt::Display) -> Self {
        Trouble { exit: Exit::Usage, message: message.to_string() }
    }

    /// Creates an error about a file.
    pub(crate) fn file(path: &Path, error: impl fmt::Display) -> Self {
        Trouble { exit: Exit::Error, message: format!("{}: {error}", path.display()) }
    }
}

impl From<ProblemFileError> for Trouble {
    fn from(error: ProblemFileError) -> Self {
        Trouble::usage(error)
    }
}

impl From<Error> for Trouble {
    fn from(error: Error) -> Self {
        let exit = match &error {
            Error::NoValue { status: Status::StoppedByObserver | Status::Cancelled, .. } => Exit::Stopped,
            Error::NoValue { .. } => Exit::NoValue,
            Error::Journal(_) | Error::Threads { .. } => Exit::Error,
            // Defects of a solver.
            Error::OutsideBounds { .. }
            | Error::OffGrid { .. }
            | Error::OutsideRow { .. }
            | Error::PointLength { .. } => Exit::Error,
            _ => Exit::Usage,
        };
        Trouble { exit, message: error.to_string() }
    }
}
