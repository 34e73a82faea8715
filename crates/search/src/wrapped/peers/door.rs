//! The evaluations in the form that peers call: a plain function of the coordinates that can move.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use super::constraints::{Last, has_constraints};
use crate::minimizer::{ALIKE, BARRIER, text_of};
use crate::options::option;
use crate::problem::unit::{power_of_two_below, unit, value_unit};
use crate::wrapped::promise::{Promise, search_until_kept};
use crate::{Error, Evaluations, Method, Status, Stop, Within, general};

/// The longest first step, in units: some peers never terminate with longer ones, whose squares dominate everything
/// else.
const LONGEST: f64 = 1e10;

/// The common options of all peers.
pub(super) struct Frame {
    pub(super) initial_step: f64,
    pub(super) step_tolerance: f64,
    /// The negligible decrease, in units of the value at the start.
    pub(super) function_tolerance: f64,
    pub(super) max_function_evaluations: Option<u64>,
    /// The most coordinates that can move, for a peer that takes too long with more.
    pub(super) max_coordinates: usize,
}

impl Frame {
    /// Checks the ranges of the options.
    pub(super) fn check(&self) -> Result<(), Error> {
        let Frame { initial_step, step_tolerance, max_function_evaluations, .. } = *self;
        let holds = initial_step > 0.0 && initial_step <= LONGEST;
        option::require(
            "initial_step",
            general(initial_step, 6),
            holds,
            "a number above 0, at most 1e10 units",
        )?;
        let holds = step_tolerance > 0.0 && step_tolerance < initial_step;
        option::require("step_tolerance", step_tolerance, holds, "a number above 0 and below initial_step")?;
        option::evaluation_limit(max_function_evaluations)
    }

    /// Runs a peer from the start, which is evaluated first, over the coordinates that can move, and again from its
    /// best point if it reports convergence but a step gains. After a panic in the peer, the run ends as one that
    /// gave up.
    pub(super) fn search(
        &self,
        evaluations: &mut Evaluations<'_>,
        peer: impl Fn(&mut Door<'_, '_>) -> Result<Status, Stop>,
    ) -> Result<Status, Stop> {
        let limit = self.max_function_evaluations.unwrap_or(2000 * evaluations.dimension() as u64);
        evaluations.limit(limit, None);
        if has_constraints(evaluations) {
            return self.search_under_constraints(evaluations, limit, &peer);
        }
        let mut promise = Promise::after_steps_of(self.step_tolerance);
        promise.gain = self.function_tolerance;
        search_until_kept(evaluations, promise, |evaluations, from, value| {
            // The peer counts its starting point.
            let left = limit.saturating_sub(evaluations.count()) + 1;
            self.search_from(Door::at(from, value, evaluations, self.initial_step, left), &peer)
        })
    }

    /// Runs a peer that takes constraints once: a step along an axis, by which convergence is checked without
    /// constraints, would leave them.
    fn search_under_constraints(
        &self,
        evaluations: &mut Evaluations<'_>,
        limit: u64,
        peer: &impl Fn(&mut Door<'_, '_>) -> Result<Status, Stop>,
    ) -> Result<Status, Stop> {
        evaluations.judge_by(|value, _| value);
        evaluations.keep_seen();
        let (from, value) = evaluations.begin_at_value()?;
        let last = Last::of(evaluations, from.clone(), value);
        let left = limit.saturating_sub(evaluations.count()) + 1;
        let door = Door::at(from, value, evaluations, self.initial_step, left);
        self.search_from(Door { last: Some(last), ..door }, peer)
    }

    fn search_from(
        &self,
        mut door: Door<'_, '_>,
        peer: impl Fn(&mut Door<'_, '_>) -> Result<Status, Stop>,
    ) -> Result<Status, Stop> {
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
        if status.converged() && (door.evaluations.best().1 / door.value_unit).abs() >= BARRIER {
            return Err(Stop::gave_up(ALIKE));
        }
        Ok(status)
    }
}

/// The problem as a peer sees it: only coordinates with room between their bounds, each in its unit, with values in
/// that of the first one.
pub(super) struct Door<'d, 'r> {
    /// The starting point of the peer; never empty.
    pub(super) start: Vec<f64>,
    /// The lower bounds, infinite if absent.
    pub(super) lower: Vec<f64>,
    /// The upper bounds, infinite if absent.
    pub(super) upper: Vec<f64>,
    /// The limit on evaluations, as the peer counts them.
    pub(super) limit: u64,
    evaluations: &'d mut Evaluations<'r>,
    /// The starting point of the peer, in all coordinates.
    from: Vec<f64>,
    /// Index and unit of each coordinate above.
    moving: Vec<(usize, f64)>,
    /// The value at the peer's starting point, until the peer requests it.
    start_value: Option<f64>,
    value_unit: f64,
    /// The values at the last point, if there are constraints.
    last: Option<Last>,
    /// The number of evaluations at the last recorded iteration.
    recorded: u64,
    end: Option<End>,
}

