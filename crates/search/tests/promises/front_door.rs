//! A tour of the front door: every form that a closure, a point, a limit and a solver may have.

use std::cell::Cell;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use search::prelude::*;
use search::{
    Cancellation, Error, Event, Failure, IntoPoint, IntoValue, Minimization, Program, SolverKind, Within,
};

/// Whether the minimum of `(x1 - 1)² + (x2 + 2)²` was found.
fn found(outcome: Result<Outcome, Error>) -> bool {
    let outcome = outcome.unwrap();
    (outcome.x[0] - 1.0).abs() < 1e-3 && (outcome.x[1] + 2.0).abs() < 1e-3 && outcome.converged()
}

fn bowl(x: &[f64]) -> f64 {
    (x[0] - 1.0).powi(2) + (x[1] + 2.0).powi(2)
}

#[test]
fn a_closure_needs_no_types() {
    assert!(found(minimize(|x| (x[0] - 1.0).powi(2) + (x[1] + 2.0).powi(2), [3.0, 3.0]).run()));
    let problem = Problem::new(|x| (x[0] - 1.0).powi(2) + (x[1] + 2.0).powi(2), [3.0, 3.0]).unwrap();
    assert!(found(Minimization::from(problem).run()));
    assert!(found(minimize(bowl, [3.0, 3.0]).run()));
}

#[test]
fn a_closure_may_return_any_kind_of_value() {
    struct Odd;
    impl fmt::Display for Odd {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("odd")
        }
    }
    let start = [3.0, 3.0];
    assert!(found(minimize(|x| Some(bowl(x)), start).run()));
    assert!(found(minimize(|x| (x[0] < 8.0).then(|| bowl(x)), start).run()));
    assert!(found(minimize(|x| if x[0] < 8.0 { Ok(bowl(x)) } else { Err("far") }, start).run()));
    assert!(found(minimize(|x| if x[0] < 8.0 { Ok(bowl(x)) } else { Err(Odd) }, start).run()));
    assert!(found(minimize(|x| Ok::<_, Box<dyn std::error::Error>>(bowl(x)), start).run()));
    let single = minimize(|x| (x[0] as f32 - 1.0).powi(2), [3.0]).run().unwrap();
    assert!((single.x[0] - 1.0).abs() < 1e-3);

    assert_eq!(2.5_f32.into_value(), Ok(2.5));
    assert_eq!(Ok::<_, Odd>(Some(2.5)).into_value(), Ok(2.5));
    assert_eq!(None::<f64>.into_value(), Err(Failure::Error("no value (None)".into())));
    assert_eq!(Err::<f64, _>(Odd).into_value(), Err(Failure::Error("odd".into())));
    // A failure of another objective stays what it is.
    let not_started = Failure::NotStarted("no such program".into());
    assert_eq!(Err::<f64, _>(not_started.clone()).into_value(), Err(not_started));
}

#[test]
fn a_point_may_be_an_array_a_slice_or_a_vector() {
    let (vector, array) = (vec![3.0, 3.0], [3.0, 3.0]);
    let borrowed: &[f64; 2] = &array;
    fn found_from(start: impl IntoPoint) -> bool {
        found(minimize(bowl, start).run())
    }
    assert!(found_from(array) && found_from(borrowed) && found_from(&array[..]));
    assert!(found_from(vector.clone()) && found_from(&vector) && found_from(vector.into_boxed_slice()));

    let upper = vec![0.5, 9.0];
    let bounds = Bounds::new([-1.0, 0.0], &upper).unwrap();
    assert_eq!(bounds, Bounds::new(&[-1.0, 0.0][..], upper).unwrap());
}

