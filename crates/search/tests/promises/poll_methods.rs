//! Every poll method: where it ends, and each option of it doing what it says.

use crate::runs;

use search::pattern::{Algorithm, Options, PollMethod, PollOrder};
use search::{
    Bounds, Budget, CoordinateSearch, Error, HybridSearch, Method, Minimizer, Outcome, PatternSearch,
    Problem, Solver, Status,
};

use runs::{minimize, visited};

const POLL_METHODS: [PollMethod; 8] = [
    PollMethod::GpsPositiveBasis2N,
    PollMethod::GpsPositiveBasisNp1,
    PollMethod::GssPositiveBasis2N,
    PollMethod::GssPositiveBasisNp1,
    PollMethod::MadsPositiveBasis2N,
    PollMethod::MadsPositiveBasisNp1,
    PollMethod::OrthoMadsPositiveBasis2N,
    PollMethod::OrthoMadsPositiveBasisNp1,
];

const MADS: [PollMethod; 4] = [
    PollMethod::MadsPositiveBasis2N,
    PollMethod::MadsPositiveBasisNp1,
    PollMethod::OrthoMadsPositiveBasis2N,
    PollMethod::OrthoMadsPositiveBasisNp1,
];

fn by(poll_method: PollMethod) -> Options {
    Options { last_look: false, poll_method, ..Options::default() }
}

fn with(algorithm: Algorithm) -> Options {
    Options { last_look: false, algorithm, ..Options::default() }
}

/// Every poll method, and every kind of `nups`. MADS steps end at the square root of the mesh tolerance.
fn all() -> Vec<Options> {
    let polls = POLL_METHODS.map(|method| {
        let tolerance = if MADS.contains(&method) { 1e-12 } else { 1e-6 };
        Options { mesh_tolerance: tolerance, step_tolerance: 0.0, function_tolerance: 0.0, ..by(method) }
    });
    polls.into_iter().chain([Algorithm::Nups, Algorithm::NupsGps, Algorithm::NupsMads].map(with)).collect()
}

fn within(
    bounds: Bounds,
    f: impl Fn(&[f64]) -> f64 + Send + Sync,
    start: &[f64],
    options: Options,
) -> Outcome {
    let problem = Problem::new(f, start.to_vec()).unwrap().bounded(bounds).unwrap();
    PatternSearch::new(options).unwrap().minimize(&problem, &Budget::unlimited(), &mut ()).unwrap()
}

/// A bowl whose axes are no coordinates: Σ i (x_i - c_i)² + (Σ (x_i - c_i))² / 2, c_i = 0.3 i.
fn bowl(x: &[f64]) -> f64 {
    let from_centre = || x.iter().enumerate().map(|(i, v)| v - 0.3 * i as f64);
    let squares: f64 = from_centre().enumerate().map(|(i, v)| (1.0 + i as f64) * v * v).sum();
    squares + from_centre().sum::<f64>().powi(2) / 2.0
}

fn unlimited(options: Options) -> Options {
    Options { max_iterations: Some(u64::MAX), max_function_evaluations: Some(1_000_000), ..options }
}

#[test]
fn every_method_finds_a_smooth_minimum() {
    for options in all() {
        for n in [2, 5, 10] {
            let outcome = minimize(bowl, &vec![2.0; n], unlimited(options.clone()));
            assert_eq!(outcome.status, Status::MeshTolerance, "{options:?}");
            assert!(outcome.value < 1e-8, "n = {n}: {} by {options:?}", outcome.value);
            assert!(outcome.trace.windows(2).all(|rows| match rows[1].method {
                Method::SuccessfulPoll => rows[1].value < rows[0].value,
                Method::RefineMesh => {
                    rows[1].value == rows[0].value && rows[1].mesh_size <= rows[0].mesh_size
                }
                _ => false,
            }));
        }
    }
}

