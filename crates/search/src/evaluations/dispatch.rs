//! The points that a run has given out to be evaluated.

use std::collections::{HashMap, HashSet};

use super::spares::Bits;
use super::{Evaluations, Source, Stop, Values};
use crate::evaluator::{Delivery, Evaluator};
use crate::{ConstraintCount, ConstraintValues, Failure, Status};

/// An evaluator, and the points it has.
pub(super) struct Dispatch {
    evaluator: Box<dyn Evaluator>,
    /// Whether it calls the objective of the problem.
    calls_objective: bool,
    /// How many points it has been given.
    submitted: u64,
    /// Those whose values are still to come.
    points: HashMap<u64, Bits>,
    numbers: HashMap<Bits, u64>,
    /// Those of them that are not needed any more.
    withdrawn: HashSet<u64>,
}

/// What has come of waiting.
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

    /// How many points it can have at once, as far as one knows.
    pub(super) fn capacity(&self) -> usize {
        self.evaluator.room().saturating_add(self.points.len())
    }

    pub(super) fn has(&self, point: &Bits) -> bool {
        self.numbers.contains_key(point)
    }

    /// Whether the point is out already; if so, it is needed.
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

    /// Gives back a point that is not needed any more, unless its evaluation has begun.
    pub(super) fn withdraw(&mut self, point: &Bits) {
        let Some(&id) = self.numbers.get(point) else { return };
        if self.evaluator.withdraw(id) {
            self.landed(id);
        } else {
            self.withdrawn.insert(id);
        }
    }

    /// Waits for what comes next.
    fn wait(&mut self) -> Result<Arrival, Stop> {
        match self.evaluator.wait() {
            Delivery::Value(id, values) => {
                // A number that was not given out, or whose value has come already, says nothing.
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
    /// Waits for a value: that of the point, if it is this one that comes. Another one is kept until it is asked for.
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

    /// Whatever is not a finite number, or not as many of them as there should be, is a failure, wherever it comes from.
    fn counting(&self, values: Result<Values, Failure>) -> Result<Values, Failure> {
        values.and_then(|values| values.checked(self.problem.nonlinear_constraints().unwrap_or_default()))
    }

    /// Keeps a value that came before its turn, also in the journal.
    fn keep_spare(&mut self, point: Bits, values: Result<Values, Failure>) -> Result<(), Stop> {
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

    /// The value of a point if it is at hand already; it is one that is needed from now on.
    pub(super) fn take_spare(&mut self, point: &Bits) -> Option<Result<Values, Failure>> {
        let values = self.spares.take(point)?;
        self.counts.speculative -= 1;
        Some(values)
    }

    /// The value of a point that is evaluated elsewhere.
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
            // While there was no room the limits may have been reached.
            if !dispatch.has(&point)
                && let Err(status) = self.limits.admit_one_after(self.counts.evaluations)
            {
                break Err(status.into());
            }
        };
        self.dispatch = Some(dispatch);
        self.commit(x, values?, Source::Evaluation)
    }

    /// Waits for what has begun and can be waited for, and keeps it: the run is over.
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

impl Values {
    /// The same values, if they are as many as there should be, and finite.
    fn checked(self, expected: ConstraintCount) -> Result<Values, Failure> {
        let given = self.count();
        if given != expected {
            return Err(Failure::ConstraintCount { given, expected });
        }
        let mut numbers =
            std::iter::once(self.value).chain(self.constraints().into_iter().flat_map(ConstraintValues::all));
        let not_finite = numbers.find(|number| !number.is_finite());
        drop(numbers);
        match not_finite {
            Some(number) => Err(Failure::NotFinite(number)),
            None => Ok(self),
        }
    }
}
