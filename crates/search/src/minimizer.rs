//! The common interface of all solvers.

use std::any::Any;
use std::ops::Deref;

use serde_json::Value;

use crate::run::carry_out::carry_out;
use crate::{
    Budget, DisplayLevel, Error, Evaluations, LinearConstraints, Observer, Outcome, Problem, Run, Status,
    Stop,
};

/// The value of a failed evaluation as passed to solvers of other crates, whose arithmetic an infinity would
/// break. All values are clamped to this magnitude, since overflowing differences would break it as well.
/// (The moderated barrier of PRIMA, <https://www.libprima.net>.)
pub(crate) const BARRIER: f64 = 1e30;

/// Why a solver of another crate may report convergence wrongly.
pub(crate) const ALIKE: &str = "it cannot distinguish values beyond 1e30 in magnitude";

/// Returns the message of a panic in a solver of another crate.
pub(crate) fn text_of(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied();
    let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    format!("a panic: {}", text.unwrap_or("without a message"))
}

/// The trait that a new solver implements. Every solver is a [`Minimizer`]; counting, limits, failures,
/// bounds, the best point, the trace and observers are handled by [`Evaluations`].
///
/// ```
/// use search::{Budget, Evaluations, Method, Minimizer, Problem, Solver, Status, Stop};
///
/// /// Halves the distance to the origin until the budget is spent.
/// struct Halving;
///
/// impl Solver for Halving {
///     fn name(&self) -> String {
///         "halving".into()
///     }
///
///     fn search(&self, evaluations: &mut Evaluations<'_>) -> Result<Status, Stop> {
///         let mut x = evaluations.start().to_vec();
///         loop {
///             let value = evaluations.value(&x)?; // stops the search when the budget is spent
///             evaluations.iteration(&x, value, None, Method::Step)?;
///             x.iter_mut().for_each(|v| *v /= 2.0);
///         }
///     }
/// }
///
/// let problem = Problem::new(|x| x[0] * x[0], [8.0])?;
/// let outcome = Halving.minimize(&problem, &Budget::evaluations(4), &mut ())?;
/// assert_eq!((outcome.x, outcome.counts.evaluations), (vec![1.0], 4));
/// assert_eq!(outcome.status, Status::EvaluationLimit);
/// # Ok::<(), search::Error>(())
/// ```
///
/// References, `Box`es and `Arc`s of a solver are solvers, too.
pub trait Solver: Send + Sync {
    /// Returns the name used in displays and tables.
    fn name(&self) -> String;

    /// Returns the name for a problem, with what the solver chooses for it, if anything.
    fn name_for(&self, _problem: &Problem<'_>) -> String {
        self.name()
    }

    /// Searches until it converges or is stopped. The search must be a deterministic function of the problem,
    /// the options and the values it sees.
    ///
    /// # Errors
    /// A [`Stop`] returned by `evaluations`.
    fn search(&self, evaluations: &mut Evaluations<'_>) -> Result<Status, Stop>;

    /// Returns the options that determine the path of the search, as JSON. A journal can only be resumed with
    /// the same settings. The default is none.
    fn settings(&self) -> Value {
        Value::Null
    }

    /// Returns the solver with another seed, or `None` (the default) if it uses no random numbers.
    fn with_seed(&self, _seed: u64) -> Option<Box<dyn Minimizer>> {
        None
    }

    /// Checks whether the solver supports a problem. By default it supports problems without nonlinear
    /// constraints and granular coordinates whose linear constraints it
    /// [supports](Solver::constraint_tolerance). A solver that accepts nonlinear constraints receives merits
    /// as values ([`Evaluations::judge_by`]).
    ///
    /// # Errors
    /// An [`Error`] that names what is not supported, such as [`Error::Dimension`].
    fn accepts(&self, problem: &Problem<'_>) -> Result<(), Error> {
        knows_bounds_alone(self, problem)
    }

    /// Returns by how much points may violate these linear constraints, in units of each row's scale (see
    /// [`LinearConstraints`]); [`Evaluations`] enforces it. With an infinite tolerance points may leave the rows by any
    /// amount, and the rows count as constraints do: the best point is one that violates them by at most 1e-6 of their
    /// scales, if there is one. By default a solver does not support linear constraints. A run calls this in any case,
    /// whatever [`accepts`](Solver::accepts) returns.
    ///
    /// # Errors
    /// [`Error::LinearConstraints`] with the reason why it does not support them.
    fn constraint_tolerance(&self, _linear: &LinearConstraints) -> Result<f64, Error> {
        Err(Error::LinearConstraints { solver: self.name(), reason: "it supports only bounds" })
    }

    /// Whether the solver reads the residuals of an objective that [has them](crate::Objective::residuals).
    /// Each evaluation of its runs then gives them ([`Evaluations::keep_seen`]). The default is `false`; the
    /// residuals of [`Problem::least_squares`] are there for every solver.
    fn uses_residuals(&self) -> bool {
        false
    }

    /// Whether the solver reads the [hint](Problem::hinted) of this problem. The default is `false`: a run with a hint is
    /// then refused.
    fn uses_hint(&self, _problem: &Problem<'_>) -> bool {
        false
    }

    /// Returns what to print on standard output during the run; nothing by default.
    fn display(&self) -> DisplayLevel {
        DisplayLevel::Off
    }
}

/// Minimizes a problem: a common, object-safe interface for all solvers, so that a list of different ones can
/// be compared.
///
/// Every [`Solver`] is a minimizer. Runs are carried out in the same way for all of them, and no solver can
/// override it; the guarantees for every run depend on that.
///
/// ```
/// use search::{Budget, Minimizer, NelderMead, PatternSearch, Problem};
///
/// let problem = Problem::new(|x| (x[0] - 1.0).powi(2), [8.0])?;
/// let minimizers: [&dyn Minimizer; 2] = [&PatternSearch::default(), &NelderMead::default()];
/// for minimizer in minimizers {
///     let outcome = minimizer.minimize(&problem, &Budget::evaluations(200), &mut ())?;
///     assert!((outcome.x[0] - 1.0).abs() < 1e-3, "{}", minimizer.name());
/// }
/// # Ok::<(), search::Error>(())
/// ```
pub trait Minimizer: Solver {
    /// Minimizes a problem within a budget, and notifies the observer of every event; `&mut ()` ignores them.
    /// [`run`](Minimizer::run) also supports threads and journals.
    ///
    /// # Errors
    /// [`Error::NoBudget`] for a budget of 0 evaluations, [`Error::NoValue`] if every evaluation failed,
    /// [`Error::NoFeasiblePoint`] if the linear constraints cannot hold, [`Error::LinearConstraints`] if the
    /// solver does not support them, [`Error::UnusedHint`] if the problem has a hint that the solver does not read;
    /// [`Error::OutsideBounds`], [`Error::OffGrid`], [`Error::OutsideRow`] or
    /// [`Error::PointLength`] if the solver is defective.
    fn minimize(
        &self,
        problem: &Problem<'_>,
        budget: &Budget,
        observer: &mut dyn Observer,
    ) -> Result<Outcome, Error> {
        self.run(problem, &Run::within(budget), observer)
    }

