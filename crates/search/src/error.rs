//! What can be wrong with a problem, with options, or with a run as a whole.

use thiserror::Error as ThisError;

use crate::{ConstraintCount, FailedEvaluation, JournalError, Status};

/// An error of the crate. A failed evaluation is not one: a run goes on.
#[derive(Debug, Clone, PartialEq, ThisError)]
#[non_exhaustive]
pub enum Error {
    /// A start point without coordinates.
    #[error("the start point has no coordinates; expected at least one")]
    EmptyStart,
    /// A start point that is not a point.
    #[error("start[{index}] is {value}; expected a finite number")]
    StartNotFinite {
        /// The coordinate, from 0.
        index: usize,
        /// Its value.
        value: f64,
    },
    /// Bounds of another dimension.
    #[error("the {what} bounds have {given} coordinates; expected {expected}")]
    BoundsLength {
        /// Which bounds.
        what: &'static str,
        /// Length given.
        given: usize,
        /// Length needed.
        expected: usize,
    },
    /// Bounds that no number satisfies.
    #[error(
        "the bounds of coordinate {index} are [{lower}, {upper}]; expected lower <= upper, with a finite number between them"
    )]
    Bounds {
        /// The coordinate, from 0.
        index: usize,
        /// Its lower bound.
        lower: f64,
        /// Its upper bound.
        upper: f64,
    },
    /// A problem with a number of coordinates that the solver is not made for.
    #[error("{solver} was given a problem of {given} coordinates; expected {expected}")]
    Dimension {
        /// The solver.
        solver: String,
        /// Coordinates of the problem.
        given: usize,
        /// How many it takes.
        expected: &'static str,
    },
    /// A problem with constraints that the solver does not know.
    #[error("{solver} was given a problem with nonlinear constraints ({count}): {reason}")]
    NonlinearConstraints {
        /// The solver.
        solver: String,
        /// How many there are.
        count: ConstraintCount,
        /// Why it does not take them.
        reason: &'static str,
    },
    /// An option out of its range.
    #[error("option {name} is {value}; expected {expected}")]
    Option {
        /// The option's name.
        name: &'static str,
        /// The value given.
        value: String,
        /// Which values it takes.
        expected: &'static str,
    },
    /// Options that cannot be read.
    #[error("options: {key}{message}")]
    OptionsText {
        /// The key that is wrong, with a colon, or nothing.
        key: String,
        /// What is wrong, where.
        message: String,
    },
    /// A name that no solver has.
    #[error("there is no solver `{name}`; expected one of {}", known.join(", "))]
    UnknownSolver {
        /// The name given.
        name: String,
        /// The names there are.
        known: Vec<&'static str>,
    },
    /// Options that make one solver another one.
    #[error("the options given to {name} are those of {other}; expected {name}'s, or {other} as the solver")]
    OtherSolver {
        /// The solver asked for.
        name: &'static str,
        /// What its options say it is.
        other: String,
    },
    /// A budget that allows no evaluation.
    #[error("the evaluation budget is 0; expected at least 1, for the start point")]
    NoBudget,
    /// Threads that cannot be had.
    #[error("{threads} threads: {reason}")]
    Threads {
        /// The number asked for.
        threads: usize,
        /// What is wrong with it.
        reason: String,
    },
    /// A journal that cannot be used; nothing was evaluated that it does not hold.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// A run that ended before a single evaluation gave a value.
    #[error(
        "no evaluation gave a value: the run ended after {failed} failed evaluations because {status}{}",
        first_failure(first)
    )]
    NoValue {
        /// Why the run ended.
        status: Status,
        /// Evaluations, all of which failed.
        failed: u64,
        /// The first of them.
        first: Option<Box<FailedEvaluation>>,
    },
    /// A minimizer asked for a point of another dimension: a defect of the minimizer.
    #[error(
        "{solver} asked for a point with {given} coordinates; expected {expected}: a defect of the solver"
    )]
    PointLength {
        /// The minimizer.
        solver: String,
        /// Coordinates given.
        given: usize,
        /// Coordinates of the problem.
        expected: usize,
    },
    /// A minimizer asked for a point outside the bounds: a defect of the minimizer.
    #[error(
        "{solver} asked for coordinate {index} = {value}, outside its bounds [{lower}, {upper}]: a defect of the solver"
    )]
    OutsideBounds {
        /// The minimizer.
        solver: String,
        /// The coordinate, from 0.
        index: usize,
        /// Its value.
        value: f64,
        /// Its lower bound.
        lower: f64,
        /// Its upper bound.
        upper: f64,
    },
}

fn first_failure(first: &Option<Box<FailedEvaluation>>) -> String {
    first.as_ref().map(|failed| format!("; the first: {failed}")).unwrap_or_default()
}
