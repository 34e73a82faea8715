//! Problems under linear constraints: where points may lie, where a run begins, what it finds.

use std::sync::Mutex;

use microlp::{ComparisonOp, OptimizationDirection};
use proptest::prelude::*;
use search::pattern::{Algorithm, NonlinearConstraints, Options, PollMethod, PollOrder, SearchMethod};
use search::{
    Bounds, Budget, ConstraintCount, ConstraintRow, CoordinateSearch, Error, Journal, LinearConstraints,
    Method, Minimizer, NelderMead, Outcome, PatternSearch, Problem, ProjectedGradient, Run, Solver, Status,
};

/// `A x <= b`, `Aeq x = beq`.
fn rows(a: &[&[f64]], b: &[f64], aeq: &[&[f64]], beq: &[f64]) -> LinearConstraints {
    let equal = LinearConstraints::equal(aeq.iter().copied(), beq).unwrap();
    LinearConstraints::at_most(a.iter().copied(), b).unwrap().and(equal).unwrap()
}

fn of(poll_method: PollMethod) -> Options {
    let (max_iterations, max_function_evaluations) = (Some(100_000), Some(1_000_000));
    Options { poll_method, max_iterations, max_function_evaluations, ..Options::default() }
}

const FOLLOWING: [PollMethod; 4] = [
    PollMethod::GpsPositiveBasis2N,
    PollMethod::GpsPositiveBasisNp1,
    PollMethod::GssPositiveBasis2N,
    PollMethod::GssPositiveBasisNp1,
];

/// Runs, and checks that no evaluated point violates anything.
fn minimize(
    f: impl Fn(&[f64]) -> f64 + Send + Sync,
    start: &[f64],
    bounds: &Bounds,
    linear: &LinearConstraints,
    options: Options,
) -> Result<Outcome, Error> {
    let worst = Mutex::new(0.0_f64);
    let recorded = |x: &[f64]| {
        assert!(bounds.contain(x), "{x:?} is outside the bounds");
        let mut worst = worst.lock().unwrap();
        *worst = worst.max(linear.violation(x));
        f(x)
    };
    let problem =
        Problem::new(recorded, start.to_vec())?.bounded(bounds.clone())?.subject_to(linear.clone())?;
    let outcome = PatternSearch::new(options)?.minimize(&problem, &Budget::unlimited(), &mut ());
    let worst = *worst.lock().unwrap();
    assert!(worst <= 1e-11, "a point violates a row by {worst}");
    outcome.inspect(|outcome| assert!(outcome.first_failure.is_none(), "{:?}", outcome.first_failure))
}

/// The optimum of `|x - target|²` on a simplex's corner, edge or face, whichever the target asks for.
#[test]
fn the_nearest_point_of_a_simplex() {
    let linear = rows(&[&[1.0, 1.0, 1.0]], &[1.0], &[], &[]);
    let bounds = Bounds::nonnegative(3);
    for (target, nearest) in [
        ([2.0, 0.0, -1.0], [1.0, 0.0, 0.0]),
        ([1.0, 1.0, -1.0], [0.5, 0.5, 0.0]),
        ([1.0, 1.0, 1.0], [1.0 / 3.0; 3]),
        ([0.1, 0.2, 0.3], [0.1, 0.2, 0.3]),
    ] {
        for method in FOLLOWING {
            let f = move |x: &[f64]| x.iter().zip(target).map(|(x, t)| (x - t).powi(2)).sum::<f64>();
            let outcome = minimize(f, &[0.2, 0.3, 0.1], &bounds, &linear, of(method)).unwrap();
            assert!(outcome.converged());
            let off = outcome.x.iter().zip(nearest).map(|(x, n)| (x - n).abs()).fold(0.0, f64::max);
            assert!(off < 3e-6, "{method:?}: {:?} for {nearest:?}", outcome.x);
        }
    }
}

