//! Incremental views that fail: what a run then still holds.

use crate::twisted;

use std::panic::resume_unwind;
use std::sync::Mutex;
use std::time::Duration;

use proptest::prelude::*;
use search::pattern::{Algorithm, Options, PollMethod};
use search::{
    Bounds, Budget, CoordinateOptions, CoordinateSearch, Error, Failure, Journal, Minimizer, Parabola,
    PatternSearch, Problem, Run, Status,
};

use twisted::{
    Told, Twisted, assert_sound, bowl, chance, failing, failure, minimize, noisy, path, searches, steps,
};

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]

    /// The objective and its view fail at the same points; or the view alone, by coordinate and value.
    #[test]
    fn failing_trials_are_counted_and_named_and_never_win(
        start in prop::collection::vec(-5.0_f64..5.0, 1..6),
        rate in prop_oneof![Just(0.05), 0.0_f64..0.6, Just(1.0)],
        alone in any::<bool>(),
        salt in any::<u64>(),
        budget in 1_u64..400,
    ) {
        for search in searches() {
            let failures: Mutex<Vec<(Vec<f64>, Failure)>> = Mutex::default();
            let noting = |x: &[f64], told: &dyn Fn() -> Told| {
                if let Some(failure) = failure(told) {
                    failures.lock().unwrap().push((x.to_vec(), failure));
                }
                told()
            };
            let whole_rate = if alone { 0.0 } else { rate };
            let objective = Twisted::of(|x| failing(x, whole_rate, salt, Ok(bowl(x))))
                .telling(|x, i, value| {
                    noting(x, &|| if alone { failing(&[i as f64, x[i]], rate, salt, value.clone()) } else { value.clone() })
                })
                .accepting(|_, x| assert!(failure(|| failing(x, whole_rate, salt, Ok(0.0))).is_none()));
            let problem = Problem::of(objective, start.clone()).unwrap();
            let result = search.minimize(&problem, &Budget::evaluations(budget), &mut ());
            let failures = std::mem::take(&mut *failures.lock().unwrap());
            match result {
                Ok(outcome) => {
                    prop_assert!(chance(&outcome.x, salt) >= whole_rate, "a failed point won");
                    assert_sound(&outcome, bowl, "failing");
                    prop_assert!(outcome.status != Status::EvaluationLimit || outcome.counts.evaluations == budget);
                    if alone {
                        prop_assert_eq!(outcome.counts.failed, failures.len() as u64);
                        let first = outcome.first_failure.map(|first| (first.x, first.failure));
                        prop_assert_eq!(format!("{first:?}"), format!("{:?}", failures.first()));
                    }
                }
                Err(Error::NoValue { failed, first, .. }) => {
                    prop_assert!(failed <= budget && first.is_some() && !alone);
                }
                Err(error) => prop_assert!(false, "{error}"),
            }
        }
    }

    /// The same failures at the same points: the path of whole evaluations, on any number of threads.
    #[test]
    fn a_view_that_fails_where_the_objective_does_takes_its_path(
        start in prop::collection::vec(-5.0_f64..5.0, 1..5), rate in 0.0_f64..0.9, salt in any::<u64>(),
    ) {
        for search in searches() {
            // A panic in a trial happens in the view, which evaluates as a whole.
            let objective = || Twisted::of(|x| failing(x, rate, salt, Ok(steps(x))));
            let run = |objective: Twisted, threads| {
                let problem = Problem::of(objective, start.clone()).unwrap();
                let run = Run::within(&Budget::evaluations(300)).on_threads(threads);
                match search.run(&problem, &run, &mut ()) {
                    Ok(outcome) => path(&outcome),
                    Err(error) => error.to_string(),
                }
            };
            let whole = run(objective().without_view(), 1);
            for threads in [1, 2] {
                prop_assert_eq!(&run(objective(), threads), &whole);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, ..ProptestConfig::default() })]

    /// Rough values, failures of the view and of the objective, options of every kind, valid or not.
    #[test]
    fn a_storm_is_survived(
        n in prop_oneof![1_usize..8, 100_usize..300],
        salt in any::<u64>(),
        budget in 1_u64..1500,
        (algorithm, poll_method) in (
            prop::sample::select(vec![
                Some(Algorithm::Classic), Some(Algorithm::Classic), None, Some(Algorithm::Nups), Some(Algorithm::NupsMads),
            ]),
            prop::sample::select(vec![
                PollMethod::GpsPositiveBasis2N, PollMethod::GpsPositiveBasisNp1, PollMethod::GssPositiveBasisNp1,
                PollMethod::MadsPositiveBasis2N, PollMethod::MadsPositiveBasisNp1,
                PollMethod::OrthoMadsPositiveBasis2N, PollMethod::OrthoMadsPositiveBasisNp1,
            ]),
        ),
        (mesh_tolerance, initial_mesh_size, max_mesh_size) in
            (number(), number(), prop_oneof![Just(None), number().prop_map(Some)]),
        (mesh_expansion_factor, mesh_contraction_factor) in
            (prop_oneof![Just(2.0), 0.5..1e3], prop_oneof![Just(0.5), 0.0..1.2]),
        (use_complete_poll, accelerate_mesh, scale_mesh, pattern_move, parabola_step) in any::<(bool, bool, bool, bool, bool)>(),
        (restarts, seed, max_iterations) in (0_u64..4, any::<u64>(), prop_oneof![Just(None), (0_u64..200).prop_map(Some)]),
        width in prop_oneof![Just(f64::INFINITY), 0.0_f64..20.0],
    ) {
        // No algorithm of MATLAB's: a coordinate search.
        let search: Result<Box<dyn Minimizer>, Error> = match algorithm {
            Some(algorithm) => PatternSearch::new(Options {
                algorithm, poll_method, mesh_tolerance, initial_mesh_size, max_mesh_size, mesh_expansion_factor,
                mesh_contraction_factor, use_complete_poll, accelerate_mesh, scale_mesh, seed, max_iterations,
                ..Options::default()
            })
            .map(|search| Box::new(search) as _),
            None => CoordinateSearch::new(CoordinateOptions {
                mesh_tolerance, initial_mesh_size, max_mesh_size, mesh_expansion_factor, mesh_contraction_factor,
                scale_mesh, pattern_move, parabola_step, restarts, seed, max_iterations,
                ..CoordinateOptions::default()
            })
            .map(|search| Box::new(search) as _),
        };
        let Ok(search) = search else { return Ok(()) };
        // The sum of three uniform deviates is nearly normal.
        let rough = |x: &[f64]| {
            let gauss: f64 = (0..3).map(|k| 2.0 * chance(x, salt ^ k) - 1.0).sum();
            bowl(x) * (1.0 + 0.2 * gauss)
        };
        let objective = Twisted::of(|x| failing(x, 0.05, salt ^ 8, Ok(rough(x))))
            .telling(|x, i, told| failing(&[i as f64, x[i]], 0.05, salt ^ 9, told))
            .accepting(|_, x| drop(failing(x, 0.05, salt ^ 10, Ok(0.0))))
            .with_lines(|x, i| {
                let p = failing(&[i as f64, x[i]], 0.05, salt ^ 11, Ok(chance(x, salt ^ 12) - 0.5)).unwrap_or(f64::NAN);
                (chance(x, salt ^ 13) < 0.1).then_some(Parabola { value: p, slope: p, curvature: -p * p })
            });
        let start: Vec<f64> = (0..n).map(|i| 10.0 * chance(&[i as f64], salt) - 5.0).collect();
        let bounds = Bounds::uniform(n, -width, width).unwrap();
        let problem = Problem::of(objective, start).unwrap().bounded(bounds.clone()).unwrap();
        let run = || search.minimize(&problem, &Budget::evaluations(budget), &mut ());
        match run() {
            Ok(outcome) => {
                prop_assert!(bounds.contain(&outcome.x));
                assert_sound(&outcome, rough, "storm");
                prop_assert!(outcome.counts.evaluations <= budget);
                prop_assert_eq!(path(&outcome), path(&run().unwrap()));
            }
            Err(Error::NoValue { failed, .. }) => prop_assert!(failed > 0),
            Err(error) => prop_assert!(false, "{error}"),
        }
    }
}

