//! Nonlinear constraints: what is evaluated, which point is returned, what failures and limits do, and how it ends.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use proptest::prelude::*;
use search::pattern::{NonlinearConstraints, Options, PollMethod, SearchStep};
use search::{
    Bounds, Budget, ConstraintCount, ConstraintValues, CoordinateSearch, DisplayLevel, Error, Evaluations,
    Event, Failure, IterativeDisplay, Journal, Method, Minimizer, Multistart, MultistartOptions, Objective,
    Outcome, PatternSearch, Problem, Run, Solver, Status, Stop,
};

const METHODS: [NonlinearConstraints; 2] =
    [NonlinearConstraints::AugmentedLagrangian, NonlinearConstraints::ProgressiveBarrier];

fn by(nonlinear_constraints: NonlinearConstraints) -> Options {
    Options { nonlinear_constraints, ..Options::default() }
}

fn search_by(method: NonlinearConstraints) -> PatternSearch {
    PatternSearch::new(by(method)).unwrap()
}

fn count(inequalities: usize, equalities: usize) -> ConstraintCount {
    ConstraintCount::new(inequalities, equalities)
}

/// A bowl whose least feasible point lies on a circle, with an equality through it.
fn bowl(x: &[f64]) -> f64 {
    (x[0] - 2.0).powi(2) + (x[1] - 1.0).powi(2)
}

fn circle(x: &[f64]) -> f64 {
    0.25 * x[0] * x[0] + x[1] * x[1] - 1.0
}

/// Problem 14 of Hock & Schittkowski.
fn hs14() -> Problem<'static> {
    let constraints = |x: &[f64]| ([circle(x)], [x[0] - 2.0 * x[1] + 1.0]);
    Problem::new(bowl, vec![2.0, 2.0]).unwrap().constrained(count(1, 1), constraints)
}

/// All of an outcome but the time, the journal, and speculative evaluations.
fn result(outcome: &Outcome) -> String {
    let mut rest = outcome.clone();
    rest.seconds = 0.0;
    rest.journal = None;
    rest.counts.speculative = 0;
    format!("{rest:?}")
}

#[test]
fn objective_and_constraints_are_called_once_per_evaluation_in_either_form() {
    for method in METHODS {
        let calls = [AtomicU64::new(0), AtomicU64::new(0), AtomicU64::new(0)];
        let called = |k: usize| calls[k].fetch_add(1, Ordering::Relaxed);
        let f = |x: &[f64]| {
            called(0);
            bowl(x)
        };
        let constraints = |x: &[f64]| {
            called(1);
            (vec![circle(x)], vec![])
        };
        let apart = Problem::new(f, vec![2.0, 2.0]).unwrap().constrained(count(1, 0), constraints);
        let simulator = |x: &[f64]| {
            called(2);
            (bowl(x), [circle(x)], [])
        };
        let together = Problem::simulated(simulator, count(1, 0), vec![2.0, 2.0]).unwrap();
        let apart = search_by(method).minimize(&apart, &Budget::evaluations(500), &mut ()).unwrap();
        let together = search_by(method).minimize(&together, &Budget::evaluations(500), &mut ()).unwrap();
        assert_eq!(result(&apart), result(&together));
        let evaluations = apart.counts.evaluations;
        assert_eq!([0, 1, 2].map(|k| calls[k].load(Ordering::Relaxed)), [evaluations; 3]);
    }
}

