//! `minimize`: a run from its beginning to its end.

use std::path::{Path, PathBuf};
use std::time::Duration;

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyDict;
use search::{
    Budget, DisplayLevel, IterativeDisplay, Journal, Minimizer, Observer, ProblemFile, Run, SharedEvaluator,
    options_from_json,
};

use crate::calls::Raised;
use crate::errors::{exception, guarded};
use crate::executor::Executor;
use crate::outcome::dictionary;
use crate::problem::Statement;
use crate::watch::{Callback, Signals, Stdout};

/// How the run is carried out.
#[derive(FromPyObject)]
pub(crate) struct Settings {
    method: String,
    /// The solver's options, a JSON object.
    options: String,
    seed: Option<u64>,
    evaluations: Option<u64>,
    seconds: Option<f64>,
    display: String,
    journal: Option<PathBuf>,
    resume: bool,
    flush_interval: f64,
    label: String,
    /// The relative step of the uncertainty, if it is asked for.
    uncertainty: Option<f64>,
}

impl Settings {
    pub(crate) fn minimizer(&self) -> PyResult<Box<dyn Minimizer>> {
        let options = options_from_json(&self.options).map_err(|error| exception(&error))?;
        let minimizer = search::solver(&self.method, &options).map_err(|error| exception(&error))?;
        let seeded = self.seed.and_then(|seed| minimizer.with_seed(seed));
        Ok(seeded.unwrap_or(minimizer))
    }

    pub(crate) fn budget(&self, raised: &Raised) -> Budget {
        let budget = Budget { evaluations: self.evaluations, ..Budget::unlimited() };
        let budget = match self.seconds {
            Some(seconds) => budget.within_seconds(seconds),
            None => budget,
        };
        budget.cancelled_by(&raised.cancellation)
    }

    pub(crate) fn journal(&self) -> Option<Journal> {
        let journal = Journal::new(self.journal.as_ref()?);
        let flush_interval =
            Duration::try_from_secs_f64(self.flush_interval.max(0.0)).unwrap_or(Duration::MAX);
        Some(Journal { resume: self.resume, flush_interval, label: self.label.clone(), ..journal })
    }

    fn display(&self) -> DisplayLevel {
        match self.display.as_str() {
            "iter" => DisplayLevel::Iter,
            "final" => DisplayLevel::Final,
            _ => DisplayLevel::Off,
        }
    }
}

/// Minimizes; returns the outcome as a dictionary, and the exception that ended the run, if one did.
#[pyfunction]
pub(crate) fn minimize<'py>(
    py: Python<'py>,
    function: Option<Py<PyAny>>,
    statement: Statement,
    settings: Settings,
    workers: Option<Py<PyAny>>,
    callback: Option<Py<PyAny>>,
) -> PyResult<(Bound<'py, PyDict>, Option<PyErr>)> {
    let raised = Raised::default();
    let minimizer = settings.minimizer()?;
    let problem = statement.problem(function, &raised)?;
    let reading = statement.reading()?;
    let evaluator =
        workers.map(|object| SharedEvaluator::new(Executor { object, reading, raised: raised.clone() }));
    let run = Run {
        budget: settings.budget(&raised),
        journal: settings.journal(),
        evaluator,
        uncertainty: settings.uncertainty,
        ..Run::default()
    };
    let mut callback = callback.map(|call| Callback { call, raised: raised.clone() });
    let outcome = guarded(py, || {
        let mut display = IterativeDisplay::new(settings.display(), Stdout);
        let mut observers: Vec<&mut dyn Observer> = vec![&mut display];
        observers.extend(callback.as_mut().map(|callback| callback as &mut dyn Observer));
        minimizer.run(&problem, &run, &mut observers)
    })?;
    let fatal = raised.take_fatal();
    match (outcome, fatal) {
        (Ok(outcome), fatal) => Ok((dictionary(py, &outcome)?, fatal)),
        (Err(_), Some(fatal)) => Err(fatal),
        (Err(error), None) => {
            let error = exception(&error);
            error.set_cause(py, raised.take_first());
            Err(error)
        }
    }
}

/// Minimizes the program of a problem file; returns the outcome, the exception that ended the run, and the names of the
/// variables. What `settings` and `workers` leave open is the file's.
#[pyfunction]
pub(crate) fn run_file<'py>(
    py: Python<'py>,
    path: PathBuf,
    settings: Settings,
    workers: Option<usize>,
    callback: Option<Py<PyAny>>,
) -> PyResult<(Bound<'py, PyDict>, Option<PyErr>, Vec<String>)> {
    let file = ProblemFile::read(&path).map_err(|error| PyValueError::new_err(error.to_string()))?;
    let raised = Raised::default();
    let method =
        if settings.method.is_empty() { file.solver().unwrap_or("automatic") } else { &settings.method };
    let seconds = settings.seconds.or(file.seconds());
    let settings = Settings {
        method: method.to_owned(),
        options: if settings.options == "{}" { file.options().to_string() } else { settings.options },
        seed: settings.seed.or(file.seed()),
        evaluations: settings.evaluations.or(file.budget()),
        seconds,
        journal: settings.journal.or(file.journal().map(Path::to_owned)),
        label: file.identity().to_string(),
        ..settings
    };
    let minimizer = settings.minimizer()?;
    let program = file.program().killed_by(&raised.cancellation);
    let problem = file.problem_of(move |x| program.values(x)).map_err(|error| exception(&error))?;
    let run = Run {
        budget: settings.budget(&raised),
        journal: settings.journal().map(Journal::of_every_value),
        threads: workers.or(file.workers()).unwrap_or(1),
        ..Run::default()
    };
    let mut callback = callback.map(|call| Callback { call, raised: raised.clone() });
    let outcome = guarded(py, || {
        let mut display = IterativeDisplay::new(settings.display(), Stdout);
        let mut signals = Signals { raised: raised.clone() };
        let mut observers: Vec<&mut dyn Observer> = vec![&mut signals, &mut display];
        observers.extend(callback.as_mut().map(|callback| callback as &mut dyn Observer));
        minimizer.run(&problem, &run, &mut observers)
    })?;
    match (outcome, raised.take_fatal()) {
        (Ok(outcome), fatal) => Ok((dictionary(py, &outcome)?, fatal, file.variables().to_vec())),
        (Err(_), Some(fatal)) => Err(fatal),
        (Err(error), None) => Err(exception(&error)),
    }
}

/// The solvers: name, summary, defaults as a JSON object.
#[pyfunction]
pub(crate) fn solvers() -> Vec<(&'static str, &'static str, String)> {
    let kinds = search::solvers();
    kinds.iter().map(|kind| (kind.name(), kind.summary(), kind.defaults().to_string())).collect()
}
