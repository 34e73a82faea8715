//! Projections with closed forms.

use crate::{Bounds, LinearConstraints};

fn projected(linear: &LinearConstraints, x: [f64; 2], scale: [f64; 2], bounds: &Bounds) -> Option<[f64; 2]> {
    let mut x = x;
    linear.project(&mut x, &scale, bounds).then_some(x)
}

#[test]
fn the_nearest_point_of_a_corner_a_face_and_a_line_in_any_units() {
    let free = Bounds::free(2);
    let near =
        |a: Option<[f64; 2]>, b: [f64; 2]| a.is_some_and(|a| (0..2).all(|i| (a[i] - b[i]).abs() < 1e-12));
    let face = LinearConstraints::at_most([[1.0, 1.0]], [1.0]).unwrap();
    assert!(near(projected(&face, [1.0, 1.0], [1.0, 1.0], &free), [0.5, 0.5]));
    assert!(near(projected(&face, [0.25, -9.0], [1.0, 1.0], &free), [0.25, -9.0]));
    // In units of 2 along the first coordinate the shortest way is (4, 1) / 5.
    assert!(near(projected(&face, [1.0, 1.0], [2.0, 1.0], &free), [0.2, 0.8]));
    let corner = LinearConstraints::at_most([[1.0, 0.1], [0.1, 1.0]], [0.0, 0.0]).unwrap();
    assert!(near(projected(&corner, [3.0, 4.0], [1.0, 1.0], &free), [0.0, 0.0]));
    let line = LinearConstraints::equal([[1.0, -1.0]], [1.0]).unwrap();
    let bounds = Bounds::new(vec![0.0, 0.5], vec![9.0, 9.0]).unwrap();
    // (0.5, -0.5) without the bounds.
    assert!(near(projected(&line, [0.0, 0.0], [1.0, 1.0], &bounds), [1.5, 0.5]));
}

#[test]
fn rows_that_cannot_hold_within_the_bounds_are_told() {
    let linear = LinearConstraints::at_most([[-1.0, -1.0]], [-5.0]).unwrap();
    let bounds = Bounds::uniform(2, 0.0, 1.0).unwrap();
    assert_eq!(projected(&linear, [0.0, 0.0], [1.0, 1.0], &bounds), None);
}