/// max x + y on the unit disc, where max x was asked before: sqrt 2 at (1, 1) / sqrt 2, and not 1 at (1, 0). (The barrier's
/// polls along the axes stop on the circle.)
#[test]
fn another_objective_is_the_one_minimized_and_the_constraints_stay() {
    let constraints = |x: &[f64]| ([x[0] * x[0] + x[1] * x[1] - 1.0], []);
    let simulator = move |x: &[f64]| (-x[0], constraints(x).0, []);
    let start = || vec![0.1, 0.2];
    let before = Problem::new(|x: &[f64]| -x[0], start()).unwrap().constrained(count(1, 0), constraints);
    let simulated = Problem::simulated(simulator, count(1, 0), start()).unwrap();
    let other: Arc<dyn Objective> = Arc::new(|x: &[f64]| -x[0] - x[1]);
    let fresh = Problem::shared(other.clone(), start()).unwrap().constrained(count(1, 0), constraints);
    for method in METHODS {
        let run = |problem: &Problem<'_>| {
            search_by(method).minimize(problem, &Budget::evaluations(2_000), &mut ()).unwrap()
        };
        let right = run(&fresh);
        let tolerance = if method == METHODS[0] { 1e-3 } else { 0.2 };
        assert!((right.value + 2.0_f64.sqrt()).abs() < tolerance, "{method:?}: {}", right.value);
        for (form, problem) in [("beside", &before), ("simulated", &simulated)] {
            let replaced = run(&problem.clone().with_objective(other.clone()));
            assert_eq!(result(&replaced), result(&right), "{method:?}, {form}");
            assert_ne!(result(&run(problem)), result(&right), "{method:?}, {form}");
        }
    }
}

/// An objective that wraps the old one sees each of its values; one of a simulator simulates twice for that.
#[test]
fn a_wrapped_objective_sees_every_evaluation() {
    let simulations = AtomicU64::new(0);
    let simulator = |x: &[f64]| {
        simulations.fetch_add(1, Ordering::Relaxed);
        (bowl(x), [circle(x)], [])
    };
    let problem = Problem::simulated(simulator, count(1, 0), vec![2.0, 2.0]).unwrap();
    let (inner, seen) = (problem.shared_objective(), AtomicU64::new(0));
    let noting = |x: &[f64]| {
        seen.fetch_add(1, Ordering::Relaxed);
        inner.value(x)
    };
    let noted = problem.clone().with_objective(Arc::new(noting));
    let budget = Budget::evaluations(300);
    let outcome = PatternSearch::default().minimize(&noted, &budget, &mut ()).unwrap();
    let evaluations = outcome.counts.evaluations;
    assert_eq!(seen.load(Ordering::Relaxed), evaluations);
    assert_eq!(simulations.load(Ordering::Relaxed), 2 * evaluations);
    let plain = PatternSearch::default().minimize(&problem, &budget, &mut ()).unwrap();
    assert_eq!(result(&outcome), result(&plain));
}

/// The constraint of the unit disc in other units: a run ends on the circle, or says that the tolerance is too large.
#[test]
fn a_tolerance_too_large_for_the_units_of_a_constraint_is_said() {
    for method in METHODS {
        for unit in [1e-12, 1e-8, 1e-6, 1e-4, 1e-2, 1.0, 1e4, 1e8] {
            for (counts, is_equality) in [(count(1, 0), false), (count(0, 1), true)] {
                let constraints = move |x: &[f64]| {
                    let c = vec![unit * (x[0] * x[0] + x[1] * x[1] - 1.0)];
                    if is_equality { (vec![], c) } else { (c, vec![]) }
                };
                let f = |x: &[f64]| (x[0] - 2.0).powi(2) + (x[1] - 2.0).powi(2);
                let problem = Problem::new(f, vec![0.5, -0.25]).unwrap().constrained(counts, constraints);
                let budget = Budget::evaluations(20_000);
                let outcome = search_by(method).minimize(&problem, &budget, &mut ()).unwrap();
                let c = outcome.x[0].powi(2) + outcome.x[1].powi(2) - 1.0;
                let beyond = if is_equality { c.abs() } else { c.max(0.0) };
                let is_said = outcome.message().contains("options.ConstraintTolerance is too large for it");
                let what = format!("{method:?}, {counts} in {unit}: {beyond}, {}", outcome.message());
                assert!(!outcome.converged() || beyond <= 0.02 || is_said, "{what}");
                // Nothing is said of what is well.
                assert!(!is_said || (beyond > 1e-4 && unit < 1e-2), "{what}");
            }
        }
    }
}

