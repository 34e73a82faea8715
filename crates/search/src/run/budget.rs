//! How much a run may spend.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// The limits of one run, held from outside the solver. Without any by default.
///
/// ```
/// use search::Budget;
///
/// let budget = Budget::evaluations(1000).within_seconds(60.0);
/// assert_eq!(budget.evaluations, Some(1000));
/// ```
#[derive(Debug, Clone, Default)]
pub struct Budget {
    /// The most evaluations of the objective, the start included; met exactly.
    pub evaluations: Option<u64>,
    /// The longest time. It is looked at before each evaluation (before each 16th incremental one, which may take less
    /// than the look); one that has begun is not cut off.
    pub time: Option<Duration>,
    /// Ends the run from another thread. An evaluation that fails once it is turned has been cancelled with the run, and
    /// does not count.
    pub cancellation: Cancellation,
}

impl Budget {
    /// No limit but those of the solver's own options.
    pub fn unlimited() -> Self {
        Budget::default()
    }

    /// At most this many evaluations.
    pub fn evaluations(evaluations: u64) -> Self {
        Budget { evaluations: Some(evaluations), ..Budget::default() }
    }

    /// The same budget with a time limit; a negative or NaN one counts as 0, one too long to
    /// represent as none.
    #[must_use]
    pub fn within_seconds(self, seconds: f64) -> Self {
        Budget { time: duration(seconds), ..self }
    }

    /// The same budget, ended early by this switch.
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
    /// Turns the switch; there is no way back.
    pub fn cancel(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether it has been turned.
    pub fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}
