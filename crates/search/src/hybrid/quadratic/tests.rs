//! Models against the quadratics they are fitted to, and against a dense reference.

use nalgebra::{DMatrix, DVector};
use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

use super::super::cloud::Neighbour;
use super::{Conditions, Quadratic, RIDGE_OF_MISFITS, chosen};

fn neighbour(displacement: DVector<f64>, rise: f64) -> Neighbour {
    Neighbour { distance: displacement.norm(), displacement, rise, has_failed: false }
}

/// This many points in a cube of side 2, nearest first, with these rises.
fn neighbours(
    n: usize,
    count: usize,
    random: &mut Xoshiro256PlusPlus,
    rise: impl Fn(&DVector<f64>) -> f64,
) -> Vec<Neighbour> {
    let mut points: Vec<_> = (0..count)
        .map(|_| DVector::from_fn(n, |_, _| random.random_range(-1.0..1.0)))
        .map(|d| neighbour(d.clone(), rise(&d)))
        .collect();
    points.sort_by(|a, b| a.distance.total_cmp(&b.distance));
    points
}

/// The model of one function with these rises, `None` where there is none.
fn fitted(points: &[Neighbour], before: &DMatrix<f64>, radius: f64, remainder: f64) -> Option<Quadratic> {
    let points = chosen(points, radius, before.nrows());
    let displacements: Vec<_> = points.iter().map(|point| &point.displacement).collect();
    let conditions = Conditions::at(&displacements, radius)?;
    let before = conditions.in_radii(before);
    let rises = conditions.unexplained(|i| points[i].rise, &before);
    let fit = conditions.eliminate(remainder)?;
    fit.model(&fit.solve(&rises)?, &before)
}

fn random_quadratic(n: usize, random: &mut Xoshiro256PlusPlus) -> Quadratic {
    let gradient = DVector::from_fn(n, |_, _| random.random_range(-2.0..2.0));
    let matrix = DMatrix::from_fn(n, n, |_, _| random.random_range(-2.0..2.0));
    Quadratic { gradient, hessian: &matrix + matrix.transpose() }
}

#[test]
fn the_change_of_a_quadratic_is_slope_plus_half_the_curvature() {
    let hessian = DMatrix::from_row_slice(2, 2, &[2.0, 1.0, 1.0, 6.0]);
    let quadratic = Quadratic { gradient: DVector::from_column_slice(&[5.0, -7.0]), hessian };
    // 5 · 2 - 7 · 1 + ½ (2 · 4 + 2 · 2 · 1 + 6).
    assert_eq!(quadratic.change(&DVector::from_column_slice(&[2.0, 1.0])), 12.0);
}

/// Conn, Scheinberg & Vicente 2009, section 3.1: (n + 1)(n + 2)/2 points, including the incumbent, determine a
/// quadratic. The ridge leaves a small misfit, whatever the radius.
#[test]
fn enough_points_determine_the_quadratic_that_they_lie_on() {
    for seed in 0..40 {
        let random = &mut Xoshiro256PlusPlus::seed_from_u64(seed);
        let n = random.random_range(1..5);
        let truth = random_quadratic(n, random);
        let points = neighbours(n, (n + 1) * (n + 2) / 2 - 1, random, |d| truth.change(d));
        let model = fitted(&points, &DMatrix::zeros(n, n), 0.5, 0.0).expect("regular");
        for point in &points {
            let missed = (model.change(&point.displacement) - point.rise).abs();
            assert!(missed < 1e-4, "seed {seed}, n = {n}: missed by {missed}");
        }
    }
    // Well-placed points give the quadratic itself.
    let truth = random_quadratic(2, &mut Xoshiro256PlusPlus::seed_from_u64(1));
    let at = [[1.0, 0.0], [0.0, 1.0], [-1.0, 0.0], [0.0, -1.0], [1.0, 1.0]];
    let points = at.map(|at| DVector::from_column_slice(&at)).map(|d| neighbour(d.clone(), truth.change(&d)));
    for radius in [0.5, 1.0, 3.0] {
        let model = fitted(&points, &DMatrix::zeros(2, 2), radius, 0.0);
        let model = model.expect("regular");
        let tolerance = 1e-4 * radius.powi(4).max(1.0);
        assert!((&model.gradient - &truth.gradient).norm() < tolerance, "{radius}: {}", model.gradient);
        assert!((&model.hessian - &truth.hessian).norm() < tolerance, "{radius}: {}", model.hessian);
    }
}

