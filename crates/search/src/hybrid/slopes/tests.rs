//! Differences of functions with known slopes.

use nalgebra::DVector;

use super::{Slope, along, distance, gradient, perpendicular};
use crate::hybrid::space::Space;
use crate::{Bounds, Budget, Evaluations, Problem};

fn value(x: &[f64]) -> f64 {
    x[0] * x[0] + 3.0 * x[0] * x[1] - 5.0 * x[1]
}

fn problem<'o>(start: [f64; 2], lower: [f64; 2], upper: [f64; 2]) -> Problem<'o> {
    let bounds = Bounds::new(lower.to_vec(), upper.to_vec()).expect("lower below upper");
    Problem::new(value, start.to_vec()).and_then(|problem| problem.bounded(bounds)).expect("two coordinates")
}

fn door<'r>(problem: &'r Problem<'r>) -> Evaluations<'r> {
    Evaluations::here(problem, 0.0, &Budget::unlimited(), Vec::new()).expect("a start within the bounds")
}

/// Nocedal & Wright 2006, section 8.1: the square root of the machine epsilon, times the size of the point if that
/// exceeds 1.
#[test]
fn differences_are_over_the_root_of_the_machine_epsilon_times_the_size_of_the_point() {
    let space = Space::of(&[2.0, 1.0], &Bounds::free(2));
    let root = 2_f64.powi(-26);
    assert_eq!(distance(&space, &[1.0, -0.5]), root);
    assert_eq!(distance(&space, &[8.0, -3.0]), 4.0 * root);
    assert_eq!(distance(&space, &[8.0, -7.0]), 7.0 * root);
}

#[test]
fn a_slope_is_that_along_a_direction_of_length_1() {
    let problem = problem([1.0, 2.0], [-9.0; 2], [9.0; 2]);
    let (mut evaluations, space) = (door(&problem), Space::of(&[1.0, 2.0], problem.bounds()));
    // The gradient at (1, 2) is (8, -2), in units of (1, 2) it is (8, -4): along (3, 4)/5 the slope is 24/5 - 16/5.
    let displacement = DVector::from_column_slice(&[30.0, 40.0]);
    let slope =
        along(&space, &[1.0, 2.0], value(&[1.0, 2.0]), &displacement, &mut evaluations).expect("no limit");
    assert!((slope.value - 1.6).abs() < 1e-6, "{}", slope.value);
    assert!((slope.direction - displacement / 50.0).norm() < 1e-15);
    assert_eq!(evaluations.count(), 1);
}

#[test]
fn a_gradient_takes_an_evaluation_for_each_coordinate_and_one_fewer_where_a_slope_is_known() {
    let problem = problem([1.0, 2.0], [-9.0; 2], [9.0; 2]);
    let (space, x) = (Space::of(&[1.0, 2.0], problem.bounds()), [1.0, 2.0]);
    let expected = DVector::from_column_slice(&[8.0, -4.0]);
    let mut evaluations = door(&problem);
    let found = gradient(&space, &x, value(&x), None, &mut evaluations).expect("no limit").expect("values");
    assert!((found - &expected).norm() < 1e-5);
    assert_eq!(evaluations.count(), 2);
    let known = Slope { direction: DVector::from_column_slice(&[0.6, 0.8]), value: 1.6 };
    let found =
        gradient(&space, &x, value(&x), Some(&known), &mut evaluations).expect("no limit").expect("values");
    assert!((found - &expected).norm() < 1e-5);
    assert_eq!(evaluations.count(), 3);
}

/// At an upper bound the difference goes down; without room on either side the slope is 0.
#[test]
fn at_a_bound_differences_go_inwards() {
    let problem = problem([1.0, 2.0], [-9.0, 2.0], [1.0, 2.0 + 1e-12]);
    let (space, x) = (Space::of(&[1.0, 1.0], problem.bounds()), [1.0, 2.0]);
    let mut evaluations = door(&problem);
    let known = Slope { direction: DVector::from_column_slice(&[0.6, 0.8]), value: 1.6 };
    let found =
        gradient(&space, &x, value(&x), Some(&known), &mut evaluations).expect("no limit").expect("values");
    assert!((found - DVector::from_column_slice(&[8.0, 0.0])).norm() < 1e-5);
}

#[test]
fn what_is_perpendicular_is_orthonormal() {
    for direction in [[0.6, 0.8, 0.0], [-1.0, 0.0, 0.0], [1.0, 0.0, 0.0], [0.0, -0.6, 0.8]] {
        let direction = DVector::from_column_slice(&direction);
        let others = perpendicular(&direction);
        assert_eq!(others.len(), 2);
        for (k, other) in others.iter().enumerate() {
            assert!(
                other.dot(&direction).abs() < 1e-15 && (other.norm() - 1.0).abs() < 1e-15,
                "{direction} {other}"
            );
            assert!(others[..k].iter().all(|before| before.dot(other).abs() < 1e-15));
        }
    }
}
