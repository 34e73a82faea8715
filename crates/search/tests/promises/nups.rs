//! MATLAB's nonuniform pattern search, rule by rule.

use crate::runs;

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use search::pattern::{Algorithm, Options, PollMethod, PollOrder};
use search::{Bounds, Budget, Method, Minimizer, PatternSearch, Problem};

use runs::{minimize, visited};

const KINDS: [Algorithm; 3] = [Algorithm::Nups, Algorithm::NupsGps, Algorithm::NupsMads];

fn with(algorithm: Algorithm) -> Options {
    Options { algorithm, ..Options::default() }
}

fn bowl(x: &[f64]) -> f64 {
    x.iter().enumerate().map(|(i, v)| (1.0 + i as f64) * (v - 0.3).powi(2)).sum()
}

/// Mesh sizes in the first iterations, where the value at evaluation `k`, after that at the start, is `f(k)`.
fn mesh_sizes(f: impl Fn(u64) -> f64 + Send + Sync, options: Options, iterations: u64) -> Vec<f64> {
    let options = Options {
        algorithm: Algorithm::NupsGps,
        max_iterations: Some(iterations),
        step_tolerance: 0.0,
        function_tolerance: 0.0,
        ..options
    };
    let evaluations = AtomicU64::new(0);
    let f = |_: &[f64]| f(evaluations.fetch_add(1, Ordering::Relaxed));
    minimize(f, &[0.0], options).trace.iter().map(|row| row.mesh_size.unwrap()).collect()
}

#[test]
fn the_mesh_follows_the_four_rules() {
    let d = Options::default;
    // No decrease: half.
    assert_eq!(mesh_sizes(|_| 0.0, d(), 3), [1.0, 0.5, 0.25, 0.125]);
    // A sufficient one: twice.
    assert_eq!(mesh_sizes(|k| -(k as f64), d(), 3), [1.0, 2.0, 4.0, 8.0]);
    // Too small a one above the threshold: twice as well, or at the third in a row times 3/2.
    let gently = |k: u64| -1e-9 * k as f64;
    assert_eq!(mesh_sizes(gently, d(), 4), [1.0, 2.0, 4.0, 6.0, 12.0]);
    // Below the threshold, the square root of the mesh tolerance: unchanged.
    let fine = Options { mesh_tolerance: 1e-4, initial_mesh_size: 5e-3, ..d() };
    let sizes = mesh_sizes(gently, fine.clone(), 7);
    assert_eq!(sizes[..3], [5e-3; 3]);
    assert_eq!(sizes[3..6], [7.5e-3; 3]);
    assert_eq!(sizes[6..], [11.25e-3, 22.5e-3], "above the threshold again");
    // And no further than the cap.
    let capped = Options { max_mesh_size: Some(6e-3), ..fine };
    assert_eq!(mesh_sizes(gently, capped, 4), [5e-3, 5e-3, 5e-3, 6e-3, 6e-3]);
}

#[test]
fn a_failure_or_a_sufficient_decrease_begins_the_count_of_three_anew() {
    let fine = Options { mesh_tolerance: 1e-4, initial_mesh_size: 5e-3, ..Options::default() };
    // Polls along one coordinate have one point each: two small decreases, a failure, three small ones.
    let failing = |k: u64| -1e-9 * if k < 4 { k.min(2) } else { k } as f64;
    let sizes = mesh_sizes(failing, fine.clone(), 6);
    assert_eq!(sizes, [5e-3, 5e-3, 5e-3, 2.5e-3, 2.5e-3, 2.5e-3, 3.75e-3]);
    // Two small decreases, a sufficient one, three small ones.
    let sufficient = |k: u64| -1e-9 * k as f64 - if k < 3 { 0.0 } else { 1.0 };
    let sizes = mesh_sizes(sufficient, fine, 6);
    assert_eq!(sizes, [5e-3, 5e-3, 5e-3, 1e-2, 1e-2, 1e-2, 1.5e-2]);
}

/// The poll goes on to a decrease of 1e-4 max(1, |f|), and takes the best it has seen.
#[test]
fn a_poll_goes_on_to_a_sufficient_decrease() {
    let run = |values: [f64; 4]| {
        let f = move |x: &[f64]| match x {
            [1.0, 0.0] => values[1],
            [0.0, 1.0] => values[2],
            [1.0, 1.0] => values[3],
            _ => values[0],
        };
        let options = Options { max_iterations: Some(1), ..with(Algorithm::NupsGps) };
        let outcome = minimize(f, &[0.0, 0.0], options);
        (outcome.x, outcome.counts.evaluations)
    };
    assert_eq!(run([0.0, -1e-4, -1.0, -2.0]), (vec![1.0, 0.0], 2));
    assert_eq!(run([0.0, -0.9e-4, -1.0, -2.0]), (vec![0.0, 1.0], 3));
    assert_eq!(run([0.0, -0.9e-4, -0.8e-4, 1.0]), (vec![1.0, 0.0], 4));
    assert_eq!(run([1000.0, 999.95, 999.91, 999.96]), (vec![0.0, 1.0], 4), "relative to the value");
    assert_eq!(run([1000.0, 999.95, 999.9, 0.0]), (vec![0.0, 1.0], 3));
}

