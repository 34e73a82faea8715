//! Threads change nothing: the same outcome, bit for bit, on any number of them.

use crate::pattern_searches;

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use search::pattern::{Options, PollOrder, SearchMethod};
use search::{
    Bounds, Budget, Cancellation, Journal, Minimizer, NelderMead, Objective, Outcome, PatternSearch, Problem,
    Run, Status,
};

use pattern_searches::{SEARCH_METHODS, pattern, pattern_searches};

fn minimizers() -> Vec<Box<dyn Minimizer>> {
    let searching = |method: SearchMethod| {
        let search_fcn = Some(method.into());
        pattern(Options { search_fcn, use_complete_search: true, cache: true, ..Options::default() })
    };
    let mut minimizers = pattern_searches();
    minimizers.extend(SEARCH_METHODS.map(searching));
    minimizers.extend([
        pattern(Options { poll_order: PollOrder::Success, use_complete_poll: true, ..Options::default() }),
        pattern(Options { cache: true, cache_tol: 1e-3, ..Options::default() }),
        pattern(Options { cache: true, cache_size: 3, use_complete_poll: true, ..Options::default() }),
    ]);
    minimizers.push(Box::new(NelderMead::default()));
    minimizers
}

/// All of an outcome but the time, and the speculative evaluations, which depend on the threads.
fn committed(outcome: &Outcome) -> String {
    let mut rest = outcome.clone();
    rest.seconds = 0.0;
    rest.counts.speculative = 0;
    format!("{rest:?}")
}

fn assert_threads_change_nothing(what: &str, f: impl Objective, start: &[f64], bounds: Option<Bounds>) {
    let mut problem = Problem::of(f, start.to_vec()).unwrap();
    if let Some(bounds) = bounds {
        problem = problem.bounded(bounds).unwrap();
    }
    for minimizer in minimizers() {
        for budget in [1, 7, 100, 400] {
            let run = |threads| {
                let run = Run::within(&Budget::evaluations(budget)).on_threads(threads);
                minimizer.run(&problem, &run, &mut ()).unwrap()
            };
            let one = run(1);
            assert_eq!(one.counts.speculative, 0);
            for threads in [2, 3, 8] {
                let several = run(threads);
                assert_eq!(committed(&one), committed(&several), "{what}, {}, {threads} threads", one.solver);
            }
        }
    }
}

#[test]
fn on_smooth_and_rough_functions_within_bounds() {
    let rosenbrock = |x: &[f64]| 100.0 * (x[1] - x[0] * x[0]).powi(2) + (1.0 - x[0]).powi(2);
    assert_threads_change_nothing("rosenbrock", rosenbrock, &[-1.2, 1.0], None);
    let bounds = Bounds::new(vec![0.0, 1.0, f64::NEG_INFINITY], vec![5.0, 1.0, 2.0]).unwrap();
    let steps = |x: &[f64]| x.iter().map(|v| (v * 3.0).floor().abs()).sum::<f64>();
    assert_threads_change_nothing("steps", steps, &[4.0, 0.0, 7.0], Some(bounds));
}

#[test]
fn with_random_delays() {
    let clock = AtomicU64::new(0);
    let delayed = |x: &[f64]| {
        // Depends on the order in which threads come by: as random as it gets.
        let turn = clock.fetch_add(1, Ordering::Relaxed);
        std::thread::sleep(Duration::from_micros(turn.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 57));
        x.iter().enumerate().map(|(i, v)| (v - i as f64).abs()).sum::<f64>()
    };
    assert_threads_change_nothing("delays", delayed, &[3.3, 2.2, 1.1, 0.0], None);
}

