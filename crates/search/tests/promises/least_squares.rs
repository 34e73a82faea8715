//! Least squares: one value through the same door for every solver, and the residuals for those that read them.

use std::sync::{Arc, Mutex};

use search::{
    AskTell, Budget, ConstraintCount, Error, Evaluations, Failure, HybridSearch, Journal, LeastSquares, Loss,
    Method, Minimizer, NelderMead, Objective, PatternSearch, Problem, Residuals, Run, Seen, Solver, Status,
    Stop, TellError, with_gradient,
};

/// Rosenbrock's residuals: `10 (x2 - x1^2)`, `1 - x1`.
fn rosenbrock(x: &[f64], r: &mut [f64]) {
    (r[0], r[1]) = (10.0 * (x[1] - x[0] * x[0]), 1.0 - x[0]);
}

fn sum_of_squares(x: &[f64]) -> f64 {
    let mut r = [0.0; 2];
    rosenbrock(x, &mut r);
    r[0] * r[0] + r[1] * r[1]
}

fn fit() -> Problem<'static> {
    Problem::least_squares(2, rosenbrock, [-1.2, 1.0]).unwrap()
}

/// Walks along a line and keeps what it has seen.
#[derive(Default)]
struct Walk {
    seen: Arc<Mutex<Vec<Seen>>>,
}

impl Walk {
    fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }
}

impl Solver for Walk {
    fn name(&self) -> String {
        "walk".to_owned()
    }

    fn uses_residuals(&self) -> bool {
        true
    }

    fn accepts(&self, _: &Problem<'_>) -> Result<(), Error> {
        Ok(())
    }

    fn search(&self, evaluations: &mut Evaluations<'_>) -> Result<Status, Stop> {
        evaluations.keep_seen();
        let mut x = evaluations.start().to_vec();
        for _ in 0..5 {
            let value = evaluations.value(&x)?;
            evaluations.iteration(&x, value, None, Method::Step)?;
            self.seen.lock().unwrap().extend(evaluations.seen());
            x[0] += 0.5;
        }
        Ok(Status::SolverConverged)
    }
}

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() <= 4.0 * f64::EPSILON * b.abs()
}

/// The closed forms at `r = 3`, `sigma = 1.5`, `C = 0.5`, so that `u = (3 / 0.75)^2 = 16`, and at a small residual, where
/// each loss is the square.
#[test]
fn each_loss_has_its_closed_form() {
    let scale = 0.5;
    let large = [
        (Loss::Squares, 4.0),
        (Loss::Huber { scale }, 0.25 * (2.0 * 4.0 - 1.0)),
        (Loss::SoftL1 { scale }, 0.25 * 2.0 * (17.0_f64.sqrt() - 1.0)),
        (Loss::Cauchy { scale }, 0.25 * 17.0_f64.ln()),
    ];
    for (loss, expected) in large {
        let form = LeastSquares::of(1).with_deviations([1.5]).unwrap().with_loss(loss).unwrap();
        assert!(close(form.value(&[3.0]), expected), "{loss:?}: {} {expected}", form.value(&[3.0]));
        for r in [3.0, -3.0, 0.3, -1e-9] {
            let root = form.rooted(&[r])[0];
            assert!(
                close(root * root, form.value(&[r])) && root.signum() == r.signum(),
                "{loss:?} {r} {root}"
            );
        }
        let small = form.rooted(&[1e-9])[0];
        assert!((small / (1e-9 / 1.5) - 1.0).abs() < 1e-12, "{loss:?} {small}");
    }
    // Huber's two branches meet at C, in value and slope.
    let huber = LeastSquares::of(1).with_loss(Loss::Huber { scale: 2.0 }).unwrap();
    let (below, above) = (huber.value(&[2.0 - 1e-7]), huber.value(&[2.0 + 1e-7]));
    assert!((huber.value(&[2.0]) - 4.0).abs() < 1e-15 && ((above - below) / 2e-7 - 4.0).abs() < 1e-6);
}

#[test]
fn every_solver_sees_the_sum_of_squares() {
    let plain = Problem::new(sum_of_squares, [-1.2, 1.0]).unwrap();
    let solvers: [&dyn Minimizer; 3] =
        [&PatternSearch::default(), &NelderMead::default(), &search::CoordinateSearch::default()];
    for solver in solvers {
        let run = |problem| solver.minimize(problem, &Budget::evaluations(400), &mut ()).unwrap();
        let (as_sum, as_fit) = (run(&plain), run(&fit()));
        assert_eq!((&as_sum.x, as_sum.counts, &as_sum.trace), (&as_fit.x, as_fit.counts, &as_fit.trace));
        let mut residuals = [0.0; 2];
        rosenbrock(&as_fit.x, &mut residuals);
        assert_eq!((as_sum.residuals, as_fit.residuals.as_deref()), (None, Some(residuals.as_slice())));
    }
}

