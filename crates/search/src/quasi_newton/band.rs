//! Models of the second derivatives with entries near the diagonal alone, learned from pairs that are there anyway.
//!
//! Many objectives are sums of terms in one coordinate or in a few neighbours. Their second derivatives have few entries, which
//! a few pairs determine; a dense matrix of limited memory takes as many pairs as the matrix has different curvatures. Nobody is
//! asked: a model leads as long as it has predicted the last steps better than the metric has.

mod fit;
mod matrix;

use std::collections::VecDeque;

use matrix::BandMatrix;
use serde::{Deserialize, Serialize};

use super::curvature::{Curvatures, dot};
use super::metric::{Metric, Pair};

/// The bandwidths: coordinates on their own, and with one or three neighbours to either side.
const WIDTHS: [usize; 3] = [0, 1, 3];

/// A model leads if its error is below that of the metric and below this.
const LEADING: f64 = 0.5;

/// The fewest predictions before a model may lead.
const FEWEST: u32 = 2;

/// The weight of the latest error in the mean.
const LATEST: f64 = 0.5;

/// The models of all bandwidths, and how well they and the metric have predicted the last steps.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Bands {
    models: Vec<(BandMatrix, MeanError)>,
    of_metric: MeanError,
}

/// The mean error of predictions, in which later ones weigh more.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
struct MeanError {
    mean: f64,
    count: u32,
}

impl MeanError {
    /// Takes an error; what is not below 1 counts as 1, that of no prediction.
    fn take(&mut self, error: f64) {
        let error = if error < 1.0 { error } else { 1.0 };
        let weight = if self.count == 0 { 1.0 } else { LATEST };
        self.mean += weight * (error - self.mean);
        self.count += 1;
    }
}

impl Bands {
    pub(super) fn none(n: usize) -> Self {
        let models = WIDTHS.into_iter().filter(|width| *width < n);
        Bands {
            models: models.map(|width| (BandMatrix::zero(n, width), MeanError::default())).collect(),
            of_metric: MeanError::default(),
        }
    }

    /// Judges the models and the metric by the step s that they predict from the change y of the gradient, along the
    /// coordinates that have moved.
    pub(super) fn judge(&mut self, (s, y): (&[f64], &[f64]), metric: &Metric, curvatures: &Curvatures) {
        let moved: Vec<bool> = s.iter().map(|s| *s != 0.0).collect();
        if !metric.is_empty() {
            let predicted = metric.times(y, &moved, curvatures);
            self.of_metric.take(distance(&predicted, s, &vec![1.0; s.len()]));
        }
        for (matrix, error) in self.models.iter_mut().filter(|(matrix, _)| !matrix.is_zero()) {
            let predicted = matrix.solve(y, &moved);
            error.take(distance(&predicted, s, &matrix.scale()));
        }
    }

    /// Fits the models to the last pairs, of which there is one at least.
    pub(super) fn learn(&mut self, pairs: &VecDeque<Pair>) {
        self.models.iter_mut().for_each(|(matrix, _)| fit::fit(matrix, pairs));
    }

    /// The model that leads, if there is one.
    pub(super) fn leading(&self) -> Option<&BandMatrix> {
        let judged = self.models.iter().filter(|(_, error)| error.count >= FEWEST);
        let (matrix, error) = judged.min_by(|(_, a), (_, b)| a.mean.total_cmp(&b.mean))?;
        (error.mean < LEADING && error.mean < self.of_metric.mean).then_some(matrix)
    }
}

/// The distance of a prediction from a step relative to the step, each coordinate in its scale.
fn distance(predicted: &[f64], s: &[f64], scale: &[f64]) -> f64 {
    let scaled: Vec<f64> = s.iter().zip(scale).map(|(s, scale)| scale * s).collect();
    let gaps = predicted.iter().zip(s).zip(scale);
    let gap: Vec<f64> = gaps.map(|((predicted, s), scale)| scale * (predicted - s)).collect();
    (dot(&gap, &gap) / dot(&scaled, &scaled)).sqrt()
}

#[cfg(test)]
mod tests;
