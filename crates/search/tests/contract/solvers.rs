//! What holds for every minimizer.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use proptest::prelude::*;

use crate::any_bounds::bound;
use crate::minimizers::minimizers;
use search::pattern::Options;
use search::{
    Bounds, Budget, Cancellation, ConstraintCount, Error, Event, Failure, Method, Minimizer, Outcome,
    PatternSearch, Problem, Solver, Status,
};

/// Equal in every bit but the time it took. Compared as text, which tells every bit of a number, and
/// in which a NaN equals itself.
fn same(a: &Outcome, b: &Outcome) -> bool {
    let text = |outcome: &Outcome| {
        let mut rest = outcome.clone();
        rest.seconds = 0.0;
        format!("{rest:?}")
    };
    text(a) == text(b)
}

/// One evaluation: the point and what the objective made of it, `None` for a failure.
type Record = (Vec<f64>, Option<f64>);

/// A bumpy bowl whose value at some points is an error, NaN, an infinity or a panic, chosen by a hash
/// of the point; and the record of all evaluations.
struct Rough {
    failure_rate: f64,
    salt: u64,
    seen: Mutex<Vec<Record>>,
}

impl Rough {
    fn new(failure_rate: f64, salt: u64) -> Self {
        Rough { failure_rate, salt, seen: Mutex::default() }
    }

    /// A number in [0, 1) that depends on every bit of the point (FNV-1a).
    fn chance(&self, x: &[f64]) -> f64 {
        let mut hash = 0xcbf2_9ce4_8422_2325_u64 ^ self.salt;
        for byte in x.iter().flat_map(|v| v.to_bits().to_le_bytes()) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
        hash ^= hash >> 33;
        (hash.wrapping_mul(0xff51_afd7_ed55_8ccd) >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn value(&self, x: &[f64]) -> Result<f64, String> {
        let bowl: f64 = x.iter().enumerate().map(|(i, v)| (v - 0.7 * i as f64).powi(2) + v.sin()).sum();
        let chance = self.chance(x);
        let failing = chance < self.failure_rate;
        let mut seen = self.seen.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        seen.push((x.to_vec(), (!failing && bowl.is_finite()).then_some(bowl)));
        drop(seen);
        match (failing, (chance / self.failure_rate * 5.0) as u32) {
            (false, _) => Ok(bowl),
            (true, 0) => Err("no convergence".to_owned()),
            (true, 1) => Ok(f64::NAN),
            (true, 2) => Ok(f64::INFINITY),
            (true, 3) => Ok(f64::NEG_INFINITY),
            (true, _) => std::panic::panic_any("division by zero".to_owned()),
        }
    }
}

/// Panics of the objective are part of the test: their messages are not worth printing.
fn quietly<T>(work: impl FnOnce() -> T) -> T {
    static HOOK: std::sync::Once = std::sync::Once::new();
    HOOK.call_once(|| {
        let default = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            if info.payload().downcast_ref::<String>().is_none_or(|text| text != "division by zero") {
                default(info);
            }
        }));
    });
    work()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, ..ProptestConfig::default() })]

    #[test]
    fn promises_hold_on_rough_objectives_under_any_bounds(
        coordinates in prop::collection::vec((bound(), -5.0_f64..5.0), 1..6),
        failure_rate in prop_oneof![Just(0.0), 0.0_f64..0.5, Just(1.0)],
        salt in any::<u64>(),
        budget in 1_u64..400,
    ) {
        let (bounds, start): (Vec<_>, Vec<_>) = coordinates.into_iter().unzip();
        let (lower, upper): (Vec<_>, Vec<_>) = bounds.into_iter().unzip();
        let bounds = Bounds::new(lower, upper).unwrap();
        for minimizer in minimizers(start.len()) {
            let rough = Rough::new(failure_rate, salt);
            let problem = Problem::new(|x: &[f64]| rough.value(x), start.clone()).unwrap().bounded(bounds.clone()).unwrap();
            let run = || quietly(|| minimizer.minimize(&problem, &Budget::evaluations(budget), &mut ()));
            let result = run();
            let seen = std::mem::take(&mut *rough.seen.lock().unwrap());
            let name = minimizer.name();

            prop_assert!(seen.len() as u64 <= budget, "{name}: {} evaluations of {budget}", seen.len());
            for (x, _) in &seen {
                prop_assert!(bounds.contain(x), "{name}: {x:?} outside {bounds:?}");
            }
            let mut projected = start.clone();
            let moved = bounds.project(&mut projected);
            prop_assert_eq!(&seen[0].0, &projected, "the first evaluation is at the projected start");
            let best = seen.iter().filter_map(|(_, value)| *value).fold(f64::INFINITY, f64::min);
            let failed = seen.iter().filter(|(_, value)| value.is_none()).count() as u64;
            match result {
                Ok(outcome) => {
                    prop_assert_eq!(outcome.value, best, "{}: the best value seen is returned", name);
                    prop_assert!(seen.contains(&(outcome.x.clone(), Some(outcome.value))), "{name}: value and point belong together");
                    prop_assert_eq!(outcome.counts.evaluations, seen.len() as u64);
                    prop_assert_eq!(outcome.counts.failed, failed, "{}", name);
                    prop_assert_eq!(outcome.first_failure.is_some(), failed > 0, "{}", name);
                    prop_assert_eq!(outcome.projected, moved, "{}", name);
                    prop_assert!(outcome.trace.windows(2).all(|pair| pair[1].value <= pair[0].value));
                    prop_assert!(same(&outcome, &run().unwrap()), "{name}: the same run twice");
                }
                Err(Error::NoValue { failed: counted, first, .. }) => {
                    prop_assert_eq!(best, f64::INFINITY, "{}: a value was seen and lost", name);
                    prop_assert_eq!(counted, failed);
                    prop_assert!(first.is_some());
                }
                Err(error) => prop_assert!(false, "{name}: {error}"),
            }
        }
    }
}

