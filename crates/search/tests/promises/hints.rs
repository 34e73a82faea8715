//! Hints: points of a neighbouring problem shape the first models and are not believed.

use std::fs;
use std::ops::ControlFlow;

use search::{
    Automatic, Bounds, Budget, ConstraintCount, ConstraintValues, Error, Event, HybridOptions, HybridSearch,
    Journal, KnownFault, LeastSquares, LinearConstraints, Minimizer, NelderMead, Observer, Problem, Run,
    Values,
};

/// Rosenbrock's function with its minimum, 0, at (c, c²).
fn rosenbrock(x: &[f64], c: f64) -> f64 {
    100.0 * (x[1] - x[0] * x[0]).powi(2) + (c - x[0]).powi(2)
}

fn problem() -> Problem<'static> {
    Problem::new(|x: &[f64]| rosenbrock(x, 1.0), [-1.2, 1.0]).unwrap()
}

/// Points around the minimum for c = 1.1, and their values there.
fn neighbour() -> (Vec<Vec<f64>>, Vec<f64>) {
    let steps = [[0.0, 0.0], [0.3, 0.0], [0.0, 0.3], [-0.3, 0.0], [0.0, -0.3], [0.3, 0.3]];
    let points: Vec<Vec<f64>> = steps.iter().map(|s| vec![1.1 + s[0], 1.21 + s[1]]).collect();
    let values = points.iter().map(|x| rosenbrock(x, 1.1)).collect();
    (points, values)
}

/// Three residuals that are linear in two parameters, `A x - b`, with b₁ given.
fn linear(x: &[f64], b: f64) -> [f64; 3] {
    [x[0] + x[1] - b, x[0] - 2.0 * x[1], 0.5 * x[0] + x[1] - 0.3]
}

fn fit() -> Problem<'static> {
    let residuals = |x: &[f64], r: &mut [f64]| r.copy_from_slice(&linear(x, 1.0));
    Problem::least_squares(3, residuals, [4.0, 3.0]).unwrap()
}

/// Points around the minimum of the fit with b₁ = 1.2, and their residuals there.
fn other_fit() -> (Vec<[f64; 2]>, Vec<Values>) {
    let points = vec![[0.67, 0.3], [0.77, 0.3], [0.67, 0.4], [0.52, 0.3], [0.67, 0.1]];
    let values = points.iter().map(|x| LeastSquares::of(3).values(linear(x, 1.2))).collect();
    (points, values)
}

/// Keeps the evaluated points and their values.
#[derive(Default)]
struct Path(Vec<(Vec<f64>, f64)>);

impl Observer for Path {
    fn observe(&mut self, event: &Event<'_>) -> ControlFlow<()> {
        if let Event::Evaluation { x, values: Ok(values), .. } = event {
            self.0.push((x.to_vec(), values.value()));
        }
        ControlFlow::Continue(())
    }

    fn wants_evaluations(&self) -> bool {
        true
    }
}

fn path(problem: &Problem<'_>, budget: u64) -> Vec<(Vec<f64>, f64)> {
    let mut path = Path::default();
    HybridSearch::default().minimize(problem, &Budget::evaluations(budget), &mut path).unwrap();
    path.0
}

/// The neighbour's slopes are those of the fit, so that the step after start and hint is exact: the minimum solves the
/// normal equations `[2.25 -0.5; -0.5 6] x = (b₁ + 0.15, b₁ + 0.3)`.
#[test]
fn the_slopes_of_a_neighbouring_linear_fit_lead_to_the_minimum_in_one_step() {
    let (points, values) = other_fit();
    let path = path(&fit().hinted(points.clone(), values).unwrap(), 3);
    assert_eq!(path[0].0, [4.0, 3.0]);
    assert_eq!(path[1].0, points[0]);
    let determinant = 2.25 * 6.0 - 0.25;
    let minimum = [(1.15 * 6.0 + 0.5 * 1.3) / determinant, (2.25 * 1.3 + 0.5 * 1.15) / determinant];
    for (x, expected) in path[2].0.iter().zip(minimum) {
        assert!((x - expected).abs() < 1e-5, "{:?} {minimum:?}", path[2].0);
    }
}

