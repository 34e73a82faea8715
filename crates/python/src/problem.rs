//! The problem, from its plain form in Python.

use pyo3::prelude::*;
use search::{Bounds, ConstraintCount, Error, LinearConstraints, Problem};

use crate::calls::{Function, Raised};

/// All of a problem but its functions.
#[derive(FromPyObject)]
pub(crate) struct Statement {
    x0: Vec<f64>,
    lower: Vec<f64>,
    upper: Vec<f64>,
    granularity: Option<Vec<f64>>,
    /// Rows of `a x <= b`, and of `aeq x = beq`.
    a: Vec<Vec<f64>>,
    b: Vec<f64>,
    aeq: Vec<Vec<f64>>,
    beq: Vec<f64>,
    /// How many nonlinear constraints of each kind.
    inequalities: usize,
    equalities: usize,
}

impl Statement {
    pub(crate) fn count(&self) -> Option<ConstraintCount> {
        let count = ConstraintCount::new(self.inequalities, self.equalities);
        (count != ConstraintCount::default()).then_some(count)
    }

    /// The problem whose objective, and constraints, are this function.
    pub(crate) fn of(&self, call: Py<PyAny>, raised: &Raised) -> Result<Problem<'static>, Error> {
        let function = Function { call, raised: raised.clone() };
        let start = self.x0.clone();
        self.restrict(match self.count() {
            None => Problem::new(move |x| function.value(x), start)?,
            Some(count) => Problem::simulated(
                move |x: &[f64]| {
                    let values = function.values(x);
                    values
                        .map(|(value, constraints)| (value, constraints.inequalities, constraints.equalities))
                },
                count,
                start,
            )?,
        })
    }

    /// The problem for an evaluator, or for ask and tell.
    pub(crate) fn without_objective(&self) -> Result<Problem<'static>, Error> {
        let problem = Problem::without_objective(self.x0.clone())?;
        self.restrict(match self.count() {
            Some(count) => problem.with_constraint_count(count),
            None => problem,
        })
    }

    fn restrict(&self, problem: Problem<'static>) -> Result<Problem<'static>, Error> {
        let problem = problem.bounded(Bounds::new(self.lower.clone(), self.upper.clone())?)?;
        let problem = match &self.granularity {
            Some(granularity) => problem.granular(granularity.clone())?,
            None => problem,
        };
        let inequalities = LinearConstraints::at_most(self.a.clone(), self.b.clone())?;
        let equalities = LinearConstraints::equal(self.aeq.clone(), self.beq.clone())?;
        problem.subject_to(inequalities.and(equalities)?)
    }
}