#[test]
fn each_sort_of_failure_is_kept_with_its_reason() {
    type Failing = fn(&[f64]) -> Result<f64, String>;
    let cases: [(Failing, Failure); 5] = [
        (|_| Err("singular".to_owned()), Failure::Error("singular".to_owned())),
        (|_| Ok(f64::NEG_INFINITY), Failure::NotFinite(f64::NEG_INFINITY)),
        (|_| Ok(f64::INFINITY), Failure::NotFinite(f64::INFINITY)),
        (
            |_| std::panic::panic_any("division by zero".to_owned()),
            Failure::Panic("division by zero".to_owned()),
        ),
        (
            |x| if x[0] == 1.0 { Err("start".to_owned()) } else { Ok(x[0]) },
            Failure::Error("start".to_owned()),
        ),
    ];
    for minimizer in minimizers(1) {
        for (f, expected) in &cases {
            let problem = Problem::new(f, vec![1.0]).unwrap();
            let result = quietly(|| minimizer.minimize(&problem, &Budget::evaluations(60), &mut ()));
            let first = match result {
                Ok(outcome) => outcome.first_failure.unwrap(),
                Err(Error::NoValue { first, .. }) => *first.unwrap(),
                Err(other) => panic!("{other}"),
            };
            assert_eq!((first.evaluation, &first.failure), (1, expected), "{}", minimizer.name());
            assert_eq!(first.x, [1.0]);
        }
    }
}

#[test]
fn a_failing_start_does_not_end_the_run() {
    for minimizer in minimizers(2) {
        let f = |x: &[f64]| if x == [1.0, 1.0] { f64::NAN } else { x[0] * x[0] + x[1] * x[1] };
        let problem = Problem::new(f, vec![1.0, 1.0]).unwrap();
        let outcome = minimizer.minimize(&problem, &Budget::unlimited(), &mut ()).unwrap();
        // These search the whole box, and are slow to refine what they find.
        let global = ["nlopt-direct-l", "nlopt-isres", "nlopt-esch"].contains(&outcome.solver.as_str());
        let reached = if global { 0.1 } else { 1e-6 };
        assert!(outcome.value < reached, "{}: {}", minimizer.name(), outcome.value);
        assert!(outcome.counts.failed >= 1);
    }
}

