//! The state of a run, which together with the solver's own state suffices to resume it.

use serde::{Deserialize, Serialize};

use super::Evaluations;
use super::best::Best;
use super::memory::{Known, Memory};
use super::several_searches::Earlier;
use crate::{Counts, FailedEvaluation, Iteration};

/// The state of a run at the end of an iteration.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Standing {
    pub(crate) counts: Counts,
    /// The best point, its value, and its residuals if they are known.
    pub(crate) best: (Vec<f64>, f64, Option<Box<[f64]>>),
    pub(crate) first_failure: Option<FailedEvaluation>,
    /// The remembered points, the oldest first.
    pub(crate) known: Vec<Known>,
    /// The searches before the current one.
    pub(crate) earlier: Earlier,
}

impl Evaluations<'_> {
    /// Returns the state of the run.
    pub(crate) fn standing(&self) -> Standing {
        let (x, value) = self.best.settled();
        Standing {
            counts: self.counts,
            best: (x.to_vec(), value, self.best.residuals().map(Box::from)),
            first_failure: self.first_failure.clone(),
            known: self.memory.points().cloned().collect(),
            earlier: self.earlier.clone(),
        }
    }

    /// Restores the state of another run, whose trace had `rows` rows.
    pub(crate) fn go_on_from(&mut self, standing: Standing, rows: u64) {
        let Standing { counts, best: (x, value, residuals), first_failure, known, earlier } = standing;
        (self.counts, self.best, self.first_failure) = (counts, Best::at(x, value, residuals), first_failure);
        (self.memory, self.earlier) = (Memory::from(known), earlier);
        (self.counted, self.rows) = (counts.evaluations, rows);
    }

    /// The last row of this run's trace, if there is one.
    pub(crate) fn last_row(&self) -> Option<&Iteration> {
        self.trace.last()
    }

    /// Wall-clock time in seconds since this run began.
    pub(crate) fn seconds(&self) -> f64 {
        self.limits.seconds()
    }
}
