//! Solutions by hand, and the conditions of optimality of random problems.

use nalgebra::{DMatrix, DVector};
use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

use super::Curved;
use crate::hybrid::constrained::lagrangian::Function;

/// `½ c ‖u - centre‖² + value`
fn bowl(curvature: f64, centre: [f64; 2], value: f64) -> Function {
    let centre = DVector::from_column_slice(&centre);
    Function {
        value: value + 0.5 * curvature * centre.norm_squared(),
        gradient: centre * -curvature,
        hessian: Some(DMatrix::identity(2, 2) * curvature),
    }
}

fn linear(value: f64, gradient: [f64; 2]) -> Function {
    Function { value, gradient: DVector::from_column_slice(&gradient), hessian: None }
}

fn least(
    objective: &Function,
    rows: &[Function],
    kinks: &[Function],
    weight: Option<f64>,
) -> (Vec<f64>, Vec<f64>) {
    let upper = DVector::from_element(2, 1.0);
    let of_kinks = weight.map_or((0.0, 1.0), |weight| (-weight, weight));
    let ranges = [vec![(0.0, f64::INFINITY); rows.len()], vec![of_kinks; kinks.len()]].concat();
    let curved = Curved {
        objective,
        rows,
        kinks,
        ranges: &ranges,
        is_largest: weight.is_none(),
        lower: &-&upper,
        upper: &upper,
    };
    let (u, multipliers) = curved.least(&vec![0.0; kinks.len()]);
    (u.iter().copied().collect(), multipliers)
}

fn are_close(a: &[f64], b: &[f64]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| (a - b).abs() < 1e-7)
}

/// The larger of two equal bowls is least in the middle between them, with multipliers ½ and ½. Beside a row it is on the
/// row, as near to the further bowl as to the other.
#[test]
fn the_larger_of_two_bowls_is_least_between_them() {
    let bowls = [bowl(1.0, [0.6, 0.2], 0.0), bowl(1.0, [-0.2, 0.4], 0.0)];
    let (u, multipliers) = least(&linear(0.0, [0.0, 0.0]), &[], &bowls, None);
    assert!(are_close(&u, &[0.2, 0.3]) && are_close(&multipliers, &[0.5, 0.5]), "{u:?} {multipliers:?}");
    // u₁ <= 0: equidistant means 4 (u₁ - 0.2) = u₂ - 0.3, so u₂ = -0.5 there; but on the row the first bowl alone is
    // larger for u₂ > -0.5, and least at u₂ = 0.2, where -0.6 + λ = 0.
    let (u, multipliers) = least(&linear(0.0, [0.0, 0.0]), &[linear(0.0, [1.0, 0.0])], &bowls, None);
    assert!(are_close(&u, &[0.0, 0.2]) && are_close(&multipliers, &[0.6, 1.0, 0.0]), "{u:?} {multipliers:?}");
}

/// `½ ‖u - (1, 1)‖² + w (|u₁ - 0.3| + |u₂ + 0.5|)`: 1 - w where that is beyond the kink, and the kink for w > 0.7.
#[test]
fn magnitudes_shrink_a_step_by_their_weight() {
    let kinks = [linear(-0.3, [1.0, 0.0]), linear(0.5, [0.0, 1.0])];
    for (weight, at, multiplier) in [(0.5, 0.5, 0.5), (0.8, 0.3, 0.7)] {
        let (u, multipliers) = least(&bowl(1.0, [1.0, 1.0], 0.0), &[], &kinks, Some(weight));
        assert!(are_close(&u, &[at, 1.0 - weight]), "{weight}: {u:?}");
        assert!(are_close(&multipliers, &[multiplier, weight]), "{weight}: {multipliers:?}");
    }
}

