//! Vectors of `ndarray` and `nalgebra` are points wherever one is taken.
#![cfg(all(feature = "nalgebra", feature = "ndarray"))]

use nalgebra::{DVector, Matrix3x2, Vector3};
use ndarray::{Array1, Array2, ArrayView1, array, s};
use search::{Bounds, IntoPoint, LinearConstraints, Problem};

/// The minimum of a bowl around (1, 2, 3) within these bounds.
fn least(start: impl IntoPoint, lower: impl IntoPoint, upper: impl IntoPoint) -> Vec<f64> {
    let bowl = |x: &[f64]| (0..3).map(|i| (x[i] - (i + 1) as f64).powi(2)).sum::<f64>();
    search::minimize(bowl, start).within(lower, upper).run().unwrap().x
}

#[test]
fn arrays_of_ndarray_are_points() {
    let (lower, upper) = (array![2.0, -5.0, -5.0], array![5.0, 1.5, 2.5]);
    let expected = [2.0, 1.5, 2.5];
    assert_eq!(least(Array1::zeros(3), &lower, &upper), expected);
    assert_eq!(least(ArrayView1::from(&[0.0; 3]), lower.view(), upper.view()), expected);
    // A view with strides of its own.
    let table = Array2::from_shape_fn((3, 2), |(i, _)| i as f64);
    assert_eq!(least(table.column(1), &lower, upper), expected);
    assert_eq!(table.column(1).into_point(), [0.0, 1.0, 2.0]);
    assert_eq!(array![1.0, 2.0, 3.0].slice(s![..;-1]).into_point(), [3.0, 2.0, 1.0]);
}

#[test]
fn vectors_of_nalgebra_are_points() {
    let (lower, upper) = (Vector3::new(2.0, -5.0, -5.0), DVector::from_vec(vec![5.0, 1.5, 2.5]));
    let expected = [2.0, 1.5, 2.5];
    assert_eq!(least(Vector3::zeros(), lower, &upper), expected);
    assert_eq!(least(DVector::zeros(3), lower, upper.rows(0, 3)), expected);
    let table = Matrix3x2::new(1.0, 2.0, 3.0, 4.0, 5.0, 6.0);
    assert_eq!(table.column(1).into_point(), [2.0, 4.0, 6.0]);
}

#[test]
fn a_matrix_gives_its_rows() {
    let (a, b) = (array![[1.0, 1.0], [1.0, -1.0]], array![1.0, 0.0]);
    let linear = LinearConstraints::at_most(a.rows(), &b).unwrap();
    assert_eq!(linear, LinearConstraints::at_most([[1.0, 1.0], [1.0, -1.0]], [1.0, 0.0]).unwrap());
    let problem = Problem::new(|x| -x[0], &b).unwrap().granular(array![0.5, 0.5]).unwrap();
    assert_eq!(problem.bounded(Bounds::new(-&b, &b).unwrap()).unwrap().dimension(), 2);
}
