//! Errors and panics of the library as exceptions of Python.

use std::panic::{AssertUnwindSafe, catch_unwind};

use pyo3::exceptions::{PyOSError, PyRuntimeError, PyValueError};
use pyo3::prelude::*;
use search::Error;

/// The exception for an error: `OSError` for journals, `RuntimeError` where no evaluation had a value, `ValueError` for
/// arguments.
pub(crate) fn exception(error: &Error) -> PyErr {
    let text = error.to_string();
    match error {
        Error::Journal(_) => PyOSError::new_err(text),
        Error::NoValue { .. } | Error::Threads { .. } | Error::EvaluatorInUse => {
            PyRuntimeError::new_err(text)
        }
        _ => PyValueError::new_err(text),
    }
}

/// Runs `body`, without the interpreter's lock; a panic becomes a `RuntimeError`.
pub(crate) fn guarded<T: Send>(py: Python<'_>, body: impl FnOnce() -> T + Send) -> PyResult<T> {
    py.detach(|| catch_unwind(AssertUnwindSafe(body))).map_err(|panic| {
        let text = panic.downcast_ref::<&str>().copied();
        let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
        let text = text.unwrap_or("without a message");
        PyRuntimeError::new_err(format!("a defect of patternsearch: {text}"))
    })
}
