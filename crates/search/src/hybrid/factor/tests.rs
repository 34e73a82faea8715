//! Factors multiplied out, and solutions put into their equations.

use nalgebra::{DMatrix, DVector};
use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

use super::super::panels::{Four, Panels, Triangle, products};
use super::Factor;

/// The numbers of rows of the matrices.
const ORDERS: [usize; 7] = [1, 3, 4, 5, 8, 10, 23];

fn random(rows: usize, columns: usize, seed: u64) -> DMatrix<f64> {
    let random = &mut Xoshiro256PlusPlus::seed_from_u64(seed);
    DMatrix::from_fn(rows, columns, |_, _| random.random_range(-1.0..1.0))
}

fn panels(matrix: &DMatrix<f64>) -> Panels {
    let mut panels = Panels::default();
    panels.fill(matrix.nrows(), matrix.ncols(), |i, k| matrix[(i, k)]);
    panels
}

fn matrix(panels: &Panels, rows: usize, columns: usize) -> DMatrix<f64> {
    DMatrix::from_fn(rows, columns, |i, k| panels.panel(i / 4)[k][i % 4])
}

fn padded(vector: &DVector<f64>) -> Vec<Four> {
    let element = |i: usize| vector.get(i).copied().unwrap_or(0.0);
    (0..vector.len().div_ceil(4)).map(|p| std::array::from_fn(|k| element(4 * p + k))).collect()
}

fn vector(padded: &[Four], rows: usize) -> DVector<f64> {
    DVector::from_column_slice(&padded.as_flattened()[..rows])
}

/// The matrix `X Xᵀ + D` with D = diag(1, 2, …), its factor, and L of the factor.
fn factorized(n: usize) -> (DMatrix<f64>, Factor, DMatrix<f64>) {
    let x = random(n, n, n as u64);
    let diagonal = DVector::from_fn(4 * n.div_ceil(4), |i, _| (i + 1) as f64);
    let of_x = panels(&x);
    let triangle = Triangle::from_fn(of_x.count(), |i, j| products(of_x.panel(i), of_x.panel(j)));
    let factor = Factor::of(&triangle, &padded(&diagonal)).expect("positive definite");
    let lower = DMatrix::from_fn(n, n, |i, k| if k <= i { factor.lower.element(i, k) } else { 0.0 });
    (&x * x.transpose() + DMatrix::from_diagonal(&diagonal.rows(0, n)), factor, lower)
}

#[test]
fn the_factor_times_its_transpose_is_the_matrix_with_the_diagonal_added() {
    for n in ORDERS {
        let (a, factor, lower) = factorized(n);
        assert!((&lower * lower.transpose() - &a).amax() < 1e-12 * a.amax(), "{n}");
        for (i, inverse) in factor.inverse.as_flattened().iter().take(n).enumerate() {
            assert!((inverse * lower[(i, i)] - 1.0).abs() < 1e-14, "{n}");
        }
    }
}

#[test]
fn solutions_satisfy_their_equations() {
    for n in ORDERS {
        let (a, factor, lower) = factorized(n);
        let b: DVector<f64> = random(n, 1, 7).column(0).into();
        let forward = vector(&factor.forward(&padded(&b)), n);
        assert!((&lower * forward - &b).amax() < 1e-12, "{n}");
        let backward = vector(&factor.backward(&padded(&b)), n);
        assert!((lower.transpose() * backward - &b).amax() < 1e-12, "{n}");
        let solution = vector(&factor.solve(&padded(&b)), n);
        assert!((&a * solution - &b).amax() < 1e-12, "{n}");
    }
}

#[test]
fn solutions_for_rows_satisfy_their_equations() {
    for n in ORDERS {
        let (_, factor, lower) = factorized(n);
        let x = random(6, n, 8);
        let forward = matrix(&factor.forward_rows(&panels(&x)), 6, n);
        assert!((forward * lower.transpose() - &x).amax() < 1e-12, "{n}");
        let backward = matrix(&factor.backward_rows(&panels(&x)), 6, n);
        assert!((backward * lower - &x).amax() < 1e-12, "{n}");
    }
}

#[test]
fn a_matrix_that_is_not_positive_definite_has_no_factor() {
    // The third pivot is 3 - 2 - 1, less than that, or not a number.
    let factor = |corner: f64| {
        let rows = [[1.0, 0.0, 2.0_f64.sqrt()], [0.0, 1.0, 1.0], [2.0_f64.sqrt(), 1.0, corner]];
        let element = |i: usize, k: usize| if i.max(k) < 3 { rows[i][k] } else { f64::from(i == k) };
        let triangle =
            Triangle::from_fn(1, |_, _| std::array::from_fn(|k| std::array::from_fn(|i| element(i, k))));
        Factor::of(&triangle, &[[0.0; 4]])
    };
    assert!(factor(3.1).is_some());
    assert!(factor(2.9).is_none() && factor(-1.0).is_none() && factor(f64::NAN).is_none());
    assert!(Factor::of(&Triangle::of(vec![[0.0; 4]; 4]), &[[0.0; 4]]).is_none());
}
