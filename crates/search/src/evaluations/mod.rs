//! Evaluation of the objective. Every value that a solver sees passes through [`Evaluations`].

mod batches;
mod beside;
mod best;
mod centre;
mod close;
mod constrained;
mod dispatch;
mod gradient;
mod guarded_call;
mod limits;
mod memory;
mod records;
mod refused;
mod several_searches;
mod snapshot;
mod spares;
mod start_with_value;
mod stop;
mod table;

pub use batches::Lookahead;
use best::Best;
use centre::Centre;
pub use centre::TinyDecrease;
use constrained::Constrained;
pub use constrained::Seen;
use dispatch::Dispatch;
pub use gradient::Differences;
pub use guarded_call::Values;
pub(crate) use guarded_call::{attempt, evaluate};
use limits::Limits;
pub(crate) use memory::Memory;
use records::notify;
use several_searches::Earlier;
pub(crate) use snapshot::Standing;
use spares::{Bits, Spares};
pub use stop::Stop;
use stop::StopKind;
use table::{Table, best_known};

use crate::evaluator::Evaluator;
use crate::journal::{Keeping, Opened, Recording, Snapshot};
use crate::problem::linear::feasible_start;
use crate::{
    Bounds, Budget, Counts, Error, Event, FailedEvaluation, Failure, Grid, Iteration, LinearConstraints,
    Observer, Problem, Run, Status, Uncertainty,
};

/// A solver's only access to a run: it evaluates points and records iterations.
///
/// It counts evaluations; enforces the budget, the time limit and cancellation; keeps the best point; turns
/// errors, NaN, infinities and panics of the objective into failed evaluations; refuses points that violate
/// bounds, grid or linear constraints; commits values in order, whatever order they arrive in; writes the
/// journal and reads it back; records the trace and notifies the observers. A solver therefore cannot violate
/// any of these guarantees. It passes on the [`Stop`] that ends it with `?`.
pub struct Evaluations<'r> {
    problem: &'r Problem<'r>,
    start: Vec<f64>,
    projected: usize,
    /// The tolerance of linear constraints, relative to their scales.
    tolerance: f64,
    limits: Limits,
    /// How many points of a set are evaluated at once.
    batch: u64,
    counts: Counts,
    /// How many of the evaluations are in the rounds of `counts`.
    counted: u64,
    first_failure: Option<FailedEvaluation>,
    /// How many of the evaluations were asked for outside the bounds or off the grid.
    outside: u64,
    start_value: f64,
    best: Best,
    /// Present where the problem has nonlinear constraints.
    constrained: Option<Box<Constrained>>,
    /// The evaluated points that the solver has not taken yet, if it wants them.
    seen: Option<Vec<Seen>>,
    centre: Centre<'r>,
    memory: Memory,
    /// The points known from the beginning.
    table: Table,
    trace: Vec<Iteration>,
    earlier: Earlier,
    /// The number of rows of the whole run's trace, including those before a resume.
    rows: u64,
    /// The reason why the run has ended, whether or not the solver passes it on.
    stopped: Option<Stop>,
    observers: Vec<&'r mut dyn Observer>,
    /// Whether one of them receives every evaluation.
    tells_evaluations: bool,
    recording: Option<Recording>,
    /// Whether the journal records values only, never states of the solver.
    values_alone: bool,
    /// The solver's own state, if the run resumes from a snapshot.
    restored: Option<Vec<u8>>,
    /// The evaluator, if points are not evaluated on this thread.
    dispatch: Option<Dispatch>,
    /// Values that arrived before their turn.
    spares: Spares,
    /// The buffer in which [`in_order`](Evaluations::in_order) builds its points.
    trial: Vec<f64>,
    /// What the minimum is worth, once that has been found out.
    uncertainty: Option<Box<Uncertainty>>,
}

impl<'r> Evaluations<'r> {
    pub(crate) fn open(
        problem: &'r Problem<'r>,
        tolerance: f64,
        run: &Run,
        evaluator: Option<Box<dyn Evaluator>>,
        keeping: Option<Keeping<'_>>,
        observers: Vec<&'r mut dyn Observer>,
    ) -> Result<Self, Error> {
        let mut evaluations = Evaluations::here(problem, tolerance, &run.budget, observers)?;
        evaluations.dispatch = evaluator.map(|evaluator| Dispatch::to(evaluator, run.evaluator.is_none()));
        if let Some(keeping) = keeping {
            let Opened { recording, snapshot, spares } = keeping.open()?;
            evaluations.values_alone = evaluations.constrained.is_some()
                || (recording.has_every_value() && !evaluations.have_incremental_view());
            evaluations.recording = Some(recording);
            if let Some(Snapshot { standing, trace, solver }) = snapshot {
                evaluations.go_on_from(standing, trace.len() as u64);
                evaluations.start_value = trace.first().map_or(f64::INFINITY, |row| row.value);
                evaluations.trace = trace;
                evaluations.restored = Some(solver);
            }
            evaluations.counts.speculative += spares.len() as u64;
            evaluations.spares = Spares::from(spares);
        }
        Ok(evaluations)
    }

