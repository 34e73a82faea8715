//! What a minimum is worth: slopes, curvatures, and for fits standard errors and confidence intervals.

mod fit;
mod report;
mod student;

use serde::Serialize;

pub use fit::{Combination, FitUncertainty};

/// What the values beside the minimum `x` say of it ([`Run::with_uncertainty`](crate::Run::with_uncertainty)).
///
/// Each free coordinate i is moved by `±h`, which costs at most 2n evaluations. With `f± = f(x ± h eᵢ)`,
///
/// - the slope is `(f₊ - f₋) / 2h`, and its error at most `|f₊ - 2f + f₋| / 2h` where f is convex or concave between
///   the three points: then the slope lies between the one-sided ones;
/// - the curvature is `(f₊ - 2f + f₋) / h²`, and its error by rounding at most `4 ε max |f| / h²`.
///
/// ```
/// use search::{HybridSearch, Minimizer, Problem, Run};
///
/// let (t, y) = ([0.0, 1.0, 2.0, 3.0], [1.1, 2.9, 5.2, 6.8]);
/// let line = move |x: &[f64], r: &mut [f64]| (0..4).for_each(|i| r[i] = x[0] + x[1] * t[i] - y[i]);
/// let problem = Problem::least_squares(4, line, [0.0, 0.0])?;
/// let outcome = HybridSearch::default().run(&problem, &Run::default().with_uncertainty(), &mut ())?;
/// let fit = outcome.uncertainty.and_then(|uncertainty| uncertainty.fit).expect("it has converged");
/// // Straight lines: the error of the slope is s / sqrt(Σ (tᵢ - 1.5)²), with s² = 0.082 / 2.
/// assert!((fit.standard_errors[1] - (0.082_f64 / 2.0 / 5.0).sqrt()).abs() < 1e-6);
/// # Ok::<(), search::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Uncertainty {
    /// The point to which all this belongs: the best one of the search.
    pub x: Vec<f64>,
    /// The step h of each coordinate; 0 for one that is held at its value: because it is fixed, at a bound or closer
    /// to it than h, or because a point beside has no value.
    pub steps: Vec<f64>,
    /// The slope along each coordinate; NaN for one that is held.
    pub gradient: Vec<f64>,
    /// The error of each slope.
    pub gradient_errors: Vec<f64>,
    /// The second derivative along each coordinate; NaN for one that is held.
    pub curvatures: Vec<f64>,
    /// The error of each curvature.
    pub curvature_errors: Vec<f64>,
    /// For a fit: how well the data determine the parameters. `None` where the run knows no residuals at `x`: of an
    /// [`Objective`](crate::Objective) that has them, only solvers that [use](crate::Solver::uses_residuals) them do.
    pub fit: Option<FitUncertainty>,
}

/// What was evaluated beside a coordinate: value and residuals at `x + h` and `x - h`.
pub(crate) struct Beside {
    pub(crate) coordinate: usize,
    pub(crate) step: f64,
    pub(crate) values: [f64; 2],
    /// Empty for a problem without residuals.
    pub(crate) residuals: [Vec<f64>; 2],
}

impl Uncertainty {
    /// Derives slopes and curvatures at `x`, where the value is `value`, from the points beside it.
    pub(crate) fn at(x: &[f64], value: f64, beside: &[Beside], fit: Option<FitUncertainty>) -> Self {
        let nothing = vec![f64::NAN; x.len()];
        let mut uncertainty = Uncertainty {
            x: x.to_vec(),
            steps: vec![0.0; x.len()],
            gradient: nothing.clone(),
            gradient_errors: nothing.clone(),
            curvatures: nothing.clone(),
            curvature_errors: nothing,
            fit,
        };
        for &Beside { coordinate: i, step: h, values: [above, below], .. } in beside {
            let bend = (above - value) - (value - below);
            uncertainty.steps[i] = h;
            uncertainty.gradient[i] = (above - below) / (2.0 * h);
            uncertainty.gradient_errors[i] = bend.abs() / (2.0 * h);
            uncertainty.curvatures[i] = bend / (h * h);
            let largest = value.abs().max(above.abs()).max(below.abs());
            uncertainty.curvature_errors[i] = 4.0 * f64::EPSILON * largest / (h * h);
        }
        uncertainty
    }
}

#[cfg(test)]
mod tests;
