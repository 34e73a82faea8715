//! Minimizers against closed forms, optimality conditions and a polar grid.

use std::f64::consts::TAU;

use nalgebra::{DMatrix, DVector};
use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

use super::{Ball, Quadratic, Region};

fn least(model: &Quadratic, radius: f64, lower: &DVector<f64>, upper: &DVector<f64>) -> DVector<f64> {
    Region::of(model, lower, upper).least(radius)
}

fn least_in_ball(hessian: &DMatrix<f64>, gradient: &DVector<f64>, radius: f64) -> DVector<f64> {
    Ball::with(hessian.clone()).least(gradient, radius)
}

fn vector(parts: &[f64]) -> DVector<f64> {
    DVector::from_column_slice(parts)
}

fn diagonal(parts: &[f64]) -> DMatrix<f64> {
    DMatrix::from_diagonal(&vector(parts))
}

fn random_vector(n: usize, random: &mut Xoshiro256PlusPlus) -> DVector<f64> {
    DVector::from_fn(n, |_, _| random.random_range(-2.0..2.0))
}

/// A random symmetric matrix of any signature.
fn random_hessian(n: usize, random: &mut Xoshiro256PlusPlus) -> DMatrix<f64> {
    let matrix = DMatrix::from_fn(n, n, |_, _| random.random_range(-2.0..2.0));
    &matrix + matrix.transpose()
}

/// Returns the least change on a polar grid of a disk, within the bounds.
fn least_on_grid(model: &Quadratic, radius: f64, lower: &DVector<f64>, upper: &DVector<f64>) -> f64 {
    let (circles, rays) = (60, 720);
    let points = (0..=circles).flat_map(|circle| (0..rays).map(move |ray| (circle, ray)));
    let changes = points.filter_map(|(circle, ray)| {
        let (length, angle) =
            (radius * f64::from(circle) / f64::from(circles), TAU * f64::from(ray) / f64::from(rays));
        let d = vector(&[length * angle.cos(), length * angle.sin()]);
        (0..2).all(|i| lower[i] <= d[i] && d[i] <= upper[i]).then(|| model.change(&d))
    });
    changes.fold(f64::INFINITY, f64::min)
}

#[test]
fn the_least_point_in_a_ball_is_that_of_a_hand_calculation() {
    // In the interior: H d = -g. On the sphere for H = I: -g scaled to the radius.
    let inside = least_in_ball(&diagonal(&[1.0, 4.0]), &vector(&[-1.0, -8.0]), 10.0);
    assert!((inside - vector(&[1.0, 2.0])).norm() < 1e-12);
    let outside = least_in_ball(&diagonal(&[1.0, 1.0]), &vector(&[3.0, 4.0]), 1.0);
    assert!((outside - vector(&[-0.6, -0.8])).norm() < 1e-12);
    // Without curvature: steepest descent to the sphere.
    let plane = least_in_ball(&DMatrix::zeros(2, 2), &vector(&[0.0, -5.0]), 3.0);
    assert!((plane - vector(&[0.0, 3.0])).norm() < 1e-9);
    assert_eq!(least_in_ball(&diagonal(&[1.0, 1.0]), &vector(&[3.0, 4.0]), 0.0), vector(&[0.0, 0.0]));
}

/// Conn, Gould & Toint 2000, "Trust-region methods", section 7.3: the gradient has no component along the eigenvector
/// of least curvature, `-(H + λI)⁺ g` at λ = 1 is (0, -1/2), and the rest of the radius goes along that eigenvector.
#[test]
fn the_hard_case_goes_on_to_the_sphere() {
    let hessian = diagonal(&[-1.0, 1.0]);
    for radius in [0.6, 1.0, 2.0, 50.0] {
        let d = least_in_ball(&hessian, &vector(&[0.0, 1.0]), radius);
        assert!((d.norm() - radius).abs() < 1e-9 * radius, "{radius}: {d}");
        assert!((d[1] + 0.5).abs() < 1e-9, "{radius}: {d}");
        assert!((d[0].abs() - (radius * radius - 0.25).sqrt()).abs() < 1e-9 * radius, "{radius}: {d}");
    }
    // In a smaller ball λ = 1.5 suffices, with no component along it.
    let d = least_in_ball(&hessian, &vector(&[0.0, 1.0]), 0.4);
    assert!((d - vector(&[0.0, -0.4])).norm() < 1e-9);
    // Without a gradient: along the least curvature alone.
    let d = least_in_ball(&hessian, &vector(&[0.0, 0.0]), 2.0);
    assert!((d[0].abs() - 2.0).abs() < 1e-9 && d[1].abs() < 1e-9, "{d}");
}

/// `(H + λI) d = -g` with λ greater than minus the least eigenvalue, on the sphere (Moré & Sorensen 1983, lemma 2.1):
/// such a d is the unique minimizer.
#[test]
fn the_least_point_on_a_sphere_is_the_one_that_the_conditions_of_optimality_name() {
    for seed in 0..200 {
        let random = &mut Xoshiro256PlusPlus::seed_from_u64(seed);
        let n = random.random_range(1..7);
        let (hessian, d) = (random_hessian(n, random), random_vector(n, random));
        let lowest = (-hessian.clone().symmetric_eigen().eigenvalues.min()).max(0.0);
        let shift = lowest + random.random_range(0.05..3.0);
        let gradient = -(&hessian * &d + shift * &d);
        let ball = Ball::with(hessian);
        let by_factors = ball.by_factors(&gradient, d.norm()).expect("not a hard case");
        for found in [by_factors, ball.by_eigenvalues(&gradient, d.norm())] {
            assert!((&found - &d).norm() < 1e-8 * d.norm(), "seed {seed}: {found} for {d}");
        }
    }
}

