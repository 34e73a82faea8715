//! The model of a sum of squares, from models of all residuals by one factorization.
//!
//! Residual i is modelled by `rᵢ + gᵢᵀd + ½ dᵀHᵢ d`, each time with the previous Hessian 0, and the sum by
//!
//! ```text
//! Σ rᵢ² + 2 c(d) + Σ (gᵢᵀd)²,    c(d) = Σ rᵢ (gᵢᵀd + ½ dᵀHᵢ d),
//! ```
//!
//! without the products of slopes and curvatures (Dennis, Gay & Welsch 1981, "An adaptive nonlinear least-squares
//! algorithm"). Models depend linearly on the values at the points, so that c is the model of one function,
//! `Σ rᵢ(0) (rᵢ - rᵢ(0))`, and no Hᵢ is computed.

use nalgebra::{DMatrix, DVector};

use super::points::Known;
use crate::hybrid::quadratic::Quadratic;

/// What the points say of the residuals r.
pub(super) struct Residuals {
    /// The rises `rᵢ - rᵢ(0)`, one point in each row and one residual in each column.
    pub(super) rises: DMatrix<f64>,
    /// `Σ rᵢ(0) (rᵢ - rᵢ(0))` at each point.
    pub(super) combined: DVector<f64>,
}

impl Residuals {
    /// Reads the last `count` values of the points.
    pub(super) fn at(near: &[(DVector<f64>, &Known)], here: &Known, count: usize) -> Self {
        let others = here.values.len() - count;
        let now = &here.values[others..];
        let rise = |i: usize, k: usize| near[i].1.values[others + k] - now[k];
        let rises = DMatrix::from_fn(near.len(), count, rise);
        let combined = &rises * DVector::from_column_slice(now);
        Residuals { rises, combined }
    }

    /// Subtracts from the rises of residual k at point i what is `explained` by other slopes.
    pub(super) fn subtract(&mut self, explained: impl Fn(usize, usize) -> f64) {
        let (points, residuals) = self.rises.shape();
        self.rises -= DMatrix::from_fn(points, residuals, explained);
    }
}

/// Returns the model of the sum from that of c and from the slopes gᵢ, one in each column: the gradient is 2 ∇c, and the
/// Hessian `2 (∇²c + Σ gᵢgᵢᵀ)`.
pub(super) fn sum_of_squares(combined: &Quadratic, slopes: &DMatrix<f64>) -> Quadratic {
    let hessian = (&combined.hessian + slopes * slopes.transpose()) * 2.0;
    Quadratic { gradient: &combined.gradient * 2.0, hessian }
}

#[cfg(test)]
mod tests;
