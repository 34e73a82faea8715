//! Slopes of the objective, from finite differences with steps far below the mesh size.

use std::ops::ControlFlow;

use nalgebra::{DMatrix, DVector};

use super::space::Space;
use crate::{Evaluations, Lookahead, Stop};

/// The slope along a unit direction.
pub(super) struct Slope {
    pub(super) direction: DVector<f64>,
    pub(super) value: f64,
}

/// Returns the step of differences at a point, in units of the scale: `ε^(1/2) max(1, ‖x‖_∞)`, with the machine
/// epsilon ε. (Nocedal & Wright 2006, "Numerical optimization", section 8.1.)
pub(super) fn distance(space: &Space, x: &[f64]) -> f64 {
    f64::EPSILON.sqrt() * space.units(x).iter().fold(1.0, |largest: f64, x| largest.max(x.abs()))
}

/// Returns the slope along a displacement at `x`, where the value is `value`; takes one evaluation. The slope is not
/// finite if the evaluation fails.
pub(super) fn along(
    space: &Space,
    x: &[f64],
    value: f64,
    displacement: &DVector<f64>,
    evaluations: &mut Evaluations<'_>,
) -> Result<Slope, Stop> {
    let direction = displacement.normalize();
    let distance = distance(space, x);
    let near = space.point(x, &(&direction * distance), evaluations.bounds());
    let value = (evaluations.value(&near)? - value) / distance;
    Ok(Slope { direction, value })
}

/// Returns the gradient at `x`, or `None` if an evaluation fails. Takes one evaluation per coordinate, or one fewer
/// if the slope along one direction is `known`.
pub(super) fn gradient(
    space: &Space,
    x: &[f64],
    value: f64,
    known: Option<&Slope>,
    evaluations: &mut Evaluations<'_>,
) -> Result<Option<DVector<f64>>, Stop> {
    let (n, bounds, distance) = (space.dimension(), evaluations.bounds(), distance(space, x));
    let (lower, upper) = space.room(x, bounds);
    let room_all_around = (0..n).all(|k| -lower[k] > distance && upper[k] > distance);
    let mut gradient = DVector::zeros(n);
    let directions = match known {
        Some(known) if room_all_around => {
            gradient.axpy(known.value, &known.direction, 0.0);
            perpendicular(&known.direction)
        }
        // One-sided differences along the coordinates, away from a bound. Without room on either side the slope is 0.
        _ => (0..n)
            .filter(|&k| upper[k] >= distance || -lower[k] >= distance)
            .map(|k| {
                let mut unit = DVector::zeros(n);
                unit[k] = if upper[k] >= distance { 1.0 } else { -1.0 };
                unit
            })
            .collect(),
    };
    let points: Vec<_> =
        directions.iter().map(|direction| space.point(x, &(direction * distance), bounds)).collect();
    let point = |turn: usize, x: &mut [f64]| {
        x.copy_from_slice(&points[turn]);
        true
    };
    evaluations.in_order(points.len(), Lookahead::All, point, |turn, near| {
        // Rounding changes the step: divide by the distance actually moved.
        let moved = directions[turn].dot(&space.between(x, &points[turn]));
        gradient.axpy((near - value) / moved, &directions[turn], 1.0);
        ControlFlow::Continue(())
    })?;
    Ok(Some(gradient).filter(|gradient| gradient.iter().all(|slope| slope.is_finite())))
}

/// Returns an orthonormal basis of the complement of a unit direction v: the last n - 1 columns of the Householder
/// reflection `I - 2 u uᵀ / uᵀu`, `u = v + sign(v₁) e₁`, which maps e₁ to ±v. (Golub & Van Loan 2013, "Matrix
/// computations", section 5.1.)
pub(super) fn perpendicular(direction: &DVector<f64>) -> Vec<DVector<f64>> {
    let n = direction.len();
    let mut normal = direction.clone();
    normal[0] += 1.0_f64.copysign(direction[0]);
    let reflection = DMatrix::identity(n, n) - &normal * normal.transpose() * (2.0 / normal.norm_squared());
    reflection.column_iter().skip(1).map(Into::into).collect()
}

#[cfg(test)]
mod tests;