/// `nups` follows rows; MADS does not, and ends somewhere near the minimum.
#[test]
fn mads_and_nups_keep_inequalities() {
    let linear = rows(&[&[1.0, 1.0, 1.0], &[-1.0, 2.0, 0.5]], &[1.0, 0.5], &[], &[]);
    let mads = [
        PollMethod::MadsPositiveBasis2N,
        PollMethod::MadsPositiveBasisNp1,
        PollMethod::OrthoMadsPositiveBasis2N,
        PollMethod::OrthoMadsPositiveBasisNp1,
    ];
    let nups = [Algorithm::Nups, Algorithm::NupsGps, Algorithm::NupsMads];
    let all = mads.map(of).into_iter().chain(nups.map(|algorithm| Options { algorithm, ..of(mads[0]) }));
    for options in all {
        let label = format!("{:?} {:?}", options.algorithm, options.poll_method);
        let tolerance = if options.algorithm == Algorithm::Classic { 0.1 } else { 1e-5 };
        let f = |x: &[f64]| (x[0] - 1.0).powi(2) + (x[1] - 1.0).powi(2) + (x[2] - 1.0).powi(2);
        let outcome = minimize(f, &[0.2, 0.3, 0.1], &Bounds::nonnegative(3), &linear, options).unwrap();
        // The nearest point of the simplex to (1, 1, 1).
        assert!(outcome.converged() && (outcome.value - 4.0 / 3.0).abs() < tolerance, "{label}: {outcome:?}");
    }
}

#[test]
fn rows_that_are_never_near_change_nothing() {
    let f = |x: &[f64]| 100.0 * (x[1] - x[0] * x[0]).powi(2) + (1.0 - x[0]).powi(2);
    let far = rows(&[&[1.0, 2.0], &[-3.0, 1.0]], &[1e4, 1e4], &[], &[]);
    for method in FOLLOWING {
        let free = Problem::new(f, vec![-1.2, 1.0]).unwrap();
        let search = PatternSearch::new(Options { poll_method: method, ..Options::default() }).unwrap();
        let run = |problem: &Problem| search.minimize(problem, &Budget::unlimited(), &mut ()).unwrap();
        let (free, under) = (run(&free), run(&free.clone().subject_to(far.clone()).unwrap()));
        assert_eq!((free.x, free.counts, free.trace), (under.x, under.counts, under.trace), "{method:?}");
    }
}

/// An apex at which many faces meet, all but three of them more than a vertex needs; MATLAB's `patternsearch` ends here
/// with "Constraints are dependent at current iterate".
#[test]
fn a_degenerate_vertex_is_found_and_left() {
    let faces = 24;
    let angle = |i: usize| 2.0 * std::f64::consts::PI * i as f64 / faces as f64;
    let pyramid: Vec<Vec<f64>> = (0..faces).map(|i| vec![angle(i).cos(), angle(i).sin(), 1.0]).collect();
    // Each face twice, in other units.
    let again = pyramid.iter().map(|row| row.iter().map(|a| 7.0 * a).collect());
    let all: Vec<Vec<f64>> = pyramid.iter().cloned().chain(again).collect();
    let limits = [vec![1.0; faces], vec![7.0; faces]].concat();
    let linear = LinearConstraints::at_most(all, limits).unwrap();
    let bounds = Bounds::free(3);
    for method in FOLLOWING {
        // The apex (0, 0, 1) is the highest point.
        let outcome = minimize(|x| -x[2], &[3.0, -2.0, -7.0], &bounds, &linear, of(method)).unwrap();
        assert!((outcome.value + 1.0).abs() < 3e-5, "{method:?}: {outcome:?}");
        // From the apex along an edge to the nearest point to (2, 0, 0) that has z <= 1 - |x| there: (1.5, 0, -0.5)
        // but for the polygon, which touches the circle at angle 0.
        let f = |x: &[f64]| (x[0] - 2.0).powi(2) + x[1].powi(2) + x[2].powi(2);
        let outcome = minimize(f, &[0.0, 0.0, 1.0], &bounds, &linear, of(method)).unwrap();
        assert!((outcome.value - 0.5).abs() < 1e-5, "{method:?}: {outcome:?}");
    }
}