/// Of several searches it is said of the best.
#[test]
fn a_tolerance_too_large_is_said_of_several_starts() {
    let problem = Problem::new(|x: &[f64]| (x[0] - 2.0).powi(2), vec![0.5])
        .unwrap()
        .bounded(Bounds::uniform(1, -3.0, 3.0).unwrap())
        .unwrap()
        .constrained(count(1, 0), |x: &[f64]| ([1e-8 * (x[0] - 1.0)], []));
    let options = MultistartOptions { starts: 3, ..MultistartOptions::default() };
    let search = Multistart::new(search_by(METHODS[1]), options).unwrap();
    let outcome = search.minimize(&problem, &Budget::unlimited(), &mut ()).unwrap();
    assert!(outcome.converged() && outcome.x[0] > 1.5, "{:?}", outcome.x);
    let says = "nonlinear inequality 0 is violated by 1e-08, and its magnitude never exceeded";
    assert!(outcome.message().contains(says), "{}", outcome.message());
}

#[test]
fn the_lagrangian_solves_what_has_inequalities_and_equalities() {
    let outcome = PatternSearch::default().minimize(&hs14(), &Budget::unlimited(), &mut ()).unwrap();
    assert!((outcome.value - (9.0 - 2.875 * 7.0_f64.sqrt())).abs() < 1e-5, "{}", outcome.value);
    assert_eq!((outcome.exit_flag(), outcome.feasible), (1, true));
    assert!(outcome.max_constraint.unwrap() <= 1e-6);
    // One iteration is one subproblem.
    let methods = [Method::Start, Method::UpdateMultipliers, Method::IncreasePenalty];
    assert!(outcome.trace.iter().all(|row| methods.contains(&row.method) && row.max_constraint.is_some()));
    assert!(outcome.iterations < 20 && outcome.counts.evaluations > 20 * outcome.iterations);
}

/// A budget that ends the run after each of its evaluations.
#[test]
fn the_best_feasible_point_is_returned_and_before_it_the_least_violation() {
    for method in METHODS {
        for budget in (1..60).chain([100, 200, 400]) {
            let seen = Mutex::new(Vec::new());
            let simulator = |x: &[f64]| {
                let (f, c) = (bowl(x), circle(x));
                seen.lock().unwrap().push((x.to_vec(), f, c.max(0.0)));
                (f, [c], [])
            };
            let problem = Problem::simulated(simulator, count(1, 0), vec![3.0, 2.0]).unwrap();
            let outcome =
                search_by(method).minimize(&problem, &Budget::evaluations(budget), &mut ()).unwrap();
            let seen = seen.lock().unwrap();
            assert_eq!(seen.len() as u64, outcome.counts.evaluations);
            assert!(outcome.counts.evaluations == budget || outcome.converged());
            let feasible = seen.iter().filter(|(_, _, violation)| *violation <= 1e-6);
            let best = feasible.map(|(_, f, _)| *f).fold(f64::INFINITY, f64::min);
            let least = seen.iter().map(|(_, _, violation)| *violation).fold(f64::INFINITY, f64::min);
            assert_eq!(outcome.feasible, best.is_finite());
            assert_eq!(outcome.value, bowl(&outcome.x));
            assert_eq!(outcome.max_constraint, Some(circle(&outcome.x).max(0.0)));
            if outcome.feasible {
                assert_eq!(outcome.value, best, "{method:?}, {budget} evaluations");
            } else {
                assert_eq!(outcome.max_constraint, Some(least), "{method:?}, {budget} evaluations");
                assert_eq!((outcome.status, outcome.converged()), (Status::EvaluationLimit, false));
            }
        }
    }
}

