//! Models of several functions against the quadratics that they are fitted to.

use nalgebra::{DMatrix, DVector};

use super::Fits;
use crate::hybrid::constrained::points::{Known, Points};

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
