//! Records the iterations of a run and the solver's state.

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::spares::Spares;
use super::stop::StopKind;
use super::{Evaluations, Stop};
use crate::journal::{JournalFault, Recording, Snapshot};
use crate::{Event, Iteration, Method, Observer, Status};

impl Evaluations<'_> {
    /// Records the end of an iteration with incumbent `x` and its value. The first call, before any
    /// iteration, records the start.
    ///
    /// # Errors
    /// [`Stop`] when an observer stops the run, when it is cancelled, or when its time limit is reached.
    pub fn iteration(
        &mut self,
        x: &[f64],
        value: f64,
        mesh_size: Option<f64>,
        method: Method,
    ) -> Result<(), Stop> {
        self.record_iteration(x, value, None, mesh_size, method)
    }

    pub(super) fn record_iteration(
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
        let told = notify(&mut self.observers, &Event::Iteration { row: &row, x, counts: &self.counts });
        self.trace.push(row);
        self.rows += 1;
        // A search may go on for a long time without an evaluation.
        let told = told.and_then(|()| Ok(self.limits.admit_going_on_after(evaluations)?));
        self.keeping_stop(told)
    }

    /// The number of recorded iterations of this search, not counting the start.
    pub fn iterations(&self) -> u64 {
        (self.rows - self.earlier.rows).saturating_sub(1)
    }

    /// Offers the solver's whole state to the journal at the end of an iteration. The journal writes it at
    /// intervals if evaluations are cheaper than their records; a resumed run reads it with
    /// [`restored`](Evaluations::restored). With nonlinear constraints every evaluation is recorded instead.
    ///
    /// # Errors
    /// [`Stop`] if the journal cannot be written.
    pub fn snapshot(&mut self, state: &impl Serialize) -> Result<(), Stop> {
        if self.values_alone || !self.recording.as_mut().is_some_and(Recording::wants_snapshot) {
            return Ok(());
        }
        let solver = postcard::to_stdvec(state).map_err(|error| Stop::gave_up(&error.to_string()))?;
        let standing = self.standing();
        let Some(recording) = &mut self.recording else { return Ok(()) };
        let trace = self.trace[recording.rows()..].to_vec();
        let written = recording.snapshot(Snapshot { standing, trace, solver }).map_err(Stop::from);
        // A run resumed from here does not have these values either.
        self.spares = Spares::default();
        self.keeping_stop(written)
    }

    /// Returns the state that the solver last wrote in the resumed run, if any. The solver should go on from
    /// it; counts, best point and trace are already restored.
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
            journal: self.recording.as_ref().and_then(Recording::report),
            restored: &self.trace,
        };
        let told = notify(&mut self.observers, &event).and_then(|()| self.begin_at_known());
        self.keeping_stop(told)
    }
}

pub(super) fn notify(observers: &mut [&mut dyn Observer], event: &Event<'_>) -> Result<(), Stop> {
    // All observers receive the event, even if one stops the run.
    let stop = observers.iter_mut().fold(false, |stop, observer| observer.observe(event).is_break() | stop);
    if stop { Err(Status::StoppedByObserver.into()) } else { Ok(()) }
}
