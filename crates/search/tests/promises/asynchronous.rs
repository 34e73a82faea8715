//! Asynchronous searches: the path depends on the order in which values arrive, which the journal records.

use std::collections::HashSet;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use proptest::prelude::*;
use search::{
    AskTell, Budget, Error, HybridOptions, HybridSearch, Journal, Minimizer, Outcome, Problem, Run, Status,
};
use serde_json::json;

use crate::evaluators::{Function, Shuffled, committed, here, problems};

fn asynchronous(batch: u64) -> Box<dyn Minimizer> {
    search::solver("hybrid", &json!({ "batch": batch, "asynchronous": true })).unwrap()
}

/// A search that ended where no value is, or with an outcome.
fn is_an_end(result: &Result<Outcome, Error>) -> bool {
    matches!(result, Ok(_) | Err(Error::NoValue { .. }))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]

    /// The evaluators go away in the middle, with points under way, and others go on.
    #[test]
    fn a_run_killed_and_resumed_is_replayed_to_the_same_bits(
        seed: u64,
        batch in prop::sample::select(vec![2_u64, 3, 8, 16]),
        workers in 1..20_usize,
        lives in prop::collection::vec(1..60_u64, 0..4),
        budget in 1..250_u64,
    ) {
        let folder = tempfile::tempdir().unwrap();
        let search = asynchronous(batch);
        for (number, (name, problem, f)) in problems().into_iter().enumerate() {
            let path = folder.path().join(format!("{number}"));
            let journal = Journal { flush_interval: Duration::ZERO, ..Journal::new(&path).of_every_value() }.resumed();
            let within = Budget::evaluations(budget);
            let run = |evaluator: Shuffled| {
                let run = Run::within(&within).with_journal(journal.clone()).evaluated_by(evaluator);
                search.run(&problem, &run, &mut ())
            };
            for (turn, lives) in lives.iter().enumerate() {
                let mut evaluator = Shuffled::new(workers, seed ^ turn as u64, Arc::clone(&f));
                evaluator.lives = *lives;
                let cut = run(evaluator);
                prop_assert!(is_an_end(&cut), "{}: {:?}", name, cut);
            }
            let evaluator = Shuffled::new(workers, !seed, Arc::clone(&f));
            let whole = run(evaluator);
            // Nothing is left to evaluate.
            let nothing: Arc<Function> = Arc::new(|_: &[f64]| panic!("it is all in the journal"));
            let replayed = run(Shuffled::new(1, seed, nothing));
            let (Ok(whole), Ok(replayed)) = (&whole, &replayed) else {
                prop_assert_eq!(&whole, &replayed, "{}", name);
                continue;
            };
            prop_assert_eq!(committed(whole), committed(replayed), "{}", name);
            prop_assert!(whole.counts.evaluations <= budget);
        }
    }

    /// Every value that the evaluator delivered counts once: committed, or not needed. No point is out twice.
    #[test]
    fn no_value_is_lost_and_none_counts_twice(seed: u64, batch in 2..20_u64, workers in 1..30_usize) {
        for (name, problem, f) in problems() {
            let evaluator = Shuffled::new(workers, seed, f);
            let delivered = Arc::clone(&evaluator.delivered);
            let run = Run::within(&Budget::evaluations(200)).evaluated_by(evaluator);
            let outcome = asynchronous(batch).run(&problem, &run, &mut ()).unwrap();
            let counts = outcome.counts;
            prop_assert_eq!(delivered.load(Ordering::Relaxed), counts.evaluations + counts.speculative, "{}", name);
            prop_assert!(counts.rounds <= counts.evaluations && counts.evaluations <= batch * counts.rounds, "{:?}", counts);
        }
    }

    /// Threads with delays: the run ends as one that was not recorded could, and its journal ends in the same bits on one
    /// thread, without a delay.
    #[test]
    fn what_threads_did_is_replayed_on_one(
        start in prop::collection::vec(-2.0..2.0, 2..6),
        batch in 2..17_u64,
        threads in 2..9_usize,
    ) {
        let clock = AtomicU64::new(0);
        let delayed = |x: &[f64]| {
            let turn = clock.fetch_add(1, Ordering::Relaxed);
            std::thread::sleep(Duration::from_micros(turn.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 57));
            x.windows(2).map(|x| 100.0 * (x[1] - x[0] * x[0]).powi(2) + (1.0 - x[0]).powi(2)).sum::<f64>()
        };
        let problem = Problem::new(delayed, start).unwrap();
        let folder = tempfile::tempdir().unwrap();
        // Cheap as the values are, each is recorded.
        let journal = Journal::new(folder.path().join("journal"));
        let within = Run::within(&Budget::evaluations(300));
        let search = asynchronous(batch);
        let run = within.clone().with_journal(journal.clone()).on_threads(threads);
        let whole = search.run(&problem, &run, &mut ()).unwrap();
        let calls = clock.load(Ordering::Relaxed);
        let replayed = search.run(&problem, &within.with_journal(journal.resumed()), &mut ()).unwrap();
        prop_assert_eq!(committed(&whole), committed(&replayed));
        prop_assert_eq!(clock.load(Ordering::Relaxed), calls);
    }
}