/// Whether the poll of each iteration was along the coordinates.
fn along_coordinates(f: impl Fn(&[f64]) -> f64 + Send + Sync, iterations: u64) -> Vec<bool> {
    let options = Options {
        max_iterations: Some(iterations),
        mesh_tolerance: 1e-300,
        step_tolerance: 0.0,
        function_tolerance: 0.0,
        ..with(Algorithm::Nups)
    };
    let points = Mutex::new(Vec::new());
    let trace = minimize(
        |x| {
            points.lock().unwrap().push(x.to_vec());
            f(x)
        },
        &[0.0, 0.0, 0.0],
        options,
    )
    .trace;
    let points = points.into_inner().unwrap();
    let mut centre = points[0].clone();
    let mut polls = Vec::new();
    for rows in trace.windows(2) {
        let poll = &points[rows[0].evaluations as usize..rows[1].evaluations as usize];
        polls.push(poll[0].iter().zip(&centre).filter(|(to, from)| to != from).count() == 1);
        if rows[1].method == Method::SuccessfulPoll {
            centre = poll.iter().min_by(|a, b| f(a).total_cmp(&f(b))).unwrap().clone();
        }
    }
    polls
}

#[test]
fn cycles_of_sixteen_are_shared_by_what_each_kind_achieves() {
    let of_gps = |polls: &[bool]| -> Vec<usize> {
        for cycle in polls.chunks(16) {
            assert!(cycle.is_sorted_by(|a, b| a >= b), "the coordinates come first: {cycle:?}");
        }
        polls.chunks(16).map(|cycle| cycle.iter().filter(|&&gps| gps).count()).collect()
    };
    // Nothing achieved: as before.
    assert_eq!(of_gps(&along_coordinates(|_| 0.0, 64)), [8, 8, 8, 8]);
    // Coordinates alone are any good, or the others alone: 14 of 16.
    let is_on_axes = |x: &[f64]| x.iter().filter(|v| **v != 0.0).count() <= 1;
    let axes = |x: &[f64]| if is_on_axes(x) { -x[0].abs() } else { 9.0 };
    assert_eq!(of_gps(&along_coordinates(axes, 48))[1], 14);
    let f = |x: &[f64]| if x.iter().any(|v| v.fract() != 0.0) { x[0] - 1.0 } else { 0.0 };
    let shares = of_gps(&along_coordinates(f, 64));
    assert!(shares[0] == 8 && shares.iter().all(|share| (2..=14).contains(share)), "{shares:?}");
}

#[test]
fn options_that_matlab_ignores_are_ignored() {
    for algorithm in KINDS {
        let path = |options: Options| {
            let options = Options { algorithm, seed: 4, ..options };
            visited(&[2.0, -1.0, 0.5], options, bowl)
        };
        let plain = path(Options::default());
        for (name, options) in [
            (
                "factors",
                Options { mesh_expansion_factor: 3.0, mesh_contraction_factor: 0.1, ..Options::default() },
            ),
            ("method", Options { poll_method: PollMethod::MadsPositiveBasis2N, ..Options::default() }),
            ("order", Options { poll_order: PollOrder::Random, ..Options::default() }),
            ("complete", Options { use_complete_poll: true, ..Options::default() }),
            ("rotate", Options { mesh_rotate: false, ..Options::default() }),
        ] {
            assert_eq!(path(options), plain, "{name}, {algorithm:?}");
        }
        for (name, options) in [
            ("tolerance", Options { mesh_tolerance: 1e-4, ..Options::default() }),
            ("size", Options { initial_mesh_size: 0.25, ..Options::default() }),
            ("scale", Options { scale_mesh: false, ..Options::default() }),
        ] {
            assert_ne!(path(options), plain, "{name}, {algorithm:?}");
        }
    }
}

/// A step beyond a bound is shortened to it, to the bit; coordinates near a bound are tried alone, after the others.
#[test]
fn bounds_within_a_step_are_followed_and_reached() {
    let bounds = || Bounds::new(vec![0.1, -0.7], vec![0.4, f64::INFINITY]).unwrap();
    let seen = Mutex::new(Vec::new());
    let f = |x: &[f64]| {
        seen.lock().unwrap().push(x.to_vec());
        0.0
    };
    let problem = Problem::new(f, vec![0.3, 0.0]).unwrap().bounded(bounds()).unwrap();
    let options = Options { max_iterations: Some(2), scale_mesh: false, ..with(Algorithm::NupsGps) };
    PatternSearch::new(options).unwrap().minimize(&problem, &Budget::unlimited(), &mut ()).unwrap();
    let seen = seen.lock().unwrap().clone();
    assert_eq!(seen[1..5], [[0.4, 0.0], [0.1, 0.0], [0.3, 1.0], [0.3, -0.7]], "both near a bound");
    assert_eq!(seen[5..], [[0.3, -0.5], [0.4, 0.0], [0.1, 0.0]], "the first one alone");

    // Along a bound, to the minimum on it.
    let f = |x: &[f64]| x[0] + (x[1] + 0.2).powi(2);
    for algorithm in KINDS {
        let problem = Problem::new(f, vec![0.1, 3.0]).unwrap().bounded(bounds()).unwrap();
        let search = PatternSearch::new(with(algorithm)).unwrap();
        let outcome = search.minimize(&problem, &Budget::unlimited(), &mut ()).unwrap();
        assert_eq!(outcome.x[0], 0.1, "{algorithm:?}");
        assert!((outcome.x[1] + 0.2).abs() < 1e-5 && outcome.exit_flag() == 1, "{algorithm:?}");
    }
}

#[test]
fn options_name_the_kinds_as_matlab_does() {
    for (algorithm, name) in KINDS.into_iter().zip(["nups", "nups-gps", "nups-mads"]) {
        let options = Options::from_json(&format!("{{\"Algorithm\": \"{}\"}}", name.to_uppercase())).unwrap();
        assert_eq!(options.algorithm, algorithm);
        assert!(serde_json::to_string(&options).unwrap().contains(&format!("\"{name}\"")));
    }
}
