//! Errors in a problem, in options, or in a run as a whole.

use std::borrow::Cow;
use std::path::PathBuf;

use thiserror::Error as ThisError;

use crate::{ConstraintCount, ConstraintRow, FailedEvaluation, JournalError, KnownFault, Status};

/// An error of this crate. A failed evaluation is not an error: the run goes on.
#[derive(Debug, Clone, PartialEq, ThisError)]
#[non_exhaustive]
pub enum Error {
    /// A start point without coordinates.
    #[error("the start point has no coordinates; expected at least one")]
    EmptyStart,
    /// A start point with a NaN or infinite coordinate.
    #[error("start[{index}] is {value}; expected a finite number")]
    StartNotFinite {
        /// The coordinate, from 0.
        index: usize,
        /// Its value.
        value: f64,
    },
    /// A start point of another dimension than the problem's.
    #[error("the start point has {given} coordinates; expected {expected}")]
    StartLength {
        /// Length given.
        given: usize,
        /// Length needed.
        expected: usize,
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
    /// Bounds with no finite number between them, or with NaN.
    #[error(
        "the bounds of coordinate {index} are [{lower}, {upper}]; expected lower <= upper, with a finite \
         number between them"
    )]
    Bounds {
        /// The coordinate, from 0.
        index: usize,
        /// Its lower bound.
        lower: f64,
        /// Its upper bound.
        upper: f64,
    },
    /// A number of granularities other than the number of coordinates.
    #[error("there are {given} granularities; expected {expected}, one for each coordinate")]
    GranularityLength {
        /// Length given.
        given: usize,
        /// Length needed.
        expected: usize,
    },
    /// A granularity that is negative or not finite.
    #[error(
        "granularity[{index}] is {value}; expected a finite number above 0, or 0 for a continuous coordinate"
    )]
    Granularity {
        /// The coordinate, from 0.
        index: usize,
        /// Its value.
        value: f64,
    },
    /// Bounds with no multiple of a granularity between them.
    #[error(
        "the bounds of coordinate {index} are [{lower}, {upper}]; expected a multiple of its granularity \
         {granularity} between them, at most 2^53 steps from 0 (2^52 unless it is a power of two)"
    )]
    NoGridPoint {
        /// The coordinate, from 0.
        index: usize,
        /// Its lower bound.
        lower: f64,
        /// Its upper bound.
        upper: f64,
        /// Its granularity.
        granularity: f64,
    },
    /// A start so large that adjacent multiples of a granularity are no longer distinct numbers.
    #[error(
        "start[{index}] is {value}; expected at most {furthest} in magnitude, beyond which multiples of its \
         granularity {granularity} are no longer distinct numbers"
    )]
    StartBeyondGrid {
        /// The coordinate, from 0.
        index: usize,
        /// Its value, within the bounds.
        value: f64,
        /// Its granularity.
        granularity: f64,
        /// The outermost multiple.
        furthest: f64,
    },
    /// A problem without a part that the solver needs.
    #[error("{solver} needs {what}, which the problem does not have")]
    Lacks {
        /// Name of the solver.
        solver: String,
        /// The part.
        what: &'static str,
    },
    /// A least-squares problem without residuals.
    #[error("there are 0 residuals; expected at least 1")]
    NoResiduals,
    /// A number of standard deviations other than the number of residuals.
    #[error("there are {given} standard deviations; expected {expected}, one for each residual")]
    DeviationsLength {
        /// Length given.
        given: usize,
        /// Length needed.
        expected: usize,
    },
    /// A standard deviation that is not positive.
    #[error("standard deviation {index} is {value}; expected a finite number above 0")]
    Deviation {
        /// The residual, from 0.
        index: usize,
        /// Its standard deviation.
        value: f64,
    },
    /// A step for the uncertainty that is out of range.
    #[error("the step for the uncertainty is {value}; expected a number above 0 and at most 0.1")]
    UncertaintyStep {
        /// The step given.
        value: f64,
    },
    /// An uncertainty of a problem with constraints or a grid.
    #[error(
        "the problem has constraints or granular coordinates; expected bounds alone where an uncertainty is asked for"
    )]
    Uncertainty,
    /// An uncertainty of a fit whose loss has kinks.
    #[error("the loss {loss} has kinks, and no uncertainty; expected squares or a robust loss")]
    UncertaintyLoss {
        /// The loss.
        loss: crate::Loss,
    },
    /// Different numbers of known points and of their values.
    #[error("{points} known points have {values} values; expected one for each point")]
    KnownLength {
        /// Number of points.
        points: usize,
        /// Number of values.
        values: usize,
    },
    /// A known point that does not fit the problem.
    #[error("known point {index} {fault}")]
    Known {
        /// The point, from 0.
        index: usize,
        /// What is wrong.
        fault: KnownFault,
    },
    /// Different numbers of points of a hint and of their values.
    #[error("the hint has {points} points and {values} values; expected one for each point")]
    HintLength {
        /// Number of points.
        points: usize,
        /// Number of values.
        values: usize,
    },
    /// A point of a hint that does not fit the problem.
    #[error("point {index} of the hint {fault}")]
    Hint {
        /// The point, from 0.
        index: usize,
        /// What is wrong.
        fault: KnownFault,
    },
    /// A problem with a hint, which the solver does not read.
    #[error("{solver} was given a hint, which it does not read; expected hybrid, or no hint")]
    UnusedHint {
        /// The solver.
        solver: String,
    },
    /// A table of points that cannot be read.
    #[error("{}{}: {reason}", path.display(), match line { 0 => String::new(), line => format!(", line {line}") })]
    Table {
        /// The file.
        path: PathBuf,
        /// The line, from 1; 0 for the file as a whole.
        line: u64,
        /// What is wrong.
        reason: String,
    },
    /// A scale of a loss that is not positive.
    #[error("the scale of the loss is {value}; expected a finite number above 0")]
    LossScale {
        /// The scale.
        value: f64,
    },
    /// Different numbers of rows and limits of linear constraints.
    #[error("{rows} rows of linear constraints have {limits} limits; expected one limit for each row")]
    RowsLength {
        /// Number of rows.
        rows: usize,
        /// Number of limits.
        limits: usize,
    },
    /// A row of linear constraints of another dimension.
    #[error("{row} has {given} coefficients; expected {expected}")]
    RowLength {
        /// The row.
        row: ConstraintRow,
        /// Length given.
        given: usize,
        /// Length needed.
        expected: usize,
    },
    /// A row of linear constraints with a NaN or infinite number.
    #[error("{} of {row} is {value}; expected a finite number", place(*coefficient))]
    RowNotFinite {
        /// The row.
        row: ConstraintRow,
        /// Which coefficient, from 0; `None` for the limit.
        coefficient: Option<usize>,
        /// Its value.
        value: f64,
    },
    /// A row of zeros that no point satisfies.
    #[error("all coefficients of {row} are 0, so it cannot satisfy its limit {limit}")]
    EmptyRow {
        /// The row.
        row: ConstraintRow,
        /// Its limit.
        limit: f64,
    },
    /// Linear constraints and bounds that no point satisfies together (MATLAB's exit flag -2).
    #[error(
        "no point satisfies all linear constraints within the bounds: at the best point found, \
         {row} is violated by {violation} times its scale"
    )]
    NoFeasiblePoint {
        /// The row that is violated most at the best point found.
        row: ConstraintRow,
        /// By how much, in units of `max(max |a_i|, |b|)`.
        violation: f64,
    },
    /// A start that violates linear constraints, in a build without the feature `linear-programs`.
    #[error(
        "the start violates {row} by {violation} times its scale; expected a feasible start, or the feature \
         linear-programs of the crate, which finds one"
    )]
    InfeasibleStart {
        /// The row that is violated most.
        row: ConstraintRow,
        /// By how much, in units of `max(max |a_i|, |b|)`.
        violation: f64,
    },
    /// A problem with a number of coordinates that the solver does not support.
    #[error("{solver} was given a problem of {given} coordinates; expected {expected}")]
    Dimension {
        /// The solver.
        solver: String,
        /// Coordinates of the problem.
        given: usize,
        /// The numbers of coordinates that it supports.
        expected: &'static str,
    },
    /// A problem for which the solver would need more memory than its limit of 4 GiB.
    #[error(
        "{solver} would need about {needed:.0} GiB of memory for {coordinates} coordinates; expected at most {most} GiB"
    )]
    WorkingMemory {
        /// The solver.
        solver: String,
        /// Coordinates of the problem.
        coordinates: usize,
        /// The memory needed, in GiB.
        needed: f64,
        /// The limit, in GiB.
        most: f64,
    },
    /// A problem with nonlinear constraints, which the solver does not support.
    #[error("{solver} was given a problem with nonlinear constraints ({count}): {reason}")]
    NonlinearConstraints {
        /// The solver.
        solver: String,
        /// How many there are.
        count: ConstraintCount,
        /// Why it does not take them.
        reason: &'static str,
    },
    /// A problem with linear constraints, which the solver does not support.
    #[error("{solver} was given a problem with linear constraints: {reason}")]
    LinearConstraints {
        /// The solver.
        solver: String,
        /// Why it does not take them.
        reason: &'static str,
    },
    /// A problem with integer or granular coordinates, which the solver does not support.
    #[error("{solver} was given a problem with integer or granular coordinates: {reason}")]
    Granular {
        /// The solver.
        solver: String,
        /// Why it does not take them.
        reason: &'static str,
    },
    /// An option out of its range.
    #[error("option {name} is {value}; expected {expected}")]
    Option {
        /// The option's name, spelled as it was given.
        name: Cow<'static, str>,
        /// The value given.
        value: String,
        /// Which values it takes.
        expected: &'static str,
    },
    /// An option that the chosen algorithm does not use.
    #[error(
        "option {name} is {value}, which {algorithm} does not use; expected its default ({default}), or the algorithm \
         {}",
        taken_by.join(" or ")
    )]
    UnusedOption {
        /// The option's name, spelled as it was given.
        name: Cow<'static, str>,
        /// The value given.
        value: String,
        /// The algorithm asked for.
        algorithm: String,
        /// The option's default.
        default: String,
        /// The algorithms that use it.
        taken_by: Vec<String>,
    },
    /// An option of other solvers.
    #[error("option {name} belongs to {}; {solver} has no such option", taken_by.join(", "))]
    OptionOfAnother {
        /// The option's name, spelled as it was given.
        name: String,
        /// The solver asked for.
        solver: &'static str,
        /// The solvers that have it.
        taken_by: Vec<&'static str>,
    },
    /// Options that cannot be parsed.
    #[error("options: {key}{message}")]
    OptionsText {
        /// The key at fault followed by a colon, or nothing.
        key: String,
        /// What is wrong, and where.
        message: String,
    },
    /// An unknown name of a solver.
    #[error("there is no solver `{name}`; expected one of {}", known.join(", "))]
    UnknownSolver {
        /// The name given.
        name: String,
        /// The known names.
        known: Vec<&'static str>,
    },
    /// Options that select another solver than the one named.
    #[error(
        "the options given to {name} are those of {other}; expected options of {name}, or {other} as the solver"
    )]
    OtherSolver {
        /// The solver asked for.
        name: &'static str,
        /// The solver that the options select.
        other: String,
    },
    /// A budget that allows no evaluation.
    #[error("the evaluation budget is 0; expected at least 1, for the start point")]
    NoBudget,
    /// A number of threads that is out of range or could not be started.
    #[error("{threads} threads: {reason}")]
    Threads {
        /// The number asked for.
        threads: usize,
        /// What is wrong with it.
        reason: String,
    },
    /// An evaluator that another run is using.
    #[error(
        "the evaluator is in use by another run; expected one run at a time, or a separate evaluator for each"
    )]
    EvaluatorInUse,
    /// A journal that cannot be used. Nothing was evaluated beyond what it holds.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// A run that ended before any evaluation succeeded.
    #[error(
        "no evaluation gave a value: the run ended after {failed} failed evaluations because {status}{}{}",
        complaint.as_ref().map(|reason| format!(": {reason}")).unwrap_or_default(),
        first_failure(first)
    )]
    NoValue {
        /// Why the run ended.
        status: Status,
        /// The reason for the status, if it has one.
        complaint: Option<String>,
        /// The number of evaluations, all of which failed.
        failed: u64,
        /// The first failed evaluation.
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
    /// A minimizer asked for a point off the grid: a defect of the minimizer.
    #[error(
        "{solver} asked for coordinate {index} = {value}, which is not a multiple of its \
         granularity {granularity}: a defect of the solver"
    )]
    OffGrid {
        /// The minimizer.
        solver: String,
        /// The coordinate, from 0.
        index: usize,
        /// Its value.
        value: f64,
        /// Its granularity.
        granularity: f64,
    },
    /// A minimizer asked for a point that violates a linear constraint: a defect of the minimizer.
    #[error(
        "{solver} asked for a point that violates {row} by more than the tolerance: a defect of the solver"
    )]
    OutsideRow {
        /// The minimizer.
        solver: String,
        /// The row.
        row: ConstraintRow,
    },
}

impl Error {
    /// MATLAB's `exitflag`, if MATLAB would return one in this case: -2 without a feasible point, or the flag
    /// of a run that ended without any value.
    #[doc(alias = "exitflag")]
    pub fn exit_flag(&self) -> Option<i32> {
        match self {
            Error::NoFeasiblePoint { .. } => Some(-2),
            Error::NoValue { status, .. } => Some(status.exit_flag()),
            _ => None,
        }
    }
}

fn place(coefficient: Option<usize>) -> String {
    coefficient.map_or("the limit".to_owned(), |i| format!("coefficient {i}"))
}

fn first_failure(first: &Option<Box<FailedEvaluation>>) -> String {
    first.as_ref().map(|failed| format!("; the first: {failed}")).unwrap_or_default()
}