/// Sizes that are sensible, tiny, huge, or none.
fn number() -> impl Strategy<Value = f64> {
    prop_oneof![
        4 => 1e-3_f64..1.0, 4 => 1.0_f64..4.0, 2 => (-20.0_f64..20.0).prop_map(|e| 10_f64.powf(e)),
        1 => prop_oneof![Just(0.0), Just(-1.0), Just(f64::NAN), Just(f64::INFINITY)]
    ]
}

#[test]
fn a_view_that_cannot_begin_at_the_start_is_used_from_the_first_point_that_has_a_value() {
    let start = [2.0, -1.0, 0.5];
    for search in searches() {
        let trials = Mutex::new(0_u64);
        let whole = |x: &[f64]| Ok(if x == start { f64::NAN } else { steps(x) });
        let objective = Twisted::of(whole).telling(|_, _, told| {
            *trials.lock().unwrap() += 1;
            told
        });
        let outcome = minimize(&search, objective, &start, 300);
        let without = minimize(&search, Twisted::of(whole).without_view(), &start, 300);
        assert_eq!(path(&outcome), path(&without));
        let first = outcome.first_failure.unwrap();
        assert_eq!((outcome.start_value, first.evaluation, first.x), (f64::INFINITY, 1, start.to_vec()));
        assert!(trials.into_inner().unwrap() > outcome.counts.evaluations / 2);
    }
}

