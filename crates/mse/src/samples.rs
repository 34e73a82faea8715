//! Samples: inputs, targets and weights of a fit.

use ndarray::{Array2, Axis};

use crate::Error;

/// Data to fit: inputs (rows × samples) and targets (rows × samples) in their own units, and a weight for each
/// sample, 1 for all by default.
///
/// For [`Link::Probabilities`](crate::Link::Probabilities) a single target row is 1 for the samples of the second class
/// and 0 for those of the first; of several rows each is 1 for its class.
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
