//! Quadratic models through evaluated points.

use nalgebra::{DMatrix, DVector};

use super::cloud::{Neighbour, usual_rise};
use super::factor::Factor;
use super::panels::{Four, Panels, Triangle, products};

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

/// What is added to the diagonal of F̃ᵀF̃ ([`Eliminated`]) as a part of its trace: more than its rounding errors.
const RIDGE_OF_SLOPES: f64 = 16.0 * f64::EPSILON;

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
#[derive(Debug, Clone, Default)]
pub(super) struct Conditions {
    points: usize,
    /// The points' displacements in units of the radius, m × n.
    at: Panels,
    /// Squared lengths of the displacements.
    squared: Vec<Four>,
    /// The row scaling w.
    weights: Vec<Four>,
    /// The block W G W.
    gram: Triangle,
    /// The block (W F)ᵀ.
    free: Panels,
    radius: f64,
}

/// The conditions for one size of the remainder, with the first block eliminated: `W (G + V) W = L Lᵀ`.
pub(super) struct Eliminated<'c> {
    conditions: &'c Conditions,
    /// L.
    factor: Factor,
    /// F̃ᵀ with F̃ = L⁻¹ W F.
    free: Panels,
    /// The Cholesky factor of F̃ᵀF̃ + εI, where ε sets the slope along a direction that no point shows to 0.
    reduced: Factor,
}

/// What the conditions determine of one function's model, in units of the radius: g and μ, and the multipliers λ.
pub(super) struct Solution {
    free: Vec<f64>,
    multipliers: Vec<Four>,
}

impl Conditions {
    /// Builds the conditions on models at these displacements. Returns `None` if there are none.
    pub(super) fn at(displacements: &[&DVector<f64>], radius: f64) -> Option<Self> {
        let mut conditions = Conditions::default();
        conditions.become_those_at(displacements, radius).then_some(conditions)
    }

    /// Becomes the conditions on models at these displacements, in the same memory. Returns `false` if there are none.
    pub(super) fn become_those_at(&mut self, displacements: &[&DVector<f64>], radius: f64) -> bool {
        let Some(n) = displacements.first().map(|displacement| displacement.len()) else { return false };
        (self.points, self.radius) = (displacements.len(), radius);
        self.at.fill(self.points, n, |i, k| displacements[i][k] / radius);
        self.squared.clear();
        self.squared.extend(self.at.panels().map(lengths_squared));
        self.weights.clone_from(&self.squared);
        self.weights.as_flattened_mut().iter_mut().for_each(|weight| *weight = 1.0 / (1.0 + *weight));
        let (at, weights) = (&self.at, &self.weights);
        self.gram.fill(at.count(), |i, j| {
            let mut block = products(at.panel(i), at.panel(j));
            for (column, of_j) in block.iter_mut().zip(weights[j]) {
                for (product, of_i) in column.iter_mut().zip(weights[i]) {
                    *product = 0.5 * *product * *product * of_i * of_j;
                }
            }
            block
        });
        let (lengths, factors) = (self.squared.as_flattened(), weights.as_flattened());
        self.free.fill(n + 1, self.points, |k, i| {
            factors[i] * if k < n { at.element(i, k) } else { 0.5 * lengths[i] }
        });
        true
    }

    /// Returns a Hessian in units of the radius.
    pub(super) fn in_radii(&self, hessian: &DMatrix<f64>) -> DMatrix<f64> {
        hessian * (self.radius * self.radius)
    }

    /// Returns a function's right-hand side: W times the rises that B, in units of the radius, does not explain.
    pub(super) fn unexplained(&self, rises: impl Fn(usize) -> f64, before: &DMatrix<f64>) -> Vec<Four> {
        let mut unexplained = vec![[0.0; 4]; self.weights.len()];
        for (i, rise) in unexplained.as_flattened_mut().iter_mut().take(self.points).enumerate() {
            *rise = rises(i);
        }
        for ((rises, points), weights) in unexplained.iter_mut().zip(self.at.panels()).zip(&self.weights) {
            let bent = half_curvatures(before, points);
            (0..4).for_each(|i| rises[i] = (rises[i] - bent[i]) * weights[i]);
        }
        unexplained
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
        let (common, slopes) = (solution.free[a.len()], &solution.free[..a.len()]);
        let along = self.at.times(a.as_slice());
        let multipliers = solution.multipliers.as_flattened();
        let of_points = multipliers.iter().zip(along.as_flattened());
        let of_points: f64 = of_points.map(|(multiplier, along)| multiplier * along * along).sum();
        let bent = a.dot(&(before * &a)) + common * a.norm_squared() + of_points;
        slopes.iter().zip(a.iter()).map(|(slope, a)| slope * a).sum::<f64>() + 0.5 * bent
    }

    /// Returns `Σ (gᵀd)²` for a displacement d and slopes g in units of the radius, one in each column.
    pub(super) fn squared_changes(&self, slopes: &DMatrix<f64>, displacement: &DVector<f64>) -> f64 {
        slopes.tr_mul(displacement).norm_squared() / (self.radius * self.radius)
    }

