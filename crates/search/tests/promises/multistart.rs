//! Several starts: each search is what it would be alone, and the best of all is the outcome.

use std::ops::ControlFlow;
use std::sync::{Arc, Mutex};

use search::pattern::{NonlinearConstraints, Options, PollMethod};
use search::{
    Bounds, Budget, ConstraintCount, CoordinateOptions, CoordinateSearch, Error, Event, Failure, Incremental,
    Iteration, Journal, LinearConstraints, Method, Minimizer, Multistart, MultistartOptions, Objective,
    Outcome, PatternSearch, Problem, Run, Solver, Status,
};
use serde_json::json;

fn of(inner: impl Minimizer + 'static, starts: u64, evaluations_per_start: Option<u64>) -> Multistart {
    Multistart::new(inner, MultistartOptions { starts, evaluations_per_start, seed: 3 }).unwrap()
}

/// Many minima, the least in the middle of [-4, 4]².
fn ripples(x: &[f64]) -> f64 {
    x.iter().map(|v| (v - 0.4).powi(2) - 3.0 * (4.0 * (v - 0.4)).cos()).sum()
}

fn problem<'o>(f: impl Fn(&[f64]) -> f64 + Send + Sync + 'o) -> Problem<'o> {
    let bounds = Bounds::uniform(2, -4.0, 4.0).unwrap();
    Problem::new(f, vec![-3.5, 3.0]).unwrap().bounded(bounds).unwrap()
}

/// Runs, and gives back where each search began.
fn starts(minimizer: &dyn Minimizer, problem: &Problem<'_>) -> (Outcome, Vec<Vec<f64>>) {
    let seen = Mutex::new(Vec::new());
    let objective = problem.shared_objective();
    let recorded = |x: &[f64]| {
        seen.lock().unwrap().push(x.to_vec());
        objective.value(x)
    };
    let recorded = problem.clone().with_objective(Arc::new(recorded));
    let outcome = minimizer.minimize(&recorded, &Budget::unlimited(), &mut ()).unwrap();
    let seen = seen.lock().unwrap();
    let starts = outcome.trace.iter().filter(|row| row.method == Method::Start);
    (outcome.clone(), starts.map(|row| seen[row.evaluations as usize - 1].clone()).collect())
}

/// The rows of each search, counted from its start.
fn searches(trace: &[Iteration]) -> Vec<Vec<Iteration>> {
    let mut searches: Vec<Vec<Iteration>> = Vec::new();
    let mut before = (0, 0);
    for (i, row) in trace.iter().enumerate() {
        if row.method == Method::Start {
            // The evaluation of the start is its own.
            before = (row.iteration, row.evaluations - 1);
            searches.push(Vec::new());
        }
        assert_eq!(row.iteration, i as u64);
        let (iteration, evaluations) = (row.iteration - before.0, row.evaluations - before.1);
        let mut own = row.clone();
        (own.iteration, own.evaluations) = (iteration, evaluations);
        searches.last_mut().unwrap().push(own);
    }
    searches
}

#[test]
fn each_search_is_what_it_would_be_alone() {
    let problem = problem(ripples);
    for kind in search::solvers() {
        if ["brent", "golden-section"].contains(&kind.name()) {
            continue;
        }
        let solver = || kind.with_options(&json!({ "max_function_evaluations": 300 })).unwrap();
        let (outcome, starts) = starts(&of(solver(), 4, None), &problem);
        assert_eq!((starts.len(), &starts[0]), (4, &vec![-3.5, 3.0]), "{}", kind.name());
        let mut best: Option<Outcome> = None;
        let mut evaluations = 0;
        for (start, search) in starts.into_iter().zip(searches(&outcome.trace)) {
            let alone = Problem::shared(problem.shared_objective(), start).unwrap();
            let alone = alone.bounded(problem.bounds().clone()).unwrap();
            let alone = solver().minimize(&alone, &Budget::unlimited(), &mut ()).unwrap();
            let least = best.as_ref().map_or(f64::INFINITY, |best| best.value);
            let of_all = |row: &Iteration| {
                let mut row = row.clone();
                row.value = row.value.min(least);
                row
            };
            assert_eq!(alone.trace.iter().map(of_all).collect::<Vec<_>>(), search, "{}", kind.name());
            evaluations += alone.counts.evaluations;
            if best.as_ref().is_none_or(|best| alone.value < best.value) {
                best = Some(alone);
            }
        }
        let best = best.unwrap();
        assert_eq!(
            (outcome.x, outcome.value, outcome.status),
            (best.x, best.value, best.status),
            "{}",
            kind.name()
        );
        assert_eq!((outcome.counts.evaluations, outcome.complaint), (evaluations, best.complaint));
        assert_eq!(outcome.iterations, outcome.trace.len() as u64 - 4);
    }
}

