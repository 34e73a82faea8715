//! Evaluates points on threads of this process, one point per thread.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{Builder, Scope};

use super::{Delivery, Evaluator};
use crate::evaluations::evaluate;
use crate::{Error, Failure, Problem, Values};

/// The threads of a run.
pub(crate) struct Threads {
    shared: Arc<Shared>,
    threads: usize,
    /// Points submitted whose values have not been delivered.
    under_way: usize,
}

/// The state shared by the threads and the run.
#[derive(Default)]
struct Shared {
    board: Mutex<Board>,
    /// Signals that there is a point, or that the run is over.
    point: Condvar,
    /// Signals that there is a value.
    value: Condvar,
}

#[derive(Default)]
struct Board {
    /// Points that no thread has taken yet. They wait only for a thread to wake up.
    points: VecDeque<(u64, Vec<f64>)>,
    values: VecDeque<(u64, Result<Values, Failure>)>,
    /// Buffers of evaluated points, for reuse.
    used: Vec<Vec<f64>>,
    over: bool,
}

impl Shared {
    fn board(&self) -> MutexGuard<'_, Board> {
        self.board.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Evaluates points until the run is over.
    fn work(&self, problem: &Problem<'_>) {
        let mut board = self.board();
        while !board.over {
            let Some((id, x)) = board.points.pop_front() else {
                board = self.point.wait(board).unwrap_or_else(PoisonError::into_inner);
                continue;
            };
            drop(board);
            let values = evaluate(problem, &x);
            board = self.board();
            board.values.push_back((id, values));
            board.used.push(x);
            self.value.notify_one();
        }
    }
}

impl Threads {
    /// Starts `threads` threads, which end when this is dropped.
    ///
    /// # Errors
    /// [`Error::Threads`] if they cannot be started.
    pub(crate) fn start<'scope>(
        scope: &'scope Scope<'scope, '_>,
        problem: &'scope Problem<'_>,
        threads: usize,
    ) -> Result<Self, Error> {
        // On an error, dropping it ends the threads that were started.
        let evaluator = Threads { shared: Arc::default(), threads, under_way: 0 };
        for _ in 0..threads {
            let shared = Arc::clone(&evaluator.shared);
            let thread = Builder::new().name("evaluations".to_owned());
            thread
                .spawn_scoped(scope, move || shared.work(problem))
                .map_err(|error| Error::Threads { threads, reason: error.to_string() })?;
        }
        Ok(evaluator)
    }
}

impl Evaluator for Threads {
    fn room(&self) -> usize {
        self.threads - self.under_way
    }

    fn submit(&mut self, id: u64, x: &[f64]) {
        let mut board = self.shared.board();
        let mut point = board.used.pop().unwrap_or_default();
        point.clear();
        point.extend_from_slice(x);
        board.points.push_back((id, point));
        self.under_way += 1;
        self.shared.point.notify_one();
    }

    fn wait(&mut self) -> Delivery {
        if self.under_way == 0 {
            return Delivery::Nothing;
        }
        let mut board = self.shared.board();
        loop {
            if let Some((id, values)) = board.values.pop_front() {
                self.under_way -= 1;
                return Delivery::Value(id, values);
            }
            board = self.shared.value.wait(board).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn withdraw(&mut self, id: u64) -> bool {
        let points = &mut self.shared.board().points;
        let place = points.iter().position(|(waiting, _)| *waiting == id);
        let withdrawn = place.is_some_and(|place| points.remove(place).is_some());
        self.under_way -= usize::from(withdrawn);
        withdrawn
    }

    fn end(&mut self) -> Vec<(u64, Result<Values, Failure>)> {
        let mut last = Vec::new();
        while let Delivery::Value(id, values) = self.wait() {
            last.push((id, values));
        }
        last
    }
}

impl Drop for Threads {
    fn drop(&mut self) {
        self.shared.board().over = true;
        self.shared.point.notify_all();
    }
}
