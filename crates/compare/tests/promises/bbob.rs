//! The functions of BBOB beside COCO's, and what is known of their least values.

use compare::suites::{BbobFunction, bbob, suites};
use proptest::prelude::*;

/// Values by the package `coco-experiment` 2.8.2; `crates/compare/scripts/bbob_values.py` writes them and says what they are.
const VALUES: &str = include_str!("bbob.csv");

/// A point of the table.
fn point(n: usize, scale: f64) -> Vec<f64> {
    (0..n).map(|i| (((7 * i + 5 * i * i + 3) % 17) as f64 - 8.0) * scale).collect()
}

#[test]
fn functions_and_instances_are_those_of_coco() {
    let mut table = csv::ReaderBuilder::new().comment(Some(b'#')).from_reader(VALUES.as_bytes());
    let (mut values, mut optima) = (0, 0);
    for row in table.records().map(Result::unwrap) {
        let [number, instance, n] = [0, 1, 2].map(|column: usize| row[column].parse().unwrap());
        let expected: f64 = row[4].parse().unwrap();
        let function = BbobFunction::new(number, instance as u64, n);
        if &row[3] == "least" {
            assert_eq!(function.least(), expected, "f{number}, instance {instance}");
            let optimal: Vec<f64> = row[5].split(' ').map(|x| x.parse().unwrap()).collect();
            // COCO states another point of f20 than that of the function it evaluates.
            let tolerance = if number == 20 { 1e-9 } else { 1e-14 };
            let found = function.minimizer();
            let same = found.iter().zip(&optimal).all(|(x, optimal)| (x - optimal).abs() < tolerance);
            assert!(same && found.len() == n, "f{number}: {found:?}, not {optimal:?}");
            optima += 1;
        } else {
            let value = function.value(&point(n, row[3].parse().unwrap()));
            let close = (value - expected).abs() < 1e-10 * expected.abs();
            assert!(close, "f{number}, instance {instance}, n = {n}: {value}, not {expected}");
            values += 1;
        }
    }
    assert_eq!((values, optima), (24 * 2 * 3 * 3 + 1, 24 * 2));
}

#[test]
fn every_function_attains_its_least_value_at_its_optimal_point_within_the_domain() {
    for n in [2, 3, 5, 10, 20, 40] {
        for (number, case) in (1..).zip(bbob(n)) {
            for instance in 1..=5 {
                let function = BbobFunction::new(number, instance, n);
                let problem = case.problem(instance).unwrap();
                let optimal = function.minimizer();
                assert!(optimal.iter().all(|x| x.abs() <= 5.0), "f{number}: {optimal:?}");
                let above = problem.objective().value(optimal).unwrap();
                assert!(above.abs() < 1e-12, "f{number}, instance {instance}, n = {n}: {above}");
            }
        }
    }
}

#[test]
fn the_seed_is_the_instance_and_the_suites_have_all_functions() {
    for n in [2, 3, 5, 10, 20, 40] {
        let suite = suites().into_iter().find(|suite| suite.name == format!("bbob-{n}")).unwrap();
        let cases = (suite.cases)();
        assert_eq!((cases.len(), cases[0].problem(1).unwrap().dimension()), (BbobFunction::COUNT, n));
    }
    let case = &bbob(5)[14];
    assert_eq!((case.name(), case.optimum()), ("f15-rastrigin-5", Some(0.0)));
    let [first, second] = [1, 2].map(|instance| case.problem(instance).unwrap());
    let x = [0.5, -1.5, 2.0, 3.0, -4.0];
    for (instance, problem) in [(1, &first), (2, &second)] {
        let function = BbobFunction::new(15, instance, 5);
        let value = problem.objective().value(&x).unwrap();
        assert!((value - (function.value(&x) - function.least())).abs() < 1e-10 && value > 1.0);
        assert!(problem.start().iter().all(|x| x.abs() <= 4.0));
    }
    assert_ne!(first.start(), second.start());
}

proptest! {
    #[test]
    fn no_value_is_below_the_least(
        number in 1..=BbobFunction::COUNT,
        instance in 0..1000_u64,
        x in prop::collection::vec(-6.0..6.0, 2..12),
        near in 0.0..1.0_f64,
    ) {
        let function = BbobFunction::new(number, instance, x.len());
        let between: Vec<f64> =
            x.iter().zip(function.minimizer()).map(|(x, optimal): (&f64, &f64)| optimal + near.powi(6) * (x - optimal)).collect();
        for point in [x, between] {
            let above = function.above_least(&point);
            prop_assert!(above >= -1e-12, "f{number}, instance {instance} at {point:?}: {above}");
        }
    }
}
