//! What a run has: its budget, its threads or evaluator, its journal.

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

/// How a minimizer carries out a run. None of it changes the path of the search: the same problem and
/// options take the same steps on any number of threads, by any evaluator, with a journal or without, until the
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
    /// The limits; default none.
    pub budget: Budget,
    /// Threads that evaluate points, those of a poll ahead of their turn, from 1 to [`MOST_THREADS`](Run::MOST_THREADS); default 1.
    /// Incremental trials are made on one, whatever this says.
    pub threads: usize,
    /// Where the run keeps its journal; default nowhere.
    pub journal: Option<Journal>,
    /// Who evaluates in place of the threads; default nobody.
    pub evaluator: Option<SharedEvaluator>,
}

impl Default for Run {
    fn default() -> Self {
        Run { budget: Budget::unlimited(), threads: 1, journal: None, evaluator: None }
    }
}

impl Run {
    /// The most threads that a run may have.
    pub const MOST_THREADS: usize = 1024;

    /// A run within a budget, on one thread, without a journal.
    pub fn within(budget: &Budget) -> Self {
        Run { budget: budget.clone(), ..Run::default() }
    }

    /// The same on so many threads.
    #[must_use]
    pub fn on_threads(self, threads: usize) -> Self {
        Run { threads, ..self }
    }

    /// The same with a journal.
    #[must_use]
    pub fn with_journal(self, journal: Journal) -> Self {
        Run { journal: Some(journal), ..self }
    }

    /// The same, whose points this evaluator evaluates, in place of the objective of the problem. A run has it for itself; those
    /// with a clone of this one use it one after the other.
    #[must_use]
    pub fn evaluated_by(self, evaluator: impl Evaluator + 'static) -> Self {
        Run { evaluator: Some(SharedEvaluator::new(evaluator)), ..self }
    }
}
