//! Scores: how good answers are on samples.

use std::fmt;

use ndarray::{Array2, ArrayView2};

use crate::Samples;
use crate::classes::first_largest;
use crate::loss::Link;

/// How good answers are; every mean is weighted by the samples' weights ω.
#[derive(Debug, Clone, PartialEq)]
pub enum Scores {
    /// Of numbers.
    Numbers {
        /// The mean squared error over all targets.
        mse: f64,
        /// For each target, the root of its mean squared error.
        rmse: Vec<f64>,
        /// For each target, the mean absolute error.
        mae: Vec<f64>,
        /// For each target, `R² = 1 - Σ ω (y - t)² / Σ ω (t - mean t)²`; NaN if the target is constant.
        r2: Vec<f64>,
    },
    /// Of classes.
    Classes {
        /// The share of samples whose most probable class, the first of equals, is theirs.
        accuracy: f64,
        /// The mean of `-ln p` of the sample's class, with p at least 1e-15.
        log_loss: f64,
        /// The confusion matrix: how many samples of each class (row) got each class (column).
        confusion: Array2<u64>,
    },
}

/// The least probability that the log loss takes.
const LEAST: f64 = 1e-15;

impl Scores {
    /// Of outputs (rows × samples) beside the targets of the samples.
    ///
    /// # Panics
    /// If the outputs have another shape than the targets.
    pub fn of(link: Link, outputs: &Array2<f64>, samples: &Samples) -> Self {
        assert_eq!(outputs.dim(), samples.targets().dim(), "outputs and targets");
        match link {
            Link::Numbers => of_numbers(outputs, samples),
            Link::Probabilities => of_classes(outputs, samples),
        }
    }

    /// What cross-validation compares: the mean squared error, or the log loss.
    pub fn loss(&self) -> f64 {
        match self {
            Scores::Numbers { mse, .. } => *mse,
            Scores::Classes { log_loss, .. } => *log_loss,
        }
    }
}

fn of_numbers(outputs: &Array2<f64>, samples: &Samples) -> Scores {
    let (weights, total) = (samples.weights(), samples.weights().iter().sum::<f64>());
    let mean = |values: &mut dyn Iterator<Item = f64>| {
        values.zip(weights).map(|(value, weight)| weight * value).sum::<f64>() / total
    };
    let (mut squares, mut mae, mut r2) = (Vec::new(), Vec::new(), Vec::new());
    for (y, t) in outputs.rows().into_iter().zip(samples.targets().rows()) {
        let square = mean(&mut y.iter().zip(t).map(|(y, t)| (y - t).powi(2)));
        let middle = mean(&mut t.iter().copied());
        let variance = mean(&mut t.iter().map(|t| (t - middle).powi(2)));
        squares.push(square);
        mae.push(mean(&mut y.iter().zip(t).map(|(y, t)| (y - t).abs())));
        r2.push(if variance > 0.0 { 1.0 - square / variance } else { f64::NAN });
    }
    let mse = squares.iter().sum::<f64>() / squares.len() as f64;
    let rmse = squares.into_iter().map(f64::sqrt).collect();
    Scores::Numbers { mse, rmse, mae, r2 }
}

fn of_classes(outputs: &Array2<f64>, samples: &Samples) -> Scores {
    let targets = samples.targets();
    let classes = if targets.nrows() == 1 { 2 } else { targets.nrows() };
    let probabilities = |rows: ArrayView2<'_, f64>, sample: usize| -> Vec<f64> {
        match rows.nrows() {
            1 => vec![1.0 - rows[[0, sample]], rows[[0, sample]]],
            _ => rows.column(sample).to_vec(),
        }
    };
    let mut confusion = Array2::zeros((classes, classes));
    let (mut right, mut loss, mut total) = (0.0, 0.0, 0.0);
    for (sample, &weight) in samples.weights().iter().enumerate() {
        let answered = probabilities(outputs.view(), sample);
        let class = first_largest(probabilities(targets.view(), sample).iter());
        let chosen = first_largest(answered.iter());
        confusion[[class, chosen]] += 1;
        right += if class == chosen { weight } else { 0.0 };
        loss -= weight * answered[class].max(LEAST).ln();
        total += weight;
    }
    Scores::Classes { accuracy: right / total, log_loss: loss / total, confusion }
}

impl fmt::Display for Scores {
    /// One line for each score, without the confusion matrix.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list =
            |values: &[f64]| values.iter().map(|v| search::general(*v, 4)).collect::<Vec<_>>().join(" ");
        match self {
            Scores::Numbers { rmse, mae, r2, .. } => {
                write!(
                    f,
                    "R2           {}\nRMSE         {}\nMAE          {}",
                    list(r2),
                    list(rmse),
                    list(mae)
                )
            }
            Scores::Classes { accuracy, log_loss, .. } => {
                write!(
                    f,
                    "accuracy     {:.1} %\nlog loss     {}",
                    100.0 * accuracy,
                    search::general(*log_loss, 4)
                )
            }
        }
    }
}
