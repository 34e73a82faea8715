use nalgebra::DVector;

use super::super::super::place::Place;
use super::super::super::space::Space;
use super::{REMAINDER, RIDGE, SLOPE, Uncertainty, VALUE, compass};
use crate::Bounds;

fn vector(elements: &[f64]) -> DVector<f64> {
    DVector::from_column_slice(elements)
}

#[test]
fn the_variance_is_what_gaussian_regression_leaves() {
    let (a, b) = (vector(&[1.0, 0.5]), vector(&[-0.5, 2.0]));
    let k = |a: &DVector<f64>, b: &DVector<f64>| VALUE + SLOPE * a.dot(b) + 0.5 * a.dot(b).powi(2);
    let noise = |a: &DVector<f64>| RIDGE + REMAINDER * a.norm().powi(6);
    let mut uncertainty = Uncertainty::of(vec![a.clone(), b.clone()]);
    assert!((uncertainty.variance[1] - k(&b, &b)).abs() < 1e-12);
    uncertainty.condition(0);
    // With one known value: k(b, b) - k(a, b)² / (k(a, a) + v(a)).
    let left = k(&b, &b) - k(&a, &b).powi(2) / (k(&a, &a) + noise(&a));
    assert!((uncertainty.variance[1] - left).abs() < 1e-9);
    uncertainty.condition(1);
    // What is known twice is known better: 1 / (1 / left + 1 / v).
    let both = 1.0 / (1.0 / left + 1.0 / noise(&b));
    assert!((uncertainty.variance[1] - both).abs() < 1e-9);
}

#[test]
fn directions_are_those_of_the_axes_and_of_all_pairs() {
    let directions = compass(3);
    assert_eq!(directions.len(), 2 * 3 + 4 * 3);
    assert!(directions.iter().all(|direction| (direction.norm() - 1.0).abs() < 1e-15));
    // In many coordinates only those of neighbours.
    assert_eq!(compass(100).len(), 200 + 4 * (99 + 98));
}

#[test]
fn unknown_directions_come_before_known_ones_and_bounds_hold() {
    let bounds = Bounds::new(vec![-0.1, f64::NEG_INFINITY], vec![f64::INFINITY, f64::INFINITY]).unwrap();
    let mut place = Place::at(vec![0.0, 0.0], 0.0, 1.0, Space::of(&[1.0, 1.0], &bounds));
    place.see_all(&[vec![1.0, 0.0], vec![-0.1, 0.0]], &[1.0, 1.0]);
    let (lower, upper) = place.space.room(&place.x, &bounds);
    let mut steps = Vec::new();
    place.explore(&vector(&[0.0, 0.0]), 1.0, 2, (&lower, &upper), &mut steps);
    assert_eq!(steps.len(), 2);
    assert!(steps.iter().all(|step| step[1].abs() > 0.7 && step[0] >= -0.1), "{steps:?}");
    // No more than there are candidates, each once and none that is known.
    place.explore(&vector(&[0.0, 0.0]), 1.0, 100, (&lower, &upper), &mut steps);
    let twice = (0..steps.len()).filter(|&k| steps[..k].contains(&steps[k])).count();
    assert!(twice == 0 && !steps.contains(&vector(&[1.0, 0.0])), "{steps:?}");
}
