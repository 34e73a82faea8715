//! The outcome as a dictionary.

use numpy::PyArray1;
use pyo3::prelude::*;
use pyo3::types::PyDict;
use search::Outcome;

/// The outcome with the names that SciPy's results have, and some more.
pub(crate) fn dictionary<'py>(py: Python<'py>, outcome: &Outcome) -> PyResult<Bound<'py, PyDict>> {
    let result = PyDict::new(py);
    result.set_item("x", PyArray1::from_slice(py, &outcome.x))?;
    result.set_item("fun", outcome.value)?;
    if let Some(residuals) = &outcome.residuals {
        result.set_item("residuals", PyArray1::from_slice(py, residuals))?;
    }
    result.set_item("success", outcome.converged() && outcome.feasible)?;
    result.set_item("status", outcome.exit_flag())?;
    result.set_item("message", outcome.message())?;
    result.set_item("nfev", outcome.counts.evaluations)?;
    result.set_item("nrounds", outcome.counts.rounds)?;
    result.set_item("nit", outcome.iterations)?;
    result.set_item("maxcv", outcome.max_constraint.unwrap_or(0.0).max(0.0))?;
    let multipliers = outcome.multipliers.as_ref().map(|both| (&both.inequalities, &both.equalities));
    result.set_item("multipliers", multipliers)?;
    result.set_item("nfail", outcome.counts.failed)?;
    result.set_item("nspec", outcome.counts.speculative)?;
    result.set_item("first_failure", outcome.first_failure.as_ref().map(ToString::to_string))?;
    result.set_item("method", &outcome.solver)?;
    result.set_item("resumed", outcome.journal.as_ref().map_or(0, |journal| journal.known))?;
    let trace = outcome.trace.iter().map(|row| {
        (row.iteration, row.evaluations, row.value, row.max_constraint, row.mesh_size, row.method.to_string())
    });
    result.set_item("trace", trace.collect::<Vec<_>>())?;
    Ok(result)
}
