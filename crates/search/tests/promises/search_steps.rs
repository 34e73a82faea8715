//! Search steps: what each proposes, how often, and that nothing else changes.

use crate::runs;

use proptest::prelude::*;
use search::pattern::{Algorithm, Options, PollMethod, Probe, SearchFcn, SearchMethod, SearchStep};
use search::{
    Bounds, Budget, CoordinateSearch, Method, Minimizer, Outcome, PatternSearch, Problem, Run, Solver,
    Status, Stop,
};

use runs::{minimize, visited};

const METHODS: [SearchMethod; 5] = [
    SearchMethod::LatinHypercube,
    SearchMethod::NelderMead,
    SearchMethod::Genetic,
    SearchMethod::RbfSurrogate,
    SearchMethod::Poll(PollMethod::GpsPositiveBasis2N),
];

fn with(search_fcn: impl Into<SearchFcn>) -> Options {
    Options { search_fcn: Some(search_fcn.into()), ..Options::default() }
}

fn rosenbrock(x: &[f64]) -> f64 {
    100.0 * (x[1] - x[0] * x[0]).powi(2) + (1.0 - x[0]).powi(2)
}

fn searched(outcome: &Outcome) -> Vec<u64> {
    let searched = outcome.trace.iter().filter(|row| row.method == Method::SuccessfulSearch);
    searched.map(|row| row.iteration).collect()
}

proptest! {
    #[test]
    fn a_latin_hypercube_has_one_point_in_each_stratum_of_each_coordinate(
        box_ in prop::collection::vec((-50.0_f64..50.0, 0.1_f64..100.0), 1..5),
        level in 1_u64..60,
        seed in any::<u64>(),
    ) {
        let (lower, width): (Vec<f64>, Vec<f64>) = box_.into_iter().unzip();
        let upper: Vec<f64> = lower.iter().zip(&width).map(|(l, w)| l + w).collect();
        let step = SearchFcn { level: Some(level), ..SearchMethod::LatinHypercube.into() };
        let seen = std::sync::Mutex::new(Vec::new());
        let record = |x: &[f64]| {
            seen.lock().unwrap().push(x.to_vec());
            0.0
        };
        let bounds = Bounds::new(lower.clone(), upper).unwrap();
        let problem = Problem::new(record, lower.clone()).unwrap().bounded(bounds).unwrap();
        let search = PatternSearch::new(Options { seed, ..with(step) }).unwrap();
        search.minimize(&problem, &Budget::evaluations(1 + level), &mut ()).unwrap();
        let points = seen.lock().unwrap().split_off(1);
        prop_assert_eq!(points.len() as u64, level);
        for i in 0..lower.len() {
            let stratum = |x: &Vec<f64>| ((x[i] - lower[i]) / width[i] * level as f64).floor() as u64;
            let mut strata: Vec<u64> = points.iter().map(stratum).collect();
            strata.sort_unstable();
            prop_assert_eq!(strata, (0..level).collect::<Vec<_>>());
        }
    }
}

#[test]
fn a_latin_hypercube_has_15_points_per_coordinate_in_the_first_iteration() {
    // No point improves: the search, a poll of four, polls only.
    let start = [0.5, 0.5];
    let f = |x: &[f64]| f64::from(x != start);
    let evaluations = |step: SearchFcn| -> Vec<u64> {
        let trace = minimize(f, &start, Options { max_iterations: Some(4), ..with(step) }).trace;
        trace.iter().map(|row| row.evaluations).collect()
    };
    let step = SearchFcn::from(SearchMethod::LatinHypercube);
    assert_eq!(evaluations(step), [1, 35, 39, 43, 47]);
    assert_eq!(evaluations(SearchFcn { iterlim: Some(3), ..step }), [1, 35, 69, 103, 107]);
    assert_eq!(evaluations(SearchFcn { iterlim: Some(0), ..step }), [1, 5, 9, 13, 17]);
    assert_eq!(evaluations(SearchFcn { level: Some(7), ..step }), [1, 12, 16, 20, 24]);
    // Without bounds, ten steps of the poll to each side.
    let points = visited(&start, with(step), f);
    assert!(points[1..31].iter().flatten().all(|x| (x - 0.5).abs() <= 5.0));
    assert!(points[1..31].iter().flatten().any(|x| (x - 0.5).abs() > 4.0));
}

