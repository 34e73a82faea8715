//! Distances to rows and bounds, and how far steps reach.

use super::Rows;
use crate::pattern::Options;
use crate::pattern::mesh::Mesh;
use crate::{Bounds, Budget, Evaluations, LinearConstraints, Problem};

/// Mesh steps of 8 and 1/4 for `x + 12 y <= 12` in [0, 16] x [0, 1]: the normal in steps is (8, 3), of length √73.
fn with_rows<T>(act: impl FnOnce(&Rows, &Bounds) -> T) -> T {
    let bounds = Bounds::new(vec![0.0, 0.0], vec![16.0, 1.0]).expect("lower below upper");
    let linear = LinearConstraints::at_most(vec![vec![1.0, 12.0]], vec![12.0]).expect("one row");
    let problem = Problem::new(|_: &[f64]| 0.0, vec![8.0, 0.25])
        .and_then(|problem| problem.bounded(bounds))
        .and_then(|problem| problem.subject_to(linear))
        .expect("two coordinates");
    let evaluations = Evaluations::here(&problem, 0.0, &Budget::unlimited(), Vec::new()).expect("a start");
    let mesh = Mesh::new(&Options::default(), evaluations.start(), None);
    assert_eq!(mesh.scale(), [8.0, 0.25]);
    let linear = problem.linear().expect("one row");
    act(&Rows::new(linear, &mesh, &evaluations), problem.bounds())
}

/// The row is face 0; the bounds are faces 1 to 4: lower and upper of the first coordinate, then of the second.
#[test]
fn a_face_is_near_by_its_distance_in_steps_of_the_mesh() {
    with_rows(|rows, bounds| {
        let near = |x: [f64; 2], within: f64| rows.near(&x, within, bounds);
        // From (8, 1/4): 1/√73 to the row; 1 and 1, 1 and 3 to the bounds.
        assert!(near([8.0, 0.25], 0.117).is_empty());
        assert_eq!(near([8.0, 0.25], 0.118), [0]);
        assert_eq!(near([8.0, 0.25], 1.0), [0, 1, 2, 3]);
        assert_eq!(near([8.0, 0.25], 3.0), [0, 1, 2, 3, 4]);
        // From (2, 0.5): 4/√73 = 0.468 to the row, 1/4 and 2 down, 7/4 and 2 up.
        assert_eq!(near([2.0, 0.5], 0.25), [1]);
        assert_eq!(near([2.0, 0.5], 0.46), [1]);
        assert_eq!(near([2.0, 0.5], 0.47), [0, 1]);
        assert_eq!(near([2.0, 0.5], 1.74), [0, 1]);
        assert_eq!(near([2.0, 0.5], 1.75), [0, 1, 2]);
        assert_eq!(near([2.0, 0.5], 1.99), [0, 1, 2]);
        assert_eq!(near([2.0, 0.5], 2.0), [0, 1, 2, 3, 4]);
    });
}

#[test]
fn normals_have_length_1_in_steps_of_the_mesh() {
    with_rows(|rows, _| {
        let expected = [8.0 / 73_f64.sqrt(), 3.0 / 73_f64.sqrt()];
        let close = |(a, b): (&f64, f64)| (a - b).abs() < 1e-15;
        assert!(rows.faces[0].normal.iter().zip(expected).all(close), "{:?}", rows.faces[0].normal);
        let others: Vec<_> = rows.faces[1..].iter().map(|face| face.normal.as_slice()).collect();
        assert_eq!(others, [[-1.0, 0.0], [1.0, 0.0], [0.0, -1.0], [0.0, 1.0]]);
    });
}

#[test]
fn steps_reach_as_far_as_the_first_row_and_next_to_nothing_is_nothing() {
    with_rows(|rows, _| {
        // From (2, 0.5) the room is 4: half of (8, 0), a tenth of (4, 3).
        assert_eq!(rows.reach(&[2.0, 0.5], &[8.0, 0.0]), 0.5);
        assert_eq!(rows.reach(&[2.0, 0.5], &[4.0, 3.0]), 0.1);
        assert_eq!(rows.reach(&[2.0, 0.5], &[-1.0, 0.0]), f64::INFINITY);
        assert_eq!(rows.reach(&[2.0, 0.5], &[12.0, -1.0]), f64::INFINITY, "along the row");
        assert_eq!(rows.reach(&[2.0, 0.5], &[4001.0, 0.0]), 0.0, "less than a thousandth");
        assert!((rows.reach(&[2.0, 0.5], &[3999.0, 0.0]) - 4.0 / 3999.0).abs() < 1e-15);
        assert_eq!(rows.reach(&[6.0, 0.5], &[1.0, 0.0]), 0.0, "on the row");
    });
}
