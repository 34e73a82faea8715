//! Storms for asynchronous searches under constraints: values that arrive in a random order, evaluators that go away, and
//! evaluations that fail.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use proptest::prelude::*;
use search::{Budget, Error, Failure, HybridOptions, HybridSearch, Journal, Minimizer, Run};

use crate::constrained_storms::{Statement, committed, is_sound, statements};
use crate::evaluators::{Function, Shuffled};

/// The values of a statement, a panic as a failure.
fn function_of(statement: Statement) -> Arc<Function> {
    Arc::new(move |x: &[f64]| {
        let values = catch_unwind(AssertUnwindSafe(|| statement.values(x)));
        values.unwrap_or_else(|_| Err(Failure::Panic("panic".to_owned())))
    })
}

/// Whether an error was said before the first evaluation.
fn refuses(error: &Error) -> bool {
    matches!(
        error,
        Error::NoFeasiblePoint { .. }
            | Error::InfeasibleStart { .. }
            | Error::NoGridPoint { .. }
            | Error::Granular { .. }
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    /// Each evaluator but the last goes away with points under way. What the last one ends with is sound, within the budget,
    /// and in the journal to the bit.
    #[test]
    fn a_storm_on_workers_that_come_and_go_is_survived_and_replayed(
        statement in statements(),
        batch in prop::sample::select(vec![2_u64, 3, 8, 17]),
        restarts in 0_u64..3,
        sizes in (-7_i32..-1, -2_i32..3),
        (scale_mesh, last_look) in any::<(bool, bool)>(),
        budget in 1_u64..250,
        workers in 1_usize..20,
        lives in prop::collection::vec(1_u64..80, 0..3),
    ) {
        let Ok(problem) = statement.problem() else { return Ok(()) };
        let f = function_of(statement.clone());
        let options = HybridOptions {
            batch,
            asynchronous: true,
            restarts,
            mesh_tolerance: 10_f64.powi(sizes.0),
            initial_mesh_size: 10_f64.powi(sizes.1),
            scale_mesh,
            last_look,
            seed: statement.salt,
            ..HybridOptions::default()
        };
        let search = HybridSearch::new(options).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let journal = Journal::new(folder.path().join("journal")).of_every_value();
        let journal = Journal { flush_interval: Duration::ZERO, ..journal }.resumed();
        let run = |evaluator: Shuffled| {
            let run = Run::within(&Budget::evaluations(budget)).with_journal(journal.clone());
            search.run(&problem, &run.evaluated_by(evaluator), &mut ())
        };
        for (turn, lives) in lives.into_iter().enumerate() {
            let mut evaluator = Shuffled::new(workers, statement.salt ^ turn as u64, Arc::clone(&f));
            evaluator.lives = lives;
            let _ = run(evaluator);
        }
        let evaluator = Shuffled::new(workers, !statement.salt, f);
        let delivered = Arc::clone(&evaluator.delivered);
        let whole = run(evaluator);
        match &whole {
            Ok(outcome) => {
                is_sound(&statement, &problem, outcome)?;
                let counts = outcome.counts;
                prop_assert!(counts.evaluations <= budget);
                prop_assert!(delivered.load(Ordering::Relaxed) <= counts.evaluations + counts.speculative);
            }
            Err(Error::NoValue { failed, .. }) => prop_assert!(*failed <= budget),
            Err(error) if refuses(error) => return Ok(()),
            Err(error) => prop_assert!(false, "{error}"),
        }
        let nothing: Arc<Function> = Arc::new(|_: &[f64]| panic!("it is all in the journal"));
        let replayed = run(Shuffled::new(1, statement.salt, nothing));
        prop_assert_eq!(committed(&whole), committed(&replayed));
    }
}
