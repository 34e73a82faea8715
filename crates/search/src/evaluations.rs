//! The one door: every value of the objective that any solver sees passes through here.

use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use crate::budget::duration;
use crate::{
    Bounds, Budget, Cancellation, Counts, Error, Event, FailedEvaluation, Failure, Iteration, Method,
    Objective, Observer, Outcome, Problem, Status,
};

/// All that a solver gets of a run: the values of the objective, and the record of what it does.
///
/// The door counts; holds the budget, the time limit and cancellation; keeps the best point; turns
/// errors, NaN, infinities and panics of the objective into failed evaluations; refuses points
/// outside the bounds; records the trace and tells the observers. A solver therefore cannot break
/// any of these promises, and passes on the [`Stop`] that ends it with `?`.
pub struct Evaluations<'r> {
    problem: &'r Problem<'r>,
    start: Vec<f64>,
    projected: usize,
    limits: Limits,
    counts: Counts,
    first_failure: Option<FailedEvaluation>,
    best: Best,
    trace: Vec<Iteration>,
    observers: Vec<&'r mut dyn Observer>,
    /// Where [`in_order`](Evaluations::in_order) builds its points.
    trial: Vec<f64>,
}

/// Why a solver has to stop; it passes this on with `?`.
#[derive(Debug, Clone, PartialEq)]
pub struct Stop(pub(crate) StopKind);

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum StopKind {
    Ended(Status),
    /// The solver asked for a point outside the bounds: coordinate and value.
    Outside(usize, f64),
    /// A wrapped solver reported an error of its own.
    GaveUp(String),
}

impl Stop {
    /// The solver cannot go on, for a reason of its own.
    pub fn gave_up(reason: &str) -> Self {
        Stop(StopKind::GaveUp(reason.to_owned()))
    }
}

impl From<Status> for Stop {
    fn from(status: Status) -> Self {
        Stop(StopKind::Ended(status))
    }
}

/// The limits of the budget and of the solver's own options, whichever is tighter.
struct Limits {
    began: Instant,
    evaluations: u64,
    time: Option<Duration>,
    cancellation: Cancellation,
}

impl Limits {
    /// Whether one more evaluation may begin.
    fn admit_one_more(&self, evaluations: u64) -> Result<(), Status> {
        if evaluations >= self.evaluations {
            return Err(Status::EvaluationLimit);
        }
        // The start is always evaluated: a run without any value has nothing to give back.
        if evaluations > 0 {
            if self.cancellation.is_cancelled() {
                return Err(Status::Cancelled);
            }
            if self.time.is_some_and(|limit| self.began.elapsed() >= limit) {
                return Err(Status::TimeLimit);
            }
        }
        Ok(())
    }
}

/// The best point of all those evaluated, also if the solver has not moved there.
struct Best {
    x: Vec<f64>,
    value: f64,
}

impl<'r> Evaluations<'r> {
    pub(crate) fn open(
        problem: &'r Problem<'r>,
        budget: &Budget,
        observers: Vec<&'r mut dyn Observer>,
    ) -> Result<Self, Error> {
        if budget.evaluations == Some(0) {
            return Err(Error::NoBudget);
        }
        let mut start = problem.start().to_vec();
        let projected = problem.bounds().project(&mut start);
        Ok(Evaluations {
            problem,
            projected,
            limits: Limits {
                began: Instant::now(),
                evaluations: budget.evaluations.unwrap_or(u64::MAX),
                time: budget.time,
                cancellation: budget.cancellation.clone(),
            },
            counts: Counts::default(),
            first_failure: None,
            best: Best { x: start.clone(), value: f64::INFINITY },
            trace: Vec::new(),
            observers,
            trial: start.clone(),
            start,
        })
    }

    /// Number of coordinates n.
    pub fn dimension(&self) -> usize {
        self.start.len()
    }

    /// The start, moved onto the bounds where it lay outside.
    pub fn start(&self) -> &[f64] {
        &self.start
    }

