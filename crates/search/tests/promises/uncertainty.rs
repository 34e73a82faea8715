//! What a minimum is worth: asked for by the run, of any solver, at most 2n evaluations.

use search::{
    Bounds, Budget, Error, HybridSearch, Journal, LeastSquares, LinearConstraints, Minimizer, PatternSearch,
    Problem, Run, Uncertainty,
};

/// A line through (0, 0.1), (1, 0.9), (2, 2.1), (3, 2.9): intercept 0.06, slope 0.96, residual sum of squares 0.032.
fn line(x: &[f64], r: &mut [f64]) {
    for (t, y) in [0.1, 0.9, 2.1, 2.9].into_iter().enumerate() {
        r[t] = x[0] + x[1] * t as f64 - y;
    }
}

fn fit() -> Problem<'static> {
    Problem::least_squares(4, line, [1.0, 1.0]).unwrap()
}

fn of(solver: &dyn Minimizer, problem: &Problem<'_>, run: &Run) -> Option<Uncertainty> {
    solver.run(problem, run, &mut ()).unwrap().uncertainty.map(|uncertainty| *uncertainty)
}

/// The standard errors of a straight line, Draper & Smith 1998, section 1.4, with `s² = 0.032 / 2` and `Σ (t - 1.5)² = 5`.
#[test]
fn any_solver_has_the_errors_of_the_fit() {
    let expected = [(0.016_f64 * (0.25 + 2.25 / 5.0)).sqrt(), (0.016_f64 / 5.0).sqrt()];
    let solvers: [&dyn Minimizer; 2] = [&HybridSearch::default(), &PatternSearch::default()];
    for solver in solvers {
        let fit = of(solver, &fit(), &Run::default().with_uncertainty()).unwrap().fit.unwrap();
        for (error, expected) in fit.standard_errors.iter().zip(expected) {
            assert!((error / expected - 1.0).abs() < 1e-4, "{}: {error} {expected}", solver.name());
        }
    }
}

#[test]
fn it_costs_two_evaluations_per_coordinate_and_changes_no_step() {
    let solver = HybridSearch::default();
    let plain = solver.run(&fit(), &Run::default(), &mut ()).unwrap();
    let asked = solver.run(&fit(), &Run::default().with_uncertainty(), &mut ()).unwrap();
    assert_eq!((&plain.trace, plain.uncertainty.is_none()), (&asked.trace, true));
    assert_eq!(asked.counts.evaluations, plain.counts.evaluations + 4);
    let threads = solver.run(&fit(), &Run::default().with_uncertainty().on_threads(3), &mut ()).unwrap();
    assert_eq!(threads.uncertainty, asked.uncertainty);
    // Without a budget for all of it there is none, and the search has converged all the same.
    let budget = Budget::evaluations(plain.counts.evaluations + 3);
    let short = solver.run(&fit(), &Run::within(&budget).with_uncertainty(), &mut ()).unwrap();
    assert!(short.converged() && short.uncertainty.is_none());
    let limited =
        solver.run(&fit(), &Run::within(&Budget::evaluations(3)).with_uncertainty(), &mut ()).unwrap();
    assert!(!limited.converged() && limited.uncertainty.is_none());
}

#[test]
fn a_resumed_run_has_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let journal = Journal::new(folder.path().join("fit"));
    let run = Run::default().with_uncertainty();
    let whole = of(&HybridSearch::default(), &fit(), &run);
    let first = Run::within(&Budget::evaluations(5)).with_journal(journal.clone());
    HybridSearch::default().run(&fit(), &first, &mut ()).unwrap();
    let resumed = of(&HybridSearch::default(), &fit(), &run.with_journal(journal.resumed()));
    assert_eq!(resumed, whole);
}