#[test]
fn equalities_hold_through_ten_thousand_iterations() {
    let linear = rows(&[], &[], &[&[1.0, 1.0, 1.0, 0.1], &[0.3, -0.7, 0.9, 1.1]], &[1.0, 0.2]);
    // Downhill for ever: each iteration is a move.
    let f = |x: &[f64]| 1e-4 * x[2] - 1e-3 * x[0];
    for method in FOLLOWING {
        let options = Options {
            mesh_contraction_factor: 0.9,
            mesh_expansion_factor: 1.1,
            max_mesh_size: Some(1.0),
            max_iterations: Some(10_000),
            ..of(method)
        };
        let problem = Problem::new(f, vec![5.0, -3.0, 2.0, 1.0]).unwrap().subject_to(linear.clone()).unwrap();
        let search = PatternSearch::new(options).unwrap();
        let outcome = search.minimize(&problem, &Budget::unlimited(), &mut ()).unwrap();
        let moves = outcome.trace.iter().filter(|row| row.method == Method::SuccessfulPoll).count();
        assert_eq!((outcome.iterations, moves), (10_000, 10_000), "{method:?}");
        // What rounding sums of terms of this size may amount to, not what 10,000 of them would add up to.
        let size = outcome.x.iter().fold(1.0, |size: f64, x| size.max(x.abs()));
        let rounding = 100.0 * f64::EPSILON * size;
        assert!(linear.violation(&outcome.x) < rounding, "{:e}", linear.violation(&outcome.x));
    }
}

#[test]
fn without_a_feasible_point_the_error_is_minus_two_and_names_the_row() {
    let linear = rows(&[&[1.0, 1.0], &[-1.0, -1.0], &[1.0, 0.0]], &[1.0, -3.0, 9.0], &[], &[]);
    let problem = Problem::new(|x: &[f64]| x[0], vec![0.0, 0.0]).unwrap().subject_to(linear).unwrap();
    let error = PatternSearch::default().minimize(&problem, &Budget::unlimited(), &mut ()).unwrap_err();
    assert_eq!(error.exit_flag(), Some(-2));
    let Error::NoFeasiblePoint { row, violation } = error else { panic!("{error}") };
    assert!(matches!(row, ConstraintRow::Inequality(0 | 1)) && violation > 0.3, "{row}: {violation}");

    // The bounds leave no room for an equality.
    let linear = rows(&[], &[], &[&[1.0, 1.0]], &[3.0]);
    let problem = Problem::new(|x: &[f64]| x[0], vec![0.5, 0.5]).unwrap().subject_to(linear).unwrap();
    let problem = problem.bounded(Bounds::uniform(2, 0.0, 1.0).unwrap()).unwrap();
    let error = PatternSearch::default().minimize(&problem, &Budget::unlimited(), &mut ()).unwrap_err();
    let text = "no point satisfies all linear constraints within the bounds: at the best point found, equality row 0 is \
                violated by 0.3333333333333333 times its scale";
    assert_eq!(error.to_string(), text);
}

#[test]
fn impossible_rows_are_refused() {
    let at_most =
        |a: &[&[f64]], b: &[f64]| LinearConstraints::at_most(a.iter().copied(), b).unwrap_err().to_string();
    assert_eq!(
        at_most(&[&[1.0]], &[]),
        "1 rows of linear constraints have 0 limits; expected one limit for each row"
    );
    assert_eq!(
        at_most(&[&[1.0, 2.0], &[1.0]], &[0.0, 0.0]),
        "inequality row 1 has 1 coefficients; expected 2"
    );
    let text = "coefficient 1 of inequality row 0 is NaN; expected a finite number";
    assert_eq!(at_most(&[&[1.0, f64::NAN]], &[0.0]), text);
    let text = "the limit of inequality row 0 is inf; expected a finite number";
    assert_eq!(at_most(&[&[1.0]], &[f64::INFINITY]), text);
    let text = "all coefficients of inequality row 1 are 0, so it cannot satisfy its limit -2";
    assert_eq!(at_most(&[&[1.0], &[0.0]], &[1.0, -2.0]), text);
    let problem = Problem::new(|x: &[f64]| x[0], vec![0.0]).unwrap();
    let error = problem.clone().subject_to(rows(&[&[1.0, 1.0]], &[1.0], &[], &[])).unwrap_err();
    assert_eq!(error.to_string(), "inequality row 0 has 2 coefficients; expected 1");
    assert!(problem.subject_to(rows(&[], &[], &[], &[])).unwrap().linear().is_none());
}

