//! What a run has come to: with the solver's own state, all that it takes to go on.

use serde::{Deserialize, Serialize};

use super::Evaluations;
use super::best::Best;
use super::memory::{Known, Memory};
use super::several_searches::Earlier;
use crate::{Counts, FailedEvaluation, Iteration};

/// What a run has come to at the end of an iteration.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Standing {
    pub(crate) counts: Counts,
    /// The best point and its value.
    pub(crate) best: (Vec<f64>, f64),
    pub(crate) first_failure: Option<FailedEvaluation>,
    /// The points that it remembers, the oldest first.
    pub(crate) known: Vec<Known>,
    /// The searches before the one that is under way.
    pub(crate) earlier: Earlier,
}

impl Evaluations<'_> {
    /// What the run has come to.
    pub(crate) fn standing(&self) -> Standing {
        let (x, value) = self.best.settled();
        Standing {
            counts: self.counts,
            best: (x.to_vec(), value),
            first_failure: self.first_failure.clone(),
            known: self.memory.points().cloned().collect(),
            earlier: self.earlier.clone(),
        }
    }

    /// Goes on from where another run stood, after so many rows of its trace.
    pub(crate) fn go_on_from(&mut self, standing: Standing, rows: u64) {
        let Standing { counts, best: (x, value), first_failure, known, earlier } = standing;
        (self.counts, self.best, self.first_failure) = (counts, Best::at(x, value), first_failure);
        (self.memory, self.earlier) = (Memory::from(known), earlier);
        self.rows = rows;
    }

    /// The last row of this run's trace, if it has one yet.
    pub(crate) fn last_row(&self) -> Option<&Iteration> {
        self.trace.last()
    }

    /// Wall-clock seconds since this run began.
    pub(crate) fn seconds(&self) -> f64 {
        self.limits.seconds()
    }
}