#[test]
fn a_solver_that_reads_residuals_has_those_of_each_point() {
    let form = LeastSquares::of(2).with_deviations([1.0, 0.5]).unwrap();
    let robust = form.with_loss(Loss::Cauchy { scale: 2.0 }).unwrap();
    for threads in [1, 3] {
        let walk = Walk::default();
        let problem = Problem::least_squares(robust.clone(), rosenbrock, [-1.2, 1.0]).unwrap();
        let outcome = walk.run(&problem, &Run::default().on_threads(threads), &mut ()).unwrap();
        let seen = walk.seen();
        assert_eq!(seen.len(), 5);
        for point in &seen {
            let mut residuals = [0.0; 2];
            rosenbrock(&point.x, &mut residuals);
            assert_eq!(point.residuals, robust.rooted(&residuals));
            assert_eq!(point.value, robust.value(&residuals));
        }
        let mut residuals = [0.0; 2];
        rosenbrock(&outcome.x, &mut residuals);
        assert_eq!(outcome.residuals, Some(residuals.to_vec()), "as the closure writes them");
    }
}

/// Rosenbrock's function as an objective with residuals.
struct WithResiduals;

impl Objective for WithResiduals {
    fn value(&self, x: &[f64]) -> Result<f64, Failure> {
        Ok(sum_of_squares(x))
    }

    fn residuals(&self) -> Option<&dyn Residuals> {
        Some(self)
    }
}

impl Residuals for WithResiduals {
    fn form(&self) -> LeastSquares {
        LeastSquares::of(2)
    }

    fn residuals_at(&self, x: &[f64], residuals: &mut [f64]) -> Result<f64, Failure> {
        rosenbrock(x, residuals);
        self.value(x)
    }
}

#[test]
fn residuals_of_an_objective_are_asked_for_by_solvers_that_use_them() {
    let problem = || Problem::of(WithResiduals, [-1.2, 1.0]).unwrap();
    let walk = Walk::default();
    assert!(walk.minimize(&problem(), &Budget::unlimited(), &mut ()).unwrap().residuals.is_some());
    assert!(walk.seen().iter().all(|seen| seen.residuals.len() == 2));
    let pointer: Arc<dyn Minimizer> = Arc::new(Walk::default());
    assert!(pointer.minimize(&problem(), &Budget::unlimited(), &mut ()).unwrap().residuals.is_some());
    let pattern = PatternSearch::default().minimize(&problem(), &Budget::evaluations(50), &mut ()).unwrap();
    assert_eq!(pattern.residuals, None);
    // A wrapper passes them on.
    let wrapped = with_gradient(|x: &[f64]| x[0], |_, _| {});
    assert!(wrapped.residuals().is_none());
}

#[test]
fn residuals_and_constraints_go_together() {
    let walk = Walk::default();
    let disc = |x: &[f64]| ([x[0] * x[0] + x[1] * x[1] - 2.0], []);
    let problem = fit().constrained(ConstraintCount::new(1, 0), disc);
    walk.minimize(&problem, &Budget::unlimited(), &mut ()).unwrap();
    for Seen { x, value, constraints, residuals } in walk.seen() {
        assert_eq!(constraints.inequalities, disc(&x).0);
        assert_eq!(residuals.iter().map(|r| r * r).sum::<f64>(), value);
    }
    let outcome = PatternSearch::default().minimize(&problem, &Budget::evaluations(500), &mut ()).unwrap();
    assert!(outcome.feasible && outcome.residuals.is_some_and(|r| r.len() == 2));

    // A simulator that returns all of them in one call.
    let form = LeastSquares::of(2);
    let simulator = move |x: &[f64]| {
        let mut r = [0.0; 2];
        rosenbrock(x, &mut r);
        let constraints = search::IntoConstraints::into_constraints(disc(x)).unwrap();
        form.values(r).constrained(constraints)
    };
    let together = Problem::simulated(simulator, ConstraintCount::new(1, 0), [-1.2, 1.0]).unwrap();
    let together = together.with_residuals(2).unwrap();
    let again = PatternSearch::default().minimize(&together, &Budget::evaluations(500), &mut ()).unwrap();
    let apart = PatternSearch::default().minimize(&problem, &Budget::evaluations(500), &mut ()).unwrap();
    assert_eq!((again.x, again.residuals, again.trace), (apart.x, apart.residuals, apart.trace));
}

#[test]
fn a_residual_that_is_no_number_is_a_failed_evaluation() {
    type Writes = fn(&[f64], &mut [f64]) -> Result<(), &'static str>;
    let fails: [Writes; 4] = [
        |_, _| Err("no mesh"),
        |_, r| {
            (r[0], r[1]) = (1.0, f64::INFINITY);
            Ok(())
        },
        |_, r| {
            r[0] = 1.0;
            Ok(())
        },
        |_, _| panic!("torn"),
    ];
    let failures = fails.map(|residuals| {
        let problem = Problem::least_squares(2, residuals, [0.0]).unwrap();
        match PatternSearch::default().minimize(&problem, &Budget::evaluations(1), &mut ()) {
            Err(Error::NoValue { first: Some(first), .. }) => first.failure,
            other => panic!("{other:?}"),
        }
    });
    let [error, infinite, unwritten, panicked] = failures;
    assert_eq!(error, Failure::Error("no mesh".to_owned()));
    assert_eq!(infinite, Failure::NotFinite(f64::INFINITY));
    assert!(matches!(unwritten, Failure::NotFinite(value) if value.is_nan()));
    assert_eq!(panicked, Failure::Panic("torn".to_owned()));
}