/// The best point of the hint comes after the start, whatever its value is said to be.
#[test]
fn a_hint_saves_evaluations_and_its_values_are_not_believed() {
    let (points, values) = neighbour();
    let alone = path(&problem(), 200);
    let minimum = alone.iter().map(|(_, value)| *value).fold(f64::INFINITY, f64::min);
    let reached = |path: &[(Vec<f64>, f64)]| path.iter().position(|(_, value)| *value < minimum + 1e-6);
    for offset in [0.0, -1e6, 1e6] {
        let values = values.iter().map(|value| value + offset);
        let hinted = problem().hinted(points.clone(), values).unwrap();
        let with_hint = path(&hinted, 200);
        assert_eq!((&with_hint[0].0[..], &with_hint[1].0), (&[-1.2, 1.0][..], &points[0]));
        assert!(2 * reached(&with_hint).unwrap() < reached(&alone).unwrap());
        let outcome = HybridSearch::default().minimize(&hinted, &Budget::unlimited(), &mut ()).unwrap();
        assert!(
            (outcome.value - minimum).abs() < 1e-9 && outcome.start_value == rosenbrock(&[-1.2, 1.0], 1.0)
        );
        assert_eq!(outcome.value, rosenbrock(&outcome.x, 1.0));
    }
}

#[test]
fn a_hint_whose_best_point_is_no_better_than_the_start_costs_one_evaluation() {
    let misleading = [vec![50.0, 60.0], vec![51.0, 60.0], vec![50.0, 61.0]];
    let hinted = problem().hinted(misleading.clone(), [1.0, 2.0, 3.0]).unwrap();
    let form = LeastSquares::of(3);
    let residuals = [1.0, 2.0, 3.0].map(|r| form.values([r, r, r]));
    let hinted_fit = fit().hinted(misleading.clone(), residuals).unwrap();
    for (alone, hinted) in [(problem(), hinted), (fit(), hinted_fit)] {
        let (alone, mut hinted) = (path(&alone, 60), path(&hinted, 61));
        assert_eq!(hinted.remove(1).0, misleading[0]);
        assert_eq!(hinted, alone);
    }
}

/// The farthest point of a disc of radius 1 to the upper right, from a table for radius 1.1.
#[test]
fn a_hint_of_a_problem_with_constraints_saves_evaluations() {
    let disc = |x: &[f64], r: f64| (-x[0] - x[1], x[0] * x[0] + x[1] * x[1] - r * r);
    let posed = || {
        let problem = Problem::new(move |x: &[f64]| disc(x, 1.0).0, [0.3, -0.6]).unwrap();
        problem.constrained(ConstraintCount::new(1, 0), move |x| ([disc(x, 1.0).1], []))
    };
    let best = 1.1 * 0.5_f64.sqrt();
    let steps = [[0.0, 0.0], [-0.2, 0.0], [0.0, -0.2], [0.1, 0.0], [0.0, 0.1], [-0.1, -0.1]];
    let points = steps.map(|s| [best - 1e-9 + s[0], best - 1e-9 + s[1]]);
    let values = points.map(|x| {
        let (value, constraint) = disc(&x, 1.1);
        (value, ConstraintValues { inequalities: vec![constraint], equalities: vec![] })
    });
    let hinted = posed().hinted(points, values).unwrap();
    let evaluations = |problem: &Problem<'_>| {
        let outcome = HybridSearch::default().minimize(problem, &Budget::unlimited(), &mut ()).unwrap();
        assert!((outcome.value + 2.0_f64.sqrt()).abs() < 1e-5 && outcome.feasible, "{outcome}");
        outcome.counts.evaluations
    };
    assert!(evaluations(&hinted) < evaluations(&posed()));
}

