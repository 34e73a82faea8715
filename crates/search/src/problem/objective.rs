//! Objectives: a function of a point, which may fail, with an optional gradient and incremental view.

use std::any::Any;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{ConstraintCount, Incremental, Residuals};

/// A function to minimize.
///
/// A closure that maps a point to a number is an objective; one that can fail returns an `Option` or a
/// `Result`. [`Problem::new`](crate::Problem::new) and [`minimize`](crate::minimize()) infer the type of its
/// argument; elsewhere write it out:
///
/// ```
/// use search::Objective;
///
/// let sphere = |x: &[f64]| x.iter().map(|v| v * v).sum::<f64>();
/// let root = |x: &[f64]| if x[0] < 0.0 { Err("negative") } else { Ok(x[0].sqrt()) };
/// assert_eq!(sphere.value(&[3.0, 4.0]), Ok(25.0));
/// assert!(root.value(&[-1.0]).is_err());
/// ```
///
/// A type can implement the trait itself to provide a [`gradient`], [`residuals`] or an [`incremental`] view.
/// All are optional.
///
/// Threads share an objective, hence `Send + Sync` and `&self`. Keep mutable state behind a `Mutex` or in
/// atomics, or use [`minimize_mut`](crate::minimize_mut). The value must depend on the point alone: otherwise
/// a resumed run, or one on several threads, may take other steps.
///
/// [`gradient`]: Objective::gradient
/// [`residuals`]: Objective::residuals
/// [`incremental`]: Objective::incremental
pub trait Objective: Send + Sync {
    /// Returns the value at `x`.
    ///
    /// # Errors
    /// A [`Failure`] if there is no value at `x`. A NaN, an infinity or a panic also counts as a failed
    /// evaluation; a search goes on after it and never accepts such a point. (Rust's panic hook still prints
    /// each panic on standard error; `std::panic::set_hook` changes that.)
    fn value(&self, x: &[f64]) -> Result<f64, Failure>;

    /// Returns the gradient, if the objective has one.
    fn gradient(&self) -> Option<&dyn Gradient> {
        None
    }

    /// Returns the residuals, if the value is a sum of squares of known terms, or another [`Loss`](crate::Loss) of them. A solver that
    /// [uses](crate::Solver::uses_residuals) them then receives them with each value.
    fn residuals(&self) -> Option<&dyn Residuals> {
        None
    }

    /// Returns a view for searches that change one coordinate at a time, if the objective has one that is
    /// cheaper than whole evaluations.
    fn incremental(&self) -> Option<Box<dyn Incremental + '_>> {
        None
    }
}

/// The gradient of an objective.
pub trait Gradient: Send + Sync {
    /// Writes the gradient at `x` into `gradient`, which has the length of `x`.
    ///
    /// # Errors
    /// A [`Failure`] if there is no gradient at `x`.
    fn gradient_at(&self, x: &[f64], gradient: &mut [f64]) -> Result<(), Failure>;
}

/// Why an evaluation failed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Failure {
    /// The objective returned an error, with this text.
    Error(String),
    /// The objective or a constraint is NaN or infinite.
    NotFinite(f64),
    /// The objective panicked, with this message.
    Panic(String),
    /// The number of nonlinear constraints differs from that of the problem.
    ConstraintCount {
        /// The number returned.
        given: ConstraintCount,
        /// The number that the problem declares.
        expected: ConstraintCount,
    },
    /// The evaluation exceeded its time limit.
    TimedOut {
        /// The limit in seconds.
        seconds: f64,
    },
    /// The evaluation could not be started, for this reason; an external program may be missing, for
    /// instance. Nothing is known about the point: the evaluation is not counted, no journal records it, and
    /// the run ends with [`Status::NotStarted`](crate::Status::NotStarted).
    NotStarted(String),
    /// The number of residuals differs from that of the problem.
    ResidualCount {
        /// The number returned.
        given: usize,
        /// The number that the problem declares.
        expected: usize,
    },
}