    /// The bounds.
    pub fn bounds(&self) -> &'r Bounds {
        self.problem.bounds()
    }

    /// Evaluations so far.
    pub fn count(&self) -> u64 {
        self.counts.evaluations
    }

    /// The best point so far and its value, which is infinite while every evaluation has failed.
    pub fn best(&self) -> (&[f64], f64) {
        (&self.best.x, self.best.value)
    }

    /// Adds the limits of the solver's own options to those of the budget; the tighter one holds.
    pub fn limit(&mut self, evaluations: u64, seconds: Option<f64>) {
        self.limits.evaluations = self.limits.evaluations.min(evaluations);
        if let Some(limit) = seconds.and_then(duration) {
            self.limits.time = Some(self.limits.time.map_or(limit, |time| time.min(limit)));
        }
    }

    /// Evaluates one point. A failed evaluation is infinite: it never compares as an improvement.
    ///
    /// # Errors
    /// [`Stop`] when a limit is reached, when the run is stopped, or for a point outside the bounds.
    pub fn value(&mut self, x: &[f64]) -> Result<f64, Stop> {
        self.limits.admit_one_more(self.counts.evaluations)?;
        if let Some(outside) = self.problem.bounds().first_outside(x) {
            return Err(Stop(StopKind::Outside(outside, x[outside])));
        }
        let attempt = attempt(self.problem.objective(), x);
        self.commit(x, attempt)
    }

    /// Evaluates points in order and hands each value to `commit`, until it breaks or none is left.
    ///
    /// `point(k, x)` writes the `k`-th of `count` points into `x`, or says `false` where there is
    /// none. It may depend on `k` alone: points may be built ahead of their turn.
    ///
    /// # Errors
    /// [`Stop`] as for [`value`](Evaluations::value); values committed before it stay so.
    pub fn in_order(
        &mut self,
        count: usize,
        point: impl Fn(usize, &mut [f64]) -> bool + Sync,
        mut commit: impl FnMut(usize, f64) -> ControlFlow<()>,
    ) -> Result<(), Stop> {
        let mut trial = std::mem::take(&mut self.trial);
        let mut outcome = Ok(());
        for k in 0..count {
            if !point(k, &mut trial) {
                continue;
            }
            match self.value(&trial) {
                Ok(value) if commit(k, value).is_continue() => {}
                Ok(_) => break,
                Err(stop) => {
                    outcome = Err(stop);
                    break;
                }
            }
        }
        self.trial = trial;
        outcome
    }

    /// Counts an evaluation, keeps what is best, and tells the observers.
    fn commit(&mut self, x: &[f64], attempt: Result<f64, Failure>) -> Result<f64, Stop> {
        self.counts.evaluations += 1;
        let value = match attempt {
            Ok(value) => value,
            Err(failure) => {
                self.counts.failed += 1;
                let evaluation = self.counts.evaluations;
                self.first_failure.get_or_insert_with(|| FailedEvaluation {
                    evaluation,
                    x: x.to_vec(),
                    failure,
                });
                return Ok(f64::INFINITY);
            }
        };
        if value < self.best.value {
            self.best.value = value;
            self.best.x.copy_from_slice(x);
            let evaluations = self.counts.evaluations;
            notify(&mut self.observers, &Event::Improvement { evaluations, x, value })?;
        }
        Ok(value)
    }

    /// Records the end of an iteration whose incumbent is `x` with this value. The first call, before
    /// any iteration, records the start.
    ///
    /// # Errors
    /// [`Stop`] when an observer stops the run.
    pub fn iteration(
        &mut self,
        x: &[f64],
        value: f64,
        mesh_size: Option<f64>,
        method: Method,
    ) -> Result<(), Stop> {
        let (iteration, evaluations) = (self.trace.len() as u64, self.counts.evaluations);
        let row = Iteration { iteration, evaluations, value, mesh_size, method };
        let told = notify(&mut self.observers, &Event::Iteration { row: &row, x });
        self.trace.push(row);
        told
    }

    /// Number of iterations recorded, the start not counted.
    pub fn iterations(&self) -> u64 {
        (self.trace.len() as u64).saturating_sub(1)
    }

    pub(crate) fn begin(&mut self, solver: &str) -> Result<(), Stop> {
        let (problem, projected) = (self.problem, self.projected);
        notify(&mut self.observers, &Event::Start { solver, problem, projected })
    }

    pub(crate) fn close(mut self, solver: &str, end: Result<Status, Stop>) -> Result<Outcome, Error> {
        let (status, complaint) = match end {
            Ok(status) | Err(Stop(StopKind::Ended(status))) => (status, None),
            Err(Stop(StopKind::GaveUp(reason))) => (Status::SolverGaveUp, Some(reason)),
            Err(Stop(StopKind::Outside(index, value))) => {
                let (lower, upper) = (self.bounds().lower()[index], self.bounds().upper()[index]);
                return Err(Error::OutsideBounds { solver: solver.to_owned(), index, value, lower, upper });
            }
        };
        if self.best.value == f64::INFINITY {
            let first = self.first_failure.map(Box::new);
            return Err(Error::NoValue { status, failed: self.counts.failed, first });
        }
        let outcome = Outcome {
            solver: solver.to_owned(),
            x: self.best.x,
            value: self.best.value,
            status,
            counts: self.counts,
            iterations: (self.trace.len() as u64).saturating_sub(1),
            complaint,
            projected: self.projected,
            first_failure: self.first_failure,
            trace: self.trace,
            seconds: self.limits.began.elapsed().as_secs_f64(),
        };
        // The run is over: there is nothing left to stop.
        let _ = notify(&mut self.observers, &Event::End(&outcome));
        Ok(outcome)
    }
}

/// Calls the objective; whatever is not a finite number is a failure.
fn attempt(objective: &dyn Objective, x: &[f64]) -> Result<f64, Failure> {
    match catch_unwind(AssertUnwindSafe(|| objective.value(x))) {
        Ok(Ok(value)) if value.is_finite() => Ok(value),
        Ok(Ok(value)) => Err(Failure::NotFinite(value)),
        Ok(Err(failure)) => Err(failure),
        Err(payload) => {
            let text = payload.downcast_ref::<&str>().map(|text| (*text).to_owned());
            let text = text.or_else(|| payload.downcast_ref::<String>().cloned());
            Err(Failure::Panic(text.unwrap_or_else(|| "without a message".to_owned())))
        }
    }
}

fn notify(observers: &mut [&mut dyn Observer], event: &Event<'_>) -> Result<(), Stop> {
    // Everybody hears of the event, whoever stops the run.
    let stop = observers.iter_mut().fold(false, |stop, observer| observer.observe(event).is_break() | stop);
    if stop { Err(Status::StoppedByObserver.into()) } else { Ok(()) }
}
