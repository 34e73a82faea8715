//! The main entry point: minimizes a closure in one statement.

use std::marker::PhantomData;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use crate::{
    Automatic, Bounds, Cancellation, ConstraintCount, Error, Failure, IntoConstraints, IntoPoint, IntoValue,
    Journal, LinearConstraints, Minimizer, Objective, Observer, Outcome, Problem, Run,
};

/// Minimizes a closure from a start. Methods of [`Minimization`] set everything else, and
/// [`run`](Minimization::run) starts the search.
///
/// ```
/// let outcome = search::minimize(|x| (x[0] - 1.0).powi(2) + x[1] * x[1], [3.0, 4.0])
///     .within([2.0, -5.0], [5.0, 5.0])
///     .evaluations(500)
///     .run()?;
/// assert_eq!(outcome.x[0], 2.0);
/// assert!(outcome.x[1].abs() < 1e-5);
/// println!("{outcome}");
/// # Ok::<(), search::Error>(())
/// ```
///
/// The closure takes a point `&[f64]` and returns a number, or an `Option` or a `Result` of one
/// ([`IntoValue`]). Threads may share it, hence `Fn`; [`minimize_mut`] takes an `FnMut`. For a type that
/// implements [`Objective`], use [`Problem::of`] and [`Minimization::from`].
pub fn minimize<'o, V: IntoValue>(
    objective: impl Fn(&[f64]) -> V + Send + Sync + 'o,
    start: impl IntoPoint,
) -> Minimization<'o> {
    Minimization::of(Problem::new(objective, start))
}

/// Minimizes a closure that mutates captured state, such as a counter, a random generator or a buffer. It
/// runs on one thread, so there is no method [`threads`](Minimization::threads).
///
/// The closure is kept behind an uncontended `Mutex`, which costs 5 to 20 ns per evaluation. Its value must
/// still depend on the point alone.
///
/// ```
/// let mut calls = 0;
/// let count = |x: &[f64]| {
///     calls += 1;
///     x[0] * x[0]
/// };
/// let outcome = search::minimize_mut(count, [3.0]).evaluations(50).run()?;
/// assert_eq!(calls, outcome.counts.evaluations);
/// # Ok::<(), search::Error>(())
/// ```
///
/// ```compile_fail,E0599
/// search::minimize_mut(|x| x[0] * x[0], [3.0]).threads(2); // no method named `threads`
/// ```
pub fn minimize_mut<'o, V: IntoValue>(
    objective: impl FnMut(&[f64]) -> V + Send + 'o,
    start: impl IntoPoint,
) -> Minimization<'o, OneThread> {
    Minimization::of(Problem::of(Changing(Mutex::new(objective)), start))
}

/// A closure that mutates captured state.
struct Changing<F>(Mutex<F>);

impl<F, V> Objective for Changing<F>
where
    F: FnMut(&[f64]) -> V + Send,
    V: IntoValue,
{
    fn value(&self, x: &[f64]) -> Result<f64, Failure> {
        // A closure that has panicked is called again, like any other objective.
        let mut objective = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        objective(x).into_value()
    }
}

/// Marks a [`Minimization`] whose objective may be evaluated on any number of threads.
#[derive(Debug)]
pub enum AnyThreads {}

/// Marks a [`Minimization`] whose objective must be evaluated on one thread.
#[derive(Debug)]
pub enum OneThread {}

/// A builder for a problem, a solver and a run, created by [`minimize`].
///
/// [`run`](Minimization::run) reports any error in them before the first evaluation. The default solver is
/// [`Automatic`], which chooses among the pattern searches by the problem; [`with`](Minimization::with) sets
/// another.
///
/// `From` converts an existing [`Problem`]:
///
/// ```
/// use search::{Minimization, Problem, with_gradient};
///
/// let objective = with_gradient(|x| x[0] * x[0], |x, gradient| gradient[0] = 2.0 * x[0]);
/// let outcome = Minimization::from(Problem::of(objective, [3.0])?)
///     .with(search::GradientSearch::default())
///     .run()?;
/// assert!(outcome.x[0].abs() < 1e-6);
/// # Ok::<(), search::Error>(())
/// ```
#[must_use = "nothing is evaluated before `run`"]
pub struct Minimization<'o, T = AnyThreads> {
    /// The problem, or the first error in it.
    problem: Result<Problem<'o>, Error>,
    /// `None` for the default.
    solver: Option<Box<dyn Minimizer + 'o>>,
    run: Run,
    observer: Option<&'o mut dyn Observer>,
    threads: PhantomData<fn() -> T>,
}

impl<'o> From<Problem<'o>> for Minimization<'o> {
    fn from(problem: Problem<'o>) -> Self {
        Minimization::of(Ok(problem))
    }
}

impl Minimization<'_, AnyThreads> {
    /// Sets the number of threads, from 1 to [`Run::MOST_THREADS`]; default 1. It does not change the
    /// outcome.
    pub fn threads(mut self, threads: usize) -> Self {
        self.run.threads = threads;
        self
    }
}

impl<'o, T> Minimization<'o, T> {
    fn of(problem: Result<Problem<'o>, Error>) -> Self {
        Minimization { problem, solver: None, run: Run::default(), observer: None, threads: PhantomData }
    }

