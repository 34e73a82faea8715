//! Ends a run with an outcome or an error.

use super::records::notify;
use super::stop::StopKind;
use super::{Evaluations, Stop};
use crate::journal::{JournalError, Recording};
use crate::problem::unit::units;
use crate::{Error, Event, Grid, Outcome, Status};

/// How many times as large as at the start a value is that falls without end: MATLAB's `fmincon` and `fminunc` take values
/// below -10²⁰ for unbounded.
const BEYOND: f64 = 1e20;

impl Evaluations<'_> {
    /// Ends the run and notifies the observers. A stop takes precedence over the status that the solver
    /// returns.
    pub(crate) fn close(mut self, solver: &str, end: Result<Status, Stop>) -> Result<Outcome, Error> {
        let end = self.stopped.take().map_or(end, Err);
        // The last round of values that have arrived one by one.
        self.count_rounds();
        let end = self.end_dispatch().and(end);
        let mut observers = std::mem::take(&mut self.observers);
        let result = self.outcome(solver, end);
        let event = match &result {
            Ok(outcome) => Event::End(outcome),
            Err(error) => Event::NoOutcome(error),
        };
        // The run is over, so a request to stop has no effect.
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
                let path = self.recording.map(|recording| recording.path().to_owned()).unwrap_or_default();
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
            return Err(Error::NoValue { status, complaint, failed: self.counts.failed, first });
        }
        let feasible = self.is_feasible();
        if status.converged() && !feasible {
            status = Status::NoFeasiblePoint;
        } else if status.converged() && self.has_run_away() {
            status = Status::Unbounded;
        }
        let complaint = complaint.or_else(|| self.doubt(status));
        let (x, value) = self.best.settled();
        Ok(Outcome {
            solver: solver.to_owned(),
            // Each search has a row for its start.
            iterations: self.rows.saturating_sub(1 + self.earlier.searches),
            max_constraint: self.constrained.as_ref().map(|constrained| constrained.violation()),
            multipliers: self.constrained.and_then(|constrained| constrained.multipliers()),
            uncertainty: self.uncertainty,
            feasible,
            x: x.to_vec(),
            residuals: self.best.residuals().map(<[f64]>::to_vec),
            start_value: self.start_value,
            value,
            status,
            counts: self.counts,
            complaint,
            projected: self.projected,
            granular: self.problem.grid().map_or(0, Grid::granular),
            first_failure: self.first_failure,
            outside: self.outside,
            trace: self.trace,
            journal: self.recording.as_ref().and_then(Recording::report).cloned(),
            seconds: self.limits.seconds(),
        })
    }

    /// Whether the best value is so much lower than at the start, or a coordinate of its point so far away that a step of
    /// the longest unit, at least 1, is lost in its rounding, that the value falls without end. A coordinate at a bound has an end.
    fn has_run_away(&self) -> bool {
        let (x, value) = self.best.settled();
        let (start, bounds) = (self.start(), self.bounds());
        let size = if self.start_value.is_finite() { self.start_value.abs().max(1.0) } else { 1.0 };
        // A start may be near 0 by chance: its unit says nothing about what is far.
        let longest = units(start, bounds).into_iter().fold(1.0, f64::max);
        let is_far = |i: usize| {
            let is_free = bounds.lower()[i] < x[i] && x[i] < bounds.upper()[i];
            is_free && longest <= f64::EPSILON * x[i].abs()
        };
        value < -BEYOND * size || (0..x.len()).any(is_far)
    }
}
