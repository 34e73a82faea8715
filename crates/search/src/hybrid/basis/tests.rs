//! Poll bases.

use nalgebra::{DMatrix, DVector};

use super::super::quadratic::Quadratic;
use super::basis;

fn room(size: f64) -> (DVector<f64>, DVector<f64>) {
    (DVector::from_element(3, -size), DVector::from_element(3, size))
}

/// Curvature 1 along (1, 1, 0), 3 along (1, -1, 0).
fn valley() -> Quadratic {
    let hessian = DMatrix::from_row_slice(3, 3, &[2.0, -1.0, 0.0, -1.0, 2.0, 0.0, 0.0, 0.0, 7.0]);
    Quadratic { gradient: DVector::zeros(3), hessian }
}

#[test]
fn without_a_model_the_basis_is_the_coordinates() {
    let (lower, upper) = room(9.0);
    let vectors = basis(None, &lower, &upper, 1.0);
    assert_eq!(DMatrix::from_columns(&vectors), DMatrix::identity(3, 3));
}

#[test]
fn with_a_model_it_is_orthonormal_and_the_eigenvectors_of_its_hessian() {
    let (lower, upper) = room(9.0);
    let (model, vectors) = (valley(), basis(Some(&valley()), &lower, &upper, 1.0));
    let matrix = DMatrix::from_columns(&vectors);
    assert!((matrix.tr_mul(&matrix) - DMatrix::identity(3, 3)).norm() < 1e-12);
    let curvatures = matrix.tr_mul(&(&model.hessian * &matrix));
    assert!((&curvatures - DMatrix::from_diagonal(&curvatures.diagonal())).norm() < 1e-12, "{curvatures}");
}

#[test]
fn coordinates_with_a_bound_nearer_than_the_mesh_size_are_vectors_of_the_basis_and_the_others_stay_beside_them()
 {
    let (mut lower, upper) = room(9.0);
    lower[0] = -0.99;
    let vectors = basis(Some(&valley()), &lower, &upper, 1.0);
    assert_eq!(vectors[0], DVector::from_column_slice(&[1.0, 0.0, 0.0]));
    assert!(vectors[1..].iter().all(|vector| vector[0] == 0.0));
    // The bound is exactly one mesh size away, so not nearer.
    lower[0] = -1.0;
    let vectors = basis(Some(&valley()), &lower, &upper, 1.0);
    assert!(vectors.iter().any(|vector| (vector[0].abs() - 0.5_f64.sqrt()).abs() < 1e-12));
}