/// `f = 3 (x - 1)² + 2 y`, y at its lower bound 0, z fixed, and no value where w > 2.
#[test]
fn coordinates_without_room_or_values_are_held() {
    let f = |x: &[f64]| {
        let beyond = x[3] > 2.0;
        (!beyond).then_some(3.0 * (x[0] - 1.0).powi(2) + 2.0 * x[1] + x[2] - x[3])
    };
    let bounds = Bounds::new([-5.0, 0.0, 7.0, 0.0], [5.0, 5.0, 7.0, 5.0]).unwrap();
    let problem = Problem::new(f, [2.0, 1.0, 7.0, 1.0]).unwrap().bounded(bounds).unwrap();
    let found = of(&PatternSearch::default(), &problem, &Run::default().with_uncertainty()).unwrap();
    assert!(found.steps[0] > 0.0 && found.steps[1..] == [0.0; 3], "{found:?}");
    assert!((found.curvatures[0] - 6.0).abs() <= found.curvature_errors[0], "{found:?}");
    assert!(found.gradient[0].abs() <= found.gradient_errors[0], "{found:?}");
    assert!(found.gradient[1..].iter().all(|slope| slope.is_nan()) && found.fit.is_none());
    assert!(found.to_string().contains("\nx2          held\n"), "{found}");
}

/// A parameter that is held is none that the data determine: the line through the origin has `s² / Σ t²` with 3 degrees
/// of freedom.
#[test]
fn a_parameter_at_its_bound_is_no_free_one() {
    let bounds = Bounds::new([0.0, -5.0], [0.0, 5.0]).unwrap();
    let problem = Problem::least_squares(4, line, [0.0, 1.0]).unwrap().bounded(bounds).unwrap();
    let fit =
        of(&HybridSearch::default(), &problem, &Run::default().with_uncertainty()).unwrap().fit.unwrap();
    // The slope is Σ ty / Σ t² = 13.8 / 14.
    let sum = 0.01 + 0.81 + 4.41 + 8.41 - 13.8 * 13.8 / 14.0;
    assert!((fit.standard_errors[1] - (sum / 3.0 / 14.0_f64).sqrt()).abs() < 1e-7, "{fit:?}");
    assert_eq!((fit.standard_errors[0], fit.degrees_of_freedom), (0.0, 3));
}

#[test]
fn it_is_refused_with_what_is_wrong() {
    let run = |step: f64| Run::default().with_uncertainty_by(step);
    for step in [0.0, -1.0, f64::NAN, 0.2] {
        let error = HybridSearch::default().run(&fit(), &run(step), &mut ()).unwrap_err();
        assert!(error.to_string().contains("expected a number above 0 and at most 0.1"), "{error}");
    }
    let rows = LinearConstraints::at_most([[1.0, 1.0]], [1.0]).unwrap();
    let constrained = fit().subject_to(rows).unwrap();
    let error = HybridSearch::default().run(&constrained, &run(1e-5), &mut ()).unwrap_err();
    assert_eq!(error, Error::Uncertainty);
    assert_eq!(
        HybridSearch::default().run(&fit().granular([1.0, 0.0]).unwrap(), &run(1e-5), &mut ()),
        Err(error)
    );
}

/// The same data with a tenth of the deviation stated: errors of `0.1 / sqrt(Σ (t - 1.5)²)`, in words and as JSON.
#[test]
fn it_says_where_its_errors_come_from() {
    let form = LeastSquares::of(4).with_deviations([0.1; 4]).unwrap();
    let problem = Problem::least_squares(form, line, [1.0, 1.0]).unwrap();
    let outcome = HybridSearch::default().run(&problem, &Run::default().with_uncertainty(), &mut ()).unwrap();
    let text = outcome.to_string();
    assert!(text.contains("The errors follow from the given standard deviations"), "{text}");
    assert!(text.contains("parameter  value"), "{text}");
    let json = serde_json::to_value(&outcome.uncertainty).unwrap();
    let error = json["fit"]["standard_errors"][1].as_f64().unwrap();
    assert!((error - 0.1 / 5.0_f64.sqrt()).abs() < 1e-6, "{json}");
}
