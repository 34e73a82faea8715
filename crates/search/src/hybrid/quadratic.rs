//! Quadratic models through evaluated points.

use nalgebra::{Cholesky, DMatrix, DVector};

use super::cloud::{Neighbour, usual_rise};

/// The most points of a model: what determines a quadratic of up to a dozen coordinates, and beyond 36 coordinates so many for
/// each, with which the linear system takes O(n²) numbers. Twice as many cost more than twice the time and, being further
/// away, find no more (`docs/hybrid.md`).
const POINTS: usize = 90;
const POINTS_PER_COORDINATE: f64 = 2.5;

/// How far away a point may be, in units of the trust radius, unless it is one of the n nearest.
const FURTHEST_POINT: f64 = 60.0;

/// Points whose value is further above the incumbent's than so many times what is usual nearby say nothing about a
/// quadratic: on the wall of an exponential, for example.
const STEEPEST: f64 = 1e3;

/// Allowed misfit of each point (its variance, as the remainder's below): rounding, and what keeps the linear system regular.
const RIDGE_OF_MISFITS: f64 = 1e-7;

/// `gᵀd + ½ dᵀH d`, the change of the value by a displacement d from the incumbent.
#[derive(Debug, Clone)]
pub(super) struct Quadratic {
    pub(super) gradient: DVector<f64>,
    pub(super) hessian: DMatrix<f64>,
}

impl Quadratic {
    /// The model's change of the value.
    pub(super) fn change(&self, displacement: &DVector<f64>) -> f64 {
        self.gradient.dot(displacement) + 0.5 * displacement.dot(&(&self.hessian * displacement))
    }
}

/// The conditions on a model from evaluated points.
///
/// The model's Hessian differs least, in the Frobenius norm, from the one before plus some multiple of the identity (Powell
/// 2004, "Least Frobenius norm updating of quadratic models that satisfy interpolation conditions"; Conn, Scheinberg & Vicente
/// 2009, "Introduction to derivative-free optimization", section 5.3; there without the multiple, which lets a curvature that all
/// directions have in common be seen at once). Each point may be missed by as much as the remainder beyond a quadratic is
/// thought to be there, which grows with the cube of the distance: its variance is `remainder (distance / radius)⁶`, where that
/// of the Hessian's change is 1. So points far away show curvature and do not disturb what the near ones tell.
pub(super) struct Conditions {
    /// The points' displacements in units of the radius, n × m.
    at: DMatrix<f64>,
    /// Their squared lengths.
    squared: DVector<f64>,
    /// What makes the rows about equally large.
    weights: DVector<f64>,
    /// `½ (atᵢ·atⱼ)²`, weighted.
    gram: DMatrix<f64>,
    /// What is free in the model: displacements, for the gradient, and half their squared lengths, for the multiple of the
    /// identity; weighted.
    free: DMatrix<f64>,
    /// What the Hessian before does not explain of the rises, weighted.
    rises: DVector<f64>,
    /// The Hessian before, in units of the radius.
    before: DMatrix<f64>,
    radius: f64,
}

impl Conditions {
    /// Those of `neighbours`, the nearest first; none where there are no points.
    pub(super) fn of(neighbours: &[Neighbour], before: &DMatrix<f64>, radius: f64) -> Option<Self> {
        let points = chosen(neighbours, radius, before.nrows());
        let (m, n) = (points.len(), before.nrows());
        if m == 0 {
            return None;
        }
        let before = before * (radius * radius);
        let at = DMatrix::from_fn(n, m, |k, i| points[i].displacement[k] / radius);
        let squared = DVector::from_fn(m, |i, _| at.column(i).norm_squared());
        let weights = squared.map(|squared| 1.0 / (1.0 + squared));
        let products = at.transpose() * &at;
        let gram = DMatrix::from_fn(m, m, |i, j| 0.5 * products[(i, j)].powi(2) * weights[i] * weights[j]);
        let free =
            DMatrix::from_fn(m, n + 1, |i, k| weights[i] * if k < n { at[(k, i)] } else { 0.5 * squared[i] });
        let bent = &before * &at;
        let unexplained = |i: usize| points[i].rise - 0.5 * at.column(i).dot(&bent.column(i));
        let rises = DVector::from_fn(m, |i, _| unexplained(i) * weights[i]);
        Some(Conditions { at, squared, weights, gram, free, rises, before, radius })
    }

    /// The model for one size of the remainder; none where the numbers are beyond the linear algebra.
    ///
    /// Solves `[gram + variances, free; freeᵀ, 0] [multipliers; gradient and multiple] = [rises; 0]`, the first block
    /// eliminated.
    pub(super) fn model(&self, remainder: f64) -> Option<Quadratic> {
        let Conditions { at, squared, weights, free, rises, before, .. } = self;
        let mut system = self.gram.clone();
        for (i, weight) in weights.iter().enumerate() {
            system[(i, i)] += (RIDGE_OF_MISFITS + remainder * squared[i].powi(3)) * weight * weight;
        }
        let factor = Cholesky::new(system)?.unpack();
        // The factor's inverse times both.
        let free = factor.solve_lower_triangular(free)?;
        let mut rises = factor.solve_lower_triangular(rises)?;
        let mut reduced = free.transpose() * &free;
        // A direction that no point shows has the slope 0.
        let least = f64::EPSILON * reduced.trace();
        (0..reduced.nrows()).for_each(|k| reduced[(k, k)] += least);
        let solution = Cholesky::new(reduced)?.solve(&free.tr_mul(&rises));
        rises -= free * &solution;
        let multipliers = factor.tr_solve_lower_triangular(&rises)?.component_mul(weights);
        let n = before.nrows();
        let scaled = DMatrix::from_fn(n, at.ncols(), |k, i| at[(k, i)] * multipliers[i]);
        let hessian = before + DMatrix::identity(n, n) * solution[n] + scaled * at.transpose();
        let gradient = solution.rows(0, n) / self.radius;
        let hessian = hessian / (self.radius * self.radius);
        let finite = gradient.iter().chain(hessian.iter()).all(|element| element.is_finite());
        finite.then_some(Quadratic { gradient, hessian })
    }
}

/// The points that a model of n coordinates is fitted to: no more than determine a quadratic, the nearest.
fn chosen(neighbours: &[Neighbour], radius: f64, n: usize) -> Vec<&Neighbour> {
    let determined = (n + 1) * (n + 2) / 2 - 1;
    let most = determined.min(POINTS.max((POINTS_PER_COORDINATE * n as f64) as usize));
    let near =
        |(rank, neighbour): &(usize, &Neighbour)| neighbour.distance <= FURTHEST_POINT * radius || *rank < n;
    let points = neighbours.iter().enumerate().filter(near).map(|(_, neighbour)| neighbour);
    let mut points: Vec<_> = points.take(most).collect();
    if let Some(usual) = usual_rise(points.iter().copied(), n) {
        points.retain(|point| point.rise <= STEEPEST * usual);
    }
    points
}

#[cfg(test)]
mod tests;
