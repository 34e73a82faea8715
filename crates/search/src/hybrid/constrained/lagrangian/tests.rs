//! The augmented Lagrangian's derivatives against differences, and its minimizer against closed forms.

use nalgebra::{DMatrix, DVector};

use super::{Derivatives, Function, Lagrangian};

fn quadratic(value: f64, gradient: &[f64], hessian: &[f64]) -> Function {
    let n = gradient.len();
    Function {
        value,
        gradient: DVector::from_column_slice(gradient),
        hessian: Some(DMatrix::from_row_slice(n, n, hessian)),
    }
}

#[test]
fn a_function_has_value_slope_and_reach() {
    let f = quadratic(1.0, &[3.0, -4.0], &[2.0, 1.0, 1.0, 6.0]);
    let u = DVector::from_column_slice(&[2.0, -1.0]);
    // 1 + (6 + 4) + ½ (8 - 4 + 6), and g + H u.
    assert_eq!(f.at(&u), 16.0);
    assert_eq!(f.slope(&u), DVector::from_column_slice(&[6.0, -8.0]));
    assert_eq!(f.reach(), 5.0 + 0.5 * 42f64.sqrt());
    // 3 · 1 + 4 · 2 + ½ (2 + 2 · 2 + 6 · 4).
    assert_eq!(f.most_change(&DVector::from_column_slice(&[1.0, 2.0])), 26.0);
    assert_eq!(f.divided_by(2.0).at(&u), 8.0);
}

#[test]
fn gradient_and_hessian_are_those_of_the_value_in_every_piece() {
    let objective = quadratic(0.0, &[1.0, -2.0], &[1.0, 0.5, 0.5, 3.0]);
    let constraints = [
        quadratic(0.4, &[1.0, 1.0], &[0.5, 0.0, 0.0, 0.2]),
        quadratic(-0.9, &[0.3, -1.0], &[0.1, 0.2, 0.2, 0.1]),
        quadratic(0.7, &[-1.0, 0.4], &[0.0, 0.3, 0.3, 0.0]),
    ];
    // An inequality, one that is held back by its weight, and an equality.
    let ranges = [(0.0, f64::INFINITY), (0.0, 0.6), (f64::NEG_INFINITY, f64::INFINITY)];
    let lagrangian = Lagrangian {
        objective: Some(&objective),
        constraints: &constraints,
        largest_of: 0,
        ranges: &ranges,
        sides: &[0.1, 0.0, 0.0],
        multipliers: &[0.2, 0.5, -0.3],
        penalty: 7.0,
    };
    for point in [[0.0, 0.0], [0.5, -0.8], [-0.9, 0.6], [0.2, 0.9], [-1.0, -1.0]] {
        let u = DVector::from_column_slice(&point);
        let Derivatives { value, gradient, hessian, size } = lagrangian.derivatives(&u);
        assert!((value - lagrangian.value(&u)).abs() < 1e-13);
        // Without the penalties: the Hessians with their multipliers as weights.
        let weights =
            [0, 1, 2].map(|i| lagrangian.multiplier(i, constraints[i].at(&u) - lagrangian.sides[i]));
        let of = |f: &Function| f.hessian.clone().expect("quadratic");
        let sum =
            constraints.iter().zip(weights).fold(of(&objective), |sum, (c, weight)| sum + of(c) * weight);
        assert!((sum.norm() - size).abs() < 1e-13, "{point:?}");
        let h = 1e-6;
        for k in 0..2 {
            let along = |sign: f64| DVector::from_fn(2, |i, _| u[i] + if i == k { sign * h } else { 0.0 });
            let slope = (lagrangian.value(&along(1.0)) - lagrangian.value(&along(-1.0))) / (2.0 * h);
            assert!((slope - gradient[k]).abs() < 1e-6, "{point:?}: {slope} and {}", gradient[k]);
            let bend = (lagrangian.derivatives(&along(1.0)).gradient
                - lagrangian.derivatives(&along(-1.0)).gradient)
                / (2.0 * h);
            assert!((bend - hessian.column(k)).amax() < 1e-5, "{point:?}");
        }
    }
}

