//! What is minimized: a function of a point, which may fail, and what else it may know about itself.

use std::any::Any;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{ConstraintCount, Incremental};

/// A function to minimize.
///
/// A closure from a point to a number is one, or to an `Option` or a `Result` if it can fail. [`Problem::new`](crate::Problem::new) and
/// [`minimize`](crate::minimize()) know the type of its argument; elsewhere it has to be written:
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
/// A type that knows more about itself implements the trait and offers a [`gradient`] or an
/// [`incremental`] view; both have a default, so nobody has to know them.
///
/// An objective is shared between threads, hence `Send + Sync` and `&self`; one with memory of its
/// own keeps it behind a `Mutex` or in atomics, or goes through [`minimize_mut`](crate::minimize_mut). Its value must depend on the point alone: resuming
/// and the promise that threads change nothing rest on it.
///
/// [`gradient`]: Objective::gradient
/// [`incremental`]: Objective::incremental
pub trait Objective: Send + Sync {
    /// The value at `x`.
    ///
    /// # Errors
    /// A [`Failure`] where there is none. A NaN, an infinity or a panic also counts as a failed
    /// evaluation; a search goes on after any of them and never accepts such a point. (Rust's panic hook
    /// still prints each panic on standard error; `std::panic::set_hook` changes that.)
    fn value(&self, x: &[f64]) -> Result<f64, Failure>;

    /// The gradient, if the objective knows it.
    fn gradient(&self) -> Option<&dyn Gradient> {
        None
    }

    /// A view for searches that change one coordinate at a time, if the objective has one that is
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
    /// A [`Failure`] where there is none.
    fn gradient_at(&self, x: &[f64], gradient: &mut [f64]) -> Result<(), Failure>;
}

/// Why an evaluation gave no value that counts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Failure {
    /// The objective returned an error; its text.
    Error(String),
    /// The objective or a constraint is NaN or an infinity.
    NotFinite(f64),
    /// The objective panicked; the panic's message.
    Panic(String),
    /// The nonlinear constraints are not as many as the problem says.
    ConstraintCount {
        /// How many there were.
        given: ConstraintCount,
        /// How many there should have been.
        expected: ConstraintCount,
    },
    /// The objective took longer than one evaluation may.
    TimedOut {
        /// The limit in seconds.
        seconds: f64,
    },
    /// The evaluation could not even be started, a program's for one; why. Nothing is known about the point: it does not
    /// count, no journal records it, and the run ends with [`Status::NotStarted`](crate::Status::NotStarted).
    NotStarted(String),
}

impl Failure {
    /// A closure's error. That of another objective, which the closure has asked, stays what it is.
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
                write!(f, "{given} were given; expected {expected}")
            }
            Failure::TimedOut { seconds } => write!(f, "no value within {seconds} seconds"),
            Failure::NotStarted(text) => f.write_str(text),
        }
    }
}

impl std::error::Error for Failure {}

/// What a closure may return to be an [`Objective`]: an `f64` or `f32`, or an `Option` or a `Result` of one. `None` and `Err`
/// are [failed evaluations](Failure). An error may be of any type that displays itself and borrows nothing.
pub trait IntoValue {
    /// The value, or why there is none.
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
        self.ok_or_else(|| Failure::Error("no value here (None)".to_owned()))?.into_value()
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

/// An objective and its gradient from two closures; see [`with_gradient`].
#[derive(Debug, Clone)]
pub struct WithGradient<F, G> {
    function: F,
    gradient: G,
}

/// Joins a function and its gradient into one objective. The second closure writes the gradient at
/// the point into its second argument. [`Problem::of`](crate::Problem::of) takes the objective.
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
