//! The problem, from its plain form in Python.

use std::path::PathBuf;

use pyo3::prelude::*;
use search::{Bounds, ConstraintCount, Error, LeastSquares, LinearConstraints, Loss, Problem, Values};

use crate::calls::{Function, Raised};
use crate::errors::exception;
use crate::values::Reading;

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
    /// How many residuals `fun` returns; 0 for a value.
    residuals: usize,
    sigma: Option<Vec<f64>>,
    loss: String,
    f_scale: f64,
    /// Points and what `fun` returns there.
    known: Vec<(Vec<f64>, Py<PyAny>)>,
    tables: Vec<PathBuf>,
    /// Points of a neighbouring problem, and what its `fun` returns there.
    hint: Vec<(Vec<f64>, Py<PyAny>)>,
    hints: Vec<PathBuf>,
}

/// Returns points and their values, from what a function returned there.
fn answered(given: &[(Vec<f64>, Py<PyAny>)], reading: &Reading) -> PyResult<(Vec<Vec<f64>>, Vec<Values>)> {
    let value = |answer: &Py<PyAny>| Python::attach(|py| reading.values(answer.bind(py)));
    let both = given.iter().map(|(x, answer)| Ok((x.clone(), value(answer)?)));
    Ok(both.collect::<PyResult<Vec<_>>>()?.into_iter().unzip())
}

impl Statement {
    /// The start.
    pub(crate) fn start(&self) -> &[f64] {
        &self.x0
    }

    fn count(&self) -> ConstraintCount {
        ConstraintCount::new(self.inequalities, self.equalities)
    }

    /// How the answers of an evaluation are read.
    pub(crate) fn reading(&self) -> PyResult<Reading> {
        let form =
            if self.residuals == 0 { None } else { Some(self.form().map_err(|error| exception(&error))?) };
        Ok(Reading { form, has_constraints: self.count() != ConstraintCount::default() })
    }

    fn form(&self) -> Result<LeastSquares, Error> {
        let form = LeastSquares::of(self.residuals);
        let form = match &self.sigma {
            Some(sigma) => form.with_deviations(sigma.clone())?,
            None => form,
        };
        let scale = self.f_scale;
        form.with_loss(match self.loss.as_str() {
            "huber" => Loss::Huber { scale },
            "soft_l1" => Loss::SoftL1 { scale },
            "cauchy" => Loss::Cauchy { scale },
            "l1" => Loss::L1,
            "minimax" => Loss::Minimax,
            "chebyshev" => Loss::Chebyshev,
            _ => Loss::Squares,
        })
    }

    /// The problem whose objective, and constraints, are this function; without one, for an evaluator or for
    /// ask and tell.
    pub(crate) fn problem(&self, call: Option<Py<PyAny>>, raised: &Raised) -> PyResult<Problem<'static>> {
        let reading = self.reading()?;
        let (known, hint) = (answered(&self.known, &reading)?, answered(&self.hint, &reading)?);
        let (form, start) = (reading.form.clone(), self.x0.clone());
        let problem = match call {
            Some(call) => {
                let function = Function { call, reading, raised: raised.clone() };
                Problem::of_values(move |x| function.values(x), self.count(), form, start)
            }
            None => {
                Problem::without_objective(start).and_then(|problem| problem.declaring(self.count(), form))
            }
        };
        let problem = problem.and_then(|problem| self.restrict(problem)?.knowing(known.0, known.1));
        let problem = problem.and_then(|problem| problem.hinted(hint.0, hint.1));
        let mut tables = self.tables.iter();
        let problem = problem.and_then(|problem| {
            tables.try_fold(problem, |problem, path| problem.knowing_file(path, &[], ""))
        });
        let mut hints = self.hints.iter();
        let problem = problem
            .and_then(|problem| hints.try_fold(problem, |problem, path| problem.hinted_file(path, &[])));
        problem.map_err(|error| exception(&error))
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
