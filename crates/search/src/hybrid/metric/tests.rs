//! BFGS against a dense reference, and directions at bounds.

use nalgebra::{DMatrix, DVector};
use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

use super::super::quadratic::Quadratic;
use super::VariableMetric;

fn vector(parts: &[f64]) -> DVector<f64> {
    DVector::from_column_slice(parts)
}

/// Nocedal & Wright 2006, equation 6.17: `(I - ρ s yᵀ) H (I - ρ y sᵀ) + ρ s sᵀ`, ρ = 1/yᵀs.
fn reference(inverse: &DMatrix<f64>, s: &DVector<f64>, y: &DVector<f64>) -> DMatrix<f64> {
    let rho = 1.0 / y.dot(s);
    let left = DMatrix::identity(s.len(), s.len()) - s * y.transpose() * rho;
    &left * inverse * left.transpose() + s * s.transpose() * rho
}

#[test]
fn each_update_is_that_of_bfgs_symmetric_positive_definite_and_meets_the_secant_equation() {
    for seed in 0..40 {
        let random = &mut Xoshiro256PlusPlus::seed_from_u64(seed);
        let n = random.random_range(1..6);
        let mut vector = || DVector::from_fn(n, |_, _| random.random_range(-1.0..1.0));
        let hessian = DMatrix::from_diagonal(&vector());
        let mut metric = VariableMetric::of(&Quadratic { gradient: vector(), hessian }, &vector());
        for _ in 0..6 {
            let (step, gradient) = (vector(), vector());
            let (before, change) = (metric.inverse(), &gradient - metric.gradient());
            metric.update(&step, &gradient);
            let after = metric.inverse();
            assert_eq!((&metric.gradient(), metric.step_length), (&gradient, step.norm()));
            if step.dot(&change) <= 0.0 {
                assert_eq!(after, before, "seed {seed}: the slope has not risen along the step");
                continue;
            }
            let size = after.norm();
            let expected = reference(&before, &step, &change);
            assert!((&after - expected).norm() < 1e-8 * size, "seed {seed}");
            assert!((&after * &change - &step).norm() < 1e-8 * size, "seed {seed}: secant equation");
            assert!((&after - after.transpose()).norm() < 1e-12 * size, "seed {seed}");
            assert!(after.symmetric_eigen().eigenvalues.min() > -1e-10 * size, "seed {seed}");
        }
    }
}

#[test]
fn the_metric_begins_with_the_sizes_of_the_models_curvatures_none_below_three_hundredths_of_the_largest() {
    let hessian = DMatrix::from_diagonal(&vector(&[4.0, -2.0, 0.01]));
    let metric =
        VariableMetric::of(&Quadratic { gradient: vector(&[0.0; 3]), hessian }, &vector(&[1.0, 1.0, 1.0]));
    let expected = DMatrix::from_diagonal(&vector(&[0.25, 0.5, 1.0 / 0.12]));
    assert!((metric.inverse() - expected).norm() < 1e-12);
    assert_eq!(metric.step_length, f64::INFINITY);
    let far = vector(&[f64::INFINITY; 3]);
    let direction = metric.direction(&-&far, &far);
    assert!((direction - vector(&[-0.25, -0.5, -1.0 / 0.12])).norm() < 1e-12);
}

/// With H⁻¹ = [2 1; 1 3], the slope (1, -1) leads the first coordinate out of its lower bound, at distance 0.
#[test]
fn a_direction_leaves_coordinates_alone_that_the_slope_leads_out_of_their_bounds() {
    let metric =
        VariableMetric { inverse: vec![2.0, 1.0, 1.0, 3.0], gradient: vec![1.0, -1.0], step_length: 1.0 };
    let (lower, upper) = (vector(&[0.0, -5.0]), vector(&[5.0, 5.0]));
    assert_eq!(metric.direction(&lower, &upper), vector(&[0.0, 3.0]));
    // With the opposite slope the second coordinate stays.
    assert_eq!(metric.direction(&vector(&[-5.0, -5.0]), &vector(&[5.0, 0.0])), vector(&[-2.0, 0.0]));
    // A bound that the slope leads away from is not active.
    assert_eq!(metric.direction(&vector(&[-5.0, 0.0]), &vector(&[0.0, 5.0])), vector(&[-1.0, 2.0]));
}
