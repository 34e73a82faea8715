//! Optimization problems: an objective, a start, bounds, a grid and constraints.

pub(crate) mod bounds;
pub(crate) mod check;
pub(crate) mod constraints;
mod declared;
pub(crate) mod grid;
mod hint;
pub(crate) mod incremental;
pub(crate) mod known;
pub(crate) mod linear;
pub(crate) mod loss;
pub(crate) mod objective;
pub(crate) mod point;
pub(crate) mod residuals;
pub(crate) mod unit;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use crate::evaluations::evaluate;
use crate::problem::constraints::{Nonlinear, ValueOf};
use crate::problem::known::Known;
use crate::problem::residuals::Fit;
use crate::{
    Bounds, ConstraintCount, Error, Failure, Grid, IntoCompletion, IntoConstraints, IntoPoint, IntoValue,
    IntoValueAndConstraints, LeastSquares, LinearConstraints, Objective, Residuals, Values,
};

/// An objective with a start point, bounds, and optional linear and nonlinear constraints. Cloning is cheap,
/// because clones share the objective.
///
/// ```
/// use search::{Bounds, Problem};
///
/// let problem = Problem::new(|x| (x[0] - 3.0).powi(2), [0.0])?.bounded(Bounds::new([-1.0], [1.0])?)?;
/// assert_eq!(problem.dimension(), 1);
/// # Ok::<(), search::Error>(())
/// ```
///
/// # Counting calls and other side effects
/// Threads may share the closure, so it must be a `Fn` and cannot do `calls += 1`.
/// [`Outcome::counts`](crate::Outcome::counts) reports the number of calls. Keep any other state of a closure
/// in an atomic or behind a `Mutex`, or use [`minimize_mut`](crate::minimize_mut), which takes an `FnMut` and
/// runs on one thread.
///
/// ```
/// use std::sync::atomic::{AtomicU64, Ordering};
///
/// use search::{Budget, Minimizer, PatternSearch, Problem};
///
/// let outside = AtomicU64::new(0);
/// let f = |x: &[f64]| {
///     outside.fetch_add(u64::from(x[0] > 1.0), Ordering::Relaxed);
///     x[0] * x[0]
/// };
/// let outcome = PatternSearch::default().minimize(&Problem::new(f, [4.0])?, &Budget::unlimited(), &mut ())?;
/// assert!(outside.into_inner() < outcome.counts.evaluations);
/// # Ok::<(), search::Error>(())
/// ```
#[derive(Clone)]
pub struct Problem<'o> {
    objective: Arc<dyn Objective + 'o>,
    start: Vec<f64>,
    bounds: Bounds,
    grid: Option<Arc<Grid>>,
    linear: Option<Arc<LinearConstraints>>,
    nonlinear: Option<Nonlinear<'o>>,
    /// How the value comes from residuals, if every evaluation gives them.
    fit: Option<LeastSquares>,
    known: Arc<[Known]>,
    /// Points of a neighbouring problem.
    hint: Arc<[Known]>,
}

impl<'o> Problem<'o> {
    /// Creates a problem without bounds whose objective is a closure. [`IntoValue`] lists what the closure
    /// may return.
    ///
    /// # Errors
    /// [`Error::EmptyStart`] for a start without coordinates, [`Error::StartNotFinite`] for a NaN or infinite
    /// coordinate.
    pub fn new<V: IntoValue>(
        objective: impl Fn(&[f64]) -> V + Send + Sync + 'o,
        start: impl IntoPoint,
    ) -> Result<Self, Error> {
        Problem::of(objective, start)
    }