#[test]
fn solvers_that_know_bounds_alone_refuse_rows() {
    let linear = rows(&[&[1.0, 1.0]], &[1.0], &[&[1.0, -1.0]], &[0.0]);
    let problem = Problem::new(|x: &[f64]| x[0], vec![0.0; 2]).unwrap().subject_to(linear).unwrap();
    let pattern = |options| Box::new(PatternSearch::new(options).unwrap()) as Box<dyn Minimizer>;
    let minimizers: [Box<dyn Minimizer>; 6] = [
        Box::new(NelderMead::default()),
        Box::new(ProjectedGradient::default()),
        Box::new(CoordinateSearch::default()),
        pattern(Options { algorithm: Algorithm::Nups, ..Options::default() }),
        pattern(of(PollMethod::MadsPositiveBasis2N)),
        pattern(of(PollMethod::OrthoMadsPositiveBasisNp1)),
    ];
    for minimizer in minimizers {
        let refused = |error| matches!(error, Err(Error::LinearConstraints { .. }));
        assert!(refused(minimizer.accepts(&problem)), "{}", minimizer.name());
        let run = minimizer.minimize(&problem, &Budget::unlimited(), &mut ());
        assert!(refused(run.map(|_| ())), "{}", minimizer.name());
    }
}

/// Rows in other units: by powers of two, which change no digit, the same run to the bit; by others none that is violated by more
/// than its tolerance, and the least value, 0.5 at (0.5, 0.5).
#[test]
fn rows_hold_at_the_same_points_in_all_units() {
    let run = |unit: f64, poll_method: PollMethod, start: [f64; 2]| {
        let linear = rows(&[&[unit, unit]], &[unit], &[], &[]);
        let f = |x: &[f64]| (x[0] - 1.0).powi(2) + (x[1] - 1.0).powi(2);
        let problem = Problem::new(f, start.to_vec()).unwrap().subject_to(linear).unwrap();
        PatternSearch::new(of(poll_method))
            .unwrap()
            .minimize(&problem, &Budget::unlimited(), &mut ())
            .unwrap()
    };
    for poll_method in [PollMethod::GpsPositiveBasis2N, PollMethod::GssPositiveBasis2N] {
        for start in [[-3.0, 0.7], [4.0, 2.0]] {
            let one = run(1.0, poll_method, start);
            for exponent in [-60, -40, -20, 20, 40, 60] {
                let other = run(f64::from(exponent).exp2(), poll_method, start);
                assert_eq!((&other.x, &other.trace), (&one.x, &one.trace), "{poll_method:?}, 2^{exponent}");
            }
            for unit in [1e-300, 1e-12, 1e-8, 1e8, 1e12] {
                let outcome = run(unit, poll_method, start);
                assert!(outcome.x[0] + outcome.x[1] <= 1.0 + 1e-12, "{unit}: {:?}", outcome.x);
                assert!((outcome.value - 0.5).abs() < 1e-5, "{unit}: {}", outcome.value);
            }
        }
    }
}

/// A row in small units is a row: what violates it is no feasible start, and no point for a solver that does not look.
#[test]
fn the_tolerance_is_a_part_of_the_rows_own_size() {
    let linear = rows(&[&[1e-12, 0.0]], &[1e-12], &[], &[]);
    assert!((linear.violation(&[3.0, 0.0]) - 2.0).abs() < 1e-12);
    let contradiction = rows(&[&[1e-12, 0.0], &[-1e-12, 0.0]], &[1e-12, -2e-12], &[], &[]);
    let problem = Problem::new(|x: &[f64]| x[0], vec![0.0, 0.0]).unwrap().subject_to(contradiction).unwrap();
    let error = PatternSearch::default().minimize(&problem, &Budget::unlimited(), &mut ()).unwrap_err();
    assert!(matches!(error, Error::NoFeasiblePoint { violation, .. } if violation > 0.2), "{error}");
}

