//! What is kept of a run.

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
    /// Each improvement of the best value, the first value included; of feasible points alone.
    pub improvements: Vec<Improvement>,
    /// The same of the true objective, where the problem's is a noisy one: the least true value at any point evaluated.
    pub truth: Option<Vec<Improvement>>,
    /// The outcome, with an empty trace: the improvements take its place. Or why there is none.
    pub result: Result<Outcome, Error>,
}

/// A new best value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Improvement {
    /// Evaluations so far, this one included.
    pub evaluations: u64,
    /// Seconds since the run began; runs at the same time slow each other down.
    pub seconds: f64,
    /// The value.
    pub value: f64,
}

impl Record {
    /// What analysis looks at: the improvements of the true objective, or of the only one.
    pub fn history(&self) -> impl Iterator<Item = &Improvement> {
        self.truth.as_ref().unwrap_or(&self.improvements).iter()
    }

    /// The best value after so many evaluations; infinite before the first that succeeded.
    pub fn value_after(&self, evaluations: u64) -> f64 {
        self.best_of(|improvement| improvement.evaluations <= evaluations)
    }

    /// The best value after so many seconds; infinite before the first.
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

/// Notes the improvements of a run.
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
        // Before a point is feasible its value says nothing.
        if let Event::Improvement { evaluations, value, feasible: true, .. } = *event {
            let seconds = self.began.elapsed().as_secs_f64();
            self.improvements.push(Improvement { evaluations, seconds, value });
        }
        ControlFlow::Continue(())
    }
}