#[test]
fn every_step_keeps_to_its_iterations_and_its_level() {
    for method in METHODS.into_iter().filter(|method| !matches!(method, SearchMethod::Poll(_))) {
        for (iterlim, level) in [(1, 40), (2, 23), (5, 9)] {
            let step = SearchFcn { method, iterlim: Some(iterlim), level: Some(level) };
            let evaluations = std::sync::atomic::AtomicU64::new(0);
            let bowl = |x: &[f64]| {
                evaluations.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                x.iter().map(|v| (v - 0.3).powi(2)).sum()
            };
            let outcome =
                minimize(bowl, &[4.0, -3.0, 5.0], Options { max_iterations: Some(9), ..with(step) });
            for pair in outcome.trace.windows(2) {
                let (spent, number) = (pair[1].evaluations - pair[0].evaluations, pair[1].iteration);
                let most = if number > iterlim { 6 } else { level + 6 };
                assert!(spent <= most, "{method:?}: {spent} evaluations in iteration {number}");
                assert!(pair[1].method != Method::SuccessfulSearch || number <= iterlim, "{method:?}");
            }
            assert_eq!(outcome.counts.evaluations, evaluations.into_inner());
        }
    }
}

/// A success of the step is all there is in its iteration: no poll, a larger mesh.
#[test]
fn a_success_takes_the_place_of_the_poll() {
    for method in METHODS {
        let step = SearchFcn { iterlim: None, level: None, method };
        let options = Options { max_iterations: Some(60), ..with(step) };
        let outcome = minimize(rosenbrock, &[-1.9, 2.0], options);
        assert!(!searched(&outcome).is_empty(), "{method:?}");
        for pair in outcome.trace.windows(2).filter(|pair| pair[1].method == Method::SuccessfulSearch) {
            assert!(pair[1].value < pair[0].value);
            assert_eq!(pair[1].mesh_size, pair[0].mesh_size.map(|size| 2.0 * size));
        }
    }
    assert_eq!(Method::SuccessfulSearch.to_string(), "Successful Search");
}

#[test]
fn a_complete_search_takes_the_best_of_all() {
    struct Points(Vec<f64>);
    impl SearchStep for Points {
        fn name(&self) -> String {
            "points".to_owned()
        }
        fn propose(&self, _: &[f64], _: f64, _: &Bounds) -> Vec<Vec<f64>> {
            self.0.iter().map(|&x| vec![x]).collect()
        }
    }
    for (use_complete_search, x, evaluations) in [(false, 3.0, 3), (true, 1.0, 5)] {
        let options = Options { use_complete_search, max_iterations: Some(1), ..Options::default() };
        let search = PatternSearch::new(options).unwrap().with_search_step(Points(vec![9.0, 3.0, 1.0, 2.0]));
        let problem = Problem::new(|x: &[f64]| x[0].abs(), vec![5.0]).unwrap();
        let outcome = search.minimize(&problem, &Budget::evaluations(evaluations), &mut ()).unwrap();
        assert_eq!((outcome.x[0], outcome.counts.evaluations), (x, evaluations));
    }
    // The same for a poll before the poll: of its points -2 is better than 4, and comes later.
    for (use_complete_search, x) in [(false, 4.0), (true, -2.0)] {
        let options = Options {
            use_complete_search,
            max_iterations: Some(1),
            ..with(SearchMethod::Poll(PollMethod::GpsPositiveBasis2N))
        };
        let f = |x: &[f64]| match x[0] {
            1.0 => 3.0,
            4.0 => 2.0,
            -2.0 => 1.0,
            _ => 9.0,
        };
        let outcome = minimize(f, &[1.0], Options { initial_mesh_size: 3.0, ..options });
        assert_eq!((outcome.x[0], outcome.trace[1].method), (x, Method::SuccessfulSearch));
    }
}

fn unlimited(most: u64) -> Options {
    let (max_iterations, max_function_evaluations) = (Some(u64::MAX), Some(most));
    Options { max_iterations, max_function_evaluations, ..Options::default() }
}

/// MATLAB's page "Search and Poll": the remedy for the long valley of Rosenbrock's function.
#[test]
fn nelder_mead_is_the_remedy_for_rosenbrock() {
    let alone = minimize(rosenbrock, &[-1.9, 2.0], unlimited(40_000));
    let search_fcn = Some(SearchMethod::NelderMead.into());
    let with = minimize(rosenbrock, &[-1.9, 2.0], Options { search_fcn, ..unlimited(40_000) });
    assert_eq!((with.status, searched(&with)), (Status::MeshTolerance, vec![1]));
    let evaluations = with.counts.evaluations;
    assert!(with.value < 1e-9 && evaluations < 400, "{} after {evaluations}", with.value);
    assert!(alone.value > 1e-4, "{} after 40,000", alone.value);
}