/// A solver that takes linear constraints and then breaks them.
struct Careless;

impl Solver for Careless {
    fn name(&self) -> String {
        "careless".to_owned()
    }

    fn constraint_tolerance(&self, _: &LinearConstraints) -> Result<f64, Error> {
        Ok(1e-6)
    }

    fn search(&self, evaluations: &mut search::Evaluations<'_>) -> Result<Status, search::Stop> {
        evaluations.value(&[0.5, 0.5 + 0.9e-6])?;
        evaluations.value(&[0.5, 0.5 + 1.1e-6])?;
        Ok(Status::SolverConverged)
    }
}

#[test]
fn the_door_refuses_points_beyond_the_tolerance() {
    let calls = Mutex::new(0);
    let f = |x: &[f64]| {
        *calls.lock().unwrap() += 1;
        x[0]
    };
    let linear = rows(&[&[1.0, 1.0]], &[1.0], &[], &[]);
    let problem = Problem::new(f, vec![0.0; 2]).unwrap().subject_to(linear).unwrap();
    let error = Careless.minimize(&problem, &Budget::unlimited(), &mut ()).unwrap_err();
    assert_eq!(error, Error::OutsideRow { solver: "careless".to_owned(), row: ConstraintRow::Inequality(0) });
    assert_eq!(*calls.lock().unwrap(), 1);
}

#[test]
fn a_start_that_holds_stays_and_one_that_does_not_moves_little() {
    let linear = rows(&[&[1.0, 2.0, 0.0]], &[4.0], &[&[0.1, 0.0, 0.3]], &[0.7]);
    let start_of = |start: &[f64]| {
        let outcome = minimize(|_| 0.0, start, &Bounds::nonnegative(3), &linear, Options::default()).unwrap();
        (outcome.x, outcome.projected)
    };
    assert_eq!(start_of(&[1.0, 1.0, 2.0]), (vec![1.0, 1.0, 2.0], 0));
    // In the coordinate that gets there by the shortest way.
    let (x, moved) = start_of(&[1.0, 1.0, 1.0]);
    assert_eq!((x[0], x[1], moved), (1.0, 1.0, 1));
    assert!((x[2] - 2.0).abs() < 1e-14);
    let (x, moved) = start_of(&[1.0, 9.0, 2.0]);
    assert_eq!((x[0], x[2], moved), (1.0, 2.0, 1));
    assert!((x[1] - 1.5).abs() < 1e-14);
}

#[test]
fn threads_and_journals_change_nothing() {
    let linear = rows(&[&[1.0, 1.0, 1.0]], &[1.0], &[&[1.0, -2.0, 0.5]], &[0.1]);
    let f = |x: &[f64]| (x[0] - 1.0).powi(2) + (x[1] - 0.7).powi(4) + (x[2] + 0.2).abs() + x[0] * x[1];
    for (method, poll_order) in
        FOLLOWING.into_iter().zip([PollOrder::Consecutive, PollOrder::Random].repeat(2))
    {
        let problem = Problem::new(f, vec![4.0, 3.0, 2.0]).unwrap().subject_to(linear.clone()).unwrap();
        let search = PatternSearch::new(Options { poll_order, ..of(method) }).unwrap();
        let run = |run: Run| {
            let outcome = search.run(&problem, &run, &mut ()).unwrap();
            (outcome.x, outcome.value, outcome.trace, outcome.counts.evaluations, outcome.status)
        };
        let alone = run(Run::default());
        assert_eq!(alone, run(Run::default().on_threads(4)), "{method:?}");
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal");
        run(Run::within(&Budget::evaluations(25)).with_journal(Journal::new(&path)));
        assert_eq!(alone, run(Run::default().with_journal(Journal::new(&path).resumed())), "{method:?}");
    }
}

