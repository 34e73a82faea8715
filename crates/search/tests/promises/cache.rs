//! The cache: what has been evaluated is not evaluated again, and nothing else changes.

use crate::runs;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use proptest::prelude::*;
use search::pattern::Options;
use search::{
    Budget, DisplayLevel, IterativeDisplay, Minimizer, Outcome, PatternSearch, Problem, Run, Status,
};

use runs::{minimize, visited};

fn cached() -> Options {
    Options { cache: true, ..Options::default() }
}

fn path(outcome: &Outcome) -> Vec<(f64, Option<f64>)> {
    outcome.trace.iter().map(|row| (row.value, row.mesh_size)).collect()
}

proptest! {
    /// With the default tolerance the path is the same, and no point is evaluated twice.
    #[test]
    fn a_cache_saves_evaluations_and_changes_nothing_else(
        start in prop::collection::vec(-8.0_f64..8.0, 1..4),
        use_complete_poll in any::<bool>(),
        failing in any::<bool>(),
        threads in 1_usize..4,
    ) {
        let f = |x: &[f64]| -> f64 {
            let sum: f64 = x.iter().enumerate().map(|(i, v)| (v - 0.7 * i as f64).abs() + v.sin()).sum();
            if failing && (sum * 1e4) as i64 % 5 == 0 { f64::NAN } else { sum }
        };
        let problem = Problem::new(f, start).unwrap();
        let run = |cache| {
            let options = Options { use_complete_poll, max_iterations: Some(150), cache, ..Options::default() };
            let run = Run::within(&Budget::unlimited()).on_threads(threads);
            PatternSearch::new(options).unwrap().run(&problem, &run, &mut ())
        };
        let (Ok(with), Ok(without)) = (run(true), run(false)) else { return Ok(()) };
        prop_assert_eq!(path(&with), path(&without));
        prop_assert_eq!(&with.x, &without.x);
        // What lies within the last digit of a known point is passed over as well.
        prop_assert_eq!(with.counts.evaluations + with.counts.cached, without.counts.evaluations);
        prop_assert_eq!(without.counts.cached, 0);
        prop_assert!(with.counts.cached > 0 || with.iterations < 3, "a poll after a success looks back");
        prop_assert!(with.counts.failed <= without.counts.failed);
    }
}

#[test]
fn no_point_is_evaluated_twice_nor_one_that_lies_near_another() {
    let f = |x: &[f64]| (x[0] - 0.3).powi(2) + (x[1] + 0.4).powi(2);
    for cache_tol in [0.0, 1e-3, 0.1] {
        let points = visited(&[2.0, 1.0], Options { cache_tol, ..cached() }, f);
        for (k, a) in points.iter().enumerate() {
            for b in &points[..k] {
                let distance = a.iter().zip(b).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
                assert!(distance > cache_tol, "{a:?} after {b:?}");
            }
        }
    }
}

/// MATLAB's log with `Cache` on: the count stands still while refinements meet known points only.
#[test]
fn the_count_stands_still_where_all_points_are_known() {
    let f = |x: &[f64]| (x[0] - 1.0).powi(2) + (x[1] - 2.0).powi(2);
    let outcome = minimize(f, &[1.0, 2.0], Options { cache_tol: 4e-3, scale_mesh: false, ..cached() });
    assert_eq!(outcome.status, Status::MeshTolerance);
    for pair in outcome.trace.windows(2) {
        let step = pair[0].mesh_size.unwrap();
        let expected = if step <= 4e-3 { 0 } else { 4 };
        assert_eq!(pair[1].evaluations - pair[0].evaluations, expected, "a poll with steps of {step}");
    }
    assert_eq!((outcome.counts.evaluations, outcome.counts.cached), (1 + 4 * 8, 4 * 12));
    let mut text = Vec::new();
    let problem = Problem::new(f, vec![1.0, 2.0]).unwrap();
    let mut display = IterativeDisplay::new(DisplayLevel::Final, &mut text);
    PatternSearch::new(cached()).unwrap().minimize(&problem, &Budget::unlimited(), &mut display).unwrap();
    assert!(!String::from_utf8(text).unwrap().contains("cache"), "there was nothing in it");
    let mut text = Vec::new();
    let mut display = IterativeDisplay::new(DisplayLevel::Final, &mut text);
    let near = Options { cache_tol: 4e-3, ..cached() };
    PatternSearch::new(near).unwrap().minimize(&problem, &Budget::unlimited(), &mut display).unwrap();
    assert!(String::from_utf8(text).unwrap().contains("values came from the cache."));
}

#[test]
fn the_budget_counts_what_is_evaluated_alone() {
    let calls = AtomicU64::new(0);
    let f = |x: &[f64]| {
        calls.fetch_add(1, Ordering::Relaxed);
        x[0].abs() + x[1].abs()
    };
    for most in 1..60 {
        calls.store(0, Ordering::Relaxed);
        let problem = Problem::new(f, vec![5.3, 1.1]).unwrap();
        let search = PatternSearch::new(cached()).unwrap();
        let outcome = search.minimize(&problem, &Budget::evaluations(most), &mut ()).unwrap();
        assert_eq!((outcome.counts.evaluations, calls.load(Ordering::Relaxed)), (most, most));
    }
}

#[test]
fn a_small_cache_forgets_the_oldest() {
    let f = |x: &[f64]| (x[0] - 0.3).powi(2) + (x[1] + 0.4).powi(2);
    let hits = |cache_size| minimize(f, &[2.0, 1.0], Options { cache_size, ..cached() }).counts.cached;
    assert!(hits(1) < hits(10_000), "{} and {}", hits(1), hits(10_000));
    assert!((1..40).all(|size| hits(size) <= hits(10_000)));
}

#[test]
fn a_view_of_single_coordinates_stands_back() {
    // Its trials are no points that could be known again: whole evaluations take their place.
    struct Bowl(Arc<AtomicU64>);
    impl search::Objective for Bowl {
        fn value(&self, x: &[f64]) -> Result<f64, search::Failure> {
            Ok(x.iter().map(|v| v * v).sum())
        }
        fn incremental(&self) -> Option<Box<dyn search::Incremental + '_>> {
            self.0.fetch_add(1, Ordering::Relaxed);
            None
        }
    }
    for (options, expected) in [(Options::default(), 1), (cached(), 0)] {
        let asked = Arc::new(AtomicU64::new(0));
        let problem = Problem::of(Bowl(asked.clone()), vec![2.0, 1.0]).unwrap();
        PatternSearch::new(options).unwrap().minimize(&problem, &Budget::evaluations(9), &mut ()).unwrap();
        assert_eq!(asked.load(Ordering::Relaxed), expected);
    }
}

#[test]
fn cache_options_are_read_and_checked() {
    let text = r#"{"Cache": "on", "CacheSize": 50, "CacheTol": 1e-4}"#;
    let expected = Options { cache_size: 50, cache_tol: 1e-4, ..cached() };
    assert_eq!(Options::from_json(text).unwrap(), expected);
    for (text, says) in [
        (r#"{"CacheSize": 0}"#, "option CacheSize is 0; expected at least 1"),
        (r#"{"CacheTol": -1}"#, "option CacheTol is -1; expected a finite number, at least 0"),
        (r#"{"Cache": "perhaps"}"#, "Cache: expected true, false"),
    ] {
        let message = Options::from_json(text).unwrap_err().to_string();
        assert!(message.contains(says), "{message}");
    }
}