    /// Creates a problem from a type that implements [`Objective`], such as one with a gradient
    /// ([`with_gradient`](crate::with_gradient)) or an incremental view, or a [`Program`](crate::Program).
    ///
    /// ```
    /// use search::{Failure, Objective, Problem};
    ///
    /// struct Sphere;
    ///
    /// impl Objective for Sphere {
    ///     fn value(&self, x: &[f64]) -> Result<f64, Failure> {
    ///         Ok(x.iter().map(|v| v * v).sum())
    ///     }
    /// }
    ///
    /// assert_eq!(Problem::of(Sphere, [3.0, 4.0])?.objective().value(&[3.0, 4.0]), Ok(25.0));
    /// # Ok::<(), search::Error>(())
    /// ```
    ///
    /// # Errors
    /// As for [`new`](Problem::new).
    pub fn of(objective: impl Objective + 'o, start: impl IntoPoint) -> Result<Self, Error> {
        Problem::shared(Arc::new(objective), start)
    }

    /// Creates a problem from an objective that the caller also holds.
    ///
    /// # Errors
    /// As for [`new`](Problem::new).
    pub fn shared(objective: Arc<dyn Objective + 'o>, start: impl IntoPoint) -> Result<Self, Error> {
        let start = start.into_point();
        if start.is_empty() {
            return Err(Error::EmptyStart);
        }
        if let Some(index) = start.iter().position(|value| !value.is_finite()) {
            return Err(Error::StartNotFinite { index, value: start[index] });
        }
        let bounds = Bounds::free(start.len());
        Ok(Problem {
            objective,
            start,
            bounds,
            grid: None,
            linear: None,
            nonlinear: None,
            fit: None,
            known: Arc::default(),
            hint: Arc::default(),
        })
    }

    /// Sets the bounds. The start may lie outside them: a run begins at its projection, and reports that it
    /// moved.
    ///
    /// # Errors
    /// [`Error::BoundsLength`] for bounds of another dimension, [`Error::NoGridPoint`] if no value of a
    /// [granular](Problem::granular) coordinate lies within its bounds.
    pub fn bounded(self, bounds: Bounds) -> Result<Self, Error> {
        if bounds.dimension() != self.dimension() {
            let (given, expected) = (bounds.dimension(), self.dimension());
            return Err(Error::BoundsLength { what: "given", given, expected });
        }
        let granularity = self.grid.as_ref().map(|grid| grid.granularity().to_vec());
        let problem = Problem { bounds, grid: None, ..self };
        match granularity {
            Some(granularity) => problem.granular(granularity),
            None => Ok(problem),
        }
    }

    /// Restricts coordinate i to multiples of `granularity[i]`: 1 for an integer, 0.5 for halves, 0 for a
    /// continuous variable. Every evaluated point lies exactly on the grid, so the objective need not round,
    /// and need not be defined elsewhere.
    ///
    /// The bounds move inwards to the outermost multiples, and a start off the grid moves to the nearest grid
    /// point. A run refuses a start so large that adjacent multiples are no longer distinct numbers
    /// ([`Error::StartBeyondGrid`]; beyond 2^53 for integers). A bound that differs from a multiple only by
    /// rounding counts as that multiple. Solvers without support for grids refuse the problem
    /// ([`Error::Granular`]); [`PatternSearch`](crate::PatternSearch) supports them.
    ///
    /// ```
    /// use search::{Bounds, Budget, Minimizer, PatternSearch, Problem};
    ///
    /// // The beam of least weight: a whole number of boards, in a thickness that is sold in halves, of any length.
    /// let weight = |x: &[f64]| {
    ///     let (boards, thickness, length) = (x[0], x[1], x[2]);
    ///     boards * thickness * length + 100.0 / (boards * thickness * thickness) + 20.0 / length
    /// };
    /// let problem = Problem::new(weight, [4.0, 4.0, 1.0])?
    ///     .bounded(Bounds::uniform(3, 0.5, 9.0)?)?
    ///     .granular([1.0, 0.5, 0.0])?;
    /// let outcome = PatternSearch::default().minimize(&problem, &Budget::unlimited(), &mut ())?;
    /// assert_eq!((outcome.x[0].fract(), (2.0 * outcome.x[1]).fract()), (0.0, 0.0));
    /// assert!(outcome.converged());
    /// # Ok::<(), search::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::GranularityLength`] unless there is one granularity for each coordinate;
    /// [`Error::Granularity`] for one that is negative or not finite; [`Error::NoGridPoint`] for bounds with
    /// no multiple between them.
    #[doc(alias = "intcon")]
    #[doc(alias = "integer")]
    pub fn granular(self, granularity: impl IntoPoint) -> Result<Self, Error> {
        let granularity = granularity.into_point();
        if granularity.len() != self.dimension() {
            let (given, expected) = (granularity.len(), self.dimension());
            return Err(Error::GranularityLength { given, expected });
        }
        let grid = Grid::new(granularity, &self.bounds)?.map(Arc::new);
        Ok(Problem { grid, ..self })
    }

