//! Samples: inputs, targets and weights of a fit.

use std::collections::HashMap;

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

    /// Samples of equal inputs as one, with the sum of their weights and the mean of their targets, in the order of the
    /// first of each. A loss that is linear in the targets is the same function of them (McCullagh & Nelder 1989,
    /// "Generalized linear models", section 4.1.2, "Covariate classes").
    pub(crate) fn grouped(&self) -> Self {
        let mut places = HashMap::new();
        let (mut first, mut weights) = (Vec::new(), Vec::new());
        let place_of = |sample: usize| {
            let inputs: Vec<u64> = self.inputs.column(sample).iter().map(|input| input.to_bits()).collect();
            let place = *places.entry(inputs).or_insert(first.len());
            if place == first.len() {
                first.push(sample);
                weights.push(0.0);
            }
            weights[place] += self.weights[sample];
            place
        };
        let of_sample: Vec<usize> = (0..self.len()).map(place_of).collect();
        let mut targets = Array2::zeros((self.targets.nrows(), first.len()));
        for (sample, &place) in of_sample.iter().enumerate() {
            targets
                .column_mut(place)
                .scaled_add(self.weights[sample] / weights[place], &self.targets.column(sample));
        }
        Samples { inputs: self.inputs.select(Axis(1), &first), targets, weights }
    }
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::Samples;

    #[test]
    fn samples_of_equal_inputs_are_one_with_their_weight_and_mean_target() {
        let inputs = array![[1.0, 2.0, 1.0, 1.0, 2.0], [5.0, 5.0, 5.0, 6.0, 5.0]];
        let samples =
            Samples::new(inputs, array![[1.0, 0.0, 0.0, 1.0, 0.0], [0.0, 1.0, 1.0, 0.0, 1.0]]).unwrap();
        let grouped = samples.weighted(vec![1.0, 1.0, 3.0, 2.0, 0.5]).unwrap().grouped();
        assert_eq!(grouped.inputs(), array![[1.0, 2.0, 1.0], [5.0, 5.0, 6.0]]);
        assert_eq!(grouped.targets(), array![[0.25, 0.0, 1.0], [0.75, 1.0, 0.0]]);
        assert_eq!(grouped.weights(), [4.0, 1.5, 2.0]);
    }
}
