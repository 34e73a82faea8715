//! Projection of a point onto bounds and rows.

use super::settle::step_onto;
use super::{LinearConstraints, Row};
use crate::Bounds;

/// The most sweeps over all rows and bounds.
const SWEEPS: usize = 500;

/// The sweeps end when the largest move of one is below this, relative to the point.
const SETTLED: f64 = 1e-13;

/// The most rounds of the step onto the active rows.
const ROUNDS: usize = 4;

impl LinearConstraints {
    /// Moves a point to the nearest one within the bounds at which all rows hold, in units of `scale`. Returns `false`
    /// if it was not found; the point is then within the bounds.
    ///
    /// The dual of `min ½ ‖z - t‖² s.t. aᵢ·z <= bᵢ` is solved coordinate by coordinate: with `z = t - Σ λᵢ aᵢ`,
    /// `λᵢ ← max(λᵢ + (aᵢ·z - bᵢ) / ‖aᵢ‖², 0)`, and without the maximum for an equality (Hildreth 1957, "A quadratic
    /// programming procedure"). The last step is onto all rows with λ > 0 at once.
    pub(crate) fn project(&self, x: &mut [f64], scale: &[f64], bounds: &Bounds) -> bool {
        bounds.project(x);
        if self.hold(x) {
            return true;
        }
        let rows = self.rows();
        let squares: Vec<f64> =
            rows.iter().map(|row| scaled(row, scale).map(|a| a * a).sum::<f64>()).collect();
        let mut multipliers = vec![0.0_f64; rows.len()];
        // The bounds' multipliers are the parts by which they hold each coordinate back.
        let mut held = vec![0.0_f64; x.len()];
        for _ in 0..SWEEPS {
            let mut largest = 0.0_f64;
            for (i, row) in rows.iter().enumerate().filter(|(i, _)| squares[*i] > 0.0) {
                let mut change = row.residual(x) / squares[i];
                if !row.is_equality() {
                    change = change.max(-multipliers[i]);
                }
                multipliers[i] += change;
                for (k, a) in scaled(row, scale).enumerate() {
                    x[k] -= change * a * scale[k];
                    largest = largest.max((change * a * scale[k]).abs() / (scale[k] + x[k].abs()));
                }
            }
            for (k, held) in held.iter_mut().enumerate() {
                let free = x[k] + *held;
                x[k] = free.clamp(bounds.lower()[k], bounds.upper()[k]);
                *held = free - x[k];
            }
            if largest <= SETTLED {
                break;
            }
        }
        for _ in 0..ROUNDS {
            if self.hold(x) {
                return true;
            }
            let active = |(row, multiplier): &(&Row, &f64)| {
                row.is_equality() || **multiplier > 0.0 || row.excess(x) > row.rounding(x)
            };
            let active: Vec<&Row> =
                rows.iter().zip(&multipliers).filter(active).map(|(row, _)| row).collect();
            let Some(step) = step_onto(&active, x, bounds) else { return false };
            x.iter_mut().zip(step).for_each(|(x, step)| *x += step);
            bounds.project(x);
        }
        self.hold(x)
    }
}

/// The row's coefficients in units of `scale`.
fn scaled<'a>(row: &'a Row, scale: &'a [f64]) -> impl Iterator<Item = f64> + 'a {
    row.coefficients().iter().zip(scale).map(|(a, scale)| a * scale)
}

#[cfg(test)]
mod tests;
