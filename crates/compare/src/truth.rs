//! Judges the points of a noisy objective by the true objective.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use search::{Failure, LeastSquares, Objective, Residuals};

use crate::Improvement;
use crate::residuals::{form_of, residuals_of};

/// A noisy objective that records the least true value of its points. It has no gradient and no incremental
/// view, because those of a noisy function mean little. Its residuals are noisy as well.
pub(crate) struct Judged<'o> {
    noisy: Arc<dyn Objective + 'o>,
    truth: Arc<dyn Objective + 'o>,
    began: Instant,
    notes: Arc<Mutex<Notes>>,
}

/// The record of a run.
#[derive(Default)]
pub(crate) struct Notes {
    evaluations: u64,
    bests: Vec<Best>,
}

/// The least true value so far.
struct Best {
    evaluation: u64,
    seconds: f64,
    value: f64,
}

impl<'o> Judged<'o> {
    pub(crate) fn new(noisy: Arc<dyn Objective + 'o>, truth: Arc<dyn Objective + 'o>) -> Self {
        Judged { noisy, truth, began: Instant::now(), notes: Arc::default() }
    }

    pub(crate) fn notes(&self) -> Arc<Mutex<Notes>> {
        self.notes.clone()
    }
}

/// The recorded improvements of a run whose evaluations had these rounds.
pub(crate) fn improvements(notes: &Mutex<Notes>, rounds: &[u64]) -> Vec<Improvement> {
    let notes = notes.lock().unwrap_or_else(PoisonError::into_inner);
    let improvement = |&Best { evaluation, seconds, value }: &Best| {
        // An evaluation that ended the run is told to no observer.
        let round = rounds.get(evaluation as usize - 1).or(rounds.last()).copied().unwrap_or(1);
        Improvement { evaluations: evaluation, round, seconds, value, violation: 0.0 }
    };
    notes.bests.iter().map(improvement).collect()
}

impl Objective for Judged<'_> {
    fn value(&self, x: &[f64]) -> Result<f64, Failure> {
        self.judge(x);
        self.noisy.value(x)
    }

    fn residuals(&self) -> Option<&dyn Residuals> {
        self.noisy.residuals().is_some().then_some(self)
    }
}

impl Residuals for Judged<'_> {
    fn form(&self) -> LeastSquares {
        form_of(&*self.noisy)
    }

    fn residuals_at(&self, x: &[f64], residuals: &mut [f64]) -> Result<f64, Failure> {
        self.judge(x);
        residuals_of(&*self.noisy, x, residuals)
    }
}

impl Judged<'_> {
    /// Counts an evaluation, and records its true value if it is the least so far.
    fn judge(&self, x: &[f64]) {
        let truth = self.truth.value(x);
        let mut notes = self.notes.lock().unwrap_or_else(PoisonError::into_inner);
        notes.evaluations += 1;
        let least = notes.bests.last().map_or(f64::INFINITY, |last| last.value);
        if let Ok(value) = truth
            && value < least
        {
            let (evaluation, seconds) = (notes.evaluations, self.began.elapsed().as_secs_f64());
            notes.bests.push(Best { evaluation, seconds, value });
        }
    }
}