#[test]
fn a_hessian_that_explains_all_points_stays_and_so_does_one_but_for_a_multiple_of_the_identity() {
    for seed in 0..40 {
        let random = &mut Xoshiro256PlusPlus::seed_from_u64(seed);
        let n = random.random_range(2..5);
        let truth = random_quadratic(n, random);
        // As many points as the slopes and the multiple need.
        let points = neighbours(n, n + 2, random, |d| truth.change(d));
        for multiple in [0.0, 3.0] {
            let before = &truth.hessian - DMatrix::identity(n, n) * multiple;
            let model = fitted(&points, &before, 0.7, 1e-2).expect("regular");
            assert!((&model.hessian - &truth.hessian).norm() < 1e-7, "seed {seed}: {}", model.hessian);
            assert!((&model.gradient - &truth.gradient).norm() < 1e-7, "seed {seed}: {}", model.gradient);
        }
    }
}

/// Solves `min ¼ ‖D‖_F² + ½ Σ missᵢ² / vᵢ` over g, μ and D with H = B + μI + D, `vᵢ` = ridge + remainder (distance /
/// radius)⁶, by dense normal equations: Powell 2004, equation 1.4, with misfits. One vector holds g, μ and the
/// elements of D.
fn reference(points: &[Neighbour], before: &DMatrix<f64>, radius: f64, remainder: f64) -> Quadratic {
    let n = before.nrows();
    let pairs: Vec<(usize, usize)> = (0..n).flat_map(|i| (i..n).map(move |j| (i, j))).collect();
    let before = before * (radius * radius);
    let count = n + 1 + pairs.len();
    let (mut system, mut right) = (DMatrix::zeros(count, count), DVector::zeros(count));
    for (k, &(i, j)) in pairs.iter().enumerate() {
        // Off-diagonal elements count twice in the norm.
        system[(n + 1 + k, n + 1 + k)] = if i == j { 0.5 } else { 1.0 };
    }
    for point in points {
        let d = &point.displacement / radius;
        let parts = pairs.iter().map(|&(i, j)| if i == j { 0.5 * d[i] * d[i] } else { d[i] * d[j] });
        let row: Vec<f64> = d.iter().copied().chain([0.5 * d.norm_squared()]).chain(parts).collect();
        let row = DVector::from_vec(row);
        let variance = RIDGE_OF_MISFITS + remainder * d.norm().powi(6);
        system.ger(1.0 / variance, &row, &row, 1.0);
        right.axpy((point.rise - 0.5 * d.dot(&(&before * &d))) / variance, &row, 1.0);
    }
    let solution = system.lu().solve(&right).expect("regular");
    let mut hessian = before + DMatrix::identity(n, n) * solution[n];
    for (k, &(i, j)) in pairs.iter().enumerate() {
        hessian[(i, j)] += solution[n + 1 + k];
        if i != j {
            hessian[(j, i)] += solution[n + 1 + k];
        }
    }
    Quadratic { gradient: solution.rows(0, n) / radius, hessian: hessian / (radius * radius) }
}

