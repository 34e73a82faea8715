//! Residuals of wrapped objectives.

use search::{Failure, LeastSquares, Objective, Residuals};

/// The form of the residuals of an objective that has them.
pub(crate) fn form_of(objective: &dyn Objective) -> LeastSquares {
    objective.residuals().map_or_else(|| LeastSquares::of(0), Residuals::form)
}

/// Writes the residuals of an objective that has them, and returns its value.
pub(crate) fn residuals_of(
    objective: &dyn Objective,
    x: &[f64],
    residuals: &mut [f64],
) -> Result<f64, Failure> {
    let own =
        objective.residuals().ok_or_else(|| Failure::Error("the objective has no residuals".to_owned()))?;
    own.residuals_at(x, residuals)
}