#[test]
fn more_starts_find_the_least_of_many_minima() {
    let plain = PatternSearch::default().minimize(&problem(ripples), &Budget::unlimited(), &mut ()).unwrap();
    let (outcome, _) = starts(&of(PatternSearch::default(), 12, None), &problem(ripples));
    // At (0.4, 0.4).
    assert!((outcome.value + 6.0).abs() < 1e-9 && outcome.converged(), "{}", outcome.value);
    assert!(plain.value > -5.0);
    let (one, _) = starts(&of(PatternSearch::default(), 1, None), &problem(ripples));
    assert_eq!((one.x, one.trace), (plain.x, plain.trace));
}

#[test]
fn the_budget_is_that_of_all_and_each_search_has_a_limit() {
    for most in [1, 2, 57, 400] {
        let calls = Mutex::new(0_u64);
        let f = |x: &[f64]| {
            *calls.lock().unwrap() += 1;
            ripples(x)
        };
        let search = of(PatternSearch::default(), 5, Some(90));
        let outcome = search.minimize(&problem(f), &Budget::evaluations(most), &mut ()).unwrap();
        assert_eq!((outcome.counts.evaluations, outcome.status), (most, Status::EvaluationLimit));
        assert_eq!(*calls.lock().unwrap(), most);
        let spent = searches(&outcome.trace).into_iter().map(|rows| rows.last().unwrap().evaluations);
        assert!(spent.max().unwrap() <= 90);
    }
    let search = of(PatternSearch::default(), 5, Some(90));
    let outcome = search.minimize(&problem(ripples), &Budget::unlimited(), &mut ()).unwrap();
    assert!(outcome.counts.evaluations <= 450 && searches(&outcome.trace).len() == 5);
}

#[test]
fn starts_fill_the_box_and_keep_grid_and_rows() {
    let bounds = Bounds::new(vec![-3.0, 0.0, f64::NEG_INFINITY], vec![5.0, 1.0, 2.0]).unwrap();
    let rows = LinearConstraints::at_most(vec![vec![1.0, 1.0, 0.0]], vec![1.0]).unwrap();
    let plain =
        Problem::new(|x: &[f64]| x[0], vec![0.0, 0.5, -1.0]).unwrap().bounded(bounds.clone()).unwrap();
    let search = of(PatternSearch::default(), 9, Some(1));
    let (_, points) = starts(&search, &plain);
    assert_eq!((points.len(), &points[0]), (9, &vec![0.0, 0.5, -1.0]));
    // One in each of eight strata; a side without a bound ends 10 beyond the start.
    for (i, low, high) in [(0, -3.0, 5.0), (1, 0.0, 1.0), (2, -11.0, 2.0)] {
        let stratum = |x: &Vec<f64>| ((x[i] - low) / (high - low) * 8.0).floor() as i64;
        let mut strata: Vec<i64> = points[1..].iter().map(stratum).collect();
        strata.sort_unstable();
        assert_eq!(strata, (0..8).collect::<Vec<_>>());
    }
    let other = search.with_seed(4).unwrap();
    assert_ne!(starts(&*other, &plain).1[1..], points[1..]);
    assert_eq!(starts(&*search.with_seed(3).unwrap(), &plain).1, points);

    let restricted = plain.granular(vec![1.0, 0.0, 0.5]).unwrap().subject_to(rows.clone()).unwrap();
    for x in starts(&search, &restricted).1 {
        assert!(bounds.contain(&x) && rows.violation(&x) < 1e-12, "{x:?}");
        assert_eq!((x[0].fract(), (2.0 * x[2]).fract()), (0.0, 0.0), "{x:?}");
    }
}