#[test]
fn an_observer_stops_the_run_at_any_event() {
    for minimizer in minimizers(1) {
        let problem = Problem::new(|x: &[f64]| x[0] * x[0], vec![3.0]).unwrap();
        for stop_at in 1..12 {
            let mut events = 0;
            let mut observer = |_: &Event| {
                events += 1;
                if events >= stop_at {
                    std::ops::ControlFlow::Break(())
                } else {
                    std::ops::ControlFlow::Continue(())
                }
            };
            match minimizer.minimize(&problem, &Budget::unlimited(), &mut observer) {
                // Some need no more.
                Ok(outcome) if events <= stop_at => assert!(outcome.converged(), "{outcome:?}"),
                Ok(outcome) => {
                    assert_eq!((outcome.status, outcome.exit_flag()), (Status::StoppedByObserver, -1));
                    assert!(!outcome.converged());
                    assert_eq!(events, stop_at + 1, "nothing after the stop but the end");
                }
                // Stopped before the start was evaluated.
                Err(error) => assert!(matches!(error, Error::NoValue { .. }) && stop_at == 1, "{error}"),
            }
        }
    }
}

#[test]
fn cancellation_and_time_end_the_run_with_the_best_point() {
    for minimizer in minimizers(2) {
        let cancellation = Cancellation::default();
        let count = AtomicU64::new(0);
        let f = |x: &[f64]| {
            if count.fetch_add(1, Ordering::Relaxed) == 9 {
                cancellation.cancel();
            }
            100.0 * (x[1] - x[0] * x[0]).powi(2) + (1.0 - x[0]).powi(2)
        };
        let problem = Problem::new(f, vec![-1.2, 1.0]).unwrap();
        let budget = Budget::unlimited().cancelled_by(&cancellation);
        let outcome = minimizer.minimize(&problem, &budget, &mut ()).unwrap();
        assert_eq!((outcome.status, outcome.counts.evaluations), (Status::Cancelled, 10));
        assert!(outcome.value <= outcome.start_value, "{}: {}", outcome.solver, outcome.value);

        let problem = Problem::new(|x: &[f64]| x[0].abs(), vec![1.0]).unwrap();
        let outcome =
            minimizer.minimize(&problem, &Budget::unlimited().within_seconds(0.0), &mut ()).unwrap();
        assert_eq!((outcome.status, outcome.counts.evaluations), (Status::TimeLimit, 1));
    }
}

/// A limit of a few milliseconds ends a run that would take long, not before and not much later.
#[test]
fn a_time_limit_is_one() {
    for minimizer in minimizers(20) {
        let f = |x: &[f64]| {
            std::thread::sleep(std::time::Duration::from_millis(2));
            x.iter().map(|v| (v - 0.3).abs()).sum::<f64>()
        };
        let problem = Problem::new(f, vec![5.0; 20]).unwrap();
        let budget = Budget::unlimited().within_seconds(0.05);
        let outcome = minimizer.minimize(&problem, &budget, &mut ()).unwrap();
        assert_eq!(outcome.status, Status::TimeLimit, "{}", outcome.solver);
        assert!(outcome.seconds >= 0.05 && outcome.counts.evaluations <= 26, "{outcome:?}");
    }
}

/// A solver that breaks its word: it goes on after a stop and calls that convergence.
struct Defiant(Vec<Vec<f64>>);

impl Solver for Defiant {
    fn name(&self) -> String {
        "defiant".to_owned()
    }

    fn search(&self, evaluations: &mut search::Evaluations<'_>) -> Result<Status, search::Stop> {
        for x in &self.0 {
            let _ = evaluations.value(x);
        }
        Ok(Status::MeshTolerance)
    }
}