    /// Sets the linear constraints. The start may violate them: a run begins at the nearest point that
    /// satisfies them and the bounds, and fails with [`Error::NoFeasiblePoint`] if there is none. Solvers
    /// without support for linear constraints refuse the problem ([`Error::LinearConstraints`]).
    ///
    /// ```
    /// use search::{Budget, LinearConstraints, Minimizer, PatternSearch, Problem};
    ///
    /// // The point of x1 + x2 <= 1 nearest to (2, 1), from a start that violates the constraint.
    /// let linear = LinearConstraints::at_most([[1.0, 1.0]], [1.0])?;
    /// let f = |x: &[f64]| (x[0] - 2.0).powi(2) + (x[1] - 1.0).powi(2);
    /// let problem = Problem::new(f, [3.0, 3.0])?.subject_to(linear)?;
    /// let outcome = PatternSearch::default().minimize(&problem, &Budget::unlimited(), &mut ())?;
    /// assert!((outcome.x[0] - 1.0).abs() < 1e-5 && outcome.x[1].abs() < 1e-5);
    /// # Ok::<(), search::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::RowLength`] for rows of another dimension.
    pub fn subject_to(self, linear: LinearConstraints) -> Result<Self, Error> {
        linear.check_dimension(self.dimension())?;
        let linear = linear.dimension().map(|_| Arc::new(linear));
        Ok(Problem { linear, ..self })
    }

    /// Sets the nonlinear constraints `c(x) <= 0` and `ceq(x) = 0`. The function is MATLAB's `nonlcon` and
    /// returns `(c, ceq)`. It is called once per evaluation, after the objective has returned a value. An
    /// evaluation fails if the function fails, or returns a number of constraints other than `count`.
    ///
    /// ```
    /// use search::{Budget, ConstraintCount, Minimizer, PatternSearch, Problem};
    ///
    /// // The point of the unit disc farthest to the upper right.
    /// let problem = Problem::new(|x| -x[0] - x[1], [0.0, 0.0])?
    ///     .constrained(ConstraintCount::new(1, 0), |x| ([x[0] * x[0] + x[1] * x[1] - 1.0], []));
    /// let outcome = PatternSearch::default().minimize(&problem, &Budget::unlimited(), &mut ())?;
    /// assert!(outcome.feasible && (outcome.value + 2.0_f64.sqrt()).abs() < 1e-4);
    /// # Ok::<(), search::Error>(())
    /// ```
    #[doc(alias = "nonlcon")]
    #[must_use]
    pub fn constrained<V: IntoConstraints>(
        self,
        count: ConstraintCount,
        constraints: impl Fn(&[f64]) -> V + Send + Sync + 'o,
    ) -> Self {
        let nonlinear = Nonlinear::beside(count, constraints);
        Problem { nonlinear: Some(nonlinear), ..self }
    }