#[test]
fn bounds_grids_and_constraints_follow_one_another() {
    let within = minimize(bowl, [3.0, 3.0]).within([2.0, -5.0], [5.0, f64::INFINITY]).run().unwrap();
    assert!(within.x[0] == 2.0 && (within.x[1] + 2.0).abs() < 1e-5);
    assert_eq!(minimize(bowl, [3.0, 3.0]).nonnegative().run().unwrap().x[1], 0.0);
    let halves = minimize(|x| (x[0] - 1.3).powi(2), [4.0]).granular([0.5]).run().unwrap();
    let whole = minimize(|x| (x[0] - 1.3).powi(2), [4.0]).integers().run().unwrap();
    assert_eq!((halves.x[0], whole.x[0]), (1.5, 1.0));
    let rows = LinearConstraints::at_most([[1.0, 0.0]], [-1.0]).unwrap();
    let linear = minimize(bowl, [3.0, 3.0]).subject_to(rows).run().unwrap();
    assert!((linear.x[0] + 1.0).abs() < 1e-4 && (linear.x[1] + 2.0).abs() < 1e-4);
    let disc = minimize(|x| -x[0] - x[1], [0.0, 0.0])
        .constrained(ConstraintCount::new(1, 0), |x| ([x[0] * x[0] + x[1] * x[1] - 1.0], []))
        .run()
        .unwrap();
    assert!(disc.feasible && (disc.value + 2.0_f64.sqrt()).abs() < 1e-4);
    assert!(disc.to_string().contains("\nviolation    "));
}

#[test]
fn what_is_wrong_is_said_before_the_first_evaluation() {
    let calls = AtomicU64::new(0);
    let f = |x: &[f64]| {
        calls.fetch_add(1, Ordering::Relaxed);
        x[0]
    };
    let text = |minimization: Minimization<'_>| minimization.run().unwrap_err().to_string();
    assert_eq!(text(minimize(f, [])), "the start point has no coordinates; expected at least one");
    assert_eq!(text(minimize(f, [f64::NAN]).nonnegative()), "start[0] is NaN; expected a finite number");
    assert!(text(minimize(f, [1.0]).within([2.0], [1.0]).evaluations(9)).contains("[2, 1]"));
    assert!(text(minimize(f, [1.0]).within([0.0, 0.0], [1.0, 1.0])).ends_with("expected 1"));
    assert!(text(minimize(f, [1.0]).evaluations(0)).starts_with("the evaluation budget is 0"));
    assert!(text(minimize(f, [1.0]).threads(0)).starts_with("0 threads"));
    // The first thing that is wrong, not the last.
    assert!(text(minimize(f, [1.0]).granular([-1.0]).within([2.0], [1.0])).contains("granularity"));
    assert_eq!(calls.into_inner(), 0);
}

#[test]
fn limits_end_a_run() {
    let limited = minimize(bowl, [3.0, 3.0]).evaluations(7).run().unwrap();
    assert_eq!((limited.counts.evaluations, limited.status), (7, Status::EvaluationLimit));
    let slow = |x: &[f64]| {
        std::thread::sleep(Duration::from_millis(5));
        bowl(x)
    };
    assert_eq!(minimize(slow, [3.0, 3.0]).seconds(0.02).run().unwrap().status, Status::TimeLimit);
    let switch = Cancellation::default();
    let turned = |x: &[f64]| {
        switch.cancel();
        bowl(x)
    };
    let cancelled = minimize(turned, [3.0, 3.0]).cancelled_by(&switch).run().unwrap();
    assert_eq!((cancelled.counts.evaluations, cancelled.status), (1, Status::Cancelled));
}

#[test]
fn threads_and_journals_change_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("run.journal");
    let plain = minimize(bowl, [3.0, 3.0]).run().unwrap();
    assert_eq!(minimize(bowl, [3.0, 3.0]).threads(3).run().unwrap().trace, plain.trace);
    minimize(bowl, [3.0, 3.0]).journal(&path).evaluations(10).run().unwrap();
    assert!(matches!(minimize(bowl, [3.0, 3.0]).journal(&path).run(), Err(Error::Journal(_))));
    let resumed = minimize(bowl, [3.0, 3.0]).with_journal(Journal::new(&path).resumed()).run().unwrap();
    assert_eq!((resumed.trace, resumed.journal.unwrap().known), (plain.trace, 10));
}

