use std::collections::VecDeque;

use nalgebra::{DMatrix, DVector};

use super::{BandMatrix, Bands, MeanError, Metric, fit};
use crate::quasi_newton::curvature::Curvatures;

/// A matrix with these diagonals.
fn band(diagonals: &[&[f64]]) -> BandMatrix {
    BandMatrix { diagonals: diagonals.iter().map(|diagonal| diagonal.to_vec()).collect() }
}

fn dense(band: &BandMatrix) -> DMatrix<f64> {
    let n = band.diagonals[0].len();
    DMatrix::from_fn(n, n, |i, j| {
        band.diagonals.get(i.abs_diff(j)).map_or(0.0, |diagonal| diagonal[i.min(j)])
    })
}

fn pentadiagonal() -> BandMatrix {
    band(&[&[4.0, 5.0, 6.0, 5.0, 4.0], &[1.0, -1.0, 0.5, 2.0], &[0.5, 0.25, -1.0]])
}

#[test]
fn products_and_solutions_are_those_of_the_dense_matrix() {
    let (band, v) = (pentadiagonal(), [1.0, -2.0, 3.0, 0.5, -1.0]);
    let (matrix, vector) = (dense(&band), DVector::from_row_slice(&v));
    assert_eq!(band.times(&v), (&matrix * &vector).as_slice());
    let solution = band.solve(&v, &[true; 5]);
    assert!((matrix * DVector::from_vec(solution) - vector).norm() < 1e-14);
}

/// Rows and columns 1 and 3 are struck out.
#[test]
fn a_solution_on_some_coordinates_is_that_of_their_rows() {
    let (band, v) = (pentadiagonal(), [1.0, -2.0, 3.0, 0.5, -1.0]);
    let of = [0, 2, 4];
    let part = DMatrix::from_fn(3, 3, |i, j| dense(&band)[(of[i], of[j])]);
    let expected = part.lu().solve(&DVector::from_row_slice(&[1.0, 3.0, -1.0])).expect("not singular");
    let solution = band.solve(&v, &[true, false, true, false, true]);
    assert_eq!((solution[1], solution[3]), (0.0, 0.0));
    assert!((DVector::from_vec(of.map(|i| solution[i]).to_vec()) - expected).norm() < 1e-14);
}

/// `[[1, 2], [2, 1]]` has the eigenvalues 3 and -1: of the shifts 1e-4, 1e-3, ... the first above 1 is 10.
#[test]
fn a_matrix_that_is_not_positive_definite_gets_a_larger_diagonal() {
    let solution = band(&[&[1.0, 1.0], &[2.0]]).solve(&[7.0, -7.0], &[true; 2]);
    let expected =
        DMatrix::from_row_slice(2, 2, &[11.0, 2.0, 2.0, 11.0]).try_inverse().expect("not singular")
            * DVector::from_row_slice(&[7.0, -7.0]);
    assert!((DVector::from_vec(solution) - expected).norm() < 1e-14);
    // Nothing helps here; the gradient itself is a direction down.
    assert_eq!(band(&[&[f64::NAN; 2]]).solve(&[3.0, 4.0], &[true, false]), [3.0, 0.0]);
}

/// Pairs of a quadratic, in mixed units and of different lengths.
fn pairs(of: &BandMatrix, count: usize) -> VecDeque<(Vec<f64>, Vec<f64>)> {
    let n = of.diagonals[0].len();
    let step = |k: usize| (0..n).map(|i| 0.3_f64.powi(k as i32) * ((3 * k + 7 * i) as f64).sin()).collect();
    (0..count).map(step).map(|s: Vec<f64>| (s.clone(), of.times(&s))).collect()
}

#[test]
fn a_fit_finds_a_matrix_of_its_bandwidth_from_as_many_pairs_as_a_row_has_entries() {
    let truth = band(&[&[4.0, 500.0, 6.0, 5.0, 0.04, 3.0], &[1.0, -10.0, 0.5, 0.2, 0.1]]);
    let mut fitted = BandMatrix::zero(6, 1);
    for _ in 0..3 {
        fit::fit(&mut fitted, &pairs(&truth, 3));
    }
    let entries = |band: &BandMatrix| band.diagonals.concat();
    for (fitted, truth) in entries(&fitted).into_iter().zip(entries(&truth)) {
        assert!((fitted - truth).abs() < 1e-3 * truth.abs(), "{fitted} {truth}");
    }
}