    /// Creates a problem whose objective and constraints come from one call, such as a simulation: `(f, c,
    /// ceq)`.
    ///
    /// ```
    /// use search::{Budget, ConstraintCount, Minimizer, PatternSearch, Problem};
    ///
    /// let simulator = |x: &[f64]| {
    ///     let mass = x[0] * x[1];
    ///     let load = x[0] * x[1] * x[1];
    ///     (mass, [2.0 - load], [])
    /// };
    /// let problem = Problem::simulated(simulator, ConstraintCount::new(1, 0), [1.0, 1.0])?;
    /// let outcome = PatternSearch::default().minimize(&problem, &Budget::evaluations(300), &mut ())?;
    /// assert!(outcome.feasible);
    /// # Ok::<(), search::Error>(())
    /// ```
    ///
    /// # Errors
    /// As for [`new`](Problem::new).
    pub fn simulated<V: IntoValueAndConstraints>(
        simulator: impl Fn(&[f64]) -> V + Send + Sync + 'o,
        count: ConstraintCount,
        start: impl IntoPoint,
    ) -> Result<Self, Error> {
        let simulator = Arc::new(simulator);
        let problem = Problem::of(ValueOf(Arc::clone(&simulator)), start)?;
        let nonlinear = Nonlinear::together(count, move |x: &[f64]| simulator(x));
        Ok(Problem { nonlinear: Some(nonlinear), ..problem })
    }

    /// Creates a least-squares problem, such as the fit of a model to data. The closure writes the m residuals
    /// `r(x)` into its second argument, and may fail. `form` is m, or a [`LeastSquares`] with standard
    /// deviations or another [`Loss`](crate::Loss). The value is the sum of squares, without a factor 1/2, or that of the
    /// loss, such as the largest of the residuals.
    ///
    /// Each solver minimizes that value; those that [use residuals](crate::Solver::uses_residuals) also see
    /// the terms. [`Outcome::residuals`](crate::Outcome::residuals) has them at the best point. An evaluation
    /// with a residual that is NaN, infinite or not written has failed.
    ///
    /// ```
    /// use search::{Budget, HybridSearch, Minimizer, Problem};
    ///
    /// // The rate and the amplitude of a decay, from three measurements.
    /// let (t, y) = ([0.0, 1.0, 2.0], [2.0, 1.0, 0.5]);
    /// let residuals = |x: &[f64], r: &mut [f64]| {
    ///     for i in 0..3 {
    ///         r[i] = x[0] * (-x[1] * t[i]).exp() - y[i];
    ///     }
    /// };
    /// let problem = Problem::least_squares(3, residuals, [1.0, 1.0])?;
    /// let outcome = HybridSearch::default().minimize(&problem, &Budget::evaluations(500), &mut ())?;
    /// assert!((outcome.x[0] - 2.0).abs() < 1e-5 && (outcome.x[1] - 2.0_f64.ln()).abs() < 1e-5);
    /// assert_eq!(outcome.residuals.map(|r| r.len()), Some(3));
    /// # Ok::<(), search::Error>(())
    /// ```
    ///
    /// # Errors
    /// As for [`new`](Problem::new); [`Error::NoResiduals`] for a number of 0.
    #[doc(alias = "lsqnonlin")]
    pub fn least_squares<V: IntoCompletion>(
        form: impl Into<LeastSquares>,
        residuals: impl Fn(&[f64], &mut [f64]) -> V + Send + Sync + 'o,
        start: impl IntoPoint,
    ) -> Result<Self, Error> {
        let form = form.into();
        Problem::of(Fit { form: form.clone(), residuals }, start)?.with_residuals(form)
    }

    /// Declares that each evaluation gives residuals of this form: those of the objective's
    /// [`residuals`](Objective::residuals), of a [simulator](Problem::simulated) that returns
    /// [`Values`](crate::Values), or of an evaluator ([`LeastSquares::values`]).
    ///
    /// ```
    /// use search::{AskTell, Budget, HybridSearch, LeastSquares, Problem};
    ///
    /// let form = LeastSquares::of(2);
    /// let problem = Problem::without_objective([3.0])?.with_residuals(form.clone())?;
    /// let mut session = AskTell::new(HybridSearch::default(), problem, &Budget::evaluations(30))?;
    /// let start = session.ask(1).remove(0);
    /// session.tell(start.id, Ok(form.values([start.point[0] - 1.0, 0.5])))?;
    /// assert_eq!(session.best(), Some((vec![3.0], 4.25)));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::NoResiduals`] for a number of 0.
    pub fn with_residuals(self, form: impl Into<LeastSquares>) -> Result<Self, Error> {
        let form = form.into();
        if form.count() == 0 {
            return Err(Error::NoResiduals);
        }
        Ok(Problem { fit: Some(form), ..self })
    }

