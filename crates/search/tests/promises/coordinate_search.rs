//! The coordinate search: each step on its own, bounds, cap, and where it has converged.

use crate::runs;

use proptest::prelude::*;
use search::pattern::SearchStep;
use search::{
    Bounds, Budget, CoordinateOptions, CoordinateSearch, Method, Minimizer, PatternSearch, Problem, Status,
};

use runs::{minimize, visited};

/// Sweeps and nothing else.
fn coordinate() -> CoordinateOptions {
    CoordinateOptions { pattern_move: false, parabola_step: false, ..CoordinateOptions::default() }
}

#[test]
fn coordinate_steps_grow_and_shrink_each_on_their_own() {
    // A slope along the first coordinate; along the second one nothing improves.
    let points = visited(&[0.0, 0.0], CoordinateOptions { max_iterations: Some(3), ..coordinate() }, |x| {
        -x[0] + x[1].abs()
    });
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
    let points = visited(&[0.0], CoordinateOptions { max_iterations: Some(2), ..coordinate() }, |x| x[0]);
    assert_eq!(points, [[0.0], [1.0], [-1.0], [-3.0]]);
}

#[test]
fn coordinate_trial_points_beyond_a_bound_lie_on_it() {
    let bounds = Bounds::new(vec![-0.3, -1.0], vec![10.0, 0.7]).unwrap();
    let f = |x: &[f64]| x[0] - x[1];
    let problem = Problem::new(f, vec![0.25, 0.0]).unwrap().bounded(bounds).unwrap();
    let search = CoordinateSearch::new(coordinate()).unwrap();
    let outcome = search.minimize(&problem, &Budget::unlimited(), &mut ()).unwrap();
    assert_eq!((outcome.x, outcome.status), (vec![-0.3, 0.7], Status::NoStepDown));
}

#[test]
fn coordinate_steps_stop_at_their_cap() {
    let cap = |max_mesh_size| {
        let options = CoordinateOptions { max_mesh_size, max_iterations: Some(40), ..coordinate() };
        minimize(|x| -x[0], &[0.0], options).trace.last().unwrap().mesh_size
    };
    assert_eq!((cap(None), cap(Some(4.0))), (Some(1024.0), Some(4.0)));
}

