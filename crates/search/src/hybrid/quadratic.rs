//! Quadratic models through evaluated points.

use nalgebra::{Cholesky, DMatrix, DVector, Dyn};

use super::cloud::{Neighbour, usual_rise};

/// The most points of a model: 90 determine a quadratic in up to 12 variables; for n > 36 it is 2.5 n, which keeps
/// the linear system at O(n²) memory. Twice as many points cost more than twice the time and gain nothing, because
/// they are further away (`docs/hybrid.md`).
const POINTS: usize = 90;
const POINTS_PER_COORDINATE: f64 = 2.5;

/// Largest distance of a point in trust radii; the n nearest points are exempt.
pub(super) const FURTHEST_POINT: f64 = 60.0;

/// A point is left out if its rise exceeds `STEEPEST` times the typical rise nearby: on the wall of an exponential,
/// for example, it carries no information on a quadratic.
pub(super) const STEEPEST: f64 = 1e3;

/// Variance of each point's misfit, in addition to the remainder's: allows for rounding and keeps the linear system
/// regular.
const RIDGE_OF_MISFITS: f64 = 1e-7;

/// The change `gᵀd + ½ dᵀH d` of the value for a displacement d from the incumbent.
#[derive(Debug, Clone)]
pub(super) struct Quadratic {
    pub(super) gradient: DVector<f64>,
    pub(super) hessian: DMatrix<f64>,
}

impl Quadratic {
    /// Returns the predicted change of the value.
    pub(super) fn change(&self, displacement: &DVector<f64>) -> f64 {
        self.gradient.dot(displacement) + 0.5 * displacement.dot(&(&self.hessian * displacement))
    }
}

/// The interpolation conditions on the models of several functions, which differ in their right-hand sides alone.
///
/// In units of the trust radius Δ, with displacements aᵢ, rises rᵢ and the previous Hessian B, the model
/// `gᵀa + ½ aᵀH a` with H = B + μI + D solves
///
/// ```text
/// min  ¼ ‖D‖_F² + ½ Σ eᵢ² / vᵢ    over g, μ, D, e
/// s.t. gᵀaᵢ + ½ aᵢᵀH aᵢ + eᵢ = rᵢ,    vᵢ = ridge + remainder ‖aᵢ‖⁶.
/// ```
///
/// That is Powell's least change of the Hessian (Powell 2004, "Least Frobenius norm updating of quadratic models that
/// satisfy interpolation conditions"; Conn, Scheinberg & Vicente 2009, "Introduction to derivative-free
/// optimization", section 5.3) with two additions: μ picks up a curvature common to all directions at once, and the
/// misfit e allows for the remainder beyond a quadratic, which grows with the cube of the distance. Distant points
/// thus contribute curvature without disturbing the near ones.
///
/// With multipliers λ, `D = Σ λᵢ aᵢaᵢᵀ`, `eᵢ = vᵢλᵢ`, and the optimality conditions are
///
/// ```text
/// [ G + V  F ] [   λ    ]   [ r - ½ diag(AᵀBA) ]
/// [ Fᵀ     0 ] [ (g, μ) ] = [         0        ],    Gᵢⱼ = ½ (aᵢᵀaⱼ)²,    Fᵢ = (aᵢᵀ, ½ ‖aᵢ‖²).
/// ```
///
/// Row and column i are scaled by wᵢ = 1 / (1 + ‖aᵢ‖²); W = diag(wᵢ).
pub(super) struct Conditions {
    /// The points' displacements in units of the radius, n × m.
    at: DMatrix<f64>,
    /// Squared lengths of the displacements.
    squared: DVector<f64>,
    /// The row scaling w.
    weights: DVector<f64>,
    /// The block W G W.
    gram: DMatrix<f64>,
    /// The block W F.
    free: DMatrix<f64>,
    radius: f64,
}