impl Failure {
    /// Wraps a closure's error. A `Failure`, such as that of another objective which the closure calls, is
    /// kept as it is.
    pub(crate) fn of<E: fmt::Display + 'static>(error: &E) -> Self {
        let failure = (error as &dyn Any).downcast_ref::<Failure>();
        failure.cloned().unwrap_or_else(|| Failure::Error(error.to_string()))
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::Error(text) => write!(f, "error: {text}"),
            Failure::NotFinite(value) => write!(f, "the value is {value}, not a finite number"),
            Failure::Panic(text) => write!(f, "panic: {text}"),
            Failure::ConstraintCount { given, expected } => {
                write!(f, "the constraints are {given}; expected {expected}")
            }
            Failure::TimedOut { seconds } => write!(f, "no value within {seconds} seconds"),
            Failure::NotStarted(text) => f.write_str(text),
            Failure::ResidualCount { given, expected } => {
                write!(f, "there are {given} residuals; expected {expected}")
            }
        }
    }
}

impl std::error::Error for Failure {}

/// What a closure may return to be an [`Objective`]: an `f64` or `f32`, or an `Option` or a `Result` of one.
/// `None` and `Err` are [failed evaluations](Failure). The error may be any `Display + 'static` type.
pub trait IntoValue {
    /// Converts to a value or a failure.
    ///
    /// # Errors
    /// The closure's own error as [`Failure::Error`], and a [`Failure`] as it is.
    fn into_value(self) -> Result<f64, Failure>;
}

impl IntoValue for f64 {
    fn into_value(self) -> Result<f64, Failure> {
        Ok(self)
    }
}

impl IntoValue for f32 {
    fn into_value(self) -> Result<f64, Failure> {
        Ok(f64::from(self))
    }
}

impl<V: IntoValue> IntoValue for Option<V> {
    fn into_value(self) -> Result<f64, Failure> {
        self.ok_or_else(|| Failure::Error("no value (None)".to_owned()))?.into_value()
    }
}

impl<V: IntoValue, E: fmt::Display + 'static> IntoValue for Result<V, E> {
    fn into_value(self) -> Result<f64, Failure> {
        self.map_err(|error| Failure::of(&error))?.into_value()
    }
}

impl<F, V> Objective for F
where
    F: Fn(&[f64]) -> V + Send + Sync,
    V: IntoValue,
{
    fn value(&self, x: &[f64]) -> Result<f64, Failure> {
        self(x).into_value()
    }
}

/// An objective and its gradient as two closures; see [`with_gradient`].
#[derive(Debug, Clone)]
pub struct WithGradient<F, G> {
    function: F,
    gradient: G,
}

/// Combines a function and its gradient into one objective, to be passed to
/// [`Problem::of`](crate::Problem::of). The second closure writes the gradient into its second argument.
///
/// ```
/// use search::{Objective, with_gradient};
///
/// let square = with_gradient(
///     |x| x[0] * x[0],
///     |x, gradient| gradient[0] = 2.0 * x[0],
/// );
/// let mut gradient = [0.0];
/// square.gradient().expect("given above").gradient_at(&[3.0], &mut gradient).expect("does not fail");
/// assert_eq!(gradient, [6.0]);
/// ```
pub fn with_gradient<F, G, V>(function: F, gradient: G) -> WithGradient<F, G>
where
    F: Fn(&[f64]) -> V + Send + Sync,
    V: IntoValue,
    G: Fn(&[f64], &mut [f64]) + Send + Sync,
{
    WithGradient { function, gradient }
}

impl<F, G> Objective for WithGradient<F, G>
where
    F: Objective,
    G: Fn(&[f64], &mut [f64]) + Send + Sync,
{
    fn value(&self, x: &[f64]) -> Result<f64, Failure> {
        self.function.value(x)
    }

    fn gradient(&self) -> Option<&dyn Gradient> {
        Some(self)
    }

    fn residuals(&self) -> Option<&dyn Residuals> {
        self.function.residuals()
    }
}

impl<F, G> Gradient for WithGradient<F, G>
where
    F: Send + Sync,
    G: Fn(&[f64], &mut [f64]) + Send + Sync,
{
    fn gradient_at(&self, x: &[f64], gradient: &mut [f64]) -> Result<(), Failure> {
        (self.gradient)(x, gradient);
        Ok(())
    }
}
