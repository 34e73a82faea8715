//! The algorithm `coordinate`: each step on its own, bounds, cap, and where it has converged.

mod runs;

use proptest::prelude::*;
use search::pattern::{Algorithm, Options};
use search::{Bounds, Budget, Minimizer, PatternSearch, Problem, Status};

use runs::{minimize, visited};

fn coordinate() -> Options {
    Options { algorithm: Algorithm::Coordinate, ..Options::default() }
}

#[test]
fn coordinate_steps_grow_and_shrink_each_on_their_own() {
    // A slope along the first coordinate; along the second one nothing improves.
    let points =
        visited(&[0.0, 0.0], Options { max_iterations: Some(3), ..coordinate() }, |x| -x[0] + x[1].abs());
    let expected: [[f64; 2]; 10] = [
        [0.0, 0.0],
        [1.0, 0.0], // up by 1: better
        [1.0, 1.0],
        [1.0, -1.0], // neither way
        [3.0, 0.0],  // up by 2
        [3.0, 0.5],
        [3.0, -0.5], // by half
        [7.0, 0.0],
        [7.0, 0.25],
        [7.0, -0.25],
    ];
    assert_eq!(points, expected);
    // The way that succeeded last is tried first.
    let points = visited(&[0.0], Options { max_iterations: Some(2), ..coordinate() }, |x| x[0]);
    assert_eq!(points, [[0.0], [1.0], [-1.0], [-3.0]]);
}

#[test]
fn coordinate_trial_points_beyond_a_bound_lie_on_it() {
    let bounds = Bounds::new(vec![-0.3, -1.0], vec![10.0, 0.7]).unwrap();
    let f = |x: &[f64]| x[0] - x[1];
    let problem = Problem::new(f, vec![0.25, 0.0]).unwrap().bounded(bounds).unwrap();
    let search = PatternSearch::new(coordinate()).unwrap();
    let outcome = search.minimize(&problem, &Budget::unlimited(), &mut ()).unwrap();
    assert_eq!((outcome.x, outcome.status), (vec![-0.3, 0.7], Status::MeshTolerance));
}

#[test]
fn coordinate_steps_stop_at_their_cap() {
    let cap = |max_mesh_size| {
        let options = Options { max_mesh_size, max_iterations: Some(40), ..coordinate() };
        minimize(|x| -x[0], &[0.0], options).trace.last().unwrap().mesh_size
    };
    assert_eq!((cap(None), cap(Some(4.0))), (Some(1024.0), Some(4.0)));
}

proptest! {
    /// Where it has converged, no step of the tolerance's size along any coordinate improves: also not
    /// along those that were given up before the point moved for the last time.
    #[test]
    fn coordinate_converges_only_where_no_small_step_improves(
        centre in prop::collection::vec(-3.0_f64..3.0, 3),
        mix in -0.9_f64..0.9,
    ) {
        let f = |x: &[f64]| {
            let d: Vec<f64> = x.iter().zip(&centre).map(|(x, c)| x - c).collect();
            d.iter().map(|d| d * d).sum::<f64>() + mix * d[0] * d[1] + mix * d[1] * d[2] + (d[0] - d[2]).abs()
        };
        let options = Options { max_iterations: Some(100_000), mesh_tolerance: 1e-4, ..coordinate() };
        let outcome = minimize(f, &[0.0; 3], Options { max_function_evaluations: Some(1_000_000), ..options });
        prop_assert_eq!(outcome.status, Status::MeshTolerance);
        // The last sweep tried the smallest step that is not below the tolerance.
        let step = (0..).map(|k| 0.5_f64.powi(k)).take_while(|step| *step >= 1e-4).last().unwrap();
        for i in 0..3 {
            for sign in [1.0, -1.0] {
                let mut x = outcome.x.clone();
                x[i] += sign * step;
                prop_assert!(f(&x) >= outcome.value, "coordinate {i}, {sign}");
            }
        }
    }
}
