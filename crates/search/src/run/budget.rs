//! The limits of a run.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// The limits of one run, in addition to those of the solver's options. By default there are none.
///
/// ```
/// use search::Budget;
///
/// let budget = Budget::evaluations(1000).within_seconds(60.0);
/// assert_eq!(budget.evaluations, Some(1000));
/// ```
#[derive(Debug, Clone, Default)]
pub struct Budget {
    /// The maximum number of evaluations of the objective, including the start. It is never exceeded.
    pub evaluations: Option<u64>,
    /// The time limit. It is checked before each evaluation (before every 16th incremental one, which may be
    /// cheaper than the check). A running evaluation is not interrupted.
    pub time: Option<Duration>,
    /// Ends the run from another thread. An evaluation that fails after the cancellation is not counted,
    /// since it may have been cancelled with the run.
    pub cancellation: Cancellation,
}

impl Budget {
    /// Creates a budget without limits; those of the solver's options still hold.
    pub fn unlimited() -> Self {
        Budget::default()
    }

    /// Creates a budget of at most this many evaluations.
    pub fn evaluations(evaluations: u64) -> Self {
        Budget { evaluations: Some(evaluations), ..Budget::default() }
    }

    /// Sets a time limit. A negative or NaN limit counts as 0, and one too long to represent as no limit.
    #[must_use]
    pub fn within_seconds(self, seconds: f64) -> Self {
        Budget { time: duration(seconds), ..self }
    }

    /// Sets the switch that ends the run early.
    #[must_use]
    pub fn cancelled_by(self, cancellation: &Cancellation) -> Self {
        Budget { cancellation: cancellation.clone(), ..self }
    }
}

pub(crate) fn duration(seconds: f64) -> Option<Duration> {
    Duration::try_from_secs_f64(seconds.max(0.0)).ok()
}

/// A switch that ends a run from another thread, before its next evaluation.
///
/// ```
/// use search::{Budget, Cancellation};
///
/// let cancellation = Cancellation::default();
/// let budget = Budget::unlimited().cancelled_by(&cancellation);
/// cancellation.cancel(); // from a signal handler, a window's button, a server's shutdown
/// assert!(budget.cancellation.is_cancelled());
/// ```
#[derive(Debug, Clone, Default)]
pub struct Cancellation(Arc<AtomicBool>);

impl Cancellation {
    /// Cancels the run. This cannot be undone.
    pub fn cancel(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether the run has been cancelled.
    pub fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}
