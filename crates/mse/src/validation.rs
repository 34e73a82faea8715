//! Cross-validation: the size of a net and its penalty, chosen by samples that a fit has not seen.

use ndarray::Array2;
use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_xoshiro::Xoshiro256PlusPlus;

use crate::loss::Link;
use crate::{Error, Samples, Scores, Size, Training};

/// The samples of each fold, in ascending order: every sample is in one of them.
///
/// The samples are dealt to the folds in a random order; of classes, class by class, so that each fold has its
/// share of each.
///
/// # Errors
/// [`Error::Training`] for fewer than 2 folds, or more than samples.
pub fn folds(samples: &Samples, link: Link, folds: usize, seed: u64) -> Result<Vec<Vec<usize>>, Error> {
    if folds < 2 || folds > samples.len() {
        return Err(Error::Training {
            argument: "folds",
            value: folds.to_string(),
            expected: "at least 2, and no more than samples",
        });
    }
    let mut order: Vec<usize> = (0..samples.len()).collect();
    order.shuffle(&mut Xoshiro256PlusPlus::seed_from_u64(seed));
    if link == Link::Probabilities {
        let class = |sample: &usize| {
            let target = samples.targets().column(*sample);
            if target.len() == 1 {
                usize::from(target[0] > 0.5)
            } else {
                crate::classes::first_largest(target.iter())
            }
        };
        order.sort_by_key(class);
    }
    let mut parts = vec![Vec::new(); folds];
    order.into_iter().enumerate().for_each(|(place, sample)| parts[place % folds].push(sample));
    parts.iter_mut().for_each(|part| part.sort_unstable());
    Ok(parts)
}

/// A size and its loss on samples that its fits had not seen.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    /// The size.
    pub size: Size,
    /// The mean loss over the folds: of numbers the mean squared error, of classes the log loss.
    pub loss: f64,
    /// The standard error of that mean.
    pub error: f64,
}

/// Fits each size to all folds but one, for each fold, and returns the losses on the folds left out.
///
/// # Errors
/// As for [`folds`] and [`Training::run`].
pub fn cross_validate(
    training: &Training,
    sizes: &[Size],
    samples: &Samples,
    count: usize,
) -> Result<Vec<Candidate>, Error> {
    let parts = folds(samples, training.link, count, training.seed)?;
    let splits: Vec<(Samples, Samples)> = (0..count)
        .map(|left_out| {
            let rest =
                (0..count).filter(|&part| part != left_out).flat_map(|part| parts[part].iter().copied());
            let mut rest: Vec<usize> = rest.collect();
            rest.sort_unstable();
            (samples.select(&rest), samples.select(&parts[left_out]))
        })
        .collect();
    let candidate = |size: &Size| {
        let training = Training { size: size.clone(), nets: 1, ..training.clone() };
        let losses: Vec<f64> = splits
            .iter()
            .map(|(rest, left_out)| {
                let trained = training.run(rest)?;
                let outputs = trained.outputs(left_out.inputs())?;
                Ok(Scores::of(training.link, &outputs, left_out).loss())
            })
            .collect::<Result<_, Error>>()?;
        let mean = losses.iter().sum::<f64>() / losses.len() as f64;
        let variance =
            losses.iter().map(|loss| (loss - mean).powi(2)).sum::<f64>() / (losses.len() - 1) as f64;
        Ok(Candidate { size: size.clone(), loss: mean, error: (variance / losses.len() as f64).sqrt() })
    };
    sizes.iter().map(candidate).collect()
}

/// The size with the lowest loss, the first of equals; `None` without sizes.
pub fn best(candidates: &[Candidate]) -> Option<&Candidate> {
    candidates.iter().min_by(|a, b| a.loss.total_cmp(&b.loss))
}

impl crate::Trained {
    /// The mean of the nets' outputs (rows × samples) for inputs (rows × samples).
    ///
    /// # Errors
    /// [`Error::Network`] for another number of inputs.
    pub fn outputs(&self, inputs: &Array2<f64>) -> Result<Array2<f64>, Error> {
        let mut sum = self.networks[0].outputs(inputs)?;
        for network in &self.networks[1..] {
            sum += &network.outputs(inputs)?;
        }
        Ok(sum / self.networks.len() as f64)
    }
}
