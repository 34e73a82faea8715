//! What can be wrong with what is told.

use thiserror::Error as ThisError;

use crate::ConstraintCount;

/// A value that cannot be told. The session is as it was.
#[derive(Debug, Clone, PartialEq, ThisError)]
#[non_exhaustive]
pub enum TellError {
    /// The number of no point that was asked.
    #[error("id is {id}; expected the id of a point that this session was asked for")]
    Unknown {
        /// The number given.
        id: u64,
    },
    /// The number of a point whose value has been told.
    #[error("id is {id}, whose value has been told; expected the id of a point that is pending")]
    ToldTwice {
        /// The number given.
        id: u64,
    },
    /// Values of another number of nonlinear constraints.
    #[error("id {id} comes with values of {given}; expected {expected}")]
    ConstraintCount {
        /// The number of the point.
        id: u64,
        /// How many there were.
        given: ConstraintCount,
        /// How many there should have been.
        expected: ConstraintCount,
    },
    /// The search has ended.
    #[error("id is {id}, but the search has ended; expected no further values")]
    Ended {
        /// The number given.
        id: u64,
    },
}
