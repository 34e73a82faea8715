//! Integer and granular coordinates: every point lies on the grid, and what is found there.

use std::f64::consts::PI;
use std::sync::Mutex;

use proptest::prelude::*;
use search::pattern::{Algorithm, NonlinearConstraints, Options, PollMethod, SearchMethod};
use search::{
    Bounds, Budget, ConstraintCount, Error, Evaluations, Failure, HybridSearch, Incremental, Journal,
    LinearConstraints, Minimizer, Objective, Outcome, PatternSearch, Problem, Run, Solver, Status, Stop,
};

const METHODS: [PollMethod; 8] = [
    PollMethod::GpsPositiveBasis2N,
    PollMethod::GpsPositiveBasisNp1,
    PollMethod::GssPositiveBasis2N,
    PollMethod::GssPositiveBasisNp1,
    PollMethod::MadsPositiveBasis2N,
    PollMethod::MadsPositiveBasisNp1,
    PollMethod::OrthoMadsPositiveBasis2N,
    PollMethod::OrthoMadsPositiveBasisNp1,
];

fn every_kind() -> impl Iterator<Item = Options> {
    let methods = METHODS.map(|poll_method| Options { poll_method, ..Options::default() });
    let algorithms = [Algorithm::Nups, Algorithm::NupsGps, Algorithm::NupsMads];
    let algorithms = algorithms.map(|algorithm| Options { algorithm, ..Options::default() });
    methods.into_iter().chain(algorithms)
}

/// Whether a number is a multiple to the bit: the number that its decimals stand for.
fn is_multiple(x: f64, granularity: f64) -> bool {
    let multiple = (x / granularity).round() * granularity;
    // Beyond, the fifteen digits that survive rounding do not make the number.
    let is_far = x.abs() > 1e11 * granularity;
    is_far || granularity == 0.0 || format!("{multiple:.14e}").parse() == Ok(x)
}

fn run(problem: &Problem<'_>, options: Options) -> Outcome {
    PatternSearch::new(options).unwrap().minimize(problem, &Budget::unlimited(), &mut ()).unwrap()
}

/// The least value on a grid in a box, by looking at all of it.
fn brute_force(f: impl Fn(&[f64]) -> f64, granularity: &[f64], bounds: &Bounds) -> f64 {
    let n = granularity.len();
    let values = |i: usize| {
        let steps = |bound: f64| bound / granularity[i];
        (steps(bounds.lower()[i]).ceil() as i64..=steps(bounds.upper()[i]).floor() as i64)
            .map(|k| k as f64 * granularity[i])
            .collect::<Vec<_>>()
    };
    let values: Vec<Vec<f64>> = (0..n).map(values).collect();
    let count: usize = values.iter().map(Vec::len).product();
    let point = |mut number: usize| {
        let coordinate = |values: &Vec<f64>| {
            let value = values[number % values.len()];
            number /= values.len();
            value
        };
        values.iter().map(coordinate).collect::<Vec<f64>>()
    };
    (0..count).map(|number| f(&point(number))).fold(f64::INFINITY, f64::min)
}

/// Sums of convex terms of one variable, of which a poll along the coordinates finds the least on the grid.
#[test]
fn the_least_value_on_a_grid_is_found() {
    let bounds = Bounds::uniform(3, -20.0, 25.0).unwrap();
    for granularity in [[1.0, 1.0, 1.0], [2.0, 0.5, 1.0], [3.0, 0.25, 2.5]] {
        for centre in [[3.3, -7.8, 11.6], [0.0, 24.9, -19.9], [-4.5, 8.125, 1e-3]] {
            let f = |x: &[f64]| {
                (x[0] - centre[0]).powi(2) + 3.0 * (x[1] - centre[1]).abs() + (x[2] - centre[2]).powi(4)
            };
            let least = brute_force(f, &granularity, &bounds);
            for options in every_kind() {
                let problem =
                    Problem::new(f, vec![17.0, 9.0, -6.0]).unwrap().bounded(bounds.clone()).unwrap();
                let problem = problem.granular(granularity.to_vec()).unwrap();
                let outcome = run(&problem, options.clone());
                let name = format!("{:?} {:?}", options.algorithm, options.poll_method);
                assert_eq!(outcome.value, least, "{name}: {:?}, grid {granularity:?}", outcome.x);
                assert!(outcome.converged(), "{name}: {}", outcome.status);
            }
        }
    }
}

