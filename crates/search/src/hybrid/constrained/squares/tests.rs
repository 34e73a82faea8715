//! The model of a sum of squares against a sum whose derivatives are known.

use nalgebra::{DMatrix, DVector};

use crate::hybrid::constrained::models::Fits;
use crate::hybrid::constrained::points::{Known, Points};

/// The sum of squares of `r₁ = 2 + x + 3 y + ½ (x² + 4 x y)` and `r₂ = -1 + 5 x`, then a constraint x y, then r.
fn known(y: [f64; 2]) -> Known {
    let first = 2.0 + y[0] + 3.0 * y[1] + 0.5 * (y[0] * y[0] + 4.0 * y[0] * y[1]);
    let second = -1.0 + 5.0 * y[0];
    let values = vec![first * first + second * second, y[0] * y[1], first, second];
    Known { x: y.to_vec(), y: DVector::from_column_slice(&y), values }
}

/// Six points determine quadratics in two coordinates, and so the gradient `2 Σ rᵢgᵢ` and the Hessian
/// `2 Σ (gᵢgᵢᵀ + rᵢHᵢ)` of the sum: `2 (2 (1, 3) - (5, 0))`, `2 (g₁g₁ᵀ + g₂g₂ᵀ + 2 H₁)`.
#[test]
fn the_model_of_a_sum_of_squares_has_the_derivatives_of_the_sum() {
    let (radius, here) = (0.5, known([0.0, 0.0]));
    let mut points = Points::default();
    for y in [[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [-1.0, 0.0], [0.0, -1.0], [1.0, 1.0]] {
        points.add(known(y.map(|y| radius * y)), &here.y);
    }
    let mut fits = Fits::none_yet(1, 2, 2);
    let models = fits.fit(&points, &here, radius, None, true).expect("regular");
    let expected = [
        (DVector::from_column_slice(&[-6.0, 12.0]), DMatrix::from_row_slice(2, 2, &[56.0, 14.0, 14.0, 18.0])),
        (DVector::zeros(2), DMatrix::from_row_slice(2, 2, &[0.0, 1.0, 1.0, 0.0])),
    ];
    assert_eq!(models.models.len(), 2);
    for (model, (gradient, hessian)) in models.models.iter().zip(expected) {
        assert!(
            (&model.gradient - gradient).amax() < 1e-4 && (&model.hessian - hessian).amax() < 1e-3,
            "{model:?}"
        );
    }

    // The prediction is right but for the products of slopes and curvatures, which are of third order.
    let beside = known([0.01, -0.02]);
    let mut learned = fits.clone();
    learned.learn(&models, &beside.y, &beside.values);
    assert!(learned.worst_error() < 1e-3, "{}", learned.worst_error());
    fits.learn(&models, &beside.y, &[4.0, beside.values[1], 0.0, 0.0]);
    assert!(fits.worst_error() > 0.1, "{}", fits.worst_error());
}

/// The models of residuals that depend on one coordinate each are right although, along a coordinate, all but one of
/// them hardly change.
#[test]
fn a_residual_that_a_step_hardly_changes_leaves_the_point_in_the_models() {
    let value = |y: [f64; 3]| {
        let residuals: Vec<f64> = (0..3).map(|k| 1.0 + 1e6 * y[k] + 1e-3 * y[(k + 1) % 3]).collect();
        [vec![residuals.iter().map(|r| r * r).sum()], residuals].concat()
    };
    let known = |y: [f64; 3]| Known { x: y.to_vec(), y: DVector::from_column_slice(&y), values: value(y) };
    let here = known([0.0; 3]);
    let mut points = Points::default();
    points.add(here.clone(), &here.y);
    for k in 0..3 {
        for side in [1.0, -1.0] {
            points.add(known(std::array::from_fn(|i| if i == k { side } else { 0.0 })), &here.y);
        }
    }
    let models = Fits::none_yet(0, 3, 3).fit(&points, &here, 1.0, None, true).expect("there are six points");
    assert!(
        (models.models[0].hessian.diagonal() - DVector::repeat(3, 2e12)).amax() < 1e7,
        "{:?}",
        models.models[0]
    );
}
