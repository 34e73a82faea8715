//! "Converged" is a promise: no step along an axis, small beside the coordinate's unit, lowers the value.
//!
//! A solver's own test of convergence cannot know that. It compares a few values, or a step with a tolerance, and is met
//! as well where the steps have been too small, or all of them went along a slope. So whoever says that it has converged
//! is asked once: the points beside its best one, along each axis and in both directions, which span all of space
//! positively, are evaluated through the door. That costs at most 2 n evaluations for n coordinates, within the budget.

use std::ops::ControlFlow;

use crate::unit::{units, value_unit};
use crate::{Evaluations, Lookahead, Status, Stop};

/// The step of a promise, at least, in units: with a shorter one the values of a smooth objective would differ by no
/// more than some roundings. Near its minimum, f rises by 5e-11 times its second derivative along such a step.
const STEP: f64 = 1e-5;

/// How many of its last steps away a solver must keep its promise.
const BEYOND: f64 = 10.0;

/// How much farther the next look goes where all values are equal to the bit.
const FARTHER: f64 = 1024.0;

/// Where all values are equal over steps as long as this, or as the point itself, the objective is flat.
const FLAT: f64 = 1.0;

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

/// Along which axes a promise is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Axes {
    All,
    /// This one: for who knows that it is the steepest.
    One(usize),
}

/// What the points beside another one say of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Beside {
    /// Whether one of them is better by more than the gain.
    pub(crate) gains: bool,
    /// The most by which one is worse, and by how much more on one side of its axis than on the other; both infinite where
    /// one side of the axis has no point or no value.
    pub(crate) rise: f64,
    pub(crate) tilt: f64,
}

/// Whether the best point keeps a promise: no point at the distance of its step along an axis, upwards or downwards,
/// inside the bounds, on the grid (and at least one step of it away) and where the linear constraints hold, has a value that is
/// lower by more than the gain. A coordinate's unit is that of the [start](crate::unit::unit), or the size of its value where that is larger.
///
/// Equal values say nothing: where all of them are equal to the bit, points farther away are looked at as well. A failed
/// evaluation is not lower. The look ends at the first point that is, which is then the best one.
///
/// # Errors
/// [`Stop`] as for [`Evaluations::value`]: a budget that ends here ends the run with its status, not as converged.
pub(crate) fn keeps(evaluations: &mut Evaluations<'_>, promise: Promise, axes: Axes) -> Result<bool, Stop> {
    look(evaluations, promise, axes).map(|beside| !beside.gains)
}

/// Runs a search from where it may begin, and from its best point again as long as it says that it has converged there
/// and does not [keep](keeps) the promise, whose gain is in units of the first value here. Each of its beginnings is lower than
/// the last.
pub(crate) fn search_until_kept(
    evaluations: &mut Evaluations<'_>,
    promise: Promise,
    mut search: impl FnMut(&mut Evaluations<'_>, Vec<f64>, f64) -> Result<Status, Stop>,
) -> Result<Status, Stop> {
    let (mut from, mut value) = evaluations.begin_at_value()?;
    let promise = Promise { gain: promise.gain * value_unit(value), ..promise };
    loop {
        let status = search(evaluations, from, value)?;
        if !status.converged() || keeps(evaluations, promise, Axes::All)? {
            return Ok(status);
        }
        let best = evaluations.best();
        (from, value) = (best.0.to_vec(), best.1);
    }
}

/// Evaluates the points beside the best one, or some farther away where all are equal.
pub(crate) fn look(evaluations: &mut Evaluations<'_>, promise: Promise, axes: Axes) -> Result<Beside, Stop> {
    let at = At::best_of(evaluations);
    let mut promise = promise;
    loop {
        let beside = at.look(evaluations, promise, axes)?;
        if !beside.is_flat() || at.is_everywhere(promise.step) {
            return Ok(beside);
        }
        promise.step *= FARTHER;
    }
}

impl Beside {
    /// Of points that say nothing yet.
    const NOTHING: Beside = Beside { gains: false, rise: 0.0, tilt: 0.0 };

    fn is_flat(&self) -> bool {
        *self == Beside::NOTHING
    }

    /// Adds what the two points of an axis say: by how much each is higher, if it could be evaluated.
    fn and(self, axis: [Option<f64>; 2]) -> Self {
        let (rise, tilt) = match axis {
            [None, None] => (0.0, 0.0),
            [Some(above), Some(below)] => (above.max(below), (above - below).abs()),
            _ => (f64::INFINITY, f64::INFINITY),
        };
        Beside { rise: self.rise.max(rise), tilt: self.tilt.max(tilt), ..self }
    }
}

/// The best point, when the look begins.
struct At {
    x: Vec<f64>,
    value: f64,
    units: Vec<f64>,
}

impl At {
    fn best_of(evaluations: &Evaluations<'_>) -> Self {
        let (x, value) = evaluations.best();
        let units = units(evaluations.start(), evaluations.bounds());
        let units = units.iter().zip(x).map(|(unit, x)| unit.max(x.abs())).collect();
        At { x: x.to_vec(), value, units }
    }

    /// Whether steps have become so long that there is nothing beyond.
    fn is_everywhere(&self, step: f64) -> bool {
        self.x.iter().zip(&self.units).all(|(x, unit)| step * unit >= x.abs().max(FLAT))
    }

    /// The two places on an axis, upwards and downwards; `x` itself where there is none.
    fn places(&self, i: usize, step: f64, evaluations: &Evaluations<'_>) -> [f64; 2] {
        let (x, bounds, grid) = (self.x[i], evaluations.bounds(), evaluations.grid());
        let step = step * self.units[i];
        let step = grid.map_or(step, |grid| step.max(grid.granularity()[i]));
        [step, -step].map(|step| {
            let place = (x + step).clamp(bounds.lower()[i], bounds.upper()[i]).clamp(-f64::MAX, f64::MAX);
            grid.map_or(place, |grid| grid.nearest(i, place))
        })
    }

    fn look(&self, evaluations: &mut Evaluations<'_>, promise: Promise, axes: Axes) -> Result<Beside, Stop> {
        let axes = match axes {
            Axes::All => 0..self.x.len(),
            Axes::One(axis) => axis..axis + 1,
        };
        let places: Vec<[f64; 2]> = axes.clone().map(|i| self.places(i, promise.step, evaluations)).collect();
        let linear = evaluations.linear();
        let point = |turn: usize, trial: &mut [f64]| {
            let (i, to) = (axes.start + turn / 2, places[turn / 2][turn % 2]);
            trial.copy_from_slice(&self.x);
            trial[i] = to;
            to != self.x[i] && linear.is_none_or(|linear| linear.hold(trial))
        };
        let enough = if self.value.is_finite() {
            self.value - promise.gain.max(ROUNDING * self.value.abs())
        } else {
            f64::INFINITY
        };
        let mut gains = false;
        let mut rises = vec![[None; 2]; places.len()];
        evaluations.in_order(2 * places.len(), Lookahead::UntilBreak, point, |turn, value| {
            rises[turn / 2][turn % 2] = Some(value - self.value);
            gains = value < enough;
            if gains { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        })?;
        Ok(rises.into_iter().fold(Beside { gains, ..Beside::NOTHING }, Beside::and))
    }
}