#[test]
fn the_minimizer_keeps_the_box_and_finds_the_least_of_a_bowl_and_of_a_saddle() {
    let within = |f: &Function| {
        let none = Lagrangian {
            objective: Some(f),
            constraints: &[],
            largest_of: 0,
            ranges: &[],
            sides: &[],
            multipliers: &[],
            penalty: 1.0,
        };
        let box_ = DVector::from_element(2, 1.0);
        none.least(DVector::zeros(2), &-&box_, &box_, 50)
    };
    // (u₁ - ½)² + (u₂ - 3)²: ½ inside, 3 cut at 1.
    let bowl = within(&quadratic(0.0, &[-1.0, -6.0], &[2.0, 0.0, 0.0, 2.0]));
    assert!((bowl - DVector::from_column_slice(&[0.5, 1.0])).amax() < 1e-9);
    // -u₁² + 0.1 u₁ + u₂²: least at u₁ = -1.
    let saddle = within(&quadratic(0.0, &[0.1, 0.0], &[-2.0, 0.0, 0.0, 2.0]));
    assert!((saddle - DVector::from_column_slice(&[-1.0, 0.0])).amax() < 1e-9);
}

#[test]
fn lengths_do_not_overflow_or_vanish_and_a_step_of_endless_numbers_is_none() {
    let vector = |size: f64| DVector::from_column_slice(&[3.0 * size, -4.0 * size]);
    for size in [1.0, 1e300, 1e-300] {
        assert!((super::length(&vector(size)) / size - 5.0).abs() < 1e-12, "{size}");
    }
    assert_eq!(super::length(&vector(0.0)), 0.0);
    let endless = DMatrix::from_element(2, 2, f64::INFINITY);
    assert!(super::newton_step(&endless, &vector(1.0), &[0, 1], 1.0).is_none());
}

/// The curvatures -1 and 1 have the norm √2, whatever the penalty. Shifts are 10⁻³ 8ᵏ √2: the first above 1 is 4.096 √2.
#[test]
fn a_shift_is_relative_to_the_curvature_of_the_functions() {
    let penalty = 1e6;
    let hessian = DMatrix::from_row_slice(3, 3, &[-1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, penalty]);
    let (gradient, size) = (DVector::from_column_slice(&[1.0, 0.0, 0.0]), 2.0_f64.sqrt());
    let step = super::newton_step(&hessian, &gradient, &[0, 1, 2], size).expect("a shift");
    // -g / (-1 + shift)
    assert!((step[0] + 1.0 / (4.096 * size - 1.0)).abs() < 1e-12, "{step}");
}

/// The largest of four functions beside a constraint: the multipliers share a sum of 1, and gradient and Hessian are the
/// differences' of the value.
#[test]
fn the_largest_of_functions_has_the_derivatives_of_its_value() {
    let functions = [
        quadratic(-0.2, &[1.0, 1.0], &[0.5, 0.0, 0.0, 0.2]),
        quadratic(0.0, &[0.3, -1.0], &[0.1, 0.2, 0.2, 0.1]),
        quadratic(-0.1, &[-1.0, 0.4], &[0.0, 0.3, 0.3, 0.0]),
        quadratic(-0.05, &[-0.5, 0.1], &[1.0, 0.0, 0.0, 1.0]),
        quadratic(-2.0, &[0.1, 0.1], &[0.0; 4]),
    ];
    let lagrangian = Lagrangian {
        objective: None,
        constraints: &functions,
        largest_of: 4,
        ranges: &[(0.0, f64::INFINITY)],
        sides: &[0.0; 5],
        multipliers: &[0.2, 0.5, 0.3, 0.2, 0.0],
        penalty: 3.0,
    };
    for point in [[0.0, 0.0], [0.5, -0.8], [-0.9, 0.6], [0.2, 0.9], [-1.0, -1.0]] {
        let u = DVector::from_column_slice(&point);
        let multipliers = lagrangian.multipliers_at(&lagrangian.excesses(&u));
        assert!((multipliers[1..].iter().sum::<f64>() - 1.0).abs() < 1e-12, "{multipliers:?}");
        let Derivatives { value, gradient, hessian, .. } = lagrangian.derivatives(&u);
        assert!((value - lagrangian.value(&u)).abs() < 1e-13);
        // It is at most what the functions are, and not far below.
        let largest = functions[1..].iter().map(|f| f.at(&u)).fold(f64::NEG_INFINITY, f64::max);
        assert!(multipliers[0] > 0.0 || value <= largest + 1e-12, "{value} {largest}");
        let h = 1e-6;
        for k in 0..2 {
            let along = |sign: f64| DVector::from_fn(2, |i, _| u[i] + if i == k { sign * h } else { 0.0 });
            let slope = (lagrangian.value(&along(1.0)) - lagrangian.value(&along(-1.0))) / (2.0 * h);
            assert!((slope - gradient[k]).abs() < 1e-6, "{point:?}: {slope} and {}", gradient[k]);
            let bend = (lagrangian.derivatives(&along(1.0)).gradient
                - lagrangian.derivatives(&along(-1.0)).gradient)
                / (2.0 * h);
            assert!((bend - hessian.column(k)).amax() < 1e-5, "{point:?}");
        }
    }
}
