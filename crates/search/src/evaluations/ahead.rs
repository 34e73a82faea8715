//! Evaluating points ahead of their turn, on several threads.

use rayon::prelude::*;
use rayon::{ThreadPool, ThreadPoolBuilder};

use super::attempt::{Values, evaluate};
use crate::{Error, Failure, Lookahead, Problem};

/// Points per thread that are evaluated at once where all of them are needed.
const PER_THREAD: usize = 16;

/// The threads of a run, and the points they are at.
pub(super) struct Ahead {
    pool: ThreadPool,
    trials: Vec<Trial>,
}

/// A point evaluated ahead of its turn.
pub(super) struct Trial {
    /// Which of the points in order it is.
    pub(super) turn: usize,
    pub(super) x: Vec<f64>,
    pub(super) attempt: Result<Values, Failure>,
}

impl Ahead {
    pub(super) fn on_threads(threads: usize, dimension: usize) -> Result<Self, Error> {
        let pool = ThreadPoolBuilder::new().num_threads(threads).build();
        let pool = pool.map_err(|error| Error::Threads { threads, reason: error.to_string() })?;
        let nothing = Values { value: 0.0, constraints: None };
        let trial = || Trial { turn: 0, x: vec![0.0; dimension], attempt: Ok(nothing.clone()) };
        let trials = std::iter::repeat_with(trial).take(threads * PER_THREAD).collect();
        Ok(Ahead { pool, trials })
    }

    /// Places for as many points as it makes sense to evaluate at once, at most `most`.
    pub(super) fn places(&mut self, lookahead: Lookahead, most: u64) -> &mut [Trial] {
        let count = match lookahead {
            // One per thread: a point further ahead is more likely not to be needed.
            Lookahead::UntilBreak => self.trials.len() / PER_THREAD,
            Lookahead::All => self.trials.len(),
        };
        let count = count.min(usize::try_from(most).unwrap_or(usize::MAX));
        &mut self.trials[..count]
    }

    /// Evaluates the points in the first places, and gives them back in order.
    pub(super) fn evaluate(&mut self, problem: &Problem<'_>, filled: usize) -> &[Trial] {
        let trials = &mut self.trials[..filled];
        self.pool.install(|| {
            trials
                .par_iter_mut()
                .with_max_len(1)
                .for_each(|trial| trial.attempt = evaluate(problem, &trial.x));
        });
        trials
    }
}
