//! The points that a run has submitted to an evaluator.

use std::collections::{HashMap, HashSet};

use super::spares::Bits;
use super::{Evaluations, Source, Stop, Values};
use crate::evaluator::{Delivery, Evaluator};
use crate::{Failure, Status};

/// An evaluator and its outstanding points.
pub(super) struct Dispatch {
    evaluator: Box<dyn Evaluator>,
    /// Whether it calls the objective of the problem.
    calls_objective: bool,
    /// The number of points submitted so far.
    submitted: u64,
    /// The points whose values are outstanding.
    points: HashMap<u64, Bits>,
    numbers: HashMap<Bits, u64>,
    /// The outstanding points that are no longer needed.
    withdrawn: HashSet<u64>,
}

/// The result of waiting.
pub(super) enum Arrival {
    Value(Bits, Result<Values, Failure>),
    Nothing,
}

impl Dispatch {
    pub(super) fn to(evaluator: Box<dyn Evaluator>, calls_objective: bool) -> Self {
        let (points, numbers, withdrawn) = (HashMap::new(), HashMap::new(), HashSet::new());
        Dispatch { evaluator, calls_objective, submitted: 0, points, numbers, withdrawn }
    }

    pub(super) fn calls_objective(&self) -> bool {
        self.calls_objective
    }

    pub(super) fn room(&self) -> usize {
        self.evaluator.room()
    }

    /// The number of points it can currently hold at once.
    pub(super) fn capacity(&self) -> usize {
        self.evaluator.room().saturating_add(self.points.len())
    }

    pub(super) fn has(&self, point: &Bits) -> bool {
        self.numbers.contains_key(point)
    }

    /// Returns whether the point is already submitted, and if so marks it as needed.
    pub(super) fn renew(&mut self, point: &Bits) -> bool {
        let Some(id) = self.numbers.get(point) else { return false };
        if self.withdrawn.remove(id) {
            self.evaluator.renew(*id);
        }
        true
    }

    pub(super) fn submit(&mut self, point: Bits, x: &[f64]) {
        let id = self.submitted;
        self.submitted += 1;
        self.points.insert(id, point.clone());
        self.numbers.insert(point, id);
        self.evaluator.submit(id, x);
    }

    /// Withdraws a point that is no longer needed, unless its evaluation has begun.
    pub(super) fn withdraw(&mut self, point: &Bits) {
        let Some(&id) = self.numbers.get(point) else { return };
        if self.evaluator.withdraw(id) {
            self.landed(id);
        } else {
            self.withdrawn.insert(id);
        }
    }

    /// Waits for the next value.
    pub(super) fn wait(&mut self) -> Result<Arrival, Stop> {
        match self.evaluator.wait() {
            Delivery::Value(id, values) => {
                // Ignore a number that was never submitted, or whose value has already arrived.
                Ok(self.landed(id).map_or(Arrival::Nothing, |point| Arrival::Value(point, values)))
            }
            Delivery::Nothing => Ok(Arrival::Nothing),
            Delivery::Closed => Err(Status::Cancelled.into()),
        }
    }

    fn landed(&mut self, id: u64) -> Option<Bits> {
        let point = self.points.remove(&id)?;
        self.numbers.remove(&point);
        self.withdrawn.remove(&id);
        Some(point)
    }
}

impl Evaluations<'_> {
    /// Waits for the next value, and returns it if it is that of `point`. A value of another point is kept.
    pub(super) fn await_value(
        &mut self,
        dispatch: &mut Dispatch,
        point: &Bits,
    ) -> Result<Option<Result<Values, Failure>>, Stop> {
        match dispatch.wait()? {
            Arrival::Value(come, values) if come == *point => Ok(Some(self.counting(values))),
            Arrival::Value(come, values) => self.keep_spare(come, values).map(|()| None),
            Arrival::Nothing => Ok(None),
        }
    }

    /// Turns values that are not finite, or a wrong number of constraints or residuals, into a failure.
    pub(super) fn counting(&self, values: Result<Values, Failure>) -> Result<Values, Failure> {
        values.and_then(|values| values.checked(self.problem))
    }

    /// Keeps a value that arrived before its turn, also in the journal.
    pub(super) fn keep_spare(&mut self, point: Bits, values: Result<Values, Failure>) -> Result<(), Stop> {
        let values = self.counting(values);
        let says_nothing = match &values {
            Ok(_) => false,
            Err(Failure::NotStarted(_)) => true,
            Err(_) => self.limits.cancelled(),
        };
        if says_nothing {
            return Ok(());
        }
        self.counts.speculative += 1;
        let recorded = match &mut self.recording {
            Some(recording) => recording.record_spare(&point.point(), &values),
            None => Ok(()),
        };
        self.spares.put(point, values);
        Ok(recorded?)
    }

    /// Returns the value of a point if it has already arrived. It no longer counts as speculative.
    pub(super) fn take_spare(&mut self, point: &Bits) -> Option<Result<Values, Failure>> {
        let values = self.spares.take(point)?;
        self.counts.speculative -= 1;
        Some(values)
    }

    /// Has a point evaluated by the evaluator, and returns its value.
    pub(super) fn value_from_elsewhere(&mut self, x: &[f64]) -> Result<f64, Stop> {
        let Some(mut dispatch) = self.dispatch.take() else { return Ok(f64::INFINITY) };
        let point = Bits::of(x);
        let values = loop {
            if !dispatch.renew(&point) && dispatch.room() > 0 {
                dispatch.submit(point.clone(), x);
            }
            match self.await_value(&mut dispatch, &point) {
                Ok(Some(values)) => break Ok(values),
                Ok(None) => {}
                Err(stop) => break Err(stop),
            }
            // A limit may have been reached while there was no room.
            if !dispatch.has(&point)
                && let Err(status) = self.limits.admit_one_after(self.counts.evaluations)
            {
                break Err(status.into());
            }
        };
        self.dispatch = Some(dispatch);
        self.commit(x, values?, Source::Evaluation)
    }

    /// Ends the evaluator at the end of the run, and keeps the values that it returns.
    pub(super) fn end_dispatch(&mut self) -> Result<(), Stop> {
        let Some(mut dispatch) = self.dispatch.take() else { return Ok(()) };
        for (id, values) in dispatch.evaluator.end() {
            if let Some(point) = dispatch.landed(id) {
                self.keep_spare(point, values)?;
            }
        }
        Ok(())
    }
}
