//! Moves a point that violates rows slightly back onto them.

use nalgebra::{DMatrix, DVector};

use super::{LinearConstraints, Row};
use crate::Bounds;

/// The most rounds. After a round, coordinates beyond their bounds are projected and stay fixed; the next
/// round corrects what the projection changed.
const ROUNDS: usize = 4;

/// Singular values below this fraction of the largest are treated as 0.
const NEGLIGIBLE: f64 = 1e-10;

impl LinearConstraints {
    /// Moves a point within the bounds onto the rows that it violates, by the shortest step that leaves
    /// coordinates on their bounds. The point stays if a row is violated by more than `reach` times the size
    /// of its terms. If all rows hold up to rounding, the point is unchanged.
    pub(crate) fn settle(&self, x: &mut [f64], bounds: &Bounds, reach: f64) {
        for _ in 0..ROUNDS {
            if self.hold(x) {
                return;
            }
            if self.rows().iter().any(|row| row.excess(x) > reach * row.magnitude(x)) {
                return;
            }
            // Includes all equalities, so that those that hold still hold after the step.
            let violated = |row: &&Row| row.is_equality() || row.excess(x) > row.rounding(x);
            let rows: Vec<&Row> = self.rows().iter().filter(violated).collect();
            let Some(step) = step_onto(&rows, x, bounds) else { return };
            x.iter_mut().zip(step).for_each(|(x, step)| *x += step);
            bounds.project(x);
        }
    }
}

/// Returns the shortest step onto all rows that moves only coordinates strictly between their bounds.
pub(super) fn step_onto(rows: &[&Row], x: &[f64], bounds: &Bounds) -> Option<Vec<f64>> {
    let between = |&i: &usize| x[i] > bounds.lower()[i] && x[i] < bounds.upper()[i];
    let free: Vec<usize> = (0..x.len()).filter(between).collect();
    if rows.is_empty() || free.is_empty() {
        return None;
    }
    let units: Vec<f64> = rows.iter().map(|row| row.scale()).collect();
    let matrix = DMatrix::from_fn(rows.len(), free.len(), |i, j| rows[i].coefficients()[free[j]] / units[i]);
    let beyond = DVector::from_fn(rows.len(), |i, _| -rows[i].residual(x) / units[i]);
    let decomposed = matrix.svd(true, true);
    let least = NEGLIGIBLE * decomposed.singular_values.max();
    let solved = decomposed.solve(&beyond, least).ok()?;
    let mut step = vec![0.0; x.len()];
    free.iter().zip(solved.iter()).for_each(|(&i, part)| step[i] = *part);
    step.iter().all(|part| part.is_finite()).then_some(step)
}
