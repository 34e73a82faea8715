//! The one door: every value of the objective that any solver sees passes through here.

mod ahead;
mod attempt;
mod best;
mod centre;
mod constrained;
mod gradient;
mod limits;
mod memory;
mod order;
mod standing;
mod start;
mod starts;
mod stop;

use serde::Serialize;
use serde::de::DeserializeOwned;

use ahead::Ahead;
use attempt::evaluate;
pub(crate) use attempt::{Values, attempt};
use best::Best;
use centre::Centre;
pub use centre::TinyDecrease;
use constrained::Constrained;
pub use constrained::Seen;
pub use gradient::Differences;
use limits::Limits;
pub(crate) use memory::Memory;
pub use order::Lookahead;
pub(crate) use standing::Standing;
use starts::Earlier;
pub use stop::Stop;
use stop::StopKind;

use crate::journal::{Header, JournalError, JournalFault, Recording, Snapshot};
use crate::linear::feasible_start;
use crate::{
    Bounds, Counts, Error, Event, FailedEvaluation, Failure, Grid, Iteration, LinearConstraints, Method,
    Observer, Outcome, Problem, Run, Status,
};

/// All that a solver gets of a run: the values of the objective, and the record of what it does.
///
/// The door counts; holds the budget, the time limit and cancellation; keeps the best point; turns
/// errors, NaN, infinities and panics of the objective into failed evaluations; refuses points
/// outside the bounds, beside the grid or outside the linear constraints; evaluates on several threads; writes the journal and reads it back; records
/// the trace and tells the observers. A solver therefore cannot break any of these promises, and
/// passes on the [`Stop`] that ends it with `?`.
pub struct Evaluations<'r> {
    problem: &'r Problem<'r>,
    start: Vec<f64>,
    projected: usize,
    /// By how much a point may violate a linear constraint.
    tolerance: f64,
    limits: Limits,
    counts: Counts,
    first_failure: Option<FailedEvaluation>,
    start_value: f64,
    best: Best,
    /// Present where the problem has nonlinear constraints.
    constrained: Option<Box<Constrained>>,
    centre: Centre<'r>,
    memory: Memory,
    trace: Vec<Iteration>,
    earlier: Earlier,
    /// Rows of the whole run's trace, which this one may have been resumed without.
    rows: u64,
    /// What has ended the run, whether the solver passes it on or not.
    stopped: Option<Stop>,
    observers: Vec<&'r mut dyn Observer>,
    recording: Option<Recording>,
    /// The solver's own state, if the run goes on from a snapshot.
    restored: Option<Vec<u8>>,
    /// Several threads, if the run has them.
    ahead: Option<Ahead>,
    /// Where [`in_order`](Evaluations::in_order) builds its points.
    trial: Vec<f64>,
}

impl<'r> Evaluations<'r> {
    pub(crate) fn open(
        problem: &'r Problem<'r>,
        tolerance: f64,
        run: &Run,
        header: impl FnOnce(&crate::Journal) -> Header,
        observers: Vec<&'r mut dyn Observer>,
    ) -> Result<Self, Error> {
        let mut evaluations = Evaluations::without_journal(problem, tolerance, run, observers)?;
        if let Some(journal) = &run.journal {
            let (recording, snapshot) = Recording::open(journal, &header(journal))
                .map_err(|fault| JournalError { path: journal.path.clone(), fault })?;
            evaluations.recording = Some(recording);
            if let Some(Snapshot { standing, trace, solver }) = snapshot {
                evaluations.go_on_from(standing, trace.len() as u64);
                evaluations.start_value = trace.first().map_or(f64::INFINITY, |row| row.value);
                evaluations.trace = trace;
                evaluations.restored = Some(solver);
            }
        }
        Ok(evaluations)
    }

    /// The door of a run that keeps no journal, whatever it says.
    pub(crate) fn without_journal(
        problem: &'r Problem<'r>,
        tolerance: f64,
        run: &Run,
        observers: Vec<&'r mut dyn Observer>,
    ) -> Result<Self, Error> {
        if run.budget.evaluations == Some(0) {
            return Err(Error::NoBudget);
        }
        if run.threads == 0 {
            return Err(Error::Threads { threads: 0, reason: "expected at least 1".to_owned() });
        }
        let mut start = problem.start().to_vec();
        problem.bounds().project(&mut start);
        if let Some(grid) = problem.grid() {
            grid.round(&mut start);
        }
        if let Some(linear) = problem.linear() {
            start = feasible_start(linear, start, problem.bounds(), problem.grid(), tolerance)?;
        }
        let projected = start.iter().zip(problem.start()).filter(|(to, from)| to != from).count();
        let ahead = if run.threads > 1 { Some(Ahead::on_threads(run.threads, start.len())?) } else { None };
        Ok(Evaluations {
            problem,
            projected,
            tolerance,
            limits: Limits::of(&run.budget),
            counts: Counts::default(),
            first_failure: None,
            start_value: f64::INFINITY,
            best: Best::none_yet(&start),
            constrained: Constrained::of(problem),
            centre: Centre::nowhere(),
            memory: Memory::of(0),
            trace: Vec::new(),
            earlier: Earlier::default(),
            rows: 0,
            stopped: None,
            observers,
            recording: None,
            restored: None,
            ahead,
            trial: start.clone(),
            start,
        })
    }

