//! Solutions by hand, and the conditions of optimality of random problems.

use nalgebra::{DMatrix, DVector};
use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

use super::Polytope;
use crate::hybrid::constrained::lagrangian::Function;

/// The range of an inequality's multiplier.
const AT_MOST_0: (f64, f64) = (0.0, f64::INFINITY);

fn function(value: f64, gradient: &[f64], hessian: Option<&[f64]>) -> Function {
    let n = gradient.len();
    let hessian = hessian.map(|elements| DMatrix::from_row_slice(n, n, elements));
    Function { value, gradient: DVector::from_column_slice(gradient), hessian }
}

/// Solves in the box of half width 1.
fn least(objective: &Function, rows: &[Function]) -> (Vec<f64>, Vec<f64>) {
    let upper = DVector::from_element(objective.gradient.len(), 1.0);
    let (u, multipliers) =
        Polytope { objective, rows, ranges: &vec![AT_MOST_0; rows.len()], lower: &-&upper, upper: &upper }
            .least();
    (u.iter().copied().collect(), multipliers)
}

fn are_close(a: &[f64], b: &[f64]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| (a - b).abs() < 1e-12)
}

/// min ½ ‖u - (1, 1)‖² where u₁ + u₂ ≤ 1: (½, ½), and u - (1, 1) + λ (1, 1) = 0 gives λ = ½. The other row has room.
#[test]
fn the_nearest_point_of_a_half_plane_is_the_foot_of_the_perpendicular() {
    let objective = function(0.0, &[-1.0, -1.0], Some(&[1.0, 0.0, 0.0, 1.0]));
    let rows = [function(-5.0, &[1.0, 2.0], None), function(-1.0, &[1.0, 1.0], None)];
    let (u, multipliers) = least(&objective, &rows);
    assert!(are_close(&u, &[0.5, 0.5]) && are_close(&multipliers, &[0.0, 0.5]), "{u:?} {multipliers:?}");
}

/// ½ ‖u - (-1, 2)‖² where u₁ + u₂ ≤ 0 and u₁ ≤ 0, both tight at the start: along the first to the corner of the box.
#[test]
fn rows_that_are_tight_at_the_start_are_followed() {
    let objective = function(0.0, &[1.0, -2.0], Some(&[1.0, 0.0, 0.0, 1.0]));
    let rows = [function(0.0, &[1.0, 0.0], None), function(0.0, &[1.0, 1.0], None)];
    // Along (-1, 1): -t - 2 t + t² is least beyond the box, at t = 3/2.
    let (u, multipliers) = least(&objective, &rows);
    assert!(are_close(&u, &[-1.0, 1.0]), "{u:?}");
    // Of the slope (0, -1), bound and row may take any parts.
    assert!(multipliers[0] == 0.0 && (0.0..1.0 + 1e-12).contains(&multipliers[1]), "{multipliers:?}");
}

/// ½ (u₂² - u₁²) + u₁ / 10 is least at (-1, 0); without a slope either end is.
#[test]
fn along_a_negative_curvature_it_goes_to_the_end() {
    let bent = [-1.0, 0.0, 0.0, 1.0];
    assert!(are_close(&least(&function(0.0, &[0.1, 0.0], Some(&bent)), &[]).0, &[-1.0, 0.0]));
    let (at_saddle, _) = least(&function(0.0, &[0.0, 0.0], Some(&bent)), &[]);
    assert!(are_close(&[at_saddle[0].abs(), at_saddle[1]], &[1.0, 0.0]), "{at_saddle:?}");
}

#[test]
fn a_linear_objective_is_least_at_a_corner() {
    let rows = [function(-0.5, &[1.0, 0.0], None)];
    let (u, multipliers) = least(&function(0.0, &[-3.0, 2.0], None), &rows);
    assert!(are_close(&u, &[0.5, -1.0]) && are_close(&multipliers, &[3.0]), "{u:?} {multipliers:?}");
}

/// What is not finite moves nothing.
#[test]
fn without_finite_numbers_there_is_no_step() {
    let (u, multipliers) = least(&function(0.0, &[f64::NAN, 1.0], Some(&[1.0; 4])), &[]);
    assert_eq!((u, multipliers), (vec![0.0, 0.0], Vec::new()));
}

