//! A check of convergence: no small step along an axis may lower the value.
//!
//! A solver's own test cannot ensure this. It compares a few values, or a step with a tolerance, and is also met if
//! the steps were too small or all along a slope. A solver that reports convergence is therefore checked once: the
//! points on both sides of its best point along each axis, a positive spanning set of directions, are evaluated. This
//! costs at most 2 n evaluations for n coordinates, within the budget.

use std::ops::ControlFlow;

use crate::problem::unit::{units, value_unit};
use crate::{Evaluations, Lookahead, Status, Stop};

/// The least step of the check, in units: over a shorter step the values of a smooth objective would differ by only a
/// few rounding errors. Near its minimum, f rises by 5e-11 times its second derivative over this step.
pub(crate) const STEP: f64 = 1e-5;

/// The step of the check, as a multiple of the solver's last step.
const BEYOND: f64 = 10.0;

/// Factor of the step if the values on both sides are equal.
const FARTHER: f64 = 1024.0;

/// The objective is flat if values are equal over a step as long as this, in units of the coordinate or its size.
const FLAT: f64 = 1.0;

/// Relative tolerance on the difference of the rises on both sides of a minimum along an axis.
const LEVEL: f64 = 1e-2;

/// The largest relative decrease due to rounding.
const ROUNDING: f64 = 8.0 * f64::EPSILON;

/// The convergence criterion checked at a solver's final point.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Promise {
    /// The step, in units, over which no point along an axis may be better.
    pub(crate) step: f64,
    /// The decrease in value that counts as better, in addition to rounding.
    pub(crate) gain: f64,
}

impl Promise {
    /// Creates the criterion for a solver whose last steps had this length, in units.
    pub(crate) fn after_steps_of(length: f64) -> Self {
        Promise { step: STEP.max(BEYOND * length), gain: 0.0 }
    }
}

/// The result of the check.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Beside {
    /// Whether a point is better by more than the gain.
    pub(crate) gains: bool,
    /// Whether the point is a minimum along each axis that was checked, to a four-hundredth of the step: both sides
    /// are higher, by the same amount within a hundredth.
    pub(crate) level: bool,
}

/// Whether the best point meets the criterion: no point one step away along an axis, in either direction, has a value
/// that is lower by more than the gain. Points lie within the bounds and the linear constraints and on the grid, at
/// least one grid step away; a bound closer than the solver's last step is left out. The unit of a coordinate is that
/// of the [start](crate::problem::unit::unit) or its current size, up to the width of the box, if that is larger.
///
/// If the values on both sides of an axis are equal within rounding, points further away are checked as well. A
/// failed evaluation is not lower. The check ends at the first lower point, which is then the best one.
///
/// # Errors [`Stop`] as for [`Evaluations::value`]: if the budget ends here, the run ends with its status, not as
/// converged.
pub(crate) fn keeps(evaluations: &mut Evaluations<'_>, promise: Promise) -> Result<bool, Stop> {
    let all = (0..evaluations.dimension()).collect();
    look(evaluations, promise, all).map(|beside| !beside.gains)
}

/// Runs a search from its start, and again from its best point as long as it reports convergence but does not meet
/// the criterion ([`keeps`]), whose gain is in units of the first value here. The value at the start decreases from
/// run to run. A box of one point needs no search.
pub(crate) fn search_until_kept(
    evaluations: &mut Evaluations<'_>,
    promise: Promise,
    mut search: impl FnMut(&mut Evaluations<'_>, Vec<f64>, f64) -> Result<Status, Stop>,
) -> Result<Status, Stop> {
    let (mut from, mut value) = evaluations.begin_at_value()?;
    if evaluations.bounds().hold_one_point() {
        return Ok(Status::SolverConverged);
    }
    let promise = Promise { gain: promise.gain * value_unit(value), ..promise };
    loop {
        let status = search(evaluations, from, value)?;
        if !status.converged() || keeps(evaluations, promise)? {
            return Ok(status);
        }
        let best = evaluations.best();
        (from, value) = (best.0.to_vec(), best.1);
    }
}

/// Evaluates the points on both sides of the best one along these axes, and further away along axes with equal
/// values.
pub(crate) fn look(
    evaluations: &mut Evaluations<'_>,
    promise: Promise,
    mut axes: Vec<usize>,
) -> Result<Beside, Stop> {
    let at = At::best_of(evaluations, promise);
    let (mut step, mut level) = (promise.step, true);
    while !axes.is_empty() {
        let sides = at.look(evaluations, step, &axes)?;
        if sides.contains(&Sides::Lower) {
            return Ok(Beside { gains: true, level: false });
        }
        level &= !sides.contains(&Sides::Tilted);
        let flat =
            |(axis, side): (usize, Sides)| (side == Sides::Flat && !at.is_far(axis, step)).then_some(axis);
        axes = axes.into_iter().zip(sides).filter_map(flat).collect();
        step *= FARTHER;
    }
    Ok(Beside { gains: false, level })
}

/// The result of the two points of an axis.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sides {
    /// A value is lower by more than the gain.
    Lower,
    /// Both values are equal within rounding and the gain, or there are no such points.
    Flat,
    /// Both values are higher, by the same amount within a hundredth.
    Level,
    /// Anything else. A failed evaluation is higher than any value.
    Tilted,
}

