//! Slopes, curvatures and covariances against closed forms.

use super::{Beside, FitUncertainty, Uncertainty};
use crate::{LeastSquares, Loss};

/// The points beside (x, y) at a step of h, for residuals and their sum of squares.
fn beside(x: &[f64], h: f64, residuals: impl Fn(&[f64]) -> Vec<f64>) -> Vec<Beside> {
    let side = |i: usize, step: f64| {
        let mut to = x.to_vec();
        to[i] += step;
        residuals(&to)
    };
    let sum = |r: &[f64]| r.iter().map(|r| r * r).sum::<f64>();
    (0..x.len())
        .map(|i| {
            let residuals = [side(i, h), side(i, -h)];
            let values = [sum(&residuals[0]), sum(&residuals[1])];
            Beside { coordinate: i, step: h, values, residuals }
        })
        .collect()
}

/// A line through (0, 0.1), (1, 0.9), (2, 2.1), (3, 2.9): least squares has intercept 0.06 and slope 0.96.
const LINE: [f64; 2] = [0.06, 0.96];

fn line(x: &[f64]) -> Vec<f64> {
    [0.1, 0.9, 2.1, 2.9].iter().enumerate().map(|(t, y)| x[0] + x[1] * t as f64 - y).collect()
}

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-9 * b.abs().max(1e-3)
}

#[test]
fn slopes_and_curvatures_are_those_of_a_parabola() {
    // f = 3 (x - 1)² at x = 1.5, h = 0.25: f' = 3, f'' = 6, one-sided slopes 3 ± 0.75.
    let f = |x: f64| 3.0 * (x - 1.0).powi(2);
    let values = [f(1.75), f(1.25)];
    let points = [Beside { coordinate: 1, step: 0.25, values, residuals: [Vec::new(), Vec::new()] }];
    let uncertainty = Uncertainty::at(&[7.0, 1.5], f(1.5), &points, None);
    assert_eq!((uncertainty.gradient[1], uncertainty.gradient_errors[1]), (3.0, 0.75));
    assert_eq!(uncertainty.curvatures[1], 6.0);
    assert_eq!(uncertainty.curvature_errors[1], 4.0 * f64::EPSILON * f(1.75) / 0.0625);
    assert!(uncertainty.gradient[0].is_nan() && uncertainty.steps == [0.0, 0.25]);
}

/// Straight lines: `var(slope) = s² / Σ (t - 1.5)²`, `var(intercept) = s² (1/4 + 1.5² / 5)`,
/// `cov = -1.5 s² / 5` (Draper & Smith 1998, "Applied regression analysis", section 1.4), here with `s² = 0.032 / 2`.
#[test]
fn a_straight_line_has_the_textbook_errors() {
    let (s2, form) = (0.032 / 2.0, LeastSquares::of(4));
    let fit = FitUncertainty::at(&LINE, &form, &line(&LINE), &beside(&LINE, 1e-3, line)).unwrap();
    assert!(close(fit.residual_deviation, f64::sqrt(s2)) && fit.degrees_of_freedom == 2);
    let expected = [[s2 * (0.25 + 2.25 / 5.0), -1.5 * s2 / 5.0], [-1.5 * s2 / 5.0, s2 / 5.0]];
    for (row, expected) in fit.covariance.iter().zip(expected) {
        assert!(row.iter().zip(expected).all(|(a, b)| close(*a, b)), "{row:?} {expected:?}");
    }
    assert!(close(fit.standard_errors[1], (s2 / 5.0).sqrt()));
    assert!(close(fit.correlations[0][1], -1.5 / 5.0 / ((0.25 + 2.25 / 5.0) / 5.0_f64).sqrt()));
    // t = 4.302652729911275 for two degrees of freedom.
    let half = 4.302_652_729_911_275 * (s2 / 5.0_f64).sqrt();
    assert!(close(fit.intervals[1][0], 0.96 - half) && close(fit.intervals[1][1], 0.96 + half));
    assert!(fit.least_determined.is_determined);
}

#[test]
fn given_deviations_replace_the_residuals_own() {
    let form = LeastSquares::of(4).with_deviations([0.5; 4]).unwrap();
    let fit = FitUncertainty::at(&LINE, &form, &line(&LINE), &beside(&LINE, 1e-3, line)).unwrap();
    assert!(fit.uses_given_deviations && close(fit.standard_errors[1], 0.5 / 5.0_f64.sqrt()));
    assert!(close(fit.residual_deviation, 2.0 * (0.032_f64 / 2.0).sqrt()));
    assert!(close(fit.intervals[1][1] - 0.96, 1.959_963_984_540_054 * 0.5 / 5.0_f64.sqrt()));
}

/// The mean of -3, -1, 0, 1, 3 with Huber's loss of scale 2: ψ = -2, -1, 0, 1, 2 and ψ' = 0, 1, 1, 1, 0, so that
/// `K = 1 + 1/5 · 0.24 / 0.36` and `s² = K² (10 / 4) / 0.36`.
#[test]
fn a_robust_mean_has_hubers_error() {
    let mean = |x: &[f64]| [-3.0, -1.0, 0.0, 1.0, 3.0].iter().map(|y| x[0] - y).collect::<Vec<f64>>();
    let form = LeastSquares::of(5).with_loss(Loss::Huber { scale: 2.0 }).unwrap();
    let fit = FitUncertainty::at(&[0.0], &form, &mean(&[0.0]), &beside(&[0.0], 1e-3, mean)).unwrap();
    let k: f64 = 1.0 + 0.2 * 0.24 / 0.36;
    assert!(close(fit.standard_errors[0], (k * k * 2.5 / 0.36 / 5.0).sqrt()), "{fit:?}");
}

/// Only a + b is seen: the combination (1, -1) is not determined. With c = 1000 b as the parameter, b's step is 1000.
#[test]
fn a_combination_that_the_data_do_not_see_is_named() {
    let sum =
        |x: &[f64]| [1.0, 2.0, 3.0].iter().map(|t| (x[0] + 1e-3 * x[1]) * t - 1.0).collect::<Vec<f64>>();
    let x = [0.2, 300.0];
    let fit = FitUncertainty::at(&x, &LeastSquares::of(3), &sum(&x), &beside(&x, 1e-2, sum)).unwrap();
    let least = &fit.least_determined;
    assert!(!least.is_determined && least.ratio < 1e-8, "{least:?}");
    assert!((least.direction[1] / least.direction[0] + 1000.0).abs() < 1e-6, "{least:?}");
    assert!(fit.standard_errors.iter().all(|error| *error > 1e3), "{fit:?}");
    let text = Uncertainty::at(&x, 1.0, &beside(&x, 1e-2, sum), Some(fit)).to_string();
    assert!(text.contains("the data do not determine it"), "{text}");
}

#[test]
fn as_many_parameters_as_residuals_leave_their_errors_unknown() {
    let two = |x: &[f64]| vec![x[0] - 1.0, x[1] + x[0]];
    let x = [1.0, -1.0];
    let fit = FitUncertainty::at(&x, &LeastSquares::of(2), &two(&x), &beside(&x, 1e-2, two)).unwrap();
    assert!(fit.degrees_of_freedom == 0 && fit.standard_errors.iter().all(|error| error.is_nan()));
    let text = Uncertainty::at(&x, 0.0, &beside(&x, 1e-2, two), Some(fit)).to_string();
    assert!(text.contains("no more residuals than free parameters"), "{text}");
}
