//! The errors of a network as residuals whose squares sum to the mean squared error.

use search::{Failure, LeastSquares, Residuals};

use crate::MeanSquaredError;

/// `r = e / sqrt(N·O)` for each error `e` of the outputs that the scaling keeps, output by output, so that the sum
/// of squares is the mean squared error. Targets that the scaling removes have constant errors; one more residual
/// stands for all of them, if there are any.
impl Residuals for MeanSquaredError {
    fn form(&self) -> LeastSquares {
        let kept = self.targets().outputs() * self.targets().samples();
        LeastSquares::of(kept + usize::from(self.targets().offset() > 0.0))
    }

    fn residuals_at(&self, parameters: &[f64], residuals: &mut [f64]) -> Result<f64, Failure> {
        self.check_length(parameters)?;
        let targets = self.targets();
        let root = (targets.errors() as f64).sqrt();
        self.with_errors(|pass, errors| {
            let outputs = pass.run(parameters, self.inputs());
            let (kept, constant) = residuals.split_at_mut(targets.outputs() * targets.samples());
            let mut sums = Vec::with_capacity(targets.outputs());
            for (output, residuals) in kept.chunks_exact_mut(targets.samples()).enumerate() {
                sums.push(targets.errors_of(output, outputs.row(output), errors.row_mut(output)));
                for (residual, error) in residuals.iter_mut().zip(errors.row(output)) {
                    *residual = error / root;
                }
            }
            constant.fill(targets.offset().sqrt());
            Ok(targets.mean(&sums))
        })
    }
}