    /// Creates a problem without an objective, for a run with its own [`Evaluator`](crate::Evaluator), or for
    /// [`AskTell`](crate::AskTell). Without either, a run ends with
    /// [`Status::NotStarted`](crate::Status::NotStarted).
    ///
    /// # Errors
    /// As for [`new`](Problem::new).
    pub fn without_objective(start: impl IntoPoint) -> Result<Self, Error> {
        Problem::of(NoObjective, start)
    }

    /// Declares `count` nonlinear constraints, whose values the evaluator returns together with that of the
    /// objective ([`Values`](crate::Values)).
    #[must_use]
    pub fn with_constraint_count(self, count: ConstraintCount) -> Self {
        let unknown =
            |_: &[f64]| Err::<([f64; 0], [f64; 0]), _>("the problem has no function for its constraints");
        self.constrained(count, unknown)
    }

    /// Number of coordinates n.
    pub fn dimension(&self) -> usize {
        self.start.len()
    }

    /// The objective.
    pub fn objective(&self) -> &(dyn Objective + 'o) {
        &*self.objective
    }

    /// A shared handle to the objective.
    pub fn shared_objective(&self) -> Arc<dyn Objective + 'o> {
        self.objective.clone()
    }

    /// Replaces the objective, for instance by a wrapped or transformed one. The start, the bounds, the grid
    /// and all constraints stay. Residuals are then those of the new objective, if it has any.
    ///
    /// The constraints of a [simulator](Problem::simulated) still come from it, but its objective value is
    /// ignored: an evaluation calls the new objective, and then the simulator for the constraints. If the new
    /// objective wraps the simulator's own value, each evaluation therefore simulates twice.
    ///
    /// ```
    /// use std::sync::Arc;
    ///
    /// use search::{Budget, ConstraintCount, Minimizer, PatternSearch, Problem};
    ///
    /// let problem = Problem::new(|x| x[0], [0.5])?
    ///     .constrained(ConstraintCount::new(1, 0), |x| ([x[0].abs() - 1.0], []))
    ///     .with_objective(Arc::new(|x: &[f64]| -x[0]));
    /// let outcome = PatternSearch::default().minimize(&problem, &Budget::unlimited(), &mut ())?;
    /// assert!((outcome.x[0] - 1.0).abs() < 1e-5);
    /// # Ok::<(), search::Error>(())
    /// ```
    #[must_use]
    pub fn with_objective(self, objective: Arc<dyn Objective + 'o>) -> Self {
        let nonlinear = self.nonlinear.map(Nonlinear::alone);
        let fit = self.fit.and_then(|_| objective.residuals().map(Residuals::form));
        Problem { objective, nonlinear, fit, ..self }
    }

    /// Sets another start. Objective, bounds, grid, constraints and known points stay.
    ///
    /// ```
    /// use search::Problem;
    ///
    /// let problem = Problem::new(|x| x[0] * x[0], [3.0])?;
    /// assert_eq!(problem.starting_at([5.0])?.start(), [5.0]);
    /// # Ok::<(), search::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::StartNotFinite`] for a NaN or infinite coordinate, [`Error::StartLength`] for a start of another dimension.
    pub fn starting_at(self, start: impl IntoPoint) -> Result<Self, Error> {
        let (start, expected) = (start.into_point(), self.dimension());
        if start.len() != expected {
            return Err(Error::StartLength { given: start.len(), expected });
        }
        if let Some(index) = start.iter().position(|value| !value.is_finite()) {
            return Err(Error::StartNotFinite { index, value: start[index] });
        }
        Ok(Problem { start, ..self })
    }

    /// Evaluates a point as a run does, for an [evaluator](crate::Evaluator) of your own: the value, the constraints and the
    /// residuals, as far as the problem has them.
    ///
    /// ```
    /// use search::{ConstraintCount, Failure, Problem};
    ///
    /// let problem = Problem::new(|x| 1.0 / x[0], [2.0])?
    ///     .constrained(ConstraintCount::new(1, 0), |x: &[f64]| ([x[0] - 1.0], []));
    /// let values = problem.values(&[4.0])?;
    /// assert_eq!((values.value(), values.constraints().map(|c| c.violation())), (0.25, Some(3.0)));
    /// assert!(matches!(problem.values(&[0.0]), Err(Failure::NotFinite(_))));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`Failure`] as in a run: an error, a panic, or a number that is not finite.
    pub fn values(&self, x: &[f64]) -> Result<Values, Failure> {
        evaluate(self, x)
    }

    /// The start point as given, MATLAB's `x0`.
    #[doc(alias = "x0")]
    pub fn start(&self) -> &[f64] {
        &self.start
    }

    /// The bounds, moved inwards to the grid if there is one.
    pub fn bounds(&self) -> &Bounds {
        self.grid.as_ref().map_or(&self.bounds, |grid| grid.bounds())
    }

    /// The grid, if there are integer or granular coordinates.
    pub fn grid(&self) -> Option<&Grid> {
        self.grid.as_deref()
    }

    /// The linear constraints, if there are any.
    pub fn linear(&self) -> Option<&LinearConstraints> {
        self.linear.as_deref()
    }

    /// The number of nonlinear constraints, if there are any.
    pub fn nonlinear_constraints(&self) -> Option<ConstraintCount> {
        self.nonlinear.as_ref().map(|nonlinear| nonlinear.count)
    }

    /// How the value comes from residuals, if each evaluation gives them.
    pub fn fit(&self) -> Option<&LeastSquares> {
        self.fit.as_ref()
    }

    /// Returns the problem with the residuals of its objective, if it, all known points and the
    /// hint have them. An objective that panics when asked has none.
    pub(crate) fn using_residuals(&self) -> Option<Self> {
        let form = catch_unwind(AssertUnwindSafe(|| self.objective.residuals().map(Residuals::form)));
        let problem = self.clone().with_residuals(form.unwrap_or(None)?).ok()?;
        problem
            .known
            .iter()
            .chain(problem.hint.iter())
            .all(|known| known.values.residuals.is_some())
            .then_some(problem)
    }

    /// Whether the objective has an incremental view. An objective that panics when asked has none.
    pub(crate) fn has_incremental_view(&self) -> bool {
        let objective = self.objective();
        catch_unwind(AssertUnwindSafe(|| objective.incremental().is_some())).unwrap_or(false)
    }

    pub(crate) fn known(&self) -> &[Known] {
        &self.known
    }

    pub(crate) fn hint(&self) -> &[Known] {
        &self.hint
    }

    pub(crate) fn nonlinear(&self) -> Option<&Nonlinear<'o>> {
        self.nonlinear.as_ref()
    }
}

/// The objective of a problem that has none.
struct NoObjective;

impl Objective for NoObjective {
    fn value(&self, _: &[f64]) -> Result<f64, Failure> {
        Err(Failure::NotStarted(
            "the problem has no objective; expected an evaluator that has one".to_owned(),
        ))
    }
}

impl std::fmt::Debug for Problem<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Problem { objective: _, start, bounds, grid, linear, nonlinear: _, fit, known, hint } = self;
        f.debug_struct("Problem")
            .field("start", start)
            .field("bounds", bounds)
            .field("grid", grid)
            .field("linear", linear)
            .field("nonlinear", &self.nonlinear_constraints())
            .field("fit", fit)
            .field("known", &known.len())
            .field("hint", &hint.len())
            .finish_non_exhaustive()
    }
}