#[test]
fn a_stopped_fit_resumes_with_the_same_bits() {
    let folder = tempfile::tempdir().unwrap();
    for every_value in [false, true] {
        let whole = PatternSearch::default().minimize(&fit(), &Budget::evaluations(300), &mut ()).unwrap();
        for stop in [1, 7, 150] {
            let path = folder.path().join(format!("{every_value}-{stop}"));
            let journal = Journal { every_value, ..Journal::new(&path) };
            let first = Run::within(&Budget::evaluations(stop)).with_journal(journal.clone());
            PatternSearch::default().run(&fit(), &first, &mut ()).unwrap();
            let rest = Run::within(&Budget::evaluations(300)).with_journal(journal.resumed());
            let resumed = PatternSearch::default().run(&fit(), &rest, &mut ()).unwrap();
            assert_eq!((&resumed.x, &resumed.residuals), (&whole.x, &whole.residuals));
            assert_eq!(resumed.trace, whole.trace);
            let entries = Journal::new(&path).entries().unwrap();
            assert_eq!(entries.is_empty(), !every_value);
            for entry in entries {
                let mut residuals = [0.0; 2];
                rosenbrock(&entry.x, &mut residuals);
                assert_eq!(entry.residuals, Some(residuals.to_vec()));
            }
        }
    }
}

/// What a solver sees in a replay is what it saw in the run.
#[test]
fn a_replay_gives_the_residuals_back() {
    let folder = tempfile::tempdir().unwrap();
    let journal = Journal::new(folder.path().join("walk"));
    let (first, again) = (Walk::default(), Walk::default());
    first.run(&fit(), &Run::within(&Budget::evaluations(3)).with_journal(journal.clone()), &mut ()).unwrap();
    again.run(&fit(), &Run::default().with_journal(journal.clone().resumed()), &mut ()).unwrap();
    assert_eq!(first.seen(), again.seen()[..3]);
    assert!(again.seen().iter().all(|seen| seen.residuals.len() == 2));
    // A fit of another form is another run.
    let form = LeastSquares::of(2).with_deviations([1.0, 2.0]).unwrap();
    let other = Problem::least_squares(form, rosenbrock, [-1.2, 1.0]).unwrap();
    let refused = Walk::default().run(&other, &Run::default().with_journal(journal.resumed()), &mut ());
    assert!(
        matches!(&refused, Err(Error::Journal(error)) if error.to_string().contains("residuals.deviations")),
        "{refused:?}"
    );
}

#[test]
fn ask_and_tell_has_the_residuals_told() {
    let form = LeastSquares::of(2);
    let problem = Problem::without_objective([-1.2, 1.0]).unwrap().with_residuals(form.clone()).unwrap();
    let mut session = AskTell::new(HybridSearch::default(), problem, &Budget::evaluations(40)).unwrap();
    let start = session.ask(1).remove(0);
    let refused = session.tell(start.id, Ok(24.2));
    assert_eq!(refused, Err(TellError::ResidualCount { id: start.id, given: 0, expected: 2 }));
    let tell = |session: &mut AskTell, id, x: &[f64]| {
        let mut residuals = [0.0; 2];
        rosenbrock(x, &mut residuals);
        session.tell(id, Ok(form.values(residuals))).unwrap();
    };
    tell(&mut session, start.id, &start.point);
    while session.outcome().is_none() {
        for asked in session.ask(1) {
            tell(&mut session, asked.id, &asked.point);
        }
    }
    let told = session.finish().unwrap();
    let here = HybridSearch::default().minimize(&fit(), &Budget::evaluations(40), &mut ()).unwrap();
    assert_eq!((told.x, told.residuals), (here.x, here.residuals));
}

#[test]
fn a_wrong_form_is_refused_with_what_is_wrong() {
    let form = LeastSquares::of(2);
    let errors = [
        (form.clone().with_deviations([1.0]).unwrap_err(), "there are 1 standard deviations; expected 2"),
        (
            form.clone().with_deviations([1.0, 0.0]).unwrap_err(),
            "standard deviation 1 is 0; expected a finite number above 0",
        ),
        (form.clone().with_deviations([f64::NAN, 1.0]).unwrap_err(), "standard deviation 0 is NaN"),
        (form.with_loss(Loss::Huber { scale: -1.0 }).unwrap_err(), "the scale of the loss is -1; expected"),
        (
            Problem::least_squares(0, rosenbrock, [1.0]).unwrap_err(),
            "there are 0 residuals; expected at least 1",
        ),
    ];
    for (error, says) in errors {
        assert!(error.to_string().starts_with(says), "{error}");
    }
}
