//! What watches a run from Python: the callback, and what is printed.

use std::io::{self, Write};
use std::ops::ControlFlow;
use std::panic::resume_unwind;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use numpy::PyArray1;
use pyo3::exceptions::PyStopIteration;
use pyo3::prelude::*;
use search::{Event, Observer};

use crate::calls::Raised;

/// Calls `callback(x, fun, nit, nfev, maxcv)` after each iteration.
pub(crate) struct Callback {
    pub(crate) call: Py<PyAny>,
    pub(crate) raised: Raised,
}

impl Observer for Callback {
    fn observe(&mut self, event: &Event<'_>) -> ControlFlow<()> {
        let Event::Iteration { row, x, .. } = event else { return ControlFlow::Continue(()) };
        if row.iteration == 0 {
            return ControlFlow::Continue(());
        }
        Python::attach(|py| {
            let violation = row.max_constraint.unwrap_or(0.0).max(0.0);
            let x = PyArray1::from_slice(py, x);
            match self.call.bind(py).call1((x, row.value, row.iteration, row.evaluations, violation)) {
                Ok(_) => ControlFlow::Continue(()),
                Err(error) if error.is_instance_of::<PyStopIteration>(py) => ControlFlow::Break(()),
                Err(error) => {
                    self.raised.end_with(error);
                    ControlFlow::Break(())
                }
            }
        })
    }
}

/// Looks after each evaluation whether Ctrl-C has been pressed, where no function of the user does.
pub(crate) struct Signals {
    pub(crate) raised: Raised,
}

impl Observer for Signals {
    fn observe(&mut self, _: &Event<'_>) -> ControlFlow<()> {
        match signals() {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => {
                self.raised.end_with(error);
                ControlFlow::Break(())
            }
        }
    }

    fn wants_evaluations(&self) -> bool {
        true
    }
}

/// How often a long calculation looks for Ctrl-C.
const LOOK: Duration = Duration::from_millis(50);

/// Raises what the handlers of signals raise: a `KeyboardInterrupt` after Ctrl-C.
#[allow(clippy::redundant_closure_for_method_calls, reason = "the method is not general in its lifetime")]
fn signals() -> PyResult<()> {
    Python::attach(|py| py.check_signals())
}

/// Calculates on a thread of its own, while this one, which must not hold the interpreter's lock, looks for Ctrl-C
/// and says so.
pub(crate) fn looking_for_signals<T: Send>(
    calculate: impl FnOnce() -> T + Send,
    interrupted: impl Fn(PyErr),
) -> T {
    thread::scope(|scope| {
        let (running, ended) = channel::<()>();
        let thread = scope.spawn(move || {
            let _running = running; // it ends with the thread
            calculate()
        });
        while ended.recv_timeout(LOOK) == Err(RecvTimeoutError::Timeout) {
            signals().unwrap_or_else(&interrupted);
        }
        thread.join().unwrap_or_else(|panic| resume_unwind(panic))
    })
}

/// Python's `sys.stdout`, which a notebook puts in place of the process's own.
pub(crate) struct Stdout;

impl Stdout {
    fn call<T>(call: impl FnOnce(&Bound<'_, PyAny>) -> PyResult<T>) -> io::Result<T> {
        Python::attach(|py| py.import("sys")?.getattr("stdout").and_then(|stdout| call(&stdout)))
            .map_err(|error| io::Error::other(error.to_string()))
    }
}

impl Write for Stdout {
    fn write(&mut self, text: &[u8]) -> io::Result<usize> {
        Stdout::call(|stdout| stdout.call_method1("write", (String::from_utf8_lossy(text),)).map(drop))?;
        Ok(text.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Stdout::call(|stdout| stdout.call_method0("flush").map(drop))
    }
}