#[test]
fn with_failures_of_every_sort() {
    let failing = |x: &[f64]| -> Result<f64, String> {
        let sum: f64 = x.iter().map(|v| (v - 0.3).powi(2)).sum();
        match (sum * 1e6) as u64 % 11 {
            0 => Err("failed".to_owned()),
            1 => Ok(f64::NAN),
            2 => Ok(f64::NEG_INFINITY),
            3 => std::panic::resume_unwind(Box::new("no message on standard error")),
            _ => Ok(sum),
        }
    };
    assert_threads_change_nothing("failures", failing, &[2.0, -1.0, 0.2], None);
}

#[test]
fn speculation_is_counted_apart_and_adds_up() {
    let calls = AtomicU64::new(0);
    let f = |x: &[f64]| {
        calls.fetch_add(1, Ordering::Relaxed);
        x.iter().map(|v| v * v).sum::<f64>()
    };
    let problem = Problem::new(f, vec![3.0; 6]).unwrap();
    for use_complete_poll in [false, true] {
        let search = PatternSearch::new(Options { use_complete_poll, ..Options::default() }).unwrap();
        calls.store(0, Ordering::Relaxed);
        let run = Run::within(&Budget::evaluations(333)).on_threads(4);
        let counts = search.run(&problem, &run, &mut ()).unwrap().counts;
        assert_eq!(calls.load(Ordering::Relaxed), counts.evaluations + counts.speculative);
        assert!(counts.evaluations <= 333);
        if use_complete_poll {
            assert_eq!(counts.speculative, 0, "a complete poll needs all its points");
        }
    }
}

#[test]
fn no_threads_are_refused() {
    let problem = Problem::new(|x: &[f64]| x[0], vec![0.0]).unwrap();
    for threads in [0, Run::MOST_THREADS + 1, 1_000_000, usize::MAX] {
        let run = Run::default().on_threads(threads);
        let error = PatternSearch::default().run(&problem, &run, &mut ()).unwrap_err();
        let message = format!("{threads} threads: expected from 1 to 1024");
        assert_eq!(error.to_string(), message);
    }
}

/// Whoever cancels a run waits for the evaluations under way: none begins after them, and none of them is made again.
#[test]
fn what_is_finished_when_a_run_is_cancelled_is_in_its_journal() {
    let folder = tempfile::tempdir().unwrap();
    let search = PatternSearch::new(Options { use_complete_poll: true, ..Options::default() }).unwrap();
    let norm = |x: &[f64]| x.iter().map(|v| v * v).sum::<f64>();
    let whole = Problem::new(norm, vec![3.0; 6]).unwrap();
    let whole = search.minimize(&whole, &Budget::evaluations(100), &mut ()).unwrap();
    for at in [1, 2, 5, 9, 30] {
        let journal = Journal::new(folder.path().join(at.to_string())).of_every_value();
        let (calls, cancellation) = (Mutex::new(0), Cancellation::default());
        let cancelling = |x: &[f64]| {
            let mut calls = calls.lock().unwrap();
            *calls += 1;
            if *calls == at {
                cancellation.cancel();
            }
            norm(x)
        };
        let problem = Problem::new(cancelling, vec![3.0; 6]).unwrap();
        let budget = Budget::evaluations(100).cancelled_by(&cancellation);
        let run = Run::within(&budget).on_threads(4).with_journal(journal.clone());
        let cancelled = search.run(&problem, &run, &mut ()).unwrap();
        let made = *calls.lock().unwrap();
        assert_eq!((cancelled.status, cancelled.counts.speculative), (Status::Cancelled, 0));
        assert_eq!(cancelled.counts.evaluations, made, "all that were made count");
        assert!((at..at + 4).contains(&made), "{made} evaluations, cancelled during number {at}");

        let run = Run::within(&Budget::evaluations(100)).on_threads(4).with_journal(journal.resumed());
        let resumed = search.run(&problem, &run, &mut ()).unwrap();
        assert_eq!(resumed.journal.as_ref().unwrap().known, made);
        assert_eq!(*calls.lock().unwrap(), 100, "none was made twice");
        assert_eq!((resumed.x, resumed.trace), (whole.x.clone(), whole.trace.clone()));
    }
}