/// With integers alone a search ends after the first poll of steps of 1 that fails.
#[test]
fn integers_end_without_steps_below_one() {
    let points = Mutex::new(Vec::new());
    let f = |x: &[f64]| {
        points.lock().unwrap().push(x.to_vec());
        (x[0] - 7.2).powi(2) + (x[1] + 3.0).powi(2)
    };
    let problem = Problem::new(f, vec![0.0, 0.0]).unwrap().granular(vec![1.0, 1.0]).unwrap();
    let outcome = run(&problem, Options::default());
    assert_eq!((outcome.x, outcome.status), (vec![7.0, -3.0], Status::MeshTolerance));
    drop(problem);
    let points = points.into_inner().unwrap();
    let last: Vec<_> = points[points.len() - 4..].to_vec();
    assert_eq!(last, [[8.0, -3.0], [7.0, -2.0], [6.0, -3.0], [7.0, -4.0]]);
    assert!(points.iter().flatten().all(|x| x.fract() == 0.0));
}

/// For each whole number the least over the continuous variable is known.
#[test]
fn continuous_variables_converge_beside_integers() {
    let f = |x: &[f64]| (x[0] - 2.6).powi(2) + (x[1] - 0.3 * x[0] - 0.05).powi(2);
    let problem = Problem::new(f, vec![9.0, -4.0]).unwrap().granular(vec![1.0, 0.0]).unwrap();
    for options in every_kind() {
        let name = format!("{:?} {:?}", options.algorithm, options.poll_method);
        let (max_iterations, max_function_evaluations) = (Some(100_000), Some(1_000_000));
        let outcome = run(&problem, Options { max_iterations, max_function_evaluations, ..options });
        assert_eq!(outcome.x[0], 3.0, "{name}");
        // The last steps of MADS are the square root of its mesh, in units of 4, the scale of the start.
        let within = if name.contains("Mads") { 4e-3 } else { 1e-5 };
        assert!((outcome.x[1] - 0.95).abs() < within && outcome.converged(), "{name}: {:?}", outcome.x);
    }
}

/// Kocis & Grossmann 1988, "Global optimization of nonconvex mixed-integer nonlinear programming (MINLP) problems in
/// process synthesis", Ind. Eng. Chem. Res. 27, example 1: the optimum is 2 at (0.5, 1).
#[test]
fn a_mixed_problem_under_nonlinear_and_linear_constraints() {
    let linear = LinearConstraints::at_most(vec![vec![1.0, 1.0]], vec![1.6]).unwrap();
    let problem = Problem::new(|x: &[f64]| 2.0 * x[0] + x[1], vec![0.3, 1.0])
        .unwrap()
        .bounded(Bounds::new(vec![0.0; 2], vec![1.6, 1.0]).unwrap())
        .unwrap()
        .granular(vec![0.0, 1.0])
        .unwrap()
        .subject_to(linear)
        .unwrap()
        .constrained(ConstraintCount::new(1, 0), |x: &[f64]| ([1.25 - x[0] * x[0] - x[1]], []));
    for nonlinear_constraints in
        [NonlinearConstraints::AugmentedLagrangian, NonlinearConstraints::ProgressiveBarrier]
    {
        let options =
            Options { nonlinear_constraints, max_function_evaluations: Some(100_000), ..Options::default() };
        let outcome = run(&problem, options);
        assert!(outcome.feasible && outcome.x[1] == 1.0, "{nonlinear_constraints:?}: {:?}", outcome.x);
        assert!((outcome.value - 2.0).abs() < 1e-4, "{nonlinear_constraints:?}: {}", outcome.value);
    }
}