/// A million starts in 10,000 coordinates would take 80 GB.
#[test]
fn starts_are_drawn_as_they_are_needed() {
    let search = of(PatternSearch::default(), 1_000_000, Some(1));
    let problem = Problem::new(|x: &[f64]| x[0], vec![1.0; 10_000]).unwrap();
    let outcome = search.minimize(&problem, &Budget::evaluations(5), &mut ()).unwrap();
    assert_eq!((outcome.counts.evaluations, searches(&outcome.trace).len()), (5, 5));
}

/// The first search ends in an infeasible corner or at a worse feasible point; values at infeasible points are lower.
#[test]
fn under_constraints_the_best_feasible_point_of_all_is_given_back() {
    let ring = |x: &[f64]| ([1.0 - x[0] * x[0] - x[1] * x[1]], []);
    for nonlinear_constraints in
        [NonlinearConstraints::AugmentedLagrangian, NonlinearConstraints::ProgressiveBarrier]
    {
        let problem = problem(ripples).constrained(ConstraintCount::new(1, 0), ring);
        let inner = PatternSearch::new(Options { nonlinear_constraints, ..Options::default() }).unwrap();
        let plain = inner.minimize(&problem, &Budget::unlimited(), &mut ()).unwrap();
        let mut told = Vec::new();
        let mut watch = |event: &Event<'_>| {
            if let Event::Improvement { value, feasible: true, .. } = event {
                told.push(*value);
            }
            ControlFlow::Continue(())
        };
        let search = of(inner, 8, None);
        let outcome = search.minimize(&problem, &Budget::unlimited(), &mut watch).unwrap();
        assert!(outcome.feasible && outcome.value < plain.value, "{} {}", outcome.value, plain.value);
        assert!(outcome.x[0].powi(2) + outcome.x[1].powi(2) >= 1.0 - 1e-6);
        assert_eq!(told.last(), Some(&outcome.value));
        assert!(told.windows(2).all(|pair| pair[1] < pair[0]), "{told:?}");
    }
}

/// A search that cannot go on, or never sees a value, does not end the others.
#[test]
fn a_start_without_a_value_is_only_one_of_them() {
    let f = |x: &[f64]| if x[0] < 0.0 { Err("no value here") } else { Ok(ripples(x)) };
    let bounds = Bounds::uniform(2, -4.0, 4.0).unwrap();
    let problem = Problem::new(f, vec![-3.5, 3.0]).unwrap().bounded(bounds).unwrap();
    let options = Options { initial_mesh_size: 1e-3, scale_mesh: false, ..Options::default() };
    let plain = PatternSearch::new(options).unwrap();
    assert!(matches!(plain.minimize(&problem, &Budget::unlimited(), &mut ()), Err(Error::NoValue { .. })));
    let outcome = of(plain, 6, None).minimize(&problem, &Budget::unlimited(), &mut ()).unwrap();
    assert!(outcome.converged() && outcome.x[0] >= 0.0 && outcome.counts.failed > 0);
    assert_eq!(outcome.start_value, f64::INFINITY);
}

struct Sum;
struct View(Vec<f64>);

impl Objective for Sum {
    fn value(&self, x: &[f64]) -> Result<f64, Failure> {
        Ok(ripples(x))
    }
    fn incremental(&self) -> Option<Box<dyn Incremental + '_>> {
        Some(Box::new(View(Vec::new())))
    }
}

