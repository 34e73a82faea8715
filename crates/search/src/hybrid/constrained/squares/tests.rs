//! The model of a sum of squares against sums whose derivatives are known.

use nalgebra::{DMatrix, DVector};

use super::SumMemory;
use crate::hybrid::constrained::points::Known;

/// `r₁ = 2 + x + 3 y + ½ (x² + 4 x y)`, `r₂ = -1 + 5 x`, after their sum of squares.
fn values(y: [f64; 2]) -> Vec<f64> {
    let first = 2.0 + y[0] + 3.0 * y[1] + 0.5 * (y[0] * y[0] + 4.0 * y[0] * y[1]);
    let second = -1.0 + 5.0 * y[0];
    vec![first * first + second * second, first, second]
}

fn known(y: [f64; 2]) -> Known {
    Known { x: y.to_vec(), y: DVector::from_column_slice(&y), values: values(y) }
}

/// Six points determine quadratics in two coordinates, and so the gradient `2 Σ rᵢgᵢ` and the Hessian
/// `2 Σ (gᵢgᵢᵀ + rᵢHᵢ)` of the sum: `2 (2 (1, 3) - (5, 0))`, `2 (g₁g₁ᵀ + g₂g₂ᵀ + 2 H₁)`.
#[test]
fn the_model_of_a_sum_of_squares_has_the_derivatives_of_the_sum() {
    let radius = 0.5;
    let at = [[1.0, 0.0], [0.0, 1.0], [-1.0, 0.0], [0.0, -1.0], [1.0, 1.0]];
    let points = at.map(|y| known(y.map(|y| radius * y)));
    let near: Vec<_> = points.iter().map(|point| (point.y.clone(), point)).collect();
    let (fits, model) = SumMemory::default().fit(&near, &known([0.0, 0.0]), 1, radius, true).expect("regular");
    let gradient = DVector::from_column_slice(&[-6.0, 12.0]);
    let hessian = DMatrix::from_row_slice(2, 2, &[56.0, 14.0, 14.0, 18.0]);
    assert!((model.gradient - gradient).amax() < 1e-4 && (model.hessian - hessian).amax() < 1e-3);

    // The prediction is exact but for the products of slopes and curvatures, which are of third order.
    let small = [0.01, -0.02];
    let mut memory = SumMemory::default();
    memory.learn(&fits, &DVector::from_column_slice(&small), values(small)[0], values([0.0, 0.0])[0]);
    assert!(memory.error() < 1e-3, "{}", memory.error());
    let mut wrong = SumMemory::default();
    wrong.learn(&fits, &DVector::from_column_slice(&small), 4.0, values([0.0, 0.0])[0]);
    assert!(wrong.error() > 0.1, "{}", wrong.error());
}
