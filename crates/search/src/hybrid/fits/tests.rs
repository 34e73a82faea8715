//! The choice between the models, and their remembered errors.

use nalgebra::{DMatrix, DVector};

use super::super::cloud::Neighbour;
use super::super::quadratic::Quadratic;
use super::{Fits, Models, REMAINDERS};

/// A model of one coordinate with this slope.
fn slope(slope: f64) -> Option<Quadratic> {
    Some(Quadratic { gradient: DVector::from_element(1, slope), hessian: DMatrix::zeros(1, 1) })
}

fn close(errors: [f64; 3], expected: [f64; 3]) -> bool {
    errors.iter().zip(expected).all(|(error, expected)| (error - expected).abs() < 1e-15)
}

#[test]
fn an_error_is_0_where_a_prediction_was_right_1_of_the_wrong_sign_and_fades_by_four_fifths() {
    let mut fits = Fits::none_yet(1);
    let step = DVector::from_element(1, 1.0);
    let models = Models { all: [slope(-2.0), slope(2.0), slope(-6.0)], used: 0 };
    // Correct; of the wrong sign, |-2 - 2| / 4 = 1; three times too large, |-2 + 6| / 8.
    fits.learn(&models, &step, -2.0);
    assert!(close(fits.errors, [0.0, 0.2, 0.1]), "{:?}", fits.errors);
    fits.learn(&models, &step, -2.0);
    assert!(close(fits.errors, [0.0, 0.36, 0.18]), "{:?}", fits.errors);
    // A missing model or value has the largest error.
    fits.learn(&Models { all: [None, slope(1.0), slope(1.0)], used: 1 }, &step, f64::INFINITY);
    assert!(close(fits.errors, [0.2, 0.488, 0.344]), "{:?}", fits.errors);
    // A predicted change of 0 that is correct.
    let mut fits = Fits::none_yet(1);
    fits.learn(&Models { all: [slope(0.0), slope(0.0), slope(0.0)], used: 0 }, &step, 0.0);
    assert_eq!(fits.errors, [0.0; 3]);
}

#[test]
fn the_model_of_the_least_error_is_used_the_first_of_equals_and_kinks_are_expected_with_the_last_alone() {
    let points = [1.0, -1.0].map(|at| Neighbour {
        displacement: DVector::from_element(1, at),
        distance: 1.0,
        rise: at * at + at,
        has_failed: false,
    });
    for (errors, used) in [([0.0; 3], 0), ([0.5, 0.4, 0.4], 1), ([0.5, 0.4, 0.1], 2), ([0.1, 0.2, 0.3], 0)] {
        let mut fits = Fits { errors, ..Fits::none_yet(1) };
        let models = fits.fit(&points, 1, 1.0, true).expect("points");
        assert_eq!((models.used, models.expect_kinks()), (used, used == 2), "{errors:?}");
        // Its Hessian is the prior of the next fits; here the multiple of the identity explains both points.
        assert_eq!(fits.hessian, models.best().hessian.as_slice());
        assert!((fits.hessian[0] - 2.0).abs() < 1e-9 && (models.best().gradient[0] - 1.0).abs() < 1e-9);
        // A single kind is the first.
        let alone = fits.fit(&points, 1, 1.0, false).expect("points");
        assert!(alone.used == 0 && alone.all[1].is_none() && alone.all[2].is_none());
    }
    assert!(Fits::none_yet(1).fit(&[], 1, 1.0, true).is_none());
}

/// The three remainders are those of `docs/hybrid.md`.
#[test]
fn remainders_go_from_next_to_nothing_to_a_hundredth() {
    assert_eq!(REMAINDERS, [1e-8, 1e-5, 1e-2]);
}
