//! Convergence test of gradient methods, invariant to the units of the coordinates and of the value.

use crate::problem::unit::{nearest_power_of_two, units};
use crate::wrapped::promise::{Promise, STEP, look};
use crate::{Evaluations, Stop};

/// Measures gradients in units of the coordinates and of the steepest slope at the start.
pub(crate) struct Stationary {
    units: Vec<f64>,
    tolerance: f64,
    /// The steepest slope at the start, rounded to a power of two; `None` before the first gradient.
    steepest: Option<f64>,
}

/// The first-order optimality measure at a point.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Slope {
    /// The longest component of the projected gradient step, `max_i |P(y - g)_i - y_i|`, with the point y and its
    /// gradient g in units, and the projection P onto the bounds. (Conn, Gould & Toint 2000, "Trust-region methods",
    /// section 12.1.) Infinite if the gradient is not known.
    pub(crate) length: f64,
    /// The coordinate of that component, and those with zero slope, where the finite difference may be too short for
    /// the objective.
    axes: Vec<usize>,
}

impl Slope {
    fn unknown() -> Self {
        Slope { length: f64::INFINITY, axes: Vec::new() }
    }
}

impl Stationary {
    /// Creates the test that slopes are at most this fraction of those at the start.
    pub(crate) fn to(tolerance: f64, start: &[f64], evaluations: &Evaluations<'_>) -> Self {
        Stationary { units: units(start, evaluations.bounds()), tolerance, steepest: None }
    }

    /// Measures the gradient at a point; `known` says whether all of it is known.
    pub(crate) fn slope(
        &mut self,
        evaluations: &Evaluations<'_>,
        x: &[f64],
        gradient: &[f64],
        known: bool,
    ) -> Slope {
        let bounds = evaluations.bounds();
        let slopes = (0..x.len()).map(|i| (gradient[i] * self.units[i]).clamp(-f64::MAX, f64::MAX));
        let slopes: Vec<f64> = slopes.collect();
        let wanted = |i: usize| {
            let outwards = if slopes[i] > 0.0 { bounds.lower()[i] } else { bounds.upper()[i] };
            if x[i] == outwards { 0.0 } else { slopes[i].abs() }
        };
        let steepest = (0..x.len()).map(wanted).fold(0.0, f64::max);
        if steepest > 0.0 {
            self.steepest.get_or_insert_with(|| nearest_power_of_two(steepest));
        }
        if !known {
            return Slope::unknown();
        }
        let steepest = self.steepest.unwrap_or(1.0);
        let step = |i: usize| {
            let unit = self.units[i];
            let to = (x[i] - slopes[i] / steepest * unit).clamp(bounds.lower()[i], bounds.upper()[i]);
            ((to - x[i]) / unit).abs()
        };
        let longest = (0..x.len()).map(|i| (i, step(i))).max_by(|a, b| a.1.total_cmp(&b.1));
        let (axis, length) = longest.unwrap_or((0, 0.0));
        let flat = |&i: &usize| slopes[i] == 0.0 && i != axis;
        Slope { length, axes: std::iter::once(axis).chain((0..x.len()).filter(flat)).collect() }
    }

    /// Whether the slope is small enough.
    pub(crate) fn reached(&self, slope: &Slope) -> bool {
        slope.length <= self.tolerance
    }

    /// Whether the best point, where the slope is small enough, meets the [criterion](crate::promise) along the
    /// steepest axis and those without a slope.
    pub(crate) fn keeps(&self, evaluations: &mut Evaluations<'_>, slope: &Slope) -> Result<bool, Stop> {
        look(evaluations, PROMISE, slope.axes.clone()).map(|beside| !beside.gains)
    }

    /// Decides how a method ends that can no longer lower the value: it has converged if the best point is a minimum
    /// along its steepest axis, and otherwise gives up for this reason. A method that starts at a minimum measures
    /// its slopes by rounding errors only.
    pub(crate) fn at_rest(
        &self,
        evaluations: &mut Evaluations<'_>,
        slope: &Slope,
        reason: &str,
    ) -> Result<(), Stop> {
        if slope.length.is_finite() && look(evaluations, PROMISE, slope.axes.clone())?.level {
            return Ok(());
        }
        Err(Stop::gave_up(reason))
    }
}

/// The criterion with the shortest step.
const PROMISE: Promise = Promise { step: STEP, gain: 0.0 };

/// Units for steps along gradients: a length for each coordinate, and the steepest slope at the start.
pub(crate) struct Measures {
    units: Vec<f64>,
    steepest: Option<f64>,
}

impl Measures {
    pub(crate) fn in_units(units: Vec<f64>) -> Self {
        Measures { units, steepest: None }
    }

    /// Converts a gradient to units, in which it is at most about 1 at the start.
    pub(crate) fn measure(&mut self, gradient: &mut [f64]) {
        for (slope, unit) in gradient.iter_mut().zip(&self.units) {
            *slope = (*slope * unit).clamp(-f64::MAX, f64::MAX);
        }
        let steepest = gradient.iter().fold(0.0, |most: f64, slope| most.max(slope.abs()));
        if steepest > 0.0 {
            self.steepest.get_or_insert_with(|| nearest_power_of_two(steepest));
        }
        let steepest = self.in_values(1.0);
        gradient.iter_mut().for_each(|slope| *slope = (*slope / steepest).clamp(-f64::MAX, f64::MAX));
    }

    /// Returns coordinate `i` moved by this many units from `x`.
    pub(crate) fn moved(&self, i: usize, x: f64, units: f64) -> f64 {
        (x + units * self.units[i]).clamp(-f64::MAX, f64::MAX)
    }

    /// Returns the distance in units between two values of coordinate `i`.
    pub(crate) fn between(&self, i: usize, from: f64, to: f64) -> f64 {
        (to - from) / self.units[i]
    }

    /// Converts a predicted change in units of the gradients to values.
    pub(crate) fn in_values(&self, change: f64) -> f64 {
        change * self.steepest.unwrap_or(1.0)
    }
}
