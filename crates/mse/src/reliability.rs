//! Calibration: whether classes are as frequent as their probabilities say.

use ndarray::Array2;

use crate::Samples;
use crate::classes::first_largest;

/// Probabilities beside frequencies, in bins of equal width.
///
/// Of two classes the probability is that of the second, and the frequency its share. Of more it is the probability of
/// the most probable class, and the share of samples whose class that is (Guo, Pleiss, Sun & Weinberger 2017, "On
/// calibration of modern neural networks").
///
/// ```
/// use mse::{Reliability, Samples};
/// use ndarray::array;
///
/// let samples = Samples::new(array![[1.0, 2.0, 3.0, 4.0]], array![[0.0, 1.0, 1.0, 1.0]])?;
/// let reliability = Reliability::of(&array![[0.75, 0.75, 0.75, 0.75]], &samples);
/// assert_eq!(reliability.bins[0].observed, 0.75);
/// assert_eq!(reliability.expected_error(), 0.0);
/// # Ok::<(), mse::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Reliability {
    /// The bins with samples, in ascending order.
    pub bins: Vec<Bin>,
}

/// The samples whose probabilities are in one interval.
#[derive(Debug, Clone, PartialEq)]
pub struct Bin {
    /// The ends of the interval.
    pub range: [f64; 2],
    /// The number of samples.
    pub samples: usize,
    /// Their weights in all.
    pub weight: f64,
    /// The mean of their probabilities.
    pub predicted: f64,
    /// The share of the class among them.
    pub observed: f64,
    /// The 95 % confidence interval of that share by Wilson's score (Wilson 1927, "Probable inference, the law of
    /// succession, and statistical inference"), with `(Σω)² / Σω²` as the number of samples (Kish 1965, "Survey
    /// sampling", section 11.7).
    pub interval: [f64; 2],
}

/// The number of bins.
const BINS: usize = 10;
/// The 97.5 % point of the normal distribution.
const Z: f64 = 1.959_963_984_540_054;

impl Reliability {
    /// Of probabilities (rows × samples), as a net answers them, beside the targets of the samples.
    ///
    /// # Panics
    /// If the outputs have another shape than the targets.
    pub fn of(outputs: &Array2<f64>, samples: &Samples) -> Self {
        assert_eq!(outputs.dim(), samples.targets().dim(), "outputs and targets");
        let mut members: Vec<Vec<(f64, bool, f64)>> = vec![Vec::new(); BINS];
        for (sample, &weight) in samples.weights().iter().enumerate() {
            let (answer, target) = (outputs.column(sample), samples.targets().column(sample));
            let (probability, holds) = match answer.len() {
                1 => (answer[0], target[0] > 0.5),
                _ => {
                    let chosen = first_largest(answer.iter());
                    (answer[chosen], chosen == first_largest(target.iter()))
                }
            };
            let bin = (probability * BINS as f64) as usize;
            members[bin.min(BINS - 1)].push((probability, holds, weight));
        }
        let bins = members.iter().enumerate().filter(|(_, members)| !members.is_empty());
        Reliability { bins: bins.map(|(place, members)| Bin::of(place, members)).collect() }
    }

    /// `Σ ω_b |predicted_b - observed_b| / Σ ω_b` over the bins: the expected calibration error (Naeini, Cooper &
    /// Hauskrecht 2015, "Obtaining well calibrated probabilities using Bayesian binning").
    pub fn expected_error(&self) -> f64 {
        let total: f64 = self.bins.iter().map(|bin| bin.weight).sum();
        let error = |bin: &Bin| bin.weight * (bin.predicted - bin.observed).abs();
        self.bins.iter().map(error).sum::<f64>() / total
    }
}

impl Bin {
    fn of(place: usize, members: &[(f64, bool, f64)]) -> Self {
        let total = |value: fn(&(f64, bool, f64)) -> f64| members.iter().map(value).sum::<f64>();
        let weight = total(|(_, _, weight)| *weight);
        let observed = total(|(_, holds, weight)| if *holds { *weight } else { 0.0 }) / weight;
        Bin {
            range: [place, place + 1].map(|end| end as f64 / BINS as f64),
            samples: members.len(),
            weight,
            predicted: total(|(probability, _, weight)| weight * probability) / weight,
            observed,
            interval: wilson(observed, weight * weight / total(|(_, _, weight)| weight * weight)),
        }
    }
}

/// The shares p with `(observed - p)² <= z² p (1 - p) / n`.
fn wilson(observed: f64, n: f64) -> [f64; 2] {
    let below = 1.0 + Z * Z / n;
    let middle = (observed + Z * Z / (2.0 * n)) / below;
    let half = Z / below * (observed * (1.0 - observed) / n + Z * Z / (4.0 * n * n)).sqrt();
    [(middle - half).max(0.0), (middle + half).min(1.0)]
}