/// Row and column 3 have no information: what was there stays.
#[test]
fn entries_that_the_pairs_do_not_show_keep_their_last_fit() {
    let truth = band(&[&[4.0, 5.0, 6.0, 5.0], &[1.0, -1.0, 0.5]]);
    let steps = [[1.0, 0.5, -2.0, 0.0], [0.3, -1.0, 0.5, 0.0], [0.2, 0.1, 0.9, 0.0]];
    // The change of the gradient in coordinate 3 would show the entry (2, 3).
    let rows_seen = |s: &[f64; 4]| {
        let mut y = truth.times(s);
        y[3] = 0.0;
        (s.to_vec(), y)
    };
    let mut fitted = band(&[&[1.0, 1.0, 1.0, 7.0], &[0.0, 0.0, 0.0]]);
    for _ in 0..3 {
        fit::fit(&mut fitted, &steps.iter().map(rows_seen).collect());
    }
    let expected = band(&[&[4.0, 5.0, 6.0, 7.0], &[1.0, -1.0, 0.0]]);
    let gap = (dense(&fitted) - dense(&expected)).norm();
    assert!(gap < 1e-3, "{fitted:?}");
}

/// Two pairs along one coordinate that disagree: `d = (1·4 + 0.7·9) / 1.7`, as each counts relative to its length.
#[test]
fn later_pairs_count_more_and_long_ones_no_more_than_short_ones() {
    let mut fitted = band(&[&[5.0]]);
    let two = [(vec![100.0], vec![900.0]), (vec![0.1], vec![0.4])];
    for _ in 0..3 {
        fit::fit(&mut fitted, &two.clone().into());
    }
    assert!((fitted.diagonals[0][0] - (4.0 + 0.7 * 9.0) / 1.7).abs() < 1e-4, "{fitted:?}");
}

#[test]
fn pairs_that_are_not_finite_leave_the_last_fit() {
    let mut fitted = band(&[&[5.0, 5.0]]);
    fit::fit(&mut fitted, &[(vec![1.0, 0.0], vec![f64::INFINITY, 0.0])].into());
    assert_eq!(fitted, band(&[&[5.0, 5.0]]));
}

#[test]
fn a_mean_error_is_the_first_and_then_half_of_the_latest_and_at_most_1() {
    let mut error = MeanError::default();
    let after = |error: &mut MeanError, of: f64| {
        error.take(of);
        error.mean
    };
    assert_eq!([0.5, 0.25, f64::NAN, 9.0].map(|of| after(&mut error, of)), [0.5, 0.375, 0.6875, 0.84375]);
}

/// Sees pairs of a quadratic one after the other. Returns the number of diagonals of the model that leads in the end.
fn leading(of: &BandMatrix, count: usize) -> Option<usize> {
    let n = of.diagonals[0].len();
    let (mut bands, mut metric) = (Bands::none(n), Metric::default());
    let curvatures = Curvatures::guessed(n, 1.0);
    for (s, y) in pairs(of, count) {
        bands.judge((&s, &y), &metric, &curvatures);
        assert!(metric.add(s, y, &curvatures, 50));
        bands.learn(metric.pairs());
    }
    bands.leading().map(|matrix| matrix.diagonals.len())
}

#[test]
fn a_model_leads_once_it_has_predicted_two_steps_better_than_the_metric() {
    let apart = band(&[&[1.0, 30.0, 2.0, 50.0, 0.5, 9.0, 4.0, 700.0]]);
    assert_eq!((leading(&apart, 2), leading(&apart, 4)), (None, Some(1)));
    let chain = band(&[&[2.0, 60.0, 4.0, 90.0, 7.0, 4.0, 50.0, 3.0], &[3.0, 5.0, 9.0, 12.0, 2.0, 7.0, 6.0]]);
    assert_eq!(leading(&chain, 8), Some(2));
}

/// `I + 10 v vᵀ` with a full v: no band is near it, and one pair tells the metric nearly all.
#[test]
fn none_leads_where_all_coordinates_interact() {
    let n = 12;
    let v: Vec<f64> = (0..n).map(|i| ((5 * i + 1) as f64).cos()).collect();
    let full = BandMatrix {
        diagonals: (0..n)
            .map(|d| (0..n - d).map(|i| 10.0 * v[i] * v[i + d] + f64::from(u8::from(d == 0))).collect())
            .collect(),
    };
    assert_eq!(leading(&full, 6), None);
}

#[test]
fn there_are_no_models_wider_than_the_matrix() {
    assert_eq!([1, 2, 3, 4].map(|n| Bands::none(n).models.len()), [1, 2, 2, 3]);
}
