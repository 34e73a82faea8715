//! Known points: the best of them is the start, and none costs an evaluation.

use std::fs;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use search::{
    AskTell, Bounds, Budget, ConstraintCount, ConstraintValues, CoordinateSearch, Error, Event, HybridSearch,
    Journal, JournalFault, KnownFault, LeastSquares, LinearConstraints, Minimizer, NelderMead, Observer,
    PatternSearch, Problem, Run,
};

fn bowl(x: &[f64]) -> f64 {
    (x[0] - 1.0).powi(2) + 3.0 * (x[1] + 0.5).powi(2) + 0.5 * x[0] * x[1]
}

fn problem(start: [f64; 2]) -> Problem<'static> {
    Problem::new(bowl, start).unwrap()
}

fn solvers() -> [Box<dyn Minimizer>; 4] {
    [
        Box::new(PatternSearch::default()),
        Box::new(HybridSearch::default()),
        Box::new(CoordinateSearch::default()),
        Box::new(NelderMead::default()),
    ]
}

/// Keeps the evaluated points.
#[derive(Default)]
struct Points(Vec<Vec<f64>>);

impl Observer for Points {
    fn observe(&mut self, event: &Event<'_>) -> ControlFlow<()> {
        if let Event::Evaluation { x, .. } = event {
            self.0.push(x.to_vec());
        }
        ControlFlow::Continue(())
    }

    fn wants_evaluations(&self) -> bool {
        true
    }
}

#[test]
fn the_best_known_point_is_the_start_and_is_not_evaluated() {
    for solver in solvers() {
        let calls = Arc::new(AtomicU64::new(0));
        let counted = Arc::clone(&calls);
        let objective = move |x: &[f64]| {
            assert_ne!(x, [2.0, -1.0], "it is known");
            counted.fetch_add(1, Ordering::Relaxed);
            bowl(x)
        };
        let known = [[4.0, 4.0], [2.0, -1.0], [2.0, 0.0]];
        let with_table =
            Problem::new(objective, [9.0, 9.0]).unwrap().knowing(known, known.map(|x| bowl(&x))).unwrap();
        let outcome = solver.minimize(&with_table, &Budget::evaluations(200), &mut ()).unwrap();
        let from_there = solver.minimize(&problem([2.0, -1.0]), &Budget::evaluations(201), &mut ()).unwrap();
        assert_eq!(outcome.start_value, bowl(&[2.0, -1.0]));
        assert_eq!((&outcome.x, outcome.value), (&from_there.x, from_there.value), "{}", solver.name());
        assert_eq!(calls.load(Ordering::Relaxed), outcome.counts.evaluations);
        assert!(outcome.counts.evaluations < from_there.counts.evaluations);
        assert_eq!(outcome.projected, 0);
    }
}

/// A run that knows points of its own path takes the same path.
#[test]
fn points_of_its_own_path_save_their_evaluations() {
    for solver in solvers() {
        let start = [2.0, -1.0];
        let mut points = Points::default();
        let whole = solver.minimize(&problem(start), &Budget::unlimited(), &mut points).unwrap();
        let mut known: Vec<Vec<f64>> =
            points.0.iter().take(40).filter(|x| **x == start || bowl(x) > bowl(&start)).cloned().collect();
        known.sort_by(|a, b| a.partial_cmp(b).unwrap());
        known.dedup();
        assert!(known.len() > 1, "{}", solver.name());
        for threads in [1, 3] {
            let values: Vec<f64> = known.iter().map(|x| bowl(x)).collect();
            let problem = problem([5.0, 5.0]).knowing(known.clone(), values).unwrap();
            let run = Run::default().on_threads(threads);
            let outcome = solver.run(&problem, &run, &mut ()).unwrap();
            assert_eq!((&outcome.x, outcome.value, outcome.status), (&whole.x, whole.value, whole.status));
            let asked = points.0.iter().filter(|x| known.contains(x)).count() as u64;
            assert_eq!(outcome.counts.evaluations + asked, whole.counts.evaluations, "{}", solver.name());
        }
    }
}

