//! The signal that a solver must stop.

use crate::journal::JournalFault;
use crate::{ConstraintRow, Status};

/// The reason why a solver must stop. The solver passes it on with `?`.
// Boxed, because a stop is rare and every evaluation returns a `Result` with it.
#[derive(Debug, Clone, PartialEq)]
pub struct Stop(pub(super) Box<StopKind>);

#[derive(Debug, Clone, PartialEq)]
pub(super) enum StopKind {
    Ended(Status),
    /// The run ends with a status that needs an explanation.
    Explained(Status, String),
    /// The solver asked for a point outside the bounds: coordinate and value.
    Outside(usize, f64),
    /// The solver asked for a point off the grid: coordinate and value.
    OffGrid(usize, f64),
    /// The solver asked for a point that violates this linear constraint.
    Violating(ConstraintRow),
    /// The solver asked for a point with this number of coordinates.
    Length(usize),
    /// The journal cannot be used for this run.
    Journal(JournalFault),
}

impl Stop {
    /// Creates a stop for a solver that cannot go on, with its reason.
    pub fn gave_up(reason: &str) -> Self {
        StopKind::Explained(Status::SolverGaveUp, reason.to_owned()).into()
    }

    /// Creates a stop for a solver of others that could not begin, with its reason: its program could not be started, or
    /// its function failed before it asked for a point.
    pub fn not_started(reason: &str) -> Self {
        StopKind::Explained(Status::SolverNotStarted, reason.to_owned()).into()
    }
}

impl From<StopKind> for Stop {
    #[cold]
    fn from(kind: StopKind) -> Self {
        Stop(Box::new(kind))
    }
}

impl From<Status> for Stop {
    fn from(status: Status) -> Self {
        StopKind::Ended(status).into()
    }
}

impl From<JournalFault> for Stop {
    fn from(fault: JournalFault) -> Self {
        match fault {
            // The evaluations are worth more than their record, so the run ends with an outcome.
            JournalFault::Io { text, .. } => StopKind::Explained(Status::JournalFailed, text).into(),
            fault => StopKind::Journal(fault).into(),
        }
    }
}
