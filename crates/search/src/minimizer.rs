//! The common interface of everything that minimizes.

use std::any::Any;
use std::ops::Deref;

use serde_json::Value;

use crate::run::carry_out::carry_out;
use crate::{
    Budget, DisplayLevel, Error, Evaluations, LinearConstraints, Observer, Outcome, Problem, Run, Status,
    Stop,
};

/// What a failed evaluation looks like to a solver of another crate, whose arithmetic an infinity would break, and the
/// largest value that any evaluation looks like, in either direction, since differences that overflow break it as well.
/// (The moderated barrier of PRIMA, <https://www.libprima.net>.)
pub(crate) const BARRIER: f64 = 1e30;

/// Why a solver of another crate that says it has converged may not have.
pub(crate) const ALIKE: &str = "beyond 1e30, in either direction, all values look alike to it";

/// What a panic in a solver of another crate says.
pub(crate) fn text_of(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied();
    let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    format!("a panic: {}", text.unwrap_or("without a message"))
}

/// What a solver says of itself, and how it searches: all that a new one implements. It then is a [`Minimizer`], with
/// counting, limits, failures, bounds, the best point, trace and observers, which come with the door it is given.
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
/// A reference, a `Box` and an `Arc` of a solver are that solver.
pub trait Solver: Send + Sync {
    /// The name in displays and tables.
    fn name(&self) -> String;

    /// The same with what the solver chooses for this problem, if it chooses.
    fn name_for(&self, _problem: &Problem<'_>) -> String {
        self.name()
    }

    /// Searches until it has converged or is stopped. It must be a deterministic function of the
    /// problem, its options and the values it sees.
    ///
    /// # Errors
    /// The [`Stop`] that the door gave.
    fn search(&self, evaluations: &mut Evaluations<'_>) -> Result<Status, Stop>;

    /// The options that decide the path of the search, as JSON: a journal is resumed only by the same.
    /// By default none.
    fn settings(&self) -> Value {
        Value::Null
    }

    /// The same solver with another seed for its random numbers; `None` for one without. By default `None`.
    fn with_seed(&self, _seed: u64) -> Option<Box<dyn Minimizer>> {
        None
    }

    /// Whether this solver can minimize such a problem at all; by default any without nonlinear constraints and granular
    /// coordinates, whose linear constraints it [takes](Solver::constraint_tolerance). One that says yes to nonlinear ones sees merits as its values
    /// ([`Evaluations::judge_by`]).
    ///
    /// # Errors
    /// An [`Error`] that says what it cannot do, [`Error::Dimension`] for one.
    fn accepts(&self, problem: &Problem<'_>) -> Result<(), Error> {
        knows_bounds_alone(self, problem)
    }

    /// By how much its points may violate these linear constraints, in units of each row's scale (see
    /// [`LinearConstraints`]): the door holds it to that. By default a solver takes none: a
    /// run asks for this, whatever [`accepts`](Solver::accepts) says.
    ///
    /// # Errors
    /// [`Error::LinearConstraints`] with the reason why it does not take them.
    fn constraint_tolerance(&self, _linear: &LinearConstraints) -> Result<f64, Error> {
        Err(Error::LinearConstraints { solver: self.name(), reason: "it knows bounds alone" })
    }

    /// What to print on standard output while running; nothing by default.
    fn display(&self) -> DisplayLevel {
        DisplayLevel::Off
    }
}

/// Minimizing a problem: one interface for all solvers, object-safe, so that a list of different ones can be compared.
///
/// Every [`Solver`] is a minimizer. How a run is carried out is the same for all of them, and no solver can change it:
/// what holds for every run rests on that.
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
    /// Minimizes a problem within a budget and tells the observer of every event; `&mut ()` observes
    /// nothing. [`run`](Minimizer::run) also knows threads and journals.
    ///
    /// # Errors
    /// [`Error::NoBudget`] for a budget of no evaluation, [`Error::NoValue`] if every evaluation
    /// failed, [`Error::NoFeasiblePoint`] if linear constraints cannot hold, [`Error::LinearConstraints`] if the solver does not
    /// take them; [`Error::OutsideBounds`], [`Error::OffGrid`], [`Error::OutsideRow`] or [`Error::PointLength`] if the solver is defective.
    fn minimize(
        &self,
        problem: &Problem<'_>,
        budget: &Budget,
        observer: &mut dyn Observer,
    ) -> Result<Outcome, Error> {
        self.run(problem, &Run::within(budget), observer)
    }

    /// Minimizes a problem and tells the observer of every event.
    ///
    /// # Errors
    /// As for [`minimize`](Minimizer::minimize); [`Error::Threads`] for threads that cannot be had,
    /// [`Error::EvaluatorInUse`] for an evaluator that another run has, [`Error::Journal`] for a journal that cannot be opened or belongs to another run.
    fn run(&self, problem: &Problem<'_>, run: &Run, observer: &mut dyn Observer) -> Result<Outcome, Error> {
        carry_out(self, problem, run, None, observer)
    }
}

impl<S: Solver + ?Sized> Minimizer for S {}

/// Why most solvers do not take nonlinear constraints, or grids.
pub(crate) const KNOWS_NONE: &str = "it knows none; patternsearch does";

/// Refuses a problem with constraints or a grid for a solver that knows bounds alone, or linear constraints as well.
pub(crate) fn knows_bounds_alone(
    minimizer: &(impl Minimizer + ?Sized),
    problem: &Problem<'_>,
) -> Result<(), Error> {
    without_nonlinear_constraints(problem, || minimizer.name(), KNOWS_NONE)?;
    without_grid(problem, || minimizer.name(), KNOWS_NONE)?;
    linear_tolerance(minimizer, problem).map(|_| ())
}

/// By how much a solver may violate the problem's linear constraints, if there are any and it takes them.
pub(crate) fn linear_tolerance(solver: &(impl Solver + ?Sized), problem: &Problem<'_>) -> Result<f64, Error> {
    problem.linear().map_or(Ok(0.0), |linear| solver.constraint_tolerance(linear))
}

/// Refuses a problem with nonlinear constraints for a solver that does not take them.
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

/// Refuses a problem with granular coordinates for a solver that does not take them.
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

/// A pointer to a solver is that solver.
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

    fn display(&self) -> DisplayLevel {
        (**self).display()
    }
}