#[test]
fn without_a_feasible_point_the_run_ends_with_exit_flag_minus_2_and_the_least_violation() {
    for method in METHODS {
        // Two discs that do not meet: the least violation lies halfway between them.
        let discs = |x: &[f64]| {
            ([(x[0] + 2.0).powi(2) + x[1] * x[1] - 1.0, (x[0] - 2.0).powi(2) + x[1] * x[1] - 1.0], [])
        };
        let problem = Problem::new(bowl, vec![0.5, 0.5]).unwrap().constrained(count(2, 0), discs);
        let options = Options { max_function_evaluations: Some(100_000), ..by(method) };
        let outcome =
            PatternSearch::new(options).unwrap().minimize(&problem, &Budget::unlimited(), &mut ()).unwrap();
        assert_eq!((outcome.status, outcome.exit_flag()), (Status::NoFeasiblePoint, -2), "{method:?}");
        assert!(!outcome.feasible && !outcome.converged());
        let least = outcome.max_constraint.unwrap();
        assert!((3.0..3.2).contains(&least), "{method:?}: {least}");
        let told = "no feasible point was found; the least violation of the constraints was 3";
        assert!(outcome.message().contains(told), "{}", outcome.message());
    }
}

#[test]
fn failures_of_constraints_are_failed_evaluations() {
    let default = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        if info.payload().downcast_ref::<&str>().is_none_or(|text| *text != "division by zero") {
            default(info);
        }
    }));
    for method in METHODS {
        for kind in 0..6 {
            let constraints = move |x: &[f64]| {
                // Fails in a strip that the search has to cross.
                let c = match ((0.8..1.1).contains(&x[1]), kind) {
                    (false, _) => circle(x),
                    (true, 0) => return Err("no convergence".to_owned()),
                    (true, 1) => f64::NAN,
                    (true, 2) => f64::INFINITY,
                    (true, 3) => f64::NEG_INFINITY,
                    (true, 4) => return Ok((vec![0.0, 0.0], vec![])),
                    (true, _) => panic!("division by zero"),
                };
                Ok((vec![c], vec![]))
            };
            let problem = Problem::new(bowl, vec![2.0, 2.0]).unwrap().constrained(count(1, 0), constraints);
            let outcome = search_by(method).minimize(&problem, &Budget::unlimited(), &mut ()).unwrap();
            assert!(outcome.feasible && !(0.8..1.1).contains(&outcome.x[1]), "{method:?}, {kind}");
            assert!(outcome.counts.failed > 0);
            let failure = outcome.first_failure.unwrap().failure;
            let expected = match kind {
                0 => matches!(&failure, Failure::Error(text) if text == "no convergence"),
                1..=3 => matches!(failure, Failure::NotFinite(_)),
                4 => failure == Failure::ConstraintCount { given: count(2, 0), expected: count(1, 0) },
                _ => matches!(&failure, Failure::Panic(text) if text == "division by zero"),
            };
            assert!(expected, "{failure}");
        }
    }
}

#[test]
fn a_start_without_values_and_a_run_without_any_are_survived() {
    for method in METHODS {
        let constraints = |x: &[f64]| if x[0] > 1.9 { Err("too far") } else { Ok(([circle(x)], [])) };
        let problem = Problem::new(bowl, vec![2.0, 0.0]).unwrap().constrained(count(1, 0), constraints);
        let outcome = search_by(method).minimize(&problem, &Budget::unlimited(), &mut ()).unwrap();
        assert!(outcome.feasible && outcome.start_value == f64::INFINITY, "{method:?}: {outcome:?}");
        let nothing = |_: &[f64]| Err::<([f64; 1], [f64; 0]), _>("never");
        let problem = Problem::new(bowl, vec![2.0, 0.0]).unwrap().constrained(count(1, 0), nothing);
        let error = search_by(method).minimize(&problem, &Budget::unlimited(), &mut ()).unwrap_err();
        assert!(matches!(error, Error::NoValue { .. }), "{error}");
    }
}