/// u₁ + u₂ with twice the distance from the circle of radius ½ is least on it, at -(1, 1) / √8, and 1 + 2 λ u₁ = 0.
#[test]
fn a_curved_kink_is_followed() {
    let circle = bowl(2.0, [0.0, 0.0], -0.25);
    let (u, multipliers) = least(&linear(0.0, [1.0, 1.0]), &[], &[circle], Some(2.0));
    let at = -1.0 / 8f64.sqrt();
    assert!(are_close(&u, &[at, at]) && are_close(&multipliers, &[2f64.sqrt()]), "{u:?} {multipliers:?}");
}

#[test]
fn without_finite_numbers_there_is_no_step() {
    for weight in [None, Some(1.0)] {
        let kinks = [linear(0.0, [f64::NAN, 1.0]), linear(0.5, [1.0, 1.0])];
        assert_eq!(least(&linear(0.0, [1.0, 1.0]), &[], &kinks, weight).0, [0.0, 0.0]);
    }
}

/// Of random bowls: multipliers of the largest are not negative, have the sum 1, and are 0 where a bowl is not the largest;
/// those of magnitudes are in their range, at its end where a bowl is not 0. The slopes with these multipliers are 0 along
/// coordinates within the box, and lead out of it along the others. For the largest of bowls, which is convex, no random
/// point is better.
#[test]
fn the_conditions_of_optimality_hold() {
    let mut random = Xoshiro256PlusPlus::seed_from_u64(3);
    for trial in 0..200 {
        let (n, m) = (random.random_range(1..6), random.random_range(2..12));
        let mut bowl = |size: f64| {
            let vector = DVector::from_fn(n, |_, _| random.random_range(-1.0..1.0));
            let part = DMatrix::from_fn(n, n, |_, _| random.random_range(-1.0..1.0));
            let hessian = Some(&part * part.transpose() * size);
            Function { value: random.random_range(-0.3..0.3), gradient: vector, hessian }
        };
        let kinks: Vec<Function> = (0..m).map(|_| bowl(0.3)).collect();
        let objective = bowl(1.0);
        let upper = DVector::from_element(n, 1.0);
        let is_largest = trial % 2 == 0;
        let ranges = vec![if is_largest { (0.0, 1.0) } else { (-0.4, 0.4) }; m];
        let lower = -&upper;
        let curved = Curved {
            objective: &objective,
            rows: &[],
            kinks: &kinks,
            ranges: &ranges,
            is_largest,
            lower: &lower,
            upper: &upper,
        };
        let (u, multipliers) = curved.least(&vec![0.0; m]);
        let values: Vec<f64> = kinks.iter().map(|kink| kink.at(&u)).collect();
        let top = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        if is_largest {
            let sum: f64 = multipliers.iter().sum();
            assert!((sum - 1.0).abs() < 1e-7, "{trial}: {sum}");
        }
        let mut slope = objective.slope(&u);
        for ((kink, &m), &value) in kinks.iter().zip(&multipliers).zip(&values) {
            let is_active = if is_largest { value > top - 1e-6 } else { value.abs() < 1e-6 };
            let allowed = match (is_largest, is_active) {
                (true, true) => (-1e-8..1.0 + 1e-8).contains(&m),
                (true, false) => m == 0.0,
                (false, true) => m.abs() <= 0.4 + 1e-8,
                (false, false) => m == 0.4 * value.signum(),
            };
            assert!(allowed, "{trial}: {m} at {value}");
            slope.axpy(m, &kink.slope(&u), 1.0);
        }
        for (at, slope) in u.iter().zip(slope.iter()) {
            assert!(
                slope.abs() < 1e-5 || (at.abs() > 1.0 - 1e-9 && slope * at < 0.0),
                "{trial}: {slope} at {at}"
            );
        }
        if is_largest {
            for _ in 0..200 {
                let other = DVector::from_fn(n, |_, _| random.random_range(-1.0..1.0));
                assert!(curved.value(&other) >= curved.value(&u) - 1e-9, "{trial}");
            }
        }
    }
}