/// Sandgren 1990, "Nonlinear integer and discrete programming in mechanical design optimization": thicknesses in
/// sixteenths of an inch. The best value known is 6059.714335.
#[test]
fn a_pressure_vessel_of_plates_in_sixteenths() {
    let cost = |x: &[f64]| {
        0.6224 * x[0] * x[2] * x[3]
            + 1.7781 * x[1] * x[2] * x[2]
            + 3.1661 * x[0] * x[0] * x[3]
            + 19.84 * x[0] * x[0] * x[2]
    };
    let constraints = |x: &[f64]| {
        let volume = PI * x[2] * x[2] * x[3] + 4.0 / 3.0 * PI * x[2].powi(3);
        ([0.0193 * x[2] - x[0], 0.00954 * x[2] - x[1], 1.0 - volume / 1_296_000.0], [])
    };
    let problem = Problem::new(cost, vec![1.0, 0.5, 48.0, 130.0])
        .unwrap()
        .bounded(Bounds::new(vec![0.0625, 0.0625, 10.0, 10.0], vec![6.1875, 6.1875, 200.0, 240.0]).unwrap())
        .unwrap()
        .granular(vec![0.0625, 0.0625, 0.0, 0.0])
        .unwrap()
        .constrained(ConstraintCount::new(3, 0), constraints);
    let mut least = f64::INFINITY;
    for nonlinear_constraints in
        [NonlinearConstraints::AugmentedLagrangian, NonlinearConstraints::ProgressiveBarrier]
    {
        for poll_method in METHODS {
            let (max_iterations, max_function_evaluations) = (Some(10_000), Some(100_000));
            let limits = Options { max_iterations, max_function_evaluations, ..Options::default() };
            let outcome = run(&problem, Options { poll_method, nonlinear_constraints, ..limits });
            let Outcome { x, value, feasible, .. } = outcome;
            assert!(feasible && is_multiple(x[0], 0.0625) && is_multiple(x[1], 0.0625), "{x:?}");
            // Up to what the tolerance of the constraints is worth.
            assert!(value > 6059.714335 - 0.1, "{poll_method:?}: {value} is better than the best");
            least = least.min(value);
        }
    }
    assert!(least < 1.01 * 6059.714335, "{least}");
}

fn granularities() -> impl Strategy<Value = Vec<f64>> {
    prop::collection::vec(prop::sample::select(vec![0.0, 1.0, 0.1, 0.3, 0.5, 2.0, 2.5, 0.01, 1e-3]), 1..5)
}

fn kinds() -> impl Strategy<Value = Options> {
    let searches = [
        SearchMethod::LatinHypercube,
        SearchMethod::NelderMead,
        SearchMethod::Genetic,
        SearchMethod::RbfSurrogate,
        SearchMethod::Poll(PollMethod::GpsPositiveBasis2N),
        SearchMethod::Poll(PollMethod::MadsPositiveBasis2N),
    ];
    let search = prop::option::of(prop::sample::select(searches.to_vec()));
    let kinds: Vec<Options> = every_kind().collect();
    (prop::sample::select(kinds), search, any::<[bool; 4]>(), any::<u64>()).prop_map(
        |(kind, search, [use_complete_poll, cache, scale_mesh, expand], seed)| {
            let search = search.filter(|search| {
                kind.algorithm == Algorithm::Classic || !matches!(search, SearchMethod::Poll(_))
            });
            let mads = format!("{:?}", kind.poll_method).contains("Mads");
            let mesh_expansion_factor =
                if expand && kind.algorithm == Algorithm::Classic && !mads { 3.7 } else { 2.0 };
            Options {
                search_fcn: search.map(Into::into),
                use_complete_poll,
                cache,
                scale_mesh,
                mesh_expansion_factor,
                seed,
                max_function_evaluations: Some(600),
                ..kind
            }
        },
    )
}