#[test]
fn threads_and_journals_change_nothing() {
    let folder = tempfile::tempdir().unwrap();
    for (k, method) in METHODS.into_iter().enumerate() {
        for complete in [false, true] {
            let options = Options { use_complete_poll: complete, ..by(method) };
            let search = PatternSearch::new(options).unwrap();
            let run = |budget| Run::within(&Budget::evaluations(budget));
            let undisturbed = search.run(&hs14(), &run(700), &mut ()).unwrap();
            for threads in [2, 3, 8] {
                let outcome = search.run(&hs14(), &run(700).on_threads(threads), &mut ()).unwrap();
                assert_eq!(result(&outcome), result(&undisturbed), "{threads} threads");
            }
            for stop in [1, 2, 7, 64, 65, 333, 699] {
                let journal = Journal::new(folder.path().join(format!("{k}-{complete}-{stop}")));
                search.run(&hs14(), &run(stop).with_journal(journal.clone()), &mut ()).unwrap();
                let again = run(700).on_threads(1 + stop as usize % 2).with_journal(journal.resumed());
                let resumed = search.run(&hs14(), &again, &mut ()).unwrap();
                assert_eq!(result(&resumed), result(&undisturbed), "{method:?}, stopped at {stop}");
                let report = resumed.journal.unwrap();
                assert_eq!(report.known, stop.min(undisturbed.counts.evaluations), "each is recorded");
            }
        }
    }
}

#[test]
fn a_journal_belongs_to_a_problem_with_so_many_constraints() {
    let folder = tempfile::tempdir().unwrap();
    let journal = Journal::new(folder.path().join("journal"));
    let search = PatternSearch::default();
    let run = |journal| Run::within(&Budget::evaluations(10)).with_journal(journal);
    search.run(&hs14(), &run(journal.clone()), &mut ()).unwrap();
    let other = Problem::new(bowl, vec![2.0, 2.0]).unwrap();
    let error = search.run(&other, &run(journal.clone().resumed()), &mut ()).unwrap_err();
    assert!(error.to_string().contains("nonlinear constraints"), "{error}");
    let other = other.constrained(count(2, 0), |x: &[f64]| ([circle(x), x[0]], []));
    let error = search.run(&other, &run(journal.resumed()), &mut ()).unwrap_err();
    assert!(error.to_string().contains("nonlinear constraints"), "{error}");
}

#[test]
fn the_display_has_a_column_for_the_largest_violation() {
    let problem = Problem::new(|x: &[f64]| x[0], vec![2.0]).unwrap();
    let problem = problem.constrained(count(1, 0), |x: &[f64]| ([1.5 - x[0]], []));
    let shown = |method| {
        let mut text = Vec::new();
        let mut display = IterativeDisplay::new(DisplayLevel::Iter, &mut text);
        search_by(method).minimize(&problem, &Budget::evaluations(200), &mut display).unwrap();
        String::from_utf8(text).unwrap()
    };
    let text = shown(NonlinearConstraints::AugmentedLagrangian);
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[0], "                                      Max");
    assert_eq!(lines[1], "Iter     Func-count       f(x)    Constraint      MeshSize     Method");
    assert_eq!(lines[2], "    0        1              2             0             1");
    assert_eq!(lines[3], "    1       25            1.5             0     0.0009766     Update multipliers");
    let last = &lines[lines.len() - 2..];
    assert_eq!(last[0], "patternsearch stopped because the mesh size was less than options.MeshTolerance");
    assert_eq!(last[1], " and constraint violation is less than options.ConstraintTolerance.");
    let text = shown(NonlinearConstraints::ProgressiveBarrier);
    assert_eq!(
        text.lines().nth(3),
        Some("    1        3              2             0           0.5     Refine Mesh"),
        "{text}"
    );
}

