//! How well data determine the parameters of a fit.

use nalgebra::{DMatrix, DVector};
use serde::Serialize;

use super::Beside;
use super::student::quantile;
use crate::{LeastSquares, Loss};

/// A combination of parameters counts as not determined if it changes the residuals by less than this part of the
/// largest change, all parameters in units in which each changes them alike. Differences are hardly more accurate.
const UNDETERMINED: f64 = 1e-8;

/// How well the data of a [fit](crate::LeastSquares) determine its parameters, to first order in the residuals. With
/// `z = r / sigma`, its m × n Jacobian J by central differences and `ψ(z) = z rho'(u)`, `u = (z / C)²`,
///
/// `covariance = s² (JᵀJ)⁻¹`,
///
/// `s² = K² Σ ψ(zᵢ)² / (m - n) / (Σ ψ'(zᵢ) / m)²`, `K = 1 + n / m var(ψ') / mean(ψ')²`
///
/// (Huber 1981, "Robust statistics", section 7.6), which is `f / (m - n)` for squares (Seber & Wild 1989, "Nonlinear
/// regression", section 2.1.2). Where standard deviations `sigma` are given, squares have s = 1: the errors follow from
/// `sigma` alone. n is the number of parameters that are not held.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct FitUncertainty {
    /// m - n, 0 if there are fewer residuals than free parameters.
    pub degrees_of_freedom: usize,
    /// s: the standard deviation of the residuals, or of `r / sigma`. NaN without degrees of freedom.
    pub residual_deviation: f64,
    /// Whether the errors follow from the given standard deviations, without s.
    pub uses_given_deviations: bool,
    /// The standard error of each parameter; 0 for one that is held.
    pub standard_errors: Vec<f64>,
    /// The ends of each parameter's 95 % confidence interval: x ± t standard errors, with the quantile t of Student's
    /// distribution with m - n degrees of freedom, or of the normal one with given deviations.
    pub intervals: Vec<[f64; 2]>,
    /// The covariances, n rows of n, 0 for a parameter that is held.
    pub covariance: Vec<Vec<f64>>,
    /// The correlations, n rows of n: covariances divided by both standard errors; NaN for a parameter that is held.
    pub correlations: Vec<Vec<f64>>,
    /// The combination of parameters that the data determine least.
    pub least_determined: Combination,
}

/// A direction in the space of the parameters: a singular vector of J with columns of length 1. (Belsley, Kuh & Welsch
/// 1980, "Regression diagnostics", section 3.2.)
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Combination {
    /// The singular value over the largest one: 1 over the condition index. Below 1/30 parameters compensate one
    /// another.
    pub ratio: f64,
    /// Whether the ratio is above 1e-8, the accuracy of the differences.
    pub is_determined: bool,
    /// The direction in the parameters' units, with the largest share of a parameter, `|direction| ‖column of J‖`, at 1.
    pub direction: Vec<f64>,
    /// The parameters' shares `direction ‖column of J‖`, from -1 to 1.
    pub shares: Vec<f64>,
}

impl FitUncertainty {
    /// Derives it from the residuals at `x` and beside it; `None` if all parameters are held, if J overflows, and for a
    /// loss with kinks.
    pub(crate) fn at(x: &[f64], form: &LeastSquares, residuals: &[f64], beside: &[Beside]) -> Option<Self> {
        let (m, n, all) = (residuals.len(), beside.len(), x.len());
        let columns: Vec<DVector<f64>> = beside.iter().map(|beside| slope(form, beside)).collect();
        let directions = Directions::of(&columns)?;
        let residual_deviation = deviation(form, &form.standardized(residuals), n)?;
        let uses_given_deviations = form.deviations().is_some() && form.loss() == Loss::Squares;
        let s = if uses_given_deviations { 1.0 } else { residual_deviation };
        let mut covariance = vec![vec![0.0; all]; all];
        for (j, first) in beside.iter().enumerate() {
            for (k, second) in beside.iter().enumerate() {
                covariance[first.coordinate][second.coordinate] = s * s * directions.inverse(j, k);
            }
        }
        let degrees_of_freedom = m.saturating_sub(n);
        let standard_errors: Vec<f64> = (0..all).map(|i| covariance[i][i].sqrt()).collect();
        let reach = quantile(if uses_given_deviations { None } else { Some(degrees_of_freedom) });
        let interval = |i: usize| {
            let half = if standard_errors[i] == 0.0 { 0.0 } else { reach * standard_errors[i] };
            [x[i] - half, x[i] + half]
        };
        let correlation = |i: usize, k: usize| covariance[i][k] / (standard_errors[i] * standard_errors[k]);
        Some(FitUncertainty {
            degrees_of_freedom,
            residual_deviation,
            uses_given_deviations,
            intervals: (0..all).map(interval).collect(),
            correlations: (0..all).map(|i| (0..all).map(|k| correlation(i, k)).collect()).collect(),
            standard_errors,
            covariance,
            least_determined: directions.least(all, beside),
        })
    }
}