proptest! {
    #[test]
    fn every_evaluated_point_is_on_the_grid_and_inside(
        granularity in granularities(),
        bounded in any::<bool>(),
        row in prop::option::of(-3.0_f64..3.0),
        options in kinds(),
        numbers in prop::collection::vec(-60.0_f64..60.0, 15),
        threads in 1_usize..4,
    ) {
        let n = granularity.len();
        let lower: Vec<f64> = numbers[..n].iter().map(|v| v - 4.0).collect();
        let upper: Vec<f64> = lower.iter().zip(&numbers[5..]).map(|(l, w)| l + 5.0 + w.abs()).collect();
        let bounds = if bounded { Bounds::new(lower, upper).unwrap() } else { Bounds::free(n) };
        let seen = Mutex::new(Vec::new());
        let f = |x: &[f64]| {
            seen.lock().unwrap().push(x.to_vec());
            x.iter().zip(&numbers[5..]).map(|(x, centre)| (x - centre / 3.0).abs().powf(1.5)).sum::<f64>()
        };
        let mut problem = Problem::new(f, numbers[10..10 + n].to_vec()).unwrap().bounded(bounds.clone()).unwrap();
        let mut linear = None;
        if let Some(slope) = row {
            // Through the middle of the box, with room below.
            let a: Vec<f64> = (0..n).map(|i| if i % 2 == 0 { 1.0 } else { slope }).collect();
            let at = |x: &[f64]| a.iter().zip(x).map(|(a, x)| a * x).sum::<f64>();
            let limit = at(&numbers[10..10 + n]) + 5.0 * a.iter().map(|a| a.abs()).sum::<f64>();
            let rows = LinearConstraints::at_most(vec![a.clone()], vec![limit]).unwrap();
            problem = problem.subject_to(rows.clone()).unwrap();
            linear = Some(rows);
        }
        let problem = problem.granular(granularity.clone()).unwrap();
        let search = PatternSearch::new(options).unwrap();
        let run = |threads| search.run(&problem, &Run::within(&Budget::unlimited()).on_threads(threads), &mut ());
        let outcome = match run(threads) {
            // The box may lie beyond the row.
            Err(Error::NoFeasiblePoint { .. }) => return Ok(()),
            outcome => outcome.unwrap(),
        };
        let alone = run(1).unwrap();
        prop_assert_eq!((&outcome.x, &outcome.trace), (&alone.x, &alone.trace));
        for x in seen.lock().unwrap().iter() {
            prop_assert!(bounds.contain(x));
            // Sums of numbers as large as these are rounded.
            let rounding = 1e-9 + 1e-14 * x.iter().fold(0.0, |most: f64, x| most.max(x.abs()));
            prop_assert!(linear.as_ref().is_none_or(|linear| linear.violation(x) <= rounding), "{:?}", x);
            for (&x, &granularity) in x.iter().zip(&granularity) {
                prop_assert!(is_multiple(x, granularity), "{x:?} is no multiple of {granularity}");
            }
        }
    }
}

#[test]
fn bounds_and_start_move_onto_the_grid() {
    let bounds = Bounds::new(vec![-1.5, 0.05, f64::NEG_INFINITY], vec![2.7, 0.3, 0.75]).unwrap();
    let problem = Problem::new(|x: &[f64]| x.iter().sum::<f64>(), vec![0.6, 0.17, -0.1]).unwrap();
    let either = [
        problem.clone().bounded(bounds.clone()).unwrap().granular(vec![1.0, 0.1, 0.0]).unwrap(),
        problem.granular(vec![1.0, 0.1, 0.0]).unwrap().bounded(bounds).unwrap(),
    ];
    for problem in either {
        assert_eq!(problem.bounds().lower(), [-1.0, 0.1, f64::NEG_INFINITY]);
        assert_eq!(problem.bounds().upper(), [2.0, 0.3, 0.75]);
        let search = PatternSearch::default();
        let outcome = search.minimize(&problem, &Budget::evaluations(1), &mut ()).unwrap();
        assert_eq!((outcome.x, outcome.projected), (vec![1.0, 0.2, -0.1], 2));
        let all_continuous = problem.granular(vec![0.0; 3]).unwrap();
        assert!(all_continuous.grid().is_none() && all_continuous.bounds().lower()[0] == -1.5);
    }
}