/// Distances from 0.3 to 1.7 radii, which would reveal any power other than the sixth.
#[test]
fn with_fewer_points_the_hessian_changes_least_and_points_are_missed_by_the_sixth_power_of_their_distance() {
    for (seed, remainder) in (0..40).zip([1e-4, 1e-2, 1.0].into_iter().cycle()) {
        let random = &mut Xoshiro256PlusPlus::seed_from_u64(seed);
        let n = random.random_range(2..4);
        let before = random_quadratic(n, random).hessian;
        // Not a quadratic.
        let points = neighbours(n, (n + 1) * (n + 2) / 2 - 2, random, |d| {
            d.iter().map(|x| x.exp()).sum::<f64>().sin()
        });
        let radius = random.random_range(0.5..1.5);
        let model = fitted(&points, &before, radius, remainder).expect("regular");
        let expected = reference(&points, &before, radius, remainder);
        let scale = 1.0 + expected.hessian.norm() + expected.gradient.norm();
        let (gradients, hessians) =
            (&model.gradient - &expected.gradient, &model.hessian - &expected.hessian);
        assert!(gradients.norm() < 1e-6 * scale, "seed {seed}: {} for {}", model.gradient, expected.gradient);
        assert!(hessians.norm() < 1e-6 * scale, "seed {seed}: {} for {}", model.hessian, expected.hessian);
    }
}

#[test]
fn a_model_takes_the_nearest_points_as_many_as_determine_it_and_none_on_a_wall() {
    let line = |count: usize, rise: &dyn Fn(f64) -> f64| -> Vec<Neighbour> {
        (1..=count).map(|k| neighbour(DVector::from_vec(vec![k as f64, 0.0]), rise(k as f64))).collect()
    };
    // (2 + 1)(2 + 2)/2 - 1.
    assert_eq!(chosen(&line(9, &|_| 1.0), 10.0, 2).len(), 5);
    // Within 60 radii; the n nearest in any case.
    assert_eq!(chosen(&line(9, &|_| 1.0), 0.05, 2).len(), 3);
    assert_eq!(chosen(&line(9, &|_| 1.0), 0.001, 2).len(), 2);
    // The limit is a thousand times the median of the four nearest.
    let usual = |x: f64| if x == 5.0 { 1001.0 } else { 1.0 };
    assert_eq!(chosen(&line(9, &usual), 10.0, 2).len(), 4);
    assert_eq!(chosen(&line(9, &|x| if x == 5.0 { 1000.0 } else { 1.0 }), 10.0, 2).len(), 5);
    // 90 points up to 36 coordinates, then 2.5 per coordinate.
    let many = |n: usize| -> Vec<Neighbour> {
        (1..=200).map(|k| neighbour(DVector::from_element(n, f64::from(k)), 1.0)).collect()
    };
    assert_eq!((chosen(&many(20), 1e3, 20).len(), chosen(&many(40), 1e3, 40).len()), (90, 100));
}

#[test]
fn without_points_there_is_no_model() {
    assert!(Conditions::at(&[], 1.0).is_none());
}

/// Many functions at once have the slopes that each has alone.
#[test]
fn slopes_of_many_functions_come_from_one_solution() {
    let random = &mut Xoshiro256PlusPlus::seed_from_u64(3);
    let (n, radius) = (3, 0.25);
    let functions: Vec<_> = (0..4).map(|_| random_quadratic(n, random)).collect();
    let points = neighbours(n, 7, random, |_| 0.0);
    let displacements: Vec<_> = points.iter().map(|point| &point.displacement).collect();
    let rises = DMatrix::from_fn(7, 4, |i, k| functions[k].change(displacements[i]));
    let conditions = Conditions::at(&displacements, radius).unwrap();
    let eliminated = conditions.eliminate(1e-3).unwrap();
    let slopes = eliminated.slopes(&rises).unwrap();
    let flat = DMatrix::zeros(n, n);
    for k in 0..4 {
        let alone = eliminated.solve(&conditions.unexplained(|i| rises[(i, k)], &flat)).unwrap();
        let model = eliminated.model(&alone, &flat).unwrap();
        assert!((model.gradient * radius - slopes.column(k)).amax() < 1e-9);
    }
    let displacement = DVector::from_column_slice(&[0.1, -0.2, 0.3]);
    let squares: f64 = slopes.column_iter().map(|g| (g.dot(&displacement) / radius).powi(2)).sum();
    assert!((conditions.squared_changes(&slopes, &displacement) - squares).abs() < 1e-12 * squares);
}