    /// Number of coordinates n.
    pub fn dimension(&self) -> usize {
        self.start.len()
    }

    /// The start, moved onto the bounds where it lay outside, onto the grid, and to where the linear constraints hold.
    pub fn start(&self) -> &[f64] {
        &self.start
    }

    /// The bounds.
    pub fn bounds(&self) -> &'r Bounds {
        self.problem.bounds()
    }

    /// The grid of integer and granular coordinates, if there are any.
    pub fn grid(&self) -> Option<&'r Grid> {
        self.problem.grid()
    }

    /// The linear constraints, if there are any.
    pub fn linear(&self) -> Option<&'r LinearConstraints> {
        self.problem.linear()
    }

    /// Evaluations of this search so far.
    pub fn count(&self) -> u64 {
        self.counts.evaluations - self.earlier.evaluations
    }

    /// The best point so far and its value, which is infinite while every evaluation has failed. Incremental
    /// trials count once a whole evaluation has confirmed them, at the end of an iteration.
    pub fn best(&self) -> (&[f64], f64) {
        self.best.settled()
    }

    /// Adds the limits of the solver's own options to those of the budget; the tighter one holds.
    pub fn limit(&mut self, evaluations: u64, seconds: Option<f64>) {
        self.limits.tighten(evaluations, seconds);
    }

    /// Evaluates one point: the value of the objective, or the [merit](Evaluations::judge_by) of a problem with
    /// nonlinear constraints. A failed evaluation is infinite: it never compares as an improvement.
    ///
    /// # Errors
    /// [`Stop`] when a limit is reached, when the run is stopped, or for a point outside the bounds or the
    /// linear constraints, beside the grid, or of another dimension. Once stopped, nothing is evaluated any more.
    pub fn value(&mut self, x: &[f64]) -> Result<f64, Stop> {
        self.proceed()?;
        let value = self.admitted_value(x);
        self.keeping_stop(value)
    }

    fn admitted_value(&mut self, x: &[f64]) -> Result<f64, Stop> {
        if let Some(known) = self.recall(x) {
            return Ok(known);
        }
        self.limits.admit_one_after(self.counts.evaluations)?;
        self.check_point(x)?;
        if let Some(recording) = &mut self.recording
            && let Some(known) = recording.recall(x, self.counts.evaluations + 1)?
        {
            return self.commit(x, known, Source::Journal);
        }
        let attempt = evaluate(self.problem, x);
        self.commit(x, attempt, Source::Objective)
    }

    /// Whether the run has not been stopped yet.
    fn proceed(&self) -> Result<(), Stop> {
        match &self.stopped {
            None => Ok(()),
            Some(stop) => Err(stop.clone()),
        }
    }

    /// Keeps what stops the run, should the solver not pass it on.
    fn keeping_stop<T>(&mut self, result: Result<T, Stop>) -> Result<T, Stop> {
        if let Err(stop) = &result {
            self.stopped = Some(stop.clone());
        }
        result
    }

    fn check_point(&self, x: &[f64]) -> Result<(), Stop> {
        if x.len() != self.start.len() {
            return Err(StopKind::Length(x.len()).into());
        }
        match self.problem.bounds().first_outside(x) {
            Some(outside) => Err(StopKind::Outside(outside, x[outside]).into()),
            None => self.check_grid_and_rows(x),
        }
    }

    /// The two that few problems have.
    fn check_grid_and_rows(&self, x: &[f64]) -> Result<(), Stop> {
        if let Some(i) = self.problem.grid().and_then(|grid| grid.first_off(x)) {
            return Err(StopKind::OffGrid(i, x[i]).into());
        }
        self.check_rows(x)
    }

    fn check_rows(&self, x: &[f64]) -> Result<(), Stop> {
        let violated = self.problem.linear().and_then(|linear| linear.first_violated(x, self.tolerance));
        violated.map_or(Ok(()), |row| Err(StopKind::Violating(row).into()))
    }

    fn knows_more(&self) -> bool {
        self.recording.as_ref().is_some_and(Recording::knows_more)
    }

    /// Counts an evaluation, keeps what is best, records it, and tells the observers.
    fn commit(&mut self, x: &[f64], attempt: Result<Values, Failure>, source: Source) -> Result<f64, Stop> {
        // One cut short by whoever cancelled the run says nothing about the point; a resumed run makes it.
        if attempt.is_err() && source == Source::Objective && self.limits.cancelled() {
            return Err(Status::Cancelled.into());
        }
        self.counts.evaluations += 1;
        if self.counts.evaluations == 1
            && let Ok(values) = &attempt
        {
            self.start_value = values.value;
        }
        self.memory.keep(x, &attempt);
        let improves = attempt.as_ref().is_ok_and(|values| self.improves(values));
        if improves && let Ok(values) = &attempt {
            self.best.set(x, values.value);
        }
        if source == Source::Objective
            && let Some(recording) = &mut self.recording
        {
            recording.record(x, &attempt)?;
        }
        match attempt {
            Ok(Values { value, constraints }) => {
                if improves && self.is_news(value) {
                    let (evaluations, feasible) = (self.counts.evaluations, self.is_feasible());
                    notify(&mut self.observers, &Event::Improvement { evaluations, x, value, feasible })?;
                }
                Ok(match constraints {
                    None => value,
                    Some(constraints) => self.judged(x, value, *constraints),
                })
            }
            Err(failure) => {
                self.counts.failed += 1;
                let evaluation = self.counts.evaluations;
                self.first_failure.get_or_insert_with(|| FailedEvaluation {
                    evaluation,
                    x: x.to_vec(),
                    failure,
                });
                Ok(f64::INFINITY)
            }
        }
    }

    /// Whether the value of the best point is one that observers are told.
    fn is_news(&mut self, value: f64) -> bool {
        if self.constrained.is_some() { self.is_best_of_all(value) } else { self.best.is_news(value) }
    }

    /// Records the end of an iteration whose incumbent is `x` with this value. The first call, before
    /// any iteration, records the start.
    ///
    /// # Errors
    /// [`Stop`] when an observer stops the run, when it is cancelled, or when its time is over.
    pub fn iteration(
        &mut self,
        x: &[f64],
        value: f64,
        mesh_size: Option<f64>,
        method: Method,
    ) -> Result<(), Stop> {
        self.record_iteration(x, value, None, mesh_size, method)
    }

    fn record_iteration(
        &mut self,
        x: &[f64],
        value: f64,
        max_constraint: Option<f64>,
        mesh_size: Option<f64>,
        method: Method,
    ) -> Result<(), Stop> {
        self.proceed()?;
        self.settle_best();
        let (iteration, evaluations) = (self.rows, self.counts.evaluations);
        let earlier = self.earlier.better_than(value, max_constraint, self.violation_and_tolerance().1);
        let told = earlier.as_ref().map_or((x, value, max_constraint), |best| best.told(max_constraint));
        let (x, value, max_constraint) = told;
        let row = Iteration { iteration, evaluations, value, max_constraint, mesh_size, method };
        let told = notify(&mut self.observers, &Event::Iteration { row: &row, x });
        self.trace.push(row);
        self.rows += 1;
        // A search may go on for long without an evaluation.
        let told = told.and_then(|()| Ok(self.limits.admit_going_on_after(evaluations)?));
        self.keeping_stop(told)
    }

    /// Number of iterations of this search recorded, the start not counted.
    pub fn iterations(&self) -> u64 {
        (self.rows - self.earlier.rows).saturating_sub(1)
    }

    /// Offers the solver's whole state to the journal, at the end of an iteration. It is written now
    /// and then if evaluations are cheaper than their records; a resumed run gets it back from
    /// [`restored`](Evaluations::restored). Where there are nonlinear constraints each evaluation is recorded,
    /// whatever it costs.
    ///
    /// # Errors
    /// [`Stop`] if the journal cannot be written.
    pub fn snapshot(&mut self, state: &impl Serialize) -> Result<(), Stop> {
        if self.constrained.is_some() || !self.recording.as_mut().is_some_and(Recording::wants_snapshot) {
            return Ok(());
        }
        let solver = postcard::to_stdvec(state).map_err(|error| Stop::gave_up(&error.to_string()))?;
        let standing = self.standing();
        let Some(recording) = &mut self.recording else { return Ok(()) };
        let trace = self.trace[recording.rows()..].to_vec();
        let written = recording.snapshot(Snapshot { standing, trace, solver }).map_err(Stop::from);
        self.keeping_stop(written)
    }

    /// The state that the solver offered in the run that this one resumes, if it was written. The
    /// solver goes on from there; counts, best point and trace are already those of that moment.
    ///
    /// # Errors
    /// [`Stop`] if the state is not of this type.
    pub fn restored<S: DeserializeOwned>(&mut self) -> Result<Option<S>, Stop> {
        let state = self.restored.take().map(|bytes| postcard::from_bytes(&bytes)).transpose();
        self.keeping_stop(state.map_err(|_| StopKind::Journal(JournalFault::NotAJournal).into()))
    }

    pub(crate) fn begin(&mut self, solver: &str) -> Result<(), Stop> {
        let event = Event::Start {
            solver,
            problem: self.problem,
            projected: self.projected,
            journal: self.recording.as_ref().map(Recording::report),
            restored: &self.trace,
        };
        let told = notify(&mut self.observers, &event);
        self.keeping_stop(told)
    }

    /// Ends the run and tells the observers. What stopped it stands above what the solver says.
    pub(crate) fn close(mut self, solver: &str, end: Result<Status, Stop>) -> Result<Outcome, Error> {
        let end = self.stopped.take().map_or(end, Err);
        let mut observers = std::mem::take(&mut self.observers);
        let result = self.outcome(solver, end);
        let event = match &result {
            Ok(outcome) => Event::End(outcome),
            Err(error) => Event::NoOutcome(error),
        };
        // The run is over: there is nothing left to stop.
        let _ = notify(&mut observers, &event);
        result
    }

    fn outcome(mut self, solver: &str, end: Result<Status, Stop>) -> Result<Outcome, Error> {
        let (mut status, mut complaint) = match end.map_err(|stop| *stop.0) {
            Ok(status) | Err(StopKind::Ended(status)) => (status, None),
            Err(StopKind::Explained(status, reason)) => (status, Some(reason)),
            Err(StopKind::Outside(index, value)) => {
                let (lower, upper) = (self.bounds().lower()[index], self.bounds().upper()[index]);
                return Err(Error::OutsideBounds { solver: solver.to_owned(), index, value, lower, upper });
            }
            Err(StopKind::OffGrid(index, value)) => {
                let granularity = self.problem.grid().map_or(0.0, |grid| grid.granularity()[index]);
                return Err(Error::OffGrid { solver: solver.to_owned(), index, value, granularity });
            }
            Err(StopKind::Violating(row)) => {
                return Err(Error::OutsideRow { solver: solver.to_owned(), row });
            }
            Err(StopKind::Length(given)) => {
                let expected = self.dimension();
                return Err(Error::PointLength { solver: solver.to_owned(), given, expected });
            }
            Err(StopKind::Journal(fault)) => {
                let path =
                    self.recording.map(|recording| recording.report().path.clone()).unwrap_or_default();
                return Err(JournalError { path, fault }.into());
            }
        };
        if let Some(recording) = &mut self.recording
            && let Err(fault) = recording.flush()
        {
            (status, complaint) = (Status::JournalFailed, Some(fault.to_string()));
        }
        self.settle_best();
        if self.best.value() == f64::INFINITY {
            let first = self.first_failure.map(Box::new);
            return Err(Error::NoValue { status, failed: self.counts.failed, first });
        }
        let feasible = self.is_feasible();
        if status.converged() && !feasible {
            status = Status::NoFeasiblePoint;
        }
        let (x, value) = self.best.settled();
        Ok(Outcome {
            solver: solver.to_owned(),
            // Each search has a row for its start.
            iterations: self.rows.saturating_sub(1 + self.earlier.searches),
            max_constraint: self.constrained.as_ref().map(|constrained| constrained.violation()),
            feasible,
            x: x.to_vec(),
            start_value: self.start_value,
            value,
            status,
            counts: self.counts,
            complaint,
            projected: self.projected,
            first_failure: self.first_failure,
            trace: self.trace,
            journal: self.recording.as_ref().map(|recording| recording.report().clone()),
            seconds: self.limits.seconds(),
        })
    }
}

/// Where a value comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Source {
    Objective,
    Journal,
}

fn notify(observers: &mut [&mut dyn Observer], event: &Event<'_>) -> Result<(), Stop> {
    // Everybody hears of the event, whoever stops the run.
    let stop = observers.iter_mut().fold(false, |stop, observer| observer.observe(event).is_break() | stop);
    if stop { Err(Status::StoppedByObserver.into()) } else { Ok(()) }
}
