//! Sums of squares whose terms a solver may ask for.

use search::{Failure, LeastSquares, Objective, Residuals};

/// The sum of the squares of `count` residuals.
pub(super) struct Squares<F> {
    pub(super) count: usize,
    pub(super) residuals: F,
}

impl<F: Fn(&[f64]) -> Vec<f64> + Send + Sync> Objective for Squares<F> {
    fn value(&self, x: &[f64]) -> Result<f64, Failure> {
        Ok((self.residuals)(x).iter().map(|residual| residual * residual).sum())
    }

    fn residuals(&self) -> Option<&dyn Residuals> {
        Some(self)
    }
}

impl<F: Fn(&[f64]) -> Vec<f64> + Send + Sync> Residuals for Squares<F> {
    fn form(&self) -> LeastSquares {
        LeastSquares::of(self.count)
    }

    fn residuals_at(&self, x: &[f64], residuals: &mut [f64]) -> Result<f64, Failure> {
        residuals.copy_from_slice(&(self.residuals)(x));
        Ok(residuals.iter().map(|residual| residual * residual).sum())
    }
}