#[test]
fn with_constraints_the_best_feasible_point_is_the_start() {
    let circle = |x: &[f64]| ConstraintValues {
        inequalities: vec![x[0] * x[0] + x[1] * x[1] - 1.0],
        equalities: vec![],
    };
    let known = [[1.0, -1.0], [0.5, 0.5], [0.6, -0.2], [0.0, 0.0]];
    let constrained = problem([3.0, 3.0])
        .constrained(ConstraintCount::new(1, 0), move |x| (circle(x).inequalities, []))
        .knowing(known, known.map(|x| (bowl(&x), circle(&x))))
        .unwrap();
    let outcome = PatternSearch::default().minimize(&constrained, &Budget::evaluations(1), &mut ()).unwrap();
    assert!(bowl(&known[0]) < bowl(&known[2]), "an infeasible point is better");
    assert_eq!((outcome.start_value, outcome.feasible), (bowl(&known[2]), true));

    // A point that violates a linear constraint is no start.
    let linear = LinearConstraints::at_most([[1.0, 0.0]], [0.1]).unwrap();
    let constrained = constrained.subject_to(linear).unwrap();
    let outcome = PatternSearch::default().minimize(&constrained, &Budget::evaluations(1), &mut ()).unwrap();
    assert_eq!(outcome.start_value, bowl(&known[3]));
}

#[test]
fn a_session_asks_for_no_known_point() {
    let known = [[2.0, -1.0], [3.0, -1.0]];
    let problem =
        Problem::without_objective([0.0, 0.0]).unwrap().knowing(known, known.map(|x| bowl(&x))).unwrap();
    let mut session = AskTell::new(PatternSearch::default(), problem, &Budget::evaluations(50)).unwrap();
    assert_eq!(session.best(), Some((vec![2.0, -1.0], bowl(&known[0]))));
    while session.outcome().is_none() {
        for asked in session.ask(3) {
            assert!(!known.contains(&[asked.point[0], asked.point[1]]));
            if session.outcome().is_none() {
                session.tell(asked.id, Ok(bowl(&asked.point))).unwrap();
            }
        }
    }
}

#[test]
fn a_journal_resumes_with_the_same_table_alone() {
    let folder = tempfile::tempdir().unwrap();
    let knowing = |value: f64| problem([9.0, 9.0]).knowing([[2.0, -1.0], [3.0, -1.0]], [value, 4.0]).unwrap();
    let table = knowing(1.25);
    let whole = HybridSearch::default().minimize(&table, &Budget::evaluations(60), &mut ()).unwrap();
    for every_value in [true, false] {
        let journal = Journal { every_value, ..Journal::new(folder.path().join(format!("{every_value}"))) };
        let first = Run::within(&Budget::evaluations(20)).with_journal(journal.clone());
        HybridSearch::default().run(&table, &first, &mut ()).unwrap();
        let rest = Run::within(&Budget::evaluations(60)).with_journal(journal.resumed());
        let resumed = HybridSearch::default().run(&table, &rest, &mut ()).unwrap();
        assert_eq!((&resumed.x, &resumed.trace), (&whole.x, &whole.trace));
        assert_eq!((resumed.start_value, resumed.counts), (1.25, whole.counts));
        let refused = HybridSearch::default().run(&knowing(1.5), &rest, &mut ()).unwrap_err();
        assert!(refused.to_string().contains("its known points.checksum is"), "{refused}");
    }
}

