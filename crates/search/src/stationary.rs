//! When a gradient method has converged, in any units of the coordinates and of the value.

use crate::promise::{Axes, Promise, keeps, look};
use crate::unit::{common, nearest_power_of_two, units};
use crate::{Bounds, Evaluations, Stop};

/// The part of the rise beside a point by which the two sides of an axis may differ where it is a minimum along the axis:
/// it is then known to a thousandth of the step.
const LEVEL: f64 = 1e-3;

/// Measures gradients: in units of the coordinates, and of the steepest slope where the method begins.
pub(crate) struct Stationary {
    units: Vec<f64>,
    tolerance: f64,
    /// That steepest slope, a power of two; none before the first gradient.
    steepest: Option<f64>,
}

/// How far the first-order conditions are from holding at a point.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Slope {
    /// The longest step along a coordinate that the gradient wants and the bounds allow, `max_i |P(y - g)_i - y_i|`, with
    /// the point y and its gradient g in units, and the projection P onto the bounds. (Conn, Gould & Toint 2000, "Trust-region methods", section 12.1.)
    /// It is infinite where the gradient is not known.
    pub(crate) length: f64,
    /// The coordinate of that step.
    axis: usize,
}

impl Slope {
    pub(crate) const UNKNOWN: Slope = Slope { length: f64::INFINITY, axis: 0 };
}

impl Stationary {
    /// Converged where slopes are at most this part of those where the method begins.
    pub(crate) fn to(tolerance: f64, start: &[f64], evaluations: &Evaluations<'_>) -> Self {
        Stationary { units: units(start, evaluations.bounds()), tolerance, steepest: None }
    }

    /// Measures the gradient at a point, of which `known` says whether all of it is.
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
            return Slope::UNKNOWN;
        }
        let steepest = self.steepest.unwrap_or(1.0);
        let step = |i: usize| {
            let unit = self.units[i];
            let to = (x[i] - slopes[i] / steepest * unit).clamp(bounds.lower()[i], bounds.upper()[i]);
            ((to - x[i]) / unit).abs()
        };
        let longest = |longest: Slope, i: usize| {
            let length = step(i);
            if length > longest.length { Slope { length, axis: i } } else { longest }
        };
        (0..x.len()).fold(Slope { length: 0.0, axis: 0 }, longest)
    }

    /// Whether a slope is small enough.
    pub(crate) fn reached(&self, slope: Slope) -> bool {
        slope.length <= self.tolerance
    }

    /// Whether the best point, where the slope is small enough, [keeps](keeps) the promise along the steepest axis, which
    /// costs two evaluations; along all of them where there is no slope at all from the beginning.
    pub(crate) fn keeps(&self, evaluations: &mut Evaluations<'_>, slope: Slope) -> Result<bool, Stop> {
        let axes = if self.steepest.is_none() { Axes::All } else { Axes::One(slope.axis) };
        keeps(evaluations, Promise::after_steps_of(0.0), axes)
    }

    /// What a method ends with that can lower the value no more at the best point, for a reason of its own: that it has
    /// converged all the same, where the point is a minimum along its steepest axis. A method that begins at a minimum
    /// has nothing but rounding to measure its slopes by.
    pub(crate) fn at_rest(
        &self,
        evaluations: &mut Evaluations<'_>,
        slope: Slope,
        reason: &str,
    ) -> Result<(), Stop> {
        if slope == Slope::UNKNOWN {
            return Err(Stop::gave_up(reason));
        }
        let beside = look(evaluations, Promise::after_steps_of(0.0), Axes::One(slope.axis))?;
        let level = beside.rise.is_finite() && beside.tilt <= LEVEL * beside.rise;
        if level && !beside.gains { Ok(()) } else { Err(Stop::gave_up(reason)) }
    }
}

/// In what a method measures that steps along whole gradients: one unit of length for all coordinates, the largest, since it
/// knows no axes, and the steepest slope where it begins.
pub(crate) struct OneUnit {
    length: f64,
    steepest: Option<f64>,
}

impl OneUnit {
    pub(crate) fn at(start: &[f64], bounds: &Bounds) -> Self {
        OneUnit { length: common(&units(start, bounds))[0], steepest: None }
    }

    /// Turns a gradient by coordinates into one by units, which is at most about 1 where the method begins.
    pub(crate) fn measure(&mut self, gradient: &mut [f64]) {
        let steepest = gradient.iter().fold(0.0, |most: f64, slope| most.max(slope.abs()));
        if steepest > 0.0 {
            self.steepest.get_or_insert_with(|| nearest_power_of_two(steepest));
        }
        let steepest = self.steepest.unwrap_or(1.0);
        gradient.iter_mut().for_each(|slope| *slope = (*slope / steepest).clamp(-f64::MAX, f64::MAX));
    }

    /// The coordinate that lies so many units from `x`.
    pub(crate) fn moved(&self, x: f64, units: f64) -> f64 {
        (x + units * self.length).clamp(-f64::MAX, f64::MAX)
    }

    /// How many units there are from one coordinate to another.
    pub(crate) fn between(&self, from: f64, to: f64) -> f64 {
        (to - from) / self.length
    }

    /// A change of the value, as the measured gradients promise it, in values.
    pub(crate) fn in_values(&self, change: f64) -> f64 {
        change * self.steepest.unwrap_or(1.0) * self.length
    }
}