#[test]
fn one_worker_takes_the_path_of_none() {
    for (name, problem, f) in problems() {
        let run = Run::within(&Budget::evaluations(150));
        let alone = asynchronous(6).run(&here(&problem, &f), &run, &mut ()).unwrap();
        let one = run.evaluated_by(Shuffled::new(1, 3, f));
        let one = asynchronous(6).run(&problem, &one, &mut ()).unwrap();
        assert_eq!(committed(&alone), committed(&one), "{name}");
    }
}

#[test]
fn a_search_that_has_converged_has_waited_for_all_and_for_its_last_poll() {
    let sphere = |x: &[f64]| x.iter().zip(1..).map(|(x, k)| f64::from(k) * (x - 0.3).powi(2)).sum::<f64>();
    for seed in 0..10 {
        let seen = Arc::new(Mutex::new(Vec::new()));
        let noting = Arc::clone(&seen);
        let f: Arc<Function> = Arc::new(move |x: &[f64]| {
            noting.lock().unwrap().push(x.to_vec());
            Ok(sphere(x).into())
        });
        let problem = Problem::without_objective(vec![1.0, -2.0, 0.5]).unwrap();
        let run = Run::within(&Budget::evaluations(2000)).evaluated_by(Shuffled::new(8, seed, f));
        let outcome = asynchronous(8).run(&problem, &run, &mut ()).unwrap();
        assert_eq!((outcome.status, outcome.counts.speculative), (Status::NoStepDown, 0));
        let seen = seen.lock().unwrap();
        assert!(seen.iter().all(|x| sphere(x) >= outcome.value));
        // On both sides along each coordinate, or nearly, there is a point about as far away as the mesh tolerance.
        let around: HashSet<(usize, bool)> = seen
            .iter()
            .map(|x| x.iter().zip(&outcome.x).map(|(x, best)| x - best).collect::<Vec<_>>())
            .filter(|step| step.iter().map(|part| part.abs()).fold(0.0, f64::max) < 1e-5)
            .flat_map(|step| step.into_iter().enumerate().filter(|(_, part)| part.abs() > 1e-8))
            .map(|(i, part)| (i, part > 0.0))
            .collect();
        assert_eq!(around.len(), 6, "seed {seed}");
    }
}

#[test]
fn a_session_told_in_any_order_goes_on_from_its_state() {
    let f = |x: &[f64]| (x[0] - 1.0).powi(2) + 3.0 * (x[1] + 0.5 * x[0]).powi(2);
    let problem = || Problem::without_objective(vec![3.0, 2.0]).unwrap();
    let search = || {
        let options = HybridOptions { batch: 5, asynchronous: true, ..HybridOptions::default() };
        HybridSearch::new(options).unwrap()
    };
    let budget = Budget::evaluations(60);
    let mut session = AskTell::new(search(), problem(), &budget).unwrap();
    let mut turn = 0;
    while session.outcome().is_none() {
        session.ask(5);
        let pending = session.pending();
        let told = &pending[turn * 7 % pending.len()];
        session.tell(told.id, Ok(f(&told.point))).unwrap();
        turn += 1;
    }
    let state = session.state();
    let told = session.finish().unwrap();
    let restored = AskTell::from_state(search(), problem(), &budget, &state).unwrap();
    assert_eq!(committed(&restored.finish().unwrap()), committed(&told));
}

#[test]
fn it_needs_a_batch() {
    for solver in ["hybrid", "automatic"] {
        let error = search::solver(solver, &json!({ "asynchronous": true })).err().unwrap();
        assert!(matches!(error, Error::Option { .. }), "{error}");
        assert!(
            error.to_string().contains("asynchronous is true; expected false with a batch of 1"),
            "{error}"
        );
    }
}