#[test]
fn a_journal_of_another_run_is_a_table() {
    let folder = tempfile::tempdir().unwrap();
    let journal = Journal::new(folder.path().join("first")).of_every_value().labelled("bowl");
    let run = Run::within(&Budget::evaluations(30)).with_journal(journal.clone());
    let first = PatternSearch::default().run(&problem([4.0, 4.0]), &run, &mut ()).unwrap();
    let more = problem([-7.0, 3.0]).knowing_journal(&journal).unwrap();
    let outcome = HybridSearch::default().minimize(&more, &Budget::evaluations(40), &mut ()).unwrap();
    assert_eq!(outcome.start_value, first.value);

    let fault = |journal: &Journal| match problem([0.0, 0.0]).knowing_journal(journal) {
        Err(Error::Journal(error)) => error.fault,
        other => panic!("{other:?}"),
    };
    let other = fault(&journal.clone().labelled("other"));
    assert!(matches!(&other, JournalFault::OtherRun { what, .. } if what == "label"), "{other:?}");
    let states = Journal::new(folder.path().join("empty")).labelled("bowl");
    HybridSearch::default()
        .run(&problem([1.0, 1.0]), &Run::default().with_journal(states.clone()), &mut ())
        .unwrap();
    assert_eq!(fault(&states), JournalFault::NoPoints);
    let narrow = problem([0.0, 0.0]).bounded(Bounds::new([-1.0, -1.0], [1.0, 1.0]).unwrap()).unwrap();
    let outside = narrow.knowing_journal(&journal).unwrap_err();
    assert!(
        outside.to_string().contains("known point 0 has coordinate 0 = 4; expected a number from -1 to 1")
    );
}

#[test]
fn a_table_is_read_by_the_names_of_its_columns() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("points.csv");
    let names = ["a".to_owned(), "b".to_owned()];
    fs::write(
        &path,
        "evaluation,value,b,a,failure\n1,3.5,1, 2,\n2,,4,5,\"no mesh, at all\"\n3,2.5,0.25,-1,\n",
    )
    .unwrap();
    let read = problem([0.0, 0.0]).knowing_table(&path, &names).unwrap();
    assert_eq!(read.starts_known(), [(vec![2.0, 1.0], 3.5), (vec![-1.0, 0.25], 2.5)]);

    let fit = Problem::least_squares(2, |x: &[f64], r: &mut [f64]| r.copy_from_slice(x), [0.0, 0.0]).unwrap();
    let fit = fit.constrained(ConstraintCount::new(1, 1), |x| ([x[0]], [x[1]]));
    fs::write(&path, "x1,x2,r1,r2,c1,ceq1\n1,2,3,4,-5,6\n").unwrap();
    assert_eq!(fit.knowing_table(&path, &[]).unwrap().starts_known(), [(vec![1.0, 2.0], 25.0)]);

    for (text, line, says) in [
        ("x1,x2\n", 1, "there is no column `value`; the columns are x1, x2"),
        ("x1,value\n", 1, "there is no column `x2`; the columns are x1, value"),
        ("x1,x2,value\n1,2,3\n1,b,3\n", 3, "x2 is `b`; expected a number"),
    ] {
        fs::write(&path, text).unwrap();
        match problem([0.0, 0.0]).knowing_table(&path, &[]) {
            Err(Error::Table { line: at, reason, .. }) => assert_eq!((at, reason.as_str()), (line, says)),
            other => panic!("{text}: {other:?}"),
        }
    }
    let missing = problem([0.0, 0.0]).knowing_table(folder.path().join("none.csv"), &[]).unwrap_err();
    assert!(matches!(missing, Error::Table { line: 0, .. }), "{missing}");
}

/// Reads the table through a run of one evaluation.
trait StartsKnown {
    fn starts_known(self) -> Vec<(Vec<f64>, f64)>;
}

impl StartsKnown for Problem<'_> {
    fn starts_known(self) -> Vec<(Vec<f64>, f64)> {
        struct Reads(std::sync::Mutex<Vec<(Vec<f64>, f64)>>);
        impl search::Solver for Reads {
            fn name(&self) -> String {
                "reads".to_owned()
            }
            fn accepts(&self, _: &Problem<'_>) -> Result<(), Error> {
                Ok(())
            }
            fn search(
                &self,
                evaluations: &mut search::Evaluations<'_>,
            ) -> Result<search::Status, search::Stop> {
                let known = evaluations.known();
                for seen in &known {
                    let squares: f64 = seen.residuals.iter().map(|r| r * r).sum();
                    assert!(seen.residuals.is_empty() || squares == seen.value);
                }
                *self.0.lock().unwrap() = known.into_iter().map(|seen| (seen.x, seen.value)).collect();
                Ok(search::Status::SolverConverged)
            }
        }
        let reads = Reads(std::sync::Mutex::default());
        reads.minimize(&self, &Budget::unlimited(), &mut ()).unwrap();
        reads.0.into_inner().unwrap()
    }
}