    /// Changes the problem, unless there was an error before.
    fn changed(self, change: impl FnOnce(Problem<'o>) -> Result<Problem<'o>, Error>) -> Self {
        Minimization { problem: self.problem.and_then(change), ..self }
    }

    /// Sets lower and upper bounds; `±INFINITY` means no bound. See [`Bounds::new`].
    #[doc(alias = "bounds")]
    pub fn within(self, lower: impl IntoPoint, upper: impl IntoPoint) -> Self {
        self.changed(|problem| problem.bounded(Bounds::new(lower, upper)?))
    }

    /// Sets the bounds `x >= 0`, in place of other bounds.
    pub fn nonnegative(self) -> Self {
        self.changed(|problem| {
            let bounds = Bounds::nonnegative(problem.dimension());
            problem.bounded(bounds)
        })
    }

    /// Restricts coordinate i to multiples of `granularity[i]`; 0 means continuous. See
    /// [`Problem::granular`].
    pub fn granular(self, granularity: impl IntoPoint) -> Self {
        self.changed(|problem| problem.granular(granularity))
    }

    /// Restricts all coordinates to integers.
    pub fn integers(self) -> Self {
        self.changed(|problem| {
            let ones = vec![1.0; problem.dimension()];
            problem.granular(ones)
        })
    }

    /// Sets the linear constraints, in place of others. See [`Problem::subject_to`].
    ///
    /// ```
    /// use search::LinearConstraints;
    ///
    /// let outcome = search::minimize(|x| (x[0] - 2.0).powi(2) + (x[1] - 1.0).powi(2), [0.0, 0.0])
    ///     .subject_to(LinearConstraints::at_most([[1.0, 1.0]], [1.0])?)
    ///     .run()?;
    /// assert!((outcome.x[0] - 1.0).abs() < 1e-5 && outcome.x[1].abs() < 1e-5);
    /// # Ok::<(), search::Error>(())
    /// ```
    pub fn subject_to(self, linear: LinearConstraints) -> Self {
        self.changed(|problem| problem.subject_to(linear))
    }

    /// Sets the nonlinear constraints `c(x) <= 0` and `ceq(x) = 0`, where the closure returns `(c, ceq)`. See
    /// [`Problem::constrained`].
    ///
    /// ```
    /// use search::ConstraintCount;
    ///
    /// let outcome = search::minimize(|x| -x[0] - x[1], [0.0, 0.0])
    ///     .constrained(ConstraintCount::new(1, 0), |x| ([x[0] * x[0] + x[1] * x[1] - 1.0], []))
    ///     .run()?;
    /// assert!(outcome.feasible && (outcome.value + 2.0_f64.sqrt()).abs() < 1e-4);
    /// # Ok::<(), search::Error>(())
    /// ```
    pub fn constrained<V: IntoConstraints>(
        self,
        count: ConstraintCount,
        constraints: impl Fn(&[f64]) -> V + Send + Sync + 'o,
    ) -> Self {
        self.changed(|problem| Ok(problem.constrained(count, constraints)))
    }

    /// Sets the solver, which may be a reference, a `Box` or an `Arc`.
    pub fn with(self, solver: impl Minimizer + 'o) -> Self {
        Minimization { solver: Some(Box::new(solver)), ..self }
    }

    /// Limits the number of evaluations of the objective, including the start.
    #[doc(alias = "MaxFunctionEvaluations")]
    pub fn evaluations(mut self, evaluations: u64) -> Self {
        self.run.budget.evaluations = Some(evaluations);
        self
    }

    /// Limits the time in seconds. See [`Budget::within_seconds`](crate::Budget::within_seconds).
    #[doc(alias = "MaxTime")]
    pub fn seconds(mut self, seconds: f64) -> Self {
        self.run.budget = self.run.budget.within_seconds(seconds);
        self
    }

    /// Sets a switch by which another thread can end the run.
    pub fn cancelled_by(mut self, cancellation: &Cancellation) -> Self {
        self.run.budget = self.run.budget.cancelled_by(cancellation);
        self
    }

    /// Records the run in a new file, from which a later run can resume by
    /// [`with_journal`](Minimization::with_journal). See [`Journal::new`].
    pub fn journal(self, path: impl Into<PathBuf>) -> Self {
        self.with_journal(Journal::new(path))
    }

    /// Sets the journal. `Journal::new(path).resumed()` resumes from the file, or begins a new journal if
    /// there is none.
    pub fn with_journal(mut self, journal: Journal) -> Self {
        self.run.journal = Some(journal);
        self
    }

    /// Asks for what the minimum is worth: [`Outcome::uncertainty`], at most 2n further evaluations. See
    /// [`Run::with_uncertainty`].
    pub fn uncertainty(mut self) -> Self {
        self.run = self.run.with_uncertainty();
        self
    }

    /// Sets an observer, such as `&mut IterativeDisplay::to_stdout(DisplayLevel::Iter)`, which receives every
    /// event.
    pub fn watched_by(self, observer: &'o mut dyn Observer) -> Self {
        Minimization { observer: Some(observer), ..self }
    }

    /// Runs the minimization.
    ///
    /// # Errors
    /// The first error in the start, the bounds, the granularities or the linear constraints; otherwise as
    /// for [`Minimizer::run`].
    pub fn run(self) -> Result<Outcome, Error> {
        let problem = self.problem?;
        let mut unwatched = ();
        let observer = self.observer.unwrap_or(&mut unwatched);
        match self.solver {
            Some(solver) => solver.run(&problem, &self.run, observer),
            None => Automatic::default().run(&problem, &self.run, observer),
        }
    }
}

impl<T> std::fmt::Debug for Minimization<'_, T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let solver = self.solver.as_ref().map(|solver| solver.name());
        f.debug_struct("Minimization")
            .field("problem", &self.problem)
            .field("solver", &solver)
            .field("run", &self.run)
            .finish_non_exhaustive()
    }
}
