//! The front door: one statement from a closure to its minimum.

use std::marker::PhantomData;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use crate::{
    Automatic, Bounds, Cancellation, ConstraintCount, Error, Failure, IntoConstraints, IntoPoint, IntoValue,
    Journal, LinearConstraints, Minimizer, Objective, Observer, Outcome, Problem, Run,
};

/// Minimizes a closure from a start. What else there is to say follows; [`run`](Minimization::run) begins.
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
/// The closure takes a point `&[f64]` and gives a number, or an `Option` or a `Result` of one ([`IntoValue`]). Threads may
/// share it, hence `Fn`; [`minimize_mut`] takes an `FnMut`. A type that implements [`Objective`] enters by
/// [`Problem::of`] and [`Minimization::from`].
pub fn minimize<'o, V: IntoValue>(
    objective: impl Fn(&[f64]) -> V + Send + Sync + 'o,
    start: impl IntoPoint,
) -> Minimization<'o> {
    Minimization::of(Problem::new(objective, start))
}

/// Minimizes a closure that changes what it has captured: a counter, a generator, a buffer. It runs on one thread, and there
/// is no [`threads`](Minimization::threads) here.
///
/// The closure stands behind a `Mutex` that nobody else asks for, 5 to 20 ns for each evaluation. What it returns must
/// depend on the point alone all the same.
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

/// A closure that changes what it has captured.
struct Changing<F>(Mutex<F>);

impl<F, V> Objective for Changing<F>
where
    F: FnMut(&[f64]) -> V + Send,
    V: IntoValue,
{
    fn value(&self, x: &[f64]) -> Result<f64, Failure> {
        // A closure that has panicked is called again, as any other is.
        let mut objective = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        objective(x).into_value()
    }
}

/// Of a [`Minimization`]: any number of threads may evaluate the objective.
#[derive(Debug)]
pub enum AnyThreads {}

/// Of a [`Minimization`]: one thread alone may evaluate the objective.
#[derive(Debug)]
pub enum OneThread {}

/// A problem, a solver and a run on the way to their outcome; [`minimize`] begins one.
///
/// What is wrong with any of it, [`run`](Minimization::run) says before the first evaluation. The solver is `automatic`,
/// unless [`with`](Minimization::with) names another: it looks at the problem and chooses among the pattern searches.
///
/// A [`Problem`] that is there already comes in by `From`:
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
    /// Or the first thing that is wrong with it.
    problem: Result<Problem<'o>, Error>,
    /// None for the default.
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
    /// Evaluates on so many threads, from 1 to [`Run::MOST_THREADS`]; default 1. The outcome is the same on any number.
    pub fn threads(mut self, threads: usize) -> Self {
        self.run.threads = threads;
        self
    }
}

impl<'o, T> Minimization<'o, T> {
    fn of(problem: Result<Problem<'o>, Error>) -> Self {
        Minimization { problem, solver: None, run: Run::default(), observer: None, threads: PhantomData }
    }

    /// The same with a changed problem, unless something was wrong with it already.
    fn changed(self, change: impl FnOnce(Problem<'o>) -> Result<Problem<'o>, Error>) -> Self {
        Minimization { problem: self.problem.and_then(change), ..self }
    }

    /// Keeps each coordinate within its bounds; `±INFINITY` for none. See [`Bounds::new`].
    #[doc(alias = "bounds")]
    pub fn within(self, lower: impl IntoPoint, upper: impl IntoPoint) -> Self {
        self.changed(|problem| problem.bounded(Bounds::new(lower, upper)?))
    }

    /// Keeps each coordinate at 0 or above, in place of other bounds.
    pub fn nonnegative(self) -> Self {
        self.changed(|problem| {
            let bounds = Bounds::nonnegative(problem.dimension());
            problem.bounded(bounds)
        })
    }

    /// Keeps coordinate i at multiples of `granularity[i]`, 0 for a continuous one. See [`Problem::granular`].
    pub fn granular(self, granularity: impl IntoPoint) -> Self {
        self.changed(|problem| problem.granular(granularity))
    }

    /// Keeps each coordinate at integers.
    pub fn integers(self) -> Self {
        self.changed(|problem| {
            let ones = vec![1.0; problem.dimension()];
            problem.granular(ones)
        })
    }

    /// Keeps to linear constraints, in place of others. See [`Problem::subject_to`].
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

    /// Keeps to nonlinear constraints `c(x) <= 0` and `ceq(x) = 0`, of which the closure gives `(c, ceq)`. See
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

    /// Searches with this solver: the solver, a reference, a `Box` or an `Arc` of one.
    pub fn with(self, solver: impl Minimizer + 'o) -> Self {
        Minimization { solver: Some(Box::new(solver)), ..self }
    }

    /// Ends the run after so many evaluations of the objective, the start included.
    #[doc(alias = "MaxFunctionEvaluations")]
    pub fn evaluations(mut self, evaluations: u64) -> Self {
        self.run.budget.evaluations = Some(evaluations);
        self
    }

    /// Ends the run after so many seconds. See [`Budget::within_seconds`](crate::Budget::within_seconds).
    #[doc(alias = "MaxTime")]
    pub fn seconds(mut self, seconds: f64) -> Self {
        self.run.budget = self.run.budget.within_seconds(seconds);
        self
    }

    /// Ends the run when another thread turns this switch.
    pub fn cancelled_by(mut self, cancellation: &Cancellation) -> Self {
        self.run.budget = self.run.budget.cancelled_by(cancellation);
        self
    }

    /// Records the run in a new file, from which a later one resumes. See [`Journal::new`], and
    /// [`with_journal`](Minimization::with_journal) for that later one.
    pub fn journal(self, path: impl Into<PathBuf>) -> Self {
        self.with_journal(Journal::new(path))
    }

    /// Records the run as this journal says. `Journal::new(path).resumed()` goes on from what the file holds, and begins where
    /// there is none.
    pub fn with_journal(mut self, journal: Journal) -> Self {
        self.run.journal = Some(journal);
        self
    }

    /// Tells an observer of every event: `&mut IterativeDisplay::to_stdout(DisplayLevel::Iter)` for one.
    pub fn watched_by(self, observer: &'o mut dyn Observer) -> Self {
        Minimization { observer: Some(observer), ..self }
    }

    /// Minimizes.
    ///
    /// # Errors
    /// The first thing that is wrong with the start, the bounds, the granularities or the rows; then as for
    /// [`Minimizer::run`].
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