/// The conditions for one size of the remainder, with the first block eliminated: `W (G + V) W = L Lᵀ`.
pub(super) struct Eliminated<'c> {
    conditions: &'c Conditions,
    /// L.
    factor: DMatrix<f64>,
    /// F̃ = L⁻¹ W F.
    free: DMatrix<f64>,
    /// The Cholesky factor of F̃ᵀF̃ + εI, where ε sets the slope along a direction that no point shows to 0.
    reduced: Cholesky<f64, Dyn>,
}

/// What the conditions determine of one function's model, in units of the radius: g and μ, and the multipliers λ.
pub(super) struct Solution {
    free: DVector<f64>,
    multipliers: DVector<f64>,
}

impl Conditions {
    /// Builds the conditions on models at these displacements. Returns `None` if there are none.
    pub(super) fn at(displacements: &[&DVector<f64>], radius: f64) -> Option<Self> {
        let (m, n) = (displacements.len(), displacements.first()?.len());
        let at = DMatrix::from_fn(n, m, |k, i| displacements[i][k] / radius);
        let squared = DVector::from_fn(m, |i, _| at.column(i).norm_squared());
        let weights = squared.map(|squared| 1.0 / (1.0 + squared));
        let products = at.transpose() * &at;
        let gram = DMatrix::from_fn(m, m, |i, j| 0.5 * products[(i, j)].powi(2) * weights[i] * weights[j]);
        let free =
            DMatrix::from_fn(m, n + 1, |i, k| weights[i] * if k < n { at[(k, i)] } else { 0.5 * squared[i] });
        Some(Conditions { at, squared, weights, gram, free, radius })
    }

    /// Returns a Hessian in units of the radius.
    pub(super) fn in_radii(&self, hessian: &DMatrix<f64>) -> DMatrix<f64> {
        hessian * (self.radius * self.radius)
    }

    /// Returns a function's right-hand side: W times the rises that B, in units of the radius, does not explain.
    pub(super) fn unexplained(&self, rises: impl Fn(usize) -> f64, before: &DMatrix<f64>) -> DVector<f64> {
        let bent = before * &self.at;
        let unexplained = |i: usize| rises(i) - 0.5 * self.at.column(i).dot(&bent.column(i));
        DVector::from_fn(self.squared.len(), |i, _| unexplained(i) * self.weights[i])
    }

    /// Returns the change that a function's model predicts for a displacement, without its Hessian H:
    /// `gᵀa + ½ (aᵀB a + μ ‖a‖² + Σ λᵢ (aᵢᵀa)²)`.
    pub(super) fn change(
        &self,
        solution: &Solution,
        before: &DMatrix<f64>,
        displacement: &DVector<f64>,
    ) -> f64 {
        let a = displacement / self.radius;
        let slopes = solution.free.rows(0, a.len());
        let along = self.at.tr_mul(&a);
        let of_points = solution
            .multipliers
            .iter()
            .zip(along.iter())
            .map(|(multiplier, along)| multiplier * along * along);
        let bent = a.dot(&(before * &a)) + solution.free[a.len()] * a.norm_squared() + of_points.sum::<f64>();
        slopes.dot(&a) + 0.5 * bent
    }

    /// Returns `Σ (gᵀd)²` for a displacement d and slopes g in units of the radius, one in each column.
    pub(super) fn squared_changes(&self, slopes: &DMatrix<f64>, displacement: &DVector<f64>) -> f64 {
        slopes.tr_mul(displacement).norm_squared() / (self.radius * self.radius)
    }

