//! The door of evaluations in the form that argmin's solvers call.

use std::cell::RefCell;
use std::collections::VecDeque;

use argmin::core::{CostFunction, Error as ArgminError};

use crate::{Evaluations, Method, Stop};

/// Lets an argmin solver evaluate through the one door: each point is projected onto the bounds, and
/// the first [`Stop`] is kept, since argmin's own error type would bury it.
pub(super) struct Door<'d, 'r>(RefCell<Inside<'d, 'r>>);

struct Inside<'d, 'r> {
    evaluations: &'d mut Evaluations<'r>,
    stop: Option<Stop>,
    /// Evaluations that get an answer even after a stop: solvers that set up their first points
    /// panic on an error there.
    answers_owed: usize,
    /// The last points, as many as the solver began with.
    recent: VecDeque<Vec<f64>>,
}

impl<'d, 'r> Door<'d, 'r> {
    /// A door for a solver that asks for `first_points` values before it can take an error.
    pub(super) fn new(evaluations: &'d mut Evaluations<'r>, first_points: usize) -> Self {
        let recent = VecDeque::with_capacity(first_points);
        Door(RefCell::new(Inside { evaluations, stop: None, answers_owed: first_points, recent }))
    }

    /// Runs one step of a solver and gives back what it returned, or the stop that ended it.
    pub(super) fn step<T>(&self, step: impl FnOnce() -> Result<T, ArgminError>) -> Result<T, Stop> {
        let result = step();
        if let Some(stop) = self.0.borrow_mut().stop.take() {
            return Err(stop);
        }
        result.map_err(|error| Stop::gave_up(&error.to_string()))
    }

    /// The longest distance along a coordinate between two of the last points, in units of
    /// `max(1, |x_i|)`.
    pub(super) fn spread(&self) -> f64 {
        let recent = &self.0.borrow().recent;
        let dimension = recent.front().map_or(0, Vec::len);
        let along = |i: usize| {
            let values = || recent.iter().map(|x| x[i]);
            let (low, high) =
                (values().fold(f64::INFINITY, f64::min), values().fold(f64::NEG_INFINITY, f64::max));
            (high - low) / low.abs().max(high.abs()).max(1.0)
        };
        (0..dimension).map(along).fold(0.0, f64::max)
    }

    /// Records an iteration: its incumbent is the best point so far.
    pub(super) fn iteration(&self) -> Result<(), Stop> {
        let evaluations = &mut *self.0.borrow_mut().evaluations;
        let (x, value) = evaluations.best();
        let x = x.to_vec();
        evaluations.iteration(&x, value, None, Method::Step)
    }
}

impl CostFunction for &Door<'_, '_> {
    type Param = Vec<f64>;
    type Output = f64;

    fn cost(&self, x: &Vec<f64>) -> Result<f64, ArgminError> {
        let Inside { evaluations, stop, answers_owed, recent } = &mut *self.0.borrow_mut();
        let owes_an_answer = *answers_owed > 0;
        *answers_owed = answers_owed.saturating_sub(1);
        if stop.is_none() {
            let x = evaluations.projected(x);
            let value = evaluations.value(&x).and_then(|value| {
                // The first evaluation is the start, before any iteration.
                let start = evaluations.count() == 1;
                if start {
                    evaluations.iteration(&x, value, None, Method::Start)?;
                }
                Ok(value)
            });
            if recent.len() == recent.capacity() {
                recent.pop_front();
            }
            recent.push_back(x);
            match value {
                Ok(value) => return Ok(value),
                Err(reason) => *stop = Some(reason),
            }
        }
        if owes_an_answer { Ok(f64::INFINITY) } else { Err(ArgminError::msg("the run was stopped")) }
    }
}
