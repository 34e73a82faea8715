//! Settings of a run: its budget, its threads or evaluator, and its journal.

pub(crate) mod budget;
pub(crate) mod carry_out;
pub(crate) mod display;
pub(crate) mod explain;
pub(crate) mod format;
pub(crate) mod history;
pub(crate) mod observer;
pub(crate) mod outcome;
#[cfg(feature = "progress")]
pub(crate) mod progress;
pub(crate) mod report;

use crate::{Budget, Evaluator, Journal, SharedEvaluator};

/// How a minimizer carries out a run. No setting changes the path of the search: the same problem and options
/// take the same steps on any number of threads, with any evaluator, with or without a journal, until the
/// budget is spent.
///
/// ```
/// use search::{Budget, Minimizer, PatternSearch, Problem, Run};
///
/// let problem = Problem::new(|x| x[0] * x[0], [2.0])?;
/// let run = Run::within(&Budget::evaluations(100)).on_threads(2);
/// let outcome = PatternSearch::default().run(&problem, &run, &mut ())?;
/// assert_eq!(outcome.x, [0.0]);
/// # Ok::<(), search::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Run {
    /// The limits; default unlimited.
    pub budget: Budget,
    /// The number of threads that evaluate points, from 1 to [`MOST_THREADS`](Run::MOST_THREADS); default 1.
    /// Several threads evaluate points of a poll ahead of their turn. Incremental trials always run on one
    /// thread.
    pub threads: usize,
    /// The journal of the run; default none.
    pub journal: Option<Journal>,
    /// An evaluator in place of the threads; default none.
    pub evaluator: Option<SharedEvaluator>,
    /// The step for [`Outcome::uncertainty`](crate::Outcome::uncertainty), relative to each coordinate, above 0 and at
    /// most 0.1; default none, without uncertainty.
    pub uncertainty: Option<f64>,
}

impl Default for Run {
    fn default() -> Self {
        Run { budget: Budget::unlimited(), threads: 1, journal: None, evaluator: None, uncertainty: None }
    }
}

impl Run {
    /// The maximum number of threads.
    pub const MOST_THREADS: usize = 1024;

    /// The usual step for an uncertainty, the cube root of the machine precision: the error of a central difference is
    /// then least for a function computed to all digits.
    pub const UNCERTAINTY_STEP: f64 = 6.055_454_452_393_343e-6;

    /// Creates a run within a budget, on one thread, without a journal.
    pub fn within(budget: &Budget) -> Self {
        Run { budget: budget.clone(), ..Run::default() }
    }

    /// Sets the number of threads.
    #[must_use]
    pub fn on_threads(self, threads: usize) -> Self {
        Run { threads, ..self }
    }

    /// Sets the journal.
    #[must_use]
    pub fn with_journal(self, journal: Journal) -> Self {
        Run { journal: Some(journal), ..self }
    }

    /// Asks for [`Outcome::uncertainty`](crate::Outcome::uncertainty), with steps of
    /// [`UNCERTAINTY_STEP`](Run::UNCERTAINTY_STEP). Once the search has converged, each coordinate that is not fixed or
    /// at a bound is moved by ± a step, which costs at most 2n evaluations within the budget. It changes no step of the
    /// search. The problem may have bounds, but no other constraints and no grid.
    #[must_use]
    pub fn with_uncertainty(self) -> Self {
        self.with_uncertainty_by(Run::UNCERTAINTY_STEP)
    }

    /// Does the same with steps of this part of each coordinate's magnitude (of a thousandth of its unit, if that is
    /// more). For noisy functions: a relative noise of 1e-8 needs about 1e-3.
    #[must_use]
    pub fn with_uncertainty_by(self, step: f64) -> Self {
        Run { uncertainty: Some(step), ..self }
    }

    /// Sets an evaluator, which evaluates points in place of the problem's objective. Clones of this `Run`
    /// share the evaluator, and only one run may use it at a time.
    #[must_use]
    pub fn evaluated_by(self, evaluator: impl Evaluator + 'static) -> Self {
        Run { evaluator: Some(SharedEvaluator::new(evaluator)), ..self }
    }
}