#[test]
fn any_solver_will_do_and_automatic_is_the_default() {
    let start = [3.0, 3.0];
    let automatic = search::solver("automatic", &serde_json::json!({})).unwrap();
    let own = minimize(bowl, start).with(&automatic).run().unwrap();
    assert_eq!(minimize(bowl, start).run().unwrap().trace, own.trace);
    let simplex = NelderMead::default();
    assert!(found(minimize(bowl, start).with(&simplex).run()));
    assert!(found(minimize(bowl, start).with(simplex).run()));
    assert!(found(minimize(bowl, start).with(Box::new(PatternSearch::default())).run()));
    assert!(found(minimize(bowl, start).with(Arc::new(PatternSearch::default())).run()));
    assert!(found(minimize(bowl, start).with(automatic).run()));
    let slope = |x: &[f64], gradient: &mut [f64]| {
        (gradient[0], gradient[1]) = (2.0 * (x[0] - 1.0), 2.0 * (x[1] + 2.0));
    };
    let known = Problem::of(with_gradient(bowl, slope), start).unwrap();
    assert!(found(Minimization::from(known).with(GradientSearch::default()).run()));
}

#[test]
fn one_thread_takes_a_closure_that_changes_what_it_holds() {
    let (mut calls, mut points) = (0_u64, Vec::new());
    let outcome = minimize_mut(
        |x| {
            calls += 1;
            points.push(x.to_vec());
            bowl(x)
        },
        [3.0, 3.0],
    )
    .within([-5.0, -5.0], [5.0, 5.0])
    .run();
    let outcome = outcome.unwrap();
    assert_eq!((calls, calls as usize), (outcome.counts.evaluations, points.len()));
    assert!(points.contains(&outcome.x) && found(Ok(outcome)));

    // A panic does not spoil what comes after it.
    let mut calls = 0;
    let f = |x: &[f64]| {
        calls += 1;
        assert_ne!(calls, 5, "the fifth");
        bowl(x)
    };
    let outcome = minimize_mut(f, [3.0, 3.0]).run().unwrap();
    assert_eq!(outcome.counts.failed, 1);
    assert!(found(Ok(outcome)));

    // A `Cell` that the closure owns needs no `mut`.
    let last = Cell::new(0.0);
    let f = move |x: &[f64]| {
        last.set(bowl(x));
        last.get()
    };
    assert!(found(minimize_mut(f, [3.0, 3.0]).with(NelderMead::default()).run()));
}

#[test]
fn an_observer_watches_and_stops() {
    let mut rows = 0;
    let mut watching = |event: &Event<'_>| {
        rows += usize::from(matches!(event, Event::Iteration { .. }));
        std::ops::ControlFlow::Continue(())
    };
    let outcome = minimize(bowl, [3.0, 3.0]).watched_by(&mut watching).run().unwrap();
    assert_eq!(rows, outcome.trace.len());
    let mut text = Vec::new();
    let mut display = IterativeDisplay::new(DisplayLevel::Final, &mut text);
    let outcome = minimize(bowl, [3.0, 3.0]).watched_by(&mut display).run().unwrap();
    assert_eq!(String::from_utf8(text).unwrap().trim_end(), outcome.message());
}

#[test]
fn an_outcome_prints_itself() {
    let outcome =
        minimize(bowl, [3.0, 3.0]).within([1.5, -9.0], [9.0, 0.1 + 0.2]).evaluations(30).run().unwrap();
    let text = outcome.to_string();
    for part in [
        format!("x            {}\n", search::exact(&outcome.x)),
        format!("f(x)         {:?}\n", outcome.value),
        format!("f(x0)        {:?}\n", outcome.start_value),
        "evaluations  30 (0 failed)\n".into(),
        "exit flag    0 (stopped by a limit)\n\n".into(),
    ] {
        assert!(text.contains(&part), "{part} in {text}");
    }
    assert!(text.ends_with(&outcome.message()) && format!("{outcome:#}").ends_with(&outcome.explain()));
}

#[test]
fn threads_may_share_what_is_public() {
    fn shared<T: Send + Sync>() {}
    shared::<SolverKind>();
    shared::<Problem<'_>>();
    shared::<Outcome>();
    shared::<Within>();
    shared::<Box<dyn Minimizer>>();
    shared::<Program>();
}
