//! The pattern search as an argmin solver, driven by argmin's executor.

mod saved;
mod step;

use serde::{Deserialize, Serialize};

use crate::evaluations::Standing;
use crate::pattern::Options;
use crate::stepwise::Iterative;
use crate::{Bounds, Counts, Error, FailedEvaluation, Iteration, PatternSearch, Status};
use saved::Saved;

/// A pattern search as a solver of the `argmin` crate, version 0.11: it minimizes an existing `CostFunction`
/// unchanged, without gradients and within bounds, under argmin's `Executor` with its observers, checkpoints,
/// `max_iters`, `target_cost`, timeout and Ctrl-C.
///
/// ```
/// use argmin::core::{CostFunction, Error, Executor, State};
/// use search::{Bounds, PatternSolver};
///
/// struct Rosenbrock;
///
/// impl CostFunction for Rosenbrock {
///     type Param = Vec<f64>;
///     type Output = f64;
///
///     fn cost(&self, x: &Vec<f64>) -> Result<f64, Error> {
///         Ok(100.0 * (x[1] - x[0] * x[0]).powi(2) + (1.0 - x[0]).powi(2))
///     }
/// }
///
/// // Cut off at x1 <= 0.5.
/// let bounds = Bounds::new(vec![-2.0, -2.0], vec![0.5, 2.0])?;
/// let result = Executor::new(Rosenbrock, PatternSolver::default().bounded(bounds))
///     .configure(|state| state.param(vec![-1.0, 1.0]).max_iters(500))
///     .run()?;
/// assert_eq!(result.state.get_best_param(), Some(&vec![0.5, 0.25])); // on the bound, to the bit
/// assert_eq!(result.solver.counts().evaluations, result.problem.counts["cost_count"]);
/// # Ok::<(), Error>(())
/// ```
///
/// - **Parameters**: any type that can be collected from numbers (`FromIterator<f64>`) and iterated by reference:
///   `Vec<f64>`, `ndarray::Array1<f64>` of any version. (`nalgebra`'s vectors cannot be collected from an iterator.)
///   The `CostFunction` must be `Send`.
/// - **Path**: the points, their order and their number are those of the search itself ([`PatternSearch`], or another
///   that it is [made of](PatternSolver::of)) on one thread, and an iteration of argmin is one of the search. Custom
///   search steps and incremental views do not apply, and [`Options::display`] prints nothing; use argmin's
///   observers.
/// - **State**: after each iteration `param` and `cost` are the best so far, like `best_param` and `best_cost`.
///   Observers receive `mesh_size` (a float), `evaluations` (an unsigned integer) and `method` (a text, as in
///   MATLAB's display).
/// - **Failures**: a `cost` that returns an error, NaN or an infinity, or panics, does not end the run as it does
///   with argmin's own solvers. It is a [failed](Counts::failed) evaluation and never the best.
/// - **End**: `SolverConverged`, or `SolverExit` with a text if a limit of the [`Options`] is reached. These limits
///   apply in addition to argmin's, with their defaults if not set (100 n iterations, 2000 n evaluations);
///   `Some(u64::MAX)` removes one. [`Options::max_time`] counts the time in iterations. argmin counts an iteration
///   that a limit has interrupted; [`iterations`](PatternSolver::iterations) does not.
/// - **Checkpoints**: the solver is `Serialize` and `Deserialize` with its complete state, so that a run resumed from
///   a checkpoint is bitwise identical. The format must keep infinities: postcard, bincode, CBOR and MessagePack do,
///   JSON does not. After a resume argmin's `cost_count` is that of the new process, while
///   [`counts`](PatternSolver::counts) are those of the whole run; and argmin also takes `max_iters` and
///   `target_cost` from the checkpoint, whatever `configure` says.
///
/// # Errors Those of `Executor::run`: argmin's `ArgminError::NotInitialized` without a start; an
/// [`Error`](crate::Error), by `downcast_ref`, for a start without coordinates, of another dimension than the bounds,
/// or with a coordinate that is not finite, and [`Error::NoValue`] for a search that ends without a single value. A
/// start outside the bounds is projected onto them.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(try_from = "Saved<S>", into = "Saved<S>", bound(serialize = "", deserialize = ""))]
pub struct PatternSolver<S: Iterative = PatternSearch> {
    search: S,
    /// `None` for no bounds, in any dimension.
    bounds: Option<Bounds>,
    /// `None` before a run.
    progress: Option<Progress<S::State>>,
}

/// The progress of a run.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Progress<S> {
    standing: Standing,
    /// The last row of the trace.
    row: Option<Iteration>,
    /// The time spent in iterations.
    seconds: f64,
    /// The search between two iterations, or the status with which it has ended.
    search: Result<S, Status>,
}

impl Default for PatternSolver {
    fn default() -> Self {
        PatternSolver::of(PatternSearch::default())
    }
}

impl PatternSolver {
    /// Creates MATLAB's pattern search with these options, without bounds.
    ///
    /// # Errors
    /// [`Error::Option`] naming the first option that is out of range.
    pub fn new(options: Options) -> Result<Self, Error> {
        PatternSearch::new(options).map(PatternSolver::of)
    }
}

impl<S: Iterative> PatternSolver<S> {
    /// Wraps a [`PatternSearch`], a [`CoordinateSearch`](crate::CoordinateSearch) or a
    /// [`HybridSearch`](crate::HybridSearch), without bounds.
    pub fn of(search: S) -> Self {
        PatternSolver { search, bounds: None, progress: None }
    }

    /// Adds bounds.
    #[must_use]
    pub fn bounded(self, bounds: Bounds) -> Self {
        PatternSolver { bounds: Some(bounds), ..self }
    }

    /// Returns the options.
    pub fn options(&self) -> &S::Options {
        self.search.chosen()
    }

    /// Returns the counts of the run so far; zero before it.
    pub fn counts(&self) -> Counts {
        self.progress.as_ref().map(|progress| progress.standing.counts).unwrap_or_default()
    }

    /// Returns the number of completed iterations, without the start.
    pub fn iterations(&self) -> u64 {
        self.progress.as_ref().and_then(|progress| progress.row.as_ref()).map_or(0, |row| row.iteration)
    }

    /// Returns the status with which the search ended, or `None` if it has not, even if argmin has ended the run.
    pub fn status(&self) -> Option<Status> {
        self.progress.as_ref().and_then(|progress| progress.search.as_ref().err().copied())
    }

    /// Returns the first failed evaluation, if any.
    pub fn first_failure(&self) -> Option<&FailedEvaluation> {
        self.progress.as_ref().and_then(|progress| progress.standing.first_failure.as_ref())
    }
}