    /// Minimizes a problem with the settings of a run, and notifies the observer of every event.
    ///
    /// # Errors
    /// As for [`minimize`](Minimizer::minimize); [`Error::Threads`] if the threads cannot be started,
    /// [`Error::EvaluatorInUse`] if another run is using the evaluator, [`Error::Journal`] for a journal that
    /// cannot be opened or belongs to another run.
    fn run(&self, problem: &Problem<'_>, run: &Run, observer: &mut dyn Observer) -> Result<Outcome, Error> {
        carry_out(self, problem, run, None, observer)
    }
}

impl<S: Solver + ?Sized> Minimizer for S {}

/// Why most solvers refuse nonlinear constraints or grids.
pub(crate) const KNOWS_NONE: &str = "it supports none; patternsearch does";

/// Refuses nonlinear constraints and grids, and linear constraints unless the solver supports them.
pub(crate) fn knows_bounds_alone(
    minimizer: &(impl Minimizer + ?Sized),
    problem: &Problem<'_>,
) -> Result<(), Error> {
    without_nonlinear_constraints(problem, || minimizer.name(), KNOWS_NONE)?;
    without_grid(problem, || minimizer.name(), KNOWS_NONE)?;
    linear_tolerance(minimizer, problem).map(|_| ())
}

/// Returns by how much the solver may violate the problem's linear constraints; 0 if there are none.
pub(crate) fn linear_tolerance(solver: &(impl Solver + ?Sized), problem: &Problem<'_>) -> Result<f64, Error> {
    problem.linear().map_or(Ok(0.0), |linear| solver.constraint_tolerance(linear))
}

/// Refuses a problem with nonlinear constraints, for a solver that does not support them.
pub(crate) fn without_nonlinear_constraints(
    problem: &Problem<'_>,
    solver: impl FnOnce() -> String,
    reason: &'static str,
) -> Result<(), Error> {
    match problem.nonlinear_constraints() {
        None => Ok(()),
        Some(count) => Err(Error::NonlinearConstraints { solver: solver(), count, reason }),
    }
}

/// Refuses a problem with granular coordinates, for a solver that does not support them.
pub(crate) fn without_grid(
    problem: &Problem<'_>,
    solver: impl FnOnce() -> String,
    reason: &'static str,
) -> Result<(), Error> {
    match problem.grid() {
        None => Ok(()),
        Some(_) => Err(Error::Granular { solver: solver(), reason }),
    }
}

/// A pointer to a solver is a solver.
impl<P> Solver for P
where
    P: Deref<Target: Solver> + Send + Sync,
{
    fn name(&self) -> String {
        (**self).name()
    }

    fn name_for(&self, problem: &Problem<'_>) -> String {
        (**self).name_for(problem)
    }

    fn search(&self, evaluations: &mut Evaluations<'_>) -> Result<Status, Stop> {
        (**self).search(evaluations)
    }

    fn settings(&self) -> Value {
        (**self).settings()
    }

    fn with_seed(&self, seed: u64) -> Option<Box<dyn Minimizer>> {
        (**self).with_seed(seed)
    }

    fn accepts(&self, problem: &Problem<'_>) -> Result<(), Error> {
        (**self).accepts(problem)
    }

    fn constraint_tolerance(&self, linear: &LinearConstraints) -> Result<f64, Error> {
        (**self).constraint_tolerance(linear)
    }

    fn uses_residuals(&self) -> bool {
        (**self).uses_residuals()
    }

    fn uses_hint(&self, problem: &Problem<'_>) -> bool {
        (**self).uses_hint(problem)
    }

    fn display(&self) -> DisplayLevel {
        (**self).display()
    }
}