#[test]
fn each_step_finds_what_the_poll_alone_does_not() {
    // Case C4 of the published ones: the poll alone stays at 4.9748.
    let rastrigin = |x: &[f64]| -> f64 {
        let term = |v: f64| v * v - 10.0 * (std::f64::consts::TAU * v).cos();
        20.0 + term(x[0] / 10.0) + term(x[1] / 10.0)
    };
    let bounds = Bounds::uniform(2, -50.0, 50.0).unwrap();
    let problem = Problem::new(rastrigin, vec![20.0, 30.0]).unwrap().bounded(bounds).unwrap();
    let value = |options| {
        let search = PatternSearch::new(options).unwrap();
        search.minimize(&problem, &Budget::unlimited(), &mut ()).unwrap().value
    };
    let alone = value(Options::default());
    assert!((alone - 4.9748).abs() < 1e-4);
    for method in [SearchMethod::LatinHypercube, SearchMethod::Genetic] {
        let options = |seed| Options { seed, use_complete_search: true, ..with(method) };
        let better = (0..10).filter(|&seed| value(options(seed)) < alone - 0.5).count();
        assert!(better >= if method == SearchMethod::Genetic { 10 } else { 5 }, "{method:?}: {better} of 10");
    }
    // A smooth valley: the model shows the way.
    let search_fcn = Some(SearchMethod::RbfSurrogate.into());
    let alone = minimize(rosenbrock, &[-1.9, 1.0], unlimited(400)).value;
    for seed in 0..5 {
        let modelled =
            minimize(rosenbrock, &[-1.9, 1.0], Options { seed, search_fcn, ..unlimited(400) }).value;
        assert!(modelled < 0.1 * alone, "seed {seed}: {modelled} against {alone}");
    }
}

#[test]
fn seeds_decide_the_path_and_nothing_else_does() {
    for method in METHODS {
        let run = |seed, threads, use_complete_search| {
            let options = Options { seed, use_complete_search, ..with(method) };
            let problem = Problem::new(rosenbrock, vec![-1.9, 2.0]).unwrap();
            let run = Run::within(&Budget::evaluations(500)).on_threads(threads);
            PatternSearch::new(options).unwrap().run(&problem, &run, &mut ()).unwrap().trace
        };
        for complete in [false, true] {
            assert_eq!(run(1, 1, complete), run(1, 3, complete), "{method:?}");
        }
        let random = PatternSearch::new(with(method)).unwrap().with_seed(1).is_some();
        assert_eq!(random, run(1, 1, false) != run(2, 1, false), "{method:?}");
    }
}

/// The budget cuts a step anywhere, and the best point it has seen is not lost.
#[test]
fn the_budget_is_exact_inside_a_search_step() {
    for method in METHODS {
        for most in 1..80 {
            let options =
                Options { max_function_evaluations: Some(most), use_complete_search: true, ..with(method) };
            let points = visited(&[-1.9, 2.0], options.clone(), rosenbrock);
            let outcome = minimize(rosenbrock, &[-1.9, 2.0], options);
            assert_eq!((outcome.counts.evaluations, points.len() as u64), (most, most));
            let best = points.iter().map(|x| rosenbrock(x)).fold(f64::INFINITY, f64::min);
            assert_eq!((outcome.value, outcome.status), (best, Status::EvaluationLimit));
        }
    }
}

/// A step that knows no bounds, breaks off, and asks for what is no point.
#[test]
fn whatever_a_step_does_the_promises_hold() {
    struct Wild;
    impl SearchStep for Wild {
        fn name(&self) -> String {
            "wild".to_owned()
        }
        fn search(&self, probe: &mut Probe<'_, '_>) -> Result<(), Stop> {
            assert_eq!(probe.value(&[1.0])?, f64::INFINITY);
            assert_eq!(probe.value(&[f64::NAN, 0.0])?, f64::INFINITY);
            let incumbent = probe.incumbent().to_vec();
            assert_eq!(probe.value(&incumbent)?, probe.incumbent_value());
            let values = probe.values(&[vec![-1e9, 3.0], vec![], incumbent])?;
            assert_eq!((values[0], values[1], values[2]), (5.0, f64::INFINITY, probe.incumbent_value()));
            assert_eq!(probe.bounds().lower(), [2.0, 2.0]);
            Ok(())
        }
    }
    let bounds = Bounds::uniform(2, 2.0, 9.0).unwrap();
    let problem = Problem::new(|x: &[f64]| x[0] + x[1], vec![8.0, 8.0]).unwrap().bounded(bounds).unwrap();
    let classic = PatternSearch::default().with_search_step(Wild);
    let coordinate = CoordinateSearch::default().with_search_step(Wild);
    for search in [&classic as &dyn Minimizer, &coordinate] {
        let outcome = search.minimize(&problem, &Budget::evaluations(2), &mut ()).unwrap();
        assert_eq!((outcome.x, outcome.counts.evaluations), (vec![2.0, 3.0], 2));
    }
}

