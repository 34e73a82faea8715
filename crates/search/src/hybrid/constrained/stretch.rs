//! Longer units for the coordinates on which residuals depend little, as the trust region of a fit wants them.

use super::descent::Descent;
use super::models::Models;
use crate::Evaluations;
use crate::hybrid::space::within_the_longest;

/// The most by which a unit is lengthened. Where coordinates are of one kind, the longest unit is the better limit; in
/// mixed units it says nothing.
const MOST: f64 = 8.0;

/// A unit that is right within less than this factor stays.
const FAR: f64 = 4.0;

impl Descent<'_> {
    /// Lengthens the frame's units where the residuals change less than along the other coordinates ([`stretched`]).
    /// Returns `true` if a unit changed.
    pub(super) fn stretch_units(&mut self, models: Option<&Models>, evaluations: &Evaluations<'_>) -> bool {
        let Some(slopes) = models.and_then(|models| models.slopes.as_ref()) else { return false };
        if !self.options.scale_mesh || self.frame.has_grid() {
            return false;
        }
        let now = self.frame.scale();
        let changes = self.frame.changes_of_residuals(slopes);
        self.most_changes.resize(changes.len(), 0.0);
        for (i, most) in self.most_changes.iter_mut().enumerate() {
            *most = most.max(changes[i] / now[i] * self.units[i]);
        }
        let stretched = stretched(&self.units, now, &self.most_changes);
        let changed = stretched != now;
        if changed {
            self.take_frame_in(&stretched, evaluations);
        }
        changed
    }

    /// Takes back the units in which tolerances are.
    pub(super) fn take_back_units(&mut self, evaluations: &Evaluations<'_>) {
        self.most_changes.clear();
        if self.frame.scale() != self.units {
            let units = self.units.clone();
            self.take_frame_in(&units, evaluations);
        }
    }

    /// The radius below which the descent has ended: that of the mesh tolerance along the most lengthened coordinate.
    pub(super) fn least_radius(&self) -> f64 {
        let stretch = self.frame.scale().iter().zip(&self.units).map(|(scale, unit)| scale / unit);
        self.options.mesh_tolerance / stretch.fold(1.0, f64::max)
    }
}

/// Returns units that are lengthened by the ratio of the largest change to their own, `maxₖ cₖ / cᵢ`, rounded to a power
/// of two and limited by the longest unit and by [`MOST`]. `cᵢ` is the largest change of the residuals so far by a step of
/// one unit, to first order (Moré 1978, "The Levenberg-Marquardt algorithm: implementation and theory", section 6, whose
/// scaling has no limits). Units that are nearly right stay as they are `now`.
fn stretched(units: &[f64], now: &[f64], changes: &[f64]) -> Vec<f64> {
    let largest = changes.iter().copied().fold(0.0, f64::max);
    if largest == 0.0 || !largest.is_finite() {
        return now.to_vec();
    }
    let ratios: Vec<f64> = changes.iter().map(|change| (largest / change).min(MOST)).collect();
    let wanted = units.iter().zip(within_the_longest(&ratios, units)).map(|(unit, factor)| unit * factor);
    let is_near = |wanted: f64, now: f64| wanted < FAR * now && now < FAR * wanted;
    wanted.zip(now).map(|(wanted, &now)| if is_near(wanted, now) { now } else { wanted }).collect()
}

#[cfg(test)]
mod tests {
    use super::stretched;

    #[test]
    fn a_unit_is_as_much_longer_as_the_residuals_change_less() {
        // Ratios of 1, 4, 5.7, 2 and infinity: by ratio, the third is nearer to 8 than to 4; the fourth is near enough to 1.
        let (units, changes) = ([64.0, 2.0, 1.0, 1.0, 16.0], [40.0, 10.0, 7.0, 20.0, 0.0]);
        assert_eq!(stretched(&units, &units, &changes), [64.0, 8.0, 8.0, 1.0, 64.0]);
        // At most 8 times, and never beyond the longest.
        assert_eq!(stretched(&[1.0, 64.0], &[1.0, 64.0], &[1e-9, 1.0]), [8.0, 64.0]);
        assert_eq!(stretched(&[1.0, 1.0], &[1.0, 1.0], &[1e-9, 1.0]), [1.0, 1.0]);
    }

    #[test]
    fn a_unit_is_taken_back_once_it_is_too_long_by_a_factor_of_4() {
        let units = [1.0, 8.0];
        assert_eq!(stretched(&units, &[8.0, 8.0], &[0.5, 1.0]), [2.0, 8.0]);
        assert_eq!(stretched(&units, &[8.0, 8.0], &[0.25, 1.0]), [8.0, 8.0]);
        assert_eq!(stretched(&units, &[4.0, 8.0], &[1.0, 1.0]), [1.0, 8.0]);
    }

    #[test]
    fn changes_that_say_nothing_change_nothing() {
        for changes in [[0.0, 0.0], [1.0, f64::INFINITY]] {
            assert_eq!(stretched(&[1.0, 8.0], &[4.0, 8.0], &changes), [4.0, 8.0]);
        }
    }
}
