//! The outcome as a dictionary.

use std::collections::HashMap;

use numpy::{PyArray1, PyArray2};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyString};
use search::{Iteration, Method, Outcome, Uncertainty};

/// The outcome with the names that SciPy's results have, and some more.
pub(crate) fn dictionary<'py>(py: Python<'py>, outcome: &Outcome) -> PyResult<Bound<'py, PyDict>> {
    let result = PyDict::new(py);
    result.set_item("x", PyArray1::from_slice(py, &outcome.x))?;
    result.set_item("fun", outcome.value)?;
    if let Some(residuals) = &outcome.residuals {
        result.set_item("residuals", PyArray1::from_slice(py, residuals))?;
    }
    if let Some(uncertainty) = &outcome.uncertainty {
        result.set_item("uncertainty", of_uncertainty(py, uncertainty)?)?;
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
    result.set_item("trace", of_trace(py, &outcome.trace)?)?;
    Ok(result)
}

/// The columns of the trace by name. What is absent is NaN.
fn of_trace<'py>(py: Python<'py>, trace: &[Iteration]) -> PyResult<Bound<'py, PyDict>> {
    let columns = PyDict::new(py);
    let counts = |of: fn(&Iteration) -> u64| PyArray1::from_iter(py, trace.iter().map(of));
    let numbers = |of: fn(&Iteration) -> f64| PyArray1::from_iter(py, trace.iter().map(of));
    columns.set_item("iteration", counts(|row| row.iteration))?;
    columns.set_item("evaluations", counts(|row| row.evaluations))?;
    columns.set_item("value", numbers(|row| row.value))?;
    columns.set_item("violation", numbers(|row| row.max_constraint.unwrap_or(f64::NAN)))?;
    columns.set_item("mesh_size", numbers(|row| row.mesh_size.unwrap_or(f64::NAN)))?;
    // One word for all rows that have it.
    let mut words: HashMap<Method, Bound<'py, PyString>> = HashMap::new();
    let method = |method: Method| {
        words.entry(method).or_insert_with(|| PyString::new(py, &method.to_string())).clone()
    };
    columns.set_item("method", PyList::new(py, trace.iter().map(|row| row.method).map(method))?)?;
    Ok(columns)
}

/// What the minimum is worth, under the names that it has in Rust; those of a fit beside the others.
fn of_uncertainty<'py>(py: Python<'py>, uncertainty: &Uncertainty) -> PyResult<Bound<'py, PyDict>> {
    let result = PyDict::new(py);
    let vector = |numbers: &[f64]| PyArray1::from_slice(py, numbers);
    result.set_item("x", vector(&uncertainty.x))?;
    result.set_item("steps", vector(&uncertainty.steps))?;
    result.set_item("gradient", vector(&uncertainty.gradient))?;
    result.set_item("gradient_errors", vector(&uncertainty.gradient_errors))?;
    result.set_item("curvatures", vector(&uncertainty.curvatures))?;
    result.set_item("curvature_errors", vector(&uncertainty.curvature_errors))?;
    if let Some(fit) = &uncertainty.fit {
        let matrix = |rows: &Vec<Vec<f64>>| PyArray2::from_vec2(py, rows).map_err(PyErr::from);
        result.set_item("degrees_of_freedom", fit.degrees_of_freedom)?;
        result.set_item("residual_deviation", fit.residual_deviation)?;
        result.set_item("uses_given_deviations", fit.uses_given_deviations)?;
        result.set_item("standard_errors", vector(&fit.standard_errors))?;
        let intervals: Vec<Vec<f64>> = fit.intervals.iter().map(|ends| ends.to_vec()).collect();
        result.set_item("intervals", matrix(&intervals)?)?;
        result.set_item("covariance", matrix(&fit.covariance)?)?;
        result.set_item("correlations", matrix(&fit.correlations)?)?;
        let least = PyDict::new(py);
        least.set_item("ratio", fit.least_determined.ratio)?;
        least.set_item("is_determined", fit.least_determined.is_determined)?;
        least.set_item("direction", vector(&fit.least_determined.direction))?;
        least.set_item("shares", vector(&fit.least_determined.shares))?;
        result.set_item("least_determined", least)?;
    }
    result.set_item("text", uncertainty.to_string())?;
    Ok(result)
}
