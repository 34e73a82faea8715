//! The constrained suites: solutions, judge, noise, joined inequalities.

use std::collections::BTreeMap;

use compare::{Case, Plan, Rows, TOLERANCE, compare, suites};
use search::{
    Budget, ConstraintCount, Error, Evaluations, LinearConstraints, Minimizer, Problem, Solver, Status, Stop,
};

/// Evaluates these points, whatever they violate.
struct Points(Vec<Vec<f64>>);

impl Solver for Points {
    fn name(&self) -> String {
        "points".to_owned()
    }

    fn accepts(&self, _problem: &Problem<'_>) -> Result<(), Error> {
        Ok(())
    }

    fn constraint_tolerance(&self, _linear: &LinearConstraints) -> Result<f64, Error> {
        Ok(1.0)
    }

    fn search(&self, evaluations: &mut Evaluations<'_>) -> Result<Status, Stop> {
        for x in &self.0 {
            evaluations.value(x)?;
        }
        Ok(Status::MeshTolerance)
    }
}

/// The values of the points that count, as improvements.
fn judged(case: &Case<'static>, points: &[&[f64]]) -> Vec<(u64, f64)> {
    let points = Points(points.iter().map(|x| x.to_vec()).collect());
    let minimizers: [Box<dyn Minimizer>; 1] = [Box::new(points)];
    let plan = Plan { budget: Budget::evaluations(1000), ..Plan::default() };
    let comparison = compare(std::slice::from_ref(case), &minimizers, &plan).unwrap();
    comparison.records()[0].history().map(|found| (found.evaluations, found.value)).collect()
}

#[test]
fn the_solutions_of_hock_and_schittkowski_are_feasible_and_have_the_stated_values() {
    let text = include_str!("../../data/hock_schittkowski_solutions.json");
    let solutions: BTreeMap<String, Vec<f64>> = serde_json::from_str(text).unwrap();
    let cases = suites::hock_schittkowski_constrained();
    assert_eq!((cases.len(), solutions.len()), (93, 93));
    for case in &cases {
        let (optimum, x) = (case.optimum().unwrap(), &solutions[case.name()]);
        let found = judged(case, &[x]);
        let [(1, value)] = found[..] else {
            panic!("{}: the solution does not count: {found:?}", case.name())
        };
        assert!(
            (value - optimum).abs() <= 1e-6 * optimum.abs().max(1.0),
            "{}: {value}, not {optimum}",
            case.name()
        );
    }
}

#[test]
fn a_point_counts_up_to_a_millionth_of_each_kind_of_violation_without_any_scale() {
    let rows = Rows { inequalities: vec![(vec![1000.0, 0.0], 1000.0)], equalities: vec![] };
    let linear = LinearConstraints::at_most([[1000.0, 0.0]], [1000.0]).unwrap();
    let simulator = |x: &[f64]| (x[0], [x[1] - 2.0], [x[0] + x[1] - 3.0]);
    let problem = Problem::simulated(simulator, ConstraintCount::new(1, 1), [0.0, 0.0]).unwrap();
    let problem = problem.subject_to(linear).unwrap();
    let case = Case::new("each", problem).with_rows(rows);
    let counts = |x: [f64; 2]| !judged(&case, &[&x]).is_empty();
    assert_eq!(TOLERANCE, 1e-6);
    assert!(counts([1.0, 2.0]));
    // The row is violated by 1000 times the step.
    assert!(counts([1.0 + 0.9e-9, 2.0 - 0.9e-9]) && !counts([1.0 + 1.1e-9, 2.0 - 1.1e-9]));
    // The inequality, with the equality kept.
    assert!(counts([1.0 - 0.9e-6, 2.0 + 0.9e-6]) && !counts([1.0 - 1.1e-6, 2.0 + 1.1e-6]));
    // The equality, from both sides.
    assert!(counts([1.0 - 0.9e-6, 2.0]) && !counts([1.0 - 1.1e-6, 2.0]));
    assert!(counts([1.0, 2.0 - 0.9e-6]) && !counts([1.0, 2.0 - 1.1e-6]));
}

#[test]
fn a_lower_value_that_is_not_feasible_hides_no_later_one() {
    let cases = suites::hock_schittkowski_constrained();
    let hs22 = cases.iter().find(|case| case.name() == "hs22").unwrap();
    // (2, 1) has the value 0 and violates the row: it does not count.
    assert_eq!(judged(hs22, &[&[0.0, 0.0], &[0.0, 1.0], &[1.0, 1.0]]), [(1, 5.0), (2, 4.0), (3, 1.0)]);
}

#[test]
fn noise_is_judged_by_the_truth_where_constraints_hold() {
    let cases = suites::constrained_noisy();
    let hs35 = cases.iter().find(|case| case.name() == "hs35-noisy").unwrap();
    // 9 - 8/2 - 6/2 - 4/2 + ½ + ½ + ¼ + ½ + ½ at the start.
    assert_eq!(judged(hs35, &[&[0.5; 3]]), [(1, 2.25)]);
    assert!(
        hs35.problem(1).unwrap().objective().value(&[0.5; 3])
            != hs35.problem(2).unwrap().objective().value(&[0.5; 3])
    );
}

#[test]
fn joined_inequalities_are_their_greatest() {
    let cases = suites::constrained_nonsmooth();
    let joined = cases.iter().find(|case| case.name() == "hs43-joined").unwrap();
    assert_eq!(joined.problem(1).unwrap().nonlinear_constraints(), Some(ConstraintCount::new(1, 0)));
    // The solution (0, 1, 2, -1): the first and the third hold as equalities.
    assert_eq!(judged(joined, &[&[0.0, 1.0, 2.0, -1.0]]), [(1, -44.0)]);
    assert!(judged(joined, &[&[0.0, 1.0, 2.0 + 1e-5, -1.0]]).is_empty());
}

#[test]
fn every_constrained_suite_has_optima_and_starts_that_have_values() {
    let names = [
        "hock-schittkowski-constrained",
        "constrained-noisy",
        "constrained-nonsmooth",
        "minimax-above",
        "engineering",
        "linear-rows",
        "conditioned-rows",
        "mixed-integer",
    ];
    for suite in suites::suites().into_iter().filter(|suite| names.contains(&suite.name)) {
        for case in (suite.cases)() {
            assert!(case.optimum().is_some(), "{} {}", suite.name, case.name());
            let problem = case.problem(1).unwrap();
            let rows = case.rows().is_some();
            assert_eq!(rows, problem.linear().is_some(), "{} {}", suite.name, case.name());
            let mut x = problem.start().to_vec();
            problem.bounds().project(&mut x);
            let value = problem.objective().value(&x);
            assert!(value.is_ok_and(f64::is_finite), "{} {}", suite.name, case.name());
        }
    }
}

/// The least values under rows are those at the solutions, and no search gets below them.
#[test]
fn solutions_under_random_rows_are_minima_by_construction() {
    let search: [Box<dyn Minimizer>; 1] = [Box::new(search::PatternSearch::default())];
    let plan = Plan { budget: Budget::evaluations(20_000), ..Plan::default() };
    let small: Vec<_> = suites::linear_rows()
        .into_iter()
        .take(6)
        .chain(suites::conditioned_rows().into_iter().take(3))
        .collect();
    for record in compare(&small, &search, &plan).unwrap().records() {
        let least = record.value_after(u64::MAX);
        assert!((-1e-6..0.5).contains(&least), "{}: {least}", record.problem);
    }
}