#[test]
fn every_method_finds_a_minimum_on_the_bounds() {
    // c_i = 0.3 i below the lower bound for i = 0 and 1, and above the upper one from i = 6 on.
    for options in all() {
        for n in [2, 5, 10] {
            let f =
                |x: &[f64]| -> f64 { x.iter().enumerate().map(|(i, v)| (v - 0.3 * i as f64).powi(2)).sum() };
            let bounds = Bounds::uniform(n, 0.5, 1.6).unwrap();
            let best: Vec<f64> = (0..n).map(|i| (0.3 * i as f64).clamp(0.5, 1.6)).collect();
            let is_mads = MADS.contains(&options.poll_method);
            // From the inside, from a bound that is to be followed, and from a corner.
            let starts = [vec![1.0; n], [vec![0.5], vec![1.3; n - 1]].concat(), vec![1.6; n]];
            // Near a corner few random directions are feasible, in ten dimensions hardly one.
            for start in &starts[..if is_mads && n == 10 { 2 } else { 3 }] {
                let outcome = within(bounds.clone(), f, start, unlimited(options.clone()));
                let excess = outcome.value - f(&best);
                let most = match is_mads {
                    true if n == 10 => 1e-1,
                    true => 1e-2,
                    false => 1e-5,
                };
                assert!(excess < most, "n = {n}, from {start:?}: {excess} too much by {options:?}");
                assert_eq!(outcome.exit_flag(), 1);
            }
        }
    }
}

#[test]
fn every_method_leaves_fixed_variables_alone() {
    let bounds = Bounds::new(vec![0.7, -9.0, -9.0, 0.2], vec![0.7, 9.0, 9.0, 0.2]).unwrap();
    // At x1 = 1, x2 = -1; the fixed ones add their squares.
    let minimum = 0.7_f64.powi(2) + 49.0 * 0.2_f64.powi(2);
    for options in all() {
        let f = |x: &[f64]| x[0].powi(2) + (x[1] - 1.0).powi(2) + (x[2] + x[1]).powi(2) + 49.0 * x[3].powi(2);
        let outcome = within(bounds.clone(), f, &[0.7, 3.0, 3.0, 0.2], options.clone());
        assert_eq!((outcome.x[0], outcome.x[3]), (0.7, 0.2));
        assert!(outcome.value - minimum < 1e-4, "{} for {minimum} by {options:?}", outcome.value);
        let all_fixed = Bounds::new(vec![1.0; 3], vec![1.0; 3]).unwrap();
        let outcome = within(all_fixed, bowl, &[1.0; 3], options);
        assert_eq!((outcome.counts.evaluations, outcome.exit_flag()), (1, 1));
    }
}

/// The function of Dennis & Woods 1987, "Optimization on microcomputers: the Nelder-Mead simplex algorithm": convex, with its
/// minimum 1 at the origin, and from (a, a) upwards along every coordinate. (Kolda, Lewis & Torczon 2003, section 6.)
fn dennis_woods(x: &[f64]) -> f64 {
    let squared = |sign: f64| (x[0] - sign).powi(2) + (x[1] + sign).powi(2);
    squared(1.0).max(squared(-1.0)) / 2.0
}

#[test]
fn mads_goes_on_where_coordinate_directions_are_stuck() {
    let start = [0.9, 0.9];
    for method in [PollMethod::GpsPositiveBasis2N, PollMethod::GssPositiveBasis2N] {
        let outcome = minimize(dennis_woods, &start, by(method));
        assert_eq!((outcome.x.as_slice(), outcome.exit_flag()), (&start[..], 1), "{method:?}");
    }
    for method in MADS {
        for seed in 0..10 {
            let options = Options { mesh_tolerance: 1e-12, seed, ..unlimited(by(method)) };
            let outcome = minimize(dennis_woods, &start, options);
            assert!(outcome.value < 1.1, "{method:?}, seed {seed}: {}", outcome.value);
        }
    }
    for algorithm in [Algorithm::Nups, Algorithm::NupsMads] {
        for seed in 0..10 {
            let outcome = minimize(dennis_woods, &start, Options { seed, ..with(algorithm) });
            assert!(outcome.value < 1.1, "{algorithm:?}, seed {seed}: {}", outcome.value);
        }
    }
}

fn mesh_sizes(f: fn(&[f64]) -> f64, options: Options) -> Vec<f64> {
    let options = Options { max_iterations: Some(4), ..options };
    minimize(f, &[0.0, 0.0], options).trace.iter().map(|row| row.mesh_size.unwrap()).collect()
}

