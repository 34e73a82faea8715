//! Nets for scikit-learn's estimators: fits, answers, proofs, reports.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use mse::{
    Candidate, Constraint, EarlyStopping, FitJournal, Link, Loss, Method, Proof, Samples, Size, Training,
};
use ndarray::{Array2, ArrayView2};
use netcore::{Answer, ClassNames, Direction, Features, Model, Monotone, Network};
use numpy::{PyArray2, PyReadonlyArray2, ToPyArray};
use pyo3::exceptions::{PyOSError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use search::{Budget, Cancellation};

use crate::errors::guarded;
use crate::watch::looking_for_signals;

/// Nets that answer together.
#[pyclass(module = "patternsearch._core", frozen)]
pub(crate) struct Nets {
    networks: Vec<Network>,
}

type PlainSize = (Vec<usize>, f64);
type PlainCandidate = (Vec<usize>, f64, f64, f64);

fn wrong(error: impl std::fmt::Display) -> PyErr {
    PyValueError::new_err(error.to_string())
}

/// A fit that went wrong: `OSError` for its journal, `ValueError` for its arguments.
fn failed(error: &mse::Error) -> PyErr {
    match error {
        mse::Error::Journal(_) => PyOSError::new_err(error.to_string()),
        _ => wrong(error),
    }
}

/// From samples × rows, as Python has them, to rows × samples.
fn by_rows(matrix: &PyReadonlyArray2<'_, f64>) -> Array2<f64> {
    matrix.as_array().t().as_standard_layout().into_owned()
}

fn directions(monotone: &[i8]) -> Vec<Option<Direction>> {
    let direction = |sign: &i8| match sign {
        1.. => Some(Direction::Increasing),
        0 => None,
        _ => Some(Direction::Decreasing),
    };
    monotone.iter().map(direction).collect()
}

/// Samples of Python's matrices, with weights if there are any.
fn samples(
    inputs: &PyReadonlyArray2<'_, f64>,
    targets: &PyReadonlyArray2<'_, f64>,
    weights: Option<Vec<f64>>,
) -> PyResult<Samples> {
    let samples = Samples::new(by_rows(inputs), by_rows(targets)).map_err(wrong)?;
    match weights {
        Some(weights) => samples.weighted(weights).map_err(wrong),
        None => Ok(samples),
    }
}

/// What ends a fit: an exception of the user's loss, or an interrupt.
#[derive(Clone, Default)]
struct Ended {
    raised: Arc<Mutex<Option<PyErr>>>,
    cancellation: Cancellation,
}

impl Ended {
    fn by(&self, error: PyErr) {
        self.raised.lock().expect("no panic holds it").get_or_insert(error);
        self.cancellation.cancel();
    }

    /// The user's loss, of outputs and targets as samples × rows; NaN once it has raised.
    fn loss(&self, function: Py<PyAny>) -> Loss {
        let ended = self.clone();
        Loss::user(move |outputs, targets| {
            Python::attach(|py| {
                let given = |matrix: ArrayView2<'_, f64>| matrix.t().to_owned().to_pyarray(py);
                let value = function.call1(py, (given(outputs), given(targets)));
                let value = value.and_then(|value| value.extract::<f64>(py));
                value.and_then(|value| py.check_signals().map(|()| value)).unwrap_or_else(|error| {
                    ended.by(error);
                    f64::NAN
                })
            })
        })
    }
}

fn loss_named(loss: &Bound<'_, PyAny>, delta: f64, ended: &Ended) -> PyResult<Loss> {
    let Ok(name) = loss.extract::<String>() else { return Ok(ended.loss(loss.clone().unbind())) };
    Ok(match name.as_str() {
        "squares" => Loss::Squares,
        "absolute" => Loss::Absolute,
        "huber" => Loss::Huber(delta),
        "cross-entropy" => Loss::CrossEntropy,
        "zero-one" => Loss::ZeroOne,
        _ => {
            return Err(wrong(format!(
                "loss is '{name}'; expected 'squares', 'absolute', 'huber', 'cross-entropy', 'zero-one' or a function"
            )));
        }
    })
}

/// Names of classes as Python has them: all whole numbers (or booleans), all numbers, or all texts.
fn class_names(classes: &Bound<'_, PyAny>) -> PyResult<ClassNames> {
    let integers = classes.extract().map(ClassNames::Integers);
    let numbers = integers.or_else(|_| classes.extract().map(ClassNames::Doubles));
    let texts = numbers.or_else(|_| classes.extract().map(ClassNames::Texts));
    texts.map_err(|_| wrong(format!("the classes are {classes}; expected numbers or texts")))
}

#[pymethods]
impl Nets {
    /// Fits nets of the size that cross-validation prefers, or of the only one.
    #[staticmethod]
    #[allow(clippy::too_many_arguments, reason = "the Python half names and checks them")]
    fn fit(
        py: Python<'_>,
        inputs: PyReadonlyArray2<'_, f64>,
        targets: PyReadonlyArray2<'_, f64>,
        weights: Option<Vec<f64>>,
        classes: bool,
        loss: Option<Bound<'_, PyAny>>,
        delta: f64,
        monotone: Vec<i8>,
        nonnegative: Option<&str>,
        sizes: Vec<PlainSize>,
        folds: usize,
        nets: usize,
        starts: usize,
        early_stopping: Option<(f64, u64)>,
        method: &str,
        iterations: Option<u64>,
        seed: u64,
        journal: Option<PathBuf>,
        resume: bool,
    ) -> PyResult<(Self, PlainSize, Vec<PlainCandidate>)> {
        let samples = samples(&inputs, &targets, weights)?;
        let open = |path| if resume { FitJournal::resume(path) } else { FitJournal::create(path) };
        let link = if classes { Link::Probabilities } else { Link::Numbers };
        let ended = Ended::default();
        // A function of Python's runs where it was called, and looks for Ctrl-C itself.
        let runs_here = loss.as_ref().is_some_and(PyAnyMethods::is_callable);
        let training = Training {
            link,
            loss: loss.map_or(Ok(Loss::of(link)), |loss| loss_named(&loss, delta, &ended))?,
            constraint: match nonnegative {
                Some("weights") => Constraint::NonnegativeWeights,
                Some(_) => Constraint::NonnegativeWeightsAndBiases,
                None => Constraint::Monotone(directions(&monotone)),
            },
            size: Size::default(),
            starts,
            nets,
            seed,
            early_stopping: early_stopping.map(|(share, patience)| EarlyStopping { share, patience }),
            method: match method {
                "quasi-newton" => Method::QuasiNewton,
                "coordinate" => Method::Coordinate,
                _ => Method::Automatic,
            },
            iterations,
            budget: Budget::unlimited().cancelled_by(&ended.cancellation),
            journal: journal.map(open).transpose().map_err(|error| failed(&error.into()))?,
        };
        let sizes: Vec<Size> = sizes.into_iter().map(|(hidden, penalty)| Size { hidden, penalty }).collect();
        let fit = || training.run_best(&sizes, folds, &samples);
        let looking = || looking_for_signals(fit, |error| ended.by(error));
        let fitted = guarded(py, || if runs_here { fit() } else { looking() })?;
        if let Some(error) = ended.raised.lock().expect("no panic holds it").take() {
            return Err(error);
        }
        let (trained, size, candidates) = fitted.map_err(|error| failed(&error))?;
        let candidates = candidates.into_iter();
        let candidates = candidates.map(|c| (c.size.hidden, c.size.penalty, c.loss, c.error)).collect();
        Ok((Nets { networks: trained.networks }, (size.hidden, size.penalty), candidates))
    }

    /// The sizes that are tried by default.
    #[staticmethod]
    fn default_sizes() -> Vec<PlainSize> {
        mse::default_sizes().into_iter().map(|size| (size.hidden, size.penalty)).collect()
    }

    #[staticmethod]
    fn from_json(text: &str) -> PyResult<Self> {
        Ok(Nets { networks: serde_json::from_str(text).map_err(wrong)? })
    }

    fn json(&self) -> String {
        serde_json::to_string(&self.networks).expect("networks are numbers and names")
    }

    /// The mean of the nets' outputs, samples × rows.
    fn outputs<'py>(
        &self,
        py: Python<'py>,
        inputs: PyReadonlyArray2<'py, f64>,
    ) -> PyResult<Bound<'py, PyArray2<f64>>> {
        let inputs = by_rows(&inputs);
        let outputs = guarded(py, || {
            let mut sum = self.networks[0].outputs(&inputs)?;
            for network in &self.networks[1..] {
                sum += &network.outputs(&inputs)?;
            }
            Ok::<_, netcore::Error>(sum / self.networks.len() as f64)
        })?;
        Ok(outputs.map_err(wrong)?.t().to_owned().to_pyarray(py))
    }

    /// For each input: `free`, or what is known of its direction: `proved`, `refuted` or `unknown`.
    fn proofs(&self, monotone: Vec<i8>, inputs: PyReadonlyArray2<'_, f64>) -> PyResult<Vec<&'static str>> {
        let inputs = by_rows(&inputs);
        let networks: Vec<&Network> = self.networks.iter().collect();
        let of_row = |(row, direction): (usize, Option<Direction>)| match direction {
            None => Ok("free"),
            Some(direction) => match mse::prove(&networks, &inputs, row, direction).map_err(wrong)? {
                Proof::Holds => Ok("proved"),
                Proof::Refuted(_) => Ok("refuted"),
                Proof::Unknown => Ok("unknown"),
            },
        };
        directions(&monotone).into_iter().enumerate().map(of_row).collect()
    }

    /// The report on rows as a page of HTML; `targets` are the names of the targets, and `classes` those of the
    /// classes of the only one.
    #[allow(clippy::too_many_arguments, reason = "the Python half names and checks them")]
    fn report(
        &self,
        py: Python<'_>,
        features: Vec<String>,
        targets: Vec<String>,
        classes: Option<Vec<String>>,
        monotone: Vec<i8>,
        size: PlainSize,
        candidates: Vec<PlainCandidate>,
        inputs: PyReadonlyArray2<'_, f64>,
        answers: PyReadonlyArray2<'_, f64>,
        weights: Option<Vec<f64>>,
    ) -> PyResult<String> {
        let rows = samples(&inputs, &answers, weights)?;
        let asked = features.iter().zip(directions(&monotone)).filter_map(|(feature, direction)| {
            direction.map(|direction| Monotone { feature: feature.clone(), direction })
        });
        let monotone = asked.collect();
        let answer = match classes {
            Some(classes) => Answer::Classes { target: targets.concat(), classes },
            None => Answer::Numbers { targets },
        };
        let networks = self.networks.clone();
        let model = Model::new(Features::numbers(features), answer, monotone, networks).map_err(wrong)?;
        let size = Size { hidden: size.0, penalty: size.1 };
        let candidates = candidates.into_iter();
        let candidates: Vec<Candidate> = candidates
            .map(|(hidden, penalty, loss, error)| Candidate { size: Size { hidden, penalty }, loss, error })
            .collect();
        guarded(py, || mse::html_report_on(&model, &size, &candidates, &rows))?
            .map_err(|error| failed(&error))
    }

    /// The nets as an ONNX file, with these classes.
    fn onnx<'py>(
        &self,
        py: Python<'py>,
        classes: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyBytes>> {
        let names = classes.as_ref().map(class_names).transpose()?;
        Ok(PyBytes::new(py, &netcore::to_onnx(&self.networks, names.as_ref()).map_err(wrong)?))
    }

    fn __reduce__(slf: &Bound<'_, Self>) -> PyResult<(Py<PyAny>, (String,))> {
        Ok((slf.getattr("from_json")?.unbind(), (slf.get().json(),)))
    }
}
