//! Training: nets of a given size fitted to samples under a constraint, ready to answer together.

mod early;
mod frame;
mod searches;
mod start;

use std::sync::Arc;

use netcore::Network;
use search::Budget;

use crate::loss::{Link, Loss};
use crate::{Constraint, Error, FitJournal, Samples};
pub use early::EarlyStopping;
use frame::Frame;

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
    /// The most iterations of a quasi-Newton search; by default 1000. It ends before when three in a row lower its
    /// value by less than 1e-6 of it, or 1e-9 without hidden units. Of more than 20,000 samples a first search takes
    /// 10,000, drawn by the seed, and a second one goes on from its point with all of them, with as many iterations as
    /// sweep over 10 million samples, but at least 50.
    pub iterations: Option<u64>,
    /// The limits of each search, and the switch that ends them; default none.
    pub budget: Budget,
    /// Where the searches that are done are recorded, so that a fit that was stopped can be resumed; default none.
    pub journal: Option<FitJournal>,
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
    /// [`ProjectedQuasiNewton`](crate::ProjectedQuasiNewton), with differences of values if the loss has no slopes.
    QuasiNewton,
    /// [`CoordinateSearch`](search::CoordinateSearch), which needs no slopes.
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
            iterations: None,
            budget: Budget::unlimited(),
            journal: None,
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
            (0..samples.len()).filter(|&sample| samples.weights()[sample] > 0.0).collect();
        let samples = &samples.select(&counted);
        let (fitted, validation) = match &self.early_stopping {
            None => (samples.clone(), None),
            Some(early) => {
                let (fitted, held_out) = early.split(samples.len(), self.seed)?;
                (samples.select(&fitted), Some(samples.select(&held_out)))
            }
        };
        let fitted = if self.loss.is_linear_in_targets() { fitted.grouped() } else { fitted };
        let frame = Frame::new(self, samples)?;
        let risk = Arc::new(frame.risk(self, &fitted)?);
        let validation = validation.map(|held_out| frame.risk(self, &held_out)).transpose()?;
        let sketch = self.sketch(fitted.len());
        let sketch = sketch.map(|part| frame.risk(self, &fitted.select(&part)).map(Arc::new)).transpose()?;
        let mut trained =
            Trained { networks: Vec::new(), values: Vec::new(), evaluations: 0, cancelled: false };
        for net in 0..self.nets {
            let mut best: Option<(Vec<f64>, f64)> = None;
            for start in 0..self.starts {
                let seed = start::seed(self.seed, net, start);
                let mut found = (start::random(&frame.topology, &frame.bounds, seed), f64::INFINITY);
                if let Some(sketch) = &sketch {
                    found = self.search(&frame, sketch, None, found.0, &mut trained)?;
                }
                if !trained.cancelled {
                    found = self.search(&frame, &risk, validation.as_ref(), found.0, &mut trained)?;
                }
                let (x, value) = found;
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

    fn check(&self, samples: &Samples) -> Result<(), Error> {
        let wrong = |argument: &'static str, value: String, expected: &'static str| {
            Err(Error::Training { argument, value, expected })
        };
        if self.starts == 0 {
            return wrong("starts", "0".to_owned(), "at least 1");
        }
        if self.iterations == Some(0) {
            return wrong("iterations", "0".to_owned(), "at least 1");
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
            if directions.len() != samples.inputs().nrows() {
                let expected = "one direction or none for each input";
                return wrong("monotone", format!("{} entries", directions.len()), expected);
            }
            let several = self.link == Link::Probabilities && samples.targets().nrows() > 1;
            if several && directions.iter().any(Option::is_some) {
                let expected = "two classes: of more, the probability of which would be monotone is not said";
                return wrong(
                    "monotone",
                    format!("given with {} classes", samples.targets().nrows()),
                    expected,
                );
            }
        }
        Ok(())
    }
}