    /// Eliminates the first block for one size of the remainder. Returns `None` if the system is numerically singular
    /// or overflows.
    pub(super) fn eliminate(&self, remainder: f64) -> Option<Eliminated<'_>> {
        let variance = |squared: f64| RIDGE_OF_MISFITS + remainder * squared * squared * squared;
        let scaled = |(squared, weights): (&Four, &Four)| -> Four {
            std::array::from_fn(|i| variance(squared[i]) * weights[i] * weights[i])
        };
        let variances: Vec<Four> = self.squared.iter().zip(&self.weights).map(scaled).collect();
        let factor = Factor::of(&self.gram, &variances)?;
        let free = factor.forward_rows(&self.free);
        let reduced = Triangle::from_fn(free.count(), |i, j| products(free.panel(i), free.panel(j)));
        let trace: f64 = (0..4 * free.count()).map(|k| reduced.element(k, k)).sum();
        let reduced = Factor::of(&reduced, &vec![[RIDGE_OF_SLOPES * trace; 4]; free.count()])?;
        Some(Eliminated { conditions: self, factor, free, reduced })
    }
}

impl Eliminated<'_> {
    /// Returns the slopes g of many functions in units of the radius, one in each column, from their rises at the points,
    /// one function in each column. Their previous Hessians are 0. `None` if a slope overflows.
    pub(super) fn slopes(&self, rises: &DMatrix<f64>) -> Option<DMatrix<f64>> {
        let Eliminated { conditions, factor, free, reduced } = self;
        // [g; μ] = (F̃ᵀF̃ + εI)⁻¹ F̃ᵀ L⁻¹ W r = (F̃ᵀF̃ + εI)⁻¹ (F̃ᵀ L⁻¹ W) r: one matrix for all functions.
        let matrix = factor.backward_rows(free).scaled(&conditions.weights);
        let mut slopes = DMatrix::zeros(conditions.free.rows() - 1, rises.ncols());
        for (mut slopes, rises) in slopes.column_iter_mut().zip(rises.column_iter()) {
            let solution = reduced.solve(&matrix.times(rises.as_slice()));
            slopes.copy_from_slice(&solution.as_flattened()[..slopes.len()]);
        }
        slopes.iter().all(|slope| slope.is_finite()).then_some(slopes)
    }

    /// Returns the solution for a function's right-hand side, or `None` if it overflows.
    pub(super) fn solve(&self, unexplained: &[Four]) -> Option<Solution> {
        let Eliminated { conditions, factor, free, reduced } = self;
        // r̃ = L⁻¹ W r.
        let mut rises = factor.forward(unexplained);
        // [g; μ] = (F̃ᵀF̃ + εI)⁻¹ F̃ᵀr̃.
        let solution = reduced.solve(&free.times(rises.as_flattened()));
        // λ = W L⁻ᵀ (r̃ - F̃ [g; μ]).
        let explained = free.transposed_times(&solution);
        let pairs = rises.as_flattened_mut().iter_mut().zip(explained.as_flattened());
        pairs.for_each(|(rise, explained)| *rise -= explained);
        let mut multipliers = factor.backward(&rises);
        let pairs = multipliers.as_flattened_mut().iter_mut().zip(conditions.weights.as_flattened());
        pairs.for_each(|(multiplier, weight)| *multiplier *= weight);
        let free = solution.as_flattened()[..conditions.free.rows()].to_vec();
        let finite = free.iter().chain(multipliers.as_flattened()).all(|element| element.is_finite());
        finite.then_some(Solution { free, multipliers })
    }

    /// Returns the model of a function whose previous Hessian, in units of the radius, is `before`; `None` if it
    /// overflows.
    pub(super) fn model(&self, solution: &Solution, before: &DMatrix<f64>) -> Option<Quadratic> {
        let Conditions { weights, free, radius, .. } = self.conditions;
        let n = before.nrows();
        // H = B + μI + Σ λᵢ aᵢaᵢᵀ = B + μI + Σ (λᵢ / wᵢ²) (wᵢaᵢ) (wᵢaᵢ)ᵀ.
        let mut factors = solution.multipliers.clone();
        for (factor, weight) in factors.as_flattened_mut().iter_mut().zip(weights.as_flattened()) {
            *factor /= weight * weight;
        }
        let scaled = free.scaled(&factors);
        let changes = Triangle::from_fn(n.div_ceil(4), |i, j| products(scaled.panel(i), free.panel(j)));
        let mut hessian = before.clone();
        for k in 0..n {
            hessian[(k, k)] += solution.free[n];
            for i in k..n {
                hessian[(i, k)] = (hessian[(i, k)] + changes.element(i, k)) / (radius * radius);
                hessian[(k, i)] = hessian[(i, k)];
            }
        }
        let gradient = DVector::from_iterator(n, solution.free[..n].iter().map(|slope| slope / radius));
        let finite = gradient.iter().chain(hessian.iter()).all(|element| element.is_finite());
        finite.then_some(Quadratic { gradient, hessian })
    }
}

/// Returns ‖a‖² of four points.
fn lengths_squared(points: &[Four]) -> Four {
    let mut squared = [0.0; 4];
    for coordinates in points {
        squared.iter_mut().zip(coordinates).for_each(|(squared, a)| *squared += a * a);
    }
    squared
}

/// Returns `½ aᵀB a` of four points: `Σ aₖ (½ Bₖₖ aₖ + Σ Bⱼₖ aⱼ)`, the inner sum over j < k.
fn half_curvatures(matrix: &DMatrix<f64>, points: &[Four]) -> Four {
    let mut curvatures = [0.0; 4];
    for (k, column) in matrix.column_iter().enumerate() {
        let mut bent = points[k].map(|a| 0.5 * column[k] * a);
        for (element, coordinates) in column.iter().zip(&points[..k]) {
            bent.iter_mut().zip(coordinates).for_each(|(bent, a)| *bent += element * a);
        }
        (0..4).for_each(|i| curvatures[i] += points[k][i] * bent[i]);
    }
    curvatures
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