    /// Creates the evaluations of a run on this thread without a journal.
    pub(crate) fn here(
        problem: &'r Problem<'r>,
        tolerance: f64,
        budget: &Budget,
        observers: Vec<&'r mut dyn Observer>,
    ) -> Result<Self, Error> {
        if budget.evaluations == Some(0) {
            return Err(Error::NoBudget);
        }
        problem.check_known()?;
        problem.check_hint()?;
        let known =
            best_known(problem, if tolerance.is_finite() { tolerance } else { constrained::TOLERANCE });
        let (start, projected) = match known {
            Some(known) => (known.x.clone(), 0),
            None => projected_start(problem, tolerance)?,
        };
        Ok(Evaluations {
            problem,
            projected,
            tolerance,
            limits: Limits::of(budget),
            batch: 1,
            counts: Counts::default(),
            counted: 0,
            first_failure: None,
            outside: 0,
            start_value: known.map_or(f64::INFINITY, |known| known.values.value),
            best: Best::none_yet(&start),
            constrained: Constrained::of(problem, tolerance),
            seen: None,
            centre: Centre::nowhere(),
            memory: Memory::of(0),
            table: Table::of(problem),
            trace: Vec::new(),
            earlier: Earlier::default(),
            rows: 0,
            stopped: None,
            tells_evaluations: observers.iter().any(|observer| observer.wants_evaluations()),
            observers,
            recording: None,
            values_alone: false,
            restored: None,
            dispatch: None,
            spares: Spares::default(),
            trial: start.clone(),
            uncertainty: None,
            start,
        })
    }

    /// Number of coordinates n.
    pub fn dimension(&self) -> usize {
        self.start.len()
    }

    /// The start: the best [known](Evaluations::known) point, or the start of the problem, moved if necessary
    /// onto the bounds, onto the grid, and to where the linear constraints hold.
    pub fn start(&self) -> &[f64] {
        &self.start
    }