#[test]
fn a_run_with_a_hint_takes_the_same_path_on_any_number_of_threads() {
    let (points, values) = neighbour();
    let (fit_points, fit_values) = other_fit();
    for problem in [problem().hinted(points, values).unwrap(), fit().hinted(fit_points, fit_values).unwrap()]
    {
        for batch in [1, 4] {
            let solver = HybridSearch::new(HybridOptions { batch, ..HybridOptions::default() }).unwrap();
            let run = |threads| solver.run(&problem, &Run::default().on_threads(threads), &mut ()).unwrap();
            let (one, three) = (run(1), run(3));
            assert_eq!((&one.x, one.counts.evaluations), (&three.x, three.counts.evaluations));
            assert!(one.converged());
        }
    }
}

#[test]
fn a_journal_resumes_with_the_same_hint_alone() {
    let folder = tempfile::tempdir().unwrap();
    let (points, mut values) = neighbour();
    let hinted = problem().hinted(points.clone(), values.clone()).unwrap();
    let whole = HybridSearch::default().minimize(&hinted, &Budget::evaluations(40), &mut ()).unwrap();
    values[3] += 1.0;
    let other = problem().hinted(points, values).unwrap();
    for every_value in [true, false] {
        let journal = Journal { every_value, ..Journal::new(folder.path().join(format!("{every_value}"))) };
        let first = Run::within(&Budget::evaluations(12)).with_journal(journal.clone());
        HybridSearch::default().run(&hinted, &first, &mut ()).unwrap();
        let rest = Run::within(&Budget::evaluations(40)).with_journal(journal.resumed());
        let resumed = HybridSearch::default().run(&hinted, &rest, &mut ()).unwrap();
        assert_eq!((&resumed.x, &resumed.trace, resumed.counts), (&whole.x, &whole.trace, whole.counts));
        let start = rosenbrock(&[-1.2, 1.0], 1.0);
        assert_eq!((resumed.start_value, whole.start_value, whole.trace[0].value), (start, start, start));
        let refused = HybridSearch::default().run(&other, &rest, &mut ()).unwrap_err().to_string();
        assert!(refused.contains("its hint.checksum is"), "{refused}");
        let refused = HybridSearch::default().run(&problem(), &rest, &mut ()).unwrap_err().to_string();
        assert!(refused.contains("its hint is"), "{refused}");
    }
}

#[test]
fn a_hint_that_the_solver_does_not_read_is_refused_by_name() {
    let (points, values) = neighbour();
    let hinted = problem().hinted(points, values).unwrap();
    let refused = |solver: &dyn Minimizer, problem: &Problem<'_>| {
        solver.minimize(problem, &Budget::unlimited(), &mut ()).unwrap_err()
    };
    let solver = "nelder-mead".to_owned();
    assert_eq!(refused(&NelderMead::default(), &hinted), Error::UnusedHint { solver });
    // What `Automatic` chooses for many coordinates under rows reads none, and what it chooses otherwise does.
    assert!(Automatic::default().minimize(&hinted, &Budget::evaluations(9), &mut ()).is_ok());
    let sphere = |x: &[f64]| x.iter().map(|x| x * x).sum::<f64>();
    let row = LinearConstraints::at_most([[1.0; 101]], [200.0]).unwrap();
    let many = Problem::new(sphere, vec![1.0; 101]).unwrap().subject_to(row).unwrap();
    let many = many.hinted([vec![0.1; 101]], [1.01]).unwrap();
    let error = refused(&Automatic::default(), &many).to_string();
    assert!(error.starts_with("automatic (patternsearch) was given a hint"), "{error}");
}

#[test]
fn with_many_coordinates_a_search_goes_on_from_the_best_point_of_the_hint_if_it_is_better() {
    let sphere = |x: &[f64]| x.iter().map(|x| x * x).sum::<f64>();
    let started = |hint: f64| {
        let problem = Problem::new(sphere, vec![1.0; 40]).unwrap();
        let problem = problem.hinted([vec![hint; 40], vec![5.0; 40]], [0.4, 0.5]).unwrap();
        let outcome = Automatic::default().minimize(&problem, &Budget::evaluations(2), &mut ()).unwrap();
        (outcome.solver, outcome.start_value, outcome.x[0])
    };
    assert_eq!(started(0.125), ("automatic (quasi-newton)".to_owned(), 40.0, 0.125));
    assert_eq!(started(3.0), ("automatic (quasi-newton)".to_owned(), 40.0, 1.0));
    // A hint at the start costs no evaluation.
    let alone = Problem::new(sphere, vec![1.0; 40]).unwrap();
    let hinted = Problem::new(sphere, vec![1.0; 40]).unwrap().hinted([vec![1.0; 40]], [0.4]).unwrap();
    let run = |problem: &Problem<'_>| {
        let outcome = Automatic::default().minimize(problem, &Budget::evaluations(200), &mut ()).unwrap();
        (outcome.x, outcome.counts, outcome.trace)
    };
    assert_eq!(run(&hinted), run(&alone));
}

