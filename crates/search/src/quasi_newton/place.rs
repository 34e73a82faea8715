//! The incumbent, in units of the coordinates and of the value.

use serde::{Deserialize, Serialize};

use crate::Bounds;
use crate::problem::unit::{power_of_two_below, value_unit};

/// A coordinate keeps a unit of its own if the longest one is longer by more than this factor. Starts near 0 by chance
/// are no sign of another unit.
const OTHER_UNIT: f64 = 1024.0;

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Place {
    pub(super) x: Vec<f64>,
    /// Infinite while every evaluation has failed.
    pub(super) value: f64,
    /// The unit of each coordinate, a power of two.
    pub(super) units: Vec<f64>,
    /// The unit of rises, a power of two.
    value_unit: f64,
}

impl Place {
    /// Creates a place at `x`; `scale` is the scale of each coordinate.
    pub(super) fn at(x: Vec<f64>, value: f64, scale: &[f64], bounds: &Bounds) -> Self {
        Place { units: common_units(scale, bounds), value_unit: value_unit(value), x, value }
    }

    /// Moves to an evaluated point if it is better. Returns whether it is.
    pub(super) fn see(&mut self, x: &[f64], value: f64) -> bool {
        let better = value < self.value;
        if better {
            self.x.copy_from_slice(x);
            self.value = value;
        }
        better
    }

    /// Returns the position of coordinate `i` after a step in its unit, projected onto its bounds; where it is if that
    /// overflows.
    pub(super) fn along(&self, i: usize, step: f64, bounds: &Bounds) -> f64 {
        let to = (self.x[i] + step * self.units[i]).clamp(bounds.lower()[i], bounds.upper()[i]);
        if to.is_finite() { to } else { self.x[i] }
    }

    /// Returns the point at a multiple of a step, projected onto the bounds.
    pub(super) fn point(&self, step: &[f64], multiple: f64, bounds: &Bounds) -> Vec<f64> {
        step.iter().enumerate().map(|(i, step)| self.along(i, multiple * step, bounds)).collect()
    }

    /// Returns the step from a point to the place.
    pub(super) fn step_from(&self, x: &[f64]) -> Vec<f64> {
        self.x.iter().zip(x).zip(&self.units).map(|((to, from), unit)| (to - from) / unit).collect()
    }

    /// Returns the magnitude of coordinate `i`, at least 1.
    pub(super) fn size(&self, i: usize) -> f64 {
        (self.x[i].abs() / self.units[i]).max(1.0)
    }

    /// Returns the rise between two values in units of the value; divided first, so that no difference overflows.
    pub(super) fn rise(&self, from: f64, to: f64) -> f64 {
        to / self.value_unit - from / self.value_unit
    }

    /// Returns the magnitude of the value in its unit.
    pub(super) fn level(&self) -> f64 {
        (self.value / self.value_unit).abs()
    }

    /// Takes another unit of rises, the power of two below `rise`. Returns the factor of all rises.
    pub(super) fn rescale_values(&mut self, rise: f64) -> f64 {
        let unit = power_of_two_below(rise);
        self.value_unit = (self.value_unit * unit).clamp(f64::MIN_POSITIVE, f64::MAX);
        unit.recip()
    }
}

/// Returns the longest scale for each coordinate, but its own if that is shorter by a factor of more than 1024, and none
/// beyond the width of its box.
fn common_units(scale: &[f64], bounds: &Bounds) -> Vec<f64> {
    let differing = |i: &usize| bounds.lower()[*i] < bounds.upper()[*i];
    let longest = (0..scale.len()).filter(differing).map(|i| scale[i]).fold(0.0, f64::max);
    let of = |i: usize| {
        let unit = if longest > OTHER_UNIT * scale[i] { scale[i] } else { longest };
        unit.min(power_of_two_below(bounds.width(i)).max(scale[i]))
    };
    (0..scale.len()).map(of).collect()
}
