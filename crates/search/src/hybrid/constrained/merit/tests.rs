//! The merit and its weights by hand calculation.

use nalgebra::DVector;

use super::Weights;

#[test]
fn without_weights_less_violation_comes_first_in_units_of_each_constraint() {
    let mut weights = Weights::none_yet(1, 1);
    // Sizes 1000 of the inequality and 1 of the equality.
    weights.see(&[0.0, -1000.0, 1.0]);
    assert!(weights.is_better(&[5.0, 100.0, 0.0], &[0.0, 0.0, 0.2]));
    assert!(!weights.is_better(&[5.0, 300.0, 0.0], &[0.0, 0.0, 0.2]));
    // Equal violation: less objective.
    assert!(weights.is_better(&[1.0, -1.0, 0.0], &[2.0, -5.0, 0.0]));
}

#[test]
fn the_merit_adds_violations_times_weights_and_leaves_residuals_out() {
    let mut weights = Weights::none_yet(1, 1);
    let unit = DVector::from_element(1, 1.0);
    // 1.5 |λ| where that is above 0.1 of the ratio of the slopes, 1.
    assert!(weights.adapt(&[2.0, -0.01], &[&unit, &unit, &unit], true));
    assert_eq!(weights.of_constraints(), [3.0, 0.1]);
    // 7 + 3 · 0.5 + 0.1 · |-2|; 99 is a residual.
    assert!((weights.merit(&[7.0, 0.5, -2.0, 99.0]) - 8.7).abs() < 1e-15);
    assert!((weights.merit(&[7.0, -0.5, 0.0, 99.0]) - 7.0).abs() < 1e-15);
}

#[test]
fn weights_change_only_outside_a_wide_range_and_fall_only_when_they_may() {
    let mut weights = Weights::none_yet(1, 0);
    let unit = DVector::from_element(1, 1.0);
    weights.adapt(&[2.0], &[&unit, &unit], true);
    // 3 is enough for 2.7 (1.1 · 2.7 = 2.97), too little for 2.8.
    assert!(!weights.adapt(&[2.7], &[&unit, &unit], true));
    assert!(weights.adapt(&[2.8], &[&unit, &unit], true));
    assert!((weights.of_constraints()[0] - 1.3 * 1.5 * 2.8).abs() < 1e-12);
    // 50 · 0.1 < 5.46: too much, if it may fall.
    assert!(!weights.adapt(&[0.0], &[&unit, &unit], false));
    assert!(weights.adapt(&[0.0], &[&unit, &unit], true));
    assert!((weights.of_constraints()[0] - 0.13).abs() < 1e-12);
    // A multiplier beyond 1000 times the ratio of the slopes counts as that.
    weights.adapt(&[1e9], &[&unit, &unit], true);
    assert!((weights.of_constraints()[0] - 1.3 * 1.5e3).abs() < 1e-9);
}

#[test]
fn steering_lets_weights_grow_until_the_merit_falls_by_three_tenths_of_the_violation() {
    let mut weights = Weights::none_yet(1, 0);
    let unit = DVector::from_element(1, 1.0);
    weights.adapt(&[2.0], &[&unit, &unit], true);
    // 6 less for 5 more is above a tenth of 6; 6 less for 5.5 more is not: 3 · 5.5 / (0.7 · 6).
    assert!(!weights.steer(5.0, 6.0) && !weights.steer(1.0, 0.0));
    assert!(weights.steer(5.5, 6.0));
    let factor = 5.5 / 4.2;
    assert!((weights.of_constraints()[0] - 3.0 * factor).abs() < 1e-12);
    assert!((6.0 * factor - 5.5 - 0.3 * 6.0 * factor).abs() < 1e-12);
}
