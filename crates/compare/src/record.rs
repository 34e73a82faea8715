//! The record of a run.

use std::ops::ControlFlow;
use std::time::Instant;

use search::{Error, Event, Observer, Outcome};

/// A run of one minimizer on one problem.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// Name of the problem.
    pub problem: String,
    /// Name of the minimizer.
    pub minimizer: String,
    /// The seed.
    pub seed: u64,
    /// Number of coordinates.
    pub dimension: usize,
    /// Each improvement of the best value at feasible points, the first value included.
    pub improvements: Vec<Improvement>,
    /// The same for the true objective of a noisy problem: the least true value at any point evaluated.
    pub truth: Option<Vec<Improvement>>,
    /// The outcome, with an empty trace (the improvements replace it), or the error.
    pub result: Result<Outcome, Error>,
}

/// A new best value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Improvement {
    /// Evaluations so far, this one included.
    pub evaluations: u64,
    /// Seconds since the run began; simultaneous runs slow each other down.
    pub seconds: f64,
    /// The value.
    pub value: f64,
}

impl Record {
    /// The improvements that analysis uses: of the true objective if there is one, otherwise of the
    /// objective.
    pub fn history(&self) -> impl Iterator<Item = &Improvement> {
        self.truth.as_ref().unwrap_or(&self.improvements).iter()
    }

    /// The best value after this many evaluations; infinite before the first that succeeded.
    pub fn value_after(&self, evaluations: u64) -> f64 {
        self.best_of(|improvement| improvement.evaluations <= evaluations)
    }

    /// The best value after this many seconds; infinite before the first.
    pub fn value_at(&self, seconds: f64) -> f64 {
        self.best_of(|improvement| improvement.seconds <= seconds)
    }

    /// The first evaluation with a value of at most this, if there was one.
    pub fn evaluations_to(&self, value: f64) -> Option<u64> {
        let reached = self.improvements.iter().find(|improvement| improvement.value <= value);
        reached.map(|improvement| improvement.evaluations)
    }

    fn best_of(&self, counts: impl Fn(&Improvement) -> bool) -> f64 {
        let last = self.improvements.iter().take_while(|improvement| counts(improvement)).last();
        last.map_or(f64::INFINITY, |improvement| improvement.value)
    }
}

/// Records the improvements of a run.
pub(crate) struct Noting {
    began: Instant,
    pub(crate) improvements: Vec<Improvement>,
}

impl Noting {
    pub(crate) fn from_now() -> Self {
        Noting { began: Instant::now(), improvements: Vec::new() }
    }
}

impl Observer for Noting {
    fn observe(&mut self, event: &Event<'_>) -> ControlFlow<()> {
        // Values of infeasible points do not count.
        if let Event::Improvement { evaluations, value, feasible: true, .. } = *event {
            let seconds = self.began.elapsed().as_secs_f64();
            self.improvements.push(Improvement { evaluations, seconds, value });
        }
        ControlFlow::Continue(())
    }
}
