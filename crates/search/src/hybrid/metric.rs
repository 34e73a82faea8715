//! A variable metric: BFGS, which learns where the objective has kinks.

use nalgebra::{DMatrix, DVector};
use serde::{Deserialize, Serialize};

use super::quadratic::Quadratic;

/// The least curvature in the beginning, as a part of the largest that the model shows.
const LEAST_CURVATURE: f64 = 0.03;

/// Approximates the inverse of the Hessian by the changes of the gradient. Across a kink the gradient jumps over a
/// short step, so that the metric makes steps across short and those along the kink long. (Lewis & Overton 2013,
/// "Nonsmooth optimization via quasi-Newton methods", section 3; the update is Nocedal & Wright's 2006, equation 6.17.)
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct VariableMetric {
    /// n × n.
    inverse: Vec<f64>,
    gradient: Vec<f64>,
    /// Of the last step, infinite before the first.
    pub(super) step_length: f64,
}

impl VariableMetric {
    /// Begins with the curvature of a model, of whatever sign.
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

    /// The direction of steepest descent in this metric, along the bounds that the slope leads out of.
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

    /// Learns from the gradient after a step. One along which the slope has not risen teaches nothing.
    pub(super) fn update(&mut self, step: &DVector<f64>, gradient: &DVector<f64>) {
        let (inverse, change) = (self.inverse(), gradient - self.gradient());
        let curvature = step.dot(&change);
        if curvature > 1e-12 * step.norm() * change.norm() {
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
