//! Models of residuals whose value has kinks, against the quadratics that they are fitted to.

use nalgebra::{DMatrix, DVector};

use crate::Loss;
use crate::hybrid::constrained::models::Fits;
use crate::hybrid::constrained::points::{Known, Points};

/// The larger of `r₁ = 2 + x + 3 y + ½ (x² + 4 x y)` and `r₂ = 1 + 5 x`, then a constraint x y, then r.
fn known(y: [f64; 2]) -> Known {
    let first = 2.0 + y[0] + 3.0 * y[1] + 0.5 * (y[0] * y[0] + 4.0 * y[0] * y[1]);
    let second = 1.0 + 5.0 * y[0];
    let values = vec![first.max(second), y[0] * y[1], first, second];
    Known { x: y.to_vec(), y: DVector::from_column_slice(&y), values }
}

/// Six points determine all of it, although the value has a kink among them.
#[test]
fn each_residual_has_its_own_model_and_the_value_is_theirs() {
    let (radius, here) = (0.5, known([0.0, 0.0]));
    let mut points = Points::default();
    for y in [[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [-1.0, 0.0], [0.0, -1.0], [1.0, 1.0]] {
        points.add(known(y.map(|y| radius * y)), &here.y);
    }
    let mut fits = Fits::none_yet(1, 2, 2).with_kinks(Some(Loss::Minimax));
    let models = fits.fit(&points, &here, radius, None, true).expect("regular");
    for step in [[0.3, -0.4], [0.6, 0.1]] {
        let predicted = models.predict(&DVector::from_column_slice(&step));
        let there = known(step).values;
        assert!(
            (predicted[0] - there[0]).abs() < 1e-4 && (predicted[1] - there[1]).abs() < 1e-4,
            "{predicted:?} {there:?}"
        );
    }
    let slopes = models.slopes.as_ref().expect("they are residuals");
    assert!((slopes - DMatrix::from_row_slice(2, 2, &[1.0, 5.0, 3.0, 0.0])).amax() < 1e-4, "{slopes}");
    // H_c + ½ H₁, after the multipliers of the constraint those of the residuals.
    let hessian = models.hessian_of_lagrangian(&[1.0, 0.5, 0.5]);
    assert!((hessian - DMatrix::from_row_slice(2, 2, &[0.5, 2.0, 2.0, 0.0])).amax() < 1e-3);
    // Across the kink the prediction is right, and a wrong one is noticed.
    let mut learned = fits.clone();
    let across = known([0.6, 0.1]);
    learned.learn(&models, &across.y, &across.values);
    assert!(learned.worst_error() < 1e-3, "{}", learned.worst_error());
    learned.learn(&models, &across.y, &[-9.0, across.values[1], 0.0, 0.0]);
    assert!(learned.worst_error() > 0.1, "{}", learned.worst_error());
}