/// The singular values and vectors of `J C⁻¹`, where C holds the lengths of J's columns.
struct Directions {
    /// The diagonal of C; 1 for a column of zeros.
    lengths: Vec<f64>,
    /// The singular values σ.
    values: DVector<f64>,
    /// The right singular vectors v, one in each row.
    vectors: DMatrix<f64>,
}

impl Directions {
    /// Decomposes J, given by its columns. `None` without columns, and if one is not finite.
    fn of(columns: &[DVector<f64>]) -> Option<Self> {
        let m = columns.first()?.len();
        let length = |column: &DVector<f64>| if column.norm() > 0.0 { column.norm() } else { 1.0 };
        let lengths: Vec<f64> = columns.iter().map(length).collect();
        let scaled = DMatrix::from_fn(m, columns.len(), |i, k| columns[k][i] / lengths[k]);
        if !scaled.iter().all(|element| element.is_finite()) {
            return None;
        }
        // Rows of zeros let all directions out of fewer residuals than parameters.
        let scaled = scaled.resize_vertically(m.max(columns.len()), 0.0);
        let decomposed = scaled.try_svd(false, true, f64::EPSILON, 0)?;
        Some(Directions { lengths, values: decomposed.singular_values, vectors: decomposed.v_t? })
    }

    /// Returns an element of `(JᵀJ)⁻¹ = C⁻¹ (Σ v vᵀ / σ²) C⁻¹`.
    fn inverse(&self, j: usize, k: usize) -> f64 {
        let part = |i: usize| {
            let product = self.vectors[(i, j)] * self.vectors[(i, k)];
            if product == 0.0 { 0.0 } else { product / (self.values[i] * self.values[i]) }
        };
        (0..self.lengths.len()).map(part).sum::<f64>() / (self.lengths[j] * self.lengths[k])
    }

    /// Returns the combination of the least singular value, among `all` parameters.
    fn least(&self, all: usize, beside: &[Beside]) -> Combination {
        let (mut direction, mut shares) = (vec![0.0; all], vec![0.0; all]);
        let least = self.values.imin();
        let vector = self.vectors.row(least).transpose();
        let largest = vector[vector.iamax()];
        for (k, beside) in beside.iter().enumerate() {
            shares[beside.coordinate] = vector[k] / largest;
            direction[beside.coordinate] = vector[k] / largest / self.lengths[k];
        }
        let ratio = self.values[least] / self.values.max();
        Combination { ratio, is_determined: ratio > UNDETERMINED, direction, shares }
    }
}

/// Returns a column of J: `(z₊ - z₋) / 2h`.
fn slope(form: &LeastSquares, beside: &Beside) -> DVector<f64> {
    let [above, below] = [0, 1].map(|side| form.standardized(&beside.residuals[side]));
    DVector::from_iterator(above.len(), above.iter().zip(&below).map(|(a, b)| (a - b) / (2.0 * beside.step)))
}

/// Returns Huber's s for n free parameters; NaN without degrees of freedom, `None` for a loss with kinks.
fn deviation(form: &LeastSquares, z: &[f64], n: usize) -> Option<f64> {
    let m = z.len();
    let influences: Vec<(f64, f64)> = z.iter().map(|&z| form.loss().influence(z)).collect::<Option<_>>()?;
    if m <= n {
        return Some(f64::NAN);
    }
    let squares: f64 = influences.iter().map(|(psi, _)| psi * psi).sum();
    let mean = influences.iter().map(|(_, slope)| slope).sum::<f64>() / m as f64;
    let variance = influences.iter().map(|(_, slope)| (slope - mean).powi(2)).sum::<f64>() / m as f64;
    let correction = 1.0 + n as f64 / m as f64 * variance / (mean * mean);
    Some(correction * (squares / (m - n) as f64).sqrt() / mean)
}