#[test]
fn a_wrong_known_point_is_named() {
    let bounded = || problem([0.0, 0.0]).bounded(Bounds::new([-1.0, -1.0], [1.0, 1.0]).unwrap()).unwrap();
    let fault = |result: Result<Problem<'static>, Error>| match result {
        Err(Error::Known { index, fault }) => (index, fault),
        other => panic!("{other:?}"),
    };
    let length = bounded().knowing([[0.0, 0.0]], [1.0, 2.0]).unwrap_err();
    assert_eq!(length, Error::KnownLength { points: 1, values: 2 });
    assert_eq!(
        fault(bounded().knowing([vec![0.0, 0.0], vec![1.0]], [1.0, 2.0])),
        (1, KnownFault::Length { given: 1, expected: 2 })
    );
    assert_eq!(
        fault(bounded().knowing([[0.0, 2.0]], [1.0])),
        (0, KnownFault::Outside { index: 1, value: 2.0, lower: -1.0, upper: 1.0 })
    );
    let (_, nan) = fault(bounded().knowing([[f64::NAN, 0.0]], [1.0]));
    assert!(matches!(nan, KnownFault::Outside { index: 0, .. }));
    assert_eq!(
        fault(bounded().granular([0.5, 0.0]).unwrap().knowing([[0.3, 0.0]], [1.0])),
        (0, KnownFault::OffGrid { index: 0, value: 0.3, granularity: 0.5 })
    );
    for (problem, says) in [
        (bounded().knowing([[0.0, 0.0]], [f64::NAN]), "the value is NaN"),
        (
            bounded().with_residuals(2).unwrap().knowing([[0.0, 0.0]], [1.0]),
            "there are 0 residuals; expected 2",
        ),
        (
            bounded().knowing([[0.0, 0.0]], [LeastSquares::of(2).values([1.0, 2.0])]),
            "there are 2 residuals; expected 0",
        ),
        (
            bounded().with_constraint_count(ConstraintCount::new(1, 0)).knowing([[0.0, 0.0]], [1.0]),
            "the constraints are 0 inequalities and 0 equalities; expected 1",
        ),
    ] {
        let error = problem.unwrap_err().to_string();
        assert!(
            error.starts_with("known point 0 has no values of this problem: ") && error.contains(says),
            "{error}"
        );
    }
    // What is set afterwards is checked by the run.
    let late = problem([0.0, 0.0]).knowing([[0.0, 2.0]], [1.0]).unwrap();
    let late = late.bounded(Bounds::new([-1.0, -1.0], [1.0, 1.0]).unwrap()).unwrap();
    let error = PatternSearch::default().minimize(&late, &Budget::unlimited(), &mut ()).unwrap_err();
    assert!(matches!(error, Error::Known { index: 0, fault: KnownFault::Outside { .. } }), "{error}");
}

/// Points around the start take the place of the first sweep: the first evaluation of a linear fit is at its minimum.
#[test]
fn known_points_are_in_the_models_of_residuals() {
    let linear = |x: &[f64]| [x[0] + x[1] - 1.0, x[0] - 2.0 * x[1], 0.5 * x[0] + x[1] - 0.3];
    let residuals = move |x: &[f64], r: &mut [f64]| r.copy_from_slice(&linear(x));
    let form = LeastSquares::of(3);
    let around = [[1.0, 1.0], [1.2, 1.0], [1.0, 1.2], [0.8, 1.0], [1.0, 0.8]];
    let values = around.map(|x| form.values(linear(&x)));
    let fit = Problem::least_squares(3, residuals, [1.0, 1.0]).unwrap().knowing(around, values).unwrap();
    let mut points = Points::default();
    let outcome = HybridSearch::default().minimize(&fit, &Budget::unlimited(), &mut points).unwrap();
    let first = form.value(&linear(&points.0[0]));
    assert!(outcome.value > 0.0 && first <= outcome.value * (1.0 + 1e-9), "{first} {outcome}");
    assert!(points.0.iter().all(|x| around.iter().all(|known| known[..] != x[..])));
}
