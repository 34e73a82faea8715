//! Evaluations on a `concurrent.futures.Executor`, through an object of the Python half.

use pyo3::prelude::*;
use search::{Delivery, Evaluator, Failure, Values};

use crate::calls::Raised;
use crate::values::Reading;

/// An evaluator whose methods are those of an object of Python.
pub(crate) struct Executor {
    pub(crate) object: Py<PyAny>,
    pub(crate) reading: Reading,
    pub(crate) raised: Raised,
}

type Answer = (u64, Result<Values, Failure>);

impl Executor {
    /// What a method says; nothing where it raises, which ends the run.
    fn ask<T>(&self, ask: impl FnOnce(&Bound<'_, PyAny>) -> PyResult<T>) -> Option<T> {
        Python::attach(|py| ask(self.object.bind(py)).map_err(|error| self.raised.end_with(error)).ok())
    }

    /// An answer `(id, value, exception)`, of which one is `None`.
    fn answer(&self, answer: &Bound<'_, PyAny>) -> PyResult<Answer> {
        let (id, value, exception): (u64, Bound<'_, PyAny>, Bound<'_, PyAny>) = answer.extract()?;
        let values = if !exception.is_none() {
            Err(self.raised.failure(answer.py(), PyErr::from_value(exception)))
        } else {
            self.reading.values(&value).map_err(|error| self.raised.failure(answer.py(), error))
        };
        Ok((id, values))
    }
}

impl Evaluator for Executor {
    fn room(&self) -> usize {
        self.ask(|object| object.call_method0("room")?.extract()).unwrap_or(0)
    }

    fn submit(&mut self, id: u64, x: &[f64]) {
        self.ask(|object| {
            object.call_method1("submit", (id, numpy::PyArray1::from_slice(object.py(), x))).map(drop)
        });
    }

    fn wait(&mut self) -> Delivery {
        if self.raised.cancellation.is_cancelled() {
            return Delivery::Closed;
        }
        let answer = self.ask(|object| {
            let answer = object.call_method0("wait")?;
            if answer.is_none() { Ok(None) } else { self.answer(&answer).map(Some) }
        });
        match answer {
            Some(Some((id, values))) => Delivery::Value(id, values),
            Some(None) => Delivery::Nothing,
            None => Delivery::Closed,
        }
    }

    fn withdraw(&mut self, id: u64) -> bool {
        self.ask(|object| object.call_method1("withdraw", (id,))?.extract()).unwrap_or(true)
    }

    fn end(&mut self) -> Vec<Answer> {
        let answers = self.ask(|object| {
            object
                .call_method0("end")?
                .try_iter()?
                .map(|answer| self.answer(&answer?))
                .collect::<PyResult<_>>()
        });
        answers.unwrap_or_default()
    }
}
