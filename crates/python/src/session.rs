//! Ask and tell.

use std::sync::Mutex;

use numpy::PyArray1;
use pyo3::exceptions::{PyRuntimeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict};
use search::{AskTell, Failure, Run, Values};

use crate::calls::Raised;
use crate::errors::{exception, guarded};
use crate::outcome::dictionary;
use crate::problem::Statement;
use crate::run::Settings;
use crate::values::Reading;

/// A search under way.
#[pyclass(module = "patternsearch._core")]
pub(crate) struct Session {
    search: Mutex<AskTell>,
    reading: Reading,
}

type Point<'py> = (u64, Bound<'py, PyArray1<f64>>);

impl Session {
    fn with<T: Send>(&self, py: Python<'_>, body: impl FnOnce(&mut AskTell) -> T + Send) -> PyResult<T> {
        guarded(py, || {
            let mut search = self.search.lock().ok()?;
            Some(body(&mut search))
        })?
        .ok_or_else(|| PyRuntimeError::new_err("the search has ended by a defect of patternsearch"))
    }
}

#[pymethods]
impl Session {
    #[new]
    fn new(
        py: Python<'_>,
        statement: Statement,
        settings: Settings,
        state: Option<Vec<u8>>,
    ) -> PyResult<Self> {
        let minimizer = settings.minimizer()?;
        let problem = statement.problem(None, &Raised::default())?;
        let budget = settings.budget(&Raised::default());
        let search = guarded(py, || match state {
            Some(state) => AskTell::from_state(minimizer, problem, &budget, &state),
            None => {
                let run = Run { journal: settings.journal(), ..Run::within(&budget) };
                AskTell::for_run(minimizer, problem, &run)
            }
        })?;
        let search = Mutex::new(search.map_err(|error| exception(&error))?);
        Ok(Session { search, reading: statement.reading()? })
    }

    /// Up to `most` points, with their numbers.
    fn ask<'py>(&self, py: Python<'py>, most: usize) -> PyResult<Vec<Point<'py>>> {
        let asked = self.with(py, |search| search.ask(most))?;
        Ok(asked.into_iter().map(|asked| (asked.id, PyArray1::from_slice(py, &asked.point))).collect())
    }

    /// The points that have been asked and not told.
    fn pending<'py>(&self, py: Python<'py>) -> PyResult<Vec<Point<'py>>> {
        let asked = self.with(py, |search| search.pending())?;
        Ok(asked.into_iter().map(|asked| (asked.id, PyArray1::from_slice(py, &asked.point))).collect())
    }

    /// Tells a value, or the words of a failure.
    fn tell(
        &self,
        py: Python<'_>,
        id: u64,
        value: Option<&Bound<'_, PyAny>>,
        failure: Option<String>,
    ) -> PyResult<()> {
        let values: Result<Values, Failure> = match (value, failure) {
            (Some(value), None) => Ok(self.reading.values(value)?),
            (_, failure) => Err(Failure::Error(failure.unwrap_or_else(|| "no value".to_owned()))),
        };
        let told = self.with(py, |search| search.tell(id, values))?;
        told.map_err(|error| PyValueError::new_err(error.to_string()))
    }

    fn is_needed(&self, py: Python<'_>, id: u64) -> PyResult<bool> {
        self.with(py, |search| search.is_needed(id))
    }

    /// The best point so far and its value.
    fn best<'py>(&self, py: Python<'py>) -> PyResult<Option<(Bound<'py, PyArray1<f64>>, f64)>> {
        let best = self.with(py, |search| search.best())?;
        Ok(best.map(|(x, value)| (PyArray1::from_slice(py, &x), value)))
    }

    /// The outcome, once the search has ended.
    fn outcome<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyDict>>> {
        match self.with(py, |search| search.outcome())? {
            Some(Ok(outcome)) => dictionary(py, &outcome).map(Some),
            Some(Err(error)) => Err(exception(&error)),
            None => Ok(None),
        }
    }

    /// What it takes to go on elsewhere.
    fn state<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        let state = self.with(py, |search| search.state())?;
        Ok(PyBytes::new(py, &state))
    }
}