/// The journal of a neighbouring problem has another label.
#[test]
fn a_table_and_a_journal_are_hints() {
    let folder = tempfile::tempdir().unwrap();
    let (points, values) = neighbour();
    let table = folder.path().join("neighbour.csv");
    let rows = points.iter().zip(&values).map(|(x, value)| format!("{},{value:?},{}\n", x[0], x[1]));
    fs::write(&table, format!("a,value,b\n{}", rows.collect::<String>())).unwrap();
    let names = ["a".to_owned(), "b".to_owned()];
    let hinted = problem().hinted(points, values).unwrap();
    assert_eq!(path(&problem().hinted_file(&table, &names).unwrap(), 50), path(&hinted, 50));

    let journal = Journal::new(folder.path().join("neighbour")).of_every_value().labelled("c = 1.1");
    let run = Run::within(&Budget::evaluations(60)).with_journal(journal.clone());
    let neighbour = Problem::new(|x: &[f64]| rosenbrock(x, 1.1), [-2.0, 3.0]).unwrap();
    let outcome = HybridSearch::default().run(&neighbour, &run, &mut ()).unwrap();
    let hinted = path(&problem().hinted_file(&journal.path, &[]).unwrap(), 2);
    assert_eq!(hinted[1].0, outcome.x);

    let missing = problem().hinted_file(&folder.path().join("none"), &[]).unwrap_err();
    assert!(matches!(missing, Error::Journal(_)), "{missing}");
}

#[test]
fn a_wrong_point_of_a_hint_is_named() {
    let bounded = || problem().bounded(Bounds::new([-1.0, -1.0], [1.0, 1.0]).unwrap()).unwrap();
    // Outside the bounds is no fault: the neighbour may have others.
    assert!(bounded().hinted([[0.0, 2.0]], [1.0]).is_ok());
    let fault = |result: Result<Problem<'static>, Error>| match result {
        Err(Error::Hint { index, fault }) => (index, fault),
        other => panic!("{other:?}"),
    };
    let length = problem().hinted([[0.0, 0.0]], [1.0, 2.0]).unwrap_err();
    assert_eq!(length, Error::HintLength { points: 1, values: 2 });
    let wrong = fault(problem().hinted([vec![0.0, 0.0], vec![1.0]], [1.0, 2.0]));
    assert_eq!(wrong, (1, KnownFault::Length { given: 1, expected: 2 }));
    let error = problem().hinted([[0.0, f64::NAN]], [1.0]).unwrap_err().to_string();
    assert_eq!(error, "point 0 of the hint has coordinate 1 = NaN; expected a number from -inf to inf");
    for (result, says) in [
        (problem().hinted([[0.0, 0.0]], [f64::NAN]), "the value is NaN"),
        (
            problem().with_residuals(2).unwrap().hinted([[0.0, 0.0]], [1.0]),
            "there are 0 residuals; expected 2",
        ),
    ] {
        let error = result.unwrap_err().to_string();
        let start = "point 0 of the hint has no values of this problem: ";
        assert!(error.starts_with(start) && error.contains(says), "{error}");
    }
    // What is set afterwards is checked by the run.
    let late = problem().hinted([[0.0, 0.0]], [1.0]).unwrap().with_residuals(2).unwrap();
    let error = HybridSearch::default().minimize(&late, &Budget::unlimited(), &mut ()).unwrap_err();
    assert!(matches!(error, Error::Hint { index: 0, .. }), "{error}");
}