    /// The problem.
    pub(crate) fn problem(&self) -> &'r Problem<'r> {
        self.problem
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

    /// The number of evaluations of this search so far.
    pub fn count(&self) -> u64 {
        self.counts.evaluations - self.earlier.evaluations
    }

    /// The best point so far and its value, which is infinite while every evaluation has failed. Incremental
    /// trials are included once a whole evaluation has confirmed them, at the end of an iteration.
    pub fn best(&self) -> (&[f64], f64) {
        self.best.settled()
    }

    /// The residuals at the best point so far, as the problem gives them, if they are known.
    pub fn best_residuals(&self) -> Option<&[f64]> {
        self.best.residuals()
    }

    /// How many evaluations the limits allow from now on; `None` for any number.
    pub fn left(&self) -> Option<u64> {
        Some(self.limits.evaluations_after(self.counts.evaluations)).filter(|_| self.limits.are_set())
    }

    /// Adds the limits of the solver's own options to those of the budget. The tighter one holds.
    pub fn limit(&mut self, evaluations: u64, seconds: Option<f64>) {
        self.limits.tighten(evaluations, seconds);
    }

    /// Evaluates one point. Returns the value of the objective, or the [merit](Evaluations::judge_by) for a
    /// problem with nonlinear constraints. The value of a failed evaluation is infinite, so it never compares
    /// as an improvement.
    ///
    /// # Errors
    /// [`Stop`] when a limit is reached, when the run is stopped, or for a point that violates bounds, grid
    /// or linear constraints or has another dimension. After a stop nothing more is evaluated.
    pub fn value(&mut self, x: &[f64]) -> Result<f64, Stop> {
        let value = self.value_within_round(x);
        self.count_rounds();
        value
    }

    /// Evaluates one point of a set whose rounds are counted elsewhere.
    fn value_within_round(&mut self, x: &[f64]) -> Result<f64, Stop> {
        self.proceed()?;
        let value = self.admitted_value(x);
        self.keeping_stop(value)
    }

    fn admitted_value(&mut self, x: &[f64]) -> Result<f64, Stop> {
        if let Some(known) = self.answer(x)? {
            return Ok(known);
        }
        self.limits.admit_one_after(self.counts.evaluations)?;
        self.check_point(x)?;
        if let Some(recording) = &mut self.recording
            && let Some(known) = recording.recall(x, self.counts.evaluations + 1)?
        {
            return self.commit(x, known, Source::Journal);
        }
        if !self.spares.are_none()
            && let Some(values) = self.take_spare(&Bits::of(x))
        {
            return self.commit(x, values, Source::Evaluation);
        }
        if self.dispatch.is_some() {
            return self.value_from_elsewhere(x);
        }
        let attempt = evaluate(self.problem, x);
        self.commit(x, attempt, Source::Evaluation)
    }

    /// Returns the value of a point that is known from the beginning or cached.
    fn answer(&mut self, x: &[f64]) -> Result<Option<f64>, Stop> {
        if let Some(cached) = self.recall(x) {
            return Ok(Some(cached));
        }
        self.table.place(x).map(|place| self.known_value(x, place)).transpose()
    }

    fn is_known(&self, x: &[f64]) -> bool {
        self.memory.recall(x).is_some() || self.table.place(x).is_some()
    }

    /// Returns the [`Stop`] if the run has been stopped.
    fn proceed(&self) -> Result<(), Stop> {
        match &self.stopped {
            None => Ok(()),
            Some(stop) => Err(stop.clone()),
        }
    }

    /// Remembers a stop, in case the solver does not pass it on.
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

    /// Checks the constraints that few problems have.
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

    /// Whether points are evaluated by the problem's objective, so that its gradient and incremental view may
    /// be used.
    fn calls_objective(&self) -> bool {
        self.dispatch.as_ref().is_none_or(Dispatch::calls_objective)
    }

    fn knows_more(&self) -> bool {
        self.recording.as_ref().is_some_and(Recording::knows_more)
    }

    /// Counts an evaluation, updates the best point, records the evaluation, and notifies the observers.
    fn commit(&mut self, x: &[f64], attempt: Result<Values, Failure>, source: Source) -> Result<f64, Stop> {
        // A failure after a cancellation says nothing about the point; a resumed run evaluates it again.
        if attempt.is_err() && source == Source::Evaluation && self.limits.cancelled() {
            return Err(Status::Cancelled.into());
        }
        if let Err(Failure::NotStarted(reason)) = &attempt {
            return Err(StopKind::Explained(Status::NotStarted, reason.clone()).into());
        }
        self.counts.evaluations += 1;
        if self.counts.evaluations == 1
            && self.start_value == f64::INFINITY
            && let Ok(values) = &attempt
        {
            self.start_value = values.value;
        }
        self.memory.keep(x, attempt.as_ref().ok().map(|values| values.value));
        let improves = attempt.as_ref().is_ok_and(|values| self.take_if_best(x, values));
        if source == Source::Evaluation
            && let Some(recording) = &mut self.recording
        {
            recording.record(x, &attempt)?;
        }
        if self.tells_evaluations {
            let (evaluation, round) = (self.counts.evaluations, self.round());
            notify(&mut self.observers, &Event::Evaluation { evaluation, round, x, values: &attempt })?;
        }
        match &attempt {
            Ok(values) => {
                if improves {
                    self.tell_best(x, values.value)?;
                }
                Ok(self.judged(x, values))
            }
            Err(failure) => {
                self.counts.failed += 1;
                let evaluation = self.counts.evaluations;
                self.first_failure.get_or_insert_with(|| FailedEvaluation {
                    evaluation,
                    x: x.to_vec(),
                    failure: failure.clone(),
                });
                Ok(f64::INFINITY)
            }
        }
    }

    /// Sets the best point if this one is better.
    #[inline]
    fn take_if_best(&mut self, x: &[f64], values: &Values) -> bool {
        let improves = self.improves(x, values);
        if improves {
            self.best.set(x, values.value);
            self.best.set_residuals(values.residuals());
        }
        improves
    }

    /// Notifies the observers of a new best point.
    fn tell_best(&mut self, x: &[f64], value: f64) -> Result<(), Stop> {
        if self.is_news(value) {
            let (evaluations, round, feasible) = (self.counts.evaluations, self.round(), self.is_feasible());
            let news = Event::Improvement { evaluations, round, x, value, feasible };
            notify(&mut self.observers, &news)?;
        }
        Ok(())
    }

    /// Returns the value or merit of a point for the solver, and keeps the point if the solver wants it.
    #[inline]
    fn judged(&mut self, x: &[f64], values: &Values) -> f64 {
        let is_bare = values.constraints.is_none() && self.seen.is_none();
        if is_bare { values.value } else { self.judged_and_kept(x, values) }
    }

    /// Whether the value of the best point should be reported to observers.
    fn is_news(&mut self, value: f64) -> bool {
        if self.constrained.is_some() { self.is_best_of_all(value) } else { self.best.is_news(value) }
    }
}

/// Returns the start, moved onto the bounds, onto the grid and to where the linear constraints hold, and how
/// many coordinates were moved.
fn projected_start(problem: &Problem<'_>, tolerance: f64) -> Result<(Vec<f64>, usize), Error> {
    let mut start = problem.start().to_vec();
    if let Some(grid) = problem.grid() {
        grid.reach(&start, problem.bounds())?;
    }
    problem.bounds().project(&mut start);
    if let Some(grid) = problem.grid() {
        grid.round(&mut start);
    }
    if let Some(linear) = problem.linear() {
        start = feasible_start(linear, start, problem.bounds(), problem.grid(), tolerance)?;
    }
    let projected = start.iter().zip(problem.start()).filter(|(to, from)| to != from).count();
    Ok((start, projected))
}

/// The source of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Source {
    Evaluation,
    Journal,
}