#[test]
fn the_pattern_moves_go_once_more_where_sweeps_have_gone() {
    let options =
        |sweeps| CoordinateOptions { pattern_move: true, max_iterations: Some(sweeps), ..coordinate() };
    let downhill = |x: &[f64]| -x[0] - 0.5 * x[1];
    let points = visited(&[0.0, 0.0], options(2), downhill);
    assert_eq!(points[..4], [[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [2.0, 2.0]]);
    // As far as this sweep went, then as far as both did.
    assert_eq!(points[4..], [[4.0, 2.0], [4.0, 4.0], [6.0, 6.0], [12.0, 12.0]]);
}

/// Rosenbrock's valley bends and no coordinate follows it: sweeps go from side to side, and what several have made together
/// points along it.
#[test]
fn pattern_moves_follow_a_valley() {
    let rosenbrock = |x: &[f64]| 100.0 * (x[1] - x[0] * x[0]).powi(2) + (1.0 - x[0]).powi(2);
    let run =
        |pattern_move| minimize(rosenbrock, &[-1.2, 1.0], CoordinateOptions { pattern_move, ..coordinate() });
    let (with, without) = (run(true), run(false));
    assert!(with.value < 1e-8 && without.value > 1.0, "{} and {}", with.value, without.value);
}

#[test]
fn the_parabola_step_finds_the_minimum_of_a_separable_quadratic() {
    let options = CoordinateOptions { parabola_step: true, max_iterations: Some(1), ..coordinate() };
    let points = visited(&[0.0, 0.0], options, |x| (x[0] - 0.25).powi(2) + 3.0 * (x[1] + 0.125).powi(2));
    // Both ways failed along both: four values, and the point that they tell.
    assert_eq!(points.len(), 6);
    assert_eq!(points[5], [0.25, -0.125]);
}

/// Griewank's function has hundreds of local minima around the one at 0.
fn griewank(x: &[f64]) -> f64 {
    let sum: f64 = x.iter().map(|v| v * v / 4000.0).sum();
    let product: f64 = x.iter().enumerate().map(|(i, v)| (v / ((i + 1) as f64).sqrt()).cos()).product();
    1.0 + sum - product
}

#[test]
fn restarts_leave_local_minima_and_depend_on_the_seed_alone() {
    let start = [55.0, -43.0, 31.0];
    let run = |restarts, seed| {
        let options = CoordinateOptions {
            restarts,
            seed,
            max_iterations: Some(u64::MAX),
            max_function_evaluations: Some(40_000),
            ..CoordinateOptions::default()
        };
        minimize(griewank, &start, options)
    };
    let without = run(0, 0);
    assert_eq!(without.status, Status::NoStepDown);
    for seed in 0..3 {
        let with = run(50, seed);
        assert!(with.value < without.value - 1e-3, "seed {seed}: {} against {}", with.value, without.value);
        assert_eq!(with.trace, run(50, seed).trace);
        assert!(with.trace.windows(2).all(|pair| pair[1].value <= pair[0].value), "the best of all descents");
        assert!(with.trace.iter().any(|row| row.method == Method::Restart));
    }
    assert_ne!(run(50, 0).trace, run(50, 1).trace);
}

#[test]
fn restarts_end_after_so_many_failures_in_a_row() {
    let run = |restarts| {
        let options = CoordinateOptions {
            restarts,
            max_function_evaluations: Some(1_000_000),
            max_iterations: Some(u64::MAX),
            ..coordinate()
        };
        minimize(|x| x.iter().map(|v| v * v).sum(), &[0.3, -0.7], options)
    };
    for restarts in [1, 5, 20] {
        let outcome = run(restarts);
        assert_eq!(outcome.status, Status::NoStepDown);
        let begun = outcome.trace.iter().filter(|row| row.method == Method::Restart).count() as u64;
        assert!(begun >= restarts, "{begun}");
    }
}

#[test]
fn a_search_step_is_counted_committed_and_told_apart() {
    struct Towards(f64);
    impl SearchStep for Towards {
        fn name(&self) -> String {
            "towards".to_owned()
        }
        fn propose(&self, incumbent: &[f64], _: f64, _: &Bounds) -> Vec<Vec<f64>> {
            // One that is no point, one outside the bounds, one halfway to the minimum.
            let halfway = incumbent.iter().map(|x| x + self.0 * (3.0 - x)).collect();
            vec![vec![f64::NAN; 2], vec![-1e9; 2], halfway]
        }
    }
    let bounds = Bounds::uniform(2, -10.0, 10.0).unwrap();
    let distance = |x: &[f64]| (x[0] - 3.0).abs() + (x[1] - 3.0).abs();
    let problem = Problem::new(distance, vec![9.0, -9.0]).unwrap().bounded(bounds).unwrap();
    let classic = PatternSearch::default().with_search_step(Towards(0.5));
    let coordinate = CoordinateSearch::default().with_search_step(Towards(0.5));
    for search in [&classic as &dyn Minimizer, &coordinate] {
        let outcome = search.minimize(&problem, &Budget::evaluations(400), &mut ()).unwrap();
        // Start; the corner, no better; halfway, better.
        let first = &outcome.trace[1];
        assert!(first.value <= 9.0, "{first:?}");
        if search.name() == "patternsearch" {
            assert_eq!((first.evaluations, first.value, first.method), (3, 9.0, Method::SuccessfulSearch));
            assert_eq!(first.mesh_size, Some(2.0));
        }
        assert!(outcome.value < 1e-4);
        // A journal tells the step apart.
        assert_eq!(search.settings()["search_step"], "towards");
    }
}

proptest! {
    /// Where it has converged, with or without what comes after a sweep, no step of the tolerance's size along any coordinate improves: also not
    /// along those that were given up before the point moved for the last time.
    #[test]
    fn coordinate_converges_only_where_no_small_step_improves(
        centre in prop::collection::vec(-3.0_f64..3.0, 3),
        mix in -0.9_f64..0.9,
        pattern_move in any::<bool>(),
        parabola_step in any::<bool>(),
    ) {
        let f = |x: &[f64]| {
            let d: Vec<f64> = x.iter().zip(&centre).map(|(x, c)| x - c).collect();
            d.iter().map(|d| d * d).sum::<f64>() + mix * d[0] * d[1] + mix * d[1] * d[2] + (d[0] - d[2]).abs()
        };
        let options = CoordinateOptions { max_iterations: Some(100_000), mesh_tolerance: 1e-4, pattern_move, parabola_step, ..coordinate() };
        let outcome = minimize(f, &[0.0; 3], CoordinateOptions { max_function_evaluations: Some(1_000_000), ..options });
        prop_assert_eq!(outcome.status, Status::NoStepDown);
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
