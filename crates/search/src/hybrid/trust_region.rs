//! The trust-region subproblem with bounds.

use std::cell::OnceCell;

use nalgebra::{DMatrix, DVector, Dyn, SymmetricEigen};

use super::factor::Factor;
use super::panels::{Four, Triangle, dot};
use super::quadratic::Quadratic;

/// The most values of λ that are tried with Cholesky factors.
const MOST_SHIFTS: usize = 20;

/// A step is on the sphere if its length departs from the radius by at most this part.
const ON_THE_SPHERE: f64 = 1e-12;

/// The minimizers of a model in trust regions of any radius, within the same room.
pub(super) struct Region<'m> {
    model: &'m Quadratic,
    lower: &'m DVector<f64>,
    upper: &'m DVector<f64>,
    /// The coordinates that no bound holds at the incumbent.
    free: Vec<usize>,
    /// The ball of these, once it was needed.
    ball: OnceCell<Ball>,
}

impl<'m> Region<'m> {
    /// The region with `lower` ≤ 0 ≤ `upper`.
    pub(super) fn of(model: &'m Quadratic, lower: &'m DVector<f64>, upper: &'m DVector<f64>) -> Self {
        let held = |i: &usize| {
            let slope = model.gradient[*i];
            (slope > 0.0 && lower[*i] >= 0.0) || (slope < 0.0 && upper[*i] <= 0.0)
        };
        let free: Vec<usize> = (0..lower.len()).filter(|i| !held(i)).collect();
        Region { model, lower, upper, free, ball: OnceCell::new() }
    }

    /// The region of another model within the same room.
    pub(super) fn with(&self, model: &'m Quadratic) -> Self {
        Region::of(model, self.lower, self.upper)
    }

    pub(super) fn model(&self) -> &Quadratic {
        self.model
    }

    /// The lower and upper bounds of a step.
    pub(super) fn room(&self) -> (&DVector<f64>, &DVector<f64>) {
        (self.lower, self.upper)
    }

    /// Minimizes the model over ‖d‖ ≤ `radius`, `lower` ≤ d ≤ `upper`, approximately: goes to the exact minimizer in the
    /// ball; if that violates a bound, stops at the first bound on the way, fixes that coordinate and repeats with the
    /// others.
    pub(super) fn least(&self, radius: f64) -> DVector<f64> {
        let Region { model, lower, upper, .. } = self;
        let n = lower.len();
        let mut step = DVector::zeros(n);
        let mut free = self.free.clone();
        while !free.is_empty() {
            // The free part y of the step minimizes `½ yᵀH_FF y + (g + H s - H_FF s)_Fᵀ y` over
            // ‖y‖² ≤ radius² - ‖s_A‖², with the active part s_A fixed.
            let stays: f64 = (0..n).filter(|i| !free.contains(i)).map(|i| step[i] * step[i]).sum();
            let smaller = (free.len() < self.free.len()).then(|| Ball::of(model, &free));
            let ball = smaller.as_ref().unwrap_or_else(|| self.ball.get_or_init(|| Ball::of(model, &free)));
            let here = step.select_rows(&free);
            let gradient =
                (&model.gradient + &model.hessian * &step).select_rows(&free) - &ball.hessian * &here;
            let to = ball.least(&gradient, (radius * radius - stays).max(0.0).sqrt());
            let mut part = 1.0;
            let mut met = None;
            for (k, &i) in free.iter().enumerate() {
                let bound = if to[k] < here[k] { lower[i] } else { upper[i] };
                if to[k] < lower[i] || to[k] > upper[i] {
                    // Rounding may already have moved the coordinate slightly past the bound.
                    let until = ((bound - here[k]) / (to[k] - here[k])).max(0.0);
                    if until < part {
                        (part, met) = (until, Some((k, bound)));
                    }
                }
            }
            for (k, &i) in free.iter().enumerate() {
                step[i] += part * (to[k] - here[k]);
            }
            let Some((k, bound)) = met else { break };
            step[free.remove(k)] = bound;
        }
        for i in 0..n {
            step[i] = step[i].clamp(lower[i], upper[i]);
        }
        step
    }
}

/// The part of a model's Hessian among some coordinates.
struct Ball {
    hessian: DMatrix<f64>,
    /// The same in panels.
    triangle: Triangle,
    /// The eigenvalues Λ and eigenvectors Q, `H = Q Λ Qᵀ`, once they were needed.
    eigen: OnceCell<SymmetricEigen<f64, Dyn>>,
}

impl Ball {
    fn of(model: &Quadratic, free: &[usize]) -> Self {
        Ball::with(model.hessian.select_rows(free).select_columns(free))
    }

    fn with(hessian: DMatrix<f64>) -> Self {
        let n = hessian.nrows();
        let element = |i: usize, k: usize| if i.max(k) < n { hessian[(i, k)] } else { f64::from(i == k) };
        let triangle = Triangle::from_fn(n.div_ceil(4), |p, q| {
            std::array::from_fn(|k| std::array::from_fn(|i| element(4 * p + i, 4 * q + k)))
        });
        Ball { hessian, triangle, eigen: OnceCell::new() }
    }