#[test]
fn a_view_that_panics_where_it_should_move_begins_there_instead() {
    let start = [2.0, -1.0, 0.5];
    for search in searches() {
        for rate in [0.3, 1.0] {
            let objective = Twisted::of(|x| Ok(steps(x))).accepting(|_, x| {
                if chance(x, 1) < rate {
                    resume_unwind(Box::new("no way there"));
                }
            });
            let without = Twisted::of(|x| Ok(steps(x))).without_view();
            assert_eq!(
                path(&minimize(&search, objective, &start, 400)),
                path(&minimize(&search, without, &start, 400))
            );
        }
    }
}

#[test]
fn lines_that_panic_or_are_no_parabolas_do_no_harm() {
    type Line = fn(&[f64], usize) -> Option<Parabola>;
    let lines: [(&str, Line); 6] = [
        ("panic", |_, _| resume_unwind(Box::new("no line"))),
        ("panic now and then", |x, i| {
            if chance(x, i as u64) < 0.5 {
                resume_unwind(Box::new("no line"));
            }
            None
        }),
        ("NaN", |_, _| Some(Parabola { value: f64::NAN, slope: f64::NAN, curvature: f64::NAN })),
        ("infinite", |_, _| {
            Some(Parabola { value: 1.0, slope: f64::NEG_INFINITY, curvature: f64::INFINITY })
        }),
        ("a hill", |x, i| Some(Parabola { value: bowl(x), slope: x[i], curvature: -1.0 })),
        ("wrong", |_, i| Some(Parabola { value: -1e9, slope: 1.0 - i as f64, curvature: 0.1 })),
    ];
    for search in searches() {
        for (what, line) in lines {
            for bounds in [Bounds::free(4), Bounds::uniform(4, -3.0, 3.0).unwrap()] {
                let objective = Twisted::of(|x| Ok(bowl(x))).with_lines(line);
                let problem = Problem::of(objective, vec![2.5; 4]).unwrap().bounded(bounds).unwrap();
                let outcome = search.minimize(&problem, &Budget::evaluations(5000), &mut ()).unwrap();
                assert_sound(&outcome, bowl, what);
                assert!(outcome.converged(), "{what}: {}", outcome.message());
                assert_eq!(outcome.counts.failed, 0);
                if what == "panic" {
                    assert!(outcome.value < 0.5 * outcome.start_value, "{what}: {outcome:?}");
                }
            }
        }
    }
}

#[test]
fn a_coordinate_whose_line_is_no_parabola_any_more_is_polled_again() {
    // A parabola along the first coordinate where the second is positive, a kink elsewhere.
    let f = |x: &[f64]| (x[1] + 5.0).powi(2) + if x[1] > 0.0 { x[0] * x[0] } else { (x[0] - 4.0).abs() };
    let objective = Twisted::of(move |x| Ok(f(x))).with_lines(move |x, i| {
        (i == 0 && x[1] > 0.0).then(|| Parabola { value: f(x), slope: 2.0 * x[0], curvature: 1.0 })
    });
    let search = CoordinateSearch::default();
    let outcome = minimize(&search, objective, &[1.0, 2.0], 10_000);
    assert_eq!((outcome.status, outcome.x), (Status::NoStepDown, vec![4.0, -5.0]));
}

#[test]
fn a_coordinate_whose_line_is_no_number_is_polled() {
    let nan = Parabola { value: f64::NAN, slope: f64::NAN, curvature: f64::NAN };
    let objective = Twisted::of(|x| Ok(bowl(x))).with_lines(move |_, _| Some(nan));
    let search = CoordinateSearch::default();
    let outcome = minimize(&search, objective, &[2.5, 2.5], 10_000);
    let without = minimize(&search, Twisted::of(|x| Ok(bowl(x))), &[2.5, 2.5], 10_000);
    assert!((outcome.value - without.value).abs() < 1e-6, "{} against {}", outcome.value, without.value);
}