#[test]
fn no_point_of_a_polar_grid_is_better_than_the_least_of_any_quadratic_in_a_disk() {
    let far = vector(&[f64::INFINITY; 2]);
    for seed in 0..60 {
        let random = &mut Xoshiro256PlusPlus::seed_from_u64(seed);
        let model = Quadratic { gradient: random_vector(2, random), hessian: random_hessian(2, random) };
        let radius = random.random_range(0.1..3.0);
        let d = least(&model, radius, &-&far, &far);
        assert!(d.norm() <= radius * (1.0 + 1e-9), "seed {seed}: {d} is beyond {radius}");
        let (found, on_grid) = (model.change(&d), least_on_grid(&model, radius, &-&far, &far));
        assert!(found <= on_grid + 1e-9, "seed {seed}: {found} at {d}, {on_grid} on the grid");
        // The grid is fine, so its minimum is close.
        assert!(found >= on_grid - 0.02 * (1.0 + on_grid.abs()), "seed {seed}: {found} and {on_grid}");
    }
}

/// For a separable bowl each coordinate that has met its bound stays there.
#[test]
fn no_point_of_a_polar_grid_is_better_than_the_least_of_a_separable_bowl_in_a_disk_and_a_box() {
    let mut on_bounds = 0;
    for seed in 0..100 {
        let random = &mut Xoshiro256PlusPlus::seed_from_u64(seed);
        let hessian = diagonal(&[random.random_range(0.01..4.0), random.random_range(0.01..4.0)]);
        let model = Quadratic { gradient: random_vector(2, random), hessian };
        let lower = DVector::from_fn(2, |_, _| -random.random_range(0.0..1.0));
        let upper = DVector::from_fn(2, |_, _| random.random_range(0.0..1.0));
        let d = least(&model, 1.0, &lower, &upper);
        assert!(d.norm() <= 1.0 + 1e-9 && d >= lower && d <= upper, "seed {seed}: {d}");
        on_bounds += (0..2).filter(|&i| d[i] == lower[i] || d[i] == upper[i]).count();
        let (found, on_grid) = (model.change(&d), least_on_grid(&model, 1.0, &lower, &upper));
        assert!(found <= on_grid + 1e-9, "seed {seed}: {found} at {d}, {on_grid} on the grid");
    }
    assert!(on_bounds > 50, "{on_bounds}");
}

#[test]
fn within_a_box_the_step_is_no_worse_than_the_way_to_the_first_bound_and_meets_bounds_exactly() {
    let far = vector(&[f64::INFINITY; 4]);
    for seed in 0..2000 {
        let random = &mut Xoshiro256PlusPlus::seed_from_u64(seed);
        let model = Quadratic { gradient: random_vector(4, random), hessian: random_hessian(4, random) };
        let lower = DVector::from_fn(4, |_, _| -random.random_range(0.1..1.0));
        let upper = DVector::from_fn(4, |_, _| random.random_range(0.1..1.0));
        let (free, d) = (least(&model, 1.0, &-&far, &far), least(&model, 1.0, &lower, &upper));
        assert!(d.norm() <= 1.0 + 1e-9, "seed {seed}: {d}");
        assert!((0..4).all(|i| lower[i] <= d[i] && d[i] <= upper[i]), "seed {seed}: {d}");
        let is_beside = |bound: f64, d: f64| d != bound && (d - bound).abs() < 1e-12;
        assert!((0..4).all(|i| !is_beside(lower[i], d[i]) && !is_beside(upper[i], d[i])), "seed {seed}: {d}");
        let bound = |i: usize| if free[i] > 0.0 { upper[i] } else { lower[i] };
        let part = (0..4).map(|i| bound(i) / free[i]).fold(1.0, f64::min);
        let cut = model.change(&(&free * part));
        assert!(model.change(&d) <= cut + 1e-9 * (1.0 + cut.abs()), "seed {seed}: {d}");
    }
}

#[test]
fn a_coordinate_at_a_bound_that_the_slope_leads_out_of_stays() {
    let model = Quadratic { gradient: vector(&[1.0, 1.0]), hessian: diagonal(&[1.0, 1.0]) };
    let d = least(&model, 5.0, &vector(&[0.0, -5.0]), &vector(&[5.0, 5.0]));
    assert!((d - vector(&[0.0, -1.0])).norm() < 1e-12);
    // Also if the curvature would lead it back inside later: the unconstrained minimizer is (8, 9).
    let hessian = DMatrix::from_row_slice(2, 2, &[1.0, -1.0, -1.0, 2.0]);
    let model = Quadratic { gradient: vector(&[1.0, -10.0]), hessian };
    let d = least(&model, 50.0, &vector(&[0.0, -50.0]), &vector(&[50.0, 50.0]));
    assert!((d - vector(&[0.0, 5.0])).norm() < 1e-12);
    // The other coordinates share the rest of the radius: the first goes to its bound at distance 3, the other goes
    // 4.
    let model = Quadratic { gradient: vector(&[-100.0, -10.0]), hessian: DMatrix::zeros(2, 2) };
    let d = least(&model, 5.0, &vector(&[-9.0, -9.0]), &vector(&[3.0, 9.0]));
    assert!((d - vector(&[3.0, 4.0])).norm() < 1e-9);
}
