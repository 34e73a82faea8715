//! The coordinate space of the models.

use nalgebra::DVector;
use serde::{Deserialize, Serialize};

use crate::Bounds;
use crate::problem::unit::{nearest_power_of_two, usual};

/// The most by which a unit is lengthened beyond the usual one. The even half of Moré & Wild's problems chose it.
const MOST: f64 = 2.0;

/// The coordinates whose bounds differ, in units of the scale.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Space {
    free: Vec<usize>,
    /// Scale of each free coordinate.
    scale: Vec<f64>,
}

impl Space {
    /// Creates the space of the coordinates whose bounds differ.
    pub(super) fn of(scale: &[f64], bounds: &Bounds) -> Self {
        let free: Vec<usize> = (0..scale.len()).filter(|&i| bounds.lower()[i] < bounds.upper()[i]).collect();
        let scale = free.iter().map(|&i| scale[i]).collect();
        Space { free, scale }
    }

    /// Lengthens the units by these factors, rounded to powers of two and limited by the usual unit
    /// ([`within_the_usual`]). Returns the factors used, or `None` if all are 1.
    pub(super) fn lengthen(&mut self, factors: &[f64]) -> Option<Vec<f64>> {
        let factors = within_the_usual(factors, &self.scale, MOST);
        self.scale.iter_mut().zip(&factors).for_each(|(scale, factor)| *scale *= factor);
        factors.iter().any(|factor| *factor != 1.0).then_some(factors)
    }

    /// Writes the scales of the free coordinates into the scale of all coordinates.
    pub(super) fn write_scale(&self, scale: &mut [f64]) {
        self.write(&self.scale, scale);
    }

    /// Writes numbers of the free coordinates among those of all coordinates.
    pub(super) fn write(&self, of_free: &[f64], of_all: &mut [f64]) {
        self.free.iter().zip(of_free).for_each(|(&i, &number)| of_all[i] = number);
    }

    /// Returns the number of coordinates.
    pub(super) fn dimension(&self) -> usize {
        self.free.len()
    }

    /// Returns the point in these coordinates.
    pub(super) fn units(&self, x: &[f64]) -> Vec<f64> {
        self.free.iter().zip(&self.scale).map(|(&i, scale)| x[i] / scale).collect()
    }

    /// Returns the point at a displacement from `x`, projected onto the bounds. A coordinate that would overflow
    /// stays.
    pub(super) fn point(&self, x: &[f64], displacement: &DVector<f64>, bounds: &Bounds) -> Vec<f64> {
        let mut point = x.to_vec();
        for (k, (&i, scale)) in self.free.iter().zip(&self.scale).enumerate() {
            let to = point[i] + displacement[k] * scale;
            point[i] = if to.is_finite() { to } else { point[i] };
        }
        bounds.project(&mut point);
        point
    }

    /// Returns the displacement from one point to another.
    pub(super) fn between(&self, from: &[f64], to: &[f64]) -> DVector<f64> {
        let along = |(&i, scale): (&usize, &f64)| (to[i] - from[i]) / scale;
        DVector::from_iterator(self.dimension(), self.free.iter().zip(&self.scale).map(along))
    }

    /// Returns the displacements from `x` to the lower and upper bounds.
    pub(super) fn room(&self, x: &[f64], bounds: &Bounds) -> (DVector<f64>, DVector<f64>) {
        (self.between(x, bounds.lower()), self.between(x, bounds.upper()))
    }
}

/// Returns the factors of these units, rounded to powers of two and limited by the longest unit.
pub(super) fn within_the_longest(factors: &[f64], units: &[f64]) -> Vec<f64> {
    let longest = units.iter().copied().fold(0.0, f64::max);
    let of = |(&unit, &factor): (&f64, &f64)| nearest_power_of_two(factor.min(longest / unit));
    units.iter().zip(factors).map(of).collect()
}

/// Returns the factors of these units, rounded to powers of two and limited by the usual unit, or by `most` and the
/// longest unit if that is more. A unit far below the usual one comes from a start that is near 0 by chance. Where no unit is
/// usual, coordinates are in mixed units, and being short means nothing.
pub(super) fn within_the_usual(factors: &[f64], units: &[f64], most: f64) -> Vec<f64> {
    let (longest, usual) = (units.iter().copied().fold(0.0, f64::max), usual(units));
    let limit = |unit: f64| f64::max(usual / unit, most.min(longest / unit));
    units.iter().zip(factors).map(|(&unit, factor)| nearest_power_of_two(factor.min(limit(unit)))).collect()
}

#[cfg(test)]
mod tests;
