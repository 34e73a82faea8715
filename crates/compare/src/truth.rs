//! Judges the points of a noisy objective by the true objective.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use search::{Failure, Objective};

use crate::Improvement;

/// A noisy objective that records the least true value of its points. It has no gradient and no incremental
/// view, because those of a noisy function mean little.
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
    improvements: Vec<Improvement>,
}

impl<'o> Judged<'o> {
    pub(crate) fn new(noisy: Arc<dyn Objective + 'o>, truth: Arc<dyn Objective + 'o>) -> Self {
        Judged { noisy, truth, began: Instant::now(), notes: Arc::default() }
    }

    pub(crate) fn notes(&self) -> Arc<Mutex<Notes>> {
        self.notes.clone()
    }
}

/// The recorded improvements.
pub(crate) fn improvements(notes: &Mutex<Notes>) -> Vec<Improvement> {
    std::mem::take(&mut notes.lock().unwrap_or_else(PoisonError::into_inner).improvements)
}

impl Objective for Judged<'_> {
    fn value(&self, x: &[f64]) -> Result<f64, Failure> {
        let truth = self.truth.value(x);
        let mut notes = self.notes.lock().unwrap_or_else(PoisonError::into_inner);
        notes.evaluations += 1;
        let least = notes.improvements.last().map_or(f64::INFINITY, |last| last.value);
        if let Ok(value) = truth
            && value < least
        {
            let (evaluations, seconds) = (notes.evaluations, self.began.elapsed().as_secs_f64());
            notes.improvements.push(Improvement { evaluations, seconds, value });
        }
        drop(notes);
        self.noisy.value(x)
    }
}