#[test]
fn granularities_that_are_none_are_refused() {
    let problem = || Problem::new(|x: &[f64]| x[0], vec![0.0, 0.0]).unwrap();
    for (granularity, says) in [
        (vec![1.0], "there are 1 granularities; expected 2"),
        (vec![1.0, -0.5], "granularity[1] is -0.5; expected a finite number above 0, or 0"),
        (vec![f64::NAN, 1.0], "granularity[0] is NaN"),
        (vec![f64::INFINITY, 1.0], "granularity[0] is inf"),
    ] {
        let message = problem().granular(granularity).unwrap_err().to_string();
        assert!(message.contains(says), "{message}");
    }
    let between = Bounds::uniform(2, 0.2, 0.8).unwrap();
    let message = problem().bounded(between).unwrap().granular(vec![0.0, 1.0]).unwrap_err().to_string();
    assert!(
        message.contains("coordinate 1 are [0.2, 0.8]; expected a multiple of its granularity 1"),
        "{message}"
    );
}

#[test]
fn who_knows_no_grids_says_so() {
    let problem = |n: usize| {
        let problem = Problem::new(|x: &[f64]| x.iter().map(|v| v * v).sum::<f64>(), vec![3.0; n]).unwrap();
        problem.granular(vec![1.0; n]).unwrap()
    };
    let takes = ["patternsearch", "hybrid", "automatic"];
    let mut refused = 0;
    for kind in search::solvers() {
        let solver = kind.with_options(&serde_json::json!({})).unwrap();
        let n = if ["brent", "golden-section"].contains(&kind.name()) { 1 } else { 2 };
        match solver.minimize(&problem(n), &Budget::evaluations(100), &mut ()) {
            Err(Error::Granular { reason, .. }) => {
                refused += 1;
                assert!(!reason.is_empty());
            }
            Ok(outcome) => {
                assert!(takes.contains(&kind.name()), "{}", outcome.solver);
                assert_eq!((outcome.x, outcome.value), (vec![0.0; n], 0.0), "{}", outcome.solver);
            }
            Err(error) => panic!("{}: {error}", kind.name()),
        }
    }
    assert_eq!(refused, search::solvers().len() - takes.len());
    let plane = LinearConstraints::equal(vec![vec![1.0, 1.0]], vec![6.0]).unwrap();
    let problem = problem(2).subject_to(plane).unwrap();
    let message = PatternSearch::default().minimize(&problem, &Budget::unlimited(), &mut ()).unwrap_err();
    assert!(message.to_string().contains("linear equalities leave the grid"), "{message}");
}

/// A solver that was made without a thought of grids, and says it takes any problem.
#[test]
fn the_door_refuses_points_beside_the_grid() {
    struct Careless;
    impl Solver for Careless {
        fn name(&self) -> String {
            "careless".to_owned()
        }
        fn accepts(&self, _: &Problem<'_>) -> Result<(), Error> {
            Ok(())
        }
        fn search(&self, evaluations: &mut Evaluations<'_>) -> Result<Status, Stop> {
            evaluations.value(&[2.0])?;
            evaluations.value(&[2.5])?;
            unreachable!("the door has refused it")
        }
    }
    let problem = Problem::new(|x: &[f64]| x[0], vec![1.0]).unwrap().granular(vec![1.0]).unwrap();
    let error = Careless.minimize(&problem, &Budget::unlimited(), &mut ()).unwrap_err();
    assert!(matches!(error, Error::OffGrid { index: 0, value: 2.5, granularity: 1.0, .. }), "{error}");
}

