//! What an evaluation returns: a value or residuals, and constraints.

use pyo3::prelude::*;
use pyo3::types::PyTuple;
use search::{ConstraintValues, LeastSquares, Values};

/// The parts of an answer: `f`, or `(f, c, ceq)` under constraints; `f` is the residuals of a fit.
#[derive(Clone)]
pub(crate) struct Reading {
    pub(crate) form: Option<LeastSquares>,
    pub(crate) has_constraints: bool,
}

impl Reading {
    pub(crate) fn values(&self, answer: &Bound<'_, PyAny>) -> PyResult<Values> {
        if !self.has_constraints {
            return self.objective(answer);
        }
        let tuple = answer.cast::<PyTuple>()?;
        let value = self.objective(&tuple.get_item(0)?)?;
        let (inequalities, equalities) = (tuple.get_item(1)?.extract()?, tuple.get_item(2)?.extract()?);
        Ok(value.constrained(ConstraintValues { inequalities, equalities }))
    }

    fn objective(&self, answer: &Bound<'_, PyAny>) -> PyResult<Values> {
        match &self.form {
            Some(form) => Ok(form.values(answer.extract::<Vec<f64>>()?)),
            None => number(answer).map(Values::from),
        }
    }
}

/// A number: a float, or an array with one element.
fn number(answer: &Bound<'_, PyAny>) -> PyResult<f64> {
    match answer.extract::<f64>() {
        Ok(value) => Ok(value),
        Err(error) => answer.call_method0("item").and_then(|item| item.extract()).map_err(|_| error),
    }
}
