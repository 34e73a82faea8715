//! A pointer to a solver is that solver, in all that a solver says of itself.

use std::sync::Arc;

use search::{
    Bounds, Budget, DisplayLevel, Error, Evaluations, LinearConstraints, Minimizer, Problem, Run, Solver,
    Status, Stop,
};
use serde_json::{Value, json};

/// A solver that has an answer of its own to every question.
struct Own {
    seed: u64,
}

impl Solver for Own {
    fn name(&self) -> String {
        format!("own-{}", self.seed)
    }

    fn search(&self, evaluations: &mut Evaluations<'_>) -> Result<Status, Stop> {
        let start = evaluations.start().to_vec();
        evaluations.value(&start)?;
        Ok(Status::SolverConverged)
    }

    fn settings(&self) -> Value {
        json!({ "seed": self.seed })
    }

    fn with_seed(&self, seed: u64) -> Option<Box<dyn Minimizer>> {
        Some(Box::new(Own { seed }))
    }

    fn accepts(&self, problem: &Problem<'_>) -> Result<(), Error> {
        let (solver, given, expected) = (self.name(), problem.dimension(), "2");
        if given == 2 { Ok(()) } else { Err(Error::Dimension { solver, given, expected }) }
    }

    fn constraint_tolerance(&self, _linear: &LinearConstraints) -> Result<f64, Error> {
        Ok(0.25)
    }

    fn display(&self) -> DisplayLevel {
        DisplayLevel::Final
    }
}

fn problem(dimension: usize) -> Problem<'static> {
    Problem::new(|x: &[f64]| x.iter().sum::<f64>(), vec![1.0; dimension]).unwrap()
}

/// Any kind of minimizer that a caller may hold, without knowing what it is.
fn check(minimizer: impl Minimizer, pointer: &str) {
    let of_row = LinearConstraints::at_most(vec![vec![1.0, 1.0]], vec![1.0]).unwrap();
    assert_eq!(minimizer.name(), "own-7", "{pointer}");
    assert_eq!(minimizer.settings(), json!({ "seed": 7 }), "{pointer}");
    assert_eq!(minimizer.with_seed(8).map(|other| other.name()), Some("own-8".to_owned()), "{pointer}");
    assert_eq!(minimizer.constraint_tolerance(&of_row), Ok(0.25), "{pointer}");
    assert_eq!(minimizer.display(), DisplayLevel::Final, "{pointer}");
    let refused = minimizer.run(&problem(3), &Run::default(), &mut ());
    assert!(matches!(refused, Err(Error::Dimension { given: 3, .. })), "{pointer}");

    let bounds = Bounds::uniform(2, -1.0, 3.0).unwrap();
    let problem = problem(2).bounded(bounds).unwrap();
    let outcome = minimizer.minimize(&problem, &Budget::evaluations(5), &mut ()).unwrap();
    assert_eq!((outcome.solver.as_str(), outcome.counts.evaluations), ("own-7", 1), "{pointer}");
    assert_eq!((outcome.x, outcome.status), (vec![1.0, 1.0], Status::SolverConverged), "{pointer}");
}

#[test]
fn a_pointer_to_a_solver_is_that_solver() {
    let own = || Own { seed: 7 };
    check(own(), "the solver itself");
    let kept = own();
    check(&kept, "a reference");
    check(Box::new(own()), "a box");
    check(Arc::new(own()), "an arc");
    check(Box::new(own()) as Box<dyn Minimizer>, "a box of any minimizer");
    check(Box::new(own()) as Box<dyn Solver>, "a box of any solver");
    check(Arc::new(own()) as Arc<dyn Minimizer>, "an arc of any minimizer");
    check(&own() as &dyn Minimizer, "a reference to any minimizer");
    let boxed = Box::new(Arc::new(own()));
    check(&boxed, "a reference to a box of an arc");
}
