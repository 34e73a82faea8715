//! Slopes of a hint against functions whose derivatives are known.

use nalgebra::{DMatrix, DVector};

use super::{Hint, spread};
use crate::hybrid::constrained::models::Fits;
use crate::hybrid::constrained::points::{Known, Points};

/// The sum of squares of `r₁ = 2 + x + 3 y` and `r₂ = b + 5 x`, then a constraint `4 x - y`, then r.
fn known(y: [f64; 2], b: f64) -> Known {
    let (first, second) = (2.0 + y[0] + 3.0 * y[1], b + 5.0 * y[0]);
    let values = vec![first * first + second * second, 4.0 * y[0] - y[1], first, second];
    Known { x: y.to_vec(), y: DVector::from_column_slice(&y), values }
}

fn hint() -> Hint {
    let around = [[0.0, 0.0], [0.5, 0.0], [0.0, 0.5], [-0.5, 0.0], [0.0, -0.5]];
    Hint { points: around.map(|y| known([0.1 + y[0], y[1]], 7.0)).to_vec() }
}

/// `Σ rᵢgᵢ` with r = (2, -1) at the incumbent: `2 (1, 3) - (5, 0)`. The neighbour has b = 7 in place of -1.
#[test]
fn slopes_are_those_of_the_hint_and_the_residuals_those_at_hand() {
    let slopes = hint().slopes(&known([0.0, 0.0], -1.0), 2, 0.5).expect("regular");
    let expected = DMatrix::from_column_slice(2, 4, &[-3.0, 6.0, 4.0, -1.0, 1.0, 3.0, 5.0, 0.0]);
    assert!((&slopes - expected).amax() < 1e-5, "{slopes}");
}

/// One own point shows nothing across. The hint does, and where the point contradicts it, the point is right: along x the
/// slope of r₂ is 6 there, and the others are those of the hint.
#[test]
fn models_follow_the_points_and_elsewhere_the_hint() {
    let here = known([0.0, 0.0], -1.0);
    let mut beside = known([0.5, 0.0], -1.0);
    beside.values[3] += 0.5;
    let mut points = Points::default();
    points.add(here.clone(), &here.y);
    points.add(beside.clone(), &here.y);
    let mut fits = Fits::none_yet(1, 2, 2);
    fits.begin_with(hint());
    let models = fits.fit(&points, &here, 0.5, None, false).expect("regular");
    let slopes = models.slopes.as_ref().expect("they are residuals");
    assert!((slopes.row(1) - DMatrix::from_row_slice(1, 2, &[3.0, 0.0])).amax() < 1e-5, "{slopes}");
    assert!((slopes[(0, 0)] - 1.0).abs() < 1e-5 && slopes[(0, 1)] > 5.5, "{slopes}");
    let across = DVector::from_column_slice(&[0.0, 0.1]);
    // (2 + 0.3)² - 2², and the constraint.
    assert!((models.models[0].change(&across) - 1.29).abs() < 0.01);
    assert!((models.models[1].change(&across) + 0.1).abs() < 1e-5);
    // A prediction that is right is no error.
    let mut learned = fits.clone();
    learned.learn(&models, &across, &known([0.0, 0.1], -1.0).values);
    assert!(learned.worst_error() < 1e-3, "{}", learned.worst_error());
    fits.forget_hint();
    let without = fits.fit(&points, &here, 0.5, None, false).expect("regular");
    assert!(without.slopes.expect("they are residuals").row(1).amax() < 1e-5);
}

#[test]
fn points_surround_the_centre_at_all_distances() {
    let at = |x: f64, y: f64| DVector::from_column_slice(&[x, y]);
    // The third says the same as the second, and the last is too far away.
    let displacements = [
        at(0.0, 0.0),
        at(1.0, 0.0),
        at(1.2, 0.0),
        at(0.0, 2.0),
        at(-1e-3, 0.0),
        at(30.0, 0.0),
        at(0.0, 61.0),
    ];
    let (places, radius) = spread(&displacements, 1.0);
    assert_eq!((places, radius), (vec![4, 1, 3, 5], 1.0));
    assert_eq!(spread(&displacements[1..4], 0.01).1, 0.12);
}