#[test]
fn no_solver_can_pass_over_a_stop() {
    let points = |points: &[&[f64]]| Defiant(points.iter().map(|x| x.to_vec()).collect());
    let calls = AtomicU64::new(0);
    let f = |x: &[f64]| {
        calls.fetch_add(1, Ordering::Relaxed);
        x[0]
    };
    let problem = Problem::new(f, vec![0.5, 0.5]).unwrap().bounded(Bounds::nonnegative(2)).unwrap();
    let run = |solver: Defiant, budget| solver.minimize(&problem, &Budget::evaluations(budget), &mut ());

    let outcome = run(points(&[&[3.0, 1.0], &[2.0, 1.0], &[1.0, 1.0]]), 2).unwrap();
    assert_eq!((outcome.status, calls.swap(0, Ordering::Relaxed)), (Status::EvaluationLimit, 2));
    let error = run(points(&[&[3.0, 1.0], &[-2.0, 1.0], &[1.0, 1.0]]), 9).unwrap_err();
    assert!(matches!(error, Error::OutsideBounds { index: 0, .. }), "{error}");
    for wrong in [&[1.0][..], &[1.0, 1.0, 1.0]] {
        let error = run(points(&[wrong, &[1.0, 1.0]]), 9).unwrap_err();
        assert!(matches!(error, Error::PointLength { expected: 2, .. }), "{error}");
    }
    assert_eq!(calls.load(Ordering::Relaxed), 1, "nothing is evaluated after a stop");
}

#[test]
fn a_search_without_evaluations_still_hears_of_cancellation() {
    let cancellation = Cancellation::default();
    let problem = Problem::new(|x: &[f64]| x[0], vec![1.0]).unwrap();
    let problem = problem.bounded(Bounds::uniform(1, 1.0, 1.0).unwrap()).unwrap();
    cancellation.cancel();
    let budget = Budget::unlimited().cancelled_by(&cancellation);
    let outcome = PatternSearch::default().minimize(&problem, &budget, &mut ()).unwrap();
    assert_eq!((outcome.status, outcome.iterations), (Status::Cancelled, 0));
}

#[test]
fn every_run_tells_its_start_first_and_its_end_last() {
    for minimizer in minimizers(1) {
        for (f, ends_well) in [(1.0, true), (f64::NAN, false)] {
            let problem = Problem::new(move |x: &[f64]| f * x[0] * x[0], vec![3.0]).unwrap();
            let mut told = Vec::new();
            let mut observer = |event: &Event| {
                told.push(match event {
                    Event::Start { .. } => "start",
                    Event::Iteration { row, .. } if row.iteration == 0 => "row 0",
                    Event::End(_) => "end",
                    Event::NoOutcome(_) => "no outcome",
                    _ => "",
                });
                std::ops::ControlFlow::Continue(())
            };
            let result = minimizer.minimize(&problem, &Budget::evaluations(50), &mut observer);
            assert_eq!(result.is_ok(), ends_well);
            assert_eq!(
                (told[0], *told.last().unwrap()),
                ("start", if ends_well { "end" } else { "no outcome" })
            );
            assert!(told.contains(&"row 0"));
            if let Ok(outcome) = result {
                assert_eq!(
                    (outcome.start_value, outcome.trace[0].value, outcome.trace[0].evaluations),
                    (9.0, 9.0, 1)
                );
            }
        }
    }
}

#[test]
fn an_objective_may_run_a_minimizer_of_its_own() {
    fn nested(depth: u32, x: f64) -> f64 {
        let f = move |y: &[f64]| (y[0] - x).powi(2) + if depth > 0 { nested(depth - 1, y[0]) } else { 0.0 };
        let problem = Problem::new(f, vec![0.0]).unwrap();
        let options = Options { mesh_tolerance: 1e-3, ..Options::default() };
        PatternSearch::new(options).unwrap().minimize(&problem, &Budget::unlimited(), &mut ()).unwrap().value
    }
    assert!(nested(2, 1.0) < 1e-3);
}