/// The best point at the beginning of the check.
struct At {
    x: Vec<f64>,
    value: f64,
    units: Vec<f64>,
    promise: Promise,
}

impl At {
    fn best_of(evaluations: &Evaluations<'_>, promise: Promise) -> Self {
        let ((x, value), bounds) = (evaluations.best(), evaluations.bounds());
        let units = units(evaluations.start(), bounds);
        let size = |i: usize| x[i].abs().min(bounds.upper()[i] - bounds.lower()[i]);
        let units = units.iter().enumerate().map(|(i, unit)| unit.max(size(i))).collect();
        At { x: x.to_vec(), value, units, promise }
    }

    /// Whether steps along an axis are too long for a further check.
    fn is_far(&self, axis: usize, step: f64) -> bool {
        step * self.units[axis] >= self.x[axis].abs().max(FLAT)
    }

    /// Returns the two positions on an axis, upwards and downwards, or `x` itself if there is none or if a bound is
    /// closer than the solver's last step.
    fn places(&self, i: usize, step: f64, evaluations: &Evaluations<'_>) -> [f64; 2] {
        let (x, bounds, grid) = (self.x[i], evaluations.bounds(), evaluations.grid());
        let (step, near) = (step * self.units[i], self.promise.step / BEYOND * self.units[i]);
        let step = grid.map_or(step, |grid| step.max(grid.granularity()[i]));
        [step, -step].map(|step| {
            let place = (x + step).clamp(bounds.lower()[i], bounds.upper()[i]).clamp(-f64::MAX, f64::MAX);
            let place = if (place - x).abs() < near { x } else { place };
            grid.map_or(place, |grid| grid.nearest(i, place))
        })
    }

    /// Evaluates both positions on each axis, until a value is lower by more than the gain.
    fn look(&self, evaluations: &mut Evaluations<'_>, step: f64, axes: &[usize]) -> Result<Vec<Sides>, Stop> {
        let places: Vec<[f64; 2]> = axes.iter().map(|&i| self.places(i, step, evaluations)).collect();
        let linear = evaluations.linear();
        let point = |turn: usize, trial: &mut [f64]| {
            let (i, to) = (axes[turn / 2], places[turn / 2][turn % 2]);
            trial.copy_from_slice(&self.x);
            trial[i] = to;
            to != self.x[i] && linear.is_none_or(|linear| linear.hold(trial))
        };
        let mut values = vec![[None; 2]; places.len()];
        evaluations.in_order(2 * places.len(), Lookahead::UntilBreak, point, |turn, value| {
            values[turn / 2][turn % 2] = Some(value);
            if self.gains(value) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        })?;
        Ok(values.into_iter().map(|values| self.sides(values)).collect())
    }

    fn gains(&self, value: f64) -> bool {
        // An infinite value has no rounding error.
        value < self.value && (self.value.is_infinite() || self.value - value > self.nothing())
    }

    /// Returns the largest difference that is neglected.
    fn nothing(&self) -> f64 {
        self.promise.gain.max(ROUNDING * self.value.abs())
    }

    fn sides(&self, values: [Option<f64>; 2]) -> Sides {
        let equal = |value: f64| (value - self.value).abs() <= self.nothing();
        match values {
            _ if values.into_iter().flatten().any(|value| self.gains(value)) => Sides::Lower,
            _ if values.into_iter().flatten().all(equal) => Sides::Flat,
            [Some(above), Some(below)]
                if (above - below).abs() <= LEVEL * (above.max(below) - self.value) + self.nothing() =>
            {
                Sides::Level
            }
            _ => Sides::Tilted,
        }
    }
}
