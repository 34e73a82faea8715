//! The incumbent, in units of the coordinates and of the value.

use serde::{Deserialize, Serialize};

use crate::Bounds;
use crate::problem::unit::{OTHER_UNIT, common_units, power_of_two_below, value_unit};

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

    /// Returns a place at another point in the same units, with the value of this one.
    pub(super) fn at_point(&self, x: Vec<f64>) -> Self {
        Place { x, ..self.clone() }
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

    /// Returns the step from the place to a point.
    pub(super) fn step_to(&self, x: &[f64]) -> Vec<f64> {
        self.x.iter().zip(x).zip(&self.units).map(|((from, to), unit)| (to - from) / unit).collect()
    }

    /// Returns the coordinates with a unit of their own, shorter than the longest by far.
    pub(super) fn short_units(&self, bounds: &Bounds) -> Vec<usize> {
        let longest = self.units.iter().copied().fold(0.0, f64::max);
        let is_short = |i: &usize| {
            longest > OTHER_UNIT * self.units[*i] && bounds.width(*i) > OTHER_UNIT * self.units[*i]
        };
        (0..self.x.len()).filter(is_short).collect()
    }

    /// Gives a coordinate the longest unit, at most the width of its box.
    pub(super) fn lengthen_unit(&mut self, i: usize, bounds: &Bounds) {
        let longest = self.units.iter().copied().fold(0.0, f64::max);
        self.units[i] = longest.min(power_of_two_below(bounds.width(i)));
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

#[cfg(test)]
mod tests {
    use super::Place;
    use crate::Bounds;

    #[test]
    fn short_units_are_found_and_lengthened_to_the_longest_or_the_box() {
        let bounds = Bounds::new([0.0, 0.0, 0.0], [9.0, 9.0, 1.5]).expect("lower below upper");
        let units = vec![4.0, 2f64.powi(-30), 2f64.powi(-20)];
        let mut place = Place { x: vec![1.0; 3], value: 1.0, units, value_unit: 1.0 };
        assert_eq!(place.short_units(&bounds), [1, 2]);
        place.lengthen_unit(1, &bounds);
        place.lengthen_unit(2, &bounds);
        assert_eq!(place.units, [4.0, 4.0, 1.0]);
    }

    #[test]
    fn a_step_is_in_units_and_ends_at_the_bounds() {
        let bounds = Bounds::new([0.0, f64::NEG_INFINITY], [3.0, f64::INFINITY]).expect("lower below upper");
        let place = Place { x: vec![1.0, 8.0], value: 1.0, units: vec![2.0, 4.0], value_unit: 1.0 };
        assert_eq!(place.point(&[0.25, -1.0], 2.0, &bounds), [2.0, 0.0]);
        assert_eq!(place.point(&[5.0, f64::MAX], 1.0, &bounds), [3.0, 8.0]);
        assert_eq!(place.step_from(&[3.0, 0.0]), [-1.0, 2.0]);
        assert_eq!((place.size(0), place.size(1)), (1.0, 2.0));
    }

    #[test]
    fn rises_do_not_overflow_and_their_unit_may_change() {
        let mut place = Place::at(vec![0.0], -1.5e308, &[1.0], &Bounds::free(1));
        let rise = place.rise(-1.5e308, 1.5e308);
        assert!(rise.is_finite() && place.rise(1.0, f64::INFINITY) == f64::INFINITY);
        let factor = place.rescale_values(2f64.powi(-300));
        assert_eq!((factor, place.rise(-1.5e308, 1.5e308)), (2f64.powi(300), rise * 2f64.powi(300)));
    }
}