#[test]
fn a_step_of_ones_own_takes_the_place_of_the_option() {
    struct Nothing;
    impl SearchStep for Nothing {
        fn name(&self) -> String {
            "nothing".to_owned()
        }
    }
    for method in METHODS {
        let search = PatternSearch::new(with(method)).unwrap().with_search_step(Nothing);
        let problem = Problem::new(rosenbrock, vec![-1.9, 2.0]).unwrap();
        let outcome = search.minimize(&problem, &Budget::evaluations(500), &mut ()).unwrap();
        let polls = minimize(
            rosenbrock,
            &[-1.9, 2.0],
            Options { max_function_evaluations: Some(500), ..Options::default() },
        );
        assert_eq!(outcome.trace, polls.trace);
    }
}

#[test]
fn search_functions_are_read_in_every_spelling() {
    let read = |text: &str| Options::from_json(&format!("{{\"SearchFcn\": {text}}}")).unwrap().search_fcn;
    let lhs = SearchFcn::from(SearchMethod::LatinHypercube);
    assert_eq!(read("[]"), None);
    assert_eq!(read("null"), None);
    assert_eq!(read("\"searchlhs\""), Some(lhs));
    assert_eq!(read("[\"SearchLHS\"]"), Some(lhs));
    assert_eq!(read("[\"searchlhs\", 3]"), Some(SearchFcn { iterlim: Some(3), ..lhs }));
    let whole = SearchFcn { iterlim: Some(3), level: Some(40), ..lhs };
    assert_eq!(read("[\"searchlhs\", 3, 40]"), Some(whole));
    assert_eq!(read("{\"name\": \"searchlhs\", \"level\": 40, \"iterlim\": 3}"), Some(whole));
    assert_eq!(read("[\"searchlhs\", null, 40]"), Some(SearchFcn { level: Some(40), ..lhs }));
    for (name, method) in [
        ("searchneldermead", SearchMethod::NelderMead),
        ("searchga", SearchMethod::Genetic),
        ("rbfsurrogate", SearchMethod::RbfSurrogate),
        ("GPSPositiveBasis2N", SearchMethod::Poll(PollMethod::GpsPositiveBasis2N)),
        ("PositiveBasis2N", SearchMethod::Poll(PollMethod::GpsPositiveBasis2N)),
    ] {
        let options = Options::from_json(&format!("{{\"SearchMethod\": \"{name}\"}}")).unwrap();
        assert_eq!(options.search_fcn, Some(method.into()));
        let written = serde_json::to_string(&options).unwrap();
        assert_eq!(Options::from_json(&written).unwrap(), options, "what is written is read back the same");
    }
    for (text, says) in [
        ("\"searchlhd\"", "SearchFcn: unknown variant `searchlhd`, expected `GPSPositiveBasis2N`"),
        ("\"searchlhd\"", "or `searchlhs` or `searchneldermead` or `searchga` or `rbfsurrogate`"),
        ("3", "SearchFcn: expected a name, [name, iterlim, level]"),
        ("[\"searchlhs\", -1]", "SearchFcn: expected a name, [name, iterlim, level]"),
        ("[\"searchlhs\", 1, 0]", "option SearchFcn.level is 0; expected from 1 to 1,000,000"),
        ("[\"PositiveBasis2N\", 1]", "expected a poll method without iterlim and level"),
    ] {
        let message = Options::from_json(&format!("{{\"SearchFcn\": {text}}}")).unwrap_err().to_string();
        assert!(message.contains(says), "{text}: {message}");
    }
    let poll = with(SearchMethod::Poll(PollMethod::GpsPositiveBasis2N));
    let message = PatternSearch::new(Options { algorithm: Algorithm::Nups, ..poll }).unwrap_err().to_string();
    assert!(message.contains("search_fcn") && message.contains("classic"), "{message}");
}

/// Values alone say too little where there are nonlinear constraints.
#[test]
fn what_does_not_go_with_nonlinear_constraints_is_refused() {
    let disc = |x: &[f64]| (vec![x[0] * x[0] + x[1] * x[1] - 1.0], Vec::new());
    let problem = || {
        let problem = Problem::new(|x: &[f64]| x[0] + x[1], vec![0.5, 0.5]).unwrap();
        problem.constrained(search::ConstraintCount::new(1, 0), disc)
    };
    let search_fcn = Some(SearchMethod::LatinHypercube.into());
    for options in
        [Options { search_fcn, ..Options::default() }, Options { cache: true, ..Options::default() }]
    {
        let search = PatternSearch::new(options).unwrap();
        let error = search.minimize(&problem(), &Budget::unlimited(), &mut ()).unwrap_err();
        assert!(matches!(error, search::Error::NonlinearConstraints { .. }), "{error}");
    }
    let told = PatternSearch::default().with_output_fcn(|_, _| std::ops::ControlFlow::Continue(()));
    let error = told.minimize(&problem(), &Budget::unlimited(), &mut ()).unwrap_err();
    assert!(matches!(error, search::Error::NonlinearConstraints { .. }), "{error}");
}