#[test]
fn a_value_that_only_the_view_has_does_not_win() {
    for search in searches() {
        let whole =
            |x: &[f64]| if x[0] > 3.5 { Err(Failure::Error("none".to_owned())) } else { Ok(10.0 - x[0]) };
        let objective = Twisted::of(whole).telling(|x, _, _| Ok(10.0 - x[0]));
        let outcome = minimize(&search, objective, &[0.0, 0.0], 200);
        assert_eq!(whole(&outcome.x), Ok(outcome.value), "{outcome:?}");
    }
}

#[test]
fn a_view_that_could_not_begin_is_asked_for_nothing_else() {
    for search in searches() {
        let told = search.settings();
        // The third trial panics; after that the view cannot begin, and its centre is undefined.
        let (trials, undefined) = (Mutex::new(0), Mutex::new(false));
        let spent = || *trials.lock().unwrap() >= 3;
        let mut objective = Twisted::of(|x| Ok(bowl(x))).telling(|_, _, told| {
            assert!(!*undefined.lock().unwrap(), "asked for more");
            *trials.lock().unwrap() += 1;
            if spent() { resume_unwind(Box::new("spent")) } else { told }
        });
        objective.beginning = Box::new(|| {
            if spent() {
                *undefined.lock().unwrap() = true;
                resume_unwind(Box::new("spent"))
            }
        });
        let outcome = minimize(&search, objective, &[3.0, -2.0], 300);
        assert_eq!(outcome.counts.failed, 1, "{told}");
        assert_sound(&outcome, bowl, "spent");
    }
}

#[test]
fn a_run_stopped_after_a_view_panicked_resumes_with_true_values() {
    let folder = tempfile::tempdir().unwrap();
    for search in searches() {
        let told = search.settings();
        for salt in 0..10 {
            let objective = || {
                Twisted::of(|x| Ok(bowl(x)))
                    .telling(move |x, _, told| noisy(x, salt, told))
                    .accepting(|_, _| resume_unwind(Box::new("no way there")))
            };
            let problem = Problem::of(objective(), vec![3.0, -2.0, 1.0]).unwrap();
            let undisturbed = search.minimize(&problem, &Budget::evaluations(300), &mut ()).unwrap();
            for stop in [7, 40, 100, 299] {
                let file = folder.path().join("journal");
                let _ = std::fs::remove_file(&file);
                let journal = Journal { flush_interval: Duration::ZERO, ..Journal::new(&file) };
                let run = |n, journal| {
                    search
                        .run(&problem, &Run::within(&Budget::evaluations(n)).with_journal(journal), &mut ())
                        .unwrap()
                };
                run(stop, journal.clone());
                let resumed = run(300, journal.resumed());
                assert_eq!(resumed.value.to_bits(), bowl(&resumed.x).to_bits(), "{salt} {stop} {told}");
                assert_eq!(resumed.trace, undisturbed.trace);
                assert_eq!(resumed.counts, undisturbed.counts);
            }
        }
    }
}

/// The path with these blocks and a view, if it can be had.
fn path_with(search: &dyn Minimizer, blocks: fn() -> Vec<Vec<usize>>, has_view: fn() -> bool) -> String {
    let objective = Twisted { blocks, has_view, ..Twisted::of(|x| Ok(steps(x))) };
    path(&minimize(search, objective, &[3.0, -2.0], 200))
}

#[test]
fn a_view_that_cannot_be_had_is_done_without() {
    for search in searches() {
        let plain = path_with(&search, Vec::new, || false);
        assert_eq!(path_with(&search, Vec::new, || resume_unwind(Box::new("no view"))), plain);
    }
}

#[test]
fn blocks_that_cannot_be_had_are_done_without() {
    for search in searches() {
        let plain = path_with(&search, Vec::new, || true);
        assert_eq!(path_with(&search, || resume_unwind(Box::new("no blocks")), || true), plain);
    }
}

#[test]
fn blocks_that_are_no_order_of_the_coordinates_are_done_without() {
    for search in searches() {
        let plain = path_with(&search, Vec::new, || true);
        for blocks in [(|| vec![vec![1]]) as fn() -> _, || vec![vec![0, 1, 1]], || vec![vec![0, 1], vec![2]]]
        {
            assert_eq!(path_with(&search, blocks, || true), plain);
        }
    }
}
