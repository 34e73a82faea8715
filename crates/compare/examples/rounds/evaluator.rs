//! An evaluator that counts rounds.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use search::{ConstraintValues, Delivery, Evaluator, Failure, Objective, Problem, Values};

/// The largest violation of a constraint at a point that counts.
const FEASIBLE: f64 = 1e-6;

/// The rounds of a run, and after which of them the best value was found: each improvement with its round, from 1.
#[derive(Debug, Clone, Default)]
pub(crate) struct History {
    /// The number of rounds.
    pub(crate) rounds: u64,
    /// The number of values, waste included.
    pub(crate) values: u64,
    /// Round and value of each improvement.
    pub(crate) improvements: Vec<(u64, f64)>,
}

impl History {
    /// Notes the value of a point of the current round.
    pub(crate) fn note(&mut self, value: f64) {
        self.values += 1;
        let least = self.improvements.last().map_or(f64::INFINITY, |last| last.1);
        if value < least {
            self.improvements.push((self.rounds, value));
        }
    }
}

/// Evaluates all points that it holds when the search waits for a value that is not there yet.
pub(crate) struct Rounds {
    problem: Problem<'static>,
    /// The objective by which points are judged.
    truth: Arc<dyn Objective>,
    at_once: usize,
    /// The most rounds.
    most: u64,
    waiting: Vec<(u64, Vec<f64>)>,
    ready: VecDeque<(u64, Result<Values, Failure>)>,
    history: Arc<Mutex<History>>,
}

impl Rounds {
    /// Creates an evaluator of at most `at_once` points at once, for at most `most` rounds.
    pub(crate) fn of(
        problem: Problem<'static>,
        truth: Arc<dyn Objective>,
        at_once: usize,
        most: u64,
    ) -> Self {
        let (waiting, ready, history) = Default::default();
        Rounds { problem, truth, at_once, most, waiting, ready, history }
    }

    /// The history, which grows during the run.
    pub(crate) fn history(&self) -> Arc<Mutex<History>> {
        Arc::clone(&self.history)
    }

    /// Whether no row and no nonlinear constraint is violated by more than [`FEASIBLE`].
    fn is_feasible(&self, x: &[f64], values: &Values) -> bool {
        let nonlinear = values.constraints().map_or(0.0, ConstraintValues::violation);
        let linear = self.problem.linear().map_or(0.0, |linear| linear.violation(x));
        nonlinear.max(linear) <= FEASIBLE
    }

    fn evaluate_waiting(&mut self) {
        let shared = Arc::clone(&self.history);
        let mut history = shared.lock().unwrap_or_else(PoisonError::into_inner);
        history.rounds += 1;
        for (id, x) in std::mem::take(&mut self.waiting) {
            let values = self.problem.values(&x);
            let counts = values.as_ref().is_ok_and(|values| self.is_feasible(&x, values));
            history.note(if counts { self.truth.value(&x).unwrap_or(f64::INFINITY) } else { f64::INFINITY });
            self.ready.push_back((id, values));
        }
    }
}

impl Evaluator for Rounds {
    fn room(&self) -> usize {
        self.at_once - self.waiting.len() - self.ready.len()
    }

    fn submit(&mut self, id: u64, x: &[f64]) {
        self.waiting.push((id, x.to_vec()));
    }

    fn wait(&mut self) -> Delivery {
        if self.ready.is_empty() {
            let rounds = self.history.lock().unwrap_or_else(PoisonError::into_inner).rounds;
            if self.waiting.is_empty() || rounds >= self.most {
                return Delivery::Closed;
            }
            self.evaluate_waiting();
        }
        self.ready.pop_front().map_or(Delivery::Closed, |(id, values)| Delivery::Value(id, values))
    }

    fn withdraw(&mut self, id: u64) -> bool {
        let before = self.waiting.len();
        self.waiting.retain(|(other, _)| *other != id);
        self.waiting.len() < before
    }

    fn end(&mut self) -> Vec<(u64, Result<Values, Failure>)> {
        self.waiting.clear();
        self.ready.drain(..).collect()
    }
}