#[test]
fn the_mesh_of_mads_is_divided_and_multiplied_by_four() {
    for method in MADS {
        assert_eq!(mesh_sizes(|_| 0.0, by(method)), [1.0, 0.25, 0.0625, 0.015625, 0.00390625]);
        let wide = Options { initial_mesh_size: 8.0, ..by(method) };
        assert_eq!(mesh_sizes(|_| 0.0, wide.clone()), [8.0, 2.0, 0.5, 0.125, 0.03125]);
        // A success at a fine mesh: the start is the best point within a distance of 0.9.
        let ring = |x: &[f64]| if x == [0.0, 0.0] || x[0].hypot(x[1]) > 0.9 { 0.0 } else { -1.0 };
        let sizes = mesh_sizes(ring, by(method));
        assert!(sizes.windows(2).any(|pair| pair[1] == 4.0 * pair[0]), "{method:?}: {sizes:?}");
        // Beyond its first size the mesh does not grow, but the steps do.
        assert_eq!(mesh_sizes(|x| -x[0].abs() - x[1].abs(), wide), [8.0; 5]);
    }
}

/// Lengths of the successful steps in an unlimited descent.
fn steps_downhill(options: Options) -> Vec<f64> {
    let options = Options { max_iterations: Some(12), scale_mesh: false, ..options };
    let seen = visited(&[0.0], options, |x| -x[0]);
    // Each success is the first point that is better than all before.
    let mut best = 0.0;
    let mut steps = Vec::new();
    for x in seen.iter().map(|x| x[0]).filter(|x| *x > 0.0) {
        if x > best {
            steps.push(x - best);
            best = x;
        }
    }
    steps
}

#[test]
fn max_mesh_size_caps_the_poll_size_of_mads() {
    for method in MADS {
        let longest = |max_mesh_size| {
            steps_downhill(Options { max_mesh_size, ..by(method) }).into_iter().fold(0.0, f64::max)
        };
        assert!(longest(None) > 500.0, "{method:?}: {}", longest(None));
        let capped = longest(Some(8.0));
        assert!(capped > 3.0 && capped <= 8.0, "{method:?}: {capped}");
    }
}

#[test]
fn complete_polls_take_the_best_point_of_every_method() {
    for method in POLL_METHODS {
        let options = Options { use_complete_poll: true, max_iterations: Some(1), ..by(method) };
        let points = visited(&[0.3, 0.1, -0.2], options.clone(), bowl);
        assert_eq!(points.len(), if format!("{method:?}").ends_with("2N") { 7 } else { 5 }, "{method:?}");
        let best = points.iter().map(|x| bowl(x)).fold(f64::INFINITY, f64::min);
        assert_eq!(minimize(bowl, &[0.3, 0.1, -0.2], options).value, best);
    }
}

/// The matrix of directions of 100,000 coordinates has 10¹⁰ numbers.
#[test]
fn mads_refuses_more_coordinates_than_memory_has_room_for() {
    let problem = Problem::new(bowl, vec![1.0; 100_000]).unwrap();
    for options in [by(PollMethod::MadsPositiveBasis2N), with(Algorithm::NupsMads)] {
        let refused =
            PatternSearch::new(options).unwrap().minimize(&problem, &Budget::evaluations(1), &mut ());
        assert!(matches!(refused, Err(Error::WorkingMemory { coordinates: 100_000, .. })), "{refused:?}");
    }
    let gps = PatternSearch::default().minimize(&problem, &Budget::evaluations(1), &mut ());
    assert!(gps.is_ok());
}

#[test]
fn poll_order_is_for_gps_and_gss() {
    let path = |method, poll_order| visited(&[2.0; 3], Options { poll_order, ..by(method) }, bowl);
    for method in POLL_METHODS {
        for order in [PollOrder::Random, PollOrder::Success] {
            let same = path(method, order) == path(method, PollOrder::Consecutive);
            assert_eq!(same, MADS.contains(&method), "{method:?}, {order:?}");
        }
    }
}

