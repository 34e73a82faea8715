//! Evaluating points ahead of their turn, on several threads.

use std::sync::{Mutex, PoisonError};

use rayon::{ThreadPool, ThreadPoolBuilder};

use super::attempt::{Values, evaluate};
use crate::{Error, Failure, Lookahead, Problem, Status};

/// Points per thread that are evaluated at once where all of them are needed.
const PER_THREAD: usize = 16;

/// The threads of a run, and the points they are at.
pub(super) struct Ahead {
    pool: ThreadPool,
    dimension: usize,
    /// As many as were ever needed at once.
    trials: Vec<Trial>,
}

/// A point evaluated ahead of its turn.
pub(super) struct Trial {
    /// Which of the points in order it is.
    pub(super) turn: usize,
    pub(super) x: Vec<f64>,
    /// What came of it, or why it was not evaluated any more.
    pub(super) attempt: Result<Result<Values, Failure>, Status>,
}

impl Ahead {
    pub(super) fn on_threads(threads: usize, dimension: usize) -> Result<Self, Error> {
        let pool = ThreadPoolBuilder::new().num_threads(threads).build();
        let pool = pool.map_err(|error| Error::Threads { threads, reason: error.to_string() })?;
        Ok(Ahead { pool, dimension, trials: Vec::new() })
    }

    /// Places for as many points as it makes sense to evaluate at once, at most `most`.
    pub(super) fn places(&mut self, lookahead: Lookahead, most: u64) -> &mut [Trial] {
        let threads = self.pool.current_num_threads();
        let count = match lookahead {
            // One per thread: a point further ahead is more likely not to be needed.
            Lookahead::UntilBreak => threads,
            Lookahead::All => threads * PER_THREAD,
        };
        let count = count.min(usize::try_from(most).unwrap_or(usize::MAX));
        if self.trials.len() < count {
            let x = vec![0.0; self.dimension];
            let trial = || Trial { turn: 0, x: x.clone(), attempt: Err(Status::Cancelled) };
            self.trials.resize_with(count, trial);
        }
        &mut self.trials[..count]
    }

    /// Evaluates the points in the first places, and gives them back in order. Each begins after those before it, as
    /// long as `admit` lets one begin: those that are evaluated have none before them that is not.
    pub(super) fn evaluate(
        &mut self,
        problem: &Problem<'_>,
        filled: usize,
        admit: impl Fn() -> Result<(), Status> + Sync,
    ) -> &[Trial] {
        let trials = &mut self.trials[..filled];
        let waiting = Mutex::new(trials.iter_mut());
        let next = || {
            let mut waiting = waiting.lock().unwrap_or_else(PoisonError::into_inner);
            let trial = waiting.next()?;
            Some((trial, admit()))
        };
        self.pool.broadcast(|_| {
            while let Some((trial, admitted)) = next() {
                trial.attempt = admitted.map(|()| evaluate(problem, &trial.x));
            }
        });
        trials
    }
}
