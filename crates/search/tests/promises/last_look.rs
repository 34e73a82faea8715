//! The last look: no search has converged at a kink from which something leads down, and smooth functions hardly pay for it.

use search::{Bounds, Budget, LinearConstraints, Minimizer, Outcome, Problem, Status};
use serde_json::{Value, json};

const SEARCHES: [&str; 3] = ["patternsearch", "coordinate", "hybrid"];

fn minimize(problem: &Problem<'_>, search: &str, options: &Value) -> Outcome {
    search::solver(search, options).unwrap().minimize(problem, &Budget::unlimited(), &mut ()).unwrap()
}

/// `x0² + (x1 - 0.3)² + (x2 - 0.6)² + |x0 - x1|`: least where x0 = x1 = 0.15, as `2 · 0.15 + 2 (0.15 - 0.3) = 0`, with 0.045.
fn edge(x: &[f64]) -> f64 {
    x[0].powi(2) + (x[1] - 0.3).powi(2) + (x[2] - 0.6).powi(2) + (x[0] - x[1]).abs()
}

#[test]
fn a_kink_that_meets_active_bounds_is_no_minimum() {
    let upper = vec![f64::INFINITY, 10.0, 1.0];
    for search in SEARCHES {
        for start in [[1.0, 2.0, 0.5], [1.3, 2.1, 0.4], [0.0, 0.0, 0.6]] {
            let bounds = Bounds::new(vec![0.0; 3], upper.clone()).unwrap();
            let problem = Problem::new(edge, start.to_vec()).unwrap();
            for problem in [problem.clone(), problem.bounded(bounds).unwrap()] {
                let outcome = minimize(&problem, search, &json!({}));
                assert!(outcome.converged(), "{search} {start:?}: {}", outcome.status);
                assert!((outcome.value - 0.045).abs() < 1e-5, "{search} {start:?}: {}", outcome.value);
            }
        }
    }
}

#[test]
fn a_kink_in_any_units_of_coordinates_and_values_is_no_minimum() {
    for search in SEARCHES {
        for units in [[1e-9, 1e6, 1.0], [1e12, 1e-12, 1e3]] {
            for height in [1e-12, 1e12] {
                let f = |x: &[f64]| {
                    let inner: Vec<f64> = x.iter().zip(&units).map(|(x, unit)| x / unit).collect();
                    height * edge(&inner)
                };
                let start: Vec<f64> = [1.3, 2.1, 0.4].iter().zip(&units).map(|(x, unit)| x * unit).collect();
                let problem = Problem::new(f, start).unwrap().bounded(Bounds::nonnegative(3)).unwrap();
                let outcome = minimize(&problem, search, &json!({}));
                let value = outcome.value / height;
                assert!(!outcome.converged() || (value - 0.045).abs() < 1e-5, "{search} {units:?}: {value}");
            }
        }
    }
}

#[test]
fn linear_inequalities_hold_during_the_look() {
    // Within x0 + x1 <= 0.2 the least point is (0.1, 0.1, 0.6): 0.05.
    let rows = LinearConstraints::at_most(vec![vec![1.0, 1.0, 0.0]], vec![0.2]).unwrap();
    let problem = Problem::new(edge, vec![0.0, 0.0, 0.5]).unwrap().bounded(Bounds::nonnegative(3)).unwrap();
    let problem = problem.subject_to(rows.clone()).unwrap();
    let outcome = minimize(&problem, "patternsearch", &json!({}));
    assert!(rows.violation(&outcome.x) <= 1e-6);
    assert!(outcome.converged() && (outcome.value - 0.05).abs() < 1e-4, "{} {:?}", outcome.value, outcome.x);
}

#[test]
fn smooth_functions_pay_nothing_or_next_to_nothing() {
    let smooth =
        |x: &[f64]| (x[0] - 1.0).powi(2) + 3.0 * (x[1] + 0.5).powi(2) + x[0] * x[1] + x[2].exp() - x[2];
    // One kink alone along a coordinate is no matter: polls go along it.
    let one_kink = |x: &[f64]| smooth(x) + (x[2] - 0.25).abs();
    for (bounds, most) in [(Bounds::free(3), 8), (Bounds::uniform(3, 0.5, 9.0).unwrap(), 12)] {
        for search in SEARCHES {
            let evaluations = |last_look: bool| {
                let problem =
                    Problem::new(smooth, vec![2.0, 1.5, 3.0]).unwrap().bounded(bounds.clone()).unwrap();
                let outcome = minimize(&problem, search, &json!({ "last_look": last_look }));
                assert!(outcome.converged(), "{search}: {}", outcome.status);
                outcome.counts.evaluations
            };
            let more = evaluations(true) - evaluations(false);
            let most = match search {
                "patternsearch" if bounds == Bounds::free(3) => 0,
                // It begins anew where it has converged, until that brings nothing.
                "hybrid" => 100,
                // It goes on in the unit of the last coordinate, which has become small.
                "coordinate" => 20,
                _ => most,
            };
            assert!(more <= most, "{search}: {more}");
        }
    }
    let problem = Problem::new(one_kink, vec![2.0, 1.5, 3.0]).unwrap();
    let evaluations = |last_look| {
        minimize(&problem, "patternsearch", &json!({ "last_look": last_look })).counts.evaluations
    };
    assert_eq!(evaluations(true), evaluations(false));
}

#[test]
fn the_budget_is_met_exactly_during_the_look() {
    let problem = Problem::new(edge, vec![0.0, 0.0, 0.6]).unwrap().bounded(Bounds::nonnegative(3)).unwrap();
    for search in SEARCHES {
        let search = search::solver(search, &json!({})).unwrap();
        let whole = search.minimize(&problem, &Budget::unlimited(), &mut ()).unwrap();
        for budget in 1..whole.counts.evaluations.min(300) {
            let outcome = search.minimize(&problem, &Budget::evaluations(budget), &mut ()).unwrap();
            assert_eq!((outcome.counts.evaluations, outcome.status), (budget, Status::EvaluationLimit));
        }
    }
}
