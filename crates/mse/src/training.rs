//! Training: nets of a given size fitted to samples under a constraint, ready to answer together.

mod early;
mod start;

use std::sync::Arc;

use ndarray::{Array2, Axis};
use netcore::{Layer, Network, Scaling, Topology, Transfer};
use search::{Bounds, Budget, CoordinateSearch, Minimizer, Objective, Problem, Run, Status};

use crate::loss::{Link, Loss};
use crate::risk::{InUnits, Risk};
use crate::{Constraint, Error, ProjectedQuasiNewton, fit_options};
pub use early::EarlyStopping;
use early::Watch;

/// Data to fit: inputs (rows × samples) and targets (rows × samples) in their own units, and a weight for each
/// sample, 1 for all by default.
///
/// For [`Link::Probabilities`] a single target row is 1 for the samples of the second class and 0 for those of
/// the first; of several rows each is 1 for its class.
#[derive(Debug, Clone, PartialEq)]
pub struct Samples {
    inputs: Array2<f64>,
    targets: Array2<f64>,
    weights: Vec<f64>,
}

impl Samples {
    /// Samples of weight 1.
    ///
    /// # Errors
    /// [`Error::Samples`] for matrices with different numbers of samples, [`Error::NotFinite`], or
    /// [`Error::Network`] for no samples.
    pub fn new(inputs: Array2<f64>, targets: Array2<f64>) -> Result<Self, Error> {
        if inputs.ncols() != targets.ncols() {
            return Err(Error::Samples { inputs: inputs.ncols(), targets: targets.ncols() });
        }
        if inputs.ncols() == 0 {
            return Err(netcore::Error::NoSamples { what: "the data to fit" }.into());
        }
        for (what, data) in [("input", &inputs), ("target", &targets)] {
            if let Some(((row, sample), &value)) = data.indexed_iter().find(|(_, value)| !value.is_finite()) {
                return Err(Error::NotFinite { what, row, sample, value });
            }
        }
        let weights = vec![1.0; inputs.ncols()];
        Ok(Samples { inputs, targets, weights })
    }

    /// Sets a weight for each sample: how much it counts, relative to the others.
    ///
    /// # Errors
    /// [`Error::Weights`] for another number of weights, one that is negative or not finite, or if all are 0.
    pub fn weighted(self, weights: Vec<f64>) -> Result<Self, Error> {
        let samples = self.inputs.ncols();
        let wrong = weights.iter().position(|weight| !(weight.is_finite() && *weight >= 0.0));
        if weights.len() != samples || wrong.is_some() || weights.iter().all(|&weight| weight == 0.0) {
            let value = wrong.map_or(0.0, |at| weights[at]);
            return Err(Error::Weights { given: weights.len(), samples, at: wrong, value });
        }
        Ok(Samples { weights, ..self })
    }

    /// Number of samples.
    pub fn len(&self) -> usize {
        self.inputs.ncols()
    }

    /// Never `true`: there is at least one sample.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Inputs, rows × samples.
    pub fn inputs(&self) -> &Array2<f64> {
        &self.inputs
    }

    /// Targets, rows × samples.
    pub fn targets(&self) -> &Array2<f64> {
        &self.targets
    }

    /// The weights of the samples.
    pub fn weights(&self) -> &[f64] {
        &self.weights
    }

    /// These samples, from 0.
    ///
    /// # Panics
    /// If there is no such sample.
    #[must_use]
    pub fn select(&self, samples: &[usize]) -> Self {
        Samples {
            inputs: self.inputs.select(Axis(1), samples),
            targets: self.targets.select(Axis(1), samples),
            weights: samples.iter().map(|&sample| self.weights[sample]).collect(),
        }
    }
}

/// How nets are fitted. The fields have defaults: see [`Training::numbers`] and [`Training::classes`].
///
/// ```
/// use mse::{Constraint, Samples, Training};
/// use ndarray::array;
/// use netcore::Direction;
///
/// let samples = Samples::new(array![[0.0, 1.0, 2.0, 3.0, 4.0]], array![[0.1, 0.9, 0.7, 2.2, 3.0]])?;
/// let constraint = Constraint::Monotone(vec![Some(Direction::Increasing)]);
/// let trained = Training { constraint, ..Training::numbers() }.run(&samples)?;
/// let answers = trained.networks[0].outputs(&array![[1.0, 2.0]])?;
/// assert!(answers[[0, 0]] <= answers[[0, 1]]);
/// # Ok::<(), mse::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Training {
    /// What the outputs are.
    pub link: Link,
    /// What is minimized; default squares for numbers, cross-entropy for classes.
    pub loss: Loss,
    /// What the weights must satisfy; default nothing.
    pub constraint: Constraint,
    /// Sizes of the net and its penalty; default [`Size::default`].
    pub size: Size,
    /// The number of starts of each net, of which the one with the lowest value counts; at least 1, default 1.
    pub starts: usize,
    /// The number of nets, whose answers are averaged; at least 1, default 1.
    pub nets: usize,
    /// Seed of the starts and of the samples for early stopping; default 0.
    pub seed: u64,
    /// Whether a part of the samples decides when to stop; default `None`.
    pub early_stopping: Option<EarlyStopping>,
    /// The search; default [`Method::Automatic`].
    pub method: Method,
    /// The limits of each search, and the switch that ends them; default none.
    pub budget: Budget,
}

