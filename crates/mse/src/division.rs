//! Samples divided into sets to train, to validate and to test: MATLAB's `divideblock` and `dividerand`.

use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_xoshiro::Xoshiro256PlusPlus;

use crate::Error;

/// The samples of three sets, from 0, each in ascending order. Every sample is in one of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Division {
    /// To train: MATLAB's `trainInd`.
    pub train: Vec<usize>,
    /// To validate: `valInd`.
    pub validation: Vec<usize>,
    /// To test: `testInd`.
    pub test: Vec<usize>,
}

/// MATLAB's `trainRatio`, `valRatio` and `testRatio`: the size of each set relative to the others.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ratios {
    /// To train; default 0.7.
    pub train: f64,
    /// To validate; default 0.15.
    pub validation: f64,
    /// To test; default 0.15.
    pub test: f64,
}

impl Default for Ratios {
    fn default() -> Self {
        Ratios { train: 0.7, validation: 0.15, test: 0.15 }
    }
}

/// Three contiguous blocks of samples, in the order train, validation, test: MATLAB's `divideblock(Q, trainRatio,
/// valRatio, testRatio)`.
///
/// The sets to validate and to test have `Q ratio / Σ ratios` samples, rounded, and the set to train has the others.
/// (MATLAB's documentation does not say how it rounds.)
///
/// ```
/// use mse::{Ratios, divideblock};
///
/// // The example of MATLAB's page: [trainInd, valInd, testInd] = divideblock(3000, 0.6, 0.2, 0.2)
/// let division = divideblock(3000, Ratios { train: 0.6, validation: 0.2, test: 0.2 })?;
/// assert_eq!(division.train, (0..1800).collect::<Vec<_>>());
/// assert_eq!((division.validation[0], division.test[0]), (1800, 2400));
/// # Ok::<(), mse::Error>(())
/// ```
///
/// # Errors
/// [`Error::Training`] for a ratio that is negative or not finite, or if all are 0.
pub fn divideblock(samples: usize, ratios: Ratios) -> Result<Division, Error> {
    divided((0..samples).collect(), ratios)
}

/// The same with samples drawn at random: MATLAB's `dividerand(Q, trainRatio, valRatio, testRatio)`. The same seed
/// draws the same samples.
///
/// ```
/// use mse::{Ratios, Samples, dividerand};
/// use ndarray::array;
///
/// let samples = Samples::new(array![[0.0, 1.0, 2.0, 3.0, 4.0, 5.0]], array![[0.0, 1.0, 4.0, 9.0, 16.0, 25.0]])?;
/// let division = dividerand(samples.len(), Ratios::default(), 1)?;
/// assert_eq!([&division.train, &division.validation, &division.test].map(Vec::len), [4, 1, 1]);
/// let to_train = samples.select(&division.train);
/// # assert_eq!(to_train.len(), 4);
/// # Ok::<(), mse::Error>(())
/// ```
///
/// # Errors
/// As for [`divideblock`].
pub fn dividerand(samples: usize, ratios: Ratios, seed: u64) -> Result<Division, Error> {
    let mut order: Vec<usize> = (0..samples).collect();
    order.shuffle(&mut Xoshiro256PlusPlus::seed_from_u64(seed));
    let mut division = divided(order, ratios)?;
    for set in [&mut division.train, &mut division.validation, &mut division.test] {
        set.sort_unstable();
    }
    Ok(division)
}

/// The first samples of an order to train, the next to validate, the last to test.
fn divided(mut order: Vec<usize>, ratios: Ratios) -> Result<Division, Error> {
    let parts = [ratios.train, ratios.validation, ratios.test];
    let total: f64 = parts.iter().sum();
    if !(parts.iter().all(|part| part.is_finite() && *part >= 0.0) && total.is_finite() && total > 0.0) {
        let (argument, value) = ("ratios", format!("{parts:?}"));
        return Err(Error::Training { argument, value, expected: "finite numbers, at least 0, one above 0" });
    }
    let samples = order.len();
    let count = |part: f64| (samples as f64 * (part / total)).round() as usize;
    let tested = count(ratios.test);
    // Both may round up.
    let validated = count(ratios.validation).min(samples - tested);
    let test = order.split_off(samples - tested);
    let validation = order.split_off(samples - tested - validated);
    Ok(Division { train: order, validation, test })
}