#[test]
fn the_seed_decides_the_directions() {
    let random = MADS.map(by).into_iter().chain([Algorithm::Nups, Algorithm::NupsMads].map(with));
    for options in random {
        let path = |seed| visited(&[2.0; 3], Options { seed, ..options.clone() }, bowl);
        assert_eq!(path(1), path(1));
        assert_ne!(path(1), path(2), "{options:?}");
        let search = PatternSearch::new(options).unwrap();
        assert!(search.with_seed(2).is_some(), "it is worth running with several seeds");
    }
    for options in [by(PollMethod::GpsPositiveBasisNp1), with(Algorithm::NupsGps)] {
        let path = |seed| visited(&[2.0; 3], Options { seed, ..options.clone() }, bowl);
        assert_eq!(path(1), path(2));
        assert!(PatternSearch::new(options).unwrap().with_seed(2).is_none());
    }
    // These have random numbers for restarts alone.
    assert!(
        CoordinateSearch::default().with_seed(2).is_none() && HybridSearch::default().with_seed(2).is_none()
    );
}

#[test]
fn mesh_rotate_tries_the_negatives_at_a_small_mesh() {
    let polls = |options: Options| -> Vec<(f64, u64)> {
        let outcome = minimize(|_| 0.0, &[0.0, 0.0], options);
        let rows = outcome.trace.windows(2);
        rows.map(|rows| (rows[0].mesh_size.unwrap(), rows[1].evaluations - rows[0].evaluations)).collect()
    };
    for (size, points) in polls(by(PollMethod::GpsPositiveBasisNp1)) {
        assert_eq!(points, if size < 1e-4 { 6 } else { 3 }, "mesh {size}");
    }
    // Off, and for the other methods, it does nothing.
    let off = Options { mesh_rotate: false, ..by(PollMethod::GpsPositiveBasisNp1) };
    assert!(polls(off.clone()).iter().all(|&(_, points)| points == 3));
    for method in POLL_METHODS.into_iter().filter(|&method| method != PollMethod::GpsPositiveBasisNp1) {
        let path = |mesh_rotate| visited(&[2.0; 3], Options { mesh_rotate, ..by(method) }, bowl);
        assert_eq!(path(true), path(false), "{method:?}");
    }
    // The negatives, in the same order.
    let points = visited(&[0.0, 0.0], by(PollMethod::GpsPositiveBasisNp1), |_| 0.0);
    let last = &points[points.len() - 6..];
    assert!(last[..3].iter().zip(&last[3..]).all(|(a, b)| a[0] == -b[0] && a[1] == -b[1]), "{last:?}");
    // From a point that only a negative improves on.
    let valley =
        |x: &[f64]| (x[0] - x[1]).abs() + if x[0] + x[1] > 0.0 { -1e-3 * (x[0] + x[1]) } else { 0.0 };
    let (on, off) =
        (minimize(valley, &[0.0; 2], by(PollMethod::GpsPositiveBasisNp1)), minimize(valley, &[0.0; 2], off));
    assert!(off.value == 0.0 && on.value < 0.0, "{} {}", off.value, on.value);
}

#[test]
fn gss_and_gps_are_the_same_within_bounds() {
    let path = |method| visited(&[2.0; 3], Options { mesh_rotate: false, ..by(method) }, bowl);
    assert_eq!(path(PollMethod::GssPositiveBasis2N), path(PollMethod::GpsPositiveBasis2N));
    assert_eq!(path(PollMethod::GssPositiveBasisNp1), path(PollMethod::GpsPositiveBasisNp1));
}

#[test]
fn options_that_would_have_no_effect_are_refused_with_the_reason() {
    let refused = |options: Options| PatternSearch::new(options).unwrap_err().to_string();
    for method in MADS {
        let message = refused(Options { accelerate_mesh: true, ..by(method) });
        assert!(
            message.starts_with("option accelerate_mesh is true") && message.contains("MADS"),
            "{message}"
        );
        let message = refused(Options { mesh_expansion_factor: 3.0, ..by(method) });
        assert!(message.starts_with("option mesh_expansion_factor is 3"), "{message}");
        let message = refused(Options { mesh_contraction_factor: 0.25, ..by(method) });
        assert!(message.starts_with("option mesh_contraction_factor is 0.25"), "{message}");
    }
    for method in POLL_METHODS.into_iter().filter(|method| !MADS.contains(method)) {
        let options = Options { accelerate_mesh: true, mesh_contraction_factor: 0.25, ..by(method) };
        assert!(PatternSearch::new(options).is_ok());
    }
}
