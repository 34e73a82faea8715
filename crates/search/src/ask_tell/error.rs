//! Errors in the values told to a session.

use thiserror::Error as ThisError;

use crate::ConstraintCount;

/// A value that the session refuses. The session is unchanged.
#[derive(Debug, Clone, PartialEq, ThisError)]
#[non_exhaustive]
pub enum TellError {
    /// A number that no point of this session has.
    #[error("id is {id}; expected the id of a point that this session has returned")]
    Unknown {
        /// The number given.
        id: u64,
    },
    /// The number of a point whose value has already been told.
    #[error("id is {id}, whose value has been told; expected the id of a point that is pending")]
    ToldTwice {
        /// The number given.
        id: u64,
    },
    /// A wrong number of nonlinear constraints.
    #[error("id {id} has values of {given}; expected {expected}")]
    ConstraintCount {
        /// The number of the point.
        id: u64,
        /// The number of constraints told.
        given: ConstraintCount,
        /// The number that the problem declares.
        expected: ConstraintCount,
    },
    /// A wrong number of residuals.
    #[error("id {id} has {given} residuals; expected {expected}")]
    ResidualCount {
        /// The number of the point.
        id: u64,
        /// The number of residuals told.
        given: usize,
        /// The number that the problem declares.
        expected: usize,
    },
    /// The search has ended.
    #[error("id is {id}, but the search has ended; expected no further values")]
    Ended {
        /// The number given.
        id: u64,
    },
}