/// The size of a net and its penalty: what cross-validation chooses.
#[derive(Debug, Clone, PartialEq)]
pub struct Size {
    /// Units of each hidden layer; none for a linear net. Default one layer of 4.
    pub hidden: Vec<usize>,
    /// λ of the ridge penalty `λ Σ w²` over all weights (not biases), at least 0. Default 0.001.
    pub penalty: f64,
}

impl Default for Size {
    fn default() -> Self {
        Size { hidden: vec![4], penalty: 1e-3 }
    }
}

/// The search of a fit.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Method {
    /// Quasi-Newton where the loss has slopes, coordinate search elsewhere.
    #[default]
    Automatic,
    /// [`ProjectedQuasiNewton`], with differences of values if the loss has no slopes.
    QuasiNewton,
    /// [`CoordinateSearch`], which needs no slopes.
    Coordinate,
}

/// Nets that were fitted together, and their searches.
#[derive(Debug, Clone)]
pub struct Trained {
    /// The nets. Their outputs are numbers in the units of the targets, or probabilities.
    pub networks: Vec<Network>,
    /// The value of each, with its penalty.
    pub values: Vec<f64>,
    /// Evaluations of all searches.
    pub evaluations: u64,
    /// Whether a search ended early because it was cancelled.
    pub cancelled: bool,
}

impl Training {
    /// Fits to numbers, with all defaults.
    pub fn numbers() -> Self {
        Training::with_link(Link::Numbers)
    }

    /// Fits to classes, with all defaults.
    pub fn classes() -> Self {
        Training::with_link(Link::Probabilities)
    }

    fn with_link(link: Link) -> Self {
        Training {
            link,
            loss: Loss::of(link),
            constraint: Constraint::Free,
            size: Size::default(),
            starts: 1,
            nets: 1,
            seed: 0,
            early_stopping: None,
            method: Method::Automatic,
            budget: Budget::unlimited(),
        }
    }

    /// Fits the nets.
    ///
    /// # Errors
    /// [`Error::Training`] for an option out of range, or a loss or constraint that does not fit the data;
    /// [`Error::Network`] for impossible sizes or constant data; [`Error::Search`] if no start had a value.
    pub fn run(&self, samples: &Samples) -> Result<Trained, Error> {
        self.check(samples)?;
        // A sample of weight 0 is none.
        let counted: Vec<usize> =
            (0..samples.len()).filter(|&sample| samples.weights[sample] > 0.0).collect();
        let samples = &samples.select(&counted);
        let (fitted, validation) = match &self.early_stopping {
            None => (samples.clone(), None),
            Some(early) => {
                let (fitted, held_out) = early.split(samples.len(), self.seed)?;
                (samples.select(&fitted), Some(samples.select(&held_out)))
            }
        };
        let frame = Frame::new(self, samples)?;
        let risk = Arc::new(frame.risk(self, &fitted)?);
        let validation = validation.map(|held_out| frame.risk(self, &held_out)).transpose()?;
        let mut trained =
            Trained { networks: Vec::new(), values: Vec::new(), evaluations: 0, cancelled: false };
        for net in 0..self.nets {
            let mut best: Option<(Vec<f64>, f64)> = None;
            for start in 0..self.starts {
                let seed = start::seed(self.seed, net, start);
                let x = start::random(&frame.topology, &frame.bounds, seed);
                let (x, value) = self.search(&frame, &risk, validation.as_ref(), x, &mut trained)?;
                if best.as_ref().is_none_or(|(_, least)| value < *least) {
                    best = Some((x, value));
                }
                if trained.cancelled {
                    break;
                }
            }
            let (x, value) = best.expect("at least one start");
            trained.networks.push(frame.network(&x)?);
            trained.values.push(value);
            if trained.cancelled {
                break;
            }
        }
        Ok(trained)
    }

    /// One search from a start. With early stopping the point and its value are those that are best on the
    /// samples held out.
    fn search(
        &self,
        frame: &Frame,
        risk: &Arc<Risk>,
        validation: Option<&Risk>,
        start: Vec<f64>,
        trained: &mut Trained,
    ) -> Result<(Vec<f64>, f64), Error> {
        let gradients = match self.method {
            Method::Automatic => self.loss.has_slopes(),
            Method::QuasiNewton => true,
            Method::Coordinate => false,
        };
        let (quasi_newton, coordinate);
        let minimizer: &dyn Minimizer = if gradients {
            quasi_newton = ProjectedQuasiNewton::default();
            &quasi_newton
        } else {
            coordinate = CoordinateSearch::new(fit_options(&frame.topology))?;
            &coordinate
        };
        let objective: Arc<dyn Objective + '_> = Arc::clone(risk) as _;
        let problem = Problem::shared(objective, start)?.bounded(frame.bounds.clone())?;
        let mut watch = Watch::new(validation, self.early_stopping.as_ref());
        let outcome = minimizer.run(&problem, &Run::within(&self.budget), &mut watch)?;
        trained.evaluations += outcome.counts.evaluations;
        trained.cancelled |= outcome.status == Status::Cancelled;
        Ok(watch.best().unwrap_or((outcome.x, outcome.value)))
    }

