//! A problem: what to minimize, from where, within which bounds, on which grid, under which constraints.

pub(crate) mod bounds;
pub(crate) mod check;
pub(crate) mod constraints;
pub(crate) mod grid;
pub(crate) mod incremental;
pub(crate) mod linear;
pub(crate) mod objective;
pub(crate) mod point;
pub(crate) mod unit;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use crate::problem::constraints::{Nonlinear, ValueOf};
use crate::{
    Bounds, ConstraintCount, Error, Failure, Grid, IntoConstraints, IntoPoint, IntoValue,
    IntoValueAndConstraints, LinearConstraints, Objective,
};

/// An objective with a start point, bounds and perhaps linear and nonlinear constraints. Cheap to clone: the objective is
/// shared.
///
/// ```
/// use search::{Bounds, Problem};
///
/// let problem = Problem::new(|x| (x[0] - 3.0).powi(2), [0.0])?.bounded(Bounds::new([-1.0], [1.0])?)?;
/// assert_eq!(problem.dimension(), 1);
/// # Ok::<(), search::Error>(())
/// ```
///
/// # Counting, and other things a closure would change
/// Threads may share the closure, so that it is a `Fn` and cannot do `calls += 1`. How often it was called stands in
/// [`Outcome::counts`](crate::Outcome::counts) anyway. What else a closure is to note goes into an atomic or behind a `Mutex`;
/// [`minimize_mut`](crate::minimize_mut) takes an `FnMut`, on one thread.
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
}

impl<'o> Problem<'o> {
    /// A problem without bounds, whose objective is a closure; [`IntoValue`] says what it may return.
    ///
    /// # Errors
    /// [`Error::EmptyStart`] for a start without coordinates, [`Error::StartNotFinite`].
    pub fn new<V: IntoValue>(
        objective: impl Fn(&[f64]) -> V + Send + Sync + 'o,
        start: impl IntoPoint,
    ) -> Result<Self, Error> {
        Problem::of(objective, start)
    }

    /// A problem whose objective is a type that implements [`Objective`] itself: one with a gradient
    /// ([`with_gradient`](crate::with_gradient)) or an incremental view, a [`Program`](crate::Program).
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

    /// A problem whose objective the caller keeps a hand on.
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
        Ok(Problem { objective, start, bounds, grid: None, linear: None, nonlinear: None })
    }

    /// The same problem within bounds. The start may lie outside: a run begins at its projection,
    /// and says so.
    ///
    /// # Errors
    /// [`Error::BoundsLength`] for bounds of another dimension, [`Error::NoGridPoint`] for bounds that hold no value of a
    /// [granular](Problem::granular) coordinate.
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

    /// The same problem on a grid: coordinate i takes multiples of `granularity[i]` alone. That is 1 for an integer, 0.5 for halves,
    /// 0 for a continuous variable. Every point that is evaluated lies on the grid to the bit, so that the objective need not
    /// round, and may be of no meaning elsewhere.
    ///
    /// The bounds move inwards to the outermost multiples, and a start beside the grid to its nearest point; a run refuses a
    /// start so large that numbers do not tell multiples apart ([`Error::StartBeyondGrid`]; beyond 2^53 for integers). A bound
    /// that is a multiple but for the rounding of its last digits counts as that multiple. Solvers that
    /// know no grids refuse the problem ([`Error::Granular`]); [`PatternSearch`](crate::PatternSearch) does.
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
    /// [`Error::GranularityLength`] for another number of them than of coordinates; [`Error::Granularity`] for one that is
    /// negative or not finite; [`Error::NoGridPoint`] for bounds with no multiple between them.
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

    /// The same problem under linear constraints. The start may violate them: a run begins at the nearest point that
    /// satisfies them and the bounds, and fails with [`Error::NoFeasiblePoint`] if there is none. Solvers that do not
    /// take linear constraints refuse the problem ([`Error::LinearConstraints`]).
    ///
    /// ```
    /// use search::{Budget, LinearConstraints, Minimizer, PatternSearch, Problem};
    ///
    /// // The point of x1 + x2 <= 1 that is nearest to (2, 1), from a start that is not in it.
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

    /// The same problem under nonlinear constraints `c(x) <= 0` and `ceq(x) = 0`, in place of any it had: MATLAB's
    /// `nonlcon`, a function that gives `(c, ceq)`. It is called once per evaluation, where the objective has a value;
    /// that it fails, or gives another number of constraints than `count`, is a failed evaluation.
    ///
    /// ```
    /// use search::{Budget, ConstraintCount, Minimizer, PatternSearch, Problem};
    ///
    /// // The point of the unit disc that is farthest to the upper right.
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

    /// A problem whose objective and constraints come from one call, as from a simulator: `(f, c, ceq)`.
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

    /// A problem without an objective, for a run whose [`Evaluator`](crate::Evaluator) knows it, or for
    /// [`AskTell`](crate::AskTell). Without either, a run ends with [`Status::NotStarted`](crate::Status::NotStarted).
    ///
    /// # Errors
    /// As for [`new`](Problem::new).
    pub fn without_objective(start: impl IntoPoint) -> Result<Self, Error> {
        Problem::of(NoObjective, start)
    }

    /// The same problem under so many nonlinear constraints, whose values the evaluator gives together with that of the
    /// objective ([`Values`](crate::Values)).
    #[must_use]
    pub fn with_constraint_count(self, count: ConstraintCount) -> Self {
        let unknown = |_: &[f64]| Err::<([f64; 0], [f64; 0]), _>("the constraints have no function");
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

    /// A hand on the objective.
    pub fn shared_objective(&self) -> Arc<dyn Objective + 'o> {
        self.objective.clone()
    }

    /// The same problem with another objective: a wrapped one, a transformed one. The start, the bounds, the grid and all
    /// constraints stay.
    ///
    /// The constraints of a [simulator](Problem::simulated) still come from it. Its value of the objective counts no
    /// more: an evaluation calls the new objective, and then the simulator for the constraints. An objective that wraps the
    /// simulator's own value so makes two simulations of each evaluation.
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
        Problem { objective, nonlinear, ..self }
    }

    /// The start point as given, MATLAB's `x0`.
    #[doc(alias = "x0")]
    pub fn start(&self) -> &[f64] {
        &self.start
    }

    /// The bounds; those of the grid, if there is one.
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

    /// How many nonlinear constraints there are, if there are any.
    pub fn nonlinear_constraints(&self) -> Option<ConstraintCount> {
        self.nonlinear.as_ref().map(|nonlinear| nonlinear.count)
    }

    /// Whether the objective knows single coordinates; one that panics when asked does not.
    pub(crate) fn has_incremental_view(&self) -> bool {
        let objective = self.objective();
        catch_unwind(AssertUnwindSafe(|| objective.incremental().is_some())).unwrap_or(false)
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
        let Problem { objective: _, start, bounds, grid, linear, nonlinear: _ } = self;
        f.debug_struct("Problem")
            .field("start", start)
            .field("bounds", bounds)
            .field("grid", grid)
            .field("linear", linear)
            .field("nonlinear", &self.nonlinear_constraints())
            .finish_non_exhaustive()
    }
}