/// 3 x1 + 5 x2 <= 7 and -3 x1 - 5 x2 <= -7 holds at few points of the grid; the nearest one to the start is (-1, 2).
#[test]
fn a_feasible_start_on_the_grid_is_found_or_there_is_none() {
    let tight = |limit: f64| {
        let rows = vec![vec![3.0, 5.0], vec![-3.0, -5.0]];
        LinearConstraints::at_most(rows, vec![limit, -limit]).unwrap()
    };
    let problem = |limit: f64, upper: f64| {
        let problem = Problem::new(|x: &[f64]| x[0], vec![0.4, 1.2]).unwrap();
        let bounds = Bounds::uniform(2, -2.0, upper).unwrap();
        problem.bounded(bounds).unwrap().granular(vec![1.0; 2]).unwrap().subject_to(tight(limit)).unwrap()
    };
    let search = PatternSearch::default();
    let outcome = search.minimize(&problem(7.0, 5.0), &Budget::evaluations(1), &mut ()).unwrap();
    assert_eq!(outcome.x, [-1.0, 2.0]);
    for (limit, upper) in [(7.0, 1.0), (0.5, 5.0)] {
        let error = search.minimize(&problem(limit, upper), &Budget::evaluations(1), &mut ()).unwrap_err();
        assert!(matches!(error, Error::NoFeasiblePoint { .. }), "{error}");
    }
}

/// Counts how it is asked; its trials see single coordinates.
struct Sum<'c>(&'c Mutex<Vec<f64>>);
struct View<'c>(&'c Sum<'c>, Vec<f64>);

impl Objective for Sum<'_> {
    fn value(&self, x: &[f64]) -> Result<f64, Failure> {
        Ok(x.iter().map(|v| (v - 3.3).powi(2)).sum())
    }
    fn incremental(&self) -> Option<Box<dyn Incremental + '_>> {
        Some(Box::new(View(self, Vec::new())))
    }
}

impl Incremental for View<'_> {
    fn begin(&mut self, x: &[f64]) -> Result<f64, Failure> {
        self.1 = x.to_vec();
        self.0.value(x)
    }
    fn try_value(&mut self, i: usize, to: f64) -> Result<f64, Failure> {
        self.0.0.lock().unwrap().push(to);
        let mut x = self.1.clone();
        x[i] = to;
        self.0.value(&x)
    }
    fn accept(&mut self, i: usize, to: f64) {
        self.1[i] = to;
    }
}

#[test]
fn trials_of_single_coordinates_keep_to_the_grid() {
    let trials = Mutex::new(Vec::new());
    let problem = Problem::of(Sum(&trials), vec![-8.0, 40.0, 0.7]).unwrap().granular(vec![0.5; 3]).unwrap();
    let outcome = run(&problem, Options::default());
    assert_eq!(outcome.x, [3.5; 3]);
    let trials = trials.lock().unwrap();
    assert!(trials.len() > 10 && trials.iter().all(|&to| is_multiple(to, 0.5)), "{trials:?}");
}