impl Incremental for View {
    fn begin(&mut self, x: &[f64]) -> Result<f64, Failure> {
        self.0 = x.to_vec();
        Sum.value(x)
    }
    fn try_value(&mut self, i: usize, to: f64) -> Result<f64, Failure> {
        let mut x = self.0.clone();
        x[i] = to;
        Sum.value(&x)
    }
    fn accept(&mut self, i: usize, to: f64) {
        self.0[i] = to;
    }
}

/// By records of values where those cost something, by snapshots in the middle of a search where the objective is seen one
/// coordinate at a time.
#[test]
fn a_run_stopped_in_any_search_resumes_to_the_same_bits() {
    let folder = tempfile::tempdir().unwrap();
    let incremental = || {
        let bounds = Bounds::uniform(2, -4.0, 4.0).unwrap();
        Problem::of(Sum, vec![-3.5, 3.0]).unwrap().bounded(bounds).unwrap()
    };
    let constrained = || {
        let disc = |x: &[f64]| ([x[0] * x[0] + x[1] * x[1] - 4.0], []);
        problem(ripples).constrained(ConstraintCount::new(1, 0), disc)
    };
    let pattern = |options: Options| of(PatternSearch::new(options).unwrap(), 4, Some(400));
    let mads = Options { poll_method: PollMethod::MadsPositiveBasis2N, ..Options::default() };
    let coordinate = CoordinateOptions { restarts: 2, ..CoordinateOptions::default() };
    let cases = [
        (problem(ripples), pattern(Options::default())),
        (problem(ripples), pattern(Options { cache: true, ..Options::default() })),
        (problem(ripples), pattern(mads)),
        (problem(ripples), of(search::NelderMead::default(), 4, Some(300))),
        (incremental(), pattern(Options::default())),
        (incremental(), of(CoordinateSearch::new(coordinate).unwrap(), 4, Some(400))),
        (constrained(), pattern(Options::default())),
    ];
    for (i, (problem, search)) in cases.iter().enumerate() {
        let whole = search.minimize(problem, &Budget::unlimited(), &mut ()).unwrap();
        let path = folder.path().join(format!("{i}.journal"));
        let mut journal =
            Journal { flush_interval: std::time::Duration::ZERO, ..Journal::new(path) }.resumed();
        journal.label = "ripples".to_owned();
        for part in 1..=9 {
            let budget = Budget::evaluations(part * whole.counts.evaluations / 9);
            let run = Run::within(&budget).with_journal(journal.clone());
            let resumed = search.run(problem, &run, &mut ()).unwrap();
            if part > 1 {
                let report = resumed.journal.as_ref().unwrap();
                assert!(report.known > 0, "{i}: nothing was known in part {part}");
            }
            if part == 9 {
                assert_eq!(
                    (resumed.x, resumed.value, resumed.status),
                    (whole.x.clone(), whole.value, whole.status)
                );
                assert_eq!((resumed.trace, resumed.counts), (whole.trace.clone(), whole.counts), "{i}");
            }
        }
        let threads = search.run(problem, &Run::default().on_threads(3), &mut ()).unwrap();
        assert_eq!((threads.x, threads.trace), (whole.x, whole.trace), "{i}");
    }
}

#[test]
fn options_out_of_range_are_refused_by_name() {
    let new = |options| Multistart::new(PatternSearch::default(), options).unwrap_err().to_string();
    let options = MultistartOptions::default();
    let message = new(MultistartOptions { starts: 0, ..options.clone() });
    assert_eq!(message, "option starts is 0; expected from 1 to 1,000,000");
    let message = new(MultistartOptions { evaluations_per_start: Some(0), ..options });
    assert_eq!(message, "option evaluations_per_start is 0; expected at least 1");
    let read = serde_json::from_value::<MultistartOptions>(json!({ "startz": 3 })).unwrap_err().to_string();
    assert!(read.contains("unknown field `startz`"), "{read}");
}