/// The conditions of Karush, Kuhn & Tucker: `g + H u + Σ λᵢ aᵢ` is 0 along free coordinates and leads out of the box along
/// the others, λ ≥ 0, λᵢ = 0 where a row has room; and no random point near a minimum is better. Some rows are tight at
/// the start, some twice.
#[test]
fn the_result_is_a_local_minimum_whatever_the_curvature() {
    let mut random = Xoshiro256PlusPlus::seed_from_u64(5);
    for trial in 0..300 {
        let (n, m) = (random.random_range(1..9), random.random_range(0..9));
        let mut vector = |n: usize| DVector::from_fn(n, |_, _| random.random_range(-1.0..1.0));
        let part = DMatrix::from_columns(&(0..n).map(|_| vector(n)).collect::<Vec<_>>());
        let shift = DMatrix::identity(n, n) * (0.5 * f64::from(trial % 4));
        let hessian = (&part + part.transpose()) * 0.5 + shift;
        let objective = Function { value: 0.0, gradient: vector(n), hessian: Some(hessian) };
        let mut rows: Vec<Function> = (0..m)
            .map(|k| {
                let room = if k % 2 == 0 { 0.0 } else { -0.3 * f64::from(k as u32) / 8.0 };
                Function { value: room, gradient: vector(n), hessian: None }
            })
            .collect();
        rows.extend(rows.first().cloned());
        let upper = DVector::from_element(n, 1.0);
        let ranges = vec![AT_MOST_0; rows.len()];
        let polytope =
            Polytope { objective: &objective, rows: &rows, ranges: &ranges, lower: &-&upper, upper: &upper };
        let (u, multipliers) = polytope.least();
        let holds = |u: &DVector<f64>| u.amax() <= 1.0 && rows.iter().all(|row| row.at(u) <= 1e-12);
        assert!(holds(&u), "{trial}");
        let mut slope = objective.slope(&u);
        for (row, &multiplier) in rows.iter().zip(&multipliers) {
            assert!(
                multiplier >= -1e-9 && (multiplier == 0.0 || row.at(&u).abs() < 1e-9),
                "{trial}: {multiplier}"
            );
            slope.axpy(multiplier, &row.gradient, 1.0);
        }
        for (at, slope) in u.iter().zip(slope.iter()) {
            assert!(slope.abs() < 1e-8 || (at.abs() == 1.0 && slope * at < 0.0), "{trial}: {slope} at {at}");
        }
        for _ in 0..50 {
            let near = &u + DVector::from_fn(n, |_, _| random.random_range(-1e-3..1e-3));
            assert!(!holds(&near) || objective.at(&near) >= objective.at(&u) - 1e-12, "{trial}");
        }
    }
}

/// `½ (u₁ + u₂)² + 10⁻⁶ (u₁ - u₂)` has no curvature along (1, -1), where rounding leaves the Hessian as often indefinite
/// as not. The least value in the box is at the corner (-1, 1): `-2·10⁻⁶`.
#[test]
fn the_bottom_of_a_valley_is_followed_to_the_edge_of_the_box() {
    for rounding in [0.0, -1e-15, 1e-15] {
        let objective = function(0.0, &[1e-6, -1e-6], Some(&[1.0, 1.0, 1.0, 1.0 + rounding]));
        let (u, _) = least(&objective, &[]);
        assert!((objective.at(&DVector::from_vec(u.clone())) + 2e-6).abs() < 1e-12, "{u:?}");
    }
}