#[test]
fn a_run_on_a_grid_resumes_to_the_same_bits() {
    let folder = tempfile::tempdir().unwrap();
    let problem = |granularity: f64| {
        let f = |x: &[f64]| (x[0] - 12.3).powi(2) + (x[1] + x[0] / 4.0).powi(2);
        Problem::new(f, vec![100.0, 7.0]).unwrap().granular(vec![granularity, 0.0]).unwrap()
    };
    for (i, options) in every_kind().enumerate() {
        let search = PatternSearch::new(options).unwrap();
        let whole = search.minimize(&problem(1.0), &Budget::unlimited(), &mut ()).unwrap();
        let journal = || Some(Journal::new(folder.path().join(format!("{i}.journal"))).resumed());
        let run = |granularity, most| {
            let run = Run { journal: journal(), ..Run::within(&Budget::evaluations(most)) };
            search.run(&problem(granularity), &run, &mut ())
        };
        for part in 1..4 {
            run(1.0, part * whole.counts.evaluations / 4).unwrap();
        }
        let message = run(0.5, u64::MAX).unwrap_err().to_string();
        assert!(message.contains("granularity"), "{message}");
        let resumed = run(1.0, u64::MAX).unwrap();
        assert_eq!((resumed.x, resumed.trace), (whole.x, whole.trace));
        assert_eq!(resumed.counts.evaluations, whole.counts.evaluations);
    }
}

/// Integer points under rows whose best ones polls along single coordinates do not reach: minima by enumeration.
#[test]
fn integer_points_are_followed_along_rows() {
    // (rows a, limits b, objective's coefficients, upper bound)
    let cases = [
        // 3 y - 7 x where y >= 2 x: -6 at (6, 12).
        (vec![vec![2.0, -1.0]], vec![0.0], [-7.0, 3.0], 12.0),
        // -2 x - 3 y where x + y <= 7.5, the same as where x + y <= 7: -20 at (1, 6).
        (vec![vec![1.0, 1.0]], vec![7.5], [-2.0, -3.0], 6.0),
        (vec![vec![1.0, 1.0]], vec![7.0], [-2.0, -3.0], 6.0),
        // In other units, the same.
        (vec![vec![1e-6, 1e-6]], vec![7.5e-6], [-2.0, -3.0], 6.0),
        (vec![vec![0.3, 0.7]], vec![4.25], [-3.1, -7.0], 14.0),
    ];
    for options in every_kind() {
        let (algorithm, poll_method) = (options.algorithm, options.poll_method);
        // The last one has other points without a better neighbour; GPS and GSS pass them by.
        let passes_by = algorithm == Algorithm::Classic && METHODS[..4].contains(&poll_method);
        let count = if passes_by { 5 } else { 4 };
        for (rows, limits, slope, upper) in &cases[..count] {
            let f = |x: &[f64]| slope[0] * x[0] + slope[1] * x[1];
            let linear = LinearConstraints::at_most(rows.clone(), limits.clone()).unwrap();
            let problem = Problem::new(f, vec![0.0, 0.0]).unwrap();
            let problem = problem.bounded(Bounds::uniform(2, 0.0, *upper).unwrap()).unwrap();
            let problem = problem.subject_to(linear.clone()).unwrap().granular(vec![1.0, 1.0]).unwrap();
            let outcome = run(&problem, options.clone());
            let all =
                (0..=*upper as u32).flat_map(|x| (0..=*upper as u32).map(move |y| [x, y].map(f64::from)));
            let least =
                all.filter(|x| linear.violation(x) == 0.0).map(|x| f(&x)).fold(f64::INFINITY, f64::min);
            assert!(outcome.converged());
            assert!(
                (outcome.value - least).abs() < 1e-12,
                "{algorithm:?}, {poll_method:?}, {rows:?}: {} for {least}",
                outcome.value
            );
        }
    }
}

/// An integer that starts at 0 or far away, beside a coordinate of other size: `hybrid` polls one step of the grid as well.
#[test]
fn units_of_other_coordinates_say_nothing_about_a_grid() {
    for (start, granularity, target) in [(0.0, 1.0, 3.0), (1e6, 1.0, 1000001.0), (20000.0, 0.01, 12345.67)] {
        for size in [1e-10, 1.0, 1e10] {
            let f = move |x: &[f64]| (x[0] - target).powi(2) + (x[1] / size - 0.5).powi(2);
            let problem =
                Problem::new(f, vec![start, 2.0 * size]).unwrap().granular(vec![granularity, 0.0]).unwrap();
            let outcome = HybridSearch::default().minimize(&problem, &Budget::unlimited(), &mut ()).unwrap();
            assert!(outcome.converged() && outcome.x[0] == target, "{start} beside {size}: {outcome}");
        }
    }
}

