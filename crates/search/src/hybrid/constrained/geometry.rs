//! The geometry of the points around the incumbent, and corrections onto the modelled constraints.

use nalgebra::{DMatrix, DVector};

use super::models::Models;
use super::points::{Known, Points};

/// Points count between these distances in trust radii; longer displacements are shortened to 1.
const NEAREST: f64 = 1e-3;
const FURTHEST: f64 = 2.5;

/// A direction is flat if the sum of squares of the points' components along it is below this.
const FLAT: f64 = 0.01;

/// The most steps of a correction, the least part of the length along the direction that it keeps, and the most it
/// moves in lengths of the step.
const CORRECTIONS: usize = 4;
const KEPT: f64 = 0.5;
const MOST_MOVED: f64 = 2.0;

/// Singular values below this fraction of the largest count as 0.
const NEGLIGIBLE: f64 = 1e-8;

/// Returns the unit direction in which the points near `here` extend least, if that is too little for a model.
pub(super) fn flat_direction(
    points: &Points,
    here: &Known,
    radius: f64,
    shrink: Option<&DVector<f64>>,
) -> Option<DVector<f64>> {
    flat_directions(points, here, radius, shrink).into_iter().next()
}

/// Returns the unit directions in which the points near `here` extend too little for a model, the flattest first: the
/// eigenvectors of the least eigenvalues of `Σ vᵢvᵢᵀ` with displacements v in trust radii, times `shrink` on a grid.
pub(super) fn flat_directions(
    points: &Points,
    here: &Known,
    radius: f64,
    shrink: Option<&DVector<f64>>,
) -> Vec<DVector<f64>> {
    let n = here.y.len();
    let mut scatter = DMatrix::zeros(n, n);
    let mut v = DVector::zeros(n);
    for point in points.known() {
        v.copy_from(&point.y);
        v -= &here.y;
        v /= radius;
        if let Some(shrink) = shrink {
            v.component_mul_assign(shrink);
        }
        let length = v.norm();
        if (NEAREST..=FURTHEST).contains(&length) {
            scatter.ger(length.max(1.0).powi(-2), &v, &v, 1.0);
        }
    }
    // Most often it is good, which a factorization shows.
    let mut shifted = scatter.clone();
    (0..n).for_each(|k| shifted[(k, k)] -= FLAT);
    if n == 0 || nalgebra::Cholesky::new(shifted).is_some() {
        return Vec::new();
    }
    let eigen = scatter.symmetric_eigen();
    let mut order: Vec<usize> = (0..n).collect();
    order.sort_by(|&a, &b| eigen.eigenvalues[a].total_cmp(&eigen.eigenvalues[b]));
    // Rounding may hide that the least of them is too little.
    let are_flat =
        order.into_iter().enumerate().filter(|(rank, k)| *rank == 0 || eigen.eigenvalues[*k] < FLAT);
    are_flat.map(|(_, k)| eigen.eigenvectors.column(k).into_owned()).collect()
}

/// Returns a step moved onto the modelled constraints by Gauss-Newton steps of least norm: onto equalities, and onto
/// inequalities that it violates, along the coordinates that are not on a grid. `None` if there is nothing to correct,
/// or if too little of the step is left.
pub(super) fn corrected(
    step: &DVector<f64>,
    models: &Models,
    inequalities: usize,
    rows: &[(f64, &DVector<f64>)],
    grid: &DVector<f64>,
) -> Option<DVector<f64>> {
    let length = step.norm();
    let mut to = step.clone();
    for round in 0..CORRECTIONS {
        let (mut gradients, mut values) = (Vec::new(), Vec::new());
        for (k, model) in models.models.iter().enumerate().skip(1) {
            let value = models.values[k] + model.change(&to);
            if k > inequalities || value > 0.0 {
                gradients.push(&model.gradient + &model.hessian * &to);
                values.push(value);
            }
        }
        for (value, gradient) in rows {
            let value = value + gradient.dot(&to);
            if value > 0.0 {
                gradients.push((*gradient).clone());
                values.push(value);
            }
        }
        if values.is_empty() {
            if round == 0 {
                return None;
            }
            break;
        }
        let along = |i: usize, k: usize| if grid[k] > 0.0 { 0.0 } else { gradients[i][k] };
        let jacobian = DMatrix::from_fn(values.len(), to.len(), along);
        let decomposed = jacobian.try_svd(true, true, f64::EPSILON, 200)?;
        let least = NEGLIGIBLE * decomposed.singular_values.max();
        to -= decomposed.solve(&DVector::from_vec(values), least).ok()?;
    }
    let kept = to.dot(step) / length >= KEPT * length;
    let moved = (&to - step).norm() <= MOST_MOVED * length;
    (kept && moved && to.iter().all(|part| part.is_finite())).then_some(to)
}

#[cfg(test)]
mod tests;
