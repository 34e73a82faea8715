//! Models of several functions against the quadratics that they are fitted to.

use nalgebra::{DMatrix, DVector};

use super::{Fits, sum_of_squares};
use crate::hybrid::constrained::points::{Known, Points};
use crate::hybrid::quadratic::Quadratic;

fn known(y: [f64; 2], values: Vec<f64>) -> Known {
    Known { x: y.to_vec(), y: DVector::from_column_slice(&y), values }
}

/// Six points determine quadratics in two coordinates: each function gets its own.
#[test]
fn each_function_has_its_own_model_from_the_same_points() {
    let f = |y: [f64; 2]| vec![y[0] * y[0] + 3.0 * y[0] * y[1], 1.0 + y[0] - 2.0 * y[1] * y[1]];
    let at = [[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [-1.0, 0.0], [0.0, -1.0], [1.0, 1.0]];
    let mut points = Points::default();
    at.iter().for_each(|&y| points.add(known(y, f(y)), &DVector::zeros(2)));
    let here = known(at[0], f(at[0]));
    let models = Fits::none_yet(1, 0, 2).fit(&points, &here, 1.0, None, true).expect("regular");
    let predicted = models.predict(&DVector::from_column_slice(&[0.5, -0.5]));
    assert!(predicted.iter().zip(f([0.5, -0.5])).all(|(a, b)| (a - b).abs() < 1e-4), "{predicted:?}");
    // H_f + 2 H_c.
    let hessian = models.hessian_of_lagrangian(&[2.0]);
    assert!((hessian - DMatrix::from_row_slice(2, 2, &[2.0, 3.0, 3.0, -8.0])).amax() < 1e-3);
}

#[test]
fn the_model_of_a_sum_of_squares_has_the_derivatives_of_the_sum() {
    // r₁ = 2 + x + 3 y + ½ (x² + 4 x y), r₂ = -1 + 5 x.
    let first = Quadratic {
        gradient: DVector::from_column_slice(&[1.0, 3.0]),
        hessian: DMatrix::from_row_slice(2, 2, &[1.0, 2.0, 2.0, 0.0]),
    };
    let second =
        Quadratic { gradient: DVector::from_column_slice(&[5.0, 0.0]), hessian: DMatrix::zeros(2, 2) };
    let sum = sum_of_squares(&[first, second], &[2.0, -1.0]);
    // 2 (2 (1, 3) - (5, 0)), and 2 (g₁g₁ᵀ + g₂g₂ᵀ + 2 H₁).
    assert_eq!(sum.gradient, DVector::from_column_slice(&[-6.0, 12.0]));
    assert_eq!(sum.hessian, DMatrix::from_row_slice(2, 2, &[56.0, 14.0, 14.0, 18.0]));
}