#[test]
fn each_option_does_what_it_says() {
    let path = |options| {
        let search = PatternSearch::new(options).unwrap();
        search.minimize(&hs14(), &Budget::evaluations(3000), &mut ()).unwrap()
    };
    let plain = path(Options::default());
    let penalty = path(Options { initial_penalty: 1000.0, ..Options::default() });
    // The first subproblem's solution is nearer to feasible by about the factor of the penalty.
    let first = |outcome: &Outcome| outcome.trace[1].max_constraint.unwrap();
    assert!(first(&penalty) < 0.05 * first(&plain), "{} {}", first(&penalty), first(&plain));
    // Each subproblem is solved to a mesh finer by the factor.
    let factor = path(Options { penalty_factor: 4.0, ..Options::default() });
    let meshes = |outcome: &Outcome| [1, 2].map(|k| outcome.trace[k].mesh_size.unwrap());
    assert_eq!(
        (meshes(&plain), meshes(&factor)),
        ([2f64.powi(-10), 2f64.powi(-17)], [2f64.powi(-10), 2f64.powi(-12)])
    );
    let loose = path(Options { constraint_tolerance: 0.01, ..Options::default() });
    let violation = loose.max_constraint.unwrap();
    assert!(loose.feasible && violation > 1e-4 && violation <= 0.01 && loose.value < plain.value);
    assert_ne!(path(by(NonlinearConstraints::ProgressiveBarrier)).trace, plain.trace);
    for (text, method) in ["alps", "Progressive-Barrier"].into_iter().zip(METHODS) {
        let text = format!(r#"{{"nonlinear_constraints": "{text}"}}"#);
        assert_eq!(Options::from_json(&text).unwrap().nonlinear_constraints, method);
    }
}

/// With a threshold of 0 the barrier is the extreme one: each point is polled about a feasible one.
#[test]
fn the_progressive_barrier_with_a_threshold_of_zero_is_the_extreme_barrier() {
    let about_feasible_points_alone = |barrier_threshold| {
        let seen = Mutex::new(Vec::new());
        let simulator = |x: &[f64]| {
            seen.lock().unwrap().push((x.to_vec(), circle(x) <= 1e-6));
            (bowl(x), [circle(x)], [])
        };
        let problem = Problem::simulated(simulator, count(1, 0), vec![-1.0, 0.1]).unwrap();
        let options = Options { barrier_threshold, ..by(NonlinearConstraints::ProgressiveBarrier) };
        let search = PatternSearch::new(options).unwrap();
        let outcome = search.minimize(&problem, &Budget::unlimited(), &mut ()).unwrap();
        assert!(outcome.feasible && outcome.exit_flag() == 1);
        let seen = seen.lock().unwrap();
        let beside = |a: &[f64], b: &[f64]| a[0] == b[0] || a[1] == b[1];
        (1..seen.len()).all(|k| seen[..k].iter().any(|(x, feasible)| *feasible && beside(x, &seen[k].0)))
    };
    assert!(about_feasible_points_alone(Some(0.0)));
    assert!(!about_feasible_points_alone(None));
}

#[test]
fn the_progressive_barrier_comes_from_an_infeasible_start() {
    let problem = Problem::new(|x: &[f64]| x[0] + x[1], vec![3.0, 4.0]).unwrap();
    let problem = problem.constrained(count(1, 0), |x: &[f64]| ([x[0] * x[0] + x[1] * x[1] - 1.0], []));
    let outcome = search_by(NonlinearConstraints::ProgressiveBarrier)
        .minimize(&problem, &Budget::unlimited(), &mut ())
        .unwrap();
    // Axis directions can stop short anywhere between the middle of the arc and its ends.
    assert!(outcome.feasible && outcome.value < -1.0 && outcome.exit_flag() == 1, "{outcome:?}");
    // The incumbent that is shown never gets worse: first less violation, then a lower value.
    let violations: Vec<f64> = outcome.trace.iter().map(|row| row.max_constraint.unwrap()).collect();
    let first = violations.iter().position(|&violation| violation <= 1e-6).unwrap();
    assert!(outcome.trace[first..].windows(2).all(|pair| pair[1].value <= pair[0].value));
}

#[test]
fn search_steps_take_part() {
    struct Oracle;
    impl SearchStep for Oracle {
        fn name(&self) -> String {
            "oracle".to_owned()
        }
        fn propose(&self, _: &[f64], _: f64, _: &Bounds) -> Vec<Vec<f64>> {
            let root = 7.0_f64.sqrt();
            vec![vec![0.5 * (root - 1.0), 0.25 * (root + 1.0)]]
        }
    }
    for method in METHODS {
        let search = search_by(method).with_search_step(Oracle);
        let outcome = search.minimize(&hs14(), &Budget::evaluations(30), &mut ()).unwrap();
        assert!(outcome.feasible && (outcome.value - 1.3934649806).abs() < 1e-9, "{method:?}");
    }
}

#[test]
fn bounds_hold_with_constraints() {
    let bounds = Bounds::new(vec![-1.0, 0.25], vec![0.5, 9.0]).unwrap();
    for method in METHODS {
        let problem = hs14().bounded(bounds.clone()).unwrap();
        let problem = problem.constrained(count(1, 0), |x: &[f64]| ([circle(x)], []));
        let outcome = search_by(method).minimize(&problem, &Budget::unlimited(), &mut ()).unwrap();
        assert!(outcome.feasible && bounds.contain(&outcome.x), "{outcome:?}");
        // x1 on its bound, x2 on the circle.
        assert!((outcome.value - bowl(&[0.5, (1.0_f64 - 0.0625).sqrt()])).abs() < 1e-4, "{}", outcome.value);
    }
}

#[test]
fn improvements_say_whether_they_are_feasible() {
    let mut improvements = Vec::new();
    let mut observer = |event: &Event| {
        if let Event::Improvement { x, value, feasible, .. } = *event {
            improvements.push((circle(x).max(0.0), value, feasible));
        }
        std::ops::ControlFlow::Continue(())
    };
    let problem = Problem::simulated(|x: &[f64]| (bowl(x), [circle(x)], []), count(1, 0), vec![3.0, 3.0]);
    PatternSearch::default().minimize(&problem.unwrap(), &Budget::unlimited(), &mut observer).unwrap();
    let first = improvements.iter().position(|improvement| improvement.2).unwrap();
    assert!(first > 0 && improvements[first..].iter().all(|improvement| improvement.2));
    // Less violation, or as much of it at a lower value.
    let before = improvements[..first].windows(2);
    assert!(before.into_iter().all(|pair| (pair[1].0, pair[1].1) < (pair[0].0, pair[0].1)));
    assert!(improvements[first..].windows(2).all(|pair| pair[1].1 < pair[0].1));
}

/// Looks at the values along a line.
struct Walk;

impl Solver for Walk {
    fn name(&self) -> String {
        "walk".into()
    }
    fn accepts(&self, _: &Problem<'_>) -> Result<(), Error> {
        Ok(())
    }
    fn search(&self, evaluations: &mut Evaluations<'_>) -> Result<Status, Stop> {
        assert_eq!(evaluations.value(&[3.0, 0.0])?, f64::INFINITY, "the extreme barrier");
        assert_eq!(evaluations.value(&[0.0, 0.0])?, 5.0);
        assert!(evaluations.is_feasible() && evaluations.seen().is_empty());
        evaluations.judge_by(|value, constraints| value + 100.0 * constraints.violation());
        assert_eq!(evaluations.value(&[2.0, 1.0])?, 100.0);
        let seen = evaluations.seen();
        let constraints = ConstraintValues { inequalities: vec![1.0], equalities: vec![] };
        assert_eq!((seen[0].value, &seen[0].constraints, seen.len()), (0.0, &constraints, 1));
        Ok(Status::SolverConverged)
    }
}

#[test]
fn a_solver_of_ones_own_sees_the_extreme_barrier_or_its_own_merit() {
    let problem = Problem::new(bowl, vec![0.0, 0.0]).unwrap();
    let problem = problem.constrained(count(1, 0), |x: &[f64]| ([circle(x)], []));
    let outcome = Walk.minimize(&problem, &Budget::unlimited(), &mut ()).unwrap();
    assert_eq!((outcome.value, outcome.exit_flag()), (5.0, 1));
}

#[test]
fn coordinate_search_refuses_nonlinear_constraints() {
    let error = CoordinateSearch::default().minimize(&hs14(), &Budget::unlimited(), &mut ()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "coordinate was given a problem with nonlinear constraints (1 inequalities and 1 equalities): it supports none; \
         patternsearch does"
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]

    /// The least of a linear function on an ellipsoid, in closed form.
    #[test]
    fn the_lagrangian_finds_the_least_of_a_linear_function_on_an_ellipsoid(
        slope in prop::collection::vec(0.3_f64..3.0, 2..4),
        axes in prop::array::uniform4(0.5_f64..2.0),
        start in prop::array::uniform4(-3.0_f64..3.0),
    ) {
        let n = slope.len();
        let optimum = -slope.iter().zip(axes).map(|(g, a)| (g * a).powi(2)).sum::<f64>().sqrt();
        let f = |x: &[f64]| x.iter().zip(&slope).map(|(x, g)| x * g).sum::<f64>();
        let ellipsoid = |x: &[f64]| ([x.iter().zip(axes).map(|(x, a)| (x / a).powi(2)).sum::<f64>() - 1.0], []);
        let problem = Problem::new(f, start[..n].to_vec()).unwrap().constrained(count(1, 0), ellipsoid);
        let options =
            Options { scale_mesh: false, max_function_evaluations: Some(400_000), ..Options::default() };
        let outcome = PatternSearch::new(options).unwrap().minimize(&problem, &Budget::unlimited(), &mut ()).unwrap();
        prop_assert!(outcome.feasible);
        prop_assert!((outcome.value - optimum).abs() < 1e-3 * optimum.abs(), "{} {optimum}, {}", outcome.value, outcome.message());
    }
}

/// Problem 93 of Hock & Schittkowski (f = 135.075961), whose start lies beside a curved constraint: polls along the axes give
/// nothing back that is better than it, and random directions with a softer penalty do.
#[test]
fn where_polls_along_the_axes_stay_at_the_start_mads_goes_on() {
    let parts = |x: &[f64]| {
        let first = x[0] * x[3] * (x[0] + x[1] + x[2]);
        (first, x[1] * x[2] * (x[0] + 1.57 * x[1] + x[3]), x[4] * x[4], x[5] * x[5])
    };
    let f = |x: &[f64]| {
        let (first, second, fifth, sixth) = parts(x);
        (0.0204 + 0.0607 * fifth) * first + (0.0187 + 0.0437 * sixth) * second
    };
    let constraints = |x: &[f64]| {
        let (first, second, fifth, sixth) = parts(x);
        let product = x.iter().product::<f64>();
        ([2.07 - 0.001 * product, 0.00062 * first * fifth + 0.00058 * second * sixth - 1.0], [])
    };
    let problem = Problem::new(f, vec![5.54, 4.4, 12.02, 11.82, 0.702, 0.852]).unwrap();
    let problem = problem.bounded(Bounds::nonnegative(6)).unwrap().constrained(count(2, 0), constraints);
    let run = |poll_method, initial_penalty| {
        let (max_iterations, max_function_evaluations) = (Some(1_000), Some(20_000));
        let limits = Options { max_iterations, max_function_evaluations, ..Options::default() };
        let search = PatternSearch::new(Options { poll_method, initial_penalty, ..limits }).unwrap();
        search.minimize(&problem, &Budget::unlimited(), &mut ()).unwrap()
    };
    let optimum = 135.075961;
    let along_axes = run(PollMethod::GpsPositiveBasis2N, 10.0);
    assert_eq!((along_axes.value, along_axes.feasible), (along_axes.start_value, true));
    let outcome = run(PollMethod::MadsPositiveBasis2N, 1.0);
    let error = (outcome.value - optimum) / optimum;
    assert!(outcome.feasible && error.abs() < 1e-4, "off by {error} after {}", outcome.counts.evaluations);
}