/// Whatever the start, the granularity and the poll method: an integer one step away is found before a run says that it has
/// converged.
#[test]
fn one_step_of_the_grid_has_failed_before_a_search_has_converged() {
    let methods = [
        PollMethod::GpsPositiveBasis2N,
        PollMethod::GpsPositiveBasisNp1,
        PollMethod::GssPositiveBasis2N,
        PollMethod::MadsPositiveBasis2N,
        PollMethod::MadsPositiveBasisNp1,
        PollMethod::OrthoMadsPositiveBasis2N,
        PollMethod::OrthoMadsPositiveBasisNp1,
    ];
    let classic = methods.map(|poll_method| Options { poll_method, ..Options::default() });
    let nups = [Algorithm::Nups, Algorithm::NupsGps, Algorithm::NupsMads];
    let nups = nups.map(|algorithm| Options { algorithm, ..Options::default() });
    let cached = [Options { cache: true, ..Options::default() }];
    for options in classic.into_iter().chain(nups).chain(cached) {
        for (start, granularity, target) in [
            (1e6, 1.0, 1000001.0),
            (1000.0, 1.0, 999.0),
            (20000.0, 0.01, 12345.67),
            (1.5, 1e-6, 0.123457),
            (1e15, 1.0, 1e15 + 7.0),
            (-3.0, 0.25, 1e4 + 0.25),
        ] {
            // Mixed with a continuous coordinate as well.
            for mixed in [false, true] {
                let f = move |x: &[f64]| (x[0] - target).abs() + x.get(1).map_or(0.0, |y| (y - 0.5).powi(2));
                let (mut start, mut grid) = (vec![start], vec![granularity]);
                if mixed {
                    start.push(1.0);
                    grid.push(0.0);
                }
                let problem = Problem::new(f, start.clone()).unwrap().granular(grid).unwrap();
                let search = PatternSearch::new(options.clone()).unwrap();
                let outcome = search.minimize(&problem, &Budget::unlimited(), &mut ()).unwrap();
                assert!(
                    !outcome.converged() || outcome.x[0] == target,
                    "{options:?} {start:?}: {:?}",
                    outcome.x
                );
                let is_gps = options.algorithm == Algorithm::Classic && !mixed;
                assert!(outcome.converged() || !is_gps, "{options:?} {start:?}: {:?}", outcome.status);
            }
        }
    }
}

/// A small decrease at an integer is no end, and continuous variables are polled both ways beside the integers: whoever
/// converges on a kinked function of both is at its minimum along each variable.
#[test]
fn integers_and_continuous_variables_have_both_failed_before_a_search_has_converged() {
    let target = [999.0, 0.3, 1000001.0];
    let f = |x: &[f64]| x.iter().zip(&target).map(|(x, target)| (x - target).abs()).sum::<f64>();
    let accelerated = Options { accelerate_mesh: true, ..Options::default() };
    let mut converged = 0;
    for options in every_kind().chain([accelerated]) {
        for start in
            [[1000.0, 0.7, 1000000.0], [998.0, 0.3001, 1000003.0], [-5000.0, 7.0, 1000001.0], [1e9, 0.7, 1e6]]
        {
            let problem = Problem::new(f, start.to_vec()).unwrap().granular(vec![1.0, 0.0, 1.0]).unwrap();
            let outcome = run(&problem, options.clone());
            assert!(
                !outcome.converged() || outcome.value < 1e-4,
                "{:?}, {:?} from {start:?}: {:?}",
                options.algorithm,
                options.poll_method,
                outcome.x
            );
            converged += usize::from(outcome.converged());
        }
    }
    assert!(converged > 20, "{converged} of 48 runs");
}