#[test]
fn many_runs_at_once_give_what_each_gives_alone() {
    let run = |seed: u64| {
        let rough = Rough::new(0.2, seed);
        let problem = Problem::new(|x: &[f64]| rough.value(x), vec![1.0; 5]).unwrap();
        let outcomes: Vec<Outcome> = minimizers(5)
            .iter()
            .map(|m| quietly(|| m.minimize(&problem, &Budget::evaluations(500), &mut ())).unwrap())
            .collect();
        outcomes
    };
    let alone: Vec<_> = (0..32).map(run).collect();
    let together: Vec<_> = std::thread::scope(|scope| {
        let runs: Vec<_> = (0..32).map(|seed| scope.spawn(move || run(seed))).collect();
        runs.into_iter().map(|run| run.join().unwrap()).collect()
    });
    for (a, b) in alone.iter().flatten().zip(together.iter().flatten()) {
        assert!(same(a, b), "{}", a.solver);
    }
}

#[test]
fn large_dimensions_and_extreme_numbers_are_survived() {
    for minimizer in minimizers(2) {
        for start in [vec![1e300; 3], vec![f64::MAX; 2], vec![5e-324, -0.0], vec![1e-3; 1000]] {
            let problem =
                Problem::new(|x: &[f64]| x.iter().map(|v| v.abs().sqrt()).sum::<f64>(), start).unwrap();
            if let Err(Error::Dimension { .. }) = minimizer.accepts(&problem) {
                continue;
            }
            let outcome = minimizer.minimize(&problem, &Budget::evaluations(5_000), &mut ()).unwrap();
            assert!(outcome.value.is_finite());
        }
    }
    for minimizer in minimizers(1) {
        // Unbounded below: the mesh doubles up to the largest number and the run still ends.
        let problem = Problem::new(|x: &[f64]| -x[0].abs().sqrt(), vec![1.0]).unwrap();
        let outcome = minimizer.minimize(&problem, &Budget::evaluations(10_000), &mut ()).unwrap();
        assert!(outcome.x[0].is_finite(), "{}", minimizer.name());
    }
}

#[test]
fn a_box_of_one_point_is_searched_by_evaluating_it() {
    for n in [1, 2] {
        let bounds = Bounds::uniform(n, 0.5, 0.5).unwrap();
        let problem = Problem::new(|x: &[f64]| x[0], vec![3.0; n]).unwrap().bounded(bounds).unwrap();
        for minimizer in minimizers(n) {
            let outcome = minimizer.minimize(&problem, &Budget::unlimited(), &mut ()).unwrap();
            // Each search and each restart evaluates it once, and the trust region tries steps that lead nowhere.
            let restarts = outcome.trace.iter().filter(|iteration| iteration.method == Method::Restart);
            let evaluations = match outcome.solver.as_str() {
                name if name.starts_with("multistart") => 3,
                "trust-region" => n as u64 + 1,
                _ => 1 + restarts.count() as u64,
            };
            assert!(outcome.converged() && outcome.counts.evaluations <= evaluations, "{outcome:?}");
            assert_eq!((outcome.x, outcome.value), (vec![0.5; n], 0.5));
        }
    }
}

#[test]
fn where_all_values_look_alike_is_no_solution() {
    for minimizer in minimizers(1) {
        // Solvers of other crates see no value beyond 1e30.
        let problem = Problem::new(|x: &[f64]| 1e40 * (1.0 + (x[0] - 300.0).abs()), vec![1.0]).unwrap();
        let outcome = minimizer.minimize(&problem, &Budget::evaluations(2_000), &mut ()).unwrap();
        assert!(!outcome.converged() || (outcome.x[0] - 300.0).abs() < 1.0, "{outcome:?}");
    }
}

