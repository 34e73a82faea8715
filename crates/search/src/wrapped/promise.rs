//! "Converged" is a promise: no step along an axis, small beside the coordinate's unit, lowers the value.
//!
//! A solver's own test of convergence cannot know that. It compares a few values, or a step with a tolerance, and is met
//! as well where the steps have been too small, or all of them went along a slope. So whoever says that it has converged
//! is asked once: the points beside its best one, along each axis and in both directions, which span all of space
//! positively, are evaluated through the door. That costs at most 2 n evaluations for n coordinates, within the budget.

use std::ops::ControlFlow;

use crate::problem::unit::{units, value_unit};
use crate::{Evaluations, Lookahead, Status, Stop};

/// The step of a promise, at least, in units: with a shorter one the values of a smooth objective would differ by no
/// more than some roundings. Near its minimum, f rises by 5e-11 times its second derivative along such a step.
pub(crate) const STEP: f64 = 1e-5;

/// How many of its last steps away a solver must keep its promise.
const BEYOND: f64 = 10.0;

/// How much farther the next look goes where both values are equal.
const FARTHER: f64 = 1024.0;

/// Where values are equal over a step as long as this, or as the coordinate itself, the objective is flat.
const FLAT: f64 = 1.0;

/// The part of the rise beside a point by which the two sides of an axis may differ where it is a minimum along it.
const LEVEL: f64 = 1e-2;

/// The decrease that rounding alone may bring, as a part of the value.
const ROUNDING: f64 = 8.0 * f64::EPSILON;

/// What a solver promises of the point where it has converged.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Promise {
    /// How far away no point along an axis is better, in units.
    pub(crate) step: f64,
    /// By how much none is better, in values. What rounding alone may bring is allowed as well.
    pub(crate) gain: f64,
}

impl Promise {
    /// That of a solver whose last steps are so long, in units: a point known to one step has no better ones beyond some.
    pub(crate) fn after_steps_of(length: f64) -> Self {
        Promise { step: STEP.max(BEYOND * length), gain: 0.0 }
    }
}

/// What the points beside another one say of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Beside {
    /// Whether one of them is better by more than the gain.
    pub(crate) gains: bool,
    /// Whether the point is a minimum along each axis that was looked at, to a four-hundredth of the step: both sides are
    /// higher, and by the same but for a hundredth.
    pub(crate) level: bool,
}

/// Whether the best point keeps a promise: no point at the distance of its step along an axis, upwards or downwards,
/// inside the bounds, on the grid (and at least one step of it away) and where the linear constraints hold, has a value that is
/// lower by more than the gain. A bound that is nearer than the solver's last step is none of these points. A coordinate's
/// unit is that of the [start](crate::problem::unit::unit), or its own size, up to that of the box, where that is larger.
///
/// Equal values say nothing: along an axis where both are equal but for rounding, points farther away are looked at as
/// well. A failed evaluation is not lower. The look ends at the first point that is, which is then the best one.
///
/// # Errors
/// [`Stop`] as for [`Evaluations::value`]: a budget that ends here ends the run with its status, not as converged.
pub(crate) fn keeps(evaluations: &mut Evaluations<'_>, promise: Promise) -> Result<bool, Stop> {
    let all = (0..evaluations.dimension()).collect();
    look(evaluations, promise, all).map(|beside| !beside.gains)
}

/// Runs a search from where it may begin, and from its best point again as long as it says that it has converged there
/// and does not [keep](keeps) the promise, whose gain is in units of the first value here. Each of its beginnings is lower than
/// the last. A box of one point is no search.
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

/// Evaluates the points beside the best one along these axes, and some farther away along those where all are equal.
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

/// What the two points of an axis say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sides {
    /// One is lower by more than the gain.
    Lower,
    /// Both are equal but for rounding and the gain, or there is no such point.
    Flat,
    /// Both are higher, by the same but for a hundredth.
    Level,
    /// Anything else. One that could not be evaluated is higher than any.
    Tilted,
}

/// The best point, when the look begins.
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

    /// Whether steps along an axis have become so long that there is nothing beyond.
    fn is_far(&self, axis: usize, step: f64) -> bool {
        step * self.units[axis] >= self.x[axis].abs().max(FLAT)
    }

    /// The two places on an axis, upwards and downwards; `x` itself where there is none, or a bound nearer than the
    /// solver's last step.
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

    /// Evaluates the two places on each axis, until one is lower by more than the gain.
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
        // An infinite value has no rounding.
        value < self.value && (self.value.is_infinite() || self.value - value > self.nothing())
    }

    /// The largest difference that counts as none.
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