/// Along a corridor a million times narrower than the first steps, GSS does not go from wall to wall, be it in the poll or
/// the search step, but along it to its end.
#[test]
fn steps_that_rows_shorten_to_nothing_are_none() {
    let corridor = rows(&[&[1.0, -1.0], &[-1.0, 1.0]], &[1e-6, 1e-6], &[], &[]);
    let bounds = Bounds::uniform(2, -3.0, 3.0).unwrap();
    let gss = [PollMethod::GssPositiveBasis2N, PollMethod::GssPositiveBasisNp1];
    for search_fcn in [None, Some(SearchMethod::Poll(gss[0]).into())] {
        for method in gss {
            let options = Options { search_fcn, ..of(method) };
            let outcome = minimize(|x| -x[0] - x[1], &[0.0; 2], &bounds, &corridor, options).unwrap();
            assert!(outcome.converged() && outcome.value == -6.0, "{outcome:?}");
            assert!(outcome.counts.evaluations < 1_000, "{:?}", outcome.counts);
        }
    }
}

/// What is tried before the polls keeps the rows as well, and the cache answers beside them.
#[test]
fn search_steps_and_the_cache_keep_the_rows() {
    let inequalities = rows(&[&[1.0, 1.0, 1.0], &[-1.0, 2.0, 0.5]], &[1.0, 0.5], &[], &[]);
    let plane = rows(&[], &[], &[&[1.0, 1.0, 1.0]], &[0.75]);
    let bounds = Bounds::uniform(3, -2.0, 2.0).unwrap();
    let bowl = |x: &[f64]| x.iter().map(|v| (v - 1.0).powi(2)).sum::<f64>();
    let polls = [PollMethod::GpsPositiveBasis2N, PollMethod::GssPositiveBasisNp1].map(SearchMethod::Poll);
    let others = [
        SearchMethod::LatinHypercube,
        SearchMethod::NelderMead,
        SearchMethod::Genetic,
        SearchMethod::RbfSurrogate,
        SearchMethod::Poll(PollMethod::MadsPositiveBasis2N),
    ];
    for cache in [false, true] {
        for method in polls.into_iter().chain(others) {
            let with =
                Options { search_fcn: Some(method.into()), cache, ..of(PollMethod::GpsPositiveBasis2N) };
            let outcome = minimize(bowl, &[0.0; 3], &bounds, &inequalities, with.clone()).unwrap();
            // At (1/3, 1/3, 1/3), the projection of (1, 1, 1) onto the first row; the second holds with equality there.
            let off = outcome.value - 4.0 / 3.0;
            assert!(outcome.converged() && off.abs() < 1e-5, "{method:?}: off by {off}");
            let outcome = minimize(bowl, &[0.25; 3], &bounds, &plane, with);
            if polls.contains(&method) {
                // The squared distance of (1, 1, 1) from the plane.
                assert!((outcome.unwrap().value - 2.25 * 2.25 / 3.0).abs() < 1e-9, "{method:?}");
            } else {
                let message = outcome.unwrap_err().to_string();
                assert!(message.contains("search_fcn"), "{message}");
            }
        }
    }
}