/// `u₁ - ½ u₂ + Σ wᵢ |cᵢ + aᵢᵀu|`: along a coordinate it goes through kinks of less weight than the slope, and ends at
/// the first that turns it.
#[test]
fn kinks_are_passed_until_the_slope_turns() {
    let objective = function(0.0, &[1.0, -0.5], None);
    // At u₁ = -0.2 the slope becomes 1 - 0.3, at -0.5 it becomes 1 - 0.3 - 0.8; at u₂ = 0.1 it becomes -0.5 + 0.6.
    let rows = [
        function(0.2, &[1.0, 0.0], None),
        function(0.5, &[1.0, 0.0], None),
        function(-0.1, &[0.0, 1.0], None),
    ];
    let ranges = [(-0.15, 0.15), (-0.4, 0.4), (-0.6, 0.6)];
    let upper = DVector::from_element(2, 1.0);
    let polytope =
        Polytope { objective: &objective, rows: &rows, ranges: &ranges, lower: &-&upper, upper: &upper };
    let (u, multipliers) = polytope.least();
    // Above a kink the slope has w more: 1 + 0.15 + 0.4 at first, 1 - 0.15 - 0.4 = 0.45 below both: on to the bound.
    assert!(are_close(u.as_slice(), &[-1.0, 0.1]), "{u}");
    assert!(are_close(&multipliers, &[-0.15, -0.4, 0.5]), "{multipliers:?}");
    let heavy = [(-0.15, 0.15), (-0.9, 0.9), (-0.6, 0.6)];
    let (u, multipliers) = Polytope { ranges: &heavy, ..polytope }.least();
    assert!(are_close(u.as_slice(), &[-0.5, 0.1]), "{u}");
    assert!(are_close(&multipliers, &[-0.15, -0.85, 0.5]), "{multipliers:?}");
}

/// The conditions of optimality with rows, kinks of magnitudes, and penalties to one side, all at random; and no random
/// point nearby is better.
#[test]
fn with_kinks_the_result_is_a_local_minimum_as_well() {
    let mut random = Xoshiro256PlusPlus::seed_from_u64(6);
    for trial in 0..300 {
        let (n, m) = (random.random_range(1..8), random.random_range(1..16));
        let mut vector = |n: usize| DVector::from_fn(n, |_, _| random.random_range(-1.0..1.0));
        let part = DMatrix::from_columns(&(0..n).map(|_| vector(n)).collect::<Vec<_>>());
        let objective =
            Function { value: 0.0, gradient: vector(n), hessian: Some((&part + part.transpose()) * 0.5) };
        let gradients: Vec<_> = (0..m).map(|_| vector(n)).collect();
        let mut rows = Vec::new();
        let mut ranges = Vec::new();
        for (k, gradient) in gradients.into_iter().enumerate() {
            let weight = random.random_range(0.0..1.0);
            ranges.push([AT_MOST_0, (-weight, weight), (0.0, weight)][k % 3]);
            let size = random.random_range(-0.3..0.3);
            rows.push(Function {
                value: if k % 3 == 0 { -f64::abs(size) } else { size },
                gradient,
                hessian: None,
            });
        }
        let upper = DVector::from_element(n, 1.0);
        let polytope =
            Polytope { objective: &objective, rows: &rows, ranges: &ranges, lower: &-&upper, upper: &upper };
        let (u, multipliers) = polytope.least();
        let value = |u: &DVector<f64>| {
            let mut sum = objective.at(u);
            for (row, &(least, most)) in rows.iter().zip(&ranges) {
                let excess = row.at(u);
                sum += if excess <= 1e-12 { least * excess } else { most * excess };
            }
            sum
        };
        let mut slope = objective.slope(&u);
        for ((row, &multiplier), &(least, most)) in rows.iter().zip(&multipliers).zip(&ranges) {
            assert!((least - 1e-9..=most + 1e-9).contains(&multiplier), "{trial}: {multiplier}");
            let excess = row.at(&u);
            assert!(excess > -1e-9 || multiplier == least, "{trial}: {multiplier} at {excess}");
            assert!(excess < 1e-9 || multiplier == most, "{trial}: {multiplier} at {excess}");
            slope.axpy(multiplier, &row.gradient, 1.0);
        }
        for (at, slope) in u.iter().zip(slope.iter()) {
            assert!(slope.abs() < 1e-8 || (at.abs() == 1.0 && slope * at < 0.0), "{trial}: {slope} at {at}");
        }
        for _ in 0..50 {
            let near = &u + DVector::from_fn(n, |_, _| random.random_range(-1e-3..1e-3));
            assert!(near.amax() > 1.0 || value(&near) >= value(&u) - 1e-11, "{trial}");
        }
    }
}
