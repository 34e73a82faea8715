//! A variable metric (BFGS) for objectives with kinks.

use nalgebra::{DMatrix, DVector};
use serde::{Deserialize, Serialize};

use super::quadratic::Quadratic;

/// The least initial curvature, as a fraction of the model's largest.
const LEAST_CURVATURE: f64 = 0.03;

/// An approximation of the inverse Hessian from gradient changes. Across a kink the gradient jumps over a short step,
/// so the metric makes steps across the kink short and steps along it long. (Lewis & Overton 2013, "Nonsmooth
/// optimization via quasi-Newton methods", section 3; the update is equation 6.17 of Nocedal & Wright 2006.)
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct VariableMetric {
    /// The inverse Hessian, n × n.
    inverse: Vec<f64>,
    gradient: Vec<f64>,
    /// Length of the last step, infinite before the first.
    pub(super) step_length: f64,
}

impl VariableMetric {
    /// Starts from a model's Hessian `Q Λ Qᵀ`: the inverse is `Q diag(1 / max(|λᵢ|, LEAST_CURVATURE max |λ|)) Qᵀ`.
    pub(super) fn of(model: &Quadratic, gradient: &DVector<f64>) -> Self {
        let eigen = model.hessian.clone().symmetric_eigen();
        let least = (LEAST_CURVATURE * eigen.eigenvalues.amax()).max(f64::MIN_POSITIVE);
        let lengths = eigen.eigenvalues.map(|curvature| 1.0 / curvature.abs().max(least));
        let inverse = &eigen.eigenvectors * DMatrix::from_diagonal(&lengths) * eigen.eigenvectors.transpose();
        VariableMetric {
            inverse: inverse.as_slice().to_vec(),
            gradient: gradient.as_slice().to_vec(),
            step_length: f64::INFINITY,
        }
    }

    pub(super) fn gradient(&self) -> DVector<f64> {
        DVector::from_column_slice(&self.gradient)
    }

    /// Returns the descent direction `-H g`. A coordinate at a bound that its slope points out of stays fixed.
    pub(super) fn direction(&self, lower: &DVector<f64>, upper: &DVector<f64>) -> DVector<f64> {
        let mut slopes = self.gradient();
        let held =
            |k: usize, slope: f64| (slope > 0.0 && lower[k] >= 0.0) || (slope < 0.0 && upper[k] <= 0.0);
        let held: Vec<usize> = (0..slopes.len()).filter(|&k| held(k, slopes[k])).collect();
        held.iter().for_each(|&k| slopes[k] = 0.0);
        let mut direction = self.inverse() * -slopes;
        held.iter().for_each(|&k| direction[k] = 0.0);
        direction
    }

    /// Updates the inverse H by the step s and the gradient change y. A step without positive curvature `yᵀs` is
    /// skipped.
    pub(super) fn update(&mut self, step: &DVector<f64>, gradient: &DVector<f64>) {
        let (inverse, change) = (self.inverse(), gradient - self.gradient());
        let curvature = step.dot(&change);
        if curvature > 1e-12 * step.norm() * change.norm() {
            // BFGS, `(I - ρ s yᵀ) H (I - ρ y sᵀ) + ρ s sᵀ` with ρ = 1/yᵀs, expanded:
            // `H + (1 + yᵀH y / yᵀs) s sᵀ / yᵀs - (s (H y)ᵀ + (H y) sᵀ) / yᵀs`.
            let image = &inverse * &change;
            let along = (1.0 + change.dot(&image) / curvature) / curvature;
            let mixed = step * image.transpose() / curvature;
            let updated = inverse + step * step.transpose() * along - &mixed - mixed.transpose();
            self.inverse.copy_from_slice(updated.as_slice());
        }
        self.gradient.copy_from_slice(gradient.as_slice());
        self.step_length = step.norm();
    }

    fn inverse(&self) -> DMatrix<f64> {
        let n = self.gradient.len();
        DMatrix::from_column_slice(n, n, &self.inverse)
    }
}

#[cfg(test)]
mod tests;