/// What has ended the evaluations.
enum End {
    Stopped(Stop),
    /// An observer panicked. The panic is passed on to the caller, but must not unwind through the peer, which may be
    /// written in C.
    Panicked(Box<dyn Any + Send>),
}

impl<'d, 'r> Door<'d, 'r> {
    /// Starts a peer at an evaluated point.
    fn at(
        from: Vec<f64>,
        value: f64,
        evaluations: &'d mut Evaluations<'r>,
        initial_step: f64,
        limit: u64,
    ) -> Self {
        let (lower, upper) = (evaluations.bounds().lower(), evaluations.bounds().upper());
        let units = (0..from.len()).map(|i| (i, unit_with_room(from[i], lower[i], upper[i], initial_step)));
        let moving: Vec<(usize, f64)> = units.filter(|&(_, unit)| unit > 0.0).collect();
        let in_units = |x: &[f64]| moving.iter().map(|&(i, unit)| x[i] / unit).collect();
        Door {
            start: in_units(&from),
            lower: in_units(lower),
            upper: in_units(upper),
            limit,
            start_value: Some(value),
            value_unit: value_unit(value),
            last: None,
            recorded: evaluations.count(),
            evaluations,
            from,
            moving,
            end: None,
        }
    }

    /// Returns the value at a point, within ± [`BARRIER`], or `None` once the run is stopped.
    pub(super) fn value(&mut self, units: &[f64]) -> Option<f64> {
        if self.end.is_some() {
            return None;
        }
        match catch_unwind(AssertUnwindSafe(|| self.evaluate(units))) {
            Ok(Ok(value)) => return Some((value / self.value_unit).clamp(-BARRIER, BARRIER)),
            Ok(Err(stop)) => self.end = Some(End::Stopped(stop)),
            Err(panic) => self.end = Some(End::Panicked(panic)),
        }
        None
    }

    /// Returns `true` once the run is stopped.
    #[cfg(feature = "nlopt")]
    pub(super) fn has_ended(&self) -> bool {
        self.end.is_some()
    }

    /// Returns how many inequalities and equalities there are.
    #[cfg(any(feature = "cobyla", feature = "nlopt"))]
    pub(super) fn constraint_counts(&self) -> (usize, usize) {
        self.last.as_ref().map_or((0, 0), |last| (last.inequalities.len(), last.equalities.len()))
    }

    /// Returns the inequalities, to be at most 0, and the equalities, to be 0, at a point, within ± [`BARRIER`]. Once
    /// the run is stopped they are those of the last point.
    #[cfg(any(feature = "cobyla", feature = "nlopt"))]
    pub(super) fn constraints(&mut self, units: &[f64]) -> (&[f64], &[f64]) {
        self.value(units);
        self.last.as_ref().map_or((&[], &[]), |last| (&last.inequalities, &last.equalities))
    }

    fn evaluate(&mut self, units: &[f64]) -> Result<f64, Stop> {
        let mut x = self.from.clone();
        for (&(i, unit), value) in self.moving.iter().zip(units) {
            x[i] = value * unit;
        }
        let x = Within::Project.point(&x, self.evaluations.bounds(), &self.from);
        if let Some(last) = &self.last
            && last.x == x
        {
            return Ok(last.value);
        }
        if x == self.from
            && let Some(value) = self.start_value.take()
        {
            return Ok(value);
        }
        let value = self.evaluations.value(&x)?;
        if self.last.is_some() {
            self.last = Some(Last::of(self.evaluations, x.clone(), value));
        }
        if self.evaluations.count() > self.recorded + x.len() as u64 {
            self.iteration()?;
        }
        Ok(value)
    }

    /// Records an iteration if anything was evaluated since the last one; its incumbent is the best point so far.
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

/// Returns the [unit] of a coordinate, or the largest power of two that leaves four initial steps between the bounds,
/// if that is less. Returns 0 for a coordinate without room: with about a hundred numbers or fewer between its
/// bounds.
fn unit_with_room(from: f64, lower: f64, upper: f64, initial_step: f64) -> f64 {
    let room = (upper / 4.0 - lower / 4.0) / initial_step;
    if room <= FEW * f64::EPSILON * from.abs() {
        return 0.0;
    }
    unit(from, lower, upper).min(power_of_two_below(room))
}

/// With this many numbers between two bounds, or fewer, a peer's arithmetic fails.
const FEW: f64 = 128.0;