/// Far from its start a search takes steps that its point's rounding hides; that they fail says nothing.
#[test]
fn a_function_without_a_minimum_is_not_called_solved() {
    type Named = (&'static str, fn(&[f64]) -> f64);
    let falling: [Named; 5] = [
        ("a slope", |x| x.iter().zip(1..).map(|(x, i)| x * f64::from(i)).sum()),
        ("a slope in a valley", |x| x[0] + x[1..].iter().map(|x| x * x).sum::<f64>()),
        ("a quartic", |x| -x.iter().map(|x| x.powi(4)).sum::<f64>()),
        ("an exponential function", |x| -x.iter().sum::<f64>().exp()),
        ("a logarithm", |x| -x.iter().map(|x| x.abs().ln()).sum::<f64>()),
    ];
    for n in [1, 3] {
        for minimizer in minimizers(n) {
            for (name, f) in falling {
                let start: Vec<f64> = (0..n).map(|i| 0.7 + 0.01 * i as f64).collect();
                let problem = Problem::new(f, start).unwrap();
                let outcome = minimizer.minimize(&problem, &Budget::evaluations(3_000), &mut ()).unwrap();
                assert!(!outcome.converged(), "{} on {name} of {n}: {outcome}", minimizer.name());
            }
        }
    }
}

/// Rounding leaves 5.6e-17 of 0.1 + 0.2 - 0.3: such a start has no unit in which 1 is far.
#[test]
fn a_minimum_is_not_far_from_a_start_that_is_0_but_for_rounding() {
    for minimizer in minimizers(2) {
        let problem = Problem::new(|x: &[f64]| (x[0] - 1.0).powi(2) + x[1].powi(2), vec![0.1 + 0.2 - 0.3; 2]);
        let outcome = minimizer.minimize(&problem.unwrap(), &Budget::evaluations(3_000), &mut ()).unwrap();
        assert!(outcome.status != Status::Unbounded, "{}: {outcome}", minimizer.name());
    }
}

#[test]
fn impossible_problems_are_refused() {
    let f = |x: &[f64]| x[0];
    assert_eq!(Problem::new(f, vec![]).unwrap_err(), Error::EmptyStart);
    let message = Problem::new(f, vec![0.0, f64::NAN]).unwrap_err().to_string();
    assert_eq!(message, "start[1] is NaN; expected a finite number");
    for (lower, upper) in [
        (1.0, 0.0),
        (f64::NAN, 1.0),
        (0.0, f64::NAN),
        (f64::INFINITY, f64::INFINITY),
        (f64::NEG_INFINITY, f64::NEG_INFINITY),
    ] {
        let error = Bounds::new(vec![0.0, lower], vec![0.0, upper]).unwrap_err();
        assert!(matches!(error, Error::Bounds { index: 1, .. }), "[{lower}, {upper}]: {error}");
    }
    assert!(matches!(Bounds::new(vec![0.0], vec![]), Err(Error::BoundsLength { given: 0, expected: 1, .. })));
    let problem = Problem::new(f, vec![0.0]).unwrap();
    let error = problem.clone().bounded(Bounds::free(2)).unwrap_err();
    assert!(matches!(error, Error::BoundsLength { given: 2, expected: 1, .. }));
    let error = PatternSearch::default().minimize(&problem, &Budget::evaluations(0), &mut ()).unwrap_err();
    assert_eq!(error, Error::NoBudget);
}

/// Whoever does not know nonlinear constraints says so, instead of ignoring them.
#[test]
fn nonlinear_constraints_are_met_or_refused() {
    for n in [1, 2] {
        let f = |x: &[f64]| x.iter().map(|v| (v - 2.0).powi(2)).sum::<f64>();
        let ball = |x: &[f64]| ([x.iter().map(|v| v * v).sum::<f64>() - 1.0], []);
        let problem = Problem::new(f, vec![0.25; n]).unwrap().constrained(ConstraintCount::new(1, 0), ball);
        let mut met = 0;
        for minimizer in minimizers(n) {
            match minimizer.minimize(&problem, &Budget::evaluations(2000), &mut ()) {
                Ok(outcome) => {
                    assert!(outcome.feasible && ball(&outcome.x).0[0] <= 1e-6, "{}", outcome.solver);
                    met += 1;
                }
                Err(Error::NonlinearConstraints { solver, count, .. }) => {
                    let name = minimizer.name();
                    let name = name.trim_start_matches("multistart of ");
                    assert!(solver.starts_with(name) && count.inequalities == 1);
                }
                Err(error) => panic!("{}: {error}", minimizer.name()),
            }
        }
        assert!(met > 0 && met < minimizers(n).len());
    }
}