    fn check(&self, samples: &Samples) -> Result<(), Error> {
        let wrong = |argument: &'static str, value: String, expected: &'static str| {
            Err(Error::Training { argument, value, expected })
        };
        if self.starts == 0 {
            return wrong("starts", "0".to_owned(), "at least 1");
        }
        if self.nets == 0 {
            return wrong("nets", "0".to_owned(), "at least 1");
        }
        if !(self.size.penalty.is_finite() && self.size.penalty >= 0.0) {
            return wrong("penalty", self.size.penalty.to_string(), "a finite number, at least 0");
        }
        if let Loss::Huber(delta) = self.loss
            && !(delta.is_finite() && delta > 0.0)
        {
            return wrong("the delta of Huber's loss", delta.to_string(), "a finite number above 0");
        }
        if !self.loss.fits(self.link) {
            let expected = match self.link {
                Link::Numbers => "squares, absolute, huber or a user's for a target of numbers",
                Link::Probabilities => "cross-entropy, zero-one or a user's for a target of classes",
            };
            return wrong("loss", self.loss.to_string(), expected);
        }
        if let Constraint::Monotone(directions) = &self.constraint {
            if directions.len() != samples.inputs.nrows() {
                let expected = "one direction or none for each input";
                return wrong("monotone", format!("{} entries", directions.len()), expected);
            }
            let several = self.link == Link::Probabilities && samples.targets.nrows() > 1;
            if several && directions.iter().any(Option::is_some) {
                let expected = "two classes: of more, the probability of which would be monotone is not said";
                return wrong(
                    "monotone",
                    format!("given with {} classes", samples.targets.nrows()),
                    expected,
                );
            }
        }
        Ok(())
    }
}

impl Link {
    /// The transfer function of the output layer.
    pub(crate) fn transfer(self, rows: usize) -> Transfer {
        match self {
            Link::Numbers => Transfer::Purelin,
            Link::Probabilities if rows == 1 => Transfer::Logsig,
            Link::Probabilities => Transfer::Softmax,
        }
    }
}

/// What all nets of a training have in common.
struct Frame {
    link: Link,
    /// The topology of the search, with a linear output layer.
    topology: Topology,
    bounds: Bounds,
    input_scaling: Scaling,
    output_scaling: Scaling,
}

impl Frame {
    fn new(training: &Training, samples: &Samples) -> Result<Self, Error> {
        let varies = |what: &'static str, scaling: Scaling| {
            let constant = scaling.min_max().is_empty();
            if constant {
                Err(netcore::Error::Constant { what, samples: samples.len() })
            } else {
                Ok(scaling)
            }
        };
        let input_scaling = varies("inputs", Scaling::standardize(&samples.inputs, &samples.weights)?)?;
        let output_scaling = match training.link {
            Link::Numbers => varies("targets", Scaling::standardize(&samples.targets, &samples.weights)?)?,
            Link::Probabilities => Scaling::identity(samples.targets.nrows()),
        };
        let rows: Vec<usize> = input_scaling.kept_rows().collect();
        let topology =
            Topology::feedforward(rows.len(), &training.size.hidden, output_scaling.min_max().len())?;
        let bounds = training.constraint.bounds(&topology, &rows);
        Ok(Frame { link: training.link, topology, bounds, input_scaling, output_scaling })
    }

    fn risk(&self, training: &Training, samples: &Samples) -> Result<Risk, Error> {
        let inputs = self.input_scaling.apply(&samples.inputs)?;
        let targets = self.output_scaling.apply(&samples.targets)?;
        let user = match &training.loss {
            Loss::User(loss) => Some(InUnits {
                loss: loss.clone(),
                link: self.link,
                scaling: self.output_scaling.clone(),
                targets: samples.targets.clone(),
            }),
            _ => None,
        };
        let (loss, penalty) = (training.loss.clone(), training.size.penalty);
        Ok(Risk::new(&self.topology, (&inputs, targets), samples.weights.clone(), loss, penalty, user))
    }

    /// The network that answers in the units of the targets, or with probabilities.
    fn network(&self, x: &[f64]) -> Result<Network, Error> {
        let mut layers: Vec<Layer> = self.topology.layers().to_vec();
        if let Some(last) = layers.last_mut() {
            last.transfer = self.link.transfer(last.units);
        }
        let topology = Topology::new(self.topology.inputs(), layers)?;
        let (input, output) = (self.input_scaling.clone(), self.output_scaling.clone());
        let mut network = Network::with_scaling(topology, input, output)?;
        network.set_parameters(x)?;
        Ok(network)
    }
}
