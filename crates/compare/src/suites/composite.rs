//! Values that are made of functions a solver may ask for: the largest of them, or a sum of magnitudes.

use search::{Failure, LeastSquares, Loss, Objective, Residuals};

/// The value of `count` functions with a loss.
pub(super) struct Composite<F> {
    form: LeastSquares,
    functions: F,
}

impl<F: Fn(&[f64]) -> Vec<f64> + Send + Sync> Composite<F> {
    pub(super) fn new(count: usize, loss: Loss, functions: F) -> Self {
        let form = LeastSquares::of(count).with_loss(loss).expect("a loss without a scale");
        Composite { form, functions }
    }
}

impl<F: Fn(&[f64]) -> Vec<f64> + Send + Sync> Objective for Composite<F> {
    fn value(&self, x: &[f64]) -> Result<f64, Failure> {
        Ok(self.form.value(&(self.functions)(x)))
    }

    fn residuals(&self) -> Option<&dyn Residuals> {
        Some(self)
    }
}

impl<F: Fn(&[f64]) -> Vec<f64> + Send + Sync> Residuals for Composite<F> {
    fn form(&self) -> LeastSquares {
        self.form.clone()
    }

    fn residuals_at(&self, x: &[f64], residuals: &mut [f64]) -> Result<f64, Failure> {
        residuals.copy_from_slice(&(self.functions)(x));
        Ok(self.form.value(residuals))
    }
}
