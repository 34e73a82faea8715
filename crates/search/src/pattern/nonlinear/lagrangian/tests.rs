//! Θ, its measures and its updates, computed by hand.

use super::{FIRST_MULTIPLIER, LEAST_MULTIPLIER, Lagrangian};
use crate::{ConstraintCount, ConstraintValues};

fn at(inequalities: &[f64], equalities: &[f64]) -> ConstraintValues {
    ConstraintValues { inequalities: inequalities.to_vec(), equalities: equalities.to_vec() }
}

fn lagrangian(inequalities: &[f64], equalities: &[f64], penalty: f64) -> Lagrangian {
    Lagrangian { inequalities: inequalities.to_vec(), equalities: equalities.to_vec(), penalty }
}

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-14 * (1.0 + b.abs())
}

/// Conn, Gould & Toint 1997, equation 1.5, less the constant `Σ λ_i s_i log s_i`; MATLAB's Θ for the equalities.
#[test]
fn the_function_of_a_subproblem_is_the_printed_one_but_for_a_constant() {
    let (lambdas, ceq_lambdas, penalty) = ([3.0, 0.5], [2.0, -1.0], 4.0);
    let theta = lagrangian(&lambdas, &ceq_lambdas, penalty);
    let printed = |f: f64, c: [f64; 2], ceq: [f64; 2]| {
        let shifts = lambdas.map(|lambda| lambda / penalty);
        let barrier: f64 = (0..2).map(|i| lambdas[i] * shifts[i] * (shifts[i] - c[i]).ln()).sum();
        let multiplied: f64 = (0..2).map(|j| ceq_lambdas[j] * ceq[j]).sum();
        f - barrier + multiplied + penalty / 2.0 * (ceq[0] * ceq[0] + ceq[1] * ceq[1])
    };
    let constant = printed(0.0, [0.0; 2], [0.0; 2]);
    for (c, ceq) in [([0.0, 0.0], [0.0, 0.0]), ([0.7, -3.0], [0.5, -0.25]), ([-9.0, 0.12], [-4.0, 3.0])] {
        let (found, expected) = (theta.value(1.5, &at(&c, &ceq)), printed(1.5, c, ceq) - constant);
        assert!(close(found, expected), "{c:?} {ceq:?}: {found} for {expected}");
    }
    assert_eq!(theta.value(1.5, &at(&[0.0, 0.0], &[0.0, 0.0])), 1.5, "Θ = f where all is 0");
}

/// With λ = 2, ρ = 8: `ceq (2 + ½ · 8 ceq)`, 1/2 · 4 at 1/2; the barrier of λ = 1, s = 1/8 at c = -1/8 is -log(2)/8.
#[test]
fn equalities_are_penalized_by_half_the_penalty_and_inequalities_by_a_shifted_logarithm() {
    assert_eq!(lagrangian(&[], &[2.0], 8.0).value(0.0, &at(&[], &[0.5])), 2.0);
    assert_eq!(lagrangian(&[], &[0.0], 8.0).value(0.0, &at(&[], &[-0.5])), 1.0);
    let barrier = lagrangian(&[1.0], &[], 8.0);
    assert!(close(barrier.value(0.0, &at(&[-0.125], &[])), -(2_f64.ln()) / 8.0));
    assert!(close(barrier.value(0.0, &at(&[0.0625], &[])), 2_f64.ln() / 8.0));
}

#[test]
fn points_at_or_beyond_a_shift_rank_behind_all_others_the_nearer_ones_first() {
    let theta = lagrangian(&[1.0, 1.0], &[], 8.0);
    let value = |c: [f64; 2]| theta.value(0.0, &at(&c, &[]));
    assert_eq!(value([0.125, 0.0]), 0.5 * f64::MAX);
    // The Euclidean norm of the excess over the shifts is 5, so 5/6 of the way to the largest value.
    assert!(close(value([3.125, 4.125]) / f64::MAX, 0.5 * (1.0 + 5.0 / 6.0)));
    assert!(value([0.2, 0.0]) < value([0.3, -7.0]) && value([0.3, 0.0]) < value([0.3, 0.3]));
    assert!(value([0.124_999, 0.0]) < 2.0);
    assert_eq!(lagrangian(&[], &[0.0], 1.0).value(f64::MAX, &at(&[], &[f64::MAX])), f64::INFINITY);
}

#[test]
fn it_begins_with_multipliers_of_1_for_inequalities_and_0_for_equalities() {
    let expected = lagrangian(&[FIRST_MULTIPLIER; 2], &[0.0], 10.0);
    assert_eq!((Lagrangian::new(ConstraintCount::new(2, 1), 10.0), FIRST_MULTIPLIER), (expected, 1.0));
}

/// Conn, Gould & Toint 1997, equation 1.6, `λ s / (s - c)`: half at c = -s, twice at c = s/2, the same at 0.
#[test]
fn multipliers_of_inequalities_are_first_order_estimates_that_grow_by_no_more_than_the_cap() {
    let mut theta = lagrangian(&[2.0; 6], &[], 4.0);
    theta.update_inequalities(&at(&[-0.5, 0.25, 0.0, 0.499, 0.5, 7.0], &[]), 100.0);
    assert_eq!(theta.inequalities, [1.0, 4.0, 2.0, 200.0, 200.0, 200.0]);
    // A limit of 1.5 applies before the edge, and never from below.
    let mut theta = lagrangian(&[2.0; 2], &[], 4.0);
    theta.update_inequalities(&at(&[0.25, -0.5], &[]), 1.5);
    assert_eq!(theta.inequalities, [3.0, 1.0]);
    // A zero multiplier could never grow again.
    let mut theta = lagrangian(&[2e-10], &[], 4.0);
    theta.update_inequalities(&at(&[-1e9], &[]), 100.0);
    assert_eq!((theta.inequalities[0], LEAST_MULTIPLIER), (1e-10, 1e-10));
}

#[test]
fn multipliers_of_equalities_grow_by_the_penalty_times_the_constraint() {
    let mut theta = lagrangian(&[], &[2.0, -1.0], 4.0);
    theta.update_equalities(&at(&[], &[0.5, -0.25]));
    assert_eq!(theta.equalities, [4.0, -2.0]);
    theta.increase_penalty(100.0);
    assert_eq!(theta.penalty(), 400.0);
}

/// Andreani, Birgin, Martínez & Schuverdt 2008: an inactive inequality contributes its shift, here 2/4 and 3/4.
#[test]
fn infeasibility_is_the_largest_violation_or_shift_of_an_inactive_inequality() {
    let theta = lagrangian(&[2.0, 3.0], &[0.0], 4.0);
    let infeasibility = |c: [f64; 2], ceq: f64| theta.infeasibility(&at(&c, &[ceq]));
    assert_eq!(infeasibility([-9.0, 0.0], 0.0), 0.5);
    assert_eq!(infeasibility([-0.25, -9.0], 0.0), 0.75);
    assert_eq!(infeasibility([-0.25, -0.125], 0.125), 0.25);
    assert_eq!(infeasibility([2.0, -9.0], -3.0), 3.0);
}

#[test]
fn complementarity_is_the_length_of_the_products_of_multipliers_and_inequalities() {
    assert_eq!(lagrangian(&[2.0, 0.5], &[7.0], 4.0).complementarity(&at(&[-1.5, 8.0], &[100.0])), 5.0);
}