    /// Eliminates the first block for one size of the remainder. Returns `None` if the system is numerically singular
    /// or overflows.
    pub(super) fn eliminate(&self, remainder: f64) -> Option<Eliminated<'_>> {
        let Conditions { squared, weights, free, .. } = self;
        let mut system = self.gram.clone();
        for (i, weight) in weights.iter().enumerate() {
            system[(i, i)] += (RIDGE_OF_MISFITS + remainder * squared[i].powi(3)) * weight * weight;
        }
        let factor = Cholesky::new(system)?.unpack();
        let free = factor.solve_lower_triangular(free)?;
        let mut reduced = free.transpose() * &free;
        let least = f64::EPSILON * reduced.trace();
        (0..reduced.nrows()).for_each(|k| reduced[(k, k)] += least);
        let reduced = Cholesky::new(reduced)?;
        Some(Eliminated { conditions: self, factor, free, reduced })
    }
}

impl Eliminated<'_> {
    /// Returns the slopes g of many functions in units of the radius, one in each column, from their rises at the points,
    /// one function in each column. Their previous Hessians are 0. `None` if a slope overflows.
    pub(super) fn slopes(&self, rises: &DMatrix<f64>) -> Option<DMatrix<f64>> {
        let Eliminated { conditions, factor, free, reduced } = self;
        // [g; μ] = (F̃ᵀF̃ + εI)⁻¹ F̃ᵀ L⁻¹ W r = ((F̃ᵀF̃ + εI)⁻¹ (W L⁻ᵀ F̃)ᵀ) r: one matrix for all functions.
        let mut matrix = factor.tr_solve_lower_triangular(free)?;
        matrix.row_iter_mut().zip(conditions.weights.iter()).for_each(|(mut row, weight)| row *= *weight);
        let matrix = reduced.solve(&matrix.transpose());
        let slopes = matrix.rows(0, conditions.at.nrows()) * rises;
        slopes.iter().all(|slope| slope.is_finite()).then_some(slopes)
    }

    /// Returns the solution for a function's right-hand side, or `None` if it overflows.
    pub(super) fn solve(&self, unexplained: &DVector<f64>) -> Option<Solution> {
        let Eliminated { conditions, factor, free, reduced } = self;
        // r̃ = L⁻¹ W r.
        let mut rises = factor.solve_lower_triangular(unexplained)?;
        // [g; μ] = (F̃ᵀF̃ + εI)⁻¹ F̃ᵀr̃.
        let solution = reduced.solve(&free.tr_mul(&rises));
        // λ = W L⁻ᵀ (r̃ - F̃ [g; μ]).
        rises -= free * &solution;
        let multipliers = factor.tr_solve_lower_triangular(&rises)?.component_mul(&conditions.weights);
        let finite = solution.iter().chain(multipliers.iter()).all(|element| element.is_finite());
        finite.then_some(Solution { free: solution, multipliers })
    }

    /// Returns the model of a function whose previous Hessian, in units of the radius, is `before`; `None` if it
    /// overflows.
    pub(super) fn model(&self, solution: &Solution, before: &DMatrix<f64>) -> Option<Quadratic> {
        let Conditions { at, radius, .. } = self.conditions;
        let n = before.nrows();
        // H = B + μI + Σ λᵢ aᵢaᵢᵀ.
        let scaled = DMatrix::from_fn(n, at.ncols(), |k, i| at[(k, i)] * solution.multipliers[i]);
        let hessian = before + DMatrix::identity(n, n) * solution.free[n] + scaled * at.transpose();
        let gradient = solution.free.rows(0, n) / *radius;
        let hessian = hessian / (radius * radius);
        let finite = gradient.iter().chain(hessian.iter()).all(|element| element.is_finite());
        finite.then_some(Quadratic { gradient, hessian })
    }
}

/// Returns the most points of a model in n coordinates.
pub(super) fn most_points(n: usize) -> usize {
    let determined = (n + 1) * (n + 2) / 2 - 1;
    determined.min(POINTS.max((POINTS_PER_COORDINATE * n as f64) as usize))
}

/// Selects the points for a model of n coordinates: the nearest, at most as many as determine a quadratic.
pub(super) fn chosen(neighbours: &[Neighbour], radius: f64, n: usize) -> Vec<&Neighbour> {
    let most = most_points(n);
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
