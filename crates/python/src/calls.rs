//! Calls of the user's functions: what they return, and what they raise.

use std::sync::{Arc, Mutex};

use numpy::PyArray1;
use pyo3::exceptions::PyException;
use pyo3::prelude::*;
use search::{Cancellation, Failure, Values};

use crate::values::Reading;

/// What has been raised, and the switch that ends the run for it.
#[derive(Clone, Default)]
pub(crate) struct Raised {
    /// The first exception that ends the run: `KeyboardInterrupt`, `SystemExit`, any of a callback.
    fatal: Arc<Mutex<Option<PyErr>>>,
    /// The first one of an evaluation, which fails by it.
    first: Arc<Mutex<Option<PyErr>>>,
    pub(crate) cancellation: Cancellation,
}

impl Raised {
    /// Ends the run, which is to raise this.
    pub(crate) fn end_with(&self, error: PyErr) {
        self.fatal.lock().expect("no panic holds it").get_or_insert(error);
        self.cancellation.cancel();
    }

    pub(crate) fn take_fatal(&self) -> Option<PyErr> {
        self.fatal.lock().expect("no panic holds it").take()
    }

    pub(crate) fn take_first(&self) -> Option<PyErr> {
        self.first.lock().expect("no panic holds it").take()
    }

    /// A failed evaluation; one that ends the run if the exception is no `Exception`, as `KeyboardInterrupt` is none.
    pub(crate) fn failure(&self, py: Python<'_>, error: PyErr) -> Failure {
        let text = error.to_string();
        if error.is_instance_of::<PyException>(py) {
            self.first.lock().expect("no panic holds it").get_or_insert(error);
        } else {
            self.end_with(error);
        }
        Failure::Error(text)
    }
}

/// A function of the user.
pub(crate) struct Function {
    pub(crate) call: Py<PyAny>,
    pub(crate) reading: Reading,
    pub(crate) raised: Raised,
}

impl Function {
    /// The values at `x`.
    pub(crate) fn values(&self, x: &[f64]) -> Result<Values, Failure> {
        Python::attach(|py| {
            let answer = self.call.bind(py).call1((PyArray1::from_slice(py, x),));
            answer
                .and_then(|answer| self.reading.values(&answer))
                .map_err(|error| self.raised.failure(py, error))
        })
    }
}
