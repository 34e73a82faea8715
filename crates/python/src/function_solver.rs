//! A function of Python as solver, which asks for values.

use std::panic::resume_unwind;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

use pyo3::create_exception;
use pyo3::exceptions::{PyBaseException, PyException, PyValueError};
use pyo3::prelude::*;
use search::{Bounds, Evaluations, Minimizer, Solver, Status, Stop};
use serde_json::{Value, json};

use crate::calls::Raised;

create_exception!(
    patternsearch,
    RunEnded,
    PyBaseException,
    "The run of a solver in `compare` has ended, usually because its budget is spent. It is no `Exception`, so that solvers \
     that catch those end as well."
);

/// What a solver sends: a point whose value it wants, and where the value goes; or that it is done.
enum Message {
    Question(Vec<f64>, Sender<f64>),
    Done,
}

/// The objective as a solver sees it. Each call is an evaluation of the run.
#[pyclass(module = "patternsearch._core", frozen)]
struct Counted {
    dimension: usize,
    messages: Sender<Message>,
}

#[pymethods]
impl Counted {
    fn __call__(&self, py: Python<'_>, x: Vec<f64>) -> PyResult<f64> {
        if x.len() != self.dimension {
            let (given, expected) = (x.len(), self.dimension);
            return Err(PyValueError::new_err(format!("x has {given} coordinates; expected {expected}")));
        }
        let (answer, value) = channel();
        let asked = self.messages.send(Message::Question(x, answer));
        let value = asked.ok().and_then(|()| py.detach(move || value.recv().ok()));
        value.ok_or_else(|| RunEnded::new_err("the run has ended"))
    }
}

/// A function of Python as solver: `call(counted, start, lower, upper, seed)`. It runs on a thread of its own.
pub(crate) struct FunctionSolver {
    pub(crate) name: String,
    pub(crate) call: Py<PyAny>,
    /// What distinguishes it from a changed one.
    pub(crate) identity: String,
    /// The seed of a function that takes one.
    pub(crate) seed: Option<u64>,
    pub(crate) raised: Raised,
}

impl FunctionSolver {
    /// Calls the function; what it returns does not count.
    fn call(&self, messages: &Sender<Message>, start: &[f64], bounds: &Bounds) -> PyResult<()> {
        let returned = Python::attach(|py| {
            let counted = Counted { dimension: start.len(), messages: messages.clone() };
            let (lower, upper) = (bounds.lower().to_vec(), bounds.upper().to_vec());
            self.call.call1(py, (counted, start.to_vec(), lower, upper, self.seed)).map(drop)
        });
        let _ = messages.send(Message::Done); // nobody listens any more if the run has ended
        returned
    }

    /// Answers until the function is done or the run ends; returns how many questions there were.
    fn answer(
        &self,
        evaluations: &mut Evaluations<'_>,
        messages: &Receiver<Message>,
        start: &[f64],
        at_start: f64,
    ) -> Result<u64, Stop> {
        let (mut unasked_start, mut questions) = (Some(at_start), 0);
        while let Ok(Message::Question(x, answer)) = messages.recv() {
            questions += 1;
            let value = match unasked_start.take_if(|_| x == start) {
                Some(known) => known,
                None => evaluations.value_or_refusal(&x)?.unwrap_or(f64::INFINITY),
            };
            let _ = answer.send(value); // a thread of the solver may have given up
        }
        Ok(questions)
    }
}

impl Solver for FunctionSolver {
    fn name(&self) -> String {
        self.name.clone()
    }

    fn settings(&self) -> Value {
        json!({ "function": self.identity, "seed": self.seed })
    }

    fn with_seed(&self, seed: u64) -> Option<Box<dyn Minimizer>> {
        self.seed?;
        let call = Python::attach(|py| self.call.clone_ref(py));
        let (name, identity, raised) = (self.name.clone(), self.identity.clone(), self.raised.clone());
        Some(Box::new(FunctionSolver { name, call, identity, seed: Some(seed), raised }))
    }

    fn search(&self, evaluations: &mut Evaluations<'_>) -> Result<Status, Stop> {
        let (start, bounds) = (evaluations.start().to_vec(), evaluations.bounds().clone());
        let at_start = evaluations.value(&start)?;
        let (sender, messages) = channel();
        let (answered, returned) = thread::scope(|scope| {
            let thread = scope.spawn(|| self.call(&sender, &start, &bounds));
            let answered = self.answer(evaluations, &messages, &start, at_start);
            drop(messages); // from now on each question raises
            (answered, thread.join().unwrap_or_else(|panic| resume_unwind(panic)))
        });
        let questions = answered?;
        let Err(error) = returned else { return Ok(Status::SolverConverged) };
        let reason = error.to_string();
        if !Python::attach(|py| error.is_instance_of::<PyException>(py)) {
            self.raised.end_with(error);
        }
        Err(if questions == 0 { Stop::not_started(&reason) } else { Stop::gave_up(&reason) })
    }
}
