//! The door of evaluations in the form that peers call: a function of the coordinates that can move, which
//! gives numbers and nothing else.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use crate::minimizer::BARRIER;
use crate::{Error, Evaluations, Method, Status, Stop, Within, option};

/// What all peers have in their options.
pub(super) struct Frame {
    pub(super) initial_step: f64,
    pub(super) step_tolerance: f64,
    pub(super) max_function_evaluations: Option<u64>,
    /// The most coordinates that can move, for a peer that takes too long beyond.
    pub(super) max_coordinates: usize,
}

impl Frame {
    /// Whether all of it is in range.
    pub(super) fn check(&self) -> Result<(), Error> {
        let Frame { initial_step, step_tolerance, max_function_evaluations, .. } = *self;
        option::positive("initial_step", initial_step)?;
        let holds = step_tolerance > 0.0 && step_tolerance < initial_step;
        option::require("step_tolerance", step_tolerance, holds, "a number above 0 and below initial_step")?;
        option::evaluation_limit(max_function_evaluations)
    }

    /// Runs a peer from the start, which is evaluated first, over the coordinates that can move. A panic in
    /// the peer ends the run as one that gave up.
    pub(super) fn search(
        &self,
        evaluations: &mut Evaluations<'_>,
        peer: impl FnOnce(&mut Door<'_, '_>) -> Result<Status, Stop>,
    ) -> Result<Status, Stop> {
        let limit = self.max_function_evaluations.unwrap_or(2000 * evaluations.dimension() as u64);
        evaluations.limit(limit, None);
        let mut door = Door::from_start(evaluations, self.initial_step, limit)?;
        let coordinates = door.start.len();
        if coordinates == 0 {
            return Ok(Status::SolverConverged);
        }
        if coordinates > self.max_coordinates {
            let most = self.max_coordinates;
            return Err(Stop::gave_up(&format!("{coordinates} coordinates; max_coordinates is {most}")));
        }
        let end = catch_unwind(AssertUnwindSafe(|| peer(&mut door)));
        match door.end.take() {
            Some(End::Stopped(stop)) => return Err(stop),
            Some(End::Panicked(payload)) => resume_unwind(payload),
            None => {}
        }
        let status = end.unwrap_or_else(|panic| Err(Stop::gave_up(&text_of(&*panic))))?;
        door.iteration()?;
        Ok(status)
    }
}

fn text_of(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied();
    let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    format!("a panic: {}", text.unwrap_or("without a message"))
}

/// The problem as a peer sees it: only coordinates with room between their bounds, each in its [`unit`].
pub(super) struct Door<'d, 'r> {
    /// Where the peer begins; never empty.
    pub(super) start: Vec<f64>,
    /// The lower bounds, infinite for none.
    pub(super) lower: Vec<f64>,
    /// The upper bounds, infinite for none.
    pub(super) upper: Vec<f64>,
    /// The most evaluations by the peer's own count.
    pub(super) limit: u64,
    evaluations: &'d mut Evaluations<'r>,
    /// Index and unit of each coordinate above.
    moving: Vec<(usize, f64)>,
    /// The value at the start, until the peer asks for it.
    start_value: Option<f64>,
    /// Evaluations at the last iteration recorded.
    recorded: u64,
    end: Option<End>,
}

/// What has ended the evaluations.
enum End {
    Stopped(Stop),
    /// An observer panicked: that is its user's, not the peer's, and must not unwind through the peer,
    /// which may be written in C.
    Panicked(Box<dyn Any + Send>),
}

impl<'d, 'r> Door<'d, 'r> {
    fn from_start(evaluations: &'d mut Evaluations<'r>, initial_step: f64, limit: u64) -> Result<Self, Stop> {
        let start = evaluations.start().to_vec();
        let value = evaluations.value(&start)?;
        evaluations.iteration(&start, value, None, Method::Start)?;

        let (lower, upper) = (evaluations.bounds().lower(), evaluations.bounds().upper());
        let units = (0..start.len()).map(|i| (i, unit(start[i], lower[i], upper[i], initial_step)));
        let moving: Vec<(usize, f64)> = units.filter(|&(_, unit)| unit > 0.0).collect();
        let in_units = |x: &[f64]| moving.iter().map(|&(i, unit)| x[i] / unit).collect();
        Ok(Door {
            start: in_units(&start),
            lower: in_units(lower),
            upper: in_units(upper),
            limit,
            start_value: Some(value),
            recorded: evaluations.count(),
            evaluations,
            moving,
            end: None,
        })
    }

    /// The value at a point, within ± [`BARRIER`]; none once the run is stopped.
    pub(super) fn value(&mut self, units: &[f64]) -> Option<f64> {
        if self.end.is_some() {
            return None;
        }
        match catch_unwind(AssertUnwindSafe(|| self.evaluate(units))) {
            Ok(Ok(value)) => return Some(value.clamp(-BARRIER, BARRIER)),
            Ok(Err(stop)) => self.end = Some(End::Stopped(stop)),
            Err(panic) => self.end = Some(End::Panicked(panic)),
        }
        None
    }

    fn evaluate(&mut self, units: &[f64]) -> Result<f64, Stop> {
        let mut x = self.evaluations.start().to_vec();
        for (&(i, unit), value) in self.moving.iter().zip(units) {
            x[i] = value * unit;
        }
        let x = Within::Project.point(&x, self.evaluations.bounds(), self.evaluations.start());
        if x == self.evaluations.start()
            && let Some(value) = self.start_value.take()
        {
            return Ok(value);
        }
        let value = self.evaluations.value(&x)?;
        if self.evaluations.count() > self.recorded + x.len() as u64 {
            self.iteration()?;
        }
        Ok(value)
    }

    /// Records an iteration, unless nothing was evaluated since the last one: its incumbent is the best point
    /// so far.
    fn iteration(&mut self) -> Result<(), Stop> {
        if self.evaluations.count() == self.recorded {
            return Ok(());
        }
        self.recorded = self.evaluations.count();
        let (x, value) = self.evaluations.best();
        let x = x.to_vec();
        self.evaluations.iteration(&x, value, None, Method::Step)
    }
}

/// The unit of a coordinate: the largest power of two that is neither above `max(1, |start|)` nor leaves less
/// than four initial steps between the bounds. A power of two changes no digit of the coordinate. It is 0 for a
/// coordinate without room to move.
fn unit(start: f64, lower: f64, upper: f64, initial_step: f64) -> f64 {
    let room = (upper / 4.0 - lower / 4.0) / initial_step;
    let exponent_bits = f64::INFINITY.to_bits();
    f64::from_bits(start.abs().max(1.0).min(room).to_bits() & exponent_bits)
}