    /// Minimizes `gᵀd + ½ dᵀH d` over ‖d‖ ≤ radius: `d(λ) = -(H + λI)⁻¹ g` with λ ≥ max(0, -λ₁), where λ₁ is the least
    /// eigenvalue, and λ = 0 or ‖d(λ)‖ = radius (Moré & Sorensen 1983, "Computing a trust region step"; Conn, Gould &
    /// Toint 2000, "Trust-region methods", section 7.3).
    fn least(&self, gradient: &DVector<f64>, radius: f64) -> DVector<f64> {
        if radius == 0.0 {
            return DVector::zeros(gradient.len());
        }
        self.by_factors(gradient, radius).unwrap_or_else(|| self.by_eigenvalues(gradient, radius))
    }

    /// The minimizer by Cholesky factors of H + λI (Conn, Gould & Toint 2000, algorithm 7.3.4). Newton's method for
    /// `1/‖d(λ)‖ = 1/radius` has the steps `(‖d‖/‖w‖)² (‖d‖ - radius)/radius` with `L w = d`. Returns `None` where λ is
    /// hard to find: where it is close to -λ₁.
    fn by_factors(&self, gradient: &DVector<f64>, radius: f64) -> Option<DVector<f64>> {
        let slopes = padded(gradient);
        // λ is at most ‖g‖/radius - λ₁; the rest is for rounding.
        let (mut low, mut high) = (0.0, 1.01 * (gradient.norm() / radius + self.hessian.norm()));
        let mut shift: f64 = 0.0;
        for _ in 0..MOST_SHIFTS {
            let next = match Factor::of(&self.triangle, &vec![[shift; 4]; slopes.len()]) {
                Some(factor) => {
                    let inverse = factor.forward(&slopes);
                    let step = factor.backward(&inverse);
                    let length = norm(&step);
                    if (shift == 0.0 && length <= radius) || (length - radius).abs() <= ON_THE_SPHERE * radius
                    {
                        let step = step.as_flattened().iter().take(gradient.len()).map(|part| -part);
                        return Some(DVector::from_iterator(gradient.len(), step));
                    }
                    if length > radius {
                        low = shift;
                    } else {
                        high = shift;
                    }
                    let ratio = length / norm(&factor.forward(&step));
                    shift + ratio * ratio * (length - radius) / radius
                }
                None => {
                    low = shift;
                    f64::NAN
                }
            };
            let is_between = low < next && next < high;
            shift = if is_between { next } else { f64::max((low * high).sqrt(), low + 0.1 * (high - low)) };
        }
        None
    }

    /// The minimizer by eigenvalues: `d(λ) = -Q (Λ + λI)⁻¹ Qᵀg` for the least λ ≥ max(0, -λ₁) with ‖d(λ)‖ ≤ radius.
    fn by_eigenvalues(&self, gradient: &DVector<f64>, radius: f64) -> DVector<f64> {
        let n = gradient.len();
        let eigen = self.eigen.get_or_init(|| self.hessian.clone().symmetric_eigen());
        let slopes = eigen.eigenvectors.tr_mul(gradient);
        // Qᵀd(λ), with 0 for a component without slope.
        let step = |shift: f64| {
            let along =
                |i: usize| if slopes[i] == 0.0 { 0.0 } else { -slopes[i] / (eigen.eigenvalues[i] + shift) };
            DVector::from_fn(n, |i, _| along(i))
        };
        let size = self.hessian.norm().max(f64::MIN_POSITIVE);
        let least = eigen.eigenvalues.min();
        // The Newton step, if H is positive definite and the step is short enough.
        if least > 1e-14 * size && step(0.0).norm() <= radius {
            return &eigen.eigenvectors * step(0.0);
        }
        let lowest = (-least).max(0.0);
        let just_above = step(lowest + 1e-13 * size);
        if just_above.norm() < radius {
            // The hard case: the gradient has no component along the eigenvector of λ₁. A multiple of this eigenvector
            // extends the step to the sphere.
            let along = eigen.eigenvalues.imin();
            let mut at = just_above;
            let (before, rest) = (at[along], at.norm_squared() - radius * radius);
            at[along] += -before + (before * before - rest).max(0.0).sqrt();
            return &eigen.eigenvectors * at;
        }
        // Bisection for ‖d(λ)‖ = radius, which falls in λ; ‖g‖ / (λ₁ + λ) ≥ ‖d(λ)‖ bounds λ from above.
        let (mut low, mut high) = (lowest, lowest + gradient.norm() / radius + 1e-12 * size);
        loop {
            let middle = low.midpoint(high);
            // Also ends if a number is NaN.
            if !(low < middle && middle < high) {
                return &eigen.eigenvectors * step(high);
            }
            if step(middle).norm() > radius {
                low = middle;
            } else {
                high = middle;
            }
        }
    }
}

/// Returns a vector with zeros up to a multiple of four.
fn padded(vector: &DVector<f64>) -> Vec<Four> {
    let mut padded = vec![[0.0; 4]; vector.len().div_ceil(4)];
    padded.as_flattened_mut()[..vector.len()].copy_from_slice(vector.as_slice());
    padded
}

fn norm(vector: &[Four]) -> f64 {
    vector.iter().map(|four| dot(four, four)).sum::<f64>().sqrt()
}

#[cfg(test)]
mod tests;