/// Rows stay with the polls, the circle goes to the augmented Lagrangian or the barrier: the point of the unit disc and the
/// half plane x1 + x2 <= 1 with the largest 2 x1 + x2 is (1, 0).
#[test]
fn linear_and_nonlinear_constraints_together() {
    let linear = rows(&[&[1.0, 1.0]], &[1.0], &[], &[]);
    for nonlinear_constraints in
        [NonlinearConstraints::AugmentedLagrangian, NonlinearConstraints::ProgressiveBarrier]
    {
        let worst = Mutex::new(0.0_f64);
        let f = |x: &[f64]| {
            let mut worst = worst.lock().unwrap();
            *worst = worst.max(linear.violation(x));
            -2.0 * x[0] - x[1]
        };
        let problem = Problem::new(f, vec![3.0, 3.0]).unwrap().subject_to(linear.clone()).unwrap();
        let disc = |x: &[f64]| ([x[0] * x[0] + x[1] * x[1] - 1.0], []);
        let problem = problem.constrained(ConstraintCount::new(1, 0), disc);
        let search = PatternSearch::new(Options { nonlinear_constraints, ..of(FOLLOWING[0]) }).unwrap();
        let outcome = search.minimize(&problem, &Budget::unlimited(), &mut ()).unwrap();
        assert!(outcome.feasible && (outcome.value + 2.0).abs() < 1e-3, "{outcome:?}");
        assert!(*worst.lock().unwrap() < 1e-13);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, ..ProptestConfig::default() })]

    /// Random rows around a feasible point, every other one tight there, with bounds and an equality. The objective is a
    /// bowl, so that what a linear program can still gain along the gradient at the end bounds what was missed. (Frank &
    /// Wolfe 1956, "An algorithm for quadratic programming".) How much that is depends on how thin the cones between the
    /// rows are: small integers keep them wide, and make rows that repeat or follow from others common.
    #[test]
    fn runs_under_random_rows_end_at_the_minimum(
        n in 2_usize..5,
        numbers in prop::collection::vec(-2.0_f64..2.0, 12),
        integers in prop::collection::vec(-2_i8..=2, 28),
        inequalities in 0_usize..7,
        equalities in 0_usize..2,
        method in prop::sample::select(FOLLOWING.to_vec()),
    ) {
        let mut numbers = numbers.into_iter();
        let mut vector = |n: usize| (0..n).map(|_| numbers.next().unwrap()).collect::<Vec<f64>>();
        let (inside, target, start) = (vector(n), vector(n), vector(n));
        let mut integers = integers.into_iter().map(f64::from);
        let mut row = || (0..n).map(|_| integers.next().unwrap()).collect::<Vec<f64>>();
        let a: Vec<Vec<f64>> = (0..inequalities).map(|_| row()).collect();
        let b: Vec<f64> = a.iter().enumerate().map(|(i, row)| dot(row, &inside) + 0.3 * (i % 2) as f64).collect();
        let aeq: Vec<Vec<f64>> = (0..equalities).map(|_| row()).collect();
        let beq: Vec<f64> = aeq.iter().map(|row| dot(row, &inside)).collect();
        let equal = LinearConstraints::equal(aeq.clone(), beq.clone()).unwrap();
        let linear = LinearConstraints::at_most(a.clone(), b.clone()).unwrap().and(equal).unwrap();
        let f = |x: &[f64]| x.iter().zip(&target).map(|(x, t)| (x - t).powi(2)).sum::<f64>();
        // In scaled units a start near zero makes the mesh tolerance coarse for the slope along its coordinate.
        let options = Options { scale_mesh: false, ..of(method) };
        let outcome = minimize(f, &start, &Bounds::uniform(n, -3.0, 3.0).unwrap(), &linear, options).unwrap();
        prop_assert!(outcome.converged());

        let mut program = microlp::Problem::new(OptimizationDirection::Minimize);
        let slope = outcome.x.iter().zip(&target).map(|(x, t)| 2.0 * (x - t));
        let y: Vec<_> = slope.clone().map(|slope| program.add_var(slope, (-3.0, 3.0))).collect();
        let with = |row: &[f64]| y.iter().copied().zip(row.iter().copied()).collect::<Vec<_>>();
        a.iter().zip(b).for_each(|(row, b)| program.add_constraint(with(row), ComparisonOp::Le, b));
        aeq.iter().zip(beq).for_each(|(row, b)| program.add_constraint(with(row), ComparisonOp::Eq, b));
        let least = program.solve().unwrap().into_solution().unwrap().objective();
        let missed = dot(&slope.collect::<Vec<_>>(), &outcome.x) - least;
        prop_assert!(missed < 1e-3, "{method:?} missed {missed}: {outcome:?}");
    }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}
