//! Why a solver has to stop.

use crate::journal::JournalFault;
use crate::{ConstraintRow, Status};

/// Why a solver has to stop; it passes this on with `?`.
// Boxed: a stop is rare, and each value that is none is handed up without its weight.
#[derive(Debug, Clone, PartialEq)]
pub struct Stop(pub(super) Box<StopKind>);

#[derive(Debug, Clone, PartialEq)]
pub(super) enum StopKind {
    Ended(Status),
    /// The run ends with a status that asks for an explanation.
    Explained(Status, String),
    /// The solver asked for a point outside the bounds: coordinate and value.
    Outside(usize, f64),
    /// The solver asked for a point beside the grid: coordinate and value.
    OffGrid(usize, f64),
    /// The solver asked for a point that violates this linear constraint.
    Violating(ConstraintRow),
    /// The solver asked for a point with so many coordinates.
    Length(usize),
    /// The journal is of another run.
    Journal(JournalFault),
}

impl Stop {
    /// The solver cannot go on, for a reason of its own.
    pub fn gave_up(reason: &str) -> Self {
        StopKind::Explained(Status::SolverGaveUp, reason.to_owned()).into()
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
            // The evaluations are worth more than their record: the run ends with what it has.
            JournalFault::Io { text, .. } => StopKind::Explained(Status::JournalFailed, text).into(),
            fault => StopKind::Journal(fault).into(),
        }
    }
}
